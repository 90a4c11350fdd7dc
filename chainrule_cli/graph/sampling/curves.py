"""A graph of numbers as curves over one of its variables: the result and its derivative, traced over a range
that is chosen.

A derivative counts only where the result has a value, and is cut where the result is: ln(x)' is no curve at
-1, floor(x)' none at 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sampling.curve import MOST_SAMPLES, TracedCurve, trace_curve
from chainrule_cli.graph.sampling.curve_range import choose_range
from chainrule_cli.graph.sweep import ForwardPass

MOST_WORK = 6_000_000
"""Nodes that are worked out for a picture."""
LEAST_SAMPLES = 100
"""A graph that leaves fewer samples is too large for a picture."""


@dataclass(frozen=True, slots=True)
class Curves:
    """A function and its derivative.

    low, high: the range
    value: the curve of the function
    slope: the curve of its derivative
    """

    low: float
    high: float
    value: TracedCurve
    slope: TracedCurve


def trace_curves(
    graph: Graph, value: int, slope: int, wrt: str, fixed: Mapping[str, float], at: float | None = None
) -> Curves | None:
    """The curves of two nodes over one variable; None where the graph is too large for a picture.

    value, slope: the nodes of the result and of its derivative
    wrt: the variable
    fixed: the other variables
    at: what the range lies around, where it is given
    """
    most = min(MOST_SAMPLES, MOST_WORK // (4 * (max(value, slope) + 1)))
    if most < LEAST_SAMPLES:
        return None
    run = CurveRun(graph, value, slope, wrt, fixed)
    low, high = choose_range(run.pairs, at, MOST_WORK // (max(value, slope) + 1))
    curve = trace_curve(run.values, low, high, most=most)
    cuts = [x for x in curve.breaks if low < x < high]
    slope_curve = trace_curve(run.slopes, low, high, most=most, cuts=cuts, is_slope=True)
    return Curves(low, high, curve, slope_curve)


class CurveRun:
    """The two nodes at many points."""

    def __init__(self, graph: Graph, value: int, slope: int, wrt: str, fixed: Mapping[str, float]) -> None:
        self.value, self.slope, self.wrt, self.fixed = value, slope, wrt, fixed
        self.value_pass, self.both_pass = ForwardPass(graph, value), ForwardPass(graph, value, slope)

    def _place_points(self, xs: Sequence[float]) -> list[dict[str, float]]:
        return [{**self.fixed, self.wrt: x} for x in xs]

    def values(self, xs: Sequence[float]) -> Sequence[float]:
        heights: Sequence[float] = self.value_pass.columns(self._place_points(xs))[self.value]
        return heights

    def slopes(self, xs: Sequence[float]) -> Sequence[float]:
        return [slope if math.isfinite(value) else math.nan for value, slope in self._run_both(xs)[0]]

    def pairs(self, xs: Sequence[float]) -> Sequence[tuple[float, float]]:
        """A value is infinite where something on its way is: that is no end of the domain."""
        found, columns = self._run_both(xs)
        full = [column for column in columns if column is not None]
        lost = [
            math.isnan(value) and any(math.isinf(column[rank]) for column in full)
            for rank, (value, _) in enumerate(found)
        ]
        return [
            (math.inf, slope) if gone else (value, slope)
            for gone, (value, slope) in zip(lost, found, strict=True)
        ]

    def _run_both(
        self, xs: Sequence[float]
    ) -> tuple[list[tuple[float, float]], list[Sequence[float] | None]]:
        columns = self.both_pass.columns(self._place_points(xs))
        return list(zip(columns[self.value], columns[self.slope], strict=True)), columns
