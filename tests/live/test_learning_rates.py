"""The live bowl: each direction has its own factor, and the steeper one its own limit."""

import numpy as np
import pytest

NAME = "learning-rates"


def bowl(figure, lr, one=4.0, two=1.0):
    figure.slide("learning rate η", np.log(lr))
    figure.slide("curvature λ₁", one)
    figure.slide("curvature λ₂", two)
    return figure.values


@pytest.mark.parametrize(("lr", "curvatures"), [(0.1, (4, 1)), (0.6, (4, 1)), (0.3, (0.5, 7.5)), (1.9, (2, 1))])
def test_the_walk_is_gradient_descent_on_the_bowl(figure, lr, curvatures):
    shown = bowl(figure, lr, *curvatures)
    curved, V = np.array(shown["lambda"]), np.array([1.0, 1.0])
    assert curved == pytest.approx(curvatures) and shown["lr"] == pytest.approx(lr, rel=0.01)
    for k, place in enumerate(shown["path"]):
        assert place == pytest.approx(V, rel=1e-9, abs=1e-15), f"after {k} steps"
        V = V - shown["lr"] * curved * V
    assert shown["factors"] == pytest.approx(1 - shown["lr"] * curved)
    assert shown["limit"] == pytest.approx(2 / curved.max())


def test_below_half_both_directions_die_out_and_the_steep_one_swings(figure):
    shown = figure.values
    assert shown["lambda"] == [4, 1] and shown["factors"] == pytest.approx([-0.8, 0.55])
    assert "v₁ has the factor 1 − 0.45 · 4 = −0.80: it swings from side to side and dies out" in figure.words
    assert "0.55: it dies out" in figure.words


def test_past_two_over_the_curvature_one_direction_grows_while_the_other_dies_out(figure):
    v1, v2 = np.abs(bowl(figure, 0.52)["path"]).T
    assert np.all(np.diff(v1) > 0) and np.all(np.diff(v2) < 0)
    assert "beyond its limit, 0.5;" in figure.words
    v1, v2 = np.abs(bowl(figure, 2.1)["path"]).T
    assert np.all(np.diff(v1) > 0) and np.all(np.diff(v2) > 0)
    assert "beyond its limit" not in figure.words


def test_the_limit_moves_with_the_larger_curvature(figure):
    assert bowl(figure, 0.3, 8.0)["factors"][0] < -1 < bowl(figure, 0.3, 6.0)["factors"][0]


def test_in_a_round_bowl_one_rate_serves_both_directions(figure):
    shown = bowl(figure, 1.0, 1.0, 1.0)
    assert np.abs(shown["path"][1]) == pytest.approx([0, 0], abs=0.005)
    assert figure.words.count("arrives in one step") == 2
