"""Matrices: the product in all its forms, the layer, the costs. No time is asserted."""

import re

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from mnist_from_scratch import Dense, checks, load_mnist, train_validation_split

NAME = "matrices"
X = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
W = np.array([[1.0, -1.0], [0.0, 2.0], [2.0, 1.0]])
B = np.array([10.0, 20.0])


@pytest.fixture(scope="module")
def text(chapter):
    return chapter(NAME).text


# The product


def test_the_hand_worked_product_is_printed_by_loops_and_by_the_operator(text):
    by_hand = np.array([[1 + 0 + 0, -1 + 4 + 0], [0 + 0 + 6, 0 + 2 + 3]])
    assert np.array_equal(X @ W, by_hand), "the box has other numbers"
    assert text.count(str(X @ W)) >= 2, "three_loops and @ must both print it"


def test_the_four_ways_print_the_parts_that_the_figure_marks(text):
    assert np.array_equal(1 * W[0] + 2 * W[1] + 0 * W[2], (X @ W)[0]), "by rows"
    columns = 1 * X[:, 0] + 0 * X[:, 1] + 2 * X[:, 2]
    assert np.array_equal(columns, (X @ W)[:, 0]), "by columns"
    outer = [np.outer(X[:, j], W[j]) for j in range(3)]
    assert np.array_equal(sum(outer), X @ W), "by outer products"
    for part in ((X @ W)[0], columns, outer[1]):
        assert str(part) in text, f"the chapter does not print {part}"


def test_order_matters_and_brackets_and_transposes_follow_the_rules_of_the_text(text):
    V = np.arange(8.0).reshape(2, 4)
    assert (W @ X).shape == (3, 3) and "(3, 3)\nTrue" in text, "the chapter shows other shapes"
    assert np.array_equal((X @ W).T, W.T @ X.T), "the transpose of a product"
    assert np.array_equal((X @ W) @ V, X @ (W @ V)), "brackets of products"
    assert np.array_equal((X + 2 * X) @ W, X @ W + 2 * X @ W), "brackets of sums"


def test_a_product_that_does_not_exist_is_reported_with_the_lengths(text):
    assert "size 2 is different from 3" in text, "the message that the text explains is not there"


def test_broadcasting_a_column_and_a_row_is_wrong_in_its_squares_only(text):
    differences = np.array([[1.0], [2.0], [3.0]]) - np.array([1.0, 2.0, 3.0])
    assert differences.size == 9, "nine differences, says the text"
    assert np.count_nonzero(differences) == 6, "six of the nine are not zero, says the text"
    assert differences.mean() == 0, "the plain mean would be wrong, too"
    printed = f"(3, 3) mean 0.00\nmean square {np.mean(differences**2):.2f}, not 0"
    assert printed in text, "the chapter prints other means"


def test_the_table_of_the_three_rules_says_what_numpy_does(chapter):
    rows = {}
    for row in re.findall(r"^\| ([123lr][\w. ]+) \|(.+)\|$", chapter(NAME).source, re.M):
        rows[row[0]] = [cell.strip() for cell in row[1].split("|")]
    shapes = {name: [tuple(map(int, re.findall(r"\d+", cell))) for cell in cells]
              for name, cells in rows.items()}  # fmt: skip
    lines = zip(*(shapes[name] for name in ("left shape", "right shape", "1. align the right one", "2. compare")),
                rows["3. stretch"], strict=True)  # fmt: skip
    results = []
    for left, right, aligned, compared, result in lines:
        assert aligned == (1,) * (len(left) - len(right)) + right, f"{right} is aligned to {aligned}"
        pairs = list(zip(left, aligned))
        bad = [pair for pair in pairs if pair[0] != pair[1] and 1 not in pair]
        assert compared == sum(bad or pairs, ()), f"{left} and {aligned} are not compared so"
        try:
            results.append(", ".join(map(str, np.broadcast_shapes(left, right))))
        except ValueError:
            results.append("error")
        assert result == results[-1], f"{left} and {right} make {results[-1]}"
    assert results == ["4, 3", "3, 3", "error", "4, 3"], "a success, a double one, a failure, its repair"


def test_means_along_the_wrong_axis_are_refused_and_a_column_of_them_fits(text):
    assert "could not be broadcast together with shapes (4,3) (4,)" in text, "the failure is not shown"
    assert "shapes (4,3) (4,) \n(4, 3)" in text, "the repair is not shown"


# Types


def test_float32_and_float64_keep_the_digits_that_the_text_says(text):
    digits = {name: -np.log10(float(np.finfo(name).eps)) for name in ("float32", "float64")}
    assert round(digits["float32"]) == 7 and round(digits["float64"]) == 16, f"{digits}"


def test_float32_costs_no_accuracy_that_matters(glued):
    X64 = load_mnist(dtype=np.float64)[0][:1000]
    W64 = np.random.default_rng(2).normal(size=(784, 128))
    exact = X64 @ W64
    rounded = X64.astype(np.float32) @ W64.astype(np.float32)
    error = np.linalg.norm(rounded - exact) / np.linalg.norm(exact)
    assert glued["matrices-float32-error"] == pytest.approx(error, rel=0.5), "not this error"
    assert error < 1e-5, "far below one part in 255, says the text"


def test_a_numpy_scalar_doubles_the_type_and_a_python_float_does_not(text):
    array = np.ones(3, np.float32)
    assert (array * 0.1).dtype == np.float32, "a Python float takes the array's type"
    assert (array * np.float64(0.1)).dtype == np.float64, "then the trap is gone"
    assert (array * np.sqrt(2 / 784)).dtype == np.float64, "then np.sqrt is innocent"
    assert "float64 float32 float64 float32\n" in text, "the chapter does not show the trap"


# The layer


def test_dense_gives_the_hand_worked_numbers(text):
    Z = Dense(W, B).forward(X)
    assert np.array_equal(Z, [[11, 23], [16, 25]]), "the text has other numbers"
    assert f"Dense(3, 2)\n{Z}" in text, "the chapter prints another layer"


def test_nielsens_notation_gives_the_transpose():
    a, w = X.T, W.T
    assert np.array_equal((w @ a + B[:, None]).T, Dense(W, B).forward(X)), "not the same layer"


def test_the_layer_refuses_the_trap(text):
    message = "X must be float64 (N, 784), got float32 (60000, 784)"
    with pytest.raises(ValueError) as caught:
        Dense(np.ones((784, 128), np.float32) * np.sqrt(2 / 784)).forward(load_mnist()[0])
    assert str(caught.value) == message and message in text, "the chapter shows another message"


# Costs


def test_the_costs_are_counted_right(text, glued):
    assert "[784, 30, 10]             23,820" in text, "784 * 30 + 30 * 10 is 23,820"
    assert 784 * 30 / 23_820 > 0.95, "the first layer makes up nearly all, says the box"
    two, one = 784 * 256 + 256 * 128 + 128 * 10, 784 * 800 + 800 * 10
    assert f"{two:,}" in text and f"{one:,}" in text and two < one, "two small layers are cheaper"
    assert glued["matrices-network-cost"] == 23_820
    assert glued["matrices-neighbour-cost"] == 784 * 50_000
    work = glued["matrices-network-cost"] / glued["matrices-neighbour-cost"]
    assert 1 / 2000 < work < 1 / 1000, "not a thousandth of the work"


def test_the_four_programs_compute_the_same_product(glued):
    assert glued["matrices-programs-agree"] == [True] * 4


def test_timings_are_measured_and_complete(glued):
    ratios, batches = glued["matrices-timing-ratios"], glued["matrices-timing-batches"]
    assert len(ratios) == 4 and ratios[-1] == 1, "four programs, relative to one product"
    assert len(batches) == 12, "batches of 1 to 2,048"
    for value in [*ratios, *batches, glued["matrices-timing-float64"]]:
        assert np.isfinite(value) and value > 0, f"{value} is no ratio of times"
    assert glued["matrices-timing-best-size"] == 2 ** np.argmin(batches), "not the best size"
    assert glued["matrices-timing-four"] == batches[2], "not the batch of 4"
    assert glued["matrices-timing-best"] == min(batches), "not the time of the best size"
    for name in ("loops", "entry", "image"):
        assert glued[f"matrices-timing-{name}"].endswith("as long"), "the sentence does not read"


# The exercises


def test_shapes_are_as_the_solution_lists_them(text):
    shapes = {"A @ B": (4, 5), "A.T @ A": (3, 3), "A @ B + c": (4, 5), "A @ B + d": (4, 5),
              "A * d": (4, 3), "B @ c": (3,), "c @ c": ()}  # fmt: skip
    for product, shape in shapes.items():
        assert f"{product:10} {shape}" in text, f"{product} should be {shape}"
    assert "A @ A      does not exist" in text, "(4, 3) @ (4, 3) should not exist"


def test_the_nearest_mean_is_a_layer(glued):
    assert glued["matrices-mean-layer-same"] > 0.999, "the layer and the baseline disagree"


def test_the_nearest_neighbour_beats_the_baselines(glued, chapter):
    rng = np.random.default_rng(2)
    rng.normal(size=(784, 128))
    X_all, y_all = load_mnist()[:2]
    X_train, y_train, X_val, y_val = train_validation_split(X_all, y_all, 10_000, rng)
    oracle = KNeighborsClassifier(1, algorithm="brute").fit(X_train, y_train)
    score = oracle.score(X_val[:500], y_val[:500])
    assert glued["matrices-neighbour"] == pytest.approx(score, abs=0.003), "not the nearest neighbour"
    baselines = chapter("digits").glued
    assert score > baselines["digits-least-squares-high"] + 0.05, "it is not far better"


# The checks


def outer(X, W):
    return sum(np.outer(X[:, j], W[j]) for j in range(len(W)))


def cost(sizes, n):
    return n * sum(a * b for a, b in zip(sizes, sizes[1:]))


def centred(X):
    return X - X.mean(axis=1, keepdims=True)


def half_squares(means):
    return (means**2).sum(axis=1) / 2


def distances(A, B):
    return ((A[:, None] - B) ** 2).sum(axis=2)


def expanded(A, B):
    return (A**2).sum(axis=1)[:, None] - 2 * A @ B.T + (B**2).sum(axis=1)


def counted(sizes, n):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i] * n * sizes[i - 1]
    return total


def in_lists(answer):
    """Return an answer that gives lists where the other gives arrays."""

    def listed(*arguments):
        result = answer(*arguments)
        return [part.tolist() for part in result] if isinstance(result, tuple) else result.tolist()

    return listed


def in_float32(answer):
    """Return an answer that computes in the chapter's type."""

    def single(*arguments):
        return answer(*(a.astype(np.float32) for a in arguments))

    return single


RIGHT = [
    (checks.outer_products, outer),
    (checks.outer_products, lambda X, W: X @ W),
    (checks.outer_products, lambda X, W: sum(np.outer(X[:, j], W[j]) for j in range(len(W))[::-1])),
    (checks.outer_products, in_lists(outer)),
    (checks.outer_products, in_float32(outer)),
    (checks.multiplications, cost),
    (checks.multiplications, counted),
    (checks.multiplications, lambda s, n: n * np.dot(s[:-1], s[1:])),
    (checks.multiplications, lambda s, n: float(cost(s, n))),
    (checks.multiplications, lambda s, n: np.float32(cost(s, n))),
    (checks.centre_rows, centred),
    (checks.centre_rows, lambda X: (X.T - X.mean(axis=1)).T),
    (checks.centre_rows, lambda X: X - X.mean(axis=1)[:, None]),
    (checks.centre_rows, lambda X: np.array([x - x.mean() for x in X])),
    (checks.centre_rows, lambda X: X @ (np.eye(X.shape[1]) - 1 / X.shape[1])),
    (checks.centre_rows, in_lists(centred)),
    (checks.centre_rows, in_float32(centred)),
    (checks.mean_layer, lambda m: (m.T, -half_squares(m))),
    (checks.mean_layer, lambda m: (2 * m.T, -2 * half_squares(m))),
    (checks.mean_layer, lambda m: [m.T / 7, -half_squares(m) / 7]),
    (checks.mean_layer, lambda m: (m.T - m.mean(axis=0)[:, None], 3 - half_squares(m))),
    (checks.mean_layer, lambda m: (m.T.copy(), np.einsum("kj,kj->k", m, m) / -2)),
    (checks.mean_layer, in_float32(lambda m: (2 * m.T, -2 * half_squares(m)))),
    (checks.squared_distances, distances),
    (checks.squared_distances, expanded),
    (checks.squared_distances, lambda A, B: np.maximum(expanded(B, A).T, 0)),
    (checks.squared_distances, in_lists(expanded)),
    (checks.squared_distances, in_float32(expanded)),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_a_right_answer_is_right(verdict, check, answer):
    assert verdict(check, answer).startswith("Right: ")


WRONG = [
    (checks.outer_products, lambda X, W: np.outer(X[:, -1], W[-1]), "last pixel alone"),
    (checks.outer_products, lambda X, W: np.outer(X[:, 0], W[0]), "first pixel alone"),
    (checks.outer_products, lambda X, W: outer(X, W).T, "transpose"),
    (checks.outer_products, lambda X, W: outer(X[:, :-1], W[:-1]), "last pixel is missing"),
    (checks.outer_products, lambda X, W: np.ones((7, 3)), "for every j"),
    (checks.outer_products, lambda X, W: None, "return"),
    (checks.multiplications, lambda s, n: cost(s, 1), "one image"),
    (checks.multiplications, lambda s, n: cost(s, n) + n * sum(s[1:]), "biases"),
    (checks.multiplications, lambda s, n: n * int(np.prod(s)), "add their prices"),
    (checks.multiplications, lambda s, n: n * sum(s), "n_in * n_out"),
    (checks.multiplications, lambda s, n: cost(s[:-1], n), "layer is missing"),
    (checks.multiplications, lambda s, n: n * s[0] * s[1], "first layer alone"),
    (checks.multiplications, lambda s, n: 2 * cost(s, n), "additions"),
    (checks.multiplications, lambda s, n: 1, "neighbouring sizes"),
    (checks.centre_rows, lambda X: X - X.mean(axis=1), "a column"),
    (checks.centre_rows, lambda X: X - X.mean(axis=0), "axis=1"),
    (checks.centre_rows, lambda X: X - X.mean(axis=0, keepdims=True).T, "means of the columns"),
    (checks.centre_rows, lambda X: X - X.mean(), "one mean from all"),
    (checks.centre_rows, lambda X: X.mean(axis=1, keepdims=True), "subtract them"),
    (checks.centre_rows, lambda X: X, "keepdims"),
    (checks.mean_layer, lambda m: (m, -half_squares(m)), "transpose of the means"),
    (checks.mean_layer, lambda m: m.T, "two arrays"),
    (checks.mean_layer, lambda m: (2.0 * m.T.astype(float), -2 * half_squares(m)), "of float32 arrays W makes float64"),
    (checks.mean_layer, in_lists(lambda m: (m.T, -half_squares(m))), "of float32 arrays W makes float64"),
    (checks.mean_layer, lambda m: (m.T, 0.0), "should be (5, 3) and b (3,)"),
    (checks.mean_layer, lambda m: (m.T, half_squares(m)), "sign"),
    (checks.mean_layer, lambda m: (m.T, -2 * half_squares(m)), "too large"),
    (checks.mean_layer, lambda m: (2 * m.T, -half_squares(m)), "too small"),
    (checks.mean_layer, lambda m: (2 * m.T, 2 * half_squares(m)), "sign"),
    (checks.mean_layer, lambda m: (m.T[::-1], -half_squares(m)), "W"),
    (checks.mean_layer, lambda m: (-2 * m.T, 2 * half_squares(m)), "smallest"),
    (checks.mean_layer, lambda m: (m.T, np.zeros(3)), "b is missing"),
    (checks.mean_layer, lambda m: (0 * m.T + 1, np.zeros(3)), "multiply the square out"),
    (checks.squared_distances, lambda A, B: distances(A, B) ** 0.5, "root"),
    (checks.squared_distances, lambda A, B: distances(B, A), "(M, N)"),
    (checks.squared_distances, lambda A, B: distances(A, B) + A @ B.T, "comes with a 2"),
    (checks.squared_distances, lambda A, B: distances(A, B) + 4 * A @ B.T, "minus"),
    (checks.squared_distances, lambda A, B: (B**2).sum(1) - 2 * A @ B.T, "squares of A"),
    (checks.squared_distances, lambda A, B: (A**2).sum(1)[:, None] - 2 * A @ B.T, "squares of B"),
    (checks.squared_distances, lambda A, B: A @ B.T, "mixed term alone"),
    (checks.squared_distances, lambda A, B: np.ones((7, 5)), "multiplied out"),
]


@pytest.mark.parametrize(("check", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(verdict, check, answer, words):
    printed = verdict(check, answer)
    assert printed.startswith("Not yet: ") and words in printed, printed
