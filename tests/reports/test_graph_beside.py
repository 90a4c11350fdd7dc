"""The graph behind a derivative: the same formula, the same number, and none where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from chainrule_cli.records.diff import DiffRecord
from chainrule_cli.records.graph import GraphRecord
from chainrule_cli.reports import diff
from chainrule_cli.reports.graph import graph_beside
from chainrule_cli.reports.question import ask


def derived(
    text: str, wrt: str | None = None, at: str | None = None, **options: Any
) -> tuple[DiffRecord, GraphRecord | None]:
    """The record of a derivative, and the graph beside it."""
    question = ask(text, wrt, at)
    record = diff.answer(question, **options)
    return record, graph_beside(question, record)


@pytest.mark.parametrize(
    ("text", "wrt"),
    [("sin(x**2)", None), ("x^2*y", "y"), ("u = x^2; v = x*sin(u); u*v", None), ("e^x/theta", "x"), ("f = x_1*xy", "x_1"), (r"\frac{x^2}{\sin x}", None),
     ("g(t) = t^3", None), ("|x|", None), ("y + z", "y")],
)  # fmt: skip
def test_the_graph_is_of_the_same_formula_and_has_the_same_derivative(text: str, wrt: str | None) -> None:
    record, found = derived(text, wrt)
    assert found is not None
    assert found.formula == record.formula
    assert found.at == record.crosscheck.points[0].at
    assert found.outputs[0].name == record.name
    assert found.partials[record.wrt] == pytest.approx(record.crosscheck.points[0].symbolic)


def test_the_readers_own_point_comes_first() -> None:
    _, found = derived("x^3", at="x=2")
    assert found is not None
    assert (found.at, found.partials) == ({"x": 2.0}, {"x": 12.0})


@pytest.mark.parametrize(
    "text", ["x^2 + y^2 = 1", "f(g(x))", "log(-1-x^2)", "+".join(f"sin({place}x)" for place in range(60))]
)
def test_some_formulas_have_no_graph_to_step_through(text: str) -> None:
    assert derived(text)[1] is None


def test_one_backward_pass_says_nothing_of_a_second_derivative() -> None:
    assert derived("x^3", order=2)[1] is None


def test_a_variable_that_does_not_occur_has_no_graph() -> None:
    assert derived("y^2", "x")[1] is None
    assert derived("5")[1] is None
