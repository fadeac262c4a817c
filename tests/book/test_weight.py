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
