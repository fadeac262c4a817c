"""The search's index: what the pages say, part by part.

Sphinx's own index knows on which pages a word stands, but not where on them;
to quote a page its script opens it, which a browser refuses to a page from
file://. This index stands in its place, in searchindex.js, and holds the text
itself. In the browser, _static/search.js finds the parts and quotes them.

Left out are what cells print, code that is folded away, the markup of formulas,
and measured times, which differ from build to build.
"""

import re
from html import unescape

import sphinx.search
from docutils import nodes
from sphinx import addnodes

LEFT_OUT = "…"
MARKUP = re.compile(r"[\\^_{}&]")  # in a formula
TAGS = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


def heading_of(node):
    """Return the heading of what can be linked to and has one, else None."""
    first = node.children[0] if node.children else None
    box = isinstance(node, (nodes.section, nodes.Admonition)) and node["ids"]
    titled = box and isinstance(first, nodes.title)
    named = isinstance(first, (addnodes.desc_signature, nodes.term)) and first["ids"]
    return first if titled or named else None


def words_of(node):
    """Return what a node says as a whole; None if its children say it."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, addnodes.desc_signature):
        return node.astext() + " "
    if isinstance(node, (nodes.math, nodes.math_block)):
        return LEFT_OUT if MARKUP.search(node.astext()) else node.astext()
    if isinstance(node, nodes.raw):
        return unescape(TAGS.sub(" ", node.astext()))
    if isinstance(node, nodes.comment):
        return ""
    return LEFT_OUT if "timing" in node["classes"] else None


class Page:
    """A page's parts, in order: the id, the title and the text of each. The page's own comes first.

    Code stands behind the prose of its part, which is the better one to be quoted.
    """

    def __init__(self, doctree, numbers):
        self.parts, self.numbers = [], numbers
        self.read(doctree.children, [])

    def read(self, children, code):
        """Return the prose of nodes, but for those that are parts of their own; add to the code."""
        said = []
        for node in children:
            words, heading = words_of(node), heading_of(node)
            if words is not None:
                said.append(words)
            elif heading:
                self.add(node, heading)
            elif "cell_output" in node["classes"]:
                said.append(self.read(node.findall(nodes.caption), code))
            elif isinstance(node, nodes.literal_block):
                code.append(node.astext())
            elif "above-input" in node["classes"]:  # MyST-NB has folded the code away
                said.append(self.read(node.children, []))
            else:
                said.append(self.read(node.children, code))
            if not isinstance(node, (nodes.Text, nodes.Inline)):
                said.append(" ")
        return "".join(said)

    def add(self, node, heading):
        part = [(node["ids"] or heading["ids"])[0] if self.parts else "", "", ""]
        self.parts.append(part)
        if isinstance(heading, addnodes.desc_signature):
            part[1], body = heading["fullname"], node.children
        else:
            number = ".".join(map(str, self.numbers.get(part[0]) or ()))
            before = heading.get("title", "%s. ") % number if number else ""
            part[1], body = before + self.read(heading.children, []), node.children[1:]
        code = []
        part[2] = " ".join(" ".join([self.read(body, code), *code]).split())


class PartIndex(sphinx.search.IndexBuilder):
    """The parts of all pages, by the pages' names."""

    def __init__(self, env, *arguments):
        super().__init__(env, *arguments)
        self.pages = {}

    def load(self, stream, format):
        self.pages = format.load(stream)

    def prune(self, docnames):
        self.pages = {name: self.pages[name] for name in docnames if name in self.pages}

    def feed(self, docname, filename, title, doctree):
        sections = self.env.toc_secnumbers.get(docname, {})
        exercises = self.env.toc_fignumbers.get(docname, {}).get("exercise", {})
        numbers = {key.removeprefix("#"): number for key, number in sections.items()} | exercises
        self.pages[docname] = Page(doctree, numbers).parts

    def freeze(self):
        return self.pages


def add_script(app, pagename, templatename, context, doctree):
    if pagename == "search":
        app.add_js_file("search.js", defer="defer")


def setup(app):
    app.connect("html-page-context", add_script)
    sphinx.search.IndexBuilder = PartIndex  # the builder has no setting for it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
