"""Gradient descent: walks on a surface, the step, and the noise of batches."""

from itertools import combinations

import numpy as np
import pytest

from mnist_from_scratch import Dense, Identity, MeanSquaredError, Network, SGD, checks
from mnist_from_scratch import load_mnist, train_validation_split


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
    losses = np.array(glued["gradient-descent-rate-losses"][0.3])
    assert np.all(np.diff(losses) < 0), "at rate 0.3 every step should lower the loss"
    assert glued["gradient-descent-valley-gone-2"] > 0.7, "two steps should win most of the loss"
    assert glued["gradient-descent-valley-left-50"] > 0.1, "fifty steps should not reach the minimum"


def test_every_step_sets_out_perpendicular_to_the_contours_and_is_seen_to(glued, ink):
    x, t = ink[0] / ink[0].mean(), ink[1]
    loss = lambda V: np.mean((V[0] * x + V[1] - t) ** 2) / 2
    path, small = np.array(glued["gradient-descent-ink-path"]), 1e-4
    for V, step in zip(path, np.diff(path, axis=0)):
        across = np.array([-step[1], step[0]]) / np.linalg.norm(step)
        slope = (loss(V + small * across) - loss(V - small * across)) / (2 * small)
        steepest = np.linalg.norm(step) / 0.3
        assert abs(slope) < 1e-3 * steepest, f"at {V} the step does not leave the contour at a right angle"
    assert glued["gradient-descent-aspects"] == [1.0] * 6, "on a map whose axes differ no angle is true"


def test_the_largest_rate_climbs_and_the_others_descend(glued):
    runs = {lr: np.array(losses) for lr, losses in glued["gradient-descent-rate-losses"].items()}
    lowest = glued["gradient-descent-ink-lowest"]
    for lr in (0.05, 0.3, 0.9):
        assert runs[lr][-1] < runs[lr][0], f"rate {lr} should descend"
    assert all(losses[0] == glued["gradient-descent-ink-start"] for losses in runs.values()), "one start"
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


# A step of the module


def test_a_step_of_the_module_is_the_hand_worked_step(glued):
    assert np.allclose(glued["gradient-descent-tiny"], [0.8, -0.2]), f"it went to {glued['gradient-descent-tiny']}"
    high, low = glued["gradient-descent-tiny-losses"]
    assert high - low == pytest.approx(glued["gradient-descent-hand"][0.3][0]), "it does not fall as by hand"
    network = Network([Dense(np.array([[1.0]]))], MeanSquaredError(Identity()))
    x, t = np.array([[0.5], [1.0], [1.5]]), np.array([[0.0], [0.0], [1.0]])
    network.loss.forward(network.forward(x), t)
    network.backward()
    SGD(0.3).step(network.params, network.grads)
    assert np.allclose([V.item() for V in network.params], [0.8, -0.2]), "not the hand's result"


def test_a_rate_of_numpys_would_widen_the_step_and_a_float_does_not():
    dV = np.ones(3, dtype=np.float32)
    assert (0.1 * dV).dtype == np.float32, "a Python number should adapt to the array"
    assert (np.float64(0.1) * dV).dtype == np.float64, "a NumPy number brings its own precision"


# The checks of the exercises


def by_angle(x, until=np.pi, steps=1000):
    return [np.mean((np.cos(a) * x + np.sin(a)) ** 2) for a in np.linspace(0, until, steps)]


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (lambda x: (max(by_angle(x)), min(by_angle(x))), "Right: "),
        (lambda x: np.linalg.eigvalsh(hessian(x))[::-1], "Right: "),
        (lambda x: [max(by_angle(x, 2 * np.pi)), min(by_angle(x, 2 * np.pi))], "Right: "),
        *((lambda x, n=n: (max(by_angle(x, steps=n)), min(by_angle(x, steps=n))), "Right: ")
          for n in (64, 91, 100, 180, 181, 360)),
        (lambda x: (max(by_angle(x, 2 * np.pi, 361)), min(by_angle(x, 2 * np.pi, 361))), "Right: "),
        *((lambda x, n=n: (max(by_angle(x, steps=n)), min(by_angle(x, steps=n))), "Not yet: nearly: between your directions")
          for n in (12, 15, 19, 40)),
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
