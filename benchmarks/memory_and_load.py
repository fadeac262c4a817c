"""Time and memory around the training: import, loading MNIST, peak memory.

    python benchmarks/memory_and_load.py

Each figure comes from fresh processes: the seconds of `import
mnist_from_scratch` and the packages that it brings in, the seconds of
`load_mnist()`, and the peak memory of a process that loads MNIST, holds 10,000
images back and trains 784-800-10 for one epoch with validation.

Writes memory_and_load.md into benchmarks/results.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

import machine

IMPORT = """
import sys
from time import perf_counter
before = set(sys.modules)
start = perf_counter()
import numpy
middle = perf_counter()
import mnist_from_scratch
end = perf_counter()
packages = {name.split(".")[0] for name in set(sys.modules) - before}
result = {
    "numpy": middle - start, "package": end - middle,
    "packages": sorted(packages - set(sys.stdlib_module_names)),
}
"""

LOAD = """
from time import perf_counter
from mnist_from_scratch import load_mnist
start = perf_counter()
load_mnist()
result = {"seconds": perf_counter() - start}
"""

TRAIN = """
import numpy as np
from mnist_from_scratch import SGD, load_mnist, mlp, train, train_validation_split

rng = np.random.default_rng(0)
X, y, X_test, y_test = load_mnist()
loaded = peak()
X, y, X_val, y_val = train_validation_split(X, y, 10000, rng)
network = mlp([784, 800, 10], rng)
train(network, X, y, SGD(0.1), epochs=1, batch_size=128, rng=rng, validation=(X_val, y_val))
result = {"loaded": loaded, "trained": peak()}
"""

PEAK = '''
def peak():
    """Return the peak memory of this process in MB."""
    try:
        for line in open("/proc/self/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1000
    except OSError:
        import resource, sys
        unit = 1e6 if sys.platform == "darwin" else 1e3
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
'''

# The most that we want, in seconds and megabytes.
LOAD_TARGET, MEMORY_TARGET = 1.5, 500


def fresh(program):
    """Run a program in a process of its own, and return its result."""
    process = subprocess.run(
        [sys.executable, "-c", f"{PEAK}\n{program}\nimport json\nprint(json.dumps(result))"],
        env=machine.environment(), stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return json.loads(process.stdout)


def report(imports, loads, trainings):
    """Return the figures in Markdown, and for each target whether it was reached."""
    def middle(results, name):
        return median(result[name] for result in results)

    load, memory = middle(loads, "seconds"), middle(trainings, "trained")
    packages = sorted({name for result in imports for name in result["packages"]})
    targets = [
        (f"loading takes {load:.2f} s, wanted {LOAD_TARGET} s", load <= LOAD_TARGET),
        (f"peak memory {memory:.0f} MB, wanted {MEMORY_TARGET} MB", memory <= MEMORY_TARGET),
        (
            f"the import brings in {', '.join(packages)}; wanted numpy alone",
            set(packages) <= {"numpy", "mnist_from_scratch"},
        ),
    ]
    lines = [
        "# Import, loading and memory", "",
        f"Medians of {len(loads)} fresh processes. {machine.describe()}. "
        f"{machine.versions('numpy')}.", "",
        "| what | |", "| --- | --- |",
        f"| `import numpy` | {middle(imports, 'numpy'):.3f} s |",
        f"| `import mnist_from_scratch` after it | {middle(imports, 'package'):.3f} s |",
        f"| `load_mnist()` | {load:.2f} s |",
        f"| peak memory after loading | {middle(trainings, 'loaded'):.0f} MB |",
        f"| peak memory after an epoch of 784-800-10 with validation | {memory:.0f} MB |", "",
        *(f"- {'reached' if reached else 'MISSED'}: {line}" for line, reached in targets), "",
    ]  # fmt: skip
    return "\n".join(lines)


def main(arguments=None):
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=5, help="processes for each figure")
    parser.add_argument("--output", type=Path, default=machine.RESULTS)
    options = parser.parse_args(arguments)
    results = ([fresh(program) for _ in range(options.repeats)] for program in (IMPORT, LOAD, TRAIN))
    text = report(*results)
    print(text)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "memory_and_load.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
