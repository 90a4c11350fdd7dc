"""The two sweeps over a graph: forward stores values, backward multiplies local derivatives and adds up
adjoints.

Plain loops over the list, any depth. trace() gives the same as one stream of events, from which tables,
drawings and the stepper are made. A branch that is not taken sends nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.adjoint import BRANCHING, find_dependent, write_number_edges
from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.carriers import FLOATS, Carrier
from chainrule_cli.graph.node import Graph, Node

EventKind = Literal[
    "forward", "kink", "local", "send", "skip", "accumulate", "store", "drop", "recompute", "update"
]
LocalEdges: TypeAlias = list[list[tuple[int, int, int]]]
"""For each node, its edges as (slot, argument, node of the local derivative)."""


def forward(
    graph: Graph,
    point: Mapping[str, Any],
    carrier: Carrier = FLOATS,
    *,
    upto: int | None = None,
    wanted: Sequence[int] | None = None,
) -> list[Any]:
    """The value of every node at the point.

    upto: the last node that is worked out
    wanted: only these nodes and what they depend on are worked out; the others are None

    Raises QuestionError for a needed variable that the point does not name.
    """
    values: list[Any] = []
    operations: dict[str, Any] = {}
    last = max(wanted) if wanted else upto
    needed = graph.find_needed(*wanted) if wanted else None
    for index, node in enumerate(graph.nodes if last is None else graph.nodes[: last + 1]):
        if needed is not None and not needed[index]:
            values.append(None)
        elif node.args and not node.indices:
            # most nodes; a call for each would cost a fifth of a pass over numbers
            call = operations.get(node.op) or operations.setdefault(node.op, carrier.operation(node.op))
            values.append(call(*[values[argument] for argument in node.args]))
        else:
            values.append(
                _evaluate_node(node, [values[argument] for argument in node.args], point, carrier, operations)
            )
    return values


def evaluate(
    graph: Graph, point: Mapping[str, Any], wanted: Sequence[int], carrier: Carrier = FLOATS
) -> dict[int, Any]:
    """The values of the wanted nodes at the point; any other is let go at its last use: arrays live no longer
    than they must.

    Raises QuestionError as forward does.
    """
    last_use = {
        argument: index for index in _list_needed(graph, wanted) for argument in graph.nodes[index].args
    }
    values: dict[int, Any] = {}
    kept = set(wanted)
    operations: dict[str, Any] = {}
    for index in _list_needed(graph, wanted):
        args = graph.nodes[index].args
        values[index] = _evaluate_node(
            graph.nodes[index], [values[argument] for argument in args], point, carrier, operations
        )
        for argument in set(args) - kept:
            if last_use[argument] == index:
                del values[argument]
    return values


def _list_needed(graph: Graph, wanted: Sequence[int]) -> list[int]:
    return [index for index, needed in enumerate(graph.find_needed(*wanted)) if needed]


def _evaluate_node(
    node: Node, args: Sequence[Any], point: Mapping[str, Any], carrier: Carrier, operations: dict[str, Any]
) -> Any:
    """What a node is at the point, its arguments given.
    operations: those of the carrier that were asked for already."""
    if node.op == "input":
        return carrier.enter(_take_coordinate(point, node.name or ""))
    if node.value is not None:
        return carrier.constant(node.value)
    if node.indices or node.op == "cotangent":
        return carrier.apply_along(node, args)
    call = operations.get(node.op) or operations.setdefault(node.op, carrier.operation(node.op))
    return call(*args)


class ForwardPass:
    """A forward pass over a graph of numbers, prepared once for many points: only the outputs and what they
    depend on."""

    def __init__(self, graph: Graph, *outputs: int) -> None:
        self._start: list[Any] = [None] * (max(outputs) + 1)
        self._inputs: list[tuple[int, str]] = []
        self._steps: list[tuple[int, Any, tuple[int, ...]]] = []
        for index, needed in enumerate(graph.find_needed(*outputs)):
            node = graph.nodes[index]
            if needed and node.op == "input":
                self._inputs.append((index, node.name or ""))
            elif needed and node.value is not None:
                self._start[index] = FLOATS.constant(node.value)
            elif needed:
                self._steps.append((index, FLOATS.operation(node.op), node.args))

    def __call__(self, point: Mapping[str, float]) -> list[Any]:
        """The values of all nodes, None where nothing asks for one. Raises QuestionError as forward does."""
        values = self._start[:]
        for index, name in self._inputs:
            values[index] = FLOATS.enter(_take_coordinate(point, name))
        for index, call, args in self._steps:
            values[index] = call(*[values[argument] for argument in args])
        return values

    def columns(self, points: Sequence[Mapping[str, float]]) -> list[Any]:
        """For each node its values at all the points, node by node; None where nothing asks for one."""
        count = len(points)
        columns: list[Any] = [None if value is None else [value] * count for value in self._start]
        for index, name in self._inputs:
            columns[index] = [FLOATS.enter(_take_coordinate(point, name)) for point in points]
        for index, call, args in self._steps:
            columns[index] = (
                list(map(call, *[columns[argument] for argument in args])) if args else [call()] * count
            )
        return columns


def _take_coordinate(point: Mapping[str, Any], name: str) -> Any:
    if name not in point:
        raise QuestionError(f"the point has no value for {name}", hint=f"add it to --at: {name}=1")
    return point[name]


def backward(graph: Graph, point: Mapping[str, Any], output: int, carrier: Carrier = FLOATS) -> list[Any]:
    """The adjoint of every node up to the output: d output / d node, by one sweep from the output back.

    For graphs of numbers.
    """
    sending = find_partials(graph, point, output, carrier)
    adjoints: list[Any] = [None] * (output + 1)
    adjoints[output] = carrier.one
    for index in range(output, -1, -1):
        if adjoints[index] is None:
            continue
        for argument, partial in sending[index]:
            sent = adjoints[index] * partial
            adjoints[argument] = sent if adjoints[argument] is None else adjoints[argument] + sent
    return [carrier.zero if adjoint is None else adjoint for adjoint in adjoints]


def find_partials(
    graph: Graph, point: Mapping[str, Any], output: int, carrier: Carrier = FLOATS
) -> list[list[tuple[int, Any]]]:
    """For each node up to the output, its edges that send something: (argument, local derivative at the
    point)."""
    found = write_edges(graph, output)
    values = forward(graph, point, carrier)
    return [
        [
            (argument, values[local])
            for _, argument, local in each
            if not is_not_taken(graph, index, values[local])
        ]
        for index, each in enumerate(found)
    ]


def is_not_taken(graph: Graph, index: int, local: Any) -> bool:
    """Whether an edge is a branch that is not taken: it sends nothing, not zero."""
    return graph.nodes[index].op in BRANCHING and local == 0


def write_edges(graph: Graph, *outputs: int) -> LocalEdges:
    """For each node that an output depends on, its edges that send something: (slot, argument, node of the
    local derivative).

    Numbers are sent nothing. The local derivatives are appended to the graph.

    Raises QuestionError for arrays: their edges are linear maps.
    """
    builder, last = Builder(graph), max(outputs)
    needed = graph.find_needed(*outputs)
    moving = find_dependent(graph, last, set(graph.inputs.values()))
    return [
        list(write_number_edges(builder, index, moving)) if needed[index] else [] for index in range(last + 1)
    ]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a sweep does; the numbers are those of the moment.

    node: where it happens
    source: the node that sends
    edge: which of the source's arguments the node is; x*x has two edges to one node
    value: of the node, in the forward pass; its adjoint so far, in the backward pass; what is sent
    upstream: the adjoint of the source
    local: the local derivative
    rule: the node of the local derivative
    """

    kind: EventKind
    node: int
    source: int | None = None
    edge: int | None = None
    value: float | None = None
    upstream: float | None = None
    local: float | None = None
    rule: int | None = None


def trace(
    graph: Graph, point: Mapping[str, float], *outputs: int, at_kink: Container[int] = ()
) -> Iterator[Event]:
    """The forward pass, then the backward pass of each output, event by event, in floats.

    at_kink: nodes where the slopes of two sides differ; each is an event as it is met
    """
    found = write_edges(graph, *outputs)
    values = forward(graph, point, FLOATS)
    needed = graph.find_needed(*outputs)
    for index in range(max(outputs) + 1):
        if needed[index]:
            yield Event("forward", index, value=values[index])
            if index in at_kink:
                yield Event("kink", index, value=values[index])
    for output in outputs:
        yield from _trace_backward(graph, found, values, output)


def _trace_backward(graph: Graph, found: LocalEdges, values: Sequence[float], output: int) -> Iterator[Event]:
    adjoints = {output: 1.0}
    yield Event("accumulate", output, value=1.0)
    for index in range(output, -1, -1):
        if index not in adjoints:
            continue
        upstream = adjoints[index]
        for slot, argument, rule in found[index]:
            partial = values[rule]
            yield Event("local", argument, index, slot, local=partial, rule=rule)
            if is_not_taken(graph, index, partial):
                yield Event("skip", argument, index, slot, upstream=upstream, local=partial, rule=rule)
                continue
            yield Event("send", argument, index, slot, upstream * partial, upstream, partial, rule)
            adjoints[argument] = adjoints.get(argument, 0.0) + upstream * partial
            yield Event("accumulate", argument, value=adjoints[argument])
