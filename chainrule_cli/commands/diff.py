"""chainrule diff"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from chainrule_cli.commands import AT, DETAIL, DOCUMENTS, FORMULA, WRT, Page, choice, command, explained
from chainrule_cli.errors import LimitError

if TYPE_CHECKING:
    from chainrule_cli.document import Document
    from chainrule_cli.records.diff import DiffRecord

METHODS = ("auto", "quotient", "product", "log")
DRAWN = ("html", "svg")
"""Formats that show the curves; no other run has to know them."""
EXAMPLES = (
    'chainrule diff "sin(x**2)"',
    'chainrule diff "x^2*y" --wrt y --at x=1,y=2',
    'chainrule diff "x^x" --order 3 --detail brief',
    'chainrule diff "x^2 + y^2 = 1"',
    'chainrule diff "x^3 - 3x" --at x=2 --plot curves.svg',
    r'chainrule diff "\frac{x^2}{\sin x}" --format latex',
    'echo "u = x^2; u*sin(u)" | chainrule diff - --json',
)


@command(formats=(*DOCUMENTS, "svg"), examples=EXAMPLES)
@FORMULA
@WRT
@click.option(
    "--order",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="Which derivative: the first, the second...",
)
@AT
@DETAIL
@click.option("--method", **choice(METHODS, "METHOD", "Which way to derive it: {}."))
@click.option("--dependent", metavar="NAME", help="In an equation, the variable that depends on the other.")
@click.option(
    "--plot", metavar="FILE", help="Draw both curves: to .svg, .png, .pdf or .txt, or - for the terminal."
)
def diff(
    page: Page,
    formula: str,
    detail: str,
    wrt: str | None,
    order: int,
    at: str | None,
    method: str,
    dependent: str | None,
    plot: str | None,
) -> None:
    """Differentiate FORMULA and show every step.

    The answer has the layers of the formula, the steps by their rules, and a cross-check of the derivative by reverse
    mode over the computation graph and by differences. A FORMULA of - is read from standard input.
    """
    from chainrule_cli.reports.question import ask

    asked = ask(
        formula, wrt, at, dependent
    )  # before sympy is imported: what cannot be read is refused at once
    if plot is not None:
        from chainrule_cli.commands._plot import beside

        page = page._replace(beside=beside(plot, page))
    if plot is not None or page.format == "svg":
        from chainrule_cli.reports.curves import must_have_curves

        must_have_curves(asked)
    from chainrule_cli.reports.diff import report

    drawn = plot is not None or page.format in DRAWN
    explain = _stepped(detail) if page.format == "html" and detail != "brief" else explained("diff", detail)
    explain = explain if plot is None and page.format != "svg" else _demanding(explain)
    record = report(
        formula,
        wrt=wrt,
        order=order,
        at=at,
        method=method,
        dependent=dependent,
        drawn=drawn,
        stage=page.stage(explain),
    )
    page.show(record, explain)


def _demanding(explain: Callable[[DiffRecord], Document]) -> Callable[[DiffRecord], Document]:
    """The explanation, for those who asked for curves. Raises LimitError where the formula is too large for them."""

    def explained_with_curves(record: DiffRecord) -> Document:
        if not record.curves:
            raise LimitError(
                "the formula is too large for a picture of its curves",
                hint="without --plot it has all the rest",
            )
        return explain(record)

    return explained_with_curves


def _stepped(detail: str) -> Callable[[DiffRecord], Document]:
    """The explanation for a format that can be stepped through; the others do without the graph, and without the time it takes."""
    from chainrule_cli.explain.diff import explain
    from chainrule_cli.explain.diff_graph import passes
    from chainrule_cli.reports.diff_graph import graph_of

    def whole(record: DiffRecord) -> Document:
        graph = graph_of(record)
        return explain(record, detail, passes(graph) if graph is not None else ())

    return whole
