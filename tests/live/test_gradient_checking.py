"""The live figure of gradient checking measures the page's network, digit by digit."""

from os.path import commonprefix

import numpy as np
import pytest

from mnist_from_scratch import CrossEntropy, Dense, Network, Softmax, Tanh, one_hot

NAME = "gradient-checking"
WEIGHT = 9, 3


@pytest.fixture(scope="module")
def network():
    """The page's first small network, its images and labels."""
    rng = np.random.default_rng(0)
    W1 = rng.normal(0, 0.5, (10, 8)).astype(np.float32)
    W2 = rng.normal(0, 0.5, (8, 5)).astype(np.float32)
    X = rng.normal(size=(6, 10)).astype(np.float32).astype(float)
    Y = one_hot(rng.integers(0, 5, 6), 5, float)
    return Network([Dense(W1.astype(float)), Tanh(), Dense(W2.astype(float))], CrossEntropy(Softmax())), X, Y


def loss(network, step):
    """Return the loss if the weight is changed by a step, and the slope there."""
    network, X, Y = network
    network.params[0][WEIGHT] += step
    value = network.loss.forward(network.forward(X), Y)
    network.backward()
    network.params[0][WEIGHT] -= step
    return value, network.grads[0][WEIGHT]


def at(figure, h):
    figure.slide("step h", round(6 * np.log10(h)))
    return figure.values


@pytest.mark.parametrize("h", [1, 0.1, 1e-3, 1e-4])
@pytest.mark.parametrize(("kind", "back"), [("central", 1), ("forward", 0)])
def test_the_slopes_are_numpys(figure, network, kind, back, h):
    figure.choose("difference", kind)
    shown = at(figure, h)
    assert shown["h"] == pytest.approx(h)
    above, below = loss(network, h)[0], loss(network, -back * h)[0]
    assert [shown["above"], shown["below"]] == pytest.approx([above, below], rel=1e-13)
    assert shown["measured"] == pytest.approx((above - below) / (h + back * h), rel=1e-6)
    truth = loss(network, 0)[1]
    assert shown["error"] == pytest.approx(abs(shown["measured"] / truth - 1), rel=1e-4)
    assert f"{abs(truth):.7f}" in figure.words, "the tangent's slope"


@pytest.mark.parametrize("h", [1, 1e-4, 1e-8, 1e-13])
def test_the_digits_that_cancel_are_those_that_agree(figure, h):
    shown = at(figure, h)
    above, below = f"{shown['above']:#.17g}", f"{shown['below']:#.17g}"
    agree = commonprefix([above, below])
    assert shown["cancelled"] == len(agree.replace(".", ""))
    assert figure.place.locator("u").all_inner_texts() == [above[len(agree):], below[len(agree):]]
    assert shown["measured"] == pytest.approx((shown["above"] - shown["below"]) / (2 * shown["h"]), rel=1e-12)


def test_the_error_falls_as_derived_and_rises_again(figure):
    central = {h: at(figure, h)["error"] for h in (1e-1, 1e-2, 1e-3, 1e-5, 1e-12)}
    assert central[1e-2] / central[1e-3] == pytest.approx(100, rel=0.05)
    assert central[1e-5] < 1e-8 < 1e-5 < central[1e-12], "no valley"
    figure.choose("difference", "forward")
    forward = {h: at(figure, h)["error"] for h in (1e-2, 1e-3, 1e-5, 1e-8)}
    assert forward[1e-2] / forward[1e-3] == pytest.approx(10, rel=0.05)
    assert forward[1e-8] < forward[1e-5] and forward[1e-8] > 10 * central[1e-5], "half of the digits"


def test_it_says_on_which_side_of_the_best_step_one_is(figure):
    for kind, h in (("central", 7e-6), ("forward", 3e-8)):
        figure.choose("difference", kind)
        for factor, said in ((100, "make it shorter"), (1, "near the best step"), (0.01, "make it longer")):
            at(figure, factor * h)
            assert said in figure.words, (kind, factor)
