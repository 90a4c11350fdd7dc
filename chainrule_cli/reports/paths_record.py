"""PathsRecord: what `paths` returns: the derivative as a sum over all paths."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.reports.graph_record import NodeRecord, Status
from chainrule_cli.reports.records import Expression, Record

Exact = int | str
"""A whole number; a string where it is past 2^53, which not every reader of JSON holds exactly."""


class PathRecord(Record, frozen=True, kw_only=True):
    """nodes: names from the variable to the result; rates: the local derivative of each edge between them; edges: which argument
    of its user each takes; product: of the rates."""

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
    count. paths: the strongest, by absolute value. status: of the derivative, as in the record of graph."""

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
