"""The search, from file:// as from a server: it names the part of each hit, quotes it and leads there."""

import json
import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

import pytest
from mystsource import PAGES, ROOT

NAMES = [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES]
CHAPTER = "book/foundations/backpropagation.html"
TROUBLES = "book/appendix/troubleshooting.html"
API = "book/appendix/api.html"
INDEX = 1_000_000  # bytes at the most
DONE = re.compile("found")


@pytest.fixture
def page(browser):
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    context.close()
    assert not page.errors, f"the search reports {page.errors}"


def search(page, site, query):
    """Search from file://, and return the hits: name, address, page and quotation of each."""
    page.goto(f"{(site.html / 'search.html').as_uri()}?q={quote(query)}")
    return hits(page)


def hits(page):
    page.locator("#search-results .search-summary").filter(has_text=DONE).wait_for()
    found = page.evaluate(HITS)
    for hit in found:  # the chapters' own numbers may change: N stands for each
        hit["numbered"] = hit["name"]
        for key in ("name", "page"):
            hit[key] = hit[key] and re.sub(r"\b\d+\.", "N.", hit[key], count=1)
    return found


HITS = """() => [...document.querySelectorAll("ul.search > li")].map(node => ({
  name: node.querySelector("a").textContent,
  to: decodeURIComponent(node.querySelector("a").getAttribute("href").replace(/[?].*?(?=#|$)/, "")),
  page: node.querySelector(".page")?.textContent,
  quoted: node.querySelector(".context")?.textContent ?? "",
  marked: [...node.querySelectorAll(".context mark")].map(mark => mark.textContent.toLowerCase()),
}))"""


def said(page):
    return page.locator("#search-results .search-summary").inner_text()


# What is found, and how it is named


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("backpropagation", "N. Backpropagation"),
        ("softmax", "N. Softmax"),
        ("learning rate", "N. Learning rates"),
        ("notation", "Notation"),
        ("chain rule", "N.3. The chain rule: a sum over paths"),
    ],
)
def test_what_is_called_by_the_words_comes_first(page, site, query, name):
    first = search(page, site, query)[0]["name"]
    assert first == name, f"the first hit is {first}"


def test_the_words_are_marked_in_a_name_too(page, site):
    search(page, site, "chain rule")
    assert page.locator("ul.search a").first.locator("mark").all_inner_texts() == ["chain", "rule"]


def test_a_hit_leads_to_its_page(page, site):
    search(page, site, "backpropagation")
    page.locator("ul.search a").first.click()
    page.wait_for_url(f"**/{CHAPTER}*")
    assert "Backpropagation" in page.locator("article h1").inner_text()


@pytest.mark.parametrize(
    ("query", "name", "chapter", "address"),
    [
        ("impossible evidence", "Why the exponential?", "N. Softmax", "foundations/softmax.html#why-the-exponential"),
        ("breaking symmetry", "N.3. Not all alike", "N. Initialisation: where to start",
         "foundations/initialisation.html#not-all-alike"),
        ("leaky_relu", "Exercise N.3 (A ReLU that leaks)", "N. Slopes: many inputs, many paths",
         "foundations/slopes.html#ex-slopes-leaky"),
    ],
)  # fmt: skip
def test_words_of_a_text_lead_to_their_part(page, site, query, name, chapter, address):
    """They stand in no title, so Sphinx's own search would name the page."""
    hit = search(page, site, query)[0]
    assert (hit["name"], hit["page"]) == (name, chapter), f"the hit is called {hit['name']}, {hit['page']}"
    assert hit["to"] == f"book/{address}", f"it leads to {hit['to']}"
    assert set(hit["marked"]) >= set(query.split()), f"marked is only {hit['marked']}"
    assert 20 < len(hit["quoted"]) < 260, f"that is not a line or two: {hit['quoted']!r}"


def test_a_solution_comes_after_its_exercise(page, site):
    names = [hit["name"] for hit in search(page, site, "counting the dead")]
    exercise = names.index("Exercise N.2 (Counting the dead)")
    assert exercise < names.index("Solution to Exercise N.2 (Counting the dead)"), names


@pytest.mark.parametrize("name", ["load_mnist", "Network.predict", "SGD", "CosineDecay"])
def test_a_name_of_the_package_leads_to_its_docstring(page, site, name):
    found = {hit["name"]: hit["to"] for hit in search(page, site, name)[:3]}
    assert name in found, f"the first hits are {list(found)}"
    assert found[name].startswith(f"{API}#mnist_from_scratch.") and found[name].endswith(f".{name}")


@pytest.mark.parametrize("word", ["10", "255", "nan"])
def test_numbers_and_short_words_are_found(page, site, word):
    found = search(page, site, word)
    assert found and word in found[0]["marked"], f"the first hit is {found[:1]}"


def test_the_number_of_a_section_is_no_word_of_it(page, site):
    unmarked = [hit["numbered"] for hit in search(page, site, "10") if not hit["marked"]]
    numbered = [name for name in unmarked if re.search(r"\b10\.", name)]
    assert not numbered, f"these have 10 in their number alone: {numbered}"
    assert search(page, site, "Exercise 10.3")[0]["numbered"].startswith("Exercise 10.3 ")


@pytest.mark.parametrize("query", ["zyzzyva", "%", "…"])
def test_the_search_says_when_it_finds_nothing(page, site, query):
    assert not search(page, site, query)
    assert said(page) == "Nothing was found. Try fewer words, or others."


def test_the_search_says_when_no_part_has_all_words(page, site):
    found = search(page, site, "catapult zyzzyva")
    assert found and "No place has all these words" in said(page), said(page)


# In readers' words


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("stuck at 10 %", "the-accuracy-is-stuck-at-10"),
        ("the loss does not decrease", "the-loss-does-not-decrease"),
        ("forgot the minus", "the-loss-does-not-decrease"),
        ("shuffled X without y", "the-loss-does-not-decrease"),
        ("frozen weights", "the-loss-does-not-decrease"),
        ("NaN", "nan-inf-or-a-floatingpointerror"),
        ("inf", "nan-inf-or-a-floatingpointerror"),
        ("dead neuron", "a-dead-neuron-or-an-output-asleep"),
        ("dead", "a-dead-neuron-or-an-output-asleep"),
        ("neuron is dead", "a-dead-neuron-or-an-output-asleep"),
        ("overflow", "runtimewarning-overflow-encountered-in-exp"),
        ("divide by 255", "i-forgot-to-divide-by-255"),
        ("got float64", "x-must-be-float32-got-float64"),
        ("restart the kernel", "i-changed-the-module-and-nothing-happens"),
        ("autoreload", "can-i-do-without-restarting-the-kernel"),
        ("interrupt", "how-do-i-interrupt-a-training"),
        ("Ctrl-C", "how-do-i-interrupt-a-training"),
        ("MemoryError", "memoryerror-out-of-memory"),
        ("out of memory", "memoryerror-out-of-memory"),
        ("opens as text", "jupyterlab-opens-a-chapter-as-text"),
        ("GPU", "does-it-use-my-gpu"),
        ("outputs differ", "my-outputs-differ-from-the-book-s"),
        ("out of date", "the-install-is-out-of-date"),
        ("no network", "i-am-offline-no-network-no-internet"),
        ("offline", "i-am-offline-no-network-no-internet"),
        ("ModuleNotFoundError", "modulenotfounderror-no-module-named-mnist-from-scratch"),
        ("No module named", "modulenotfounderror-no-module-named-mnist-from-scratch"),
        ("validation loss rises", "overfitting-the-validation-loss-rises-while-the-training-loss-falls"),
        ("Windows", "on-windows"),
        ("cp1252", "on-windows"),
        ("build failed", "the-build-failed-where-is-the-log"),
        ("Chromium", "a-test-fails-or-chromium-is-missing"),
        ("own data", "your-own-data"),
        ("DataFrame", "i-have-a-dataframe"),
        ("pandas", "i-have-a-dataframe"),
        ("EMNIST", "emnist-fashion-mnist-and-other-idx-files"),
        ("my own handwriting", "my-own-handwriting-is-misread"),
    ],
)
def test_a_trouble_in_a_readers_words_leads_to_its_remedy(page, site, query, part):
    hits = [hit["to"] for hit in search(page, site, query)]
    place = hits.index(f"{TROUBLES}#{part}") if f"{TROUBLES}#{part}" in hits else None
    assert place in (0, 1), f"it is not one of the first two: {hits[:5]}"
    page.locator("ul.search a").nth(place).click()
    page.wait_for_url(f"**/{TROUBLES}*#{part}")
    assert page.locator(f"#{part} :is(h2, h3)").first.is_visible()


# Where it works


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_a_server_gives_the_same_as_a_file(page, site, browser):
    from_file = search(page, site, "dead neurons")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site.html)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        served = browser.new_page()
        served.goto(f"http://127.0.0.1:{server.server_port}/search.html?q=dead+neurons")
        from_server = hits(served)
        served.close()
        server.shutdown()
    assert len(from_file) > 5 and from_server == from_file


def test_the_search_field_of_a_chapter_works(page, site):
    page.goto((site.html / CHAPTER).as_uri())
    page.locator(".bd-sidebar-primary .search-button-field").click()
    page.locator("dialog input[type=search]").fill("softmax")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=softmax")
    assert any(hit["name"] == "N. Softmax" for hit in hits(page))


def test_the_words_are_marked_where_a_hit_leads(page, site):
    search(page, site, "breaking symmetry")
    page.locator("ul.search a").first.click()
    page.wait_for_url("**#not-all-alike")
    marked = page.locator("#not-all-alike span.highlighted")
    marked.first.wait_for()
    assert {word.lower() for word in marked.all_inner_texts()} == {"breaking", "symmetry"}
    assert marked.first.evaluate("node => node.getBoundingClientRect().top < innerHeight"), "it is further down"


def test_the_maths_stays_whole_where_words_are_marked(page, site):
    page.goto(f"{(site.html / 'book/foundations/softmax.html').as_uri()}?highlight=frac+sum+softmax")
    page.evaluate("async () => { await MathJax.startup.promise }")
    assert page.locator("span.highlighted").count() > 10, "nothing is marked: what follows shows nothing"
    whole = page.evaluate("[...document.querySelectorAll('.math')].every(node => node.querySelector('mjx-container svg'))")
    assert whole, "a mark has broken a formula"


# The keyboard, a screen reader, a phone


def test_the_tab_key_reaches_the_hits(page, site):
    search(page, site, "catapult")
    page.locator(".bd-search-container input").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/learning-rates.html*")


def test_a_screen_reader_hears_how_many_there_are(page, site):
    number = len(search(page, site, "catapult"))
    status = page.get_by_role("status").filter(has_text="found")
    assert status.inner_text() == f"{number} places found."


@pytest.mark.parametrize("width", [1280, 360])
def test_the_glass_stands_beside_the_words(page, site, width):
    page.set_viewport_size({"width": width, "height": 740})
    search(page, site, "dead")
    glass = page.locator(".bd-search-container .fa-magnifying-glass").bounding_box()
    box = page.locator(".bd-search-container input").evaluate(
        "node => ({x: node.getBoundingClientRect().x + parseFloat(getComputedStyle(node).paddingLeft)})")  # fmt: skip
    assert glass["x"] + glass["width"] <= box["x"], "it lies over the first letter"


# The index


def read_index(html):
    """Return the parts of each page, by their id."""
    text = (html / "searchindex.js").read_text(encoding="utf-8")
    pages = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    return {name: {part: (title, said) for part, title, said in parts} for name, parts in pages.items()}


def test_the_index_is_light_and_only_the_search_loads_it(site):
    size = (site.html / "searchindex.js").stat().st_size
    assert 100_000 < size < INDEX, f"{size:,} bytes"
    loading = [name for name in [*NAMES, "genindex.html"] if "searchindex.js" in (site.html / name).read_text()]
    assert not loading, f"these load it too: {loading}"


def test_each_part_can_be_reached(site):
    for name, parts in read_index(site.html).items():
        html = (site.html / f"{name}.html").read_text(encoding="utf-8")
        missing = [part for part in parts if part and f'id="{part}"' not in html]
        assert not missing, f"{name} has no {missing}"


PAGE = r"""
The first paragraph.

```{code-cell} ipython3
standing_there = print(271828 * 3)
```

```{code-cell} ipython3
:tags: [hide-input]
folded_away = 1
```

One $\frac{\alpha}{2}$ more, where $x = y$.

<details><summary>A question?</summary><b>An answer</b> &amp; more.</details>

## A part

Of its own.
"""
TERMS = """# Terms

```{glossary}
Ephemeral neuron
  Here today.
```
"""


def test_the_index_has_what_the_pages_say_part_by_part(tiny_book):
    with tiny_book.page.open("a") as page:
        page.write(PAGE)
    tiny_book.other.write_text(TERMS)
    process = tiny_book.build()
    assert process.returncode == 0, process.stdout
    index = read_index(tiny_book.html.parent)
    parts = index["book/page"]
    assert [title for title, _ in parts.values()] == ["Page", "A part"]
    assert parts["a-part"][1] == "Of its own.", "a part has the words of another"
    assert index["book/other"]["term-Ephemeral-neuron"] == ("Ephemeral neuron", "Here today.")
    text = parts[""][1]
    assert text.startswith("The first paragraph. One … more, where x = y. A question? An answer & more."), text
    assert "standing_there" in text, "code that stands open is not in it"
    for word, what in (("815484", "an output"), ("alpha", "markup of a formula"), ("folded_away", "folded code")):
        assert word not in text, f"{what} is in it"

    tiny_book.other.write_text("# Other\n\nSomething new.\n")
    process = tiny_book.build()
    assert process.returncode == 0, process.stdout
    again = read_index(tiny_book.html.parent)
    assert again["book/other"][""] == ("Other", "Something new."), "the index is stale"
    assert again["book/page"] == parts, "a page that was not written again has left the index"
