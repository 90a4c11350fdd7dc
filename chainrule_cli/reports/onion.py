"""The layers of a question as records: outer, inner, rate, and at a point their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from chainrule_cli.calculus import algebra
from chainrule_cli.calculus.derive import derive
from chainrule_cli.calculus.layers import Layer, is_composition, peel
from chainrule_cli.calculus.step import InnerLetters
from chainrule_cli.calculus.tidy import tidy
from chainrule_cli.notation.definitions import depends_on, find_dependent
from chainrule_cli.notation.syntax import Definition, Name, Syntax, tree_size
from chainrule_cli.records.base import Expression, finite
from chainrule_cli.records.diff import LayerRecord

DIGITS = 20
LARGEST_CORE = 400
"""Nodes of a core past which its rate is not worked out: it is most of the derivative itself."""


@dataclass(frozen=True, slots=True)
class PeeledFormula:
    """A formula's layers.

    layers: from the outside in; composition: whether they are one chain, whose rates multiply.
    definitions: (name, body), in order; a layer may use one that is no layer around it.
    """

    layers: tuple[LayerRecord, ...]
    composition: bool
    definitions: tuple[tuple[str, Syntax], ...] = ()


def peel_formula(
    expr: Syntax, wrt: str, letters: InnerLetters, definitions: Sequence[Definition] = ()
) -> PeeledFormula:
    """The layers of the expression, without values."""
    bodies = {each.name: each.body for each in find_dependent(definitions, wrt)}
    layers = peel(expr, wrt, letters, bodies)
    named = tuple((each.name, each.body) for each in definitions)
    records = tuple(_record(layer, wrt, bodies) for layer in layers)
    return PeeledFormula(records, is_composition(layers, wrt), named)


def _record(layer: Layer, wrt: str, bodies: Mapping[str, Syntax]) -> LayerRecord:
    letters = list(layer.inners)
    single = letters[0] if len(letters) == 1 and not depends_on(layer.outer, {wrt}) else None
    rate_by = single or (wrt if not letters and tree_size(layer.outer) <= LARGEST_CORE else None)
    return LayerRecord(
        depth=layer.depth,
        name=layer.name,
        outer=Expression(layer.outer),
        inner=Expression(_inner_part(layer, single, wrt, bodies)) if single or not letters else None,
        inner_name=single,
        rate=Expression(_rate(layer.outer, rate_by)) if rate_by else None,
        parent=layer.parent,
        branches=len(letters),
    )


def _inner_part(layer: Layer, single: str | None, wrt: str, bodies: Mapping[str, Syntax]) -> Syntax:
    """What the layer is put around: its one inner part, or at a core the variable itself."""
    return Name(wrt) if single is None else bodies.get(single, layer.inners[single])


def _rate(outer: Syntax, by: str) -> Syntax:
    step = derive(outer, by)
    steps = tidy(step.result, by)
    return steps[-1].result if steps else step.result


def evaluate_layers(found: PeeledFormula, scope: Mapping[str, float]) -> PeeledFormula:
    """The layers with their values and rates at a point; a number that is not finite is None."""
    values: dict[str, object] = dict(scope)
    for name, body in found.definitions:
        values[name] = algebra.value(body, values, DIGITS)
    records = []
    for layer in reversed(found.layers):
        value = algebra.value(layer.outer.syntax, values, DIGITS)
        rate = algebra.value(layer.rate.syntax, values, DIGITS) if layer.rate else None
        values[layer.name] = value
        records.append(msgspec.structs.replace(layer, value=_number(value), rate_value=_number(rate)))
    return PeeledFormula(tuple(reversed(records)), found.composition, found.definitions)


def _number(value: object) -> float | None:
    return None if value is None else finite(float(value))  # type: ignore[arg-type]  # an mpmath number
