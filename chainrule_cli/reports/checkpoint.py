"""layers and slots, or a formula and a point -> CheckpointRecord: a backward pass that stores less and recomputes more."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import isfinite, isqrt

from chainrule_cli.errors import LimitError, QuestionError, UsageError
from chainrule_cli.graph import checkpoint, segments
from chainrule_cli.graph.checkpoint import Action, Cost
from chainrule_cli.graph.sweep import forward
from chainrule_cli.lessons.layers import START, TanhChain
from chainrule_cli.reports import graph as graph_report
from chainrule_cli.reports.checkpoint_record import ActionRecord, CheckpointRecord, StrategyRecord
from chainrule_cli.reports.records import Expression, finite

LAYERS, SLOTS = 10, 3
MOST_LAYERS, MOST_STEPS = 10_000, 200_000
"""MOST_STEPS: forward steps of one schedule."""


def report(
    text: str | None = None, *, layers: int | None = None, slots: int | None = None, at: str | Mapping[str, float] | None = None
) -> CheckpointRecord:
    """What storing all, storing every sqrt(n)-th and Revolve take for a chain of layers, each really run; for a formula, the first two.

    Raises UsageError for a formula together with layers or slots, LimitError for a schedule that is too long, and what `graph` raises.
    """
    if text is not None:
        if layers is not None or slots is not None:
            raise UsageError("--layers and --slots are for a chain of layers, not for a formula")
        return _of_formula(text, at)
    if at is not None:
        raise UsageError("--at goes with a formula")
    count, free = LAYERS if layers is None else layers, SLOTS if slots is None else slots
    if not 1 <= count <= MOST_LAYERS:
        raise LimitError(f"--layers is from 1 to {MOST_LAYERS:,}")
    if not 1 <= free <= MOST_LAYERS:
        raise LimitError(f"--slots is from 1 to {MOST_LAYERS:,}")
    least = checkpoint.optimum(count, free)
    if least > MOST_STEPS:
        raise LimitError(
            f"with {free:,} slot{'s' * (free > 1)} even the best schedule takes {least:,} forward steps: more than {MOST_STEPS:,}",
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
    ran = {name: _ran(layers, schedule) for name, schedule in schedules.items()}
    whole = ran["store-all"][0]
    return CheckpointRecord(
        layers=layers,
        slots=slots,
        formula=None,
        at=None,
        gradient={"h": finite(whole[0])},
        cuts=(),
        strategies=tuple(
            StrategyRecord(
                name=name,  # type: ignore[arg-type]  # of the three above
                slots=slots if name == "revolve" else None,
                peak_stored=ran[name][1].peak,
                extra_forward_steps=ran[name][1].extra,
                optimum=least,
                gradient_equal=_bits(ran[name][0]) == _bits(whole),
                schedule=tuple(ActionRecord(action=action.kind, layer=action.layer + 1) for action in schedule),
            )
            for name, schedule in schedules.items()
        ),
        notes=(),
    )


def _ran(layers: int, schedule: Sequence[Action]) -> tuple[list[float], Cost]:
    """The gradient by the first input, all weights and all biases; and what the executor counted."""
    made = TanhChain(layers)
    first, cost = checkpoint.run(made, schedule, START, 1.0)
    return [first, *chain.from_iterable(made.gradient)], cost


def _bits(values: Iterable[float]) -> bytes:
    return b"".join(struct.pack("<d", value) for value in values)


# a formula


def _of_formula(text: str, at: str | Mapping[str, float] | None) -> CheckpointRecord:
    asked = graph_report.ask(text, at)
    output = next(iter(asked.results.values()))
    graph = asked.graph
    if not isfinite(forward(graph, asked.point, wanted=[output])[output]):
        raise QuestionError("the formula has no value at this point", text=text, hint="choose a point of its domain")
    count = sum(needed and bool(graph.nodes[place].args) for place, needed in enumerate(graph.reaching(output)))
    whole = segments.backward(graph, output, asked.point, 1)
    cut = segments.backward(graph, output, asked.point, isqrt(max(count - 1, 0)) + 1)
    names = list(whole.gradient)
    equal = _bits(whole.gradient[name] for name in names) == _bits(cut.gradient[name] for name in names)
    return CheckpointRecord(
        layers=count,
        slots=None,
        formula=Expression(asked.reading.expr, asked.reading.definitions),
        at=dict(asked.point),
        gradient={name: finite(value) for name, value in whole.gradient.items()},
        cuts=cut.cuts,
        strategies=(_taken("store-all", whole, equal=True), _taken("sqrt", cut, equal=equal)),
        notes=(),
    )


def _taken(name: str, found: segments.Segmented, *, equal: bool) -> StrategyRecord:
    return StrategyRecord(
        name=name,  # type: ignore[arg-type]  # of the two above
        slots=None,
        peak_stored=found.peak,
        extra_forward_steps=found.again,
        optimum=None,
        gradient_equal=equal,
        schedule=(),
    )
