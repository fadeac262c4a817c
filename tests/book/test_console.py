"""What a build prints: what is run, how long it takes, and where the book is; little else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mystsource import CHAPTERS, ROOT

CELL = '\n```{{code-cell}} ipython3\nprint("{}")\n```\n'


@pytest.fixture
def two_chapters(tiny_book):
    """The tiny book with cells on its second page too, the first by the alphabet."""
    front_matter, _, _ = tiny_book.page.read_text().partition("# Page")
    tiny_book.other.write_text(f"{front_matter}# Other\n{CELL.format('other')}")
    return tiny_book


def printed(book):
    process = book.build()
    assert process.returncode == 0, process.stdout
    return process.stdout


def test_a_line_for_each_chapter_in_the_order_of_the_contents(two_chapters):
    lines = printed(two_chapters).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("Chapters to run: 2 of 2, about"))
    assert re.fullmatch(r"1 of 2  page  +\d+ s   about \d+ s left", lines[start + 1]), lines
    assert re.fullmatch(r"2 of 2  other  +\d+ s", lines[start + 2]), lines
    assert lines[start + 3] == "Writing the pages", lines


def test_what_is_up_to_date_is_said_once(two_chapters):
    printed(two_chapters)
    assert "All 2 chapters are up to date" in printed(two_chapters), "with nothing to do"
    with two_chapters.page.open("a") as page:
        page.write(f"A new sentence.\n{CELL.format('new')}")
    text = printed(two_chapters)
    assert "Chapters to run: 1 of 2" in text and text.count("up to date") == 1, text
    assert "1 of 1  page" in text and "other  " not in text, text


def test_it_prints_little_and_no_colour_codes(two_chapters):
    text = printed(two_chapters)
    assert "\x1b" not in text, f"colour codes in a pipe: {text!r}"
    assert len(text.splitlines()) < 25, f"more than a reader wants to know:\n{text}"


def test_a_warning_is_printed_without_colour_codes(tiny_book):
    tiny_book.other.write_text("# Other\n\n[](nowhere.md)\n")
    process = tiny_book.build()
    assert process.returncode and "nowhere.md" in process.stdout, process.stdout
    assert "\x1b" not in process.stdout, f"colour codes in a pipe: {process.stdout!r}"


def test_without_make_it_is_no_longer(tiny_book):
    """But for what Sphinx says before it has read the configuration."""
    folder = tiny_book.page.parents[1]
    process = subprocess.run([Path(sys.executable).with_name("jupyter-book"), "build", folder],
                             capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(folder)})  # fmt: skip
    assert process.returncode == 0 and "1 of 1  page" in process.stdout, process.stdout + process.stderr
    assert "reading sources" not in process.stdout, f"Sphinx tells its steps:\n{process.stdout}"


def test_the_address_at_the_end_opens_the_book(tiny_book):
    index = tiny_book.html.parent / "index.html"
    assert index.as_uri() in printed(tiny_book) and index.is_file()


@pytest.fixture
def progress_lines(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "_ext")
    import progress_lines

    return progress_lines


def test_what_is_left_follows_from_what_the_chapters_took(progress_lines):
    """On a machine half as fast as the table's, after a long chapter."""
    count = progress_lines.Progress()
    count.to_run = ["book/network", "book/learning-rates", "book/new"]
    first, second = (progress_lines.SECONDS[name] for name in ("network", "learning-rates"))
    assert count.left(0) == first + second + 20, "at first, what the table says"
    count.took = 2 * first
    assert 1.8 * (second + 20) < count.left(1) < 2 * (second + 20), "it does not see how slow the machine is"


def test_the_table_of_seconds_names_the_chapters(progress_lines):
    with_cells = {page.stem for page in CHAPTERS if "{code-cell}" in page.read_text(encoding="utf-8")} | {"intro"}
    assert progress_lines.SECONDS.keys() == with_cells, "_ext/progress_lines.py knows other chapters than the contents"
