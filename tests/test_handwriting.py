"""Handwriting on photographs: what is found, in MNIST's form, and what is refused."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import playwright
import pytest
from make_photos import MADE
from mystsource import ROOT
from oracles import mnist, refuses, small_mnist
from PIL import Image
from sklearn.datasets import load_sample_image

import mnist_from_scratch.__main__ as command
from mnist_from_scratch import CrossEntropy, MeanSquaredError, Momentum, Sigmoid, Tanh
from mnist_from_scratch import find_digits, mlp, plots, readings, train
from mnist_from_scratch.doubts import has_neck, oddness
from mnist_from_scratch.handwriting import in_mnists_form, otsu, parts_of_one, read_grey, reading_order, thick_enough
from mnist_from_scratch.photos import FOLDER, make_photo

F32 = np.float32


def learn(**options):
    network, generator = mlp([784, 100, 10], np.random.default_rng(0)), np.random.default_rng(1)
    X, y, _, _ = small_mnist(20_000)
    train(network, X, y, Momentum(0.05), epochs=4, batch_size=64, rng=generator, **options)
    return network


@pytest.fixture(scope="module")
def plain():
    return learn()


@pytest.fixture(scope="module")
def distorted():
    """Trained in a few seconds as the command trains its own."""
    return learn(distort=command.DISTORT)


def photo(*looks, seed=3, **options):
    """A made photo, as bytes (H, W, 3), and its digits."""
    picture, digits, _ = make_photo(seed, *looks, size=(640, 480), **options)
    return np.asarray(picture), digits


def read(network, found):
    """What a network reads, a text with a line for each line."""
    y = network.predict(found.X) if len(found.X) else np.zeros(0, int)
    return "\n".join("".join(map(str, y[found.lines == line])) for line in range(found.lines.max(initial=-1) + 1))


def edits(a, b):
    """How many digits to change, leave out or put in, to make a into b."""
    row = range(len(b) + 1)
    for i, one in enumerate(a, 1):
        before, row = row, [i]
        for j, other in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (one != other)))
    return row[-1]


def on_paper(image, rng, side=256, noise=0.01):
    """An image of MNIST's, (784,), eight times as large, on grey paper in uneven light, as bytes (side, side)."""
    page = np.zeros((side, side))
    top, left = rng.integers(0, side - 223, 2)
    page[top : top + 224, left : left + 224] = np.kron(image.reshape(28, 28), np.ones((8, 8)))
    along = np.linspace(-0.5, 0.5, side)
    light = 0.75 + rng.uniform(-0.25, 0.25) * along[:, None] + rng.uniform(-0.25, 0.25) * along
    seen = light * (1 - 0.85 * page) + rng.normal(0, noise, page.shape)
    return np.clip(255 * seen, 0, 255).astype(np.uint8)


@pytest.mark.slow
def test_mnists_images_come_back_from_paper_and_are_read_as_before(plain):
    _, _, X, y = small_mnist(n_test=1000)
    rng = np.random.default_rng(0)
    found = [find_digits(on_paper(image, rng)) for image in X]
    broken = [i for i, each in enumerate(found) if len(each.X) != 1]
    assert len(broken) <= 5, f"images {broken} are not found as one piece"
    back = np.array([each.X[0] if len(each.X) else np.zeros(784, F32) for each in found])
    before, after = np.mean(plain.predict(X) == y), np.mean(plain.predict(back) == y)
    assert after >= before - 0.003, f"{before:.1%} were read correctly, and {after:.1%} after a way over paper"
    differ = np.abs(back - X).mean(axis=1)
    assert np.median(differ) < 0.01, f"their pixels differ by {np.median(differ):.3f}"
    unsure = np.mean([any(each.marks) for each in found])
    assert unsure <= 0.02, f"{unsure:.1%} of MNIST's images are called odd"


def test_an_image_of_mnists_own_is_a_picture_too(plain):
    images = mnist()[2][:50]
    found = [find_digits(image.reshape(28, 28)) for image in images]
    assert sum(len(each.X) == 1 for each in found) >= 48, "they are not found as one piece each"
    back = np.array([each.X[0] if len(each.X) else np.zeros(784, F32) for each in found])
    assert np.median(np.abs(back - images).mean(axis=1)) < 0.01, "they come back with other pixels"
    assert np.mean(plain.predict(back) == plain.predict(images)) >= 0.95


# The last step, which the front page makes too.

DRAWN = """
const Live = {range: (n, f) => Array.from({length: n}, (_, i) => f(i))};
%s
const drawings = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(drawings.map(values => [...Live.pixels.inMnistsForm(Float32Array.from(values), 112)])));
"""


def drawings():
    """Images on the front page's pad, (112, 112), and noise in boxes of all shapes."""
    rng, made = np.random.default_rng(0), []
    for n, image in enumerate(mnist()[2][:12].reshape(-1, 28, 28)):
        ink = np.kron(image, np.ones(2 * [1 + n % 4], F32))
        made.append(np.roll(np.pad(ink, (0, 112 - len(ink))), rng.integers(0, 113 - len(ink), 2), axis=(0, 1)))
    for height, width in rng.integers(1, 113, (12, 2)):
        ink = np.pad(rng.random((height, width), F32) ** 3, ((0, 112 - height), (0, 112 - width)))
        made.append(np.roll(ink, (rng.integers(0, 113 - height), rng.integers(0, 113 - width)), axis=(0, 1)))
    return made


def test_a_drawing_becomes_the_numbers_that_the_front_page_makes_of_it(skip):
    node = shutil.which("node") or shutil.which("node", path=Path(playwright.__file__).parent / "driver")
    if not node:
        skip("that the front page prepares a drawing as the package does: there is no Node.js")
    script = DRAWN % (ROOT / "book/live/pixels.js").read_text(encoding="utf-8")
    given = json.dumps([ink.ravel().tolist() for ink in drawings()])
    child = subprocess.run([node, "-e", script], input=given, capture_output=True, text=True, check=True)
    for n, (ink, theirs) in enumerate(zip(drawings(), json.loads(child.stdout))):
        far = np.abs(in_mnists_form(ink) - np.array(theirs)).max()
        assert far < 1e-3, f"drawing {n} differs by {far:.4f}"


def test_it_is_as_high_or_wide_as_mnists_and_its_mass_is_in_the_middle():
    for ink in drawings():
        x = in_mnists_form(ink)
        image = x.reshape(28, 28)
        assert x.dtype == F32 and 0 <= x.min() and x.max() <= 1
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20, "its box is not 20 pixels"
        if min(rows.min(), columns.min()) > 0 and max(rows.max(), columns.max()) < 27:
            centre = image.sum(axis=1) @ np.arange(28) / image.sum(), image.sum(axis=0) @ np.arange(28) / image.sum()
            assert np.abs(np.array(centre) - 14).max() <= 0.51, f"its mass is at {centre}"


def test_what_is_in_mnists_form_stays_as_it_is():
    once = np.array([in_mnists_form(image.reshape(28, 28)) for image in mnist()[2][:200]])
    twice = np.array([in_mnists_form(x.reshape(28, 28)) for x in once])
    same = np.array([np.array_equal(a, b) for a, b in zip(once, twice)])
    assert same.mean() > 0.95, f"{np.mean(~same):.0%} change when they are prepared once more"


# A picture of any kind.

def as_found(picture, tmp_path, name, **options):
    path = tmp_path / name
    picture.save(path, **options)
    return find_digits(path)


def alike(found, other, most=0.01):
    """Assert that two Found are of the same digits."""
    assert len(found.X) == len(other.X) > 0, f"{len(found.X)} digits became {len(other.X)}"
    far = np.abs(found.X - other.X).mean()
    assert far < most, f"their pixels differ by {far:.3f} on average"


@pytest.fixture(scope="module")
def page():
    """A picture of two lines, upright as 640 x 480, and what is found on it."""
    picture = Image.fromarray(photo("white", "even", "felt", digits="417\n2905")[0])
    return picture, find_digits(np.asarray(picture))


@pytest.mark.parametrize("mode, name", [("L", "a.png"), ("P", "a.png"), ("CMYK", "a.jpg"), ("RGB", "a.jpg"), ("RGB", "a.webp"),
                                        ("RGBA", "a.png"), ("LA", "a.png"), ("RGB", "a.bmp"), ("RGB", "a.tiff")])  # fmt: skip
def test_the_kind_of_file_does_not_matter(page, tmp_path, mode, name):
    picture = page[0].quantize(64) if mode == "P" else page[0].convert(mode)
    most = 0.025 if name in ("a.jpg", "a.webp") or mode == "P" else 0.001  # some kinds lose some of it
    alike(as_found(picture, tmp_path, name), page[1], most)


def test_sixteen_bits_are_read_as_eight(page, tmp_path):
    deep = np.asarray(page[0].convert("L")).astype(np.uint16) * 257
    alike(as_found(Image.fromarray(deep), tmp_path, "deep.png"), page[1])
    grey = read_grey(tmp_path / "deep.png")
    assert np.abs(grey - np.asarray(page[0].convert("L")) / 255).max() < 0.01, "its shades have changed"


def test_a_scan_in_black_and_white_is_read(page, tmp_path):
    scan = page[0].convert("L").point(lambda level: 255 * (level > 128)).convert("1")
    alike(as_found(scan, tmp_path, "scan.png"), page[1], most=0.05)


def test_what_is_transparent_is_white(tmp_path):
    ink = np.asarray(Image.fromarray(photo("white", "even", "felt", digits="38")[0]).convert("L"))
    letters = np.zeros((*ink.shape, 4), np.uint8)  # black everywhere; the digits are in its opacity alone
    letters[:, :, 3] = 255 - ink
    alike(as_found(Image.fromarray(letters), tmp_path, "clear.png"), find_digits(ink), most=0.02)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_that_was_turned_says_so_and_the_picture_is_upright(page, tmp_path, orientation):
    turn = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}
    stored = page[0].transpose(Image.Transpose[turn[orientation]]) if orientation > 1 else page[0]
    exif = Image.Exif()
    exif[274] = orientation
    stored.save(tmp_path / "turned.png", exif=exif)
    assert np.array_equal(read_grey(tmp_path / "turned.png"), page[1].grey), "it is not upright"
    alike(as_found(stored, tmp_path, "turned.jpg", exif=exif, quality=95), page[1])


def test_light_ink_on_dark_paper_is_ink(page):
    negative = 255 - np.asarray(page[0])
    alike(find_digits(negative), page[1], most=0.03)


def test_floats_are_a_picture_as_bytes_are(page):
    grey = np.asarray(page[0].convert("L"))
    for dtype in (np.float32, np.float64):
        alike(find_digits((grey / 255).astype(dtype)), page[1])


def test_the_same_picture_gives_the_same_bits_and_stays_as_it_was(page):
    pixels = np.array(page[0])
    found = find_digits(pixels)
    assert np.array_equal(pixels, np.asarray(page[0])), "the picture was changed"
    assert found.X.tobytes() == page[1].X.tobytes() and np.array_equal(found.boxes, page[1].boxes)


HUGE = """
import sys
from pathlib import Path
from mnist_from_scratch import find_digits
found = find_digits(sys.argv[1])
peak = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")][0]
print(len(found.X), max(found.grey.shape), int(peak.split()[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "name", "options"), [("RGB", "huge.jpg", {}), ("RGB", "huge.jpg", {"progressive": True}),
                                                       ("RGB", "huge.png", {"compress_level": 1}), ("RGBA", "huge.png", {"compress_level": 1})],
                         ids=["plain", "progressive", "opaque", "transparent"])  # fmt: skip
def test_fifty_megapixels_take_less_than_half_a_gigabyte(page, tmp_path, skip, mode, name, options):
    if not Path("/proc/self/status").exists():
        skip("how much memory a large picture takes: there is no /proc")
    page[0].convert(mode).resize((8160, 6120)).save(tmp_path / name, quality=85, **options)
    child = subprocess.run([sys.executable, "-c", HUGE, tmp_path / name], capture_output=True, text=True)
    assert child.returncode == 0 and not child.stderr, child.stderr
    digits, longest, megabytes = map(int, child.stdout.split())
    assert digits == 7 and longest <= 2400
    assert megabytes < 500, f"it took {megabytes} MB"


# Which ink is a digit, and in which order.

def test_lines_are_read_from_the_left_from_top_to_bottom(distorted):
    for seed in (1, 2):
        pixels, digits = photo("white", "even", "felt", seed=seed, digits="314159\n26535\n8979")
        found = find_digits(pixels)
        assert found.lines.tolist() == [0] * 6 + [1] * 5 + [2] * 4, "the lines are mixed up"
        lefts = [found.boxes[found.lines == line, 1] for line in range(3)]
        assert all((np.diff(left) > 0).all() for left in lefts), "a line is not read from the left"
        assert edits(read(distorted, found), digits) <= 1


def test_a_line_may_run_up_the_page():
    boxes = np.array([(200 - 12 * i + 90 * line, 10 + 60 * i, 50, 30) for line in range(2) for i in range(9)])
    shuffled = np.random.default_rng(0).permutation(18)
    lines, order = reading_order(boxes[shuffled])
    assert shuffled[order].tolist() == list(range(18)), "it is not read as it was written"
    assert lines.tolist() == [0] * 9 + [1] * 9


def groups(*boxes):
    digits = parts_of_one(np.array(boxes))
    return [np.flatnonzero(digits == k).tolist() for k in range(max(digits) + 1)]


def test_the_bar_of_a_five_belongs_to_the_five():
    eight, bar, five, nine = (0, 0, 100, 60), (120, 30, 12, 50), (144, 5, 88, 50), (140, 90, 100, 60)
    assert groups(eight, bar, five, nine) == [[0], [1, 2], [3]]


def test_digits_side_by_side_and_one_below_the_other_stay_apart():
    slanted = (0, 0, 100, 60), (0, 40, 100, 60), (0, 80, 100, 60)
    assert groups(*slanted) == [[0], [1], [2]], "slanted digits, each over the next"
    assert groups((0, 0, 100, 60), (105, 0, 100, 60)) == [[0], [1]], "two lines"


def test_two_rings_are_one_eight():
    others = (0, 90, 110, 60), (0, 180, 105, 60)
    assert groups((0, 0, 52, 50), (55, 5, 55, 50), *others) == [[0, 1], [2], [3]]


def test_specks_are_no_digits():
    pixels, digits = photo("white", "even", "felt", digits="56")
    for top, left in [(40, 60), (400, 500), (100, 600)]:
        pixels = pixels.copy()
        pixels[top : top + 5, left : left + 6] = 20
    assert len(find_digits(pixels).X) == 2, "a speck is read"


def test_otsus_threshold_parts_two_heaps():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0.2, 0.03, 5000), rng.normal(0.8, 0.05, 500)])
    assert 0.29 < otsu(values) < 0.65
    cuts = np.linspace(0.05, 0.95, 500)
    between = [(values < cut).mean() * (values >= cut).mean() * (values[values < cut].mean() - values[values >= cut].mean()) ** 2
               for cut in cuts if 0 < (values < cut).sum() < len(values)]  # fmt: skip
    at = otsu(values)
    ours = (values < at).mean() * (values >= at).mean() * (values[values < at].mean() - values[values >= at].mean()) ** 2
    assert ours > 0.999 * max(between), "another threshold parts them better"


def test_ink_that_is_almost_flat_is_a_drawing_like_any_other():
    drawing = np.full((300, 400), 0.9, np.float32)
    drawing[50:200, 100:120], drawing[60:200, 200:220] = 0.1, 0.1 + 1e-6
    assert find_digits(drawing).boxes.tolist() == [[50, 100, 150, 20], [60, 200, 140, 20]]


def test_a_thin_pen_is_made_thicker_and_mnists_strokes_stay_as_they_are():
    line = np.zeros((200, 60), F32)
    line[10:190, 28:31] = 1
    thick = thick_enough(line)
    assert 13 <= (thick[100 + (len(thick) - 200) // 2] > 0.5).sum() <= 19, "it is not a twelfth of its height"
    large = [np.asarray(Image.fromarray(image).resize((176, 176))) for image in mnist()[2][:100].reshape(-1, 28, 28)[:, 3:25, 3:25]]
    assert sum(thick_enough(ink) is not ink for ink in large) <= 5, "strokes of MNIST's have changed"


# The made photos.

def photos():
    with open(FOLDER / "digits.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_made_photos_say_that_they_are_made_and_are_small():
    names = [row["file"] for row in photos()]
    assert sorted(names) == sorted(path.name for path in FOLDER.glob("*.jpg")), "the table names other files"
    for name in names:
        with Image.open(FOLDER / name) as image:
            assert name.startswith("made-") and image.info["comment"].decode() == MADE
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 300_000
    assert {row["paper"] for row in photos()} == {"white", "grey", "ruled", "squared", "board"}


def test_the_made_photos_are_those_that_the_script_makes():
    child = subprocess.run([sys.executable, ROOT / "tools/make_photos.py", "--check"], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr


def test_one_seed_draws_one_picture():
    first, second = (np.asarray(make_photo(5, size=(320, 240))[0]) for _ in range(2))
    assert np.array_equal(first, second) and not np.array_equal(first, np.asarray(make_photo(6, size=(320, 240))[0]))


@pytest.fixture(scope="module")
def pages():
    """What is found on the photos that come with the package and on others: pairs of Found and digits."""
    kept = [(find_digits(FOLDER / row["file"]), row["digits"].replace(" ", "\n")) for row in photos()]
    others = [photo(seed=seed) for seed in range(500, 510)]
    return kept + [(find_digits(pixels), digits) for pixels, digits in others]


def test_of_the_made_photos_nineteen_of_twenty_digits_are_read(pages, plain, distorted):
    n = sum(len(digits.replace("\n", "")) for _, digits in pages)
    rates = [1 - sum(edits(read(network, found), digits) for found, digits in pages) / n for network in (plain, distorted)]
    assert rates[1] >= 0.95, f"of {n} digits, distorted images taught {rates[1]:.1%}, plain ones {rates[0]:.1%}"
    assert rates[0] >= 0.9, f"of {n} digits, plain images taught {rates[0]:.1%}, distorted ones {rates[1]:.1%}"


def test_what_is_sure_is_right(pages, distorted):
    sure, wrong = 0, 0
    for found, digits in pages:
        truth = digits.replace("\n", "")
        if len(found.X) == len(truth):
            texts = readings(found, distorted.predict_proba(found.X))
            sure += sum("?" not in text for text in texts)
            wrong += sum("?" not in text and text[0] != digit for text, digit in zip(texts, truth))
    assert sure > 250 and wrong <= 0.01 * sure, f"of {sure} digits that are sure, {wrong} are wrong"


def test_without_the_preparation_nearly_all_are_read_as_the_same_digit(pages, distorted):
    """Each digit, cut out, scaled to 28 x 28 and divided by 255: the paper is what the network sees."""
    read_as, truths = [], []
    for found, digits in pages[:10]:
        for (top, left, height, width), digit in zip(found.boxes, digits.replace("\n", "")):
            part = Image.fromarray(found.grey[top : top + height, left : left + width]).resize((28, 28))
            read_as.append(int(distorted.predict(np.asarray(part).reshape(1, 784))[0]))
            truths.append(int(digit))
    dark = np.array(truths[:160]) == np.array(read_as[:160])  # the last two are blackboards
    assert dark.mean() < 0.3, f"{dark.mean():.0%} are right, without any preparation"
    assert np.bincount(read_as[:160]).max() > 0.4 * 160, f"they are read as {np.bincount(read_as[:160])}"


# Nothing is read out of nothing.

def blank(level=230, noise=2):
    return np.clip(np.random.default_rng(0).normal(level, noise, (480, 640)), 0, 255).astype(np.uint8)


def with_square(side, top=200, left=300):
    pixels = blank()
    pixels[top : top + side, left : left + side] = 20
    return pixels


def on_a_table():
    pixels = blank(50)
    pixels[90:390, 120:520] = blank()[90:390, 120:520]
    return pixels


EMPTY = {
    "white": (lambda: np.full((480, 640), 255, np.uint8), "there is no ink on it"),
    "paper": (blank, "there is no ink on it"),
    "paper in a shadow": (lambda: photo("white", "shadow", digits="")[0], "there is no ink on it"),
    "paper under a lamp": (lambda: photo("grey", "lamp", digits="")[0], ""),
    "ruled paper": (lambda: photo("ruled", "even", digits="")[0], "nothing on it looks like written digits"),
    "squared paper": (lambda: photo("squared", "shadow", digits="")[0], "nothing on it looks like written digits"),
    "a board": (lambda: photo("board", "lamp", digits="")[0], ""),
    "a speck": (lambda: with_square(5), "nothing on it looks like written digits"),
    "noise": (lambda: np.random.default_rng(0).integers(0, 256, (480, 640), dtype=np.uint8), "nothing on it looks like written digits"),
    "black": (lambda: np.zeros((480, 640), np.uint8), "it is too dark"),
    "a dark room": (lambda: blank(8), "it is too dark"),
    "a temple": (lambda: load_sample_image("china.jpg"), ""),
    "a flower": (lambda: load_sample_image("flower.jpg"), ""),
    "a blot": (lambda: with_square(150), ""),
    "a sheet on a table": (on_a_table, ""),
    "one pixel": (lambda: np.zeros((1, 1), np.uint8), ""),
}


@pytest.mark.parametrize("case", EMPTY)
def test_where_no_digit_is_none_is_read_and_the_reason_is_said(case):
    make, why = EMPTY[case]
    found = find_digits(make())
    assert all(found.marks), f"{found.marks.count('')} digits are read out of nothing"
    assert not why or found.why == why
    assert bool(found.why) == (len(found.X) == 0), "no digit and no reason, or both"
    assert found.X.shape == (len(found.marks), 784) and found.boxes.shape == (len(found.marks), 4)


def test_a_digit_by_ruled_lines_is_found_alone():
    for paper in ("ruled", "squared"):
        found = find_digits(photo(paper, "shadow", "ballpoint", digits="6")[0])
        assert len(found.X) == 1 and not found.marks[0], f"on {paper} paper {len(found.X)} pieces are found"


@pytest.mark.parametrize(("margin", "marks"), [(80, ["", "", ""]), (360, ["a blot"])])
def test_paper_on_a_dark_table_is_not_ink_or_a_blot(margin, marks):
    pixels, _ = photo("white", "even", "felt", digits="273")
    table = np.pad(pixels, ((margin, margin), (margin, margin), (0, 0)), constant_values=50)
    assert find_digits(table).marks == marks


def test_two_digits_that_touch_are_no_digit():
    pixels = np.asarray(make_photo(1, "white", "even", "felt", digits="80362", size=(640, 480), warped=False)[0])
    boxes = find_digits(pixels).boxes
    left, right = boxes[2, 1] + boxes[2, 3] + 2, boxes[3, 1] + boxes[3, 3] + 4
    overlap = boxes[3, 1] - left + 10
    joined, moved = pixels.copy(), pixels[:, left:right]
    joined[:, left:right] = pixels[:, right : right + 1]
    joined[:, left - overlap : right - overlap] = np.minimum(joined[:, left - overlap : right - overlap], moved)
    found = find_digits(joined)
    assert [bool(mark) for mark in found.marks] == [False, False, True, False], found.marks
    assert "touch" in found.marks[2]


def test_a_pair_has_a_neck_and_a_digit_has_none():
    eight = np.zeros((28, 28))
    eight[4:24, 8:20] = 1
    eight[6:13, 11:17] = eight[15:22, 11:17] = 0
    assert not has_neck(eight)
    pair = np.concatenate([eight[:, 7:21], eight[:, 7:21]], axis=1)
    pair[14] = 1
    assert has_neck(pair)


def test_a_digit_that_the_edge_cuts_is_unsure(page):
    found = find_digits(np.asarray(page[0])[:, : page[1].boxes[2, 1] + page[1].boxes[2, 3] // 2])
    assert "cut off by the edge" in found.marks


def test_no_image_of_mnists_is_odd_but_a_few_in_a_thousand():
    X, paper = mnist()[2][:1000], np.ones((28, 28), F32)
    odd = [oddness(x[None], np.array([[4, 4, 20, 20]]), paper)[0] for x in X]
    assert np.mean([bool(mark) for mark in odd]) <= 0.015, f"{[mark for mark in odd if mark]}"


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("1234")
    with refuses("notes.txt", "is not a picture that can be read"):
        find_digits(tmp_path / "notes.txt")
    with refuses("missing.jpg", error=OSError):
        find_digits(tmp_path / "missing.jpg")
    with refuses(error=OSError):
        find_digits(tmp_path)
    content = (FOLDER / photos()[0]["file"]).read_bytes()
    (tmp_path / "half.jpg").write_bytes(content[: len(content) // 2])
    with refuses("half.jpg", "is not a picture that can be read"):
        find_digits(tmp_path / "half.jpg")


BAD_PIXELS = [np.zeros((0, 4), np.uint8), np.zeros((4, 4, 2), np.uint8), np.zeros(784), np.zeros((4, 4), int),
              np.full((4, 4), 255.0), np.full((4, 4), np.nan), np.zeros((2, 4, 4, 3), np.uint8)]  # fmt: skip


@pytest.mark.parametrize("pixels", BAD_PIXELS, ids=lambda pixels: f"{pixels.dtype} {pixels.shape}")
def test_an_array_that_is_no_picture_is_refused(pixels):
    with refuses("picture must", "got"):
        find_digits(pixels)


def test_what_is_not_a_path_is_refused():
    with refuses("path must be a text or a Path"):
        find_digits(None)


# The figure.

def test_the_figure_marks_each_piece_and_the_unsure_with_more_than_a_colour(page):
    found, P = page[1], np.full((7, 10), 0.05)
    P[np.arange(7), [4, 1, 7, 2, 9, 0, 5]] = 0.55
    P[:3] = np.eye(10)[[4, 1, 7]]
    axis = plots.handwriting(found, P).axes[0]
    assert [text.get_text() for text in axis.texts][:4] == ["4 100 %", "1 100 %", "7 100 %", "2? 55 %, or 0"]
    assert [patch.get_linestyle() for patch in axis.patches] == ["-"] * 3 + ["--"] * 4
    with refuses("P must have shape (7, 10)"):
        readings(found, P[:3])


# The command.

@pytest.fixture
def saved(tmp_path_factory, distorted):
    path = tmp_path_factory.mktemp("networks") / "network.npz"
    distorted.save(path)
    return str(path)


def test_the_command_prints_the_digits_and_draws_them_beside_the_photo(tmp_path, capsys, saved):
    row = photos()[0]
    content = (FOLDER / row["file"]).read_bytes()
    photo_file = tmp_path / "photo.jpg"
    photo_file.write_bytes(content)
    assert command.main(["read", str(photo_file), "--network", saved]) == 0
    lines = capsys.readouterr().out.splitlines()
    said = [[text[0] for text in line.split("   ")] for line in lines[:3]]
    assert edits("".join(sum(said, [])).replace("?", ""), row["digits"].replace(" ", "")) <= 3, lines
    assert "%" in lines[0] and "photo-read.png" in lines[-1]
    assert photo_file.read_bytes() == content, "the photo was changed"
    with Image.open(tmp_path / "photo-read.png") as image:
        assert image.width > 600
    assert command.main(["read", str(photo_file), "--network", saved]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photo-read.png", "photo.jpg"], "its own is not drawn anew"


def test_the_command_overwrites_no_picture_but_its_own(tmp_path, capsys, saved):
    for name in ("photo.jpg", "photo-read.png"):
        Image.open(FOLDER / photos()[0]["file"]).save(tmp_path / name)
    before = (tmp_path / "photo-read.png").read_bytes()
    assert command.main(["read", str(tmp_path / "photo.jpg"), "--network", saved]) == 0
    assert (tmp_path / "photo-read.png").read_bytes() == before, "somebody's picture was overwritten"
    assert "photo-read-2.png" in capsys.readouterr().out


def test_the_command_says_what_it_cannot_read(tmp_path, capsys, saved):
    Image.fromarray(blank()).save(tmp_path / "blank.png")
    Image.fromarray(with_square(150)).save(tmp_path / "blot.png")
    (tmp_path / "notes.txt").write_text("7")
    for name, code, words in [("blank.png", 1, "there is no ink on it"), ("blot.png", 1, "a blot"),
                              ("notes.txt", 2, "is not a picture"), ("missing.jpg", 2, "missing.jpg")]:  # fmt: skip
        assert command.main(["read", str(tmp_path / name), "--network", saved]) == code, f"{name} has another exit code"
        said = capsys.readouterr()
        assert words in said.out + said.err, f"of {name} it says {said.out + said.err!r}"
        assert bool(said.err) == (code == 2)
    with pytest.raises(SystemExit) as left:
        command.main([])
    assert left.value.code == 2 and "usage" in capsys.readouterr().err


NETWORKS = {
    "plain": {}, "deep": {"sizes": [784, 20, 15, 10]}, "one layer": {"sizes": [784, 10]}, "tanh": {"hidden": Tanh},
    "sigmoid": {"hidden": Sigmoid, "loss": MeanSquaredError(Sigmoid())}, "float64": {"dtype": np.float64},
    "dropout": {"dropout": 0.25}, "price": {"l2": 1e-4}, "both": {"dropout": 0.5, "l2": 0.001, "loss": CrossEntropy(Sigmoid())},
}  # fmt: skip


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_command_takes_any_network_of_mlps_making(tmp_path, kind):
    network = mlp(rng=np.random.default_rng(3), **({"sizes": [784, 20, 10]} | NETWORKS[kind]))
    network.save(tmp_path / "one.npz")
    again = command.network_in(tmp_path / "one.npz")
    X = mnist()[2][:5].astype(network.dtype)
    assert repr(again) == repr(network) and np.array_equal(again.predict_proba(X), network.predict_proba(X))


def test_a_file_without_a_network_for_digits_is_refused(tmp_path):
    (tmp_path / "notes.npz").write_text("no network")
    with refuses("notes.npz", "is damaged or not a saved network"):
        command.network_in(tmp_path / "notes.npz")
    mlp([4, 3, 2], np.random.default_rng(0)).save(tmp_path / "small.npz")
    with refuses("small.npz", "784 pixels to 10 digits", "from 4 to 2"):
        command.network_in(tmp_path / "small.npz")


def test_without_a_network_one_is_trained_once_and_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(command, "load_mnist", lambda: small_mnist(500))
    first = command.trained()
    said = capsys.readouterr().out
    assert "is trained" in said and str(tmp_path / "cache") in said, f"it says {said!r}"
    second = command.trained()
    assert capsys.readouterr().out == "", "it is trained once more, or says so"
    assert all(np.array_equal(a, b) for a, b in zip(first.params, second.params))
    kept = next((tmp_path / "cache").rglob("*.npz"))
    kept.write_bytes(b"damaged")
    third = command.trained()
    assert "is trained" in capsys.readouterr().out, "a damaged file was taken"
    assert all(np.array_equal(a, b) for a, b in zip(first.params, third.params)), "one seed, two networks"


def test_where_nothing_can_be_kept_it_reads_all_the_same(tmp_path, monkeypatch, capsys):
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(command, "load_mnist", lambda: small_mnist(500))
    assert command.trained().predict(mnist()[2][:3]).shape == (3,)
    assert "could not be kept" in capsys.readouterr().out
