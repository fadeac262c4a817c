"""The checks of the exercises on MSE against cross-entropy: right answers, and wrong ones by name."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from mnist_from_scratch import MeanSquaredError, Softmax, checks, one_hot, softmax


def all_logits(Z, y):
    """dZ of squared error behind softmax, without the 1/N."""
    loss = MeanSquaredError(Softmax())
    loss.forward(Z, one_hot(y, Z.shape[1], Z.dtype))
    return len(Z) * loss.backward()


def parts(Z, y):
    P = softmax(Z)
    q = P[np.arange(len(y)), y]
    return q, np.sum(P**2, axis=1) - q**2


def pull_of(Z, y):
    q, r = parts(Z, y)
    return -q * ((1 - q) ** 2 + r)


PULL_MISTAKES = {
    "the sign": lambda Z, y: -pull_of(Z, y),
    "divided by N": lambda Z, y: pull_of(Z, y) / len(Z),
    "mean over the images": lambda Z, y: pull_of(Z, y).mean(),
    "twice too large": lambda Z, y: 2 * pull_of(Z, y),
    "this is cross-entropy's gradient. Squared": lambda Z, y: parts(Z, y)[0] - 1,
    "gradient, with the sign turned": lambda Z, y: 1 - parts(Z, y)[0],
    "r is missing": lambda Z, y: -parts(Z, y)[0] * (1 - parts(Z, y)[0]) ** 2,
    "a single wrong class": lambda Z, y: -2 * parts(Z, y)[0] * (1 - parts(Z, y)[0]) ** 2,
    "share the rest equally": lambda Z, y: -parts(Z, y)[0] * (1 - parts(Z, y)[0]) ** 2 * 5 / 4,
    "the q² of the true one": lambda Z, y: pull_of(Z, y) - parts(Z, y)[0] ** 3,
    "not of the classes themselves": lambda Z, y: (
        -parts(Z, y)[0] * ((1 - parts(Z, y)[0]) ** 2 + 1 - parts(Z, y)[0])
    ),
    "one factor too many": lambda Z, y: pull_of(Z, y) * (1 - parts(Z, y)[0]),
    "the factor q": lambda Z, y: pull_of(Z, y) / parts(Z, y)[0],
    "to be squared": lambda Z, y: -parts(Z, y)[0] * (1 - parts(Z, y)[0] + parts(Z, y)[1]),
    "r is added": lambda Z, y: -parts(Z, y)[0] * ((1 - parts(Z, y)[0]) ** 2 - parts(Z, y)[1]),
    "gradients of all logits": all_logits,
    "these are P - Y": lambda Z, y: softmax(Z) - one_hot(y, Z.shape[1]),
    "takes whole columns": lambda Z, y: all_logits(Z, y)[:, y],
    "None": lambda Z, y: None,
    "the shape": lambda Z, y: softmax(Z),
}


@pytest.mark.parametrize("message", PULL_MISTAKES)
def test_the_check_of_true_class_gradient_names_the_mistake(verdict, message):
    said = verdict(checks.true_class_gradient, PULL_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_true_class_gradient_accepts_right_answers(verdict):
    def what_the_module_computes(Z, y):
        return all_logits(Z, y)[np.arange(len(y)), y]

    def image_by_image(Z, y):
        return [pull_of(z[None], k[None])[0] for z, k in zip(Z, y)]

    def in_float32(Z, y):
        return pull_of(Z.astype(np.float32), y)

    for answer in (what_the_module_computes, image_by_image, in_float32):
        said = verdict(checks.true_class_gradient, answer)
        assert said.startswith("Right"), f"the check said: {said}"


def gaps(sure, right, groups):
    return np.array([(len(g), sure[g].mean() - right[g].mean()) for g in groups]).T


def by_count(sure, bins):
    return np.array_split(np.argsort(sure, kind="stable"), bins)


def by_width(sure, right, bins):
    which = np.minimum((sure * bins).astype(int), bins - 1)
    groups = [np.flatnonzero(which == i) for i in range(bins) if np.any(which == i)]
    return equal_count(sure, right, bins, groups)


def by_width_of_what_there_is(sure, right, bins):
    edges = np.linspace(sure.min(), sure.max(), bins + 1)
    which = np.clip(np.searchsorted(edges, sure, side="right") - 1, 0, bins - 1)
    return equal_count(sure, right, bins, [np.flatnonzero(which == i) for i in range(bins)])


def equal_count(sure, right, bins, groups=None):
    n, gap = gaps(sure, right, groups or by_count(sure, bins))
    return np.sum(n * np.abs(gap)) / len(sure)


def from_the_surest(sure, right, bins):
    return equal_count(sure, right, bins, np.array_split(np.argsort(-sure), bins))


def in_lists(sure, right, bins):
    pairs = sorted(zip(sure.tolist(), right.tolist()))
    total = 0
    for group in np.array_split(pairs, bins):
        total += abs(sum(confidence - kept for confidence, kept in group))
    return total / len(pairs)


def without_the_rest(sure, right, bins):
    size, order = len(sure) // bins, np.argsort(sure)
    return equal_count(sure, right, bins, [order[i * size : (i + 1) * size] for i in range(bins)])


def with_a_group_for_the_rest(sure, right, bins):
    size, order = len(sure) // bins, np.argsort(sure)
    return equal_count(sure, right, bins, [order[i : i + size] for i in range(0, len(sure), size)])


def only_confidences_sorted(sure, right, bins):
    groups = zip(np.array_split(np.sort(sure), bins), np.array_split(right, bins))
    return sum(len(a) * abs(a.mean() - b.mean()) for a, b in groups) / len(sure)


COUNT_MISTAKES = {
    "Weigh each gap": lambda s, r, b: np.abs(gaps(s, r, by_count(s, b))[1]).mean(),
    "opposite sign": lambda s, r, b: np.mean(s) - np.mean(r),
    "gaps of opposite sign": lambda s, r, b: abs(np.mean(r) - np.mean(s)),
    "each image by itself": lambda s, r, b: np.mean(np.abs(s - r)),
    "these are bins of equal width. Sort": by_width,
    "between the least and the most": by_width_of_what_there_is,
    "Sort them by confidence": lambda s, r, b: equal_count(
        s, r, b, np.array_split(np.arange(len(s)), b)
    ),
    "the last image is in no group": without_the_rest,
    "a group of its own": with_a_group_for_the_rest,
    "and the answers are not": only_confidences_sorted,
    "each is sorted by itself": lambda s, r, b: only_confidences_sorted(s, np.sort(r), b),
    "the root of the mean square": lambda s, r, b: np.sqrt(
        np.sum(gaps(s, r, by_count(s, b))[0] * gaps(s, r, by_count(s, b))[1] ** 2) / len(s)
    ),
    "the largest gap": lambda s, r, b: np.abs(gaps(s, r, by_count(s, b))[1]).max(),
    "the sum of the gaps": lambda s, r, b: np.abs(gaps(s, r, by_count(s, b))[1]).sum(),
    "the gaps of the groups": lambda s, r, b: np.abs(gaps(s, r, by_count(s, b))[1]),
    "divide by their number": lambda s, r, b: len(s) * equal_count(s, r, b),
    "in per cent": lambda s, r, b: 100 * equal_count(s, r, b),
    "np.array_split": lambda s, r, b: 0.7,
}


@pytest.mark.parametrize("message", COUNT_MISTAKES)
def test_the_check_of_equal_count_error_names_the_mistake(verdict, message):
    said = verdict(checks.equal_count_error, COUNT_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_equal_count_error_accepts_right_answers(verdict):
    for answer in (equal_count, from_the_surest, in_lists):
        said = verdict(checks.equal_count_error, answer)
        assert said.startswith("Right"), f"the check said: {said}"


def lowest(score):
    T = np.geomspace(0.1, 30, 1001)
    return lambda Z, y: T[np.argmin([score(softmax(Z / t), y) for t in T])]


def surprise(P, y):
    return -np.mean(np.log(P[np.arange(len(y)), y]))


def matches(P, y):
    return abs(P.max(axis=1).mean() - np.mean(P.argmax(axis=1) == y))


def ten_bins(P, y):
    sure, right = P.max(axis=1), P.argmax(axis=1) == y
    return by_width(sure, right, 10)


def on_a_fine_grid(score):
    T = np.geomspace(0.3, 12, 1501)
    return lambda Z, y: T[np.argmin([score(softmax(Z / t), y) for t in T])]


TEMPERATURE_MISTAKES = {
    "one over it": lambda Z, y: 1 / lowest(surprise)(Z, y),
    "the logarithm": lambda Z, y: np.log(lowest(surprise)(Z, y)),
    "lowest cross-entropy. At which": lambda Z, y: surprise(softmax(Z / lowest(surprise)(Z, y)), y),
    "lowest squared error": on_a_fine_grid(lambda P, y: np.sum((P - np.eye(5)[y]) ** 2)),
    "matches accuracy": on_a_fine_grid(matches),
    "lowest calibration error": on_a_fine_grid(ten_bins),
    "leaves the logits": lambda Z, y: 1.0,
    "larger than the one": lambda Z, y: 30.0,
    "too modest needs a T below 1": lambda Z, y: max(1.5, lowest(surprise)(Z, y)),
    "so sure of everything": lambda Z, y: 2.0,
    "higher there than without": lambda Z, y: lowest(lambda P, y: np.mean(np.log(P[np.arange(len(y)), y])))(Z, y),
    "close: yours is": lambda Z, y: np.round(lowest(surprise)(Z, y) * 0.95, 2),
    "T is positive": lambda Z, y: -lowest(surprise)(Z, y),
    "T is a finite": lambda Z, y: np.nan,
    "one number": lambda Z, y: np.full(len(y), 3.0),
}  # fmt: skip


@pytest.mark.parametrize("message", TEMPERATURE_MISTAKES)
def test_the_check_of_best_temperature_names_the_mistake(verdict, message):
    said = verdict(checks.best_temperature, TEMPERATURE_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_best_temperature_accepts_right_answers(verdict):
    def by_descent(Z, y):
        u = 0.0  # the logarithm of 1 / T
        for _ in range(200):
            P = softmax(np.exp(u) * Z)
            u -= 0.2 * np.mean(np.sum((P - np.eye(Z.shape[1])[y]) * np.exp(u) * Z, axis=1))
        return np.exp(-u)

    def by_a_library(Z, y):
        log_t = minimize_scalar(lambda u: surprise(softmax(Z / np.exp(u)), y), bounds=(-3, 3), method="bounded").x
        return float(np.exp(log_t))

    for answer in (lowest(surprise), by_descent, by_a_library):
        said = verdict(checks.best_temperature, answer)
        assert said.startswith("Right"), f"the check said: {said}"
