"""What a derivative's page says of functions that nobody typed."""

from __future__ import annotations

import pytest

from chainrule_cli.document import Text
from chainrule_cli.explain.diff import explain
from chainrule_cli.explain.rare_functions import explain_rare_functions
from chainrule_cli.render.spans import spell
from chainrule_cli.reports.diff import report


def _lines(formula: str) -> list[str]:
    return [spell(each.runs) for each in explain_rare_functions(report(formula))]


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        ("sinc(x)", ["with jn(n, x) the spherical Bessel function of order n, an integer >= 0"]),
        ("gamma(x)", []),
        ("jn(1, x)", []),
        ("u = jn(0, x); sinc(x) + u", []),
        ("tan(x)*ln(x)", []),
        ("f(x)", []),
    ],
)
def test_a_function_that_nobody_typed_is_told(formula: str, lines: list[str]) -> None:
    assert _lines(formula) == lines


@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
def test_it_stands_on_every_page(detail: str) -> None:
    elements = explain(report("sinc(x^2)"), detail).elements
    assert (
        sum(isinstance(each, Text) and spell(each.runs).startswith("with jn(n, x) the") for each in elements)
        == 1
    )
