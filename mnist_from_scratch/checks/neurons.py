"""The checks of the chapter on neurons."""

import numpy as np

from ..activations import relu, sigmoid
from ._verdict import check, compare, not_yet, numbers


@check
def trapezium(answer):
    """Check answer(x): 0, up to 1, level, down to 0, drawn with ReLUs."""
    x = np.linspace(-1, 5, 61)

    def drawn(*coefficients, shift=1):
        return relu(x[:, None] - shift * np.arange(4)) @ np.array(coefficients)

    found, curve = numbers(answer(x), "your curve"), drawn(1, -1, -1, 1)
    wrong = x[~np.isclose(found, curve, atol=1e-6)] if found.shape == x.shape else x
    compare(
        found,
        curve,
        "four kinks, and each coefficient is the change of slope there.",
        [
            (drawn(1, 0, -1, 0), "you used the slopes. A neuron's coefficient is "
             "the change of slope at its kink."),
            (drawn(1, -1, -1, 0), "right up to x = 3, and then it runs on below "
             "zero: the last change of slope is missing."),
            (drawn(1, -1, -1, -1), "right up to x = 3, and then it falls even faster: by "
             "how much does the slope change there, and upwards or downwards?"),
            (drawn(1, -1, 0, 0), "it rises and stays up. The fall from x = 2 on is "
             "a change of slope too."),
            (drawn(1, 0, 0, 0), "it rises and never stops: at x = 1 the slope becomes 0."),
            (drawn(1, 0, -1, 1), "it goes on rising after x = 1: the slope becomes 0 there."),
            (drawn(1, -2, 1, 0), "that is the tent. The trapezium stays level from "
             "x = 1 to x = 2."),
            (drawn(1, -1, -1, 1, shift=-1), "the kinks are at 0, -1, -2 and -3: relu(x - 1) "
             "has its kink at +1."),
            (drawn(1, 1, 1, 1), "all slopes are added up: a bend downwards needs a minus."),
            (-drawn(1, -1, -1, 1), "upside down: all the signs are reversed."),
            (np.clip(drawn(1, -1, -1, 0), None, 1), "right up to x = 3, and then it runs on "
             "below zero: the last change of slope is missing."),
        ],
        f"at x = {wrong[0] if wrong.size else 0:.1f} your curve is wrong, for the first time. Draw it "
        "and go through the kinks: by how much does the slope change at each?",
        name="your curve",
    )  # fmt: skip


@check
def sigmoid_twin(answer):
    """Check answer(W_1, b_1, W_2, b_2): a sigmoid network equal to a tanh network."""
    rng = np.random.default_rng(3)
    X, W_1, b_1 = rng.normal(size=(7, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)
    W_2, b_2 = rng.normal(size=(5, 5)), rng.normal(size=5)
    rows = W_2.sum(axis=0)
    four = answer(W_1, b_1, W_2, b_2)
    if not isinstance(four, (tuple, list)) or len(four) != 4:
        not_yet("return four arrays: W_1, b_1, W_2, b_2.")
    names = ("W_1", "b_1", "W_2", "b_2")
    four = [numbers(mine, name) for name, mine in zip(names, four)]
    for name, mine, given in zip(names, four, (W_1, b_1, W_2, b_2)):
        if mine.shape != given.shape:
            not_yet(f"{name} should keep its shape {given.shape}, yours is {mine.shape}.")
        if not np.isfinite(mine).all():
            not_yet(f"{name} has NaN or infinity.")

    def output(V_1, c_1, V_2, c_2):
        return sigmoid(X @ V_1 + c_1) @ V_2 + c_2

    compare(
        output(*four),
        np.tanh(X @ W_1 + b_1) @ W_2 + b_2,
        "the two networks agree on every input.",
        [
            (output(W_1, b_1, W_2, b_2), "these are the tanh network's own numbers."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2), "the -1 of tanh = 2 sigmoid(2z) - 1 "
             "is missing. It belongs in b_2."),
            (output(2 * W_1, 2 * b_1, W_2, b_2), "the inner 2 is there. The outer 2 and the -1 of "
             "tanh = 2 sigmoid(2z) - 1 are missing: they belong in W_2 and b_2."),
            (output(W_1, b_1, 2 * W_2, b_2 - rows), "the inner 2, in sigmoid(2z), is "
             "missing. It belongs in W_1 and in b_1."),
            (output(2 * W_1, b_1, 2 * W_2, b_2 - rows), "b_1 is part of z too, and has "
             "to be doubled."),
            (output(W_1, 2 * b_1, 2 * W_2, b_2 - rows), "W_1 is part of z too, and has "
             "to be doubled."),
            (output(2 * W_1, 2 * b_1, W_2, b_2 - rows), "the outer 2, in front of the "
             "sigmoid, is missing. It belongs in W_2."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, 2 * b_2 - rows), "b_2 stands outside the tanh: "
             "nothing doubles it."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, 2 * b_2), "b_2 stands outside the tanh: nothing "
             "doubles it, but the -1 has to go somewhere."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 + rows), "wrong sign: it is a -1, "
             "so b_2 becomes smaller by the sum."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 - 2 * rows), "the -1 is multiplied "
             "by the old W_2, not by the doubled one."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 - 1), "the -1 is multiplied by W_2 "
             "before it reaches the output."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 - W_2.mean(axis=0)), "each hidden neuron "
             "brings its own -1: add up the rows of W_2, don't average them."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 - W_2.sum()), "each output has its own sum: "
             "add up the rows of W_2, not all of it."),
            (output(2 * W_1, 2 * b_1, 2 * W_2, b_2 - W_2.sum(axis=1)), "the sum runs over "
             "the wrong axis: add up the rows of W_2, one for each hidden neuron."),
            (output(W_1 / 2, b_1 / 2, W_2 / 2, b_2 + rows / 2), "this is the other way round: "
             "it writes a sigmoid network with tanh."),
            (output(W_1 / 2, b_1 / 2, 2 * W_2, b_2 - rows), "you halve inside: "
             "tanh(z) has sigmoid(2z) in it, so W_1 and b_1 grow."),
        ],
        "put tanh(Z) = 2 sigmoid(2Z) - 1 into the formula and multiply out.",
        tolerance=1e-5 if any(V.dtype == np.float32 for V in four) else 1e-6,
        name="your network's output",
    )  # fmt: skip
