"""Name the edition in every page's footer: the version, and the commit if there is one.

The footer is an option of the theme, and Sphinx writes every page again when
one changes: no page shows the commit of an older build.
"""

import subprocess
import tomllib
from pathlib import Path


def version(folder):
    """Return the version in the folder's pyproject.toml."""
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def commit(folder):
    """Return the commit of the folder's clone, with a + if files have changed since, or None."""
    if not (folder / ".git").exists():
        return None  # an unpacked archive, maybe inside some other repository
    describe = ["git", "-C", folder, "describe", "--always", "--abbrev=9", "--exclude=*", "--dirty=+"]
    try:
        return subprocess.run(describe, capture_output=True, check=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None  # no git, or no commit yet


def edition(folder):
    """Return the footer's words for this edition."""
    words = [f"Version {version(folder)}", commit(folder)]
    return ", commit ".join(word for word in words if word)


def add_to_footer(app, config):
    words = edition(Path(app.srcdir))
    footer = config.html_theme_options.get("extra_footer", "")
    config.html_theme_options["extra_footer"] = f'{footer}\n<p class="edition">{words}.</p>'


def setup(app):
    app.connect("config-inited", add_to_footer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
