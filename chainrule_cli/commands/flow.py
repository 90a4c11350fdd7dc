"""chainrule flow"""

from __future__ import annotations

import click

from chainrule_cli.commands import DETAIL, Page, command, explained

EXAMPLES = (
    "chainrule flow",
    "chainrule flow --layers 20 --width 64 --activation relu --init he",
    "chainrule flow --layers 20 --width 64 --compare sigmoid,relu+he,sigmoid+residual+batch",
    "chainrule flow --layers 100 --width 64 --activation relu --residual --norm batch",
    "chainrule flow --layers 20 --width 64 --activation relu --init scale=3 --clip-norm 1 --train 20",
)


@command(formats=("terminal", "plain", "json", "markdown", "latex"), examples=EXAMPLES)
@click.option("--layers", type=int, default=10, show_default=True, metavar="L", help="How deep.")
@click.option("--width", type=int, default=1, show_default=True, metavar="N", help="Units of a layer; 1 is the textbook's chain.")
@click.option("--activation", default="sigmoid", show_default=True, metavar="NAME", help="Such as tanh, relu, gelu or linear.")
@click.option("--init", metavar="NAME", help="xavier, he, lecun, orthogonal, or scale=s for a deviation of s/sqrt(N).")
@click.option("--residual", is_flag=True, help="Each layer adds to what it got.")
@click.option("--norm", metavar="KIND", help="batch or layer.")
@click.option("--clip-norm", type=float, metavar="C", help="The most that the whole step may be long.")
@click.option("--clip-value", type=float, metavar="C", help="The most that a part of it may be.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="S", help="Draws inputs and weights.")
@click.option("--compare", metavar="LIST", help="Variants by commas, changes joined by +.")
@click.option("--train", type=int, metavar="N", help="Make N updates on a small task.")
@click.option("--lr", type=float, default=0.1, show_default=True, metavar="RATE", help="The learning rate of --train.")
@click.option("--input", type=float, metavar="X", help="Of a chain of width 1.  [default: 0.5]")
@click.option("--weight", type=float, metavar="W", help="Every weight of such a chain.  [default: 1]")
@DETAIL
def flow(page: Page, detail: str, **options: object) -> None:
    """Follow the gradient back through a deep network, layer by layer: does it vanish, explode or stay?

    The bars are the length of the gradient at each layer's output, on a log scale; the rate is what a layer passes on. The verdict goes by
    layer 1 over the last layer: under 0.01 vanishes, over 100 explodes.
    """
    from chainrule_cli.reports.flow import report

    page.show(report(**options), explained("flow", detail))  # type: ignore[arg-type]  # by their names
