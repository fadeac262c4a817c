"""What the network learned: what is left after each cut, which change fools it, what it says of no digits."""

import numpy as np
import pytest

from mnist_from_scratch import Configuration, CosineDecay, Distortion, Momentum, load_mnist, mlp, numerical_gradient, one_hot
from mnist_from_scratch import summarise, sweep, train_validation_split

EPSILONS = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25]


@pytest.fixture(scope="module")
def values(glued):
    """Return what the page glues, under names without the page's."""
    return {name.removeprefix("learned-"): value for name, value in glued.items()}


@pytest.fixture(scope="module")
def left(values):
    return {way: np.array(rows) for way, rows in values["left"].items()}  # (5 seeds, 5 shares)


@pytest.fixture(scope="module")
def hurt(values):
    return {name: np.array(rows) for name, rows in values["hurt"].items()}  # (5 seeds, 7 epsilons)


def glued_as(values, name, numbers):
    """Return whether the mean and interval of some numbers are glued under a name."""
    found = summarise(np.asarray(numbers, float))
    return [values[f"{name}-{part}"] for part in ("mean", "low", "high")] == pytest.approx([found.mean, found.low, found.high], abs=1e-6)


# ------------------------------------------------------------------ the answer


def test_a_chosen_fifth_of_the_weights_is_nearly_enough_and_a_random_one_is_not(values, left, hurt):
    base = hurt["plain images, chosen"][:, 0]
    chosen, random = left["largest weights"][:, 2], left["random weights"][:, 2]
    assert len(base) == 5 and values["base"] == pytest.approx(base.mean()) and values["base"] < 5
    assert glued_as(values, "fifth-gain", chosen - base) and np.all(chosen - base < 1.5), f"{chosen - base}"
    assert values["fifth-random"] == pytest.approx(random.mean()) and random.min() > 12, f"{random}"
    assert values["fifth-weights"] == pytest.approx(chosen.mean())


def test_chosen_beats_random_at_every_share(left):
    for chosen, random in (("largest weights", "random weights"), ("most used neurons", "random neurons")):
        better = left[random].mean(axis=0) - left[chosen].mean(axis=0)
        assert np.all(better > 0) and np.all(better[:4] > 1), f"{chosen}: {better}"


def test_single_weights_beat_low_rank_and_that_beats_whole_neurons(values, left):
    weights, rank, neurons = (left[way].mean(axis=0) for way in ("largest weights", "singular values", "most used neurons"))
    assert np.all(weights < rank) and np.all(rank < neurons), f"{weights}, {rank}, {neurons}"
    assert values["fifth-svd"] == pytest.approx(rank[2]) and rank[2] - weights[2] > 0.5
    for short, way in (("neurons", "most used neurons"), ("random-neurons", "random neurons")):
        assert values[f"half-{short}"] == pytest.approx(left[way][:, 0].mean()), way
    assert values["half-neurons"] < 0.5 * values["half-random-neurons"]


def test_low_rank_gains_when_it_is_cut_where_the_images_are(values):
    projected, plain = np.array(values["projected"]), np.array(values["svd-fifths"])
    assert values["rank"] == 18 == round(0.2 * 784 * 100 / 884), "not the share of the weights"
    assert glued_as(values, "projected", projected) and np.all(projected < plain), f"{projected}, {plain}"
    assert abs(projected.mean() - values["fifth-weights"]) < 0.7, "not close to single weights"


@pytest.mark.parametrize("name", ["plain", "distorted"])
def test_chosen_pushes_turn_most_answers_and_random_ones_next_to_none(values, hurt, name):
    chosen, random = (hurt[f"{name} images, {kind}"] for kind in ("chosen", "random"))
    assert chosen.shape == random.shape == (5, len(EPSILONS))
    assert glued_as(values, f"{name}-chosen", chosen[:, 3]) and glued_as(values, f"{name}-random", random[:, 3])
    assert chosen[:, 3].min() > 50, f"at 0.1 chosen pushes turn most: {chosen[:, 3]}"
    assert np.all(random[:, 3] - random[:, 0] < 2), f"at 0.1 random ones turn next to none: {random[:, 3]}"
    assert np.all(np.diff(chosen.mean(axis=0)) > 0), "a larger push should fool more"


def test_no_gain_of_distortions_is_seen(values, hurt):
    gain = hurt["plain images, chosen"][:, 3] - hurt["distorted images, chosen"][:, 3]
    assert glued_as(values, "distorted-gain", gain)
    assert values["distorted-gain-low"] < 0 < values["distorted-gain-high"], f"a gain or a loss is seen: {gain}"
    assert values["base-distorted"] == pytest.approx(hurt["distorted images, chosen"][:, 0].mean())


def test_a_reader_who_repeats_a_run_finds_the_same(hurt):
    X, y, _, _ = load_mnist()
    X_train, y_train, X_val, y_val = train_validation_split(X, y, 5_000, np.random.default_rng(23))
    bends = Distortion(shift=1.0, rotation=10, scaling=0.1, shear=0.1)
    plan = Configuration((784, 100, 10), CosineDecay(0.1, 5), 5, batch_size=64, n_train=20_000, method=Momentum, distort=bends)
    (run,) = sweep([plan], [2], X_train, y_train, (X_val[:200], y_val[:200]), n_jobs=1)
    network = run.network()
    assert 100 * (1 - network.evaluate(X_val, y_val)[1]) == pytest.approx(hurt["distorted images, chosen"][2, 0], abs=0.2)


# ------------------------------------------------------------------ neurons


def test_most_neurons_mix_classes_and_some_do_not(values):
    mixed, single = values["mixed"], values["single"]
    assert len(mixed) == len(single) == 5 and glued_as(values, "mixed", mixed) and glued_as(values, "single", single)
    assert min(mixed) > 2 and 5 < min(single) <= max(single) < 50, f"{mixed}, {single}"


def test_where_no_image_has_ink_the_weights_are_those_of_the_start(values):
    X, y, _, _ = load_mnist()
    X_train = train_validation_split(X, y, 5_000, np.random.default_rng(23))[0]
    assert values["never"] == np.sum(~X_train.any(axis=0)) and values["untouched"] == 0


def test_no_neuron_is_missed_much_and_used_ones_are_missed_more(values):
    assert values["missed-most"] < 2 and 0 < values["missed-low"] and values["missed-mean"] < 0.3
    found = values["agreement"]
    assert (values["agreement-least"], values["agreement-most"]) == (min(found), max(found)) and len(found) == 5
    assert min(found) > 0.4, f"use should tell what is missed: {found}"


# ------------------------------------------------------------------ the plane


def test_the_plane_is_that_of_the_covariance(values):
    assert abs(values["pca-off"]) < 1e-6, "not the eigenvectors of the covariance with the largest eigenvalues"


def test_the_planes_formula_is_scikit_learns_pca():
    PCA = pytest.importorskip("sklearn.decomposition").PCA
    A = np.random.default_rng(0).normal(size=(60, 7)) * [3, 1, 2, 1, 0.5, 0.2, 0.1] + 5
    centre = A.mean(axis=0)
    _, S, axes = np.linalg.svd(A - centre, full_matrices=False)
    theirs = PCA(2).fit(A)
    assert np.allclose(np.abs(np.sum(axes[:2] * theirs.components_, axis=1)), 1)
    assert np.allclose(np.abs((A - centre) @ axes[:2].T), np.abs(theirs.transform(A)))
    assert np.sum(S[:2] ** 2) / np.sum(S**2) == pytest.approx(theirs.explained_variance_ratio_.sum())
    v = np.random.default_rng(1).normal(size=7)
    v /= np.linalg.norm(v)
    assert np.sum(((A - centre) @ v) ** 2) == pytest.approx(np.sum(S**2 * (axes @ v) ** 2)), "the formula of the spread"


def test_hidden_activations_part_the_classes_better_and_the_plane_hides_much_of_it(values):
    (pixels, *seen), (all_pixels, *whole) = values["seen"], values["whole"]
    assert (values["seen-pixels"], values["whole-pixels"]) == (pixels, all_pixels)
    assert glued_as(values, "seen", seen) and glued_as(values, "whole", whole) and len(seen) == len(whole) == 5
    assert values["seen-low"] > pixels and min(whole) > all_pixels + 5, f"{seen} and {whole}"
    assert max(seen) < 70 and min(whole) > 85, "the plane should hide much of it"
    assert 10 < values["variance"] < 40


# ------------------------------------------------------------------ the gradient by the pixels


def test_the_gradient_is_right(values):
    assert values["gradient-off"] < 1e-4, "float32 against central differences in float64"


def test_the_formula_of_the_gradient_is_the_chain_of_the_blocks():
    rng = np.random.default_rng(0)
    network = mlp((9, 5, 3), rng, dtype=np.float64)
    network.blocks[0].b = rng.normal(size=5)
    x, Y = rng.random((1, 9)), one_hot(np.array([2]), 3, np.float64)
    first, _, last = network.blocks
    A = np.maximum(x @ first.W + first.b, 0)
    g = (((network.predict_proba(x) - Y) @ last.W.T) * (A > 0)) @ first.W.T
    loss = lambda x: network.loss.forward(network.forward(x), Y)
    assert np.allclose(g, numerical_gradient(loss, x.copy()), atol=1e-7)


def test_twenty_chosen_pixels_cost_far_more_than_twenty_random_ones(values):
    chosen, random = (np.array(values["whitened"][way]) for way in ("chosen", "random"))
    assert glued_as(values, "whitened-chosen", chosen) and glued_as(values, "whitened-random", random)
    assert chosen.min() > 40 and random.max() < 8, f"{chosen}, {random}"


def test_what_the_gradient_cannot_say(values):
    assert 55 < values["on-white"] < 90 and 2 < values["on-never"] < 9
    for e, short in (("0.001", "small"), ("0.1", "large")):
        foretold, rises = map(np.array, values["rises"][e])
        assert values[f"rise-{short}"] == pytest.approx(np.mean(rises / foretold)), e
    assert abs(values["rise-small"] - 1) < 0.15 and values["rise-large"] > 4, "a slope holds for small steps only"


def test_the_signs_gain_the_sum_of_the_sizes_and_a_coin_the_length():
    rng = np.random.default_rng(0)
    g = rng.normal(size=200)
    assert g @ np.sign(g) == pytest.approx(np.abs(g).sum()), "no change within the bound does more"
    sums = rng.choice([-1, 1], (20_000, 200)) @ g
    assert abs(sums.mean()) < 0.5 and sums.std() == pytest.approx(np.linalg.norm(g), rel=0.02)
    assert sums.max() < np.abs(g).sum()


def test_the_two_norms_differ_nearly_as_much_as_they_can(values):
    assert 15 < values["norms"] < 784**0.5


def test_the_push_worked_by_hand():
    x, W = np.array([0.9, 0.1, 0.6]), np.array([[1, -1], [-2, 1], [0.5, 0.5]])
    assert np.allclose(x @ W, [1, -0.5])
    p = np.exp(-0.5) / (np.exp(1) + np.exp(-0.5))
    assert np.allclose(np.array([-p, p]) @ W.T, p * np.array([-2, 3, 0]))
    assert np.allclose(x + 0.3 * np.array([-1, 1, 0]), [0.6, 0.4, 0.6]) and np.allclose([0.6, 0.4, 0.6] @ W, [0.1, 0.1])


def test_the_small_network_loses_nothing_by_rounding(values):
    before, after = values["small"]
    assert abs(after - before) < 0.5, f"{before} and {after}"


# ------------------------------------------------------------------ no digits


def test_it_is_often_sure_of_what_is_no_digit(values):
    sure = {kind: np.array(rows) for kind, rows in values["sure"].items()}
    for kind, rows in sure.items():
        assert len(rows) == 5 and values[f"sure-{kind}"] == pytest.approx(rows.mean()), kind
        assert kind == "digits" or rows.mean() < sure["digits"].mean() - 15, f"{kind}: as sure as of digits"
    for kind in ("upside", "three", "six", "black"):
        assert sure[kind].min() > 10, f"{kind}: {sure[kind]}"
    assert (values["sure-noise-least"], values["sure-noise-most"]) == (sure["noise"].min(), sure["noise"].max())
    assert sure["noise"].min() < 10 < sure["noise"].max(), f"{sure['noise']}"
    assert values["blank-most"] == max(values["blank"]) < 0.9 and sure["blank"].max() == 0


def test_the_doorkeeper_turns_away_strange_strokes_and_lets_digits_strokes_pass(values):
    turned = values["turned"]
    assert all(values[f"turned-{kind}"] == share for kind, share in turned.items())
    assert turned["noise"] > 99 and turned["black"] > 99, f"{turned}"
    assert turned["upside"] < 20 and turned["pushed"] < 10 and turned["digits"] < 3 and turned["blank"] == 0, f"{turned}"


# ------------------------------------------------------------------ the labels


def test_the_fifteen_are_those_that_fewer_than_three_of_five_voted_for(values):
    votes = values["votes"]
    assert len(votes) == 15 and all(sum(each[1:]) == 5 and each[1] < 3 for each in votes.values())
    _, _, _, y_test = load_mnist()
    assert y_test[[int(place) for place in votes]].tolist() == values["labels"]
    assert values["labels"] == [8, 0, 9, 4, 2, 5, 6, 6, 5, 5, 0, 1, 4, 6, 5], "the labels of the authors' file"
    assert all(label != each[0] for label, each in zip(values["labels"], votes.values()))


def test_on_most_of_the_fifteen_the_networks_contradict_the_label(values):
    against = np.array(values["against"])
    assert len(against) == 15 and values["contradicted"] == np.sum(against == 5) >= 8, f"{against}"
    assert values["agreed"] == np.sum(against == 0) <= 4
    assert 1 < values["share-of-errors"] < 8, "of a network's mistakes"


def test_the_second_half_of_the_test_set_is_the_easy_one(values):
    first, second = (np.array(rows) for rows in values["halves"])
    assert glued_as(values, "first-half", first) and glued_as(values, "second-half", second)
    assert np.allclose((first + second) / 2, values["test"]) and np.all(first - second > 1), f"{first}, {second}"


# ------------------------------------------------------------------ the exercises


def test_images_pushed_for_one_network_fool_another(values, hurt):
    own, others = (np.array(rows) for rows in values["transfer"])
    assert np.allclose(own, hurt["plain images, chosen"][:, 3]) and glued_as(values, "transfer", others)
    assert np.all(others < own - 15) and np.all(others > hurt["plain images, random"][:, 3] + 10), f"{own}, {others}"


def test_five_bits_are_enough(values, hurt):
    bits = {n: np.array(rows) for n, rows in values["bits"].items()}
    assert np.all(bits["15"] - hurt["plain images, chosen"][:, 0] < 0.5) and bits["1"].min() > 30
    assert values["bits-15"] == pytest.approx(bits["15"].mean()) and values["bits-3"] == pytest.approx(bits["3"].mean())
    assert bits["3"].mean() > bits["15"].mean() + 1
