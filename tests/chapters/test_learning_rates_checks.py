"""The checks of the exercises on learning rates: wrong answers by name."""

from types import SimpleNamespace

import numpy as np
import pytest

from mnist_from_scratch import checks

values = np.linalg.eigvalsh  # in rising order

RATE_MISTAKES = {
    "returned None": lambda H: None,
    "arrives in one step": lambda H: 1 / values(H)[-1],
    "by the flattest direction": lambda H: 2 / values(H)[0],
    "by a direction in between": lambda H: 2 / values(H)[1],
    "The steepest direction lies between them": lambda H: 2 / H.max(),
    "the trace adds up": lambda H: 2 / np.trace(H),
    "the norm mixes": lambda H: 2 / np.linalg.norm(H),
    "only a bound": lambda H: 2 / np.linalg.norm(H, np.inf),
    "the determinant multiplies": lambda H: 2 / np.linalg.det(H),
    "the fastest arrival": lambda H: 2 / (values(H)[0] + values(H)[-1]),
    "don't square them": lambda H: 2 / values(H.T @ H)[-1],
    "no root": lambda H: np.sqrt(2 / values(H)[-1]),
    "twice too large": lambda H: 2 / values(H / 2)[-1],
    "Which one decides?": lambda H: 2 / values(H),
    "the mean curvature": lambda H: 2 / values(H).mean(),
    "upside down": lambda H: values(H)[-1] / 2,
    "this is the curvature": lambda H: values(H)[-1],
    "not the limit. Find": lambda H: 1.9 / values(H)[-1],
    "for one bowl and not for another": lambda H: 2 / values(H)[2],
}


def no_call(lr, epochs):
    return [lr * min(1, (epoch + 1) / epochs) for epoch in range(99)]


def no_end(lr, epochs):
    def rate(epoch):
        if epoch < epochs:
            return lr * (epoch + 1) / epochs

    return rate


class Counting:
    """Each call counts as the next epoch."""

    def __init__(self, lr, epochs):
        self.lr, self.epochs, self.epoch = lr, epochs, 0

    def __call__(self, epoch):
        self.epoch += 1
        return self.lr * min(1, self.epoch / self.epochs)


def share(of):
    """Return an answer whose rate is lr times of(epoch, epochs)."""
    return lambda lr, epochs: lambda epoch: lr * of(epoch, epochs)


WARM_UP_MISTAKES = {
    "returned None": lambda lr, epochs: None,
    "can be called with an epoch": no_call,
    "needs a __call__": lambda lr, epochs: SimpleNamespace(lr=lr, epochs=epochs),
    "for some epochs it returns None": no_end,
    "a Python float": lambda lr, epochs: lambda epoch: np.minimum(lr, [lr * (epoch + 1) / epochs]),
    "how often it is called": Counting,
    "not for WarmUp(0.35, 7)": share(lambda epoch, epochs: min(1, (epoch + 1) / 3)),
    "is a number of the one built in": lambda lr, epochs: lambda epoch: min(0.6, 0.6 * (epoch + 1) / epochs),
    "// cuts off": share(lambda epoch, epochs: min(1, (epoch + 1) // epochs)),
    "by lr an epoch": share(lambda epoch, epochs: epoch + 1),
    "goes on rising after the warm-up": share(lambda epoch, epochs: (epoch + 1) / epochs),
    "multiply by lr": lambda lr, epochs: lambda epoch: min(1, (epoch + 1) / epochs),
    "it is constant": share(lambda epoch, epochs: 1),
    "an epoch late: with": share(lambda epoch, epochs: min(1, (epoch + 1) / (epochs + 1))),
    "an epoch late, and goes on rising": share(lambda epoch, epochs: (epoch + 1) / (epochs + 1)),
    "an epoch early": share(lambda epoch, epochs: min(1, (epoch + 1) / (epochs - 1))),
    "after the warm-up the rate is 0": share(lambda epoch, epochs: (epoch < epochs) * (epoch + 1) / epochs),
    "so use epoch + 1": share(lambda epoch, epochs: min(1, epoch / epochs)),
    "it falls": share(lambda epoch, epochs: max(0.1, 1 - epoch / epochs)),
    "should stay at lr = 0.6, yours are": share(lambda epoch, epochs: min(1, (epoch + 1) / epochs) * 0.5 ** (epoch >= epochs)),
    "not in equal steps": share(lambda epoch, epochs: min(1, (epoch + 1) / epochs) ** 2),
    "should begin with 0.2, 0.4, 0.6": share(lambda epoch, epochs: max(1, (epoch + 1) / epochs)),
}

MISTAKES = {"largest_rate": RATE_MISTAKES, "warm_up": WARM_UP_MISTAKES}


@pytest.mark.parametrize("check, message", [(check, message) for check, mistakes in MISTAKES.items() for message in mistakes])
def test_a_check_names_the_mistake(check, message, verdict):
    said = verdict(getattr(checks, check), MISTAKES[check][message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"
