"""The record of `peel`: its fields are the contract of `--json`."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.reports.diff_record import LayerRecord, NamedExpression
from chainrule_cli.reports.records import Expression, Record


class PeelRecord(Record, frozen=True, kw_only=True):
    """derivative_value: the product of the rates at the point, for a composition; None where the layers branch."""

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
