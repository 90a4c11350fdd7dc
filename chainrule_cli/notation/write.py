"""Syntax -> text: the one way out. All write through to_text, to_unicode and to_latex, which find the writer.

A formula that `in_matrices` has wrapped is written in the matrix notation. A new notation is a row in
WRITERS. `portable` rewrites what means something else in sympy: odd roots of negative numbers, bound names.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from importlib import import_module

from chainrule_cli.notation.build import number, root
from chainrule_cli.notation.definitions import find_needed, write_out_bodies
from chainrule_cli.notation.syntax import (
    Apply,
    Definition,
    Name,
    Number,
    Syntax,
    fold,
    free_names,
    rebuild,
    tree_size,
)
from chainrule_cli.notation.writer_base import Writer

MATRICES = "in matrices"
"""Applied to a formula of the matrix notation."""

WRITERS = {
    "text": ("text_writer", "TextWriter"),
    "unicode": ("unicode_writer", "UnicodeWriter"),
    "latex": ("latex_writer", "LatexWriter"),
    "text in matrices": ("matrix_writers", "MatrixText"),
    "unicode in matrices": ("matrix_writers", "MatrixUnicode"),
    "latex in matrices": ("matrix_writers", "MatrixLatex"),
}
"""Notation -> the module of this folder and the class in it that write it."""


def to_text(expr: Syntax) -> str:
    """ASCII that chainrule and sympy both read: ** and explicit *, sympy's names, Eq(left, right)."""
    return _write(expr, "text")


def to_unicode(expr: Syntax) -> str:
    """What people write in a terminal: 2x·cos(x²), √(x + 1), |x|, f′(g(x))."""
    return _write(expr, "unicode")


def to_latex(expr: Syntax) -> str:
    """LaTeX with \\left and \\right brackets, fractions, roots with degrees, logarithms with bases."""
    return _write(expr, "latex")


def in_matrices(expr: Syntax) -> Syntax:
    """The formula, to be written in the matrix notation."""
    return Apply(MATRICES, (expr,))


def is_of_matrices(expr: Syntax) -> bool:
    return isinstance(expr, Apply) and expr.function == MATRICES


def _write(expr: Syntax, notation: str) -> str:
    if isinstance(expr, Apply) and expr.function == MATRICES:
        (expr,) = expr.args
        notation += " in matrices"
    return _writer(notation)(free_names(expr)).write(expr)


@cache
def _writer(notation: str) -> type[Writer]:
    """The class that writes the notation, imported when it is first needed: start-up is a budget."""
    module, name = WRITERS[notation]
    writer: type[Writer] = getattr(import_module(f"chainrule_cli.notation.{module}"), name)
    return writer


# what means in sympy what it means here

SMALL = 2_000
"""Nodes of definitions that are written out where they are bound."""


def portable(expr: Syntax) -> Syntax:
    """x^(p/q) with q odd is the real root here and a complex one in sympy: spelled as a power of a real root.

    Left as it is where the base can be seen never to be negative.
    """
    return fold(expr, lambda node, args: _real_power(rebuild(node, args)))


def bind_definitions(expr: Syntax, definitions: tuple[Definition, ...]) -> Syntax:
    """expr with the definitions it leans on bound by Subs: free of their names.

    One Subs with the values written out where that stays small, which any reader of sympy takes; else one
    within another.
    """
    if not definitions:
        return expr
    values = write_out_bodies(definitions)
    used = [name for name in free_names(expr) if name in values]
    if not used:
        return expr
    if sum(tree_size(values[name]) for name in used) <= SMALL:
        return Apply("Subs", (expr, *(part for name in used for part in (Name(name), values[name]))))
    return _nested(expr, definitions)


def _nested(expr: Syntax, definitions: tuple[Definition, ...]) -> Syntax:
    """A Subs for each definition, the first one the outermost."""
    for definition in reversed(find_needed(expr, definitions)):
        expr = Apply("Subs", (expr, Name(definition.name), definition.body))
    return expr


def exact_value(expr: Syntax) -> Fraction | None:
    """The number that an expression of integers with neg and / spells out; None for anything else."""
    match expr:
        case Number(value=value):
            return Fraction(value)
        case Apply(function="neg", args=(inner,)):
            inside = exact_value(inner)
            return None if inside is None else -inside
        case Apply(function="/", args=(Number(value=top), Number(value=bottom))) if bottom:
            return Fraction(top) / Fraction(bottom)
        case Apply(
            function="/", args=(Apply(function="neg", args=(Number(value=top),)), Number(value=bottom))
        ) if bottom:
            return -Fraction(top) / Fraction(bottom)
    return None


def _real_power(node: Syntax) -> Syntax:
    match node:
        case Apply(function="^", args=(base, exponent), span=span) if not _never_negative(base):
            value = exact_value(exponent)
            if value is None or value.denominator == 1 or value.denominator % 2 == 0:
                return node
            real_root = root(base, value.denominator)
            if value.numerator == 1:
                return real_root
            return Apply("^", (real_root, number(value.numerator)), span=span)
    return node


_NEVER_NEGATIVE = frozenset(
    {"exp", "abs", "sqrt", "cosh", "sech", "sigmoid", "softplus", "relu", "hypot", "e", "pi", "acos", "acot"}
)


def _never_negative(base: Syntax) -> bool:
    def judge(node: Syntax, args: list[bool]) -> bool:
        match node:
            case Number():
                return True
            case Apply(function="+" | "*" | "/"):
                return all(args)
            case Apply(function="^", args=(_, Number(value=power))) if power % 2 == 0:
                return True
            case Apply(function="^"):
                return args[0]
            case Apply(function=function):
                return function in _NEVER_NEGATIVE
        return False

    return fold(base, judge)
