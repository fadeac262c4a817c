"""The look of the book's figures, and the figures that several chapters share."""

from io import StringIO
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from .doubts import readings

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
    """Draw every figure from here on in the book's style, in a notebook as SVG: sharp at any size."""
    plt.style.use(Path(__file__).parent / "book.mplstyle")
    if "inline" in plt.get_backend():
        from matplotlib_inline.backend_inline import get_ipython, set_matplotlib_formats

        set_matplotlib_formats("svg")
        get_ipython().display_formatter.formatters["image/svg+xml"].for_type(plt.Figure, as_svg)


def as_svg(figure):
    """Return a figure as SVG; its description says where it may be parted on a narrow screen."""
    file = StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Description": seams(figure)})
    return file.getvalue().replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")


def seams(figure):
    """Return a sentence on the gaps between a figure's panels, in points from its left edge.

    Of more than three panels in a row, it names the gap in the middle. If only
    the first has labels at its left, they count for all: it says where its axes begin.
    """
    figure.draw_without_rendering()
    whole, pad = figure.get_tightbbox(), plt.rcParams["savefig.pad_inches"]
    points = lambda pixels: f"{72 * (pixels / figure.dpi - whole.x0 + pad):.1f}"
    panels = [axis for axis in figure.axes if axis.axison and axis.get_label() != "<colorbar>"]
    spans = sorted((axis.get_tightbbox().x0, axis.get_tightbbox().x1) for axis in panels)
    ends = np.maximum.accumulate([end for _, end in spans])
    gaps = [(end + start) / 2 for end, (start, _) in zip(ends, spans[1:]) if start > end]
    gaps = gaps if len(gaps) < 3 else gaps[len(gaps) // 2 : len(gaps) // 2 + len(gaps) % 2]
    if not gaps:
        return None
    has_labels = lambda axis: axis.get_ylabel() or any(t.get_visible() and t.get_text() for t in axis.get_yticklabels())
    boxes = [axis.get_window_extent() for axis in panels if has_labels(axis)]
    edge, foot = max((box.x0 for box in boxes), default=np.inf), min((box.y0 for box in boxes), default=0)
    height = 72 * (whole.y1 + pad - foot / figure.dpi)
    labels = f", labels left of {points(edge)} {height:.1f}" if edge < gaps[0] else ""
    return f"Panels part at {' '.join(map(points, gaps))}{labels}"


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


def handwriting(found, P):
    """Draw a picture with a box around each piece found, and over it what a network's P (N, 10) reads there.

    An unsure piece has a dashed box, and a question mark.
    """
    height, width = found.grey.shape
    figure, axis = plt.subplots(figsize=(9, max(9 * height / width, 1)), layout="constrained")
    axis.imshow(found.grey, cmap="gray", vmin=0, vmax=1)
    axis.axis("off")
    for (top, left, height, width), text in zip(found.boxes, readings(found, P)):
        colour, line = (COLOURS["validation"], "--") if "?" in text else (COLOURS["training"], "-")
        axis.add_patch(plt.Rectangle((left, top), width, height, fill=False, edgecolor=colour, linestyle=line))
        label = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": colour, "alpha": 0.85}
        axis.text(left, top - 3, text, color=colour, fontsize=8, verticalalignment="bottom", bbox=label)
    return figure
