"""The package as a whole."""

import subprocess
import sys

IMPORTED = """
import sys
before = set(sys.modules)
import mnist_from_scratch
print(*{name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)
"""


def test_importing_it_imports_numpy_alone():
    child = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    assert set(child.stdout.split()) == {"mnist_from_scratch", "numpy"}, "it imports more than NumPy"
