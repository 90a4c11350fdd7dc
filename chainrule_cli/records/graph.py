"""The records of `graph`, nodes, events and partial derivatives, and of `paths`, a sum over all paths."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Expression, Record

EventKind = Literal[
    "forward", "kink", "local", "send", "skip", "accumulate", "store", "drop", "recompute", "update"
]
"""What happens at a moment of the two passes: the words of graph/sweep.py, which a type checker compares."""

Status = Literal["exact", "convention", "one-sided", "infinite", "undefined"]
Sides = tuple[float | None, float | None]


class NodeRecord(Record, frozen=True, kw_only=True):
    """One node that a result depends on. args: ids, one for each edge. name: the variable's, the definition's, else v1, v2 ...;
    null for a number. expr: what it computes, in the names of its arguments. adjoint: the derivative of the first output by it."""  # noqa: E501

    id: int
    op: str
    args: tuple[int, ...]
    name: str | None
    expr: Expression
    value: float | None
    adjoint: float | None


class EventRecord(Record, frozen=True, kw_only=True):
    """One thing that a sweep does. source: the node that sends; edge: which of its arguments the node is; rule: the local
    derivative as a formula in the nodes' names; upstream times local is what is sent."""  # noqa: E501

    kind: EventKind
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
    """The witness: the exact partial derivatives by differences of the forward pass, which know no derivative."""  # noqa: E501

    verdict: Literal["agree", "disagree"]
    differences: dict[str, dict[str, float | None]]


class GraphRecord(Record, frozen=True, kw_only=True):
    """partials: the number for each variable, null where there is none; partial_sides: slopes from the left and the right.

    value and partials are those of the first output. hessian: by row and column, null without --order 2 and where there is no
    number. crosscheck: null where no partial derivative is exact."""  # noqa: E501

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


Exact = int | str
"""A whole number; a string where it is past 2^53, which not every reader of JSON holds exactly."""


class PathRecord(Record, frozen=True, kw_only=True):
    """nodes: names from the variable to the result; rates: the local derivative of each edge between them; edges: which argument
    of its user each takes; product: of the rates."""  # noqa: E501

    nodes: tuple[str, ...]
    edges: tuple[int, ...]
    rates: tuple[float | None, ...]
    product: float | None


class BackwardRecord(Record, frozen=True, kw_only=True):
    """The witness: the same derivative by one backward sweep, which adds where paths meet."""

    verdict: Literal["agree", "disagree", "undecided"]
    reason: str | None
    adjoint: float | None


class PathsRecord(Record, frozen=True, kw_only=True):
    """count: exact. sum: over all paths, the derivative; absolute_sum: of the absolute values, so that sum over absolute_sum says
    how much is left after cancelling. lengths: edges of a path -> how many paths, null where there are too many lengths to
    count. paths: the strongest, by absolute value. status: of the derivative, as in the record of graph."""  # noqa: E501

    schema: Literal["chainrule.paths.v1"] = "chainrule.paths.v1"
    typed: str
    formula: Expression
    variables: tuple[str, ...]
    name: str
    wrt: str
    at: dict[str, float]
    count: Exact
    sum: float | None
    absolute_sum: float | None
    lengths: dict[str, Exact] | None
    paths: tuple[PathRecord, ...]
    status: Status
    crosscheck: BackwardRecord
    nodes: tuple[NodeRecord, ...]
    notes: tuple[str, ...]
