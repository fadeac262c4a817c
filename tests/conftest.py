"""The built site, for the tests that read it.

pytest builds it from nothing, in a folder of its own. While you work,
`pytest --site DIR` builds it into DIR/_build and keeps what is there, so that
only what has changed is executed; `pytest --site .` uses `make book`'s site.
"""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser):
    parser.addoption("--site", metavar="DIR", help="build the site into DIR/_build, and keep it")


def build_book(source, output):
    """Build the book in source into output/_build; return the finished process."""
    return subprocess.run(
        [Path(sys.executable).parent / "jupyter-book", "build", source,
         "--path-output", output, "-W", "-n", "--keep-going"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@pytest.fixture(scope="session")
def site(request, tmp_path_factory):
    """The site: its pages in .html, the cache of executed chapters, the build's log."""
    output = request.config.getoption("--site") or tmp_path_factory.mktemp("site")
    build = Path(output).absolute() / "_build"
    process = build_book(ROOT, build.parent)
    if process.returncode:
        pytest.fail(f"the book does not build:\n{process.stdout}", pytrace=False)
    (cache,) = (build / ".jupyter_cache").iterdir()
    return SimpleNamespace(html=build / "html", cache=cache, log=process.stdout)
