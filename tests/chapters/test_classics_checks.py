"""The checks of the exercises on the classics: right answers, and wrong ones by name."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from mnist_from_scratch import checks, one_hot


def counts(P):
    """Return how many networks answer each class, for each image, (N, K)."""
    return np.stack([np.bincount(said, minlength=P.shape[2]) for said in P.argmax(axis=2).T])


def vote(P, score=None):
    """Return the right answers, or with ties broken by another score, (N, K), all below 1."""
    return (counts(P) + (P.mean(axis=0) if score is None else score)).argmax(axis=1)


def by_counter(P):
    return [Counter(said).most_common(1)[0][0] for said in P.argmax(axis=2).T.tolist()]


def with_ties(P, instead):
    """Return the class with most votes, and the answers given instead where no class has more than all others."""
    ordered = np.sort(counts(P), axis=1)
    return np.where(ordered[:, -1] == ordered[:, -2], instead, counts(P).argmax(axis=1))


def counts_in_place(P):
    P[0] = counts(P) + P.mean(axis=0)
    return P[0].argmax(axis=1)


def average_in_place(P):
    votes = counts(P)
    P /= len(P)
    return (votes + P.sum(axis=0)).argmax(axis=1)


def any_tie_decides_for_all(P):
    ties = (np.sort(counts(P), axis=1)[:, -2:] @ [-1, 1] == 0).any()
    return P.mean(axis=0).argmax(axis=1) if ties else counts(P).argmax(axis=1)


def more_than_half(P):
    return np.where(counts(P).max(axis=1) > len(P) / 2, counts(P).argmax(axis=1), P.mean(axis=0).argmax(axis=1))


def ties_of_two(P):
    """Of more than two classes with equally many votes it compares only the first two."""
    answers = []
    for votes, average in zip(counts(P), P.mean(axis=0)):
        tied = np.flatnonzero(votes == votes.max())[:2]
        answers.append(tied[average[tied].argmax()])
    return answers


def mode(P, axis=0):
    return stats.mode(P.argmax(axis=2), axis=axis)


def one_hot_votes(P):
    return np.eye(P.shape[2], dtype=int)[P.argmax(axis=2)]


VOTE_MISTAKES = {
    "returned None": lambda P: None,
    "changes P in place": counts_in_place,
    "Work on a copy": average_in_place,
    "here the average decides": lambda P: P.mean(axis=0).argmax(axis=1),
    "as in the chapter": lambda P: P.sum(axis=0).argmax(axis=1),
    "a sure network counts for more": lambda P: np.where(P == P.max(axis=2, keepdims=True), P, 0).sum(axis=0).argmax(axis=1),
    "the averages outdo votes": lambda P: (counts(P) * P.mean(axis=0)).argmax(axis=1),
    "the surest network decides": lambda P: P.max(axis=0).argmax(axis=1),
    "the answers of network 0": lambda P: P[0].argmax(axis=1),
    "the answers of network 1": lambda P: P[1].argmax(axis=1),
    "the answers of network 2": lambda P: P[-1].argmax(axis=1),
    "the answers of each network": lambda P: P.argmax(axis=2),
    "how many say what": lambda P: P.argmax(axis=2).T,
    "a 1 and a 3 are no 2": lambda P: P.argmax(axis=2).mean(axis=0),
    "you average the numbers of the classes": lambda P: P.argmax(axis=2).mean(axis=0).round().astype(int),
    "Count the votes for each class": lambda P: P.argmax(axis=2).sum(axis=0) // len(P),
    "these are the single votes": one_hot_votes,
    "these are the votes, (N, K)": counts,
    "these are the votes, (K, N)": lambda P: counts(P).T,
    "these are votes and averages": lambda P: counts(P) + P.mean(axis=0),
    "how many votes the class has": lambda P: counts(P).max(axis=1),
    "the shares of the votes, (N, K)": lambda P: one_hot_votes(P).mean(axis=0),
    "the class's share of the votes": lambda P: one_hot_votes(P).mean(axis=0).max(axis=1),
    "but one-hot": lambda P: one_hot(vote(P), P.shape[2]),
    "right, but with their counts": mode,
    "the fewest votes": lambda P: counts(P).argmin(axis=1),
    "counted from 0": lambda P: vote(P) + 1,
    "an image for each class": lambda P: counts(P).argmax(axis=0),
    "a network for each image and class": lambda P: P.argmax(axis=0),
    "an image for each network and class": lambda P: P.argmax(axis=1),
    "argmax wants an axis": lambda P: counts(P).argmax(),
    "this is one number": lambda P: mode(P, axis=None).mode,
    "you count along the images": lambda P: mode(P, axis=1).mode,
    "images. The networks are axis 0": lambda P: one_hot_votes(P).sum(axis=1),
    "you count along the classes": lambda P: one_hot_votes(P).sum(axis=2),
    "keepdims": lambda P: stats.mode(P.argmax(axis=2), axis=0, keepdims=True).mode,
    "then take the class with most": lambda P: (counts(P) ** 2 * P.min(axis=0)).argmax(axis=1),
    "and you ask the first three": lambda P: vote(P[:3]),
    "right for three networks, but here are seven": lambda P: counts(P[:3]).argmax(axis=1),
    "and you ask the last three": lambda P: mode(P[-3:]).mode,
    "you count the votes for four": lambda P: (counts(P) + P.mean(axis=0))[:, :4].argmax(axis=1),
    "here are twelve, and you count": lambda P: counts(P)[:, :4].argmax(axis=1),
    "not always ten classes": lambda P: (counts(P) + P.mean(axis=0))[:, :10].argmax(axis=1),
    "two of seven are enough": more_than_half,
    "you take the middle number": lambda P: np.median(P.argmax(axis=2), axis=0).astype(int),
    "the probabilities outdo a vote": lambda P: vote(P, P.sum(axis=0)),
    "Let them only decide ties": lambda P: (one_hot_votes(P) + P).mean(axis=0).argmax(axis=1),
    "but not for seven and twelve": lambda P: vote(P[:5]),
    "a tie goes to the smallest class": lambda P: mode(P).mode,
    "the smallest class. Take the higher average": lambda P: counts(P).argmax(axis=1),
    "a tie goes to the largest class": lambda P: P.shape[2] - 1 - counts(P)[:, ::-1].argmax(axis=1),
    "the highest average of all classes": lambda P: with_ties(P, P.mean(axis=0).argmax(axis=1)),
    "a tie goes to the surest network": lambda P: vote(P, P.max(axis=0)),
    "the surest network's answer. Take": lambda P: with_ties(P, np.take_along_axis(P.argmax(axis=2), P.max(axis=2).argmax(axis=0)[None], axis=0)[0]),
    "a tie goes to the first network": lambda P: with_ties(P, P[0].argmax(axis=1)),
    "the first network's answer. Take": by_counter,
    "a tie goes to the last network": lambda P: with_ties(P, P[-1].argmax(axis=1)),
    "a tie goes to the lower average": lambda P: vote(P, -P.mean(axis=0)),
    "whose own voters are surest": lambda P: vote(P, (one_hot_votes(P) * P).mean(axis=0)),
    "but not in a tie": ties_of_two,
    "take the one with the higher average": lambda P: with_ties(P, -1),
    "Decide image by image": any_tie_decides_for_all,
    "the class with 1 takes no part": lambda P: with_ties(P, np.where(counts(P) > 0, P.mean(axis=0), 0).argmax(axis=1)),
    "but not for five": lambda P: vote(P) if len(P) != 5 else counts(P).argmax(axis=1),
}  # fmt: skip

def lengths(W):
    return np.sqrt(np.sum(W * W, axis=0))


def limited(W, c, size=lengths):
    """Return W with what is larger than c in each column by another measure of its size."""
    return W * c / np.maximum(size(W), c)


def long_only(W, c, factor):
    return np.where(lengths(W) > c, W * factor, W)


def in_place(W, c):
    W /= np.maximum(lengths(W) / c, 1)
    return W


def column_by_column(W, c):
    for column in W.T:
        if column @ column > c * c:
            column *= c / np.linalg.norm(column)
    return W


def without_a_guard(W, c):
    return W * (np.minimum(lengths(W), c) / lengths(W))


MAX_NORM_MISTAKES = {
    "returned None": lambda W, c: None,
    "changes W in place": in_place,
    "Work on a copy": column_by_column,
    "nothing has become shorter": lambda W, c: W,
    "you shorten the rows": lambda W, c: W * np.minimum(1, c / np.linalg.norm(W, axis=1, keepdims=True)),
    "one length of the whole matrix": lambda W, c: W * min(1, c / np.linalg.norm(W)),
    "by one factor": lambda W, c: W * min(1, c / lengths(W).max()),
    "stretched to c": lambda W, c: c * W / lengths(W),
    "it is the short columns": lambda W, c: np.where(lengths(W) < c, c * W / lengths(W), W),
    "you cut single weights at c": lambda W, c: np.clip(W, -c, c),
    "It is a column's length": lambda W, c: np.minimum(W, c),
    "the root is missing": lambda W, c: limited(W, c, lambda W: np.sum(W**2, axis=0)),
    "you compare the squared length": lambda W, c: np.where(lengths(W) ** 2 > c, W * c / lengths(W), W),
    "you divide by the squared length": lambda W, c: long_only(W, c, c / lengths(W) ** 2),
    "not its square": lambda W, c: W * np.minimum(1, c / lengths(W)) ** 2,
    "not its root": lambda W, c: W * np.minimum(1, c / lengths(W)) ** 0.5,
    "the sum of the sizes |w|": lambda W, c: limited(W, c, lambda W: np.linalg.norm(W, 1, axis=0)),
    "the largest weight is not": lambda W, c: limited(W, c, lambda W: abs(W).max(axis=0)),
    "weight is not the length. Take the root": lambda W, c: limited(W, c, lambda W: W.max(axis=0)),
    "the mean of the squares": lambda W, c: limited(W, c, lambda W: np.square(W).mean(axis=0) ** 0.5),
    "the standard deviation is not": lambda W, c: limited(W, c, lambda W: W.std(axis=0)),
    "the sum of the weights is not": lambda W, c: limited(W, c, lambda W: W.sum(axis=0)),
    "every column is divided by c": lambda W, c: W / c,
    "the long columns are divided by c": lambda W, c: long_only(W, c, 1 / c),
    "every column has length 1": lambda W, c: W / lengths(W),
    "the long columns have length 1": lambda W, c: long_only(W, c, 1 / lengths(W)),
    "your limit is 1": lambda W, c: limited(W, 1),
    "short columns become shorter": lambda W, c: W / np.maximum(lengths(W), c),
    "upside down": lambda W, c: long_only(W, c, lengths(W) / c),
    "long columns are set to 0": lambda W, c: W * (lengths(W) <= c),
    "each weight of a long column is set": lambda W, c: np.where(lengths(W) > c, c, W),
    "the long columns are missing": lambda W, c: W[:, lengths(W) <= c],
    "the short columns are missing": lambda W, c: limited(W, c)[:, lengths(W) > c],
    "these are the factors": lambda W, c: np.minimum(1, c / lengths(W)),
    "these are the lengths": lambda W, c: lengths(W),
    "these are the new lengths": lambda W, c: lengths(limited(W, c)),
    "the transpose": lambda W, c: limited(W, c).T,
    "and the others stay": lambda W, c: long_only(W, c, 0.5),
    "does not stay zeros": without_a_guard,
    "its length is 0": lambda W, c: np.where(lengths(W) > c, c, lengths(W)) * (W / lengths(W)),
    "use the c that is given": lambda W, c: limited(W, 1.5),
    "two of them zeros": lambda W, c: limited(W, c) + (c < 1) * W**2,
}

MISTAKES = {"vote": VOTE_MISTAKES, "max_norm": MAX_NORM_MISTAKES}


@pytest.mark.parametrize("check, message", [(check, message) for check, mistakes in MISTAKES.items() for message in mistakes])
def test_a_check_names_the_mistake(check, message, verdict):
    said = verdict(getattr(checks, check), MISTAKES[check][message])
    assert said.startswith("Not yet") and message in said, f"the check said: {said}"


TIES = list(VOTE_MISTAKES)[list(VOTE_MISTAKES).index("a tie goes to the smallest class") :]


@pytest.mark.parametrize("message", TIES[: TIES.index("Decide image by image")])
def test_who_goes_wrong_in_ties_only_hears_that_the_rest_is_right(message, verdict):
    said = verdict(checks.vote, VOTE_MISTAKES[message])
    assert said.startswith("Not yet: right where there is a clear majority, but "), said


def test_a_column_of_zeros_may_warn_on_the_way_if_it_stays_zeros(verdict):
    answer = lambda W, c: np.where(lengths(W) > c, W * (c / lengths(W)), W)
    assert verdict(checks.max_norm, answer).startswith("Right: ")
