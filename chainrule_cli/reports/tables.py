"""The records of `functions`, `rules`, `mistakes` and `schema`: what the tables have, in the tables' own
order.

Each is a function that imports its table when it is called: the rules bring sympy, the functions nothing.
"""

from __future__ import annotations

from typing import Any

from chainrule_cli.errors import UsageError
from chainrule_cli.records import base
from chainrule_cli.records.tables import (
    FunctionRecord,
    FunctionsRecord,
    MistakeRow,
    MistakesRecord,
    RuleRecord,
    RulesRecord,
    SchemaRecord,
)


def list_functions() -> FunctionsRecord:
    """Every function that a formula may use, from FUNCTIONS."""
    from chainrule_cli.notation.functions import FUNCTIONS

    rows = (
        FunctionRecord(
            name=row.name,
            aliases=row.aliases,
            portable=row.portable,
            least=row.least,
            most=row.most,
            summary=row.summary,
            meaning=row.meaning or None,
            example=row.example,
        )
        for row in FUNCTIONS.values()
    )
    return FunctionsRecord(functions=tuple(rows))


def list_rules() -> RulesRecord:
    """Every rule that a step may name, from RULES, in the order in which they are tried."""
    from chainrule_cli.calculus.rules import RULES

    rows = (
        RuleRecord(name=rule.name, statement=rule.statement, example=rule.example) for rule in RULES.values()
    )
    return RulesRecord(rules=tuple(rows))


def list_mistakes() -> MistakesRecord:
    """Every mistake that check can name: MISTAKES, then SLIPS."""
    from chainrule_cli.grading.candidates import SLIPS
    from chainrule_cli.grading.mistakes import MISTAKES

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


def list_schemas() -> SchemaRecord:
    """The names of the records whose JSON Schema can be asked for."""
    return SchemaRecord(names=base.NAMES)


def find_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one record. Raises UsageError, with the nearest name, where there is none."""
    if name not in base.NAMES:
        from difflib import get_close_matches

        near = get_close_matches(name, base.NAMES, 1)
        raise UsageError(
            f"there is no record named {name}",
            hint=f"did you mean {near[0]}?" if near else f"one of {', '.join(base.NAMES)}",
        )
    return base.schema(name)
