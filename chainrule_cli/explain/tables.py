"""The records of the tables -> Documents: functions, rules and mistakes, a row each."""

from __future__ import annotations

from chainrule_cli.document import Document, StyledRun, Table, join_runs
from chainrule_cli.records.tables import FunctionsRecord, MistakesRecord, RulesRecord


def explain_functions(record: FunctionsRecord) -> Document:
    """The table of the language."""
    rows = tuple(
        (
            join_runs(StyledRun(row.name, "strong")),
            join_runs(", ".join(row.aliases)),
            join_runs(row.summary),
            join_runs(row.example),
        )
        for row in record.functions
    )
    return Document("functions", (Table(("function", "also", "what it is", "example"), "llll", rows),))


def explain_rules(record: RulesRecord) -> Document:
    """The rules of differentiation with their statements."""
    rows = tuple(
        (
            join_runs(StyledRun(row.name, "strong")),
            join_runs(row.statement),
            join_runs(StyledRun(row.example, "dim")),
        )
        for row in record.rules
    )
    return Document("rules", (Table(("rule", "statement", "example"), "lll", rows),))


def explain_mistakes(record: MistakesRecord) -> Document:
    """The mistakes with an example each."""
    rows = tuple(
        (
            join_runs(StyledRun(row.id, "strong")),
            join_runs(row.formula or ""),
            join_runs(StyledRun(row.wrong or "", "bad")),
            join_runs(StyledRun(row.text, "dim")),
        )
        for row in record.mistakes
    )
    return Document("mistakes", (Table(("id", "f", "a wrong f'", "what happened"), "llll", rows),))
