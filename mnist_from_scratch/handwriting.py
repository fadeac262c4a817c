"""Your own handwriting in MNIST's form: from a photograph to rows of 784 pixels."""

import warnings
from dataclasses import dataclass

import numpy as np

from ._arguments import check_ink, check_path, check_pixels, refused

LONGEST = 1600  # pixels of a picture's longer side, at most
FAINTEST = 0.1  # ink is darker than its paper by this share, at least


@dataclass
class Found:
    """What find_digits found: N pieces, in the order in which one reads.

    X: (N, 784) float32 in [0, 1], in MNIST's form. boxes: (N, 4) integers, the
    top, left, height and width of each in grey. lines: (N,) integers, the line
    that each stands in, from 0. marks: N texts, "" or what is odd about a
    piece. grey: the picture, (H, W) float32, 1 is white. why: if N is 0, why.
    """

    X: np.ndarray
    boxes: np.ndarray
    lines: np.ndarray
    marks: list
    grey: np.ndarray
    why: str = ""


def find_digits(picture):
    """Return the digits that are written on a picture, as Found; or none, and why.

    picture: the path of an image file, or an array: bytes (H, W), (H, W, 3) or
    (H, W, 4), or floats (H, W) in [0, 1], 1 is white. It may be dark on light
    or light on dark. Raises ValueError for what is no picture, OSError if there
    is no such file.
    """
    grey = read_grey(picture)
    ink = ink_of(grey)
    labels, boxes = pieces(ink)
    why = ""
    size = typical_height(boxes)
    groups = [group for group in parts_of_one(boxes, size) if around(boxes[group])[2] >= 0.4 * size]
    boxes = np.array([around(boxes[group]) for group in groups], int).reshape(-1, 4)
    lines, order = reading_order(boxes, size)
    boxes, groups = boxes[order], [groups[i] for i in order]
    images = [cut_out(ink, labels, *pair) for pair in zip(groups, boxes)]
    X = np.array([in_mnists_form(image) for image in images], np.float32).reshape(-1, 784)
    marks = [oddness(x.reshape(28, 28), box, grey.shape, size) for x, box in zip(X, boxes)]
    return Found(X, boxes, lines, marks, grey, why)


# A picture becomes shades of grey.

def read_grey(picture):
    """Return a picture as (H, W) float32, 0 black and 1 white: upright, its longer side at most LONGEST."""
    from PIL import Image

    if isinstance(picture, np.ndarray):
        return grey_of(Image.fromarray(check_pixels(picture)))
    with open(check_path(picture), "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a large picture is welcome: it is reduced
        try:
            return grey_of(Image.open(file))
        except Exception as error:  # each format has its own
            raise ValueError(f"{picture} is not a picture that Pillow can read: {error}") from error


def grey_of(image):
    """Return a Pillow image as read_grey does, transparent places over white."""
    from PIL import Image, ImageOps

    white = {"F": 1, "I": 65535}.get(image.mode[0], 255)
    n = max(1, max(image.size) // LONGEST)
    image.draft("L", (image.width // n, image.height // n))  # a JPEG is read at a half, a quarter or an eighth
    if image.mode[0] in "1PI":                               # bits, a palette, 16 bits
        image = image.convert("F" if image.mode[0] == "I" else "RGBA")
    image.thumbnail((LONGEST, LONGEST))
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image if image.mode == "F" else image.convert("L")
    return np.clip(np.asarray(image, np.float32) / white, 0, 1)


# Grey becomes ink: 0 is paper, whatever its shade.

def ink_of(grey):
    """Return how much ink is on each pixel, (H, W), 0 or more: how far it is from its paper, by the paper's light.

    What differs from paper by no more than paper does from paper is 0.
    """
    dark = ink_is_dark(grey)
    under = paper(grey) if dark else 1 - paper(1 - grey)
    ink = (under - grey if dark else grey - under) / (under + 0.05)
    middle = np.median(ink)
    noise = 1.5 * np.median(np.abs(ink - middle))  # of a normal distribution, the standard deviation
    return np.maximum(ink - middle - 4 * noise, 0)


def coarse(grey):
    """Return an image whose longer side is at most 200, each pixel the mean of what it covers."""
    return resized(grey, [-(-length // -(-max(grey.shape) // 200)) for length in grey.shape], "BOX")


def resized(image, shape, how):
    """Return an image (H, W) in another shape, through Pillow."""
    from PIL import Image

    return np.asarray(Image.fromarray(image).resize(shape[::-1], Image.Resampling[how]))


def ink_is_dark(grey):
    """Return whether ink is darker than its paper: the few deviate far, the many a little the other way."""
    from scipy import ndimage

    small = coarse(grey)
    deviation = small - ndimage.gaussian_filter(small, max(small.shape) / 16)
    return bool(np.sum(deviation**3) <= 0)


def paper(grey):
    """Return the paper under dark ink, (H, W): its shades without the strokes.

    Where a square fits between strokes, its lightest pixel tells the paper; of
    all squares that hold a pixel, the darkest is nearest to its own shade.
    """
    from scipy import ndimage

    small = coarse(grey)
    closed = ndimage.grey_closing(small, size=2 * [min(small.shape) // 4 | 1])
    return resized(closed, grey.shape, "BILINEAR")


# Ink becomes pieces.

def pieces(ink):
    """Return the connected pieces of ink: labels (H, W) from 1, 0 elsewhere, and their boxes (N, 4).

    Of several thresholds it is the first at which about the largest share of
    ink is in pieces that may be digits: where the lines of the paper hold all
    together, a higher one sets them free.
    """
    from scipy import ndimage

    soft = ndimage.gaussian_filter(ink, max(ink.shape) / 1000)
    best, most = None, 0
    for level in levels(soft):
        labels, n = ndimage.label(soft > level, np.ones((3, 3)))
        places = ndimage.find_objects(labels)
        boxes = np.array([(r.start, c.start, r.stop - r.start, c.stop - c.start) for r, c in places], int).reshape(-1, 4)
        areas = np.bincount(labels.ravel())[1:]
        large = (boxes[:, 2:].max(axis=1) >= max(8, max(ink.shape) / 100)) & ~lines_of_paper(boxes, ink.shape)
        size = typical_height(boxes[large])
        like = large & ~cut_off(boxes, ink.shape) & (abs(boxes[:, 2] - size) < 0.5 * size) & (boxes[:, 3] < 2 * size)
        share = areas[like].sum() / areas.sum()
        if best is None or share > 1.03 * most:
            best, most = (labels, boxes, large), share
    labels, boxes, large = best
    numbers = np.zeros(len(boxes) + 1, int)
    numbers[1:][large] = 1 + np.arange(large.sum())
    return numbers[labels], boxes[large]


def cut_off(boxes, shape):
    """Return which boxes (..., 4) touch the edge of the picture."""
    start, end = boxes[..., :2], boxes[..., :2] + boxes[..., 2:]
    return ((start < 2) | (end > np.array(shape) - 2)).any(axis=-1)


def levels(ink):
    """Yield thresholds: half of Otsu's, his own, and twice his own among what is above the last."""
    level = otsu(ink[ink > 0])
    yield level / 2
    for _ in range(3):
        yield level
        level = otsu(ink[ink > level])


def lines_of_paper(boxes, shape):
    """Return which boxes are too long for a digit's, or reach from edge to edge, (N,) bools."""
    top, left, height, width = boxes.T
    across = (left <= 1) & (left + width >= shape[1] - 1) | (top <= 1) & (top + height >= shape[0] - 1)
    long = (width > 5 * height) & (width > shape[1] / 3) | (height > 12 * width) & (height > shape[0] / 3)
    return across | long


def otsu(values, bins=256):
    """Return the threshold that parts values into two classes, their means as far apart as can be.

    Source: Otsu 1979.
    """
    counts, edges = np.histogram(values, bins)
    middles = (edges[1:] + edges[:-1]) / 2
    below, sums = np.cumsum(counts)[:-1], np.cumsum(counts * middles)[:-1]
    n, total = counts.sum(), counts @ middles
    with np.errstate(all="ignore"):
        spread = np.nan_to_num((total * below - n * sums) ** 2 / (below * (n - below)))
    best = np.flatnonzero(spread == spread.max())
    return edges[1 + best[len(best) // 2]]


# Pieces become digits.

def around(boxes):
    """Return the box around boxes (n, 4)."""
    start = boxes[:, :2].min(axis=0)
    return np.concatenate([start, (boxes[:, :2] + boxes[:, 2:]).max(axis=0) - start])


def typical_height(boxes):
    """Return the height of a digit: half of all height is in pieces no higher."""
    heights = np.sort(boxes[:, 2])
    return heights[np.searchsorted(np.cumsum(heights), heights.sum() / 2)] if len(heights) else 0


def parts_of_one(boxes, size):
    """Return the pieces that are one digit, as lists of their numbers.

    A part, lower than a digit, belongs to what it lies over, under or in, if the gap is small.
    """
    from scipy.sparse.csgraph import connected_components

    start, extent = boxes[:, :2], boxes[:, 2:]
    end = start + extent
    least = np.minimum(extent[:, None], extent)                           # (N, N, 2)
    gap = np.maximum(start[:, None], start) - np.minimum(end[:, None], end)
    whole = np.maximum(end[:, None], end) - np.minimum(start[:, None], start)
    near = (gap[..., 1] < 0) & (gap[..., 0] < 0.25 * size) & (whole[..., 0] < 1.5 * size)
    near &= (gap[..., 1] <= -0.5 * least[..., 1]) | (gap[..., 0] > -0.5 * least[..., 0])
    near &= (extent[:, :1] < 0.7 * size) & ~np.eye(len(boxes), dtype=bool)
    near &= gap[..., 0] == np.where(near, gap[..., 0], np.inf).min(axis=1, initial=np.inf, keepdims=True)
    n, group = connected_components(near, directed=False)
    return [np.flatnonzero(group == k) for k in range(n)]


def reading_order(boxes, size):
    """Return the line of each box and their order, (N,) each: line by line, from left to right."""
    middles = boxes[:, 0] + boxes[:, 2] / 2
    ends = []                                     # of each line, the boxes so far
    for i in np.argsort(boxes[:, 1] + boxes[:, 3] / 2):
        far = [abs(middles[line[-1]] - middles[i]) for line in ends]
        if far and min(far) < 0.7 * size:
            ends[int(np.argmin(far))].append(i)
        else:
            ends.append([i])
    ends.sort(key=lambda line: np.mean(middles[line]))
    lines = np.repeat(np.arange(len(ends)), [len(line) for line in ends])
    return lines, np.array(sum(ends, []), int)


def cut_out(ink, labels, group, box):
    """Return the ink of one digit, (h, w) in [0, 1]: its pieces and their soft edges, nothing of its neighbours'."""
    from scipy import ndimage

    edge = 1 + max(box[2:]) // 16
    top, left = np.maximum(box[:2] - edge, 0)
    bottom, right = box[:2] + box[2:] + edge
    part, names = ink[top:bottom, left:right], labels[top:bottom, left:right]
    own = np.isin(names, group + 1)
    near = ndimage.distance_transform_edt(~own) <= edge
    full = np.quantile(part[own], 0.9)
    return np.where(near & (own | (names == 0)), np.minimum(part / full, 1), 0)


def oddness(image, box, shape, size):
    """Return what is odd about a piece, for a digit, or ""."""
    from scipy import ndimage

    top, left, height, width = box
    if cut_off(box, shape):
        return "cut off by the edge"
    if width > 1.4 * height and width > 1.1 * size:
        return "too wide: two that touch?"
    if height < 0.5 * size:
        return "too low"
    if height > 2 * size:
        return "too high"
    _, holes = ndimage.label(~np.pad(image > 0.3, 1), np.ones((3, 3)))
    if holes > 4:
        return "more holes than a digit has"
    if ndimage.distance_transform_edt(np.pad(image > 0.5, 1)).max() > 5.5:
        return "a blot"
    return ""


# Digits take MNIST's form.

def in_mnists_form(ink):
    """Return ink (H, W), 0 to 1, as MNIST has it, (784,) float32.

    The box of what is above 0.05 is scaled to 20 pixels along its longer side,
    each the mean of 8 x 8 places in what it covers, and its centre of mass is
    put at row and column 14 of 28 x 28. Raises ValueError if there is no ink.
    """
    ink = check_ink(ink)
    rows, columns = (np.flatnonzero((ink > 0.05).any(axis=axis)) for axis in (1, 0))
    places = [(each[0], len(range(each[0], each[-1] + 1))) for each in (rows, columns)]
    scale = 20 / max(length for _, length in places)
    shape = [max(1, int(length * scale + 0.5)) for _, length in places]
    rows, columns = (
        (start + (np.arange(8 * n) + 0.5) * length / (8 * n)).astype(int)
        for n, (start, length) in zip(shape, places)
    )
    small = ink[np.ix_(rows, columns)].reshape(shape[0], 8, shape[1], 8).mean(axis=(1, 3))
    image = np.zeros((28 + 2 * 28, 28 + 2 * 28), np.float32)
    centre = [along @ np.arange(len(along)) / small.sum() for along in (small.sum(axis=1), small.sum(axis=0))]
    down, across = (28 + int(np.floor(14 - each + 0.5)) for each in centre)
    image[down : down + shape[0], across : across + shape[1]] = np.minimum(small, 1)
    return image[28:-28, 28:-28].ravel()
