"""Learning rates: the U, the edge, the faces of failure, batches, falling rates."""

import numpy as np
import pytest
from scipy.stats import t

from mnist_from_scratch import Configuration, CosineDecay, MeanSquaredError, Sigmoid, StepDecay, Tanh
from mnist_from_scratch import load_mnist, normal, sweep, train_validation_split

NAME = "learning-rates"
SIZES = (784, 30, 10)


@pytest.fixture(scope="module")
def data():
    X, y, X_test, y_test = load_mnist()
    return *train_validation_split(X, y, 10_000, np.random.default_rng(10)), X_test, y_test


def again(data, seed, on_test=False, **settings):
    """Return the run of one configuration and seed, on the chapter's split."""
    X, y, X_val, y_val, X_test, y_test = data
    validation = (X_test, y_test) if on_test else (X_val, y_val)
    (run,) = sweep([Configuration(sizes=SIZES, **settings)], [seed], X, y, validation, n_jobs=1)
    return run


def interval(values):
    values = np.asarray(values)
    reach = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return values.mean() - reach, values.mean() + reach


def shown(glued, name, fields=("mean", "low", "high")):
    return [glued[f"learning-rates-{name}-{field}"] for field in fields]


def summary(values):
    return pytest.approx([np.mean(values), *interval(values)])


# From far too small to far too large


@pytest.fixture(scope="module")
def errors(glued):
    return {rate: np.array(each) for rate, each in glued["learning-rates-errors"].items()}


def test_the_error_against_the_rate_is_a_lopsided_u(glued, errors):
    rates, mean = glued["learning-rates-rates"], {rate: each.mean() for rate, each in errors.items()}
    assert rates[-1] / rates[0] > 10_000, "more than four powers of ten"
    assert all(len(each) == 5 for each in errors.values()), "five seeds for each rate"
    best = min(mean, key=mean.get)
    assert glued["learning-rates-best"] == best == 0.1, f"the best rate is {best}"
    assert glued["learning-rates-best-error"] == pytest.approx(mean[best])
    assert shown(glued, "best", ("low", "high")) == pytest.approx(interval(errors[best]))
    left = [mean[rate] for rate in rates if rate <= 0.1]
    assert left == sorted(left, reverse=True), "the left arm should fall all the way to 0.1"
    assert max(errors[0.01]) < 0.12 and errors[1.0].mean() > 0.2, "a little on the left, much on the right"
    assert (errors[3.0] > 0.85).all(), "beyond the cliff: guessing"
    assert glued["learning-rates-tenth-error"] == pytest.approx(mean[0.01])
    assert glued["learning-rates-tenfold-error"] == pytest.approx(mean[1.0])


def test_all_rates_but_the_neighbour_are_told_apart_from_the_best(glued, errors):
    apart = {rate: 100 * (each - errors[0.1]) for rate, each in errors.items() if rate != 0.1}
    clear = [rate for rate, each in apart.items() if interval(each)[0] > 0]
    assert set(apart) - set(clear) == {0.3}, f"told apart: {clear}"
    assert glued["learning-rates-compared-with"] == 7 and glued["learning-rates-told-apart"] == 6
    for rate, (n, mean, _, low, high) in glued["learning-rates-others"].items():
        assert [100 * each for each in (mean, low, high)] == summary(apart[rate]) and n == 5
    for name, rate in (("tenth", 0.01), ("tenfold", 1.0), ("next", 0.3)):
        assert shown(glued, name) == summary(apart[rate])
        assert glued[f"learning-rates-single-{name}"] == [int(np.sum(apart[rate] < 0)), 5]
    assert (apart[0.01] > 0).all() and (apart[1.0] > apart[0.01]).all(), "with every seed"


def test_which_of_two_neighbours_is_the_best_rate_is_open(glued, errors):
    low, high = interval(errors[0.3] - errors[0.1])
    assert glued["learning-rates-after-best"] == 0.3
    assert low < 0 < high, f"0.1 against 0.3: from {low:.2%} to {high:.2%}"
    better = int(np.sum(errors[0.3] < errors[0.1]))
    assert glued["learning-rates-next-seeds"] == better == 3, "0.3 is lower with three of the five seeds"


def test_near_the_cliff_the_seeds_seem_to_scatter_more(glued, errors):
    one, other = (errors[rate].std(ddof=1) for rate in (0.1, 0.3))
    assert [glued["learning-rates-sd-best"], glued["learning-rates-sd-next"]] == pytest.approx([one, other])
    assert other > 3 * one, "less than a hint"


def test_beyond_the_cliff_nothing_explodes_but_the_neurons_are_dead(glued):
    dead, losses = glued["learning-rates-dead"], glued["learning-rates-val-loss"]
    assert np.isfinite(losses[3.0]).all(), "the loss at rate 3 should be finite"
    assert not np.any([dead[rate] for rate in dead if rate <= 0.1]), "up to 0.1 no neuron should be dead"
    assert np.mean(dead[0.3]) < 0.1, "at 0.3 hardly one"
    assert min(dead[1.0]) > 0.5 and min(dead[3.0]) > 0.9, "most at 1, nearly all at 3, with every seed"
    assert glued["learning-rates-dead-one"] == pytest.approx(np.mean(dead[1.0]))
    assert glued["learning-rates-dead-three"] == pytest.approx(np.mean(dead[3.0]))


def test_a_reader_who_repeats_a_run_of_the_sweep_gets_its_bits(glued, data, errors):
    run = again(data, 0, lr=0.1, epochs=5)
    assert 1 - run.final() == errors[0.1][0], "another accuracy than in the chapter"
    assert run.history.val_loss == glued["learning-rates-val-loss"][0.1][0], "another curve"
    assert [float(np.abs(V).sum()) for V in run.params] == glued["learning-rates-rate-params"], "other weights"


# The edge


def test_the_bowl_is_walked_as_by_hand(glued):
    walks = glued["learning-rates-bowl"]
    assert np.allclose(walks[0.4][:3], [(1, 1), (-0.6, 0.6), (0.36, 0.36)])
    assert np.allclose(walks[0.6][1:4], [(-1.4, 0.4), (1.96, 0.16), (-2.744, 0.064)])


def test_power_iteration_finds_the_known_curvature_of_a_linear_map(glued):
    measured, exact = glued["learning-rates-linear-curvature"]
    assert measured == pytest.approx(exact, rel=1e-4)


@pytest.fixture(scope="module")
def shares(glued):
    """The largest curvature as a share of 2/η, (4, 5, 41)."""
    rates = np.array(glued["learning-rates-edge-rates"])
    assert rates.tolist() == [0.06, 0.08, 0.1, 0.5]
    return np.array(glued["learning-rates-edge-curvatures"]) * rates[:, None, None] / 2


def test_the_start_is_too_steep_and_every_network_is_thrown_below_its_line(glued, shares):
    assert shares.shape == (4, 5, 41), "three rates and one, five seeds, every twenty steps"
    assert (shares[:, :, 0] > 1).all(), "all should start above their line"
    assert (shares[:3].min(axis=2) < 1).all(), "all should come below it"
    below = [20 * int(np.flatnonzero(each < 1)[0]) for each in shares[:3].reshape(15, -1)]
    assert glued["learning-rates-edge-below"] == below and glued["learning-rates-edge-below-most"] == max(below)
    assert max(below) <= 100, "soon"
    peaks = np.array(glued["learning-rates-edge-peaks"])
    assert (peaks[:3] > 1.5).all(), f"with squared error the loss should jump: {peaks}"
    assert [glued["learning-rates-edge-peak-low"], glued["learning-rates-edge-peak-high"]] == [peaks[:3].min(), peaks[:3].max()]
    losses = np.array(glued["learning-rates-edge-losses"])
    assert (losses[:, :, -1] < losses[:, :, 0]).all(), "and come back"
    curvatures = np.array(glued["learning-rates-edge-curvatures"])
    assert glued["learning-rates-edge-start"] == pytest.approx(curvatures[:3, :, 0].mean())
    assert glued["learning-rates-edge-start-share"] == pytest.approx(shares[2, :, 0].mean())


def test_after_the_throw_the_ground_becomes_steeper_while_the_loss_falls(glued, shares):
    losses = np.array(glued["learning-rates-edge-losses"])                    # every fourth step
    for i in (1, 2):
        lowest = shares[i].argmin(axis=1)
        assert (shares[i, :, -1] > shares[i].min(axis=1)).all(), "the curvature should climb"
        assert all(losses[i, seed, -1] < losses[i, seed, 5 * at] for seed, at in enumerate(lowest)), "while the loss falls"


def test_with_squared_error_the_curvature_settles_near_two_over_the_rate(glued, shares):
    ends = shares[:, :, -10:].mean(axis=2)
    for i, name in enumerate(("slow", "middle", "fast", "ce")):
        assert shown(glued, f"edge-{name}") == summary(ends[i])
    assert (abs(ends[1:3] - 1) < 0.06).all(), f"at 0.08 and 0.1 all should be near the line: {ends}"
    assert 0.97 < interval(ends[2])[0] and interval(ends[2])[1] < 1.03, "at 0.1 very near"
    assert interval(ends[1])[0] < 1 < interval(ends[1])[1], "at 0.08 not told from the line"
    assert [glued["learning-rates-edge-slow-least"], glued["learning-rates-edge-slow-most"]] == [ends[0].min(), ends[0].max()]
    low, high = interval(ends[0])
    assert low < 0.9 and high > 1, f"at 0.06 it should be open where they end: from {low:.2f} to {high:.2f}"
    moving = abs(shares[0, :, -1] - shares[0, :, -10])
    assert moving.max() > 0.02, "at 0.06 they should not all have come to rest"


def test_larger_rates_lead_to_flatter_ground(glued, shares):
    rates = np.array([0.06, 0.08, 0.1])[:, None]
    ends = shares[:3, :, -10:].mean(axis=2) * 2 / rates
    assert (np.diff(ends, axis=0) < 0).all(), f"with every seed: {ends}"
    for i, name in enumerate(("flatter-slow", "flatter-fast")):
        assert shown(glued, name) == summary(ends[i] - ends[i + 1])
        assert interval(ends[i] - ends[i + 1])[0] > 0, f"{name}: the interval should exclude zero"


def test_a_slight_excess_over_the_line_lasts_hundreds_of_steps(glued, shares):
    late = shares[:3, :, 5:]
    longest = 0
    for curve in late.reshape(15, -1):
        length = 0
        for share in curve:
            length = length + 1 if share > 1 else 0
            longest = max(longest, length)
    assert glued["learning-rates-edge-stay"] == 20 * (longest - 1) >= 300, "the hypothesis should have been too strict"
    assert glued["learning-rates-edge-excess"] == pytest.approx(late.max() - 1) and late.max() < 1.2, "a slight excess"


def test_with_cross_entropy_the_loss_never_jumps_and_the_curvature_falls_away(glued, shares):
    assert (np.array(glued["learning-rates-edge-peaks"])[3] == 1).all(), "the loss should never exceed its first value"
    below = [20 * int(np.flatnonzero(each < 1)[0]) for each in shares[3]]
    assert glued["learning-rates-edge-ce-below"] == max(below) <= 40, "below the line soon"
    assert all((each[1:] < 1).all() for each in shares[3]), "and never above it again"
    assert (shares[3, :, -10:].mean(axis=1) < 0.3).all(), "the hypothesis should fail with every seed"
    surprise = np.array(glued["learning-rates-edge-losses"])[3, :, -1]
    assert surprise.max() < 0.02, "the network should be sure of its images, so that p(1 - p) is small"
    limits = 2 / np.array(glued["learning-rates-edge-curvatures"])[3, :, 0]
    assert glued["learning-rates-edge-ce-limits"] == pytest.approx(limits)
    assert shown(glued, "edge-ce-limit", ("low", "high")) == pytest.approx([limits.min(), limits.max()])
    assert 0.1 < limits.min() and limits.max() < 0.3, "the cliff of the U, between 0.3 and 1, should lie beyond"


# The faces of failure


def test_each_face_of_failure_shows_itself(glued):
    loud, dead, stuck = glued["learning-rates-faces"]
    assert loud == [None] * 5, "squared error without an activation should diverge"
    assert max(dead + stuck) < 0.15, "the silent ones should guess"
    assert np.isfinite(glued["learning-rates-face-losses"][1] + glued["learning-rates-face-losses"][2]).all()
    assert min(glued["learning-rates-face-dead"]) > 0.8, "with ReLU and cross-entropy neurons should be dead"
    assert glued["learning-rates-face-dead-mean"] == pytest.approx(np.mean(glued["learning-rates-face-dead"]))
    losses = glued["learning-rates-face-losses"][1]
    assert shown(glued, "face-loss", ("low", "high")) == [min(losses), max(losses)]
    assert max(glued["learning-rates-face-hidden-between"]) < 0.2, "the hidden sigmoids should be saturated as well"
    assert glued["learning-rates-saturated-hidden"] == pytest.approx(np.mean(glued["learning-rates-face-hidden-between"]))
    assert max(glued["learning-rates-face-between"]) < 0.01, "the outputs of sigmoids should be saturated"
    assert glued["learning-rates-saturated"] == pytest.approx(np.mean(glued["learning-rates-face-between"]))


def test_nielsens_high_rate_ends_in_networks_that_do_not_look(glued, data):
    *_, y_test = data
    counts = np.bincount(y_test)
    assert counts[9] == 1009 and counts[4] == 982, "his numbers should be those of 9 and 4"
    right, said = np.array(glued["learning-rates-nielsen-high"]), np.array(glued["learning-rates-nielsen-said"])
    assert right.shape == (5, 2) and right.max() < 1300, "all runs should guess, after every epoch"
    one_digit = said.max(axis=1) == 10_000
    assert glued["learning-rates-nielsen-one-digit"] == one_digit.sum() >= 2, "several should say one digit"
    assert (said.max(axis=1) > 8_000).all(), "and the others nearly so"
    for j in np.flatnonzero(one_digit):
        assert right[j, -1] == counts[said[j].argmax()], "and be right as often as it occurs"
    his = dict(hidden=Sigmoid, loss=MeanSquaredError, output=Sigmoid, init=normal, batch_size=10)
    run = again(data, 2, on_test=True, lr=100.0, epochs=2, **his)
    assert np.round(np.array(run.history.val_accuracy) * 10_000).tolist() == right[2].tolist()


# Batches


@pytest.fixture(scope="module")
def grid(glued):
    losses = np.array(glued["learning-rates-grid"])
    assert losses.shape == (3, 7, 5), "three batch sizes, seven rates, five seeds"
    return losses


def test_at_the_smallest_rate_batch_and_rate_cannot_be_told_from_growing_together(glued, grid):
    mean = grid.mean(axis=2)
    ends = [grid[i + 1, 2] - grid[i, 0] for i in (0, 1)]
    for apart, each in zip(ends, glued["learning-rates-diagonal"]):
        assert [each[1], *each[3:]] == summary(apart)
        assert interval(apart)[0] < 0 < interval(apart)[1], f"told apart: {interval(apart)}"
    most = max(interval(apart)[1] for apart in ends)
    assert glued["learning-rates-diagonal-most"] == pytest.approx(most) and most < 0.05, "the intervals should allow little"
    down = mean[2, 0] / mean[0, 0]
    assert glued["learning-rates-same-rate"] == pytest.approx(down) and down > 2, "at one rate the large batch is far behind"
    assert interval(grid[2, 0] - grid[0, 0])[0] > 0.3, "told apart"


def test_the_scaling_rule_ends_one_column_further_long_before_the_cliff(glued, grid):
    apart = {"second": grid[2, 3] - grid[1, 1], "second-top": grid[1, 3] - grid[0, 1],
             "step": grid[1, 4] - grid[0, 2], "steep": grid[2, 6] - grid[0, 2]}  # fmt: skip
    for name, each in apart.items():
        assert shown(glued, name) == summary(each)
        assert glued[f"learning-rates-single-{name}"] == [int(np.sum(each < 0)), 5]
    assert interval(apart["second"])[0] > 0, f"the largest batch should lose: {interval(apart['second'])}"
    for name in ("second-top", "step"):
        assert interval(apart[name])[0] < 0 < interval(apart[name])[1], f"from 16 to 64 open, so only of the largest is it said: {name}"
    assert interval(apart["steep"])[0] > 1, "the end of the dashed line lies beyond the cliff"
    assert (grid[:, 6] > 1).all(), "the largest rate should fail for every batch size and seed"
    assert grid[2, 3].mean() < 1.05 * grid[2].mean(axis=1).min(), "and 0.32 far from where it fails"


def test_each_at_its_best_the_large_batch_is_left_behind(glued, data, grid):
    rates = [0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56]
    lowest = grid.mean(axis=2).argmin(axis=1)
    assert glued["learning-rates-grid-best"] == [rates[j] for j in lowest]
    assert lowest[0] == 2, "the dashed line should begin at the lowest loss of the smallest batch"
    assert 0 < min(lowest) and max(lowest) < 6, "the best rates should not lie at the edge of the grid"
    behind = grid[2, lowest[2]] - grid[0, lowest[0]]
    assert shown(glued, "by-size") == summary(behind) and interval(behind)[0] > 0
    assert glued["learning-rates-single-by-size"] == [int(np.sum(behind < 0)), 5]
    run = again(data, 3, hidden=Tanh, lr=0.32, batch_size=64, epochs=3, n_train=10_000)
    assert run.final("val_loss") == grid[1, 3, 3], "another loss than in the chapter"


# Falling rates


@pytest.fixture(scope="module")
def tried(glued):
    return {name: np.array(each) for name, each in glued["learning-rates-tried"].items()}


def test_each_shape_chooses_the_same_rate_and_not_at_the_edge(glued, tried):
    rates = glued["learning-rates-first-rates"]
    for name, values in tried.items():
        assert values.shape == (3, 5), "three rates, five seeds"
        chosen = rates[values.mean(axis=1).argmax()]
        assert glued["learning-rates-chosen"][name] == glued[f"learning-rates-chosen-{name}"] == chosen
        assert chosen == rates[1] == 0.2, f"{name} chooses {chosen}: the text says that none affords a higher rate"


def test_a_fall_helps_at_the_highest_rate_but_affords_no_higher_one(glued, tried):
    constant = 100 * tried["constant"]
    for name in ("stair", "cosine"):
        helped, lower = 100 * tried[name][2] - constant[2], 100 * (tried[name][1] - tried[name][2])
        assert shown(glued, f"{name}-top") == summary(helped)
        assert interval(helped)[0] > 0, f"{name} from 0.4 should beat the constant 0.4"
        assert shown(glued, f"{name}-middle") == summary(lower)
        assert interval(lower)[0] > 0, f"{name} from 0.4 should end lower than from 0.2"
    for name, other in (("constant-first", 0), ("constant-top", 2)):
        low, high = interval(constant[1] - constant[other])
        assert shown(glued, name, ("low", "high")) == pytest.approx([low, high])
        assert low < 0 < high, f"{name}: which constant rate is the best should be open"


def test_on_fresh_seeds_a_falling_rate_beats_the_constant_one(glued):
    fresh = {name: np.array(each) for name, each in glued["learning-rates-fresh"].items()}
    assert all(each.shape == (8,) for each in fresh.values()), "eight fresh seeds"
    gains = {"steps": fresh["stair"] - fresh["constant"], "cosine": fresh["cosine"] - fresh["constant"],
             "both": fresh["cosine"] - fresh["stair"]}  # fmt: skip
    for name, gain in gains.items():
        assert shown(glued, name) == summary(gain)
        assert glued[f"learning-rates-single-{name}"] == [int(np.sum(gain < 0)), 8]
    for name in ("steps", "cosine"):
        assert interval(gains[name])[0] > 0, f"{name} against constant: {interval(gains[name])}"
    low, high = interval(gains["both"])
    assert low < 0 < high, "stair and cosine should not be told apart"


def test_with_a_falling_rate_the_seeds_end_closer_together(glued):
    off = {name: 100 * np.abs(np.array(each) - np.mean(each)) for name, each in glued["learning-rates-fresh"].items()}
    for name, each in off.items():
        assert glued[f"learning-rates-off-{name}"] == pytest.approx(each.mean())
    for name in ("stair", "cosine"):
        assert shown(glued, f"calm-{name}") == summary(off["constant"] - off[name])
        assert interval(off["constant"] - off[name])[0] > 0, f"the end of the {name} should be calm"


def test_a_run_with_a_schedule_repeats_itself(glued, data):
    for name, lr in (("stair", StepDecay(0.2, every=3)), ("cosine", CosineDecay(0.2, 5))):
        run = again(data, 100, on_test=True, lr=lr, epochs=5)
        assert run.final() == glued["learning-rates-fresh"][name][0], f"{name}: another accuracy"


# The exercises


def test_the_diagonal_promises_too_high_a_rate(glued):
    assert glued["learning-rates-diagonal-rates"] == pytest.approx([2.0, 2 / 1.9])


def test_ten_small_steps_lead_where_one_of_ten_times_the_rate_does(glued):
    slow, fast = map(np.array, glued["learning-rates-slow"])
    low, high = interval(slow - fast)
    assert low < 0 < high, f"they should not be told apart: from {low:.2%} to {high:.2%}"
    assert np.abs(slow - fast).max() < np.ptp(slow) / 5, "closer to each other than the seeds are"
    assert slow.max() > 0.15, "and they should have begun to learn"


def test_a_rate_turned_up_at_the_edge_throws_the_network_to_flatter_ground(glued):
    before, peak, after, old, new = np.array(glued["learning-rates-turned-up"]).T
    assert (peak > 5 * before).all(), "the loss should jump to many times its value"
    assert (after < before).all(), "and come back lower"
    assert ((old > 25) & (old < 42)).all(), "most of the way to the old line"
    assert (abs(new / 20 - 1) < 0.15).all(), "near the new line at the end"


def test_a_warm_up_saves_the_neurons_and_the_accuracy(glued):
    runs = np.array(glued["learning-rates-warm"])                  # (10, 2): dead, accuracy
    assert runs[:5, 0].mean() > 0.5 and runs[5:, 0].mean() < 0.25, "the dead, without and with"
    assert interval(runs[:5, 0] - runs[5:, 0])[0] > 0, "it should save most of them"
    assert interval(runs[5:, 1] - runs[:5, 1])[0] > 0, "the warm-up should be better, seed by seed"
    assert runs[5:, 1].mean() > 0.8, "and learn"

