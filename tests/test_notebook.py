"""The essential network on one page: current, self-contained, equal to the package.

The page runs in an environment of its own, which holds NumPy, Matplotlib,
scikit-learn, ipykernel and what these need, and nothing else: neither the
project nor the other packages of the tests. A scikit-learn data folder, filled
beforehand with MNIST as OpenML would send it, answers fetch_openml.
"""

import ast
import base64
import re
import subprocess
import sys
import venv
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

import make_notebook
import mnist_from_scratch
import nbformat
import numpy as np
import openml_folder
import pytest
from mnist_from_scratch import load_mnist
from packaging.requirements import Requirement

ALLOWED = {"numpy", "matplotlib", "sklearn"}
INSTALLED = "numpy", "matplotlib", "scikit-learn", "ipykernel"


# The page as it is committed


@pytest.fixture(scope="module")
def page():
    return nbformat.read(make_notebook.NOTEBOOK, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_committed_notebook_is_what_the_script_makes_of_the_module(page):
    assert make_notebook.sources(page) == make_notebook.sources(make_notebook.make()), (
        "run python tools/make_notebook.py and commit mnist_numpy_nn.ipynb"
    )


def test_a_name_that_the_page_uses_and_lacks_stops_the_script(monkeypatch, tmp_path):
    template = tmp_path / "template.md"
    template.write_text("```imports\nimport numpy as np\n```\n```module activations\nsoftmax\n```\n")
    monkeypatch.setattr(make_notebook, "TEMPLATE", template)
    with pytest.raises(SystemExit, match="lacks log_softmax$"):
        make_notebook.make()


def test_the_page_is_short_and_has_no_guards(page):
    code = [line for cell in code_cells(page) for line in cell.source.split("\n")]
    assert len(code) <= 355, f"{len(code)} lines of code: leave more of the package out"
    raising = [line for line in code if re.match(r" *(raise|assert)\b", line)]
    assert not raising, f"a guard is left: {raising}"
    whole = ast.parse("\n".join(code))
    called = {node.id for node in ast.walk(whole) if isinstance(node, ast.Name)}
    checks = [name for name in called if name.startswith("check_")]
    assert not checks, f"a check is left: {checks}"


def test_every_docstring_is_one_whole_sentence(page):
    for cell in code_cells(page):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                text = ast.get_docstring(node) or "."
                assert text.endswith(".") and "\n" not in text, f"{node.name}: {text!r}"


def test_the_page_imports_numpy_matplotlib_and_scikit_learn_alone(page):
    imported = set()
    for cell in code_cells(page):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{cell.id} imports from the package"
                imported.add(node.module.split(".")[0])
    assert imported - set(sys.stdlib_module_names) == ALLOWED


def test_the_page_has_prose_before_every_cell(page):
    for before, cell in zip([None, *page.cells], page.cells):
        if cell.cell_type == "code":
            assert before.cell_type == "markdown", f"no prose before {cell.id}"


def test_the_page_is_committed_as_one_run_has_left_it(page):
    cells = code_cells(page)
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type in ("stream", "display_data"), f"{cell.id}: {output}"
            if figure := output.get("data", {}).get("image/png"):
                size = len(base64.b64decode(figure)) // 1000
                assert size < 100, f"the figure of {cell.id} has {size} kB"


# The page's definitions and the package


@pytest.mark.parametrize(
    "sizes, hidden, output, loss",
    [
        ([784, 32, 10], "ReLU", "Softmax", "CrossEntropy"),
        ([784, 32, 10], "Sigmoid", "Sigmoid", "MeanSquaredError"),
        ([784, 24, 16, 10], "Tanh", "Softmax", "CrossEntropy"),
    ],
)
def test_the_page_trains_to_the_packages_weights_bit_for_bit(page, sizes, hidden, output, loss):
    of_page = {}
    for cell in code_cells(page):
        if "module" in cell.metadata.get("tags", ()):
            exec(cell.source, of_page)
    X, y, _, _ = load_mnist()
    images, validation = (X[:3000], y[:3000]), (X[3000:4500], y[3000:4500])

    def trained(names):
        rng = np.random.default_rng(0)
        network = names["mlp"](
            sizes, rng, hidden=names[hidden], loss=names[loss](names[output]()),
        )
        history = names["train"](
            network, *images, names["SGD"](lambda epoch: 0.2 / (1 + epoch)),
            epochs=3, batch_size=32, rng=rng, validation=validation,
        )
        return network, asdict(history)

    network, history = trained(of_page)
    expected, expected_history = trained(vars(mnist_from_scratch))
    assert len(network.params) == len(expected.params) == 2 * len(sizes) - 2
    for V, W in zip(network.params, expected.params):
        assert V.dtype == W.dtype == np.float32
        assert V.tobytes() == W.tobytes(), f"{V.shape} differs by up to {np.abs(V - W).max()}"
    for name in history.keys() - {"seconds"}:
        assert history[name] == expected_history[name], f"the history differs in {name}"


# An environment with four packages


def closure(names):
    """Return the distributions that names need, themselves included."""
    found, waiting = {}, list(names)
    while waiting:
        distribution = metadata.distribution(waiting.pop())
        name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
        if name in found:
            continue
        found[name] = distribution
        for line in distribution.requires or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                waiting.append(need.name)
    return found


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of an environment that holds INSTALLED and what they need."""
    folder = tmp_path_factory.mktemp("four-packages")
    venv.create(folder, symlinks=True, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    for distribution in closure(INSTALLED).values():
        for top in {path.parts[0] for path in distribution.files}:
            if top not in ("..", "__pycache__") and not (packages / top).exists():
                (packages / top).symlink_to(Path(distribution.locate_file(top)).resolve())
    return folder / "bin" / "python"


@pytest.mark.parametrize(
    "name", ["mnist_from_scratch", "tqdm", "pytest", "nbformat", "pandas", "torch"]
)
def test_the_environment_lacks_the_project_and_the_rest(python, name):
    process = subprocess.run(
        [python, "-I", "-c", f"import {name}"], capture_output=True, text=True
    )
    assert f"No module named '{name}'" in process.stderr


# The page, run from top to bottom


@pytest.fixture(scope="module")
def executed(page, python, tmp_path_factory):
    """The page after a run, and the images that it has read."""
    home, arrays = tmp_path_factory.mktemp("openml"), tmp_path_factory.mktemp("page") / "data.npz"
    openml_folder.fill(home)
    save = f"np.savez({str(arrays)!r}, X=X, y=y, X_test=X_test, y_test=y_test)"
    notebook = nbformat.from_dict(page)
    notebook.cells = [*notebook.cells, nbformat.v4.new_code_cell(save)]
    make_notebook.execute(notebook, python, home)
    notebook.cells.pop()
    return notebook, np.load(arrays)


def test_the_page_gets_from_openml_what_the_module_bundles(executed):
    found = executed[1]
    X, y, X_test, y_test = load_mnist()
    assert found["X"].dtype == np.float32
    assert np.array_equal(found["X"][:60000], X) and np.array_equal(found["y"][:60000], y)
    assert np.array_equal(found["X_test"], X_test)
    assert np.array_equal(found["y_test"], y_test)


def outputs_of(cell):
    """Return what a cell has printed, and what else it shows, without the figures themselves."""
    printed = "".join(each.text for each in cell.outputs if each.output_type == "stream")
    names = [each.get("name") or sorted(each.data) for each in cell.outputs]
    return printed, names


NUMBER = re.compile(r"\d[\d,.]*(?:e-\d+|%)?")


def near(a, b):
    """Return whether two printed numbers may differ by the machine that printed them."""
    if a.endswith("%") and b.endswith("%"):
        return abs(float(a[:-1]) - float(b[:-1])) <= 0.5
    if "e-" in a and "e-" in b:
        return max(float(a), float(b)) < 1e-7
    return a == b


@pytest.mark.parametrize(
    "a, b, same",
    [
        ("98.0%", "97.7%", True), ("98.0%", "97.4%", False), ("98.0%", "98.0", False),
        ("2e-10", "4e-09", True), ("2e-10", "2e-03", False), ("70,000", "70,001", False),
    ],
)  # fmt: skip
def test_only_what_is_measured_may_differ_a_little(a, b, same):
    assert near(a, b) == same


def test_a_run_prints_and_draws_what_the_page_is_committed_with(page, executed):
    for committed, cell in zip(code_cells(page), code_cells(executed[0]), strict=True):
        (before, names), (now, names_now) = outputs_of(committed), outputs_of(cell)
        assert names == names_now, f"{cell.id} shows {names_now}, committed are {names}"
        assert NUMBER.sub("#", before) == NUMBER.sub("#", now), f"{cell.id}: {before!r}, {now!r}"
        for a, b in zip(NUMBER.findall(before), NUMBER.findall(now)):
            assert near(a, b), f"{cell.id} prints {b}, committed is {a}"


def test_the_page_shows_digits_curves_mistakes_and_weights(executed):
    drawing = [cell.source for cell in code_cells(executed[0]) if "image/png" in str(cell.outputs)]
    parts = "show(X[:20]", "history.val_accuracy", "X_test[surest]", "show(W.T"
    assert len(drawing) == len(parts), f"{len(drawing)} cells draw"
    for source, part in zip(drawing, parts):
        assert part in source, f"the cell with {part} draws nothing"
