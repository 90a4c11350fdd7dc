"""text -> GraphRecord: a forward pass that stores, a backward pass that multiplies, every event of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from chainrule_cli.errors import UsageError
from chainrule_cli.graph import kinks
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.point import numbers
from chainrule_cli.graph.sweep import Event, Kind, backward, forward, trace
from chainrule_cli.notation.reader import read
from chainrule_cli.reports.question import point_of
from chainrule_cli.reports.records import Expression, Record, finite

Status = Literal["exact", "convention", "one-sided", "infinite", "undefined"]


class NodeRecord(Record, frozen=True, kw_only=True):
    """One node that the result depends on. args: ids, one for each edge. name: of an input or a definition. adjoint: the
    derivative of the result by this node."""

    id: int
    op: str
    args: tuple[int, ...]
    name: str | None
    value: float | None
    adjoint: float | None


class EventRecord(Record, frozen=True, kw_only=True):
    """One thing that a sweep does; source is the node that sends, upstream times local is what it sends."""

    kind: Kind
    node: int
    source: int | None
    value: float | None
    upstream: float | None
    local: float | None


class GraphRecord(Record, frozen=True, kw_only=True):
    """partials: the number for each variable, null where there is none; partial_sides: slopes from the left and the right."""

    schema: Literal["chainrule.graph.v1"] = "chainrule.graph.v1"
    typed: str
    formula: Expression
    variables: tuple[str, ...]
    at: dict[str, float]
    value: float | None
    partials: dict[str, float | None]
    partial_status: dict[str, Status]
    partial_sides: dict[str, tuple[float | None, float | None]]
    nodes: tuple[NodeRecord, ...]
    events: tuple[EventRecord, ...]
    notes: tuple[str, ...]


def report(text: str, *, at: str | Mapping[str, float]) -> GraphRecord:
    """Value and all partial derivatives of a formula at a point.

    at: "x=1, y=2" or a mapping, a value for each variable. Raises ReadError, QuestionError for a point that lacks a
    variable, UsageError for an equation, which has no value.
    """
    typed_point = point_of(at or None)  # a constant needs no point
    reading = read(text, declared=typed_point)
    if reading.equation:
        raise UsageError("an equation has no value", hint="chainrule diff differentiates an equation")
    point = numbers(typed_point, reading.variables)
    lowered = lower(reading)
    graph, output, shown = lowered.graph, lowered.output, len(lowered.graph)
    names = graph.labels | ({output: reading.name} if reading.name else {})
    values, adjoints = forward(graph, point), backward(graph, point, output)
    partials = kinks.status(graph, output, point, reading.variables)
    return GraphRecord(
        typed=text,
        formula=Expression(reading.expr, reading.definitions),
        variables=reading.variables,
        at=point,
        value=finite(values[output]),
        partials={name: finite(each.number) for name, each in partials.items()},
        partial_status={name: each.status for name, each in partials.items()},
        partial_sides={name: (finite(each.sides[0]), finite(each.sides[1])) for name, each in partials.items()},
        nodes=tuple(_nodes(graph, names, values, adjoints)[:shown]),
        events=tuple(_event(event) for event in trace(graph, point, output)),
        notes=tuple(note.text for note in reading.notes),
    )


def _nodes(graph: Graph, names: Mapping[int, str], values: Sequence[float], adjoints: Sequence[float]) -> list[NodeRecord]:
    return [
        NodeRecord(
            id=place,
            op=graph.nodes[place].op,
            args=graph.nodes[place].args,
            name=graph.nodes[place].name or names.get(place),
            value=finite(values[place]),
            adjoint=finite(adjoints[place]),
        )
        for place, needed in enumerate(graph.reaching(len(adjoints) - 1))
        if needed
    ]


def _event(event: Event) -> EventRecord:
    return EventRecord(
        kind=event.kind,
        node=event.node,
        source=event.source,
        value=finite(event.value),
        upstream=finite(event.upstream),
        local=finite(event.local),
    )
