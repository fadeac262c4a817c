"""Checks of the exercises of the chapter on learning rates."""

import math

import numpy as np

from ._verdict import check, compare, not_yet, right


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
