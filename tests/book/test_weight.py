"""Figures are light, so that they arrive soon on a slow line, and look the same."""

import numpy as np
from PIL import Image

IMAGE = 150_000  # bytes


def test_every_image_is_light(site):
    images = [path for kind in ("png", "svg", "jpg", "jpeg", "webp", "gif")
              for path in (site.html / "_images").rglob(f"*.{kind}")]  # fmt: skip
    assert images, "the test looks for nothing"
    heavy = {path.name: path.stat().st_size for path in images if path.stat().st_size >= IMAGE}
    assert not heavy, f"images of 150 KB or more, bytes: {heavy}"


def test_drawings_weigh_no_more_than_pictures_of_them_would(site):
    """A plot of the book was a picture of 18 KB, on average, before it was a drawing."""
    drawn = [path.stat().st_size for path in (site.html / "_images").glob("*.svg")]
    assert len(drawn) > 50, "the plots are no drawings"
    assert sum(drawn) / len(drawn) < 20_000, f"{sum(drawn) / len(drawn):,.0f} bytes on average"


def test_a_lighter_picture_looks_the_same(site):
    """Its colours are those of the executed chapters' outputs (drawings: test_still_figures.py)."""
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
    assert compared, "no figure was compared"
