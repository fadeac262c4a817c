"""The mistakes of all exercises: what a wrong array has in common with the right one."""

import functools
import itertools

import numpy as np


def close(a, b, tolerance):
    """Return whether two arrays agree to a relative and absolute tolerance.

    float32 is given its own precision, unless the tolerance asks for more than
    it could ever have.
    """
    try:
        if np.asarray(a).dtype == np.float32 and tolerance >= 1e-9:
            tolerance = max(tolerance, 1e-5)
        return bool(np.allclose(a, b, rtol=tolerance, atol=tolerance))
    except (TypeError, ValueError):  # text, objects, shapes that do not fit
        return False


def recognise(answer, expected, tolerance, factors, name):
    """Return what is wrong with an array that no exercise foresaw, or None."""
    for look in (not_finite, empty, complex_numbers, other_shape, all_zeros, whole_numbers,
                 functools.partial(constant_factor, factors=factors), transposed, other_order,
                 constant_offset):  # fmt: skip
        if found := look(answer, expected, tolerance, name):
            return found
    return None


def how_much(answer, expected, tolerance):
    """Say how much of an array is right, if a good part is."""
    good = np.isclose(answer, expected, rtol=tolerance, atol=tolerance)
    if expected.size < 2 or good.mean() < 0.25:
        return ""
    return f" ({good.sum()} of {good.size} numbers are right, the first wrong one stands at {index_of(~good)}.)"


def not_finite(answer, expected, tolerance, name):
    """NaN and infinity, where the right answer has none."""
    bad = ~np.isfinite(answer)
    if bad.any():
        kind = "NaN" if np.isnan(answer).any() else "infinity"
        where = f" at {index_of(bad)}" if answer.ndim else ""
        return f"{name} has {kind}{where}."


def empty(answer, expected, tolerance, name):
    """Nothing at all."""
    if not answer.size and expected.size:
        return f"{name} is empty, its shape is {answer.shape}: it should be {expected.shape}."


def complex_numbers(answer, expected, tolerance, name):
    """Complex numbers, where the right answer is real."""
    if answer.dtype.kind == "c" and expected.dtype.kind != "c":
        return f"{name} is complex: take the part of it that is asked for."


def other_shape(answer, expected, tolerance, name):
    """The right numbers, or others, in a wrong shape."""
    mine, yours = expected.shape, answer.shape
    if mine == yours:
        return None
    if len(mine) > 1 and yours == mine[::-1]:
        right = close(answer.T, expected, tolerance)
        numbers = "the numbers are right, but " if right else ""
        return f"{numbers}{name} is turned: the shape should be {mine}, it is {yours}, the transpose."
    if not mine and answer.size == 1 and close(answer.ravel()[0], expected, tolerance):
        return f"the number is right, but it stands in an array of shape {yours}: return it alone."
    if answer.size == expected.size and close(answer.ravel(), expected.ravel(), tolerance):
        kept = " keepdims kept an axis?" if len(yours) > len(mine) else " Is keepdims missing?"
        kept = kept if 1 in (*mine, *yours) else " Reshape it."
        return f"the numbers are right, but the shape of {name} should be {mine}, not {yours}.{kept}"
    if not mine:
        for function, word in ((np.mean, "mean"), (np.sum, "sum")):
            if close(function(answer), expected, tolerance):
                return f"{name} should be one number: these are {answer.size}, and their {word} is right."
        return f"{name} should be one number, and has the shape {yours}."
    if yours == (expected.size,) * 2:
        n = expected.size
        return (f"the shape of {name} should be {mine}, it is {yours}: "
                f"did ({n},) meet ({n}, 1) and make ({n}, {n})?")  # fmt: skip
    return f"the shape of {name} should be {mine}, it is {yours}."


def all_zeros(answer, expected, tolerance, name):
    """Zeros that nobody has filled."""
    if expected.ndim and not answer.any() and expected.any():
        return f"{name} is zero everywhere. Is it ever filled, and is the filled one returned?"


def whole_numbers(answer, expected, tolerance, name):
    """Floats that were put into an array of integers, or divided by //."""
    if answer.dtype.kind in "iu" and expected.dtype.kind == "f":
        if any(close(answer, cut(expected), tolerance) for cut in (np.trunc, np.floor, np.rint)):
            return (f"{name} holds integers, so all that stands after the point is lost: "
                    "an array made of integers, or // for /?")  # fmt: skip
    if answer.dtype.kind == "f" and any(
        close(answer, np.round(expected, digits), 1e-12) for digits in range(1, 6)
    ):
        return f"{name} is rounded: return all digits, and round only what you print."


def constant_factor(answer, expected, tolerance, name, factors):
    """The right answer times a number, which may be named in factors, or be -1."""
    if answer.dtype.kind == "b" or not expected.any():
        return None
    factor = np.vdot(expected, answer) / np.vdot(expected, expected)
    if not factor or not close(answer / factor, expected, max(tolerance, 1e-9)):
        return None
    several = np.count_nonzero(expected) > 1  # one number is a multiple of every other
    if np.isclose(factor, -1, rtol=10 * tolerance):
        return f"the sign of {name} is turned, the numbers are right otherwise."
    size = abs(factor)
    large, times = size > 1, size if size > 1 else 1 / size
    proportions = f"{name} has the right {'direction' if several else 'sign'} but is"
    if factor < 0:
        proportions = f"{name} has the sign turned and is"
    proportions += f" {times:.4g} times too {'large' if large else 'small'}"
    for value, means in meanings(factors):
        if np.isclose(times, value, rtol=10 * tolerance):
            ask = "did you divide by it?" if large else "did you divide by it once too often?"
            return f"{proportions}. {value:g} is {means} here: {ask}"
    for (one, a), (two, b) in itertools.permutations(factors.items(), 2):
        if np.isclose(size, a / b, rtol=10 * tolerance):
            return f"{proportions}. Did you divide by {two}, {b:g}, in place of {one}, {a:g}?"
    return f"{proportions}." if several else None


def meanings(factors):
    """Yield each named factor, and each product of two, with its name."""
    for name, value in factors.items():
        yield value, name
    for (one, a), (two, b) in itertools.combinations(factors.items(), 2):
        yield a * b, f"{one} times {two}"
    for name, value in factors.items():
        yield value**2, f"the square of {name}"


def transposed(answer, expected, tolerance, name):
    """Axes in another order, for arrays whose transpose has the same shape."""
    for axes in itertools.permutations(range(expected.ndim)):
        if np.transpose(answer, axes).shape == expected.shape:
            if close(np.transpose(answer, axes), expected, tolerance):
                return f"{name} is turned: these are the right numbers with the axes in another order."


def other_order(answer, expected, tolerance, name):
    """Right rows, columns or numbers in another order."""
    if expected.ndim == 2:
        for axis, word in ((0, "rows"), (1, "columns")):
            mine, yours = (np.moveaxis(V, axis, 0) for V in (expected, answer))
            if close(in_order(yours), in_order(mine), tolerance):
                return f"{name} has the right {word} in another order."
    if expected.size > 1 and close(np.sort(answer, None), np.sort(expected, None), tolerance):
        return f"{name} has the right numbers in another order."


def in_order(rows):
    """Return rows sorted by their first number, then by the next."""
    return rows[np.lexsort(np.round(rows, 6).T[::-1])]


def constant_offset(answer, expected, tolerance, name):
    """The right answer plus a number."""
    if expected.size < 2 or answer.dtype.kind == "b":
        return None
    off = np.mean(answer - expected)
    if abs(off) > tolerance and close(answer - off, expected, tolerance):
        return f"every number of {name} is too {'large' if off > 0 else 'small'} by {abs(off):.4g}."


def index_of(where):
    """Return the place of the first True, as one writes an index."""
    return "[" + ", ".join(str(i) for i in np.argwhere(where)[0]) + "]"
