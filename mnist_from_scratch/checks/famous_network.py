"""Checks of the exercises of the chapter on a famous network."""

from itertools import combinations
from math import comb

import numpy as np

from ._verdict import check, compare


@check
def best_of(answer):
    """Check answer(values, k): the mean of the largest of k of the values, over all picks."""
    values = np.array([0.951, 0.948, 0.957, 0.946, 0.962, 0.949, 0.953, 0.947])  # not in order
    n, k = len(values), 3
    rising, i = np.sort(values), np.arange(n)
    picks = np.sort([list(pick) for pick in combinations(values, k)], axis=1)
    ways = np.array([comb(int(rank), k - 1) for rank in i])
    expected = picks[:, -1].mean()
    with_repeats = ((i + 1) / n) ** k - (i / n) ** k
    shifted = np.array([comb(int(rank), k) for rank in i])
    ahead = np.array([comb(int(rank) + 1, k - 1) for rank in i])
    runs = values[: n - n % k].reshape(-1, k).max(axis=1)
    compare(
        answer(values.copy(), k),
        expected,
        "each value counts as often as it is the largest of its pick.",
        [
            (values.max(), "this is the largest of all. Most picks do not hold it."),
            (values.mean(), "this is the mean of all values, the best of one."),
            (picks[:, 0].mean(), "this is the mean of the smallest of each pick. Is the sorted order turned round?"),
            (picks[:, 1].mean(), "this is the mean of the middle one of each pick. Take the largest."),
            (picks.mean(axis=1).max(), "this is the largest mean of a pick. Take the mean of the largest."),
            (picks[:, -1], "these are the largest of all picks. Return their mean."),
            (picks[:, -1].sum(), "this is the sum over all picks. Divide by their number, n over k."),
            (np.median(picks[:, -1]), "this is the median of the largest ones. Take their mean."),
            (np.sum(with_repeats * rising), "here a value can be picked more than once. A run is picked or not."),
            (np.sum(ways * values) / comb(n, k), "the ways count ranks: sort the values first."),
            (np.sum(shifted * rising) / shifted.sum(), "the value itself is in the pick: only k - 1 others are chosen from those below it."),
            (np.sum(shifted * rising) / comb(n, k), "the value itself is in the pick: only k - 1 others are chosen from those below it."),
            (np.sum(ahead * rising) / ahead.sum(), "i values lie below the one of rank i, counted from 0. This counts one more."),
            (np.sum(ahead * rising) / comb(n, k), "i values lie below the one of rank i, counted from 0. This counts one more."),
            (np.sum(ways * rising) / comb(n, k - 1), "there are n over k picks, not n over k - 1."),
            (np.sum(ways * rising) / n, "divide by the number of picks, n over k, not by that of the values."),
            (np.sum(ways * rising) / n**k, "n to the k counts orders and repeats. There are n over k picks."),
            (np.mean(ways * rising), "divide by the number of picks, n over k, not by that of the values."),
            (ways / comb(n, k), "these are the shares. Multiply them with the sorted values and add up."),
            (runs.mean(), "this takes the values in threes, as they come. All ways to pick are meant."),
            (np.quantile(values, k / (k + 1)), "a quantile is close by for many values. Count the ways."),
            (100 * expected, "this is in per cent: leave the values as they come."),
            (expected - values.mean(), "this is the gain over the mean. Return the mean of the largest ones itself."),
        ],
        "sort; the value of rank i, from 0, is the largest in comb(i, k - 1) of the comb(n, k) picks.",
        tolerance=1e-9,
    )  # fmt: skip
