"""A train of gears: each turns the next, and the rates multiply. Rates as typed, or the layers of a formula at a point.

Builds one small graph a gear and one for the train; refuses to differentiate: every rate is an adjoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from chainrule_cli.graph.adjoint import adjoints
from chainrule_cli.graph.kinks import Kind, status
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
    the first, the product so far. value: of the layer at the point."""

    rate: float | Fraction | None
    running: float | Fraction | None
    status: Kind = "exact"
    sides: tuple[float | None, float | None] = (None, None)
    value: float | None = None

    @property
    def turn(self) -> Turn:
        if self.rate is None:
            return "slips"
        return "stalls" if self.rate == 0 else "other way" if self.rate < 0 else "same way"


def of_rates(rates: Sequence[Syntax]) -> list[Gear]:
    """Gears by their rates, constant expressions: rational ones stay exact, and so does their product."""
    graph = Graph()
    driver = turned = graph.input(DRIVER)
    found = list[Gear]()
    for rate in rates:
        exact = exact_value(rate)
        before, place = turned, lower_expr(graph, rate, {}) if exact is None else graph.constant(exact)
        turned = graph.apply("mul", place, before)
        slopes = adjoints(graph, {turned: graph.constant(1)}, [before, driver])
        found.append(Gear(_number(graph, slopes[before]), _number(graph, slopes[driver])))
    return found


def _number(graph: Graph, place: int) -> float | Fraction:
    exact = graph.exact(place)
    return exact if exact is not None else float(forward(graph, {DRIVER: 1.0}, wanted=[place])[place])


def of_parts(parts: Sequence[Part], point: Mapping[str, float]) -> list[Gear]:
    """Gears by the layers of a formula, the innermost first, at a point: each one's rate is the adjoint of its graph.

    What comes after a gear that stalls stands still, also where a gear before it slips between two finite rates."""
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
        slope = status(graph, output, here, [part.inner])[part.inner]
        rate = slope.number if slope.status == "exact" else None
        bounded = bounded and (rate is not None or None not in slope.sides)
        running = 0.0 if rate == 0 and bounded else None if running is None or rate is None else running * rate
        scope[part.name] = float(forward(graph, here, wanted=[output])[output])
        found.append(Gear(rate, running, slope.status, slope.sides, scope[part.name]))
    return found
