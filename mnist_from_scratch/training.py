"""Mini-batch gradient descent."""

import math
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from ._arguments import (
    check_count, check_function, check_inputs, check_labels, check_like, check_optimiser,
    check_pair, check_positive, check_rng, check_steps, check_trainable,
)
from .data import one_hot
from .network import Network, memory


def minibatches(n, batch_size, rng):
    """Yield the indices 0..n-1 in random order, batch_size at a time.

    The last batch holds what is left. Raises ValueError for an n or a
    batch_size below 1.
    """
    n, batch_size = check_count("n", n), check_count("batch_size", batch_size)
    order = check_rng(rng).permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


class SGD:
    """Stochastic gradient descent: V becomes V - lr dV, for every parameter V.

    lr: the learning rate, a positive number or a function of the epoch
    (0, 1, ...) that returns one. Raises ValueError for any other rate.
    """

    def __init__(self, lr):
        self.lr = lr
        self.start_epoch(0)

    def start_epoch(self, epoch):
        """Set the rate of this epoch."""
        rate = self.lr(epoch) if callable(self.lr) else self.lr
        rate = check_positive("lr", rate)
        self.rate = float(rate)  # a Python float leaves float32 arrays float32

    def step(self, params, grads):
        """Update params in place; grads, of the same shapes, become the steps."""
        check_steps(params, grads)
        for V, dV in zip(params, grads):
            dV *= self.rate
            V -= dV


@dataclass
class History:
    """What happened in each epoch: lists of one float an epoch, ready to plot.

    loss and accuracy are means over the epoch's mini-batches, each measured
    before its update; val_loss and val_accuracy are measured at the end of
    the epoch; seconds is the time of the updates alone.
    """

    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    val_loss: list = field(default_factory=list)
    val_accuracy: list = field(default_factory=list)
    seconds: list = field(default_factory=list)

    def record(self, loss, accuracy, val_loss=None, val_accuracy=None, *, seconds):
        """Add one epoch."""
        self.loss.append(loss)
        self.accuracy.append(accuracy)
        self.seconds.append(seconds)
        if val_loss is not None:
            self.val_loss.append(val_loss)
            self.val_accuracy.append(val_accuracy)


def train(
    network, X, y, optimiser, *,
    epochs, batch_size, rng, validation=None, progress=False, distort=None,
):
    """Train network in place by mini-batches, and return the History.

    X: (N, n_in) floats. y: (N,) integers. validation: X_val, y_val or None.
    progress=True shows a bar. distort: a function of X and rng that returns the
    images of one epoch. Raises ValueError, before the first update, for
    arguments that do not fit, and FloatingPointError when the loss is no longer
    finite. Whatever stops the training, Ctrl-C too, carries the history so
    far, and leaves the network as it was after the last whole epoch.
    """
    check_trainable(network, Network)
    X, y, Y = prepare(network, X, y)
    if validation is not None:
        prepare(network, *check_pair("validation", validation), whose="validation ")
    epochs = check_count("epochs", epochs)
    batch_size = check_count("batch_size", batch_size)
    check_rng(rng)
    if distort is not None:
        check_function("distort", distort)
    check_optimiser(optimiser, epochs, network.dtype)  # a bad rate is found before the first update
    history = History()
    for epoch in range(epochs):
        before = [V.copy() for V in network.params], memory(optimiser)
        try:
            optimiser.start_epoch(epoch)
            batches = minibatches(len(X), batch_size, rng)
            if progress:
                n_batches = math.ceil(len(X) / batch_size)
                label = f"epoch {epoch + 1}/{epochs}"
                batches = progress_bar(batches, n_batches, label)
            with np.errstate(over="ignore", invalid="ignore"):  # the losses tell
                start = perf_counter()
                images = distort(X, rng) if distort else X
                check_like("distort(X, rng)", images, X.shape, X.dtype)
                with network.learning(rng):
                    results = train_epoch(network, images, y, Y, optimiser, batches)
                seconds = perf_counter() - start
                if validation is not None:
                    results += network.evaluate(*validation)
            if not all(np.isfinite(V).all() for V in [results, *network.params]):
                raise diverged(epoch, optimiser)
        except BaseException as error:  # KeyboardInterrupt, too
            stopped(error, history, network, optimiser, *before)
            raise
        history.record(*results, seconds=seconds)
    return history


def prepare(network, X, y, whose=""):
    """Return X and y, fit for network, and y one-hot."""
    X = check_inputs(X, network.n_in, network.dtype, f"{whose}X")
    y = check_labels(y, network.n_out, len(X), f"{whose}y")
    return X, y, one_hot(y, network.n_out, network.dtype)


def train_epoch(network, X, y, Y, optimiser, batches):
    """Make one update for each batch; return the mean loss and accuracy.

    Stops at the first loss that is not finite, and returns it.
    """
    params, grads, total, correct = network.params, network.grads, 0.0, 0
    for batch in batches:
        Z = network.forward(X[batch])                   # (B, K)
        loss = network.loss.forward(Z, Y[batch]) + network.penalty()
        if not math.isfinite(loss):
            return loss, math.nan
        network.backward()
        optimiser.step(params, grads)
        total += loss * len(batch)
        correct += np.count_nonzero(Z.argmax(axis=1) == y[batch])
    return total / len(X), float(correct / len(X))


def diverged(epoch, optimiser):
    """Return the error that stops a training whose loss is no longer finite."""
    return FloatingPointError(
        f"the loss became infinite or NaN in epoch {epoch + 1}, at "
        f"lr={getattr(optimiser, 'rate', None)}: "
        "try a learning rate ten times smaller, or smaller initial weights"
    )


def stopped(error, history, network, optimiser, before, remembered):
    """Give error the history so far, and put network and optimiser back to before this epoch."""
    for V, old in zip(network.params, before):
        V[...] = old
    if hasattr(optimiser, "restore"):
        optimiser.restore(remembered, network.params)
    error.history = history
    error.add_note(
        f"The network is as after {len(history.loss)} whole epochs. Their curves are "
        "the error's history; in a notebook: import sys; sys.last_value.history"
    )


def progress_bar(batches, n_batches, label):
    """Return batches, wrapped in a bar that tqdm draws on stderr."""
    from tqdm import tqdm

    return tqdm(batches, label, n_batches, leave=False)
