"""The live figure of abstaining: a threshold buys accuracy, at a price that rises."""

import base64
import json

import numpy as np
import pytest

NAME = "abstaining"


@pytest.fixture(scope="module")
def data(figure):
    data = json.loads(figure.place.locator("script").text_content())
    for name, kind in (("sure", "<f4"), ("right", "u1"), ("pixels", "u1")):
        data[name] = np.frombuffer(base64.b64decode(data[name]), kind)
    return data


def at(figure, threshold):
    figure.slide("threshold", float(-np.log10(1 - threshold)))
    return figure.values


@pytest.mark.parametrize("threshold", [0, 0.5, 0.9, 0.99, 0.999])
def test_it_counts_as_numpy_does(figure, data, threshold):
    shown = at(figure, threshold)
    read = data["sure"] >= shown["threshold"]
    assert shown["threshold"] == pytest.approx(threshold, abs=0.01)
    assert (shown["read"], shown["right"]) == (read.sum(), data["right"][read].sum())
    assert (shown["handed"], shown["left"]) == ((~read).sum(), (data["right"][read] == 0).sum())
    assert shown["over"] == [i for i, (_, _, p) in enumerate(data["images"]) if p < shown["threshold"]]


def test_a_higher_threshold_reads_less_and_more_of_it_is_right(figure):
    shown = [at(figure, threshold) for threshold in (0, 0.7, 0.9, 0.99, 0.999)]
    reads, accuracy = [s["read"] for s in shown], [s["right"] / s["read"] for s in shown]
    assert reads == sorted(reads, reverse=True) and accuracy == sorted(accuracy)
    assert shown[-1]["left"] > 0, "some mistakes should be made with great confidence"


def test_the_last_mistakes_avoided_cost_the_most(figure):
    low, middle, high = (at(figure, threshold) for threshold in (0.5, 0.9, 0.999))
    price = [(b["handed"] - a["handed"]) / (a["left"] - b["left"]) for a, b in ((low, middle), (middle, high))]
    assert price[1] > 3 * price[0], f"images handed over for a mistake avoided: {price}"
    before = at(figure, 0.99)
    assert high["price"] == pytest.approx((high["handed"] - before["handed"]) / (before["left"] - high["left"]), rel=1e-6)
    at(figure, 0.999)
    assert f"({high['price']:.1f} between 0.990 and here)" in figure.words


def test_the_small_images_are_of_the_curve_and_half_of_them_are_read_wrongly(data):
    assert len(data["images"]) == 24 and len(data["pixels"]) == 24 * 784
    assert sum(label != answer for label, answer, _ in data["images"]) == 12
    confidences = [p for _, _, p in data["images"]]
    assert confidences == sorted(confidences, reverse=True) and set(np.float32(confidences)) <= set(data["sure"])
