"""What we learned: the page says no more than its four chapters have measured."""

import re

import numpy as np
import pytest
from mystsource import ROOT

PAGE = ROOT / "book" / "experiments" / "summary.md"
CHAPTERS = ["learning-rates", "activation-functions", "architectures", "mse-cross-entropy"]


@pytest.fixture(scope="module")
def glued(chapter):
    return {name: value for page in CHAPTERS for name, value in chapter(page).glued.items()}


@pytest.fixture(scope="module")
def mistakes(glued):
    """What breaks a network, in percentage points of the images."""
    best = glued["learning-rates-best-error"]
    return {
        "ten times the rate": 100 * (glued["learning-rates-tenfold-error"] - best),
        "a tenth of the rate": 100 * (glued["learning-rates-tenth-error"] - best),
        "no bend": glued["activation-functions-gain-least"],
        "a deep stack with the wrong start":
            100 * (glued["activation-functions-deep-sigmoid-own"] - glued["activation-functions-deep-sigmoid-xavier"]),
        "a tenth of the images": 100 * tenth_of_the_images(glued),
    }  # fmt: skip


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
    counts = glued["architectures-counts"]
    errors = np.array(glued["architectures-by-count"]).mean(axis=-1)
    wide = max(range(len(errors)), key=lambda i: -errors[i][-1])
    return errors[wide][counts.index(1000)] - errors[wide][counts.index(10_000)]


def test_every_row_names_its_chapter_and_shows_that_chapters_numbers():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| {ref}")]
    assert len(rows) == 4, "four chapters, four rows"
    for chapter, row in zip(CHAPTERS, rows, strict=True):
        pages = set(re.findall(r"`([^`:]*)\.md::", row))
        assert pages == {chapter}, f"the row of {chapter} shows numbers of {pages}"
        size = row.split("|")[3]
        assert size.count("{glue:text}") >= 4, f"the row of {chapter} gives neither size nor uncertainty"


def test_what_breaks_a_network_costs_more_than_any_refinement_wins(mistakes, refinements):
    least, most = min(mistakes.values()), max(refinements.values())
    assert least > 2 * most, f"the two groups are not apart: {mistakes}, {refinements}"


def test_a_single_seed_shows_what_breaks_a_network(glued):
    errors = glued["learning-rates-errors"]
    best = max(errors[glued["learning-rates-best"]])
    for rate in (glued["learning-rates-best"] / 10, glued["learning-rates-best"] * 10):
        (found,) = [values for each, values in errors.items() if np.isclose(each, rate)]
        assert min(found) > best, f"at {rate:g} a seed does as well as at the best rate"
    final = {name: np.array(curves)[:, -1] for name, curves in glued["activation-functions-fresh"].items()}
    none = final.pop(next(name for name in final if "none" in name or "no" in name.split()))
    assert all(values.min() > none.max() for values in final.values()), "no bend may pass for one"
    by_count, counts = np.array(glued["architectures-by-count"]), glued["architectures-counts"]
    fewer, more = (by_count[:, counts.index(n)] for n in (1000, 10_000))
    assert (fewer.min(axis=-1) > more.max(axis=-1)).all(), "a tenth of the images may do as well"


def test_no_refinement_is_worth_a_point_and_all_are_more_than_noise(glued, refinements):
    assert all(0 < value < 1 for value in refinements.values()), refinements
    for low in ("learning-rates-steps-low", "architectures-last-doublings-low", "architectures-second-layer-low", "mse-cross-entropy-final-low"):
        assert glued[low] > 0, f"{low}: its interval holds 0, so it may be noise"


def test_the_scatter_of_seeds_is_of_the_order_of_the_refinements(glued, refinements):
    scatter = [100 * np.std(values, ddof=1) for values in glued["learning-rates-fresh"].values()]
    scatter.append(glued["architectures-sigma"])
    assert max(scatter) > min(refinements.values()) / 2, f"{scatter} against {refinements}"
    assert min(scatter) < max(refinements.values()), f"{scatter} against {refinements}"


def test_bends_differ_by_less_than_the_intervals_can_tell(glued):
    assert all(low < 0 < high for _, _, _, low, high in glued["activation-functions-among"]), glued["activation-functions-among"]


def test_a_common_rate_turns_the_ranking_of_depths(glued):
    assert glued["architectures-at-small-low"] > 0, "at the small rate four layers should win"
    assert glued["architectures-at-large-low"] > 0, "at the large rate four layers should lose"


def test_a_fourth_layer_does_not_pay(glued):
    assert glued["architectures-fourth-layer-low"] < 0, "a fourth layer wins, beyond chance"
