"""The checks of the page on the files of MNIST."""

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
