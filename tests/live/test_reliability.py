"""The live figure of calibration: a temperature changes the claims, never the answers."""

import base64
import json

import numpy as np
import pytest

from mnist_from_scratch.activations import softmax

NAME = "reliability"
LOSSES = ["cross-entropy", "mse"]


@pytest.fixture(scope="module")
def scores(figure):
    """The scores and labels in the page, by loss."""
    data = json.loads(figure.place.locator("script").text_content())
    decode = lambda text, kind: np.frombuffer(base64.b64decode(text), kind)
    Z = [decode(text, "<i2").reshape(-1, 10) / data["places"] for text in data["scores"]]
    assert [name for name, _ in data["names"]] == LOSSES
    return dict(zip(LOSSES, Z)), decode(data["labels"], "u1")


def expected(Z, y, T):
    P = softmax(Z / T)
    sure, right = P.max(axis=1), P.argmax(axis=1) == y
    which = np.minimum((10 * sure).astype(int), 9)
    gaps = [abs(sure[which == m].sum() - right[which == m].sum()) for m in range(10)]
    return {"confidence": sure.mean(), "accuracy": right.mean(), "error": sum(gaps) / len(y), "n": np.bincount(which, minlength=10)}


def heat(figure, T):
    figure.slide("temperature T", float(np.log(T)))
    return figure.values


@pytest.mark.parametrize("T", [0.5, 1.0, 1.7, 4.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_bins_confidence_and_error_are_numpys(figure, scores, loss, T):
    Z, y = scores[0][loss], scores[1]
    assert Z.shape == (2500, 10) and y.shape == (2500,), "the invitation says 2,500 images"
    figure.choose("trained with", loss)
    shown = heat(figure, T)
    for name, value in expected(Z, y, shown["T"]).items():
        assert shown[name] == pytest.approx(value, rel=1e-6), name


@pytest.mark.parametrize("loss", LOSSES)
def test_no_temperature_changes_the_accuracy(figure, loss):
    figure.choose("trained with", loss)
    accuracy = figure.values["accuracy"]
    for T in (0.5, 0.8, 2.0, 4.0):
        assert heat(figure, T)["accuracy"] == accuracy
        assert "No answer has changed" in figure.words


def test_it_starts_overconfident_and_a_temperature_above_one_mends_it(figure):
    assert "overconfident" in figure.words
    before = figure.values
    errors = {T: heat(figure, T)["error"] for T in np.geomspace(0.5, 4, 25)}
    best = min(errors, key=errors.get)
    assert 1.2 < best < 3 and errors[best] < before["error"] / 2
    assert errors[0.5] > before["error"], "a colder network should claim even more"
    heat(figure, 4)
    assert "underconfident" in figure.words
