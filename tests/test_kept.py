"""Kept: what comes back is what was kept, or nothing."""

import re
from pathlib import Path

import numpy as np
import pytest

import mnist_from_scratch
from mnist_from_scratch import kept as module
from mnist_from_scratch.kept import Kept

X = np.arange(6, dtype=np.float32).reshape(2, 3)
ARRAYS = {"a": np.arange(300.0), "b": np.array([[1, 2]], np.float32), "c": np.array(True)}


def test_what_was_kept_comes_back_in_another_session(tmp_path):
    Kept(tmp_path / "new" / "folder", [X]).write("run 1", ARRAYS)
    found = Kept(tmp_path / "new" / "folder", [X.copy()]).read("run 1")
    assert set(found) == set(ARRAYS), "arrays are missing, or others came with them"
    for name, V in ARRAYS.items():
        assert np.array_equal(found[name], V) and found[name].dtype == V.dtype, f"{name} is altered"


def test_other_keys_and_other_data_find_nothing(tmp_path):
    Kept(tmp_path, [X]).write("run 1", ARRAYS)
    assert Kept(tmp_path, [X]).read("run 2") is None, "another run's arrays"
    for other in ([X + 1], [X.astype(np.float64)], [X.reshape(3, 2)], [X, X], []):
        assert Kept(tmp_path, other).read("run 1") is None, f"arrays of other data: {other}"


def test_another_package_finds_nothing(tmp_path, monkeypatch):
    package = tmp_path / "package"
    package.mkdir()
    (package / "kept.py").write_text("old")
    monkeypatch.setattr(module, "__file__", str(package / "kept.py"))
    Kept(tmp_path, [X]).write("run 1", ARRAYS)
    assert Kept(tmp_path, [X]).read("run 1") is not None, "the same package must find it"
    (package / "kept.py").write_text("new")
    assert Kept(tmp_path, [X]).read("run 1") is None, "arrays that other code computed"


def test_the_packages_own_source_is_what_counts():
    assert Path(module.__file__).parent == Path(mnist_from_scratch.__file__).parent


def test_a_file_damaged_anywhere_is_not_believed(tmp_path):
    kept = Kept(tmp_path, [X])
    kept.write("run 1", ARRAYS)
    path = kept.path("run 1")
    content = path.read_bytes()
    for place in range(0, len(content), 7):
        for damaged in (content[:place], content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :]):
            path.write_bytes(damaged)
            found = kept.read("run 1")
            assert found is None or all(np.array_equal(found[name], V) for name, V in ARRAYS.items()), (
                f"a file damaged at byte {place} was believed"
            )
    path.write_bytes(content)
    assert kept.read("run 1") is not None, "the whole file is not believed either"


def test_a_file_of_another_run_under_this_runs_name_is_not_believed(tmp_path):
    kept = Kept(tmp_path, [X])
    kept.write("run 1", ARRAYS)
    kept.path("run 1").rename(kept.path("run 2"))
    assert kept.read("run 2") is None, "another run's arrays"


def test_somebody_elses_file_is_not_believed(tmp_path):
    kept = Kept(tmp_path, [X])
    np.savez(kept.path("run 1"), **ARRAYS)
    assert kept.read("run 1") is None, "a file that Kept did not write"


def test_a_failed_write_leaves_what_was_there(tmp_path):
    kept = Kept(tmp_path, [X])
    kept.write("run 1", ARRAYS)

    class Broken:
        def __array__(self, *args, **kwargs):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        kept.write("run 1", {"a": Broken()})
    assert np.array_equal(kept.read("run 1")["a"], ARRAYS["a"]), "the old file is lost"
    assert len(list(tmp_path.iterdir())) == 1, "half a file is left behind"


def test_a_key_that_changes_from_session_to_session_is_refused(tmp_path):
    address = repr(lambda epoch: 0.1)
    with pytest.raises(ValueError, match=re.escape("an object's address")):
        Kept(tmp_path, [X]).read(address)
