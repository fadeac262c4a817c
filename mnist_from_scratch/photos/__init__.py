"""Made photographs: pictures of digits on paper that no hand wrote and no camera took.

The digits are drawn from the strokes below, bent at random; neither a font nor an
image of MNIST is in them. Paper, pen, light, tilt and the noise of a camera are
drawn over them by simple formulae. So they tell whether the preparation works,
and not how well a network reads what people write.

make_photo(seed) draws any number of them; one seed, one picture. Ten are kept
here, with their digits in digits.csv (tools/make_photos.py).
"""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parent

# Each digit in several hands; a hand is strokes, a stroke points (x, y) that a curve passes
# through, in a box of 1 x 1 whose y points down. A corner is where two strokes meet.
HANDS = {
    0: [[[(0.55, 0.0), (0.2, 0.12), (0.02, 0.5), (0.2, 0.9), (0.5, 1.0), (0.82, 0.88), (0.98, 0.5), (0.8, 0.12), (0.5, 0.01)]],
        [[(0.7, 0.05), (0.3, 0.05), (0.03, 0.45), (0.15, 0.9), (0.5, 1.0), (0.9, 0.75), (0.95, 0.3), (0.65, 0.03), (0.45, 0.06)]]],
    1: [[[(0.5, 0.0), (0.5, 0.5), (0.5, 1.0)]],
        [[(0.28, 0.24), (0.42, 0.13), (0.55, 0.0)], [(0.55, 0.0), (0.55, 0.5), (0.54, 1.0)]]],
    2: [[[(0.08, 0.25), (0.3, 0.03), (0.65, 0.02), (0.85, 0.22), (0.7, 0.52), (0.38, 0.78), (0.05, 1.0)],
         [(0.05, 1.0), (0.5, 0.98), (0.98, 1.0)]],
        [[(0.1, 0.22), (0.35, 0.02), (0.7, 0.06), (0.82, 0.3), (0.6, 0.62), (0.3, 0.9), (0.08, 0.95), (0.12, 0.8), (0.35, 0.84),
          (0.65, 0.97), (0.98, 0.92)]]],
    3: [[[(0.1, 0.1), (0.4, 0.0), (0.75, 0.06), (0.82, 0.25), (0.65, 0.42), (0.35, 0.48)],
         [(0.35, 0.48), (0.7, 0.52), (0.92, 0.72), (0.75, 0.93), (0.4, 1.0), (0.05, 0.88)]],
        [[(0.08, 0.15), (0.4, 0.0), (0.8, 0.1), (0.78, 0.34), (0.4, 0.46), (0.78, 0.58), (0.9, 0.8), (0.55, 1.0), (0.05, 0.93)]]],
    4: [[[(0.3, 0.0), (0.18, 0.3), (0.05, 0.58)], [(0.05, 0.58), (0.5, 0.6), (0.98, 0.57)], [(0.7, 0.25), (0.68, 0.6), (0.64, 1.0)]],
        [[(0.72, 0.0), (0.4, 0.32), (0.04, 0.66)], [(0.04, 0.66), (0.5, 0.67), (0.98, 0.65)], [(0.72, 0.0), (0.71, 0.5), (0.7, 1.0)]],
        [[(0.1, 0.02), (0.06, 0.3), (0.2, 0.5), (0.55, 0.5), (0.82, 0.4)], [(0.85, 0.0), (0.8, 0.5), (0.72, 1.0)]]],
    5: [[[(0.2, 0.02), (0.17, 0.2), (0.14, 0.44)],
         [(0.14, 0.44), (0.45, 0.37), (0.82, 0.5), (0.88, 0.75), (0.6, 0.98), (0.3, 1.0), (0.04, 0.9)], [(0.2, 0.02), (0.5, 0.03), (0.9, 0.0)]],
        [[(0.2, 0.1), (0.17, 0.25), (0.14, 0.46)],  # its bar stands apart
         [(0.14, 0.46), (0.5, 0.4), (0.85, 0.58), (0.8, 0.86), (0.45, 1.0), (0.05, 0.92)], [(0.3, -0.06), (0.6, -0.07), (0.95, -0.1)]]],
    6: [[[(0.75, 0.02), (0.4, 0.18), (0.1, 0.55), (0.15, 0.88), (0.5, 1.0), (0.85, 0.85), (0.85, 0.62), (0.55, 0.5), (0.22, 0.62), (0.12, 0.75)]],
        [[(0.5, 0.0), (0.25, 0.3), (0.08, 0.68), (0.25, 0.96), (0.6, 0.98), (0.85, 0.78), (0.65, 0.57), (0.3, 0.62), (0.12, 0.8)]]],
    7: [[[(0.05, 0.04), (0.45, 0.05), (0.92, 0.02)], [(0.92, 0.02), (0.62, 0.45), (0.4, 1.0)]],
        [[(0.05, 0.06), (0.5, 0.04), (0.92, 0.03)], [(0.92, 0.03), (0.65, 0.45), (0.42, 1.0)], [(0.32, 0.52), (0.58, 0.5), (0.86, 0.5)]]],
    8: [[[(0.78, 0.13), (0.5, 0.0), (0.2, 0.13), (0.28, 0.36), (0.6, 0.54), (0.86, 0.76), (0.55, 1.0), (0.15, 0.82), (0.3, 0.58), (0.65, 0.38), (0.8, 0.15)]],
        [[(0.5, 0.48), (0.2, 0.3), (0.35, 0.03), (0.68, 0.04), (0.78, 0.28), (0.5, 0.48)],
         [(0.5, 0.48), (0.12, 0.68), (0.3, 0.98), (0.7, 0.98), (0.88, 0.7), (0.5, 0.48)]]],
    9: [[[(0.85, 0.22), (0.55, 0.0), (0.18, 0.14), (0.18, 0.4), (0.5, 0.5), (0.8, 0.3), (0.85, 0.2)], [(0.85, 0.2), (0.82, 0.6), (0.7, 1.0)]],
        [[(0.85, 0.2), (0.5, 0.0), (0.15, 0.2), (0.3, 0.47), (0.65, 0.42), (0.84, 0.18), (0.85, 0.55), (0.65, 0.95), (0.2, 0.95)]]],
}  # fmt: skip

# A pen: its colour, its width in parts of a digit's height, how much of the paper it covers, how grainy it is.
PENS = {
    "ballpoint": ((30, 40, 110), (0.045, 0.065), 0.85, 0.15),
    "fineliner": ((25, 25, 28), (0.055, 0.08), 0.95, 0.03),
    "felt": ((20, 20, 25), (0.1, 0.15), 0.97, 0.02),
    "red felt": ((190, 30, 40), (0.08, 0.12), 0.95, 0.02),
    "pencil": ((70, 70, 72), (0.06, 0.09), 0.75, 0.35),
    "chalk": ((235, 235, 225), (0.08, 0.13), 0.9, 0.3),
}
PAPERS = {"white": (245, 245, 240), "grey": (175, 174, 170), "ruled": (240, 240, 234), "squared": (238, 240, 236),
          "board": (38, 62, 50)}  # fmt: skip
LIGHTS = ("even", "shadow", "lamp")
LINES = np.array((140, 170, 205))  # the colour of rules and squares


def curve(points, n=12):
    """Return places (m, 2) along a smooth curve through points (k, 2), Catmull and Rom's."""
    P = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, n, endpoint=False)[:, None]
    a, b, c, d = (P[i : len(P) - 3 + i, None] for i in range(4))
    bends = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    return np.concatenate([bends.reshape(-1, 2) / 2, points[-1:]])


def write(digit, rng):
    """Return the strokes of a digit, places (m, 2) each, bent anew: 1 high, from 0.45 to 0.75 wide, about (0, 0)."""
    hand = HANDS[digit][rng.integers(len(HANDS[digit]))]
    lean, turn, width = rng.uniform(-0.08, 0.3), np.radians(rng.normal(0, 3)), rng.uniform(0.45, 0.75)
    moved = {}  # the ends that two strokes share move together
    strokes = []
    for stroke in hand:
        points = np.array([moved.setdefault(p, rng.normal(p, 0.025)) for p in stroke])
        places = (curve(points) - 0.5) * (width, 1)
        places[:, 0] -= lean * places[:, 1]
        strokes.append(places @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return strokes


def draw(ink, strokes, width, rng):
    """Draw strokes on ink (H, W), in place: 1 where the pen went, soft at its edge."""
    for places in strokes:
        reach = int(width) + 3
        left, top = np.floor(places.min(axis=0)).astype(int) - reach
        right, bottom = np.ceil(places.max(axis=0)).astype(int) + reach
        part = ink[max(top, 0) : bottom, max(left, 0) : right]
        y, x = np.indices(part.shape) + np.array([max(top, 0), max(left, 0)])[:, None, None]
        pressure = np.linspace(*rng.uniform(0.85, 1.15, 2), len(places) - 1)
        for start, end, force in zip(places, places[1:], pressure):
            along = end - start
            t = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (along @ along + 1e-9), 0, 1)
            distance = np.hypot(x - start[0] - t * along[0], y - start[1] - t * along[1])
            np.maximum(part, np.clip(force * width / 2 - distance + 0.5, 0, 1), out=part)


def warp(rng, size):
    """Return the eight numbers of a tilted view of a sheet, as Pillow's transform wants them."""
    W, H = size
    turn = np.radians(rng.uniform(-5, 5))
    corners = np.array([(0, 0), (W, 0), (W, H), (0, H)], float) - (W / 2, H / 2)
    seen = corners @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]] * 0.97
    seen += rng.uniform(-0.03, 0.03, (4, 2)) * (W, H) + (W / 2, H / 2)
    corners += (W / 2, H / 2)
    rows = [[x, y, 1, 0, 0, 0, -u * x, -u * y] for (x, y), (u, v) in zip(corners, seen)]
    rows += [[0, 0, 0, x, y, 1, -v * x, -v * y] for (x, y), (u, v) in zip(corners, seen)]
    return np.linalg.solve(np.array(rows), seen.T.ravel())


def sheet(paper, size, rng):
    """Return an empty sheet, floats (H, W, 3) from 0 to 255: plain, ruled or squared, or a wiped blackboard."""
    W, H = size
    made = np.tile(np.array(PAPERS[paper], np.float64), (H, W, 1))
    if paper in ("ruled", "squared"):
        step, first = rng.uniform(34, 48) * (2 if paper == "ruled" else 1), rng.uniform(0, 30)
        near = lambda n: np.abs((np.arange(n) - first + step / 2) % step - step / 2) < 0.8
        lines = near(H)[:, None] | (near(W) if paper == "squared" else np.zeros(W, bool))
        made[lines] = LINES
    if paper == "board":
        smears = np.asarray(Image.fromarray(rng.random((6, 8)).astype(np.float32)).resize(size, Image.Resampling.BICUBIC))
        made += 22 * smears[:, :, None]
    return made


def lit(light, size, rng):
    """Return how much light falls on each pixel, (H, W): 1 is full."""
    W, H = size
    y, x = np.indices((H, W)) / np.array([H, W])[:, None, None]
    angle, centre = rng.uniform(0, 2 * np.pi), rng.uniform(0.25, 0.75, 2)
    if light == "shadow":
        across = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
        return 1 - rng.uniform(0.3, 0.5) / (1 + np.exp(-across / rng.uniform(0.08, 0.2)))
    if light == "lamp":
        return 0.5 + 0.55 * np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / 0.2)
    return np.full((H, W), rng.uniform(0.85, 1.0))


def make_photo(seed, paper=None, light=None, pen=None, digits=None, size=(800, 600), noise=None, warped=True):
    """Return a picture, its digits as text (a line of them in a line), and what was drawn how.

    What is None is drawn from the seed. digits: one text per line, "" for a blank sheet.
    """
    rng = np.random.default_rng(seed)
    paper = paper or str(rng.choice(list(PAPERS)))
    light = light or str(rng.choice(LIGHTS))
    pens = ["chalk"] if paper == "board" else [name for name in PENS if name != "chalk"]
    pen = pen or str(rng.choice(pens))
    W, H = size
    height = rng.uniform(0.11, 0.15) * H
    columns, n_lines = int(W * 0.8 / (height * 1.15)), int(H * 0.8 / (1.6 * height))
    if digits is None:
        n = rng.integers(max(columns - 2, 1), columns + 1, rng.integers(2, n_lines + 1))
        digits = "\n".join("".join(map(str, rng.integers(0, 10, each))) for each in n)
    colour, widths, cover, grain = PENS[pen]
    ink, width = np.zeros((H, W)), rng.uniform(*widths) * height
    lines = digits.split("\n")
    for i, line in enumerate(lines):
        middle = H / 2 + (i - (len(lines) - 1) / 2) * 1.6 * height
        x = W / 2 - len(line) * 1.15 * height / 2 + rng.uniform(-0.2, 0.2) * height
        for digit in line:
            place = x + 0.575 * height + rng.normal(0, 0.05) * height, middle + rng.normal(0, 0.06) * height
            tall = height * rng.uniform(0.88, 1.12)
            draw(ink, [stroke * tall + place for stroke in write(int(digit), rng)], width, rng)
            x += 1.15 * height * rng.uniform(0.95, 1.03)
    ink *= cover * (1 - grain * rng.random((H, W)))
    scene = sheet(paper, size, rng)
    scene += ink[:, :, None] * (np.array(colour) - scene)
    picture = Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))
    if warped:
        empty = tuple(int(level) for level in PAPERS[paper])
        picture = picture.transform(size, Image.Transform.PERSPECTIVE, warp(rng, size), Image.Resampling.BICUBIC, fillcolor=empty)
    noise = rng.uniform(1, 5) if noise is None else noise
    seen = np.asarray(picture) * lit(light, size, rng)[:, :, None] + rng.normal(0, noise, (H, W, 3))
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8)), digits, {"paper": paper, "light": light, "pen": pen}


def kept():
    """Return the digits of each picture that is kept here, a text with a space between lines, by the name of its file."""
    with open(FOLDER / "digits.csv", encoding="utf-8", newline="") as file:
        return {row["file"]: row["digits"] for row in csv.DictReader(file)}
