"""Print what a reader needs, and no colour codes where there is no terminal.

Sphinx tells each of its steps, which are of use to who changes the build:
with jupyter-book build -v it still does.
"""

import logging
from pathlib import Path

from jupyter_book import utils
from jupyter_book.cli import main
from sphinx.util.console import color_terminal, nocolor


def mute(app):
    """Let Sphinx print no more than warnings; but linkcheck prints what it finds."""
    if app.builder.name == "html" and not app.verbosity:
        logging.getLogger("sphinx").setLevel(logging.WARNING)


def mend_address(app):
    """Print the site's address so that a browser understands it, in whatever folder it lies."""
    index, box = Path(app.outdir, "index.html"), main._message_box
    main._message_box = lambda message, *args, **options: box(
        message.replace(f"file://{index}", index.as_uri()), *args, **options
    )


def setup(app):
    if not color_terminal():
        nocolor()
        utils._color_message = lambda message, style: message
    mend_address(app)
    app.connect("builder-inited", mute, priority=0)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
