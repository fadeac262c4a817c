"""For the classroom: an edition without solutions, a plan, and measured times."""

import json
import os
import re
import runpy
from html import unescape

import pytest
from bs4 import BeautifulSoup
from jupyter_cache import get_cache
from mystsource import CHAPTERS, ROOT, read_page

SECONDS = runpy.run_path(ROOT / "_ext" / "chapter_times.py")["SECONDS"]
SECRET, ANSWER = "abracadabra", "27182818"

EXERCISE = f"""
```{{exercise}} A question
:label: ex-question
What is it?
```

```{{solution-start}} ex-question
:class: dropdown
```

It is {SECRET}.

```{{code-cell}} ipython3
---
mystnb:
  image: {{alt: "A line that goes up to the right, from zero to one."}}
  figure: {{caption: "The answer {SECRET}.", name: fig-answer}}
---
import matplotlib.pyplot as plt
print(f"{{2718}}{{2818}}")
plt.plot([0, 1]);
```

```{{code-cell}} ipython3
:tags: [remove-cell]
glue("glued-answer", 161803, display=False)
```

```{{solution-end}}
```

After the exercise stands {{glue:text}}`glued-answer:d`.
"""


def built(book, **environment):
    process = book.build(**environment)
    assert process.returncode == 0, process.stdout
    return process.stdout


def files(book):
    """Return the site's files, by their path in it."""
    folder = book.html.parent
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}  # fmt: skip


def files_with(book, text):
    return [name for name, content in files(book).items() if text.encode() in content]


def images(book):
    return [name for name in files(book) if name.startswith("_images/")]


@pytest.fixture
def exercise_book(tiny_book):
    """The tiny book with an exercise, whose solution has words, an output and a figure."""
    with tiny_book.page.open("a") as page:
        page.write(EXERCISE)
    return tiny_book


def test_one_folder_for_both_editions_keeps_nothing_of_a_solution(exercise_book):
    built(exercise_book)
    for text in (SECRET, ANSWER, "Solution to", "fig-answer"):
        assert files_with(exercise_book, text), f"{text} is nowhere: what follows shows nothing"
    assert images(exercise_book), "no figure: what follows shows nothing"
    assert not files_with(exercise_book, "without the solutions"), "the wrong edition is named"

    assert "Chapters to run" not in built(exercise_book, SOLUTIONS="0"), "a cell ran again"
    for text in (SECRET, ANSWER, "Solution to", "fig-answer", "plt.plot"):
        assert not files_with(exercise_book, text), f"{text} is still in the site"
    assert not images(exercise_book), "the figure of a solution is still in the site"
    page = (exercise_book.html / "page.html").read_text()
    assert "What is it?" in page, "the exercise went with its solution"
    assert "printed 31415" in page, "a cell that is no solution went too"
    assert "161803" in page, "a value that a solution has computed is not shown elsewhere"
    assert "without the solutions" in page, "the page does not say which edition it is"
    assert "Writing the pages" not in built(exercise_book, SOLUTIONS="0"), "it is built twice"

    assert "Chapters to run" not in built(exercise_book, SOLUTIONS="1"), "a cell ran again"
    assert files_with(exercise_book, SECRET), "the solutions do not come back"
    assert not files_with(exercise_book, "without the solutions"), "the wrong edition is named"


def test_a_reference_into_a_solution_is_an_error_without_solutions(exercise_book):
    with exercise_book.other.open("a") as page:
        page.write("\nSee {ref}`fig-answer`.\n")
    built(exercise_book)
    process = exercise_book.build(SOLUTIONS="0")
    assert process.returncode and "fig-answer" in process.stdout, "a link to nothing"


def test_another_value_is_refused(tiny_book):
    process = tiny_book.build(SOLUTIONS="no")
    assert process.returncode and "must be 0 or 1" in process.stdout, process.stdout


SOLUTION = re.compile(r"```\{solution-start\}.*?```\{solution-end\}", re.DOTALL)


def squeeze(text):
    """Return a text without white space."""
    return "".join(text.split())


def text_of(file):
    """Return what a page, a notebook or the search's index says, code included, squeezed."""
    content = file.read_text(encoding="utf-8")
    if file.suffix == ".js":
        pages = json.loads(content.removeprefix("Search.setIndex(").removesuffix(")"))
        return squeeze("".join(text for parts in pages.values() for _, _, text in parts))
    if file.suffix == ".ipynb":
        return squeeze("".join("".join(cell["source"]) for cell in json.loads(content)["cells"]))
    return squeeze(unescape(re.sub(r"<[^>]*>", "", content)))


def lines_of_solutions():
    """Return, by chapter, the lines of code that stand in its solutions and nowhere else."""
    shown = [*CHAPTERS, *(ROOT / "mnist_from_scratch").glob("*.py")]
    rest = squeeze("".join(SOLUTION.sub("", file.read_text(encoding="utf-8")) for file in shown))
    lines = {}
    for chapter in CHAPTERS:
        solutions = "\n\n".join(SOLUTION.findall(chapter.read_text(encoding="utf-8")))
        cells = [block.text for block in read_page(solutions) if block.kind == "code-cell"]
        found = {squeeze(line) for cell in cells for line in cell.splitlines()}
        lines[chapter] = {line for line in found if len(line) > 20 and line not in rest}
    return lines


@pytest.fixture(scope="module")
def without_solutions(site, build_book, tmp_path_factory):
    """The real book without its solutions, from the chapters that were run for the site."""
    output = tmp_path_factory.mktemp("without-solutions")
    (output / "_build").mkdir()
    os.symlink(site.cache.parent, output / "_build" / ".jupyter_cache")
    process = build_book(ROOT, output, SOLUTIONS="0")
    assert process.returncode == 0, f"it does not build without a warning:\n{process.stdout}"
    assert "Chapters to run" not in process.stdout, "a chapter was run again"
    return output / "_build" / "html"


def test_the_book_has_no_line_of_a_solution(without_solutions, site):
    pages = [*without_solutions.rglob("*.html"), *without_solutions.rglob("*.ipynb")]
    said = "".join(map(text_of, [*pages, without_solutions / "searchindex.js"]))
    searched = text_of(site.html / "searchindex.js")
    for chapter, lines in lines_of_solutions().items():
        complete = text_of(site.html / chapter.relative_to(ROOT).with_suffix(".html"))
        own = {line for line in lines if line in complete}
        assert len(own) >= 3, f"{chapter.stem}: too few lines to look for: {own}"
        assert any(line in searched for line in own), f"{chapter.stem}: the search knows no solution"
        left = {line for line in own if line in said}
        assert not left, f"{chapter.stem} still shows {left}"


def test_the_book_has_every_exercise_and_no_solution(without_solutions):
    for chapter in CHAPTERS:
        page = without_solutions / chapter.relative_to(ROOT).with_suffix(".html")
        html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        labels = re.findall(r"^:label: (ex-.*)$", chapter.read_text(encoding="utf-8"), re.MULTILINE)
        assert [node["id"] for node in html.select("div.exercise")] == labels, page.name
        assert not html.select(".solution"), f"{page.name} has a solution"
        assert html.select("details"), f"{page.name} lost the answers of its checkpoint"


@pytest.fixture(scope="module")
def instructors(site):
    page = site.html / "book" / "appendix" / "instructors.html"
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("section", ["eight-sessions-of-90-minutes", "six-sessions",
                                     "how-long-it-takes", "what-students-get-wrong"])  # fmt: skip
def test_the_instructors_page_leaves_no_chapter_out(instructors, section):
    links = {link["href"] for link in instructors.select(f"section#{section} a.internal")}
    for chapter in CHAPTERS:
        assert any(f"/{chapter.stem}.html" in link for link in links), chapter.stem


def test_each_session_assigns_exercises(instructors):
    for session in instructors.select("section#eight-sessions-of-90-minutes > section"):
        assigned = [item for item in session.select("li") if item.get_text().startswith("Assign")]
        assert assigned and assigned[0].select('a[href*="#ex-"]'), session.h3.get_text()


@pytest.fixture(scope="module")
def times(instructors):
    """The table's numbers, by chapter: minutes, exercises, and the cell with the seconds."""
    rows = instructors.select("table.chapter-times tbody tr")
    cells = {row.a["href"].rpartition("/")[2]: row.select("td") for row in rows[:-1]}
    return {name.removesuffix(".html"): (int(td[1].text), int(td[2].text), td[3])
            for name, td in cells.items()}  # fmt: skip


def test_the_seconds_are_those_of_the_run_that_the_book_shows(times, site):
    measured = {}
    for record in get_cache(site.cache).list_cache_records():
        name = record.uri.rpartition("/")[2].removesuffix(".md")
        measured.setdefault(name, set()).add(f"{record.data['execution_seconds']:.0f}")
    for name, (_, _, seconds) in times.items():
        assert seconds.text.strip() in measured[name], f"{name}: {seconds.text}"
        assert seconds.select("span.timing"), f"{name}: it differs from build to build"


def test_the_exercises_are_counted(times):
    for chapter in CHAPTERS:
        number = len(re.findall(r"^:label: ex-", chapter.read_text(encoding="utf-8"), re.MULTILINE))
        assert times[chapter.stem][1] == number, chapter.stem


def test_the_box_of_a_chapter_says_how_long_it_takes_to_read(times):
    wrong = []
    for chapter in CHAPTERS:
        said = re.search(r"\*\*Reading time:\*\* about (\d+) minutes", chapter.read_text(encoding="utf-8"))
        if abs(int(said[1]) - times[chapter.stem][0]) > 3:
            wrong.append(f"{chapter.stem} says {said[1]}, the table {times[chapter.stem][0]}")
    assert not wrong, wrong


def test_a_chapter_is_read_in_thirty_five_minutes(times):
    table = {c.stem: times[c.stem][0] for c in CHAPTERS}
    assert max(table.values()) <= 35, table


# The first edition's chapters: words, formulas and figures, and the minutes that reading them took.
READ = {
    "digits": (4092, 6, 8, 70), "matrices": (2880, 8, 3, 45), "neurons": (4373, 23, 7, 80),
    "softmax": (3147, 16, 5, 60), "losses": (4185, 15, 5, 60), "backpropagation": (2404, 10, 2, 35),
    "gradient-checking": (3351, 9, 4, 50), "gradient-descent": (5736, 15, 11, 97), "training": (1290, 1, 4, 18),
}  # fmt: skip


@pytest.mark.parametrize("chapter", READ)
def test_the_rule_gives_the_minutes_that_a_reader_took(chapter):
    *counted, minutes = READ[chapter]
    rule = sum(n * s for n, s in zip(counted, SECONDS.values(), strict=True)) / 60
    assert abs(rule / minutes - 1) < 0.15, f"the rule says {rule:.0f} minutes, and it took {minutes}"


# 540 words, 4 formulas, 2 figures, and code, which counts nothing: 7.2 + 2.3 + 1.2 minutes.
TO_READ = f"""
# Title

{"word " * 537}

{"$$ x $$" + chr(10) * 2}
{"$$ x $$" + chr(10) * 2}
{"$$ x $$" + chr(10) * 2}
{"$$ x $$" + chr(10) * 2}

```python
{"line" + chr(10)}{("line" + chr(10)) * 29}
```

```{{figure}} a.svg
:alt: A square.

one
```

```{{figure}} a.svg
:alt: A square.

two
```

## Exercises

{"word " * 3000}
"""


NUMBERED = """
format: jb-book
root: book/page
parts:
  - chapters: [file: book/other, file: book/third]
  - numbered: true
    chapters: [file: book/chapter]
"""


def test_the_minutes_to_read_follow_the_rule_and_the_text(tiny_book):
    chapter = tiny_book.page.with_name("chapter.md")
    chapter.write_text(TO_READ)
    chapter.with_name("a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    toc = chapter.parents[1] / "_toc.yml"
    toc.write_text(NUMBERED)
    tiny_book.other.write_text("# Other\n\n```{chapter-times}\n```\n")

    def minutes():
        built(tiny_book)
        html = BeautifulSoup((tiny_book.html / "other.html").read_text(), "html.parser")
        return html.select("table.chapter-times td")[1].text.strip()

    assert minutes() == "11", "it is not as the page for instructors says"
    chapter.write_text(TO_READ.replace("## Exercises", "word " * 600 + "\n\n## Exercises"))
    assert minutes() == "19", "the table on the other page is stale"
