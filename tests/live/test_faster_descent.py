"""The live valley with momentum: the walks are NumPy's, and what its words claim holds there."""

import numpy as np
import pytest

from mnist_from_scratch import load_mnist, train_validation_split

NAME = "faster-descent"


@pytest.fixture(scope="module")
def ink():
    """The ink of zeros and ones, and the targets, as the page computes them."""
    X, y, _, _ = load_mnist()
    X, y, _, _ = train_validation_split(X, y, 10_000, np.random.default_rng(15))
    pair = y < 2
    ink = X[pair].mean(axis=1, dtype=np.float64)
    return ink / ink.mean(), (y[pair] == 0).astype(float)


@pytest.fixture(scope="module")
def curvatures(ink):
    """The valley's, the flatter direction first."""
    return np.linalg.eigvalsh([[np.mean(ink[0] ** 2), np.mean(ink[0])], [np.mean(ink[0]), 1]])


def walk(x, t, start, lr, beta):
    path, losses, v = [np.array(start)], [], np.zeros(2)
    for _ in range(101):
        e = path[-1][0] * x + path[-1][1] - t
        losses.append(np.mean(e**2) / 2)
        v = beta * v + np.array([np.mean(e * x), np.mean(e)])
        path.append(path[-1] - lr * v)
    return path[:101], losses


def set_to(figure, lr, beta, start=(0.2, 2.0)):
    for label, value in {"learning rate η": lr, "momentum β": beta, "start: w": start[0], "start: b": start[1]}.items():
        figure.slide(label, value)
    shown = figure.values
    assert (shown["lr"], shown["beta"]) == (lr, beta)
    return shown


@pytest.mark.parametrize(("lr", "beta", "start"), [
    (1.25, 0.4, (0.2, 2.0)), (0.05, 0.9, (-1.0, 0.5)), (1.8, 0.99, (1.5, -1.2)), (0.9, 0, (1.7, 0.0)), (1.5, 0.3, (0.2, 2.0)),
])  # fmt: skip
def test_path_and_losses_are_numpys(figure, ink, lr, beta, start):
    shown = set_to(figure, lr, beta, start)
    assert shown["path"][0] == pytest.approx(start, abs=0.03)
    path, losses = walk(*ink, shown["path"][0], lr, beta)
    assert np.allclose(shown["path"], path, rtol=1e-7, atol=1e-9)
    assert np.allclose(shown["losses"], losses, rtol=1e-7)
    minimum = np.polyfit(*ink, 1)
    assert shown["minimum"] == pytest.approx(minimum, rel=1e-9)
    assert shown["lowest"] == pytest.approx(np.mean((minimum[0] * ink[0] + minimum[1] - ink[1]) ** 2) / 2, rel=1e-9)


def test_without_momentum_it_is_plain_descent_and_the_dashed_curve_is_that_at_its_best_rate(figure, ink, curvatures):
    shown = set_to(figure, 0.9, 0)
    assert shown["plain"]["lr"] == pytest.approx(2 / curvatures.sum(), rel=1e-9)
    _, losses = walk(*ink, shown["path"][0], shown["plain"]["lr"], 0)
    assert np.allclose(shown["plain"]["losses"], losses, rtol=1e-7)
    V = np.array(shown["path"])
    gradient = (V[:-1] - V[1:]) / 0.9
    e = V[:-1] @ [ink[0], np.ones_like(ink[0])] - ink[1]
    assert np.allclose(gradient, np.c_[(e * ink[0]).mean(axis=1), e.mean(axis=1)], atol=1e-9), "each step follows the gradient alone"


@pytest.mark.parametrize("start", [(0.2, 2.0), (-1.5, -1.3), (1.7, 0.0)])
@pytest.mark.parametrize("beta", [0, 0.4, 0.9])
def test_between_falling_and_climbing_lies_the_limit(figure, ink, curvatures, beta, start):
    limit = 2 * (1 + beta) / curvatures[1]
    below, beyond = np.floor(100 * limit) / 100, np.ceil(100 * limit) / 100
    shown = set_to(figure, below, beta, start)
    assert shown["limit"] == pytest.approx(limit, rel=1e-9)
    assert not shown["climbs"] and "further out" not in figure.words
    shown = set_to(figure, beyond, beta, start)
    assert shown["climbs"] and "every jump across the valley lands further out" in figure.words
    assert "below 1 % of the start's: never;" in figure.words
    _, across = np.linalg.eigh([[np.mean(ink[0] ** 2), 1], [1, 1]])[1].T
    jumps = np.abs((np.array(shown["path"]) - shown["minimum"]) @ across)
    assert np.all(jumps[1:] > jumps[:-1])


def test_the_best_pair_of_the_theory_arrives_sooner_than_any_plain_rate(figure, curvatures):
    flat, steep = np.sqrt(curvatures)
    best = set_to(figure, round(4 / (flat + steep) ** 2, 2), round(((steep - flat) / (steep + flat)) ** 2, 2))
    assert best == set_to(figure, 1.25, 0.4), "which is where the figure begins"
    assert best["across"]["factor"] == best["along"]["factor"] == pytest.approx(np.sqrt(0.4))
    assert f"from step {best['arrived']} on; plain" in figure.words
    assert f"best rate: from step {best['plain']['arrived']} on." in figure.words
    assert best["arrived"] < best["plain"]["arrived"]
    assert best["arrived"] < min(set_to(figure, round(lr, 2), 0)["arrived"] for lr in np.arange(0.5, 0.95, 0.02))


@pytest.mark.parametrize(("lr", "beta", "words"), [
    (0.05, 0, "creeps along the floor"),
    (1.1, 0.3, "glides along the floor"),
    (0.93, 0, "jumps across the valley, from slope to slope"),
    (1.25, 0.4, "Neither way waits"),
    (0.3, 0.9, "Like a ball"),
    (1.85, 0.99, "first grow"),
])  # fmt: skip
def test_the_words_are_true_of_the_path(figure, ink, curvatures, lr, beta, words):
    shown = set_to(figure, lr, beta)
    assert words in figure.words
    for curvature, said in zip(curvatures, (shown["along"], shown["across"])):
        assert said["factor"] == pytest.approx(np.abs(np.roots([1, lr * curvature - 1 - beta, beta])).max(), rel=1e-7)
    directions = np.linalg.eigh([[np.mean(ink[0] ** 2), 1], [1, 1]])[1]
    path = (np.array(shown["path"]) - shown["minimum"]) @ directions
    along, across = (path / path[0]).T  # in parts of the start's distances
    if words == "Like a ball":
        assert -along.min() == pytest.approx(shown["along"]["past"], rel=1e-6)
        assert f"by {-along.min():.0%}".replace("%", " %") in figure.words and along[-1] > along.min()
    if words == "first grow":
        assert np.abs(across).max() > 2
    if words.startswith("jumps"):
        assert np.all(across[:50:2] > 0) and np.all(across[1:50:2] < 0)
    if "floor" in words:
        assert np.all(along > 0) and along[50] > abs(across[50])


@pytest.mark.parametrize(("lr", "beta"), [(1.25, 0.4), (0.3, 0.9), (0.03, 0.99), (0.93, 0)])
def test_the_step_from_which_it_has_arrived_is_counted(figure, lr, beta):
    shown = set_to(figure, lr, beta)
    above = np.array(shown["losses"]) - shown["lowest"]
    late = np.flatnonzero(above >= 0.01 * above[0])[-1] + 1
    if late > 100:
        assert "not within 100 steps; plain" in figure.words
    else:
        assert shown["arrived"] == late


def test_play_walks_from_the_start_to_the_last_step(figure):
    before = figure.words
    figure.slide("steps", 3)
    assert "after 3 steps" in figure.words and figure.values["steps"] == 3
    figure.play()
    assert figure.words == before


def test_a_press_on_the_map_moves_the_start_and_its_sliders(figure):
    svg = figure.place.locator("svg.live-drag")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    figure.page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"])
    w, b = figure.values["path"][0]
    assert w < 0 and b < 0.5, "left and low"
    shown = [float(figure.control(f"start: {name}").get_attribute("aria-valuetext").replace("−", "-")) for name in "wb"]
    assert shown == pytest.approx([w, b], abs=0.006)
