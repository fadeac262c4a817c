"""Checks of the exercises of chapter 08, gradient descent and initialisation."""

import numpy as np

from ._verdict import check, compare, not_yet, right


@check
def minibatches(answer):
    """Check answer(n, batch_size, rng): the shuffled batches of one epoch."""
    rng = np.random.default_rng(808)
    batches = answer(10, 4, rng)
    if batches is None:
        return not_yet("your function returned None. Does it end with a return?")
    batches = [np.asarray(batch) for batch in batches]
    if any(batch.ndim != 1 for batch in batches):
        return not_yet("each batch should be a one-dimensional array of indices.")
    sizes = [len(batch) for batch in batches]
    seen = np.concatenate(batches) if batches else np.array([], int)
    if not np.issubdtype(seen.dtype, np.integer):
        return not_yet(f"indices are integers, yours are {seen.dtype}.")
    if sizes == [4, 4]:
        return not_yet("the last, smaller batch is missing: 10 images in batches of 4 are 4, 4 and 2.")
    if 0 in sizes or len(seen) > 10 and len(set(seen.tolist())) == 10:
        return not_yet(f"10 images in batches of 4 are 4, 4 and 2; yours are {sizes}.")
    if set(seen.tolist()) != set(range(10)):
        if seen.max(initial=0) > 9 or seen.min(initial=0) < 0:
            return not_yet("indices run from 0 to n - 1.")
        return not_yet("some images come more than once, others never. Shuffle all of them, then cut.")
    if sizes != [4, 4, 2]:
        return not_yet(f"10 images in batches of 4 are 4, 4 and 2; yours are {sizes}.")
    if np.array_equal(seen, np.arange(10)):
        return not_yet("every image once, but in order. Shuffle with rng.permutation(n).")
    if all(np.array_equal(np.sort(batch), np.sort(np.arange(start, start + len(batch))))
           for batch, start in zip(batches, (0, 4, 8))):
        return not_yet("you shuffle inside each batch: the same images are always together. Shuffle, then cut.")
    again = np.concatenate([np.asarray(batch) for batch in answer(10, 4, rng)])
    if np.array_equal(seen, again):
        return not_yet("the second epoch has the order of the first. Take the chance from rng, not from a seed.")
    same = np.concatenate([np.asarray(batch) for batch in answer(10, 4, np.random.default_rng(808))])
    if not np.array_equal(seen, same):
        return not_yet("the same seed gives another order. Take all chance from rng.")
    return right("shuffled, cut, every image once, and the same seed gives the same batches.")


@check
def batch_noise(answer):
    """Check answer(G, B): the exact noise of batches of B different images."""
    G = np.random.default_rng(808).normal(1, 2, size=(6, 3))
    variance = np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1))
    expected = np.sqrt(variance / 4 * 2 / 5)
    compare(
        answer(G.copy(), 4),
        expected,
        "and with B = N it is zero: a batch of all images has no noise.",
        [
            (expected**2, "this is the mean square. Take its root."),
            (np.sqrt(variance / 4), "this is σ/√B, for independent draws. Different images: the mixed terms are not zero."),
            (variance / 4, "this is σ²/B: take the root, and mind the mixed terms."),
            (np.sqrt(variance / 4 * 2 / 6), "almost: N images have N - 1 others each, so divide by N - 1, not by N."),
            (np.sqrt(variance / 4 * 5 / 2), "the factor is upside down: the noise must vanish for B = N."),
            (np.sqrt(variance * 2 / 5), "the 1/B is missing: the noise of a batch shrinks with its size."),
            (np.sqrt(variance / 3 / 4 * 2 / 5), "you average over the D entries as well. A squared length is a sum over entries."),
            (np.sqrt(np.mean(np.sum(G**2, axis=1)) / 4 * 2 / 5), "σ² is the spread around the mean gradient: subtract it first."),
            (np.sqrt(6 / 5 * variance / 4 * 2 / 5), "σ² divides by N here: all images are known, none is estimated."),
        ],
        "not the noise of a batch. Find the average of d(p)·d(q) for two different images, then add up the double sum.",
    )


@check
def xavier_uniform(answer):
    """Check answer(rng, n_in, n_out): uniform weights of Xavier's variance."""
    n_in, n_out = 300, 200
    W = answer(np.random.default_rng(808), n_in, n_out)
    if W is None:
        return not_yet("your function returned None. Does it end with a return?")
    W = np.asarray(W)
    if W.shape == (n_out, n_in):
        return not_yet("the shape is turned: W is (n_in, n_out).")
    if W.shape != (n_in, n_out):
        return not_yet(f"the shape should be (n_in, n_out), {(n_in, n_out)}, yours is {W.shape}.")
    if W.min() >= 0:
        return not_yet("no weight is negative. Draw from -a to a, or the signal grows a mean.")
    a = np.sqrt(6 / (n_in + n_out))
    found = np.abs(W).max()
    mistakes = [
        (np.sqrt(2 / (n_in + n_out)), "you use the standard deviation as a. The variance of a uniform number is a²/3, not a²."),
        (6 / (n_in + n_out), "a is the root of 6/(n_in + n_out)."),
        (2 / (n_in + n_out), "this a is Xavier's variance. A uniform number between -a and a has the variance a²/3."),
        (np.sqrt(6 / n_in), "this keeps n_in alone, as He does. Xavier has the sum n_in + n_out."),
        (np.sqrt(3 / (n_in + n_out)), "the 2 of Xavier's variance is missing."),
        (np.sqrt(12 / (n_in + n_out)), "a²/3 is the variance, for an interval of length 2a. a²/6 is not."),
        (np.sqrt(24 / (n_in + n_out)), "the interval from -a to a has the length 2a, and its variance is (2a)²/12."),
    ]
    if np.isclose(found, a, rtol=0.01):
        if not np.isclose(W.var(), a**2 / 3, rtol=0.03):
            return not_yet("the ends are right, but the weights are not uniform between them.")
        return right("uniform between -a and a, with Xavier's variance a²/3.")
    for wrong, message in mistakes:
        if np.isclose(found, wrong, rtol=0.01):
            return not_yet(message)
    return not_yet(f"the largest weight is {found:.3f}; for {n_in} and {n_out} it should be near {a:.3f}.")
