"""Numbers of series: Fractions while they are to_exact, mpmath numbers of 50 digits else;
operations on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.onesided import series
from chainrule_cli.graph.onesided.series import Unknown

WORKING_DIGITS = 50
SHORT_MANTISSA = 64
"""A number of 50 digits whose binary digits end before this is to_exact."""
ROUNDING = 1e-45


def to_exact(number: Any, *, nothing: float = 0.0) -> Any:
    """A number of 50 digits as the Fraction that it plainly is; itself where it is not.

    nothing: the size up to which the number is 0

    Raises Unknown for NaN and infinity.
    """
    if isinstance(number, Fraction):
        return number
    if not math.isfinite(number):
        raise Unknown
    if abs(number) <= nothing:
        return Fraction(0)
    sign, mantissa, exponent, size = number._mpf_  # mpmath's own form: the only to_exact way out
    if size > SHORT_MANTISSA or abs(exponent) > SHORT_MANTISSA:
        return number
    return Fraction(-mantissa if sign else mantissa) * Fraction(2) ** exponent


def tolerate(args: Sequence[Any]) -> float:
    """What rounding may leave of a 0: nothing where the arguments are to_exact."""
    return 0.0 if all(isinstance(argument, Fraction) for argument in args) else ROUNDING


def evaluate(op: str, args: Sequence[Any]) -> Any:
    call = DIGITS(WORKING_DIGITS).operation(op)
    return to_exact(call(*[to_digits(argument) for argument in args]), nothing=tolerate(args))


def to_digits(value: Any) -> Any:
    return DIGITS(WORKING_DIGITS).constant(value) if isinstance(value, Fraction) else value


def raise_number(number: Any, exponent: Fraction) -> Any:
    """The real power of a number."""
    if isinstance(number, Fraction) and exponent.denominator == 1 and abs(exponent) < series.MOST_TERMS:
        return number**exponent.numerator
    if number < 0 and exponent.denominator % 2 == 0:
        raise Unknown
    size = to_exact(DIGITS(WORKING_DIGITS).context.power(to_digits(abs(number)), to_digits(exponent)))
    return -size if number < 0 and exponent.numerator % 2 else size
