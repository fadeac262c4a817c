"""A figure of another page, shown once more, with a caption of its own.

The argument is the page and the figure's name, such as learning-rates.md::fig-lr-u;
the content is the caption. Picture and alternative text are those of the other page.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Picture(nodes.General, nodes.Element):
    """The place of a picture that another page holds."""


class RepeatedFigure(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self):
        file, _, name = self.arguments[0].partition("::")
        relative, path = self.env.relfn2path(file)
        self.env.note_dependency(path)  # if that page changes, this one is written anew
        caption = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, caption)
        picture = Picture(page=str(Path(relative).with_suffix("")), figure=name)
        return [nodes.figure("", picture, nodes.caption("", "", *caption[0].children))]


def fill_in(app, doctree, docname):
    """Put the pictures into their places, before the builder collects the images of a page."""
    for place in list(doctree.findall(Picture)):
        figures = app.env.get_doctree(place["page"]).findall(nodes.figure)
        found = [figure for figure in figures if place["figure"] in figure["ids"]]
        if not found:
            raise ValueError(f"{docname}: there is no figure {place['figure']} in {place['page']}")
        place.replace_self(next(found[0].findall(nodes.image)).deepcopy())


def setup(app):
    app.add_directive("repeated-figure", RepeatedFigure)
    app.connect("doctree-resolved", fill_in, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
