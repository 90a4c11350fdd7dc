"""FlowRecord -> Document: bars of the gradient from the last layer back to the first, on a log scale, and
what they mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from chainrule_cli.document import Document, Element, Heading, Remark, Runs, StyledRun, Table, Text, join_runs
from chainrule_cli.explain.bars import MOST_ROWS, cut_rows, scale
from chainrule_cli.explain.flow_compare import compare, several
from chainrule_cli.explain.flow_figure import draw_layers
from chainrule_cli.explain.flow_words import (
    LEAST_REST,
    meaning,
    next_command,
    setting,
    write_angle,
)
from chainrule_cli.explain.numbers import significant
from chainrule_cli.explain.words import pluralize
from chainrule_cli.records.flow import FlowRecord, LayerFlow, Spectrum, StepFlow, Training, VariantRecord

LONGEST_BAR, LONGEST_BESIDE_DEAD = 40, 34
SHARE_BAR, UPDATE_BAR = 20, 30


def explain(record: FlowRecord, detail: str = "normal") -> Document:
    """The page of a flow.

    detail: brief leaves out what it means, full lists every layer.
    """
    full, alone = detail == "full", len(record.variants) == 1
    elements: list[Element] = (
        _one(record.variants[0], full=full) if alone else several(record.variants, full=full)
    )
    if detail != "brief":
        lines = meaning(record.variants[0]) if alone else compare(record.variants)
        elements += [
            Heading("What it means"),
            *(Text(join_runs(line), 2) for line in lines),
            Text(join_runs("try: ", StyledRun(next_command(record), "strong"))),
        ]
    elements += [Remark(join_runs(note)) for note in record.notes]
    return Document("the flow of a gradient", tuple(elements))


def _one(variant: VariantRecord, *, full: bool) -> list[Element]:
    elements: list[Element] = [
        Text(join_runs(setting(variant))),
        draw_layers([variant], [_bars(variant, full=full)]),
        Text(verdict_words(variant)),
    ]
    if variant.step is not None:
        elements.append(Text(join_runs(_step(variant.step))))
    if variant.paths is not None:
        elements += [Heading("Paths"), *_paths(variant.paths, len(variant.layers))]
    if variant.training is not None:
        elements += [Heading("Training"), *_training(variant.training, full=full)]
    return elements


def _bars(variant: VariantRecord, *, full: bool) -> Table:
    layers = variant.layers[::-1]
    dead = any(layer.dead is not None for layer in layers)
    bar = scale([variant], LONGEST_BESIDE_DEAD if dead else LONGEST_BAR)
    rows = []
    for layer in cut_rows(layers, full=full):
        if layer is None:
            rows.append(tuple(join_runs("…") for _ in range(4 + dead)))
            continue
        row = [
            join_runs(str(layer.depth)),
            _norm(layer.gradient_norm),
            join_runs(significant(layer.rate)),
            *([_dead(layer)] if dead else []),
        ]
        rows.append((*row, join_runs(StyledRun(bar(layer.gradient_norm), "gradient"))))
    rows.append(
        (
            join_runs("input"),
            _norm(variant.input_norm),
            *(join_runs() for _ in range(1 + dead)),
            join_runs(StyledRun(bar(variant.input_norm), "gradient")),
        )
    )
    return Table(
        ("layer", "|gradient|", "rate", *(["dead"] if dead else []), ""),
        "rr." + "r" * dead + "l",
        tuple(rows),
    )


def _dead(layer: LayerFlow) -> Runs:
    return join_runs("" if layer.dead is None else f"{layer.dead:.0%}")


def _norm(value: float | None) -> Runs:
    return join_runs(StyledRun("past 1e308" if value is None else f"{value:.2e}", "value"))


def verdict_words(variant: VariantRecord) -> Runs:
    """vanishes: what layer 1 gets of it, from where on, and when floats lose it."""
    role = "good" if variant.verdict == "steady" else "bad"
    return join_runs(StyledRun(variant.verdict, role), f": {_arrives(variant)}{_how_deep(variant)}")  # type: ignore[arg-type]  # one of the roles


def _arrives(variant: VariantRecord) -> str:
    last = len(variant.layers)
    if last == 1:
        return "with one layer there is nothing to compare; the input gets what its rate leaves"
    if variant.ratio is None:
        return f"the gradient leaves the doubles on its way from layer {last} to layer 1"
    share = (
        f"layer 1 gets {significant(variant.ratio, 3)} times what layer {last} gets"
        if variant.ratio
        else "layer 1 gets nothing at all"
    )
    beyond = {
        "vanishes": ", under a hundredth from layer {} down",
        "explodes": ", over a hundred times from layer {} down",
        "steady": "",
    }
    return share + beyond[variant.verdict].format(variant.crossing)


def _how_deep(variant: VariantRecord) -> str:
    """After how many layers of the mean rate floats hold it no more."""
    words = {
        "vanishes": (
            variant.underflow_depth,
            "nothing is left of it in float32 after {}, in float64 after {}",
        ),
        "explodes": (variant.overflow_depth, "it overflows float32 after {}, float64 after {}"),
    }
    depths, text = words.get(variant.verdict, ({}, ""))
    single, double = depths.get("float32"), depths.get("float64")
    return (
        f"; at this rate {text.format(pluralize(single, 'layer'), f'{double:,}')}"
        if single is not None and double is not None
        else ""
    )


def _step(step: StepFlow) -> str:
    if step.norm is None or step.clipped is None:
        return "the step of all weights is past the doubles: there is no length to clip"
    if step.norm == step.clipped:
        return f"the step of all weights is {significant(step.norm)} long: there is nothing to clip"
    return (
        f"the step of all weights, {significant(step.norm)} long, is clipped to "
        f"{significant(step.clipped)}, {write_angle(step.cosine)}"
    )


def _paths(found: Spectrum, layers: int) -> Iterator[Element]:
    yield Text(
        join_runs(
            f"2^{layers} paths: each layer is passed by, or its branch is gone through; sorted by "
            "how many branches they go through"
        )
    )
    shares = sorted(found.lengths, key=lambda each: -abs(each.share))[:MOST_ROWS]
    largest = max((abs(each.share) for each in shares), default=1.0)
    rows = [
        (
            join_runs(str(each.length)),
            join_runs(_count(each.paths)),
            join_runs(f"{each.share:.1%}"),
            join_runs(StyledRun("█" * round(SHARE_BAR * abs(each.share) / largest), "value")),
        )
        for each in sorted(shares, key=lambda each: each.length)
    ]
    if abs(found.rest) >= LEAST_REST:
        rows.append((join_runs("longer"), join_runs(), join_runs(f"{found.rest:.1%}"), join_runs()))
    yield Table(("branches", "paths", "share of the gradient", ""), "rrrl", tuple(rows))


def _count(paths: str) -> str:
    return f"{int(paths):,}" if len(paths) <= 12 else f"{paths[0]}.{paths[1:3]}e{len(paths) - 1}"


def _training(training: Training, *, full: bool) -> Iterator[Element]:
    losses, last = training.losses, len(training.losses) - 1
    shown = (
        range(last + 1)
        if full or last < MOST_ROWS
        else sorted({round(row * last / (MOST_ROWS - 1)) for row in range(MOST_ROWS)})
    )
    rows = [
        (
            join_runs(str(index)),
            join_runs(
                StyledRun("no number" if losses[index] is None else significant(losses[index]), "value")
            ),
        )
        for index in shown
    ]
    yield Table(("update", "loss"), "r.", tuple(rows))
    if training.broken is not None:
        when = f"after update {training.broken}" if training.broken else "before the first update"
        yield Remark(join_runs(f"{when} the loss is no finite number any more"), "bad")
    if any(ratio is not None for ratio in training.update_ratios):
        yield Text(join_runs("how far an update moves a layer, beside the length of its weights"))
        yield _updates(training, full=full)


def _updates(training: Training, *, full: bool) -> Table:
    """The update-to-weight ratio of each layer, from the last back to the first."""
    pairs = list(zip(training.update_ratios, training.last_update_ratios, strict=True))
    rows = []
    logs = [math.log10(first) for first, _ in pairs if first]
    most, least = max(logs, default=0.0), min(logs, default=0.0)
    for index in cut_rows(range(len(pairs), 0, -1), full=full):
        if index is None:
            rows.append(tuple(join_runs("…") for _ in range(4)))
            continue
        first, last = pairs[index - 1]
        bar = (
            "█" * max(1, round(UPDATE_BAR * (math.log10(first) - least) / max(most - least, 4.0)))
            if first
            else ""
        )
        rows.append(
            (join_runs(str(index)), _ratio(first), _ratio(last), join_runs(StyledRun(bar, "gradient")))
        )
    return Table(("layer", "first update", "last update", ""), "rrrl", tuple(rows))


def _ratio(value: float | None) -> Runs:
    return join_runs(StyledRun("—" if value is None else f"{value:.2e}", "value"))
