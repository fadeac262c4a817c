"""Gradient descent: walks on a surface, the noise of batches, training and where it starts."""

from itertools import combinations

import numpy as np
import pytest

from mnist_from_scratch import Dense, Identity, MeanSquaredError, Network, SGD, checks
from mnist_from_scratch import he, load_mnist, train_validation_split, xavier

SIZES, RATES = (10, 100, 1000, 10_000), (0.03, 0.1, 0.3, 1.0)


@pytest.fixture(scope="module")
def ink():
    X, y, _, _ = load_mnist()
    X, y, _, _ = train_validation_split(X, y, 10_000, np.random.default_rng(8))
    pair = y < 2
    return X[pair].mean(axis=1, dtype=np.float64), (y[pair] == 0).astype(float)


def hessian(x):
    return np.array([[np.mean(x * x), x.mean()], [x.mean(), 1.0]])


# The surface


def test_the_ink_surface_is_computed_as_shown_and_its_gradient_checked(glued, ink):
    x, t = ink[0] / ink[0].mean(), ink[1]
    w, b = np.linalg.solve(hessian(x), [np.mean(x * t), t.mean()])
    assert np.allclose(glued["gradient-descent-ink-minimum"], [w, b]), "the minimum is not the least squares"
    assert glued["gradient-descent-ink-lowest"] == pytest.approx(np.mean((w * x + b - t) ** 2) / 2)
    assert glued["gradient-descent-ink-images"] == len(x), "another number of zeros and ones"
    assert glued["gradient-descent-ink-accuracy"] == pytest.approx(np.mean((w * x + b > 0.5) == t))
    assert glued["gradient-descent-ink-gradient-error"] < 1e-8, "the gradient does not pass its check"


def test_the_hand_worked_steps_follow_from_pencil_and_paper(glued):
    e = np.array([0.5, 1.0, 0.5])
    for lr, [fell, promised] in glued["gradient-descent-hand"].items():
        after = e - lr * (2 / 3) * (np.array([0.5, 1.0, 1.5]) + 1)  # both slopes are 2/3
        assert fell == pytest.approx(0.25 - np.sum(after**2) / 6), f"the fall at {lr}"
        assert promised == pytest.approx(lr * 8 / 9), f"the promise at {lr}"
        assert fell < promised, f"at {lr} the curve should fall by less than the line"


def test_a_walk_drops_into_the_valley_and_creeps_along_it(glued):
    losses = np.array(glued["gradient-descent-valley-losses"])
    assert np.all(np.diff(losses) < 0), "at rate 0.3 every step should lower the loss"
    assert glued["gradient-descent-valley-gone-2"] > 0.7, "two steps should win most of the loss"
    assert glued["gradient-descent-valley-left-50"] > 0.1, "fifty steps should not reach the minimum"


def test_the_largest_rate_climbs_and_the_others_descend(glued):
    runs = {lr: np.array(losses) for lr, losses in glued["gradient-descent-rate-losses"].items()}
    lowest = glued["gradient-descent-ink-lowest"]
    for lr in (0.05, 0.3, 0.9):
        assert runs[lr][-1] < runs[lr][0], f"rate {lr} should descend"
    assert runs[0.05][-1] > 2 * lowest, "rate 0.05 should stop far short of the minimum"
    assert runs[0.9][-1] < 1.01 * lowest, "rate 0.9 should arrive"
    assert runs[0.95][-1] > runs[0.95][0], "rate 0.95 should end higher than it began"
    assert np.all(np.diff(runs[0.95][-20:]) > 0), "rate 0.95 should still be climbing"


def test_the_valley_is_long_and_standardising_makes_it_round(glued, ink):
    x = ink[0] / ink[0].mean()
    u, v = np.array([1, 1]) / np.sqrt(2), np.array([1, -1]) / np.sqrt(2)
    H = hessian(x)
    assert glued["gradient-descent-curvature-ratio"] == pytest.approx((u @ H @ u) / (v @ H @ v))
    assert np.allclose(glued["gradient-descent-curvature-standard"], 1), "the standardised bowl is not round"
    assert glued["gradient-descent-one-step"][1] == pytest.approx(glued["gradient-descent-ink-lowest"]), (
        "one step of rate 1 should reach the bottom of the round bowl"
    )


def test_other_units_make_another_valley(glued, ink):
    mean, std = ink[0].mean(), ink[0].std()
    for name, x in {"ink": ink[0], "x": ink[0] / mean, "x_std": (ink[0] - mean) / std}.items():
        flattest, steepest = np.linalg.eigvalsh(hessian(x))
        assert np.allclose(glued["gradient-descent-extremes"][name], [steepest, flattest], rtol=1e-3), name
    shown = glued["gradient-descent-extremes"]
    assert shown["x"][0] / shown["ink"][0] == pytest.approx(2, abs=0.2), "about half the curvature"
    assert shown["ink"][1] < 0.05 * shown["x"][1], "the flattest should lose nearly all"


def test_the_cliff_stands_at_two_over_the_steepest_curvature(glued, ink):
    steepest = np.linalg.eigvalsh(hessian(ink[0] / ink[0].mean()))[-1]
    assert glued["gradient-descent-cliff"] == pytest.approx(2 / steepest, rel=1e-4), "the cliff is elsewhere"
    assert 0.9 < glued["gradient-descent-cliff"] < 0.95, "the chapter says: between 0.9 and 0.95"
    below, above = glued["gradient-descent-cliff-losses"]
    assert below == pytest.approx(glued["gradient-descent-ink-lowest"], rel=1e-3), "below it should arrive"
    assert above > 1e6, "above it should explode"


def test_batches_of_ten_come_near_the_minimum_and_do_not_settle(glued):
    lowest = glued["gradient-descent-ink-lowest"]
    for tail in glued["gradient-descent-noisy-tails"]:
        assert lowest < np.mean(tail) < 1.5 * lowest, "the noisy walk should end near the minimum"
        assert np.ptp(tail) > 0.01 * lowest, "the noisy walk should still tremble"
    assert glued["gradient-descent-noisy-share"] == pytest.approx(1000 / glued["gradient-descent-ink-images"])


# The noise


def test_the_six_pairs_average_to_the_gradient_and_none_is_it(glued):
    assert glued["gradient-descent-pairs-error"] < 1e-12, "the average over all pairs is not the gradient"
    assert glued["gradient-descent-pairs-nearest"] > 0.01, "a single pair should miss the gradient"


def test_the_noise_falls_with_the_root_of_the_batch_size(glued):
    sizes = 4.0 ** np.arange(6)
    runs = glued["gradient-descent-noise-before"] + glued["gradient-descent-noise-after"]
    slopes = [np.polyfit(np.log(sizes), np.log(noises), 1)[0] for _, noises in runs]
    assert np.allclose(slopes, glued["gradient-descent-slopes"]), "the slopes shown are not the measured ones"
    for stage in (slopes[:5], slopes[5:]):
        assert np.mean(stage) == pytest.approx(-0.5, abs=0.03), f"mean slope {np.mean(stage)}"
    assert np.allclose(slopes, -0.5, atol=0.08), f"one of the slopes is off: {slopes}"
    assert np.mean(slopes[:5]) == pytest.approx(glued["gradient-descent-slope-before"])
    assert np.mean(slopes[5:]) == pytest.approx(glued["gradient-descent-slope-after"])


def test_training_shrinks_the_signal_more_than_the_noise(glued):
    for before, after in zip(glued["gradient-descent-noise-before"], glued["gradient-descent-noise-after"]):
        signal, noise = after[0] / before[0], np.mean(np.divide(after[1], before[1]))
        assert signal < 0.7 * noise, f"signal to {signal:.2f}, noise to {noise:.2f}"
    assert glued["gradient-descent-scale-after"] > 3 * glued["gradient-descent-scale-before"]


def test_a_batch_of_32_has_more_noise_than_signal(glued):
    for signal, noises in glued["gradient-descent-noise-before"] + glued["gradient-descent-noise-after"]:
        assert noises[2] / np.sqrt(2) > signal, "measured at 16, scaled to 32 by the root law"


def test_the_noise_without_replacement_is_the_formula(glued):
    formula, listed, whole = glued["gradient-descent-without-replacement"]
    assert formula == pytest.approx(listed), "the formula misses the listed pairs"
    assert whole == pytest.approx(0, abs=1e-9), "a batch of all has no noise"


# Training


def test_a_step_of_the_module_is_the_hand_worked_step(glued):
    assert np.allclose(glued["gradient-descent-tiny"], [0.8, -0.2]), f"it went to {glued['gradient-descent-tiny']}"
    network = Network([Dense(np.array([[1.0]]))], MeanSquaredError(Identity()))
    x, t = np.array([[0.5], [1.0], [1.5]]), np.array([[0.0], [0.0], [1.0]])
    network.loss.forward(network.forward(x), t)
    network.backward()
    SGD(0.3).step(network.params, network.grads)
    assert np.allclose([V.item() for V in network.params], [0.8, -0.2]), "not the hand's result"


def test_the_first_history_shows_what_the_chapter_asks_about(glued):
    history = glued["gradient-descent-first-history"]
    assert history["val_loss"][0] < history["loss"][0], "validation should look better at first"
    assert history["val_accuracy"][0] > history["accuracy"][0], "in accuracy too"


def test_the_running_mean_lags_and_the_gap_is_real_at_the_end(glued):
    running, at_end, held_out = (
        np.array(glued[f"gradient-descent-{name}"]) for name in ("running", "at-end", "held-out")
    )
    assert running.shape == (5, 5), "five seeds, five epochs"
    assert np.all(running[:, 0] > held_out[:, 0]), "the running mean of epoch 1 should be higher"
    assert np.all(at_end < held_out), "measured at the end, training should be the lower one"
    gap = (held_out - at_end).mean(axis=0)
    assert gap[-1] > gap[0], "the gap should grow over the epochs"
    between = (at_end.mean(axis=0) < running.mean(axis=0)) & (running.mean(axis=0) < held_out.mean(axis=0))
    assert between[2:].all(), "from epoch 3 the running mean should lie between the two"


def test_the_five_networks_end_at_much_the_same_height(glued):
    ends = [curve[-1] for curve in glued["gradient-descent-held-out"]]
    assert glued["gradient-descent-five-lowest"] == min(ends) and glued["gradient-descent-five-highest"] == max(ends)
    assert max(ends) < 1.5 * min(ends), f"much alike? {ends}"
    assert len(set(ends)) == 5, "five seeds should end in five places"


def test_the_same_seed_gives_the_same_bits_and_another_does_not(glued):
    assert glued["gradient-descent-same-bits"] == [True, False], "reproducibility"


def test_the_linear_map_diverges_beyond_its_cliff_and_says_so(glued):
    assert 0.03 < glued["gradient-descent-linear-limit"] < 0.055, "the cliff should lie between the rates"
    for losses, message in glued["gradient-descent-diverged"]:
        assert "infinite or NaN" in message and "lr=0.055" in message, message
        assert losses and losses[-1] > 1e10, f"the loss should explode: {losses}"
    for losses, message in glued["gradient-descent-converged"]:
        assert not message and losses[-1] < losses[0] < 0.5, f"at 0.03 it should learn: {losses}"


def test_a_softmax_network_dies_in_silence(glued):
    for accuracy, loss, silent in glued["gradient-descent-silent"]:
        assert accuracy < 0.15, "nothing should be learned"
        assert abs(loss - np.log(10)) < 0.15, f"the loss should be near log 10, it is {loss}"
        assert silent > 0.8, f"most hidden neurons should be dead, not {silent:.0%}"
    shares = [silent for *_, silent in glued["gradient-descent-silent"]]
    assert glued["gradient-descent-silent-share"] == pytest.approx(np.mean(shares)), "another share is shown"


def test_small_batches_get_further_for_the_same_images(glued):
    losses = np.array(glued["gradient-descent-batch-losses"])
    best = losses.mean(axis=2).argmin(axis=1)
    assert best.tolist() == glued["gradient-descent-batch-best"], "the chosen rates are not the best ones"
    chosen = np.array([each[j] for each, j in zip(losses, best)])
    means = chosen.mean(axis=1)
    assert np.all(np.diff(means) > 0), f"means by batch size should rise: {means}"
    for small, large in combinations(range(1, 4), 2):
        assert np.all(chosen[small] < chosen[large]), f"{SIZES[small]} before {SIZES[large]}, every seed"
    assert chosen[0].mean() + 0.02 < chosen[1].mean(), "ten should be better than a hundred"
    assert best[0] > 0 and np.all(best < 3), "the best rate should not lie at the edge of the grid"


# Initialisation


def test_from_zeros_only_the_last_bias_learns(glued):
    assert glued["gradient-descent-zero-moved"] == [False, False, False, True], "something else has moved"
    X, y, _, _ = load_mnist(dtype=np.uint8)
    _, y, _, y_val = train_validation_split(X, y, 10_000, np.random.default_rng(8))
    most_frequent = np.bincount(y[:10_000]).argmax()
    share = np.mean(y_val[:5_000] == most_frequent)
    assert glued["gradient-descent-zero-accuracy"] == pytest.approx(share), "it says another digit"


def test_equal_neurons_stay_equal_and_learn_as_one(glued):
    for accuracy, equal in glued["gradient-descent-alike"]:
        assert equal, "the neurons became different"
        assert accuracy < 0.5, f"one opinion should not reach {accuracy}"


def test_a_layer_multiplies_the_mean_square_as_derived(glued):
    assert glued["gradient-descent-variance-ratio"] == pytest.approx(1, abs=0.05)


def test_the_helper_of_the_chapter_is_he(glued):
    assert glued["gradient-descent-draw-is-he"], "draw is not he"
    rng = np.random.default_rng(0)
    assert he(rng, 400, 100).var() == pytest.approx(2 / 400, rel=0.03), "he's variance"
    assert xavier(rng, 400, 100).var() == pytest.approx(2 / 500, rel=0.03), "Xavier's variance"


def test_the_signal_goes_through_the_layers_as_derived(glued):
    signals = {
        hidden: {name: np.array(runs) for name, runs in each.items()}
        for hidden, each in glued["gradient-descent-signals"].items()
    }
    for name, factor in {"too small": 50 * 0.01**2 / 2, "too large": 25, "Xavier": 0.5, "He": 1}.items():
        mean_square = signals["ReLU"][name] ** 2
        per_layer = np.exp(np.mean(np.log(mean_square[:, -1] / mean_square[:, 0])) / 15)
        assert per_layer == pytest.approx(factor, rel=0.15), f"ReLU, {name}: {per_layer} a layer"
    tanh = signals["Tanh"]
    assert np.all(tanh["too small"][:, -1] < 1e-15), "the tanh signal should die out"
    assert np.all(tanh["too large"] > 0.85), "tanh should be driven to its ends"
    assert np.all(tanh["Xavier"][:, -1] < tanh["Xavier"][:, 0]), "Xavier should fade slowly"
    assert np.all(tanh["Xavier"] > 0.1) and np.all(tanh["He"] > 0.3), "and not be lost"


def test_saturated_tanh_neurons_do_not_stop_the_gradient_from_exploding(glued):
    for sizes, factor, share in glued["gradient-descent-explosions"]:
        assert len(sizes) == 17 and share > 0.6, f"most neurons should be saturated, not {share:.0%}"
        assert sizes[0] > 500 * sizes[15], f"dW should explode backward: {sizes}"
        measured = (sizes[1] / sizes[14]) ** (2 / 13)  # of the mean square, by layer
        assert measured == pytest.approx(factor, rel=0.25), f"{measured} a layer, not {factor}"
    ratios = [sizes[0] / sizes[15] for sizes, *_ in glued["gradient-descent-explosions"]]
    assert glued["gradient-descent-explosion"] == pytest.approx(np.mean(ratios)), "another ratio is shown"


def test_only_a_start_that_carries_a_signal_learns(glued):
    relu, tanh = glued["gradient-descent-learns"]["ReLU"], glued["gradient-descent-learns"]["Tanh"]
    for runs in (relu["zeros"], relu["too small"], tanh["zeros"], tanh["too small"], tanh["too large"]):
        assert len(runs) == 5 and max(runs) < 0.16, f"this start should stay at guessing: {runs}"
    assert relu["too large"] == [None] * 5, "too large should diverge with ReLU"
    assert min(relu["He"]) > 0.7, f"He should learn with ReLU: {relu['He']}"
    assert max(relu["Xavier"]) < 0.5, f"Xavier should be late with ReLU: {relu['Xavier']}"
    assert min(tanh["Xavier"]) > 0.7, f"Xavier should learn with tanh: {tanh['Xavier']}"
    assert all(a < b for a, b in zip(tanh["Xavier"], tanh["He"])), "He is better there, every seed"


def test_xaviers_gradient_is_small_in_every_layer(glued):
    back = {name: np.exp(np.log(runs).mean(axis=0)) for name, runs in glued["gradient-descent-back"].items()}
    assert np.all(back["Xavier"] < back["He"] / 50), "too small everywhere"
    for name, sizes in back.items():
        assert sizes.max() < 4 * sizes.min(), f"{name} should be nearly level: {sizes}"


# The checks of the exercises


def by_angle(x, until=np.pi, steps=1000):
    return [np.mean((np.cos(a) * x + np.sin(a)) ** 2) for a in np.linspace(0, until, steps)]


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda x: (max(by_angle(x)), min(by_angle(x))), "Right: "),
        (lambda x: np.linalg.eigvalsh(hessian(x))[::-1], "Right: "),
        (lambda x: [max(by_angle(x, 2 * np.pi)), min(by_angle(x, 2 * np.pi))], "Right: "),
        (lambda x: (min(by_angle(x)), max(by_angle(x))), "Not yet: the two are right, but"),
        (lambda x: (max(by_angle(x, np.pi / 2)), min(by_angle(x, np.pi / 2))),
         "Not yet: you look at a quarter turn"),
        (lambda x: (max(1, np.mean(x * x)), min(1, np.mean(x * x))), "Not yet: these are the curvatures along"),
        (lambda x: 2 * np.linalg.eigvalsh(hessian(x))[::-1], "Not yet: twice too large"),
        (lambda x: np.linalg.eigvalsh(hessian(x))[::-1] / 2, "Not yet: half too small"),
        (lambda x: len(x) * np.linalg.eigvalsh(hessian(x))[::-1], "Not yet: five times too large"),
        (lambda x: 2 / np.linalg.eigvalsh(hessian(x))[::-1], "Not yet: these are the rates"),
        (lambda x: max(by_angle(x)) / min(by_angle(x)), "Not yet: this is the ratio"),
        (lambda x: (max(by_angle(x)[300:]), min(by_angle(x))), "Not yet: right for some inputs"),
        (lambda x: (7.0, 0.1), "Not yet: go through the directions"),
    ],
)  # fmt: skip
def test_the_check_of_extremes_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.extremes, answer)
    assert said.startswith(start), f"the check said: {said}"


def split(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


def shuffled_batches_of_neighbours(n, size, rng):
    batches = split(np.arange(n), size)
    return [batches[i] for i in rng.permutation(len(batches) - 1)] + batches[-1:]


def drawn_batch_by_batch(n, size, rng):
    return [rng.choice(n, min(size, n - i), replace=False) for i in range(0, n, size)]


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda n, b, rng: split(rng.permutation(n), b), "Right: "),
        (lambda n, b, rng: (batch.tolist() for batch in split(rng.permutation(n), b)), "Right: "),
        (lambda n, b, rng: tuple(split(np.argsort(rng.random(n)).astype(np.int32), b)), "Right: "),
        (lambda n, b, rng: split(np.arange(n), b), "Not yet: every image once, but in order"),
        (lambda n, b, rng: split(rng.permutation(n), b)[:-1], "Not yet: the last, smaller batch"),
        (lambda n, b, rng: rng.permutation(n)[: n // b * b].reshape(-1, b), "Not yet: the last, smaller"),
        (lambda n, b, rng: split(np.resize(rng.permutation(n), n + -n % b), b), "Not yet: the last batch is filled"),
        (lambda n, b, rng: [rng.permutation(part) for part in split(np.arange(n), b)],
         "Not yet: the same images are always together"),
        (shuffled_batches_of_neighbours, "Not yet: the same images are always together"),
        (lambda n, b, rng: [rng.integers(0, n, len(part)) for part in split(np.arange(n), b)],
         "Not yet: some images come more than once"),
        (drawn_batch_by_batch, "Not yet: some images come more than once"),
        (lambda n, b, rng: split(1 + rng.permutation(n), b), "Not yet: indices run from 0"),
        (lambda n, b, rng: split(rng.permutation(n - 1), b), "Not yet: some of the images never"),
        (lambda n, b, rng: (lambda p: [p[i : i + b] for i in range(n)])(rng.permutation(n)),
         "Not yet: these are as many batches as images"),
        (lambda n, b, rng: np.array_split(rng.permutation(n), n // b), "Not yet: 17 images in"),
        (lambda n, b, rng: np.array_split(rng.permutation(n), -(-n // b)), "Not yet: the batches are nearly"),
        (lambda n, b, rng: split(np.random.default_rng(0).permutation(n), b), "Not yet: the second"),
        (lambda n, b, rng: split(np.random.default_rng().permutation(n), b), "Not yet: the same seed"),
        (lambda n, b, rng: split(rng.permutation(n) / 1, b), "Not yet: indices are integers"),
        (lambda n, b, rng: rng.permutation(n), "Not yet: each batch should be"),
        (lambda n, b, rng: np.split(rng.permutation(n), np.arange(b, n + 1, b)),
         "Not yet: 17 by 5 is right. But 14 images"),
        (lambda n, b, rng: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_minibatches_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.minibatches, answer)
    assert said.startswith(start), f"the check said: {said}"


def sigma2(G):
    return np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1))


def rest(G, B):
    return (len(G) - B) / (len(G) - 1)


def by_listing(G, B):
    means = np.array([G[list(batch)].mean(axis=0) for batch in combinations(range(len(G)), B)])
    return np.sqrt(np.mean(np.sum((means - G.mean(axis=0)) ** 2, axis=1)))


def by_drawing(G, B):
    rng = np.random.default_rng(0)
    means = np.array([rng.choice(G, B, replace=False).mean(axis=0) for _ in range(300)])
    return np.sqrt(np.mean(np.sum((means - G.mean(axis=0)) ** 2, axis=1)))


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda G, B: np.sqrt(sigma2(G) / B * rest(G, B)), "Right: "),
        (by_listing, "Right: "),
        (by_drawing, "Not yet: close, but not exact"),
        (lambda G, B: sigma2(G) / B * rest(G, B), "Not yet: this is the mean square"),
        (lambda G, B: np.sqrt(sigma2(G) / B), "Not yet: this is σ/√B"),
        (lambda G, B: sigma2(G) / B, "Not yet: this is σ²/B"),
        (lambda G, B: np.sqrt(sigma2(G)), "Not yet: this is σ, the noise of a single"),
        (lambda G, B: np.sqrt(sigma2(G) / B * (len(G) - B) / len(G)), "Not yet: almost"),
        (lambda G, B: np.sqrt(sigma2(G) / B) * rest(G, B), "Not yet: both factors"),
        (lambda G, B: np.sqrt(sigma2(G) / B / rest(G, B)), "Not yet: the factor is upside"),
        (lambda G, B: np.sqrt(sigma2(G) / B * (1 + (B - 1) / (len(G) - 1))), "Not yet: the mixed terms have"),
        (lambda G, B: np.sqrt(sigma2(G) / B * (1 - 1 / (len(G) - 1))), "Not yet: there are B(B - 1) mixed terms, not B."),
        (lambda G, B: np.sqrt(sigma2(G) / B * (1 - B / (len(G) - 1))), "Not yet: there are B(B - 1) mixed terms, not B²"),
        (lambda G, B: np.sqrt(sigma2(G) * B * rest(G, B)), "Not yet: the 1/B² before"),
        (lambda G, B: np.sqrt(sigma2(G) * rest(G, B)), "Not yet: the 1/B is missing"),
        (lambda G, B: np.sqrt(np.var(G, axis=0).mean() / B * rest(G, B)), "Not yet: you average over the D"),
        (lambda G, B: np.sqrt(np.mean(np.sum(G**2, axis=1)) / B * rest(G, B)), "Not yet: σ² is the spread around"),
        (lambda G, B: np.linalg.norm(G - G.mean(axis=0), axis=1).mean() * np.sqrt(rest(G, B) / B),
         "Not yet: you average lengths"),
        (lambda G, B: np.sqrt(np.var(G, axis=0, ddof=1).sum() / B * rest(G, B)), "Not yet: σ² divides by N"),
        (lambda G, B: 17.0, "Not yet: not the noise"),
        (lambda G, B: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_batch_noise_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.batch_noise, answer)
    assert said.startswith(start), f"the check said: {said}"


def uniform(bound):
    def answer(rng, n_in, n_out):
        a = bound(n_in, n_out)
        return rng.uniform(-a, a, (n_in, n_out))

    return answer


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (uniform(lambda n, m: np.sqrt(6 / (n + m))), "Right: "),
        (lambda rng, n, m: (np.sqrt(6 / (n + m)) * (2 * rng.random((n, m), np.float32) - 1)), "Right: "),
        (uniform(lambda n, m: np.sqrt(2 / (n + m))), "Not yet: you use the standard deviation"),
        (uniform(lambda n, m: 6 / (n + m)), "Not yet: a is the root"),
        (uniform(lambda n, m: 2 / (n + m)), "Not yet: this a is Xavier's variance"),
        (uniform(lambda n, m: np.sqrt(6 / n)), "Not yet: this keeps n_in alone"),
        (uniform(lambda n, m: np.sqrt(6 / m)), "Not yet: this keeps n_out alone"),
        (uniform(lambda n, m: np.sqrt(3 / (n + m))), "Not yet: the 2 of Xavier"),
        (uniform(lambda n, m: np.sqrt(12 / (n + m))), "Not yet: this is Xavier's mean"),
        (uniform(lambda n, m: np.sqrt(24 / (n + m))), "Not yet: the interval"),
        (uniform(lambda n, m: np.sqrt(6 / (n + m)) / 2), "Not yet: the weights lie between -a/2"),
        (uniform(lambda n, m: np.sqrt(6) / (n + m)), "Not yet: the root is of the whole"),
        (uniform(lambda n, m: np.sqrt(6 / (n * m))), "Not yet: n_in and n_out are added"),
        (uniform(lambda n, m: 1.0), "Not yet: the largest weight"),
        (xavier, "Not yet: these are not uniform"),
        (lambda rng, n, m: np.sqrt(6 / (n + m)) * np.sin(np.pi * rng.uniform(-0.5, 0.5, (n, m))),
         "Not yet: the ends are right"),
        (lambda rng, n, m: rng.uniform(0, np.sqrt(6 / (n + m)), (n, m)), "Not yet: no weight is neg"),
        (lambda rng, n, m: rng.uniform(-0.1, 0.1, (m, n)), "Not yet: the shape is turned"),
        (lambda rng, n, m: uniform(lambda n, m: np.sqrt(6 / (n + m)))(np.random.default_rng(1), n, m),
         "Not yet: another seed gives the same"),
        (lambda rng, n, m: uniform(lambda n, m: np.sqrt(6 / (n + m)))(np.random.default_rng(), n, m),
         "Not yet: the same seed gives other"),
        (lambda rng, n, m: None, "Not yet: your function returned None"),
    ],
)  # fmt: skip
def test_the_check_of_the_uniform_xavier_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.xavier_uniform, answer)
    assert said.startswith(start), f"the check said: {said}"
