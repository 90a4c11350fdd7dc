"""DiffRecord -> GraphRecord: the computation graph behind a derivative, at the page's point, for a page that can step through it."""

from __future__ import annotations

from chainrule_cli.notation.surrogates import is_undefined
from chainrule_cli.notation.syntax import Apply, Syntax, postorder, tree_size
from chainrule_cli.records.diff import DiffRecord
from chainrule_cli.records.graph import GraphRecord
from chainrule_cli.reports.graph import report

MOST_NODES = 150
"""Nodes of a formula that is drawn beside its steps; nobody steps through a larger one."""


def graph_of(record: DiffRecord) -> GraphRecord | None:
    """The graph at the reader's own point, else at the first of the cross-check.

    None where there is no such graph: for an equation and for functions that are not defined, which have no values, for a formula
    without a point or without the variable, for a higher order, of which one backward pass tells nothing, and for a large formula."""
    roots = (record.formula.syntax, *(each.expr.syntax for each in record.definitions if each.typed))
    point = _point(record)
    if point is None or record.order > 1 or not _has_values(roots) or sum(map(tree_size, roots)) > MOST_NODES:
        return None
    found = report(record.typed, at=point, result=record.name)
    return found if record.wrt in found.partials else None


def _point(record: DiffRecord) -> dict[str, float] | None:
    if record.at is not None:
        return record.at.at
    return record.crosscheck.points[0].at if record.crosscheck.points else None


def _has_values(roots: tuple[Syntax, ...]) -> bool:
    return not any(
        is_undefined(node) or (isinstance(node, Apply) and node.function == "=") for node in postorder(*roots)
    )
