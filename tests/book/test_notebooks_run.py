"""The notebooks run wherever the package is installed, and show what the book shows.

The build has executed each page in this very state: a notebook's cells are, one
by one, those of the page, but for hidden ones (test_notebooks.py). Left to show
is that the fresh environment, and the hidden cells' absence, change nothing:

- The pages that run for about a minute at most run as notebooks in full, and
  each output is the site's.
- The others run on a hundredth of the images: the page, hidden cells included,
  where the book is built, and the notebook, without them, in the fresh
  environment. A cell that draws a random number, trains or changes anything
  that a later one sees does so in both, and both must show the same.

That a run of a sweep, in full, is repeated to the bit is tested chapter by
chapter, in tests/chapters.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from functools import partial
from importlib.metadata import distribution
from pathlib import Path

import jupytext
import nbformat
import pytest
from executed import read_executed
from mystsource import CHAPTERS, ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from notebooks import WITH_CELLS, code_of, read_notebook, shown_code
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COLAB_HAS = {"numpy", "matplotlib", "scikit-learn", "ipykernel"}
NOT_IN_COLAB = ("myst_nb", "myst_parser", "sphinx", "jupyter_book", "jupytext", "pybtex", "nbclient")

# By chapter: the names on the lines marked so, and other values for them.
MARK = re.compile(r"^(\w+) = .*# yours to change$", re.MULTILINE)
LINES = {
    "few-runs": {"rates": "[0.02, 0.2]"},
    "learning-rates": {
        "rates": "[0.002, 0.05, 0.2]",
        "grid_rates": "[0.05, 0.2, 0.5]",
        "sizes": "[10, 100]",
        "first_rates": "[0.03, 0.3]",
    },
    "activation-functions": {"rates": "[0.02, 0.2]"},
    "architectures": {"rates": "[0.05, 0.3]", "epochs_for": "{200: 20, 2000: 10, 20_000: 3}"},
    "mse-cross-entropy": {"rates": "[0.2, 0.5, 1.0]"},
    "famous-network": {"epochs": "1"},
    "faster-descent": {"scale": "[0.2, 0.5, 2.0]"},
    "overfitting": {"widths": "[10, 20, 40, 80]"},
    "classics": {"rates": "[0.1, 0.4]"},
    "learned": {"shares": "[0.6, 0.3, 0.1]"},
    "handwriting": {"picture": 'FOLDER / "made-00-white-even-felt.jpg"'},
    "speed": {"sizes": "[2, 10, 128]"},
}

MINUTES = ["training", "network", *LINES]  # the pages that run for minutes
IN_FULL = [page for page in WITH_CELLS if page.stem not in MINUTES]

# What goes before the page: its runs see few images, and nobody notices.
HASTE = """
import dataclasses, mnist_from_scratch, mnist_from_scratch.experiments
from mnist_from_scratch.results import Results

real_sweep, real_train = mnist_from_scratch.sweep, mnist_from_scratch.train
hundredth = lambda n: max(20, (n or 50_000) // 100)
first_300 = lambda arrays: arrays and [V[:300] for V in arrays]

def hasty_sweep(configurations, seeds, X, y, validation, **options):
    results = Results()
    for asked in configurations:
        small = dataclasses.replace(asked, n_train=min(len(X), hundredth(asked.n_train)))
        for run in real_sweep([small], seeds, X, y, first_300(validation), **options):
            run.configuration = asked
            results.append(run)
    return results

def hasty_train(network, X, y, optimiser, *, validation=None, **options):
    n = hundredth(len(X))
    return real_train(network, X[:n], y[:n], optimiser, validation=first_300(validation), **options)

mnist_from_scratch.train = hasty_train
mnist_from_scratch.sweep = mnist_from_scratch.experiments.sweep = hasty_sweep
"""

# An environment that has what Colab has, and the package's wheel


def test_the_wheel_holds_the_package_and_mnist(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = ROOT / "mnist_from_scratch"
    files = {path.relative_to(ROOT).as_posix() for path in package.rglob("*")
             if path.is_file() and "__pycache__" not in path.parts}  # fmt: skip
    assert names == files, f"they differ by {sorted(names ^ files)}"
    assert sum(name.endswith(".gz") for name in names) == 4, "not all of MNIST is inside"


def without_path():
    """Return the environment without the folders that these tests import from."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def closure(requirements):
    """Return the installed distributions that the requirements need, without extras, by name."""
    found, names = {}, list(requirements)
    while names:
        name = canonicalize_name(names.pop())
        if name not in found:
            found[name] = distribution(name)
            needs = map(Requirement, found[name].requires or [])
            names += [r.name for r in needs if not r.marker or r.marker.evaluate({"extra": ""})]
    return found


@pytest.fixture(scope="session")
def fresh(wheel, tmp_path_factory):
    """A Python with what Colab has and the wheel: the tests' own packages, linked one by one."""
    folder = tmp_path_factory.mktemp("fresh")
    run = partial(subprocess.run, check=True, capture_output=True, text=True, env=without_path())
    run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"])
    python = folder / "venv" / "bin" / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run([python, "-c", where]).stdout.strip())
    metadata = zipfile.ZipFile(wheel).read(f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/METADATA").decode()
    needed = [Requirement(line.partition(": ")[2]) for line in metadata.splitlines()
              if line.startswith("Requires-Dist: ") and "extra ==" not in line]  # fmt: skip
    for dist in closure(COLAB_HAS | {requirement.name for requirement in needed}).values():
        for top in {file.parts[0] for file in dist.files if file.parts[0] not in ("..", "__pycache__")}:
            if not (packages / top).exists():
                (packages / top).symlink_to(dist.locate_file(top))
    pip = [sys.executable, "-m", "pip", "--python", python]
    run([*pip, "install", "--no-index", "--no-deps", wheel])
    spec = folder / "jupyter" / "kernels" / "fresh" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "fresh", "language": "python",
        "env": {"PYTHONPATH": "", "PYTHONNOUSERSITE": "1", "TQDM_DISABLE": "1"},
    }))  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        yield python


def test_the_fresh_environment_has_no_more_than_colab(fresh):
    look = f"import importlib.util as u; print(*(n for n in {NOT_IN_COLAB} if u.find_spec(n)))"
    ask = lambda code: subprocess.run([fresh, "-I", "-c", code], capture_output=True, text=True)
    assert ask(look).stdout.split() == [], "it has what makes the book"
    found = ask("import mnist_from_scratch; print(mnist_from_scratch.__file__)").stdout.strip()
    assert Path(found).is_relative_to(fresh.parents[1]), f"the package is {found}, not the wheel's"


def run(notebook, kernel, folder):
    """Run a notebook in place, in the folder."""
    client = NotebookClient(notebook, kernel_name=kernel, timeout=3600,
                            resources={"metadata": {"path": str(folder)}})  # fmt: skip
    try:
        client.execute()
    except CellExecutionError as error:
        pytest.fail(f"the notebook does not run:\n{error}", pytrace=False)


def seen(cell):
    """Return what a reader sees of a cell: what it prints, shows and draws."""
    printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
    results = [dict(o.data) for o in cell.outputs if "data" in o and "scrapbook" not in o.metadata]
    return printed, results


def assert_it_shows_the_same(notebook, page):
    """Compare an executed notebook with an executed page, but for times."""
    for ours, theirs in zip(code_of(notebook), shown_code(page), strict=True):
        if "timing" not in theirs.metadata.get("tags", []):
            assert seen(ours) == seen(theirs), f"{ours.id} does not show what the page shows:\n{ours.source}"


@pytest.mark.parametrize("page", IN_FULL, ids=lambda page: page.stem)
def test_it_runs_in_the_fresh_environment_and_finds_what_the_book_says(site, fresh, tmp_path, page):
    notebook = read_notebook(site, page)
    run(notebook, "fresh", tmp_path)
    assert_it_shows_the_same(notebook, read_executed(page, site.cache))
    assert seen(notebook.cells[1]) == ("", []), "the package is there, and it would install it"


# With a reader's own values, on a hundredth of the images


def test_every_experiment_has_a_line_to_change_and_all_of_them_are_changed_here():
    experiments = [page for page in CHAPTERS if page.parent.name in ("experiments", "beyond")]
    marked = {page.stem: set(MARK.findall(page.read_text(encoding="utf-8"))) for page in experiments}
    assert all(marked.values()), f"no line is the reader's in one of {marked}"
    assert marked == {name: set(values) for name, values in LINES.items()}


def change(notebook, lines):
    """Give the lines that are the reader's other values."""
    for variable, values in lines.items():
        line = [
            (cell, row) for cell in notebook.cells for row in cell.source.splitlines()
            if cell.cell_type == "code" and MARK.fullmatch(row) and row.startswith(f"{variable} =")
        ]  # fmt: skip
        assert len(line) == 1, f"{variable} must have one line of its own, not {len(line)}"
        cell, row = line[0]
        cell.source = cell.source.replace(row, f"{variable} = {values}")


def run_in_haste(notebook, kernel, folder):
    notebook.cells.insert(0, nbformat.v4.new_code_cell(HASTE))
    run(notebook, kernel, folder)
    del notebook.cells[0]


@pytest.mark.parametrize("name", MINUTES)
def test_a_page_and_its_notebook_run_with_a_readers_own_values_and_show_the_same(
    site, fresh, tmp_path, monkeypatch, name
):
    (path,) = (page for page in CHAPTERS if page.stem == name)
    page, notebook = jupytext.read(path), read_notebook(site, path)
    for each in (page, notebook):
        change(each, LINES.get(name, {}))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    run_in_haste(page, "python3", tmp_path)
    run_in_haste(notebook, "fresh", tmp_path)
    assert_it_shows_the_same(notebook, page)
