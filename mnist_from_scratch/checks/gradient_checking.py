"""Checks of the chapter on gradient checking."""

import numpy as np

from ..activations import Softmax, Tanh
from ..data import one_hot
from ..layers import Dense
from ..losses import CrossEntropy
from ..network import Network
from ._verdict import check, close, compare, not_yet, numbers, right


class SlopedTanh(Tanh):
    """A tanh whose backward pass is wrong."""

    def back(self, dA):
        return dA * (1 - self.A)


class Thousandfold(CrossEntropy):
    """The loss in another unit, with the gradient that belongs to it."""

    def forward(self, Z, Y):
        return 1000 * super().forward(Z, Y)

    def backward(self):
        return 1000 * super().backward()


class Seesaw(Dense):
    """A layer whose gradient is too large for one weight and too small for the next."""

    def gradients(self, dZ):
        super().gradients(dZ)
        self.dW[0, :2] += 1, -1


class TurnedSign(CrossEntropy):
    """A loss whose gradient has the wrong sign."""

    def backward(self):
        return -super().backward()


def example(block, loss=CrossEntropy, layer=Dense):
    """Return a small network with block in the middle, X (5, 7) and Y (5, 3)."""
    rng = np.random.default_rng(707)
    first = layer(rng.normal(size=(7, 5)), rng.normal(size=5))
    last = Dense(rng.normal(size=(5, 3)), rng.normal(size=3))
    X, Y = rng.normal(size=(5, 7)), one_hot(rng.integers(0, 3, 5), 3, np.float64)
    return Network([first, block, last], loss(Softmax())), X, Y


@check
def direction_error(answer):
    """Check answer(network, X, Y, rng): the error along a random direction."""

    def errors(*kind):
        network, X, Y = example(*kind)
        before = [V.copy() for V in network.params]
        found = [answer(network, X, Y, np.random.default_rng(seed)) for seed in range(5)]
        found = [numbers(error, "the error") for error in found]
        if not all(np.array_equal(V, old) for V, old in zip(network.params, before)):
            not_yet("the parameters are not what they were. Put copies back when you are done.")
        if any(error.size != 1 for error in found):
            not_yet("one number is wanted for the whole network, not one for each array.")
        found = np.array([error.item() for error in found])
        if not np.isfinite(found).all():
            not_yet("the error is NaN or infinite. Are a and b of one sign, and both not 0?")
        if not all(0 <= found) or not all(found <= 1 + 1e-9):
            not_yet("the error must lie between 0 and 1: |a - b| / (|a| + |b|).")
        return found

    good, wrong = errors(Tanh()), errors(SlopedTanh())
    if max(wrong) < 1e-4:
        not_yet("a network with a wrong gradient passes. Is the one slope from grads, the other from the loss?")
    for share, message in [
        (1 / 3, "one third: a factor of two. The points are 2h apart, so divide by 2h."),
        (3 / 5, "three fifths: a factor of four. The points are 2h apart, so divide by 2h."),
        (1, "an error of 1, for a right gradient: one of the slopes is far too small, or has the wrong sign."),
    ]:
        if close(good, share, 1e-3):
            not_yet(message)
    if close(good, 2 / 3, 1e-3):
        not_yet("a factor of five: the batch has five images. The 1/N is in the gradient already.")
    if min(good) > 0.01:
        not_yet("a right gradient fails. Move all parameters along the same d that you sum with.")
    if max(good) > 1e-7:
        not_yet("close, but not central: measure at plus h and at minus h, in float64.")
    if not close(errors(SlopedTanh(), Thousandfold), wrong, 1e-3):
        not_yet("the error should not change if the loss is measured in another unit: divide by |a| + |b|.")
    if not close(errors(Tanh(), TurnedSign), 1, 1e-3):
        not_yet("a gradient with the wrong sign should have the error 1: divide by |a| + |b|, each made positive.")
    if max(errors(Tanh(), CrossEntropy, Seesaw)) < 1e-4:
        not_yet("a gradient passes that is too large for one weight and too small for the next: d is a "
                "random number for each weight, of the shape of V, not one for a whole array.")  # fmt: skip
    right("it passes a right gradient and catches a wrong one, with two forward passes.")


@check
def five_point(answer):
    """Check answer(f, x, h): the difference whose error falls as h to the 4th."""

    def f(x):
        return np.exp(1.3 * x) + x**3

    x, h = 0.57, 0.11

    def central(h):
        return (f(x + h) - f(x - h)) / (2 * h)

    def forward(h):
        return (f(x + h) - f(x)) / h

    near, far, half = central(h), central(2 * h), central(h / 2)
    compare(
        answer(f, x, h),
        (4 * near - far) / 3,
        "the h² terms cancel, and the error falls with the fourth power of h.",
        [
            (near, "this is the central difference for h alone; its h² is still there."),
            (far, "this is the central difference for 2h alone."),
            (f(x), "this is f(x) itself; wanted is its slope."),
            (forward(h), "this is the forward difference: combine two central ones."),
            (1.3 * np.exp(1.3 * x) + 3 * x**2, "this is the slope itself, from elsewhere: measure it, with h."),
            ((near + far) / 2, "the plain mean does not cancel: D(2h) has four times the h² of D(h)."),
            ((4 * far - near) / 3, "the two are swapped: 4 D(h) - D(2h)."),
            ((4 * half - near) / 3, "right for h and h/2. The exercise asks for h and 2h."),
            (4 * near - far, "divide by 3: the weights 4 and -1 must add up to 1."),
            ((4 * near + far) / 5, "with a plus nothing cancels: one of the weights must be negative."),
            ((4 * near - far) / 5, "divide by 3: the weights 4 and -1 must add up to 1."),
            ((4 * near - far) / 4, "divide by 3: the weights 4 and -1 must add up to 1."),
            ((4 * near - far) / 2, "divide by 3: the weights 4 and -1 must add up to 1."),
            (2 * near - far, "these weights cancel a term in h, but there is none; the one in h² is four times as large at 2h."),
            ((16 * near - far) / 15, "these weights cancel h⁴. The term in h² is four times as large at 2h, not sixteen times."),
            ((4 * near - 2 * far) / 3, "the points of the far difference are 4h apart."),
            ((8 * near - far) / 3, "the points of the near difference are 2h apart."),
            (2 * (4 * near - far) / 3, "twice too large: the points of a central difference are two steps apart."),
            (h * (4 * near - far) / 3, "the division by h is missing."),
            (h**2 * (4 * near - far) / 3, "/ 12 * h divides, and then multiplies by h: put brackets around the divisor."),
            (h**2 * near, "/ 2 * h divides, and then multiplies by h: put brackets around the divisor. And then combine."),
            ((4 * forward(h) - forward(2 * h)) / 3, "these are forward differences: combine two central ones."),
            (2 * forward(h) - forward(2 * h), "these are forward differences: combine two central ones."),
        ],
        "not (4 D(h) - D(2h)) / 3, with D the central difference.",
        tolerance=1e-9,
        name="your slope",
    )


@check
def complex_step(answer):
    """Check answer(f, x): the derivative from an imaginary step."""

    def f(x):
        return np.exp(x) / (1 + x * x)

    x = 0.7
    value, slope = f(x), f(x) * (1 - 2 * x / (1 + x * x))
    found = numbers(answer(f, x))
    if found.shape == () and found == 0:
        not_yet("zero. The step must be imaginary, 1j * h; a real one of 1e-30 is lost in rounding.")
    if found.dtype.kind == "c":
        not_yet("your slope is complex: take the imaginary part, np.imag.")
    compare(
        found,
        slope,
        None,
        [
            (value, "this is f(x). Take the imaginary part, not the real one."),
            (value / 1e-30, "take the imaginary part, neither the real one nor the size, before you divide by h."),
            (slope * 1e-30, "the division by h is missing."),
            (slope / 2, "divide by h, not by 2h: there is only one step."),
            (-slope, "the sign: the step is plus i h."),
        ],
        "close, but digits are lost: is something subtracted, or is h not small enough?"
        if found.shape == () and close(found, slope, 1e-3)
        else "not the imaginary part of f(x + i h), divided by h.",
        tolerance=1e-14,
        name="your slope",
    )
    if not close(numbers(answer(np.exp, 2.0)), np.exp(2), 1e-13):
        not_yet("right for one function, but not for exp at 2: f and x should be those that are given.")
    right("all digits, and nothing was subtracted.")
