"""Syntax -> what people write in a terminal; it reads back as the same Syntax, but for some derivatives."""

from __future__ import annotations

from chainrule_cli.notation.characters import GREEK_LETTERS, lower_digits, raise_digits
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax
from chainrule_cli.notation.words import UNDEFINED
from chainrule_cli.notation.writer_base import (
    AND,
    ATOM,
    COMPARISON,
    NOT,
    OR,
    POWER,
    SHADOWED,
    SUM,
    Writer,
    WrittenPiece,
    join_pieces,
    number_text,
    put_brackets,
    write_derivative,
    write_subs,
)

MINUS = raise_digits("-")
BARE = frozenset({"sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth"})
"""Functions whose power is written behind the name: sin²(x)."""


def raise_integer(exponent: Syntax) -> str | None:
    """Superscript digits for an integer exponent; None for anything else."""
    match exponent:
        case Number(decimal=False):
            text = number_text(exponent)
            return raise_digits(text) if text.isdigit() else None
        case Apply(function="neg", args=(Number() as inner,)):
            above = raise_integer(inner)
            return None if above is None else MINUS + above
    return None


class UnicodeWriter(Writer):
    """What people write in a terminal."""

    times = "·"

    def name(self, name: str) -> str:
        stem, _, subscript = name.partition("_")
        letter = GREEK_LETTERS.get(stem, stem)
        if subscript.isdigit():
            return letter + lower_digits(subscript)
        return letter + name[len(stem) :]

    def between(self, left: Syntax, right: Syntax, before: str, after: str) -> str:
        """2x without a sign, everything else with one."""
        base = right.args[0] if isinstance(right, Apply) and right.function == "^" else right
        plain = (
            isinstance(left, Number)
            and isinstance(base, Name)
            and base.id[0] not in "eE"
            and after[0].isalpha()
        )
        return "" if plain and before[0] != "(" and not {"e", "/"} & set(before) else self.times

    def power(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        exponent = raise_integer(node.args[1])
        base = node.args[0]
        if exponent is None:
            return WrittenPiece(
                f"{put_brackets(args[0], ATOM)}^{self.exponent(node.args[1], args[1])}", POWER
            )
        if isinstance(base, Apply) and base.function in BARE and not exponent.startswith(MINUS):
            return WrittenPiece(f"{base.function}{exponent}{args[0].text[len(base.function) :]}", POWER)
        inner = (
            f"({args[0].text})"
            if isinstance(base, Apply)
            and base.function in FUNCTIONS
            and base.function != "abs"
            and base.args
            and exponent[0] == MINUS
            else put_brackets(args[0], ATOM)
        )
        return WrittenPiece(inner + exponent, POWER)

    def exponent(self, node: Syntax, piece: WrittenPiece) -> str:
        """A letter or a number bare, everything else in brackets."""
        return (
            piece.text
            if piece.power >= ATOM and (not isinstance(node, Apply) or not node.args)
            else f"({piece.text})"
        )

    def condition(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        signs = {"<": "<", ">": ">", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "=": "="}
        if node.function in signs:
            left, right = (put_brackets(piece, SUM) for piece in args)
            return WrittenPiece(f"{left} {signs[node.function]} {right}", COMPARISON)
        if node.function == "not":
            return WrittenPiece(f"not {put_brackets(args[0], ATOM)}", NOT)
        power = AND if node.function == "and" else OR
        return WrittenPiece(
            f" {node.function} ".join(put_brackets(piece, power + 1) for piece in args), power
        )

    def write_function(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        if any(node.orders):
            return WrittenPiece(self.derivative(node, args), ATOM)
        match node.function:
            case "e" if "e" in self.taken:
                return WrittenPiece(SHADOWED["e"], ATOM)
            case "exp" if "e" not in self.taken:
                return WrittenPiece(f"e^{self.exponent(node.args[0], args[0])}", POWER)
            case "abs":
                return WrittenPiece(f"|{args[0].text}|", ATOM)
            case "sqrt" | "cbrt":
                sign = "√" if node.function == "sqrt" else "∛"
                simple = isinstance(node.args[0], Name) or (
                    isinstance(node.args[0], Number) and not node.args[0].decimal
                )
                return WrittenPiece(sign + args[0].text if simple else f"{sign}({args[0].text})", POWER)
            case "log" if len(args) == 2:
                return WrittenPiece(self.logarithm(node, args), ATOM)
            case "piecewise":
                return WrittenPiece(self.piecewise(args), ATOM)
            case "Subs":
                return WrittenPiece(write_subs(args), ATOM)
            case "true" | "false":
                return WrittenPiece(node.function.capitalize(), ATOM)
        row = FUNCTIONS.get(node.function)
        head = node.function if row is None or row.text in self.taken else row.text
        return WrittenPiece(f"{head}({join_pieces(args)})" if args else head, ATOM)

    def logarithm(self, node: Apply, args: list[WrittenPiece]) -> str:
        base = node.args[1]
        if isinstance(base, Number) and not base.decimal:
            return f"log{lower_digits(args[1].text)}({args[0].text})"
        return f"log({join_pieces(args)})"

    def piecewise(self, args: list[WrittenPiece]) -> str:
        if len(args) == 3:
            return f"where({args[1].text}, {args[0].text}, {args[2].text})"
        pairs = [
            f"({value.text}, {condition.text})"
            for value, condition in zip(args[0::2], args[1::2], strict=False)
        ]
        return f"Piecewise({', '.join([*pairs, *([f'({args[-1].text}, True)'] if len(args) % 2 else [])])})"

    def derivative(self, node: Apply, args: list[WrittenPiece]) -> str:
        """f′(g(x)); dy/dx for the derivative of what an equation or a definition makes a function."""
        if len(args) == 1 and node.function in UNDEFINED:
            order = node.orders[0]
            return f"{node.function}{'″' if order == 2 else '′' * order}({args[0].text})"
        if len(args) == 1 and isinstance(node.args[0], Name):
            power = raise_digits(str(node.orders[0])) if node.orders[0] > 1 else ""
            return f"d{power}{self.name(node.function)}/d{args[0].text}{power}"
        return write_derivative(node, args, self.name)
