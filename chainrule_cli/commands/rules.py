"""chainrule rules"""

from __future__ import annotations

from chainrule_cli.commands import DOCUMENTS, Page, command, explained


@command(formats=DOCUMENTS, examples=("chainrule rules", "chainrule rules --format markdown"))
def rules(page: Page) -> None:
    """List every rule of differentiation that a step may name."""
    from chainrule_cli.reports.rules import report

    page.show(report(), explained("rules"))
