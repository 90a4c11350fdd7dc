"""FunctionsRecord -> Document: the table of the language."""

from __future__ import annotations

from chainrule_cli.document import Document, Run, Table, runs
from chainrule_cli.reports.functions import FunctionsRecord


def explain(record: FunctionsRecord, detail: str = "normal") -> Document:
    """One row a function; detail full adds what each means in terms of others."""
    full = detail == "full"
    rows = tuple(
        (
            runs(Run(row.name, "strong")),
            runs(", ".join(row.aliases)),
            runs(row.summary),
            runs(row.example),
            *((runs(row.meaning or ""),) if full else ()),
        )
        for row in record.functions
    )
    titles = ("function", "also", "what it is", "example", *(("meaning",) if full else ()))
    return Document("functions", (Table(titles, "l" * len(titles), rows),))
