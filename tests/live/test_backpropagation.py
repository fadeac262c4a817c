"""The live figure of the hand-worked backpropagation: the page's ledger, and of each entry the products that make it."""

import re

import numpy as np
import pytest
from mystsource import ROOT

NAME = "backpropagation"
N = 2
X = np.array([[1.0, 2, 0, 0, 1], [0, 1, 1, 0, 2]])
Y = np.array([[0.0, 1, 0, 0], [0, 0, 0, 1]])
W1 = np.array([[1.0, 0, -1], [0, 1, 0], [1, 1, 0], [-1, 0, 1], [1, -1, 1]])
b1 = np.array([-1.0, 1, -1])
W2 = np.array([[1.0, 0, 1, -1], [1, 1, -1, 0], [-1, 1, 0, 2]])
b2 = np.array([-2.0, -1, 1, -1])
Z1 = X @ W1 + b1
A1 = np.maximum(Z1, 0)
Z2 = A1 @ W2 + b2
dZ2 = (Z2 - Y) / N
dA1 = dZ2 @ W2.T
dZ1 = np.where(Z1 > 0, dA1, 0)
STEPS = {
    "Z1": Z1, "A1": A1, "Z2": Z2, "L": np.sum((Z2 - Y) ** 2) / (2 * N),
    "dZ2": dZ2, "dW2": A1.T @ dZ2, "db2": dZ2.sum(axis=0), "dA1": dA1, "dZ1": dZ1, "dW1": X.T @ dZ1, "db1": dZ1.sum(axis=0),
}  # fmt: skip
MADE = {"Z1": (X, W1, b1), "Z2": (A1, W2, b2), "dW2": (A1.T, dZ2), "dA1": (dZ2, W2.T), "dW1": (X.T, dZ1)}


def go(figure, name, entry=None):
    figure.slide("step", 1 + list(STEPS).index(name))
    if entry:
        figure.choose("entry", ", ".join(map(str, entry)))
    return figure.values


def test_next_walks_forward_to_the_loss_and_then_backward(figure):
    names = [figure.values["name"]]
    for _ in range(len(STEPS) + 1):  # beyond the end, it stays there
        figure.press("Next")
        names.append(figure.values["name"])
    assert names == [*STEPS, "db1", "db1"]
    figure.press("Back")
    assert figure.values["name"] == "dW1"


@pytest.mark.parametrize("name", STEPS)
def test_every_entry_is_numpys(figure, name):
    array = np.atleast_2d(STEPS[name])
    for entry in np.ndindex(array.shape):
        shown = go(figure, name, entry)
        assert shown["name"] == name and tuple(shown["entry"]) == entry
        assert shown["value"] == pytest.approx(array[entry], rel=1e-12)


@pytest.mark.parametrize("name", MADE)
def test_an_entry_of_a_product_shows_what_is_multiplied_and_added(figure, name):
    left, right, *bias = MADE[name]
    for i, k in np.ndindex(STEPS[name].shape):
        shown = go(figure, name, (i, k))
        products = [list(pair) for pair in zip(left[i], right[:, k])] + [[b[k]] for b in bias]
        assert shown["terms"] == products
        assert sum(map(np.prod, shown["terms"])) == pytest.approx(shown["value"])


def test_a_weight_has_one_product_for_each_image(figure):
    shown = go(figure, "dW1", (1, 1))
    assert len(shown["terms"]) == N
    assert "a sum over the images: 2 · 0.5 + 1 · (−0.5) gives 0.5" in figure.words
    assert "a sum over the outputs" in (go(figure, "dA1"), figure.words)[1]


def test_the_words_follow_the_entry_that_relu_cuts(figure):
    assert "gives −1." in figure.words, "it starts at hidden neuron 2 of the first image"
    assert go(figure, "dA1")["value"] == -2.5
    go(figure, "dZ1")
    assert "−2.5 if −1 > 0 gives 0." in figure.words


def test_the_lines_are_the_pages_ledger(figure):
    text = figure.page.locator("main").inner_text()
    for name in list(STEPS)[4:]:
        go(figure, name)
        made, shape = figure.words.removeprefix(f"{name} = ").split(", ", 1)
        letters, numbers = shape.partition(".")[0].split(" = ")
        assert any(line.split() == f"{name} = {made} {letters} {numbers}".split() for line in text.splitlines()), figure.words


def test_an_entry_that_is_pressed_is_explained(figure):
    go(figure, "dW1")
    cell = figure.place.locator(".live-drawing span", has_text="5.5")
    assert cell.count() == 1
    cell.click()
    assert figure.values["entry"] == [4, 0] and figure.values["value"] == 5.5
    assert figure.control("entry").input_value() == "4, 0"


@pytest.mark.parametrize(("name", "block"), [("Z1", "Dense 1"), ("A1", "ReLU"), ("L", "Loss"), ("dA1", "Dense 2"), ("dZ1", "ReLU"), ("db1", "Dense 1")])
def test_each_step_lights_its_block_of_the_drawing(figure, name, block):
    """The drawing's own file says where a block's name is written."""
    drawing = (ROOT / "book/figures/backprop-flow.svg").read_text(encoding="utf-8")
    x = float(re.search(rf'<text x="(\d+)" y="150">{block}<', drawing)[1]) / 860
    go(figure, name)
    picture, frame = figure.place.locator("img").bounding_box(), figure.place.locator("a + div").bounding_box()
    left, right = ((edge - picture["x"]) / picture["width"] for edge in (frame["x"], frame["x"] + frame["width"]))
    assert left < x - 0.05 and x + 0.05 < right, f"{name} lights {left:.2f} to {right:.2f}, not {block} at {x:.2f}"
