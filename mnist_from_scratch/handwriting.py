"""Your own handwriting in MNIST's form: from a photograph to rows of 784 pixels."""

import warnings
from dataclasses import dataclass

import numpy as np

from ._arguments import check_ink, check_path, check_pixels, check_probabilities

LONGEST = 1600    # pixels of a picture's longer side, at most
DARKEST = 0.1     # the lightest pixel of a picture on which something can be read
FAINTEST = 0.1    # ink differs from its paper by this share of the paper's light, at least
THINNEST = 0.07   # a stroke is this share of a digit's longer side wide, at least: nearly all of MNIST's are
SURE = 0.8        # a digit of a smaller probability is unsure


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
    grey = read_grey(picture)
    dark = ink_is_dark(grey)
    found = digits_in(grey, dark)
    if found.marks and all(found.marks) and "a blot" in found.marks:  # perhaps it is paper, on a table
        other = digits_in(grey, not dark)
        if not all(other.marks) and other.boxes[:, 2].max() < 0.8 * found.boxes[:, 2].max():
            return other
    return found


def digits_in(grey, dark):
    """Return Found for a picture (H, W), with ink that is darker than its paper, or lighter."""
    ink = ink_of(grey, dark)
    labels, boxes, why = pieces(ink)
    size = typical_height(boxes)
    groups = [group for group in parts_of_one(boxes, size) if around(boxes[group])[2] >= 0.4 * size]
    boxes = np.array([around(boxes[group]) for group in groups], int).reshape(-1, 4)
    lines, order = reading_order(boxes, size)
    boxes = boxes[order]
    images = [cut_out(ink, labels, groups[i], box) for i, box in zip(order, boxes)]
    X = np.array([in_mnists_form(thick_enough(image)) for image in images], np.float32).reshape(-1, 784)
    blots = [is_blot(grey, labels, groups[i], box) for i, box in zip(order, boxes)]
    marks = ["a blot" if blot else oddness(x, box, boxes, grey.shape) for x, box, blot in zip(X, boxes, blots)]
    if marks.count("") < len(marks) / 4:
        marks = [mark or "alone among odd things" for mark in marks]
    why = "" if marks else "it is too dark" if grey.max() < DARKEST else why
    return Found(X, boxes, lines, marks, grey, why)


def read_grey(picture):
    """Return a picture as (H, W) float32, 0 black and 1 white: upright, and no longer than LONGEST."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(picture, np.ndarray):
        return shades(Image.fromarray(check_pixels(picture)))
    with open(check_path(picture), "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a large picture is welcome: it is reduced
        try:
            return shades(Image.open(file))
        except Exception as error:  # each format has its own
            reason = "" if isinstance(error, UnidentifiedImageError) else f": {error}"
            raise ValueError(f"{picture} is not a picture that can be read, such as a JPEG or PNG{reason}") from error


def shades(image):
    """Return a Pillow image as read_grey does, what is transparent over white."""
    from PIL import Image, ImageOps

    white = {"F": 1, "I": 65535}.get(image.mode[0], 255)
    n = max(1, max(image.size) // LONGEST)
    image.draft("L", (image.width // n, image.height // n))  # a JPEG can be read at a half, a quarter, an eighth
    if image.mode[0] in "1PI":                               # bits, a palette, 16 bits
        image = image.convert("F" if image.mode[0] == "I" else "RGBA")
    image.thumbnail((LONGEST, LONGEST))
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image if image.mode == "F" else image.convert("L")
    return np.clip(np.asarray(image, np.float32) / white, 0, 1)


def ink_is_dark(grey):
    """Return whether ink is darker than its paper: few pixels are ink, and they deviate far."""
    from scipy import ndimage

    small = coarse(grey)
    deviation = small - ndimage.gaussian_filter(small, max(small.shape) / 8)
    return bool(np.sum(deviation**3) <= 0)


def ink_of(grey, dark=True):
    """Return how much ink is on each pixel, (H, W): its difference from the paper, by the paper's light.

    It is 0 where paper, too, may differ so much from place to place.
    """
    under = paper(grey) if dark else 1 - paper(1 - grey)
    ink = (under - grey if dark else (grey - under) / 3) / (under + 0.05)  # chalk is several times as light as its board
    middle = np.median(ink)
    noise = 1.5 * np.median(np.abs(ink - middle))  # the standard deviation, if it is normal
    return np.where(ink > middle + 4 * noise, ink - middle, 0)


def paper(grey):
    """Return the paper under dark ink, (H, W): its shades, without the strokes.

    The lightest pixel of a square that is too large for a stroke is paper; of
    all such squares that hold a pixel, the darkest is in the same light.
    """
    from scipy import ndimage

    small = coarse(grey)
    closed = ndimage.grey_closing(small, size=2 * [max(9, min(small.shape) // 4 | 1)])
    return resized(closed, grey.shape, "BILINEAR")


def coarse(grey):
    """Return an image whose longer side is at most 200, each pixel the mean of what it covers."""
    n = -(-max(grey.shape) // 200)
    return resized(grey, [-(-length // n) for length in grey.shape], "BOX")


def resized(image, shape, how):
    """Return an image (H, W) in another shape, made by Pillow."""
    from PIL import Image

    return np.asarray(Image.fromarray(image).resize(shape[::-1], Image.Resampling[how]))


def otsu(values):
    """Return the threshold that parts values best: between the two parts lies the most of their variance.

    Source: Otsu 1979.
    """
    counts, edges = np.histogram(values, 256)
    middles = (edges[1:] + edges[:-1]) / 2
    below, sums = np.cumsum(counts)[:-1], np.cumsum(counts * middles)[:-1]
    n, total = counts.sum(), counts @ middles
    variance = (total * below - n * sums) ** 2 / np.maximum(below * (n - below), 1)
    best = np.flatnonzero(variance == variance.max())
    return edges[1 + best[len(best) // 2]]


def levels(ink):
    """Yield up to four thresholds: half of Otsu's, his own, and twice his own among what is above the last."""
    above = ink[ink > 0]
    for step in range(3):
        if len(above):
            level = otsu(above) if np.ptp(above) > 0.001 else above.min() / 2
            yield from [level] if step else [level / 2, level]
            above = above[above > level]


def pieces(ink):
    """Return the connected pieces of ink: labels (H, W), from 1, their boxes (N, 4), and why, if none.

    The threshold is the first at which about the most ink is in pieces that
    may be digits: where the lines of the paper hold all together, a higher one
    lets go. If that is less than 0.6 of the ink, there are no digits.
    """
    from scipy import ndimage

    most, labels, areas, boxes = -1, np.zeros(ink.shape, int), np.ones(0), np.zeros((0, 4), int)
    soft = ndimage.gaussian_filter(ink, max(ink.shape) / 1000)
    for level in levels(soft):
        numbers, n = ndimage.label(soft > level, np.ones((3, 3)))
        around_each = boxes_of(numbers)
        area = np.bincount(numbers.ravel(), minlength=n + 1)[1:]
        share = area[may_be_digits(around_each, ink.shape)].sum() / max(area.sum(), 1)
        if share > 1.03 * most:
            most, labels, areas, boxes = share, numbers, area, around_each
    inked = np.bincount(labels.ravel(), ink.ravel(), len(boxes) + 1)[1:] >= FAINTEST * areas
    kept = inked & large(boxes, ink.shape) & (most >= 0.6)
    renumbered = np.concatenate([[0], np.where(kept, np.cumsum(kept), 0)])
    why = "nothing on it looks like written digits" if areas[inked].sum() > areas.sum() / 2 else "there is no ink on it"
    return renumbered[labels], boxes[kept], why


def boxes_of(labels):
    """Return the top, left, height and width of every label, (N, 4)."""
    from scipy import ndimage

    places = ndimage.find_objects(labels)
    return np.array([(r.start, c.start, r.stop - r.start, c.stop - c.start) for r, c in places], int).reshape(-1, 4)


def touched(boxes, shape):
    """Return which edges of the picture boxes (..., 4) touch, (..., 2) each: top and left, bottom and right."""
    return boxes[..., :2] == 0, boxes[..., :2] + boxes[..., 2:] == shape


def large(boxes, shape):
    """Return which boxes (N, 4) are large enough for a part of a digit, and don't reach from edge to edge."""
    first, last = touched(boxes, shape)
    return (boxes[:, 2:].max(axis=1) >= max(8, max(shape) / 100)) & ~(first & last).any(axis=1)


def may_be_digits(boxes, shape):
    """Return which boxes (N, 4) are whole, and of about the height that most have; of many, not all may be upright lines."""
    whole = large(boxes, shape) & ~np.any(touched(boxes, shape), axis=(0, 2))
    size = typical_height(boxes[whole])
    like = whole & (abs(boxes[:, 2] - size) < 0.5 * size) & (boxes[:, 3] < 2 * size)
    lines = like & (boxes[:, 3] < 0.25 * boxes[:, 2])
    return like & ~lines if like.sum() > 20 and lines.sum() > like.sum() / 2 else like


def typical_height(boxes):
    """Return the height of a digit: the heights of pieces no higher sum to half of all heights."""
    heights = np.sort(boxes[:, 2])
    return heights[np.searchsorted(np.cumsum(heights), heights.sum() / 2)] if len(heights) else 0


def around(boxes):
    """Return the box around boxes (n, 4)."""
    start = boxes[:, :2].min(axis=0)
    return np.concatenate([start, (boxes[:, :2] + boxes[:, 2:]).max(axis=0) - start])


def parts_of_one(boxes, size):
    """Return the pieces that make up one digit, as arrays of their numbers.

    What is lower than a digit belongs to the nearest piece that it is over, under or in.
    """
    start, extent = boxes[:, :2], boxes[:, 2:]
    end, least = start + extent, np.minimum(extent[:, None], extent)           # (N, N, 2)
    gap = np.maximum(start[:, None], start) - np.minimum(end[:, None], end)    # below 0 if they overlap
    whole = np.maximum(end[:, None], end) - np.minimum(start[:, None], start)
    near = (gap[..., 1] < 0) & (gap[..., 0] < 0.25 * size) & (whole[..., 0] < 1.5 * size)
    near &= (gap[..., 1] <= -0.5 * least[..., 1]) | (gap[..., 0] > -0.5 * least[..., 0])
    near &= (extent[:, :1] < 0.7 * size) & ~np.eye(len(boxes), dtype=bool)
    distance = np.where(near, gap[..., 0], np.inf)
    near &= distance == distance.min(axis=1, initial=np.inf)[:, None]
    group, before = np.arange(len(boxes)), None
    while not np.array_equal(group, before):  # the smallest number of a group spreads along its links
        before = group
        group = np.where(near | near.T, group, group[:, None]).min(axis=1, initial=len(boxes))
    return [np.flatnonzero(group == k) for k in np.unique(group)]


def reading_order(boxes, size):
    """Return the lines, (N,) from 0, and the order of boxes (N, 4): line by line, from left to right.

    A digit is on the line whose last one, so far, is about as high; so lines may run up or down.
    """
    middles, found = boxes[:, 0] + boxes[:, 2] / 2, []
    for i in np.argsort(boxes[:, 1] + boxes[:, 3] / 2):
        steps = [abs(middles[line[-1]] - middles[i]) for line in found]
        if not steps or min(steps) >= 0.7 * size:
            found.append([])
        found[np.argmin(steps) if steps and min(steps) < 0.7 * size else -1].append(i)
    found.sort(key=lambda line: np.mean(middles[line]))
    lines = np.repeat(np.arange(len(found)), [len(line) for line in found])
    return lines, np.array(sum(found, []), int)


def with_edge(box):
    """Return the slices of a box and of a narrow edge around it, and how wide that is."""
    edge = 1 + box[2:].max() // 16
    top, left = np.maximum(box[:2] - edge, 0)
    bottom, right = box[:2] + box[2:] + edge
    return (slice(top, bottom), slice(left, right)), edge


def cut_out(ink, labels, group, box):
    """Return the ink of one digit, (h, w) in [0, 1]: its pieces with their soft edges, nothing of its neighbours."""
    from scipy import ndimage

    place, edge = with_edge(box)
    part, numbers = ink[place], labels[place]
    own = np.isin(numbers, group + 1)
    near = ndimage.distance_transform_edt(~own) <= edge
    share = part / np.quantile(part[own], 0.9)
    return np.where(near & (own | (numbers == 0)) & (share > 0.1), np.minimum(share, 1), 0)


def is_blot(grey, labels, group, box):
    """Return whether a piece is the rim of something larger: between its strokes it is no lighter than on them."""
    place, edge = with_edge(box)
    part, own = grey[place], np.isin(labels[place], group + 1)
    between = ~own[edge:-edge, edge:-edge]
    if between.mean() < 0.1:
        return False
    strokes, within = np.median(part[own]), np.median(part[edge:-edge, edge:-edge][between])
    outside = np.median(np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]]))
    return abs(within - strokes) < 0.4 * abs(outside - strokes)


def thick_enough(ink):
    """Return the ink of one digit, (h, w), with strokes THINNEST of its longer side wide, if the pen was thinner."""
    from scipy import ndimage

    strokes = np.pad(ink > 0.5, 1)
    depth = ndimage.distance_transform_edt(strokes)[strokes]  # across a stroke: 1, 2, ..., half its width, ..., 2, 1
    longer = np.ptp(np.nonzero(strokes), axis=1).max() + 1
    lacking = THINNEST * longer - (4 * depth.mean() - 2)
    if lacking <= 1:
        return ink
    ink = np.pad(ink, int(lacking / 2 + 1.5))
    away = ndimage.distance_transform_edt(ink <= 0.5)
    return np.maximum(ink, np.clip(lacking / 2 + 1 - away, 0, 1))


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


def oddness(x, box, boxes, shape):
    """Return what is odd about a piece for a digit, one of the boxes (N, 4), or "". x: (784,), in MNIST's form."""
    from scipy import ndimage

    (height, width), size = box[2:], typical_height(boxes)
    others = boxes[boxes[:, 3] > 0.4 * boxes[:, 2], 3]         # the widths of all but ones
    usual = np.median(others) if len(others) > 2 else width
    image = np.pad(x.reshape(28, 28), 1)
    _, holes = ndimage.label(image <= 0.3, np.ones((3, 3)))  # and what is around the digit
    said = {
        "cut off by the edge": np.any(touched(box, shape)),
        "too wide: two that touch?": width > max(1.4 * height, 1.1 * size) or width > 1.6 * usual,
        "with a neck: two that touch?": has_neck(x.reshape(28, 28) > 0.3),
        "too low": height < 0.5 * size,
        "too high": height > 2 * size,
        "full of holes": holes > 4,
        "a blot": ndimage.distance_transform_edt(image > 0.5).max() > 5.5,
    }
    return next((mark for mark, so in said.items() if so), "")


def has_neck(strokes):
    """Return whether strokes, (28, 28) bools, are two parts as high as the whole that hold together by one stroke."""
    rows, columns = (np.flatnonzero(strokes.any(axis=axis)) for axis in (1, 0))
    part = strokes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = part.shape
    height_of = lambda side: np.ptp(np.flatnonzero(side.any(axis=1))) + 1
    for c in range(max(1, -(-width // 4)), width - max(1, width // 4)) if width >= 0.6 * height else ():
        crossed = np.count_nonzero(np.diff(part[:, c].astype(int), prepend=0) == 1)
        if crossed <= 1 and part[:, c].sum() <= 0.3 * height:
            if min(height_of(part[:, :c]), height_of(part[:, c + 1 :])) >= 0.8 * height:
                return True
    return False


def readings(found, P):
    """Return N texts: what a network's P (N, 10) reads in each piece, and "?" where it is unsure or the piece is odd."""
    P = check_probabilities(P, len(found.X))
    texts = []
    for p, mark in zip(P, found.marks):
        first, second = np.argsort(-p)[:2]
        share = f"{int(100 * p[first])} %"  # rounded down: 100 % would be too much to say
        texts.append(f"? {mark}" if mark else f"{first} {share}" if p[first] >= SURE else f"{first}? {share}, or {second}")
    return texts


def draw_found(found, P):
    """Return a figure: a picture with a box around each piece, and over it what a network's P (N, 10) reads there.

    An unsure piece has a dashed box, and a question mark.
    """
    import matplotlib.pyplot as plt

    height, width = found.grey.shape
    figure, axis = plt.subplots(figsize=(9, max(9 * height / width, 1)), layout="constrained")
    axis.imshow(found.grey, cmap="gray", vmin=0, vmax=1)
    axis.axis("off")
    for (top, left, height, width), text in zip(found.boxes, readings(found, P)):
        colour, line = ("#D55E00", "--") if "?" in text else ("#0072B2", "-")
        axis.add_patch(plt.Rectangle((left, top), width, height, fill=False, edgecolor=colour, linestyle=line))
        label = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": colour, "alpha": 0.85}
        axis.text(left, top - 3, text, color=colour, fontsize=8, verticalalignment="bottom", bbox=label)
    return figure
