"""The files of MNIST: their bytes, and an IDX file of one's own."""

import numpy as np
import pytest

from mnist_from_scratch import checks
from mnist_from_scratch.data import FOLDER, read_bytes, read_idx

NAME = "files"


@pytest.fixture(scope="module")
def images():
    return read_idx(FOLDER / "train-images-idx3-ubyte.gz")


def test_the_header_is_what_the_table_says(chapter):
    content = read_bytes(FOLDER / "train-images-idx3-ubyte.gz")
    shown = "00 00 08 03 00 00 ea 60 00 00 00 1c 00 00 00 1c"
    assert content[:16].hex(" ") == shown, "the table explains another header"
    assert len(content) == 47_040_000 + 16, "the file is not pixels and 16 bytes"
    text = chapter(NAME).text
    assert shown in text and f"{len(content):,} bytes" in text, "the chapter shows another header"


def test_a_pixel_stands_where_the_equation_says(images):
    content = read_bytes(FOLDER / "train-images-idx3-ubyte.gz")
    rng = np.random.default_rng(0)
    for i, r, c in zip(rng.integers(60_000, size=99), *rng.integers(28, size=(2, 99))):
        assert content[16 + 784 * i + 28 * r + c] == images[i, r, c], f"pixel {i, r, c}"


def test_row_14_of_the_first_image_is_thirteen_zeros_and_a_stroke_of_six(images):
    ink = np.flatnonzero(images[0, 14])
    assert ink.tolist() == list(range(13, 19)), "the stroke is not where the text says"
    stroke = images[0, 14, 13:19]
    assert stroke[[0, -1]].max() < stroke[1:-2].min(), "it is not soft at its ends"


def test_a_lost_byte_is_named(chapter):
    assert "tiny must have 18 bytes for shape (2, 3), got 17" in chapter(NAME).text


def test_byte_1_000_000_is_the_pixel_that_the_solution_names(chapter, images):
    i, r, c = np.unravel_index(1_000_000 - 16, images.shape)
    assert f"image {i}, row {r}, column {c}" in chapter(NAME).text, f"it is {i, r, c}"


# The checks


def idx(array, axes=None, order="big", code=8, width=4, lengths=True, numbers=True):
    content = bytes([0, 0, code, array.ndim if axes is None else axes])
    for n in array.shape if lengths else ():
        content += n.to_bytes(width, order)
    return content + (array.tobytes() if numbers else b"")


RIGHT = [
    (checks.byte_offset, lambda i, r, c: 16 + 784 * i + 28 * r + c),
    (checks.to_idx, idx),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_a_right_answer_is_right(verdict, check, answer):
    assert verdict(check, answer).startswith("Right: ")


WRONG = [
    (checks.byte_offset, lambda i, r, c: 784 * i + 28 * r + c, "header"),
    (checks.byte_offset, lambda i, r, c: 8 + 784 * i + 28 * r + c, "3 axes"),
    (checks.byte_offset, lambda i, r, c: 16 + 784 * i + 28 * c + r, "exchanged"),
    (checks.byte_offset, lambda i, r, c: 16 + 784 * (i - 1) + 28 * (r - 1) + c - 1, "from 0"),
    (checks.byte_offset, lambda i, r, c: 16 + 28 * i + 28 * r + c, "784"),
    (checks.byte_offset, lambda i, r, c: 5, "add up"),
    (checks.byte_offset, lambda i, r, c: None, "return"),
    (checks.to_idx, lambda a: a.tobytes(), "header is missing"),
    (checks.to_idx, lambda a: idx(a, order="little"), "little-endian"),
    (checks.to_idx, lambda a: idx(a, width=1), "four bytes"),
    (checks.to_idx, lambda a: idx(a, axes=1), "number of axes"),
    (checks.to_idx, lambda a: idx(a, numbers=False), "where are the numbers"),
    (checks.to_idx, lambda a: idx(a, lengths=False), "lengths of the axes"),
    (checks.to_idx, lambda a: idx(a, code=1), "third byte"),
    (checks.to_idx, lambda a: idx(a, code=13), "byte 2, in the type"),
    (checks.to_idx, lambda a: list(idx(a)), "list"),
    (checks.to_idx, lambda a: idx(a) if a.ndim == 3 else b"", "one axis"),
]


@pytest.mark.parametrize(("check", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(verdict, check, answer, words):
    printed = verdict(check, answer)
    assert printed.startswith("Not yet: ") and words in printed, printed
