"""Checks of the exercises of the chapter on overfitting."""

import numpy as np

from ._verdict import check, close, compare, not_yet, numbers, right


def pair(answer, names, shapes):
    """Return the two arrays of an answer, or end the check."""
    first, second = names
    if not isinstance(answer, (tuple, list, np.ndarray)) or len(answer) != 2:
        not_yet(f"return two arrays: {first}, {second}.")
    arrays = [numbers(V, name) for V, name in zip(answer, names)]
    if [V.shape for V in arrays] == shapes[::-1] != shapes:
        not_yet(f"return {first} first, then {second}.")
    for V, name, shape in zip(arrays, names, shapes):
        if V.shape != shape:
            not_yet(f"{name} should have the shape {shape}, yours is {V.shape}.")
    return arrays


@check
def shrink_step(answer):
    """Check answer(W, b, dW, db, lr, l2): weights and biases after a step that shrinks the weights."""
    rng = np.random.default_rng(1919)
    W, dW = rng.normal(size=(2, 4, 3))
    b, db = rng.normal(size=(2, 3))
    lr, l2 = 0.3, 0.2
    new_W, new_b = pair(answer(W, b, dW, db, lr, l2), ("W", "b"), [(4, 3), (3,)])
    compare(
        new_W, (1 - lr * l2) * W - lr * dW, None,
        [
            (W - lr * dW, "the weights do not shrink: they lose the share lr * l2 of themselves besides."),
            ((1 - l2) * W - lr * dW, "the share is lr * l2: a small rate shrinks little."),
            ((1 - lr) * W - lr * dW, "the share is lr * l2, not lr."),
            ((1 + lr * l2) * W - lr * dW, "the weights grow: 1 - lr * l2, with a minus."),
            ((1 - lr * l2) * W + lr * dW, "the step goes uphill: subtract lr * dW."),
            ((1 - lr * l2) * W - dW, "the rate is missing before dW."),
            ((1 - lr * l2) * (W - lr * dW), "the step shrinks, too. Only what W was before loses its share."),
            ((1 - lr * l2 / 2) * W - lr * dW, "half is too much: the half of the price cancels the 2 of the square's slope."),
            ((1 - 2 * lr * l2) * W - lr * dW, "a 2 too many: the half of the price cancels the 2 of the square's slope."),
            ((1 - lr * l2) * W, "where is the gradient? Subtract lr * dW."),
            (W - lr * (dW + l2 * dW), "it is the weights that are shrunk, not the gradient: dW + l2 * W."),
            (W - lr * (dW + l2 * np.sign(W)), "that is the price of the sizes |W|, L1. The slope of l2 / 2 W² is l2 * W."),
            (W - lr * (dW + l2 / 2 * np.sum(W**2)), "you add the price. It is its slope that is added: l2 * W."),
        ],
        "W should be (1 - lr * l2) * W - lr * dW.", 1e-9, name="W",
    )  # fmt: skip
    compare(
        new_b, b - lr * db, None,
        [
            ((1 - lr * l2) * b - lr * db, "the biases have no price, and do not shrink."),
            (b, "the biases have not moved: they take the plain step, b - lr * db."),
            (b + lr * db, "the biases go uphill: subtract lr * db."),
            (b - db, "the rate is missing before db."),
        ],
        "b should be b - lr * db.", 1e-9, name="b",
    )  # fmt: skip
    again = pair(answer(W, b, dW, db, 0.1, 0.0), ("W", "b"), [(4, 3), (3,)])
    if not close(again[0], W - 0.1 * dW, 1e-9) or not close(again[1], b - 0.1 * db, 1e-9):
        not_yet("right for lr = 0.3 and l2 = 0.2, but not for others: use what is given.")
    right("weights lose the share lr * l2, biases nothing.")


@check
def dropout_both_ways(answer):
    """Check answer(Z, dA, p, rng): A and dZ of dropout, with one mask."""
    maker = np.random.default_rng(1919)
    Z, dA = maker.uniform(1, 2, (2, 300, 40)) * maker.choice([-1, 1], (2, 300, 40))
    p, rng = 0.2, np.random.default_rng(7)
    state = rng.bit_generator.state
    A, dZ = pair(answer(Z, dA, p, rng), ("A", "dZ"), [Z.shape] * 2)
    if rng.bit_generator.state == state:
        not_yet("rng has not drawn anything. All chance should come from it, so that a seed repeats it.")
    forward, backward = A / Z, dZ / dA
    if close(forward.std(), 0, 1e-9):
        not_yet("A is a multiple of Z: nothing is left out, or all of it.")
    if close(A, dA * backward, 1e-9) or close(np.abs(A / dA), np.abs(dZ / Z), 1e-9) and not close(forward, backward, 1e-9):
        not_yet("A belongs to Z and dZ to dA: you have exchanged them.")
    out = np.isclose(forward, 0)
    for axis, what in ((0, "neuron is left out for all images"), (1, "image loses all its neurons")):
        if (out.all(axis=axis) | ~out.any(axis=axis)).mean() > 0.9:
            not_yet(f"either none or every {what}. Each number has a draw of its own: a mask of the shape of Z.")
    left = out.mean()
    if abs(left - (1 - p)) < 0.02:
        not_yet(f"{left:.0%} of the numbers are 0: p is the probability to be left out, not to be kept.")
    if abs(left - p) > 0.02:
        not_yet(f"{left:.0%} of the numbers are 0, with p = {p}: each should be 0 with probability p.")
    kept = forward[~out]
    for factor, message in [
        (1, "what is kept should grow by 1 / (1 - p), or the next layer gets less while learning than in use."),
        (1 - p, "what is kept is multiplied by 1 - p. It should be divided by it: while learning it grows."),
        (1 / p, "what is kept grows by 1 / p. With p = 0.2 left out, 0.8 are kept: 1 / (1 - p)."),
    ]:
        if close(kept, factor, 1e-5):
            not_yet(message)
    if not close(kept, 1 / (1 - p), 1e-5):
        not_yet("what is kept should be Z / (1 - p).")
    gone = np.isclose(backward, 0)
    if close(backward, 1, 1e-9):
        not_yet("dZ is dA: backward has no mask. What was left out had no influence on the loss.")
    if not np.array_equal(gone, out):
        not_yet("backward has another mask than forward. Draw once, and use it twice.")
    if close(backward[~gone], 1, 1e-5):
        not_yet("backward has the mask, but not its factor 1 / (1 - p): dZ = dA times the same M.")
    if not close(backward, forward, 1e-5):
        not_yet("dZ should be dA times the same mask, its factor included.")
    other = pair(answer(Z, dA, p, rng), ("A", "dZ"), [Z.shape] * 2)
    if np.array_equal(other[0], A):
        not_yet("the second call has the same mask. It should be drawn anew from rng.")
    repeated = pair(answer(Z, dA, p, np.random.default_rng(7)), ("A", "dZ"), [Z.shape] * 2)
    if not np.array_equal(repeated[0], A):
        not_yet("the same seed gives another mask. Take all chance from rng.")
    most = pair(answer(Z, dA, 0.75, rng), ("A", "dZ"), [Z.shape] * 2)
    if abs(np.isclose(most[0], 0).mean() - 0.75) > 0.02 or not close(np.abs(most[0] / Z).max(), 4, 1e-5):
        not_yet("right with p = 0.2, but not with p = 0.75: use the p that is given.")
    right("one mask, its factor in it, both ways.")


@check
def read_between(answer):
    """Check answer(image, row, column): the ink at a place between the pixels of one image."""
    image = np.random.default_rng(1919).uniform(0.1, 1, (5, 7))
    image = np.round(image, 3)

    def ink(row, column, image=image):
        wide = np.pad(image, 3)
        i, j = int(np.floor(row)), int(np.floor(column))
        d, r = row - i, column - j
        (a, b), (c, e) = wide[i + 3 : i + 5, j + 3 : j + 5]
        return (1 - d) * ((1 - r) * a + r * b) + d * ((1 - r) * c + r * e)

    row, column = 2.25, 4.4
    compare(
        answer(image, row, column), ink(row, column), None,
        [
            (image[2, 4], "this is the nearest pixel, or the upper left one. Mix the four around the place."),
            (image[2, 5], "this is one pixel. Mix the four around the place."),
            (image[2:4, 4:6].mean(), "the four count alike. A nearer pixel counts more."),
            (image[2:4, 4:6].sum(), "the sum of four pixels. Each has a weight, and the four weights add up to 1."),
            (ink(2.75, 4.6), "the weights are the wrong way round: the nearer pixel counts more, 1 - d, not d."),
            (ink(2.4, 4.25), "the parts after the point are exchanged: 0.25 down, 0.4 to the right."),
            (ink(2.75, 4.4), "the rows' weights are the wrong way round."),
            (ink(2.25, 4.6), "the columns' weights are the wrong way round."),
            (0.6 * image[2, 4] + 0.4 * image[2, 5], "you mix along the row only. The next row counts as well, here by 0.25."),
            (0.75 * image[2, 4] + 0.25 * image[3, 4], "you mix along the column only. The next column counts as well, here by 0.4."),
            (0.75 * image[2, 4] + 0.25 * image[3, 5], "only two of the four pixels, on the diagonal, are mixed."),
        ],
        "the four pixels around the place count (1 - d)(1 - r), (1 - d) r, d (1 - r) and d r.", 1e-6,
    )  # fmt: skip
    for where, place in {"on a pixel": (3.0, 5.0), "in the corner": (0.0, 0.0), "on the last pixel": (4.0, 6.0)}.items():
        if not close(numbers(answer(image, *place)), image[int(place[0]), int(place[1])], 1e-6):
            not_yet(f"right between the pixels, but {where}, at {place}, the ink is that of the pixel.")
    for place in ((-0.5, 3.0), (4.25, 3.5), (2.0, -0.75), (2.5, 6.5)):
        found = numbers(answer(image, *place))
        if close(found, ink(*np.clip(place, 0, (4, 6))), 1e-6):
            not_yet(f"at {place}, half outside, you repeat the pixel at the edge. Outside the ink is 0, so it fades.")
        if not close(found, ink(*place), 1e-6):
            not_yet(f"right inside, but not at {place}, partly outside: what is outside counts as 0. "
                    "(An index of -1 is the other end.)")  # fmt: skip
    for place in ((-1.5, 3.0), (8.0, 2.0), (2.0, -3.0), (1.0, 20.5)):
        if not close(numbers(answer(image, *place)), 0.0, 1e-6):
            not_yet(f"at {place}, outside the image, the ink is 0.")
    right("four pixels, the nearer the more, and 0 outside.")
