"""Build the pages of the contents, and nothing else.

Jupyter Book's own way (only_build_toc_files) finds no page in a folder such as
ml[2026]: it takes the folder's name for a pattern.
"""


def include(app, config):
    config.include_patterns = [f"{docname}.md" for docname in config.external_site_map]


def setup(app):
    app.setup_extension("sphinx_external_toc")
    app.connect("config-inited", include, priority=901)  # after it has read the contents
    return {"parallel_read_safe": True, "parallel_write_safe": True}
