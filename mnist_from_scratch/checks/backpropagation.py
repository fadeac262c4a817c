"""Checks of the exercises of the chapter on backpropagation."""

import numpy as np

from ..activations import Softmax, Tanh
from ..data import one_hot
from ..gradient_check import numerical_gradient
from ..initialisers import xavier
from ..layers import Dense
from ..losses import CrossEntropy
from ..network import Network
from ._verdict import check, close, compare, keeps_float32, not_yet, numbers, right, unchanged


@check
def dense_backward(answer):
    """Check answer(X, W, dZ): dW, db and dX of a dense layer."""
    rng = np.random.default_rng(0)
    X, W, dZ = (rng.normal(size=shape) for shape in ((5, 3), (3, 7), (5, 7)))
    got = answer(X, W, dZ)
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        not_yet("return three arrays: dW, db, dX, in this order.")
    expected = {"dW": X.T @ dZ, "db": dZ.sum(axis=0), "dX": dZ @ W.T}
    got = [numbers(value, name) for name, value in zip(expected, got)]
    shapes = [value.shape for value in got]
    if sorted(shapes) == sorted([(3, 7), (7,), (5, 3)]) and shapes != [(3, 7), (7,), (5, 3)]:
        not_yet("the shapes are those of dW, db and dX in another order: return dW, db, dX.")
    mistakes = {
        "dW": [
            (X.T @ dZ / 5, "dW is N times too small: the 1/N is in dZ already."),
            (dZ.T @ X, "dW has the shape of W turned: X goes on the left, as X.T."),
            (W, "that is W itself. dW is its gradient: the inputs times what comes back."),
            (W * (X.T @ dZ), "the gradient of W has no W in it: z is linear in W."),
        ],
        "db": [
            (dZ.mean(axis=0), "db is N times too small: sum the copies, don't average."),
            (dZ.sum(axis=1), "db is summed over the outputs: sum over the images, axis 0."),
            (dZ.sum(axis=1, keepdims=True), "db is summed over the outputs: sum over the images, axis 0."),
            (dZ, "db still has a row for each image: one b serves all rows, so add them."),
            (dZ.sum(axis=0, keepdims=True), "db should be (7,) like b, without keepdims."),
            (dZ.sum(), "db is one number: each output has a bias of its own, so sum over axis 0 alone."),
            (dZ[0], "db is the first image's alone: one b serves all rows, so add them."),
            (np.ones(7), "the slope of z by b is 1, but dZ has to be multiplied by it and added up."),
            ((X.T @ dZ).sum(axis=0), "db has no X in it: the slope of z by b is 1."),
        ],
        "dX": [
            (W @ dZ.T, "dX has the shape of X turned: use dZ @ W.T."),
            (dZ @ W.T / 5, "dX is N times too small: the 1/N is in dZ already."),
            (X, "that is X itself. dX is its gradient: what comes back, through W."),
            (X * (dZ @ W.T), "the gradient of X has no X in it: z is linear in X."),
        ],
    }
    for (name, wanted), value in zip(expected.items(), got):
        hint = f"{name} has the right shape but wrong numbers: who touches whom?"
        compare(value, wanted, None, mistakes[name], hint, factors={"the batch size N": 5}, name=name)
    keeps_float32(**dict(zip(expected, answer(np.float32(X), np.float32(W), np.float32(dZ)))))
    right("dW sums over the images, db too, and dX over the outputs.")


@check(of="class")
def square_block(answer):
    """Check a class with forward(Z) = Z**2 and the backward that belongs to it."""
    rng = np.random.default_rng(0)
    Z, dA, other = (rng.normal(size=(5, 3)) for _ in range(3))
    block, given, sent = answer(), Z.copy(), dA.copy()
    A = block.forward(given)
    unchanged("Z", Z, given)
    compare(
        A, Z**2, None,
        [
            (2 * Z, "forward returned 2 Z, the derivative: it should return Z**2, entry by entry."),
            (Z**3, "forward returned Z**3: it should return Z**2, entry by entry."),
            (np.abs(Z), "forward returned the size of Z: it should return Z**2, entry by entry."),
            (Z, "forward returned Z: it should return Z**2, entry by entry."),
            (np.sum(Z**2, axis=1), "forward sums the squares: it should return Z**2, entry by entry."),
            (np.sum(Z**2), "forward sums the squares: it should return Z**2, entry by entry."),
        ],
        "forward should return Z**2, entry by entry.", name="the result of forward",
    )  # fmt: skip
    dZ = numbers(block.backward(sent), "the result of backward").copy()
    unchanged("dA", dA, sent)
    block.forward(other.copy())
    if dZ.shape == Z.shape and close(dZ, 2 * Z * dA, 1e-6) and close(block.backward(dA), dZ, 1e-9):
        not_yet("backward gives the same for another Z: keep Z in each forward.")
    mistakes = [
        (2 * Z, "backward returned the derivative alone: multiply it by dA."),
        (2 * Z + dA, "slopes multiply along a path: you add them."),
        (dA * Z, "the derivative of z² is 2z: the 2 is missing."),
        (2 * dA, "the derivative of z² is 2z, so forward must keep Z for backward."),
        (2 * dA**2, "backward used dA where it needs Z: the derivative is 2z."),
        (dA * 2 * Z**2, "backward used A where it needs Z: the derivative is 2z."),
        (dA * Z**2, "backward multiplied by A: the derivative of z² is 2z."),
        (dA**2, "backward squares what comes back: it should multiply it by the derivative, 2z."),
        (dA * 2 * np.abs(Z), "the sign of Z is lost, as in a root of A: keep Z itself in forward."),
        (dA, "backward passes dA on unchanged: multiply it by the derivative, 2z."),
        (np.sum(dA * 2 * Z, axis=0), "backward sums over the images: dZ has a row for each."),
    ]
    hint = "dZ should be dA times 2 Z, with the Z of the last forward."
    compare(dZ, dA * 2 * Z, None, mistakes, hint,
            factors={"the batch size N": 5}, name="the result of backward")  # fmt: skip
    single = answer()
    keeps_float32(forward=single.forward(np.float32(Z)))
    keeps_float32(backward=single.backward(np.float32(dA)))
    right("dZ = dA times 2 Z.")


NOTHING_BACK = "Is a return missing? (network.backward() returns nothing: it stops before the pixels.)"


@check(none=NOTHING_BACK)
def pixel_gradient(answer):
    """Check answer(network, X, Y): the gradient of the loss by the pixels."""
    rng = np.random.default_rng(0)
    dense = [Dense(xavier(rng, *shape)) for shape in ((11, 7), (7, 3))]
    network = Network([dense[0], Tanh(), dense[1]], CrossEntropy(Softmax()))
    X, Y = rng.normal(size=(5, 11)), one_hot(rng.integers(0, 3, 5), 3, np.float64)
    expected = numerical_gradient(lambda V: network.loss.forward(network.forward(V), Y), X)
    network.loss.forward(network.forward(X), Y)
    network.backward()
    dZ2 = network.loss.backward()
    dA1 = dZ2 @ dense[1].W.T
    dZ1 = dA1 * (1 - np.tanh(X @ dense[0].W + dense[0].b) ** 2)
    weights, before = [V.copy() for V in network.params], dense[0].dW.copy()
    mistakes = [
        (dZ2, "that is dZ of the last layer, where the walk back begins."),
        (dA1, "that is dA of the hidden layer: the walk back is not over yet."),
        (dZ1, "that is dZ of the first layer: its own backward is still to come."),
        (dA1 @ dense[0].W.T, "the activation was left out on the way back."),
        (5 * expected, "N times too large: the loss has divided by N, keep that."),
        (expected / 5, "N times too small: the loss has divided by N already."),
        (-expected, "the sign is turned: the gradient points to where the loss grows."),
        (before, "that is dW of the first layer; wanted is the gradient of X."),
        (expected.sum(axis=0), "this sums over the images: wanted is a row for each."),
        (expected.mean(axis=0), "this averages over the images: wanted is a row for each."),
        (np.abs(expected), "keep the signs: more ink may help or harm."),
        (network.loss.forward(network.forward(X), Y), "that is the loss; wanted is its gradient."),
    ]
    network.loss.forward(network.forward(-X[:2]), Y[:2])  # an answer must go forward by itself
    network.backward()
    found = answer(network, X, Y)
    if numbers(found, "your gradient").shape == (2, 11):
        not_yet("this belongs to an earlier forward pass: send X and Y forward first.")
    if any(not np.array_equal(V, old) for V, old in zip(network.params, weights)):
        not_yet("the network's weights have changed: the gradient of the pixels leaves them alone.")
    hint = "walk back through all blocks, the first one too, after loss.backward()."
    compare(found, expected, "the whole chain, walked back to the pixels.", mistakes, hint,
            factors={"the batch size N": 5}, name="your gradient")  # fmt: skip
