"""What the chapter on losses tells its readers, held against its outputs and the package."""

import math

import numpy as np
import pytest

from mnist_from_scratch import (
    CrossEntropy, MeanSquaredError, Sigmoid, Softmax, checks, load_mnist, mlp, numerical_gradient,
    one_hot, softmax,
)  # fmt: skip


@pytest.fixture(scope="module")
def losses(chapter):
    return chapter("losses")


def curves(losses, name):
    return np.array(losses.glued[f"losses-curves-{name}"])


def test_network_b_pays_more_for_one_certain_mistake_than_a_for_all():
    a, b = -np.log([0.9, 0.8, 0.7, 0.4]), -np.log([0.99, 0.99, 0.99, 0.001])
    assert b[3] > a.sum(), "the chapter says that B's mistake costs more than all four of A's"
    assert (b[:3] < a[:3]).all(), "and that B pays less than A on the first three"


def test_the_product_of_tenths_underflows_where_the_chapter_says(losses):
    n = losses.glued["losses-underflow"]
    assert math.prod([0.1] * n) == 0 < math.prod([0.1] * (n - 1)), f"not first at {n}"
    assert n < 60_000, "fewer than there are images"


def test_a_random_guess_costs_log_ten(losses):
    assert losses.glued["losses-log10"] == pytest.approx(math.log(10)), "the guess over ten classes"
    Z, Y = np.zeros((10, 10)), np.eye(10)
    softmax_loss, sigmoid_loss = CrossEntropy(Softmax()), CrossEntropy(Sigmoid())
    assert softmax_loss.forward(Z, Y) == pytest.approx(math.log(10)), "equal logits: log 10"
    assert sigmoid_loss.forward(Z, Y) == pytest.approx(10 * math.log(2)), "ten coins: 10 log 2"


def test_untrained_networks_begin_a_little_above_log_ten(losses):
    first, (X, y, _, _) = list(losses.glued["losses-first"]), load_mnist()
    Y = one_hot(y[:5000])
    for seed in range(3):
        network = mlp([784, 64, 10], np.random.default_rng(seed))
        first.append(CrossEntropy(Softmax()).forward(network.logits(X[:5000]), Y))
    assert len(first) == 13, "ten in the chapter, and three of the module's"
    assert min(first) > math.log(10) + 0.02, f"random weights cost more than equal ones: {first}"
    assert max(first) < math.log(10) + 0.4, f"but not much more: {first}"


def test_the_worst_certain_mistake_costs_one_under_squared_error():
    Z, Y = np.array([[1e4, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0]])
    assert MeanSquaredError(Softmax()).forward(Z, Y) == 1.0, "two coordinates off by 1, halved"
    assert CrossEntropy(Softmax()).forward(Z, Y) == 1e4, "cross-entropy has no such limit"


def test_the_hand_worked_loss_and_gradient_come_out(losses):
    P, Y = np.array([[0.7, 0.2, 0.1], [0.3, 0.5, 0.2]]), np.array([[1.0, 0, 0], [0, 0, 1]])
    assert round(-(math.log(0.7) + math.log(0.2)) / 2, 3) == 0.983, "the box's arithmetic"
    loss = CrossEntropy(Softmax())
    assert round(loss.forward(np.log(P), Y), 3) == 0.983, "the module's loss of the two images"
    dZ = (P - Y) / 2
    np.testing.assert_allclose(loss.backward(), dZ, atol=1e-12, err_msg="the module's gradient")
    assert losses.text.count("0.983") == 2, "the chapter shows the loss twice"
    assert np.abs(dZ[1]).max() > np.abs(dZ[0]).max(), "the second image pulls harder"
    np.testing.assert_allclose(dZ.sum(axis=1), 0, atol=1e-12, err_msg="rows add up to zero")


def test_every_pairing_agreed_with_the_central_difference(losses):
    differences = losses.glued["losses-differences"]
    assert len(differences) == 6, "six pairings of a loss and an output"
    assert max(differences) < 1e-8, f"a gradient is off: {differences}"
    assert losses.glued["losses-p-minus-y-difference"] < 1e-8, "P - Y against the difference"


def test_the_naive_formula_fails_and_the_fused_one_does_not(losses):
    assert "loss: nan" in losses.text, "the naive loss was to fail"
    assert "gradient: [[nan nan nan]]" in losses.text, "and so was its gradient"
    assert "1000.0 [[ 1. -1.  0.]]" in losses.text, "the fused loss and gradient"


def test_a_small_number_inside_the_logarithm_caps_the_loss_and_takes_its_gradient():
    Y = np.array([[0.0, 1.0, 0.0]])
    patched = lambda Z: -np.sum(Y * np.log(softmax(Z) + 1e-12))  # noqa: E731
    Z = np.array([[1000.0, 0.0, 0.0]])
    assert patched(Z) == pytest.approx(-math.log(1e-12)), "the loss stops there"
    assert patched(50 * Z) == patched(Z), "however wrong the network is"
    assert not numerical_gradient(patched, Z).any(), "the image that is most wrong teaches nothing"


def test_less_the_largest_logit_the_sum_is_between_1_and_k():
    Z = np.random.default_rng(0).normal(scale=[[1], [100], [10_000]], size=(3, 10))
    sums = np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)
    assert ((sums >= 1) & (sums <= 10)).all(), f"its logarithm would not be safe: {sums}"


def test_squared_error_is_flattest_where_most_wrong(losses):
    ce, mse = (np.array(losses.glued[f"losses-slope-{name}"]) for name in ("ce", "mse"))
    assert (np.diff(ce) < 0).all(), "cross-entropy: the more wrong, the steeper"
    top = mse.argmax()
    assert 0 < top < len(mse) - 1, "squared error's slope has a hump inside"
    assert (np.diff(mse[: top + 1]) > 0).all(), "and fades to the left of it"
    ratio = losses.glued["losses-slow-ratio"]
    assert ratio == pytest.approx(ce[0] / mse[0]), "the ratio in the text is the curves'"
    assert ratio > 1000, "at the left edge the two slopes are worlds apart"


def test_accuracy_does_not_see_the_sharpness(losses):
    accuracies = curves(losses, "accuracies")
    assert accuracies.shape[0] == 5, "five splits"
    assert np.ptp(accuracies, axis=1).max() == 0, "the accuracy of a split moved"
    assert 0.78 < accuracies.mean() < 0.83, "right on about four images of five"
    assert losses.glued["losses-accuracy"] == pytest.approx(accuracies.mean()), "as the text says"


def test_cross_entropy_sees_the_sharpness_as_predicted_on_every_split(losses):
    for ce in curves(losses, "ce"):
        best = ce.argmin()
        assert ce[0] == pytest.approx(math.log(10), abs=0.03), "s near 0 costs log 10"
        assert 0 < best < len(ce) - 1, "the lowest point lies between"
        assert ce[best] < 0.7, "and far below a guess"
        assert (np.diff(ce[: best + 1]) < 0).all(), "one valley: down to it"
        assert (np.diff(ce[best:]) > 0).all(), "one valley: up from it"
        assert ce[-1] > 2 * math.log(10), "overconfidence is rated far worse than guessing"


def test_in_the_end_cross_entropy_grows_in_proportion_to_the_sharpness(losses):
    steps = np.diff(curves(losses, "ce").mean(axis=0)) / np.diff(curves(losses, "sharpness"))
    assert steps[-1] == pytest.approx(steps[-3], rel=0.1), f"the slope still changes: {steps[-3:]}"


def test_squared_error_levels_off_near_the_share_of_mistakes(losses):
    mistakes = 1 - curves(losses, "accuracies").mean(axis=1)
    for mse, share in zip(curves(losses, "mse"), mistakes):
        assert 0 < mse.argmin() < len(mse) - 1, "squared error has a lowest point too"
        assert mse[-1] == pytest.approx(share, rel=0.1), "it ends near the share of mistakes"


def test_the_numbers_in_the_text_are_those_of_the_curves(losses):
    glued, ce = losses.glued, curves(losses, "ce")
    best = ce.mean(axis=0).argmin()
    expected = {
        "best-sharpness": curves(losses, "sharpness")[best],
        "best-ce": ce[:, best].mean(),
        "best-ce-std": ce[:, best].std(ddof=1),
        "best-probability": math.exp(-ce[:, best].mean()),
        "sharpest-ce": ce[:, -1].mean(),
        "sharpest-mse": curves(losses, "mse")[:, -1].mean(),
        "mistakes": 1 - curves(losses, "accuracies").mean(),
    }
    for name, value in expected.items():
        assert glued[f"losses-{name}"] == pytest.approx(value), name


def test_halving_finds_the_sharpness_at_the_bottom_of_the_curve(losses):
    ce, s = curves(losses, "ce")[-1], curves(losses, "sharpness")
    found, best = losses.glued["losses-found-sharpness"], ce.argmin()
    assert s[best - 1] < found < s[best + 1], f"{found} is not at the bottom"
    told = [losses.glued[f"losses-{name}-sharpness"] for name in ("best", "next")]
    assert told[0] < found < told[1], f"the solution says that {found} lies between {told}"
    assert told[1] == s[np.searchsorted(s, told[0]) + 1], "the next value of the grid"


def test_the_best_sharpness_is_about_as_sure_as_it_is_right(losses):
    accuracy = curves(losses, "accuracies")[-1, 0]
    confidence = losses.glued["losses-found-confidence"]
    assert confidence == pytest.approx(accuracy, abs=0.04), "close, the solution says"


def pick(P, y):
    return P[np.arange(len(y)), y]


def hot(Z, y):
    return np.eye(Z.shape[1])[y]


def naive_softmax(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def mse_gradient(Z, Y):
    P = softmax(Z)
    G = (P - Y) / len(Z)
    return P * (G - np.sum(P * G, axis=1, keepdims=True))


ANSWERS = [
    (checks.cross_entropy, "Right", lambda P, y: -np.mean(np.log(pick(P, y)))),
    (checks.cross_entropy, "sign", lambda P, y: np.mean(np.log(pick(P, y)))),
    (checks.cross_entropy, "divide by N,", lambda P, y: -np.sum(np.log(pick(P, y)))),
    (checks.cross_entropy, "N K", lambda P, y: -np.sum(np.log(pick(P, y))) / P.size),
    (checks.cross_entropy, "add up", lambda P, y: -np.sum(np.log(P)) / len(P)),
    (checks.cross_entropy, "average over all", lambda P, y: -np.mean(np.log(P))),
    (checks.cross_entropy, "first the logarithm", lambda P, y: -np.log(np.mean(pick(P, y)))),
    (checks.cross_entropy, "base 10", lambda P, y: -np.mean(np.log10(pick(P, y)))),
    (checks.cross_entropy, "base 2", lambda P, y: -np.mean(np.log2(pick(P, y)))),
    (checks.cross_entropy, "Average them", lambda P, y: -np.log(pick(P, y))),
    (checks.cross_entropy, "inside the logarithm", lambda P, y: -np.mean(np.log(pick(P, y) + 1e-8))),
    (checks.cross_entropy, "inside the logarithm", lambda P, y: -np.mean(np.log(pick(P, y) + 1e-15))),
    (checks.cross_entropy, "inside the logarithm", lambda P, y: -np.mean(np.log(pick(P, y) + 1e-5))),
    (checks.cross_entropy, "clipped", lambda P, y: -np.mean(np.log(pick(P, y).clip(1e-12, 1)))),
    (checks.cross_entropy, "clipped", lambda P, y: -np.mean(np.maximum(np.log(pick(P, y)), -30))),
    (checks.cross_entropy, "product", lambda P, y: -np.log(np.prod(pick(P, y))) / len(y)),
    (checks.cross_entropy, "None", lambda P, y: None),
    (checks.cross_entropy, "Pick one entry", lambda P, y: 0.5),
    (checks.cross_entropy_gradient, "Right", lambda Z, y: (softmax(Z) - hot(Z, y)) / len(Z)),
    (checks.cross_entropy_gradient, "sign", lambda Z, y: (hot(Z, y) - softmax(Z)) / len(Z)),
    (checks.cross_entropy_gradient, "1/N", lambda Z, y: softmax(Z) - hot(Z, y)),
    (checks.cross_entropy_gradient, "N K", lambda Z, y: (softmax(Z) - hot(Z, y)) / Z.size),
    (checks.cross_entropy_gradient, "logits", lambda Z, y: (Z - hot(Z, y)) / len(Z)),
    (checks.cross_entropy_gradient, "subtracted", lambda Z, y: softmax(Z) / len(Z)),
    (checks.cross_entropy_gradient, "axis=1", lambda Z, y: (softmax(Z.T).T - hot(Z, y)) / len(Z)),
    (checks.cross_entropy_gradient, "turned", lambda Z, y: ((softmax(Z) - hot(Z, y)) / len(Z)).T),
    (checks.cross_entropy_gradient, "respect to P", lambda Z, y: -hot(Z, y) / softmax(Z) / len(Z)),
    (checks.cross_entropy_gradient, "1000", lambda Z, y: (naive_softmax(Z) - hot(Z, y)) / len(Z)),
    (checks.cross_entropy_gradient, "None", lambda Z, y: None),
    (checks.cross_entropy_gradient, "not (P - Y)", lambda Z, y: Z),
    (checks.mse_softmax_gradient, "Right", mse_gradient),
    (checks.mse_softmax_gradient, "go through", lambda Z, Y: (softmax(Z) - Y) / len(Z)),
    (
        checks.mse_softmax_gradient,
        "diagonal",
        lambda Z, Y: (softmax(Z) - Y) / len(Z) * softmax(Z) * (1 - softmax(Z)),
    ),
    (
        checks.mse_softmax_gradient,
        "row's sum",
        lambda Z, Y: (softmax(Z) - Y) / len(Z) * softmax(Z),
    ),
    (checks.mse_softmax_gradient, "1/N", lambda Z, Y: len(Z) * mse_gradient(Z, Y)),
    (checks.mse_softmax_gradient, "too large", lambda Z, Y: 2 * mse_gradient(Z, Y)),
    (checks.mse_softmax_gradient, "sign", lambda Z, Y: -mse_gradient(Z, Y)),
    (checks.mse_softmax_gradient, "shape", lambda Z, Y: mse_gradient(Z, Y).T),
    (checks.mse_softmax_gradient, "row sums", lambda Z, Y: Z),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("check, said, answer", ANSWERS)
def test_a_check_knows_right_from_wrong_and_says_so_in_one_line(check, said, answer, verdict):
    out = verdict(check, answer)
    assert out.startswith("Right: " if said == "Right" else "Not yet: "), out
    assert said in out, f"the check should speak of {said!r}, it said {out!r}"
