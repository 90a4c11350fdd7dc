"""chainrule gears"""

from __future__ import annotations

import click

from chainrule_cli.commands import AT, DETAIL, DOCUMENTS, WRT, Page, command, find_explanation
from chainrule_cli.commands._parameter_types import TEXT

EXAMPLES = (
    "chainrule gears 2 3",
    "chainrule gears 2 3 -0.5 1/3",
    'chainrule gears "sin(cos(x^2))" --at x=0.8',
    'chainrule gears "|sin(x)|^3" --at x=0 --json',
    "chainrule gears 2 3 -0.5 --format svg --output train.svg",
)


@command(formats=(*DOCUMENTS, "svg"), examples=EXAMPLES)
@click.argument("train", type=TEXT, nargs=-1)
@WRT
@AT
@DETAIL
def gears(page: Page, train: tuple[str, ...], detail: str, wrt: str | None, at: str | None) -> None:
    """Show the chain rule as a train of gears: their rates multiply.

    TRAIN is some rates, 2 and 3 where none are given, or a formula, whose layers at the point --at are the
    gears. A negative rate turns the other way, a rate of 0 stalls all that comes after, and at a kink a gear
    slips.
    """
    from chainrule_cli.reports.gears import EXAMPLE, report

    page.show(report(train or EXAMPLE, wrt=wrt, at=at), find_explanation("gears", detail))
