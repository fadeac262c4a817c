"""The live figure of the initialisation sends the page's images through NumPy's layers."""

import numpy as np
import pytest
from executed import read_executed
from mystsource import ROOT

from mnist_from_scratch import load_mnist, train_validation_split

NAME = "initialisation"
SIZES = [784] + 16 * [50]
BENDS = {"tanh": np.tanh, "ReLU": lambda Z: np.maximum(Z, 0)}


def normals(count):
    """Return what Live.maths.random(0).normal() gives, one after the other (mulberry32)."""
    state = np.arange(1, 2 * count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
    t = (state ^ state >> 15) * (state | 1)
    t ^= t + (t ^ t >> 7) * (t | 61)
    u, v = ((t ^ t >> 14) / 2**32).reshape(-1, 2).T
    return np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)


@pytest.fixture(scope="module")
def start():
    """The page's first twenty images, and the weights before they are scaled."""
    X, y, _, _ = load_mnist(dtype=np.uint8)
    X = train_validation_split(X, y, 10_000, np.random.default_rng(8))[0][:20] / 255
    shapes = list(zip(SIZES, SIZES[1:]))
    parts = np.split(normals(sum(a * b for a, b in shapes)), np.cumsum([a * b for a, b in shapes])[:-1])
    return X, [part.reshape(shape) for part, shape in zip(parts, shapes)]


def layers(start, bend, spread):
    A, weights = start
    values = []
    for W in weights:
        A = BENDS[bend](A @ (spread * np.sqrt(50 / len(W)) * W))
        values.append(A)
    return np.array(values)


def show(figure, bend, spread):
    figure.choose("bend", bend)
    figure.slide("spread at 50 inputs", np.log(spread))
    return figure.values


@pytest.mark.parametrize("bend", BENDS)
@pytest.mark.parametrize("spread", [0.01, 0.08, 0.2, 0.37, 1])
def test_every_layer_is_as_large_as_in_numpy(figure, start, bend, spread):
    shown = show(figure, bend, spread)
    assert shown["spread"] == pytest.approx(spread)
    A = layers(start, bend, shown["spread"])
    assert shown["size"] == pytest.approx(np.sqrt(np.mean(A**2, axis=(1, 2))).tolist(), rel=1e-6)
    assert shown["ends"] == pytest.approx(np.mean(np.abs(A) > 0.99), abs=1e-3)


def test_with_relu_hes_spread_comes_through_and_half_or_twice_as_much_does_not(figure, site):
    signals = read_executed(ROOT / "book/foundations/initialisation.md", site.cache).glued["initialisation-signals"]
    figure.choose("bend", "ReLU")
    figure.press("He's")
    kept = figure.values
    assert kept["spread"] == pytest.approx(np.sqrt(2 / 50))
    lasts = [run[-1] for run in signals["ReLU"]["He"]]
    assert min(lasts) / 2 < kept["size"][-1] < 2 * max(lasts), "far from the page's own runs"
    assert "comes through" in figure.words
    for factor, said in ((0.5, "dies out"), (2, "explodes")):
        size = show(figure, "ReLU", factor * kept["spread"])["size"]
        assert size[-1] / kept["size"][-1] == pytest.approx(factor**16, rel=1e-6), "sixteen times the factor"
        assert said in figure.words


@pytest.mark.parametrize(("bend", "factor", "said"), [("ReLU", 0.94, "it fades"), ("ReLU", 1.06, "it grows"), ("tanh", 0.66, "it fades")])
def test_a_little_off_it_fades_or_grows(figure, start, bend, factor, said):
    spread = factor * np.sqrt(2 / 50)
    shown = show(figure, bend, spread)["size"]
    share = shown[-1] / shown[0]
    assert (1 / 50 < share < 1 / 2) if said == "it fades" else (2 < share < 50), share
    assert said in figure.words


def test_tanh_keeps_xaviers_signal_and_drives_a_large_one_to_its_ends(figure):
    assert "dies out" in figure.words, "what it shows at first"
    figure.press("Xavier's")
    assert 50 * figure.values["spread"] ** 2 == pytest.approx(1)
    assert "comes through" in figure.words
    large = show(figure, "tanh", 1)
    assert large["size"][-1] > 0.9 and large["ends"] > 0.5
    assert "where tanh is flat" in figure.words
