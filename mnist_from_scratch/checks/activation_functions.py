"""Checks of the exercises of the chapter on activation functions."""

import numpy as np

from ..activations import Activation, Identity, Softmax
from ..layers import Dense
from ..losses import CrossEntropy
from ..network import Network
from ._verdict import check, close, compare, keeps_float32, not_yet, numbers, right


@check
def collapse(answer):
    """Check an answer(network) that folds linear layers into one W and one b."""
    layers, W, b = linear(4, 4, 4, 4)  # square: layers in a wrong order fit, too
    folded = answer(stacked(layers))
    if not isinstance(folded, (tuple, list)) or len(folded) != 2:
        not_yet("return two arrays: W, b.")
    if any(not np.array_equal(layer.W, V) for layer, V in zip(layers, W)):
        not_yet("the network's own weights have changed. Use W = W @ layer.W, not W @= layer.W.")
    if any(not np.array_equal(layer.b, v) for layer, v in zip(layers, b)):
        not_yet("the network's own biases have changed. Use b = b + layer.b, not b += layer.b.")
    mine = [numbers(V, name) for V, name in zip(folded, "Wb")]
    if [V.shape for V in mine] == [(4,), (4, 4)]:
        not_yet("return W first, then b.")
    for name, V, shape in zip("Wb", mine, [(4, 4), (4,)]):
        if V.shape != shape:
            not_yet(f"{name} should have the shape {shape}, yours is {V.shape}.")
    product = W[0] @ W[1] @ W[2]
    wrong_products = [
        (W[2] @ W[1] @ W[0], "the matrices are in the wrong order: X meets the first layer first, X W1 W2 W3."),
        (W[0] @ W[1], "the last layer's weights are missing."),
        (W[1] @ W[2], "the first layer's weights are missing."),
        (W[0] @ W[2], "the weights of the layer in the middle are missing."),
        (W[0] @ W[0] @ W[1] @ W[2], "the first layer's weights come in twice: begin with them, and go on with the second layer."),
        (W[0] * W[1] * W[2], "this multiplies entry by entry. Layers in a row are a matrix product, @."),
        (W[0] + W[1] + W[2], "layers in a row are multiplied, @, not added."),
        ((W[0] @ W[1] @ W[2]).T, "W is transposed: here X stands at the left, X W1 W2 W3."),
    ]
    compare(mine[0], product, None, wrong_products, "W should be the product of all the layers' weights.", 1e-9, name="W")
    mistakes = [
        (np.zeros(4), "the biases are lost: each is carried through the layers after it."),
        (b[2], "only the last bias is left. Those before it are carried through the layers after them."),
        (b[0], "only the first bias is left, and the layers after it have not acted on it."),
        (b[0] + b[1] + b[2], "biases are not merely added: each passes through the weights of the layers after it."),
        (b[0] @ W[1] @ W[2] + b[1] @ W[2], "the last layer's own bias is missing."),
        (b[0] @ W[1] @ W[2], "only the first bias is carried on. Each layer adds its own."),
        (b[0] @ W[1] @ W[2] + b[2], "the bias in the middle is missing."),
        (b[1] @ W[2] + b[2], "the first layer's bias is missing."),
        (b[0] @ (W[1] @ W[2]) + b[1] @ (W[0] @ W[1]) + b[2], "the second bias passes through the layers after it, not before it."),
        ((b[0] @ W[0] @ W[1] + b[1]) @ product + b[2], "b meets the product of the weights so far. It should meet the next layer's weights alone, layer.W."),
        (((b[0] + b[1]) @ W[1] + b[2]) @ W[2], "each layer multiplies first and then adds its bias: b @ layer.W + layer.b."),
        ((b[0] @ W[0] + b[1]) @ W[1] @ W[2] + b[2], "the first layer's bias is added after its weights have acted: it does not meet them."),
        ((((b[0] @ W[0] + b[0]) @ W[1]) + b[1]) @ W[2] + b[2], "the first layer's bias comes in twice: begin with it, and go on with the second layer."),
        (W[2] @ (W[1] @ b[0] + b[1]) + b[2], "b stands at the left, as X does: b @ layer.W."),
    ]  # fmt: skip
    hint = "W is right. For b, let each layer act on the bias so far: b @ layer.W + layer.b."
    compare(mine[1], b[0] @ W[1] @ W[2] + b[1] @ W[2] + b[2], None, mistakes, hint, 1e-9, name="b")
    layers, W, b = linear(5, 3, 2, 7, 2)
    folded = answer(stacked(layers))
    carried = ((b[0] @ W[1] + b[1]) @ W[2] + b[2]) @ W[3] + b[3]
    if not (close(folded[0], W[0] @ W[1] @ W[2] @ W[3], 1e-9) and close(folded[1], carried, 1e-9)):
        not_yet("three square layers are right, but not four layers of other widths. A network may have any depth.")
    right("one layer with the same outputs, whatever the depth.")


def linear(*sizes):
    """Return layers of these sizes, their weights and their biases."""
    rng = np.random.default_rng(1111)
    pairs = list(zip(sizes, sizes[1:]))
    layers = [Dense(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]
    return layers, [layer.W.copy() for layer in layers], [layer.b.copy() for layer in layers]


def stacked(layers):
    """Return a network of layers with the identity between them."""
    blocks = [block for layer in layers for block in (Identity(), layer)]
    return Network(blocks[1:], CrossEntropy(Softmax()))


@check
def dead_units(answer):
    """Check an answer(A) that returns the indices of the units that are always 0."""
    A = np.array([
        [0.3, 0.0, 0.0, 1.0, 0.0, 0.001, 0.0],
        [0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.5],
        [0.1, 0.0, 0.0, 0.5, 0.0, 0.001, 0.2],
        [0.0, 0.0, 0.7, 0.1, 0.0, 0.0, 0.0],
        [0.2, 0.0, 0.0, 0.9, 0.0, 0.0, 0.3],
    ])  # fmt: skip
    expected = np.array([1, 4])
    found = numbers(answer(A.copy()), "your answer")
    if found.shape == (7,) and found.dtype == bool:
        not_yet("these are the answers yes or no for each unit. np.flatnonzero turns them into indices.")
    if found.ndim == 2 and np.array_equal(found.ravel(), expected):
        not_yet("the right ones, but not as a row of indices: np.flatnonzero gives them so, "
                "np.where puts them into a tuple and np.argwhere into a column.")  # fmt: skip
    for wrong, message in [
        (np.array(2), "this is how many there are. Return which."),
        (np.array([2]), "this is how many there are, it seems. Return which."),
        (np.array([0, 1, 2, 4, 5, 6]), "these are 0 for some image. A dead unit is 0 for all of them: ~A.any(axis=0)."),
        (np.array([0, 2, 3, 5, 6]), "these are the living ones."),
        (np.array([3]), "these are on for every image. Dead units are off for every image."),
        (np.array([], int), "none? The images are the rows: a unit is a column, so go along axis 0."),
        (np.array([0, 1, 2, 3, 4]), "these are images. The images are the rows: a unit is a column, so go along axis 0."),
        (np.array([1, 2, 4]), "a unit that is on for a single image is not dead: its gradient comes from that image."),
        (np.array([1, 4, 5]), "unit 5 is small, but not 0: it still has a gradient. Dead is exactly 0."),
        (np.array([1, 2, 4, 5]), "units 2 and 5 are seldom on, but not dead: dead is 0 for every image."),
        (np.array([2, 5]), "one too large: indices begin with 0."),
        (np.array([0, 1, 0, 0, 1, 0, 0]), "these are the answers 0 or 1 for each unit. np.flatnonzero turns them into indices."),
        (np.count_nonzero(A == 0, axis=0), "this counts the images for which each unit is 0. Which are 0 for all five?"),
        (np.count_nonzero(A, axis=0), "this counts the images for which each unit is on. Which are on for none?"),
    ]:  # fmt: skip
        if np.array_equal(found, wrong):
            not_yet(message)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        not_yet("return the indices of the dead units, whole numbers in a row.")
    for unit in found:
        if not 0 <= unit < 7:
            not_yet(f"there is no unit {unit}: the units are the columns of A, 0 to 6.")
        if A[:, unit].any():
            not_yet(f"unit {unit} is not dead: it is on for image {np.argmax(A[:, unit] > 0)}.")
    if set(found) != {1, 4} or len(found) != 2:
        not_yet("a unit is a column of A; it is dead if no entry of the column is above 0. Name each of them once.")
    right("two units of seven are 0 for every image.")


@check(of="class")
def elu(answer):
    """Check a block class with z above 0 and exp(z) - 1 below."""
    if not issubclass(answer, Activation):
        not_yet("derive your class from Activation, class ELU(Activation): it brings forward and backward.")
    missing = [name for name in ("f", "back") if not hasattr(answer, name)]
    if missing:
        not_yet(f"your class has no {' and no '.join(missing)}: f(self, Z) returns A, and back(self, dA) returns dZ.")
    Z = np.array([[-3.0, -0.5, 0.25, 0.0, 1.5], [2.0, -1.0, 4.0, -0.1, -2.0]])
    dA = np.array([[1.0, -2.0, 3.0, 0.7, -0.3], [0.5, 4.0, -1.0, 2.0, -1.3]])
    on, block, E, given = Z > 0, answer(), np.exp(Z), Z.copy()
    A = block.forward(given)
    if A is None:
        not_yet("f returns None. Does it end with a return?")
    if np.shape(A) != Z.shape:
        not_yet(f"f should return an array of shape {Z.shape}, like Z.")
    if not np.array_equal(given, Z):
        not_yet("f changes Z in place, and whoever gave it loses what was there: make a new array.")
    forms = [
        (np.where(on, Z, E), "f jumps at 0: the -1 of exp(z) - 1 is missing."),
        (np.maximum(Z, 0), "f is ReLU: below 0 it should give exp(Z) - 1, not 0."),
        (E - 1, "f is exp(Z) - 1 on both sides. Above 0 it should give Z."),
        (np.where(on, E - 1, Z), "f has its sides exchanged: Z above 0, exp(Z) - 1 elsewhere."),
        (np.where(on, Z, 1 - E), "the sign: exp(Z) - 1 is negative below 0, 1 - exp(Z) is not."),
        (np.where(on, Z, np.exp(-Z) - 1), "below 0 take exp(Z), not exp(-Z), which grows there."),
        (np.where(on, Z, E) - 1, "the -1 belongs to exp(Z) only: above 0, A is Z."),
    ]
    compare(A, np.where(on, Z, E - 1), None, forms, "f should give Z above 0, and exp(Z) - 1 elsewhere.", 1e-9, name="A")
    with np.errstate(all="ignore"):
        large = answer().forward(np.array([[1000.0, -1000.0]]))
    if not close(large, np.array([[1000.0, -1.0]]), 1e-9):
        not_yet("f should give 1000 for 1000 and -1 for -1000: yours has an overflow.")
    slope = np.where(on, 1, E)
    compare(
        block.backward(dA.copy()), dA * slope, None,
        [
            (slope, "that is the slope alone. Multiply dA by it."),
            (dA * on, "where Z is below 0, you pass nothing: that is ReLU. The slope there is exp(Z), which is A + 1."),
            (dA * np.where(on, 1, E - 1), "on the left you multiply by A. Its slope is exp(Z), which is A + 1."),
            (dA * np.where(on, Z, E), "on the right the slope is 1, not A."),
            (dA * np.where(on, Z, E - 1), "you multiply by A itself. Its slope is 1 on the right and A + 1 on the left."),
            (dA * np.where(on, Z + 1, E), "A + 1 is the slope on the left only. On the right it is 1."),
            (dA * E, "exp(Z) is the slope on the left only. On the right it is 1."),
            (dA * np.where(on, 1, np.exp(E - 1)), "self.A is exp(Z) - 1 already: the slope is A + 1, without another exp."),
            (dA * np.where(on, 1, np.exp(E - 1) - 1), "self.A is exp(Z) - 1 already, and its slope is A + 1."),
            (dA * np.where(on, E, 1), "the sides are exchanged: 1 where A is above 0, A + 1 elsewhere."),
            (dA * np.where(on, 1, -E), "the sign: exp(Z) rises, so its slope is positive, A + 1."),
            (dA * np.where(on, 1, 1 - E), "1 - exp(Z) is -A. The slope on the left is exp(Z), which is A + 1."),
            (dA, "you pass everything on unchanged. Where Z is below 0 the slope is exp(Z)."),
            (dA + slope, "the chain rule multiplies: dA times the slope."),
            (dA * np.where(dA > 0, 1, np.where(on, Z, E - 1) + 1), "you ask for the sign of dA. Which side a neuron is on is decided by A."),
            (np.where(dA > 0, dA, np.exp(np.minimum(dA, 0)) - 1), "that is f(dA). Going back is multiplying by the slope."),
        ],
        "back should return dA times the slope: 1 where A is above 0, else A + 1.",
        name="dZ",
    )  # fmt: skip
    single = answer()
    keeps_float32(f=single.forward(np.float32(Z)))
    keeps_float32(back=single.backward(np.float32(dA)))
    right("the slope is 1 or A + 1, and never zero.")


@check
def gain(answer):
    """Check an answer(f, rng): the spread of weights that suits f, by throwing dice."""
    functions = {"the identity": (lambda z: z, 1.0), "|z|": (np.abs, 1.0),
                 "ReLU": (lambda z: np.maximum(z, 0), 0.5), "z²": (np.square, 3.0)}  # fmt: skip
    z = np.random.default_rng(1111).normal(size=100_000)
    for name, (f, c) in functions.items():
        found = numbers(answer(f, np.random.default_rng(1111)), "the gain")
        if found.shape != ():
            not_yet(f"return one number, not an array of shape {found.shape}.")
        if np.isclose(found, c**-0.5, rtol=0.05):
            continue
        for wrong, message in [
            (c, "this is c itself. The standard deviation wanted is 1 over its root."),
            (c**0.5, "upside down: the weights have to make up for what the bend takes, 1 over the root of c."),
            (1 / c, "this is the variance. The standard deviation is its root."),
            (1 / np.std(f(z)), "you use the standard deviation of f(z), which subtracts its mean. Take the mean of the squares."),
            (1 / np.var(f(z)), "you use the variance of f(z), which subtracts its mean. Take the mean of the squares, and then the root."),
            (1 / np.mean(np.abs(f(z))), "this is 1 over the mean of |f(z)|. Take the root of the mean of the squares."),
            (1 / np.abs(np.mean(f(z))), "this is 1 over the mean of f(z). Take the root of the mean of the squares."),
            (1 / np.mean(np.abs(f(z))) ** 0.5, "square f(z) before you take the mean."),
        ]:
            if np.isclose(found, wrong, rtol=0.05):
                not_yet(message)
        for end in (1, 3**0.5):
            if np.isclose(found, np.mean(f(np.linspace(-end, end, 10_001)) ** 2) ** -0.5, rtol=0.02):
                not_yet("your z seem to be uniform. What reaches a neuron is a sum of many: draw normal z, rng.normal.")
        if np.isclose(found, c**-0.5, rtol=0.25):
            not_yet(f"for {name} the answer is near {c**-0.5:.2f}, yours is {found:.2f}: draw more numbers, a hundred thousand or so.")
        not_yet(f"for {name} the answer is near {c**-0.5:.2f}, yours is {found:.2f}. Draw normal z and take the mean of f(z)².")
    one, again = (answer(np.tanh, np.random.default_rng(7)) for _ in range(2))
    if one != again:
        not_yet("the same seed gives another number. Take all chance from rng.")
    right("1 over the root of the mean square that the bend lets through.")
