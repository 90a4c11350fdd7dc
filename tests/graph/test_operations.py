"""Every row of OPS: its value and its local derivatives, against differences with many digits and against autograd."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import pytest

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.reader import read

CONSTANT_ARGUMENT = {"root": 1, "polygamma": 0, "jn": 0}
"""Operations with an argument that must be a whole number."""

CONDITIONS = {"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"}
"""Truth values send nothing."""

AUTOGRAD = {"exp": anp.exp, "log": anp.log, "sin": anp.sin, "cos": anp.cos, "tan": anp.tan, "sinh": anp.sinh, "cosh": anp.cosh, "tanh": anp.tanh, "sqrt": anp.sqrt, "asin": anp.arcsin,
            "acos": anp.arccos, "atan": anp.arctan, "abs": anp.abs, "expm1": anp.expm1, "log1p": anp.log1p, "asinh": anp.arcsinh, "acosh": anp.arccosh, "atanh": anp.arctanh, "neg": anp.negative}  # fmt: skip


def graph_of(name: str) -> tuple[Graph, int, dict[str, float]]:
    """The operation on inputs x0, x1 ... at its example."""
    graph, example = Graph(), OPS[name].example
    held = CONSTANT_ARGUMENT.get(name)
    args = [
        graph.constant(int(value)) if index == held else graph.input(f"x{index}")
        for index, value in enumerate(example)
    ]
    return graph, graph.apply(name, *args), {f"x{index}": value for index, value in enumerate(example)}


@pytest.mark.parametrize("name", OPS)
def test_value_and_local_derivatives(name: str) -> None:
    graph, output, point = graph_of(name)
    slopes = gradient(graph, output, list(graph.inputs))
    carrier = DIGITS(50)
    floats, digits = forward(graph, point), forward(graph, point, carrier)
    step = carrier.context.mpf("1e-16")
    assert floats[output] == pytest.approx(float(digits[output]), rel=1e-14, nan_ok=True)
    for variable, slope in slopes.items():
        if name in CONDITIONS:
            break
        above, below = (
            forward(graph, {**point, variable: carrier.enter(point[variable]) + sign * step}, carrier)[output]
            for sign in (1, -1)
        )
        expected = (above - below) / (2 * step)
        assert abs(digits[slope] - expected) <= 1e-25 * (1 + abs(expected)), variable
        assert floats[slope] == pytest.approx(float(expected), rel=1e-12, abs=1e-14), variable


@pytest.mark.parametrize("name", AUTOGRAD)
def test_autograd_says_the_same(name: str) -> None:
    graph, output, point = graph_of(name)
    slope = gradient(graph, output, ["x0"])["x0"]
    values = forward(graph, point)
    assert values[output] == pytest.approx(float(AUTOGRAD[name](point["x0"])), rel=1e-13)
    assert values[slope] == pytest.approx(float(autograd.grad(AUTOGRAD[name])(point["x0"])), rel=1e-12)


@pytest.mark.parametrize("name", [name for name, row in FUNCTIONS.items() if row.example])
def test_every_function_of_the_language_is_lowered(name: str) -> None:
    lowered = lower(read(FUNCTIONS[name].example))
    assert forward(lowered.graph, {"x": 0.7})[lowered.output] == pytest.approx(
        forward(lowered.graph, {"x": 0.7}, DIGITS(30))[lowered.output], rel=1e-13
    )


@pytest.mark.parametrize(
    "name",
    ["sigmoid", "tanh", "softplus", "sech", "csch", "erf", "gelu", "silu", "atan", "expm1", "log1p", "asinh"],
)
@pytest.mark.parametrize("at", [-700.0, -40.0, -1e-9, 1e-9, 40.0, 700.0])
def test_far_out_and_close_in_nothing_cancels(name: str, at: float) -> None:
    graph = Graph()
    output = graph.apply(name, graph.input("x"))
    slope = gradient(graph, output, ["x"])["x"]
    floats, digits = forward(graph, {"x": at}), forward(graph, {"x": at}, DIGITS(400))
    if not DIGITS(400).context.isnan(digits[slope]):
        assert floats[slope] == pytest.approx(float(digits[slope]), rel=1e-9, abs=1e-300)


def test_out_of_the_domain_is_nan_never_an_exception() -> None:
    for text in (
        "log(x)",
        "sqrt(x)",
        "asin(x-5)",
        "acosh(x)",
        "x^0.5",
        "gamma(x)",
        "1/(x+1)",
        "atanh(x-1)",
        "log(x, 2)",
        "asec(x/9)",
        "mod(1, x+1)",
        "polygamma(1, x)",
    ):
        lowered = lower(read(text))
        value = forward(lowered.graph, {"x": -1.0})[lowered.output]
        assert value != value, text  # noqa: PLR0124  # NaN


def test_overflow_is_infinite() -> None:
    lowered = lower(read("exp(x)*2"))
    assert forward(lowered.graph, {"x": 1e4})[lowered.output] == float("inf")


@pytest.mark.parametrize(
    ("base", "exponent", "power"),
    [(-1e200, 2.0, "inf"), (-1e200, 3.0, "-inf"), (-1e-200, -3.0, "-inf"), (-2.0, float("inf"), "nan")],
)
def test_a_power_of_a_negative_number_overflows_with_its_sign(
    base: float, exponent: float, power: str
) -> None:
    assert str(OPS["pow"].forward(base, exponent)) == power
