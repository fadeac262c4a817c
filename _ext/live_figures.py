"""Live figures: figures of a page that can be asked, where the browser runs scripts.

    ```{live} softmax
    :figure: fig-softmax-temperature
    :data: softmax-live
    Drag the temperature to 0.2. What does adding 1 to all scores change?
    ```

The figure fig-softmax-temperature of the same page stays what it is: on paper,
in a notebook and without scripts. The browser draws book/live/softmax.js in its
place, with the value that the page glued under the name of the data, and the
content invites the reader to try something. With :here: the figure moves to the
place of the directive; with :still: the still one stays above it, since the text
needs both. A script names in its first line the scripts that it
needs, and a page loads those of its figures only.
"""

import ast
import base64
import gzip
import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset

FOLDER = "book/live"
NEEDS = re.compile(r"/\* Needs: (.*?)\.? \*/")


class Live(nodes.General, nodes.Element):
    """The place of a live figure: what it is called, which figure it answers for, its invitation."""


class LiveFigure(SphinxDirective):
    required_arguments = 1
    has_content = True
    option_spec = {"figure": directives.unchanged_required, "data": directives.unchanged,
                   "here": directives.flag, "still": directives.flag}  # fmt: skip

    def run(self):
        script = Path(self.env.srcdir, FOLDER, f"{self.arguments[0]}.js")
        if not script.is_file():
            raise self.error(f"there is no {FOLDER}/{script.name}")
        self.env.note_dependency(str(script))
        live = Live(live=self.arguments[0], figure=self.options["figure"], data=self.options.get("data"),
                    **{flag: "true" for flag in ("here", "still") if flag in self.options})  # fmt: skip
        self.state.nested_parse(self.content, self.content_offset, live)
        return [live]


def glued(app, docname, name):
    """Return as JSON what a page glued: a value that Python can read back, or JSON as a text."""
    file = Path(app.outdir).parent / "jupyter_execute" / f"{docname}.glue.json"
    try:
        value = ast.literal_eval(json.loads(file.read_text(encoding="utf-8"))[name]["data"]["text/plain"])
        return json.dumps(json.loads(value) if isinstance(value, str) else value, allow_nan=False)
    except (OSError, KeyError, ValueError, SyntaxError) as error:
        raise ValueError(f"{docname}: {name} is no data for a live figure: {error!r}") from error


def visit(writer, node):
    builder = writer.builder
    data = glued(builder.app, builder.current_docname, node["data"]) if node["data"] else "null"
    names = {name: node.get(name) for name in ("live", "figure", "data", "here", "still")}
    said = "".join(f' data-{key}="{escape(name, quote=True)}"' for key, name in names.items() if name)
    writer.body.append(f'<div class="live"{said}>\n')
    writer.body.append('<script type="application/json">' + data.replace("<", "\\u003c") + "</script>\n")
    writer.body.append('<div class="live-invitation">\n')


def depart(writer, node):
    writer.body.append("</div>\n</div>\n")


def needed(folder, script, found=()):
    """Return the names of a script and of all that it needs, those first."""
    first = (folder / script).read_text(encoding="utf-8").partition("\n")[0]
    names = NEEDS.fullmatch(first)
    for name in names[1].split(", ") if names else ():
        if name not in found:
            found = needed(folder, name, found)
    return (*found, script)


def add_scripts(app, pagename, templatename, context, doctree):
    scripts = ()
    for live in doctree.findall(Live) if doctree else ():
        for script in needed(Path(app.srcdir, FOLDER), f"{live['live']}.js"):
            scripts += (script,) * (script not in scripts)
    if scripts:
        app.add_css_file("live/live.css")
    for script in scripts:
        app.add_js_file(f"live/{script}", defer="defer")
    if "trainer.js" in scripts:
        write_digits(app)


def write_digits(app):
    """Write the script that holds the first 6,000 training images and then their labels, as bytes."""
    script = Path(app.outdir, "_static", "live", "mnist-digits.js")
    if not script.exists():
        folder = Path(app.srcdir, "mnist_from_scratch", "mnist")
        images = gzip.decompress((folder / "train-images-idx3-ubyte.gz").read_bytes())[16:]
        labels = gzip.decompress((folder / "train-labels-idx1-ubyte.gz").read_bytes())[8:]
        packed = gzip.compress(images[: 784 * 6000] + labels[:6000], mtime=0)
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(f'Live.digits = "{base64.b64encode(packed).decode()}";\n', encoding="ascii")


def copy_scripts(app, exception):
    folder = Path(app.srcdir, FOLDER)
    if exception is None and app.builder.format == "html" and folder.is_dir():
        copy_asset(folder, Path(app.outdir, "_static", "live"))


def setup(app):
    app.add_node(Live, html=(visit, depart))
    app.add_directive("live", LiveFigure)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", copy_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
