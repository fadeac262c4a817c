"""What an error in a reader's answer means, and where it happened."""

import linecache
import re
import traceback

import numpy as np

PACKAGE = __file__.rpartition("checks")[0]
NUMPY = np.__file__.rpartition("__init__")[0]

COMPREHENSIONS = {"<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>"}

# What stands in an error's text, and what is typically behind it.
HINTS = {
    r"not aligned|@": "Does one of them need a .T, or are they exchanged?",
    r"could not be broadcast": "Flush right, sizes must be equal or 1.",
    r"setting an array element with a sequence": "A whole array stands where one number goes.",
    r"inhomogeneous": "The rows have different lengths.",
    r"only (length-1|size-1|0-dim).*|must be real number, not": "The functions of math take one "
    "number: use NumPy's, such as np.exp.",
    r"truth value of an array": "if and max ask for one answer, and an array has many: "
    "use np.where, np.maximum or a mask.",
    r"Cannot cast ufunc|cannot cast": "An integer array cannot take floats in place: "
    "make it of floats first.",
    r"unsupported operand.* for \^": "A power is written **: ^ is something else in Python.",
    r"must be of integer|only integers": "An index must be an integer.",
    r"out of bounds for u?int": "The number does not fit into this type of integer.",
    r"axis \d+ is out of bounds": "The array has fewer axes than you think: print its shape.",
    r"out of bounds|out of range": "Indices run from 0 to the length minus 1.",
    r"too many indices": "The array has fewer axes than you give indices.",
    r"is not defined": "Is it imported, or defined in a cell that you have run?",
    r"referenced before assignment|not associated with a value": "It is used before it gets a value.",
    r"has no attribute 'Z'": "An Activation keeps A = f(Z), in self.A, and not Z.",
    r"'NoneType'": "Something returned None: a function without a return?",
    r"object is not callable": "Round brackets call; an index wants square ones, a product *.",
    r"division by zero": "Which of the numbers can be 0?",
    r"maximum recursion depth": "Your function calls itself without end.",
}  # fmt: skip

# What stands in NumPy's warning, and what is typically behind it.
CAUSES = {
    r"empty slice": "The mean of nothing: the mask or the slice selects no entry.",
    r"overflow encountered in exp": "exp of a large number: make the number smaller first.",
    r"divide by zero encountered in log": "A log of 0: whatever rounds to 0 must not reach it.",
    r"invalid value encountered in log": "A log of a negative number.",
    r"invalid value encountered in sqrt": "A root of a negative number.",
    r"invalid value encountered in (divide|scalar divide)": "0/0, or infinity over infinity.",
    r"divide by zero": "A division by 0.",
}


def explain(error, answer, check):
    """Return one line about an error in a check: what, where, and what may be behind it."""
    where, text, call = place(error, answer, check), str(error), called(check)
    if isinstance(error, NotImplementedError):
        return f"your function raises NotImplementedError{where}: it is still to be written."
    if isinstance(error, TypeError) and re.search(r"positional argument|takes no arguments|unexpected keyword", text):
        if not where and isinstance(answer, type) and not call:
            return (f"Python says: {text}. The check makes the block without arguments, "
                    "and a method's own first argument is self.")  # fmt: skip
        if not where and call:
            return f"the check calls your answer with {call}, and Python says: {text}."
    text = re.sub(r"matmul: .*core dimension.*\(size (\d+) is different from (\d+)\)",
                  r"in A @ B, A has \2 columns and B has \1 rows", text)  # fmt: skip
    hint = shapes_hint(text) or next((HINTS[p] for p in HINTS if re.search(p, text)), "")
    missing = re.search(r"object has no attribute '(\w+)'", text)
    if missing and not where:
        return f"what you give or return has no {missing[1]}, and the check asks for it."
    text = (text or "no message").rstrip(".")
    if where:
        return f"{type(error).__name__}{where}: {text}. {hint}"
    return f"the check cannot use what your answer returns ({type(error).__name__}: {text}). {hint}"


def shapes_hint(text):
    """Return what two shapes that do not fit have in common, or ""."""
    found = re.findall(r"\((\d+(?:,\d*)*)\)", text.partition("broadcast")[2])[:2]
    if len(found) < 2:
        return ""
    one, two = sorted(([int(n) for n in shape.split(",") if n] for shape in found), key=len)
    if len(one) == 1 and len(two) == 2 and one[0] == two[0]:
        return "One number for each row needs the shape (N, 1), and keepdims=True keeps it so."
    if len(one) == 2 and one == two[::-1]:
        return "One of the two is turned: a .T too many, or too few?"
    if len(one) == 2 and one[0] == two[0] and 10 in (one[1], two[1]):
        return "There are not always ten classes: take their number from the arrays."
    return ""


def called(check):
    """Return how a check calls its answer, as its docstring says: "(Z, y)"."""
    found = re.search(r"answer(\([^)]*\))", check.__doc__ or "")
    return found and found[1]


def place(error, answer, check):
    """Return the last line of the reader's own code that an error passed, in words."""
    module = getattr(getattr(answer, "func", answer), "__module__", None)
    found, around = "", None
    for frame, number in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        reader = frame.f_globals.get("__name__") == module and not in_package(code.co_filename)
        if reader and code is not check.__code__:
            if code.co_name not in COMPREHENSIONS or around is None:
                around = code
            name = "your function" if around.co_name == "<lambda>" else around.co_name
            found = f" in line {number - around.co_firstlineno + 1} of {name}"
            found += quoted(code.co_filename, number)
    return found


def place_of_warning(warned):
    """Return where NaN or infinity came from, in words, by NumPy's warnings."""
    for warning in warned:
        text = str(warning.message)
        if re.search("encountered in|empty slice", text) and not in_package(warning.filename):
            cause = next((CAUSES[pattern] for pattern in CAUSES if re.search(pattern, text)), "")
            code = "" if NUMPY in warning.filename else quoted(warning.filename, warning.lineno)
            return f" It began with: {text.rstrip('.').lower()}{code}. {cause}"
    return " An exp of a large number, a log of 0, or a division by 0?"


def quoted(filename, number):
    """Return a line of code to be put into a sentence, if Python knows it."""
    text = linecache.getline(filename, number).strip()
    return f", `{text[:80]}`" if text else ""


def in_package(filename):
    """Return whether a file is one of this package."""
    return filename.startswith(PACKAGE)
