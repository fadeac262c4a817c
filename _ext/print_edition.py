"""Offer book.pdf, the book on paper, on every page of the site: where it exists.

`make pdf` builds the site, prints it (tools/make_pdf.py) and builds it again;
nothing is executed then, but the PDF is copied beside the pages and each links
to it. A page that changes makes the PDF one of an older book: it is deleted,
and the links go, until `make pdf` makes another.
"""

from pathlib import Path
from shutil import copyfile

NAME = "book.pdf"
BUTTON = {"type": "link", "text": "PDF", "icon": "fas fa-file-pdf",
          "tooltip": "The whole book as a PDF", "label": "book-pdf"}  # fmt: skip


def printed(app):
    """Return the file that tools/make_pdf.py writes."""
    return Path(app.outdir).parent / NAME


def offered(app):
    """Return the copy of it beside the pages."""
    return Path(app.outdir) / NAME


def delete_what_is_outdated(app, env, added, changed, removed):
    if added | changed | removed:
        printed(app).unlink(missing_ok=True)
    return []


def pages_to_write(app, env):
    """Write all pages when their links to the PDF have to come or go."""
    return env.found_docs if printed(app).exists() != offered(app).exists() else []


def add_button(app, pagename, templatename, context, doctree):
    if printed(app).exists():
        url = context["pathto"](NAME, resource=True)
        context.setdefault("header_buttons", []).append(BUTTON | {"url": url})


def copy(app, exception):
    if exception is None and app.builder.name == "html":
        offered(app).unlink(missing_ok=True)
        if printed(app).exists():
            copyfile(printed(app), offered(app))


def setup(app):
    app.connect("env-get-outdated", delete_what_is_outdated)
    app.connect("env-get-updated", pages_to_write)
    app.connect("html-page-context", add_button, priority=600)  # after the theme's own buttons
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
