"""Several variants of a network side by side: what arrives, layer by layer, what clipping takes, how training goes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from chainrule_cli.document import Block, Element, Heading, Run, Runs, Table, Text, runs
from chainrule_cli.explain.flow_bars import scale, some
from chainrule_cli.explain.flow_figure import of_layers
from chainrule_cli.explain.flow_words import dead_share, setting
from chainrule_cli.explain.numbers import significant
from chainrule_cli.records.flow import StepFlow, Training, VariantRecord

SHORT_BAR, PAGE = 12, 68
"""Columns of a bar, and of all bars of a table together with their gaps."""


def several(variants: Sequence[VariantRecord], *, full: bool) -> list[Element]:
    """The elements of a comparison."""
    layers: list[Block] = [Heading("Layer by layer")]
    for place, shown in enumerate(_groups(variants)):
        layers += [*([Text(runs("and"))] if place else []), _beside(shown, variants, full=full)]
    elements: list[Element] = [
        Text(runs(_common(variants))),
        _overview(variants),
        of_layers(variants, layers),
    ]
    if any(each.step is not None for each in variants):
        elements += [Heading("Clipping"), _clipping(variants)]
    if variants[0].training is not None:
        what = "the loss, and how far the first update moves a layer beside the length of its weights"
        elements += [Heading("Training"), Text(runs(what)), _training(variants)]
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
            runs(significant(each.ratio, 3) if each.ratio is not None else "past 1e308"),
            runs(significant(each.mean_rate, 3)),
            *([runs(_percent(dead_share(each)))] if dead else []),
            runs(Run(each.verdict, "good" if each.verdict == "steady" else "bad")),
        )
        for each in variants
    ]
    return Table(
        ("variant", "layer 1 / last", "mean rate", *(["dead"] if dead else []), ""),
        "lrr" + "r" * dead + "l",
        tuple(rows),
    )


def _name(variant: VariantRecord) -> Runs:
    return runs(Run(variant.name, "strong"))


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
    for layer in some(shown[0].layers[::-1], full=full):
        if layer is None:
            rows.append(tuple(runs("…") for _ in range(1 + len(shown))))
            continue
        norms = [each.layers[layer.depth - 1].gradient_norm for each in shown]
        rows.append((runs(str(layer.depth)), *(runs(Run(bar(norm), "gradient")) for norm in norms)))
    return Table(("layer", *(each.name for each in shown)), "r" + "l" * len(shown), tuple(rows))


def _clipping(variants: Sequence[VariantRecord]) -> Table:
    rows = [
        (
            _name(each),
            runs(significant(each.step.norm, 3)),
            runs(significant(each.step.clipped, 3)),
            runs(_angle(each.step)),
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
            runs(_losses(each.training)),
            *(runs(significant(each.training.update_ratios[place], 2)) for place in (0, -1)),
        )
        for each in variants
        if each.training is not None
    ]
    return Table(("variant", "loss", "layer 1", f"layer {len(variants[0].layers)}"), "llrr", tuple(rows))


def _losses(training: Training) -> str:
    if training.broken is not None:
        return f"{significant(training.losses[0], 3)}, breaks after update {training.broken}"
    return f"{significant(training.losses[0], 3)} to {significant(training.losses[-1], 3)}"
