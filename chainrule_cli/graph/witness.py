"""Differences of the forward pass against the partial derivatives of reverse mode: the witness that knows no derivative.

Knows how far the two may lie apart, and looks again with many digits before it says that they disagree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from chainrule_cli.graph.difference import difference, precise_difference
from chainrule_cli.graph.node import Graph

TOLERANCE = 1e-5
"""Relative, of a difference of floats."""

MOST_WORK = 200_000
"""Nodes times variables; a difference takes some twenty forward passes for each."""


def differences(
    graph: Graph, output: int, point: Mapping[str, float], partials: Mapping[str, float]
) -> dict[str, float]:
    """d output / d name by differences of the forward pass, for each name; the same again to many digits where the first look
    does not agree. Nothing past MOST_WORK: the names that are left out have no witness."""
    found: dict[str, float] = {}
    for name, partial in partials.items():
        if (len(found) + 1) * (output + 1) > MOST_WORK:
            break
        estimate = difference(graph, output, point, name)
        found[name] = (
            estimate if agree(estimate, partial) else float(precise_difference(graph, output, point, name))
        )
    return found


def agree(one: float, other: float) -> bool:
    """Whether two numbers are one within the tolerance, relative to their size and never finer than its square."""
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE**2)
