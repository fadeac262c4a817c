"""A live figure in a browser, moved by its controls as a reader moves them."""

from contextlib import closing

import pytest
from livefigures import FIGURES


def pytest_generate_tests(metafunc):
    """Run a test that asks for every_figure once for each."""
    if "every_figure" in metafunc.fixturenames:
        metafunc.parametrize("every_figure", FIGURES, ids=[name for name, _, _ in FIGURES])


class Figure:
    """A live figure of an open page: .values and .words are what it shows."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.place = page.locator(f".live[data-live={name}]")
        assert self.place.evaluate("place => place.classList.contains('is-live')"), self.place.inner_text()

    @property
    def values(self):
        return self.place.evaluate("place => place.liveValues")

    @property
    def words(self):
        return self.place.locator(".live-words").inner_text().replace("\u00a0", " ")

    def control(self, label):
        return self.place.get_by_label(label, exact=True)

    def slide(self, label, value):
        """Set a slider to a value, in its own numbers (a logarithmic one's are logarithms)."""
        self.control(label).evaluate(
            "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }", value
        )

    def choose(self, label, option):
        self.control(label).select_option(option)

    def press(self, label):
        self.place.get_by_role("button", name=label, exact=True).click()

    def play(self, label="Play"):
        """Press a player's button and wait until it has come to its end."""
        self.press(label)
        self.place.get_by_role("button", name=label, exact=True).wait_for()


@pytest.fixture
def open_figure(browser, site):
    """Return a function that opens the page of a live figure: open_figure(name, **how the browser is)."""
    contexts = []

    def open_figure(name, change=None, **how):
        ((_, file, _),) = [figure for figure in FIGURES if figure[0] == name]
        context = browser.new_context(offline=True, **({"viewport": {"width": 1280, "height": 900}} | how))
        contexts.append(context)
        page = context.new_page()
        if change:
            page.route(f"**/{file.rpartition('/')[2]}", lambda route: route.fulfill(
                body=change((site.html / file).read_text(encoding="utf-8")), content_type="text/html; charset=utf-8"))  # fmt: skip
        page.said, page.asked = [], []
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("console", lambda message: page.said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(f"{site.html.as_uri()}/{file}")
        return page

    yield open_figure
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def figure(request, browser, site):
    """The live figure that a file's NAME says, in its first state."""
    name = request.module.NAME
    ((_, file, _),) = [figure for figure in FIGURES if figure[0] == name]
    with closing(browser.new_context(offline=True, viewport={"width": 1280, "height": 900})) as context:
        page = context.new_page()
        page.goto(f"{site.html.as_uri()}/{file}")
        yield Figure(page, name)


@pytest.fixture(autouse=True)
def from_the_start(request):
    """Begin each test of one figure where a reader begins."""
    if "figure" in request.fixturenames:
        figure = request.getfixturevalue("figure")
        if figure.name == "write":
            figure.press("Clear")  # what is written stays
        figure.press("Start over")
