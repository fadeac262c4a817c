"""Checks of the exercises of the chapter on what the network learned."""

import numpy as np

from ._verdict import check, close, compare, not_yet, numbers, right


@check
def smallest_push(answer):
    """Check answer(W, b, x, k): the smallest change of all pixels that takes class k's lead."""
    rng = np.random.default_rng(1948)
    W, b, x = rng.normal(size=(6, 5)), rng.normal(size=5), rng.random(6)
    k = int((x @ W + b).argmax())
    lead = (x @ W + b)[k] - x @ W - b                       # (K,), 0 for k itself
    rivals = np.arange(5) != k
    lead, D = lead[rivals], (W[:, [k]] - W)[:, rivals]      # (K - 1,), (D, K - 1)
    free = (x @ W)[k] - (x @ W)[rivals]
    slope, second = np.abs(D).sum(axis=0), np.argmin(lead)
    compare(
        answer(W, b, x, k), np.min(lead / slope), None,
        [
            (lead[second] / slope[second], "you push towards the class with the second best score. Another may be farther behind, and rise faster: try all."),
            (np.max(lead / slope), "this is the hardest rival to lift. The easiest decides: the smallest."),
            (lead / slope, "this is a push for each rival. The smallest of them decides."),
            (np.min(lead), "this is a lead, in scores. Divide it by what a push of 1 takes from it."),
            (np.min(lead / np.sqrt(np.square(D).sum(axis=0))), "you divide by the length of the difference of the columns, the root of the squares. "
             "With each pixel bounded by itself it is the sum of the sizes."),
            (np.min(lead / np.abs(D).max(axis=0)), "you divide by the largest difference of weights, as if one pixel moved. All may."),
            (np.min(lead / np.abs(D).mean(axis=0)), "you divide by the mean of the sizes. All pixels move: their sum."),
            (np.min(lead / np.abs(D.sum(axis=0))), "you add the differences before taking their sizes: all pixels move up together. "
             "Each may choose its own direction."),
            (np.min(lead / np.abs(W[:, rivals]).sum(axis=0)), "you lift the rival only. The same change also lowers class k: take the difference of the two columns."),
            (np.min(lead) / np.abs(W[:, k]).sum(), "you lower class k only. The same change also lifts its rival: take the difference of the two columns."),
            (np.min(free / slope), "the biases are missing from the scores."),
            (0, "class k has no lead over itself: leave it out of the smallest."),
        ],
        "for each rival: the lead, divided by the sum of the sizes of the differences of the two columns of W; then the smallest.", 1e-6,
    )  # fmt: skip
    for _ in range(20):
        W, b, x = rng.normal(size=(5, 3)), rng.normal(size=3), rng.random(5)
        k = int((x @ W + b).argmax())
        found = numbers(answer(W, b, x, k))
        lead, rivals = (x @ W + b)[k] - x @ W - b, np.arange(3) != k
        if found.shape != () or not close(found, np.min(lead[rivals] / np.abs(W - W[:, [k]]).sum(axis=0)[rivals]), 1e-6):
            not_yet("right for one classifier, but not for all: try three classes, and each of them in the lead.")
    right("the easiest rival, and every pixel moved its own way.")


@check
def first_axis(answer):
    """Check answer(A): the direction along which the rows of A spread most, (H,), up to its sign."""
    rng = np.random.default_rng(1919)
    A = rng.normal(size=(40, 5)) * [1, 3, 0.5, 0.2, 1.5] @ np.linalg.qr(rng.normal(size=(5, 5)))[0] + 4
    found = numbers(answer(A), "the axis")
    B = A - A.mean(axis=0)
    _, S, axes = np.linalg.svd(B, full_matrices=False)

    def along(direction):
        return found.shape == direction.shape and close(abs(found @ direction), np.linalg.norm(found), 1e-4)

    if found.shape in ((1, 5), (5, 1)):
        not_yet(f"the axis should be a row of numbers, (5,), and yours is {found.shape}.")
    if found.shape == (40,):
        not_yet("this has a number for each row of A. The axis has one for each column: A.T @ (A @ v).")
    if found.shape != (5,):
        not_yet(f"the axis should have the shape (5,), a number for each column of A, and yours is {found.shape}.")
    if not np.isfinite(found).all():
        not_yet("the axis has NaN or infinity. Divide by the length in every step, or the numbers grow without limit.")
    if along(np.linalg.svd(A, full_matrices=False)[2][0]):
        not_yet("this is the direction of the rows from 0, nearly that of their mean. Subtract each column's mean first.")
    if along(np.linalg.svd(A - A.mean(axis=1, keepdims=True), full_matrices=False)[2][0]):
        not_yet("you subtract the mean of each row. It is that of each column: A.mean(axis=0).")
    if along(axes[-1]):
        not_yet("this is the direction in which the rows spread least.")
    if along(axes[1]):
        not_yet("this is the second axis.")
    if not along(axes[0]):
        close_to = abs(found @ axes[0]) / max(np.linalg.norm(found), 1e-12)
        not_yet(f"this is not the axis: the cosine of the angle between them is {close_to:.3f}. More steps?")
    if not close(np.linalg.norm(found), 1, 1e-6):
        not_yet("the direction is right, its length is not 1.")
    cloud = rng.normal(size=(30, 3))
    U, _, V = np.linalg.svd(cloud - cloud.mean(axis=0), full_matrices=False)
    thin = U * [4.65, 5, 0.5] @ V + [5, -3, 2]  # in 12 steps nobody is there, in 100 everyone
    axis = np.linalg.svd(thin - thin.mean(axis=0), full_matrices=False)[2][0]
    found = numbers(answer(thin), "the axis")
    if found.shape != (3,) or not close(abs(found @ axis), 1, 1e-4):
        not_yet("right where one axis is far longer than the others, but not where two are nearly alike: more steps.")
    right("the longest axis of the cloud, by multiplying only.")
