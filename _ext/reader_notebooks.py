"""A clean notebook of every page with cells: html/notebooks/NN-name.ipynb.

It is made from the page as Sphinx has resolved it, when the page is written, so
the two always agree. It has no outputs, needs nothing but Jupyter and the
package, which its first cell installs, and is the same from build to build.
Solutions and folded code stay folded in Jupyter and in Colab.
"""

import hashlib
import posixpath
import re
from pathlib import Path
from urllib.parse import quote, urldefrag

import addresses
import nbformat
from docutils import nodes
from notebook_markdown import Markdown, anchor, data_address
from pybtex.plugin import find_plugin
from sphinx.util.osutil import relative_uri
from sphinxcontrib.bibtex.transforms import node_text_transform

FOLDER = "notebooks"
LICENCES = "Text and figures: CC BY 4.0. Code: BSD-3-Clause. MNIST: CC BY-SA 3.0."
CHECK = re.compile(r"^checks\.\w+\(.*\)$", re.MULTILINE)


def is_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def has_cells(doctree):
    return any(is_cell(node) for node in doctree.findall(nodes.container))


def file_of(docname):
    """Return a page's notebook, seen from the root of the site."""
    return f"{FOLDER}/{docname.rsplit('/', 1)[-1]}.ipynb"


class Page:
    """What the Markdown of a page asks: its numbers, and where its references lead."""

    def __init__(self, app, docname, doctree):
        self.app, self.env, self.name = app, app.env, docname
        self.file = app.builder.get_target_uri(docname)
        self.numbers = self.env.toc_fignumbers.get(docname, {})
        self.cited = {}  # citations by key
        self.citations = self.known_citations()
        local = [self.place(node) for node in doctree.findall(self.is_reference)]
        self.wanted = {name for file, name in local if file == self.file and name}

    @staticmethod
    def is_reference(node):
        return isinstance(node, nodes.Element) and ("refuri" in node or "refid" in node)

    def known_citations(self):
        """Return the book's citations by their place: (file, name)."""
        target = self.app.builder.get_target_uri
        return {
            (target(citation.bibliography_key.docname), citation.citation_id): citation
            for citation in self.env.domaindata["cite"]["citations"]
        }

    def place(self, node):
        """Return where a reference of this site leads: the file and the name in it."""
        if "refid" in node:
            return self.file, node["refid"]
        address, name = urldefrag(node["refuri"])
        if not address:
            return self.file, name
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.file), address)), name

    def address(self, node):
        """Return what a reference's link leads to; None if that is not known."""
        if not node.get("internal") and "refid" not in node and not node["refuri"].startswith("#"):
            return quote(node["refuri"], safe=":/?#[]@!$&'*+,;=%~")
        file, name = self.place(node)
        citation = self.citations.get((file, name))
        if citation:
            self.cited[citation.key] = citation
            return f"#{citation.key}"
        if file == self.file:
            return f"#{name}"
        if self.app.config.book_site:
            return f"{self.app.config.book_site}{file}" + f"#{name}" * bool(name)
        docname = posixpath.splitext(file)[0]
        if docname in self.env.found_docs and has_cells(self.env.get_doctree(docname)):
            return posixpath.basename(file_of(docname))
        return None

    def address_of_place(self, name):
        """Return the address of a place of this page on the site; None if the site is not known."""
        site = self.app.config.book_site
        return f"{site}{self.file}#{name}" if site else None

    def number(self, kind, node):
        """Return a number such as 4.2 of an equation, a figure or a table; None if it has none."""
        numbered = self.numbers.get(kind, {})
        numbers = [numbered[name] for name in node.get("ids", []) if name in numbered]
        return ".".join(map(str, numbers[0])) if numbers else None

    def title(self, kind, node):
        """Return what a figure or a table is called, such as "Fig. 4.2"; None if it has no number."""
        number = self.number(kind, node)
        return number and self.app.config.numfig_format[kind].replace("%s", number)

    def heading(self, section):
        """Return a section's number with a point, as its page shows it; else an empty string."""
        numbers = self.env.toc_secnumbers.get(self.name, {})
        places = ["", *(f"#{name}" for name in section["ids"])]
        top = isinstance(section.parent, nodes.document)
        number = next((numbers[p] for p in places[not top :] if p in numbers), None)
        return f"{'.'.join(map(str, number))}. " if number else ""

    def image(self, node):
        """Return a picture's address: on the site, where Colab can see it; else the picture itself.

        Colab shows no SVG from a data: address (its issue 2092).
        """
        name = self.env.images[node["uri"]][1]
        if self.app.config.book_site:
            return f"{self.app.config.book_site}{self.app.builder.imagedir}/{quote(name)}"
        return data_address(Path(self.app.srcdir, node["uri"]))


class Notebook:
    """The cells of a page, made from top to bottom."""

    def __init__(self, page):
        self.page, self.markdown = page, Markdown(page)
        self.prefix = posixpath.basename(page.name)
        self.cells, self.pending, self.folded = [], [], []

    def add(self, cell, **metadata):
        """Add a cell; its id, which Colab looks for in the metadata, tells its place."""
        cell.id = f"{self.prefix}-{len(self.cells) + 1}"
        cell.metadata = nbformat.from_dict({"id": cell.id} | metadata)
        self.cells.append(cell)

    def text(self, *blocks):
        self.pending += blocks

    def end_text(self, **metadata):
        """Make a cell of the text so far."""
        if self.pending:
            self.add(nbformat.v4.new_markdown_cell("\n\n".join(self.pending)), **metadata)
            self.pending = []

    def code(self, source, **metadata):
        self.end_text()
        self.add(nbformat.v4.new_code_cell(source), **metadata)

    def walk(self, children, level):
        for node in children:
            if isinstance(node, nodes.section):
                self.section(node, level)
            elif is_cell(node):
                self.cell(node)
            elif type(node).__name__ == "exercise_enumerable_node":
                self.exercise(node, level)
            elif type(node).__name__ == "solution_node":
                self.solution(node, level)
            else:
                self.text(*self.markdown.block(node))

    def section(self, section, level):
        self.end_text()
        title, *children = section.children
        number = self.page.heading(section)
        self.text(f"{'#' * level} {number}{self.markdown.inline(title)}")
        self.text(*self.markdown.anchors(section))
        if level == 1:
            self.opening()
        self.walk(children, level + 1)

    def opening(self):
        """Add what stands below the title of a notebook only: where it is from, what it needs."""
        if self.page.app.config.book_site:
            page = f"{self.page.app.config.book_site}{self.page.file}"
            self.text(f"This is a notebook of [{self.page.app.config.html_title}]({page}), for you to run and change.")
        self.code(installing(self.page.app), tags=["install"])

    def cell(self, node):
        (source,) = [n for n in node.findall(nodes.container) if n.get("nb_element") == "cell_code_source"]
        tags = node["cell_metadata"].get("tags", [])
        metadata = {"tags": list(tags)} if tags else {}
        if "hide-input" in tags:
            metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
        self.code(source.astext(), **metadata)
        for figure in node.findall(nodes.figure):
            self.text(*self.markdown.drawn(figure))

    def exercise(self, node, level):
        """Add the exercise under a heading, and a cell for the answer if that is code."""
        self.end_text()
        title, *content = node.children
        name = self.markdown.inline(title).strip().removeprefix("(").removesuffix(")")
        number = self.page.title("exercise", node) or "Exercise"
        self.text(f"{'#' * level} {': '.join(filter(None, [number, name]))}")
        self.text(*self.markdown.anchors(node))
        for part in content:
            self.text(*self.markdown.blocks(part.children))
        calls = self.checks_of(node)
        if calls:
            lines = ["# Your answer here. Then check it, without the # in front:", *(f"# {call}" for call in calls)]
            self.code("\n".join(lines), tags=["answer"])

    def checks_of(self, exercise):
        """Return the calls that check its answer: those of the solution, or of the text."""
        solution = exercise.next_node(descend=False, siblings=True)
        if type(solution).__name__ == "solution_node":
            code = [n.astext() for n in solution.findall(nodes.container)
                    if n.get("nb_element") == "cell_code_source"]  # fmt: skip
            return [call for text in code for call in CHECK.findall(text)]
        named = [literal.astext() for literal in exercise.findall(nodes.literal)]
        calls = [name if "(" in name else f"{name}(my_answer)" for name in named]
        return [call for call in dict.fromkeys(calls) if CHECK.fullmatch(call)]

    def solution(self, node, level):
        """Add the solution below a heading that is folded when the notebook opens."""
        self.end_text()
        number = self.page.app.env.toc_fignumbers.get(self.page.name, {}).get("exercise", {})
        exercise = ".".join(map(str, number.get(node["target_label"], ())))
        self.text(f"{'#' * (level + 1)} Solution to exercise {exercise}".rstrip())
        self.end_text(**{"heading_collapsed": True, "jp-MarkdownHeadingCollapsed": True})
        self.folded.append(self.cells[-1].id)
        title, *content = node.children
        self.text(*self.markdown.anchors(node))
        for part in content:
            self.walk(part.children, level + 2)
        self.end_text()

    def works(self):
        """Add the works that the page cites, as its bibliography has them."""
        if not self.page.cited:
            return
        self.end_text()
        written = find_plugin("pybtex.backends", "docutils")()
        self.text("## Works cited")
        order = [c.key for c in self.page.citations.values()]
        entries = sorted(self.page.cited.values(), key=lambda c: order.index(c.key))
        lines = []
        for citation in entries:
            entry = nodes.paragraph("", "", *written.paragraph(citation.formatted_entry).children)
            node_text_transform(entry)
            lines.append(f"- {anchor(citation.key)}{self.markdown.inline(entry)}")
        self.text("\n".join(lines))

    def finished(self):
        self.works()
        self.end_text()
        self.text(LICENCES)
        self.end_text()
        metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "colab": {"name": f"{self.prefix}.ipynb", "collapsed_sections": self.folded, "toc_visible": True},
        }  # fmt: skip
        notebook = nbformat.v4.new_notebook(cells=self.cells, metadata=metadata)
        nbformat.validate(notebook)
        return nbformat.writes(notebook) + "\n"


def installing(app):
    """Return the cell that installs the package where it is not."""
    if app.config.book_site:
        source = app.config.book_site + addresses.wheel(app.srcdir)
    elif app.config.book_repository:
        source = f"git+{app.config.book_repository}"
    else:
        return (
            "try:\n"
            "    import mnist_from_scratch\n"
            "except ImportError:\n"
            '    print("Get the book\'s package first: run \'pip install .\' in the folder of the book.")'
        )
    return (
        "try:\n"
        "    import mnist_from_scratch\n"
        "except ImportError:  # the book's package, with MNIST inside\n"
        f"    %pip install -q {source}"
    )


def write_notebook(app, doctree, docname):
    if app.builder.name != "html" or not has_cells(doctree):
        return
    notebook = Notebook(Page(app, docname, doctree))
    notebook.walk(doctree.children, 1)
    file = Path(app.outdir, file_of(docname))
    file.parent.mkdir(exist_ok=True)
    file.write_text(notebook.finished(), encoding="utf-8")


def add_buttons(app, pagename, templatename, context, doctree):
    """Give a page with a notebook a button to download it, and those that run it online."""
    if app.builder.name != "html" or doctree is None or not has_cells(doctree):
        return
    file, repository = file_of(pagename), app.config.book_repository
    local = relative_uri(app.builder.get_target_uri(pagename), file)
    offers = [
        ("Download the notebook", "fas fa-download", local),
        ("Open in Colab", "fas fa-play", addresses.colab(repository, file)),
        ("Open in Binder", "fas fa-play", addresses.binder(repository, file)),
    ]
    buttons = [{"type": "link", "text": text, "icon": icon, "url": address}
               for text, icon, address in offers if address]  # fmt: skip
    context["header_buttons"].insert(0, {
        "type": "group", "label": "notebook-buttons", "icon": "fas fa-rocket",
        "tooltip": "Run this page", "buttons": buttons,
    })  # fmt: skip


def setup(app):
    here = Path(__file__).parent
    sources = b"".join((here / f).read_bytes() for f in ("reader_notebooks.py", "notebook_markdown.py"))
    app.add_config_value("notebook_maker", hashlib.sha256(sources).hexdigest(), "html", str)
    app.connect("doctree-resolved", write_notebook, priority=900)
    app.connect("html-page-context", add_buttons, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
