"""What a sweep found, and what may be said of it."""

from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from .configurations import DEFAULTS, build, different, text_of, varying
from .training import History


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

    def network(self):
        """Return the network as this run left it."""
        network = build(self.configuration, np.random.default_rng(0))
        for V, kept in zip(network.params, self.params):
            V[...] = kept
        return network

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
