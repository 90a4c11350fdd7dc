"""chainrule check"""

from __future__ import annotations

import click

from chainrule_cli.commands import AT, DETAIL, DOCUMENTS, FORMULA, WRT, Page, command, find_explanation
from chainrule_cli.commands._parameter_types import FILE, TEXT

EXAMPLES = (
    'chainrule check "sin(x**2)" "2x cos(x**2)"',
    'chainrule check "ln(x^2)" "2/x" --strict',
    'chainrule check "x^2 + y^2 = 1" "dy/dx = -x/y"',
    'chainrule check "(x+1)^2" "2(x+1)" --form expanded',
    'chainrule check "x^3" "6x" --order 2 --json',
)


@command(formats=DOCUMENTS, examples=EXAMPLES)
@FORMULA
@click.argument("answer", type=TEXT, required=False)
@WRT
@click.option(
    "--order",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="Which derivative the answer is to be.",
)
@AT
@click.option("--dependent", metavar="NAME", help="In an equation, the variable that depends on the other.")
@click.option(
    "--strict", is_flag=True, help="Accept only what is proved, and no answer with a smaller domain."
)
@click.option(
    "--form",
    type=click.Choice(("simplified", "expanded", "factored")),
    metavar="FORM",
    help="Ask for a form besides: simplified, expanded or factored.",
)
@click.option(
    "--reading",
    type=click.Choice(("any", "canonical")),
    default="any",
    show_default=True,
    metavar="READING",
    help="Where ANSWER can be read in several ways: any may be right, or only the canonical one.",
)
@click.option(
    "--working",
    type=FILE,
    metavar="FILE",
    help="Lines of working, one expression a line; - for standard input.",
)
@DETAIL
def check(
    page: Page,
    formula: str,
    answer: str | None,
    detail: str,
    wrt: str | None,
    order: int,
    at: str | None,
    dependent: str | None,
    strict: bool,  # noqa: FBT001  # a flag of the command line
    form: str | None,
    reading: str,
    working: str | None,
) -> None:
    """Check whether ANSWER is the derivative of FORMULA.

    The verdict says how it was reached; a wrong answer gets a point at which it fails. Exit code 0: right; 1:
    wrong; 3: undecided; 4: ANSWER cannot be read; 2: FORMULA cannot be read. With --working the first wrong
    line is named; without an ANSWER the last line is the answer. FORMULA or ANSWER may be - for standard
    input.
    """
    from chainrule_cli.reports.check import report

    explain = find_explanation("check", detail)
    stage = page.stage(explain)
    record = report(
        formula,
        answer,
        wrt=wrt,
        order=order,
        at=at,
        dependent=dependent,
        strict=strict,
        form=form,
        working=working,
        reading=reading,
        stage=stage,
    )
    page.show(record, explain)
