"""Make mnist_numpy_nn.ipynb, the whole network on one page, from the module.

    python tools/make_notebook.py           writes the notebook
    python tools/make_notebook.py --check   only says whether it is current

The prose and the page's own cells stand in mnist_numpy_nn.md beside this file.
There, a fence of the kind "module losses" lists names, and becomes a cell that
holds their source, as it stands in mnist_from_scratch/losses.py.
"""

import ast
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).with_name("mnist_numpy_nn.md")
NOTEBOOK = ROOT / "mnist_numpy_nn.ipynb"

# Every name of the core stands on the page, but these: the page gets its images
# from OpenML, draws its own progress bar, and keeps its network in memory.
CORE = (
    "_arguments", "data", "gradient_check", "activations", "losses",
    "initialisers", "layers", "network", "training",
)
LEFT_OUT = {
    "data": {
        "FOLDER", "FILES", "IDX_TYPES", "read_bytes", "parse_idx", "read_idx",
        "load_mnist", "scale", "read_bundled", "fetch_openml_mnist",
    },
    "network": {"write_npz"},
    "training": {"progress_bar"},
}

FENCE = re.compile(r"^```(\w+) *(.*?)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


class Module:
    """The source of one file of the package, by top-level name."""

    def __init__(self, name):
        text = (ROOT / "mnist_from_scratch" / f"{name}.py").read_text("utf-8")
        self.lines, self.tree = text.splitlines(), ast.parse(text)
        self.nodes = {}
        for node in self.tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                self.nodes[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.nodes[node.targets[0].id] = node

    def source(self, name, without=()):
        """Return the lines of one name, less the methods named in without."""
        node = self.nodes[name]
        first, last = span(node)
        kept = set(range(first, last + 1))
        methods = {each.name: each for each in getattr(node, "body", ()) if hasattr(each, "name")}
        for method in without:
            start, end = span(methods[method])
            kept -= set(range(start - 1, end + 1))  # and the blank line before it
        return "\n".join(self.lines[i - 1] for i in sorted(kept))

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


def pull(module, body):
    """Return the source that the lines of a module fence ask for.

    A line is a name, or "Name without method, method".
    """
    pieces, names = [], set()
    for line in body.split("\n"):
        name, _, without = line.partition(" without ")
        if name:
            pieces.append(module.source(name, without.split(", ") if without else ()))
            names.add(name)
    return "\n\n\n".join(pieces), names


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


def make():
    """Return the text of the notebook."""
    template = TEMPLATE.read_text("utf-8")
    modules = {name: Module(name) for name in (*CORE, "plots")}
    cells, shown, position = [], {name: set() for name in modules}, 0
    for fence in FENCE.finditer(template):
        cells.append(("markdown", template[position : fence.start()].strip(), ""))
        position = fence.end()
        kind, argument, body = fence.groups()
        if kind == "module":
            source, names = pull(modules[argument], body)
            shown[argument] |= names
            cells.append(("code", source, "module"))
        else:
            cells.append((kind, body.rstrip("\n"), argument))
    cells.append(("markdown", template[position:].strip(), ""))

    for name in CORE:
        missing = set(modules[name].nodes) - shown[name] - LEFT_OUT.get(name, set())
        if missing:
            raise SystemExit(f"{TEMPLATE.name} lacks {sorted(missing)} of {name}.py")

    code = "\n".join(source for kind, source, _ in cells if kind in ("code", "python"))
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {
                "display_name": "Python 3", "language": "python", "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    for kind, source, tag in cells:
        if not source:
            continue
        if kind == "imports":
            source = import_cell(source, modules, code)
        new = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        cell = new(source, id=f"cell-{len(notebook.cells) + 1:02d}")
        if tag:
            cell.metadata["tags"] = [tag]
        notebook.cells.append(cell)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


if __name__ == "__main__":
    text = make()
    if "--check" in sys.argv[1:]:
        current = NOTEBOOK.exists() and NOTEBOOK.read_text("utf-8") == text
        print(f"{NOTEBOOK.name} is {'current' if current else 'out of date'}")
        sys.exit(not current)
    NOTEBOOK.write_text(text, "utf-8", newline="\n")
    print(f"wrote {NOTEBOOK}")
