"""Losses: how wrong a batch of outputs is, as one number, and its gradient.

A loss works on Z, what comes out of the last layer, and holds the output
activation that turns Z into A. It sums over outputs and averages over the N
examples, here and nowhere else. Z, Y: (N, K) floats of the same dtype.
"""

import numpy as np

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
    A = None

    def __init__(self, output):
        if not isinstance(output, self.outputs):
            wanted = ", ".join(f"{each.__name__}()" for each in self.outputs)
            raise ValueError(f"output must be one of {wanted}, got {output!r}")
        self.output = output

    def forward(self, Z, Y):
        """Return the loss of outputs Z against one-hot Y, a float."""
        if Z.shape != Y.shape or Z.dtype != Y.dtype or Z.ndim != 2 or not len(Z):
            raise ValueError(
                f"Y must have the shape and dtype of Z, {Z.shape} {Z.dtype}, "
                f"got {Y.shape} {Y.dtype}"
            )
        total, self.A, self.Y = *self.f(Z, Y), Y
        return float(total) / len(Z)

    def backward(self):
        """Return dZ, (N, K), for the Z and Y of the last forward."""
        if self.A is None:
            raise RuntimeError(f"{self!r}: backward needs a forward before it")
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
            return softmax_cross_entropy(Z, Y)
        return sigmoid_cross_entropy(Z, Y)

    def back(self, dZ):
        return dZ
