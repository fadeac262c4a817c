"""What the package refuses: the guards of all its files, in one place.

Each raises a ValueError that names the argument, what it got and what to
write, before anything has been changed; two, about the order of calls, raise
a RuntimeError. Some return the argument, in the form that is computed with.
"""

import contextlib
import math
import os
import tempfile

import numpy as np


def refused(name, wish, value, advice=""):
    """Return the error that says what name must be, and what it is."""
    got = value if isinstance(value, Words) else " ".join(repr(value).split())
    got = got if len(got) <= 120 else f"{got[:119]}…"
    return ValueError(f"{name} must {wish}, got {got}{advice and ': '}{advice}")


class Words(str):
    """What a message says of a value, in place of the value itself."""


def check_count(name, value):
    """Return value as an int of at least 1."""
    integer = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not integer or value < 1:
        raise refused(name, "be an integer of at least 1", value)
    return int(value)


def check_positive(name, value):
    """Return value, a positive, finite number of any type, as a float."""
    real = np.ndim(value) == 0 and np.asarray(value).dtype.kind in "iuf"
    if not real or not 0 < value < math.inf:
        raise refused(name, "be a positive, finite number", value)
    return float(value)


def check_number(name, value):
    """Return value, one real number, as a float."""
    if np.size(value) != 1 or np.asarray(value).dtype.kind not in "iuf":
        raise refused(name, "be one number", value)
    return float(np.ravel(value)[0])


def check_shape(shape):
    """Return shape, n_in and n_out, as two ints of at least 1."""
    return tuple(check_count(name, n) for name, n in zip(("n_in", "n_out"), shape))


def check_spread(name, value):
    """Return value, a finite number of at least 0."""
    if not 0 <= check_number(name, value) < math.inf:
        raise refused(name, "be a finite number of at least 0", value)
    return value


def check_share(name, value):
    """Return value, a number of at least 0 and below 1, as a float."""
    if not 0 <= check_number(name, value) < 1:
        raise refused(name, "lie in 0 <= … < 1", value)
    return float(value)


def check_function(name, function, such="", advice=""):
    """Return function, which can be called."""
    if not callable(function):
        raise refused(name, f"be a function{such}", function, advice)
    return function


def check_path(path):
    """Return path, a text or a Path."""
    if not path or not isinstance(path, (str, os.PathLike)):
        raise refused("path", "be a text or a Path", path)
    return path


def check_rng(rng):
    """Return rng, a numpy Generator."""
    if not isinstance(rng, np.random.Generator):
        raise refused("rng", "be a np.random.default_rng(seed)", rng)
    return rng


def check_dtype(dtype, allowed):
    """Return dtype as a numpy dtype, one of those allowed."""
    for each in allowed:
        with contextlib.suppress(TypeError):  # of what NumPy takes for no dtype
            if dtype is not None and np.dtype(dtype) == each:
                return np.dtype(each)
    names = [f"np.{each.__name__}" for each in allowed]
    raise refused("dtype", f"be {', '.join(names[:-1])} or {names[-1]}", dtype)


def check_array(name, value):
    """Return value as an array; refuse what NumPy would misread."""
    if np.ma.is_masked(value):
        raise refused(name, "have no masked entries", Words(f"{np.ma.count_masked(value)}"))
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise refused(name, "be an array", value, "are its rows equally long?") from None
    if array.ndim == 0:
        sparse = hasattr(value, "toarray")
        advice = f"write {code(name)}.toarray()" if sparse else ""
        raise refused(name, "be an array", Words(type(value).__name__) if sparse else value, advice)
    return array


def code(name):
    """Return how an argument is written in code: validation X is X there."""
    return name.split()[-1]


def check_floats(name, Z):
    """Return Z as an array of floats; integers, which would wrap, become float64."""
    if type(Z) is np.ndarray and Z.dtype.kind == "f":  # a matrix multiplies in another way
        return Z
    Z = np.asarray(Z) if isinstance(Z, (int, float, np.generic)) else check_array(name, Z)
    if Z.dtype.kind not in "iuf":
        raise refused(name, "hold floats", Words(Z.dtype))
    return Z if Z.dtype.kind == "f" else Z.astype(np.float64)


def check_scores(Z):
    """Return Z as check_floats does, with a score or more in each row."""
    Z = check_floats("Z", Z)
    if Z.ndim == 0 or Z.shape[-1] == 0:
        raise refused("Z", "have shape (N, K) with K > 0", Words(Z.shape))
    return Z


LARGEST_SIZE = 16  # root of the mean square: of bytes some 80, of what is standardised 1


def check_inputs(X, n_in, dtype, name="X"):
    """Return X as a finite (N, n_in) array of dtype, of pixels that were scaled."""
    X = check_array(name, X)
    if X.ndim != 2 or X.shape[1] != n_in or len(X) == 0:
        X_ = code(name)
        advice = f"write {X_}[None] for one image" if X.shape == (n_in,) else ""
        if X.ndim > 2 and len(X) and X.size == len(X) * n_in:
            advice = f"write {X_}.reshape(len({X_}), -1)"
        elif X.shape[:-1] == (n_in,) and X.ndim == 2:
            advice = f"write {X_}.T if its columns are the images"
        raise refused(name, f"have shape (N, {n_in}) with N > 0", Words(X.shape), advice)
    if X.dtype.kind != "f":
        pixels = X.dtype.kind == "u" or X.dtype.kind == "i" and X.max() > 1
        advice = f"write {code(name)}.astype(np.float32)" if X.dtype.kind in "ib" else ""
        raise refused(name, "hold floats", Words(X.dtype), "divide pixels by 255" if pixels else advice)
    with np.errstate(over="ignore"):
        X = X.astype(dtype, copy=False)
        squares = np.vdot(X, X)  # not finite, if one of them is not
    if not np.isfinite(squares) and not np.isfinite(X).all():
        raise refused(name, f"be finite as {X.dtype}", Words("NaN or infinity"))
    if not squares <= LARGEST_SIZE**2 * X.size:
        got = Words(f"numbers from {X.min():g} to {X.max():g}")
        raise refused(name, "be scaled", got, "divide pixels by 255, standardise other features")
    return X


def check_images(X):
    """Return how many pixels wide the images X (N, D) are: D is a square."""
    side = math.isqrt(X.shape[1]) if isinstance(X, np.ndarray) and X.ndim == 2 else 0
    if not side or side**2 != X.shape[1] or X.dtype.kind != "f":
        got = Words(f"{X.dtype} {X.shape}" if isinstance(X, np.ndarray) else type(X).__name__)
        raise refused("X", "be floats (N, D), square images", got)
    return side


def check_labels(y, n_classes, n=None, name="y"):
    """Return y as an (n,) array of integers in 0..n_classes-1."""
    y = check_array(name, y)
    if y.ndim != 1 or len(y) == 0:
        advice = ""
        if y.ndim == 2 and len(y):
            advice = "argmax(axis=1) for one-hot rows" if 1 not in y.shape else "ravel() for one column"
            advice = f"write {code(name)}.{advice}"
        raise refused(name, "have shape (N,) with N > 0", Words(y.shape), advice)
    if n is not None and len(y) != n:
        raise refused(name, "have a label for each row of X", Words(f"{len(y)} for {n}"))
    if y.dtype.kind not in "iu":
        advice = f"write {code(name)}.astype(int)" if whole(y) else ""
        raise refused(name, "hold integers", Words(y.dtype), advice)
    if y.min() < 0 or y.max() >= n_classes:
        got = Words(f"{y.min()}..{y.max()}")
        raise refused(name, f"lie in 0..{n_classes - 1}", got)
    return y


def whole(y):
    """Return whether y holds whole numbers, as floats or as text."""
    try:
        return y.dtype.kind != "b" and bool((y.astype(np.float64) % 1 == 0).all())
    except (TypeError, ValueError):
        return False


def check_split(X, y, n):
    """Raise unless X and y are equally long, and longer than n."""
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        got = Words(f"{X.shape} and {y.shape}")
        raise refused("X and y", "be equally long", got)
    if n >= len(X):
        raise refused("n_validation", f"be below N = {len(X)}", n)


def check_pair(name, pair):
    """Return pair as its two parts, X and y."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        got = f"{type(pair).__name__} of {len(pair)}" if hasattr(pair, "__len__") else repr(pair)
        raise refused(name, "be a pair", Words(got), "write (X_val, y_val)")
    return pair


def check_like(name, V, shape, dtype):
    """Raise unless V is an array of this shape and dtype."""
    if not isinstance(V, np.ndarray):
        raise refused(name, f"be a {dtype} array of shape {shape}", V)
    if V.shape != shape:
        raise refused(name, f"have shape {shape}", Words(V.shape))
    if V.dtype != dtype:
        raise refused(name, f"be {dtype}", Words(V.dtype), f"write .astype(np.{dtype})")


def check_moved(h, value, moved):
    """Raise if adding h has not moved value: then every difference would be 0."""
    if moved == value:
        raise refused("h", f"be large enough to move {value:g}", h)


def check_equal_shapes(a, b):
    """Return a and b, or both times one power of two, so that no square is 0 or infinite."""
    a, b = (check_floats(name, V) for name, V in (("a", a), ("b", b)))
    if a.shape != b.shape:
        raise refused("b", f"have a's shape {a.shape}", Words(b.shape))
    a, b = a.astype(np.float64), b.astype(np.float64)
    size = np.frexp(max(np.abs(a).max(initial=0), np.abs(b).max(initial=0)))[1]
    return np.ldexp(a, -size), np.ldexp(b, -size)


def check_point(V):
    """Raise unless V is a float64 array that can be written to."""
    if not isinstance(V, np.ndarray):
        raise refused("V", "be a float64 array", V)
    if V.dtype != np.float64:
        raise refused("V", "be a float64 array", Words(V.dtype), "write V.astype(np.float64)")
    if not V.flags.writeable:
        raise refused("V", "be an array that can be written to", Words("a read-only one"))


def check_matrix(W):
    """Return W as finite floats (n_in, n_out)."""
    W = check_array("W", W)
    if W.ndim != 2 or 0 in W.shape or W.dtype.kind != "f":
        raise refused("W", "be floats (n_in, n_out)", Words(f"{W.dtype} {W.shape}"))
    check_finite([W], "W")
    return W


def check_bias(b, W):
    """Return b as finite numbers (n_out,), of W's dtype."""
    b = check_array("b", b)
    if b.dtype.kind not in "iuf":
        raise refused("b", "be floats", Words(b.dtype))
    if b.shape != W.shape[1:]:
        raise refused("b", f"have shape {W.shape[1:]}", Words(b.shape))
    with np.errstate(over="ignore"):
        b = b.astype(W.dtype)
    check_finite([b], "b")
    return b


def check_batch(X, W):
    """Raise unless X (N, n_in) can be multiplied with W (n_in, n_out)."""
    odd = type(X) is not np.ndarray and isinstance(X, (np.matrix, np.ma.MaskedArray))
    if odd or not isinstance(X, np.ndarray) or X.ndim != 2 or X.shape[1] != len(W) or X.dtype != W.dtype:
        got = Words(f"{X.dtype} {X.shape}" if isinstance(X, np.ndarray) else type(X).__name__)
        got = Words(type(X).__name__) if odd else got
        raise refused("X", f"be {W.dtype} (N, {len(W)})", got)


def check_forward(block, last):
    """Raise a RuntimeError if block remembers nothing of a last batch."""
    if last is None:
        raise RuntimeError(f"{block!r}: backward needs a forward before it")


def check_targets(Y, Z):
    """Raise unless Y fits the outputs Z: (N, K) floats of one dtype."""
    if Z.ndim != 2 or not len(Z):
        raise refused("Z", "have shape (N, K) with N > 0", Words(Z.shape))
    if not isinstance(Y, np.ndarray) or Y.shape != Z.shape or Y.dtype != Z.dtype:
        got = Words(f"{Y.shape} {Y.dtype}" if isinstance(Y, np.ndarray) else type(Y).__name__)
        wish = f"have the shape and dtype of Z, {Z.shape} {Z.dtype}"
        raise refused("Y", wish, got, f"write one_hot(y, {Z.shape[1]}, Z.dtype) for labels y")


def check_distributions(Y):
    """Raise unless the rows of Y sum to 1, on the whole: A - Y is the gradient only then."""
    total = Y.sum()
    if not abs(total - len(Y)) < 1e-3 * len(Y):
        raise refused("Y", "have rows that sum to 1", Words(f"{total / len(Y):g} on average"))


def check_shares(Y):
    """Raise unless Y lies in 0..1: outside, sigmoids have no cross-entropy."""
    if not (Y.min() >= 0 and Y.max() <= 1):
        raise refused("Y", "lie in 0..1", Words(f"{Y.min():g}..{Y.max():g}"))


def check_same_batch(network, loss):
    """Raise a RuntimeError unless the last outputs of network are those that loss saw last."""
    if network.Z is not loss.Z:
        raise RuntimeError(
            f"{loss!r} must have seen the last outputs of this network: call "
            "network.loss.forward(network.forward(X), Y), and then network.backward()"
        )


def check_finite(arrays, name="parameters"):
    """Raise if a number of arrays is NaN or infinite."""
    if not all(np.isfinite(V).all() for V in arrays):
        raise refused(name, "be finite", Words("NaN or infinity"))


def check_object(name, value, kinds, wish=None):
    """Return value, an object of one of kinds."""
    if isinstance(value, kinds):
        return value
    names = [kind.__name__ for kind in kinds]
    own = value if isinstance(value, type) else type(value)
    advice = ""
    if own is value and issubclass(own, kinds):
        advice = f"write {own.__name__}(…), with brackets"
    elif {each.__name__ for each in own.__mro__} & set(names):
        advice = (
            f"it was made by another {own.__name__}, of {own.__module__}: after a "
            "reload, make it again, or restart the kernel"
        )
    raise refused(name, wish or f"be one of {', '.join(f'{each}()' for each in names)}", value, advice)


def check_chain(blocks, layer):
    """Return blocks as a list that begins and ends with a layer, each fitting the last."""
    if not isinstance(blocks, (list, tuple)):
        raise refused("blocks", "be a list", blocks, "write [Dense(W)] for one layer")
    blocks = list(blocks)
    for i, block in enumerate(blocks):
        if isinstance(block, type) or any(block is each for each in blocks[:i]):
            advice = f"write {block.__name__}(), with brackets" if isinstance(block, type) else ""
            raise refused("blocks", "be objects, none of them twice", block, advice)
        if type(block).__name__ == layer.__name__:
            check_object(f"blocks[{i}]", block, (layer,))
        if not (callable(getattr(block, "forward", None)) and callable(getattr(block, "backward", None))):
            raise refused(f"blocks[{i}]", "have forward and backward, as Dense and ReLU do", block)
    ends = blocks[:1] + blocks[-1:]
    if not ends or not all(isinstance(block, layer) for block in ends):
        advice = "the activation of the output belongs into the loss, as in CrossEntropy(Softmax())"
        advice = advice if blocks and isinstance(blocks[0], layer) else ""
        raise refused("blocks", f"begin and end with {layer.__name__}", blocks, advice)
    layers = [block for block in blocks if isinstance(block, layer)]
    for left, right in zip(layers, layers[1:]):
        if left.W.shape[1] != right.W.shape[0] or left.W.dtype != right.W.dtype:
            got = f"{left!r} before {right!r}"
            if left.W.dtype != right.W.dtype:
                got += f", {left.W.dtype} before {right.W.dtype}"
            raise refused("blocks", "fit together", Words(got))
    return blocks


def check_layers(layers):
    """Return layers, the network's own: with another Dense, of a reload, it has none."""
    if not layers:
        advice = "after a reload of the package, make the network again, or restart the kernel"
        raise refused("blocks", "hold a Dense", Words("none"), advice)
    return layers


def check_hidden(hidden, classes):
    """Return hidden, one of the classes itself."""
    if any(hidden is each for each in classes):
        return hidden
    names, advice = [each.__name__ for each in classes], ""
    for each in names:
        if type(hidden).__name__ == each:
            advice = f"write hidden={each}, without brackets"
        elif isinstance(hidden, str) and hidden.lower() == each.lower():
            advice = f"write hidden={each}, without quotation marks"
        elif getattr(hidden, "__name__", None) == each:
            advice = f"another {each}: after a reload, import it again, or restart the kernel"
    if not advice and isinstance(hidden, type):
        advice = "for one of your own, build Network([Dense(W1), Mine(), Dense(W2)], loss)"
    raise refused("hidden", f"be {', '.join(names[:-1])} or {names[-1]}", hidden, advice)


def check_sizes(sizes):
    """Return sizes as a list of two counts or more."""
    if not isinstance(sizes, (list, tuple, range, np.ndarray)) or np.ndim(sizes) != 1:
        raise refused("sizes", "be a list of two counts or more", sizes, "write [784, 30, 10]")
    sizes = [check_count("sizes", size) for size in sizes]
    if len(sizes) < 2:
        raise refused("sizes", "be two numbers or more", sizes)
    return sizes


def check_init(init):
    """Return init, a function such as he."""
    named = isinstance(init, str) and init in ("zeros", "normal", "xavier", "he")
    advice = f"write init={init}, without quotation marks" if named else ""
    return check_function("init", init, " such as he", advice)


def check_weights(W, shape):
    """Return what an init has drawn, an array of shape (n_in, n_out)."""
    W = np.asarray(W)
    if W.shape != shape or W.dtype.kind not in "iuf":
        got = Words(W.shape if W.dtype.kind in "iuf" else f"{W.dtype} {W.shape}")
        raise refused("init", f"return {shape}" if W.shape != shape else f"return floats {shape}", got)
    return W


def check_outputs(loss, n_out):
    """Raise if softmax would have a single class, whose probability is always 1."""
    if n_out == 1 and type(loss.output).__name__ == "Softmax":
        raise refused("n_out", "be 2 or more for softmax", 1, "one output goes with Sigmoid()")


def check_trainable(network, kind):
    """Raise unless network, whose blocks may have been changed, is one that can learn."""
    if not hasattr(network, "params") or not hasattr(network, "loss"):
        raise refused("network", "be a Network", network, "write mlp([784, 30, 10], rng)")
    kind(network.blocks, network.loss)  # which looks at them
    check_finite(network.params)
    if not all(V.flags.writeable for V in network.params):
        raise refused("network", "have parameters that can be written to", Words("read-only arrays"),
                      "write network = copy.deepcopy(network)")  # fmt: skip


def check_float64(network):
    """Raise unless network computes in float64, which finite differences need."""
    if not hasattr(network, "params"):
        raise refused("network", "be a Network", network, "write mlp(..., dtype=np.float64)")
    if network.dtype != np.float64:
        advice = "write mlp(..., dtype=np.float64)"
        raise refused("network", "compute in float64", Words(network.dtype), advice)


def check_epoch(epoch, schedule):
    """Raise if schedule has ended before epoch."""
    if epoch >= schedule.epochs:
        raise refused("epoch", f"be below {schedule.epochs}, where {schedule} ends", epoch)


def check_optimiser(optimiser, epochs, dtype):
    """Raise unless optimiser is such as SGD(0.1), with a rate for each of the epochs."""
    if isinstance(optimiser, type) or not (
        hasattr(optimiser, "start_epoch") and hasattr(optimiser, "step")
    ):
        raise refused("optimiser", "be an object such as SGD(0.1)", optimiser)
    schedule = callable(getattr(optimiser, "lr", None))
    for epoch in range(epochs if schedule else 1):
        if schedule:  # which may end too early
            optimiser.start_epoch(epoch)
        rate = getattr(optimiser, "rate", None)
        if isinstance(rate, float) and rate < float(np.finfo(dtype).smallest_subnormal):  # nothing moves
            raise refused("lr", f"be above 0 as {dtype}", rate)


def check_steps(params, grads):
    """Raise unless there is a gradient for each parameter, of its shape and dtype."""
    if not isinstance(params, (list, tuple)) or not isinstance(grads, (list, tuple)):
        raise refused("params and grads", "be lists of arrays", params, "write step([W], [dW])")
    if len(params) != len(grads):
        got = Words(f"{len(grads)} for {len(params)}")
        raise refused("grads", "have an array for each of params", got)
    for i, (V, dV) in enumerate(zip(params, grads)):
        if not isinstance(V, np.ndarray) or not V.flags.writeable:
            raise refused(f"params[{i}]", "be an array that can be written to", V)
        check_like(f"grads[{i}]", dV, V.shape, V.dtype)


def check_own(own, sums, params):
    """Raise unless params are own, the arrays that an optimiser has worked on, with sums like them."""
    same = len(own) == len(params) and all(a is b for a, b in zip(own, params))
    if not same or any(M.shape != V.shape or M.dtype != V.dtype for M, V in zip(sums, params)):
        advice = "each network needs an optimiser of its own"
        raise refused("params", "be those that the optimiser remembers", Words("others"), advice)


def check_state(state, n_sums, params):
    """Return the sums of an optimiser's saved state, n_sums lists of an array for each of params."""
    names = [[f"sum_{k}_{i}" for i in range(len(params))] for k in range(n_sums)]
    if not state:
        return []
    if set(state) != {"weights", *sum(names, [])} or state["weights"].shape != (n_sums,):
        advice = "it was saved by an optimiser of another kind, or for another network"
        raise refused("state", f"have {n_sums} sums for each parameter", Words("others"), advice)
    for row in names:
        for name, V in zip(row, params):
            check_like(name, state[name], V.shape, V.dtype)
    check_finite(state.values(), "state")
    return [[state[name].copy() for name in row] for row in names]


def check_class(name, value, such):
    """Return value, a class or another function that makes what name says."""
    if callable(value) and not hasattr(value, "forward") or isinstance(value, type):
        return value
    advice = ""
    if hasattr(value, "output"):
        names = type(value).__name__, type(value.output).__name__
        advice = "write loss={}, output={}: each run makes its own".format(*names)
    elif hasattr(value, "forward"):
        advice = f"write {name}={type(value).__name__}, without brackets"
    raise refused(name, f"be a class such as {such.__name__}", value, advice)


def check_n_train(n_train, n):
    """Raise unless n_train is None, or a number of images of which there are n."""
    if n_train is not None and check_count("n_train", n_train) > n:
        raise refused("n_train", f"lie in 1..{n}", n_train)


def check_jobs(configurations, seeds, kind):
    """Return configurations, of this kind, and seeds as lists, none of them twice."""
    if not isinstance(seeds, (list, tuple, range, np.ndarray)) or not len(seeds):
        advice = f"write range({seeds})" if isinstance(seeds, (int, np.integer)) and seeds > 0 else ""
        raise refused("seeds", "be a list of integers, one or more", seeds, advice)
    for seed in seeds:
        integer = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
        if not integer or seed < 0:
            raise refused("seeds", "be integers of at least 0", seed)
    if isinstance(configurations, (kind, dict)) or not hasattr(configurations, "__iter__"):
        raise refused("configurations", "be a list", configurations, "write [configuration] for one")
    configurations = list(configurations)
    for each in configurations:
        check_object("configurations", each, (kind,), f"be of the class {kind.__name__}")
    if not configurations:
        raise refused("configurations", "be one or more", configurations)
    for given, name in ((configurations, "configurations"), (list(seeds), "seeds")):
        for i, each in enumerate(given):
            if each in given[:i]:
                raise refused(name, "be there once each", each)
    return configurations, [int(seed) for seed in seeds]


def check_folder(folder):
    """Return folder, a path, where files can be written; OSError where they cannot."""
    if not folder or not isinstance(folder, (str, os.PathLike)):
        raise refused("folder", "be a text or a Path", folder)
    os.makedirs(folder, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()
    return os.fspath(folder)


def check_settings(settings, kind):
    """Raise unless the names of settings are those of kind, a data class."""
    names = list(kind.__dataclass_fields__)
    for name in settings:
        if name not in names:
            raise refused("where", f"be asked for {', '.join(names)}", name)


def check_some(found, wanted):
    """Return found, the runs that are as wanted; there must be some."""
    if not found:
        raise refused("where", "be asked for what a run has", wanted, "no run has these settings")
    return found


def check_values(values):
    """Return values as two finite floats or more."""
    values = np.asarray(values, np.float64)
    if values.shape == (1,):
        raise refused("values", "be two or more", Words(1), "one run has no spread: give a sweep seeds=range(5)")
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise refused("values", "be two finite floats or more", values)
    return values


def check_pairs(a, b):
    """Return a and b, the runs of one configuration each, over the same seeds."""
    for name, runs in (("a", a), ("b", b)):
        kinds = len(runs.configurations())
        if kinds != 1:
            advice = "choose them by where"
            raise refused(name, "be the runs of one configuration", Words(f"those of {kinds}"), advice)
    seeds = [sorted(run.seed for run in runs) for runs in (a, b)]
    if seeds[0] != seeds[1] or len(set(seeds[0])) < len(a):
        raise refused("a and b", "share their seeds, each once", seeds)
    return a, b


def check_pixels(pixels):
    """Return pixels, a picture, as bytes (H, W), (H, W, 3) or (H, W, 4)."""
    floats = pixels.dtype.kind == "f" and pixels.ndim == 2
    colours = pixels.dtype == np.uint8 and (pixels.ndim == 2 or pixels.ndim == 3 and pixels.shape[2] in (3, 4))
    if not pixels.size or not (floats or colours):
        got = Words(f"{pixels.dtype} {pixels.shape}")
        raise refused("picture", "be bytes (H, W), (H, W, 3) or (H, W, 4), or floats (H, W)", got)
    if floats and not (pixels.min() >= 0 and pixels.max() <= 1):
        raise refused("picture", "lie in 0..1", Words(f"{pixels.min():g}..{pixels.max():g}"))
    return np.round(255 * pixels).astype(np.uint8) if floats else pixels


def check_ink(ink):
    """Return ink, floats (H, W), some of them above 0.05."""
    if not isinstance(ink, np.ndarray) or ink.ndim != 2 or ink.dtype.kind != "f":
        got = Words(f"{ink.dtype} {ink.shape}" if isinstance(ink, np.ndarray) else type(ink).__name__)
        raise refused("ink", "be floats (H, W)", got)
    if not (ink > 0.05).any():
        raise refused("ink", "be there", Words("none above 0.05"))
    return ink


def check_probabilities(P, n):
    """Return P, probabilities (n, 10)."""
    P = check_floats("P", P)
    if P.shape != (n, 10):
        raise refused("P", f"have shape ({n}, 10)", Words(P.shape), "write network.predict_proba(found.X)")
    return P


def check_reader(path, sizes):
    """Raise unless a network of these sizes reads MNIST's images."""
    if sizes[0] != 784 or sizes[-1] != 10:
        raise refused(path, "hold a network from 784 pixels to 10 digits", Words(f"one from {sizes[0]} to {sizes[-1]}"))
