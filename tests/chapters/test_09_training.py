"""Chapter 09: the choice, the result over five seeds, and the mistakes."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from mnist_from_scratch import SGD, checks, load_mnist, mlp, train


def test_the_rate_is_chosen_by_the_validation_accuracy_over_five_seeds(glued):
    final = np.array(glued["ch09-val-final"])
    assert final.shape == (3, 5), f"expected 3 rates x 5 seeds, got {final.shape}"
    means = dict(zip(glued["ch09-rates"], final.mean(axis=1)))
    best = max(means, key=means.get)
    assert glued["ch09-best-rate"] == best, f"the chapter chose another rate than {best}"
    assert glued["ch09-best-val"] == pytest.approx(means[best]), "its mean is misreported"


def test_the_middle_rate_wins_and_both_ends_lose(glued):
    low, middle, high = np.array(glued["ch09-val-final"])
    assert (middle > low).all(), "the smallest rate should lose with every seed"
    assert middle.mean() > high.mean(), "the largest rate should lose in the mean"


def test_training_nears_perfection_and_validation_levels_off(glued):
    curves = {name: np.array(c) for name, c in glued["ch09-curves"].items()}
    assert glued["ch09-train-accuracy"] > 0.999, "training should end with nearly all right"
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
    assert len(glued["ch09-test"]) == 5, "the result is over five seeds"
    assert glued["ch09-test-mean"] == pytest.approx(np.mean(glued["ch09-test"]))
    assert glued["ch09-test-sd"] == pytest.approx(np.std(glued["ch09-test"], ddof=1))
    assert glued["ch09-test-mean"] >= 0.982, f"only {glued['ch09-test-mean']:.2%}"


def test_a_reader_who_repeats_the_first_run_gets_its_accuracy(glued):
    X, y, X_test, y_test = load_mnist()
    rng = np.random.default_rng(0)
    network = mlp([784, 500, 10], rng)
    rate = glued["ch09-best-rate"]
    falling = lambda epoch: float(rate * (1 + np.cos(np.pi * epoch / 6)) / 2)
    with threadpool_limits(1):
        train(network, X, y, SGD(falling), epochs=6, batch_size=20, rng=rng)
        accuracy = network.evaluate(X_test, y_test)[1]
    assert accuracy == pytest.approx(glued["ch09-test"][0], abs=1e-12), (
        f"seed 0 gives {accuracy:.4f} here and {glued['ch09-test'][0]:.4f} in the chapter"
    )


def test_the_confusion_matrix_counts_the_first_networks_test_images(glued):
    counts = np.array(glued["ch09-confusion"])
    _, _, _, y_test = load_mnist()
    assert np.array_equal(counts.sum(axis=1), np.bincount(y_test)), "rows are true classes"
    assert np.trace(counts) / 10_000 == pytest.approx(glued["ch09-test"][0]), (
        "the diagonal is not the first network's accuracy"
    )


def test_mistakes_are_shared_far_beyond_chance(glued):
    by_misses = np.array(glued["ch09-misses"])
    total = (1 - np.array(glued["ch09-test"])).sum() * 10_000
    assert by_misses @ np.arange(1, 6) == pytest.approx(total), "misses don't add up"
    assert glued["ch09-expected-by-chance"] < 1, "chance should give less than one image"
    assert glued["ch09-missed-by-all"] >= 20, "twenty shared mistakes are shown"


def test_the_average_of_five_networks_beats_one(glued):
    assert glued["ch09-ensemble"] > glued["ch09-test-mean"], "averaging did not help"


def test_abstaining_reads_the_rest_at_least_as_well_as_asked(glued):
    assert glued["ch09-abstain-right"] >= 0.995, "what is read is not right often enough"
    assert 0 < glued["ch09-abstain-left"] < 0.2, "far too many images are left over"


def test_a_saved_network_answers_as_before(glued):
    assert glued["ch09-saved-equal"], "the loaded twin does not answer as the saved network"


def layers(sizes):
    return list(zip(sizes, sizes[1:]))

COUNT_MISTAKES = {
    "biases are missing": lambda s: sum(a * b for a, b in layers(s)),
    "pixels have no biases": lambda s: sum(a * b for a, b in layers(s)) + sum(s),
    "not each input": lambda s: sum((b + 1) * a for a, b in layers(s)),
    "not one for all": lambda s: sum(a * b + 1 for a, b in layers(s)),
    "only the first layer": lambda s: (s[0] + 1) * s[1],
    "inputs times outputs, and": lambda s: 0,
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


CONFUSION_MISTAKES = {
    "rows and columns": lambda y, p, K: counted(p, y, K),
    "forgets repeats": counted_without_repeats,
    "these are shares": lambda y, p, K: (
        counted(y, p, K) / np.maximum(np.bincount(y, minlength=K), 1)[:, None]
    ),
    "a fourth class": lambda y, p, K: counted(y, p, max(y) + 1),
    "on the diagonal": lambda y, p, K: counted(y[y != p], p[y != p], K),
}


@pytest.mark.parametrize("message", CONFUSION_MISTAKES)
def test_the_check_of_confusion_names_the_mistake(verdict, message):
    said = verdict(checks.confusion, CONFUSION_MISTAKES[message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


def test_the_check_of_confusion_accepts_the_right_answer(verdict):
    assert verdict(checks.confusion, counted).startswith("Right")
