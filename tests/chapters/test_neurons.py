"""What the chapter on neurons says, against what it measured."""

import numpy as np
import pytest

from mnist_from_scratch import checks
from mnist_from_scratch.activations import ReLU, Sigmoid, Tanh, relu, sigmoid


@pytest.fixture(scope="module")
def neurons(chapter):
    return chapter("neurons")


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


def test_one_or_two_relus_are_and_and_or(neurons):
    assert "[0. 0. 0. 1.] [0. 1. 1. 1.]" in neurons.text, "the exercise shows others"


def test_the_formula_as_it_is_overflows_with_a_warning_and_is_right():
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert 1 / (1 + np.exp(1000.0)) == 0, "one over infinity should be 0"


def test_the_slopes_of_the_s_shapes_fade_and_relus_does_not():
    z = np.array([[-40, 0, 40, 1e6]])
    slopes = {}
    for kind in (Sigmoid, Tanh, ReLU):
        block = kind()
        block.forward(z)
        slopes[kind] = block.backward(np.ones_like(z))[0]
    assert slopes[Sigmoid] == pytest.approx([0, 0.25, 0, 0]), "sigmoid: a quarter, and 0 at both ends"
    assert slopes[Tanh] == pytest.approx([0, 1, 0, 0]), "tanh: 1, and 0 at both ends"
    assert slopes[ReLU].tolist() == [0, 0, 1, 1], "ReLU: 1 wherever it is on"


def test_tanh_is_a_sigmoid_squeezed_and_stretched():
    z = np.linspace(-8, 8, 101)
    assert np.allclose(np.tanh(z), 2 * sigmoid(2 * z) - 1, atol=1e-15), "they differ"


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
