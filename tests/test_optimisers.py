"""Momentum and Adam: hand-worked steps, scikit-learn's optimisers, memory, resuming, bad input."""

import copy
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import bits, refuses, small_data, small_network
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from mnist_from_scratch import SGD, Adam, CosineDecay, Momentum, train

F32, F64 = np.float32, np.float64
REMEMBERING = [lambda lr=0.1: Momentum(lr), lambda lr=0.01: Adam(lr)]
both = pytest.mark.parametrize("make", REMEMBERING, ids=["momentum", "Adam"])


def walk(optimiser, slopes, start=0.0, dtype=F64):
    """The places of one parameter that meets these slopes."""
    V, places = np.array([start], dtype), []
    for slope in slopes:
        optimiser.step([V], [np.array([slope], dtype)])
        places.append(float(V[0]))
    return places


# ---------------------------------------------------------------- by hand


def test_momentum_worked_by_hand():
    # m: 1, 1/2 + 2 = 5/2, 5/4 - 4 = -11/4; V: -0.1, -0.35, -0.075
    assert walk(Momentum(0.1, beta=0.5), [1, 2, -4]) == pytest.approx([-0.1, -0.35, -0.075])


def test_momentum_without_memory_is_sgd():
    slopes = [3.0, -1.0, 0.5]
    assert walk(Momentum(0.2, beta=0), slopes) == walk(SGD(0.2), slopes)


def test_a_steady_slope_makes_momentum_ten_times_as_fast_in_the_end():
    places = walk(Momentum(0.01, beta=0.9), [1.0] * 200)
    assert places[-2] - places[-1] == pytest.approx(0.01 / (1 - 0.9))


def test_adam_worked_by_hand():
    # betas of 1/2: sums 2, 2·½+1 = 2; weights 1, 3/2; squares 4, 4·½+1 = 3.
    # steps lr · mean / root of the mean square: 2/2 = 1, then (2/1.5) / root(3/1.5)
    places = walk(Adam(0.1, beta1=0.5, beta2=0.5, epsilon=1e-12), [2, 1])
    assert places == pytest.approx([-0.1, -0.1 - 0.1 * (2 / 1.5) / 2**0.5])


@given(st.floats(1e-3, 1e3), st.sampled_from([-1, 1]))
def test_the_first_step_of_adam_is_the_rate_whatever_the_slope(size, sign):
    assert walk(Adam(0.01), [sign * size])[0] == pytest.approx(-0.01 * sign, rel=1e-4)


def test_a_larger_scale_of_the_loss_changes_nothing_for_adam():
    slopes = np.array([1.0, -0.5, 2.0, 0.1])
    assert walk(Adam(0.01), slopes) == pytest.approx(walk(Adam(0.01), 1000 * slopes), rel=1e-6)


def test_epsilon_holds_back_what_has_hardly_any_slope():
    tiny, usual = (walk(Adam(0.01, epsilon=1e-8), [slope] * 3)[-1] for slope in (1e-12, 1.0))
    assert abs(tiny) < 1e-3 * abs(usual), "a slope far below epsilon moved as far as any other"


def as_in_the_paper(slopes, lr, beta1, beta2, epsilon):
    """Kingma and Ba's algorithm 1, as they write it, and where it leads."""
    m = v = theta = 0.0
    for t, g in enumerate(slopes, 1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        theta -= lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + epsilon)
    return theta


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30), st.floats(0, 0.99), st.floats(0, 0.9999))
def test_sums_divided_by_their_weights_are_the_papers_corrected_means(slopes, beta1, beta2):
    place = walk(Adam(0.01, beta1, beta2, 1e-6), slopes)[-1]
    assert place == pytest.approx(as_in_the_paper(slopes, 0.01, beta1, beta2, 1e-6), rel=1e-6, abs=1e-12)


# ---------------------------------------------------------------- another library


def oracle(kind, params):
    if kind == "momentum":
        return SGDOptimizer(params, 0.03, momentum=0.8, nesterov=False), Momentum(0.03, beta=0.8)
    # theirs adds epsilon before the correction, so it must be too small to matter
    return AdamOptimizer(params, 0.02, 0.8, 0.95, 1e-15), Adam(0.02, 0.8, 0.95, 1e-15)


@pytest.mark.parametrize("kind", ["momentum", "Adam"])
def test_scikit_learn_is_at_the_same_place_after_a_hundred_steps(kind):
    rng = np.random.default_rng(0)
    ours = [rng.normal(size=(5, 3)), rng.normal(size=3)]
    theirs = [V.copy() for V in ours]
    begun = [V.copy() for V in ours]
    their_optimiser, optimiser = oracle(kind, theirs)
    for _ in range(100):
        grads = [rng.normal(size=V.shape) * 10.0 ** rng.integers(-3, 3) for V in ours]
        their_optimiser.update_params(theirs, [G.copy() for G in grads])
        optimiser.step(ours, grads)
    for V, theirs_V, start in zip(ours, theirs, begun):
        assert np.abs(V - start).max() > 0.1, "nothing moved"
        assert np.allclose(V, theirs_V, rtol=1e-9, atol=1e-10), np.abs(V - theirs_V).max()


# ---------------------------------------------------------------- in training


def fit(network, optimiser, rng, epochs):
    X, y = small_data(n=40, dtype=network.dtype)
    return train(network, X, y, optimiser, epochs=epochs, batch_size=7, rng=rng)


@both
def test_it_learns_repeats_itself_to_the_bit_and_keeps_the_dtype(make):
    for dtype in (F32, F64):
        networks = [small_network(dtype=dtype, sizes=(4, 20, 3)) for _ in range(2)]
        losses = [fit(network, make(), np.random.default_rng(1), 60).loss for network in networks]
        assert losses[0][-1] < 0.7 * losses[0][0], "it does not learn"
        assert losses[0] == losses[1] and bits(networks[0].params) == bits(networks[1].params)
        assert all(V.dtype == dtype for V in networks[0].params), "the parameters changed their dtype"


@both
def test_everything_it_remembers_has_the_parameters_dtype(make):
    optimiser, V = make(), np.ones((3, 2), F32)
    optimiser.step([V], [np.ones((3, 2), F32)])
    assert V.dtype == F32 and {M.dtype for sums in optimiser.sums for M in sums} == {np.dtype(F32)}


@both
def test_after_the_first_step_no_array_is_made(make):
    V, dV = np.ones((400, 300), F32), np.ones((400, 300), F32)
    optimiser, params, grads = make(), [V], [dV]
    optimiser.step(params, grads)
    tracemalloc.start()
    for _ in range(5):
        optimiser.step(params, grads)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < V.nbytes / 10, f"{most} bytes were taken, an array has {V.nbytes}"


@both
def test_training_goes_on_from_a_file_to_the_bit(make, tmp_path):
    whole = small_network()
    fit(whole, make(CosineDecay(0.05, 9)), np.random.default_rng(3), 9)

    network, optimiser, rng = small_network(), make(CosineDecay(0.05, 9)), np.random.default_rng(3)
    fit(network, optimiser, rng, 4)
    network.save(tmp_path / "half.npz", optimiser, rng)

    rest = CosineDecay(0.05, 9)
    network, optimiser, rng = small_network(seed=8), make(lambda epoch: rest(4 + epoch)), np.random.default_rng(77)
    network.load(tmp_path / "half.npz", optimiser, rng)
    fit(network, optimiser, rng, 5)
    assert bits(network.params) == bits(whole.params), "the resumed training went another way"


@both
def test_training_forgets_nothing_and_an_epoch_that_fails_leaves_no_trace(make):
    network, optimiser = small_network(), make()
    rng = np.random.default_rng(0)
    fit(network, optimiser, rng, 2)
    before, weights = bits(network.params), bits(optimiser.state().values())
    step, left = optimiser.step, iter(range(3))

    def stops_after_three(*arrays):
        if next(left, None) is None:
            raise KeyboardInterrupt
        step(*arrays)

    optimiser.step = stops_after_three
    with pytest.raises(KeyboardInterrupt):
        fit(network, optimiser, rng, 1)
    assert bits(network.params) == before, "the network is as after the last whole epoch"
    assert bits(optimiser.state().values()) == weights, "and so should be what the optimiser remembers"


def test_an_optimiser_with_a_schedule_steps_at_each_epochs_rate():
    rates = []

    class Noting(Momentum):
        def step(self, params, grads):
            rates.append(self.rate)
            super().step(params, grads)

    fit(small_network(), Noting(lambda epoch: [1, 0.5][epoch]), np.random.default_rng(0), 2)
    assert rates == [1] * 6 + [0.5] * 6


# ---------------------------------------------------------------- one network each


@both
def test_an_optimiser_with_the_memory_of_one_network_refuses_another(make):
    one, other, optimiser = small_network(), small_network(seed=1), make()
    fit(one, optimiser, np.random.default_rng(0), 1)
    before = bits(other.params)
    with refuses("params must be those that the optimiser remembers, got others: each network needs an optimiser of its own"):
        fit(other, optimiser, np.random.default_rng(0), 1)
    assert bits(other.params) == before


@both
def test_copies_of_a_network_and_its_optimiser_go_on_alike(make):
    network, optimiser = small_network(), make()
    fit(network, optimiser, np.random.default_rng(0), 2)
    twin, its = copy.deepcopy(network), copy.deepcopy(optimiser)
    for each in ((network, optimiser), (twin, its)):
        fit(*each, np.random.default_rng(4), 2)
    assert bits(network.params) == bits(twin.params)


@both
def test_its_state_is_a_copy_and_one_that_does_not_fit_is_refused(make):
    optimiser, V = make(), np.ones((3, 2))
    assert optimiser.state() == {}, "there is nothing to remember before the first step"
    optimiser.step([V], [np.ones((3, 2))])
    state = optimiser.state()
    state["sum_0_0"] += 1
    assert not np.array_equal(state["sum_0_0"], optimiser.state()["sum_0_0"]), "it gave its own array away"
    kept = bits(optimiser.state().values())
    for wrong in (state | {"sum_9_0": V}, {"weights": state["weights"]}, state | {"weights": np.ones(3)}):
        with refuses("state must have", "got others"):
            make().restore(wrong, [V])
    with refuses("sum_0_0 must have shape (2, 3)"):
        optimiser.restore(state, [np.ones((2, 3))])
    with refuses("state must be finite"):
        optimiser.restore(state | {"sum_0_0": np.full((3, 2), np.nan)}, [V])
    assert bits(optimiser.state().values()) == kept, "what was refused has changed it"


@pytest.mark.parametrize(("saved", "asked", "words"), [
    (Momentum(0.1), Adam(0.1), "optimiser must be the one in"),
    (None, Momentum(0.1), "optimiser must be the one in"),
    (Adam(0.1), SGD(0.1), "optimiser must be the one in"),
])  # fmt: skip
def test_a_file_without_the_optimiser_asked_for_is_refused_and_changes_nothing(saved, asked, words, tmp_path):
    network = small_network()
    if saved:
        fit(network, saved, np.random.default_rng(0), 1)
    network.save(tmp_path / "one.npz", saved, np.random.default_rng(0))
    other, rng = small_network(seed=1), np.random.default_rng(9)
    before, drawn = bits(other.params), copy.deepcopy(rng).random()
    with refuses(words):
        other.load(tmp_path / "one.npz", asked, rng)
    assert bits(other.params) == before and rng.random() == drawn


def test_a_generator_that_the_file_does_not_have_is_refused(tmp_path):
    network = small_network()
    network.save(tmp_path / "plain.npz")
    network.save(tmp_path / "other.npz", rng=np.random.Generator(np.random.Philox(0)))
    for name in ("plain.npz", "other.npz"):
        with refuses("rng must be as in"):
            network.load(tmp_path / name, rng=np.random.default_rng(0))
    with refuses("rng must be a np.random.default_rng(seed), got 0"):
        network.save(tmp_path / "plain.npz", rng=0)
    network.load(tmp_path / "other.npz")  # what is not asked for stays in the file


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.Philox, np.random.MT19937, np.random.SFC64])
def test_any_of_numpys_generators_goes_on_where_it_was(kind, tmp_path):
    network, rng = small_network(), np.random.Generator(kind(0))
    rng.random(5)
    network.save(tmp_path / "n.npz", rng=rng)
    resumed = np.random.Generator(kind(1))
    network.load(tmp_path / "n.npz", rng=resumed)
    assert np.array_equal(resumed.random(5), rng.random(5))


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("make", [Momentum, Adam], ids=["momentum", "Adam"])
@pytest.mark.parametrize("lr", [0, -1, float("nan"), float("inf"), "0.1", None])
def test_a_rate_that_cannot_be_is_refused(make, lr):
    with refuses("lr must be a positive, finite number"):
        make(lr)


@pytest.mark.parametrize(("make", "words"), [
    (lambda: Momentum(0.1, beta=1), "beta must lie in 0 <= … < 1, got 1"),
    (lambda: Momentum(0.1, beta=-0.1), "beta must lie in 0 <= … < 1, got -0.1"),
    (lambda: Momentum(0.1, beta=float("nan")), "beta must lie in 0 <= … < 1, got nan"),
    (lambda: Momentum(0.1, beta="0.9"), "beta must be one number, got '0.9'"),
    (lambda: Adam(beta1=1.5), "beta1 must lie in 0 <= … < 1, got 1.5"),
    (lambda: Adam(beta2=1.0), "beta2 must lie in 0 <= … < 1, got 1.0"),
    (lambda: Adam(epsilon=0), "epsilon must be a positive, finite number, got 0"),
    (lambda: Adam(epsilon=-1e-8), "epsilon must be a positive, finite number"),
    (lambda: walk(Adam(epsilon=1e-60), [1.0], dtype=F32), "epsilon must be a positive, finite number, got"),
])  # fmt: skip
def test_a_beta_or_an_epsilon_that_cannot_be_is_refused(make, words):
    with refuses(words):
        make()


@both
def test_steps_that_do_not_fit_are_refused_and_change_nothing(make):
    optimiser, V = make(), np.ones(2, F32)
    for grads, words in [([np.ones(3, F32)], "grads[0] must have shape"), ([np.ones(2)], "grads[0] must be float32"),
                         ([], "grads must have an array for each of params")]:  # fmt: skip
        with refuses(words):
            optimiser.step([V], grads)
    assert optimiser.state() == {} and V.tolist() == [1, 1]
