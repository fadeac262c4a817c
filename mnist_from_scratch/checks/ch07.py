"""Checks of chapter 07, gradient checking."""

import numpy as np

from ..activations import Softmax, Tanh
from ..data import one_hot
from ..layers import Dense
from ..losses import CrossEntropy
from ..network import Network
from ._verdict import check, compare, not_yet, right


class SlopedTanh(Tanh):
    """A tanh whose backward pass is wrong."""

    def back(self, dA):
        return dA * (1 - self.A)


def example(block):
    """Return a small network with block in the middle, X (5, 6) and Y (5, 4)."""
    rng = np.random.default_rng(707)
    first = Dense(rng.normal(size=(6, 5)), rng.normal(size=5))
    last = Dense(rng.normal(size=(5, 4)), rng.normal(size=4))
    X, Y = rng.normal(size=(5, 6)), one_hot(rng.integers(0, 4, 5), 4, np.float64)
    return Network([first, block, last], CrossEntropy(Softmax())), X, Y


@check
def direction_error(answer):
    """Check answer(network, X, Y, rng): the error along a random direction."""
    network, X, Y = example(Tanh())
    before = [V.copy() for V in network.params]
    errors = [answer(network, X, Y, np.random.default_rng(seed)) for seed in range(5)]
    if any(error is None for error in errors):
        return not_yet("your function returned None. Does it end with a return?")
    if not all(np.array_equal(V, old) for V, old in zip(network.params, before)):
        return not_yet("the parameters are not what they were. Put copies back when you are done.")
    if any(np.size(error) != 1 for error in errors):
        return not_yet("one number is wanted for the whole network, not one for each array.")
    if not all(0 <= error <= 1 for error in errors):
        return not_yet("the error must lie between 0 and 1: |a - b| / (|a| + |b|).")
    network, X, Y = example(SlopedTanh())
    wrong = [answer(network, X, Y, np.random.default_rng(seed)) for seed in range(5)]
    if max(wrong) < 1e-4:
        return not_yet("a network with a wrong gradient passes. Is the one slope from grads, the other from the loss?")
    if np.allclose(errors, 1 / 3, atol=1e-3):
        return not_yet("one third: a factor of two. The points are 2h apart, so divide by 2h.")
    if min(errors) > 0.01:
        return not_yet("a right gradient fails. Move all parameters along the same d that you sum with.")
    if max(errors) > 1e-7:
        return not_yet("close, but not central: measure at plus h and at minus h, in float64.")
    return right("it passes a right gradient and catches a wrong one, with two forward passes.")


@check
def five_point(answer):
    """Check answer(f, x, h): the difference whose error falls as h to the 4th."""

    def f(x):
        return np.exp(1.3 * x) + x**3

    x, h = 0.4, 0.1

    def central(h):
        return (f(x + h) - f(x - h)) / (2 * h)

    near, far = central(h), central(2 * h)
    compare(
        answer(f, x, h),
        (4 * near - far) / 3,
        "the h² terms cancel, and the error falls with the fourth power of h.",
        [
            (near, "this is the central difference for h alone; its h² is still there."),
            (far, "this is the central difference for 2h alone."),
            ((near + far) / 2, "the plain mean does not cancel: D(2h) has four times the h² of D(h)."),
            ((4 * far - near) / 3, "the two are swapped: 4 D(h) - D(2h)."),
            (4 * near - far, "divide by 3: the weights 4 and -1 must add up to 1."),
            (2 * near - far, "these weights cancel a term in h, but there is none; the one in h² is four times as large at 2h."),
            ((4 * near - 2 * far) / 3, "the points of the far difference are 4h apart."),
        ],
        "not (4 D(h) - D(2h)) / 3, with D the central difference.",
        tolerance=1e-9,
    )


@check
def complex_step(answer):
    """Check answer(f, x): the derivative from an imaginary step."""

    def f(x):
        return np.exp(x) / (1 + x * x)

    x = 0.7
    value, slope = f(x), f(x) * (1 - 2 * x / (1 + x * x))
    found = answer(f, x)
    if np.array_equal(found, 0.0):
        return not_yet("zero. The step must be imaginary, 1j * h; a real one of 1e-30 is lost in rounding.")
    compare(
        found,
        slope,
        "all digits, and nothing was subtracted.",
        [
            (value, "this is f(x). Take the imaginary part, not the real one."),
            (value / 1e-30, "take the imaginary part, not the real one, before you divide by h."),
            (slope * 1e-30, "the division by h is missing."),
            (slope / 2, "divide by h, not by 2h: there is only one step."),
            (-slope, "the sign: the step is plus i h."),
        ],
        "not the imaginary part of f(x + i h), divided by h.",
        tolerance=1e-14,
    )
