"""MSE against cross-entropy: what the missing factor does, to one neuron and to networks."""

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from mnist_from_scratch import (
    CosineDecay, CrossEntropy, MeanSquaredError, Sigmoid, Softmax, checks,
    load_mnist, mlp, normal, numerical_gradient, one_hot, sigmoid, softmax, summarise,
    sweep, train_validation_split,
)  # fmt: skip

LOSSES = {"cross-entropy": CrossEntropy(Softmax()), "mse": MeanSquaredError(Softmax())}
SLOPES = {"cross-entropy": lambda a: a, "mse": lambda a: a * a * (1 - a)}


@pytest.fixture(scope="module")
def data():
    """The chapter's training and validation images, and all of MNIST."""
    X, y, X_test, y_test = load_mnist()
    split = train_validation_split(X, y, 10_000, np.random.default_rng(13))
    return split, (X, y, X_test, y_test)


# One neuron


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


def gradient(P, t):
    """dz of squared error behind softmax, for one row of probabilities."""
    loss = MeanSquaredError(Softmax())
    loss.forward(np.log(np.atleast_2d(P)), one_hot(np.array([t]), np.shape(P)[-1], np.float64))
    return loss.backward()[0]


def test_the_formula_at_the_true_class_agrees_with_the_module(glued):
    assert glued["mse-cross-entropy-softmax-formula"] < 1e-12, "not the module's gradient"
    assert glued["mse-cross-entropy-softmax-central"] < 1e-7, "not the central difference"
    assert glued["mse-cross-entropy-softmax-inside"], "a pull lies outside the bounds"


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
    Y = np.eye(10)[:1]
    largest = {}
    for winner in (0, 3):
        for loss in (MeanSquaredError(Softmax()), CrossEntropy(Softmax())):
            loss.forward(12 * np.eye(10)[winner : winner + 1], Y)
            largest[type(loss).__name__, winner] = np.abs(loss.backward()).max()
    assert largest["MeanSquaredError", 0] < 1e-3, "certain and right: nothing to learn"
    assert largest["MeanSquaredError", 3] < 1e-3, "certain and wrong: learns nothing either"
    assert largest["CrossEntropy", 0] < 1e-3, "cross-entropy rests where it is right"
    assert largest["CrossEntropy", 3] > 0.99, "and pulls with full strength where it is wrong"


def test_the_diagonal_alone_points_in_another_direction():
    P, Y = np.array([0.001, 0.6, 0.399]), np.array([1.0, 0, 0])
    dz, diagonal = gradient(P, 0), P * (1 - P) * (P - Y)
    assert dz.shape == diagonal.shape and abs(dz.sum()) < 1e-12, "the right one adds up to zero"
    assert dz[2] < 0 < diagonal[2], f"the smaller wrong class goes the other way: {dz}, {diagonal}"
    cosine = dz @ diagonal / np.linalg.norm(dz) / np.linalg.norm(diagonal)
    assert cosine < 0.7, f"no longer another direction: {cosine}"


def test_the_hand_worked_pulls_are_right():
    wrong, right = np.array([0.01, 0.98, 0.01]), np.array([0.98, 0.01, 0.01])
    assert -gradient(wrong, 0)[0] == pytest.approx(0.0194, abs=5e-5)
    assert 0.99 / -gradient(wrong, 0)[0] == pytest.approx(51, abs=0.5)
    assert -gradient(right, 0)[0] == pytest.approx(0.00059, abs=5e-6)
    for printed, times in ((0.99 / 0.0194, 51), (0.02 / 0.00059, 34)):
        assert round(printed) == times, f"from the printed digits a reader finds {printed:.1f}, not {times}"


# On the network


def test_an_untrained_network_is_pulled_ten_times_less_by_squared_error(glued, data):
    ratios = np.array(glued["mse-cross-entropy-pull-ratios-new"])
    assert np.all((ratios > 8) & (ratios < 13)), f"about ten, with each seed: {ratios}"
    (_, _, X_val, y_val), _ = data
    network = mlp([784, 64, 10], np.random.default_rng(0))
    Z = network.logits(X_val)
    P = np.concatenate([mlp([784, 64, 10], np.random.default_rng(seed)).predict_proba(X_val) for seed in range(5)])
    share = np.mean((P > 0.05) & (P < 0.2))
    assert share > 0.8, f"most classes should get a tenth, give or take a factor of two: {share:.0%} do"
    for name, loss in LOSSES.items():
        loss.forward(Z, one_hot(y_val))
        size = np.abs(len(Z) * loss.backward()[np.arange(len(Z)), y_val]).mean()
        assert size == pytest.approx(glued["mse-cross-entropy-pulls"][f"untrained, {name}"][0], rel=1e-3)


def test_a_network_taught_wrong_hardly_hears_squared_error(glued):
    assert max(glued["mse-cross-entropy-wrong-q"]) < 1e-3, "it is not sure enough of its mistakes"
    assert min(glued["mse-cross-entropy-pulls"]["taught wrong, cross-entropy"]) > 0.95, "nearly full strength"
    assert min(glued["mse-cross-entropy-pull-ratios-wrong"]) > 30, "squared error should pull far less"
    assert max(glued["mse-cross-entropy-halves-of-the-pull"]) < 0.1, "a few images should hold half of the pull"


def test_told_the_truth_cross_entropy_recovers_first_with_every_seed(glued):
    ce, fast, slow = np.array(glued["mse-cross-entropy-recovery-until"])
    assert (ce < fast).all() and (fast < slow).all(), f"updates to 80 %: {ce}, {fast}, {slow}"
    recovery = np.array(glued["mse-cross-entropy-recovery"])
    assert recovery[:, :, 0].max() < 0.05, "the start should be wrong about nearly everything"
    assert (recovery[0, :, 2] > recovery[1:, :, 2].max(axis=0)).all(), "not ahead after 40 updates"
    assert ce.max() < 100, "cross-entropy should need some tens of updates"
    assert recovery[2, :, -1].mean() < recovery[1, :, -1].mean() - 0.02, "the smaller rate lags"


def test_the_slow_recovery_has_steps_on_which_it_waits(glued):
    for curve in np.array(glued["mse-cross-entropy-recovery"])[2]:
        gain = (curve[3:] - curve[:-3])[curve[3:] < 0.85]       # over 60 updates
        assert gain.min() < 0.045 and gain.max() > 0.1, f"no rest, or no step: {gain.round(2)}"


# Each at its own best rate


def test_each_loss_gets_its_own_best_rate_and_neither_lies_at_the_edge(glued):
    accuracy = np.array(glued["mse-cross-entropy-choice"])
    assert accuracy.shape == (2, 4, 5), "two losses, four rates, five seeds"
    for name, rows in zip(LOSSES, accuracy):
        best = int(rows.mean(axis=1).argmax())
        assert glued["mse-cross-entropy-best"][name] == glued["mse-cross-entropy-rates"][best], f"{name}: not the best mean"
        assert 0 < best < 3, f"{name}: the best rate is at the edge of the list"
    assert glued["mse-cross-entropy-best"] == {"cross-entropy": 0.45, "mse": 1.35}, "the rates used before"


def test_squared_error_survives_rates_that_break_cross_entropy(glued):
    ce, mse = np.array(glued["mse-cross-entropy-choice"])
    assert ce[2].max() < 0.9 and ce[3].max() < 0.3, "cross-entropy should break down"
    assert mse[2:].min() > 0.93, "squared error should not"


def test_at_a_rate_of_cross_entropys_choice_squared_error_looks_bad(glued):
    ce, mse = np.array(glued["mse-cross-entropy-choice"])
    unfair, fair = (ce[0] - mse[0]).mean(), glued["mse-cross-entropy-final"][1]
    assert 100 * unfair == pytest.approx(glued["mse-cross-entropy-unfair-mean"])
    assert unfair > 4 * fair, "most of the unfair difference should be the rate's"


def test_cross_entropy_is_ahead_by_a_little_on_fresh_seeds(glued):
    ce, mse = (np.array(glued["mse-cross-entropy-fresh"][name]) for name in LOSSES)
    assert ce.shape == mse.shape == (8, 3), "eight fresh seeds, three epochs"
    for short, epoch in (("early", 0), ("final", -1)):
        here = summarise(ce[:, epoch] - mse[:, epoch])
        assert list(here) == pytest.approx(glued[f"mse-cross-entropy-{short}"]), "misreported"
    _, mean, _, low, _ = glued["mse-cross-entropy-final"]
    assert low > 0, "the interval of the final difference must exclude zero"
    assert mean < 0.01, "the difference should be small"
    _, mean, std, _, _ = glued["mse-cross-entropy-early"]
    assert std > abs(mean), "after one epoch the seeds should scatter more than they differ"


def test_a_reader_who_repeats_a_fresh_run_gets_its_curve(glued, data):
    (X_train, y_train, _, _), (_, _, X_test, y_test) = data
    settings = {"sizes": [784, 64, 10], "epochs": 3}
    for name, lr in (("cross-entropy", 0.45), ("mse", 1.35)):
        configuration = settings | {"loss": LOSSES[name], "lr": CosineDecay(lr, 3)}
        again = sweep([configuration], [100], X_train, y_train, (X_test, y_test), n_jobs=1)
        assert again.curves()[0].tolist() == glued["mse-cross-entropy-fresh"][name][0], f"{name}: another curve"


# Calibration


def test_after_three_epochs_on_many_images_both_losses_are_calibrated(glued):
    assert np.max(list(glued["mse-cross-entropy-ece-trained"].values())) < 0.01, "not within a point"
    for name, errors in glued["mse-cross-entropy-ece-perfect"].items():
        ratio = np.mean(glued["mse-cross-entropy-ece-trained"][name]) / np.mean(errors)
        assert 0.5 < ratio < 1.6, f"{name}: {ratio:.2f} times a perfect forecaster's error"
    ce, mse = (summarise(glued["mse-cross-entropy-ece-trained"][name]) for name in LOSSES)
    assert ce.low < mse.high and mse.low < ce.high, "the two losses can be told apart"


def test_both_become_overconfident_and_cross_entropy_more_so(glued):
    ce, mse = np.array(glued["mse-cross-entropy-few-over"])
    for rows in (ce, mse):
        assert (np.diff(rows.mean(axis=1)) > 0).all(), "overconfidence should grow with epochs"
        assert rows[0].max() < 0.006 and rows[-1].min() > 0.01, "from modest to overconfident"
    assert (ce[-1] > mse[-1]).all(), "cross-entropy should be the worse with every seed"
    assert summarise(ce[-1] - mse[-1]).low > 0, "its interval should exclude zero"
    within = min((rows[-1] - rows[0]).mean() for rows in (ce, mse))
    assert within > (ce[-1] - mse[-1]).mean(), "training's length should matter more"
    assert min(glued["mse-cross-entropy-few-train"][0]) == 1.0, "cross-entropy has no training mistakes left"


def test_the_calibration_error_is_the_mean_gap_of_the_bins(glued):
    bins = np.array(glued["mse-cross-entropy-bins"])                          # (2, 5, 3, 10)
    share, confidence, accuracy = np.moveaxis(bins, 2, 0)
    assert share.sum(axis=-1) == pytest.approx(np.ones((2, 5))), "every image is in one bin"
    error = (share * np.abs(confidence - accuracy)).sum(axis=-1)
    assert error == pytest.approx(np.array(glued["mse-cross-entropy-few-ece"])[:, -1]), "not its definition"


def test_a_confidence_between_seven_and_eight_tenths_promises_too_much(glued):
    for short in ("ce", "mse"):
        claim, kept = glued[f"mse-cross-entropy-middle-claim-{short}"], glued[f"mse-cross-entropy-middle-right-{short}"]
        assert 0.7 < claim < 0.8 and kept < claim - 0.02, f"{short}: {claim:.2f} against {kept:.2f}"


def test_half_of_the_calibration_error_lies_in_the_last_bin(glued):
    share, confidence, accuracy = np.moveaxis(np.array(glued["mse-cross-entropy-bins"]), 2, 0)
    parts = (share * np.abs(confidence - accuracy)).mean(axis=1)  # (2, 10)
    last = parts[:, -1] / parts.sum(axis=1)
    assert np.all((last > 0.35) & (last < 0.75)), f"about half of the error: {last}"
    assert np.all(share[..., -1] > 0.85), "nine images in ten should lie in the last bin"
    gap = np.abs(confidence - accuracy).mean(axis=1)
    assert np.all(gap[:, -1] < gap[:, 7] / 2), "the last gap should be narrow"


def test_overconfidence_is_at_most_the_calibration_error_and_nearly_all_of_it_in_the_end(glued):
    over, ece = np.array(glued["mse-cross-entropy-few-over"]), np.array(glued["mse-cross-entropy-few-ece"])
    assert np.all(np.abs(over) <= ece + 1e-6), "the sum without the bars is the larger"
    for values in (ece[:, -1], np.array(glued["mse-cross-entropy-equal-count"])):
        assert values == pytest.approx(over[:, -1], rel=0.1), "some bins err on the other side"


def test_the_calibration_run_repeats(glued, data):
    (X_train, y_train, X_val, y_val), _ = data
    configuration = {"sizes": [784, 64, 10], "epochs": 4, "lr": CosineDecay(1.35, 4),
                     "n_train": 5000, "loss": LOSSES["mse"]}
    again = sweep([configuration], [200], X_train, y_train, (X_val[:9], y_val[:9]), n_jobs=1)
    right = np.mean(again[0].network().predict(X_val) == y_val)
    assert right == pytest.approx(glued["mse-cross-entropy-few-right"][1][0][0], abs=1e-12)


# Scores that never met a probability


def test_the_factor_never_changes_a_linear_maps_answer(glued):
    assert glued["mse-cross-entropy-linear-same-answers"] is True, "the likeliest class changed"


def test_at_factor_one_the_linear_map_is_far_too_modest(glued):
    kept, claimed = (np.array(glued[f"mse-cross-entropy-linear-{what}"]) for what in ("kept", "claimed"))
    assert len(kept) == len(claimed) == 5, "five seeds"
    assert claimed[:, 0].max() < np.e / (np.e + 9) < 0.25, "less than perfect scores would give"
    assert kept.min() > 0.8, "right far more often than it claims"
    assert abs(kept.mean() - 0.85) < 0.02, "about 0.85, says the hypothesis"
    assert glued["mse-cross-entropy-linear-kept-mean"] == pytest.approx(kept.mean())
    assert glued["mse-cross-entropy-linear-claimed-at-one"] == pytest.approx(claimed[:, 0].mean())


def test_a_linear_maps_confidence_grows_with_the_factor_and_passes_the_accuracy(glued):
    claimed = np.array(glued["mse-cross-entropy-linear-claimed"])
    assert (np.diff(claimed, axis=1) > 0).all(), "confidence fell somewhere"
    assert (claimed[:, -1] > np.array(glued["mse-cross-entropy-linear-kept"])).all(), "it never crossed"


def test_the_crossing_lies_far_above_the_expected_factor(glued):
    crossing = np.array(glued["mse-cross-entropy-linear-crossing"])
    assert crossing.min() > 2 * np.log(51), f"not far above {np.log(51):.1f}: {crossing}"
    assert glued["mse-cross-entropy-linear-crossing-mean"] == pytest.approx(crossing.mean())
    expected = np.array(glued["mse-cross-entropy-linear-claimed-expected"])
    assert expected.max() < 0.6, f"at the expected factor it is still far too low: {expected}"
    assert glued["mse-cross-entropy-linear-claimed-expected-mean"] == pytest.approx(expected.mean())
    top = np.array(glued["mse-cross-entropy-linear-top"])
    assert top.max() < 0.75, f"the highest score is well below 1: {top}"
    assert glued["mse-cross-entropy-linear-top-mean"] == pytest.approx(top.mean())


def test_at_the_crossing_a_linear_maps_confidence_is_about_its_share_of_right_answers(glued):
    share, sure, right = np.moveaxis(np.array(glued["mse-cross-entropy-linear-bins"]), 1, 0)
    assert share.shape == (5, 10) and np.allclose(share.sum(axis=1), 1), "all images, in ten bins"
    shown = np.array(glued["mse-cross-entropy-linear-shown"])
    assert shown.tolist() == [False] * 2 + [True] * 8, "a bin of ten images or more is missing"
    left_out = np.round(5000 * share[:, ~shown].sum(axis=1)).max()
    assert left_out == glued["mse-cross-entropy-linear-left-out"] < 10, "more than a handful left out"
    gap = (right - sure)[:, shown].mean(axis=0)
    assert np.abs(gap).max() == pytest.approx(glued["mse-cross-entropy-linear-worst"])
    assert np.abs(gap).max() < 0.07, f"not close to the diagonal: {gap}"
    assert (gap[:4] > 0).all(), f"the less sure answers are not modest: {gap}"
    assert (np.diff(right[:, shown].mean(axis=0)) > 0).all(), "surer answers are right more often"


# Nielsen's first network


def test_the_three_ways_to_report_are_computed_from_the_ten_runs(glued):
    curves = np.array(glued["mse-cross-entropy-nielsen"])
    assert curves.shape == (10, 30), "ten seeds, thirty epochs"
    last, peak = curves[:, -1], curves.max(axis=1)
    threes = np.array([max(three) for three in combinations(peak, 3)])
    for short, values in (("last", last), ("peak", peak), ("threes", threes)):
        assert glued[f"mse-cross-entropy-nielsen-{short}"] == pytest.approx(values.mean()), short
    assert glued["mse-cross-entropy-nielsen-threes-share"] == pytest.approx(np.mean(threes >= 0.9542))
    assert glued["mse-cross-entropy-nielsen-above"] == np.sum(peak >= 0.9542)


def test_nielsens_number_is_a_good_best_of_three_and_no_typical_run(glued):
    assert 0.945 < glued["mse-cross-entropy-nielsen-last"] < 0.953, "the last epoch should be near 95 %"
    assert glued["mse-cross-entropy-nielsen-last"] < glued["mse-cross-entropy-nielsen-peak"] < glued["mse-cross-entropy-nielsen-threes"]
    assert glued["mse-cross-entropy-nielsen-last-high"] < 0.9542, "his number lies above the interval"
    assert 0.3 < glued["mse-cross-entropy-nielsen-too-high"] < 0.7, "half a point too high"
    assert 0 < glued["mse-cross-entropy-nielsen-threes-share"], "no three runs reach his number"


def test_a_reader_who_repeats_the_first_epoch_gets_its_accuracy(glued, data):
    _, (X, y, X_test, y_test) = data
    configuration = {"sizes": [784, 30, 10], "hidden": Sigmoid, "init": normal, "lr": 3.0,
                     "loss": MeanSquaredError(Sigmoid()), "batch_size": 10, "epochs": 1}
    again = sweep([configuration], [0], X[:50_000], y[:50_000], (X_test, y_test), n_jobs=1)
    assert again.final()[0] == glued["mse-cross-entropy-nielsen"][0][0], "another accuracy after one epoch"


def test_one_of_the_ten_lags_by_a_digit_and_then_catches_up(glued):
    curves = np.array(glued["mse-cross-entropy-nielsen"])
    slowest = curves[glued["mse-cross-entropy-slowest"]]
    assert slowest[1] < 0.87 < 0.88 < glued["mse-cross-entropy-others-second-min"], "one digit is missing"
    assert slowest[-1] > 0.94, "it should be level in the end"
    assert 3 <= glued["mse-cross-entropy-slowest-until"] <= 25, "it should wake after some epochs"


def test_some_networks_of_forty_miss_a_digit_because_an_output_is_asleep(glued):
    rows = glued["mse-cross-entropy-asleep-rows"]
    assert 2 <= len(rows) == glued["mse-cross-entropy-asleep-count"] <= 8, f"{len(rows)} of forty"
    for row in rows:
        assert row["accuracy"] < 0.87, f"a missing digit should show: {row}"
        assert row["mean z"] < -8 and row["pull, MSE"] < 2e-3, f"not asleep: {row}"
        assert row["pull, CE"] > 0.99, "cross-entropy would pull at full strength"
    accuracy = np.array(glued["mse-cross-entropy-forty"])[:, 1]
    assert len(accuracy) == 40, "forty seeds"
    rest = np.delete(accuracy[:10], glued["mse-cross-entropy-slow"])
    assert rest.min() > 0.9, "the rest of the ten should know all digits"
    assert set(glued["mse-cross-entropy-slow"]) == {seed for seed in glued["mse-cross-entropy-asleep"] if seed < 10}


def test_outputs_sink_together_and_the_deepest_stays_down(glued):
    mse, ce = np.array(glued["mse-cross-entropy-followed"])                   # (seeds, marks, 10) each
    sleeping = np.zeros((len(mse), 10), bool)
    sleeping[range(len(mse)), list(glued["mse-cross-entropy-asleep"].values())] = True
    marks = np.array(glued["mse-cross-entropy-marks"])
    early = np.argmin(np.abs(marks - 50))
    assert (mse[:, early].mean(axis=1) < mse[:, 0].mean(axis=1)).all(), "they should sink at first"
    assert mse[:, early].mean() < -2, "most should be saying no"
    end = mse[:, -1]
    assert end[sleeping].max() < -8, "a sleeping output came back"
    assert np.mean(end[~sleeping] > 0) > 0.9, "most others should be back within the epoch"
    assert mse.min(axis=1)[sleeping].max() < glued["mse-cross-entropy-awake-deepest"], "some sank deeper, and woke"


def test_some_sleepers_start_deep_and_the_others_are_soon_thrown_there(glued):
    mse, marks = np.array(glued["mse-cross-entropy-followed"])[0], np.array(glued["mse-cross-entropy-marks"])
    own = np.array([row[:, k] for row, k in zip(mse, glued["mse-cross-entropy-asleep"].values())])
    assert own[:, 0].min() < -5 < -3 < own[:, 0].max(), f"after one update: {own[:, 0]}"
    assert own[:, marks <= 21][:, -1].max() < -6, "after some twenty updates all should be deep"


def test_squared_error_at_the_smaller_rate_loses_the_same_digits(glued):
    mse, ce = glued["mse-cross-entropy-same-start-said"]
    assert max(mse) < 10 and min(ce) > 500, f"the rarest answer is given {mse} and {ce} times"


def test_cross_entropy_wakes_every_output_from_the_same_start(glued):
    _, ce = np.array(glued["mse-cross-entropy-followed"])
    assert ce[:, -1].min() > 0, "under cross-entropy an output is still down"
    mse_accuracy, ce_accuracy = np.array(glued["mse-cross-entropy-same-start"])
    assert ce_accuracy.min() > 0.9, "cross-entropy should know all digits after an epoch"
    assert mse_accuracy.max() < 0.87, "squared error at the same rate should not"


def test_most_sleepers_wake_in_the_end_and_the_deepest_last(glued):
    awake = np.array(glued["mse-cross-entropy-awake-after"])
    depth = np.array([row["mean z"] for row in glued["mse-cross-entropy-asleep-rows"]])
    assert glued["mse-cross-entropy-woke"] >= 1 and glued["mse-cross-entropy-still-asleep"] >= 1, f"awake after {awake}"
    assert awake[depth.argmin()] == awake.max() and awake[depth.argmax()] == awake.min()
    assert glued["mse-cross-entropy-lowest-end"] < 0.87, "who sleeps misses a digit"


def test_it_happens_with_his_biases_too(glued):
    his, zero = np.array(glued["mse-cross-entropy-his-biases"]), np.array(glued["mse-cross-entropy-at-zero"])
    assert (len(his), len(zero)) == (20, 40)
    for accuracy in (his, zero):
        assert np.sum(accuracy < 0.86) >= 1, "no network misses a digit"
        assert not np.any((accuracy >= 0.86) & (accuracy < 0.88)), "the gap should be clean"
    assert glued["mse-cross-entropy-at-zero-low"] > glued["mse-cross-entropy-asleep-count"], "light sleepers wake up first"


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
    assert (ce > mse).all(), "cross-entropy should be the worse with every seed"


def test_one_temperature_mends_the_overconfidence(glued):
    T, before, after = np.moveaxis(np.array(glued["mse-cross-entropy-mended"]), 2, 0)
    assert (T > 1).all(), "overconfident networks have to be cooled down by T > 1"
    assert (after[0] < before[0]).all(), "the error on the other half should fall"
    assert after[1].mean() < before[1].mean(), "squared error's should fall on average"
    assert T[0].mean() > T[1].mean(), "cross-entropy needs more of it"


def test_cross_entropy_wakes_a_sleeping_network_and_squared_error_does_not(glued):
    ce, mse = glued["mse-cross-entropy-woken"]
    assert None not in ce and max(ce) <= 3000, f"images until awake: {ce}"
    assert set(mse) == {None}, f"squared error woke some: {mse}"


def parts(Z, y):
    P = softmax(Z)
    q = P[np.arange(len(y)), y]
    return q, np.sum(P**2, axis=1) - q**2


def pull_of(Z, y):
    q, r = parts(Z, y)
    return -q * ((1 - q) ** 2 + r)


def all_logits(Z, y):
    loss = MeanSquaredError(Softmax())
    loss.forward(Z, one_hot(y, Z.shape[1], Z.dtype))
    return len(Z) * loss.backward()


PULL_MISTAKES = {
    "the sign": lambda Z, y: -pull_of(Z, y),
    "divided by N": lambda Z, y: pull_of(Z, y) / len(Z),
    "mean over the images": lambda Z, y: pull_of(Z, y).mean(),
    "twice too large": lambda Z, y: 2 * pull_of(Z, y),
    "this is cross-entropy's gradient. Squared": lambda Z, y: parts(Z, y)[0] - 1,
    "gradient, with the sign turned": lambda Z, y: 1 - parts(Z, y)[0],
    "r is missing": lambda Z, y: -parts(Z, y)[0] * (1 - parts(Z, y)[0]) ** 2,
    "a single wrong class": lambda Z, y: -2 * parts(Z, y)[0] * (1 - parts(Z, y)[0]) ** 2,
    "share the rest equally": lambda Z, y: -parts(Z, y)[0] * (1 - parts(Z, y)[0]) ** 2 * 5 / 4,
    "the q² of the true one": lambda Z, y: pull_of(Z, y) - parts(Z, y)[0] ** 3,
    "not of the classes themselves": lambda Z, y: (
        -parts(Z, y)[0] * ((1 - parts(Z, y)[0]) ** 2 + 1 - parts(Z, y)[0])
    ),
    "one factor too many": lambda Z, y: pull_of(Z, y) * (1 - parts(Z, y)[0]),
    "the factor q": lambda Z, y: pull_of(Z, y) / parts(Z, y)[0],
    "to be squared": lambda Z, y: -parts(Z, y)[0] * (1 - parts(Z, y)[0] + parts(Z, y)[1]),
    "r is added": lambda Z, y: -parts(Z, y)[0] * ((1 - parts(Z, y)[0]) ** 2 - parts(Z, y)[1]),
    "gradients of all logits": all_logits,
    "these are P - Y": lambda Z, y: softmax(Z) - one_hot(y, Z.shape[1]),
    "takes whole columns": lambda Z, y: all_logits(Z, y)[:, y],
    "None": lambda Z, y: None,
    "the shape": lambda Z, y: softmax(Z),
}


@pytest.mark.parametrize("message", PULL_MISTAKES)
def test_the_check_of_true_class_gradient_names_the_mistake(verdict, message):
    said = verdict(checks.true_class_gradient, PULL_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_true_class_gradient_accepts_right_answers(verdict):
    def what_the_module_computes(Z, y):
        return all_logits(Z, y)[np.arange(len(y)), y]

    def image_by_image(Z, y):
        return [pull_of(z[None], k[None])[0] for z, k in zip(Z, y)]

    def in_float32(Z, y):
        return pull_of(Z.astype(np.float32), y)

    for answer in (what_the_module_computes, image_by_image, in_float32):
        said = verdict(checks.true_class_gradient, answer)
        assert said.startswith("Right"), f"the check said: {said}"


def gaps(sure, right, groups):
    return np.array([(len(g), sure[g].mean() - right[g].mean()) for g in groups]).T


def by_count(sure, bins):
    return np.array_split(np.argsort(sure, kind="stable"), bins)


def by_width(sure, right, bins):
    which = np.minimum((sure * bins).astype(int), bins - 1)
    groups = [np.flatnonzero(which == i) for i in range(bins) if np.any(which == i)]
    return equal_count(sure, right, bins, groups)


def by_width_of_what_there_is(sure, right, bins):
    edges = np.linspace(sure.min(), sure.max(), bins + 1)
    which = np.clip(np.searchsorted(edges, sure, side="right") - 1, 0, bins - 1)
    return equal_count(sure, right, bins, [np.flatnonzero(which == i) for i in range(bins)])


def equal_count(sure, right, bins, groups=None):
    n, gap = gaps(sure, right, groups or by_count(sure, bins))
    return np.sum(n * np.abs(gap)) / len(sure)


def from_the_surest(sure, right, bins):
    return equal_count(sure, right, bins, np.array_split(np.argsort(-sure), bins))


def in_lists(sure, right, bins):
    pairs = sorted(zip(sure.tolist(), right.tolist()))
    total = 0
    for group in np.array_split(pairs, bins):
        total += abs(sum(confidence - kept for confidence, kept in group))
    return total / len(pairs)


def without_the_rest(sure, right, bins):
    size, order = len(sure) // bins, np.argsort(sure)
    return equal_count(sure, right, bins, [order[i * size : (i + 1) * size] for i in range(bins)])


def with_a_group_for_the_rest(sure, right, bins):
    size, order = len(sure) // bins, np.argsort(sure)
    return equal_count(sure, right, bins, [order[i : i + size] for i in range(0, len(sure), size)])


def only_confidences_sorted(sure, right, bins):
    groups = zip(np.array_split(np.sort(sure), bins), np.array_split(right, bins))
    return sum(len(a) * abs(a.mean() - b.mean()) for a, b in groups) / len(sure)


COUNT_MISTAKES = {
    "Weigh each gap": lambda s, r, b: np.abs(gaps(s, r, by_count(s, b))[1]).mean(),
    "opposite sign": lambda s, r, b: np.mean(s) - np.mean(r),
    "gaps of opposite sign": lambda s, r, b: abs(np.mean(r) - np.mean(s)),
    "each image by itself": lambda s, r, b: np.mean(np.abs(s - r)),
    "these are bins of equal width. Sort": by_width,
    "between the least and the most": by_width_of_what_there_is,
    "Sort them by confidence": lambda s, r, b: equal_count(
        s, r, b, np.array_split(np.arange(len(s)), b)
    ),
    "the last image is in no group": without_the_rest,
    "a group of its own": with_a_group_for_the_rest,
    "and the answers are not": only_confidences_sorted,
    "each is sorted by itself": lambda s, r, b: only_confidences_sorted(s, np.sort(r), b),
    "the root of the mean square": lambda s, r, b: np.sqrt(
        np.sum(gaps(s, r, by_count(s, b))[0] * gaps(s, r, by_count(s, b))[1] ** 2) / len(s)
    ),
    "the largest gap": lambda s, r, b: np.abs(gaps(s, r, by_count(s, b))[1]).max(),
    "the sum of the gaps": lambda s, r, b: np.abs(gaps(s, r, by_count(s, b))[1]).sum(),
    "the gaps of the groups": lambda s, r, b: np.abs(gaps(s, r, by_count(s, b))[1]),
    "divide by their number": lambda s, r, b: len(s) * equal_count(s, r, b),
    "in per cent": lambda s, r, b: 100 * equal_count(s, r, b),
    "np.array_split": lambda s, r, b: 0.7,
}


@pytest.mark.parametrize("message", COUNT_MISTAKES)
def test_the_check_of_equal_count_error_names_the_mistake(verdict, message):
    said = verdict(checks.equal_count_error, COUNT_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_equal_count_error_accepts_right_answers(verdict):
    for answer in (equal_count, from_the_surest, in_lists):
        said = verdict(checks.equal_count_error, answer)
        assert said.startswith("Right"), f"the check said: {said}"


def lowest(score):
    T = np.geomspace(0.1, 30, 1001)
    return lambda Z, y: T[np.argmin([score(softmax(Z / t), y) for t in T])]


def surprise(P, y):
    return -np.mean(np.log(P[np.arange(len(y)), y]))


def matches(P, y):
    return abs(P.max(axis=1).mean() - np.mean(P.argmax(axis=1) == y))


def ten_bins(P, y):
    sure, right = P.max(axis=1), P.argmax(axis=1) == y
    return by_width(sure, right, 10)


def on_a_fine_grid(score):
    T = np.geomspace(0.3, 12, 1501)
    return lambda Z, y: T[np.argmin([score(softmax(Z / t), y) for t in T])]


TEMPERATURE_MISTAKES = {
    "one over it": lambda Z, y: 1 / lowest(surprise)(Z, y),
    "the logarithm": lambda Z, y: np.log(lowest(surprise)(Z, y)),
    "lowest cross-entropy. At which": lambda Z, y: surprise(softmax(Z / lowest(surprise)(Z, y)), y),
    "lowest squared error": on_a_fine_grid(lambda P, y: np.sum((P - np.eye(5)[y]) ** 2)),
    "matches accuracy": on_a_fine_grid(matches),
    "lowest calibration error": on_a_fine_grid(ten_bins),
    "leaves the logits": lambda Z, y: 1.0,
    "larger than the one": lambda Z, y: 30.0,
    "too modest needs a T below 1": lambda Z, y: max(1.5, lowest(surprise)(Z, y)),
    "so sure of everything": lambda Z, y: 2.0,
    "higher there than without": lambda Z, y: lowest(lambda P, y: np.mean(np.log(P[np.arange(len(y)), y])))(Z, y),
    "close: yours is": lambda Z, y: np.round(lowest(surprise)(Z, y) * 0.95, 2),
    "T is positive": lambda Z, y: -lowest(surprise)(Z, y),
    "T is a finite": lambda Z, y: np.nan,
    "one number": lambda Z, y: np.full(len(y), 3.0),
}  # fmt: skip


@pytest.mark.parametrize("message", TEMPERATURE_MISTAKES)
def test_the_check_of_best_temperature_names_the_mistake(verdict, message):
    said = verdict(checks.best_temperature, TEMPERATURE_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_best_temperature_accepts_right_answers(verdict):
    def by_descent(Z, y):
        u = 0.0  # the logarithm of 1 / T
        for _ in range(200):
            P = softmax(np.exp(u) * Z)
            u -= 0.2 * np.mean(np.sum((P - np.eye(Z.shape[1])[y]) * np.exp(u) * Z, axis=1))
        return np.exp(-u)

    def by_a_library(Z, y):
        log_t = minimize_scalar(lambda u: surprise(softmax(Z / np.exp(u)), y), bounds=(-3, 3), method="bounded").x
        return float(np.exp(log_t))

    for answer in (lowest(surprise), by_descent, by_a_library):
        said = verdict(checks.best_temperature, answer)
        assert said.startswith("Right"), f"the check said: {said}"
