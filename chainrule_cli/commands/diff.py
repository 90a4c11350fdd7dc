"""chainrule diff"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from chainrule_cli.commands import AT, DETAIL, DOCUMENTS, FORMULA, WRT, Page, choice, command, explained

if TYPE_CHECKING:
    from chainrule_cli.document import Document
    from chainrule_cli.reports.diff_record import DiffRecord

METHODS = ("auto", "quotient", "product", "log")
EXAMPLES = (
    'chainrule diff "sin(x**2)"',
    'chainrule diff "x^2*y" --wrt y --at x=1,y=2',
    'chainrule diff "x^x" --order 3 --detail brief',
    'chainrule diff "x^2 + y^2 = 1"',
    r'chainrule diff "\frac{x^2}{\sin x}" --format latex',
    'echo "u = x^2; u*sin(u)" | chainrule diff - --json',
)


@command(formats=DOCUMENTS, examples=EXAMPLES)
@FORMULA
@WRT
@click.option("--order", type=int, default=1, show_default=True, metavar="N", help="Which derivative: the first, the second...")
@AT
@DETAIL
@click.option("--method", **choice(METHODS, "METHOD", "Which way to derive it: {}."))
@click.option("--dependent", metavar="NAME", help="In an equation, the variable that depends on the other.")
def diff(page: Page, formula: str, detail: str, wrt: str | None, order: int, at: str | None, method: str, dependent: str | None) -> None:
    """Differentiate FORMULA and show every step.

    The answer has the layers of the formula, the steps by their rules, and a cross-check of the derivative by reverse
    mode over the computation graph and by differences. A FORMULA of - is read from standard input.
    """
    from chainrule_cli.reports.question import ask

    ask(formula, wrt, at, dependent)  # before sympy is imported: what cannot be read is refused at once
    from chainrule_cli.reports.diff import report

    explain = _stepped(detail) if page.format == "html" and detail != "brief" else explained("diff", detail)
    record = report(formula, wrt=wrt, order=order, at=at, method=method, dependent=dependent, stage=page.stage(explain))
    page.show(record, explain)


def _stepped(detail: str) -> Callable[[DiffRecord], Document]:
    """The explanation for a format that can be stepped through; the others do without the graph, and without the time it takes."""
    from chainrule_cli.explain.diff import explain
    from chainrule_cli.explain.diff_graph import passes
    from chainrule_cli.reports.diff_graph import graph_of

    def whole(record: DiffRecord) -> Document:
        graph = graph_of(record)
        return explain(record, detail, passes(graph) if graph is not None else ())

    return whole
