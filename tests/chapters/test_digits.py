"""Digits: the bytes of the digits, the splits, and the baselines to beat."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import NearestCentroid

from mnist_from_scratch import checks, load_mnist, train_validation_split
from mnist_from_scratch.data import FOLDER, parse_idx, read_bytes, read_idx

NAME = "digits"
pytestmark = pytest.mark.filterwarnings("ignore:self.within_class_std_dev_:UserWarning")
BASELINES = ["darkness", "nearest-mean", "least-squares"]
SEEDS = range(5)


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def images():
    return read_idx(FOLDER / "train-images-idx3-ubyte.gz")


def split(mnist, seed):
    return train_validation_split(*mnist[:2], 10_000, np.random.default_rng(seed))


# Bytes, matrix, vector


def test_the_header_is_what_the_table_says(chapter):
    content = read_bytes(FOLDER / "train-images-idx3-ubyte.gz")
    shown = "00 00 08 03 00 00 ea 60 00 00 00 1c 00 00 00 1c"
    assert content[:16].hex(" ") == shown, "the table explains another header"
    assert len(content) == 47_040_000 + 16, "the file is not pixels and 16 bytes"
    text = chapter(NAME).text
    assert shown in text and f"{len(content):,} bytes" in text, "the chapter shows another header"


def test_a_pixel_stands_where_the_equation_says(images):
    content = read_bytes(FOLDER / "train-images-idx3-ubyte.gz")
    rng = np.random.default_rng(0)
    for i, r, c in zip(rng.integers(60_000, size=99), *rng.integers(28, size=(2, 99))):
        assert content[16 + 784 * i + 28 * r + c] == images[i, r, c], f"pixel {i, r, c}"


def test_row_14_of_the_first_image_is_thirteen_zeros_and_a_stroke_of_six(images):
    ink = np.flatnonzero(images[0, 14])
    assert ink.tolist() == list(range(13, 19)), "the stroke is not where the text says"
    stroke = images[0, 14, 13:19]
    assert stroke[[0, -1]].max() < stroke[1:-2].min(), "it is not soft at its ends"


def test_the_first_image_is_a_five_centred_in_an_empty_frame(images, mnist, chapter):
    assert mnist[1][0] == 5, "the first label is not 5"
    rows, columns = np.nonzero(images[0])
    assert np.ptp(rows) < 20 and np.ptp(columns) < 20, "it does not fit a box of 20 x 20"
    ink = images[0][rows, columns]
    centre = np.average(rows, weights=ink), np.average(columns, weights=ink)
    assert np.allclose(centre, 13.5, atol=1), f"its centre of mass is {centre}"
    row = images[0][14].tobytes().hex(" ").replace("00", "··")
    assert row in chapter(NAME).text, "the printed digit is another"


def test_a_lost_byte_is_named(chapter):
    assert "tiny must have 18 bytes for shape (2, 3), got 17" in chapter(NAME).text


def test_the_header_of_the_checkpoint_is_that_of_a_float_matrix():
    numbers = np.array([[1.5, -2.0]])
    content = bytes([0, 0, 13, 2, 0, 0, 0, 1, 0, 0, 0, 2]) + numbers.astype(">f4").tobytes()
    array = parse_idx(content)
    assert array.dtype == np.float32, f"the type is {array.dtype}"
    assert np.array_equal(array, numbers), "12 bytes of header, then the numbers: not so"


def test_byte_1_000_000_is_the_pixel_that_the_solution_names(chapter, images):
    i, r, c = np.unravel_index(1_000_000 - 16, images.shape)
    assert f"image {i}, row {r}, column {c}" in chapter(NAME).text, f"it is {i, r, c}"


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
    assert selected[-1] > 0.13, "the winner must look well above one in ten"
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


# The baselines


def test_mean_darkness_is_as_good_as_reported(glued, mnist):
    for seed in SEEDS:
        X_train, y_train, X_val, y_val = split(mnist, seed)
        oracle = NearestCentroid().fit(X_train.mean(axis=1, keepdims=True), y_train)
        score = oracle.score(X_val.mean(axis=1, keepdims=True), y_val)
        assert glued["digits-darkness-splits"][seed] == pytest.approx(score, abs=5e-4), f"seed {seed}"


def test_the_nearest_class_mean_is_as_good_as_reported(glued, mnist):
    for seed in SEEDS:
        X_train, y_train, X_val, y_val = split(mnist, seed)
        score = NearestCentroid().fit(X_train, y_train).score(X_val, y_val)
        shown = glued["digits-nearest-mean-splits"][seed]
        assert shown == pytest.approx(score, abs=5e-4), f"seed {seed}"


def test_least_squares_is_as_good_as_reported(glued, mnist):
    X_train, y_train, X_val, y_val = split(mnist, 1)
    oracle = LinearRegression().fit(X_train, np.eye(10)[y_train])
    score = np.mean(oracle.predict(X_val).argmax(axis=1) == y_val)
    assert glued["digits-least-squares-splits"][1] == pytest.approx(score, abs=1e-3)


def test_the_test_scores_are_those_of_all_60_000_training_images(glued, mnist):
    X, y, X_test, y_test = mnist
    nearest = NearestCentroid().fit(X, y).score(X_test, y_test)
    assert glued["digits-nearest-mean-test"] == pytest.approx(nearest, abs=5e-4)
    darkness = NearestCentroid().fit(X.mean(axis=1, keepdims=True), y)
    score = darkness.score(X_test.mean(axis=1, keepdims=True), y_test)
    assert glued["digits-darkness-test"] == pytest.approx(score, abs=5e-4)
    linear = LinearRegression().fit(X, np.eye(10)[y])
    score = np.mean(linear.predict(X_test).argmax(axis=1) == y_test)
    assert glued["digits-least-squares-test"] == pytest.approx(score, abs=1e-3)
    assert glued["digits-least-squares-error"] == pytest.approx(1 - score, abs=1e-3)


def test_the_table_shows_mean_and_range_of_the_five_splits(glued):
    for name in BASELINES:
        scores = glued[f"digits-{name}-splits"]
        assert len(scores) == 5, "five splits are promised"
        assert glued[f"digits-{name}"] == pytest.approx(np.mean(scores))
        assert glued[f"digits-{name}-low"] == min(scores)
        assert glued[f"digits-{name}-high"] == max(scores)


def test_each_baseline_beats_the_one_before_on_every_split_and_on_the_test_set(glued):
    always = [glued["digits-most-share"]] * 5
    rows = [always, *(glued[f"digits-{name}-splits"] for name in BASELINES)]
    for worse, better in zip(rows, rows[1:]):
        assert all(a < b for a, b in zip(worse, better)), f"{worse} against {better}"
    tests = [glued[f"digits-{name}-test"] for name in BASELINES]
    assert sorted(tests) == tests, "the order on the test set is another"


def test_the_splits_scatter_as_the_standard_error_says(glued):
    for name in BASELINES:
        p = glued[f"digits-{name}"]
        scatter = np.std(glued[f"digits-{name}-splits"], ddof=1)
        assert scatter < 2 * np.sqrt(p * (1 - p) / 10_000), f"{name} scatters by {scatter}"


def test_lecuns_linear_classifier_errs_less_than_ours(glued):
    assert glued["digits-least-squares-error"] > 0.12, "then ours would be as good as theirs"


def test_some_pixels_are_blank_in_every_image_and_get_no_weight(mnist):
    X, y = mnist[0], mnist[1]
    blank = X.max(axis=0) == 0
    assert blank.reshape(28, 28)[[0, 0, -1, -1], [0, -1, 0, -1]].all(), "a corner has ink"
    A = np.column_stack([X, np.ones(len(X), X.dtype)])
    W = np.linalg.lstsq(A.T @ A, A.T @ np.eye(10, dtype=np.float32)[y])[0]
    assert np.abs(W[:784][blank]).max() < 1e-6, "lstsq gives weight to a pixel without ink"
    assert np.abs(W).max() > 1, "the other weights are no larger"


def test_only_the_one_and_the_zero_stand_out_by_darkness(mnist):
    X_train, y_train = split(mnist, 1)[:2]
    darkness = X_train.mean(axis=1)
    means = np.array([darkness[y_train == k].mean() for k in range(10)])
    assert means.argmin() == 1 and means.argmax() == 0, "the lightest is 1, the darkest 0"
    others = np.sort(means[2:])
    gaps = others[0] - means[1], means[0] - others[-1]
    assert min(gaps) > np.diff(others).max(), "another digit stands out too"


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


def test_the_hardest_and_the_easiest_digit_of_the_linear_map(glued, mnist):
    X_train, y_train, X_val, y_val = split(mnist, 1)
    A = np.column_stack([X_train, np.ones(len(X_train), np.float32)])
    W = np.linalg.lstsq(A.T @ A, A.T @ np.eye(10, dtype=np.float32)[y_train])[0]
    predicted = (X_val @ W[:784] + W[784]).argmax(axis=1)
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
    for name, last in zip(BASELINES, glued["digits-last"]):
        assert last > glued[f"digits-{name}-high"], f"{name}: {last} is an ordinary split"


# The checks


def idx(array, axes=None, order="big", code=8, width=4, lengths=True, numbers=True):
    content = bytes([0, 0, code, array.ndim if axes is None else axes])
    for n in array.shape if lengths else ():
        content += n.to_bytes(width, order)
    return content + (array.tobytes() if numbers else b"")


def by_class(predicted, y):
    return np.array([np.mean(predicted[y == k] == k) for k in range(10)])


def counts(predicted, y):
    return by_class(predicted, y) * np.bincount(y)


RIGHT = [
    (checks.byte_offset, lambda i, r, c: 16 + 784 * i + 28 * r + c),
    (checks.to_idx, idx),
    (checks.accuracy_by_class, by_class),
    (checks.accuracy_by_class, lambda p, y: list(by_class(p, y))),
    (checks.standard_error, lambda p, n: (p * (1 - p) / n) ** 0.5),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_a_right_answer_is_right(verdict, check, answer):
    assert verdict(check, answer).startswith("Right: ")


WRONG = [
    (checks.byte_offset, lambda i, r, c: 784 * i + 28 * r + c, "header"),
    (checks.byte_offset, lambda i, r, c: 8 + 784 * i + 28 * r + c, "3 axes"),
    (checks.byte_offset, lambda i, r, c: 16 + 784 * i + 28 * c + r, "exchanged"),
    (checks.byte_offset, lambda i, r, c: 16 + 784 * (i - 1) + 28 * (r - 1) + c - 1, "from 0"),
    (checks.byte_offset, lambda i, r, c: 16 + 28 * i + 28 * r + c, "784"),
    (checks.byte_offset, lambda i, r, c: 5, "add up"),
    (checks.byte_offset, lambda i, r, c: None, "return"),
    (checks.to_idx, lambda a: a.tobytes(), "header is missing"),
    (checks.to_idx, lambda a: idx(a, order="little"), "little-endian"),
    (checks.to_idx, lambda a: idx(a, width=1), "four bytes"),
    (checks.to_idx, lambda a: idx(a, axes=1), "number of axes"),
    (checks.to_idx, lambda a: idx(a, numbers=False), "where are the numbers"),
    (checks.to_idx, lambda a: idx(a, lengths=False), "lengths of the axes"),
    (checks.to_idx, lambda a: idx(a, code=1), "third byte"),
    (checks.to_idx, lambda a: idx(a, code=13), "byte 2, in the type"),
    (checks.to_idx, lambda a: list(idx(a)), "list"),
    (checks.to_idx, lambda a: idx(a) if a.ndim == 3 else b"", "one axis"),
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
