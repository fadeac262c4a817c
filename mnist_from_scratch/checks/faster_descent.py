"""Checks of the exercises of the chapter on faster descent."""

import contextlib

import numpy as np

from ..optimisers import Adam
from ._verdict import check, compare, not_yet, right


@check
def best_momentum(answer):
    """Check answer(smallest, largest), of curvatures: the best beta, and the best rate with it."""
    smallest, largest = 0.5, 18.0  # the ratio is 36, its root 6
    beta, lr = 25 / 49, 4 / (0.5**0.5 + 18**0.5) ** 2
    root = 5 / 7
    plain = 2 / (smallest + largest)
    compare(
        answer(smallest, largest),
        [beta, lr],
        None,
        [
            ([lr, beta], "the two are right, but beta comes first."),
            ([root, lr], "the rate is right, and this is the root of beta, the factor of a step. Square it."),
            ([35 / 37, lr], "with the ratio of the curvatures itself this is the factor of plain descent. Take the root of the ratio."),
            ([(35 / 37) ** 2, lr], "the rate is right; for beta take the root of the ratio of the curvatures."),
            ([(35 / 37) ** 2, (1 + 35 / 37) ** 2 / largest], "this is worked out from the ratio of the curvatures itself. Take its root first."),
            ([beta, plain], "beta is right, and this is the best rate of plain descent. With momentum it may be larger: put beta into ηλ = (1 + √β)²."),
            ([beta, 1 / largest], "beta is right; at 1/λ the steepest direction uses only the middle of its window. Put it at the window's end, (1 + √β)²/λ."),
            ([beta, 2 / largest], "beta is right, and 2/λ is the cliff of plain descent. With momentum the window ends at (1 + √β)²/λ."),
            ([beta, 2 * (1 + beta) / largest], "beta is right, and this rate is the cliff itself. The window of √β ends before it, at (1 + √β)²/λ."),
            ([beta, (1 + beta) ** 2 / largest], "nearly: in (1 + √β)² it is the root of beta."),
            ([beta, (1 - root) ** 2 / largest], "nearly: the largest curvature belongs to the upper end of the window, (1 + √β)²."),
            ([beta, (1 + root) ** 2 / smallest], "nearly: the upper end of the window belongs to the largest curvature."),
        ],
        "work out √β = (√κ − 1)/(√κ + 1) with κ = largest/smallest, square it, and put the largest curvature at the upper "
        "end of the window: η = (1 + √β)²/largest.",
        name="(beta, lr)",
    )  # fmt: skip
    compare(answer(2.0, 2.0), [0, 0.5], "in a valley that is 36 times as steep as flat, a step keeps 5/7 of the way in place of 35/37.",
            [], "right for a valley; but on a round bowl, of curvature 2 everywhere, momentum should be 0 and the rate ½.",
            name="(beta, lr)")  # fmt: skip


def walked(kind, slopes, **options):
    """Return where an optimiser leads two arrays that meet these slopes."""
    params = [np.array([[2.0, -1.0], [0.5, 3.0]]), np.array([1.0, -4.0])]
    optimiser = kind(**options)
    for slope in slopes:
        optimiser.step(list(params), [slope * np.array([[1.0, 2.0], [-1.0, 0.0]]), slope * np.array([3.0, -0.5])])
    return np.concatenate([V.ravel() for V in params])


class Apart(Adam):
    """The right answer, and how its mistakes come about."""

    def __init__(self, lr, decay, before=True, by_rate=True, in_gradient=False, sign=1):
        super().__init__(lr)
        self.decay, self.before, self.by_rate, self.in_gradient, self.sign = decay, before, by_rate, in_gradient, sign

    def shrink(self, params):
        for V in params:
            V *= 1 - self.sign * self.decay * (self.rate if self.by_rate else 1)

    def step(self, params, grads):
        if self.in_gradient:
            for V, dV in zip(params, grads):
                dV += self.decay * V
            return super().step(params, grads)
        if self.before:
            self.shrink(params)
        super().step(params, grads)
        if not self.before:
            self.shrink(params)


@check(of="class")
def adamw(answer):
    """Check answer(lr, decay), a class: Adam that also shrinks every parameter by the share lr · decay a step."""
    if not issubclass(answer, Adam):
        not_yet("derive it from Adam, class AdamW(Adam), so that it is Adam in all but the shrinking.")
    slopes, options = (1.0, -0.5, 2.0), {"lr": 0.1, "decay": 0.3}
    if np.array_equal(walked(answer, slopes[:1], **options), walked(Adam, (), lr=0.1)):
        not_yet("nothing moves: the arrays that it is given stay as they are. Write V *= …, in place.")
    mistakes = [
        (Adam, {"lr": 0.1}, "nothing shrinks: this is where Adam alone leads. V = V * … makes a new array, V *= … changes the old one."),
        (Apart, options | {"in_gradient": True}, "the decay is in the gradient, where Adam divides it by the scale of each parameter: "
         "what has large gradients hardly shrinks. Shrink V itself."),
        (Apart, options | {"by_rate": False}, "it shrinks by decay in every step. Make it lr · decay, so that it falls with the rate."),
        (Apart, options | {"before": False}, "nearly: you shrink after the step, and the step shrinks, too. Shrink first."),
        (Apart, options | {"sign": -1}, "the parameters grow: multiply by 1 − lr · decay."),
    ]  # fmt: skip
    compare(walked(answer, slopes, **options), walked(Apart, slopes, **options), None,
            [(walked(kind, slopes, **wrong), message) for kind, wrong, message in mistakes],
            "before each step of Adam multiply every V by 1 − lr · decay, in place.", name="where it leads")  # fmt: skip
    fallen = answer(lr=lambda epoch: [0.1, 0.01][epoch], decay=0.5)
    V = np.ones(1, np.float32)
    fallen.start_epoch(1)
    with contextlib.suppress(TypeError):  # self.lr is the schedule itself
        fallen.step([V], [np.zeros(1, np.float32)])
    if not np.allclose(V, 0.995):
        not_yet("right at a fixed rate; but with a schedule it should shrink by the rate of the epoch, which is self.rate.")
    right("what the gradients do to a parameter's scale no longer touches how fast it shrinks.")
