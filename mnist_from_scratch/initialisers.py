"""The weights that training starts from.

Each function draws a weight matrix (n_in, n_out) in float64 from rng. What
differs is the spread, chosen so that signals keep their size from layer to
layer.
"""

import numpy as np

from ._arguments import check_rng, check_shape, check_spread


def zeros(rng, n_in, n_out):
    """Return zeros: every neuron of a layer stays equal to its neighbours."""
    return normal(rng, n_in, n_out, 0.0)


def normal(rng, n_in, n_out, std=1.0):
    """Return normal numbers of mean 0 and the standard deviation std."""
    check_spread("std", std)
    return std * check_rng(rng).standard_normal(check_shape((n_in, n_out)))


def xavier(rng, n_in, n_out):
    """Return normal numbers of variance 2 / (n_in + n_out): Glorot, Bengio 2010."""
    return normal(rng, n_in, n_out) * np.sqrt(2 / (n_in + n_out))


def he(rng, n_in, n_out):
    """Return normal numbers of variance 2 / n_in, for ReLU: He et al. 2015."""
    return normal(rng, n_in, n_out) * np.sqrt(2 / n_in)
