"""The notebooks that readers get, and the pages that they are made of."""

from functools import cache

import nbformat
from mystsource import PAGES, read_page


@cache
def blocks_of(page):
    return read_page(page.read_text(encoding="utf-8"))


def cells_of(page):
    return [block for block in blocks_of(page) if block.kind == "code-cell"]


WITH_CELLS = [page for page in PAGES if cells_of(page)]


def read_notebook(site, page):
    """Return the notebook that the site offers for a page."""
    return nbformat.read(site.html / "notebooks" / f"{page.stem}.ipynb", as_version=4)


def code_of(notebook):
    """Return the cells of the page: those that only a notebook has are left out."""
    own = {"install", "answer"}
    return [c for c in notebook.cells if c.cell_type == "code" and not own & set(c.metadata.get("tags", []))]


def shown_code(notebook):
    """Return a page's code cells, read or executed, without those that it hides."""
    return [c for c in notebook.cells if c.cell_type == "code" and "remove-cell" not in c.metadata.get("tags", [])]
