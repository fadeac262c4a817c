"""The whole network on one page: current, self-contained, equal to the module.

The page runs in an environment of its own, which holds NumPy, Matplotlib,
scikit-learn, ipykernel and what these need, and nothing else: neither the
project nor the other packages of the tests. A scikit-learn data folder, filled
beforehand with MNIST as OpenML would send it, answers fetch_openml.
"""

import ast
import gzip
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from packaging.requirements import Requirement

from mnist_from_scratch import load_mnist

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "mnist_numpy_nn.ipynb"
ALLOWED = {"numpy", "matplotlib", "sklearn"}
INSTALLED = "numpy", "matplotlib", "scikit-learn", "ipykernel"


def load_script():
    """Return tools/make_notebook.py as a module."""
    spec = importlib.util.spec_from_file_location(
        "make_notebook", ROOT / "tools" / "make_notebook.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


# The page itself


@pytest.fixture(scope="module")
def page():
    return nbformat.read(NOTEBOOK, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_committed_notebook_is_what_the_script_makes_of_the_module():
    assert load_script().make() == NOTEBOOK.read_text("utf-8"), (
        "run python tools/make_notebook.py and commit mnist_numpy_nn.ipynb"
    )


def test_a_name_of_the_core_that_the_page_lacks_stops_the_script(monkeypatch):
    script = load_script()
    monkeypatch.setattr(script, "LEFT_OUT", {})
    with pytest.raises(SystemExit, match="read_idx"):
        script.make()


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


def test_the_page_is_committed_without_outputs_and_has_prose_before_every_cell(page):
    for before, cell in zip([None, *page.cells], page.cells):
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, cell.id
            assert before.cell_type == "markdown", f"no prose before {cell.id}"


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


# MNIST as OpenML sends it


@pytest.fixture(scope="module")
def data_home(tmp_path_factory):
    """A scikit-learn data folder with the five answers that mnist_784 takes."""
    home = tmp_path_factory.mktemp("scikit_learn_data")
    text = [str(value) for value in range(256)]
    X, y, X_test, y_test = load_mnist(dtype=np.uint8)
    rows = [
        ",".join([text[pixel] for pixel in x.tobytes()] + [text[label]])
        for images, labels in ((X, y), (X_test, y_test))
        for x, label in zip(images, labels)
    ]
    columns = [f"pixel{i}" for i in range(1, 785)]
    arff = "\n".join(
        ["@RELATION mnist_784"]
        + [f"@ATTRIBUTE {name} real" for name in columns]
        + ["@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA", *rows, ""]
    ).encode()
    description = {
        "id": "554", "name": "mnist_784", "version": "1", "format": "ARFF",
        "status": "active", "file_id": "52667", "description": "MNIST, prepared",
        "url": "https://www.openml.org/data/v1/download/52667",
        "md5_checksum": hashlib.md5(arff, usedforsecurity=False).hexdigest(),
    }
    features = [
        {
            "index": str(i), "name": name,
            "data_type": "nominal" if name == "class" else "numeric",
            "is_target": "true" if name == "class" else "false",
            "is_ignore": "false", "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }
        for i, name in enumerate([*columns, "class"])
    ]
    api = "api/v1/json/data"
    answers = {
        f"{api}/list/data_name/mnist_784/limit/2/data_version/1": {
            "data": {"dataset": [{"did": 554, "name": "mnist_784", "version": 1}]}
        },
        f"{api}/554": {"data_set_description": description},
        f"{api}/features/554": {"data_features": {"feature": features}},
        f"{api}/qualities/554": {
            "data_qualities": {
                "quality": [{"name": "NumberOfInstances", "value": "70000.0"}]
            }
        },
        "data/v1/download/52667": arff,
    }
    for path, answer in answers.items():
        file = home / "openml" / "openml.org" / f"{path}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        file.write_bytes(gzip.compress(content, compresslevel=1))
    return home


# The page, run from top to bottom


@pytest.fixture(scope="module")
def environment(data_home):
    """What the page's kernel and the module's process get beside our environment."""
    return {
        "SCIKIT_LEARN_DATA": str(data_home),
        "https_proxy": "http://127.0.0.1:9",  # OpenML itself is out of reach
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


@pytest.fixture(scope="module")
def executed(page, python, environment, tmp_path_factory):
    """The page after a run, and the folder that it ran in, with its weights."""
    folder = tmp_path_factory.mktemp("page")
    kernel = folder / "kernels" / "four-packages"
    kernel.mkdir(parents=True)
    argv = [str(python), "-I", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "", "language": "python", "env": environment}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    manager = AsyncKernelManager(
        kernel_name=kernel.name,
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(kernel.parent)]),
    )
    notebook = nbformat.from_dict(page)
    notebook.cells = [*page.cells, nbformat.v4.new_code_cell(SAVE)]
    client = nbclient.NotebookClient(
        notebook, km=manager, timeout=600, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    notebook.cells.pop()
    return notebook, folder


SAVE = """
np.savez("weights.npz", *network.params)
np.savez("data.npz", X=X, y=y, X_test=X_test, y_test=y_test)
"""


def outputs_of(notebook, fragment):
    """Return the outputs of the last cell whose source has fragment in it."""
    return [cell for cell in code_cells(notebook) if fragment in cell.source][-1].outputs


def text_of(outputs):
    return "".join(output.get("text", "") for output in outputs)


def test_the_page_gets_from_openml_what_the_module_bundles(executed):
    found = np.load(executed[1] / "data.npz")
    X, y, X_test, y_test = load_mnist()
    assert found["X"].dtype == np.float32
    assert np.array_equal(found["X"][:60000], X) and np.array_equal(found["y"][:60000], y)
    assert np.array_equal(found["X_test"], X_test)
    assert np.array_equal(found["y_test"], y_test)


def test_the_page_writes_nothing_to_stderr(executed):
    for cell in code_cells(executed[0]):
        errors = [each for each in cell.outputs if each.get("name") == "stderr"]
        assert not errors, f"{cell.id}: {text_of(errors)}"


def test_the_page_checks_its_gradient(executed):
    text = text_of(outputs_of(executed[0], "gradient_error(small"))
    assert float(text.split(":")[1]) < 1e-7, text


def test_the_page_reads_the_test_images_well(executed):
    text = text_of(outputs_of(executed[0], "network.evaluate(X_test"))
    assert float(text.split("%")[0]) > 97, text


@pytest.mark.parametrize(
    "fragment",
    [
        "learning_curves(history)", "confusion_matrix(counts)", "X_test[surest]",
        'compare("Learning rates"', 'compare("Activations"',
        'compare("Architectures"', 'compare("Losses"',
    ],
)
def test_the_page_draws(executed, fragment):
    figures = [
        output for output in outputs_of(executed[0], fragment)
        if "image/png" in output.get("data", {})
    ]
    assert len(figures) == 1, f"{fragment} drew {len(figures)} figures"


# The module does the same

TRAIN_WITH_THE_MODULE = """
import sys
import numpy as np
from mnist_from_scratch import *
import mnist_from_scratch.training
X, y, _, _ = load_mnist()
mnist_from_scratch.training.progress_bar = lambda batches, n_batches, label: batches
exec(sys.stdin.read())
np.savez(sys.argv[1], *network.params)
"""


def test_the_page_trains_to_the_modules_weights_bit_for_bit(executed, environment, tmp_path):
    notebook, folder = executed
    (training,) = [c for c in notebook.cells if "training" in c.metadata.get("tags", ())]
    subprocess.run(
        [sys.executable, "-c", TRAIN_WITH_THE_MODULE, tmp_path / "weights.npz"],
        input=training.source, text=True, check=True, cwd=ROOT,
        env=os.environ | environment,
    )
    of_page, of_module = np.load(folder / "weights.npz"), np.load(tmp_path / "weights.npz")
    assert of_page.files == of_module.files and len(of_page.files) == 4
    for name in of_page.files:
        assert of_page[name].dtype == np.float32
        assert of_page[name].tobytes() == of_module[name].tobytes(), (
            f"{name} differs by up to {np.abs(of_page[name] - of_module[name]).max()}"
        )
