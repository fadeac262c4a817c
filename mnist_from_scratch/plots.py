"""The look of the book's figures, and the figures that several chapters share."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

# The same colour for the same thing, throughout (Okabe and Ito's palette).
COLOURS = {
    "training": "#0072B2",       # and all that flows forward
    "validation": "#D55E00",     # and all that flows backward
    "test": "#000000",
    "identity": "#56B4E9",
    "sigmoid": "#CC79A7",
    "tanh": "#009E73",
    "relu": "#E69F00",
    "mse": "#CC79A7",
    "cross-entropy": "#009E73",
    "neutral": "#6B6B6B",
}
COLOURS["forward"], COLOURS["backward"] = COLOURS["training"], COLOURS["validation"]


def use_style():
    """Draw every figure from here on in the book's style."""
    plt.style.use(Path(__file__).parent / "book.mplstyle")


def digits(images, titles=None, columns=10, size=0.72):
    """Draw rows of pixels (N, 784) as images, with a title above each."""
    rows = -(-len(images) // columns)
    height = size * rows * (1.0 if titles is None else 1.35)
    figure, axes = plt.subplots(rows, columns, figsize=(size * columns, height))
    for axis in np.ravel(axes):
        axis.axis("off")
    for i, (axis, image) in enumerate(zip(np.ravel(axes), images)):
        axis.imshow(np.reshape(image, (28, 28)), cmap="gray_r", vmin=0)
        if titles is not None:
            axis.set_title(titles[i], fontsize=9, fontweight="normal", pad=2)
    figure.tight_layout(pad=0.3)
    return figure


def matrix(values, axis=None, text="{:.2g}", cmap="RdBu", limit=None):
    """Draw a small matrix as coloured cells with its numbers in them."""
    axis = axis or plt.gca()
    values = np.atleast_2d(values)
    limit = limit or max(np.abs(values).max(), 1e-12)
    axis.imshow(values, cmap=cmap, vmin=-1.6 * limit, vmax=1.6 * limit)
    for (i, j), value in np.ndenumerate(values):
        axis.text(j, i, text.format(value), ha="center", va="center", fontsize=9)
    axis.set_xticks([])
    axis.set_yticks([])
    axis.grid(False)
    return axis


def band(axis, x, curves, label, colour, style="-"):
    """Draw the mean of several runs' curves (runs, points), and their range."""
    curves = np.asarray(curves)
    axis.plot(x, curves.mean(axis=0), style, color=colour, label=label)
    axis.fill_between(
        x, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=0.2, linewidth=0
    )


def learning_curves(histories):
    """Draw loss and accuracy by epoch: mean and range over a list of History."""
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.1))
    for axis, name in zip(axes, ("loss", "accuracy")):
        for prefix, label, style in (("", "training", "-"), ("val_", "validation", "--")):
            curves = np.array([getattr(history, prefix + name) for history in histories])
            if curves.size:
                epochs = np.arange(1, curves.shape[1] + 1)
                band(axis, epochs, curves, label, COLOURS[label], style)
        axis.set(xlabel="epoch", ylabel=name)
    axes[0].legend()
    figure.tight_layout()
    return figure


def confusion_matrix(counts):
    """Draw counts (K, K), true class by predicted class, mistakes coloured."""
    figure, axis = plt.subplots(figsize=(5.2, 4.8))
    mistakes = counts * (1 - np.eye(len(counts)))
    axis.imshow(mistakes, cmap="Oranges", vmax=1.3 * max(mistakes.max(), 1))
    for (i, j), count in np.ndenumerate(counts):
        if count:
            weight = "bold" if i == j else "normal"
            axis.text(j, i, f"{count}", ha="center", va="center", fontsize=8, weight=weight)
    axis.set(xlabel="the network says", ylabel="the digit is")
    axis.set_xticks(range(len(counts)))
    axis.set_yticks(range(len(counts)))
    axis.grid(False)
    return figure
