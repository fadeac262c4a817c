"""The live figure of softmax shows what NumPy computes."""

import numpy as np
import pytest

from mnist_from_scratch.activations import softmax

NAME = "softmax"


def test_it_starts_with_the_example_worked_by_hand(figure):
    assert figure.values["p"] == pytest.approx([1 / 8, 2 / 8, 5 / 8], rel=1e-12)
    assert "class 2 leads with 0.625" in figure.words


@pytest.mark.parametrize("heat", [0.05, 0.4, 1.0, 7.0, 50.0])
def test_the_probabilities_are_the_modules(figure, heat):
    figure.slide("score 0", 2.5)
    figure.slide("score 1", -1.25)
    figure.slide("temperature T", np.log(heat))
    shown = figure.values
    assert shown["temperature"] == pytest.approx(heat)
    expected = softmax(np.array([shown["z"]]) / shown["temperature"])[0]
    assert shown["p"] == pytest.approx(expected.tolist(), rel=1e-6)


def test_one_more_point_for_all_moves_no_bar(figure):
    before = figure.values
    for _ in range(3):
        figure.press("+1 to all scores")
    after = figure.values
    assert np.allclose(np.subtract(after["z"], before["z"]), 3)
    assert after["p"] == pytest.approx(before["p"], rel=1e-12)
    assert "no bar moved" in figure.words
