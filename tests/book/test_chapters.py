"""Every numbered chapter has a chapter's form, and calls nothing not yet derived."""

import ast
import re

import jupytext
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from mystsource import CHAPTERS, CITATION, MATHS, PAGES, ROOT, read_page
from shown_lines import CORE, PACKAGE, shown_lines

LONGEST_CELL = 15  # lines
BUDGET = {"words": 2_500, "listings": 12}
LISTINGS = {"code", "code-block", "code-cell", "literalinclude"}
NOT_SHOWN = {"remove-cell"}
FOLDED = {"hide-input", "hide-cell", "remove-input"}
ALWAYS_THERE = {"load_mnist", "plots", "tables", "checks", "photos"}

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def blocks_of(chapter):
    return read_page(chapter.read_text(encoding="utf-8"))


def section(blocks, title):
    """Return the blocks under a heading, up to the next heading."""
    titles = [block.text for block in blocks if block.kind == "heading"]
    assert titles.count(title) == 1, f"there must be one section {title!r}, among {titles}"
    start = next(i for i, b in enumerate(blocks) if b.kind == "heading" and b.text == title) + 1
    rest = (i for i, b in enumerate(blocks[start:], start) if b.kind == "heading")
    return blocks[start : next(rest, len(blocks))]


@every_chapter
def test_it_opens_with_a_promise_and_a_box(chapter):
    blocks = [block for block in blocks_of(chapter) if block.kind != "code-cell"]
    title, promise, box = blocks[:3]
    assert title.kind == "heading", "the first thing must be the title"
    assert promise.kind == "prose", "the title must be followed by a line of promise"
    assert "chapter-box" in box.options.get("class", ""), "the promise must be followed by the box"
    assert box.argument == "In this chapter", "the box must be called: In this chapter"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_chapters_are_named_by_reference_not_by_a_number_that_may_change(page):
    typed = [f"line {block.line}: {block.text}" for block in blocks_of(page)
             if re.search(r"\b[Cc]hapters? \d", block.text) and CITATION not in block.text]  # fmt: skip
    assert not typed, "\n".join(typed)


@every_chapter
def test_it_ends_with_checkpoint_exercises_and_further_reading(chapter):
    blocks = blocks_of(chapter)
    titles = [block.text for block in blocks if block.kind == "heading"]
    assert titles[-1] == "Further reading", f"the last section must be Further reading: {titles}"
    assert titles.index("Checkpoint") < titles.index("Exercises"), "Checkpoint, then Exercises"
    reading = section(blocks, "Further reading")
    assert any(CITATION in block.text for block in reading), "Further reading must cite something"


@every_chapter
def test_its_checkpoint_has_three_folded_answers(chapter):
    folds = [b for b in section(blocks_of(chapter), "Checkpoint") if "<details" in b.argument]
    assert len(folds) == 3, f"there must be three questions, not {len(folds)}"
    for fold in folds:
        assert not set("$`*") & set(fold.text), f"a <summary> is not Markdown: {fold.text}"


@every_chapter
def test_it_has_three_to_six_exercises_each_with_a_folded_solution(chapter):
    blocks = blocks_of(chapter)
    exercises = [b.options["label"] for b in blocks if b.kind in ("exercise", "exercise-start")]
    solutions = [b for b in blocks if b.kind in ("solution", "solution-start")]
    assert 3 <= len(exercises) <= 6, f"{len(exercises)} exercises"
    assert sorted(b.argument for b in solutions) == sorted(exercises), "one solution for each"
    for solution in solutions:
        assert "dropdown" in solution.options.get("class", ""), f"{solution.argument} is not folded"


@every_chapter
def test_its_cells_are_short(chapter):
    for cell in (block for block in blocks_of(chapter) if block.kind == "code-cell"):
        lines = len(cell.text.strip().splitlines())
        if not {*NOT_SHOWN, *FOLDED} & {*cell.tags}:
            assert lines <= LONGEST_CELL, f"the cell at line {cell.line} has {lines} lines"


def is_folded(block):
    """Return whether a block is seen only when it is asked for."""
    kinds = {"dropdown", "exercise", "solution"}
    folds = (b.kind in kinds or "dropdown" in str(b.options.get("class")) for b in (*block.inside, block))
    return any(folds) or bool({*NOT_SHOWN, *FOLDED} & {*(block.tags or ())})


def open_part(chapter):
    """Return the blocks that are read: neither folded nor after the checkpoint's heading."""
    blocks = blocks_of(chapter)
    end = next(i for i, b in enumerate(blocks) if (b.kind, b.text) == ("heading", "Checkpoint"))
    return [block for block in blocks[:end] if not is_folded(block)]


def words(blocks):
    return sum(len(b.text.replace(MATHS, "").split()) for b in blocks if b.kind in ("prose", "heading"))


def spent(chapter):
    """Return the words of open prose in a chapter, and its listings."""
    blocks = open_part(chapter)
    return {"words": words(blocks), "listings": sum(b.kind in LISTINGS for b in blocks)}


def test_the_chapters_keep_to_the_budget():
    table = {chapter.stem: spent(chapter) for chapter in CHAPTERS}
    lines = [f"{name:20}{n['words']:6} words{n['listings']:4} listings" for name, n in table.items()]
    print("\n".join(lines))
    over = [name for name, n in table.items() if any(n[what] > most for what, most in BUDGET.items())]
    assert not over, f"over the budget, {BUDGET}: {over}\n" + "\n".join(lines)


def words_before(page, kind, text):
    """Return how many words of open prose come before a block with some text, and how many there are."""
    blocks = open_part(next(chapter for chapter in CHAPTERS if chapter.stem == page))
    place = next(i for i, b in enumerate(blocks) if b.kind == kind and text in b.text)
    return words(blocks[:place]), words(blocks)


def test_a_program_learns_within_the_first_2000_words():
    before, _ = words_before("digits", "code-cell", "W -= 0.1 * X_train[batch].T @ dZ")
    assert before < 2000, f"{before} words before the eight lines"


def test_p_minus_y_comes_in_the_first_third_of_its_chapter():
    before, all_of_it = words_before("losses", "heading", "The gradient is P − Y")
    assert before < all_of_it / 3, f"{before} of {all_of_it} words come before it"


EXPERIMENTS = [chapter for chapter in CHAPTERS if chapter.parent.name in ("experiments", "beyond")]


def is_figure(block):
    return block.kind == "figure" or "figure" in block.options.get("mystnb", {})


@pytest.mark.parametrize("chapter", EXPERIMENTS, ids=lambda path: path.stem)
def test_an_experiment_shows_its_answer_right_after_the_box(chapter):
    blocks = blocks_of(chapter)
    opening = blocks[: [i for i, b in enumerate(blocks) if b.kind == "heading"][1]]  # up to the first section
    assert any(map(is_figure, opening)), "the first section begins before there is a figure"
    place = next(i for i, block in enumerate(opening) if is_figure(block))
    between = [b for b in opening[:place] if b.kind == "prose" and not b.inside]
    assert words(between) < 100, f"{words(between)} words stand before the figure that answers"
    assert any(b.kind == "prose" and not b.inside for b in opening[place:]), "no sentence says the answer"


def cells_without_prose(blocks):
    """Return the lines of the cells that no prose stands before."""
    lines, introduced = [], False
    for block in blocks:
        if block.kind == "code-cell" and not NOT_SHOWN & {*block.tags}:
            if not introduced:
                lines.append(block.line)
            introduced = False
        elif block.kind in ("heading", "solution-start"):
            introduced = False
        elif block.kind == "prose":
            introduced = True
    return lines


@every_chapter
def test_prose_stands_before_every_cell(chapter):
    lines = cells_without_prose(blocks_of(chapter))
    assert not lines, f"no prose before the cells at lines {lines}"


@pytest.mark.parametrize("chapter", EXPERIMENTS, ids=lambda path: path.stem)
def test_an_experiment_ends_with_what_to_remember_and_its_uncertainty(chapter):
    blocks = blocks_of(chapter)
    titles = [block.text for block in blocks if block.kind == "heading"]
    assert titles.index("What to remember") + 1 == titles.index("Checkpoint"), titles
    (box,) = [b for b in blocks if "remember-box" in str(b.options.get("class"))]
    assert box.argument == "What to remember, and how sure we are", box.argument
    assert box.text.count("{glue:text}") >= 3, "the box must say how large, by glued numbers"


@pytest.mark.parametrize("chapter", EXPERIMENTS, ids=lambda path: path.stem)
def test_an_experiment_says_what_it_expects_before_it_looks(chapter):
    prose = " ".join(block.text for block in blocks_of(chapter) if block.kind == "prose")
    assert prose.count("Hypothesis.") >= 2, "the hypotheses are missing"


def test_cells_without_prose_are_found():
    cell, hidden = "```{code-cell}\nx\n```\n", "```{code-cell}\n:tags: [remove-cell]\nx\n```\n"
    page = f"# Title\n{cell}\nProse.\n{hidden}{cell}{hidden}{cell}\n- prose\n\n{cell}"
    assert cells_without_prose(read_page(page)) == [2, 18], "not these, or others too"


def names_of(module):
    """Yield the line and the name of all that a module defines, methods too."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield method.lineno, f".{method.name}"
        if isinstance(node, ast.Assign):
            yield from ((node.lineno, target.id) for target in node.targets)


NAMES = {PACKAGE / f"{stem}.py": set(names_of(PACKAGE / f"{stem}.py")) for stem in CORE}
METHODS = {name for names in NAMES.values() for _, name in names if name.startswith(".")}


def derived_in(chapters):
    """Return the names that the chapters derive: they show the line that defines them."""
    shown = {(path, number) for page in chapters for path, number, _ in shown_lines(page)}
    return {name for path in NAMES for line, name in NAMES[path] if (path, line) in shown}


def used_in(source):
    """Return the package's names that a page imports, and its methods (as .name) it calls."""
    code = "\n".join(b.text for b in read_page(source) if b.kind == "code-cell")
    nodes = list(ast.walk(ast.parse(TransformerManager().transform_cell(code))))
    modules, used, written = set(), set(), set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names}
            used |= {alias.name for alias in node.names if "mnist_from_scratch" in alias.name}
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("mnist_from_scratch"):
            file = node.module.partition(".")[2]
            used |= {file} if file in ALWAYS_THERE else {alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef):
            written.add(f".{node.name}")
    for node in nodes:
        if isinstance(node, ast.Attribute) and f".{node.attr}" in METHODS - written:
            if not (isinstance(node.value, ast.Name) and node.value.id in modules):
                used.add(f".{node.attr}")
    return used


@every_chapter
def test_it_uses_the_package_and_only_what_is_derived_by_then(chapter):
    used = used_in(chapter.read_text(encoding="utf-8"))
    assert any(not name.startswith(".") for name in used), "it does not import mnist_from_scratch"
    guide = [ROOT / "book/appendix/sweeps.md"] if chapter in EXPERIMENTS else []  # sweeps come with a guide
    derived = derived_in([*CHAPTERS[: CHAPTERS.index(chapter) + 1], *guide])
    early = used - derived - ALWAYS_THERE
    assert not early, f"{sorted(early)} are used here, but shown in a later chapter or nowhere"


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ("from mnist_from_scratch import one_hot, plots", {"one_hot", "plots"}),
        ("from mnist_from_scratch.layers import Dense as D", {"Dense"}),
        ("from mnist_from_scratch.plots import curve", {"plots"}),
        ("from mnist_from_scratch import layers", {"layers"}),
        ("import mnist_from_scratch.layers", {"mnist_from_scratch.layers"}),
        ("import numpy as np\nnp.forward\nlayer.forward(X)", {".forward"}),
        ("class Mine:\n    def forward(self): pass\nMine().forward()", set()),
    ],
)
def test_what_a_page_uses_is_found(code, used):
    assert used_in(f"```{{code-cell}}\n{code}\n```\n") == used


@every_chapter
def test_jupytext_reads_the_cells_that_the_book_runs(chapter):
    source = chapter.read_text(encoding="utf-8")
    cells = [cell.source for cell in jupytext.reads(source, fmt="md:myst").cells if cell.cell_type == "code"]
    ours = [block.text.strip() for block in read_page(source) if block.kind == "code-cell"]
    assert [cell.strip() for cell in cells] == ours, "Jupyter would run other cells"
