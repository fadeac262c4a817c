"""The live figure that pushes a digit: its network, its signs and its turns are NumPy's."""

import base64
import json

import numpy as np
import pytest

NAME = "push"


@pytest.fixture(scope="module")
def data(figure):
    data = json.loads(figure.place.locator("script").text_content())
    text = lambda value, kind: np.frombuffer(base64.b64decode(value), kind)
    W = (text(data["W"], "i1") * data["step"]).astype(np.float32).reshape(784, 30)
    b, V, c = (text(value, "<f4") for value in data["rest"])
    images = text(data["images"], "u1").reshape(-1, 784).astype(np.float32) / 255
    return {"W": W, "b": b, "V": V.reshape(30, 10), "c": c, "images": images, "labels": data["labels"]}


def probabilities(data, X):
    Z = np.maximum(X @ data["W"] + data["b"], 0) @ data["V"] + data["c"]
    P = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return P / P.sum(axis=-1, keepdims=True)


def gradient(data, x, label):
    on = x @ data["W"] + data["b"] > 0
    return ((probabilities(data, x) - np.eye(10)[label]) @ data["V"].T * on) @ data["W"].T


def at(figure, digit, signs="of the gradient", epsilon=0.08):
    figure.choose("digit", f"a {digit}")
    figure.choose("signs", signs)
    figure.slide("push ε", epsilon)
    return figure.values


@pytest.mark.parametrize("digit", [0, 3, 8])
@pytest.mark.parametrize("epsilon", [0, 0.05, 0.2])
def test_it_answers_as_numpy_does(figure, data, digit, epsilon):
    shown = at(figure, digit, epsilon=epsilon)
    x = data["images"][data["labels"].index(digit)]
    assert shown["label"] == digit and shown["epsilon"] == pytest.approx(epsilon)
    assert np.allclose(shown["x"], x, atol=1e-7)
    image = np.clip(x + np.float32(epsilon) * np.array(shown["signs"], np.float32), 0, 1)
    assert np.allclose(shown["p"], probabilities(data, image), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("digit", [1, 4, 7])
def test_its_signs_are_those_of_the_gradient(figure, data, digit):
    shown = at(figure, digit)
    g = gradient(data, data["images"][data["labels"].index(digit)].astype(float), digit)
    clear = np.abs(g) > 1e-4 * np.abs(g).max()
    assert clear.mean() > 0.9 and np.array_equal(np.array(shown["signs"])[clear], np.sign(g)[clear])


@pytest.mark.parametrize("digit", range(10))
def test_the_gradient_turns_the_answer_and_it_turns_where_it_says(figure, data, digit):
    turns = at(figure, digit)["turns"]
    assert turns and 0.01 <= turns <= 0.3, "the answer should turn within the slider"
    before, after = (int(np.argmax(at(figure, digit, epsilon=e)["p"])) for e in (turns - 0.005, turns))
    assert before == digit != after
    assert f"turns at {turns:.3f}" in figure.words


def test_a_coin_takes_a_larger_push_or_does_not_turn_it(figure, data):
    for digit in range(10):
        chosen = at(figure, digit)["turns"]
        random = at(figure, digit, "of a coin")
        assert set(random["signs"]) == {-1, 1} and 0.4 < np.mean(np.array(random["signs"]) > 0) < 0.6
        assert random["turns"] is None or random["turns"] > 1.5 * chosen, f"a {digit}"


def test_the_player_stops_where_the_answer_turns(figure):
    turns = at(figure, 5)["turns"]
    figure.slide("push ε", 0)
    figure.play("Push until it turns")
    assert figure.values["epsilon"] == pytest.approx(turns)
