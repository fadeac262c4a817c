"""Gradients measured instead of derived, to check the derived ones against."""

import numpy as np

from ._arguments import (
    check_equal_shapes, check_float64, check_function, check_moved, check_number,
    check_point, check_positive,
)


def numerical_gradient(f, V, h=1e-5):
    """Return the gradient of f() at V by central differences, as an array like V.

    f: a function of V that returns one number. V: float64 of any shape; each
    entry in turn is moved by h both ways, in place, and put back.
    Raises ValueError unless V is a float64 array and h > 0.
    """
    check_function("f", f)
    check_point(V)
    h = check_positive("h", h)
    gradient = np.zeros_like(V)
    for index in np.ndindex(V.shape):
        value = V[index]
        try:
            V[index] = value + h
            check_moved(h, value, V[index])
            above = check_number("f(V)", f(V))
            V[index] = value - h
            below = check_number("f(V)", f(V))
        finally:
            V[index] = value
        gradient[index] = (above - below) / (2 * h)
    return gradient


def relative_error(a, b):
    """Return ‖a - b‖ / (‖a‖ + ‖b‖): 0 if a equals b, 1 at the worst.

    Raises ValueError if a and b differ in shape.
    """
    a, b = check_equal_shapes(a, b)
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size != 0 else 0.0


def gradient_error(network, X, Y, h=1e-5, seed=0):
    """Return the largest relative error of a network's gradients, a float.

    Every parameter array's gradient from backpropagation is compared with
    central differences of step h. network: in float64. X: (N, D), Y: (N, K).
    What the network leaves to chance is drawn from the same seed each time.
    Raises ValueError if the network is not in float64.
    """

    check_float64(network)
    check_positive("h", h)

    def loss(V):
        with network.learning(np.random.default_rng(seed)):
            return network.loss.forward(network.forward(X), Y) + network.penalty()

    loss(None)
    network.backward()
    derived = [dV.copy() for dV in network.grads]
    measured = [numerical_gradient(loss, V, h) for V in network.params]
    errors = [relative_error(a, b) for a, b in zip(derived, measured)]
    return float(np.max(errors))  # NaN if one of them is, which max() may miss
