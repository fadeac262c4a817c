"""Say which chapters are run, and how long the rest will take: a line for each.

Sphinx reads the pages one by one, and MyST-NB then runs those that are not in
the execution cache. Here they are counted before, and put in the book's order.
"""

from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from jupyter_cache import get_cache
from myst_nb.core.read import create_nb_reader
from myst_nb.sphinx_ import NbMetadataCollector

# What the chapters take on two cores, in seconds: measured on slow ones, and divided by 2.3.
# Elsewhere all take more, or all less, and those that have been run tell how much. A chapter
# that is not listed counts as 20.
SECONDS = {
    "intro": 4, "digits": 24, "matrices": 4, "neurons": 2, "slopes": 3, "softmax": 2, "losses": 3,
    "backpropagation": 6, "gradient-descent": 7, "gradient-checking": 33, "training": 24, "initialisation": 21, "network": 144,
    "few-runs": 30, "learning-rates": 95, "activation-functions": 59, "architectures": 94, "mse-cross-entropy": 48,
    "famous-network": 56, "faster-descent": 45, "overfitting": 60, "classics": 17, "learned": 23, "handwriting": 31, "speed": 15,
}  # fmt: skip
TRUST = 30  # after so many of these seconds, a machine's own time counts as much as the table


def name_of(docname):
    return docname.rpartition("/")[2]


def usual(docnames):
    return sum(SECONDS.get(name_of(docname), 20) for docname in docnames)


def spoken(seconds):
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def is_cached(env, docname):
    """Return whether a page's outputs are in the execution cache; None if it has no cells."""
    path = env.doc2path(docname)
    source = Path(path).read_text(encoding="utf-8")
    reader = create_nb_reader(path, env.myst_config, env.mystnb_config, source)
    if reader is None:
        return None
    try:
        get_cache(env.mystnb_config.execution_cache_path).match_cache_notebook(reader.read(source))
    except KeyError:
        return False
    return True


class Progress:
    """The chapters to run, in order, and the seconds that those before took."""

    def __init__(self):
        self.to_run, self.took = [], 0

    def plan(self, app, env, docnames):
        """Put the pages that Sphinx is going to read in order, and say how many are run."""
        docnames.sort(key=list(app.config.external_site_map).index)
        cached = {docname: is_cached(env, docname) for docname in docnames}
        self.to_run = [docname for docname in docnames if cached[docname] is False]
        known = NbMetadataCollector.get_doc_data(env).items()
        chapters = {docname for docname, data in known if data.get("exec_data")}
        chapters = len(chapters.union(docname for docname in docnames if cached[docname] is not None))
        if self.to_run:
            others = "; the others are up to date" * (len(self.to_run) < chapters)
            time = f"about {spoken(self.left(0))}"
            print(f"Chapters to run: {len(self.to_run)} of {chapters}, {time}{others}", flush=True)
        elif chapters:
            print(f"All {chapters} chapters are up to date", flush=True)

    def left(self, place):
        """Return how many seconds the chapters from this place on will take."""
        pace = (TRUST + self.took) / (TRUST + usual(self.to_run[:place]))
        return pace * usual(self.to_run[place:])

    @contextmanager
    def line(self, docname):
        """Print a line for a chapter, the end of it when it has been run."""
        place, count = self.to_run.index(docname) + 1, len(self.to_run)
        width = max(len(name_of(docname)) for docname in self.to_run)
        print(f"{place:>{len(str(count))}} of {count}  {name_of(docname):<{width}}", end="", flush=True)
        start = perf_counter()
        try:
            yield
        except BaseException:
            print(flush=True)
            raise
        seconds = perf_counter() - start
        self.took += seconds
        left = f"   about {spoken(self.left(place))} left" if place < count else ""
        print(f"  {spoken(seconds):>6}{left}", flush=True)
