"""MSE against cross-entropy: what the missing factor does, to one neuron and to networks."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_from_scratch import (
    Configuration, CosineDecay, CrossEntropy, MeanSquaredError, Softmax, load_mnist,
    numerical_gradient, one_hot, sigmoid, softmax, summarise, sweep, train_validation_split,
)  # fmt: skip

LOSSES = {"cross-entropy": CrossEntropy, "mse": MeanSquaredError}
SLOPES = {"cross-entropy": lambda a: a, "mse": lambda a: a * a * (1 - a)}
BASE = Configuration(sizes=(784, 64, 10), lr=0.15, epochs=1)


@pytest.fixture(scope="module")
def mnist():
    """The chapter's training and validation images, and the test images."""
    X, y, X_test, y_test = load_mnist()
    return *train_validation_split(X, y, 10_000, np.random.default_rng(13)), X_test, y_test


# The losses, and one neuron


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_written_losses_have_the_written_gradients(y):
    def ce(z):
        a = sigmoid(z)
        return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))

    def mse(z):
        return np.sum((sigmoid(z) - y) ** 2) / 2

    z = np.linspace(-4, 4, 9)
    a = sigmoid(z)
    q = a if y else 1 - a
    for loss, derived, pull in ((ce, a - y, 1 - q), (mse, (a - y) * a * (1 - a), q * (1 - q) ** 2)):
        assert numerical_gradient(loss, z) == pytest.approx(derived, abs=1e-7), "not the derivative"
        assert np.abs(derived) == pytest.approx(pull), "its size is not the pull"


def steps_until_half(z0, slope, lr=0.05):
    z, steps = float(z0), 0
    while sigmoid(np.float64(z)) > 0.5:
        z -= 2 * lr * slope(sigmoid(np.float64(z)))
        steps += 1
    return steps


@pytest.mark.parametrize("name", SLOPES)
def test_the_counted_steps_are_what_the_neuron_needs(glued, name):
    counted = dict(zip(glued["mse-cross-entropy-starts"], glued["mse-cross-entropy-counted"][name]))
    for z0 in (0.5, 1, 3, 5):
        here = steps_until_half(z0, SLOPES[name])
        assert abs(counted[z0] - here) <= 1, f"{name} from {z0}: {counted[z0]}, here {here}"


def test_the_formulas_predict_the_steps(glued):
    assert glued["mse-cross-entropy-off"]["cross-entropy"] < 1.5, "cross-entropy's time is off"
    assert glued["mse-cross-entropy-off"]["mse"] < 5, "squared error's time is off"
    assert glued["mse-cross-entropy-off-most"] == max(glued["mse-cross-entropy-off"].values()), "misreported"


def test_waiting_grows_in_a_line_for_one_loss_and_exponentially_for_the_other(glued):
    ce, mse = (np.array(glued["mse-cross-entropy-counted"][name]) for name in ("cross-entropy", "mse"))
    more = np.diff(ce[::2])  # one more unit of z each
    assert np.all(np.abs(more[2:] - 10) <= 1), f"each unit should cost ten steps: {more}"
    factor = mse[-1] / mse[-3]
    assert factor == pytest.approx(np.e, rel=0.02), f"the last unit multiplies by {factor}"


def test_halfway_through_its_wait_squared_error_has_hardly_moved(glued):
    assert glued["mse-cross-entropy-tail-mse"] > 0.98, "the output should still be nearly 1"
    assert glued["mse-cross-entropy-tail-ce"] < glued["mse-cross-entropy-tail-mse"]


# Softmax behind squared error


def all_logits(Z, y, loss=MeanSquaredError):
    """dZ behind softmax, without the 1/N."""
    loss = loss(Softmax())
    loss.forward(Z, one_hot(y, Z.shape[1], Z.dtype))
    return len(Z) * loss.backward()


def gradient(P, t):
    """dz of squared error behind softmax, for one row of probabilities."""
    return all_logits(np.log(np.atleast_2d(P)), np.array([t]))[0]


@pytest.mark.parametrize("K", [2, 3, 10])
def test_the_bounds_are_reached_by_one_rival_and_by_equal_rivals(K):
    for q in (0.01, 0.3, 0.9):
        hump = q * (1 - q) ** 2
        equal = np.full(K, (1 - q) / (K - 1))
        equal[0] = q
        assert -gradient(equal, 0)[0] == pytest.approx(K / (K - 1) * hump), "lower bound"
        alone = np.full(K, 1e-12)
        alone[:2] = q, 1 - q
        assert -gradient(alone, 0)[0] == pytest.approx(2 * hump, rel=1e-6), "upper bound"


def test_a_confidently_wrong_image_has_no_gradient_at_all():
    wrong = np.array([1e-9, 1 - 2e-9, 1e-9])
    assert np.abs(gradient(wrong, 0)).max() < 1e-8, "squared error should not pull"


def test_two_wrong_classes_are_evened_out_and_the_true_one_gets_nothing():
    dz = gradient(np.array([1e-12, 0.6, 0.4]), 0)
    assert abs(dz[0]) < 1e-11 and dz[1] > 0 > dz[2], f"larger down, smaller up: {dz}"


def test_squared_error_behind_softmax_fades_at_every_certain_answer():
    y, Z = np.array([0]), 12 * np.eye(10)
    for winner in (0, 3):
        mse, ce = (np.abs(all_logits(Z[[winner]], y, loss)).max() for loss in (MeanSquaredError, CrossEntropy))
        assert mse < 1e-3, f"certain of {winner}: squared error should not pull"
        assert (ce < 1e-3) == (winner == 0) and (ce > 0.99) == (winner == 3), "cross-entropy pulls where it is wrong"


@pytest.mark.parametrize("K", [2, 3, 10])
def test_the_ratio_of_the_pulls_behind_softmax_falls_to_between_two_and_four(K):
    q = np.linspace(0.01, 0.5, 50)
    low = (1 - q) / (2 * q * (1 - q) ** 2)                       # by the two bounds
    high = (1 - q) * (K - 1) / K / (q * (1 - q) ** 2)
    assert np.all(np.diff(low) < 0) and np.all(np.diff(high) < 0), "the ratio should fall as q grows"
    assert low[-1] == pytest.approx(2) and 2 <= high[-1] < 4, f"at one half between {low[-1]} and {high[-1]}"


# On the network


def test_an_untrained_network_is_pulled_ten_times_less_by_squared_error(glued, mnist):
    ratios = np.array(glued["mse-cross-entropy-pull-ratios-new"])
    assert np.all((ratios > 8) & (ratios < 13)), f"about ten, with each seed: {ratios}"
    X_val, y_val = mnist[2:4]
    network = BASE.network(np.random.default_rng(0))
    P = np.concatenate([BASE.network(np.random.default_rng(seed)).predict_proba(X_val) for seed in range(5)])
    share = np.mean((P > 0.05) & (P < 0.2))
    assert share > 0.8, f"most classes should get a tenth, give or take a factor of two: {share:.0%} do"
    assert np.mean(P.max(axis=1) > 0.9) < 0.001, "an untrained network should be sure of nothing"
    q = np.concatenate([p[np.arange(len(y_val)), y_val] for p in P.reshape(5, -1, 10)])
    assert glued["mse-cross-entropy-new-sure"] == pytest.approx(np.mean(q < 0.01), abs=1e-4), "misreported"
    assert glued["mse-cross-entropy-new-sure"] < 0.02, "few outputs should be sure of a mistake at the start"
    for name, loss in LOSSES.items():
        size = np.abs(all_logits(network.logits(X_val), y_val, loss)[np.arange(len(y_val)), y_val]).mean()
        assert size == pytest.approx(glued["mse-cross-entropy-pulls"][f"untrained, {name}"][0], rel=1e-3)
    assert glued["mse-cross-entropy-softmax-inside"], "a pull lies outside the bounds"


def test_a_network_taught_wrong_hardly_hears_squared_error(glued):
    assert max(glued["mse-cross-entropy-wrong-q"]) < 1e-3, "it is not sure enough of its mistakes"
    assert min(glued["mse-cross-entropy-pulls"]["taught wrong, cross-entropy"]) > 0.95, "nearly full strength"
    assert min(glued["mse-cross-entropy-pull-ratios-wrong"]) > 30, "squared error should pull far less"


def test_told_the_truth_cross_entropy_recovers_first_with_every_seed(glued):
    ce, fast, slow = until = np.array(glued["mse-cross-entropy-recovery-until"])
    recovery = np.array(glued["mse-cross-entropy-recovery"])
    for rows, counts in zip(recovery, until):
        for curve, n in zip(rows, counts):
            reached = np.flatnonzero(curve >= 0.8)
            assert n == (20 * reached[0] if len(reached) else 10**6), "misreported"
    assert ce.max() < 100 and fast.max() < 600, "some tens of updates; squared error within the figure"
    assert list(summarise(fast - ce)) == pytest.approx(glued["mse-cross-entropy-recovery-later"])
    assert glued["mse-cross-entropy-recovery-later"][3] > 0, "the interval must exclude zero"
    assert glued["mse-cross-entropy-single-recovery"] == [np.sum(fast <= ce), 5] == [0, 5]
    assert (fast < slow).all(), "at the smaller rate it should take longer"
    assert recovery[:, :, 0].max() < 0.05, "the start should be wrong about nearly everything"
    assert (recovery[0, :, 2] > recovery[1:, :, 2].max(axis=0)).all(), "not ahead after 40 updates"


# Each at its own best rate


def test_each_loss_gets_its_own_best_rate_and_neither_lies_at_the_edge(glued):
    accuracy = np.array(glued["mse-cross-entropy-choice"])
    assert accuracy.shape == (2, 4, 5), "two losses, four rates, five seeds"
    for name, rows in zip(LOSSES, accuracy):
        best = int(rows.mean(axis=1).argmax())
        assert glued["mse-cross-entropy-best"][name] == glued["mse-cross-entropy-rates"][best], f"{name}: not the best mean"
        assert 0 < best < 3, f"{name}: the best rate is at the edge of the list"
        for other in (best - 1, best + 1):
            low = summarise(rows[best] - rows[other]).low
            assert 100 * low >= glued["mse-cross-entropy-neighbours-lowest"] - 1e-9 > 0, f"{name}: a neighbour may be as good"
    assert glued["mse-cross-entropy-best"] == {"cross-entropy": 0.45, "mse": 1.35}, "the rates used before"
    ratio, start = glued["mse-cross-entropy-best-ratio"], glued["mse-cross-entropy-pull-ratio-new"]
    assert 2 <= ratio <= 4 and abs(ratio - start) > 4, "nearer to the pulls' ratio at one half than to the start's"


def test_squared_error_survives_rates_that_break_cross_entropy(glued):
    ce, mse = np.array(glued["mse-cross-entropy-choice"])
    assert ce[2].max() < 0.9 and ce[3].max() < 0.3, "cross-entropy should break down"
    assert mse[2:].min() > 0.93, "squared error should not"


def test_at_a_common_small_rate_most_of_the_difference_is_the_rates(glued):
    ce, mse = np.array(glued["mse-cross-entropy-choice"])
    unfair = summarise(ce[0] - mse[0])
    assert list(unfair) == pytest.approx(glued["mse-cross-entropy-unfair"]) and unfair.low > 0
    assert unfair.mean > 4 * glued["mse-cross-entropy-final"][1], "most of it should be the rate's"


def test_the_fair_comparison_follows_the_rule_of_intervals(glued):
    ce, mse = (np.array(glued["mse-cross-entropy-fresh"][name]) for name in LOSSES)
    assert ce.shape == mse.shape == (8, 3), "eight fresh seeds, three epochs"
    for word, epoch in (("early", 0), ("second", 1), ("final", -1)):
        here = summarise(ce[:, epoch] - mse[:, epoch])
        assert list(here) == pytest.approx(glued[f"mse-cross-entropy-{word}"]), "misreported"
    assert 0 < glued["mse-cross-entropy-final"][3] < 0.005 < glued["mse-cross-entropy-final"][4], "a lead; half a point is left open"
    assert glued["mse-cross-entropy-second"][3] > 0, "the text says that cross-entropy leads after two epochs"
    low, high = glued["mse-cross-entropy-early"][3:]
    assert low < 0 < high, "the text says that the first epoch cannot tell"
    assert glued["mse-cross-entropy-single-final"] == [np.sum(ce[:, -1] <= mse[:, -1]), 8]


def test_a_reader_who_repeats_a_fresh_run_gets_its_curve(glued, mnist):
    X_train, y_train, _, _, X_test, y_test = mnist
    for name, lr in (("cross-entropy", 0.45), ("mse", 1.35)):
        each = replace(BASE, epochs=3, loss=LOSSES[name], lr=CosineDecay(lr, 3))
        again = sweep([each], [100], X_train, y_train, (X_test, y_test), n_jobs=1)
        assert again.curves()[0].tolist() == glued["mse-cross-entropy-fresh"][name][0], f"{name}: another curve"


# Confidence and calibration


def test_after_three_epochs_on_many_images_both_losses_are_within_a_point(glued):
    trained = np.array(glued["mse-cross-entropy-ece-trained"])                # (2, 8, own and perfect)
    assert trained.shape == (2, 8, 2) and trained.max() < 0.015, "not within about a point"
    assert 0 < trained[..., 1].min(), "a perfect forecaster does not reach 0"
    for word, rows in zip(("ce", "mse"), trained):
        d = summarise(rows[:, 0] - rows[:, 1])
        found = glued[f"mse-cross-entropy-ece-{word}-low"], glued[f"mse-cross-entropy-ece-{word}-high"]
        assert found == pytest.approx((100 * d.low, 100 * d.high)), f"{word}: misreported"
        assert (d.low > 0) == (word == "ce"), f"{word}: cross-entropy can be told from perfect, squared error cannot"
    d = summarise(trained[0, :, 0] - trained[1, :, 0])
    assert list(d) == pytest.approx(glued["mse-cross-entropy-ece-difference"]) and d.low < 0 < d.high, "the two cannot be told apart"


def mean_gap(sure, right):
    which = np.minimum((10 * sure).astype(int), 9)
    return sum(abs(np.sum(sure[which == m]) - np.sum(right[which == m])) for m in range(10)) / len(sure)


def test_a_perfect_forecaster_leaves_a_gap_in_every_bin():
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1, 10_000)
    gaps = [mean_gap(sure, rng.random(10_000) < sure) for _ in range(20)]
    assert 0.002 < np.mean(gaps) < 0.02, "chance alone should leave a small error"


def test_both_become_overconfident_and_cross_entropy_more_so(glued):
    ce, mse = np.array(glued["mse-cross-entropy-few-over"])
    for word, rows in (("ce", ce), ("mse", mse)):
        assert (np.diff(rows.mean(axis=1)) > 0).all(), "overconfidence should grow with epochs"
        assert summarise(rows[-1]).low > 0, f"{word}: not overconfident after 32 epochs"
        assert list(summarise(rows[-1] - rows[0])) == pytest.approx(glued[f"mse-cross-entropy-over-growth-{word}"])
        assert glued[f"mse-cross-entropy-over-growth-{word}"][3] > 0, f"{word}: no growth"
    gap = summarise(ce[-1] - mse[-1])
    assert list(gap) == pytest.approx(glued["mse-cross-entropy-over-gap"]) and gap.low > 0, "its interval should exclude zero"
    assert glued["mse-cross-entropy-single-over"] == [np.sum(ce[-1] <= mse[-1]), 5]
    assert min(glued["mse-cross-entropy-few-train"][0]) == 1.0, "cross-entropy has no training mistakes left"
    assert glued["mse-cross-entropy-growth-least"] > 100 * gap.high, "how long one trains should matter more than the loss"


def test_squared_errors_overconfidence_cannot_be_told_from_cross_entropys_after_half_the_epochs(glued):
    ce, mse = np.array(glued["mse-cross-entropy-few-over"])
    for i, n in enumerate((4, 8)):
        d = summarise(mse[i + 1] - ce[i])
        assert list(d) == pytest.approx(glued[f"mse-cross-entropy-delay-{n}"]) and d.low < 0 < d.high, f"after {n} epochs"
    d = summarise(mse[3] - ce[2])
    assert list(d) == pytest.approx(glued["mse-cross-entropy-delay-16"]) and d.high < 0, "after 32 epochs it should be below"


def test_the_calibration_error_is_the_mean_gap_of_the_bins(glued):
    share, confidence, accuracy = np.moveaxis(np.array(glued["mse-cross-entropy-bins"]), 2, 0)   # (2, 5, 10) each
    assert share.sum(axis=-1) == pytest.approx(np.ones((2, 5))), "every image is in one bin"
    parts = share * np.abs(confidence - accuracy)
    over, ece = np.array(glued["mse-cross-entropy-few-over"]), np.array(glued["mse-cross-entropy-few-ece"])
    assert parts.sum(axis=-1) == pytest.approx(ece[:, -1]), "not its definition"
    assert np.all(np.abs(over) <= ece + 1e-6), "the sum without the bars is at most as large"
    for values in (ece[:, -1], np.array(glued["mse-cross-entropy-equal-count"])):
        assert values == pytest.approx(over[:, -1], rel=0.1), "some bins err on the other side"
    assert np.all(share[..., -1] > 0.85), "nine images in ten should lie in the last bin"


def test_a_confidence_between_seven_and_eight_tenths_promises_too_much(glued):
    for word in ("ce", "mse"):
        claim, kept = glued[f"mse-cross-entropy-middle-claim-{word}"], glued[f"mse-cross-entropy-middle-right-{word}"]
        assert 0.7 < claim < 0.8 and kept < claim - 0.02, f"{word}: {claim:.2f} against {kept:.2f}"
    ce, mse = (np.array(each)[:, 2, 7] for each in glued["mse-cross-entropy-bins"])
    gap = summarise(100 * (mse - ce))
    assert (glued["mse-cross-entropy-middle-low"], glued["mse-cross-entropy-middle-high"]) == pytest.approx((gap.low, gap.high))
    assert gap.low < 0 < gap.high, "the text says that the two cannot be told apart"


def test_the_calibration_run_repeats(glued, mnist):
    X_train, y_train, X_val, y_val = mnist[:4]
    each = replace(BASE, epochs=4, lr=CosineDecay(1.35, 4), n_train=5000, loss=MeanSquaredError)
    again = sweep([each], [200], X_train, y_train, (X_val[:9], y_val[:9]), n_jobs=1)
    right = np.mean(again[0].network().predict(X_val) == y_val)
    assert right == pytest.approx(glued["mse-cross-entropy-few-right"][1][0][0], abs=1e-12)


# The exercises


def test_squared_error_pulls_hardest_at_one_third():
    q = np.linspace(0, 1, 100_001)
    hump = q * (1 - q) ** 2
    assert q[hump.argmax()] == pytest.approx(1 / 3, abs=1e-4) and hump.max() == pytest.approx(4 / 27)


def test_the_expected_squared_error_is_least_for_the_true_shares():
    shares = np.array([0.7, 0.2, 0.1])

    def expected(p):
        return np.sum(shares * np.sum((p - np.eye(3)) ** 2, axis=1)) / 2

    assert np.abs(numerical_gradient(expected, shares.copy())).max() < 1e-8, "no minimum there"


def test_bins_of_equal_count_give_the_same_verdict(glued):
    ce, mse = np.array(glued["mse-cross-entropy-equal-count"])
    assert summarise(ce - mse).low > 0, "cross-entropy should be the worse"


def test_one_temperature_mends_the_overconfidence(glued):
    T, before, after = np.moveaxis(np.array(glued["mse-cross-entropy-mended"]), 2, 0)
    assert (T > 1).all(), "overconfident networks have to be cooled down by T > 1"
    assert (after[0] < before[0]).all(), "the error on the other half should fall"
    assert after[1].mean() < before[1].mean(), "squared error's should fall on average"


def test_a_linear_maps_scores_need_a_large_factor(glued):
    kept, claimed, crossing, error, at_one = glued["mse-cross-entropy-linear"]
    assert 0.82 < kept < 0.88 and claimed < np.e / (np.e + 9), "right far more often than it claims"
    assert crossing > 2 * np.log(51), "far above the factor for perfect scores"
    assert error < 0.05 < at_one, "usable at the crossing, and not at 1"
