"""The live figure of the matrix product: four orders, the same products, and at the end X @ W."""

import numpy as np
import pytest

NAME = "matrices"
X = np.array([[1.0, 2, 0], [0, 1, 3]])
W = np.array([[1.0, -1], [0, 2], [2, 1]])
N, D, K = 2, 3, 2

# What each step of an order adds to which entries of Z, by the chapter's four ways to see the product.
STEPS = {
    "entry": [((i, k), X[i, j] * W[j, k]) for i in range(N) for k in range(K) for j in range(D)],
    "rows": [((i, slice(None)), X[i, j] * W[j]) for i in range(N) for j in range(D)],
    "columns": [((slice(None), k), W[j, k] * X[:, j]) for k in range(K) for j in range(D)],
    "outer products": [((slice(None), slice(None)), np.outer(X[:, j], W[j])) for j in range(D)],
}


@pytest.mark.parametrize("way", STEPS)
def test_every_step_adds_what_the_text_says(figure, way):
    steps = STEPS[way]
    figure.choose("order", way)
    figure.slide("multiplications", 0)
    Z = np.zeros((N, K))
    assert figure.values["Z"] == Z.tolist()
    for place, amount in steps:
        figure.press("Step")
        added = np.zeros((N, K))
        added[place] = amount
        Z += added
        assert figure.values["added"] == added.tolist()
        assert figure.values["Z"] == Z.tolist()
    assert figure.values["Z"] == (X @ W).tolist() and figure.values["done"] == N * D * K
    assert "Z is finished" in figure.words


@pytest.mark.parametrize("way, finished", [("entry", [1, 2, 3]), ("rows", [0, 2, 2]), ("columns", [0, 2, 2]), ("outer products", [0, 0])])
def test_the_orders_differ_in_when_an_entry_is_finished(figure, way, finished):
    figure.choose("order", way)
    for done, entries in zip((4, 8, 10) if way != "entry" else (3, 6, 9), finished):
        figure.slide("multiplications", done)
        assert figure.values["finished"] == entries


def test_another_order_begins_with_its_first_step(figure):
    assert figure.values["done"] == 5
    for order, first in (("outer products", 4), ("rows", 2), ("entry", 1)):
        figure.choose("order", order)
        assert figure.values["done"] == first


def test_it_plays_to_the_end_and_then_from_the_beginning(figure):
    figure.choose("order", "outer products")
    figure.play()
    assert figure.values["Z"] == (X @ W).tolist()
    figure.press("Step")
    assert figure.values["done"] == 4


def test_the_words_name_what_is_added(figure):
    assert "Z[0, 1] gets X[0, 1] times W[1, 1]: 2 · 2 = 4." in figure.words
    figure.choose("order", "rows")
    figure.slide("multiplications", 4)
    assert "Row 0 of Z gets 2 times row 1 of W, (0, 4)." in figure.words
    figure.choose("order", "columns")
    figure.press("Step")
    assert "Column 0 of Z gets 0 times column 1 of X, (0, 0)." in figure.words
    figure.choose("order", "outer products")
    assert "column 0 of X, (1, 0), times row 0 of W, (1, −1)" in figure.words
