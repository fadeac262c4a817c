"""The pass that takes the guards out of a module, and leaves the rest as it stands."""

import textwrap

import pytest
from essential import essential


def made(source, **options):
    return essential(textwrap.dedent(source), **options).strip("\n").split("\n")


def inside(*lines):
    return ["def f(a, b):", *(f"    {line}" for line in lines)]


CASES = {
    "an attribute that nobody reads": (
        """
        class A:
            def f(self, a, b):
                self.a = a
                self.b = b
                return self.b
        """,
        ["class A:", "    def f(self, a, b):", "        self.b = b", "        return self.b"],
    ),
    "a check that is defined beside its call": (
        """
        def check_f(a, b):
            if a != b:
                raise ValueError

        def f(a, b):
            check_f(a, b)
            return a
        """,
        ["def f(a, b):", "    return a"],
    ),
    "an if that raises": (
        """
        def f(a, b):
            # a must not be 0
            if a == 0:
                wanted = "anything else"
                raise ValueError(
                    f"a must be {wanted}"
                )
            return b / a  # b over a
        """,
        inside("return b / a  # b over a"),
    ),
    "a first branch that raises": (
        """
        def f(a, b):
            if a == 0:
                raise ValueError
            elif b == 0:
                return 1
            else:
                return a
        """,
        inside("if b == 0:", "    return 1", "else:", "    return a"),
    ),
    "a middle branch that raises": (
        """
        def f(a, b):
            if a:
                return 1
            elif b:
                raise ValueError
            else:
                return 2
        """,
        inside("if a:", "    return 1", "else:", "    return 2"),
    ),
    "a last branch that raises": (
        """
        def f(a, b):
            if a:
                return 1
            else:
                raise ValueError
        """,
        inside("if a:", "    return 1"),
    ),
    "a branch that returns NaN": (
        """
        def f(a, b):
            if b == 0:
                return a, math.nan
            return a, b
        """,
        inside("return a, b"),
    ),
    "a loop over guards": (
        """
        def f(a, b):
            for each in a:
                if each < b:
                    raise ValueError
            return a
        """,
        inside("return a"),
    ),
    "checks": (
        """
        from ._arguments import check_all, pair
        def f(a, b):
            check_all(a, b)
            a = check_all("a", check_all("a", a), 3)
            a, b = pair(a, b)
            b = [check_all("b", each) for each in b]
            c = check_all(f"{b}", a).size
            return c, check_own(b, np.float32)
        """,
        ["from ._arguments import check_all, pair", *inside("c = a.size", "return c, b")],
    ),
    "a call for its checks alone": (
        """
        def f(a, b):
            g(b, "b")
            a.sort()
            return g(a)
        def g(a, name="a"):
            if not a:
                raise ValueError(name)
            return a + 1
        """,
        [*inside("a.sort()", "return g(a)"), "def g(a):", "    return a + 1"],
    ),
    "a try that only raises": (
        """
        def f(a, b):
            try:
                a += b  # first
                try:
                    b = g(a)
                finally:
                    a -= b
            except (KeyError, TypeError) as error:
                a = 0
                raise ValueError from error
            else:
                b += 1
            return a, b
        """,
        inside("a += b  # first", "b = g(a)", "a -= b", "b += 1", "return a, b"),
    ),
    "what only a guard has read": (
        """
        class A:
            '''A class.'''

            kinds = int, float
            X = None
            Y = 1

            def f(self, a):
                '''Return a.'''
                shape = len(a), 1
                if self.X is None or a.shape != shape or type(a) not in self.kinds:
                    raise ValueError
                return a + self.Y
        """.replace("'''", '"""'),
        ["class A:", '    """A class."""', "    Y = 1", "",
         "    def f(self, a):", '        """Return a."""', "        return a + self.Y"],
    ),
    "a docstring": (
        """
        def f(a, b):
            '''Return a.

            Raises ValueError if a is not b.
            '''
            return a
        """.replace("'''", '"""'),
        inside('"""Return a."""', "return a"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_guards_go(name):
    before, after = CASES[name]
    assert made(before) == after, f"{name}: not what should be left"


KEPT = {
    "a handler that goes on": """
        def f(a, b):
            try:
                return a / b
            except ZeroDivisionError:
                return 0
        """,
    "a finally after a return": """
        def f(a, b):
            try:
                return a.read()
            finally:
                a.close()
        """,
    "a value that somebody asks for": """
        class A:
            X = None
            def f(self):
                if self.X is None:
                    self.X = g()
                return self.X
        """,
    "a call with an effect": """
        def f(a, b):
            a.sort()
            g(a)
            return [2 * each for each in b]
        def g(a):
            a.pop()
        """,
}


@pytest.mark.parametrize("name", KEPT)
def test_what_does_something_stays(name):
    source = textwrap.dedent(KEPT[name])
    assert made(source) == source.strip("\n").split("\n"), f"{name} has been changed"


def test_methods_and_options_can_be_left_out():
    source = """
    class A:
        def f(self):
            return 1

        def g(self, show=False):
            if show:
                print(self)
            return 2

        def h(self):
            return 3
    """
    left = made(source, left_out={"f", "show"})
    assert left == ["class A:", "    def g(self):", "        return 2", "    def h(self):", "        return 3"]


def test_what_is_done_with_a_method_or_chosen_by_an_option_that_is_left_out_goes_too():
    source = """
    class A:
        @contextmanager
        def f(self):
            yield

        def g(self, b, more=0.0):
            with b.f():
                x = [b, more] if more else [b]
            return x + b.f()
    """
    left = made(source, left_out={"f", "more"})
    assert left == ["class A:", "    def g(self, b):", "        x = [b]", "        return x"]
