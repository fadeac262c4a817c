"""Networks: gradients of every pairing, scikit-learn's numbers, saving and loading."""

import contextlib
import copy
import gzip
import io
import itertools
import multiprocessing
import os
import pickle
import shutil
import tempfile
import threading
import warnings
import zipfile
from itertools import product
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import (
    HIDDEN, LOSSES, bits, five_line_gradient, name, refuses, small_data, small_network,
)  # fmt: skip
from sklearn.neural_network import MLPClassifier

from mnist_from_scratch import SGD, CrossEntropy, Dense, Identity, MeanSquaredError, Network
from mnist_from_scratch import ReLU, Sigmoid, Softmax, Tanh, gradient_error, he, mlp, one_hot
from mnist_from_scratch import train, xavier, zeros

F32, F64 = np.float32, np.float64


def pencil_network():
    """2 pixels, 2 ReLU neurons, 2 classes, with weights that one can compute with."""
    first = Dense([[1.0, -1.0], [2.0, 1.0]], [0.0, 1.0])
    return Network([first, ReLU(), Dense([[1.0, 0.0], [0.0, 2.0]])], MeanSquaredError(Identity()))


# ---------------------------------------------------------------------- by hand


def test_forward_and_backward_and_one_step_worked_by_hand():
    network = pencil_network()
    X, Y = np.array([[1.0, 1.0], [2.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    # Z1 = (1 + 2, -1 + 1 + 1) = (3, 1) and (2, -2 + 1) = (2, -1); ReLU: (3, 1), (2, 0)
    # Z2 = (3, 2·1) = (3, 2) and (2, 0)
    Z = network.forward(X)
    assert Z.tolist() == [[3, 2], [2, 0]], "forward"
    # L = ((3 - 1)² + 2² + 2² + (0 - 1)²) / (2·2) = 13/4
    assert network.loss.forward(Z, Y) == 13 / 4, "the loss"
    network.backward()
    # dZ2 = (A - Y) / 2 = (1, 1), (1, -1/2)
    # dW2 = A1ᵀ dZ2 = (3·1 + 2·1, 3·1 - 2/2), (1·1 + 0, 1·1 + 0); db2 = (2, 1/2)
    # dA1 = dZ2 W2ᵀ = (1, 2), (1, -1); the second neuron of the second image is off: (1, 2), (1, 0)
    # dW1 = Xᵀ dZ1 = (1·1 + 2·1, 1·2 + 0), (1, 2); db1 = (2, 2)
    by_hand = [[[3, 2], [1, 2]], [2, 2], [[5, 2], [1, 1]], [2, 0.5]]
    for what, dV, hand in zip(("dW1", "db1", "dW2", "db2"), network.grads, by_hand):
        assert dV.tolist() == hand, f"{what} is {dV.tolist()}"
    # One step with lr = 1/2 moves every number by half its gradient.
    SGD(0.5).step(network.params, network.grads)
    by_hand = [[[-0.5, -2], [1.5, 0]], [-1, 0], [[-1.5, -1], [-0.5, 1.5]], [-1, -0.25]]
    for what, V, hand in zip(("W1", "b1", "W2", "b2"), network.params, by_hand):
        assert V.tolist() == hand, f"{what} after the step is {V.tolist()}"
    assert network.blocks[0].W.tolist() == by_hand[0], "params are not the layers' own arrays"


def test_one_step_of_softmax_cross_entropy_worked_by_hand():
    # One layer of zeros: P = (1/2, 1/2). X = (2, -4), y = 1: dZ = (1/2, -1/2),
    # dW = (1, -1), (-2, 2), db = dZ; with lr = 0.1 W = (-0.1, 0.1), (0.2, -0.2).
    network = mlp([2, 2], np.random.default_rng(0), init=zeros, dtype=F64)
    X, Y = np.array([[2.0, -4.0]]), np.array([[0.0, 1.0]])
    assert network.loss.forward(network.forward(X), Y) == pytest.approx(np.log(2)), "ln 2"
    network.backward()
    SGD(0.1).step(network.params, network.grads)
    W, b = network.params
    assert W == pytest.approx(np.array([[-0.1, 0.1], [0.2, -0.2]])), f"W is {W}"
    assert b == pytest.approx([-0.05, 0.05]), f"b is {b}"


# ---------------------------------------------------------------- backpropagation


def away_from_kinks(hidden, loss, depth, margin=1e-3):
    """A float64 network of depth hidden layers, and a batch on which no ReLU is near 0.

    There a finite difference measures the slope of one straight piece. Data are
    drawn until every Z of a hidden layer is further than margin from 0.
    """
    for seed in range(200):
        network = small_network(seed, [5, *[6] * depth, 4], hidden=hidden, loss=loss, dtype=F64)
        X, y = small_data(seed, 6, 5, 4, F64)
        near, A = np.inf, X
        for block in network.blocks[:-1]:
            A = block.forward(A)
            near = min(near, np.abs(A).min()) if isinstance(block, Dense) else near
        if near > margin:
            return network, X, one_hot(y, 4, F64)
    pytest.fail(f"no batch away from the kinks for {hidden}, depth {depth}")


@pytest.mark.parametrize("depth", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("loss", LOSSES, ids=name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=name)
def test_backpropagation_agrees_with_finite_differences(hidden, loss, depth):
    network, X, Y = away_from_kinks(hidden, loss, depth)
    error = gradient_error(network, X, Y)
    assert error < 1e-7, f"relative error {error} with {depth} hidden layers"


@pytest.mark.parametrize("loss", LOSSES, ids=name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=name)
def test_backpropagation_agrees_with_differences_that_do_not_use_the_package(hidden, loss):
    network, X, Y = away_from_kinks(hidden, loss, 2)
    network.loss.forward(network.forward(X), Y)
    network.backward()
    derived = [dV.copy() for dV in network.grads]
    for i, V in enumerate(network.params):

        def f(values):
            before, V[...] = V.copy(), values
            loss_there = network.loss.forward(network.forward(X), Y)
            V[...] = before
            return loss_there

        measured = five_line_gradient(f, V)
        assert np.allclose(derived[i], measured, rtol=1e-5, atol=1e-10), f"parameter {i}"


def test_the_pixels_of_the_first_layer_get_no_gradient(monkeypatch):
    network = pencil_network()
    network.loss.forward(network.forward(np.ones((1, 2))), np.ones((1, 2)))
    monkeypatch.setattr(network.blocks[0], "backward", lambda dZ: pytest.fail("dX was computed"))
    network.backward()


# ------------------------------------------------------------------- scikit-learn

ACTIVATIONS = {ReLU: "relu", Tanh: "tanh", Sigmoid: "logistic", Identity: "identity"}


def twin(network, hidden, X, y, lr=1.0):
    """scikit-learn's MLPClassifier with the weights of our network, plain SGD on one batch."""
    layers = [block for block in network.blocks if isinstance(block, Dense)]
    other = MLPClassifier(
        [layer.W.shape[1] for layer in layers[:-1]], activation=ACTIVATIONS[hidden],
        solver="sgd", alpha=0, learning_rate_init=lr, momentum=0, nesterovs_momentum=False,
        shuffle=False, batch_size=len(X), max_iter=1,
    )  # fmt: skip
    other.fit(X, y)  # makes the arrays, which we then exchange for ours
    other.coefs_ = [layer.W.copy() for layer in layers]
    other.intercepts_ = [layer.b.copy() for layer in layers]
    return other


@pytest.mark.parametrize("outputs", [Softmax, Sigmoid], ids=name)
@pytest.mark.parametrize("hidden", ACTIVATIONS, ids=name)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_scikit_learn_has_the_same_probabilities_loss_and_gradients(hidden, outputs):
    network = small_network(1, [7, 6, 5, 4], hidden=hidden, loss=CrossEntropy(outputs()), dtype=F64)
    X, y = small_data(1, 20, 7, 4, F64)
    Y = one_hot(y, 4, F64)
    # A matrix of targets makes MLPClassifier use sigmoid outputs and the sum of binary losses.
    other = twin(network, hidden, X, y if outputs is Softmax else Y.astype(int))
    assert np.allclose(network.predict_proba(X), other.predict_proba(X), atol=1e-12), "P differs"
    loss = network.loss.forward(network.forward(X), Y)
    network.backward()
    before = [V.copy() for pair in zip(other.coefs_, other.intercepts_) for V in pair]
    other.partial_fit(X, y if outputs is Softmax else Y.astype(int))
    assert loss == pytest.approx(other.loss_, rel=1e-12), "the loss differs"
    after = [V for pair in zip(other.coefs_, other.intercepts_) for V in pair]
    for i, (dV, old, new) in enumerate(zip(network.grads, before, after)):
        assert np.allclose(dV, old - new, atol=1e-12), f"the gradient of parameter {i} differs"


@pytest.mark.parametrize("hidden", ACTIVATIONS, ids=name)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_scikit_learn_has_the_same_weights_after_thirty_steps(hidden):
    network = small_network(2, [7, 6, 4], hidden=hidden, dtype=F64)
    X, y = small_data(2, 20, 7, 4, F64)
    Y, optimiser = one_hot(y, 4, F64), SGD(0.3)
    other = twin(network, hidden, X, y, lr=0.3)
    for _ in range(30):
        network.loss.forward(network.forward(X), Y)
        network.backward()
        optimiser.step(network.params, network.grads)
        other.partial_fit(X, y)
    assert np.allclose(network.params[0], other.coefs_[0], atol=1e-10), "W of the first layer"
    assert np.allclose(network.params[3], other.intercepts_[1], atol=1e-10), "b of the last layer"


# ------------------------------------------------------------- asking a network


def test_predictions_of_many_rows_are_those_of_each_row():
    network = small_network(dtype=F64)
    X = np.random.default_rng(0).normal(size=(2501, 4))  # three chunks, the last one short
    P, y = network.predict_proba(X), network.predict(X)
    assert P.shape == (2501, 3) and y.shape == (2501,), f"shapes {P.shape}, {y.shape}"
    W1, b1, W2, b2 = network.params
    Z = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    assert np.allclose(network.logits(X), Z), "the logits are not XW + b, ReLU, and again"
    assert np.allclose(P, E / E.sum(axis=1, keepdims=True)), "the probabilities are not softmax"
    assert np.array_equal(y, Z.argmax(axis=1)), "the class is not the likeliest"


@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_evaluate_gives_the_loss_and_the_share_of_right_answers(loss):
    network = small_network(3, loss=loss, dtype=F64)
    X, y = small_data(3, 40, dtype=F64)
    got, accuracy = network.evaluate(X, y)
    expected = network.loss.forward(network.forward(X), np.eye(3)[y])
    assert got == pytest.approx(expected), "not the loss of the network"
    right = sum(int(a == b) for a, b in zip(network.predict(X), y))
    assert accuracy == right / 40, "not the share of right answers"
    assert 0 < right < 40, "this test needs both right and wrong answers"
    assert type(got) is float and type(accuracy) is float, "not Python floats"


def test_asking_changes_no_weight():
    network = small_network()
    X, y = small_data()
    before = bits(network.params + network.grads)
    network.predict(X), network.predict_proba(X), network.evaluate(X, y)
    assert bits(network.params + network.grads) == before, "a question has changed the network"


@pytest.mark.parametrize("dtype", [F32, F64], ids=name)
@pytest.mark.parametrize("loss", LOSSES, ids=name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=name)
def test_the_dtype_is_kept_from_the_pixels_to_the_gradients(hidden, loss, dtype):
    network = small_network(hidden=hidden, loss=loss, dtype=dtype)
    X, y = small_data(dtype=dtype)
    Z = network.forward(X)
    network.loss.forward(Z, one_hot(y, 3, dtype))
    dZ = network.loss.backward()
    network.backward()
    SGD(np.float64(0.1)).step(network.params, network.grads)
    arrays = dict(Z=Z, dZ=dZ, P=network.predict_proba(X), logits=network.logits(X))
    arrays |= {f"param {i}": V for i, V in enumerate(network.params)}
    arrays |= {f"grad {i}": V for i, V in enumerate(network.grads)}
    for what, V in arrays.items():
        assert V.dtype == dtype, f"{what} is {V.dtype} in a network of {dtype.__name__}"
    assert network.dtype == dtype, "the network says another dtype"


def test_a_network_shows_what_it_is_made_of():
    shown = repr(small_network(sizes=[784, 30, 10]))
    assert shown == "Network([Dense(784, 30), ReLU, Dense(30, 10)], CrossEntropy(Softmax), float32)"


# ------------------------------------------------------------------------- mlp


@pytest.mark.parametrize("hidden", [*HIDDEN, Identity], ids=name)
def test_mlp_puts_an_activation_between_each_two_layers(hidden):
    network = mlp((4, 6, 5, 3), np.random.default_rng(0), hidden=hidden)
    kinds = [type(block) for block in network.blocks]
    assert kinds == [Dense, hidden, Dense, hidden, Dense], f"got {network.blocks}"
    shapes = [V.shape for V in network.params]
    assert shapes == [(4, 6), (6,), (6, 5), (5,), (5, 3), (3,)], f"got {shapes}"
    assert [V.shape for V in network.grads] == shapes, "gradients of other shapes"
    assert (network.n_in, network.n_out) == (4, 3), "n_in and n_out"


@pytest.mark.parametrize("hidden, init", [(ReLU, he), (Sigmoid, xavier), (Tanh, xavier), (Identity, xavier)],
                         ids=["ReLU", "Sigmoid", "Tanh", "Identity"])  # fmt: skip
def test_mlp_draws_he_for_relu_and_xavier_for_the_others(hidden, init):
    network = mlp([4, 6, 3], np.random.default_rng(5), hidden=hidden, dtype=F64)
    rng = np.random.default_rng(5)
    for layer, shape in ((network.blocks[0], (4, 6)), (network.blocks[2], (6, 3))):
        assert np.array_equal(layer.W, init(rng, *shape)), f"not {init.__name__}, drawn in order"
        assert not layer.b.any(), "biases begin at zero"


def test_mlp_has_relu_softmax_cross_entropy_and_float32_unless_told():
    network = mlp([4, 5, 3], np.random.default_rng(0))
    assert isinstance(network.blocks[1], ReLU), f"hidden: {network.blocks[1]}"
    assert repr(network.loss) == "CrossEntropy(Softmax)", f"loss: {network.loss}"
    assert network.dtype == F32, f"dtype: {network.dtype}"


def test_mlp_takes_an_init_and_a_loss_of_ones_own():
    loss = MeanSquaredError(Sigmoid())
    network = small_network(loss=loss, init=lambda rng, n_in, n_out: np.full((n_in, n_out), 0.5))
    assert network.loss is loss, "the loss was exchanged"
    assert (network.params[0] == 0.5).all() and (network.params[2] == 0.5).all(), "init is not used"
    assert network.dtype == F32, "init decides the dtype"


def test_two_layers_do_not_share_an_activation():
    network = small_network(sizes=[4, 4, 4, 3])
    assert network.blocks[1] is not network.blocks[3], "the second forward would overwrite the first"


RNG = np.random.default_rng(0)
BAD_MLPS = {
    "one size": (dict(sizes=[4]), "sizes must be two numbers or more", "got [4]"),
    "no sizes": (dict(sizes=[]), "sizes must be two numbers or more", "got []"),
    "size 0": (dict(sizes=[4, 0, 3]), "sizes must be an integer of at least 1", "got 0"),
    "size -1": (dict(sizes=[4, -1, 3]), "sizes must be", "got -1"),
    "size 2.5": (dict(sizes=[4, 2.5, 3]), "sizes must be", "got 2.5"),
    "size True": (dict(sizes=[4, True, 3]), "sizes must be", "got True"),
    "size in words": (dict(sizes=["784", 10]), "sizes must be", "got '784'"),
    "hidden in words": (dict(hidden="relu"), "hidden must be ReLU, Sigmoid, Tanh or Identity", "got 'relu'"),
    "hidden as an object": (dict(hidden=ReLU()), "hidden must be ReLU", "got ReLU"),
    "softmax hidden": (dict(hidden=Softmax), "hidden must be ReLU", "Softmax"),
    "hidden a function": (dict(hidden=np.tanh), "hidden must be ReLU", "got <ufunc 'tanh'>"),
    "a number for sizes": (dict(sizes=784), "sizes must be a list", "got 784", "write [784, 30, 10]"),
    "sizes without an end": (dict(sizes=itertools.count(1)), "sizes must be a list", "got count(1)"),
    "sizes in words": (dict(sizes="784"), "sizes must be a list", "got '784'"),
    "init in words": (dict(init="he"), "init must be a function such as he", "got 'he'", "write init=he"),
    "an empty init": (dict(init=""), "init must be a function such as he", "got ''"),
    "an init of 0": (dict(init=0), "init must be a function such as he", "got 0"),
    "an init that returns nothing": (dict(init=lambda *_: None), "init must return (4, 5)", "object ()"),
    "an empty loss": (dict(loss=""), "loss must be one such as", "got ''"),
    "a loss of 0": (dict(loss=0), "loss must be one such as", "got 0"),
    "sigmoid as an object": (dict(hidden=Sigmoid()), "write hidden=Sigmoid, without brackets"),
    "relu in small letters": (dict(hidden="relu"), "write hidden=ReLU, without quotation marks"),
    "no hidden": (dict(hidden=None), "hidden must be ReLU", "got None"),
    "float16": (dict(dtype=np.float16), "dtype must be np.float32 or np.float64", "float16"),
    "integers": (dict(dtype=int), "dtype must be np.float32 or np.float64", "int"),
    "dtype nonsense": (dict(dtype="single malt"), "dtype must be np.float32 or np.float64", "got 'single malt'"),
    "a seed": (dict(rng=0), "rng must be a np.random.default_rng(seed)", "got 0"),
    "RandomState": (dict(rng=np.random.RandomState(0)), "rng must be", "RandomState"),
    "loss in words": (dict(loss="mse"), "loss must be", "CrossEntropy(Softmax())", "got 'mse'"),
    "loss as a class": (dict(loss=CrossEntropy), "loss must be", "got <class"),
    "an activation for a loss": (dict(loss=Softmax()), "loss must be", "got Softmax"),
    "init turned": (dict(init=lambda rng, a, b: np.ones((b, a))), "init must return (4, 5)", "got (5, 4)"),
    "init too narrow": (dict(init=lambda rng, a, b: np.ones((a, b - 1))), "init must return (4, 5)", "got (4, 4)"),
    "init a number": (dict(init=lambda rng, a, b: 0.1), "init must return (4, 5)", "got ()"),
    "init infinite": (dict(init=lambda rng, a, b: np.full((a, b), np.inf)), "W must be finite"),
    "init complex": (dict(init=lambda rng, a, b: np.full((a, b), 1j)), "init must return floats", "complex128"),
}


@pytest.mark.parametrize("case", BAD_MLPS)
def test_an_mlp_that_cannot_be_is_refused(case):
    options, *words = BAD_MLPS[case]
    with refuses(*words):
        mlp(**(dict(sizes=[4, 5, 3], rng=RNG) | options))


# ------------------------------------------------------------------- one truth


def learns(network):
    """Train a little; return whether every parameter that is predicted with has moved."""
    X, y = small_data()
    before = [V.copy() for block in network.blocks if isinstance(block, Dense) for V in (block.W, block.b)]
    train(network, X, y, SGD(0.5), epochs=2, batch_size=4, rng=np.random.default_rng(0))
    after = [V for block in network.blocks if isinstance(block, Dense) for V in (block.W, block.b)]
    return all(not np.array_equal(old, new) for old, new in zip(before, after, strict=True))


def replace_w(network):
    network.blocks[0].W = network.blocks[0].W.copy()


def replace_param(network):
    network.params[0] = np.ones((4, 5), F32)
    assert (network.blocks[0].W == 1).all(), "what was assigned is not in the layer"


def change_param_in_place(network):
    expected = 2 * network.params[2]
    network.params[2] *= 2
    assert np.array_equal(network.blocks[2].W, expected), "params[2] *= 2 did not reach the layer"


def replace_layer(network):
    network.blocks[2] = Dense(np.full((5, 3), 0.1, F32))


@pytest.mark.parametrize("change", [replace_w, replace_param, change_param_in_place, replace_layer])
def test_a_network_whose_weights_were_replaced_trains_predicts_with_and_saves_the_same_ones(change, tmp_path):
    network = small_network()
    change(network)
    assert learns(network), "a layer does not learn"
    network.save(tmp_path / "it.npz")
    other = small_network(1)
    other.load(tmp_path / "it.npz")
    X = small_data()[0]
    assert np.array_equal(other.predict_proba(X), network.predict_proba(X)), "other weights were saved"


@pytest.mark.parametrize("copies", [lambda n, f: pickle.loads(pickle.dumps(n)), lambda n, f: copy.deepcopy(n),
                                    lambda n, f: joblib.load(joblib.dump(n, f)[0])],
                         ids=["pickle", "deepcopy", "joblib"])  # fmt: skip
def test_a_copy_of_a_network_learns_too_and_leaves_the_first_alone(copies, tmp_path):
    network = small_network()
    twin = copies(network, tmp_path / "it.joblib")
    before = bits(network.params)
    assert learns(twin), "a layer of the copy does not learn"
    assert bits(network.params) == before, "the copy shares its weights with the first network"


def test_a_network_that_joblib_maps_into_memory_owns_its_arrays_and_learns(tmp_path):
    network = joblib.load(joblib.dump(small_network(), tmp_path / "it.joblib")[0], mmap_mode="r")
    assert learns(network), "its arrays are still those of the file, which nobody may change"


def test_a_network_of_read_only_arrays_says_how_to_get_one_that_learns():
    network, (X, y) = small_network(), small_data()
    for V in network.params:
        V.flags.writeable = False
    with refuses("parameters that can be written to", "copy.deepcopy(network)"):
        train(network, X, y, SGD(0.5), epochs=2, batch_size=4, rng=np.random.default_rng(0))
    assert learns(copy.deepcopy(network)), "the advice does not help"


BAD_REPLACEMENTS = {
    "another shape": (np.ones((4, 6), F32), "W must have shape (4, 5)", "got (4, 6)"),
    "one that would broadcast": (np.ones((1, 5), F32), "W must have shape (4, 5)", "got (1, 5)"),
    "another dtype": (np.ones((4, 5)), "W must be float32", "got float64"),
    "a number": (0.5, "W must be a float32 array of shape (4, 5)", "got 0.5"),
    "nothing": (None, "W must be a float32 array", "got None"),
}


@pytest.mark.parametrize("case", BAD_REPLACEMENTS)
def test_weights_that_do_not_fit_their_layer_are_refused(case):
    bad, *words = BAD_REPLACEMENTS[case]
    network = small_network()
    with refuses(*words, unchanged=network.params):
        network.blocks[0].W = bad
    with refuses(*(word.replace("W must", "array 0 must") for word in words), unchanged=network.params):
        network.params[0] = bad


def test_one_loss_in_two_networks_gives_each_its_own_gradients_or_an_error():
    loss = CrossEntropy(Softmax())
    one, other = (small_network(seed, loss=loss, dtype=F64) for seed in (0, 1))
    X, y = small_data(dtype=F64)
    Y = one_hot(y, 3, F64)
    one.loss.forward(one.forward(X), Y)
    one.backward()
    expected = bits(one.grads)
    one.loss.forward(one.forward(X), Y)
    other.loss.forward(other.forward(X), Y)  # and now the loss remembers the other's batch
    with refuses("must have seen the last outputs of this network", error=RuntimeError):
        one.backward()
    one.loss.forward(one.forward(X), Y)
    one.backward()
    assert bits(one.grads) == expected, "other gradients than when it is alone"


def ask(network, X, Y):
    network.predict(X[:3])


def another_batch(network, X, Y):
    network.forward(X[::-1])


def loss_alone(network, X, Y):
    network.loss.forward(network.forward(X).copy(), Y)


@pytest.mark.parametrize("between", [ask, another_batch, loss_alone])
def test_backward_after_something_else_was_asked_is_refused(between):
    network = small_network()
    X, y = small_data()
    Y = one_hot(y, 3)
    network.loss.forward(network.forward(X), Y)
    between(network, X, Y)
    with refuses("network.loss.forward(network.forward(X), Y)", error=RuntimeError, unchanged=network.grads):
        network.backward()


def test_a_network_that_a_reload_has_cut_off_from_its_layers_says_so(monkeypatch, tmp_path):
    network = small_network()
    other = type("Dense", (), {})  # what the name stands for after a reload
    monkeypatch.setattr("mnist_from_scratch.network.Dense", other)
    for use in (lambda: network.params, lambda: network.grads, lambda: network.save(tmp_path / "w")):
        with refuses("blocks must hold a Dense", "after a reload"):
            use()
    assert not list(tmp_path.iterdir()), "a file without weights was saved"


def test_a_layer_of_another_module_or_from_before_a_reload_is_named_as_such():
    stale = type("Dense", (), {"__module__": "my_layers", "forward": None, "backward": None})()
    with refuses("blocks[1]", "another Dense, of my_layers", "after a reload"):
        Network([dense(4, 5), stale, dense(5, 3)], CE)
    stale = type("Softmax", (), {"__module__": "mnist_from_scratch.activations"})()
    with refuses("output", "another Softmax, of mnist_from_scratch.activations", "restart the kernel"):
        CrossEntropy(stale)
    stale = type("ReLU", (), {"__module__": "__main__"})
    with refuses("hidden", "another ReLU", "restart the kernel"):
        mlp([4, 5, 3], RNG, hidden=stale)


# ---------------------------------------------------------------- bad networks


def dense(n_in=4, n_out=3, dtype=F64):
    return Dense(np.ones((n_in, n_out), dtype))


TWICE, LAYER = ReLU(), dense(3, 3)
CE = CrossEntropy(Softmax())
BAD_BLOCKS = {
    "no blocks": ([], "begin and end with Dense", "got []"),
    "activation first": ([ReLU(), dense()], "begin and end with Dense", "got [ReLU, Dense(4, 3)]"),
    "activation last": ([dense(), Softmax()], "begin and end with Dense", "got [Dense(4, 3), Softmax]"),
    "only an activation": ([ReLU()], "begin and end with Dense", "got [ReLU]"),
    "layers that do not fit": ([dense(4, 5), ReLU(), dense(6, 3)], "fit together", "Dense(4, 5) before Dense(6, 3)"),
    "two dtypes": ([dense(4, 5, F32), ReLU(), dense(5, 3, F64)], "fit together", "Dense(4, 5) before Dense(5, 3)"),
    "a class": ([dense(), ReLU, dense(3, 3)], "blocks must be objects", "got <class"),
    "a number": ([dense(), 3, dense(3, 3)], "blocks[1] must have forward and backward", "got 3"),
    "an init": ([dense(), he, dense(3, 3)], "blocks[1] must have forward and backward"),
    "a layer that is no list": (dense(), "must be a list", "got Dense(4, 3)"),
    "one activation twice": ([dense(), TWICE, dense(3, 3), TWICE, dense(3, 2)], "none of them twice", "got ReLU"),
    "one layer twice": ([dense(), LAYER, ReLU(), LAYER], "none of them twice", "got Dense(3, 3)"),
}


@pytest.mark.parametrize("case", BAD_BLOCKS)
def test_blocks_that_make_no_network_are_refused(case):
    blocks, *words = BAD_BLOCKS[case]
    with refuses("must", *words):
        Network(blocks, CE)


@pytest.mark.parametrize("loss", [None, "cross-entropy", CrossEntropy, MeanSquaredError, Softmax(), Softmax],
                         ids=repr)  # fmt: skip
def test_what_is_no_loss_is_refused(loss):
    with refuses("loss must be one such as CrossEntropy(Softmax())", f"got {loss!r}"):
        Network([dense()], loss)


def test_backward_before_forward_is_refused():
    network = small_network()
    with refuses("backward needs a forward before it", error=RuntimeError,
                 unchanged=network.params + network.grads):  # fmt: skip
        network.backward()


BAD_X = {
    "a column too many": (np.ones((3, 5)), "X must have shape (N, 4)", "got (3, 5)"),
    "one image alone": (np.ones(4), "X must have shape (N, 4)", "got (4,)"),
    "no images": (np.ones((0, 4)), "N > 0", "got (0, 4)"),
    "bytes": (np.ones((3, 4), np.uint8), "must hold floats", "got uint8"),
    "NaN": (np.full((3, 4), np.nan), "finite", "NaN"),
    "infinity": (np.full((3, 4), np.inf), "finite", "infinity"),
}


@pytest.mark.parametrize("method", ["logits", "predict", "predict_proba", "evaluate"])
@pytest.mark.parametrize("case", BAD_X)
def test_a_network_asked_about_what_does_not_fit_says_so(case, method):
    network = small_network()
    X, *words = BAD_X[case]
    labels = ([0] * len(X),) if method == "evaluate" else ()
    if method == "evaluate" and case == "no images":
        words = ["y must have shape (N,) with N > 0"]
    with refuses(*words, unchanged=network.params):
        getattr(network, method)(X, *labels)


def test_labels_that_do_not_fit_are_refused_by_evaluate():
    network, X = small_network(), np.ones((3, 4))
    for y, words in ((np.eye(3), "shape (N,)"), ([0, 1], "got 2 for 3"), ([0, 1, 3], "0..2"),
                     ([0.0, 1.0, 2.0], "integers")):  # fmt: skip
        with refuses("y must", words):
            network.evaluate(X, y)


# ---------------------------------------------------------------- save and load


def trained(**options):
    """A network that has made a step, so that no parameter is zero."""
    network = small_network(7, **options)
    X, y = small_data(dtype=network.dtype)
    network.loss.forward(network.forward(X), one_hot(y, 3, network.dtype))
    network.backward()
    SGD(0.1).step(network.params, network.grads)
    return network


@pytest.fixture
def saved(tmp_path):
    """A network, the file that it was saved to, and another network of its kind."""
    network = trained()
    network.save(tmp_path / "network.npz")
    return network, tmp_path / "network.npz", small_network(8)


@pytest.mark.parametrize("dtype", [F32, F64], ids=name)
@pytest.mark.parametrize("loss", LOSSES, ids=name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=name)
def test_a_loaded_network_predicts_the_same_bits(hidden, loss, dtype, tmp_path):
    options = dict(hidden=hidden, loss=loss, dtype=dtype)
    network, other = trained(**options), small_network(8, **options)
    X, _ = small_data(9)
    network.save(tmp_path / "a.npz")
    layers = [block.W for block in other.blocks[::2]]
    other.load(tmp_path / "a.npz")
    assert bits([other.predict_proba(X)]) == bits([network.predict_proba(X)]), "other predictions"
    assert bits(other.params) == bits(network.params), "other weights"
    assert all(a is b.W for a, b in zip(layers, other.blocks[::2])), "the arrays were exchanged"


def test_many_layers_come_back_in_order(tmp_path):
    sizes = [3] * 13  # more than ten parameters: param_10 must not come before param_2
    network, other = small_network(1, sizes), small_network(2, sizes)
    network.save(tmp_path / "deep.npz")
    other.load(tmp_path / "deep.npz")
    assert bits(other.params) == bits(network.params), "layers have changed places"


def test_the_name_is_taken_as_it_is_and_no_other_file_stays(tmp_path):
    network = trained()
    network.save(str(tmp_path / "weights"))
    assert [path.name for path in tmp_path.iterdir()] == ["weights"], list(tmp_path.iterdir())
    small_network(8).load(str(tmp_path / "weights"))


def test_a_saved_network_is_read_without_pickle(saved):
    _, path, _ = saved
    with zipfile.ZipFile(path) as file:
        for member in file.namelist():
            header = file.read(member)[:128]
            assert header.startswith(b"\x93NUMPY"), f"{member} is no plain array"
            assert b"'|O'" not in header, f"{member} holds pickled objects"


def test_saving_again_replaces_the_file(saved):
    _, path, other = saved
    other.save(path)
    fresh = small_network(9)
    fresh.load(path)
    assert bits(fresh.params) == bits(other.params), "the old file is still there"


def test_a_save_through_a_link_writes_the_file_that_it_leads_to(tmp_path):
    (tmp_path / "link.npz").symlink_to(tmp_path / "file.npz")
    small_network().save(tmp_path / "link.npz")
    assert (tmp_path / "link.npz").is_symlink(), "the link is gone"
    other = small_network()
    other.load(tmp_path / "file.npz")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file.npz", "link.npz"]


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(saved, monkeypatch):
    _, path, other = saved
    before = path.read_bytes()

    def savez(file, **arrays):
        file.write(b"half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", savez)
    with refuses("No space left", error=OSError):
        other.save(path)
    assert path.read_bytes() == before, "the old file is damaged"
    assert [p.name for p in path.parent.iterdir()] == [path.name], "half a file was left behind"


def save_often(path, seed, times):
    network = small_network(seed)
    for _ in range(times):
        network.save(path)


@pytest.mark.parametrize("kind", [threading.Thread, multiprocessing.get_context("fork").Process], ids=["threads", "processes"])
def test_saves_to_one_path_at_the_same_time_do_not_collide(kind, tmp_path):
    path = tmp_path / "it.npz"
    save_often(path, 0, 1)
    workers = [kind(target=save_often, args=(path, seed, 50)) for seed in range(4)]
    with warnings.catch_warnings():
        warnings.simplefilter("error", pytest.PytestUnhandledThreadExceptionWarning)
        for worker in workers:
            worker.start()
        while any(worker.is_alive() for worker in workers):
            small_network().load(path)  # whole at any moment
        for worker in workers:
            worker.join()
    assert not any(getattr(worker, "exitcode", 0) for worker in workers), "a save has failed"
    assert [file.name for file in tmp_path.iterdir()] == ["it.npz"], "partial files are left"
    fresh = small_network(9)
    fresh.load(path)
    assert any(bits(fresh.params) == bits(small_network(seed).params) for seed in range(4)), "a mixture"


def test_weights_that_load_would_refuse_are_not_saved(tmp_path):
    network = small_network()
    network.params[1][0] = np.nan
    with refuses("parameters must be finite", "NaN or infinity"):
        network.save(tmp_path / "it.npz")
    assert not list(tmp_path.iterdir()), "a file was written all the same"


def test_a_save_into_no_folder_names_it(tmp_path):
    with refuses("nowhere", error=FileNotFoundError):
        trained().save(tmp_path / "nowhere" / "a.npz")


def test_a_save_onto_a_folder_leaves_nothing_behind(tmp_path):
    (tmp_path / "folder").mkdir()
    with refuses("folder", error=OSError):
        trained().save(tmp_path / "folder")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"], list(tmp_path.iterdir())


@pytest.fixture
def locked_folder():
    """A folder with a file, both to be read and not to be written, root or not."""
    folder = Path(tempfile.mkdtemp())
    trained().save(folder / "a.npz")
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root writes anywhere: be nobody for a moment
    try:
        yield folder
    finally:
        os.seteuid(user)
        shutil.rmtree(folder)


def test_a_folder_without_write_permission_is_named_and_its_file_is_left(locked_folder):
    path = locked_folder / "a.npz"
    before = path.read_bytes()
    with refuses(str(path), error=PermissionError):
        small_network(8).save(path)
    assert path.read_bytes() == before, "the file has changed"


OTHERS = {
    "wider": dict(sizes=(4, 6, 3)),
    "deeper": dict(sizes=(4, 5, 5, 3)),
    "shallower": dict(sizes=(4, 3)),
    "more pixels": dict(sizes=(5, 5, 3)),
    "another activation": dict(hidden=Tanh),
    "another loss": dict(loss=MeanSquaredError(Softmax())),
    "another output": dict(loss=CrossEntropy(Sigmoid())),
    "another dtype": dict(dtype=F64),
}


@pytest.mark.parametrize("case", OTHERS)
def test_the_file_of_another_network_is_refused(case, saved):
    network, path, _ = saved
    other = small_network(8, **OTHERS[case])
    with refuses(str(path), f"must hold {other!r}", f"got {network!r}", unchanged=other.params):
        other.load(path)


def npy(path):
    np.save(path.with_suffix(".npy"), np.ones(3))
    path.with_suffix(".npy").rename(path)


NOT_NETWORKS = {
    "an empty file": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("W = 1, 2, 3"),
    "random bytes": lambda path: path.write_bytes(np.random.default_rng(0).bytes(1000)),
    "half a file": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a file cut by one byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "an npy file": npy,
    "another npz file": lambda path: np.savez(path, X=np.ones(3)),
    "an empty npz file": lambda path: np.savez(path),
    "a pickle": lambda path: path.write_bytes(pickle.dumps({"W": 1})),
    "a gzip file": lambda path: path.write_bytes(gzip.compress(b"W")),
    "an npz file of objects": lambda path: np.savez(path.open("wb"), network=np.array([{}], object)),
}


@pytest.mark.parametrize("case", NOT_NETWORKS)
def test_what_is_no_saved_network_is_refused(case, saved):
    _, path, other = saved
    NOT_NETWORKS[case](path)
    with refuses(f"{path} is damaged or not a saved network", unchanged=other.params):
        other.load(path)


class Evil:
    """An object that, unpickled, makes a folder."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("where", ["network", "param_0"])
def test_a_file_with_a_pickle_inside_runs_nothing(where, saved, tmp_path):
    _, path, other = saved
    tampered(path, **{where: np.array([Evil(tmp_path / "made by a pickle")], object)})
    with refuses("damaged or not a saved network", unchanged=other.params):
        other.load(path)
    assert not (tmp_path / "made by a pickle").exists(), "code from the file was run"


def test_a_missing_file_is_named_and_a_folder_is_too(tmp_path):
    other = small_network(8)
    with refuses("nowhere.npz", error=FileNotFoundError, unchanged=other.params):
        other.load(tmp_path / "nowhere.npz")
    with refuses(str(tmp_path), error=OSError, unchanged=other.params):
        other.load(tmp_path)


def tampered(path, **changes):
    """Rewrite a saved file with some of its arrays exchanged, or left out where None."""
    with np.load(path) as file:
        arrays = {**file, **changes}
    np.savez(path, **{key: V for key, V in arrays.items() if V is not None})


TAMPERED = {
    "a shape": (dict(param_3=np.ones(4, F32)), "must hold float32 (3,)", "got float32 (4,)"),
    "a dtype": (dict(param_3=np.ones(3)), "must hold float32 (3,)", "got float64 (3,)"),
    "NaN": (dict(param_3=np.full(3, np.nan, F32)), "must be finite", "NaN or infinity"),
    "infinity": (dict(param_2=np.full((5, 3), np.inf, F32)), "must be finite", "NaN or infinity"),
    "a parameter missing": (dict(param_3=None), "Network"),
    "a parameter too many": (dict(param_4=np.ones(3, F32)), "must hold Network"),
    "no description": (dict(network=None), "damaged or not a saved network"),
    "objects": (dict(param_3=np.array([None] * 3, object)), "damaged or not a saved network"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_a_file_whose_last_parameter_is_wrong_changes_nothing(case, saved):
    _, path, other = saved
    changes, *words = TAMPERED[case]
    tampered(path, **changes)
    with refuses(str(path), *words, unchanged=other.params):
        other.load(path)


@given(st.data())
def test_a_file_with_one_damaged_byte_gives_the_saved_weights_or_an_error(data):
    network, other = trained(), small_network(8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.npz")
        network.save(path)
        content = bytearray(path.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        before = bits(other.params)
        try:
            other.load(path)
        except ValueError as error:
            assert str(path) in str(error), f"the file is not named: {error}"
            assert bits(other.params) == before, "the weights have changed all the same"
        else:
            assert bits(other.params) == bits(network.params), "damaged weights were loaded"


def test_no_flipped_bit_in_the_last_bytes_of_a_file_escapes(saved):
    """There a zip file says where its parts are: a wrong place was Python's error, not ours."""
    _, path, other = saved
    content = path.read_bytes()
    for place, bit in itertools.product(range(len(content) - 120, len(content)), range(8)):
        flipped = bytearray(content)
        flipped[place] ^= 1 << bit
        path.write_bytes(flipped)
        with contextlib.suppress(ValueError):  # or the bit does not matter
            other.load(path)


def test_every_pairing_that_the_tests_train_is_there():
    pairings = {(hidden.__name__, repr(loss)) for hidden, loss in product(HIDDEN, LOSSES)}
    assert len(pairings) == 3 * 2 * 2, f"hidden x output x loss: {pairings}"


# --------------------------------------------------- found by a hostile reader


def test_a_network_whose_blocks_were_spoilt_later_is_refused_before_it_trains():
    X, y = small_data()
    for spoil, words in ((lambda n: n.blocks.append(ReLU()), "begin and end with Dense"),
                         (lambda n: setattr(n, "blocks", [ReLU()]), "blocks must hold a Dense"),
                         (lambda n: setattr(n, "loss", "mse"), "loss must be one such as"),
                         (lambda n: n.params[1].fill(np.nan), "parameters must be finite")):  # fmt: skip
        network = small_network()
        spoil(network)
        rng = np.random.default_rng(0)
        with refuses(words):
            train(network, X, y, SGD(0.1), epochs=1, batch_size=4, rng=rng)
        assert rng.random() == np.random.default_rng(0).random(), "random numbers were drawn all the same"


def test_a_network_of_nan_does_not_read_every_image_as_the_first_class():
    network = small_network()
    network.params[1].fill(np.nan)
    with refuses("the outputs must be finite"):
        network.predict(small_data()[0])


def test_softmax_over_a_single_class_is_refused():
    with refuses("n_out must be 2 or more for softmax"):
        mlp([4, 5, 1], RNG)
    mlp([4, 5, 1], RNG, loss=CrossEntropy(Sigmoid()))


class Scaled:
    """A block of a reader's own, without a repr."""

    def forward(self, Z):
        return 2 * Z

    def backward(self, dA):
        return 2 * dA


def test_a_network_with_a_block_of_ones_own_is_saved_and_loaded(tmp_path):
    one, other = (Network([dense(4, 5), Scaled(), dense(5, 3)], CrossEntropy(Softmax())) for _ in range(2))
    one.params[0].fill(0.3)
    one.save(tmp_path / "it.npz")
    other.load(tmp_path / "it.npz")
    assert bits(one.params) == bits(other.params), "other weights"


@pytest.mark.parametrize("path", [None, 0, 5, b"it.npz", "", io.BytesIO()],
                         ids=lambda path: type(path).__name__)  # fmt: skip
def test_a_path_that_is_none_is_refused(path):
    network = small_network()
    with refuses("path must be a text or a Path"):
        network.save(path)
    with refuses("path must be a text or a Path"):
        network.load(path)


def test_evaluate_names_images_of_unequal_length():
    with refuses("X must be an array", "equally long"):
        small_network().evaluate([[1.0, 2.0], [3.0]], [0, 1])
