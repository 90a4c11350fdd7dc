"""What a point says: whether two numbers are the same as far as one can see, or proved to differ by balls
that do not meet.

Knows floats, balls and curves. Two floats that are close say only that there is nothing to prove yet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from flint import arb

from chainrule_cli.grading.reference import Question, exactly
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.balls import BALLS, differ

RELATIVE = 1e-9
"""Floats nearer than this, relative to the larger, are close."""

SEEN_BITS = 64
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
    got: None where the answer has no value."""

    at: dict[str, float]
    expected: Shown
    got: Shown | None


def close(expected: float, found: float) -> bool:
    """Whether two finite floats are within RELATIVE of the larger one."""
    return abs(expected - found) <= RELATIVE * max(abs(expected), abs(found)) < math.inf


def prove(
    question: Question,
    answer: Formula,
    point: Mapping[str, float],
    digits: int | None = None,
    against: Formula | None = None,
) -> Difference | Outcome:
    """Compares derivative and answer at a point by balls, with more and more bits: proved to differ, or the
    same to SEEN_BITS or so many digits, or without a value, or unclear.
    against: another formula in the derivative's place."""
    wanted = SEEN_BITS if digits is None else math.ceil(digits * math.log2(10))
    bits = 2 * wanted
    while True:
        exact = _locate(question, point, bits)
        if exact is None:
            return "unclear"
        expected, found = _ball(against or question.slope, exact, bits), _ball(answer, exact, bits)
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


def _locate(question: Question, point: Mapping[str, float], bits: int) -> Mapping[str, Any] | None:
    """The point exactly; on a curve the dependent variable is a ball around a root. None where no root is
    proved to be there."""
    exact: dict[str, Any] = dict(exactly(point))
    if question.dependent is None:
        return exact
    root = _enclose_root(question, exact, question.dependent, bits)
    return None if root is None else exact | {question.dependent: root}


def _enclose_root(question: Question, point: Mapping[str, Fraction], dependent: str, bits: int) -> arb | None:
    """A ball next to the point's own value in which the equation changes its sign (Newton's steps, then a
    proof)."""
    graph, equation = question.lowered
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
