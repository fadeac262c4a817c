"""Folded boxes: whoever is led into one, from file:// too, finds it unfolded."""

import pytest

FILL = "\nText to scroll over.\n" * 60

# Each kind of fold, with a target and a word in it.
FOLDS = """
:::{admonition} A box
:class: dropdown

(in-a-box)=
The word is abacus.
:::

<details><summary>A question?</summary>

<p id="in-details">The word is bassoon.</p>

</details>

```{code-cell} ipython3
---
tags: [hide-output]
mystnb:
  image: {alt: "A grey square."}
  figure: {caption: "The word is cymbal.", name: fig-in-a-cell}
---
from PIL import Image
Image.new("L", (300, 200), 128)
```

```{exercise} A question
:label: ex-fold
What is it?
```

```{solution-start} ex-fold
:label: sol-fold
:class: dropdown
```

The word is dulcimer.

<details><summary>And why?</summary>

<p id="in-details-in-a-solution">The word is euphonium.</p>

</details>

```{solution-end}
```

````{container} toggle
(in-a-toggle)=
The word is flageolet.
````

## Open and folded

The word is harmonica.

:::{admonition} A box
:class: dropdown
The folded word is harmonica.
:::
"""
WORDS = {
    "in-a-box": "abacus",
    "in-details": "bassoon",
    "fig-in-a-cell": "cymbal",
    "sol-fold": "dulcimer",
    "in-details-in-a-solution": "euphonium",
    "in-a-toggle": "flageolet",
}
LINKS = "\n".join(f'<a href="#{target}">To {target}</a>' for target in WORDS)
SEEN = "node => node.checkVisibility({visibilityProperty: true, opacityProperty: true})"
IN_WINDOW = "node => { const {top} = node.getBoundingClientRect(); return 0 <= top && top < innerHeight; }"
FOLD = """() => {
  document.querySelectorAll("details[open]").forEach(fold => { fold.open = false; });
  document.querySelectorAll(".toggle-button[aria-expanded=true]").forEach(fold => fold.click());
}"""

each_fold = pytest.mark.parametrize("target", WORDS)


@pytest.fixture(scope="module")
def address(shared_book):
    with shared_book.page.open("a") as page:
        page.write(f"\n{LINKS}\n{FILL}{FOLDS}{FILL}")
    process = shared_book.build()
    assert process.returncode == 0, process.stdout
    return (shared_book.html / "page.html").as_uri()


@pytest.fixture
def page(browser):
    context = browser.new_context(offline=True, reduced_motion="reduce", viewport={"width": 1000, "height": 700})
    page = context.new_page()
    yield page
    context.close()


def sentence(page, word):
    return page.get_by_text(f"The word is {word}.", exact=True)


def is_seen(page, word):
    page.wait_for_timeout(200)  # for what happens after the page has been read
    return sentence(page, word).evaluate(SEEN)


def is_reached(page, word):
    """Return whether a word is unfolded and in the window."""
    return is_seen(page, word) and sentence(page, word).evaluate(IN_WINDOW)


@each_fold
def test_it_is_folded_at_first(page, address, target):
    page.goto(address)
    assert not is_seen(page, WORDS[target]), "it is no fold: what follows shows nothing"


@each_fold
def test_an_address_unfolds(page, address, target):
    page.goto(f"{address}#{target}")
    assert is_reached(page, WORDS[target]), "the reader sees a folded box, or another place"


@each_fold
def test_a_link_on_the_page_unfolds_again_and_again(page, address, target):
    page.goto(address)
    for time in ("first", "second"):
        page.get_by_role("link", name=f"To {target}", exact=True).click()
        assert is_reached(page, WORDS[target]), f"not at the {time} click"
        page.evaluate(FOLD)
        assert not is_seen(page, WORDS[target]), "it is not folded again"


@each_fold
def test_it_unfolds_in_a_browser_that_does_nothing_by_itself(page, address, target):
    """Chromium opens <details> for a link, and scrolls; others don't, or not yet."""
    page.goto(address)
    page.evaluate("""target => {
      history.replaceState(null, "", `#${target}`);
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    }""", target)  # fmt: skip
    assert is_reached(page, WORDS[target]), "the reader sees a folded box, or another place"


def test_going_back_unfolds(page, address):
    page.goto(f"{address}#in-a-box")
    page.get_by_role("link", name="To in-details", exact=True).click()
    page.evaluate(FOLD)
    page.go_back()
    assert is_reached(page, "abacus"), "the way back leads to a folded box"


def test_an_address_unfolds_nothing_else(page, address):
    page.goto(f"{address}#in-a-box")
    assert not any(is_seen(page, word) for word in list(WORDS.values())[1:])


@each_fold
def test_a_word_that_was_searched_for_is_unfolded(page, address, target):
    part = "#sol-fold" if target in ("sol-fold", "in-details-in-a-solution") else ""
    page.goto(f"{address}?highlight={WORDS[target]}{part}")
    assert is_seen(page, WORDS[target]), "the word that the search quoted is not to be seen"


def test_a_word_that_can_be_seen_unfolds_nothing(page, address):
    page.goto(f"{address}?highlight=harmonica#open-and-folded")
    assert page.locator("span.highlighted").count() == 2, "the word is not marked"
    assert not page.get_by_text("The folded word").evaluate(SEEN), "a box was unfolded without need"


@each_fold
def test_the_browsers_own_search_unfolds(page, address, target):
    """A text fragment is found as with Ctrl+F, and unlike that can be asked for by an address."""
    page.goto(f"{address}#:~:text=word%20is%20{WORDS[target]}")
    assert is_seen(page, WORDS[target]), "what the browser finds is not to be seen"


def test_an_address_that_leads_nowhere_is_no_error(page, address):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}#no-such-place")
    assert not is_seen(page, "abacus") and not errors, errors
