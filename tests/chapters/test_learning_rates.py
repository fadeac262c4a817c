"""Learning rates: intervals and pairs, the rate from too small to too large, the edge, schedules."""

import numpy as np
import pytest
from scipy.stats import norm, sem, t, ttest_ind, ttest_rel

from mnist_from_scratch import CosineDecay, MeanSquaredError, ReLU, Sigmoid, StepDecay, Tanh
from mnist_from_scratch import checks, load_mnist, normal, sweep, train_validation_split

NAME = "learning-rates"
SIZES = (784, 30, 10)


@pytest.fixture(scope="module")
def data():
    X, y, X_test, y_test = load_mnist()
    return *train_validation_split(X, y, 10_000, np.random.default_rng(10)), X_test, y_test


def again(data, seed, validation=None, **configuration):
    """Return the run of one configuration and seed, on the chapter's split."""
    X, y, X_val, y_val, *_ = data
    validation = (X_val, y_val) if validation is None else validation
    (run,) = sweep([{"sizes": SIZES} | configuration], [seed], X, y, validation, n_jobs=1)
    return run


def interval(values):
    values = np.asarray(values)
    reach = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return values.mean() - reach, values.mean() + reach


# What five runs can tell


def test_the_batches_of_a_seed_do_not_depend_on_what_the_weights_drew(glued, chapter):
    expected = np.random.default_rng(0).spawn(3)[2].permutation(50_000)[:3]
    assert glued["learning-rates-spawned"] == expected.tolist(), "not the third child's first batch"
    assert chapter(NAME).text.count(str(expected)) == 2, "both networks should see these images"


def test_the_interval_with_196_misses_too_often_and_students_does_not(glued):
    exact = t.cdf(1.96, 4) - t.cdf(-1.96, 4)
    assert glued["learning-rates-coverage"] == pytest.approx(exact, abs=0.002), "the simulation is off"
    assert glued["learning-rates-miss"] > 0.1, "it should miss clearly more often than one time in twenty"
    assert glued["learning-rates-factor"] == pytest.approx(t.ppf(0.975, 4), abs=0.02), "the factor for five"
    factors = list(glued["learning-rates-factors"].values())
    assert factors == sorted(factors, reverse=True), "the factor should fall with n"
    assert factors[-1] == pytest.approx(1.96, abs=0.01), "towards 1.96"
    assert factors[0] > 10 and factors[2] - factors[-1] < 1, "huge for two, slow beyond five"
    few, student = glued["learning-rates-missed-of-60"]
    assert few > student, "of the sixty drawn, more should miss with 1.96"


def test_pairs_see_a_difference_that_two_piles_hide(glued, data):
    a, b = map(np.array, glued["learning-rates-close"])
    (_, a_high), (b_low, _) = interval(a), interval(b)
    assert a_high > b_low and a.max() > b.min(), "the two piles should overlap"
    assert (b > a).all(), "the second rate should win with every seed"
    low, high = interval(b - a)
    assert low > 0, "the paired interval should exclude zero"
    assert [glued["learning-rates-close-low"], glued["learning-rates-close-high"]] == pytest.approx([low, high])
    assert glued["learning-rates-close-mean"] == pytest.approx((b - a).mean())
    assert np.std(b - a, ddof=1) < min(a.std(ddof=1), b.std(ddof=1)), "differences scatter less"
    assert a[0] < a[1] and b[0] < a[1], "seed 1 with the first rate should beat seed 0 with the second"
    X, y, X_val, y_val, *_ = data
    run = again(data, 1, (X_val[:2_000], y_val[:2_000]), lr=0.05, epochs=5, n_train=1_000)
    assert run.final() == b[1], f"seed 1 gives {run.final()} here and {b[1]} in the chapter"
    paired, turned = glued["learning-rates-widths"]
    assert turned > paired, "wrong partners should widen the interval"


def test_the_rule_errs_once_in_twenty_comparisons_of_equals():
    draws = np.random.default_rng(0).standard_normal((20_000, 5))
    reach = t.ppf(0.975, 4) * draws.std(axis=1, ddof=1) / np.sqrt(5)
    assert np.mean(np.abs(draws.mean(axis=1)) > reach) == pytest.approx(0.05, abs=0.006)
    assert 1 - 0.95**20 > 0.5, "twenty comparisons should contain an error more often than not"


def test_kept_runs_are_read_and_damaged_ones_done_again(glued):
    assert glued["learning-rates-kept-equal"], "the kept runs differ from the first ones"


# From far too small to far too large


@pytest.fixture(scope="module")
def errors(glued):
    return {rate: np.array(each) for rate, each in glued["learning-rates-errors"].items()}


def test_the_error_against_the_rate_is_a_lopsided_u(glued, errors):
    rates, mean = glued["learning-rates-rates"], {rate: each.mean() for rate, each in errors.items()}
    assert all(len(each) == 5 for each in errors.values()), "five seeds for each rate"
    best = min(mean, key=mean.get)
    assert glued["learning-rates-best"] == best and rates[0] < best < rates[-1], f"the best rate is {best}"
    assert glued["learning-rates-best-error"] == pytest.approx(mean[best])
    assert [glued["learning-rates-best-low"], glued["learning-rates-best-high"]] == pytest.approx(interval(errors[best]))
    left = [mean[rate] for rate in rates if rate <= 0.1]
    assert left == sorted(left, reverse=True), "the left arm should fall all the way to 0.1"
    assert (errors[0.01] > errors[0.1]).all(), "a tenth of the rate should lose with every seed"
    assert (errors[1.0] > errors[0.01]).all(), "ten times the rate should lose more with every seed"
    assert max(errors[0.01]) < 0.12 and errors[1.0].mean() > 0.2, "a little on the left, much on the right"
    assert (errors[0.0001] < 0.7).all(), "a thousandth should learn something"
    assert (errors[3.0] > 0.85).all(), "beyond the cliff: guessing"
    assert glued["learning-rates-tenth-error"] == pytest.approx(mean[0.01])
    assert glued["learning-rates-tenfold-error"] == pytest.approx(mean[1.0])


def test_the_spread_widens_before_the_mean_falls(glued, errors):
    assert errors[0.3].std(ddof=1) > 2 * errors[0.1].std(ddof=1), "0.3 should scatter more than 0.1"
    assert errors[0.0001].std(ddof=1) > 2 * errors[0.1].std(ddof=1), "so should the smallest rate"
    assert errors[0.3].min() == min(map(np.min, errors.values())), "the best of all should be at 0.3"
    assert errors[0.3].max() > errors[0.1].max(), "and some runs there should be bad"
    low, high = interval(errors[0.3] - errors[0.1])
    assert low < 0 < high, "whether 0.1 or 0.3 is better should be open"
    assert [glued["learning-rates-next-low"], glued["learning-rates-next-high"]] == pytest.approx([low, high])
    assert glued["learning-rates-sd-best"] == pytest.approx(errors[0.1].std(ddof=1))
    assert glued["learning-rates-sd-next"] == pytest.approx(errors[0.3].std(ddof=1))


def test_beyond_the_cliff_nothing_explodes_but_the_neurons_are_dead(glued):
    dead, losses = glued["learning-rates-dead"], glued["learning-rates-val-loss"]
    assert np.isfinite(losses[3.0]).all(), "the loss at rate 3 should be finite"
    for rate in (0.0001, 0.01, 0.1):
        assert np.mean(dead[rate]) < 0.02, f"hardly a neuron should be dead at {rate}"
    assert np.mean(dead[0.3]) < 0.1 < np.mean(dead[1.0]), "at 1 many should be dead, at 0.3 few"
    assert min(dead[1.0]) > 0.3 and min(dead[3.0]) > 0.9, "most at 1, nearly all at 3"


def test_a_reader_who_repeats_a_run_of_the_sweep_gets_its_bits(glued, data, errors):
    run = again(data, 0, lr=0.1, epochs=5)
    assert 1 - run.final() == errors[0.1][0], "another accuracy than in the chapter"
    assert run.history.val_loss == glued["learning-rates-val-loss"][0.1][0], "another curve"
    assert [float(np.abs(V).sum()) for V in run.params] == glued["learning-rates-rate-params"], "other weights"


# The edge


def test_power_iteration_finds_the_known_curvature_of_a_linear_map(glued):
    measured, exact = glued["learning-rates-linear-curvature"]
    assert measured == pytest.approx(exact, rel=1e-4)


def test_at_a_place_the_network_obeys_the_bowl(glued):
    for f, runs in glued["learning-rates-edge-along"].items():
        first = [along[1] / along[0] for along in runs]
        assert np.allclose(first, 1 - 2 * f, rtol=0.05), f"at {f}: {first}"
        assert glued[f"learning-rates-factor-{f:g}"] == pytest.approx(np.mean(first))
    steps = {f: np.abs(runs)[:, :4] for f, runs in glued["learning-rates-edge-along"].items()}
    assert (np.diff(steps[0.9], axis=1) < 0).all(), "below the limit the push should die out"
    for f in (1.1, 1.5):
        assert (np.diff(steps[f], axis=1) > 0).all(), f"at {f} of the limit it should grow"


def test_beyond_the_limit_a_network_is_thrown_and_descends_where_it_is_flatter(glued):
    losses = {f: np.array(runs) for f, runs in glued["learning-rates-edge-losses"].items()}
    for f in (0.9, 1.1):
        assert (np.diff(losses[f], axis=1) < 0).all(), f"at {f} the loss should never rise"
    for f in (1.5, 3.0):
        assert (losses[f].max(axis=1) > 2 * losses[f][:, 0]).all(), f"at {f} it should explode"
        assert (losses[f][:, -1] < losses[f][:, 0]).all(), f"at {f} it should come back"
    assert (losses[1.5][:, -1] < losses[0.9][:, -1]).all(), "thrown, and lower in the end"
    assert (losses[1.5][:, -1] < losses[1.1][:, -1]).all(), "lower than at 1.1 as well"
    along = np.abs(glued["learning-rates-edge-along"][1.1])
    assert (along[:, -1] < along[:, 5]).all(), "at 1.1 the push should die out after all"
    peak = np.mean(losses[1.5].max(axis=1) / losses[1.5][:, 0])
    assert glued["learning-rates-peak-1.5"] == pytest.approx(peak)


def test_where_descent_ends_the_ground_is_flatter_than_two_over_the_rate(glued):
    for f, after in glued["learning-rates-edge-after"].items():
        share = f * np.array(after) / np.array(glued["learning-rates-curvatures"])  # of 2 / rate
        assert (share < 0.9).all(), f"at {f} of the limit the final curvature is {share} of 2/η"
    after = np.array(glued["learning-rates-edge-after"][0.9])
    assert (after < 0.9 * np.array(glued["learning-rates-curvatures"])).all(), "at 0.9 it should fall too"


# The faces of failure


def test_each_face_of_failure_shows_itself(glued):
    loud, dead, stuck = glued["learning-rates-faces"]
    assert loud == [None] * 5, "squared error without an activation should diverge"
    assert max(dead + stuck) < 0.15, "the silent ones should guess"
    assert np.isfinite(glued["learning-rates-face-losses"][1] + glued["learning-rates-face-losses"][2]).all()
    assert min(glued["learning-rates-face-dead"]) > 0.8, "with ReLU and cross-entropy neurons should be dead"
    assert max(glued["learning-rates-face-between"]) < 0.01, "the outputs of sigmoids should be saturated"
    assert glued["learning-rates-saturated"] == pytest.approx(np.mean(glued["learning-rates-face-between"]))


def test_nielsens_high_rate_ends_in_networks_that_do_not_look(glued, data):
    *_, y_test = data
    counts = np.bincount(y_test)
    assert counts[9] == 1009 and counts[4] == 982, "his numbers should be those of 9 and 4"
    right, said = np.array(glued["learning-rates-nielsen-high"]), np.array(glued["learning-rates-nielsen-said"])
    assert right.max() < 1300, "all runs should guess, after every epoch"
    one_digit = said.max(axis=1) == 10_000
    assert glued["learning-rates-nielsen-one-digit"] == one_digit.sum() >= 2, "several should say one digit"
    for j in np.flatnonzero(one_digit):
        assert right[j, -1] == counts[said[j].argmax()], "and be right as often as it occurs"
    his = {"hidden": Sigmoid, "loss": MeanSquaredError(Sigmoid()), "init": normal, "batch_size": 10}
    run = again(data, 2, data[4:], lr=100.0, epochs=4, **his)
    assert np.round(np.array(run.history.val_accuracy) * 10_000).tolist() == right[2].tolist()


def test_nielsens_low_rate_is_one_of_a_wide_family(glued):
    low = np.array(glued["learning-rates-nielsen-low"])
    assert low.shape == (5, 3), "five seeds, three epochs"
    slow, fast = glued["learning-rates-nielsen-slow"], low[0]
    assert slow[9] == pytest.approx(fast[0], abs=0.005), "the shortcut should land in the same place"
    final = low[:, -1]
    assert final.min() < 0.2142 < final.max(), "his number should lie within ours"
    assert np.ptp(final) > 0.05, "the spread should be wide"
    assert np.ptp(final) > (final - low[:, 0]).mean(), "further apart than twenty epochs move them"
    assert (np.diff(low, axis=1) > 0).all(), "all should be learning, slowly"
    shown = [glued[f"learning-rates-nielsen-low-{name}"] for name in ("mean", "low", "high", "min", "max")]
    assert shown == pytest.approx([final.mean(), *interval(final), final.min(), final.max()])
    assert shown[1] < 0.2142 < shown[2], "and within the interval of the mean"


# Batches


def test_the_best_rate_grows_with_the_batch_far_less_than_in_proportion(glued, data):
    losses = np.array(glued["learning-rates-grid"])
    assert losses.shape == (4, 8, 5), "four batch sizes, eight rates, five seeds"
    rates = [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56]
    best = [rates[j] for j in losses.mean(axis=2).argmin(axis=1)]
    assert glued["learning-rates-grid-best"] == best and rates[0] < min(best) and max(best) < rates[-1]
    assert 2 <= glued["learning-rates-grid-growth"] == best[-1] / best[0] <= 16, "between 2 and 16, not 64"
    assert glued["learning-rates-diagonal-off"] < 0.06, "on the left the ratio should decide"
    assert glued["learning-rates-same-rate"] > 3, "at one rate the large batch should be far behind"
    assert (losses[:, -1] > 1).all(), "the largest rate should fail for every batch and seed"
    assert glued["learning-rates-by-size-low"] > 0.05, "the large batch should be left behind"
    X, y, X_val, y_val, *_ = data
    run = again(data, 3, (X_val[:5_000], y_val[:5_000]), hidden=Tanh, lr=0.32, batch_size=128, epochs=3, n_train=10_000)
    assert run.final("val_loss") == losses[2, 4, 3], "another loss than in the chapter"


# Schedules


def test_the_schedules_are_their_formulas(glued):
    shown = glued["learning-rates-schedules"]
    assert shown["StepDecay(lr=0.2, every=3, factor=0.1)"] == pytest.approx([0.2] * 3 + [0.02] * 2)
    cosine = 0.1 * (1 + np.cos(np.pi * np.arange(5) / 5))
    assert shown["CosineDecay(lr=0.2, epochs=5)"] == pytest.approx(cosine)


@pytest.fixture(scope="module")
def tried(glued):
    return {name: np.array(each) for name, each in glued["learning-rates-tried"].items()}


def test_each_shape_chooses_its_own_best_rate_and_not_at_the_edge(glued, tried):
    rates = glued["learning-rates-first-rates"]
    for name, values in tried.items():
        assert values.shape == (4, 5), "four rates, five seeds"
        j = values.mean(axis=1).argmax()
        assert glued["learning-rates-chosen"][name] == glued[f"learning-rates-chosen-{name}"] == rates[j]
        assert 0 < j < 3, f"the best rate of {name} lies at the edge"
        assert glued[f"learning-rates-lost-{name}"] == pytest.approx(values.mean(axis=1)[j] - values[3].mean())


def test_even_at_too_high_a_first_rate_falling_beats_the_best_constant_rate(tried):
    means = {name: values.mean(axis=1) for name, values in tried.items()}
    assert all(each[3] < each.max() for each in means.values()), f"0.4 suits one of them: {means}"
    for name in ("steps", "cosine"):
        assert means[name][3] > means["constant"].max(), f"{name} from 0.4: {means}"


def test_on_fresh_seeds_a_falling_rate_beats_the_constant_one(glued):
    fresh = {name: np.array(each) for name, each in glued["learning-rates-fresh"].items()}
    assert all(each.shape == (8,) for each in fresh.values()), "eight fresh seeds"
    for name in ("steps", "cosine"):
        low, high = interval(fresh[name] - fresh["constant"])
        assert low > 0, f"{name} against constant: from {low:.2%}"
        assert [glued[f"learning-rates-{name}-low"], glued[f"learning-rates-{name}-high"]] == pytest.approx([low, high])
    assert [glued["learning-rates-both-low"], glued["learning-rates-both-high"]] == pytest.approx(
        interval(fresh["cosine"] - fresh["steps"])
    )


def test_the_stair_jumps_up_when_its_rate_falls(glued):
    curves = {name: np.mean(each, axis=0) for name, each in glued["learning-rates-fresh-curves"].items()}
    assert curves["steps"][2] < curves["constant"][2] + 0.003, "before the fall it should be no better"
    assert curves["steps"][3] - curves["steps"][2] > 0.006, "it should jump at the fourth epoch"
    last = {name: np.ptp(np.array(each)[:, -1]) for name, each in glued["learning-rates-fresh-curves"].items()}
    assert last["constant"] > 1.3 * max(last["steps"], last["cosine"]), f"the band should narrow: {last}"


def test_a_run_with_a_schedule_repeats_itself(glued, data):
    chosen = glued["learning-rates-chosen"]
    for name, lr in (("steps", StepDecay(chosen["steps"], every=3)), ("cosine", CosineDecay(chosen["cosine"], 5))):
        run = again(data, 100, data[4:], lr=lr, epochs=5)
        assert run.final() == glued["learning-rates-fresh"][name][0], f"{name}: another accuracy"


# The exercises


def test_the_diagonal_promises_too_high_a_rate(glued):
    assert glued["learning-rates-diagonal-rates"] == pytest.approx([2.0, 2 / 1.9])


def test_a_warm_up_saves_the_neurons_and_the_accuracy(glued):
    runs = np.array(glued["learning-rates-warm"])                  # (10, 2): dead, accuracy
    assert runs[:5, 0].mean() > 0.5 and runs[5:, 0].mean() < 0.25, "the dead, without and with"
    assert runs[5:, 1].mean() > runs[:5, 1].mean() + 0.1, "the warm-up should be far better"
    assert runs[5:, 1].mean() > 0.8, "and learn"


def test_seeds_that_are_just_enough_find_the_difference_half_of_the_time(glued):
    n, share = glued["learning-rates-enough"]
    assert t.ppf(0.975, n - 1) * 2 / np.sqrt(n) < 1 <= t.ppf(0.975, n - 2) * 2 / np.sqrt(n - 1)
    assert share == pytest.approx(0.5, abs=0.08), "about every second time"


def student(values, factor=None, ddof=1, root=True):
    values, n = np.asarray(values), len(values)
    factor = t.ppf(0.975, n - 1) if factor is None else factor
    reach = factor * values.std(ddof=ddof) / (np.sqrt(n) if root else n)
    return values.mean() - reach, values.mean() + reach


def around(mean, reach):
    return mean - reach, mean + reach


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (student, "Right: "),
        (lambda v: list(student(v)), "Right: "),
        (lambda v: t.interval(0.95, len(v) - 1, loc=np.mean(v), scale=sem(v)), "Right: "),
        (lambda v: around(v.mean(), t.ppf(0.975, len(v) - 1) * v.std() / np.sqrt(len(v) - 1)), "Right: "),
        (lambda v: student(v, factor=1.96), "Not yet: 1.96 is for a known"),
        (lambda v: student(v, factor=norm.ppf(0.975)), "Not yet: 1.96 is for a known"),
        (lambda v: student(v, factor=1.96, ddof=0), "Not yet: two things"),
        (lambda v: student(v, factor=2.78), "Not yet: 2.78 is the factor for five"),
        (lambda v: student(v, factor=t.ppf(0.975, 4)), "Not yet: this is the factor for five"),
        (lambda v: student(v, ddof=0), "Not yet: the standard deviation must divide"),
        (lambda v: student(v, root=False), "Not yet: divide s by the root"),
        (lambda v: around(v.mean(), t.ppf(0.975, len(v) - 1) * v.std(ddof=1) / np.sqrt(len(v) - 1)),
         "Not yet: the n - 1 belongs into s"),
        (lambda v: around(v.mean(), t.ppf(0.975, len(v) - 1) * v.var(ddof=1) / np.sqrt(len(v))),
         "Not yet: this takes the variance"),
        (lambda v: around(v.mean(), t.ppf(0.975, len(v) - 1) * v.var(ddof=1) / len(v)),
         "Not yet: s²/n is the variance of the mean"),
        (lambda v: student(v, factor=t.ppf(0.95, len(v) - 1)), "Not yet: 0.95 leaves"),
        (lambda v: student(v, factor=t.ppf(0.975, len(v))), "Not yet: t has n - 1"),
        (lambda v: student(v, factor=t.ppf(0.975, len(v) - 1) * np.sqrt(len(v))),
         "Not yet: this is where single values"),
        (lambda v: student(v, factor=1), "Not yet: one standard error"),
        (lambda v: student(v, factor=2), "Not yet: 2 is too little"),
        (lambda v: around(v.mean(), v.std(ddof=1)), "Not yet: this is the mean ± s"),
        (lambda v: around(0, student(v)[1] - v.mean()), "Not yet: around zero"),
        (lambda v: (v.mean(), student(v)[1] - v.mean()), "Not yet: these are the mean and the reach"),
        (lambda v: student(v)[1] - v.mean(), "Not yet: this is the reach"),
        (lambda v: (v.mean() - t.ppf(0.95, len(v) - 1) * sem(v), np.inf), "Not yet: "),
        (lambda v: (student(v)[0], np.inf), "Not yet: this is open at one side"),
        (lambda v: np.quantile(v, [0.025, 0.975]), "Not yet: this is where the values lie"),
        (lambda v: (v.min(), v.max()), "Not yet: these are the smallest"),
        (lambda v: [100 * end for end in student(v)], "Not yet: this is in per cent"),
        (lambda v: student(v)[::-1], "Not yet: the ends are right"),
        (lambda v: (0.0, 1.0), "Not yet: not this interval"),
        (lambda v: v.mean(), "Not yet: the shape"),
        (lambda v: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_interval_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.interval, answer)
    assert said.startswith(start), f"the check said: {said}"


def piles(a, b, factor=None):
    factor = t.ppf(0.975, len(a) - 1) if factor is None else factor
    reach = factor * np.hypot(a.std(ddof=1), b.std(ddof=1)) / np.sqrt(len(a))
    return around(a.mean() - b.mean(), reach)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda a, b: student(a - b), "Right: "),
        (lambda a, b: tuple(ttest_rel(a, b).confidence_interval(0.95)), "Right: "),
        (lambda a, b: student([x - y for x, y in zip(a, b)]), "Right: "),
        (lambda a, b: student(b - a), "Not yet: the sign"),
        (piles, "Not yet: this treats the rows as two piles"),
        (lambda a, b: ttest_ind(a, b).confidence_interval(0.95), "Not yet: this treats the rows as two"),
        (lambda a, b: ttest_ind(a, b, equal_var=False).confidence_interval(0.95),
         "Not yet: this treats the rows as two piles"),
        (lambda a, b: piles(a, b, 1.96), "Not yet: this treats the rows as two piles"),
        (lambda a, b: np.subtract(student(a), student(b)), "Not yet: do not subtract the ends"),
        (lambda a, b: (student(a)[0] - student(b)[1], student(a)[1] - student(b)[0]),
         "Not yet: do not subtract the ends"),
        (lambda a, b: student(np.sort(a) - np.sort(b)), "Not yet: you sort"),
        (lambda a, b: student(a - b, factor=1.96), "Not yet: 1.96"),
        (lambda a, b: student(a - b, factor=1.96, ddof=0), "Not yet: 1.96 is for a known σ, and s"),
        (lambda a, b: student(a - b, factor=t.ppf(0.975, 8)), "Not yet: these are five differences"),
        (lambda a, b: student(a - b, factor=t.ppf(0.95, 4)), "Not yet: 0.95 leaves"),
        (lambda a, b: student(a - b, ddof=0), "Not yet: the standard deviation"),
        (lambda a, b: student(a - b, root=False), "Not yet: divide s"),
        (lambda a, b: student(a - b, factor=t.ppf(0.975, 4) * 5**0.5), "Not yet: this is where single"),
        (lambda a, b: student(abs(a - b)), "Not yet: keep the signs"),
        (lambda a, b: 100 * np.array(student(a - b)), "Not yet: this is in per cent"),
        (lambda a, b: student(a + b), "Not yet: not this interval"),
        (lambda a, b: student(np.concatenate([a, b])), "Not yet: this is the interval of all"),
        (lambda a, b: np.mean(a - b), "Not yet: this is the mean difference"),
        (lambda a, b: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_paired_interval_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.paired_interval, answer)
    assert said.startswith(start), f"the check said: {said}"


def by_power_iteration(H):
    v = np.ones(len(H))
    for _ in range(200):
        v = H @ v / np.linalg.norm(H @ v)
    return 2 / (v @ H @ v)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda H: 2 / np.linalg.norm(H, 2), "Right: "),
        (lambda H: 2 / max(np.linalg.eigvals(H)), "Right: "),
        (by_power_iteration, "Right: "),
        (lambda H: 2 / np.linalg.eigvals(H)[0], "Not yet: right for one bowl"),
        (lambda H: 1 / np.linalg.norm(H, 2), "Not yet: at 1/λ"),
        (lambda H: 2 / np.linalg.eigvalsh(H)[0], "Not yet: this is set by the flattest"),
        (lambda H: 2 / np.diag(H).max(), "Not yet: the diagonal"),
        (lambda H: 2 / H.max(), "Not yet: the diagonal"),
        (lambda H: 2 / np.trace(H), "Not yet: the trace"),
        (lambda H: 2 / np.linalg.norm(H), "Not yet: the norm mixes"),
        (lambda H: 2 / np.linalg.norm(H, 1), "Not yet: the largest sum of a row"),
        (lambda H: 2 / np.linalg.det(H), "Not yet: the determinant"),
        (lambda H: 2 / np.linalg.eigvalsh(H)[[0, -1]].sum(), "Not yet: this is the rate with the fastest"),
        (lambda H: 4 / np.linalg.norm(H, 2), "Not yet: twice too large"),
        (lambda H: 2 / np.linalg.eigvalsh(H), "Not yet: these are the limits"),
        (lambda H: 2 / np.linalg.eigvalsh(H).mean(), "Not yet: the mean curvature"),
        (lambda H: np.linalg.eigvalsh(H)[-1], "Not yet: this is the curvature"),
        (lambda H: np.linalg.eigvalsh(H)[-1] / 2, "Not yet: upside down"),
        (lambda H: 0.1, "Not yet: not the limit"),
        (lambda H: None, "Not yet: your function returned None"),
    ],
)
def test_the_check_of_largest_rate_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.largest_rate, answer)
    assert said.startswith(start), f"the check said: {said}"


class Counting:
    """A warm-up that goes by its calls, not by the epoch."""

    def __init__(self, lr, epochs):
        self.lr, self.epochs, self.calls = lr, epochs, 0

    def __call__(self, epoch):
        self.calls += 1
        return self.lr * min(1.0, self.calls / self.epochs)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda lr, n: lambda e: lr * min(1.0, (e + 1) / n), "Right: "),
        (lambda lr, n: lambda e: lr * np.minimum(1.0, (e + 1) / n), "Right: "),
        (lambda lr, n: lambda e: lr if e >= n else (e + 1) * lr / n, "Right: "),
        (lambda lr, n: lambda e: lr * min(1.0, e / n), "Not yet: the first epoch has a rate of 0"),
        (lambda lr, n: lambda e: lr * min(1, (e + 1) // n), "Not yet: // cuts off"),
        (lambda lr, n: lambda e: lr * (e + 1) / n, "Not yet: it goes on rising after"),
        (lambda lr, n: lambda e: lr * (e + 1), "Not yet: it goes on rising, by lr"),
        (lambda lr, n: lambda e: min(1.0, (e + 1) / n), "Not yet: these are shares"),
        (lambda lr, n: lambda e: lr * max(1, n - e) / n, "Not yet: it falls"),
        (lambda lr, n: lambda e: lr, "Not yet: it is constant"),
        (lambda lr, n: lambda e: lr * min(1.0, (e + 1) / (n + 1)), "Not yet: it arrives an epoch late"),
        (lambda lr, n: lambda e: lr * min(1.0, (e + 1) / (n - 1)), "Not yet: it arrives an epoch early"),
        (lambda lr, n: lambda e: lr * (e + 1) / n if e < n else 0.0, "Not yet: after the warm-up the rate is 0"),
        (lambda lr, n: lambda e: lr * (e + 1) / n if e < n else lr / 2, "Not yet: after the warm-up"),
        (lambda lr, n: lambda e: lr * 2.0 ** min(0, e + 1 - n), "Not yet: it rises, but not in equal"),
        (lambda lr, n: lambda e: lr if e else lr / 5, "Not yet: WarmUp(0.6, 3) should begin"),
        (lambda lr, n: lambda e: 0.6 * min(1.0, (e + 1) / 3), "Not yet: right for WarmUp(0.6, 3)"),
        (Counting, "Not yet: it counts how often"),
        (lambda lr, n: lambda e: np.array([lr]), "Not yet: each rate should be one number"),
        (lambda lr, n: lambda e: lr * (e + 1) / n if e < n else None, "Not yet: for some epochs"),
        (lambda lr, n: lr, "Not yet: WarmUp(lr, epochs) should be"),
        (lambda lr, n: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_warm_up_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.warm_up, answer)
    assert said.startswith(start), f"the check said: {said}"


def fewest(reaches, start=2):
    """Return an answer: the first n for which reaches(n, s) is below the difference."""
    return lambda difference, s: next(n for n in range(start, 10_000) if reaches(n, s) < difference)


right_fewest = fewest(lambda n, s: t.ppf(0.975, n - 1) * s / n**0.5)


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (right_fewest, "Right: "),
        (lambda d, s: np.argmax([t.ppf(0.975, n - 1) * s / n**0.5 < d for n in range(2, 999)]) + 2, "Right: "),
        (lambda d, s: sum(t.interval(0.95, n - 1, scale=s / n**0.5)[1] >= d for n in range(2, 999)) + 2.0, "Right: "),
        (fewest(lambda n, s: 1.96 * s / n**0.5, 1), "Not yet: 1.96 is for a known s"),
        (lambda d, s: int(np.ceil((1.96 * s / d) ** 2)), "Not yet: 1.96 is for a known s"),
        (lambda d, s: (1.96 * s / d) ** 2, "Not yet: 1.96 is for a known s, and n is"),
        (lambda d, s: int(np.ceil((2.78 * s / d) ** 2)), "Not yet: 2.78 is the factor"),
        (fewest(lambda n, s: t.ppf(0.95, n - 1) * s / n**0.5), "Not yet: 0.95 leaves"),
        (fewest(lambda n, s: t.ppf(0.975, n) * s / n**0.5), "Not yet: t has n - 1"),
        (fewest(lambda n, s: t.ppf(0.975, n - 1) * s / n), "Not yet: divide s by the root"),
        (fewest(lambda n, s: t.ppf(0.975, n - 1) * s / (n - 1) ** 0.5), "Not yet: s/√n"),
        (fewest(lambda n, s: t.ppf(0.975, n - 1) * s * (2 / n) ** 0.5), "Not yet: the differences' own"),
        (lambda d, s: right_fewest(d, s) - 1, "Not yet: one too few"),
        (lambda d, s: right_fewest(d, s) + 1, "Not yet: one too many"),
        (lambda d, s: 2 * right_fewest(d, s), "Not yet: n seeds serve both"),
        (lambda d, s: 5, "Not yet: "),
    ],
)  # fmt: skip
def test_the_check_of_enough_seeds_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.enough_seeds, answer)
    assert said.startswith(start), f"the check said: {said}"
