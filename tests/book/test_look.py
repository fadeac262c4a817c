"""The look: the first page and its cover, the mark, fonts, previews, and the search."""

import importlib.util
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from mystsource import PAGES, ROOT
from PIL import Image

NAMES = [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES]
FIRST, CHAPTER = NAMES[0], "book/foundations/06-backpropagation.html"
SITE = "https://owner.example/book/"
LARGEST = 150_000  # bytes of an image

every_page = pytest.mark.parametrize("name", NAMES)


class Head(HTMLParser):
    """The meta elements of a page by their name or property, and its links."""

    def __init__(self, page):
        super().__init__()
        self.meta, self.links = {}, []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "meta":
            key = attributes.get("property") or attributes.get("name")
            self.meta.setdefault(key, []).append(attributes.get("content"))
        elif tag == "link":
            self.links.append(attributes)


@pytest.fixture
def page(browser):
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


# The first page


def test_the_first_page_leads_to_the_first_chapter(page, site):
    page.goto((site.html / "index.html").as_uri())
    page.get_by_role("link", name="Start with chapter 1").click()
    page.wait_for_url("**/01-digits.html*")
    assert page.locator("h1").inner_text().startswith("1. The digits")


def test_the_cover_is_fit_for_a_preview(site):
    file = site.html / "_static" / "cover.png"
    with Image.open(file) as cover:
        assert cover.size == (1200, 630), f"previews are cut to 1200 x 630, this is {cover.size}"
    assert file.stat().st_size < LARGEST, f"{file.stat().st_size} bytes"


def test_the_cover_can_be_seen_on_a_phone(page, site):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto((site.html / FIRST).as_uri())
    box = page.locator("#fig-cover img").bounding_box()
    assert box["width"] > 300, f"it is {box['width']} pixels wide"


# The mark


def test_the_mark_is_what_its_tool_makes():
    path = ROOT / "tools" / "make_favicon.py"
    spec = importlib.util.spec_from_file_location("make_favicon", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.FAVICON.read_text() == tool.favicon(), "run: python tools/make_favicon.py"


@every_page
def test_the_page_has_the_mark(site, name):
    icons = [link["href"] for link in Head(site.html / name).links if link.get("rel") == "icon"]
    assert len(icons) == 1, f"the browser's tab shows one icon, not {icons}"
    assert (site.html / name).parent.joinpath(icons[0]).resolve().is_file(), f"no file {icons[0]}"


def test_the_mark_can_be_told_apart_in_a_tab(page):
    mark = (ROOT / "book" / "_static" / "favicon.svg").as_uri()
    page.goto(mark)  # a page of the same origin, so that the canvas may be read
    pixels = page.evaluate("""async address => {
        const image = new Image();
        image.src = address;
        await image.decode();
        const canvas = new OffscreenCanvas(16, 16), pen = canvas.getContext("2d");
        pen.drawImage(image, 0, 0, 16, 16);
        return [...pen.getImageData(0, 0, 16, 16).data];
    }""", mark)  # fmt: skip
    dark = sum(red < 60 for red in pixels[::4])
    light = sum(red > 200 for red in pixels[::4])
    assert dark > 60 and light > 25, f"of 256 pixels {dark} are blue and {light} white"


# Fonts

FONTS = """() => ({
    loaded: [...document.fonts].map(font => font.family),
    used: [...new Set([...document.querySelectorAll("body, body *")]
        .filter(node => node instanceof HTMLElement)
        .flatMap(node => ["", "::before", "::after"]
            .map(pseudo => getComputedStyle(node, pseudo).fontFamily)))],
})"""
SYSTEM = r'(system-ui|ui-monospace|"SFMono-Regular"|"Cascadia Code"), '


@pytest.mark.parametrize("name", [*NAMES, "search.html", "genindex.html"])
def test_only_fonts_of_the_system_are_used(page, site, name):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site.html / name).as_uri())
    fonts = page.evaluate(FONTS)
    files = [url for url in asked if re.search(r"\.(woff2?|ttf|otf|eot)\b", url)]
    assert not files, f"it loads {files}"
    assert not fonts["loaded"], f"its style sheets declare {fonts['loaded']}"
    others = [family for family in fonts["used"] if not re.match(SYSTEM, family + ", ")]
    assert not others, f"these are not the system's: {others}"


# Links that are shared


@every_page
def test_the_page_says_in_a_sentence_what_it_is(site, name):
    found = Head(site.html / name).meta.get("description", [])
    assert len(found) == 1, f"there must be one description: {found}"
    assert 20 <= len(found[0]) <= 200, f"{len(found[0])} characters: {found[0]}"
    assert found[0][-1] in ".?!", f"not a sentence: {found[0]}"
    assert not set("$\\`{}[]") & set(found[0]), f"a search engine would show marks: {found[0]}"


def test_no_two_pages_say_the_same(site):
    found = [Head(site.html / name).meta["description"][0] for name in NAMES]
    assert len(set(found)) == len(found), f"twice the same: {sorted(found)}"


COVER = """
```{code-cell} ipython3
---
mystnb:
  image: {alt: "A grey square"}
  figure: {caption: "Grey.", name: fig-cover}
---
from PIL import Image
Image.new("L", (12, 6), 128)
```
"""


def test_a_shared_link_shows_title_sentence_and_cover(tiny_book, monkeypatch):
    monkeypatch.setenv("BOOK_SITE", SITE.rstrip("/"))
    tiny_book.page.write_text(tiny_book.page.read_text() + COVER)
    tiny_book.other.write_text("# Other\n\nA page with *one* promise, a < b. And more.\n")
    process = tiny_book.build()
    assert process.returncode == 0, process.stdout
    head = Head(tiny_book.html / "other.html")
    facts = {key: content for key, content in head.meta.items() if key and key.startswith("og:")}
    assert facts["og:title"] == ["Other"]
    assert facts["og:description"] == ["A page with one promise, a < b. And more."]
    assert facts["og:description"] == head.meta["description"], "two descriptions differ"
    assert facts["og:url"] == [f"{SITE}book/other.html"]
    assert facts["og:image:alt"] == ["A grey square"]
    (image,) = facts["og:image"]
    assert image.startswith(SITE), f"the image's address must be whole: {image}"
    with Image.open(tiny_book.html.parent / image.removeprefix(SITE)) as cover:
        assert cover.size == (12, 6), "the file is not the cover"


def test_where_the_site_is_not_known_no_address_is_invented(tiny_book, monkeypatch):
    monkeypatch.delenv("BOOK_SITE", raising=False)
    tiny_book.page.write_text(tiny_book.page.read_text() + COVER)
    assert tiny_book.build().returncode == 0
    meta = Head(tiny_book.html / "page.html").meta
    invented = [key for key in meta if key and key.startswith(("og:", "twitter:"))]
    assert not invented, f"these would need an address: {invented}"


# Search, from file://


def results(page):
    page.locator("#search-results .search-summary").filter(has_text=re.compile("finished|matches|find")).wait_for()
    return page.locator("#search-results ul.search a")


def test_the_search_finds_a_chapter(page, site):
    page.goto((site.html / "search.html").as_uri() + "?q=backpropagation")
    hits = results(page)
    addresses = [urlsplit(hit.evaluate("link => link.href")).path for hit in hits.all()]
    found = [i for i, address in enumerate(addresses) if address.endswith(CHAPTER)]
    assert found, f"chapter 6 is not among {addresses}"
    hits.nth(found[0]).click()
    page.wait_for_url("**/06-backpropagation.html*")
    assert "Backpropagation" in page.locator("h1").inner_text()


def test_the_search_button_of_a_chapter_works(page, site):
    page.goto((site.html / CHAPTER).as_uri())
    page.locator(".bd-sidebar-primary .search-button-field").click()
    page.locator("dialog input[type=search]").fill("softmax")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=softmax*")
    assert "Softmax" in " ".join(results(page).all_inner_texts())


def test_the_search_says_when_it_finds_nothing(page, site):
    page.goto((site.html / "search.html").as_uri() + "?q=zyzzyva")
    assert results(page).count() == 0
    said = page.locator("#search-results").inner_text()
    assert "did not match any documents" in said, f"it says only {said!r}"
