"""The checks of chapter 02, matrix maths."""

import numpy as np

from ._verdict import check, compare, not_yet


@check
def outer_products(answer):
    """Check answer(X, W): the matrix product as a sum of outer products."""
    rng = np.random.default_rng(0)
    X, W = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
    compare(
        answer(X.copy(), W.copy()),
        X @ W,
        "one loop over the pixels, and each adds a whole matrix.",
        [
            (np.outer(X[:, 2], W[2]), "this is the last pixel alone: add up with +=, not =."),
            (np.outer(X[:, 0], W[0]), "this is the first pixel alone: is return inside the loop?"),
            ((X @ W).T, "this is the transpose: the images must stand in rows."),
            (W @ X[:2], "X and W are exchanged."),
            (X[:, :2] @ W[:2], "the last pixel is missing: j runs over all rows of W."),
        ],
        "add np.outer(column j of X, row j of W) for every j.",
    )


@check
def multiplications(answer):
    """Check answer(sizes, n): the multiplications of n images' forward pass."""
    sizes, n = [7, 5, 4, 2], 3
    per_image = 7 * 5 + 5 * 4 + 4 * 2
    compare(
        answer(list(sizes), n),
        n * per_image,
        "every image meets every weight once.",
        [
            (per_image, "this is the price of one image: there are n."),
            (n * (per_image + 5 + 4 + 2), "the biases are added, not multiplied: leave them out."),
            (n * 7 * 5 * 4 * 2, "layers come one after the other: add their prices."),
            (n * sum(sizes), "a layer costs n_in * n_out, not n_in + n_out."),
            (n * (7 * 5 + 5 * 4), "a layer is missing: the last one counts as well."),
            (n * 7 * 5, "this is the first layer alone."),
            (2 * n * per_image, "count the multiplications only, not the additions."),
        ],
        "for each pair of neighbouring sizes, multiply the two; add up; times n.",
    )


@check
def centre_rows(answer):
    """Check answer(X): every row minus its own mean, for square X too."""
    X = np.random.default_rng(0).normal(size=(4, 4)) + np.arange(4.0)[:, None]
    rows, columns = X.mean(axis=1), X.mean(axis=0)
    compare(
        answer(X.copy()),
        X - rows[:, None],
        "the means are a column, and every row loses its own.",
        [
            (X - rows, "the mean of image i was taken from pixel i of every image: keep the means a column."),
            (X - columns, "this takes the mean of each pixel over the images: use axis=1."),
            (X - columns[:, None], "these are the means of the columns: use axis=1."),
            (X - X.mean(), "this takes one mean from all: each row has its own."),
            (rows[:, None], "these are the means: subtract them from X."),
        ],
        "take from every row its own mean, keepdims=True.",
    )


@check
def mean_layer(answer):
    """Check answer(means): W and b that score images by the nearest mean."""
    means = np.random.default_rng(0).normal(size=(3, 5))
    found = answer(means.copy())
    if not isinstance(found, tuple) or len(found) != 2:
        return not_yet("return two arrays, W and b.")
    W, b = (np.asarray(array) for array in found)
    if W.shape == (3, 5):
        return not_yet("W must be (pixels, classes): it is the transpose of the means.")
    if W.shape != (5, 3) or b.shape != (3,):
        return not_yet(f"for means (3, 5), W should be (5, 3) and b (3,); yours are {W.shape} and {b.shape}.")
    squares = (means**2).sum(axis=1)
    compare(
        np.vstack([W, b]),
        np.vstack([means.T, -squares / 2]),
        "the nearest mean is a layer.",
        [
            (np.vstack([means.T, squares / 2]), "the sign of b is wrong: a larger square is farther away."),
            (np.vstack([means.T, -squares]), "b is twice too large: both terms are divided by 2."),
            (np.vstack([-2 * means.T, squares]), "these scores are smallest for the nearest: multiply by -1/2."),
            (np.vstack([means.T, 0 * squares]), "b is missing: means with much ink would win too often."),
            (np.vstack([2 * means.T, -squares]), "this gives the right answers; divide both by 2 for W = means.T."),
        ],
        "multiply the square out, drop the term without k, and multiply by -1/2.",
    )


@check
def squared_distances(answer):
    """Check answer(A, B): the squared distances between rows of A and of B."""
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(4, 3)), rng.normal(size=(5, 3))
    expected = ((A[:, None] - B) ** 2).sum(axis=2)
    a, b, product = (A**2).sum(axis=1)[:, None], (B**2).sum(axis=1), A @ B.T
    compare(
        answer(A.copy(), B.copy()),
        expected,
        "(N, 1), (N, M) and (M,) make (N, M).",
        [
            (np.sqrt(expected), "these are the distances: leave out the root."),
            (expected.T, "this is (M, N): a row for each row of A, please."),
            (a - product + b, "the mixed term of a square comes with a 2."),
            (a + 2 * product + b, "the mixed term has a minus."),
            (-2 * product + b, "the squares of A are missing. (The nearest row would be the same.)"),
            (a - 2 * product, "the squares of B are missing."),
            (product, "this is the mixed term alone."),
        ],
        "sum (a - b) squared, multiplied out: squares of A, minus twice A @ B.T, squares of B.",
    )
