"""Equations F(x, y) = 0: the derivative of y as a graph, and by differences of y itself.

The derivative is -F_x/F_y from the gradient graph, higher orders by differentiating it along the curve. The
difference solves the equation next to the point and knows no derivative.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sampling.differences import choose_digits, take_central_difference
from chainrule_cli.graph.sweep import forward

MOST_SECANTS = 60


def derive_implicitly(graph: Graph, equation: int, wrt: str, dependent: str, order: int = 1) -> int:
    """d^n dependent / d wrt^n on the curve, as a node of wrt, dependent and the other inputs."""
    builder = Builder(graph)
    partials = gradient(graph, equation, [wrt, dependent])
    first = builder.neg(builder.div(partials[wrt], partials[dependent]))
    derivative = first
    for _ in range(order - 1):
        along = gradient(graph, derivative, [wrt, dependent])
        derivative = builder.add(along[wrt], builder.mul(along[dependent], first))
    return derivative


def estimate_implicitly(
    graph: Graph, equation: int, point: Mapping[str, float], wrt: str, dependent: str, order: int = 1
) -> Any:
    """The same by central differences of the solution next to the point; nan where the solving does not
    settle."""
    carrier = choose_digits(order)

    def solution(at: Any) -> Any:
        return solve(graph, equation, {**point, wrt: at}, dependent, carrier)

    return take_central_difference(solution, carrier.enter(point[wrt]), order, carrier)


def solve(graph: Graph, equation: int, point: Mapping[str, Any], dependent: str, carrier: Any) -> Any:
    """The value of the dependent variable near the point's own, by the secant method."""

    def residual(value: Any) -> Any:
        return forward(graph, {**point, dependent: value}, carrier, upto=equation)[equation]

    before = carrier.enter(point[dependent])
    here = before + carrier.context.mpf("1e-8") * (abs(before) or 1)
    below, residue = residual(before), residual(here)
    goal = carrier.context.mpf(10) ** (5 - carrier.context.dps)
    for _ in range(MOST_SECANTS):
        if carrier.context.isnan(residue) or residue == below or abs(here - before) <= goal * (1 + abs(here)):
            break
        before, here, below = here, here - residue * (here - before) / (residue - below), residue
        residue = residual(here)
    return here if abs(here - before) <= goal.sqrt() * (1 + abs(here)) else carrier.context.nan
