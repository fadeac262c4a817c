"""The site in a real browser, from file://, with no network."""

from types import SimpleNamespace
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from mystsource import PAGES, ROOT

NARROW = 360  # pixels, a small phone
NAMES = [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES]

# What a page says about itself, asked when its maths is done.
FACTS = """async () => {
  await (window.MathJax?.startup?.promise ?? null);
  const all = selector => [...document.querySelectorAll(selector)];
  const text = document.querySelector("article").cloneNode(true);
  text.querySelectorAll("pre, code, mjx-container, script").forEach(node => node.remove());
  return {
    images: all("img").map(image => ({address: image.src, alt: image.alt.trim(),
                                      loaded: image.naturalWidth > 0})),
    links: all("a[href]").map(link => link.href),
    ids: all("[id]").map(node => node.id),
    formulas: all(".math").length,
    unrendered: all(".math").filter(node => !node.querySelector("mjx-container svg"))
                            .map(node => node.textContent),
    errors: all("mjx-merror, [data-mjx-error], [data-mml-node=merror]")
              .map(node => node.getAttribute("title") ?? node.textContent),
    text: text.textContent,
  };
}"""
WIDTHS = """() => [document.documentElement, document.body, document.querySelector("main")]
                    .map(node => node.scrollWidth)"""


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
def test_a_phone_need_not_scroll_sideways(visit, name):
    width = visit(name).width
    assert width <= NARROW, f"the page is {width} pixels wide"
