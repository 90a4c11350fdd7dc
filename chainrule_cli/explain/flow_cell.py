"""FlowCellRecord -> Document: what each step of time passes on, along the highway and through the gates."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.document import Document, Element, Heading, Note, Run, Runs, Table, Text, runs
from chainrule_cli.explain.numbers import significant
from chainrule_cli.reports.flow_cell_record import CellVariant, FlowCellRecord

MOST_ROWS = 8
NAMES = {"rnn": "a plain recurrent cell", "lstm": "an LSTM", "gru": "a GRU"}
HIGHWAYS = {"rnn": "has no highway", "lstm": "carries c on by its forget gate f", "gru": "carries h on by its update gate z"}


def explain(record: FlowCellRecord, detail: str = "normal") -> Document:
    """The page of a cell. detail: brief leaves out what it means, full lists every step."""
    elements: list[Element] = [Text(runs(f"{NAMES[record.cell]} of one unit, {len(record.inputs)} steps of time")), _table(record)]
    elements += [Heading(f"Step by step: {record.variants[-1].name}"), _steps(record.variants[-1], full=detail == "full")]
    if detail != "brief":
        elements += [Heading("What it means"), *(Text(line, 2) for line in _meaning(record)), Text(runs("try: ", Run(_next(record), "strong")))]
    elements += [Note(runs(note)) for note in record.notes]
    return Document(f"the flow of a gradient through time: {record.cell}", tuple(elements))


def _table(record: FlowCellRecord) -> Table:
    rows = tuple(
        (
            runs(Run(each.name, "strong")),
            runs(Run(significant(each.product, 3), "gradient")),
            runs(significant(each.highway_product, 3)),
            runs(Run(each.verdict, "good" if each.verdict == "steady" else "bad")),
            runs(_clipping(each)),
        )
        for each in record.variants
    )
    return Table(("variant", "product", "highway alone", "", "slope by its weights"), "lrrll", rows)


def _clipping(variant: CellVariant) -> str:
    step = variant.step
    same = step.clipped == step.norm
    return significant(step.norm, 3) + ("" if same else f" clipped to {significant(step.clipped, 3)}")


def _steps(variant: CellVariant, *, full: bool) -> Table:
    rows = [
        (runs(str(each.t)), *(runs(Run(significant(value), "gradient")) for value in (each.highway, each.gates, each.total)))
        for each in variant.steps
    ]
    if not full and len(rows) > MOST_ROWS:
        half = MOST_ROWS // 2
        rows = [*rows[:half], tuple(runs("…") for _ in range(4)), *rows[-half:]]
    return Table(("t", "highway", "gates", "total"), "r...", tuple(rows))


def _meaning(record: FlowCellRecord) -> Iterator[Runs]:
    first, last = record.variants[0], record.variants[-1]
    count = len(record.inputs)
    yield runs(f"Each step of time is a layer: its total multiplies what comes back, {count} times over. ")
    yield runs("This is the deep network's product, with the same weights in every layer.")
    if record.cell == "rnn":
        left = _left(first, last)
        yield runs(f"{left}: only a weight of 1 keeps it, and nothing holds it there.")
    else:
        yield runs(
            f"{NAMES[record.cell][:1].upper()}{NAMES[record.cell][1:]} {HIGHWAYS[record.cell]}: a way on which nothing but that gate multiplies."
        )
        left = _left(first, last)
        yield runs(f"{left}: a gate that starts open remembers.")
    if any(each.step.clipped != each.step.norm for each in record.variants):
        yield runs("Clipping bounds the step that an exploding slope would take; what vanished it cannot bring back.")


def _left(first: CellVariant, last: CellVariant) -> str:
    other = f", with {last.name} {significant(last.product, 3)}" if last is not first else ""
    return f"With {first.name} {significant(first.product, 3)} of it is left{other}"


def _next(record: FlowCellRecord) -> str:
    return {
        "rnn": "chainrule flow --cell lstm --steps 100",
        "lstm": "chainrule flow --cell gru --steps 100",
        "gru": "chainrule flow --cell rnn --steps 100 --clip-norm 1",
    }[record.cell]
