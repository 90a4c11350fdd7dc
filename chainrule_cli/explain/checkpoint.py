"""CheckpointRecord -> Document: what each way costs, its schedule drawn, and what that means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule_cli.document import Chart, Document, Element, Formula, Heading, Note, Run, Runs, Table, Text, runs
from chainrule_cli.explain.numbers import where
from chainrule_cli.reports.checkpoint_record import ActionRecord, CheckpointRecord, StrategyRecord

WIDEST, CROWDED, MOST_ROWS = 74, 36, 24
"""Layers and sweeps of a drawn schedule."""

SMALLEST = 3
"""Values that the backward pass needs, from which storing fewer of them is worth a word."""

MARKS = {"advance": "→", "keep": "▸", "backward": "◂"}


def explain(record: CheckpointRecord, detail: str = "normal") -> Document:
    """The page of a chain or a formula. detail: brief leaves out the drawing and what it means, full draws long schedules whole."""
    elements: list[Element] = []
    if record.formula is not None and record.at is not None:
        elements += [Formula(f"{each.name} =", each.body) for each in record.formula.definitions]
        elements += [Formula("f =", record.formula.syntax), *([Text(runs(Run(f"at {where(record.at)}", "dim")))] if record.at else [])]
    else:
        elements.append(Text(runs(f"{record.layers:,} layers, {record.slots:,} slots")))
    elements.append(_table(record))
    if detail != "brief":
        for strategy in record.strategies:
            if strategy.schedule and strategy.name != "store-all" and record.layers <= WIDEST:
                elements += [Heading(f"Schedule: {strategy.name}"), _drawn(strategy, record.layers, whole=detail == "full")]
        elements += [Heading("What it means"), *(Text(line, 2) for line in _meaning(record)), Text(runs("try: ", Run(_next(record), "strong")))]
    elements += [Note(runs(note)) for note in record.notes]
    return Document("gradient checkpointing", tuple(elements))


def _table(record: CheckpointRecord) -> Table:
    rows = tuple(
        (
            runs(Run(each.name, "strong")),
            runs(f"{each.peak_stored:,}"),
            runs(f"{each.extra_forward_steps:,}"),
            runs("" if each.optimum is None else f"{each.optimum:,}"),
            runs(Run("the same bits", "good") if each.gradient_equal else Run("DIFFERENT", "bad")),
        )
        for each in record.strategies
    )
    return Table(("strategy", "stored at most", "run again", "optimum", "gradient"), "lrrrl", rows)


def _drawn(strategy: StrategyRecord, layers: int, *, whole: bool) -> Chart:
    """A row a sweep: from where it begins, what it runs, which inputs lie in slots, which layers go backward."""
    rows = list(_rows(strategy.schedule, layers))
    shown = rows if whole or len(rows) <= MOST_ROWS else [*rows[: MOST_ROWS // 2], "…", *rows[-MOST_ROWS // 2 :]]
    legend = {
        "●": "input stored",
        **{MARKS[action]: text for action, text in (("advance", "run"), ("keep", "run and kept"), ("backward", "backward"))},
        "·": "idle",
    }
    return Chart(tuple(shown), "   ".join(f"{mark} {text}" for mark, text in legend.items() if any(mark in row for row in shown)))


def _rows(schedule: Sequence[ActionRecord], layers: int) -> Iterator[str]:
    stored: set[int] = set()
    row: dict[int, str] = {}
    for each in schedule:
        if each.action == "restore" and row:
            yield _row(row, stored, layers)
            row = {}
        if each.action == "store":
            stored.add(each.layer)
        elif each.action == "drop":
            if row:
                yield _row(row, stored, layers)
                row = {}
            stored.discard(each.layer)
        elif each.action in MARKS:
            if each.action == "backward" and MARKS["keep"] in row.values():
                yield _row(row, stored, layers)
                row = {}
            row[each.layer] = MARKS[each.action]
    if row:
        yield _row(row, stored, layers)


def _row(row: dict[int, str], stored: set[int], layers: int) -> str:
    """Two marks a layer, its input and what it does; past CROWDED layers one, what it does and else its input."""
    numbers = range(1, layers + 1)
    if layers > CROWDED:
        return "".join(row.get(layer, "●" if layer in stored else "·") for layer in numbers)
    return "".join(("●" if layer in stored else " ") + row.get(layer, "·") for layer in numbers)


def _meaning(record: CheckpointRecord) -> Iterator[Runs]:
    store, root = record.strategies[0], record.strategies[1]
    if store.peak_stored < SMALLEST:
        yield runs("So small a graph has nothing to spare: what its backward pass needs is all that there is.")
        return
    what = "values" if record.formula is not None else "layers' inputs"
    yield runs(f"A backward step needs what the forward pass knew there. Storing all of it takes {store.peak_stored:,} {what} at once. ")
    again = f"{root.extra_forward_steps:,} steps again, less than one more forward pass"
    yield runs(f"Storing at every square root's step takes {root.peak_stored:,} and runs {again}.")
    if record.formula is None:
        best = record.strategies[2]
        made = f"Revolve makes do with {best.peak_stored:,} slots for {best.extra_forward_steps:,} forward steps"
        yield runs(f"{made}; no schedule with {record.slots:,} slots takes fewer.")
    yield runs("What is dropped is really gone and really run again, and every bit of the gradient is the same: the chain rule does not mind when.")


def _next(record: CheckpointRecord) -> str:
    if record.formula is not None:
        return "chainrule checkpoint --layers 20 --slots 3"
    if record.layers < 100:
        return "chainrule checkpoint --layers 100 --slots 5"
    return 'chainrule checkpoint "u = sin(x*y); v = u*exp(u); w = v + sin(v)*u; w*w" --at x=1,y=2'
