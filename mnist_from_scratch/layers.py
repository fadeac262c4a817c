"""The fully connected layer."""

import numpy as np

from ._arguments import check_batch, check_bias, check_forward, check_like, check_matrix


class Dense:
    """Z = X W + b, and the gradients of a loss with respect to W, b and X.

    W: (n_in, n_out) floats. b: (n_out,), zeros if not given. Both are copied,
    and W's dtype is the layer's. Raises ValueError for other shapes, and for
    numbers that are not finite.
    """

    X = None

    def __init__(self, W, b=None):
        W = check_matrix(W)
        b = np.zeros(W.shape[1], W.dtype) if b is None else check_bias(b, W)
        self.W, self.b = W.copy(), b.copy()
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)

    def __setattr__(self, name, value):
        """Write a new W, b, dW or db into the layer's own array: there is no other."""
        if name not in ("W", "b", "dW", "db") or name not in vars(self):
            return super().__setattr__(name, value)
        own = getattr(self, name)
        check_like(name, value, own.shape, own.dtype)
        own[...] = value

    def __setstate__(self, state):
        """Own the arrays, in another process too, where joblib's large ones are read-only."""
        arrays = {name: np.array(V) for name, V in state.items() if isinstance(V, np.ndarray)}
        vars(self).update(state | arrays)

    def forward(self, X):
        """Return Z = X W + b, (N, n_out), and remember X."""
        check_batch(X, self.W)
        self.X = X                              # (N, n_in)
        return X @ self.W + self.b              # (N, n_out)

    def gradients(self, dZ):
        """Set dW and db from dZ, (N, n_out). Call forward first."""
        check_forward(self, self.X)
        check_like("dZ", dZ, (len(self.X), len(self.b)), self.b.dtype)
        np.dot(self.X.T, dZ, out=self.dW)       # (n_in, n_out)
        np.sum(dZ, axis=0, out=self.db)         # (n_out,)

    def backward(self, dZ):
        """Set dW and db, and return dX = dZ Wᵀ, (N, n_in)."""
        self.gradients(dZ)
        return dZ @ self.W.T                    # (N, n_in)

    def __repr__(self):
        return f"Dense{self.W.shape}"
