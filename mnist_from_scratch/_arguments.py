"""Checks of arguments that several files share.

Each raises a ValueError that names the argument, what it got and what it
wants, before anything has been changed.
"""

import numpy as np


def check_inputs(X, n_in, dtype, name="X"):
    """Return X as a finite (N, n_in) array of dtype, or raise a ValueError."""
    X = np.asarray(X)
    if X.ndim != 2 or X.shape[1] != n_in or len(X) == 0:
        raise ValueError(
            f"{name} must have shape (N, {n_in}) with N > 0, got {X.shape}"
        )
    if not np.issubdtype(X.dtype, np.floating):
        raise ValueError(
            f"{name} must hold floats, got {X.dtype}: divide pixels by 255"
        )
    with np.errstate(over="ignore"):
        X = X.astype(dtype, copy=False)
    if not np.isfinite(X).all():
        raise ValueError(f"{name} must be finite as {X.dtype}, got NaN or infinity")
    return X


def check_labels(y, n_classes, n=None, name="y"):
    """Return y as an (n,) array of integers in 0..n_classes-1, or raise."""
    y = np.asarray(y)
    if y.ndim != 1 or len(y) == 0:
        raise ValueError(f"{name} must have shape (N,) with N > 0, got {y.shape}")
    if n is not None and len(y) != n:
        raise ValueError(
            f"{name} must have a label for each row of X, got {len(y)} for {n}"
        )
    if not np.issubdtype(y.dtype, np.integer):
        raise ValueError(f"{name} must hold integers, got {y.dtype}")
    if y.min() < 0 or y.max() >= n_classes:
        raise ValueError(
            f"{name} must lie in 0..{n_classes - 1}, got {y.min()}..{y.max()}"
        )
    return y


def check_count(name, value):
    """Return value if it is an integer of at least 1, or raise a ValueError."""
    integer = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not integer or value < 1:
        raise ValueError(f"{name} must be an integer of at least 1, got {value!r}")
    return int(value)


def check_rng(rng):
    """Return rng if it is a numpy Generator, or raise a ValueError."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a np.random.default_rng(seed), got {rng!r}")
    return rng
