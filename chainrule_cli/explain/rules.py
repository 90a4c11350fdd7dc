"""RulesRecord -> Document: the rules of differentiation with their statements."""

from __future__ import annotations

from chainrule_cli.document import Document, Run, Table, runs
from chainrule_cli.reports.rules import RulesRecord


def explain(record: RulesRecord, detail: str = "normal") -> Document:  # noqa: ARG001  # all explanations are called alike
    """One row a rule."""
    rows = tuple(
        (runs(Run(row.name, "strong")), runs(row.statement), runs(Run(row.example, "dim")))
        for row in record.rules
    )
    return Document("rules", (Table(("rule", "statement", "example"), "lll", rows),))
