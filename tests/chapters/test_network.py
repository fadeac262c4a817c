"""Training: the choice, the result over five seeds, and the mistakes."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from mnist_from_scratch import SGD, checks, load_mnist, mlp, train


def test_the_rate_is_chosen_by_the_validation_accuracy_over_five_seeds(glued):
    final = np.array(glued["network-val-final"])
    assert final.shape == (3, 5), f"expected 3 rates x 5 seeds, got {final.shape}"
    means = dict(zip(glued["network-rates"], final.mean(axis=1)))
    best = max(means, key=means.get)
    assert glued["network-best-rate"] == best, f"the chapter chose another rate than {best}"
    assert glued["network-best-val"] == pytest.approx(means[best]), "its mean is misreported"


def test_the_middle_rate_wins_and_both_ends_lose(glued):
    low, middle, high = np.array(glued["network-val-final"])
    assert (middle > low).all(), "the smallest rate should lose with every seed"
    assert middle.mean() > high.mean(), "the largest rate should lose on average"
    margin = middle.mean() - max(low.mean(), high.mean())
    assert glued["network-best-margin"] == pytest.approx(margin), "the margin is misreported"
    assert glued["network-best-spreads"] == pytest.approx(margin / middle.std(ddof=1)), "another spread"
    assert margin > 2 * middle.std(ddof=1), f"{margin:.4f} may be chance"


def test_training_nears_perfection_and_validation_levels_off(glued):
    curves = {name: np.array(c) for name, c in glued["network-curves"].items()}
    assert glued["network-train-accuracy"] > 0.999, "training should end with nearly all right"
    gap = curves["accuracy"][:, -1] - curves["val_accuracy"][:, -1]
    assert (gap > 0.01).all(), f"overfitting should show in every seed, gaps {gap}"
    mean = {name: c.mean(axis=0) for name, c in curves.items()}
    late_training = mean["loss"][3] - mean["loss"][-1]
    late_validation = mean["val_loss"][3] - mean["val_loss"][-1]
    assert late_validation < late_training / 4, (
        "after the fourth epoch the validation loss should gain little: "
        f"{late_validation:.3f} against {late_training:.3f}"
    )


def test_five_seeds_reach_98_2_percent_of_the_test_images(glued):
    assert len(glued["network-test"]) == 5, "the result is over five seeds"
    assert glued["network-test-mean"] == pytest.approx(np.mean(glued["network-test"]))
    assert glued["network-test-sd"] == pytest.approx(np.std(glued["network-test"], ddof=1))
    assert glued["network-test-mean"] >= 0.982, f"only {glued['network-test-mean']:.2%}"


def test_a_reader_who_repeats_the_first_run_gets_its_accuracy(glued):
    X, y, X_test, y_test = load_mnist()
    rng = np.random.default_rng(0)
    network = mlp([784, 500, 10], rng)
    rate = glued["network-best-rate"]
    falling = lambda epoch: float(rate * (1 + np.cos(np.pi * epoch / 6)) / 2)
    with threadpool_limits(1):
        train(network, X, y, SGD(falling), epochs=6, batch_size=20, rng=rng)
        accuracy = network.evaluate(X_test, y_test)[1]
    assert accuracy == pytest.approx(glued["network-test"][0], abs=1e-12), (
        f"seed 0 gives {accuracy:.4f} here and {glued['network-test'][0]:.4f} in the chapter"
    )


def test_the_confusion_matrix_counts_the_first_networks_test_images(glued):
    counts = np.array(glued["network-confusion"])
    _, _, _, y_test = load_mnist()
    assert np.array_equal(counts.sum(axis=1), np.bincount(y_test)), "rows are true classes"
    assert np.trace(counts) / 10_000 == pytest.approx(glued["network-test"][0]), (
        "the diagonal is not the first network's accuracy"
    )


def test_mistakes_are_shared_far_beyond_chance(glued):
    by_misses = np.array(glued["network-misses"])
    total = (1 - np.array(glued["network-test"])).sum() * 10_000
    assert by_misses @ np.arange(1, 6) == pytest.approx(total), "misses don't add up"
    assert glued["network-expected-by-chance"] < 1, "chance should give less than one image"
    assert glued["network-missed-by-all"] >= 20, "twenty shared mistakes are shown"


def test_the_average_of_five_networks_beats_one(glued):
    assert glued["network-ensemble"] > glued["network-test-mean"], "averaging did not help"


def test_abstaining_reads_the_rest_at_least_as_well_as_asked(glued):
    assert glued["network-abstain-right"] >= 0.995, "what is read is not right often enough"
    assert 0 < glued["network-abstain-left"] < 0.2, "far too many images are left over"


def test_below_the_threshold_most_are_read_correctly_and_above_it_fewer_are_missed(glued):
    read, handed = glued["network-threshold-read"], glued["network-threshold-handed"]
    assert read + handed == 10_000 and 0 < handed < 1_000, "it hands over a small part"
    assert handed / 2 < glued["network-threshold-needless"] < handed, "most, not all, of it would have been right"
    everything = glued["network-threshold-right"] * read + glued["network-threshold-needless"]
    assert everything / 10_000 == pytest.approx(glued["network-val-final"][glued["network-rates"].index(glued["network-best-rate"])][0])
    assert glued["network-threshold-right"] > everything / 10_000 + 0.005, "what it reads is no better"


def test_a_saved_network_answers_as_before(glued):
    assert glued["network-saved-equal"], "the loaded twin does not answer as the saved network"


def layers(sizes):
    return list(zip(sizes, sizes[1:]))

COUNT_MISTAKES = {
    "biases are missing": lambda s: sum(a * b for a, b in layers(s)),
    "biases alone": lambda s: sum(s[1:]),
    "pixels have no biases": lambda s: sum(a * b for a, b in layers(s)) + sum(s),
    "not each input": lambda s: sum((b + 1) * a for a, b in layers(s)),
    "not one for all": lambda s: sum(a * b + 1 for a, b in layers(s)),
    "the last layer has biases": lambda s: sum(a * b for a, b in layers(s)) + sum(s[1:-1]),
    "not one more output": lambda s: sum((a + 1) * (b + 1) for a, b in layers(s)),
    "only the first layer": lambda s: (s[0] + 1) * s[1],
    "only two layers": lambda s: (s[0] + 1) * s[1] + (s[1] + 1) * s[2],
    "layer in the middle": lambda s: (s[0] + 1) * s[1] + (s[-2] + 1) * s[-1],
    "not multiplied": lambda s: int(np.prod(s)),
    "these are the neurons": lambda s: sum(s),
    "not for 11, 2": lambda s: sum((a + 1) * b for a, b in layers(s)) if len(s) > 2 else 0,
    "inputs times outputs, and": lambda s: 7000,
}


@pytest.mark.parametrize("message", COUNT_MISTAKES)
def test_the_check_of_count_parameters_names_the_mistake(verdict, message):
    said = verdict(checks.count_parameters, COUNT_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_count_parameters_accepts_what_a_network_has(verdict):
    def answer(sizes):
        return sum(V.size for V in mlp(sizes, np.random.default_rng(0)).params)

    assert verdict(checks.count_parameters, answer).startswith("Right")


def counted(y, predicted, K):
    counts = np.zeros((K, K), int)
    np.add.at(counts, (y, predicted), 1)
    return counts


def counted_without_repeats(y, predicted, K):
    counts = np.zeros((K, K), int)
    counts[y, predicted] += 1
    return counts


def counted_into_a_copy(y, predicted, K):
    counts = np.zeros((K, K), int)
    counts[y][predicted] += 1
    return counts


def counted_row_after_row(y, predicted, K):
    rows, row = [], np.zeros(K, int)
    for k in range(K):
        for said in predicted[y == k]:
            row[said] += 1
        rows.append(row.copy())
    return np.array(rows)


CONFUSION_MISTAKES = {
    "rows and columns are": lambda y, p, K: counted(p, y, K),
    "forgets repeats": counted_without_repeats,
    "each pair counts once only, and rows": lambda y, p, K: counted_without_repeats(p, y, K),
    "zero everywhere": counted_into_a_copy,
    "shares of each true class": lambda y, p, K: (
        counted(y, p, K) / np.maximum(np.bincount(y, minlength=K), 1)[:, None]
    ),
    "shares of each column": lambda y, p, K: (
        counted(y, p, K) / np.maximum(np.bincount(p, minlength=K), 1)
    ),
    "shares of all images": lambda y, p, K: counted(y, p, K) / len(y),
    "a fourth class, though no image is of it: (K": lambda y, p, K: counted(y, p, max(y) + 1),
    "no image is of it, and": lambda y, p, K: counted(p, y, max(y) + 1),
    "on the diagonal": lambda y, p, K: counted(y[y != p], p[y != p], K),
    "only the right answers": lambda y, p, K: counted(y[y == p], p[y == p], K),
    "right answers of each class": lambda y, p, K: np.bincount(y[y == p], minlength=K),
    "start every class": counted_row_after_row,
    "An index must be an integer": lambda y, p, K: counted(y / 1, p / 1, K),
}


@pytest.mark.parametrize("message", CONFUSION_MISTAKES)
def test_the_check_of_confusion_names_the_mistake(verdict, message):
    said = verdict(checks.confusion, CONFUSION_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_confusion_accepts_right_answers(verdict):
    def by_list(y, predicted, K):
        return [[sum((y == i) & (predicted == j)) for j in range(K)] for i in range(K)]

    for answer in (counted, by_list, lambda y, p, K: counted(y, p, K).astype(float)):
        assert verdict(checks.confusion, answer).startswith("Right")


def majority(P):
    return np.array([np.bincount(each).argmax() for each in P.argmax(axis=2).T])


ASK_MISTAKES = {
    "the majority decides": majority,
    "surest network decides alone": lambda P: P.max(axis=0).argmax(axis=1),
    "the product": lambda P: P.prod(axis=0).argmax(axis=1),
    "the first network": lambda P: P[0].argmax(axis=1),
    "the last network": lambda P: P[-1].argmax(axis=1),
    "answers of each network": lambda P: P.argmax(axis=2),
    "average the classes": lambda P: P.argmax(axis=2).mean(axis=0).round().astype(int),
    "Which class do they": lambda P: P.mean(axis=0),
    "argmax, not max": lambda P: P.mean(axis=0).max(axis=1),
    "an image for each class": lambda P: P.mean(axis=0).argmax(axis=0),
    "average over the images": lambda P: P.mean(axis=1).argmax(axis=1),
    "average over the classes": lambda P: P.mean(axis=2).argmax(axis=0),
    "least probable": lambda P: P.mean(axis=0).argmin(axis=1),
    "take each row's largest": lambda P: np.ones(P.shape[1], int),
}


@pytest.mark.parametrize("message", ASK_MISTAKES)
def test_the_check_of_ask_all_names_the_mistake(verdict, message):
    said = verdict(checks.ask_all, ASK_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_ask_all_accepts_right_answers(verdict):
    for answer in (lambda P: P.mean(axis=0).argmax(axis=1), lambda P: sum(P).argmax(1).tolist()):
        assert verdict(checks.ask_all, answer).startswith("Right")


def surest_first(P, y):
    """Return the confidences, falling, and the accuracy of the surest n."""
    order = np.argsort(-P.max(axis=1))
    right = (P.argmax(axis=1) == y)[order]
    return P.max(axis=1)[order], np.cumsum(right) / np.arange(1, len(y) + 1), right


def read_until(which):
    """Return an answer that returns the confidence of the n-th image, n - 1 = which(...)."""

    def answer(P, y, wanted):
        sure, accuracy, right = surest_first(P, y)
        return sure[which(accuracy, right, wanted)]

    return answer


def last_read(accuracy, right, wanted):
    return np.flatnonzero(accuracy >= wanted).max()


def by_true_class(P, y, wanted):
    sure = P[np.arange(len(y)), y]
    order = np.argsort(-sure)
    right = (P.argmax(axis=1) == y)[order]
    return sure[order][last_read(np.cumsum(right) / np.arange(1, len(y) + 1), right, wanted)]


def number_read(P, y, wanted):
    return last_read(*surest_first(P, y)[1:], wanted) + 1


ABSTAIN_MISTAKES = {
    "one image too far": read_until(lambda a, r, w: last_read(a, r, w) + 1),
    "only the surest image": read_until(lambda a, r, w: 0),
    "take the last n": read_until(lambda a, r, w: np.argmax(a < w)),
    "Further down it is": read_until(lambda a, r, w: np.argmax(a < w) - 1),
    "at least as much": read_until(lambda a, r, w: np.flatnonzero(a > w).max()),
    "this is the first mistake": read_until(lambda a, r, w: np.argmin(r)),
    "before the first mistake": read_until(lambda a, r, w: np.argmin(r) - 1),
    "everything is read": read_until(lambda a, r, w: -1),
    "you want to be right": lambda P, y, wanted: wanted,
    "leaves a fixed share": lambda P, y, wanted: np.quantile(P.max(axis=1), 1 - wanted),
    "reads a fixed share": lambda P, y, wanted: np.quantile(P.max(axis=1), wanted),
    "number of images that are read": number_read,
    "the place of the last": lambda P, y, wanted: number_read(P, y, wanted) - 1,
    "number of images left": lambda P, y, wanted: len(y) - number_read(P, y, wanted),
    "the share left": lambda P, y, wanted: 1 - number_read(P, y, wanted) / len(y),
    "the share that is read": lambda P, y, wanted: number_read(P, y, wanted) / len(y),
    "Nobody knows y": by_true_class,
    "in per cent": lambda P, y, wanted: 100 * read_until(last_read)(P, y, wanted),
    "sort by confidence": lambda P, y, wanted: 0.1,
}


@pytest.mark.parametrize("message", ABSTAIN_MISTAKES)
def test_the_check_of_abstain_below_names_the_mistake(verdict, message):
    said = verdict(checks.abstain_below, ABSTAIN_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def on_a_grid(P, y, wanted):
    sure, right = P.max(axis=1), P.argmax(axis=1) == y
    grid = np.linspace(0.4, 0.9, 501)
    return min(t for t in grid if right[sure >= t].mean() >= wanted)


def test_the_check_of_abstain_below_accepts_right_answers(verdict):
    for answer in (read_until(last_read), on_a_grid):
        assert verdict(checks.abstain_below, answer).startswith("Right")
