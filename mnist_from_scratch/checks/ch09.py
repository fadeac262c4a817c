"""Checks of the exercises of chapter 09, the whole network."""

import numpy as np

from ._verdict import check, compare


@check
def count_parameters(answer):
    """Check an answer(sizes) that counts weights and biases of an mlp."""
    sizes = [784, 30, 20, 10]
    layers = list(zip(sizes, sizes[1:]))
    weights = sum(n_in * n_out for n_in, n_out in layers)
    mistakes = [
        (weights, "the biases are missing: each layer has one for each output."),
        (weights + sum(sizes), "the pixels have no biases: count only a layer's outputs."),
        (weights + sum(sizes[:-1]), "a layer has a bias for each output, not each input."),
        (weights + len(layers), "a layer has a bias for each output, not one for all."),
        (784 * 30 + 30, "only the first layer is counted: there are three here."),
    ]
    hint = "for each layer, inputs times outputs, and a bias for each output."
    praise = "(inputs + 1) times outputs, summed over the layers."
    return compare(answer(list(sizes)), weights + sum(sizes[1:]), praise, mistakes, hint)


@check
def confusion(answer):
    """Check an answer(y, predicted, n_classes) that counts true by predicted."""
    y = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2])
    predicted = np.array([0, 1, 1, 1, 2, 2, 2, 0, 2])
    expected = np.array([[1, 2, 0, 0], [0, 1, 1, 0], [1, 0, 3, 0], [0, 0, 0, 0]])
    shares = expected / np.maximum(expected.sum(axis=1, keepdims=True), 1)
    mistakes = [
        (expected.T, "rows and columns are exchanged: the true class is the row."),
        (np.minimum(expected, 1), "each pair counts once only: with an index array, "
         "counts[y, predicted] += 1 forgets repeats. Use np.add.at or a loop."),
        (shares, "these are shares: return the counts."),
        (expected[:3, :3], "there is a fourth class, though no image is of it: (K, K)."),
        (expected - np.diag(np.diag(expected)), "the right answers belong on the diagonal."),
    ]
    hint = "row y[i], column predicted[i]: add one there for each image i."
    praise = "each image adds one at its true row and predicted column."
    return compare(answer(y.copy(), predicted.copy(), 4), expected, praise, mistakes, hint)
