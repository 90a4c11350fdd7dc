"""The graph behind a derivative: the same formula, the same number, and none where there is none."""

from __future__ import annotations

import pytest

from chainrule_cli.reports.diff import report as diff
from chainrule_cli.reports.diff_graph import graph_of


@pytest.mark.parametrize(
    ("text", "wrt"),
    [("sin(x**2)", None), ("x^2*y", "y"), ("u = x^2; v = x*sin(u); u*v", None), ("e^x/theta", "x"), ("f = x_1*xy", "x_1"), (r"\frac{x^2}{\sin x}", None),
     ("g(t) = t^3", None), ("|x|", None), ("y + z", "y")],
)  # fmt: skip
def test_the_graph_is_of_the_same_formula_and_has_the_same_derivative(text: str, wrt: str | None) -> None:
    record = diff(text, wrt=wrt)
    found = graph_of(record)
    assert found is not None
    assert found.formula == record.formula
    assert found.at == record.crosscheck.points[0].at
    assert found.outputs[0].name == record.name
    assert found.partials[record.wrt] == pytest.approx(record.crosscheck.points[0].symbolic)


def test_the_readers_own_point_comes_first() -> None:
    found = graph_of(diff("x^3", at="x=2"))
    assert found is not None
    assert (found.at, found.partials) == ({"x": 2.0}, {"x": 12.0})


@pytest.mark.parametrize(
    "text", ["x^2 + y^2 = 1", "f(g(x))", "log(-1-x^2)", "+".join(f"sin({place}x)" for place in range(60))]
)
def test_some_formulas_have_no_graph_to_step_through(text: str) -> None:
    assert graph_of(diff(text)) is None


def test_one_backward_pass_says_nothing_of_a_second_derivative() -> None:
    assert graph_of(diff("x^3", order=2)) is None


def test_a_variable_that_does_not_occur_has_no_graph() -> None:
    assert graph_of(diff("y^2", wrt="x")) is None
    assert graph_of(diff("5")) is None
