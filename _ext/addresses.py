"""Where the book is published: the one place that knows.

The publishing job says it in its environment:

    BOOK_SITE        the site, such as https://owner.github.io/name/
    BOOK_REPOSITORY  the repository, such as https://github.com/owner/name

Unset, as on a reader's own computer, they are not known, and nothing that
needs them is shown. Sphinx holds them as the settings book_site and
book_repository, so every page is written again when they change.
"""

import os
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from sphinx.errors import ConfigError

BRANCH = "gh-pages"  # what is published: the site, and in it the notebooks and the wheel


def checked(name, address, parts):
    """Return the https address without a slash at its end; ConfigError if it is none.

    parts is how many names its path must have, or None for any number.
    """
    address = address.strip().rstrip("/")
    if not address:
        return ""
    split = urlsplit(address)
    names = [part for part in split.path.split("/") if part]
    if split.scheme != "https" or not split.hostname or split.query or split.fragment:
        raise ConfigError(f"{name} must be an address such as https://example.org/book, not {address!r}")
    if parts is not None and len(names) != parts:
        raise ConfigError(f"{name} must end with the owner and the name, not be {address!r}")
    return address


def site(environment=os.environ):
    """Return the address of the site, with a slash at its end, or an empty string."""
    address = checked("BOOK_SITE", environment.get("BOOK_SITE", ""), None)
    return f"{address}/" if address else ""


def repository(environment=os.environ):
    """Return the address of the repository, without a slash at its end, or an empty string."""
    address = environment.get("BOOK_REPOSITORY", "").strip().rstrip("/")
    return checked("BOOK_REPOSITORY", address.removesuffix(".git"), 2)


def on_github(repository):
    """Return "owner/name" of a repository on GitHub, which Colab and Binder open; else None."""
    return repository.removeprefix("https://github.com/") if "://github.com/" in repository else None


def colab(repository, notebook):
    """Return the address that opens a published notebook in Colab; None if there is none."""
    name = on_github(repository)
    return name and f"https://colab.research.google.com/github/{name}/blob/{BRANCH}/{notebook}"


def binder(repository, notebook):
    """Return the address that opens a published notebook in Binder; None if there is none."""
    name = on_github(repository)
    return name and f"https://mybinder.org/v2/gh/{name}/{BRANCH}?urlpath=lab/tree/{notebook}"


def wheel(source):
    """Return the file name of the package's wheel, which lies at the root of the site."""
    project = tomllib.loads((Path(source) / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['name'].replace('-', '_')}-{project['version']}-py3-none-any.whl"


def setup(app):
    app.add_config_value("book_site", site(), "html", str)
    app.add_config_value("book_repository", repository(), "html", str)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
