"""A network's record -> lines: a bar for each layer, the last layer first, as far as the gradient has come; and what happens there."""

from __future__ import annotations

from chainrule_cli.explain.bars import scale
from chainrule_cli.explain.numbers import significant
from chainrule_cli.play import asking
from chainrule_cli.records.flow import FlowRecord, VariantRecord
from chainrule_cli.render.pieces import Line, Piece

SHORTEST = 20
"""Cells of the longest bar, on a screen that has no more."""


def decoded(data: bytes) -> VariantRecord:
    """The one variant of a record. Raises LostError for what no worker of ours has written."""
    return asking.decoded(data, FlowRecord).variants[0]


def moments(variant: VariantRecord) -> int:
    """The gradient is at the last layer, then one layer further back each time, at last at the input."""
    return len(variant.layers) + 1


def norms(variant: VariantRecord) -> list[float | None]:
    """By moments: at the last layer first, at the input last."""
    return [*(layer.gradient_norm for layer in reversed(variant.layers)), variant.input_norm]


def drawn(variant: VariantRecord, position: int, room: int) -> list[Line]:
    """A line for each moment; the bars of those that have not come are not there yet. A piece bears its moment as its vertex."""
    dead = any(layer.dead is not None for layer in variant.layers)
    bar = scale([variant], max(room - 37 - 7 * dead, SHORTEST))
    rates = [*(significant(layer.rate) for layer in reversed(variant.layers)), ""]
    shares = [*("" if layer.dead is None else f"{layer.dead:.0%}" for layer in reversed(variant.layers)), ""]
    lines = [[Piece("  layer   |gradient|        rate" + "   dead" * dead, "dim")]]
    for place, norm in enumerate(norms(variant)):
        name = str(len(variant.layers) - place) if place < len(variant.layers) else "input"
        line = [
            Piece("▶ " if place + 1 == position else "  ", "strong"),
            Piece(f"{name:>5}   ", vertex=place + 1),
        ]
        if place < position:
            line += [
                Piece(f"{_norm(norm):>10}", "value", 0, place + 1),
                Piece(f"{rates[place]:>12}" + f"{shares[place]:>7}" * dead, "plain", 0, place + 1),
                Piece("   "),
                Piece(bar(norm), "gradient", 0, place + 1),
            ]
        lines.append(line)
    return lines


def words(variant: VariantRecord, position: int) -> Line:
    """What happens at a moment: the rate of a layer times what it gets is what it passes on."""
    count, found = len(variant.layers), norms(variant)
    if position == 0:
        return [Piece("the forward pass is done; → sends the gradient back from the last layer")]
    if position == 1:
        return [
            Piece(f"at layer {count}", "strong"),
            Piece(" the gradient of the result begins, with length "),
            Piece(_norm(found[0]), "value"),
        ]
    above, below = count - position + 2, count - position + 1
    rate = variant.layers[above - 1].rate
    where = f"layer {above} → {f'layer {below}' if below else 'input'}"
    return [
        Piece(where, "strong"),
        Piece(": upstream "),
        Piece(_norm(found[position - 2]), "gradient"),
        Piece(" × rate "),
        Piece(significant(rate), "value"),
        Piece(" = "),
        Piece(_norm(found[position - 1]), "gradient"),
    ]


def _norm(value: float | None) -> str:
    return "past 1e308" if value is None else f"{value:.2e}"
