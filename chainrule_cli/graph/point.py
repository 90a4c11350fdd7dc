"""Points: coordinates that were typed as constant expressions, as floats."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.lower import lower_expr
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.syntax import Syntax


def evaluate_point(at: Mapping[str, Syntax], needed: Sequence[str] = ()) -> dict[str, float]:
    """The point as floats.

    needed: the names that must have a coordinate

    Raises QuestionError for a coordinate that is no finite real number, or a needed one that is missing.
    """
    point = {name: _evaluate_coordinate(name, expr) for name, expr in at.items()}
    missing = [name for name in needed if name not in point]
    if missing:
        example = ",".join(f"{name}=1" for name in missing)
        raise QuestionError(
            f"the point has no value for {', '.join(missing)}", hint=f"add it to --at: {example}"
        )
    return point


def _evaluate_coordinate(name: str, expr: Syntax) -> float:
    graph = Graph()
    node = lower_expr(graph, expr, {})
    value = float(forward(graph, {}, FLOATS)[node])
    if not math.isfinite(value):
        raise QuestionError(f"the value of {name} is not a finite real number")
    return value
