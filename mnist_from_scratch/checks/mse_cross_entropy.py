"""Checks of the exercises of the chapter on MSE against cross-entropy."""

import numpy as np

from ..activations import log_softmax, softmax
from ._verdict import check, compare, not_yet, numbers, right


@check
def true_class_gradient(answer):
    """Check answer(Z, y): dz at the true class, squared error behind softmax."""
    N, K = 7, 5
    Z, y = 2 * np.random.default_rng(1313).normal(size=(N, K)), np.array([0, 3, 1, 2, 2, 0, 4])
    P, rows = softmax(Z), np.arange(N)
    q, Y = P[rows, y], np.eye(K)[y]
    squares = np.sum(P**2, axis=1)
    expected = -q * ((1 - q) ** 2 + squares - q**2)
    dP = P - Y
    dZ = P * (dP - np.sum(dP * P, axis=1, keepdims=True))
    compare(
        answer(Z.copy(), y.copy()),
        expected,
        "zero at both ends, and never positive: squared error, too, pushes the true class up.",
        [
            (-expected, "the sign: the loss falls when the true class's logit grows, so dz is negative."),
            (expected / N, "this is divided by N. The exercise asks for each image's own gradient."),
            (np.mean(expected), "this is the mean over the images. The exercise asks for each image's own, (N,)."),
            (2 * expected, "twice too large: the squared error of the book has a ½ in front, which takes the 2 away."),
            (q - 1, "this is cross-entropy's gradient. Squared error has to go back through softmax."),
            (1 - q, "this is cross-entropy's gradient, with the sign turned. Squared error has to go back through softmax."),
            (-q * (1 - q) ** 2, "r is missing, the sum of the squares of the wrong classes. What is left is a sigmoid's gradient."),
            (-2 * q * (1 - q) ** 2, "this is so only if a single wrong class has all the rest. Take r from P."),
            (-q * ((1 - q) ** 2 + (1 - q) ** 2 / (K - 1)), "this is so only if the wrong classes share the rest equally. Take r from P."),
            (-q * ((1 - q) ** 2 + squares), "r sums over the wrong classes only: take the q² of the true one out."),
            (-q * ((1 - q) ** 2 + 1 - q), "r is the sum of the squares of the wrong classes, not of the classes themselves."),
            (-q * (1 - q) * ((1 - q) ** 2 + squares - q**2), "one factor too many: q stands in front, not q(1 - q)."),
            (-((1 - q) ** 2 + squares - q**2), "the factor q in front is missing, and with it the slowdown."),
            (-q * (1 - q + squares - q**2), "1 - q is to be squared."),
            (-q * ((1 - q) ** 2 - squares + q**2), "r is added: the pull on the wrong classes adds to that on the true one."),
            (dZ, "these are the gradients of all logits, (N, K). Pick each row's true class."),
            (P - Y, "these are P - Y, (N, K): cross-entropy's gradient at all logits. Squared error has to go back through softmax, and only the true class is asked for."),
            (dZ[:, y], "dZ[:, y] takes whole columns. dZ[np.arange(len(y)), y] takes one entry of each row."),
        ],
        "not -q [(1 - q)² + r]: q is the probability of the true class, r the sum of squares of the others.",
    )  # fmt: skip


@check
def equal_count_error(answer):
    """Check answer(sure, right, bins): calibration error over bins of equal counts."""
    rng = np.random.default_rng(23)  # gaps of both signs, in bins of either kind
    N, bins = 53, 4
    sure = rng.uniform(0.3, 1, N) ** 0.5
    kept = rng.uniform(size=N) < 0.75

    def gaps(groups):
        return np.array([(len(part), sure[part].mean() - kept[part].mean()) for part in groups]).T

    rising, falling = np.argsort(sure), np.argsort(-sure)
    size, gap = gaps(np.array_split(rising, bins))
    expected = np.sum(size * np.abs(gap)) / N
    from_the_surest = gaps(np.array_split(falling, bins))
    found = numbers(answer(sure.copy(), kept.copy(), bins), "the error")
    if found.shape == () and np.isclose(found, np.sum(from_the_surest[0] * np.abs(from_the_surest[1])) / N):
        found = np.asarray(expected)  # the larger groups at the other end: right as well
    edges = np.minimum((bins * sure).astype(int), bins - 1)
    widths = [np.flatnonzero(edges == i) for i in range(bins) if np.any(edges == i)]
    between = np.linspace(sure.min(), sure.max(), bins + 1)[1:-1]
    spread = [np.flatnonzero(np.digitize(sure, between) == i) for i in range(bins)]
    count = N // bins
    cut = [rising[i : i + count] for i in range(0, bins * count, count)]
    five = [rising[i : i + count] for i in range(0, N, count)]

    def error(groups):
        size, gap = gaps(groups)
        return np.sum(size * np.abs(gap)) / N

    opposite = "gaps of opposite sign cancel here: take the size of each before you average."
    compare(
        found,
        expected,
        "the mean gap between what is claimed and what is kept, over groups of the same size.",
        [
            (np.abs(gap).mean(), "almost: 53 images make a group of 14 and three of 13. Weigh each gap with its share."),
            (np.sum(size * gap) / N, opposite),
            (-np.sum(size * gap) / N, opposite),
            (abs(np.sum(size * gap)) / N, opposite),
            (gap.mean(), opposite),
            (np.mean(np.abs(sure - kept)), "this is the gap of each image by itself. Average within a group first."),
            (error(widths), "these are bins of equal width. Sort by confidence and cut into groups of equal count."),
            (error(spread), "these are bins of equal width between the least and the most sure. Cut into groups of equal count."),
            (error(np.array_split(np.arange(N), bins)), "the images are cut into groups as they come. Sort them by confidence first."),
            (error(cut), "the last image is in no group: np.array_split makes one group larger instead."),
            (error(five), "the image that is left over has a group of its own: np.array_split makes one group larger instead."),
            (np.sum([len(part) * abs(sure[part].mean() - kept[other].mean()) for part, other in
                     zip(np.array_split(rising, bins), np.array_split(np.arange(N), bins))]) / N,
             "the confidences are sorted, and the answers are not: an image must keep its own. Sort by argsort, both in the same order."),
            (np.sum([len(part) * abs(sure[part].mean() - kept[other].mean()) for part, other in
                     zip(np.array_split(rising, bins), np.array_split(np.argsort(kept, kind="stable"), bins))]) / N,
             "each is sorted by itself: an image must keep its own answer. Sort by argsort, both in the same order."),
            (np.sqrt(np.sum(size * gap**2) / N), "this is the root of the mean square. Take the mean of the sizes."),
            (np.sum(size * gap**2) / N, "the gaps are squared. Take their sizes."),
            (np.abs(gap).max(), "this is the largest gap. The expected error is their mean."),
            (np.abs(gap).sum(), "this is the sum of the gaps: average them by their shares."),
            (np.abs(gap), "these are the gaps of the groups. Average them by their shares."),
            (gap, "these are the gaps of the groups. Average their sizes by their shares."),
            (expected * N, "a sum over images: divide by their number."),
            (expected * 100, "this is in per cent: leave it as a share."),
        ],
        "sort by confidence, cut with np.array_split, and average the groups' |mean confidence - accuracy| by their shares.",
    )  # fmt: skip


@check
def best_temperature(answer):
    """Check answer(Z, y): the T for which softmax(Z / T) has the least cross-entropy."""
    rng = np.random.default_rng(1313)
    N, K = 401, 5
    honest = 1.5 * rng.normal(size=(N, K))
    y = np.array([rng.choice(K, p=p) for p in softmax(honest)])
    Z, rows = rng.choice([2.0, 5.0], size=(N, 1)) * honest, np.arange(N)
    T = np.geomspace(0.3, 12, 1501)
    said = Z.argmax(axis=1)

    def lowest(score):
        return T[np.argmin([score(softmax(Z / each)) for each in T])]

    def calibration_error(P):
        sure, good = P.max(axis=1), said == y
        bins = np.minimum((10 * sure).astype(int), 9)
        return sum(abs(np.sum(sure[bins == i] - good[bins == i])) for i in range(10))

    best = lowest(lambda P: -np.mean(np.log(P[rows, y])))
    found = numbers(answer(Z.copy(), y.copy()), "T")
    if found.shape == () and abs(found / best - 1) < 0.01:
        modest = numbers(answer(Z / 10, y.copy()), "T for logits ten times smaller")
        if modest.shape != () or abs(10 * modest / best - 1) > 0.01:
            not_yet(f"right for a network that is too sure of itself, but one that is too modest needs a T below 1: near {best / 10:.2g}, "
                    f"yours is {modest:.3g}. Does the search begin low enough?")
        right("where the cross-entropy is lowest. It changes no answer, only how sure the answers are.")
    if found.shape == () and not np.isfinite(found):
        not_yet(f"T is a finite number, yours is {found}.")
    if found.shape == () and found <= 0:
        not_yet(f"T is positive, yours is {found:.3g}: a negative one turns the order of the classes round, and 0 divides by nothing.")
    least = -log_softmax(Z / best)[rows, y].mean()
    known = [
        (1 / best, "this is the factor by which the logits are multiplied. The temperature divides them: one over it."),
        (np.log(best), "this is the logarithm of the temperature."),
        (least, "this is the lowest cross-entropy. At which T is it reached?"),
        (1.0, "T = 1 leaves the logits as they are. Search for the T with the lowest cross-entropy."),
    ]  # fmt: skip
    if found.shape == () and 0.8 < found / best < 1.25:
        known += [
            (lowest(lambda P: np.sum((P - np.eye(K)[y]) ** 2)), "this is the lowest squared error, close by. The exercise asks for cross-entropy."),
            (lowest(lambda P: abs(P.max(axis=1).mean() - np.mean(said == y))), "here confidence matches accuracy on average, which is close by. The exercise asks for the lowest cross-entropy."),
            (lowest(calibration_error), "this is the lowest calibration error, close by. The exercise asks for the lowest cross-entropy, which needs no bins."),
        ]  # fmt: skip
    for wrong, message in known:
        if found.shape == () and np.isclose(found, wrong, rtol=0.01):
            not_yet(message)
    if found.shape == ():
        loss = -log_softmax(Z / found)[rows, y].mean()
        if abs(found / best - 1) < 0.1:
            not_yet(f"close: yours is {found:.3g}, and a little beside it the cross-entropy is lower still. Search in finer steps, or bisect for longer.")
        side = "smaller" if found < best else "larger"
        confident = "so sure of everything that each mistake costs much" if found < best else "so unsure that right answers cost much, too"
        extreme = loss > 1.05 * -log_softmax(Z)[rows, y].mean()
        why = "The cross-entropy is higher there than without any T." if extreme else f"There the network is {confident}."
        not_yet(f"your T, {found:.3g}, is {side} than the one with the lowest cross-entropy. {why} "
                "Is it the lowest that you take, of the probabilities of the true classes?")  # fmt: skip
    compare(found, best, None, [], "return one number, T.", name="T")
