"""The live figure of the activation functions ranks the page's own runs."""

import numpy as np
import pytest
from executed import read_executed
from mystsource import ROOT

NAME = "activation-functions"


@pytest.fixture(scope="module")
def race(site):
    """The page's rates, its accuracies by bend, (5 seeds, 6 rates), and the best rates."""
    glued = read_executed(ROOT / "book/experiments/activation-functions.md", site.cache).glued
    runs = glued["activation-functions-by-rate"]
    return glued["activation-functions-rates"], {name: np.array(rows, float) for name, rows in runs.items()}, glued["activation-functions-best"]


def expected(race, rate_of):
    rates, runs, _ = race
    finals = {name: rows[:, rates.index(rate_of[name])] for name, rows in runs.items()}
    order = sorted(finals, key=lambda name: -np.nan_to_num(finals[name].mean()))
    return [(name, finals[name]) for name in order]


def check(ranks, wanted):
    assert [one["name"] for one in ranks] == [name for name, _ in wanted]
    for one, (name, finals) in zip(ranks, wanted):
        if np.isnan(finals).any():
            assert one["mean"] == 0 and "low" not in one, f"{name} diverged"
        else:
            assert [one["low"], one["mean"], one["high"]] == pytest.approx([finals.min(), finals.mean(), finals.max()], rel=1e-9)


def test_the_ranking_at_every_rate_is_that_of_the_runs(figure, race):
    for i, rate in enumerate(race[0]):
        figure.slide("learning rate", i)
        assert figure.values["rate"] == rate
        check(figure.values["ranks"], expected(race, dict.fromkeys(race[1], rate)))


def test_the_rate_chooses_the_winner(figure):
    assert "sigmoid last" in figure.words, "what it shows at first"
    figure.slide("learning rate", 5)
    assert "sigmoid is first" in figure.words and "linear diverged" in figure.words
    assert "0.01 and 0.03 sigmoid is last" in figure.words, figure.words


def test_each_at_its_own_best_rate_the_three_bends_are_close(figure, race):
    figure.control("each at its own best").check()
    ranks = figure.values["ranks"]
    check(ranks, expected(race, race[2]))
    assert {one["name"]: one["rate"] for one in ranks} == race[2]
    assert ranks[-1]["name"] == "linear" and ranks[0]["mean"] - ranks[2]["mean"] < 0.005 < ranks[2]["mean"] - ranks[3]["mean"]


def test_the_cut_follows_the_mouse(figure, race):
    plot = figure.place.locator("svg").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    figure.control("each at its own best").check()
    y = box["y"] + 0.5 * box["height"]
    figure.page.mouse.move(box["x"] + 0.4 * box["width"], y)
    figure.page.mouse.down()
    figure.page.mouse.move(box["x"] + 0.99 * box["width"], y, steps=5)
    figure.page.mouse.up()
    assert figure.values["rate"] == race[0][-1]
    assert not figure.control("each at its own best").is_checked()
