"""Two builds from nothing are the same, but for the times that they measure."""

import importlib.util
import json
import os
import re
import subprocess

import pytest
from executed import printed_text
from mystsource import CHAPTERS, ROOT

spec = importlib.util.spec_from_file_location("reproduce", ROOT / "tools" / "reproduce.py")
reproduce = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reproduce)

# Two chapters that run in seconds; the first has times: printed, drawn and glued.
TOC = """
format: jb-book
root: book/foundations/matrices
chapters:
  - file: book/foundations/softmax
"""

PAGE = """<p>7 rows</p><meta content="/_images/{image}.png">
<div class="cell tag_timing"><div class="cell_input"><pre>run(5)</pre></div><div class="cell_output">
<div class="output"><pre>{printed} s</pre></div>
<figure><img alt="A curve." src="../_images/{image}.png"/><figcaption>Figure 3</figcaption></figure></div></div>
<div class="cell tag_hide-cell tag_timing"><details><div class="cell_output"><pre>{printed} s</pre></div></details></div>
<p>It takes <span class="timing"><span class="pasted-text">{glued}</span></span> s.</p>
<img src="../_images/same.png"/>"""


@pytest.fixture
def sites(tmp_path):
    """Two sites that differ in their times alone."""
    for name, image, printed, glued in [("one", "abc", 1.23, 4), ("other", "def", 45.6, 78)]:
        site = tmp_path / name
        (site / "_images").mkdir(parents=True)
        (site / "_images" / f"{image}.png").write_bytes(image.encode())
        (site / "_images" / "same.png").write_bytes(b"same")
        (site / "page.html").write_text(PAGE.format(image=image, printed=printed, glued=glued))
        timed = {"cell_type": "code", "source": "run(5)", "metadata": {"tags": ["timing"]},
                 "outputs": [{"text": f"{printed} s"}]}  # fmt: skip
        plain = {"cell_type": "code", "source": "1 + 1", "metadata": {}, "outputs": [{"text": "2"}]}
        text = {"cell_type": "markdown", "metadata": {}, "source": f'<span class="timing">{glued}</span> s, 9 rows'}
        (site / "a.ipynb").write_text(json.dumps({"cells": [timed, plain, text]}))
    return tmp_path / "one", tmp_path / "other"


def test_times_are_masked_and_counted(sites):
    found, count = reproduce.compare(*sites)
    assert not found, f"these are times: {found}"
    assert count == 5, "an output, a folded one and a value in the page, an output and a value in the notebook"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("page.html", "7 rows", "8 rows"),
        ("page.html", "run(5)", "run(6)"),
        ("page.html", "Figure 3", "Figure 4"),
        ("page.html", "A curve.", "A line."),
        ("page.html", 'class="timing"', 'class="other"'),
        ("a.ipynb", "9 rows", "8 rows"),
        ("a.ipynb", '"text": "2"', '"text": "3"'),
        ("a.ipynb", "run(5)", "run(6)"),
        ("_images/same.png", "same", "some"),
    ],
)
def test_any_other_difference_is_found(sites, name, old, new):
    file = sites[1] / name
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))
    found, _ = reproduce.compare(*sites)
    assert found and found[0].startswith(f"{name}, line "), f"not found: {found}"


def test_a_missing_and_an_added_file_are_found(sites):
    (sites[0] / "_images" / "same.png").unlink()
    (sites[0] / "more.txt").touch()
    found, _ = reproduce.compare(*sites)
    assert len(found) == 2 and "same.png" in found[0] and "more.txt" in found[1], found


@pytest.mark.slow
def test_two_chapters_built_twice_are_the_same(tmp_path):
    one = reproduce.build(tmp_path / "one", 1, TOC)
    other = reproduce.build(tmp_path / "another's [2026], 100% #1 é*", 2, TOC)
    found, count = reproduce.compare(one, other)
    assert not found, "\n".join(found)
    source = CHAPTERS[1].read_text(encoding="utf-8")
    glued = len(re.findall(r"\{glue:\w+\}`[\w-]*-timing-", source))
    assert count > glued > 0, f"{count} times are masked, where the text alone has {glued}"


def test_a_time_is_glued_in_the_one_way_that_is_marked():
    """_ext/timing.py marks glue:text; another role's time would go unmarked."""
    for chapter in CHAPTERS:
        source = chapter.read_text(encoding="utf-8")
        roles = re.findall(r"(\{glue[\w:]*\})[`\s][^\s`]*-timing-", source)
        assert set(roles) <= {"{glue:text}"}, f"{chapter.stem} glues a time with {set(roles)}"


def test_a_time_does_not_get_into_the_search(tiny_book):
    with tiny_book.page.open("a") as page:
        page.write('\n```{code-cell} ipython3\n:tags: [timing]\nprint(271828 * 3)\n'
                   'glue("digits-timing-x", 141421 * 3, display=False)\n```\n'
                   '\nIt takes {glue:text}`digits-timing-x:d` s, surely.\n')  # fmt: skip
    tiny_book.other.write_text("# Other\n\nThere {glue:text}`page.md::digits-timing-x:d`, {glue:text}`page.md::answer:d`.\n")
    process = tiny_book.build()
    assert process.returncode == 0, process.stdout
    marked = '<span class="timing"><span class="pasted-text">424263</span></span>'
    for name in ("page.html", "other.html"):
        assert marked in (tiny_book.html / name).read_text(), f"the time on {name} is not marked"
    assert "815484" in (tiny_book.html / "page.html").read_text(), "the time is not on the page"
    index = (tiny_book.html.parent / "searchindex.js").read_text()
    assert "sure" in index and "31415" in index, "the text is not in the index"
    assert "424263" not in index and "815484" not in index, "a time is in the index"


def test_a_line_that_the_kernel_cuts_is_one_line(tiny_book):
    """A message ends before the end of a line, and another within a line."""
    with tiny_book.page.open("a") as page:
        page.write('\n```{code-cell} ipython3\nimport sys\nfor part in ("ab", "c", "\\nde", "f\\n"):\n'
                   '    sys.stdout.write(part)\n    sys.stdout.flush()\n```\n')  # fmt: skip
    process = tiny_book.build()
    assert process.returncode == 0, process.stdout
    assert "</span>abc\ndef\n</pre>" in (tiny_book.html / "page.html").read_text()


def test_the_tests_of_chapters_read_it_as_one_text_too():
    parts = [{"output_type": "stream", "name": "stdout", "text": text} for text in ("loss:", " nan\n")]
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "7"}}
    assert printed_text([{"outputs": [*parts, shown]}, {"outputs": parts}]) == "loss: nan\n\n7\nloss: nan\n"


def test_make_reproduce_compares_the_sites(tmp_path):
    """With builds that take no time, in place of the real ones."""
    (tmp_path / "jupyter-book").write_text(
        '#!/bin/sh\nmkdir -p "$2/_build/html"; echo same >"$2/_build/html/x"\n'
        'test -z "$BREAK" || echo $PYTHONHASHSEED >>"$2/_build/html/x"\n'
    )
    (tmp_path / "jupyter-book").chmod(0o755)
    code = (f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import reproduce; "
            f"sys.executable = {str(tmp_path / 'python')!r}; reproduce.main()")  # fmt: skip
    for broken, expected in (("", 0), ("yes", 1)):
        process = subprocess.run([reproduce.sys.executable, "-c", code], capture_output=True, text=True,
                                 env=os.environ | {"BREAK": broken, "TMPDIR": str(tmp_path)})  # fmt: skip
        assert process.returncode == expected, process.stdout + process.stderr
        assert f"{expected} differences in 1 files" in process.stdout, process.stdout
    assert "x, line 2" in process.stdout, "the file and the line that differ are not said"
