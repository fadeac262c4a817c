"""The checks of the exercises on activation functions: what is wrong is named, what is right passes."""

import math

import numpy as np
import pytest

from mnist_from_scratch import Dense, checks
from mnist_from_scratch.activations import Activation


def layers_of(network):
    return [block for block in network.blocks if isinstance(block, Dense)]


def folded(network):
    first, *others = layers_of(network)
    W, b = first.W, first.b
    for layer in others:
        W, b = W @ layer.W, b @ layer.W + layer.b
    return W, b


def folded_from_the_end(network):
    W, b = np.eye(network.blocks[-1].W.shape[1]), 0
    for layer in reversed(layers_of(network)):
        W, b = layer.W @ W, layer.b @ W + b
    return [W, b]


def folded_in_place(network):
    first, *others = layers_of(network)
    for layer in others:
        first.W @= layer.W
    return first.W, first.b


def biases_in_place(network):
    first, *others = layers_of(network)
    b = first.b
    for layer in others:
        b += layer.b
    return folded(network)[0], b


def with_the_product(network):
    first, *others = layers_of(network)
    W, b = first.W, first.b
    for layer in others:
        W = W @ layer.W
        b = b @ W + layer.b
    return W, b


def bias_first(network):
    b = layers_of(network)[0].b
    for layer in layers_of(network)[1:]:
        b = (b + layer.b) @ layer.W
    return folded(network)[0], b


def three_layers(network):
    one, two, three = layers_of(network)[:3]
    return one.W @ two.W @ three.W, (one.b @ two.W + two.b) @ three.W + three.b


COLLAPSE_MISTAKES = {
    "return two arrays": lambda n: folded(n)[0],
    "W first, then b": lambda n: folded(n)[::-1],
    "own weights have changed": folded_in_place,
    "own biases have changed": biases_in_place,
    "should have the shape": lambda n: (folded(n)[0], folded(n)[1][None]),
    "wrong order": lambda n: (layers_of(n)[2].W @ layers_of(n)[1].W @ layers_of(n)[0].W, folded(n)[1]),
    "last layer's weights are missing": lambda n: (layers_of(n)[0].W @ layers_of(n)[1].W, folded(n)[1]),
    "W is transposed": lambda n: (folded(n)[0].T, folded(n)[1]),
    "come in twice": lambda n: (layers_of(n)[0].W @ folded(n)[0], folded(n)[1]),
    "entry by entry": lambda n: (np.prod([layer.W for layer in layers_of(n)], axis=0), folded(n)[1]),
    "multiplied, @, not added": lambda n: (sum(layer.W for layer in layers_of(n)), folded(n)[1]),
    "biases are lost": lambda n: (folded(n)[0], np.zeros(4)),
    "only the last bias": lambda n: (folded(n)[0], layers_of(n)[2].b),
    "only the first bias is left": lambda n: (folded(n)[0], layers_of(n)[0].b),
    "not merely added": lambda n: (folded(n)[0], sum(layer.b for layer in layers_of(n))),
    "own bias is missing": lambda n: (folded(n)[0], folded(n)[1] - layers_of(n)[2].b),
    "product of the weights so far": with_the_product,
    "multiplies first and then adds": bias_first,
    "four layers of other widths": three_layers,
    "W is right": lambda n: (folded(n)[0], np.arange(4) * 17.0),
}


DEAD_MISTAKES = {
    "returned None": lambda A: None,
    "yes or no": lambda A: ~A.any(axis=0),
    "how many there are. Return": lambda A: np.sum(~A.any(axis=0)),
    "0 for some image": lambda A: np.flatnonzero(~A.all(axis=0)),
    "living ones": lambda A: np.flatnonzero(A.any(axis=0)),
    "on for every image": lambda A: np.flatnonzero(A.all(axis=0)),
    "none? The images are the rows": lambda A: np.flatnonzero(~A.any(axis=1)),
    "these are images": lambda A: np.flatnonzero(A.any(axis=1)),
    "for a single image": lambda A: np.flatnonzero(np.count_nonzero(A, axis=0) <= 1),
    "small, but not 0": lambda A: np.flatnonzero(A.max(axis=0) < 0.01),
    "seldom on": lambda A: np.flatnonzero(np.median(A, axis=0) == 0)[:4],
    "unit 0 is not dead": lambda A: np.flatnonzero(A.mean(axis=0) < 0.15),
    "there is no unit 7": lambda A: np.append(np.flatnonzero(~A.any(axis=0)), 7),
    "Name each of them once": lambda A: np.flatnonzero(~A.any(axis=0))[:1],
    "whole numbers in a row": lambda A: np.flatnonzero(~A.any(axis=0)) / 1,
    "into a tuple": lambda A: np.where(~A.any(axis=0)),
    "into a column": lambda A: np.argwhere(~A.any(axis=0)),
    "indices begin with 0": lambda A: 1 + np.flatnonzero(~A.any(axis=0)),
    "answers 0 or 1": lambda A: (~A.any(axis=0)).astype(int),
    "each unit is 0. Which": lambda A: (A == 0).sum(axis=0),
    "each unit is on. Which": lambda A: (A > 0).sum(axis=0),
}


def block(forward, back):
    class Answer(Activation):
        def f(self, Z):
            return forward(Z)

        def back(self, dA):
            return back(self.A, dA)

    return Answer


def bent(Z):
    return np.where(Z > 0, Z, np.exp(np.minimum(Z, 0)) - 1)


def bent_in_place(Z):
    Z[Z < 0] = np.exp(Z[Z < 0]) - 1
    return Z


def slope(A):
    return np.where(A > 0, 1, A + 1)


ELU_MISTAKES = {
    "the class itself": block(bent, lambda A, dA: dA)(),
    "derive your class": type("ELU", (), {}),
    "no f and no back": type("ELU", (Activation,), {}),
    "f returns None": block(lambda Z: None, lambda A, dA: dA),
    "Z in place": block(bent_in_place, lambda A, dA: dA * slope(A)),
    "jumps at 0": block(lambda Z: np.where(Z > 0, Z, np.exp(Z)), lambda A, dA: dA),
    "f is ReLU": block(lambda Z: np.maximum(Z, 0), lambda A, dA: dA),
    "on both sides": block(np.expm1, lambda A, dA: dA),
    "sides exchanged": block(lambda Z: np.where(Z < 0, Z, np.exp(Z) - 1), lambda A, dA: dA),
    "the sign: exp(Z) - 1 is": block(lambda Z: np.where(Z > 0, Z, 1 - np.exp(Z)), lambda A, dA: dA),
    "not exp(-Z)": block(lambda Z: np.where(Z > 0, Z, np.exp(-Z) - 1), lambda A, dA: dA),
    "exp(Z) - 1 elsewhere": block(lambda Z: np.where(Z > 0, Z, 0.1 * Z), lambda A, dA: dA),
    "overflow": block(lambda Z: (Z > 0) * Z + (Z <= 0) * (np.exp(Z) - 1), lambda A, dA: dA),
    "slope alone": block(bent, lambda A, dA: slope(A)),
    "that is ReLU": block(bent, lambda A, dA: dA * (A > 0)),
    "on the left you multiply by A": block(bent, lambda A, dA: dA * np.where(A > 0, 1, A)),
    "you multiply by A itself": block(bent, lambda A, dA: dA * A),
    "A + 1 is the slope on the left only": block(bent, lambda A, dA: dA * (A + 1)),
    "without another exp": block(bent, lambda A, dA: dA * np.where(A > 0, 1, np.exp(A))),
    "and its slope is A + 1": block(bent, lambda A, dA: dA * np.where(A > 0, 1, np.exp(A) - 1)),
    "1 - exp(Z) is -A": block(bent, lambda A, dA: dA * np.where(A > 0, 1, -A)),
    "unchanged": block(bent, lambda A, dA: dA),
    "the chain rule multiplies": block(bent, lambda A, dA: dA + slope(A)),
    "sign of dA": block(bent, lambda A, dA: dA * np.where(dA > 0, 1, A + 1)),
    "that is f(dA)": block(bent, lambda A, dA: bent(dA)),
    "has no attribute 'Z'": type("ELU", (Activation,), {
        "f": lambda self, Z: bent(Z), "back": lambda self, dA: dA * np.exp(self.Z)}),
}  # fmt: skip


def share(f, rng, n=100_000):
    return np.mean(f(rng.normal(size=n)) ** 2)


GAIN_MISTAKES = {
    "returned None": lambda f, rng: None,
    "not an array": lambda f, rng: f(rng.normal(size=3)),
    "c itself": share,
    "upside down": lambda f, rng: share(f, rng) ** 0.5,
    "this is the variance": lambda f, rng: 1 / share(f, rng),
    "you use the standard deviation": lambda f, rng: 1 / np.std(f(rng.normal(size=100_000))),
    "you use the variance": lambda f, rng: 1 / np.var(f(rng.normal(size=100_000))),
    "the mean of |f(z)|": lambda f, rng: 1 / np.mean(np.abs(f(rng.normal(size=100_000)))),
    "square f(z) before": lambda f, rng: np.mean(np.abs(f(rng.normal(size=100_000)))) ** -0.5,
    "Draw normal z": lambda f, rng: 2**0.5,
    "seem to be uniform": lambda f, rng: np.mean(f(rng.uniform(-1, 1, 100_000)) ** 2) ** -0.5,
    "uniform. What reaches": lambda f, rng: np.mean(f(rng.uniform(-(3**0.5), 3**0.5, 100_000)) ** 2) ** -0.5,
    "draw more numbers": lambda f, rng: share(f, rng, 60) ** -0.5,
    "all chance from rng": lambda f, rng: share(f, np.random.default_rng()) ** -0.5,
}


MISTAKES = {"collapse": COLLAPSE_MISTAKES, "dead_units": DEAD_MISTAKES, "elu": ELU_MISTAKES, "gain": GAIN_MISTAKES}


@pytest.mark.parametrize("check, message", [(check, message) for check, mistakes in MISTAKES.items() for message in mistakes])
def test_a_check_names_the_mistake(check, message, verdict):
    said = verdict(getattr(checks, check), MISTAKES[check][message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def by_probing(network):  # rows of the identity pick out W, zeros b
    I = np.eye(len(layers_of(network)[0].W))
    b = network.forward(0 * I)[0]
    return network.forward(I) - b, b


def as_a_ratio(f, rng):
    z = rng.standard_normal(50_000, dtype=np.float32)
    return np.sqrt(np.sum(z**2) / np.sum(f(z) ** 2))


def by_integration(f, rng):
    z = np.linspace(-10, 10, 4001)
    weights = np.exp(-(z**2) / 2)
    return math.sqrt(weights.sum() / (weights * f(z) ** 2).sum())


RIGHT = {
    "collapse": [folded, folded_from_the_end, by_probing],
    "dead_units": [
        lambda A: np.flatnonzero(~A.any(axis=0)),
        lambda A: np.where(A.max(axis=0) == 0)[0],
        lambda A: [j for j in range(A.shape[1]) if A[:, j].sum() == 0],
    ],
    "elu": [
        block(bent, lambda A, dA: dA * slope(A)),
        block(lambda Z: np.maximum(Z, 0) + np.expm1(np.minimum(Z, 0)), lambda A, dA: dA * np.minimum(A + 1, 1)),
        block(lambda Z: np.maximum(Z, np.exp(np.minimum(Z, 0)) - 1), lambda A, dA: np.where(A >= 0, dA, dA * (A + 1))),
    ],
    "gain": [lambda f, rng: share(f, rng) ** -0.5, as_a_ratio, by_integration],
}  # fmt: skip


@pytest.mark.parametrize("check", RIGHT)
def test_a_check_accepts_right_answers(check, verdict):
    assert len(RIGHT[check]) >= 3
    for answer in RIGHT[check]:
        assert verdict(getattr(checks, check), answer).startswith("Right")
