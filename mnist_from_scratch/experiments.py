"""Sweeps: many configurations, each over several seeds, and what they tell.

A configuration is a dict: sizes, lr and epochs, and whatever differs from
DEFAULTS. A run is the training of one configuration with one seed.
"""

import copy
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from ._arguments import check_count
from .activations import ReLU
from .kept import Kept
from .network import mlp
from .training import SGD, History, prepare, progress_bar, train

NEEDED = {"sizes", "lr", "epochs"}
DEFAULTS = {
    "hidden": ReLU,       # the activation between the layers
    "loss": None,         # as mlp: CrossEntropy(Softmax())
    "init": None,         # as mlp: he for ReLU, xavier for the others
    "batch_size": 32,
    "n_train": None,      # all images, or so many of them, drawn by the seed
}


@dataclass
class Run:
    """One training: its configuration and seed, its curves and parameters."""

    configuration: dict
    seed: int
    history: History
    params: list
    diverged: bool = False

    def final(self, name="val_accuracy"):
        """Return the last value of a curve of the History; NaN if diverged."""
        return np.nan if self.diverged else getattr(self.history, name)[-1]

    def seconds(self):
        """Return the time of all updates, a float."""
        return float(sum(self.history.seconds))

    def network(self):
        """Return the network as this run left it."""
        network = build(self.configuration, np.random.default_rng(0))
        for V, kept in zip(network.params, self.params):
            V[...] = kept
        return network

    def key(self):
        """Return a text that names the configuration and the seed."""
        return key_of(self.configuration, self.seed)

    def arrays(self):
        """Return all that was found, as a dict of arrays."""
        curves = asdict(self.history).items()
        return {
            "diverged": self.diverged,
            **{f"curve_{name}": curve for name, curve in curves},
            **{f"param_{i:02}": V for i, V in enumerate(self.params)},
        }


def from_arrays(configuration, seed, arrays):
    """Return the Run whose arrays these are."""
    curves = {
        name.removeprefix("curve_"): curve.tolist()
        for name, curve in arrays.items() if name.startswith("curve_")
    }
    params = [arrays[name] for name in sorted(arrays) if name.startswith("param_")]
    diverged = bool(arrays["diverged"])
    return Run(configuration, seed, History(**curves), params, diverged)


def key_of(configuration, seed):
    """Return a text that tells one run from another."""
    settings = sorted((DEFAULTS | configuration).items())
    return repr(([(name, text_of(value)) for name, value in settings], int(seed)))


def text_of(value):
    """Return a text that tells a setting from others: of our functions, the name."""
    ours = getattr(value, "__module__", "").startswith(f"{__package__}.")
    return value.__name__ if ours and hasattr(value, "__name__") else repr(value)


def build(configuration, rng):
    """Return the untrained network of a configuration."""
    settings = copy.deepcopy(DEFAULTS | configuration)  # runs share no loss
    return mlp(
        settings["sizes"], rng,
        hidden=settings["hidden"], loss=settings["loss"], init=settings["init"],
    )


def run(configuration, seed, X, y, validation):
    """Train one network, on one core, and return the Run.

    Runs of one seed draw their weights, their choice of images and their
    batches from the same random numbers: what can be alike is alike. A run
    whose loss is no longer finite is marked as diverged.
    """
    from threadpoolctl import threadpool_limits

    settings, diverged = DEFAULTS | configuration, False
    for_weights, for_choice, for_batches = np.random.default_rng(seed).spawn(3)
    network = build(configuration, for_weights)
    if settings["n_train"] is not None:
        chosen = for_choice.permutation(len(X))[: settings["n_train"]]
        X, y = X[chosen], y[chosen]
    with threadpool_limits(1):
        try:
            history = train(
                network, X, y, SGD(settings["lr"]), epochs=settings["epochs"],
                batch_size=settings["batch_size"], rng=for_batches,
                validation=validation,
            )
        except FloatingPointError as error:
            history, diverged = error.history, True
    return Run(configuration, seed, history, network.params, diverged)


class SweepError(RuntimeError):
    """Some runs failed. The message says which and why; results has the others."""


def sweep(
    configurations, seeds, X, y, validation, *,
    folder=None, n_jobs=-1, progress=False,
):
    """Run each configuration with each seed, and return the Results, in order.

    X (N, n_in), y (N,), validation: X_val, y_val. folder: where finished runs
    are kept and looked for. n_jobs: so many at a time, -1 for one a core; it
    changes nothing but the time. progress=True shows a bar. Raises ValueError,
    before the first run, for settings, seeds or data that cannot be run, or a
    run that is there twice; SweepError, after the last run, if some failed.
    """
    from joblib import Parallel, delayed

    jobs = [(each, seed) for each in configurations for seed in seeds]
    check_jobs(jobs, X, y, validation)
    kept = None if folder is None else Kept(folder, [X, y, *validation])
    runs = [None if kept is None else look_up(kept, *job) for job in jobs]
    calls = [
        delayed(attempt)(i, *job, X, y, validation)
        for i, job in enumerate(jobs) if runs[i] is None
    ]
    outcomes = Parallel(n_jobs, return_as="generator_unordered")(calls)
    if progress:
        outcomes = progress_bar(outcomes, len(calls), "runs")
    failures = []
    for i, outcome in outcomes:
        if isinstance(outcome, str):
            failures.append(outcome)
            continue
        runs[i] = outcome
        if kept is not None:
            kept.write(outcome.key(), outcome.arrays())
    results = Results(each for each in runs if each is not None)
    if failures:
        which = "; ".join(failures)
        error = SweepError(f"{len(failures)} of {len(jobs)} runs failed: {which}")
        error.results = results
        raise error
    return results


def check_jobs(jobs, X, y, validation):
    """Raise a ValueError unless all jobs can be run, and none is there twice."""
    if not jobs:
        raise ValueError("configurations and seeds must not be empty")
    for configuration, seed in jobs:
        names = set(configuration)
        if not NEEDED <= names or not names <= NEEDED | set(DEFAULTS):
            raise ValueError(
                f"a configuration must have {sorted(NEEDED)} and may have "
                f"{sorted(DEFAULTS)}, got {sorted(names)}"
            )
        if not isinstance(seed, (int, np.integer)) or not 0 <= seed:
            raise ValueError(f"seeds must be integers of at least 0, got {seed!r}")
    if len({key_of(*job) for job in jobs}) < len(jobs):
        raise ValueError("configurations and seeds must differ: a run is there twice")
    for configuration in different(each for each, _ in jobs):
        network = build(configuration, np.random.default_rng(0))
        settings = DEFAULTS | configuration
        SGD(settings["lr"])
        check_count("epochs", settings["epochs"])
        check_count("batch_size", settings["batch_size"])
        n_train = settings["n_train"]
        if n_train is not None and check_count("n_train", n_train) > len(X):
            raise ValueError(f"n_train must lie in 1..{len(X)}, got {n_train}")
    prepare(network, X, y)
    prepare(network, *validation, whose="validation ")


def look_up(kept, configuration, seed):
    """Return the Run that was kept, or None."""
    arrays = kept.read(key_of(configuration, seed))
    return None if arrays is None else from_arrays(configuration, seed, arrays)


def attempt(i, configuration, seed, X, y, validation):
    """Return i and the Run, or i and a sentence that says which failed and why."""
    try:
        return i, run(configuration, seed, X, y, validation)
    except Exception as error:  # whatever it is, the other runs go on
        reason = f"{type(error).__name__}: {error}"
        return i, f"{configuration} with seed {seed}: {reason}"


class Results(list):
    """The runs of a sweep."""

    def where(self, **settings):
        """Return the runs with these settings; ValueError if there are none."""
        def fits(each):
            whole = DEFAULTS | each.configuration
            return all(text_of(whole.get(k)) == text_of(v) for k, v in settings.items())

        found = Results(filter(fits, self))
        if not found:
            raise ValueError(f"no run has the settings {settings}")
        return found

    def configurations(self):
        """Return the configurations, each once, in order."""
        return different(each.configuration for each in self)

    def final(self, name="val_accuracy"):
        """Return the last values of a curve, (runs,); NaN for the diverged."""
        return np.array([each.final(name) for each in self])

    def curves(self, name="val_accuracy"):
        """Return a curve of each run, (runs, epochs); NaN where it had diverged."""
        lists = [getattr(each.history, name) for each in self]
        curves = np.full((len(self), max(map(len, lists))), np.nan)
        for curve, values in zip(curves, lists):
            curve[: len(values)] = values
        return curves

    def table(self, name="val_accuracy", filename="results.csv", form=".2%"):
        """Return a Table of Summaries, a row for each configuration.

        form: how the page shows the numbers; the file has every digit. A
        configuration of which a run has diverged gets no mean: that of the
        others would tell too good a story.
        """
        from .tables import Table

        configurations, rows = self.configurations(), []
        for configuration in configurations:
            values = self.where(**configuration).final(name)
            diverged = int(np.isnan(values).sum())
            unknown = Summary(len(values), None, None, None, None)
            summary = unknown if diverged else summarise(values)
            row = varying(configuration, configurations) | summary._asdict()
            rows.append(row | {"diverged": diverged})
        return Table(rows, filename, dict.fromkeys(Summary._fields[1:], form))


def different(configurations):
    """Return the configurations, each once, in order."""
    return list({key_of(each, 0): each for each in configurations}.values())


def varying(configuration, configurations):
    """Return the settings of a configuration in which the configurations differ."""
    whole = [DEFAULTS | each for each in configurations]
    return {
        name: value for name, value in (DEFAULTS | configuration).items()
        if len({text_of(each[name]) for each in whole}) > 1
    }


class Summary(NamedTuple):
    """n values: their mean, standard deviation, and a 95 % interval of the mean."""

    n: int
    mean: float
    std: float
    low: float
    high: float


def summarise(values):
    """Return the Summary of values, (n,) finite floats, n at least 2.

    The interval is Student's. Raises ValueError for other values.
    """
    from scipy.stats import t

    values = np.asarray(values, np.float64)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(f"values must be two finite floats or more, got {values}")
    n, mean, std = len(values), float(values.mean()), float(values.std(ddof=1))
    reach = float(t.ppf(0.975, n - 1)) * std / n**0.5
    return Summary(n, mean, std, mean - reach, mean + reach)


def difference(a, b, name="val_accuracy"):
    """Return the Summary of a minus b, seed by seed: what the seeds share cancels.

    a, b: Results of one configuration each, over the same seeds.
    Raises ValueError for others, and if a run has diverged.
    """
    a, b = (sorted(results, key=lambda each: each.seed) for results in (a, b))
    seeds = [[each.seed for each in results] for results in (a, b)]
    if seeds[0] != seeds[1] or len(set(seeds[0])) < len(a):
        raise ValueError(f"a and b must share their seeds, each once, got {seeds}")
    return summarise(Results(a).final(name) - Results(b).final(name))
