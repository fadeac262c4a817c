"""A page of the book, executed, as the site shows it."""

import ast
from itertools import groupby
from types import SimpleNamespace

from jupyter_cache import get_cache
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from myst_parser.config.main import MdParserConfig


def glued_values(cells):
    """Return the values that the cells glue, by name."""
    values = {}
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        if "scrapbook" in output.get("metadata", {}):
            name = output.metadata.scrapbook.name
            (text,) = (text for kind, text in output.data.items() if kind.endswith("text/plain"))
            values[name] = ast.literal_eval(text)
    return values


def printed_text(cells):
    """Return what the cells print and show as text, glued values left out.

    Now and then a kernel cuts what a cell prints into messages: they are one text again.
    """
    texts = []
    for cell in cells:
        shown = [o for o in cell.get("outputs", []) if "scrapbook" not in o.get("metadata", {})]
        for stream, outputs in groupby(shown, lambda output: output.get("name")):
            if stream:
                texts.append("".join(output["text"] for output in outputs))
            else:
                texts += [output.get("data", {}).get("text/plain", "") for output in outputs]
    return "\n".join(texts)


def read_executed(path, cache):
    """Return the page at path, with the outputs that the build's cache holds for it.

    .cells: the notebook's cells with their outputs. .glued: the values that
    the prose shows. .text: all text output. .source: the page's Markdown.
    """
    source = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), MdParserConfig(), NbParserConfig(), source)
    _, notebook = get_cache(cache).merge_match_into_notebook(reader.read(source))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return SimpleNamespace(
        cells=notebook.cells, glued=glued_values(code), text=printed_text(code), source=source
    )
