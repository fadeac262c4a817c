"""Checks of the exercises of the chapter on handwriting."""

import numpy as np

from ._verdict import check, close, not_yet, numbers, right


def pair(answer, what):
    """Return the two numbers of an answer, or end the check."""
    if not isinstance(answer, (tuple, list, np.ndarray)) or len(answer) != 2:
        not_yet(f"return two numbers: {what}.")
    return np.array([one(each) for each in answer])


def one(answer):
    """Return the one number of an answer, or end the check."""
    number = numbers(answer)
    if number.size != 1:
        not_yet(f"return one number where yours has the shape {number.shape}.")
    return float(number.ravel()[0])


@check
def best_threshold(answer):
    """Check answer(values): a threshold with the most variance between the two parts."""
    rng = np.random.default_rng(1919)
    heaps = 10 + np.concatenate([rng.normal(0.2, 0.05, 300), rng.normal(0.7, 0.1, 40)])
    few, shuffled, far = [1.0, 2, 3, 8, 11], [5.0, 6, 6.5, 0, 11.5, 11, 10.5, 10], [1.0] * 60 + [4] * 8 + [10]
    for values in map(np.array, (few, shuffled, heaps, far)):
        t = one(answer(values.copy()))
        v = np.sort(values)
        best = max(range(1, len(v)), key=lambda n: n * (len(v) - n) * (v[:n].mean() - v[n:].mean()) ** 2)
        if v[best - 1] <= t <= v[best]:
            continue
        for guess, message in [
            (v.mean(), "this is the mean of all values. It ignores where the gap is."),
            (np.median(v), "this is the median: half of all pixels would be ink."),
            ((v[0] + v[-1]) / 2, "this is half-way between the least and the most. One bright pixel would move it."),
        ]:
            if close(t, guess, 1e-6):
                not_yet(message)
        gap = 1 + int(np.argmax(np.diff(v)))
        if v[gap - 1] <= t <= v[gap]:
            not_yet("this is in the widest gap. A single value far out has a wide gap, but n0 n1 is small there.")
        inside = 0 < np.sum(values <= t) < len(values)
        not_yet(f"for {len(values)} values, {np.array2string(v[:3], precision=2)} to {v[-1]:.3g}, yours is {t:.3g}, "
                + ("and another one has more variance between the parts." if inside else "and one part is empty."))  # fmt: skip
    right("the most variance between the parts.")


@check
def centre_of_mass(answer):
    """Check answer(image): row and column of the centre of mass."""
    rng = np.random.default_rng(1919)
    image = rng.random((5, 9)) ** 3
    place = pair(answer(image.copy()), "row and column")
    rows, columns = np.arange(5), np.arange(9)
    centre = np.array([image.sum(axis=1) @ rows, image.sum(axis=0) @ columns]) / image.sum()
    inked = np.argwhere(image > 0)
    for guess, message in [
        (centre[::-1], "row and column are exchanged: the row first."),
        (centre * image.sum(), "the sum is not divided by all the ink."),
        (centre * image.sum() / image.size, "divide by the ink, not by the number of pixels."),
        (centre + 1, "count rows and columns from 0."),
        (centre + 0.5, "a pixel's place is its number, without half a pixel more."),
        ((inked.min(axis=0) + inked.max(axis=0)) / 2, "this is the middle of the box. More ink on one side draws the centre there."),
        (inked.mean(axis=0), "every pixel with ink counts alike. Each should count as much as it has."),
        (np.array(np.unravel_index(image.argmax(), image.shape)), "this is the darkest pixel."),
    ]:
        if close(place, guess, 1e-6) and not close(guess, centre, 1e-6):
            not_yet(message)
    if not close(place, centre, 1e-5):
        not_yet("row should be the sum of i times the ink, divided by the ink, and column likewise with j.")
    right("the mean place of the ink.")


@check
def scaled_shape(answer):
    """Check answer(height, width): the sides of a box whose longer side becomes 20."""
    cases = {(40, 20): (20, 10), (30, 60): (10, 20), (10, 5): (20, 10), (62, 47): (20, 15), (47, 62): (15, 20),
             (57, 57): (20, 20), (200, 3): (20, 1), (3, 200): (1, 20)}  # fmt: skip
    for shape, wanted in cases.items():
        sides = pair(answer(*shape), "height and width")
        if close(sides, wanted, 1e-9):
            continue
        asked = f"for {shape[0]} x {shape[1]}"
        if close(sides, wanted[::-1], 1e-9):
            not_yet(f"{asked}, height and width are exchanged.")
        if close(sides, shape, 1e-9):
            not_yet(f"{asked}, the box stays as it is: a small digit should grow, too.")
        if close(sides, (20, 20), 1e-9):
            not_yet(f"{asked}, both are 20: the proportions are lost.")
        if sides.min() < 1 and max(shape) > 20 * min(shape):
            not_yet(f"{asked}, a side vanishes: at least 1 should be left.")
        if close(sides.min(), 20, 1e-9):
            not_yet(f"{asked}, the shorter side becomes 20, and the longer one sticks out.")
        if not close(sides, np.round(sides), 1e-9):
            not_yet(f"{asked}, a side is no integer: round it.")
        not_yet(f"{asked}, it should be {wanted[0]} x {wanted[1]}, yours is {sides[0]:g} x {sides[1]:g}.")
    right("one factor for both sides.")
