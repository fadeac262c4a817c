"""What we learned: the page says no more than its six chapters have measured, in ten minutes."""

import re

import numpy as np
import pytest
from mystsource import CHAPTERS, ROOT, read_page

PAGE = ROOT / "book" / "experiments" / "summary.md"
EXPERIMENTS = [page for page in CHAPTERS if page.parent.name == "experiments"]


@pytest.fixture(scope="module")
def glued(chapter):
    return {name: value for page in EXPERIMENTS for name, value in chapter(page.stem).glued.items()}


@pytest.fixture(scope="module")
def mistakes(glued):
    """What breaks a network, in percentage points of the images."""
    return {
        "ten times the rate": glued["learning-rates-tenfold-mean"],
        "a tenth of the rate": glued["learning-rates-tenth-mean"],
        "no bend": glued["activation-functions-gain-least"],
        "a tenth of the images": 100 * np.subtract(*map(np.mean, tenth_of_the_images(glued))),
    }


@pytest.fixture(scope="module")
def refinements(glued):
    """What improves a sound network, in percentage points of the images."""
    return {
        "a falling rate": 100 * glued["learning-rates-steps-mean"],
        "eight times the neurons": glued["architectures-last-doublings-mean"],
        "a second layer": glued["architectures-second-layer-mean"],
        "the better loss": glued["mse-cross-entropy-final-mean"],
    }


def tenth_of_the_images(glued):
    """Return the errors of the wide network's runs with 1,000 and with 10,000 images."""
    counts, errors = glued["architectures-counts"], np.array(glued["architectures-by-count"])
    return errors[1][counts.index(1000)], errors[1][counts.index(10_000)]


def sections():
    return re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def test_each_chapter_has_its_picture_its_answer_and_its_numbers():
    answers = sections()[: len(EXPERIMENTS)]
    for chapter, text in zip(EXPERIMENTS, answers, strict=True):
        title = text.partition("\n")[0]
        assert f"{{repeated-figure}} {chapter.stem}.md::fig-" in text, f"{title} has no picture of {chapter.stem}"
        assert f"{{ref}}`ch-{chapter.stem}`" in text, f"{title} does not name its chapter"
        assert set(re.findall(r"([\w-]+)\.md::", text)) == {chapter.stem}, f"{title} shows another chapter's numbers"


def test_the_pictures_are_the_first_of_their_chapters():
    for chapter in EXPERIMENTS:
        first = re.search(r"name: (fig-\S+)", chapter.read_text(encoding="utf-8"))[1]
        assert f"{chapter.stem}.md::{first}\n" in PAGE.read_text(encoding="utf-8"), f"{chapter.stem} opens with {first}"


def test_it_is_read_in_ten_minutes_by_the_books_rule():
    blocks = read_page(PAGE.read_text(encoding="utf-8"))
    words = sum(len(block.text.split()) for block in blocks if block.kind in ("prose", "heading"))
    figures = sum(block.kind == "repeated-figure" for block in blocks)
    assert figures == len(EXPERIMENTS) and words > 300
    assert words / 75 + 35 / 60 * figures <= 10, f"{words} words and {figures} figures"


def test_what_breaks_a_network_costs_more_than_any_refinement_wins(mistakes, refinements):
    least, most = min(mistakes.values()), max(refinements.values())
    assert least > 2 * most, f"the two groups are not apart: {mistakes}, {refinements}"


def test_one_run_of_each_shows_what_breaks_a_network(glued):
    for claim in ("learning-rates-single-tenth", "learning-rates-single-tenfold", "activation-functions-single-gain-sigmoid",
                  "activation-functions-single-gain-tanh", "activation-functions-single-gain-relu"):  # fmt: skip
        assert glued[claim][0] == 0, f"{claim}: {glued[claim][0]} of {glued[claim][1]} seeds deny it"
    fewer, more = tenth_of_the_images(glued)
    assert min(fewer) > max(more), "a tenth of the images may do as well, by one run of each"


def test_no_refinement_won_a_point_and_all_are_more_than_noise(glued, refinements):
    assert all(0 < value < 1 for value in refinements.values()), refinements
    for low in ("learning-rates-steps-low", "architectures-last-doublings-low", "architectures-second-layer-low", "mse-cross-entropy-final-low"):
        assert glued[low] > 0, f"{low}: its interval holds 0, so it may be noise"


def test_of_the_claims_only_the_lead_of_cross_entropy_is_denied_by_a_single_seed(glued):
    claims = ["few-runs-single-pairs", "learning-rates-single-steps", "architectures-single-last-doublings",
              "architectures-single-second-layer", "mse-cross-entropy-single-recovery"]  # fmt: skip
    assert not any(glued[claim][0] for claim in claims), {claim: glued[claim] for claim in claims}
    against, seeds = glued["mse-cross-entropy-single-final"]
    assert 0 < against == glued["mse-cross-entropy-single-final-against"] and seeds == 8, (against, seeds)


def test_different_seeds_rank_the_two_rates_wrongly_in_some_of_20_pairs(glued):
    z = np.array(glued["few-runs-z"])
    assert z.shape == (5, 5) and not np.any(z.diagonal() < 0), "one seed for both ranks them wrongly, too"
    assert 0 < np.sum(z < 0) == glued["few-runs-z-against"]


def test_which_bend_is_best_these_seeds_cannot_say(glued):
    assert all(low < 0 < high for _, _, _, low, high in glued["activation-functions-among"]), glued["activation-functions-among"]


def test_it_says_how_many_chapters_read_the_test_images():
    reading = []
    for chapter in CHAPTERS:
        code = "\n".join(b.text for b in read_page(chapter.read_text(encoding="utf-8")) if b.kind == "code-cell")
        uses = re.findall(r"^.*\b[Xy]_test\b.*$", code, re.MULTILINE)
        reading += [chapter] * any("load_mnist()" not in line for line in uses)
    assert len(reading) == 11, f"the page says eleven: {[chapter.stem for chapter in reading]}"
