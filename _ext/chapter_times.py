"""How long each chapter takes to read and to run, measured while the book is built.

The directive chapter-times is a table of them. Minutes of reading follow from
a rule for what a chapter shows open up to its exercises. Seconds come from the
execution cache, of the very run whose outputs the book shows; they differ from
machine to machine, so they carry the class timing.
"""

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import is_exercise_node

# Seconds for each, fitted to a careful reader's nine chapters: see tests/book/test_classroom.py.
# Code costs nothing of its own: what explains it is counted.
SECONDS = {"word": 60 / 75, "formula": 35, "figure": 35}
NOT_READ = {"Exercises", "Further reading"}
FOLDED_CODE = {"tag_hide-cell", "tag_hide-input"}
NOT_PROSE = (nodes.math, nodes.math_block, nodes.literal_block, nodes.raw, nodes.comment)
OUTPUT = ("cell_code_output", "mime_bundle")  # MyST-NB's names for what a cell shows


def is_shown(node):
    """Return whether a node stands open in the page, in a part that is read."""
    while node.parent:
        if isinstance(node, nodes.section) and node[0].astext() in NOT_READ:
            return False
        if "dropdown" in node["classes"]:
            return False
        if node.get("nb_element") == "cell_code_source" and FOLDED_CODE & {*node.parent["classes"]}:
            return False
        node = node.parent
    return True


def is_prose(text):
    """Return whether a text is prose, a caption too, but no code, formula or output."""
    node = text.parent
    while node.parent and not isinstance(node, nodes.caption):
        if isinstance(node, NOT_PROSE) or node.get("nb_element") in OUTPUT:
            return False
        node = node.parent
    return True


def count(document):
    """Return how many of each thing in SECONDS a page has."""
    shown = lambda kind: filter(is_shown, document.findall(kind))
    prose = (text for text in document.findall(nodes.Text) if is_shown(text.parent) and is_prose(text))
    return {
        "word": sum(len(text.split()) for text in prose) + sum(1 for _ in shown(nodes.math)),
        "formula": sum(1 for _ in shown(nodes.math_block)),
        "figure": len({id(image.parent) for image in shown(nodes.image)}),
    }


def measure(app, document):
    """Note what there is to read in a page."""
    exercises = sum(1 for _ in document.findall(is_exercise_node))
    NbMetadataCollector.set_doc_data(app.env, app.env.docname, "to_read", count(document))
    NbMetadataCollector.set_doc_data(app.env, app.env.docname, "exercises", exercises)


def chapters(env):
    """Yield name, minutes to read, exercises and seconds to run of each chapter, in order."""
    numbers = {docname: places[""] for docname, places in env.toc_secnumbers.items() if places.get("")}
    for docname in sorted(numbers, key=numbers.get):
        data = NbMetadataCollector.get_doc_data(env)[docname]
        seconds = sum(SECONDS[thing] * n for thing, n in data["to_read"].items())
        yield docname, round(seconds / 60), data["exercises"], runtime(data)


def runtime(data):
    """Return the seconds that a page took to run, or None."""
    return (data.get("exec_data") or {}).get("runtime")


class ChapterTimes(nodes.General, nodes.Element):
    """The place of the table: other pages are read after this one."""


class ChapterTimesDirective(SphinxDirective):
    def run(self):
        NbMetadataCollector.set_doc_data(self.env, self.env.docname, "has_chapter_times", True)
        return [ChapterTimes()]


def pages_to_write(app, env):
    """Return the pages with a table if one of its numbers has changed.

    Sphinx numbers the chapters only later, so all pages are looked at.
    """
    pages = NbMetadataCollector.get_doc_data(env)
    numbers = {page: (data["to_read"], data["exercises"], runtime(data)) for page, data in pages.items()}
    if numbers == getattr(env, "chapter_times", None):
        return []
    env.chapter_times = numbers
    return [page for page, data in pages.items() if data.get("has_chapter_times")]


class MakeTable(SphinxPostTransform):
    default_priority = 8  # before references are resolved: the table has some

    def run(self, **kwargs):
        for node in list(self.document.findall(ChapterTimes)):
            node.replace_self(self.table(list(chapters(self.env))))

    def table(self, rows):
        total = [sum(row[i] or 0 for row in rows) for i in (1, 2, 3)]
        body = [[self.title(name), *self.numbers(*row)] for name, *row in rows]
        body.append([nodes.Text("all chapters"), *self.numbers(*total)])
        heads = ["chapter", "to read, minutes", "exercises", "to run, seconds"]
        group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in (55, 15, 15, 15)), cols=4)
        group += nodes.thead("", self.row(nodes.Text(head) for head in heads))
        group += nodes.tbody("", *(self.row(cells) for cells in body))
        return nodes.table("", group, classes=["chapter-times"])

    def title(self, docname):
        title = self.env.titles[docname].astext()
        number = ".".join(map(str, self.env.toc_secnumbers.get(docname, {}).get("", ())))
        reference = addnodes.pending_xref(
            "", nodes.inline("", f"{number} {title}".strip()), refdomain="std", reftype="doc",
            reftarget=f"/{docname}", refdoc=self.env.docname, refexplicit=True, refwarn=True,
        )  # fmt: skip
        return reference

    def numbers(self, minutes, exercises, seconds):
        time = "?" if seconds is None else f"{seconds:.0f}"
        return nodes.Text(minutes), nodes.Text(exercises), nodes.inline("", time, classes=["timing"])

    def row(self, cells):
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def setup(app):
    app.setup_extension("myst_nb")
    app.add_node(ChapterTimes)
    app.add_directive("chapter-times", ChapterTimesDirective)
    app.add_post_transform(MakeTable)
    app.connect("doctree-read", measure)
    app.connect("env-updated", pages_to_write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
