"""The fully connected layer."""

import numpy as np


class Dense:
    """Z = X W + b, and the gradients of a loss with respect to W, b and X.

    W: (n_in, n_out) floats. b: (n_out,), zeros if not given. Both are copied,
    and W's dtype is the layer's. Raises ValueError for other shapes, and for
    numbers that are not finite.
    """

    X = None

    def __init__(self, W, b=None):
        W = np.array(W)
        if W.ndim != 2 or 0 in W.shape or not np.issubdtype(W.dtype, np.floating):
            raise ValueError(
                f"W must be floats (n_in, n_out), got {W.dtype} {W.shape}"
            )
        b = np.zeros(W.shape[1], W.dtype) if b is None else np.array(b, W.dtype)
        if b.shape != W.shape[1:]:
            raise ValueError(f"b must have shape {W.shape[1:]}, got {b.shape}")
        if not (np.isfinite(W).all() and np.isfinite(b).all()):
            raise ValueError("W and b must be finite, got NaN or infinity")
        self.W, self.b = W, b
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)

    def forward(self, X):
        """Return Z = X W + b, (N, n_out), and remember X."""
        if X.ndim != 2 or X.shape[1] != len(self.W) or X.dtype != self.W.dtype:
            raise ValueError(
                f"X must be {self.W.dtype} (N, {len(self.W)}), "
                f"got {X.dtype} {X.shape}"
            )
        self.X = X                              # (N, n_in)
        return X @ self.W + self.b              # (N, n_out)

    def gradients(self, dZ):
        """Set dW and db from dZ, (N, n_out). Call forward first."""
        if self.X is None:
            raise RuntimeError(f"{self!r}: backward needs a forward before it")
        wanted = len(self.X), len(self.b)
        if dZ.shape != wanted:
            raise ValueError(f"dZ must have shape {wanted}, got {dZ.shape}")
        np.dot(self.X.T, dZ, out=self.dW)       # (n_in, n_out)
        np.sum(dZ, axis=0, out=self.db)         # (n_out,)

    def backward(self, dZ):
        """Set dW and db, and return dX = dZ Wᵀ, (N, n_in)."""
        self.gradients(dZ)
        return dZ @ self.W.T                    # (N, n_in)

    def __repr__(self):
        return f"Dense{self.W.shape}"
