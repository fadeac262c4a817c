"""Checks of the exercises of the chapter on learning rates and intervals."""

import math

import numpy as np

from ._verdict import check, compare, not_yet, right


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


@check
def largest_rate(answer):
    """Check answer(H): the limit 2/λ of gradient descent on the bowl of H."""
    H = np.array([[3.0, 1.0, 0.5], [1.0, 2.0, 0.3], [0.5, 0.3, 1.0]])
    eigenvalues = np.linalg.eigvalsh(H)
    most = eigenvalues[-1]
    compare(
        answer(H.copy()),
        2 / most,
        None,
        [
            (1 / most, "at 1/λ the steepest direction arrives in one step. It may go up to 2/λ."),
            (2 / eigenvalues[0], "this is set by the flattest direction. The steepest one explodes first."),
            (2 / eigenvalues[1], "this is set by a direction in between. The steepest one explodes first."),
            (2 / np.diag(H).max(), "the diagonal holds the curvatures along the axes. The steepest direction lies between them."),
            (2 / np.trace(H), "the trace adds up all curvatures. This rate is safe, but not the largest."),
            (2 / np.linalg.norm(H), "the norm mixes all curvatures. This rate is safe, but not the largest: take the largest eigenvalue."),
            (2 / np.abs(H).sum(axis=1).max(), "the largest sum of a row is only a bound of the largest eigenvalue. This rate is safe, but not the largest."),
            (2 / np.linalg.det(H), "the determinant multiplies all curvatures. Only the largest decides."),
            (2 / (most + eigenvalues[0]), "this is the rate with the fastest arrival, between the steepest and the flattest. It may go up to 2/λ."),
            (2 / most**2, "the eigenvalues of H are the curvatures themselves: don't square them."),
            (math.sqrt(2 / most), "no root: one step multiplies by 1 - ηλ."),
            (4 / most, "twice too large. With the ½ in front the curvature is λ, and the limit 2/λ."),
            (2 / eigenvalues, "these are the limits of all directions. Which one decides?"),
            (2 / eigenvalues.mean(), "the mean curvature decides nothing: the largest does."),
            (most / 2, "upside down: the steeper the ground, the smaller the rate."),
            (most, "this is the curvature. The limit is 2/λ."),
        ],
        "not the limit. Find the largest eigenvalue λ of H; the limit is 2/λ.",
        tolerance=1e-4,
    )  # fmt: skip
    hint = "right for one bowl and not for another: NumPy's eig gives the eigenvalues in no order. Take the largest."
    compare(answer(np.diag([2.0, 0.5, 7.0, 1.0, 3.0])), 2 / 7,
            "two over the largest curvature; a little more, and the steepest direction explodes.",
            [], hint, tolerance=1e-4)  # fmt: skip


@check
def warm_up(answer):
    """Check answer(lr, epochs), to be called with an epoch: a rate that rises, then stays."""
    schedule = answer(0.6, 3)
    if schedule is None:
        not_yet("your function returned None. Does it end with a return?")
    if not callable(schedule):
        not_yet("WarmUp(lr, epochs) should be something that can be called with an epoch: it needs a __call__.")
    rates = [schedule(epoch) for epoch in range(6)]
    if any(rate is None for rate in rates):
        not_yet("for some epochs it returns None. Does every way through it end with a return?")
    if not all(isinstance(rate, (int, float)) for rate in rates):
        not_yet("each rate should be one number, a Python float.")
    first, held = [0.2, 0.4, 0.6], [0.6] * 3
    if np.allclose(rates, first + held):
        if not np.allclose([schedule(4), schedule(0)], [0.6, 0.2]):
            not_yet("it counts how often it is called. Take the epoch that it is called with: each run begins again with 0.")
        if not np.allclose([answer(0.35, 7)(epoch) for epoch in (0, 3, 6, 99)], [0.05, 0.2, 0.35, 0.35]):
            not_yet("right for WarmUp(0.6, 3), but not for WarmUp(0.35, 7): is a number of the one built in?")
        right("it rises in equal steps and stays: SGD takes it as a rate.")
    shown = ", ".join(f"{rate:.3g}" for rate in rates)
    known = [
        ([0.0, 0.0, 0.6] + held, "// cuts off all that stands after the point: the rate is 0 until the last epoch. Use /."),
        ([0.6 * k for k in range(1, 7)], "it goes on rising, by lr an epoch: divide by the number of epochs, and stop at lr."),
        ([0.2, 0.4, 0.6, 0.8, 1.0, 1.2], "it goes on rising after the warm-up. Keep it at lr."),
        ([1 / 3, 2 / 3] + [1] * 4, "these are shares of the rate: multiply by lr."),
        ([0.6] * 6, "it is constant: where does the epoch come in?"),
        ([0.15, 0.3, 0.45] + held, "it arrives an epoch late: with 3 epochs the third one, counted as 2, has the full rate."),
        ([0.15, 0.3, 0.45, 0.6, 0.75, 0.9], "it arrives an epoch late, and goes on rising: with 3 epochs the third one, counted as 2, has the full rate."),
        ([0.3, 0.6, 0.6] + held, "it arrives an epoch early: with 3 epochs the third one, counted as 2, is the first with the full rate."),
        ([0.2, 0.4, 0.6, 0.0, 0.0, 0.0], "after the warm-up the rate is 0. It should stay at lr."),
    ]  # fmt: skip
    for wrong, message in known:
        if np.allclose(rates, wrong):
            not_yet(message)
    if rates[0] == 0:
        not_yet("the first epoch has a rate of 0, and SGD refuses that: epochs are counted from 0, so use epoch + 1.")
    if rates[0] > rates[2]:
        not_yet(f"it falls: {shown}. A warm-up rises.")
    if np.allclose(rates[:3], first):
        not_yet(f"after the warm-up the rate should stay at lr = 0.6, yours are {shown}.")
    if rates[2] > rates[1] > rates[0] and not np.isclose(rates[2] - rates[1], rates[1] - rates[0]):
        not_yet(f"it rises, but not in equal steps: {shown}.")
    not_yet(f"WarmUp(0.6, 3) should begin with 0.2, 0.4, 0.6 and stay there; yours gives {shown}.")


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
