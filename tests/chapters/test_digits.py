"""The first chapter: images as vectors, the splits, the bar, and eight lines that learn."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import NearestCentroid

from mnist_from_scratch import checks, load_mnist, train_validation_split
from mnist_from_scratch.data import FOLDER, read_idx

NAME = "digits"
pytestmark = pytest.mark.filterwarnings("ignore:self.within_class_std_dev_:UserWarning")
METHODS = ["nearest-mean", "least-squares", "eight-lines"]
SEEDS = range(5)


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def images():
    return read_idx(FOLDER / "train-images-idx3-ubyte.gz")


def split(mnist, seed):
    return train_validation_split(*mnist[:2], 10_000, np.random.default_rng(seed))


# Matrix and vector


def test_the_first_image_is_a_five_centred_in_an_empty_frame(images, mnist):
    assert mnist[1][0] == 5, "the first label is not 5"
    rows, columns = np.nonzero(images[0])
    assert np.ptp(rows) < 20 and np.ptp(columns) < 20, "it does not fit a box of 20 x 20"
    ink = images[0][rows, columns]
    centre = np.average(rows, weights=ink), np.average(columns, weights=ink)
    assert np.allclose(centre, 13.5, atol=1), f"its centre of mass is {centre}"
    part = images[0][5:15, 12:22] / 255
    assert part.max() > 0.95 and part.min() == 0, "no paper or no ink in the frame"
    soft = (part > 0) & (part < 0.9)
    assert soft.any(axis=1).mean() > 0.5, "the edges of the stroke are not soft"


def test_number_28_r_plus_c_of_the_vector_is_the_pixel_in_row_r_and_column_c(images, mnist):
    rng = np.random.default_rng(0)
    for i, r, c in zip(rng.integers(60_000, size=99), *rng.integers(28, size=(2, 99))):
        assert mnist[0][i, 28 * r + c] == np.float32(images[i, r, c] / 255), f"pixel {i, r, c}"


# Looking at the data


def test_classes_are_counted_right(chapter, glued, mnist):
    counts = np.bincount(mnist[1])
    assert str(counts) in chapter(NAME).text, "the counts printed are others"
    assert glued["digits-most"] == counts.argmax() and glued["digits-least"] == counts.argmin()
    assert glued["digits-most-share"] == counts.max() / 60_000
    assert glued["digits-least-share"] == counts.min() / 60_000
    assert 0.09 < counts.min() / 60_000 < counts.max() / 60_000 < 0.12, "the classes are not balanced"


def test_no_image_occurs_twice_or_on_both_sides(mnist):
    train, test = (set(map(bytes, np.uint8(255 * X + 0.5))) for X in mnist[::2])
    assert len(train) == 60_000 and len(test) == 10_000, "an image occurs twice"
    assert not train & test, "an image is in both sets"


# Choosing makes a score too good


def test_the_best_of_many_guessers_looks_better_and_is_not(glued):
    selected, honest = glued["digits-leak-selected"], glued["digits-leak-honest"]
    assert sorted(selected) == selected, "more to choose from must look better"
    error_of_20_seeds = np.sqrt(0.09 / 9_500 / 20)
    assert np.abs(np.array(honest) - 0.1).max() < 4 * error_of_20_seeds, f"no guesser: {honest}"
    assert selected[-1] > 0.1 + 3 * glued["digits-leak-se"], "the winner must look several standard errors too good"
    assert (glued["digits-leak-best"], glued["digits-leak-true"]) == (selected[-1], honest[-1])


def test_the_best_of_1000_is_what_the_binomial_distribution_gives(glued):
    scores = np.random.default_rng(0).binomial(500, 0.1, size=(400, 1000)) / 500
    expected = scores.max(axis=1)
    spread = expected.std() / np.sqrt(20)
    assert abs(glued["digits-leak-best"] - expected.mean()) < 4 * spread, "not the best of 1,000"


def test_the_standard_error_is_the_scatter_of_a_score(glued):
    scores = np.random.default_rng(0).binomial(500, 0.1, size=20_000) / 500
    assert glued["digits-leak-se"] == pytest.approx(scores.std(), rel=0.03)
    scores = np.random.default_rng(0).binomial(10_000, 0.98, size=20_000) / 10_000
    assert glued["digits-se-98"] == pytest.approx(scores.std(), rel=0.03)
    assert 0.002 < 2 * glued["digits-se-98"], "98.0 and 98.2 would differ by more than chance"
    p = glued["digits-eight-lines-test"]
    scores = np.random.default_rng(0).binomial(10_000, p, size=20_000) / 10_000
    assert glued["digits-eight-lines-se"] == pytest.approx(scores.std(), rel=0.03)


def test_nineteen_scores_in_twenty_lie_within_two_standard_errors_and_differences_within_2_8():
    p, n = 0.9, 10_000
    s = np.sqrt(p * (1 - p) / n)
    a, b = np.random.default_rng(0).binomial(n, p, size=(2, 50_000)) / n
    assert np.mean(abs(a - p) < 2 * s) == pytest.approx(0.95, abs=0.01), "not nineteen in twenty"
    assert np.std(a - b) == pytest.approx(np.sqrt(2) * s, rel=0.02), "a difference does not scatter by √2 s"
    assert np.mean(abs(a - b) < 2.8 * s) == pytest.approx(0.95, abs=0.01), "2.8 s is another threshold"


# What is there to beat


def test_the_nearest_class_mean_is_as_good_as_reported(glued, mnist):
    for seed in SEEDS:
        X_train, y_train, X_val, y_val = split(mnist, seed)
        score = NearestCentroid().fit(X_train, y_train).score(X_val, y_val)
        shown = glued["digits-nearest-mean-splits"][seed]
        assert shown == pytest.approx(score, abs=5e-4), f"seed {seed}"


def test_least_squares_is_as_good_as_reported(glued, mnist):
    X_train, y_train, X_val, y_val = split(mnist, 1)
    oracle = LinearRegression(fit_intercept=False).fit(X_train, np.eye(10)[y_train])
    score = np.mean(oracle.predict(X_val).argmax(axis=1) == y_val)
    assert glued["digits-least-squares-splits"][1] == pytest.approx(score, abs=1e-3)


def test_the_test_scores_are_those_of_all_60_000_training_images(glued, mnist):
    X, y, X_test, y_test = mnist
    nearest = NearestCentroid().fit(X, y).score(X_test, y_test)
    assert glued["digits-nearest-mean-test"] == pytest.approx(nearest, abs=5e-4)
    assert glued["digits-most-test"] == np.mean(y_test == np.bincount(y).argmax())
    linear = LinearRegression(fit_intercept=False).fit(X, np.eye(10)[y])
    score = np.mean(linear.predict(X_test).argmax(axis=1) == y_test)
    assert glued["digits-least-squares-test"] == pytest.approx(score, abs=1e-3)
    assert glued["digits-least-squares-error"] == pytest.approx(1 - score, abs=1e-3)


def test_the_table_shows_mean_and_range_of_the_five_splits(glued):
    for name in METHODS:
        scores = glued[f"digits-{name}-splits"]
        assert len(scores) == 5, "five splits are promised"
        assert glued[f"digits-{name}"] == pytest.approx(np.mean(scores))
        assert glued[f"digits-{name}-low"] == min(scores)
        assert glued[f"digits-{name}-high"] == max(scores)


def test_each_method_beats_the_one_before_on_every_split_and_on_the_test_set(glued):
    always = [glued["digits-most-share"]] * 5
    rows = [always, *(glued[f"digits-{name}-splits"] for name in METHODS)]
    for worse, better in zip(rows, rows[1:]):
        assert all(a < b for a, b in zip(worse, better)), f"{worse} against {better}"
    tests = [glued["digits-most-test"], *(glued[f"digits-{name}-test"] for name in METHODS)]
    assert sorted(tests) == tests, "the order on the test set is another"


def test_the_splits_scatter_as_the_standard_error_says(glued):
    for name in METHODS:
        p = glued[f"digits-{name}"]
        scatter = np.std(glued[f"digits-{name}-splits"], ddof=1)
        assert scatter < 2 * np.sqrt(p * (1 - p) / 10_000), f"{name} scatters by {scatter}"


def test_lecuns_linear_classifier_errs_less_than_ours(glued):
    assert glued["digits-least-squares-error"] > 0.12, "then ours would be as good as theirs"


def test_some_pixels_are_blank_in_every_image_and_get_no_weight(mnist):
    X, y = mnist[0], mnist[1]
    blank = X.max(axis=0) == 0
    assert blank.reshape(28, 28)[[0, 0, -1, -1], [0, -1, 0, -1]].all(), "a corner has ink"
    W = np.linalg.lstsq(X.T @ X, X.T @ np.eye(10, dtype=np.float32)[y])[0]
    assert np.abs(W[blank]).max() < 1e-6, "lstsq gives weight to a pixel without ink"
    assert np.abs(W).max() > 0.1, "the other weights are no larger"


def test_the_largest_weights_of_least_squares_sit_on_pixels_that_one_or_two_images_ink(mnist):
    for seed in SEEDS:
        X_train, y_train = split(mnist, seed)[:2]
        W = np.linalg.lstsq(X_train.T @ X_train, X_train.T @ np.eye(10, dtype=np.float32)[y_train])[0]
        inked, size = (X_train > 0).sum(axis=0), np.abs(W).max(axis=1)
        largest = np.argsort(-size)[:5]
        assert inked[largest].max() <= 2, f"seed {seed}: they are inked {inked[largest]} times"
        assert size[largest].min() > 20 * size[inked > 6_000].max(), f"seed {seed}: they are not much larger"


def test_least_squares_by_hand_is_3_14ths():
    x, t = np.array([[1.0], [2.0], [3.0]]), np.array([0.0, 0.0, 1.0])
    assert np.linalg.lstsq(x, t)[0][0] == pytest.approx(3 / 14)


# The eight lines


def eight_lines(X, y, seed):
    """The same program, written another way: one image's gradient at a time, in float64."""
    rng, W = np.random.default_rng(seed), np.zeros((784, 10))
    for _ in range(2000):
        step = np.zeros_like(W)
        for i in rng.integers(len(X), size=32):
            x = X[i].astype(np.float64)
            p = np.exp(x @ W - np.logaddexp.reduce(x @ W))
            p[y[i]] -= 1
            step += np.outer(x, p)
        W -= 0.1 * step / 32
    return W


def test_the_eight_lines_find_what_one_image_at_a_time_finds(chapter, glued, mnist):
    X_train, y_train, X_val, y_val = split(mnist, 1)
    score = np.mean((X_val @ eight_lines(X_train, y_train, 0)).argmax(axis=1) == y_val)
    assert f"{score:.1%} of the validation images" in chapter(NAME).text, f"it is {score:.2%}"


def test_they_begin_knowing_nothing_and_read_nine_digits_in_ten_soon(glued):
    curves = np.array(glued["digits-learning"])
    assert (curves[:, 0] < 0.6).all(), f"after one batch: {curves[:, 0]}"
    assert (curves[:, -1] > 0.895).all(), f"at the end: {curves[:, -1]}"
    assert (np.diff(curves.mean(axis=0)[3:]) > 0).all(), "from ten batches on, the mean curve does not rise"
    assert np.ptp(curves[:, 1]) > 5 * np.ptp(curves[:, -1]), "the band does not become narrow"
    assert np.ptp(curves[:, -1]) < 0.015, "the seeds differ by more than a narrow band"
    assert (curves[:, -1] > glued["digits-least-squares-high"]).all(), "least squares is as good"


def test_ink_in_the_middle_speaks_against_a_zero_and_for_a_one(mnist):
    X_train, y_train = split(mnist, 1)[:2]
    W = eight_lines(X_train, y_train, 0).reshape(28, 28, 10)
    middle = W[12:16, 13:15].mean(axis=(0, 1))
    assert middle[0] < -0.1 and middle.argmin() == 0, f"weights of the middle: {middle}"
    assert middle[1] > 0.1, f"weights of the middle: {middle}"


def test_the_mean_images_are_as_the_text_describes_them(mnist):
    X, y = mnist[:2]
    means = np.array([X[y == k].mean(axis=0) for k in range(10)])
    distances = ((means[:, None] - means) ** 2).sum(axis=2) + np.diag([np.inf] * 10)
    nearest = np.unravel_index(distances.argmin(), (10, 10))
    assert set(nearest) == {4, 9}, f"the two most alike are {nearest}"
    centre = means.reshape(10, 28, 28)[:, 14, 14]
    assert centre.argmin() == 0 and centre[0] < 0.05, f"ink in the centre: {centre}"
    spread = [X[y == k].var(axis=0).sum() for k in range(10)]
    assert np.argmin(spread) == 1, "the 1 varies the least, says the solution of class by class"
    assert spread[5] > np.mean(spread), "the 5 is written in many ways, says the same solution"


# The exercises


def test_the_hardest_and_the_easiest_digit_of_the_eight_lines(glued, mnist):
    X_train, y_train, X_val, y_val = split(mnist, 1)
    predicted = (X_val @ eight_lines(X_train, y_train, 0)).argmax(axis=1)
    shares = [np.mean(predicted[y_val == k] == k) for k in range(10)]
    assert glued["digits-hardest"] == np.argmin(shares), f"shares by class: {shares}"
    assert glued["digits-easiest"] == np.argmax(shares), f"shares by class: {shares}"
    assert glued["digits-easiest"] == 1, "the solution speaks of the 1"


def test_shuffled_pixels_change_nothing(glued):
    assert glued["digits-shuffle-same"] > 0.999


def test_the_second_half_of_the_test_files_is_the_easier_one(glued):
    for first, second in glued["digits-halves"]:
        assert second > first + 0.03, "the halves are alike or the other way round"


def test_the_last_10_000_training_images_are_easier_than_a_random_10_000(glued):
    for name, last in zip(METHODS, glued["digits-last"]):
        assert last > glued[f"digits-{name}-high"], f"{name}: {last} is an ordinary split"


# The checks


def by_class(predicted, y):
    return np.array([np.mean(predicted[y == k] == k) for k in range(10)])


def counts(predicted, y):
    return by_class(predicted, y) * np.bincount(y)


RIGHT = [
    (checks.accuracy_by_class, by_class),
    (checks.accuracy_by_class, lambda p, y: list(by_class(p, y))),
    (checks.standard_error, lambda p, n: (p * (1 - p) / n) ** 0.5),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_a_right_answer_is_right(verdict, check, answer):
    assert verdict(check, answer).startswith("Right: ")


WRONG = [
    (checks.accuracy_by_class, lambda p, y: by_class(y, p), "y == k"),
    (checks.accuracy_by_class, lambda p, y: counts(p, y) / len(y), "of all images"),
    (checks.accuracy_by_class, lambda p, y: counts(p, y), "counts"),
    (checks.accuracy_by_class, lambda p, y: 1 - by_class(p, y), "mistakes"),
    (checks.accuracy_by_class, lambda p, y: np.mean(p == y), "one accuracy for all"),
    (checks.accuracy_by_class, lambda p, y: np.ones(10), "for each class"),
    (checks.standard_error, lambda p, n: p * (1 - p) / n, "square root"),
    (checks.standard_error, lambda p, n: (p * (1 - p)) ** 0.5, "divide by n"),
    (checks.standard_error, lambda p, n: (p * (1 - p)) ** 0.5 / n, "inside"),
    (checks.standard_error, lambda p, n: (p / n) ** 0.5, "1 - p"),
    (checks.standard_error, lambda p, n: 100 * (p * (1 - p) / n) ** 0.5, "per cent"),
    (checks.standard_error, lambda p, n: 0.5, "take p"),
]


@pytest.mark.parametrize(("check", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(verdict, check, answer, words):
    printed = verdict(check, answer)
    assert printed.startswith("Not yet: ") and words in printed, printed
