"""The checks of the chapter on softmax."""

import numpy as np

from .. import activations
from ._verdict import check, close, compare, not_yet, numbers, right


def by_row(V):
    """Return the sum of each row, (N, 1)."""
    return V.sum(axis=1, keepdims=True)


@check
def softmax(answer):
    """Check answer(Z): the softmax of (N, K) ordinary, huge and far-apart scores."""
    # In eighths, so that float32 holds them exactly near 1000 and 4000, too.
    Z = np.array([[0, 1, 3], [2, -1, 0.5], [0.125, 0.25, -2], [1, 1, 1], [-0.75, 2.5, 0.375]])  # (5, 3)
    E, shifted = np.exp(Z), Z - Z.max(axis=1, keepdims=True)
    compare(
        answer(Z),
        E / by_row(E),
        None,
        [
            (E / E.sum(axis=0), "each column sums to one. The classes of an "
             "image stand in a row: sum over axis=1."),
            (E / E.sum(), "the whole batch sums to one. Each row should, by itself."),
            (E, "positive, but not divided by the row's sum."),
            (np.exp(shifted), "shifted, but not divided by the row's sum."),
            (shifted - np.log(by_row(np.exp(shifted))), "that is the logarithm of softmax."),
            (Z / by_row(Z), "the exponential is missing."),
            (shifted, "shifted, and then? Exponential and division are missing."),
            (shifted / by_row(shifted + (shifted.sum(axis=1, keepdims=True) == 0)),
             "shifted and divided, but the exponential is missing."),
            (E / E.mean(axis=1, keepdims=True), "divided by the row's mean: the rows sum to K. "
             "Divide by the row's sum."),
            (activations.softmax(-Z), "the largest score gets the smallest chance: a sign is turned."),
            (np.exp2(Z) / by_row(np.exp2(Z)), "the base is 2 here: take np.exp, with the base e."),
            (E / (1 + E), "that is a sigmoid of each score by itself. The scores of a row share one sum."),
            (E / by_row(E) / 5, "each row should sum to one by itself: the mean over images is not for here."),
            (Z == Z.max(axis=1, keepdims=True), "that is the argmax. Softmax leaves something to the others."),
            (E / (by_row(E) - E), "divide by the sum of the whole row, the score's own exponential included."),
            (E / by_row(Z), "divide by the sum of the exponentials, not of the scores."),
            (np.exp(Z / by_row(Z)), "take the exponentials first, and divide them by their sum."),
        ],
        "exponentials of the shifted row, divided by their sum.",
        name="P",
    )  # fmt: skip
    wide = np.array([[1000.0, 0, -1000], [-1000, 0, 1000]])
    for scores, message in [
        (Z + 1000, "right for ordinary scores, but at 1000 the exponential "
         "overflows: subtract the row's maximum first."),
        (Z - 1000, "right for ordinary scores, but at -1000 all exponentials "
         "are 0, and so is their sum: subtract the row's maximum first."),
        (Z + 1000 * np.arange(5)[:, None], "right until a row lies far below another: subtract "
         "each row's own maximum, not the batch's."),
        (wide, "right until the scores of one row lie 1000 apart: after the shift, no score may be "
         "above 0. Is it the row's maximum that you subtract?"),
    ]:  # fmt: skip
        if not close(numbers(answer(scores), "P"), activations.softmax(scores), 1e-6):
            not_yet(message)
    right("rows that sum to one, for scores of any size.")


@check
def temperature_backward(answer):
    """Check answer(dP, P, T): dZ for P = softmax(Z / T)."""
    rng = np.random.default_rng(4)
    Z, dP, T = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), 2.3
    P = activations.softmax(Z / T)
    product = dP * P
    dU = P * (dP - by_row(product))
    again = activations.softmax(P / T)
    compare(
        answer(dP, P, T),
        dU / T,
        "the slope 1/T is on every path, once.",
        [
            (dU, "the slope from Z to Z/T, which is 1/T, is missing."),
            (dU * T, "the slope of Z/T is 1/T, not T."),
            (dU / T**2, "1/T is there twice. P belongs to Z/T already."),
            (product / T, "the weighted mean of dP is missing: a score acts on all the "
             "probabilities of its row."),
            (product, "the weighted mean of dP is missing, and the slope 1/T."),
            (P * (1 - P) * dP / T, "you used the diagonal of the Jacobian only. A score "
             "acts on all the probabilities of its row."),
            (P * (1 - P) * dP, "you used the diagonal of the Jacobian only, and the slope 1/T is "
             "missing. A score acts on all the probabilities of its row."),
            (P * (dP - product.sum(axis=0)) / T, "the sum runs over the images. The mean "
             "belongs to one row: axis=1."),
            (P * (dP - product.sum()) / T, "the sum runs over the whole batch. The mean "
             "belongs to one row: axis=1."),
            (P * (dP + by_row(product)) / T, "wrong sign: the mean is subtracted."),
            (P * (dP - by_row(dP)) / T, "the mean is weighted: multiply dP by P before you sum."),
            (P * (dP - dP.mean(axis=1, keepdims=True)) / T, "the mean is weighted: "
             "multiply dP by P, and sum."),
            (P * (dP - by_row(product) / 3) / T, "you divided by K. The weights P sum to one already."),
            ((dP - by_row(product)) / T, "the factor P in front is missing."),
            ((product - by_row(product)) / T, "P belongs in front of the bracket: the mean is "
             "multiplied by it, too."),
            (P * (dP / T - by_row(product)), "1/T belongs to the whole, the mean included."),
            (P * (dP - by_row(product) / T), "1/T belongs to the whole, not to the mean alone."),
            (dP * (P - by_row(product)) / T, "dP comes first, and then P: they are exchanged."),
            (again * (dP - by_row(dP * again)) / T, "P is a softmax already: don't send it through "
             "another one."),
        ],
        "multiply the slopes along the path: first from P to Z/T, then by 1/T.",
        factors={"the batch size N": 5, "the number of classes K": 3},
        name="dZ",
    )  # fmt: skip
