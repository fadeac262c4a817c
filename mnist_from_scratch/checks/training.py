"""Checks of the exercises of the chapter on training."""

from ..training import History
from ._verdict import check, compare, not_yet


@check
def best_epoch(answer):
    """Check answer(history): the epoch, from 1, with the lowest validation loss."""
    history = History(
        loss=[0.9, 0.6, 0.5, 0.4, 0.3, 0.25], accuracy=[0.6, 0.7, 0.8, 0.85, 0.9, 0.95],
        val_loss=[0.8, 0.55, 0.5, 0.45, 0.6, 0.7], val_accuracy=[0.7, 0.8, 0.85, 0.86, 0.88, 0.87],
        seconds=[0.1] * 6,
    )  # fmt: skip
    equal = History(
        loss=[0.7, 0.5, 0.4, 0.3], accuracy=[0.7, 0.8, 0.85, 0.9],
        val_loss=[0.5, 0.4, 0.4, 0.6], val_accuracy=[0.8, 0.85, 0.85, 0.8], seconds=[0.1] * 4,
    )  # fmt: skip
    if answer(equal) == 3:
        not_yet("two epochs are equally good: the earlier one costs less.")
    compare(
        answer(history), 4, "after it, more training only makes the validation loss worse.",
        [
            (3, "off by one: epochs count from 1, and argmin from 0."),
            (0.45, "that is the lowest loss. Which epoch is it?"),
            (6, "that is the lowest training loss: the validation loss is in val_loss."),
            (5, "that is the best accuracy: the question is about the loss."),
            (1, "that is the highest validation loss."),
        ],
        "find where history.val_loss is lowest, and count from 1.",
    )  # fmt: skip
