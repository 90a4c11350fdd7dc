"""KINDS: what can be asked in a sheet of exercises, one row a kind: its level, what it draws, the rules it is
about, an example.

Knows formulas that a textbook would print and nothing of their derivatives. To add a kind, add a row;
reports/practice.py keeps only the exercises whose derivative its witnesses and the grader agree on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from chainrule_cli.lessons import exercise_formulas as formulas
from chainrule_cli.lessons.exercise_formulas import ExerciseDraw, X, Y, of, plus, raise_to, root, times
from chainrule_cli.notation.build import number, power, product, quotient
from chainrule_cli.notation.syntax import Number, Syntax

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
    """name: what it is about.
    build: a draw -> its formula.
    rules: names of rules that its derivation has.
    wrt, dependent, order: what is asked.
    bent: it has kinks, whose slopes the solution gives."""

    level: int
    name: str
    build: Callable[[ExerciseDraw], Syntax]
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
    """The exercises of a level without an end but that of what can be drawn: each formula once, the kinds in
    turn, in rounds whose order is drawn. The first n are the same however many are taken."""
    random = Random(f"{level}:{seed}")  # noqa: S311  # exercises, no secrets
    left = [kind for kind in KINDS if kind.level == level]
    seen: set[tuple[Syntax, int]] = set()
    while left:
        random.shuffle(left)
        for kind in tuple(left):
            formula = _draw_fresh(kind, random, seen)
            if formula is None:
                left.remove(kind)
                continue
            seen.add((formula, kind.order))
            yield Exercise(kind, formula)


def _draw_fresh(kind: Kind, random: Random, seen: set[tuple[Syntax, int]]) -> Syntax | None:
    """A formula of the kind that was not there yet; None where none is found."""
    drawn = (kind.build(ExerciseDraw(random)) for _ in range(TRIES))
    return next((formula for formula in drawn if (formula, kind.order) not in seen), None)


# the table

_SUM, _DIFFERENCE, _MULTIPLE, _CHAIN = "sum", "sum and difference", "constant multiple", "chain rule"

KINDS: tuple[Kind, ...] = (
    # level 1: one rule
    Kind(1, "a power", lambda d: times(d.one_of((1, 1, 2, 3, 4, 5)), raise_to(X, d.whole(3, 12))), ("power",),
        "x^5"),
    Kind(1, "a polynomial", formulas.polynomial, (_DIFFERENCE, "power"), "2x^4 - 3x^2 + 5x - 1"),
    Kind(1, "a power below the bar", lambda d: quotient(Number(d.whole(1, 9)), raise_to(X, d.whole(2, 6))),
        ("reciprocal", "power"), "3/x^2"),
    Kind(1, "a root", lambda d: times(d.whole(1, 8), root(d.one_of((2, 2, 3)), X)), (), "4 sqrt(x)"),
    Kind(1, "a fractional power",
        lambda d: times(d.whole(1, 6), power(X, quotient(Number(d.one_of((2, 4, 5, 7))), Number(3)))),
        ("power",), "x^(2/3)"),
    Kind(1, "the exponential function",
        lambda d: plus(times(d.whole(2, 7), of("exp", X)), times(d.signed(2, 9), raise_to(X, d.whole(1, 4)))),
        ("exponential",), "3e^x - 2x"),
    Kind(1, "the logarithm",
        lambda d: plus(times(d.whole(2, 9), of("log", X)), times(d.signed(1, 5), raise_to(X, d.whole(2, 4)))),
        ("natural logarithm",), "4 ln x - x^2"),
    Kind(1, "sine and cosine",
        lambda d: plus(times(d.signed(2, 7), of("sin", X)), times(d.signed(2, 7), of("cos", X))),
        ("sine", "cosine"), "2 sin x + 3 cos x"),
    Kind(1, "tangent", lambda d: plus(times(d.whole(1, 4), of("tan", X)), times(d.signed(2, 8), X)),
        ("tangent",), "tan x - 2x"),
    Kind(1, "another base",
        lambda d: plus(power(Number(d.whole(2, 9)), X), times(d.signed(1, 4), raise_to(X, d.whole(2, 4)))),
        ("exponential",), "3^x + x^2"),
    Kind(1, "three terms", formulas.three_terms, (_DIFFERENCE, "power"), "x^3 + sin x - 2e^x"),
    # level 2: product, quotient, a line inside
    Kind(2, "a power times a function",
        lambda d: product((raise_to(X, d.whole(1, 5)), d.apply_one_of("sin cos exp log tan", X))),
        ("product",), "x^2 sin x"),
    Kind(2, "a product of two functions", formulas.two_functions, ("product",), "e^x cos x"),
    Kind(2, "a polynomial times a function",
        lambda d: product((plus(raise_to(X, d.whole(1, 3)), number(d.signed(1, 8))),
         d.apply_one_of("sin cos exp log", X))),
        ("product",), "(x^2 + 1) e^x"),
    Kind(2, "a function over a power",
        lambda d: quotient(d.apply_one_of("sin cos exp log", X), raise_to(X, d.whole(1, 4))), ("quotient",),
        "ln(x)/x^2"),
    Kind(2, "a quotient of two lines", formulas.fraction_of_lines, ("quotient",), "(2x + 1)/(x - 3)"),
    Kind(2, "a quotient with a square below", lambda d: quotient(times(d.whole(1, 6), X), d.square_plus()),
        ("quotient",), "x/(x^2 + 1)"),
    Kind(2, "a function over a function",
        lambda d: quotient(d.one_of((X, raise_to(X, 2), raise_to(X, 3))), d.apply_one_of("sin cos exp log",
         X)),
        ("quotient",), "x^2/sin(x)"),
    Kind(2, "a power of a line", lambda d: raise_to(d.line(), d.whole(2, 9)), (_CHAIN, "power"),
        "(3x + 1)^5"),
    Kind(2, "a function of a line", lambda d: d.apply_one_of("sin cos exp log", d.line()), (_CHAIN,),
        "sin(2x + 1)"),
    Kind(2, "a multiple inside", formulas.linear_inside, (_CHAIN,), "3 e^(2x)"),
    Kind(2, "a root of a line", lambda d: root(d.one_of((2, 2, 3)), d.line()), (_CHAIN,), "sqrt(3x + 1)"),
    Kind(2, "one over a power of a line",
        lambda d: quotient(Number(d.whole(1, 4)), raise_to(d.line(), d.whole(2, 4))), ("reciprocal", _CHAIN),
        "1/(2x + 1)^3"),
    # level 3: two layers
    Kind(3, "a power of a polynomial", lambda d: raise_to(d.quadratic(), d.whole(3, 8)), (_CHAIN, "power"),
        "(x^2 + 3x - 1)^4"),
    Kind(3, "a root of a polynomial", formulas.root_of_polynomial, (_CHAIN,), "sqrt(x^2 + 4)"),
    Kind(3, "a function of a power", lambda d: d.apply_one_of("sin cos tan", raise_to(X, d.whole(2, 5))),
        (_CHAIN, "power"), "sin(x^3)"),
    Kind(3, "an exponential of a polynomial",
        lambda d: of("exp", d.one_of((times(d.signed(1, 4), raise_to(X, d.whole(2, 3))), d.quadratic()))),
        (_CHAIN, "exponential"), "e^(-x^2)"),
    Kind(3, "a logarithm of a polynomial", lambda d: of("log", d.one_of((d.square_plus(), d.quadratic()))),
        (_CHAIN, "natural logarithm"), "ln(x^2 + 1)"),
    Kind(3, "a power of a function",
        lambda d: times(d.whole(1, 3), raise_to(d.apply_one_of("sin cos tan", X), d.whole(2, 6))),
        (_CHAIN, "power"), "sin(x)^3"),
    Kind(3, "a function inside an exponential",
        lambda d: of("exp", times(d.signed(1, 3), d.apply_one_of("sin cos tan sqrt", X))),
        (_CHAIN, "exponential"), "e^sin(x)"),
    Kind(3, "a function of a function",
        lambda d: d.apply_one_of("sin cos", times(d.whole(1, 4), d.apply_one_of("exp log sqrt", X))),
        (_CHAIN,), "cos(e^x)"),
    Kind(3, "a logarithm of a function",
        lambda d: of("log", plus(d.apply_one_of("sin cos exp", X), Number(d.whole(2, 9)))),
        (_CHAIN, "natural logarithm"), "ln(cos(x) + 2)"),
    Kind(3, "a power of a sum with a function", formulas.power_of_sum, (_CHAIN, "power"), "(x + sin(x))^3"),
    Kind(3, "one over a power of a polynomial",
        lambda d: quotient(Number(d.whole(1, 5)), raise_to(d.square_plus(), d.whole(1, 4))), ("reciprocal",),
        "1/(x^2 + 1)^2"),
    Kind(3, "another base with something inside", formulas.other_base, (_CHAIN, "exponential"), "2^(x^2)"),
    # level 4: three layers, chains inside products and quotients, powers of powers, inverse functions
    Kind(4, "three layers, a power inside",
        lambda d: d.apply_one_of("sin cos exp", d.apply_one_of("sin cos exp", raise_to(X, d.whole(2, 4)))),
        (_CHAIN,), "sin(e^(x^2))"),
    Kind(4, "a power of a function of a line",
        lambda d: raise_to(d.apply_one_of("sin cos tan", d.line()), d.whole(2, 6)), (_CHAIN, "power"),
        "sin(3x + 1)^4"),
    Kind(4, "a root of a function with something inside", formulas.root_of_function, (_CHAIN, "square root"),
        "sqrt(cos(2x) + 3)"),
    Kind(4, "a logarithm of a function of a power", formulas.log_of_function, (_CHAIN, "natural logarithm"),
        "ln(cos(x^2))"),
    Kind(4, "a power times an exponential",
        lambda d: product((raise_to(X, d.whole(1, 4)), of("exp", times(d.signed(1, 3), raise_to(X, 2))))),
        ("product", _CHAIN), "x^2 e^(-x^2)"),
    Kind(4, "a power times a root",
        lambda d: product((raise_to(X, d.whole(1, 3)), of("sqrt", d.square_plus()))),
        ("product", _CHAIN, "square root"), "x sqrt(x^2 + 1)"),
    Kind(4, "a product of two chains",
        lambda d: product((of("exp", times(d.signed(2, 4), X)),
         d.apply_one_of("sin cos", times(d.whole(2, 6), X)))),
        ("product", _CHAIN), "e^(-2x) sin(3x)"),
    Kind(4, "a quotient with a root below",
        lambda d: quotient(raise_to(X, d.whole(1, 3)), of("sqrt", d.square_plus())), ("quotient", _CHAIN),
        "x/sqrt(x^2 + 1)"),
    Kind(4, "a quotient with a chain above", formulas.quotient_with_chain, ("quotient", _CHAIN),
        "e^(2x)/(x^2 + 1)"),
    Kind(4, "a variable base and exponent", formulas.power_of_powers, ("general power",), "x^sin(x)"),
    Kind(4, "an inverse function", formulas.inverse, (_CHAIN,), "arctan(x^2)"),
    Kind(4, "an inverse function of a root or exponential", formulas.inverse_of_function, (_CHAIN,),
        "arctan(e^x)"),
    Kind(4, "a logarithm to another base",
        lambda d: of("log", d.one_of((d.square_plus(), d.quadratic(), d.line())),
         Number(d.one_of((2, 3, 10)))),
        (_CHAIN, "logarithm to a base"), "log2(x^2 + 1)"),
    # level 5: equations, orders, several variables, kinks
    Kind(5, "an ellipse", formulas.ellipse, ("implicit differentiation",), "x^2 + 4y^2 = 9", dependent="y"),
    Kind(5, "a conic with a mixed term", formulas.conic, ("implicit differentiation", "product"),
        "x^2 + x*y + y^2 = 7", dependent="y"),
    Kind(5, "a curve with a loop", formulas.folium, ("implicit differentiation", "product"),
        "x^3 + y^3 = 6x*y", dependent="y"),
    Kind(5, "an equation with a function of y", formulas.transcendental_curve,
        ("implicit differentiation", _CHAIN), "sin(y) + y = x^2", dependent="y"),
    Kind(5, "an equation with a product", formulas.product_curve, ("implicit differentiation", "product"),
        "x*y^2 + y = 3", dependent="y"),
    Kind(5, "a second derivative of a product",
        lambda d: product((raise_to(X, d.whole(1, 4)), d.apply_one_of("sin cos exp log", X))), ("product",),
        "x^2 sin x", order=2),
    Kind(5, "a second derivative of a composition", formulas.to_derive_twice, (_CHAIN,), "ln(x^2 + 1)",
        order=2),
    Kind(5, "a third derivative",
        lambda d: product((raise_to(X, d.whole(1, 2)), of("exp", times(d.signed(1, 3), X)))), ("product",),
        "x e^(2x)", order=3),
    Kind(5, "a partial derivative of powers", formulas.powers_of_two, ("power",), "x^2 y^3 + 2x*y", wrt="y"),
    Kind(5, "a partial derivative of a composition",
        lambda d: d.apply_one_of("sin cos exp",
         product((raise_to(X, d.whole(1, 3)), raise_to(Y, d.whole(1, 3))))),
        (_CHAIN,), "e^(x^2 y)", wrt="x"),
    Kind(5, "a partial derivative of a quotient", formulas.quotient_of_two, (), "x/(x^2 + y^2)", wrt="y"),
    Kind(5, "a partial derivative with three variables", formulas.three_variables, ("sum",),
        "x y^2 + e^(y z)", wrt="y"),
    Kind(5, "a kink in a product", formulas.absolute_product, ("product", "absolute value"), "x |x - 2|",
        bent=True),
    Kind(5, "an absolute value with two kinks", formulas.absolute_square, (_CHAIN, "absolute value"),
        "|x^2 - 4|", bent=True),
    Kind(5, "the larger of two functions", formulas.two_branches, ("maximum and minimum",), "max(x^2, 3x)",
        bent=True),
)  # fmt: skip
