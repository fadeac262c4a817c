"""Finished work in a folder, so that a stopped sweep goes on where it was."""

import hashlib
from pathlib import Path

import numpy as np

from .network import write_npz


class Kept:
    """Dicts of arrays, each in an .npz file of its own in folder.

    data: the arrays that all the work is about. A file's name is a hash of
    them, of what was done with them, of this package's source and of NumPy's
    version: if one of these changes, nothing is found and the work done again.
    """

    def __init__(self, folder, data):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.hash = hashlib.sha256(np.__version__.encode())
        for path in sorted(Path(__file__).parent.glob("*.py")):
            self.hash.update(path.read_bytes())
        for V in data:
            self.hash.update(f"{V.dtype} {V.shape}".encode())
            self.hash.update(np.ascontiguousarray(V))

    def path(self, key):
        """Return the path of the file for key, a text that says what was done."""
        if " at 0x" in key:
            raise ValueError(f"key must not hold an object's address, got {key}")
        whole = self.hash.copy()
        whole.update(key.encode())
        return self.folder / f"{whole.hexdigest()[:32]}.npz"

    def write(self, key, arrays):
        """Keep the arrays of key."""
        write_npz(self.path(key), whole=[key, *arrays], **arrays)

    def read(self, key):
        """Return the arrays of key; None if there are none, or damaged ones."""
        path = self.path(key)
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except Exception:  # no file, or each kind of damage has its own
            return None
        whole = list(arrays.pop("whole", []))
        return arrays if whole == [key, *arrays] else None
