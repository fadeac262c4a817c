"""On the front page: what is written is read as the package reads it, and a network is trained as it trains."""

import base64
import json
import re

import numpy as np
import pytest

from mnist_from_scratch import SGD, dead_share, load_mnist, mlp, one_hot

NAME = "write"
DATA = re.compile(r'<div class="live" data-live="write".*?<script type="application/json">(.*?)</script>', re.DOTALL)
STEPS = """([params, X, labels, batches, lr]) => {
  const decode = Live.pixels.decode;
  const network = new Live.network([784, 30, 10], params.map(values => decode(values)));
  for (const rows of batches) network.step(decode(X), labels, rows, lr);
  return network.params.map(values => [...values]);
}"""
PREDICT = """([params, X]) => {
  const images = Live.pixels.decode(X, Uint8Array);
  const network = new Live.network([784, 30, 10], params.map(values => Live.pixels.decode(values)));
  return Array.from({length: images.length / 784}, (_, n) => {
    const {p} = network.read(Float32Array.from(images.subarray(784 * n, 784 * n + 784), pixel => pixel / 255));
    return p.indexOf(Math.max(...p));
  });
}"""
IN_FORM = """([X, side]) => {
  const images = Live.pixels.decode(X);
  return Array.from({length: images.length / side ** 2}, (_, n) =>
    [...Live.pixels.inMnistsForm(images.subarray(side ** 2 * n, side ** 2 * (n + 1)), side)]);
}"""


def text(values, kind="<f4"):
    return base64.b64encode(np.asarray(values, kind).tobytes()).decode()


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def shown(site):
    """The network that the front page's cells trained, as the page has it."""
    page = (site.html / "book/intro.html").read_text(encoding="utf-8")
    data = json.loads(DATA.search(page)[1])
    network = mlp(data["sizes"], np.random.default_rng(0))
    for own, values in zip(network.params, data["params"]):
        own[...] = np.frombuffer(base64.b64decode(values), "<f4").reshape(own.shape)
    return network


def draw(figure, points):
    """Draw a stroke with the mouse: points in parts of the pad."""
    box = figure.place.locator(".live-pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    mouse = figure.page.mouse
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place, steps=8)
    mouse.up()


SEVEN = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.85)]


def test_a_hundred_steps_are_pythons(figure, mnist):
    X, y = mnist[0][:3200], mnist[1][:3200]
    network, rng = mlp([784, 30, 10], np.random.default_rng(1)), np.random.default_rng(2)
    start = [text(values) for values in network.params]
    batches = rng.permutation(3200).reshape(100, 32)
    for rows in batches:
        network.loss.forward(network.forward(X[rows]), one_hot(y[rows]))
        network.backward()
        SGD(0.2).step(network.params, network.grads)
    in_the_page = figure.page.evaluate(STEPS, [start, text(X), y.tolist(), batches.tolist(), 0.2])
    for ours, theirs in zip(network.params, in_the_page):
        assert np.abs(ours.ravel() - np.array(theirs)).max() < 1e-4
    assert np.abs(network.params[0].ravel() - np.frombuffer(base64.b64decode(start[0]), "<f4")).max() > 0.05, "nothing was learnt"


def test_every_test_image_is_read_as_in_python(figure, mnist, shown):
    images = mnist[2]
    told = np.array(figure.page.evaluate(PREDICT, [[text(v) for v in shown.params], text(np.rint(255 * images), "u1")]))
    P = np.sort(shown.predict_proba(images), axis=1)
    tied = P[:, -1] - P[:, -2] < 1e-5
    assert tied.sum() < 5, f"{tied.sum()} images are tied, so that rounding decides"
    other = (told != shown.predict(images)) & ~tied
    assert not other.any(), f"images {np.flatnonzero(other)[:5]} are read otherwise"


def test_it_begins_with_the_cover(figure, shown):
    values = figure.values
    assert "3" in figure.words and "It is a 3." in figure.words
    expected = shown.predict_proba(np.array([values["x"]], np.float32))[0]
    assert values["p"] == pytest.approx(expected.tolist(), abs=1e-5)
    firing = np.maximum(np.array(values["x"], np.float32) @ shown.params[0] + shown.params[1], 0)
    assert values["a"] == pytest.approx(firing.tolist(), abs=1e-4)


def test_what_is_written_is_read_while_it_is_written(figure, shown):
    draw(figure, SEVEN)
    values = figure.values
    assert np.argmax(values["p"]) == 7 and figure.words.startswith("It reads 7")
    expected = shown.predict_proba(np.array([values["x"]], np.float32))[0]
    assert values["p"] == pytest.approx(expected.tolist(), abs=1e-5)


@pytest.mark.parametrize("pen", ["thin", "medium", "thick"])
def test_a_drawing_has_mnists_form_with_any_pen(figure, pen):
    figure.choose("pen", pen)
    figure.press("Clear")
    draw(figure, [(0.1, 0.1), (0.3, 0.1), (0.18, 0.35)])  # small, in a corner
    image = np.array(figure.values["x"]).reshape(28, 28)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20, "its box is not 20 pixels"
    for axis in (0, 1):
        centre = (image.sum(axis=1 - axis) * np.arange(28)).sum() / image.sum()
        assert abs(centre - 14) <= 0.5, f"its mass is centred at {centre:.2f}"
    assert 0 < image.max() <= 1 and ((image > 0.05) & (image < 0.95)).sum() > 10, "its edges are not soft"


def test_mnists_own_images_keep_their_form(figure, mnist, shown):
    """Enlarged four times and moved into a corner, they come back as they were."""
    X, y = mnist[2][:150], mnist[3][:150]
    large = np.zeros((150, 112, 112), np.float32)
    for sheet, image in zip(large, X.reshape(-1, 28, 28)):
        rows, columns = np.flatnonzero((image > 0.05).any(axis=1)), np.flatnonzero((image > 0.05).any(axis=0))
        box = np.kron(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], np.ones((4, 4)))
        sheet[: box.shape[0], : box.shape[1]] = box
    form = np.array(figure.page.evaluate(IN_FORM, [text(large), 112]), np.float32)
    same = np.abs(form - X).mean(axis=1)
    assert np.median(same) < 0.01, f"their pixels differ by {np.median(same):.3f} on average"
    assert (shown.predict(form) == y).mean() > (shown.predict(X) == y).mean() - 0.03


def test_an_empty_pad_says_nothing(figure):
    figure.press("Clear")
    assert figure.values["p"] is None and "Write a digit" in figure.words
    assert not figure.place.locator("li.is-best").count()


def test_when_it_is_unsure_it_says_so(figure):
    draw(figure, [(0.2, 0.2), (0.8, 0.8), (0.5, 0.5), (0.8, 0.2), (0.2, 0.8)])  # a cross is no digit
    draw(figure, [(0.5, 0.1), (0.5, 0.9), (0.1, 0.5), (0.9, 0.5)])
    best = max(figure.values["p"])
    if best < 0.6:
        assert "not sure" in figure.words
    elif best < 0.95:
        assert "perhaps" in figure.words
    for _ in range(18):
        figure.press("A digit it has never seen")
        best = max(figure.values["p"])
        assert ("perhaps" in figure.words) == (0.6 <= best < 0.95) and ("not sure" in figure.words) == (best < 0.6)


def test_the_keyboard_writes_too(figure):
    figure.press("Clear")
    figure.place.locator(".live-pad").focus()
    for _ in range(12):
        figure.page.keyboard.press("ArrowRight")
    assert figure.values["x"] is None, "the arrows alone move the pen"
    for _ in range(12):
        figure.page.keyboard.press("Shift+ArrowDown")
    image = np.array(figure.values["x"]).reshape(28, 28)
    assert image.any(axis=1).sum() == 20 and image.any(axis=0).sum() < 8, "it is no upright line"


def test_a_finger_writes_and_the_page_stays(open_figure):
    page = open_figure(NAME, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    pad = page.locator(".live-pad")
    pad.scroll_into_view_if_needed()
    box, before = pad.bounding_box(), page.evaluate("scrollY")
    touch = page.context.new_cdp_session(page)
    for kind, points in [("touchStart", [(0.5, 0.2)]), ("touchMove", [(0.5, 0.5)]), ("touchMove", [(0.5, 0.9)]), ("touchEnd", [])]:
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    page.wait_for_function("document.querySelector('.live').liveValues.x")
    assert page.evaluate("scrollY") == before, "the page scrolled"
    image = np.array(page.evaluate("document.querySelector('.live').liveValues.x")).reshape(28, 28)
    assert image.any(axis=1).sum() == 20, "the finger drew no long line"


def trained(figure, rate):
    figure.choose("learning rate", rate)
    figure.press("Train a fresh one here")
    figure.page.wait_for_function("document.querySelector('.live').liveValues.epochs >= 2", timeout=120_000)
    figure.press("Pause")
    return figure.values


def test_a_network_learns_in_the_page_and_reads(figure):
    draw(figure, SEVEN)
    values = trained(figure, "0.2")
    assert values["accuracy"] > 0.8 and "of 1,000 others" in figure.words
    assert np.argmax(values["p"]) == 7, "the fresh network does not read the 7"
    assert figure.place.locator(".live-plot svg path").count() > 1, "no curve is drawn"
    figure.press("Start over")
    after = figure.values
    assert after["epochs"] == 0 and after["accuracy"] is None
    assert after["x"] == values["x"], "what was written is gone"


def test_a_fresh_network_begins_with_hes_spread(figure):
    drawn = figure.page.evaluate("Live.network.fresh([784, 30, 10], Live.maths.random(3).normal).params.map(values => [...values])")
    for values, n_in in ((drawn[0], 784), (drawn[2], 30)):
        assert np.std(values) * np.sqrt(n_in / 2) == pytest.approx(1, abs=0.12)
        assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(len(values))
    assert not np.any(drawn[1]) and not np.any(drawn[3])


def test_with_rate_10_it_dies_in_the_page_as_in_python(figure, mnist):
    values = trained(figure, "10")
    assert values["accuracy"] < 0.3 and values["dead"] > 15
    assert "dead" in figure.words and "the steps were too long" in figure.words
    X, y = mnist[0][:5000], mnist[1][:5000]
    network, rng = mlp([784, 30, 10], np.random.default_rng(0)), np.random.default_rng(1)
    for rows in rng.permutation(4992).reshape(-1, 32):
        network.loss.forward(network.forward(X[rows]), one_hot(y[rows]))
        network.backward()
        SGD(10.0).step(network.params, network.grads)
    assert dead_share(network, mnist[0][5000:6000]) > 0.5


def test_it_rests_while_its_page_is_hidden(figure):
    figure.press("Train a fresh one here")
    figure.page.wait_for_function("document.querySelector('.live').liveValues.epochs > 0.2", timeout=60_000)
    figure.page.evaluate("""() => {
      Object.defineProperty(document, "hidden", {value: true, configurable: true});
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    before = figure.values["epochs"]
    figure.page.wait_for_timeout(300)
    assert figure.values["epochs"] == before
    figure.page.evaluate("delete document.hidden")


@pytest.mark.parametrize(("source", "why"), [
    ("missing.js", "did not arrive"),
    ('data:text/javascript,Live.digits = "H4sIAAAAAAACAwMAAAAAAAAAAAA="', "are not whole"),
], ids=["missing", "damaged"])  # fmt: skip
def test_without_its_digits_it_says_why_and_reads_on(open_figure, source, why):
    page = open_figure(NAME)
    page.evaluate("source => { document.head.append = script => { script.src = source; document.body.append(script); }; }", source)
    page.get_by_role("button", name="Train a fresh one here").click()
    page.wait_for_function("document.querySelector('.live-words').textContent.includes('cannot be trained')")
    assert why in page.locator(".live-words").inner_text()
    page.get_by_role("button", name="Start over").click()
    assert "It is a 3." in page.locator(".live-words").inner_text()
