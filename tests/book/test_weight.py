"""The book is light: a page and its figures arrive soon on a slow line."""

from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from mystsource import PAGES, ROOT
from PIL import Image

PAGE, IMAGE = 3_000_000, 150_000  # bytes, uncompressed
MATHS = "tex-svg.js"  # the maths renderer, 2 MB, is the price of formulas without a network
NAMES = [f"{page.relative_to(ROOT).with_suffix('')}.html" for page in PAGES]


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_first_view_is_light(context, site, name):
    page, addresses = context.new_page(), set()
    page.on("request", lambda request: addresses.add(request.url))
    page.goto((site.html / name).as_uri())
    page.close()
    files = {site.html / unquote(urlsplit(url).path) for url in addresses if url.startswith("file:")}
    sizes = {path.name: path.stat().st_size for path in files if path.name != MATHS}
    assert len(sizes) > 5, f"styles and scripts are not counted: {sizes}"
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:6]
    assert sum(sizes.values()) < PAGE, f"{sum(sizes.values()):,} bytes, the heaviest: {heaviest}"


def test_every_image_is_light(site):
    images = [path for kind in ("png", "svg", "jpg", "jpeg", "webp", "gif")
              for path in (site.html / "_images").rglob(f"*.{kind}")]  # fmt: skip
    assert images, "the test looks for nothing"
    heavy = {path.name: path.stat().st_size for path in images if path.stat().st_size >= IMAGE}
    assert not heavy, f"images of 150 KB or more, bytes: {heavy}"


def test_a_lighter_figure_looks_the_same(site):
    """Its colours are those that Matplotlib drew, in the executed chapters' outputs."""
    outputs = site.html.parent / "jupyter_execute"
    compared = 0
    for drawn in outputs.rglob("*.png"):
        light = site.html / "_images" / drawn.name
        if light.is_file():
            a, b = (np.asarray(Image.open(path).convert("RGB"), float) for path in (drawn, light))
            assert a.shape == b.shape, f"{drawn.name} has another size"
            assert np.abs(a - b).mean() < 1, f"{drawn.name} has other colours"
            assert (np.abs(a - b).max(axis=2) > 24).mean() < 0.001, f"{drawn.name} has lost detail"
            compared += 1
    assert compared > 10, f"only {compared} figures were compared"
