"""Checks of the exercises of chapter 06, backpropagation."""

import numpy as np

from ..data import one_hot
from ..gradient_check import numerical_gradient
from ..initialisers import xavier
from ..layers import Dense
from ..losses import CrossEntropy
from ..activations import Softmax, Tanh
from ..network import Network
from ._verdict import check, compare, not_yet, right


@check
def dense_backward(answer):
    """Check an answer(X, W, dZ) that returns dW, db, dX of a dense layer."""
    rng = np.random.default_rng(0)
    X, W, dZ = (rng.normal(size=shape) for shape in ((5, 3), (3, 4), (5, 4)))
    got = answer(X.copy(), W.copy(), dZ.copy())
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        return not_yet("return three arrays: dW, db, dX, in this order.")
    expected = {"dW": X.T @ dZ, "db": dZ.sum(axis=0), "dX": dZ @ W.T}
    mistakes = {
        "dW": [
            (X.T @ dZ / 5, "dW is N times too small: the 1/N is in dZ already."),
            (dZ.T @ X, "dW has the shape of W turned: X goes on the left, as X.T."),
        ],
        "db": [
            (dZ.mean(axis=0), "db is N times too small: sum the copies, don't average."),
            (dZ.sum(axis=1), "db is summed over the outputs: sum over the images, axis 0."),
            (dZ, "db still has a row for each image: one b serves all rows, so add them."),
            (dZ.sum(axis=0, keepdims=True), "db should be (4,) like b, without keepdims."),
        ],
        "dX": [(W @ dZ.T, "dX has the shape of X turned: use dZ @ W.T.")],
    }
    for (name, wanted), value in zip(expected.items(), got):
        value = np.asarray(value)
        if value.shape == wanted.shape and np.allclose(value, wanted):
            continue
        hint = f"{name} has the right shape but wrong numbers: who touches whom?"
        return compare(value, wanted, "", mistakes[name], hint)
    return right("dW sums over the images, db too, and dX over the outputs.")


@check(of="class")
def square_block(answer):
    """Check a class with forward(Z) = Z**2 and the backward that belongs to it."""
    rng = np.random.default_rng(0)
    Z, dA, other = (rng.normal(size=(4, 3)) for _ in range(3))
    block = answer()
    if not np.allclose(block.forward(Z.copy()), Z**2):
        return not_yet("forward should return Z**2, entry by entry.")
    mistakes = [
        (2 * Z, "backward returned the derivative alone: multiply it by dA."),
        (dA * Z, "the derivative of z² is 2z: the 2 is missing."),
        (2 * dA, "the derivative of z² is 2z, so forward must keep Z for backward."),
        (dA * 2 * Z**2, "backward used A where it needs Z: the derivative is 2z."),
    ]
    hint = "dZ should be dA times 2 Z, with the Z of the last forward."
    dZ = block.backward(dA.copy())
    block.forward(other)
    if np.allclose(block.backward(dA), dZ):
        return not_yet("backward gives the same for another Z: keep Z in each forward.")
    return compare(dZ, dA * 2 * Z, "dZ = dA times 2 Z.", mistakes, hint)


@check
def pixel_gradient(answer):
    """Check an answer(network, X, Y) that returns the gradient of the pixels."""
    rng = np.random.default_rng(0)
    dense = [Dense(xavier(rng, *shape)) for shape in ((6, 5), (5, 3))]
    network = Network([dense[0], Tanh(), dense[1]], CrossEntropy(Softmax()))
    X, Y = rng.normal(size=(4, 6)), one_hot(rng.integers(0, 3, 4), 3, np.float64)
    expected = numerical_gradient(lambda V: network.loss.forward(network.forward(V), Y), X)
    network.loss.forward(network.forward(X), Y)
    network.backward()
    dZ1 = dense[0].X @ dense[0].W + dense[0].b
    dZ1 = (1 - np.tanh(dZ1) ** 2) * (network.loss.backward() @ dense[1].W.T)
    mistakes = [
        (dZ1, "that is dZ of the first layer: its own backward is still to come."),
        (4 * expected, "N times too large: the loss has divided by N, keep that."),
        (-expected, "the sign is turned: the gradient points to where the loss grows."),
        (dense[0].dW, "that is dW of the first layer; wanted is the gradient of X."),
    ]
    hint = "walk back through all blocks, the first one too, after loss.backward()."
    praise = "the whole chain, walked back to the pixels."
    return compare(answer(network, X.copy(), Y), expected, praise, mistakes, hint)
