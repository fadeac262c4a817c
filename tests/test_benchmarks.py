"""The benchmarks' functions on tiny data, so that they still run when wanted.

No test asserts a time: those depend on the machine, and on what else it does.
"""

import csv
import os
import subprocess
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
    rows, lacking = speed.measure(*data, TINY, repeats=2, n=1)
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
    assert not {"PyTorch", "PyTorch, compiled"} & {*found} and {"PyTorch", "PyTorch, compiled"} <= {*lacking}


def test_compiled_pytorch_needs_a_compiler(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", sys)  # as if it were installed
    monkeypatch.setattr(contestants.shutil, "which", lambda name: None)
    found, lacking = contestants.installed()
    assert "PyTorch" in found and "PyTorch, compiled" in lacking


def test_who_takes_minutes_on_wide_networks_is_left_out_there(data, monkeypatch):
    monkeypatch.setitem(contestants.SMALL_ONLY, "ours", 5)
    rows, _ = speed.measure(*data, {"narrow": ([12, 5, 3], 10), "wide": ([12, 6, 3], 10)}, repeats=1, n=1)
    assert [network for network, name, *_ in rows if name == "ours"] == ["narrow"]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system doesn't choose cores")
def test_a_process_of_one_thread_has_one_core_whatever_its_libraries_want():
    settings = dict(networks=[], images=1, repeats=1, threads=1)
    code = f"import os, speed; speed.child({settings}); print(len(os.sched_getaffinity(0)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(speed.__file__).parent)
    assert ran.stdout.splitlines()[-1:] == ["1"], ran.stderr


ROWS = [
    ["784-800-10", "matrix products", 1, [1.0, 1.0, 5.0]],
    ["784-800-10", "matrix products", 2, [0.5, 0.5, 0.5]],
    ["784-800-10", "ours", 1, [1.1, 1.1, 1.1]],
    ["784-800-10", "ours", 2, [0.7, 0.6, 0.5]],
    ["784-800-10", "PyTorch", 1, [0.9, 1.08, 0.9]],
    ["784-800-10", "PyTorch", 2, [0.6, 0.66, 0.6]],
]


def test_each_side_counts_with_the_median_at_its_better_number_of_threads():
    fastest = speed.best(ROWS)
    assert fastest["784-800-10", "ours"] == (0.6, 2)
    assert fastest["784-800-10", "matrix products"] == (0.5, 2)


def test_a_target_is_said_to_be_reached_or_missed():
    verdicts = list(speed.verdicts(ROWS))
    assert [reached for _, reached in verdicts] == [False, True]
    assert "ours 1.00 times as fast as PyTorch, wanted 1.1" in verdicts[0][0]
    assert "1.10 of its matrix products" in verdicts[1][0]


def test_the_report_the_table_and_the_figure_are_written(results, tmp_path):
    settings = {"images": 100, "repeats": 2, "threads": [1], "machine": "m", "versions": "v", "date": "d"}
    report = speed.table(settings, results)
    assert all(network in report for network in TINY)
    speed.write_csv(tmp_path / "speed.csv", results, settings)
    with open(tmp_path / "speed.csv", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(results["one choice"]["rows"])
    assert {(line["date"], line["versions"], line["machine"]) for line in lines} == {("d", "v", "m")}
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


def test_the_page_shows_the_results_that_are_on_file():
    page = speed.PAGE.read_text("utf-8")
    rows = speed.read_csv(speed.machine.RESULTS / "speed.csv")
    for name, text in ("MADE", speed.made_how(rows)), ("ROWS", speed.page_rows(rows)):
        assert f'{name} = """\n{text}"""' in page, "run python benchmarks/speed.py --page"


def test_the_page_takes_the_first_setting_with_all_its_threads(tmp_path, monkeypatch):
    settings = {"images": 60000, "repeats": 3, "machine": "a machine", "versions": "v", "date": "2026-01-02"}
    both = {label: {"kernels": label, "rows": ROWS} for label in ("own", "pinned")}
    speed.write_csv(tmp_path / "speed.csv", both, settings)
    monkeypatch.setattr(speed, "PAGE", tmp_path / "page.md")
    speed.PAGE.write_text('Before.\nMADE = """\n"""\nROWS = """\nold\n"""\nAfter.\n')
    speed.write_page(tmp_path / "speed.csv")
    page = speed.PAGE.read_text("utf-8")
    assert "784-800-10 | ours | 1: 1.100, 2: 0.600\n" in page and page.count("| ours |") == 1
    assert "2026-01-02: v, own; a machine; medians of 3 epochs of 60,000 images, " in page and "old" not in page
    assert "which for half of the lines spread by 15 % or more\n" in page
