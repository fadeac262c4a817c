"""Faster descent: the factors in the valley, both optimisers by hand, the race and its pairs."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import t

from mnist_from_scratch import SGD, Adam, Configuration, CosineDecay, Momentum, Sigmoid
from mnist_from_scratch import load_mnist, mlp, one_hot, sweep, train_validation_split

NAME = "faster-descent"
SHALLOW, DEEP = "ReLU, one hidden layer", "sigmoid, three hidden layers"
METHODS = {"SGD": SGD, "momentum": Momentum, "Adam": Adam}


def interval(values):
    values = np.asarray(values)
    reach = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return values.mean() - reach, values.mean() + reach


@pytest.fixture(scope="module")
def data():
    X, y, X_test, y_test = load_mnist()
    return *train_validation_split(X, y, 10_000, np.random.default_rng(15)), X_test, y_test


# ------------------------------------------------------------------ the valley


@pytest.fixture(scope="module")
def curvatures(data):
    X, y = data[:2]
    x = X[y < 2].mean(axis=1, dtype=np.float64)
    x /= x.mean()
    return np.linalg.eigvalsh([[np.mean(x * x), 1], [1, 1]])


def slowest(curvatures, lr, beta):
    """The largest root of the recurrence over the curvatures: what a step keeps in the long run."""
    return max(abs(r) for c in curvatures for r in np.roots([1, -(1 + beta - lr * c), beta]))


def test_the_factors_of_both_are_the_eigenvalues_of_their_steps(glued, curvatures):
    flat, steep = curvatures
    kappa = steep / flat
    assert glued["faster-descent-kappa"] == pytest.approx(kappa) and 19 < kappa < 20
    assert glued["faster-descent-plain-factor"] == pytest.approx(slowest(curvatures, glued["faster-descent-plain-rate"], 0))
    beta, lr = glued["faster-descent-best"]
    assert glued["faster-descent-momentum-factor"] == pytest.approx(slowest(curvatures, lr, beta), rel=1e-6)
    assert glued["faster-descent-momentum-factor"] == pytest.approx((kappa**0.5 - 1) / (kappa**0.5 + 1))


def test_no_other_rate_and_no_other_pair_is_better(glued, curvatures):
    rates = np.geomspace(0.1, 3, 300)
    assert min(slowest(curvatures, lr, 0) for lr in rates) > glued["faster-descent-plain-factor"] - 1e-4
    pairs = [slowest(curvatures, lr, beta) for lr in rates[::4] for beta in np.linspace(0, 0.95, 40)]
    assert min(pairs) > glued["faster-descent-momentum-factor"] - 1e-4


def test_the_usual_beta_is_too_much_for_the_ink_valley(glued, curvatures):
    least = min(slowest(curvatures, lr, 0.9) for lr in np.geomspace(0.01, 5, 400))
    assert least >= 0.9**0.5 - 1e-6 and 0.9**0.5 > glued["faster-descent-plain-factor"]
    assert 0.9**0.5 == pytest.approx(0.95, abs=0.005)


def test_at_a_tenth_of_the_rate_a_flat_direction_keeps_what_plain_descent_keeps():
    for flat in (0.001, 0.01, 0.02):  # the rate of plain descent times the curvature
        root = max(abs(np.roots([1, -(1.9 - flat / 10), 0.9])))
        assert 1 - root == pytest.approx(flat, rel=0.35), "not the same walk"


def test_ten_times_closer_takes_115_hundredths_of_kappa():
    for kappa in (100, 10_000):
        steps = np.log(10) / -np.log((kappa - 1) / (kappa + 1))
        assert steps == pytest.approx(1.15 * kappa, rel=0.01)
        root = kappa**0.5
        assert np.log(10) / -np.log((root - 1) / (root + 1)) == pytest.approx(1.15 * root, rel=0.01)


def test_the_loss_in_the_valley_falls_as_predicted(glued):
    left, arrives = glued["faster-descent-left"], {}
    for name, factor in (("plain", glued["faster-descent-plain-factor"]), ("momentum", glued["faster-descent-momentum-factor"])):
        falls = (left[name][28] / left[name][20]) ** (1 / 8)
        # momentum's two roots meet: (1 + ct) r^t, so a step keeps more, by about 1/t of itself for the distance
        assert factor**2 * 0.999 < falls < factor**2 * (1.001 if name == "plain" else 1.12), f"{name}: {falls} a step"
        arrives[name] = next(k for k, each in enumerate(left[name]) if each < 1e-4 * left[name][0])
        assert glued[f"faster-descent-arrives-{name}"] == arrives[name]
    assert 2 * arrives["momentum"] < arrives["plain"]
    assert max(left["momentum"]) > left["momentum"][0], "momentum first goes up"


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
def test_the_cliff_is_where_the_exercise_finds_it(beta):
    cliff = 2 * (1 + beta) / 1.7
    assert slowest([1.7], 0.999 * cliff, beta) < 1 < slowest([1.7], 1.001 * cliff, beta)


def test_nesterovs_roots_have_the_length_of_the_aside():
    for lr, beta, curvature in ((0.1, 0.9, 1.0), (0.3, 0.8, 2.0)):
        roots = np.roots([1, -(1 + beta) * (1 - lr * curvature), beta * (1 - lr * curvature)])
        assert np.abs(roots) == pytest.approx((beta * (1 - lr * curvature)) ** 0.5) and abs(roots[0].imag) > 0
        w, m, places = 1.0, 0.0, [1.0]
        for _ in range(20):
            m = beta * m + curvature * (w - lr * beta * m)
            w -= lr * m
            places.append(w)
        a, b, c = places[-3:]
        assert c == pytest.approx((1 + beta) * (1 - lr * curvature) * b - beta * (1 - lr * curvature) * a)


# ------------------------------------------------------------------ by hand


def test_momentum_by_hand(glued, chapter):
    beta, lr, w, m = Fraction(1, 9), Fraction(4, 9), [Fraction(27)] * 2, [Fraction(0)] * 2
    rows = []
    for _ in range(3):
        slopes = [w[0], 4 * w[1]]
        m = [beta * a + b for a, b in zip(m, slopes)]
        w = [a - lr * b for a, b in zip(w, m)]
        rows.append((slopes, m, w))
    assert [[float(a) for a in row[2]] for row in rows] == glued["faster-descent-hand"]
    assert [tuple(map(int, row[1])) for row in rows] == [(27, 108), (18, -72), (9, 36)]
    assert [tuple(map(int, row[2])) for row in rows] == [(15, -21), (7, 11), (3, -5)]
    assert 27 * 0.6**3 == pytest.approx(5.8, abs=0.05)


def test_adam_by_hand_and_its_first_ten_steps(glued):
    assert glued["faster-descent-adam-hand"] == pytest.approx([-1, -1 - 6 / 7])
    ten = np.array(glued["faster-descent-ten"])
    assert np.allclose(ten[:, :2], -np.arange(1, 11)[:, None], atol=1e-4), "a steady slope moves by the rate"
    assert np.abs(ten[:, 2] - ten[0, 2]).max() < 0.6, "what cancels hardly gets away from its first step"


def test_signs_alone_do_not_settle_and_remembered_squares_do(glued):
    alone, remembered = glued["faster-descent-signs"]
    assert 0.005 < alone < 0.04 and remembered < 1e-6


def test_the_usual_beta_is_the_best_for_one_condition_number(glued):
    root = glued["faster-descent-usual"] ** 0.5
    assert ((root - 1) / (root + 1)) ** 2 == pytest.approx(0.9)


def test_steps_without_the_weights_would_be_too_long(glued):
    for step, name in ((1, "first"), (glued["faster-descent-forgotten-worst"], "most")):
        m = s = 0.0
        for _ in range(step):
            m, s = 0.9 * m + 0.1, 0.999 * s + 0.001
        assert glued[f"faster-descent-forgotten-{name}"] == pytest.approx(m / s**0.5)
    assert 3 < glued["faster-descent-forgotten-first"] < glued["faster-descent-forgotten-most"]


def test_epsilon_is_a_guard_for_white_pixels(glued):
    assert glued["faster-descent-sizes-zero"] / 2 < glued["faster-descent-sizes-white"] < glued["faster-descent-sizes-zero"]
    assert glued["faster-descent-sizes-tiny"] < 0.02, "hardly any comes near epsilon"


# ------------------------------------------------------------------ the race


@pytest.fixture(scope="module")
def race(glued):
    return {key: np.array(curves) for key, curves in glued["faster-descent-race"].items()}


def pair(race, network, a, b, epoch=-1):
    return 100 * (race[f"{network} {a}"] - race[f"{network} {b}"])[:, epoch]


def test_eight_fresh_seeds_each_and_settings_chosen_on_validation_images(glued, race):
    assert all(curves.shape == (8, 4) for curves in race.values()) and len(race) == 6
    for key, rows in glued["faster-descent-tried"].items():
        mean = {lr: np.nan_to_num(np.mean(finals)) for lr, finals in rows}
        assert len(mean) == 8 and max(mean, key=mean.get) == glued["faster-descent-chosen"][key]
        rates = glued["faster-descent-rates"][key.rsplit(" ", 1)[1]]
        best = max(rates, key=lambda lr: max(mean[str(lr)], mean[f"CosineDecay(lr={lr}, epochs=4)"]))
        assert best not in (rates[0], rates[-1]), f"{key}: the best rate lies at the edge of those tried"
    assert all("CosineDecay" in lr for lr in glued["faster-descent-chosen"].values()), "all six winners fall"


def test_with_one_hidden_layer_the_three_end_level(glued, race):
    ends = [abs(v) for a, b in (("momentum", "SGD"), ("Adam", "SGD"), ("Adam", "momentum")) for v in interval(pair(race, SHALLOW, a, b))]
    assert glued["faster-descent-level"] == pytest.approx(max(ends)) and max(ends) < 0.6


def test_with_three_layers_of_sigmoids_adam_leads_and_momentum_is_between(glued, race):
    for a, b in (("Adam", "SGD"), ("Adam", "momentum"), ("momentum", "SGD")):
        values = pair(race, DEEP, a, b)
        low, high = interval(values)
        assert low > 0, f"{a} is not told apart from {b}: {low:.2f} to {high:.2f}"
        name = f"faster-descent-deep-{a.lower()}-{b.lower()}"
        assert [glued[f"{name}-{field}"] for field in ("mean", "low", "high")] == pytest.approx([values.mean(), low, high])
    first = pair(race, DEEP, "Adam", "SGD", epoch=0)
    assert glued["faster-descent-first-adam-sgd"] == pytest.approx(first.mean())
    low, high = interval(first)
    assert [glued[f"faster-descent-first-adam-sgd-{end}"] for end in ("low", "high")] == pytest.approx([low, high])
    assert low > pair(race, DEEP, "Adam", "SGD").mean(), "the lead is largest at first"
    adam, last = race[f"{DEEP} Adam"].mean(axis=0), race[f"{DEEP} SGD"][:, -1].mean()
    assert adam[glued["faster-descent-passes"] - 1] > last and 2 <= glued["faster-descent-passes"] <= 4


def test_the_winners_run_again_with_a_new_seed_end_in_the_same_places(glued, race, data):
    X, y, _, _, X_test, y_test = data
    for network, sizes, options in ((SHALLOW, (784, 64, 10), {}), (DEEP, (784, 64, 64, 64, 10), {"hidden": Sigmoid})):
        for name, method in METHODS.items():
            lr = float(glued["faster-descent-chosen"][f"{network} {name}"].split("=")[1].split(",")[0])
            winner = Configuration(sizes, CosineDecay(lr, 4), 4, n_train=20_000, method=method, **options)
            (run,) = sweep([winner], [10], X, y, (X_test, y_test), n_jobs=1)
            assert run.history.val_accuracy == pytest.approx(race[f"{network} {name}"][0], abs=0.02), "seed 10 is its first"


def test_at_a_tenth_of_the_rate_momentum_is_the_same_walk_until_the_cliff(glued):
    alike = []
    for network, last in ((SHALLOW, 0.4), (DEEP, 1.6)):
        for lr, plain, ball in glued["faster-descent-walks"][network]:
            if lr <= last:
                alike.append(100 * abs(np.mean(plain) - np.mean(ball)))
    assert len(alike) == 5 and glued["faster-descent-alike"] == pytest.approx(max(alike)) and max(alike) < 1.2
    parted = {network: {lr: (np.mean(plain), np.mean(ball)) for lr, plain, ball in rows}
              for network, rows in glued["faster-descent-walks"].items()}  # fmt: skip
    plain, ball = parted[SHALLOW][1.6]
    assert plain < 0.5 < 0.8 < ball, "with ReLU momentum should survive longer"
    plain, ball = parted[DEEP][6.4]
    assert ball < plain, "with sigmoids SGD should"


def test_a_falling_rate_is_worth_more_than_the_optimiser_on_the_shallow_network(glued, race):
    gains = []
    for rows in glued["faster-descent-tried"].values():
        mean = {lr: np.nan_to_num(np.mean(finals)) for lr, finals in rows}
        falling = max(v for lr, v in mean.items() if "Cosine" in lr)
        gains.append(100 * (falling - max(v for lr, v in mean.items() if "Cosine" not in lr)))
    assert glued["faster-descent-falling-least"] == pytest.approx(min(gains))
    assert glued["faster-descent-falling-most"] == pytest.approx(max(gains))
    means = [pair(race, SHALLOW, a, b).mean() for a, b in (("momentum", "SGD"), ("Adam", "SGD"), ("Adam", "momentum"))]
    assert min(gains) > max(map(abs, means))


def test_adams_rate_travels_and_the_rate_of_sgd_does_not(glued):
    costs = {name: glued[f"faster-descent-borrowed-{name.lower()}"] for name in METHODS}
    for name in METHODS:
        mean = {lr: np.mean(finals) for lr, finals in glued["faster-descent-tried"][f"{DEEP} {name}"]}
        chosen = glued["faster-descent-chosen"]
        assert costs[name] == pytest.approx(100 * (mean[chosen[f"{DEEP} {name}"]] - mean[chosen[f"{SHALLOW} {name}"]]))
    assert costs["Adam"] < 0.6 and min(costs["momentum"], costs["SGD"]) > 2


def test_the_first_layer_of_the_deep_network_has_gradients_far_smaller_than_the_last(glued, data):
    X, y = data[0][:5000], data[1][:5000]
    network = mlp([784, 64, 64, 64, 10], np.random.default_rng(0), hidden=Sigmoid)
    network.loss.forward(network.forward(X), one_hot(y))
    network.backward()
    sizes = [float(np.sqrt(np.mean(np.square(dW)))) for dW in network.grads[::2]]
    assert glued["faster-descent-layer-sizes"] == pytest.approx(sizes, rel=1e-3) and sizes == sorted(sizes)
    assert glued["faster-descent-layers"] == pytest.approx(sizes[-1] / sizes[0], rel=0.1)


def test_adam_takes_longer_for_an_epoch(glued):
    assert glued["faster-descent-timing-adam"] > 1, "it passes over the weights more often"
