"""No network, and the built site for the tests that read it.

pytest builds the book from nothing, in a folder of its own. While you work,
`pytest --site DIR` builds it into DIR/_build and keeps what is there, so that
only what has changed is executed; `pytest --site .` shares `make book`'s site.

`pytest -n 2 --no-loadscope-reorder`, as in `make test`, runs two files side by side.
"""

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import offline
import pytest
from chromium import find_chromium, launch
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import sync_playwright
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parents[1]
NOT_TESTED = set()  # sentences for the last lines of pytest's report
NO_GUARD = "that no network is needed: it was in reach, for want of Linux's network namespaces"
LEFT = []  # the network that was there before the tests left it

# The same examples in every run, without a time limit: a test passes or it doesn't.
settings.register_profile("book", deadline=None, derandomize=True, database=None)
settings.load_profile("book")

# pytest --hypothesis-profile=search: others in every run, and more of them.
settings.register_profile("search", deadline=None, max_examples=2000)


def pytest_addoption(parser):
    parser.addoption("--site", metavar="DIR", help="build the site into DIR/_build, and keep it")
    parser.addoption("--complete", action="store_true",
                     help="fail, not skip, what needs Chromium or Linux's network namespaces")  # fmt: skip


def pytest_configure():
    try:
        before = offline.current_network()
        offline.leave_the_network()
        LEFT.append(before)
    except OSError:
        NOT_TESTED.add(NO_GUARD)


def shares_fixtures(nodeid):
    """Return the name of the tests that run in one process: those of a file, and all that count verdicts."""
    path = nodeid.partition("::")[0]
    return "verdicts" if "/chapters/" in path or path.endswith("/test_checks.py") else path


def pytest_collection_modifyitems(items):
    """Put late what needs the site, but for the first file that does.

    So the other of two processes has something to do while the site is built.
    """
    name = lambda item: shares_fixtures(item.nodeid)
    _, *late = dict.fromkeys(name(item) for item in items if "site" in item.fixturenames) or [None]
    items.sort(key=lambda item: name(item) in late)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Share the tests out by files, not one by one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return shares_fixtures(nodeid)

    return ByFile(config, log)


def pytest_collection_finish(session):
    """Leave each of two processes one core: threads of both would wait for each other."""
    if hasattr(session.config, "workerinput"):
        threadpool_limits(1)


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["not tested"] = sorted(NOT_TESTED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    NOT_TESTED.update(getattr(node, "workeroutput", {}).get("not tested", ()))  # none, if it has crashed


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    yield
    for sentence in sorted(NOT_TESTED):
        terminalreporter.write_line(f"NOT TESTED: {sentence}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def skip(request):
    """Return a function that skips a test, or fails it under --complete."""

    def skip(sentence):
        NOT_TESTED.add(sentence)
        if request.config.getoption("--complete"):
            pytest.fail(f"NOT TESTED: {sentence}", pytrace=False)
        pytest.skip(sentence)

    return skip


@pytest.fixture(scope="session")
def network_left(skip):
    """The name of the network that the tests have left."""
    if not LEFT:
        skip(NO_GUARD)
    return LEFT[0]


@pytest.fixture(scope="session")
def build_book():
    """Return a function that builds the book in source into output/_build."""

    def build(source, output, **environment):
        return subprocess.run(
            [Path(sys.executable).parent / "jupyter-book", "build", source,
             "--path-output", output, "-q", "-W", "-n", "--keep-going"],
            env=os.environ | environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    return build


@pytest.fixture(scope="session")
def site(request, tmp_path_factory, build_book):
    """The site, built without a warning: pages in .html, executed chapters in .cache."""
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):  # one of two processes: the first to come builds
        shared = shared.parent
    build = Path(request.config.getoption("--site") or shared / "site").absolute() / "_build"
    said = shared / "build.txt"
    with FileLock(shared / "build.lock"):
        if not said.exists():
            process = build_book(ROOT, build.parent)
            said.write_text(process.stdout if process.returncode else "")
    if said.read_text():
        pytest.fail(f"the book does not build:\n{said.read_text()}", pytrace=False)
    (cache,) = (build / ".jupyter_cache").iterdir()
    return SimpleNamespace(html=build / "html", cache=cache)


@pytest.fixture(scope="session")
def browser(skip):
    """A Chromium that runs offline: the one in CHROMIUM, or one on the PATH."""
    found = find_chromium()
    if not found:
        skip("the pages in a browser: no Chromium in CHROMIUM or on the PATH")
    with sync_playwright() as playwright:
        browser = launch(playwright, found)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def verdicts():
    """What each check has said in the chapters' tests: a list of lines by check."""
    return defaultdict(list)


@pytest.fixture
def verdict(capsys, request, verdicts):
    """Return a function: verdict(check, answer) is the line that an exercise's check says."""

    def verdict(check, answer):
        capsys.readouterr()
        assert check(answer) is None, "a notebook would show what a check returns"
        said, aside = capsys.readouterr()
        assert said.count("\n") == 1, f"a check says one line, not {said!r}"
        assert not aside, f"a check writes nothing else: {aside!r}"
        if request.path.parent.name == "chapters":
            verdicts[check].append(said)
        return said.strip()

    return verdict
