"""Values and gradients of operations and of random formulas, against HIPS autograd run on formulas of its own."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.scipy import special

from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import backward, forward
from chainrule_cli.notation.syntax import Reading
from tests.generate import formulas

ALPHA, SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
HELD = {"root": (1,), "polygamma": (0,), "jn": (0,)}
"""Arguments that must be whole numbers."""

FORMS: dict[str, Callable[..., Any]] = {
    "e": lambda: math.e, "pi": lambda: math.pi, "undefined": lambda: math.nan,
    "add": operator.add, "sub": operator.sub, "neg": operator.neg, "mul": operator.mul, "div": operator.truediv, "pow": lambda x, p: x**p,
    "sqrt": anp.sqrt, "cbrt": lambda x: anp.sign(x) * anp.abs(x) ** (1 / 3), "root": lambda x, n: anp.sign(x) * anp.abs(x) ** (1 / n) if n % 2 else x ** (1 / n),
    "exp": anp.exp, "expm1": anp.expm1, "log": anp.log, "log1p": anp.log1p,
    "sin": anp.sin, "cos": anp.cos, "tan": anp.tan, "sec": lambda x: 1 / anp.cos(x), "csc": lambda x: 1 / anp.sin(x), "cot": lambda x: 1 / anp.tan(x),
    "asin": anp.arcsin, "acos": anp.arccos, "atan": anp.arctan, "acot": lambda x: anp.arctan2(1.0, x), "asec": lambda x: anp.arccos(1 / x),
    "acsc": lambda x: anp.arcsin(1 / x), "atan2": anp.arctan2,
    "sinh": anp.sinh, "cosh": anp.cosh, "tanh": anp.tanh, "sech": lambda x: 1 / anp.cosh(x), "csch": lambda x: 1 / anp.sinh(x), "coth": lambda x: 1 / anp.tanh(x),
    "asinh": anp.arcsinh, "acosh": anp.arccosh, "atanh": anp.arctanh, "asech": lambda x: anp.arccosh(1 / x), "acsch": lambda x: anp.arcsinh(1 / x),
    "acoth": lambda x: anp.arctanh(1 / x),
    "erf": special.erf, "erfc": special.erfc, "beta": special.beta, "gamma": special.gamma, "digamma": special.psi, "polygamma": special.polygamma,
    "hypot": lambda x, y: anp.sqrt(x * x + y * y),
    "abs": anp.abs, "sign": anp.sign, "floor": anp.floor, "ceil": anp.ceil, "round": anp.round, "mod": lambda x, y: x - y * anp.floor(x / y),
    "min": anp.minimum, "max": anp.maximum, "clip": lambda x, a, b: anp.minimum(anp.maximum(x, a), b), "where": anp.where,
    "lt": lambda a, b: float(a < b), "le": lambda a, b: float(a <= b), "gt": lambda a, b: float(a > b), "ge": lambda a, b: float(a >= b),
    "eq": lambda a, b: float(a == b), "ne": lambda a, b: float(a != b), "and": operator.mul, "or": lambda a, b: a + b - a * b, "not": lambda a: 1 - a,
    "sigmoid": lambda x: 1 / (1 + anp.exp(-x)), "relu": lambda x: anp.maximum(x, 0.0), "leaky_relu": lambda x: anp.where(x > 0, x, x / 100),
    "elu": lambda x: anp.where(x > 0, x, anp.expm1(x)), "selu": lambda x: SCALE * anp.where(x > 0, x, ALPHA * anp.expm1(x)),
    "gelu": lambda x: x * (1 + special.erf(x / math.sqrt(2))) / 2, "silu": lambda x: x / (1 + anp.exp(-x)), "softplus": lambda x: anp.logaddexp(0.0, x),
}  # fmt: skip


class Traced:
    """Carries whatever autograd traces through a graph; none of our local derivatives take part."""

    zero, one = 0.0, 1.0

    def constant(self, value: Fraction | int) -> float:
        return float(value)

    def enter(self, value: Any) -> Any:
        return value

    def operation(self, op: str) -> Callable[..., Any]:
        return FORMS[op]


def by_autograd(graph: Graph, output: int, point: dict[str, float]) -> tuple[float, dict[str, float]]:
    names = list(point)

    def function(*values: float) -> Any:
        return forward(graph, dict(zip(names, values, strict=True)), Traced(), upto=output)[output]

    with np.errstate(all="ignore"):
        slopes = [float(autograd.grad(function, index)(*point.values())) for index in range(len(names))]
        return float(function(*point.values())), dict(zip(names, slopes, strict=True))


SMOOTH = [name for name, row in OPS.items() if name in FORMS and row.example and any(row.locals)]


@pytest.mark.parametrize("name", SMOOTH)
def test_each_row(name: str) -> None:
    graph, example = Graph(), OPS[name].example
    args = [
        graph.constant(int(value)) if index in HELD.get(name, ()) else graph.input(f"x{index}")
        for index, value in enumerate(example)
    ]
    output = graph.apply("mul", graph.apply(name, *args), graph.apply("add", graph.constant(1), args[-1]))
    point = {f"x{index}": value for index, value in enumerate(example) if f"x{index}" in graph.inputs}
    value, slopes = by_autograd(graph, output, point)
    adjoints = backward(graph, point, output)
    assert forward(graph, point)[output] == pytest.approx(value, rel=1e-13)
    assert {each: adjoints[graph.inputs[each]] for each in point} == pytest.approx(
        slopes, rel=1e-11, abs=1e-13
    )


@pytest.mark.filterwarnings("ignore:Output seems independent of input:UserWarning")
@pytest.mark.parametrize(
    "count", [pytest.param(50, id="a tenth"), pytest.param(500, id="all", marks=pytest.mark.full)]
)
def test_random_formulas(count: int) -> None:
    compared, point = 0, {"x": 0.83, "y": 1.37}
    for expr in formulas("autograd", count, variables=("x", "y")):
        found = lower(Reading("", expr, variables=("x", "y")))
        graph, output = found.graph, found.output
        if not {node.op for node in graph.nodes if node.op in OPS} <= FORMS.keys():
            continue  # autograd has no such function
        ours, adjoints = forward(graph, point)[output], backward(graph, point, output)
        mine = {name: adjoints[graph.inputs[name]] for name in point}
        if not all(map(math.isfinite, [ours, *mine.values()])) or max(map(abs, mine.values())) > 1e6:
            continue
        value, slopes = by_autograd(graph, output, point)
        if not all(map(math.isfinite, [value, *slopes.values()])):
            continue  # autograd has no where that forgives a branch without a value
        compared += 1
        assert ours == pytest.approx(value, rel=1e-9, abs=1e-12)
        assert mine == pytest.approx(slopes, rel=1e-7, abs=1e-9)
    assert compared > count / 2
