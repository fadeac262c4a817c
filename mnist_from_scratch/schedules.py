"""Learning rates that fall: functions of the epoch, to be passed to SGD.

Each is called with the epoch, 0, 1, ..., and returns that epoch's rate.
"""

import math
from dataclasses import dataclass

from ._arguments import check_count, check_epoch, check_positive


@dataclass(frozen=True)
class StepDecay:
    """lr, multiplied by factor after every so many epochs."""

    lr: float
    every: int
    factor: float = 0.1

    def __post_init__(self):
        check_positive("lr", self.lr)
        check_count("every", self.every)
        check_positive("factor", self.factor)

    def __call__(self, epoch):
        return float(self.lr * self.factor ** (epoch // self.every))


@dataclass(frozen=True)
class CosineDecay:
    """Half a wave of the cosine, from lr towards 0 after so many epochs.

    Source: Loshchilov and Hutter 2017, without the restarts.
    """

    lr: float
    epochs: int

    def __post_init__(self):
        check_positive("lr", self.lr)
        check_count("epochs", self.epochs)

    def __call__(self, epoch):
        check_epoch(epoch, self)
        return float(self.lr * (1 + math.cos(math.pi * epoch / self.epochs)) / 2)
