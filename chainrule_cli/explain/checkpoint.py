"""CheckpointRecord -> Document: what each way costs, its schedule drawn, and what that means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from chainrule_cli.document import (
    Block,
    Chart,
    DisplayedFormula,
    Document,
    Element,
    Figure,
    Heading,
    Hold,
    Remark,
    Runs,
    Schedule,
    StoragePlan,
    StyledRun,
    Sweep,
    Table,
    Text,
    join_runs,
)
from chainrule_cli.explain.bars import cut_middle
from chainrule_cli.explain.numbers import where
from chainrule_cli.explain.words import fit_list, pluralize
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.checkpoint import ActionRecord, CheckpointRecord, SegmentRecord, StrategyRecord

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
    """The page of a chain or a formula.

    detail: brief leaves out the drawing and what it means, full draws long schedules whole.
    """
    elements: list[Element] = [*_question(record), _table(record)]
    if detail != "brief":
        elements += [
            *_segments(record, whole=detail == "full"),
            draw_schedules(record, list(_chart_schedules(record, whole=detail == "full"))),
        ]
        elements += [
            Heading("What it means"),
            *(Text(join_runs(line), 2) for line in _meaning(record)),
            Text(join_runs("try: ", StyledRun(_next(record), "strong"))),
        ]
    elements += [Remark(join_runs(note)) for note in record.notes]
    return Document("gradient checkpointing", tuple(elements))


def _question(record: CheckpointRecord) -> Iterator[Element]:
    if record.formula is None:
        best = f"Revolve's optimum runs {record.strategies[0].optimum:,} again"
        yield Text(
            join_runs(
                f"{pluralize(record.layers, 'layer')} h + w·sin(h + b), "
                f"{pluralize(record.slots, 'slot')}: {best}"
            )
        )
        return
    yield from (DisplayedFormula(f"{each.name} =", each.body) for each in record.formula.definitions)
    if record.name not in {each.name for each in record.formula.definitions}:
        yield DisplayedFormula(f"{record.name} =", record.formula.syntax)
    if record.at:
        yield Text(join_runs(StyledRun(f"at {where(record.at)}", "dim")))


def _table(record: CheckpointRecord) -> Table:
    """What each strategy takes; of a chain, against Revolve's optimum for its layers and slots, and for as
    many slots as each uses.
    """
    slots, best = record.slots, record.strategies[0].optimum
    titles = ["strategy", "stored", *_against(slots), "run again", *_against(best)]
    titles += ["gradient"] if best is None else ["fewest", "gradient"]
    rows = tuple(
        (
            join_runs(StyledRun(each.name, "strong")),
            join_runs(f"{each.peak_stored:,}"),
            *_difference(each.peak_stored, slots),
            join_runs(f"{each.extra_forward_steps:,}"),
            *_difference(each.extra_forward_steps, best),
            *([] if each.optimum_at_peak is None else [join_runs(f"{each.optimum_at_peak:,}")]),
            join_runs(
                StyledRun("same bits", "good") if each.gradient_equal else StyledRun("DIFFERENT", "bad")
            ),
        )
        for each in record.strategies
    )
    return Table(tuple(titles), "l" + "r" * (len(titles) - 2) + "l", rows)


def _against(optimum: int | None) -> list[str]:
    return [] if optimum is None else [f"vs {optimum:,}"]


def _difference(found: int, optimum: int | None) -> list[Runs]:
    return (
        []
        if optimum is None
        else [join_runs(StyledRun(f"{found - optimum:+,}" if found != optimum else "0", "dim"))]
    )


# the segments of a formula


def _segments(record: CheckpointRecord, *, whole: bool) -> Iterator[Element]:
    if not record.segments:
        return
    rows = [_segment(number, each) for number, each in enumerate(record.segments, 1)]
    yield Heading("Segments")
    yield Table(
        ("segment", "works out", "crosses the cut before it"),
        "rll",
        tuple(rows if whole else cut_middle(rows, MOST_SEGMENTS, MOST_SEGMENTS // 2, (join_runs("…"),) * 3)),
    )


def _segment(number: int, segment: SegmentRecord) -> tuple[Runs, ...]:
    written = [f"{name} = {to_unicode(each.syntax)}" for name, each in segment.operations.items()]
    return (
        join_runs(f"{number}"),
        join_runs(fit_list(written, MOST_TEXT)),
        join_runs(fit_list(segment.crossing, MOST_TEXT)),
    )


# the drawing


@dataclass(slots=True)
class _SweepRow:
    """A row. marks: what is done, by layer; stored: the inputs that lie in slots at its end; dropped: those
    that it lets go.
    """

    stored: set[int]
    marks: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)


def _chart_schedules(record: CheckpointRecord, *, whole: bool) -> Iterator[Block]:
    """A drawing a strategy, with what the marks of all of them mean below the last."""
    count = len(record.segments) or record.layers
    each = -(-count // WIDEST)
    drawn = {
        strategy.name: _chart_rows(strategy, -(-count // each), each, whole=whole)
        for strategy in record.strategies
    }
    used = {mark for rows in drawn.values() for row in rows for mark in row}
    legend = [f"{mark} {meaning}" for mark, meaning in LEGEND.items() if mark in used]
    if each > 1:
        unit = "segments" if record.segments else "layers"
        legend[-1] = f"a column is {each:,} {unit}"  # for want of room, in the place of idle
    for name, rows in drawn.items():
        yield Heading(f"Schedule: {name}")
        yield Chart(tuple(rows), "   ".join(legend) if name == record.strategies[-1].name else "")


def _chart_rows(strategy: StrategyRecord, columns: int, layers: int, *, whole: bool) -> Sequence[str]:
    rows = [_row(sweep, columns, layers) for sweep in _sweeps(strategy.schedule)]
    return rows if whole else cut_middle(rows, MOST_ROWS, MOST_ROWS // 2, "…")


def _sweeps(schedule: Iterable[ActionRecord]) -> Iterator[_SweepRow]:
    """A row ends where an input is taken out of its slot, and between a stretch that is kept and its way
    back.
    """
    here = _SweepRow(set())
    for each in schedule:
        turns = each.action == "backward" and MARKS["keep"] in here.marks.values()
        if here.marks and (each.action == "restore" or turns):
            yield here
            here = _SweepRow(set(here.stored))
        if each.action == "store":
            here.stored.add(each.layer)
        elif each.action == "drop":
            here.stored.discard(each.layer)
            here.dropped.add(each.layer)
        elif each.action in MARKS:
            here.marks[each.layer] = MARKS[each.action]
    yield here


def _row(sweep: _SweepRow, columns: int, layers: int) -> str:
    """Two marks a column, its input and what is done there; past CROWDED columns one, what is done before an
    input that lies still. Of the layers of one column it shows the last that is touched.
    """

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


# the same as a picture: time to the right, layers upward, what lies stored, how much at once


def draw_schedules(record: CheckpointRecord, instead: Sequence[Block]) -> Figure:
    """A plan for each strategy."""
    unit = "segment" if record.segments else "layer"
    plans = tuple(
        _draw_plan(each, "value" if record.segments else unit, again="operation" if record.segments else unit)
        for each in record.strategies
    )
    notes = (
        ("the strips below count segments, whatever the values that each holds",) if record.segments else ()
    )
    return Figure(
        "Schedules", Schedule(len(record.segments) or record.layers, unit, plans, notes), tuple(instead)
    )


def _draw_plan(strategy: StrategyRecord, stored: str, again: str) -> StoragePlan:
    held = f"{pluralize(strategy.peak_stored, stored)} stored at once"
    run = f"{pluralize(strategy.extra_forward_steps, again)} run again"
    sweeps = tuple(_draw_sweeps(strategy.schedule))
    duration = sum(abs(each.last - each.first) + 1 for each in sweeps)
    return StoragePlan(
        strategy.name,
        f"{held}, {run}",
        duration,
        sweeps,
        tuple(_draw_holds(strategy.schedule, duration)),
        tuple(_draw_levels(strategy.schedule)),
    )


RUNS = {"advance": 1, "keep": 1, "backward": -1}
"""Actions that take time, and which way they go through the layers."""


def _draw_sweeps(schedule: Sequence[ActionRecord]) -> Iterator[Sweep]:
    """Actions of one kind from layer to layer."""
    here: Sweep | None = None
    for now, each in _time_actions(schedule):
        if each.action not in RUNS:
            continue
        if here is not None and each.action == here.kind and each.layer == here.last + RUNS[each.action]:
            here = Sweep(here.kind, here.start, here.first, each.layer)
            continue
        if here is not None:
            yield here
        here = Sweep(each.action, now, each.layer, each.layer)  # type: ignore[arg-type]  # one of the kinds
    if here is not None:
        yield here


def _time_actions(schedule: Sequence[ActionRecord]) -> Iterator[tuple[int, ActionRecord]]:
    """Each action with the time at which it begins."""
    now = 0
    for each in schedule:
        yield now, each
        now += each.action in RUNS


def _draw_holds(schedule: Sequence[ActionRecord], end: int) -> Iterator[Hold]:
    since: dict[int, int] = {}
    for now, each in _time_actions(schedule):
        if each.action == "store":
            since[each.layer] = now
        elif each.action == "drop":
            yield Hold(each.layer, since.pop(each.layer), now)
    yield from (Hold(layer, start, end) for layer, start in since.items())


def _draw_levels(schedule: Sequence[ActionRecord]) -> Iterator[tuple[int, int]]:
    """How many inputs and kept layers there are, whenever that changes."""
    inputs, kept = set[int](), set[int]()
    changes = {"store": inputs.add, "drop": inputs.discard, "keep": kept.add}
    for now, each in _time_actions(schedule):
        if each.action in changes:
            changes[each.action](each.layer)
            yield now + (each.action == "keep"), len(inputs) + len(kept)
        elif each.action == "backward" and each.layer in kept:
            kept.remove(each.layer)
            yield now + 1, len(inputs) + len(kept)


# what it means


def _meaning(record: CheckpointRecord) -> Iterator[str]:
    if record.layers < SMALLEST:
        yield "So short a way has nothing to spare: what its backward pass needs is all that there is."
        return
    yield from _of_formula(record) if record.segments else _of_chain(record)
    yield (
        "What is dropped is really gone and really run again, and every bit of the gradient is the "
        "same: the chain rule does not mind when."
    )


def _of_chain(record: CheckpointRecord) -> Iterator[str]:
    store, root, best = record.strategies
    every = _every(root.schedule)
    yield (
        "The way back (chainrule flow) needs at each layer what the forward pass knew there. "
        f"store-all keeps all {store.peak_stored:,} layers as it runs them, and runs none again."
    )
    yield (
        f"sqrt stores an input every {every:,} layers and keeps {every:,} layers whole at a time, "
        "the last ones first: "
        f"{root.peak_stored:,} at once, for {root.extra_forward_steps:,} layers run again, less "
        f"than one more forward pass of {record.layers:,}."
    )
    yield (
        f"Revolve stores inputs alone, {best.peak_stored:,} at once: "
        f"{pluralize(best.extra_forward_steps, 'layer')} run again, "
        f"the fewest that {pluralize(record.layers, 'layer')} and {pluralize(record.slots, 'slot')} allow. "
        f"{'Each → in a drawing is one; the' if record.layers <= CROWDED else 'The'} run inside a "
        "layer's own ◂ is not counted."
    )
    below = [
        f"{each.name} {each.optimum_at_peak:,}"
        for each in (store, root)
        if each.extra_forward_steps < (each.optimum_at_peak or 0)
    ]
    if below:
        yield (
            f"Fewest is Revolve's for as many slots as the row stores: {', '.join(below)}. "
            "Keeping layers whole goes below it, for a kept layer is more than an input: all that "
            "its ◂ needs, so it need not run again."
        )


def _every(schedule: Sequence[ActionRecord]) -> int:
    """Layers from one stored input to the next; the last stretch is kept from its first layer on."""
    stored = sum(each.action == "store" for each in schedule)
    return (next(each.layer for each in schedule if each.action == "keep") - 1) // stored


def _of_formula(record: CheckpointRecord) -> Iterator[str]:
    store, root = record.strategies
    yield (
        f"A chain of layers is cut anywhere at the price of one input. Here {record.layers:,} "
        "operations are cut into "
        f"{len(record.segments):,} segments, and a slot holds all the values that cross: "
        f"{max(record.cuts):,} at most."
    )
    again = (
        f"{pluralize(root.extra_forward_steps, 'operation')} worked out again, less than one more "
        "forward pass"
    )
    if root.peak_stored < store.peak_stored:
        yield f"store-all holds {store.peak_stored:,} values at once, sqrt {root.peak_stored:,}, for {again}."
        yield (
            "Other cuts may do better: for graphs nobody knows the best ones cheaply, so no optimum is "
            "claimed."
        )
        return
    yield (
        f"store-all holds {store.peak_stored:,} values at once and sqrt no fewer, for {again}: so much "
        "crosses the cuts that cutting saves nothing."
    )


def _next(record: CheckpointRecord) -> str:
    if record.formula is not None:
        return "chainrule checkpoint --layers 20 --slots 3"
    if record.layers < 100:
        return "chainrule checkpoint --layers 100 --slots 5"
    return 'chainrule checkpoint "u = sin(x*y); v = u*exp(u); w = v + sin(v)*u; w*w" --at x=1,y=2'
