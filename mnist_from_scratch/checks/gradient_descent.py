"""Checks of the exercises of the chapter on gradient descent."""

import numpy as np

from ._verdict import check, compare, not_yet, numbers, right


@check
def extremes(answer):
    """Check answer(inputs): the largest and the smallest curvature over all directions."""
    inputs = np.array([0.3, -0.2, 1.1, 0.7, 0.4])
    square, mean = np.mean(inputs**2), np.mean(inputs)
    hessian = np.array([[square, mean], [mean, 1.0]])
    least, most = np.linalg.eigvalsh(hessian)
    found = numbers(answer(inputs.copy()), "your answer")
    ask_for_more(found, most, least)
    quarter = [np.array([c, s]) @ hessian @ (c, s)
               for c, s in ((np.cos(a), np.sin(a)) for a in np.linspace(0, np.pi / 2, 1000))]  # fmt: skip
    compare(
        [most, least] if short_of(found, most, least, 1e-3) else found,
        [most, least],
        None,
        [
            ([least, most], "the two are right, but the largest comes first."),
            ([max(quarter), min(quarter)], "you look at a quarter turn only. Directions in which w and b change "
             "with opposite signs are missing: let the angle go from 0 to π."),
            ([1, square], "these are the curvatures along the two axes. The steepest and the flattest direction lie between them."),
            ([2 * most, 2 * least], "twice too large: the ½ in the loss takes away the 2 of the square."),
            ([most / 2, least / 2], "half too small: the curvature is the mean of (u₁x + u₂)², without another ½."),
            ([5 * most, 5 * least], "five times too large, and these are five inputs: take the mean, not the sum."),
            ([2 / most, 2 / least], "these are the rates at the cliff, 2 over the curvature. Return the curvatures."),
            (most / least, "this is the ratio of the two. Return both, the largest first."),
            ([most, 0], "no direction is quite flat here. Is each direction scaled to length 1, as in curvature?"),
        ],
        "go through the directions (cos a, sin a), ask for the curvature along each, and keep the largest and the smallest.",
        tolerance=1e-4,  # of angles on a grid
    )  # fmt: skip
    longer = 3 * inputs
    least, most = np.linalg.eigvalsh([[9 * square, 3 * mean], [3 * mean, 1.0]])
    found = numbers(answer(longer.copy()), "your answer")
    ask_for_more(found, most, least)
    compare(
        [most, least] if short_of(found, most, least, 1e-3) else found,
        [most, least],
        "the steepest direction sets the cliff, the flattest sets how long the walk takes.",
        [],
        "right for some inputs, but not for three times as large ones. Does the angle run over half a turn, from 0 to π?",
        tolerance=1e-4,
    )


def ask_for_more(found, most, least):
    """End the check if a grid of angles was right, and too coarse."""
    if short_of(found, most, least, 0.03) and not short_of(found, most, least, 1e-3):
        not_yet("nearly: between your directions lie a steeper and a flatter one. Take more of them, a hundred or so.")


def short_of(found, most, least, share):
    """Return whether found are the extremes as a grid of angles finds them: a little inside.

    An angle d beside the extreme costs sin(d)² of the range; 50 angles over half
    a turn cost at most a thousandth of it.
    """
    if found.shape != (2,):
        return False
    inside = np.array([most - found[0], found[1] - least])
    return bool(inside.min() > -1e-5 and inside.max() < share * (most - least))


@check
def minibatches(answer):
    """Check answer(n, batch_size, rng): the shuffled batches of one epoch."""
    n, size, sizes = 17, 5, [5, 5, 5, 2]
    rng = np.random.default_rng(808)
    batches = answer(n, size, rng)
    batches = [np.asarray(batch) for batch in batches]
    if any(batch.ndim != 1 for batch in batches):
        not_yet("each batch should be a one-dimensional array of indices.")
    found = [len(batch) for batch in batches]
    seen = np.concatenate(batches) if batches else np.array([], int)
    if not np.issubdtype(seen.dtype, np.integer):
        not_yet(f"indices are integers, yours are {seen.dtype}.")
    missing, repeated = set(range(n)) - set(seen.tolist()), len(seen) - len(set(seen.tolist()))
    expected = f"{n} images in batches of {size} are 5, 5, 5 and 2"
    if found == [5, 5, 5]:
        not_yet(f"the last, smaller batch is missing: {expected}.")
    if seen.max(initial=0) >= n or seen.min(initial=0) < 0:
        not_yet("indices run from 0 to n - 1.")
    if found == [5, 5, 5, 5]:
        not_yet(f"the last batch is filled up: {expected}. Let it be smaller.")
    if len(batches) == n:
        not_yet("these are as many batches as images: the next one should begin where the last one ends.")
    if missing and repeated:
        not_yet("some images come more than once, others never. Shuffle all of them, then cut.")
    if missing:
        not_yet(f"some of the images never come: {sorted(missing)[:3]} of 0 to {n - 1}, say.")
    if sorted(found) == [4, 4, 4, 5]:
        not_yet(f"the batches are nearly equal, as np.array_split cuts them: {expected}.")
    if found != sizes:
        not_yet(f"{expected}; yours are {found}.")
    if np.array_equal(seen, np.arange(n)):
        not_yet("every image once, but in order. Shuffle with rng.permutation(n).")
    if all(np.ptp(batch) == len(batch) - 1 for batch in batches):
        not_yet("the same images are always together, neighbours in the file. Shuffle the images first, then cut.")
    again = np.concatenate([np.asarray(batch) for batch in answer(n, size, rng)])
    if np.array_equal(seen, again):
        not_yet("the second epoch has the order of the first. Take the chance from rng, not from a seed.")
    same = np.concatenate([np.asarray(batch) for batch in answer(n, size, np.random.default_rng(808))])
    if not np.array_equal(seen, same):
        not_yet("the same seed gives another order. Take all chance from rng.")
    for n, size, sizes in ((14, 7, [7, 7]), (3, 5, [3]), (5, 1, [1] * 5)):
        found = [len(batch) for batch in answer(n, size, np.random.default_rng(808))]
        if found != sizes:
            not_yet(f"17 by 5 is right. But {n} images in batches of {size} are {sizes}; yours are {found}.")
    right("shuffled, cut, every image once, and the same seed gives the same batches.")


@check
def batch_noise(answer):
    """Check answer(G, B): the exact noise of batches of B different images."""
    N, D, B = 11, 3, 5
    G = np.random.default_rng(808).normal(1, 2, size=(N, D))
    lengths = np.sum((G - G.mean(axis=0)) ** 2, axis=1)
    variance, others = np.mean(lengths), (N - B) / (N - 1)
    expected = np.sqrt(variance / B * others)
    found = numbers(answer(G.copy(), B), "the noise")
    drawn = found.shape == () and abs(found / expected - 1) < 0.1
    compare(
        found,
        expected,
        "and with B = N it is zero: a batch of all images has no noise.",
        [
            (expected**2, "this is the mean square. Take its root."),
            (np.sqrt(variance / B), "this is σ/√B, for independent draws. Different images: the mixed terms are not zero."),
            (variance / B, "this is σ²/B: take the root, and mind the mixed terms."),
            (np.sqrt(variance), "this is σ, the noise of a single image. Where does B come in?"),
            (np.sqrt(variance / B * (N - B) / N), "almost: N images have N - 1 others each, so divide by N - 1, not by N."),
            (np.sqrt(variance / B) * others, "both factors stand under the root, (N - B)/(N - 1) as well."),
            (np.sqrt(variance / B / others), "the factor is upside down: the noise must vanish for B = N."),
            (np.sqrt(variance / B * (1 + (B - 1) / (N - 1))), "the mixed terms have the wrong sign: the d's add up to zero, "
             "so what one image has too much the others have too little."),
            (np.sqrt(variance / B * (1 - 1 / (N - 1))), "there are B(B - 1) mixed terms, not B."),
            (np.sqrt(variance / B * (1 - B / (N - 1))), "there are B(B - 1) mixed terms, not B²: an image is no pair with itself."),
            (expected * B, "the 1/B² before the double sum is missing: the gradient of a batch is a mean."),
            (np.sqrt(variance * others), "the 1/B is missing: the noise of a batch shrinks with its size."),
            (expected / np.sqrt(D), "you average over the D entries as well. A squared length is a sum over entries."),
            (np.sqrt(np.mean(np.sum(G**2, axis=1)) / B * others), "σ² is the spread around the mean gradient: subtract it first."),
            (np.mean(np.sqrt(lengths)) * np.sqrt(others / B), "you average lengths. The mean is over their squares, and the root comes last."),
            (np.sqrt(N / (N - 1)) * expected, "σ² divides by N here: all images are known, none is estimated."),
        ],
        "close, but not exact. Did you draw batches? The exercise asks for their average over all of them."
        if drawn
        else "not the noise of a batch. Find the average of d(p)·d(q) for two different images, then add up the double sum.",
    )  # fmt: skip
