"""Checks of the exercises of the chapter on initialisation."""

import numpy as np

from ._verdict import check, not_yet, numbers, right


@check
def xavier_uniform(answer):
    """Check answer(rng, n_in, n_out): uniform weights of Xavier's variance."""
    n_in, n_out = 307, 199
    W = answer(np.random.default_rng(808), n_in, n_out)
    W = numbers(W, "W")
    if W.shape == (n_out, n_in):
        not_yet("the shape is turned: W is (n_in, n_out).")
    if W.shape != (n_in, n_out):
        not_yet(f"the shape should be (n_in, n_out), {(n_in, n_out)}, yours is {W.shape}.")
    if W.min() >= 0:
        not_yet("no weight is negative. Draw from -a to a, or the signal grows a mean.")
    if np.mean(W**4) > 2.4 * np.mean(W**2) ** 2:  # 1.8 for uniform numbers, 3 for normal ones
        not_yet("these are not uniform: small weights are more frequent than large ones. Draw with rng.uniform.")
    a, both = np.sqrt(6 / (n_in + n_out)), n_in + n_out
    found = np.abs(W).max()
    mistakes = [
        (np.sqrt(2 / both), "you use the standard deviation as a. The variance of a uniform number is a²/3, not a²."),
        (6 / both, "a is the root of 6/(n_in + n_out)."),
        (2 / both, "this a is Xavier's variance. A uniform number between -a and a has the variance a²/3."),
        (np.sqrt(6 / n_in), "this keeps n_in alone, as He does. Xavier has the sum n_in + n_out."),
        (np.sqrt(6 / n_out), "this keeps n_out alone. Xavier has the sum n_in + n_out."),
        (np.sqrt(3 / both), "the 2 of Xavier's variance is missing."),
        (np.sqrt(12 / both), "this is Xavier's mean instead of his sum, or a²/6 instead of a²/3: a is too large by √2."),
        (np.sqrt(24 / both), "the interval from -a to a has the length 2a, and its variance is (2a)²/12."),
        (np.sqrt(6 / both) / 2, "the weights lie between -a/2 and a/2: low is -a and high is a."),
        (np.sqrt(6) / both, "the root is of the whole fraction, n_in + n_out included."),
        (np.sqrt(6 / (n_in * n_out)), "n_in and n_out are added, not multiplied."),
        (np.sqrt(6 / n_in + n_out), "mind the brackets: 6 / (n_in + n_out)."),
    ]
    if np.isclose(found, a, rtol=0.01):
        if not np.isclose(W.var(), a**2 / 3, rtol=0.03):
            not_yet("the ends are right, but the weights are not uniform between them.")
        if not np.array_equal(W, answer(np.random.default_rng(808), n_in, n_out)):
            not_yet("the same seed gives other weights. Take all chance from rng.")
        if np.array_equal(W, answer(np.random.default_rng(809), n_in, n_out)):
            not_yet("another seed gives the same weights. Take the chance from rng.")
        right("uniform between -a and a, with Xavier's variance a²/3.")
    for wrong, message in mistakes:
        if np.isclose(found, wrong, rtol=0.01):
            not_yet(message)
    not_yet(f"the largest weight is {found:.3f}; for {n_in} and {n_out} it should be near {a:.3f}.")
