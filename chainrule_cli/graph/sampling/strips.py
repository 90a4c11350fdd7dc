"""Thin strips of a domain: between two points that fail for different reasons there may be one that does not.

The reason is the operation that failed first, and the side of it. The way between two points is halved until
a point is found or nothing is left between them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward

Point = dict[str, float]
Reason = tuple[int, tuple[bool, ...]]

HALVINGS = 60
DECADES = (*(10.0**power for power in range(-4, 13)), 0.5, 2.0, 5.0)


def find_reason(graph: Graph, outputs: Sequence[int], values: Sequence[float]) -> Reason | None:
    """The operation that spoilt the outputs and the signs of its arguments; None where all are finite."""
    spoilt = next((output for output in outputs if not math.isfinite(values[output])), None)
    while spoilt is not None:
        args = graph.nodes[spoilt].args
        if graph.nodes[spoilt].op == "where" and math.isfinite(values[args[0]]):
            args = (args[1] if values[args[0]] else args[2],)
        deeper = next((argument for argument in args if not math.isfinite(values[argument])), None)
        if deeper is None:
            return spoilt, tuple(values[argument] > 0 for argument in args)
        spoilt = deeper
    return None


def find_between(
    graph: Graph,
    outputs: Sequence[int],
    names: Sequence[str],
    held: Mapping[str, float],
    rng: random.Random,
    passes: int,
) -> Iterator[Point]:
    """Points at which the outputs are finite, each from another pair of points that fail; at most so many
    forward passes."""
    last = max(outputs)

    def find_failure(point: Point) -> Reason | None:
        return find_reason(graph, outputs, forward(graph, point, FLOATS, upto=last))

    seen: dict[Reason, list[Point]] = {}
    for turn in range(max(1, passes // HALVINGS)):
        scale = DECADES[turn % len(DECADES)]
        drawn = {name: rng.choice((1, -1)) * scale * rng.uniform(0.5, 1.5) for name in names}
        point = {**held, **drawn}
        why = find_failure(point)
        if why is None:
            yield point
            continue
        for other in [known[-1] for each, known in seen.items() if each != why]:
            found = _halve(find_failure, point, other, why)
            if found is not None:
                yield found
        seen.setdefault(why, []).append(point)


def _halve(
    find_failure: Callable[[Point], Reason | None], here: Point, there: Point, why: Reason
) -> Point | None:
    """A point on the way between that does not fail, looked for where the reason changes."""
    for _ in range(HALVINGS):
        middle = {name: (here[name] + there[name]) / 2 for name in here}
        if middle in (here, there):
            return None
        reached = find_failure(middle)
        if reached is None:
            return middle
        if reached == why:
            here = middle
        else:
            there = middle
    return None
