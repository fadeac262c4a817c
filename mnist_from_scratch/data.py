"""MNIST, from the files that come with this package or from OpenML."""

import gzip
import hashlib
import math
import socket
import zlib
from pathlib import Path

import numpy as np

from ._arguments import (
    check_array, check_count, check_dtype, check_labels, check_path, check_rng,
    check_split,
)

FOLDER = Path(__file__).parent / "mnist"
PATIENCE = 30  # seconds to wait for an answer of OpenML's

# The four files, with the published MD5 of each one's uncompressed bytes.
FILES = {
    "train-images-idx3-ubyte.gz": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte.gz": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte.gz": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte.gz": "27ae3e4e09519cfbb04c329615203637",
}

# The third byte of an IDX file says what its numbers are; > is big-endian.
IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_bytes(path):
    """Return the bytes of a file, unpacked if it is gzip-compressed.

    Raises ValueError if the compressed data are damaged.
    """
    content = Path(path).read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path} is damaged and cannot be unpacked: {error}"
        ) from error


def parse_idx(content, name="content"):
    """Return the array that the bytes of an IDX file hold.

    Raises ValueError, naming the file, if the bytes are not a whole IDX file.
    """
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
        raise ValueError(
            f"{name} is not an IDX file: it begins with {content[:4]!r}"
        )
    dtype, n_axes = np.dtype(IDX_TYPES[content[2]]), content[3]
    start = 4 + 4 * n_axes
    if len(content) < start:
        raise ValueError(
            f"{name} is cut off: {len(content)} bytes, header of {start}"
        )
    shape = [int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4)]
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise ValueError(
            f"{name} must have {expected} bytes for shape {tuple(shape)}, "
            f"got {len(content)}"
        )
    array = np.frombuffer(content, dtype, offset=start).reshape(shape)
    return array.astype(dtype.newbyteorder("="))


def read_idx(path):
    """Return the array in an IDX file, gzip-compressed or not."""
    return parse_idx(read_bytes(check_path(path)), path)


def load_mnist(source="bundled", dtype=np.float32, data_home=None):
    """Return MNIST as X_train, y_train, X_test, y_test.

    X: (60000, 784) and (10000, 784) in [0, 1]; with dtype=np.uint8 the bytes
    as they are, 0 to 255. y: (60000,) and (10000,) int64. source is "bundled"
    or "openml", which downloads to data_home (scikit-learn's folder if None).
    Raises ValueError for an unknown source or dtype, or data that are not
    the published MNIST; ConnectionError if OpenML cannot be reached.
    """
    dtype = check_dtype(dtype, (np.uint8, np.float32, np.float64))
    if source not in ("bundled", "openml"):
        raise ValueError(f'source must be "bundled" or "openml", got {source!r}')
    if source == "bundled":
        X_train, y_train, X_test, y_test = read_bundled()
    else:
        X_train, y_train, X_test, y_test = fetch_openml_mnist(data_home)
    X_train, X_test = scale(X_train, dtype), scale(X_test, dtype)
    return X_train, y_train.astype(np.int64), X_test, y_test.astype(np.int64)


def scale(images, dtype):
    """Return (N, 28, 28) bytes as (N, 784) rows, divided by 255 if floats."""
    X = images.reshape(len(images), -1)
    return X if dtype == np.uint8 else np.divide(X, 255, dtype=dtype)


def read_bundled():
    """Return the four arrays of FILES from FOLDER; ValueError if altered."""
    arrays = []
    for name in FILES:
        content = read_bytes(FOLDER / name)
        check_md5(name, content)
        arrays.append(parse_idx(content, name))
    return arrays


def check_md5(name, content):
    """Raise a ValueError unless content has the MD5 sum of the file name."""
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != FILES[name]:
        raise ValueError(f"{name} must have the MD5 sum {FILES[name]}, got {found}")


def fetch_openml_mnist(data_home):
    """Return the four arrays from OpenML's data set mnist_784, version 1."""
    from http.client import HTTPException
    from urllib.error import URLError

    from sklearn.datasets import fetch_openml

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        X, y = fetch_openml(
            "mnist_784", version=1, return_X_y=True, as_frame=False,
            parser="liac-arff", data_home=data_home, n_retries=1,
        )
        return published(X, y)
    except Exception as error:  # a page to log in, half an answer: each has its own
        unreached = URLError, HTTPException, ConnectionError, TimeoutError, EOFError
        if isinstance(error, OSError) and not isinstance(error, (*unreached, gzip.BadGzipFile)):
            raise  # of this computer: Python says which folder
        kind = ConnectionError if isinstance(error, unreached) else ValueError
        raise kind(
            f"OpenML did not answer with MNIST ({error}); load_mnist() needs no network"
        ) from error
    finally:
        socket.setdefaulttimeout(before)


def published(X, y):
    """Return the four arrays that X (70000, 784) and y are; ValueError if others."""
    if X.shape != (70000, 784):
        raise ValueError(f"mnist_784 must have shape (70000, 784), got {X.shape}")
    with np.errstate(invalid="ignore"):  # what is no byte has another MD5 sum
        X, y = X.astype(np.uint8).reshape(-1, 28, 28), y.astype(np.uint8)
    arrays = X[:60000], y[:60000], X[60000:], y[60000:]
    for name, array in zip(FILES, arrays):
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        check_md5(name, header + array.tobytes())
    return arrays


def one_hot(y, n_classes=10, dtype=np.float32):
    """Return Y (N, n_classes): in row i a 1 in column y[i], zeros elsewhere.

    y: (N,) integers. Raises ValueError if a label is not in 0..n_classes-1.
    """
    y = check_labels(y, check_count("n_classes", n_classes))
    dtype = check_dtype(dtype, (np.float32, np.float64, np.uint8, int))
    Y = np.zeros((len(y), n_classes), dtype)
    Y[np.arange(len(y)), y] = 1
    return Y


def train_validation_split(X, y, n_validation, rng):
    """Return X_train, y_train, X_val, y_val: n_validation random rows held out.

    X: (N, D), y: (N,). Raises ValueError unless 0 < n_validation < N and the
    lengths agree.
    """
    X, y = check_array("X", X), check_array("y", y)
    n_validation = check_count("n_validation", n_validation)
    check_rng(rng)
    check_split(X, y, n_validation)
    order = rng.permutation(len(X))
    held_out, kept = order[:n_validation], order[n_validation:]
    return X[kept], y[kept], X[held_out], y[held_out]
