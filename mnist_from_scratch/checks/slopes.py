"""The checks of the chapter on slopes."""

import numpy as np

from ..activations import Activation, relu
from ._verdict import check, compare, keeps_float32, not_yet, numbers, right, unchanged


@check(of="class")
def leaky_relu(answer):
    """Check a block class with slope 1 above 0 and slope 0.1 below."""
    if not issubclass(answer, Activation):
        not_yet("derive the class from Activation: class LeakyReLU(Activation).")
    Z = np.array([[-3.0, -0.5, 0.25], [2.0, -1.0, 4.0]])
    dA = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
    on, block, given, sent = Z > 0, answer(), Z.copy(), dA.copy()
    A = numbers(block.forward(given), "the result of f")
    compare(
        A, np.where(on, Z, 0.1 * Z), None,
        [
            (relu(Z), "f is a plain ReLU: below 0 it should give 0.1 Z."),
            (np.maximum(Z, 0.1), "f gives 0.1 below 0, for every Z: it should give 0.1 times Z."),
            (np.minimum(Z, 0.1 * Z), "f takes the smaller of Z and 0.1 Z: the leak is on the wrong side."),
            (np.where(on, Z, 0.01 * Z), "the slope below 0 should be 0.1, yours is 0.01."),
            (np.where(on, Z, -0.1 * Z), "below 0 the line should go on downwards: 0.1 Z is negative there."),
            (np.where(on, 1, 0.1), "these are the slopes. f should return the activations."),
            (0.1 * Z, "f gives 0.1 Z everywhere: above 0 it should give Z."),
            (Z, "f changes nothing: below 0 it should give 0.1 Z."),
        ],
        "f should give Z above 0, and 0.1 Z elsewhere.", name="the result of f",
    )  # fmt: skip
    unchanged("Z", Z, given)
    slope = np.where(on, 1, 0.1)
    dZ = block.backward(sent)
    unchanged("dA", dA, sent)
    compare(
        dZ,
        dA * slope,
        None,
        [
            (slope, "that is the slope alone. Multiply dA by it."),
            (dA * on, "where the neuron is off, you pass nothing: that is the plain "
             "ReLU. The slope there is 0.1."),
            (on, "that is the slope of a plain ReLU, and alone. Multiply dA by 1 or 0.1."),
            (np.where(on, dA, 0.1), "where the neuron is off, you pass 0.1 on: it should be 0.1 times dA."),
            (np.where(on, 1, 0.1 * dA), "where the neuron is on, you pass 1 on: it should be dA."),
            (np.where(on, dA, 0.01 * dA), "the slope below 0 should be 0.1, yours is 0.01."),
            (np.where(on, dA, -0.1 * dA), "the slope below 0 is 0.1, and not negative."),
            (dA, "you pass everything on unchanged. Where the neuron is off, the "
             "slope is 0.1."),
            (dA * np.where(on, 0.1, 1), "the two slopes have changed places."),
            (dA * A, "you multiply by the activation, not by its slope."),
            (A, "back returned the activation. It should be dA times the slope."),
            (np.where(dA > 0, 1, 0.1) * dA, "you ask for the sign of dA. Whether a "
             "neuron is on is decided by A."),
            (dA / slope, "slopes multiply along a path: you divide by them."),
        ],
        "back should return dA times the slope: 1 where A is above 0, else 0.1.",
        name="the result of back",
    )  # fmt: skip
    single = answer()
    keeps_float32(f=single.forward(np.float32(Z)))
    keeps_float32(back=single.backward(np.float32(dA)))
    right("every gradient passes, and a neuron that is off still hears a tenth.")
