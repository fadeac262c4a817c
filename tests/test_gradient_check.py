"""Gradient checking: the ruler that the derivatives are held against."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import bits, five_line_gradient, refuses, small_data, small_network

from mnist_from_scratch import Dense, gradient_error, numerical_gradient, one_hot, relative_error

FLOATS = st.floats(-10, 10, width=32)
ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=3), elements=FLOATS)


def test_the_gradient_of_a_sum_of_squares_by_hand():
    V = np.array([[1.0, -2.0, 3.0]])
    measured = numerical_gradient(lambda V: np.sum(V**2), V)
    assert measured == pytest.approx(np.array([[2, -4, 6]]), abs=1e-9), f"got {measured}"
    assert measured.shape == V.shape and measured.dtype == np.float64, "not an array like V"


def test_the_difference_is_central():
    # For f(v) = v³ it is exactly 3v² + h²; one-sided it would be 3v² + 3vh + h².
    V = np.array([2.0])
    measured = numerical_gradient(lambda V: float(V[0]) ** 3, V, h=0.5)
    assert measured[0] == 3 * 2**2 + 0.5**2, f"at v = 2, h = 0.5 it should be 12.25: {measured}"


def test_the_default_step_is_accurate_to_nine_digits():
    V = np.array([1.0])
    measured = numerical_gradient(lambda V: np.exp(V[0]), V)
    assert abs(measured[0] - np.e) < 1e-9, f"the slope of exp at 1 is e, got {measured[0]}"


@given(ARRAYS)
def test_it_agrees_with_differences_taken_another_way(V):
    def f(V):
        return float(np.sin(V).sum() + np.prod(V + 0.5))

    expected = five_line_gradient(f, V)
    scale = 1 + np.abs(expected).max()
    gap = np.abs(numerical_gradient(f, V) - expected).max()
    assert gap < 1e-5 * scale, f"they differ by {gap}"


@given(ARRAYS)
def test_every_entry_is_put_back_to_the_bit(V):
    before = bits([V])
    numerical_gradient(lambda V: float(V.sum()), V)
    assert bits([V]) == before, "V has changed"


def test_an_entry_is_put_back_when_the_function_fails():
    V, calls = np.ones(3), []

    def f(V):
        calls.append(V.copy())
        if len(calls) == 4:
            raise KeyboardInterrupt
        return 0.0

    with refuses(error=KeyboardInterrupt, unchanged=[V]):
        numerical_gradient(f, V)
    assert calls[3][1] < 1, "the fourth call should have seen the second entry moved down"


def test_a_view_and_an_array_without_axes_are_measured_too():
    V = np.arange(6.0).reshape(2, 3).T
    assert np.allclose(numerical_gradient(lambda V: (V**2).sum(), V), 2 * V), "a view"
    scalar = np.array(3.0)
    assert np.allclose(numerical_gradient(lambda V: V**2, scalar), 6), "an array of shape ()"


@pytest.mark.parametrize("V, got", [
    (np.ones(2, np.float32), "float32"), (np.ones(2, int), "int64"), ([1.0, 2.0], "[1.0, 2.0]"),
    (np.float64(1.0), "float64"), (3.0, "3.0"), (None, "None"),
], ids=["float32", "int", "list", "scalar", "float", "None"])  # fmt: skip
def test_what_is_no_float64_array_is_refused(V, got):
    with refuses("V must be a float64 array", got):
        numerical_gradient(lambda V: 0.0, V)


@pytest.mark.parametrize("h", [0, 0.0, -1e-5, float("nan")])
def test_a_step_that_is_not_above_zero_is_refused(h):
    V = np.ones(2)
    with refuses("h must be a positive, finite number", f"got {h}", unchanged=[V]):
        numerical_gradient(lambda V: 0.0, V, h)


@pytest.mark.parametrize("answer", [None, "0", np.ones(2), 1j, [1.0, 2.0]], ids=repr)
def test_a_function_that_does_not_return_one_number_is_refused(answer):
    V = np.ones(2)
    with refuses("f(V) must be one number", unchanged=[V]):
        numerical_gradient(lambda V: answer, V)


def test_a_read_only_array_is_refused_by_name():
    V = np.ones(2)
    V.flags.writeable = False
    with refuses("V must be an array that can be written to"):
        numerical_gradient(np.sum, V)


def test_the_relative_error_of_bytes_does_not_wrap():
    a, b = np.array([0, 4], np.uint8), np.array([1, 4], np.uint8)  # in bytes 0 - 1 is 255
    assert relative_error(a, b) == relative_error(a.astype(float), b.astype(float)), "bytes wrap"
    assert relative_error([0, 4], [1, 4]) == relative_error(a, b), "lists differ from arrays"


def test_relative_errors_by_hand():
    a, b = np.array([3.0, 0.0]), np.array([0.0, 4.0])
    assert relative_error(a, b) == pytest.approx(5 / 7), "‖(3, -4)‖ / (3 + 4)"
    assert relative_error(a, a) == 0, "equal arrays"
    assert relative_error(a, -a) == 1, "opposite arrays"
    assert relative_error(a, 0 * a) == 1, "one of them zero"
    assert relative_error(0 * a, 0 * a) == 0, "both zero"
    assert relative_error(a, 2 * a) == pytest.approx(1 / 3), "twice as much"
    assert type(relative_error(a, b)) is float, "not a Python float"
    assert relative_error(3.0, 1.0) == 0.5, "two numbers instead of two arrays"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_is_never_called_right(bad):
    with np.errstate(invalid="ignore"):
        error = relative_error(np.array([bad, 1.0]), np.ones(2))
    assert not error < 1e-7, f"a gradient with {bad} has the error {error}"


def test_arrays_of_different_shape_are_not_compared():
    with refuses("b must have a's shape (3, 1)", "got (3,)"):
        relative_error(np.ones((3, 1)), np.ones(3))


def checked(**options):
    """A small float64 network with a batch to check its gradients on."""
    X, y = small_data(dtype=np.float64)
    return small_network(dtype=np.float64, **options), X, one_hot(y, 3, np.float64)


def test_a_right_network_passes_and_stays_as_it_was():
    network, X, Y = checked()
    before = bits(network.params)
    error = gradient_error(network, X, Y)
    assert error < 1e-7, f"the gradients are right, and the error is {error}"
    assert type(error) is float, "not a Python float"
    assert bits(network.params) == before, "the check has changed the network"


@pytest.mark.parametrize("wrong", range(4), ids=["dW1", "db1", "dW2", "db2"])
def test_a_gradient_twice_too_large_has_the_error_one_third(wrong, monkeypatch):
    network, X, Y = checked()
    right = type(network).backward

    def backward(self):
        right(self)
        self.grads[wrong] *= 2

    monkeypatch.setattr(type(network), "backward", backward)
    error = gradient_error(network, X, Y)
    assert error == pytest.approx(1 / 3, abs=1e-6), f"|2g - g| / |3g| = 1/3, got {error}"


@pytest.mark.parametrize("wrong", range(4), ids=["dW1", "db1", "dW2", "db2"])
def test_a_gradient_that_is_nan_does_not_pass(wrong, monkeypatch):
    network, X, Y = checked()
    right = type(network).backward

    def backward(self):
        right(self)
        self.grads[wrong].flat[0] = np.nan

    monkeypatch.setattr(type(network), "backward", backward)
    assert not gradient_error(network, X, Y) < 1, "a NaN in the gradient went unseen"


def test_the_step_is_passed_on():
    # A coarse step measures a curved loss badly: the error must show it.
    network, X, Y = checked()
    assert gradient_error(network, X, Y, h=0.5) > 1e-4, "h is not used"


def test_a_float32_network_is_refused():
    X, y = small_data()
    network = small_network()
    with refuses("float64", "float32", unchanged=network.params):
        gradient_error(network, X, one_hot(y, 3))


def test_a_broken_layer_of_a_readers_own_is_found():
    class Forgetful(Dense):
        def gradients(self, dZ):
            super().gradients(dZ)
            self.db[:] = 0  # forgets the bias

    network, X, Y = checked()
    network.blocks[0].__class__ = Forgetful
    assert gradient_error(network, X, Y) == 1, "a gradient of zero is as wrong as can be"


@pytest.mark.parametrize("V, h", [(1.0, 1e-20), (1e12, 1e-5)], ids=["a tiny step", "a huge number"])
def test_a_step_that_does_not_move_the_number_is_refused(V, h):
    V = np.array([V])
    with refuses("h must be large enough to move", f"got {h}", unchanged=[V]):
        numerical_gradient(lambda V: float(V[0]), V, h)


@pytest.mark.parametrize("size", [1e-200, 1, 1e200])
def test_the_relative_error_of_tiny_and_huge_numbers_is_that_of_others(size):
    assert relative_error([size], [3 * size]) == 0.5, "their squares are 0 or infinite"


def test_bad_arguments_leave_the_gradients_of_a_network_alone():
    network = small_network(dtype=np.float64)
    X, y = small_data(dtype=np.float64)
    with refuses("h must be a positive", unchanged=network.grads):
        gradient_error(network, X, np.eye(3)[y], h=-1)
    with refuses("f must be a function"):
        numerical_gradient(3, np.ones(2))


def test_a_function_that_gives_no_number_on_one_side_is_refused_by_name():
    V = np.array([2.0])
    with refuses("f(V) must be one number", unchanged=[V]):
        numerical_gradient(lambda V: V.sum() if V[0] > 2 else "below", V)
