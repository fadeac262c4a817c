"""The self-checks against answers that are right, but made otherwise than the solutions."""

import itertools
import math
import struct

import numpy as np
import pytest

from mnist_from_scratch import Adam, Dense, MeanSquaredError, Softmax, checks, mlp, numerical_gradient, one_hot, softmax
from mnist_from_scratch.activations import Activation
from mnist_from_scratch.distortions import interpolate


def probabilities(z):
    """One row's softmax, with plain Python."""
    powers = [math.exp(score - max(z)) for score in z]
    return [power / sum(powers) for power in powers]


def surprise_by_loop(P, y):
    total = 0
    for row, label in zip(P, y):
        total -= math.log(row[label])
    return total / len(y)


def gradient_by_loop(Z, y):
    return [[(p - (k == label)) / len(y) for k, p in enumerate(probabilities(z))]
            for z, label in zip(Z.tolist(), y.tolist())]  # fmt: skip


def gradient_from_log_softmax(Z, y):
    dZ = np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)) / len(Z)
    np.subtract.at(dZ, (range(len(y)), y), 1 / len(y))
    return dZ


def gradient_by_differences(Z, y):
    def loss(Z):
        return np.mean(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(y)), y])

    return numerical_gradient(loss, Z)


def mse_gradient_by_loop(Z, Y):
    rows = []
    for z, y in zip(Z.tolist(), Y.tolist()):
        p = probabilities(z)
        g = [a - b for a, b in zip(p, y)]
        mean = sum(a * b for a, b in zip(p, g))
        rows.append([a * (b - mean) / len(Z) for a, b in zip(p, g)])
    return rows


def mse_gradient_by_jacobians(Z, Y):
    P = softmax(Z)
    J = P[:, :, None] * np.eye(P.shape[1]) - P[:, :, None] * P[:, None, :]
    return np.einsum("ik,ikj->ij", (P - Y) / len(Z), J)


def mse_gradient_by_the_module(Z, Y):
    loss = MeanSquaredError(Softmax())
    loss.forward(Z, Y)
    return loss.backward()


def direction_of_signs(network, X, Y, rng):
    """d as lists of plus and minus ones, all of length 1 together; a list for a number."""
    sizes = [V.size for V in network.params]
    d = [[float(rng.integers(0, 2)) * 2 - 1 for _ in range(size)] for size in sizes]
    length, saved, values = sum(sizes) ** 0.5, [V.tolist() for V in network.params], []
    network.loss.forward(network.forward(X), Y)
    network.backward()
    a = sum(g * s for dV, dv in zip(network.grads, d) for g, s in zip(dV.ravel().tolist(), dv)) / length
    for step in (1e-4, -1e-4):
        for V, old, dv in zip(network.params, saved, d):
            V[...] = np.array(old) + step / length * np.reshape(dv, V.shape)
        values.append(network.loss.forward(network.forward(X), Y))
    for V, old in zip(network.params, saved):
        V[...] = old
    b = (values[0] - values[1]) / 2e-4
    return [abs(a - b) / (abs(a) + abs(b))]


def direction_in_float32(network, X, Y, rng):
    """d drawn in float32, and the error returned in it; the network stays in float64."""
    d = [rng.standard_normal(V.shape, np.float32) for V in network.params]
    old = [V.copy() for V in network.params]

    def along(h):
        for V, start, dv in zip(network.params, old, d):
            V[...] = start + h * dv.astype(float)
        return network.loss.forward(network.forward(X), Y)

    b = (along(1e-5) - along(-1e-5)) / 2e-5
    along(0.0)
    network.backward()
    a = np.sum([np.vdot(dV, dv) for dV, dv in zip(network.grads, d)])
    return np.float32(np.abs(a - b) / (np.abs(a) + np.abs(b)))


def direction_of_one_vector(network, X, Y, rng):
    """All parameters in one long array, and d of length 1."""
    theta = np.concatenate([V.ravel() for V in network.params])
    d = rng.standard_normal(theta.size)
    d /= np.linalg.norm(d)

    def loss(theta):
        parts = np.split(theta, np.cumsum([V.size for V in network.params])[:-1])
        for V, part in zip(network.params, parts):
            V[...] = part.reshape(V.shape)
        return network.loss.forward(network.forward(X), Y)

    b = (loss(theta + 1e-5 * d) - loss(theta - 1e-5 * d)) / 2e-5
    loss(theta)
    network.backward()
    a = np.concatenate([dV.ravel() for dV in network.grads]) @ d
    return np.array([abs(a - b) / (abs(a) + abs(b))])


def five_point_by_weights(f, x, h):
    return sum(w * f(x + k * h) for w, k in [(1, -2), (-8, -1), (8, 1), (-1, 2)]) / (12 * h)


def five_point_of_arrays(f, x, h):
    return np.array([1, -8, 8, -1]) @ f(x + h * np.array([-2, -1, 1, 2])) / (12 * h)


def uniform_in_lists(rng, n_in, n_out):
    a = (6 / (n_in + n_out)) ** 0.5
    return [[rng.uniform(-a, a) for _ in range(n_out)] for _ in range(n_in)]


def shares_by_loop(predicted, y):
    hits, of = [0] * 10, [0] * 10
    for said, true in zip(predicted.tolist(), y.tolist()):
        of[true] += 1
        hits[true] += said == true
    return [hit / n for hit, n in zip(hits, of)]


def idx_by_struct(array):
    return bytearray(struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)) + array.tobytes()


def idx_by_numpy(array):
    header = np.array([0x800 + array.ndim, *array.shape], ">u4")
    return memoryview(header.tobytes() + array.ravel().tobytes())


def idx_by_lists(array):
    numbers = [0, 0, 8, array.ndim]
    for n in array.shape:
        numbers += [n >> 24 & 255, n >> 16 & 255, n >> 8 & 255, n & 255]
    return bytes(numbers + array.reshape(-1).tolist())


def parameters_by_loop(sizes):
    total, n_in = 0, sizes[0]
    for n_out in sizes[1:]:
        total, n_in = total + n_in * n_out + n_out, n_out
    return total


def confusion_in_lists(y, predicted, K):
    pairs = list(zip(y.tolist(), predicted.tolist()))
    return [[pairs.count((i, j)) for j in range(K)] for i in range(K)]


def ask_by_loop(P):
    total = np.zeros(P.shape[1:])
    for one in P:
        total += one
    return [row.index(max(row)) for row in total.tolist()]


def abstain_by_loop(P, y, wanted):
    pairs = sorted(((max(p), p.index(max(p)) == k) for p, k in zip(P.tolist(), y.tolist())), reverse=True)
    best, right = None, 0
    for n, (sure, hit) in enumerate(pairs, 1):
        right += hit
        if right >= wanted * n:
            best = sure
    return best


def abstain_by_thresholds(P, y, wanted):
    sure, right = P.max(axis=1), P.argmax(axis=1) == y
    return min(t for t in sure if right[sure >= t].mean() >= wanted)


def momentum_from_kappa(smallest, largest):
    """The published formulas, with κ."""
    kappa = largest / smallest
    return np.array([((kappa**0.5 - 1) / (kappa**0.5 + 1)) ** 2, 4 / (smallest**0.5 + largest**0.5) ** 2])


def momentum_from_roots(smallest, largest):
    """The rate first, from both ends of the window."""
    a, b = math.sqrt(smallest), math.sqrt(largest)
    lr = (2 / (a + b)) ** 2
    return [(1 - a * lr**0.5) ** 2, lr]


class AdamWByHand(Adam):
    """All of it written out, with a counter of steps."""

    def __init__(self, lr, decay):
        super().__init__(lr)
        self.decay, self.t, self.m, self.v = decay, 0, {}, {}

    def step(self, params, grads):
        self.t += 1
        for i, (V, dV) in enumerate(zip(params, grads)):
            self.m[i] = 0.9 * self.m.get(i, 0) + 0.1 * dV
            self.v[i] = 0.999 * self.v.get(i, 0) + 0.001 * dV**2
            mean, square = self.m[i] / (1 - 0.9**self.t), self.v[i] / (1 - 0.999**self.t)
            V -= self.rate * (mean / (np.sqrt(square) + 1e-8) + self.decay * V)


class AdamWBySubtracting(Adam):
    def __init__(self, lr, decay):
        self.decay = decay
        Adam.__init__(self, lr=lr)

    def step(self, params, grads):
        old = [V.copy() for V in params]
        Adam.step(self, params, grads)
        for V, before in zip(params, old):
            V[...] = V - self.decay * self.rate * before


class AdamWByEpoch(Adam):
    """The factor is worked out once an epoch."""

    def __init__(self, lr, decay=0.01):
        self.decay = decay
        super().__init__(lr)

    def start_epoch(self, epoch):
        super().start_epoch(epoch)
        self.kept = 1 - self.decay * self.rate

    def step(self, params, grads):
        for V in params:
            np.multiply(V, self.kept, out=V)
        super().step(params, grads)


def rate_by_power_iteration(H):
    u = np.arange(1.0, len(H) + 1)
    for _ in range(200):
        u = H @ u / np.linalg.norm(u)
    return 2 / np.linalg.norm(u)


def rate_by_trying(H):
    """Halve the interval of rates between one that arrives and one that explodes."""
    low, high = 0.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        walk = np.linalg.matrix_power(np.eye(len(H)) - middle * H, 10**6)
        low, high = (middle, high) if abs(walk).max() < 1 else (low, middle)
    return low


def warm_up_closure(lr, epochs):
    return lambda epoch: lr if epoch >= epochs else lr / epochs * (epoch + 1)


def warm_up_table(lr, epochs):
    table = np.linspace(0, lr, epochs + 1)[1:]
    return lambda epoch: table[min(epoch, epochs - 1)]


class WarmUpByAdding:
    def __init__(self, lr, epochs):
        self.rates = list(itertools.accumulate(epochs * [lr / epochs]))

    def __call__(self, epoch):
        return self.rates[epoch] if epoch < len(self.rates) else self.rates[-1]


OTHERWISE = [
    *(("largest_rate", answer) for answer in (rate_by_power_iteration, rate_by_trying)),
    ("largest_rate", lambda H: 2 / np.linalg.norm(H.astype(np.float32), 2)),
    ("largest_rate", lambda H: 2 / max(np.roots(np.poly(H))).real),
    *(("warm_up", answer) for answer in (warm_up_closure, warm_up_table, WarmUpByAdding)),
    ("best_momentum", momentum_from_kappa),
    ("best_momentum", momentum_from_roots),
    ("best_momentum", lambda least, most: (np.float32((1 - 2 / (1 + (most / least) ** 0.5)) ** 2), np.float32(4 / (least + most + 2 * (least * most) ** 0.5)))),
    ("adamw", AdamWByHand),
    ("adamw", AdamWBySubtracting),
    ("adamw", AdamWByEpoch),
    ("accuracy_by_class", shares_by_loop),
    ("accuracy_by_class", lambda p, y: (one_hot(y).T @ (p == y)) / one_hot(y).sum(axis=0)),
    ("accuracy_by_class", lambda p, y: np.bincount(y, p == y) / np.bincount(y)),
    ("accuracy_by_class", lambda p, y: np.float32([np.mean(p[y == k] == y[y == k]) for k in range(10)])),
    ("standard_error", lambda p, n: math.sqrt(p - p**2) / math.sqrt(n)),
    ("standard_error", lambda p, n: np.sqrt(np.float32(p) * (1 - np.float32(p)) / np.float32(n))),
    ("standard_error", lambda p, n: np.array(((1 - p) * p / n) ** 0.5)),
    ("byte_offset", lambda i, r, c: np.ravel_multi_index((i, r, c), (60_000, 28, 28)) + 16),
    ("byte_offset", lambda i, r, c: 16.0 + 28 * (28 * i + r) + c),
    ("byte_offset", lambda i, r, c: np.array([1, 784, 28, 1]) @ np.array([16, i, r, c])),
    ("byte_offset", lambda i, r, c: sum([16, i * 28 * 28, r * 28, c])),
    ("to_idx", idx_by_struct),
    ("to_idx", idx_by_numpy),
    ("to_idx", idx_by_lists),
    ("count_parameters", parameters_by_loop),
    ("count_parameters", lambda sizes: float(np.dot(np.array(sizes[:-1]) + 1, sizes[1:]))),
    ("count_parameters", lambda sizes: sum(V.size for V in mlp(sizes, np.random.default_rng(0)).params)),
    ("confusion", confusion_in_lists),
    ("confusion", lambda y, p, K: one_hot(y, K).T @ one_hot(p, K)),
    ("confusion", lambda y, p, K: np.bincount(K * y + p, minlength=K * K).reshape(K, K).astype(np.uint8)),
    ("ask_all", ask_by_loop),
    ("ask_all", lambda P: np.argmax(np.sum(P.astype(np.float32), axis=0), axis=1)),
    ("ask_all", lambda P: np.einsum("mnk->nk", P).argmax(axis=-1).astype(np.float32)),
    ("abstain_below", abstain_by_loop),
    ("abstain_below", abstain_by_thresholds),
    ("abstain_below", lambda P, y, wanted: np.array([abstain_by_loop(P, y, wanted)])[0]),
    ("abstain_below", lambda P, y, wanted: abstain_by_thresholds(P.astype(np.float32), y, wanted)),
    ("cross_entropy", surprise_by_loop),
    ("cross_entropy", lambda P, y: float(np.mean([-np.log(p[k]) for p, k in zip(P.tolist(), y.tolist())]))),
    ("cross_entropy", lambda P, y: -np.log(P.astype(np.float32)[range(len(y)), y]).mean()),
    ("cross_entropy", lambda P, y: -np.log(np.take_along_axis(P, y[:, None], axis=1)).mean()),
    ("cross_entropy", lambda P, y: np.log(1 / P[np.arange(len(P)), y]).sum() / len(P)),
    ("cross_entropy", lambda P, y: -np.log((P * np.eye(P.shape[1])[y]).sum(axis=1)).mean()),
    ("cross_entropy_gradient", gradient_by_loop),
    ("cross_entropy_gradient", gradient_from_log_softmax),
    ("cross_entropy_gradient", gradient_by_differences),
    ("cross_entropy_gradient", lambda Z, y: (softmax(Z.astype(np.float32)) - one_hot(y, Z.shape[1])) / len(Z)),
    ("mse_softmax_gradient", mse_gradient_by_loop),
    ("mse_softmax_gradient", mse_gradient_by_jacobians),
    ("mse_softmax_gradient", mse_gradient_by_the_module),
    ("mse_softmax_gradient", lambda Z, Y: mse_gradient_by_jacobians(Z.astype(np.float32), Y.astype(np.float32))),
    ("direction_error", direction_of_signs),
    ("direction_error", direction_in_float32),
    ("direction_error", direction_of_one_vector),
    ("five_point", five_point_by_weights),
    ("five_point", five_point_of_arrays),
    ("five_point", lambda f, x, h: np.array((8 * (f(x + h) - f(x - h)) - f(x + 2 * h) + f(x - 2 * h)) / 12 / h)),
    ("complex_step", lambda f, x: f(complex(x, 1e-30)).imag / 1e-30),
    ("complex_step", lambda f, x: f(np.array([x + 1e-20j])).imag.tolist()[0] / 1e-20),
    ("complex_step", lambda f, x: np.array(np.imag(f(np.complex128(x + 2.0**-100 * 1j))) * 2.0**100)),
    ("xavier_uniform", uniform_in_lists),
    ("xavier_uniform", lambda rng, n, m: (rng.random((n, m), np.float32) - 0.5) * np.float32((24 / (n + m)) ** 0.5)),
    ("xavier_uniform", lambda rng, n, m: np.sqrt(6 / (n + m)) * rng.uniform(-1, 1, n * m).reshape(n, m)),
]


def trapezium_in_float32(x):
    kinks, changes = np.arange(4, dtype=np.float32), np.array([1, -1, -1, 1], np.float32)
    return np.maximum(x.astype(np.float32)[:, None] - kinks, 0) @ changes


def twin_in_another_order(W_1, b_1, W_2, b_2):
    """The hidden neurons the other way round: the same outputs."""
    return [2 * W_1[:, ::-1], 2 * b_1[::-1], 2 * W_2[::-1], b_2 - W_2.sum(axis=0)]


def twin_of_turned_signs(W_1, b_1, W_2, b_2):
    """tanh(z) is also 1 - 2 sigmoid(-2z)."""
    return -2 * W_1, -2 * b_1, -2 * W_2, b_2 + W_2.sum(axis=0)


def twin_in_lists(W_1, b_1, W_2, b_2):
    last = [b - sum(column) for b, column in zip(b_2.tolist(), W_2.T.tolist())]
    return (2 * W_1).tolist(), (2 * b_1).tolist(), (2 * W_2).tolist(), last


def twin_of_scalars(W_1, b_1, W_2, b_2):
    two = np.float32(2)
    return two * W_1, two * b_1, two * W_2, [b - np.float64(s) for b, s in zip(b_2, W_2.sum(axis=0))]


def twin_in_float32(W_1, b_1, W_2, b_2):
    return [V.astype(np.float32) for V in (2 * W_1, 2 * b_1, 2 * W_2, b_2 - W_2.sum(axis=0))]


class LeakyOfTwo(Activation):
    """Two plain ReLUs, back to back."""

    def f(self, Z):
        return np.maximum(Z, 0) - np.maximum(-Z, 0) / 10

    def back(self, dA):
        return np.where(self.A < 0, dA / 10, dA)


class LeakyByMask(Activation):
    """The slope, which at 0 is 1 here, is kept by the forward pass."""

    def f(self, Z):
        self.slope = np.ones_like(Z)
        self.slope[Z < 0] = 0.1
        return Z * self.slope

    def back(self, dA):
        return dA * self.slope


class LeakyByLoop(Activation):
    """One number after the other, in whatever type comes in, with NumPy's scalars."""

    def f(self, Z):
        return np.array([[z if z > 0 else z * Z.dtype.type(0.1) for z in row] for row in Z])

    def back(self, dA):
        dZ = np.empty_like(dA)
        for i, a in np.ndenumerate(self.A):
            dZ[i] = dA[i] * (1 if a > 0 else 0.1)
        return dZ


class LeakyWithoutHelp(Activation):
    """forward and backward themselves, which keep Z."""

    def forward(self, Z):
        self.Z = Z
        return np.where(Z > 0, np.float32(1), np.float32(0.1)) * Z

    def backward(self, dA):
        return np.where(self.Z > 0, np.float32(1), np.float32(0.1)) * dA


OTHERWISE += [
    ("trapezium", trapezium_in_float32),
    ("trapezium", lambda x: [max(0, min(t, 1, 3 - t)) for t in x]),
    ("trapezium", lambda x: [np.float32(min(max(t, 0), 1) - min(max(t - 2, 0), 1)) for t in x]),
    ("trapezium", lambda x: np.interp(x, [0, 1, 2, 3], [0, 1, 1, 0])),
    ("trapezium", lambda x: np.clip(1.5 - np.abs(x - 1.5), 0, 1)),
    *(("sigmoid_twin", twin) for twin in (twin_in_another_order, twin_of_turned_signs, twin_in_lists,
                                          twin_of_scalars, twin_in_float32)),
    *(("leaky_relu", leaky) for leaky in (LeakyOfTwo, LeakyByMask, LeakyByLoop, LeakyWithoutHelp)),
]  # fmt: skip


def extremes_in_closed_form(inputs):
    square, mean = np.mean(inputs**2), np.mean(inputs)
    middle, half = (square + 1) / 2, np.hypot((square - 1) / 2, mean)
    return [middle + half, middle - half]


def extremes_by_loop(inputs):
    found = []
    for degree in range(1800):
        c, s = math.cos(degree * math.pi / 1800), math.sin(degree * math.pi / 1800)
        found.append(sum((c * x + s) ** 2 for x in inputs.tolist()) / len(inputs))
    return np.array([max(found), min(found)])


def extremes_in_float32(inputs):
    angles = np.linspace(-np.pi / 2, np.pi / 2, 4000, dtype=np.float32)
    u = np.array([np.cos(angles), np.sin(angles)])                      # (2, 4000)
    found = np.square(inputs.astype(np.float32)[:, None] * u[0] + u[1]).mean(axis=0)
    return found.max(), found.min()


def batches_one_image_at_a_time(n, batch_size, rng):
    batches = []
    for k, i in enumerate(rng.permutation(n)):
        if k % batch_size == 0:
            batches.append([])
        batches[-1].append(i)
    return batches


def batches_of_a_shuffled_list(n, batch_size, rng):
    order = list(range(n))
    rng.shuffle(order)
    return tuple(order[k : k + batch_size] for k in range(0, n, batch_size))


def batches_by_choice(n, batch_size, rng):
    order = rng.choice(n, size=n, replace=False).astype(np.uint16)
    return [order[np.arange(n) // batch_size == k] for k in range(math.ceil(n / batch_size))]


def noise_by_the_double_sum(G, B):
    D = [[g - m for g, m in zip(row, np.mean(G, axis=0).tolist())] for row in G.tolist()]
    dot = lambda a, b: sum(x * y for x, y in zip(a, b))
    equal = sum(dot(d, d) for d in D) / len(D)
    other = sum(dot(a, b) for i, a in enumerate(D) for j, b in enumerate(D) if i != j) / (len(D) * (len(D) - 1))
    return math.sqrt((B * equal + B * (B - 1) * other) / B**2)


def noise_of_every_batch(G, B):
    batches = itertools.combinations(range(len(G)), B)
    return np.sqrt(np.mean([np.sum(np.square(G[list(b)].mean(axis=0) - G.mean(axis=0))) for b in batches]))


OTHERWISE += [
    *(("extremes", answer) for answer in (extremes_in_closed_form, extremes_by_loop, extremes_in_float32)),
    ("extremes", lambda x: np.linalg.svd(np.stack([x, np.ones_like(x)], axis=1), compute_uv=False) ** 2 / len(x)),
    *(("minibatches", answer) for answer in (batches_one_image_at_a_time, batches_of_a_shuffled_list, batches_by_choice)),
    *(("batch_noise", answer) for answer in (noise_by_the_double_sum, noise_of_every_batch)),
    ("batch_noise", lambda G, B: np.float32(noise_of_every_batch(G, B))),
    ("batch_noise", lambda G, B: np.sqrt(np.var(G.astype(np.float32), axis=0, ddof=1).sum() * (1 / B - 1 / len(G)))),
    ("best_epoch", lambda history: history.val_loss.index(min(history.val_loss)) + 1),
    ("best_epoch", lambda history: np.argsort(np.float32(history.val_loss), kind="stable")[0] + np.float32(1)),
    ("best_epoch", lambda history: min(range(len(history.loss)), key=lambda e: history.val_loss[e]) + 1),
    ("best_epoch", lambda history: min(zip(history.val_loss, range(1, 99), history.seconds))[1]),
]  # fmt: skip


def dense_by_indices(X, W, dZ):
    return [np.einsum("ij,ik->jk", X, dZ), np.einsum("ik->k", dZ), np.einsum("ik,jk->ij", dZ, W)]


def dense_image_by_image(X, W, dZ):
    return sum(np.outer(x, d) for x, d in zip(X, dZ)), sum(dZ), np.array([W @ d for d in dZ])


def dense_by_the_module(X, W, dZ):
    layer = Dense(W)
    layer.forward(X)
    dX = layer.backward(dZ)
    return layer.dW, layer.db, dX


class SquareThatKeepsTheSlope:
    def forward(self, Z):
        self.slope = Z + Z
        return np.multiply(Z, Z)

    def backward(self, dA):
        return np.multiply(self.slope, dA)


class SquareByLoop:
    def forward(self, Z):
        self.Z = Z.copy()
        return np.array([[z * z for z in row] for row in Z])

    def backward(self, dA):
        dZ = np.empty_like(dA)
        for i, z in np.ndenumerate(self.Z):
            dZ[i] = 2 * z * dA[i]
        return dZ


class SquareOfTheModule(Activation):
    def f(self, Z):
        self.Z = Z
        return Z**2

    def back(self, dA):
        return 2 * self.Z * dA


class SquareInFloat32:
    def forward(self, Z):
        self.Z = np.float32(Z)
        return self.Z**2

    def backward(self, dA):
        return 2 * self.Z * np.float32(dA)


def pixels_by_the_first_weights(network, X, Y):
    network.loss.forward(network.forward(X), Y)
    dZ = network.loss.backward()
    for block in network.blocks[:0:-1]:
        dZ = block.backward(dZ)
    return dZ @ network.params[0].T


def pixels_measured(network, X, Y):
    return numerical_gradient(lambda V: network.loss.forward(network.forward(V), Y), X.copy())


def pixels_image_by_image(network, X, Y):
    rows = []
    for i in range(len(X)):
        network.loss.forward(network.forward(X[i : i + 1]), Y[i : i + 1])
        dV = network.loss.backward()
        for block in network.blocks[::-1]:
            dV = block.backward(dV)
        rows.append((dV[0] / len(X)).tolist())
    return rows


OTHERWISE += [
    *(("dense_backward", answer) for answer in (dense_by_indices, dense_image_by_image, dense_by_the_module)),
    ("dense_backward", lambda X, W, dZ: [np.float32(V) for V in (X.T @ dZ, dZ.sum(axis=0), dZ @ W.T)]),
    *(("square_block", answer) for answer in (SquareThatKeepsTheSlope, SquareByLoop, SquareOfTheModule, SquareInFloat32)),
    *(("pixel_gradient", answer) for answer in (pixels_by_the_first_weights, pixels_measured, pixels_image_by_image)),
    ("pixel_gradient", lambda network, X, Y: np.float32(pixels_by_the_first_weights(network, X, Y))),
]  # fmt: skip


def frontier_of_arrays(costs, errors):
    no_worse = (costs <= costs[:, None]) & (errors <= errors[:, None])
    better = (costs < costs[:, None]) | (errors < errors[:, None])
    return np.flatnonzero(~(no_worse & better).any(axis=1))


def frontier_by_sorting(costs, errors):
    points = sorted(zip(costs, errors, range(len(costs))))
    kept = []
    for cost, error, i in points:
        if not kept or error < kept[-1][1] or (cost, error) == kept[-1][:2]:
            kept.append((cost, error, i))
    return sorted(i for *_, i in kept)


OTHERWISE += [
    ("frontier", frontier_of_arrays),
    ("frontier", frontier_by_sorting),
    ("frontier", lambda costs, errors: frontier_by_sorting(np.float32(costs).tolist(), errors.tolist())),
]


def shrink_by_the_gradient_of_the_price(W, b, dW, db, lr, l2):
    return [W - lr * (dW + l2 * W), b - lr * db]


def shrink_by_loop(W, b, dW, db, lr, l2):
    rows = [[w - lr * g - lr * l2 * w for w, g in zip(*pair)] for pair in zip(W.tolist(), dW.tolist())]
    return rows, [c - lr * g for c, g in zip(b.tolist(), db.tolist())]


def shrink_on_copies(W, b, dW, db, lr, l2):
    W, b = W.copy(), b.copy()
    W *= 1 - lr * l2
    W -= lr * dW
    b -= lr * db
    return W, b


def dropout_by_binomial(Z, dA, p, rng):
    kept = rng.binomial(1, 1 - p, Z.shape)
    return np.array([Z, dA]) * kept / (1 - p) if p else np.array([Z, dA])


def dropout_by_choice(Z, dA, p, rng):
    mask = rng.choice([0, 1 / (1 - p)], size=Z.shape, p=[p, 1 - p])
    return [mask * Z, mask * dA]


def dropout_by_where(Z, dA, p, rng):
    out = rng.random(Z.shape, np.float32) < p
    return np.where(out, 0, Z / (1 - p)), np.where(out, 0, dA / (1 - p))


def dropout_row_by_row(Z, dA, p, rng):
    A, dZ = np.zeros_like(Z), np.zeros_like(dA)
    for i in range(len(Z)):
        kept = rng.uniform(size=Z.shape[1]) > p
        A[i, kept], dZ[i, kept] = Z[i, kept] / (1 - p), dA[i, kept] / (1 - p)
    return A, dZ


def between_by_loop(image, row, column):
    ink = 0.0
    for i, line in enumerate(image.tolist()):
        for j, value in enumerate(line):
            ink += max(0, 1 - abs(i - row)) * max(0, 1 - abs(j - column)) * value
    return ink


def between_on_a_frame(image, row, column):
    wide = np.pad(image, 25)
    i, j = math.floor(row) + 25, math.floor(column) + 25
    d, r = row + 25 - i, column + 25 - j
    return [1 - d, d] @ wide[i : i + 2, j : j + 2] @ [1 - r, r]


def between_by_the_module(image, row, column):
    square = np.zeros((1, 7, 7), np.float32)
    square[0, :5] = image
    rows, columns = (np.full((1, 7, 7), x, np.float32) for x in (row, column))
    return interpolate(square, rows, columns)[0, 0, 0]


OTHERWISE += [
    *(("shrink_step", answer) for answer in (shrink_by_the_gradient_of_the_price, shrink_by_loop, shrink_on_copies)),
    *(("dropout_both_ways", answer) for answer in (dropout_by_binomial, dropout_by_choice, dropout_by_where, dropout_row_by_row)),
    *(("read_between", answer) for answer in (between_by_loop, between_on_a_frame, between_by_the_module)),
]  # fmt: skip


def vote_by_loop(P):
    M, N, K = P.shape
    answers = []
    for n in range(N):
        votes, average = [0] * K, [sum(P[m, n, k] for m in range(M)) / M for k in range(K)]
        for m in range(M):
            row = P[m, n].tolist()
            votes[row.index(max(row))] += 1
        answers.append(max(range(K), key=lambda k: (votes[k], average[k])))
    return answers


def vote_by_bincount(P):
    tied = [votes == votes.max() for votes in (np.bincount(said, minlength=P.shape[2]) for said in P.argmax(axis=2).T)]
    return np.where(tied, P.astype(np.float32).sum(axis=0), 0).argmax(axis=-1).astype(np.float32)


def vote_by_sorting(P):
    votes = np.eye(P.shape[2])[P.argmax(axis=2)].mean(axis=0)
    return np.lexsort((P.mean(axis=0), votes), axis=1)[:, -1]


def max_norm_by_loop(W, c):
    columns = []
    for column in W.T.tolist():
        length = math.hypot(*column)
        columns.append([w * c / length for w in column] if length > c else column)
    return [list(row) for row in zip(*columns)]


def max_norm_on_a_copy(W, c):
    W, length = W.copy(), np.sqrt(np.square(W).sum(axis=0))
    W[:, length > c] *= c / length[length > c]
    return W


def max_norm_with_an_epsilon(W, c):
    length = np.linalg.norm(W.astype(np.float32), axis=0, keepdims=True)
    return W * (np.clip(length, 0, c) / (length + np.float32(1e-7)))


OTHERWISE += [
    *(("vote", answer) for answer in (vote_by_loop, vote_by_bincount, vote_by_sorting)),
    *(("max_norm", answer) for answer in (max_norm_by_loop, max_norm_on_a_copy, max_norm_with_an_epsilon)),
]  # fmt: skip


def push_by_loop(W, b, x, k):
    z = [sum(x[i] * W[i, c] for i in range(len(x))) + b[c] for c in range(len(b))]
    pushes = [(z[k] - z[c]) / sum(abs(W[i, k] - W[i, c]) for i in range(len(x))) for c in range(len(b)) if c != k]
    return sorted(pushes)[0]


def push_without_the_class(W, b, x, k):
    z, rest = x @ W + b, np.delete(W, k, axis=1)
    return ((z[k] - np.delete(z, k)) / np.linalg.norm(rest - W[:, [k]], ord=1, axis=0)).min()


def push_with_infinity(W, b, x, k):
    z = b + x @ W
    slopes = np.abs(W.T - W.T[k]).sum(axis=1)
    return np.where(slopes > 0, (z[k] - z) / np.maximum(slopes, 1e-300), np.inf).min()


def axis_by_svd(A):
    return np.linalg.svd(A - A.mean(axis=0))[2][0]


def axis_of_the_covariance(A):
    return -np.linalg.eigh(np.cov(A.T))[1][:, -1]


def axis_by_squaring(A):
    M = np.cov(A, rowvar=False)
    for _ in range(40):
        M = M @ M / np.trace(M @ M)
    return M[:, np.diag(M).argmax()] / np.linalg.norm(M[:, np.diag(M).argmax()])


OTHERWISE += [
    *(("smallest_push", answer) for answer in (push_by_loop, push_without_the_class, push_with_infinity)),
    *(("first_axis", answer) for answer in (axis_by_svd, axis_of_the_covariance, axis_by_squaring)),
]  # fmt: skip


def threshold_by_loop(values):
    v, best, most = sorted(values.tolist()), None, -1.0
    for n in range(1, len(v)):
        between = n * (len(v) - n) * (sum(v[:n]) / n - sum(v[n:]) / (len(v) - n)) ** 2
        if v[n] > v[n - 1] and between > most:
            best, most = v[n - 1], between  # what is equal to it is below
    return best


def threshold_by_variance_within(values):
    cuts = np.unique(values)[:-1]
    within = [sum(len(part) * part.var() for part in (values[values <= t], values[values > t])) for t in cuts]
    return np.float32(cuts[np.argmin(within)] + 1e-6)


def threshold_by_running_sums(values):
    v = np.sort(values)
    n, sums = np.arange(1, len(v)), np.cumsum(v)[:-1]
    between = (v.sum() * n - len(v) * sums) ** 2 / (n * (len(v) - n))
    best = between.argmax()
    return np.array([(v[best] + v[best + 1]) / 2])


def mass_by_loop(image):
    total = row = column = 0.0
    for i, line in enumerate(image.tolist()):
        for j, ink in enumerate(line):
            total, row, column = total + ink, row + i * ink, column + j * ink
    return [row / total, column / total]


def mass_by_average(image):
    return tuple(np.average(np.arange(n), weights=image.sum(axis=1 - axis)) for axis, n in enumerate(image.shape))


def mass_by_places(image):
    return np.tensordot(np.indices(image.shape), image, 2) / image.sum()


def scaled_by_cases(height, width):
    return (20, max(1, round(20 * width / height))) if height >= width else (max(1, round(20 * height / width)), 20)


def scaled_as_array(height, width):
    return np.maximum(np.rint(20 * np.array([height, width]) / max(height, width)), 1).astype(int)


def scaled_by_integers(height, width):
    longer = max(height, width)
    return [max((40 * side + longer) // (2 * longer), 1) for side in (height, width)]


OTHERWISE += [
    *(("best_threshold", answer) for answer in (threshold_by_loop, threshold_by_variance_within, threshold_by_running_sums)),
    *(("centre_of_mass", answer) for answer in (mass_by_loop, mass_by_average, mass_by_places)),
    *(("scaled_shape", answer) for answer in (scaled_by_cases, scaled_as_array, scaled_by_integers)),
]  # fmt: skip


def operations_by_loop(sizes, batch_size):
    total = 0
    for i in range(len(sizes) - 1):
        for _ in range(3 if i else 2):
            total += 2 * batch_size * sizes[i] * sizes[i + 1]
    return total


def operations_by_shapes(sizes, batch_size):
    pairs = np.array(sizes[:-1]) * np.array(sizes[1:])
    return float(2 * batch_size * (3 * pairs.sum() - pairs[0]))


def catch_up_by_steps(V, m, lr, beta, k):
    for _ in range(k):
        m = beta * m
        V = V - lr * m
    return [V, m]


def catch_up_by_sum(V, m, lr, beta, k):
    powers = beta ** np.arange(1, k + 1)
    return V - lr * powers.sum() * m, np.prod(np.full(k, beta)) * m


def catch_up_by_what_is_left(V, m, lr, beta, k):
    at_the_end = V - lr * m * beta / (1 - beta)
    left = beta**k * m
    return np.stack([at_the_end + lr * left * beta / (1 - beta), left])


OTHERWISE += [
    *(("operations", answer) for answer in (operations_by_loop, operations_by_shapes, lambda sizes, B: sum((6 if i else 4) * B * D * H for i, (D, H) in enumerate(zip(sizes, sizes[1:]))))),
    *(("catch_up", answer) for answer in (catch_up_by_steps, catch_up_by_sum, catch_up_by_what_is_left)),
]  # fmt: skip


@pytest.mark.parametrize("name, answer", OTHERWISE)
def test_an_answer_that_is_right_in_another_way_is_called_right(name, answer, verdict):
    said = verdict(vars(checks)[name], answer)
    assert said.startswith("Right: "), said
