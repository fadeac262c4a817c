"""The look: the first page and its cover, the mark, fonts, and previews."""

import importlib.util
import re
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from mystsource import PAGES, ROOT
from PIL import Image

NAMES = [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES]
FIRST, CHAPTER = NAMES[0], "book/foundations/backpropagation.html"
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
    page.get_by_role("link", name="Start with the first chapter").click()
    page.wait_for_url("**/digits.html*")
    assert page.locator("article h1").inner_text().startswith("1. A program that learns")


def test_the_cover_is_fit_for_a_preview(site):
    file = site.html / "_static" / "cover.png"
    with Image.open(file) as cover:
        assert cover.size == (1200, 630), f"previews are cut to 1200 x 630, this is {cover.size}"
    assert file.stat().st_size < LARGEST, f"{file.stat().st_size} bytes"


def test_the_cover_can_be_seen_on_a_phone_before_anything_is_scrolled(page, site):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto((site.html / FIRST).as_uri())
    box = page.locator("#fig-cover .live-night").bounding_box()
    assert box["width"] > 300, f"it is {box['width']} pixels wide"
    assert box["y"] + box["height"] < 740, f"it ends {box['y'] + box['height']:.0f} pixels down"


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [FIRST, CHAPTER])
def test_the_mark_stands_beside_the_name(browser, site, name, scheme):
    context = browser.new_context(offline=True, color_scheme=scheme)
    page = context.new_page()
    page.goto((site.html / name).as_uri())
    brand = page.locator(".bd-sidebar-primary .navbar-brand")
    shown = brand.locator("img:visible")
    assert shown.evaluate("image => image.naturalWidth > 0"), "the image does not load"
    image, text = shown.bounding_box(), brand.locator(".logo__title").bounding_box()
    assert image["x"] + image["width"] < text["x"], "the name does not stand beside it"
    assert abs(image["y"] - text["y"]) < image["height"], "the name stands below it"
    context.close()


@pytest.mark.parametrize("tab", ["#dee1e6", "#202124"], ids=["light", "dark"])
def test_the_mark_can_be_made_out_in_a_tab(page, tab):
    svg = (ROOT / "book" / "_static" / "favicon.svg").read_text()
    size = {"x": 0, "y": 0, "width": 16, "height": 16}
    page.set_content(
        f"<style>body {{ margin: 0; background: {tab} }} svg {{ width: 16px; display: block }}</style>{svg}"
    )
    with Image.open(BytesIO(page.screenshot(clip=size))) as shot:
        reds = list(shot.convert("RGB").getchannel("R").tobytes())
    blue, white = sum(red < 60 for red in reds), sum(red > 230 for red in reds)
    assert blue > 80 and white > 25, f"of 256 pixels {blue} are blue and {white} white"


# Fonts

FONTS = """() => ({
    loaded: [...document.fonts].filter(font => font.status !== "unloaded").map(font => font.family.replaceAll('"', "")),
    text: [...new Set([...document.querySelectorAll("body, body *")]
        .filter(node => node instanceof HTMLElement && !node.matches(".fas, .fa-solid"))
        .map(node => getComputedStyle(node).fontFamily))],
})"""
SYSTEM = "system-ui, ", "ui-monospace, "
ICONS = "fa-solid-900.woff2", "Font Awesome 6 Free"  # the theme's, for its buttons


@pytest.mark.parametrize("name", [FIRST, CHAPTER, *NAMES[-3:], "search.html", "genindex.html"])
def test_text_is_set_in_the_systems_fonts(page, site, name):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site.html / name).as_uri())
    files = [url for url in asked if re.search(r"\.(woff2?|ttf|otf|eot)\b", url)]
    others = [url for url in files if not url.endswith(f"/{ICONS[0]}")]
    assert not others, f"it loads {others}"
    fonts = page.evaluate(FONTS)
    assert set(fonts["loaded"]) <= {ICONS[1]}, f"it uses {fonts['loaded']}"
    others = [family for family in fonts["text"] if not family.startswith(SYSTEM)]
    assert not others, f"text is set in {others}"


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
