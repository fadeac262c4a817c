"""Sweeps: each of many configurations, trained with each of several seeds."""

from itertools import product
from pickle import PicklingError

import numpy as np

from . import fingerprints
from ._arguments import check_array, check_folder, check_jobs, check_pair, refused
from .configurations import Configuration
from .results import Results, Run
from .training import prepare, progress_bar, train


def run(configuration, seed, X, y, validation, fingerprint=None):
    """Train one network, on one core; return History, parameters and whether it diverged.

    Runs of one seed draw their weights, their choice of images and their
    batches from the same random numbers: what can be alike is alike.
    fingerprint: by what a kept run is found again.
    """
    from threadpoolctl import threadpool_limits

    for_weights, for_choice, for_batches = np.random.default_rng(seed).spawn(3)
    network = configuration.network(for_weights)
    if configuration.n_train is not None:
        chosen = for_choice.permutation(len(X))[: configuration.n_train]
        X, y = X[chosen], y[chosen]
    diverged = False
    with threadpool_limits(1):
        try:
            history = train(
                network, X, y, configuration.optimiser(), validation=validation,
                epochs=configuration.epochs, batch_size=configuration.batch_size,
                rng=for_batches, distort=configuration.distort,
            )
        except FloatingPointError as error:
            history, diverged = error.history, True
    return history, [*network.params], diverged


class SweepError(RuntimeError):
    """Some runs failed. The message says which and why; results has the others."""

    def __init__(self, failures, results):
        total = len(failures) + len(results)
        super().__init__(f"{len(failures)} of {total} runs failed: {'; '.join(failures)}")
        self.results = results


def sweep(
    configurations, seeds, X, y, validation, *,
    folder=None, n_jobs=-1, progress=False,
):
    """Run each configuration with each seed, and return the Results, in order.

    X (N, n_in), y (N,), validation: X_val, y_val. folder: where finished runs
    are kept and looked for. n_jobs: so many at a time, -1 for one a core; it
    changes nothing but the time. progress=True shows a bar. Raises ValueError,
    before the first run, for what cannot be run or is there twice; OSError for
    a folder that is no use; SweepError, after the last run, if some failed.
    """
    from joblib import Memory, Parallel, delayed

    configurations, seeds = check_jobs(configurations, seeds, Configuration)
    data, jobs = check_data(configurations, X, y, validation), list(product(configurations, seeds))
    kept, marks = run, [None] * len(jobs)
    if folder is not None:
        memory = Memory(check_folder(folder), compress=1, verbose=0)
        kept = memory.cache(run, ignore=["configuration", "seed", "X", "y", "validation"])
        of_data = fingerprints.of_data(data)
        marks = [fingerprints.of_settings(of_data, vars(c), seed) for c, seed in jobs]
    calls = [delayed(attempt)(kept, *job, *data, mark) for job, mark in zip(jobs, marks)]
    outcomes = Parallel(n_jobs, return_as="generator")(calls)
    if progress:
        outcomes = progress_bar(outcomes, len(jobs), "runs")
    runs, failures = Results(), []
    for job, outcome in zip(jobs, unless_unsent(outcomes, n_jobs)):
        if isinstance(outcome, str):
            failures.append("{} with seed {}: {}".format(*job, outcome))
        else:
            runs.append(Run(*job, *outcome))
    if failures:
        raise SweepError(failures, runs)
    return runs


def check_data(configurations, X, y, validation):
    """Return X, y and validation as arrays; ValueError if one cannot be run on them."""
    X, (X_val, y_val) = check_array("X", X), check_pair("validation", validation)
    networks = (configuration.check(len(X)) for configuration in configurations)
    for network in {(each.n_in, each.n_out): each for each in networks}.values():
        X, y, _ = prepare(network, X, y)
        X_val, y_val, _ = prepare(network, X_val, y_val, whose="validation ")
    return X, y, (X_val, y_val)


def attempt(kept, *job):
    """Return what a run returns, or a sentence that says why it failed."""
    try:
        return kept(*job)
    except Exception as error:  # whatever it is, the other runs go on
        return f"{type(error).__name__}: {error}"


def unless_unsent(outcomes, n_jobs):
    """Yield outcomes; ValueError if a setting cannot be sent to another process."""
    try:
        yield from outcomes
    except PicklingError as error:
        wish = "be 1 for settings that cannot be sent to another process"
        raise refused("n_jobs", wish, n_jobs) from error
