"""chainrule mistakes"""

from __future__ import annotations

from chainrule_cli.commands import DOCUMENTS, Page, command, explained


@command(formats=DOCUMENTS, examples=("chainrule mistakes", "chainrule mistakes --format markdown"))
def mistakes(page: Page) -> None:
    """List every mistake that chainrule check can name."""
    from chainrule_cli.reports.mistakes import report

    page.show(report(), explained("mistakes"))
