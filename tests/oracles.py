"""What several test files share: small data, small networks, and ways to look.

Nothing here uses the code that it helps to test, load_mnist and the building
of networks apart.
"""

import contextlib
import functools

import numpy as np
import pytest

from mnist_from_scratch import CrossEntropy, MeanSquaredError, ReLU, Sigmoid, Softmax, Tanh
from mnist_from_scratch import load_mnist, mlp

HIDDEN = [ReLU, Sigmoid, Tanh]
LOSSES = [
    CrossEntropy(Softmax()),
    CrossEntropy(Sigmoid()),
    MeanSquaredError(Softmax()),
    MeanSquaredError(Sigmoid()),
]


def name(thing):
    """What a test's id calls a class, a function or an object."""
    return getattr(thing, "__name__", None) or repr(thing)


@functools.cache
def mnist():
    """All of MNIST, loaded once, not to be changed by anybody."""
    arrays = load_mnist()
    for array in arrays:
        array.flags.writeable = False
    return arrays


def small_mnist(n=2000, n_test=1000):
    """The first n training images and the first n_test test images, with labels."""
    X, y, X_test, y_test = mnist()
    return X[:n], y[:n], X_test[:n_test], y_test[:n_test]


def small_network(seed=0, sizes=(4, 5, 3), **options):
    """A network that no test minds to train."""
    return mlp(list(sizes), np.random.default_rng(seed), **options)


def small_data(seed=0, n=12, n_in=4, n_classes=3, dtype=np.float32):
    """Random inputs in [-1, 1] and labels, every class among them."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n, n_in)).astype(dtype)
    return X, np.arange(n) % n_classes


def bits(arrays):
    """The bytes of every array, to tell whether one of them has changed."""
    return [array.tobytes() for array in arrays]


@contextlib.contextmanager
def refuses(*words, error=ValueError, unchanged=()):
    """Assert that the block raises error, says all the words and changes no array."""
    before = bits(unchanged)
    with pytest.raises(error) as caught:
        yield caught
    for word in words:
        assert word in str(caught.value), f"the message lacks {word!r}: {caught.value}"
    assert bits(unchanged) == before, "bad input has changed something"


def five_line_gradient(f, V, h=1e-5):
    """Central differences once more, written in another way: V is never touched."""
    slopes = []
    for direction in np.eye(V.size):
        step = h * direction.reshape(V.shape)
        slopes.append((f(V + step) - f(V - step)) / (2 * h))
    return np.array(slopes).reshape(V.shape)
