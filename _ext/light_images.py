"""Make the figures' files a third of their size: 256 colours, each exact to the eye.

Matplotlib writes 32 bits a pixel, for drawings in a dozen colours and the
shades between them at the edges of lines and letters.
"""

from pathlib import Path

from PIL import Image


def lighten(path):
    """Write a PNG again with a palette of 256 colours, if that makes it lighter."""
    with Image.open(path) as image:
        if image.mode not in ("RGB", "RGBA") or image.mode == "RGBA" and image.getextrema()[3][0] < 255:
            return  # it has a palette already, or it is transparent
        light = image.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    size = path.stat().st_size
    draft = path.with_suffix(".part")
    light.save(draft, "PNG", optimize=True)
    draft.replace(path) if draft.stat().st_size < size else draft.unlink()


def lighten_all(app, exception):
    if exception is None and app.builder.format == "html":
        for path in sorted((Path(app.outdir) / app.builder.imagedir).glob("*.png")):
            lighten(path)


def setup(app):
    app.connect("build-finished", lighten_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
