"""chainrule neuron"""

from __future__ import annotations

import click

from chainrule_cli.commands import DETAIL, DOCUMENTS, Page, choice, command, find_explanation
from chainrule_cli.commands._parameter_types import FILE

ACTIVATIONS = ("sigmoid", "tanh", "relu", "gelu", "linear")
LOSSES = ("squared", "cross-entropy")
EXAMPLES = (
    "chainrule neuron",
    "chainrule neuron --x 1,2 --w 0.5,-1 --b 0 --y 0 --activation tanh",
    "chainrule neuron --steps 100 --lr 2",
    "chainrule neuron --data examples/or.csv --loss cross-entropy --steps 200 --lr 1",
)


@command(formats=DOCUMENTS, examples=EXAMPLES)
@click.option("--x", metavar="NUMBERS", help="The inputs, by commas.  [default: 1.5]")
@click.option("--w", metavar="NUMBERS", help="The weights; one stands for all.  [default: 0.8]")
@click.option("--b", metavar="NUMBER", help="The bias.  [default: -0.2]")
@click.option("--y", metavar="NUMBER", help="The target.  [default: 1]")
@click.option("--lr", metavar="NUMBER", help="The learning rate.  [default: 0.1]")
@click.option("--steps", type=int, default=1, show_default=True, metavar="N", help="How many updates.")
@click.option("--activation", **choice(ACTIVATIONS, "NAME", "{}."))
@click.option("--loss", **choice(LOSSES, "NAME", "{}; the second needs a sigmoid."))
@click.option(
    "--data", type=FILE, metavar="FILE.csv", help="Inputs and, last or named y, the target, a sample a row."
)
@DETAIL
def neuron(
    page: Page,
    detail: str,
    x: str | None,
    w: str | None,
    b: str | None,
    y: str | None,
    lr: str | None,
    steps: int,
    activation: str,
    loss: str,
    data: str | None,
) -> None:
    """Train one neuron by hand, with every number.

    z = w·x + b, a = activation(z), and a loss. The update is one step of gradient descent; over several
    samples their mean loss goes down.
    """
    from chainrule_cli.reports.neuron import report

    record = report(x=x, w=w, b=b, y=y, lr=lr, steps=steps, activation=activation, loss=loss, data=data)
    page.show(record, find_explanation("neuron", detail))
