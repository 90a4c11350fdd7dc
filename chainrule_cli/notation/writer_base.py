"""What all written notations share: pieces with their binding power, brackets, decimals, dummy names, the base of the writers.

Knows where brackets are needed. Every writer is a fold: linear, without recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.notation.build import terminates
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, fold, free_names

OR, AND, NOT, COMPARISON, SUM, SIGN, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 10, 19, 20, 30, 40


ENTRY = "entry"
"""Applied to a matrix and the letters of one of its entries, in the matrix notation."""

SHADOWED = {"e": "exp(1)", "pi": "acos(-1)"}
"""Constants where a variable of the formula has their name."""


class Piece(NamedTuple):
    """Written text and how tightly it holds together."""

    text: str
    power: int


def bracketed(piece: Piece, least: int) -> str:
    """The piece, in brackets where it holds together less tightly than `least`."""
    return piece.text if piece.power >= least else f"({piece.text})"


def decimal_text(value: Fraction | int) -> str:
    """A terminating decimal in full, exactly; with an exponent where it would be long."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return f"{exact.numerator}.0"
    places = 0
    scaled = exact
    while scaled.denominator != 1:
        scaled *= 10
        places += 1
    digits = str(scaled.numerator)
    if places > 12 and places - len(digits) > 4:
        return f"{digits}e-{places}"
    padded = digits.rjust(places + 1, "0")
    return f"{padded[:-places]}.{padded[-places:]}"


def number_text(node: Number) -> str:
    return decimal_text(node.value) if node.decimal and terminates(Fraction(node.value)) else str(node.value)


class Writer:
    """What all notations share: sums, signs, brackets. A notation overrides how its pieces look.

    taken: the names that the formula uses; a constant or a function of the same spelling is written in
    another way."""

    times = "*"
    minus = "-"

    def __init__(self, taken: Collection[str] = ()) -> None:
        self.taken = frozenset(map(self.name, taken))

    def write(self, expr: Syntax) -> str:
        return fold(expr, self.piece).text

    def piece(self, node: Syntax, args: list[Piece]) -> Piece:
        if isinstance(node, Number):
            return self.number(node)
        if isinstance(node, Name):
            return Piece(self.name(node.id), ATOM)
        match node.function:
            case "+":
                return self.sum(node, args)
            case "*":
                return self.product(node, args)
            case "neg":
                return Piece(self.minus + bracketed(args[0], PRODUCT), SIGN)
            case "/":
                return self.quotient(args)
            case "^":
                return self.power(node, args)
            case "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or" | "not":
                return self.condition(node, args)
        return self.applied(node, args)

    def number(self, node: Number) -> Piece:
        if node.value < 0:
            return Piece(f"{self.minus}{number_text(Number(-node.value, node.decimal))}", SIGN)
        text = number_text(node)
        return (
            self.quotient([Piece(part, ATOM) for part in text.split("/")])
            if "/" in text
            else Piece(text, ATOM)
        )

    def name(self, name: str) -> str:
        return name

    def sum(self, node: Apply, args: list[Piece]) -> Piece:
        text = bracketed(args[0], SUM + 1)
        for term, piece in zip(node.args[1:], args[1:], strict=True):
            if isinstance(term, Apply) and term.function == "neg":
                text += f" - {piece.text[len(self.minus) :]}"
            else:
                text += f" + {bracketed(piece, SIGN + 1)}"
        return Piece(text, SUM)

    def product(self, node: Apply, args: list[Piece]) -> Piece:
        factors = [bracketed(args[0], QUOTIENT), *(bracketed(piece, POWER) for piece in args[1:])]
        text = factors[0]
        for place in range(1, len(factors)):
            text += (
                self.between(node.args[place - 1], node.args[place], factors[place - 1], factors[place])
                + factors[place]
            )
        return Piece(text, PRODUCT)

    def between(self, left: Syntax, right: Syntax, before: str, after: str) -> str:
        return self.times

    def quotient(self, args: list[Piece]) -> Piece:
        return Piece(f"{bracketed(args[0], PRODUCT)}/{bracketed(args[1], POWER)}", QUOTIENT)

    def power(self, node: Apply, args: list[Piece]) -> Piece:
        return Piece(f"{bracketed(args[0], ATOM)}**{bracketed(args[1], ATOM)}", POWER)

    def condition(self, node: Apply, args: list[Piece]) -> Piece:
        raise NotImplementedError

    def applied(self, node: Apply, args: list[Piece]) -> Piece:
        raise NotImplementedError


QUOTIENT = 21
"""A quotient may begin a product, a product may not: a·b·c is one product, (a·b)·c another."""


def listed(args: Sequence[Piece]) -> str:
    return ", ".join(piece.text for piece in args)


def substituted(args: Sequence[Piece]) -> str:
    """Subs(expression, name, value), with tuples for several names."""
    names, values = listed(args[1::2]), listed(args[2::2])
    return (
        f"Subs({args[0].text}, {names}, {values})"
        if len(args) == 3
        else f"Subs({args[0].text}, ({names}), ({values}))"
    )


def derivative_of(node: Apply, args: list[Piece], spell: Callable[[str], str]) -> str:
    """Derivative(f(x), x), and by Subs where an argument is more than a name of its own."""
    if distinct_names(node.args):
        return derivative_text(spell(node.function), [arg.text for arg in args], node.orders)
    dummies = fresh_names(len(args), taken=free_names(node))
    inner = Piece(derivative_text(spell(node.function), dummies, node.orders), ATOM)
    pairs = [Piece(dummy, ATOM) for dummy in dummies]
    return substituted([inner, *(part for pair in zip(pairs, args, strict=True) for part in pair)])


def distinct_names(args: Sequence[Syntax]) -> bool:
    """Whether the arguments are names, no two alike."""
    return len({arg.id for arg in args if isinstance(arg, Name)}) == len(args)


def derivative_text(function: str, names: Sequence[str], orders: Sequence[int]) -> str:
    by = [
        name if order == 1 else f"({name}, {order})"
        for name, order in zip(names, orders, strict=True)
        if order
    ]
    return f"Derivative({function}({', '.join(names)}), {', '.join(by)})"


def fresh_names(count: int, taken: Sequence[str]) -> list[str]:
    """Letters for bound names: t, s, r, then t1, t2 ..., none that is taken."""
    candidates = (*"tsr", *(f"t{place}" for place in range(1, count + len(taken) + 1)))
    return [name for name in candidates if name not in taken][:count]
