"""How a live figure comes into its page: its data, its scripts, and what a notebook says of it."""

import json
import re
import shutil

import pytest
from mystsource import ROOT

PAGE = '''
```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  image:
    alt: A line that rises.
  figure:
    caption: A line.
    name: fig-line
---
import matplotlib.pyplot as plt

glue("scores", [0.5, 1.5, -2.0], display=False)
plt.plot([1, 2]);
```

```{live} SCRIPT
:figure: fig-line
:data: DATA
Try the *temperature*.
```
'''


@pytest.fixture
def live_book(tiny_book):
    shutil.copytree(ROOT / "book" / "live", tiny_book.folder / "book" / "live")
    return tiny_book


def build(book, script="softmax", data="scores"):
    book.page.write_text(book.page.read_text() + PAGE.replace("SCRIPT", script).replace("DATA", data))
    return book.build()


def test_a_page_has_its_figures_data_and_the_scripts_it_needs_in_order(live_book):
    process = build(live_book)
    assert process.returncode == 0, process.stdout
    page = (live_book.html / "page.html").read_text(encoding="utf-8")
    data = re.search(r'<div class="live".*?<script type="application/json">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(data) == [0.5, 1.5, -2.0]
    assert re.findall(r'src="[^"]*_static/live/(\w+\.js)', page) == ["live.js", "plot.js", "maths.js", "softmax.js"]
    other = (live_book.html / "other.html").read_text(encoding="utf-8")
    assert "_static/live" not in other, "a page without a live figure loads their scripts or their style"
    assert not (live_book.html.parent / "_static/live/mnist-digits.js").exists(), "the digits are there for nobody"
    notebook = (live_book.html.parent / "notebooks/page.ipynb").read_text(encoding="utf-8")
    assert "this figure can be asked" in notebook and "Try the *temperature*." in notebook


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"script": "nothing"}, "there is no book/live/nothing.js"), ({"data": "lost"}, "book/page: lost is no data")],
    ids=["script", "data"],
)
def test_what_is_missing_stops_the_build_and_is_named(live_book, wrong, said):
    process = build(live_book, **wrong)
    assert process.returncode and said in process.stdout, process.stdout
