"""Mini-batch gradient descent."""

import math
from contextlib import nullcontext
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from ._arguments import check_count, check_inputs, check_labels, check_rng
from .data import one_hot


def minibatches(n, batch_size, rng):
    """Yield the indices 0..n-1 in random order, batch_size at a time.

    The last batch holds what is left. Raises ValueError for a batch_size
    below 1.
    """
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


class SGD:
    """Stochastic gradient descent: V ← V - lr dV for every parameter V.

    lr: the learning rate, a positive float or a function of the epoch
    (0, 1, ...) that returns one. Raises ValueError for any other rate.
    """

    def __init__(self, lr):
        self.lr = lr
        self.start_epoch(0)

    def start_epoch(self, epoch):
        """Set the rate of this epoch."""
        rate = self.lr(epoch) if callable(self.lr) else self.lr
        self.rate = float(rate)

    def step(self, params, grads):
        """Update params in place."""
        for V, dV in zip(params, grads):
            V -= self.rate * dV


@dataclass
class History:
    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    val_loss: list = field(default_factory=list)
    val_accuracy: list = field(default_factory=list)
    seconds: list = field(default_factory=list)


def train(network, X, y, optimiser, *, epochs, batch_size, rng, validation=None, progress=False):
    X = check_inputs(X, network.n_in, network.dtype)
    y = check_labels(y, network.n_out, len(X))
    Y = one_hot(y, network.n_out, network.dtype)
    history = History()
    for epoch in range(epochs):
        start = perf_counter()
        optimiser.start_epoch(epoch)
        total, correct = 0.0, 0
        for index in minibatches(len(X), batch_size, rng):
            Z = network.forward(X[index])
            loss = network.loss.forward(Z, Y[index])
            if not math.isfinite(loss):
                raise FloatingPointError("x")
            network.backward()
            optimiser.step(network.params, network.grads)
            total += loss * len(index)
            correct += np.count_nonzero(Z.argmax(axis=1) == y[index])
        history.seconds.append(perf_counter() - start)
        history.loss.append(total / len(X))
        history.accuracy.append(correct / len(X))
    return history
