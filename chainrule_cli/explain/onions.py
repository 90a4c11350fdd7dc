"""The onion of a record: rings for a composition, a tree of layers where a formula branches. diff and peel
show the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chainrule_cli.document import Element, Onion, Remark, Ring, StyledRun, Text, Tree, join_runs
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.records.diff import LayerRecord, product_of_rates

MOST_LINES = 24


def onion(
    layers: Sequence[LayerRecord],
    wrt: str,
    name: str,
    at: Mapping[str, float] | None,
    *,
    everything: bool = False,
) -> list[Element]:
    """The layers as an element, nothing for a formula of one layer."""
    if len(layers) < 2:
        return []
    if is_chain(layers):
        return [_rings(layers, wrt, name, at)]
    return _tree(layers, name, at, everything=everything)


def is_chain(layers: Sequence[LayerRecord]) -> bool:
    """Whether each layer but the last has one inside and nothing else that moves."""
    return all(layer.inner_name is not None for layer in layers[:-1]) and layers[-1].branches == 0


def _rings(layers: Sequence[LayerRecord], wrt: str, name: str, at: Mapping[str, float] | None) -> Onion:
    rings = tuple(
        Ring(
            name if index == 0 else layer.name,
            layer.outer.syntax,
            short(layer.value) if at else "",
            short(layer.rate_value) if at else "",
        )
        for index, layer in enumerate(layers)
    )
    return Onion(
        rings,
        wrt,
        short(at[wrt]) if at else "",
        where(at) if at else "",
        short(product_of_rates(layers)) if at else "",
    )


def _tree(
    layers: Sequence[LayerRecord], name: str, at: Mapping[str, float] | None, *, everything: bool
) -> list[Element]:
    shown = layers if everything else layers[:MOST_LINES]
    lines = tuple((layer.depth - 1, _branch(layer, name)) for layer in shown)
    left_out = len(layers) - len(shown)
    point = [Text(join_runs(StyledRun(f"at {where(at)}", "dim")))] if at else []
    note = (
        [Remark(join_runs(f"{left_out} more layers: --detail full, or --json, has them all"))]
        if left_out
        else []
    )
    return [*point, Tree(lines), *note]


def _branch(layer: LayerRecord, name: str) -> tuple[StyledRun, ...]:
    called = name if layer.parent is None else layer.name
    branches = StyledRun(f"   branches into {layer.branches}", "dim") if layer.branches > 1 else StyledRun("")
    value = StyledRun(f"   {short(layer.value)}" if layer.value is not None else "", "value")
    return (
        StyledRun(f"{called} = ", "layer", layer.depth - 1),
        StyledRun(layer.outer.syntax, "layer", layer.depth - 1),
        value,
        branches,
    )
