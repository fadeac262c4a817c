"""The PDF of the whole book, made from the site that the other tests read."""

import re
from types import SimpleNamespace

import make_pdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from mystsource import PAGES, ROOT
from pypdf import PdfReader
from pypdf.generic import Destination

# What is wider than its place, on a page as wide as the text on A4.
TOO_WIDE = """() => [...document.querySelectorAll("pre, table, img, mjx-container, dt, p, h1, h2, h3")]
  .filter(node => node.getBoundingClientRect().right > document.body.clientWidth + 1)
  .map(node => `${node.tagName}: ${node.textContent.slice(0, 60)}`)"""


@pytest.fixture(scope="module")
def pdf(site, browser, tmp_path_factory):
    """The PDF: .reader, the text of its .pages, .at (the page of each id), and its .html."""
    folder = tmp_path_factory.mktemp("pdf")
    source, file = folder / "book.html", folder / "book.pdf"
    source.write_text(make_pdf.make_book(site.html, folder), "utf-8")
    at = make_pdf.print_book(browser, source, file)
    reader = PdfReader(file)
    soup = BeautifulSoup(source.read_text("utf-8"), "html.parser")
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file)]
    return SimpleNamespace(
        reader=reader, at=at, html=soup, source=source, pages=[one_line(text) for text in texts]
    )


@pytest.fixture(scope="module")
def site_pages(site):
    """The articles of the site, in the order of the contents."""
    names = [page.relative_to(ROOT).with_suffix(".html") for page in PAGES]
    return [
        BeautifulSoup((site.html / name).read_text("utf-8"), "html.parser").article for name in names
    ]


def one_line(text):
    return " ".join(text.replace("\u00ad", "").split())


def squeezed(text):
    """Return the text without spaces, which lines of a PDF may lose or gain."""
    return re.sub(r"[\s\u00ad]|-(?=\s*\n)", "", text)


def title(article):
    return one_line(article.find("h1").get_text()).removesuffix("#")


def outline(entries):
    """Yield (title, page) of the bookmarks, from the first level to the last."""
    for entry in entries:
        if isinstance(entry, Destination):
            yield entry
        else:
            yield from outline(entry)


def structure(reader):
    """Yield the elements of the structure tree."""
    todo = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        node = todo.pop().get_object()
        if isinstance(node, list):
            todo.extend(node)
        elif hasattr(node, "get"):
            yield node
            if "/K" in node:
                todo.append(node["/K"])


def test_it_is_tagged_and_has_a_title_and_a_language(pdf):
    root = pdf.reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"], "it is not a tagged PDF"
    assert root["/Lang"].startswith("en"), f"its language is {root['/Lang']!r}"
    assert pdf.reader.metadata.title.startswith("Deep Learning from Scratch")


def test_its_bookmarks_name_the_chapters_in_order(pdf, site_pages):
    found = [one_line(entry.title) for entry in outline(pdf.reader.outline)]
    wanted = [title(article) for article in site_pages]
    assert [name for name in found if name in wanted[1:]][: len(wanted) - 1] == wanted[1:]


def test_a_chapter_begins_on_the_page_that_the_contents_say(pdf, site_pages):
    entries = pdf.html.select(".contents a")
    assert len(entries) > len(site_pages), "the contents name no sections"
    pages = []
    for entry in entries:
        pages.append(pdf.at[entry["href"].removeprefix("#")])
        words = squeezed(entry.find(class_="words").get_text())
        assert words.lower() in squeezed(pdf.pages[pages[-1] - 1]).lower(), (
            f"{words!r} is not on page {pages[-1]}"
        )
    assert pages == sorted(pages), "the contents lead back and forth"


def test_the_contents_show_those_pages(pdf):
    text = squeezed("".join(pdf.pages[1 : pdf.at["intro:deep-learning-from-scratch"] - 1]))
    for entry in pdf.html.select(".contents .of-chapter a"):
        page = pdf.at[entry["href"].removeprefix("#")]
        line = squeezed(entry.get_text()) + str(page)
        assert line in text, f"no line {line!r} in the contents"


def test_each_page_says_its_number(pdf):
    wrong = [n for n, text in enumerate(pdf.pages[1:], start=2) if str(n) not in text]
    assert not wrong, f"no page number on {wrong}"


def test_no_page_is_empty(pdf):
    empty = [n for n, page in enumerate(pdf.reader.pages, start=1)
             if len(pdf.pages[n - 1]) < 40 and not page.images]  # fmt: skip
    assert not empty, f"next to nothing on pages {empty}"


def test_solutions_stand_at_the_end_each_linked_with_its_exercise(pdf, site_pages):
    solutions = [node for article in site_pages for node in article.select("div.solution.admonition")]
    assert solutions, "the site has no solutions"
    taken = pdf.html.select("section.answers div.solution")
    assert len(taken) == len(solutions) == len(pdf.html.select("div.solution"))
    for on_site, on_paper in zip(solutions, taken, strict=True):
        name = re.search(r"Exercise [\d.]+", on_site.find(class_="admonition-title").get_text())[0]
        assert on_paper.h3.get_text().strip().startswith(name), f"{name} is not in its place"
        exercise = on_paper.select_one(".page-link a")["href"].removeprefix("#")
        back = pdf.html.find(id=exercise).select_one(".page-link a")["href"].removeprefix("#")
        assert back == on_paper["id"], f"{name} does not lead to its solution"
        assert pdf.at[exercise] < pdf.at["part:answers"] <= pdf.at[back]
        for target in (exercise, back):
            assert squeezed(name) in squeezed(pdf.pages[pdf.at[target] - 1]), f"{target}: no {name}"


def test_answers_of_checkpoints_stand_at_the_end(pdf, site_pages):
    answers = sum(len(article.select("details:not([class])")) for article in site_pages)
    assert answers > 10, "the site has no checkpoints"
    assert len(pdf.html.select("section.answers div.answer")) == answers
    assert not pdf.html.select("details"), "something is folded"


def test_a_book_without_solutions_has_no_such_part(site, tmp_path):
    for page in PAGES:
        name = page.relative_to(ROOT).with_suffix(".html")
        soup = BeautifulSoup((site.html / name).read_text("utf-8"), "html.parser")
        for node in soup.select("div.solution, details:not([class])"):
            node.decompose()
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(str(soup), "utf-8")
    book = BeautifulSoup(make_pdf.make_book(tmp_path, tmp_path), "html.parser")
    assert "Solutions" not in [part.get_text() for part in book.find_all("h1")]
    assert not book.select(".page-link"), "a link leads to a solution that is not there"


def test_numbers_are_those_of_the_site(pdf, site_pages):
    text = squeezed("".join(pdf.pages))
    numbers = [squeezed(node.get_text()) for article in site_pages
               for node in article.select(".caption-number")]  # fmt: skip
    assert len(numbers) > 100, "no numbers to compare"
    missing = [number for number in numbers if number not in text]
    assert not missing, f"not in the PDF: {missing}"
    equations = [re.search(r"\([\d.]+\)", node.get_text())[0] for article in site_pages
                 for node in article.select(".eqno")]  # fmt: skip
    assert len(equations) > 50 and all(number in text for number in equations)


def test_its_links_lead_somewhere(pdf):
    ids = {node["id"] for node in pdf.html.find_all(id=True)}
    lost = [link["href"] for link in pdf.html.find_all("a", href=True)
            if link["href"].startswith("#") and link["href"][1:] not in ids]  # fmt: skip
    assert not lost, f"no such place in the book: {lost}"
    assert not pdf.html.select("a[href$='.html'], a[href*='.html#']"), "a link leads to the site"


def test_every_image_is_there_and_says_what_it_shows(pdf):
    figures = [node for node in structure(pdf.reader) if node.get("/S") == "/Figure"]
    said = {str(figure.get("/Alt", "")).strip() for figure in figures}
    alts = {one_line(image["alt"]) for image in pdf.html.find_all("img")}
    assert len(alts) > 50 and not alts - {one_line(alt) for alt in said}, "images without their text"


def test_every_formula_can_be_read_without_seeing_it(pdf):
    text = squeezed("".join(pdf.pages))
    formulas = {squeezed(re.sub(r"^\\[(\[]|\\[)\]]$", "", node.get_text().strip()))
                for node in pdf.html.select("span.math")}  # fmt: skip
    missing = [formula for formula in formulas if formula not in text]
    assert len(formulas) > 500 and not missing, f"not as text in the PDF: {missing}"


@pytest.fixture(scope="module")
def on_screen(pdf, browser):
    """The document as it is printed, in the browser, as wide as the text."""
    page = browser.new_page()
    make_pdf.lay_out(page, pdf.source)
    yield page
    page.close()


def test_nothing_is_wider_than_the_page(on_screen):
    assert on_screen.evaluate("document.querySelectorAll('pre').length") > 100
    wide = on_screen.evaluate(TOO_WIDE)
    assert not wide, f"clipped at the right edge: {wide}"


def test_its_maths_is_rendered(on_screen):
    left = on_screen.evaluate(
        "[...document.querySelectorAll('.math')].filter(n => !n.querySelector('mjx-container svg')).map(n => n.textContent)"
    )
    assert not left, f"still TeX: {left}"


def test_the_site_links_to_it_when_it_is_there_and_not_to_an_old_one(tiny_book):
    build = tiny_book.html.parents[1]
    assert tiny_book.build().returncode == 0
    assert "book.pdf" not in tiny_book.html.joinpath("page.html").read_text()
    (build / "book.pdf").write_bytes(b"%PDF")
    assert tiny_book.build().returncode == 0
    for name in ("page", "other", "third"):
        text = tiny_book.html.joinpath(f"{name}.html").read_text()
        assert 'href="../book.pdf"' in text, f"{name} does not link to the PDF"
    assert (build / "html" / "book.pdf").read_bytes() == b"%PDF"
    tiny_book.other.write_text("# Other\n\nNew words.\n")
    assert tiny_book.build().returncode == 0
    assert "book.pdf" not in tiny_book.html.joinpath("third.html").read_text(), "it is out of date"
    assert not (build / "html" / "book.pdf").exists()
