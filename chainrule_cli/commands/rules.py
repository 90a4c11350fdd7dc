"""chainrule rules"""

from __future__ import annotations

from chainrule_cli.commands import DOCUMENTS, Page, command, find_explanation


@command(formats=DOCUMENTS, examples=("chainrule rules", "chainrule rules --format markdown"))
def rules(page: Page) -> None:
    """List every rule of differentiation that a step may name."""
    from chainrule_cli.reports.tables import list_rules

    page.show(list_rules(), find_explanation("tables.explain_rules"))
