"""The two sweeps over a graph: forward stores values, backward multiplies local derivatives and adds up adjoints.

Plain loops over the list, any depth. trace() tells the same as a stream of events. A branch that is not taken sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.adjoint import local_derivatives
from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.carriers import FLOATS, Carrier
from chainrule_cli.graph.node import Graph


def forward(graph: Graph, point: Mapping[str, Any], carrier: Carrier = FLOATS, *, upto: int | None = None) -> list[Any]:
    """The value of every node up to `upto` (all, where None) at the point.

    Raises QuestionError for a variable that the point does not name.
    """
    values: list[Any] = []
    operations: dict[str, Any] = {}
    for node in graph.nodes if upto is None else graph.nodes[: upto + 1]:
        if node.op == "input":
            values.append(carrier.enter(_coordinate(point, node.name or "")))
        elif node.value is not None:
            values.append(carrier.constant(node.value))
        else:
            call = operations.get(node.op) or operations.setdefault(node.op, carrier.operation(node.op))
            values.append(call(*[values[argument] for argument in node.args]))
    return values


def _coordinate(point: Mapping[str, Any], name: str) -> Any:
    if name not in point:
        raise QuestionError(f"the point has no value for {name}", hint=f"add it to --at: {name}=1")
    return point[name]


def backward(graph: Graph, point: Mapping[str, Any], output: int, carrier: Carrier = FLOATS) -> list[Any]:
    """The adjoint of every node up to the output: d output / d node, by one sweep from the output back."""
    edges = edges_of(graph, output)
    values = forward(graph, point, carrier)
    adjoints: list[Any] = [None] * (output + 1)
    adjoints[output] = carrier.one
    for place in range(output, -1, -1):
        if adjoints[place] is None:
            continue
        for argument, local in edges[place]:
            if not_taken(graph, place, values[local]):
                continue
            sent = adjoints[place] * values[local]
            adjoints[argument] = sent if adjoints[argument] is None else adjoints[argument] + sent
    return [carrier.zero if adjoint is None else adjoint for adjoint in adjoints]


def not_taken(graph: Graph, place: int, local: Any) -> bool:
    """Whether an edge is a branch that is not taken: it sends nothing, not zero."""
    return graph.nodes[place].op == "where" and local == 0


def edges_of(graph: Graph, output: int) -> list[list[tuple[int, int]]]:
    """For each node up to the output that it depends on, its edges: (argument, node of the local derivative)."""
    builder, needed = Builder(graph), graph.reaching(output)
    moving = [True] * (output + 1)
    return [list(local_derivatives(builder, place, moving)) if needed[place] else [] for place in range(output + 1)]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a sweep does. node: where. source: the node that sends. The numbers are those of the moment."""

    kind: Literal["forward", "local", "send", "accumulate", "skip"]
    node: int
    source: int | None = None
    value: float | None = None
    upstream: float | None = None
    local: float | None = None


def trace(graph: Graph, point: Mapping[str, float], output: int) -> Iterator[Event]:
    """The forward pass, then the backward pass, event by event, in floats."""
    edges = edges_of(graph, output)
    values = forward(graph, point, FLOATS)
    needed = graph.reaching(output)
    yield from (Event("forward", place, value=values[place]) for place in range(output + 1) if needed[place])
    yield from _backward_events(graph, edges, values, output)


def _backward_events(graph: Graph, edges: Sequence[Sequence[tuple[int, int]]], values: Sequence[float], output: int) -> Iterator[Event]:
    adjoints = {output: 1.0}
    yield Event("accumulate", output, value=1.0)
    for place in range(output, -1, -1):
        if place not in adjoints:
            continue
        for argument, local in edges[place]:
            upstream, rate = adjoints[place], values[local]
            yield Event("local", argument, place, local=rate)
            if not_taken(graph, place, rate):
                yield Event("skip", argument, place, upstream=upstream, local=rate)
                continue
            yield Event("send", argument, place, upstream * rate, upstream, rate)
            adjoints[argument] = adjoints.get(argument, 0.0) + upstream * rate
            yield Event("accumulate", argument, value=adjoints[argument])
