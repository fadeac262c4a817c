"""Sweeps: each of many configurations, trained with each of several seeds."""

from itertools import product

import numpy as np

from ._arguments import check_count
from .configurations import DEFAULTS, NEEDED, build, different, key_of
from .kept import Kept
from .results import Results, Run, from_arrays
from .training import SGD, prepare, progress_bar, train


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

    jobs = list(product(configurations, seeds))
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
            kept.write(key_of(*jobs[i]), outcome.arrays())
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
