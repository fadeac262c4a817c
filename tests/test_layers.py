"""Dense: the affine map, its gradients, and what it refuses."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import bits, five_line_gradient, name, refuses

from mnist_from_scratch import Dense

W = np.array([[1.0, -1.0], [0.0, 1.0], [-1.0, 0.0]])  # 3 pixels, 2 neurons
B = np.array([10.0, 20.0])
X = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])


def test_forward_worked_by_hand():
    # 1·1 + 2·0 + 0·(-1) = 1, 1·(-1) + 2·1 = 1; 0 + 0 - 3 = -3, 0 + 1 + 0 = 1; then + b
    assert Dense(W, B).forward(X).tolist() == [[11, 21], [7, 21]], "XW + b"
    assert Dense(W).forward(X).tolist() == [[1, 1], [-3, 1]], "b begins at zero"


def test_backward_worked_by_hand():
    layer, dZ = Dense(W, B), np.array([[1.0, 2.0], [3.0, 4.0]])
    layer.forward(X)
    dX = layer.backward(dZ)
    # Xᵀ dZ: the pixel's value times dZ, summed over the two images.
    assert layer.dW.tolist() == [[1, 2], [2 + 3, 4 + 4], [9, 12]], "dW = Xᵀ dZ"
    assert layer.db.tolist() == [4, 6], "db sums dZ over the images"
    assert dX.tolist() == [[1 - 2, 2, -1], [3 - 4, 4, -3]], "dX = dZ Wᵀ"


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.integers(0, 1000))
def test_every_gradient_is_the_measured_one_and_has_its_shape(n, n_in, n_out, seed):
    rng = np.random.default_rng(seed)
    X, V = rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out))
    b, dZ = rng.normal(size=n_out), rng.normal(size=(n, n_out))
    layer = Dense(V, b)
    layer.forward(X)
    dX = layer.backward(dZ)
    for what, got, f, at in (
        ("dW", layer.dW, lambda V: np.vdot(dZ, Dense(V, b).forward(X)), V),
        ("db", layer.db, lambda b: np.vdot(dZ, Dense(V, b).forward(X)), b),
        ("dX", dX, lambda X: np.vdot(dZ, Dense(V, b).forward(X)), X),
    ):
        assert got.shape == at.shape, f"{what} is {got.shape}, and not {at.shape}"
        assert np.allclose(got, five_line_gradient(f, at), atol=1e-8), f"{what} is wrong"


def test_gradients_replace_those_of_the_last_batch():
    layer = Dense(W, B)
    arrays = layer.dW, layer.db
    for _ in range(2):
        layer.forward(X)
        layer.backward(np.ones((2, 2)))
    assert layer.db.tolist() == [2, 2], "the gradients of two batches were added up"
    assert layer.dW is arrays[0] and layer.db is arrays[1], "the arrays were exchanged"


def test_gradients_alone_are_those_of_backward():
    a, b, dZ = Dense(W, B), Dense(W, B), np.array([[1.0, 2.0], [3.0, 4.0]])
    a.forward(X), b.forward(X)
    a.gradients(dZ), b.backward(dZ)
    assert bits([a.dW, a.db]) == bits([b.dW, b.db]), "gradients and backward disagree"


def test_gradients_are_zero_before_the_first_batch():
    layer = Dense(W, B)
    assert layer.dW.shape == W.shape and not layer.dW.any(), "dW"
    assert layer.db.shape == B.shape and not layer.db.any(), "db"


def test_a_layer_copies_what_it_is_given():
    mine, bias = W.copy(), B.copy()
    layer = Dense(mine, bias)
    mine[0, 0] = bias[0] = 99
    assert layer.W[0, 0] == 1 and layer.b[0] == 10, "the layer shares its weights with me"
    layer.W[0, 0] = 55
    assert mine[0, 0] == 99, "the layer writes to my array"


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=name)
def test_the_dtype_of_w_is_that_of_everything(dtype):
    layer = Dense(W.astype(dtype), B)  # b in float64 both times
    Z = layer.forward(X.astype(dtype))
    dX = layer.backward(np.ones((2, 2), dtype))
    for what, V in dict(b=layer.b, Z=Z, dX=dX, dW=layer.dW, db=layer.db).items():
        assert V.dtype == dtype, f"{what} is {V.dtype}, W is {dtype.__name__}"
    assert Dense(W.astype(dtype)).b.dtype == dtype, "the zeros of b have another dtype"


def test_lists_of_floats_make_a_layer():
    assert Dense([[1.0, 2.0]], [3, 4]).forward(np.ones((1, 1))).tolist() == [[4, 6]], "lists"


def test_a_layer_shows_its_shape():
    assert repr(Dense(W)) == "Dense(3, 2)", repr(Dense(W))


def test_backward_before_forward_is_refused():
    layer = Dense(W, B)
    for method in (layer.backward, layer.gradients):
        with refuses("Dense(3, 2): backward needs a forward before it", error=RuntimeError,
                     unchanged=[layer.dW, layer.db]):  # fmt: skip
            method(np.ones((2, 2)))


@pytest.mark.parametrize("shape", [(2,), (1, 2), (2, 1), (2, 3), (3, 2)], ids=str)
def test_a_gradient_of_another_shape_is_refused(shape):
    layer = Dense(W, B)
    layer.forward(X)
    layer.backward(np.ones((2, 2)))
    for method in (layer.backward, layer.gradients):
        with refuses("dZ must have shape (2, 2)", f"got {shape}", unchanged=[layer.dW, layer.db]):
            method(np.ones(shape))


BAD_W = {
    "a vector": (np.ones(3), "float64 (3,)"),
    "three axes": (np.ones((2, 3, 4)), "float64 (2, 3, 4)"),
    "no pixels": (np.ones((0, 3)), "float64 (0, 3)"),
    "no neurons": (np.ones((3, 0)), "float64 (3, 0)"),
    "integers": (np.ones((3, 2), int), "int64 (3, 2)"),
    "booleans": (np.ones((3, 2), bool), "bool (3, 2)"),
    "complex numbers": (np.ones((3, 2), complex), "complex128 (3, 2)"),
    "strings": (np.full((3, 2), "1"), "<U1 (3, 2)"),
    "objects": (np.full((3, 2), None), "object (3, 2)"),
    }


@pytest.mark.parametrize("case", BAD_W)
def test_weights_that_are_no_float_matrix_are_refused(case):
    bad, got = BAD_W[case]
    with refuses("W must be floats (n_in, n_out)", f"got {got}"):
        Dense(bad)


@pytest.mark.parametrize("bad", [np.ones(3), np.ones((1, 2)), np.ones(1)],
                         ids=["long", "matrix", "short"])  # fmt: skip
def test_a_bias_of_another_shape_is_refused(bad):
    with refuses("b must have shape (2,)", f"got {np.shape(bad)}"):
        Dense(W, bad)


@pytest.mark.parametrize("bad", [1.0, None, "W"], ids=repr)
def test_weights_and_biases_must_be_arrays(bad):
    with refuses("W must be an array", f"got {bad!r}"):
        Dense(bad)
    if bad is not None:
        with refuses("b must be an array", f"got {bad!r}"):
            Dense(W, bad)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_and_biases_must_be_finite(value):
    bad_W, bad_b = W.copy(), B.copy()
    bad_W[1, 1] = bad_b[1] = value
    for name, arguments in (("W", (bad_W, B)), ("b", (W, bad_b))):
        with refuses(f"{name} must be finite", "NaN or infinity"):
            Dense(*arguments)


BAD_X = {
    "a column too many": (np.ones((2, 4)), "float64 (2, 4)"),
    "a column too few": (np.ones((2, 2)), "float64 (2, 2)"),
    "one image alone": (np.ones(3), "float64 (3,)"),
    "an image of rows": (np.ones((2, 3, 1)), "float64 (2, 3, 1)"),
    "float32": (np.ones((2, 3), np.float32), "float32 (2, 3)"),
    "bytes": (np.ones((2, 3), np.uint8), "uint8 (2, 3)"),
}


@pytest.mark.parametrize("case", BAD_X)
def test_inputs_that_do_not_fit_are_refused_and_the_last_batch_is_kept(case):
    bad, got = BAD_X[case]
    layer = Dense(W, B)
    layer.forward(X)
    with refuses("X must be float64 (N, 3)", f"got {got}", unchanged=[layer.W, layer.b]):
        layer.forward(bad)
    assert layer.X is X, "a refused batch has replaced the last one"


class Named(Dense):
    """A layer of one's own, which remembers more than arrays."""

    def __init__(self, W, name, used):
        super().__init__(W)
        self.name, self.used = name, used


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))], ids=["copy", "pickle"])
def test_a_copy_owns_its_arrays_and_keeps_all_else_as_it_is(copied):
    layer = Named(W, "first", [3, 1])
    other = copied(layer)
    assert (other.name, other.used) == ("first", [3, 1]), "what is no array came back as one"
    other.W[0, 0] = 7
    assert layer.W[0, 0] == 1, "the two share their weights"
    assert other.forward(X).dtype == layer.forward(X).dtype
