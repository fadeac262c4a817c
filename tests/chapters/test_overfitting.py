"""Overfitting: four remedies at three sizes, the price and dropout by hand, Nielsen's thousand images."""

import itertools

import numpy as np
import pytest

from mnist_from_scratch import SGD, Configuration, CosineDecay, Distortion, Momentum, ShrinkingDense
from mnist_from_scratch import load_mnist, mlp, one_hot, summarise, sweep, train_validation_split
from mnist_from_scratch.distortions import interpolate, smoothing

SIZES = {"1k": 1000, "10k": 10_000, "50k": 50_000}
REMEDIES = ("l2", "dropout", "distorted", "all")


@pytest.fixture(scope="module")
def values(glued):
    """Return what the page glues, under names without the page's."""
    return {name.removeprefix("overfitting-"): value for name, value in glued.items()}


@pytest.fixture(scope="module")
def errors(values):
    """Return the errors (5,) on the judges' images, in percent, by remedy and size."""
    found = {tuple(key.split()): 100 * np.array(rows) for key, rows in values["errors"].items()}
    assert all(rows.shape == (5,) for rows in found.values()) and len(found) == 15, "five remedies, three sizes, five seeds"
    return {(name, short): found[name, str(n)] for short, n in SIZES.items() for name in ("nothing", *REMEDIES)}


@pytest.fixture(scope="module")
def gains(errors):
    return {(name, short): summarise(errors["nothing", short] - errors[name, short]) for name in REMEDIES for short in SIZES}


def glued_as(values, name, summary):
    """Return whether an interval is glued under a name as it was summarised."""
    return [values[f"{name}-{part}"] for part in ("mean", "low", "high")] == pytest.approx(list(summary[1:2] + summary[3:]), abs=1e-9)


# ------------------------------------------------------------------ what each buys


def test_the_numbers_of_the_answer_are_those_of_the_runs(values, errors, gains):
    for (name, short), rows in errors.items():
        assert 100 * values[f"error-{name}-{short}"] == pytest.approx(rows.mean()), (name, short)
    for (name, short), gain in gains.items():
        assert glued_as(values, f"gain-{name}-{short}", gain), (name, short)


def test_distorted_images_win_much_with_few_images_and_less_with_more(errors, gains):
    few, more, most = (gains["distorted", short] for short in SIZES)
    assert few.low > 2.5, f"with 1,000 images: {few}"
    assert more.low > 0, f"with 10,000 images: {more}"
    assert few.mean > more.mean + 2 > most.mean + 2, "the gain should fall with the number of images"
    left = errors["distorted", "1k"].mean() / errors["nothing", "1k"].mean()
    assert 0.44 < left < 0.6, f"nearly half of the errors should be left, not {left:.0%}"


def test_a_price_and_dropout_come_nowhere_near(values, gains):
    weak = [gains[name, short] for name in ("l2", "dropout") for short in SIZES]
    assert values["weak-most"] == pytest.approx(max(each.high for each in weak)) and values["weak-most"] < 2
    assert values["weak-mean"] == pytest.approx(max(each.mean for each in weak)) and values["weak-mean"] < gains["distorted", "1k"].low / 3
    assert values["weak-seen"] == sum(each.low > 0 for each in weak) and values["weak-seen"] <= 3
    assert gains["dropout", "1k"].low > 0, "with 1,000 images dropout wins something"


def test_with_50000_images_all_five_meet_and_no_gain_is_seen(errors, gains):
    means = [errors[name, "50k"].mean() for name in ("nothing", *REMEDIES)]
    assert max(means) - min(means) < 0.5, f"the lines should meet: {means}"
    assert gains["distorted", "50k"].low < 0, f"a gain is seen: {gains['distorted', '50k']}"


def test_all_together_are_not_seen_to_beat_distortions_alone(values, errors):
    for short in SIZES:
        extra = summarise(errors["all", short] - errors["distorted", short])
        assert glued_as(values, f"together-{short}", extra), short
        assert extra.high > 0, f"{short}: together they win after all, {extra}"


def test_with_50000_images_the_answer_depends_on_who_is_asked(values, gains):
    nothing, distorted = 100 * np.array(values["choosers-50k"])
    gain = summarise(nothing - distorted)
    assert glued_as(values, "choosers-50k", gain) and gain.mean > 0.05, f"on the choosers' images: {gain}"
    assert gain.mean - gains["distorted", "50k"].mean > 0.1, "choosers and judges should disagree"


def test_what_a_thousand_distorted_images_are_worth(values, errors):
    nothing = errors["nothing", "1k"], errors["nothing", "10k"]
    slope = np.log10(nothing[0] / nothing[1])
    worth = 10 ** (3 + np.log10(nothing[0] / errors["distorted", "1k"]) / slope)
    assert np.allclose(worth, values["worth"]) and glued_as(values, "worth", summarise(worth / 1000))
    assert 3000 < worth.mean() < 13_000, f"worth {worth.mean():.0f}"


def test_distorted_images_are_misread_and_their_originals_are_not(values):
    for short, n in SIZES.items():
        own = np.mean(values["own"][f"distorted {n}"])
        assert values[f"own-distorted-{short}"] == pytest.approx(own) and 0.04 < own < 0.2, f"{n}: {own:.1%} wrong"
    assert max(values["own"]["nothing 1000"]) < 0.003, "1,000 plain images should be known by heart"
    assert len(values["originals"]) == 5 and values["originals-1k"] == pytest.approx(np.mean(values["originals"]))
    assert max(values["originals"]) < 0.04, "distortions should not end overfitting"


def test_the_strengths_are_what_the_scouts_chose_or_nearly_so(values):
    found = values["scouted"]
    grids = {"rate": ("0.05", "0.1", "0.2", "0.4"), "price": ("1", "4", "16"), "dropout": ("0.1", "0.3", "0.5"), "distortion": ("0.5", "1.0", "1.5")}
    for n, rate in ((1000, "0.2"), (10_000, "0.1")):
        for kind, chosen in (("rate", rate), ("price", "1"), ("dropout", "0.1"), ("distortion", "1.0")):
            best = min(found[f"{kind} {strength} {n}"] for strength in grids[kind])
            assert found[f"{kind} {chosen} {n}"] < best + 0.006, f"{kind} {chosen} with {n} images: not nearly the best"
    assert len(found) == 2 * sum(map(len, grids.values()))


def test_a_reader_who_repeats_a_run_finds_the_same(errors):
    X, y, _, _ = load_mnist()
    X_train, y_train, X_val, y_val = train_validation_split(X, y, 10_000, np.random.default_rng(19))
    plan = Configuration((784, 100, 10), lr=CosineDecay(0.2, 40), epochs=40, batch_size=64, n_train=1000, method=Momentum,
                         dropout=0.1)  # fmt: skip
    (run,) = sweep([plan], [3], X_train, y_train, (X_val[:200], y_val[:200]), n_jobs=1)
    found = 1 - run.network().evaluate(X_val[5000:], y_val[5000:])[1]
    assert 100 * found == pytest.approx(errors["dropout", "1k"][3], abs=0.1), "seed 3, dropout, 1,000 images"


# ------------------------------------------------------------------ by heart


def test_fewer_images_widen_the_gap_and_more_neurons_do_not(values, errors):
    gaps = [np.mean(errors["nothing", short] - 100 * np.array(values["own"][f"nothing {n}"])) for short, n in SIZES.items()]
    assert gaps == pytest.approx([values[f"gap-{short}"] for short in SIZES])
    assert gaps[0] > gaps[1] + 2 > gaps[2] + 3, f"the gap should close: {gaps}"
    new, own = 100 * np.array(values["by-width"])
    assert new.shape == own.shape == (4, 5)
    assert own[1:].max() < 0.3, "from 30 neurons on all should know their images by heart"
    wider = summarise(new[1] - new[3])
    assert wider.low > 0 and glued_as(values, "wider", wider), f"400 neurons should beat 30: {wider}"


# ------------------------------------------------------------------ the price


def test_the_price_worked_by_hand(values):
    W, b = np.array([[1, -2, 0.5], [3, 0, -1]]), np.array([1, 2, -1.0])
    dW, db = np.array([[0.2, 0, -0.4], [0, 0.6, 0.2]]), np.array([0.2, 0.6, -0.2])
    new_W, new_b, price = values["by-hand"]
    assert price == pytest.approx(0.7625) == 0.05 * np.sum(W**2)
    assert np.allclose(new_W, 0.95 * W - 0.5 * dW) and np.allclose(new_b, b - 0.5 * db)
    assert np.allclose([new_W[0][0], new_W[0][1], new_b[0]], [0.85, -1.9, 0.9])


def test_the_step_that_shrinks_is_the_gradient_of_the_price():
    rng = np.random.default_rng(0)
    W = rng.normal(size=(3, 2))
    layer = ShrinkingDense(W, l2=0.3)
    layer.forward(np.zeros((4, 3)))
    layer.gradients(np.zeros((4, 2)))
    SGD(0.5).step([layer.W], [layer.dW])
    assert np.allclose(layer.W, (1 - 0.5 * 0.3) * W), "without images a step takes the share η λ"


def test_what_is_reported_is_loss_and_price():
    rng = np.random.default_rng(0)
    network, X, y = mlp((5, 4, 3), rng, l2=0.2), rng.random((6, 5), np.float32), rng.integers(0, 3, 6)
    bare = network.loss.forward(network.logits(X), one_hot(y, 3))
    assert network.evaluate(X, y)[0] - network.penalty() == pytest.approx(bare, rel=1e-6)


# ------------------------------------------------------------------ stopping early


def test_at_the_best_epoch_the_loss_is_lower_and_the_error_is_not(values):
    best, last = (np.array(values["stopped"][when]) for when in ("best", "last"))
    loss, error = summarise(last[:, 0] - best[:, 0]), summarise(100 * (last[:, 1] - best[:, 1]))
    assert loss.low > 0.02 and glued_as(values, "stopped-loss", loss), f"the loss should rise: {loss}"
    assert error.mean > 0.2 and glued_as(values, "stopped-error", error), f"the error should end lower: {error}"
    epochs = values["stopped-epochs"]
    assert [values["stopped-first"], values["stopped-latest"]] == [min(epochs), max(epochs)] and 2 < min(epochs) <= max(epochs) < 20
    sure = {when: np.array(rows) for when, rows in values["stopped-sure"].items()}
    assert np.all(sure["last"] > sure["best"] + 0.05), f"it should become surer of its mistakes: {sure}"
    for when, rows in sure.items():
        assert values[f"stopped-sure-{when}"] == pytest.approx(rows.mean()), when


# ------------------------------------------------------------------ dropout


def test_dropouts_mean_worked_by_hand():
    Z, w = np.array([2.0, 1.0]), np.array([1.0, -3.0])
    scores = [2 * (Z * mask) @ w for mask in itertools.product((0, 1), repeat=2)]
    assert scores == [0, -6, 4, -2] and np.mean(scores) == Z @ w == -1


def test_the_check_sees_both_mistakes_and_the_kink(values):
    found = {key: np.array(rows) for key, rows in values["checked"].items()}
    assert found["right"].max() < 1e-8 and values["checked-worst"] == found["right"].max(), found["right"]
    assert np.allclose(found["no-factor"], 1 / 3, atol=1e-6), f"not the fingerprint of 2: {found['no-factor']}"
    assert found["no-mask"].min() > 0.1, found["no-mask"]
    assert np.median(found["kink"]) > 1e-2 and np.sum(found["kink"] > 1e-3) >= 3, f"biases of 0: {found['kink']}"


# ------------------------------------------------------------------ distortions


def test_a_quarter_turn_moves_what_was_below_to_the_right():
    turn = np.array([[0, 1], [-1, 0]])
    assert (turn @ [0, 1]).tolist() == [1, 0], "just right of the centre should read just below it"
    image = np.zeros((1, 5, 5), np.float32)
    image[0, 3, 2] = 1  # below the centre
    rows, columns = (turn @ (np.indices((5, 5)).reshape(2, -1) - 2) + 2).reshape(2, 1, 5, 5).astype(np.float32)
    assert np.argwhere(interpolate(image, rows, columns)[0] > 0.5).tolist() == [[2, 3]], "not at the right of it"


def test_reading_between_four_pixels_worked_by_hand():
    image = np.array([[[0.2, 0.6], [1.0, 0.4]]], np.float32)
    place = np.full((1, 2, 2), 0.25, np.float32), np.full((1, 2, 2), 0.5, np.float32)
    assert interpolate(image, *place)[0, 0, 0] == pytest.approx(0.475, abs=1e-6)


def test_smoothing_keeps_the_variance_and_makes_neighbours_alike():
    S = smoothing(28, 4.0).astype(float)
    assert np.allclose(np.sum(S**2, axis=1), 1, atol=1e-5), "the rows should have length 1"
    assert np.all(np.sum(S[1:] * S[:-1], axis=1) > 0.9), "neighbouring bells should overlap"
    rows, _ = Distortion(bend=1.0).sources(300, 28, np.random.default_rng(0))
    assert (rows - np.arange(28)[:, None]).std() == pytest.approx(1, rel=0.07), "not the pixels asked for"


# ------------------------------------------------------------------ a remedy, or a repair


def test_nielsens_five_points_are_mostly_a_repair(values):
    right = {name: 100 * np.array(rows) for name, rows in values["nielsen"].items()}
    his, his_price, small, small_price = (right[key] for key in ("his start 0", "his start 0.0001", "small start 0", "small start 0.0001"))
    assert all(rows.shape == (5,) for rows in right.values()), "five seeds"
    assert abs(his.mean() - 82.27) < 2 and abs(his_price.mean() - 87.1) < 1.5, f"not as his: {his.mean()}, {his_price.mean()}"
    gain, start, left = summarise(his_price - his), summarise(small - his), summarise(small_price - small)
    for key, each in (("his", gain), ("start", start), ("small", left)):
        assert glued_as(values, f"nielsen-{key}-gain", each), key
    assert gain.low > 2.5 and start.mean > 0.7 * gain.mean and left.mean < 0.3 * gain.mean, f"{gain}, {start}, {left}"
    assert values["nielsen-his-free"] == pytest.approx(his.mean() / 100) and values["nielsen-his-price"] == pytest.approx(his_price.mean() / 100)


def test_his_network_is_the_modules(values):
    assert values["nielsen-module"] < 1e-3, "two epochs of the module give other parameters"



# ------------------------------------------------------------------ the exercises


def test_a_mirror_harms_with_every_seed(values, errors):
    harm = 100 * np.array(values["mirrored"]) - errors["nothing", "1k"]
    assert np.all(harm > 0.3), f"{harm}"


def test_a_wide_network_gains_from_half_of_its_neurons(values, errors):
    wide = {p: 100 * np.array(rows) for p, rows in values["wide"].items()}
    gain = summarise(wide["0"] - wide["0.5"])
    more = summarise(wide["0"] - wide["0.5"] - errors["nothing", "1k"] + errors["dropout", "1k"])
    assert gain.mean > 0.2 and glued_as(values, "wide-gain", gain), f"{gain}"
    assert glued_as(values, "wide-more", more) and abs(more.mean) < 1, f"{more}"
