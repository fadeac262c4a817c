"""What a few runs can tell: McNemar's table, intervals, pairs, comparisons, single runs, power."""

import numpy as np
import pytest
from scipy.stats import binomtest, chi2, nct, norm, studentized_range, t

from mnist_from_scratch import Configuration, difference, load_mnist, sweep, train_validation_split
from mnist_from_scratch.activations import Sigmoid

SMALL = Configuration(sizes=(784, 30, 10), lr=0.04, epochs=5, n_train=1_000)
NIELSEN = np.array([0.9648, 0.9690, 0.9657, 0.9653])


@pytest.fixture(scope="module")
def data():
    X, y, _, _ = load_mnist()
    return train_validation_split(X, y, 10_000, np.random.default_rng(10))


@pytest.fixture(scope="module")
def again(data):
    """The chapter's ten runs, made again."""
    X, y, X_val, y_val = data
    rates = [SMALL, Configuration(sizes=(784, 30, 10), lr=0.05, epochs=5, n_train=1_000)]
    return sweep(rates, range(5), X, y, (X_val, y_val), n_jobs=1)


@pytest.fixture(scope="module")
def answers(data, again):
    """Whether each of the ten networks is right, image by image, (2, 5, 10000)."""
    _, _, X_val, y_val = data
    return np.array([run.network().predict(X_val) == y_val for run in again]).reshape(2, 5, -1)


def interval(values):
    values = np.asarray(values)
    reach = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return values.mean() - reach, values.mean() + reach


def apart(a, b):
    """The interval of b minus a for rows of one length that are not pairs: Student's, with both rows' n - 1."""
    reach = t.ppf(0.975, 2 * len(a) - 2) * np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))
    return (b - a).mean() - reach, (b - a).mean() + reach


def rows(glued):
    return map(np.array, glued["few-runs-rows"])


# Two kinds of chance, and pairs


def test_pairs_see_a_difference_that_two_piles_hide(glued):
    a, b = rows(glued)
    assert interval(a)[1] > interval(b)[0] and a.max() > b.min(), "the two piles should overlap"
    assert (b > a).all() and glued["few-runs-single-pairs"] == [0, 5], "the second rate should win with every seed"
    low, high = interval(b - a)
    assert low > 0, "the paired interval should exclude zero"
    shown = [glued[f"few-runs-pairs-{name}"] for name in ("mean", "low", "high", "std")]
    assert shown == pytest.approx([(b - a).mean(), low, high, (b - a).std(ddof=1)]), "another interval is shown"


def test_as_two_piles_the_rates_cannot_be_told_apart(glued):
    low, high = apart(*rows(glued))
    assert low < 0 < high, "without pairs zero should be inside"
    assert [glued["few-runs-apart-low"], glued["few-runs-apart-high"]] == pytest.approx([low, high])


def test_the_interval_of_a_difference_reaches_at_most_root_two_times_as_far_as_the_wider():
    draws = np.random.default_rng(0)
    for n in (2, 3, 5, 10, 100):
        for scale in (0.1, 0.5, 1.0):
            a, b = draws.standard_normal(n), scale * draws.standard_normal(n)
            wider = max(np.ptp(interval(a)), np.ptp(interval(b)))
            assert np.ptp(apart(a, b)) <= 2**0.5 * wider, f"{n} values: further than √2 times"
    factors = t.ppf(0.975, [2 * 1000 - 2, 1000 - 1])
    assert 2**0.5 * factors[0] / factors[1] == pytest.approx(2**0.5, rel=1e-3), "√2 should be nearly reached"


def test_neither_kind_of_chance_is_small_beside_the_difference(glued):
    a, b = rows(glued)
    chances = [glued[f"few-runs-{name}"] for name in ("se", "sd-a", "sd-b")]
    p = a.mean()
    assert chances == pytest.approx([(p * (1 - p) / 10_000) ** 0.5, a.std(ddof=1), b.std(ddof=1)])
    assert min(chances) > (b - a).mean() / 3, f"one of {chances} is small beside the difference"


def test_what_the_seeds_share_cancels_in_the_difference(glued):
    a, b = rows(glued)
    left = (b - a).var(ddof=1) / (a.var(ddof=1) + b.var(ddof=1))
    assert glued["few-runs-variance-left"] == pytest.approx(left) and left < 0.2, f"{left:.0%} are left"
    c = np.cov(a, b)
    assert (b - a).var(ddof=1) == pytest.approx(c[0, 0] + c[1, 1] - 2 * c[0, 1]), "the variance of a difference"
    paired, turned = glued["few-runs-widths"]
    assert turned > 2 * paired, "wrong partners should widen the interval"


def test_a_reader_who_repeats_the_runs_gets_their_bits(glued, again):
    assert again.final().tolist() == sum(glued["few-runs-rows"], []), "the ten runs have changed"
    for lr, row in zip(("0.04", "0.05"), glued["few-runs-rows"]):
        assert glued["few-runs-again"][lr] == row, f"the second sweep gives other runs for the rate {lr}"
    assert difference(again.where(lr=0.05), again.where(lr=0.04)).mean == glued["few-runs-pairs-mean"]


# Two networks, the same images


def test_mcnemars_table_counts_the_images(glued, answers):
    A, B = answers[:, 0]
    counts = [glued[f"few-runs-{name}"] for name in ("both", "only-a", "only-b", "neither")]
    assert counts == [np.sum(A & B), np.sum(A & ~B), np.sum(B & ~A), np.sum(~A & ~B)], "other counts"
    assert sum(counts) == 10_000 and counts[2] > counts[1], "B should be ahead"


def test_only_in_pairs_is_the_second_network_better(glued, answers):
    A, B = answers[:, 0].astype(float)
    paired, apart = np.sqrt(np.sum(A != B)) / 1e4, np.sqrt((A.var() + B.var()) / 1e4)
    shown = [glued[f"few-runs-ab-{name}"] for name in ("difference", "paired", "apart", "ratio", "z", "z-apart")]
    gap = B.mean() - A.mean()
    assert shown == pytest.approx([gap, paired, apart, apart / paired, gap / paired, gap / apart])
    assert apart > 2 * paired, "the formula for different images should overestimate by far"
    assert glued["few-runs-ab-z-apart"] < 1.96 < glued["few-runs-ab-z"], "only pairs should see it"


def test_the_paired_standard_error_is_the_scatter_over_other_images(glued, answers):
    A, B = answers[:, 0]
    u = B.astype(int) - A
    drawn = np.random.default_rng(0).integers(0, len(u), (2_000, len(u)))
    assert u[drawn].mean(axis=1).std() == pytest.approx(glued["few-runs-ab-paired"], rel=0.06), "the formula is off"


def test_a_better_network_may_have_the_worse_rate(glued, answers):
    z = np.array(glued["few-runs-z"])
    for i, j in np.ndindex(5, 5):
        A, B = answers[0, i], answers[1, j]
        expected = (np.sum(B & ~A) - np.sum(A & ~B)) / np.sqrt(np.sum(A ^ B))
        assert z[i, j] == pytest.approx(expected), f"seeds {i} and {j}: another number"
    assert (np.diag(z) > 1.96).all(), "with the same seed the second rate's network should be ahead"
    assert glued["few-runs-z-against"] == np.sum(z < 0) > 0, "some of the first rate should be ahead"
    assert glued["few-runs-z-proof-against"] == 1, "once beyond 1.96"
    assert glued["few-runs-z-lowest"] == pytest.approx(-z.min()) and z.min() < -3, "once, and by far"
    assert 25 * 2 * norm.cdf(z.min()) < 0.05, "of 25 comparisons this is still too much for chance"
    first, lowest = glued["few-runs-mcnemar"]
    assert lowest < 0.05 / 25 and first < 0.01, "the exact test should agree"
    i, j = np.unravel_index(z.argmin(), z.shape)
    for p, A, B in ((first, *answers[:, 0]), (lowest, answers[0, i], answers[1, j])):
        assert p == pytest.approx(binomtest(int(np.sum(A & ~B)), int(np.sum(A ^ B))).pvalue)


def test_the_images_add_less_than_the_seeds(glued, answers):
    by_image = (answers[1].astype(int) - answers[0]).mean(axis=0)
    assert glued["few-runs-se-images"] == pytest.approx(by_image.std() / 100, rel=1e-3)
    assert glued["few-runs-se-seeds"] == pytest.approx(glued["few-runs-pairs-std"] / 5**0.5)
    assert glued["few-runs-se-images"] < glued["few-runs-se-seeds"], "here the images add less"


# Intervals and comparisons


def test_dividing_by_n_minus_1_mends_the_squares_and_196_misses_too_often(glued):
    draws = np.random.default_rng(0).standard_normal((100_000, 5))
    assert draws.var(axis=1, ddof=1).mean() == pytest.approx(1, abs=0.01) and draws.var(axis=1).mean() < 0.85
    assert glued["few-runs-miss"] == pytest.approx(2 * t.cdf(-1.96, 4), abs=0.002), "the simulation is off"
    assert glued["few-runs-miss"] > 0.1, "it should miss clearly more often than one time in twenty"
    assert glued["few-runs-factor"] == pytest.approx(t.ppf(0.975, 4), abs=0.02), "the factor for five"
    for n, printed in {2: 12.7, 3: 4.30, 5: 2.78, 10: 2.26}.items():
        assert glued["few-runs-factors"][n] == pytest.approx(printed, abs=0.05 if n == 2 else 0.005), f"t for {n}"
    few, student = glued["few-runs-missed-of-60"]
    assert few > student, "of the sixty drawn, more should miss with 1.96"


def test_of_twenty_comparisons_of_equals_64_percent_find_something(glued):
    assert glued["few-runs-any"] == pytest.approx(1 - 0.95**20, abs=0.015) == pytest.approx(0.64, abs=0.015)
    assert glued["few-runs-any-bonferroni"] == pytest.approx(1 - (1 - 0.05 / 20) ** 20, abs=0.007)
    assert glued["few-runs-bonferroni-factor"] == pytest.approx(t.ppf(1 - 0.025 / 20, 4)) and t.ppf(0.975, 4) < 2.79


def test_the_best_of_ten_equals_flatters_itself(glued):
    chosen, fresh = glued["few-runs-best-of-ten"]
    assert chosen == pytest.approx(1.5388 / 5**0.5, abs=0.01), "the largest of ten means"  # of ten normal draws
    assert fresh == pytest.approx(0, abs=0.02), "fresh seeds should not flatter"


# One run each, and how many it takes


def test_five_seeds_cannot_tell_whether_a_second_layer_helps(glued):
    one, two = map(np.array, glued["few-runs-layers"])
    assert len(one) == len(two) == 5, "five seeds each"
    low, high = interval(100 * (two - one))
    shown = [glued[f"few-runs-layer-{name}"] for name in ("mean", "low", "high")]
    assert shown == pytest.approx([100 * (two - one).mean(), low, high]) and low < 0 < high, shown
    assert low + high > 0, "the second layer should come out ahead"
    against = np.sum((two - one[:, None]) * (two - one).mean() < 0)
    assert glued["few-runs-layer-wrong"] == against >= 3, "single runs should often say the opposite"


def test_pairs_do_not_always_help(glued):
    one, two = (100 * np.array(row) for row in glued["few-runs-layers"])
    in_pairs, as_piles = interval(two - one), apart(one, two)
    assert in_pairs[0] < 0 < in_pairs[1] and as_piles[0] < 0 < as_piles[1], "zero should be inside both"
    shown = [glued["few-runs-layer-paired"], glued["few-runs-layer-apart"]]
    assert shown == pytest.approx([np.ptp(in_pairs) / 2, np.ptp(as_piles) / 2]), "other reaches are said"
    assert shown[0] > shown[1], "here the pairs should widen the interval"
    one, two = (Configuration(sizes=sizes, lr=1.0, epochs=1, hidden=Sigmoid).network(np.random.default_rng(1))
                for sizes in ((784, 30, 10), (784, 30, 30, 10)))
    assert (one.params[0] == two.params[0]).all(), "the two should begin with the same first layer"


def test_a_reader_who_repeats_one_run_of_nielsens_kind_gets_its_bits(glued, data):
    X, y, X_val, y_val = data
    kind = Configuration(sizes=(784, 30, 10), hidden=Sigmoid, lr=1.0, batch_size=100, epochs=10)
    (run,) = sweep([kind], [1], X, y, (X_val, y_val), n_jobs=1)
    assert run.final() == glued["few-runs-layers"][0][1], "another run"


def test_whether_four_equals_lie_as_far_apart_as_nielsens_is_left_open(glued):
    sigma = 100 * np.sqrt(np.mean([np.var(row, ddof=1) for row in glued["few-runs-layers"]]))
    assert glued["few-runs-sigma"] == pytest.approx(sigma)
    ends = sigma * np.sqrt(8 / chi2.ppf([0.975, 0.025], 8))
    said = [glued["few-runs-sigma-low"], glued["few-runs-sigma-high"]]
    assert said == pytest.approx(ends), "the interval of a spread from 8 degrees of freedom"
    span = 100 * np.ptp(NIELSEN)
    exact = studentized_range.sf(span / np.array([sigma, *ends]), 4, np.inf)
    shown = [glued[f"few-runs-as-far{end}"] for end in ("", "-low", "-high")]
    assert shown == pytest.approx(exact, abs=0.01), f"simulated {shown}, exactly {exact}"
    assert 0.1 < exact[0] < 0.5 and exact[1] < 0.05 and exact[2] > 0.5, "it should be open: rare to common"


def test_the_rule_promises_too_much_for_few_pairs_and_two_more_nearly_mend_it(glued):
    powers = {int(n): each for n, each in glued["few-runs-powers"].items()}
    for n, (asked, more) in powers.items():
        for simulated, pairs in ((asked, n), (more, n + 2)):
            exact = nct.sf(t.ppf(0.975, pairs - 1), pairs - 1, 2.8 * np.sqrt(pairs / n))
            assert simulated == pytest.approx(exact, abs=0.015), f"{pairs} pairs: exactly {exact:.3f}"
        assert asked < 0.8 and 0.76 < more < 0.82, f"{n} pairs find it in {asked}, with two more in {more}"
    assert powers[3][0] < powers[5][0] < 0.65 and powers[50][0] > 0.78, "the failure should be that of few"
    assert [glued["few-runs-power-5"], glued["few-runs-power-5-more"]] == powers[5], "other shares are said"
    assert 0.75 < powers[5][1] < 0.8, "seven pairs should nearly find it often enough"
    assert 2 * 2.8**2 == pytest.approx(16, abs=0.5) and norm.cdf(0.84) == pytest.approx(0.8, abs=0.001)


def test_by_hand_the_rule_says_four_of_each_kind_and_students_factor_five():
    assert [round(16 * (0.2 / gap) ** 2) for gap in (0.4, 0.1, 0.04)] == [4, 64, 400], "the rule's numbers"
    found = {n: nct.sf(t.ppf(0.975, 2 * n - 2), 2 * n - 2, 2 * np.sqrt(n / 2)) for n in (4, 5)}
    assert found[4] < 0.7 and found[5] == pytest.approx(0.8, abs=0.015), f"two rows, two spreads apart: {found}"


def test_just_enough_seeds_find_a_difference_every_second_time(glued):
    enough, advised = glued["few-runs-enough"]
    excludes = [n for n in range(2, 99) if t.ppf(0.975, n - 1) * 0.2 / n**0.5 < 0.1]
    assert min(excludes) == enough < advised == int(np.ceil(2.8**2 * 4)), "the seeds are miscounted"
    just, rule, more = glued["few-runs-enough-power"]
    assert just == pytest.approx(0.5, abs=0.03) and just < rule < 0.8 < more + 0.01, (just, rule, more)


def test_the_checkpoints_numbers_are_right():
    assert 30 / 110**0.5 == pytest.approx(2.9, abs=0.05) and 30 / 400**0.5 == 1.5
    assert 2 * norm.sf(1 / 2**0.5) == pytest.approx(0.5, abs=0.03), "equals, apart by more than one spread"
    assert norm.sf(1 / 2**0.5) == pytest.approx(0.25, abs=0.02), "the better one behind"
