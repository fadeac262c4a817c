"""Checks of the exercises of chapter 13, MSE against cross-entropy."""

import numpy as np

from ..activations import log_softmax, softmax
from ._verdict import check, compare


@check
def true_class_gradient(answer):
    """Check answer(Z, y): dz at the true class, squared error behind softmax."""
    rng = np.random.default_rng(1313)
    Z, y = 2 * rng.normal(size=(6, 4)), np.array([0, 3, 1, 2, 2, 0])
    P = softmax(Z)
    q = P[np.arange(6), y]
    squares = np.sum(P**2, axis=1)
    right = -q * ((1 - q) ** 2 + squares - q**2)
    compare(
        answer(Z.copy(), y.copy()),
        right,
        "zero at both ends, and never positive: squared error, too, pushes the true class up.",
        [
            (-right, "the sign: the loss falls when the true class's logit grows, so dz is negative."),
            (right / 6, "this is divided by N. The exercise asks for each image's own gradient."),
            (q - 1, "this is cross-entropy's gradient. Squared error has to go back through softmax."),
            (-q * (1 - q) ** 2, "r is missing, the sum of the squares of the wrong classes. What is left is a sigmoid's gradient."),
            (-2 * q * (1 - q) ** 2, "this is so only if a single wrong class has all the rest. Take r from P."),
            (-q * ((1 - q) ** 2 + squares), "r sums over the wrong classes only: take the q² of the true one out."),
            (-((1 - q) ** 2 + squares - q**2), "the factor q in front is missing, and with it the slowdown."),
            (-q * (1 - q + squares - q**2), "1 - q is to be squared."),
        ],
        "not -q [(1 - q)² + r]: q is the probability of the true class, r the sum of squares of the others.",
    )


@check
def equal_count_error(answer):
    """Check answer(sure, right, bins): calibration error over bins of equal counts."""
    rng = np.random.default_rng(1313)
    sure = rng.uniform(0.3, 1, 50) ** 0.5
    right = rng.uniform(size=50) < 0.75

    def gaps(order):
        return [
            (len(part), sure[part].mean() - right[part].mean())
            for part in np.array_split(order, 4)
        ]

    found = gaps(np.argsort(sure))
    expected = sum(n * abs(gap) for n, gap in found) / 50
    tenths = np.minimum((4 * sure).astype(int), 3)
    widths = [np.flatnonzero(tenths == i) for i in range(4)]
    equal_width = sum(abs(np.sum(sure[part] - right[part])) for part in widths) / 50
    compare(
        answer(sure.copy(), right.copy(), 4),
        expected,
        "the mean gap between what is claimed and what is kept, over groups of the same size.",
        [
            (np.mean([abs(gap) for _, gap in found]), "almost: 50 images make groups of 13 and of 12. Weigh each gap with its share."),
            (sum(n * gap for n, gap in found) / 50, "gaps of opposite sign cancel here: take the size of each before you average."),
            (-sum(n * gap for n, gap in found) / 50, "gaps of opposite sign cancel here: take the size of each before you average."),
            (np.mean(np.abs(sure - right)), "this is the gap of each image by itself. Average within a group first."),
            (equal_width, "these are bins of equal width. Sort by confidence and cut into groups of equal count."),
            (sum(n * abs(gap) for n, gap in gaps(np.arange(50))) / 50, "the images are cut into groups as they come. Sort them by confidence first."),
            (max(abs(gap) for _, gap in found), "this is the largest gap. The expected error is their mean."),
            (expected * 50, "a sum over images: divide by their number."),
        ],
        "sort by confidence, cut with np.array_split, and average the groups' |mean confidence - accuracy| by their shares.",
    )


@check
def best_temperature(answer):
    """Check answer(Z, y): the T for which softmax(Z / T) has the least cross-entropy."""
    rng = np.random.default_rng(1313)
    honest = 1.5 * rng.normal(size=(400, 4))
    y = np.array([rng.choice(4, p=p) for p in softmax(honest)])
    Z, rows = 3 * honest, np.arange(400)
    T = np.geomspace(0.3, 12, 4001)
    cross_entropy = [-np.mean(log_softmax(Z / each)[rows, y]) for each in T]
    squared = [np.mean(np.sum((softmax(Z / each) - np.eye(4)[y]) ** 2, axis=1)) for each in T]
    matched = [abs(softmax(Z / each).max(axis=1).mean() - np.mean(Z.argmax(axis=1) == y)) for each in T]
    best = T[np.argmin(cross_entropy)]
    compare(
        answer(Z.copy(), y.copy()),
        best,
        "where the cross-entropy is lowest. It changes no answer, only how sure the answers are.",
        [
            (1 / best, "this is the factor by which the logits are multiplied. The temperature divides them: one over it."),
            (T[np.argmin(squared)], "this is the lowest squared error, close by. The exercise asks for cross-entropy."),
            (T[np.argmin(matched)], "here confidence matches accuracy on average, which is close by. The exercise asks for the lowest cross-entropy."),
            (1.0, "T = 1 leaves the logits as they are. Search for the T with the lowest cross-entropy."),
        ],
        f"not the temperature with the lowest cross-entropy, which is near {best:.1f} here. Is the grid or the interval wide and fine enough?",
        tolerance=0.005,
    )
