"""Derivatives by differences of the forward pass alone: the witness that knows no derivative.

Order 1 in floats by Ridders' extrapolation (Ridders 1982; Press et al., Numerical Recipes 5.7); any order to
many digits by central differences with a small step. For an equation F(x, y) = 0 the derivative of y is also
here as a graph, -F_x/F_y and its derivatives along the curve; its difference solves F next to the point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from math import comb
from typing import Any

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.carriers import DIGITS, FLOATS, Carrier
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward

RIDDERS_ROWS = 10
SHRINK = 1.4
FIRST_STEP = 0.02
TRUSTED = 1e-7
"""Relative error estimate past which the float difference is asked again with digits."""

DIGITS_PER_ORDER = 25
STEP_DIGITS = 20

TOLERANCE = 1e-5
"""Relative, of a difference of floats."""

MOST_WORK = 200_000
"""Nodes times variables; a difference takes some twenty forward passes for each."""


def estimate_partial(
    graph: Graph, output: int, point: Mapping[str, float], name: str, order: int = 1
) -> float:
    """The derivative of the output by one variable, by differences; NaN where the neighbourhood has no
    values."""
    if name not in graph.inputs:
        return 0.0
    if order == 1:
        estimate, error = extrapolate(_hold_others(graph, output, point, name, FLOATS), float(point[name]))
        if error <= TRUSTED * abs(estimate):
            return estimate
    return float(estimate_partial_precisely(graph, output, point, name, order))


def _hold_others(
    graph: Graph, output: int, point: Mapping[str, Any], name: str, carrier: Carrier
) -> Callable[[Any], Any]:
    """The output as a function of one variable, the others held."""
    return lambda value: forward(graph, {**point, name: value}, carrier, upto=output)[output]


def extrapolate(function: Callable[[float], float], at: float) -> tuple[float, float]:
    """The derivative and an estimate of its error, by extrapolation of central differences to a
    step of zero."""
    step = FIRST_STEP * max(abs(at), 0.1)
    best, error = math.nan, math.inf
    above: list[float] = []
    for row in range(RIDDERS_ROWS):
        width = step / SHRINK**row
        current = [(function(at + width) - function(at - width)) / ((at + width) - (at - width))]
        factor = 1.0
        for before in above:
            factor *= SHRINK * SHRINK
            current.append((current[-1] * factor - before) / (factor - 1))
            spread = max(abs(current[-1] - current[-2]), abs(current[-1] - before))
            if spread <= error:
                best, error = current[-1], spread
        if above and abs(current[-1] - above[-1]) >= 2 * error:
            break
        above = current
    return best, error


def estimate_partial_precisely(
    graph: Graph, output: int, point: Mapping[str, Any], name: str, order: int = 1
) -> Any:
    """The same to many digits: sum of (-1)^k C(n,k) f(x + (n/2 - k) h) / h^n on mpmath numbers."""
    carrier = choose_digits(order)
    return take_central_difference(
        _hold_others(graph, output, point, name, carrier), carrier.enter(point[name]), order, carrier
    )


def choose_digits(order: int) -> Any:
    """The carrier whose digits outlast the cancellation of an order-n difference."""
    return DIGITS(2 * STEP_DIGITS + DIGITS_PER_ORDER * order)


def take_central_difference(function: Callable[[Any], Any], at: Any, order: int, carrier: Any) -> Any:
    """The central difference of that order."""
    step = carrier.context.mpf(10) ** -STEP_DIGITS * max(abs(at), carrier.context.mpf("0.01"))
    total = carrier.zero
    for k in range(order + 1):
        total += (-1) ** k * comb(order, k) * function(at + (carrier.constant(order) / 2 - k) * step)
    return total / step**order


def estimate_partials(
    graph: Graph, output: int, point: Mapping[str, float], partials: Mapping[str, float]
) -> dict[str, float]:
    """d output / d name by differences of the forward pass, for each name.

    partials: those of reverse mode; where the first look does not agree with one, the same again to many
    digits

    Nothing past MOST_WORK: the names that are left out have no witness.
    """
    found: dict[str, float] = {}
    for name, partial in partials.items():
        if (len(found) + 1) * (output + 1) > MOST_WORK:
            break
        estimate = estimate_partial(graph, output, point, name)
        if not agree(estimate, partial):
            estimate = float(estimate_partial_precisely(graph, output, point, name))
        found[name] = estimate
    return found


def agree(one: float, other: float) -> bool:
    """Whether two numbers are one within the tolerance, relative to their size and never finer than its
    square."""
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE**2)


# equations F(x, y) = 0

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
