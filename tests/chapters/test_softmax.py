"""What the chapter on softmax says, against what it measured."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import softmax as scipy_softmax

from mnist_from_scratch import checks
from mnist_from_scratch.activations import Softmax, log_softmax, sigmoid, softmax
from mnist_from_scratch.gradient_check import numerical_gradient

some_scores = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(2, 6)), elements=st.floats(-20, 20)
)


def test_the_three_simple_ideas_break_what_the_text_says():
    z = np.array([-1.0, 0, 3])
    assert (z / z.sum()).min() < 0, "dividing gives no negative probability"
    square = z**2 / (z**2).sum()
    assert square[0] > square[1], "squaring does not reward the lowest score"
    assert ((z - z.min()) / (z - z.min()).sum()).min() == 0, "subtracting calls no class impossible"


@given(some_scores, st.floats(-20, 20))
def test_softmax_fulfils_the_three_wishes(Z, c):
    P = softmax(Z)
    assert (P > 0).all(), "wish 1: positive"
    assert np.allclose(P.sum(axis=1), 1), "wish 2: sum to one"
    assert np.allclose(softmax(Z + c), P), "wish 3: only differences count"


@given(some_scores)
def test_differences_of_scores_are_log_odds(Z):
    odds = np.log(softmax(Z)[:, 0] / softmax(Z)[:, 1])
    assert np.allclose(odds, Z[:, 0] - Z[:, 1], atol=1e-9), "log(p_0 / p_1) is not z_0 - z_1"


@given(some_scores)
def test_of_all_with_its_mean_score_softmax_has_the_most_entropy(Z):
    z = Z[0, :3] if Z.shape[1] >= 3 else np.array([0, 1.0, 3])
    # A direction in which neither the sum nor the mean score changes.
    direction = np.cross(np.ones(3), z)
    if np.abs(direction).max() > 0:
        for beta in (0.1, 0, -0.1):
            p = softmax(beta * z)
            q = p + 0.5 * p.min() * direction / np.abs(direction).max()
            assert entropy(q) <= entropy(p) + 1e-9, f"{q} is more undecided than {p}, beta {beta}"


def entropy(p):
    return -np.sum(p * np.log(p))


def test_each_mean_score_strictly_between_the_extremes_has_one_beta_of_the_right_sign():
    z = np.array([0, 1.0, 3])
    betas = np.linspace(-40, 40, 8001)
    means = softmax(betas[:, None] * z) @ z
    assert (np.diff(means) >= 0).all(), "the mean score should grow with beta"
    assert means[0] == pytest.approx(0, abs=1e-9), "the lowest score, for beta far below 0"
    assert means[-1] == pytest.approx(3, abs=1e-9), "the highest score, for beta far above 0"
    inside = (means > 0.01) & (means < 2.99)
    assert (np.diff(means[inside]) > 0).all(), "and strictly, so that beta is the only one"
    assert np.array_equal(betas[inside] < -1e-9, means[inside] < z.mean() - 1e-9), "its sign"


def test_a_distribution_that_excludes_a_class_is_not_more_undecided():
    z = np.array([0, 1.0, 3])
    q = np.array([2 / 3, 0, 1 / 3])  # the mean score is 1
    means = [softmax(beta * z) @ z for beta in np.linspace(-1, 0, 100_001)]
    p = softmax(np.linspace(-1, 0, 100_001)[np.argmin(np.abs(np.array(means) - q @ z))] * z)
    assert p @ z == pytest.approx(q @ z, abs=1e-4), "not with the same mean score"
    assert -np.sum(q[[0, 2]] * np.log(q[[0, 2]])) < entropy(p), "the proof holds with a zero, too"


def test_the_example_is_as_worked_by_hand(glued):
    assert glued["softmax-by-hand"] == pytest.approx([1 / 8, 2 / 8, 5 / 8]), "1, 2, 5 over 8"
    assert glued["softmax-by-hand-shifted"] == pytest.approx(glued["softmax-by-hand"]), "wish 3"


def test_cold_takes_the_highest_score_and_hot_forgets_them(glued):
    assert glued["softmax-temperature-cold"] == pytest.approx([0, 0, 1], abs=1e-6), "cold"
    assert glued["softmax-temperature-hot"] == pytest.approx([1 / 3] * 3, abs=0.02), "hot"


def test_for_two_classes_it_is_the_sigmoid_of_the_difference():
    Z = np.random.default_rng(0).normal(size=(20, 2))
    assert np.allclose(softmax(Z)[:, 1], sigmoid(Z[:, 1] - Z[:, 0]), atol=1e-15), "they differ"


def test_the_jacobian_is_as_worked_by_hand_and_as_measured(glued):
    by_hand = [[7, -2, -5], [-2, 12, -10], [-5, -10, 15]]
    J = np.array(glued["softmax-jacobian"])
    assert np.allclose(J, by_hand), f"in 64ths: {J}"
    assert np.allclose(J.sum(axis=0), 0) and np.allclose(J.sum(axis=1), 0), "rows and columns"
    assert glued["softmax-jacobian-error"] < 1e-9, "the measurement disagrees"


def test_the_gradient_worked_by_hand_is_p_minus_one_hot():
    block = Softmax()
    block.forward(np.log([[1, 2, 5.0]]))
    dz = block.backward(np.array([[0, 0, -8 / 5]]))
    assert np.allclose(dz, [[1 / 8, 2 / 8, -3 / 8]]), f"the chapter's numbers differ from {dz}"


def test_the_short_way_is_the_long_way(glued):
    assert glued["softmax-long-short"] < 1e-14, "with and without the Jacobian"
    assert glued["softmax-block-error"] < 1e-9, "backward against the measurement"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_module_keeps_the_dtype_where_the_text_trains(dtype):
    Z = np.ones((2, 3), dtype)
    block = Softmax()
    assert block.forward(Z).dtype == dtype == block.backward(Z).dtype, "the dtype changed"


def test_the_exponential_overflows_where_the_text_says():
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(np.float32(89))), "float32 at 89"
        assert np.isfinite(np.exp(np.float32(88))), "but not at 88"
        assert np.isinf(np.exp(1000.0)), "float64 at 1000"
    assert 1000 / np.log(10) > 400, "more than 400 digits"


def test_one_maximum_for_the_batch_spoils_the_row_that_lies_below(glued):
    assert glued["softmax-one-maximum-nans"] == [0, 3], "only the second row should be lost"


def test_the_logarithm_taken_afterwards_loses_its_digits_and_falls_off(glued):
    assert set(glued["softmax-log-dtype"]) == {"float32"}, "the precision in which the book trains"
    assert glued["softmax-log-infinite"] == [False, False, False, False, True], "the last one only"
    gaps = np.array([20, 100, 102, 103, 104])
    assert np.abs(glued["softmax-log-on-paper"] + gaps).max() < 1e-4, "on paper it is minus the gap"
    off = np.abs(glued["softmax-log-afterwards"] + gaps[:-1])
    assert off[0] < 1e-4 < 0.01 < off[1] < off[2] < off[3], f"the digits do not go: {off}"


def test_log_sum_exp_lies_between_the_maximum_and_log_k_above():
    Z = np.random.default_rng(0).normal(0, 10, size=(100, 7))
    lse = (Z - log_softmax(Z))[:, 0]
    above = lse - Z.max(axis=1)
    assert (above >= 0).all() and (above <= np.log(7)).all(), "outside its bounds"


def test_the_module_is_calm_at_huge_and_far_apart_scores(glued):
    P, log_P = np.array(glued["softmax-module-softmax"]), np.array(glued["softmax-module-log-softmax"])
    assert np.allclose(P[0], [1 / 8, 2 / 8, 5 / 8]), "the row worked by hand"
    assert P[1].tolist() == [1, 0, 0], "too small to be told from 0"
    assert log_P[1].tolist() == [0, -10000, -20000], "and their logarithms known"
    assert np.allclose(P[2], softmax(np.array([0.0, 1, 2]))), "the row far below"


# The exercises.


def test_the_exercises_come_out_as_their_solutions_say(glued):
    first, second = glued["softmax-exercise-shift"]
    e = np.e
    assert first == pytest.approx([e / (e + 2), 1 / (e + 2), 1 / (e + 2)])
    assert second == pytest.approx([0.5, 0.25, 0.25])
    assert glued["softmax-exercise-lse"] < 1e-9, "the gradient of log-sum-exp is softmax"
    assert np.abs(glued["softmax-exercise-rows"]).max() < 1e-14, "each row of dZ sums to zero"
    assert np.exp(2) == pytest.approx(7.4, abs=0.05), "the checkpoint's factor"


def test_softmax_with_two_classes_has_the_sigmoids_slope():
    slope = numerical_gradient(lambda d: sigmoid(d)[0], np.array([0.9]))
    p = softmax(np.array([0.3, 1.2]))
    assert slope[0] == pytest.approx(p[0] * p[1]), "p_0 p_1 is the slope"


def exp_over(axis, shift=None):
    def answer(Z):
        E = np.exp(Z if shift is None else Z - Z.max(axis=shift, keepdims=True))
        return E / E.sum(axis=axis, keepdims=True)

    return answer


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (exp_over(1, 1), "Right: "),
        (softmax, "Right: "),
        (exp_over(1), "Not yet: right for ordinary scores, but at 1000"),
        (exp_over(1, (0, 1)), "Not yet: right until a row lies far below"),
        (exp_over(0), "Not yet: each column sums to one"),
        (exp_over((0, 1)), "Not yet: the whole batch sums to one"),
        (np.exp, "Not yet: positive, but not divided"),
        (lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)), "Not yet: shifted, but not divided"),
        (lambda Z: Z - Z.max(axis=1, keepdims=True), "Not yet: shifted, and then?"),
        (log_softmax, "Not yet: that is the logarithm"),
        (lambda Z: Z / Z.sum(axis=1, keepdims=True), "Not yet: the exponential is missing"),
        (lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1), "Not yet: ValueError in line 1 of your function"),
        (lambda Z: softmax(2 * Z), "Not yet: exponentials of the shifted row"),
        (lambda Z: softmax(Z)[0], "Not yet: the shape of P should be (5, 3)"),
        (lambda Z: None, "Not yet: your function returned None"),
    ],
)
def test_the_check_of_softmax_knows_the_mistakes(answer, start, verdict):
    said = verdict(checks.softmax, answer)
    assert said.startswith(start.strip()), f"it should say {start!r}, and says {said!r}"


def row_by_row_in_lists(Z):
    P = []
    for z in Z.tolist():
        sizes = [math.exp(score - max(z)) for score in z]
        P.append([size / sum(sizes) for size in sizes])
    return P


def one_over_a_sum(Z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)


OTHER_SOFTMAXES = {
    "lists": row_by_row_in_lists,
    "float32": lambda Z: exp_over(1, 1)(Z.astype(np.float32)),
    "the module in float32": lambda Z: softmax(Z.astype(np.float32)),
    "float32 in lists": lambda Z: softmax(Z.astype(np.float32)).tolist(),
    "filled in a loop": lambda Z: np.stack([np.exp(z - z.max()) / np.exp(z - z.max()).sum() for z in Z]),
    "logaddexp": lambda Z: np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)),
    "one over a sum": one_over_a_sum,
    "scipy": lambda Z: scipy_softmax(Z, axis=1),
    "columns": lambda Z: (np.exp(Z.T - Z.max(axis=1)) / np.exp(Z.T - Z.max(axis=1)).sum(axis=0)).T,
}


@pytest.mark.parametrize("how", OTHER_SOFTMAXES)
def test_the_check_of_softmax_accepts_other_right_answers(how, verdict):
    said = verdict(checks.softmax, OTHER_SOFTMAXES[how])
    assert said.startswith("Right: "), f"{how}: {said}"


def rows(V):
    return V.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda dP, P, T: P * (dP - rows(dP * P)) / T, "Right: "),
        (lambda dP, P, T: P * (dP - rows(dP * P)), "Not yet: the slope from Z to Z/T"),
        (lambda dP, P, T: P * (dP - rows(dP * P)) * T, "Not yet: the slope of Z/T is 1/T"),
        (lambda dP, P, T: P * (dP - rows(dP * P)) / T**2, "Not yet: 1/T is there twice"),
        (lambda dP, P, T: P * dP / T, "Not yet: the weighted mean of dP is missing"),
        (lambda dP, P, T: P * (1 - P) * dP / T, "Not yet: you used the diagonal"),
        (lambda dP, P, T: P * (dP - (dP * P).sum(axis=0)) / T, "Not yet: the sum runs over the images"),
        (lambda dP, P, T: P * (dP - (dP * P).sum()) / T, "Not yet: the sum runs over the whole batch"),
        (lambda dP, P, T: P * (dP + rows(dP * P)) / T, "Not yet: wrong sign"),
        (lambda dP, P, T: P * (dP - rows(dP)) / T, "Not yet: the mean is weighted"),
        (lambda dP, P, T: P * (dP - rows(dP * P) / 3) / T, "Not yet: you divided by K"),
        (lambda dP, P, T: P * (dP - (dP * P).sum(axis=1)), "Not yet: ValueError in line 1 of your function"),
        (lambda dP, P, T: dP, "Not yet: multiply the slopes"),
        (lambda dP, P, T: None, "Not yet: your function returned None"),
    ],
)
def test_the_check_of_temperature_backward_knows_the_mistakes(answer, start, verdict):
    said = verdict(checks.temperature_backward, answer)
    assert said.startswith(start.strip()), f"it should say {start!r}, and says {said!r}"


def entry_by_entry(dP, P, T):
    N, K = P.shape
    dZ = [[0.0] * K for _ in range(N)]
    for i in range(N):
        for j in range(K):
            for k in range(K):
                dZ[i][j] += dP[i, k] * P[i, k] * ((k == j) - P[i, j]) / T
    return dZ


def by_the_block(dP, P, T):
    block = Softmax()
    block.forward(np.log(P))
    return block.backward(dP) / T


OTHER_TEMPERATURES = {
    "loops and lists": entry_by_entry,
    "float32": lambda dP, P, T: (P * (dP - rows(dP * P)) / T).astype(np.float32),
    "float32 throughout": lambda dP, P, T: by_the_block(dP.astype(np.float32), P.astype(np.float32), T),
    "a Jacobian a row": lambda dP, P, T: [dp @ (np.diag(p) - np.outer(p, p)) / T for dp, p in zip(dP, P)],
    "einsum": lambda dP, P, T: P / T * (dP - np.einsum("nk,nk->n", dP, P)[:, None]),
    "the block": by_the_block,
    "multiplied out": lambda dP, P, T: dP * P / T - P * (rows(dP * P) / T),
}


@pytest.mark.parametrize("how", OTHER_TEMPERATURES)
def test_the_check_of_temperature_backward_accepts_other_right_answers(how, verdict):
    said = verdict(checks.temperature_backward, OTHER_TEMPERATURES[how])
    assert said.startswith("Right: "), f"{how}: {said}"
