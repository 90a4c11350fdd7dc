"""Whole pages as files that a person can read in review. CHAINRULE_WRITE_PAGES=1 writes them anew."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from chainrule_cli.document import Document
from chainrule_cli.explain import checkpoint as explain_checkpoint
from chainrule_cli.explain import diff as explain_diff
from chainrule_cli.explain import flow as explain_flow
from chainrule_cli.explain import flow_cell as explain_cell
from chainrule_cli.explain import gears as explain_gears
from chainrule_cli.explain import graph as explain_graph
from chainrule_cli.explain import hint as explain_hint
from chainrule_cli.explain import matrix as explain_matrix
from chainrule_cli.explain import neuron as explain_neuron
from chainrule_cli.explain import paths as explain_paths
from chainrule_cli.explain import peel as explain_peel
from chainrule_cli.explain import practice as explain_practice
from chainrule_cli.render import latex, markdown, plain, terminal
from chainrule_cli.reports.checkpoint import report as checkpoint
from chainrule_cli.reports.diff import report as diff
from chainrule_cli.reports.flow import report as flow
from chainrule_cli.reports.flow_cell import report as cell
from chainrule_cli.reports.gears import report as gears
from chainrule_cli.reports.graph import report as graph
from chainrule_cli.reports.hint import report as hint
from chainrule_cli.reports.matrix import report as matrix
from chainrule_cli.reports.neuron import report as neuron
from chainrule_cli.reports.paths import report as paths
from chainrule_cli.reports.peel import report as peel
from chainrule_cli.reports.practice import report as practice

PAGES = Path(__file__).parent / "pages"
FORMATS: dict[str, ModuleType] = {"txt": plain, "md": markdown, "tex": latex}
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@cache
def documents() -> dict[str, Document]:
    return {
        "composition": explain_diff.explain(diff("sin(x**2)", at="x=0.8")),
        "quotient": explain_diff.explain(diff("ln(x)/x")),
        "definitions": explain_diff.explain(diff("u = x^2; v = x*sin(u); u*v"), "full"),
        "equation": explain_diff.explain(diff("x^2 + y^2 = 1")),
        "kink": explain_diff.explain(diff("|x|", at="x=0"), "brief"),
        "no_domain": explain_diff.explain(diff("log(-1-x^2)"), "brief"),
        "undefined": explain_diff.explain(diff("f(g(x))")),
        "circuit": explain_graph.explain(graph("q = x + y; f = q*z", at="x=-2,y=5,z=-4")),
        "neuron": explain_graph.explain(
            graph("1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", at="w0=2,x0=-1,w1=-3,x1=-2,w2=-3")
        ),
        "results": explain_graph.explain(
            graph("f = x*y; g = x^2 + y", at="x=2,y=3", order=2, outputs=["f", "g"])
        ),
        "bent": explain_graph.explain(graph("u = |x - 0.1|; u + sqrt(y) + relu(-x)", at="x=0.1,y=0")),
        "delta": explain_paths.explain(paths("c = a + b; d = b + 1; e = c*d", wrt="b", at="a=2,b=1")),
        "cancelling": explain_paths.explain(paths("sin(x)*exp(x) - x^2*cos(x)", at="x=1", top=2)),
        "hint": explain_hint.explain(hint("x^2 sin(x)", level=3)),
        "gears": explain_gears.explain(gears(["sin(cos(x^2))"], at="x=0.8")),
        "training": explain_neuron.explain(neuron(steps=20, lr="2")),
        "samples": explain_neuron.explain(
            neuron(
                data="x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,1\n",
                loss="cross-entropy",
                steps=200,
                lr="1",
                w="0.5,-1",
            )
        ),
        "vanishing": explain_flow.explain(flow()),
        "gates": explain_cell.explain(cell("lstm", steps=10)),
        "layer": explain_matrix.explain(
            matrix("P = softmax(X*W); -sum(Y.*log(P))", wrt="W", shapes="X:4x3,W:3x2,Y:4x2"), "full"
        ),
        "entries": explain_matrix.explain(matrix("inv(X)*b", wrt="X", shapes="b:n"), "brief"),
        "schedules": explain_checkpoint.explain(checkpoint()),
        "exercises": explain_practice.explain(practice(level=5, seed=3, sheet="exercises")),
        "solutions": explain_practice.explain(practice(level=5, seed=3, sheet="solutions")),
        "layers": explain_peel.explain(peel("x*sin(x^2) + cos(x^2)", at="x=0.8")),
    }


@pytest.mark.parametrize("name", list(documents()))
@pytest.mark.parametrize("ending", list(FORMATS))
def test_page(name: str, ending: str) -> None:
    page = FORMATS[ending].render(documents()[name], width=80, colour=False)
    path = PAGES / f"{name}.{ending}"
    if os.environ.get("CHAINRULE_WRITE_PAGES"):
        path.write_text(page, encoding="utf-8")
    assert page == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(documents()))
def test_colour_adds_nothing_but_colour(name: str) -> None:
    document = documents()[name]
    coloured = terminal.render(document, width=80, colour=True)
    assert "\x1b[" in coloured
    assert [line.rstrip() for line in ESCAPE.sub("", coloured).splitlines()] == plain.render(
        document, width=80
    ).splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(
    "text",
    ["exp(sin(3*x^2+1))/x + (x^2+1)^3*sqrt(x+2)*ln(x)", "sqrt(a^2+b^2+c^2+d^2)*x", "sin(cos(tan(exp(x/7))))"],
)
def test_no_line_is_wider_than_the_page(text: str, width: int) -> None:
    page = plain.render(explain_diff.explain(diff(text, wrt="x"), "full"), width=width)
    assert [line for line in page.splitlines() if len(line) > width] == []


def test_what_a_stranger_typed_is_never_markup() -> None:
    record = diff("x + 1")
    evil = Document("[bold]<script>`x`*y*_z_|$\x1b[31m", explain_diff.explain(record).elements)
    assert "\x1b" not in markdown.render(evil)
    assert r"\<script\>" in markdown.render(evil)
    assert r"\textbackslash" in latex.render(Document("\\input{/etc/passwd}", evil.elements))
