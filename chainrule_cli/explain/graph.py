"""GraphRecord -> Document: the answer, the drawing, the forward table, the backward table edge by edge, the
hessian.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chainrule_cli.document import (
    Diagram,
    DisplayedFormula,
    Document,
    Element,
    Heading,
    Remark,
    Runs,
    StyledRun,
    Table,
    Text,
    join_runs,
)
from chainrule_cli.explain.diagrams import diagram
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.explain.walk import edge_name, frames, local_words, name_of, split_passes, sum_words
from chainrule_cli.records.graph import EventRecord, GraphRecord, KinkRecord, NodeRecord, OutputRecord

MOST_ROWS = 40
"""Rows of a table on a normal page; of more, the first and the last are shown."""

MOST_COLUMNS = 5
"""Variables whose partial derivatives stand side by side; more of them stand below each other."""

WORDS = {
    "convention": "by convention: the slopes of the two sides differ",
    "one-sided": "no number: the slopes of the two sides differ, or one side is missing",
    "infinite": "the slope is infinite",
    "undefined": "undefined there",
}


def explain(record: GraphRecord, detail: str = "normal") -> Document:
    """The page of a graph.

    detail: brief has the answer and the drawing, full every row.
    """
    most = None if detail == "full" else MOST_ROWS
    elements: list[Element] = [*_formulas(record), *_answer(record), *_kinks(record), *_verdict(record)]
    elements += [
        Heading("Graph"),
        _drawing(record),
    ]
    if detail != "brief":
        elements += [*_forward(record, most), *_backward(record, most)]
    elements += [*_hessian(record), *(Remark(join_runs(note)) for note in record.notes)]
    return Document(f"graph of {record.typed}", tuple(elements))


def explain_passes(record: GraphRecord) -> Iterator[Element]:
    """The graph with the moments of its two passes, for a derivative's page that can be stepped through."""
    yield Heading("The same by reverse mode")
    yield Text(join_runs(StyledRun(f"at {where(record.at)}: values go forward, gradients come back", "dim")))
    yield _drawing(record)


def _drawing(record: GraphRecord) -> Diagram:
    outputs = [output.node for output in record.outputs]
    return diagram(record.nodes, record.events, outputs, frames=frames(record))


# the answer


def _formulas(record: GraphRecord) -> Iterator[Element]:
    names = {node.id: node for node in record.nodes}
    for each in record.formula.definitions:
        yield DisplayedFormula(f"{each.name} =", each.body)
    for output in record.outputs:
        if output.name not in {each.name for each in record.formula.definitions}:
            yield DisplayedFormula(
                f"{output.name} =",
                record.formula.syntax if len(record.outputs) == 1 else names[output.node].expr.syntax,
            )


def _answer(record: GraphRecord) -> Iterator[Element]:
    for output in record.outputs:
        value = "no value" if output.value is None else f"{output.name} = {short(output.value, 6)}"
        yield Text(join_runs(f"at {where(record.at)}: " if record.at else "", StyledRun(value, "value")))
    if len(record.variables) > MOST_COLUMNS:
        yield from (_gradient_column(record, output) for output in record.outputs)
    elif record.variables:
        yield Table(
            ("", *record.variables),
            "l" + "." * len(record.variables),
            tuple(_gradient_row(record, output) for output in record.outputs),
        )


def _by(record: GraphRecord, output: OutputRecord, name: str) -> str:
    """df/dx; ∂f/∂x where there are other variables."""
    mark = "d" if len(record.variables) == 1 else "∂"
    return f"{mark}{output.name}/{mark}{name}"


def _gradient_row(record: GraphRecord, output: OutputRecord) -> tuple[Runs, ...]:
    head = _by(record, output, "…" if len(record.variables) > 1 else record.variables[0])
    return join_runs(StyledRun(head, "dim")), *(
        join_runs(StyledRun(_partial(output, name), "gradient")) for name in record.variables
    )


def _gradient_column(record: GraphRecord, output: OutputRecord) -> Table:
    return Table(
        ("", ""),
        "l.",
        tuple(
            (
                join_runs(StyledRun(_by(record, output, name), "dim")),
                join_runs(StyledRun(_partial(output, name), "gradient")),
            )
            for name in record.variables
        ),
    )


def _partial(output: OutputRecord, name: str) -> str:
    status = output.partial_status[name]
    return {"infinite": "infinite", "undefined": "undefined", "one-sided": "none"}.get(status) or short(
        output.partials[name], 6
    )


def _kinks(record: GraphRecord) -> Iterator[Element]:
    """What is not exact, with its two sides; then the places in the formula where it comes from."""
    for output in record.outputs:
        for name, status in output.partial_status.items():
            if status != "exact":
                left, right = output.partial_sides[name]
                sides = (
                    f"; from the left {short(left)}, from the right {short(right)}"
                    if (left, right) != (None, None)
                    else ""
                )
                yield Remark(join_runs(f"{_by(record, output, name)} ", WORDS[status], sides))
    for kink in record.kinks:
        yield Remark(_at_kink(kink))


def _at_kink(kink: KinkRecord) -> Runs:
    named = f"{kink.name} = " if kink.name else ""
    return join_runs("the point lies at a kink or jump of ", StyledRun(named, "strong"), kink.expr.syntax)


def _verdict(record: GraphRecord) -> Iterator[Element]:
    match record.crosscheck:
        case None:
            return
        case found if found.verdict == "agree":
            yield Remark(
                join_runs(StyledRun("checked: differences of the forward pass agree", "good")), "good"
            )
        case _:
            yield Remark(
                join_runs(
                    StyledRun(
                        "differences of the forward pass disagree: do not trust this answer, and "
                        "please report it",
                        "bad",
                    )
                ),
                "bad",
            )


# the two passes


def _forward(record: GraphRecord, most: int | None) -> Iterator[Element]:
    yield Heading("Forward")
    rows = [_forward_row(node) for node in record.nodes if node.name is not None]
    yield from _cut_table(("", "", "value"), "ll.", rows, most)


def _forward_row(node: NodeRecord) -> tuple[Runs, ...]:
    computed = () if node.op == "input" else join_runs("= ", node.expr.syntax)
    return (
        join_runs(StyledRun(node.name or "", "strong")),
        computed,
        join_runs(StyledRun(short(node.value), "value")),
    )


def _backward(record: GraphRecord, most: int | None) -> Iterator[Element]:
    """A table for each output: a row an edge, and the total where a node is reached by several."""
    found = split_passes(record.events)
    for output, events in zip(record.outputs, found, strict=True):
        yield Heading("Backward" if len(found) == 1 else f"Backward from {output.name}")
        rows = list(_Backward(record.nodes).rows(events, output))
        yield from _cut_table(("", "upstream", "local derivative", "contribution"), "l.l.", rows, most)


class _Backward:
    """The rows of one backward table."""

    def __init__(self, nodes: Sequence[NodeRecord]) -> None:
        self._nodes = {node.id: node for node in nodes}

    def rows(self, events: Sequence[EventRecord], output: OutputRecord) -> Iterator[tuple[Runs, ...]]:
        last = _last_sends(events)
        counts: dict[int, list[float | None]] = {}
        local: EventRecord | None = None
        yield (
            join_runs(StyledRun(output.name, "strong")),
            join_runs(),
            join_runs(StyledRun("seed", "dim")),
            join_runs(StyledRun("1", "gradient")),
        )
        for index, event in enumerate(events):
            if event.kind == "local":
                local = event
            elif event.kind in ("send", "skip") and local is not None:
                yield self._edge(event, local)
                if event.kind == "send":
                    counts.setdefault(event.node, []).append(event.value)
            elif (
                event.kind == "accumulate"
                and last.get(event.node) == index
                and len(counts.get(event.node, [])) > 1
            ):
                yield self._total(event, counts[event.node])

    def _edge(self, event: EventRecord, local: EventRecord) -> tuple[Runs, ...]:
        edge, upstream = (
            join_runs(edge_name(self._nodes, event)),
            join_runs(StyledRun(short(event.upstream), "gradient")),
        )
        if event.kind == "skip":
            return (
                edge,
                upstream,
                join_runs(StyledRun("a branch not taken", "dim")),
                join_runs(StyledRun("nothing", "dim")),
            )
        return (
            edge,
            upstream,
            local_words(self._nodes, event, local),
            join_runs(StyledRun(short(event.value), "gradient")),
        )

    def _total(self, event: EventRecord, parts: Sequence[float | None]) -> tuple[Runs, ...]:
        return (
            join_runs(StyledRun(f"{name_of(self._nodes, event.node)} in all", "strong")),
            join_runs(),
            join_runs(StyledRun(sum_words(parts), "dim")),
            join_runs(StyledRun(short(event.value), "gradient")),
        )


def _last_sends(events: Sequence[EventRecord]) -> Mapping[int, int]:
    """node -> place of the last event that adds to it."""
    return {event.node: index for index, event in enumerate(events) if event.kind == "accumulate"}


def _cut_table(
    columns: tuple[str, ...], aligned: str, rows: Sequence[tuple[Runs, ...]], most: int | None
) -> Iterator[Element]:
    if most is None or len(rows) <= most:
        yield Table(columns, aligned, tuple(rows))
        return
    half = most // 2
    yield Table(columns, aligned, tuple(rows[:half]))
    yield Remark(join_runs(f"{len(rows) - 2 * half} more rows: --detail full, or --json, has them all"))
    yield Table(columns, aligned, tuple(rows[-half:]))


# second derivatives


def _hessian(record: GraphRecord) -> Iterator[Element]:
    if record.hessian is None:
        return
    yield Heading(f"Hessian of {record.outputs[0].name}")
    rows = tuple(
        (
            join_runs(StyledRun(f"∂/∂{name}", "dim")),
            *(join_runs(StyledRun(short(value), "gradient")) for value in row.values()),
        )
        for name, row in record.hessian.items()
    )
    yield Table(("", *(f"∂/∂{name}" for name in record.hessian)), "l" + "." * len(record.hessian), rows)
