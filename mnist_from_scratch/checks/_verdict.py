"""How a check runs an answer, compares it with the right one, and says one line.

A check is a function of one answer, with @check above it. It asks the answer
for some results and ends with its verdict: right, not_yet or compare. Whatever
the answer does in the meantime (raise, print, warn, return nothing), the reader
sees one line, which starts with "Right: " or "Not yet: ".
"""

import contextlib
import functools
import inspect
import io
import re
import sys
import warnings

import numpy as np

from ._errors import explain, place_of_warning
from ._recognise import close, how_much, recognise

__all__ = ["NotYet", "Right", "check", "close", "compare", "keeps_float32", "not_yet", "numbers",
           "right", "unchanged"]  # fmt: skip


class Right(Exception):
    """The verdict that an answer is right, and why that is good."""


class NotYet(Exception):
    """The verdict that an answer is not right yet, and what is wrong."""


def right(message):
    """End the check: the answer is right."""
    raise Right(message)


def not_yet(message):
    """End the check: say what is wrong with the answer."""
    raise NotYet(message)


def compare(answer, expected, praise, mistakes, hint, tolerance=1e-6, factors=None,
            name="your answer"):  # fmt: skip
    """End the check with a verdict on an array or number.

    praise: what to say of a right answer; None: say nothing, the check goes on.
    mistakes: pairs of what a typical mistake gives, and what to say of it.
    hint: what to say of an answer that nobody foresaw.
    factors: what a factor means, such as {"the batch size N": 5}.
    name: what the answer is called, such as "dW".

    After the exercise's own mistakes come those of all exercises, from NaN to a
    turned sign: see _recognise.py.
    """
    answer, expected = numbers(answer, name), np.asarray(expected)
    if answer.shape == expected.shape and close(answer, expected, tolerance):
        if expected.dtype == np.float32 and answer.dtype == np.float64:
            not_yet(f"the numbers are right, but float32 went in and {name} is float64. "
                    "Which operation brings in a float64?")  # fmt: skip
        return praise is None or right(praise)
    for wrong, message in mistakes:
        wrong = np.asarray(wrong)
        if answer.shape == wrong.shape and close(answer, wrong, tolerance):
            not_yet(message)
    found = recognise(answer, expected, tolerance, factors or {}, name)
    not_yet(found or hint + how_much(answer, expected, tolerance))


def numbers(value, name="your answer"):
    """Return value as an array of numbers, or end the check."""
    if value is None or value is ... or value is NotImplemented:
        not_yet(f"{name} is {value}. Is a return missing, or a line still to be written?")
    if isinstance(value, (str, bytes)):
        not_yet(f"{name} should be numbers, and is text.")
    try:
        array = np.asarray(value)
    except Exception:
        not_yet(f"{name} cannot be made an array: do its parts have different lengths?")
    if array.dtype.kind not in "biufc":
        inside = ", and not only numbers are in it" if array.ndim else ""
        not_yet(f"{name} should be numbers: it is a {type(value).__name__}{inside}.")
    if array.dtype.kind == "c" and not array.imag.any():
        return array.real  # as np.linalg.eigvals returns real ones, from NumPy 2.5 on
    return array


def check(function=None, *, of="function", none="Does it end with a return?"):
    """Make a check of a function of one answer.

    Its docstring says how it calls the answer: "Check answer(Z, y): …".

    of: "function" or "class", what the answer should be.
    none: what to ask of an answer that returns None.
    """
    if function is None:
        return functools.partial(check, of=of, none=none)

    @functools.wraps(function)
    def check_and_tell(answer):
        tell(verdict(function, answer, of, none))

    return check_and_tell


def tell(line):
    """Print line, with question marks for letters that the console does not have."""
    try:
        print(line)
    except UnicodeEncodeError:  # Greek, on a Windows console
        encoding = sys.stdout.encoding
        print(line.encode(encoding, "replace").decode(encoding))


def verdict(function, answer, of, none):
    """Return the line that a check says of an answer."""
    if not callable(answer) or (of == "class" and not isinstance(answer, type)):
        return line("Not yet", instead_of(function.__name__, answer, of))
    printed, changed = io.StringIO(), []
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(record=True) as warned,
        np.errstate(all="warn", under="ignore"),
    ):
        warnings.simplefilter("always")
        try:
            function(guard(answer, printed, changed, none))
        except Right as message:
            if not changed:
                return line("Right", message)
            return line("Not yet", f"the result is right, but {changed[0]}")  # fmt: skip
        except NotYet as message:
            found = "has NaN" in str(message) or "has infinity" in str(message)
            return line("Not yet", f"{message}{place_of_warning(warned) if found else ''}")
        except (Exception, SystemExit) as error:
            return line("Not yet", explain(error, answer, function))
    raise AssertionError(f"{function.__name__} ended without a verdict")


def line(verdict, words):
    """Return a verdict on one line of bearable length."""
    words = re.sub(r"\s+", " ", str(words)).strip()
    return f"{verdict}: {words if len(words) < 400 else words[:399] + '…'}"


def guard(answer, printed, changed, none):
    """Return the answer, made to notice results that are none and changed arguments.

    A class is returned as it is: a check asks what it is derived from.
    """
    if isinstance(answer, type):
        return answer

    @functools.wraps(answer)
    def guarded(*arguments):
        given = [a.copy() if isinstance(a, (np.ndarray, list)) else a for a in arguments]
        result = answer(*given)
        for i, (mine, yours) in enumerate(zip(arguments, given)):
            if isinstance(mine, (np.ndarray, list)) and not np.array_equal(mine, yours):
                changed.append(in_place(answer, i, yours))
        if result is None and printed.getvalue():
            not_yet("your function prints its result and returns None. Write return, not print.")
        if result is None:
            not_yet(f"your function returned None. {none}")
        if result is ... or result is NotImplemented:
            not_yet(f"your function returned {result}: it is still to be written.")
        if isinstance(result, str):
            not_yet(f"your function returned the text {repr(result)[:40]}. Return the result itself.")
        return result

    return guarded


def in_place(answer, i, value):
    """Say that an answer has changed its argument number i, and how not to."""
    name = f"its argument {i + 1}"
    with contextlib.suppress(Exception):
        name = list(inspect.signature(answer).parameters)[i]
    how = "" if isinstance(value, list) else ", or write V = V - 1, which makes a new array, for V -= 1"
    return (f"your function changes {name} in place, and whoever calls it loses what was there. "
            f"Work on a copy{how}.")  # fmt: skip


def unchanged(name, before, now):
    """End the check if what was given to a class's method has been changed in place."""
    if not np.array_equal(before, now):
        not_yet(f"{name} is changed in place, and whoever gave it loses what was there. "
                "Work on a copy, or write V = V - 1, which makes a new array, for V -= 1.")  # fmt: skip


def keeps_float32(**results):
    """End the check if a block or layer has made another type of float32 arrays."""
    for name, found in results.items():
        if numbers(found, name).dtype != np.float32:
            not_yet(f"right in float64; but of float32 arrays {name} makes {np.asarray(found).dtype}, which the "
                    "layers around it refuse. np.where(condition, 1, 0.1), of two plain numbers, is float64, "
                    "and so are np.zeros and np.ones without a dtype.")  # fmt: skip


def instead_of(name, answer, of):
    """Return what to say to a reader who gives something else than a function or class."""
    what = type(answer).__name__
    if of == "class":
        return (f"give checks.{name} the class itself, without brackets: "
                f"YourClass, not YourClass(). It got {'None' if answer is None else what}.")  # fmt: skip
    if isinstance(answer, str):
        return f"give checks.{name} the function itself, without quotation marks."
    got = "None" if answer is None else f"its result, it seems ({what})"
    return (f"give checks.{name} the function itself, without brackets: your_function, "
            f"not your_function(…). It got {got}.")  # fmt: skip
