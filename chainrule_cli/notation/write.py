"""Syntax -> text: the one way out. All write through to_text, to_unicode and to_latex, which find the writer.

A formula that `in_matrices` has wrapped is written in the matrix notation. A new notation is a row in
WRITERS.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from chainrule_cli.notation.syntax import Apply, Syntax, free_names
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
