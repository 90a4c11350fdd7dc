"""A train of gears: each turns the next, and the rates multiply. Rates as typed, or the layers of a formula
at a point.

Builds one small graph a layer, and one for a train of typed rates; refuses to differentiate: the rate of a
layer is an adjoint.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from chainrule_cli.graph.adjoint import adjoints, gradient
from chainrule_cli.graph.builder import LARGEST_BITS
from chainrule_cli.graph.lower import lower_expr
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.onesided.kinks import (
    Partial,
    Status,
    find_status,
    find_value,
    read_exactly,
    round_to_double,
)
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.syntax import Syntax, free_names
from chainrule_cli.notation.write import exact_value

DRIVER = "x"
WITNESS_BITS = 60
SMALLEST = sys.float_info.min
"""Below this two numbers that balls do not tell from 0 are 0."""
SETTLED = Fraction(1, 10**40)
"""Relative distance from a double at which a number of 50 digits is that double."""

Turn = Literal["same way", "other way", "stalls", "slips"]


@dataclass(frozen=True, slots=True)
class Part:
    """name = outer, in which `inner` is what drives it."""

    name: str
    outer: Syntax
    inner: str


@dataclass(frozen=True, slots=True)
class Gear:
    """rate: turns for one turn of the gear before, exact where it is known so; None where it slips.
    running: for one turn of the first, the product so far.
    value: of the layer at the point, nan where it has none.
    faint: the rate is 0 only because a double holds nothing so small."""

    rate: float | Fraction | None
    running: float | Fraction | None
    status: Status = "exact"
    sides: tuple[float | None, float | None] = (None, None)
    value: float | None = None
    faint: bool = False

    @property
    def turn(self) -> Turn:
        if self.rate is None:
            return "slips"
        return "stalls" if self.rate == 0 else "other way" if self.rate < 0 else "same way"


def of_rates(rates: Sequence[Syntax]) -> list[Gear]:
    """Gears by their rates, constant expressions: rational ones stay exact, and so does their product up to
    LARGEST_BITS."""
    found = list[Gear]()
    running: float | Fraction = Fraction(1)
    for expr in rates:
        rate = _rate(expr)
        running = _turn(running, rate)
        found.append(Gear(rate, running))
    return found


def _rate(expr: Syntax) -> float | Fraction:
    """The value of a constant expression, exact where it is folded exactly."""
    graph = Graph()
    known = exact_value(expr)
    index = lower_expr(graph, expr, {}) if known is None else graph.constant(known)
    exact = graph.exact(index)
    return exact if exact is not None else float(forward(graph, {}, wanted=[index])[index])


def _turn(running: float | Fraction, rate: float | Fraction) -> float | Fraction:
    """The product, exact while it is no longer than what a graph folds; 0 times anything stands still."""
    if rate == 0 or running == 0:
        return Fraction(0)
    if isinstance(running, Fraction) and isinstance(rate, Fraction):
        product = running * rate
        if max(product.numerator.bit_length(), product.denominator.bit_length()) <= LARGEST_BITS:
            return product
    try:
        return float(running) * float(rate)
    except OverflowError:
        return math.inf if (running > 0) == (rate > 0) else -math.inf


def backward_of(rates: Sequence[float | Fraction]) -> float | Fraction | None:
    """d last / d first of the whole train by one backward pass, which multiplies from the other end; None
    where that leaves the doubles."""
    graph = Graph()
    driver = turned = graph.input(DRIVER)
    for rate in rates:
        turned = graph.apply(
            "mul", graph.constant(rate if isinstance(rate, Fraction) else Fraction(rate)), turned
        )
    slope = adjoints(graph, {turned: graph.constant(1)}, [driver])[driver]
    exact = graph.exact(slope)
    if exact is not None:
        return exact
    try:
        found = float(forward(graph, {DRIVER: 1.0}, wanted=[slope])[slope])
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def of_parts(parts: Sequence[Part], point: Mapping[str, float]) -> list[Gear]:
    """Gears by the layers of a formula, the innermost first, at a point: each one's rate is the adjoint of
    its graph.

    The layers pass on exact values, or 50 digits, so that a kink is met where it is: the sine of pi is 0.
    What comes after a gear that stalls stands still, also where a gear before it slips between two finite
    rates; what comes after a layer without a finite value has no place to turn at."""
    scope: dict[str, Any] = read_exactly(point)
    by_pi = not all(isinstance(value, Fraction) for value in scope.values())
    running: float | None = 1.0
    bounded = True
    found = list[Gear]()
    for part in parts:
        names = dict.fromkeys((part.inner, *free_names(part.outer)))
        here = {name: scope[name] for name in names}
        layer = _layer(part, here) if None not in here.values() else NOWHERE
        rate, sides = layer.rate, layer.slope.sides
        bounded = bounded and (rate is not None or None not in sides)
        running = (
            0.0
            if rate == 0 and bounded
            else None
            if running is None or rate is None
            else running * rate + 0.0
        )
        scope[part.name] = layer.value if layer.value is None or by_pi else _settle(layer.value)
        shown = math.nan if layer.value is None else float(layer.value)
        found.append(Gear(rate, running, layer.slope.status, sides, shown, layer.faint))
    return found


@dataclass(frozen=True, slots=True)
class _GearLayer:
    """value: exact or of 50 digits; None where it has none that a double holds.
    rate: None where the slope is not exact."""

    value: Any
    slope: Partial
    rate: float | None = None
    faint: bool = False


NOWHERE = _GearLayer(None, Partial("undefined", None, (None, None)))


def _layer(part: Part, here: Mapping[str, Any]) -> _GearLayer:
    graph = Graph()
    output = lower_expr(graph, part.outer, {name: graph.input(name) for name in here})
    slope = find_status(graph, output, here, [part.inner])[part.inner]
    known = find_value(graph, output, here)
    if known is None:
        known = forward(graph, {name: float(each) for name, each in here.items()}, wanted=[output])[output]
    held = known if math.isfinite(round_to_double(known)) else None
    if slope.status != "exact" or slope.number is None:
        return _GearLayer(held, slope)
    precise = (
        None if slope.nodes else find_value(graph, gradient(graph, output, [part.inner])[part.inner], here)
    )  # at a kink a table has its number
    rate = (slope.number if precise is None else round_to_double(precise)) + 0.0
    return _GearLayer(held, slope, rate, faint=rate == 0 and precise is not None and precise != 0)


def _settle(number: Any) -> Any:
    """The Fraction that a number is: the double beside which it lies within the rounding of 50 digits, else
    all its digits.

    A number that is smaller than every double stays what it is."""
    near = float(number)
    if isinstance(number, Fraction):
        return (
            number
            if max(number.numerator.bit_length(), number.denominator.bit_length()) <= LARGEST_BITS
            else Fraction(near)
        )
    if abs(near) < sys.float_info.min:
        return number
    digits = Fraction(str(number))
    return Fraction(near) if abs(digits - Fraction(near)) <= SETTLED * abs(digits) else digits


# many digits


@dataclass(frozen=True, slots=True)
class Witness:
    """Whether the product of the rates and the slope of the whole formula are one number, by balls of as many
    bits as it takes: None where those do not tell.
    number: what both are."""

    same: bool | None
    number: float | None


def witness(
    parts: Sequence[Part], whole: Graph, output: int, wrt: str, point: Mapping[str, float]
) -> Witness:
    """The train as one graph in which each rate is the adjoint of its layer, against the gradient of the
    formula's own graph."""
    from chainrule_cli.graph.values import (
        balls,  # python-flint, which a train that agrees at once does not need
    )

    train = Graph()
    product = _product(train, parts, point)
    at = {name: Fraction(str(number)) for name, number in point.items()}
    one = balls.enclose(train, product, at, WITNESS_BITS)
    other = balls.enclose(whole, gradient(whole, output, [wrt])[wrt], at, WITNESS_BITS)
    if balls.differ(one.ball, other.ball):
        return Witness(same=False, number=None)
    small = all(each.ball.is_finite() and abs(each.ball) < SMALLEST for each in (one, other))
    if (one.tight and other.tight) or small:
        return Witness(same=True, number=float(other.ball.mid()) if not small else 0.0)
    return Witness(same=None, number=None)


def _product(graph: Graph, parts: Sequence[Part], point: Mapping[str, float]) -> int:
    indices = {name: graph.input(name) for name in point}
    product = graph.constant(1)
    for part in parts:
        output = lower_expr(graph, part.outer, indices)
        driver = indices[part.inner]
        rate = (
            graph.constant(1)
            if output == driver
            else adjoints(graph, {output: graph.constant(1)}, [driver])[driver]
        )
        product = graph.apply("mul", product, rate)
        indices[part.name] = output
    return product
