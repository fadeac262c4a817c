"""The site in a real browser, from file://, with no network."""

import base64
import csv
from types import SimpleNamespace
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from mystsource import CHAPTERS, PAGES, ROOT

NARROW = 360  # pixels, a small phone
HEAVY = 3_000_000  # bytes, uncompressed, without MathJax: its 2 MB are the price of formulas without a network
NAMES = [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES]

# What a page says about itself, asked when its maths is done.
FACTS = """async () => {
  await (window.MathJax?.startup?.promise ?? null);
  const all = selector => [...document.querySelectorAll(selector)];
  const text = document.querySelector("article").cloneNode(true);
  text.querySelectorAll("pre, code, mjx-container, script").forEach(node => node.remove());
  return {
    images: all("img:not(.logo__image, .again, span + span > img)").map(image => ({address: image.src, alt: image.alt.trim(),
                                      loaded: image.naturalWidth > 0, width: image.width})),
    links: all("a[href]").map(link => link.href),
    ids: all("[id]").map(node => node.id),
    downloads: all("a[download]").map(link => ({
      name: link.download, content: link.href,
      shown: [...link.closest(".cell_output").querySelectorAll("tr")]
        .map(row => [...row.children].map(cell => cell.textContent)),
    })),
    formulas: all(".math").length,
    unrendered: all(".math").filter(node => !node.querySelector("mjx-container svg"))
                            .map(node => node.textContent),
    errors: all("mjx-merror, [data-mjx-error], [data-mml-node=merror]")
              .map(node => node.getAttribute("title") ?? node.textContent),
    text: text.textContent,
  };
}"""
WIDTHS = """() => [
  ...[document.documentElement, document.body, document.querySelector("main")].map(node => node.scrollWidth),
  ...[...document.querySelectorAll("article p > code")].map(node => node.getBoundingClientRect().right),
]"""


@pytest.fixture(scope="module")
def visit(browser, site):
    """Return a function that opens a page of the site, once, and returns what it saw."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    seen = {}

    def visit(name):
        if name not in seen:
            page = context.new_page()
            requests, messages = [], []
            page.on("request", lambda request: requests.append(request.url))
            page.on("console", lambda m: messages.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda error: messages.append(str(error)))
            page.goto((site.html / name).as_uri())
            facts = page.evaluate(FACTS)
            page.set_viewport_size({"width": NARROW, "height": 740})
            width = max(page.evaluate(WIDTHS))
            page.close()
            seen[name] = SimpleNamespace(**facts, requests=requests, messages=messages, width=width)
        return seen[name]

    yield visit
    context.close()


every_page = pytest.mark.parametrize("name", NAMES)


def test_a_warning_fails_the_build(tiny_book):
    with tiny_book.page.open("a") as page:
        page.write("\nSee {ref}`nowhere`.\n")
    process = tiny_book.build()
    assert process.returncode != 0 and "'nowhere'" in process.stdout, process.stdout


@every_page
def test_it_exists(site, name):
    assert (site.html / name).is_file(), "it is in the table of contents, but was not built"


def test_there_is_a_first_page(site):
    assert NAMES[0].removeprefix("book/") in (site.html / "index.html").read_text()


@every_page
def test_it_asks_for_nothing_outside(visit, name):
    outside = [url for url in visit(name).requests if not url.startswith(("file:", "data:"))]
    assert not outside, f"the page loads {outside}"


@every_page
def test_it_is_light(visit, site, name):
    files = {site.html / unquote(urlsplit(url).path) for url in visit(name).requests if url.startswith("file:")}
    sizes = {path.name: path.stat().st_size for path in files if path.name != "tex-svg.js"}
    assert len(sizes) > 5, f"styles and scripts are not counted: {sizes}"
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:6]
    assert sum(sizes.values()) < HEAVY, f"{sum(sizes.values()):,} bytes, the heaviest: {heaviest}"


@pytest.mark.parametrize("name", ["search.html?q=gradient", "genindex.html", "py-modindex.html"])
def test_the_extra_pages_ask_for_nothing_outside(visit, site, name, browser):
    outside = []
    page = browser.new_context(offline=True).new_page()
    page.on("request", lambda request: outside.append(request.url))
    page.goto((site.html / "index.html").as_uri().replace("index.html", name))
    page.context.close()
    assert all(url.startswith(("file:", "data:")) for url in outside), f"it loads {outside}"


@every_page
def test_it_reports_no_error(visit, name):
    messages = visit(name).messages
    assert not messages, f"the browser's console says: {messages}"


@every_page
def test_its_maths_is_rendered(visit, name):
    page = visit(name)
    assert not page.unrendered, f"still TeX: {page.unrendered}"
    assert not page.errors, f"MathJax does not understand: {page.errors}"
    left = [sign for sign in ("$", r"\(", r"\[", r"\frac") if sign in page.text]
    assert not left, f"{left} stand in the text"


def test_there_is_maths(visit):
    assert sum(visit(name).formulas for name in NAMES) > 100, "the test above looks for nothing"


@every_page
def test_its_images_load_and_say_what_they_show(visit, name):
    for image in visit(name).images:
        assert image["loaded"], f"{image['address']} does not load"
        assert image["width"] > 200, f"{image['address']} is shown {image['width']} pixels wide"
        assert len(image["alt"].split()) >= 4, f"{image['address']} has the alt text {image['alt']!r}"


@every_page
def test_its_links_lead_somewhere(visit, site, name):
    broken = []
    for link in visit(name).links:
        address, anchor = urldefrag(link)
        if not address.startswith("file:"):
            continue
        path = unquote(urlsplit(address).path)
        target = path.removeprefix(f"{site.html}/")
        if not (site.html / target).is_file():
            broken.append(link)
        elif anchor and unquote(anchor) not in visit(target).ids:
            broken.append(link)
    assert not broken, f"these lead nowhere: {broken}"


@every_page
def test_the_csv_of_a_table_has_its_rows(visit, name):
    for link in visit(name).downloads:
        kind, content = link["content"].split(",")
        assert kind == "data:text/csv;base64", f"{link['name']} is not in the page itself: {kind}"
        rows = list(csv.reader(base64.b64decode(content).decode().splitlines()))
        assert rows[0] == link["shown"][0], f"{link['name']} has other columns than the table"
        assert len(rows) == len(link["shown"]), f"{link['name']} has other rows than the table"


def test_every_experiment_has_a_table_to_keep(visit):
    chapters = [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in CHAPTERS
                if page.parent.name == "experiments"]  # fmt: skip
    without = [name for name in chapters if not visit(name).downloads]
    assert chapters and not without, f"no table can be downloaded from {without}"
    names = [link["name"] for name in chapters for link in visit(name).downloads]
    assert len(set(names)) == len(names), f"two files of one name: {sorted(names)}"


def test_a_click_downloads_the_table_without_a_network(visit, browser, site):
    name = next(name for name in NAMES if visit(name).downloads)
    page = browser.new_context(offline=True, accept_downloads=True).new_page()
    page.goto((site.html / name).as_uri())
    with page.expect_download() as download:
        page.locator("a[download]").first.click()
    assert download.value.suggested_filename == visit(name).downloads[0]["name"]
    assert download.value.path().stat().st_size > 0, "the file is empty"
    page.context.close()


@every_page
def test_a_phone_need_not_scroll_sideways(visit, name):
    width = visit(name).width
    assert width <= NARROW, f"the page is {width} pixels wide"
