"""The checks of the exercises on overfitting: right answers, and wrong ones by name."""

import numpy as np
import pytest

from mnist_from_scratch import checks


def stepped(W, b, dW, db, lr, l2):
    return (1 - lr * l2) * W - lr * dW, b - lr * db


def in_place(W, b, dW, db, lr, l2):
    W *= 1 - lr * l2
    W -= lr * dW
    return W, b - lr * db


SHRINK_MISTAKES = {
    "returned None": lambda *a: None,
    "return two arrays": lambda *a: stepped(*a)[0],
    "return W first, then b": lambda *a: stepped(*a)[::-1],
    "should have the shape": lambda *a: (stepped(*a)[0], stepped(*a)[1][None]),
    "changes W in place": in_place,
    "do not shrink: they lose": lambda W, b, dW, db, lr, l2: (W - lr * dW, b - lr * db),
    "a small rate shrinks little": lambda W, b, dW, db, lr, l2: ((1 - l2) * W - lr * dW, b - lr * db),
    "not lr.": lambda W, b, dW, db, lr, l2: ((1 - lr) * W - lr * dW, b - lr * db),
    "the weights grow": lambda W, b, dW, db, lr, l2: ((1 + lr * l2) * W - lr * dW, b - lr * db),
    "the step goes uphill": lambda W, b, dW, db, lr, l2: ((1 - lr * l2) * W + lr * dW, b - lr * db),
    "the rate is missing before dW": lambda W, b, dW, db, lr, l2: ((1 - lr * l2) * W - dW, b - lr * db),
    "the step shrinks, too": lambda W, b, dW, db, lr, l2: ((1 - lr * l2) * (W - lr * dW), b - lr * db),
    "half is too much": lambda W, b, dW, db, lr, l2: (W - lr * (dW + l2 / 2 * W), b - lr * db),
    "a 2 too many": lambda W, b, dW, db, lr, l2: (W - lr * (dW + 2 * l2 * W), b - lr * db),
    "where is the gradient": lambda W, b, dW, db, lr, l2: ((1 - lr * l2) * W, b - lr * db),
    "not the gradient: dW + l2 * W": lambda W, b, dW, db, lr, l2: (W - lr * (1 + l2) * dW, b - lr * db),
    "price of the sizes": lambda W, b, dW, db, lr, l2: (W - lr * (dW + l2 * np.sign(W)), b - lr * db),
    "you add the price": lambda W, b, dW, db, lr, l2: (W - lr * (dW + l2 / 2 * np.sum(W * W)), b - lr * db),
    "have no price": lambda W, b, dW, db, lr, l2: ((1 - lr * l2) * W - lr * dW, (1 - lr * l2) * b - lr * db),
    "have not moved": lambda W, b, dW, db, lr, l2: (stepped(W, b, dW, db, lr, l2)[0], b),
    "the biases go uphill": lambda W, b, dW, db, lr, l2: (stepped(W, b, dW, db, lr, l2)[0], b + lr * db),
    "the rate is missing before db": lambda W, b, dW, db, lr, l2: (stepped(W, b, dW, db, lr, l2)[0], b - db),
    "but not for others": lambda W, b, dW, db, lr, l2: stepped(W, b, dW, db, 0.3, 0.2),
}


def masked(mask_of, back=None):
    """Return an answer whose mask is mask_of(shape, p, rng), backward another if there is one."""

    def answer(Z, dA, p, rng):
        mask = mask_of(Z.shape, p, rng)
        return Z * mask, dA * (mask if back is None else back(mask, p, rng))

    return answer


def usual(shape, p, rng):
    return (rng.random(shape) >= p) / (1 - p)


def fixed(shape, p, rng):
    rng.random()
    return usual(shape, p, np.random.default_rng(0))


def own_dice(shape, p, rng):
    rng.random()
    return usual(shape, p, np.random.default_rng())


def exchanged(Z, dA, p, rng):
    return masked(usual)(dA, Z, p, rng)


DROPOUT_MISTAKES = {
    "returned None": lambda *a: None,
    "return two arrays": lambda Z, dA, p, rng: masked(usual)(Z, dA, p, rng)[0],
    "should have the shape": lambda Z, dA, p, rng: (Z[:3], dA),
    "has not drawn": masked(lambda shape, p, rng: usual(shape, p, np.random.default_rng(1))),
    "nothing is left out": masked(lambda shape, p, rng: np.ones(shape) + 0 * rng.random()),
    "exchanged": exchanged,
    "not to be kept": masked(lambda shape, p, rng: (rng.random(shape) < p) / p),
    "each should be 0 with probability p": masked(lambda shape, p, rng: (rng.random(shape) > 0.5) * 2.0),
    "for all images": masked(lambda shape, p, rng: usual((1, shape[1]), p, rng) * np.ones(shape)),
    "loses all its neurons": masked(lambda shape, p, rng: usual((shape[0], 1), p, rng) * np.ones(shape)),
    "should grow by 1 / (1 - p)": masked(lambda shape, p, rng: (rng.random(shape) >= p) * 1.0),
    "multiplied by 1 - p": masked(lambda shape, p, rng: (rng.random(shape) >= p) * (1 - p)),
    "grows by 1 / p": masked(lambda shape, p, rng: (rng.random(shape) >= p) / p),
    "should be Z / (1 - p)": masked(lambda shape, p, rng: (rng.random(shape) >= p) * 3.0),
    "backward has no mask": masked(usual, lambda mask, p, rng: 1.0),
    "another mask than forward": masked(usual, lambda mask, p, rng: usual(mask.shape, p, rng)),
    "but not its factor": masked(usual, lambda mask, p, rng: mask > 0),
    "its factor included": masked(usual, lambda mask, p, rng: mask * mask),
    "second call has the same mask": masked(fixed),
    "Take all chance from rng": masked(own_dice),
    "but not with p = 0.75": masked(lambda shape, p, rng: usual(shape, 0.2, rng)),
}


def inside(image, row, column):
    i, j = min(int(row), image.shape[0] - 2), min(int(column), image.shape[1] - 2)
    d, r = row - i, column - j
    above = (1 - r) * image[i, j] + r * image[i, j + 1]
    return above + d * ((1 - r) * image[i + 1, j] + r * image[i + 1, j + 1] - above)


def tents(image, row, column):
    rows, columns = (np.arange(size) for size in image.shape)
    return np.maximum(1 - abs(rows - row), 0) @ image @ np.maximum(1 - abs(columns - column), 0)


def at_the_edge(image, row, column):
    return tents(image, min(max(row, 0), image.shape[0] - 1), min(max(column, 0), image.shape[1] - 1))


BETWEEN_MISTAKES = {
    "returned None": lambda image, row, column: None,
    "the nearest pixel": lambda image, row, column: image[int(row), int(column)],
    "this is one pixel": lambda image, row, column: image[int(row), int(column) + 1],
    "the four count alike": lambda image, row, column: image[2:4, 4:6].mean(),
    "the four weights add up to 1": lambda image, row, column: image[2:4, 4:6].sum(),
    "the wrong way round: the nearer": lambda image, row, column: inside(image, 4 + 1 - row, 8 + 1 - column),
    "are exchanged: 0.25 down": lambda image, row, column: inside(image, 2 + column % 1, 4 + row % 1),
    "the rows' weights": lambda image, row, column: inside(image, 5 - row, column),
    "the columns' weights": lambda image, row, column: inside(image, row, 9 - column),
    "along the row only": lambda image, row, column: inside(image, int(row), column),
    "along the column only": lambda image, row, column: inside(image, row, int(column)),
    "on the diagonal": lambda image, row, column: (1 - row % 1) * image[2, 4] + row % 1 * image[3, 5],
    "you repeat the pixel at the edge": at_the_edge,
    "what is outside counts as 0": lambda image, row, column: inside(image, row, column) if row < 4 and column < 6 else tents(image, row, column) + (row > 4),
    "outside the image, the ink is 0": lambda image, row, column: tents(image, row, column) + (row > 7),
    "the ink is that of the pixel": lambda image, row, column: tents(image, row, column) + (row == 3),
}

MISTAKES = {"shrink_step": SHRINK_MISTAKES, "dropout_both_ways": DROPOUT_MISTAKES, "read_between": BETWEEN_MISTAKES}


@pytest.mark.parametrize("check, message", [(check, message) for check, mistakes in MISTAKES.items() for message in mistakes])
def test_a_check_names_the_mistake(check, message, verdict):
    said = verdict(getattr(checks, check), MISTAKES[check][message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"
