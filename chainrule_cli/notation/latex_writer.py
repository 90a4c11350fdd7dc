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
    Writer,
    WrittenPiece,
    distinct_names,
    fresh_names,
)

GREEK_COMMANDS = frozenset(GREEK_NAMES) - {"omicron"}
BARE = frozenset({"sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "log"})


def surround(inner: str) -> str:
    return rf"\left({inner}\right)"


def put_latex_brackets(piece: WrittenPiece, least: int) -> str:
    return piece.text if piece.power >= least else surround(piece.text)


def _write_root(args: list[WrittenPiece]) -> WrittenPiece:
    degree = args[1].text if len(args) > 1 else "3"
    return WrittenPiece(rf"\sqrt[{degree}]{{{args[0].text}}}", ATOM)


def _write_cases(args: list[WrittenPiece]) -> WrittenPiece:
    rows = [
        f"{value.text} & {condition.text}" for value, condition in zip(args[0::2], args[1::2], strict=False)
    ]
    if len(args) % 2:
        rows.append(rf"{args[-1].text} & \text{{otherwise}}")
    return WrittenPiece(r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", ATOM)


def _write_subs(args: list[WrittenPiece]) -> WrittenPiece:
    bound = ", ".join(
        f"{name.text} = {value.text}" for name, value in zip(args[1::2], args[2::2], strict=True)
    )
    return WrittenPiece(rf"\left.{args[0].text}\right|_{{{bound}}}", ATOM)


SIGNS: dict[str, Callable[[list[WrittenPiece]], WrittenPiece]] = {
    "exp": lambda args: WrittenPiece(f"e^{{{args[0].text}}}", POWER),
    "abs": lambda args: WrittenPiece(rf"\left|{args[0].text}\right|", ATOM),
    "floor": lambda args: WrittenPiece(rf"\left\lfloor {args[0].text}\right\rfloor", ATOM),
    "ceil": lambda args: WrittenPiece(rf"\left\lceil {args[0].text}\right\rceil", ATOM),
    "sqrt": lambda args: WrittenPiece(rf"\sqrt{{{args[0].text}}}", ATOM),
    "cbrt": _write_root,
    "root": _write_root,
    "log": lambda args: WrittenPiece(rf"\log_{{{args[1].text}}}{surround(args[0].text)}", ATOM),
    "piecewise": _write_cases,
    "Subs": _write_subs,
    "true": lambda _args: WrittenPiece(r"\mathrm{true}", ATOM),
    "false": lambda _args: WrittenPiece(r"\mathrm{false}", ATOM),
}
"""Functions that LaTeX does not write as a name with brackets."""


class LatexWriter(Writer):
    """LaTeX with amsmath."""

    times = r" \cdot "

    def name(self, name: str) -> str:
        stem, _, subscript = name.partition("_")
        if "_" in name and ((len(stem) > 1 and stem not in GREEK_COMMANDS) or not subscript.isalnum()):
            escaped = name.replace("_", r"\_")
            return rf"\mathrm{{{escaped}}}"
        if not subscript and len(stem) > 1 and stem[0].isalpha() and stem[1:].isdigit():
            stem, subscript = stem[0], stem[1:]
        letter = rf"\{stem}" if stem in GREEK_COMMANDS else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
        return f"{letter}_{{{subscript}}}" if subscript else letter

    def bracket(self, piece: WrittenPiece, least: int) -> str:
        return put_latex_brackets(piece, least)

    def between(self, left: Syntax, right: Syntax, _before: str, after: str) -> str:
        calls = isinstance(left, Name) and after.startswith(r"\left(")
        numbers = isinstance(left, Number) and isinstance(right, Number)
        return self.times if after[0].isdigit() or calls or numbers else " "

    def number(self, node: Number) -> WrittenPiece:
        piece = super().number(node)
        mantissa, _, exponent = piece.text.partition("e")
        if not exponent:
            return piece
        return WrittenPiece(rf"{mantissa} \cdot 10^{{{exponent}}}", min(piece.power, QUOTIENT))

    def quotient(self, args: list[WrittenPiece]) -> WrittenPiece:
        return WrittenPiece(rf"\frac{{{args[0].text}}}{{{args[1].text}}}", POWER)

    def power(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        base = node.args[0]
        if (
            isinstance(base, Apply)
            and base.function in BARE
            and len(base.args) == 1
            and args[1].text.isdigit()
        ):
            head = FUNCTIONS[base.function].latex
            return WrittenPiece(f"{head}^{{{args[1].text}}}{args[0].text[len(head) :]}", POWER)
        return WrittenPiece(f"{put_latex_brackets(args[0], ATOM)}^{{{args[1].text}}}", POWER)

    def condition(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        signs = {"<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne", "=": "="}
        if node.function in signs:
            left, right = (put_latex_brackets(piece, SUM) for piece in args)
            return WrittenPiece(f"{left} {signs[node.function]} {right}", COMPARISON)
        if node.function == "not":
            return WrittenPiece(rf"\lnot {put_latex_brackets(args[0], ATOM)}", NOT)
        power, sign = (AND, r"\land") if node.function == "and" else (OR, r"\lor")
        return WrittenPiece(f" {sign} ".join(put_latex_brackets(piece, power + 1) for piece in args), power)

    def write_function(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        if any(node.orders):
            return self.derivative(node, args)
        if node.function in ("e", "exp") and "e" in self.taken:
            return WrittenPiece(rf"\exp{surround(args[0].text if args else '1')}", ATOM)
        sign = SIGNS.get(node.function)
        if sign is not None and not (node.function == "log" and len(args) == 1):
            return sign(args)
        row = FUNCTIONS.get(node.function)
        head = row.latex if row is not None else self.name(node.function)
        if args and head in self.taken:
            head = rf"\operatorname{{{node.function}}}"
        return WrittenPiece(head + surround(", ".join(piece.text for piece in args)) if args else head, ATOM)

    def derivative(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        """f'(u); dy/dx of what an equation makes a function; partial derivatives, at a point if need be."""
        if len(args) == 1 and node.function in UNDEFINED:
            order = node.orders[0]
            mark = "'" * order if order < 4 else f"^{{({order})}}"
            return WrittenPiece(f"{node.function}{mark}{surround(args[0].text)}", ATOM)
        if len(args) == 1 and isinstance(node.args[0], Name):
            power = f"^{{{node.orders[0]}}}" if node.orders[0] > 1 else ""
            return WrittenPiece(
                rf"\frac{{d{power} {self.name(node.function)}}}{{d {args[0].text}{power}}}", POWER
            )
        if distinct_names(node.args):
            return WrittenPiece(self.partial(node, [arg.text for arg in args]), POWER)
        dummies = fresh_names(len(args), taken=free_names(node))
        pairs = [
            part
            for name, value in zip(dummies, args, strict=True)
            for part in (WrittenPiece(name, ATOM), value)
        ]
        return _write_subs([WrittenPiece(self.partial(node, dummies), POWER), *pairs])

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
        return rf"\frac{{{above}}}{{{below}}} {self.name(node.function)}{surround(', '.join(names))}"
