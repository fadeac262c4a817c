"""Losses: how wrong a batch of outputs is, as one number, and its gradient.

A loss works on Z, what comes out of the last layer, and holds the output
activation that turns Z into A. It sums over outputs and averages over the N
examples, here and nowhere else. Z, Y: (N, K) floats of the same dtype.
"""

from copy import copy

import numpy as np

from ._arguments import (
    check_distributions, check_floats, check_forward, check_object, check_shares,
    check_targets,
)
from .activations import Identity, Sigmoid, Softmax, Tanh, log_softmax


def log_sigmoid(Z):
    """Return log(sigmoid(Z)), finite for finite Z."""
    return -np.logaddexp(0, -Z)


def softmax_cross_entropy(Z, Y):
    """Return the summed cross-entropy -sum(Y log P), and P = softmax(Z)."""
    log_P = log_softmax(Z)
    return -np.vdot(Y, log_P), np.exp(log_P)


def sigmoid_cross_entropy(Z, Y):
    """Return the summed cross-entropies of K sigmoids, and A = sigmoid(Z)."""
    log_A, log_not_A = log_sigmoid(Z), log_sigmoid(-Z)
    return -np.vdot(Y, log_A) - np.vdot(1 - Y, log_not_A), np.exp(log_A)


class Loss:
    """What both losses share: forward gives a float, backward gives dZ."""

    outputs = ()
    Z = A = None

    def __init__(self, output):
        self.output = copy(check_object("output", output, self.outputs))

    def forward(self, Z, Y):
        """Return the loss of outputs Z against one-hot Y, a float."""
        Z = check_floats("Z", Z)
        check_targets(Y, Z)
        total, self.A = self.f(Z, Y)
        self.Z, self.Y = Z, Y
        return float(total) / len(Z)

    def backward(self):
        """Return dZ, (N, K), for the Z and Y of the last forward."""
        check_forward(self, self.Z)
        return self.back((self.A - self.Y) / len(self.Y))

    def __repr__(self):
        return f"{type(self).__name__}({self.output!r})"


class MeanSquaredError(Loss):
    """1/(2N) sum ‖A - Y‖², as in Nielsen's book."""

    outputs = Softmax, Sigmoid, Tanh, Identity

    def f(self, Z, Y):
        A = self.output.forward(Z)
        return np.square(A - Y).sum() / 2, A

    def back(self, dA):
        return self.output.backward(dA)


class CrossEntropy(Loss):
    """-1/N sum Y log P for softmax; for sigmoids the sum of the K binary ones.

    Computed from Z in one step with the output activation, so that log 0
    never happens and the gradient is (A - Y) / N.
    """

    outputs = Softmax, Sigmoid

    def f(self, Z, Y):
        if isinstance(self.output, Softmax):
            check_distributions(Y)
            return softmax_cross_entropy(Z, Y)
        check_shares(Y)
        return sigmoid_cross_entropy(Z, Y)

    def back(self, dZ):
        return dZ
