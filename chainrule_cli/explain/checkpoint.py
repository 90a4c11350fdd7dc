"""CheckpointRecord -> Document: what each way costs, its schedule drawn, and what that means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule_cli.document import Chart, Document, Element, Formula, Heading, Note, Run, Runs, Table, Text, runs
from chainrule_cli.explain.numbers import where
from chainrule_cli.reports.checkpoint_record import ActionRecord, CheckpointRecord, StrategyRecord

WIDEST, CROWDED, MOST_ROWS = 74, 36, 24
"""Columns of a drawn schedule, those that have room for two marks, and its sweeps."""

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
        elements.append(Text(runs(f"{_many(record.layers, 'layer')}, {_many(record.slots, 'slot')}")))
    elements.append(_table(record))
    if detail != "brief":
        for strategy in record.strategies:
            if strategy.schedule and strategy.name != "store-all":
                elements += [Heading(f"Schedule: {strategy.name}"), _drawn(strategy, record.layers, whole=detail == "full")]
        elements += [Heading("What it means"), *(Text(line, 2) for line in _meaning(record)), Text(runs("try: ", Run(_next(record), "strong")))]
    elements += [Note(runs(note)) for note in record.notes]
    return Document("gradient checkpointing", tuple(elements))


def _many(count: int | None, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _table(record: CheckpointRecord) -> Table:
    """What each strategy takes; of a chain, against Revolve's optimum for its layers and slots."""
    slots, best = record.slots, record.strategies[0].optimum
    titles = ["strategy", "stored", *_against(slots), "run again", *_against(best), "gradient"]
    rows = tuple(
        (
            runs(Run(each.name, "strong")),
            runs(f"{each.peak_stored:,}"),
            *_difference(each.peak_stored, slots),
            runs(f"{each.extra_forward_steps:,}"),
            *_difference(each.extra_forward_steps, best),
            runs(Run("the same bits", "good") if each.gradient_equal else Run("DIFFERENT", "bad")),
        )
        for each in record.strategies
    )
    return Table(tuple(titles), "l" + "r" * (len(titles) - 2) + "l", rows)


def _against(optimum: int | None) -> list[str]:
    return [] if optimum is None else [f"against {optimum:,}"]


def _difference(found: int, optimum: int | None) -> list[Runs]:
    return [] if optimum is None else [runs(Run(f"{found - optimum:+,}" if found != optimum else "0", "dim"))]


def _drawn(strategy: StrategyRecord, layers: int, *, whole: bool) -> Chart:
    """A row a sweep: from where it begins, what it runs, which inputs lie in slots, which layers go backward."""
    each = -(-layers // WIDEST)
    rows = list(_rows(strategy.schedule, -(-layers // each), each))
    shown = rows if whole or len(rows) <= MOST_ROWS else [*rows[: MOST_ROWS // 2], "…", *rows[-MOST_ROWS // 2 :]]
    legend = {
        "●": "input stored",
        **{MARKS[action]: text for action, text in (("advance", "run"), ("keep", "run and kept"), ("backward", "backward"))},
        "·": "idle",
    }
    marks = "   ".join(f"{mark} {text}" for mark, text in legend.items() if any(mark in row for row in shown))
    return Chart(tuple(shown), marks + (f"   a column is {each:,} layers" if each > 1 else ""))


def _rows(schedule: Sequence[ActionRecord], columns: int, layers: int) -> Iterator[str]:
    """layers: that stand in one column; of what they do it shows the last."""
    stored: set[int] = set()
    row: dict[int, str] = {}

    def drawn() -> str:
        return _row({-(-layer // layers): mark for layer, mark in row.items()}, {-(-layer // layers) for layer in stored}, columns)

    for each in schedule:
        if each.action == "restore" and row:
            yield drawn()
            row = {}
        if each.action == "store":
            stored.add(each.layer)
        elif each.action == "drop":
            if row:
                yield drawn()
                row = {}
            stored.discard(each.layer)
        elif each.action in MARKS:
            if each.action == "backward" and MARKS["keep"] in row.values():
                yield drawn()
                row = {}
            row[each.layer] = MARKS[each.action]
    if row:
        yield drawn()


def _row(row: dict[int, str], stored: set[int], columns: int) -> str:
    """Two marks a column, its input and what it does; past CROWDED columns one, what it does and else its input."""
    numbers = range(1, columns + 1)
    if columns > CROWDED:
        return "".join(row.get(column, "●" if column in stored else "·") for column in numbers)
    return "".join(("●" if column in stored else " ") + row.get(column, "·") for column in numbers)


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
        made = f"Revolve makes do with {_many(best.peak_stored, 'slot')} for {best.extra_forward_steps:,} forward steps"
        yield runs(f"{made}: the optimum for {_many(record.layers, 'layer')} and {_many(record.slots, 'slot')} of one layer's input each.")
    yield runs("What is dropped is really gone and really run again, and every bit of the gradient is the same: the chain rule does not mind when.")


def _next(record: CheckpointRecord) -> str:
    if record.formula is not None:
        return "chainrule checkpoint --layers 20 --slots 3"
    if record.layers < 100:
        return "chainrule checkpoint --layers 100 --slots 5"
    return 'chainrule checkpoint "u = sin(x*y); v = u*exp(u); w = v + sin(v)*u; w*w" --at x=1,y=2'
