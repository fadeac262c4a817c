"""Optimisers with a memory: gradient descent that learns from its own steps.

Each keeps fading sums, one number for each parameter: before something is
added, what is there is multiplied by beta, so that the past fades.
"""

import numpy as np

from ._arguments import check_own, check_positive, check_share, check_state, check_steps
from .training import SGD


class Remembering(SGD):
    """What they share: the sums of one network's parameters, and their weights.

    Of a sum in which the latest addend counts 1, the one before beta, and so
    on, weights has 1 + beta + beta² + ...: the sum divided by it is a mean.
    Raises ValueError for a beta outside 0 <= beta < 1.
    """

    sums = params = None

    def __init__(self, lr, **betas):
        super().__init__(lr)
        self.betas = [check_share(name, beta) for name, beta in betas.items()]
        self.weights = [0.0 for _ in self.betas]

    def remember(self, params):
        """Begin with sums of zero; refuse the parameters of another network."""
        if self.sums is None:
            self.sums = [[np.zeros_like(V) for V in params] for _ in self.betas]
        check_own(self.params or params, self.sums[0], params)
        self.params = params
        self.weights = [beta * weight + 1 for beta, weight in zip(self.betas, self.weights)]

    def state(self):
        """Return copies of what it remembers: nothing before the first step."""
        arrays = {f"sum_{k}_{i}": M.copy() for k, sums in enumerate(self.sums or []) for i, M in enumerate(sums)}
        return {"weights": np.array(self.weights), **arrays} if arrays else {}

    def restore(self, state, params):
        """Go on from a state, with these parameters; ValueError if it does not fit."""
        sums = check_state(state, len(self.betas), params)
        self.sums, self.params = sums or None, None
        self.weights = state["weights"].tolist() if state else [0.0 for _ in self.betas]

    def __getstate__(self):
        return vars(self) | {"params": None}  # a copy may go with a copy of the network


class Momentum(Remembering):
    """The heavy ball: m becomes beta m + dV, and V becomes V - lr m. Polyak 1964."""

    def __init__(self, lr, beta=0.9):
        super().__init__(lr, beta=beta)

    def step(self, params, grads):
        """Update params in place; grads, of the same shapes, become the steps."""
        check_steps(params, grads)
        self.remember(params)
        for V, dV, m in zip(params, grads, *self.sums):
            m *= self.betas[0]
            m += dV
            np.multiply(m, self.rate, out=dV)
            V -= dV


class Adam(Remembering):
    """V becomes V - lr m / (root of s + epsilon): a scale for each parameter.

    m and s are fading means of dV and of dV². Kingma and Ba 2015.
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super().__init__(lr, beta1=beta1, beta2=beta2)
        self.epsilon = check_positive("epsilon", epsilon)

    def step(self, params, grads):
        """Update params in place; grads, of the same shapes, become the steps."""
        check_steps(params, grads)
        check_positive("epsilon", params[0].dtype.type(self.epsilon))  # 1e-50 is 0 as float32
        self.remember(params)
        of_m, of_s = self.weights
        for V, dV, m, s in zip(params, grads, *self.sums):
            m *= self.betas[0]
            m += dV
            np.square(dV, out=dV)
            s *= self.betas[1]
            s += dV
            np.divide(s, of_s, out=dV)              # the mean of the squares
            np.sqrt(dV, out=dV)
            dV += self.epsilon
            np.divide(m, dV, out=dV)
            dV *= self.rate / of_m
            V -= dV
