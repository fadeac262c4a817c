"""For the classroom: an edition without solutions, a plan, and measured times."""

import re

import pytest

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


def test_without_solutions_nothing_of_them_is_left(exercise_book):
    built(exercise_book, SOLUTIONS="0")
    for text in (SECRET, ANSWER, "Solution to", "fig-answer", "plt.plot"):
        assert not files_with(exercise_book, text), f"{text} is still in the site"
    assert not images(exercise_book), "the figure of a solution is in the site"
    assert not [name for name in files(exercise_book) if name.startswith("_sources/")]
    page = (exercise_book.html / "page.html").read_text()
    assert "What is it?" in page, "the exercise went with its solution"
    assert "printed 31415" in page, "a cell that is no solution went too"
    assert "161803" in page, "a value that a solution has computed is not shown elsewhere"
    assert "without the solutions" in page, "the page does not say which edition it is"


def test_with_solutions_they_are_there(exercise_book):
    built(exercise_book)
    for text in (SECRET, ANSWER, "Solution to", "fig-answer"):
        assert files_with(exercise_book, text), f"{text} is nowhere: the test above shows nothing"
    assert images(exercise_book), "no figure: the test above shows nothing"
    assert not files_with(exercise_book, "without the solutions"), "the wrong edition is named"


def test_switching_leaves_nothing_behind_and_runs_nothing(exercise_book):
    built(exercise_book)
    assert "Executing notebook" not in built(exercise_book, SOLUTIONS="0"), "a cell ran again"
    for text in (SECRET, ANSWER):
        assert not files_with(exercise_book, text), f"{text} was left from the other edition"
    assert not images(exercise_book), "a figure was left from the other edition"
    assert "Executing notebook" not in built(exercise_book, SOLUTIONS="1"), "a cell ran again"
    assert files_with(exercise_book, SECRET), "the solutions do not come back"
    assert not files_with(exercise_book, "without the solutions"), "the wrong edition is named"
    built(exercise_book, SOLUTIONS="0")
    assert not files_with(exercise_book, SECRET), "the second time something was left"


def test_a_reference_into_a_solution_is_an_error_without_solutions(exercise_book):
    with exercise_book.other.open("a") as page:
        page.write("\nSee {numref}`fig-answer`.\n")
    built(exercise_book)
    process = exercise_book.build(SOLUTIONS="0")
    assert process.returncode and "fig-answer" in process.stdout, "a link to nothing"


def test_another_value_is_refused(tiny_book):
    process = tiny_book.build(SOLUTIONS="no")
    assert process.returncode and "must be 0 or 1" in process.stdout, process.stdout
