"""A figure that another page shows again: the same picture, the same words, another caption."""

import re

PLOT = '''
```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  image:
    alt: A line that rises.
  figure:
    caption: The caption of the chapter.
    name: fig-line
---
import matplotlib.pyplot as plt

plt.plot([1, FACTOR]);
```
'''
AGAIN = "# Other\n\n```{repeated-figure} page.md::fig-line\nWhat it *means*.\n```\n"


def pictures(page):
    return re.findall(r'<img [^>]*alt="A line that rises\."[^>]*>', page.read_text(encoding="utf-8"))


def source_of(picture):
    return re.search(r'src="([^"]*)"', picture)[1]


def test_the_picture_is_that_of_the_other_page_and_follows_it(tiny_book):
    begun = tiny_book.page.read_text()
    tiny_book.other.write_text(AGAIN)
    sources = []
    for factor in "23":
        tiny_book.page.write_text(begun + PLOT.replace("FACTOR", factor))
        process = tiny_book.build()
        assert process.returncode == 0, process.stdout
        (there,), (here,) = (pictures(tiny_book.html / name) for name in ("page.html", "other.html"))
        assert source_of(there) == source_of(here), "another picture than the chapter's"
        assert (tiny_book.html / source_of(here)).is_file(), "the picture is not in the site"
        sources.append(source_of(here))
    assert sources[0] != sources[1], "the page was not written anew when the other had changed"
    html = (tiny_book.html / "other.html").read_text(encoding="utf-8")
    caption = re.search(r"<figcaption>(.*?)</figcaption>", html, re.DOTALL)[1]
    assert "What it <em>means</em>." in caption, caption
    assert "The caption of the chapter" not in caption, caption


def test_a_figure_that_is_not_there_stops_the_build(tiny_book):
    tiny_book.other.write_text(AGAIN)
    process = tiny_book.build()
    assert process.returncode and "there is no figure fig-line in book/page" in process.stdout, process.stdout
