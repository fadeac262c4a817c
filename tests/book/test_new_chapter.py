"""A chapter is added in the middle of the book, as CONTRIBUTING.md says, and nothing else changes.

The book is copied, with the runs of its chapters, so that only the new one is executed.
"""

import shutil
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from mystsource import CHAPTERS, ROOT

NAME = "halving"
FOUNDATIONS = [chapter for chapter in CHAPTERS if chapter.parent.name == "foundations"]  # experiments have a form of their own
BEFORE = FOUNDATIONS[len(FOUNDATIONS) // 2]  # the new chapter follows this one
EXERCISE = """
```{{exercise}}
:label: ex-halving-{0}

What is half of {0}?
```

```{{solution-start}} ex-halving-{0}
:class: dropdown
```

Divide by two.

```{{solution-end}}
```
"""
FOLD = "<details><summary>Why?</summary>\n\nBecause.\n\n</details>\n\n"
CHAPTER = f"""---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{display_name: Python 3, language: python, name: python3}}
---

(ch-halving)=
# Halving

Half of a label is no label.

```{{admonition}} In this chapter
:class: chapter-box
**You will learn** to halve. **You need** {{ref}}`ch-digits`. **Reading time:** about 0 minutes, without the exercises.
```

A network is told the labels, and here are their halves.

```{{code-cell}} ipython3
from mnist_from_scratch import checks, load_mnist

load_mnist()[1][:3] / 2
```

## Checkpoint

{FOLD * 3}
## Exercises
{"".join(EXERCISE.format(n) for n in (2, 4, 6))}
## Further reading

- {{cite:t}}`nielsen2015` does not halve.
"""


@pytest.fixture(scope="module")
def book(site, tmp_path_factory):
    """A copy of the book with one chapter more."""
    copy = tmp_path_factory.mktemp("a book with one chapter more")
    leave = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", ".pytest_cache", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=leave, dirs_exist_ok=True)
    shutil.copytree(site.cache.parent, copy / "_build" / ".jupyter_cache")
    (copy / BEFORE.relative_to(ROOT)).with_name(f"{NAME}.md").write_text(CHAPTER)
    contents, place = copy / "_toc.yml", BEFORE.relative_to(ROOT).with_suffix("")
    row = f"      - file: {place}\n"
    new = row + f"      - file: {place.with_name(NAME)}\n"
    assert row in contents.read_text(), f"{row!r} is not in _toc.yml"
    contents.write_text(contents.read_text().replace(row, new))
    intro = copy / "book" / "intro.md"
    last = intro.read_text().rindex("\n| {ref}`ch-")
    intro.write_text(f"{intro.read_text()[:last]}\n| {{ref}}`ch-halving` | What is half of it? |{intro.read_text()[last:]}")
    return copy


def numbers(html, folder):
    """Return the numbers in the titles of a part's chapters, by page."""
    pages = {path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
             for path in (html / "book" / folder).glob("*.html")}  # fmt: skip
    found = {name: page.select_one("h1 > .section-number") for name, page in pages.items()}
    return {name: int(number.text.strip(". ")) for name, number in found.items() if number}


@pytest.mark.slow
def test_a_chapter_in_the_middle_takes_its_number_and_moves_the_others(book, site, build_book):
    process = build_book(book, book, PYTHONPATH=str(book))
    assert process.returncode == 0, process.stdout
    for folder in {page.parent.name for page in CHAPTERS}:
        before, after = (numbers(html, folder) for html in (site.html, book / "_build" / "html"))
        assert before, f"no chapter of {folder} has a number"
        place = CHAPTERS.index(BEFORE) + 1
        expected = {name: n + (n > place) for name, n in before.items()}
        expected |= {NAME: place + 1} if folder == BEFORE.parent.name else {}
        assert after == expected, f"{folder}: {after}"


@pytest.mark.slow
def test_a_chapter_in_the_middle_passes_the_tests_of_a_chapters_form(book):
    command = [sys.executable, "-m", "pytest", "-q", "tests/book/test_chapters.py", "-p", "no:cacheprovider"]
    process = subprocess.run([*command, "-k", f"{NAME} or intro or {CHAPTERS[-1].stem}"], cwd=book,
                             capture_output=True, text=True)  # fmt: skip
    assert process.returncode == 0, process.stdout
    assert f"{NAME}" in subprocess.run([*command, "--collect-only", "-k", NAME], cwd=book, capture_output=True,
                                       text=True).stdout, "the new chapter was not tested"  # fmt: skip
