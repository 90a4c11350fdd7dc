"""NeuronRecord -> Document: forward, the chain backward with its numbers, the update, and how the loss went down."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chainrule_cli.document import Document, Element, Heading, Note, Role, Run, Runs, Table, Text, runs
from chainrule_cli.explain.neuron_formulas import (
    MOST_INPUTS,
    Line,
    columns,
    exactly,
    given,
    letters,
    lines,
    short,
    shortened,
)
from chainrule_cli.explain.neuron_words import each, meaning, next_command
from chainrule_cli.records.neuron import NeuronRecord, Number

LONGEST_BAR = 30
MOST_ROWS, LAST_ROWS = 12, 5
"""Rows of a table on a normal page; of a longer one the first and the LAST_ROWS are shown."""
SEPARATE = 3
"""Inputs that stand in columns of their own."""
STRIDES = (1, 2, 5)
WIDE = 1_000.0
"""Losses that differ by more than this factor are drawn by their digits."""
COLUMNS: tuple[tuple[str, Role], ...] = (
    ("z", "value"),
    ("a", "value"),
    ("dL/da", "gradient"),
    ("da/dz", "gradient"),
    ("dL/dz", "gradient"),
)


def explain(record: NeuronRecord, detail: str = "normal") -> Document:
    """The page of a neuron. detail: brief leaves out what it means, full lists every input, every sample and every step."""
    everything = detail == "full"
    names = letters(record)
    elements: list[Element] = [Text(runs(given(record, names)))]
    if len(record.x) > 1:
        elements += [Heading("Samples"), _samples(record, everything=everything)]
        elements += [
            *(Text(runs(Run(line, "dim"))) for line in columns(record, names)),
            Heading("The first step"),
        ]
    elements.append(_by_hand(lines(record, names, everything=everything)))
    if len(record.steps) > 1:
        elements += [Heading("Loss"), _losses(record, everything=everything)]
    if detail == "brief":
        elements += [Note(runs(note)) for note in record.notes]
    else:
        elements += [Heading("What it means"), *(Text(runs(line), 2) for line in meaning(record, names))]
        elements.append(Text(runs("try: ", Run(next_command(record), "strong"))))
    return Document("a neuron", tuple(elements))


def _by_hand(found: Sequence[Line]) -> Table:
    """A row for each thing that has to be worked out; the part is named where it begins."""
    parts = ["", *(line.part for line in found)]
    return Table(
        ("", "", "", ""),
        "ll.l",
        tuple(_line(line, begins=line.part != before) for line, before in zip(found, parts, strict=False)),
    )


def _line(line: Line, *, begins: bool) -> tuple[Runs, ...]:
    how = line.how if not line.how or line.how.startswith(("was", "− ")) else f"= {line.how}"
    return (
        runs(Run(line.part if begins else "", "strong")),
        runs(line.what),
        runs(Run(line.number, line.role)),
        runs(Run(how, "dim")),
    )


# several samples


def _samples(record: NeuronRecord, *, everything: bool) -> Table:
    """The chain of each sample, forward and backward."""
    step = record.steps[0]
    numbers = zip(
        *(each(value) for value in (step.z, step.a, step.dL_da, step.da_dz, step.dL_dz)), strict=True
    )
    rows = [_sample(*row) for row in zip(record.x, record.y, numbers, strict=True)]
    inputs = _beside([shortened(name) for name in record.names])
    aligned = "." * len(inputs) if len(inputs) == len(record.names) else "l"
    titles = (*inputs, "y", *(title for title, _ in COLUMNS))
    return Table(titles, aligned + "." * (1 + len(COLUMNS)), tuple(rows if everything else _some(rows)))


def _beside(cells: Sequence[str]) -> list[str]:
    """Few inputs in columns of their own, more of them in one, of many the first."""
    if len(cells) <= SEPARATE:
        return list(cells)
    return [
        ", ".join(cells) if len(cells) <= MOST_INPUTS else ", ".join([*cells[: SEPARATE - 1], "…", cells[-1]])
    ]


def _sample(inputs: Sequence[float], target: float, numbers: Sequence[Number]) -> tuple[Runs, ...]:
    given_cells = [runs(cell) for cell in (*_beside([exactly(value) for value in inputs]), exactly(target))]
    return (
        *given_cells,
        *(runs(Run(short(number), role)) for number, (_, role) in zip(numbers, COLUMNS, strict=True)),
    )


def _some(rows: Sequence[tuple[Runs, ...]]) -> list[tuple[Runs, ...]]:
    if len(rows) <= MOST_ROWS:
        return list(rows)
    return [*rows[: MOST_ROWS - LAST_ROWS], tuple(runs("…") for _ in rows[0]), *rows[-LAST_ROWS:]]


# the loss


def _losses(record: NeuronRecord, *, everything: bool) -> Element:
    """The loss before the first step and after so many."""
    losses = [record.steps[0].loss, *(step.new_loss for step in record.steps)]
    if len(set(losses)) == 1:
        return Text(
            runs(f"{short(losses[0])} before the first step and after each of the {len(losses) - 1:,}")
        )
    shown = range(len(losses)) if everything else _places(len(losses) - 1)
    bars = _Bars([losses[place] for place in shown])
    rows = [
        (
            runs(f"{place:,}"),
            runs(Run(short(losses[place]), "value")),
            runs(Run(bars.bar(losses[place]), "value")),
        )
        for place in shown
    ]
    return Table(("after step", "L", "drawn by its logarithm" if bars.wide else ""), "r.l", tuple(rows))


def _places(last: int) -> list[int]:
    """Round steps, at most MOST_ROWS of them, and the last."""
    stride = next(
        unit * 10**power
        for power in range(10)
        for unit in STRIDES
        if last / (unit * 10**power) <= MOST_ROWS - 1
    )
    return [*range(0, last, stride), last]


class _Bars:
    """Bars as long as the losses, or as their logarithms where they are of very different sizes."""

    def __init__(self, losses: Sequence[Number]) -> None:
        sizes = [loss for loss in losses if loss is not None and loss > 0]
        self.least, self.largest = min(sizes, default=1.0), max(sizes, default=1.0)
        self.wide = self.largest / WIDE > self.least

    def bar(self, loss: Number) -> str:
        if loss is None or loss <= 0:
            return ""
        if not self.wide:
            return "█" * max(round(LONGEST_BAR * loss / self.largest), 1)
        span = math.log(self.largest) - math.log(self.least)
        return "█" * (1 + round((LONGEST_BAR - 1) * (math.log(loss) - math.log(self.least)) / span))
