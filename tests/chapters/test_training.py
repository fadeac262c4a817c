"""What the chapter on training says, against what it measured."""

from itertools import combinations

import numpy as np
import pytest

from mnist_from_scratch import checks

SIZES = (10, 100, 1000, 10_000)


def test_the_first_history_shows_what_the_chapter_asks_about(glued):
    history = glued["training-first-history"]
    assert history["val_loss"][0] < history["loss"][0], "validation should look better at first"
    assert history["val_accuracy"][0] > history["accuracy"][0], "in accuracy too"


def test_the_running_mean_lags_and_the_gap_is_real_at_the_end(glued):
    running, at_end, held_out = (
        np.array(glued[f"training-{name}"]) for name in ("running", "at-end", "held-out")
    )
    assert running.shape == (5, 5), "five seeds, five epochs"
    assert np.all(running[:, 0] > held_out[:, 0]), "the running mean of epoch 1 should be higher"
    assert np.all(at_end < held_out), "measured at the end, training should be the lower one"
    gap = (held_out - at_end).mean(axis=0)
    assert gap[-1] > gap[0], "the gap should grow over the epochs"
    between = (at_end.mean(axis=0) < running.mean(axis=0)) & (running.mean(axis=0) < held_out.mean(axis=0))
    assert between[2:].all(), "from epoch 3 the running mean should lie between the two"


def test_the_five_networks_end_at_much_the_same_height(glued):
    ends = [curve[-1] for curve in glued["training-held-out"]]
    assert glued["training-five-lowest"] == min(ends) and glued["training-five-highest"] == max(ends)
    assert max(ends) < 1.5 * min(ends), f"much alike? {ends}"
    assert len(set(ends)) == 5, "five seeds should end in five places"


def test_the_same_seed_gives_the_same_bits_and_another_does_not(glued):
    assert glued["training-same-bits"] == [True, False], "reproducibility"


def test_the_linear_map_diverges_beyond_its_cliff_and_says_so(glued):
    assert 0.03 < glued["training-linear-limit"] < 0.055, "the cliff should lie between the rates"
    for losses, message in glued["training-diverged"]:
        assert "infinite or NaN" in message and "lr=0.055" in message, message
        assert losses and losses[-1] > 1e10, f"the loss should explode: {losses}"
    for losses, message in glued["training-converged"]:
        assert not message and losses[-1] < losses[0] < 0.5, f"at 0.03 it should learn: {losses}"


def test_a_softmax_network_dies_in_silence(glued):
    for accuracy, loss, silent in glued["training-silent"]:
        assert accuracy < 0.15, "nothing should be learned"
        assert abs(loss - np.log(10)) < 0.15, f"the loss should be near log 10, it is {loss}"
        assert silent > 0.8, f"most hidden neurons should be dead, not {silent:.0%}"
        if silent == 1:
            share = min(glued["training-digit-shares"], key=lambda share: abs(share - accuracy))
            assert accuracy == pytest.approx(share), f"one answer for all is right for one digit's share: {accuracy}"
    assert sum(silent == 1 for *_, silent in glued["training-silent"]) >= 3, "mostly all neurons should be dead"
    shares = [silent for *_, silent in glued["training-silent"]]
    assert glued["training-silent-share"] == pytest.approx(np.mean(shares)), "another share is shown"


def test_small_batches_get_further_for_the_same_images(glued):
    losses, rates = glued["training-batch-losses"], glued["training-batch-rates"]
    for size in SIZES:
        tried = sorted(losses[size])
        best = min(tried, key=lambda lr: np.mean(losses[size][lr]))
        assert rates[size] == best, f"the chosen rate of {size} is not the best one"
        assert tried[0] < best < tried[-1], f"the best rate of {size} lies at the edge of the grid"
    chosen = np.array([losses[size][rates[size]] for size in SIZES])
    assert np.all(np.diff(chosen.mean(axis=1)) > 0), f"means by batch size should rise: {chosen.mean(axis=1)}"
    for small, large in combinations(range(1, 4), 2):
        assert np.all(chosen[small] < chosen[large]), f"{SIZES[small]} before {SIZES[large]}, every seed"
    assert chosen[0].mean() + 0.02 < chosen[1].mean(), "ten should be better than a hundred"


def test_by_the_clock_batches_of_ten_lose_most_of_their_lead(glued):
    curves = {size: np.mean(each, axis=0) for size, each in glued["training-batch-curves"].items()}
    assert [len(curves[size]) for size in SIZES] == [3, 9, 9, 3], "epochs of each batch size"
    ten, hundred = curves[10], curves[100]
    assert glued["training-ten"] == pytest.approx(ten[2]), "another loss is shown for batches of ten"
    assert hundred[5] - ten[2] < (hundred[2] - ten[2]) / 2, "six epochs of a hundred should come near three of ten"
    assert glued["training-alone"] > hundred[8], "single images should still be behind when theirs is over"


def test_the_times_are_measured_and_belong_together(glued):
    alone, ten, thousand = (glued[f"training-timing-{name}"] for name in ("alone", "ten", "thousand"))
    assert all(np.isfinite(ratio) and ratio > 0 for ratio in (alone, ten, thousand)), "no ratios of times"
    assert alone > ten > 1, "an epoch should take longer, the more calls it makes"
    assert alone > 3, "single images should take far longer than batches of a hundred"
    assert glued["training-timing-share"] == pytest.approx(3 / ten), "nine epochs of a hundred, to three of ten"


def test_a_hundred_a_batch_cost_more_images_and_get_as_far_in_the_end(glued):
    ten, hundred = (np.mean(glued["training-batch-curves"][size], axis=0) for size in (10, 100))
    assert glued["training-hundred"] == pytest.approx(hundred[8]), "the loss of another epoch"
    assert ten[2] < hundred[2], "for the same images ten should be ahead"


def test_the_falling_rate_ends_lower_in_most_seeds(glued):
    constant, falling = np.array(glued["training-falling"])
    assert glued["training-falling-wins"] == (falling < constant).sum() >= 4, f"{falling} against {constant}"


def best(history):
    return int(np.argmin(history.val_loss)) + 1


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (best, "Right: "),
        (lambda h: min(range(len(h.val_loss)), key=h.val_loss.__getitem__) + 1, "Right: "),
        (lambda h: np.argmin(h.val_loss) + 1, "Right: "),
        (lambda h: best(h) - 1, "Not yet: off by one"),
        (lambda h: min(h.val_loss), "Not yet: that is the lowest loss"),
        (lambda h: len(h.val_loss) - int(np.argmin(h.val_loss[::-1])), "Not yet: two epochs are equally good"),
        (lambda h: int(np.argmin(h.loss or [0])) + 1, "Not yet: that is the lowest training loss"),
        (lambda h: int(np.argmax(h.val_accuracy or [0])) + 1, "Not yet: that is the best accuracy"),
        (lambda h: 99, "Not yet: find where"),
    ],
)
def test_the_check_of_the_best_epoch_knows_right_from_wrong(verdict, answer, start):
    said = verdict(checks.best_epoch, answer)
    assert said.startswith(start), f"the check said: {said}"
