"""Sweeps: the same bits however they are run, nothing lost, nothing stale believed."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace

import numpy as np
import pytest
from joblib import Parallel, delayed, parallel_config
from oracles import bits, refuses, small_data, small_mnist
from threadpoolctl import threadpool_info, threadpool_limits

from mnist_from_scratch import SGD, Configuration, CosineDecay, MeanSquaredError, ReLU, Sigmoid
from mnist_from_scratch import StepDecay, Tanh, difference, experiments, mlp, normal, sweep, train
from mnist_from_scratch import xavier
from mnist_from_scratch.experiments import SweepError

SMALL = Configuration(sizes=(4, 5, 3), lr=0.1, epochs=3, batch_size=5)
TOO_SHORT = replace(SMALL, lr=lambda epoch: 0.1 if epoch < 3 else 1 / 0)
DATA = small_data(), small_data(1)


def small_sweep(configurations=(SMALL,), seeds=range(2), **options):
    (X, y), validation = DATA
    return sweep(configurations, seeds, X, y, validation, **({"n_jobs": 1} | options))


def found(results):
    """Return all that a sweep found, bit for bit, but for the seconds."""
    return [
        (repr(each.configuration), each.seed, each.diverged, bits(each.params), each.history.loss,
         each.history.accuracy, each.history.val_loss, each.history.val_accuracy)
        for each in results
    ]  # fmt: skip


# ------------------------------------------------------------------- what a run is


def test_a_run_is_what_train_does_with_the_three_streams_of_its_seed():
    X, y, X_val, y_val = small_mnist(300, 100)
    settings = Configuration(sizes=(784, 8, 10), hidden=Tanh, lr=0.2, epochs=2, batch_size=7)
    (run,) = sweep([settings], [3], X, y, (X_val, y_val), n_jobs=1)
    for_weights, _, for_batches = np.random.default_rng(3).spawn(3)
    network = mlp([784, 8, 10], for_weights, hidden=Tanh)
    history = train(network, X, y, SGD(0.2), epochs=2, batch_size=7, rng=for_batches, validation=(X_val, y_val))
    assert bits(run.params) == bits(network.params), "the sweep trained another network"
    assert run.history.val_accuracy == history.val_accuracy, "its curve is another"
    assert run.final() == history.val_accuracy[-1] and run.final("loss") == history.loss[-1]


def test_the_network_of_a_run_answers_as_when_it_was_trained():
    for run in small_sweep([replace(SMALL, hidden=Sigmoid, loss=MeanSquaredError, output=Sigmoid)]):
        network = run.network()
        assert repr(network.loss) == "MeanSquaredError(Sigmoid)", "another loss"
        loss, accuracy = network.evaluate(*DATA[1])
        assert loss == run.history.val_loss[-1] and accuracy == run.final(), "another network"


def test_runs_of_a_seed_share_weights_choice_and_order_whatever_else_differs():
    few = [replace(SMALL, lr=1e-30, n_train=6, batch_size=size) for size in (2, 6)]
    small, large = small_sweep(few, [7])
    weights = slice(0, None, 2)  # the biases, zero at first, feel even the smallest step
    assert bits(small.params[weights]) == bits(large.params[weights]), "the same seed began elsewhere"
    other = small_sweep([few[0]], [8])[0]
    assert bits(other.params[weights]) != bits(small.params[weights]), "another seed began at the same place"
    alike = small_sweep([few[1], replace(few[1], lr=1e-29)], [7])
    assert alike[0].history.loss[0] == pytest.approx(alike[1].history.loss[0]), "other images"


def test_a_smaller_choice_of_images_is_part_of_a_larger_one(monkeypatch):
    seen = {}

    def remember(network, X, y, *args, **options):
        seen[len(X)] = {row.tobytes() for row in X}
        return train(network, X, y, *args, **options)

    monkeypatch.setattr(experiments, "train", remember)
    small_sweep([replace(SMALL, n_train=n) for n in (3, 7, 12)], [0])
    assert sorted(seen) == [3, 7, 12], "n_train is not the number of images"
    assert seen[3] < seen[7] < seen[12], "the choices are not nested"


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_schedule_with_a_state_begins_anew_in_each_run(n_jobs):
    class Falling:
        rate = 0.4

        def __call__(self, epoch):
            self.rate /= 2
            return self.rate

    mine = Falling()
    first, second = small_sweep([replace(SMALL, lr=mine)], [0, 1], n_jobs=n_jobs)
    assert mine.rate == 0.4, "the sweep has changed the configuration's own schedule"
    (alone,) = small_sweep([replace(SMALL, lr=mine)], [1])
    assert bits(second.params) == bits(alone.params), "a run went on where the one before it ended"


def test_the_results_come_in_order_configuration_by_configuration():
    results = small_sweep([SMALL, replace(SMALL, lr=0.2)], [5, 2, 9], n_jobs=2)
    order = [(each.configuration.lr, each.seed) for each in results]
    assert order == [(lr, seed) for lr in (0.1, 0.2) for seed in (5, 2, 9)]


# ------------------------------------------------------------------- same bits


@pytest.fixture(scope="module")
def mnist_sweep():
    X, y, X_val, y_val = small_mnist(400, 200)
    wide = Configuration(sizes=(784, 200, 10), lr=0.1, epochs=2)
    configurations = [wide, replace(wide, lr=StepDecay(0.3, 1), hidden=Sigmoid)]
    return lambda **options: sweep(configurations, range(2), X, y, (X_val, y_val), **options)


@pytest.fixture(scope="module")
def alone(mnist_sweep):
    return found(mnist_sweep(n_jobs=1))


def test_one_core_is_one_core(skip):
    """An older threadpoolctl did not know the OpenBLAS of NumPy 2, and limited nothing, without a word."""
    if "openblas" not in np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]:
        skip("NumPy has another library than OpenBLAS here, and the limit to one core was not tried.")
    with threadpool_limits(1):
        threads = [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
    assert threads and set(threads) == {1}, f"threads of the BLAS libraries: {threads}"


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
def test_the_number_of_workers_changes_no_bit(mnist_sweep, alone, n_jobs):
    assert found(mnist_sweep(n_jobs=n_jobs)) == alone, f"{n_jobs} workers found something else"


def test_a_run_leaves_its_process_as_many_threads_as_before(mnist_sweep, alone):
    before = [pool["num_threads"] for pool in threadpool_info()]
    mnist_sweep(n_jobs=1)
    assert [pool["num_threads"] for pool in threadpool_info()] == before, "threads were taken away"


def test_a_run_uses_one_thread(monkeypatch):
    seen = []

    def look(*args, **options):
        seen.append({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})
        return train(*args, **options)

    monkeypatch.setattr(experiments, "train", look)
    small_sweep(seeds=[0])
    assert seen == [{1}], f"BLAS had {seen} threads"


@pytest.mark.slow
def test_a_dask_cluster_finds_the_same_bits(mnist_sweep, alone):
    import distributed
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster, distributed.Client(cluster) as client:
        with parallel_config(backend="dask"):
            results = mnist_sweep()
        asked = client.run(lambda dask_worker: dask_worker.state.executed_count)
        assert all(asked.values()), f"a worker of the cluster had nothing to do: {asked}"
    assert found(results) == alone, "the cluster found something else"


# ------------------------------------------------------------------- nothing is lost


def unlucky(rng, n_in, n_out):
    """Fail with every other seed, and with none that is asked before the first run."""
    W = xavier(rng, n_in, n_out)
    if n_in == 4 and W[0, 0] < 0:
        raise MemoryError("no room")
    return W


LUCKY, UNLUCKY = 0, 1  # seeds; the test below proves it


def test_a_run_that_fails_is_named_and_the_others_are_there():
    with pytest.raises(SweepError) as caught:
        small_sweep([SMALL, replace(SMALL, init=unlucky)], [LUCKY, UNLUCKY], n_jobs=2)
    message = str(caught.value)
    assert message.startswith("1 of 4 runs failed"), message
    for words in ("sizes=(4, 5, 3)", "init=unlucky", f"with seed {UNLUCKY}", "MemoryError: no room"):
        assert words in message, f"the message lacks {words!r}: {message}"
    expected = small_sweep([SMALL], [LUCKY, UNLUCKY]) + small_sweep([replace(SMALL, init=unlucky)], [LUCKY])
    assert found(caught.value.results) == found(expected), "others are lost"


def test_a_diverged_run_is_marked_and_keeps_the_curve_it_had():
    falling_apart = replace(SMALL, lr=StepDecay(0.1, 1, 1e30))
    diverged, sound = small_sweep([falling_apart, SMALL], [0])
    assert diverged.diverged and not sound.diverged, "not marked, or the wrong one"
    assert len(diverged.history.loss) == 1, "the epoch that went well is lost"
    assert diverged.history.loss == sound.history.loss[:1], "it was another epoch"
    assert np.isnan(diverged.final()), "it has no final accuracy"


@pytest.fixture
def counted(monkeypatch):
    """The seeds of the runs that are really made."""
    made = []

    def count(network, X, y, optimiser, **options):
        made.append(network)
        return train(network, X, y, optimiser, **options)

    monkeypatch.setattr(experiments, "train", count)
    return made


def test_a_sweep_that_was_stopped_goes_on_where_it_was(tmp_path, counted):
    configurations = [replace(SMALL, lr=StepDecay(0.1, 1, 1e30)), replace(SMALL, hidden=Tanh)]
    first = small_sweep(configurations, [0, 1], folder=tmp_path)
    assert len(counted) == 4, "not every run was made"
    again = small_sweep(configurations, [0, 1, 2], folder=tmp_path)
    assert len(counted) == 6, f"made again: {len(counted) - 6}"
    old = [run for run in again if run.seed < 2]
    assert found(old) == found(first), "kept runs have changed"
    seconds = [[run.history.seconds for run in runs] for runs in (old, first)]
    assert seconds[0] == seconds[1], "the seconds of a kept run have changed"
    assert found(first) == found(small_sweep(configurations, [0, 1])), "keeping changes what is found"


def test_what_went_well_before_a_failure_is_kept(tmp_path, counted):
    mine = replace(SMALL, init=unlucky)
    with pytest.raises(SweepError):
        small_sweep([mine], [LUCKY, UNLUCKY], folder=tmp_path)
    small_sweep([mine], [LUCKY], folder=tmp_path)
    assert len(counted) == 1, "a run that went well was made again"


KILLED = """
import sys, time, numpy as np
from mnist_from_scratch import Configuration, sweep
import mnist_from_scratch.experiments as experiments

X, y = np.random.default_rng(0).uniform(-1, 1, (12, 4)).astype(np.float32), np.arange(12) % 3
train, made = experiments.train, []

def slow(*args, **options):
    if made:
        print("waiting", flush=True)
        time.sleep(60)
    made.append(1)
    return train(*args, **options)

experiments.train = slow
sweep([Configuration(sizes=(4, 5, 3), lr=0.1, epochs=3, batch_size=5)], range(2), X, y, (X, y), folder=sys.argv[1], n_jobs=1)
"""


def test_a_killed_sweep_loses_only_the_run_that_it_was_at(tmp_path, counted):
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "waiting\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    X = np.random.default_rng(0).uniform(-1, 1, (12, 4)).astype(np.float32)
    y = np.arange(12) % 3
    sweep([SMALL], range(2), X, y, (X, y), folder=tmp_path, n_jobs=1)
    assert len(counted) == 1, f"{len(counted)} runs were made after a sweep that had finished one of two"


def test_two_sweeps_share_a_folder(tmp_path, counted):
    sweeps = [[SMALL, replace(SMALL, lr=0.2)], [replace(SMALL, lr=0.2), replace(SMALL, lr=0.3)]]
    both = Parallel(2, backend="threading")(
        delayed(small_sweep)(configurations, range(4), folder=tmp_path) for configurations in sweeps
    )
    for configurations, results in zip(sweeps, both):
        assert found(results) == found(small_sweep(configurations, range(4))), "one sweep got runs of the other"
    made = len(counted)
    for configurations in sweeps:
        small_sweep(configurations, range(4), folder=tmp_path)
    assert len(counted) == made, "runs of the shared folder were made again"


def test_any_setting_that_differs_is_another_run(tmp_path, counted):
    changes = [{}, {"lr": 0.2}, {"lr": StepDecay(0.1, 2)}, {"epochs": 2}, {"batch_size": 4},
               {"hidden": Tanh}, {"n_train": 6}, {"sizes": (4, 6, 3)}, {"init": xavier}, {"init": normal},
               {"loss": MeanSquaredError}, {"loss": MeanSquaredError, "output": Sigmoid}]  # fmt: skip
    for change in changes:
        small_sweep([replace(SMALL, **change)], [0], folder=tmp_path)
    assert len(counted) == len(changes), "two configurations were taken for one"
    small_sweep([replace(SMALL, hidden=ReLU)], [0], folder=tmp_path)
    assert len(counted) == len(changes), "a default that is spelled out is no other run"


def schedule(body):
    """Return a data class as a reader may write it, with this line in its __call__."""
    space = {}
    source = "@dataclass(frozen=True)\nclass Mine:\n    lr: float\n    def __call__(self, epoch):\n        return "
    exec(source + body, {"dataclass": dataclass, "__name__": "mine"}, space)
    return space["Mine"](0.1)


def test_a_schedule_of_ones_own_that_was_edited_is_run_again(tmp_path, counted):
    old, new = (replace(SMALL, lr=schedule(body)) for body in ("self.lr", "self.lr / 2"))
    first = small_sweep([old], [0], folder=tmp_path)
    (edited,) = small_sweep([new], [0], folder=tmp_path)
    assert edited.history.loss != first[0].history.loss, "the edited schedule got the old results"
    small_sweep([replace(SMALL, lr=schedule("self.lr"))], [0], folder=tmp_path)
    assert len(counted) == 2, "the same source again is the same run"


def test_a_damaged_file_is_computed_again(tmp_path, counted):
    first = small_sweep(seeds=[0], folder=tmp_path)
    (path,) = tmp_path.rglob("output.pkl")
    whole = path.read_bytes()
    step = len(whole) // 60
    for place in range(0, len(whole), step):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        assert found(small_sweep(seeds=[0], folder=tmp_path)) == found(first), f"damage at {place} was believed"
    for place in range(0, len(whole), 5 * step):
        path.write_bytes(whole[:place])
        assert found(small_sweep(seeds=[0], folder=tmp_path)) == found(first), f"{place} bytes were believed"
    made = len(counted)
    small_sweep(seeds=[0], folder=tmp_path)
    assert len(counted) == made, "the mended file is not found"


def test_progress_counts_the_runs(capsys, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    small_sweep(seeds=range(3), progress=True)
    assert "runs" in (said := capsys.readouterr().err) and "/3" in said, f"the bar said {said!r}"
    small_sweep()
    assert not capsys.readouterr().err, "without progress=True a sweep is silent"


# ------------------------------------------------------------------- settings and data of every kind


class Start:
    """An initialiser without a word on equality."""

    def __call__(self, rng, n_in, n_out):
        return xavier(rng, n_in, n_out) / 2


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_settings_of_ones_own_are_found_after_any_number_of_workers(n_jobs):
    changes = [{"lr": lambda epoch: 0.2}, {"init": Start()}, {"lr": np.geomspace(0.01, 1, 3)[1]}, {"hidden": Tanh}]
    results = small_sweep([replace(SMALL, **{"lr": 0.3} | change) for change in changes], n_jobs=n_jobs)
    assert [row["n"] for row in results.table()] == [2] * 4, results.table()
    for change in changes:
        assert len(results.where(**change)) == 2, f"{change} is not found"
    difference(results.where(**changes[0]), results.where(**changes[1]))


class Labelled:
    """Rows with labels in another order, as a DataFrame or a Series has them after a shuffle."""

    def __init__(self, values):
        self.values, self.labels = values, np.random.default_rng(5).permutation(len(values))

    def __getitem__(self, key):
        raise AssertionError("it was asked by label")

    def __len__(self):
        return len(self.values)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


@pytest.mark.parametrize("kind", [list, Labelled])
def test_data_are_taken_by_position(kind):
    (X, y), (X_val, y_val) = DATA
    few = replace(SMALL, n_train=6)
    expected = found(sweep([few], [0, 1], X, y, (X_val, y_val), n_jobs=1))
    data = [kind(V.tolist()) for V in (X, y, X_val, y_val)]
    assert found(sweep([few], [0, 1], *data[:2], data[2:], n_jobs=1)) == expected, "other rows, or another dtype"


def first_losses(network):
    X, y, _, _ = small_mnist(300, 1)
    return train(network, X, y, SGD(0.1), epochs=1, batch_size=30, rng=np.random.default_rng(0)).loss


def test_a_network_that_is_sent_to_a_worker_trains_there():
    network = mlp([784, 1024, 10], np.random.default_rng(0))  # large enough to arrive as a read-only file
    before = bits(network.params)
    with threadpool_limits(1):
        alone = first_losses(mlp([784, 1024, 10], np.random.default_rng(0)))
        there = Parallel(2)(delayed(first_losses)(network) for _ in range(2))
    assert there[0] == there[1] == pytest.approx(alone, rel=1e-6), "two workers shared one network"
    assert bits(network.params) == before, "the workers have changed the sender's network"


# ------------------------------------------------------------------- bad input


def test_every_configuration_is_tried_before_the_first_run(counted):
    bad = [{"lr": CosineDecay(0.1, 2)}, {"n_train": 13}, {"sizes": (5, 5, 3)}, {"sizes": (4, 5, 2)}, {"init": "he"}]
    for place in (0, 1):
        for change in bad:
            configurations = [SMALL, replace(SMALL, lr=0.2)]
            configurations.insert(place, replace(SMALL, **change))
            with pytest.raises(ValueError):
                small_sweep(configurations)
    assert not counted, "runs were made before the mistake was found"


def test_what_does_not_fit_the_data_is_named():
    with refuses("X must have shape (N, 5)"):
        small_sweep([SMALL, replace(SMALL, sizes=(5, 5, 3))])
    with refuses("y must lie in 0..1"):
        small_sweep([replace(SMALL, sizes=(4, 5, 2)), SMALL])


@pytest.mark.parametrize(
    ("configurations", "seeds", "words"),
    [
        ([], [0], ["configurations must be one or more"]),
        ([SMALL], [], ["seeds must be"]),
        ([SMALL], 5, ["seeds must be a list", "write range(5)"]),
        ([SMALL], [0, 0], ["seeds must be there once each"]),
        ([SMALL, replace(SMALL, hidden=ReLU)], [0], ["configurations must be there once each"]),
        ([SMALL], [-1], ["seeds must be", "-1"]),
        ([SMALL], [0.5], ["seeds must be", "0.5"]),
        (SMALL, [0], ["configurations must be a list", "write [configuration]"]),
        ([{"sizes": (4, 3), "lr": 0.1, "epochs": 1}], [0], ["be of the class Configuration"]),
    ],
)
def test_seeds_and_configurations_must_make_a_sweep(configurations, seeds, words):
    with refuses(*words):
        small_sweep(configurations, seeds)


def test_images_and_validation_are_checked_as_everywhere():
    (X, y), (X_val, y_val) = DATA
    with refuses("X must be an array"):
        sweep([SMALL], [0], 3, y, (X_val, y_val), n_jobs=1)
    with refuses("validation y"):
        sweep([SMALL], [0], X, y, (X_val, y_val[:-1]), n_jobs=1)
    with refuses("validation must be a pair", "write (X_val, y_val)"):
        sweep([SMALL], [0], X, y, (X_val,), n_jobs=1)


def test_a_folder_that_is_no_use_is_found_before_the_first_run(tmp_path, counted):
    (tmp_path / "file").write_text("I am no folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper", "/proc/none"):
        with pytest.raises(OSError):
            small_sweep(folder=folder)
    with refuses("folder must be"):
        small_sweep(folder=3)
    assert not counted, "runs were made before the mistake was found"


def test_what_cannot_be_kept_or_sent_is_named_with_what_to_write(tmp_path, counted):
    lock = threading.Lock()

    class Locked:
        def __init__(self):
            self.lock = lock

        def __deepcopy__(self, memo):
            return self

        def __call__(self, rng, n_in, n_out):
            return xavier(rng, n_in, n_out)

    mine = replace(SMALL, init=Locked())
    with refuses("folder must be None"):
        small_sweep([mine], folder=tmp_path)
    with refuses("n_jobs must be 1"):
        small_sweep([mine], n_jobs=2)
    assert len(small_sweep([mine])) == 2, "with one worker it can be run"
