"""Checks of the exercises of the chapter on speed."""

import numpy as np

from ._verdict import check, close, compare, not_yet, numbers, right


@check
def operations(answer):
    """Check answer(sizes, batch_size): the operations of the products of a step."""
    sizes, B = [7, 5, 3, 2], 11
    one = [2 * B * D * H for D, H in zip(sizes, sizes[1:])]
    expected = 3 * sum(one) - one[0]
    mistakes = [
        (3 * sum(one), "that is three products for every layer. The first has two: the gradient of the pixels is not needed."),
        (sum(one), "that is the forward pass alone. A layer has three products, the first two."),
        (2 * sum(one), "that is two products for every layer. All but the first have three."),
        (3 * sum(one) - one[-1], "it is the first layer that has two products, not the last."),
        (3 * sum(one) - 2 * one[0], "the first layer has two products: forward, and the gradient of W."),
        (expected / 2, "each multiplication comes with an addition: 2BDH operations."),
        (expected / B, "that is one image. A batch has batch_size of them."),
        (expected * 2, "a factor of 2 too many: 2BDH counts multiplications and additions."),
        (one[0] * 2, "that is the first layer alone. Add the others."),
        (expected - 2 * one[0], "the first layer is missing: it has two products."),
        ([2 * one[0], *(3 * n for n in one[1:])], "these are the layers, one by one. Return their sum."),
    ]
    compare(answer(list(sizes), B), expected, None, mistakes, "three products of 2BDH for each layer, two for the first.", 1e-9)
    for sizes, B in (([784, 10], 3), ([4, 9, 2], 1)):
        one = [2 * B * D * H for D, H in zip(sizes, sizes[1:])]
        if not close(numbers(answer(list(sizes), B)), 3 * sum(one) - one[0], 1e-9):
            not_yet(f"right for four sizes, but not for {sizes} with a batch of {B}.")
    right("three products for each layer, two for the first.")


@check
def catch_up(answer):
    """Check answer(V, m, lr, beta, k): a row and its m after k steps of momentum without a gradient."""
    rng = np.random.default_rng(1919)
    V, m = rng.normal(size=(2, 6))

    def later(lr, beta, k, V=V, m=m):
        for _ in range(k):
            m = beta * m
            V = V - lr * m
        return V, m

    def asked(lr, beta, k):
        found = answer(V.copy(), m.copy(), lr, beta, k)
        if not isinstance(found, (tuple, list, np.ndarray)) or len(found) != 2:
            not_yet("return two arrays: the row, and its m.")
        return [numbers(each, name) for each, name in zip(found, ("the row", "m"))]

    lr, beta, k = 0.3, 0.7, 4
    row, memory = asked(lr, beta, k)
    new_V, new_m = later(lr, beta, k)
    if close(row, new_m, 1e-9) and close(memory, new_V, 1e-9):
        not_yet("return the row first, then m.")
    geometric = lambda first, last: sum(beta**i for i in range(first, last + 1))
    moved = lambda factor: V - lr * factor * m
    compare(
        memory, new_m, None,
        [
            (m, "m has not faded. In each of the k steps it is multiplied by beta."),
            (beta * m, "m has faded once. There are k steps: beta to the power of k."),
            (k * beta * m, "m is multiplied by beta k times, not by k beta."),
            (beta ** (k - 1) * m, "m has faded k - 1 times. It is multiplied by beta in each of the k steps."),
            (beta ** (k + 1) * m, "m has faded k + 1 times: one too many."),
        ],
        "m should be beta to the power of k, times m.", 1e-9, name="m",
    )  # fmt: skip
    compare(
        row, new_V, None,
        [
            (V, "the row has not moved. Its past steps have not faded yet."),
            (moved(geometric(0, k - 1)), "the sum begins with beta, not with 1: m fades before the row moves."),
            (moved(geometric(0, k)), "the sum begins with beta, not with 1: m fades before the row moves."),
            (moved(geometric(1, k - 1)), "a step is missing: the sum ends with beta to the power of k."),
            (moved(geometric(1, k + 1)), "a step too many: the sum ends with beta to the power of k."),
            (moved(k * beta), "all steps are as long as the first. They fade: beta + beta² + … "),
            (moved(k), "all steps are as long as the last one before. They fade: beta + beta² + …"),
            (moved(beta**k), "that is the last of the k steps. Add up all of them."),
            (moved(beta), "that is the first of the k steps. Add up all of them."),
            (V + lr * geometric(1, k) * m, "the row goes uphill: subtract."),
            (V - geometric(1, k) * m, "the learning rate is missing."),
            (moved(beta / (1 - beta)), "that is where the row ends after very many steps. After k: 1 - beta to the power of k."),
        ],
        "the row moves by lr * m * (beta + … + beta to the power of k), downhill.", 1e-9, name="the row",
    )  # fmt: skip
    for lr, beta, k in ((0.3, 0.8, 0), (0.1, 0.9, 1), (0.05, 0.5, 40)):
        if not all(close(a, b, 1e-9) for a, b in zip(asked(lr, beta, k), later(lr, beta, k))):
            not_yet(f"right for four steps, but not for k = {k} with lr = {lr} and beta = {beta}.")
    right("a geometric sum, and beta to the power of k.")
