"""What every live figure keeps to: by keys, by touch, without motion, on paper, and where it cannot work."""

import re

import pytest
from livefigures import FIGURES
from mystsource import ROOT

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
STATE = "place => JSON.stringify([place.liveValues, place.querySelector('.live-words').textContent])"
SCRIPTS = re.compile(r'<script type="application/json">.*?</script>', re.DOTALL)


def live(page, name):
    return page.locator(f".live[data-live={name}]")


def state(page, name):
    return live(page, name).evaluate(STATE)


def still(page, figure):
    """Return the picture of the still figure."""
    return page.locator(f"#{figure} > :is(a.full-size, img)").first


def test_it_is_alive_and_says_what_it_shows(open_figure, every_figure):
    name, _, figure = every_figure
    page = open_figure(name)
    both = live(page, name).get_attribute("data-still") is not None
    assert live(page, name).is_visible() and still(page, figure).is_visible() == both
    assert len(live(page, name).locator(".live-words").inner_text()) > 10, "it says nothing in words"
    assert live(page, name).locator(".live-invitation").inner_text().strip(), "it invites to nothing"
    assert live(page, name).evaluate("place => place.liveValues && Object.keys(place.liveValues).length"), "no numbers to test"
    assert page.locator(f"#{figure} figcaption").is_visible()
    page.wait_for_timeout(300)
    assert page.said == [], "the console is not silent"
    outside = [url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))]
    assert not outside, f"it asked the network for {outside}"


def test_the_keyboard_alone_moves_every_control(open_figure, every_figure):
    name, _, _ = every_figure
    page = open_figure(name)
    controls = live(page, name).locator(".live-controls").locator("input, select, button")
    controls.first.focus()
    for i in range(controls.count()):
        control = controls.nth(i)
        if control.is_disabled():
            continue
        assert control.evaluate("node => node === document.activeElement"), f"Tab does not lead to control {i}"
        assert control.evaluate("node => node.labels?.[0]?.textContent || node.textContent"), f"control {i} has no name"
        kind = control.evaluate("node => node.type")
        before = control.evaluate("node => [node.value, node.checked]")
        if kind == "range":
            after = []
            for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):
                page.keyboard.press(key)
                after.append(control.evaluate("node => [node.value, node.checked]"))
            page.keyboard.press("ArrowLeft")
            assert any(each != before for each in after), f"the arrows do not move {control.get_attribute('id')}"
        elif kind == "checkbox":
            page.keyboard.press("Space")
            assert before != control.evaluate("node => [node.value, node.checked]")
        elif kind == "select-one":
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowUp")
            page.keyboard.press("ArrowDown")
        elif kind == "button":
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    assert page.said == [], "the console is not silent"


def test_start_over_leads_back(open_figure, every_figure):
    name, _, _ = every_figure
    page = open_figure(name)
    first = state(page, name)
    for slider in live(page, name).locator("input[type=range]").all():
        slider.focus()
        page.keyboard.press("End")
    for box in live(page, name).locator("input[type=checkbox]").all():
        box.click()
    for button in live(page, name).locator(".live-controls button").all()[:-1]:
        if button.is_enabled():
            button.click()
    page.wait_for_timeout(50)
    assert state(page, name) != first, "nothing that a reader moves changes anything"
    live(page, name).get_by_role("button", name="Start over").click()
    assert state(page, name) == first


def test_a_finger_moves_it_and_the_page_stays(open_figure, every_figure):
    name, _, _ = every_figure
    page = open_figure(name, **PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360, f"on a phone the page is {width} pixels wide"
    sliders = live(page, name).locator("input[type=range]")
    if sliders.count():
        before = state(page, name)
        box = sliders.first.evaluate("node => { node.scrollIntoView({block: 'center'}); const b = node.getBoundingClientRect(); return [b.x, b.y, b.width, b.height] }")
        x, y, w, h = box
        page.touchscreen.tap(x + 0.93 * w, y + h / 2)
        assert state(page, name) != before, "a touch does not move the first slider"
    for control in live(page, name).locator(".live-controls :is(input, select, button)").all():
        assert control.bounding_box()["height"] >= 20, f"too small for a finger: {control.evaluate('n => n.outerHTML')[:80]}"


def test_who_wants_no_motion_sees_the_end_at_once(open_figure, every_figure):
    name, _, _ = every_figure
    page = open_figure(name, reduced_motion="reduce")
    for button in live(page, name).locator(".live-controls button").all()[:-1]:
        if button.is_enabled():
            button.click()
            assert "Pause" not in live(page, name).locator(".live-controls").inner_text(), "something goes on moving"


def test_without_scripts_the_still_figure_is_there(open_figure, every_figure):
    name, _, figure = every_figure
    page = open_figure(name, java_script_enabled=False)
    assert still(page, figure).is_visible() and page.locator(f"#{figure} figcaption").is_visible()
    assert not live(page, name).locator(".live-invitation").is_visible(), "it invites to what cannot be done"


def test_on_paper_the_still_figure_is_there(open_figure, every_figure):
    name, _, figure = every_figure
    page = open_figure(name)
    page.emulate_media(media="print")
    assert still(page, figure).is_visible() and not live(page, name).is_visible()


@pytest.mark.parametrize("damage", [
    lambda page: SCRIPTS.sub('<script type="application/json">{"torn": [1, </script>', page),
    lambda page: SCRIPTS.sub('<script type="application/json">{}</script>', page),
], ids=["torn", "empty"])  # fmt: skip
def test_where_its_data_are_damaged_the_still_figure_stays_and_a_sentence_says_why(open_figure, every_figure, damage):
    name, file, figure = every_figure
    page = open_figure(name, change=damage)
    if live(page, name).evaluate("place => place.dataset.data === undefined"):
        return  # it needs none
    assert still(page, figure).is_visible()
    assert "cannot be asked" in live(page, name).inner_text()
    assert page.said == [], "the console is not silent"


def test_the_scripts_are_small_and_readable():
    scripts = list((ROOT / "book/live").glob("*.js"))
    size = sum(script.stat().st_size for script in scripts)
    # An average, the shared parts included: each figure brings a file of its own, and what two need should be shared.
    # To read a photograph takes 20 KB more: what SciPy and Pillow do for the package has to be written out.
    each = (size - 20 * 1024) / 1024 / len(FIGURES)
    assert scripts and each < 5.4, f"the scripts have {each:.2f} KB a figure"
    lines = {script.name: len(script.read_text(encoding="utf-8").splitlines()) for script in scripts}
    assert max(lines.values()) <= 200, f"scripts of more than 200 lines: {lines}"


def test_a_page_loads_the_scripts_of_its_figures_only(site):
    for path in site.html.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        wanted = set(re.findall(r'data-live="([^"]+)"', text))
        loaded = set(re.findall(r'src="[^"]*_static/live/([^".]+)\.js', text))
        assert wanted <= loaded, f"{path.name} lacks {wanted - loaded}"
        if not wanted:
            assert not loaded, f"{path.name} loads {loaded} for nothing"
