"""CheckpointRecord -> the drawing of its schedules: time to the right, layers upward, what is run, what lies stored, how much at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule_cli.document import Block, Figure, Hold, Plan, Schedule, Sweep
from chainrule_cli.records.checkpoint import ActionRecord, CheckpointRecord, StrategyRecord


def figure(record: CheckpointRecord, instead: Sequence[Block]) -> Figure:
    """A plan for each strategy."""
    unit = "segment" if record.segments else "layer"
    plans = tuple(
        _plan(each, "value" if record.segments else unit, again="operation" if record.segments else unit)
        for each in record.strategies
    )
    notes = (
        ("the strips below count segments, whatever the values that each holds",) if record.segments else ()
    )
    return Figure(
        "Schedules", Schedule(len(record.segments) or record.layers, unit, plans, notes), tuple(instead)
    )


def _plan(strategy: StrategyRecord, stored: str, again: str) -> Plan:
    held = f"{strategy.peak_stored:,} {stored if strategy.peak_stored == 1 else stored + 's'} stored at once"
    run = f"{strategy.extra_forward_steps:,} {again if strategy.extra_forward_steps == 1 else again + 's'} run again"
    sweeps = tuple(_sweeps(strategy.schedule))
    duration = sum(abs(each.last - each.first) + 1 for each in sweeps)
    return Plan(
        strategy.name,
        f"{held}, {run}",
        duration,
        sweeps,
        tuple(_holds(strategy.schedule, duration)),
        tuple(_levels(strategy.schedule)),
    )


RUNS = {"advance": 1, "keep": 1, "backward": -1}
"""Actions that take time, and which way they go through the layers."""


def _sweeps(schedule: Sequence[ActionRecord]) -> Iterator[Sweep]:
    """Actions of one kind from layer to layer."""
    here: Sweep | None = None
    now = 0
    for each in schedule:
        if each.action not in RUNS:
            continue
        if here is not None and each.action == here.kind and each.layer == here.last + RUNS[each.action]:
            here = Sweep(here.kind, here.start, here.first, each.layer)
        else:
            if here is not None:
                yield here
            here = Sweep(each.action, now, each.layer, each.layer)  # type: ignore[arg-type]  # one of the kinds
        now += 1
    if here is not None:
        yield here


def _timed(schedule: Sequence[ActionRecord]) -> Iterator[tuple[int, ActionRecord]]:
    """Each action with the time at which it begins."""
    now = 0
    for each in schedule:
        yield now, each
        now += each.action in RUNS


def _holds(schedule: Sequence[ActionRecord], end: int) -> Iterator[Hold]:
    since: dict[int, int] = {}
    for now, each in _timed(schedule):
        if each.action == "store":
            since[each.layer] = now
        elif each.action == "drop":
            yield Hold(each.layer, since.pop(each.layer), now)
    yield from (Hold(layer, start, end) for layer, start in since.items())


def _levels(schedule: Sequence[ActionRecord]) -> Iterator[tuple[int, int]]:
    """How many inputs and kept layers there are, whenever that changes."""
    inputs, kept = set[int](), set[int]()
    changes = {"store": inputs.add, "drop": inputs.discard, "keep": kept.add}
    for now, each in _timed(schedule):
        if each.action in changes:
            changes[each.action](each.layer)
            yield now + (each.action == "keep"), len(inputs) + len(kept)
        elif each.action == "backward" and each.layer in kept:
            kept.remove(each.layer)
            yield now + 1, len(inputs) + len(kept)
