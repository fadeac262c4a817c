"""Every page with cells is also a clean notebook: that it runs is tested in test_notebooks_run.py."""

import ast
import html
import re
import shutil
import symtable
from functools import cache, partial

import nbformat
import pytest
from executed import read_executed
from IPython.core.inputtransformer2 import TransformerManager
from mystsource import ROOT
from notebooks import WITH_CELLS, blocks_of, cells_of, code_of, read_notebook, shown_code

SITE, REPOSITORY = "https://owner.example/name", "https://github.com/owner/name"

MYST = re.compile(r"\{[\w:-]+\}`|^\W*(?::::|```\{)|\$\$ \(|^%|^\([\w-]+\)=$|\bmyst|\bglue", re.MULTILINE)
CODE = re.compile(r"^(\s*(?:> )*)(`{3,}).*?^\1\2$|(`+)(?!`).*?(?<!`)\3(?!`)", re.MULTILINE | re.DOTALL)
IMAGE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\(([^)]*)\)")
LINK = re.compile(r"\]\(([^)\s]*)\)")
CHECK = re.compile(r"^checks\.\w+\(.*\)$", re.MULTILINE)


def shown(page):
    return [block for block in cells_of(page) if "remove-cell" not in block.tags]


every_page = pytest.mark.parametrize("page", WITH_CELLS, ids=lambda page: page.stem)


@pytest.fixture(scope="module")
def notebook(site):
    """Return a function that reads the notebook of a page."""
    return cache(partial(read_notebook, site))


@pytest.fixture(scope="module")
def prose(notebook):
    """Return a function that gives the Markdown of a page's notebook, without what code says."""

    @cache
    def prose(page):
        text = (cell.source for cell in notebook(page).cells if cell.cell_type == "markdown")
        return "\n\n".join(CODE.sub("`code`", cell) for cell in text)

    return prose


@pytest.fixture(scope="module")
def page_html(site):
    """Return a function that gives the page as the site has it."""
    name = lambda page: page.relative_to(ROOT).with_suffix(".html")
    return cache(lambda page: (site.html / name(page)).read_text(encoding="utf-8"))


def without_math(text):
    return re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", text, flags=re.DOTALL)


def test_the_pages_with_cells_and_no_others_have_a_notebook(site):
    files = {path.name for path in (site.html / "notebooks").glob("*.ipynb")}
    assert files == {f"{page.stem}.ipynb" for page in WITH_CELLS}


@every_page
def test_it_is_valid_and_clean(notebook, page):
    nb = notebook(page)
    nbformat.validate(nb)
    for cell in nb.cells:
        assert cell.metadata.id == cell.id, "Colab looks for a cell's id in its metadata"
        assert not cell.get("outputs") and cell.get("execution_count") is None, f"{cell.id} has been run"
    assert nb.cells[0].source.startswith("# "), "it must open with its title"
    assert nb.cells[1].metadata.tags == ["install"], "the second cell must install the package"


@every_page
def test_it_holds_the_cells_that_the_page_shows(notebook, page):
    ours, theirs = code_of(notebook(page)), shown(page)
    assert [c.source.strip() for c in ours] == [block.text.strip() for block in theirs]
    for cell, block in zip(ours, theirs):
        assert cell.metadata.get("tags", []) == list(block.tags), f"{cell.id} has other tags"
        folded = "hide-input" in block.tags
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == folded, cell.id
        assert (cell.metadata.get("cellView") == "form") == folded, f"{cell.id} in Colab"


@every_page
def test_it_holds_the_cells_whose_outputs_the_site_shows(notebook, site, page):
    """One by one and in order, so that a run of the notebook is the run that the build has made."""
    executed = shown_code(read_executed(page, site.cache))
    assert [cell.source for cell in executed] == [cell.source for cell in code_of(notebook(page))]


@every_page
def test_no_cell_needs_one_that_readers_do_not_have(page):
    """What a removed cell has given a value, or another value, is missing in the notebook."""
    removed = set()
    for block in cells_of(page):
        stored, loaded = names_in(block.text)
        if "remove-cell" in block.tags:
            removed |= stored
        else:
            removed -= stored
            missing = loaded & removed
            assert not missing, f"line {block.line} uses {sorted(missing)} of a cell that is not shown"


def names_in(code):
    """Return the notebook's names that the code gives a value, and those that it uses."""
    top = symtable.symtable(TransformerManager().transform_cell(code), "cell", "exec")
    stored = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    loaded, inner = {s.get_name() for s in top.get_symbols() if s.is_referenced()}, top.get_children()
    while inner:
        table = inner.pop()
        loaded |= {s.get_name() for s in table.get_symbols() if s.is_global()}
        inner += table.get_children()
    return stored, loaded


@every_page
def test_none_of_the_books_own_syntax_is_left(prose, page):
    left = [match[0] for match in MYST.finditer(without_math(prose(page)))]
    assert not left, f"a notebook does not understand {left}"


@every_page
def test_its_formulas_are_whole(prose, page):
    text = prose(page)
    assert "$" not in without_math(text).replace(r"\$", ""), "a formula is not closed"
    for formula in re.findall(r"\$\$.*?\$\$|\$[^$]*\$", text, flags=re.DOTALL):
        assert "<" not in formula, f"Colab may take this for a tag: {formula}"
        assert "\n\n" not in formula and "\n>" not in formula, f"this would be torn apart: {formula}"


@every_page
def test_it_has_the_pages_numbers(prose, page_html, page):
    numbers = re.findall(r'class="eqno">\(([\d.]+)\)', page_html(page))
    assert re.findall(r"\\tag\{([\d.]+)\}", prose(page)) == numbers, "equations have other numbers"
    captions = re.findall(r'class="caption-number">((?:Fig\.|Table) [\d.]*\d)', page_html(page))
    ours = re.findall(r"^\*\*((?:Fig\.|Table) [\d.]*\d)\.\*\*", prose(page), re.MULTILINE)
    assert sorted(ours) == sorted(captions), "figures or tables have other numbers"
    headings = re.findall(r'<h[1-6]><span class="section-number">([\d.]+)', page_html(page))
    assert re.findall(r"^#+ ([\d.]+\.) ", prose(page), re.MULTILINE) == headings, "sections have other numbers"


@every_page
def test_its_values_are_filled_in(prose, page_html, page):
    """In the order of the page; what a formula contains is not looked for."""
    values = map(html.unescape, re.findall(r'class="pasted-text">([^<]*)<', page_html(page)))
    text, place = prose(page), 0
    for value in values:
        place = text.find(value, place)
        assert place >= 0, f"the value {value!r} does not stand where it should"
        place += len(value)


@every_page
def test_its_sources_are_those_of_the_package(notebook, page):
    included = [block.argument for block in blocks_of(page) if block.kind == "literalinclude"]
    text = "\n\n".join(cell.source for cell in notebook(page).cells if cell.cell_type == "markdown")
    listings = re.findall(r"^`(mnist_from_scratch/\S+)`\n\n(`{3,})python\n(.*?)^\2$", text, re.M | re.S)
    assert len(listings) == len(included), "a source is missing, or not under its file's name"
    for (name, _, code), path in zip(listings, included):
        assert path.endswith(name), f"{path} is called {name}"
        assert code.strip("\n") in (ROOT / name).read_text(encoding="utf-8"), f"this is not in {name}:\n{code}"


@every_page
def test_its_links_lead_somewhere(notebook, site, page):
    text = "\n\n".join(c.source for c in notebook(page).cells if c.cell_type == "markdown")
    places = re.findall(r'<a id="([^"]+)" name="([^"]+)">', text)
    assert len({name for name, _ in places}) == len(places), "two places have the same name"
    assert all(name == other for name, other in places)
    for link in LINK.findall(IMAGE.sub("", CODE.sub("", text))):
        if link.startswith("#"):
            assert link[1:] in dict(places), f"{link} leads nowhere"
        elif not link.startswith("https://"):
            assert (site.html / "notebooks" / link).is_file(), f"{link} leads nowhere"


@every_page
def test_its_drawings_are_inside_and_say_what_they_show(prose, page):
    images = IMAGE.findall(prose(page))
    figures = [block for block in blocks_of(page) if block.kind == "figure"]
    assert len(images) == len(figures), "a drawing is missing"
    for alt, address in images:
        assert address.startswith("data:image/svg+xml;base64,"), address[:60]
        assert len(alt.split()) >= 4, f"a drawing has the alt text {alt!r}"


@every_page
def test_its_solutions_and_nothing_else_is_folded(notebook, page):
    nb, folded, inside, level = notebook(page), [], False, 0
    for cell in nb.cells:
        heading = re.match(r"(#+) .*", cell.source) if cell.cell_type == "markdown" else None
        if heading and len(heading[1]) <= (level if inside else 9):
            inside, level = bool(cell.metadata.get("heading_collapsed")), len(heading[1])
            assert inside == ("Solution to exercise" in cell.source), f"{cell.id} is folded, or should be"
            if inside:
                assert cell.source == heading[0], "text in the heading's own cell would be seen"
                assert cell.metadata["jp-MarkdownHeadingCollapsed"], f"{cell.id} in JupyterLab"
                assert cell.id in nb.metadata.colab.collapsed_sections, f"{cell.id} in Colab"
        elif inside and cell.cell_type == "code":
            folded.append(cell.source.strip())
    solutions = [block for block in blocks_of(page) if block.kind == "solution-start"]
    assert len(nb.metadata.colab.collapsed_sections) == len(solutions), "a solution is missing"
    assert folded == in_solutions(page), "other cells are folded than those of the solutions"


def in_solutions(page):
    """Return the sources of the cells between solution-start and solution-end."""
    inside, cells = False, []
    for block in blocks_of(page):
        inside = block.kind == "solution-start" or inside and block.kind != "solution-end"
        if inside and block.kind == "code-cell" and "remove-cell" not in block.tags:
            cells.append(block.text.strip())
    return cells


@every_page
def test_every_exercise_in_code_has_a_cell_for_the_answer(notebook, page):
    answers = [c.source for c in notebook(page).cells if "answer" in c.metadata.get("tags", [])]
    calls = [call for source in in_solutions(page) for call in CHECK.findall(source)]
    assert all(not ast.parse(source).body for source in answers), "running all must not run an answer"
    assert [line for source in answers for line in source.splitlines()[1:]] == [f"# {c}" for c in calls]


# Addresses, and what is written again


@pytest.fixture
def published(tiny_book, build_book):
    """Return a function that builds the tiny book as published; it returns the process."""
    root = tiny_book.page.parents[1]
    shutil.copy(ROOT / "pyproject.toml", root)
    return lambda **addresses: build_book(root, root, PYTHONPATH=str(root), **addresses)


def tiny_notebook(tiny_book):
    return nbformat.read(tiny_book.html.parent / "notebooks" / "page.ipynb", as_version=4)


def text_of(tiny_book, name):
    return (tiny_book.html / f"{name}.html").read_text(encoding="utf-8")


def test_the_buttons_open_that_notebook_and_stand_only_where_it_is(published, tiny_book):
    assert published().returncode == 0
    assert "../notebooks/page.ipynb" in text_of(tiny_book, "page"), "it cannot be downloaded"
    assert "colab" not in text_of(tiny_book, "page").lower(), "Colab has no address to open"
    process = published(BOOK_SITE=SITE, BOOK_REPOSITORY=REPOSITORY + ".git")
    assert process.returncode == 0, process.stdout
    for address in ("https://colab.research.google.com/github/owner/name/blob/gh-pages/notebooks/page.ipynb",
                    "https://mybinder.org/v2/gh/owner/name/gh-pages?urlpath=lab/tree/notebooks/page.ipynb",
                    "../notebooks/page.ipynb"):  # fmt: skip
        assert f'href="{address}"' in text_of(tiny_book, "page"), f"no button for {address}"
        assert address not in text_of(tiny_book, "other"), "a page without cells has a button"


def test_the_first_cell_installs_from_where_the_package_is(published, tiny_book, wheel):
    for addresses, wanted in (
        ({}, "run 'pip install .'"),
        ({"BOOK_REPOSITORY": REPOSITORY}, f"%pip install -q git+{REPOSITORY}"),
        ({"BOOK_SITE": SITE, "BOOK_REPOSITORY": REPOSITORY}, f"%pip install -q {SITE}/{wheel.name}"),
    ):
        process = published(**addresses)
        assert process.returncode == 0, process.stdout
        assert wanted in tiny_notebook(tiny_book).cells[1].source, f"with {addresses}"


def test_links_and_drawings_lead_to_the_site_where_it_is_known(published, tiny_book):
    """Colab shows no drawing from inside a notebook: its issue 2092."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    tiny_book.page.with_name("drawing.svg").write_text(drawing)
    tiny_book.other.write_text("(there)=\n# Other\n")
    with tiny_book.page.open("a") as page:
        page.write("\nSee {ref}`there`.\n\n```{figure} drawing.svg\n:alt: A drawing of nothing\nNothing.\n```\n")
    for addresses, link, image in (
        ({}, "See Other.", "](data:image/svg+xml;base64,"),
        ({"BOOK_SITE": SITE}, f"See [Other]({SITE}/book/other.html#there).", f"]({SITE}/_images/drawing.svg)"),
    ):
        process = published(**addresses)
        assert process.returncode == 0, process.stdout
        text = "\n".join(cell.source for cell in tiny_notebook(tiny_book).cells)
        assert link in text, f"with {addresses} the link is not {link}"
        assert f"![A drawing of nothing{image}" in text, f"with {addresses} the drawing is elsewhere"


def test_a_notebook_is_written_again_with_its_page(published, tiny_book):
    assert published().returncode == 0
    file = tiny_book.html.parent / "notebooks" / "page.ipynb"
    first, page = file.read_bytes(), tiny_book.page.read_text()
    tiny_book.page.write_text(page + "\nA new sentence.\n")
    assert published().returncode == 0
    assert "A new sentence." in file.read_text(encoding="utf-8"), "it is stale"
    tiny_book.page.write_text(page)
    assert published().returncode == 0
    assert file.read_bytes() == first, "the same page gives another notebook"
    tiny_book.page.with_name("third.md").write_text("# Another title\n")
    assert published().returncode == 0
    assert file.read_bytes() == first, "a build that does not touch it must leave it"


@pytest.mark.parametrize(
    ("name", "value"),
    [("BOOK_SITE", "owner.github.io/name"), ("BOOK_SITE", "http://owner.github.io"),
     ("BOOK_SITE", "https://x.org/?a=b"), ("BOOK_SITE", "https:///name"),
     ("BOOK_REPOSITORY", "git@github.com:owner/name"), ("BOOK_REPOSITORY", "https://github.com/owner")],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_by_name(monkeypatch, name, value):
    monkeypatch.syspath_prepend(ROOT / "_ext")
    import addresses

    with pytest.raises(addresses.ConfigError, match=name):
        getattr(addresses, name.removeprefix("BOOK_").lower())({name: value})


def test_a_repository_elsewhere_has_no_button_for_colab_or_binder(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "_ext")
    import addresses

    repository = addresses.repository({"BOOK_REPOSITORY": "https://example.org/owner/name/"})
    assert repository == "https://example.org/owner/name"
    assert not addresses.colab(repository, "x.ipynb") and not addresses.binder(repository, "x.ipynb")
