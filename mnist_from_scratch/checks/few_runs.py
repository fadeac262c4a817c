"""Checks of the exercises of the chapter on what a few runs can tell."""

import math

import numpy as np

from ._verdict import check, compare


def student(values, factor=None, ddof=1, root=True):
    """Return the interval of the mean of values; by default, the right one."""
    from scipy.stats import t

    n, mean, s = len(values), np.mean(values), np.std(values, ddof=ddof)
    factor = t.ppf(0.975, n - 1) if factor is None else factor
    reach = factor * s / (math.sqrt(n) if root else n)
    return np.array([mean - reach, mean + reach])


@check
def interval(answer):
    """Check answer(values): the 95 % interval of the mean of values."""
    from scipy.stats import t

    values = np.array([0.91, 0.94, 0.95, 0.93, 0.97, 0.92, 0.94])
    n, mean, s = len(values), values.mean(), values.std(ddof=1)
    right_one, sides, factor = student(values), np.array([-1, 1]), t.ppf(0.975, n - 1)
    compare(
        answer(values.copy()),
        right_one,
        "the mean, and on each side Student's factor times s/√n.",
        [
            (student(values, factor=1.96), "1.96 is for a known σ. Yours comes from few values: take t.ppf(0.975, n - 1)."),
            (student(values, factor=1.96, ddof=0), "two things: 1.96 is for a known σ, and std divides by n unless it is told ddof=1."),
            (student(values, ddof=0), "the standard deviation must divide by n - 1: the mean lies in the middle of these values. std does so with ddof=1."),
            (mean + factor * s * sides, "this is where single values lie. The mean is steadier: divide s by √n."),
            (student(values, root=False), "divide s by the root of n, not by n."),
            (mean + factor * s / math.sqrt(n - 1) * sides, "the n - 1 belongs into s. The mean of n values is steadier by √n."),
            (mean + factor * s**2 / math.sqrt(n) * sides, "this takes the variance s². Its root, s, has the unit of the values."),
            (mean + factor * s**2 / n * sides, "s²/n is the variance of the mean: take its root."),
            (student(values, factor=t.ppf(0.95, n - 1)), "0.95 leaves 5 % at each end, 10 % in all. Take 0.975."),
            (student(values, factor=t.ppf(0.975, n)), "t has n - 1 degrees of freedom, as many as the divisor of the variance."),
            (student(values, factor=t.ppf(0.975, n - 2)), "t has n - 1 degrees of freedom: one is spent, on the mean."),
            (student(values, factor=2.78), "2.78 is the factor for five values. These are seven: take t.ppf(0.975, n - 1)."),
            (student(values, factor=t.ppf(0.975, 4)), "this is the factor for five values. These are seven: take t.ppf(0.975, n - 1)."),
            (mean + factor * s / math.sqrt(5) * sides, "this is the root of 5. Here are seven values: take n = len(values)."),
            (student(values, factor=1), "one standard error on each side covers far less than 95 %: multiply by Student's factor."),
            (student(values, factor=2), "2 is too little for so few values: take t.ppf(0.975, n - 1)."),
            (mean + s * sides, "this is the mean ± s, where single values lie. For the mean take s/√n, and Student's factor."),
            (right_one - mean, "around zero? Add the mean."),
            ([mean, right_one[1] - mean], "these are the mean and the reach. Return the ends, mean - reach and mean + reach."),
            ([right_one[0], np.inf], "this is open at one side. Both ends are asked for, with 2.5 % beyond each."),
            ([-np.inf, right_one[1]], "this is open at one side. Both ends are asked for, with 2.5 % beyond each."),
            ([values.min(), values.max()], "these are the smallest and the largest value."),
            (np.quantile(values, [0.025, 0.975]), "this is where the values lie. Where does their mean lie, with another seven seeds?"),
            (np.median(values) + right_one - mean, "the middle is the mean, not the median."),
            (100 * right_one, "this is in per cent: leave the values as they come."),
            (right_one[::-1], "the ends are right, but low comes first."),
            (right_one[1] - mean, "this is the reach. Return the two ends, mean - reach and mean + reach."),
        ],
        "not this interval. It is the mean ± t.ppf(0.975, n - 1) · s/√n.",
    )  # fmt: skip


@check
def paired_interval(answer):
    """Check answer(a, b): the 95 % interval of the mean of a - b, seed by seed."""
    from scipy.stats import t

    a = np.array([0.951, 0.948, 0.957, 0.940, 0.954])
    b = np.array([0.949, 0.944, 0.950, 0.941, 0.953])
    n, off = len(a), a.mean() - b.mean()
    apart = math.hypot(a.std(ddof=1), b.std(ddof=1)) / math.sqrt(n)
    sides, own, others = np.array([-1, 1]), student(a), student(b)
    piles = "this treats the rows as two piles. Take the differences seed by seed first."
    ends = "do not subtract the ends of two intervals: subtract the values, seed by seed, and take one interval."
    compare(
        answer(a.copy(), b.copy()),
        student(a - b),
        "what a seed does to both has cancelled.",
        [
            (student(b - a), "the sign is turned: the interval is that of a - b."),
            (off + sides * t.ppf(0.975, n - 1) * apart, piles),
            (off + sides * t.ppf(0.975, 2 * n - 2) * apart, piles),
            (off + sides * t.ppf(0.975, t_freedom(a, b)) * apart, piles),
            (off + sides * 1.96 * apart, piles + " And 1.96 is for a known σ."),
            (own - others, ends),
            ([own[0] - others[1], own[1] - others[0]], ends),
            (student(np.sort(a) - np.sort(b)), "you sort: then the differences are no longer those of the same seed."),
            (student(a - b, factor=1.96), "1.96 is for a known σ. Five differences need Student's factor."),
            (student(a - b, factor=1.96, ddof=0), "1.96 is for a known σ, and s divides by n - 1. Your own interval does both right."),
            (student(a - b, factor=t.ppf(0.95, n - 1)), "0.95 leaves 5 % at each end, 10 % in all. Take 0.975."),
            (student(a - b, factor=t.ppf(0.975, 2 * n - 2)), "these are five differences, so t has 4 degrees of freedom, not 8."),
            (student(a - b, factor=t.ppf(0.975, 2 * n - 1)), "these are five differences, so t has 4 degrees of freedom, not 9."),
            (student(a - b, ddof=0), "the standard deviation of the differences must divide by n - 1."),
            (student(a - b, root=False), "divide s by the root of n, not by n."),
            (off + sides * t.ppf(0.975, n - 1) * (a - b).std(ddof=1), "this is where single differences lie. Divide s by √n."),
            (student(np.abs(a - b)), "keep the signs of the differences."),
            (student((a - b) / b), "these are differences relative to b. Take a - b as it is."),
            (100 * student(a - b), "this is in per cent: leave the differences as they come."),
            (student(np.concatenate([a, b])), "this is the interval of all values together. It should be that of their differences."),
            (own, "this is the interval of a alone. Where does b come in?"),
            (off, "this is the mean difference. How far from the true one may it lie?"),
        ],
        "not this interval. Subtract seed by seed, then take the interval of the mean of these numbers.",
    )  # fmt: skip


def t_freedom(a, b):
    """Return the degrees of freedom of Welch's comparison of two piles."""
    v, w = a.var(ddof=1), b.var(ddof=1)
    return (v + w) ** 2 / (v**2 + w**2) * (len(a) - 1)


def images(both, only_a, only_b, neither):
    """Return whether A and B are right, image by image, for so many images of each kind."""
    counts = [both, only_a, only_b, neither]
    rng = np.random.default_rng(sum(counts))
    order = rng.permutation(sum(counts))
    return np.repeat([True, True, False, False], counts)[order], np.repeat([True, False, True, False], counts)[order]


@check
def mcnemar(answer):
    """Check answer(right_a, right_b): the probability of so one-sided a split, or more, of equals."""
    from scipy.stats import binom, chi2, fisher_exact, norm

    cases = [(6, 2, 9, 4), (5, 6, 6, 3), (200, 12, 3, 30), (500, 40, 66, 90), (30, 5, 0, 1)]  # both, A, B, neither
    by = lambda p: [float(p(*case)) for case in cases]
    tail = lambda b, c: binom.cdf(min(b, c), b + c, 0.5)
    z = lambda b, c: (b - c) / math.sqrt(b + c)

    def unpaired(both, b, c, neither):
        n = both + b + c + neither
        p, q = (both + b) / n, (both + c) / n
        return (p - q) / math.sqrt((p * (1 - p) + q * (1 - q)) / n)

    cut = "twice the tail counts an even split from both sides: a probability is at most 1."
    bell = "the bell curve is an approximation: for a few discordant images count exactly, with binom."
    apart = "this takes the two scores as if they came from different images. Count the images on which the two disagree."
    one = "this is one side. B could have been ahead by as much: double the tail."
    mistakes = [
        (by(lambda _, b, c, n: 2 * tail(b, c)), cut),
        (by(lambda _, b, c, n: tail(b, c)), one),
        (by(lambda _, b, c, n: binom.cdf(b, b + c, 0.5)), one + " And of the two counts take the smaller."),
        (by(lambda _, b, c, n: binom.cdf(c, b + c, 0.5)), one + " And of the two counts take the smaller."),
        (by(lambda _, b, c, n: min(1, 2 * binom.cdf(b, b + c, 0.5))), "right only where A has the fewer: take the smaller of the two counts."),
        (by(lambda _, b, c, n: min(1, 2 * binom.cdf(c, b + c, 0.5))), "right only where B has the fewer: take the smaller of the two counts."),
        (by(lambda _, b, c, n: 2 * binom.cdf(min(b, c) - 1, b + c, 0.5)), "at least as one-sided: what was found belongs to it. (binom.sf(k, …) is the probability of more than k.)"),
        (by(lambda _, b, c, n: 2 * binom.cdf(max(b, c), b + c, 0.5)), "this counts nearly everything: the tail begins at the smaller of the two counts, and lies below."),
        (by(lambda _, b, c, n: min(1, 2 * binom.cdf(max(b, c), b + c, 0.5))), "this counts nearly everything: the tail begins at the smaller of the two counts, and lies below."),
        (by(lambda _, b, c, n: binom.pmf(min(b, c), b + c, 0.5)), "this is the probability of exactly this split. Add all that are more one-sided."),
        (by(lambda _, b, c, n: 2 * binom.pmf(min(b, c), b + c, 0.5)), "this is the probability of exactly this split. Add all that are more one-sided."),
        (by(lambda _, b, c, n: 2 * binom.cdf(min(b, c), b + c, 0.5) - binom.pmf(min(b, c), b + c, 0.5)), "this counts what was found by half. At least as one-sided: it belongs to it in full."),
        (by(lambda _, b, c, n: 1 - min(1, 2 * tail(b, c))), "this is the probability of a less one-sided split. Take it from 1."),
        (by(lambda _, b, c, n: 2 * norm.sf(abs(z(b, c)))), bell),
        (by(lambda _, b, c, n: chi2.sf((abs(b - c) - 1) ** 2 / (b + c), 1)), bell),
        (by(lambda _, b, c, n: norm.sf(abs(z(b, c)))), bell + " And it has two sides."),
        (by(lambda _, b, c, n: z(b, c)), "this is how many standard errors the difference is from zero. How probable is that, or more?"),
        (by(lambda _, b, c, n: z(c, b)), "this is how many standard errors the difference is from zero. How probable is that, or more?"),
        (by(lambda _, b, c, n: z(b, c) ** 2), "this is the square of the number of standard errors. How probable is that, or more?"),
        (by(lambda *case: 2 * norm.sf(abs(unpaired(*case)))), apart),
        (by(lambda *case: unpaired(*case)), apart),
        (by(lambda m, b, c, n: fisher_exact([[m, b], [c, n]])[1]), "this asks whether the two are right on the same images. It should ask whether one is right more often."),
        (by(lambda m, b, c, n: fisher_exact([[m + b, c + n], [m + c, b + n]])[1]), apart),
        (by(lambda m, b, c, n: min(1, 2 * binom.cdf(min(b, c), m + b + c + n, 0.5))), "only the images on which exactly one is right are tosses of a coin: the others say nothing."),
        (by(lambda m, b, c, n: 2 * binom.cdf(min(b, c), m + b + c + n, 0.5)), "only the images on which exactly one is right are tosses of a coin: the others say nothing."),
        (by(lambda m, b, c, n: min(1, 2 * tail(m, n))), "these are the images on which both are right, or both wrong. Count those on which exactly one is."),
        (by(lambda m, b, c, n: min(1, 2 * tail(m + b, n + c))), "this asks whether A is right on every second image. Count the images on which exactly one is right."),
        (by(lambda _, b, c, n: 100 * min(1, 2 * tail(b, c))), "this is in per cent: return a probability."),
        ([list(case[1:3]) for case in cases], "these are the two counts. How probable is such a split, if both networks are equally good?"),
        (by(lambda m, b, c, n: (b - c) / (m + b + c + n)), "this is the difference of the accuracies. How probable is it, if both networks are equally good?"),
        (by(lambda m, b, c, n: (c - b) / (m + b + c + n)), "this is the difference of the accuracies. How probable is it, if both networks are equally good?"),
    ]  # fmt: skip
    hint = "count the images on which exactly one is right. If both are equally good these are tosses of a fair coin: twice binom.cdf of the smaller count, at most 1."
    answers = [answer(*images(*case)) for case in cases]
    compare(answers, by(lambda _, b, c, n: min(1, 2 * tail(b, c))), None, mistakes, hint)
    alike = "two that agree on every image show no difference: the probability is 1."
    compare(answer(*images(30, 0, 0, 7)), 1.0, "only the images on which exactly one is right can tell.",
            [(0.0, alike), (0.5, alike), (2.0, cut)], f"right, but not without discordant images: {alike}")  # fmt: skip


@check
def enough_seeds(answer):
    """Check answer(difference, s): the fewest seeds whose interval excludes zero."""
    from scipy.stats import t

    cases = [(0.1, 0.2), (0.3, 0.2), (0.05, 0.11), (0.7, 0.2), (2.0, 0.2)]

    def by(factor=lambda n: t.ppf(0.975, n - 1), power=0.5, noise=1, ddof=0, start=2):
        return [next(n for n in range(start, 10_000)
                     if factor(n) * noise * s / (n - ddof) ** power < difference)
                for difference, s in cases]  # fmt: skip

    expected = by()
    mistakes = [
        (by(lambda n: 1.96, start=1), "1.96 is for a known s. Student's factor depends on n: try one n after the other."),
        (by(lambda n: 1.96), "1.96 is for a known s. Student's factor depends on n: try one n after the other."),
        (by(lambda n: 2, start=1), "2 is no Student's factor. It depends on n: try one n after the other."),
        ([(1.96 * s / d) ** 2 for d, s in cases], "1.96 is for a known s, and n is a whole number: try one n after the other."),
        (by(lambda n: 2.78, start=1), "2.78 is the factor for five seeds. It depends on n: try one n after the other."),
        (by(lambda n: t.ppf(0.95, n - 1)), "0.95 leaves 5 % at each end, 10 % in all. Take 0.975."),
        (by(lambda n: t.ppf(0.975, n), start=1), "t has n - 1 degrees of freedom."),
        (by(lambda n: t.ppf(0.975, n)), "t has n - 1 degrees of freedom."),
        (by(ddof=1), "s/√n, not s/√(n - 1): the n - 1 is in s already."),
        (by(power=1), "divide s by the root of n, not by n."),
        (by(noise=math.sqrt(2)), "the differences' own spread is s: no √2, which is for two piles."),
        ([n - 1 for n in expected], "one too few: there the interval still reaches zero."),
        ([n + 1 for n in expected], "one too many: one seed less is enough already."),
        ([2 * n for n in expected], "n seeds serve both settings, in pairs: don't count them twice."),
    ]  # fmt: skip
    hint = "the smallest n, from 2 on, with t.ppf(0.975, n - 1) · s/√n below the difference."
    compare([answer(*case) for case in cases], expected, "the fewest whose interval excludes zero, if you measure what you expect.",
            mistakes, hint, name="n")  # fmt: skip

