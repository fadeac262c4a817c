"""What others see of a page: one sentence, and where the site is known a preview.

The sentence is the page's first, a chapter's line of promise; search engines
show it. The preview of a shared link is made by sphinxext-opengraph, from the
same sentence and from the cover, the figure fig-cover of the first page. It
needs the site's address, which only the publishing job knows (BOOK_SITE);
without it no address is invented, and there is no preview.
"""

import os
import re
from html import escape
from pathlib import Path
from shutil import copyfile

from docutils import nodes

COVER, COVER_NAME = "_static/cover.png", "fig-cover"


def description(doctree):
    """Return the first sentence of a page, or the first two if one is short."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = paragraph.astext().replace("\n", " ").strip()
        if isinstance(paragraph.parent, nodes.section) and text[-1:] in {".", "!", "?"}:
            sentences = re.split(r"(?<=[.!?])\s+", text)
            return " ".join(sentences[: 1 if len(sentences[0]) > 70 else 2])
    return ""


def describe(app, pagename, templatename, context, doctree):
    """Give a page its sentence, for search engines and for its preview."""
    text = escape(description(doctree), quote=True) if doctree else ""
    if text:
        context["metatags"] += f'<meta name="description" content="{text}" />\n'
        context["meta"] = {**(context["meta"] or {}), "og:description": text}


def cover(env):
    """Return the image of the cover, or None."""
    for figure in env.get_doctree(env.config.root_doc).findall(nodes.figure):
        if COVER_NAME in figure["names"]:
            return next(figure.findall(nodes.image))
    return None


def name_the_cover(app, env):
    """Tell opengraph the cover's address and what it shows."""
    image = cover(env)
    if image and app.config.ogp_site_url:
        app.config.ogp_image, app.config.ogp_image_alt = COVER, image["alt"]


def copy_the_cover(app, exception):
    """Give the cover an address that stays: a cell's image is named by its hash."""
    if exception is None and app.builder.format == "html":
        image = cover(app.env)
        if image:
            copyfile(Path(app.srcdir) / image["uri"], Path(app.outdir) / COVER)


def make_room(app):
    """Make the folder into which the theme copies the book's mark.

    It does so even when a build breaks off before it has got to that folder,
    and then a file by the folder's name is in the way of every later build.
    """
    if app.builder.format == "html":
        (Path(app.outdir) / COVER).parent.mkdir(parents=True, exist_ok=True)


def set_address(app, config):
    config.ogp_site_url = os.environ["BOOK_SITE"].rstrip("/") + "/"
    config.ogp_site_name, config.ogp_social_cards = config.html_title, {"enable": False}
    config.ogp_custom_meta_tags = ['<meta name="twitter:card" content="summary_large_image" />']


def setup(app):
    app.connect("builder-inited", make_room)
    app.connect("html-page-context", describe, priority=400)  # before opengraph
    app.connect("build-finished", copy_the_cover)
    if os.environ.get("BOOK_SITE"):
        app.setup_extension("sphinxext.opengraph")
        app.connect("config-inited", set_address)
        app.connect("env-check-consistency", name_the_cover)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
