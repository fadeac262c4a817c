"""Architectures: what they cost, what they buy, and how to compare them fairly."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from mnist_from_scratch import Configuration, CosineDecay, checks, dead_share, load_mnist, mlp
from mnist_from_scratch import summarise, sweep, train_validation_split
from mnist_from_scratch.layers import Dense

RATES = [0.1, 0.2, 0.4, 0.8, 1.6]
SHAPES = [(8,), (32,), (64,), (128,), (64,) * 2, (64,) * 4]  # of the scouts
WIDTHS = [8, 32, 64, 128, 256, 512, 1024]
ARCHITECTURES = [(width,) for width in WIDTHS] + [(64,) * 2, (64,) * 4]
NAMES = [*map(str, WIDTHS), "2×64", "4×64"]
ONE, TWO, FOUR = ARCHITECTURES.index((64,)), 7, 8
COUNTS = [300, 1000, 3000, 10_000, 50_000]


@pytest.fixture(scope="module")
def data():
    X, y, _, _ = load_mnist()
    return train_validation_split(X, y, 10_000, np.random.default_rng(12))


def repeated(configuration, seed, data):
    """Return one run, made again, and its error on the 10,000 validation images."""
    X, y, X_val, y_val = data
    (run,) = sweep([configuration], [seed], X, y, (X_val[:500], y_val[:500]), n_jobs=1)
    return run, 1 - run.network().evaluate(X_val, y_val)[1]


def configuration(hidden, rate):
    return Configuration(sizes=(784, *hidden, 10), lr=CosineDecay(rate, 6), epochs=6,
                         batch_size=64, n_train=10_000)  # fmt: skip


@pytest.fixture(scope="module")
def arrays(glued):
    """What the chapter measured, as arrays: (networks, ..., seeds)."""
    names = ("errors", "training", "scouted", "dead", "by-count", "fitted", "longer")
    return {name: np.array(glued[f"architectures-{name}"]) for name in names}


def close(glued, name, gaps):
    """Assert that the glued interval is that of the gaps; return it, in percentage points."""
    summary = summarise(np.asarray(gaps))
    for part in ("mean", "low", "high"):
        shown = glued[f"architectures-{name}-{part}"]
        assert shown == pytest.approx(100 * getattr(summary, part)), f"{name}, {part}"
    single = glued.get(f"architectures-single-{name}")
    opposite = int(np.sum(np.sign(gaps) != np.sign(np.mean(gaps))))
    assert single in (None, [opposite, len(gaps)]), f"{name}: seeds of the other sign"
    return [100 * value for value in (summary.mean, summary.low, summary.high)]


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
    assert [row["hidden"] for row in rows] == NAMES
    for row, hidden, cost in zip(rows, ARCHITECTURES, glued["architectures-costs"], strict=True):
        params = mlp([784, *hidden, 10], np.random.default_rng(0)).params
        weights = sum(W.size for W in params[::2])
        assert row["parameters"] == sum(V.size for V in params), row["hidden"]
        assert row["cost"] == cost == 3 * weights - params[0].size, row["hidden"]
        assert 2 < cost / weights < 3, "a step should cost two to three forward passes"
    assert rows[6]["parameters"] > 800_000, "the chapter says: more than 80 for each image"
    costs = glued["architectures-costs"]
    assert costs[6] / costs[3] == pytest.approx(8, rel=0.01), "the widest costs 8 times 128"
    assert glued["architectures-layer-price"] == pytest.approx(costs[TWO] / costs[ONE] - 1)
    assert glued["architectures-layer-price"] < 0.15, "the chapter calls it a small price"


def test_the_costs_worked_by_hand(chapter):
    text = chapter("architectures").text
    for sizes, cost in (([784, 30, 10], 47_940), ([784, 30, 30, 30, 30, 10], 56_040)):
        assert f"{sizes}" in text and f"{cost:,}" in text, sizes
    assert 56_040 / 47_940 == pytest.approx(1.17, abs=0.005)


# The rates


def test_each_architecture_gets_the_rate_its_scouts_found_best(glued, arrays):
    assert glued["architectures-rates"] == RATES
    scouted = arrays["scouted"]
    assert scouted.shape == (6, 5, 5), "six shapes, five rates, five seeds"
    choice = scouted.mean(axis=2).argmin(axis=1)
    best = dict(zip(SHAPES, [RATES[i] for i in choice]))
    assert glued["architectures-best"] == list(best.values())
    assert set(choice) <= {1, 2, 3}, "a best rate at the edge of the grid says little"
    used = [best.get(hidden, best[128,]) for hidden in ARCHITECTURES]
    assert glued["architectures-rates-used"] == used, "the first figure has other rates than the scouts chose"
    for name, rate in zip(("8", "32", "64", "128", "64-2", "64-4"), best.values()):
        assert glued[f"architectures-best-{name}"] == rate, name
    assert all(a <= b for a, b in pairwise(list(best.values())[:4])), f"by width: {best}"


def test_networks_that_swap_their_rates_lose(glued, arrays):
    scouted = arrays["scouted"]
    choice = scouted.mean(axis=2).argmin(axis=1)
    lost = {}
    for name, own, other in (("narrow", 0, 3), ("wide", 3, 0), ("shallow", 2, 5), ("deep", 5, 2)):
        gaps = scouted[own, choice[other]] - scouted[own, choice[own]]
        lost[name] = close(glued, f"other-rate-{name}", gaps)
        assert lost[name][1] > 0, f"{name}: the other's rate should be worse, its interval excluding zero"
    assert max(lost, key=lost.get) == "narrow" and min(lost, key=lost.get) == "deep", lost
    assert choice[0] < choice[3] and choice[5] < choice[2], "wider: larger rate; deeper: smaller"


def test_of_two_best_rates_the_double_cannot_be_told(glued, arrays):
    scouted = arrays["scouted"]
    for name, row in (("rate-8", 0), ("rate-64", 2)):
        i = scouted[row].mean(axis=1).argmin()
        _, low, high = close(glued, name, scouted[row, i + 1] - scouted[row, i])
        assert low < 0 < high, f"{name}: the chapter says that twice the rate may be as good"


def test_depth_wins_loses_or_cannot_be_told_depending_on_the_rate(glued, arrays):
    one, four = arrays["scouted"][2], arrays["scouted"][5]
    _, low, _ = close(glued, "at-small", one[0] - four[0])
    assert low > 0 and one[0].min() > four[0].max(), "at 0.1 depth should win, no overlap"
    _, low, _ = close(glued, "at-large", four[3] - one[3])
    assert low > 0 and four[3].min() > one[3].max(), "at 0.8 it should lose, no overlap"
    _, low, high = close(glued, "at-best-fresh", arrays["errors"][ONE] - arrays["errors"][FOUR])
    assert low < 0 < high, "at their best they should not be told apart"


def test_diverged_runs_count_as_guessing(glued, arrays):
    diverged = np.reshape(glued["architectures-scouts-diverged"], (6, 5, 5))
    assert diverged.any(), "the chapter says what a diverged run counts, but none has diverged"
    assert arrays["scouted"][diverged] == pytest.approx(0.9)


def test_narrow_layers_lose_a_larger_share_of_their_neurons(glued, arrays):
    dead = arrays["dead"]  # width, rate, seed
    assert glued["architectures-dead-8"] == pytest.approx(dead[0, 3].mean())
    assert glued["architectures-dead-128"] == pytest.approx(dead[3, 3].mean())
    _, low, _ = close(glued, "dead-gap", dead[0, 3] - dead[3, 3])
    assert low > 0, "8 neurons should lose a larger share than 128"


def test_first_steps_are_about_four_times_as_long_in_a_layer_of_8_as_in_one_of_128(data):
    X, y = data[0][:1000], data[1][:1000]

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


# Width and depth


def test_the_runs_are_repeated_exactly_and_use_fresh_seeds(arrays, data):
    assert arrays["errors"].shape == (9, 5)
    _, again = repeated(configuration((32,), 0.4), 6, data)
    assert again == pytest.approx(arrays["errors"][1, 1], abs=1e-12), "32 neurons, seed 6"
    run, again = repeated(configuration((8,), 0.4), 3, data)
    assert again == pytest.approx(arrays["scouted"][0, 2, 3], abs=1e-12), "a scout of 8 neurons, seed 3"
    dead = dead_share(run.network(), data[2][:2000])
    assert dead == pytest.approx(arrays["dead"][0, 2, 3]), "the same scout's dead neurons"


def test_the_tables_say_what_was_measured(glued, arrays):
    errors, training = arrays["errors"], arrays["training"]
    for row, values, fitted in zip(glued["architectures-table"], errors, training, strict=True):
        summary = summarise(values)
        assert (row["error"], row["std"]) == pytest.approx((summary.mean, summary.std)), row["hidden"]
        assert row["training error"] == pytest.approx(fitted.mean()), row["hidden"]
    assert len(glued["architectures-gains"]) == 10, "the chapter says: ten comparisons"
    for row in glued["architectures-gains"]:
        summary = summarise(errors[NAMES.index(row["from"])] - errors[NAMES.index(row["to"])])
        assert (row["gain"], row["low"]) == pytest.approx((summary.mean, summary.low)), row["to"]
        assert row["excludes 0"] == (summary.low > 0 or summary.high < 0), row["to"]


def test_width_helps_up_to_512_in_the_end_by_little_and_no_turn_is_seen(glued, arrays):
    errors, training = arrays["errors"], arrays["training"]
    first = close(glued, "first-step", errors[0] - errors[1])
    last = close(glued, "last-doublings", errors[3] - errors[6])
    assert last[1] > 0, "128 to 1,024 should gain, its interval excluding zero"
    assert first[1] > last[2], "8 to 32 should gain more than 128 to 1,024"
    _, low, high = close(glued, "last-step", errors[5] - errors[6])
    assert low < 0 < high, "of the last doubling the chapter cannot say"
    doublings = [summarise(before - after) for before, after in pairwise(errors[:7])]
    assert all(gain.low > 0 for gain in doublings[:5]), "every doubling up to 512 should gain"
    assert min(gain.low for gain in doublings[:5]) == doublings[4].low < 0.001, "the last by a hair"
    for name, value in (("error-128", errors[3]), ("error-1024", errors[6]), ("training-1024", training[6])):
        assert glued[f"architectures-{name}"] == pytest.approx(value.mean()), name
    assert training[6].max() < 0.01, "1,024 neurons should learn nearly all of their images"
    assert training[6].mean() == training.mean(axis=1).min()
    assert glued["architectures-loss-low"] > 0, "the loss of 1,024 should be lower, too"


def test_a_second_layer_helps_and_four_lose_to_two(glued, arrays):
    errors, scouted = arrays["errors"], arrays["scouted"]
    _, low, _ = close(glued, "second-layer", errors[ONE] - errors[TWO])
    assert low > 0, "the second layer's interval should exclude zero"
    _, low, _ = close(glued, "two-to-four", errors[FOUR] - errors[TWO])
    assert low > 0, "four layers should lose to two, their interval excluding zero"
    close(glued, "fourth-layer", errors[TWO] - errors[FOUR])
    one, two, four = (scouted[i][scouted[i].mean(axis=1).argmin()] for i in (2, 4, 5))
    _, low, _ = close(glued, "second-layer-scouts", one - two)
    assert low > 0, "the scouts should agree on the second layer"
    _, low, high = close(glued, "two-to-four-scouts", four - two)
    assert low < 0 < high, "the chapter says that the scouts cannot confirm it"


def test_the_frontier_is_what_no_other_beats(glued, arrays):
    means, costs = arrays["errors"].mean(axis=1), glued["architectures-costs"]
    expected = [
        i for i in range(9)
        if not any(costs[j] <= costs[i] and means[j] < means[i] for j in range(9))
    ]  # fmt: skip
    assert glued["architectures-frontier"] == glued["architectures-frontier-exercise"] == expected
    assert expected == [0, 1, 2, 3, 4, 5, 6, TWO], "all but four layers of 64"
    shares = np.array(glued["architectures-times-on"])
    assert shares[0] == 1 and shares[expected].min() > 0.8, f"redrawn: {shares}"
    assert shares[FOUR] < 0.2, "four layers should be off it in nearly all draws"


def test_seconds_grow_far_less_than_multiplications(glued):
    seconds, costs = glued["architectures-timing-seconds"], glued["architectures-costs"]
    assert glued["architectures-timing-ratio"] == pytest.approx(seconds[6] / seconds[0])
    assert seconds[6] / seconds[0] < costs[6] / costs[0] / 2, "narrow networks should waste time"


# The number of images


def test_more_images_help_a_wide_network_more_in_proportion_not_in_points(glued, arrays):
    new = arrays["by-count"]  # width, count, seed
    assert glued["architectures-counts"] == COUNTS and new.shape == (2, 5, 5)
    left = new[:, 4] / new[:, 3]
    assert glued["architectures-narrow-left"] == pytest.approx(left[0].mean())
    assert glued["architectures-wide-left"] == pytest.approx(left[1].mean())
    _, low, _ = close(glued, "left", left[0] - left[1])
    assert low > 0, "fivefold images should leave the narrow one more of its errors"
    gained = new[:, 3] - new[:, 4]
    _, low, high = close(glued, "fivefold-gap", gained[0] - gained[1])
    assert low < 0 < high, "in points the two gains should not be told apart"
    assert (new[1] < new[0]).all(), "the wide one should be the better for each size and seed"


def test_the_largest_set_makes_two_and_a_half_times_the_steps_of_the_next(glued):
    epochs = dict(zip(COUNTS, glued["architectures-epochs"], strict=True))
    assert (epochs[10_000], epochs[50_000]) == (30, 15), "the chapter names these epochs"
    steps = {n: each * math.ceil(n / 64) for n, each in epochs.items()}
    assert steps[50_000] / steps[10_000] == pytest.approx(2.5, abs=0.05)
    assert sorted(steps.values()) == list(steps.values()), "a larger set should never make fewer steps"


def test_no_floor_was_found_for_8_neurons(glued, arrays):
    new, own = arrays["by-count"][0], arrays["fitted"][0]
    longer_new, longer_own = arrays["longer"]
    _, low, _ = close(glued, "narrow-fivefold", new[3] - new[4])
    assert low > 0.5, "from 10,000 to 50,000 images the curve should not flatten"
    _, low, _ = close(glued, "narrow-gap", new[4] - own[4])
    assert low > 0.5, "its two errors should not have met"
    for name, gaps in (("longer-new", new[4] - longer_new), ("longer-own", own[4] - longer_own)):
        _, low, _ = close(glued, name, gaps)
        assert low > 0, f"{name}: three times the epochs should still help"
    assert glued["architectures-narrow-own"] == pytest.approx(own[4].mean())
    assert (own[0] == 0).all(), "8 neurons should learn 300 images by heart"
    assert own[4].min() > 0.04, "and not fit 50,000"


def test_the_wide_network_overfits_small_sets_and_its_gap_shrinks(glued, arrays):
    new, own = arrays["by-count"][1], arrays["fitted"][1]
    assert (own[:4] == 0).all(), "128 neurons should make no mistake on up to 10,000 images"
    assert np.all(np.diff(new - own, axis=0) < 0), "its gap should shrink, with every seed"
    assert glued["architectures-wide-first"] == pytest.approx(new[0].mean())
    assert glued["architectures-wide-own-first"] == 0
    assert glued["architectures-wide-gap"] == pytest.approx(100 * (new[4] - own[4]).mean())
    assert summarise(new[4] - own[4]).low > 0.01, "a gap should remain with 50,000 images"


def test_a_power_law_fitted_up_to_10_000_images_predicts_50_000(glued, arrays):
    wide = arrays["by-count"][1]
    lines = [np.polyfit(np.log(COUNTS[:4]), np.log(curve[:4]), 1) for curve in wide.T]
    slopes = np.array([slope for slope, _ in lines])
    assert glued["architectures-slopes"] == pytest.approx(slopes)
    predicted = [np.exp(np.polyval(line, np.log(50_000))) for line in lines]
    assert glued["architectures-predicted"] == pytest.approx(predicted)
    assert glued["architectures-predicted-mean"] == pytest.approx(np.mean(predicted))
    assert glued["architectures-wide-new"] == pytest.approx(wide[4].mean())
    _, low, high = close(glued, "prediction-off", wide[4] - predicted)
    assert low < 0 < high, "it should be off by no more than chance"
    assert np.mean(predicted) == pytest.approx(wide[4].mean(), rel=0.1), "a poor prediction"
    pieces = np.diff(np.log(wide.mean(axis=1))) / np.diff(np.log(COUNTS))
    assert np.ptp(pieces) < 0.15, f"the line should be straight: {pieces}"
    assert glued["architectures-slope"] == pytest.approx(-slopes.mean())
    assert glued["architectures-tenfold"] == pytest.approx(10 ** slopes.mean())
    assert glued["architectures-half-images"] == pytest.approx(2 ** (-1 / slopes.mean()))


def test_one_of_the_learners_is_repeated_exactly(arrays, data):
    learner = replace(configuration((8,), 0.2), lr=CosineDecay(0.2, 125), epochs=125, n_train=1000)
    run, again = repeated(learner, 2, data)
    assert again == pytest.approx(arrays["by-count"][0, 1, 2], abs=1e-12)
    assert 1 - run.final("accuracy") == pytest.approx(arrays["fitted"][0, 1, 2])


def test_nonsense_is_learned_by_heart_and_teaches_nothing(glued):
    learned = {key: np.array(values) for key, values in glued["architectures-by-heart"].items()}
    assert (learned["nonsense", 256, 150][0] == 1).all(), "256 neurons should hold the nonsense"
    assert learned["nonsense", 256, 150][1].max() < 0.2, "and then guess"
    assert learned["true", 256, 150][1].min() > 0.75, "with true labels they should generalise"
    short, long = learned["nonsense", 8, 150][0], learned["nonsense", 8, 1000][0]
    assert short.max() < 0.9, "8 neurons should seem too small for it"
    assert long.min() > 0.9, "and learn nearly all of it when they get more time"


# The check of hidden_width; those of frontier and share_on are in test_architectures_checks.py

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


@pytest.mark.parametrize(("message", "answer"), WIDTH_MISTAKES.items())
def test_the_check_of_the_width_names_the_mistake(verdict, message, answer):
    said = verdict(checks.hidden_width, answer)
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_the_width_accepts_right_answers(verdict):
    def widest(budget):
        width = 0
        while 785 * (width + 1) + 10 * (width + 1) + 10 <= budget:
            width += 1
        return width

    def searched(budget):
        return np.flatnonzero(795 * np.arange(budget) + 10 <= budget)[-1]

    for answer in (widest, searched, lambda budget: math.floor((budget - 10) / 795)):
        said = verdict(checks.hidden_width, answer)
        assert said.startswith("Right"), f"the check said: {said}"
