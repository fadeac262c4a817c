"""The checks of chapter 03, neurons and activations."""

import numpy as np

from ..activations import Activation, relu, sigmoid
from ._verdict import check, close, compare, not_yet


@check
def trapezium(answer):
    """Check a function of x that draws 0, up to 1, level, down to 0 with ReLUs."""
    x = np.linspace(-1, 5, 61)

    def drawn(*coefficients):
        return relu(x[:, None] - np.arange(4)) @ np.array(coefficients)

    compare(
        answer(x.copy()),
        drawn(1, -1, -1, 1),
        "four kinks, and each coefficient is the change of slope there.",
        [
            (drawn(1, 0, -1, 0), "you used the slopes. A neuron's coefficient is "
             "the change of slope at its kink."),
            (drawn(1, -1, -1, 0), "right up to x = 3, and then it runs on below "
             "zero: the last change of slope is missing."),
            (drawn(1, -1, 0, 0), "it rises and stays up. The fall from x = 2 on is "
             "a change of slope too."),
            (drawn(1, -2, 1, 0), "that is the tent. The trapezium stays level from "
             "x = 1 to x = 2."),
            (-drawn(1, -1, -1, 1), "upside down: all the signs are reversed."),
        ],
        "draw it and go through the kinks from left to right: by how much does the "
        "slope change at each?",
    )


@check(of="class")
def leaky_relu(answer):
    """Check a block class with slope 1 above 0 and slope 0.1 below."""
    if not (isinstance(answer, type) and issubclass(answer, Activation)):
        return not_yet("give the class itself, derived from Activation, without ().")
    Z = np.array([[-3.0, -0.5, 0.25], [2.0, -1.0, 4.0]])
    dA = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
    on, block = Z > 0, answer()
    A = block.forward(Z.copy())
    if A is None or np.shape(A) != Z.shape:
        return not_yet(f"f should return an array of shape {Z.shape}, like Z.")
    if close(A, relu(Z), 1e-9):
        return not_yet("f is a plain ReLU: below 0 it should give 0.1 Z.")
    if not close(A, np.where(on, Z, 0.1 * Z), 1e-9):
        return not_yet("f should give Z above 0, and 0.1 Z elsewhere.")
    slope = np.where(on, 1, 0.1)
    compare(
        block.backward(dA.copy()),
        dA * slope,
        "every gradient passes, and a neuron that is off still hears a tenth.",
        [
            (slope, "that is the slope alone. Multiply dA by it."),
            (dA * on, "where the neuron is off, you pass nothing: that is the plain "
             "ReLU. The slope there is 0.1."),
            (dA, "you pass everything on unchanged. Where the neuron is off, the "
             "slope is 0.1."),
            (dA * np.where(on, 0.1, 1), "the two slopes have changed places."),
            (dA * A, "you multiply by the activation, not by its slope."),
            (np.where(dA > 0, 1, 0.1) * dA, "you ask for the sign of dA. Whether a "
             "neuron is on is decided by A."),
        ],
        "back should return dA times the slope: 1 where A is above 0, else 0.1.",
    )


@check
def sigmoid_twin(answer):
    """Check a function that turns a tanh network into an equal sigmoid one."""
    rng = np.random.default_rng(3)
    X, W_1, b_1 = rng.normal(size=(6, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    W_2, b_2 = rng.normal(size=(4, 4)), rng.normal(size=4)
    rows = W_2.sum(axis=0)
    four = answer(W_1.copy(), b_1.copy(), W_2.copy(), b_2.copy())
    if not isinstance(four, (tuple, list)) or len(four) != 4:
        return not_yet("return four arrays: W_1, b_1, W_2, b_2.")
    for name, mine, given in zip(("W_1", "b_1", "W_2", "b_2"), four, (W_1, b_1, W_2, b_2)):
        if np.shape(mine) != given.shape:
            return not_yet(f"{name} should keep its shape {given.shape}, yours is {np.shape(mine)}.")

    def output(V_1, c_1, V_2, c_2):
        return sigmoid(X @ V_1 + c_1) @ V_2 + c_2

    compare(
        output(*four),
        np.tanh(X @ W_1 + b_1) @ W_2 + b_2,
        "the two networks agree on every input.",
        [
            (output(W_1, b_1, W_2, b_2), "these are the tanh network's own numbers."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2), "the -1 of tanh = 2 sigmoid(2z) - 1 "
             "is missing. It belongs in b_2."),
            (output(W_1, b_1, 2 * W_2, b_2 - rows), "the inner 2, in sigmoid(2z), is "
             "missing. It belongs in W_1 and in b_1."),
            (output(2 * W_1, b_1, 2 * W_2, b_2 - rows), "b_1 is part of z too, and has "
             "to be doubled."),
            (output(2 * W_1, 2 * b_1, W_2, b_2 - rows), "the outer 2, in front of the "
             "sigmoid, is missing. It belongs in W_2."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 + rows), "wrong sign: the -1 takes "
             "away, so b_2 becomes smaller by the sum."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 - 2 * rows), "the -1 is multiplied "
             "by the old W_2, not by the doubled one."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 - 1), "the -1 is multiplied by W_2 "
             "before it reaches the output."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 - W_2.sum(axis=1)), "the sum runs over "
             "the wrong axis: add up the rows of W_2, one for each hidden neuron."),
        ],
        "put tanh(Z) = 2 sigmoid(2Z) - 1 into the formula and multiply out.",
    )
