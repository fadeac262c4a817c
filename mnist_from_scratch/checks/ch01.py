"""The checks of chapter 01, the digits."""

import numpy as np

from ._verdict import check, compare, not_yet, right


@check
def byte_offset(answer):
    """Check answer(i, r, c): where in the file a pixel stands."""
    i, r, c = 3, 14, 9
    compare(
        answer(i, r, c),
        16 + 784 * i + 28 * r + c,
        "16 bytes of header, whole images, whole rows, and then the column.",
        [
            (784 * i + 28 * r + c, "you counted from the first pixel: the header comes before it."),
            (8 + 784 * i + 28 * r + c, "8 bytes is the header of the labels: the images have 3 axes."),
            (16 + 784 * i + 28 * c + r, "row and column are exchanged: a row is a run of 28 bytes."),
            (16 + 784 * (i - 1) + 28 * (r - 1) + c - 1, "images, rows and columns count from 0."),
            (16 + 28 * i + 28 * r + c, "an image has 28 rows of 28 pixels: pass 784 bytes for each."),
        ],
        "add up the header, i whole images, r whole rows and c pixels.",
    )


@check
def to_idx(answer):
    """Check answer(array): the bytes of an IDX file."""
    array = np.arange(12, dtype=np.uint8).reshape(2, 3, 2)
    pixels, lengths = array.tobytes(), [n.to_bytes(4, "big") for n in array.shape]
    expected = bytes([0, 0, 8, 3]) + b"".join(lengths) + pixels
    little = b"".join(n.to_bytes(4, "little") for n in array.shape)
    mistakes = {
        pixels: "these are the numbers alone: the header is missing.",
        bytes([0, 0, 8, 3]) + little + pixels: "the lengths are little-endian: the first byte must weigh most.",
        bytes([0, 0, 8, 3, *array.shape]) + pixels: "a length takes four bytes, not one.",
        expected[:3] + b"\1" + expected[4:]: "the fourth byte must be the number of axes, which is array.ndim.",
        expected[:-12]: "the header is right, but where are the numbers?",
        expected[:4] + pixels: "the lengths of the axes are missing.",
        expected[:2] + b"\1" + expected[3:]: "the third byte must say what the numbers are: 8 for unsigned bytes.",
    }
    found = answer(array.copy())
    if not isinstance(found, (bytes, bytearray)):
        return not_yet(f"it should return bytes, yours returned {type(found).__name__}.")
    if found != expected:
        hint = f"for shape {array.shape} it should be {expected.hex(' ')}, yours is {found.hex(' ')}."
        return not_yet(mistakes.get(bytes(found), hint))
    one_axis = np.arange(300, dtype=np.uint8)
    if answer(one_axis.copy()) != bytes([0, 0, 8, 1, 0, 0, 1, 44]) + one_axis.tobytes():
        return not_yet("three axes work, but one axis of 300 numbers does not.")
    right("parse_idx would read it, and so would any program that knows IDX.")


@check
def accuracy_by_class(answer):
    """Check answer(predicted, y): the share of each class that is recognised."""
    y = np.repeat(np.arange(10), 4)
    predicted = y.copy()
    predicted[[0, 4, 5, 8, 20, 24, 25, 26, 36]] = [1, 0, 2, 1, 3, 5, 5, 0, 4]
    hit = predicted == y
    classes = range(10)
    compare(
        answer(predicted, y),
        np.array([hit[y == k].mean() for k in classes]),
        "each class is counted among its own images.",
        [
            (
                np.array([hit[predicted == k].mean() for k in classes]),
                "you look at the images that are called k. Look at those that are a k: y == k.",
            ),
            (
                np.array([np.mean(hit & (y == k)) for k in classes]),
                "divide by the number of images of the class, not by the number of all images.",
            ),
            (
                np.array([np.sum(hit & (y == k)) for k in classes]),
                "these are counts: divide by the number of images of the class.",
            ),
            (
                np.array([1 - hit[y == k].mean() for k in classes]),
                "this is the share of mistakes, not of right answers.",
            ),
            (hit.mean(), "this is one accuracy for all: give ten, one for each class."),
        ],
        "for each class k, take the images with y == k and ask how often predicted is k.",
    )


@check
def standard_error(answer):
    """Check answer(p, n): the standard error of an accuracy p on n images."""
    p, n = 0.8, 400
    compare(
        answer(p, n),
        np.sqrt(p * (1 - p) / n),
        "it falls with the square root of n.",
        [
            (p * (1 - p) / n, "this is the variance: take the square root."),
            (np.sqrt(p * (1 - p)), "this is how a single answer scatters: divide by n inside the root."),
            (np.sqrt(p * (1 - p)) / n, "n belongs inside the square root."),
            (np.sqrt(p / n), "the factor 1 - p is missing."),
            (100 * np.sqrt(p * (1 - p) / n), "give it as a share like p, not in per cent."),
        ],
        "take p (1 - p), divide by n, and take the square root.",
    )
