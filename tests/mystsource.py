"""The pages as written: prose, cells and directives, found by MyST's own parser."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.options import options_to_items
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[1]
CONTENTS = parse_toc_yaml(ROOT / "_toc.yml")
PAGES = [ROOT / f"{name}.md" for name in CONTENTS]
SHOWING = [page for page in PAGES if page.stem != "program"]  # that prints all once more
CHAPTERS = [ROOT / f"{name}.md" for part in CONTENTS.root.subtrees if part.numbered for name in part.items]
WITH_EXERCISES = [page for page in PAGES if "```{exercise" in page.read_text(encoding="utf-8")]

EXTENSIONS = yaml.safe_load((ROOT / "_config.yml").read_text())["parse"]["myst_enable_extensions"]
PARSER = create_md_parser(MdParserConfig(enable_extensions=set(EXTENSIONS)), RendererHTML)

# Directives whose content is not prose.
VERBATIM = {"bibliography", "code", "code-block", "code-cell", "eval-rst", "image",
            "literalinclude", "math", "raw", "toctree"}  # fmt: skip

# Directives whose argument is a title.
TITLED = {"admonition", "dropdown", "exercise", "exercise-start", "topic", "card"}

# What stands in the prose for what is not prose.
CITATION, GLUED, MATHS, CODE = "⟨citation⟩", "⟨glued⟩", "⟨maths⟩", "⟨code⟩"


@dataclass
class Block:
    """A piece of a page."""

    kind: str  # "prose", "heading", "caption", "html", "code", or a directive's name
    line: int  # in the page, from 1
    text: str  # prose with the marks above; else the content as it stands
    argument: str = ""
    options: dict = field(default_factory=dict)
    inside: tuple = ()  # the directives around it, the outermost first

    @property
    def tags(self):
        """A cell's tags."""
        tags = self.options.get("tags", [])
        return yaml.safe_load(tags) if isinstance(tags, str) else tags


@cache
def read_page(source):
    """Return the blocks of a page in order, a directive before its content."""
    return list(blocks(source, 1, ()))


def blocks(source, first_line, inside):
    kind, row = "prose", None
    for token in PARSER.parse(source):
        line = first_line + token.map[0] if token.map else first_line
        if token.type == "heading_open":
            kind = "heading"
        elif token.type == "tr_open":
            row, row_line = [], line
        elif token.type == "tr_close":
            yield Block("prose", row_line, " | ".join(row), inside=inside)
            row = None
        elif token.type == "inline" and row is not None:
            row.append(prose(token))
        elif token.type == "inline":
            yield Block(kind, line, prose(token), inside=inside)
            kind = "prose"
        elif token.type == "html_block":
            words = re.sub(r"<!--.*?-->|<[^>]*>", " ", token.content, flags=re.DOTALL)
            yield Block("html", line, words.strip(), token.content, inside=inside)
        elif token.type in ("fence", "colon_fence"):
            yield from fence(token, line, inside)


def fence(token, line, inside):
    match = re.match(r"\{([^}]+)\}\s*(.*)", token.info.strip())
    if not match:
        yield Block("code", line, token.content, inside=inside)
        return
    kind, argument = match.groups()
    options, content = split_options(token.content)
    block = Block(kind, line, content, argument, options, inside)
    yield block
    for words in filter(None, captions(block)):
        yield Block("caption", line, inline(words), inside=(*inside, block))
    skipped = token.content.count("\n") - content.count("\n")
    if kind not in VERBATIM and not kind.startswith("glue"):
        yield from blocks(content, line + 1 + skipped, (*inside, block))


def split_options(content):
    """Return a directive's options and the content after them."""
    lines = content.splitlines(keepends=True)
    if lines and lines[0].strip() == "---":
        end = next(i for i, text in enumerate(lines[1:], 1) if text.strip() == "---")
        return yaml.safe_load("".join(lines[1:end])) or {}, "".join(lines[end + 1 :])
    end = next((i for i, text in enumerate(lines) if not text.startswith(":")), len(lines))
    options, _ = options_to_items("".join(text[1:] for text in lines[:end]))
    return dict(options), "".join(lines[end:])


def captions(block):
    """Yield what readers read of a directive's options and title."""
    if block.kind in TITLED:
        yield block.argument
    yield from (block.options.get("caption"), block.options.get("alt"))
    cell = block.options.get("mystnb", {})
    yield from (cell.get("figure", {}).get("caption"), cell.get("image", {}).get("alt"))


def inline(words):
    """Return one line of Markdown as prose."""
    return " ".join(prose(t) for t in PARSER.parse(words) if t.type == "inline")


def prose(token):
    """Return an inline token's text, with marks for what is not prose."""
    parts = []
    for child in token.children:
        if child.type == "text":
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "code_inline":
            parts.append(CODE)
        elif child.type.startswith("math"):
            parts.append(MATHS)
        elif child.type == "myst_role":
            parts.append(role(child.meta["name"], child.content))
        elif child.type == "image":
            parts.append(f" {child.content} ")
    return "".join(parts)


def role(name, content):
    if name.startswith("cite"):
        return CITATION
    if name.startswith("glue"):
        return GLUED
    return CODE if name not in ("sub", "sup", "abbr") else content
