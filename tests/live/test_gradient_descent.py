"""The live valley is the chapter's ink model, and its cliff is where the chapter derives it."""

import numpy as np
import pytest

from mnist_from_scratch import load_mnist, train_validation_split

NAME = "gradient-descent"


@pytest.fixture(scope="module")
def ink():
    """The ink of zeros and ones, and the targets, as the page computes them."""
    X, y, _, _ = load_mnist()
    X, y, _, _ = train_validation_split(X, y, 10_000, np.random.default_rng(8))
    pair = y < 2
    return X[pair].mean(axis=1, dtype=np.float64), (y[pair] == 0).astype(float)


def walk(x, t, start, lr):
    path, losses = [np.array(start)], []
    for _ in range(101):
        e = path[-1][0] * x + path[-1][1] - t
        losses.append(np.mean(e**2) / 2)
        path.append(path[-1] - lr * np.array([np.mean(e * x), np.mean(e)]))
    return path[:101], losses


@pytest.mark.parametrize("standardised", [False, True])
@pytest.mark.parametrize(("lr", "start"), [(0.05, (0.2, 2.0)), (0.9, (-1.0, 0.5)), (0.97, (1.5, -1.2))])
def test_path_and_losses_are_numpys(figure, ink, lr, start, standardised):
    figure.slide("learning rate η", lr)
    figure.slide("start: w", start[0])
    figure.slide("start: b", start[1])
    if standardised:
        figure.control("standardise the ink").check()
    x = (ink[0] - ink[0].mean()) / ink[0].std() if standardised else ink[0] / ink[0].mean()
    shown = figure.values
    assert shown["lr"] == pytest.approx(lr, rel=0.01) and shown["path"][0] == pytest.approx(start, abs=0.03)
    path, losses = walk(x, ink[1], shown["path"][0], shown["lr"])
    assert np.allclose(shown["path"], path, rtol=1e-7, atol=1e-9)
    assert np.allclose(shown["losses"], losses, rtol=1e-7)
    assert shown["minimum"] == pytest.approx(np.polyfit(x, ink[1], 1), rel=1e-9)


def test_a_reader_who_closes_in_finds_the_cliff_of_the_derivation(figure, ink):
    x = ink[0] / ink[0].mean()
    cliff = 2 / np.linalg.eigvalsh([[np.mean(x * x), 1], [1, 1]])[-1]
    tried = {"falls": 0.9, "climbs": 1.0}
    while tried["climbs"] - tried["falls"] > 0.006:
        figure.slide("learning rate η", (tried["falls"] + tried["climbs"]) / 2)
        tried |= figure.values["tried"]
    assert tried["falls"] < cliff < tried["climbs"]
    assert "the cliff is between" in figure.words


@pytest.mark.parametrize("start", [(0.2, 2.0), (-1.5, -1.3), (1.7, 0.0)])
def test_no_start_saves_a_rate_beyond_the_cliff(figure, start):
    figure.slide("learning rate η", 0.95)
    figure.slide("start: w", start[0])
    figure.slide("start: b", start[1])
    losses = figure.values["losses"]
    assert figure.values["climbs"] and losses[100] > losses[50]
    assert "lands higher" in figure.words


def test_standardised_one_step_of_rate_1_arrives_and_nothing_climbs(figure):
    figure.control("standardise the ink").check()
    figure.slide("learning rate η", 1)
    shown = figure.values
    assert shown["lr"] == 1 and not shown["climbs"]
    assert shown["losses"][1] == pytest.approx(shown["lowest"], rel=1e-9)
    assert "climbs" not in shown["tried"], "the round bowl has no cliff in the valley"


def test_play_walks_from_the_start_to_the_last_step(figure):
    before = figure.words
    figure.slide("steps", 3)
    assert "after 3 steps" in figure.words
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
