"""The checks of arguments that several functions share."""

import warnings

import numpy as np
import pytest
import scipy.sparse
from oracles import refuses

from mnist_from_scratch._arguments import check_count, check_inputs, check_labels, check_rng

F32 = np.float32


def nasty(value, dtype=float):
    X = np.ones((3, 4), dtype)
    X[1, 2] = value
    return X


BAD_INPUTS = {
    "one column too many": (np.ones((3, 5)), "shape (N, 4) with N > 0", "got (3, 5)"),
    "one column too few": (np.ones((3, 3)), "shape (N, 4)", "got (3, 3)"),
    "turned": (np.ones((4, 3)), "shape (N, 4)", "got (4, 3)"),
    "one image alone": (np.ones(4), "shape (N, 4)", "got (4,)"),
    "three axes": (np.ones((3, 2, 2)), "shape (N, 4)", "got (3, 2, 2)"),
    "three axes, four rows": (np.ones((3, 4, 1)), "shape (N, 4)", "got (3, 4, 1)"),
    "no rows": (np.ones((0, 4)), "N > 0", "got (0, 4)"),
    "an empty list": ([], "shape (N, 4)", "got (0,)"),
    "a string": ("X_train", "be an array", "got 'X_train'"),
    "nothing": (None, "be an array", "got None"),
    "a number": (1.5, "be an array", "got 1.5"),
    "bytes": (np.ones((3, 4), np.uint8), "must hold floats", "got uint8", "divide pixels by 255"),
    "integers": (np.ones((3, 4), int), "must hold floats", "got int64"),
    "booleans": (np.ones((3, 4), bool), "must hold floats", "got bool"),
    "complex numbers": (np.ones((3, 4), complex), "must hold floats", "got complex128"),
    "strings": (np.full((3, 4), "0.5"), "must hold floats", "got <U3"),
    "objects": (np.full((3, 4), 0.5, object), "must hold floats", "got object"),
    "NaN": (nasty(np.nan), "must be finite", "got NaN or infinity"),
    "infinity": (nasty(np.inf), "must be finite", "got NaN or infinity"),
    "minus infinity": (nasty(-np.inf), "must be finite", "got NaN or infinity"),
    "pixels up to 255": (nasty(255), "must be scaled", "got numbers from 1 to 255", "divide pixels by 255"),
    "pixels up to 255 after a resize": (nasty(254.7), "must be scaled", "divide pixels by 255"),
    "pixels around zero": (nasty(127.0) - 64, "must be scaled", "got numbers from -63 to 63", "by 255"),
    "turned, all else right": (np.ones((4, 9)), "shape (N, 4)", ".T if its columns are the images"),
    "whole numbers of an XOR": (np.eye(4, dtype=int), "must hold floats", ".astype(np.float32)"),
    "a ragged list": ([[1.0, 2, 3, 4], [1.0]], "must be an array", "equally long"),
    "a sparse matrix": (scipy.sparse.csr_matrix(np.eye(4)), "must be an array", "csr_matrix", ".toarray()"),
    "masked": (np.ma.masked_equal(np.eye(4), 0), "must have no masked entries", "got 12"),
    "too large for float32": (nasty(1e39), "must be finite as float32", "got NaN or infinity"),
}


@pytest.mark.parametrize("case", BAD_INPUTS)
@pytest.mark.parametrize("name", ["X", "validation X"])
def test_inputs_that_do_not_fit_are_refused_by_name(case, name):
    bad, *words = BAD_INPUTS[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with refuses(f"{name} must", *words):
            check_inputs(bad, 4, F32, name)


def test_what_to_write_is_in_the_message():
    with refuses("write X[None] for one image"):
        check_inputs(np.ones(4), 4, F32)
    with refuses("write X.reshape(len(X), -1)"):
        check_inputs(np.ones((3, 2, 2)), 4, F32)
    with refuses("write y.argmax(axis=1)"):
        check_labels(np.eye(3, dtype=int), 3)
    with refuses("write y.astype(int)"):
        check_labels(["5", "0"], 10)
    with refuses("write y.ravel() for one column"):
        check_labels(np.zeros((3, 1), int), 10)
    for y in (["cat"], [0.5], [np.nan]):
        with refuses("y must hold integers") as caught:
            check_labels(y, 10)
        assert "astype" not in str(caught.value), f"advice that does not help with {y}"


GOOD_SCALES = {
    "pixels from 0 to 1": np.linspace(0, 1, 12),
    "standardised pixels": np.r_[np.linspace(-0.4, 1, 11), 50],
    "lengths of petals": np.linspace(0.1, 7.9, 12),
    "scikit-learn's digits": np.linspace(0, 16, 12),
}


@pytest.mark.parametrize("case", GOOD_SCALES)
def test_inputs_of_a_bearable_scale_pass(case):
    X = GOOD_SCALES[case].reshape(3, 4)
    assert np.array_equal(check_inputs(X, 4, np.float64), X), "the values have changed"


def test_a_message_stays_readable_however_long_the_value():
    with refuses("epochs must be", "…") as caught:
        check_count("epochs", list(range(1000)))
    assert len(str(caught.value)) < 250, f"{len(str(caught.value))} characters"
    with refuses("epochs must be", "got array([") as caught:
        check_count("epochs", np.ones((30, 30)))
    assert "\n" not in str(caught.value), "the message is broken into lines"


def test_inputs_are_called_x_unless_told():
    with refuses("X must have shape (N, 4)") as caught:
        check_inputs(np.ones((3, 5)), 4, F32)
    assert str(caught.value).startswith("X must"), f"another name: {caught.value}"


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64], ids=str)
def test_good_inputs_come_back_in_the_dtype_of_the_network(dtype):
    X = np.linspace(0, 1, 12, dtype=dtype).reshape(3, 4)
    checked = check_inputs(X, 4, F32)
    assert checked.dtype == np.float32, f"got {checked.dtype}"
    assert np.allclose(checked, X), "the values have changed"
    assert check_inputs(X.tolist(), 4, F32).dtype == np.float32, "lists of floats"


def test_inputs_that_fit_are_not_copied():
    X = np.ones((3, 4), F32)
    assert check_inputs(X, 4, F32) is X, "47 million pixels were copied without need"


BAD_LABELS = {
    "one-hot": (np.eye(3), "shape (N,) with N > 0", "got (3, 3)"),
    "a column": (np.zeros((3, 1), int), "shape (N,)", "got (3, 1)"),
    "a number": (3, "be an array", "got 3"),
    "nothing": (None, "be an array", "got None"),
    "none at all": (np.zeros(0, int), "N > 0", "got (0,)"),
    "too many": (np.zeros(4, int), "a label for each row of X", "got 4 for 3"),
    "too few": (np.zeros(2, int), "a label for each row of X", "got 2 for 3"),
    "floats": (np.zeros(3), "must hold integers", "got float64"),
    "whole floats": ([1.0, 2.0, 0.0], "must hold integers", "got float64"),
    "booleans": (np.zeros(3, bool), "must hold integers", "got bool"),
    "strings": (["5", "0", "4"], "must hold integers", "got <U1"),
    "objects": (np.array([1, 2, 0], object), "must hold integers", "got object"),
    "negative": ([0, -1, 2], "must lie in 0..2", "got -1..2"),
    "too large": ([0, 1, 3], "must lie in 0..2", "got 0..3"),
    "counted from one": ([1, 2, 3], "must lie in 0..2", "got 1..3"),
    "NaN": ([0, 1, np.nan], "must hold integers", "got float64"),
}


@pytest.mark.parametrize("case", BAD_LABELS)
@pytest.mark.parametrize("name", ["y", "validation y"])
def test_labels_that_do_not_fit_are_refused_by_name(case, name):
    bad, *words = BAD_LABELS[case]
    with refuses(f"{name} must", *words):
        check_labels(bad, 3, 3, name)


def test_labels_are_called_y_unless_told():
    with refuses("y must lie in 0..2"):
        check_labels([3], 3)


@pytest.mark.parametrize("y", [[0, 2, 1], np.array([0, 2, 1], np.uint8), (0, 2, 1)], ids=repr)
def test_good_labels_pass(y):
    assert check_labels(y, 3, 3).tolist() == [0, 2, 1], "the labels have changed"
    assert check_labels(y, 3).tolist() == [0, 2, 1], "any number of labels will do"


@pytest.mark.parametrize("value", [1, 7, np.int64(7), np.uint8(7)], ids=repr)
def test_a_count_comes_back_as_a_python_int(value):
    checked = check_count("epochs", value)
    assert checked == value and type(checked) is int, f"{value!r} became {checked!r}"


@pytest.mark.parametrize(
    "value", [0, -1, 2.5, 3.0, True, False, np.True_, "3", None, [3], float("nan"), np.int64(0)], ids=repr
)
def test_a_count_that_is_no_positive_integer_is_refused_by_name(value):
    with refuses("epochs must be an integer of at least 1", f"got {value!r}"):
        check_count("epochs", value)


@pytest.mark.parametrize("rng", [0, None, np.random.RandomState(0), np.random.default_rng, "rng"],
                         ids=lambda rng: type(rng).__name__)  # fmt: skip
def test_what_is_no_generator_is_refused(rng):
    with refuses("rng must be a np.random.default_rng(seed)", f"got {rng!r}"):
        check_rng(rng)


def test_a_generator_is_passed_on():
    rng = np.random.default_rng(0)
    assert check_rng(rng) is rng, "another generator came back"
