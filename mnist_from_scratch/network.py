"""A network: blocks in a row, and a loss at the end."""

import json
import os
import re
import uuid
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ._arguments import (
    check_array, check_chain, check_dtype, check_finite, check_hidden, check_init,
    check_inputs, check_labels, check_layers, check_like, check_object, check_outputs,
    check_path, check_rng, check_same_batch, check_share, check_sizes, check_spread,
    check_weights, refused,
)
from .activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from .data import one_hot
from .initialisers import he, xavier
from .layers import Dense
from .losses import CrossEntropy, Loss
from .regularisation import Dropout, ShrinkingDense

WISH = "be one such as CrossEntropy(Softmax())"
CHUNK = 1000  # rows at a time where no gradient is wanted: they stay in the cache


class Arrays(tuple):
    """Arrays that live in their layers: what is assigned is written into them."""

    def __setitem__(self, i, values):
        check_like(f"array {i}", values, self[i].shape, self[i].dtype)
        self[i][...] = values


class Network:
    """A chain of blocks and the loss at its end.

    blocks: Dense layers and activations, a Dense first and last, all of one
    dtype and each fitting the one before it. loss: MeanSquaredError or
    CrossEntropy, which holds the output activation.
    Raises ValueError if the blocks do not fit, or are not what they should be.
    """

    Z = None

    def __init__(self, blocks, loss):
        self.blocks = check_chain(blocks, Dense)
        self.loss = check_object("loss", loss, (Loss,), WISH)
        first, last = self.blocks[0].W, self.blocks[-1].W
        self.n_in, self.n_out, self.dtype = len(first), last.shape[1], first.dtype
        check_outputs(self.loss, self.n_out)

    @property
    def params(self):
        """The parameters W, b, W, b, ... of the layers: their own arrays."""
        layers = check_layers([block for block in self.blocks if isinstance(block, Dense)])
        return Arrays([V for layer in layers for V in (layer.W, layer.b)])

    @property
    def grads(self):
        """The gradients dW, db, dW, db, ... in the same order."""
        layers = check_layers([block for block in self.blocks if isinstance(block, Dense)])
        return Arrays([dV for layer in layers for dV in (layer.dW, layer.db)])

    def forward(self, X):
        """Return Z of the last layer, (N, n_out), for X (N, n_in)."""
        for block in self.blocks:
            X = block.forward(X)
        self.Z = X
        return X

    def backward(self):
        """Set grads from the last forward of the network and of its loss."""
        check_same_batch(self, self.loss)
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
        Z = self.logits(X)
        check_finite([Z], "the outputs")  # or NaN would be read as the first class
        return Z.argmax(axis=1)

    def evaluate(self, X, y):
        """Return the loss and the accuracy on X (N, n_in), y (N,) integers."""
        X = check_array("X", X)
        y = check_labels(y, self.n_out, len(X))
        Z = self.logits(X)
        loss = self.loss.forward(Z, one_hot(y, self.n_out, self.dtype)) + self.penalty()
        return loss, float(np.mean(Z.argmax(axis=1) == y))

    def penalty(self):
        """Return what training lowers beside the loss: the price of the layers' weights."""
        return sum(block.penalty() for block in self.blocks if hasattr(block, "penalty"))

    @contextmanager
    def learning(self, rng):
        """Inside a with: lend rng to the blocks that leave something to chance, as Dropout does."""
        drawing = [block for block in self.blocks if hasattr(block, "rng")]
        for block in drawing:
            block.rng = rng
        try:
            yield
        finally:
            for block in drawing:
                block.rng = None

    def save(self, path, optimiser=None, rng=None):
        """Write the parameters to path, an .npz file, whole or not at all.

        With the optimiser and the rng, training goes on from it as if never stopped.
        """
        check_finite(self.params)
        arrays = {f"param_{i}": V for i, V in enumerate(self.params)}
        if optimiser is not None:
            arrays["optimiser"] = type(optimiser).__name__
            arrays |= {f"memory_{name}": V for name, V in memory(optimiser).items()}
        if rng is not None:
            arrays["rng"] = json.dumps(check_rng(rng).bit_generator.state, default=np.ndarray.tolist)
        write_npz(check_path(path), network=self.kind(), **arrays)

    def load(self, path, optimiser=None, rng=None):
        """Take the parameters from path, a file that save wrote; with them what else is given.

        Raises ValueError, and changes nothing, if the file is damaged or comes
        from a network of other blocks, shapes or dtype, or lacks what is asked for.
        """
        with open(check_path(path), "rb") as content:  # no file, no permission: Python says which
            try:
                with np.load(content, allow_pickle=False) as file:
                    arrays = dict(file)
                saved, method = str(arrays["network"]), str(arrays.get("optimiser"))
                chance = json.loads(str(arrays.get("rng", "{}")))
            except Exception as error:  # each kind of damage has its own
                raise ValueError(
                    f"{path} is damaged or not a saved network: {error}"
                ) from error
        params = [V for name, V in arrays.items() if name.startswith("param_")]
        if saved != self.kind() or len(params) != len(self.params):
            raise ValueError(f"{path} must hold {self!r}, got {saved}")
        for V, array in zip(self.params, params):
            if array.shape != V.shape or array.dtype != V.dtype:
                raise ValueError(
                    f"{path} must hold {V.dtype} {V.shape}, "
                    f"got {array.dtype} {array.shape}"
                )
        check_finite(params, path)
        if optimiser is not None and method != type(optimiser).__name__:
            raise refused("optimiser", f"be the one in {path}, {method}", optimiser)
        if rng is not None and chance.get("bit_generator") != type(check_rng(rng).bit_generator).__name__:
            raise refused("rng", f"be as in {path}, {chance.get('bit_generator')}", rng)
        if hasattr(optimiser, "restore"):
            optimiser.restore({n[7:]: V for n, V in arrays.items() if n[:7] == "memory_"}, self.params)
        if rng is not None:
            rng.bit_generator.state = chance
        for V, array in zip(self.params, params):
            V[...] = array

    def kind(self):
        """Return what kind of network this is: its repr, without addresses in memory."""
        return re.sub(" at 0x[0-9a-fA-F]+", "", repr(self))

    def __repr__(self):
        return f"Network({self.blocks}, {self.loss!r}, {self.dtype})"


def memory(optimiser):
    """Return copies of the arrays in which optimiser remembers its steps; SGD has none."""
    return optimiser.state() if hasattr(optimiser, "state") else {}


def write_npz(path, **arrays):
    """Write arrays to path, an .npz file, whole or not at all."""
    path = Path(path).resolve()  # through a link, to the file itself
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")  # of this call alone
    try:
        with open(partial, "wb") as file:
            np.savez(file, **arrays)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def mlp(sizes, rng, hidden=ReLU, loss=None, init=None, dtype=np.float32, dropout=0.0, l2=0.0):
    """Return a Network of Dense layers with an activation between each two.

    sizes: pixels, hidden neurons, ..., classes. hidden: ReLU, Sigmoid, Tanh or
    Identity. loss: CrossEntropy(Softmax()) if not given. init: he for ReLU and
    xavier for the others if not given. Biases begin at zero. dropout: the share
    of hidden neurons left out in a step. l2: the price of weights.
    Raises ValueError for fewer than two sizes, a size below 1, another hidden
    or dtype, a dropout outside 0 <= p < 1, an l2 below 0.
    """
    sizes, rng = check_sizes(sizes), check_rng(rng)
    hidden = check_hidden(hidden, (ReLU, Sigmoid, Tanh, Identity))
    dtype = check_dtype(dtype, (np.float32, np.float64))
    init = (he if hidden is ReLU else xavier) if init is None else check_init(init)
    loss = CrossEntropy(Softmax()) if loss is None else check_object("loss", loss, (Loss,), WISH)
    dropout, l2 = check_share("dropout", dropout), check_spread("l2", l2)
    blocks = []
    for shape in zip(sizes, sizes[1:]):
        W = check_weights(init(rng, *shape), shape).astype(dtype)
        blocks += [ShrinkingDense(W, l2=l2) if l2 else Dense(W), hidden()]
        if dropout:
            blocks += [Dropout(dropout)]
    return Network(blocks[: -2 if dropout else -1], loss)


def dead_share(network, X):
    """Return the share of the first hidden layer's neurons that are 0 for all of X.

    With ReLU such a neuron gets no gradient from any of these images.
    """
    first, activation = network.blocks[:2]
    A = activation.forward(first.forward(X))              # (N, H)
    return float(np.mean(~A.any(axis=0)))
