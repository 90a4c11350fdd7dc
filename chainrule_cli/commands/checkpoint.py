"""chainrule checkpoint"""

from __future__ import annotations

import click

from chainrule_cli.commands import AT, DETAIL, DOCUMENTS, Page, command, find_explanation
from chainrule_cli.commands._parameter_types import TEXT

EXAMPLES = (
    "chainrule checkpoint",
    "chainrule checkpoint --layers 100 --slots 5 --detail brief",
    'chainrule checkpoint "u = sin(x*y); v = u*exp(u); w = v + sin(v)*u; w*w" --at x=1,y=2',
    "chainrule checkpoint --layers 20 --slots 3 --json",
    "chainrule checkpoint --layers 100 --slots 5 --format svg --output schedule.svg",
)


@command(formats=(*DOCUMENTS, "svg"), examples=EXAMPLES)
@click.argument("formula", type=TEXT, required=False)
@click.option("--layers", type=int, metavar="L", help="How many layers the chain has.  [default: 10]")
@click.option(
    "--slots",
    type=int,
    metavar="C",
    help="Inputs that may be stored, the first one's included.  [default: 3]",
)
@AT
@DETAIL
def checkpoint(
    page: Page, formula: str | None, detail: str, layers: int | None, slots: int | None, at: str | None
) -> None:
    """Store less, run again: the same gradient bit for bit.

    A chain of L layers goes back with everything stored, with every sqrt(L)-th input stored, and by Revolve's
    schedule for C slots, which takes the fewest forward steps there can be. A FORMULA's graph is cut into
    segments instead.
    """
    from chainrule_cli.reports.checkpoint import report

    page.show(report(formula, layers=layers, slots=slots, at=at), find_explanation("checkpoint", detail))
