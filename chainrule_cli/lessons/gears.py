"""A train of gears: each turns the next, and the rates multiply. Rates as typed, or the layers of a formula at a point.

Builds one small graph a layer, and one for a train of typed rates; refuses to differentiate: the rate of a layer is an adjoint.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from chainrule_cli.graph.adjoint import adjoints, gradient
from chainrule_cli.graph.builder import LARGEST_BITS
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.expand import WORKING_DIGITS
from chainrule_cli.graph.kinks import Kind, Partial, status
from chainrule_cli.graph.lower import lower_expr
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.portable import exact_value
from chainrule_cli.notation.syntax import Syntax, free_names

DRIVER = "x"

Turn = Literal["same way", "other way", "stalls", "slips"]


@dataclass(frozen=True, slots=True)
class Part:
    """name = outer, in which `inner` is what drives it."""

    name: str
    outer: Syntax
    inner: str


@dataclass(frozen=True, slots=True)
class Gear:
    """rate: turns for one turn of the gear before, exact where it is known so; None where it slips. running: for one turn of
    the first, the product so far. value: of the layer at the point, nan where it has none. faint: the rate is 0 only because a double
    holds nothing so small."""

    rate: float | Fraction | None
    running: float | Fraction | None
    status: Kind = "exact"
    sides: tuple[float | None, float | None] = (None, None)
    value: float | None = None
    faint: bool = False

    @property
    def turn(self) -> Turn:
        if self.rate is None:
            return "slips"
        return "stalls" if self.rate == 0 else "other way" if self.rate < 0 else "same way"


def of_rates(rates: Sequence[Syntax]) -> list[Gear]:
    """Gears by their rates, constant expressions: rational ones stay exact, and so does their product up to LARGEST_BITS."""
    found = list[Gear]()
    running: float | Fraction = Fraction(1)
    for expr in rates:
        rate = _rate(expr)
        running = _turned(running, rate)
        found.append(Gear(rate, running))
    return found


def _rate(expr: Syntax) -> float | Fraction:
    """The value of a constant expression, exact where it is folded exactly."""
    graph = Graph()
    known = exact_value(expr)
    place = lower_expr(graph, expr, {}) if known is None else graph.constant(known)
    exact = graph.exact(place)
    return exact if exact is not None else float(forward(graph, {}, wanted=[place])[place])


def _turned(running: float | Fraction, rate: float | Fraction) -> float | Fraction:
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
    """d last / d first of the whole train by one backward pass, which multiplies from the other end; None where that leaves the doubles."""
    graph = Graph()
    driver = turned = graph.input(DRIVER)
    for rate in rates:
        turned = graph.apply("mul", graph.constant(rate if isinstance(rate, Fraction) else Fraction(rate)), turned)
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
    """Gears by the layers of a formula, the innermost first, at a point: each one's rate is the adjoint of its graph.

    What comes after a gear that stalls stands still, also where a gear before it slips between two finite rates; what comes after a
    layer without a finite value has no place to turn at."""
    scope: dict[str, float] = dict(point)
    running: float | None = 1.0
    bounded = True
    found = list[Gear]()
    for part in parts:
        graph = Graph()
        names = dict.fromkeys((part.inner, *free_names(part.outer)))
        places = {name: graph.input(name) for name in names}
        output = lower_expr(graph, part.outer, places)
        here = {name: scope[name] for name in names}
        placed = all(map(math.isfinite, here.values()))
        slope = status(graph, output, here, [part.inner])[part.inner] if placed else Partial("undefined", None, (None, None))
        rate = slope.number if slope.status == "exact" else None
        bounded = bounded and (rate is not None or None not in slope.sides)
        running = 0.0 if rate == 0 and bounded else None if running is None or rate is None else running * rate
        scope[part.name] = float(forward(graph, here, wanted=[output])[output]) if placed else math.nan
        found.append(Gear(rate, running, slope.status, slope.sides, scope[part.name], faint=rate == 0 and _is_faint(graph, output, part.inner, here)))
    return found


def _is_faint(graph: Graph, output: int, name: str, here: Mapping[str, float]) -> bool:
    """Whether a slope that is 0 in doubles is none in more digits, whose exponents have no end."""
    slope = gradient(graph, output, [name])[name]
    carrier = DIGITS(WORKING_DIGITS)
    point = {each: carrier.constant(Fraction(str(value))) for each, value in here.items()}
    value = forward(graph, point, carrier, wanted=[slope])[slope]
    return bool(0 < abs(value) < sys.float_info.min)
