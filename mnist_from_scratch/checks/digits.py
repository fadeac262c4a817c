"""The checks of the chapter on the digits."""

import numpy as np

from ._verdict import check, compare, not_yet, right


@check
def byte_offset(answer):
    """Check answer(i, r, c): where in the file a pixel stands."""
    i, r, c = 3, 14, 9
    place = 16 + 784 * i + 28 * r + c
    compare(
        answer(i, r, c),
        place,
        None,
        [
            (place - 16, "you counted from the first pixel: the header comes before it."),
            (place - 8, "8 bytes is the header of the labels: the images have 3 axes."),
            (place - 16 + 4, "4 bytes are its first part: the length of each axis follows."),
            (place + 1, "off by one: the first byte of the file is byte 0."),
            (place - 1, "off by one: the header fills bytes 0 to 15, and the first pixel is byte 16."),
            (16 + 784 * i + 28 * c + r, "row and column are exchanged: a row is a run of 28 bytes."),
            (16 + 784 * (i - 1) + 28 * (r - 1) + c - 1, "images, rows and columns count from 0."),
            (place - 784, "images count from 0: before image i there are i whole ones."),
            (place - 28, "rows count from 0: before row r there are r whole ones."),
            (16 + 28 * i + 28 * r + c, "an image has 28 rows of 28 pixels: pass 784 bytes for each."),
            (16 + 784 * i + r + c, "before row r there are r rows of 28 pixels each."),
            (784 * (16 + i) + 28 * r + c, "the header is 16 bytes long, not 16 images."),
            (16 + 4 * (place - 16), "a pixel is one byte, and not four."),
            (16 + 784 * r + 28 * i + c, "image and row are exchanged: an image is the longer run."),
        ],
        "add up the header, i whole images, r whole rows and c pixels.",
    )
    if [answer(0, 0, 0), answer(59_999, 27, 27)] != [16, 47_040_015]:
        not_yet("right for one pixel, but not for the first and the last one of the file.")
    right("16 bytes of header, whole images, whole rows, and then the column.")


@check
def to_idx(answer):
    """Check answer(array): the bytes of an IDX file."""
    array = np.arange(30, dtype=np.uint8).reshape(2, 5, 3)
    pixels = array.tobytes()
    found = answer(array)
    if not isinstance(found, (bytes, bytearray, memoryview)):
        not_yet(f"it should return bytes, yours returned {type(found).__name__}.")
    found = bytes(found)

    def file(lengths=array.shape, width=4, order="big", start=(0, 0, 8, 3), numbers=pixels):
        return bytes(start) + b"".join(n.to_bytes(width, order) for n in lengths) + numbers

    mistakes = {
        pixels: "these are the numbers alone: the header is missing.",
        file(order="little"): "the lengths are little-endian: the first byte must weigh most.",
        file(width=1): "a length takes four bytes, not one.",
        file(width=2): "a length takes four bytes, not two.",
        file(width=8): "a length takes four bytes, not eight.",
        file(width=8, order="little"): "a length takes four bytes, not eight, and the first byte weighs most.",
        file(array.shape[::-1]): "the lengths are in the wrong order: that of the first axis comes first.",
        file([array.size]): "each axis has a length of its own: you wrote how many numbers there are.",
        file(array.shape[:1]): "only the first axis has its length: array.shape has all of them.",
        file(start=(0, 0, 8, 1)): "the fourth byte must be the number of axes, which is array.ndim.",
        file(start=(3, 8, 0, 0)): "the first four bytes are in reverse: two zeros, the type, the number of axes.",
        file(start=()): "the first four bytes are missing: two zeros, the type, the number of axes.",
        file(numbers=b""): "the header is right, but where are the numbers?",
        file(numbers=array.tobytes("F")): "the numbers stand column by column: the last axis should run fastest.",
        file([]): "the lengths of the axes are missing.",
        file(start=(0, 0, 1, 3)): "the third byte must say what the numbers are: 8 for unsigned bytes.",
    }
    if found != file():
        not_yet(mistakes.get(found) or first_difference(found, file()))
    one_axis = np.arange(300, dtype=np.uint8)
    if bytes(answer(one_axis)) != bytes([0, 0, 8, 1, 0, 0, 1, 44]) + one_axis.tobytes():
        not_yet("three axes work, but one axis of 300 numbers does not.")
    right("parse_idx would read it, and so would any program that knows IDX.")


def first_difference(found, expected):
    """Say where the bytes of an IDX file of three axes go wrong."""
    pairs = zip(found, expected)
    i = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(found), len(expected)))
    parts = [(0, "the two zeros"), (2, "the type"), (3, "the number of axes"),
             (4, "the length of the first axis"), (8, "the length of the second axis"),
             (12, "the length of the third axis"), (16, "the numbers")]  # fmt: skip
    part = [name for start, name in parts if start <= i][-1]
    if i == len(found):
        return f"it ends too soon, in {part}: it has {i} bytes, and should have {len(expected)}."
    if i == len(expected):
        return f"all bytes are right, but there are {len(found) - i} too many after them."
    return f"the first wrong byte is byte {i}, in {part}: it should be {expected[i]}, yours is {found[i]}."


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
