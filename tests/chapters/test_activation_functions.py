"""Activation functions: bends, their slopes, their starts, their deaths, and a fair race."""

import math

import numpy as np
import pytest

from mnist_from_scratch import CrossEntropy, Dense, Identity, Network, ReLU, Sigmoid, Softmax, Tanh
from mnist_from_scratch import checks, load_mnist, mlp, one_hot, sigmoid, train_validation_split
from mnist_from_scratch import summarise, xavier
from mnist_from_scratch.activations import Activation
from mnist_from_scratch.experiments import run

NAME = "activation-functions"
BENDS = {"none": Identity, "sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
RATES = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
SETTINGS = {"epochs": 5, "n_train": 20_000}


@pytest.fixture(scope="module")
def data():
    X, y, _, _ = load_mnist()
    return train_validation_split(X, y, 10_000, np.random.default_rng(11))


def rows(values):
    """Return values as an array, with NaN where a run had diverged."""
    return np.array([[np.nan if v is None else v for v in row] for row in values])


@pytest.fixture(scope="module")
def by_rate(glued):
    return {name: rows(glued["activation-functions-by-rate"][name]) for name in BENDS}  # (5 seeds, 6 rates)


def accuracy_of(configuration, seed, data):
    X_train, y_train, X_val, y_val = data
    return run(configuration, seed, X_train, y_train, (X_val, y_val)).history.val_accuracy


# No bend


def test_the_linear_networks_fold_into_one_layer(glued):
    for relative, agree in glued["activation-functions-folds"]:
        assert relative < 1e-4, f"the folded network's scores differ by {relative:.0e} of the largest"
        assert agree > 0.9995, f"they name the same class for {agree:.2%} only"
    assert glued["activation-functions-parameters"] == [784 * 30 + 30 + 30 * 10 + 10, 784 * 10 + 10]


def test_a_hidden_layer_without_a_bend_buys_nothing_one_would_notice(glued):
    two, one = np.array(glued["activation-functions-linear-fresh"])
    assert two.shape == (10,), "ten fresh seeds"
    gap = summarise(two - one)
    assert np.allclose(gap, glued["activation-functions-linear-gap"]), "the interval shown is another"
    assert -0.008 < gap.low <= gap.high < 0.005, f"a noticeable difference: {gap}"
    finals = {name: rows(values) for name, values in glued["activation-functions-linear-final"].items()}
    for name, values in finals.items():
        best = RATES[int(np.argmax(np.nan_to_num(values.mean(axis=1))))]
        assert glued["activation-functions-linear-best"][name] == best, f"{name} was given another rate"
        assert RATES[0] < best < RATES[-1], f"the best rate of {name} lies at the edge of the grid"


# Slopes


def test_gradients_shrink_by_layer_as_the_bound_says(glued):
    bound = 0.25 * np.sqrt(1 / 3) * 0.25 ** np.arange(6)
    sigmoids = glued["activation-functions-gradients"]["sigmoid"]
    for depth, runs in enumerate(sigmoids, 1):
        runs = np.array(runs)
        assert runs.shape == (5, depth + 1), "five seeds, the output and each layer"
        assert np.all(runs.mean(axis=0)[1:] < bound[:depth] * 1.02), "above the bound in the mean"
        assert np.all(runs[:, 1:] > bound[:depth] / 3), "far below the bound: not tight"
    last = {name: np.array(by_depth[-1]) for name, by_depth in glued["activation-functions-gradients"].items()}
    for name in ("none", "tanh", "ReLU"):
        assert np.all(last[name][:, -1] > 0.15), f"{name} should reach the first layer nearly undiminished"
    assert np.all(last["sigmoid"][:, -1] < 2e-4), "the sigmoid's gradient should all but vanish"


def test_the_factor_a_layer_is_that_of_the_derivation(glued):
    for name, low, high in (("none", 0.95, 1.05), ("relu", 0.9, 1.1), ("tanh", 0.8, 1), ("sigmoid", 0.2, 0.25)):
        assert low < glued[f"activation-functions-layer-factor-{name}"] < high, f"{name}: {glued[f'activation-functions-layer-factor-{name}']}"
    runs = np.array(glued["activation-functions-gradients"]["sigmoid"][-1])
    assert glued["activation-functions-layer-factor-sigmoid"] == pytest.approx(np.mean((runs[:, -1] / runs[:, 1]) ** 0.2))


def test_a_reader_who_walks_back_finds_the_same_sizes(glued, data):
    X, Y = data[0][:1000], one_hot(data[1][:1000])
    for name, bend in BENDS.items():
        network = mlp([784, 50, 50, 50, 10], np.random.default_rng(2), hidden=bend)
        network.loss.forward(network.forward(X), Y)
        dZ = network.loss.backward()
        found = [np.linalg.norm(dZ) / dZ.size**0.5]
        for layer, block in zip(network.blocks[:0:-2], network.blocks[-2::-2]):
            dZ = block.backward(layer.backward(dZ))
            found.append(np.linalg.norm(dZ) / dZ.size**0.5)
        shown = glued["activation-functions-gradients"][name][2][2]
        assert np.allclose(np.divide(found, found[0]), shown, rtol=1e-3), f"{name}: {found} is not {shown}"


def test_slopes_and_thresholds_worked_by_hand():
    z = np.linspace(-8, 8, 16_001)
    slopes = {}
    for bend in (Sigmoid, Tanh):
        block = bend()
        block.forward(z)
        slopes[bend] = block.backward(np.ones_like(z))
    assert slopes[Sigmoid].max() == pytest.approx(1 / 4) and slopes[Tanh].max() == pytest.approx(1)
    for bend, top, threshold in ((Sigmoid, 1 / 4, 3.6), (Tanh, 1, 1.8)):
        flat = slopes[bend] < top / 10
        assert np.abs(z[flat]).min() == pytest.approx(threshold, abs=0.05), bend.__name__
    assert sigmoid(3.6) == pytest.approx(0.974, abs=1e-3), "the edge of the grey zone"
    assert sigmoid(2.0) * (1 - sigmoid(2.0)) == pytest.approx(0.1, abs=0.01), "the slope at 2"


# The start


def test_larger_weights_save_the_sigmoid_only_where_most_are_saturated(chapter):
    """What the text says of the exercise of the chapter on slopes."""
    rates = {int(spread): np.mean(rate) for spread, rate in chapter("slopes").glued["slopes-larger"].items()}
    assert rates[4] < 0.7, f"a scale of 4 is enough: {rates}"
    assert rates[11] == pytest.approx(1, abs=0.05), f"a scale of 11 should keep a nudge's size: {rates}"
    rng = np.random.default_rng(0)
    A = rng.random((100, 100))
    for _ in range(5):
        A = sigmoid(A @ (11 * rng.normal(size=(100, 100)) / 10))
    share = np.mean(A * (1 - A) < 0.025)
    assert share > 0.5, f"only {share:.0%} have less than a tenth of the largest slope"


class Start:
    def __init__(self, scale, centred=False):
        self.scale, self.centred = scale, centred

    def __call__(self, rng, n_in, n_out):
        W = self.scale * xavier(rng, n_in, n_out)
        return W - W.mean(axis=0) if self.centred else W


def test_centred_sigmoids_compute_what_tanh_computes():
    """Weights 4W in columns of sum zero between sigmoids are W between tanhs, exactly."""
    rng = np.random.default_rng(0)
    U = rng.normal(size=(7, 50))
    W = [rng.normal(size=(50, 50)) / 50**0.5 for _ in range(3)]
    W = [V - V.mean(axis=0) for V in W]
    S, T = sigmoid(2 * U), np.tanh(U)
    for V in W:
        S, T = sigmoid(S @ (4 * V)), np.tanh(T @ V)
        assert np.allclose(S, (1 + T) / 2, atol=1e-12), "the sigmoids are not (1 + tanh) / 2"


def test_the_sigmoids_own_start_brings_the_gradient_back(glued):
    last = {name: np.array(runs)[:, -1] for name, runs in glued["activation-functions-sigmoid-back"].items()}
    own, offset, usual = last["4 × Xavier, centred"], last["4 × Xavier"], last["Xavier"]
    tanh = np.array(glued["activation-functions-gradients"]["tanh"][-1])[:, -1]
    assert np.all(own > 1000 * usual), "its own start should win three orders of magnitude"
    assert np.all(own > 0.3 * tanh), "almost as well as tanh"
    assert np.all(own > 2 * offset) and np.all(offset > 100 * usual), "the offsets should cost much"


def test_each_bend_has_its_own_scale(glued):
    scales, accuracy = glued["activation-functions-scales"], {n: rows(v) for n, v in glued["activation-functions-scale-accuracy"].items()}
    means = {name: np.nan_to_num(values.mean(axis=0)) for name, values in accuracy.items()}
    best = {name: scales[int(np.argmax(values))] for name, values in means.items()}
    assert best["sigmoid, centred"] == best["sigmoid"] == 4, f"the sigmoid's best scale: {best}"
    assert 1 <= best["tanh"] <= 2 and 1 <= best["ReLU"] <= 2, f"tanh and ReLU: {best}"
    assert np.isnan(accuracy["ReLU"][:, 4:]).all(), "ReLU should diverge from 4 on"
    assert np.all(accuracy["sigmoid"][:, 1] < 0.15), "with Xavier deep sigmoids should only guess"
    own = accuracy["sigmoid, centred"][:, 4]
    assert np.all(own > 0.8), f"from their own start they should learn: {own}"
    assert np.mean(own - accuracy["sigmoid"][:, 4]) > 0.02, "centring should help"
    assert accuracy["tanh"][:, 5].mean() < 0.5, "tanh should fail from 8"
    assert np.mean(accuracy["tanh"][:, 1] - own) > 0.01, "at this rate tanh should be ahead"
    assert glued["activation-functions-deep-sigmoid-own"] == pytest.approx(own.mean())
    assert glued["activation-functions-deep-sigmoid-xavier"] == pytest.approx(accuracy["sigmoid"][:, 1].mean())


def test_he_and_xavier_are_close_in_five_layers(glued):
    accuracy = rows(glued["activation-functions-scale-accuracy"]["ReLU"])
    gap = summarise(accuracy[:, 2] - accuracy[:, 1])
    assert glued["activation-functions-he-xavier-mean"] == pytest.approx(100 * gap.mean)
    assert gap.low < 0 < gap.high, f"the chapter says that five layers do not tell: {gap}"


def test_a_layer_of_sigmoids_leaves_a_quarter_of_what_tells_images_apart(data):
    for seed in range(5):
        network = mlp([784] + 5 * [50] + [10], np.random.default_rng(seed), hidden=Sigmoid)
        network.forward(data[0][:1000])
        spread = [block.A.std(axis=0).mean() for block in network.blocks if isinstance(block, Sigmoid)]
        factors = np.divide(spread[1:], spread[:-1])
        assert np.all((0.18 < factors) & (factors < 0.3)), f"seed {seed}: {factors}"


def test_no_rate_saves_deep_sigmoids_from_xavier(glued):
    for rate, (usual, own) in glued["activation-functions-more-rates"].items():
        assert max(usual) < 0.15, f"at {rate} Xavier learned: {usual}"
        assert min(own) > 0.65, f"at {rate} its own start failed: {own}"
    better = np.mean(glued["activation-functions-more-rates"]["0.3"][1])
    assert glued["activation-functions-deep-sigmoid-better"] == pytest.approx(better)
    assert better > glued["activation-functions-deep-sigmoid-own"], "0.3 should suit it better than 0.1"


def test_a_deep_run_repeats_exactly(glued, data):
    deep = {"sizes": [784] + 5 * [50] + [10], "epochs": 2, "n_train": 10_000, "lr": 0.1}
    found = accuracy_of({"hidden": Sigmoid, "init": Start(4, True), **deep}, 0, data)[-1]
    assert found == pytest.approx(glued["activation-functions-scale-accuracy"]["sigmoid, centred"][0][4], abs=1e-12)


# Death


def test_all_images_push_a_neuron_the_same_way_unless_centred(glued, data):
    (share, mean), (centred_share, centred_mean) = glued["activation-functions-brackets"]
    assert share == 1, "with pixels as they are every bracket should be positive"
    assert 0.4 < centred_share < 0.6, "centred, about half"
    assert mean > 20 and centred_mean == pytest.approx(1, abs=0.2), "the common push should shrink to the bias"
    assert 1.4 < glued["activation-functions-own-raw"] / glued["activation-functions-own-centred"] < 2, "shorter inputs should be worth less than double"
    X = data[0][:2000].astype(float)
    assert mean == pytest.approx((X @ X.T).mean() + 1, rel=1e-3), "the mean bracket is another"


def test_one_step_moves_every_pre_activation_as_the_formula_says():
    rng = np.random.default_rng(0)
    X, other, eta = rng.random((5, 8)), rng.random((3, 8)), 0.3
    layer = Dense(rng.normal(size=(8, 1)))
    dZ, before = rng.normal(size=(5, 1)), layer.forward(other)
    layer.forward(X)
    layer.gradients(dZ)
    after = Dense(layer.W - eta * layer.dW, layer.b - eta * layer.db).forward(other)
    assert np.allclose(after - before, -eta * (other @ X.T + 1) @ dZ), "the bracket is not x · x' + 1"


def test_relus_die_at_large_rates_and_early(glued):
    deaths = {key: dict(zip(glued["activation-functions-death-rates"], map(np.array, v))) for key, v in glued["activation-functions-deaths"].items()}
    early, late = deaths["raw 320"], deaths["raw 20000"]
    assert late[0.1].max() == 0 and late[0.3].mean() < 0.05, "hardly any should die up to 0.3"
    assert late[0.7].mean() > 0.15 and late[1.0].mean() > 0.5 and late[2.0].mean() > 0.8, "deaths by rate"
    for lr in (0.7, 1.0, 2.0, 3.0):
        assert early[lr].mean() > late[lr].mean() / 2, f"at {lr} most deaths should come in ten updates"
    assert glued["activation-functions-dead-10"] == pytest.approx(late[1.0].mean())


def test_centred_pixels_keep_relus_alive(glued):
    deaths = dict(zip(glued["activation-functions-death-rates"], map(np.array, glued["activation-functions-deaths"]["centred 20000"])))
    assert all(deaths[lr].mean() < 0.01 for lr in (0.1, 0.3, 0.5, 0.7, 1.0, 2.0)), f"some die: {deaths}"
    assert deaths[3.0].mean() > 0, "at 3 the first should die"
    raw, centred = (np.array(glued["activation-functions-death-accuracy"][name]) for name in ("raw", "centred"))
    at = glued["activation-functions-death-rates"].index
    assert np.all(centred[at(1.0)] > 0.88) and np.all(centred[at(2.0)] > 0.8), "centred should still learn"
    assert np.all(raw[at(1.0)] < 0.75) and np.all(raw[at(2.0)] < 0.4), "with pixels as they are it should not"
    assert np.all(centred[at(3.0)] < 0.6), "at 3 even centred pixels should fail"


def test_a_reader_who_counts_the_dead_counts_the_same(glued, data):
    X_train, y_train, X_val, y_val = data
    configuration = {"sizes": [784, 30, 10], "lr": 2.0, "epochs": 1, "n_train": 320}
    network = run(configuration, 0, X_train, y_train, (X_val, y_val)).network()
    Z = network.blocks[0].forward(X_val)
    shown = glued["activation-functions-deaths"]["raw 320"][glued["activation-functions-death-rates"].index(2.0)][0]
    assert np.mean(Z.max(axis=0) <= 0) == pytest.approx(shown, abs=1e-9), "another share is dead"


# The race


def test_at_one_common_rate_the_ranking_turns(by_rate):
    others = ("tanh", "ReLU", "none")
    for j in (0, 1):
        assert all(np.all(by_rate["sigmoid"][:, j] < by_rate[name][:, j]) for name in others), (
            f"at {RATES[j]} the sigmoid should be last with every seed"
        )
    assert np.isnan(by_rate["none"][:, 4:]).all(), "without a bend, 1 and 3 should diverge"
    assert not any(np.isnan(by_rate[name]).any() for name in ("sigmoid", "tanh", "ReLU")), "none else should"
    assert np.all(by_rate["sigmoid"][:, 5] > by_rate["tanh"][:, 5]), "at 3 the sigmoid should beat tanh"
    assert np.all(by_rate["tanh"][:, 5] > by_rate["ReLU"][:, 5]), "and tanh ReLU"
    assert np.all(by_rate["sigmoid"][:, 5] > 0.9), "the sigmoid should still be good at 3"


def test_a_run_of_the_race_repeats_exactly(by_rate, data):
    found = accuracy_of({"sizes": [784, 30, 10], "hidden": Tanh, "lr": 0.3, **SETTINGS}, 1, data)[-1]
    assert found == pytest.approx(by_rate["tanh"][1, 3], abs=1e-12), "seed 1, tanh, 0.3"


def test_the_best_rates_are_the_best_and_inside_the_grid(glued, by_rate):
    for name, accuracy in by_rate.items():
        best = RATES[int(np.argmax(np.nan_to_num(accuracy.mean(axis=0))))]
        assert glued["activation-functions-best"][name] == best, f"{name} was given another rate than {best}"
        assert RATES[0] < best < RATES[-1], f"the best rate of {name} lies at the edge of the grid"
    assert glued["activation-functions-best"]["sigmoid"] > max(glued["activation-functions-best"][n] for n in ("none", "tanh", "ReLU")), (
        "the sigmoid should want the largest rate"
    )


def test_the_twins_steps_are_a_quarter():
    """The equations of the tanh twin, by the gradients of both networks."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(6, 4)), one_hot(rng.integers(0, 3, 6), 3, np.float64)
    W1, b1, W2, b2 = (rng.normal(size=s) for s in ((4, 5), 5, (5, 3), 3))
    sigmoids = Network([Dense(W1, b1), Sigmoid(), Dense(W2, b2)], CrossEntropy(Softmax()))
    twin = Network([Dense(W1 / 2, b1 / 2), Tanh(), Dense(W2 / 2, b2 + W2.sum(axis=0) / 2)], CrossEntropy(Softmax()))
    assert np.allclose(sigmoids.forward(X), twin.forward(X)), "the twin is no twin"
    for network in (sigmoids, twin):
        network.loss.forward(network.forward(X), Y)
        network.backward()
    dW1, db1, dW2, _ = sigmoids.grads
    dV1, dc1, dV2, dc2 = twin.grads
    assert np.allclose(dW1 / 2, dV1 / 4) and np.allclose(db1 / 2, dc1 / 4), "the hidden layer's quarter"
    assert np.allclose(dW2 / 2, (dV2 + dc2) / 4), "the output layer's quarter, and its other term"


def test_sigmoid_and_tanh_at_a_quarter_of_the_rate_learn_alike(glued):
    pairs = [np.array(pair) for pair in glued["activation-functions-twins"]]                  # (2, 5 seeds, 5 epochs)
    gaps = [abs(np.mean(a[:, -1] - b[:, -1])) for a, b in pairs]
    assert glued["activation-functions-twin-largest"] == pytest.approx(100 * max(gaps[1:]))
    assert max(gaps[1:]) < 0.004, f"from 0.03 up the twins should end alike: {gaps}"
    assert gaps[0] < 0.008, f"and nearly so at 0.01: {gaps}"
    first = [abs(np.mean(a[:, 0] - b[:, 0])) for a, b in pairs]
    assert first[0] == max(first) and gaps[0] == max(gaps), "they should differ most at 0.01"
    assert glued["activation-functions-twin-smallest-first"] == pytest.approx(100 * first[0])
    for a, b in pairs[1:]:
        assert np.abs(np.mean(a - b, axis=0)).max() < 0.01, "epoch by epoch"
    ends = [np.mean(a[:, -1]) for a, _ in pairs]
    assert ends[3] - ends[1] > 0.03, "the rate should move the accuracy by several points"


def test_the_best_rates_saturate_half_of_the_pairs(glued):
    for name, shares in glued["activation-functions-flat"].items():
        means = np.mean(shares, axis=1)
        assert np.all(np.diff(means) > -0.01), f"{name}: larger rates should saturate more: {means}"
        at_best = means[RATES.index(glued["activation-functions-best"][name])]
        assert glued[f"activation-functions-flat-{name.lower()}"] == pytest.approx(at_best)
        assert at_best > 0.35, f"{name}: a large share should be saturated at the best rate, {at_best}"


def test_any_bend_beats_none_and_the_three_are_level(glued):
    fresh = {name: np.array(curves) for name, curves in glued["activation-functions-fresh"].items()}
    final = {name: curves[:, -1] for name, curves in fresh.items()}
    assert all(values.shape == (10,) for values in final.values()), "ten fresh seeds each"
    for name in ("sigmoid", "tanh", "ReLU"):
        gap = summarise(final[name] - final["none"])
        assert gap.low > 0.02, f"{name} should be clearly better than none: {gap}"
        assert glued[f"activation-functions-gain-{name.lower()}-mean"] == pytest.approx(100 * gap.mean)
    pairs = (("ReLU", "tanh"), ("ReLU", "sigmoid"), ("tanh", "sigmoid"))
    among = [summarise(final[a] - final[b]) for a, b in pairs]
    assert np.allclose(glued["activation-functions-among"], among), "the differences shown are others"
    assert max(abs(gap.mean) for gap in among) < 0.005, f"the three should be level: {among}"
    assert all(-0.01 < gap.low < gap.high < 0.01 for gap in among), f"no interval should reach a point: {among}"


def test_the_test_images_tell_the_same_story(glued):
    test = {name: np.mean(values) for name, values in glued["activation-functions-fresh-test"].items()}
    bends = [test[name] for name in ("sigmoid", "tanh", "ReLU")]
    assert min(bends) - test["none"] > 0.02 and max(bends) - min(bends) < 0.01, f"test: {test}"


def test_the_speed_that_relu_wins_at_one_rate_is_gone_at_its_own(glued):
    first = {name: rows(glued["activation-functions-after-one"][name]) for name in ("ReLU", "sigmoid")}
    unfair = first["ReLU"][:, 2] - first["sigmoid"][:, 2]
    assert np.all(unfair > 0.015), f"at 0.1 ReLU should be ahead after an epoch: {unfair}"
    assert glued["activation-functions-unfair-first-gap"] == pytest.approx(100 * unfair.mean())
    fair = glued["activation-functions-firsts"]["ReLU"] - glued["activation-functions-firsts"]["sigmoid"]
    assert fair < 0.01, f"at their own rates it should not be: {fair}"


def test_the_tables_can_be_kept(chapter):
    pages = "".join(str(o.get("data", {}).get("text/html", "")) for c in chapter(NAME).cells for o in c.get("outputs", []))
    for name in ("activation-functions-rates.csv", "activation-functions-best.csv"):
        assert f'download="{name}"' in pages, f"{name} is not offered"


# The exercises


def test_the_gains_are_those_of_integrals(glued):
    t, w = np.polynomial.hermite_e.hermegauss(200)
    mean = lambda f: np.sum(w * f(t) ** 2) / np.sum(w)
    assert glued["activation-functions-gains"]["ReLU"] == pytest.approx(2**0.5, rel=0.01), "ReLU's gain is He's"
    assert glued["activation-functions-gains"]["Tanh"] == pytest.approx(mean(np.tanh) ** -0.5, rel=0.01)
    assert 1 < 2**0.5 < glued["activation-functions-gains"]["Tanh"], "He should lie between Xavier and tanh's gain"
    assert glued["activation-functions-elu-error"] < 1e-7, "the ELU's gradient is wrong"


def test_centred_pixels_help_relu_more_than_tanh(glued):
    gain = {name: np.subtract(*glued["activation-functions-again"][name]) for name in ("ReLU", "Tanh")}
    assert gain["ReLU"].mean() > 0.002, f"it should help ReLU: {gain['ReLU']}"
    assert abs(gain["Tanh"].mean()) < 0.005, f"there should be little to see with tanh: {gain['Tanh']}"


def layers_of(network):
    return [block for block in network.blocks if isinstance(block, Dense)]


def folded(network):
    first, *others = layers_of(network)
    W, b = first.W, first.b
    for layer in others:
        W, b = W @ layer.W, b @ layer.W + layer.b
    return W, b


def folded_from_the_end(network):
    W, b = np.eye(network.blocks[-1].W.shape[1]), 0
    for layer in reversed(layers_of(network)):
        W, b = layer.W @ W, layer.b @ W + b
    return [W, b]


def folded_in_place(network):
    first, *others = layers_of(network)
    for layer in others:
        first.W @= layer.W
    return first.W, first.b


def biases_in_place(network):
    first, *others = layers_of(network)
    b = first.b
    for layer in others:
        b += layer.b
    return folded(network)[0], b


def with_the_product(network):
    first, *others = layers_of(network)
    W, b = first.W, first.b
    for layer in others:
        W = W @ layer.W
        b = b @ W + layer.b
    return W, b


def bias_first(network):
    b = layers_of(network)[0].b
    for layer in layers_of(network)[1:]:
        b = (b + layer.b) @ layer.W
    return folded(network)[0], b


def three_layers(network):
    one, two, three = layers_of(network)[:3]
    return one.W @ two.W @ three.W, (one.b @ two.W + two.b) @ three.W + three.b


COLLAPSE_MISTAKES = {
    "return two arrays": lambda n: folded(n)[0],
    "W first, then b": lambda n: folded(n)[::-1],
    "own weights have changed": folded_in_place,
    "own biases have changed": biases_in_place,
    "should have the shape": lambda n: (folded(n)[0], folded(n)[1][None]),
    "wrong order": lambda n: (layers_of(n)[2].W @ layers_of(n)[1].W @ layers_of(n)[0].W, folded(n)[1]),
    "last layer's weights are missing": lambda n: (layers_of(n)[0].W @ layers_of(n)[1].W, folded(n)[1]),
    "W is transposed": lambda n: (folded(n)[0].T, folded(n)[1]),
    "come in twice": lambda n: (layers_of(n)[0].W @ folded(n)[0], folded(n)[1]),
    "entry by entry": lambda n: (np.prod([layer.W for layer in layers_of(n)], axis=0), folded(n)[1]),
    "multiplied, @, not added": lambda n: (sum(layer.W for layer in layers_of(n)), folded(n)[1]),
    "biases are lost": lambda n: (folded(n)[0], np.zeros(4)),
    "only the last bias": lambda n: (folded(n)[0], layers_of(n)[2].b),
    "only the first bias is left": lambda n: (folded(n)[0], layers_of(n)[0].b),
    "not merely added": lambda n: (folded(n)[0], sum(layer.b for layer in layers_of(n))),
    "own bias is missing": lambda n: (folded(n)[0], folded(n)[1] - layers_of(n)[2].b),
    "product of the weights so far": with_the_product,
    "multiplies first and then adds": bias_first,
    "four layers of other widths": three_layers,
    "W is right": lambda n: (folded(n)[0], np.arange(4) * 17.0),
}


@pytest.mark.parametrize("message", COLLAPSE_MISTAKES)
def test_the_check_of_collapse_names_the_mistake(verdict, message):
    said = verdict(checks.collapse, COLLAPSE_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_collapse_accepts_right_answers(verdict):
    def by_probing(network):  # rows of the identity pick out W, zeros b
        I = np.eye(len(layers_of(network)[0].W))
        b = network.forward(0 * I)[0]
        return network.forward(I) - b, b

    for answer in (folded, folded_from_the_end, by_probing):
        assert verdict(checks.collapse, answer).startswith("Right")


DEAD_MISTAKES = {
    "returned None": lambda A: None,
    "yes or no": lambda A: ~A.any(axis=0),
    "how many there are. Return": lambda A: np.sum(~A.any(axis=0)),
    "0 for some image": lambda A: np.flatnonzero(~A.all(axis=0)),
    "living ones": lambda A: np.flatnonzero(A.any(axis=0)),
    "on for every image": lambda A: np.flatnonzero(A.all(axis=0)),
    "none? The images are the rows": lambda A: np.flatnonzero(~A.any(axis=1)),
    "these are images": lambda A: np.flatnonzero(A.any(axis=1)),
    "for a single image": lambda A: np.flatnonzero(np.count_nonzero(A, axis=0) <= 1),
    "small, but not 0": lambda A: np.flatnonzero(A.max(axis=0) < 0.01),
    "seldom on": lambda A: np.flatnonzero(np.median(A, axis=0) == 0)[:4],
    "unit 0 is not dead": lambda A: np.flatnonzero(A.mean(axis=0) < 0.15),
    "there is no unit 7": lambda A: np.append(np.flatnonzero(~A.any(axis=0)), 7),
    "Name each of them once": lambda A: np.flatnonzero(~A.any(axis=0))[:1],
    "whole numbers in a row": lambda A: np.flatnonzero(~A.any(axis=0)) / 1,
    "into a tuple": lambda A: np.where(~A.any(axis=0)),
    "into a column": lambda A: np.argwhere(~A.any(axis=0)),
    "indices begin with 0": lambda A: 1 + np.flatnonzero(~A.any(axis=0)),
    "answers 0 or 1": lambda A: (~A.any(axis=0)).astype(int),
    "each unit is 0. Which": lambda A: (A == 0).sum(axis=0),
    "each unit is on. Which": lambda A: (A > 0).sum(axis=0),
}


@pytest.mark.parametrize("message", DEAD_MISTAKES)
def test_the_check_of_dead_units_names_the_mistake(verdict, message):
    said = verdict(checks.dead_units, DEAD_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_dead_units_accepts_right_answers(verdict):
    for answer in (
        lambda A: np.flatnonzero(~A.any(axis=0)),
        lambda A: np.where(A.max(axis=0) == 0)[0],
        lambda A: [j for j in range(A.shape[1]) if A[:, j].sum() == 0],
    ):
        assert verdict(checks.dead_units, answer).startswith("Right")


def block(forward, back):
    class Answer(Activation):
        def f(self, Z):
            return forward(Z)

        def back(self, dA):
            return back(self.A, dA)

    return Answer


def bent(Z):
    return np.where(Z > 0, Z, np.exp(np.minimum(Z, 0)) - 1)


def bent_in_place(Z):
    Z[Z < 0] = np.exp(Z[Z < 0]) - 1
    return Z


def slope(A):
    return np.where(A > 0, 1, A + 1)


ELU_MISTAKES = {
    "the class itself": block(bent, lambda A, dA: dA)(),
    "derive your class": type("ELU", (), {}),
    "no f and no back": type("ELU", (Activation,), {}),
    "f returns None": block(lambda Z: None, lambda A, dA: dA),
    "Z in place": block(bent_in_place, lambda A, dA: dA * slope(A)),
    "jumps at 0": block(lambda Z: np.where(Z > 0, Z, np.exp(Z)), lambda A, dA: dA),
    "f is ReLU": block(lambda Z: np.maximum(Z, 0), lambda A, dA: dA),
    "on both sides": block(np.expm1, lambda A, dA: dA),
    "sides exchanged": block(lambda Z: np.where(Z < 0, Z, np.exp(Z) - 1), lambda A, dA: dA),
    "the sign: exp(Z) - 1 is": block(lambda Z: np.where(Z > 0, Z, 1 - np.exp(Z)), lambda A, dA: dA),
    "not exp(-Z)": block(lambda Z: np.where(Z > 0, Z, np.exp(-Z) - 1), lambda A, dA: dA),
    "exp(Z) - 1 elsewhere": block(lambda Z: np.where(Z > 0, Z, 0.1 * Z), lambda A, dA: dA),
    "overflow": block(lambda Z: (Z > 0) * Z + (Z <= 0) * (np.exp(Z) - 1), lambda A, dA: dA),
    "slope alone": block(bent, lambda A, dA: slope(A)),
    "that is ReLU": block(bent, lambda A, dA: dA * (A > 0)),
    "on the left you multiply by A": block(bent, lambda A, dA: dA * np.where(A > 0, 1, A)),
    "you multiply by A itself": block(bent, lambda A, dA: dA * A),
    "A + 1 is the slope on the left only": block(bent, lambda A, dA: dA * (A + 1)),
    "without another exp": block(bent, lambda A, dA: dA * np.where(A > 0, 1, np.exp(A))),
    "and its slope is A + 1": block(bent, lambda A, dA: dA * np.where(A > 0, 1, np.exp(A) - 1)),
    "1 - exp(Z) is -A": block(bent, lambda A, dA: dA * np.where(A > 0, 1, -A)),
    "unchanged": block(bent, lambda A, dA: dA),
    "the chain rule multiplies": block(bent, lambda A, dA: dA + slope(A)),
    "sign of dA": block(bent, lambda A, dA: dA * np.where(dA > 0, 1, A + 1)),
    "that is f(dA)": block(bent, lambda A, dA: bent(dA)),
    "has no attribute 'Z'": type("ELU", (Activation,), {
        "f": lambda self, Z: bent(Z), "back": lambda self, dA: dA * np.exp(self.Z)}),
}  # fmt: skip


@pytest.mark.parametrize("message", ELU_MISTAKES)
def test_the_check_of_elu_names_the_mistake(verdict, message):
    said = verdict(checks.elu, ELU_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_elu_accepts_right_answers(verdict):
    for answer in (
        block(bent, lambda A, dA: dA * slope(A)),
        block(lambda Z: np.maximum(Z, 0) + np.expm1(np.minimum(Z, 0)), lambda A, dA: dA * np.minimum(A + 1, 1)),
        block(lambda Z: np.maximum(Z, np.exp(np.minimum(Z, 0)) - 1), lambda A, dA: np.where(A >= 0, dA, dA * (A + 1))),
    ):  # fmt: skip
        assert verdict(checks.elu, answer).startswith("Right")


def share(f, rng, n=100_000):
    return np.mean(f(rng.normal(size=n)) ** 2)


GAIN_MISTAKES = {
    "returned None": lambda f, rng: None,
    "not an array": lambda f, rng: f(rng.normal(size=3)),
    "c itself": share,
    "upside down": lambda f, rng: share(f, rng) ** 0.5,
    "this is the variance": lambda f, rng: 1 / share(f, rng),
    "you use the standard deviation": lambda f, rng: 1 / np.std(f(rng.normal(size=100_000))),
    "you use the variance": lambda f, rng: 1 / np.var(f(rng.normal(size=100_000))),
    "the mean of |f(z)|": lambda f, rng: 1 / np.mean(np.abs(f(rng.normal(size=100_000)))),
    "square f(z) before": lambda f, rng: np.mean(np.abs(f(rng.normal(size=100_000)))) ** -0.5,
    "Draw normal z": lambda f, rng: 2**0.5,
    "seem to be uniform": lambda f, rng: np.mean(f(rng.uniform(-1, 1, 100_000)) ** 2) ** -0.5,
    "uniform. What reaches": lambda f, rng: np.mean(f(rng.uniform(-(3**0.5), 3**0.5, 100_000)) ** 2) ** -0.5,
    "draw more numbers": lambda f, rng: share(f, rng, 60) ** -0.5,
    "all chance from rng": lambda f, rng: share(f, np.random.default_rng()) ** -0.5,
}


@pytest.mark.parametrize("message", GAIN_MISTAKES)
def test_the_check_of_gain_names_the_mistake(verdict, message):
    said = verdict(checks.gain, GAIN_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_gain_accepts_right_answers(verdict):
    def as_a_ratio(f, rng):
        z = rng.standard_normal(50_000, dtype=np.float32)
        return np.sqrt(np.sum(z**2) / np.sum(f(z) ** 2))

    def by_integration(f, rng):
        z = np.linspace(-10, 10, 4001)
        weights = np.exp(-(z**2) / 2)
        return math.sqrt(weights.sum() / (weights * f(z) ** 2).sum())

    for answer in (lambda f, rng: share(f, rng) ** -0.5, as_a_ratio, by_integration):
        assert verdict(checks.gain, answer).startswith("Right")
