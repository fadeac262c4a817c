"""The eight lines of the first chapter, with the piece lit that another chapter explains.

The program is written in the first chapter alone: the cell that holds its loop.
The directive's argument names the pieces, as they are written there.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

PAGE = "book/foundations/digits.md"
PROGRAM = re.compile(r"```\{code-cell\} ipython3\n(rng = [^`]*for step in [^`]*)```")


class LitProgram(nodes.literal_block):
    """The program, with its lit pieces as strong text: no language colours beside them."""


def lit(program, pieces):
    """Yield the program as texts and whether each is lit."""
    pattern = "|".join(re.escape(piece) for piece in sorted(pieces, key=len, reverse=True))
    for i, text in enumerate(re.split(f"({pattern})", program)):
        if text:
            yield text, bool(i % 2)


class EightLines(SphinxDirective):
    """Show the program: the pieces in the argument, with | between them, are lit."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        path = Path(self.env.srcdir) / PAGE
        self.env.note_dependency(str(path))
        program = PROGRAM.search(path.read_text(encoding="utf-8"))[1].rstrip()
        program = "\n".join(line.partition("#")[0].rstrip() for line in program.splitlines())
        pieces = self.arguments[0].split(" | ")
        absent = [piece for piece in pieces if piece not in program]
        if absent:
            raise self.error(f"not in the eight lines: {absent}")
        block = LitProgram(classes=["eight-lines"])
        for text, is_lit in lit(program, pieces):
            block += nodes.strong("", text) if is_lit else nodes.Text(text)
        caption = nodes.caption("", "Of the eight lines, this chapter explains what is marked.")
        return [nodes.container("", caption, block, literal_block=True, classes=["literal-block-wrapper"])]


def visit(writer, node):
    writer.body.append(writer.starttag(node, "pre"))


def depart(writer, node):
    writer.body.append("</pre>\n")


def setup(app):
    app.add_node(LitProgram, html=(visit, depart))
    app.add_directive("eight-lines", EightLines)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
