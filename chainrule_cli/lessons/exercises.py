"""KINDS: what can be asked in a sheet of exercises, one row a kind: its level, what it draws, the rules it is about, an example.

Knows formulas that a textbook would print and nothing of their derivatives. To add a kind, add a row; reports/practice.py keeps
only the exercises whose derivative its witnesses and the grader agree on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import gcd
from random import Random

from chainrule_cli.lessons.draw import WHOLE, Draw, X, Y, Z, of, plus, raised, root, times
from chainrule_cli.notation.build import negative, number, power, product, quotient
from chainrule_cli.notation.syntax import Apply, Number, Syntax

LEVELS = {
    1: "one rule at a time, on basic functions",
    2: "product and quotient, and a linear function inside",
    3: "the chain rule, two layers",
    4: "three layers, the chain rule inside products and quotients, powers of powers, inverse functions",
    5: "equations, higher orders, several variables and kinks",
}
TRIES = 60
"""Draws in a row of one kind that were all there before: the kind is taken to be exhausted."""


@dataclass(frozen=True, slots=True)
class Kind:
    """name: what it is about. build: a draw -> its formula. rules: names of rules that its derivation has. wrt, dependent, order: what
    is asked. bent: it has kinks, whose slopes the solution gives."""

    level: int
    name: str
    build: Callable[[Draw], Syntax]
    rules: tuple[str, ...]
    example: str
    wrt: str = "x"
    order: int = 1
    dependent: str | None = None
    bent: bool = False


@dataclass(frozen=True, slots=True)
class Exercise:
    """A formula, and the kind that says what is asked of it."""

    kind: Kind
    formula: Syntax


def exercises(level: int, seed: int) -> Iterator[Exercise]:
    """The exercises of a level without an end but that of what can be drawn: each formula once, the kinds in turn, in rounds whose order
    is drawn. The first n are the same however many are taken."""
    random = Random(f"{level}:{seed}")  # noqa: S311  # exercises, no secrets
    left = [kind for kind in KINDS if kind.level == level]
    seen: set[tuple[Syntax, int]] = set()
    while left:
        random.shuffle(left)
        for kind in tuple(left):
            formula = _fresh(kind, random, seen)
            if formula is None:
                left.remove(kind)
                continue
            seen.add((formula, kind.order))
            yield Exercise(kind, formula)


def _fresh(kind: Kind, random: Random, seen: set[tuple[Syntax, int]]) -> Syntax | None:
    """A formula of the kind that was not there yet; None where none is found."""
    drawn = (kind.build(Draw(random)) for _ in range(TRIES))
    return next((formula for formula in drawn if (formula, kind.order) not in seen), None)


# builders that do not fit a row


def _term(draw: Draw, functions: str = "sin cos exp log") -> Syntax:
    return times(draw.whole(2, 6), draw.applied(functions, X))


def _polynomial(draw: Draw) -> Syntax:
    high = draw.whole(3, 6)
    middle = draw.whole(2, high - 1)
    return plus(
        times(draw.whole(1, 5), raised(X, high)),
        negative(times(draw.whole(2, 7), raised(X, middle))),
        times(draw.whole(2, 9), X),
        number(draw.signed(1, 9)),
    )


def _three_terms(draw: Draw) -> Syntax:
    first, second = draw.several(("sin", "cos", "exp", "log"), 2)
    return plus(raised(X, draw.whole(2, 5)), of(first, X), negative(times(draw.whole(2, 4), of(second, X))))


def _two_functions(draw: Draw) -> Syntax:
    first, second = draw.several(("exp", "sin", "cos", "log"), 2)
    return product((of(first, X), of(second, X)))


def _fraction_of_lines(draw: Draw) -> Syntax:
    """(ax + b)/(x + c) that does not cancel."""
    a, c = draw.whole(1, 5), draw.signed(1, 7)
    b = draw.one_of([value for value in WHOLE if value != a * c and gcd(a, value) == 1])
    return quotient(plus(times(a, X), number(b)), plus(X, number(c)))


def _linear_inside(draw: Draw) -> Syntax:
    return times(draw.whole(1, 4), draw.applied("sin cos exp", times(draw.whole(2, 9), X)))


def _root_of_polynomial(draw: Draw) -> Syntax:
    return root(
        draw.one_of((2, 2, 3)),
        draw.one_of((draw.square_plus(), plus(raised(X, 4), Number(draw.whole(1, 9))))),
    )


def _power_of_sum(draw: Draw) -> Syntax:
    """x or x², and a function beside it, to a power."""
    inside = plus(times(draw.whole(1, 3), raised(X, draw.whole(1, 2))), draw.applied("sin cos exp log", X))
    return raised(inside, draw.whole(2, 5))


def _other_base(draw: Draw) -> Syntax:
    return power(
        Number(draw.whole(2, 7)), draw.one_of((raised(X, 2), raised(X, 3), of("sin", X), of("cos", X)))
    )


def _root_of_function(draw: Draw) -> Syntax:
    """What is below the root is positive everywhere."""
    return of("sqrt", plus(draw.applied("sin cos exp", times(draw.whole(2, 5), X)), Number(draw.whole(2, 6))))


def _log_of_function(draw: Draw) -> Syntax:
    wave = draw.applied("sin cos", raised(X, draw.whole(2, 4)))
    return of(
        "log", draw.one_of((wave, plus(of("exp", times(draw.whole(2, 4), X)), Number(draw.whole(1, 6)))))
    )


def _quotient_with_chain(draw: Draw) -> Syntax:
    above = draw.applied("sin cos exp", times(draw.whole(2, 5), X))
    return quotient(above, draw.one_of((draw.square_plus(), raised(X, draw.whole(1, 3)))))


def _power_of_powers(draw: Draw) -> Syntax:
    return power(
        X,
        draw.one_of(
            (
                times(draw.whole(1, 5), X),
                raised(X, 2),
                *(of(name, X) for name in ("sin", "cos", "sqrt", "log")),
            )
        ),
    )


def _inverse(draw: Draw) -> Syntax:
    return draw.applied(
        "atan asin",
        draw.one_of(
            (times(draw.whole(2, 6), X), raised(X, draw.whole(2, 4)), quotient(X, Number(draw.whole(2, 6))))
        ),
    )


def _inverse_of_function(draw: Draw) -> Syntax:
    growing, falling = of("exp", times(draw.whole(1, 4), X)), of("exp", negative(times(draw.whole(1, 3), X)))
    whole = draw.one_of(
        (of("atan", of("sqrt", X)), of("atan", of("log", X)), of("atan", growing), of("asin", falling))
    )
    return times(draw.whole(1, 3), whole)


def _to_derive_twice(draw: Draw) -> Syntax:
    bell = of("exp", times(draw.signed(1, 3), raised(X, 2)))
    return draw.one_of(
        (bell, draw.applied("log sqrt", draw.square_plus()), draw.applied("sin cos", raised(X, 2)))
    )


def _powers_of_two(draw: Draw) -> Syntax:
    """Two terms, each of powers of x and y."""
    first = times(draw.whole(1, 5), product((raised(X, draw.whole(2, 4)), raised(Y, draw.whole(2, 4)))))
    return plus(first, times(draw.signed(2, 7), product((X, raised(Y, draw.whole(1, 2))))))


def _quotient_of_two(draw: Draw) -> Syntax:
    above = draw.one_of((times(draw.whole(1, 4), X), times(draw.whole(1, 4), product((X, Y)))))
    return quotient(above, plus(raised(X, 2), raised(Y, 2)))


def _three_variables(draw: Draw) -> Syntax:
    powers = product((raised(Y, draw.whole(2, 3)), raised(Z, draw.whole(2, 3))))
    return plus(
        product((X, raised(Y, draw.whole(2, 4)))),
        draw.one_of((powers, draw.applied("exp sin cos", product((Y, Z))))),
    )


def _conic(draw: Draw) -> Syntax:
    """x² + bxy + y² = c, which is a curve and no pair of lines: b is not 2."""
    return Apply(
        "=",
        (
            plus(raised(X, 2), times(draw.one_of((-1, 1, 3)), product((X, Y))), raised(Y, 2)),
            Number(draw.whole(1, 12)),
        ),
    )


def _ellipse(draw: Draw) -> Syntax:
    return Apply(
        "=",
        (
            plus(times(draw.whole(1, 5), raised(X, 2)), times(draw.whole(1, 5), raised(Y, 2))),
            Number(draw.one_of((9, 16, 20, 25, 30, 36))),
        ),
    )


def _folium(draw: Draw) -> Syntax:
    degree = draw.one_of((3, 5))
    return Apply("=", (plus(raised(X, degree), raised(Y, degree)), times(draw.whole(2, 9), product((X, Y)))))


def _transcendental_curve(draw: Draw) -> Syntax:
    left = plus(draw.applied("sin exp", Y), times(draw.whole(1, 5), raised(Y, draw.one_of((1, 3)))))
    return Apply("=", (left, times(draw.whole(1, 4), raised(X, draw.whole(2, 3)))))


def _product_curve(draw: Draw) -> Syntax:
    return Apply(
        "=",
        (
            plus(
                product((raised(X, draw.whole(1, 2)), raised(Y, draw.whole(2, 3)))),
                times(draw.whole(1, 4), Y),
            ),
            Number(draw.whole(2, 12)),
        ),
    )


def _bent_square(draw: Draw) -> Syntax:
    side = draw.whole(1, 4)
    return of("abs", plus(raised(X, 2), number(-(side**2))))


def _bent_product(draw: Draw) -> Syntax:
    return product((raised(X, draw.whole(1, 2)), of("abs", plus(X, number(draw.signed(1, 6))))))


def _two_branches(draw: Draw) -> Syntax:
    """The larger of x² and ax: they meet at 0 and at a."""
    return of(draw.one_of(("max", "min")), raised(X, 2), times(draw.signed(2, 6), X))


# the table

_SUM, _DIFFERENCE, _MULTIPLE, _CHAIN = "sum", "sum and difference", "constant multiple", "chain rule"

KINDS: tuple[Kind, ...] = (
    # level 1: one rule
    Kind(1, "a power", lambda d: times(d.one_of((1, 1, 2, 3, 4, 5)), raised(X, d.whole(3, 12))), ("power",), "x^5"),
    Kind(1, "a polynomial", _polynomial, (_DIFFERENCE, "power"), "2x^4 - 3x^2 + 5x - 1"),
    Kind(1, "a power below the bar", lambda d: quotient(Number(d.whole(1, 9)), raised(X, d.whole(2, 6))), ("reciprocal", "power"), "3/x^2"),
    Kind(1, "a root", lambda d: times(d.whole(1, 8), root(d.one_of((2, 2, 3)), X)), (), "4 sqrt(x)"),
    Kind(1, "a fractional power", lambda d: times(d.whole(1, 6), power(X, quotient(Number(d.one_of((2, 4, 5, 7))), Number(3)))), ("power",), "x^(2/3)"),
    Kind(1, "the exponential function", lambda d: plus(times(d.whole(2, 7), of("exp", X)), times(d.signed(2, 9), raised(X, d.whole(1, 4)))), ("exponential",), "3e^x - 2x"),
    Kind(1, "the logarithm", lambda d: plus(times(d.whole(2, 9), of("log", X)), times(d.signed(1, 5), raised(X, d.whole(2, 4)))), ("natural logarithm",), "4 ln x - x^2"),
    Kind(1, "sine and cosine", lambda d: plus(times(d.signed(2, 7), of("sin", X)), times(d.signed(2, 7), of("cos", X))), ("sine", "cosine"), "2 sin x + 3 cos x"),
    Kind(1, "tangent", lambda d: plus(times(d.whole(1, 4), of("tan", X)), times(d.signed(2, 8), X)), ("tangent",), "tan x - 2x"),
    Kind(1, "another base", lambda d: plus(power(Number(d.whole(2, 9)), X), times(d.signed(1, 4), raised(X, d.whole(2, 4)))), ("exponential",), "3^x + x^2"),
    Kind(1, "three terms", _three_terms, (_DIFFERENCE, "power"), "x^3 + sin x - 2e^x"),
    # level 2: product, quotient, a line inside
    Kind(2, "a power times a function", lambda d: product((raised(X, d.whole(1, 5)), d.applied("sin cos exp log tan", X))), ("product",), "x^2 sin x"),
    Kind(2, "a product of two functions", _two_functions, ("product",), "e^x cos x"),
    Kind(2, "a polynomial times a function", lambda d: product((plus(raised(X, d.whole(1, 3)), number(d.signed(1, 8))), d.applied("sin cos exp log", X))), ("product",), "(x^2 + 1) e^x"),
    Kind(2, "a function over a power", lambda d: quotient(d.applied("sin cos exp log", X), raised(X, d.whole(1, 4))), ("quotient",), "ln(x)/x^2"),
    Kind(2, "a quotient of two lines", _fraction_of_lines, ("quotient",), "(2x + 1)/(x - 3)"),
    Kind(2, "a quotient with a square below", lambda d: quotient(times(d.whole(1, 6), X), d.square_plus()), ("quotient",), "x/(x^2 + 1)"),
    Kind(2, "a function over a function", lambda d: quotient(d.one_of((X, raised(X, 2), raised(X, 3))), d.applied("sin cos exp log", X)), ("quotient",), "x^2/sin(x)"),
    Kind(2, "a power of a line", lambda d: raised(d.line(), d.whole(2, 9)), (_CHAIN, "power"), "(3x + 1)^5"),
    Kind(2, "a function of a line", lambda d: d.applied("sin cos exp log", d.line()), (_CHAIN,), "sin(2x + 1)"),
    Kind(2, "a multiple inside", _linear_inside, (_CHAIN,), "3 e^(2x)"),
    Kind(2, "a root of a line", lambda d: root(d.one_of((2, 2, 3)), d.line()), (_CHAIN,), "sqrt(3x + 1)"),
    Kind(2, "one over a power of a line", lambda d: quotient(Number(d.whole(1, 4)), raised(d.line(), d.whole(2, 4))), ("reciprocal", _CHAIN), "1/(2x + 1)^3"),
    # level 3: two layers
    Kind(3, "a power of a polynomial", lambda d: raised(d.quadratic(), d.whole(3, 8)), (_CHAIN, "power"), "(x^2 + 3x - 1)^4"),
    Kind(3, "a root of a polynomial", _root_of_polynomial, (_CHAIN,), "sqrt(x^2 + 4)"),
    Kind(3, "a function of a power", lambda d: d.applied("sin cos tan", raised(X, d.whole(2, 5))), (_CHAIN, "power"), "sin(x^3)"),
    Kind(3, "an exponential of a polynomial", lambda d: of("exp", d.one_of((times(d.signed(1, 4), raised(X, d.whole(2, 3))), d.quadratic()))), (_CHAIN, "exponential"), "e^(-x^2)"),
    Kind(3, "a logarithm of a polynomial", lambda d: of("log", d.one_of((d.square_plus(), d.quadratic()))), (_CHAIN, "natural logarithm"), "ln(x^2 + 1)"),
    Kind(3, "a power of a function", lambda d: times(d.whole(1, 3), raised(d.applied("sin cos tan", X), d.whole(2, 6))), (_CHAIN, "power"), "sin(x)^3"),
    Kind(3, "a function inside an exponential", lambda d: of("exp", times(d.signed(1, 3), d.applied("sin cos tan sqrt", X))), (_CHAIN, "exponential"), "e^sin(x)"),
    Kind(3, "a function of a function", lambda d: d.applied("sin cos", times(d.whole(1, 4), d.applied("exp log sqrt", X))), (_CHAIN,), "cos(e^x)"),
    Kind(3, "a logarithm of a function", lambda d: of("log", plus(d.applied("sin cos exp", X), Number(d.whole(2, 9)))), (_CHAIN, "natural logarithm"), "ln(cos(x) + 2)"),
    Kind(3, "a power of a sum with a function", _power_of_sum, (_CHAIN, "power"), "(x + sin(x))^3"),
    Kind(3, "one over a power of a polynomial", lambda d: quotient(Number(d.whole(1, 5)), raised(d.square_plus(), d.whole(1, 4))), ("reciprocal",), "1/(x^2 + 1)^2"),
    Kind(3, "another base with something inside", _other_base, (_CHAIN, "exponential"), "2^(x^2)"),
    # level 4: three layers, chains inside products and quotients, powers of powers, inverse functions
    Kind(4, "three layers, a power inside", lambda d: d.applied("sin cos exp", d.applied("sin cos exp", raised(X, d.whole(2, 4)))), (_CHAIN,), "sin(e^(x^2))"),
    Kind(4, "a power of a function of a line", lambda d: raised(d.applied("sin cos tan", d.line()), d.whole(2, 6)), (_CHAIN, "power"), "sin(3x + 1)^4"),
    Kind(4, "a root of a function with something inside", _root_of_function, (_CHAIN, "square root"), "sqrt(cos(2x) + 3)"),
    Kind(4, "a logarithm of a function of a power", _log_of_function, (_CHAIN, "natural logarithm"), "ln(cos(x^2))"),
    Kind(4, "a power times an exponential", lambda d: product((raised(X, d.whole(1, 4)), of("exp", times(d.signed(1, 3), raised(X, 2))))), ("product", _CHAIN), "x^2 e^(-x^2)"),
    Kind(4, "a power times a root", lambda d: product((raised(X, d.whole(1, 3)), of("sqrt", d.square_plus()))), ("product", _CHAIN, "square root"), "x sqrt(x^2 + 1)"),
    Kind(4, "a product of two chains", lambda d: product((of("exp", times(d.signed(2, 4), X)), d.applied("sin cos", times(d.whole(2, 6), X)))), ("product", _CHAIN), "e^(-2x) sin(3x)"),
    Kind(4, "a quotient with a root below", lambda d: quotient(raised(X, d.whole(1, 3)), of("sqrt", d.square_plus())), ("quotient", _CHAIN), "x/sqrt(x^2 + 1)"),
    Kind(4, "a quotient with a chain above", _quotient_with_chain, ("quotient", _CHAIN), "e^(2x)/(x^2 + 1)"),
    Kind(4, "a variable base and exponent", _power_of_powers, ("general power",), "x^sin(x)"),
    Kind(4, "an inverse function", _inverse, (_CHAIN,), "arctan(x^2)"),
    Kind(4, "an inverse function of a root or exponential", _inverse_of_function, (_CHAIN,), "arctan(e^x)"),
    Kind(4, "a logarithm to another base", lambda d: of("log", d.one_of((d.square_plus(), d.quadratic(), d.line())), Number(d.one_of((2, 3, 10)))), (_CHAIN, "logarithm to a base"), "log2(x^2 + 1)"),
    # level 5: equations, orders, several variables, kinks
    Kind(5, "an ellipse", _ellipse, ("implicit differentiation",), "x^2 + 4y^2 = 9", dependent="y"),
    Kind(5, "a conic with a mixed term", _conic, ("implicit differentiation", "product"), "x^2 + x*y + y^2 = 7", dependent="y"),
    Kind(5, "a curve with a loop", _folium, ("implicit differentiation", "product"), "x^3 + y^3 = 6x*y", dependent="y"),
    Kind(5, "an equation with a function of y", _transcendental_curve, ("implicit differentiation", _CHAIN), "sin(y) + y = x^2", dependent="y"),
    Kind(5, "an equation with a product", _product_curve, ("implicit differentiation", "product"), "x*y^2 + y = 3", dependent="y"),
    Kind(5, "a second derivative of a product", lambda d: product((raised(X, d.whole(1, 4)), d.applied("sin cos exp log", X))), ("product",), "x^2 sin x", order=2),
    Kind(5, "a second derivative of a composition", _to_derive_twice, (_CHAIN,), "ln(x^2 + 1)", order=2),
    Kind(5, "a third derivative", lambda d: product((raised(X, d.whole(1, 2)), of("exp", times(d.signed(1, 3), X)))), ("product",), "x e^(2x)", order=3),
    Kind(5, "a partial derivative of powers", _powers_of_two, ("power",), "x^2 y^3 + 2x*y", wrt="y"),
    Kind(5, "a partial derivative of a composition", lambda d: d.applied("sin cos exp", product((raised(X, d.whole(1, 3)), raised(Y, d.whole(1, 3))))), (_CHAIN,), "e^(x^2 y)", wrt="x"),
    Kind(5, "a partial derivative of a quotient", _quotient_of_two, (), "x/(x^2 + y^2)", wrt="y"),
    Kind(5, "a partial derivative with three variables", _three_variables, ("sum",), "x y^2 + e^(y z)", wrt="y"),
    Kind(5, "a kink in a product", _bent_product, ("product", "absolute value"), "x |x - 2|", bent=True),
    Kind(5, "an absolute value with two kinks", _bent_square, (_CHAIN, "absolute value"), "|x^2 - 4|", bent=True),
    Kind(5, "the larger of two functions", _two_branches, ("maximum and minimum",), "max(x^2, 3x)", bent=True),
)  # fmt: skip
