"""What is odd about a piece of ink, why there may be none, and what to say of a reading."""

import numpy as np

from ._arguments import check_probabilities

SURE = 0.8        # a digit of a smaller probability is unsure
DARKEST = 0.1     # the lightest pixel of a picture on which something can be read
FAINTEST = 0.1    # ink takes this share of the paper's light, at least


def oddness(X, boxes, paper):
    """Return for each piece, a row of X (N, 784) and of boxes (N, 4), what is odd about it for a digit, or "".

    paper: (H, W), the paper under the ink.
    """
    height, width = boxes[:, 2:].T
    size = np.median(height) if len(boxes) else 0
    usual = np.median(width[width > 0.4 * height]) if np.sum(width > 0.4 * height) > 2 else np.inf  # without ones
    said = {
        "cut off by the edge": at_edge(boxes, paper.shape),
        "too wide: two that touch?": (width > np.maximum(1.4 * height, 1.1 * size)) | (width > 1.6 * usual),
        "too tall": height > 2 * size,
        "a blot": np.array([is_blot(x.reshape(28, 28), under(paper, box)) for x, box in zip(X, boxes)], bool),
        "with a neck: two that touch?": np.array([has_neck(x.reshape(28, 28)) for x in X], bool),
    }
    marks = [next((mark for mark in said if said[mark][i]), "") for i in range(len(boxes))]
    return marks if marks.count("") >= len(marks) / 4 else [mark or "alone among odd things" for mark in marks]


def under(paper, box):
    """Return the part of paper, (H, W), that is in a box."""
    top, left, height, width = box
    return paper[top : top + height, left : left + width]


def at_edge(boxes, shape):
    """Return which boxes (N, 4) touch an edge of the picture."""
    return np.any((boxes[:, :2] == 0) | (boxes[:, :2] + boxes[:, 2:] == shape), axis=1)


def is_blot(image, paper):
    """Return whether an image (28, 28) is no strokes on even paper: it is thick, full of holes, or the rim of a shadow."""
    from scipy import ndimage

    wide = np.pad(image, 1)
    _, n = ndimage.label(wide <= 0.3, np.ones((3, 3)))  # the holes, and what is around the digit
    return paper.min() < 0.6 * paper.max() or n > 4 or ndimage.distance_transform_edt(wide > 0.5).max() > 5.5


def has_neck(image):
    """Return whether an image (28, 28) is two parts as high as the whole that hold together by one stroke."""
    strokes = image[np.ix_((image > 0.3).any(axis=1), (image > 0.3).any(axis=0))] > 0.3
    height, width = strokes.shape
    high = lambda part: np.ptp(np.flatnonzero(part.any(axis=1))) + 1 >= 0.8 * height
    for c in range(-(-width // 4), width - width // 4) if width >= 0.6 * height else ():
        crossed = np.count_nonzero(np.diff(strokes[:, c].astype(int), prepend=0) == 1)
        if crossed <= 1 and strokes[:, c].sum() <= 0.3 * height and high(strokes[:, :c]) and high(strokes[:, c + 1 :]):
            return True
    return False


def reason(n, grey, ink):
    """Return why n = 0 digits are found on a picture, grey (H, W), with so much ink (H, W); "" if there are some."""
    if n:
        return ""
    if grey.max() < DARKEST:
        return "it is too dark"
    return "there is no ink on it" if ink.max() < 2 * FAINTEST else "nothing on it looks like written digits"


def readings(found, P):
    """Return N texts: what a network's P (N, 10) reads in each piece, and "?" where it is unsure or the piece is odd."""
    P = check_probabilities(P, len(found.X))
    texts = []
    for p, mark in zip(P, found.marks):
        first, second = np.argsort(-p)[:2]
        share = f"{int(100 * p[first])} %"  # rounded down: 100 % would be too much to say
        texts.append(f"? {mark}" if mark else f"{first} {share}" if p[first] >= SURE else f"{first}? {share}, or {second}")
    return texts
