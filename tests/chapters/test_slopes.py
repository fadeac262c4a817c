"""What the chapter on slopes says, against what it measured."""

import itertools

import numpy as np
import pytest

from mnist_from_scratch import checks
from mnist_from_scratch.activations import Activation, ReLU, Sigmoid, relu, sigmoid
from mnist_from_scratch.gradient_check import numerical_gradient


@pytest.fixture(scope="module")
def slopes(chapter):
    return chapter("slopes")


def test_the_two_numbers_by_hand_are_sent_back_as_the_page_says(slopes):
    block = Sigmoid()
    block.forward(np.array([[np.log(4), -np.log(4)]]))
    assert block.backward(np.array([[3.0, -1]])) == pytest.approx(np.array([[0.48, -0.16]]))
    assert "[[ 0.48 -0.16]]" in slopes.text, "the page shows others"


@pytest.fixture(scope="module")
def survived(slopes):
    """What is left of a nudge, (seeds, layers), by the bend's name."""
    names = "identity", "tanh", "relu", "sigmoid"
    curves = {name: np.array(slopes.glued[f"slopes-survived-{name}"]) for name in names}
    for name, of_one in curves.items():
        assert of_one.shape == (5, 10), f"{name}: not five seeds of ten layers"
    return curves


def test_no_preactivation_is_exactly_zero(slopes):
    assert slopes.glued["slopes-zeros"] == 0, "the chapter says that zeros nearly never happen"


def test_the_gradient_of_a_neuron_is_as_worked_by_hand():
    x, w = np.array([1, 0.5, 0]), np.array([2, -1, 3.0])
    dw = numerical_gradient(lambda V: sigmoid(x @ V - 0.5), w)
    dx = numerical_gradient(lambda V: sigmoid(V @ w - 0.5), x)
    assert np.round(dw, 3).tolist() == [0.197, 0.098, 0], f"weights: {dw}"
    assert np.round(dx, 3).tolist() == [0.393, -0.197, 0.590], f"pixels: {dx}"


def test_smaller_steps_are_predicted_better(slopes):
    lines = [line.split() for line in slopes.text.splitlines() if line.startswith("moved by")]
    off = [abs(float(words[2].strip(",")) / float(words[4]) - 1) for words in lines]
    assert len(off) == 3 and off[0] > 3 * off[1] > 9 * off[2], f"relative errors {off}"


def test_the_paths_are_those_of_the_figure_and_the_text(slopes):
    first, second = slopes.glued["slopes-paths"]
    assert first > 0 > second and -second > first, "up through the first, down through the second"
    slope = numerical_gradient(lambda V: V[0] ** 2 * 3 * V[0], np.array([2.0]))
    assert slope[0] == pytest.approx(36), "the slope in the figure"
    assert slopes.glued["slopes-exercise-paths"] == pytest.approx([21, 16]), "the exercise"


def test_every_derivative_is_confirmed_to_ten_digits_or_so(slopes):
    glued = slopes.glued
    errors = glued["slopes-block-errors"] | {
        name: glued[name]
        for name in ("slopes-neuron-error", "slopes-paths-error", "slopes-exercise-softplus")
    }
    assert {"Identity", "Sigmoid", "Tanh", "ReLU"} <= set(errors), f"not all blocks: {errors}"
    assert max(errors.values()) < 1e-9, f"not to ten digits or so: {errors}"


def test_the_central_difference_says_a_half_at_the_corner(slopes):
    assert slopes.glued["slopes-corner"] == pytest.approx(0.5), "half of 0 and 1"
    block = ReLU()
    block.forward(np.zeros((1, 1)))
    assert block.backward(np.ones((1, 1))) == 0, "the module returns 0 at the corner"


def test_without_a_bend_a_nudge_keeps_its_size(survived):
    assert np.abs(survived["identity"] - 1).max() < 0.2, "the control enlarges or shrinks"


def test_sigmoids_swallow_a_nudge(survived):
    curves = survived["sigmoid"]
    factors = curves[:, 1:] / curves[:, :-1]
    assert curves[:, 0].max() < 0.25 and factors.max() < 0.25, "a quarter is left at most"
    assert curves[:, -1].max() < 1e-6, "less than a millionth after ten layers"


def test_relus_leave_one_part_in_root_two(survived):
    curves = survived["relu"]
    rates = (curves[:, -1] / curves[:, 0]) ** (1 / 9)
    assert np.abs(rates - 0.5**0.5).max() < 0.05, f"not about 0.71: {rates}"


def test_the_bends_come_in_the_order_of_the_figure(survived):
    by_size = [survived[name][:, -1] for name in ("identity", "tanh", "relu", "sigmoid")]
    for more, less in itertools.pairwise(by_size):
        assert more.min() > less.max(), "two bends overlap after ten layers"
    assert 0.5 < by_size[1].min() and by_size[1].max() < 0.7, "tanh falls slightly"
    assert 0.02 < by_size[2].min() and by_size[2].max() < 0.05, "ReLU: a few hundredths"


def test_the_rates_in_the_prose_are_those_of_the_curves(slopes, survived):
    for name, curves in survived.items():
        rate = np.mean((curves[:, -1] / curves[:, 0]) ** (1 / 9))
        assert slopes.glued[f"slopes-rate-{name}"] == pytest.approx(rate), name


def test_the_product_of_slopes_along_three_sigmoids_is_at_most_the_bound():
    w, x, h = np.array([0.9, -1.0, 0.7]), 0.4, 1e-5

    def activations(x):
        a = [x]
        for weight in w:
            a.append(sigmoid(np.array(weight * a[-1])))
        return np.array(a[1:], float)

    a = activations(x)
    product = np.prod(w * a * (1 - a))
    measured = (activations(x + h)[-1] - activations(x - h)[-1]) / (2 * h)
    assert product == pytest.approx(measured, rel=1e-6), "the line of the vanishing gradient"
    assert abs(product) < 0.25**3, "weights of at most 1 should not make up for the slopes"


def test_ten_slopes_of_a_quarter_are_about_a_millionth():
    assert 0.25**10 == pytest.approx(1e-6, rel=0.06)


def test_far_larger_weights_save_the_sigmoid(slopes):
    rates = {int(spread): np.array(rate) for spread, rate in slopes.glued["slopes-larger"].items()}
    assert all(len(rate) == 5 for rate in rates.values()), "not five seeds"
    means = [rates[spread].mean() for spread in (4, 8, 11, 16)]
    assert means == pytest.approx([0.62, 0.90, 1.02, 1.26], abs=0.03), f"the rates are {means}"
    assert rates[4].max() < 0.7 and rates[16].min() > 1.1, f"they overlap with 1: {rates}"
    growth = slopes.glued["slopes-larger-growth"]
    assert growth == pytest.approx(means[3] / means[1]), "the prose shows another"
    assert growth == pytest.approx(2**0.5, abs=0.05), "double the spread, √2 as much"


def test_with_a_spread_of_11_most_sigmoids_are_saturated():
    rng = np.random.default_rng(0)
    A = rng.random((100, 100))
    for _ in range(5):
        A = sigmoid(A @ (11 * rng.normal(size=(100, 100)) / 10))
    assert np.mean(A * (1 - A) < 0.05) > 0.5, "most have a slope worth the name"


def test_double_the_spread_leaves_half_as_many_sigmoids_near_0():
    near = []
    for spread in (8, 16):
        rng = np.random.default_rng(0)
        A = rng.random((100, 100))
        for _ in range(5):
            Z = A @ (spread * rng.normal(size=(100, 100)) / 10)
            A = sigmoid(Z)
        near.append(np.mean(np.abs(Z) < 1))
    assert near[0] / near[1] == pytest.approx(2, abs=0.4), f"shares near 0: {near}"


def leaky(back, f=lambda Z: np.where(Z > 0, Z, 0.1 * Z)):
    methods = {"f": lambda self, Z: f(Z), "back": lambda self, dA: back(self.A, dA)}
    return type("LeakyReLU", (Activation,), methods)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (leaky(lambda A, dA: np.where(A > 0, dA, 0.1 * dA)), "Right: "),
        (leaky(lambda A, dA: dA * np.where(A > 0, 1, 0.1).astype(dA.dtype)), "Right: "),
        (leaky(lambda A, dA: np.where(A > 0, dA, 0.1 * dA), lambda Z: np.maximum(Z, 0.1 * Z)), "Right: "),
        (leaky(lambda A, dA: dA * np.where(A > 0, 1, 0.1)), "Not yet: right in float64; but of float32 arrays back makes"),
        (leaky(lambda A, dA: np.where(A > 0, dA, 0.1 * dA), lambda Z: Z * np.where(Z > 0, 1, 0.1)),
         "Not yet: right in float64; but of float32 arrays f makes"),
        (leaky(lambda A, dA: np.where(A > 0, 1, 0.1)), "Not yet: that is the slope alone"),
        (leaky(lambda A, dA: dA * (A > 0)), "Not yet: where the neuron is off, you pass nothing"),
        (leaky(lambda A, dA: dA), "Not yet: you pass everything"),
        (leaky(lambda A, dA: dA * np.where(A > 0, 0.1, 1)), "Not yet: the two slopes"),
        (leaky(lambda A, dA: dA * A), "Not yet: you multiply by the activation"),
        (leaky(lambda A, dA: dA * np.where(dA > 0, 1, 0.1)), "Not yet: you ask for the sign of dA"),
        (leaky(lambda A, dA: dA + A), "Not yet: back should return"),
        (leaky(lambda A, dA: dA, relu), "Not yet: f is a plain ReLU"),
        (leaky(lambda A, dA: dA, np.abs), "Not yet: f should give Z above 0"),
        (leaky(lambda A, dA: dA, lambda Z: None), "Not yet: the result of f is None"),
        (leaky(lambda A, dA: dA)(), "Not yet: give checks.leaky_relu the class itself"),
    ],
)
def test_the_check_of_the_leaky_relu_knows_the_mistakes(answer, start, verdict):
    said = verdict(checks.leaky_relu, answer)
    assert said.startswith(start.strip()), f"it should say {start!r}, and says {said!r}"
