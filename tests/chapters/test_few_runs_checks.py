"""The checks of the chapter on what a few runs can tell."""

from math import comb

import numpy as np
import pytest
from scipy.stats import binom, binomtest, chi2, norm, sem, t, ttest_ind, ttest_rel

from mnist_from_scratch import checks


def student(values, factor=None, ddof=1, root=True):
    values, n = np.asarray(values), len(values)
    factor = t.ppf(0.975, n - 1) if factor is None else factor
    reach = factor * values.std(ddof=ddof) / (np.sqrt(n) if root else n)
    return values.mean() - reach, values.mean() + reach


def around(mean, reach):
    return mean - reach, mean + reach


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (student, "Right: "),
        (lambda v: list(student(v)), "Right: "),
        (lambda v: t.interval(0.95, len(v) - 1, loc=np.mean(v), scale=sem(v)), "Right: "),
        (lambda v: around(v.mean(), t.ppf(0.975, len(v) - 1) * v.std() / np.sqrt(len(v) - 1)), "Right: "),
        (lambda v: student(v, factor=1.96), "Not yet: 1.96 is for a known"),
        (lambda v: student(v, factor=norm.ppf(0.975)), "Not yet: 1.96 is for a known"),
        (lambda v: student(v, factor=1.96, ddof=0), "Not yet: two things"),
        (lambda v: student(v, factor=2.78), "Not yet: 2.78 is the factor for five"),
        (lambda v: student(v, factor=t.ppf(0.975, 4)), "Not yet: this is the factor for five"),
        (lambda v: student(v, ddof=0), "Not yet: the standard deviation must divide"),
        (lambda v: student(v, root=False), "Not yet: divide s by the root"),
        (lambda v: around(v.mean(), t.ppf(0.975, len(v) - 1) * v.std(ddof=1) / np.sqrt(len(v) - 1)),
         "Not yet: the n - 1 belongs into s"),
        (lambda v: around(v.mean(), t.ppf(0.975, len(v) - 1) * v.var(ddof=1) / np.sqrt(len(v))),
         "Not yet: this takes the variance"),
        (lambda v: around(v.mean(), t.ppf(0.975, len(v) - 1) * v.var(ddof=1) / len(v)),
         "Not yet: s²/n is the variance of the mean"),
        (lambda v: student(v, factor=t.ppf(0.95, len(v) - 1)), "Not yet: 0.95 leaves"),
        (lambda v: student(v, factor=t.ppf(0.975, len(v))), "Not yet: t has n - 1"),
        (lambda v: student(v, factor=t.ppf(0.975, len(v) - 1) * np.sqrt(len(v))),
         "Not yet: this is where single values"),
        (lambda v: student(v, factor=1), "Not yet: one standard error"),
        (lambda v: student(v, factor=2), "Not yet: 2 is too little"),
        (lambda v: around(v.mean(), v.std(ddof=1)), "Not yet: this is the mean ± s"),
        (lambda v: around(0, student(v)[1] - v.mean()), "Not yet: around zero"),
        (lambda v: (v.mean(), student(v)[1] - v.mean()), "Not yet: these are the mean and the reach"),
        (lambda v: student(v)[1] - v.mean(), "Not yet: this is the reach"),
        (lambda v: (v.mean() - t.ppf(0.95, len(v) - 1) * sem(v), np.inf), "Not yet: "),
        (lambda v: (student(v)[0], np.inf), "Not yet: this is open at one side"),
        (lambda v: np.quantile(v, [0.025, 0.975]), "Not yet: this is where the values lie"),
        (lambda v: (v.min(), v.max()), "Not yet: these are the smallest"),
        (lambda v: [100 * end for end in student(v)], "Not yet: this is in per cent"),
        (lambda v: student(v)[::-1], "Not yet: the ends are right"),
        (lambda v: (0.0, 1.0), "Not yet: not this interval"),
        (lambda v: v.mean(), "Not yet: the shape"),
        (lambda v: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_interval_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.interval, answer)
    assert said.startswith(start), f"the check said: {said}"


def piles(a, b, factor=None):
    factor = t.ppf(0.975, len(a) - 1) if factor is None else factor
    reach = factor * np.hypot(a.std(ddof=1), b.std(ddof=1)) / np.sqrt(len(a))
    return around(a.mean() - b.mean(), reach)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda a, b: student(a - b), "Right: "),
        (lambda a, b: tuple(ttest_rel(a, b).confidence_interval(0.95)), "Right: "),
        (lambda a, b: student([x - y for x, y in zip(a, b)]), "Right: "),
        (lambda a, b: student(b - a), "Not yet: the sign"),
        (piles, "Not yet: this treats the rows as two piles"),
        (lambda a, b: ttest_ind(a, b).confidence_interval(0.95), "Not yet: this treats the rows as two"),
        (lambda a, b: ttest_ind(a, b, equal_var=False).confidence_interval(0.95),
         "Not yet: this treats the rows as two piles"),
        (lambda a, b: piles(a, b, 1.96), "Not yet: this treats the rows as two piles"),
        (lambda a, b: np.subtract(student(a), student(b)), "Not yet: do not subtract the ends"),
        (lambda a, b: (student(a)[0] - student(b)[1], student(a)[1] - student(b)[0]),
         "Not yet: do not subtract the ends"),
        (lambda a, b: student(np.sort(a) - np.sort(b)), "Not yet: you sort"),
        (lambda a, b: student(a - b, factor=1.96), "Not yet: 1.96"),
        (lambda a, b: student(a - b, factor=1.96, ddof=0), "Not yet: 1.96 is for a known σ, and s"),
        (lambda a, b: student(a - b, factor=t.ppf(0.975, 8)), "Not yet: these are five differences"),
        (lambda a, b: student(a - b, factor=t.ppf(0.95, 4)), "Not yet: 0.95 leaves"),
        (lambda a, b: student(a - b, ddof=0), "Not yet: the standard deviation"),
        (lambda a, b: student(a - b, root=False), "Not yet: divide s"),
        (lambda a, b: student(a - b, factor=t.ppf(0.975, 4) * 5**0.5), "Not yet: this is where single"),
        (lambda a, b: student(abs(a - b)), "Not yet: keep the signs"),
        (lambda a, b: 100 * np.array(student(a - b)), "Not yet: this is in per cent"),
        (lambda a, b: student(a + b), "Not yet: not this interval"),
        (lambda a, b: student(np.concatenate([a, b])), "Not yet: this is the interval of all"),
        (lambda a, b: np.mean(a - b), "Not yet: this is the mean difference"),
        (lambda a, b: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_paired_interval_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.paired_interval, answer)
    assert said.startswith(start), f"the check said: {said}"


def fewest(reaches, start=2):
    """Return an answer: the first n for which reaches(n, s) is below the difference."""
    return lambda difference, s: next(n for n in range(start, 10_000) if reaches(n, s) < difference)


right_fewest = fewest(lambda n, s: t.ppf(0.975, n - 1) * s / n**0.5)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (right_fewest, "Right: "),
        (lambda d, s: np.argmax([t.ppf(0.975, n - 1) * s / n**0.5 < d for n in range(2, 999)]) + 2, "Right: "),
        (lambda d, s: sum(t.interval(0.95, n - 1, scale=s / n**0.5)[1] >= d for n in range(2, 999)) + 2.0, "Right: "),
        (fewest(lambda n, s: 1.96 * s / n**0.5, 1), "Not yet: 1.96 is for a known s"),
        (lambda d, s: int(np.ceil((1.96 * s / d) ** 2)), "Not yet: 1.96 is for a known s"),
        (lambda d, s: (1.96 * s / d) ** 2, "Not yet: 1.96 is for a known s, and n is"),
        (lambda d, s: int(np.ceil((2.78 * s / d) ** 2)), "Not yet: 2.78 is the factor"),
        (fewest(lambda n, s: t.ppf(0.95, n - 1) * s / n**0.5), "Not yet: 0.95 leaves"),
        (fewest(lambda n, s: t.ppf(0.975, n) * s / n**0.5), "Not yet: t has n - 1"),
        (fewest(lambda n, s: t.ppf(0.975, n - 1) * s / n), "Not yet: divide s by the root"),
        (fewest(lambda n, s: t.ppf(0.975, n - 1) * s / (n - 1) ** 0.5), "Not yet: s/√n"),
        (fewest(lambda n, s: t.ppf(0.975, n - 1) * s * (2 / n) ** 0.5), "Not yet: the differences' own"),
        (lambda d, s: right_fewest(d, s) - 1, "Not yet: one too few"),
        (lambda d, s: right_fewest(d, s) + 1, "Not yet: one too many"),
        (lambda d, s: 2 * right_fewest(d, s), "Not yet: n seeds serve both"),
        (lambda d, s: 5, "Not yet: "),
    ],
)  # fmt: skip
def test_the_check_of_enough_seeds_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.enough_seeds, answer)
    assert said.startswith(start), f"the check said: {said}"


def split(right_a, right_b):
    return int(np.sum(right_a & ~right_b)), int(np.sum(right_b & ~right_a))


def exact(right_a, right_b):
    b, c = split(right_a, right_b)
    return min(1.0, 2 * binom.cdf(min(b, c), b + c, 0.5))


def by_combinations(right_a, right_b):
    b, c = split(right_a, right_b)
    return min(1.0, 2 * sum(comb(b + c, k) for k in range(max(b, c), b + c + 1)) / 2 ** (b + c))


def by_tosses(right_a, right_b):
    """Add up the probabilities of all splits that are at least as uneven, one toss after the other."""
    b, c = split(right_a, right_b)
    ahead = np.array([1.0])  # probabilities of so many heads
    for _ in range(b + c):
        ahead = np.convolve(ahead, [0.5, 0.5])
    uneven = np.abs(2 * np.arange(b + c + 1) - b - c) >= abs(b - c)
    return ahead[uneven].sum()


def by_wrong_images(right_a, right_b):
    return exact(~right_b, ~right_a)


def of_split(p):
    return lambda A, B: p(*split(A, B))


def in_standard_errors(b, c):
    return abs(b - c) / (b + c) ** 0.5 if b + c else 0.0


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (exact, "Right: "),
        (by_combinations, "Right: "),
        (by_tosses, "Right: "),
        (by_wrong_images, "Right: "),
        (of_split(lambda b, c: binomtest(b, b + c).pvalue if b + c else 1.0), "Right: "),
        (of_split(lambda b, c: binom.cdf(min(b, c), b + c, 0.5)), "Not yet: this is one side"),
        (of_split(lambda b, c: binom.cdf(c, b + c, 0.5)), "Not yet: this is one side"),
        (of_split(lambda b, c: 2 * binom.cdf(min(b, c), b + c, 0.5)), "Not yet: twice the tail"),
        (of_split(lambda b, c: min(1, 2 * binom.cdf(b, b + c, 0.5))), "Not yet: right only where A has"),
        (of_split(lambda b, c: min(1, 2 * binom.cdf(c, b + c, 0.5))), "Not yet: right only where B has"),
        (of_split(lambda b, c: 2 * binom.cdf(min(b, c) - 1, b + c, 0.5)), "Not yet: at least as one-sided"),
        (of_split(lambda b, c: 2 * binom.sf(max(b, c), b + c, 0.5)), "Not yet: at least as one-sided"),
        (of_split(lambda b, c: 2 * binom.cdf(max(b, c), b + c, 0.5)), "Not yet: this counts nearly everything"),
        (of_split(lambda b, c: 2 * binom.pmf(b, b + c, 0.5)), "Not yet: this is the probability of exactly"),
        (of_split(lambda b, c: 2 * norm.sf(in_standard_errors(b, c))), "Not yet: the bell curve"),
        (of_split(lambda b, c: chi2.sf((abs(b - c) - 1) ** 2 / max(1, b + c), 1)), "Not yet: the bell curve"),
        (of_split(lambda b, c: (b - c) / max(1, b + c) ** 0.5), "Not yet: this is how many standard errors"),
        (of_split(lambda b, c: (b - c) ** 2 / max(1, b + c)), "Not yet: this is the square"),
        (of_split(lambda b, c: (b, c)), "Not yet: these are the two counts"),
        (lambda A, B: B.mean() - A.mean(), "Not yet: this is the difference of the accuracies"),
        (lambda A, B: 1 - exact(A, B), "Not yet: this is the probability of a less"),
        (lambda A, B: 100 * exact(A, B), "Not yet: this is in per cent"),
        (lambda A, B: 2 * norm.sf(abs(A.mean() - B.mean()) / np.sqrt((A.var() + B.var()) / len(A))),
         "Not yet: this takes the two scores as if"),
        (lambda A, B: min(1, 2 * binom.cdf(min(split(A, B)), len(A), 0.5)), "Not yet: only the images on which"),
        (lambda A, B: exact(A, ~B), "Not yet: these are the images on which both"),
        (lambda A, B: exact(A, B) if (A != B).any() else 0.0, "Not yet: two that agree on every image"),
        (lambda A, B: 0.05, "Not yet: count the images"),
        (lambda A, B: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_mcnemar_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.mcnemar, answer)
    assert said.startswith(start), f"the check said: {said}"
