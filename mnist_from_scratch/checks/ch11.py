"""Checks of the exercises of chapter 11, activation functions."""

import numpy as np

from ..activations import Activation, Identity, Softmax
from ..layers import Dense
from ..losses import CrossEntropy
from ..network import Network
from ._verdict import check, close, compare, not_yet, right


@check
def collapse(answer):
    """Check an answer(network) that folds linear layers into one W and one b."""
    rng = np.random.default_rng(1111)
    layers = [Dense(rng.normal(size=(4, 4)), rng.normal(size=4)) for _ in range(3)]
    W = [layer.W.copy() for layer in layers]
    b = [layer.b.copy() for layer in layers]
    blocks = [layers[0], Identity(), layers[1], Identity(), layers[2]]
    folded = answer(Network(blocks, CrossEntropy(Softmax())))
    if not isinstance(folded, (tuple, list)) or len(folded) != 2:
        return not_yet("return two arrays: W, b.")
    if any(not np.array_equal(layer.W, V) for layer, V in zip(layers, W)):
        return not_yet("the network's own weights have changed. Use W = W @ layer.W, not W @= layer.W.")
    mine = [np.asarray(V) for V in folded]
    for name, V, shape in zip("Wb", mine, [(4, 4), (4,)]):
        if V.shape != shape:
            return not_yet(f"{name} should have the shape {shape}, yours is {V.shape}.")
    product = W[0] @ W[1] @ W[2]
    wrong_products = [
        (W[2] @ W[1] @ W[0], "the matrices are in the wrong order: X meets the first layer first, X W1 W2 W3."),
        (W[0] @ W[1], "the last layer's weights are missing."),
        (W[1] @ W[2], "the first layer's weights are missing."),
        (W[0] * W[1] * W[2], "this multiplies entry by entry. Layers in a row are a matrix product, @."),
    ]
    if not close(mine[0], product, 1e-9):
        return compare(mine[0], product, "", wrong_products, "W should be the product of all the layers' weights.")
    mistakes = [
        (np.zeros(4), "the biases are lost: each is carried through the layers after it."),
        (b[2], "only the last bias is left. Those before it are carried through the layers after them."),
        (b[0] + b[1] + b[2], "biases are not merely added: each passes through the weights of the layers after it."),
        (b[0] @ W[1] @ W[2] + b[1] @ W[2], "the last layer's own bias is missing."),
        (b[0] @ W[1] @ W[2], "only the first bias is carried on. Each layer adds its own."),
        (b[0] @ W[1] @ W[2] + b[2], "the bias in the middle is missing."),
        (b[0] @ (W[1] @ W[2]) + b[1] @ (W[0] @ W[1]) + b[2], "the second bias passes through the layers after it, not before it."),
    ]
    return compare(
        mine[1], b[0] @ W[1] @ W[2] + b[1] @ W[2] + b[2],
        "one layer with the same outputs, whatever the depth.", mistakes,
        "W is right. For b, let each layer act on the bias so far: b @ layer.W + layer.b.",
    )


@check
def dead_units(answer):
    """Check an answer(A) that returns the indices of the units that are always 0."""
    A = np.array([
        [0.0, 0.0, 0.3, 0.0, 1.0, 0.0],
        [0.5, 0.0, 0.0, 0.0, 2.0, 0.0],
        [0.0, 0.0, 0.1, 0.0, 0.5, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.1, 0.7],
    ])  # fmt: skip
    found = answer(A.copy())
    if found is None:
        return not_yet("your function returned None. Does it end with a return?")
    found = np.asarray(found)
    if found.shape == (6,) and found.dtype == bool:
        return not_yet("these are the answers yes or no for each unit. np.flatnonzero turns them into indices.")
    return compare(
        found, np.array([1, 3]), "two units of six are 0 for every image.",
        [
            (np.array([2]), "this is the number of dead units, or a row. Return the indices of the columns."),
            (np.array(2), "this is how many there are. Return which."),
            (np.array([0, 1, 2, 3, 5]), "these are 0 for some image. A dead unit is 0 for all of them: ~A.any(axis=0)."),
            (np.array([0, 2, 4, 5]), "these are the living ones."),
            (np.array([4]), "these are on for every image. Dead units are off for every image."),
            (np.array([], int), "none? The images are the rows: a unit is a column, so go along axis 0."),
            (np.array([0, 1, 3, 5]), "a unit that is on for a single image is not dead: its gradient comes from that image."),
        ],
        "a unit is a column of A; it is dead if no entry of the column is above 0.",
    )  # fmt: skip


@check(of="class")
def elu(answer):
    """Check a block class with z above 0 and exp(z) - 1 below."""
    if not (isinstance(answer, type) and issubclass(answer, Activation)):
        return not_yet("give the class itself, derived from Activation, without ().")
    Z = np.array([[-3.0, -0.5, 0.25], [2.0, -1.0, 4.0]])
    dA = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
    on, block, E = Z > 0, answer(), np.exp(Z)
    A = block.forward(Z.copy())
    if A is None or np.shape(A) != Z.shape:
        return not_yet(f"f should return an array of shape {Z.shape}, like Z.")
    if close(A, np.where(on, Z, E), 1e-9):
        return not_yet("f jumps at 0: the -1 of exp(z) - 1 is missing.")
    if not close(A, np.where(on, Z, E - 1), 1e-9):
        return not_yet("f should give Z above 0, and exp(Z) - 1 elsewhere.")
    with np.errstate(all="ignore"):
        large = answer().forward(np.array([[1000.0, -1000.0]]))
    if not close(large, np.array([[1000.0, -1.0]]), 1e-9):
        return not_yet("f should give 1000 for 1000 and -1 for -1000: yours has an overflow.")
    slope = np.where(on, 1, E)
    return compare(
        block.backward(dA.copy()), dA * slope,
        "the slope is 1 or A + 1, and never zero.",
        [
            (slope, "that is the slope alone. Multiply dA by it."),
            (dA * on, "where Z is below 0, you pass nothing: that is ReLU. The slope there is exp(Z), which is A + 1."),
            (dA * np.where(on, 1, E - 1), "on the left you multiply by A. Its slope is exp(Z), which is A + 1."),
            (dA * np.where(on, A, E), "on the right the slope is 1, not A."),
            (dA * np.where(on, A + 1, A + 1), "A + 1 is the slope on the left only. On the right it is 1."),
            (dA * np.where(on, 1, np.exp(E - 1)), "self.A is exp(Z) - 1 already: the slope is A + 1, without another exp."),
            (dA, "you pass everything on unchanged. Where Z is below 0 the slope is exp(Z)."),
            (dA * np.where(dA > 0, 1, A + 1), "you ask for the sign of dA. Which side a neuron is on is decided by A."),
        ],
        "back should return dA times the slope: 1 where A is above 0, else A + 1.",
    )  # fmt: skip


@check
def gain(answer):
    """Check an answer(f, rng): the spread of weights that suits f, by throwing dice."""
    functions = {"the identity": (lambda z: z, 1.0), "|z|": (np.abs, 1.0),
                 "ReLU": (lambda z: np.maximum(z, 0), 0.5), "z²": (np.square, 3.0)}  # fmt: skip
    for name, (f, c) in functions.items():
        found = answer(f, np.random.default_rng(1111))
        if found is None:
            return not_yet("your function returned None. Does it end with a return?")
        if np.shape(found) != ():
            return not_yet(f"return one number, not an array of shape {np.shape(found)}.")
        if np.isclose(found, c**-0.5, rtol=0.05):
            continue
        for wrong, message in [
            (c, "this is c itself. The standard deviation wanted is 1 over its root."),
            (c**0.5, "upside down: the weights have to make up for what the bend takes, 1 over the root of c."),
            (1 / c, "this is the variance. The standard deviation is its root."),
        ]:
            if np.isclose(found, wrong, rtol=0.05):
                return not_yet(message)
        spread = np.std(f(np.random.default_rng(1111).normal(size=100_000)))
        if np.isclose(found, 1 / spread, rtol=0.05):
            return not_yet("you use the standard deviation of f(z), which subtracts its mean. Take the mean of the squares.")
        return not_yet(f"for {name} the answer is near {c**-0.5:.2f}, yours is {found:.2f}. Draw normal z and take the mean of f(z)².")
    one, again = (answer(np.tanh, np.random.default_rng(7)) for _ in range(2))
    if one != again:
        return not_yet("the same seed gives another number. Take all chance from rng.")
    return right("1 over the root of the mean square that the bend lets through.")
