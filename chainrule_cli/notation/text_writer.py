"""Syntax -> the ASCII of the JSON contract, in sympy's spelling: both chainrule and sympy read it."""

from __future__ import annotations

from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply
from chainrule_cli.notation.writer_base import (
    ATOM,
    COMPARISON,
    SHADOWED,
    SUM,
    Piece,
    Writer,
    bracketed,
    listed,
    write_derivative,
    write_subs,
)

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
            return Piece(write_subs(args), ATOM)
        if any(node.orders):
            return Piece(write_derivative(node, args, self.name), ATOM)
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
