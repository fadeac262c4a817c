"""The classics: the bound for networks never seen, the committee's law, the rows and what is said of them."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mnist_from_scratch
from mnist_from_scratch import Configuration, CosineDecay, load_mnist, sweep

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

import classics as benchmark
from published import ROWS

PUBLISHED = {row.key: row for row in ROWS}


@pytest.fixture(scope="module")
def rows(glued):
    """The page's rows, the errors in % as arrays."""
    found = json.loads(glued["classics-rows"])
    return {key: row | {"error": np.array(row["error"])} for key, row in found.items()}


@pytest.fixture(scope="module")
def data():
    return load_mnist()


def apart(ours, published):
    """The difference of two errors in % of 10,000 images, in the largest standard errors."""
    return 100 * (ours - published) / np.sqrt(100 * (ours + published))


# ------------------------------------------------------------------ the same number?


@given(hnp.arrays(bool, st.tuples(st.just(2), st.integers(1, 200))))
def test_no_two_networks_disagree_on_more_images_than_they_misread_together(wrong):
    a, b = wrong
    assert np.sum(a != b) <= a.sum() + b.sum()
    if not (a & b).any():
        assert np.sum(a != b) == a.sum() + b.sum(), "if they share no mistake, the bound is reached"


def test_the_numbers_worked_by_hand():
    assert 300**0.5 == pytest.approx(17.3, abs=0.05) and 20 / 300**0.5 == pytest.approx(1.15, abs=0.005)
    assert 2300**0.5 == pytest.approx(48, abs=0.1) and 100 / 48 == pytest.approx(2.1, abs=0.02)
    assert max(n for n in range(7, 100, 2) if 7 >= 2 * n**0.5) == 11 == 9 + 2
    assert (160 - 110, 140 - 110) == (50, 30) and 80**0.5 == pytest.approx(8.9, abs=0.05)
    assert 20 / 80**0.5 == pytest.approx(2.2, abs=0.05)
    assert (3.5**2, 2 * 240**0.5) == pytest.approx((12.25, 31), abs=0.1)


# ------------------------------------------------------------------ the rows


def test_the_rows_are_those_of_the_published_results(rows):
    for key, row in rows.items():
        ours = PUBLISHED[key]
        assert row["published"] == ours.published and len(row["error"]) == ours.seeds, key
        assert row["images"] == ours.on and row["network"] == ours.label
    assert set(rows) == set(PUBLISHED), f"not done: {set(PUBLISHED) - set(rows)}"


def test_the_row_that_the_page_runs_is_the_published_one(chapter):
    code = next(cell.source for cell in chapter("classics").cells if "linear = Configuration" in cell.source)
    names = {name: getattr(mnist_from_scratch, name) for name in ("Configuration", "CosineDecay", "Identity", "MeanSquaredError", "xavier")}
    shown = eval(code.partition("linear = ")[2].partition("\nruns")[0], names)
    published = replace(PUBLISHED["linear"].configuration, init=mnist_from_scratch.xavier)  # which tanh asks for
    assert shown == replace(published, hidden=shown.hidden), "no layer is hidden, so what it bends by is idle"


def test_the_row_that_the_page_runs_comes_out_the_same_again(glued, rows, data):
    X, y, X_test, y_test = data
    network, _ = benchmark.train(PUBLISHED["linear"].configuration, 0, X, y)
    assert benchmark.count_wrong(network.logits(X_test), y_test) == glued["classics-here"][0]
    off = np.abs(np.array(glued["classics-here"]) - 100 * rows["linear"]["error"])
    assert glued["classics-here-off"] == off.max() <= 10, "more than rounding: the table is of another program"


# ------------------------------------------------------------------ what is said of the rows


@pytest.fixture(scope="module")
def distance(glued, rows):
    """How far our mean is from each published number, in the largest standard errors."""
    ours = "quick", "pair", "committee"
    found = {key: apart(row["error"].mean(), row["published"]) for key, row in rows.items() if key not in ours}
    assert glued["classics-apart"] == pytest.approx(found)
    return found


def test_the_counts_of_rows_below_level_and_above(glued, distance):
    values = np.array(list(distance.values()))
    assert glued["classics-rows-count"] == len(values)
    assert glued["classics-lower"] == np.sum(values < -2)
    assert glued["classics-level"] == np.sum(np.abs(values) <= 2)
    assert glued["classics-higher"] == np.sum(values > 2)


def test_lecuns_networks_with_hidden_layers_are_all_beaten_and_his_linear_classifier_is_not(distance):
    hidden = [value for key, value in distance.items() if key.startswith("lecun")]
    assert len(hidden) == 8 and max(hidden) < -2, hidden
    assert sum(value < -2 for value in distance.values()) == 8, "no others are"
    assert distance["linear"] > 2


def test_cross_entropy_meets_simard_and_hinton_and_squared_error_does_not(distance, rows):
    level = ["hinton", "simard", "simard-affine", "simard-elastic"]
    assert all(abs(distance[key]) <= 2 for key in level), {key: distance[key] for key in level}
    assert distance["simard-mse-elastic"] > 2
    assert rows["quick"]["error"].max() < rows["simard-mse-elastic"]["error"].min()
    assert all(PUBLISHED[key].configuration.epochs == 20 for key in ("quick", "simard-mse-elastic"))


def test_both_rows_with_dropout_end_above_after_few_updates(distance, rows):
    assert min(distance["dropout"], distance["dropout-maxnorm"]) > 2
    assert rows["simard"]["error"].max() < min(rows["dropout"]["error"].min(), rows["dropout-maxnorm"]["error"].mean())
    c = PUBLISHED["dropout"].configuration
    assert c.epochs * 60_000 / c.batch_size == pytest.approx(4700, rel=0.01)
    plain = PUBLISHED["simard"].configuration
    assert plain.epochs * 60_000 / plain.batch_size == pytest.approx(7000, rel=0.01)


def test_nielsens_rows_are_level_but_for_one_with_outputs_asleep(distance, glued, rows):
    his = {key: value for key, value in distance.items() if key.startswith("nielsen")}
    assert len(his) == 8 and [key for key, value in his.items() if abs(value) > 2] == ["nielsen-mse-100"]
    awake, asleep = np.split(np.sort(rows["nielsen-mse-100"]["error"]), [2])
    assert glued["classics-asleep-count"] == len(asleep) == 3 and asleep.min() > 10
    assert (glued["classics-asleep-least"], glued["classics-asleep-most"]) == (asleep[0], asleep[-1])
    assert glued["classics-awake-most"] == awake[-1]
    assert all(abs(apart(each, PUBLISHED["nielsen-mse-100"].published)) < 2 for each in awake)
    above = [key for key in his if rows[key]["error"].min() > PUBLISHED[key].published]
    assert len(above) == 4, f"in four rows all of ours misread more than his one: {above}"


def test_those_asleep_are_one_digit_or_two_behind(data, rows):
    X, y, X_test, y_test = data
    row = rows["nielsen-mse-100"]["error"]
    behind = row[row > 10] - row[row < 10].mean()
    digits = 100 * np.bincount(y_test) / len(y_test)
    least, most = np.cumsum(np.sort(digits))[:2], np.cumsum(np.sort(digits)[::-1])[:2]
    assert all(np.any((least - 1.5 < extra) & (extra < most + 1.5)) for extra in behind), behind
    worst = int(row.argmax())
    network, _ = benchmark.train(PUBLISHED["nielsen-mse-100"].configuration, worst, X[:50_000], y[:50_000])
    silent = np.bincount(network.predict(X_test), minlength=10) < 100
    assert silent.sum() == 2 and behind.max() == pytest.approx(digits[silent].sum(), abs=1.5), "not what silent outputs cost"


def test_distorted_images_win_in_all_five_pairs(glued, rows):
    pairs = {f"lecun-{size}": f"lecun-{size}-affine" for size in ("300", "1000", "300-100", "500-150")} | {"simard": "simard-affine"}
    for plain, distorted in pairs.items():
        assert rows[distorted]["error"].max() < rows[plain]["error"].min(), f"{distorted} does not beat {plain} with every seed"
        assert PUBLISHED[plain].configuration.epochs >= 10
    gains = {key: rows[key]["error"].mean() - rows[other]["error"].mean() for key, other in pairs.items()}
    assert glued["classics-gains"] == pytest.approx(gains)
    assert (glued["classics-gain-least"], glued["classics-gain-most"]) == pytest.approx((min(gains.values()), max(gains.values())))


def test_the_committee_is_the_lowest_and_better_than_each_of_its_networks(glued, rows):
    lowest = rows["committee"]["error"][0]
    assert lowest == glued["classics-committee"] == min(row["error"].min() for row in rows.values())
    assert lowest < rows["member"]["error"].min()
    assert rows["pair"]["error"][0] < rows["quick"]["error"].min()
    assert glued["classics-hours"] == pytest.approx(4 * float(rows["member"]["seconds"]) / 7200)


def test_a_network_of_ciresans_sizes_meets_his(distance, glued, rows):
    assert abs(distance["member"]) <= 2 and PUBLISHED["member"].published == 0.49
    assert glued["classics-member-images"] == round(100 * rows["member"]["error"].min())
    assert glued["classics-committee-images"] == round(100 * rows["committee"]["error"][0])


def test_from_the_lowest_published_errors_our_committee_cannot_be_told(glued, rows):
    for name, published in (("ciresan", 0.35), ("meier", 0.39)):
        value = apart(rows["committee"]["error"][0], published)
        assert glued[f"classics-{name}-apart"] == pytest.approx(value) and abs(value) < 2


# ------------------------------------------------------------------ the committee


def probabilities():
    shape = st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(2, 4))
    return hnp.arrays(float, shape, elements=st.floats(0.001, 1)).map(lambda P: P / P.sum(axis=2, keepdims=True))


@given(probabilities())
def test_a_committees_loss_is_at_most_its_members_average(P):
    members, together = -np.log(P), -np.log(P.mean(axis=0))
    assert np.all(together <= members.mean(axis=0) + 1e-12)


def test_the_committee_worked_by_hand(glued):
    answers, members, together = glued["classics-by-hand"]
    assert answers == [0, 0]
    assert (members, together) == pytest.approx((0.730, 0.693), abs=0.0005)
    assert (-np.log(0.4), -np.log(0.7)) == pytest.approx((0.916, 0.357), abs=0.0005)


def test_ten_narrow_networks_beat_the_best_of_them_and_a_wide_one_beats_the_ten(glued):
    narrow, wide, tens = glued["classics-narrow"], glued["classics-wide"], glued["classics-tens"]
    assert len(narrow) == 20 and len(wide) == 5
    assert max(tens) < min(narrow), "each ten beats the best of all twenty"
    assert max(wide) < min(tens), "each wide one beats both tens"
    ahead = [(m - n) / (m + n) ** 0.5 for m, n in glued["classics-mcnemar"]]
    assert [(m - n) / 50 for m, n in glued["classics-mcnemar"]] == pytest.approx([tens[0] - each for each in wide])
    assert glued["classics-wide-apart-least"] == pytest.approx(min(ahead)) and min(ahead) > 0
    assert glued["classics-wide-apart-most"] == pytest.approx(max(ahead))
    assert glued["classics-wide-together"] < np.mean(wide), "and five wide ones beat one, on average"
    assert glued["classics-narrow-mean"] == pytest.approx(np.mean(narrow))
    assert glued["classics-ten"] == pytest.approx(np.mean(tens))


def test_most_of_the_gain_is_there_with_five(glued):
    assert 0.6 < glued["classics-of-gain"] < 1
    of_five, of_ten = (glued["classics-narrow-mean"] - glued[f"classics-{n}"] for n in ("five", "ten-drawn"))
    assert of_five / of_ten == pytest.approx(glued["classics-of-gain"], abs=0.15)


def test_voting_and_averaging_are_level(glued):
    voted, averaged, apart_on = glued["classics-vote"]
    assert 0 < apart_on < 100 and abs(voted - averaged) * 50 < 2 * apart_on**0.5, (voted, averaged, apart_on)


def test_two_members_share_most_of_their_mistakes(glued):
    assert 0.5 < glued["classics-shared"] < 0.8


def test_the_law_of_the_loss_on_these_networks(glued):
    members, together = glued["classics-losses"]
    assert together < members


def test_the_best_rates_are_not_at_the_edge_and_a_member_runs_again(glued, data):
    assert {*glued["classics-best-rates"]} <= {0.4, 0.8}, "of 0.2, 0.4, 0.8 and 1.6"
    rate = glued["classics-best-rates"][0]
    X, y, *_ = data
    judges = X[55_000:], y[55_000:]
    (run,) = sweep([Configuration((784, 30, 10), CosineDecay(rate, 6), 6)], [10], X[:10_000], y[:10_000], judges, n_jobs=1)
    assert 100 * (1 - run.final()) == pytest.approx(glued["classics-narrow"][0], abs=0.15)
