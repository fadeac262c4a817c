"""Activation functions, and the blocks that send gradients back through them.

A block remembers in forward what its backward needs. Every array is (N, D),
floats in and floats of the same dtype out.
"""

import numpy as np

from ._arguments import check_floats, check_forward, check_like, check_scores


def sigmoid(Z):
    """Return 1 / (1 + exp(-Z)), computed so that nothing overflows."""
    Z = check_floats("Z", Z)
    E = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1, E) / (1 + E)


def relu(Z):
    """Return Z where it is positive, 0 elsewhere."""
    return np.maximum(check_floats("Z", Z), 0)


def log_softmax(Z):
    """Return the logarithm of softmax(Z), row by row, finite for finite Z."""
    Z = check_scores(Z)
    Z = Z - Z.max(axis=-1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=-1, keepdims=True))


def softmax(Z):
    """Return exp(Z) divided by its sum, row by row: positive, sums to 1."""
    return np.exp(log_softmax(Z))


class Activation:
    """What the activation blocks share: A = f(Z) forward, kept for backward."""

    A = None

    def forward(self, Z):
        """Return A = f(Z) and remember it."""
        self.A = self.f(check_floats("Z", Z))
        return self.A

    def backward(self, dA):
        """Return dZ, given dA of the same shape. Call forward first."""
        check_forward(self, self.A)
        check_like("dA", dA, self.A.shape, self.A.dtype)
        return self.back(dA)

    def __repr__(self):
        return type(self).__name__


class Identity(Activation):
    """A = Z."""

    def f(self, Z):
        return Z

    def back(self, dA):
        return dA


class Sigmoid(Activation):
    """A = 1 / (1 + exp(-Z)), between 0 and 1."""

    def f(self, Z):
        return sigmoid(Z)

    def back(self, dA):
        return dA * self.A * (1 - self.A)


class Tanh(Activation):
    """A = tanh(Z), between -1 and 1."""

    def f(self, Z):
        return np.tanh(Z)

    def back(self, dA):
        return dA * (1 - self.A**2)


class ReLU(Activation):
    """A = max(0, Z)."""

    def f(self, Z):
        return relu(Z)

    def back(self, dA):
        return dA * (self.A > 0)


class Softmax(Activation):
    """P = softmax(Z): each row positive, with sum 1."""

    def f(self, Z):
        return softmax(Z)

    def back(self, dP):
        """Return dZ: each row of dP times the whole Jacobian of that row."""
        P = self.A
        return P * (dP - (dP * P).sum(axis=-1, keepdims=True))
