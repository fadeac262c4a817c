"""Architectures: what the checks of frontier and share_on say to wrong and to right answers."""

import numpy as np
import pytest

from mnist_from_scratch import checks


def beaten(costs, errors, i, strictly_all=False, or_equal=False):
    for j in range(len(costs)):
        cheaper, better = costs[j] < costs[i], errors[j] < errors[i]
        no_worse = costs[j] <= costs[i] and errors[j] <= errors[i]
        if or_equal and no_worse and j != i:
            return True
        if (cheaper and better) if strictly_all else (no_worse and (cheaper or better)):
            return True
    return False


def points(costs, errors, **how):
    return [i for i in range(len(costs)) if not beaten(costs, errors, i, **how)]


def by_running_minimum(costs, errors):
    order = np.argsort(costs, kind="stable")
    lowest = np.minimum.accumulate(np.array(errors)[order])
    return sorted(order[np.array(errors)[order] == lowest])


def by_sorting(costs, errors):
    best, kept = np.inf, {}
    for cost, error in sorted(set(zip(costs, errors))):
        if error < best:
            best, kept[cost] = error, error
    return [i for i, (c, e) in enumerate(zip(costs, errors)) if kept.get(c) == e]


FRONTIER_MISTAKES = {
    "now sort": lambda c, e: points(c, e)[::-1],
    "points 1 and 6 are alike": lambda c, e: points(c, e, or_equal=True),
    "better in the other is enough": lambda c, e: points(c, e, strictly_all=True),
    "point 5 errs as often": by_running_minimum,
    "the lowest error alone": lambda c, e: [int(np.argmin(e))],
    "the lowest cost alone": lambda c, e: [int(np.argmin(c))],
    "the cheapest alone": lambda c, e: np.flatnonzero(np.array(c) == min(c)),
    "these are the extremes": lambda c, e: [i for i in range(len(c)) if c[i] == min(c) or e[i] == min(e)],
    "return the others": lambda c, e: [i for i in range(len(c)) if i not in points(c, e)],
    "indices begin with 0": lambda c, e: [i + 1 for i in points(c, e)],
    "yes or no": lambda c, e: np.isin(range(len(c)), points(c, e)),
    "not the points themselves": lambda c, e: [(c[i], e[i]) for i in points(c, e)],
    "whole numbers": lambda c, e: [c[i] / 2 for i in points(c, e)],
    "named more than once": lambda c, e: points(c, e) * 2,
    "there is no point 8": lambda c, e: [*points(c, e), 8],
    "point 7 is beaten, by point 0": lambda c, e: [0, 1, 5, 6, 7][::-1],
    "point 2 is missing": lambda c, e: [0, 1, 3, 6],
    "not for others": lambda c, e: [0, 1, 2, 3, 6],
    "None": lambda c, e: None,
}


def on_frontier_of(redraw):
    """Return an answer that counts, over 1,000 draws, who is on the frontier of redraw(...)."""

    def answer(costs, errors, rng):
        times_on = np.zeros(len(costs))
        for _ in range(1000):
            times_on[points(costs, redraw(errors, rng))] += 1
        return times_on / 1000

    return answer


def redrawn(errors, rng):
    return np.take_along_axis(errors, rng.integers(errors.shape[1], size=errors.shape), axis=1)


def share_right(costs, errors, rng):
    return on_frontier_of(lambda e, rng: redrawn(e, rng).mean(axis=1))(costs, errors, rng)


def five_seeds_of_them(errors, rng):
    return np.take_along_axis(errors, rng.integers(5, size=(len(errors), 5)), axis=1).mean(axis=1)


SHARE_MISTAKES = {
    "always or never": on_frontier_of(lambda e, rng: rng.permuted(e, axis=1).mean(axis=1)),
    "the same seeds are drawn": on_frontier_of(
        lambda e, rng: e[:, rng.integers(e.shape[1], size=e.shape[1])].mean(axis=1)
    ),
    "frontier of single errors": on_frontier_of(lambda e, rng: redrawn(e, rng)[:, 0]),
    "lowest errors": on_frontier_of(lambda e, rng: redrawn(e, rng).min(axis=1)),
    "how often each is beaten": lambda c, e, rng: 1 - share_right(c, e, rng),
    "these are counts": lambda c, e, rng: 1000 * share_right(c, e, rng),
    "in per cent": lambda c, e, rng: 100 * share_right(c, e, rng),
    "take the chance from rng": lambda c, e, rng: share_right(c, e, np.random.default_rng(1)),
    "single draws": lambda c, e, rng: np.ones((1000, 5), bool),
    "a share for each": lambda c, e, rng: share_right(c, e, rng).mean(),
    "lies between": lambda c, e, rng: -share_right(c, e, rng),
    "Draw with replacement, take": lambda c, e, rng: np.full(5, 0.5),
    "index 3 is out of bounds": on_frontier_of(five_seeds_of_them),
}

MISTAKES = [
    (check, message, answer)
    for check, mistakes in {
        checks.frontier: FRONTIER_MISTAKES,
        checks.share_on: SHARE_MISTAKES,
    }.items()
    for message, answer in mistakes.items()
]


@pytest.mark.parametrize(("check", "message", "answer"), MISTAKES)
def test_the_checks_name_the_mistake(verdict, check, message, answer):
    said = verdict(check, answer)
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_checks_accept_right_answers(verdict):
    for check, answer in [
        (checks.frontier, lambda c, e: np.array(points(c, e))),
        (checks.frontier, by_sorting),
        (checks.share_on, share_right),
        (checks.share_on, on_frontier_of(
            lambda e, rng: (rng.multinomial(e.shape[1], np.full(e.shape[1], 1 / e.shape[1]), len(e)) * e).mean(axis=1))),
        (checks.share_on, on_frontier_of(
            lambda e, rng: [rng.choice(row, len(row)).mean() for row in e])),
    ]:  # fmt: skip
        said = verdict(check, answer)
        assert said.startswith("Right"), f"the check said: {said}"
