"""Training: mini-batches, SGD, every pairing on MNIST, histories, divergence, bad input."""

import math
import signal
import subprocess
import sys
import warnings
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import (
    HIDDEN, LOSSES, bits, name, refuses, small_data, small_mnist, small_network,
)  # fmt: skip

from mnist_from_scratch import SGD, CrossEntropy, History, Identity, MeanSquaredError, Network
from mnist_from_scratch import Sigmoid
from mnist_from_scratch import Tanh, minibatches, mlp, train

F32, F64 = np.float32, np.float64


def rng(seed=0):
    return np.random.default_rng(seed)


def fit(network, seed=0, lr=0.5, epochs=3, batch_size=5, data=None, **options):
    X, y = data or small_data(dtype=network.dtype)
    return train(network, X, y, SGD(lr), epochs=epochs, batch_size=batch_size, rng=rng(seed), **options)


# ---------------------------------------------------------------- mini-batches


@given(st.integers(1, 200), st.integers(1, 250), st.integers(0, 2**32))
def test_minibatches_are_a_permutation_cut_in_pieces(n, batch_size, seed):
    batches = list(minibatches(n, batch_size, rng(seed)))
    sizes = [len(batch) for batch in batches]
    assert sorted(np.concatenate(batches)) == list(range(n)), "an index is lost or doubled"
    assert all(size == batch_size for size in sizes[:-1]), f"sizes {sizes}"
    assert 1 <= sizes[-1] <= batch_size, f"the last batch holds what is left: {sizes}"
    assert len(batches) == -(-n // batch_size), "not the least number of batches"


def test_minibatches_are_shuffled_anew_by_the_same_generator_and_the_same_by_the_same_seed():
    generator = rng(1)
    first, second = (np.concatenate(list(minibatches(50, 7, generator))) for _ in range(2))
    again = np.concatenate(list(minibatches(50, 7, rng(1))))
    assert not np.array_equal(first, np.arange(50)), "not shuffled"
    assert not np.array_equal(first, second), "the second epoch has the order of the first"
    assert np.array_equal(first, again), "the same seed gave another order"


def test_every_index_comes_first_about_equally_often():
    generator = rng(2)
    first = [next(minibatches(4, 1, generator))[0] for _ in range(4000)]
    counts = np.bincount(first, minlength=4)
    # 1000 expected, standard deviation 27: five of those
    assert np.abs(counts - 1000).max() < 137, f"the order is not uniform: {counts}"


@pytest.mark.parametrize("n, batch_size, words", [
    (0, 1, "n must be an integer of at least 1, got 0"), (-3, 1, "n must be"),
    (2.0, 1, "n must be an integer of at least 1, got 2.0"), (5, 0, "batch_size must be"),
    (5, -1, "batch_size must be an integer of at least 1, got -1"),
    (5, 2.5, "batch_size must be an integer of at least 1, got 2.5"),
    (5, True, "batch_size must be an integer of at least 1, got True"),
])  # fmt: skip
def test_minibatches_that_cannot_be_are_refused(n, batch_size, words):
    with refuses(words):
        next(minibatches(n, batch_size, rng()))


def test_minibatches_need_a_generator():
    with refuses("rng must be a np.random.default_rng(seed)", "got 0"):
        next(minibatches(5, 1, 0))


# -------------------------------------------------------------------------- SGD


def test_a_step_moves_against_the_gradient_in_place():
    V, b = np.array([[1.0, 2.0]]), np.array([3.0])
    SGD(0.5).step([V, b], [np.array([[2.0, -4.0]]), np.array([6.0])])
    assert V.tolist() == [[0, 4]] and b.tolist() == [0], f"V - lr dV: {V}, {b}"


@pytest.mark.parametrize("lr", [0.1, np.float64(0.1), np.float32(0.1), np.array(0.1), 1, np.int8(1)], ids=repr)
def test_float32_parameters_stay_float32(lr):
    V = np.ones(2, F32)
    optimiser = SGD(lr)
    optimiser.step([V], [np.ones(2, F32)])
    assert V.dtype == F32, f"lr = {lr!r} made the parameters {V.dtype}"
    assert type(optimiser.rate) is float, f"the rate is a {type(optimiser.rate)}"


def test_a_rate_may_be_a_function_of_the_epoch():
    optimiser = SGD(lambda epoch: 1 / (1 + epoch))
    assert optimiser.rate == 1, "before the first epoch the rate is that of epoch 0"
    optimiser.start_epoch(3)
    assert optimiser.rate == 0.25, f"epoch 3: {optimiser.rate}"
    fixed = SGD(0.3)
    fixed.start_epoch(7)
    assert fixed.rate == 0.3, "a fixed rate has moved"


BAD_RATES = [True, np.True_, 0, 0.0, -0.1, math.nan, math.inf, -math.inf, None, "0.1", [0.1], 1j, np.array([0.1])]


@pytest.mark.parametrize("lr", BAD_RATES, ids=repr)
def test_a_rate_that_is_no_positive_number_is_refused(lr):
    with refuses("lr must be a positive, finite number", f"got {lr!r}"):
        SGD(lr)
    with refuses("lr must be a positive, finite number", f"got {lr!r}"):
        SGD(lambda epoch: lr)


GRADS = {
    "one too few": ([np.ones(3)], "grads must have an array for each of params", "got 1 for 2"),
    "another shape": ([np.ones(3), np.ones((1, 2))], "grads[1] must have shape (2,)", "got (1, 2)"),
    "a shape that would broadcast": ([np.ones(1), np.ones(2)], "grads[0] must have shape (3,)", "got (1,)"),
    "another dtype": ([np.ones(3), np.ones(2, F32)], "grads[1] must be float64", "got float32"),
    "a list": ([[1.0, 1.0, 1.0], np.ones(2)], "grads[0] must be a float64 array of shape (3,)", "got [1.0"),
}


@pytest.mark.parametrize("case", GRADS)
def test_gradients_that_do_not_fit_change_no_parameter(case):
    grads, *words = GRADS[case]
    params = [np.ones(3), np.ones(2)]
    with refuses(*words, unchanged=params):
        SGD(0.1).step(params, grads)


# --------------------------------------------------------------------- training


def by_hand(network, X, y, lr, epochs, batch_size, seed):
    """The training loop once more, with its formulas written out for one hidden ReLU layer."""
    W1, b1, W2, b2 = (V.copy() for V in network.params)
    generator, Y, losses, right = rng(seed), np.eye(network.n_out)[y], [], []
    for _ in range(epochs):
        order, loss, correct = generator.permutation(len(X)), 0.0, 0
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            A = np.maximum(X[batch] @ W1 + b1, 0)
            E = np.exp(A @ W2 + b2)
            P = E / E.sum(axis=1, keepdims=True)
            loss -= np.log(P[np.arange(len(batch)), y[batch]]).sum()
            correct += (P.argmax(axis=1) == y[batch]).sum()
            dZ2 = (P - Y[batch]) / len(batch)
            dZ1 = dZ2 @ W2.T * (A > 0)
            W2, b2 = W2 - lr * A.T @ dZ2, b2 - lr * dZ2.sum(axis=0)
            W1, b1 = W1 - lr * X[batch].T @ dZ1, b1 - lr * dZ1.sum(axis=0)
        losses.append(loss / len(X))
        right.append(correct / len(X))
    return [W1, b1, W2, b2], losses, right


def test_train_is_the_loop_that_one_would_write_by_hand():
    network = small_network(dtype=F64)
    X, y = small_data(n=17, dtype=F64)
    params, losses, right = by_hand(network, X, y, 0.4, 4, 5, seed=3)
    history = fit(network, seed=3, lr=0.4, epochs=4, data=(X, y))
    for i, (V, expected) in enumerate(zip(network.params, params)):
        assert np.allclose(V, expected, atol=1e-12), f"parameter {i} is not the hand-written loop's"
    assert history.loss == pytest.approx(losses), "the loss is not the mean over the epoch"
    assert history.accuracy == pytest.approx(right), "nor is the accuracy"


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    runs = []
    for seed in (1, 1, 2):
        network = small_network()
        history = fit(network, seed)
        runs.append((bits(network.params), history.loss, history.accuracy))
    assert runs[0] == runs[1], "the same seed gave other bits"
    assert runs[0][0] != runs[2][0], "another seed gave the same weights"


def nearest_mean(X, y, X_test, y_test):
    """The accuracy of the nearest class mean: the baseline of the first chapter."""
    means = np.stack([X[y == k].mean(axis=0) for k in range(10)])
    distance = ((X_test[:, None] - means) ** 2).sum(axis=2)
    return np.mean(distance.argmin(axis=1) == y_test)


RATES = {"CrossEntropy(Softmax)": 0.2, "CrossEntropy(Sigmoid)": 0.2,
         "MeanSquaredError(Softmax)": 0.8, "MeanSquaredError(Sigmoid)": 0.8}  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES, ids=name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=name)
def test_every_pairing_learns_more_than_the_class_means_tell(hidden, loss):
    X, y, X_test, y_test = small_mnist()
    network = mlp([784, 32, 10], rng(0), hidden=hidden, loss=loss)
    train(network, X, y, SGD(RATES[repr(loss)]), epochs=8, batch_size=10, rng=rng(1))
    baseline = nearest_mean(X, y, X_test, y_test)
    _, accuracy = network.evaluate(X_test, y_test)
    assert accuracy > baseline + 0.03, f"{accuracy} against {baseline} of the class means"
    assert all(V.dtype == F32 for V in network.params + network.grads), "float32 did not stay"


@pytest.mark.parametrize("output", [Identity(), Tanh()], ids=name)
def test_mean_squared_error_trains_identity_and_tanh_outputs_too(output):
    X, y, X_test, y_test = small_mnist()
    network = mlp([784, 32, 10], rng(0), hidden=Tanh, loss=MeanSquaredError(output))
    train(network, X, y, SGD(0.05), epochs=8, batch_size=10, rng=rng(1))
    baseline = nearest_mean(X, y, X_test, y_test)
    _, accuracy = network.evaluate(X_test, y_test)
    assert accuracy > baseline + 0.03, f"{accuracy} against {baseline} of the class means"


def test_a_network_of_three_hidden_layers_trains_too():
    X, y, X_test, y_test = small_mnist()
    network = mlp([784, 30, 20, 15, 10], rng(0))
    history = train(network, X, y, SGD(0.1), epochs=8, batch_size=10, rng=rng(1))
    assert history.loss[-1] < history.loss[0] / 2, f"the loss hardly fell: {history.loss}"
    baseline = nearest_mean(X, y, X_test, y_test)
    _, accuracy = network.evaluate(X_test, y_test)
    assert accuracy > baseline + 0.03, f"{accuracy} against {baseline} of the class means"


def test_a_history_has_one_float_an_epoch():
    network = small_network(dtype=F64)
    X_val, y_val = small_data(5, 9, dtype=F64)
    history = fit(network, epochs=4, validation=(X_val, y_val))
    for field in ("loss", "accuracy", "val_loss", "val_accuracy", "seconds"):
        values = getattr(history, field)
        assert len(values) == 4, f"{field} has {len(values)} values for 4 epochs"
        assert all(type(value) is float for value in values), f"{field} holds {values}"
    assert all(seconds > 0 for seconds in history.seconds), "an epoch took no time"
    # The last entry is what the network that came out of training does.
    loss, accuracy = network.evaluate(X_val, y_val)
    assert (history.val_loss[-1], history.val_accuracy[-1]) == (loss, accuracy), "validation"


def test_without_validation_there_are_no_validation_curves():
    history = fit(small_network())
    assert history.val_loss == history.val_accuracy == [], "validation that nobody asked for"
    assert len(history.loss) == 3, "the other curves are there"


def test_two_histories_do_not_share_their_lists():
    History().record(1.0, 0.5, 2.0, 0.25, seconds=3.0)
    assert History() == History([], [], [], [], []), "a new History is not empty"
    history = History()
    history.record(1.0, 0.5, 2.0, 0.25, seconds=3.0)
    assert history == History([1.0], [0.5], [2.0], [0.25], [3.0]), f"got {history}"


def test_validation_does_not_change_what_is_learned():
    alone, watched = small_network(), small_network()
    fit(alone), fit(watched, validation=small_data(5))
    assert bits(alone.params) == bits(watched.params), "validation has changed the training"


def test_training_changes_neither_pixels_nor_labels():
    data = small_data()
    before = bits(data)
    fit(small_network(), data=data)
    assert bits(data) == before, "the data have changed"


def test_lists_and_float64_pixels_train_a_float32_network():
    X, y = small_data(dtype=F64)
    a, b = small_network(), small_network()
    fit(a, data=(X, y))
    fit(b, data=(X.tolist(), y.tolist()))
    assert bits(a.params) == bits(b.params), "lists train another network than arrays"
    assert all(V.dtype == F32 for V in a.params), "float64 pixels made the network float64"


def test_the_rate_of_each_epoch_is_used():
    class Recorder(SGD):
        steps = []

        def step(self, params, grads):
            self.steps.append(self.rate)
            super().step(params, grads)

    X, y = small_data(n=12)
    train(small_network(), X, y, Recorder(lambda epoch: 0.1 / (epoch + 1)),
          epochs=3, batch_size=6, rng=rng())  # fmt: skip
    expected = [0.1, 0.1, 0.05, 0.05, 0.1 / 3, 0.1 / 3]
    assert Recorder.steps == pytest.approx(expected), f"the rates were {Recorder.steps}"


def test_an_optimiser_of_ones_own_is_used():
    class Still:
        def __init__(self):
            self.epochs, self.steps = [], 0

        def start_epoch(self, epoch):
            self.epochs.append(epoch)

        def step(self, params, grads):
            self.steps += 1

    network, still = small_network(), Still()
    before = bits(network.params)
    X, y = small_data(n=12)
    train(network, X, y, still, epochs=2, batch_size=5, rng=rng())
    assert still.steps == 6 and still.epochs[-2:] == [0, 1], f"{still.steps}, {still.epochs}"
    assert bits(network.params) == before, "something else than the optimiser changes parameters"


def test_a_batch_may_be_larger_than_the_data():
    history = fit(small_network(), batch_size=1000, epochs=2)
    assert len(history.loss) == 2, "one batch an epoch"


# --------------------------------------------------------------------- progress


def test_nothing_is_written_and_no_tqdm_imported_unless_asked_for():
    code = (
        "import sys; import numpy as np; from mnist_from_scratch import *\n"
        "rng = np.random.default_rng(0)\n"
        "X, y = rng.normal(size=(20, 4)), rng.integers(3, size=20)\n"
        "train(mlp([4, 3], rng), X, y, SGD(0.1), epochs=2, batch_size=3, rng=rng)\n"
        "print('tqdm' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("False\n", ""), f"training wrote: {said}"


@pytest.fixture
def no_monitor(monkeypatch):
    """tqdm without its thread, which does not survive the forks of a mutation test."""
    from tqdm import tqdm

    monkeypatch.setattr(tqdm, "monitor_interval", 0)


def test_the_progress_bar_counts_epochs_and_batches_on_stderr(no_monitor, capsys):
    fit(small_network(), progress=True)  # 3 epochs of 3 batches
    out, err = capsys.readouterr()
    assert out == "", f"something on stdout: {out!r}"
    for words in ("epoch 1/3", "epoch 3/3", "0/3"):
        assert words in err, f"the bar lacks {words!r}: {err!r}"
    shown = err.rsplit("\r", 2)[1:]
    assert "".join(shown).strip() == "", f"the bar of a finished epoch stays: {shown!r}"


def test_a_progress_bar_does_not_change_what_is_learned(no_monitor, capsys):
    quiet, shown = small_network(), small_network()
    fit(quiet)
    assert capsys.readouterr().err == "", "a bar that nobody asked for"
    fit(shown, progress=True)
    assert bits(quiet.params) == bits(shown.params), "the bar has changed the training"


# -------------------------------------------------------------------- divergence


def test_a_loss_that_grows_without_bound_stops_training_and_keeps_the_history():
    network = small_network(hidden=Identity, loss=MeanSquaredError(Identity()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with refuses("infinite or NaN", "lr=2.0", "ten times smaller", error=FloatingPointError) as caught:
            fit(network, lr=2.0, epochs=500)
    history = caught.value.history
    assert isinstance(history, History), f"no history, but {history!r}"
    n = len(history.loss)
    assert 0 < n < 500, f"{n} epochs were recorded"
    assert f"in epoch {n + 1}, at" in str(caught.value), f"after {n} epochs: {caught.value}"
    assert np.isfinite(history.loss).all(), "the history holds a loss that is not finite"
    assert len(history.seconds) == len(history.accuracy) == n, "half an epoch was recorded"


def test_the_seconds_are_no_more_than_have_passed():
    start = perf_counter()
    history = fit(small_network(), epochs=3)
    assert 0 < sum(history.seconds) <= perf_counter() - start, f"{history.seconds}"


def test_the_images_to_learn_from_are_called_x():
    with refuses("X must") as caught:
        train(small_network(), [[1.0], [2.0, 3.0]], [0, 1], SGD(0.1), epochs=1, batch_size=1, rng=rng())
    assert str(caught.value).startswith("X must be an array"), caught.value


def test_a_training_that_diverges_without_a_rate_says_what_to_try_all_the_same():
    class Own:
        def start_epoch(self, epoch):
            pass

        def step(self, params, grads):
            params[0][...] = np.nan

    X, y = small_data()
    with refuses("lr=None: try a learning rate ten times smaller, or", error=FloatingPointError):
        train(small_network(), X, y, Own(), epochs=2, batch_size=2, rng=rng())


def test_training_stops_at_the_batch_whose_loss_is_not_finite():
    class Exploding(SGD):
        steps = 0

        def step(self, params, grads):
            self.steps += 1
            if self.steps == 3:
                params[0][...] = np.nan

    network, optimiser = small_network(), Exploding(0.1)
    X, y = small_data(n=20)
    with refuses("in epoch 1, at lr=0.1", error=FloatingPointError) as caught:
        train(network, X, y, optimiser, epochs=2, batch_size=2, rng=rng())
    assert optimiser.steps == 3, f"{optimiser.steps} updates, though the third gave NaN"
    assert caught.value.history == History(), "an epoch that was not finished was recorded"


@pytest.mark.parametrize("validation", [None, small_data(5)], ids=["alone", "with validation"])
def test_weights_that_explode_in_the_very_last_step_are_not_returned_in_silence(validation):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with refuses("in epoch 1", error=FloatingPointError):
            fit(small_network(), lr=1e39, epochs=1, batch_size=12, validation=validation)


def test_after_divergence_the_network_is_as_after_its_last_whole_epoch(tmp_path):
    settings = dict(hidden=Identity, loss=MeanSquaredError(Identity()))
    network = small_network(**settings)
    with refuses(error=FloatingPointError) as caught:
        fit(network, lr=2.0, epochs=500)
    whole = len(caught.value.history.loss)
    other = small_network(**settings)
    fit(other, lr=2.0, epochs=whole)
    assert bits(network.params) == bits(other.params), f"not the weights after {whole} epochs"
    network.save(tmp_path / "it.npz")
    other.load(tmp_path / "it.npz")


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("where", ["a step", "the validation"])
def test_an_interrupt_keeps_the_history_and_the_weights_of_the_last_whole_epoch(error, where, monkeypatch):
    class Interrupted(SGD):
        steps = 0

        def step(self, params, grads):
            super().step(params[:1], grads[:1])
            self.steps += 1
            if where == "a step" and self.steps == 8:  # in the third epoch of three batches
                raise error("stop")
            super().step(params[1:], grads[1:])

    network, other, optimiser = small_network(), small_network(), Interrupted(0.1)
    if where == "the validation":
        def evaluate(*validation, whole=Network.evaluate):
            if optimiser.steps == 9:
                raise error("stop")
            return whole(network, *validation)

        monkeypatch.setattr(network, "evaluate", evaluate)
    with refuses("stop", error=error) as caught:
        train(network, X, Y, optimiser, epochs=9, batch_size=4, rng=rng(), validation=(V, U))
    expected = train(other, X, Y, SGD(0.1), epochs=2, batch_size=4, rng=rng(), validation=(V, U))
    history = caught.value.history
    assert history.loss == expected.loss and history.val_loss == expected.val_loss, "another history"
    assert len(history.seconds) == 2, f"{len(history.seconds)} epochs were whole"
    assert bits(network.params) == bits(other.params), "half an epoch is left in the weights"
    (note,) = caught.value.__notes__
    assert note.startswith("The network is as after 2 whole epochs."), note
    assert note.endswith("are the error's history; in a notebook: import sys; sys.last_value.history"), note


def test_a_real_ctrl_c_stops_training_with_its_history(request):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))

    class Impatient(SGD):
        steps = 0

        def step(self, params, grads):
            super().step(params, grads)
            self.steps += 1
            if self.steps == 8:
                signal.raise_signal(signal.SIGINT)

    with refuses(error=KeyboardInterrupt) as caught:
        train(small_network(), X, Y, Impatient(0.1), epochs=5, batch_size=4, rng=rng())
    assert len(caught.value.history.loss) == 2, "the two whole epochs are not in the history"


@pytest.mark.parametrize("lr", [1e-60, lambda epoch: (0.1, 1e-60, 0.1)[epoch]], ids=["always", "in one epoch"])
def test_a_rate_that_float32_cannot_hold_is_refused_before_the_first_update(lr):
    network = small_network()
    with refuses("lr must be above 0 as float32, got 1e-60", unchanged=network.params):
        fit(network, lr=lr, epochs=3)


def test_huge_logits_are_no_reason_to_stop():
    # Logits of thousands: the fused loss is finite where log(softmax) would not be.
    X, y = small_data()
    network = small_network()
    network.params[0] *= 1e4
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = fit(network, lr=1e-6, data=(X, y))
    assert np.isfinite(history.loss).all(), f"losses {history.loss}"


# --------------------------------------------------------------------- bad input

X, Y = small_data()
V, U = small_data(4)  # for validation


def spoilt(value):
    bad = X.copy()
    bad[3, 2] = value
    return bad


class NoStep:
    def start_epoch(self, epoch):
        pass


class NoStart:
    def step(self, params, grads):
        pass


BAD = {
    "X with a column too many": (dict(X=np.ones((12, 5), F32)), "X must have shape (N, 4)", "got (12, 5)"),
    "X of one image": (dict(X=X[0]), "X must have shape (N, 4)", "got (4,)"),
    "X of squares": (dict(X=X.reshape(12, 2, 2)), "X must have shape (N, 4)", "got (12, 2, 2)"),
    "X empty": (dict(X=X[:0], y=Y[:0]), "X must have shape (N, 4) with N > 0", "got (0, 4)"),
    "X of bytes": (dict(X=np.ones((12, 4), np.uint8)), "X must hold floats", "got uint8"),
    "X of strings": (dict(X=X.astype(str)), "X must hold floats", "got <U"),
    "X of objects": (dict(X=X.astype(object)), "X must hold floats", "got object"),
    "X a string": (dict(X="train"), "X must be an array", "got 'train'"),
    "X with NaN": (dict(X=spoilt(np.nan)), "X must be finite", "got NaN or infinity"),
    "X with infinity": (dict(X=spoilt(np.inf)), "X must be finite", "got NaN or infinity"),
    "y one-hot": (dict(y=np.eye(3)[Y]), "y must have shape (N,)", "got (12, 3)"),
    "y longer": (dict(y=np.r_[Y, 0]), "y must have a label for each row of X", "got 13 for 12"),
    "y shorter": (dict(y=Y[:-1]), "y must have a label for each row of X", "got 11 for 12"),
    "y empty": (dict(y=Y[:0]), "y must have shape (N,) with N > 0", "got (0,)"),
    "y of floats": (dict(y=Y.astype(float)), "y must hold integers", "got float64"),
    "y of booleans": (dict(y=Y > 1), "y must hold integers", "got bool"),
    "y of strings": (dict(y=Y.astype(str)), "y must hold integers", "got <U"),
    "y too large": (dict(y=Y + 1), "y must lie in 0..2", "got 1..3"),
    "y negative": (dict(y=Y - 1), "y must lie in 0..2", "got -1..1"),
    "epochs 0": (dict(epochs=0), "epochs must be an integer of at least 1", "got 0"),
    "epochs -1": (dict(epochs=-1), "epochs must be", "got -1"),
    "epochs 1.5": (dict(epochs=1.5), "epochs must be", "got 1.5"),
    "epochs None": (dict(epochs=None), "epochs must be", "got None"),
    "batch_size 0": (dict(batch_size=0), "batch_size must be an integer of at least 1", "got 0"),
    "batch_size -1": (dict(batch_size=-1), "batch_size must be", "got -1"),
    "batch_size 2.5": (dict(batch_size=2.5), "batch_size must be", "got 2.5"),
    "batch_size True": (dict(batch_size=True), "batch_size must be", "got True"),
    "rng a seed": (dict(rng=0), "rng must be a np.random.default_rng(seed)", "got 0"),
    "rng None": (dict(rng=None), "rng must be", "got None"),
    "rng RandomState": (dict(rng=np.random.RandomState(0)), "rng must be", "RandomState"),
    "optimiser a rate": (dict(optimiser=0.1), "optimiser must be", "SGD(0.1)", "got 0.1"),
    "optimiser in words": (dict(optimiser="sgd"), "optimiser must be", "got 'sgd'"),
    "optimiser without step": (dict(optimiser=NoStep()), "optimiser must be", "NoStep"),
    "optimiser without start_epoch": (dict(optimiser=NoStart()), "optimiser must be", "NoStart"),
    "lr that ends at 0": (dict(optimiser=SGD(lambda epoch: 0.1 * (1 - epoch))), "lr must be", "got 0.0"),
    "optimiser a class": (dict(optimiser=SGD), "optimiser must be an object such as SGD(0.1)", "SGD"),
    "validation a single array": (dict(validation=(V,)), "validation must be a pair", "tuple of 1", "(X_val, y_val)"),
    "validation X alone": (dict(validation=V), "validation must be a pair", "ndarray of 12", "(X_val, y_val)"),
    "validation a number": (dict(validation=3), "validation must be a pair", "got 3"),
    "validation turned": (dict(validation=(U, V)), "validation X must have shape"),
    "X of pixels up to 255": (dict(X=255 * np.abs(X)), "X must be scaled", "divide pixels by 255"),
    "validation of pixels up to 255": (dict(validation=(255 * np.abs(V), U)), "validation X must be scaled", "by 255"),
    "X masked": (dict(X=np.ma.masked_less(X, 0)), "X must have no masked entries"),
    "X ragged": (dict(X=[[1.0, 2.0], [3.0]]), "X must be an array", "equally long"),
    "y ragged": (dict(y=[[1], [2, 3]]), "y must be an array", "equally long"),
    "validation too wide": (dict(validation=(np.ones((5, 5), F32), U[:5])), "validation X must have shape (N, 4)", "got (5, 5)"),
    "validation of bytes": (dict(validation=(np.ones((12, 4), int), U)), "validation X must hold floats", "got int64"),
    "validation with NaN": (dict(validation=(V * np.nan, U)), "validation X must be finite"),
    "validation empty": (dict(validation=(V[:0], U[:0])), "validation X must have shape", "got (0, 4)"),
    "validation y longer": (dict(validation=(V, np.r_[U, 0])), "validation y must", "got 13 for 12"),
    "validation y one-hot": (dict(validation=(V, np.eye(3)[U])), "validation y must have shape", "got (12, 3)"),
    "validation y too large": (dict(validation=(V, U + 1)), "validation y must lie in 0..2", "got 1..3"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_by_name_before_anything_is_changed(case):
    changes, *words = BAD[case]
    network = small_network()
    arguments = dict(X=X, y=Y, optimiser=SGD(0.1), epochs=2, batch_size=4, rng=rng()) | changes
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with refuses(*words, unchanged=network.params + network.grads):
            train(network, **arguments)


@pytest.mark.parametrize("network", [None, mlp, Network, "network", [1.0]], ids=name)
def test_what_is_no_network_is_refused(network):
    with refuses("network must be a Network", "mlp([784, 30, 10], rng)"):
        train(network, X, Y, SGD(0.1), epochs=2, batch_size=4, rng=rng())


def test_options_are_given_by_name():
    with refuses(error=TypeError):
        train(small_network(), X, Y, SGD(0.1), 2, 4, rng())


def test_sigmoid_outputs_are_read_by_the_largest():
    network = small_network(loss=CrossEntropy(Sigmoid()))
    history = fit(network, epochs=40, lr=1.0, data=(np.eye(4, dtype=F32)[:3], np.arange(3)), batch_size=3)
    assert history.accuracy[-1] == 1, f"three separable points were not learned: {history.accuracy}"
