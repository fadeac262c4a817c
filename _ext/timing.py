"""Say in the page what is a time, and so differs from build to build.

MyST-NB gives a cell tagged timing the class tag_timing. Here a value glued
under a name with "-timing-" gets the class timing. The search index does
without both (search_index.py), and tools/reproduce.py compares two builds of
the book but for these.
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


def setup(app):
    app.setup_extension("myst_nb")
    app.add_role_to_domain("glue", "text", TextRole(), override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
