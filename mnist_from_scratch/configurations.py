"""Configurations: all that has to be said to repeat a training, but the seed."""

from copy import deepcopy
from dataclasses import dataclass, fields

import numpy as np

from ._arguments import check_class, check_count, check_function, check_n_train, check_optimiser
from .activations import ReLU, Softmax
from .losses import CrossEntropy
from .network import mlp
from .tables import text_of
from .training import SGD


@dataclass(frozen=True, repr=False)
class Configuration:
    """The settings of a training. Two with equal settings are equal.

    sizes, lr, epochs, batch_size: for mlp, SGD and train. hidden, loss, output:
    classes; each run makes its own objects of them. init: None is he for ReLU,
    xavier for the others. n_train: how many of the images, drawn by the seed;
    None is all. method: makes the optimiser from lr. dropout, l2: for mlp.
    distort: for train. One that differs: dataclasses.replace(configuration, lr=0.2).
    """

    sizes: tuple
    lr: object
    epochs: int
    hidden: object = ReLU
    loss: object = CrossEntropy
    output: object = Softmax
    init: object = None
    batch_size: int = 32
    n_train: int = None
    method: object = SGD
    dropout: float = 0.0
    l2: float = 0.0
    distort: object = None

    def __post_init__(self):
        for name, value in vars(self).items():
            object.__setattr__(self, name, plain(value))

    def network(self, rng):
        """Return the untrained network."""
        loss, init = self.loss(self.output()), deepcopy(self.init)  # runs share nothing
        return mlp(
            self.sizes, rng, hidden=self.hidden, loss=loss, init=init, dropout=self.dropout, l2=self.l2
        )

    def optimiser(self):
        """Return the optimiser."""
        return self.method(deepcopy(self.lr))

    def check(self, n):
        """Return an untrained network; ValueError for what n images cannot be trained with."""
        check_class("loss", self.loss, CrossEntropy)
        check_class("output", self.output, Softmax)
        network = self.network(np.random.default_rng(0))
        check_function("method", self.method, " such as SGD")
        check_optimiser(self.optimiser(), check_count("epochs", self.epochs), network.dtype)
        check_count("batch_size", self.batch_size)
        check_n_train(self.n_train, n)
        if self.distort is not None:
            check_function("distort", self.distort)
        return network

    def __repr__(self):
        settings = [(each.name, getattr(self, each.name), each.default) for each in fields(self)]
        said = [f"{name}={text_of(value)}" for name, value, default in settings if value != default]
        return f"Configuration({', '.join(said)})"


def plain(value):
    """Return NumPy's numbers as Python's, and lists as tuples: they compare by value."""
    value = value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value
    return tuple(map(plain, value)) if isinstance(value, (list, tuple, range)) else value
