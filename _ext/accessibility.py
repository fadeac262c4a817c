"""What the theme leaves out for readers with a keyboard, a small screen or a screen reader.

Of a finished page: a figure opens in full size by a plain link, and a
reference in the bibliography is an item of a list, since the role that
docutils gives to it is deprecated. In the browser, a small script lets the
keyboard into whatever scrolls (_static/scrollable.js).
"""

import re

FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
PICTURE = re.compile(r'<span class="panels".*?</span></span>|<img\b[^>]*>', re.DOTALL)
SOURCE = re.compile(r'\bsrc="([^"]+)"')
LINK = '<a class="full-size" href="{}" title="Open the picture in full size">{}</a>'

ROLES = {
    ' role="doc-biblioentry"': ' role="listitem"',
    ' role="doc-backlink"': "",
}


def link_images(figure):
    """Return a figure's HTML with each image in a link to its file."""
    if "image-reference" in figure:  # it leads somewhere else already
        return figure
    return PICTURE.sub(lambda picture: LINK.format(SOURCE.search(picture[0])[1], picture[0]), figure)


def mend(app, pagename, templatename, context, doctree):
    if app.builder.name != "html" or "body" not in context:
        return
    body = FIGURE.sub(lambda figure: link_images(figure[0]), context["body"])
    for role, better in ROLES.items():
        body = body.replace(role, better)
    context["body"] = body


def setup(app):
    app.connect("html-page-context", mend)
    app.add_js_file("scrollable.js", defer="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
