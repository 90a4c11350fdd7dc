"""What all written notations share: pieces with their binding power, brackets, decimals, the base of writers.

Every writer is a fold: linear, without recursion.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.notation.build import terminates
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, fold, free_names

OR, AND, NOT, COMPARISON, SUM, SIGN, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 10, 19, 20, 30, 40
"""How tightly a piece holds together."""
QUOTIENT = 21
"""A quotient may begin a product, a product may not: a·b·c is one product, (a·b)·c another."""

ENTRY = "entry"
"""Applied to a matrix and the letters of one of its entries, in the matrix notation."""

SHADOWED = {"e": "exp(1)", "pi": "acos(-1)"}
"""Constants where a variable of the formula has their name."""


class WrittenPiece(NamedTuple):
    """Written text and how tightly it holds together."""

    text: str
    power: int


def put_brackets(piece: WrittenPiece, least: int) -> str:
    """The piece, in brackets where it holds together less tightly than `least`."""
    return piece.text if piece.power >= least else f"({piece.text})"


def decimal_text(value: Fraction | int) -> str:
    """A terminating decimal in full, exactly; with an exponent where it would be long."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return f"{exact.numerator}.0"
    decimals = 0
    scaled = exact
    while scaled.denominator != 1:
        scaled *= 10
        decimals += 1
    digits = str(scaled.numerator)
    if decimals > 12 and decimals - len(digits) > 4:
        return f"{digits}e-{decimals}"
    padded = digits.rjust(decimals + 1, "0")
    return f"{padded[:-decimals]}.{padded[-decimals:]}"


def number_text(node: Number) -> str:
    return decimal_text(node.value) if node.decimal and terminates(Fraction(node.value)) else str(node.value)


class Writer(ABC):
    """What all notations share: sums, signs, brackets. A notation overrides how its pieces look.

    taken: the names that the formula uses; what else has the same spelling is written in another way.
    times, minus: the signs of a product and of a negative number.
    """

    times = "*"
    minus = "-"

    def __init__(self, taken: Collection[str] = ()) -> None:
        self.taken = frozenset(map(self.name, taken))

    def bracket(self, piece: WrittenPiece, least: int) -> str:
        """The piece, in brackets where it holds together less tightly than `least`."""
        return put_brackets(piece, least)

    def write(self, expr: Syntax) -> str:
        return fold(expr, self.write_node).text

    def write_node(self, node: Syntax, args: list[WrittenPiece]) -> WrittenPiece:
        if isinstance(node, Number):
            return self.number(node)
        if isinstance(node, Name):
            return WrittenPiece(self.name(node.id), ATOM)
        match node.function:
            case "+":
                return self.sum(node, args)
            case "*":
                return self.product(node, args)
            case "neg":
                return WrittenPiece(self.minus + self.bracket(args[0], PRODUCT), SIGN)
            case "/":
                return self.quotient(args)
            case "^":
                return self.power(node, args)
            case "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or" | "not":
                return self.condition(node, args)
        return self.write_function(node, args)

    def number(self, node: Number) -> WrittenPiece:
        if node.value < 0:
            return WrittenPiece(f"{self.minus}{number_text(Number(-node.value, node.decimal))}", SIGN)
        text = number_text(node)
        return (
            self.quotient([WrittenPiece(part, ATOM) for part in text.split("/")])
            if "/" in text
            else WrittenPiece(text, ATOM)
        )

    def name(self, name: str) -> str:
        return name

    def sum(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        text = self.bracket(args[0], SUM + 1)
        for term, piece in zip(node.args[1:], args[1:], strict=True):
            if isinstance(term, Apply) and term.function == "neg":
                text += f" - {piece.text[len(self.minus) :]}"
            else:
                text += f" + {self.bracket(piece, SIGN + 1)}"
        return WrittenPiece(text, SUM)

    def product(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        factors = [self.bracket(args[0], QUOTIENT), *(self.bracket(piece, POWER) for piece in args[1:])]
        text = factors[0]
        for index in range(1, len(factors)):
            left, right = index - 1, index
            sign = self.between(node.args[left], node.args[right], factors[left], factors[right])
            text += sign + factors[right]
        return WrittenPiece(text, PRODUCT)

    def between(self, _left: Syntax, _right: Syntax, _before: str, _after: str) -> str:
        """The sign between two factors. before, after: what is written on both sides of it."""
        return self.times

    def quotient(self, args: list[WrittenPiece]) -> WrittenPiece:
        return WrittenPiece(f"{self.bracket(args[0], PRODUCT)}/{self.bracket(args[1], POWER)}", QUOTIENT)

    def power(self, _node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        return WrittenPiece(f"{self.bracket(args[0], ATOM)}**{self.bracket(args[1], ATOM)}", POWER)

    @abstractmethod
    def condition(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        """A comparison, an equation, or and, or, not."""

    @abstractmethod
    def write_function(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        """A function or a constant."""


def join_pieces(args: Sequence[WrittenPiece]) -> str:
    return ", ".join(piece.text for piece in args)


def write_subs(args: Sequence[WrittenPiece]) -> str:
    """Subs(expression, name, value), with tuples for several names."""
    names, values = join_pieces(args[1::2]), join_pieces(args[2::2])
    return (
        f"Subs({args[0].text}, {names}, {values})"
        if len(args) == 3
        else f"Subs({args[0].text}, ({names}), ({values}))"
    )


def write_derivative(node: Apply, args: list[WrittenPiece], spell: Callable[[str], str]) -> str:
    """Derivative(f(x), x), and by Subs where an argument is more than a name of its own."""
    if distinct_names(node.args):
        return derivative_text(spell(node.function), [arg.text for arg in args], node.orders)
    dummies = fresh_names(len(args), taken=free_names(node))
    inner = WrittenPiece(derivative_text(spell(node.function), dummies, node.orders), ATOM)
    pairs = [WrittenPiece(dummy, ATOM) for dummy in dummies]
    return write_subs([inner, *(part for pair in zip(pairs, args, strict=True) for part in pair)])


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
    candidates = (*"tsr", *(f"t{number}" for number in range(1, count + len(taken) + 1)))
    return [name for name in candidates if name not in taken][:count]
