"""Data: the bundled files, OpenML, IDX files, one-hot labels and the split."""

import gzip
import hashlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import mnist, refuses

from mnist_from_scratch import data, load_mnist, one_hot, read_idx, train_validation_split

# How many of each digit MNIST has: known since 1998, and printed in many places.
TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


# ---------------------------------------------------------------- bundled files


def raw(file, header):
    """The bytes behind a file's header, read without the package."""
    return np.frombuffer(gzip.open(data.FOLDER / file).read()[header:], np.uint8)


def test_mnist_has_60000_training_and_10000_test_images_of_784_pixels():
    X_train, y_train, X_test, y_test = mnist()
    assert X_train.shape == (60000, 784), f"training images are {X_train.shape}"
    assert y_train.shape == (60000,), f"training labels are {y_train.shape}"
    assert X_test.shape == (10000, 784), f"test images are {X_test.shape}"
    assert y_test.shape == (10000,), f"test labels are {y_test.shape}"


def test_pixels_are_float32_from_0_to_1_and_labels_int64():
    X_train, y_train, X_test, y_test = mnist()
    for X in (X_train, X_test):
        assert X.dtype == np.float32, f"pixels are {X.dtype}"
        assert X.min() == 0 and X.max() == 1, f"pixels go from {X.min()} to {X.max()}"
        assert X.flags.c_contiguous, "an image is not one contiguous row"
    assert y_train.dtype == y_test.dtype == np.int64, "labels are not int64"


def test_the_classes_are_as_frequent_as_published():
    _, y_train, _, y_test = mnist()
    assert np.bincount(y_train).tolist() == TRAIN_COUNTS, "training labels differ"
    assert np.bincount(y_test).tolist() == TEST_COUNTS, "test labels differ"


def test_the_pixels_are_the_bytes_of_the_files_divided_by_255():
    X_train, y_train, X_test, y_test = mnist()
    for prefix, X, y in (("train", X_train, y_train), ("t10k", X_test, y_test)):
        pixels = raw(f"{prefix}-images-idx3-ubyte.gz", 16).reshape(-1, 784)
        assert np.array_equal(np.rint(X * np.float32(255)), pixels), f"{prefix} images"
        assert np.array_equal(X[:500], pixels[:500] / np.float32(255)), "not divided by 255"
        assert np.array_equal(y, raw(f"{prefix}-labels-idx1-ubyte.gz", 8)), f"{prefix} labels"


def test_the_bytes_themselves_come_on_request():
    X_train, _, X_test, _ = load_mnist(dtype=np.uint8)
    assert X_train.dtype == X_test.dtype == np.uint8, "uint8 was asked for"
    expected = raw("t10k-images-idx3-ubyte.gz", 16).reshape(10000, 784)
    assert np.array_equal(X_test, expected), "the bytes are not the file's"
    assert X_train.shape == (60000, 784) and X_train.max() == 255, "not the training bytes"
    X_test[0, 0] = 7  # an array that a reader cannot write to would fail here
    assert X_test[0, 0] == 7, "the array cannot be changed"


def test_float64_comes_on_request():
    X_train, _, X_test, _ = load_mnist(dtype=np.float64)
    assert X_train.dtype == X_test.dtype == np.float64, "float64 was asked for"
    expected = raw("t10k-images-idx3-ubyte.gz", 16).reshape(10000, 784) / 255
    assert np.array_equal(X_test, expected), "not the bytes divided by 255 in float64"
    assert X_train.max() == 1, "the training images are not scaled"


def test_the_checksums_are_those_of_the_published_files():
    for file, md5 in data.FILES.items():
        content = gzip.open(data.FOLDER / file).read()
        assert hashlib.md5(content).hexdigest() == md5, f"{file} is not the published one"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with links to the four files, which the package now reads from."""
    for file in data.FILES:
        (tmp_path / file).symlink_to(data.FOLDER / file)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    return tmp_path


def rewrite(path, content):
    path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize("file", data.FILES)
def test_one_altered_pixel_or_label_is_refused(folder, file):
    content = bytearray(gzip.open(folder / file).read())
    content[-1] ^= 1
    rewrite(folder / file, bytes(content))
    found = hashlib.md5(content).hexdigest()
    with refuses(file, data.FILES[file], found, "MD5"):
        load_mnist()


def test_a_damaged_file_is_refused_by_name(folder):
    file = "t10k-labels-idx1-ubyte.gz"
    rewrite(folder / file, (folder / file).read_bytes()[:-100])
    with refuses(file, "damaged", "cannot be unpacked"):
        load_mnist()


def test_a_missing_file_is_named(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with refuses("t10k-labels-idx1-ubyte.gz", error=FileNotFoundError):
        load_mnist()


@pytest.mark.parametrize("dtype", [np.float16, np.int64, int, bool, "float16", "", None])
def test_another_dtype_is_refused(dtype):
    with refuses("dtype must be", "np.uint8, np.float32 or np.float64", repr(dtype)):
        load_mnist(dtype=dtype)


@pytest.mark.parametrize("dtype", ["float32", np.dtype("float32")], ids=repr)
def test_a_dtype_may_be_given_by_its_name(dtype):
    assert load_mnist(dtype=dtype)[2].dtype == np.float32, "another dtype came"


@pytest.mark.parametrize("source", ["OpenML", "", None, 3, Path("bundled")])
def test_another_source_is_refused(source):
    with refuses("source must be", '"bundled" or "openml"', repr(source)):
        load_mnist(source)


# ---------------------------------------------------------------------- OpenML


def arff(X, y):
    """MNIST as OpenML's ARFF file: 784 numbers and a class in a line."""
    lines = ["@RELATION mnist_784"]
    lines += [f"@ATTRIBUTE pixel{i + 1} real" for i in range(X.shape[1])]
    lines += ["@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA", ""]
    pixels = np.array([b"%d," % i for i in range(256)], "S4")
    labels = np.array([b"%d\n" % i for i in range(10)], "S4")
    parts = ["\n".join(lines).encode()]
    for i in range(0, len(X), 1000):
        rows = np.c_[pixels[X[i : i + 1000]], labels[y[i : i + 1000]]]
        parts.append(rows.tobytes().replace(b"\0", b""))
    return b"".join(parts)


def openml_answers(content, n_rows, n_columns=784):
    """What OpenML's interface answers for mnist_784, version 1, which is number 554."""
    features = [(f"pixel{i + 1}", "numeric", "false") for i in range(n_columns)]
    features.append(("class", "nominal", "true"))
    columns = [
        {"index": str(i), "name": name, "data_type": kind, "is_target": target,
         "is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
        for i, (name, kind, target) in enumerate(features)
    ]  # fmt: skip
    info = {"did": 554, "id": "554", "name": "mnist_784", "version": "1", "status": "active"}
    about = {
        **info, "format": "ARFF", "file_id": "52667", "default_target_attribute": "class",
        "url": "https://api.openml.org/data/v1/download/52667/mnist_784.arff",
        "md5_checksum": hashlib.md5(content).hexdigest(), "description": "MNIST",
    }  # fmt: skip
    qualities = [{"name": "NumberOfInstances", "value": str(float(n_rows))}]
    return {
        "/data/list/": {"data": {"dataset": [info]}},
        "/data/features/554": {"data_features": {"feature": columns}},
        "/data/qualities/554": {"data_qualities": {"quality": qualities}},
        "/json/data/554": {"data_set_description": about},
        "/download/": content,
    }


@contextmanager
def openml_server(answers, cut=None, status=200):
    """Answer on a port of this machine as OpenML does, gzip-encoded; yield its address.

    cut: send only so many bytes of each answer, then hang up.
    """
    packed = {
        part: gzip.compress(answer if isinstance(answer, bytes) else json.dumps(answer).encode(), 1)
        for part, answer in answers.items()
    }
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            found = [body for part, body in packed.items() if part in self.path]
            self.send_response(status if found else 404)
            if found:
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(found[0])))
            self.end_headers()
            if found:
                self.wfile.write(found[0][:cut])

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield SimpleNamespace(address=f"127.0.0.1:{server.server_port}", asked=asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def redirect(monkeypatch):
    """A function that sends scikit-learn's requests for OpenML to another address."""
    from sklearn.datasets import _openml

    def to(address):
        real = _openml.urlopen

        def urlopen(request, *args, **kwargs):
            parts = urlsplit(request.full_url)
            assert parts.netloc.endswith("openml.org"), f"a request to {parts.netloc}"
            here = urlunsplit(("http", address, *parts[2:]))
            return real(Request(here, headers=request.headers), *args, **kwargs)

        monkeypatch.setattr(_openml, "urlopen", urlopen)
        monkeypatch.setattr(_openml.time, "sleep", lambda seconds: None)  # between retries

    return to


@pytest.mark.slow
def test_openml_gives_the_same_arrays_as_the_bundled_files(redirect, tmp_path):
    bundled = load_mnist(dtype=np.uint8)
    content = arff(np.concatenate(bundled[::2]), np.concatenate(bundled[1::2]))
    with openml_server(openml_answers(content, 70000)) as server:
        redirect(server.address)
        fetched = load_mnist("openml", data_home=tmp_path)
    assert any("/data_name/mnist_784/" in path for path in server.asked), server.asked
    assert any("data_version/1" in path for path in server.asked), "version 1 was not asked for"
    for what, ours, theirs in zip(("X_train", "y_train", "X_test", "y_test"), mnist(), fetched):
        assert ours.dtype == theirs.dtype, f"{what} is {theirs.dtype} from OpenML"
        assert np.array_equal(ours, theirs), f"{what} from OpenML is not the bundled one"
    assert list(tmp_path.rglob("*.gz")), "nothing was kept in data_home for the next time"


def table():
    """MNIST as scikit-learn returns it: 70,000 rows of float64, labels as text."""
    X, y, X_test, y_test = load_mnist(dtype=np.uint8)
    return np.concatenate([X, X_test]).astype(float), np.concatenate([y, y_test]).astype(str).astype(object)


def test_what_scikit_learn_returns_is_cut_at_60000_rows_and_has_our_dtypes(monkeypatch, tmp_path):
    asked = {}

    def fetch_openml(*names, **options):
        asked.update(options, names=names)
        return table()

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch_openml)
    fetched = load_mnist("openml", np.uint8, tmp_path)
    assert asked == {"names": ("mnist_784",), "version": 1, "return_X_y": True, "as_frame": False,
                     "parser": "liac-arff", "data_home": tmp_path, "n_retries": 1}, f"asked for {asked}"  # fmt: skip
    for ours, theirs in zip(load_mnist(dtype=np.uint8), fetched, strict=True):
        assert ours.dtype == theirs.dtype and np.array_equal(ours, theirs), "another row, or other pixels"


def pixel_300(X, y):
    X[3, 200] = 300


def pixel_half(X, y):
    X[60003, 200] += 2


def label_99(X, y):
    y[7] = "99"


def label_in_words(X, y):
    y[7] = "seven"


def rows_exchanged(X, y):
    X[[5, 6]], y[[5, 6]] = X[[6, 5]], y[[6, 5]]


@pytest.mark.parametrize("spoil", [pixel_300, pixel_half, label_99, label_in_words, rows_exchanged])
def test_what_is_not_the_published_mnist_is_refused(spoil, monkeypatch):
    X, y = table()
    spoil(X, y)
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *_, **__: (X, y))
    with refuses("OpenML did not answer with MNIST", "load_mnist() needs no network"):
        load_mnist("openml")


LOGIN = b"<!DOCTYPE html><title>Sign in to the network</title>"
NOT_THE_ANSWER = {
    "a page to log in": LOGIN,
    "JSON cut short": b'{"data": {"dataset": [{"did": 554, "na',
    "another JSON": [],
    "no data set": {"error": {"code": "372", "message": "No results"}},
    "nothing": b"",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", NOT_THE_ANSWER)
def test_an_answer_that_is_none_says_what_to_do(case, redirect, tmp_path):
    with openml_server({"/": NOT_THE_ANSWER[case]}) as server:
        redirect(server.address)
        with refuses("OpenML did not answer with MNIST", "load_mnist() needs no network"):
            load_mnist("openml", data_home=tmp_path)


@pytest.mark.filterwarnings("ignore")
def test_a_refused_request_says_what_to_do(redirect, tmp_path):
    with openml_server({"/": {"error": {"code": "412", "message": "Precondition failed"}}}, status=412) as server:
        redirect(server.address)
        with refuses("OpenML did not answer with MNIST", "needs no network"):
            load_mnist("openml", data_home=tmp_path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("own", [None, 7.0])
def test_a_server_that_never_answers_is_not_waited_for_without_end(redirect, tmp_path, monkeypatch, request, own):
    monkeypatch.setattr(data, "PATIENCE", 0.2)
    request.addfinalizer(lambda: socket.setdefaulttimeout(None))
    socket.setdefaulttimeout(own)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        redirect(f"127.0.0.1:{silent.getsockname()[1]}")
        with refuses("OpenML did not answer", "timed out", error=ConnectionError):
            load_mnist("openml", data_home=tmp_path)
    assert socket.getdefaulttimeout() == own, "other connections of the program are limited otherwise"


def test_a_data_set_of_another_size_is_refused(redirect, tmp_path):
    X, y = np.zeros((30, 784), np.uint8), np.arange(30) % 10
    with openml_server(openml_answers(arff(X, y), 30)) as server:
        redirect(server.address)
        with refuses("mnist_784", "(70000, 784)", "(30, 784)"):
            load_mnist("openml", data_home=tmp_path)


def free_port():
    """A port of this machine that nobody answers on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.filterwarnings("ignore:A network error occurred")
def test_no_network_is_a_connection_error_that_says_what_to_do(redirect, tmp_path):
    redirect(f"127.0.0.1:{free_port()}")
    with refuses("OpenML did not answer", "load_mnist() needs no network", error=ConnectionError):
        load_mnist("openml", data_home=tmp_path)


@pytest.mark.filterwarnings("ignore:A network error occurred")
def test_a_server_that_knows_nothing_is_a_connection_error(redirect, tmp_path):
    with openml_server({}) as server:
        redirect(server.address)
        with refuses("OpenML did not answer", "404", error=ConnectionError):
            load_mnist("openml", data_home=tmp_path)


@pytest.mark.filterwarnings("ignore:Invalid cache")
def test_a_download_that_breaks_off_is_a_connection_error(redirect, tmp_path):
    X, y = np.zeros((30, 784), np.uint8), np.arange(30) % 10
    with openml_server(openml_answers(arff(X, y), 30), cut=60) as server:
        redirect(server.address)
        with refuses("OpenML did not answer", "needs no network", error=ConnectionError):
            load_mnist("openml", data_home=tmp_path)


@pytest.fixture
def locked_folder():
    """A folder that may be read and not written, root or not."""
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root writes anywhere: be nobody for a moment
    try:
        yield Path(folder)
    finally:
        os.seteuid(user)
        shutil.rmtree(folder)


@pytest.mark.filterwarnings("ignore:Invalid cache")
def test_a_data_home_without_write_permission_is_named(redirect, locked_folder):
    redirect(f"127.0.0.1:{free_port()}")
    with refuses(str(locked_folder), error=PermissionError):
        load_mnist("openml", data_home=locked_folder)


@pytest.mark.filterwarnings("ignore:Invalid cache")
def test_a_data_home_that_is_a_file_is_not_blamed_on_the_network(redirect, tmp_path):
    redirect(f"127.0.0.1:{free_port()}")
    home = tmp_path / "file"
    home.write_text("not a folder")
    with refuses(str(home), error=FileExistsError):
        load_mnist("openml", data_home=home)


def test_openml_and_scikit_learn_are_imported_only_where_asked_for():
    code = "import sys, mnist_from_scratch as m; m.load_mnist(); print('sklearn' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert said.stdout.strip() == "False", f"load_mnist() imports scikit-learn: {said}"


# ------------------------------------------------------------------- IDX files

CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}  # from LeCun's page
ARRAYS = st.sampled_from(sorted(CODES)).flatmap(
    lambda kind: hnp.arrays(np.dtype(kind), hnp.array_shapes(min_dims=0, min_side=0, max_side=4))
)


def idx(array):
    """An array as the bytes of an IDX file, written from the format's description."""
    header = struct.pack(">BBBB", 0, 0, CODES[array.dtype.str[1:]], array.ndim)
    header += struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def same(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def test_a_file_written_byte_by_byte_reads_as_the_matrix_it_spells():
    spelt = bytes([0, 0, 11, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + bytes(
        [0, 1, 0, 2, 1, 0, 255, 255, 128, 0, 127, 255]
    )
    array = data.parse_idx(spelt)
    assert array.tolist() == [[1, 2, 256], [-1, -32768, 32767]], f"read {array.tolist()}"
    assert array.dtype == np.dtype("i2"), f"big-endian 16-bit integers came as {array.dtype}"


@given(ARRAYS)
def test_every_idx_array_survives_the_round_trip(array):
    back = data.parse_idx(idx(array))
    assert same(back, array), f"{array!r} came back as {back!r}"
    assert back.dtype.isnative, "the array is not in this machine's byte order"
    assert back.flags.writeable, "the array cannot be written to"


@given(ARRAYS, st.booleans())
def test_a_file_is_read_whether_it_is_packed_or_not(array, packed):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a file whatever its name")
        path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
        assert same(read_idx(path), array), f"{array!r}, packed: {packed}"
        assert same(read_idx(str(path)), array), "a path in a string reads otherwise"


@given(ARRAYS, st.data())
def test_a_cut_or_overlong_file_is_refused_by_name(array, draw):
    content = idx(array)
    cut = draw.draw(st.integers(0, len(content) - 1))
    with refuses("digits.idx"):
        data.parse_idx(content[:cut], "digits.idx")
    with refuses("digits.idx", f"must have {len(content)} bytes", f"got {len(content) + 3}"):
        data.parse_idx(content + b"abc", "digits.idx")


@given(ARRAYS, st.data())
def test_a_damaged_gzip_file_never_gives_other_numbers(array, draw):
    packed = bytearray(gzip.compress(idx(array)))
    packed[draw.draw(st.integers(0, len(packed) - 1))] ^= draw.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "damaged.gz")
        path.write_bytes(packed)
        try:
            back = read_idx(path)  # the time stamp may differ without harm
        except ValueError as error:
            assert "damaged.gz" in str(error), f"the file is not named: {error}"
        else:
            assert same(back, array), "a damaged file was read, and wrong"


@given(ARRAYS, st.data())
def test_a_cut_gzip_file_is_refused(array, draw):
    packed = gzip.compress(idx(array))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cut.gz")
        path.write_bytes(packed[: draw.draw(st.integers(0, len(packed) - 1))])
        with refuses("cut.gz"):
            read_idx(path)


BAD_IDX = {
    "empty": (b"", "b''"),
    "three bytes": (b"\0\0\x08", "not an IDX file"),
    "first byte": (b"\x01\0\x08\x01\0\0\0\0", "not an IDX file"),
    "second byte": (b"\0\x01\x08\x01\0\0\0\0", "not an IDX file"),
    "type 10": (b"\0\0\x0a\x01\0\0\0\0", "not an IDX file"),
    "type 7": (b"\0\0\x07\x01\0\0\0\0", "not an IDX file"),
    "text": (b"<html>404</html>", "it begins with b'<htm'"),
    "header cut": (b"\0\0\x08\x02\0\0\0\x01\0\0\0", "cut off: 11 bytes, header of 12"),
    "a huge shape": (b"\0\0\x08\x04" + b"\xff" * 16, "got 20"),
}


@pytest.mark.parametrize("case", BAD_IDX)
def test_what_is_no_idx_file_is_refused_by_name(case):
    content, words = BAD_IDX[case]
    with refuses("my file", words):
        data.parse_idx(content, "my file")


@given(st.sampled_from([b"", b"\0\0\x08", b"\0\0\x0d\x02", b"\x1f\x8b\x08"]), st.binary(max_size=40))
def test_any_bytes_are_either_an_array_or_a_value_error(start, rest):
    try:
        array = data.parse_idx(start + rest, "any bytes")
    except ValueError:
        return
    assert idx(array) == start + rest, "bytes were read as an array that they do not hold"


def test_the_shape_that_the_header_promises_is_in_the_message():
    content = idx(np.zeros((2, 3), np.float64))
    with refuses("must have 60 bytes", "shape (2, 3)", "got 59"):
        data.parse_idx(content[:-1])


def test_a_missing_idx_file_is_named(tmp_path):
    with refuses("nowhere.idx", error=FileNotFoundError):
        read_idx(tmp_path / "nowhere.idx")


def test_a_dropped_in_data_set_reads_as_the_bundled_one_does(tmp_path):
    images = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
    (tmp_path / "fashion.gz").write_bytes(gzip.compress(idx(images)))
    assert same(read_idx(tmp_path / "fashion.gz"), images), "another data set reads wrong"


# ------------------------------------------------------------------ one-hot, split


def test_one_hot_of_three_labels_by_hand():
    Y = one_hot(np.array([2, 0, 1]), 4)
    assert Y.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]], f"got {Y.tolist()}"
    assert Y.dtype == np.float32, f"float32 is the default, got {Y.dtype}"
    assert one_hot([9]).shape == (1, 10), "ten classes are the default"
    assert one_hot([0], 1, np.float64).dtype == np.float64, "the dtype asked for is ignored"


@given(st.integers(1, 20), st.data())
def test_one_hot_has_a_single_one_in_each_row_at_the_label(n_classes, draw):
    y = draw.draw(hnp.arrays(st.sampled_from([np.int64, np.uint8, np.int8]),
                             st.integers(1, 30), elements=st.integers(0, n_classes - 1)))  # fmt: skip
    Y = one_hot(y, n_classes)
    assert Y.shape == (len(y), n_classes), f"the shape is {Y.shape}"
    assert np.array_equal(Y.argmax(axis=1), y), "the one is not at the label"
    assert np.array_equal(np.sort(Y)[:, -1], np.ones(len(y))), "no one in a row"
    assert Y.sum() == len(y) and set(Y.flat) <= {0, 1}, "something else than one 1 and zeros"


@given(st.integers(2, 60), st.data())
def test_the_split_loses_and_doubles_no_row_and_keeps_labels_beside_them(n, draw):
    n_validation = draw.draw(st.integers(1, n - 1))
    seed = draw.draw(st.integers(0, 2**32))
    y = np.arange(n)
    X = np.c_[10 * y, 10 * y + 1]
    X_train, y_train, X_val, y_val = train_validation_split(
        X, y, n_validation, np.random.default_rng(seed)
    )
    assert len(X_val) == len(y_val) == n_validation, "not as many held out as asked for"
    assert sorted([*y_train, *y_val]) == list(range(n)), "a row is lost or doubled"
    for X_part, y_part in ((X_train, y_train), (X_val, y_val)):
        assert np.array_equal(X_part, X[y_part]), "a row has lost its label"


def test_the_split_is_random_and_the_same_for_the_same_seed():
    X, y = np.arange(200.0).reshape(100, 2), np.arange(100)
    held_out = [train_validation_split(X, y, 50, np.random.default_rng(s))[3] for s in (1, 1, 2)]
    assert np.array_equal(held_out[0], held_out[1]), "the same seed gave another split"
    assert not np.array_equal(held_out[0], held_out[2]), "another seed gave the same split"
    assert not np.array_equal(np.sort(held_out[0]), np.arange(50)), "the first rows were taken"


def test_the_split_takes_lists_too():
    parts = train_validation_split([[0.0], [1.0], [2.0]], [0, 1, 2], 1, np.random.default_rng(0))
    assert [len(part) for part in parts] == [2, 2, 1, 1], "lists are not split"


BAD_SPLITS = {
    "none held out": ((0, "rng"), ("n_validation", "at least 1", "got 0")),
    "negative": ((-1, "rng"), ("n_validation", "at least 1", "got -1")),
    "all held out": ((10, "rng"), ("n_validation", "below N = 10", "got 10")),
    "more than all": ((11, "rng"), ("n_validation", "below N = 10", "got 11")),
    "a fraction": ((0.2, "rng"), ("n_validation", "integer", "got 0.2")),
    "a seed for rng": ((2, 0), ("rng must be", "default_rng", "got 0")),
}


@pytest.mark.parametrize("case", BAD_SPLITS)
def test_a_split_that_cannot_be_is_refused(case):
    (n_validation, rng), words = BAD_SPLITS[case]
    rng = np.random.default_rng(0) if rng == "rng" else rng
    with refuses(*words):
        train_validation_split(np.zeros((10, 2)), np.zeros(10, int), n_validation, rng)


def test_a_split_of_images_and_labels_of_different_number_is_refused():
    with refuses("X and y must be equally long", "got (10, 2) and (9,)"):
        train_validation_split(np.zeros((10, 2)), np.zeros(9, int), 2, np.random.default_rng(0))


@pytest.mark.parametrize(("X", "y", "n", "words"), [
    ([[1.0], [2.0, 3.0]], [0, 1], 1, "X must be an array"),
    ([[1.0], [2.0]], [[0], [1, 2]], 1, "y must be an array"),
    ([[1.0], [2.0]], [0, 1], 0.5, "n_validation must be an integer"),
])  # fmt: skip
def test_what_cannot_be_split_is_refused_by_name(X, y, n, words):
    with refuses(words) as caught:
        train_validation_split(X, y, n, np.random.default_rng(0))
    assert str(caught.value).startswith(words), caught.value


def test_a_number_of_classes_that_is_none_is_refused_by_name():
    with refuses("n_classes must be an integer of at least 1, got 0") as caught:
        one_hot(np.array([0]), 0)
    assert str(caught.value).startswith("n_classes must"), caught.value
