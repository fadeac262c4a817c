"""What is shown is never stale, and what has not changed is not run again."""

EXECUTED, WRITTEN = "Chapters to run", "Writing the pages"


def text_of(page):
    return page.read_text(encoding="utf-8")


def succeeded(process):
    assert process.returncode == 0, process.stdout
    return process.stdout


def test_a_change_in_the_module_runs_the_pages_again(tiny_book):
    succeeded(tiny_book.build())
    tiny_book.module.write_text("ANSWER = 27182\n")
    assert EXECUTED in succeeded(tiny_book.build()), "the page still shows the old module's output"
    page, other = text_of(tiny_book.html / "page.html"), text_of(tiny_book.html / "other.html")
    assert "printed 27182" in page, "the output is stale"
    assert ">27182<" in page and ">31415<" not in page, "the source shown is stale"
    assert "27182" in other and "31415" not in other, "the number glued on another page is stale"
    assert len(list(tiny_book.cache.iterdir())) == 1, "the old module's cache was kept"


def test_a_change_in_a_data_file_runs_the_pages_again(tiny_book):
    data = tiny_book.module.with_name("data.txt")
    data.write_text("31415")
    tiny_book.module.write_text("from pathlib import Path\n"
                                "ANSWER = int(Path(__file__).with_name('data.txt').read_text())\n")
    succeeded(tiny_book.build())
    data.write_text("27182")
    assert EXECUTED in succeeded(tiny_book.build()), "the pages still show the old data's output"
    assert "printed 27182" in text_of(tiny_book.html / "page.html"), "the output is stale"


def test_a_change_in_a_cell_reaches_the_pages_that_show_its_number(tiny_book):
    succeeded(tiny_book.build())
    cell = tiny_book.page.read_text().replace('glue("answer", ANSWER', 'glue("answer", 2 * ANSWER')
    tiny_book.page.write_text(cell)
    succeeded(tiny_book.build())
    assert "62830" in text_of(tiny_book.html / "other.html"), "the number on the other page is stale"


def test_a_new_title_reaches_the_pages_that_show_it(tiny_book):
    succeeded(tiny_book.build())
    tiny_book.page.write_text(tiny_book.page.read_text().replace("# Page", "# Another title"))
    succeeded(tiny_book.build())
    assert "Another title" in text_of(tiny_book.html / "other.html"), "the title is stale"


def test_a_change_in_the_prose_runs_nothing(tiny_book):
    succeeded(tiny_book.build())
    with tiny_book.page.open("a") as page:
        page.write("\nA new sentence.\n")
    assert EXECUTED not in succeeded(tiny_book.build()), "a cell ran again without need"
    assert "A new sentence." in text_of(tiny_book.html / "page.html"), "the prose is stale"


def test_a_change_in_the_prose_leaves_the_other_pages_alone(tiny_book):
    succeeded(tiny_book.build())
    written = (tiny_book.html / "third.html").stat().st_mtime_ns
    with tiny_book.other.open("a") as page:
        page.write("\nA new sentence.\n")
    succeeded(tiny_book.build())
    assert (tiny_book.html / "third.html").stat().st_mtime_ns == written, "it was written again"


def test_no_change_does_nothing(tiny_book):
    succeeded(tiny_book.build())
    said = succeeded(tiny_book.build())
    assert EXECUTED not in said and WRITTEN not in said, "something was built again"


def test_a_build_that_broke_off_can_be_mended(tiny_book):
    whole = tiny_book.page.read_text()
    tiny_book.page.write_text(whole.replace('print("printed"', 'raise ValueError("stop")\nprint("printed"'))
    assert tiny_book.build().returncode != 0, "a cell that raises should end the build"
    tiny_book.page.write_text(whole)
    succeeded(tiny_book.build())
    assert (tiny_book.html.parent / "_static" / "book.css").is_file(), "the pages have no style"
