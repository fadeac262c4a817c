"""The live figure of P − Y takes the steps that the module's gradients ask for."""

import numpy as np
import pytest

from mnist_from_scratch import CrossEntropy, MeanSquaredError, Softmax, softmax

NAME = "losses"
Y = np.array([[0.0, 0.0, 1.0]])
LOSSES = {"cross-entropy": CrossEntropy, "mse": MeanSquaredError}


def modules(name, z):
    """Return P and dZ of the module for one row of scores."""
    loss, Z = LOSSES[name](Softmax()), np.array([z])
    loss.forward(Z, Y)
    return softmax(Z)[0], loss.backward()[0]


def confident_mistake(figure, loss):
    figure.choose("start", "a confident mistake")
    figure.choose("loss", loss)


def test_it_starts_with_the_image_worked_by_hand(figure):
    assert figure.values["P"] == pytest.approx([0.3, 0.5, 0.2], rel=1e-12)
    assert figure.values["dZ"] == pytest.approx([0.3, 0.5, -0.8], rel=1e-12)
    assert "lacks 0.8000" in figure.words and "raises its score by 0.8000, by what it lacks" in figure.words


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("z", [(-1.2, 0.4, 0.1), (4, 0, -4), (-5.5, -6, 6), (0, 0, 0)])
def test_probabilities_and_gradient_are_the_modules(figure, loss, z):
    figure.choose("loss", loss)
    for label, score in zip(("score 0", "score 1", "score 2 (true)"), z):
        figure.slide(label, score)
    P, dZ = modules(loss, z)
    assert figure.values["P"] == pytest.approx(P.tolist(), rel=1e-9)
    assert figure.values["dZ"] == pytest.approx(dZ.tolist(), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("lr", [0.3, 1, 8])
def test_a_step_goes_against_the_gradient_at_the_rate(figure, loss, lr):
    figure.choose("loss", loss)
    figure.slide("rate", np.log(lr))
    for _ in range(3):
        before = figure.values
        figure.press("One step")
        _, dZ = modules(loss, before["z"])
        assert figure.values["z"] == pytest.approx((np.array(before["z"]) - before["lr"] * dZ).tolist(), rel=1e-9)
    assert figure.values["steps"] == 3 and before["lr"] == pytest.approx(lr)


def test_cross_entropy_leaves_a_confident_mistake_at_once(figure):
    confident_mistake(figure, "cross-entropy")
    first = figure.values
    assert first["P"][2] < 0.001 and -first["dZ"][2] > 0.999, "nearly all is lacking, and all of it pushes"
    for _ in range(15):
        figure.press("One step")
    assert figure.values["P"][2] > 0.9


def test_squared_error_stalls_there(figure):
    confident_mistake(figure, "mse")
    _, dZ = modules("mse", figure.values["z"])
    assert -dZ[2] < 0.001
    assert f"raises its score by {-dZ[2]:.4f}; cross-entropy's would raise it 1500 times as much" in figure.words
    figure.play("100 steps")
    assert figure.values["steps"] == 100 and figure.values["P"][2] < 0.01, "a hundred steps change next to nothing"


def test_another_loss_begins_where_the_last_one_began(figure):
    confident_mistake(figure, "cross-entropy")
    for _ in range(4):
        figure.press("One step")
    figure.choose("loss", "mse")
    assert figure.values["z"] == [4, 0, -4] and figure.values["steps"] == 0
