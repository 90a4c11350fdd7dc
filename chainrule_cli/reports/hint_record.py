"""The record of `hint`: its fields are the contract of `--json`."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.reports.diff_record import Crosscheck, NamedExpression
from chainrule_cli.reports.records import Expression, Record


class HintRecord(Record, frozen=True, kw_only=True):
    """rule: the rule that comes first. text: the hint. crosscheck: of the derivative, at the level that gives it."""

    schema: Literal["chainrule.hint.v1"] = "chainrule.hint.v1"
    typed: str
    formula: Expression
    definitions: tuple[NamedExpression, ...]
    variables: tuple[str, ...]
    wrt: str
    dependent: str | None
    level: int
    rule: str
    text: str
    crosscheck: Crosscheck | None
    notes: tuple[str, ...]
