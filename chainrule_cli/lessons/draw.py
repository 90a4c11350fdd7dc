"""What an exercise is made of: seeded draws of small numbers, and pieces spelled as a textbook prints them.

Knows how a coefficient of 1, a term that is 0 and an exponent of 1 are left out; refuses to know any rule of differentiation.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from random import Random
from typing import TypeVar

from chainrule_cli.notation.build import is_apply, negative, number, power, product, total
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, children

Choice = TypeVar("Choice")

WHOLE = [*range(-9, 0), *range(1, 10)]

X, Y, Z = Name("x"), Name("y"), Name("z")


class Draw:
    """Draws of one exercise: the same seed gives the same exercise, on every machine."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def one_of(self, options: Sequence[Choice]) -> Choice:
        return self._random.choice(options)

    def several(self, options: Sequence[Choice], count: int) -> list[Choice]:
        """So many different ones, in the order of the options."""
        return [options[place] for place in sorted(self._random.sample(range(len(options)), count))]

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(low, high)

    def signed(self, low: int, high: int) -> int:
        """A whole number between the ends, or its negative one."""
        return self.one_of((1, -1)) * self.whole(low, high)

    def line(self) -> Syntax:
        """ax + b with a from 2 to 7 and nothing in common."""
        slope = self.whole(2, 7)
        return plus(times(slope, X), number(self.one_of([rise for rise in WHOLE if gcd(slope, rise) == 1])))

    def square_plus(self) -> Syntax:
        """x² + a, positive everywhere."""
        return plus(power(X, Number(2)), Number(self.whole(1, 9)))

    def quadratic(self) -> Syntax:
        """x² + ax + b, or x³ + ax: a polynomial whose derivative has two terms."""
        lead = self.one_of((2, 3))
        return plus(
            power(X, Number(lead)),
            times(self.signed(2, 6), X),
            *([number(self.signed(1, 9))] if lead == 2 else []),
        )

    def applied(self, functions: str, inner: Syntax) -> Syntax:
        """One of the functions, named with spaces between, of what is inside."""
        return of(self.one_of(functions.split()), inner)


def of(function: str, *inner: Syntax) -> Syntax:
    return Apply(function, inner)


def times(factor: int, expr: Syntax) -> Syntax:
    """The product of a number that is not 0 and an expression: -3x is the negative of 3x, 1x is x."""
    if factor < 0:
        return negative(times(-factor, expr))
    if factor == 1:
        return expr
    return product((Number(factor), *(children(expr) if is_apply(expr, "*") else (expr,))))


def plus(*terms: Syntax) -> Syntax:
    """The sum of the terms, sums among them opened."""
    return total([part for term in terms for part in (children(term) if is_apply(term, "+") else (term,))])


def raised(base: Syntax, exponent: int) -> Syntax:
    """base to a whole exponent from 1 on."""
    return base if exponent == 1 else power(base, Number(exponent))


def root(degree: int, inner: Syntax) -> Syntax:
    """The root as the language spells it: a square, a cube, or a root with its degree."""
    named = {2: "sqrt", 3: "cbrt"}
    return of(named[degree], inner) if degree in named else of("root", inner, Number(degree))
