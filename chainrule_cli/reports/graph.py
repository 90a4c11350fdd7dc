"""The record of `graph`, and the way to it from a formula's text; `gradient` of the API. Without sympy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from chainrule_cli.errors import QuestionError, UsageError
from chainrule_cli.graph.kinks import Kind, status
from chainrule_cli.graph.lower import lower, lower_expr
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import Event, forward, trace
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Syntax
from chainrule_cli.reports.question import point_of
from chainrule_cli.reports.records import Expression, Record, finite


class NodeRecord(Record, frozen=True, kw_only=True):
    """op: "input", "constant" or an operation; args: ids of the nodes it takes, one for each edge. name: the variable of
    an input, or the definition that the node is. value: what the forward pass gives it."""

    id: int
    op: str
    args: tuple[int, ...]
    name: str | None
    value: float | None


class EventRecord(Record, frozen=True, kw_only=True):
    """One thing that a sweep does at a node; `source` is the node that sends along an edge."""

    kind: Literal["forward", "local", "send", "accumulate", "skip"]
    node: int
    source: int | None
    value: float | None
    upstream: float | None
    local: float | None


class GraphRecord(Record, frozen=True, kw_only=True):
    """partials: d formula / d name by one backward pass, null where there is no number; partial_status and partial_sides
    say why. nodes: arguments before their users. events: the forward pass, then the backward pass."""

    schema: Literal["chainrule.graph.v1"] = "chainrule.graph.v1"
    typed: str
    formula: Expression
    variables: tuple[str, ...]
    at: dict[str, float]
    value: float | None
    partials: dict[str, float | None]
    partial_status: dict[str, Kind]
    partial_sides: dict[str, tuple[float | None, float | None]]
    nodes: tuple[NodeRecord, ...]
    events: tuple[EventRecord, ...]
    notes: tuple[str, ...]


def report(text: str, *, at: str | Mapping[str, float] | None) -> GraphRecord:
    """Value and partial derivatives of a formula at a point, with every node and every event of the two sweeps.

    at: a value for each variable, "x=-2, y=5" or a mapping. Raises ReadError for a text that is no formula, QuestionError
    for a point that lacks a variable or names an undefined function, UsageError for an equation.
    """
    point = {name: _number(name, expr) for name, expr in point_of(at or None).items()}
    reading = read(text, declared=tuple(point))
    if reading.equation:
        raise UsageError("an equation has no value", hint="write one side minus the other, or differentiate it with chainrule diff")
    _refuse_missing(reading.variables, point)
    lowered = lower(reading)
    names = lowered.graph.labels | ({lowered.output: reading.name} if reading.name else {})
    nodes = _nodes(lowered.graph, names, forward(lowered.graph, point, upto=lowered.output))
    partials = status(lowered.graph, lowered.output, point, reading.variables)
    return GraphRecord(
        typed=reading.text,
        formula=Expression(reading.expr, reading.definitions),
        variables=reading.variables,
        at={name: point[name] for name in reading.variables},
        value=nodes[lowered.output].value,
        partials={name: finite(partial.number) for name, partial in partials.items()},
        partial_status={name: partial.status for name, partial in partials.items()},
        partial_sides={name: (finite(partial.sides[0]), finite(partial.sides[1])) for name, partial in partials.items()},
        nodes=nodes,
        events=tuple(_event(event) for event in trace(lowered.graph, point, lowered.output)),
        notes=tuple(note.text for note in reading.notes),
    )


def _number(name: str, expr: Syntax) -> float:
    """A coordinate, a constant expression, as a float."""
    graph = Graph()
    node = lower_expr(graph, expr, {})
    value = float(forward(graph, {})[node])
    if not math.isfinite(value):
        raise QuestionError(f"the value of {name} is not a finite real number")
    return value


def _refuse_missing(needed: Sequence[str], point: Mapping[str, float]) -> None:
    missing = [name for name in needed if name not in point]
    if missing:
        example = ",".join(f"{name}=1" for name in missing)
        raise QuestionError(f"the point has no value for {', '.join(missing)}", hint=f"add it: {example}")


def _nodes(graph: Graph, names: Mapping[int, str], values: Sequence[float]) -> tuple[NodeRecord, ...]:
    return tuple(
        NodeRecord(id=place, op=node.op, args=node.args, name=node.name or names.get(place), value=finite(value))
        for place, (node, value) in enumerate(zip(graph.nodes, values, strict=False))
    )


def _event(event: Event) -> EventRecord:
    return EventRecord(
        kind=event.kind,
        node=event.node,
        source=event.source,
        value=finite(event.value),
        upstream=finite(event.upstream),
        local=finite(event.local),
    )
