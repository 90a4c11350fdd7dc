"""Syntax -> LaTeX that every common engine sets: fractions, roots with degrees, logarithms with bases."""

from __future__ import annotations

from collections.abc import Callable

from chainrule_cli.notation.characters import GREEK_NAMES
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, free_names
from chainrule_cli.notation.words import UNDEFINED
from chainrule_cli.notation.writer_base import (
    AND,
    ATOM,
    COMPARISON,
    NOT,
    OR,
    POWER,
    QUOTIENT,
    SUM,
    Piece,
    Writer,
    distinct_names,
    fresh_names,
)

GREEK_COMMANDS = frozenset(GREEK_NAMES) - {"omicron"}
BARE = frozenset({"sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "log"})


def around(inner: str) -> str:
    return rf"\left({inner}\right)"


def held(piece: Piece, least: int) -> str:
    return piece.text if piece.power >= least else around(piece.text)


def _write_root(args: list[Piece]) -> Piece:
    degree = args[1].text if len(args) > 1 else "3"
    return Piece(rf"\sqrt[{degree}]{{{args[0].text}}}", ATOM)


def _write_cases(args: list[Piece]) -> Piece:
    rows = [
        f"{value.text} & {condition.text}" for value, condition in zip(args[0::2], args[1::2], strict=False)
    ]
    if len(args) % 2:
        rows.append(rf"{args[-1].text} & \text{{otherwise}}")
    return Piece(r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", ATOM)


def _write_subs(args: list[Piece]) -> Piece:
    bound = ", ".join(
        f"{name.text} = {value.text}" for name, value in zip(args[1::2], args[2::2], strict=True)
    )
    return Piece(rf"\left.{args[0].text}\right|_{{{bound}}}", ATOM)


SIGNS: dict[str, Callable[[list[Piece]], Piece]] = {
    "exp": lambda args: Piece(f"e^{{{args[0].text}}}", POWER),
    "abs": lambda args: Piece(rf"\left|{args[0].text}\right|", ATOM),
    "floor": lambda args: Piece(rf"\left\lfloor {args[0].text}\right\rfloor", ATOM),
    "ceil": lambda args: Piece(rf"\left\lceil {args[0].text}\right\rceil", ATOM),
    "sqrt": lambda args: Piece(rf"\sqrt{{{args[0].text}}}", ATOM),
    "cbrt": _write_root,
    "root": _write_root,
    "log": lambda args: Piece(rf"\log_{{{args[1].text}}}{around(args[0].text)}", ATOM),
    "piecewise": _write_cases,
    "Subs": _write_subs,
    "true": lambda _args: Piece(r"\mathrm{true}", ATOM),
    "false": lambda _args: Piece(r"\mathrm{false}", ATOM),
}
"""Functions that LaTeX does not write as a name with brackets."""


class LatexWriter(Writer):
    """LaTeX with amsmath."""

    times = r" \cdot "

    def name(self, name: str) -> str:
        stem, _, subscript = name.partition("_")
        if not subscript and len(stem) > 1 and stem[0].isalpha() and stem[1:].isdigit():
            stem, subscript = stem[0], stem[1:]
        letter = rf"\{stem}" if stem in GREEK_COMMANDS else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
        return f"{letter}_{{{subscript}}}" if subscript else letter

    def bracket(self, piece: Piece, least: int) -> str:
        return held(piece, least)

    def between(self, left: Syntax, right: Syntax, _before: str, after: str) -> str:
        calls = isinstance(left, Name) and after.startswith(r"\left(")
        numbers = isinstance(left, Number) and isinstance(right, Number)
        return self.times if after[0].isdigit() or calls or numbers else " "

    def number(self, node: Number) -> Piece:
        piece = super().number(node)
        mantissa, _, exponent = piece.text.partition("e")
        if not exponent:
            return piece
        return Piece(rf"{mantissa} \cdot 10^{{{exponent}}}", min(piece.power, QUOTIENT))

    def quotient(self, args: list[Piece]) -> Piece:
        return Piece(rf"\frac{{{args[0].text}}}{{{args[1].text}}}", POWER)

    def power(self, node: Apply, args: list[Piece]) -> Piece:
        base = node.args[0]
        if (
            isinstance(base, Apply)
            and base.function in BARE
            and len(base.args) == 1
            and args[1].text.isdigit()
        ):
            head = FUNCTIONS[base.function].latex
            return Piece(f"{head}^{{{args[1].text}}}{args[0].text[len(head) :]}", POWER)
        return Piece(f"{held(args[0], ATOM)}^{{{args[1].text}}}", POWER)

    def condition(self, node: Apply, args: list[Piece]) -> Piece:
        signs = {"<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne", "=": "="}
        if node.function in signs:
            left, right = (held(piece, SUM) for piece in args)
            return Piece(f"{left} {signs[node.function]} {right}", COMPARISON)
        if node.function == "not":
            return Piece(rf"\lnot {held(args[0], ATOM)}", NOT)
        power, sign = (AND, r"\land") if node.function == "and" else (OR, r"\lor")
        return Piece(f" {sign} ".join(held(piece, power + 1) for piece in args), power)

    def applied(self, node: Apply, args: list[Piece]) -> Piece:
        if any(node.orders):
            return self.derivative(node, args)
        if node.function in ("e", "exp") and "e" in self.taken:
            return Piece(rf"\exp{around(args[0].text if args else '1')}", ATOM)
        sign = SIGNS.get(node.function)
        if sign is not None and not (node.function == "log" and len(args) == 1):
            return sign(args)
        row = FUNCTIONS.get(node.function)
        head = row.latex if row is not None else self.name(node.function)
        if args and head in self.taken:
            head = rf"\operatorname{{{node.function}}}"
        return Piece(head + around(", ".join(piece.text for piece in args)) if args else head, ATOM)

    def derivative(self, node: Apply, args: list[Piece]) -> Piece:
        """f'(u); dy/dx of what an equation makes a function; partial derivatives, at a point if need be."""
        if len(args) == 1 and node.function in UNDEFINED:
            order = node.orders[0]
            mark = "'" * order if order < 4 else f"^{{({order})}}"
            return Piece(f"{node.function}{mark}{around(args[0].text)}", ATOM)
        if len(args) == 1 and isinstance(node.args[0], Name):
            power = f"^{{{node.orders[0]}}}" if node.orders[0] > 1 else ""
            return Piece(rf"\frac{{d{power} {self.name(node.function)}}}{{d {args[0].text}{power}}}", POWER)
        if distinct_names(node.args):
            return Piece(self.partial(node, [arg.text for arg in args]), POWER)
        dummies = fresh_names(len(args), taken=free_names(node))
        pairs = [
            part for name, value in zip(dummies, args, strict=True) for part in (Piece(name, ATOM), value)
        ]
        return _write_subs([Piece(self.partial(node, dummies), POWER), *pairs])

    def partial(self, node: Apply, names: list[str]) -> str:
        """The operator of partial derivatives before the function of these names."""
        total = sum(node.orders)
        sign = r"\partial" if len(names) > 1 else "d"
        below = " ".join(
            f"{sign} {name}{f'^{{{order}}}' if order > 1 else ''}"
            for name, order in zip(names, node.orders, strict=True)
            if order
        )
        above = f"{sign}^{{{total}}}" if total > 1 else sign
        return rf"\frac{{{above}}}{{{below}}} {self.name(node.function)}{around(', '.join(names))}"
