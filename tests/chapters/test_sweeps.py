"""How the sweeps work: what the page claims of the instrument, seen in its own outputs."""

import numpy as np


def test_the_batches_come_in_the_same_order_whatever_the_weights_have_drawn(chapter, glued):
    order = glued["sweeps-spawned"]
    assert chapter("sweeps").text.count(" ".join(map(str, order))) >= 2, "the two orders differ"
    _, _, for_batches = np.random.default_rng(0).spawn(3)
    assert for_batches.permutation(50_000)[:3].tolist() == order


def test_a_rate_of_geomspace_makes_no_other_configuration_and_tanh_does(chapter):
    assert "True False" in chapter("sweeps").text
    assert "Configuration(sizes=(784, 30, 10), lr=0.1, epochs=2, hidden=Tanh, n_train=500)" in chapter("sweeps").text


def test_finished_runs_are_read_and_those_of_an_edited_schedule_made_anew(glued):
    assert glued["sweeps-read"] == [True, False], "kept runs were made again, or stale ones believed"
    first, again, edited = glued["sweeps-kept"]
    assert first == again, "a kept run comes back with other bits"
    assert all(old != new for old, new in zip(first, edited, strict=True)), "old results were believed"
