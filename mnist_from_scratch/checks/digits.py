"""The checks of the first chapter."""

import numpy as np

from ._verdict import check, compare


@check
def accuracy_by_class(answer):
    """Check answer(predicted, y): the share of each class that is recognised."""
    rng = np.random.default_rng(101)
    y = rng.permutation(np.repeat(np.arange(10), [3, 5, 4, 6, 7, 3, 5, 2, 8, 4]))  # 47 images
    predicted = np.where(rng.random(47) < 0.6, y, rng.integers(0, 10, 47))
    hit, classes = predicted == y, range(10)
    shares = np.array([hit[y == k].mean() for k in classes])
    counts = np.array([np.sum(hit & (y == k)) for k in classes])
    of_called = counts / np.array([np.sum(predicted == k) for k in classes])
    compare(
        answer(predicted, y),
        shares,
        "each class is counted among its own images.",
        [
            (of_called, "you look at the images that are called k. Look at those that are a k: y == k."),
            (
                counts / 47,
                "divide by the number of images of the class, not by the number of all images.",
            ),
            (counts, "these are counts: divide by the number of images of the class."),
            (counts / 10, "divide by the number of images of the class, not by the number of classes."),
            (counts / hit.sum(), "divide by the number of images of the class, not of all right answers."),
            (np.bincount(y) / 47, "this is how many images are a k. How many of those are recognised?"),
            (np.bincount(predicted, minlength=10) / 47, "this is how many images are called k."),
            (
                [np.mean(hit == (y == k)) for k in classes],
                "an image that is no k has no part in the share of class k: look only where y == k.",
            ),
            (
                [np.mean((predicted == k) == (y == k)) for k in classes],
                "an image that is no k has no part in the share of class k: look only where y == k.",
            ),
            (1 - shares, "this is the share of mistakes, not of right answers."),
            (100 * shares, "give shares between 0 and 1, not per cent."),
            (hit.mean(), "this is one accuracy for all: give ten, one for each class."),
            (np.full(10, hit.mean()), "this is the accuracy of all images, ten times: look only where y == k."),
            (shares[:9], "there are ten classes: the last one is missing."),
            (shares[1:], "there are ten classes: the 0 is missing."),
        ],
        "for each class k, take the images with y == k and ask how often predicted is k.",
    )


@check
def standard_error(answer):
    """Check answer(p, n): the standard error of an accuracy p on n images."""
    p, n = 0.83, 389
    error = np.sqrt(p * (1 - p) / n)
    compare(
        answer(p, n),
        error,
        "it falls with the square root of n.",
        [
            (p * (1 - p) / n, "this is the variance: take the square root."),
            (p * (1 - p) / n / 2, "**1/2 is read as (… ** 1) / 2: write ** 0.5, or np.sqrt."),
            (p * (1 - p) / np.sqrt(n), "p (1 - p) belongs inside the square root as well."),
            (np.sqrt(p * (1 - p)), "this is how a single answer scatters: divide by n inside the root."),
            (np.sqrt(p * (1 - p)) / n, "n belongs inside the square root."),
            (np.sqrt(p * (1 - p) * n), "this grows with n. More images make it smaller."),
            (np.sqrt(p / n), "the factor 1 - p is missing."),
            (np.sqrt((1 - p) / n), "the factor p is missing."),
            (np.sqrt(p * (1 + p) / n), "the other factor is 1 - p, the share of mistakes."),
            (np.sqrt(abs(p * 1 - p / n)), "1 - p needs brackets: a product is computed before a difference."),
            (np.sqrt(1 / n), "where does p come in?"),
            (np.sqrt(p * (1 - p) / (n - 1)), "the formula divides by n, the number of images."),
            (100 * error, "give it as a share like p, not in per cent."),
            (2 * error, "this is two standard errors: give one."),
            (1.96 * error, "this is 1.96 standard errors: give one."),
        ],
        "take p (1 - p), divide by n, and take the square root.",
    )
