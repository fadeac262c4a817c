"""Schedules: rates that fall from epoch to epoch, by hand-worked numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import refuses

from mnist_from_scratch import SGD, CosineDecay, StepDecay

RATES = st.floats(1e-4, 10)


def test_step_decay_drops_after_every_so_many_epochs():
    schedule = StepDecay(0.8, every=3, factor=0.5)
    assert [schedule(epoch) for epoch in range(7)] == [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2]


def test_cosine_decay_is_whole_at_first_half_in_the_middle_and_small_at_the_end():
    schedule = CosineDecay(0.8, epochs=4)
    by_hand = [0.8, 0.4 * (1 + 2**-0.5 * 1), 0.4, 0.4 * (1 - 2**-0.5)]
    assert [schedule(epoch) for epoch in range(4)] == pytest.approx(by_hand)


@given(RATES, st.integers(1, 60))
def test_cosine_decay_falls_in_every_epoch_and_stays_positive(lr, epochs):
    rates = [CosineDecay(lr, epochs)(epoch) for epoch in range(epochs)]
    assert rates[0] == pytest.approx(lr), "the first epoch has the whole rate"
    assert all(a > b > 0 for a, b in zip(rates, rates[1:])), f"it does not fall: {rates}"


@pytest.mark.parametrize("schedule", [StepDecay(0.5, 2), CosineDecay(0.5, 6)])
def test_sgd_takes_a_schedule_as_its_rate(schedule):
    optimiser = SGD(schedule)
    for epoch in range(6):
        optimiser.start_epoch(epoch)
        assert type(optimiser.rate) is float, "a NumPy float would make float64 of float32"
        assert optimiser.rate == schedule(epoch), "another rate than the schedule's"


@pytest.mark.parametrize("make, words", [
    (lambda: StepDecay(0, 2), "lr must be a positive, finite number, got 0"),
    (lambda: StepDecay("0.1", 2), "lr must be a positive, finite number, got '0.1'"),
    (lambda: StepDecay(0.1, 0), "every must be an integer of at least 1, got 0"),
    (lambda: StepDecay(0.1, 2.5), "every must be an integer of at least 1, got 2.5"),
    (lambda: StepDecay(0.1, 2, -0.5), "factor must be a positive, finite number, got -0.5"),
    (lambda: CosineDecay(float("nan"), 5), "lr must be a positive, finite number, got nan"),
    (lambda: CosineDecay(0.1, 0), "epochs must be an integer of at least 1, got 0"),
])  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused_when_it_is_made(make, words):
    with refuses(words):
        make()


def test_a_schedule_prints_all_that_tells_it_from_another():
    assert repr(CosineDecay(0.4, 6)) == "CosineDecay(lr=0.4, epochs=6)"
    assert repr(StepDecay(0.4, 2)) != repr(StepDecay(0.4, 2, 0.5)), "the factor is not shown"
