"""The checks of the exercises on speed: right answers, and wrong ones by name."""

import numpy as np
import pytest

from mnist_from_scratch import checks


def layers(sizes, B):
    return [2 * B * D * H for D, H in zip(sizes, sizes[1:])]


OPERATIONS_MISTAKES = {
    "returned None": lambda sizes, B: None,
    "three products for every layer": lambda sizes, B: 3 * sum(layers(sizes, B)),
    "the forward pass alone": lambda sizes, B: sum(layers(sizes, B)),
    "two products for every layer": lambda sizes, B: 2 * sum(layers(sizes, B)),
    "it is the first layer that has two": lambda sizes, B: 3 * sum(layers(sizes, B)) - layers(sizes, B)[-1],
    "each multiplication comes with an addition": lambda sizes, B: (3 * sum(layers(sizes, B)) - layers(sizes, B)[0]) / 2,
    "that is one image": lambda sizes, B: 3 * sum(layers(sizes, 1)) - layers(sizes, 1)[0],
    "the first layer alone": lambda sizes, B: 2 * layers(sizes, B)[0],
    "the first layer is missing": lambda sizes, B: 3 * sum(layers(sizes, B)[1:]),
    "Return their sum": lambda sizes, B: [2 * layers(sizes, B)[0], *(3 * n for n in layers(sizes, B)[1:])],
    "but not for [784, 10]": lambda sizes, B: 3 * sum(layers(sizes, B)) - layers(sizes, B)[0] + (len(sizes) == 2),
}


def geometric(beta, first, last):
    return sum(beta**i for i in range(first, last + 1))


def moved(V, m, lr, factor):
    return V - lr * factor * m


CATCH_UP_MISTAKES = {
    "returned None": lambda V, m, lr, beta, k: None,
    "return two arrays": lambda V, m, lr, beta, k: V,
    "the row first, then m": lambda V, m, lr, beta, k: (beta**k * m, moved(V, m, lr, geometric(beta, 1, k))),
    "m has not faded": lambda V, m, lr, beta, k: (moved(V, m, lr, geometric(beta, 1, k)), m),
    "m has faded once": lambda V, m, lr, beta, k: (moved(V, m, lr, geometric(beta, 1, k)), beta * m),
    "not by k beta": lambda V, m, lr, beta, k: (moved(V, m, lr, geometric(beta, 1, k)), k * beta * m),
    "the row has not moved": lambda V, m, lr, beta, k: (V, beta**k * m),
    "The sum begins with beta".lower(): lambda V, m, lr, beta, k: (moved(V, m, lr, (1 - beta**k) / (1 - beta)), beta**k * m),
    "a step is missing": lambda V, m, lr, beta, k: (moved(V, m, lr, geometric(beta, 1, k - 1)), beta**k * m),
    "a step too many": lambda V, m, lr, beta, k: (moved(V, m, lr, geometric(beta, 1, k + 1)), beta**k * m),
    "all steps are as long as the first": lambda V, m, lr, beta, k: (moved(V, m, lr, k * beta), beta**k * m),
    "the last of the k steps": lambda V, m, lr, beta, k: (moved(V, m, lr, beta**k), beta**k * m),
    "uphill": lambda V, m, lr, beta, k: (moved(V, m, -lr, geometric(beta, 1, k)), beta**k * m),
    "the learning rate is missing": lambda V, m, lr, beta, k: (moved(V, m, 1, geometric(beta, 1, k)), beta**k * m),
    "after very many steps": lambda V, m, lr, beta, k: (moved(V, m, lr, beta / (1 - beta)), beta**k * m),
    "but not for k = 0": lambda V, m, lr, beta, k: (moved(V, m, lr, geometric(beta, 1, max(k, 1))), beta ** max(k, 1) * m),
}

MISTAKES = {"operations": OPERATIONS_MISTAKES, "catch_up": CATCH_UP_MISTAKES}


@pytest.mark.parametrize("check, message", [(check, message) for check, mistakes in MISTAKES.items() for message in mistakes])
def test_a_check_names_the_mistake(check, message, verdict):
    said = verdict(getattr(checks, check), MISTAKES[check][message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_numpys_integers_are_as_good(verdict):
    answer = lambda sizes, B: np.sum([(3 - (i == 0)) * n for i, n in enumerate(layers(sizes, B))])
    assert verdict(checks.operations, answer).startswith("Right: ")
