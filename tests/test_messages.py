"""What a guard says, word for word: what it got, what is wanted, and what to write."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.sparse

from mnist_from_scratch import SGD, Configuration, CosineDecay, CrossEntropy, Dense, Network, ReLU
from mnist_from_scratch import Sigmoid, Softmax, mlp
from mnist_from_scratch import _arguments as guards

F32, F64 = np.dtype(np.float32), np.dtype(np.float64)
CLASSES = (ReLU, Sigmoid)
HIDDEN = "hidden must be ReLU or Sigmoid, got "
OUTPUT = "output must be one of Softmax(), Sigmoid(), got "
RELOADED = "after a reload, make it again, or restart the kernel"


def named(name, **members):
    """Return a class of this name from another module, as a reload leaves one."""
    return type(name, (), {"__module__": "elsewhere", "__repr__": lambda self: f"{name}()"} | members)


def dense(n_in, n_out, dtype=F64):
    return Dense(np.ones((n_in, n_out), dtype))


def frozen(array):
    array.flags.writeable = False
    return array


def read_only_network():
    network = Network([dense(4, 2)], CrossEntropy(Softmax()))
    for V in network.params:
        V.flags.writeable = False
    return network


# A guard, its arguments, and all that it says.
MESSAGES = [
    ("rng", ["x" * 119], f"rng must be a np.random.default_rng(seed), got '{'x' * 118}…"),
    ("rng", ["x" * 118], f"rng must be a np.random.default_rng(seed), got '{'x' * 118}'"),
    ("count", ["epochs", 0], "epochs must be an integer of at least 1, got 0"),
    ("count", ["epochs", True], "epochs must be an integer of at least 1, got True"),
    ("count", ["epochs", 2.0], "epochs must be an integer of at least 1, got 2.0"),
    ("positive", ["lr", 0], "lr must be a positive, finite number, got 0"),
    ("positive", ["lr", float("inf")], "lr must be a positive, finite number, got inf"),
    ("positive", ["lr", [1]], "lr must be a positive, finite number, got [1]"),
    ("positive", ["lr", True], "lr must be a positive, finite number, got True"),
    ("number", ["x", [1, 2]], "x must be one number, got [1, 2]"),
    ("number", ["x", "1"], "x must be one number, got '1'"),
    ("shape", [(0, 3)], "n_in must be an integer of at least 1, got 0"),
    ("shape", [(3, 0)], "n_out must be an integer of at least 1, got 0"),
    ("share", ["p", 1], "p must lie in 0 <= … < 1, got 1"),
    ("share", ["p", -0.5], "p must lie in 0 <= … < 1, got -0.5"),
    ("share", ["p", [0.1, 0.2]], "p must be one number, got [0.1, 0.2]"),
    ("images", [np.ones((2, 7), np.float32)], "X must be floats (N, D), square images, got float32 (2, 7)"),
    ("images", [[[1.0]]], "X must be floats (N, D), square images, got list"),
    ("images", [np.ones((2, 9), int)], "X must be floats (N, D), square images, got int64 (2, 9)"),
    ("own", [[F32], [], []], "params must be those that the optimiser remembers, got others: each network needs "
     "an optimiser of its own"),
    ("state", [{"weights": np.ones(1)}, 2, []], "state must have 2 sums for each parameter, got others: it was saved "
     "by an optimiser of another kind, or for another network"),
    ("spread", ["std", -1], "std must be a finite number of at least 0, got -1"),
    ("spread", ["std", "1"], "std must be one number, got '1'"),
    ("spread", ["std", float("inf")], "std must be a finite number of at least 0, got inf"),
    ("function", ["f", 3], "f must be a function, got 3"),
    ("function", ["f", 3, " of x", "write f=abs"], "f must be a function of x, got 3: write f=abs"),
    ("path", [None], "path must be a text or a Path, got None"),
    ("path", [""], "path must be a text or a Path, got ''"),
    ("path", [3], "path must be a text or a Path, got 3"),
    ("dtype", [int, (np.float32, np.float64)], "dtype must be np.float32 or np.float64, got <class 'int'>"),
    ("dtype", [None, (np.float32, np.float64)], "dtype must be np.float32 or np.float64, got None"),
    ("dtype", ["no", (np.float32, np.float64)], "dtype must be np.float32 or np.float64, got 'no'"),
    ("dtype", ["no", (np.float16, np.float32, np.float64)],
     "dtype must be np.float16, np.float32 or np.float64, got 'no'"),
    ("array", ["X", np.ma.masked_equal([1, 0, 0], 0)], "X must have no masked entries, got 2"),
    ("array", ["X", [[1], [2, 3]]], "X must be an array, got [[1], [2, 3]]: are its rows equally long?"),
    ("array", ["X", 1.5], "X must be an array, got 1.5"),
    ("array", ["validation X", scipy.sparse.csr_matrix(np.eye(2))],
     "validation X must be an array, got csr_matrix: write X.toarray()"),
    ("floats", ["Z", ["a"]], "Z must hold floats, got <U1"),
    ("floats", ["Z", np.ma.masked_equal([1, 0], 0)], "Z must have no masked entries, got 1"),
    ("scores", [["a"]], "Z must hold floats, got <U1"),
    ("scores", [np.ones((2, 0))], "Z must have shape (N, K) with K > 0, got (2, 0)"),
    ("scores", [1.5], "Z must have shape (N, K) with K > 0, got ()"),
    ("inputs", [np.ones(4), 4, F32], "X must have shape (N, 4) with N > 0, got (4,): write X[None] for one image"),
    ("inputs", [np.ones((3, 2, 2)), 4, F32],
     "X must have shape (N, 4) with N > 0, got (3, 2, 2): write X.reshape(len(X), -1)"),
    ("inputs", [np.ones((4, 9)), 4, F32, "validation X"],
     "validation X must have shape (N, 4) with N > 0, got (4, 9): write X.T if its columns are the images"),
    ("inputs", [np.ones((0, 4)), 4, F32], "X must have shape (N, 4) with N > 0, got (0, 4)"),
    ("inputs", [np.ones((3, 2, 3)), 4, F32], "X must have shape (N, 4) with N > 0, got (3, 2, 3)"),
    ("inputs", [np.ones((3, 4), np.uint8), 4, F32], "X must hold floats, got uint8: divide pixels by 255"),
    ("inputs", [np.full((3, 4), 2), 4, F32], "X must hold floats, got int64: divide pixels by 255"),
    ("inputs", [np.ones((3, 4), int), 4, F32], "X must hold floats, got int64: write X.astype(np.float32)"),
    ("inputs", [np.ones((3, 4), bool), 4, F32], "X must hold floats, got bool: write X.astype(np.float32)"),
    ("inputs", [np.full((3, 4), "a"), 4, F32], "X must hold floats, got <U1"),
    ("inputs", [np.full((3, 4), np.nan), 4, F32], "X must be finite as float32, got NaN or infinity"),
    ("inputs", [np.full((3, 4), 1e39), 4, F32], "X must be finite as float32, got NaN or infinity"),
    ("inputs", [np.full((3, 4), 255.0), 4, F32],
     "X must be scaled, got numbers from 255 to 255: divide pixels by 255, standardise other features"),
    ("labels", [np.eye(3, dtype=int), 3],
     "y must have shape (N,) with N > 0, got (3, 3): write y.argmax(axis=1) for one-hot rows"),
    ("labels", [np.zeros((3, 1), int), 3, None, "validation y"],
     "validation y must have shape (N,) with N > 0, got (3, 1): write y.ravel() for one column"),
    ("labels", [[], 3], "y must have shape (N,) with N > 0, got (0,)"),
    ("labels", [np.zeros((2, 2, 2), int), 3], "y must have shape (N,) with N > 0, got (2, 2, 2)"),
    ("labels", [[0, 1], 3, 3], "y must have a label for each row of X, got 2 for 3"),
    ("labels", [[0.0, 1.0], 3], "y must hold integers, got float64: write y.astype(int)"),
    ("labels", [["0", "1"], 3], "y must hold integers, got <U1: write y.astype(int)"),
    ("labels", [[0.5], 3], "y must hold integers, got float64"),
    ("labels", [[True], 3], "y must hold integers, got bool"),
    ("labels", [[0, 3], 3], "y must lie in 0..2, got 0..3"),
    ("labels", [[-1, 2], 3], "y must lie in 0..2, got -1..2"),
    ("split", [np.ones((3, 2)), np.ones(2), 1], "X and y must be equally long, got (3, 2) and (2,)"),
    ("split", [np.array(1.0), np.ones(1), 1], "X and y must be equally long, got () and (1,)"),
    ("split", [np.ones(1), np.array(1.0), 1], "X and y must be equally long, got (1,) and ()"),
    ("split", [np.ones((3, 2)), np.ones(3), 3], "n_validation must be below N = 3, got 3"),
    ("pair", ["validation", np.ones((2, 2))], "validation must be a pair, got ndarray of 2: write (X_val, y_val)"),
    ("pair", ["validation", (1, 2, 3)], "validation must be a pair, got tuple of 3: write (X_val, y_val)"),
    ("pair", ["validation", 3], "validation must be a pair, got 3: write (X_val, y_val)"),
    ("like", ["W", [1.0], (1,), F32], "W must be a float32 array of shape (1,), got [1.0]"),
    ("like", ["W", np.ones(2), (1,), F32], "W must have shape (1,), got (2,)"),
    ("like", ["W", np.ones(1), (1,), F32], "W must be float32, got float64: write .astype(np.float32)"),
    ("moved", [1e-30, 2.0, 2.0], "h must be large enough to move 2, got 1e-30"),
    ("equal_shapes", [["x"], [1.0]], "a must hold floats, got <U1"),
    ("equal_shapes", [[1.0], ["x"]], "b must hold floats, got <U1"),
    ("equal_shapes", [[1.0], [1.0, 2.0]], "b must have a's shape (1,), got (2,)"),
    ("point", [[1.0]], "V must be a float64 array, got [1.0]"),
    ("point", [np.ones(2, F32)], "V must be a float64 array, got float32: write V.astype(np.float64)"),
    ("point", [frozen(np.ones(2))], "V must be an array that can be written to, got a read-only one"),
    ("matrix", [np.ones(3)], "W must be floats (n_in, n_out), got float64 (3,)"),
    ("matrix", [3.0], "W must be an array, got 3.0"),
    ("matrix", [np.ones((3, 2), int)], "W must be floats (n_in, n_out), got int64 (3, 2)"),
    ("matrix", [np.ones((0, 2))], "W must be floats (n_in, n_out), got float64 (0, 2)"),
    ("matrix", [np.full((1, 2), np.nan)], "W must be finite, got NaN or infinity"),
    ("bias", [["a", "b"], np.ones((3, 2))], "b must be floats, got <U1"),
    ("bias", [3.0, np.ones((3, 2))], "b must be an array, got 3.0"),
    ("bias", [np.ones(3), np.ones((3, 2))], "b must have shape (2,), got (3,)"),
    ("bias", [np.full(2, 1e300), np.ones((3, 2), F32)], "b must be finite, got NaN or infinity"),
    ("batch", [[[1.0]], np.ones((1, 2))], "X must be float64 (N, 1), got list"),
    ("batch", [np.ones((5, 1), F32), np.ones((1, 2))], "X must be float64 (N, 1), got float32 (5, 1)"),
    ("batch", [np.ones((5, 2)), np.ones((1, 2))], "X must be float64 (N, 1), got float64 (5, 2)"),
    ("batch", [np.ones(1), np.ones((1, 2))], "X must be float64 (N, 1), got float64 (1,)"),
    ("batch", [np.ma.ones((5, 1)), np.ones((1, 2))], "X must be float64 (N, 1), got MaskedArray"),
    ("targets", [np.ones((0, 3)), np.ones((0, 3))], "Z must have shape (N, K) with N > 0, got (0, 3)"),
    ("targets", [np.ones(3), np.ones(3)], "Z must have shape (N, K) with N > 0, got (3,)"),
    ("targets", [[1, 2], np.ones((2, 3))],
     "Y must have the shape and dtype of Z, (2, 3) float64, got list: write one_hot(y, 3, Z.dtype) for labels y"),
    ("targets", [np.ones((2, 3), F32), np.ones((2, 3))],
     "Y must have the shape and dtype of Z, (2, 3) float64, got (2, 3) float32: "
     "write one_hot(y, 3, Z.dtype) for labels y"),
    ("targets", [np.ones((3, 2)), np.ones((2, 3))],
     "Y must have the shape and dtype of Z, (2, 3) float64, got (3, 2) float64: "
     "write one_hot(y, 3, Z.dtype) for labels y"),
    ("distributions", [np.ones((4, 2))], "Y must have rows that sum to 1, got 2 on average"),
    ("shares", [np.array([[-1, 0.5]])], "Y must lie in 0..1, got -1..0.5"),
    ("shares", [np.array([[0.5, 2]])], "Y must lie in 0..1, got 0.5..2"),
    ("finite", [[np.ones(1), np.array([np.inf])]], "parameters must be finite, got NaN or infinity"),
    ("finite", [[np.array([np.nan])], "the outputs"], "the outputs must be finite, got NaN or infinity"),
    ("object", ["output", Softmax, (Softmax, Sigmoid)],
     f"{OUTPUT}<class 'mnist_from_scratch.activations.Softmax'>: write Softmax(…), with brackets"),
    ("object", ["output", named("Softmax")(), (Softmax, Sigmoid)],
     f"{OUTPUT}Softmax(): it was made by another Softmax, of elsewhere: {RELOADED}"),
    ("object", ["output", named("Softmax"), (Softmax, Sigmoid)],
     f"{OUTPUT}<class 'elsewhere.Softmax'>: it was made by another Softmax, of elsewhere: {RELOADED}"),
    ("object", ["output", 3, (Softmax, Sigmoid)], f"{OUTPUT}3"),
    ("object", ["loss", "", (Softmax,), "be such as this"], "loss must be such as this, got ''"),
    ("chain", [3, Dense], "blocks must be a list, got 3: write [Dense(W)] for one layer"),
    ("chain", [[dense(2, 2), ReLU], Dense],
     "blocks must be objects, none of them twice, got <class 'mnist_from_scratch.activations.ReLU'>: "
     "write ReLU(), with brackets"),
    ("chain", [2 * [dense(2, 2)], Dense], "blocks must be objects, none of them twice, got Dense(2, 2)"),
    ("chain", [[named("Dense")()], Dense],
     f"blocks[0] must be one of Dense(), got Dense(): it was made by another Dense, of elsewhere: {RELOADED}"),
    ("chain", [[dense(2, 2), 3], Dense], "blocks[1] must have forward and backward, as Dense and ReLU do, got 3"),
    ("chain", [[dense(2, 2), named("Half", forward=abs)()], Dense],
     "blocks[1] must have forward and backward, as Dense and ReLU do, got Half()"),
    ("chain", [[dense(2, 2), named("Half", backward=abs)()], Dense],
     "blocks[1] must have forward and backward, as Dense and ReLU do, got Half()"),
    ("chain", [[], Dense], "blocks must begin and end with Dense, got []"),
    ("chain", [[ReLU(), dense(2, 2)], Dense], "blocks must begin and end with Dense, got [ReLU, Dense(2, 2)]"),
    ("chain", [[dense(2, 2), ReLU()], Dense],
     "blocks must begin and end with Dense, got [Dense(2, 2), ReLU]: "
     "the activation of the output belongs into the loss, as in CrossEntropy(Softmax())"),
    ("chain", [[dense(2, 3), dense(2, 3)], Dense], "blocks must fit together, got Dense(2, 3) before Dense(2, 3)"),
    ("chain", [[dense(2, 3), dense(3, 2, F32)], Dense],
     "blocks must fit together, got Dense(2, 3) before Dense(3, 2), float64 before float32"),
    ("layers", [[]], "blocks must hold a Dense, got none: after a reload of the package, "
                     "make the network again, or restart the kernel"),
    ("hidden", [ReLU(), CLASSES], f"{HIDDEN}ReLU: write hidden=ReLU, without brackets"),
    ("hidden", ["sigmoid", CLASSES], f"{HIDDEN}'sigmoid': write hidden=Sigmoid, without quotation marks"),
    ("hidden", [named("ReLU"), CLASSES],
     f"{HIDDEN}<class 'elsewhere.ReLU'>: another ReLU: after a reload, import it again, or restart the kernel"),
    ("hidden", [named("Mine"), CLASSES],
     f"{HIDDEN}<class 'elsewhere.Mine'>: for one of your own, build Network([Dense(W1), Mine(), Dense(W2)], loss)"),
    ("hidden", [3, CLASSES], f"{HIDDEN}3"),
    ("hidden", [3, (ReLU, Sigmoid, Softmax)], "hidden must be ReLU, Sigmoid or Softmax, got 3"),
    ("sizes", [784], "sizes must be a list of two counts or more, got 784: write [784, 30, 10]"),
    ("sizes", [np.ones((2, 2), int)],
     "sizes must be a list of two counts or more, got array([[1, 1], [1, 1]]): write [784, 30, 10]"),
    ("sizes", [[784]], "sizes must be two numbers or more, got [784]"),
    ("sizes", [[784, 0]], "sizes must be an integer of at least 1, got 0"),
    *[("init", [name], f"init must be a function such as he, got '{name}': write init={name}, without quotation marks")
      for name in ("zeros", "normal", "xavier", "he")],
    ("init", ["kaiming"], "init must be a function such as he, got 'kaiming'"),
    ("init", [3], "init must be a function such as he, got 3"),
    ("weights", [np.ones((2, 3)), (3, 2)], "init must return (3, 2), got (2, 3)"),
    ("weights", [np.full((3, 2), "a"), (3, 2)], "init must return floats (3, 2), got <U1 (3, 2)"),
    ("outputs", [CrossEntropy(Softmax()), 1],
     "n_out must be 2 or more for softmax, got 1: one output goes with Sigmoid()"),
    ("trainable", [3, Network], "network must be a Network, got 3: write mlp([784, 30, 10], rng)"),
    ("trainable", [SimpleNamespace(params=[]), Network],
     "network must be a Network, got namespace(params=[]): write mlp([784, 30, 10], rng)"),
    ("trainable", [read_only_network(), Network],
     "network must have parameters that can be written to, got read-only arrays: "
     "write network = copy.deepcopy(network)"),
    ("float64", [3], "network must be a Network, got 3: write mlp(..., dtype=np.float64)"),
    ("float64", [mlp([2, 2], np.random.default_rng(0))],
     "network must compute in float64, got float32: write mlp(..., dtype=np.float64)"),
    ("epoch", [3, CosineDecay(0.5, 3)], f"epoch must be below 3, where {CosineDecay(0.5, 3)} ends, got 3"),
    ("optimiser", [SGD, 1, F32],
     "optimiser must be an object such as SGD(0.1), got <class 'mnist_from_scratch.training.SGD'>"),
    ("optimiser", [0.1, 1, F32], "optimiser must be an object such as SGD(0.1), got 0.1"),
    ("optimiser", [named("Half", step=abs)(), 1, F32], "optimiser must be an object such as SGD(0.1), got Half()"),
    ("optimiser", [SGD(1e-60), 1, F32], "lr must be above 0 as float32, got 1e-60"),
    ("steps", [1, []], "params and grads must be lists of arrays, got 1: write step([W], [dW])"),
    ("steps", [[], 1], "params and grads must be lists of arrays, got []: write step([W], [dW])"),
    ("steps", [[np.ones(1), np.ones(1)], [np.ones(1)]], "grads must have an array for each of params, got 1 for 2"),
    ("steps", [[[1.0]], [np.ones(1)]], "params[0] must be an array that can be written to, got [1.0]"),
    ("steps", [[frozen(np.ones(1))], [np.ones(1)]], "params[0] must be an array that can be written to, got array([1.])"),
    ("steps", [[np.ones(1)], [np.ones(2)]], "grads[0] must have shape (1,), got (2,)"),
    ("steps", [[np.ones(1)], [np.ones(1, F32)]], "grads[0] must be float64, got float32: write .astype(np.float64)"),
    ("class", ["loss", "mse", CrossEntropy], "loss must be a class such as CrossEntropy, got 'mse'"),
    ("class", ["loss", CrossEntropy(Sigmoid()), CrossEntropy],
     "loss must be a class such as CrossEntropy, got CrossEntropy(Sigmoid): write loss=CrossEntropy, output=Sigmoid: each run makes its own"),
    ("class", ["output", Softmax(), Softmax], "output must be a class such as Softmax, got Softmax: write output=Softmax, without brackets"),
    ("n_train", [13, 12], "n_train must lie in 1..12, got 13"),
    ("n_train", [0, 12], "n_train must be an integer of at least 1, got 0"),
    ("jobs", [["a"], 5, str], "seeds must be a list of integers, one or more, got 5: write range(5)"),
    ("jobs", [["a"], 0, str], "seeds must be a list of integers, one or more, got 0"),
    ("jobs", [["a"], [], str], "seeds must be a list of integers, one or more, got []"),
    ("jobs", [["a"], [True], str], "seeds must be integers of at least 0, got True"),
    ("jobs", [["a"], [-1], str], "seeds must be integers of at least 0, got -1"),
    ("jobs", ["a", [0], str], "configurations must be a list, got 'a': write [configuration] for one"),
    ("jobs", [3, [0], str], "configurations must be a list, got 3: write [configuration] for one"),
    ("jobs", [[3], [0], str], "configurations must be of the class str, got 3"),
    ("jobs", [[], [0], str], "configurations must be one or more, got []"),
    ("jobs", [["a", "b", "a"], [0], str], "configurations must be there once each, got 'a'"),
    ("jobs", [["a"], [0, 1, 0], str], "seeds must be there once each, got 0"),
    ("folder", [3], "folder must be a text or a Path, got 3"),
    ("settings", [{"rate": 1}, Configuration],
     "where must be asked for sizes, lr, epochs, hidden, loss, output, init, batch_size, n_train, method, dropout, l2, distort, "
     "got 'rate'"),
    ("some", [[], {"lr": 0.3}], "where must be asked for what a run has, got {'lr': 0.3}: no run has these settings"),
    ("pixels", [np.zeros((2, 2, 2), np.uint8)],
     "picture must be bytes (H, W), (H, W, 3) or (H, W, 4), or floats (H, W), got uint8 (2, 2, 2)"),
    ("pixels", [np.zeros(784)], "picture must be bytes (H, W), (H, W, 3) or (H, W, 4), or floats (H, W), got float64 (784,)"),
    ("pixels", [np.array([[0.5, 255]])], "picture must lie in 0..1, got 0.5..255"),
    ("ink", [[[1.0]]], "ink must be floats (H, W), got list"),
    ("ink", [np.ones((2, 2), int)], "ink must be floats (H, W), got int64 (2, 2)"),
    ("ink", [np.full((2, 2), 0.05)], "ink must be there, got none above 0.05"),
    ("probabilities", [np.ones((2, 10)), 3],
     "P must have shape (3, 10), got (2, 10): write network.predict_proba(found.X)"),
    ("reader", ["my.npz", [784, 30, 3]], "my.npz must hold a network from 784 pixels to 10 digits, got one from 784 to 3"),
    ("values", [[0.5]], "values must be two or more, got 1: one run has no spread: give a sweep seeds=range(5)"),
    ("values", [[0.5, float("nan")]], "values must be two finite floats or more, got array([0.5, nan])"),
    ("values", [[]], "values must be two finite floats or more, got array([], dtype=float64)"),
]  # fmt: skip


@pytest.mark.parametrize("guard, arguments, message", MESSAGES, ids=[f"{g}: {m}"[:70] for g, _, m in MESSAGES])
def test_a_guard_says_what_it_got_what_is_wanted_and_what_to_write(guard, arguments, message):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError) as caught:
            getattr(guards, f"check_{guard}")(*arguments)
    assert str(caught.value) == message


def test_calls_in_the_wrong_order_are_told_the_right_one():
    with pytest.raises(RuntimeError) as caught:
        guards.check_forward(ReLU(), None)
    assert str(caught.value) == "ReLU: backward needs a forward before it"
    network, loss = SimpleNamespace(Z=np.ones(1)), CrossEntropy(Softmax())
    with pytest.raises(RuntimeError) as caught:
        guards.check_same_batch(network, loss)
    assert str(caught.value) == (
        "CrossEntropy(Softmax) must have seen the last outputs of this network: call "
        "network.loss.forward(network.forward(X), Y), and then network.backward()"
    )


def test_what_is_just_good_enough_passes():
    guards.check_split(np.ones(3), np.ones(3), 2)
    assert guards.check_floats("Z", F32.type(1)).dtype == F32, "one float32 became float64"
    guards.check_batch(np.ones((2, 1)).view(type("Mapped", (np.ndarray,), {})), np.ones((1, 2)))
    guards.check_distributions(np.full((20, 1), 1.0005))
    guards.check_shares(np.array([[0.0, 1.0]]))
    guards.check_spread("std", 0)
    assert guards.check_positive("lr", 0.5) == 0.5
    assert guards.check_scores(np.ones(3)).shape == (3,), "one row of scores"
    assert guards.check_sizes((2, 3)) == [2, 3]
    assert [len(V) for V in guards.check_equal_shapes(np.empty(0), np.empty(0))] == [0, 0]
    assert guards.check_bias([1, 2], np.ones((3, 2), F32)).dtype == F32, "whole numbers are a bias too"
    assert guards.check_number("x", np.array([[2]])) == 2.0, "a matrix of one number is a number"
