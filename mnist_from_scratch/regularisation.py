"""Against overfitting: neurons left out at random, and a price on large weights."""

import numpy as np

from ._arguments import check_floats, check_forward, check_like, check_share, check_spread
from .layers import Dense


class Dropout:
    """While the network learns, each number is 0 with probability p, the others grow by 1 / (1 - p).

    In use, A = Z: the mean over all that can be drawn. Network.learning lends
    the rng that draws. Raises ValueError unless 0 <= p < 1.
    Source: Srivastava et al. 2014.
    """

    rng = mask = None

    def __init__(self, p):
        self.p = check_share("p", p)

    def forward(self, Z):
        """Return Z times a mask, drawn anew for each number; in use, Z."""
        Z = check_floats("Z", Z)
        if self.rng is None:
            self.mask = np.ones_like(Z)
            return Z
        kept = self.rng.random(Z.shape, np.float32) >= self.p
        self.mask = kept / Z.dtype.type(1 - self.p)                    # 0 or 1 / (1 - p)
        return Z * self.mask

    def backward(self, dA):
        """Return dZ: dA times the mask of the last forward."""
        check_forward(self, self.mask)
        check_like("dA", dA, self.mask.shape, self.mask.dtype)
        return dA * self.mask

    def __repr__(self):
        return f"Dropout({self.p})"


class ShrinkingDense(Dense):
    """A Dense layer whose weights, not its biases, have a price: l2 / 2 ‖W‖².

    Raises ValueError for an l2 below 0.
    """

    def __init__(self, W, b=None, l2=0.0):
        super().__init__(W, b)
        self.l2 = float(check_spread("l2", l2))

    def penalty(self):
        """Return what the weights cost, a float."""
        return self.l2 / 2 * float(np.vdot(self.W, self.W))

    def gradients(self, dZ):
        """Set dW, the slope of the price included, and db."""
        super().gradients(dZ)
        self.dW += self.l2 * self.W

    def __repr__(self):
        n_in, n_out = self.W.shape
        return f"ShrinkingDense({n_in}, {n_out}, l2={self.l2})"
