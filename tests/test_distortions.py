"""Distorted images: what each setting does, independent oracles, chance, bad input."""

import numpy as np
import pytest
import scipy.ndimage
from oracles import bits, refuses, small_mnist

from mnist_from_scratch import SGD, Configuration, Distortion, mlp, sweep, train
from mnist_from_scratch.distortions import interpolate, smoothing

F32 = np.float32
EACH = [{"shift": 2}, {"rotation": 20}, {"scaling": 0.2}, {"shear": 0.3}, {"bend": 1.5}]
each = pytest.mark.parametrize("setting", EACH, ids=[next(iter(s)) for s in EACH])


def rng(seed=0):
    return np.random.default_rng(seed)


def digits(n=300):
    return small_mnist(n)[0]


@pytest.mark.parametrize("size", [5, 28])
def test_without_any_setting_nothing_changes(size):
    X = rng().random((7, size**2), F32)
    assert np.allclose(Distortion()(X, rng()), X, atol=1e-5)


@each
def test_each_setting_changes_images_and_keeps_shape_dtype_range_and_the_original(setting):
    X = digits()
    before = X.copy()
    distorted = Distortion(**setting)(X, rng())
    assert distorted.shape == X.shape and distorted.dtype == X.dtype
    assert distorted.min() >= 0 and distorted.max() <= 1 + 1e-6
    assert np.array_equal(X, before), "the images given were changed"
    assert np.abs(distorted - X).mean() > 0.01, "nothing happened"


@each
def test_the_same_generator_draws_the_same_and_then_others(setting):
    X, generator = digits(50), rng(1)
    first, second = (Distortion(**setting)(X, generator) for _ in range(2))
    assert np.array_equal(first, Distortion(**setting)(X, rng(1)))
    assert not np.allclose(first, second)


@each
def test_images_are_distorted_each_in_its_own_way(setting):
    distorted = Distortion(**setting)(np.repeat(digits(1), 20, axis=0), rng())
    assert len(np.unique(distorted.round(4), axis=0)) == 20


def centre_of_ink(X):
    images = X.reshape(len(X), 28, 28)
    ink = images.sum(axis=(1, 2))
    places = np.arange(28)
    return np.array([images.sum(axis=2) @ places, images.sum(axis=1) @ places]).T / ink[:, None]


def test_a_shift_moves_the_ink_by_at_most_so_many_pixels_evenly_in_all_directions():
    X = np.repeat(digits(1), 2000, axis=0)
    moved = centre_of_ink(Distortion(shift=2)(X, rng())) - centre_of_ink(X)
    assert np.abs(moved).max() <= 2.001
    # uniform in ±2: mean 0 ± 0.026, standard deviation 2 / root 3
    assert np.abs(moved.mean(axis=0)).max() < 0.13 and np.allclose(moved.std(axis=0), 2 / 3**0.5, rtol=0.08)


@pytest.mark.parametrize("setting", [{"rotation": 20}, {"scaling": 0.2}, {"shear": 0.3}], ids=["turn", "scale", "shear"])
def test_turning_stretching_and_slanting_keep_the_middle_where_it_is(setting):
    image = np.zeros((28, 28), F32)
    image[10:18, 10:18] = 1  # symmetric about the middle
    moved = centre_of_ink(Distortion(**setting)(np.repeat(image.reshape(1, -1), 50, axis=0), rng()))
    assert np.allclose(moved, 13.5, atol=0.02)


def test_a_stroke_is_turned_by_at_most_so_many_degrees():
    image = np.zeros((28, 28), F32)
    image[13:15, 3:25] = 1
    turned = Distortion(rotation=30)(np.repeat(image.reshape(1, -1), 500, axis=0), rng()).reshape(-1, 28, 28)
    places = np.indices((28, 28)).reshape(2, -1) - 13.5
    angles = []
    for each_image in turned:
        _, axes = np.linalg.eigh(np.cov(places, aweights=each_image.ravel() + 1e-12))
        angles.append(np.degrees(np.arctan2(*(axes[:, -1] * np.sign(axes[1, -1])))))
    assert np.abs(angles).max() <= 30.5 and np.abs(np.mean(angles)) < 4 and np.std(angles) == pytest.approx(30 / 3**0.5, rel=0.15)


def test_interpolation_is_scipys():
    images, generator = rng().random((3, 9, 9), F32), rng(1)
    rows, columns = generator.uniform(-3, 12, (2, 3, 9, 9)).astype(F32)
    ours = interpolate(images, rows, columns)
    for image, result, r, c in zip(images, ours, rows, columns):
        theirs = scipy.ndimage.map_coordinates(np.pad(image, 4), [r + 4, c + 4], order=1)
        assert np.allclose(result, theirs, atol=1e-5)


def test_an_elastic_field_is_smooth_and_moves_by_so_many_pixels():
    rows, columns = Distortion(bend=1.5, smoothness=4).sources(400, 28, rng())
    across, along = np.indices((28, 28))
    for moved in (rows - across, columns - along):
        assert moved.std() == pytest.approx(1.5, rel=0.05), "not the pixels asked for"
        assert np.allclose(moved.std(axis=0), 1.5, rtol=0.2), "the edges move by less or more than the middle"
        steps = np.diff(moved, axis=1).std()
        # neighbours on a bell of width 4: correlation exp(-1/64), so root(2 (1 - 0.9845)) of the spread
        assert steps == pytest.approx(1.5 * (2 * (1 - np.exp(-1 / 64))) ** 0.5, rel=0.1), "not as smooth as asked for"


def test_one_product_per_axis_smooths_as_scipys_filter_does():
    noise = rng().normal(size=(28, 28))
    S = smoothing(28, 2.0).astype(float)
    theirs = scipy.ndimage.gaussian_filter(noise, 2.0, mode="constant", truncate=14)
    ours = S @ noise @ S.T
    middle = slice(9, 19)  # at the edges ours keep their size, theirs fall
    assert np.corrcoef(ours[middle, middle].ravel(), theirs[middle, middle].ravel())[0, 1] > 0.9999


# ---------------------------------------------------------------- in training


def test_training_sees_images_distorted_anew_and_repeats_itself_to_the_bit():
    X, y, X_val, y_val = small_mnist(200, 100)
    seen = []

    def noting(X, generator):
        seen.append(Distortion(shift=2)(X, generator))
        return seen[-1]

    networks = [mlp([784, 10], rng()) for _ in range(2)]
    histories = [train(network, X, y, SGD(0.1), epochs=2, batch_size=64, rng=rng(4), validation=(X_val, y_val), distort=noting)
                 for network in networks]  # fmt: skip
    assert bits(networks[0].params) == bits(networks[1].params) and histories[0].loss == histories[1].loss
    assert len(seen) == 4 and not np.allclose(seen[0], seen[1]), "each epoch should see other images"
    assert histories[0].val_loss[-1] == networks[0].evaluate(X_val, y_val)[0], "validation images must stay as they are"


def test_a_sweep_distorts_and_keeps_its_runs(tmp_path):
    X, y, X_val, y_val = small_mnist(300, 100)
    plain = Configuration((784, 10), lr=0.1, epochs=1, batch_size=100)
    moved = Configuration((784, 10), lr=0.1, epochs=1, batch_size=100, distort=Distortion(shift=2))
    first = sweep([plain, moved], range(2), X, y, (X_val, y_val), folder=tmp_path, n_jobs=1)
    again = sweep([plain, moved], range(2), X, y, (X_val, y_val), folder=tmp_path, n_jobs=1)
    assert [run.history.loss for run in first] == [run.history.loss for run in again]
    assert first.where(moved).final("loss").mean() > first.where(plain).final("loss").mean()
    assert len({run.history.seconds[0] for run in [*first, *again]}) == 4, "a kept run was made again"


def test_a_distort_that_is_no_function_is_refused():
    X, y = small_mnist(20)[:2]
    with refuses("distort must be a function, got 2"):
        train(mlp([784, 10], rng()), X, y, SGD(0.1), epochs=1, batch_size=5, rng=rng(), distort=2)


@pytest.mark.parametrize("distort", [lambda X, rng: X[:5], lambda X, rng: X.astype(np.float64), lambda X, rng: None])
def test_distorted_images_that_do_not_fit_are_refused_and_nothing_is_changed(distort):
    (X, y), network = small_mnist(20)[:2], mlp([784, 10], rng())
    before = bits(network.params)
    with refuses("distort(X, rng) must"):
        train(network, X, y, SGD(0.1), epochs=1, batch_size=5, rng=rng(), distort=distort)
    assert bits(network.params) == before


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(("settings", "words"), [
    ({"shift": -1}, "shift must be a finite number of at least 0"), ({"rotation": "15"}, "rotation must be one number"),
    ({"scaling": 1}, "scaling must lie in 0 <= … < 1, got 1"), ({"shear": float("nan")}, "shear must be a finite number"),
    ({"bend": float("inf")}, "bend must be a finite number"), ({"smoothness": 0}, "smoothness must be a positive"),
])  # fmt: skip
def test_settings_that_cannot_be_are_refused(settings, words):
    with refuses(words):
        Distortion(**settings)


@pytest.mark.parametrize("X", [np.ones((2, 783), F32), np.ones(784, F32), np.ones((2, 784), np.uint8), [[1.0] * 784], np.ones((2, 0))])
def test_what_is_no_square_image_is_refused(X):
    with refuses("X must be floats (N, D), square images"):
        Distortion(shift=1)(X, rng())


def test_a_seed_in_place_of_a_generator_is_refused():
    with refuses("rng must be a np.random.default_rng(seed), got 0"):
        Distortion(shift=1)(digits(2), 0)
