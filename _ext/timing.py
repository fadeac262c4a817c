"""Say in the page what is a time, and so differs from build to build.

MyST-NB gives a cell tagged timing the class tag_timing. Here a value glued
under a name with "-timing-" gets the class timing, and the search index does
without both. tools/reproduce.py compares two builds of the book but for these.
"""

from docutils import nodes
from myst_nb.ext.glue.roles import PasteTextRole


class TextRole(PasteTextRole):
    """The role glue:text, with a node of class timing around a time."""

    def run(self):
        pasted, messages = super().run()
        if pasted and "-timing-" in self.text:
            pasted = [nodes.inline("", "", *pasted, classes=["timing"])]
        return pasted, messages


def is_timing(node):
    """Whether the node holds measured times: a glued value, or a cell's output."""
    if not isinstance(node, nodes.Element):
        return False
    glued = "timing" in node["classes"]
    return glued or "cell_output" in node["classes"] and "tag_timing" in node.parent["classes"]


def leave_out_of_search(app):
    """Have the builder index each page without its times."""
    index_page = getattr(app.builder, "index_page", None)

    def index_without_timing(name, doctree, title):
        doctree = doctree.deepcopy()
        for node in list(doctree.findall(is_timing)):
            node.parent.remove(node)
        index_page(name, doctree, title)

    if index_page:
        app.builder.index_page = index_without_timing


def setup(app):
    app.setup_extension("myst_nb")
    app.add_role_to_domain("glue", "text", TextRole(), override=True)
    app.connect("builder-inited", leave_out_of_search)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
