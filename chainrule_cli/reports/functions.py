"""The record of `functions`: every function that a formula may use, from FUNCTIONS."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.notation.functions import FUNCTIONS, Function
from chainrule_cli.records.base import Record


class FunctionRecord(Record, frozen=True, kw_only=True):
    """name: the canonical spelling; aliases are read alike. portable: the spelling in JSON text. least, most: how many
    arguments (most null: any number). meaning: the function in terms of others, null where it is elementary."""

    name: str
    aliases: tuple[str, ...]
    portable: str
    least: int
    most: int | None
    summary: str
    meaning: str | None
    example: str


class FunctionsRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.functions.v1"] = "chainrule.functions.v1"
    functions: tuple[FunctionRecord, ...]


def report() -> FunctionsRecord:
    """The whole table, in its own order."""
    return FunctionsRecord(functions=tuple(_row(row) for row in FUNCTIONS.values()))


def _row(row: Function) -> FunctionRecord:
    return FunctionRecord(
        name=row.name,
        aliases=row.aliases,
        portable=row.portable,
        least=row.least,
        most=row.most,
        summary=row.summary,
        meaning=row.meaning or None,
        example=row.example,
    )
