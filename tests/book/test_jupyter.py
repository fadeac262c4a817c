"""A chapter that is saved in JupyterLab stays the chapter that it was."""

import jupytext
import pytest
from jupytext.config import load_jupytext_config, notebook_formats
from mystsource import PAGES

WITH_CELLS = [page for page in PAGES if "{code-cell}" in page.read_text(encoding="utf-8")]


def saved(page):
    """Return the notebook of a page, and the text that JupyterLab would write, with jupytext."""
    config = load_jupytext_config(str(page))
    notebook = jupytext.reads(page.read_text(encoding="utf-8"), {"extension": ".md"}, config=config)
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    (format,) = notebook_formats(notebook, config, str(page))
    return notebook, jupytext.writes(notebook, format, config=config)


@pytest.mark.parametrize("page", WITH_CELLS, ids=lambda page: page.stem)
def test_it_keeps_its_settings(page):
    notebook, text = saved(page)
    again = jupytext.reads(text, {"extension": ".md"})
    assert again.metadata.get("mystnb") == notebook.metadata.get("mystnb"), "the page's settings are lost"
    assert [cell.metadata for cell in again.cells] == [cell.metadata for cell in notebook.cells], "a cell's are lost"
    assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells]
    assert jupytext.__version__ not in text, "the file notes who saved it with which version"
