"""The live neuron waits as long as the chapter's loop, and as its formulas say."""

import math

import numpy as np
import pytest

from mnist_from_scratch import sigmoid

NAME = "mse-cross-entropy"
SLOPES = {"cross-entropy": lambda a: a, "mse": lambda a: a * a * (1 - a)}


def formulas(z, lr=0.05):
    ce = z + 1 - math.exp(-z)
    mse = math.exp(z) - 1 + 3 * z + 3 * (1 - math.exp(-z)) + (1 - math.exp(-2 * z)) / 2
    return {"cross-entropy": ce / (2 * lr), "mse": mse / (2 * lr)}


def outputs(z0, name, steps):
    """Return the output before each of so many steps, and after them."""
    w, b, found = z0 / 2, z0 / 2, []
    for _ in range(steps + 1):
        a = float(sigmoid(np.float64(w + b)))
        found.append(a)
        w, b = w - 0.05 * SLOPES[name](a), b - 0.05 * SLOPES[name](a)
    return found


def test_it_starts_with_the_wait_worked_by_hand(figure):
    assert figure.values["z0"] == 5 and figure.values["counted"] == {"cross-entropy": 60, "mse": 1661}
    assert [round(figure.values["predicted"][name]) for name in SLOPES] == [60, 1659]
    assert "Squared error takes 28 times as long" in figure.words


@pytest.mark.parametrize("z0", [0.5, 1, 3.3, 6, 8])
def test_the_steps_are_the_loops_and_agree_with_the_formula(figure, z0):
    figure.slide("start z₀", z0)
    shown = figure.values
    assert shown["predicted"] == pytest.approx(formulas(z0), rel=1e-9)
    for name, n in shown["counted"].items():
        path = outputs(z0, name, n)
        assert path[-1] <= 0.5 < path[-2], f"{name}: not {n} steps"
        assert abs(n - shown["predicted"][name]) < 4, f"{name}: {n} steps are not what the formula says"


def test_each_step_is_the_chapters(figure):
    figure.slide("start z₀", 2)
    figure.press("Play")
    figure.page.wait_for_timeout(300)
    figure.press("Pause")
    taken = figure.values["taken"]
    assert 0 < taken < 1.3 * figure.values["counted"]["mse"]
    for name in SLOPES:
        assert figure.values["outputs"][name] == pytest.approx(outputs(2, name, taken)[-1], rel=1e-12)


def test_one_unit_more_costs_squared_error_e_times_the_wait_and_cross_entropy_ten_steps_more(figure):
    counts = []
    for z0 in (6, 7, 8):
        figure.slide("start z₀", z0)
        counts.append(figure.values["counted"])
    for one, next_one in zip(counts, counts[1:]):
        assert next_one["mse"] / one["mse"] == pytest.approx(math.e, rel=0.03)
        assert next_one["cross-entropy"] - one["cross-entropy"] == pytest.approx(10, abs=1)


def test_played_both_run_to_their_ends(figure):
    before = figure.values
    figure.play()
    assert figure.values == before, "it should end where it began: with the whole way"
    assert set(figure.values["outputs"]) == set(SLOPES) and max(figure.values["outputs"].values()) < 0.5
