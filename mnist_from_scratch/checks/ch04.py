"""The checks of chapter 04, softmax."""

import numpy as np

from .. import activations
from ._verdict import check, close, compare, not_yet


@check
def softmax(answer):
    """Check a softmax of (N, K) on ordinary, huge and far-apart scores."""
    Z = np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5], [0.1, 0.2, -2.0], [1.0, 1.0, 1.0]])
    E = np.exp(Z)
    with np.errstate(all="ignore"):
        try:
            P = answer(Z.copy())
            huge = answer(Z + 1000)
            far_apart = answer(Z + 1000 * np.arange(4)[:, None])
        except ValueError as error:
            return not_yet(f"{error}: one number for each row needs the shape (N, 1), "
                           "and keepdims=True keeps it so.")
    right = activations.softmax(Z)
    if np.shape(P) == Z.shape and close(P, right, 1e-9):
        if not close(huge, right, 1e-9):
            return not_yet("right for ordinary scores, but at 1000 the exponential "
                           "overflows: take the row's maximum away first.")
        if not close(far_apart, right, 1e-9):
            return not_yet("right until a row lies far below another: take away each "
                           "row's own maximum, not the batch's.")
    compare(
        P,
        right,
        "rows that sum to one, for scores of any size.",
        [
            (activations.softmax(Z.T).T, "each column sums to one. The classes of an "
             "image stand in a row: sum over axis=1."),
            (E / E.sum(), "the whole batch sums to one. Each row should, by itself."),
            (E, "positive, but not divided by the row's sum."),
            (np.exp(Z - Z.max(axis=1, keepdims=True)), "shifted, but not divided by the "
             "row's sum."),
            (activations.log_softmax(Z), "that is the logarithm of softmax."),
            (Z / Z.sum(axis=1, keepdims=True), "the exponential is missing."),
            (Z - Z.max(axis=1, keepdims=True), "shifted, and then? Exponential and "
             "division are missing."),
        ],
        "exponentials of the shifted row, divided by their sum.",
    )


@check
def temperature_backward(answer):
    """Check dZ for P = softmax(Z / T), given dP, P and T."""
    rng = np.random.default_rng(4)
    Z, dP, T = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 2.5
    P = activations.softmax(Z / T)
    product = dP * P
    dU = P * (dP - product.sum(axis=1, keepdims=True))
    try:
        dZ = answer(dP.copy(), P.copy(), T)
    except ValueError as error:
        return not_yet(f"{error}: one number for each row needs the shape (N, 1), and "
                       "keepdims=True keeps it so.")
    compare(
        dZ,
        dU / T,
        "the slope 1/T stands once on every path.",
        [
            (dU, "the slope from Z to Z/T, which is 1/T, is missing."),
            (dU * T, "the slope of Z/T is 1/T, not T."),
            (dU / T**2, "1/T stands there twice. P belongs to Z/T already."),
            (product / T, "the weighted mean of dP is missing: a score acts on all the "
             "probabilities of its row."),
            (P * (1 - P) * dP / T, "you used the diagonal of the Jacobian only. A score "
             "acts on all the probabilities of its row."),
            (P * (dP - product.sum(axis=0)) / T, "the sum runs over the images. The mean "
             "belongs to one row: axis=1."),
            (P * (dP - product.sum()) / T, "the sum runs over the whole batch. The mean "
             "belongs to one row: axis=1."),
            (P * (dP + product.sum(axis=1, keepdims=True)) / T, "wrong sign: the mean is "
             "taken away."),
            (P * (dP - dP.sum(axis=1, keepdims=True)) / T, "the mean is weighted: "
             "multiply dP by P before you sum."),
            (P * (dP - product.mean(axis=1, keepdims=True)) / T, "you divided by K. The "
             "weights P sum to one already."),
        ],
        "multiply the slopes along the path: first from P to Z/T, then by 1/T.",
    )
