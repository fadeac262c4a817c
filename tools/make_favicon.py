"""Make book/_static/favicon.svg, the book's mark, from a digit of MNIST.

    python tools/make_favicon.py           writes the file
    python tools/make_favicon.py --check   only says whether it is current

The digit is a three of the test set, white on the blue that the figures give
to all that flows forward. Of its 28 x 28 pixels the middle 20 x 20 hold the
ink; each square of the mark is the mean of two by two of them, so that at the
16 pixels of a browser's tab it can still be read, on a light tab and a dark.
"""

import sys
from pathlib import Path

import numpy as np

from mnist_from_scratch import load_mnist
from mnist_from_scratch.plots import COLOURS

FAVICON = Path(__file__).resolve().parent.parent / "book" / "_static" / "favicon.svg"
THREE = 6  # the seventh three of the test set, a bold one
LEVELS = 8  # of white, from none to all


def favicon():
    """Return the mark as the text of an SVG file."""
    _, _, X_test, y_test = load_mnist()
    image = X_test[y_test == 3][THREE].reshape(28, 28)
    squares = image[4:24, 4:24].reshape(10, 2, 10, 2).mean(axis=(1, 3))
    levels = np.rint(LEVELS * squares).astype(int)
    drawn = []
    for level in range(1, LEVELS + 1):
        path = "".join(f"M{x + 1} {y + 1}h1v1h-1z" for y, x in np.argwhere(levels == level))
        if path:
            drawn.append(f'<path fill-opacity="{level / LEVELS:g}" d="{path}"/>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 12">\n'
        f'<rect width="12" height="12" rx="2" fill="{COLOURS["forward"]}"/>\n'
        '<g fill="#fff" shape-rendering="crispEdges">\n' + "\n".join(drawn) + "\n</g>\n</svg>\n"
    )


if __name__ == "__main__":
    if "--check" in sys.argv:
        current = FAVICON.exists() and FAVICON.read_text() == favicon()
        sys.exit(None if current else f"{FAVICON.name} is not current: python tools/make_favicon.py")
    FAVICON.write_text(favicon())
