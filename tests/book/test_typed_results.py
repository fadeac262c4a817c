"""No measured number is typed: prose takes it from a cell, or cites its source.

Prose is everything but code, maths, front matter and options: headings,
titles, table rows, captions and alternative texts too (of figures that cells
draw as well). In it a decimal, a percentage, a ± or a comparison with "times"
must be glued, stand in a sentence with a citation, or stand in a block marked
as worked by hand. Names with a version pass: CC BY 4.0, Python 3.11; so do
references to a section, 3.2. Settings that are chosen, not measured, are
written as maths or code: $\\eta = 0.1$.
"""

import re

import pytest
from mystsource import CITATION, GLUED, MATHS, PAGES, ROOT, read_page

NUMBER = (r"(?:\d[\d,.]*|half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
          r"fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)")  # fmt: skip
RESULTS = {
    "a decimal": r"(?<![\w.])\d*\.\d+(?!\.?\d)|\d+e[-+−]?\d+\b",
    "a percentage": rf"\b{NUMBER}[\s-]*(?:%|per\s?cent)",
    "a ±": r"±|\+/[-−]",
    "a “times”": rf"\b{NUMBER}[\s-]+times\b|\b\d+\s*[x×](?!\s*\d)|\b{NUMBER}-?fold\b|"
                 r"\b(?:twice|thrice|half) as\b|\btwice the\b|"
                 rf"(?<!{GLUED} )(?<!{MATHS} )\btimes (?:more|less|fewer|better|worse|faster|slower|larger|"
                 r"smaller|bigger|longer|shorter|higher|lower|greater|cheaper)\b",
}  # fmt: skip
VERSION = re.compile(r"\b(?:CC[ -]BY(?:-SA)?|Python|NumPy|Matplotlib|scikit-learn|PyTorch|"
                     r"Jupyter Book|version|[Ss]ections?|[Cc]hapters?)\s+\d+(?:\.\d+)+")  # fmt: skip
TITLE = "A famous network, ten times"  # a number of runs, which was chosen
GLUED_PAIR = re.compile(rf"{GLUED}\s*%?\s*±\s*{GLUED}")
END_OF_SENTENCE = re.compile(r"(?<=[.!?])[”\")\]]*\s+(?=[^\sa-z])")
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|cf|vs|al|Fig|Eq|ch|p|pp)\.$")


def sentences(text):
    """Return the sentences of a text."""
    parts = []
    for part in END_OF_SENTENCE.split(text):
        if parts and ABBREVIATION.search(parts[-1]):
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


def typed_results(source):
    """Return a line for each result that is typed in a page."""
    found = []
    for block in read_page(source):
        by_hand = any("by-hand" in str(around.options.get("class")) for around in block.inside)
        if block.kind not in ("prose", "heading", "caption", "html") or by_hand:
            continue
        for sentence in sentences(block.text):
            if CITATION in sentence:
                continue
            words = GLUED_PAIR.sub(GLUED, VERSION.sub("", sentence.replace(TITLE, "")))
            kinds = [kind for kind, pattern in RESULTS.items() if re.search(pattern, words, re.I)]
            if kinds:
                found.append(f"line {block.line}: {' and '.join(kinds)}: {sentence}")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT / "book")))
def test_no_result_is_typed(page):
    found = typed_results(page.read_text(encoding="utf-8"))
    assert not found, "glue it, cite it, or write a chosen setting as maths:\n" + "\n".join(found)


TYPED = [
    "The network reaches 98.2 on the test set.",
    "The accuracy is .98 now.",
    "It reaches 98% of them.",
    "It reaches 98 % of them.",
    "Ninety per cent of the digits are right.",
    "The error falls to 2 percent.",
    "The mean is 97 ± 1.",
    "The mean is {glue:text}`a:.1f` ± 0.1.",
    "The mean is 97 +/- 1 digits.",
    "This is 3 times as fast.",
    "This is three times the work.",
    "It is twice as fast.",
    "It is half as fast.",
    "It takes twice the time.",
    "It is 3x faster and 10× smaller.",
    "A tenfold gain.",
    "It is many times faster.",
    "The difference is 1e-7.",
    "It reaches 98.2.\nAs {cite:t}`nielsen2015` says, networks learn.",
    "As {cite:t}`nielsen2015` says, networks learn. It reaches 98.2 here.",
    "- a list item with 98.2",
    "> a quotation with 98.2",
    "| a | b |\n|---|---|\n| accuracy | 98.2 |",
    "## Reaching 98.2",
    "**98.2** is reached.",
    "Python reaches 98.2.",
    "<details><summary>Does it reach 98.2?</summary>\n\nYes.\n\n</details>",
    "```{note}\nIt reaches 98.2.\n```",
    ":::{admonition} Reaching 98.2\nYes.\n:::",
    "````{note}\n```{tip}\nIt reaches 98.2.\n```\n````",
    "```{figure} a.svg\n:alt: A curve.\n\nIt reaches 98.2.\n```",
    "```{figure} a.svg\n:alt: A curve that reaches 98.2.\n```",
    '```{code-cell}\n---\nmystnb:\n  figure: {caption: "It reaches 98.2."}\n---\nx\n```',
    '```{code-cell}\n---\nmystnb:\n  image: {alt: "A bar at 98.2."}\n---\nx\n```',
]

NOT_TYPED = [
    "The network reaches {glue:text}`accuracy:.1%` on the test set.",
    "The mean is {glue:text}`a:.1f` ± {glue:text}`b:.1f`.",
    "It is {glue:text}`ratio:.1f` times as fast.",
    "It is {glue:text}`ratio:.1f` times faster.",
    "With $k$ times fewer images the noise is $\\sqrt{k}$ times larger.",
    "Nielsen reaches 98.04 % {cite:p}`nielsen2015`.",
    "{cite:t}`nielsen2015` is three times\nas slow.",
    "There are 60,000 images of 28 × 28 pixels, and 10 classes.",
    "The step is $\\eta = 0.1$ and the rate `0.1`.",
    "$$\n0.1 + 0.2 = 0.3\n$$",
    "```python\nx = 0.5\n```",
    "```{code-cell}\nx = 0.5  # 3 times\n```",
    "```{math}\n0.5\n```",
    ":::{admonition} Worked by hand\n:class: by-hand\nTwo times 0.5 is 1.\n:::",
    "---\nversion: 0.5\n---\n\n# Title",
    "The text is CC BY 4.0, the data CC BY-SA 3.0.",
    "It needs Python 3.11 and NumPy 2.0.",
    "See section 3.2.",
    "We computed it twice, at times by hand, sometimes with code.",
    "The percentage of zeros, and how many times they occur.",
    "The training times as ratios, after several runs with half the images.",
    "Each image is seen once. Then 3 more follow.",
    "<!-- 98.2 -->",
    "% 98.2 is a comment",
    "[a page](http://example.org/98.2)",
]


@pytest.mark.parametrize("source", TYPED)
def test_a_typed_result_is_caught(source):
    assert len(typed_results(source)) == 1, "this was not caught, or more than once"


@pytest.mark.parametrize("source", NOT_TYPED)
def test_what_is_not_a_typed_result_passes(source):
    assert not typed_results(source)
