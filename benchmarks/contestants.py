"""The contestants: each trains one epoch and says how long that took.

All do the same work: shuffle, plain mini-batch SGD, cross-entropy on softmax,
float32, ReLU between the layers, He's weights or the library's own. A
contestant is a function of (sizes, batch_size, X, y) that prepares a fresh
network and returns a function that trains one epoch and returns its seconds.
What comes once before the first epoch, checks of the input for one, is nobody's
time.
"""

import warnings
from time import perf_counter

import numpy as np

from mnist_from_scratch import SGD, mlp, train

LR = 0.05


def ours(sizes, batch_size, X, y):
    """This package: `train`, its own count of the seconds of the updates."""
    rng = np.random.default_rng(0)
    network = mlp(sizes, rng)

    def epoch():
        history = train(network, X, y, SGD(LR), epochs=1, batch_size=batch_size, rng=rng)
        return history.seconds[0]

    return epoch


def products(sizes, batch_size, X, y):
    """The floor: the epoch's matrix products, into arrays that exist already.

    Of each layer X W and Xᵀ dZ, and dZ Wᵀ of each but the first.
    """
    rng = np.random.default_rng(0)

    def random(*shape):
        return rng.standard_normal(shape, dtype=np.float32)

    layers = [
        (first, random(batch_size, n_in), random(n_in, n_out), random(batch_size, n_out),
         np.empty((batch_size, n_out), "f"), np.empty((n_in, n_out), "f"),
         np.empty((batch_size, n_in), "f"))
        for first, n_in, n_out in zip([True] + [False] * len(sizes), sizes, sizes[1:])
    ]  # fmt: skip
    starts = range(0, len(X), batch_size)

    def epoch():
        start = perf_counter()
        for i in starts:
            n = min(batch_size, len(X) - i)
            for _, A, W, _, Z, _, _ in layers:
                np.matmul(A[:n], W, out=Z[:n])
            for first, A, W, dZ, _, dW, dA in layers:
                np.matmul(A[:n].T, dZ[:n], out=dW)
                if not first:
                    np.matmul(dZ[:n], W.T, out=dA[:n])
        return perf_counter() - start

    return epoch


def scikit_learn(sizes, batch_size, X, y):
    """scikit-learn's MLPClassifier, without momentum and penalty."""
    from sklearn.neural_network import MLPClassifier

    class Timed(MLPClassifier):
        def _fit_stochastic(self, *args, **kwargs):  # the epoch without the checks
            start = perf_counter()
            super()._fit_stochastic(*args, **kwargs)
            self.seconds = perf_counter() - start

    model = Timed(
        sizes[1:-1], activation="relu", solver="sgd", alpha=0, batch_size=batch_size,
        learning_rate="constant", learning_rate_init=LR, shuffle=True, random_state=0,
        momentum=0, nesterovs_momentum=False,
    )  # fmt: skip

    def epoch():
        model.partial_fit(X, y, classes=np.arange(sizes[-1]))
        if model.coefs_[0].dtype != np.float32:
            raise RuntimeError("MLPClassifier left float32")
        return model.seconds

    return epoch


def pytorch(sizes, batch_size, X, y):
    """PyTorch on the CPU, eager, its batches taken by index, without a DataLoader."""
    import torch

    torch.manual_seed(0)
    blocks = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        blocks += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    network = torch.nn.Sequential(*blocks[:-1])
    loss = torch.nn.CrossEntropyLoss()
    optimiser = torch.optim.SGD(network.parameters(), lr=LR)
    X, y = torch.from_numpy(X), torch.from_numpy(y)

    def epoch():
        start = perf_counter()
        for batch in torch.randperm(len(X)).split(batch_size):
            optimiser.zero_grad()
            loss(network(X[batch]), y[batch]).backward()
            optimiser.step()
        return perf_counter() - start

    return epoch


CONTESTANTS = {
    "matrix products": products,
    "ours": ours,
    "scikit-learn": scikit_learn,
    "PyTorch": pytorch,
}


def installed():
    """Return the contestants that can run here, and what the others lack."""
    found, lacking = dict(CONTESTANTS), []
    for name, module in (("PyTorch", "torch"), ("scikit-learn", "sklearn")):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                __import__(module)
        except ImportError:
            del found[name]
            lacking.append(name)
    return found, lacking


def use_threads(n):
    """Let every library compute with n threads from here on."""
    import threadpoolctl

    try:
        import torch

        torch.set_num_threads(n)
    except ImportError:
        pass
    return threadpoolctl.threadpool_limits(n)
