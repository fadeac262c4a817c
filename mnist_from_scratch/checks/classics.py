"""Checks of the exercises of the chapter on the classics."""

import numpy as np

from ._verdict import check, compare, not_yet, numbers


def opinions(shares, K, seed):
    """Return probabilities (M, N, K): for (2, 1), two networks answer one class of that image, the third another.

    The voters of some classes are sure, those of others in doubt, and all have the
    same second choice, so that votes and averages differ.
    """
    rng = np.random.default_rng(seed)
    P = np.empty((sum(shares[0]), len(shares), K))
    for n, votes in enumerate(shares):
        classes, sureness = rng.permutation(K), rng.choice([0.2, 8.0], K)
        for m, k in enumerate(rng.permutation(np.repeat(classes[: len(votes)], votes))):
            *rest, second, first = np.sort(rng.dirichlet([sureness[k]] * K))
            P[m, n, rng.permutation(np.setdiff1d(classes, [k, classes[-1]]))] = rest
            P[m, n, [k, classes[-1]]] = first, second
    return P


def count(P):
    """Return each network's voice, 0 or 1, (M, N, K), the votes, (N, K), and where the most are tied, (N,)."""
    single = (P.argmax(axis=2)[:, :, None] == np.arange(P.shape[2])).astype(int)
    votes = single.sum(axis=0)
    return single, votes, np.sum(votes == votes.max(axis=1, keepdims=True), axis=1) > 1


def most(votes, score):
    """Return the class with most votes, and of equal ones that with the highest score, (N,)."""
    return np.where(votes == votes.max(axis=1, keepdims=True), score, -np.inf).argmax(axis=1)


@check
def vote(answer):
    """Check answer(P): the class that most networks answer, and in a tie the one with the higher average."""
    P = opinions([(2, 1), (3,), (2, 1), (2, 1)] * 6, K=4, seed=1987)
    M, K = P.shape[0], P.shape[2]
    each, mean, (single, votes, _) = P.argmax(axis=2), P.mean(axis=0), count(P)
    expected, by_image, by_class = votes.argmax(axis=1), single.sum(axis=1), single.sum(axis=2)
    class_numbers = "you average the numbers of the classes: a 1 and a 3 are no 2. Count the votes for each class."
    one_network = "these are the answers of network {}, on its own. Each has a voice."
    over_images = "you count along the images. The networks are axis 0."
    over_classes = "you count along the classes, and each network answers one. The networks are axis 0."
    one_number = "this is one number. Count for each image, and argmax wants an axis, that of the classes."
    mistakes = [
        (mean.argmax(axis=1), "here the average decides, as in the chapter. Count the answers: a voice for each."),
        ((single * P).sum(axis=0).argmax(axis=1), "a sure network counts for more than a doubtful one. Each has one voice, sure or not."),
        ((votes * mean).argmax(axis=1), "the averages outdo votes. They decide only between classes with equally many."),
        (P.max(axis=0).argmax(axis=1), "here the surest network decides, image by image. Each has a voice."),
        *((each[m], one_network.format(m)) for m in range(M)),
        *((answers, "these are the answers of each network. Count, for each image, how many say what.") for answers in (each, each.T)),
        *((cut(each.mean(axis=0)), class_numbers) for cut in (np.array, np.rint, np.floor)),
        (single, "these are the single votes, (M, N, K). Add over the networks, and see which class has most."),
        (votes, "these are the votes, (N, K). Which class has most?"),
        (votes.T, "these are the votes, (K, N). Which class has most?"),
        (votes + mean, "these are votes and averages, (N, K). Which class has most?"),
        (votes.max(axis=1), "this is how many votes the class has. Which class is it? Take argmax, not max."),
        (votes / M, "these are the shares of the votes, (N, K). Which class has most?"),
        (votes.max(axis=1) / M, "this is the class's share of the votes. Which class is it? Take argmax, not max."),
        (np.eye(K)[expected], "the classes are right, but one-hot. Return their numbers, (N,)."),
        (np.array([expected, votes.max(axis=1)]), "the classes are right, but with their counts. Return the classes alone."),
        (votes.argmin(axis=1), "this is the class with the fewest votes."),
        (expected + 1, "the classes are counted from 0."),
        (votes.argmax(axis=0), "this is an image for each class. argmax wants the classes, axis 1 of the votes."),
        (P.argmax(axis=0), "this is a network for each image and class. A network's answer is argmax along axis 2."),
        (P.argmax(axis=1), "this is an image for each network and class. A network's answer is argmax along axis 2."),
        *((number, one_number) for number in (votes.argmax(), votes.sum(axis=0).argmax())),
        *((counts, over_images) for counts in (by_image, by_image.T, by_image.argmax(axis=1), by_image.argmax(axis=0))),
        *((counts, over_classes) for counts in (by_class, by_class.T, by_class.argmax(axis=1))),
    ]  # fmt: skip
    hint = "for each image, count how many networks answer each class, (N, K), then take the class with most."
    compare(answer(P), expected, None, mistakes, hint)

    P = opinions([(2, 1, 1, 1, 1, 1), (3, 2, 2), (4, 3), (3, 2, 1, 1), (5, 1, 1)] * 6, K=12, seed=2029)
    mean, (_, votes, _) = P.mean(axis=0), count(P)
    expected, middle = votes.argmax(axis=1), np.median(P.argmax(axis=2), axis=0)
    mistakes = [
        *((most(count(asked)[1], score), f"right for three networks, but here are seven, and you ask {which} three.")
          for asked, which in ((P[:3], "the first"), (P[-3:], "the last"))
          for score in (asked.mean(axis=0), -np.arange(12))),
        *((most(votes[:, :k], score[:, :k]), message)
          for k, message in ((4, "right for four classes, but here are twelve, and you count the votes for four."),
                             (10, "there are not always ten classes: here are twelve."))
          for score in (mean, -np.arange(12)[None])),
        ((votes + P.sum(axis=0)).argmax(axis=1),
         "right for three networks, but with seven the probabilities outdo a vote. Let them only decide ties."),
        (middle, "you take the middle number: of three answers it is the one given twice, but not of seven. Count the votes."),
        (np.where(2 * votes.max(axis=1) > 7, expected, mean.argmax(axis=1)),
         "most need not be more than half: two of seven are enough if no other class has two."),
    ]  # fmt: skip
    hint = "right for three networks and four classes, but not for seven and twelve. Take M, N and K from P."
    compare(answer(P), expected, None, mistakes, hint)

    P = opinions([(2, 2), (1, 1, 1, 1), (3, 1), (2, 2), (2, 1, 1), (4,)] * 6, K=5, seed=2047)
    mean, (single, votes, tied) = P.mean(axis=0), count(P)
    but = "right where there is a clear majority, but a tie goes to"
    averaged = "Take the higher average."
    mistakes = [
        (most(votes, -np.arange(5)), f"{but} the smallest class. {averaged}"),
        (most(votes, np.arange(5)), f"{but} the largest class. {averaged}"),
        (np.where(tied, mean.argmax(axis=1), votes.argmax(axis=1)),
         f"{but} the highest average of all classes. Only those with most votes take part."),
        (most(votes, P.max(axis=0)), f"{but} the surest network's answer. {averaged}"),
        (most(votes, single[0]), f"{but} the first network's answer. {averaged}"),
        (most(votes, single[-1]), f"{but} the last network's answer. {averaged}"),
        (most(votes, -mean), f"{but} the lower average. Take the higher."),
        (most(votes, (single * P).sum(axis=0)), f"{but} the class whose own voters are surest. Average over all networks."),
    ]  # fmt: skip
    hint = "right where there is a clear majority, but not in a tie. Of the tied classes, take the one with the higher average."
    found = numbers(answer(P))
    if found.shape == tied.shape:
        clear = np.where(tied, 0, votes.argmax(axis=1))
        others = "right if no image has a tie; but if some have, the others become wrong. Decide image by image."
        compare(np.where(tied, 0, found), clear, None, [], others)
    compare(found, most(votes, mean), None, mistakes, hint)

    P = opinions([(2, 2, 1), (1, 1, 1, 1, 1), (3, 2), (2, 2, 1)] * 6, K=6, seed=2091)
    mean, (_, votes, tied) = P.mean(axis=0), count(P)
    third = "right if each vote is for a tied class; but with votes of 2, 2 and 1, the class with 1 takes no part."
    mistakes = [(np.where(tied, most(votes > 0, mean), votes.argmax(axis=1)), third)]
    hint = "right for four networks, but not for five, with votes of 2, 2 and 1. Only the two with most take part."
    compare(answer(P), most(votes, mean), "a voice for each, and the average where voices are equal.", mistakes, hint)


def columns(lengths, rows, seed):
    """Return a matrix whose columns have these lengths."""
    W = np.random.default_rng(seed).normal(size=(rows, len(lengths)))
    return W / np.linalg.norm(W, axis=0) * lengths


@check
def max_norm(answer):
    """Check answer(W, c): W with each column longer than c scaled down to length c."""
    W, c = columns([3.2, 0.7, 1.8, 1.3, 6.4, 1.1], rows=5, seed=2014), 1.5
    length = np.linalg.norm(W, axis=0)
    squares, long = length**2, length > c
    shrunk = lambda size: W * c / np.maximum(size, c)
    root = "Take the root of the sum of the squares."
    mistakes = [
        (W, "nothing has become shorter. Multiply the long columns by c / length."),
        (shrunk(np.linalg.norm(W, axis=1, keepdims=True)), "you shorten the rows. The weights into a neuron are a column: sum along axis 0."),
        (shrunk(np.linalg.norm(W)), "you take one length of the whole matrix. Each column has its own."),
        (shrunk(length.max()), "all columns shrink by one factor. Each has its own."),
        (W * c / length, "short columns are stretched to c. They should stay as they are."),
        (W * c / np.minimum(length, c), "it is the short columns that you scale. Scale the long ones."),
        (np.clip(W, -c, c), "you cut single weights at c. It is a column's length that is at most c."),
        (np.minimum(W, c), "you cut single weights at c. It is a column's length that is at most c."),
        (shrunk(squares), "the root is missing: this takes the squared length for the length."),
        (np.where(squares > c, W * c / length, W), "you compare the squared length with c. Take the root first."),
        (np.where(long, W * c / squares, W), "you divide by the squared length. Take the root first."),
        (W * c**2 / np.maximum(squares, c**2), "the factor is c / length, not its square."),
        (W * np.sqrt(c / np.maximum(length, c)), "the factor is c / length, not its root."),
        (shrunk(np.abs(W).sum(axis=0)), f"the sum of the sizes |w| is not the length. {root}"),
        (shrunk(np.abs(W).max(axis=0)), f"the largest weight is not the length. {root}"),
        (shrunk(W.max(axis=0)), f"the largest weight is not the length. {root}"),
        (shrunk(np.sqrt(np.mean(W**2, axis=0))), f"this takes the mean of the squares. {root}"),
        (shrunk(W.std(axis=0)), f"the standard deviation is not the length. {root}"),
        (shrunk(W.sum(axis=0)), f"the sum of the weights is not the length. {root}"),
        (W / c, "every column is divided by c. Multiply the long ones by c / length."),
        (np.where(long, W / c, W), "the long columns are divided by c. Multiply them by c / length."),
        (W / length, "every column has length 1. Only the long ones change, and their length becomes c."),
        (np.where(long, W / length, W), "the long columns have length 1. It should be c: multiply them by c / length."),
        (W / np.maximum(length, 1), "your limit is 1. Use the c that is given."),
        (W / np.maximum(length, c), "short columns become shorter, too. The factor is c / max(length, c), which is 1 for them."),
        (W * np.maximum(length, c) / c, "the factor is upside down: c / length makes a long column shorter."),
        (np.where(long, 0, W), "long columns are set to 0. Scale them to the length c."),
        (np.where(long, c, W), "each weight of a long column is set to c. Multiply them by c / length."),
        (W[:, ~long], "the long columns are missing. Scale them to the length c."),
        (W[:, long] * c / length[long], "the short columns are missing. They stay as they are."),
        (c / np.maximum(length, c), "these are the factors. Multiply the columns by them."),
        (length, "these are the lengths. Return the weights."),
        (np.minimum(length, c), "these are the new lengths. Return the weights."),
    ]  # fmt: skip
    hint = "a column longer than c is multiplied by c / length, and the others stay."
    compare(answer(W, c), shrunk(length), None, mistakes, hint)
    W, c = columns([0.9, 0.0, 2.5, 0.0, 0.3], rows=3, seed=2014), 0.5
    found = numbers(answer(W, c))
    if found.shape == W.shape and not np.isfinite(found[:, [1, 3]]).all():
        not_yet("a column of zeros does not stay zeros: its length is 0, and you divide by it.")
    limit = lambda c: W * c / np.maximum(np.linalg.norm(W, axis=0), c)
    others = "right for c = 1.5, but not for c = 0.5: use the c that is given."
    hint = "right for c = 1.5, but not for c = 0.5 and five columns, two of them zeros."
    compare(found, limit(c), "no column is longer than c, and short ones stay.", [(limit(1.5), others)], hint)
