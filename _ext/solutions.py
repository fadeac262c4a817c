"""SOLUTIONS=0 builds the book without its solutions, for a class.

sphinx-exercise can hide solutions by itself, but not those that hold cells.
Here they leave each page while it is read, before anything has collected
their words, figures, labels or cells, so that they reach neither a page nor
the search index, a notebook or the PDF. Their cells run all the same, so both
editions share one execution cache. The Makefile gives this edition a folder
of its own; in a folder that holds the other one, nothing of that is kept.
"""

import os
import shutil
from pathlib import Path

from sphinx.errors import ConfigError
from sphinx.transforms import SphinxTransform
from sphinx_exercise.nodes import solution_node
from sphinx_exercise.transforms import MergeGatedSolutions

WRITTEN = (".buildinfo", "_images", "_sources")  # Sphinx has written a site there
FOOTER = "<p>This edition comes without the solutions of the exercises.</p>"


def choose(app, config):
    """Set the edition, which is one of Sphinx's settings: it reads every page for each."""
    wanted = os.environ.get("SOLUTIONS") or "1"
    if wanted not in ("0", "1"):
        raise ConfigError(f"SOLUTIONS must be 0 or 1, not {wanted!r}")
    config.book_solutions = wanted == "1"
    folder = Path(app.outdir)
    mark = folder / ".without-solutions"
    if config.book_solutions:
        mark.unlink(missing_ok=True)
        return
    if not mark.exists() and any((folder / name).exists() for name in WRITTEN):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    config.html_copy_source = False  # the sources hold the solutions
    options = config.html_theme_options
    options["extra_footer"] = options.get("extra_footer", "") + FOOTER


class RemoveSolutions(SphinxTransform):
    default_priority = MergeGatedSolutions.default_priority + 1

    def apply(self):
        if self.config.book_solutions:
            return
        for solution in list(self.document.findall(solution_node)):
            del self.env.sphinx_exercise_registry[solution["label"]]
            for node in solution.findall(lambda node: hasattr(node, "attributes")):
                for name in node["names"]:  # a reference to it is now one to nothing
                    self.document.nametypes.pop(name, None)
            solution.parent.remove(solution)


def setup(app):
    app.add_config_value("book_solutions", True, "env")
    app.connect("config-inited", choose, priority=900)
    app.add_transform(RemoveSolutions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
