"""Graphs, sweeps and gradients: published circuits, every edge, branches that are not taken, any depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import pytest

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.adjoint import derivative, gradient
from chainrule_cli.graph.carriers import DIGITS, Floats
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sampling.differences import (
    derive_implicitly,
    estimate_implicitly,
    estimate_partial,
    estimate_partial_precisely,
)
from chainrule_cli.graph.sweep import backward, evaluate, forward, trace
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Reading
from tests.generate import formulas


def partials(text: str, **point: float) -> tuple[float, dict[str, float]]:
    lowered = lower(read(text, declared=point))
    graph, output = lowered.graph, lowered.output
    adjoints = backward(graph, point, output)
    return forward(graph, point)[output], {name: adjoints[graph.inputs[name]] for name in point}


@pytest.mark.parametrize(
    ("text", "point", "value", "slopes"),
    [
        ("q = x + y; q*z", {"x": -2, "y": 5, "z": -4}, -12, {"x": -4, "y": -4, "z": 3}),
        ("2*(x*y + max(z,w))", {"x": 3, "y": -4, "z": 2, "w": -1}, -20, {"x": -8, "y": 6, "z": 2, "w": 0}),
        ("c = a + b; d = b + 1; c*d", {"a": 2, "b": 1}, 6, {"a": 2, "b": 5}),
        (
            "1/(1+exp(-(w0*x0+w1*x1+w2)))",
            {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3},
            0.7310585786300049,
            {
                "w0": -0.19661193324148,
                "x0": 0.39322386648296,
                "w1": -0.39322386648296,
                "x1": -0.58983579972445,
                "w2": 0.19661193324148,
            },
        ),
        ("x*x*x", {"x": 2}, 8, {"x": 12}),
        ("where(x>0, log(x), 0)", {"x": -1}, 0, {"x": 0}),
        ("where(x>0, sqrt(x), 0)", {"x": -1}, 0, {"x": 0}),
        ("x^0", {"x": 0}, 1, {"x": 0}),
        ("cbrt(x)", {"x": -8}, -2, {"x": 1 / 12}),
        ("x^(2/3)", {"x": -8}, 4, {"x": -1 / 3}),
    ],
)
def test_published_circuits(
    text: str, point: dict[str, float], value: float, slopes: dict[str, float]
) -> None:
    found, by_name = partials(text, **point)
    assert found == pytest.approx(value, rel=1e-14)
    assert by_name == pytest.approx(slopes, rel=1e-12)


def test_every_edge_is_kept() -> None:
    graph = lower(read("x*x")).graph
    assert graph.nodes[-1].args == (0, 0)
    sends = [event for event in trace(graph, {"x": 3.0}, 1) if event.kind == "send"]
    assert [(event.value, event.upstream, event.local) for event in sends] == [
        (3.0, 1.0, 3.0),
        (3.0, 1.0, 3.0),
    ]


def test_equal_parts_and_definitions_are_one_node() -> None:
    graph = lower(read("u = x^2; sin(u) + cos(u) + sin(x^2)")).graph
    assert [node.op for node in graph.nodes].count("pow") == 1
    assert list(graph.labels.values()) == ["u"]


@pytest.mark.parametrize(
    "count", [pytest.param(40, id="a tenth"), pytest.param(400, id="all", marks=pytest.mark.full)]
)
def test_gradient_graph_backward_sweep_and_difference_agree(count: int) -> None:
    compared = 0
    for expr in formulas("sweeps", count, variables=("x", "y")):
        lowered = lower(Reading("", expr, variables=("x", "y")))
        graph, output, point = lowered.graph, lowered.output, {"x": 0.83, "y": 1.37}
        slope = gradient(graph, output, ["x"])["x"]
        value = forward(graph, point)[slope]
        if value != value or abs(value) > 1e6:  # noqa: PLR0124  # NaN
            continue
        assert backward(graph, point, output)[graph.inputs["x"]] == pytest.approx(value, rel=1e-9, abs=1e-12)
        precise = estimate_partial_precisely(graph, output, point, "x")
        if not DIGITS(50).context.isnan(precise):
            compared += 1
            assert float(precise) == pytest.approx(value, rel=1e-6, abs=1e-9)
    assert compared > count / 2


def test_second_derivatives_are_gradients_of_gradients() -> None:
    lowered = lower(read("sin(x^2)*exp(x)"))
    node = derivative(lowered.graph, lowered.output, "x", 2)
    assert forward(lowered.graph, {"x": 0.7})[node] == pytest.approx(
        estimate_partial(lowered.graph, lowered.output, {"x": 0.7}, "x", 2), rel=1e-9
    )


@pytest.mark.parametrize(
    ("text", "order"),
    [("x^2 + y^2 = 1", 1), ("x^2 + y^2 = 1", 2), ("x^3 + y^3 = 6*x*y", 1), ("x^2 + y^2 = 1", 3)],
)
def test_implicit_slopes_agree_with_differences_of_the_curve(text: str, order: int) -> None:
    lowered = lower(read(text))
    point = {"x": 0.6, "y": 0.8} if "1" in text else {"x": 3.0, "y": 3.0}
    slope = derive_implicitly(lowered.graph, lowered.output, "x", "y", order)
    expected = estimate_implicitly(lowered.graph, lowered.output, point, "x", "y", order)
    assert forward(lowered.graph, point)[slope] == pytest.approx(float(expected), rel=1e-9)


def test_a_chain_of_a_hundred_thousand_nodes() -> None:
    graph = Graph()
    node = graph.input("x")
    for _ in range(100_000):
        node = graph.apply("sin", node)
    assert 0 < forward(graph, {"x": 1.0})[node] < 0.01
    assert backward(graph, {"x": 1.0}, node)[0] > 0


def test_an_undefined_function_has_no_value() -> None:
    with pytest.raises(QuestionError, match="undefined function"):
        lower(read("f(x)"))
    with pytest.raises(QuestionError, match="no value for y"):
        forward(lower(read("x + y")).graph, {"x": 1.0})


class Counted(float):
    """A value that says when it comes and when it goes."""

    alive = most = 0

    def __new__(cls, value: float) -> Self:
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return super().__new__(cls, value)

    def __del__(self) -> None:
        Counted.alive -= 1


class CountingFloats(Floats):
    def operation(self, op: str) -> Callable[..., float]:
        return lambda *args: Counted(OPS[op].forward(*args))


def test_a_value_that_nobody_wants_is_let_go_at_its_last_use() -> None:
    graph = Graph()
    node = graph.input("x")
    chain = [node := graph.apply("mul", graph.apply("sin", node), node) for _ in range(100)]
    Counted.alive = Counted.most = 0
    found = evaluate(graph, {"x": 0.5}, [chain[10], chain[-1]], CountingFloats())
    assert found.keys() == {chain[10], chain[-1]}
    assert (Counted.alive, Counted.most) == (2, 4)  # the two, a product and its sine
    values = forward(graph, {"x": 0.5})
    assert [found[index] for index in found] == [values[index] for index in found]


def test_wanted_variables_and_numbers_are_results_too() -> None:
    graph = Graph()
    x, two = graph.input("x"), graph.constant(2)
    product = graph.apply("mul", x, two)
    assert evaluate(graph, {"x": 3.0}, [product, two, x, x]) == {product: 6.0, two: 2.0, x: 3.0}
    with pytest.raises(QuestionError, match="x"):
        evaluate(graph, {}, [product])
