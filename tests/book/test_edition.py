"""The footer names the edition that the reader has: its version and its commit."""

import os
import subprocess
import tomllib

from mystsource import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments], cwd=folder,
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}, check=True, capture_output=True,
    )  # fmt: skip
    process = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True)
    return process.stdout.strip()


def footers(book):
    """Build the book and return the edition in the footer of each page."""
    process = book.build()
    assert process.returncode == 0, process.stdout
    pages = [book.html / name for name in ("page.html", "other.html", "third.html")]
    footers = (page.read_text(encoding="utf-8").split('<p class="edition">') for page in pages)
    return [after.partition("</p>")[0] for _, after in footers]


def test_outside_a_clone_it_names_the_version(tiny_book):
    assert footers(tiny_book) == [f"Version {VERSION}."] * 3


def test_in_a_clone_it_names_the_commit_of_today_on_every_page(tiny_book):
    folder = tiny_book.html.parents[2]
    (folder / ".gitignore").write_text("_build/\n__pycache__/\n")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    commit = git(folder, "commit", "--quiet", "--message", "one")[:9]
    assert footers(tiny_book) == [f"Version {VERSION}, commit {commit}."] * 3
    with tiny_book.other.open("a") as page:
        page.write("\nA new sentence.\n")
    assert footers(tiny_book) == [f"Version {VERSION}, commit {commit}+."] * 3, "a change is not said"
    again = git(folder, "commit", "--quiet", "--all", "--message", "two")[:9]
    assert again != commit
    assert footers(tiny_book) == [f"Version {VERSION}, commit {again}."] * 3, "a page names an old commit"
    assert "Writing the pages" not in tiny_book.build().stdout, "it writes pages without need"
