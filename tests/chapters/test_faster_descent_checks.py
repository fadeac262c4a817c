"""The checks of the exercises on faster descent: wrong answers by name."""

import numpy as np
import pytest

from mnist_from_scratch import SGD, Adam, checks


def root(smallest, largest):
    ratio = np.sqrt(largest / smallest)
    return (ratio - 1) / (ratio + 1)


def no_root(smallest, largest):
    return (largest - smallest) / (largest + smallest)


def window_end(r, largest):
    return (1 + r) ** 2 / largest


def pair(beta=lambda a, b: root(a, b) ** 2, lr=lambda a, b: window_end(root(a, b), b)):
    """Return the right answer, or one with another beta or rate."""
    return lambda smallest, largest: (beta(smallest, largest), lr(smallest, largest))


MOMENTUM_MISTAKES = {
    "returned None": lambda a, b: None,
    "beta comes first": lambda a, b: pair()(a, b)[::-1],
    "this is the root of beta": pair(root),
    "the factor of plain descent": pair(no_root),
    "for beta take the root": pair(lambda a, b: no_root(a, b) ** 2),
    "Take its root first": lambda a, b: (no_root(a, b) ** 2, window_end(no_root(a, b), b)),
    "the best rate of plain descent": pair(lr=lambda a, b: 2 / (a + b)),
    "the middle of its window": pair(lr=lambda a, b: 1 / b),
    "2/λ is the cliff of plain descent": pair(lr=lambda a, b: 2 / b),
    "the cliff itself": pair(lr=lambda a, b: 2 * (1 + root(a, b) ** 2) / b),
    "it is the root of beta": pair(lr=lambda a, b: window_end(root(a, b) ** 2, b)),
    "belongs to the upper end": pair(lr=lambda a, b: window_end(root(b, a), b)),
    "the upper end of the window belongs": pair(lr=lambda a, b: window_end(root(a, b), a)),
    "work out √β": pair(lambda a, b: 0.9),
    "on a round bowl": lambda a, b: pair()(a, b) if a < b else (0.9, 1 / b),
}


class Decaying(Adam):
    def __init__(self, lr, decay):
        super().__init__(lr)
        self.decay = decay

    def factor(self):
        return 1 - self.rate * self.decay

    def step(self, params, grads):
        for V in params:
            V *= self.factor()
        super().step(params, grads)


class ByDecay(Decaying):
    def factor(self):
        return 1 - self.decay


class Growing(Decaying):
    def factor(self):
        return 1 + self.rate * self.decay


class Half(Decaying):
    def factor(self):
        return 1 - self.rate * self.decay / 2


class ByTheSchedule(Decaying):
    def factor(self):
        return 1 - self.lr * self.decay


class ByTheFirstRate(Decaying):
    def __init__(self, lr, decay):
        super().__init__(lr, decay)
        self.first = self.rate

    def factor(self):
        return 1 - self.first * self.decay


class After(Decaying):
    def step(self, params, grads):
        Adam.step(self, params, grads)
        for V in params:
            V *= self.factor()


class InTheGradient(Decaying):
    def step(self, params, grads):
        Adam.step(self, params, [dV + self.decay * V for V, dV in zip(params, grads)])


class NewArrays(Decaying):
    def step(self, params, grads):
        for V in params:
            V = V * self.factor()
        Adam.step(self, params, grads)


class NewList(Decaying):
    def step(self, params, grads):
        Adam.step(self, [V * self.factor() for V in params], grads)


class IntoTheList(Decaying):
    def step(self, params, grads):
        for i, V in enumerate(params):
            params[i] = V * self.factor()
        Adam.step(self, params, grads)


class WeightsOnly(Decaying):
    def step(self, params, grads):
        for V in params:
            if V.ndim > 1:
                V *= self.factor()
        Adam.step(self, params, grads)


class FromSGD(SGD):
    def __init__(self, lr, decay):
        super().__init__(lr)


class WithoutInit(Adam):
    def step(self, params, grads):
        Adam.step(self, params, grads)


ADAMW_MISTAKES = [
    (FromSGD, "derive it from Adam"),
    (WithoutInit, "calls your answer with (lr, decay)"),
    (NewArrays, "nothing shrinks"),
    (NewList, "nothing moves"),
    (IntoTheList, "nothing moves"),
    (InTheGradient, "the decay is in the gradient"),
    (ByDecay, "it shrinks by decay in every step"),
    (After, "you shrink after the step"),
    (Growing, "the parameters grow"),
    (Half, "multiply every V by 1 − lr · decay, in place"),
    (WeightsOnly, "4 of 6 numbers are right"),
    (ByTheSchedule, "by the rate of the epoch"),
    (ByTheFirstRate, "by the rate of the epoch"),
]


@pytest.mark.parametrize("message", MOMENTUM_MISTAKES)
def test_the_check_of_best_momentum_names_the_mistake(message, verdict):
    said = verdict(checks.best_momentum, MOMENTUM_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


@pytest.mark.parametrize("answer, message", ADAMW_MISTAKES)
def test_the_check_of_adamw_names_the_mistake(answer, message, verdict):
    said = verdict(checks.adamw, answer)
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"
