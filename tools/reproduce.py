"""Build the book twice from nothing, and compare the two sites: make reproduce.

Times differ from build to build, and they alone may: the outputs of cells
tagged timing, and the values glued from them. The comparison masks and counts
these. All else, pages, notebooks, images and search index, is the same to the
byte, in whatever folder the book is built.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
MASK = "(time)"


def build(folder, hash_seed, toc=None):
    """Copy the book into the folder, build it there, and return its site.

    With a toc of its own, the copy has fewer pages, and their references to
    the others are warnings.
    """
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in files.stdout.decode().rstrip("\0").split("\0"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    if toc:
        (folder / "_toc.yml").write_text(toc)
    strict = [] if toc else ["-W", "-n", "--keep-going"]
    process = subprocess.run(
        [Path(sys.executable).parent / "jupyter-book", "build", folder, *strict],
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONHASHSEED": str(hash_seed)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    if process.returncode:
        raise RuntimeError(f"the book does not build:\n{process.stdout}")
    return folder / "_build" / "html"


def mask_page(text):
    """Return a page without its times, how many it had, and the images drawn from them."""
    soup = BeautifulSoup(text, "html.parser")
    outputs, values = soup.select(".tag_timing .cell_output"), soup.select(".timing")
    images = {image["src"].rpartition("/")[2] for output in outputs for image in output.select("img")}
    for output in outputs:
        for part in output.select(".panels, .panels img"):
            del part["style"]  # how wide they are drawn
        for part in output.find_all(recursive=False):
            if part.name not in ("figure", "img"):  # a figure has a caption, which may not differ
                part.clear()
    for value in values:
        value.string = MASK
    text = str(soup)
    for image in images:  # here, and where the page's head or a link names it again
        text = text.replace(image, MASK)
    return text, len(outputs) + len(values), images


def mask_notebook(text):
    """Return a notebook without its times, and how many it had."""
    notebook, count = json.loads(text), 0
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"], values = re.subn(r'(<span class="timing">).*?(</span>)', rf"\1{MASK}\2",
                                             source, flags=re.DOTALL)  # fmt: skip
            count += values
        elif cell.get("outputs") and "timing" in cell["metadata"].get("tags", []):
            cell["outputs"] = MASK
            count += 1
    return json.dumps(notebook, indent=1, ensure_ascii=False), count


def read_site(folder):
    """Return the content of the site's files, their times masked, and the number of the times."""
    files = {str(path.relative_to(folder)): path.read_bytes()
             for path in sorted(folder.rglob("*")) if path.is_file()}  # fmt: skip
    drawn, total = set(), 0
    for name, content in files.items():
        images, count = set(), 0
        if name.endswith(".html") and b"timing" in content:
            text, count, images = mask_page(content.decode())
        elif name.endswith(".ipynb"):
            text, count = mask_notebook(content.decode())
        if count:
            files[name] = text.encode()
        drawn, total = drawn | images, total + count
    for name in drawn:
        files.pop(f"_images/{name}", None)
    return files, total


def first_difference(one, other):
    """Return a sentence on the first line in which two files differ."""
    for number, (a, b) in enumerate(zip_longest(one.splitlines(), other.splitlines()), 1):
        if a != b:
            a, b = (line or b"" for line in (a, b))
            start = max(0, len(os.path.commonprefix([a, b])) - 40)
            return f"line {number}: {a[start:][:120]!r} and {b[start:][:120]!r}"
    return "they end their lines differently"


def compare(one, other):
    """Return a sentence for each file in which two sites differ, and the number of masked times."""
    (ones, count), (others, count_of_other) = read_site(one), read_site(other)
    found = [f"{name} is in {one if name in ones else other} alone"
             for name in sorted(ones.keys() ^ others.keys())]  # fmt: skip
    found += [f"{name}, {first_difference(ones[name], others[name])}"
              for name in sorted(ones.keys() & others.keys()) if ones[name] != others[name]]
    if count != count_of_other:
        found.append(f"{count} times are masked in one, {count_of_other} in the other")
    return found, count


def main():
    home = Path(tempfile.mkdtemp(prefix="reproduce-"))
    sites = []
    for seed, name in enumerate(["one", "another's [2026], 100% #1 é*"], 1):
        print(f"Building the book from nothing in {home / name}", flush=True)
        sites.append(build(home / name, seed))
    found, count = compare(*sites)
    files = sum(path.is_file() for path in sites[0].rglob("*"))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(found)} differences in {files} files; {count} measured times are masked")
    if found:
        sys.exit(1)  # and leaves the sites there to be looked at
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
