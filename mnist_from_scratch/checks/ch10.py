"""Checks of the exercises of chapter 10, learning rates and intervals."""

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
    right_one = student(values)
    compare(
        answer(values.copy()),
        right_one,
        "the mean, and on each side Student's factor times s/√n.",
        [
            (student(values, factor=1.96), "1.96 is for a known σ. Yours comes from few values: take t.ppf(0.975, n - 1)."),
            (student(values, ddof=0), "the standard deviation must divide by n - 1: the mean lies in the middle of these values."),
            (mean + t.ppf(0.975, n - 1) * s * np.array([-1, 1]), "this is where single values lie. The mean is steadier: divide s by √n."),
            (student(values, root=False), "divide s by the root of n, not by n."),
            (student(values, factor=t.ppf(0.95, n - 1)), "0.95 leaves 5 % at each end, 10 % in all. Take 0.975."),
            (student(values, factor=t.ppf(0.975, n)), "t has n - 1 degrees of freedom, as many as the divisor of the variance."),
            (student(values, factor=2.78), "2.78 is the factor for five values. These are seven: take t.ppf(0.975, n - 1)."),
            (right_one[::-1], "the ends are right, but low comes first."),
        ],
        "not this interval. It is the mean ± t.ppf(0.975, n - 1) · s/√n.",
    )


@check
def paired_interval(answer):
    """Check answer(a, b): the 95 % interval of the mean of a - b, seed by seed."""
    from scipy.stats import t

    a = np.array([0.951, 0.948, 0.957, 0.940, 0.954])
    b = np.array([0.949, 0.944, 0.954, 0.941, 0.949])
    n, off = len(a), a.mean() - b.mean()
    apart = math.hypot(a.std(ddof=1), b.std(ddof=1)) / math.sqrt(n)
    sides = np.array([-1, 1])
    compare(
        answer(a.copy(), b.copy()),
        student(a - b),
        "what a seed does to both has cancelled.",
        [
            (student(b - a), "the sign is turned: the interval is that of a - b."),
            (off + sides * t.ppf(0.975, n - 1) * apart, "this treats the rows as two piles. Take the differences seed by seed first."),
            (off + sides * t.ppf(0.975, 2 * n - 2) * apart, "this treats the rows as two piles. Take the differences seed by seed first."),
            (student(a - b, factor=1.96), "1.96 is for a known σ. Five differences need Student's factor."),
            (student(a - b, ddof=0), "the standard deviation of the differences must divide by n - 1."),
            (student(a - b, root=False), "divide s by the root of n, not by n."),
            (student(np.abs(a - b)), "keep the signs of the differences."),
            (student(np.concatenate([a, b])), "this is the interval of all values together. It should be that of their differences."),
        ],
        "not this interval. Subtract seed by seed, then take the interval of the mean of these numbers.",
    )


@check
def largest_rate(answer):
    """Check answer(H): the limit 2/λ of gradient descent on the bowl of H."""
    H = np.array([[3.0, 1.0, 0.5], [1.0, 2.0, 0.0], [0.5, 0.0, 1.0]])
    eigenvalues = np.linalg.eigvalsh(H)
    compare(
        answer(H.copy()),
        2 / eigenvalues[-1],
        "two over the largest curvature; a little more, and the steepest direction explodes.",
        [
            (1 / eigenvalues[-1], "at 1/λ the steepest direction arrives in one step. It may go up to 2/λ."),
            (2 / eigenvalues[0], "this is set by the flattest direction. The steepest one explodes first."),
            (2 / np.diag(H).max(), "the diagonal holds the curvatures along the axes. The steepest direction lies between them."),
            (2 / np.trace(H), "the trace adds up all curvatures. This rate is safe, but not the largest."),
            (2 / eigenvalues, "these are the limits of all directions. Which one decides?"),
            (2 / eigenvalues.mean(), "the mean curvature decides nothing: the largest does."),
            (2 / H.max(), "an entry of H is no curvature of the steepest direction. Take the eigenvalues."),
            (eigenvalues[-1] / 2, "upside down: the steeper the ground, the smaller the rate."),
            (eigenvalues[-1], "this is the curvature. The limit is 2/λ."),
        ],
        "not the limit. Find the largest eigenvalue λ of H; the limit is 2/λ.",
    )


@check
def warm_up(answer):
    """Check answer(lr, epochs), to be called with an epoch: a rate that rises, then stays."""
    schedule = answer(0.6, 3)
    if schedule is None:
        return not_yet("your function returned None. Does it end with a return?")
    if not callable(schedule):
        return not_yet("WarmUp(lr, epochs) should be something that can be called with an epoch: it needs a __call__.")
    rates = [schedule(epoch) for epoch in range(6)]
    if any(rate is None for rate in rates):
        return not_yet("for some epochs it returns None. Does every way through it end with a return?")
    if not all(isinstance(rate, (int, float)) for rate in rates):
        return not_yet("each rate should be one number, a Python float.")
    first, held = [0.2, 0.4, 0.6], [0.6] * 3
    if np.allclose(rates, first + held):
        return right("it rises in equal steps and stays: SGD takes it as a rate.")
    if rates[0] == 0:
        return not_yet("the first epoch has a rate of 0, and SGD refuses that: epochs are counted from 0, so use epoch + 1.")
    if np.allclose(rates, [0.2, 0.4, 0.6, 0.8, 1.0, 1.2]):
        return not_yet("it goes on rising after the warm-up. Keep it at lr.")
    if np.allclose(rates, [0.6, 0.4, 0.2, 0.2, 0.2, 0.2]) or rates[0] > rates[2]:
        return not_yet("it falls. A warm-up rises.")
    if np.allclose(rates, [0.6] * 6):
        return not_yet("it is constant: where does the epoch come in?")
    if np.allclose(rates, [0.15, 0.3, 0.45, 0.6, 0.6, 0.6]):
        return not_yet("it arrives an epoch late: with 3 epochs the third one, counted as 2, has the full rate.")
    if not np.allclose(rates[3:], held):
        return not_yet(f"after the warm-up the rate should stay at lr = 0.6, yours is {rates[3]:.3g}.")
    shown = ", ".join(f"{rate:.3g}" for rate in rates[:3])
    return not_yet(f"WarmUp(0.6, 3) should begin with 0.2, 0.4, 0.6, yours with {shown}.")
