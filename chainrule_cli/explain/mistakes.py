"""MistakesRecord -> Document: the mistakes with an example each."""

from __future__ import annotations

from chainrule_cli.document import Document, Run, Table, runs
from chainrule_cli.reports.mistakes import MistakesRecord


def explain(record: MistakesRecord, detail: str = "normal") -> Document:  # noqa: ARG001  # all explanations are called alike
    """One row a mistake."""
    rows = tuple(
        (
            runs(Run(row.id, "strong")),
            runs(row.formula or ""),
            runs(Run(row.wrong or "", "bad")),
            runs(Run(row.text, "dim")),
        )
        for row in record.mistakes
    )
    return Document("mistakes", (Table(("id", "f", "a wrong f'", "what happened"), "llll", rows),))
