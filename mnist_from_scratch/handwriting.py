"""Your own handwriting in MNIST's form: from a photograph to rows of 784 pixels."""

import warnings
from dataclasses import dataclass

import numpy as np

from ._arguments import check_ink, check_path, check_pixels
from .doubts import FAINTEST, at_edge, oddness, reason

LENGTH = 1600     # pixels along a picture's longer side, or a little more
THINNEST = 0.07   # a stroke is this share of its digit's longer side wide, at least: nearly all of MNIST's are


@dataclass(eq=False)
class Found:
    """What find_digits found: N pieces, in the order in which one reads.

    X: (N, 784) float32 in [0, 1], in MNIST's form. boxes: (N, 4) integers, the
    top, left, height and width of each in grey. lines: (N,) integers, the line
    that each is on, from 0. marks: N texts, "" or what is odd about a piece.
    grey: the picture, (H, W) float32, 1 is white. why: if N is 0, the reason.
    """

    X: np.ndarray
    boxes: np.ndarray
    lines: np.ndarray
    marks: list
    grey: np.ndarray
    why: str


def find_digits(picture):
    """Return the digits that are written on a picture, as Found; if there are none, why.

    picture: the path of an image file, or an array: bytes (H, W), (H, W, 3) or
    (H, W, 4), or floats (H, W) in [0, 1], 1 is white. It may be dark on light
    or light on dark. Raises ValueError for what is no picture, OSError if there
    is no such file.
    """
    grey = read_grey(picture)                                      # (H, W)
    dark = grey if ink_is_dark(grey) else 1 - grey                 # (H, W), ink dark on light
    under = paper(dark)                                            # (H, W)
    ink = ink_of(dark, under)                                      # (H, W)
    labels = whole(pieces(ink))                                    # (H, W)
    lines, order = reading_order(boxes_of(labels))                 # (N,), (N,)
    boxes = boxes_of(labels)[order]                                # (N, 4)
    images = [thick_enough(cut_out(ink, labels, 1 + k, box)) for k, box in zip(order, boxes)]
    X = np.array([in_mnists_form(image) for image in images], np.float32).reshape(-1, 784)
    return Found(X, boxes, lines, oddness(X, boxes, under), grey, reason(len(X), grey, ink))


def read_grey(picture):
    """Return a picture as (H, W) float32, 0 black and 1 white: upright, and not much longer than LENGTH."""
    from PIL import Image

    if isinstance(picture, np.ndarray):
        return shades(Image.fromarray(check_pixels(picture)))
    with open(check_path(picture), "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a large picture is welcome: it is reduced
        try:
            return shades(Image.open(file))
        except Exception as error:  # each format has its own
            reason = "" if "cannot identify" in str(error) else f": {error}"
            raise ValueError(f"{picture} is not a picture that can be read, such as a JPEG or PNG{reason}") from error


def shades(image):
    """Return a Pillow image as read_grey does, a strip at a time, which saves memory; what is transparent is white."""
    from PIL import Image, ImageOps

    n = max(1, round(max(image.size) / LENGTH))
    image.draft("L", (image.width // n, image.height // n))  # a JPEG can be read at a half, a quarter, an eighth
    image.load()
    n = max(1, round(max(image.size) / LENGTH))              # what is left to reduce
    grey = Image.new("L", [-(-length // n) for length in image.size])
    for top in range(0, image.height, 64 * n):
        strip = image.crop((0, top, image.width, min(top + 64 * n, image.height)))
        if strip.mode[0] == "I":                             # 16 bits
            strip = Image.fromarray((np.asarray(strip) / 257).clip(0, 255).astype(np.uint8))
        if strip.has_transparency_data:
            strip = strip.convert("RGBA")
            strip = Image.composite(strip.convert("L"), Image.new("L", strip.size, "white"), strip.getchannel("A"))
        grey.paste(strip.convert("L").reduce(n), (0, top // n))
    grey.getexif()[274] = image.getexif().get(274, 1)        # which way up the camera was
    return np.asarray(ImageOps.exif_transpose(grey), np.float32) / 255


def ink_is_dark(grey):
    """Return whether ink is darker than its paper: few pixels are ink, and they deviate far."""
    from scipy import ndimage

    small = coarse(grey)
    deviation = small - ndimage.gaussian_filter(small, max(small.shape) / 8)
    return bool(np.sum(deviation**3) <= 0)


def coarse(grey):
    """Return an image whose longer side is at most 200, each pixel the mean of what it covers."""
    from PIL import Image

    return np.asarray(Image.fromarray(grey).reduce(-(-max(grey.shape) // 200)))


def paper(grey):
    """Return the paper under dark ink, (H, W): its shades, without the strokes.

    The lightest pixel of a square that is too large for a stroke is paper; of
    all such squares that hold a pixel, the darkest is in the same light.
    """
    from PIL import Image
    from scipy import ndimage

    small = coarse(grey)
    closed = ndimage.grey_closing(small, size=2 * [max(9, min(small.shape) // 4 | 1)])
    return np.asarray(Image.fromarray(closed).resize(grey.shape[::-1], Image.Resampling.BILINEAR))


def ink_of(grey, under):
    """Return how much of the light of the paper under it dark ink takes away, (H, W): 0 is paper."""
    ink = (under - grey) / (under + 0.05)
    return np.maximum(ink - np.median(ink), 0)  # most pixels are paper


def otsu(values):
    """Return the threshold that splits values best: between the two parts lies the most of their variance.

    Source: Otsu 1979.
    """
    counts, edges = np.histogram(values.astype(float), 256)  # float32 may be too coarse for so many bins
    middles = (edges[1:] + edges[:-1]) / 2
    below, sums = np.cumsum(counts)[:-1], np.cumsum(counts * middles)[:-1]
    n, total = counts.sum(), counts @ middles
    # below is n0, and sums n0 mu0: what is squared is n0 n1 (mu1 - mu0), so this is n**2 times the variance between
    variance = (total * below - n * sums) ** 2 / np.maximum(below * (n - below), 1)
    return edges[1 + variance.argmax()]


def levels(values):
    """Yield thresholds: half of Otsu's, his own, his among what is above it, and so once more."""
    for step in range(3):
        if len(values):
            level = otsu(values)
            yield from [level] if step else [level / 2, level]
            values = values[values > level]


def pieces(ink):
    """Return the connected pieces of ink, (H, W): 0, or the number of a piece.

    The threshold is the lowest of up to four, unless at a higher one the share
    of the ink that is in pieces that may be digits is larger by 3 %, as where
    lines of the paper hold all together. Nothing is left if that share is not
    above 0.72.
    """
    from scipy import ndimage

    soft = ndimage.gaussian_filter(ink, max(ink.shape) / 1000)
    best, most = np.zeros(ink.shape, int), 0.7
    for level in levels(soft[soft > FAINTEST]):
        labels, _ = ndimage.label(soft > max(level, FAINTEST), np.ones((3, 3)))
        areas = np.bincount(labels.ravel())[1:]
        like = may_be_digits(boxes_of(labels), ink.shape)
        share = areas[like].sum() / max(areas.sum(), 1)
        if share > 1.03 * most:
            best, most = renumbered(labels, areas > 0.03 * np.median(areas[like])), share  # without specks
    return best


def may_be_digits(boxes, shape):
    """Return which boxes (N, 4) are large, away from the edges, and of about the height that most have."""
    whole = (boxes[:, 2:].max(axis=1) >= max(8, max(shape) / 100)) & ~at_edge(boxes, shape)
    size = typical_height(boxes[whole])
    return whole & (abs(boxes[:, 2] - size) < 0.5 * size) & (boxes[:, 3] < 2 * size)


def typical_height(boxes):
    """Return the height of a digit: the heights of pieces no taller sum to half of all heights."""
    heights = np.sort(boxes[:, 2])
    return heights[np.searchsorted(np.cumsum(heights), heights.sum() / 2)] if len(heights) else 0


def boxes_of(labels):
    """Return the top, left, height and width of every piece, (N, 4)."""
    from scipy import ndimage

    places = ndimage.find_objects(labels)
    return np.array([(r.start, c.start, r.stop - r.start, c.stop - c.start) for r, c in places], int).reshape(-1, 4)


def renumbered(labels, kept):
    """Return labels (H, W) of the pieces that are kept, bools (N,), numbered from 1 without gaps."""
    return np.append(0, np.where(kept, np.cumsum(kept), 0))[labels]


def whole(labels):
    """Return labels (H, W) with one number for all parts of a digit, and 0 for what is too short for one."""
    labels = np.append(0, 1 + parts_of_one(boxes_of(labels)))[labels]
    boxes = boxes_of(labels)
    return renumbered(labels, boxes[:, 2] >= max(8, 0.4 * typical_height(boxes)))


def parts_of_one(boxes):
    """Return the number of the digit that each piece, a box of (N, 4), is part of, from 0.

    What is much shorter than a digit belongs to the nearest piece above, below or around it.
    """
    start, end, size = boxes[:, :2], boxes[:, :2] + boxes[:, 2:], typical_height(boxes)
    digit = np.arange(len(boxes))
    for i in np.flatnonzero(boxes[:, 2] < 0.7 * size):
        apart, across = (np.maximum(start, start[i]) - np.minimum(end, end[i])).T   # below 0 if they overlap
        height = (np.maximum(end, end[i]) - np.minimum(start, start[i]))[:, 0]
        near = (-across >= 0.4 * np.minimum(boxes[:, 3], boxes[i, 3])) & (height < 1.5 * size) & (digit != digit[i])
        if near.any():
            digit[digit == digit[i]] = digit[np.where(near, apart, np.inf).argmin()]
    return np.unique(digit, return_inverse=True)[1]


def reading_order(boxes):
    """Return the lines, (N,) from 0, and the order of boxes (N, 4): line by line, from left to right.

    A digit is on the line whose last digit, so far, is at about the same height; so lines may run up or down.
    """
    middles, lines = boxes[:, 0] + boxes[:, 2] / 2, []
    for i in np.argsort(boxes[:, 1] + boxes[:, 3] / 2):
        steps = [abs(middles[line[-1]] - middles[i]) for line in lines]
        if steps and min(steps) < 0.7 * typical_height(boxes):
            lines[np.argmin(steps)].append(i)
        else:
            lines.append([i])
    lines.sort(key=lambda line: middles[line].mean())
    return np.repeat(np.arange(len(lines)), [len(line) for line in lines]), np.array(sum(lines, []), int)


def cut_out(ink, labels, number, box):
    """Return the ink of one digit, (h, w) in [0, 1]: its pieces with their soft edges, nothing of its neighbours."""
    from scipy import ndimage

    edge = 1 + box[2:].max() // 16
    place = tuple(slice(max(start - edge, 0), start + length + edge) for start, length in zip(box[:2], box[2:]))
    own, others = labels[place] == number, ~np.isin(labels[place], [0, number])
    near = ndimage.binary_dilation(own, iterations=int(edge)) & ~others
    share = ink[place] / np.quantile(ink[place][own], 0.9)
    return np.where(near & (share > 0.1), np.minimum(share, 1), 0)


def thick_enough(ink):
    """Return the ink of one digit, (h, w), with strokes THINNEST of its longer side wide, if the pen was thinner."""
    from scipy import ndimage

    strokes = np.pad(ink > 0.5, 1)
    depth = ndimage.distance_transform_edt(strokes)[strokes]  # across a stroke: 1, 2, ..., half its width, twice, ..., 2, 1
    lacking = int(THINNEST * max(ink.shape) - (4 * depth.mean() - 2))
    return ndimage.grey_dilation(np.pad(ink, lacking), size=1 + lacking) if lacking > 0 else ink


def in_mnists_form(ink):
    """Return ink (H, W), floats in [0, 1], as MNIST has it: (784,) float32.

    The box of what is above 0.05 is scaled to 20 pixels along its longer side,
    each the mean of 8 x 8 places in what it covers, and put so that its centre
    of mass is nearest to row and column 14 of 28 x 28: what the front page does
    with a drawing. Raises ValueError if there is no ink.
    """
    inked = check_ink(ink) > 0.05
    ends = [np.flatnonzero(inked.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    longer = max(last - first + 1 for first, last in ends)
    places = []
    for first, last in ends:
        length = last - first + 1
        n = 8 * max(1, nearest(20 * length / longer))
        places.append((first + (np.arange(n) + 0.5) * length / n).astype(int))
    h, w = (len(each) // 8 for each in places)
    small = ink[np.ix_(*places)].reshape(h, 8, w, 8).mean(axis=(1, 3), dtype=np.float64)
    top, left = (28 + nearest(14 - sums @ np.arange(len(sums)) / sums.sum()) for sums in (small.sum(1), small.sum(0)))
    image = np.zeros((84, 84), np.float32)  # what is put beside the 28 x 28 in the middle is lost
    image[top : top + h, left : left + w] = np.minimum(small, 1)
    return image[28:56, 28:56].ravel()


def nearest(number):
    """Return the integer nearest to number, of two the larger, as JavaScript does."""
    return int(np.floor(number + 0.5))
