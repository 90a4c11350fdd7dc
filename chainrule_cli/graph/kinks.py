"""Status of each partial derivative at a point, and the slopes of its two sides.

Both sides are limits of the derivative's own graph at x + h and x - h, with 120 digits and h = 1e-40, counted only where the
function is continuous there; no tolerance of doubles is involved. If the sides agree, they are the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.ops import OPS
from chainrule_cli.graph.sweep import forward

Kind = Literal["exact", "convention", "one-sided", "infinite", "undefined"]

DIGITS_HERE = 120
STEP = "1e-40"
SAME = "1e-25"
"""Relative distance below which two limits at h = 1e-40 are one."""
INFINITE = "1e15"
"""A slope past this at h = 1e-40, and ten times steeper at a smaller h, has no bound."""

CONVENTIONS = frozenset({"abs", "relu", "leaky_relu", "elu", "selu", "min", "max", "clip"})
"""Operations for which a table gives a number at the kink (PyTorch's choices)."""


@dataclass(frozen=True, slots=True)
class Partial:
    """number: the derivative, by convention at a kink that has one; None where there is none. sides: (left, right)."""

    status: Kind
    number: float | None
    sides: tuple[float | None, float | None]


def status(graph: Graph, output: int, point: Mapping[str, float], names: Sequence[str]) -> dict[str, Partial]:
    """The status of d output / d name at the point, for each name."""
    slopes = gradient(graph, output, names)
    carrier = DIGITS(DIGITS_HERE)
    here = forward(graph, point, carrier)
    return {name: _partial(graph, output, slopes[name], point, name, here) for name in names}


def _partial(graph: Graph, output: int, slope: int, point: Mapping[str, float], name: str, here: Sequence[Any]) -> Partial:
    context = DIGITS(DIGITS_HERE).context
    if context.isnan(here[output]):
        return Partial("undefined", None, (None, None))
    touching = _touching(graph, output, here)
    if not touching and not context.isnan(here[slope]):
        return Partial("exact", float(here[slope]), (float(here[slope]),) * 2)
    left, right = (_side(graph, output, slope, point, name, here[output], sign) for sign in (-1, 1))
    return _judged(left, right, here[slope], touching)


def _touching(graph: Graph, output: int, here: Sequence[Any]) -> set[str]:
    """Operations whose arguments lie exactly on a kink or a jump."""
    found = set()
    for place, needed in enumerate(graph.reaching(output)):
        node = graph.nodes[place]
        if not needed or node.op not in OPS or (len(node.args) == 2 and node.args[0] == node.args[1]):
            continue
        args = [float(here[argument]) for argument in node.args]
        kink = OPS[node.op].kink
        if kink is not None and kink(*args) == 0 and any(graph.nodes[argument].value is None for argument in node.args):
            found.add(node.op)
    return found


def _side(graph: Graph, output: int, slope: int, point: Mapping[str, float], name: str, value: Any, sign: int) -> Any:
    """The limit of the slope from one side; None where the function is not there or jumps."""
    carrier = DIGITS(DIGITS_HERE)
    context = carrier.context
    slopes = []
    for step in (context.mpf(STEP), context.mpf(STEP) / 10**6):
        values = forward(graph, {**point, name: carrier.enter(point[name]) + sign * step}, carrier)
        if context.isnan(values[output]) or context.isnan(values[slope]) or abs(values[output] - value) > context.mpf("1e-8") * (1 + abs(value)):
            return None
        slopes.append(values[slope])
    steeper = abs(slopes[1]) > 10 * abs(slopes[0]) and abs(slopes[1]) > context.mpf(INFINITE) ** 0.5
    if steeper or abs(slopes[1]) > context.mpf(INFINITE):
        return context.inf if slopes[1] > 0 else -context.inf
    return slopes[1]


def _judged(left: Any, right: Any, here: Any, touching: set[str]) -> Partial:
    context = DIGITS(DIGITS_HERE).context
    sides = tuple(None if side is None or context.isinf(side) else _rounded(side) for side in (left, right))
    if left is None or right is None:
        return Partial("undefined" if left is None and right is None else "one-sided", None, (sides[0], sides[1]))
    if context.isinf(left) or context.isinf(right):
        return Partial("infinite" if left == right else "undefined", None, (sides[0], sides[1]))
    if abs(left - right) <= context.mpf(SAME) * (1 + abs(left)):
        return Partial("exact", _rounded(right), (sides[0], sides[1]))
    if touching and touching <= CONVENTIONS and not context.isnan(here):
        return Partial("convention", float(here), (sides[0], sides[1]))
    return Partial("one-sided", None, (sides[0], sides[1]))


def _rounded(side: Any) -> float:
    """A limit at h = 1e-40 as a double: what is left of h is rounded away."""
    return 0.0 if abs(side) < 1e-30 else float(side)
