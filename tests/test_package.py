"""The package as a whole."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mnist_from_scratch

PACKAGE = Path(mnist_from_scratch.__file__).parent

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


def code_lines(name):
    """Count a file's lines of code: no docstrings, comments or blank lines."""
    source = (PACKAGE / f"{name}.py").read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    texts = [node.body[0] for node in ast.walk(ast.parse(source)) if isinstance(node, documented) and ast.get_docstring(node)]
    said = {number for text in texts for number in range(text.lineno, text.end_lineno + 1)}
    lines = enumerate(source.splitlines(), 1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") and number not in said for number, line in lines)


CORE = ["data", "gradient_check", "activations", "losses", "initialisers", "layers", "network", "training", "schedules"]
BEYOND = ["optimisers", "regularisation", "distortions", "fast"]
HANDWRITING, COMMAND = ["handwriting", "doubts"], ["__main__"]
SWEEPS = ["configurations", "experiments", "fingerprints", "results", "tables"]


@pytest.mark.parametrize(("names", "most"), [(CORE, 600), (BEYOND, 310), (SWEEPS, 300), (HANDWRITING, 230), (COMMAND, 120)],
                         ids=["the core", "beyond", "the sweeps", "handwriting", "the command"])  # fmt: skip
def test_it_can_be_read_in_one_sitting(names, most):
    counts = {name: code_lines(name) for name in names}
    assert min(counts.values()) > 10, f"lines go uncounted: {counts}"
    assert sum(counts.values()) < most, f"{sum(counts.values())} lines of code: {counts}"
