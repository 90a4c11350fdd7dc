"""Document -> CSV: its tables, for a spreadsheet or another program; what is no table has no place in it."""

from __future__ import annotations

import csv
import io

from chainrule_cli.document import Document, Runs, Table, list_blocks
from chainrule_cli.notation.syntax import Syntax
from chainrule_cli.notation.write import to_text

_LIVE = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula of its own, and runs it."""


def render(document: Document, **_: object) -> str:
    """Tables as rows under their titles; a text that a spreadsheet would run gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for table in list_blocks(document):
        if isinstance(table, Table):
            writer.writerow(table.columns)
            writer.writerows([_cell(runs) for runs in row] for row in table.rows)
    return text.getvalue()


def _cell(runs: Runs) -> str:
    text = "".join(to_text(run.content) if isinstance(run.content, Syntax) else run.content for run in runs)
    return f"'{text}" if text.startswith(_LIVE) else text
