"""How a check compares an answer with the right one and says what it found."""

import numpy as np


def right(message):
    """Say that the answer is right."""
    print(f"Right: {message}")


def not_yet(message):
    """Say what is wrong with the answer."""
    print(f"Not yet: {message}")


def compare(answer, expected, praise, mistakes, hint, tolerance=1e-6):
    """Print the verdict on an answer: one line, Right or Not yet.

    mistakes: pairs of what a typical mistake gives, and what to say of it.
    hint: what to say of an answer that nobody foresaw.
    """
    if answer is None:
        return not_yet("your function returned None. Does it end with a return?")
    answer, expected = np.asarray(answer), np.asarray(expected)
    if answer.shape == expected.shape and close(answer, expected, tolerance):
        return right(praise)
    for wrong, message in mistakes:
        wrong = np.asarray(wrong)
        if answer.shape == wrong.shape and close(answer, wrong, tolerance):
            return not_yet(message)
    if answer.shape != expected.shape:
        return not_yet(f"the shape should be {expected.shape}, yours is {answer.shape}.")
    return not_yet(hint)


def close(a, b, tolerance):
    """Return whether two arrays agree to a relative and absolute tolerance."""
    try:
        return np.allclose(a, b, rtol=tolerance, atol=tolerance)
    except TypeError:  # an answer of text or objects
        return False
