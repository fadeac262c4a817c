"""How long each chapter takes to read and to run, measured by the build.

`chapter-times` in a page is a table. Minutes of reading come from a rule,
applied to what a page shows open before its exercises; seconds of running
come from the execution cache: the run whose outputs the page shows. They are
another machine's on another machine, so they carry the class `timing`.
"""

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import is_exercise_node

# Seconds for each: slower than a novel, since it is to be understood.
SECONDS = {"word": 60 / 150, "formula": 20, "line of code": 3, "figure": 30}
NOT_READ = {"Exercises", "Further reading"}


def is_shown(node):
    """Return whether a node stands open in the page, in a part that is read."""
    while node.parent:
        if isinstance(node, nodes.section) and node[0].astext() in NOT_READ:
            return False
        if node.get("nb_element") == "cell_code_source" and "hide" in " ".join(node.parent["classes"]):
            return False
        node = node.parent
    return True


def is_prose(text):
    """Return whether a text is prose, and neither code, a formula, an output nor markup."""
    node = text.parent
    while node.parent:
        if isinstance(node, (nodes.math, nodes.math_block, nodes.literal_block, nodes.raw, nodes.comment)):
            return False
        if node.get("nb_element") == "cell_code_output" or node.get("nb_element") == "mime_bundle":
            return isinstance(text.parent, nodes.caption)
        node = node.parent
    return True


def count(document):
    """Return how many of each thing in SECONDS a page has."""
    shown = lambda kind: filter(is_shown, document.findall(kind))
    code = [block.astext().strip().count("\n") + 1 for block in shown(nodes.literal_block)
            if block.parent.get("nb_element") not in ("cell_code_output", "mime_bundle")]  # fmt: skip
    prose = (text for text in document.findall(nodes.Text) if is_shown(text.parent) and is_prose(text))
    return {
        "word": sum(len(text.split()) for text in prose) + sum(1 for _ in shown(nodes.math)),
        "formula": sum(1 for _ in shown(nodes.math_block)),
        "line of code": sum(code),
        "figure": len({id(image.parent) for image in shown(nodes.image)}),
    }
