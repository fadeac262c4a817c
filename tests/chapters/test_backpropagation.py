"""Backpropagation: the gradients worked by hand, the portraits, the costs and the spirals."""

import numpy as np
import pytest

from mnist_from_scratch import CrossEntropy, Dense, Identity, MeanSquaredError, Network, ReLU, Softmax
from mnist_from_scratch import checks
from mnist_from_scratch import load_mnist, train_validation_split

NAME = "backpropagation"
X = np.array([[1.0, 2, 0, 0, 1], [0, 1, 1, 0, 2]])
Y = np.array([[0.0, 1, 0, 0], [0, 0, 0, 1]])
W1 = np.array([[1.0, 0, -1], [0, 1, 0], [1, 1, 0], [-1, 0, 1], [1, -1, 1]])
b1 = np.array([-1.0, 1, -1])
W2 = np.array([[1.0, 0, 1, -1], [1, 1, -1, 0], [-1, 1, 0, 2]])
b2 = np.array([-2.0, -1, 1, -1])
BY_PENCIL = {
    "Z1": [[1, 2, -1], [2, 1, 1]],
    "A1": [[1, 2, 0], [2, 1, 1]],
    "Z2": [[1, 1, 0, -2], [0, 1, 2, -1]],
    "dZ2": [[0.5, 0, 0, -1], [0, 0.5, 1, -1]],
    "dW2": [[0.5, 1, 2, -3], [1, 0.5, 1, -3], [0, 0.5, 1, -1]],
    "db2": [0.5, 0.5, 1, -2],
    "dA1": [[1.5, 0.5, -2.5], [2, -0.5, -1.5]],
    "dZ1": [[1.5, 0.5, 0], [2, -0.5, -1.5]],
    "dW1": [[1.5, 0.5, 0], [5, 0.5, -1.5], [2, -0.5, -1.5], [0, 0, 0], [5.5, -0.5, -3]],
    "db1": [3.5, 0, -1.5],
}


@pytest.mark.parametrize("name", BY_PENCIL)
def test_the_hand_worked_arrays_follow_from_pencil_and_paper(glued, name):
    shown = glued["backpropagation-hand"][name]
    assert np.array_equal(shown, BY_PENCIL[name]), f"{name} in the chapter is {shown}"


def test_the_hand_example_has_four_sizes_biases_and_an_entry_that_relu_cuts(glued):
    hand = {name: np.array(array) for name, array in glued["backpropagation-hand"].items()}
    assert len({*hand["dW1"].shape, *hand["dZ2"].shape}) == 4, "two of N, D, H and K are equal"
    assert b1.all() and b2.all(), "a bias is zero"
    cut = (hand["Z1"] < 0) & (hand["dA1"] != 0)
    assert cut.sum() == 1 and not hand["dZ1"][cut].any(), "ReLU should stop one gradient that is not zero"


def test_the_module_gives_the_gradients_that_the_chapter_works_by_hand(glued):
    network = Network([Dense(W1, b1), ReLU(), Dense(W2, b2)], MeanSquaredError(Identity()))
    loss = network.loss.forward(network.forward(X), Y)
    network.backward()
    for name, ours in zip(("dW1", "db1", "dW2", "db2"), network.grads):
        hand = glued["backpropagation-hand"][name]
        assert np.array_equal(ours, hand), f"the module's {name} is not the chapter's"
    assert glued["backpropagation-hand-same"], "the chapter's own comparison failed"
    assert loss == glued["backpropagation-hand-loss"] == 3.5, "the loss in the chapter differs"


def test_finite_differences_agree_with_the_hand_worked_gradients(glued):
    assert glued["backpropagation-hand-worst"] < 1e-8, "the measured gradients are not the derived ones"
    assert glued["backpropagation-hand-count"] == W1.size + b1.size + W2.size + b2.size, "not all were measured"


def test_the_ledger_gives_every_gradient_the_shape_of_what_it_differentiates(chapter):
    text = chapter(NAME).text
    for name, letters in {"dW2": "(H, K)", "db2": "(K,)", "dW1": "(D, H)", "db1": "(H,)"}.items():
        lines = [line for line in text.splitlines() if line.startswith(f"{name} ")]
        shape = str(np.shape(BY_PENCIL[name]))
        assert lines and all(letters in line and shape in line for line in lines), f"ledger of {name}: {lines}"


def test_the_first_gradient_is_a_portrait_of_each_class(glued):
    assert glued["backpropagation-picture-error"] < 1e-5, "dW is not the average digits of eq-bp-picture"


def test_one_step_learns_much_and_the_missing_biases_explain_the_rest(glued):
    X, y, _, _ = load_mnist()
    rng = np.random.default_rng(6)
    X, y, X_val, y_val = train_validation_split(X, y, 10_000, rng)
    means = np.stack([X[y == k].mean(axis=0) for k in range(10)])
    distances = np.stack([((X_val - m) ** 2).sum(axis=1) for m in means], axis=1)
    nearest = np.mean(distances.argmin(axis=1) == y_val)
    assert glued["backpropagation-nearest-mean"] == pytest.approx(nearest, abs=3e-4), (
        f"x·m - |m|²/2 gives {glued['backpropagation-nearest-mean']}, the distances {nearest}"
    )
    assert 0.5 < glued["backpropagation-one-step"] < glued["backpropagation-nearest-mean"], (
        "one step should beat guessing by far and stay below the nearest mean"
    )


def test_all_gradients_together_cost_about_two_forward_passes(glued):
    assert 1 < glued["backpropagation-cost-ratio"] < 1.05, "backward should cost hardly more than forward"
    forward, backward = 784 * 30 + 30 * 10, 784 * 30 + 2 * 30 * 10
    expected = glued["backpropagation-forward-passes"] * forward / (forward + backward)
    assert glued["backpropagation-saving"] == pytest.approx(expected), "the saving is miscounted"
    assert glued["backpropagation-parameters"] == sum(
        V.size for V in Network([Dense(np.ones((784, 30))), Dense(np.ones((30, 10)))],
                                CrossEntropy(Softmax())).params
    ), "the 784-30-10 network has another number of parameters"


def test_gradients_that_reach_the_hidden_layer_separate_the_spirals(glued):
    linear, frozen, hidden = (glued[f"backpropagation-{name}"] for name in ("linear", "frozen", "hidden"))
    assert len(linear) == len(frozen) == len(hidden) == 5, "there should be five seeds"
    assert 0.5 < np.mean(linear) < 0.6 and max(linear) < 0.65, f"a straight line should do hardly more than guess: {linear}"
    assert min(hidden) > 0.98, f"the folds that move should follow the spiral with every seed: {hidden}"
    gained = np.subtract(hidden, frozen)
    assert min(gained) > 0.02, f"folds that move should beat the same folds, frozen, with every seed: {gained}"
    left = (1 - np.mean(hidden)) / (1 - np.mean(frozen))
    assert left < 0.2, f"moving the folds should remove nearly all mistakes: {left:.0%} are left"
    assert min(np.subtract(frozen, linear)) > 0.1, f"even frozen folds should beat a line: {frozen}, {linear}"


DENSE_MISTAKES = {
    "N times too small": lambda X, W, dZ: (X.T @ dZ / len(X), dZ.sum(0), dZ @ W.T),
    "shape of W turned": lambda X, W, dZ: (dZ.T @ X, dZ.sum(0), dZ @ W.T),
    "don't average": lambda X, W, dZ: (X.T @ dZ, dZ.mean(0), dZ @ W.T),
    "summed over the outputs": lambda X, W, dZ: (X.T @ dZ, dZ.sum(1), dZ @ W.T),
    "a row for each image": lambda X, W, dZ: (X.T @ dZ, dZ, dZ @ W.T),
    "without keepdims": lambda X, W, dZ: (X.T @ dZ, dZ.sum(0, keepdims=True), dZ @ W.T),
    "shape of X turned": lambda X, W, dZ: (X.T @ dZ, dZ.sum(0), W @ dZ.T),
    "sign of dW is turned": lambda X, W, dZ: (-X.T @ dZ, dZ.sum(0), dZ @ W.T),
    "three arrays": lambda X, W, dZ: X.T @ dZ,
}


@pytest.mark.parametrize("message", DENSE_MISTAKES)
def test_the_check_of_dense_backward_names_the_mistake(verdict, message):
    said = verdict(checks.dense_backward, DENSE_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_dense_backward_accepts_the_right_answer(verdict):
    answer = lambda X, W, dZ: (X.T @ dZ, dZ.sum(axis=0), dZ @ W.T)
    assert verdict(checks.dense_backward, answer).startswith("Right")


def square(backward, forward=lambda self, Z: Z**2, keep=True):
    """Return a block class with the given backward formula of (Z, dA)."""

    class Block:
        Z = None

        def forward(self, Z):
            if keep or self.Z is None:
                self.Z = Z
            return forward(self, Z)

        def backward(self, dA):
            return backward(self.Z, dA)

    return Block


SQUARE_MISTAKES = {
    "entry by entry": square(lambda Z, dA: 2 * Z * dA, forward=lambda self, Z: 2 * Z),
    "multiply it by dA": square(lambda Z, dA: 2 * Z),
    "the 2 is missing": square(lambda Z, dA: Z * dA),
    "backward used A": square(lambda Z, dA: 2 * Z**2 * dA),
    "same for another Z": square(lambda Z, dA: 2 * Z * dA, keep=False),
}


@pytest.mark.parametrize("message", SQUARE_MISTAKES)
def test_the_check_of_the_square_block_names_the_mistake(verdict, message):
    said = verdict(checks.square_block, SQUARE_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_the_square_block_accepts_the_right_answer(verdict):
    said = verdict(checks.square_block, square(lambda Z, dA: 2 * Z * dA))
    assert said.startswith("Right"), said


def pixels(network, X, Y, blocks=slice(None)):
    """Return the gradient of the loss after walking back through some blocks."""
    network.loss.forward(network.forward(X), Y)
    dV = network.loss.backward()
    for block in reversed(network.blocks[blocks]):
        dV = block.backward(dV)
    return dV


PIXEL_MISTAKES = {
    "its own backward is still to come": lambda n, X, Y: pixels(n, X, Y, slice(1, None)),
    "N times too large": lambda n, X, Y: len(X) * pixels(n, X, Y),
    "the sign is turned": lambda n, X, Y: -pixels(n, X, Y),
    "that is dW": lambda n, X, Y: (pixels(n, X, Y), n.grads[0])[1],
    "returned None": lambda n, X, Y: None,
}


@pytest.mark.parametrize("message", PIXEL_MISTAKES)
def test_the_check_of_the_pixel_gradient_names_the_mistake(verdict, message):
    said = verdict(checks.pixel_gradient, PIXEL_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_the_pixel_gradient_accepts_the_right_answer(verdict):
    assert verdict(checks.pixel_gradient, pixels).startswith("Right")
