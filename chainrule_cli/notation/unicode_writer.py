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
    Piece,
    Writer,
    bracketed,
    listed,
    number_text,
    write_derivative,
    write_subs,
)

MINUS = raise_digits("-")
BARE = frozenset({"sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth"})
"""Functions whose power is written behind the name: sin²(x)."""


def raised(exponent: Syntax) -> str | None:
    """Superscript digits for an integer exponent; None for anything else."""
    match exponent:
        case Number(decimal=False):
            text = number_text(exponent)
            return raise_digits(text) if text.isdigit() else None
        case Apply(function="neg", args=(Number() as inner,)):
            above = raised(inner)
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
        return f"{letter}_{subscript}" if subscript else letter

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

    def power(self, node: Apply, args: list[Piece]) -> Piece:
        exponent = raised(node.args[1])
        base = node.args[0]
        if exponent is None:
            return Piece(f"{bracketed(args[0], ATOM)}^{self.exponent(node.args[1], args[1])}", POWER)
        if isinstance(base, Apply) and base.function in BARE and not exponent.startswith(MINUS):
            return Piece(f"{base.function}{exponent}{args[0].text[len(base.function) :]}", POWER)
        inner = (
            f"({args[0].text})"
            if isinstance(base, Apply)
            and base.function in FUNCTIONS
            and base.function != "abs"
            and base.args
            and exponent[0] == MINUS
            else bracketed(args[0], ATOM)
        )
        return Piece(inner + exponent, POWER)

    def exponent(self, node: Syntax, piece: Piece) -> str:
        """A letter or a number bare, everything else in brackets."""
        return (
            piece.text
            if piece.power >= ATOM and (not isinstance(node, Apply) or not node.args)
            else f"({piece.text})"
        )

    def condition(self, node: Apply, args: list[Piece]) -> Piece:
        signs = {"<": "<", ">": ">", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "=": "="}
        if node.function in signs:
            left, right = (bracketed(piece, SUM) for piece in args)
            return Piece(f"{left} {signs[node.function]} {right}", COMPARISON)
        if node.function == "not":
            return Piece(f"not {bracketed(args[0], ATOM)}", NOT)
        power = AND if node.function == "and" else OR
        return Piece(f" {node.function} ".join(bracketed(piece, power + 1) for piece in args), power)

    def applied(self, node: Apply, args: list[Piece]) -> Piece:
        if any(node.orders):
            return Piece(self.derivative(node, args), ATOM)
        match node.function:
            case "e" if "e" in self.taken:
                return Piece(SHADOWED["e"], ATOM)
            case "exp" if "e" not in self.taken:
                return Piece(f"e^{self.exponent(node.args[0], args[0])}", POWER)
            case "abs":
                return Piece(f"|{args[0].text}|", ATOM)
            case "sqrt" | "cbrt":
                sign = "√" if node.function == "sqrt" else "∛"
                simple = isinstance(node.args[0], Name) or (
                    isinstance(node.args[0], Number) and not node.args[0].decimal
                )
                return Piece(sign + args[0].text if simple else f"{sign}({args[0].text})", POWER)
            case "log" if len(args) == 2:
                return Piece(self.logarithm(node, args), ATOM)
            case "piecewise":
                return Piece(self.piecewise(args), ATOM)
            case "Subs":
                return Piece(write_subs(args), ATOM)
            case "true" | "false":
                return Piece(node.function.capitalize(), ATOM)
        row = FUNCTIONS.get(node.function)
        head = node.function if row is None or row.text in self.taken else row.text
        return Piece(f"{head}({listed(args)})" if args else head, ATOM)

    def logarithm(self, node: Apply, args: list[Piece]) -> str:
        base = node.args[1]
        if isinstance(base, Number) and not base.decimal:
            return f"log{lower_digits(args[1].text)}({args[0].text})"
        return f"log({listed(args)})"

    def piecewise(self, args: list[Piece]) -> str:
        if len(args) == 3:
            return f"where({args[1].text}, {args[0].text}, {args[2].text})"
        pairs = [
            f"({value.text}, {condition.text})"
            for value, condition in zip(args[0::2], args[1::2], strict=False)
        ]
        return f"Piecewise({', '.join([*pairs, *([f'({args[-1].text}, True)'] if len(args) % 2 else [])])})"

    def derivative(self, node: Apply, args: list[Piece]) -> str:
        """f′(g(x)); dy/dx for the derivative of what an equation or a definition makes a function."""
        if len(args) == 1 and node.function in UNDEFINED:
            order = node.orders[0]
            return f"{node.function}{'″' if order == 2 else '′' * order}({args[0].text})"
        if len(args) == 1 and isinstance(node.args[0], Name):
            power = raise_digits(str(node.orders[0])) if node.orders[0] > 1 else ""
            return f"d{power}{self.name(node.function)}/d{args[0].text}{power}"
        return write_derivative(node, args, self.name)
