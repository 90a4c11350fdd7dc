"""The drawings of a flow: how long the gradient is at each layer, or at each step of time, a panel for each
variant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from chainrule_cli.document import Bars, BarSeries, Block, Figure
from chainrule_cli.explain.numbers import significant
from chainrule_cli.records.flow import CellVariant, FlowCellRecord, VariantRecord, Verdict

ROLES: dict[Verdict, Literal["good", "bad"]] = {"steady": "good", "vanishes": "bad", "explodes": "bad"}


def draw_layers(variants: Sequence[VariantRecord], instead: Sequence[Block]) -> Figure:
    """A panel for each variant."""
    series = tuple(
        _series(each.name if len(variants) > 1 else "", _norms(each), each.verdict, _verdict_words(each))
        for each in variants
    )
    bars = Bars("layer", 0, "in", "length of the gradient", "the gradient goes back", series)
    return Figure("The gradient at each layer", bars, tuple(instead))


def _norms(variant: VariantRecord) -> tuple[float | None, ...]:
    return (variant.input_norm, *(layer.gradient_norm for layer in variant.layers))


def _verdict_words(variant: VariantRecord) -> str:
    if variant.ratio is None or len(variant.layers) == 1:
        return variant.verdict
    return f"{variant.verdict}: ×{significant(variant.ratio, 3)} from {len(variant.layers)} to 1"


def _series(name: str, sizes: tuple[float | None, ...], verdict: Verdict, words: str) -> BarSeries:
    return BarSeries(name, sizes, words, ROLES[verdict])


def draw_cell(record: FlowCellRecord, instead: Sequence[Block]) -> Figure:
    """A panel for each variant: what the last state keeps of the state before each step."""
    series = tuple(
        _series(
            each.name,
            _multiply_totals(each),
            each.verdict,
            f"{each.verdict}: {significant(each.product, 3)} is kept of the first",
        )
        for each in record.variants
    )
    notes = ("at step t: how much of the state before it is kept to the end, whatever its sign",)
    bars = Bars("step", 1, "", "size of the derivative", "the gradient goes back through time", series, notes)
    return Figure("The gradient at each step of time", bars, tuple(instead))


def _multiply_totals(variant: CellVariant) -> tuple[float | None, ...]:
    """The products of the totals from each step to the last; None from where one has no number."""
    kept: list[float | None] = []
    product: float | None = 1.0
    for step in reversed(variant.steps):
        product = None if product is None or step.total is None else product * abs(step.total)
        kept.append(product)
    return tuple(reversed(kept))
