"""The site for readers with a screen reader, a keyboard, a phone or dark pages.

axe looks at every page with all of its rules, in both themes and at both
widths, with all that folds unfolded. Two things make that bearable on pages
of thousands of nodes, and hide nothing: the drawings inside of formulas are
left out (MathJax hides them from screen readers and gives them the colour of
the text), and of the spans that colour the code one of each kind stays.
"""

from contextlib import closing

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from mystsource import PAGES, ROOT

NAMES = [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES]
OTHERS = ["search.html", "search.html?q=gradient", "genindex.html", "py-modindex.html"]
LOOKS = [("light", 1280), ("dark", 1280), ("dark", 360), ("light", 360)]
PHONE = 360

READY = "async () => { await (window.MathJax?.startup?.promise ?? null) }"
UNFOLD = """() => {
  document.querySelectorAll("details").forEach(fold => { fold.open = true; });
  document.querySelectorAll(".toggle-button[aria-expanded=false]").forEach(fold => fold.click());
}"""
ONE_SPAN_OF_EACH_KIND = """() => {
  const seen = new Set();
  for (const span of document.querySelectorAll(".highlight pre span[class]")) {
    const kind = [span, span.parentElement, span.closest(".cell, .literal-block-wrapper")]
      .map(node => node?.className).join("|");
    if (seen.has(kind)) span.replaceWith(...span.childNodes); else seen.add(kind);
  }
  document.querySelectorAll("pre").forEach(code => code.normalize());
}"""
AXE = """async () => {
  const found = await axe.run({exclude: ["mjx-container > svg"]}, {resultTypes: ["violations"]});
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


@pytest.mark.parametrize("name", NAMES + OTHERS)
def test_axe_finds_nothing(open_page, name):
    with closing(open_page(name)) as page:
        page.evaluate(UNFOLD)
        page.evaluate(ONE_SPAN_OF_EACH_KIND)
        page.evaluate(AXE_SCRIPT)
        found = []
        for theme, width in LOOKS:
            look(page, theme, width)
            found += [f"{theme}, {width} pixels: {rule}" for rule in page.evaluate(AXE)]
    assert not found, "\n".join(found)
