"""The first page: what it says of the program's network and of the cover."""

import numpy as np
import pytest

from mnist_from_scratch import SGD, load_mnist, mlp, train


@pytest.fixture(scope="module")
def trained():
    """The network of the first page, and the image on its cover."""
    rng = np.random.default_rng(0)
    X_train, y_train, X_test, y_test = load_mnist()
    network = mlp([784, 30, 10], rng)
    train(network, X_train, y_train, SGD(lr=0.2), epochs=3, batch_size=32, rng=rng)
    return network, X_test[y_test == 3][:1]


def test_the_numbers_of_the_cover_are_those_of_the_network(trained, glued):
    network, x = trained
    p = network.predict_proba(x)[0]
    assert np.allclose(glued["intro-probabilities"], p, atol=1e-3), "the bars are not its output"
    first, relu, _ = network.blocks
    firing = int((relu.forward(first.forward(x)) > 0).sum())
    assert glued["intro-firing"] == firing, f"{firing} neurons respond"


def test_it_says_three_and_could_say_eight(glued):
    p = np.array(glued["intro-probabilities"])
    assert list(np.argsort(-p)[:2]) == [3, 8], f"three, then eight: {p.round(2)}"
    assert p[3] < 0.9, "the page says that there is some doubt"


def test_only_few_neurons_respond(glued):
    assert 0 < glued["intro-firing"] <= 10, "the page says that only few of the 30 respond"


def test_the_accuracy_is_printed(chapter, glued):
    assert f"{glued['intro-accuracy']:.1%} of 10,000 images" in chapter("intro").text
