"""The benchmarks' functions on tiny data, so that they still run when wanted.

No test asserts a time: those depend on the machine, and on what else it does.
"""

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "benchmarks"))

import contestants
import memory_and_load
import speed

TINY = {"784-30-10": ([12, 6, 3], 10), "784-800-10": ([12, 6, 5, 3], 16)}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    return rng.random((100, 12), dtype=np.float32), rng.integers(0, 3, 100)


@pytest.fixture(scope="module")
def results(data):
    rows, lacking = speed.measure(*data, TINY, repeats=2, threads=[1])
    return {"one choice": {"kernels": "some", "rows": rows, "lacking": lacking}}


@pytest.mark.parametrize("name", contestants.installed()[0])
def test_a_contestant_trains_an_epoch_and_returns_its_seconds(name, data):
    epoch = contestants.CONTESTANTS[name]([12, 6, 3], 10, *data)
    assert epoch() > 0


def test_all_installed_contestants_are_measured_in_every_round(results):
    rows = results["one choice"]["rows"]
    assert {(network, name) for network, name, _, _ in rows} == {
        (network, name) for network in TINY for name in contestants.installed()[0]
    }
    assert all(len(seconds) == 2 for *_, seconds in rows)


def test_a_contestant_that_is_not_installed_is_left_out_and_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    found, lacking = contestants.installed()
    assert "PyTorch" not in found and lacking == ["PyTorch"]


ROWS = [
    ["784-800-10", "matrix products", 1, [1.0, 1.0, 5.0]],
    ["784-800-10", "matrix products", 2, [0.5, 0.5, 0.5]],
    ["784-800-10", "ours", 1, [1.1, 1.1, 1.1]],
    ["784-800-10", "ours", 2, [0.7, 0.6, 0.5]],
    ["784-800-10", "PyTorch", 1, [0.9, 0.9, 0.9]],
    ["784-800-10", "PyTorch", 2, [0.6, 0.6, 0.6]],
]


def test_each_side_counts_with_the_median_at_its_better_number_of_threads():
    fastest = speed.best(ROWS)
    assert fastest["784-800-10", "ours"] == (0.6, 2)
    assert fastest["784-800-10", "matrix products"] == (0.5, 2)


def test_a_target_is_said_to_be_reached_or_missed():
    verdicts = list(speed.verdicts(ROWS))
    assert [reached for _, reached in verdicts] == [False, True]
    assert "1.00 times as fast as PyTorch, wanted 1.2" in verdicts[0][0]
    assert "1.10 of its matrix products" in verdicts[1][0]


def test_the_report_the_table_and_the_figure_are_written(results, tmp_path):
    settings = {"images": 100, "repeats": 2, "threads": [1], "machine": "m", "versions": "v"}
    report = speed.table(settings, results)
    assert all(network in report for network in TINY)
    speed.write_csv(tmp_path / "speed.csv", results)
    with open(tmp_path / "speed.csv", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(results["one choice"]["rows"])
    speed.draw(tmp_path / "speed.png", results)
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")


def test_the_choice_of_kernels_is_the_environments_and_openblass_own(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    assert list(speed.choices(haswell=True).values()) == ["Zen", None, "Haswell"]
    monkeypatch.delenv("OPENBLAS_CORETYPE")
    assert list(speed.choices(haswell=False).values()) == [None]


def test_memory_and_load_reports_every_figure():
    text = memory_and_load.report(
        [memory_and_load.fresh(memory_and_load.IMPORT)],
        [memory_and_load.fresh("result = {'seconds': 0.4}")],
        [memory_and_load.fresh("result = {'loaded': 1, 'trained': 600 + 0 * peak()}")],
    )
    assert "- reached: loading takes 0.40 s" in text
    assert "- MISSED: peak memory 600 MB" in text
    assert "- reached: the import brings in mnist_from_scratch, numpy;" in text
