"""More images out of the same: moved, turned, stretched, slanted and bent."""

import math
from dataclasses import dataclass

import numpy as np

from ._arguments import check_images, check_positive, check_rng, check_share, check_spread


@dataclass(frozen=True)
class Distortion:
    """A function of images (N, D), D a square, and a Generator: as many, each distorted anew.

    shift: at most so many pixels, along each axis. rotation: at most so many
    degrees. scaling, shear: at most so much, 0.1 for a tenth. bend: how many
    pixels, typically, a place is moved by an elastic field that changes over
    some smoothness pixels. 0 does nothing. Raises ValueError for other settings.
    Source: Simard et al. 2003.
    """

    shift: float = 0.0
    rotation: float = 0.0
    scaling: float = 0.0
    shear: float = 0.0
    bend: float = 0.0
    smoothness: float = 4.0

    def __post_init__(self):
        for name in ("shift", "rotation", "shear", "bend"):
            check_spread(name, getattr(self, name))
        check_share("scaling", self.scaling)
        check_positive("smoothness", self.smoothness)

    def __call__(self, X, rng):
        size = check_images(X)
        rng = check_rng(rng)
        distorted = np.empty_like(X)
        for start in range(0, len(X), 200):  # at a time: they stay in the cache
            images = X[start : start + 200].reshape(-1, size, size)
            places = self.sources(len(images), size, rng)
            distorted[start : start + 200] = interpolate(images, *places).reshape(len(images), -1)
        return distorted

    def sources(self, n, size, rng):
        """Return the rows and columns, (n, size, size) each, that n images are read at."""

        def drawn(most, *shape):
            return rng.uniform(-most, most, (n, *shape)).astype(np.float32)

        angle = np.radians(drawn(self.rotation))
        turn = matrices([np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)])
        slant = matrices([1, 0], [drawn(self.shear), 1])
        stretch = matrices([1 / (1 + drawn(self.scaling)), 0], [0, 1 / (1 + drawn(self.scaling))])
        centre = (size - 1) / 2
        grid = np.indices((size, size), np.float32).reshape(2, -1) - centre    # (2, D)
        places = turn @ slant @ stretch @ grid + centre + drawn(self.shift, 2, 1)
        places = places.reshape(n, 2, size, size)
        if self.bend:
            S = smoothing(size, self.smoothness)
            noise = rng.random((n, 2, size, size), np.float32) - np.float32(0.5)
            places += np.float32(self.bend * math.sqrt(12)) * (S @ noise @ S.T)
        return places[:, 0], places[:, 1]


def matrices(top, bottom):
    """Return matrices (n, 2, 2) of two rows, whose entries are (n,) or the same for all."""
    entries = np.broadcast_arrays(*top, *bottom)
    return np.stack(entries, axis=1).reshape(-1, 2, 2).astype(np.float32)


def smoothing(size, smoothness):
    """Return S, (size, size): S @ F @ S.T is a field F, smoothed along both axes.

    Its rows are bells of that standard deviation, with length 1, so that the
    numbers of a field of independent ones keep their spread.
    """
    i = np.arange(size)
    S = np.exp(-0.5 * ((i[:, None] - i) / smoothness) ** 2)
    return (S / np.linalg.norm(S, axis=1, keepdims=True)).astype(np.float32)


def interpolate(images, rows, columns):
    """Return images (n, size, size), read between their pixels at rows and columns; 0 outside."""
    n, size, _ = images.shape
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2)))  # a white frame
    rows, columns = (np.clip(each, -1, size) + 1 for each in (rows, columns))
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top, columns - left                                   # 0 to 1
    width = size + 3
    at = (np.arange(n, dtype=np.int32)[:, None, None] * width + top) * width + left
    ink = padded.ravel()
    above, below = (
        (1 - right) * np.take(ink, at + row) + right * np.take(ink, at + row + 1)
        for row in (0, width)
    )
    return above + down * (below - above)
