"""What a sweep found, and what may be said of it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ._arguments import check_pairs, check_settings, check_some, check_values
from .configurations import Configuration, plain
from .training import History


@dataclass
class Run:
    """One training: its configuration and seed, its curves and parameters."""

    configuration: Configuration
    seed: int
    history: History
    params: list
    diverged: bool = False

    def final(self, name="val_accuracy"):
        """Return the last value of a curve of the History; NaN if diverged."""
        return np.nan if self.diverged else getattr(self.history, name)[-1]

    def network(self):
        """Return the network as this run left it."""
        network = self.configuration.network(np.random.default_rng(0))
        for V, trained in zip(network.params, self.params):
            V[...] = trained
        return network


class Results(list):
    """The runs of a sweep, configuration by configuration, each seed by seed."""

    def where(self, configuration=None, **settings):
        """Return the runs of a configuration, or with these settings, compared by value.

        Raises ValueError for a setting that there is not, or that no run has.
        """
        wanted = settings if configuration is None else vars(configuration) | settings
        check_settings(wanted, Configuration)
        found = self
        for name, value in wanted.items():
            found = [run for run in found if getattr(run.configuration, name) in [plain(value)]]
        return Results(check_some(found, settings or configuration))

    def configurations(self):
        """Return the configurations, each once, in order."""
        found = []
        for run in self:
            if run.configuration not in found:
                found.append(run.configuration)
        return found

    def final(self, name="val_accuracy"):
        """Return the last values of a curve, (runs,); NaN for the diverged."""
        return np.array([run.final(name) for run in self])

    def curves(self, name="val_accuracy"):
        """Return a curve of each run, (runs, epochs); NaN where it had diverged."""
        lists = [getattr(run.history, name) for run in self]
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

        configurations = self.configurations()
        first, *others = [vars(configuration) for configuration in configurations]
        varying = [key for key in first if any(other[key] not in [first[key]] for other in others)]
        rows = []
        for configuration in configurations:
            values = self.where(configuration).final(name)
            diverged = int(np.isnan(values).sum())
            summary = Summary(len(values), *4 * [None]) if diverged else summarise(values)
            settings = {key: getattr(configuration, key) for key in varying}
            rows.append(settings | summary._asdict() | {"diverged": diverged})
        return Table(rows, filename, dict.fromkeys(Summary._fields[1:], form))


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

    values = check_values(values)
    n, mean, std = len(values), float(values.mean()), float(values.std(ddof=1))
    reach = float(t.ppf(0.975, n - 1)) * std / n**0.5
    return Summary(n, mean, std, mean - reach, mean + reach)


def difference(a, b, name="val_accuracy"):
    """Return the Summary of a minus b, seed by seed: what the seeds share cancels.

    a, b: Results of one configuration each, over the same seeds.
    Raises ValueError for others, and if a run has diverged.
    """
    a, b = (Results(sorted(runs, key=lambda run: run.seed)) for runs in check_pairs(a, b))
    return summarise(a.final(name) - b.final(name))
