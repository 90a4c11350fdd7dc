"""Balls hold the value, and disjoint ones prove a difference; complex steps agree with the gradient."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb, ctx

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.balls import BALL_OPS, BALLS, MOST_BITS, differ, enclose
from chainrule_cli.graph.values.complexes import COMPLEX_OPS as ANALYTIC
from chainrule_cli.graph.values.complexes import take_complex_step
from chainrule_cli.notation.reader import read

CONSTANT_ARGUMENT = {"root": 1, "polygamma": 0, "jn": 0}
"""Operations with an argument that must be a whole number."""


def graph_of(name: str) -> tuple[Graph, int, dict[str, float]]:
    """The operation on inputs x0, x1 ... at its example."""
    graph, example = Graph(), OPS[name].example
    held = CONSTANT_ARGUMENT.get(name)
    args = [
        graph.constant(int(each)) if index == held else graph.input(f"x{index}")
        for index, each in enumerate(example)
    ]
    return graph, graph.apply(name, *args), {f"x{index}": each for index, each in enumerate(example)}


def ball(text: str, bits: int, **point: object) -> arb:
    lowered = lower(read(text))
    return enclose(lowered.graph, lowered.output, point, bits).ball


def test_every_row_is_of_an_operation() -> None:
    assert set(BALL_OPS) <= set(OPS)


def test_without_a_row_there_is_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(BALL_OPS, "digamma")
    assert ball("digamma(x)", 53, x=2).is_nan()
    assert not differ(ball("digamma(x)", 53, x=2), arb(7))
    assert ball("where(x > 0, x, digamma(x))", 53, x=2) == 2


@pytest.mark.parametrize("name", BALL_OPS)
def test_the_digits_lie_in_the_ball(name: str) -> None:
    graph, output, point = graph_of(name)
    texts = {variable: repr(each) for variable, each in point.items()}
    carrier, balls = DIGITS(50), BALLS(100)
    digits = forward(graph, texts, carrier)[output]
    found = forward(graph, texts, balls)[output]
    if carrier.context.isnan(digits):
        assert found.is_nan()
        return
    with ctx.workprec(400):
        error = arb(carrier.context.nstr(digits, 50)) - found
        assert found.rad() < arb("1e-25") * (1 + abs(found))
        assert (error + arb(0, "1e-45")).contains(0)


@pytest.mark.parametrize("bits", [20, 53, 200, 2000])
def test_what_is_equal_is_never_disjoint(bits: int) -> None:
    assert not differ(ball("sin(x)^2 + cos(x)^2", bits, x="0.7"), ball("1", bits))


def test_nearly_an_integer_is_none() -> None:
    nearly = ball("e^(pi*sqrt(163))", 200)
    assert differ(nearly, arb(262537412640768744))
    assert not differ(ball("e^(pi*sqrt(163))", 53), arb(262537412640768744))


def test_precision_is_raised_where_digits_cancel() -> None:
    lowered = lower(read("(1 - cos(x))/x^2"))
    found = enclose(lowered.graph, lowered.output, {"x": Fraction(1, 10**20)}, 60)
    assert found.tight
    assert found.bits > 120
    assert float(found.ball) == pytest.approx(0.5, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("log(x)", {"x": -1}),
        ("sqrt(2)^2 - 2", {}),
        ("where(sqrt(2)^2 > 2, 1, 2)", {}),
        ("1/(sqrt(2)^2 - 2)", {}),
    ],
)
def test_what_stays_open_is_said_to(text: str, point: dict[str, int]) -> None:
    lowered = lower(read(text))
    found = enclose(lowered.graph, lowered.output, point, 53)
    assert not found.tight
    assert found.bits <= MOST_BITS
    assert not differ(found.ball, arb(7)) or found.ball.is_finite()


def test_a_condition_that_straddles_is_undecided() -> None:
    straddling = arb(0, 1)
    lowered = lower(read("where(x > 0, 1, 2)"))
    assert forward(lowered.graph, {"x": straddling}, BALLS(53))[lowered.output].is_nan()
    for name in ("lt", "le", "gt", "ge", "eq"):
        assert BALLS(53).operation(name)(straddling, arb(0)).is_nan()


def test_a_branch_that_is_not_taken_may_lack_a_value() -> None:
    assert ball("where(x > 0, sqrt(x), sqrt(-x))", 53, x=-4) == 2


@pytest.mark.parametrize(("given", "expected"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("-0.5", 0), ("0.7", 1)])
def test_ties_go_to_the_even(given: str, expected: int) -> None:
    assert ball("round(x)", 53, x=given) == expected


@pytest.mark.parametrize("name", [name for name in ANALYTIC if OPS[name].example])
def test_a_complex_step_is_the_gradient(name: str) -> None:
    graph, output, point = graph_of(name)
    slopes = gradient(graph, output, list(graph.inputs))
    values = forward(graph, point)
    for variable, index in slopes.items():
        assert take_complex_step(graph, output, point, variable) == pytest.approx(values[index], rel=1e-14), (
            variable
        )


@pytest.mark.parametrize("name", sorted(set(OPS) - set(ANALYTIC)))
def test_what_is_not_analytic_refuses(name: str) -> None:
    graph, output, point = graph_of(name)
    with pytest.raises(QuestionError, match=r"has no complex values"):
        take_complex_step(graph, output, {"x0": 1.0, **point}, "x0")


def test_a_complex_step_has_no_value_outside_the_domain() -> None:
    lowered = lower(read("1/(x - x)"))
    assert math.isnan(take_complex_step(lowered.graph, lowered.output, {"x": 2.0}, "x"))
