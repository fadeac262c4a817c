"""The site for readers with a screen reader, a keyboard, a phone or dark pages.

axe looks at every page with all of its rules, none disabled, at the width of
a desktop and of a phone, with all that folds unfolded, and again for colours
in the other theme. Two things make that bearable on pages of ten thousand
nodes, and hide nothing: the curves of formulas are taken out (MathJax hides
them from screen readers and gives them the colour of the text), and of the
spans that colour the code one of each kind stays.
"""

import re
from contextlib import closing
from functools import cache
from types import SimpleNamespace

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from mystsource import PAGES, ROOT, read_page

NAMES = [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES]
MARKED = "book/foundations/softmax.html?highlight=softmax"
OTHERS = ["search.html", "search.html?q=gradient", MARKED, "genindex.html", "py-modindex.html"]
PHONE, ZOOMED = 360, 640  # pixels; 640: a zoom of 200 % on 1280
ALL, COLOURS = {}, {"runOnly": ["color-contrast", "link-in-text-block"]}  # all a theme can change
LOOKS = [("light", 1280, ALL), ("dark", 1280, COLOURS), ("dark", PHONE, ALL), ("light", PHONE, COLOURS)]

READY = "async () => { await (window.MathJax?.startup?.promise ?? null) }"
UNFOLD = """() => {
  document.querySelectorAll("details").forEach(fold => { fold.open = true; });
  document.querySelectorAll(".toggle-button[aria-expanded=false]").forEach(fold => fold.click());
}"""
LESSEN = """() => {
  document.querySelectorAll("mjx-container > svg").forEach(drawing => drawing.replaceChildren());
  const seen = new Set();
  for (const span of document.querySelectorAll(".highlight pre span[class]")) {
    const kind = [span, span.parentElement, span.closest(".cell, .literal-block-wrapper")]
      .map(node => node?.className).join("|");
    if (seen.has(kind)) span.replaceWith(...span.childNodes); else seen.add(kind);
  }
  document.querySelectorAll("pre").forEach(code => code.normalize());
}"""
AXE = """async rules => {
  const found = await axe.run(document, {resultTypes: ["violations"], ...rules});
  return found.violations.map(rule => `${rule.id}: ${rule.help}\\n` + rule.nodes.slice(0, 3)
    .map(node => `    ${node.target}  ${node.html.slice(0, 120)}\\n    ${node.failureSummary}`).join("\\n"));
}"""
WIDTHS = """() => [document.documentElement, document.body, document.querySelector("main")]
                    .map(node => node.scrollWidth)"""

every_page = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def open_page(browser, site):
    """Return a function that opens a page of the site, its maths done."""
    context = browser.new_context(offline=True)

    def open_page(name, width=1280):
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{site.html.as_uri()}/{name}")
        page.evaluate(READY)
        return page

    yield open_page
    context.close()


def look(page, theme, width):
    """Show the page in a theme, as the reader's system asks for it, and at a width."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.wait_for_function("theme => document.documentElement.dataset.theme == theme", arg=theme)


@pytest.fixture(scope="module")
def seen(open_page):
    """Return a function that opens a page, once, and unfolds it: .widths, and what axe .found."""

    @cache
    def seen(name):
        widths, found = {}, []
        with closing(open_page(name, PHONE)) as page:
            page.evaluate(UNFOLD)
            for width in (PHONE, ZOOMED):
                page.set_viewport_size({"width": width, "height": 900})
                widths[width] = max(page.evaluate(WIDTHS))
            page.evaluate(LESSEN)
            page.evaluate(AXE_SCRIPT)
            for theme, width, rules in LOOKS:
                look(page, theme, width)
                found += [f"{theme}, {width} pixels: {rule}" for rule in page.evaluate(AXE, rules)]
        return SimpleNamespace(widths=widths, found=found)

    return seen


@pytest.mark.parametrize("name", NAMES + OTHERS)
def test_axe_finds_nothing(seen, name):
    assert not seen(name).found, "\n".join(seen(name).found)


def test_axe_looks_for_all_of_this(open_page):
    with closing(open_page(NAMES[0])) as page:
        page.evaluate(AXE_SCRIPT)
        page.evaluate("""() => document.querySelector("article").insertAdjacentHTML("beforeend",
          "<img src=x><p style='color: #999; background: #fff'>pale</p><button></button>")""")
        found = {rule.partition(":")[0] for rule in page.evaluate(AXE, ALL)}
    assert found == {"image-alt", "color-contrast", "button-name"}, f"axe found {found}"


@every_page
def test_a_phone_and_a_doubled_size_of_letters_need_no_scrolling_sideways(seen, name):
    for width, found in seen(name).widths.items():
        assert found <= width, f"unfolded, at {width} pixels, the page is {found} pixels wide"


def test_every_page_has_a_language_and_a_title_of_its_own(site):
    pages = {name: (site.html / name).read_text(encoding="utf-8") for name in NAMES}
    for name, page in pages.items():
        assert '<html lang="en"' in page, f"{name} does not say its language"
    titles = [re.search("<title>(.*?)</title>", page, re.DOTALL)[1] for page in pages.values()]
    assert len(set(titles)) == len(titles), f"two pages of one title: {titles}"


def figures():
    """Yield the name, the alternative text and the caption of each figure as written."""
    for page in PAGES:
        for block in read_page(page.read_text(encoding="utf-8")):
            cell = block.options.get("mystnb", {}) if block.kind == "code-cell" else {}
            if "figure" in cell:
                yield cell["figure"]["name"], cell.get("image", {}).get("alt", ""), cell["figure"]["caption"]
            elif block.kind == "figure":
                yield block.options["name"], block.options.get("alt", ""), block.text.strip()


FIGURES = list(figures())


@pytest.mark.parametrize(("name", "alt", "caption"), FIGURES, ids=[name for name, _, _ in FIGURES])
def test_the_alternative_text_says_what_is_to_be_seen(name, alt, caption):
    assert len(alt.split()) >= 12, f"too short to say what is to be seen: {alt!r}"
    assert not re.match(r"(A |An |The )?(figure|plot of|image|graph|picture|chart|diagram|screenshot)\b", alt, re.I), (
        f"it must say what is to be seen, not that it is a figure: {alt!r}"
    )
    sentences = [sentence for sentence in re.split(r"(?<=\.) ", alt) if len(sentence.split()) > 4]
    copied = [sentence for sentence in sentences if sentence.lower() in caption.lower()]
    assert not copied, f"the caption says it already: {copied}"


def test_there_are_figures_to_describe():
    assert len(FIGURES) > 70, f"only {len(FIGURES)} figures were found"


# What the keyboard has to reach: all that can be clicked or scrolled and is to be seen.
WANTED = """() => {
  const seen = node => node.checkVisibility({visibilityProperty: true}) && node.getClientRects().length
    && !node.closest("dialog:not([open]), [inert], .bd-header");
  const scrolls = node => /auto|scroll/.test(getComputedStyle(node).overflowX)
    && node.scrollWidth > node.clientWidth + 1;
  const wanted = [...document.querySelectorAll("a[href], button, summary, input, .bd-article *")]
    .filter(node => seen(node) && (node.matches("a[href], button, summary, input") || scrolls(node)));
  wanted.forEach(node => { node.wanted = true; });
  window.wanted = wanted;
  return wanted.length;
}"""
FOCUSED = """() => {
  const node = document.activeElement, style = getComputedStyle(node);
  if (node === document.body) return null;
  node.reached = true;
  const marks = [style, getComputedStyle(node, "::before"), getComputedStyle(node, "::after")];
  const visible = marks.some(mark => (mark.outlineStyle != "none" && parseFloat(mark.outlineWidth) > 0)
                                     || mark.boxShadow != "none");
  return {html: node.outerHTML.slice(0, 120), text: node.textContent.trim(), visible};
}"""
MISSED = "() => window.wanted.filter(node => !node.reached).map(node => node.outerHTML.slice(0, 160))"
TOURED = ["book/foundations/softmax.html", "book/experiments/learning-rates.html"]


@pytest.mark.parametrize("width", [1280, PHONE])
@pytest.mark.parametrize("name", TOURED)
def test_the_tab_key_reaches_everything(open_page, name, width):
    with closing(open_page(name, width)) as page:
        page.evaluate(UNFOLD)
        page.wait_for_timeout(500)  # for the observer of sizes
        number = page.evaluate(WANTED)
        stops = []
        for _ in range(2 * number):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(FOCUSED))
            if stops[-1] is None:
                break
        missed = page.evaluate(MISSED)
    stops = [stop for stop in stops if stop]
    assert stops[0]["text"] == "Skip to main content", f"the first stop is {stops[0]['html']}"
    assert not missed, f"the keyboard does not reach {missed}"
    unseen = [stop["html"] for stop in stops if not stop["visible"]]
    assert not unseen, f"one cannot see that the keyboard is at {unseen}"


def test_the_keyboard_unfolds_a_box_a_cell_and_a_solution(open_page):
    with closing(open_page(TOURED[0])) as page:
        for fold in ("details.hide > summary", "details:not([class]) > summary"):
            summary = page.locator(f"article {fold}").first
            summary.focus()
            page.keyboard.press("Enter")
            assert summary.evaluate("node => node.parentElement.open"), f"Enter does not open {fold}"
        button = page.locator("article .toggle-button").first
        for key, state in (("Enter", "true"), ("Space", "false")):
            button.focus()
            page.keyboard.press(key)
            assert button.get_attribute("aria-expanded") == state, f"{key} does not work the fold"


def test_the_keyboard_searches_and_changes_the_theme(open_page):
    with closing(open_page(TOURED[0])) as page:
        page.keyboard.press("Control+k")
        assert page.evaluate("document.activeElement.matches('input[type=search]')"), "no search field"
        page.keyboard.press("Escape")
        switch = page.locator(".theme-switch-button").first
        before = page.evaluate("document.documentElement.dataset.mode")
        switch.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.documentElement.dataset.mode") != before, "the theme stays"


def test_a_box_that_is_unfolded_scrolls_by_the_keyboard(open_page):
    with closing(open_page(TOURED[1], PHONE)) as page:
        page.evaluate(UNFOLD)
        page.wait_for_timeout(500)
        box = page.locator("article details pre[tabindex='0']").first
        box.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle(), timeout=3000)


def test_a_figure_opens_in_full_size(open_page, site):
    with closing(open_page(TOURED[0], PHONE)) as page:
        links = page.locator("figure a.full-size")
        images = page.locator("figure").filter(has=page.locator("img")).count()
        assert links.count() == images > 0, f"{links.count()} links for {images} figures"
        links.first.click()
        page.wait_for_url("**/_images/**")


def test_nothing_moves_where_motion_is_not_wanted(open_page):
    with closing(open_page(TOURED[0])) as page:
        page.emulate_media(reduced_motion="reduce")
        moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter(node =>
          getComputedStyle(node).transitionDuration.split(",").some(time => parseFloat(time) > 0.01))
          .map(node => node.outerHTML.slice(0, 80))""")
    assert not moving, f"these move: {moving[:5]}"
