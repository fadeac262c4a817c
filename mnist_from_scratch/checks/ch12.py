"""The checks of chapter 12, architectures."""

import math

from ._verdict import check, compare, not_yet


@check
def hidden_width(answer):
    """Check answer(budget): the largest H for which 784-H-10 fits the budget."""
    budgets = [804, 805, 1599, 1600, 1_000_000]
    expected = [(budget - 10) // 795 for budget in budgets]
    mistakes = [
        ([budget // 795 for budget in budgets], "the 10 biases of the output cost something too."),
        ([budget // 794 for budget in budgets], "the biases are missing: one for each hidden neuron, ten for the output."),
        ([(budget - 10) // 794 for budget in budgets], "each hidden neuron has a bias of its own."),
        ([budget // 784 for budget in budgets], "each hidden neuron has weights out, too: ten of them, and a bias."),
        ([(budget - 10) // 785 for budget in budgets], "each hidden neuron has ten weights out, too."),
        ([round((budget - 10) / 795) for budget in budgets], "round down: above the budget is too wide."),
        ([math.ceil((budget - 10) / 795) for budget in budgets], "round down: above the budget is too wide."),
        ([(budget - 10) / 795 for budget in budgets], "nobody can build a fraction of a neuron: round down."),
    ]
    hint = "count what one hidden neuron costs, and what is there without any."
    praise = "785 parameters into each hidden neuron and 10 out, beside the 10 output biases."
    compare([answer(budget) for budget in budgets], expected, praise, mistakes, hint)


@check
def frontier(answer):
    """Check answer(costs, errors): the sorted indices of the points that none beats."""
    costs = [3.0, 1.0, 2.0, 5.0, 2.0, 4.0, 1.0, 3.0]
    errors = [0.2, 0.9, 0.5, 0.1, 0.6, 0.2, 0.9, 0.3]
    expected = [0, 1, 2, 3, 6]
    found = answer(list(costs), list(errors))
    if found is None:
        return not_yet("your function returned None. Does it end with a return?")
    found = [int(i) for i in found]
    if sorted(found) == expected and found != expected:
        return not_yet("the right points: now sort the indices.")
    mistakes = [
        ([1, 2, 0, 3], "points 1 and 6 are alike in both: neither beats the other, so both stay; and sort the indices."),
        ([0, 1, 2, 3], "points 1 and 6 are alike in both: neither beats the other, so both stay."),
        ([0, 2, 3, 6], "points 1 and 6 are alike in both: neither beats the other, so both stay."),
        ([0, 2, 3], "points 1 and 6 are alike in both: to beat is to be better in at least one."),
        ([0, 1, 2, 3, 5, 6], "point 5 errs as often as point 0 and costs more: it is beaten."),
        ([0, 1, 2, 3, 4, 5, 6, 7], "points 4, 5 and 7 are beaten: as good in one and better in the other is enough."),
        ([0, 1, 2, 3, 4, 6], "point 4 costs as much as point 2 and errs more often: it is beaten."),
        ([3], "this is the lowest error alone: the cheaper points stay, if nothing as cheap is better."),
        ([1, 3, 6], "these are the extremes: those between them may be on the frontier too."),
        ([4, 5, 7], "these are the beaten ones: return the others."),
    ]
    hint = "a point stays if no other is at most as dear, errs at most as often, and is better in one of the two."
    compare(found, expected, "what nothing beats on both counts remains.", mistakes, hint)


@check
def seeds_needed(answer):
    """Check answer(delta, sigma): the seeds of each kind, found in 80 % of experiments."""
    cases = [(0.4, 0.2), (0.1, 0.2), (-0.3, 0.2), (0.5, 0.15)]

    def by(factor, power=2, rounded=math.ceil):
        return [rounded(factor * abs(sigma / delta) ** power) for delta, sigma in cases]

    exact = 2 * (1.96 + 0.84) ** 2
    mistakes = [
        (by(exact, rounded=float), "nobody can run a fraction of a seed: round up."),
        (by(exact, rounded=int), "round up: with fewer seeds the promise is not kept."),
        (by(exact, rounded=round), "round up, not to the nearest."),
        (by(exact / 2), "a difference has the noise of two means: its variance is 2 σ²/n."),
        (by(2 * 1.96**2), "with this many it is found half of the time only: add the 0.84."),
        (by(2 * 2.8), "square the 1.96 + 0.84."),
        (by(exact, power=1), "square σ/δ: half the difference needs four times the seeds."),
        (by(exact, power=-2), "the other way round: σ above, δ below."),
        (by(2 * 2.8**2 * 2), "n is the seeds of each kind, not of both together."),
    ]
    hint = "2 (1.96 + 0.84)² (σ/δ)², rounded up."
    compare([answer(*case) for case in cases], by(exact), "noise over difference, squared, and rounded up.", mistakes, hint)
