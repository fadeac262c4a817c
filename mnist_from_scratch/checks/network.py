"""Checks of the exercises of the chapter on the whole network."""

import numpy as np

from ._verdict import check, compare, not_yet, numbers, right


@check
def count_parameters(answer):
    """Check an answer(sizes) that counts weights and biases of an mlp."""
    sizes = [13, 7, 5, 3]
    layers = list(zip(sizes, sizes[1:]))
    weights, biases = sum(n_in * n_out for n_in, n_out in layers), sum(sizes[1:])
    mistakes = [
        (weights, "the biases are missing: each layer has one for each output."),
        (biases, "these are the biases alone. Where are the weights?"),
        (weights + sum(sizes), "the pixels have no biases: count only a layer's outputs."),
        (weights + sum(sizes[:-1]), "a layer has a bias for each output, not each input."),
        (weights + sum(sizes[1:-1]), "the last layer has biases too."),
        (weights + len(layers), "a layer has a bias for each output, not one for all."),
        (sum((a + 1) * (b + 1) for a, b in layers), "one more input for the bias, but not one more output: (inputs + 1) times outputs."),
        (13 * 7 + 7, "only the first layer is counted: there are three here."),
        (13 * 7 + 7 + 7 * 5 + 5, "only two layers are counted: there are three here. The list may have any length."),
        (13 * 7 + 7 + 5 * 3 + 3, "the layer in the middle is missing. The list may have any length."),
        (13 * 7 * 5 * 3, "a layer's weights are inputs times outputs. Layers add up, they are not multiplied."),
        (sum(sizes), "these are the neurons. Each pair of neighbours has a weight of its own."),
    ]  # fmt: skip
    hint = "for each layer, inputs times outputs, and a bias for each output."
    compare(answer(list(sizes)), weights + biases, None, mistakes, hint)
    hint = "right for the sizes 13, 7, 5, 3, but not for 11, 2. The list may have any length."
    praise = "(inputs + 1) times outputs, summed over the layers."
    compare(answer([11, 2]), 24, praise, [], hint)


@check
def confusion(answer):
    """Check an answer(y, predicted, n_classes) that counts true by predicted."""
    y = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 0, 1])
    predicted = np.array([0, 1, 1, 1, 2, 2, 2, 0, 2, 0, 1])
    expected = np.array([[2, 2, 0, 0], [0, 2, 1, 0], [1, 0, 3, 0], [0, 0, 0, 0]])
    by_row, by_column = (np.maximum(expected.sum(axis=axis, keepdims=True), 1) for axis in (1, 0))
    mistakes = [
        (expected.T, "rows and columns are exchanged: the true class is the row."),
        (np.minimum(expected, 1), "each pair counts once only: with an index array, "
         "counts[y, predicted] += 1 forgets repeats. Use np.add.at or a loop."),
        (np.minimum(expected, 1).T, "each pair counts once only, and rows and columns are exchanged."),
        (expected / by_row, "these are shares of each true class: return the counts."),
        (expected / by_column, "these are shares of each column: return the counts."),
        (expected / 11, "these are shares of all images: return the counts."),
        (expected[:3, :3], "there is a fourth class, though no image is of it: (K, K)."),
        (expected[:3, :3].T, "there is a fourth class, though no image is of it, and the true class is the row."),
        (expected - np.diag(np.diag(expected)), "the right answers belong on the diagonal."),
        (np.diag(np.diag(expected)), "only the right answers are counted. The mistakes are what the table is for."),
        (np.diag(expected), "these are the right answers of each class. Count the mistakes as well, (K, K)."),
        (np.cumsum(expected, axis=0), "each row holds those above it as well: start every class from zero."),
    ]
    hint = "row y[i], column predicted[i]: add one there for each image i."
    praise = "each image adds one at its true row and predicted column."
    compare(answer(y.copy(), predicted.copy(), 4), expected, praise, mistakes, hint)


@check
def ask_all(answer):
    """Check answer(P): the classes on which the average of several networks decides."""
    P = np.random.default_rng(909).dirichlet([0.5] * 3, size=(5, 11))  # (M, N, K)
    each = P.argmax(axis=2)
    votes = np.array([np.bincount(column, minlength=3) for column in each.T])
    mean = P.mean(axis=0)
    mistakes = [
        (votes.argmax(axis=1), "here the majority decides. An average lets a sure network count for more than a doubtful one."),
        (P.max(axis=0).argmax(axis=1), "here the surest network decides alone. Average their probabilities."),
        (np.log(P).mean(axis=0).argmax(axis=1), "here the average logarithm decides, which is the product. Average the probabilities themselves."),
        (each[0], "this is what the first network says."),
        (each[-1], "this is what the last network says."),
        (each, "these are the answers of each network, (M, N). Average first, over the networks, and then ask for the largest."),
        (each.mean(axis=0), "you average the classes: a 1 and a 3 are no 2. Average the probabilities, then ask for the largest."),
        (np.rint(each.mean(axis=0)), "you average the classes: a 1 and a 3 are no 2. Average the probabilities, then ask for the largest."),
        (mean, "these are the averaged probabilities, (N, K). Which class do they decide on?"),
        (mean.max(axis=1), "this is how sure the average is. The class is the place of the largest: argmax, not max."),
        (mean.argmax(axis=0), "this is an image for each class. Ask for a class for each image: axis 1 of the (N, K) averages."),
        (P.mean(axis=1).argmax(axis=1), "you average over the images. The networks are the first axis, 0."),
        (P.mean(axis=1).argmax(axis=0), "you average over the images. The networks are the first axis, 0."),
        (P.mean(axis=2).argmax(axis=0), "you average over the classes. The networks are the first axis, 0."),
        (mean.argmin(axis=1), "this is the class that is least probable."),
    ]  # fmt: skip
    hint = "average over the networks, which gives (N, K), and take each row's largest."
    compare(answer(P.copy()), mean.argmax(axis=1), "averaged over the networks, then decided.", mistakes, hint)


@check
def abstain_below(answer):
    """Check answer(P, y, wanted): the smallest confidence at which to answer."""
    wanted, K = 0.75, 3
    good = np.array([1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0], bool)  # surest first
    N = len(good)
    sure = np.linspace(0.97, 0.41, N)
    said, y = np.arange(N) % K, (np.arange(N) + ~good) % K
    P = np.repeat((1 - sure)[:, None] / 5 * [2], K, axis=1)
    P[np.arange(N), (said + 1) % K] = (1 - sure) / 5 * 3
    P[np.arange(N), said] = sure
    accuracy = np.cumsum(good) / np.arange(1, N + 1)
    enough = np.flatnonzero(accuracy >= wanted)
    last = enough.max()
    order = np.random.default_rng(909).permutation(N)
    found = numbers(answer(P[order], y[order], wanted), "the threshold")
    if found.shape == () and sure[last + 1] < found <= sure[last]:
        right("of what is read as much as wanted is right, and no lower threshold does it.")
    by_truth = np.argsort(-P[np.arange(N), y])
    told = np.cumsum(good[by_truth]) / np.arange(1, N + 1)
    names = [
        (sure[last + 1], "one image too far: with it, too much of what is read is wrong. Below the threshold must leave it out."),
        (sure[0], "here only the surest image is read. Go on, as long as enough of all that is read is right."),
        (sure[np.flatnonzero(accuracy < wanted)[0] - 1], "you stop at the first n that is not right often enough. Further down it is, once more: take the last n."),
        (sure[np.flatnonzero(accuracy < wanted)[0]], "you stop at the first n that is not right often enough. Further down it is, once more: take the last n."),
        (sure[np.flatnonzero(accuracy > wanted).max()], "at least as much as wanted: with exactly so much right, an image more can be read."),
        (sure[np.flatnonzero(~good)[0]], "this is the first mistake. Some mistakes are allowed, if enough else is right."),
        (sure[np.flatnonzero(~good)[0] - 1], "you stop before the first mistake. Some mistakes are allowed, if enough else is right."),
        (sure[-1], "here everything is read, and too much of it is wrong. Does accuracy begin with the surest image?"),
        (wanted, "this is the share that you want to be right. The network may be surer or less sure than it is right: count."),
        (np.quantile(sure, 1 - wanted), "this leaves a fixed share to the person. How much of the rest is right?"),
        (np.quantile(sure, wanted), "this reads a fixed share. How much of it is right?"),
        (last + 1, "this is the number of images that are read. Return the confidence of the last of them."),
        (last, "this is the place of the last image in the order. Return its confidence."),
        (N - last - 1, "this is the number of images left to the person. Return the confidence of the last that is read."),
        (1 - (last + 1) / N, "this is the share left to the person. Return the confidence of the last that is read."),
        ((last + 1) / N, "this is the share that is read. Return the confidence of the last of these."),
        (P[np.arange(N), y][by_truth][told >= wanted][-1],
         "this is a probability of the true class. Nobody knows y when the network has to decide: its confidence is the row's largest."),
        (np.arange(N), "return one number, the threshold."),
    ]  # fmt: skip
    if found.shape == () and np.isclose(found, sure[last] * 100):
        not_yet("this is in per cent: return the probability itself.")
    hint = "sort by confidence, the surest first; find the last n of which enough are right; return the confidence of image n."
    compare(found, sure[last], None, names, hint)
