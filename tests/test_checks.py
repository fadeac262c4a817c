"""The self-checks: whatever a reader's answer does, one line says what is wrong."""

import ast
import inspect
import io
import itertools
import re
import sys
import warnings
from types import SimpleNamespace

import mystsource
import numpy as np
import pytest
from test_other_answers import OTHERWISE

from mnist_from_scratch import checks
from mnist_from_scratch.checks import _errors
from mnist_from_scratch.checks._verdict import check, compare, not_yet, right

CHECKS = {name: value for name, value in vars(checks).items() if inspect.isfunction(value)}

# Exercises whose solutions define something that is not the answer.
NO_ANSWER = {
    "ex-gc-who": "the three blocks are given, and two of them are wrong on purpose",
    "ex-losses-sharpness": "the answer is a number; slope is a step on the way",
    "ex-training-falling": "an experiment: what it shows is the answer",
    "ex-fn-wake": "an experiment: what it shows is the answer",
    "ex-lr-edge": "an experiment: what it shows is the answer",
    "ex-ov-mirror": "an experiment: what it shows is the answer",
    "ex-cl-cost": "the answer is a number; weights is a step on the way",
}


# ------------------------------------------------------------------ any answer, one line


class Empty:
    """A class that can do nothing."""


class Greedy:
    """A class that wants too much."""

    def __init__(self, a, b, c, d, e, f, g):
        pass


def divides(*arguments):
    return 1 / 0


def prints(*arguments):
    print("so far\nso good")


def warns(*arguments):
    warnings.warn("listen", stacklevel=1)
    return np.log(np.zeros((5, 4)))


def two_lines(*arguments):
    raise RuntimeError("one\ntwo\nthree")


def leaves(*arguments):
    raise SystemExit


def generator(*arguments):
    yield 1


def answers(result):
    """Return a function that always returns result."""
    return lambda *arguments: result


HOSTILE = {
    "raises": divides,
    "raises in several lines": two_lines,
    "leaves Python": leaves,
    "prints": prints,
    "warns": warns,
    "yields": generator,
    "takes nothing": lambda: 1,
    "takes too much": lambda a, b, c, d, e, f, g: 1,
    "returns None": answers(None),
    "returns ...": answers(...),
    "returns NotImplemented": answers(NotImplemented),
    "returns text": answers("0.5"),
    "returns bytes": answers(b"0.5"),
    "returns NaN": answers(np.nan),
    "returns infinity": answers(np.full((5, 4), np.inf)),
    "returns nothing in an array": answers(np.array([])),
    "returns nothing in a list": answers([]),
    "returns nothing in a tuple": answers(()),
    "returns a ragged list": answers([[1, 2], [3]]),
    "returns two": answers((1, 2)),
    "returns None twice": answers((None, None)),
    "returns None thrice": answers((None, None, None)),
    "returns four texts": answers(("a", "b", "c", "d")),
    "returns words": answers(np.array(["a", "b"])),
    "returns objects": answers(np.array([object(), None])),
    "returns a dictionary": answers({"dW": 1}),
    "returns a function": answers(divides),
    "returns a class": answers(Empty),
    "returns an integer": answers(-7),
    "returns yes": answers(True),
    "returns a complex number": answers(1j),
    "returns a huge array": answers(np.zeros((7, 5, 3, 2))),
    "a class that does nothing": Empty,
    "a class that wants too much": Greedy,
    "an object": Empty(),
    "the result": np.eye(3),
    "a number": 0.5,
    "None": None,
    "a name": "softmax",
    "a module": np,
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_whatever_is_given_to_a_check_it_says_one_line(name, verdict):
    for what, answer in HOSTILE.items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            said = verdict(CHECKS[name], answer)
        assert said.startswith("Not yet: "), f"{what}: {said}"
        assert said.endswith((".", "?", "…", ")")), f"{what}: no whole sentence: {said}"
        assert "cannot use" not in said or "returns" in said, f"{what}: {said}"


# ------------------------------------------------------------------ what every check knows

E = np.array([[1.0, 2, 3], [4, 5, 7], [-1, 0, 2], [8, 6, 9], [0, 11, -4]])  # (5, 3)
square = np.array([[1.0, 2], [5, 7]])


@check
def example(answer):
    """Check answer(X): E, for the tests of what every check knows."""
    compare(answer(E + 0), E, "as it should be.", [(E + E, "our own mistake.")], "no.",
            factors={"the batch size N": 5, "the number of classes K": 3}, name="dZ")  # fmt: skip


@check
def number(answer):
    """Check answer(X): 2.5."""
    compare(answer(E), 2.5, "as it should be.", [], "no.", factors={"the batch size N": 5})


@check
def turned(answer):
    """Check answer(X): a square array, whose transpose has the same shape."""
    compare(answer(E), square, "as it should be.", [], "no.")


@check
def vector(answer):
    """Check answer(X): a vector."""
    compare(answer(E), E[:, 1], "as it should be.", [], "no.")


@check
def single(answer):
    """Check answer(X): float32 in, float32 out."""
    compare(answer(E.astype(np.float32)), E.astype(np.float32), "as it should be.", [], "no.")


@check
def rounded(answer):
    """Check answer(X): sevenths."""
    compare(answer(E), E / 7, "as it should be.", [], "no.")


@check
def listed(answer):
    """Check answer(s): a sorted list."""
    compare(answer([3, 1, 2]), [1, 2, 3], "as it should be.", [], "no.")


@check(of="class")
def block(answer):
    """Check a class with forward."""
    compare(answer().forward(E), E, "as it should be.", [], "no.")


@check
def in_parts(answer):
    """Check answer(X): two arrays."""
    one, two = answer(E)
    compare(one, E, None, [], "no.", name="the first")
    compare(two, E, None, [], "no.", name="the second")
    right("both.")


def stops_on_line_3(X):
    half = X / 2
    return half @ X


def loses_its_argument(X):
    X -= 1
    return X + 1


def too_far(X):
    return np.exp(1000 * X)


def with_nan(X):
    return np.where(X > 10, np.nan, X)


KNOWN = [
    (example, lambda X: X, "Right: as it should be."),
    (example, lambda X: X.tolist(), "Right: "),
    (example, lambda X: X.astype(np.float32) * (1 + 2e-7), "Right: "),
    (example, lambda X: print("so far") or X, "Right: "),
    (example, lambda X: 2 * X, "Not yet: our own mistake."),
    (example, lambda X: 5 * X, "dZ has the right direction but is 5 times too large. 5 is the batch size N here: did you divide by it?"),
    (example, lambda X: X / 5, "5 times too small. 5 is the batch size N here: did you divide by it once too often?"),
    (example, lambda X: 15 * X, "15 is the batch size N times the number of classes K here"),
    (example, lambda X: X / 25, "25 is the square of the batch size N here"),
    (example, lambda X: 7 * X, "dZ has the right direction but is 7 times too large."),
    (example, lambda X: -X, "the sign of dZ is turned"),
    (example, lambda X: -3 * X, "dZ has the sign turned and is 3 times too large. 3 is the number of classes K"),
    (example, lambda X: X.T, "the transpose"),
    (example, lambda X: X[::-1], "right rows in another order"),
    (example, lambda X: X[:, ::-1], "right columns in another order"),
    (example, lambda X: X[:, :, None], "keepdims"),
    (example, lambda X: X.ravel(), "the shape of dZ should be (5, 3), not (15,)"),
    (example, lambda X: X + 0.5, "too large by 0.5"),
    (example, lambda X: np.zeros((5, 3)), "zero everywhere"),
    (example, lambda X: X + 1e-3 * X[::-1], "no."),
    (example, lambda X: np.where(X == 9, 0, X), "14 of 15 numbers are right, the first wrong one stands at [3, 2]"),
    (example, lambda X: X + 0j + 1j, "complex"),
    (example, too_far, "dZ has infinity at [0, 0]. It began with: overflow encountered in exp, `return np.exp(1000 * X)`"),
    (example, with_nan, "dZ has NaN at [4, 1]"),
    (example, lambda X: np.log(0 * X), "A log of 0"),
    (example, lambda X: [None, X], "dZ"),
    (example, stops_on_line_3, "ValueError in line 3 of stops_on_line_3, `return half @ X`: in A @ B, A has 3 columns and B has 5 rows"),
    (example, lambda X: [X @ row for row in X[0]], "in line 1 of your function"),
    (example, lambda X: X + X.T, "One of the two is turned"),
    (example, lambda X: X - X.mean(axis=1), "One number for each row needs the shape (N, 1)"),
    (example, lambda X: np.array([X[X > 99].mean()] * 15).reshape(5, 3), "The mean of nothing"),
    (example, lambda X: X * 5 / 3, "Did you divide by the number of classes K, 3, in place of the batch size N, 5?"),
    (example, lambda X: missing_name(X), "Is it imported"),
    (example, lambda X, Y: X, "the check calls your answer with (X), and Python says"),
    (example, loses_its_argument, "the result is right, but your function changes X in place"),
    (example, E, "give checks.example the function itself, without brackets"),
    (example, "example", "without quotation marks"),
    (number, lambda X: 2.5, "Right: "),
    (number, lambda X: 2.5 + 0j, "Right: "),  # from NumPy 2.5 on, eigvals returns such numbers
    (number, lambda X: 2.5 + 1j, "complex"),
    (example, lambda X: X + 0j, "Right: "),
    (number, lambda X: np.float32(2.5), "Right: "),
    (number, lambda X: 12.5, "5 times too large. 5 is the batch size N"),
    (number, lambda X: -2.5, "the sign of your answer is turned"),
    (number, lambda X: 2.6, "no."),
    (number, lambda X: np.array([2.5]), "it stands in an array of shape (1,)"),
    (number, lambda X: np.array([2.0, 3.0]), "these are 2, and their mean is right"),
    (number, lambda X: np.array([2.0, 0.5]), "these are 2, and their sum is right"),
    (example, lambda X: X * X[0, 0] ^ 2, "A power is written **"),
    (rounded, lambda X: np.round(X / 7, 2), "is rounded"),
    (rounded, lambda X: X / 7, "Right: "),
    (example, lambda X: np.zeros((5, 10)) + X, "There are not always ten classes"),
    (block, Greedy, "The check makes the block without arguments"),
    (listed, lambda s: s.sort() or s, "changes s in place"),
    (number, lambda X: 5 // 2, "all that stands after the point is lost"),
    (turned, lambda X: square.T, "the axes in another order"),
    (vector, lambda X: X[:, 1:2], "keepdims"),
    (vector, lambda X: X[:, 1] - X[:, 1:2], "did (5,) meet (5, 1) and make (5, 5)?"),
    (vector, lambda X: np.sort(X[:, 1]), "right numbers in another order"),
    (single, lambda X: X, "Right: "),
    (single, lambda X: X.astype(float), "float32 went in and your answer is float64"),
    (block, Empty, "has no forward"),
    (block, Empty(), "the class itself, without brackets"),
    (in_parts, lambda X: (X, X), "Right: both."),
    (in_parts, lambda X: (X, -X), "the sign of the second is turned"),
    (in_parts, lambda X: (None, X), "the first is None"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "answer", "words"), KNOWN)
def test_what_goes_wrong_in_every_exercise_is_known(known, answer, words, verdict):
    said = verdict(known, answer)
    assert words in said, said
    assert words.startswith("Right") == said.startswith("Right: "), said


def test_an_answer_from_eigvals_is_right_on_every_version_of_numpy(verdict):
    def with_eigvals(H):
        return 2 / max(np.linalg.eigvals(H).astype(complex), key=abs)

    assert verdict(checks.largest_rate, with_eigvals).startswith("Right: ")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_verdict_with_greek_letters_is_one_line_on_every_console(encoding, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding, newline="\n"))
    check(lambda answer: not_yet("λ is the curvature, η the rate."))(lambda: 1)
    sys.stdout.flush()
    said = written.getvalue().decode(encoding)
    assert said.count("\n") == 1 and said.startswith("Not yet: "), f"not one line: {said!r}"
    assert "is the curvature" in said, "the message is lost"
    assert ("λ" in said) == (encoding == "utf-8"), said


def test_no_check_ends_without_a_verdict():
    silent = check(lambda answer: None)
    with pytest.raises(AssertionError, match="without a verdict"):
        silent(lambda: 1)


def test_a_check_says_how_it_calls_the_answer():
    for name, value in CHECKS.items():
        doc = value.__doc__
        assert "class" in doc or _errors.called(value), f"{name}: its docstring lacks answer(…)"


# ------------------------------------------------------------------ the exercises


def exercises():
    """Yield each exercise of the book: label, text, and its solution's code."""
    for page in mystsource.WITH_EXERCISES:
        found, open_ = {}, None
        for block in mystsource.read_page(page.read_text(encoding="utf-8")):
            if block.kind == "exercise":
                found[block.options["label"]] = SimpleNamespace(
                    label=block.options["label"], text=block.text, code=[], page=page.stem
                )
            elif block.kind == "solution-start":
                open_ = found[block.argument]
            elif block.kind == "solution-end":
                open_ = None
            elif block.kind == "code-cell" and open_:
                open_.code.append(block.text)
        yield from found.values()


EXERCISES = list(exercises())


def defined(exercise):
    """Return the names of the functions and classes that a solution defines."""
    body = [node for cell in exercise.code for node in ast.parse(cell).body]
    return [node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]


def module_of(page):
    """Return what the module of a page's checks is called."""
    return page.replace("-", "_")


def asked(code):
    """Return the checks that some code or text calls."""
    return re.findall(r"checks\.(\w+)\(", code)


def test_every_exercise_in_code_has_a_check_that_its_text_names_and_its_solution_calls():
    for exercise in EXERCISES:
        called, named = asked("\n".join(exercise.code)), asked(exercise.text)
        assert set(called) <= set(CHECKS), f"{exercise.label} calls checks that do not exist"
        assert sorted(called) == sorted(named), f"{exercise.label}: {named} in its text, {called} run"
        wants = bool(defined(exercise)) and exercise.label not in NO_ANSWER
        assert bool(called) == wants, f"{exercise.label} defines {defined(exercise)}: {called}"


def test_every_check_belongs_to_one_exercise_of_its_chapter():
    owners = {name: [e for e in EXERCISES if name in asked(e.text)] for name in CHECKS}
    for name, (owner, *others) in owners.items():
        assert not others, f"{name} is named by several exercises"
        assert CHECKS[name].__module__.endswith(f".{module_of(owner.page)}"), f"{name}: {owner.page}"


def test_every_exercise_says_in_the_same_words_how_to_check_ones_own():
    for exercise in EXERCISES:
        for name in asked(exercise.text):
            wanted = rf"Check yours with `checks\.{name}\(\w+\)`"
            assert re.search(wanted, exercise.text), f"{exercise.label} does not say {wanted}"


def test_a_reader_who_has_run_the_text_can_call_the_checks():
    for page in mystsource.WITH_EXERCISES:
        blocks = mystsource.read_page(page.read_text(encoding="utf-8"))
        before = itertools.takewhile(lambda block: block.kind != "exercise", blocks)
        code = "\n".join(block.text for block in before if block.kind == "code-cell")
        assert re.search(r"import .*\bchecks\b", code), f"{page.name}: no cell imports checks"


def test_every_check_is_tried_with_three_right_and_three_wrong_answers(request, verdicts):
    files = (request.path.parent / "chapters").glob("test_*.py")
    users = {path for path in files if re.search(r"def test_\w+\(.*\bverdict\b", path.read_text(encoding="utf-8"))}
    before = itertools.takewhile(lambda item: item is not request.node, request.session.items)
    if not users <= {item.path for item in before if "verdict" in item.fixturenames}:
        pytest.skip("counted when the tests of all chapters have run")
    few = []
    for name, value in CHECKS.items():
        said = verdicts[value]
        otherwise = [answer for check, answer in OTHERWISE if check == name]  # right, as test_other_answers.py shows
        good = sum(words.startswith("Right: ") for words in said) + len(otherwise)
        bad = {words for words in said if words.startswith("Not yet: ")}
        if good < 3 or len(bad) < 3:
            few.append(f"{name}: {good} right, {len(bad)} kinds of wrong")
    assert not few, few
