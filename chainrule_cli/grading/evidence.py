"""What a point says: whether two numbers are the same as far as one can see, or differ.

Balls that do not meet prove it; where an operation has no ball, numbers of many digits that stand still must
do. Two floats that are close say only that there is nothing to prove yet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from flint import arb

from chainrule_cli.grading.reference import Reference, exactly
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sampling.differences import solve
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.balls import BALLS, differ, has_bounds

RELATIVE = 1e-9
"""Floats nearer than this, relative to the larger, are close."""

SEEN_BITS = 64
SEEN_DIGITS = 20
MOST_BITS = 4096
LEAST_BITS_FOR_NO_VALUE = 512
"""A ball that is no number with so many bits is taken for a value that is not there."""

DIGITS_SHOWN = 30
DISTINGUISHABLE = 1e-6
"""Numbers that differ by less are shown with many digits."""

Formula = tuple[Graph, int]
"""A node of a graph."""
Shown = float | str
Outcome = Literal["same", "no value", "unclear"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A point at which the answer is not the derivative. Numbers too close for a float's digits are decimal
    texts;
    got: None where the answer has no value.
    proved: by balls, not by digits alone."""

    at: dict[str, float]
    expected: Shown
    got: Shown | None
    proved: bool = True


def close(expected: float, found: float) -> bool:
    """Whether two finite floats are within RELATIVE of the larger one."""
    return abs(expected - found) <= RELATIVE * max(abs(expected), abs(found)) < math.inf


def prove(
    reference: Reference,
    answer: Formula,
    point: Mapping[str, float],
    digits: int | None = None,
    against: Formula | None = None,
) -> Difference | Outcome:
    """Compares derivative and answer at a point by balls, with more and more bits: proved to differ, or the
    same to SEEN_BITS or so many digits, or without a value, or unclear.
    against: another formula in the derivative's place."""
    pair = against or reference.slope, answer
    if not all(has_bounds(*formula) for formula in (*pair, reference.lowered)):
        return _by_digits(reference, pair, point, SEEN_DIGITS if digits is None else digits)
    wanted = SEEN_BITS if digits is None else math.ceil(digits * math.log2(10))
    bits = 2 * wanted
    while True:
        exact = _locate(reference, point, bits)
        if exact is None:
            return "unclear"
        expected, found = (_ball(formula, exact, bits) for formula in pair)
        if differ(expected, found):
            return _difference(point, expected, found)
        if _is_settled(expected, wanted) and _is_settled(found, wanted):
            return "same"
        last = 2 * bits > MOST_BITS
        if (
            _is_settled(expected, wanted)
            and not found.is_finite()
            and (last or bits >= LEAST_BITS_FOR_NO_VALUE)
        ):
            return "no value"
        if last:
            return "unclear"
        bits *= 2


# without balls

SPARE_DIGITS = 20
MOVES = 1_000
"""A difference that counts is this many times what the numbers may still move."""


def _by_digits(
    reference: Reference, pair: tuple[Formula, Formula], point: Mapping[str, float], wanted: int
) -> Difference | Outcome:
    """Compares two formulas by numbers of many digits, taken twice: only those that stand still say
    anything."""
    passes = [_numbers(reference, pair, point, times * (wanted + SPARE_DIGITS)) for times in (2, 4)]
    (expected, found), (_, found_before) = passes[1], passes[0]
    settled = [_stands(one, other, wanted) for one, other in zip(*passes, strict=True)]
    if settled[0] and not (math.isfinite(found) or math.isfinite(found_before)):
        return "no value"
    if not all(settled):
        return "unclear"
    distance, seen = abs(expected - found), _find_least_seen(max(abs(expected), abs(found)), wanted)
    if distance <= seen:
        return "same"
    return _apart(point, expected, found) if distance > MOVES * seen else "unclear"


def _numbers(
    reference: Reference, pair: tuple[Formula, Formula], point: Mapping[str, float], digits: int
) -> list[Any]:
    """Both formulas at the point, on a curve at its root next to the point's own."""
    carrier = DIGITS(digits)
    at: dict[str, Any] = {name: carrier.constant(value) for name, value in exactly(point).items()}
    if reference.dependent is not None:
        at[reference.dependent] = solve(*reference.lowered, at, reference.dependent, carrier)
    return [forward(graph, at, carrier, upto=output)[output] for graph, output in pair]


def _stands(one: Any, other: Any, wanted: int) -> bool:
    """Whether a number is the same with twice as many digits."""
    return (
        math.isfinite(one)
        and math.isfinite(other)
        and bool(abs(one - other) <= _find_least_seen(abs(other), wanted))
    )


def _find_least_seen(size: Any, wanted: int) -> Any:
    """What is not seen beside a number of that size."""
    least = DIGITS(wanted).context.mpf(10) ** -wanted
    return least * max(size, least)


def _apart(point: Mapping[str, float], expected: Any, found: Any) -> Difference:
    if abs(expected - found) > DISTINGUISHABLE * max(abs(expected), abs(found)):
        return Difference(dict(point), float(expected), float(found), proved=False)
    digits = DIGITS_SHOWN
    while (one := _decimal(expected, digits)) == (other := _decimal(found, digits)) and digits < MOST_BITS:
        digits *= 2
    return Difference(dict(point), one, other, proved=False)


def _decimal(number: Any, digits: int) -> str:
    return str(number.context.nstr(number, digits))


# balls


def _ball(formula: Formula, point: Mapping[str, Any], bits: int) -> arb:
    graph, output = formula
    ball: arb = forward(graph, point, BALLS(bits), upto=output)[output]
    return ball


def _is_settled(ball: arb, bits: int) -> bool:
    """Whether the ball's value is known to that many bits, or is 0 to as many places."""
    return bool(ball.is_finite() and (ball.rel_accuracy_bits() >= bits or ball.rad() < arb(2) ** -bits))


def _difference(point: Mapping[str, float], expected: arb, found: arb) -> Difference:
    numbers = float(expected.mid()), float(found.mid())
    larger = max(abs(number) for number in numbers)
    if all(map(math.isfinite, numbers)) and abs(numbers[0] - numbers[1]) > DISTINGUISHABLE * larger:
        return Difference(dict(point), *numbers)
    return Difference(dict(point), *_tell_apart(expected, found))


def _tell_apart(expected: arb, found: arb) -> tuple[str, str]:
    """Decimals of both, with as many digits as it takes to see the difference."""
    digits = DIGITS_SHOWN
    while True:
        one, other = (ball.mid().str(digits, radius=False) for ball in (expected, found))
        if one != other or digits > MOST_BITS:
            return one, other
        digits *= 2


# points on a curve


def _locate(reference: Reference, point: Mapping[str, float], bits: int) -> Mapping[str, Any] | None:
    """The point exactly; on a curve the dependent variable is a ball around a root. None where no root is
    proved to be there."""
    exact: dict[str, Any] = dict(exactly(point))
    if reference.dependent is None:
        return exact
    root = _enclose_root(reference, exact, reference.dependent, bits)
    return None if root is None else exact | {reference.dependent: root}


def _enclose_root(
    reference: Reference, point: Mapping[str, Fraction], dependent: str, bits: int
) -> arb | None:
    """A ball next to the point's own value in which the equation changes its sign (Newton's steps, then a
    proof)."""
    graph, equation = reference.lowered
    start = point[dependent]

    def residual(value: Fraction) -> arb:
        return _ball((graph, equation), {**point, dependent: value}, 2 * bits)

    here = _secant(residual, start, bits)
    if here is None:
        return None
    width = Fraction(1, 2 ** (bits - bits // 8)) * max(abs(start), Fraction(1, 2**30))
    below, above = residual(here - width), residual(here + width)
    return arb(_mid(here, bits), _mid(width, bits)) if below * above < 0 else None


def _secant(residual: Any, start: Fraction, bits: int) -> Fraction | None:
    before, here = start, start + max(abs(start), Fraction(1, 10**6)) / 10**9
    low, high = residual(before), residual(here)
    goal = Fraction(1, 2**bits) * max(abs(start), Fraction(1, 2**30))
    for _ in range(bits.bit_length() + 12):
        rise = high - low
        if not (high.is_finite() and rise.is_finite()) or 0 in rise:
            break
        step = _rational((high * (_mid(here, 2 * bits) - _mid(before, 2 * bits)) / rise).mid(), 2 * bits)
        before, low, here = here, high, here - step
        high = residual(here)
        if abs(step) < goal:
            return here
    return here if abs(here - before) <= goal * 2 ** (bits // 16) else None


def _mid(value: Fraction, bits: int) -> arb:
    return BALLS(bits).constant(value)


def _rational(middle: arb, bits: int) -> Fraction:
    mantissa, exponent = middle.man_exp()
    whole = int(mantissa)
    kept = max(0, whole.bit_length() - bits)
    return Fraction(whole >> kept) * Fraction(2) ** (int(exponent) + kept)
