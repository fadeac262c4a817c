"""Reproduce published results on MNIST: make classics, or

    python benchmarks/classics.py                   all that is not done yet
    python benchmarks/classics.py --list            what is done, and the minutes that the rest takes
    python benchmarks/classics.py --rows linear     some rows; --again: also what an older package did
    python benchmarks/classics.py --choose          try other settings, on validation images
    python benchmarks/classics.py --page            write what is done into the book's page

The rows are those of published.py. A job is one network of a row: it trains in a
process of its own, on one thread, and reads the test images once, at its end. Its
line is in results/classics.csv as soon as it has finished, so that a run which was
stopped goes on from there, and in the end in the book's page, whose notebook then needs
no file besides. Seconds are those of a core, so that other work delays them little.
"""

import argparse
import csv
import hashlib
import io
import os
import re
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

import machine
import page
from mnist_from_scratch import CosineDecay, load_mnist
from mnist_from_scratch.experiments import run
from mnist_from_scratch.network import write_npz
from mnist_from_scratch.results import Run
from published import ROWS, SPLIT, paced

PACKAGE = machine.ROOT / "mnist_from_scratch"
NUMBERS = (  # the modules that make the numbers: what only refuses, or reads results, is not among them
    "activations", "configurations", "data", "distortions", "experiments", "initialisers", "layers",
    "losses", "network", "optimisers", "regularisation", "schedules", "training",
)  # fmt: skip
RESULTS = machine.RESULTS / "classics.csv"
PAGE = machine.ROOT / "book" / "beyond" / "classics.md"
CHOICES = machine.RESULTS / "classics-choices.csv"
CACHE = machine.ROOT / "_build" / "classics"  # what networks said, for their committee
CHOICE = 10  # epochs to choose by, or a quarter of the row's
TRIAL = 2_000  # images, to see how fast a row trains
COUNTS = {"wrong": "test", "wrong_validation": "validation"}
COUNT_OF = {of: name for name, of in COUNTS.items()}


# Results: all that the book's page needs


def package_hash():
    """Return a text that changes with the modules of the package that make the numbers."""
    source = "".join(name + (PACKAGE / f"{name}.py").read_text("utf-8") for name in NUMBERS)
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def whole_lines(path):
    """Return the text of a file, but for a last line that a kill has left half-written."""
    text = path.read_text("utf-8") if path.exists() else ""
    return text[: text.rfind("\n") + 1]


def read_lines(path):
    """Return the lines of a CSV file, a dict of texts each."""
    return list(csv.DictReader(io.StringIO(whole_lines(path))))


def read_results(path=RESULTS):
    """Return the last line of each row and seed; stale: made by another version of the package."""
    latest = {(line["key"], line["seed"]): line for line in read_lines(path)}
    current = package_hash()
    return [line | {"stale": line["package"] != current} for line in latest.values()]


# The book's page


def in_words(row):
    """Return the settings of row, and where they are from, for a column of the page."""
    if row.averages:
        return f"{row.averages.seeds} networks, averaged"
    c = row.configuration
    rate = f"{c.lr.lr:g}, falling" if isinstance(c.lr, CosineDecay) else f"{c.lr:g}"
    parts = [c.hidden.__name__] * (len(c.sizes) > 2) + [f"{c.method.__name__} {rate}", f"{c.epochs} × {c.batch_size}"]
    parts += [f"L2 {c.l2:g}"] * bool(c.l2) + [f"dropout {c.dropout:g}"] * bool(c.dropout)
    return f"{', '.join(parts)}; {'printed' if row.chosen == 'paper' else 'chosen'}"


def page_rows():
    """Return what the page shows: a line for each row that is done, its numbers of wrong images last."""
    made, lines = read_results(RESULTS), ""
    for row in ROWS:
        runs = [line for line in made if (line["key"], line["settings"]) == (row.key, row.settings)]
        if runs:
            runs.sort(key=lambda line: int(line["seed"]))
            published = "-" if row.published is None else f"{row.published:g}"
            seconds = np.mean([float(line["seconds"]) for line in runs])
            package = "another" if any(line["stale"] for line in runs) else "this"
            wrong = " ".join(line[COUNT_OF[row.on]] for line in runs)
            line = (row.key, row.label, row.author, published, row.on,
                    in_words(row), f"{seconds:.3g}", package, wrong)  # fmt: skip
            lines += " | ".join(line) + "\n"
    return lines


def made_how():
    """Return when, with what and where the runs of the page were made."""
    made = read_results(RESULTS)
    days = sorted(line["date"] for line in made)
    with_what = {f"{line['versions']}, {re.sub(', load .* before', '', line['machine'])}" for line in made}
    return f"{' to '.join(dict.fromkeys(days[:1] + days[-1:]))}: {'; '.join(sorted(with_what))}\n"


def write_page():
    """Put the rows, and how they were made, into their cell of the page."""
    page.put(PAGE, MADE=made_how(), ROWS=page_rows())


# One job


@cache
def images():
    """Return X, y, X_test, y_test: once in each process."""
    return load_mnist()


def train(configuration, seed, X, y):
    """Return the trained network, and how many seconds of a core it took: others don't count."""
    start = thread_time()
    history, params, diverged = run(configuration, seed, X, y, validation=None)
    if diverged:
        raise FloatingPointError("the training diverged")
    return Run(configuration, seed, history, params).network(), thread_time() - start


def count_wrong(scores, y):
    """Return how many of the scores, (N, K), are not highest at y, (N,)."""
    return int(np.count_nonzero(scores.argmax(axis=1) != y))


def learn(row, seed):
    """Train a network of row; return its line. The test images are read here, once."""
    X, y, X_test, y_test = images()
    network, seconds = train(row.configuration, seed, X[: row.n], y[: row.n])
    left_over = row.n <= SPLIT
    wrong_validation = count_wrong(network.logits(X[SPLIT:]), y[SPLIT:]) if left_over else ""
    Z = network.logits(X_test)
    if any(other.averages == row for other in ROWS):
        CACHE.mkdir(parents=True, exist_ok=True)
        write_npz(cached(row, seed), P=network.loss.output.forward(Z), seconds=seconds)
    return line_of(row, seed, row.settings, seconds, count_wrong(Z, y_test), wrong_validation)


def vote(row, seed):
    """Average what the networks said; return the committee's line."""
    files = [np.load(cached(row.averages, member)) for member in range(row.averages.seeds)]
    P = np.mean([file["P"] for file in files], axis=0)                     # (N, K)
    seconds = sum(float(file["seconds"]) for file in files)
    return line_of(row, seed, row.settings, seconds, count_wrong(P, images()[3]))


def choose(row, seed, configuration):
    """Train with other settings on the first images; return a line on the validation images."""
    X, y, *_ = images()
    network, seconds = train(configuration, seed, X[:SPLIT], y[:SPLIT])
    wrong = count_wrong(network.logits(X[SPLIT:]), y[SPLIT:])
    return line_of(row, seed, str(configuration), seconds, "", wrong)


def line_of(row, seed, settings, seconds, wrong, wrong_validation=""):
    """Return a line: numbers of wrong images, empty for images that were not read."""
    return {"key": row.key, "seed": seed, "wrong": wrong, "wrong_validation": wrong_validation,
            "seconds": float(f"{seconds:.3g}"), "settings": settings}  # fmt: skip


def cached(row, seed):
    """Return the file of what a network said, named after all that it depends on."""
    mark = hashlib.sha256((row.settings + package_hash()).encode()).hexdigest()[:12]
    return CACHE / f"{row.key}-{seed}-{mark}.npz"


# Many jobs


def expected(configuration, n):
    """Return how many seconds n images will take, by an epoch of a few."""
    X, y, *_ = images()
    few = min(n, TRIAL, len(X))
    history, *_ = run(replace(configuration, epochs=1), 0, X[:few], y[:few], validation=None)
    return history.seconds[0] * configuration.epochs * n / few


def append(path, line):
    """Add a line to a CSV file, which is whole at any moment."""
    before, added = whole_lines(path), io.StringIO()
    writer = csv.DictWriter(added, line, lineterminator="\n")
    if not before:
        writer.writeheader()
    writer.writerow(line)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(before + added.getvalue(), "utf-8", newline="")
    os.replace(partial, path)


def circumstances():
    """Return when, with what and where, for a line."""
    from speed import kernels

    made = {"date": date.today().isoformat(), "package": package_hash()}
    where = f"{machine.describe()}, {kernels()}"
    return made | {"versions": machine.versions("numpy"), "machine": where}


def attempt(work, i, job):
    """Return i and the line of a job, or why there is none."""
    try:
        return i, work(*job)
    except Exception as error:  # whatever it is, the other jobs go on
        return i, f"FAILED: {type(error).__name__}: {error}"


def carry_out(work, jobs, seconds, n_jobs, path):
    """Do the jobs, which take so many seconds, the longest first; return how many failed."""
    from joblib import Parallel, delayed

    order = sorted(range(len(jobs)), key=lambda i: -seconds[i])
    parallel = Parallel(n_jobs, return_as="generator_unordered", batch_size=1)
    made, start, left, failed = circumstances(), perf_counter(), sum(seconds), 0
    for done, (i, said) in enumerate(parallel(delayed(attempt)(work, i, jobs[i]) for i in order), 1):
        left -= seconds[i]
        if isinstance(said, dict):
            append(path, said | made)
            counts = (f"{said[name]} {of} images" for name, of in COUNTS.items() if said[name] != "")
            said = f"wrong on {', '.join(counts)}"
        else:
            failed += 1
        minutes = f"{(perf_counter() - start) / 60:.1f} min, about {left / n_jobs / 60:.0f} to go"
        print(f"{done}/{len(jobs)} {jobs[i][0].key} seed {jobs[i][1]}: {said}; {minutes}", flush=True)
    return failed


def pending(rows, again=False):
    """Return the jobs (row, seed) to do; again: also those that another version of the package did."""
    done = {(line["key"], line["seed"], line["settings"])
            for line in read_results(RESULTS) if not (again and line["stale"])}  # fmt: skip
    jobs = [(row, seed) for row in rows for seed in range(row.seeds)
            if (row.key, str(seed), row.settings) not in done]  # fmt: skip
    silent = [(row.averages, seed) for row, _ in jobs if row.averages
              for seed in range(row.averages.seeds) if not cached(row.averages, seed).exists()]  # fmt: skip
    return jobs + [job for job in silent if job not in jobs]


def alternatives(row):
    """Return the configurations to choose among: the row's own, other rates, the row's others."""
    def short(configuration, factor=1):
        epochs = min(configuration.epochs, max(CHOICE, configuration.epochs // 4))
        return paced(configuration, configuration.lr.lr * factor, epochs)

    return [short(row.configuration, factor) for factor in (1, 0.5, 2)] + [*map(short, row.others)]


def chosen(row):
    """Return in words where the settings of row come from."""
    if row.chosen == "paper" or row.averages:
        return "those of the networks" if row.averages else "the paper's"
    own, *others = map(str, alternatives(row))
    wrong = {line["settings"]: int(line["wrong_validation"])
             for line in read_lines(CHOICES) if line["key"] == row.key}  # fmt: skip
    if not {own, *others} <= set(wrong):
        return f"NOT CHOSEN YET: --choose --rows {row.key}"
    best = min(wrong, key=wrong.get)
    return "the best on validation images" if wrong[own] == wrong[best] else f"NOT THE BEST: {best}"


def main(arguments=None):
    """Run, list or choose; return how many jobs failed."""
    keys = [row.key for row in ROWS]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true", help="say what there is to do")
    parser.add_argument("--rows", nargs="+", choices=keys, default=keys, metavar="KEY")
    parser.add_argument("--choose", action="store_true", help="try other settings of the rows instead")
    parser.add_argument("--page", action="store_true", help="write what is done into the book's page")
    parser.add_argument("--again", action="store_true", help="what another version did counts as not done")
    parser.add_argument("--jobs", type=int, default=min(2, machine.cores()), help="so many at a time")
    options = parser.parse_args(arguments)
    rows = [row for row in ROWS if row.key in options.rows]
    if options.page:
        write_page()
        return 0
    if options.choose:
        done = {(line["key"], line["settings"]) for line in read_lines(CHOICES)}
        jobs = [(row, 0, each) for row in rows if row.chosen == "validation" and not row.averages
                for each in alternatives(row) if (row.key, str(each)) not in done]  # fmt: skip
        return carry_out(choose, jobs, [expected(c, SPLIT) for *_, c in jobs], options.jobs, CHOICES)

    jobs = pending(rows, options.again)
    training = [job for job in jobs if not job[0].averages]
    voting = [job for job in jobs if job[0].averages]
    takes = {row: expected(row.configuration, row.n) for row in dict(training)}
    seconds = [takes[row] for row, _ in training]
    if options.list:
        for row in rows:
            left = sum(row == each for each, _ in jobs)
            print(f"{row.key:22} {row.seeds - left} of {row.seeds} done, {takes.get(row, 0):4.0f} s for each "
                  f"other; settings: {chosen(row)}")  # fmt: skip
        print(f"about {sum(seconds) / options.jobs / 60:.0f} minutes to go, with --jobs {options.jobs}")
        return 0
    failed = carry_out(learn, training, seconds, options.jobs, RESULTS)
    failed += carry_out(vote, voting, [0] * len(voting), 1, RESULTS)
    write_page()
    return failed


if __name__ == "__main__":
    import classics  # by its name, under which the other processes find its functions

    sys.exit(min(classics.main(), 1))
