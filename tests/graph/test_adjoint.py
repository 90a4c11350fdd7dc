"""Gradients as graphs: vjp and jvp by their inner product, hessians, several variables, branches that send nothing."""

from __future__ import annotations

import math

import autograd
import autograd.numpy as anp
import pytest

from chainrule_cli.graph.adjoint import gradient, hessian, jvp, vjp
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import backward, forward, trace, write_edges
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Reading
from tests.generate import formulas

VARIABLES = ("x", "y")
POINT = {"x": 0.83, "y": 1.37}


def lowered(text: str) -> tuple[Graph, int]:
    found = lower(read(text))
    return found.graph, found.output


def at(graph: Graph, index: int, **point: float) -> float:
    return forward(graph, point, wanted=[index])[index]


# jvp and vjp


@pytest.mark.parametrize(
    "count", [pytest.param(50, id="a tenth"), pytest.param(500, id="all", marks=pytest.mark.full)]
)
def test_jvp_and_vjp_have_the_same_inner_product(count: int) -> None:
    compared = 0
    for expr in formulas("inner product", count, variables=VARIABLES):
        found = lower(Reading("", expr, variables=VARIABLES))
        graph, output = found.graph, found.output
        cotangent, tangents = graph.input("w"), {name: graph.input(f"t{name}") for name in VARIABLES}
        pulled, pushed = vjp(graph, output, cotangent, VARIABLES), jvp(graph, output, tangents)
        point = {**POINT, "w": 1.7, "tx": -0.6, "ty": 2.3}
        values = forward(graph, point, wanted=[pushed, *pulled.values()])
        left, parts = (
            point["w"] * values[pushed],
            [values[pulled[name]] * point[f"t{name}"] for name in VARIABLES],
        )
        if all(map(math.isfinite, [left, *parts])):
            compared += 1
            assert abs(left - sum(parts)) <= 1e-13 * max(abs(left), *map(abs, parts), 1e-300)
    assert compared > 0.6 * count


def test_a_jvp_is_a_derivative_along_a_direction() -> None:
    graph, output = lowered("x^2*y + sin(y)")
    index = jvp(graph, output, {"x": graph.constant(3), "y": graph.constant(-2)})
    assert at(graph, index, x=1.5, y=0.5) == pytest.approx(
        3 * (2 * 1.5 * 0.5) - 2 * (1.5**2 + math.cos(0.5)), rel=1e-15
    )


def test_a_jvp_of_a_jvp_is_a_second_derivative() -> None:
    graph, output = lowered("exp(x^2)")
    one = {"x": graph.constant(1)}
    index = jvp(graph, jvp(graph, output, one), one)
    assert at(graph, index, x=0.7) == pytest.approx((2 + 4 * 0.49) * math.exp(0.49), rel=1e-14)


def test_inputs_that_share_a_cotangent_both_count() -> None:
    graph, output = lowered("x + y")
    assert at(graph, jvp(graph, output, {"x": graph.constant(2), "y": graph.constant(5)}), x=0, y=0) == 7


def test_nothing_is_sent_where_nothing_depends() -> None:
    graph, output = lowered("x^2")
    graph.input("y")
    assert gradient(graph, output, ["y", "z"]) == {"y": graph.constant(0), "z": graph.constant(0)}


# hessians


@pytest.mark.parametrize(
    "count", [pytest.param(40, id="a tenth"), pytest.param(400, id="all", marks=pytest.mark.full)]
)
def test_hessians_are_symmetric_and_differences_of_gradients(count: int) -> None:
    compared = 0
    carrier = DIGITS(60)
    step = carrier.context.mpf("1e-20")
    for expr in formulas("hessian", count, depth=3, variables=VARIABLES):
        found = lower(Reading("", expr, variables=VARIABLES))
        graph, output = found.graph, found.output
        second, first = hessian(graph, output, VARIABLES), gradient(graph, output, VARIABLES)
        values = forward(graph, POINT, carrier)
        if not all(carrier.context.isfinite(values[index]) for index in (*second.values(), *first.values())):
            continue
        for row in VARIABLES:
            assert abs(values[second["x", "y"]] - values[second["y", "x"]]) <= 1e-40 * (
                1 + abs(values[second["x", "y"]])
            )
            for column in VARIABLES:
                here = carrier.enter(POINT[column])
                above, below = (
                    forward(graph, {**POINT, column: here + sign * step}, carrier)[first[row]]
                    for sign in (1, -1)
                )
                difference = (above - below) / (2 * step)
                if carrier.context.isnan(difference):
                    continue
                compared += 1
                assert abs(difference - values[second[row, column]]) <= 1e-15 * (1 + abs(difference))
    assert compared > count


def test_the_hessian_of_a_quadratic_form() -> None:
    graph, output = lowered("3x^2 + 5x*y - 2y^2")
    values = {key: at(graph, index, x=0.3, y=9.0) for key, index in hessian(graph, output, VARIABLES).items()}
    assert values == {("x", "x"): 6, ("x", "y"): 5, ("y", "x"): 5, ("y", "y"): -4}


FUNCTIONS = [
    ("sin(x*y)*exp(x - y)", lambda x, y: anp.sin(x * y) * anp.exp(x - y)),
    ("log(x^2 + y^2)/(1 + x)", lambda x, y: anp.log(x**2 + y**2) / (1 + x)),
    ("tanh(x)*sqrt(y) - x^3*y", lambda x, y: anp.tanh(x) * anp.sqrt(y) - x**3 * y),
    ("x^y", lambda x, y: x**y),
]


@pytest.mark.parametrize(("text", "function"), FUNCTIONS, ids=[text for text, _ in FUNCTIONS])
def test_autograd_has_the_same_hessian(text: str, function) -> None:
    graph, output = lowered(text)
    for (row, column), index in hessian(graph, output, VARIABLES).items():
        order = [VARIABLES.index(name) for name in (row, column)]
        expected = autograd.grad(autograd.grad(function, order[0]), order[1])(POINT["x"], POINT["y"])
        assert at(graph, index, **POINT) == pytest.approx(float(expected), rel=1e-11)


# branches and edges


TRAPS = [
    ("where(x>0, log(x), 0)", {"x": -1}, {"x": 0}),
    ("where(x>0, log(x), 0)", {"x": 0}, {"x": 0}),
    ("where(x>0, sqrt(x), 0)", {"x": -1}, {"x": 0}),
    ("where(x>0, sqrt(x), 0)", {"x": 0}, {"x": 0}),
    ("min(1, sqrt(x) + 2)", {"x": 0}, {"x": 0}),
    ("max(y, log(x))", {"x": 0.0001, "y": 1}, {"x": 0, "y": 1}),
    ("relu(-1 - sqrt(x))", {"x": 0}, {"x": 0}),
    ("clip(sqrt(x) + 5, 0, 1)", {"x": 0}, {"x": 0}),
    ("where(x>0, where(y>0, log(x*y), 1/y), 1/x)", {"x": 2, "y": 0.5}, {"x": 0.5, "y": 2}),
    ("x^p", {"x": 0, "p": 2}, {"x": 0, "p": 0}),
    ("x^p", {"x": 0, "p": 1}, {"x": 1, "p": 0}),
    ("hypot(x, y)", {"x": 0, "y": 0}, {"x": 0, "y": 0}),
    ("hypot(x, y)", {"x": 3, "y": -4}, {"x": 0.6, "y": -0.8}),
]


@pytest.mark.parametrize(("text", "point", "expected"), TRAPS)
def test_what_sends_nothing_spoils_nothing(
    text: str, point: dict[str, float], expected: dict[str, float]
) -> None:
    graph, output = lowered(text)
    slopes = gradient(graph, output, list(point))
    assert {name: at(graph, index, **point) for name, index in slopes.items()} == pytest.approx(expected)
    adjoints = backward(graph, point, output)
    assert {name: adjoints[graph.inputs[name]] for name in point} == pytest.approx(expected)


def test_what_is_undefined_stays_undefined() -> None:
    for text, point in [
        ("x*log(x)", {"x": -1}),
        ("x^p", {"x": 0, "p": 0}),
        ("polygamma(n, x)", {"n": 2, "x": 1}),
    ]:
        graph, output = lowered(text)
        slopes = gradient(graph, output, list(point))
        assert any(math.isnan(at(graph, index, **point)) for index in slopes.values()), text


def test_numbers_are_sent_nothing() -> None:
    graph, output = lowered("2*x + 3")
    assert {argument for each in write_edges(graph, output) for _, argument, _ in each} & {
        graph.constant(2),
        graph.constant(3),
    } == set()


def test_each_event_names_its_edge() -> None:
    graph, output = lowered("x*x")
    events = [
        (event.kind, event.node, event.source, event.edge) for event in trace(graph, {"x": 3.0}, output)
    ]
    x, product = graph.inputs["x"], output
    assert events == [
        ("forward", x, None, None),
        ("forward", product, None, None),
        ("accumulate", product, None, None),
        ("local", x, product, 0),
        ("send", x, product, 0),
        ("accumulate", x, None, None),
        ("local", x, product, 1),
        ("send", x, product, 1),
        ("accumulate", x, None, None),
    ]


def test_every_result_has_a_backward_pass_of_its_own() -> None:
    found = lower(read("f = x*y; g = x + f; g"))
    events = list(trace(found.graph, {"x": 2.0, "y": 3.0}, found.defined["f"], found.output))
    seeds = [
        index
        for index, event in enumerate(events)
        if event.kind == "accumulate" and events[index - 1].kind != "send"
    ]
    assert [events[index].node for index in seeds] == [found.defined["f"], found.output]
    assert sum(event.kind == "forward" for event in events) == 4


def test_a_kink_is_told_after_the_node_that_has_it() -> None:
    graph, output = lowered("abs(x)")
    assert [event.kind for event in trace(graph, {"x": 0.0}, output, at_kink=[output])][:3] == [
        "forward",
        "forward",
        "kink",
    ]


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.example])
def test_a_row_at_its_example_is_the_same_by_both_ways_of_adding_up(name: str) -> None:
    graph, example = Graph(), OPS[name].example
    held = {"root": 1, "polygamma": 0, "jn": 0}.get(name)
    args = [
        graph.constant(int(value)) if index == held else graph.input(f"x{index}")
        for index, value in enumerate(example)
    ]
    output = graph.apply(name, *args)
    point = {f"x{index}": value for index, value in enumerate(example)}
    slopes, adjoints = gradient(graph, output, list(graph.inputs)), backward(graph, point, output)
    for variable, slope in slopes.items():
        assert adjoints[graph.inputs[variable]] == pytest.approx(at(graph, slope, **point), rel=1e-15)
