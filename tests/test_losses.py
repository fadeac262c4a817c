"""Losses: by hand, on huge logits, and their gradients against finite differences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import five_line_gradient, name, refuses

from mnist_from_scratch import CrossEntropy, Identity, MeanSquaredError, ReLU, Sigmoid
from mnist_from_scratch import Softmax, Tanh, losses, numerical_gradient, relative_error

ALL = [MeanSquaredError(output()) for output in (Softmax, Sigmoid, Tanh, Identity)]
ALL += [CrossEntropy(output()) for output in (Softmax, Sigmoid)]
LN = np.log


@st.composite
def batches(draw, limit=20.0, dtype=np.float64):
    """Logits and one-hot targets, (N, K) each."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(2, 5)))
    width = 32 if dtype == np.float32 else 64
    Z = draw(hnp.arrays(dtype, shape, elements=st.floats(-limit, limit, width=width)))
    y = draw(hnp.arrays(int, shape[0], elements=st.integers(0, shape[1] - 1)))
    return Z, np.eye(shape[1], dtype=dtype)[y]


# -------------------------------------------------------------------- by hand


def test_mean_squared_error_worked_by_hand():
    # ‖(1, 2) - (1, 0)‖² = 4, ‖(3, 0) - (0, 1)‖² = 10; (4 + 10) / (2 · 2) = 3.5
    Z, Y = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    loss = MeanSquaredError(Identity())
    assert loss.forward(Z, Y) == 3.5, "1/(2N) sum of squares"
    assert loss.backward().tolist() == [[0, 1], [1.5, -0.5]], "(A - Y) / N"


def test_softmax_cross_entropy_worked_by_hand():
    # P = (1, 2, 5)/8 and (2, 1, 1)/4; the right classes have 5/8 and 1/4.
    Z = LN(np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 1.0]]))
    Y = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    loss = CrossEntropy(Softmax())
    assert loss.forward(Z, Y) == pytest.approx((LN(8 / 5) + LN(4)) / 2), "-mean log P"
    expected = np.array([[1 / 8, 2 / 8, -3 / 8], [2 / 4, -3 / 4, 1 / 4]]) / 2
    assert loss.backward() == pytest.approx(expected), "(P - Y) / N"


def test_sigmoid_cross_entropy_worked_by_hand():
    # A = (3/4, 1/4) against (1, 0): -ln 3/4 - ln 3/4; (1/2, 3/4) against (0, 1): -ln 1/2 - ln 3/4.
    Z = np.array([[LN(3), -LN(3)], [0.0, LN(3)]])
    Y = np.array([[1.0, 0.0], [0.0, 1.0]])
    loss = CrossEntropy(Sigmoid())
    expected = (2 * LN(4 / 3) + LN(2) + LN(4 / 3)) / 2
    assert loss.forward(Z, Y) == pytest.approx(expected), "the sum of binary cross-entropies"
    assert loss.backward() == pytest.approx(np.array([[-1, 1], [2, -1]]) / 8), "(A - Y) / N"


def test_mean_squared_error_on_softmax_worked_by_hand():
    # P = (1/4, 3/4), dP = P - Y = (1/4, -1/4), P·dP = -1/8: dZ = P (dP + 1/8).
    Z, Y = np.array([[0.0, LN(3)]]), np.array([[0.0, 1.0]])
    loss = MeanSquaredError(Softmax())
    assert loss.forward(Z, Y) == pytest.approx(1 / 16), "(1/16 + 1/16) / 2"
    assert loss.backward() == pytest.approx(np.array([[3 / 32, -3 / 32]])), "the full Jacobian"


def test_mean_squared_error_on_sigmoid_and_tanh_worked_by_hand():
    loss = MeanSquaredError(Sigmoid())
    assert loss.forward(np.array([[LN(3)]]), np.array([[1.0]])) == pytest.approx(1 / 32), "sigmoid"
    assert loss.backward() == pytest.approx(-1 / 4 * 3 / 16), "(a - y) a (1 - a)"
    loss = MeanSquaredError(Tanh())
    assert loss.forward(np.array([[LN(2)]]), np.array([[1.0]])) == pytest.approx(2 / 25), "tanh"
    assert loss.backward() == pytest.approx(-2 / 5 * 16 / 25), "(a - y) (1 - a²)"


@given(batches())
def test_sigmoid_cross_entropy_is_the_sum_of_k_binary_ones(batch):
    Z, Y = batch
    total = 0.0
    for z, y in zip(Z.ravel(), Y.ravel()):
        likelihood = 1 / (1 + math.exp(-z if y else z))  # a of the target: a, or 1 - a
        total -= math.log(likelihood)
    assert CrossEntropy(Sigmoid()).forward(Z, Y) == pytest.approx(total / len(Z)), "not the sum"


@given(batches())
def test_softmax_cross_entropy_is_minus_the_mean_log_likelihood(batch):
    Z, Y = batch
    total = 0.0
    for z, y in zip(Z, Y.argmax(axis=1)):
        total -= math.log(math.exp(z[y]) / sum(math.exp(v) for v in z))
    ours = CrossEntropy(Softmax()).forward(Z, Y)
    assert ours == pytest.approx(total / len(Z), rel=1e-9, abs=1e-12), "not the likelihood"


# ------------------------------------------------------------------- properties


@pytest.mark.parametrize("loss", ALL, ids=name)
@given(batch=batches(limit=4.0))
def test_backward_is_the_derivative_of_forward(loss, batch):
    Z, Y = batch
    loss.forward(Z, Y)
    dZ = loss.backward()
    assert dZ.shape == Z.shape, "a gradient has the shape of what it differentiates"
    measured = numerical_gradient(lambda Z: loss.forward(Z, Y), Z)
    assert np.allclose(dZ, measured, rtol=1e-6, atol=1e-9), "not the package's own differences"
    measured = five_line_gradient(lambda Z: loss.forward(Z, Y), Z)
    assert np.allclose(dZ, measured, rtol=1e-6, atol=1e-9), "not the measured derivative"


@pytest.mark.parametrize("loss", ALL, ids=name)
def test_the_gradient_agrees_to_seven_digits_on_a_batch(loss):
    rng = np.random.default_rng(0)
    Z, Y = rng.normal(size=(6, 4)), np.eye(4)[rng.integers(4, size=6)]
    loss.forward(Z, Y)
    error = relative_error(loss.backward(), numerical_gradient(lambda Z: loss.forward(Z, Y), Z))
    assert error < 1e-7, f"relative error {error}"


@pytest.mark.parametrize("loss", ALL, ids=name)
@given(batch=batches())
def test_a_loss_is_a_python_float_not_below_zero(loss, batch):
    value = loss.forward(*batch)
    assert type(value) is float, f"the loss is a {type(value)}"
    assert value >= 0, f"the loss is {value}"


@pytest.mark.parametrize("loss", ALL, ids=name)
@given(batch=batches(limit=5.0))
def test_a_batch_twice_over_has_the_same_loss_and_half_the_gradient(loss, batch):
    Z, Y = batch
    once, dZ = loss.forward(Z, Y), loss.backward()
    twice = loss.forward(np.r_[Z, Z], np.r_[Y, Y])
    assert twice == pytest.approx(once, abs=1e-12), "the loss is not a mean over examples"
    assert np.allclose(loss.backward(), np.r_[dZ, dZ] / 2), "1/N stands in the loss, once"


@given(batches())
def test_the_gradient_of_softmax_cross_entropy_sums_to_zero_in_each_row(batch):
    for loss in (CrossEntropy(Softmax()), MeanSquaredError(Softmax())):
        loss.forward(*batch)
        assert np.allclose(loss.backward().sum(axis=1), 0, atol=1e-12), f"{loss}: a shift matters"


@pytest.mark.parametrize("loss", ALL, ids=name)
def test_a_right_answer_costs_less_than_a_wrong_one(loss):
    Y = np.array([[1.0, 0.0, 0.0]])
    right, wrong = loss.forward(4 * Y, Y), loss.forward(np.roll(4 * Y, 1), Y)
    assert right < wrong, f"right {right}, wrong {wrong}"


# ---------------------------------------------------------------- huge logits


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=name)
@pytest.mark.parametrize("output", [Softmax, Sigmoid], ids=name)
def test_cross_entropy_is_exact_on_logits_of_ten_thousand(output, dtype):
    Z = np.array([[1e4, -1e4, -1e4]], dtype)
    loss = CrossEntropy(output())
    with np.errstate(all="raise", under="ignore"):
        assert loss.forward(Z, np.array([[1, 0, 0]], dtype)) == 0, "surely right"
        assert not loss.backward().any(), "surely right: nothing to learn"
        value = loss.forward(Z, np.array([[0, 0, 1]], dtype))
        gradient = loss.backward()
    # Surely wrong: softmax pays 2·10⁴ at once; of the sigmoids two err, by 10⁴ each.
    assert value == 2e4, f"surely wrong: {value}"
    assert gradient.tolist() == [[1, 0, -1]], f"surely wrong: {gradient}"


@pytest.mark.parametrize("loss", ALL, ids=name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=name)
@given(data=st.data())
def test_every_loss_is_finite_on_huge_logits_and_keeps_the_dtype(loss, dtype, data):
    Z, Y = data.draw(batches(2.0**50, dtype))
    with np.errstate(all="raise", under="ignore"):
        value = loss.forward(Z, Y)
        dZ = loss.backward()
    assert math.isfinite(value), f"the loss of {Z} is {value}"
    assert np.isfinite(dZ).all(), f"the gradient of {Z} is {dZ}"
    assert dZ.dtype == dtype, f"{dtype.__name__} became {dZ.dtype}"


def test_float32_logits_give_what_float64_gives():
    rng = np.random.default_rng(1)
    Z, Y = rng.normal(size=(8, 5)), np.eye(5)[rng.integers(5, size=8)]
    for loss in ALL:
        exact = loss.forward(Z, Y)
        coarse = loss.forward(Z.astype(np.float32), Y.astype(np.float32))
        assert coarse == pytest.approx(exact, rel=1e-5), f"{loss} in float32"


@given(st.floats(-1e6, 1e6))
def test_log_sigmoid_is_the_logarithm_of_sigmoid(z):
    exact = -math.log1p(math.exp(-z)) if z > -700 else z
    assert losses.log_sigmoid(np.array(z)) == pytest.approx(exact, rel=1e-12), f"at {z}"


# ------------------------------------------------------------------- bad input


@pytest.mark.parametrize("loss", ALL, ids=name)
def test_backward_before_forward_is_refused(loss):
    fresh = type(loss)(loss.output)
    with refuses(f"{fresh!r}: backward needs a forward before it", error=RuntimeError):
        fresh.backward()


@pytest.mark.parametrize("loss", ALL, ids=name)
def test_a_loss_shows_itself_as_it_is_made(loss):
    assert repr(loss) == f"{type(loss).__name__}({type(loss.output).__name__})", repr(loss)


BAD_OUTPUTS = [None, "softmax", Softmax, ReLU(), CrossEntropy(Softmax()), 3]


@pytest.mark.parametrize("output", BAD_OUTPUTS, ids=repr)
def test_what_is_no_output_activation_is_refused(output):
    with refuses("output must be one of Softmax(), Sigmoid()", f"got {output!r}"):
        CrossEntropy(output)
    with refuses("one of Softmax(), Sigmoid(), Tanh(), Identity()", f"got {output!r}"):
        MeanSquaredError(output)


@pytest.mark.parametrize("output", [Tanh(), Identity()], ids=repr)
def test_cross_entropy_needs_outputs_between_0_and_1(output):
    with refuses("output must be one of Softmax(), Sigmoid()", f"got {output!r}"):
        CrossEntropy(output)


F32, F64 = np.float32, np.float64
BAD_TARGETS = {
    "labels": (np.ones((2, 3)), np.array([0.0, 1.0]), "(2,) float64"),
    "one class too many": (np.ones((2, 3)), np.ones((2, 4)), "(2, 4) float64"),
    "one row too few": (np.ones((2, 3)), np.ones((1, 3)), "(1, 3) float64"),
    "a row": (np.ones((2, 3)), np.ones(3), "(3,) float64"),
    "float32 beside float64": (np.ones((2, 3)), np.ones((2, 3), F32), "(2, 3) float32"),
    "integers": (np.ones((2, 3)), np.ones((2, 3), int), "(2, 3) int64"),
    "a list": (np.ones((2, 3)), [[1.0, 0, 0], [0, 1, 0]], "list"),
}
BAD_SCORES = {
    "no rows": (np.ones((0, 3)), "(0, 3)"),
    "vectors": (np.ones(3), "(3,)"),
    "three axes": (np.ones((2, 3, 1)), "(2, 3, 1)"),
}


@pytest.mark.parametrize("loss", ALL[:1] + ALL[4:], ids=name)
@pytest.mark.parametrize("case", BAD_SCORES)
def test_outputs_that_are_no_matrix_are_refused_and_the_last_batch_is_kept(loss, case):
    Z, got = BAD_SCORES[case]
    loss.forward(np.eye(3), np.eye(3))
    before = loss.backward()
    with refuses("Z must have shape (N, K) with N > 0", f"got {got}"):
        loss.forward(Z, Z)
    assert np.array_equal(loss.backward(), before), "a refused batch has left its trace"


def test_labels_in_place_of_targets_are_told_of_one_hot():
    with refuses("write one_hot(y, 3"):
        CrossEntropy(Softmax()).forward(np.eye(3), np.array([0, 1, 2]))


@pytest.mark.parametrize("Y", [2 * np.eye(3), np.zeros((3, 3)), np.ones((3, 3)), np.eye(3) * np.nan],
                         ids=["twice", "none", "all", "NaN"])  # fmt: skip
def test_softmax_cross_entropy_refuses_targets_whose_gradient_is_not_p_minus_y(Y):
    with refuses("Y must have rows that sum to 1"):
        CrossEntropy(Softmax()).forward(np.eye(3), Y)


@pytest.mark.parametrize("Y", [2 * np.eye(3) - 1, 255 * np.eye(3), np.eye(3) * np.nan],
                         ids=["plus and minus 1", "255", "NaN"])  # fmt: skip
def test_sigmoid_cross_entropy_refuses_targets_that_are_no_shares(Y):
    with refuses("Y must lie in 0..1"):
        CrossEntropy(Sigmoid()).forward(np.eye(3), Y)
    CrossEntropy(Sigmoid()).forward(np.eye(3), np.ones((3, 3)))  # each output by itself


def test_two_losses_do_not_share_the_output_that_they_were_given():
    output = Softmax()
    one, other = MeanSquaredError(output), MeanSquaredError(output)
    Z = np.array([[0.1, 0.2, 0.3]])
    one.forward(Z, np.eye(3)[:1])
    expected = one.backward()
    other.forward(10 * Z, np.eye(3)[:1])
    assert np.array_equal(one.backward(), expected), "one loss computes with the other's outputs"


@pytest.mark.parametrize("loss", ALL[:1] + ALL[4:], ids=name)
@pytest.mark.parametrize("case", BAD_TARGETS)
def test_targets_that_do_not_fit_are_refused_and_the_last_batch_is_kept(loss, case):
    Z, Y, got = BAD_TARGETS[case]
    good = np.eye(3)
    loss.forward(good, good)
    before = loss.backward()
    with refuses("Y must have the shape and dtype of Z", f"{Z.shape} {Z.dtype}", f"got {got}"):
        loss.forward(Z, Y)
    assert np.array_equal(loss.backward(), before), "a refused batch has left its trace"


@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_logits_that_are_no_floats_are_refused_by_name(loss):
    with refuses("Z must hold floats, got complex128"):
        loss.forward(np.ones((2, 3), complex), np.eye(2, 3))
