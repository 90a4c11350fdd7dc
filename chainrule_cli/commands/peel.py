"""chainrule peel"""

from __future__ import annotations

from chainrule_cli.commands import AT, DETAIL, DOCUMENTS, FORMULA, WRT, Page, command, find_explanation


@command(
    formats=DOCUMENTS, examples=('chainrule peel "sin(x**2)"', 'chainrule peel "ln(cos(x^3))" --at x=0.5')
)
@FORMULA
@WRT
@AT
@DETAIL
def peel(page: Page, formula: str, detail: str, wrt: str | None, at: str | None) -> None:
    """Peel FORMULA into its layers, outermost first.

    At a point, each layer has its value and its rate; the product of the rates is the derivative. A FORMULA
    of - is read from standard input.
    """
    from chainrule_cli.reports.question import ask

    question = ask(formula, wrt, at)  # before sympy is imported: what cannot be read is refused at once
    from chainrule_cli.reports.peel import answer

    page.show(answer(question), find_explanation("peel", detail))
