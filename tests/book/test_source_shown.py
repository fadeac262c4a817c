"""Every line of the core stands in one page of the book, once, the whole program apart."""

from collections import defaultdict

import pytest
from mystsource import SHOWING
from shown_lines import CORE, PACKAGE, shown_lines


def places_of_lines(pages):
    """Return, for each file and line number, the places that show the line."""
    places = defaultdict(list)
    for page in pages:
        for path, number, place in shown_lines(page):
            places[path, number].append(place)
    return places


def faults(path, places):
    """Return a sentence for each line of the file that is not shown exactly once."""
    sentences = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        shown = places[path, number]
        if text.strip() and len(shown) != 1:
            where = "twice or more, in " + " and ".join(shown) if shown else "nowhere"
            sentences.append(f"{path.name}:{number} is shown {where}: {text}")
    return sentences


@pytest.mark.parametrize("name", CORE)
def test_every_line_is_shown_exactly_once(name):
    found = faults(PACKAGE / f"{name}.py", places_of_lines(SHOWING))
    assert not found, "\n".join(found)


def test_the_list_of_core_files_is_whole():
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"plots", "tables", "checks", "__main__"}
    assert files == set(CORE), "a file of the package is neither in CORE nor left out on purpose"


def page_showing(folder, *options):
    """Write a module and a page with one literalinclude for each of the options."""
    module = folder / f"{folder.name}.py"
    module.write_text('"""Doc."""\n\nimport math\n\n\nclass A:\n    x = 1\n\n    def f(self):\n        return 2\n')
    page = folder / "page.md"
    fences = (f"```{{literalinclude}} {module.name}\n{option}\n```\n" for option in options)
    page.write_text("\n".join(fences))
    return module, page


HEAD, CLASS, METHOD = ":end-before: class A", ":pyobject: A\n:end-before: def f", ":pyobject: A.f"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([HEAD, CLASS, METHOD], []),
        ([METHOD, ":lines: 1-7"], []),
        ([HEAD, METHOD], ["6 is shown nowhere: class A:", "7 is shown nowhere:     x = 1"]),
        ([HEAD, ":pyobject: A", METHOD], ["9 is shown twice", "10 is shown twice"]),
        ([CLASS, METHOD], ["1 is shown nowhere", "3 is shown nowhere: import math"]),
    ],
    ids=["whole", "whole by number", "a class's head is missing", "a method is doubled", "imports"],
)
def test_missing_and_doubled_lines_are_named(tmp_path, options, expected):
    module, page = page_showing(tmp_path, *options)
    found = faults(module, places_of_lines([page]))
    assert len(found) == len(expected), found
    for sentence, beginning in zip(found, expected, strict=True):
        assert sentence.startswith(f"{module.name}:{beginning}"), sentence
