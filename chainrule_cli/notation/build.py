"""Building Syntax: the canonical spelling of numbers, sums, products and roots, as syntax.py has it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeGuard

from chainrule_cli.errors import Span
from chainrule_cli.notation.syntax import Apply, Number, Syntax

ZERO = Number(0)
ONE = Number(1)

ROOT_DEGREES = {"sqrt": 2, "cbrt": 3}
"""Roots that have a name -> their degree; all others are root(x, n)."""
_ROOT_NAMES = {degree: name for name, degree in ROOT_DEGREES.items()}


def number(value: Fraction | int, *, decimal: bool = False) -> Syntax:
    """An exact number: -2 is neg(2), 1/3 is /(1, 3); `decimal` keeps a terminating decimal as one."""
    if value < 0:
        return Apply("neg", (number(-value, decimal=decimal),))
    exact = Fraction(value)
    if exact.denominator == 1:
        return Number(exact.numerator)
    if decimal and terminates(exact):
        return Number(exact, decimal=True)
    return Apply("/", (Number(exact.numerator), Number(exact.denominator)))


def terminates(value: Fraction) -> bool:
    """Whether the decimal expansion ends: no prime but 2 and 5 below the bar."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def total(terms: Sequence[Syntax]) -> Syntax:
    """The sum of the terms: 0 for none, the term itself for one."""
    return _join("+", terms, ZERO)


def product(factors: Sequence[Syntax]) -> Syntax:
    """The product of the factors: 1 for none, the factor itself for one."""
    return _join("*", factors, ONE)


def _join(operator: str, parts: Sequence[Syntax], empty: Syntax) -> Syntax:
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else Apply(operator, tuple(parts))


def negative(expr: Syntax) -> Syntax:
    return Apply("neg", (expr,))


def quotient(top: Syntax, bottom: Syntax) -> Syntax:
    return Apply("/", (top, bottom))


def power(base: Syntax, exponent: Syntax) -> Syntax:
    return Apply("^", (base, exponent))


def root(base: Syntax, degree: int, span: Span | None = None) -> Syntax:
    """The root of that degree: sqrt and cbrt by name."""
    name = _ROOT_NAMES.get(degree)
    return Apply(name, (base,), span=span) if name else Apply("root", (base, Number(degree)), span=span)


def is_apply(expr: Syntax, *functions: str) -> TypeGuard[Apply]:
    """Whether the expression applies one of the functions at its top."""
    return isinstance(expr, Apply) and expr.function in functions
