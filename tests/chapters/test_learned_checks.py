"""The checks of the exercises on what the network learned: wrong answers by name."""

import numpy as np
import pytest

from mnist_from_scratch import checks


def rivals(W, b, x, k):
    """Return the leads over the rivals, (K - 1,), and the differences of the columns, (D, K - 1)."""
    z, others = x @ W + b, np.arange(W.shape[1]) != k
    return (z[k] - z)[others], (W[:, [k]] - W)[:, others]


def push(shrink):
    """Return an answer that gets the leads and differences of the rivals."""
    return lambda *arguments: shrink(*rivals(*arguments))


def sizes(D):
    return np.abs(D).sum(axis=0)


def lifted(W, b, x, k):
    lead, _ = rivals(W, b, x, k)
    return np.min(lead / sizes(np.delete(W, k, axis=1)))


def lowered(W, b, x, k):
    lead, _ = rivals(W, b, x, k)
    return np.min(lead) / np.abs(W[:, k]).sum()


PUSH_MISTAKES = {
    "returned None": lambda *a: None,
    "the second best score": push(lambda lead, D: lead[lead.argmin()] / sizes(D)[lead.argmin()]),
    "the hardest rival": push(lambda lead, D: np.max(lead / sizes(D))),
    "a push for each rival": push(lambda lead, D: lead / sizes(D)),
    "a lead, in scores": push(lambda lead, D: np.min(lead)),
    "the root of the squares": push(lambda lead, D: np.min(lead / np.linalg.norm(D, axis=0))),
    "as if one pixel moved": push(lambda lead, D: np.min(lead / np.abs(D).max(axis=0))),
    "the mean of the sizes": push(lambda lead, D: np.min(lead / np.abs(D).mean(axis=0))),
    "before taking their sizes": push(lambda lead, D: np.min(lead / np.abs(D.sum(axis=0)))),
    "you lift the rival only": lifted,
    "you lower class k only": lowered,
    "the biases are missing": lambda W, b, x, k: np.min(rivals(W, 0 * b, x, k)[0] / sizes(rivals(W, b, x, k)[1])),
    "no lead over itself": lambda *a: 0.0,
    "but not for all": lambda W, b, x, k: push(lambda lead, D: np.min(lead / sizes(D)))(W, b, x, k) if W.shape[1] == 5 else 1.0,
}


def axis(A, centre=None, i=0):
    return np.linalg.svd(A - (A.mean(axis=0) if centre is None else centre), full_matrices=False)[2][i]


def powers(A, steps):
    B, v = A - A.mean(axis=0), np.ones(A.shape[1])
    for _ in range(steps):
        v = B.T @ (B @ v)
        v /= np.linalg.norm(v)
    return v


AXIS_MISTAKES = {
    "returned None": lambda A: None,
    "a row of numbers": lambda A: axis(A)[None],
    "for each row of A": lambda A: np.linalg.svd(A - A.mean(axis=0), full_matrices=False)[0][:, 0],
    "should have the shape": lambda A: np.linalg.svd(A - A.mean(axis=0))[2],
    "NaN or infinity": lambda A: np.full(A.shape[1], np.nan),
    "the direction of the rows from 0": lambda A: axis(A, 0),
    "the mean of each row": lambda A: axis(A, A.mean(axis=1, keepdims=True)),
    "spread least": lambda A: axis(A, i=-1),
    "the second axis": lambda A: axis(A, i=1),
    "More steps?": lambda A: powers(A, 1),
    "its length is not 1": lambda A: 2 * axis(A),
    "two are nearly alike": lambda A: powers(A, 12),
}

MISTAKES = {"smallest_push": PUSH_MISTAKES, "first_axis": AXIS_MISTAKES}


@pytest.mark.parametrize("check, message", [(check, message) for check, mistakes in MISTAKES.items() for message in mistakes])
def test_a_check_names_the_mistake(check, message, verdict):
    said = verdict(getattr(checks, check), MISTAKES[check][message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"
