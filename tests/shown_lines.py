"""Which lines of which file a page shows, decided by Sphinx's own reader."""

from mystsource import ROOT, read_page
from sphinx.config import Config
from sphinx.directives.code import LiteralIncludeReader

PACKAGE = ROOT / "mnist_from_scratch"
CORE = ["data", "gradient_check", "activations", "losses", "initialisers", "layers",
        "regularisation", "network", "training", "schedules", "optimisers", "fast", "distortions", "handwriting", "doubts", "configurations", "results",
        "fingerprints", "experiments", "_arguments", "__init__"]  # fmt: skip


class NumberedLine(str):
    def __new__(cls, text, number):
        line = super().__new__(cls, text)
        line.number = number
        return line


class NumberedReader(LiteralIncludeReader):
    """The reader of literalinclude, which remembers the lines it took."""

    def read_file(self, filename, location=None):
        lines = super().read_file(filename, location)
        return [NumberedLine(text, number) for number, text in enumerate(lines, 1)]

    def dedent_filter(self, lines, location=None):  # the first that changes lines
        self.taken = [line.number for line in lines]
        return super().dedent_filter(lines, location)


def shown_lines(page):
    """Yield, for each line of a file that a page shows: file, line, place in the page."""
    for block in read_page(page.read_text(encoding="utf-8")):
        if block.kind == "literalinclude":
            path = (page.parent / block.argument).resolve()
            reader = NumberedReader(str(path), dict(block.options), Config())
            reader.read()
            for number in reader.taken:
                yield path, number, f"{page.name}:{block.line}"
