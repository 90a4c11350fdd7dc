"""layers and slots, or a formula and a point -> CheckpointRecord: a backward pass that stores less and
recomputes more.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import isfinite

from chainrule_cli.errors import LimitError, QuestionError, UsageError
from chainrule_cli.graph.adjoint import find_dependent
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.to_syntax import write_formula
from chainrule_cli.lessons import checkpoint
from chainrule_cli.lessons.chains import START, ResidualChain, Segments, operations
from chainrule_cli.lessons.checkpoint import Action, Cost
from chainrule_cli.records.base import Expression, finite
from chainrule_cli.records.checkpoint import ActionRecord, CheckpointRecord, SegmentRecord, StrategyRecord
from chainrule_cli.reports.graph import GraphAtPoint, ask

LAYERS, SLOTS = 10, 3
MOST_LAYERS, MOST_STEPS = 10_000, 200_000
"""MOST_STEPS: forward steps of one schedule."""


def report(
    text: str | None = None,
    *,
    layers: int | None = None,
    slots: int | None = None,
    at: str | Mapping[str, float] | None = None,
) -> CheckpointRecord:
    """What storing all, every sqrt(n)-th and Revolve take, each really run; for a formula, the first two.

    text, at: a formula and its point, or None for a chain.
    layers, slots: of the chain; layers are counted, slots hold an input each.

    Raises:
        UsageError: a formula together with layers or slots.
        LimitError: the schedule is too long.
        QuestionError: the formula has no operation, no variable or no value at the point; and what `graph`
        raises.
    """
    if text is not None:
        if layers is not None or slots is not None:
            raise UsageError("--layers and --slots are for a chain of layers, not for a formula")
        return _of_formula(text, at)
    if at is not None:
        raise UsageError("--at goes with a formula")
    count, free = LAYERS if layers is None else layers, SLOTS if slots is None else slots
    if not 1 <= count <= MOST_LAYERS:
        raise LimitError(f"--layers {count:,} is not between 1 and {MOST_LAYERS:,}")
    if not 1 <= free <= MOST_LAYERS:
        raise LimitError(f"--slots {free:,} is not between 1 and {MOST_LAYERS:,}")
    least = checkpoint.optimum(count, free)
    if least > MOST_STEPS:
        raise LimitError(
            f"with {free:,} slot{'s' * (free > 1)} even the best schedule takes {least:,} forward "
            f"steps: more than {MOST_STEPS:,}",
            hint="--slots gives it more",
        )
    return _of_chain(count, free, least)


# a chain of layers


def _of_chain(layers: int, slots: int, least: int) -> CheckpointRecord:
    schedules = {
        "store-all": list(checkpoint.store_all(layers)),
        "sqrt": list(checkpoint.sqrt(layers)),
        "revolve": list(checkpoint.revolve(layers, slots)),
    }
    ran = {name: _run_chain(layers, schedule) for name, schedule in schedules.items()}
    whole = ran["store-all"][0]
    return CheckpointRecord(
        layers=layers,
        slots=slots,
        formula=None,
        name=None,
        at=None,
        gradient={"h": finite(whole[0])},
        segments=(),
        cuts=(),
        strategies=tuple(
            StrategyRecord(
                name=name,  # type: ignore[arg-type]  # of the three above
                slots=slots if name == "revolve" else None,
                peak_stored=ran[name][1].peak,
                extra_forward_steps=ran[name][1].extra,
                optimum=least,
                optimum_at_peak=checkpoint.optimum(layers, ran[name][1].peak),
                gradient_equal=_bits(ran[name][0]) == _bits(whole),
                schedule=_list_actions(schedule),
            )
            for name, schedule in schedules.items()
        ),
        notes=(),
    )


def _run_chain(layers: int, schedule: Sequence[Action]) -> tuple[list[float], Cost]:
    """The gradient by the first input, all weights and all biases; and what the executor counted."""
    made = ResidualChain(layers)
    first, cost = checkpoint.run(made, schedule, START, 1.0)
    return [first, *chain.from_iterable(made.gradient)], cost


def _list_actions(schedule: Iterable[Action]) -> tuple[ActionRecord, ...]:
    return tuple(ActionRecord(action=action.kind, layer=action.layer + 1) for action in schedule)


def _bits(values: Iterable[float]) -> bytes:
    return b"".join(struct.pack("<d", value) for value in values)


# a formula


def _of_formula(text: str, at: str | Mapping[str, float] | None) -> CheckpointRecord:
    asked = ask(text, at)
    name, output = next(iter(asked.results.items()))
    work = _work(asked, output, text)
    cut = Segments(asked.graph, output, asked.point, checkpoint.stretch(len(work)))
    schedules = {
        "store-all": list(checkpoint.store_all(cut.layers)),
        "sqrt": list(checkpoint.in_stretches(cut.layers, 1)),
    }
    ran = {
        each: checkpoint.run(cut, schedule, {}, {output: cut.carrier.one})
        for each, schedule in schedules.items()
    }
    gradients = {each: cut.gradient(adjoints) for each, (adjoints, _) in ran.items()}
    whole = gradients["store-all"]
    broken = [wrt for wrt, value in whole.items() if not isfinite(value)]
    return CheckpointRecord(
        layers=len(work),
        slots=None,
        formula=Expression(asked.reading.expr, asked.reading.definitions),
        name=name,
        at=dict(asked.point),
        gradient={wrt: finite(value) for wrt, value in whole.items()},
        segments=tuple(_segment(asked, cut, number) for number in range(cut.layers)),
        cuts=tuple(len(cut.crossing(number)) for number in range(1, cut.layers)),
        strategies=tuple(
            StrategyRecord(
                name=each,  # type: ignore[arg-type]  # of the two above
                slots=None,
                peak_stored=cost.peak,
                extra_forward_steps=cost.extra,
                optimum=None,
                optimum_at_peak=None,
                gradient_equal=_bits(gradients[each].values()) == _bits(whole.values()),
                schedule=_list_actions(schedules[each]),
            )
            for each, (_, cost) in ran.items()
        ),
        notes=(
            *(note.text for note in asked.reading.notes),
            *(
                f"the derivative by {wrt} is no finite number here; its bits are compared all the same"
                for wrt in broken
            ),
        ),
    )


def _work(asked: GraphAtPoint, output: int, text: str) -> list[int]:
    """The operations, if a backward pass has something to do there."""
    graph = asked.graph
    if not isfinite(forward(graph, asked.point, wanted=[output])[output]):
        raise QuestionError(
            "the formula has no value at this point", text=text, hint="choose a point of its domain"
        )
    work = operations(graph, output)
    if not work:
        raise QuestionError(
            "the formula has no operation: nothing is worked out, so nothing can be stored",
            text=text,
            hint="try u = sin(x)*x; u*u",
        )
    if not find_dependent(graph, output, set(graph.inputs.values()))[output]:
        raise QuestionError(
            "the formula has no variable: there is no gradient to go back for",
            text=text,
            hint="try u = sin(x)*x; u*u",
        )
    return work


def _segment(asked: GraphAtPoint, cut: Segments, number: int) -> SegmentRecord:
    names = asked.names
    return SegmentRecord(
        operations={
            names[index]: Expression(write_formula(asked.graph, index, names))
            for index in cut.segments[number]
        },
        crossing=tuple(names[index] for index in cut.crossing(number)),
    )
