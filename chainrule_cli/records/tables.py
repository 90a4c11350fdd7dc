"""The records of `functions`, `rules`, `mistakes` and `schema`, which are tables; and that of an error."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Record


class FunctionRecord(Record, frozen=True, kw_only=True):
    """name: the canonical spelling; aliases are read alike. portable: the spelling in JSON text. least, most: how many
    arguments (most null: any number). meaning: the function in terms of others, null where it is elementary."""  # noqa: E501

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


class RuleRecord(Record, frozen=True, kw_only=True):
    """name: what a step calls it. statement: the rule as people write it. example: a formula that it differentiates."""  # noqa: E501

    name: str
    statement: str
    example: str


class RulesRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.rules.v1"] = "chainrule.rules.v1"
    rules: tuple[RuleRecord, ...]


class MistakeRow(Record, frozen=True, kw_only=True):
    """text: what happened, for a teacher; formula and wrong: an example, null for a slip of the pen; hint: for a student."""  # noqa: E501

    id: str
    text: str
    formula: str | None
    wrong: str | None
    hint: str


class MistakesRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.mistakes.v1"] = "chainrule.mistakes.v1"
    mistakes: tuple[MistakeRow, ...]


class SchemaRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.schema.v1"] = "chainrule.schema.v1"
    names: tuple[str, ...]


class ErrorRecord(Record, frozen=True, kw_only=True):
    """What stands on stderr where a command cannot answer. span: start and end in the text that was typed, in characters."""  # noqa: E501

    schema: Literal["chainrule.error.v1"] = "chainrule.error.v1"
    code: str
    message: str
    span: tuple[int, int] | None
    hint: str | None
