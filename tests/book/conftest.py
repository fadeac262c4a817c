"""A tiny book, and the browser that opens the site."""

import shutil
from pathlib import Path

import pytest
from chromium import find_chromium, launch
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def browser(skip):
    """A Chromium that runs offline: the one in CHROMIUM, or one on the PATH."""
    found = find_chromium()
    if not found:
        skip("the pages in a browser: no Chromium in CHROMIUM or on the PATH")
    with sync_playwright() as playwright:
        browser = launch(playwright, found)
        yield browser
        browser.close()


@pytest.fixture
def tiny_book(tmp_path, build_book):
    """A book of three pages with this book's configuration and extensions.

    It has a module of its own by the name of the real one, and lies in a folder
    whose name is a pattern, or code, to whoever does not take care. .build()
    builds it and returns the finished process.
    """
    root = tmp_path / "it's ml[2026] é* 100% #1"
    root.mkdir()

    class TinyBook:
        module = root / "mnist_from_scratch" / "__init__.py"
        page = root / "book" / "page.md"
        other = root / "book" / "other.md"
        html = root / "_build" / "html" / "book"
        cache = root / "_build" / ".jupyter_cache"

        def build(self, **environment):
            return build_book(root, root, PYTHONPATH=str(root), **environment)

    shutil.copytree(ROOT / "_ext", root / "_ext")
    shutil.copytree(ROOT / "book" / "_static", root / "book" / "_static")
    shutil.copytree(ROOT / "book" / "_templates", root / "book" / "_templates")
    shutil.copy(ROOT / "_config.yml", root)
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "book" / "references.bib").touch()
    (root / "_toc.yml").write_text(TOC)
    TinyBook.module.parent.mkdir()
    TinyBook.module.write_text("ANSWER = 31415\n")
    TinyBook.page.write_text(PAGE)
    TinyBook.page.with_name("third.md").write_text("# Third\n")
    TinyBook.other.write_text("# Other\n\nThey say {glue:text}`page.md::answer:d`.\n")
    return TinyBook()


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
