"""GraphRecord: what `graph` returns: nodes, events, partial derivatives with their status, hessian and jacobian."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.graph.sweep import Kind
from chainrule_cli.reports.records import Expression, Record

Status = Literal["exact", "convention", "one-sided", "infinite", "undefined"]
Sides = tuple[float | None, float | None]


class NodeRecord(Record, frozen=True, kw_only=True):
    """One node that a result depends on. args: ids, one for each edge. name: the variable's, the definition's, else v1, v2 ...;
    null for a number. expr: what it computes, in the names of its arguments. adjoint: the derivative of the first output by it."""

    id: int
    op: str
    args: tuple[int, ...]
    name: str | None
    expr: Expression
    value: float | None
    adjoint: float | None


class EventRecord(Record, frozen=True, kw_only=True):
    """One thing that a sweep does. source: the node that sends; edge: which of its arguments the node is; rule: the local
    derivative as a formula in the nodes' names; upstream times local is what is sent."""

    kind: Kind
    node: int
    source: int | None
    edge: int | None
    value: float | None
    upstream: float | None
    local: float | None
    rule: Expression | None


class KinkRecord(Record, frozen=True, kw_only=True):
    """An operation at whose kink or jump the point lies; expr: the part of the formula that it is."""

    node: int
    name: str | None
    op: str
    expr: Expression


class OutputRecord(Record, frozen=True, kw_only=True):
    """One result: a row of the jacobian."""

    name: str
    node: int
    value: float | None
    partials: dict[str, float | None]
    partial_status: dict[str, Status]
    partial_sides: dict[str, Sides]


class DifferencesRecord(Record, frozen=True, kw_only=True):
    """The witness: the exact partial derivatives by differences of the forward pass, which know no derivative."""

    verdict: Literal["agree", "disagree"]
    differences: dict[str, dict[str, float | None]]


class GraphRecord(Record, frozen=True, kw_only=True):
    """partials: the number for each variable, null where there is none; partial_sides: slopes from the left and the right.

    value and partials are those of the first output. hessian: by row and column, null without --order 2 and where there is no
    number. crosscheck: null where no partial derivative is exact."""

    schema: Literal["chainrule.graph.v1"] = "chainrule.graph.v1"
    typed: str
    formula: Expression
    variables: tuple[str, ...]
    at: dict[str, float]
    value: float | None
    partials: dict[str, float | None]
    partial_status: dict[str, Status]
    partial_sides: dict[str, Sides]
    kinks: tuple[KinkRecord, ...]
    outputs: tuple[OutputRecord, ...]
    hessian: dict[str, dict[str, float | None]] | None
    nodes: tuple[NodeRecord, ...]
    events: tuple[EventRecord, ...]
    crosscheck: DifferencesRecord | None
    notes: tuple[str, ...]
