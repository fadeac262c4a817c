"""Fingerprints: short texts that tell one piece of work from any other."""

import hashlib
import io
import pickle
import sys
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import numpy as np

from ._arguments import refused

PACKAGE = Path(__file__).parent


def of_data(arrays):
    """Return the fingerprint of arrays, this package's source and NumPy's version."""
    from joblib import hash

    source = [path.read_bytes() for path in sorted(PACKAGE.glob("*.py"))]
    return hash([np.__version__, source, arrays])


def of_settings(*settings):
    """Return the fingerprint of values, objects and functions, by what they do."""
    written = io.BytesIO()
    try:
        ByCode(written).dump(settings)
    except Exception as error:
        advice = "a file or a lock, say, is another tomorrow"
        raise refused("folder", "be None for such settings", settings, advice) from error
    return hashlib.sha256(written.getvalue()).hexdigest()


class ByCode(pickle.Pickler):
    """Pickles our own functions and classes by their code, installed ones by their name."""

    def __init__(self, file):
        super().__init__(file)
        self.fast = True  # what is equal is written alike, be it one object or two
        self.seen = set()

    def reducer_override(self, value):
        if isinstance(value, CodeType):
            return tuple, ([value.co_code, value.co_names, value.co_consts],)
        if isinstance(value, ModuleType):
            return str, (value.__name__,)
        if not isinstance(value, (FunctionType, type)) or is_installed(value.__module__):
            return NotImplemented
        if value in self.seen:  # it calls itself
            return str, (value.__qualname__,)
        self.seen.add(value)
        return tuple, ([*parts(value)],)


def parts(value):
    """Yield what a function or a class is made of."""
    if isinstance(value, type):
        yield from value.__bases__
        for name, member in vars(value).items():
            member = getattr(member, "__func__", getattr(member, "fget", member))
            if isinstance(member, FunctionType) or not name.startswith("__"):
                yield name, member
    else:
        yield value.__code__, value.__defaults__, value.__kwdefaults__
        yield [cell.cell_contents for cell in value.__closure__ or ()]
        yield [value.__globals__.get(name) for name in names_in(value.__code__)]


def names_in(code):
    """Return the names that code uses, and the functions inside it."""
    inner = [names_in(each) for each in code.co_consts if isinstance(each, CodeType)]
    return sum(inner, list(code.co_names))


def is_installed(module):
    """Return whether a module comes with Python, with an installed package or with this one."""
    package = (module or "").partition(".")[0]
    file = str(getattr(sys.modules.get(package), "__file__", ""))
    return package in {*sys.stdlib_module_names, __package__} or "-packages" in file
