"""Make book.pdf, the whole book on paper, from the finished site.

    python tools/make_pdf.py            prints _build/html into _build/book.pdf
    python tools/make_pdf.py FOLDER     prints FOLDER/html into FOLDER/book.pdf

The pages of the site, put behind one another, are the book: so every number of
a chapter, figure, equation or exercise is the one that the site shows. What
paper wants otherwise is done here: solutions and the answers of checkpoints go
to the end, the folded code of plots is left out, and links say on which page
their target stands. What it looks like is told in book/_static/print.css.
"""

import json
import os
import re
import sys
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import quote, unquote, urldefrag, urlsplit

import yaml
from bs4 import BeautifulSoup
from chromium import find_chromium, launch
from playwright.sync_api import sync_playwright
from pypdf import PdfReader
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).resolve().parent.parent

STYLE = ROOT / "book" / "_static" / "print.css"

# Of the site, but of no use on paper.
LEFT_OUT = "a.headerlink, script, style, button, a[download], div.toctree-wrapper, .only-screen"

# Words of code without a colour of their own: each would be an element of the PDF's structure.
PLAIN_CODE = ".highlight :is(.n, .p, .o, .w, .nn, .pre), code .pre"

# Attributes that name an id of the same page.
NAMES_AN_ID = ("id", "for", "aria-labelledby", "aria-describedby", "aria-controls")

HEADING = re.compile("^h[1-6]$")


@dataclass
class Page:
    """A page of the site: where it stands in the book, and its article."""

    name: str  # "book/foundations/softmax"
    part: str  # "Foundations"; "" for the page before all parts
    article: object

    @property
    def key(self):
        """What its ids begin with in the book, for an id is unique in one page only."""
        return self.name.rpartition("/")[2]


# Reading the site


def read_pages(html):
    """Yield the pages in the order of the contents."""
    toc = parse_toc_yaml(ROOT / "_toc.yml")
    yield read_page(html, toc.root.docname, "")
    for part in toc.root.subtrees:
        for name in part.items:
            yield read_page(html, name, part.caption)


def read_page(html, name, part):
    soup = BeautifulSoup((html / f"{name}.html").read_text("utf-8"), "html.parser")
    return Page(name, part or "", soup.find("article"))


def clean(page):
    """Remove what only a screen can use, and the code that is folded on the site."""
    for node in page.article.select(LEFT_OUT):
        paragraph = node.parent
        node.decompose()
        if paragraph.name == "p" and not paragraph.get_text(strip=True) and not paragraph.img:
            paragraph.decompose()
    for panels in page.article.select(".panels"):  # paper has room for the whole
        whole = panels.img.extract()
        del whole["style"]
        panels.replace_with(whole)
    for node in page.article.select(PLAIN_CODE):
        node.unwrap()
    for node in page.article.select(".cell details.hide"):
        if "below-input" in node["class"] or "tag_hide-output" in node.parent["class"]:
            node.summary.decompose()  # an output: what the reader predicts, so it is shown
            node.name = "div"
        else:
            node.decompose()


def move_addresses(page, html, folder, names):
    """Make the page's ids unique in the book, and let its links lead into the book."""
    for node in page.article.find_all(True):
        for attribute in NAMES_AN_ID:
            if attribute in node.attrs:
                node[attribute] = " ".join(f"{page.key}:{name}" for name in node[attribute].split())
    seen = set()
    for node in page.article.find_all(id=True):
        if node["id"] in seen:  # sphinx-exercise gives one id to the text of every exercise
            del node["id"]
        else:
            seen.add(node["id"])
    for heading in page.article.find_all(HEADING):
        take_addresses(heading)
    for node in page.article.find_all(src=True):
        if not urlsplit(node["src"]).scheme:
            file = html / dirname(page.name) / unquote(node["src"])
            node["src"] = quote(os.path.relpath(file, folder))
    for link in page.article.find_all("a", href=True):
        address, anchor = urldefrag(link["href"])
        if urlsplit(address).scheme:
            continue
        target = normpath(join(dirname(page.name), unquote(address))) if address else f"{page.name}.html"
        key = names.get(target.removesuffix(".html"))
        if key:
            link["href"] = f"#{key}:{anchor}" if anchor else f"#{key}"
        else:
            link.unwrap()  # a file of the site: not in the book


def take_addresses(heading):
    """Move to a heading what addresses its section, which may begin on the page before."""
    for anchor in heading.find_previous_siblings("span", id=True):
        heading.insert(0, anchor.extract())
    if heading.parent.name == "section" and "id" in heading.parent.attrs:
        heading["id"] = heading.parent.attrs.pop("id")


# Making the book


class Book:
    """The document that is printed."""

    def __init__(self):
        self.soup = BeautifulSoup("<article class='bd-article'></article>", "html.parser")
        self.body = self.soup.article

    def new(self, tag, *content, **attributes):
        """Return a new element; class_ is its class."""
        if "class_" in attributes:
            attributes["class"] = attributes.pop("class_")
        node = self.soup.new_tag(tag, attrs=attributes)
        node.extend(content)
        return node

    def page_number(self, target):
        """Return an empty place for the number of the page on which the id stands."""
        return self.new("span", **{"class": "page-number", "data-of": target})

    def page_link(self, words, target):
        link = self.new("a", f"{words} ", self.page_number(target), href=f"#{target}")
        return self.new("p", link, class_="page-link")

    def add(self, node):
        self.body.append(node)
        return node


def make_book(html, folder):
    """Return the HTML of the whole book, to be kept in folder."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    pages = list(read_pages(html))
    names = {page.name: page.key for page in pages}
    for page in pages:
        clean(page)
        move_addresses(page, html, folder, names)

    book = Book()
    add_cover(book, pages[0], config, html)
    contents = book.add(book.new("nav", class_="contents", id="contents"))
    answers = []
    part = ""
    for page in pages:
        answers.append((page, take_answers(book, page)))
        add_chapter(book, page, page.part if page.part != part else "")
        part = page.part
    add_answers(book, answers)
    add_contents(book, contents)
    add_pages_to_titles(book)
    return document(book, config, html, folder)


def add_cover(book, intro, config, html):
    """Title, the first figure of the first page, version and licences."""
    title, _, subtitle = config["title"].partition(": ")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    cover = book.add(book.new("section", class_="cover"))
    cover.append(book.new("h1", title, id="cover"))
    cover.append(book.new("p", subtitle[:1].upper() + subtitle[1:], class_="subtitle"))
    figure = intro.article.select_one("[id$=':fig-cover'] img") or intro.article.select_one("figure img")
    if figure:
        cover.append(book.new("img", src=figure["src"], alt=figure["alt"]))
    cover.append(book.new("p", f"Version {version}", class_="version"))
    licences = BeautifulSoup(config["html"]["extra_footer"], "html.parser").get_text()
    cover.append(book.new("p", licences, class_="licences"))


def take_answers(book, page):
    """Take solutions and answers out of a page; leave a link to each in its place."""
    taken = []
    for number, details in enumerate(page.article.select("details:not([class])"), start=1):
        question = details.summary.extract()
        question.name, question["class"] = "p", "question"
        details.name, details["class"] = "div", "answer"
        details["id"] = f"{page.key}:answer-{number}"
        place = book.new("div", class_="checkpoint", id=f"{page.key}:question-{number}")
        details.insert_before(place)
        place.extend([question, book.page_link("Answer on page", details["id"])])
        answer = details.extract()
        answer.insert(0, BeautifulSoup(str(question), "html.parser"))
        answer.insert(1, book.page_link("Question on page", place["id"]))
        taken.append(answer)
    for solution in page.article.select("div.solution.admonition"):
        title = solution.find(class_="admonition-title").extract()
        exercise = title.a["href"].removeprefix("#")
        heading = book.new("h3")
        heading.extend(list(title.a.children))
        solution["class"] = "solution"
        solution.insert(0, heading)
        solution.insert(1, book.page_link("Exercise on page", exercise))
        box = page.article.find(id=exercise)
        box.append(book.page_link("Solution on page", solution["id"]))
        taken.append(solution.extract())
    return taken


def add_chapter(book, page, part):
    """Add a page as a chapter, below the title of its part if it is the part's first."""
    chapter = book.add(book.new("section", class_="chapter", id=page.key))
    if part:
        chapter.append(book.new("h1", part, class_="part", id=f"part:{page.key}"))
    if page.part:
        lower_headings(page.article)
    chapter["data-title"] = page.article.find(HEADING).get_text()
    chapter.extend(list(page.article.contents))


def lower_headings(node):
    for heading in node.find_all(HEADING):
        heading.name = f"h{min(int(heading.name[1]) + 1, 6)}"


def add_answers(book, answers):
    """Add the last part, of what was taken out of the chapters, if there is any."""
    if not any(taken for _, taken in answers):
        return
    solved = any("solution" in node["class"] for _, taken in answers for node in taken)
    title = "Solutions" if solved else "Answers"
    part = book.add(book.new("section", class_="chapter answers", id="answers"))
    part["data-title"] = title
    part.append(book.new("h1", title, class_="part", id="part:answers"))
    for page, taken in answers:
        if taken:
            chapter = book.new("section")
            part.append(chapter)
            title = book.body.find(id=page.key)["data-title"]
            chapter.append(book.new("h2", title, id=f"answers:{page.key}"))
            chapter.extend(taken)


def add_contents(book, contents):
    """Fill the contents: parts, chapters and their sections, with their pages."""
    contents.append(book.new("h1", "Contents"))
    entries = book.new("ol")
    contents.append(entries)
    for heading in book.body.select("h1, h2, section.chapter:not(.answers) h3"):
        chapter = heading.find_parent("section", class_="chapter")
        is_intro = chapter and chapter["id"] == "intro"
        if not chapter or is_intro and heading.name != "h1":
            continue
        level = {"h1": "of-part", "h2": "of-chapter", "h3": "of-section"}[heading.name]
        target = heading["id"]
        link = book.new("a", book.new("span", heading.get_text(), class_="words"), href=f"#{target}")
        link.append(book.page_number(target))
        entries.append(book.new("li", link, class_=level))


def add_pages_to_titles(book):
    """Say the page after a link that shows a title without a number."""
    for link in book.body.select("a.internal:has(> .std-ref)"):
        if not re.search(r"\d", link.get_text()):
            number = book.page_number(link["href"].removeprefix("#"))
            link.append(book.new("span", " (page ", number, ")", class_="see-page"))


def document(book, config, html, folder):
    """Return the book as a file of HTML: with its styles, and with MathJax."""
    static = quote(os.path.relpath(html / "_static", folder))
    pages = "".join(
        PAGE_STYLE.format(id=chapter["id"], number=number,
                          title=json.dumps(chapter["data-title"], ensure_ascii=False))
        for number, chapter in enumerate(book.body.find_all("section", class_="chapter"))
    )  # fmt: skip
    return f"""<!DOCTYPE html>
<html lang="{config["sphinx"]["config"]["language"]}" data-theme="light">
<head>
<meta charset="utf-8">
<title>{escape(config["title"])}</title>
<meta name="author" content="{escape(config["author"])}">
<link rel="stylesheet" href="{static}/pygments.css">
<link rel="stylesheet" href="{quote(os.path.relpath(STYLE, folder))}">
<style>{pages}</style>
<script>{MATHJAX}</script>
<script defer src="{static}/tex-svg.js"></script>
</head>
<body class="whole-book">{book.body}</body>
</html>
"""


# Each chapter has pages of its own kind, whose upper edge shows its title.
PAGE_STYLE = """
@page chapter{number} {{ @top-right {{ content: {title}; }} }}
section.chapter[id="{id}"] {{ page: chapter{number}; }}"""

# As the site does it, but without what only a screen can use.
MATHJAX = """window.MathJax = {
  options: {
    processHtmlClass: "tex2jax_process|mathjax_process|math|output_area",
    ignoreHtmlClass: "tex2jax_ignore|mathjax_ignore|whole-book",
    enableMenu: false, enableAssistiveMml: false,
  },
  svg: {fontCache: "global"},
};"""

# When the formulas stand: what they say, as text too small and pale to be seen (Chromium writes
# no alternative text for a drawing in the page), and those wider than their place made smaller.
FINISH = """async () => {
  await MathJax.startup.promise;
  for (const formula of MathJax.startup.document.math) {
    const text = document.createElement("span");
    text.className = "tex";
    text.textContent = formula.math.trim();
    formula.typesetRoot.prepend(text);
  }
  for (const svg of document.querySelectorAll("mjx-container > svg")) {
    const place = svg.closest("div.math, p, td, li, dd") ?? svg.parentElement;
    const style = getComputedStyle(place);
    const room = place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const width = svg.getBoundingClientRect().width;
    if (width > room) svg.parentElement.style.fontSize = `${Math.floor(100 * room / width)}%`;
  }
}"""
FILL_IN = """pages => document.querySelectorAll(".page-number").forEach(
  place => place.textContent = pages[place.dataset.of])"""


def lay_out(page, source):
    """Open the book's file in a page of the browser, as it is going to be printed."""
    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size({"width": 627, "height": 1000})  # the width of the text on A4
    page.goto(source.as_uri())
    page.evaluate(FINISH)


def print_book(browser, source, pdf):
    """Print it, and again with the page numbers, which are known only then; return them."""
    page = browser.new_page()
    lay_out(page, source)
    targets = page.evaluate("[...document.querySelectorAll('.page-number')].map(n => n.dataset.of)")
    shown, found = None, dict.fromkeys(targets, "000")
    while shown != found:
        final = shown is not None  # tags take the most time, and would be in vain
        shown = found
        page.evaluate(FILL_IN, shown)
        page.pdf(path=pdf, tagged=final, outline=final, prefer_css_page_size=True, print_background=True)
        found = page_numbers(pdf)
        if missing := set(targets) - found.keys():
            raise ValueError(f"no page has {sorted(missing)}")
    page.close()
    return found


def page_numbers(pdf):
    """Return the page, counted from 1, of each id that a link leads to."""
    reader = PdfReader(pdf)
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages, start=1)}
    return {
        unquote(name.removeprefix("/")): numbers[destination.raw_get("/Page").idnum]
        for name, destination in reader.named_destinations.items()
    }


def main(html, pdf):
    path = find_chromium()
    if not path:
        sys.exit("make_pdf.py: no Chromium in CHROMIUM or on the PATH")
    folder = html.parent / "print"
    folder.mkdir(exist_ok=True)
    source = folder / "book.html"
    source.write_text(make_book(html, folder), "utf-8")
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        print_book(browser, source, pdf)
        browser.close()
    print(pdf)


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "_build"
    main(folder / "html", folder / "book.pdf")
