"""A network's record -> lines: a bar for each layer, the last layer first, as far as the gradient has come; and what happens there."""

from __future__ import annotations

from chainrule_cli.explain.flow_bars import scale
from chainrule_cli.explain.numbers import significant
from chainrule_cli.play import asking
from chainrule_cli.records.flow import FlowRecord, VariantRecord
from chainrule_cli.render.pieces import Span, Spans

SHORTEST = 20
"""Cells of the longest bar, on a screen that has no more."""


def decoded(data: bytes) -> VariantRecord:
    """The one variant of a record. Raises LostError for what no worker of ours has written."""
    return asking.decode(data, FlowRecord).variants[0]


def count_moments(variant: VariantRecord) -> int:
    """The gradient is at the last layer, then one layer further back each time, at last at the input."""
    return len(variant.layers) + 1


def list_norms(variant: VariantRecord) -> list[float | None]:
    """By moments: at the last layer first, at the input last."""
    return [*(layer.gradient_norm for layer in reversed(variant.layers)), variant.input_norm]


def draw_bars(variant: VariantRecord, position: int, room: int) -> list[Spans]:
    """A line for each moment; the bars of those that have not come are not there yet. A piece bears its moment as its vertex."""
    dead = any(layer.dead is not None for layer in variant.layers)
    bar = scale([variant], max(room - 37 - 7 * dead, SHORTEST))
    rates = [*(significant(layer.rate) for layer in reversed(variant.layers)), ""]
    shares = [*("" if layer.dead is None else f"{layer.dead:.0%}" for layer in reversed(variant.layers)), ""]
    lines = [[Span("  layer   |gradient|        rate" + "   dead" * dead, "dim")]]
    for place, norm in enumerate(list_norms(variant)):
        name = str(len(variant.layers) - place) if place < len(variant.layers) else "input"
        line = [
            Span("▶ " if place + 1 == position else "  ", "strong"),
            Span(f"{name:>5}   ", vertex=place + 1),
        ]
        if place < position:
            line += [
                Span(f"{_format_norm(norm):>10}", "value", 0, place + 1),
                Span(f"{rates[place]:>12}" + f"{shares[place]:>7}" * dead, "plain", 0, place + 1),
                Span("   "),
                Span(bar(norm), "gradient", 0, place + 1),
            ]
        lines.append(line)
    return lines


def describe_moment(variant: VariantRecord, position: int) -> Spans:
    """What happens at a moment: the rate of a layer times what it gets is what it passes on."""
    count, found = len(variant.layers), list_norms(variant)
    if position == 0:
        return [Span("the forward pass is done; → sends the gradient back from the last layer")]
    if position == 1:
        return [
            Span(f"at layer {count}", "strong"),
            Span(" the gradient of the result begins, with length "),
            Span(_format_norm(found[0]), "value"),
        ]
    above, below = count - position + 2, count - position + 1
    rate = variant.layers[above - 1].rate
    where = f"layer {above} → {f'layer {below}' if below else 'input'}"
    return [
        Span(where, "strong"),
        Span(": upstream "),
        Span(_format_norm(found[position - 2]), "gradient"),
        Span(" × rate "),
        Span(significant(rate), "value"),
        Span(" = "),
        Span(_format_norm(found[position - 1]), "gradient"),
    ]


def _format_norm(value: float | None) -> str:
    return "past 1e308" if value is None else f"{value:.2e}"
