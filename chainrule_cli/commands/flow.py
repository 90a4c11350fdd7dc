"""chainrule flow"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from chainrule_cli.commands import DETAIL, DOCUMENTS, Page, command, find_explanation, words
from chainrule_cli.errors import UsageError
from chainrule_cli.runtime.worker import Budget

EXAMPLES = (
    "chainrule flow",
    "chainrule flow --layers 20 --width 64 --activation relu --init he",
    "chainrule flow --layers 20 --width 64 --compare sigmoid,relu+he,sigmoid+residual+batch",
    "chainrule flow --layers 100 --width 64 --activation relu --residual --norm batch",
    (
        "chainrule flow --layers 20 --width 64 --activation relu --init scale=3 --compare "
        "plain,clip-norm=1 --train 20"
    ),
    "chainrule flow --cell lstm --steps 100",
    "chainrule flow --layers 50 --compare sigmoid,tanh,relu --format svg --output flow.svg",
    "chainrule flow --layers 20 --width 64 --play",
)
CELLS = ("rnn", "lstm", "gru")
"""What a shell completes: the words of lessons/, which is not imported for it."""

UNPLAYED = ("compare", "train", "lr", "cell", "steps")
"""Options that say nothing to the app."""

NETWORK = ("layers", "width", "activation", "init", "residual", "norm", "compare", "train", "lr")
"""Options that say nothing to a cell."""


def _complete(option: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """What a shell completes of an option's words, which are looked up when it asks."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        from chainrule_cli.records.flow import CHOICES

        return words(CHOICES[option])(context, parameter, incomplete)

    return complete


def _start_app(
    *, play: bool, format: str | None, as_json: bool, path: str | None, detail: str, **options: Any
) -> int | None:
    """The app of --play; None where it is not asked for."""
    if not play:
        return None
    given = {name: value for name, value in options.items() if value is not None and value is not False}
    wrong = next((name for name in UNPLAYED if name in given), None)
    if wrong is not None or as_json or path is not None or format is not None:
        raise UsageError(
            f"--play does not go with --{wrong or ('json' if as_json else 'format' if format else 'output')}"
        )
    from chainrule_cli.commands.play import start_flow

    return start_flow(given.pop("color"), Budget(given.pop("timeout"), given.pop("memory")), given)


@command(formats=(*DOCUMENTS, "svg"), examples=EXAMPLES, aside=_start_app)
@click.option("--layers", type=int, metavar="L", help="How many layers.  [default: 10]")
@click.option(
    "--width", type=int, metavar="N", help="Units of a layer; 1, the default, is the textbook's chain."
)
@click.option(
    "--activation",
    metavar="NAME",
    shell_complete=_complete("activation"),
    help="Such as tanh, relu, gelu or linear.  [default: sigmoid]",
)
@click.option(
    "--init",
    metavar="NAME",
    shell_complete=_complete("init"),
    help="How weights are drawn: xavier, he, lecun, orthogonal, or scale=s for a deviation of "
    "s/sqrt(N).  [default: xavier]",
)
@click.option("--residual", is_flag=True, help="Each layer adds to what it got.")
@click.option(
    "--norm", metavar="KIND", shell_complete=_complete("norm"), help="Normalise each layer: batch or layer."
)
@click.option(
    "--clip-norm", type=float, metavar="C", help="Clip the gradient to this length, all of it together."
)
@click.option("--clip-value", type=float, metavar="C", help="Clip each part of the gradient to this size.")
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="S",
    help="Inputs and weights are drawn from it: the same seed, the same numbers.",
)
@click.option(
    "--compare",
    metavar="LIST",
    help="Show variants side by side: by commas, with changes joined by +; plain changes nothing.",
)
@click.option("--train", type=int, metavar="N", help="Make N updates on a small task.")
@click.option("--lr", type=float, metavar="RATE", help="The learning rate of --train.  [default: 0.1]")
@click.option(
    "--input",
    type=float,
    metavar="X",
    help="What goes into a chain of width 1 (0.5 where it is not given), or into a cell at every step.",
)
@click.option(
    "--weight",
    type=float,
    metavar="W",
    help="Every weight of such a chain (1 where it is not given), or every recurrent one of a cell.",
)
@click.option(
    "--cell", metavar="KIND", shell_complete=words(CELLS), help="A recurrent cell instead: rnn, lstm or gru."
)
@click.option("--steps", type=int, metavar="T", help="Steps of time, with --cell.  [default: 100]")
@click.option(
    "--play", is_flag=True, help="Step through it and change it by keys, in an app for the terminal."
)
@DETAIL
def flow(page: Page, detail: str, play: bool, **options: object) -> None:  # noqa: FBT001  # _start_app has looked at it
    """Follow the gradient back through a deep network. Does it vanish, explode or stay?

    The bars are the length of the gradient at each layer's output, on a log scale; the rate is what a layer
    passes on. The verdict goes by layer 1 over the last layer: under 0.01 vanishes, over 100 explodes. With
    --cell the layers are steps of time; it goes with --steps, --seed, --input, --weight, --clip-norm and
    --clip-value.
    """
    given = {name: value for name, value in options.items() if value is not None and value is not False}
    kind = given.pop("cell", None)
    wrong = next((name for name in (NETWORK if kind is not None else ("steps",)) if name in given), None)
    if wrong is not None:
        raise UsageError(f"--{wrong} does not go {'with' if kind is not None else 'without'} --cell")
    if kind is not None:
        from chainrule_cli.reports.flow_cell import report as report_cell

        page.show(report_cell(str(kind), **given), find_explanation("flow_cell", detail))  # type: ignore[arg-type]  # by their names
        return
    from chainrule_cli.reports.flow import report

    explain = find_explanation("flow", detail)
    page.show(report(**given, stage=page.stage(explain)), explain)  # type: ignore[arg-type]  # by their names
