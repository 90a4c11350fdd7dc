"""chainrule graph"""

from __future__ import annotations

import click

from chainrule_cli.commands import AT, DETAIL, DOCUMENTS, FORMULA, PICTURES, Page, command, find_explanation

EXAMPLES = (
    'chainrule graph "(x + y)*z" --at x=-2,y=5,z=-4',
    'chainrule graph "q = x + y; f = q*z" --at x=-2,y=5,z=-4 --json',
    'chainrule graph "sin(x*y) + x^2" --at x=1,y=2 --order 2',
    'chainrule graph "f = x*y; g = x^2 + y" --outputs f,g --at x=2,y=3',
    'chainrule graph "1/(1 + exp(-(w*x + b)))" --at w=2,x=-1,b=1 --format svg --output neuron.svg',
)


@command(formats=(*DOCUMENTS, *PICTURES), examples=EXAMPLES)
@FORMULA
@AT
@DETAIL
@click.option(
    "--order", type=int, default=1, show_default=True, metavar="N", help="2 for the hessian as well."
)
@click.option(
    "--outputs", metavar="f,g", help="Definitions that are results, each with a backward pass: the jacobian."
)
def graph(page: Page, formula: str, at: str | None, detail: str, order: int, outputs: str | None) -> None:
    """Run FORMULA forward and backward, with every event.

    The forward pass stores a value at each node; the backward pass multiplies local derivatives along the
    edges and adds up what arrives. A FORMULA of - is read from standard input.
    """
    from chainrule_cli.reports.graph import report

    named = [name.strip() for name in outputs.split(",")] if outputs is not None else []
    page.show(report(formula, at=at, order=order, outputs=named), find_explanation("graph", detail))
