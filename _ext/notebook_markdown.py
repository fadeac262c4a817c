"""A page as Markdown that Jupyter and Colab understand, from Sphinx's finished tree.

In that tree every reference is resolved, every source file included and every
glued value filled in. Jupyter and Colab take the formulas out of a cell before
they read its Markdown, Colab by rules of its own; so formulas stand on one line
inside quotations and lists, and have no < in them, which could begin a tag.
"""

import base64
import re
from pathlib import Path

from docutils import nodes

LINE_START = re.compile(r"^(\s*)(#+|>|[-+]|\d+[.)])(?=\s)", re.MULTILINE)


def escaped(text):
    """Return text such that Markdown shows it as it is."""
    text = re.sub(r"([\\`*$<])", r"\\\1", text)
    return re.sub(r"\b_|_\b|(?<=\W)_|_(?=\W)", r"\\_", text)


def tex(source):
    """Return a formula without the signs that HTML could take for a tag's."""
    return source.strip().replace("<", r"\lt ").replace(">", r"\gt ")


def fenced(code, language=""):
    """Return code in a fence that is longer than any in it."""
    longest = max(map(len, re.findall("`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def quoted(blocks):
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(blocks).splitlines())


def folded(summary, blocks):
    return [f"<details>\n<summary>{summary}</summary>", *blocks, "</details>"]


def anchor(name):
    """Return the place that #name leads to: by id in Jupyter, by name in Colab."""
    return f'<a id="{name}" name="{name}"></a>'


class Markdown:
    """Turns nodes into Markdown; .block(node) returns a list of blocks, .inline(node) a line.

    page is a reader_notebooks.Page, which knows the numbers and the addresses.
    """

    def __init__(self, page):
        self.page = page
        self.nested = 0  # how many quotations and lists we are in

    def blocks(self, children):
        return [block for child in children for block in self.block(child)]

    def block(self, node):
        method = getattr(self, f"block_{type(node).__name__}", None)
        if method is None and isinstance(node, (nodes.Inline, nodes.Text)):
            return self.block_paragraph(nodes.paragraph("", "", node.deepcopy()))
        if method is None:
            raise NotImplementedError(f"{self.page.name}: no Markdown for {node.starttag()}")
        return [*self.anchors(node), *filter(None, method(node))]

    def inline(self, node):
        return "".join(map(self.span, node.children))

    def span(self, node):
        method = getattr(self, f"span_{type(node).__name__}", None)
        if method is None:
            raise NotImplementedError(f"{self.page.name}: no Markdown for {node.starttag()} in a line")
        return method(node)

    def inside(self, children, *, nested=True):
        """Return the blocks of a quotation, a list's item or a table's cell."""
        self.nested += nested
        try:
            return self.blocks(children)
        finally:
            self.nested -= nested

    def anchors(self, node):
        """Return a place to jump to, for each of the node's names that the page refers to."""
        names = [anchor(name) for name in node.get("ids", []) if name in self.page.wanted]
        return ["".join(names)] if names else []

    # Blocks

    def block_paragraph(self, node):
        return [LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if not m[2][0].isdigit()
                               else f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", self.inline(node).strip())]  # fmt: skip

    block_compact_paragraph = block_PassthroughTextElement = block_paragraph  # a button's

    def block_math_block(self, node):
        parts = [part.strip() for part in re.split(r"\n\s*\n", node.astext()) if part.strip()]
        lines = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
        formula = tex("\n".join(lines))  # as Sphinx does for its own pages
        number = self.page.number("displaymath", node)
        if node.get("label") and number:
            formula += rf" \tag{{{number}}}"
        if self.nested:
            return [f"$${' '.join(formula.split())}$$"]
        return [f"$$\n{formula}\n$$"]

    def block_literal_block(self, node):
        language = node.get("language", "")
        return [fenced(node.astext(), "python" if "python" in language else "")]

    def block_LitProgram(self, node):
        """Return the program: where a piece is lit on the page, the line has an arrow."""
        lit = "".join(f"⟦{n.astext()}⟧" if isinstance(n, nodes.strong) else n.astext() for n in node)
        lines = [re.sub("[⟦⟧]", "", line) + "  # ←" * ("⟦" in line) for line in lit.splitlines()]
        return [fenced("\n".join(lines), "python")]

    def block_container(self, node):
        if "cell" in node["classes"]:
            raise NotImplementedError(f"{self.page.name}: a cell in a box or a list")
        if "literal-block-wrapper" in node["classes"]:
            caption, code = node.children
            return [f"`{caption.astext()}`", *self.block(code)]
        return self.blocks(node.children)

    def block_admonition(self, node):
        title, *content = node.children
        if "dropdown" in node["classes"]:
            return folded(self.html(title), self.inside(content, nested=False))
        return [quoted([f"**{self.inline(title)}**", *self.inside(content)])]

    def block_block_quote(self, node):
        return [quoted(self.inside(node.children))]

    def list(self, items, marks):
        written = []
        for item, mark in zip(items, marks):
            text = "\n\n".join(self.inside(item.children))
            indent = " " * len(mark)
            written.append(mark + text.replace("\n", f"\n{indent}").replace(f"\n{indent}\n", "\n\n"))
        loose = any("\n\n" in text for text in written)
        return [("\n\n" if loose else "\n").join(written)]

    def block_bullet_list(self, node):
        return self.list(node.children, ["- "] * len(node))

    def block_enumerated_list(self, node):
        first = node.get("start", 1)
        return self.list(node.children, [f"{n}. " for n in range(first, first + len(node))])

    def block_definition_list(self, node):
        """Return a bullet for each term, as Markdown has no definitions."""
        written = []
        for item in node.children:
            terms = [f"**{self.inline(n)}**" for n in item.children if isinstance(n, nodes.term)]
            text = [n for n in item.children if isinstance(n, nodes.definition)]
            body = self.inside([child for n in text for child in n.children])
            written.append("- " + "\n\n".join([*terms, *body]).replace("\n", "\n  "))
        return ["\n\n".join(written)]

    def block_figure(self, node):
        (image,) = node.findall(nodes.image)
        alt = re.sub(r"([\[\]])", r"\\\1", image.get("alt", ""))
        return [f"![{alt}]({self.page.image(image)})", self.caption(node)]

    def block_image(self, node):
        alt = re.sub(r"([\[\]])", r"\\\1", node.get("alt", ""))
        return [f"![{alt}]({self.page.image(node)})"]

    def caption(self, figure):
        """Return the caption of a figure, with its number."""
        captions = [child for child in figure.children if isinstance(child, nodes.caption)]
        number = self.page.title("figure", figure)
        return " ".join([f"**{number}.**"] * bool(number) + [self.inline(c) for c in captions])

    def drawn(self, figure):
        """Return what stands below a cell that draws a figure: its caption, and it in words."""
        (image,) = figure.findall(nodes.image)
        words = folded("This figure in words", [escaped(image.get("alt", ""))])
        return [*self.anchors(figure), self.caption(figure), *words]

    def block_Live(self, node):
        """Return that the page can do more with the figure, and the invitation to it."""
        text, address = "In the book's page this figure can be asked", self.page.address_of_place(node["figure"])
        return [quoted([f"[{text}]({address})." if address else f"{text}.", *self.inside(node.children)])]

    def block_table(self, node):
        title = [child for child in node.children if isinstance(child, nodes.title)]
        number = self.page.title("table", node)
        rows = [[self.cell(entry) for entry in row.children] for row in node.findall(nodes.row)]
        rows.insert(1, ["---"] * len(rows[0]))
        head = [" ".join([f"**{number}.**"] * bool(number) + [self.inline(t) for t in title])]
        return [*filter(None, head), "\n".join(f"| {' | '.join(row)} |" for row in rows)]

    def cell(self, entry):
        text = "<br>".join(self.inside(entry.children)).replace("\n", " ")
        formulas = re.compile(r"(?<!\\)\$[^$]*\$")
        text = formulas.sub(lambda m: m[0].replace(r"\|", r"\Vert ").replace("|", r"\vert "), text)
        return text.replace("|", r"\|")

    def block_raw(self, node):
        return [node.astext().strip()] if node["format"] == "html" else []

    def block_transition(self, node):
        return ["---"]

    def block_rubric(self, node):
        return [f"**{self.inline(node)}**"]

    def nothing(self, node):
        return []

    block_target = block_comment = block_index = block_compound = nothing  # a compound: the contents

    def html(self, node):
        """Return a title for a <summary>, which Markdown leaves alone."""
        return node.astext().replace("&", "&amp;").replace("<", "&lt;")

    # In a line

    def span_Text(self, node):
        return escaped(node.astext())

    def span_emphasis(self, node):
        return f"*{self.inline(node)}*"

    def span_strong(self, node):
        return f"**{self.inline(node)}**"

    def span_literal(self, node):
        text = node.astext()
        longest = max(map(len, re.findall("`+", text)), default=0)
        ticks, space = "`" * (longest + 1), " " * ("`" in text)
        return f"{ticks}{space}{text}{space}{ticks}"

    def span_math(self, node):
        return f"${' '.join(tex(node.astext()).split())}$"

    def span_inline(self, node):
        text = self.inline(node)
        return f'<span class="timing">{text}</span>' if "timing" in node["classes"] else text

    def span_title_reference(self, node):
        return self.inline(node)

    span_PassthroughTextElement = span_title_reference

    def span_subscript(self, node):
        return f"<sub>{self.inline(node)}</sub>"

    def span_superscript(self, node):
        return f"<sup>{self.inline(node)}</sup>"

    def span_reference(self, node):
        text, address = self.inline(node), self.page.address(node)
        return f"[{text}]({address})" if address else text

    span_number_reference = span_reference

    def span_raw(self, node):
        return node.astext() if node["format"] == "html" else ""

    def span_image(self, node):
        return self.block_image(node)[0]

    def span_target(self, node):
        return self.inline(node)


def data_address(path):
    """Return a picture as a data: address, to be part of the notebook."""
    kind = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}[path.suffix]
    return f"data:{kind};base64,{base64.b64encode(Path(path).read_bytes()).decode()}"
