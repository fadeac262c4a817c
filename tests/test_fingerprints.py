"""Fingerprints: what does the same has the same one, tomorrow too; what does not, has another."""

import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from oracles import refuses

import mnist_from_scratch
from mnist_from_scratch import CosineDecay, ReLU, Tanh, fingerprints, he, xavier
from mnist_from_scratch.fingerprints import of_data, of_settings

SCHEDULE = '''
from dataclasses import dataclass
import numpy as np

FLOOR = {floor}

def half(x):
    return x / {half}

@dataclass(frozen=True)
class Mine:
    """{doc}"""
    lr: float
    _slowness = {slowness}

    @staticmethod
    def shape(epoch):
        return {shape}

    def __call__(self, epoch):
        return max(self.lr * half(self.shape(epoch)), *(FLOOR for _ in range(self._slowness)))

def plain(epoch, *, rate=Mine({lr})):
    return rate(epoch)

def maker(k):
    return lambda epoch: k / (1 + epoch)

def endless(epoch):
    return endless(epoch - 1) if epoch else 0.1
'''  # what __call__ does depends on all that surrounds it
USUAL = {"floor": 0.01, "half": 2, "doc": "Falls.", "shape": "np.exp(-epoch)", "lr": 0.1, "slowness": 2}


def written(**changes):
    """Return the namespace of a module of one's own, with these changes in its source."""
    space = {"__name__": "mine"}
    source = SCHEDULE.format(**(USUAL | changes))
    exec(compile("\n" * changes.get("lines", 0) + source, "mine.py", "exec"), space)
    return space


@pytest.mark.parametrize("what", ["Mine", "plain", "maker", "endless"])
def test_the_same_source_has_the_same_fingerprint_wherever_it_stands(what):
    def mark(space):
        return of_settings(space["Mine"](0.1) if what == "Mine" else space[what])

    assert mark(written()) == mark(written(lines=7)), "only the lines' numbers have changed"


@pytest.mark.parametrize("change", [{"floor": 0.02}, {"half": 4}, {"shape": "np.exp(-2 * epoch)"}, {"shape": "np.cos(epoch)"}, {"slowness": 3}])
def test_a_changed_line_changes_it_also_in_what_the_class_calls(change):
    old, new = (of_settings(space["Mine"](0.1)) for space in (written(), written(**change)))
    assert old != new, f"{change} goes unnoticed: old results would be believed"


def test_a_default_and_what_a_function_encloses_are_part_of_it():
    assert of_settings(written()["plain"]) != of_settings(written(lr=0.2)["plain"]), "another default"
    maker = written()["maker"]
    assert of_settings(maker(1)) == of_settings(maker(1)) != of_settings(maker(2)), "another enclosed number"


def test_values_differ_and_types_of_this_package_are_known_by_their_names():
    values = [0.1, 0.2, CosineDecay(0.1, 3), CosineDecay(0.1, 4), ReLU, Tanh, he, xavier, None, (1, 2), (1, 3),
              partial(he), partial(xavier), np.add, np.array([1.0]), np.array([2.0]), lambda e: 0.1, lambda e: 0.2]  # fmt: skip
    marks = [of_settings(value) for value in values]
    assert len(set(marks)) == len(values), "two settings that differ have one fingerprint"
    assert marks == [of_settings(value) for value in values], "one setting has two"


def test_another_session_finds_the_same(tmp_path):
    source = "from mnist_from_scratch.fingerprints import of_settings\n" + SCHEDULE.format(**USUAL)
    source += "print(of_settings(Mine(0.1), plain, maker(2), endless, [1, 'a', 2.5]))\n"
    (tmp_path / "mine.py").write_text(source)
    found = {subprocess.run([sys.executable, "mine.py"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout for _ in range(2)}  # fmt: skip
    assert len(found) == 1 and all(found), f"finished runs would not be found again: {found}"


def test_what_is_another_tomorrow_is_refused():
    with refuses("folder", "None"):
        of_settings(threading.Lock())


def test_data_the_packages_source_and_numpys_version_are_part_of_it(tmp_path, monkeypatch):
    X = np.arange(6, dtype=np.float32).reshape(2, 3)
    usual = of_data([X])
    assert of_data([X.copy()]) == usual, "the same data are not found again"
    for other in ([X + 1], [X.astype(np.float64)], [X.reshape(3, 2)], [X, X], []):
        assert of_data(other) != usual, f"other data are taken for the same: {other}"
    assert fingerprints.PACKAGE == Path(mnist_from_scratch.__file__).parent, "it reads another source"
    with monkeypatch.context() as patch:
        patch.setattr(np, "__version__", "0.0")
        assert of_data([X]) != usual, "another NumPy"
    monkeypatch.setattr(fingerprints, "PACKAGE", tmp_path)
    (tmp_path / "a.py").write_text("old")
    old = of_data([X])
    (tmp_path / "a.py").write_text("new")
    assert old != of_data([X]) != usual, "another source of the package"
