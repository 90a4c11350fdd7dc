"""Syntax -> text: the ASCII of the JSON contract. unicode_writer.py and latex_writer.py hold the two notations for people."""

from __future__ import annotations

from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply, Syntax, free_names
from chainrule_cli.notation.writer_base import (
    ATOM,
    COMPARISON,
    SHADOWED,
    SUM,
    Piece,
    Writer,
    bracketed,
    derivative_of,
    listed,
    substituted,
)

MATRICES, ENTRY = "in matrices", "entry"
"""Applied to a formula of the matrix notation, and to a matrix and the letters of one of its entries."""

CONNECTIVES = {"==": "Eq", "!=": "Ne", "=": "Eq", "and": "And", "or": "Or", "not": "Not"}


class TextWriter(Writer):
    """ASCII with ** and explicit *, in sympy's spelling."""

    def condition(self, node: Apply, args: list[Piece]) -> Piece:
        if node.function in CONNECTIVES:
            return Piece(f"{CONNECTIVES[node.function]}({listed(args)})", ATOM)
        left, right = (bracketed(piece, SUM) for piece in args)
        return Piece(f"{left} {node.function} {right}", COMPARISON)

    def applied(self, node: Apply, args: list[Piece]) -> Piece:
        if node.function in ("true", "false"):
            return Piece(node.function.capitalize(), ATOM)
        if node.function == "Subs":
            return Piece(substituted(args), ATOM)
        if any(node.orders):
            return Piece(derivative_of(node, args, self.name), ATOM)
        if node.function == "piecewise":
            return Piece(self.piecewise(args), ATOM)
        row = FUNCTIONS.get(node.function)
        if node.function in SHADOWED and FUNCTIONS[node.function].portable in self.taken:
            return Piece(SHADOWED[node.function], ATOM)
        if row is None:
            return Piece(f"{node.function}({listed(args)})", ATOM)
        if node.function == "cbrt":
            return Piece(f"real_root({listed(args)}, 3)", ATOM)
        return Piece(f"{row.portable}({listed(args)})" if args else row.portable, ATOM)

    def piecewise(self, args: list[Piece]) -> str:
        pairs = [
            f"({value.text}, {condition.text})"
            for value, condition in zip(args[0::2], args[1::2], strict=False)
        ]
        if len(args) % 2:
            pairs.append(f"({args[-1].text}, True)")
        return f"Piecewise({', '.join(pairs)})"


def in_matrices(expr: Syntax) -> Syntax:
    """The formula, to be written in the matrix notation."""
    return Apply(MATRICES, (expr,))


def is_of_matrices(expr: Syntax) -> bool:
    return _of_matrices(expr) is not None


def _of_matrices(expr: Syntax) -> Syntax | None:
    """What is inside in_matrices; None where nothing is."""
    return expr.args[0] if isinstance(expr, Apply) and expr.function == MATRICES else None


def to_text(expr: Syntax) -> str:
    """ASCII that chainrule and sympy both read: ** and explicit *, sympy's names, equations as Eq(left, right)."""
    matrices = _of_matrices(expr)
    if matrices is not None:
        from chainrule_cli.notation.matrix_writers import MatrixText

        return MatrixText(free_names(matrices)).write(matrices)
    return TextWriter(free_names(expr)).write(expr)


def to_unicode(expr: Syntax) -> str:
    """What people write in a terminal: 2x·cos(x²), √(x + 1), |x|, f′(g(x))."""
    matrices = _of_matrices(expr)
    if matrices is not None:
        from chainrule_cli.notation.matrix_writers import MatrixUnicode

        return MatrixUnicode(free_names(matrices)).write(matrices)
    from chainrule_cli.notation.unicode_writer import UnicodeWriter

    return UnicodeWriter(free_names(expr)).write(expr)


def to_latex(expr: Syntax) -> str:
    """LaTeX with \\left and \\right brackets, fractions, roots with their degree, logarithms with their base."""
    matrices = _of_matrices(expr)
    if matrices is not None:
        from chainrule_cli.notation.matrix_writers import MatrixLatex

        return MatrixLatex(free_names(matrices)).write(matrices)
    from chainrule_cli.notation.latex_writer import LatexWriter

    return LatexWriter(free_names(expr)).write(expr)
