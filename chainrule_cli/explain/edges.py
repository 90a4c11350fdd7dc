"""The backward pass in words: the name of an edge, its local derivative, a sum of contributions. Tables and
walks share them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chainrule_cli.document import Runs, StyledRun, join_runs
from chainrule_cli.explain.numbers import join_terms, short
from chainrule_cli.notation.syntax import free_names, tree_size
from chainrule_cli.records.graph import EventRecord, NodeRecord

LARGEST_LOCAL = 9
"""Nodes of a local derivative that is written out beside its number."""

MOST_PARTS = 4
"""Contributions that a sum writes out."""

Nodes = Mapping[int, NodeRecord]
"""The nodes of a record by their ids."""


def split_passes(events: Sequence[EventRecord]) -> list[list[EventRecord]]:
    """The events of each backward pass, which begins with its seed."""
    found: list[list[EventRecord]] = []
    before = "forward"
    for event in events:
        if event.kind == "accumulate" and before != "send":
            found.append([])
        if found:
            found[-1].append(event)
        before = event.kind
    return found


def name_of(nodes: Nodes, node: int) -> str:
    """A variable's, a definition's or an operation's name; a number as itself."""
    return nodes[node].name or short(nodes[node].value)


def edge_name(nodes: Nodes, event: EventRecord) -> str:
    """f → q; where a node is an argument twice, which of the two."""
    source = sender(event)
    same = [slot for slot, argument in enumerate(nodes[source].args) if argument == event.node]
    which = f" ({same.index(event.edge) + 1})" if len(same) > 1 and event.edge in same else ""
    return f"{name_of(nodes, source)} → {name_of(nodes, event.node)}{which}"


def local_words(nodes: Nodes, event: EventRecord, local: EventRecord) -> Runs:
    """∂q/∂x = z = -4; the formula only where it is short and no number.

    local: the event that worked it out.
    """
    head = StyledRun(f"∂{name_of(nodes, sender(event))}/∂{name_of(nodes, event.node)} = ", "dim")
    rule = local.rule.syntax if local.rule is not None else None
    if rule is None or not free_names(rule) or tree_size(rule) > LARGEST_LOCAL:
        return join_runs(head, StyledRun(short(event.local), "value"))
    return join_runs(head, rule, " = ", StyledRun(short(event.local), "value"))


def sum_words(parts: Sequence[float | None]) -> str:
    """-4 + 3 - 1; how many there are, where they are many."""
    if len(parts) > MOST_PARTS:
        return f"the sum of {len(parts)} contributions"
    return join_terms([short(part) for part in parts], minus="-")


def sender(event: EventRecord) -> int:
    """The node that sends; a seed comes from nowhere and is its own."""
    return event.node if event.source is None else event.source
