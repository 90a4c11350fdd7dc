"""chainrule paths"""

from __future__ import annotations

import click

from chainrule_cli.commands import (
    AT,
    DETAIL,
    DOCUMENTS,
    FORMULA,
    PICTURES,
    WRT,
    Page,
    command,
    find_explanation,
)

EXAMPLES = (
    'chainrule paths "c = a + b; d = b + 1; e = c*d" --wrt b --at a=2,b=1',
    'chainrule paths "x*x*x" --at x=3',
    'chainrule paths "sin(x)*exp(x) - x^2" --at x=1 --top 3 --json',
)


@command(formats=(*DOCUMENTS, *PICTURES), examples=EXAMPLES)
@FORMULA
@WRT
@AT
@DETAIL
@click.option(
    "--top",
    type=int,
    default=5,
    show_default=True,
    metavar="K",
    help="How many of the strongest paths are written out.",
)
def paths(page: Page, formula: str, detail: str, wrt: str | None, at: str | None, top: int) -> None:
    """Show the derivative as a sum over all paths.

    Along a path the local derivatives multiply; over the paths the products add up. Their number is exact,
    however large. A FORMULA of - is read from standard input.
    """
    from chainrule_cli.reports.paths import report

    page.show(report(formula, wrt=wrt, at=at, top=top), find_explanation("paths", detail))
