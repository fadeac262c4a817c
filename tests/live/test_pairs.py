"""The live pairs: what two rates share of a seed's luck cancels in the difference, and nothing else changes."""

import json

import numpy as np
import pytest
from scipy.stats import t

NAME = "pairs"
LUCK = "luck shared (correlation)"


def interval(values):
    reach = t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return [np.mean(values) - reach, np.mean(values) + reach]


def test_it_starts_with_the_measured_runs(figure):
    before, after = json.loads(figure.place.locator("script").text_content())["rows"]
    shown = figure.values
    assert shown["a"] == before and shown["b"] == pytest.approx(after, rel=1e-12)
    assert shown["r"] == pytest.approx(np.corrcoef(before, after)[0, 1], rel=1e-9)
    assert shown["low"] > 0 and "excludes zero" in figure.words


@pytest.mark.parametrize("r", [0, 0.3, 0.75, 1])
def test_the_piles_stay_and_the_differences_follow_the_covariance(figure, r):
    piles = figure.values["piles"]
    figure.slide(LUCK, r)
    shown = figure.values
    a, b = np.array(shown["a"]), np.array(shown["b"])
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(r, abs=1e-9)
    assert np.ravel(shown["piles"]) == pytest.approx(np.ravel(piles), rel=1e-9)
    assert np.ravel(piles) == pytest.approx(interval(a) + interval(b), rel=1e-9)
    variance = a.var(ddof=1) + b.var(ddof=1) - 2 * r * a.std(ddof=1) * b.std(ddof=1)
    assert shown["std"] == pytest.approx(variance**0.5, rel=1e-9)
    assert [shown["low"], shown["high"]] == pytest.approx(interval(b - a), rel=1e-6)


def test_with_too_little_shared_luck_the_rates_cannot_be_told_apart(figure):
    widths = []
    for r in (1, 0.8, 0.6, 0.55, 0.2, 0):
        figure.slide(LUCK, r)
        shown = figure.values
        widths.append(shown["high"] - shown["low"])
        assert (shown["low"] > 0) == (r >= 0.6) == ("excludes zero" in figure.words), f"at {r}"
    assert widths == sorted(widths), "the less is shared, the wider the interval"
