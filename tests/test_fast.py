"""Faster training: equal to Dense, to train and to single runs, and what is refused."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import bits, refuses, small_data, small_mnist, small_network

from mnist_from_scratch import SGD, CrossEntropy, Dense, Dropout, InkedDense, MeanSquaredError, Momentum, Network
from mnist_from_scratch import ShrinkingDense, Sigmoid, Softmax, StepDecay, gradient_error, mlp, one_hot, train, train_fast, train_together


def inked(network):
    """Return network with the same weights, an InkedDense first."""
    first, *others = copy.deepcopy(network).blocks
    return Network([InkedDense(first.W, first.b), *others], network.loss)


def white(X, rng, share=0.5):
    """Return X with a share of its columns white, and some zeros elsewhere."""
    X = X * (rng.random(X.shape) < 0.7)
    X[:, rng.random(X.shape[1]) < share] = 0
    return X


# ---------------------------------------------------------------- InkedDense


@given(st.integers(1, 6), st.integers(1, 9), st.integers(1, 4), st.integers(0, 1000))
def test_it_is_dense_forward_and_backward(n, n_in, n_out, seed):
    rng = np.random.default_rng(seed)
    W, b, dZ = rng.normal(size=(n_in, n_out)), rng.normal(size=n_out), rng.normal(size=(n, n_out))
    dense, layer = Dense(W, b), InkedDense(W, b)
    for _ in range(3):  # other columns each time
        X = white(rng.normal(size=(n, n_in)), rng)
        assert np.allclose(layer.forward(X), dense.forward(X), rtol=0, atol=1e-12)
        assert np.allclose(layer.backward(dZ), dense.backward(dZ), rtol=0, atol=1e-12)
        assert np.allclose(layer.dW, dense.dW, rtol=0, atol=1e-12), "dW"
        assert np.array_equal(layer.db, dense.db)
        assert not layer.dW[~X.any(axis=0)].any(), "a row of a white column has a gradient"
        assert np.array_equal(layer.used, np.flatnonzero(X.any(axis=0)))


def test_its_gradients_are_those_of_finite_differences():
    network = inked(small_network(dtype=np.float64))
    X, y = small_data(dtype=np.float64)
    X[:, 2] = 0
    assert gradient_error(network, X, one_hot(y, 3, np.float64)) < 1e-6


def test_float32_stays_and_a_white_batch_gives_the_bias():
    layer = InkedDense(np.ones((3, 2), np.float32), [1, 2])
    Z = layer.forward(np.zeros((4, 3), np.float32))
    layer.gradients(np.ones((4, 2), np.float32))
    assert Z.dtype == np.float32 and Z.tolist() == [[1, 2]] * 4
    assert not layer.dW.any() and layer.db.tolist() == [4, 4]


@pytest.mark.parametrize("optimiser", [SGD, Momentum], ids=lambda each: each.__name__)
def test_any_optimiser_makes_the_steps_it_makes_with_dense(optimiser):
    X, y, *_ = small_mnist(600)
    a = mlp([784, 20, 10], np.random.default_rng(0), dtype=np.float64)
    b = inked(a)
    for network in a, b:
        train(network, X, y, optimiser(0.05), epochs=2, batch_size=32, rng=np.random.default_rng(1))
    assert all(np.allclose(V, U, rtol=0, atol=1e-10) for V, U in zip(a.params, b.params))


def test_it_refuses_what_dense_refuses():
    layer = InkedDense(np.ones((3, 2)))
    with refuses("InkedDense(3, 2): backward needs a forward before it", error=RuntimeError):
        layer.gradients(np.ones((1, 2)))
    with refuses("X must be float64 (N, 3)"):
        layer.forward(np.ones((2, 4)))
    layer.forward(np.ones((2, 3)))
    with refuses("dZ must have shape (2, 2)", unchanged=[layer.dW]):
        layer.gradients(np.ones((3, 2)))


# ---------------------------------------------------------------- train_fast


@pytest.mark.parametrize("first", [lambda network: network, inked], ids=["Dense", "InkedDense"])
@pytest.mark.parametrize("sizes", [[784, 10], [784, 12, 10], [784, 12, 8, 10]], ids=str)
def test_it_trains_as_train_does(sizes, first):
    X, y, *_ = small_mnist(700)  # the last batch is a short one
    a = mlp(sizes, np.random.default_rng(0), dtype=np.float64)
    b = first(mlp(sizes, np.random.default_rng(0), dtype=np.float64))
    lr = StepDecay(0.1, 2, 1)
    history = train(a, X, y, SGD(lr), epochs=3, batch_size=32, rng=np.random.default_rng(1))
    losses = train_fast(b, X, y, lr, epochs=3, batch_size=32, rng=np.random.default_rng(1))
    assert losses == pytest.approx(history.loss, rel=1e-9)
    for V, U in zip(a.params, b.params):
        assert np.allclose(V, U, rtol=0, atol=1e-10)


def test_float32_is_float32_and_close():
    X, y, *_ = small_mnist(500)
    a, b = (mlp([784, 12, 10], np.random.default_rng(0)) for _ in range(2))
    train(a, X, y, SGD(0.1), epochs=1, batch_size=10, rng=np.random.default_rng(1))
    train_fast(b, X, y, 0.1, epochs=1, batch_size=10, rng=np.random.default_rng(1))
    assert all(np.allclose(V, U, atol=1e-4) and U.dtype == np.float32 for V, U in zip(a.params, b.params))


def test_the_same_seed_gives_the_same_bits_and_the_images_are_left_alone():
    X, y, *_ = small_mnist(300)
    found = []
    for _ in range(2):
        network = inked(mlp([784, 12, 10], np.random.default_rng(0)))
        before = bits([X, y])
        train_fast(network, X, y, 0.1, epochs=1, batch_size=10, rng=np.random.default_rng(1))
        assert bits([X, y]) == before
        found.append(bits(network.params))
    assert found[0] == found[1]


def test_a_rate_below_zero_is_refused_and_changes_nothing():
    X, y = small_data()
    network = small_network()
    with refuses("lr must", unchanged=[X, y, *network.params]):
        train_fast(network, X, y, -1, epochs=1, batch_size=4, rng=np.random.default_rng(1))


NOT_PLAIN = {
    "sigmoids": lambda: small_network(hidden=Sigmoid),
    "the squared error": lambda: small_network(loss=MeanSquaredError(Softmax())),
    "sigmoid outputs": lambda: small_network(loss=CrossEntropy(Sigmoid())),
    "a price": lambda: small_network(l2=0.1),
    "dropout": lambda: small_network(dropout=0.5),
    "no network": lambda: None,
    "two layers in a row": lambda: Network([Dense(np.ones((4, 4))), Dense(np.ones((4, 3)))], CrossEntropy(Softmax())),
}


@pytest.mark.parametrize("case", NOT_PLAIN)
def test_what_it_would_train_wrongly_is_refused(case):
    X, y = small_data()
    network = NOT_PLAIN[case]()
    unchanged = network.params if network else []
    for call in (
        lambda: train_fast(network, X, y, 0.1, epochs=1, batch_size=4, rng=np.random.default_rng(0)),
        lambda: train_together([network], X, y, [0.1], epochs=1, batch_size=4, rng=np.random.default_rng(0)),
    ):
        with refuses("network must be Dense and ReLU by turns, with CrossEntropy(Softmax())", "train(...) takes any other",
                     unchanged=unchanged):  # fmt: skip
            call()


def test_a_loss_that_is_not_finite_stops_it():
    X, y = small_data()
    with pytest.raises(FloatingPointError, match="in epoch 1, at lr=1e.38"):
        train_fast(small_network(), X, y, 1e38, epochs=3, batch_size=4, rng=np.random.default_rng(0))


# ---------------------------------------------------------------- train_together


@pytest.mark.parametrize("sizes", [[784, 10], [784, 12, 10], [784, 12, 8, 10]], ids=str)
def test_together_they_train_as_alone(sizes):
    X, y, *_ = small_mnist(500)
    rates = [0.02, 0.1, 0.3]
    alone, together = ([mlp(sizes, np.random.default_rng(k), dtype=np.float64) for k in range(3)] for _ in range(2))
    found = train_together(together, X, y, rates, epochs=2, batch_size=32, rng=np.random.default_rng(9))
    for k, rate in enumerate(rates):
        history = train(alone[k], X, y, SGD(rate), epochs=2, batch_size=32, rng=np.random.default_rng(9))
        assert found[:, k] == pytest.approx(history.loss, rel=1e-9)
        for V, U in zip(alone[k].params, together[k].params):
            assert np.allclose(V, U, rtol=0, atol=1e-10), f"network {k}"


def test_together_float32_stays():
    X, y, *_ = small_mnist(200)
    networks = [mlp([784, 12, 10], np.random.default_rng(k)) for k in range(2)]
    found = train_together(networks, X, y, [0.1, 0.2], epochs=1, batch_size=32, rng=np.random.default_rng(9))
    assert found.shape == (1, 2) and found.dtype == np.float64
    assert {V.dtype for network in networks for V in network.params} == {np.dtype("f")}


def test_a_network_that_diverges_harms_no_other():
    X, y, *_ = small_mnist(200)
    alone, *networks = (mlp([784, 12, 10], np.random.default_rng(0)) for _ in range(3))
    losses = train_together(networks, X, y, [1e30, 0.1], epochs=1, batch_size=20, rng=np.random.default_rng(9))
    train(alone, X, y, SGD(0.1), epochs=1, batch_size=20, rng=np.random.default_rng(9))
    assert not np.isfinite(losses[0, 0]) and np.isfinite(losses[0, 1])
    assert all(np.allclose(V, U, atol=1e-5) for V, U in zip(alone.params, networks[1].params))


@pytest.mark.parametrize(
    ("networks", "rates", "words"),
    [
        ([], [], "networks must be one or more, of the same sizes and dtype, got 0 kinds"),
        ([small_network(), small_network(sizes=(4, 6, 3))], [1, 1], "of the same sizes and dtype, got 2 kinds"),
        ([small_network(), small_network(dtype=np.float64)], [1, 1], "of the same sizes and dtype, got 2 kinds"),
        ([small_network()], [1, 2], "rates must have shape (1,), one for each network, got (2,)"),
        ([small_network()], [0], "rates must be a positive, finite number, got"),
    ],
)
def test_what_does_not_go_together_is_refused(networks, rates, words):
    X, y = small_data()
    with refuses(words, unchanged=[V for network in networks for V in network.params]):
        train_together(networks, X, y, rates, epochs=1, batch_size=4, rng=np.random.default_rng(0))


def test_a_layer_of_ones_own_kind_is_not_taken_for_dense():
    network = small_network()
    network.blocks[0] = ShrinkingDense(network.blocks[0].W, l2=0.1)
    X, y = small_data()
    with refuses("network must be Dense and ReLU by turns"):
        train_fast(network, X, y, 0.1, epochs=1, batch_size=4, rng=np.random.default_rng(0))
    network.blocks = [*small_network().blocks[:1], Dropout(0.1), *small_network().blocks[2:]]
    with refuses("network must be Dense and ReLU by turns"):
        train_fast(network, X, y, 0.1, epochs=1, batch_size=4, rng=np.random.default_rng(0))
