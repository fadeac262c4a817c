"""Configurations: two with equal settings are equal, however the settings are written."""

from dataclasses import FrozenInstanceError, dataclass, replace

import numpy as np
import pytest
from oracles import bits, refuses

from mnist_from_scratch import Configuration, CosineDecay, CrossEntropy, MeanSquaredError, ReLU
from mnist_from_scratch import Sigmoid, Softmax, Tanh, he, mlp, xavier

SMALL = Configuration(sizes=(4, 5, 3), lr=0.1, epochs=3)


class Half:
    """An initialiser of one's own, with a state and without a word on equality."""

    drawn = 0

    def __call__(self, rng, n_in, n_out):
        self.drawn += 1
        return xavier(rng, n_in, n_out) / 2


@pytest.mark.parametrize(
    "other",
    [
        Configuration([4, 5, 3], 0.1, 3),
        Configuration(np.array([4, 5, 3]), np.float64(0.1), np.int64(3)),
        replace(SMALL, hidden=ReLU, loss=CrossEntropy, output=Softmax, batch_size=32, n_train=None),
        replace(replace(SMALL, lr=CosineDecay(0.2, 3)), lr=0.1),
    ],
    ids=["a list", "NumPy's numbers", "defaults that are spelled out", "there and back"],
)
def test_settings_are_compared_by_value(other):
    assert other == SMALL, f"{other} is taken for another than {SMALL}"
    assert repr(other) == repr(SMALL), "equal ones are printed differently"


@pytest.mark.parametrize(
    "change",
    [{"sizes": (4, 3)}, {"lr": 0.2}, {"lr": CosineDecay(0.1, 3)}, {"epochs": 2}, {"hidden": Tanh},
     {"loss": MeanSquaredError}, {"output": Sigmoid}, {"init": he}, {"batch_size": 4}, {"n_train": 6}],
    ids=lambda change: "-".join(change),
)  # fmt: skip
def test_any_setting_makes_another_configuration(change):
    other = replace(SMALL, **change)
    assert other != SMALL
    (name,) = change
    assert f"{name}=" in repr(other), f"its repr does not say that {name} is another: {other}"


def test_a_misspelt_setting_is_refused():
    with pytest.raises(TypeError, match="learning_rate"):
        Configuration(sizes=(4, 3), epochs=1, learning_rate=0.1)
    with pytest.raises(TypeError, match="learning_rate"):
        replace(SMALL, learning_rate=0.1)


def test_a_configuration_cannot_be_changed_under_a_run():
    with pytest.raises(FrozenInstanceError):
        SMALL.lr = 0.2
    sizes = [4, 5, 3]
    mine = replace(SMALL, sizes=sizes)
    sizes[1] = 50
    assert mine == SMALL, "it holds somebody else's list"


def test_it_prints_what_differs_from_the_defaults_in_code_that_can_be_read():
    mine = replace(SMALL, hidden=Tanh, lr=CosineDecay(0.1, 3), n_train=6)
    assert repr(mine) == (
        "Configuration(sizes=(4, 5, 3), lr=CosineDecay(lr=0.1, epochs=3), epochs=3, hidden=Tanh, n_train=6)"
    )


def test_its_network_is_that_of_mlp():
    network = replace(SMALL, hidden=Tanh, loss=MeanSquaredError, output=Sigmoid).network(np.random.default_rng(3))
    expected = mlp([4, 5, 3], np.random.default_rng(3), hidden=Tanh, loss=MeanSquaredError(Sigmoid()))
    assert repr(network) == repr(expected) and bits(network.params) == bits(expected.params)


def test_networks_share_no_object():
    mine = replace(SMALL, init=Half())
    one, other = (mine.network(np.random.default_rng(0)) for _ in range(2))
    assert one.loss is not other.loss and one.loss.output is not other.loss.output, "they share a loss"
    assert mine.init.drawn == 0, "a network has changed the configuration's own initialiser"


def test_an_object_of_ones_own_equals_itself_and_one_that_says_so():
    @dataclass
    class Scaled:
        scale: float

    mine = Half()
    assert replace(SMALL, init=mine) == replace(SMALL, init=mine)
    assert replace(SMALL, init=mine) != replace(SMALL, init=Half()), "Python would call these two different"
    assert replace(SMALL, init=Scaled(2.0)) == replace(SMALL, init=Scaled(2.0))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lr": -1.0}, ["lr must be", "-1.0"]),
        ({"lr": CosineDecay(0.1, 2)}, ["epoch must be below 2"]),
        ({"epochs": 0}, ["epochs", "0"]),
        ({"batch_size": 2.5}, ["batch_size", "2.5"]),
        ({"n_train": 13}, ["n_train", "1..12", "13"]),
        ({"n_train": 0}, ["n_train", "0"]),
        ({"sizes": (4, 0, 3)}, ["sizes"]),
        ({"hidden": Softmax}, ["hidden"]),
        ({"hidden": ReLU()}, ["write hidden=ReLU, without brackets"]),
        ({"loss": MeanSquaredError(Sigmoid())}, ["write loss=MeanSquaredError, output=Sigmoid"]),
        ({"output": Softmax()}, ["write output=Softmax, without brackets"]),
        ({"loss": "mse"}, ["loss must be a class such as CrossEntropy", "'mse'"]),
        ({"output": Tanh}, ["output", "Tanh"]),
        ({"init": "he"}, ["write init=he, without quotation marks"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_cannot_be_run_is_refused(change, words):
    with refuses(*words):
        replace(SMALL, **change).check(12)
    assert SMALL.check(12).n_out == 3, "the one that can be run is refused, too"
