"""MathJax from the installed package, one file: the maths needs no network.

sphinx-mathjax-offline holds all of MathJax, 24 MB. A page needs tex-svg.js
alone, which draws formulas as SVG and so loads no fonts.
"""

from importlib.resources import as_file, files
from pathlib import Path
from shutil import copyfile


def copy_mathjax(app, exception):
    if exception is None and app.builder.format == "html":
        with as_file(files("sphinx-mathjax-offline") / "static/mathjax/tex-svg.js") as script:
            copyfile(script, Path(app.outdir) / "_static" / "tex-svg.js")


def setup(app):
    app.config.mathjax_path = "tex-svg.js"
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
