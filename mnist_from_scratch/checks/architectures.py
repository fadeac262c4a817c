"""The checks of the chapter on architectures."""

import math

import numpy as np

from ._verdict import check, compare, not_yet, numbers, right


@check
def hidden_width(answer):
    """Check answer(budget): the largest H for which 784-H-10 fits the budget."""
    budgets = [790, 800, 804, 805, 1599, 1600, 1_000_000]
    expected = [(budget - 10) // 795 for budget in budgets]
    mistakes = [
        ([budget // 795 for budget in budgets], "the 10 biases of the output cost something too."),
        ([budget // 794 for budget in budgets], "the biases are missing: one for each hidden neuron, ten for the output."),
        ([(budget - 10) // 794 for budget in budgets], "each hidden neuron has a bias of its own."),
        ([budget // 784 for budget in budgets], "each hidden neuron has weights out, too: ten of them, and a bias."),
        ([(budget - 10) // 785 for budget in budgets], "each hidden neuron has ten weights out, too."),
        ([round((budget - 10) / 795) for budget in budgets], "round down: above the budget is too wide."),
        ([(budget - 11) // 795 for budget in budgets], "at most the budget: a network that costs exactly so much fits."),
        ([max(1, (budget - 10) // 795) for budget in budgets], "804 is too little for even one hidden neuron: then the width is 0."),
        ([(budget - 10) // 795 - 1 for budget in budgets], "one too narrow: a neuron more still fits."),
        ([(budget - 10) // 795 + 1 for budget in budgets], "one too wide: that is above the budget."),
        ([(budget + 10) // 795 for budget in budgets], "the 10 output biases cost something: take them off the budget, don't add them."),
        ([(budget - 10) // (785 * 10) for budget in budgets], "weights in and weights out of a neuron add up: 784 + 1 + 10."),
        ([math.ceil((budget - 10) / 795) for budget in budgets], "round down: above the budget is too wide."),
        ([(budget - 10) / 795 for budget in budgets], "nobody can build a fraction of a neuron: round down."),
    ]
    hint = "count what one hidden neuron costs, and what is there without any."
    praise = "785 parameters into each hidden neuron and 10 out, beside the 10 output biases."
    compare([answer(budget) for budget in budgets], expected, praise, mistakes, hint)


def on_frontier(costs, errors):
    """Return the indices of the points that none beats."""
    points = list(enumerate(zip(costs, errors)))
    return [i for i, (c, e) in points
            if not any(d <= c and f <= e and (d, f) != (c, e) for _, (d, f) in points)]  # fmt: skip


@check
def frontier(answer):
    """Check answer(costs, errors): the sorted indices of the points that none beats."""
    costs = np.array([3.0, 1.0, 2.0, 5.0, 2.0, 4.0, 1.0, 3.0])
    errors = np.array([0.2, 0.9, 0.5, 0.1, 0.6, 0.2, 0.9, 0.3])
    expected = [0, 1, 2, 3, 6]
    found = np.asarray(answer(costs.copy(), errors.copy()))
    if found.dtype == bool:
        not_yet("these are the answers yes or no for each point. Return the indices of the points with yes.")
    if found.ndim == 2:
        not_yet("return the indices of the points, in one row, not the points themselves.")
    if found.ndim != 1 or (found != np.round(found)).any():
        not_yet("return a list of indices, whole numbers.")
    found = [int(i) for i in found]
    if len(set(found)) < len(found):
        not_yet(f"point {max(found, key=found.count)} is named more than once.")
    if sorted(found) == expected and found != expected:
        not_yet("the right points: now sort the indices.")
    alike = "points 1 and 6 are alike in both: neither beats the other, so both stay."
    mistakes = [
        ([0, 1, 2, 3], alike),
        ([0, 2, 3, 6], alike),
        ([0, 2, 3], "points 1 and 6 are alike in both: to beat is to be better in at least one."),
        ([0, 1, 2, 3, 5, 6], "point 5 errs as often as point 0 and costs more: it is beaten."),
        ([0, 1, 2, 3, 4, 5, 6, 7], "points 4, 5 and 7 are beaten: as good in one and better in the other is enough."),
        ([0, 1, 2, 3, 4, 5, 6], "points 4 and 5 are beaten: as good in one and better in the other is enough."),
        ([0, 1, 2, 3, 4, 6], "point 4 costs as much as point 2 and errs more often: it is beaten."),
        ([0, 1, 2, 3, 6, 7], "point 7 costs as much as point 0 and errs more often: it is beaten."),
        ([3], "this is the lowest error alone: the cheaper points stay, if nothing as cheap is better."),
        ([1], "this is the lowest cost alone: a dearer point stays if it errs less often than all that are as cheap."),
        ([1, 6], "these are the cheapest alone: a dearer point stays if it errs less often than all that are as cheap."),
        ([1, 3, 6], "these are the extremes: those between them may be on the frontier too."),
        ([4, 5, 7], "these are the beaten ones: return the others."),
        ([1, 2, 3, 4, 7], "one too large: indices begin with 0."),
    ]  # fmt: skip
    for wrong, message in mistakes:
        if sorted(found) == wrong:
            not_yet(message)
    for i in found:
        if not 0 <= i < len(costs):
            not_yet(f"there is no point {i}: these are points 0 to 7.")
        if i not in expected:
            better = next(j for j in expected if costs[j] <= costs[i] and errors[j] <= errors[i])
            not_yet(f"point {i} is beaten, by point {better}: no worse in either, and better in one.")
    for i in expected:
        if i not in found:
            not_yet(f"point {i} is missing: no other is as good in one and better in the other.")
    costs, errors = np.random.default_rng(1212).integers(1, 12, size=(2, 23))
    if sorted(int(i) for i in answer(costs.copy(), errors.copy())) != on_frontier(costs, errors):
        not_yet("right for eight points, but not for others: does it ask each point against every other?")
    right("what nothing beats on both counts remains.")


@check
def share_on(answer):
    """Check answer(costs, errors, rng): how often each point is on the frontier of redrawn means."""
    rng = np.random.default_rng(1212)
    costs = np.array([1.0, 2.0, 3.0, 5.0, 7.0])
    luck = np.array([0.5, -0.6, 0.1])  # of the seeds, the same for all
    errors = np.array([[5.0], [4.0], [3.9], [3.95], [3.0]]) + luck + [[0.1, 0, -0.1], [-0.1, 0.1, 0], [0.1, 0.1, -0.2], [0, -0.1, 0.1], [0, 0.1, -0.1]]
    found = numbers(answer(costs.copy(), errors.copy(), rng), "your answer").astype(float)
    if found.shape == (1000, 5):
        not_yet("these are the single draws. Return their mean for each architecture, (5,).")
    if found.shape != (5,):
        not_yet(f"return a share for each of the five architectures, the shape (5,), yours is {found.shape}.")

    def on_it(e, of=lambda e: e.mean(axis=1)):
        return np.isin(range(5), on_frontier(costs, of(e)))

    def shares(redraw, *of):
        return sum(on_it(redraw(errors), *of) for _ in range(1000)) / 1000

    def separately(e):
        return np.take_along_axis(e, rng.integers(3, size=e.shape), axis=1)

    expected = shares(separately)
    if np.abs(found - expected).max() < 0.08:
        if np.array_equal(*(answer(costs.copy(), errors.copy(), rng) for _ in range(2))):
            not_yet("a second call gives the same: take the chance from rng, not from a seed.")
        right("what was measured takes the place of the world, and the means scatter as other seeds would.")
    for factor, message in ((1000, "these are counts: divide by the number of draws."),
                            (100, "this is in per cent: return shares.")):  # fmt: skip
        if np.abs(found / factor - expected).max() < 0.08:
            not_yet(message)
    for wrong, message in [
        (on_it(errors), "always or never? That is the frontier of the means as they are. Are the errors drawn with replacement?"),
        (shares(lambda e: e[:, rng.integers(3, size=3)]), "the same seeds are drawn for all architectures, so that their luck cancels. Draw for each one by itself."),
        (shares(separately, lambda e: e[:, 0]), "this is the frontier of single errors. Take the mean of those that are drawn for an architecture."),
        (shares(separately, lambda e: e.min(axis=1)), "this is the frontier of the lowest errors that are drawn. Take their means."),
        (1 - expected, "this is how often each is beaten. How often is it not?"),
    ]:  # fmt: skip
        if np.abs(found - wrong).max() < 0.05:
            not_yet(message)
    if found.min() < 0 or found.max() > 1:
        not_yet("a share lies between 0 and 1.")
    shown = ", ".join(f"{value:.2f}" for value in expected)
    not_yet(f"for these errors the shares are near {shown}. Draw with replacement, take the means, find their frontier, count, 1,000 times.")
