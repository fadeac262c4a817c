"""Sweeps: the same bits however they are run, nothing lost, and honest statistics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joblib import parallel_config
from oracles import bits, refuses, small_data, small_mnist
from threadpoolctl import threadpool_info, threadpool_limits

from mnist_from_scratch import SGD, CosineDecay, CrossEntropy, History, MeanSquaredError, ReLU
from mnist_from_scratch import Sigmoid, Softmax, StepDecay, Tanh, difference, experiments, mlp
from mnist_from_scratch import normal, summarise, sweep, train, xavier
from mnist_from_scratch.experiments import SweepError
from mnist_from_scratch.results import Results, Run

SMALL = {"sizes": (4, 5, 3), "lr": 0.1, "epochs": 3, "batch_size": 5}
TOO_SHORT = SMALL | {"lr": CosineDecay(0.1, 2)}  # its rate is 0 in the third epoch
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


def run_of(accuracies, seed=0, lr=0.1, diverged=False):
    history = History(val_accuracy=list(accuracies))
    return Run(SMALL | {"lr": lr}, seed, history, [], diverged)


# ------------------------------------------------------------------- what a run is


def test_a_run_is_what_train_does_with_the_three_streams_of_its_seed():
    X, y, X_val, y_val = small_mnist(300, 100)
    settings = {"sizes": (784, 8, 10), "hidden": Tanh, "lr": 0.2, "epochs": 2, "batch_size": 7}
    (run,) = sweep([settings], [3], X, y, (X_val, y_val), n_jobs=1)
    for_weights, _, for_batches = np.random.default_rng(3).spawn(3)
    network = mlp([784, 8, 10], for_weights, hidden=Tanh)
    history = train(network, X, y, SGD(0.2), epochs=2, batch_size=7, rng=for_batches, validation=(X_val, y_val))
    assert bits(run.params) == bits(network.params), "the sweep trained another network"
    assert run.history.val_accuracy == history.val_accuracy, "its curve is another"
    assert run.final() == history.val_accuracy[-1] and run.final("loss") == history.loss[-1]


def test_the_network_of_a_run_answers_as_when_it_was_trained():
    for run in small_sweep([SMALL | {"hidden": Sigmoid, "loss": MeanSquaredError(Sigmoid())}]):
        network = run.network()
        assert repr(network.loss) == "MeanSquaredError(Sigmoid)", "another loss"
        loss, accuracy = network.evaluate(*DATA[1])
        assert loss == run.history.val_loss[-1] and accuracy == run.final(), "another network"


def test_runs_of_a_seed_share_weights_choice_and_order_whatever_else_differs():
    few = [SMALL | {"lr": 1e-30, "n_train": 6, "batch_size": size} for size in (2, 6)]
    small, large = small_sweep(few, [7])
    weights = slice(0, None, 2)  # the biases, zero at first, feel even the smallest step
    assert bits(small.params[weights]) == bits(large.params[weights]), "the same seed began elsewhere"
    other = small_sweep([few[0]], [8])[0]
    assert bits(other.params[weights]) != bits(small.params[weights]), "another seed began at the same place"
    alike = small_sweep([few[1]] + [few[1] | {"lr": 1e-29}], [7])
    assert alike[0].history.loss[0] == pytest.approx(alike[1].history.loss[0]), "other images"


def test_a_smaller_choice_of_images_is_part_of_a_larger_one(monkeypatch):
    seen = {}

    def remember(network, X, y, *args, **options):
        seen[len(X)] = {row.tobytes() for row in X}
        return train(network, X, y, *args, **options)

    monkeypatch.setattr(experiments, "train", remember)
    small_sweep([SMALL | {"n_train": n} for n in (3, 7, 12)], [0])
    assert sorted(seen) == [3, 7, 12], "n_train is not the number of images"
    assert seen[3] < seen[7] < seen[12], "the choices are not nested"


def test_a_configurations_own_loss_is_not_changed_by_its_runs():
    loss = CrossEntropy(Softmax())
    small_sweep([SMALL | {"loss": loss}])
    assert loss.A is None, "the runs share one loss"


def test_the_results_come_in_order_configuration_by_configuration():
    results = small_sweep([SMALL, SMALL | {"lr": 0.2}], [5, 2, 9], n_jobs=2)
    order = [(each.configuration["lr"], each.seed) for each in results]
    assert order == [(lr, seed) for lr in (0.1, 0.2) for seed in (5, 2, 9)]


# ------------------------------------------------------------------- same bits


@pytest.fixture(scope="module")
def mnist_sweep():
    X, y, X_val, y_val = small_mnist(400, 200)
    configurations = [
        {"sizes": (784, 200, 10), "epochs": 2, "lr": 0.1},
        {"sizes": (784, 200, 10), "epochs": 2, "lr": StepDecay(0.3, 1), "hidden": Sigmoid},
    ]
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


def test_a_run_that_fails_is_named_and_the_others_are_there():
    with pytest.raises(SweepError) as caught:
        small_sweep([SMALL, TOO_SHORT], [0, 1], n_jobs=2)
    message = str(caught.value)
    assert message.startswith("2 of 4 runs failed"), message
    for words in ("CosineDecay(lr=0.1, epochs=2)", "with seed 0", "with seed 1", "ValueError: epoch must be below 2"):
        assert words in message, f"the message lacks {words!r}: {message}"
    assert found(caught.value.results) == found(small_sweep([SMALL], [0, 1])), "others are lost"


def test_a_diverged_run_is_marked_and_keeps_the_curve_it_had():
    falling_apart = SMALL | {"lr": StepDecay(0.1, 1, 1e30)}
    diverged, sound = small_sweep([falling_apart, SMALL], [0])
    assert diverged.diverged and not sound.diverged, "not marked, or the wrong one"
    assert len(diverged.history.loss) == 1, "the epoch that went well is lost"
    assert diverged.history.loss == sound.history.loss[:1], "it was another epoch"
    assert np.isnan(diverged.final()), "it has no final accuracy"


@pytest.fixture
def counted(monkeypatch):
    """The seeds of the runs that are really made."""
    made, run = [], experiments.run

    def count(configuration, seed, *args):
        made.append(seed)
        return run(configuration, seed, *args)

    monkeypatch.setattr(experiments, "run", count)
    return made


def test_a_sweep_that_was_stopped_goes_on_where_it_was(tmp_path, counted):
    configurations = [SMALL | {"lr": StepDecay(0.1, 1, 1e30)}, SMALL | {"hidden": Tanh}]
    first = small_sweep(configurations, [0, 1], folder=tmp_path)
    assert counted == [0, 1, 0, 1], "not every run was made"
    again = small_sweep(configurations, [0, 1, 2], folder=tmp_path)
    assert counted[4:] == [2, 2], f"made again: {counted[4:]}"
    assert found(each for each in again if each.seed < 2) == found(first), "kept runs have changed"
    assert [each.history.seconds for each in again if each.seed < 2] == [
        each.history.seconds for each in first
    ], "the seconds of a kept run have changed"
    assert [type(value) for each in again for value in each.history.loss].count(float) == len(
        [value for each in again for value in each.history.loss]
    ), "a kept curve is not a list of floats"


def test_what_went_well_before_a_failure_is_kept(tmp_path, counted):
    with pytest.raises(SweepError):
        small_sweep([SMALL, TOO_SHORT], [0, 1], folder=tmp_path)
    small_sweep([SMALL], [0, 1], folder=tmp_path)
    assert counted == [0, 1, 0, 1], "runs that went well were made again"


def test_any_setting_that_differs_is_another_run(tmp_path, counted):
    changes = [{}, {"lr": 0.2}, {"lr": StepDecay(0.1, 2)}, {"epochs": 2}, {"batch_size": 4},
               {"hidden": Tanh}, {"n_train": 6}, {"sizes": (4, 6, 3)}, {"init": xavier}, {"init": normal},
               {"loss": MeanSquaredError(Softmax())}, {"loss": MeanSquaredError(Sigmoid())}]  # fmt: skip
    for change in changes:
        small_sweep([SMALL | change], [0], folder=tmp_path)
    assert len(counted) == len(changes), "two configurations were taken for one"
    small_sweep([SMALL | {"hidden": ReLU}], [0], folder=tmp_path)
    assert len(counted) == len(changes), "a default that is spelled out is no other run"


def test_what_cannot_be_told_from_session_to_session_is_not_kept(tmp_path):
    with refuses("address"):
        small_sweep([SMALL | {"lr": lambda epoch: 0.1}], folder=tmp_path)


def test_a_damaged_file_is_computed_again(tmp_path, counted):
    first = small_sweep(seeds=[0], folder=tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-30])
    assert found(small_sweep(seeds=[0], folder=tmp_path)) == found(first)
    assert counted == [0, 0], "a damaged file was believed"
    small_sweep(seeds=[0], folder=tmp_path)
    assert counted == [0, 0], "the mended file is not found"


def test_progress_counts_the_runs(capsys, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    small_sweep(seeds=range(3), progress=True)
    assert "runs" in (said := capsys.readouterr().err) and "/3" in said, f"the bar said {said!r}"
    small_sweep()
    assert not capsys.readouterr().err, "without progress=True a sweep is silent"


# ------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learning_rate": 0.1}, ["learning_rate", "may have"]),
        ({"lr": -1.0}, ["lr must be", "-1.0"]),
        ({"epochs": 0}, ["epochs", "0"]),
        ({"batch_size": 2.5}, ["batch_size", "2.5"]),
        ({"n_train": 13}, ["n_train", "1..12", "13"]),
        ({"n_train": 0}, ["n_train", "0"]),
        ({"sizes": (4, 0, 3)}, ["sizes"]),
        ({"sizes": (5, 5, 3)}, ["X must have shape (N, 5)"]),
        ({"sizes": (4, 5, 2)}, ["y must lie in 0..1"]),
        ({"hidden": Softmax}, ["hidden"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_configuration_that_cannot_be_run_is_refused_before_the_first_run(counted, change, words):
    with refuses(*words):
        small_sweep([SMALL, SMALL | change])
    assert not counted, "runs were made before the mistake was found"


@pytest.mark.parametrize(
    ("configurations", "seeds", "words"),
    [
        ([], [0], ["must not be empty"]),
        ([SMALL], [], ["must not be empty"]),
        ([SMALL], [0, 0], ["a run is there twice"]),
        ([SMALL, SMALL | {"hidden": ReLU}], [0], ["a run is there twice"]),
        ([SMALL], [-1], ["seeds must be", "-1"]),
        ([SMALL], [0.5], ["seeds must be", "0.5"]),
        ([{"sizes": (4, 3)}], [0], ["must have", "epochs"]),
    ],
)
def test_seeds_and_configurations_must_make_a_sweep(configurations, seeds, words):
    with refuses(*words):
        small_sweep(configurations, seeds)


def test_validation_images_are_checked_as_the_others():
    (X, y), (X_val, y_val) = DATA
    with refuses("validation y"):
        sweep([SMALL], [0], X, y, (X_val, y_val[:-1]), n_jobs=1)


# ------------------------------------------------------------------- what the results say


def test_where_takes_the_runs_with_these_settings_defaults_too():
    results = small_sweep([SMALL, SMALL | {"lr": 0.2}, SMALL | {"hidden": Tanh}], [0, 1])
    assert len(results.where(lr=0.1)) == 4 and len(results.where(lr=0.1, hidden=Tanh)) == 2
    assert len(results.where(hidden=ReLU)) == 4, "a default is a setting too"
    assert isinstance(results.where(lr=0.2), Results), "it cannot be asked further"
    with refuses("no run has the settings", "0.3"):
        results.where(lr=0.3)


def test_curves_stand_in_rows_and_end_in_nan_where_a_run_diverged():
    results = Results([run_of([0.1, 0.2, 0.3]), run_of([0.4], diverged=True)])
    expected = [[0.1, 0.2, 0.3], [0.4, np.nan, np.nan]]
    assert np.array_equal(results.curves(), expected, equal_nan=True)
    assert np.array_equal(results.final(), [0.3, np.nan], equal_nan=True)


def test_the_table_has_a_row_for_each_configuration_and_no_mean_for_a_diverged_one():
    good = [run_of([value], seed) for seed, value in enumerate((0.90, 0.92, 0.94))]
    bad = [run_of([0.9], 0, lr=0.2), run_of([0.9], 1, lr=0.2, diverged=True)]
    first, second = Results(good + bad).table()
    assert first == pytest.approx(
        {"lr": 0.1, "n": 3, "mean": 0.92, "std": 0.02, "low": 0.92 - 4.30265 * 0.02 / 3**0.5,
         "high": 0.92 + 4.30265 * 0.02 / 3**0.5, "diverged": 0}, rel=1e-5)  # fmt: skip
    assert second == {"lr": 0.2, "n": 2, "mean": None, "std": None, "low": None, "high": None, "diverged": 1}
    assert Results(good).table(filename="mine.csv").filename == "mine.csv", "the file has another name"
    shown = repr(Results(good).table())
    assert "92.00%" in shown and "lr" not in shown, f"a setting that all share is no column: {shown}"


def test_a_summary_by_hand():
    # Five values around 10: deviations -2, -1, 0, 1, 2, so s² = 10/4; Student's 2.776 for four.
    n, mean, std, low, high = summarise([8, 9, 10, 11, 12])
    assert (n, mean) == (5, 10) and std == pytest.approx(2.5**0.5)
    assert high - 10 == pytest.approx(10 - low) == pytest.approx(2.7764451 * 2.5**0.5 / 5**0.5)


def test_the_interval_holds_the_true_mean_in_95_of_100_cases():
    rng, cases = np.random.default_rng(0), 4000
    held = 0
    for values in rng.normal(3, 2, (cases, 5)):
        summary = summarise(values)
        held += summary.low < 3 < summary.high
    # 3800 expected, standard deviation 14: four of those
    assert abs(held - 0.95 * cases) < 56, f"it held in {held / cases:.1%}"


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), st.floats(-100, 100))
def test_a_shift_moves_mean_and_interval_and_not_the_spread(values, shift):
    before, after = summarise(values), summarise(np.array(values) + shift)
    assert after.std == pytest.approx(before.std, abs=1e-6), "the spread moved"
    for name in ("mean", "low", "high"):
        assert getattr(after, name) == pytest.approx(getattr(before, name) + shift, abs=1e-5)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, np.nan], [1.0, np.inf], [[1.0, 2.0], [3.0, 4.0]]])
def test_what_has_no_spread_has_no_summary(values):
    with refuses("values must be"):
        summarise(values)


def test_the_difference_is_taken_seed_by_seed():
    a = Results(run_of([value], seed) for seed, value in ((2, 0.93), (0, 0.91), (1, 0.95)))
    b = Results(run_of([value], seed, lr=0.2) for seed, value in ((0, 0.90), (1, 0.94), (2, 0.92)))
    paired = difference(a, b)
    assert paired.mean == pytest.approx(0.01) and paired.std == pytest.approx(0, abs=1e-12), (
        "each seed gains a point exactly: the pairs are mixed up"
    )
    assert difference(b, a).mean == pytest.approx(-0.01), "it is the first minus the second"


@pytest.mark.parametrize("seeds", [[0, 1, 3], [0, 1], [0, 0, 1]])
def test_a_difference_needs_the_same_seeds(seeds):
    a = Results(run_of([0.9], seed) for seed in range(3))
    b = Results(run_of([0.9], seed) for seed in seeds)
    with refuses("share their seeds", str(seeds)):
        difference(a, b)


def test_a_difference_to_a_diverged_run_is_refused():
    a = Results(run_of([0.9], seed) for seed in range(2))
    b = Results(run_of([0.9], seed, diverged=seed == 1) for seed in range(2))
    with refuses("finite"):
        difference(a, b)
