"""Activation functions: a race at many rates, slopes, starts, a plateau, deaths, and a fair race."""

import math

import numpy as np
import pytest

from mnist_from_scratch import SGD, Configuration, CrossEntropy, Dense, Identity, Network, ReLU, Sigmoid, Softmax, Tanh
from mnist_from_scratch import load_mnist, mlp, one_hot, sigmoid, summarise, sweep, train, train_validation_split

BENDS = {"linear": Identity, "sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
RATES = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
PAIRS = (("ReLU", "tanh"), ("ReLU", "sigmoid"), ("tanh", "sigmoid"))
BASE = {"sizes": (784, 30, 10), "epochs": 5, "n_train": 16_000}


@pytest.fixture(scope="module")
def data():
    X, y, _, _ = load_mnist()
    return train_validation_split(X, y, 10_000, np.random.default_rng(11))


@pytest.fixture(scope="module")
def values(glued):
    """Return what the page glues, under names without the page's."""
    return {name.removeprefix("activation-functions-"): value for name, value in glued.items()}


@pytest.fixture(scope="module")
def by_rate(values):
    return {name: np.array([[np.nan if a is None else a for a in row] for row in values["by-rate"][name]]) for name in BENDS}


def run(seed, data, **settings):
    X_train, y_train, X_val, y_val = data
    return sweep([Configuration(**settings)], [seed], X_train, y_train, (X_val, y_val), n_jobs=1)[0]


# The race, and no bend


def test_at_one_common_rate_the_ranking_is_that_of_the_rate(values, by_rate):
    for j in (0, 1):
        for name in ("linear", "tanh", "ReLU"):
            gap = summarise(by_rate[name][:, j] - by_rate["sigmoid"][:, j])
            assert gap.low > 0, f"at {RATES[j]} the sigmoid should be behind {name}: {gap}"
    assert np.isnan(by_rate["linear"][:, 4:]).all(), "without a bend, 1 and 3 should diverge with every seed"
    ahead = [summarise(by_rate["sigmoid"][:, 5] - by_rate[name][:, 5]) for name in ("tanh", "ReLU")]
    assert min(gap.low for gap in ahead) > 0, f"at 3 the sigmoid should be first: {ahead}"
    assert values["cut-first"] == pytest.approx(100 * min(gap.low for gap in ahead))
    behind = [summarise(by_rate[name][:, 1] - by_rate["sigmoid"][:, 1]).low for name in ("linear", "tanh", "ReLU")]
    assert values["cut-last"] == pytest.approx(100 * min(behind)) and len(values["cuts"]) == 5


def test_the_best_rates_are_the_best_and_inside_the_grid(values, by_rate):
    for name, accuracy in by_rate.items():
        best = RATES[int(np.argmax(np.nan_to_num(accuracy.mean(axis=0))))]
        assert values["best"][name] == values[f"best-{name.lower()}"] == best, f"{name} was given another rate than {best}"
        assert RATES[0] < best < RATES[-1], f"the best rate of {name} lies at the edge of the grid"
    assert values["best"]["sigmoid"] > max(values["best"][name] for name in ("linear", "tanh", "ReLU")), "the sigmoid should want the largest rate"
    for name, high, low in (("sigmoid", 4, 3), ("tanh", 3, 4)):
        step = summarise(by_rate[name][:, high] - by_rate[name][:, low])
        assert step.low > 0 and values[f"step-{name}-low"] == pytest.approx(100 * step.low), f"{name}: {step}"
        assert values[f"step-{name}-high"] == pytest.approx(100 * step.high), name
    assert np.all(by_rate["ReLU"][:, 4] < by_rate["ReLU"][:, 3]), "every ReLU network should lose from 0.3 to 1"
    assert summarise(by_rate["ReLU"][:, 4]).high > 1, "ReLU's interval at 1 should go beyond 100 %"


def test_a_run_of_the_race_repeats_exactly(by_rate, data):
    found = run(1, data, hidden=Tanh, lr=0.3, **BASE).final()
    assert found == pytest.approx(by_rate["tanh"][1, 3], abs=1e-12), "seed 1, tanh, 0.3"


def test_the_linear_networks_fold_into_one_layer(values):
    for relative, agree in values["folds"]:
        assert relative < 1e-4, f"the folded network's scores differ by {relative:.0e} of the largest"
        assert agree == 1, f"they name the same class for {agree:.2%} only"
    two, one = values["parameters"]
    assert (two, one) == (784 * 30 + 30 + 30 * 10 + 10, 784 * 10 + 10) and round(two / one) == 3, "a third of the numbers"


# Slopes and starts


def test_gradients_shrink_by_layer_as_the_bound_says(values):
    bound = 0.25 * np.sqrt(1 / 2) * 0.25 ** np.arange(5)
    last = {name: np.array(runs) for name, runs in values["gradients"].items()}
    assert all(runs.shape == (5, 6) for runs in last.values()), "five seeds, the output and five layers"
    assert np.all(last["sigmoid"].mean(axis=0)[1:] < bound * 1.02), "on average above the bound"
    assert np.all(last["sigmoid"][:, 1:] > bound / 3), "far below the bound: not tight"
    assert bound[-1] == pytest.approx(7e-4, rel=0.05), "worked by hand"
    for name in ("linear", "tanh", "ReLU"):
        assert np.all(last[name][:, -1] > 0.3), f"{name} should reach the first layer"
    after_last = np.mean(last["ReLU"][:, 1])
    assert after_last == pytest.approx(np.sqrt(1 / 3), rel=0.05), f"ReLU after the last layer: {after_last}, not as worked by hand"
    lost = 1 - np.mean(last["tanh"][:, -1] / last["tanh"][:, 1])
    assert values["tanh-lost"] == pytest.approx(lost) and 0.25 < lost < 0.4, f"four layers of tanh should lose much: {lost}"


def test_the_factor_a_layer_is_that_of_the_derivation(values):
    for name, low, high in (("linear", 0.95, 1.05), ("relu", 0.9, 1.1), ("tanh", 0.8, 1), ("sigmoid", 0.2, 0.25)):
        assert low < values[f"layer-factor-{name}"] < high, f"{name}: {values[f'layer-factor-{name}']}"


def test_a_reader_who_walks_back_finds_the_same_sizes(values, data):
    X, Y = data[0][:1000], one_hot(data[1][:1000])
    for name, bend in BENDS.items():
        network = mlp([784] + 5 * [30] + [10], np.random.default_rng(2), hidden=bend)
        network.loss.forward(network.forward(X), Y)
        dZ = network.loss.backward()
        found = [np.linalg.norm(dZ) / dZ.size**0.5]
        for layer, block in zip(network.blocks[:0:-2], network.blocks[-2::-2]):
            dZ = block.backward(layer.backward(dZ))
            found.append(np.linalg.norm(dZ) / dZ.size**0.5)
        shown = values["gradients"][name][2]
        assert np.allclose(np.divide(found, found[0]), shown, rtol=1e-3), f"{name}: {found} is not {shown}"


def test_centred_sigmoids_compute_what_tanh_computes():
    """Weights 4W in columns of sum zero between sigmoids are W between tanhs, exactly."""
    rng = np.random.default_rng(0)
    U = rng.normal(size=(7, 50))
    S, T = sigmoid(2 * U), np.tanh(U)
    for _ in range(3):
        V = rng.normal(size=(50, 50)) / 50**0.5
        V -= V.mean(axis=0)
        S, T = sigmoid(S @ (4 * V)), np.tanh(T @ V)
        assert np.allclose(S, (1 + T) / 2, atol=1e-12), "the sigmoids are not (1 + tanh) / 2"


def test_the_first_layer_needs_twice_the_weights_and_the_scores_come_out_doubled():
    rng = np.random.default_rng(0)
    X, V, W = rng.random((7, 20)), rng.normal(size=(20, 50)), rng.normal(size=(50, 3))
    S, T = sigmoid(X @ (2 * V)), np.tanh(X @ V)
    assert np.allclose(S, (1 + T) / 2, atol=1e-12), "the first layer: 2, not 4, and without centring"
    W -= W.mean(axis=0)
    assert np.allclose(S @ (4 * W), 2 * (T @ W), atol=1e-12), "at the output 4 doubles the scores"


def test_the_sigmoids_own_start_brings_the_gradient_back(values):
    usual, own, offset = (np.array(values["sigmoid-back"][name]) for name in ("Xavier", "own", "own, not centred"))
    tanh = np.array(values["gradients"]["tanh"])[:, -1]
    assert np.all(own > 300 * usual), "its own start should win orders of magnitude"
    short = summarise(tanh - own)
    assert short.low > 0.1, f"the own start should be clearly short of tanh: {short}"
    assert [values["own-short-low"], values["own-short-high"]] == pytest.approx([100 * short.low, 100 * short.high])
    assert values["own-share"] == pytest.approx(own.mean() / tanh.mean()) and 0.6 < values["own-share"] < 0.75, "most of what tanh brings"
    assert values["offset-cost"] == pytest.approx(1 - offset.mean() / own.mean()) and values["offset-cost"] > 0.5, "the offsets should cost much"
    assert sigmoid(2.0) * (1 - sigmoid(2.0)) == pytest.approx(0.1, abs=0.01), "the slope at an offset of 2"


# The plateau


def test_deep_sigmoids_leave_the_plateau_of_xaviers_start(values):
    curves = {name: np.array(rows) for name, rows in values["plateau-curves"].items()}
    usual, own = curves["Xavier"], curves["own start"]
    assert usual.shape == (5, 40) and own.shape == (5, 15), "five seeds"
    assert np.all(usual[:, :10] < 0.15), "for ten epochs every seed should guess"
    assert np.all(usual.max(axis=1) > 0.85), f"in the end every seed should learn: {usual.max(axis=1)}"
    assert np.all(own[:, 0] > 0.5), f"from their own start they should learn in the first epoch: {own[:, 0]}"
    assert values["plateau-asleep"] == [int(np.argmax(row >= 0.15)) for row in usual], "the epochs of guessing"
    halves = [np.argmax(rows >= 0.5, axis=1) + 1 for rows in (usual, own)]
    later = summarise(halves[0] - halves[1])
    assert later.low > 0 and values["plateau-later-low"] == pytest.approx(later.low), f"{later}"
    assert values["plateau-xavier-end"] == pytest.approx(usual[:, -1].mean())
    assert abs(values["plateau-loss"] - math.log(10)) < 0.02, "on the plateau the loss should be near log 10"


def test_on_the_plateau_the_signal_grows_ever_faster(data):
    """Slowly at first: what tells images apart, in the last hidden layer, epoch by epoch (seed 4)."""
    for_weights, for_choice, for_batches = np.random.default_rng(4).spawn(3)
    network = mlp([784] + 5 * [30] + [10], for_weights, hidden=Sigmoid)
    chosen = for_choice.permutation(len(data[0]))[:10_000]
    X, y, spread = data[0][chosen], data[1][chosen], []
    for _ in range(13):
        train(network, X, y, SGD(1.0), epochs=1, batch_size=32, rng=for_batches)
        network.forward(X[:1000])
        spread.append(network.blocks[-2].A.std(axis=0).mean())
    three = [spread[i] / spread[i - 3] for i in (6, 9, 12)]  # its growth in three epochs
    assert 1 < three[0] < three[1] < three[2], f"it does not grow ever faster: {spread}"


def test_a_layer_of_sigmoids_leaves_a_quarter_of_what_tells_images_apart(data):
    for seed in range(5):
        network = mlp([784] + 5 * [50] + [10], np.random.default_rng(seed), hidden=Sigmoid)
        network.forward(data[0][:1000])
        spread = [block.A.std(axis=0).mean() for block in network.blocks if isinstance(block, Sigmoid)]
        factors = np.divide(spread[1:], spread[:-1])
        assert np.all((0.18 < factors) & (factors < 0.3)), f"seed {seed}: {factors}"


# Death


def test_all_images_push_a_neuron_the_same_way_unless_centred(values, data):
    (share, mean), (centred_share, centred_mean) = values["brackets"]
    assert share == 1, "with pixels as they are every bracket should be positive"
    assert 0.4 < centred_share < 0.6, "centred, about half"
    assert mean > 20 and centred_mean == pytest.approx(1, abs=0.2), "the common push should shrink to the bias"
    assert 1.4 < values["own-raw"] / values["own-centred"] < 2, "shorter inputs should be worth less than double"
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


def test_relus_die_at_large_rates_early_and_less_on_centred_pixels(values):
    raw, early, centred = ({float(lr): np.array(shares) for lr, shares in values["deaths"][key].items()} for key in ("raw", "early", "centred"))
    assert max(raw[lr].max() for lr in RATES[:4]) == 0, "up to 0.3 none should be dead"
    for lr in (1.0, 3.0):
        assert raw[lr].mean() > 0.5 and early[lr].mean() > raw[lr].mean() / 2, f"at {lr} most should die, and most in ten updates"
    assert centred[0.3].max() == centred[1.0].max() == 0 and values["dead-centred-10"] == 0, "centred, none at 1"
    assert values["dead-10"] == pytest.approx(raw[1.0].mean()) and values["dead-centred-30"] == pytest.approx(centred[3.0].mean())
    clear = int(np.sum(early[1.0] > raw[1.0] / 2 + 1e-9))
    assert 2 < values["dead-early-most"] == clear < 5, f"in {clear} of five seeds most died in ten updates"
    for key, fewer in (("same", raw[1.0] - centred[1.0]), ("threefold", raw[1.0] - centred[3.0])):
        assert summarise(fewer).low > 0, f"{key}: fewer should be dead on centred pixels: {fewer}"
        assert values[f"fewer-{key}-low"] == pytest.approx(100 * summarise(fewer).low)


def test_alive_is_not_well(values):
    """Centred, few are dead at 3, but the networks are lost there, and worse at 1 than at 0.3."""
    alive = {lr: np.array(accuracy) for lr, accuracy in values["alive"].items()}
    assert alive["3"].max() < 0.3, f"at 3 the centred networks should be lost: {alive['3']}"
    assert summarise(alive["0.3"] - alive["1"]).low > 0, f"at 1 they should be worse than at 0.3: {alive}"
    for key, lr in (("03", "0.3"), ("10", "1"), ("30", "3")):
        assert values[f"alive-{key}"] == pytest.approx(alive[lr].mean()), lr


def test_a_reader_who_counts_the_dead_counts_the_same(values, data):
    network = run(0, data, sizes=(784, 30, 10), lr=3.0, epochs=1, n_train=320).network()
    Z = network.blocks[0].forward(data[2])
    assert np.mean(Z.max(axis=0) <= 0) == pytest.approx(values["deaths"]["early"]["3"][0], abs=1e-9), "another share is dead"


# The fair race


def test_any_bend_beats_the_linear_network_and_the_three_cannot_be_told_apart(values):
    final = {name: np.array(curves)[:, -1] for name, curves in values["fresh"].items()}
    assert all(accuracy.shape == (10,) for accuracy in final.values()), "ten fresh seeds each"
    gains = {name: summarise(final[name] - final["linear"]) for name in ("sigmoid", "tanh", "ReLU")}
    for name, gap in gains.items():
        assert gap.low > 0.02, f"{name} should be clearly better than the linear network: {gap}"
        assert np.allclose(gap, values["gains-shown"][name]) and values[f"single-gain-{name.lower()}"] == [0, 10], name
    assert values["gain-least"] == pytest.approx(100 * min(gap.low for gap in gains.values()))
    among = [summarise(final[a] - final[b]) for a, b in PAIRS]
    assert np.allclose(values["among"], among), "the differences shown are others"
    assert all(gap.low < 0 < gap.high for gap in among), f"two can be told apart: {among}"
    assert all(-0.0055 < gap.low < gap.high < 0.0055 for gap in among), f"more than about half a point: {among}"


def test_a_fresh_run_is_measured_on_the_test_images(values, data):
    _, _, X_test, y_test = load_mnist()
    found = run(103, data, hidden=ReLU, lr=0.3, **BASE).network().evaluate(X_test, y_test)[1]
    assert found == pytest.approx(values["fresh"]["ReLU"][3][-1], abs=1e-12), "seed 103, ReLU"


def test_the_speed_that_relu_wins_at_one_rate_is_not_seen_at_its_own(values):
    assert values["unfair-first-low"] > 0, "at 0.1 ReLU should be ahead after an epoch"
    first = {name: np.array(curves)[:, 0] for name, curves in values["fresh"].items()}
    fair = summarise(first["ReLU"] - first["sigmoid"])
    assert fair.low < 0 < fair.high and values["fair-first-high"] == pytest.approx(100 * fair.high), f"{fair}"


def test_the_table_of_the_race_can_be_kept(chapter):
    pages = "".join(str(o.get("data", {}).get("text/html", "")) for c in chapter("activation-functions").cells for o in c.get("outputs", []))
    assert 'download="activation-functions-race.csv"' in pages, "it is not offered"


def test_the_best_rates_saturate_half_of_the_pairs(values):
    for name, shares in values["flat"].items():
        assert np.mean(shares) > 0.35 and values[f"flat-{name.lower()}"] == pytest.approx(np.mean(shares)), name


# The exercises


def test_the_gains_are_those_of_integrals(values):
    t, w = np.polynomial.hermite_e.hermegauss(200)
    assert values["gains"]["ReLU"] == pytest.approx(2**0.5, rel=0.01), "ReLU's gain is He's"
    assert values["gains"]["Tanh"] == pytest.approx((np.sum(w * np.tanh(t) ** 2) / np.sum(w)) ** -0.5, rel=0.01)
    assert values["gains"]["ELU"] < 2**0.5 < values["gains"]["Tanh"], "He should lie between the two"
    assert values["elu-error"] < 1e-7, "the ELU's gradient is wrong"


def test_the_twins_steps_are_a_quarter_but_for_one_term():
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


def test_the_twins_differ_at_the_smallest_rate_only(values):
    small, best = (summarise(np.subtract(*pair)) for pair in values["twins"])
    assert 0 < small.low < small.mean < 0.005 and best.low < 0 < best.high, f"{small}, {best}"
    assert np.mean(values["twins"][1][0]) - np.mean(values["twins"][0][0]) > 0.1, "the rate should move it by ten points"


def test_centred_pixels_help_relu_and_cannot_tell_the_sign_for_tanh(values):
    relu, tanh = (summarise(np.subtract(*values["again"][name])) for name in ("ReLU", "tanh"))
    assert relu.low > 0 and tanh.low < 0 < tanh.high, f"ReLU {relu}, tanh {tanh}"
