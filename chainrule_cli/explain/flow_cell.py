"""FlowCellRecord -> Document: what each step of time passes on, along the highway and through the gates."""

from __future__ import annotations

import math
from collections.abc import Iterator

from chainrule_cli.document import Document, Element, Heading, Remark, Runs, StyledRun, Table, Text, join_runs
from chainrule_cli.explain.bars import cut_rows
from chainrule_cli.explain.flow_figure import draw_cell
from chainrule_cli.explain.flow_words import write_angle
from chainrule_cli.explain.numbers import significant
from chainrule_cli.explain.words import pluralize
from chainrule_cli.records.flow import CellUpdate, CellVariant, FlowCellRecord

NAMES = {"rnn": "a plain recurrent cell", "lstm": "an LSTM", "gru": "a GRU"}
GATES = {"lstm": ("c", "forget gate", "b_f"), "gru": ("h", "update gate", "b_z")}
"""What is carried on the highway, the gate that multiplies it, and that gate's bias."""


def explain(record: FlowCellRecord, detail: str = "normal") -> Document:
    """The page of a cell.

    detail: brief leaves out what it means, full lists every step.
    """
    elements: list[Element] = [
        Text(join_runs(f"{NAMES[record.cell]} of one unit, {pluralize(len(record.inputs), 'step')} of time")),
        _table(record),
    ]
    last = record.variants[-1]
    elements.append(
        draw_cell(record, [Heading(f"Step by step: {last.name}"), _steps(last, full=detail == "full")])
    )
    if _clips(record):
        elements += [Heading("Clipping"), *_clipping(record)]
    if detail != "brief":
        lines = (Text(join_runs(line), 2) for line in _meaning(record))
        elements += [
            Heading("What it means"),
            *lines,
            Text(join_runs("try: ", StyledRun(_next(record), "strong"))),
        ]
    elements += [Remark(join_runs(note)) for note in record.notes]
    return Document(f"the flow of a gradient through time: {record.cell}", tuple(elements))


def _clips(record: FlowCellRecord) -> bool:
    return record.variants[0].clipped_update is not None


def _table(record: FlowCellRecord) -> Table:
    """What all steps together pass on, whole and along the highway alone."""
    highway = record.cell != "rnn"
    rows = []
    for each in record.variants:
        alone = (
            [join_runs(significant(each.highway_product, 3)), join_runs(significant(each.mean_highway))]
            if highway
            else []
        )
        numbers = [
            join_runs(StyledRun(significant(each.product, 3), "gradient")),
            join_runs(significant(each.mean_total)),
            *alone,
        ]
        rows.append(
            (
                join_runs(StyledRun(each.name, "strong")),
                *numbers,
                join_runs(StyledRun(each.verdict, "good" if each.verdict == "steady" else "bad")),
            )
        )
    titles = ("variant", "product", "a step", *(("highway alone", "a step") if highway else ()), "")
    return Table(titles, "lrr" + "rr" * highway + "l", tuple(rows))


def _steps(variant: CellVariant, *, full: bool) -> Table:
    rows: list[tuple[Runs, ...]] = []
    for each in cut_rows(variant.steps, full=full):
        if each is None:
            rows.append(tuple(join_runs("…") for _ in range(4)))
            continue
        rows.append(
            (
                join_runs(str(each.t)),
                *(
                    join_runs(StyledRun(significant(value), "gradient"))
                    for value in (each.highway, each.gates, each.total)
                ),
            )
        )
    return Table(("t", "highway", "gates", "total"), "r...", tuple(rows))


def _clipping(record: FlowCellRecord) -> Iterator[Element]:
    yield Text(
        join_runs(
            f"one step of rate {record.lr:g} towards a last state of {record.target:g}, as it is "
            "and clipped: its length, and the loss"
        )
    )
    rows = []
    for each in record.variants:
        lengths = [join_runs(significant(value, 3)) for value in (each.step.norm, each.step.clipped)]
        losses = [
            join_runs(StyledRun(significant(value, 3), "value"))
            for value in (each.loss, each.update.loss, _loss(each.clipped_update))
        ]
        rows.append((join_runs(StyledRun(each.name, "strong")), *lengths, *losses))
    yield Table(("variant", "gradient", "clipped", "loss", "after it", "clipped"), "lrrrrr", tuple(rows))


def _loss(update: CellUpdate | None) -> float | None:
    return None if update is None else update.loss


# in words


def _meaning(record: FlowCellRecord) -> Iterator[str]:
    count = len(record.inputs)
    yield (
        "Each step of time is a layer of a deep network, the same weights in all of them: the product "
        "is what the last state keeps of the first."
    )
    yield (
        f"A step is the geometric mean of its {pluralize(count, 'factor')}; the verdict goes by the "
        "product, as for a deep network."
    )
    yield from _weights(record) if record.cell == "rnn" else _highway(record)
    if _clips(record):
        yield from _describe_clipping(record)


def _weights(record: FlowCellRecord) -> Iterator[str]:
    kept = "; ".join(f"with {each.name} it keeps {significant(each.product, 3)}" for each in record.variants)
    yield f"Without a highway the rate is the recurrent weight times the slope of tanh: {kept}."
    last = record.variants[-1]
    if len(record.variants) > 1:
        yield "Of these only a weight of 1 keeps it, and nothing holds the weight there: an LSTM's gate does."
    elif last.steps[0].total != last.steps[-1].total:
        first, final = (significant(step.total) for step in (last.steps[0], last.steps[-1]))
        yield f"The rate goes from {first} to {final}: where the state grows, tanh is flat."


def _highway(record: FlowCellRecord) -> Iterator[str]:
    first, last = record.variants[0], record.variants[-1]
    state, gate, bias = GATES[record.cell]
    name = NAMES[record.cell]
    yield (
        f"{name[:1].upper()}{name[1:]} carries {state} on by its {gate}: a way on which nothing but "
        "that gate multiplies."
    )
    rates = f"from {significant(first.mean_highway)} to {significant(last.mean_highway)} a step"
    products = (
        f"from {significant(first.highway_product, 3)} to {significant(last.highway_product, 3)} over all"
    )
    starts, ends = (f"{each.parameters[bias]:g}" for each in (first, last))
    yield (
        f"Its bias {bias} opens the gate: {starts} to {ends} takes the highway {rates}, {products}. A "
        "gate that starts open remembers."
    )
    yield (
        f"The gates listen to {state} too, and what comes back through them adds to the highway: with "
        f"{last.name} {_through(last)}."
    )


def _through(variant: CellVariant) -> str:
    final = variant.steps[-1]
    share = (
        f"{significant(final.highway)} and {significant(final.gates)} make {significant(final.total)} "
        "at the last step"
    )
    whole, alone = significant(variant.product, 3), significant(variant.highway_product, 3)
    return f"{share}, {whole} over all instead of {alone}" if whole != alone else share


def _describe_clipping(record: FlowCellRecord) -> Iterator[str]:
    cut = [each for each in record.variants if each.step.clipped != each.step.norm]
    if not cut:
        most = max((each.step.norm or 0.0) for each in record.variants)
        yield f"No gradient is longer than {significant(most, 3)}: there is nothing to clip."
        return
    longest = max(cut, key=lambda each: math.inf if each.step.norm is None else each.step.norm)
    lengths = f"{significant(longest.step.norm, 3)} to {significant(longest.step.clipped, 3)}"
    yield (
        f"With {longest.name} clipping takes the gradient by all parameters from {lengths}, "
        f"{write_angle(longest.step.cosine)}. {_beside(longest)}"
    )
    yield "Clipping bounds a step that explodes; what has vanished it cannot bring back."


def _beside(variant: CellVariant) -> str:
    """One step as it is, beside one that is clipped."""
    plain, held = variant.update, variant.clipped_update
    if held is None:
        return ""
    text = (
        f"The whole step takes the loss from {significant(variant.loss, 3)} to "
        f"{significant(plain.loss, 3)}, the clipped one to {_number(held)}."
    )
    if plain.next_gradient == 0 and held.next_gradient:
        text += (
            " After the whole step the cell is saturated: the next gradient is exactly 0, and it never "
            "learns again."
        )
    return text


def _number(update: CellUpdate) -> str:
    return significant(update.loss, 3)


def _next(record: FlowCellRecord) -> str:
    steps = len(record.inputs)
    if record.cell == "rnn":
        return (
            f"chainrule flow --cell lstm --steps {steps}"
            if _clips(record)
            else f"chainrule flow --cell rnn --steps {steps} --clip-norm 1"
        )
    return f"chainrule flow --cell {'gru' if record.cell == 'lstm' else 'rnn'} --steps {steps}"
