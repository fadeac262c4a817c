"""The live figure of the weights shows what the two programs found, and why least squares looks white."""

import base64
import json

import numpy as np
import pytest

from mnist_from_scratch import load_mnist, one_hot, train_validation_split

NAME = "weights"


@pytest.fixture(scope="module")
def training():
    X, y, _, _ = load_mnist()
    return train_validation_split(X, y, 10_000, np.random.default_rng(1))[:2]


@pytest.fixture(scope="module")
def found(training):
    """The weights of both programs, computed anew."""
    X, y = training
    Y, rng, W = one_hot(y), np.random.default_rng(0), np.zeros((784, 10))
    for _ in range(2000):
        batch = rng.integers(len(X), size=32)
        Z = X[batch].astype(float) @ W
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        W -= 0.1 * X[batch].T @ (P - Y[batch]) / 32
    return {"eight lines": W, "least squares": np.linalg.lstsq(X.T @ X, X.T @ Y)[0]}


@pytest.mark.parametrize(("method", "tolerance"), [("eight lines", 1e-4), ("least squares", 1e-3)])
@pytest.mark.parametrize(("k", "r", "c"), [(0, 14, 14), (1, 14, 14), (3, 8, 20), (9, 20, 10)])
def test_the_weights_are_those_of_the_programs(figure, found, method, tolerance, k, r, c):
    W = decoded(json.loads(figure.place.locator("script").text_content()), method)
    assert W[28 * r + c, k] == pytest.approx(found[method][28 * r + c, k], rel=tolerance, abs=1e-5)


def colour(figure, k, r, c):
    """Return red, green and blue of a pixel of the picture of class k."""
    picture = figure.place.get_by_role("img", name=f"weights of class {k}", exact=True)
    return picture.evaluate("(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data]", [c, r])[:3]


def test_ink_in_the_middle_of_a_0_speaks_against_it_and_of_a_1_for_it(figure):
    red, _, blue = colour(figure, 0, 14, 14)
    assert red > blue + 20
    red, _, blue = colour(figure, 1, 14, 14)
    assert blue > red + 20


def test_least_squares_looks_white_until_the_limit_is_lowered(figure):
    figure.choose("weights of", "least squares")
    data = json.loads(figure.place.locator("script").text_content())
    W = decoded(data, "least squares")
    assert figure.values["limit"] == pytest.approx(float(np.abs(W).max()), rel=1e-6)
    assert figure.values["seen"] < 400, "the pictures should be nearly white"
    for limit in (1.0, 0.2, 0.05):
        figure.slide("full colour from", np.log(limit))
        assert figure.values["seen"] == np.sum(np.abs(W) >= figure.values["limit"] / 10)
    assert figure.values["seen"] > 4000, "a low limit should show the digits"


def decoded(data, method):
    return np.frombuffer(base64.b64decode(data["W"][method]), "<f4").reshape(784, 10)


def test_the_largest_weight_of_least_squares_sits_on_a_pixel_that_hardly_any_image_inks(figure, found, training):
    for method in ("eight lines", "least squares"):
        figure.choose("weights of", method)
        shown, W = figure.values, found[method]
        j = 28 * shown["row"] + shown["column"]
        assert (j, shown["k"]) == np.unravel_index(np.abs(W).argmax(), W.shape)
        assert shown["weight"] == pytest.approx(W[j, shown["k"]], rel=1e-3)
        assert shown["n"] == np.sum(training[0][:, j] > 0)
        assert shown["n"] > 1000 if method == "eight lines" else 1 <= shown["n"] <= 5
