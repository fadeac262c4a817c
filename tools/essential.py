"""The essential source of a module: what it does, without its guards.

Whoever passes what is meant never notices a guard, so a reader can do without:

- a branch that ends in a raise, or that gives up and returns NaN;
- a check, from _arguments.py or called check_...: it gives back what it was
  given, so the argument takes its place;
- a try whose handlers all end in a raise, or that has none: its blocks stay.

With them goes what then does nothing, such as X = X, and what then nobody reads.
Of a docstring the first line stays.

The text is changed, and not written anew from its tree, so comments and line
breaks stay as they are. A rule makes one change at a time, and all are asked
again until there is none left to make.
"""

import ast
import re


def essential(source, left_out=()):
    """Return the source of a module without its guards.

    left_out: names that go, too: methods, options, which are off, what is added
    by or done with such a method, and classes that only guard what they are given.
    """
    before = None
    while source != before:
        before = source
        source = choices(source, ast.parse(source), left_out)
        source = checks(source, ast.parse(source), left_out)
        for rule in branches, tries, idle, variables, parameters, attributes, docstrings:
            source = rule(source, ast.parse(source))
    return tidy(source)


# The rules: each returns the source with one change, or as it is


def choices(source, tree, left_out):
    """Without a method that is left out, what asks for an option that is, or uses the method."""
    for owner in nodes(tree, ast.ClassDef):
        for node in owner.body:
            if getattr(node, "name", "") in left_out:
                return without(source, tree, node)
    for node in nodes(tree, ast.If):
        if getattr(node.test, "id", "") in left_out:
            return without(source, tree, node)
    for node in nodes(tree, ast.IfExp):
        if getattr(node.test, "id", "") in left_out:
            return replaced(source, node, ast.get_source_segment(source, node.orelse))
    for node in nodes(tree, ast.BinOp):
        if called(node.right) in left_out:
            return replaced(source, node, ast.get_source_segment(source, node.left))
    for node in nodes(tree, ast.With):
        if called(node.items[0].context_expr) in left_out:
            return unwrapped(source, node, node.body)
    return source


def branches(source, tree):
    """Without a branch of an if that gives up."""
    for node in nodes(tree, ast.If):
        if gives_up(node.body):
            if not node.orelse:
                return without(source, tree, node)
            if is_elif(source, node):  # the branches before and after it stay
                return cut(source, node.lineno, node.body[-1].end_lineno)
            return unwrapped(source, node, node.orelse)
        if node.orelse and gives_up(node.orelse):
            return cut(source, node.body[-1].end_lineno + 1, node.end_lineno)
    return source


def checks(source, tree, left_out):
    """With its argument in the place of a check, or as many as there are targets."""
    names = {
        each.name for node in tree.body
        if getattr(node, "module", "") == "_arguments" for each in node.names
    }
    targets = {node.value: node.targets[0] for node in nodes(tree, ast.Assign)}
    for call in nodes(tree, ast.Call):
        name = getattr(call.func, "id", "")
        if name in names or name in left_out or name.startswith("check_"):
            wanted = len(getattr(targets.get(call), "elts", "1"))
            checked = [each for each in call.args if not is_text(each)][:wanted]
            inside = ", ".join(ast.get_source_segment(source, each) for each in checked)
            return replaced(source, call, inside)
    return source


def tries(source, tree):
    """Without a try that handles nothing, or turns one error into another."""
    for node in nodes(tree, ast.Try):
        raising = all(gives_up(each.body) for each in node.handlers)
        returning = node.finalbody and nodes(node, ast.Return)
        if raising and not returning:
            return unwrapped(source, node, node.body, node.orelse, node.finalbody)
    return source


def idle(source, tree):
    """Without X or self.X alone, and X = X, and a call that threw away what a function returns."""
    giving = {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef)
        and any(each.value for each in nodes(node, ast.Return))
    }
    for node in nodes(tree, ast.Assign, ast.Expr):
        if isinstance(node, ast.Assign):
            useless = text(node.targets[0]) == text(copied(node.value))
        else:
            called = getattr(getattr(node.value, "func", None), "id", None)
            useless = isinstance(node.value, (ast.Name, ast.Attribute, ast.Tuple)) or called in giving
        if useless:
            return without(source, tree, node)
    return source


def variables(source, tree):
    """Without a local variable that nobody reads."""
    for function in nodes(tree, ast.FunctionDef):
        for node in nodes(function, ast.Assign):
            if isinstance(node.targets[0], ast.Name) and node.targets[0].id not in read(function):
                return without(source, tree, node)
    return source


def parameters(source, tree):
    """Without a parameter that nobody reads, if it has a default."""
    for function in nodes(tree, ast.FunctionDef):
        them = function.args
        defaults = [
            *zip(them.args[::-1], them.defaults[::-1]), *zip(them.kwonlyargs, them.kw_defaults),
        ]
        for parameter, default in defaults:
            if parameter.arg not in read(function):
                value = re.escape(ast.get_source_segment(source, default))
                whole = ast.get_source_segment(source, function)
                pattern = rf",\s+{parameter.arg}={value}"
                return source.replace(whole, re.sub(pattern, "", whole, count=1))
    return source


def attributes(source, tree):
    """Without an attribute that nobody reads, or a None of a class that nobody asks for."""
    known = {node.attr for node in nodes(tree, ast.Attribute) if isinstance(node.ctx, ast.Load)}
    asked = {
        getattr(node.left, "attr", None) for node in nodes(tree, ast.Compare)
        if isinstance(node.ops[0], (ast.Is, ast.IsNot))
    }
    for node in nodes(tree, ast.Assign):
        if isinstance(node.targets[0], ast.Attribute) and node.targets[0].attr not in known:
            return without(source, tree, node)
    for owner in nodes(tree, ast.ClassDef):
        for node in owner.body:
            if isinstance(node, ast.Assign):
                wanted = asked if text(node.value) == "None" else known
                if text(node.targets[0]) not in wanted:
                    return without(source, tree, node)
    return source


def docstrings(source, tree):
    """With the first line of a docstring in the place of all."""
    for node in nodes(tree, ast.FunctionDef, ast.ClassDef):
        string = node.body[0]
        if ast.get_docstring(node) and string.end_lineno > string.lineno:
            whole = ast.get_source_segment(source, string)
            return source.replace(whole, whole.split("\n")[0].rstrip() + '"""')
    return source


# What the rules are made of


def nodes(tree, *kinds):
    """Return a tree's nodes of these kinds, the outer ones first."""
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def gives_up(block):
    """Return whether a block ends in a raise, or returns NaN."""
    end = block[-1]
    nan = isinstance(end, ast.Return) and any(n.attr == "nan" for n in nodes(end, ast.Attribute))
    return nan or isinstance(end, ast.Raise)


def read(function):
    """Return the names that a function reads."""
    return {node.id for node in nodes(function, ast.Name) if isinstance(node.ctx, ast.Load)}


def text(node):
    """Return a node's code, the same for (a, b) and a, b."""
    return ast.unparse(node).strip("()")


def called(node):
    """Return the name of the method that a node calls."""
    return getattr(getattr(node, "func", None), "attr", None)


def is_text(node):
    return isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str)


def is_elif(source, node):
    return source.split("\n")[node.lineno - 1].lstrip().startswith("elif ")


def copied(node):
    """Return X if node is [x for x in X], or node itself."""
    if isinstance(node, ast.ListComp):
        (loop, *more) = node.generators
        if text(node.elt) == text(loop.target) and not loop.ifs and not more:
            return loop.iter
    return node


def tidy(source):
    """Return source with single blank lines in classes, and none around what is very short."""
    source = re.sub(r"\n{3,}(?= )", "\n\n", source)
    source = re.sub(r'^(    """.*"""\n)\n', r"\1", source, flags=re.MULTILINE)
    return re.sub(r'\n(\n    def .*:\n)(?!        """)', r"\1", source)


def first_line(source, node):
    """Return the number of a node's first line, with the comments above it."""
    lines = source.split("\n")
    number = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    while lines[number - 2].lstrip().startswith("#"):
        number -= 1
    return number


def replaced(source, node, new):
    """Return source with new in the place of a node."""
    lines = source.encode().split(b"\n")  # ast counts bytes
    start, end = (
        sum(len(line) + 1 for line in lines[: row - 1]) + column
        for row, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
    )
    return (source.encode()[:start] + new.encode() + source.encode()[end:]).decode()


def cut(source, first, last):
    """Return source without its lines from first to last, counted from 1."""
    lines = source.split("\n")
    return "\n".join(lines[: first - 1] + lines[last:])


def without(source, tree, node):
    """Return source without a statement, nor one that would be empty then."""
    for owner in ast.walk(tree):
        for field in "body", "orelse", "finalbody":
            block = getattr(owner, field, None)
            if isinstance(block, list) and node in block:
                if len(block) > 1:
                    return cut(source, first_line(source, node), node.end_lineno)
                if field == "body":
                    return without(source, tree, owner)
                return cut(source, owner.body[-1].end_lineno + 1, node.end_lineno)


def unwrapped(source, node, *blocks):
    """Return source with the statements of blocks in the place of the node around them."""
    lines, inner = source.split("\n"), []
    for block in filter(None, blocks):
        deeper = block[0].col_offset - node.col_offset
        kept = lines[first_line(source, block[0]) - 1 : block[-1].end_lineno]
        inner += [line[deeper:] for line in kept]
    inner[0] = re.sub(r"^( *)elif ", r"\1if ", inner[0])
    return "\n".join([*lines[: node.lineno - 1], *inner, *lines[node.end_lineno :]])
