"""A tiny book, and the package's wheel."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The package's wheel, built without a network from what is in the repository."""
    source, output = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-text"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "mnist_from_scratch", source / "mnist_from_scratch",
                    ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", output, source]
    process = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.returncode == 0, process.stdout
    (wheel,) = output.iterdir()
    return wheel


@pytest.fixture
def tiny_book(tmp_path, build_book):
    """A tiny book for one test."""
    return TinyBook(tmp_path, build_book)


@pytest.fixture(scope="module")
def shared_book(tmp_path_factory, build_book):
    """A tiny book for all tests of a file."""
    return TinyBook(tmp_path_factory.mktemp("book"), build_book)


class TinyBook:
    """A book of three pages with this book's configuration and extensions.

    It has a module of its own by the name of the real one, and lies in a folder
    whose name is a pattern, or code, to whoever does not take care. .build()
    builds it and returns the finished process.
    """
    def __init__(self, folder, build_book):
        self.folder, self.build_book = folder / "it's ml[2026] é* 100% #1", build_book
        folder = self.folder
        folder.mkdir()
        self.module = folder / "mnist_from_scratch" / "__init__.py"
        self.page = folder / "book" / "page.md"
        self.other = folder / "book" / "other.md"
        self.html = folder / "_build" / "html" / "book"
        self.cache = folder / "_build" / ".jupyter_cache"
        shutil.copytree(ROOT / "_ext", folder / "_ext")
        shutil.copytree(ROOT / "book" / "_static", folder / "book" / "_static")
        shutil.copytree(ROOT / "book" / "_templates", folder / "book" / "_templates")
        shutil.copy(ROOT / "_config.yml", folder)
        shutil.copy(ROOT / "pyproject.toml", folder)
        (folder / "book" / "references.bib").touch()
        (folder / "_toc.yml").write_text(TOC)
        self.module.parent.mkdir()
        self.module.write_text("ANSWER = 31415\n")
        self.page.write_text(PAGE)
        self.page.with_name("third.md").write_text("# Third\n")
        self.other.write_text("# Other\n\nThey say {glue:text}`page.md::answer:d`.\n")

    def build(self, **environment):
        return self.build_book(self.folder, self.folder, PYTHONPATH=str(self.folder), **environment)


TOC = """
format: jb-book
root: book/page
chapters:
  - file: book/other
  - file: book/third
"""

PAGE = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# Page

```{literalinclude} ../mnist_from_scratch/__init__.py
```

```{code-cell} ipython3
from mnist_from_scratch import ANSWER
from myst_nb import glue
glue("answer", ANSWER, display=False)
print("printed", ANSWER)
```
"""
