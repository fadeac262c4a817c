"""Checks of the chapter on loss functions."""

import numpy as np

from ..activations import softmax
from ..data import one_hot
from ._verdict import check, close, compare, not_yet, numbers, right

SIZES = {"the batch size N": 5, "the number of classes K": 3}


def example():
    """Return logits Z (5, 3), labels y (5,) and one-hot Y (5, 3)."""
    rng = np.random.default_rng(505)
    y = np.array([2, 0, 2, 2, 0])  # no 1, so that P[:, y] is not all of P
    return 2 * rng.normal(size=(5, 3)), y, one_hot(y, 3, np.float64)


@check
def cross_entropy(answer):
    """Check answer(P, y): the mean cross-entropy of probabilities P."""
    Z, y, Y = example()
    P = softmax(Z)
    log_P, own = np.log(P), P[np.arange(5), y]
    loss = -np.mean(np.log(own))
    inside = "something is added inside the logarithm, or P is clipped"
    compare(
        answer(P, y),
        loss,
        None,
        [
            (-loss, "the sign. log p is negative or zero, and a loss is its opposite."),
            (loss * 5, "the mean over images is missing: divide by N, the number of rows."),
            (-loss * 5, "the sign, and the mean over images is missing: divide by N."),
            (loss / 3, "you divide by N K. Sum over the outputs, and divide by N alone."),
            (loss * 5 / 3, "you divide by K. Divide by N, the number of rows."),
            (-np.sum(log_P) / 5, "you add up the surprises at all the classes. Only the true class of each row counts."),
            (-np.mean(log_P), "you average over all the classes. Only the true class of each row counts."),
            (-np.sum(log_P), "you add up the surprises at all the classes. Only the true class of each row counts."),
            (-np.mean(log_P[:, y]), "P[:, y] takes the columns y of every row, (N, N). Pair each row with its own label: P[np.arange(N), y]."),
            (-np.sum(log_P[:, y]) / 5, "P[:, y] takes the columns y of every row, (N, N). Pair each row with its own label: P[np.arange(N), y]."),
            (-np.sum(log_P[:, y]), "P[:, y] takes the columns y of every row, (N, N). Pair each row with its own label: P[np.arange(N), y]."),
            (-np.mean(log_P[y % 5]), "P[y] takes rows of P. The label is the column: P[np.arange(N), y]."),
            (-np.sum(y[:, None] * log_P) / 5, "a label is a name, not a weight: class 2 does not count twice as much as class 1."),
            (-np.mean(y[:, None] * log_P), "a label is a name, not a weight: class 2 does not count twice as much as class 1."),
            (-np.sum(Y * log_P + (1 - Y) * np.log(1 - P)) / 5, "this is for sigmoid outputs. Behind softmax, only the true class of each row counts."),
            (-np.mean(Y * log_P + (1 - Y) * np.log(1 - P)), "this is for sigmoid outputs. Behind softmax, only the true class of each row counts."),
            (-np.mean(np.log(P.max(axis=1))), "this is the surprise at the predicted class. It is the true one that counts."),
            (-np.mean(np.log(1 - own)), "this is the logarithm of what the true class does not get. Take that of its own probability."),
            (-np.sum(P * log_P) / 5, "this weighs with P, not with the truth: it asks how unsure the row is, not how wrong."),
            (-np.mean(log_P[np.arange(5), y - 1]), "class k stands in column k: classes count from 0."),
            (-np.mean(np.log(softmax(P)[np.arange(5), y])), "P holds probabilities already: no softmax here."),
            (np.mean((P - Y) ** 2), "that is a squared error. Cross-entropy is about logarithms."),
            (np.sum((P - Y) ** 2) / 10, "that is the squared error. Cross-entropy is about logarithms."),
            (1 - own.mean(), "the logarithm is missing."),
            (-own.mean(), "the logarithm is missing."),
            (loss / np.log(10), "this is the logarithm to base 10; we want the natural one, np.log."),
            (loss / np.log(2), "this is the logarithm to base 2; we want the natural one, np.log."),
            *((-np.mean(np.log(own + e)), f"{inside}.") for e in (1e-3, 1e-4, 1e-5, 1e-6)),
            (-np.log(own.mean()), "first the logarithm, then the mean: the average of surprises, not the surprise at an average."),
            (-np.log(own), "these are the surprises, one for each image. Average them into one number."),
            (-np.mean(Y * log_P, axis=0), "this is one number for each class: the mean is one number for the batch."),
            (-np.sum(Y * log_P, axis=0) / 5, "this is one number for each class: the mean is one number for the batch."),
        ],
        "not the mean of -log p at the true classes. Pick one entry from each row, take its logarithm, average, turn the sign.",
        factors=SIZES,
        name="your loss",
    )
    sure = np.array([[1.0, 0.0, 0.0], [0.25, 0.75, 0.0]])
    if not close(numbers(answer(sure, np.array([0, 1]))), -np.log(0.75) / 2, 1e-6):
        not_yet("right for ordinary probabilities, but a wrong class with probability 0 should not count: "
                "0 · log 0 is NaN. Pick the true classes before you take the logarithm.")  # fmt: skip
    tiny = np.full((12, 2), 1e-30)
    tiny[:, 1] = 1
    loss = numbers(answer(tiny, np.zeros(12, int)))
    if np.isposinf(loss).all():
        not_yet("right for a few images, but the product of their probabilities underflows to 0, and its "
                "logarithm is infinite. Take the logarithms first, and add them up.")  # fmt: skip
    if not close(loss, -np.log(1e-30), 1e-6):
        not_yet(f"right for ordinary probabilities, but a true class with probability 1e-30 costs 69.08, and "
                f"yours says {loss.ravel()[0]:.2f}. It seems that {inside}: that silences log 0, and lets a "
                "confident mistake off cheaply.")  # fmt: skip
    right("the mean surprise at the true classes, one number for the batch.")


@check
def cross_entropy_gradient(answer):
    """Check answer(Z, y): the gradient of cross-entropy behind softmax."""
    Z, y, Y = example()
    P, E = softmax(Z), np.exp(Z)
    gradient = (P - Y) / 5
    all_y, rows_y = P.copy(), P.copy()
    all_y[:, y] -= 1
    rows_y[y] -= 1
    compare(
        answer(Z, y),
        gradient,
        None,
        [
            (-gradient, "the sign: it is P - Y. The gradient points to where the loss grows."),
            (gradient * 5, "the 1/N is missing. The loss is a mean over images, so its gradient is one too."),
            (gradient / 3, "you divide by N K. The loss sums over outputs and averages over the N images only."),
            (gradient * 5 / 3, "you divide by K. The loss is a mean over the N images."),
            ((Z - Y) / 5, "you subtract Y from the logits. Send Z through softmax first."),
            (Z - Y, "you subtract Y from the logits. Send Z through softmax first."),
            (P / 5, "the P is there, but Y has not been subtracted at the true classes."),
            (P, "the P is there, but Y has not been subtracted at the true classes, and the 1/N is missing."),
            (P - 1, "the 1 is subtracted at every class. Only the true class of each row loses it."),
            ((P - 1) / 5, "the 1 is subtracted at every class. Only the true class of each row loses it."),
            ((P - y[:, None]) / 5, "the labels themselves are subtracted. Make them one-hot rows first."),
            (P - y[:, None], "the labels themselves are subtracted. Make them one-hot rows first."),
            (all_y / 5, "P[:, y] takes the columns y of every row. Pair each row with its own label: P[np.arange(N), y]."),
            (all_y, "P[:, y] takes the columns y of every row. Pair each row with its own label: P[np.arange(N), y]."),
            (rows_y / 5, "P[y] takes rows of P. The label is the column: P[np.arange(N), y]."),
            (rows_y, "P[y] takes rows of P. The label is the column: P[np.arange(N), y]."),
            ((P - Y * P - Y) / 5, "at the true classes you put -1. Take 1 away from what is there."),
            (P - Y * P - Y, "at the true classes you put -1. Take 1 away from what is there."),
            (-Y * np.log(P) / 5, "that is the loss, entry by entry. Its gradient is wanted."),
            ((E / E.sum(axis=0) - Y) / 5, "softmax ran down the columns. Each row is an image: axis=1."),
            ((E / E.sum() - Y) / 5, "softmax ran over the whole batch. Each row is an image: axis=1."),
            ((1 / (1 + np.exp(-Z)) - Y) / 5, "that is a sigmoid of each logit. The logits of a row share one softmax."),
            (gradient * P * (1 - P), "a slope too many: in P - Y, softmax's Jacobian is included already."),
            (gradient.T, "the shape is turned: rows are images, so (N, K)."),
            (-Y / P / 5, "this is the gradient with respect to P. It still has to go through softmax's Jacobian."),
            (-Y / P, "this is the gradient with respect to P. It still has to go through softmax's Jacobian."),
            (np.abs(gradient), "the sign tells the direction: nothing is to be made positive."),
            (gradient.sum(axis=0), "this sums over the images, as db will. dZ has a row for each image."),
        ],
        "not (P - Y) / N with P = softmax(Z).",
        factors=SIZES,
        name="your gradient",
    )
    sure = answer(np.array([[1000.0, 0.0, -1000.0]]), np.array([1]))
    if not close(numbers(sure), np.array([[1, -1, 0]]), 1e-6):
        not_yet("right for small logits, but logits of 1000 break it. Use the stable softmax.")
    right("(P - Y) / N, and it survives logits of 1000.")


@check
def mse_softmax_gradient(answer):
    """Check answer(Z, Y): the gradient of MSE behind softmax."""
    Z, _, Y = example()
    P = softmax(Z)
    G = (P - Y) / 5
    gradient = P * (G - np.sum(P * G, axis=1, keepdims=True))
    through = "It still has to go through softmax's Jacobian."
    diagonal = "you used the diagonal of the Jacobian alone, as for sigmoids. With softmax every logit acts on every output."
    compare(
        answer(Z, Y),
        gradient,
        "the full Jacobian, every row at once.",
        [
            (G, f"this is the gradient with respect to P (or that of cross-entropy). {through}"),
            (G * 5, f"this is the gradient with respect to P, without its 1/N. {through}"),
            (G * 2, f"this is twice the gradient with respect to P: the 1/2 of the loss cancels the 2. {through}"),
            (G * P * (1 - P), diagonal),
            (5 * G * P * (1 - P), f"{diagonal} And the 1/N is missing."),
            (P * G, "the part -p pᵀ of the Jacobian is missing: subtract the row's sum of P times G."),
            (P * (G - np.sum(P * G)), "the sum must run along each row by itself: axis=1, keepdims=True."),
            (P * (G - np.sum(P * G, axis=0)), "the sum runs over the images. It must run along each row: axis=1."),
            (P * (G - np.mean(P * G, axis=1, keepdims=True)), "the row's sum of P times G is wanted, not its mean."),
            (P * (G + np.sum(P * G, axis=1, keepdims=True)), "the sum of P times G is taken away, not added."),
            (G - np.sum(P * G, axis=1, keepdims=True), "the factor P in front of the bracket is missing."),
            (P * G - np.sum(P * G, axis=1, keepdims=True), "the factor P belongs to the whole bracket, the row's sum included."),
            ((Z - Y) / 5, "the outputs are A = softmax(Z): subtract Y from them, not from Z."),
            (gradient * 5, "the 1/N is missing."),
            (gradient * 2, "twice too large: the loss has a factor 1/2, which cancels the 2 of the square."),
            (gradient * 10, "twice too large, and the 1/N is missing: the loss is 1/(2N) times the sum of squares."),
            (gradient / 2, "half of it: the 2 of the square and the 1/2 of the loss cancel."),
            (gradient / 3, "you divide by N K. The loss sums over outputs and averages over the N images only."),
            (gradient * 2 / 3, "you divide by N K, and keep a 2. The loss is 1/(2N) times the sum of squares."),
            (-gradient, "the sign: start from P - Y."),
        ],
        "not P * (G - the row sums of P * G) with G = (P - Y) / N.",
        factors=SIZES,
        name="your gradient",
    )
