"""What Gradient checking tells its readers, held against its outputs and the package."""

import math
import re

import numpy as np
import pytest

from mnist_from_scratch import (
    CrossEntropy,
    Dense,
    Identity,
    MeanSquaredError,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
    checks,
    gradient_error,
    load_mnist,
    numerical_gradient,
    one_hot,
    relative_error,
)

VERSIONS = ("as found", "mask mended", "both mended")


@pytest.fixture(scope="module")
def checking(chapter):
    return chapter("gradient-checking")


@pytest.fixture(scope="module")
def curves(checking):
    """The U-shaped curves: mean over the seeds by difference and dtype, and the steps."""
    kinds = [(kind, dtype) for kind in ("forward", "central") for dtype in ("float64", "float32")]
    runs = {k: np.array(checking.glued[f"gradient-checking-curves-{k[0]}-{k[1]}"]) for k in kinds}
    assert all(values.shape == (5, 25) for values in runs.values()), "five networks, 25 steps"
    return runs, np.array(checking.glued["gradient-checking-h"])


def of(checking, name, version):
    return np.array(checking.glued[f"gradient-checking-{name}-{version.replace(' ', '-')}"])


def test_half_of_all_directions_lead_downhill():
    directions = np.random.default_rng(0).normal(size=(20_000, 30))
    share = np.mean(directions @ np.ones(30) < 0)
    assert share == pytest.approx(0.5, abs=0.02), "as the idea says"


def test_n_weights_cost_n_plus_one_evaluations_forward_and_2n_central():
    calls = []

    def f(V):
        calls.append(V)
        return float(np.sum(V**3))

    V = np.random.default_rng(0).normal(size=(3, 4))
    numerical_gradient(f, V)
    assert len(calls) == 2 * V.size, "central: two for each weight"
    calls.clear()
    here, h = f(V), 1e-7
    nudges = np.eye(V.size).reshape(V.size, *V.shape)
    forward = np.reshape([(f(V + h * nudge) - here) / h for nudge in nudges], V.shape)
    assert len(calls) == V.size + 1, "forward: f(x) serves them all"
    np.testing.assert_allclose(forward, 3 * V**2, rtol=1e-4, atol=1e-6)


def test_the_hand_worked_differences_come_out():
    up, down = math.exp(0.1), math.exp(-0.1)
    assert (round(up, 6), round(down, 6)) == (1.105171, 0.904837), "the two values of exp"
    assert round((up - 1) / 0.1 - 1, 5) == 0.05171, "the forward difference's error"
    assert round((up - down) / 0.2 - 1, 5) == 0.00167 == round(0.1**2 / 6, 5), "and the central's"


def test_the_error_of_the_central_difference_falls_and_rises_again(checking):
    errors = checking.glued["gradient-checking-exp-errors"]
    best = int(np.argmin(errors))
    assert 0 < best < len(errors) - 1, "the smallest error must lie between the ends"
    assert errors[1] == pytest.approx(errors[0] / 1e4, rel=0.01), "a hundredth of h: 1/10,000"
    assert errors[-1] > 1e4 * errors[best], "at the smallest step it has risen far"


def test_the_best_steps_of_the_text_follow_from_the_formula():
    for eps, h, error in ((1.1e-16, 7e-6, 1e-11), (6e-8, 6e-3, 1e-5)):
        best = (3 * eps) ** (1 / 3)
        assert best == pytest.approx(h, rel=0.1), f"for eps {eps}"
        total = best**2 / 6 + eps / best
        assert error < total < 3 * error, f"some {error}, got {total:.1e}"


def test_the_curve_has_the_slopes_of_the_hypothesis(checking, curves):
    glued = checking.glued
    assert glued["gradient-checking-slope-central"] == pytest.approx(2, abs=0.1), "central: h squared"
    assert glued["gradient-checking-slope-forward"] == pytest.approx(1, abs=0.05), "forward: h"
    assert glued["gradient-checking-slope-rounding"] == pytest.approx(-1, abs=0.1), "rounding: 1/h"
    runs, h = curves
    right = (h > 9e-4) & (h < 0.11)
    for seed, run in enumerate(runs["central", "float64"]):
        slope = np.polyfit(np.log10(h[right]), np.log10(run[right]), 1)[0]
        assert slope == pytest.approx(2, abs=0.2), f"network {seed}"


def test_in_float32_the_shortest_steps_are_rounded_away(checking):
    for kind in ("central", "forward"):
        errors = np.array(checking.glued[f"gradient-checking-curves-{kind}-float32"])[:, :4]
        assert (errors == 1).all(), f"{kind}: a gradient measured as 0 has the error 1, not {errors}"


def test_the_best_steps_and_errors_are_those_of_the_curves(checking, curves):
    runs, h = curves
    for (kind, dtype), values in runs.items():
        mean = values.mean(axis=0)
        assert checking.glued[f"gradient-checking-best-h-{kind}-{dtype}"] == h[mean.argmin()]
        assert checking.glued[f"gradient-checking-best-error-{kind}-{dtype}"] == pytest.approx(mean.min())
    assert 0.05 < checking.glued["gradient-checking-typical-entry"] < 0.15, "the entries should be about a tenth"
    assert checking.glued["gradient-checking-entry-error"] < 3e-11, "an entry's error should be what was worked out"


def test_the_truth_of_the_curve_is_true(curves):
    """Not only by the curve: the complex step subtracts nothing, and agrees."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        W1 = rng.normal(0, 0.5, (10, 8)).astype(np.float32).astype(float)
        W2 = rng.normal(0, 0.5, (8, 5)).astype(np.float32).astype(float)
        X = rng.normal(size=(6, 10)).astype(np.float32).astype(float)
        y = rng.integers(0, 5, 6)

        def loss(W):
            E = np.exp(np.tanh(X @ W) @ W2)
            return np.mean(np.log(E.sum(axis=1)) - np.log(E[range(6), y]))

        network = Network([Dense(W1), Tanh(), Dense(W2)], CrossEntropy(Softmax()))
        assert network.loss.forward(network.forward(X), one_hot(y, 5, np.float64)) == pytest.approx(loss(W1))
        network.backward()
        nudges = 1e-30j * np.eye(80).reshape(80, 10, 8)
        measured = np.reshape([loss(W1 + nudge).imag / 1e-30 for nudge in nudges], (10, 8))
        assert relative_error(network.grads[0], measured) < 1e-14, f"network {seed}: not the gradient"
    best = curves[0]["central", "float64"].min(axis=1)
    assert (best < 1e-9).all(), f"no curve vouches for the truth: {best}"


def test_central_beats_forward_and_float64_beats_float32_on_every_network(curves):
    best = {key: values.min(axis=1) for key, values in curves[0].items()}
    for dtype in ("float64", "float32"):
        assert (best["central", dtype] < best["forward", dtype]).all(), dtype
    for kind in ("central", "forward"):
        assert (1e3 * best[kind, "float64"] < best[kind, "float32"]).all(), kind


def test_the_default_step_is_at_the_bottom(curves):
    runs, h = curves
    for run in runs["central", "float64"]:
        assert 1e-6 <= h[run.argmin()] <= 1e-4, "near a hundred-thousandth"
        assert run[np.argmin(abs(h - 1e-5))] < 1e-9, "the measurement is good to about 1e-10"


def test_a_far_smaller_step_loses_about_three_digits(curves):
    runs, h = curves
    mean = runs["central", "float64"].mean(axis=0)
    lost = np.log10(mean[np.argmin(abs(h - 1e-8))] / mean[np.argmin(abs(h - 1e-5))])
    assert 2 < lost < 4, f"the checkpoint says three, got {lost:.1f}"


def test_a_step_that_float32_swallows_gives_an_error_of_one(curves):
    runs, _ = curves
    for kind in ("forward", "central"):
        assert (runs[kind, "float32"][:, 0] == 1).all(), kind


def test_mistakes_have_the_fingerprints_of_the_text(checking):
    two, half, n, sign, entry, other = checking.glued["gradient-checking-fingerprints"]
    assert two == pytest.approx(1 / 3) == half, "a factor of two is a third, and so is a half"
    assert n == pytest.approx(9 / 11), "a factor of ten"
    assert sign == 1, "the wrong sign is one"
    assert 1e-3 < entry < 0.1, "one wrong entry of 2000 stands out"
    assert other == pytest.approx(math.sqrt(0.5), abs=0.05), "unrelated gradients"


def test_the_relative_error_never_exceeds_one():
    rng = np.random.default_rng(1)
    for _ in range(50):
        a, b = rng.normal(size=(2, 7)) * rng.exponential(size=(2, 1))
        assert 0 <= relative_error(a, b) <= 1, "a side of a triangle"


def test_every_pairing_passes_and_the_sigmoid_is_the_worst(checking):
    table = np.array(checking.glued["gradient-checking-pairings"])
    assert table.shape == (6, 3), "six pairings of loss and output, three hidden activations"
    assert table.max() < 1e-7, "all below what counts as right"
    assert checking.glued["gradient-checking-pairings-worst"] == table.max(), "the number in the text"
    assert table.max(axis=0).argmax() == 0, "the worst stands in the column of the sigmoid"
    assert checking.glued["gradient-checking-pairings-count"] == 3 * 6 * 3 * 5, "pairings, depths and seeds"


def test_gradients_of_sigmoid_layers_shrink_from_layer_to_layer():
    for seed in range(5):
        sizes = {}
        for hidden in (Sigmoid, Tanh):
            rng = np.random.default_rng(seed)
            blocks = []
            for n_in, n_out in ((7, 5), (5, 5), (5, 5), (5, 4)):
                W = rng.normal(0, n_in**-0.5, (n_in, n_out))
                blocks += [Dense(W, rng.normal(0, 0.2, n_out)), hidden()]
            network = Network(blocks[:-1], CrossEntropy(Softmax()))
            X, Y = rng.normal(size=(6, 7)), one_hot(rng.integers(0, 4, 6), 4, np.float64)
            network.loss.forward(network.forward(X), Y)
            network.backward()
            sizes[hidden] = [np.linalg.norm(dW) for dW in network.grads[::2]]
        assert sizes[Sigmoid][0] < sizes[Sigmoid][1] < sizes[Sigmoid][3], f"seed {seed}"
        assert sizes[Sigmoid][0] < sizes[Tanh][0] / 5, f"seed {seed}: far below tanh's"


def test_neither_seed_nor_step_removes_an_exact_kink_but_other_biases_do(checking):
    kinks, none = (np.array(checking.glued[f"gradient-checking-{name}-errors"]) for name in ("kink", "no-kink"))
    assert kinks.shape == none.shape == (20, 3), "twenty seeds, three steps"
    assert kinks.min() > 1e-2, "a kink must look like a bug at every seed and step"
    np.testing.assert_allclose(kinks, kinks[:, :1] * np.ones(3), rtol=0.01, err_msg="a smaller step helps")
    assert none.max() < 1e-7, "with other biases nothing is left"
    assert checking.glued["gradient-checking-kink-least"] == kinks.min(), "the range in the text"
    assert checking.glued["gradient-checking-kink-most"] == kinks.max(), "the range in the text"


def test_another_seed_or_a_smaller_step_removes_a_kink_met_by_chance():
    def error(z, h):
        first, last = Dense(np.ones((1, 1)), np.array([z])), Dense(np.array([[1.0, 2.0]]))
        network = Network([first, ReLU(), last], MeanSquaredError(Identity()))
        return gradient_error(network, np.array([[0.0], [1.0]]), np.ones((2, 2)), h)

    assert error(4e-6, 1e-5) > 1e-2, "the step must straddle the corner"
    assert error(4e-6, 1e-6) < 1e-7, "a smaller step does not"
    assert error(0.3, 1e-5) < 1e-7, "nor does it far from the corner"


def test_the_table_of_verdicts_does_not_call_the_kink_a_bug(checking):
    rows = dict(re.findall(r"^\| (below|\$|above) ?.*?\| (.+) \|$", checking.source, re.M))
    assert checking.glued["gradient-checking-kink-least"] > 1e-3, "it belongs to the row above 10^-3"
    assert "kink" in rows["above"], f"the kink has this error and is no bug: {rows['above']}"
    assert checking.glued["gradient-checking-blind-error"] < 1e-7, "it belongs to the row below 10^-7"
    assert "as far as this check can see" in rows["below"], f"a blind check passes too: {rows['below']}"


def test_a_last_layer_of_zeros_blinds_the_check(checking):
    assert checking.glued["gradient-checking-broken-error"] > 0.1, "the open mask is seen"
    assert checking.glued["gradient-checking-blind-error"] < 1e-7, "behind zeros it is not"


def test_dropout_keeps_the_expected_sum():
    M = np.random.default_rng(0).integers(0, 2, (100_000, 3))
    np.testing.assert_allclose((2 * M).mean(axis=0), 1, atol=0.02, err_msg="doubling makes up")


def test_the_check_sees_the_bug_at_every_seed_and_says_where(checking):
    rows = {name: np.array(runs) for name, runs in checking.glued["gradient-checking-by-array"].items()}
    assert {values.shape for values in rows.values()} == {(5, 4)}, "five seeds, four arrays"
    for name in VERSIONS:
        assert (rows[name][:, 2:] < 1e-7).all(), f"{name}: W2 and b2 are right"
    assert (rows["as found"][:, :2] > 0.2).all(), "as found, W1 and b1 are wrong"
    assert rows["mask mended"][:, :2] == pytest.approx(1 / 3, abs=1e-6), "a third, at every seed"
    assert rows["both mended"].max() < 1e-7, "with both mended nothing is left"
    assert checking.glued["gradient-checking-healthy"] == rows["both mended"].max(), "the number in the text"
    halves = checking.glued["gradient-checking-halves"]
    assert len(halves) == 10 and max(halves) < 1e-7, f"doubled, W1 and b1 are right: {halves}"
    assert checking.glued["gradient-checking-halves-worst"] == max(halves), "the number in the text"


def test_a_third_in_the_worst_array_does_not_say_a_third_in_all():
    rng = np.random.default_rng(4)

    class Half(Tanh):
        def back(self, dA):
            return super().back(dA) / 2

    blocks = [Dense(rng.normal(size=(4, 3))), Half(), Dense(rng.normal(size=(3, 2)))]
    X, Y = rng.normal(size=(5, 4)), one_hot(rng.integers(0, 2, 5), 2, np.float64)
    network = Network(blocks, CrossEntropy(Softmax()))
    assert gradient_error(network, X, Y) == pytest.approx(1 / 3, abs=1e-6), "the worst array's"
    measured = numerical_gradient(lambda V: network.loss.forward(network.forward(X), Y), network.params[2])
    assert relative_error(network.grads[2], measured) < 1e-7, "and W2 is right all the same"


def test_the_wrong_gradient_points_downhill_at_every_seed(checking):
    angles = checking.glued["gradient-checking-angles"]
    assert len(angles) == 5 and max(angles) < 60, f"far from a right angle: {angles}"
    assert checking.glued["gradient-checking-angle"] == pytest.approx(np.mean(angles)), "the number in the text"


def test_all_three_versions_train_and_look_healthy(checking):
    for version in VERSIONS:
        losses = of(checking, "losses", version)
        assert losses.shape == (5, 20), "five seeds, twenty epochs"
        assert (losses[:, -1] < 0.6 * losses[:, 0]).all(), f"{version}: the loss falls"
        assert (np.diff(losses[:, :5]) < 0).all(), f"{version}: epoch after epoch at first"
        assert (of(checking, "training", version) > 0.85).all(), f"{version}: on its images"
        assert (of(checking, "held", version) > 0.75).all(), f"{version}: held out"


def test_each_repair_helps_at_every_seed(checking):
    found, mask, both = (of(checking, "held", version) for version in VERSIONS)
    assert (mask > found).all(), "the mask, seed by seed"
    assert mask.min() > found.max(), "and even the worst against the best"
    assert (both > mask).all(), "the dropout, seed by seed"
    assert (mask - found).mean() > 2 * (both - mask).mean(), "the mask clearly, the 2 a little"


def test_the_loss_as_found_ends_highest_at_every_seed(checking):
    found, mask, both = (of(checking, "losses", version)[:, -1] for version in VERSIONS)
    assert (found > mask).all() and (mask > both).all(), "the order of the left figure"


def test_the_numbers_in_the_text_are_those_of_the_runs(checking):
    means = []
    for version in VERSIONS:
        held, key = 100 * of(checking, "held", version), version.replace(" ", "-")
        means.append(held.mean())
        assert checking.glued[f"gradient-checking-mean-{key}"] == pytest.approx(held.mean()), version
        assert checking.glued[f"gradient-checking-std-{key}"] == pytest.approx(held.std(ddof=1)), version
    assert checking.glued["gradient-checking-cost-mask"] == pytest.approx(means[1] - means[0])
    assert checking.glued["gradient-checking-cost-dropout"] == pytest.approx(means[2] - means[1])
    assert checking.glued["gradient-checking-found-held"] == pytest.approx(means[0] / 100)


def test_our_numbers_are_near_those_of_the_tutorial_itself(checking):
    published = (81.1, 85.4, 87.0)
    for version, theirs in zip(VERSIONS, published):
        ours = 100 * of(checking, "held", version).mean()
        assert ours == pytest.approx(theirs, abs=2.5), f"{version}: not the same story"


def test_the_run_as_found_is_what_the_chapter_describes(checking):
    """One epoch written out with arrays alone, as the tutorial's rules say."""
    X, y, _, _ = load_mnist()
    X, Y = X[:1000], one_hot(y[:1000])
    rng = np.random.default_rng(0)
    W1 = rng.uniform(-0.1, 0.1, (784, 100)).astype(np.float32)
    W2 = rng.uniform(-0.1, 0.1, (100, 10)).astype(np.float32)
    total = 0.0
    for x, target in zip(X, Y):
        M = rng.integers(0, 2, (1, 100)).astype(np.float32)[0]
        hidden = np.maximum(x @ W1, 0) * M * 2
        error = hidden @ W2 - target
        total += float(np.sum(error**2)) / 2
        delta = (W2 @ error) * M
        W1 -= 0.005 * np.outer(x, delta)
        W2 -= 0.005 * np.outer(hidden, error)
    first_epoch = of(checking, "losses", "as found")[0, 0]
    assert total / 1000 == pytest.approx(first_epoch, rel=1e-3), "another algorithm"


def test_exercises_show_what_they_say(checking):
    assert "0.60 0.60 1.00" in " ".join(checking.text.split()), "fingerprints: 3/5, 3/5 and 1"
    assert "slope 4.00" in checking.text, "five points: slope 4"
    suspects = {"A": Tanh, "B": Sigmoid, "C": ReLU}
    for line in (line for line in checking.text.splitlines() if line[:3] in ("A: ", "B: ", "C: ")):
        error = float(line[3:])
        assert (error < 1e-7) == (suspects.pop(line[0]) is Sigmoid), f"only B is right: {line}"
    assert not suspects, f"no verdict on {list(suspects)}"


def direction(
    network, X, Y, rng, h=1e-5, *, two=2, plus=1, minus=-1, restore=True, draw=True, norm=True
):
    network.loss.forward(network.forward(X), Y)
    network.backward()
    d = [rng.normal(size=V.shape) for V in network.params]
    derived = sum(np.sum(dV * dv) for dV, dv in zip(network.grads, d))
    if not draw:
        d = [rng.normal(size=V.shape) for V in network.params]
    saved, values = [V.copy() for V in network.params], []
    for step in (plus, minus):
        for V, old, dv in zip(network.params, saved, d):
            V[...] = old + step * h * dv
        values.append(network.loss.forward(network.forward(X), Y))
    if restore:
        for V, old in zip(network.params, saved):
            V[...] = old
    measured = (values[0] - values[1]) / (two * h)
    size = abs(derived) + abs(measured) if norm else 1e-3
    return abs(derived - measured) / size


def partly(**options):
    return lambda network, X, Y, rng: direction(network, X, Y, rng, **options)


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


ANSWERS = [
    (checks.direction_error, "Right", direction),
    (checks.direction_error, "factor of two", partly(two=1)),
    (checks.direction_error, "not central", partly(minus=0, two=1, h=1e-4)),
    (checks.direction_error, "copies", partly(restore=False)),
    (checks.direction_error, "same d", partly(draw=False)),
    (checks.direction_error, "between 0 and 1", lambda n, X, Y, rng: 1e3),
    (checks.direction_error, "passes", lambda n, X, Y, rng: 0.0),
    (checks.direction_error, "one number", lambda n, X, Y, rng: np.zeros(4)),
    (checks.direction_error, "None", lambda n, X, Y, rng: None),
    (checks.five_point, "Right", lambda f, x, h: (4 * central(f, x, h) - central(f, x, 2 * h)) / 3),
    (checks.five_point, "h alone", central),
    (checks.five_point, "2h alone", lambda f, x, h: central(f, x, 2 * h)),
    (
        checks.five_point,
        "plain mean",
        lambda f, x, h: (central(f, x, h) + central(f, x, 2 * h)) / 2,
    ),
    (
        checks.five_point,
        "swapped",
        lambda f, x, h: (4 * central(f, x, 2 * h) - central(f, x, h)) / 3,
    ),
    (checks.five_point, "divide by 3", lambda f, x, h: 4 * central(f, x, h) - central(f, x, 2 * h)),
    (checks.five_point, "term in h,", lambda f, x, h: 2 * central(f, x, h) - central(f, x, 2 * h)),
    (checks.five_point, "None", lambda f, x, h: None),
    (checks.five_point, "not (4", lambda f, x, h: 0.5),
    (checks.complex_step, "Right", lambda f, x, h=1e-30: np.imag(f(x + 1j * h)) / h),
    (checks.complex_step, "f(x)", lambda f, x, h=1e-30: np.real(f(x + 1j * h))),
    (checks.complex_step, "before you divide", lambda f, x, h=1e-30: np.real(f(x + 1j * h)) / h),
    (checks.complex_step, "2h", lambda f, x, h=1e-30: np.imag(f(x + 1j * h)) / (2 * h)),
    (checks.complex_step, "sign", lambda f, x, h=1e-30: np.imag(f(x - 1j * h)) / h),
    (checks.complex_step, "lost in rounding", lambda f, x, h=1e-30: (f(x + h) - f(x)) / h),
    (checks.complex_step, "missing", lambda f, x, h=1e-30: np.imag(f(x + 1j * h))),
    (checks.complex_step, "digits are lost", lambda f, x: central(f, x, 1e-4)),
]


@pytest.mark.parametrize("check, said, answer", ANSWERS)
def test_a_check_knows_right_from_wrong_and_says_so_in_one_line(check, said, answer, verdict):
    out = verdict(check, answer)
    assert out.startswith("Right: " if said == "Right" else "Not yet: "), out
    assert said in out, f"the check should speak of {said!r}, it said {out!r}"


def test_gradient_error_returns_the_worst_array():
    rng = np.random.default_rng(0)

    class Wrong(Tanh):
        def back(self, dA):
            return 2 * super().back(dA)

    blocks = [Dense(rng.normal(size=(4, 3))), Wrong(), Dense(rng.normal(size=(3, 2)))]
    X, Y = rng.normal(size=(5, 4)), one_hot(rng.integers(0, 2, 5), 2, np.float64)
    error = gradient_error(Network(blocks, CrossEntropy(Softmax())), X, Y)
    assert error == pytest.approx(1 / 3, abs=1e-6), "W1 is off by two, W2 is right"
