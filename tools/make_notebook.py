"""Make mnist_numpy_nn.ipynb, the essential network on one page, from the module.

    python tools/make_notebook.py           runs the notebook, and writes it
    python tools/make_notebook.py --check   only says whether its sources are current

The prose and the page's own cells stand in mnist_numpy_nn.md beside this file.
There, a fence of the kind "module losses" lists names, and becomes a cell that
holds their source, as essential.py makes it of mnist_from_scratch/losses.py.
"""

import ast
import builtins
import json
import re
import symtable
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbclient
import nbformat
import openml_folder
from essential import essential
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).with_name("mnist_numpy_nn.md")
NOTEBOOK = ROOT / "mnist_numpy_nn.ipynb"

# Methods that the page does not need, and options of train and of mlp.
LEFT_OUT = {"__repr__", "__setattr__", "__setstate__", "Arrays", "save", "load", "predict", "penalty", "learning",
            "progress", "distort", "dropout", "l2"}  # fmt: skip

FENCE = re.compile(r"^```(\w+) *(.*?)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


# The sources


class Module:
    """The essential source of one file of the package, by top-level name."""

    def __init__(self, name):
        text = (ROOT / "mnist_from_scratch" / f"{name}.py").read_text("utf-8")
        text = essential(text, LEFT_OUT)
        self.lines, self.tree = text.splitlines(), ast.parse(text)
        self.nodes = {}
        for node in self.tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                self.nodes[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.nodes[node.targets[0].id] = node

    def source(self, name):
        """Return the lines of one name."""
        first, last = span(self.nodes[name])
        return "\n".join(self.lines[first - 1 : last])

    def imports(self):
        """Yield (statement, name that it binds) for what is not the package's own."""
        for node in self.tree.body:
            if isinstance(node, ast.Import) or (
                isinstance(node, ast.ImportFrom) and node.level == 0
            ):
                for alias in node.names:
                    one = type(node)(**{**vars(node), "names": [alias]})
                    yield ast.unparse(one), (alias.asname or alias.name).split(".")[0]


def span(node):
    """Return the first and the last line of a node, decorators included."""
    first = min([node.lineno] + [each.lineno for each in getattr(node, "decorator_list", ())])
    return first, node.end_lineno


def import_cell(own, modules, code):
    """Return the imports: the page's own, and those that the pulled code uses."""
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    lines = set(own.split("\n")) - {""}
    for module in modules.values():
        lines |= {line for line, name in module.imports() if name in used}
    merged = {}
    for line in lines:  # from a import b, and from a import c: one line
        head, _, name = line.partition(" import ")
        merged.setdefault(head, []).append(name)
    lines = [
        f"{head} import {', '.join(sorted(names))}" if names[0] else head
        for head, names in merged.items()
    ]
    standard = [line for line in lines if root_of(line) in sys.stdlib_module_names]
    others = [line for line in lines if line not in standard]

    def order(line):
        return line.startswith("from"), line

    return "\n".join(sorted(standard, key=order) + [""] + sorted(others, key=order))


def root_of(line):
    """Return the package that an import statement imports from."""
    return re.split(r"[ .]", line)[1]


def undefined(code):
    """Return the names that code uses, at any depth, and nothing in it defines."""
    whole = symtable.symtable(code, "page", "exec")
    defined = {symbol.get_name() for symbol in whole.get_symbols() if symbol.is_assigned()}
    defined |= {symbol.get_name() for symbol in whole.get_symbols() if symbol.is_imported()}
    used, tables = set(), [whole]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        used |= {s.get_name() for s in table.get_symbols() if s.is_global() or table is whole}
    return used - defined - set(dir(builtins))


def make():
    """Return the notebook, without outputs."""
    template = TEMPLATE.read_text("utf-8")
    cells, modules, position = [], {}, 0
    for fence in FENCE.finditer(template):
        cells.append(("markdown", template[position : fence.start()].strip(), ""))
        position = fence.end()
        kind, argument, body = fence.groups()
        if kind == "module":
            module = modules.setdefault(argument, Module(argument))
            source = "\n\n".join(module.source(name) for name in body.split())
            cells.append(("code", source, "module"))
        else:
            cells.append((kind, body.rstrip("\n"), argument))
    cells.append(("markdown", template[position:].strip(), ""))

    code = "\n".join(source for kind, source, _ in cells if kind in ("code", "python"))
    notebook = nbformat.v4.new_notebook(metadata=METADATA)
    for kind, source, tag in cells:
        if not source:
            continue
        if kind == "imports":
            source, tag = import_cell(source, modules, code), "module"
            code = f"{source}\n{code}"
        new = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        cell = new(source, id=f"cell-{len(notebook.cells) + 1:02d}")
        if tag:
            cell.metadata["tags"] = [tag]
        notebook.cells.append(cell)
    if missing := undefined(code):
        raise SystemExit(f"{TEMPLATE.name} lacks {', '.join(sorted(missing))}")
    return notebook


def sources(notebook):
    """Return all of a notebook but what running it has added."""
    return [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


# The outputs


def execute(notebook, python, home):
    """Run notebook with the kernel of a Python, the answers of OpenML in the folder home."""
    environment = {
        "SCIKIT_LEARN_DATA": str(home),
        "https_proxy": "http://127.0.0.1:9",  # OpenML itself is out of reach
        "OPENBLAS_NUM_THREADS": "1",  # sums in one order, whatever the number of cores
        "OMP_NUM_THREADS": "1",
    }
    argv = [str(python), "-I", "-m", "ipykernel_launcher", "-f", "{connection_file}",
            "--log-level=ERROR"]
    spec = {"argv": argv, "display_name": "", "language": "python", "env": environment}
    with TemporaryDirectory() as folder:
        kernel = Path(folder, "kernels", "page")
        kernel.mkdir(parents=True)
        (kernel / "kernel.json").write_text(json.dumps(spec))
        manager = AsyncKernelManager(
            kernel_name=kernel.name,
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(kernel.parent)]),
        )
        client = nbclient.NotebookClient(
            notebook, km=manager, timeout=3600, record_timing=False, coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        )
        client.execute(cleanup_kc=True)
    notebook.metadata = METADATA  # not the version of this Python


if __name__ == "__main__":
    notebook = make()
    if "--check" in sys.argv[1:]:
        current = NOTEBOOK.exists() and sources(nbformat.read(NOTEBOOK, 4)) == sources(notebook)
        print(f"{NOTEBOOK.name} is {'current' if current else 'out of date'}")
        sys.exit(not current)
    with TemporaryDirectory() as home:
        openml_folder.fill(Path(home))
        execute(notebook, sys.executable, home)
    nbformat.validate(notebook)
    NOTEBOOK.write_text(nbformat.writes(notebook) + "\n", "utf-8", newline="\n")
    print(f"wrote {NOTEBOOK}")
