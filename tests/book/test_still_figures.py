"""Drawings follow the theme, stay sharp, and stand panel below panel on a narrow screen."""

import re
import shutil
from io import BytesIO
from types import SimpleNamespace

import make_pdf
import numpy as np
import pytest
from bs4 import BeautifulSoup
from mystsource import PAGES, ROOT
from PIL import Image

NARROW = 360  # pixels, a small phone
LETTERS = 10  # pixels, the least height of text in a panel

CELL = """
```{{code-cell}} ipython3
---
tags: [hide-input]
mystnb:
  image: {{alt: "{name} as curves, say, that rise from left to right."}}
  figure: {{caption: "What {name} shows.", name: fig-{name}}}
---
{code}
```
"""
FIGURES = {
    "one": "figure, axis = plt.subplots(figsize=(7.2, 3))\naxis.plot([1, 3], label='$x$')\naxis.legend();",
    "two": "figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.1), sharey=True)\n"
           "for axis in axes:\n    axis.plot([1, 3])\n    axis.set(xlabel='epoch', title='loss')",
    "three": "figure, axes = plt.subplots(1, 3, figsize=(7.6, 2.9), layout='constrained')\n"
             "for axis, top in zip(axes, (1, 100, 10_000)):\n    axis.bar([0, 1], [top / 2, top])",
    "matrices": "figure, axes = plt.subplots(2, 2, figsize=(4, 3))\n"
                "for axis in axes.flat:\n    plots.matrix([[1, 2]], axis)",
    "ink": "figure, axis = plt.subplots(figsize=(3, 3))\naxis.imshow([[0, 1], [1, 0]])\n"
           "axis.text(0, 0, 'paper', ha='center')\naxis.set_title('digit');",
    "hatched": "figure, axis = plt.subplots(figsize=(4, 3))\n"
               "axis.bar([0, 1], [1, 2], hatch='//', edgecolor='white');",
}  # fmt: skip
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="200" height="100" fill="white"/><path d="M20 20H180V80H20z" fill="#0072B2"/></svg>'
COLOURS = {"light": {"page": (255, 255, 255), "blue": (0, 114, 178)}, "dark": {"page": (18, 18, 18), "blue": (88, 176, 227)}}


@pytest.fixture(scope="module")
def book(shared_book):
    """A tiny book of drawings, built."""
    module = shared_book.module.parent
    for name in ("plots.py", "book.mplstyle"):
        shutil.copy(ROOT / "mnist_from_scratch" / name, module)
    shared_book.page.with_name("drawing.svg").write_text(DRAWING)
    cells = "".join(CELL.format(name=name, code=code) for name, code in FIGURES.items())
    with shared_book.page.open("a") as page:
        page.write("\n```{code-cell} ipython3\nimport matplotlib.pyplot as plt\n"
                   "from mnist_from_scratch import plots\nplots.use_style()\n```\n" + cells.replace("```\n\n```", "```\n\nNext.\n\n```")
                   + "\n```{figure} drawing.svg\n:name: fig-drawn\n:alt: A blue box on white paper.\nIt is blue.\n```\n")  # fmt: skip
    process = shared_book.build()
    assert process.returncode == 0, process.stdout
    return shared_book


@pytest.fixture
def open_page(browser, book):
    """Return a function that opens the page: its .page, .shot(selector) and .boxes(selector)."""
    contexts = []

    def open_page(scheme="light", width=1280, **options):
        context = browser.new_context(offline=True, color_scheme=scheme, viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto((book.html / "page.html").as_uri())

        def shot(selector):
            return np.asarray(Image.open(BytesIO(page.locator(selector).screenshot())).convert("RGB"), int)

        def boxes(selector):
            return [box for box in (node.bounding_box() for node in page.locator(selector).all()) if box]

        return SimpleNamespace(page=page, shot=shot, boxes=boxes)

    yield open_page
    for context in contexts:
        context.close()


def share(shot, colour):
    """Return the share of pixels that have the colour, but for rounding."""
    return (np.abs(shot - colour).max(axis=2) <= 2).mean()


def drawings(book):
    return sorted((book.html.parent / "_images").glob("*.svg"))


# Light and dark


def assert_it_looks(opened, theme):
    colours, other = COLOURS[theme], COLOURS["dark" if theme == "light" else "light"]
    page = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page in (f"rgb{colours['page']}", "rgba(0, 0, 0, 0)"), "the drawings' paper has another colour than the page"
    for name in ("one", "two", "three", "drawn", "hatched"):
        shot = opened.shot(f"#fig-{name} a.full-size")
        assert share(shot, colours["page"]) > 0.3, f"{name} is not drawn on the {theme} page"
        assert share(shot, colours["blue"]) > 0.001, f"{name} has no blue for the {theme} page"
        assert share(shot, other["page"]) < 0.01, f"{name} shows the other paper"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_drawings_have_the_theme_of_the_page(open_page, scheme, scripts):
    opened = open_page(scheme, java_script_enabled=scripts)
    assert_it_looks(opened, scheme if scripts else "light")  # without scripts the theme is light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_they_follow_when_the_reader_switches(open_page, scheme):
    opened = open_page(scheme)
    other = "dark" if scheme == "light" else "light"
    switch = opened.page.locator(".theme-switch-button").first
    for _ in range(3):
        if opened.page.evaluate("document.documentElement.dataset.theme") != other:
            switch.click()
    assert_it_looks(opened, other)


def test_paper_is_white(open_page):
    opened = open_page("dark")
    opened.page.emulate_media(media="print", color_scheme="dark")
    for name in ("one", "two", "three", "drawn"):
        shot = opened.shot(f"#fig-{name} a.full-size")
        assert share(shot, (255, 255, 255)) > 0.3 and share(shot, COLOURS["light"]["blue"]) > 0.001, f"{name} is dark"


def test_ink_stays_dark_and_what_is_written_on_an_image_too(book):
    (drawn,) = (text for text in map(lambda path: path.read_text(), drawings(book)) if ">digit<" in text)
    soup = BeautifulSoup(drawn, "html.parser")
    on_image, above = soup.find("text", string="paper"), soup.find("text", string="digit")
    assert "fill:#000" in on_image["style"] and not on_image.has_attr("class"), "its colour changes, that of the image does not"
    assert "style" not in above.attrs, "the title does not follow the page"
    assert "pixelated" in soup.image["style"] and int(soup.image["width"]) == 2, "the image is not sharp at any zoom"


def test_each_colour_has_a_dark_one_that_can_be_seen(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "_ext")
    from still_figures import PAGE, in_the_dark

    from mnist_from_scratch.plots import COLOURS

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return float(np.dot([((c + 0.055) / 1.055) ** 2.4 if c > 0.04 else c / 12.92 for c in parts], [0.2126, 0.7152, 0.0722]))

    for name, colour in COLOURS.items():
        contrast = (luminance(in_the_dark(colour)) + 0.05) / (luminance(PAGE) + 0.05)
        assert contrast > 4.5, f"{name} is too faint: {contrast:.1f}"
    assert in_the_dark("white") == in_the_dark("#fff") == PAGE, "white paper is the page"
    greys = [int(in_the_dark(f"#{g}{g}{g}")[1:3], 16) for g in ("22", "66", "aa", "ee")]
    assert greys == sorted(greys, reverse=True) and greys[0] > 180, f"the darker a grey, the lighter: {greys}"


def test_still_and_live_figures_have_the_same_colours_in_the_dark(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "_ext")
    from still_figures import TEXT, in_the_dark

    from mnist_from_scratch.plots import COLOURS

    style = (ROOT / "book" / "live" / "live.css").read_text("utf-8")
    live = dict(re.findall(r"--live-([a-z]+): (#\w{6})", re.search(r'theme="dark"\] \{(.*?)\}', style, re.DOTALL)[1]))
    ours = {name: in_the_dark(COLOURS[name]) for name in live.keys() & COLOURS.keys()}
    assert len(ours) > 5 and ours == {name: live[name] for name in ours}
    assert (in_the_dark("#e3e3e3"), TEXT) == (live["faint"], live["text"]), "grid and text"


# Panels


def test_on_a_wide_screen_the_panels_are_the_whole(open_page):
    opened = open_page()
    for name in ("two", "three"):
        parted = opened.shot(f"#fig-{name} .panels")
        opened.page.evaluate("""name => {
          const panels = document.querySelector(`#fig-${name} .panels`), windows = [...panels.children];
          const width = windows.at(-1).getBoundingClientRect().right - windows[0].getBoundingClientRect().left;
          panels.innerHTML = `<img src="${panels.querySelector("img").src}" style="width: ${width}px">`;
        }""", name)  # fmt: skip
        opened.page.wait_for_function("name => document.querySelector(`#fig-${name} img`).complete", arg=name)
        whole = opened.shot(f"#fig-{name} .panels")
        assert parted.shape == whole.shape, f"{name} has another size"
        assert np.abs(parted - whole).mean() < 3, f"{name} is not the whole in panels"


def test_the_windows_leave_nothing_out(book):
    soup = BeautifulSoup((book.html / "page.html").read_text("utf-8"), "html.parser")
    assert [len(panels.select("span")) for panels in soup.select(".panels")] == [2, 3]
    assert_nothing_is_left_out(soup, book.html)


def assert_nothing_is_left_out(soup, folder):
    """Check that the windows of each drawing begin at its left edge, follow each other and end at its right."""
    for panels in soup.select(".panels"):
        images = panels.select("img:not(.again)")
        drawn = (folder / images[0]["src"]).read_text("utf-8")
        whole = float(re.search(r'\bwidth="([\d.]+)"', drawn)[1])
        widths = [float(re.search(r"--wide:([\d.]+)", image["style"])[1]) for image in images]
        places = [float(re.search(r"object-position:([\d.]+)%", image["style"])[1]) for image in images]
        starts = [place / 100 * (whole - width) for place, width in zip(places, widths)]
        ends = [start + width for start, width in zip(starts, widths)]
        assert starts[0] == 0 and abs(ends[-1] - whole) < 0.5, f"{images[0]['src']} is cut at an edge"
        assert np.allclose(starts[1:], ends[:-1], atol=0.5), f"{images[0]['src']} is cut between its panels"


def test_on_a_phone_the_panels_stand_below_each_other_and_can_be_read(open_page):
    opened = open_page(width=NARROW)
    for name, number in {"two": 2, "three": 3}.items():
        boxes = opened.boxes(f"#fig-{name} .panels > span")
        assert len(boxes) == number
        assert all(a["y"] + a["height"] <= b["y"] for a, b in zip(boxes, boxes[1:])), f"{name} is side by side"
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= NARROW for box in boxes), f"{name} is too wide"
        scale = opened.page.locator(f"#fig-{name} .panels img").evaluate_all(
            "all => all.filter(i => i.width).map(i => i.getBoundingClientRect().height / i.naturalHeight)")  # fmt: skip
        assert min(scale) * 10.5 * 110 / 72 >= LETTERS, f"{name} has text of {min(scale) * 16:.1f} pixels"
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_labels_that_count_for_all_panels_are_shown_again(open_page):
    wide, phone = open_page(), open_page(width=NARROW)
    assert not wide.boxes("#fig-two .again"), "the whole shows them once"
    assert len(phone.boxes("#fig-two .again")) == 1, "the second panel has no numbers"
    again, panel = phone.boxes("#fig-two .panels > span:last-child img")
    assert abs(again["height"] - panel["height"]) < 1, "the numbers have another scale than the panel"
    assert not phone.page.locator("#fig-three .again").count(), "its panels have numbers of their own"


def test_a_drawing_in_panels_is_one_picture_to_a_screen_reader_a_link_and_the_pdf(book):
    soup = BeautifulSoup((book.html / "page.html").read_text("utf-8"), "html.parser")
    for figure in soup.select("figure"):
        assert len(figure.select("a.full-size")) == 1 and len([i for i in figure.select("img") if i["alt"]]) == 1
        assert (book.html / figure.a["href"]).is_file()
    page = SimpleNamespace(article=soup.article)
    make_pdf.clean(page)
    assert all(len(figure.select("img")) == 1 for figure in soup.select("figure")), "on paper in pieces"
    assert not soup.select("figure img[style]"), "on paper a part of it"


def test_they_are_the_same_from_build_to_build(book):
    before = {path.name: path.read_bytes() for path in drawings(book)}
    assert len(before) == 7
    for folder in ("_build", ".jupyter_cache"):
        shutil.rmtree(book.folder / folder, ignore_errors=True)
    assert book.build().returncode == 0
    assert before == {path.name: path.read_bytes() for path in drawings(book)}


# The site


@pytest.mark.parametrize("name", [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES])
def test_each_drawing_of_the_book_is_whole_and_has_a_look_for_the_dark(site, name):
    file = site.html / name
    soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
    assert_nothing_is_left_out(soup, file.parent)
    for image in soup.select("article img[src$='.svg']"):
        drawing = (file.parent / image["src"]).read_text("utf-8")
        assert "prefers-color-scheme:dark" in drawing, f"{image['src']} has none"
        missing = {*re.findall(r"url\(#([^)]+)\)", drawing)} - {*re.findall(r'id="([^"]+)"', drawing)}
        assert not missing, f"{image['src']} is painted with what it doesn't have: {missing}"
