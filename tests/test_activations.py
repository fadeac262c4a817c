"""Activations: by hand, against SciPy, and as blocks against finite differences."""

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import five_line_gradient, name, refuses

from mnist_from_scratch import Identity, ReLU, Sigmoid, Softmax, Tanh
from mnist_from_scratch import log_softmax, relu, sigmoid, softmax

BLOCKS = [Identity, Sigmoid, Tanh, ReLU, Softmax]
FUNCTIONS = [sigmoid, relu, softmax, log_softmax]
DTYPES = [np.float32, np.float64]


def rows(limit, dtype=np.float64, least=1):
    """Matrices (N, K) with entries between -limit and limit."""
    elements = st.floats(-limit, limit, width=32 if dtype == np.float32 else 64)
    return hnp.arrays(dtype, st.tuples(st.integers(1, 4), st.integers(least, 6)), elements=elements)


def test_values_worked_by_hand():
    ln = np.log
    assert sigmoid(np.array([0.0, ln(3), -ln(3)])) == pytest.approx([1 / 2, 3 / 4, 1 / 4]), "sigmoid"
    assert relu(np.array([-2.0, 0.0, 3.0])).tolist() == [0, 0, 3], "relu"
    assert Tanh().forward(np.array([[ln(2)]])) == pytest.approx(3 / 5), "tanh(ln 2)"
    Z = ln(np.array([[1.0, 2.0, 5.0]]))
    assert softmax(Z)[0] == pytest.approx([1 / 8, 2 / 8, 5 / 8]), "softmax of ln 1, ln 2, ln 5"
    assert log_softmax(Z)[0] == pytest.approx([-ln(8), -ln(4), ln(5 / 8)]), "log_softmax"
    assert Identity().forward(Z) is Z, "identity"


def test_slopes_worked_by_hand():
    Z = np.log(np.array([[3.0, 2.0, 1.0]]))  # one row of three neurons
    ones = np.ones_like(Z)
    for block, slopes in ((Sigmoid(), [3 / 16, 2 / 9, 1 / 4]), (Tanh(), [9 / 25, 16 / 25, 1]),
                          (Identity(), [1, 1, 1])):  # fmt: skip
        block.forward(Z)
        assert block.backward(ones)[0] == pytest.approx(slopes), f"the slope of {block}"
        assert block.backward(4 * ones)[0] == pytest.approx(4 * np.array(slopes)), f"{block}: dA"
    block = ReLU()
    block.forward(np.array([[-1.0, 0.0, 2.0]]))
    dZ = block.backward(np.array([[5.0, 5.0, 5.0]]))
    assert dZ.tolist() == [[0, 0, 5]], "ReLU lets through where Z is positive, and at 0 nothing"


def test_the_jacobian_of_softmax_worked_by_hand():
    # P = (1, 2, 5) / 8, and dP_i / dZ_j = P_i (δ_ij - P_j): everything over 64.
    jacobian = np.array([[1 * 7, -1 * 2, -1 * 5], [-2 * 1, 2 * 6, -2 * 5], [-5 * 1, -5 * 2, 5 * 3]])
    block = Softmax()
    block.forward(np.log(np.array([[1.0, 2.0, 5.0]])))
    for i in range(3):
        dZ = block.backward(np.eye(3)[[i]])
        assert dZ[0] == pytest.approx(jacobian[i] / 64), f"row {i} of the Jacobian"


def test_each_row_of_a_batch_has_its_own_softmax_and_its_own_jacobian():
    rng = np.random.default_rng(0)
    Z, dP = rng.normal(size=(2, 5, 3))
    block = Softmax()
    P, dZ = block.forward(Z), None
    dZ = block.backward(dP)
    for i in range(5):
        alone = Softmax()
        assert alone.forward(Z[[i]]) == pytest.approx(P[[i]]), f"row {i} forward"
        full = np.diag(P[i]) - np.outer(P[i], P[i])
        assert dZ[i] == pytest.approx(full @ dP[i]), f"row {i}: not the full Jacobian"


@pytest.mark.parametrize("block", BLOCKS, ids=name)
def test_backward_is_the_derivative_of_forward(block):
    rng = np.random.default_rng(1)
    Z, dA = rng.normal(size=(2, 4, 3))
    Z += 0.01 * np.sign(Z)  # away from the kink of ReLU
    layer = block()
    layer.forward(Z)
    measured = five_line_gradient(lambda Z: np.vdot(dA, block().forward(Z)), Z)
    assert np.allclose(layer.backward(dA), measured, atol=1e-9), "not the measured derivative"


@given(rows(50))
def test_the_functions_agree_with_scipy(Z):
    for ours, theirs in (
        (sigmoid, scipy.special.expit),
        (softmax, lambda Z: scipy.special.softmax(Z, axis=1)),
        (log_softmax, lambda Z: scipy.special.log_softmax(Z, axis=1)),
    ):
        assert np.allclose(ours(Z), theirs(Z), rtol=1e-12, atol=1e-300), f"{ours.__name__} of {Z}"


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@given(data=st.data())
def test_softmax_is_positive_and_sums_to_one(dtype, data):
    P = softmax(data.draw(rows(40, dtype)))
    assert (P > 0).all(), "a probability is not positive"
    assert np.allclose(P.sum(axis=1), 1, rtol=0, atol=1e-6), f"the sums are {P.sum(axis=1)}"


@given(rows(100), st.floats(-1000, 1000))
def test_softmax_sees_differences_only(Z, shift):
    assert np.allclose(softmax(Z), softmax(Z + shift), atol=1e-12), "a shift changes it"


@given(rows(30, least=2))
def test_softmax_keeps_the_order(Z):
    P = softmax(Z)
    for z, p in zip(Z, P):
        order = np.argsort(z, kind="stable")
        assert (np.diff(p[order]) >= 0).all(), f"a larger Z has a smaller P: {z}, {p}"


@given(rows(1e30, least=2))
def test_sigmoid_is_softmax_of_two(Z):
    pairs = np.stack([Z[:, 0], np.zeros(len(Z))], axis=1)
    assert np.allclose(sigmoid(Z[:, 0]), softmax(pairs)[:, 0], rtol=1e-12), "they should agree"


@given(rows(1e30))
def test_sigmoid_is_symmetric_and_between_0_and_1(Z):
    A = sigmoid(Z)
    assert ((0 <= A) & (A <= 1)).all(), f"outside of [0, 1]: {A}"
    assert np.allclose(A + sigmoid(-Z), 1, rtol=0, atol=1e-15), "sigmoid(-z) is 1 - sigmoid(z)"
    assert (np.diff(sigmoid(np.sort(Z.ravel()))) >= 0).all(), "sigmoid falls"


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("function", FUNCTIONS, ids=name)
@given(data=st.data())
def test_nothing_overflows_on_large_numbers(function, dtype, data):
    Z = data.draw(rows(np.finfo(dtype).max / 4, dtype))
    with np.errstate(all="raise", under="ignore"):
        A = function(Z)
    assert np.isfinite(A).all(), f"{function.__name__} of {Z} is {A}"
    assert A.dtype == dtype and A.shape == Z.shape, f"{Z.dtype} {Z.shape} gave {A.dtype} {A.shape}"


@pytest.mark.parametrize("function, expected", [
    (softmax, [[0, 1, 0]]), (log_softmax, [[-2e4, 0, -1e4]]),
    (sigmoid, [[0, 1, 0.5]]), (relu, [[0, 1e4, 0]]),
], ids=["softmax", "log_softmax", "sigmoid", "relu"])  # fmt: skip
@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_logits_of_ten_thousand_have_their_exact_values(function, expected, dtype):
    with np.errstate(all="raise", under="ignore"):
        A = function(np.array([[-1e4, 1e4, 0]], dtype))
    assert A.tolist() == expected, f"{function.__name__} gave {A.tolist()}"


def test_log_softmax_stays_exact_where_the_logarithm_of_softmax_would_not():
    # P of the second is e^-800, which is 0 in float64; its logarithm is not.
    assert log_softmax(np.array([[0.0, -800.0]]))[0, 1] == -800, "log P of an unlikely class"


def test_one_vector_works_like_one_row():
    z = np.array([1.0, 2.0, 4.0])
    assert np.array_equal(softmax(z), softmax(z[None])[0]), "softmax of a vector"
    assert np.array_equal(log_softmax(z), log_softmax(z[None])[0]), "log_softmax of a vector"
    assert sigmoid(0.0) == 0.5 and relu(-1.0) == 0, "a plain number"


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("block", BLOCKS, ids=name)
def test_a_block_keeps_the_dtype_both_ways_and_changes_no_input(block, dtype):
    rng = np.random.default_rng(2)
    Z, dA = rng.normal(size=(2, 4, 3)).astype(dtype)
    Z0, dA0 = Z.copy(), dA.copy()
    layer = block()
    A, dZ = layer.forward(Z), layer.backward(dA)
    assert A.dtype == dtype, f"{dtype.__name__} became {A.dtype} forward"
    assert dZ.dtype == dtype, f"{dtype.__name__} became {dZ.dtype} backward"
    assert A.shape == dZ.shape == Z.shape, "a shape has changed"
    assert np.array_equal(Z, Z0) and np.array_equal(dA, dA0), "the input was written to"


@pytest.mark.parametrize("block", BLOCKS, ids=name)
def test_the_derivative_holds_on_logits_of_ten_thousand(block):
    Z = np.array([[-1e4, 1e4, 0.5]])
    layer = block()
    with np.errstate(all="raise", under="ignore"):
        layer.forward(Z)
        dZ = layer.backward(np.ones_like(Z))
    assert np.isfinite(dZ).all(), f"backward gave {dZ}"


@pytest.mark.parametrize("block", BLOCKS, ids=name)
def test_backward_before_forward_is_refused(block):
    with refuses(f"{block.__name__}: backward needs a forward before it", error=RuntimeError):
        block().backward(np.ones((2, 3)))


@pytest.mark.parametrize("block", BLOCKS, ids=name)
@pytest.mark.parametrize("shape", [(3,), (1, 3), (2, 1), (3, 2)], ids=str)
def test_a_gradient_of_another_shape_is_refused(block, shape):
    layer = block()
    layer.forward(np.ones((2, 3)))
    with refuses("dA must have shape (2, 3)", f"got {shape}"):
        layer.backward(np.ones(shape))


@pytest.mark.parametrize("block", BLOCKS, ids=name)
def test_a_block_remembers_its_last_forward(block):
    layer, fresh = block(), block()
    rng = np.random.default_rng(3)
    first, second, dA = rng.normal(size=(3, 2, 3))
    layer.forward(first), layer.forward(second), fresh.forward(second)
    assert np.array_equal(layer.backward(dA), fresh.backward(dA)), "it mixes two batches"


@pytest.mark.parametrize("block", BLOCKS, ids=name)
def test_a_block_is_shown_by_its_name(block):
    assert repr(block()) == block.__name__, f"{block.__name__} shows itself as {block()!r}"


def test_tanh_agrees_with_pythons_own():
    Z = np.linspace(-5, 5, 11)[None]
    assert Tanh().forward(Z)[0] == pytest.approx([math.tanh(z) for z in Z[0]]), "tanh"


@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64])
def test_integers_are_computed_with_as_numbers_and_do_not_wrap(f, dtype):
    Z = np.array([[0, 1, 3], [100, 127, 2]], dtype)
    assert np.array_equal(f(Z), f(Z.astype(float))), "integers give something else than floats"
    assert np.array_equal(f(Z.tolist()), f(Z.astype(float))), "lists give something else than arrays"


NO_NUMBERS = {"strings": [["a", "b"]], "objects": np.array([[None, 1]]), "complex": np.ones((2, 2)) * 1j,
              "booleans": np.ones((2, 2), bool)}  # fmt: skip


@pytest.mark.parametrize("case", NO_NUMBERS)
@pytest.mark.parametrize("f", [*FUNCTIONS, Tanh().forward, Identity().forward], ids=name)
def test_what_is_no_number_is_refused(f, case):
    with refuses("Z must hold floats", "got"):
        f(NO_NUMBERS[case])


@pytest.mark.parametrize("Z", [None, "abc", {1: 2}], ids=repr)
def test_what_is_no_array_is_refused(Z):
    with refuses("Z must be an array", "got"):
        softmax(Z)


def test_a_matrix_of_numpys_is_computed_with_as_an_array():
    Z = np.matrix([[0.5, 1.0, -1.0]])
    block = Sigmoid()
    block.forward(Z)
    assert np.allclose(block.backward(np.ones((1, 3))), sigmoid(Z.A) * (1 - sigmoid(Z.A))), "matrix products"


@pytest.mark.parametrize("Z", [1.5, np.zeros((3, 0))], ids=["a number", "no classes"])
def test_softmax_needs_a_row_of_scores(Z):
    with refuses("Z must have shape (N, K) with K > 0"):
        softmax(Z)


@pytest.mark.parametrize("block", BLOCKS, ids=name)
def test_a_gradient_of_another_dtype_or_kind_is_refused(block):
    block = block()
    block.forward(np.ones((2, 3), np.float32))
    with refuses("dA must be float32", "got float64"):
        block.backward(np.ones((2, 3)))
    with refuses("dA must be a float32 array of shape (2, 3)"):
        block.backward([[1.0, 1, 1], [1, 1, 1]])
