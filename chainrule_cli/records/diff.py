"""The records of `diff`, with the samples of its curves, and of `peel`, the layers alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from chainrule_cli.records.base import Crosscheck, Expression, NamedExpression, Record


class LayerRecord(Record, frozen=True, kw_only=True):
    """One layer of the onion, from the outside in (preorder).

    name: the letter that the layers outside use for this one (the formula itself has "y"). outer: the layer in terms of
    the names of its inner layers. inner: what its one inner name stands for, the variable at a core (None where layers branch).
    rate: d outer / d inner, as an expression (None where layers branch). parent: index in the list, None for the first.
    branches: how many inner layers it has. value, rate_value: numbers at the point, where there is one.
    """  # noqa: E501

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

    part_of: "derive" or "tidy". statement: the rule's statement, in mathematics as people write it."""  # noqa: E501

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
    """  # noqa: E501

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


class PeelRecord(Record, frozen=True, kw_only=True):
    """derivative_value: the product of the rates at the point, for a composition; None where the layers branch."""  # noqa: E501

    schema: Literal["chainrule.peel.v1"] = "chainrule.peel.v1"
    typed: str
    formula: Expression
    definitions: tuple[NamedExpression, ...]
    variables: tuple[str, ...]
    wrt: str
    composition: bool
    layers: tuple[LayerRecord, ...]
    at: dict[str, float] | None
    derivative_value: float | None
    notes: tuple[str, ...]


class CurveDot(Record, frozen=True, kw_only=True):
    """The end of a piece at a jump, or a hole. closed: the point belongs to the curve."""

    x: float
    y: float
    closed: bool


class CurveRecord(Record, frozen=True, kw_only=True):
    """pieces: samples [x, y] that are joined; none are joined over a pole or a jump. lowest, highest: the values that are worth showing.
    poles: where it goes past every bound."""  # noqa: E501

    pieces: tuple[tuple[tuple[float, float], ...], ...]
    lowest: float
    highest: float
    poles: tuple[float, ...]
    dots: tuple[CurveDot, ...]


class CurvesRecord(Record, frozen=True, kw_only=True):
    """low, high: the stretch of the variable wrt. fixed: the values that the other variables have; chosen: those of them that were not
    given by --at. at: the reader's own place on the stretch."""  # noqa: E501

    wrt: str
    low: float
    high: float
    fixed: dict[str, float]
    chosen: tuple[str, ...]
    at: float | None
    value: CurveRecord
    derivative: CurveRecord
