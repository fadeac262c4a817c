"""The contestants: each trains one epoch and says how long that took.

All do the same work: shuffle, plain mini-batch SGD, cross-entropy on softmax,
float32, ReLU between the layers, He's weights or the library's own; but for
Nielsen's program, which is as it is. A contestant is a function of
(sizes, batch_size, X, y) that prepares a network and returns a function that
trains one epoch and returns its seconds. What comes once before the first
epoch, checks of the input or compilation, does not count, nor does the first
epoch.
"""

import shutil
import warnings
from time import perf_counter

import numpy as np

from mnist_from_scratch import SGD, CrossEntropy, Dense, InkedDense, Network, Softmax
from mnist_from_scratch import mlp, train, train_fast, train_together

LR = 0.05
TOGETHER = 9


def ours(sizes, batch_size, X, y):
    """This package: `train`, its own count of the seconds of the updates."""
    rng = np.random.default_rng(0)
    network = mlp(sizes, rng)

    def epoch():
        history = train(network, X, y, SGD(LR), epochs=1, batch_size=batch_size, rng=rng)
        return history.seconds[0]

    return epoch


def ours_fast(sizes, batch_size, X, y, layer=Dense):
    """This package: `train_fast`, checks included."""
    rng = np.random.default_rng(0)
    first, *others = mlp(sizes, rng).blocks
    network = Network([layer(first.W), *others], CrossEntropy(Softmax()))

    def epoch():
        start = perf_counter()
        train_fast(network, X, y, LR, epochs=1, batch_size=batch_size, rng=rng)
        return perf_counter() - start

    return epoch


def ours_inked(sizes, batch_size, X, y):
    """The same, with a first layer that leaves out what is white."""
    return ours_fast(sizes, batch_size, X, y, InkedDense)


def ours_together(sizes, batch_size, X, y):
    """This package: nine networks in `train_together`, the seconds of one of them."""
    rng = np.random.default_rng(0)
    networks = [mlp(sizes, rng) for _ in range(TOGETHER)]

    def epoch():
        start = perf_counter()
        train_together(networks, X, y, [LR] * TOGETHER, epochs=1, batch_size=batch_size, rng=rng)
        return (perf_counter() - start) / TOGETHER

    return epoch


def nielsen(sizes, batch_size, X, y):
    """What Nielsen's network.py does: column vectors, float64, sigmoids, image after image."""
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal((n_out, n_in)) for n_in, n_out in zip(sizes, sizes[1:])]
    biases = [rng.standard_normal((n_out, 1)) for n_out in sizes[1:]]
    images = [(x.reshape(-1, 1).astype(float), np.eye(sizes[-1])[:, [k]]) for x, k in zip(X, y)]

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def slopes(x, target):
        a, zs = [x], []
        for w, b in zip(weights, biases):
            zs.append(np.dot(w, a[-1]) + b)
            a.append(sigmoid(zs[-1]))
        delta, found = a[-1] - target, []
        for i in reversed(range(len(weights))):
            delta = delta * sigmoid(zs[i]) * (1 - sigmoid(zs[i]))
            found.append((delta, np.dot(delta, a[i].T)))
            delta = np.dot(weights[i].T, delta)
        return found[::-1]

    def epoch():
        start = perf_counter()
        order = rng.permutation(len(images))
        for first in range(0, len(order), batch_size):
            sums = [[np.zeros_like(b), np.zeros_like(w)] for w, b in zip(weights, biases)]
            batch = order[first : first + batch_size]
            for i in batch:
                sums = [[b + db, w + dw] for (b, w), (db, dw) in zip(sums, slopes(*images[i]))]
            for i, (db, dw) in enumerate(sums):
                weights[i] = weights[i] - 3.0 / len(batch) * dw
                biases[i] = biases[i] - 3.0 / len(batch) * db
        return perf_counter() - start

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


def pytorch(sizes, batch_size, X, y, compiled=False):
    """PyTorch on the CPU, eager, its batches taken by index, without a DataLoader."""
    import torch

    torch.manual_seed(0)
    blocks = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        blocks += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    network = torch.nn.Sequential(*blocks[:-1])
    cross_entropy = torch.nn.CrossEntropyLoss()
    optimiser = torch.optim.SGD(network.parameters(), lr=LR)
    X, y = torch.from_numpy(X), torch.from_numpy(y)

    def loss(batch):
        return cross_entropy(network(X[batch]), y[batch])

    if compiled:
        torch.compiler.reset()
        loss = torch.compile(loss, dynamic=False)  # twice: the last batch has its own size

    def epoch():
        start = perf_counter()
        for batch in torch.randperm(len(X)).split(batch_size):
            optimiser.zero_grad()
            loss(batch).backward()
            optimiser.step()
        return perf_counter() - start

    return epoch


def pytorch_compiled(sizes, batch_size, X, y):
    """The same, gather, network, loss and their backward pass compiled by torch.compile."""
    return pytorch(sizes, batch_size, X, y, compiled=True)


def jax_step(sizes, batch_size, X, y, scanned=False):
    """JAX on the CPU: a step, its gather too, is compiled and called batch after batch."""
    import jax
    import jax.numpy as jnp

    rng = np.random.default_rng(0)
    params = [jnp.asarray(V) for V in mlp(sizes, rng).params]
    X, y = jnp.asarray(X), jnp.asarray(y)

    def loss(params, batch):
        A = X[batch]
        for W, b in zip(params[:-2:2], params[1:-2:2]):
            A = jax.nn.relu(A @ W + b)
        log_P = jax.nn.log_softmax(A @ params[-2] + params[-1])
        return -jnp.take_along_axis(log_P, y[batch][:, None], axis=1).mean()

    def update(params, batch):
        value, slopes = jax.value_and_grad(loss)(params, batch)
        return [V - LR * dV for V, dV in zip(params, slopes)], value

    step = jax.jit(update, donate_argnums=0)
    scan = jax.jit(lambda params, batches: jax.lax.scan(update, params, batches), donate_argnums=0)

    def epoch():
        nonlocal params
        start = perf_counter()
        order = rng.permutation(len(X))
        whole = len(X) // batch_size * batch_size
        batches = order[:whole].reshape(-1, batch_size)
        if scanned:
            params, _ = scan(params, batches)
        else:
            for batch in batches:
                params, _ = step(params, batch)
        if whole < len(X):
            params, _ = step(params, order[whole:])
        jax.block_until_ready(params)
        return perf_counter() - start

    return epoch


def jax_scan(sizes, batch_size, X, y):
    """JAX, with the whole epoch compiled into one loop."""
    return jax_step(sizes, batch_size, X, y, scanned=True)


CONTESTANTS = {
    "matrix products": products,
    "ours": ours,
    "ours, fast": ours_fast,
    "ours, inked": ours_inked,
    "ours, nine together": ours_together,
    "scikit-learn": scikit_learn,
    "PyTorch": pytorch,
    "PyTorch, compiled": pytorch_compiled,
    "JAX, a step": jax_step,
    "JAX, an epoch": jax_scan,
    "Nielsen": nielsen,
}
NEEDS = {"scikit-learn": "sklearn", "PyTorch": "torch", "PyTorch, compiled": "torch",
         "JAX, a step": "jax", "JAX, an epoch": "jax"}  # fmt: skip
SMALL_ONLY = {"Nielsen": 30, "ours, nine together": 128}  # hidden neurons: the wide ones take minutes


def installed():
    """Return the contestants that can run here, and what the others lack."""
    found, lacking = dict(CONTESTANTS), []
    for name, module in NEEDS.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                __import__(module)
        except ImportError:
            del found[name]
            lacking.append(name)
    if "PyTorch, compiled" in found and not (shutil.which("g++") or shutil.which("clang++")):
        del found["PyTorch, compiled"]  # which writes C++
        lacking.append("PyTorch, compiled")
    return found, lacking


def use_threads(n):
    """Let every library compute with n threads from here on; JAX reads XLA_FLAGS when it is imported."""
    import threadpoolctl

    try:
        import torch

        torch.set_num_threads(n)
    except ImportError:
        pass
    return threadpoolctl.threadpool_limits(n)


def environment_for(n):
    """Return the environment variables with which a process computes with n threads."""
    return {"OMP_NUM_THREADS": str(n), "JAX_PLATFORMS": "cpu"}
