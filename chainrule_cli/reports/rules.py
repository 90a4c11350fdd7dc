"""The record of `rules`: every rule that a step may name, from RULES."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.calculus.rules import RULES
from chainrule_cli.records.base import Record


class RuleRecord(Record, frozen=True, kw_only=True):
    """name: what a step calls it. statement: the rule as people write it. example: a formula that it differentiates."""

    name: str
    statement: str
    example: str


class RulesRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.rules.v1"] = "chainrule.rules.v1"
    rules: tuple[RuleRecord, ...]


def report() -> RulesRecord:
    """The whole table, in the order in which the rules are tried."""
    return RulesRecord(
        rules=tuple(
            RuleRecord(name=rule.name, statement=rule.statement, example=rule.example)
            for rule in RULES.values()
        )
    )
