"""Checks of chapter 05, loss functions."""

import numpy as np

from ..activations import softmax
from ..data import one_hot
from ._verdict import check, compare, not_yet


def example():
    """Return logits Z (5, 4), labels y (5,) and one-hot Y (5, 4)."""
    rng = np.random.default_rng(505)
    y = np.array([2, 0, 3, 2, 1])
    return 2 * rng.normal(size=(5, 4)), y, one_hot(y, 4, np.float64)


@check
def cross_entropy(answer):
    """Check answer(P, y): the mean cross-entropy of probabilities P."""
    Z, y, Y = example()
    P = softmax(Z)
    right = -np.sum(Y * np.log(P)) / 5
    compare(
        answer(P.copy(), y.copy()),
        right,
        "the mean surprise at the true classes, one number for the batch.",
        [
            (-right, "the sign. log p is negative or zero, and a loss is its opposite."),
            (right * 5, "the mean over images is missing: divide by N, the number of rows."),
            (right / 4, "you divide by N K. Sum over the outputs, and divide by N alone."),
            (-np.sum(np.log(P)) / 5, "you add up the surprises at all the classes. Only the true class of each row counts."),
            (-np.mean(np.log(P)), "you average over all the classes. Only the true class of each row counts."),
            (right / np.log(10), "this is the logarithm to base 10; we want the natural one, np.log."),
            (right / np.log(2), "this is the logarithm to base 2; we want the natural one, np.log."),
            (-np.log(np.mean(P[np.arange(5), y])), "first the logarithm, then the mean: the average of surprises, not the surprise at an average."),
            (-np.log(P[np.arange(5), y]), "these are the surprises, one for each image. Average them into one number."),
        ],
        "not the mean of -log p at the true classes. Pick one entry from each row, take its logarithm, average, turn the sign.",
    )


@check
def cross_entropy_gradient(answer):
    """Check answer(Z, y): the gradient of cross-entropy behind softmax."""
    Z, y, Y = example()
    P = softmax(Z)
    right = (P - Y) / 5
    columns = np.exp(Z) / np.exp(Z).sum(axis=0)
    with np.errstate(all="ignore"):
        sure = answer(np.array([[1000.0, 0.0, -1000.0]]), np.array([1]))
    found = answer(Z.copy(), y.copy())
    agrees = found is not None and np.shape(found) == right.shape and np.allclose(found, right)
    if agrees and not np.allclose(sure, [[1, -1, 0]]):
        return not_yet("right for small logits, but logits of 1000 break it. Use the stable softmax.")
    compare(
        found,
        right,
        "(P - Y) / N, and it survives logits of 1000.",
        [
            (-right, "the sign: it is P - Y. The gradient points to where the loss grows."),
            (right * 5, "the 1/N is missing. The loss is a mean over images, so its gradient is one too."),
            (right / 4, "you divide by N K. The loss sums over outputs and averages over the N images only."),
            ((Z - Y) / 5, "you subtract Y from the logits. Send Z through softmax first."),
            (P / 5, "the P is there, but Y has not been subtracted at the true classes."),
            ((columns - Y) / 5, "softmax ran down the columns. Each row is an image: axis=1."),
            (right.T, "the shape is turned: rows are images, so (N, K)."),
            (-Y / P / 5, "this is the gradient with respect to P. It still has to go through softmax's Jacobian."),
        ],
        "not (P - Y) / N with P = softmax(Z).",
    )


@check
def mse_softmax_gradient(answer):
    """Check answer(Z, Y): the gradient of MSE behind softmax."""
    Z, _, Y = example()
    P = softmax(Z)
    G = (P - Y) / 5
    right = P * (G - np.sum(P * G, axis=1, keepdims=True))
    compare(
        answer(Z.copy(), Y.copy()),
        right,
        "the full Jacobian, every row at once.",
        [
            (G, "this is the gradient with respect to P (or that of cross-entropy). It still has to go through softmax's Jacobian."),
            (G * P * (1 - P), "you used the diagonal of the Jacobian alone, as for sigmoids. With softmax every logit acts on every output."),
            (P * G, "the part -p pᵀ of the Jacobian is missing: subtract the row's sum of P times G."),
            (P * (G - np.sum(P * G)), "the sum must run along each row by itself: axis=1, keepdims=True."),
            (right * 5, "the 1/N is missing."),
            (right * 2, "twice too large: the loss has a factor 1/2, which cancels the 2 of the square."),
            (right * 10, "twice too large, and the 1/N is missing: the loss is 1/(2N) times the sum of squares."),
            (-right, "the sign: start from P - Y."),
        ],
        "not P * (G - the row sums of P * G) with G = (P - Y) / N.",
    )
