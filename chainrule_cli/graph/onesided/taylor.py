"""Operations on series by their rows of OPS alone: Taylor's series, and the first term at an infinitely steep
end.

Numbers of series are Fractions while they are exact, mpmath numbers of 50 digits else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

from chainrule_cli.graph.adjoint import derivative
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.onesided import series
from chainrule_cli.graph.onesided.series import Series, Unknown
from chainrule_cli.graph.operations import OPS, Op
from chainrule_cli.graph.sweep import forward

TAYLOR_TERMS = 6
STEEP_DIGITS = 200
NEAR, NEARER = 60, 70
"""Decimal places of the distances from which an operation is looked at where it ends."""
LARGEST_DEGREE = 6
"""Roots as which it may end."""

Coefficients = Mapping[tuple[int, ...], Any]
"""How often each moving argument's remainder is taken -> the coefficient of that product."""


def find_taylor(op: str, limits: Sequence[Any], moving: Sequence[int]) -> Coefficients | None:
    """Taylor's coefficients of a smooth operation in its moving arguments.

    None where one of them is not finite.
    """
    held = tuple(
        limit if rank not in moving and isinstance(limit, Fraction) else None
        for rank, limit in enumerate(limits)
    )
    graph, derivatives = _write_derivatives(OPS[op], held, tuple(moving))
    point = {f"argument {index}": to_digits(limit) for index, limit in enumerate(limits)}
    values = forward(graph, point, DIGITS(WORKING_DIGITS))
    leftover = tolerate(limits)
    try:
        return {
            orders: series.scale(
                to_exact(values[index], nothing=leftover), Fraction(1, math.prod(map(math.factorial, orders)))
            )
            for orders, index in derivatives.items()
        }
    except Unknown:
        return None


@lru_cache(maxsize=256)
def _write_derivatives(
    row: Op, held: tuple[Fraction | None, ...], moving: tuple[int, ...]
) -> tuple[Graph, dict[tuple[int, ...], int]]:
    """The operation and its derivatives by the moving arguments, in a graph of their own.

    held: the arguments that are numbers; None for the others
    """
    graph = Graph()
    arguments = [
        graph.input(f"argument {rank}") if number is None else graph.constant(number)
        for rank, number in enumerate(held)
    ]
    whole = graph.apply(row.name, *arguments)
    found = {(0,) * len(moving): whole}
    for orders in product(range(TAYLOR_TERMS), repeat=len(moving)):
        if 0 < sum(orders) < TAYLOR_TERMS:
            last = max(rank for rank, times in enumerate(orders) if times)
            lower = (*orders[:last], orders[last] - 1, *orders[last + 1 :])
            found[orders] = derivative(graph, found[lower], f"argument {moving[last]}")
    return graph, found


def compose_taylor(coefficients: Coefficients, rests: Sequence[Series]) -> Series:
    """Taylor's series for remainders that fall to 0."""
    if len(rests) == 1:
        return series.compose(list(coefficients.values()), rests[0])
    leading = [rest.leading for rest in rests]
    if any(each is None or each[0] <= 0 for each in leading):
        raise Unknown
    total = Series({}, min(each[0] for each in leading if each) * TAYLOR_TERMS)
    for orders, coefficient in coefficients.items():
        term = series.make_constant(coefficient)
        for rest, times in zip(rests, orders, strict=True):
            for _ in range(times):
                term = term * rest
        total = total + term
    return total


def expand_steep_end(op: str, args: Sequence[Series], moving: Sequence[int]) -> Series:
    """Where an operation ends as a root does: its value there and the first term after it, by its values
    close by."""
    end, limits = OPS[op].end, [argument.constant for argument in args]
    if end is None or list(moving) != [0]:
        raise Unknown
    carrier = DIGITS(STEEP_DIGITS)
    context, call = carrier.context, carrier.operation(op)
    here, *others = (
        carrier.constant(limit) if isinstance(limit, Fraction) else context.mpf(limit) for limit in limits
    )
    beyond = end(context, here, *others)
    if abs(beyond) > ROUNDING:
        raise Unknown
    rest, corner = args[0] - series.make_constant(limits[0]), here - beyond
    start = call(corner, *others)
    near, nearer = (
        call(corner + rest.sign * context.mpf(10) ** -far, *others) - start for far in (NEAR, NEARER)
    )
    if not (math.isfinite(near) and math.isfinite(nearer) and near and nearer):
        raise Unknown
    found = context.log10(near / nearer) / (NEARER - NEAR)
    exponent = Fraction(float(found)).limit_denominator(LARGEST_DEGREE)
    if not 0 < exponent < 1 or abs(found - carrier.constant(exponent)) > ROUNDING**0.5:
        raise Unknown
    scale = _round_to_working(near * context.mpf(10) ** (NEAR * carrier.constant(exponent)))
    steep = series.raise_to(rest.times(rest.sign), exponent, raise_number).times(scale)
    first = rest.leading
    unknown = Series({}, None if first is None else 2 * exponent * first[0])
    return series.make_constant(to_exact(_round_to_working(start), nothing=ROUNDING)) + steep + unknown


def _round_to_working(number: Any) -> Any:
    """A number with more digits as one of WORKING_DIGITS."""
    return DIGITS(WORKING_DIGITS).context.mpf(number)


# numbers of series

WORKING_DIGITS = 50
SHORT_MANTISSA = 64
"""A number of 50 digits whose binary digits end before this is exact."""
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
    """What rounding may leave of a 0: nothing where the arguments are exact."""
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
