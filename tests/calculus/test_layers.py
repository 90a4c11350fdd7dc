"""Onions: compositions as lists whose rates multiply to the derivative, other formulas as trees."""

from __future__ import annotations

import math

import pytest

from chainrule_cli.calculus import precise
from chainrule_cli.calculus.derive import derive
from chainrule_cli.calculus.layers import is_composition, peel
from chainrule_cli.calculus.step import InnerLetters
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import free_names
from chainrule_cli.notation.write import to_text


def peeled(text: str) -> list[tuple[int, str, str]]:
    reading = read(text)
    bodies = {each.name: each.body for each in reading.definitions}
    return [
        (layer.depth, layer.name, to_text(layer.outer))
        for layer in peel(reading.expr, "x", InnerLetters(frozenset({"x", *bodies})), bodies)
    ]


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("sin(x**2)", [(1, "y", "sin(u)"), (2, "u", "x**2")]),
        ("(3*x+1)^5", [(1, "y", "u**5"), (2, "u", "3*x + 1")]),
        ("5*sin(x^2)+3", [(1, "y", "5*u + 3"), (2, "u", "sin(v)"), (3, "v", "x**2")]),
        ("sin(cos(exp(x)))", [(1, "y", "sin(u)"), (2, "u", "cos(v)"), (3, "v", "exp(x)")]),
        ("x^2+3*x", [(1, "y", "x**2 + 3*x")]),
        ("x*sin(x)", [(1, "y", "x*sin(x)")]),
        ("x*sin(x^2)", [(1, "y", "x*u"), (2, "u", "sin(v)"), (3, "v", "x**2")]),
        (
            "sin(x^2)+cos(x^2)",
            [(1, "y", "u + v"), (2, "u", "sin(w)"), (3, "w", "x**2"), (2, "v", "cos(w)"), (3, "w", "x**2")],
        ),
        ("u = x^2; u*sin(u)", [(1, "y", "u*sin(u)"), (2, "u", "x**2")]),
        ("2^(x^2)", [(1, "y", "2**u"), (2, "u", "x**2")]),
        ("7", [(1, "y", "7")]),
    ],
)
def test_layers(text: str, layers: list[tuple[int, str, str]]) -> None:
    assert peeled(text) == layers


@pytest.mark.parametrize(
    "text",
    [
        "sin(x**2)",
        "(3*x+1)^5",
        "5*sin(x^2)+3",
        "exp(sin(cos(x/3)))",
        "sqrt(1+sqrt(1+sqrt(x)))",
        "log(log(x^2+3))",
        "x",
    ],
)
def test_rates_of_a_composition_multiply_to_the_derivative(text: str) -> None:
    expr = read(text).expr
    layers = peel(expr, "x", InnerLetters(frozenset("x")))
    assert is_composition(layers, "x")
    scope, rate = {"x": 0.83}, 1.0
    for layer in reversed(layers):
        inner = next(iter(layer.inners), "x")
        rate *= float(precise.evaluate(derive(layer.outer, inner).result, scope, 20))
        scope[layer.name] = float(precise.evaluate(layer.outer, scope, 20))
    assert math.isclose(
        rate, float(precise.evaluate(derive(expr, "x").result, {"x": 0.83}, 20)), rel_tol=1e-9
    )


@pytest.mark.parametrize("text", ["x*sin(x^2)", "sin(x^2)+cos(x^2)", "sin(x)^cos(x)", "u = x^2; x*u"])
def test_branching_formulas_are_no_composition(text: str) -> None:
    reading = read(text)
    layers = peel(
        reading.expr,
        "x",
        InnerLetters(frozenset("xu")),
        {each.name: each.body for each in reading.definitions},
    )
    assert not is_composition(layers, "x")


def test_letters_are_not_the_formula_s_own() -> None:
    layers = peel(read("sin(u*x^2)").expr, "x", InnerLetters(frozenset({"u", "x"})))
    assert free_names(layers[0].outer) == ("v",)


def test_a_definition_is_peeled_once() -> None:
    text = "; ".join(["u1 = x*sin(x)", *(f"u{k} = u{k - 1}*sin(u{k - 1})" for k in range(2, 60)), "u59*u58"])
    assert len(peeled(text)) < 400
