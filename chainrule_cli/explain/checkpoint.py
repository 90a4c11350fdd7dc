"""CheckpointRecord -> Document: what each way costs, its schedule drawn, and what that means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from chainrule_cli.document import (
    Block,
    Chart,
    Document,
    Element,
    Formula,
    Heading,
    Note,
    Run,
    Runs,
    Table,
    Text,
    runs,
)
from chainrule_cli.explain.checkpoint_figure import figure
from chainrule_cli.explain.numbers import where
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.checkpoint import ActionRecord, CheckpointRecord, SegmentRecord, StrategyRecord

T = TypeVar("T")

WIDEST, CROWDED, MOST_ROWS = 74, 36, 24
"""Columns of a drawn schedule, those that have room for two marks, and its sweeps."""

MOST_SEGMENTS, MOST_TEXT = 8, 50
"""Rows of the table of segments, and characters of one's operations."""

SMALLEST = 3
"""Layers or operations from which storing fewer of them is worth a word."""

MARKS = {"advance": "→", "keep": "▸", "backward": "◂"}
STORED, DROPPED, IDLE = "●", "○", "·"
LEGEND = {
    STORED: "stored",
    DROPPED: "dropped",
    "→": "run",
    "▸": "run and kept",
    "◂": "backward",
    IDLE: "idle",
}


def explain(record: CheckpointRecord, detail: str = "normal") -> Document:
    """The page of a chain or a formula. detail: brief leaves out the drawing and what it means, full draws long schedules whole."""
    elements: list[Element] = [*_question(record), _table(record)]
    if detail != "brief":
        elements += [
            *_segments(record, whole=detail == "full"),
            figure(record, list(_schedules(record, whole=detail == "full"))),
        ]
        elements += [
            Heading("What it means"),
            *(Text(runs(line), 2) for line in _meaning(record)),
            Text(runs("try: ", Run(_next(record), "strong"))),
        ]
    elements += [Note(runs(note)) for note in record.notes]
    return Document("gradient checkpointing", tuple(elements))


def _question(record: CheckpointRecord) -> Iterator[Element]:
    if record.formula is None:
        best = f"Revolve's optimum runs {record.strategies[0].optimum:,} again"
        yield Text(
            runs(f"{_many(record.layers, 'layer')} h + w·sin(h + b), {_many(record.slots, 'slot')}: {best}")
        )
        return
    yield from (Formula(f"{each.name} =", each.body) for each in record.formula.definitions)
    if record.name not in {each.name for each in record.formula.definitions}:
        yield Formula(f"{record.name} =", record.formula.syntax)
    if record.at:
        yield Text(runs(Run(f"at {where(record.at)}", "dim")))


def _many(count: int | None, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _table(record: CheckpointRecord) -> Table:
    """What each strategy takes; of a chain, against Revolve's optimum for its layers and slots, and for as many slots as each uses."""
    slots, best = record.slots, record.strategies[0].optimum
    titles = [
        "strategy",
        "stored",
        *_against(slots),
        "run again",
        *_against(best),
        *([] if best is None else ["fewest"]),
        "gradient",
    ]
    rows = tuple(
        (
            runs(Run(each.name, "strong")),
            runs(f"{each.peak_stored:,}"),
            *_difference(each.peak_stored, slots),
            runs(f"{each.extra_forward_steps:,}"),
            *_difference(each.extra_forward_steps, best),
            *([] if each.optimum_at_peak is None else [runs(f"{each.optimum_at_peak:,}")]),
            runs(Run("same bits", "good") if each.gradient_equal else Run("DIFFERENT", "bad")),
        )
        for each in record.strategies
    )
    return Table(tuple(titles), "l" + "r" * (len(titles) - 2) + "l", rows)


def _against(optimum: int | None) -> list[str]:
    return [] if optimum is None else [f"vs {optimum:,}"]


def _difference(found: int, optimum: int | None) -> list[Runs]:
    return [] if optimum is None else [runs(Run(f"{found - optimum:+,}" if found != optimum else "0", "dim"))]


# the segments of a formula


def _segments(record: CheckpointRecord, *, whole: bool) -> Iterator[Element]:
    if not record.segments:
        return
    rows = [_segment(number, each) for number, each in enumerate(record.segments, 1)]
    yield Heading("Segments")
    yield Table(
        ("segment", "works out", "crosses the cut before it"),
        "rll",
        tuple(rows if whole else _shortened(rows, MOST_SEGMENTS, (runs("…"),) * 3)),
    )


def _segment(number: int, segment: SegmentRecord) -> tuple[Runs, ...]:
    written = [f"{name} = {to_unicode(each.syntax)}" for name, each in segment.operations.items()]
    return runs(f"{number}"), runs(_fitting(written)), runs(_fitting(segment.crossing))


def _fitting(parts: Sequence[str]) -> str:
    """The parts in one line, or the first and the last with how many they are."""
    line = ", ".join(parts)
    if len(line) <= MOST_TEXT:
        return line
    return f"{_cut(parts[0])}, …, {_cut(parts[-1])} ({len(parts):,})" if len(parts) > 1 else _cut(parts[0])


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT // 2 else text[: MOST_TEXT // 2 - 1] + "…"


def _shortened(rows: Sequence[T], most: int, gap: T) -> Sequence[T]:
    return rows if len(rows) <= most else [*rows[: most // 2], gap, *rows[-most // 2 :]]


# the drawing


@dataclass(slots=True)
class _Sweep:
    """A row. marks: what is done, by layer; stored: the inputs that lie in slots at its end; dropped: those that it lets go."""

    stored: set[int]
    marks: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)


def _schedules(record: CheckpointRecord, *, whole: bool) -> Iterator[Block]:
    """A drawing a strategy, with what the marks of all of them mean below the last."""
    count = len(record.segments) or record.layers
    each = -(-count // WIDEST)
    drawn = {
        strategy.name: _drawn(strategy, -(-count // each), each, whole=whole)
        for strategy in record.strategies
    }
    used = {mark for rows in drawn.values() for row in rows for mark in row}
    legend = [f"{mark} {meaning}" for mark, meaning in LEGEND.items() if mark in used]
    if each > 1:
        legend[-1] = (
            f"a column is {each:,} {'segments' if record.segments else 'layers'}"  # for want of room, in the place of idle
        )
    for name, rows in drawn.items():
        yield Heading(f"Schedule: {name}")
        yield Chart(tuple(rows), "   ".join(legend) if name == record.strategies[-1].name else "")


def _drawn(strategy: StrategyRecord, columns: int, layers: int, *, whole: bool) -> Sequence[str]:
    rows = [_row(sweep, columns, layers) for sweep in _sweeps(strategy.schedule)]
    return rows if whole else _shortened(rows, MOST_ROWS, "…")


def _sweeps(schedule: Iterable[ActionRecord]) -> Iterator[_Sweep]:
    """A row ends where an input is taken out of its slot, and between a stretch that is kept and its way back."""
    here = _Sweep(set())
    for each in schedule:
        turns = each.action == "backward" and MARKS["keep"] in here.marks.values()
        if here.marks and (each.action == "restore" or turns):
            yield here
            here = _Sweep(set(here.stored))
        if each.action == "store":
            here.stored.add(each.layer)
        elif each.action == "drop":
            here.stored.discard(each.layer)
            here.dropped.add(each.layer)
        elif each.action in MARKS:
            here.marks[each.layer] = MARKS[each.action]
    yield here


def _row(sweep: _Sweep, columns: int, layers: int) -> str:
    """Two marks a column, its input and what is done there; past CROWDED columns one, what is done before an input that lies still. Of the
    layers of one column it shows the last that is touched."""

    def column(layer: int) -> int:
        return -(-layer // layers)

    inputs = {column(layer): DROPPED for layer in sweep.dropped} | {
        column(layer): STORED for layer in sweep.stored
    }
    marks = {column(layer): mark for layer, mark in sweep.marks.items()}
    numbers = range(1, columns + 1)
    if columns <= CROWDED:
        return "".join(inputs.get(each, " ") + marks.get(each, IDLE) for each in numbers)
    return "".join(_one(inputs.get(each), marks.get(each)) for each in numbers)


def _one(held: str | None, mark: str | None) -> str:
    """An arrow may be covered by the input that it starts from, a way back not."""
    return mark if mark and (held is None or mark != MARKS["advance"]) else held or mark or IDLE


# what it means


def _meaning(record: CheckpointRecord) -> Iterator[str]:
    if record.layers < SMALLEST:
        yield "So short a way has nothing to spare: what its backward pass needs is all that there is."
        return
    yield from _of_formula(record) if record.segments else _of_chain(record)
    yield "What is dropped is really gone and really run again, and every bit of the gradient is the same: the chain rule does not mind when."


def _of_chain(record: CheckpointRecord) -> Iterator[str]:
    store, root, best = record.strategies
    every = _every(root.schedule)
    yield (
        "The way back (chainrule flow) needs at each layer what the forward pass knew there. "
        f"store-all keeps all {store.peak_stored:,} layers as it runs them, and runs none again."
    )
    yield (
        f"sqrt stores an input every {every:,} layers and keeps {every:,} layers whole at a time, the last ones first: "
        f"{root.peak_stored:,} at once, for {root.extra_forward_steps:,} layers run again, less than one more forward pass of {record.layers:,}."
    )
    yield (
        f"Revolve stores inputs alone, {best.peak_stored:,} at once: {_many(best.extra_forward_steps, 'layer')} run again, "
        f"the fewest that {_many(record.layers, 'layer')} and {_many(record.slots, 'slot')} allow. "
        f"{'Each → in a drawing is one; the' if record.layers <= CROWDED else 'The'} run inside a layer's own ◂ is not counted."
    )
    below = [
        f"{each.name} {each.optimum_at_peak:,}"
        for each in (store, root)
        if each.extra_forward_steps < (each.optimum_at_peak or 0)
    ]
    if below:
        yield (
            f"Fewest is Revolve's for as many slots as the row stores: {', '.join(below)}. "
            "Keeping layers whole goes below it, for a kept layer is more than an input: all that its ◂ needs, so it need not run again."
        )


def _every(schedule: Sequence[ActionRecord]) -> int:
    """Layers from one stored input to the next; the last stretch is kept from its first layer on."""
    stored = sum(each.action == "store" for each in schedule)
    return (next(each.layer for each in schedule if each.action == "keep") - 1) // stored


def _of_formula(record: CheckpointRecord) -> Iterator[str]:
    store, root = record.strategies
    yield (
        f"A chain of layers is cut anywhere at the price of one input. Here {record.layers:,} operations are cut into "
        f"{len(record.segments):,} segments, and a slot holds all the values that cross: {max(record.cuts):,} at most."
    )
    again = (
        f"{_many(root.extra_forward_steps, 'operation')} worked out again, less than one more forward pass"
    )
    if root.peak_stored < store.peak_stored:
        yield f"store-all holds {store.peak_stored:,} values at once, sqrt {root.peak_stored:,}, for {again}."
        yield "Other cuts may do better: for graphs nobody knows the best ones cheaply, so no optimum is claimed."
        return
    yield f"store-all holds {store.peak_stored:,} values at once and sqrt no fewer, for {again}: so much crosses the cuts that cutting saves nothing."


def _next(record: CheckpointRecord) -> str:
    if record.formula is not None:
        return "chainrule checkpoint --layers 20 --slots 3"
    if record.layers < 100:
        return "chainrule checkpoint --layers 100 --slots 5"
    return 'chainrule checkpoint "u = sin(x*y); v = u*exp(u); w = v + sin(v)*u; w*w" --at x=1,y=2'
