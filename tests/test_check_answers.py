"""The self-checks against the solutions of the exercises, and against spoilt solutions.

The solution of each exercise is run as a reader would run it. Then it is spoilt
in many small ways, one at a time: no spoilt one may be called right, unless it
computes the same.
"""

import ast
import contextlib
import copy
import importlib
import re
import signal

import mystsource
import numpy as np
import pytest

from mnist_from_scratch import checks
from mnist_from_scratch.checks import _verdict

# Spoilt solutions that are right all the same: the check and how it was spoilt.
SAME = {
    ("accuracy_by_class", "argument of np.array"): "a list is as good as an array",
    ("leaky_relu", "not above 0 but at least 0"): "a slope at the corner is a matter of taste",
    ("direction_error", "double 1e-05"): "another small step",
    ("warm_up", "no frozen in dataclass(frozen=True)"): "it computes the same",
    ("warm_up", "not True"): "it computes the same",
    ("elu", "0 + 1"): "where looks at both sides, and takes the right one",
    ("elu", "argument of np.minimum"): "where looks at both sides, and takes the right one",
    ("elu", "not above 0 but at least 0"): "both sides agree at 0",
    ("gain", "1000000 + 1"): "as many numbers, nearly",
    ("gain", "1000000 - 1"): "as many numbers, nearly",
    ("gain", "double 1000000"): "more numbers are as good",
    ("equal_count_error", "no kind in np.argsort(sure, kind='stable')"): "no two are equally sure",
    ("complex_step", "double 1e-30"): "another small step",
    ("extremes", "1000 + 1"): "a finer grid",
    ("extremes", "1000 - 1"): "nearly as fine a grid",
    ("extremes", "double 1000"): "a finer grid",
    ("ask_all", "sum in P.mean(axis=0)"): "the largest sum is the largest mean",
    ("abstain_below", "no kind in np.argsort(-P.max(axis=1), kind='stable')"): "no two are equally sure",
    ("enough_seeds", "10000 + 1"): "far beyond what is needed",
    ("enough_seeds", "10000 - 1"): "far beyond what is needed",
    ("enough_seeds", "double 10000"): "far beyond what is needed",
    ("best_threshold", "not above t but at least t"): "no value is on a threshold between two of them",
    ("centre_of_mass", "swap rows @ np.arange(len(rows))"): "a product of two vectors has no order",
    ("centre_of_mass", "swap columns @ np.arange(len(columns))"): "a product of two vectors has no order",
    ("centre_of_mass", "mean in image.sum(axis=1)"): "the ratio is the same",
    ("centre_of_mass", "mean in image.sum(axis=0)"): "the ratio is the same",
    ("extremes", "0 - 1"): "more than half a turn",
    ("extremes", "Sub in np.cos(a) * inputs + np.sin(a)"): "the same directions, in another order",
    ("enough_seeds", "2 - 1"): "one seed has no interval, and is never enough",
    ("share_on", "sum in np.take_along_axis(errors, drawn, axis=1).mean(axis=1)"): "the same order",
    ("share_on", "no axis in np.take_along_axis(errors, drawn, axis=1)"): "axis 1 is the last, and that is what it takes",
    ("best_temperature", "double 0.05"): "low enough",
    **{("best_temperature", how): "high enough" for how in ("20.0 + 1", "20.0 - 1", "double 20.0")},
    **{("best_temperature", how): "fine enough" for how in ("25 + 1", "25 - 1", "double 25")},
    ("best_temperature", "mean in np.sum(loss.backward() * Z)"): "only its sign is asked for",
    ("share_on", "1000 + 1"): "as many draws, nearly",
    ("share_on", "1000 - 1"): "as many draws, nearly",
    ("best_epoch", "argument of int"): "an integer of NumPy's is as good",
    **{("first_axis", how): "steps enough" for how in ("500 + 1", "500 - 1", "double 500")},
    ("first_axis", "0 + 1"): "another random start",
    ("read_between", "swap down @ image @ across"): "a product of two vectors has no order",
}


def solutions():
    """Yield (check's name, answer's name, its solution, and what the page defines before it)."""
    for page in mystsource.WITH_EXERCISES:
        blocks = mystsource.read_page(page.read_text(encoding="utf-8"))
        cells = [block.text for block in blocks if block.kind == "code-cell"]
        imports = [n for cell in cells for n in ast.parse(cell).body
                   if isinstance(n, (ast.Import, ast.ImportFrom))]  # fmt: skip
        for cell in cells:
            for name, answer in re.findall(r"^checks\.(\w+)\((\w+)\)", cell, re.MULTILINE):
                before, own = definitions(blocks, cell)
                yield name, answer, ast.Module(own, []), ast.Module(imports + before, [])


def definitions(blocks, cell):
    """Return what earlier solutions define, and what one of them does up to a cell."""
    before, own, inside = [], [], False
    for block in blocks:
        if block.kind in ("solution-start", "solution-end"):
            before, own, inside = before + own, [], block.kind == "solution-start"
        elif block.kind == "code-cell" and inside:
            own += [n for n in ast.parse(block.text).body
                    if isinstance(n, (ast.FunctionDef, ast.ClassDef))]  # fmt: skip
            if block.text == cell:
                break
    return before, own


SOLUTIONS = {name: rest for name, *rest in solutions()}


def defined(answer, code, before):
    """Run some code and return the answer that it defines."""
    values = {"__name__": "answers"}
    exec(compile(before, "before", "exec"), values)
    exec(compile(code, "solution", "exec"), values)
    return values[answer]


def test_every_check_has_a_solution():
    assert set(SOLUTIONS) == {n for n, c in vars(checks).items() if hasattr(c, "__wrapped__")}


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_solution_is_right_and_its_mistakes_can_be_told_apart(name, verdict, monkeypatch):
    module = importlib.import_module(vars(checks)[name].__module__)
    seen, compare = [], _verdict.compare

    def remember(answer, expected, praise, mistakes, *rest, **options):
        seen.append((np.asarray(expected), mistakes, options.get("tolerance", 1e-6)))
        return compare(answer, expected, praise, mistakes, *rest, **options)

    monkeypatch.setattr(module, "compare", remember, raising=False)  # not every module compares
    said = verdict(vars(checks)[name], defined(*SOLUTIONS[name]))
    assert said.startswith("Right: "), said
    for expected, mistakes, tolerance in seen:
        told = [(np.asarray(wrong), message) for wrong, message in mistakes]
        for i, (wrong, message) in enumerate(told):
            assert not same(wrong, expected, tolerance), f"this is right: {message}"
            for other, says in told[:i]:
                assert says == message or not same(wrong, other, tolerance), f"{says} / {message}"


def same(a, b, tolerance):
    return a.shape == b.shape and np.allclose(a, b, rtol=tolerance, atol=tolerance)


# ------------------------------------------------------------------ spoilt solutions


def spoilt(tree):
    """Yield (how, tree): the solution with one thing changed, in every way we know."""
    for i, node in enumerate(ast.walk(tree)):
        for how, change in changes(node):
            new = copy.deepcopy(tree)
            place = list(ast.walk(new))[i]
            new = Replace(place, change(place)).visit(new)
            yield how, ast.fix_missing_locations(new)


class Replace(ast.NodeTransformer):
    """Put one node in the place of another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def put(**values):
    """Return a change that sets a node's fields."""

    def change(node):
        for name, value in values.items():
            setattr(node, name, value)
        return node

    return change


OTHER = {"sum": ["mean", "max"], "mean": ["sum", "max"], "max": ["min", "sum"], "exp": ["log", "exp2"],
         "log": ["exp", "log10"], "argmax": ["argmin"], "maximum": ["minimum"], "std": ["var"]}  # fmt: skip


def changes(node):
    """Yield (how, change): what a slip of the mind may do to one node."""
    text = ast.unparse(node) if isinstance(node, ast.expr) else ""
    match node:
        case ast.BinOp():
            for op in (ast.Add, ast.Sub, ast.Mult, ast.Div):
                if not isinstance(node.op, op):
                    yield f"{op.__name__} in {text}", put(op=op())
            yield f"left of {text}", lambda n: n.left
            yield f"right of {text}", lambda n: n.right
            if not isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
                yield f"swap {text}", lambda n: put(left=n.right, right=n.left)(n)
        case ast.UnaryOp():
            yield f"no sign in {text}", lambda n: n.operand
        case ast.Constant(value=bool()):
            yield f"not {text}", put(value=not node.value)
        case ast.Constant(value=int() | float()):
            yield f"{text} + 1", put(value=node.value + 1)
            yield f"{text} - 1", put(value=node.value - 1)
            if node.value:
                yield f"double {text}", put(value=2 * node.value)
        case ast.Call(func=function, args=arguments, keywords=named):
            if arguments:
                yield f"argument of {ast.unparse(function)}", lambda n: n.args[0]
            for i in range(len(named)):
                yield f"no {named[i].arg} in {text}", lambda n, i=i: put(keywords=n.keywords[:i] + n.keywords[i + 1 :])(n)
            if isinstance(function, ast.Attribute):
                for other in OTHER.get(function.attr, []):
                    yield f"{other} in {text}", lambda n, o=other: put(func=put(attr=o)(n.func))(n)
        case ast.Attribute(attr="T"):
            yield f"not turned {text}", lambda n: n.value
        case ast.Compare(ops=[ast.Gt()]):
            yield f"below in {text}", put(ops=[ast.Lt()])
            yield f"not above {ast.unparse(node.comparators[0])} but at least {ast.unparse(node.comparators[0])}", put(ops=[ast.GtE()])
        case ast.Compare(ops=[ast.Eq()]):
            yield f"unequal in {text}", put(ops=[ast.NotEq()])
        case ast.AugAssign():
            yield "= for +=", lambda n: ast.Assign([n.target], n.value)
        case ast.Return(value=ast.Tuple(elts=parts)):
            yield "the other order", lambda n: put(value=ast.Tuple(n.value.elts[::-1], ast.Load()))(n)
            for i in range(len(parts)):
                yield f"without part {i}", lambda n, i=i: put(value=ast.Tuple(n.value.elts[:i] + n.value.elts[i + 1 :], ast.Load()))(n)
        case ast.Return():
            yield "no return", put(value=None)
        case ast.FunctionDef(body=lines, args=arguments):
            for i in range(len(lines) if len(lines) > 1 else 0):
                yield f"no line {i} in {node.name}", lambda n, i=i: put(body=n.body[:i] + n.body[i + 1 :])(n)
            names = [a.arg for a in arguments.args if a.arg != "self"]
            for one, two in ((a, b) for a in names for b in names if a != b):
                yield f"{two} for {one}", lambda n, a=one, b=two: Rename(a, b).visit(n)


class Rename(ast.NodeTransformer):
    """Take one variable for another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit_Name(self, node):
        return ast.Name(self.new, node.ctx) if node.id == self.old else node


@contextlib.contextmanager
def time_limit(seconds):
    """Raise a TimeoutError in whatever takes longer: a spoilt loop may have no end."""

    def stop(signum, frame):
        raise TimeoutError(f"no answer after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_spoilt_solution_is_not_right(name, verdict):
    answer, code, before = SOLUTIONS[name]
    count = 0
    for how, wrong in spoilt(code):
        if (name, how) in SAME:
            continue
        try:
            mine = defined(answer, wrong, before)
        except Exception:  # it cannot even be defined
            continue
        with time_limit(5):
            said = verdict(vars(checks)[name], mine)
        assert said.startswith("Not yet: "), f"{how} is called right: {said}"
        count += 1
    assert count >= 3, f"only {count} ways to spoil it"


# ------------------------------------------------------------------ float32 in, float32 out


def goes_back(code):
    """Return whether a solution defines a block: it has a method back or backward."""
    return any(isinstance(n, ast.FunctionDef) and n.name in ("back", "backward") for n in ast.walk(code))


BLOCKS = [name for name, (_, code, _) in SOLUTIONS.items() if goes_back(code)] + ["dense_backward", "mean_layer"]


def in_float64(answer):
    """Return a function or block that gives the same gradients, but always in float64."""
    if not isinstance(answer, type):
        return lambda *arguments: [V.astype(np.float64) for V in answer(*arguments)]

    class Doubled(answer):
        def backward(self, dA):
            return super().backward(dA).astype(np.float64)

    return Doubled


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_or_layer_that_makes_float64_of_float32_is_told_so(name, verdict):
    said = verdict(vars(checks)[name], in_float64(defined(*SOLUTIONS[name])))
    assert said.startswith("Not yet: right in float64; but of float32 arrays "), said
    assert len(said) < 400, f"the end is cut off: {said}"


def test_the_blocks_are_found():
    assert {"leaky_relu", "elu", "square_block"} <= set(BLOCKS), BLOCKS
