"""chainrule mistakes"""

from __future__ import annotations

from chainrule_cli.commands import DOCUMENTS, Page, command, find_explanation


@command(formats=DOCUMENTS, examples=("chainrule mistakes", "chainrule mistakes --format markdown"))
def mistakes(page: Page) -> None:
    """List every mistake that chainrule check can name."""
    from chainrule_cli.reports.tables import list_mistakes

    page.show(list_mistakes(), find_explanation("tables.explain_mistakes"))
