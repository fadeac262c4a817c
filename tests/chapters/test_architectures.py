"""Architectures: what architectures cost, what they buy, and when a difference is noise."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import nct, norm, t

from mnist_from_scratch import CosineDecay, Sigmoid, checks, load_mnist, mlp
from mnist_from_scratch import summarise, sweep, train_validation_split
from mnist_from_scratch.layers import Dense

RATES = [0.1, 0.2, 0.4, 0.8, 1.6]
SHAPES = [[8], [16], [32], [64], [128], [64] * 2, [64] * 3, [64] * 4]
WIDTHS = [8, 16, 32, 64, 128, 256, 512, 1024]
ARCHITECTURES = [[width] for width in WIDTHS] + [[64] * depth for depth in (2, 3, 4)]
NIELSEN = np.array([0.9648, 0.9690, 0.9657, 0.9653])


@pytest.fixture(scope="module")
def data():
    X, y, X_test, y_test = load_mnist()
    split = train_validation_split(X, y, 10_000, np.random.default_rng(12))
    return (X, y), split, (X_test, y_test)


def repeated(configuration, seed, data):
    """Return the error on the 10,000 validation images of one run, made again."""
    _, (X, y, X_val, y_val), _ = data
    (run,) = sweep([configuration], [seed], X, y, (X_val[:500], y_val[:500]), n_jobs=1)
    return 1 - run.network().evaluate(X_val, y_val)[1]


def configuration(hidden, rate):
    return {"sizes": [784, *hidden, 10], "lr": CosineDecay(rate, 6), "epochs": 6,
            "batch_size": 64, "n_train": 10_000}  # fmt: skip


def close(glued, name, values):
    """Assert that the glued interval is that of values, in percentage points."""
    summary = summarise(np.asarray(values))
    for part in ("mean", "low", "high"):
        shown = glued[f"architectures-{name}-{part}"]
        assert shown == pytest.approx(100 * getattr(summary, part)), f"{name}, {part}"
    return [100 * v for v in (summary.mean, summary.low, summary.high)]


# The costs


def test_the_package_makes_as_many_multiplications_as_the_formula_says(monkeypatch):
    made = {"forward": 0, "gradients": 0, "backward": 0}

    def counted(name):
        method = getattr(Dense, name)

        def call(self, V):
            made[name] += len(V) * self.W.size
            return method(self, V)

        monkeypatch.setattr(Dense, name, call)

    for name in made:
        counted(name)
    rng = np.random.default_rng(0)
    network = mlp([7, 5, 4, 3], rng)
    X = rng.normal(size=(1, 7)).astype(np.float32)
    network.loss.forward(network.forward(X), np.eye(3, dtype=np.float32)[[0]])
    network.backward()
    layers = [7 * 5, 5 * 4, 4 * 3]
    assert made["forward"] == sum(layers)
    assert made["gradients"] == sum(layers), "one product a layer for dW"
    assert made["backward"] == sum(layers[1:]), "one for dX, but none for the pixels"


def test_the_table_has_the_parameters_and_multiplications_of_each_network(glued):
    rows = glued["architectures-table"]
    assert [row["hidden"] for row in rows] == [*map(str, WIDTHS), "2×64", "3×64", "4×64"]
    for row, hidden, cost in zip(rows, ARCHITECTURES, glued["architectures-costs"]):
        params = mlp([784, *hidden, 10], np.random.default_rng(0)).params
        weights = sum(W.size for W in params[::2])
        assert row["parameters"] == sum(V.size for V in params), row["hidden"]
        assert row["forward"] == weights, row["hidden"]
        assert row["backward"] == 2 * weights - params[0].size, row["hidden"]
        assert cost == row["forward"] + row["backward"], row["hidden"]
        assert 2 < cost / weights < 3, "a step should cost two to three forward passes"
    assert rows[7]["parameters"] > 800_000, "the chapter says: more than 80 for each image"


# The rates


def test_each_architecture_gets_the_rate_its_scouts_found_best(glued):
    assert (glued["architectures-rates"], glued["architectures-shapes"]) == (RATES, SHAPES)
    scouted = np.array(glued["architectures-scouted"])
    assert scouted.shape == (8, 5, 5), "eight shapes, five rates, five seeds"
    choice = scouted.mean(axis=2).argmin(axis=1)
    assert glued["architectures-best"] == [RATES[i] for i in choice]
    assert set(choice) <= {1, 2, 3}, "a best rate at the edge of the grid says little"
    for hidden, row in zip(ARCHITECTURES, glued["architectures-table"]):
        known = dict(zip(map(tuple, SHAPES), glued["architectures-best"]))
        assert row["rate"] == known.get(tuple(hidden), known[128,]), row["hidden"]


def test_a_wider_network_stands_a_larger_rate_and_a_deeper_one_a_smaller(glued):
    best = glued["architectures-best"]
    assert best[0] < best[4], "128 neurons should want a larger rate than 8"
    assert all(a <= b for a, b in pairwise(best[:5])), f"by width: {best[:5]}"
    depths = [best[3], *best[5:]]
    assert all(a >= b for a, b in pairwise(depths)), f"by depth: {depths}"
    assert best[3] > best[7], "four layers should want a smaller rate than one"
    names = ["8", "16", "32", "64", "128", "64-2", "64-3", "64-4"]
    assert [glued[f"architectures-best-{name}"] for name in names] == best


def test_depth_wins_loses_or_is_level_depending_on_the_rate(glued):
    scouted = np.array(glued["architectures-scouted"])
    choice = scouted.mean(axis=2).argmin(axis=1)
    one, four = scouted[3], scouted[7]
    small, low, _ = close(glued, "at-small", one[0] - four[0])
    assert low > 0 and one[0].min() > four[0].max(), "at 0.1 depth should win, no overlap"
    assert np.all(np.diff(scouted[[3, 5, 6, 7], 0].mean(axis=1)) < 0), "each layer should help"
    _, low, _ = close(glued, "at-large", four[3] - one[3])
    assert low > 0 and four[3].min() > one[3].max(), "at 0.8 it should lose, no overlap"
    assert (scouted[5:, 3].mean(axis=1) > one[3].mean()).all(), "two and three layers as well"
    mean, _, _ = close(glued, "at-best", one[choice[3]] - four[choice[7]])
    assert abs(mean) < small / 4, "at their best little should be left of it"
    errors = np.array(glued["architectures-errors"])
    fresh, _, _ = close(glued, "at-best-fresh", errors[3] - errors[10])
    assert abs(fresh) < small / 4, "nor with fresh seeds"


def test_a_diverged_run_counts_as_guessing(glued):
    diverged = np.reshape(glued["architectures-scouts-diverged"], (8, 5, 5))
    assert diverged.any(), "the chapter says what a diverged run counts, but none has diverged"
    assert (np.array(glued["architectures-scouted"])[diverged] == 0.9).all()


def test_narrow_layers_lose_a_larger_share_of_their_neurons(glued):
    dead = np.array(glued["architectures-dead"])  # width, rate, seed
    assert glued["architectures-dead-8"] == pytest.approx(dead[0, 3].mean())
    assert glued["architectures-dead-128"] == pytest.approx(dead[4, 3].mean())
    assert dead[0, 3].min() > dead[4, 3].max(), "8 should lose more than 128, with every seed"
    assert np.all(np.diff(dead[:, 3].mean(axis=1)) < 0), "at 0.8 the share should fall with width"
    best = [RATES.index(rate) for rate in glued["architectures-best"][:5]]
    for width, rate in enumerate(best):
        at_best, above = dead[width, rate].mean(), dead[width, rate + 1].mean()
        assert at_best < 0.25 < above + 0.02, f"{SHAPES[width]}: {at_best:.0%}, then {above:.0%}"


def test_first_steps_are_about_four_times_as_long_in_a_layer_of_8_as_in_one_of_128(data):
    X, y = data[1][0][:1000], data[1][1][:1000]

    def steps(width):
        lengths = []
        for seed in range(20):
            network = mlp([784, width, 10], np.random.default_rng(seed))
            network.loss.forward(network.forward(X), np.eye(10, dtype=np.float32)[y])
            network.backward()
            lengths += np.linalg.norm(network.grads[0], axis=0).tolist()
        return np.mean(lengths)

    ratio = steps(8) / steps(128)
    assert 3 < ratio < 5, f"a neuron's first gradient is {ratio:.1f} times as long"


# The sweep


def test_the_sweep_is_repeated_exactly_and_uses_fresh_seeds(glued, data):
    errors = np.array(glued["architectures-errors"])
    assert errors.shape == (11, 5)
    again = repeated(configuration([32], glued["architectures-best-32"]), 6, data)
    assert again == pytest.approx(errors[2, 1], abs=1e-12), "32 neurons, seed 6"
    again = repeated(configuration([64, 64], glued["architectures-best-64-2"]), 5, data)
    assert again == pytest.approx(errors[8, 0], abs=1e-12), "64-64, seed 5"
    scout = repeated(configuration([16], 0.2), 3, data)
    assert scout == pytest.approx(glued["architectures-scouted"][1][1][3], abs=1e-12), "a scout"


def test_width_helps_ever_less_and_does_not_turn_upwards(glued):
    errors, training = np.array(glued["architectures-errors"]), np.array(glued["architectures-training"])
    losses, means = np.array(glued["architectures-losses"]), np.mean(glued["architectures-errors"], axis=1)
    assert np.all(np.diff(means[:6]) < 0), f"each doubling up to 256 should help: {means}"
    assert means[7] < means[5], "1,024 should be better than 256"
    assert np.all(np.diff(means[:8]) < 0.001), "there should be no turn upwards"
    first = close(glued, "first-doubling", errors[0] - errors[1])
    last = close(glued, "last-doublings", errors[4] - errors[7])
    assert last[1] > 0, "128 to 1,024 should gain, its interval excluding zero"
    assert first[0] > last[0], "the first doubling should gain more than the last three"
    assert np.all(np.diff(training.mean(axis=1)[:8]) < 0), "wider should fit better"
    gap = (errors - training).mean(axis=1)
    assert gap[7] > gap[0], "the widest should have the larger gap"
    assert means[4] - means[5] > means[6] - means[7], "at the right, doublings should win less"
    assert training[7].max() < 0.01, "1,024 neurons should learn nearly all of their images"
    assert losses[7].mean() < losses[4].mean() and (losses[7] < losses[4]).sum() >= 4
    for name, value in (("error-8", means[0]), ("error-128", means[4]), ("error-1024", means[7]),
                        ("training-1024", training[7].mean()), ("loss-128", losses[4].mean()),
                        ("loss-1024", losses[7].mean())):  # fmt: skip
        assert glued[f"architectures-{name}"] == pytest.approx(value), name


def test_the_tables_of_the_sweep_say_what_was_measured(glued):
    errors = np.array(glued["architectures-errors"])
    for row, values in zip(glued["architectures-table"], errors):
        summary = summarise(values)
        assert row["error"] == pytest.approx(summary.mean), row["hidden"]
        assert row["std"] == pytest.approx(summary.std), row["hidden"]
    names = [row["hidden"] for row in glued["architectures-table"]]
    assert len(glued["architectures-gains"]) == 11
    for row in glued["architectures-gains"]:
        summary = summarise(errors[names.index(row["from"])] - errors[names.index(row["to"])])
        assert row["gain"] == pytest.approx(summary.mean), row["to"]
        assert row["excludes 0"] == (summary.low > 0 or summary.high < 0), row["to"]


def test_a_second_layer_helps_and_the_next_two_do_not(glued):
    errors = np.array(glued["architectures-errors"])
    _, low, _ = close(glued, "second-layer", errors[3] - errors[8])
    assert low > 0, "the second layer's interval should exclude zero"
    scouted = np.array(glued["architectures-scouted"])
    one, two, four = (scouted[i][scouted[i].mean(axis=1).argmin()] for i in (3, 5, 7))
    _, low, _ = close(glued, "second-layer-scouts", one - two)
    assert low > 0 and np.mean(two) < np.mean(four), "the scouts should agree"
    _, _, high = close(glued, "fourth-layer", errors[8] - errors[10])
    assert high < 0, "four layers should be worse than two"
    assert errors[8:].mean(axis=1).argmin() == 0, "two layers should be the best depth"
    assert np.ptp(errors[[3, 8, 9, 10]].mean(axis=1)) < 0.01, "they should lie close together"


def test_the_frontier_is_what_no_other_beats(glued):
    means, costs = np.mean(glued["architectures-errors"], axis=1), np.array(glued["architectures-costs"])
    expected = [
        i for i in range(11)
        if not any(costs[j] <= costs[i] and means[j] < means[i] for j in range(11))
    ]  # fmt: skip
    assert glued["architectures-frontier"] == glued["architectures-frontier-exercise"] == expected
    assert 8 in expected and not {9, 10} & set(expected), "of the deep ones, only 64-64"
    assert {0, 1, 2, 3, 4} <= set(expected) and 7 in expected, "one layer, narrow to wide"
    assert costs[7] / costs[4] == pytest.approx(8, rel=0.01), "the widest costs 8 times 128"
    shares = np.array(glued["architectures-times-on"])
    assert shares[0] == 1 and shares[expected].min() > 0.8, f"redrawn: {shares}"
    assert shares[9:].max() < 0.2, "three and four layers should be off it in nearly all draws"


def test_seconds_grow_far_less_than_multiplications(glued):
    seconds, costs = np.array(glued["architectures-timing-seconds"]), np.array(glued["architectures-costs"])
    assert glued["architectures-timing-ratio"] == pytest.approx(seconds[7] / seconds[0])
    assert seconds[7] / seconds[0] < costs[7] / costs[0], "narrow networks should waste time"


# The number of images


def test_the_narrow_underfits_and_the_wide_overfits(glued):
    new, old = np.array(glued["architectures-by-count"]), np.array(glued["architectures-fitted"])
    assert glued["architectures-counts"] == [100, 300, 1000, 3000, 10_000, 50_000]
    assert new.shape == old.shape == (2, 6, 5)
    assert (old[:, 0] == 0).all(), "both should learn 100 images without a mistake"
    assert (new[1] < new[0]).all(), "the wide one should be the better for each size and seed"
    gap = 100 * (new - old).mean(axis=2)
    assert np.all(np.diff(gap, axis=1) < 0), f"the gaps should close: {gap}"
    assert glued["architectures-narrow-gap"] == pytest.approx(gap[0, -1])
    assert gap[0, -1] < 1.5, "the narrow one's errors should nearly meet"
    assert old[0, -1].min() > 0.05, "the narrow one should not even fit its training images"
    assert old[1, :5].mean(axis=1).max() < 0.02, "the wide one should fit its training images"
    assert old[1, :4].max() < 0.001, "it should have next to no training errors on small sets"


def test_a_power_law_fitted_up_to_10_000_images_predicts_50_000(glued):
    counts, wide = np.array(glued["architectures-counts"]), np.array(glued["architectures-by-count"])[1]
    lines = [np.polyfit(np.log(counts[:5]), np.log(curve[:5]), 1) for curve in wide.T]
    assert glued["architectures-slopes"] == pytest.approx([slope for slope, _ in lines])
    predicted = [np.exp(np.polyval(line, np.log(50_000))) for line in lines]
    assert glued["architectures-predicted"] == pytest.approx(predicted)
    _, low, high = close(glued, "prediction-off", wide[-1] - predicted)
    assert low < 0.1 and high > -0.1, "it should be off by no more than chance and a little"
    assert np.mean(predicted) == pytest.approx(wide[-1].mean(), rel=0.15), "a poor prediction"
    pieces = np.array(glued["architectures-pieces"])
    assert np.ptp(pieces[1]) < 0.15, f"the wide one's line should be straight: {pieces[1]}"
    assert np.ptp(pieces[0]) > 0.2, "the narrow one's should bend"
    slope = np.mean(glued["architectures-slopes"])
    assert glued["architectures-slope"] == pytest.approx(-slope) and 0.3 < -slope < 0.5
    assert glued["architectures-tenfold"] == pytest.approx(10**slope)
    assert glued["architectures-half-images"] == pytest.approx(2 ** (-1 / slope))


def test_one_of_the_learners_is_repeated_exactly(glued, data):
    learner = {"sizes": [784, 8, 10], "lr": CosineDecay(0.2, 80), "epochs": 80,
               "batch_size": 64, "n_train": 1000}  # fmt: skip
    assert repeated(learner, 2, data) == pytest.approx(glued["architectures-by-count"][0][2][2], abs=1e-12)


def test_60_000_images_beat_50_000_and_the_test_images_are_the_easier_ones(glued):
    wide, less, more = (np.array(glued[f"architectures-{name}"]) for name in ("by-count", "test-50", "test-60"))
    assert len(less) == len(more) == 5
    assert glued["architectures-test-50-mean"] == pytest.approx(less.mean())
    assert glued["architectures-test-60-mean"] == pytest.approx(more.mean())
    assert more.mean() < glued["architectures-promised"], "the chapter says: better than promised"
    assert more.mean() > 0.75 * glued["architectures-promised"], "far from promised"
    assert less.max() < wide[1, -1].min(), "the same networks should find the test images easier"
    assert glued["architectures-more-images"] == pytest.approx(1 - more.mean() / less.mean())
    assert glued["architectures-more-images-law"] == pytest.approx(1 - 1.2 ** np.mean(glued["architectures-slopes"]))
    assert more.max() < less.mean(), "10,000 more images should help"
    assert glued["architectures-test-se"] == pytest.approx(np.sqrt(more.mean() * (1 - more.mean()) / 10_000))


# Noise


def test_the_rerun_of_nielsens_depths_is_repeated_exactly(glued, data):
    again = {"sizes": [784, 30, 10], "hidden": Sigmoid, "lr": 1.0, "batch_size": 100, "epochs": 10}
    assert 1 - repeated(again, 0, data) == pytest.approx(glued["architectures-rerun"][0][0], abs=1e-12)


def test_the_spread_over_seeds_is_of_the_size_of_nielsens_differences(glued):
    accuracy = np.array(glued["architectures-rerun"])
    spread = 100 * accuracy.std(axis=1, ddof=1)
    for depth in (1, 2, 3, 4):
        assert glued[f"architectures-rerun-sd-{depth}"] == pytest.approx(spread[depth - 1])
    assert spread[3] == spread.max(), "four layers should scatter most"
    ranges = np.ptp(accuracy, axis=1)
    assert np.sum(ranges > 0.8 * np.ptp(NIELSEN)) >= 3, f"at most depths as far apart: {ranges}"
    sigma = np.sqrt(np.mean(spread[:2] ** 2))
    assert glued["architectures-sigma"] == pytest.approx(sigma)
    gaps = 100 * np.abs(NIELSEN[:, None] - NIELSEN)[np.triu_indices(4, 1)]
    assert 0.08 < sigma < 0.3 and np.sum(gaps < np.sqrt(2) * sigma) >= 3, (
        "at least half of his differences should lie within one spread of a difference"
    )
    q = glued["architectures-as-far"]
    simulated = np.random.default_rng(0).normal(0, sigma, (100_000, 4))
    assert q == pytest.approx(np.mean(np.ptp(simulated, axis=1) >= gaps.max()), abs=0.01)
    assert q > 0.05, "chance alone should explain his range often enough to matter"


def test_single_runs_rank_one_and_two_layers_wrongly_and_one_and_four_rightly(glued):
    accuracy = np.array(glued["architectures-rerun"])
    for row in glued["architectures-ranked"]:
        a, b = (accuracy[int(depth) - 1] for depth in row["layers"].split(" and "))
        gap = np.mean(b - a)
        assert row["wrong of 25"] == np.sum(np.sign(b[:, None] - a) != np.sign(gap)), row
        expected = 25 * norm.cdf(-abs(gap) / np.hypot(a.std(ddof=1), b.std(ddof=1)))
        assert row["by formula"] == pytest.approx(expected), row
        assert abs(row["by formula"] - row["wrong of 25"]) < 4, "formula and count disagree"
        summary = summarise(b - a)
        assert (row["low"], row["high"]) == pytest.approx((summary.low, summary.high))
    first, last = glued["architectures-ranked"][0], glued["architectures-ranked"][2]
    assert first["wrong of 25"] >= 3 and first["low"] < 0 < first["high"], "1 and 2 layers"
    assert last["wrong of 25"] == 0 and last["high"] < 0, "1 and 4 layers"


def test_the_rule_of_sixteen_promises_a_little_too_much_for_few_seeds(glued):
    assert 2 * 2.8**2 == pytest.approx(16, rel=0.03)
    assert norm.cdf(0.84) == pytest.approx(0.8, abs=0.001)
    for n, power in zip([2, 3, 5, 10, 20, 50], glued["architectures-powers"]):
        exact = nct.sf(t.ppf(0.975, 2 * n - 2), 2 * n - 2, 2.8)  # δ √(n/2) / σ is 2.8
        assert power == pytest.approx(exact, abs=0.015), f"{n} seeds"
    assert np.all(np.diff(glued["architectures-powers"][:4]) > 0), "more seeds keep more of it"
    assert glued["architectures-power-5"] < 0.73 < glued["architectures-powers"][3] < 0.81
    assert nct.sf(t.ppf(0.975, 12), 12, 2.8 * np.sqrt(7 / 5)) > 0.8, "two more seeds keep it"
    sigma = glued["architectures-sigma"]
    assert glued["architectures-detect-5-points"] == pytest.approx(2.8 * np.sqrt(2 / 5) * sigma)
    assert norm.cdf(-1 / np.sqrt(2)) == pytest.approx(0.25, abs=0.02), "one case of four"
    assert 2 * norm.cdf(-1 / np.sqrt(2)) == pytest.approx(0.5, abs=0.03), "every second time"


def test_nonsense_is_learned_by_heart_and_teaches_nothing(glued):
    learned = {key: np.array(values) for key, values in glued["architectures-by-heart"].items()}
    assert (learned["nonsense", 256][0] == 1).all(), "256 neurons should hold the nonsense"
    assert learned["nonsense", 256][1].max() < 0.2, "and then guess"
    assert learned["true", 256][1].min() > 0.75, "with true labels they should generalise"
    assert learned["nonsense", 8][0].max() < 0.95, "8 neurons should not hold all of it"


def test_pairs_have_less_variance_than_runs_apart(glued):
    errors = np.array(glued["architectures-errors"])[2:8]
    pairs = [(a, b) for i, a in enumerate(errors) for b in errors[:i]]
    apart = sum(a.var(ddof=1) + b.var(ddof=1) for a, b in pairs)
    ratio = sum((a - b).var(ddof=1) for a, b in pairs) / apart
    assert glued["architectures-pair-ratio"] == pytest.approx(ratio) and ratio < 1


# The checks


def beaten(costs, errors, i, strictly_all=False, or_equal=False):
    for j in range(len(costs)):
        cheaper, better = costs[j] < costs[i], errors[j] < errors[i]
        no_worse = costs[j] <= costs[i] and errors[j] <= errors[i]
        if or_equal and no_worse and j != i:
            return True
        if (cheaper and better) if strictly_all else (no_worse and (cheaper or better)):
            return True
    return False


def points(costs, errors, **how):
    return [i for i in range(len(costs)) if not beaten(costs, errors, i, **how)]


def by_running_minimum(costs, errors):
    order = np.argsort(costs, kind="stable")
    lowest = np.minimum.accumulate(np.array(errors)[order])
    return sorted(order[np.array(errors)[order] == lowest])


def by_sorting(costs, errors):
    best, kept = np.inf, {}
    for cost, error in sorted(set(zip(costs, errors))):
        if error < best:
            best, kept[cost] = error, error
    return [i for i, (c, e) in enumerate(zip(costs, errors)) if kept.get(c) == e]


FRONTIER_MISTAKES = {
    "now sort": lambda c, e: points(c, e)[::-1],
    "points 1 and 6 are alike": lambda c, e: points(c, e, or_equal=True),
    "better in the other is enough": lambda c, e: points(c, e, strictly_all=True),
    "point 5 errs as often": by_running_minimum,
    "the lowest error alone": lambda c, e: [int(np.argmin(e))],
    "the lowest cost alone": lambda c, e: [int(np.argmin(c))],
    "the cheapest alone": lambda c, e: np.flatnonzero(np.array(c) == min(c)),
    "these are the extremes": lambda c, e: [i for i in range(len(c)) if c[i] == min(c) or e[i] == min(e)],
    "return the others": lambda c, e: [i for i in range(len(c)) if i not in points(c, e)],
    "indices begin with 0": lambda c, e: [i + 1 for i in points(c, e)],
    "yes or no": lambda c, e: np.isin(range(len(c)), points(c, e)),
    "not the points themselves": lambda c, e: [(c[i], e[i]) for i in points(c, e)],
    "whole numbers": lambda c, e: [c[i] / 2 for i in points(c, e)],
    "named more than once": lambda c, e: points(c, e) * 2,
    "there is no point 8": lambda c, e: [*points(c, e), 8],
    "point 7 is beaten, by point 0": lambda c, e: [0, 1, 5, 6, 7][::-1],
    "point 2 is missing": lambda c, e: [0, 1, 3, 6],
    "not for others": lambda c, e: [0, 1, 2, 3, 6],
    "None": lambda c, e: None,
}

WIDTH_MISTAKES = {
    "10 biases of the output": lambda budget: budget // 795,
    "biases are missing": lambda budget: budget // 794,
    "bias of its own": lambda budget: (budget - 10) // 794,
    "weights out, too: ten": lambda budget: budget // 784,
    "ten weights out": lambda budget: (budget - 10) // 785,
    "round down: above": lambda budget: -(-(budget - 10) // 795),
    "round down: above the": lambda budget: round((budget - 10) / 795),
    "a fraction of a neuron": lambda budget: (budget - 10) / 795,
    "costs exactly so much fits": lambda budget: (budget - 11) // 795,
    "then the width is 0": lambda budget: max(1, (budget - 10) // 795),
    "one too narrow": lambda budget: (budget - 10) // 795 - 1,
    "one too wide": lambda budget: (budget - 10) // 795 + 1,
    "don't add them": lambda budget: (budget + 10) // 795,
    "what one hidden neuron costs": lambda budget: 30,
}

SEEDS_MISTAKES = {
    "round up: with fewer": lambda d, s: int(15.68 * (s / d) ** 2),
    "not to the nearest": lambda d, s: round(15.68 * (s / d) ** 2),
    "a fraction of a seed": lambda d, s: 15.68 * (s / d) ** 2,
    "noise of two means": lambda d, s: int(np.ceil(7.84 * (s / d) ** 2)),
    "add the 0.84": lambda d, s: int(np.ceil(2 * 1.96**2 * (s / d) ** 2)),
    "square σ/δ": lambda d, s: int(np.ceil(15.68 * abs(s / d))),
    "other way round": lambda d, s: int(np.ceil(15.68 * (d / s) ** 2)),
    "rule of thumb": lambda d, s: int(np.ceil(16 * (s / d) ** 2)),
    "not the sum of the squares": lambda d, s: int(np.ceil(2 * (1.96**2 + 0.84**2) * (s / d) ** 2)),
    "1.645 leaves": lambda d, s: int(np.ceil(2 * (1.645 + 0.84) ** 2 * (s / d) ** 2)),
    "twice too many": lambda d, s: int(np.ceil(4 * 2.8**2 * (s / d) ** 2)),
    "square the 1.96": lambda d, s: int(np.ceil(2 * 2.8 * (s / d) ** 2)),
    "rounded up": lambda d, s: 1234,
}


def on_frontier_of(redraw):
    """Return an answer that counts, over 1,000 draws, who is on the frontier of redraw(...)."""

    def answer(costs, errors, rng):
        times_on = np.zeros(len(costs))
        for _ in range(1000):
            times_on[points(costs, redraw(errors, rng))] += 1
        return times_on / 1000

    return answer


def redrawn(errors, rng):
    return np.take_along_axis(errors, rng.integers(errors.shape[1], size=errors.shape), axis=1)


def share_right(costs, errors, rng):
    return on_frontier_of(lambda e, rng: redrawn(e, rng).mean(axis=1))(costs, errors, rng)


def five_seeds_of_them(errors, rng):
    return np.take_along_axis(errors, rng.integers(5, size=(len(errors), 5)), axis=1).mean(axis=1)


SHARE_MISTAKES = {
    "always or never": on_frontier_of(lambda e, rng: rng.permuted(e, axis=1).mean(axis=1)),
    "the same seeds are drawn": on_frontier_of(
        lambda e, rng: e[:, rng.integers(e.shape[1], size=e.shape[1])].mean(axis=1)
    ),
    "frontier of single errors": on_frontier_of(lambda e, rng: redrawn(e, rng)[:, 0]),
    "lowest errors": on_frontier_of(lambda e, rng: redrawn(e, rng).min(axis=1)),
    "how often each is beaten": lambda c, e, rng: 1 - share_right(c, e, rng),
    "these are counts": lambda c, e, rng: 1000 * share_right(c, e, rng),
    "in per cent": lambda c, e, rng: 100 * share_right(c, e, rng),
    "take the chance from rng": lambda c, e, rng: share_right(c, e, np.random.default_rng(1)),
    "single draws": lambda c, e, rng: np.ones((1000, 5), bool),
    "a share for each": lambda c, e, rng: share_right(c, e, rng).mean(),
    "lies between": lambda c, e, rng: -share_right(c, e, rng),
    "Draw with replacement, take": lambda c, e, rng: np.full(5, 0.5),
    "index 3 is out of bounds": on_frontier_of(five_seeds_of_them),
}

MISTAKES = [
    (check, message, answer)
    for check, mistakes in {
        checks.frontier: FRONTIER_MISTAKES,
        checks.hidden_width: WIDTH_MISTAKES,
        checks.seeds_needed: SEEDS_MISTAKES,
        checks.share_on: SHARE_MISTAKES,
    }.items()
    for message, answer in mistakes.items()
]


@pytest.mark.parametrize(("check", "message", "answer"), MISTAKES)
def test_the_checks_name_the_mistake(verdict, check, message, answer):
    said = verdict(check, answer)
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_checks_accept_right_answers(verdict):
    def widest(budget):
        width = 0
        while 785 * (width + 1) + 10 * (width + 1) + 10 <= budget:
            width += 1
        return width

    def by_normal_distribution(delta, sigma):
        return math.ceil(2 * (norm.ppf(0.975) + norm.ppf(0.8)) ** 2 * (sigma / delta) ** 2)

    for check, answer in [
        (checks.hidden_width, widest),
        (checks.hidden_width, lambda budget: math.floor((budget - 10) / 795)),
        (checks.hidden_width, lambda budget: np.flatnonzero(795 * np.arange(budget) + 10 <= budget)[-1]),
        (checks.frontier, lambda c, e: np.array(points(c, e))),
        (checks.frontier, by_sorting),
        (checks.seeds_needed, lambda d, s: int(np.ceil(2 * (1.96 + 0.84) ** 2 * s**2 / d**2))),
        (checks.seeds_needed, by_normal_distribution),
        (checks.seeds_needed, lambda d, s: next(n for n in range(1, 9999) if abs(d) * (n / 2) ** 0.5 >= 2.8 * s)),
        (checks.share_on, share_right),
        (checks.share_on, on_frontier_of(
            lambda e, rng: (rng.multinomial(e.shape[1], np.full(e.shape[1], 1 / e.shape[1]), len(e)) * e).mean(axis=1))),
        (checks.share_on, on_frontier_of(
            lambda e, rng: [rng.choice(row, len(row)).mean() for row in e])),
    ]:  # fmt: skip
        said = verdict(check, answer)
        assert said.startswith("Right"), f"the check said: {said}"
