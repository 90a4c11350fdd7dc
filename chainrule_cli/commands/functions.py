"""chainrule functions"""

from __future__ import annotations

from chainrule_cli.commands import DOCUMENTS, Page, command, find_explanation


@command(
    formats=DOCUMENTS,
    examples=("chainrule functions", "chainrule functions --json | jq -r '.functions[].name'"),
)
def functions(page: Page) -> None:
    """List every function that a formula may use."""
    from chainrule_cli.reports.tables import list_functions

    page.show(list_functions(), find_explanation("tables.explain_functions"))
