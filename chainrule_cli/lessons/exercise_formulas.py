"""What an exercise is made of: seeded draws of small numbers, and formulas spelled as a textbook prints them.

A coefficient of 1, a term that is 0 and an exponent of 1 are left out. Functions of a draw are the shapes of
formulas that take more than a row of KINDS in exercises.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from random import Random
from typing import TypeVar

from chainrule_cli.notation.build import is_apply, negative, number, power, product, quotient, total
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, children

Choice = TypeVar("Choice")

WHOLE = [*range(-9, 0), *range(1, 10)]

X, Y, Z = Name("x"), Name("y"), Name("z")


class ExerciseDraw:
    """Draws of one exercise: the same seed gives the same exercise, on every machine."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def one_of(self, options: Sequence[Choice]) -> Choice:
        return self._random.choice(options)

    def several(self, options: Sequence[Choice], count: int) -> list[Choice]:
        """So many different ones, in the order of the options."""
        return [options[index] for index in sorted(self._random.sample(range(len(options)), count))]

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

    def apply_one_of(self, functions: str, inner: Syntax) -> Syntax:
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


def raise_to(base: Syntax, exponent: int) -> Syntax:
    """base to a whole exponent from 1 on."""
    return base if exponent == 1 else power(base, Number(exponent))


def root(degree: int, inner: Syntax) -> Syntax:
    """The root as the language spells it: a square, a cube, or a root with its degree."""
    named = {2: "sqrt", 3: "cbrt"}
    return of(named[degree], inner) if degree in named else of("root", inner, Number(degree))


# formulas that do not fit a row of exercises.py


def function_term(draw: ExerciseDraw, functions: str = "sin cos exp log") -> Syntax:
    return times(draw.whole(2, 6), draw.apply_one_of(functions, X))


def polynomial(draw: ExerciseDraw) -> Syntax:
    high = draw.whole(3, 6)
    middle = draw.whole(2, high - 1)
    return plus(
        times(draw.whole(1, 5), raise_to(X, high)),
        negative(times(draw.whole(2, 7), raise_to(X, middle))),
        times(draw.whole(2, 9), X),
        number(draw.signed(1, 9)),
    )


def three_terms(draw: ExerciseDraw) -> Syntax:
    first, second = draw.several(("sin", "cos", "exp", "log"), 2)
    return plus(raise_to(X, draw.whole(2, 5)), of(first, X), negative(times(draw.whole(2, 4), of(second, X))))


def two_functions(draw: ExerciseDraw) -> Syntax:
    first, second = draw.several(("exp", "sin", "cos", "log"), 2)
    return product((of(first, X), of(second, X)))


def fraction_of_lines(draw: ExerciseDraw) -> Syntax:
    """(ax + b)/(x + c) that does not cancel."""
    a, c = draw.whole(1, 5), draw.signed(1, 7)
    b = draw.one_of([value for value in WHOLE if value != a * c and gcd(a, value) == 1])
    return quotient(plus(times(a, X), number(b)), plus(X, number(c)))


def linear_inside(draw: ExerciseDraw) -> Syntax:
    return times(draw.whole(1, 4), draw.apply_one_of("sin cos exp", times(draw.whole(2, 9), X)))


def root_of_polynomial(draw: ExerciseDraw) -> Syntax:
    return root(
        draw.one_of((2, 2, 3)),
        draw.one_of((draw.square_plus(), plus(raise_to(X, 4), Number(draw.whole(1, 9))))),
    )


def power_of_sum(draw: ExerciseDraw) -> Syntax:
    """x or x², and a function beside it, to a power."""
    inside = plus(
        times(draw.whole(1, 3), raise_to(X, draw.whole(1, 2))), draw.apply_one_of("sin cos exp log", X)
    )
    return raise_to(inside, draw.whole(2, 5))


def other_base(draw: ExerciseDraw) -> Syntax:
    return power(
        Number(draw.whole(2, 7)), draw.one_of((raise_to(X, 2), raise_to(X, 3), of("sin", X), of("cos", X)))
    )


def root_of_function(draw: ExerciseDraw) -> Syntax:
    """What is below the root is positive everywhere."""
    return of(
        "sqrt", plus(draw.apply_one_of("sin cos exp", times(draw.whole(2, 5), X)), Number(draw.whole(2, 6)))
    )


def log_of_function(draw: ExerciseDraw) -> Syntax:
    wave = draw.apply_one_of("sin cos", raise_to(X, draw.whole(2, 4)))
    return of(
        "log", draw.one_of((wave, plus(of("exp", times(draw.whole(2, 4), X)), Number(draw.whole(1, 6)))))
    )


def quotient_with_chain(draw: ExerciseDraw) -> Syntax:
    above = draw.apply_one_of("sin cos exp", times(draw.whole(2, 5), X))
    return quotient(above, draw.one_of((draw.square_plus(), raise_to(X, draw.whole(1, 3)))))


def power_of_powers(draw: ExerciseDraw) -> Syntax:
    return power(
        X,
        draw.one_of(
            (
                times(draw.whole(1, 5), X),
                raise_to(X, 2),
                *(of(name, X) for name in ("sin", "cos", "sqrt", "log")),
            )
        ),
    )


def inverse(draw: ExerciseDraw) -> Syntax:
    return draw.apply_one_of(
        "atan asin",
        draw.one_of(
            (times(draw.whole(2, 6), X), raise_to(X, draw.whole(2, 4)), quotient(X, Number(draw.whole(2, 6))))
        ),
    )


def inverse_of_function(draw: ExerciseDraw) -> Syntax:
    growing, falling = of("exp", times(draw.whole(1, 4), X)), of("exp", negative(times(draw.whole(1, 3), X)))
    whole = draw.one_of(
        (of("atan", of("sqrt", X)), of("atan", of("log", X)), of("atan", growing), of("asin", falling))
    )
    return times(draw.whole(1, 3), whole)


def to_derive_twice(draw: ExerciseDraw) -> Syntax:
    bell = of("exp", times(draw.signed(1, 3), raise_to(X, 2)))
    return draw.one_of(
        (
            bell,
            draw.apply_one_of("log sqrt", draw.square_plus()),
            draw.apply_one_of("sin cos", raise_to(X, 2)),
        )
    )


def powers_of_two(draw: ExerciseDraw) -> Syntax:
    """Two terms, each of powers of x and y."""
    first = times(draw.whole(1, 5), product((raise_to(X, draw.whole(2, 4)), raise_to(Y, draw.whole(2, 4)))))
    return plus(first, times(draw.signed(2, 7), product((X, raise_to(Y, draw.whole(1, 2))))))


def quotient_of_two(draw: ExerciseDraw) -> Syntax:
    above = draw.one_of((times(draw.whole(1, 4), X), times(draw.whole(1, 4), product((X, Y)))))
    return quotient(above, plus(raise_to(X, 2), raise_to(Y, 2)))


def three_variables(draw: ExerciseDraw) -> Syntax:
    powers = product((raise_to(Y, draw.whole(2, 3)), raise_to(Z, draw.whole(2, 3))))
    return plus(
        product((X, raise_to(Y, draw.whole(2, 4)))),
        draw.one_of((powers, draw.apply_one_of("exp sin cos", product((Y, Z))))),
    )


def conic(draw: ExerciseDraw) -> Syntax:
    """x² + bxy + y² = c, which is a curve and no pair of lines: b is not 2."""
    return Apply(
        "=",
        (
            plus(raise_to(X, 2), times(draw.one_of((-1, 1, 3)), product((X, Y))), raise_to(Y, 2)),
            Number(draw.whole(1, 12)),
        ),
    )


def ellipse(draw: ExerciseDraw) -> Syntax:
    return Apply(
        "=",
        (
            plus(times(draw.whole(1, 5), raise_to(X, 2)), times(draw.whole(1, 5), raise_to(Y, 2))),
            Number(draw.one_of((9, 16, 20, 25, 30, 36))),
        ),
    )


def folium(draw: ExerciseDraw) -> Syntax:
    degree = draw.one_of((3, 5))
    return Apply(
        "=", (plus(raise_to(X, degree), raise_to(Y, degree)), times(draw.whole(2, 9), product((X, Y))))
    )


def transcendental_curve(draw: ExerciseDraw) -> Syntax:
    left = plus(draw.apply_one_of("sin exp", Y), times(draw.whole(1, 5), raise_to(Y, draw.one_of((1, 3)))))
    return Apply("=", (left, times(draw.whole(1, 4), raise_to(X, draw.whole(2, 3)))))


def product_curve(draw: ExerciseDraw) -> Syntax:
    return Apply(
        "=",
        (
            plus(
                product((raise_to(X, draw.whole(1, 2)), raise_to(Y, draw.whole(2, 3)))),
                times(draw.whole(1, 4), Y),
            ),
            Number(draw.whole(2, 12)),
        ),
    )


def absolute_square(draw: ExerciseDraw) -> Syntax:
    side = draw.whole(1, 4)
    return of("abs", plus(raise_to(X, 2), number(-(side**2))))


def absolute_product(draw: ExerciseDraw) -> Syntax:
    return product((raise_to(X, draw.whole(1, 2)), of("abs", plus(X, number(draw.signed(1, 6))))))


def two_branches(draw: ExerciseDraw) -> Syntax:
    """The larger of x² and ax: they meet at 0 and at a."""
    return of(draw.one_of(("max", "min")), raise_to(X, 2), times(draw.signed(2, 6), X))
