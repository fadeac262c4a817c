"""What the results of a sweep say: the right runs, one configuration a row, honest statistics."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import refuses

from mnist_from_scratch import Configuration, CosineDecay, CrossEntropy, History, MeanSquaredError
from mnist_from_scratch import ReLU, Tanh, difference, summarise
from mnist_from_scratch.results import Results, Run

SMALL = Configuration(sizes=(4, 5, 3), lr=0.1, epochs=3)


def run_of(accuracies, seed=0, diverged=False, **settings):
    return Run(replace(SMALL, **settings), seed, History(val_accuracy=list(accuracies)), [], diverged)


def runs_of(*changes, seeds=range(3)):
    """Runs whose accuracy tells which they are: the place of the change, then the seed."""
    return Results(run_of([i + seed / 10], seed, **change) for i, change in enumerate(changes) for seed in seeds)


# ------------------------------------------------------------------- which runs


def test_where_takes_the_runs_with_these_settings_defaults_too():
    results = runs_of({}, {"lr": 0.2}, {"hidden": Tanh}, seeds=range(2))
    assert len(results.where(lr=0.1)) == 4 and len(results.where(lr=0.1, hidden=Tanh)) == 2
    assert len(results.where(hidden=ReLU)) == 4, "a default is a setting too"
    assert isinstance(results.where(lr=0.2), Results), "it cannot be asked further"


def quarter(epoch):
    return 0.25


@pytest.mark.parametrize(
    ("setting", "asked"),
    [
        ({"lr": 0.1}, {"lr": np.float64(0.1)}),
        ({"lr": np.geomspace(0.01, 1, 3)[1]}, {"lr": 0.1}),
        ({"lr": np.float32(0.5)}, {"lr": 0.5}),
        ({"sizes": (4, 6, 3)}, {"sizes": [4, 6, 3]}),
        ({"sizes": [4, 6, 3]}, {"sizes": np.array([4, 6, 3])}),
        ({"lr": CosineDecay(0.1, 3)}, {"lr": CosineDecay(0.1, 3)}),
        ({"lr": quarter}, {"lr": quarter}),
        ({"loss": MeanSquaredError}, {"loss": MeanSquaredError}),
    ],
    ids=["NumPy's number", "geomspace", "float32", "a list for a tuple", "an array", "a schedule", "a function", "a class"],
)  # fmt: skip
def test_settings_are_found_by_value_in_where_table_and_difference(setting, asked):
    other = {name: {"lr": 0.7, "sizes": (4, 3), "loss": CrossEntropy}[name] for name in setting}
    results = runs_of(setting, other)
    found = results.where(**asked)
    assert list(found) == results[:3], f"{asked} finds {found}"
    assert [row["n"] for row in results.table()] == [3, 3], results.table()
    assert difference(results.where(**other), found).mean == pytest.approx(1)


def test_a_whole_configuration_finds_its_own_runs_and_no_others():
    changes = [{}, {"loss": MeanSquaredError}, {"n_train": 500}]
    results = runs_of(*changes)
    for i, change in enumerate(changes):
        assert list(results.where(replace(SMALL, **change))) == results[3 * i : 3 * i + 3], change
    assert len(results.where(SMALL, n_train=500)) == 3, "a setting beside it has the last word"


def test_what_no_run_has_and_what_is_no_setting_are_told_apart():
    with refuses("no run has these settings", "0.3"):
        runs_of({}).where(lr=0.3)
    with refuses("no run has these settings", "epochs=9"):
        runs_of({}).where(replace(SMALL, epochs=9))
    with refuses("learning_rate", "sizes, lr, epochs"):
        runs_of({}).where(learning_rate=0.1)


# ------------------------------------------------------------------- curves and tables


def test_curves_stand_in_rows_and_end_in_nan_where_a_run_diverged():
    results = Results([run_of([0.1, 0.2, 0.3]), run_of([0.4], diverged=True)])
    expected = [[0.1, 0.2, 0.3], [0.4, np.nan, np.nan]]
    assert np.array_equal(results.curves(), expected, equal_nan=True)
    assert np.array_equal(results.final(), [0.3, np.nan], equal_nan=True)


def test_a_row_of_a_table_is_one_configuration_also_where_another_leaves_a_default_unsaid():
    table = runs_of({}, {"loss": MeanSquaredError}, {"n_train": 500}).table()
    assert [row["n"] for row in table] == [3, 3, 3], f"runs of several are in one row: {table}"
    assert [row["mean"] for row in table] == pytest.approx([0.1, 1.1, 2.1]), "means of other runs"
    assert list(table[0])[:2] == ["loss", "n_train"], "the columns are the settings that differ"


def test_the_table_gives_no_mean_to_a_configuration_with_a_diverged_run():
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


def test_one_seed_has_no_spread_and_the_message_says_what_to_write():
    with refuses("one run has no spread", "seeds=range(5)"):
        runs_of({}, {"lr": 0.2}, seeds=[0]).table()


# ------------------------------------------------------------------- summaries and differences


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


def test_a_difference_needs_one_configuration_on_each_side():
    mixed = Results([run_of([0.9], 0), run_of([0.9], 1, lr=0.2)])
    with refuses("a must be the runs of one configuration", "those of 2", "choose them by where"):
        difference(mixed, runs_of({}, seeds=range(2)))


def test_a_difference_to_a_diverged_run_is_refused():
    a = Results(run_of([0.9], seed) for seed in range(2))
    b = Results(run_of([0.9], seed, diverged=seed == 1) for seed in range(2))
    with refuses("finite"):
        difference(a, b)
