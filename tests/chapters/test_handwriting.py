"""Your own handwriting: what is read, what each step is worth, and that MNIST's images come back."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from mnist_from_scratch import summarise
from mnist_from_scratch.handwriting import ink_is_dark, ink_of, otsu, paper, pieces, read_grey, whole
from mnist_from_scratch.photos import FOLDER, HANDS, kept

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


def test_the_shapes_are_as_many_as_it_says():
    assert sum(map(len, HANDS.values())) == 21


def test_digits_on_fresh_photographs_are_read_with_every_seed(values):
    assert values["fresh-photos"] >= 10 and values["fresh-digits"] >= 150
    for kind in KINDS:
        rows = np.array(values["right"]["fresh"][kind])
        assert rows.shape == (5,) and values[f"fresh-{kind}"] == pytest.approx(rows.mean())
        assert rows.min() >= 0.95, f"{kind}: {rows}"


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


def test_photographs_are_drawn_in_their_shades(chapter):
    drawings = "".join(output.data["image/svg+xml"] for cell in chapter("handwriting").cells
                       for output in cell.get("outputs", []) if "image/svg+xml" in output.get("data", {}))  # fmt: skip
    encoded = re.findall(r"data:image/png;base64,\s*([\w+/=\s]+)", drawings)
    spread = [np.asarray(Image.open(io.BytesIO(base64.b64decode(each))).convert("L"), float).std() for each in encoded]
    assert len(spread) > 20 and min(spread) > 4, f"a picture is of one shade: {spread}"


# ------------------------------------------------------------------ by hand


def test_the_numbers_worked_by_hand():
    grey = np.array([0.8] * 6 + [0.4] * 2)
    deviation = grey - grey.mean()
    assert grey.mean() == pytest.approx(0.7) and deviation.sum() == pytest.approx(0)
    assert np.sum(deviation**3) == pytest.approx(-0.048)
    assert ((0.8 - 0.2) / 0.8, (0.4 - 0.1) / 0.4) == pytest.approx((0.75, 0.75))
    assert ((0.8 - 0.2) / 0.85, (0.4 - 0.1) / 0.45) == pytest.approx((0.71, 0.67), abs=0.005)
    v = np.array([1.0, 2, 3, 8, 11])
    between = [n * (5 - n) / 25 * (v[:n].mean() - v[n:].mean()) ** 2 for n in range(1, 5)]
    assert between == pytest.approx([4, 8.2, 13.5, 9], abs=0.05) and max(between) == between[2]
    assert 3 <= otsu(v) <= 8
    as_in_the_code = [(v.sum() * n - 5 * v[:n].sum()) ** 2 / (n * (5 - n)) for n in range(1, 5)]
    assert as_in_the_code == pytest.approx(25 * np.array(between))
    for w in (4, 10, 20):
        assert np.mean([*range(1, w // 2 + 1), *range(w // 2, 0, -1)]) == pytest.approx((w + 2) / 4)


# ------------------------------------------------------------------ four thresholds


def ink_on(name):
    grey = read_grey(FOLDER / name)
    dark = grey if ink_is_dark(grey) else 1 - grey
    return ink_of(dark, paper(dark))


@pytest.mark.parametrize(("name", "good", "bad"), [("made-06-squared-lamp-fineliner.jpg", 1, 0.5), ("made-09-board-lamp-chalk.jpg", 0.5, 1)],
                         ids=["squares", "chalk"])  # fmt: skip
def test_squares_need_otsus_threshold_and_chalk_the_half(name, good, bad):
    ink = ink_on(name)
    soft = ndimage.gaussian_filter(ink, max(ink.shape) / 1000)
    found = otsu(soft[soft > 0.1])
    assert whole(pieces(ink)).max() == 20
    digits = {part: whole(ndimage.label(soft > part * found, np.ones((3, 3)))[0]).max() for part in (good, bad)}
    assert digits[good] == 20 != digits[bad], f"pieces at shares of Otsu's threshold: {digits}"


def test_few_digits_in_pencil_on_lined_paper_need_the_higher_thresholds(values):
    assert values["few"] == 12 and values["few-2"] <= 3 and values["few-4"] >= 10, f"{values['few-2']}, {values['few-4']}"


# ------------------------------------------------------------------ what each step is worth


def test_with_nothing_left_out_it_is_the_modules_own(values):
    assert values["same"] == [0, 0], "the page's steps are not those of find_digits"


def test_the_numbers_of_the_steps_are_those_of_the_runs(values, left, lost):
    for step, each in lost.items():
        for kind, summary in each.items():
            name = f"{step.replace(' ', '-')}-{kind}"
            assert values[f"lost-{name}-mean"] == pytest.approx(summary.mean), name


def test_the_wrong_sign_loses_the_blackboards_and_nothing_else(values):
    misread, usual = values["misread"]["dark or light"], values["misread"]["nothing"]
    assert all(misread[name] == (20 if "board" in name else usual[name]) for name in misread), f"{misread}"


def test_left_in_light_and_a_typed_threshold_lose_faint_ink_most_of_all(values, lost):
    for step in "even paper", "found threshold":
        misread = values["misread"][step]
        pencil = next(n for name, n in misread.items() if "pencil" in name)
        assert pencil >= 14, f"{step}: {misread}"
        assert 4 < lost[step]["distorted"].mean < 25, f"{step}: not all is lost, and not nothing, {lost[step]}"
    usual, even = values["misread"]["nothing"], values["misread"]["even paper"]
    assert values["uneven"] == sum("lamp" in name or "shadow" in name for name in kept()) == 6
    others = {name: n - usual[name] for name, n in even.items() if "pencil" not in name}
    assert max(others.values()) <= 3 and sum(others.values()) <= 6, f"not nearly all is pencil: {others}"
    misread = values["misread"]["found threshold"]
    assert misread["made-09-board-lamp-chalk.jpg"] >= 10
    assert sum(n for name, n in misread.items() if "lamp-pencil" not in name and "lamp-chalk" not in name) <= 6, f"elsewhere, too: {misread}"


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
    assert distorted.low < 0 < distorted.high, "the page says that it is open"


def test_proportions_cost_the_distorted_networks_no_less(left):
    plain, distorted = (100 * (left["nothing"][kind] - left["proportions"][kind]) for kind in KINDS)
    assert plain.min() > 3 and (distorted > plain).all() and distorted.max() < 15, f"{plain}, {distorted}"


def test_bars_and_specks_cost_both_kinds_a_few_points(lost):
    for kind in KINDS:
        assert lost["joined pieces"][kind].low > 1 and lost["joined pieces"][kind].mean < 8, f"{lost['joined pieces']}"


def test_soft_edges_are_worth_about_a_point_and_thickness_nearly_nothing(lost):
    for kind in KINDS:
        assert 0 < lost["soft edges"][kind].mean < 3, f"{lost['soft edges']}"
        assert abs(lost["thick strokes"][kind].mean) < 1.5, f"{lost['thick strokes']}"


def test_a_thin_pen_needs_thicker_strokes(values):
    thin = {step: {kind: np.array(rows) for kind, rows in each.items()} for step, each in values["thin"].items()}
    gain = {kind: 100 * (thin["nothing"][kind] - thin["thick strokes"][kind]) for kind in KINDS}
    assert summarise(gain["distorted"]).low > 0.5 and summarise(gain["plain"]).mean > 0.5, f"{gain}"
    assert min(rows.min() for rows in thin["nothing"].values()) > 0.95
    for kind in KINDS:
        found = [values[f"thin-{kind}-{part}"] for part in ("mean", "low", "high")]
        summary = summarise(gain[kind])
        assert found == pytest.approx([summary.mean, summary.low, summary.high])


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
    assert values["aligned"] >= 0.9 * values["fresh-digits"], "most fresh photographs give as many digits as are written"
    assert 0.03 < values["unsure"] < 0.2 and values["sure-wrong"] < 0.01, "of fresh digits, five networks"
    assert 0.5 < values["unsure-right"] < 1 - values["sure-wrong"], "unsure answers are right less often, but mostly"


def test_light_ink_in_half_the_light_is_half_as_dark():
    ink = lambda grey, paper: round(((1 - paper) - (1 - grey)) / (1 - paper), 2)
    assert ink(0.7, 0.1) == 0.67 and ink(0.35, 0.05) == 0.32, "worked in the text"


def test_the_networks_bytes_change_a_share_by_few_points(values):
    assert 0 < values["rounded"] < 3
