"""The live figures, as the pages' sources name them."""

import re

from mystsource import ROOT

LIVE = re.compile(r"^```\{live\} (\S+)\n:figure: (\S+)", re.MULTILINE)

# Of each: its name, the page that has it, the figure that it answers for.
FIGURES = [
    (name, path.relative_to(ROOT).with_suffix(".html").as_posix(), figure)
    for path in sorted((ROOT / "book").rglob("*.md"))
    for name, figure in LIVE.findall(path.read_text(encoding="utf-8"))
]
