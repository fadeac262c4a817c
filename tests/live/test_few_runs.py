"""The live experiments miss as often as Student's distribution says."""

import json

import numpy as np
import pytest
from scipy.stats import t

NAME = "few-runs"


def misses(shown, factor):
    """Count the last sixty experiments whose interval misses 0, from their means and standard deviations."""
    means, s = np.array(shown["last"]).T
    return int(np.sum(np.abs(means) > factor * s / np.sqrt(shown["n"])))


def test_it_starts_with_the_sixty_experiments_of_the_page(figure):
    data = json.loads(figure.place.locator("script").text_content())
    assert figure.values["last"] == [list(one) for one in zip(data["means"], data["s"])]
    assert (figure.values["missed"], figure.values["experiments"]) == (misses(figure.values, 1.96), 60)
    assert f"{figure.values['missed']} of these 60 intervals miss" in figure.words
    missed = figure.values["missed"]
    figure.choose("factor", "Student's")
    assert figure.values["missed"] < missed, "Student's factor should miss in fewer"


@pytest.mark.parametrize("n", range(2, 11))
def test_the_factor_and_the_misses_are_pythons(figure, n):
    figure.slide("values each", n)
    figure.press("Sixty new experiments")
    assert figure.values["ofThese"] == misses(figure.values, 1.96)
    figure.choose("factor", "Student's")
    assert figure.values["factor"] == pytest.approx(t.ppf(0.975, n - 1), rel=1e-9)
    assert figure.values["ofThese"] == misses(figure.values, t.ppf(0.975, n - 1))
    assert figure.values["experiments"] == 120


@pytest.mark.parametrize("n", [2, 5, 10])
def test_in_the_long_run_only_students_factor_keeps_the_promise(figure, n):
    figure.slide("values each", n)
    figure.play("Keep drawing")
    shown = figure.values
    assert shown["experiments"] == 3000
    expected = 2 * t.sf(1.96, n - 1)
    error = lambda p: 4 * (p * (1 - p) / 3000) ** 0.5
    assert shown["missed"] / 3000 == pytest.approx(expected, abs=error(expected))
    assert "the promise of 5 % is broken" in figure.words
    figure.choose("factor", "Student's")
    assert figure.values["missed"] / 3000 == pytest.approx(0.05, abs=error(0.05))
    assert "the promise is kept" in figure.words


def test_the_experiments_are_new_each_time(figure):
    seen = [figure.values["last"]]
    for _ in range(3):
        figure.press("Sixty new experiments")
        seen.append(figure.values["last"])
    drawn = np.array(seen)[:, :, 0]
    assert len(np.unique(drawn)) == drawn.size
    assert abs(drawn.mean()) < 4 * (1 / 5 / drawn.size) ** 0.5, "their mean should be that of the bell curve, 0"
