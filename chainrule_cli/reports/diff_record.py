"""The record of `diff`: its fields are the contract of `--json`; see reports/diff.py for how it comes about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from chainrule_cli.reports.curves_record import CurvesRecord
from chainrule_cli.reports.records import Expression, Record


class LayerRecord(Record, frozen=True, kw_only=True):
    """One layer of the onion, from the outside in (preorder).

    name: the letter that the layers outside use for this one (the formula itself has "y"). outer: the layer in terms of
    the names of its inner layers. inner: what its one inner name stands for, the variable at a core (None where layers branch).
    rate: d outer / d inner, as an expression (None where layers branch). parent: index in the list, None for the first.
    branches: how many inner layers it has. value, rate_value: numbers at the point, where there is one.
    """

    depth: int
    name: str
    outer: Expression
    inner: Expression | None
    inner_name: str | None
    rate: Expression | None
    parent: int | None
    branches: int
    value: float | None = None
    rate_value: float | None = None


def product_of_rates(layers: Sequence[LayerRecord]) -> float | None:
    """The derivative of a composition at the point; None where a rate has no number."""
    result = 1.0
    for layer in layers:
        if layer.rate_value is None:
            return None
        result *= layer.rate_value
    return result


class StepRecord(Record, frozen=True, kw_only=True):
    """One named step. premises: ids of the steps it stands on. roles: the pieces by name (outer, inner, u, v ...).

    part_of: "derive" or "tidy". statement: the rule's statement, in mathematics as people write it."""

    id: int
    rule: str
    expr: Expression
    wrt: str
    result: Expression
    premises: tuple[int, ...]
    text: str
    statement: str
    roles: dict[str, Expression]
    part_of: Literal["derive", "tidy"]


class Notations(Record, frozen=True, kw_only=True):
    leibniz: str
    lagrange: str


class WitnessPoint(Record, frozen=True, kw_only=True):
    """One point of the cross-check: the derivative from the steps, from reverse mode, from differences of the forward pass."""

    at: dict[str, float]
    symbolic: float | None
    reverse_mode: float | None
    difference: float | None
    relative_error: float | None
    agree: bool | None


class Crosscheck(Record, frozen=True, kw_only=True):
    verdict: Literal["agree", "disagree", "undecided"]
    reason: str | None
    points: tuple[WitnessPoint, ...]


class NamedExpression(Record, frozen=True, kw_only=True):
    """A definition; typed: it stands in the formula, otherwise the answer added it (u_x for du/dx)."""

    name: str
    expr: Expression
    typed: bool


class AtPoint(Record, frozen=True, kw_only=True):
    """The derivative at the reader's own point; status as in the record of graph."""

    at: dict[str, float]
    value: float | None
    derivative: float | None
    status: Literal["exact", "convention", "one-sided", "infinite", "undefined"]
    sides: tuple[float | None, float | None]


class DiffRecord(Record, frozen=True, kw_only=True):
    """schema first; `typed` is the text as it came, `formula` its reading, `name` what it is called.

    definitions: the names that formula and derivative lean on. layers_at: the point of the layers' values, the reader's
    own or one of the cross-check's. complete: False where the budget ran out before the tidying was done. curves: where a picture was
    asked for, absent otherwise.
    """

    schema: Literal["chainrule.diff.v1"] = "chainrule.diff.v1"
    typed: str
    formula: Expression
    name: str
    definitions: tuple[NamedExpression, ...]
    variables: tuple[str, ...]
    wrt: str
    dependent: str | None
    order: int
    method: str
    layers: tuple[LayerRecord, ...]
    layers_at: dict[str, float] | None
    steps: tuple[StepRecord, ...]
    derivative: Expression
    notations: Notations
    at: AtPoint | None
    notes: tuple[str, ...]
    crosscheck: Crosscheck
    complete: bool = True
    curves: CurvesRecord | msgspec.UnsetType = msgspec.UNSET
