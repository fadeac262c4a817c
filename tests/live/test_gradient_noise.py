"""The live batches are drawn from the chapter's images, and are as noisy as they are and as σ / √B says."""

import numpy as np
import pytest

from mnist_from_scratch import load_mnist, train_validation_split

NAME = "gradient-noise"
BATCHES = 300
SIZES = [1, 2, 5, 10, 20, 40, 80, 160, 320, 640, 1280]


@pytest.fixture(scope="module")
def ink():
    """Inputs and targets of the ink model, as the page computes them."""
    X, y, _, _ = load_mnist()
    X, y, _, _ = train_validation_split(X, y, 10_000, np.random.default_rng(8))
    ink = X[y < 2].mean(axis=1, dtype=np.float64)
    return ink / ink.mean(), (y[y < 2] == 0).astype(float)


@pytest.fixture(scope="module")
def sent(ink):
    """The inputs as the browser gets them: zeros first, rounded to two bytes."""
    x, t = ink
    order = np.argsort(-t)
    unit = x.max() / 65535
    return np.round(x[order] / unit) * unit, t[order]


def gradients(V, x, t):
    e = V[0] * x + V[1] - t
    return np.stack([e * x, e], axis=1)                                       # (N, 2)


def uniform(seed):
    """mulberry32, as in maths.js."""
    state, mask = seed, 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & mask
        t = (state ^ state >> 15) * (state | 1) & mask
        t = (t ^ (t + ((t ^ t >> 7) * (t | 61) & mask) & mask)) & mask
        yield (t ^ t >> 14) / 2**32


def settings(figure, B, place):
    figure.slide("batch size B", SIZES.index(B))
    figure.choose("gradients at", place)
    return figure.values


@pytest.mark.parametrize("place", ["start", "minimum"])
def test_gradient_and_sigma_are_those_of_all_the_chapters_images(figure, ink, place):
    shown = settings(figure, 80, place)
    G = gradients(shown["V"], *ink)
    assert shown["V"] == pytest.approx([0.2, 2.0] if place == "start" else np.polyfit(*ink, 1), abs=1e-5)
    assert shown["g"] == pytest.approx(G.mean(axis=0), abs=1e-5)
    sigma = np.sqrt(np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1)))
    assert shown["sigma"] == pytest.approx(sigma, rel=1e-5)
    assert shown["predicted"] == pytest.approx(shown["sigma"] / np.sqrt(shown["B"]), rel=1e-12)


@pytest.mark.parametrize(("B", "place"), [(1, "start"), (10, "minimum"), (40, "start")])
def test_each_dot_is_the_gradient_of_a_batch_drawn_from_the_images(figure, sent, B, place):
    shown = settings(figure, B, place)
    x, t = sent
    draw = uniform(shown["seed"])
    batches = np.array([int(len(x) * next(draw)) for _ in range(BATCHES * B)]).reshape(BATCHES, B)
    expected = gradients(shown["V"], x, t)[batches].mean(axis=1)
    assert np.allclose(shown["gradients"], expected, rtol=1e-9, atol=1e-9)
    spread = np.sqrt(np.mean(np.sum((expected - shown["g"]) ** 2, axis=1)))
    assert shown["spread"] == pytest.approx(spread, rel=1e-9)
    V = np.array([0.2, 2.0])
    for _ in range(300):
        batch = [int(len(x) * next(draw)) for _ in range(B)]
        V = V - 0.3 * gradients(V, x[batch], t[batch]).mean(axis=0)
    assert shown["end"] == pytest.approx(V, rel=1e-9)


@pytest.mark.parametrize("place", ["start", "minimum"])
@pytest.mark.parametrize("B", [1, 20, 1280])
def test_the_measured_spread_is_near_the_predicted_one(figure, B, place):
    shown = settings(figure, B, place)
    assert shown["B"] == B and len(shown["gradients"]) == BATCHES
    assert shown["spread"] == pytest.approx(shown["predicted"], rel=0.12)


def test_a_reader_finds_that_half_the_noise_takes_four_times_the_images(figure):
    ten = figure.values
    assert ten["B"] == 10 and "times the width" not in figure.words
    forty = settings(figure, 40, "start")
    assert forty["spread"] == pytest.approx(ten["spread"] / 2, rel=0.15)
    assert "4 times the images: 0.500 times the width" in figure.words


@pytest.mark.parametrize("B", [1, 40, 160])
def test_the_dots_lie_around_the_full_gradient(figure, B):
    shown = settings(figure, B, "start")
    assert np.mean(shown["gradients"], axis=0) == pytest.approx(shown["g"], abs=4 * shown["predicted"] / np.sqrt(BATCHES))
