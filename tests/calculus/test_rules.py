"""Every rule, every elementary derivative, against sympy.diff; the table of rules is asked in its own order."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
import sympy

from chainrule_cli.calculus import algebra, precise
from chainrule_cli.calculus.derive import derive
from chainrule_cli.calculus.rules import RULES
from chainrule_cli.calculus.step import walk
from chainrule_cli.errors import LimitError, QuestionError
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Name, free_names, tree_size
from tests.oracle import has, to_sympy, value

POINTS = (
    {"x": 0.7, "y": 1.3, "a": 1.7, "b": 2.3, "n": 3.0},
    {"x": 0.41, "y": -0.6, "a": 0.9, "b": 3.1, "n": 2.0},
    {"x": 2.6, "y": 0.8, "a": 2.2, "b": 1.4, "n": 4.0},
)
METHOD_OF = {
    "logarithmic differentiation": "log",
    "product for a quotient": "product",
    "quotient for a product": "quotient",
}
ELSEWHERE = {"definitions", "dependent variable", "undefined function", "constant"}


def assert_right(text: str, method: str = "auto") -> None:
    """Our derivative is sympy's at every point where both have one, and at one at least."""
    expr = read(text).expr
    ours, theirs = (
        derive(expr, "x", method=method).result,
        sympy.diff(to_sympy(expr), sympy.Symbol("x", real=True)).doit(),
    )
    compared = 0
    for point in POINTS:
        mine = precise.evaluate(ours, point, 30)
        expected = value(theirs, point)
        if expected is not None and not mpmath.isnan(mine):
            assert mpmath.almosteq(mine, mpmath.mpf(str(expected)), 1e-20, 1e-20), (text, point)
            compared += 1
    assert compared, f"{text}: no point where both have a value"


@pytest.mark.parametrize("name", [name for name in RULES if name not in ELSEWHERE])
def test_rule_derives_its_example_as_sympy_does(name: str) -> None:
    rule = RULES[name]
    assert rule.statement
    method = METHOD_OF.get(name, "auto")
    step = derive(read(rule.example).expr, "x", method=method)
    used = {each.rule for each in walk(step)}
    assert name in used or name == "elementary"
    assert_right(rule.example, method)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, row in FUNCTIONS.items()
        if row.most != 0 and has(name) and name not in {"floor", "ceil", "round", "sign", "mod", "polygamma"}
    ],
)
def test_function_derives_as_sympy_does(name: str) -> None:
    assert_right(FUNCTIONS[name].example)


@pytest.mark.parametrize("text", ["floor(x)", "ceil(x)", "round(x)", "sign(x)"])
def test_steps_are_flat(text: str) -> None:
    assert precise.evaluate(derive(read(text).expr, "x").result, {"x": 0.3}, 20) == 0


@pytest.mark.parametrize("name", [name for name, row in FUNCTIONS.items() if row.derivative])
def test_the_derivative_of_a_row_is_that_of_the_function(name: str) -> None:
    row = FUNCTIONS[name]
    if name in {"sign", "floor", "ceil", "round"}:
        pytest.skip("flat: held by test_steps_are_flat")
    for index, parameter in enumerate(row.parameters):
        derivative = algebra.elementary(name, index)
        if derivative is None:
            continue
        for at in ({"x": 0.37, "y": 1.9}, {"x": 2.4, "y": 0.7}, {"x": -1.6, "y": 1.1}):
            point = {"n": 2} | at
            here = _at(name, point)
            if not mpmath.isfinite(here) or mpmath.isnan(precise.evaluate(derivative, point, 20)):
                continue
            expected = mpmath.diff(
                lambda t, point=point, parameter=parameter: _at(name, {**point, parameter: t}),
                point[parameter],
            )
            assert mpmath.almosteq(precise.evaluate(derivative, point, 20), expected, 1e-6, 1e-9), (
                name,
                point,
            )


def _at(name: str, point: dict[str, Any]) -> Any:
    row = FUNCTIONS[name]
    arguments = row.parameters[: 1 if name == "log" else None]
    return precise.evaluate(Apply(name, tuple(map(Name, arguments))), point, mpmath.mp.dps)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("x**sin(x)", 1.3), ("(sqrt(x)+x)^3", 0.7), ("log(x, 2)", 0.7), ("abs(x)", -0.7), ("log(abs(x))", -0.7), ("sqrt(x^2)", -0.7), ("x*abs(x)", -0.7),
        ("atan(x)/(1-2*x)^(1/6)", 0.2), ("sqrt(x)*sin(80000*x)", 0.7), ("exp(x*log(x))", 0.7), ("asin(2*x*sqrt(1-x^2))", 0.3), ("where(x>0, x^2, -x)", -1.0),
        ("x^(2/3)", 0.7), ("log(x+2, x)", 1.7), ("log(2, x)", 1.7), ("atan2(x, x)", 0.7), ("max(x, 2*x, x^2)", 1.7), ("2^x*x^2", 0.3), ("hypot(x, x^2)", 0.4), ("polygamma(2, x^2)", 0.9),
        ("x^x^x", 1.2), ("root(x^2+1, 4)", 0.7), ("Piecewise((x, x<0), (x^2, x<1), (2*x, True))", 0.5), ("(x^2+1)^x", 0.6), ("mod(3*x, 2)*x", 0.7),
    ],
)  # fmt: skip
def test_derivatives_that_others_get_wrong(text: str, point: float) -> None:
    expr = read(text).expr
    ours = precise.evaluate(derive(expr, "x").result, {"x": point}, 30)
    expected = mpmath.diff(
        lambda t: precise.evaluate(expr, {"x": t}, 50), mpmath.mpf(point), h=mpmath.mpf("1e-15")
    )
    assert mpmath.almosteq(ours, expected, 1e-9, 1e-9)


def test_cube_root_at_minus_eight() -> None:
    assert math.isclose(
        float(precise.evaluate(derive(read("cbrt(x)").expr, "x").result, {"x": -8}, 20)), 1 / 12
    )


def test_chain_rule_names_its_pieces() -> None:
    step = derive(read("sin(x**2)").expr, "x")
    assert (step.rule, list(step.roles)) == (
        "chain rule",
        ["outer", "inner", "outer_derivative", "outer_derivative_at", "inner_derivative"],
    )
    assert free_names(step.roles["outer"]) == ("u",)
    assert [premise.rule for premise in step.premises] == ["sine", "power"]


def test_letters_avoid_the_formula_s_own() -> None:
    step = derive(read("sin(u*x^2)").expr, "x")
    assert free_names(step.roles["outer"]) == ("v",)


def test_undefined_functions_show_the_rule_itself() -> None:
    step = derive(read("f(g(h(x)))").expr, "x")
    assert (
        step.result
        == read(
            "Subs(Derivative(f(t), t), t, g(h(x)))*(Subs(Derivative(g(t), t), t, h(x))*Derivative(h(x), x))"
        ).expr
    )


def test_partial_derivatives_hold_the_others_constant() -> None:
    assert derive(read("x^2*y").expr, "y").result == read("x^2*1").expr
    assert derive(read("x^2*y").expr, "z").result == read("0").expr


def test_the_order_of_a_polygamma_has_no_derivative() -> None:
    with pytest.raises(QuestionError, match="not known"):
        derive(read("polygamma(x, 2)").expr, "x")


def test_a_product_of_very_many_factors_stays_small() -> None:
    """Taken by halves: n·log n parts, where one factor at a time gives n^2."""
    result = derive(read("*".join(f"(x+{n})" for n in range(600))).expr, "x").result
    assert tree_size(result) < 60_000


def test_a_result_too_large_to_write_is_refused_with_its_size() -> None:
    with pytest.raises(LimitError, match="200,000"):
        derive(read("sin(" * 190 + "*".join(f"(x+{n})" for n in range(400)) + ")" * 190).expr, "x")


def test_a_sum_of_three_thousand_terms_and_a_hundred_nested_sines() -> None:
    wide = derive(read("+".join(f"{n % 9 + 1}x" for n in range(3000))).expr, "x")
    assert len(wide.premises) == 3000
    deep = read("sin(" * 100 + "x" + ")" * 100).expr
    assert precise.evaluate(derive(deep, "x").result, {"x": 0.5}, 20) > 0


def test_same_parts_are_derived_once() -> None:
    step = derive(read("sin(x^2) + cos(x^2)*sin(x^2)").expr, "x")
    assert len([each for each in walk(step) if each.expr == read("x^2").expr]) == 1
    assert Name("x") in {each.expr for each in walk(derive(read("x+x").expr, "x"))}
