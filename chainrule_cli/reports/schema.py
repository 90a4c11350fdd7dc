"""The record of `schema`: the names of the records whose JSON Schema can be asked for; and the record of an error."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Literal

from chainrule_cli.errors import UsageError
from chainrule_cli.records import base
from chainrule_cli.records.base import Record


class SchemaRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.schema.v1"] = "chainrule.schema.v1"
    names: tuple[str, ...]


class ErrorRecord(Record, frozen=True, kw_only=True):
    """What stands on stderr where a command cannot answer. span: start and end in the text that was typed, in characters."""

    schema: Literal["chainrule.error.v1"] = "chainrule.error.v1"
    code: str
    message: str
    span: tuple[int, int] | None
    hint: str | None


def report() -> SchemaRecord:
    """The names that there are."""
    return SchemaRecord(names=base.NAMES)


def one(name: str) -> dict[str, Any]:
    """The JSON Schema of one record; UsageError with the nearest name where there is none."""
    if name not in base.NAMES:
        near = get_close_matches(name, base.NAMES, 1)
        raise UsageError(
            f"there is no record named {name}",
            hint=f"did you mean {near[0]}?" if near else f"one of {', '.join(base.NAMES)}",
        )
    return base.schema(name)
