"""Drop a photo: in the page a photograph becomes the pieces, the pixels and the readings that the package makes of it."""

import base64
import io
import json

import numpy as np
import pytest
from mystsource import ROOT
from PIL import Image

from mnist_from_scratch import find_digits, mlp, readings

NAME = "photo"
PHOTOS = sorted((ROOT / "mnist_from_scratch/photos").glob("*.jpg"))
READ = "([place, name]) => { const words = place.querySelector('.live-words').textContent; return words.startsWith(name) && !words.includes('being read'); }"
DROP = """(zone, [name, content]) => {
  const data = new DataTransfer();
  if (name) data.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name));
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true});
    zone.dispatchEvent(event);
    if (!event.defaultPrevented) return "the browser leaves the page";
  }
  return zone.closest(".live").querySelector(".live-words").textContent;
}"""


@pytest.fixture(scope="module")
def given(figure):
    """What the page's cells gave to the figure."""
    return json.loads(figure.place.locator("script").text_content())


@pytest.fixture(scope="module")
def network(given):
    """The network of the page, as the page has it: each weight a byte, times a scale."""
    network = mlp(given["sizes"], np.random.default_rng(0))
    for own, text, scale in zip(network.params, given["params"], given["scales"]):
        own[...] = (scale * np.frombuffer(base64.b64decode(text), "i1")).reshape(own.shape)
    return network


def wait(figure, name):
    figure.page.wait_for_function(READ, arg=[figure.place.element_handle(), name], timeout=60_000)
    return figure.values


def read(figure, path):
    figure.control("your photograph").set_input_files(path)
    return wait(figure, path.name)


def as_png(path, folder):
    """The same pixels for the browser and for Pillow, whose JPEG decoders may differ by a level."""
    png = folder / f"{path.stem}.png"
    Image.open(path).convert("RGB").save(png)
    return png


def digits(X, network):
    return network.predict(X).tolist() if len(X) else []


@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.stem)
def test_each_made_photo_becomes_pythons_numbers(figure, network, tmp_path, path):
    png = as_png(path, tmp_path)
    shown, found = read(figure, png), find_digits(png)
    assert shown["size"] == list(found.grey.shape)
    assert shown["boxes"] == found.boxes.tolist() and shown["lines"] == found.lines.tolist()
    assert shown["marks"] == found.marks
    far = np.abs(np.array(shown["X"]) - found.X).max()
    assert far < 1e-3, f"pixels differ by {far:.4f}"
    P = network.predict_proba(np.array(shown["X"], np.float32))
    assert np.abs(P - shown["P"]).max() < 1e-5
    assert shown["texts"] == readings(found, np.array(shown["P"], np.float32))


def test_it_begins_with_a_photo_that_is_read(figure, given, network):
    found = find_digits(np.asarray(Image.open(io.BytesIO(base64.b64decode(given["photo"]["url"].partition(",")[2])))))
    shown = figure.values
    assert len(given["photo"]["url"]) < 25_000 and len(found.X) > 10
    assert np.abs(np.array(shown["boxes"]) - found.boxes).max() <= 1
    assert np.argmax(shown["P"], axis=1).tolist() == digits(found.X, network)
    assert figure.words.startswith(given["photo"]["name"]) and "line 1: " in figure.words
    assert figure.place.locator("svg rect:not(.live-halo)").count() == len(found.X)


def test_a_camera_that_was_turned_and_a_large_picture_give_the_same_digits(figure, network, tmp_path):
    first = Image.open(PHOTOS[7])
    exif = Image.Exif()
    exif[274] = 6
    turned = first.resize((3200, 2400), Image.Resampling.BICUBIC).transpose(Image.Transpose.ROTATE_90)
    turned.save(tmp_path / "turned.jpg", exif=exif, quality=90)
    shown = read(figure, tmp_path / "turned.jpg")
    assert max(shown["size"]) == 1600, "it is not reduced"
    assert np.argmax(shown["P"], axis=1).tolist() == digits(find_digits(PHOTOS[7]).X, network)


def test_a_photo_that_is_dropped_is_read_and_until_then_it_says_so(figure, network):
    photo = PHOTOS[2]
    drop = [photo.name, base64.b64encode(photo.read_bytes()).decode()]
    said = figure.place.locator(".live-photo").evaluate(DROP, drop)
    assert said.startswith(photo.name) and "it is being read" in said
    shown, found = wait(figure, photo.name), find_digits(photo)
    assert np.abs(np.array(shown["boxes"]) - found.boxes).max() <= 1
    assert np.argmax(shown["P"], axis=1).tolist() == digits(found.X, network)


def test_what_is_no_file_changes_nothing(figure):
    before = figure.words
    assert figure.place.locator(".live-photo").evaluate(DROP, ["", ""]).replace("\u00a0", " ") == before


def test_of_two_photos_the_last_one_is_shown(figure, tmp_path):
    Image.fromarray(blank()[:60, :80]).save(tmp_path / "small.png")
    figure.control("your photograph").set_input_files(PHOTOS[0])
    figure.page.wait_for_timeout(100)  # it has been decoded, and is not read yet
    read(figure, tmp_path / "small.png")
    figure.page.wait_for_timeout(3000)
    assert figure.words.startswith("small.png"), "the first one came late and took its place"


def touching():
    """A photo with two digits moved together."""
    pixels = np.array(Image.open(PHOTOS[0]).convert("L"))
    (top, left, height, width), (_, then, _, _) = find_digits(PHOTOS[0]).boxes[:2]
    gap = then - left - width + 6
    rows = slice(top - 20, top + height + 20)
    pixels[rows, left + gap - 4 : left + width + gap] = pixels[rows, left - 4 : left + width].copy()
    pixels[rows, left - 4 : left + gap - 4] = np.median(pixels[rows])
    return Image.fromarray(pixels)


def test_what_is_odd_or_unsure_is_dashed_and_named(figure, network, tmp_path):
    touching().save(tmp_path / "touching.png")
    shown, found = read(figure, tmp_path / "touching.png"), find_digits(tmp_path / "touching.png")
    assert shown["marks"] == found.marks and any("touch" in mark for mark in found.marks), found.marks
    for i, text in enumerate(shown["texts"]):
        piece = figure.place.locator("svg g").nth(i)
        assert piece.evaluate("piece => piece.classList.contains('is-unsure')") == ("?" in text)
        dashes = piece.locator("rect:not(.live-halo)").evaluate("rect => getComputedStyle(rect).strokeDasharray")
        assert (dashes != "none") == ("?" in text), "colour alone tells them apart"
        assert ("?" in piece.locator("text").text_content()) == ("?" in text)
        assert text in figure.words or "?" not in text, f"{text!r} is not said"
    assert "? too wide: two that touch?" in shown["texts"]


def blank(level=230):
    return np.clip(np.random.default_rng(0).normal(level, 2, (480, 640)), 0, 255).astype(np.uint8)


def speck():
    pixels = blank()
    pixels[200:205, 300:305] = 20
    return pixels


@pytest.mark.parametrize(("pixels", "why"), [
    (blank(), "there is no ink on it"), (blank(8), "it is too dark"), (speck(), "nothing on it looks like written digits"),
    (np.zeros((1, 1), np.uint8), "it is too dark"),
], ids=["blank", "dark", "speck", "pixel"])  # fmt: skip
def test_where_no_digit_is_it_says_why(figure, tmp_path, pixels, why):
    Image.fromarray(pixels).save(tmp_path / "empty.png")
    shown = read(figure, tmp_path / "empty.png")
    assert find_digits(pixels).why == shown["why"] == why
    assert figure.words == f"empty.png: nothing is read, {why}." and shown["boxes"] == []


@pytest.mark.parametrize("content", [b"1234", b"", PHOTOS[0].read_bytes()[:300]], ids=["text", "empty", "broken"])
def test_what_is_no_picture_is_named_so(figure, tmp_path, content):
    (tmp_path / "notes.jpg").write_bytes(content)
    shown = read(figure, tmp_path / "notes.jpg")
    assert figure.words == "notes.jpg is not a picture that this browser can read, such as a JPEG or PNG."
    assert not shown["boxes"] and not figure.place.locator("svg rect").count(), "boxes of another picture are left"
    figure.press("Start over")
    assert figure.values["boxes"] and figure.control("your photograph").input_value() == ""


def test_what_is_transparent_is_white(figure, tmp_path):
    ink = np.asarray(Image.open(PHOTOS[0]).convert("L"))
    letters = np.zeros((*ink.shape, 4), np.uint8)  # black everywhere; the digits are in its opacity alone
    letters[:, :, 3] = 255 - ink
    Image.fromarray(letters).save(tmp_path / "clear.png")
    shown, found = read(figure, tmp_path / "clear.png"), find_digits(tmp_path / "clear.png")
    assert len(shown["boxes"]) == len(found.X) > 10 and np.abs(np.array(shown["boxes"]) - found.boxes).max() <= 1


def test_it_shows_what_the_network_sees(figure):
    darkness = "canvas => { const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height); return data.filter((_, i) => i % 4 === 0); }"
    figure.control("show what the network sees").check()
    shown, canvas = figure.values, figure.place.locator(".live-photo canvas")
    pixels = np.array(list(canvas.evaluate(f"canvas => [...({darkness})(canvas)]"))).reshape(shown["size"])
    assert "what the network sees" in figure.words and np.median(pixels) == 255, "the paper is still there"
    for (top, left, height, width), x in zip(shown["boxes"], shown["X"]):
        side, image = 1.4 * max(height, width), np.array(x).reshape(28, 28)
        r, c = np.unravel_index(image.argmax(), image.shape)
        at = [int(start + length / 2 - side / 2 + (k + 0.5) * side / 28) for start, length, k in ((top, height, r), (left, width, c))]
        assert pixels[at[0], at[1]] < 80, "a digit is not where it was found"


def test_nothing_leaves_the_page(open_figure):
    page = open_figure(NAME)
    page.get_by_label("your photograph").set_input_files(PHOTOS[1])
    page.wait_for_function(READ, arg=[page.locator(".live[data-live=photo]").element_handle(), PHOTOS[1].name])
    assert not [url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))]
    assert page.said == [], "the console is not silent"
