"""The checks of the chapter on matrix maths."""

import numpy as np

from ._verdict import check, close, compare, keeps_float32, not_yet, numbers, right


@check
def outer_products(answer):
    """Check answer(X, W): the matrix product as a sum of outer products."""
    rng = np.random.default_rng(0)
    X, W = rng.normal(size=(7, 5)), rng.normal(size=(5, 3))
    compare(
        answer(X, W),
        X @ W,
        "one loop over the pixels, and each adds a whole matrix.",
        [
            (np.outer(X[:, -1], W[-1]), "this is the last pixel alone: add up with +=, not =."),
            (np.outer(X[:, 0], W[0]), "this is the first pixel alone: is return inside the loop?"),
            ((X @ W).T, "this is the transpose: the images must stand in rows."),
            (X[:, :-1] @ W[:-1], "the last pixel is missing: j runs over all rows of W."),
            (X[:, 1:] @ W[1:], "the first pixel is missing: j starts at 0."),
            (X[:, :3] @ W[:3], "j runs over the outputs here: it should run over the pixels, the rows of W."),
            (
                [np.outer(X[:, j], W[j]) for j in range(5)],
                "these are the five outer products: add them up.",
            ),
            (np.abs(X @ W), "signs belong to the numbers: nothing is to be made positive."),
        ],
        "add np.outer(column j of X, row j of W) for every j.",
        factors={"the number of pixels": 5, "the number of images": 7},
        name="your product",
    )


@check
def multiplications(answer):
    """Check answer(sizes, n): the multiplications of n images' forward pass."""
    sizes, n = [13, 11, 7, 5], 3
    per_image = 13 * 11 + 11 * 7 + 7 * 5
    compare(
        answer(sizes, n),
        n * per_image,
        None,
        [
            (per_image, "this is the price of one image: there are n."),
            (n * (per_image + 1), "the sum starts at 1: start at 0."),
            (per_image + n, "n images cost n times as much as one: multiply by n."),
            (n * (per_image + 11 + 7 + 5), "the biases are added, not multiplied: leave them out."),
            (per_image + 11 + 7 + 5, "the biases are added, not multiplied; and there are n images."),
            (n * 13 * 11 * 7 * 5, "layers come one after the other: add their prices."),
            (n * sum(sizes), "a layer costs n_in * n_out, not n_in + n_out."),
            (n * (13 + 11 + 11 + 7 + 7 + 5), "a layer costs n_in * n_out, not n_in + n_out."),
            (n * (13**2 + 11**2 + 7**2 + 5**2), "a layer joins two neighbouring sizes: sizes[i] * sizes[i + 1]."),
            (n * (13 * 11 + 11 * 7), "a layer is missing: the last one counts as well."),
            (n * (11 * 7 + 7 * 5), "a layer is missing: the first one counts as well."),
            (n * 13 * 11, "this is the first layer alone."),
            (n * 7 * 5, "this is the last layer alone: add up with +=, not =."),
            (n * (13 * 11 + 13 * 7 + 13 * 5), "a layer takes the outputs of the one before it, not the pixels again."),
            (2 * n * per_image, "count the multiplications only, not the additions."),
            (n * (per_image + 5 * 13), "the last size has no layer after it: nothing joins it to the first."),
            (n * 13 * 5, "the hidden layers are left out."),
        ],
        "for each pair of neighbouring sizes, multiply the two; add up; times n.",
    )
    if [answer([784, 10], 2), answer([784, 30, 10], 1)] != [15_680, 23_820]:
        not_yet("right for three layers, but not for one or for two: any number of sizes may come.")
    right("every image meets every weight once.")


@check
def centre_rows(answer):
    """Check answer(X): every row minus its own mean, for square X too."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5, 5)) + np.arange(5.0)[:, None]
    rows, columns = X.mean(axis=1), X.mean(axis=0)
    compare(
        answer(X),
        X - rows[:, None],
        None,
        [
            (X - rows, "the mean of image i was taken from pixel i of every image: keep the means a column."),
            (X - columns, "this takes the mean of each pixel over the images: use axis=1."),
            (X - columns[:, None], "these are the means of the columns: use axis=1."),
            (X - X.mean(), "this takes one mean from all: each row has its own."),
            (rows[:, None], "these are the means: subtract them from X."),
            (rows, "these are the means: subtract them from X."),
            (X + rows[:, None], "the means are added: subtract them."),
            (rows[:, None] - X, "the other way round: X minus the means."),
            (X - X.sum(axis=1, keepdims=True), "these are the sums of the rows: subtract their means."),
            (X - X.max(axis=1, keepdims=True), "these are the maxima of the rows: subtract their means."),
            (X - np.median(X, axis=1, keepdims=True), "these are the medians of the rows: subtract their means."),
            (X / rows[:, None], "you divide by the means: subtract them."),
            (
                (X - rows[:, None]) / X.std(axis=1, keepdims=True),
                "the means are gone, but you divide by the spread as well: subtract, and no more.",
            ),
        ],
        "subtract from every row its own mean, keepdims=True.",
        name="your result",
    )
    for shape in ((7, 3), (1, 5), (5, 1)):
        V = rng.normal(size=shape)
        found = numbers(answer(V))
        if found.shape != shape or not close(found, V - V.mean(axis=1, keepdims=True), 1e-6):
            not_yet(f"right for 5 images of 5 pixels, but not for {shape[0]} of {shape[1]}. Which axis "
                    "is which?")  # fmt: skip
    right("the means are a column, and every row loses its own.")


@check
def mean_layer(answer):
    """Check answer(means): W and b that score images by the nearest mean."""
    means = np.random.default_rng(0).normal(size=(3, 5))
    found = answer(means)
    if not isinstance(found, (tuple, list)) or len(found) != 2:
        not_yet("return two arrays, W and b.")
    W, b = numbers(found[0], "W"), numbers(found[1], "b")
    if W.shape == (3,) and b.shape == (5, 3):
        not_yet("W comes first, and then b.")
    if W.shape == (3, 5):
        not_yet("W must be (pixels, classes): it is the transpose of the means.")
    if b.shape == (5,):
        not_yet("b has a number for each pixel: sum over the pixels of a mean, axis=1.")
    if W.shape != (5, 3) or b.shape != (3,):
        not_yet(f"for means (3, 5), W should be (5, 3) and b (3,); yours are {W.shape} and {b.shape}.")
    squares, sums = (means**2).sum(axis=1), means.sum(axis=1)
    # What all classes share, and a positive factor of W and b, leave the winner as it is.
    between = np.diff(means.T)
    factor = float(np.sum(np.diff(W) * between) / np.sum(between**2))
    if factor > 0 and close(np.diff(W) / factor, between, 1e-6):
        W, b = means.T, b / factor
    if close(np.diff(b), np.diff(-squares / 2), 1e-6):
        b = -squares / 2
    smallest = "with this W the scores are smallest for the nearest: the largest should win."
    compare(
        W, means.T, None,
        [(-2 * means.T, smallest), (-means.T, smallest), (means.T**2, "the squares belong in b.")],
        "multiply the square out, and drop the term without k: W is what x is multiplied by.",
        name="W",
    )  # fmt: skip
    compare(
        b,
        -squares / 2,
        None,
        [
            (squares / 2, "the sign of b is wrong: a larger square is farther away."),
            (-squares, "b is twice too large beside this W: both terms have the same factor."),
            (squares, "b has the wrong sign, and is twice too large beside this W."),
            (-squares / 4, "b is too small by half beside this W: both terms have the same factor."),
            (0 * squares, "b is missing: means with much ink would win too often."),
            (-np.sqrt(squares) / 2, "b needs the sum of squares itself, without a root."),
            (-(sums**2) / 2, "b is the sum of the squares, not the square of the sum."),
            (-sums / 2, "b needs the squares of the means' pixels."),
            (-squares / 10, "b is a sum over the pixels, not their average."),
        ],
        "W is right, and b comes from the term that has m twice: see its sign and its factor.",
        factors={"the number of pixels D": 5},
        name="b",
    )
    keeps_float32(**dict(zip("Wb", answer(means.astype(np.float32)))))
    right("the nearest mean is a layer.")


@check
def squared_distances(answer):
    """Check answer(A, B): the squared distances between rows of A and of B."""
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(7, 3)), rng.normal(size=(5, 3))
    squares = (A[:, None] - B) ** 2  # (7, 5, 3)
    expected = squares.sum(axis=2)
    a, b, product = (A**2).sum(axis=1)[:, None], (B**2).sum(axis=1), A @ B.T
    compare(
        answer(A, B),
        expected,
        "(N, 1), (N, M) and (M,) make (N, M).",
        [
            (np.sqrt(expected), "these are the distances: leave out the root."),
            (expected.T, "this is (M, N): a row for each row of A, please."),
            (a - product + b, "the mixed term of a square comes with a 2."),
            (a + 2 * product + b, "the mixed term has a minus."),
            (a + b, "the mixed term is missing: (a - b)² is not a² - b² and not a² + b²."),
            (a - b, "the mixed term is missing: (a - b)² is not a² - b² and not a² + b²."),
            (a - 2 * product - b, "the squares of B are added: minus times minus."),
            (-2 * product + b, "the squares of A are missing. (The nearest row would be the same.)"),
            (a - 2 * product, "the squares of B are missing."),
            (product, "this is the mixed term alone."),
            (-2 * product, "this is the mixed term alone."),
            (squares, "these are the squares of each pixel: add them up over the pixels, the last axis."),
            (np.abs(A[:, None] - B).sum(axis=2), "these are sums of sizes: take the squares of the differences."),
            ((A[:, None] - B).sum(axis=2) ** 2, "square first, then sum over the pixels."),
            (squares.sum(axis=1), "the sum runs over the rows of B: it should run over the pixels."),
            (squares.sum(axis=0), "the sum runs over the rows of A: it should run over the pixels."),
            (expected.min(axis=1), "these are the nearest alone: all (N, M) of them are wanted."),
        ],
        "sum (a - b) squared, multiplied out: squares of A, minus twice A @ B.T, squares of B.",
        factors={"the number of pixels D": 3},
        name="your matrix",
    )
