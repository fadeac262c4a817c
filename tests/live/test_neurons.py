"""The live figure of XOR: one line never gets all four corners right, two ReLU neurons do."""

import numpy as np
import pytest

from mnist_from_scratch import Dense
from mnist_from_scratch.activations import relu

NAME = "neurons"
CORNERS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
XOR = np.array([0, 1, 1, 0])


def expected(angles, biases):
    """Return what the chapter's network, relu(z1) - 2 relu(z2), says at the corners."""
    W = np.sqrt(2) * np.array([np.cos(np.radians(angles)), np.sin(np.radians(angles))])
    hidden, output = Dense(W, np.array(biases)), Dense(np.array([[1.0], [-2]])[: len(angles)])
    return output.forward(relu(hidden.forward(CORNERS)))[:, 0]


def move(figure, n, angle, bias):
    figure.slide(f"neuron {n}: angle", angle)
    figure.slide(f"neuron {n}: bias", bias)


def add(figure):
    figure.control("add a second neuron").check()


@pytest.mark.parametrize("angle, bias", [(45, 0), (-90, 0.7), (180, 3), (10, -0.5), (-135, 2.5)])
def test_one_neuron_says_what_the_module_says(figure, angle, bias):
    move(figure, 1, angle, bias)
    assert figure.values["outputs"] == pytest.approx(expected([angle], [bias]), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("first, second", [((45, 0), (45, -1)), ((-60, 1.5), (170, 0.25)), ((0, 0.6), (90, -0.8))])
def test_two_neurons_say_what_the_module_says(figure, first, second):
    add(figure)
    move(figure, 1, *first)
    move(figure, 2, *second)
    outputs = expected([first[0], second[0]], [first[1], second[1]])
    assert figure.values["outputs"] == pytest.approx(outputs, rel=1e-6, abs=1e-12)
    assert figure.values["right"] == np.sum((outputs > 0.5) == XOR)


def test_no_line_gets_more_than_three_corners_right(figure):
    best = 0
    for angle in range(-180, 180, 15):
        figure.slide("neuron 1: angle", angle)
        for bias in np.arange(-3, 3.1, 0.4):
            figure.slide("neuron 1: bias", bias)
            best = max(best, figure.values["right"])
    assert best == 3


def test_three_is_said_to_be_the_most_of_one_line(figure):
    assert "3 of the 4 corners are right, as many as one line can get" in figure.words


def test_a_second_neuron_solves_it_with_the_chapters_weights_and_not_by_itself(figure):
    add(figure)
    assert figure.values["right"] < 4 and "two parallel folds can make a ridge" in figure.words
    move(figure, 2, 45, -1)
    assert figure.values["outputs"] == pytest.approx([0, 1, 1, 0], abs=1e-9)
    assert "XOR is solved" in figure.words


def test_the_second_neuron_cannot_be_moved_before_it_is_there(figure):
    assert figure.control("neuron 2: bias").is_disabled()
    add(figure)
    assert figure.control("neuron 2: bias").is_enabled()
