"""Your own handwriting: what is read, what each step is worth, and that MNIST's images come back."""

import numpy as np
import pytest

from mnist_from_scratch import summarise
from mnist_from_scratch.handwriting import otsu

KINDS = ("plain", "distorted")


@pytest.fixture(scope="module")
def values(glued):
    """Return what the page glues, under names without the page's."""
    return {name.removeprefix("handwriting-"): value for name, value in glued.items()}


@pytest.fixture(scope="module")
def left(values):
    """Return the share read without each step, (5,), by step and kind of network."""
    found = {step: {kind: np.array(each[kind]) for kind in KINDS} for step, each in values["left-out"].items()}
    assert len(found) == 10 and all(rows.shape == (5,) for each in found.values() for rows in each.values())
    return found


@pytest.fixture(scope="module")
def lost(left):
    """Return what is lost without each step, in points, as summaries."""
    return {step: {kind: summarise(100 * (left["nothing"][kind] - each[kind])) for kind in KINDS} for step, each in left.items() if step != "nothing"}


# ------------------------------------------------------------------ the answer


def test_all_digits_of_the_photographs_are_found(values):
    assert values["digits"] == values["found"] == 200


def test_prepared_digits_are_read_with_every_seed(values):
    right = {kind: np.array(values["right"]["prepared"][kind]) for kind in KINDS}
    for kind in KINDS:
        assert right[kind].shape == (5,) and values[f"prepared-{kind}"] == pytest.approx(right[kind].mean())
    assert right["distorted"].min() >= 0.95, f"{right['distorted']}"
    assert right["plain"].min() >= 0.95, f"{right['plain']}"


def test_most_digits_that_are_merely_scaled_are_misread(values):
    for name in ("scaled", "inverted"):
        for kind in KINDS:
            rows = np.array(values["right"][name][kind])
            assert values[f"{name}-{kind}"] == pytest.approx(rows.mean())
            assert rows.max() < 0.45, f"{name}, {kind}: {rows}"
    assert max(values["scaled-plain"], values["scaled-distorted"]) < 0.25


def test_on_paper_one_digit_is_the_answer_to_most(values):
    assert values["same-share"] > 0.3, f"{values['same-digit']} is the answer to {values['same-share']:.0%}"


# ------------------------------------------------------------------ by hand


def test_the_numbers_worked_by_hand():
    grey = np.array([0.8] * 6 + [0.4] * 2)
    deviation = grey - grey.mean()
    assert grey.mean() == pytest.approx(0.7) and deviation.sum() == pytest.approx(0)
    assert np.sum(deviation**3) == pytest.approx(-0.048)
    assert ((0.8 - 0.2) / 0.8, (0.4 - 0.1) / 0.4) == pytest.approx((0.75, 0.75))
    v = np.array([1.0, 2, 3, 8, 11])
    between = [n * (5 - n) / 25 * (v[:n].mean() - v[n:].mean()) ** 2 for n in range(1, 5)]
    assert between[1:] == pytest.approx([8.2, 13.5, 9], abs=0.05) and max(between) == between[2]
    assert 3 <= otsu(v) <= 8
    for w in (4, 10, 20):
        assert np.mean([*range(1, w // 2 + 1), *range(w // 2, 0, -1)]) == pytest.approx((w + 2) / 4)


# ------------------------------------------------------------------ what each step is worth


def test_with_nothing_left_out_it_is_the_modules_own(values):
    assert values["same"] == [0, 0], "the page's steps are not those of find_digits"


def test_the_numbers_of_the_steps_are_those_of_the_runs(values, left, lost):
    for step, each in lost.items():
        for kind, summary in each.items():
            name = f"{step.replace(' ', '-')}-{kind}"
            assert values[f"without-{name}"] == pytest.approx(left[step][kind].mean())
            assert values[f"lost-{name}-mean"] == pytest.approx(summary.mean), name


def test_the_wrong_sign_loses_the_blackboards_and_nothing_else(values):
    misread, usual = values["misread"]["dark or light"], values["misread"]["nothing"]
    assert all(misread[name] == (20 if "board" in name else usual[name]) for name in misread), f"{misread}"


def test_left_in_light_and_a_typed_threshold_lose_faint_ink_most_of_all(values, lost):
    for step, key in (("even paper", "even-paper"), ("found threshold", "found-threshold")):
        misread = values["misread"][step]
        pencil = next(n for name, n in misread.items() if "pencil" in name)
        assert values[f"pencil-{key}"] == pencil >= 14, f"{step}: {misread}"
        assert values[f"others-{key}"] == sum(misread.values()) - pencil
        assert 4 < lost[step]["distorted"].mean < 25, f"{step}: not all is lost, and not nothing, {lost[step]}"
    assert values["others-even-paper"] <= 6
    chalk = values["misread"]["found threshold"]["made-09-board-lamp-chalk.jpg"]
    assert values["chalk-found-threshold"] == chalk > 0.6 * values["others-found-threshold"], "the rest is elsewhere"


def test_the_margin_costs_most_and_the_distorted_networks_less(lost):
    for kind in KINDS:
        others = [each[kind].mean for step, each in lost.items() if step not in ("empty margin", "dark or light")]
        assert lost["empty margin"][kind].mean > 10
        if kind == "plain":
            assert lost["empty margin"][kind].mean > max(others) + 5, f"{lost}"
    assert lost["empty margin"]["plain"].low > lost["empty margin"]["distorted"].high


def test_the_place_costs_the_plain_networks_and_hardly_the_distorted_ones(lost):
    plain, distorted = (lost["centre of mass"][kind] for kind in KINDS)
    assert plain.low > 4 and distorted.mean < plain.mean / 2.5, f"{plain}, {distorted}"


def test_proportions_cost_the_distorted_networks_even_more(lost):
    plain, distorted = (lost["proportions"][kind].mean for kind in KINDS)
    assert 3 < plain < distorted < 12, f"{plain}, {distorted}"


def test_soft_edges_are_worth_about_a_point_and_thickness_nearly_nothing(lost):
    for kind in KINDS:
        assert 0 < lost["soft edges"][kind].mean < 3, f"{lost['soft edges']}"
        assert abs(lost["thick strokes"][kind].mean) < 1.5, f"{lost['thick strokes']}"


def test_a_thin_pen_needs_thicker_strokes(values):
    thin = {step: {kind: np.array(rows) for kind, rows in each.items()} for step, each in values["thin"].items()}
    gain = {kind: 100 * (thin["nothing"][kind] - thin["thick strokes"][kind]) for kind in KINDS}
    assert summarise(gain["distorted"]).low > 0.5 and summarise(gain["plain"]).mean > 0.5, f"{gain}"
    assert min(rows.min() for rows in thin["nothing"].values()) > 0.95


# ------------------------------------------------------------------ MNIST's own images


def test_mnists_images_come_back_as_they_were(values):
    assert values["back-one"] >= 990 and values["back-odd"] < 0.03
    assert values["back-differ"] < 0.01


def test_the_distorted_networks_lose_at_most_three_tenths_of_a_point_and_the_plain_ones_cannot_tell(values):
    for kind in KINDS:
        before, after = np.array(values["back"][kind])
        summary = summarise(100 * (before - after))
        assert summary.mean < 0.3, f"{kind}: {summary}"
        found = [values[f"back-{kind}-{part}"] for part in ("mean", "low", "high")]
        assert found == pytest.approx([summary.mean, summary.low, summary.high])
    assert values["back-distorted-high"] < 0.3 < values["back-plain-high"], "what the page says of them"


# ------------------------------------------------------------------ what is no digit


def test_what_is_said_of_no_digits(chapter):
    text = chapter("handwriting").text
    assert "0 there is no ink on it" in text and "0 it is too dark" in text and "cut off by the edge" in text


def test_what_is_sure_is_right(values):
    assert values["judged"] >= 180 and values["sure-wrong"] <= 2 and values["unsure"] < 0.15
