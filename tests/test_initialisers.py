"""Initialisers: the spread that each promises, and what they refuse."""

import warnings

import numpy as np
import pytest
from oracles import name, refuses

from mnist_from_scratch import he, normal, xavier, zeros

ALL = [zeros, normal, xavier, he]


def draw(init, n_in=400, n_out=300, seed=0, **options):
    return init(np.random.default_rng(seed), n_in, n_out, **options)


@pytest.mark.parametrize("init", ALL, ids=name)
def test_weights_have_the_shape_of_a_dense_layer_in_float64(init):
    W = draw(init, 4, 3)
    assert W.shape == (4, 3), f"(n_in, n_out) is (4, 3), got {W.shape}"
    assert W.dtype == np.float64, f"got {W.dtype}"


@pytest.mark.parametrize("init, std", [
    (normal, 1.0), (xavier, (2 / 700) ** 0.5), (he, (2 / 400) ** 0.5),
], ids=["normal", "xavier", "he"])  # fmt: skip
def test_the_spread_is_the_one_promised(init, std):
    # The spread of n normal numbers is known to std / sqrt(2n): five of those, 1 %.
    W = draw(init)
    assert W.std() == pytest.approx(std, rel=0.01), f"{init.__name__} has the spread {W.std()}"
    assert abs(W.mean()) < 5 * std / W.size**0.5, f"the mean is {W.mean()}"
    within = np.mean(np.abs(W) < std)
    assert within == pytest.approx(0.6827, abs=0.01), f"not normal: {within} within one std"


def test_normal_takes_its_spread():
    assert np.allclose(draw(normal, std=0.01), 0.01 * draw(normal)), "std is not a factor"


def test_zeros_are_zeros():
    assert not draw(zeros).any(), "a weight is not 0"


@pytest.mark.parametrize("init", ALL[1:], ids=name)
def test_the_same_seed_gives_the_same_bits(init):
    assert draw(init).tobytes() == draw(init).tobytes(), "the same seed, other weights"
    assert draw(init).tobytes() != draw(init, seed=1).tobytes(), "another seed, the same weights"


@pytest.mark.parametrize("init", ALL[1:], ids=name)
def test_no_two_neurons_begin_alike(init):
    W = draw(init, 5, 50)
    assert len(np.unique(W, axis=1).T) == 50, "two neurons have the same weights"


@pytest.mark.parametrize("init, n", [(xavier, 300), (he, 400)], ids=["xavier", "he"])
def test_signals_keep_their_size(init, n):
    # Xavier for a linear layer as wide as deep; He for ReLU, in mean square.
    X = np.random.default_rng(5).normal(size=(500, n))
    Z = X @ draw(init, n, n)
    A = np.maximum(Z, 0) if init is he else Z
    assert np.mean(A**2) == pytest.approx(1, rel=0.1), f"from 1 to {np.mean(A**2)}"


BAD_SIZES = [(0, 3, "n_in", "0"), (3, 0, "n_out", "0"), (-1, 3, "n_in", "-1"),
             (3, -2, "n_out", "-2"), (2.0, 3, "n_in", "2.0"), (3, "4", "n_out", "'4'"),
             (True, 3, "n_in", "True"), (None, 3, "n_in", "None"), (0, 0, "n_in", "0")]  # fmt: skip


@pytest.mark.parametrize("init", ALL, ids=name)
@pytest.mark.parametrize("n_in, n_out, argument, got", BAD_SIZES)
def test_a_size_that_is_no_positive_integer_is_refused(init, n_in, n_out, argument, got):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with refuses(f"{argument} must be an integer of at least 1, got {got}"):
            draw(init, n_in, n_out)


@pytest.mark.parametrize("init", ALL, ids=name)
@pytest.mark.parametrize("rng", [0, None, np.random.RandomState(0), np.random], ids=str)
def test_what_is_no_generator_is_refused(init, rng):
    with refuses("rng must be a np.random.default_rng(seed)", f"got {rng!r}"):
        init(rng, 4, 3)


@pytest.mark.parametrize("std", [-1, np.nan, np.inf])
def test_a_spread_that_is_none_is_refused_by_name(std):
    with refuses("std must be a finite number of at least 0", f"got {std}"):
        draw(normal, 4, 3, std=std)
