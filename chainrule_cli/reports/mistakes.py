"""The record of `mistakes`: every mistake that check can name, from MISTAKES and SLIPS."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.grading.candidates import SLIPS
from chainrule_cli.grading.mistakes import MISTAKES
from chainrule_cli.records.base import Record


class MistakeRow(Record, frozen=True, kw_only=True):
    """text: what happened, for a teacher; formula and wrong: an example, null for a slip of the pen; hint: for a student."""

    id: str
    text: str
    formula: str | None
    wrong: str | None
    hint: str


class MistakesRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.mistakes.v1"] = "chainrule.mistakes.v1"
    mistakes: tuple[MistakeRow, ...]


def report() -> MistakesRecord:
    """The whole table, then the slips."""
    named = (
        MistakeRow(
            id=row.id, text=row.text.format("f(u)"), formula=row.formula, wrong=row.wrong, hint=row.hint
        )
        for row in MISTAKES.values()
    )
    slips = (
        MistakeRow(id=name, text=text.format("it"), formula=None, wrong=None, hint=hint)
        for name, (text, hint) in SLIPS.items()
    )
    return MistakesRecord(mistakes=(*named, *slips))
