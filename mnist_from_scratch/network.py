"""A network: blocks in a row, and a loss at the end."""

import os
from pathlib import Path

import numpy as np

from ._arguments import check_count, check_inputs, check_labels
from .activations import Activation, Identity, ReLU, Sigmoid, Softmax, Tanh
from .data import one_hot
from .initialisers import he, xavier
from .layers import Dense
from .losses import CrossEntropy

CHUNK = 1000  # rows at a time where no gradient is wanted: they stay in the cache


class Network:
    """A chain of blocks and the loss at its end.

    blocks: Dense layers and activations, a Dense first and last, all of one
    dtype and each fitting the one before it. loss: MeanSquaredError or
    CrossEntropy, which holds the output activation.
    Raises ValueError if the blocks do not fit, or are not what they should be.
    """

    def __init__(self, blocks, loss):
        self.blocks, self.loss = list(blocks), loss
        for block in self.blocks:
            if isinstance(block, type) or self.blocks.count(block) > 1:
                raise ValueError(
                    f"blocks must be objects, none of them twice, got {block!r}"
                )
        if not isinstance(getattr(loss, "output", None), Activation):
            raise ValueError(
                f"loss must be one such as CrossEntropy(Softmax()), got {loss!r}"
            )
        layers = [block for block in self.blocks if isinstance(block, Dense)]
        ends = self.blocks[:1] + self.blocks[-1:]
        if not ends or not all(isinstance(block, Dense) for block in ends):
            raise ValueError(
                f"blocks must begin and end with Dense, got {self.blocks}"
            )
        for left, right in zip(layers, layers[1:]):
            if left.W.shape[1] != right.W.shape[0] or left.W.dtype != right.W.dtype:
                raise ValueError(
                    f"blocks must fit together, got {left!r} before {right!r}"
                )
        self.n_in, self.n_out = layers[0].W.shape[0], layers[-1].W.shape[1]
        self.dtype = layers[0].W.dtype
        self.params = [V for layer in layers for V in (layer.W, layer.b)]
        self.grads = [dV for layer in layers for dV in (layer.dW, layer.db)]

    def forward(self, X):
        """Return Z of the last layer, (N, n_out), for X (N, n_in)."""
        for block in self.blocks:
            X = block.forward(X)
        return X

    def backward(self):
        """Set grads from the last forward of the network and of its loss."""
        dZ = self.loss.backward()
        for block in reversed(self.blocks[1:]):
            dZ = block.backward(dZ)
        self.blocks[0].gradients(dZ)  # nobody asks for the gradient of the pixels

    def logits(self, X):
        """Return Z of the last layer for any number of rows, a chunk at a time."""
        X = check_inputs(X, self.n_in, self.dtype)
        chunks = [X[i : i + CHUNK] for i in range(0, len(X), CHUNK)]
        return np.concatenate([self.forward(chunk) for chunk in chunks])

    def predict_proba(self, X):
        """Return the outputs A, (N, n_out): with softmax, probabilities."""
        return self.loss.output.forward(self.logits(X))

    def predict(self, X):
        """Return the most likely class of each row, (N,) integers."""
        return self.logits(X).argmax(axis=1)

    def evaluate(self, X, y):
        """Return the loss and the accuracy on X (N, n_in), y (N,) integers."""
        y = check_labels(y, self.n_out, len(X))
        Z = self.logits(X)
        loss = self.loss.forward(Z, one_hot(y, self.n_out, self.dtype))
        return loss, float(np.mean(Z.argmax(axis=1) == y))

    def save(self, path):
        """Write the parameters to path, an .npz file, whole or not at all."""
        arrays = {f"param_{i}": V for i, V in enumerate(self.params)}
        write_npz(path, network=repr(self), **arrays)

    def load(self, path):
        """Take the parameters from path, a file that save wrote.

        Raises ValueError, and changes nothing, if the file is damaged or comes
        from a network of other blocks, shapes or dtype.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                saved = str(file["network"])
                arrays = [file[name] for name in file.files if name != "network"]
        except OSError:
            raise  # no such file, or no permission: Python says which
        except Exception as error:  # each kind of damage has its own
            raise ValueError(
                f"{path} is damaged or not a saved network: {error}"
            ) from error
        if saved != repr(self) or len(arrays) != len(self.params):
            raise ValueError(f"{path} must hold {self!r}, got {saved}")
        for V, array in zip(self.params, arrays):
            if array.shape != V.shape or array.dtype != V.dtype:
                raise ValueError(
                    f"{path} must hold {V.dtype} {V.shape}, "
                    f"got {array.dtype} {array.shape}"
                )
            if not np.isfinite(array).all():
                raise ValueError(f"{path} must be finite, got NaN or infinity")
        for V, array in zip(self.params, arrays):
            V[...] = array

    def __repr__(self):
        return f"Network({self.blocks}, {self.loss!r}, {self.dtype})"


def write_npz(path, **arrays):
    """Write arrays to path, an .npz file, whole or not at all."""
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    try:
        with open(partial, "wb") as file:
            np.savez(file, **arrays)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def mlp(sizes, rng, hidden=ReLU, loss=None, init=None, dtype=np.float32):
    """Return a Network of Dense layers with an activation between each two.

    sizes: pixels, hidden neurons, ..., classes. hidden: ReLU, Sigmoid, Tanh or
    Identity. loss: CrossEntropy(Softmax()) if not given. init: he for ReLU and
    xavier for the others if not given. Biases begin at zero.
    Raises ValueError for fewer than two sizes, a size below 1, another hidden
    or dtype.
    """
    sizes = [check_count("sizes", size) for size in sizes]
    if len(sizes) < 2:
        raise ValueError(f"sizes must be two numbers or more, got {sizes}")
    if hidden not in (ReLU, Sigmoid, Tanh, Identity):
        raise ValueError(
            f"hidden must be ReLU, Sigmoid, Tanh or Identity, got {hidden!r}"
        )
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype must be np.float32 or np.float64, got {dtype!r}")
    init = init or (he if hidden is ReLU else xavier)
    blocks = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        W = np.asarray(init(rng, n_in, n_out), dtype)
        if W.shape != (n_in, n_out):
            raise ValueError(f"init must return {(n_in, n_out)}, got {W.shape}")
        blocks += [Dense(W), hidden()]
    return Network(blocks[:-1], loss or CrossEntropy(Softmax()))
