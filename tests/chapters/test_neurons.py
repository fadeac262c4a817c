"""What the chapter on neurons and activations says, against what it measured."""

import itertools

import numpy as np
import pytest

from mnist_from_scratch import checks
from mnist_from_scratch.activations import Activation, ReLU, Sigmoid, relu, sigmoid
from mnist_from_scratch.gradient_check import numerical_gradient


@pytest.fixture(scope="module")
def neurons(chapter):
    return chapter("neurons")


@pytest.fixture(scope="module")
def survived(neurons):
    """What is left of a nudge, (seeds, layers), by the bend's name."""
    names = "identity", "tanh", "relu", "sigmoid"
    curves = {name: np.array(neurons.glued[f"neurons-survived-{name}"]) for name in names}
    for name, of_one in curves.items():
        assert of_one.shape == (5, 10), f"{name}: not five seeds of ten layers"
    return curves


def test_two_layers_without_a_bend_are_one(neurons):
    difference = neurons.glued["neurons-collapse-difference"]
    assert difference < 1e-14, f"the two layers and the one differ by {difference}"


def test_two_relu_neurons_solve_xor(neurons):
    assert neurons.glued["neurons-xor"] == [0, 1, 1, 0], "this is not XOR"


def test_no_sum_solves_xor_however_it_is_chosen():
    corners = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
    wanted = np.array([0, 1, 1, 0])
    best = np.linalg.lstsq(corners, wanted, rcond=None)[0]
    off = np.abs(corners @ best - wanted)
    assert off.min() > 0.49, f"the best sum should be wrong by a half everywhere, not {off}"


def test_doubling_the_neurons_quarters_the_error(neurons):
    errors = np.array(neurons.glued["neurons-sine-errors"])
    factors = errors[:-1] / errors[1:]
    assert len(errors) == 5, "4, 8, 16, 32 and 64 neurons were promised"
    assert np.abs(factors[1:] - 4).max() < 0.3, f"not about a quarter each time: {factors}"
    assert abs(factors[-1] - 4) < 0.05, f"in the end a quarter, but the factor is {factors[-1]}"
    assert factors[-1] == pytest.approx(neurons.glued["neurons-sine-last-factor"])
    d = 2 * np.pi / 2.0 ** np.arange(2, 7)
    assert np.all(errors < d**2 / 8), "a chord of the sine is off by less than d²/8"


@pytest.mark.parametrize(("z", "a"), [(0, 0.5), (np.log(4), 0.8), (-np.log(4), 0.2)])
def test_the_sigmoid_and_its_slope_are_as_worked_by_hand(z, a):
    block = Sigmoid()
    assert block.forward(np.array([[z]])) == pytest.approx(a), "the activation differs"
    assert block.backward(np.ones((1, 1))) == pytest.approx(a * (1 - a)), "the slope differs"


def test_the_sigmoid_is_calm_at_the_extremes(neurons):
    values = neurons.glued["neurons-sigmoid-values"]
    assert values == pytest.approx([0.5, 0.8, 0.2, 1, 0]), f"the chapter shows {values}"
    assert "inf nan" in neurons.text, "the formula as it stands should overflow"


def test_tanh_is_a_sigmoid_squeezed_and_stretched():
    z = np.linspace(-8, 8, 101)
    assert np.allclose(np.tanh(z), 2 * sigmoid(2 * z) - 1, atol=1e-15), "they differ"


def test_no_preactivation_is_exactly_zero(neurons):
    assert neurons.glued["neurons-zeros"] == 0, "the chapter says that zeros nearly never happen"


def test_the_gradient_of_a_neuron_is_as_worked_by_hand():
    x, w = np.array([1, 0.5, 0]), np.array([2, -1, 3.0])
    dw = numerical_gradient(lambda V: sigmoid(x @ V - 0.5), w)
    dx = numerical_gradient(lambda V: sigmoid(V @ w - 0.5), x)
    assert np.round(dw, 3).tolist() == [0.197, 0.098, 0], f"weights: {dw}"
    assert np.round(dx, 3).tolist() == [0.393, -0.197, 0.590], f"pixels: {dx}"


def test_smaller_steps_are_predicted_better(neurons):
    lines = [line.split() for line in neurons.text.splitlines() if line.startswith("moved by")]
    off = [abs(float(words[2].strip(",")) / float(words[4]) - 1) for words in lines]
    assert len(off) == 3 and off[0] > 3 * off[1] > 9 * off[2], f"relative errors {off}"


def test_the_paths_are_those_of_the_figure_and_the_text(neurons):
    first, second = neurons.glued["neurons-paths"]
    assert first > 0 > second and -second > first, "up through the first, down through the second"
    slope = numerical_gradient(lambda V: V[0] ** 2 * 3 * V[0], np.array([2.0]))
    assert slope[0] == pytest.approx(36), "the slope in the figure"
    assert neurons.glued["neurons-exercise-paths"] == pytest.approx([21, 16]), "the exercise"


def test_every_derivative_is_confirmed_to_ten_digits_or_so(neurons):
    glued = neurons.glued
    errors = glued["neurons-block-errors"] | {
        name: glued[name]
        for name in ("neurons-neuron-error", "neurons-paths-error", "neurons-exercise-softplus")
    }
    assert {"Identity", "Sigmoid", "Tanh", "ReLU"} <= set(errors), f"not all blocks: {errors}"
    assert max(errors.values()) < 1e-9, f"not to ten digits or so: {errors}"


def test_the_central_difference_says_a_half_at_the_corner(neurons):
    assert neurons.glued["neurons-corner"] == pytest.approx(0.5), "half of 0 and 1"
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


def test_the_rates_in_the_prose_are_those_of_the_curves(neurons, survived):
    for name, curves in survived.items():
        rate = np.mean((curves[:, -1] / curves[:, 0]) ** (1 / 9))
        assert neurons.glued[f"neurons-rate-{name}"] == pytest.approx(rate), name


def test_larger_weights_do_not_save_the_sigmoid(neurons):
    rates = np.array(neurons.glued["neurons-larger-rate"])
    assert len(rates) == 5 and rates.max() < 2 / 3, f"more than a third should be lost: {rates}"
    assert rates.min() > 0.25, f"but less than with small weights: {rates}"


# The checks of the exercises.


def flat(x, *coefficients):
    return relu(x[:, None] - np.arange(len(coefficients))) @ np.array(coefficients)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda x: flat(x, 1, -1, -1, 1), "Right: "),
        (lambda x: flat(x, 1, 0, -1, 0), "Not yet: you used the slopes"),
        (lambda x: flat(x, 1, -1, -1, 0), "Not yet: right up to x = 3"),
        (lambda x: flat(x, 1, -1), "Not yet: it rises and stays up"),
        (lambda x: flat(x, 1, -2, 1), "Not yet: that is the tent"),
        (lambda x: -flat(x, 1, -1, -1, 1), "Not yet: upside down"),
        (lambda x: flat(x, 1, 2, 3, 4), "Not yet: at x = 1.1 your curve is wrong"),
        (lambda x: flat(x, 1, -1, -1, 1)[:3], "Not yet: the shape"),
        (lambda x: None, "Not yet: your function returned None"),
    ],
)
def test_the_check_of_the_trapezium_knows_the_mistakes(answer, start, verdict):
    said = verdict(checks.trapezium, answer)
    assert said.startswith(start.strip()), f"it should say {start!r}, and says {said!r}"


def leaky(back, f=lambda Z: np.where(Z > 0, Z, 0.1 * Z)):
    methods = {"f": lambda self, Z: f(Z), "back": lambda self, dA: back(self.A, dA)}
    return type("LeakyReLU", (Activation,), methods)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (leaky(lambda A, dA: dA * np.where(A > 0, 1, 0.1)), "Right: "),
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


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda W, b, V, c: (2 * W, 2 * b, 2 * V, c - V.sum(axis=0)), "Right: "),
        (lambda W, b, V, c: (W, b, V, c), "Not yet: these are the tanh network's own"),
        (lambda W, b, V, c: (2 * W, 2 * b, 2 * V, c), "Not yet: the -1 of tanh"),
        (lambda W, b, V, c: (W, b, 2 * V, c - V.sum(axis=0)), "Not yet: the inner 2"),
        (lambda W, b, V, c: (2 * W, b, 2 * V, c - V.sum(axis=0)), "Not yet: b_1 is part of z"),
        (lambda W, b, V, c: (2 * W, 2 * b, V, c - V.sum(axis=0)), "Not yet: the outer 2"),
        (lambda W, b, V, c: (2 * W, 2 * b, 2 * V, c + V.sum(axis=0)), "Not yet: wrong sign"),
        (lambda W, b, V, c: (2 * W, 2 * b, 2 * V, c - 2 * V.sum(axis=0)), "Not yet: the -1 is multiplied by the old"),
        (lambda W, b, V, c: (2 * W, 2 * b, 2 * V, c - 1), "Not yet: the -1 is multiplied by W_2"),
        (lambda W, b, V, c: (2 * W, 2 * b, 2 * V, c - V.sum(axis=1)), "Not yet: the sum runs over the wrong axis"),
        (lambda W, b, V, c: (3 * W, b, V, c), "Not yet: put tanh"),
        (lambda W, b, V, c: (2 * W, 2 * b, 2 * V, c[0]), "Not yet: b_2 should keep its shape"),
        (lambda W, b, V, c: (W, b), "Not yet: return four arrays"),
    ],
)
def test_the_check_of_the_sigmoid_twin_knows_the_mistakes(answer, start, verdict):
    said = verdict(checks.sigmoid_twin, answer)
    assert said.startswith(start.strip()), f"it should say {start!r}, and says {said!r}"
