"""Dropout and the price of weights: gradients, training and use, averages, scikit-learn, bad input."""

import copy
import re

import numpy as np
import pytest
from oracles import bits, refuses, small_data, small_network
from sklearn.neural_network import MLPClassifier

from mnist_from_scratch import SGD, Configuration, CrossEntropy, Dense, Dropout, Network, ReLU
from mnist_from_scratch import ShrinkingDense, Softmax, gradient_error, mlp, one_hot, train

F32, F64 = np.float32, np.float64


def rng(seed=0):
    return np.random.default_rng(seed)


def drawing(block, seed=0):
    block.rng = rng(seed)
    return block


# ---------------------------------------------------------------- dropout


def test_in_use_dropout_changes_nothing():
    Z = rng().normal(size=(5, 7))
    block = Dropout(0.5)
    assert np.array_equal(block.forward(Z), Z) and np.array_equal(block.backward(Z), Z)


@pytest.mark.parametrize("dtype", [F32, F64])
def test_while_learning_a_number_is_0_or_grown_and_the_gradient_by_the_same_mask(dtype):
    block, Z = drawing(Dropout(0.2)), np.ones((300, 100), dtype)
    A, dZ = block.forward(Z), block.backward(np.full_like(Z, 2))
    assert A.dtype == dZ.dtype == dtype
    assert set(np.unique(A)) == {0, dtype(1) / dtype(0.8)}, "neither left out nor divided by 1 - p"
    assert np.array_equal(dZ, 2 * A), "backward has another mask than forward"
    # 30,000 draws at 0.2: standard deviation 0.0023, five of those
    assert abs(np.mean(A == 0) - 0.2) < 0.0116
    assert abs(A.mean() - 1) < 0.015, "on average the sum of the next layer should stay what it was"
    assert not np.array_equal(A, block.forward(Z)), "the mask should be drawn anew"


def test_the_same_seed_draws_the_same_masks():
    Z = np.ones((4, 6), F32)
    assert np.array_equal(drawing(Dropout(0.5), 3).forward(Z), drawing(Dropout(0.5), 3).forward(Z))


def test_a_network_draws_while_it_learns_and_not_in_use():
    network = mlp([4, 50, 3], rng(), dropout=0.5)
    X, y = small_data()
    used = network.logits(X)
    with network.learning(rng()):
        learning = [network.forward(X) for _ in range(2)]
    assert not np.allclose(*learning), "two passes had one mask"
    assert np.array_equal(network.logits(X), used), "after the with it still draws"
    with pytest.raises(ZeroDivisionError), network.learning(rng()):
        1 / 0
    assert np.array_equal(network.logits(X), used), "an error left it drawing"


def test_validation_loss_and_predictions_are_without_dropout():
    network, (X, y) = mlp([4, 50, 3], rng(), dropout=0.9), small_data()
    history = train(network, X, y, SGD(0.01), epochs=2, batch_size=5, rng=rng(), validation=(X, y))
    assert history.val_loss[-1] == network.evaluate(X, y)[0]
    assert np.array_equal(network.predict(X), network.predict(X))


def test_training_with_dropout_repeats_itself_to_the_bit():
    X, y = small_data()
    networks = [mlp([4, 20, 3], rng(), dropout=0.5) for _ in range(2)]
    for network in networks:
        train(network, X, y, SGD(0.1), epochs=3, batch_size=5, rng=rng(7))
    assert bits(networks[0].params) == bits(networks[1].params)


def test_mlp_drops_hidden_neurons_only():
    names = [type(block).__name__ for block in mlp([4, 5, 6, 3], rng(), dropout=0.2, l2=0.1).blocks]
    assert names == ["ShrinkingDense", "ReLU", "Dropout", "ShrinkingDense", "ReLU", "Dropout", "ShrinkingDense"]
    assert repr(mlp([4, 5, 3], rng())) == repr(mlp([4, 5, 3], rng(), dropout=0, l2=0)), "nothing asked, nothing added"


# ---------------------------------------------------------------- the price of weights


def test_the_price_worked_by_hand():
    layer = ShrinkingDense(np.array([[1.0, -2.0], [3.0, 0.0]]), np.array([5.0, 5.0]), l2=0.1)
    assert layer.penalty() == pytest.approx(0.05 * (1 + 4 + 9)), "half of l2 times the squares, biases not"
    layer.forward(np.zeros((1, 2)))
    layer.backward(np.ones((1, 2)))
    assert np.allclose(layer.dW, [[0.1, -0.2], [0.3, 0.0]]) and layer.db.tolist() == [1, 1]


def test_without_a_slope_a_weight_shrinks_by_the_same_share_in_each_step():
    layer = ShrinkingDense(np.array([[4.0, -2.0]]), l2=0.5)
    for k in range(1, 4):
        layer.forward(np.zeros((1, 1)))
        layer.gradients(np.zeros((1, 2)))
        SGD(0.2).step([layer.W], [layer.dW])
        assert np.allclose(layer.W, np.array([[4.0, -2.0]]) * 0.9**k)


def test_what_is_reported_is_what_is_lowered():
    network, (X, y) = mlp([4, 5, 3], rng(), l2=0.3), small_data()
    bare = network.loss.forward(network.logits(X), one_hot(y, 3))
    price = sum(0.15 * np.square(W).sum() for W in network.params[::2])
    assert network.evaluate(X, y)[0] == pytest.approx(bare + price, rel=1e-6)
    history = train(copy.deepcopy(network), X, y, SGD(1e-9), epochs=1, batch_size=len(X), rng=rng(), validation=(X, y))
    assert history.loss[0] == pytest.approx(bare + price, rel=1e-6)
    assert history.val_loss[0] == pytest.approx(bare + price, rel=1e-6)


def test_scikit_learn_has_the_same_weights_after_thirty_steps_with_the_same_price():
    alpha, n = 0.5, 12  # its penalty is alpha / 2 / n of the squares
    X, y = small_data(n=n, dtype=F64)
    network = mlp([4, 5, 3], rng(), dtype=F64, l2=alpha / n)
    theirs = MLPClassifier((5,), solver="sgd", alpha=alpha, learning_rate_init=0.2, momentum=0, nesterovs_momentum=False,
                           batch_size=n, max_iter=1, shuffle=False, random_state=0)  # fmt: skip
    theirs.partial_fit(X, y, classes=[0, 1, 2])
    theirs.coefs_ = [W.copy() for W in network.params[::2]]
    theirs.intercepts_ = [b.copy() for b in network.params[1::2]]
    theirs._optimizer.velocities = [np.zeros_like(V) for V in theirs.coefs_ + theirs.intercepts_]
    for _ in range(30):
        theirs.partial_fit(X, y)
    train(network, X, y, SGD(0.2), epochs=30, batch_size=n, rng=rng())
    for W, their_W in zip(network.params[::2], theirs.coefs_):
        assert np.allclose(W, their_W, rtol=1e-7, atol=1e-9)


# ---------------------------------------------------------------- gradients


@pytest.mark.parametrize(("options", "seed"), [({"dropout": 0.5}, 0), ({"l2": 0.1}, 1), ({"dropout": 0.3, "l2": 0.01}, 2)])
def test_gradients_agree_with_finite_differences_with_the_mask_held(options, seed):
    X, y = small_data(n=8, dtype=F64)
    network = mlp([4, 9, 6, 3], rng(seed), dtype=F64, **options)
    for b in network.params[1::2]:  # where all of a row is left out, a bias of 0 would be at ReLU's kink
        b[...] = rng(seed).normal(size=b.shape)
    assert gradient_error(network, X, one_hot(y, 3, F64), seed=seed) < 1e-7


def test_the_check_sees_a_mask_that_is_missing_backward_and_a_price_without_a_slope():
    class OneWay(Dropout):
        def backward(self, dA):
            return dA

    class Free(ShrinkingDense):
        def gradients(self, dZ):
            Dense.gradients(self, dZ)

    X, y = small_data(n=8, dtype=F64)
    W, V = rng().normal(size=(4, 9)), rng(1).normal(size=(9, 3))
    for blocks in ([Dense(W), ReLU(), OneWay(0.5), Dense(V)], [Free(W, l2=0.1), ReLU(), Dense(V)]):
        assert gradient_error(Network(blocks, CrossEntropy(Softmax())), X, one_hot(y, 3, F64)) > 0.01


# ---------------------------------------------------------------- kept, compared, refused


def test_networks_that_differ_in_their_share_or_price_do_not_load_each_others_weights(tmp_path):
    network = mlp([4, 5, 3], rng(), dropout=0.5, l2=1e-5)
    network.save(tmp_path / "n.npz")
    mlp([4, 5, 3], rng(1), dropout=0.5, l2=1e-5).load(tmp_path / "n.npz")
    for options in ({"dropout": 0.5}, {"l2": 1e-5}, {"dropout": 0.4, "l2": 1e-5}, {"dropout": 0.5, "l2": 2e-5}):
        with refuses("must hold"):
            mlp([4, 5, 3], rng(), **options).load(tmp_path / "n.npz")


def test_a_configuration_passes_them_on():
    network = Configuration((4, 5, 3), lr=0.1, epochs=1, dropout=0.25, l2=0.5).network(rng())
    assert re.sub(r"\s", "", repr(network.blocks)) == "[ShrinkingDense(4,5,l2=0.5),ReLU,Dropout(0.25),ShrinkingDense(5,3,l2=0.5)]"


@pytest.mark.parametrize(("make", "words"), [
    (lambda: Dropout(1), "p must lie in 0 <= … < 1, got 1"),
    (lambda: Dropout(-0.1), "p must lie in 0 <= … < 1"),
    (lambda: Dropout("half"), "p must be one number"),
    (lambda: small_network(dropout=1.0), "dropout must lie in 0 <= … < 1, got 1.0"),
    (lambda: small_network(l2=-1e-3), "l2 must be a finite number of at least 0, got -0.001"),
    (lambda: small_network(l2=float("inf")), "l2 must be a finite number"),
    (lambda: ShrinkingDense(np.ones((2, 2)), l2="0"), "l2 must be one number"),
    (lambda: Dropout(0.5).forward(["a"]), "Z must hold floats"),
])  # fmt: skip
def test_what_cannot_be_is_refused(make, words):
    with refuses(words):
        make()


def test_backward_before_forward_and_of_another_shape_are_refused():
    with pytest.raises(RuntimeError, match="backward needs a forward"):
        Dropout(0.5).backward(np.ones((2, 2)))
    block = Dropout(0.5)
    block.forward(np.ones((2, 2)))
    with refuses("dA must have shape (2, 2), got (3, 2)"):
        block.backward(np.ones((3, 2)))
