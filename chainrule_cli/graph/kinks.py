"""Status of each partial derivative at a point, and the slopes of its two sides.

Both sides are limits of the derivative's own graph at x + h and x - h, extrapolated from h = 1e-40 on, counted only where the
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

DIGITS_HERE = 160
STEPS = ("1e-40", "1e-47", "1e-54", "1e-61")
SAME = "1e-18"
"""Relative distance below which two limits are one."""
ROUNDING = "1e-90"
"""Relative change from step to step that is rounding."""
STEADY = "1e-6"
"""Relative distance between two extrapolations past which the terms have no limit."""
SHRINKING = 0.9
"""Changes with a larger quotient do not die out."""

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
    at = carrier.enter(point[name])
    passes = [forward(graph, {**point, name: at + sign * context.mpf(step)}, carrier) for step in STEPS]
    if any(context.isnan(values[place]) for values in passes for place in (output, slope)):
        return None
    arrived = _limit(context, [values[output] for values in passes])
    if arrived is None or abs(arrived - value) > context.mpf(SAME) * max(abs(value), *(abs(values[output]) for values in passes)):
        return None
    return _limit(context, [values[slope] for values in passes])


def _limit(context: Any, terms: Sequence[Any]) -> Any:
    """Where the terms lead; None where the first three and the last three do not say the same."""
    early, end = _extrapolated(context, terms[:-1]), _extrapolated(context, terms[1:])
    if early is None or end is None or context.isinf(early) or context.isinf(end):
        return end if early == end else None
    return end if abs(early - end) <= context.mpf(STEADY) * max(abs(term) for term in terms) else None


def _extrapolated(context: Any, terms: Sequence[Any]) -> Any:
    """Where three terms c + a q^n lead (Aitken 1926): c, an infinity where they run away, None where they do neither."""
    first, second = terms[1] - terms[0], terms[2] - terms[1]
    size = max(abs(term) for term in terms)
    if max(abs(first), abs(second)) <= context.mpf(ROUNDING) * size or context.isinf(terms[2]):
        return terms[2]
    ratio = second / first if first else context.inf
    if abs(ratio) < SHRINKING:
        end = terms[2] + second * ratio / (1 - ratio)
        vanishes = abs(end) < abs(terms[2]) / 2 and abs(terms[2]) < abs(terms[1]) / 10
        return context.zero if vanishes or abs(end) <= context.mpf(SAME) * size else end
    runs_away = ratio > 0 and abs(terms[0]) < abs(terms[1]) < abs(terms[2])
    return context.sign(terms[2]) * context.inf if runs_away else None


def _judged(left: Any, right: Any, here: Any, touching: set[str]) -> Partial:
    context = DIGITS(DIGITS_HERE).context
    sides = tuple(None if side is None or context.isinf(side) else float(side) for side in (left, right))
    if left is None or right is None:
        return Partial("undefined" if left is None and right is None else "one-sided", None, (sides[0], sides[1]))
    if context.isinf(left) or context.isinf(right):
        return Partial("infinite" if left == right else "undefined", None, (sides[0], sides[1]))
    if abs(left - right) <= context.mpf(SAME) * max(abs(left), abs(right)) + context.mpf(ROUNDING):
        return Partial("exact", float(right), (sides[0], sides[1]))
    if touching and touching <= CONVENTIONS and not context.isnan(here):
        return Partial("convention", float(here), (sides[0], sides[1]))
    return Partial("one-sided", None, (sides[0], sides[1]))
