"""Several variants of a network side by side: what arrives, layer by layer, what clipping takes, how training
goes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from chainrule_cli.document import Block, Element, Heading, Runs, StyledRun, Table, Text, join_runs
from chainrule_cli.explain.bars import cut_rows, scale
from chainrule_cli.explain.flow_figure import draw_layers
from chainrule_cli.explain.flow_words import adds_up, dead_share, setting, write_angle
from chainrule_cli.explain.numbers import significant
from chainrule_cli.explain.words import pluralize
from chainrule_cli.records.flow import StepFlow, Training, VariantRecord

SHORT_BAR, PAGE = 12, 68
"""Columns of a bar, and of all bars of a table together with their gaps."""


CURES = {
    "tanh": "tanh passes on up to 1, where a sigmoid passes on 0.25 at most.",
    "relu": "relu passes on all or nothing: its slope is 1 or 0.",
    "leaky_relu": "leaky_relu passes on 0.01 where relu is shut: none of its units dies.",
    "he": "he draws weights of variance 2/N, which makes up for the half that relu shuts.",
    "orthogonal": "orthogonal weights keep the length of whatever they pass on.",
    "residual": "Residual layers add what they got: a rate is 1 plus the branch's.",
    "batch": (
        "Batch norm gives each unit mean 0 and deviation 1 over the batch, whatever the size of the weights."
    ),
    "layer": (
        "Layer norm gives the units of each input mean 0 and deviation 1, whatever the size of the weights."
    ),
    "clip-norm": "clip-norm shortens the step as a whole, (3, 4) to (0.6, 0.8), and keeps its direction.",
    "clip-value": "clip-value cuts each part by itself, (3, 4) to (1, 1), which turns the step.",
}
"""What a change does, by its word."""


def several(variants: Sequence[VariantRecord], *, full: bool) -> list[Element]:
    """The elements of a comparison."""
    layers: list[Block] = [Heading("Layer by layer")]
    for index, shown in enumerate(_groups(variants)):
        layers += [*([Text(join_runs("and"))] if index else []), _beside(shown, variants, full=full)]
    elements: list[Element] = [
        Text(join_runs(_common(variants))),
        _overview(variants),
        draw_layers(variants, layers),
    ]
    if any(each.step is not None for each in variants):
        elements += [Heading("Clipping"), _clipping(variants)]
    if variants[0].training is not None:
        what = "the loss, and how far the first update moves a layer beside the length of its weights"
        elements += [Heading("Training"), Text(join_runs(what)), _training(variants)]
    return elements


def _common(variants: Sequence[VariantRecord]) -> str:
    """The parts of their settings that all share."""
    settings = [setting(each).split(", ") for each in variants]
    return ", ".join(part for part in settings[0] if all(part in other for other in settings))


def _overview(variants: Sequence[VariantRecord]) -> Table:
    dead = any(dead_share(each) is not None for each in variants)
    rows = [
        (
            _name(each),
            join_runs(significant(each.ratio, 3) if each.ratio is not None else "past 1e308"),
            join_runs(significant(each.mean_rate, 3)),
            *([join_runs(_percent(dead_share(each)))] if dead else []),
            join_runs(StyledRun(each.verdict, "good" if each.verdict == "steady" else "bad")),
        )
        for each in variants
    ]
    return Table(
        ("variant", "layer 1 / last", "mean rate", *(["dead"] if dead else []), ""),
        "lrr" + "r" * dead + "l",
        tuple(rows),
    )


def _name(variant: VariantRecord) -> Runs:
    return join_runs(StyledRun(variant.name, "strong"))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _groups(variants: Sequence[VariantRecord]) -> Iterator[list[VariantRecord]]:
    """As many side by side as a page of 80 columns holds."""
    group: list[VariantRecord] = []
    for each in variants:
        if group and sum(max(SHORT_BAR, len(other.name)) + 3 for other in (*group, each)) > PAGE:
            yield group
            group = []
        group.append(each)
    yield group


def _beside(shown: Sequence[VariantRecord], variants: Sequence[VariantRecord], *, full: bool) -> Table:
    bar = scale(variants, SHORT_BAR)
    rows = []
    for layer in cut_rows(shown[0].layers[::-1], full=full):
        if layer is None:
            rows.append(tuple(join_runs("…") for _ in range(1 + len(shown))))
            continue
        norms = [each.layers[layer.depth - 1].gradient_norm for each in shown]
        rows.append(
            (join_runs(str(layer.depth)), *(join_runs(StyledRun(bar(norm), "gradient")) for norm in norms))
        )
    return Table(("layer", *(each.name for each in shown)), "r" + "l" * len(shown), tuple(rows))


def _clipping(variants: Sequence[VariantRecord]) -> Table:
    rows = [
        (
            _name(each),
            join_runs(significant(each.step.norm, 3)),
            join_runs(significant(each.step.clipped, 3)),
            join_runs(_angle(each.step)),
        )
        for each in variants
        if each.step is not None
    ]
    return Table(("variant", "length of the step", "clipped to", "turned by"), "lrrr", tuple(rows))


def _angle(step: StepFlow) -> str:
    return "—" if step.cosine is None else f"{math.degrees(math.acos(min(step.cosine, 1.0))):.1f}°"


def _training(variants: Sequence[VariantRecord]) -> Table:
    rows = [
        (
            _name(each),
            join_runs(_losses(each.training)),
            *(join_runs(significant(each.training.update_ratios[index], 2)) for index in (0, -1)),
        )
        for each in variants
        if each.training is not None
    ]
    return Table(("variant", "loss", "layer 1", f"layer {len(variants[0].layers)}"), "llrr", tuple(rows))


def _losses(training: Training) -> str:
    if training.broken is not None:
        return f"{significant(training.losses[0], 3)}, breaks after update {training.broken}"
    return f"{significant(training.losses[0], 3)} to {significant(training.losses[-1], 3)}"


# in words


def compare(variants: Sequence[VariantRecord]) -> Iterator[str]:
    """What a page of several variants says: what each changes beside the first, in numbers, and why."""
    first, count = variants[0], len(variants[0].layers)
    mean = (
        ""
        if first.mean_rate is None
        else f"; {significant(first.mean_rate, 3)} is the geometric mean of its rates"
    )
    yield (
        f"All see the same inputs and the same draw of weights. With {first.name}, "
        f"{_share(first, count)}: it {_verb(first)}{mean}."
    )
    for each in variants[1:]:
        changes = f"{_times(each, first)}{_branches(each)}{_clipping_words(each, first)}"
        yield f"{each.name}: {_share(each, count)}{changes}.{_training_words(each, first)}"
    words = dict.fromkeys(word.partition("=")[0] for each in variants for word in each.name.split("+"))
    yield from (CURES[word] for word in words if word in CURES)
    if {"xavier", "lecun"} <= set(words):
        yield "Where all layers are equally wide, xavier (2/(N + N)) and lecun (1/N) are the same."


def _verb(variant: VariantRecord) -> str:
    return "stays" if variant.verdict == "steady" else variant.verdict


def _share(variant: VariantRecord, count: int) -> str:
    if variant.ratio is None:
        return "the gradient leaves the doubles"
    return (
        f"layer 1 gets {significant(variant.ratio, 3)} times what layer {count} gets"
        if variant.ratio
        else "layer 1 gets nothing"
    )


def _times(variant: VariantRecord, first: VariantRecord) -> str:
    if variant.ratio is None or not first.ratio:
        return ""
    if variant.ratio == first.ratio:
        return f", the same as with {first.name}"
    times = variant.ratio / first.ratio
    return (
        f", {significant(times, 2)} times as much as with {first.name}"
        if math.isfinite(times) and times
        else ""
    )


def _branches(variant: VariantRecord) -> str:
    found = variant.paths
    return (
        f", through {significant(found.mean_length, 2)} branches on average"
        if found is not None and adds_up(found)
        else ""
    )


def _clipping_words(variant: VariantRecord, first: VariantRecord) -> str:
    step = variant.step
    if (
        step is None
        or step.norm is None
        or step.clipped is None
        or step.clipped == step.norm
        or first.step == step
    ):
        return ""
    return (
        f"; its step is clipped from {significant(step.norm, 3)} to {significant(step.clipped, 3)}, "
        f"{write_angle(step.cosine)}"
    )


def _training_words(variant: VariantRecord, first: VariantRecord) -> str:
    mine, other = variant.training, first.training
    if mine is None or other is None:
        return ""
    if mine.broken is not None:
        return f" Training breaks after update {mine.broken}{_too(other)}."
    beside = (
        f", where {first.name} breaks after update {other.broken}"
        if other.broken is not None
        else f" ({first.name}: {_last(other)})"
    )
    return (
        f" After {pluralize(mine.updates, 'update')} its loss is {_last(mine)}, from "
        f"{significant(mine.losses[0], 3)}{beside}."
    )


def _too(other: Training) -> str:
    return "" if other.broken is None else " too"


def _last(training: Training) -> str:
    return f"{significant(training.losses[-1], 3)}" if training.broken is None else "none"
