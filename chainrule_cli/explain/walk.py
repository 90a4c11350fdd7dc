"""GraphRecord -> Frames: the two passes moment by moment, for those who step through the drawing of the
graph.

A frame is an event that a person sees: a value, a kink, the seed, a contribution along one edge. Vertices
and edges have the indices of explain/diagrams.py. The words of an edge and of a sum are shared with the
tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chainrule_cli.document import Frame, Runs, StyledRun, join_runs
from chainrule_cli.explain.numbers import bracket, join_terms, short
from chainrule_cli.notation.syntax import free_names, tree_size
from chainrule_cli.records.graph import EventRecord, GraphRecord, NodeRecord

MOST_ARGUMENTS = 4
"""Arguments whose values stand beside the value that is made of them."""


def frames(record: GraphRecord) -> tuple[Frame, ...]:
    """The forward pass, then the backward pass of each output."""
    backward = split_passes(record.events)
    ahead = record.events[: len(record.events) - sum(map(len, backward))]
    walk = _FrameWalk(record)
    return (*walk.forward(ahead), *(frame for each in backward for frame in walk.backward(each)))


class _FrameWalk:
    """The frames of one record."""

    def __init__(self, record: GraphRecord) -> None:
        self._nodes = {node.id: node for node in record.nodes}
        self._vertices = {node.id: index for index, node in enumerate(record.nodes)}
        slots = [(node.id, slot) for node in record.nodes for slot in range(len(node.args))]
        self._edges = {slot: index for index, slot in enumerate(slots)}

    # forward

    def forward(self, events: Sequence[EventRecord]) -> Iterator[Frame]:
        for event in events:
            node = self._nodes[event.node]
            if event.kind == "kink":
                words = join_runs(
                    StyledRun(name_of(self._nodes, event.node), "strong"),
                    ": here the slopes of the two sides differ, or the value jumps",
                )
                yield Frame("forward", self._vertices[event.node], None, words, short(event.value))
            elif node.op == "input":
                words = join_runs(
                    StyledRun(node.name or "", "strong"),
                    " = ",
                    StyledRun(short(event.value), "value"),
                    " is given",
                )
                yield Frame("forward", self._vertices[event.node], None, words, short(event.value))
            elif node.name is not None:
                asks = _ask_for(f"the value of {node.name}", event)
                yield Frame(
                    "forward",
                    self._vertices[event.node],
                    None,
                    self._compute(event),
                    short(event.value),
                    asks=asks,
                    number=event.value,
                )

    def _compute(self, event: EventRecord) -> Runs:
        """q = x + y = 3, with x = -2, y = 5."""
        node = self._nodes[event.node]
        known = {
            name: self._nodes[argument].value
            for argument in node.args
            if (name := self._nodes[argument].name) is not None
        }
        beside = (
            ", ".join(f"{name} = {short(value)}" for name, value in known.items())
            if len(known) <= MOST_ARGUMENTS
            else ""
        )
        return join_runs(
            StyledRun(node.name or "", "strong"),
            " = ",
            node.expr.syntax,
            " = ",
            StyledRun(short(event.value), "value"),
            StyledRun(f", with {beside}" if beside else "", "dim"),
        )

    # backward

    def backward(self, events: Sequence[EventRecord]) -> Iterator[Frame]:
        parts: dict[int, list[float | None]] = {}
        for index, event in enumerate(events):
            if event.kind == "skip":
                words = join_runs(
                    StyledRun(edge_name(self._nodes, event), "strong"),
                    ": a branch that is not taken, nothing is sent",
                )
                yield Frame("backward", self._vertices[event.node], self._edge(event), words)
            elif event.kind == "send":
                parts.setdefault(event.node, []).append(event.value)
                yield self._send(event, events[index - 1], events[index + 1], parts[event.node])
            elif index == 0:
                yield self._seed(event)

    def _edge(self, event: EventRecord) -> int | None:
        return None if event.source is None or event.edge is None else self._edges[event.source, event.edge]

    def _seed(self, event: EventRecord) -> Frame:
        name = name_of(self._nodes, event.node)
        words = join_runs(
            StyledRun("seed", "strong"),
            f": ∂{name}/∂{name} = ",
            StyledRun(short(event.value), "gradient"),
            ", the backward pass begins",
        )
        return Frame(
            "backward", self._vertices[event.node], None, words, gradient=short(event.value), resets=True
        )

    def _send(
        self, event: EventRecord, local: EventRecord, after: EventRecord, parts: Sequence[float | None]
    ) -> Frame:
        """local: the event before, the local derivative; after: the event behind, what has arrived by now."""
        edge = edge_name(self._nodes, event)
        words = join_runs(
            StyledRun(edge, "strong"),
            ": ",
            *local_words(self._nodes, event, local),
            "; upstream ",
            StyledRun(short(event.upstream), "gradient"),
            " × local ",
            StyledRun(bracket(short(event.local)), "value"),
            " = ",
            StyledRun(short(event.value), "gradient"),
            *self._total(event, after, parts),
        )
        asks = _ask_for(f"the contribution along {edge}", event)
        gradient = short(after.value)
        return Frame(
            "backward",
            self._vertices[event.node],
            self._edge(event),
            words,
            gradient=gradient,
            asks=asks,
            number=event.value,
        )

    def _total(self, event: EventRecord, after: EventRecord, parts: Sequence[float | None]) -> Runs:
        if len(parts) == 1:
            return ()
        return join_runs(
            "; ",
            StyledRun(f"{name_of(self._nodes, event.node)} so far ", "dim"),
            f"{sum_words(parts)} = ",
            StyledRun(short(after.value), "gradient"),
        )


def _ask_for(what: str, event: EventRecord) -> str:
    """What can be foretold: only what comes out as a number."""
    return what if event.value is not None else ""


# the backward pass in words

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
