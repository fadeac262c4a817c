"""What the network learned: what is left after each cut, which change fools it, how sure it is of what is unlike."""

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
    assert random.min() > 12, f"{random}"
    assert [values[f"random-fifth-{part}"] for part in ("min", "max")] == pytest.approx([random.min(), random.max()])
    assert values["fifth-random-weights"] == pytest.approx(random.mean())


def test_within_a_kind_chosen_beats_random_at_every_share(left):
    for chosen, random in (("largest weights", "random weights"), ("most used neurons", "random neurons")):
        better = left[random].mean(axis=0) - left[chosen].mean(axis=0)
        assert np.all(better > 0) and np.all(better[:4] > 1), f"{chosen}: {better}"


def test_no_difference_of_random_weights_and_the_most_used_neurons_is_seen(left):
    for share in range(5):
        gap = summarise((left["most used neurons"] - left["random weights"])[:, share])
        assert gap.low < 0 < gap.high, f"{gap}"


def test_single_weights_beat_low_rank_and_that_beats_whole_neurons(values, left):
    weights, rank, neurons = (left[way].mean(axis=0) for way in ("largest weights", "singular values", "most used neurons"))
    assert np.all(weights < rank) and np.all(rank < neurons), f"{weights}, {rank}, {neurons}"
    assert glued_as(values, "rank-gain", (left["singular values"] - left["largest weights"])[:, 2])
    assert values["rank-gain-low"] > 0
    assert values["rank"] == 18 == round(0.2 * 784 * 100 / 884), "not the share of the weights"


def test_no_matrix_of_a_rank_is_nearer_than_the_first_terms():
    M = np.random.default_rng(0).normal(size=(9, 6))
    U, S, VT = np.linalg.svd(M, full_matrices=False)
    assert np.allclose(M, sum(s * np.outer(u, v) for s, u, v in zip(S, U.T, VT)))
    distance = np.sum((M - (U[:, :2] * S[:2]) @ VT[:2]) ** 2)
    assert distance == pytest.approx(np.sum(S[2:] ** 2))
    rng = np.random.default_rng(1)
    for _ in range(200):
        L = rng.normal(size=(9, 2))                              # any columns, with the best rows for them
        assert np.sum((M - L @ np.linalg.lstsq(L, M, rcond=None)[0]) ** 2) >= distance


@pytest.mark.parametrize("name", ["plain", "distorted"])
def test_chosen_pushes_turn_most_answers_and_random_ones_next_to_none(values, hurt, name):
    chosen, random = (hurt[f"{name} images, {kind}"] for kind in ("chosen", "random"))
    assert chosen.shape == random.shape == (5, len(EPSILONS))
    assert glued_as(values, f"{name}-chosen", chosen[:, 3]) and glued_as(values, f"{name}-random", random[:, 3])
    assert chosen[:, 3].min() > 50, f"at 0.1 chosen pushes turn most: {chosen[:, 3]}"
    assert np.all(random[:, 3] - random[:, 0] < 2), f"at 0.1 random ones turn next to none: {random[:, 3]}"
    assert np.all(np.diff(chosen.mean(axis=0)) > 0), "a larger push should fool more"


def test_distortions_help_a_little_against_small_pushes_and_not_visibly_against_larger(values, hurt):
    saved = hurt["plain images, chosen"] - hurt["distorted images, chosen"]
    for at, short in ((0, "none"), (2, "small"), (3, "gain")):
        assert glued_as(values, f"distorted-{short}", saved[:, at])
    assert values["plain-small"] == pytest.approx(hurt["plain images, chosen"][:, 2].mean())
    assert values["distorted-small-low"] > 0 and values["distorted-small-mean"] < 0.2 * values["plain-small"], "at 0.05"
    assert values["distorted-small-mean"] > values["distorted-none-mean"]
    assert values["distorted-gain-low"] < 0 < values["distorted-gain-high"], f"a gain or a loss is seen at 0.1: {saved[:, 3]}"


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
    single = values["single"]
    assert len(single) == 5 and glued_as(values, "single", single) and 5 < min(single) <= max(single) < 50, f"{single}"


def test_where_no_image_has_ink_the_weights_are_those_of_the_start(values):
    X, y, _, _ = load_mnist()
    X_train = train_validation_split(X, y, 5_000, np.random.default_rng(23))[0]
    assert values["never"] == np.sum(~X_train.any(axis=0)) and values["untouched"] == 0


def test_no_neuron_is_missed_much_and_used_ones_are_missed_more_but_fifty_are(values, left, hurt):
    cost = np.mean(left["random neurons"][:, 0] - hurt["plain images, chosen"][:, 0])
    assert values["half"] == pytest.approx(cost) and cost > 50 * values["missed-mean"] + 5, "losses don't add up"
    assert values["missed-most"] < 2 and 0 < values["missed-low"] and values["missed-mean"] < 0.3
    found = values["agreement"]
    assert (values["agreement-least"], values["agreement-most"]) == (min(found), max(found)) and len(found) == 5
    assert min(found) > 0.4, f"use should tell what is missed: {found}"


# ------------------------------------------------------------------ the plane


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
    assert np.sum((axes @ v) ** 2) == pytest.approx(1), "V is square"


def test_hidden_activations_part_the_classes_better_and_the_plane_hides_much_of_it(values):
    (pixels, *seen), (all_pixels, *whole) = values["seen"], values["whole"]
    assert (values["seen-pixels"], values["whole-pixels"]) == (pixels, all_pixels)
    assert glued_as(values, "seen", seen) and glued_as(values, "whole", whole) and len(seen) == len(whole) == 5
    assert values["seen-low"] > pixels and min(whole) > all_pixels + 5, f"{seen} and {whole}"
    assert max(seen) < 70 and min(whole) > 85, "the plane should hide much of it"
    assert 10 < values["variance"] < 40


# ------------------------------------------------------------------ the gradient with respect to the pixels


def test_the_gradient_is_right(values):
    off, size = values["gradient-off"]
    assert off < 1e-8 and size > 0.01, "against central differences in float64"


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


def test_twenty_chosen_pixels_cost_far_more_than_twenty_random_or_dark_ones(values):
    chosen, random, darkest = (np.array(values["whitened"][way]) for way in ("chosen", "random", "darkest"))
    assert chosen.min() > 40 and random.max() < 8 and darkest.max() < 10, f"{chosen}, {random}, {darkest}"
    X, y, _, _ = load_mnist()
    X_val = train_validation_split(X, y, 5_000, np.random.default_rng(23))[2]
    assert values["inked"] == pytest.approx(np.mean(np.sum(X_val > 0, axis=1)))


def test_what_the_gradient_cannot_say(values):
    assert 2 < values["on-never"] < 9
    assert values["rises-mean"] == pytest.approx(np.mean(values["rises"])), "of five networks"
    assert min(values["rises"]) > 4, "a slope holds for small steps only"


def test_the_signs_gain_the_sum_of_the_sizes_and_a_coin_the_length():
    rng = np.random.default_rng(0)
    g = rng.normal(size=200)
    assert g @ np.sign(g) == pytest.approx(np.abs(g).sum()), "no change within the bound does more"
    sums = rng.choice([-1, 1], (20_000, 200)) @ g
    assert abs(sums.mean()) < 0.5 and sums.std() == pytest.approx(np.linalg.norm(g), rel=0.02)
    assert sums.max() < np.abs(g).sum()


def test_the_two_norms_differ_nearly_as_much_as_they_can(values):
    assert values["norms-mean"] == pytest.approx(np.mean(values["norms"]))
    assert 15 < min(values["norms"]) <= max(values["norms"]) < 784**0.5


def test_the_push_worked_by_hand():
    x, W = np.array([0.9, 0.1, 0.6]), np.array([[1, -1], [-2, 1], [0.5, 0.5]])
    assert np.allclose(x @ W, [1, -0.5])
    p = np.exp(-0.5) / (np.exp(1) + np.exp(-0.5))
    assert np.allclose(np.array([-p, p]) @ W.T, p * np.array([-2, 3, 0]))
    assert np.allclose(x + 0.3 * np.array([-1, 1, 0]), [0.6, 0.4, 0.6]) and np.allclose([0.6, 0.4, 0.6] @ W, [0.1, 0.1])
    taken = np.random.default_rng(0).choice([-1, 1], (20_000, 3)) @ (W[:, 1] - W[:, 0])
    assert abs(taken.mean()) < 0.1 and taken.std() == pytest.approx(3.6, abs=0.05) and 3.6 == round(13**0.5, 1)


def test_the_small_network_loses_nothing_by_rounding(values):
    before, after = values["small"]
    assert abs(after - before) < 0.5, f"{before} and {after}"


# ------------------------------------------------------------------ unlike the training images


@pytest.fixture(scope="module")
def table(values):
    return {kind: np.array(rows) for kind, rows in values["table"].items()}  # (5, 3): sure, sure and wrong, turned away


def test_it_is_less_sure_of_other_images_but_often_sure_and_wrong(values, table):
    assert len(table) == 8 and all(rows.shape == (5, 3) for rows in table.values())
    sure, wrong = ({kind: rows[:, i] for kind, rows in table.items()} for i in (0, 1))
    for kind in set(table) - {"digits"}:
        assert sure[kind].mean() < sure["digits"].mean() - 15, f"{kind}: as sure as of digits"
    for kind in ("upside down", "shifted by 3", "shifted by 6", "white on black", "pushed by 0.1"):
        assert sure[kind].min() > 10 and wrong[kind].min() > 5, f"{kind}: {sure[kind]}, {wrong[kind]}"
    for kind in ("blank", "noise", "upside down"):
        assert np.array_equal(sure[kind], wrong[kind]), f"{kind}: there is no right answer"
    assert (values["noise-least"], values["noise-most"]) == (sure["noise"].min(), sure["noise"].max())
    assert sure["noise"].min() < 10 < sure["noise"].max(), f"{sure['noise']}"
    assert values["blank-most"] < 0.9 and sure["blank"].max() == 0


def test_where_a_digit_is_shifted_a_little_most_sure_answers_are_right_elsewhere_wrong(table):
    for kind in set(table) - {"digits", "blank"}:
        sure, wrong, _ = table[kind].mean(axis=0)
        assert (wrong < 0.45 * sure) if kind == "shifted by 3" else (wrong > 0.6 * sure), f"{kind}: {wrong} of {sure}"


def test_the_doorkeeper_turns_away_noise_and_shifts_and_lets_the_usual_places_pass(values, table):
    away = {kind: rows[:, 2].mean() for kind, rows in table.items()}
    assert away["noise"] > 99 and away["white on black"] > 99 and away["shifted by 6"] > 80, f"{away}"
    assert away["upside down"] < 20 and away["pushed by 0.1"] < 10 and away["blank"] == 0, f"{away}"
    assert 0.5 < away["digits"] < 2, "one in a hundred, by construction"
    assert 0.1 * 784**0.5 == pytest.approx(2.8) and values["limit"] > 2.8, "a push is shorter than the limit"


# ------------------------------------------------------------------ the labels


def test_the_fifteen_are_those_that_fewer_than_three_of_five_voted_for(values):
    votes = values["votes"]
    assert len(votes) == 15 and all(sum(each[1:]) <= 5 and each[1] < 3 for each in votes.values())
    _, _, _, y_test = load_mnist()
    assert y_test[[int(place) for place in votes]].tolist() == values["labels"]
    assert values["labels"] == [8, 0, 9, 4, 2, 5, 6, 6, 5, 5, 0, 1, 4, 6, 5], "the labels of the authors' file"
    assert all(label != each[0] for label, each in zip(values["labels"], votes.values()))


def test_on_most_of_the_fifteen_the_networks_contradict_the_label(values):
    said = np.array(values["said"])
    against = np.sum(said != values["labels"], axis=0)
    assert said.shape == (5, 15) and np.sum(against == 5) >= 8, f"{against}"
    assert 1 < values["share-of-errors"] < 8, "of a network's mistakes"


def test_the_voters_answer_is_often_not_the_networks(values):
    said, votes = np.array(values["said"]), list(values["votes"].values())
    agreed = [(place, guess) for place, (guess, _, for_guess) in enumerate(votes) if for_guess >= 3]
    told = sum(np.all(said[:, place] == guess) for place, guess in agreed)
    assert len(agreed) == 10
    assert told == pytest.approx(len(agreed) / 2, abs=1), "the page says half of these images"


def test_the_second_half_of_the_test_set_is_the_easy_one(values):
    first, second = (np.array(rows) for rows in values["halves"])
    assert np.all(first - second > 1), f"{first}, {second}"


# ------------------------------------------------------------------ the exercises


def test_images_pushed_for_one_network_fool_another(values, hurt):
    own, others = (np.array(rows) for rows in values["transfer"])
    assert np.allclose(own, hurt["plain images, chosen"][:, 3]) and glued_as(values, "transfer", others)
    assert np.all(others < own - 15) and np.all(others > hurt["plain images, random"][:, 3] + 10), f"{own}, {others}"


def test_four_bits_are_enough_and_three_are_not(values, hurt):
    base = hurt["plain images, chosen"][:, 0]
    rise = {int(m): np.array(rows) - base for m, rows in values["bits"].items()}
    assert glued_as(values, "bits-gain", rise[4])
    assert glued_as(values, "bits-five", rise[5]) and values["bits-five-high"] < 0.5 < values["bits-gain-high"]
    assert rise[4].mean() < 0.5 < rise[3].mean() and rise[2].min() > 25, f"{rise}"
