"""The book builds in a folder of any name; the tiny book always lies in an odd one."""

import shutil
import subprocess

import pytest
from mystsource import ROOT


def test_what_the_contents_do_not_name_is_no_page(tiny_book):
    for other in (tiny_book.page.with_name("draft.md"), tiny_book.module.parent / "data" / "README.md"):
        other.parent.mkdir(exist_ok=True)
        other.write_text("# Not in the contents\n")
    process = tiny_book.build()
    assert process.returncode == 0, process.stdout
    sources = tiny_book.html.parent / "_sources"
    pages = {str(file.relative_to(sources)) for file in sources.rglob("*.md")}
    assert pages == {"book/page.md", "book/other.md", "book/third.md"}


def make_environment(folder):
    """Have make make the environment in a folder, with a Python that does nothing."""
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    return subprocess.run(["make", ".venv/bin/python", "PYTHON=true"], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["ml[2026]", "a b", "é*", "100%", "it's", "#1", "(a)&;|<>?!~^"])
def test_make_takes_a_folder_of_any_name(tmp_path, name):
    process = make_environment(tmp_path / name)
    assert process.returncode == 0, process.stderr


@pytest.mark.parametrize("name", ["a:b", 'a"b', "a`b", "a$b", "a\\b", "a{b}"])
def test_make_says_which_names_the_tools_cannot_take(tmp_path, name):
    process = make_environment(tmp_path / name)
    assert process.returncode and "Move the book" in process.stderr, process.stderr
