"""Published results on MNIST, and how classics.py repeats each of them."""

from dataclasses import dataclass, replace

import numpy as np

from mnist_from_scratch import (
    Configuration, CosineDecay, CrossEntropy, Distortion, Dropout, Identity, MeanSquaredError,
    Momentum, Sigmoid, Tanh, normal,
)  # fmt: skip

SPLIT = 50_000  # Nielsen learns from the images before, and chooses by those after


class MaxNorm(Momentum):
    """Momentum; after each step, the weights into a neuron have length c at most."""

    c = 2.0

    def __init__(self, lr, beta=0.95):
        super().__init__(lr, beta)

    def step(self, params, grads):
        super().step(params, grads)
        for W in params[::2]:
            W *= self.c / np.maximum(np.linalg.norm(W, axis=0), self.c)


@dataclass(frozen=True)
class InputDropout:
    """A distortion that leaves out pixels, each with probability p."""

    p: float

    def __call__(self, X, rng):
        mask = Dropout(self.p)
        mask.rng = rng
        return mask.forward(X)


@dataclass(frozen=True)
class Row:
    """A published error, in %, and what we train, with seeds 0, 1, ..., to compare with it."""

    key: str
    label: str
    published: float
    author: str  # the first; the page, which says where ours may differ, cites the work
    configuration: Configuration
    seeds: int = 5
    chosen: str = "validation"  # where the settings come from, or "paper"
    n: int = 60_000  # learns from the first so many images
    on: str = "test"  # the images that the published number is of, or "validation"
    others: tuple = ()  # configurations to choose among, besides other rates
    averages: object = None  # for a committee, the Row of its networks

    @property
    def settings(self):
        """All that makes the numbers, seed and package apart."""
        each = f"{self.averages.seeds} networks, averaged: " if self.averages else ""
        return f"{each}{self.configuration}, {self.n:,} images"


def paced(configuration, rate, epochs, **changes):
    """Return configuration with a rate that falls towards 0 over so many epochs."""
    return replace(configuration, lr=CosineDecay(rate, epochs), epochs=epochs, **changes)


# LeCun's outputs are tanh(z) against targets of -1 and 1, which is, but for its scale,
# sigmoid(2z) against 0 and 1.
LECUN = Configuration((784, 10), 1.0, 10, hidden=Tanh, loss=MeanSquaredError, output=Sigmoid)
NIELSEN = Configuration(
    (784, 30, 10), 3.0, 30, hidden=Sigmoid, loss=MeanSquaredError, output=Sigmoid, init=normal, batch_size=10
)
CROSS = replace(NIELSEN, lr=0.5, loss=CrossEntropy)
SLIGHTLY = Distortion(shift=1, scaling=0.1, shear=0.1)
AFFINE = replace(SLIGHTLY, rotation=10)
# Simard scales a field over 29 x 29 pixels to norm 1, and then by 34: 34/29 of a pixel each.
ELASTIC = replace(AFFINE, bend=34 / 29, smoothness=4)

# Rates that the paper does not give are the best of the row's lines in
# results/classics-choices.csv, and so are settings with "others": `classics.py --list` says if so.
RELU = Configuration((784, 800, 10), 0.1, 20, method=Momentum, batch_size=128)
HINTON = paced(RELU, 0.2, 20, sizes=(784, 500, 300, 10), l2=5e-4)
SIMARD_MSE = paced(RELU, 0.2, 20, hidden=Tanh, loss=MeanSquaredError, output=Sigmoid, distort=ELASTIC)
DROPOUT = paced(
    RELU, 0.1, 20, sizes=(784, 1024, 1024, 1024, 10), batch_size=256, dropout=0.5, distort=InputDropout(0.2)
)
QUICK = paced(RELU, 0.2, 20, distort=replace(ELASTIC, bend=0.6))
MEMBER = paced(
    RELU, 0.1, 130, sizes=(784, 1000, 500, 10), batch_size=256, distort=replace(ELASTIC, bend=0.8)
)


def lecun(hidden, error, distorted=False):
    """Return a row of LeCun's networks."""
    sizes = (784, *hidden, 10)
    setting = paced(LECUN, 1.0, 10, sizes=sizes, distort=SLIGHTLY if distorted else None)
    key = "-".join(["lecun", *map(str, hidden), *["affine"] * distorted])
    label = "-".join(map(str, sizes)) + ", MSE" + ", affine" * distorted
    return Row(key, label, error, "LeCun", setting)


def nielsen(key, label, accuracy, configuration, **more):
    """Return a row of Nielsen's book, which gives an accuracy and says all settings."""
    more = {"n": SPLIT, "chosen": "paper"} | more
    return Row(f"nielsen-{key}", label, round(100 - accuracy, 2), "Nielsen", configuration, **more)


L2 = replace(CROSS, sizes=(784, 100, 10), l2=5 / SPLIT)  # his lambda, over the number of images
FEW = replace(CROSS, epochs=400)

NETWORKS = Row(
    "member", "784-1000-500-10, elastic", 0.49, "Cireşan", MEMBER, 4,
    others=(replace(MEMBER, distort=ELASTIC),
            replace(MEMBER, distort=replace(ELASTIC, rotation=15, scaling=0.15, bend=1.5))),
)  # fmt: skip
PAIR = Row(
    "quick", "784-800-10, elastic, 20 epochs", None, "Simard", QUICK, 2,
    others=(replace(QUICK, distort=ELASTIC),),
)  # fmt: skip
ROWS = [
    Row("linear", "linear classifier, MSE", 12.0, "LeCun", paced(LECUN, 0.02, 10, output=Identity)),
    lecun([300], 4.7), lecun([300], 3.6, True),
    lecun([1000], 4.5), lecun([1000], 3.8, True),
    lecun([300, 100], 3.05), lecun([300, 100], 2.5, True),
    lecun([500, 150], 2.95), lecun([500, 150], 2.45, True),
    Row("hinton", "784-500-300-10, softmax, L2", 1.53, "Hinton", HINTON,
        others=(replace(HINTON, l2=1e-4), replace(HINTON, l2=2e-3))),
    Row("simard", "784-800-10, cross-entropy", 1.6, "Simard", paced(RELU, 0.2, 15)),
    Row("simard-affine", "784-800-10, cross-entropy, affine", 1.1, "Simard",
        paced(RELU, 0.2, 20, distort=AFFINE)),
    Row("simard-mse-elastic", "784-800-10, MSE, elastic", 0.9, "Simard", SIMARD_MSE),
    Row("simard-elastic", "784-800-10, cross-entropy, elastic", 0.7, "Simard",
        paced(RELU, 0.2, 60, distort=ELASTIC)),
    Row("dropout", "784-1024-1024-1024-10, dropout", 1.25, "Srivastava", DROPOUT),
    Row("dropout-maxnorm", "784-1024-1024-1024-10, dropout, max-norm", 1.06, "Srivastava",
        paced(DROPOUT, 0.05, 20, method=MaxNorm)),
    nielsen("mse-30", "784-30-10, MSE", 95.42, NIELSEN),
    nielsen("mse-100", "784-100-10, MSE", 96.59, replace(NIELSEN, sizes=(784, 100, 10))),
    nielsen("ce-30", "784-30-10, cross-entropy", 95.49, CROSS),
    nielsen("ce-100", "784-100-10, cross-entropy", 96.82, replace(L2, l2=0.0)),
    nielsen("l2", "784-100-10, cross-entropy, L2", 97.92, L2, on="validation"),
    nielsen("l2-slow", "784-100-10, cross-entropy, L2, slower", 98.04,
            replace(L2, lr=0.1, epochs=60), on="validation"),
    nielsen("1000", "784-30-10, cross-entropy, 1,000 images", 82.27, FEW, n=1000),
    nielsen("1000-l2", "784-30-10, cross-entropy, 1,000 images, L2", 87.1,
            replace(FEW, l2=0.1 / 1000), n=1000),
    PAIR, Row("pair", "the pair of those networks", None, "Simard", QUICK, 1, averages=PAIR),
    NETWORKS, Row("committee", "the committee of those networks", 0.35, "Cireşan", MEMBER, 1, averages=NETWORKS),
]  # fmt: skip
