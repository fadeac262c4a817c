"""A reader who changes a line marked as theirs gets a chapter that still runs.

The chapters run as notebooks, with the line changed, on a hundredth of the
images: it is not the results that count here, but that nothing asks for the
values which stood there before.
"""

import os
import re

import jupytext
import nbformat
import pytest
from mystsource import CHAPTERS, ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

# By chapter: the names on the lines marked so, and other values for them.
MARK = re.compile(r"^(\w+) = .*# yours to change$", re.MULTILINE)
LINES = {
    "learning-rates": {
        "rates": "[0.002, 0.05, 0.2]",
        "grid_rates": "[0.05, 0.2, 0.5]",
        "sizes": "[10, 100]",
        "first_rates": "[0.03, 0.3]",
    },
    "activation-functions": {
        "rates": "[0.02, 0.2]",
        "scales": "[1, 3]",
        "death_rates": "[0.2, 0.9]",
    },
    "architectures": {"rates": "[0.05, 0.3]", "epochs_for": "{200: 20, 2000: 10, 20_000: 3}"},
    "mse-cross-entropy": {"rates": "[0.2, 0.5, 1.0]"},
}

# What goes before the chapter: its sweeps see few images, and nobody notices.
HASTE = """
import mnist_from_scratch, mnist_from_scratch.experiments, mnist_from_scratch.results

real_sweep = mnist_from_scratch.sweep
real_where = mnist_from_scratch.results.Results.where
hundredth = lambda n: max(20, (n or 50_000) // 100)

def hasty_sweep(configurations, seeds, X, y, validation, **options):
    small = [each | {"n_train": hundredth(each.get("n_train"))} for each in configurations]
    return real_sweep(small, seeds, X, y, [V[:300] for V in validation], **options)

def where_as_asked(self, **settings):
    try:
        return real_where(self, **settings)
    except ValueError:
        small = {"n_train": hundredth(settings["n_train"])}
        return real_where(self, **settings | small)

mnist_from_scratch.sweep = mnist_from_scratch.experiments.sweep = hasty_sweep
mnist_from_scratch.results.Results.where = where_as_asked
"""


def test_every_experiment_has_a_line_to_change_and_all_of_them_are_changed_here():
    experiments = [page for page in CHAPTERS if page.parent.name == "experiments"]
    marked = {page.stem: set(MARK.findall(page.read_text(encoding="utf-8"))) for page in experiments}
    assert all(marked.values()), f"no line is the reader's in one of {marked}"
    assert marked == {name: set(values) for name, values in LINES.items()}


@pytest.mark.parametrize("name", LINES)
def test_a_chapter_runs_with_a_readers_own_values(name, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    notebook = jupytext.read(ROOT / "book" / "experiments" / f"{name}.md")
    for variable, values in LINES[name].items():
        line = [
            (cell, row) for cell in notebook.cells for row in cell.source.splitlines()
            if cell.cell_type == "code" and MARK.fullmatch(row) and row.startswith(f"{variable} =")
        ]  # fmt: skip
        assert len(line) == 1, f"{variable} must have one line of its own, not {len(line)}"
        cell, row = line[0]
        cell.source = cell.source.replace(row, f"{variable} = {values}")
    notebook.cells.insert(0, nbformat.v4.new_code_cell(HASTE))
    try:
        NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    except CellExecutionError as error:
        pytest.fail(f"{name} does not run with {LINES[name]}:\n{error}", pytrace=False)
