"""A chapter that is saved in JupyterLab stays the chapter that it was."""

from difflib import unified_diff

import jupytext
import pytest
from jupyter_client.kernelspec import get_kernel_spec
from jupytext.config import load_jupytext_config, notebook_formats
from mystsource import PAGES, ROOT

WITH_CELLS = [page for page in PAGES if "{code-cell}" in page.read_text(encoding="utf-8")]


def saved(page):
    """Return the text that JupyterLab writes when it saves a page, with jupytext."""
    config = load_jupytext_config(str(page))
    notebook = jupytext.reads(page.read_text(encoding="utf-8"), {"extension": ".md"}, config=config)
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    notebook.metadata["kernelspec"]["display_name"] = get_kernel_spec("python3").display_name
    (format,) = notebook_formats(notebook, config, str(page))
    return jupytext.writes(notebook, format, config=config)


@pytest.mark.parametrize("page", WITH_CELLS, ids=lambda page: page.stem)
def test_it_is_the_same_file(page):
    """To the byte, so that a change shows what was changed and nothing else."""
    lines, again = page.read_text(encoding="utf-8").splitlines(True), saved(page).splitlines(True)
    difference = "".join(unified_diff(lines, again, "as it is", "as Jupyter saves it", n=0))
    assert not difference, f"jupytext --to md:myst {page.relative_to(ROOT)} mends it:\n{difference}"
