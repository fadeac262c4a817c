"""Make mnist_from_scratch/photos/: pictures of digits on paper that no hand wrote and no camera took.

    python tools/make_photos.py           writes the pictures and digits.csv
    python tools/make_photos.py --check   only says whether they are current

They are MADE: mnist_from_scratch.photos draws them. The names of the files begin
with made-, and a comment in each says so.
"""

import csv
import io
import sys

import numpy as np
from PIL import Image

from mnist_from_scratch.photos import FOLDER, make_photo

MADE = "Made by tools/make_photos.py from strokes and formulae: not a photograph, not handwriting."

KEPT = [("white", "even", "felt"), ("white", "lamp", "ballpoint"), ("grey", "shadow", "fineliner"), ("grey", "lamp", "pencil"),
        ("ruled", "even", "ballpoint"), ("ruled", "shadow", "felt"), ("squared", "lamp", "fineliner"),
        ("squared", "even", "red felt"), ("board", "even", "chalk"), ("board", "lamp", "chalk")]  # fmt: skip


def files():
    """Return the files of mnist_from_scratch/photos, their names and bytes; the digits of each picture are twenty, every one twice."""
    made, rows = {}, []
    for seed, looks in enumerate(KEPT):
        order = "".join(map(str, np.random.default_rng(1000 + seed).permutation(20) % 10))
        lines = "\n".join([order[:7], order[7:14], order[14:]])
        picture, digits, _ = make_photo(seed, *looks, digits=lines, size=(640, 480), noise=2)
        content, name = io.BytesIO(), f"made-{seed:02}-{'-'.join(looks).replace(' ', '-')}.jpg"
        picture.save(content, "JPEG", quality=60, comment=MADE)
        made[name] = content.getvalue()
        rows.append((name, digits.replace("\n", " "), *looks))
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([("file", "digits", "paper", "light", "pen"), *rows])
    return made | {"digits.csv": table.getvalue().encode()}


def same(content, path):
    """Return whether path holds content; a picture may have been compressed by another version of libjpeg."""
    if not path.exists() or path.suffix == ".csv":
        return path.exists() and path.read_bytes() == content
    kept, made = (np.asarray(Image.open(source), np.float64) for source in (path, io.BytesIO(content)))
    return kept.shape == made.shape and np.abs(kept - made).mean() < 1


def main():
    stale = []
    for name, content in files().items():
        path = FOLDER / name
        if "--check" not in sys.argv:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        elif not same(content, path):
            stale.append(name)
    sys.exit(f"out of date: {', '.join(stale)}: run tools/make_photos.py" if stale else 0)


if __name__ == "__main__":
    main()
