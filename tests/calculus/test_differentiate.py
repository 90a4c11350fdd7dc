"""Definitions, higher orders, equations and methods: the answers that steps build, against differences and sympy."""

from __future__ import annotations

import mpmath
import pytest
import sympy

from chainrule_cli.calculus import algebra
from chainrule_cli.calculus.derive import derive
from chainrule_cli.calculus.differentiate import (
    DerivedFormula,
    Request,
    differentiate,
    list_steps,
    tidy_result,
    write_out_reading,
)
from chainrule_cli.calculus.step import InnerLetters
from chainrule_cli.errors import QuestionError
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import tree_size
from chainrule_cli.notation.write import to_text
from tests.oracle import to_sympy, value


def answer(
    text: str, wrt: str = "x", order: int = 1, method: str = "auto", dependent: str | None = None
) -> DerivedFormula:
    reading = read(text)
    question = Request(reading, wrt, order, method, dependent)
    taken = {wrt, dependent or "y", *reading.variables, *(each.name for each in reading.definitions)}
    return tidy_result(differentiate(question, InnerLetters(frozenset(taken))), wrt)


def at(found: DerivedFormula, **point: float) -> mpmath.mpf:
    return algebra.value(found.result, point, 30, [(each.name, each.body) for each in found.definitions])


@pytest.mark.parametrize(
    ("text", "order"),
    [("x^x", 3), ("sin(x^2)", 3), ("x^2*exp(x)", 4), ("tan(x)", 3), ("sqrt(x)", 2), ("gamma(x)", 2), ("u = x^2; u*sin(u)", 2), ("u = x^2; v = sin(u)*x; u*v + x", 1),
     ("u = x^2; v = sin(u)*x; u*v + x", 3), ("log(x)/x", 2), ("sigmoid(x)", 2)],
)  # fmt: skip
def test_orders_and_definitions_against_sympy(text: str, order: int) -> None:
    theirs = sympy.diff(to_sympy(write_out_reading(read(text))), sympy.Symbol("x", real=True), order)
    ours = answer(text, order=order)
    for point in (0.61, 1.37, 2.2):
        assert mpmath.almosteq(
            at(ours, x=point), mpmath.mpf(str(value(theirs, {"x": point}, 40))), 1e-20, 1e-20
        )


def test_names_of_definitions_stay_in_the_answer() -> None:
    ours = answer("u = x^2; f = u*sin(u)")
    assert to_text(ours.result) == "2*x*(sin(u) + u*cos(u))"
    assert [each.name for each in ours.definitions] == ["u"]


def test_shared_definitions_cost_linear_time() -> None:
    """Twice the definitions, twice the answer: by size, not by the clock."""

    def ladder(rungs: int) -> DerivedFormula:
        return answer(
            "; ".join(
                [
                    "u1 = x*sin(x)",
                    *(f"u{k} = u{k - 1}*sin(u{k - 1})" for k in range(2, rungs + 1)),
                    f"u{rungs}",
                ]
            )
        )

    sizes = [sum(tree_size(each.body) for each in ladder(rungs).definitions) for rungs in (50, 100, 200)]
    assert sizes[2] - sizes[1] == 2 * (sizes[1] - sizes[0])
    steps = list(list_steps(ladder(100)))
    assert steps
    slope = at(ladder(12), x=0.9)
    text = "x*sin(x)"
    for _ in range(11):
        text = f"({text})*sin({text})" if len(text) < 60 else text
    assert mpmath.isfinite(slope)


@pytest.mark.parametrize(
    ("text", "order", "point"),
    [
        ("x^2 + y^2 = 1", 1, {"x": 0.6, "y": 0.8}),
        ("x^2 + y^2 = 1", 2, {"x": 0.6, "y": 0.8}),
        ("x^2 + y^2 = 1", 3, {"x": 0.6, "y": 0.8}),
        ("x^3 + y^3 = 6*x*y", 1, {"x": 3.0, "y": 3.0}),
        ("x^3 + y^3 = 6*x*y", 2, {"x": 3.0, "y": 3.0}),
        ("u = x*y; sin(u) = u - x + y", 1, {"x": 1.1, "y": 0.4}),
    ],
)
def test_equations_against_sympy_idiff(text: str, order: int, point: dict[str, float]) -> None:
    x, y = sympy.symbols("x y", real=True)
    left, right = (to_sympy(side) for side in write_out_reading(read(text)).args)
    theirs = sympy.idiff(left - right, y, x, order)
    assert mpmath.almosteq(
        at(answer(text, order=order, dependent="y"), **point),
        mpmath.mpf(str(value(theirs, point, 40))),
        1e-20,
    )


def test_the_circle_and_the_folium_read_as_in_a_book() -> None:
    assert to_text(answer("x^2+y^2=1", dependent="y").result) == "-x/y"
    assert to_text(answer("x^3+y^3=6*x*y", dependent="y").result) == "(2*y - x**2)/(y**2 - 2*x)"


def test_an_equation_shows_its_steps() -> None:
    rules = [step.rule for step, _ in list_steps(answer("x^2+y^2=1", dependent="y"))]
    assert rules[0] == "solve for dy/dx"


def test_an_equation_without_the_dependent_variable_is_refused() -> None:
    with pytest.raises(QuestionError, match="does not occur"):
        answer("x^2 + t^2 = 1", dependent="y")


@pytest.mark.parametrize("method", ["quotient", "product", "log"])
@pytest.mark.parametrize(
    "text",
    [
        "sin(x)/x",
        "x^2*sin(x)",
        "(x+1)^2*x^3/(x-1)",
        "x^-2*sin(x)",
        "sin(x)/3",
        "3/x",
        "sqrt(x)*exp(x)/(x+2)",
        "x^x",
    ],
)
def test_methods_derive_the_same_in_another_way(method: str, text: str) -> None:
    auto, other = answer(text), answer(text, method=method)
    for point in (0.47, 1.9, 3.3):
        assert mpmath.almosteq(at(auto, x=point), at(other, x=point), 1e-20)


@pytest.mark.parametrize(
    ("text", "method", "rule"),
    [
        ("sin(x)/x", "product", "product for a quotient"), ("sin(x)/x", "log", "logarithmic differentiation"), ("x^-2*sin(x)", "quotient", "quotient for a product"),
        ("sin(x)/3", "quotient", "quotient"), ("3/x", "quotient", "quotient"), ("x^2*sin(x)", "log", "logarithmic differentiation"),
    ],
)  # fmt: skip
def test_a_method_uses_its_own_rule(text: str, method: str, rule: str) -> None:
    assert rule in {each.rule for each in _walk(text, method)}
    assert rule not in {each.rule for each in _walk(text, "auto")} or text == "sin(x)/x"


def _walk(text: str, method: str) -> list:
    from chainrule_cli.calculus.step import walk

    return list(walk(derive(read(text).expr, "x", method=method)))
