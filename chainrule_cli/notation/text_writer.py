"""Syntax -> the ASCII of the JSON contract, in sympy's spelling: both chainrule and sympy read it."""

from __future__ import annotations

from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply
from chainrule_cli.notation.writer_base import (
    ATOM,
    COMPARISON,
    SHADOWED,
    SUM,
    Writer,
    WrittenPiece,
    join_pieces,
    put_brackets,
    write_derivative,
    write_subs,
)

CONNECTIVES = {"==": "Eq", "!=": "Ne", "=": "Eq", "and": "And", "or": "Or", "not": "Not"}


class TextWriter(Writer):
    """ASCII with ** and explicit *, in sympy's spelling."""

    def condition(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        if node.function in CONNECTIVES:
            return WrittenPiece(f"{CONNECTIVES[node.function]}({join_pieces(args)})", ATOM)
        left, right = (put_brackets(piece, SUM) for piece in args)
        return WrittenPiece(f"{left} {node.function} {right}", COMPARISON)

    def write_function(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        if node.function in ("true", "false"):
            return WrittenPiece(node.function.capitalize(), ATOM)
        if node.function == "Subs":
            return WrittenPiece(write_subs(args), ATOM)
        if any(node.orders):
            return WrittenPiece(write_derivative(node, args, self.name), ATOM)
        if node.function == "piecewise":
            return WrittenPiece(self.piecewise(args), ATOM)
        row = FUNCTIONS.get(node.function)
        if node.function in SHADOWED and FUNCTIONS[node.function].portable in self.taken:
            return WrittenPiece(SHADOWED[node.function], ATOM)
        if row is None:
            return WrittenPiece(f"{node.function}({join_pieces(args)})", ATOM)
        if node.function == "cbrt":
            return WrittenPiece(f"real_root({join_pieces(args)}, 3)", ATOM)
        return WrittenPiece(f"{row.portable}({join_pieces(args)})" if args else row.portable, ATOM)

    def piecewise(self, args: list[WrittenPiece]) -> str:
        pairs = [
            f"({value.text}, {condition.text})"
            for value, condition in zip(args[0::2], args[1::2], strict=False)
        ]
        if len(args) % 2:
            pairs.append(f"({args[-1].text}, True)")
        return f"Piecewise({', '.join(pairs)})"
