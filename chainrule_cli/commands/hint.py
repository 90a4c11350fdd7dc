"""chainrule hint"""

from __future__ import annotations

import click

from chainrule_cli.commands import DOCUMENTS, FORMULA, WRT, Page, command, find_explanation

EXAMPLES = (
    'chainrule hint "sin(x**2)"',
    'chainrule hint "x^2 sin(x)" --level 3',
    'chainrule hint "x^2 + y^2 = 1" --level 2',
)


@command(formats=DOCUMENTS, examples=EXAMPLES)
@FORMULA
@click.option(
    "--level",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="1 the rule, 2 the layer, 3 the set-up with blanks, 4 the derivative.",
)
@WRT
@click.option("--dependent", metavar="NAME", help="In an equation, the variable that depends on the other.")
def hint(page: Page, formula: str, level: int, wrt: str | None, dependent: str | None) -> None:
    """Give a hint at the derivative of FORMULA.

    Below level 4 a hint contains neither the derivative nor a factor that is still to be found. A FORMULA of
    - is read from standard input.
    """
    from chainrule_cli.reports.question import ask

    question = ask(formula, wrt, None, dependent)  # before sympy: what cannot be read is refused at once
    from chainrule_cli.reports.hint import answer

    page.show(answer(question, level), find_explanation("hint"))
