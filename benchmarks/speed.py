"""Time one epoch of MNIST: this package against its peers and against the floor.

    python benchmarks/speed.py                    all, a few minutes
    python benchmarks/speed.py --haswell          OpenBLAS pinned to Haswell as well
    python benchmarks/speed.py --repeats 3 --only 784-800-10

    python benchmarks/speed.py --page             what is on file into the book's page

Every contestant trains on the same 60,000 images; in each round all of them
train one epoch, by turns, and what counts is the median over the rounds at the
better number of threads. OpenBLAS reads its choice of kernels when it is
loaded, so each choice has a process of its own: one thread and all, the kernels
that the environment names (OPENBLAS_CORETYPE) and OpenBLAS's own. JAX computes
on all cores that it may use, so a process of one thread has one core, on Linux.
PyTorch and JAX take part where they are installed.

Writes speed.md, speed.csv and speed.png into benchmarks/results, and the table
of book/beyond/speed.md. Times on a busy machine mean nothing: let nothing else
run.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

import machine
import page
from contestants import environment_for

NETWORKS = {  # sizes and batch size
    "784-30-10": ([784, 30, 10], 10),
    "784-128-10": ([784, 128, 10], 64),
    "784-256-128-10": ([784, 256, 128, 10], 128),
    "784-800-10": ([784, 800, 10], 128),
}

FAST = ["ours, fast", "ours, inked", "ours, inked", "ours, inked"]  # our fastest on each of them

# What we want: seconds of a peer over ours, at each side's best threads ...
TARGETS = [
    *(("ours", "PyTorch", name, ratio) for name, ratio in zip(NETWORKS, (4.9, 1.6, 1.2, 1.1))),
    *((fast, "PyTorch", name, ratio) for fast, name, ratio in zip(FAST, NETWORKS, (5.0, 2.5, 1.7, 1.7))),
    *((fast, "JAX, an epoch", name, 0.9) for fast, name in zip(FAST, NETWORKS)),
    ("ours", "scikit-learn", "784-30-10", 2.0), ("ours", "scikit-learn", "784-128-10", 1.5),
    ("ours", "scikit-learn", "784-800-10", 1.7),
]  # fmt: skip
# ... and our seconds over those of the matrix products, on one thread.
FLOOR_TARGET = ("784-800-10", 1.2)


# In a process for each choice of kernels


def measure(X, y, networks, repeats, n):
    """Return the seconds of every epoch with n threads, rows (network, contestant, n, [...]), and who is lacking."""
    from contestants import SMALL_ONLY, installed, use_threads

    contestants, lacking = installed()
    rows = []
    with use_threads(n):
        for name, (sizes, batch_size) in networks.items():
            epochs = {contestant: prepare(sizes, batch_size, X, y) for contestant, prepare in contestants.items()
                      if sizes[1] <= SMALL_ONLY.get(contestant, sizes[1])}  # fmt: skip
            rounds = [{contestant: epoch() for contestant, epoch in epochs.items()} for _ in range(repeats + 1)]
            rows += [[name, each, n, [seconds[each] for seconds in rounds[1:]]] for each in epochs]  # the first warms up
            print(f"  {name}, {n} thread{'s' * (n > 1)}: done", file=sys.stderr, flush=True)
    return rows, lacking


def kernels():
    """Return which kernels NumPy's BLAS uses, in words."""
    import threadpoolctl

    import numpy  # noqa: F401  (loads the library that is asked about)

    found = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    return ", ".join(
        sorted({f"{pool['internal_api']} {pool['version']} {pool.get('architecture')}" for pool in found})
    ) or "unknown"  # fmt: skip


def keep_to(n):
    """Let this process have n cores and no more, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:n])


def child(settings):
    """Measure, and print the result as JSON."""
    keep_to(settings["threads"])
    from mnist_from_scratch import load_mnist

    X, y, _, _ = load_mnist()
    found = kernels()
    networks = {name: NETWORKS[name] for name in settings["networks"]}
    n = settings["images"]
    rows, lacking = measure(X[:n], y[:n], networks, settings["repeats"], settings["threads"])
    print(json.dumps({"kernels": found, "rows": rows, "lacking": lacking}))


# What it comes to


def best(rows):
    """Return {(network, contestant): (median seconds, threads)} at the best threads."""
    result = {}
    for network, contestant, n, seconds in rows:
        candidate = (median(seconds), n)
        key = network, contestant
        result[key] = min(result.get(key, candidate), candidate)
    return result


def verdicts(rows):
    """Yield a line for each target: what was wanted, what came, reached or missed."""
    fastest = best(rows)
    for own, peer, network, wanted in TARGETS:
        if (network, peer) in fastest and (network, own) in fastest:
            ratio = fastest[network, peer][0] / fastest[network, own][0]
            yield f"{network}: {own} {ratio:.2f} times as fast as {peer}, wanted {wanted}", ratio >= wanted
    network, wanted = FLOOR_TARGET
    single = {c: median(seconds) for name, c, n, seconds in rows if (name, n) == (network, 1)}
    if single:
        ratio = single["ours"] / single["matrix products"]
        yield (
            f"{network}: {ratio:.2f} of its matrix products on one thread, wanted {wanted}",
            ratio <= wanted,
        )


def table(settings, results):
    """Return the report in Markdown."""
    lines = [
        "# Seconds for one epoch of MNIST", "",
        f"{settings['images']:,} images, float32, plain SGD, cross-entropy; medians of "
        f"{settings['repeats']} interleaved epochs, each side at its better number of threads "
        f"(in brackets), out of {settings['threads']}.",
        f"{settings['date']}. {settings['machine']}. {settings['versions']}.", "",
    ]  # fmt: skip
    for label, result in results.items():
        fastest = best(result["rows"])
        names = list(dict.fromkeys(c for _, c in fastest))
        lines += [f"## {label}", "", f"Kernels: {result['kernels']}.", ""]
        lines += [f"{name} is not installed, and left out." for name in result["lacking"]]
        head = ["network, batch", *names, "ours / products, 1 thread"]
        lines += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        for network in dict.fromkeys(name for name, _ in fastest):
            row = [f"{network}, {NETWORKS.get(network, ('', '?'))[1]}"]
            row += ["{:.3f} ({})".format(*fastest[network, name]) if (network, name) in fastest else "" for name in names]
            single = {c: median(s) for name, c, n, s in result["rows"] if (name, n) == (network, 1)}
            row += [f"{single['ours'] / single['matrix products']:.2f}" if single else ""]
            lines += ["| " + " | ".join(row) + " |"]
        lines += ["", *(f"- {'reached' if reached else 'MISSED'}: {line}"
                        for line, reached in verdicts(result["rows"])), ""]  # fmt: skip
    return "\n".join(lines)


COLUMNS = ["setting", "kernels", "network", "contestant", "threads", "median", "fastest", "slowest",
           "images", "repeats", "date", "versions", "machine"]  # fmt: skip


def write_csv(path, results, settings):
    """Write every median to a CSV file, with when, with what and where it was taken."""
    made = [settings[name] for name in ("images", "repeats", "date", "versions", "machine")]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for label, result in results.items():
            for network, contestant, n, seconds in result["rows"]:
                figures = [f"{f(seconds):.4f}" for f in (median, min, max)]
                writer.writerow([label, result["kernels"], network, contestant, n, *figures, *made])


# The book's page

PAGE = machine.ROOT / "book" / "beyond" / "speed.md"


def read_csv(path):
    """Return the rows of the first setting, the kernels that OpenBLAS chose or the environment named."""
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["setting"] == rows[0]["setting"]]


def made_how(rows):
    """Return when, with what and where the rows were made."""
    first = rows[0]
    spread = median((float(row["slowest"]) - float(row["fastest"])) / float(row["median"]) for row in rows)
    return (f"{first['date']}: {first['versions']}, {first['kernels']}; {first['machine']}; "
            f"medians of {first['repeats']} epochs of {int(first['images']):,} images, "
            f"which for half of the lines spread by {100 * spread:.0f} % or more\n")  # fmt: skip


def page_rows(rows):
    """Return what the page shows: network, contestant, seconds for each number of threads."""
    found = {}
    for row in rows:
        seconds = found.setdefault((row["network"], row["contestant"]), [])
        seconds.append(f"{row['threads']}: {float(row['median']):.3f}")
    return "".join(f"{network} | {name} | {', '.join(each)}\n" for (network, name), each in found.items())


def write_page(path):
    """Put the results on file, and how they were made, into their cell of the page."""
    rows = read_csv(path)
    page.put(PAGE, MADE=made_how(rows), ROWS=page_rows(rows))


def draw(path, results):
    """Draw the medians: a panel for each network, a group of bars for each setting."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from mnist_from_scratch import plots

    plots.use_style()
    colours = {
        "matrix products": plots.COLOURS["neutral"], "ours": plots.COLOURS["training"],
        "scikit-learn": plots.COLOURS["relu"], "PyTorch": plots.COLOURS["validation"],
    }  # fmt: skip  # the others are black
    fastest = {label: best(result["rows"]) for label, result in results.items()}
    keys = list(dict.fromkeys(key for each in fastest.values() for key in each))
    networks, names = (list(dict.fromkeys(column)) for column in zip(*keys))
    figure, axes = plt.subplots(
        1, len(networks), figsize=(2.8 * len(networks), 1.2 + 1.6 * len(results)), squeeze=False
    )
    for axis, network in zip(axes[0], networks):
        ticks, labels = [], []
        for group, (label, each) in enumerate(fastest.items()):
            for i, name in enumerate(names):
                if (network, name) in each:
                    seconds, threads = each[network, name]
                    height = -(group * (len(names) + 1.5) + i)
                    axis.barh(height, seconds, color=colours.get(name, "black"), height=0.8)
                    note = f" {seconds:.2f} s, {threads} thread{'s' * (threads > 1)}"
                    axis.text(seconds, height, note, va="center", fontsize=8)
                    ticks.append(height)
                    labels.append(name)
            if axis is axes[0][0]:
                top = -group * (len(names) + 1.5) + 0.65
                axis.text(0, top, " " + label.split(",")[0], fontsize=8.5, weight="bold")
        longest = max(seconds for each in fastest.values()
                      for (name, _), (seconds, _) in each.items() if name == network)  # fmt: skip
        axis.set(title=network, xlabel="seconds an epoch", xlim=(0, 1.6 * longest))
        axis.set_yticks(ticks, labels if axis is axes[0][0] else [""] * len(ticks), fontsize=8.5)
        axis.grid(axis="y", visible=False)
        axis.xaxis.set_major_locator(plt.MaxNLocator(3))
        axis.set_ylim(min(ticks) - 0.7, 1.3)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)


def choices(haswell):
    """Return {label: value of OPENBLAS_CORETYPE}, None for OpenBLAS's own choice."""
    set_to = os.environ.get("OPENBLAS_CORETYPE")
    found = {}
    if set_to:
        found[f"OPENBLAS_CORETYPE={set_to}, as the environment sets it"] = set_to
    found["OpenBLAS's own choice" + ("" if set_to else ", the environment sets none")] = None
    if haswell and set_to != "Haswell":
        found["OPENBLAS_CORETYPE=Haswell, pinned"] = "Haswell"
    return found


def main(arguments=None):
    """Measure, print and write."""
    cores = machine.cores()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=7, help="rounds")
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, min(2, cores), cores}))
    parser.add_argument("--only", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--images", type=int, default=60000)
    parser.add_argument("--haswell", action="store_true", help="pin the kernels as well")
    parser.add_argument("--output", type=Path, default=machine.RESULTS)
    parser.add_argument("--page", action="store_true", help="write what is on file into the book's page")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        return child(json.loads(options.child))
    if options.page:
        return write_page(options.output / "speed.csv")

    settings = {
        "repeats": options.repeats, "threads": options.threads, "networks": options.only,
        "images": options.images, "machine": machine.describe(),
        "versions": machine.versions("numpy", "scikit-learn", "torch", "jax"),
        "date": date.today().isoformat(),
    }  # fmt: skip
    results = {}
    for label, value in choices(options.haswell).items():
        print(label, file=sys.stderr, flush=True)
        for n in options.threads:
            process = subprocess.run(
                [sys.executable, __file__, "--child", json.dumps(settings | {"threads": n})],
                env=machine.environment(OPENBLAS_CORETYPE=value, **environment_for(n)),
                stdout=subprocess.PIPE, check=True,
            )  # fmt: skip
            found = json.loads(process.stdout.splitlines()[-1])
            results.setdefault(label, found | {"rows": []})["rows"] += found["rows"]
    report = table(settings, results)
    print(report)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "speed.md").write_text(report, "utf-8")
    write_csv(options.output / "speed.csv", results, settings)
    draw(options.output / "speed.png", results)
    if options.output == machine.RESULTS:
        write_page(options.output / "speed.csv")


if __name__ == "__main__":
    main()
