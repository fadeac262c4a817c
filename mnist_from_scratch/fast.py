"""The same training in less time: white pixels, an epoch in one loop, many networks in one product.

For plain SGD, ReLU and cross-entropy on softmax; the results are those of
train, up to rounding.
"""

import math

import numpy as np

from ._arguments import (
    Words, check_array, check_batch, check_count, check_finite, check_forward, check_like,
    check_positive, refused,
)
from .activations import ReLU, Softmax
from .layers import Dense
from .losses import CrossEntropy
from .training import SGD, diverged, minibatches, prepare


class InkedDense(Dense):
    """A Dense layer that multiplies only those columns of X that are not 0 in the whole batch.

    The results are those of Dense for finite weights, up to rounding: what is
    left out is 0 times a number. used: the columns of the last batch, (U,) integers.
    """

    ink = used = None

    def forward(self, X):
        """Return Z = X W + b, (N, n_out), from the used columns of X and rows of W."""
        check_batch(X, self.W)
        self.X, self.used = X, np.flatnonzero(X.any(axis=0))
        self.ink = X[:, self.used]                      # (N, U)
        return self.ink @ self.W[self.used] + self.b    # (N, n_out)

    def gradients(self, dZ):
        """Set dW, its other rows to 0, and db from dZ, (N, n_out)."""
        check_forward(self, self.X)
        check_like("dZ", dZ, (len(self.X), len(self.b)), self.b.dtype)
        self.dW.fill(0)
        self.dW[self.used] = self.ink.T @ dZ            # (U, n_out)
        np.sum(dZ, axis=0, out=self.db)                 # (n_out,)

    def __repr__(self):
        return f"InkedDense{self.W.shape}"


def train_fast(network, X, y, lr, *, epochs, batch_size, rng):
    """Train network in place as train does with SGD(lr); return the mean loss of each epoch.

    X: (N, n_in) floats. y: (N,) integers. If the first layer is an InkedDense,
    only the used rows of its W are updated. Raises ValueError for blocks other
    than Dense and ReLU by turns and for another loss, FloatingPointError when a
    loss is no longer finite. What the layers' dW and db hold is of no meaning.
    """
    layers = plain_layers(network)
    X, _, Y = prepare(network, X, y)
    sgd, losses = SGD(lr), []
    for epoch in range(check_count("epochs", epochs)):
        sgd.start_epoch(epoch)
        with np.errstate(over="ignore", invalid="ignore"):  # the losses tell
            losses.append(fast_epoch(layers, X, Y, sgd.rate, minibatches(len(X), batch_size, rng)))
        if not math.isfinite(losses[-1]):
            raise diverged(epoch, sgd)
    return losses


def plain_layers(network):
    """Return the layers of network, Dense and ReLU by turns, of these very classes; refuse any other."""
    blocks, loss = getattr(network, "blocks", []), getattr(network, "loss", None)
    plain = [type(block) in ((Dense, InkedDense), (ReLU,))[i % 2] for i, block in enumerate(blocks)]
    if not plain or not all(plain) or type(loss) is not CrossEntropy or type(loss.output) is not Softmax:
        wish = "be Dense and ReLU by turns, with CrossEntropy(Softmax())"
        raise refused("network", wish, network, "train(...) takes any other")
    check_finite(network.params)
    return blocks[::2]


def fast_epoch(layers, X, Y, lr, batches):
    """Make one update for each batch; return the mean loss."""
    first, total = layers[0], 0.0
    inked = isinstance(first, InkedDense)
    Ws, bs = [layer.W for layer in layers], [layer.b for layer in layers]
    zeros = [np.zeros_like(b) for b in bs]
    for batch in batches:
        A = [X[batch]]                                  # (B, D)
        if inked:
            used = np.flatnonzero(A[0].any(axis=0))
            A[0], Ws[0] = A[0][:, used], first.W[used]  # (B, U), (U, H)
        Z = A[0] @ Ws[0]
        Z += bs[0]
        for W, b, zero in zip(Ws[1:], bs[1:], zeros):
            A.append(np.maximum(Z, zero, out=Z))
            Z = A[-1] @ W
            Z += b
        total += float(cross_entropy_slopes(Z, Y[batch]))
        Z *= lr / len(batch)                            # the rate, into a small array
        fast_steps(layers, A, Ws, Z)
        if inked:
            first.W[used] = Ws[0]
    return total / len(X)


def cross_entropy_slopes(Z, Y):
    """Return the losses of Z, (..., N, n_out), against one-hot Y, summed; P - Y replaces Z."""
    Z -= np.maximum.reduce(Z, axis=-1, keepdims=True)
    scores = np.add.reduce(Z * Y, axis=(-2, -1))        # of the right classes
    np.exp(Z, out=Z)
    S = np.add.reduce(Z, axis=-1, keepdims=True)        # (..., N, 1)
    Z /= S
    Z -= Y
    return np.add.reduce(np.log(S), axis=(-2, -1)) - scores


def fast_steps(layers, A, Ws, dZ):
    """Take the step of each W and b, the last layer's first; dZ has the rate in it."""
    for i in reversed(range(len(layers))):
        if i:
            dA = dZ @ Ws[i].T
            dA *= A[i] > 0                              # ReLU let these through
        dW = layers[i].dW[: len(Ws[i])]                 # room that is there already
        np.dot(A[i].T, dZ, out=dW)
        Ws[i] -= dW
        layers[i].b -= np.add.reduce(dZ, axis=0)
        if i:
            dZ = dA


def train_together(networks, X, y, rates, *, epochs, batch_size, rng):
    """Train networks of the same sizes on the same batches, network k with rates[k]; return their losses.

    Returns the mean losses, (epochs, K). A network whose loss is no longer
    finite harms itself alone. Raises ValueError as train_fast does, and if the
    networks differ in their sizes or their dtype.
    """
    chains, rates = [plain_layers(each) for each in networks], check_array("rates", rates)
    kinds = {tuple((layer.W.shape, layer.W.dtype) for layer in chain) for chain in chains}
    if len(kinds) != 1:
        raise refused("networks", "be one or more, of the same sizes and dtype", Words(f"{len(kinds)} kinds"))
    if rates.shape != (len(chains),):
        raise refused("rates", f"have shape ({len(chains)},), one for each network", Words(rates.shape))
    X, _, Y = prepare(networks[0], X, y)
    rates = np.array([[[check_positive("rates", rate)]] for rate in rates], X.dtype)  # (K, 1, 1)
    W1 = np.concatenate([chain[0].W for chain in chains], axis=1)       # (D, K H)
    Ws = [W1, *(np.stack([layer.W for layer in layers]) for layers in list(zip(*chains))[1:])]
    bs = [np.stack([layer.b for layer in layers])[:, None] for layers in zip(*chains)]
    losses = []
    for _ in range(check_count("epochs", epochs)):
        with np.errstate(over="ignore", invalid="ignore"):
            losses.append(epoch_together(Ws, bs, X, Y, rates, minibatches(len(X), batch_size, rng)))
    for k, chain in enumerate(chains):
        blocks = [np.split(Ws[0], len(chains), axis=1)[k], *(W[k] for W in Ws[1:])]
        for layer, W, b in zip(chain, blocks, bs):
            layer.W[...], layer.b[...] = W, b[k, 0]
    return np.array(losses)


def epoch_together(Ws, bs, X, Y, rates, batches):
    """Make one update of all networks for each batch; return their mean losses, (K,)."""
    K, total = len(rates), np.zeros(len(rates))
    for batch in batches:
        B = len(batch)
        A = [X[batch]]                                                  # (B, D)
        Z = (A[0] @ Ws[0]).reshape(B, K, -1).swapaxes(0, 1) + bs[0]     # (K, B, H)
        for W, b in zip(Ws[1:], bs[1:]):
            A.append(np.maximum(Z, 0))
            Z = A[-1] @ W + b                                           # (K, B, n_out)
        total += cross_entropy_slopes(Z, Y[batch])
        Z *= rates / B                                                  # each network's own
        for i in reversed(range(1, len(Ws))):
            dA = (Z @ Ws[i].swapaxes(1, 2)) * (A[i] > 0)
            bs[i] -= Z.sum(axis=1, keepdims=True)
            Ws[i] -= A[i].swapaxes(1, 2) @ Z
            Z = dA
        bs[0] -= Z.sum(axis=1, keepdims=True)
        Ws[0] -= A[0].T @ Z.swapaxes(0, 1).reshape(B, -1)               # (D, K H)
    return total / len(X)
