"""What the chapter on initialisation says, against what it measured."""

import numpy as np
import pytest

from mnist_from_scratch import checks, he, load_mnist, train_validation_split, xavier


def test_from_zeros_only_the_last_bias_learns(glued):
    assert glued["initialisation-zero-moved"] == [False, False, False, True], "something else has moved"
    X, y, _, _ = load_mnist(dtype=np.uint8)
    _, y, _, y_val = train_validation_split(X, y, 10_000, np.random.default_rng(8))
    most_frequent = np.bincount(y[:10_000]).argmax()
    share = np.mean(y_val[:5_000] == most_frequent)
    assert glued["initialisation-zero-accuracy"] == pytest.approx(share), "it says another digit"


def test_equal_neurons_stay_equal_and_learn_as_one(glued):
    for accuracy, equal, on in glued["initialisation-alike"]:
        assert equal, "the neurons became different"
        assert accuracy < 0.5, f"one opinion should not reach {accuracy}"


def test_where_equal_neurons_learn_nothing_they_are_off_for_nearly_every_image(glued):
    (lowest, _, off), *others = sorted(glued["initialisation-alike"])
    assert lowest < 0.15 and off < 0.01, f"accuracy {lowest}, on for {off} of the images"
    assert all(accuracy > 0.2 and on > 0.1 for accuracy, _, on in others), f"another seed learned nothing: {others}"


def test_a_layer_multiplies_the_mean_square_as_derived(glued):
    assert glued["initialisation-variance-ratio"] == pytest.approx(1, abs=0.05)


def test_the_powers_worked_by_hand_come_out():
    assert 50 * 0.01**2 == pytest.approx(0.005), "the factor of a small start"
    assert 0.005**16 == pytest.approx(1.5e-37, rel=0.05), "gone"
    assert 50.0**16 == pytest.approx(1.5e27, rel=0.05), "exploded"
    assert round(50**-0.5, 2) == 0.14, "the standard deviation that keeps the signal"
    assert 2**16 == 65_536 and 4**10 == pytest.approx(1e6, rel=0.05), "two and four, to the layer"
    assert round((2 / 400) ** 0.5, 2) == 0.07, "the checkpoint's"


def test_relu_removes_half_of_the_mean_square():
    x = np.random.default_rng(0).random(50)  # no symmetry is asked of the inputs
    z = np.random.default_rng(1).standard_normal((200_000, 50)) @ x
    assert np.mean(np.maximum(z, 0) ** 2) == pytest.approx(np.mean(z**2) / 2, rel=0.02)


def test_the_helper_of_the_chapter_is_he(glued):
    assert glued["initialisation-draw-is-he"], "draw is not he"
    rng = np.random.default_rng(0)
    assert he(rng, 400, 100).var() == pytest.approx(2 / 400, rel=0.03), "he's variance"
    assert xavier(rng, 400, 100).var() == pytest.approx(2 / 500, rel=0.03), "Xavier's variance"


def test_the_signal_goes_through_the_layers_as_derived(glued):
    signals = {
        hidden: {name: np.array(runs) for name, runs in each.items()}
        for hidden, each in glued["initialisation-signals"].items()
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
    for sizes, factor, share in glued["initialisation-explosions"]:
        assert len(sizes) == 17 and share > 0.6, f"most neurons should be saturated, not {share:.0%}"
        assert sizes[0] > 500 * sizes[15], f"dZ should explode backward: {sizes}"
        measured = (sizes[0] / sizes[15]) ** (2 / 15)  # of the mean square, by layer
        assert measured == pytest.approx(factor, rel=0.25), f"dZ: {measured} a layer, not {factor}"
    ratios = [sizes[0] / sizes[15] for sizes, *_ in glued["initialisation-explosions"]]
    assert glued["initialisation-explosion"] == pytest.approx(np.mean(ratios)), "another ratio is shown"


def test_only_a_start_that_carries_a_signal_learns(glued):
    relu, tanh = glued["initialisation-learns"]["ReLU"], glued["initialisation-learns"]["Tanh"]
    for runs in (relu["zeros"], relu["too small"], tanh["zeros"], tanh["too small"], tanh["too large"]):
        assert len(runs) == 5 and max(runs) < 0.16, f"this start should stay at guessing: {runs}"
    assert relu["too large"] == [None] * 5, "too large should diverge with ReLU"
    assert min(relu["He"]) > 0.7, f"He should learn with ReLU: {relu['He']}"
    assert max(relu["Xavier"]) < 0.5, f"Xavier should be late with ReLU: {relu['Xavier']}"
    assert min(tanh["Xavier"]) > 0.7, f"Xavier should learn with tanh: {tanh['Xavier']}"
    assert all(a < b for a, b in zip(tanh["Xavier"], tanh["He"])), "He is better there, every seed"


def test_xaviers_gradient_is_small_in_every_layer(glued):
    back = {name: np.exp(np.log(runs).mean(axis=0)) for name, runs in glued["initialisation-back"].items()}
    assert np.all(back["Xavier"] < back["He"] / 50), "too small everywhere"
    for name, sizes in back.items():
        assert sizes.max() < 4 * sizes.min(), f"{name} should be nearly level: {sizes}"


def test_different_biases_break_the_symmetry(glued):
    accuracy, equal = glued["initialisation-biases"]
    assert not equal and accuracy > 0.8, f"equal: {equal}, accuracy {accuracy}"


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
