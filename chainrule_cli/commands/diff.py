"""chainrule diff"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from chainrule_cli.commands import (
    AT,
    DETAIL,
    DOCUMENTS,
    FORMULA,
    WRT,
    Page,
    choice,
    command,
    find_explanation,
)
from chainrule_cli.errors import LimitError, MissingExtraError, UsageError
from chainrule_cli.runtime import output

if TYPE_CHECKING:
    from chainrule_cli.document import Document, DrawnCurves
    from chainrule_cli.records.diff import DiffRecord
    from chainrule_cli.reports.question import Question

METHODS = ("auto", "quotient", "product", "log")
DRAWN = ("html", "svg")
"""Formats that show the curves; no other run has to know them."""
LIBRARIES = {
    ".svg": None,
    ".png": "matplotlib",
    ".pdf": "matplotlib",
    ".txt": "plotext",
    output.STANDARD: "plotext",
}
"""Ending -> the library that draws, which may not be there."""

PAGES = ("terminal", "plain")
"""Formats that a drawing in the terminal goes with."""
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

    The answer has the layers of the formula, the steps by their rules, and a cross-check of the derivative by
    reverse mode over the computation graph and by differences. A FORMULA of - is read from standard input.
    """
    from chainrule_cli.reports.question import ask, require_curve

    question = ask(formula, wrt, at, dependent)  # before sympy: what cannot be read is refused at once
    if plot is not None:
        page = page._replace(beside=_find_drawer(plot, page))
    asked_for_curves = plot is not None or page.format == "svg"
    if asked_for_curves:
        require_curve(question)
    from chainrule_cli.reports.diff import answer

    explain: Callable[[DiffRecord], Document] = find_explanation("diff", detail)
    if page.format == "html" and detail != "brief":
        explain = _explain_stepped(question, detail)
    if asked_for_curves:
        explain = _demand_curves(explain)
    drawn = plot is not None or page.format in DRAWN
    stage = page.stage(explain)
    page.show(answer(question, order=order, method=method, drawn=drawn, stage=stage), explain)


def _explain_stepped(question: Question, detail: str) -> Callable[[DiffRecord], Document]:
    """The explanation for a format that can be stepped through; others need no graph, and not the time it
    takes.
    """
    from chainrule_cli.explain.diff import explain
    from chainrule_cli.explain.graph import explain_passes
    from chainrule_cli.reports.graph import graph_beside

    def explain_with_passes(record: DiffRecord) -> Document:
        graph = graph_beside(question, record)
        return explain(record, detail, explain_passes(graph) if graph is not None else ())

    return explain_with_passes


def _demand_curves(explain: Callable[[DiffRecord], Document]) -> Callable[[DiffRecord], Document]:
    """The explanation, for those who asked for curves. Raises LimitError where the formula is too large for
    them.
    """

    def explain_with_curves(record: DiffRecord) -> Document:
        if not record.curves:
            raise LimitError(
                "the formula is too large for a picture of its curves",
                hint="without --plot it has all the rest",
            )
        return explain(record)

    return explain_with_curves


# --plot


def _find_drawer(path: str, page: Page) -> Callable[[Document], Mapping[str, str | bytes]]:
    """What draws the curves of a page into that file, by its ending; - is the terminal.

    Raises, before any work, UsageError for an ending that nobody draws, or a drawing on the terminal beside
    what is no page for it, and MissingExtraError.
    """
    from pathlib import PurePath

    ending = path if path == output.STANDARD else PurePath(path).suffix.lower()
    if ending not in LIBRARIES:
        hint = "end it in .svg, .png, .pdf or .txt, or give - for the terminal"
        raise UsageError(f"the ending of {path!r} does not say what --plot is to draw", hint=hint)
    if ending == output.STANDARD and page.format not in PAGES:
        raise UsageError(
            f"--plot - draws in the terminal, where --format {page.format} goes",
            hint="give --plot a file, such as curves.svg",
        )
    library = LIBRARIES[ending]
    if library is not None and find_spec(library) is None:
        raise MissingExtraError(
            f"a plot of that kind needs {library}, which is not installed",
            hint="pip install 'chainrule[plot]'",
        )
    return lambda document: {path: _draw(_find_curves(document), document.title, ending, page)}


def _find_curves(document: Document) -> DrawnCurves:
    from chainrule_cli.document import DrawnCurves, Figure

    return next(
        each.drawing
        for each in document.elements
        if isinstance(each, Figure) and isinstance(each.drawing, DrawnCurves)
    )


def _draw(curves: DrawnCurves, title: str, ending: str, page: Page) -> str | bytes:
    if ending == ".svg":
        from chainrule_cli.render.curves import draw

        return f"{draw(curves, title)}\n"
    if ending in (".txt", output.STANDARD):
        from chainrule_cli.render.curves_terminal import render

        drawn = render(curves, width=page.width, colour=_is_coloured(ending, page))
        return f"\n{drawn}" if ending == output.STANDARD else drawn
    from chainrule_cli.render import curves_matplotlib

    return curves_matplotlib.render(curves, ending.removeprefix("."))


def _is_coloured(ending: str, page: Page) -> bool:
    return ending == output.STANDARD and page.colour and page.format == "terminal"
