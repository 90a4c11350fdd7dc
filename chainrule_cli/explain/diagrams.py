"""Nodes of a record -> Diagram: the computation graph with values above and gradients below."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from chainrule_cli.document import Diagram, DrawnEdge, Frame, Runs, StyledRun, Vertex, join_runs
from chainrule_cli.explain.numbers import short
from chainrule_cli.notation.syntax import tree_size
from chainrule_cli.records.graph import EventRecord, NodeRecord

LARGEST_LABEL = 24
"""Nodes of an expression that a label writes out."""


def diagram(
    nodes: Sequence[NodeRecord],
    events: Sequence[EventRecord],
    outputs: Collection[int],
    strong: Collection[tuple[int, int]] = (),
    frames: tuple[Frame, ...] = (),
) -> Diagram:
    """The graph of the nodes; edges bear the local derivatives of the first backward pass.

    nodes, events: of a record.
    outputs: ids of the results.
    strong: (source node, slot) of the edges to stress.
    frames: of explain/walk.py, of the same nodes.
    """
    indices = {node.id: index for index, node in enumerate(nodes)}
    local = _locals(events)
    vertices = tuple(
        Vertex(
            label(node),
            _kind(node, outputs),
            short(node.value),
            short(node.adjoint) if node.adjoint is not None else "",
        )
        for node in nodes
    )
    edges = tuple(
        DrawnEdge(
            indices[argument],
            indices[node.id],
            short(local[node.id, slot]) if (node.id, slot) in local else "",
            (node.id, slot) in strong,
        )
        for node in nodes
        for slot, argument in enumerate(node.args)
    )
    return Diagram(vertices, edges, frames=frames)


def label(node: NodeRecord) -> Runs:
    """q = x + y; a variable or a number alone."""
    if node.name is None or node.op == "input":
        return join_runs(node.expr.syntax)
    if tree_size(node.expr.syntax) > LARGEST_LABEL:
        return join_runs(StyledRun(node.name, "strong"), f" = {node.op}(…)")
    return join_runs(StyledRun(node.name, "strong"), " = ", node.expr.syntax)


def _kind(node: NodeRecord, outputs: Collection[int]) -> Literal["input", "constant", "operation", "output"]:
    if node.id in outputs:
        return "output"
    return "input" if node.op == "input" else "constant" if node.name is None else "operation"


def _locals(events: Sequence[EventRecord]) -> Mapping[tuple[int, int], float | None]:
    """(the user, which argument) -> local derivative, of the edges that send something."""
    return {
        (event.source, event.edge): event.local
        for event in events
        if event.kind == "send" and event.source is not None and event.edge is not None
    }
