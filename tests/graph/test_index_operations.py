"""Arrays in a graph: shapes, einsum and its kin against numpy and autograd, vjp against jvp, composites against closed forms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph import index_operations
from chainrule_cli.graph.adjoint import adjoints, gradient, jvp, vjp
from chainrule_cli.graph.index_operations import ARRAY_OPS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import Shape, broadcast, choose_sum_indices
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS
from tests.support import counted

SHAPES: dict[str, Shape] = {"X": (4, 3), "W": (3, 2), "b": (2,), "v": (3,), "c": (4, 1), "A": (3, 3), "s": ()}


def drawn(seed: int = 0) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    return {name: draw.normal(size=shape) for name, shape in SHAPES.items()}


def inputs(graph: Graph) -> dict[str, int]:
    return {name: graph.input(name, shape) for name, shape in SHAPES.items()}


def value(graph: Graph, index: int, point: dict[str, np.ndarray]) -> np.ndarray:
    return forward(graph, point, ARRAYS_OF_FLOATS, wanted=[index])[index]


Built = Callable[[Graph, dict[str, int]], int]
CASES: list[tuple[str, Built, Callable[..., np.ndarray]]] = [
    ("matmul", lambda g, n: index_operations.matmul(g, n["X"], n["W"]), lambda X, W, **_: X @ W),
    ("matrix times vector", lambda g, n: index_operations.matmul(g, n["X"], n["v"]), lambda X, v, **_: X @ v),
    ("vector times matrix", lambda g, n: index_operations.matmul(g, n["v"], n["W"]), lambda v, W, **_: v @ W),
    ("dot", lambda g, n: index_operations.matmul(g, n["v"], n["v"]), lambda v, **_: v @ v),
    ("outer", lambda g, n: index_operations.outer(g, n["v"], n["b"]), lambda v, b, **_: anp.outer(v, b)),
    ("transpose", lambda g, n: index_operations.transpose(g, n["X"]), lambda X, **_: X.T),
    ("trace", lambda g, n: index_operations.trace(g, n["A"]), lambda A, **_: anp.trace(A)),
    (
        "diagonal",
        lambda g, n: index_operations.diagonal(g, n["A"]),
        lambda A, **_: anp.diagonal(A, 0, -1, -2),
    ),
    ("vector on a diagonal", lambda g, n: index_operations.diagonal(g, n["v"]), lambda v, **_: anp.diag(v)),
    ("sum", lambda g, n: index_operations.total(g, n["X"]), lambda X, **_: anp.sum(X)),
    (
        "sum along an axis",
        lambda g, n: index_operations.total(g, n["X"], [0]),
        lambda X, **_: anp.sum(X, axis=0),
    ),
    (
        "mean along an axis",
        lambda g, n: index_operations.mean(g, n["X"], [-1]),
        lambda X, **_: anp.mean(X, axis=1),
    ),
    (
        "repeat",
        lambda g, n: index_operations.repeat(g, n["v"], (3, 4), [1]),
        lambda v, **_: anp.outer(v, anp.ones(4)),
    ),
    (
        "repeat in front",
        lambda g, n: index_operations.repeat(g, n["b"], (4, 2), [0]),
        lambda b, **_: anp.outer(anp.ones(4), b),
    ),
    (
        "sandwich",
        lambda g, n: g.apply_along("einsum", "i,ij,j->", n["v"], n["A"], n["v"]),
        lambda v, A, **_: v @ A @ v,
    ),
    (
        "three at once",
        lambda g, n: g.apply_along("einsum", "ij,jk,k->i", n["X"], n["W"], n["b"]),
        lambda X, W, b, **_: X @ W @ b,
    ),
    ("amax", lambda g, n: index_operations.amax(g, n["X"], [1]), lambda X, **_: anp.max(X, axis=1)),
    ("amax of all", lambda g, n: index_operations.amax(g, n["X"]), lambda X, **_: anp.max(X)),
    (
        "logsumexp",
        lambda g, n: index_operations.logsumexp(g, n["X"], [0]),
        lambda X, **_: anp.log(anp.sum(anp.exp(X), axis=0)),
    ),
    (
        "norm2",
        lambda g, n: index_operations.norm2(g, n["X"], [0]),
        lambda X, **_: anp.sqrt(anp.sum(X**2, axis=0)),
    ),
    (
        "a row of biases",
        lambda g, n: g.apply("add", index_operations.matmul(g, n["X"], n["W"]), n["b"]),
        lambda X, W, b, **_: X @ W + b,
    ),
    ("a column", lambda g, n: g.apply("mul", n["X"], n["c"]), lambda X, c, **_: X * c),
    ("a number", lambda g, n: g.apply("div", n["X"], n["s"]), lambda X, s, **_: X / s),
    (
        "element by element",
        lambda g, n: g.apply("tanh", g.apply("mul", n["X"], n["v"])),
        lambda X, v, **_: anp.tanh(X * v),
    ),
    (
        "column by row",
        lambda g, n: g.apply("sin", g.apply("sub", n["c"], n["v"])),
        lambda c, v, **_: anp.sin(c - v),
    ),
]


@pytest.mark.parametrize(("built", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_values_and_vjps_are_those_of_autograd(built: Built, expected: Callable[..., np.ndarray]) -> None:
    graph, point = Graph(), drawn()
    output = built(graph, inputs(graph))
    found = value(graph, output, point)
    assert found.shape == graph.shape(output)
    np.testing.assert_allclose(found, expected(**point), rtol=1e-13)
    weights = np.random.default_rng(1).normal(size=found.shape)
    pulled = vjp(graph, output, graph.input("cotangent", found.shape), list(SHAPES))
    for name, index in pulled.items():
        assert graph.shape(index) == SHAPES[name]
        slope = autograd.grad(lambda array, name=name: anp.sum(weights * expected(**{**point, name: array})))
        wanted = slope(point[name]) if name in expected.__code__.co_varnames else np.zeros(SHAPES[name])
        np.testing.assert_allclose(
            value(graph, index, {**point, "cotangent": weights}), wanted, rtol=1e-11, atol=1e-13
        )


@pytest.mark.parametrize("built", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_jvp_and_vjp_have_the_same_inner_product(built: Built) -> None:
    graph, point = Graph(), drawn()
    output = built(graph, inputs(graph))
    shape = graph.shape(output)
    draw = np.random.default_rng(2)
    point |= {"w": draw.normal(size=shape)} | {
        f"t{name}": draw.normal(size=each) for name, each in SHAPES.items()
    }
    pulled = vjp(graph, output, graph.input("w", shape), list(SHAPES))
    pushed = jvp(graph, output, {name: graph.input(f"t{name}", each) for name, each in SHAPES.items()})
    assert graph.shape(pushed) == shape
    left = np.sum(point["w"] * value(graph, pushed, point))
    parts = [np.sum(value(graph, index, point) * point[f"t{name}"]) for name, index in pulled.items()]
    assert abs(left - sum(parts)) <= 1e-13 * max(1.0, *map(abs, parts))


@pytest.mark.parametrize("name", ARRAY_OPS)
def test_each_row_at_its_example(name: str) -> None:
    """Against central differences of its own value."""
    indices, shapes = ARRAY_OPS[name].example
    graph, draw = Graph(), np.random.default_rng(3)
    node_indices = [graph.input(f"a{node_index}", shape) for node_index, shape in enumerate(shapes)]
    point = {f"a{node_index}": draw.normal(size=shape) for node_index, shape in enumerate(shapes)}
    output = index_operations.total(
        graph,
        graph.apply("sin", graph.apply_along(name, indices, *node_indices, shape=ARRAY_OPS[name].shape)),
    )
    for argument, slope in gradient(graph, output, list(point)).items():
        found, step = value(graph, slope, point), 1e-6
        for index in np.ndindex(*point[argument].shape):
            sides = []
            for sign in (1, -1):
                moved = point[argument].copy()
                moved[index] += sign * step
                sides.append(value(graph, output, {**point, argument: moved}))
            assert (sides[0] - sides[1]) / (2 * step) == pytest.approx(found[index], rel=1e-7, abs=1e-8)


def test_second_derivatives_of_arrays() -> None:
    """The hessian of v'Av is A + A', row by row as the gradient of one element of the gradient."""
    graph, point = Graph(), drawn()
    n = inputs(graph)
    first = gradient(graph, graph.apply_along("einsum", "i,ij,j->", n["v"], n["A"], n["v"]), ["v"])["v"]
    second = vjp(graph, first, graph.input("e", (3,)), ["v"])["v"]
    rows = [value(graph, second, {**point, "e": row}) for row in np.eye(3)]
    np.testing.assert_allclose(rows, point["A"] + point["A"].T, rtol=1e-14)


def test_ties_share() -> None:
    graph = Graph()
    x = graph.input("x", (4,))
    slope = gradient(graph, index_operations.amax(graph, x), ["x"])["x"]
    np.testing.assert_array_equal(
        value(graph, slope, {"x": np.array([1.0, 3.0, 3.0, 2.0])}), [0, 0.5, 0.5, 0]
    )


def test_the_length_at_zero() -> None:
    graph = Graph()
    x = graph.input("x", (3,))
    slope = gradient(graph, index_operations.norm2(graph, x), ["x"])["x"]
    np.testing.assert_array_equal(value(graph, slope, {"x": np.zeros(3)}), np.zeros(3))
    np.testing.assert_allclose(
        value(graph, slope, {"x": np.array([3e200, 0, 4e200])}), [0.6, 0, 0.8], rtol=1e-15
    )


def test_logsumexp_does_not_overflow() -> None:
    graph = Graph()
    x = graph.input("x", (3,))
    output = index_operations.logsumexp(graph, x)
    slope, point = gradient(graph, output, ["x"])["x"], {"x": np.array([1e4, 1e4, -1e4])}
    assert value(graph, output, point) == pytest.approx(1e4 + np.log(2), rel=1e-15)
    np.testing.assert_allclose(value(graph, slope, point), [0.5, 0.5, 0])


@pytest.mark.parametrize("inner", ["log", "sqrt"])
def test_a_branch_that_is_not_taken_sends_nothing(inner: str) -> None:
    graph = Graph()
    x = graph.input("x", (5,))
    branch = graph.apply(
        "where", graph.apply("gt", x, graph.constant(0)), graph.apply(inner, x), graph.constant(0)
    )
    slope = gradient(graph, index_operations.total(graph, branch), ["x"])["x"]
    at = np.array([-1.0, 0.0, 0.25, 1.0, 4.0])
    positive = at[at > 0]
    expected = np.where(at > 0, 0.0, 0.0)
    expected[at > 0] = 1 / positive if inner == "log" else 0.5 / np.sqrt(positive)
    np.testing.assert_allclose(value(graph, slope, {"x": at}), expected)


def test_an_adjoint_inside_the_graph() -> None:
    """L = sum((XW)^2): dL/d(XW) = 2XW."""
    graph, point = Graph(), drawn()
    n = inputs(graph)
    hidden = index_operations.matmul(graph, n["X"], n["W"])
    loss = index_operations.total(graph, graph.apply("mul", hidden, hidden))
    found = adjoints(graph, {loss: graph.constant(1)}, [hidden, n["b"]])
    np.testing.assert_allclose(value(graph, found[hidden], point), 2 * point["X"] @ point["W"])
    np.testing.assert_array_equal(value(graph, found[n["b"]], point), np.zeros(2))


# composites against their closed forms


def test_softmax_with_cross_entropy_is_probabilities_minus_targets() -> None:
    graph, draw = Graph(), np.random.default_rng(4)
    z, t = graph.input("z", (5, 3)), graph.input("t", (5, 3))
    lse = index_operations.logsumexp(graph, z, [1])
    loss = graph.apply(
        "sub", index_operations.total(graph, lse), index_operations.total(graph, graph.apply("mul", t, z))
    )
    point = {"z": draw.normal(size=(5, 3)), "t": np.eye(3)[[0, 2, 1, 1, 0]]}
    exponentials = np.exp(point["z"])
    expected = exponentials / exponentials.sum(axis=1, keepdims=True) - point["t"]
    np.testing.assert_allclose(
        value(graph, gradient(graph, loss, ["z"])["z"], point), expected, rtol=1e-12, atol=1e-14
    )


def closed_softmax(z: np.ndarray) -> np.ndarray:
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def softmax(graph: Graph, z: int) -> int:
    """exp(z - logsumexp z), row by row."""
    shape = graph.shape(z)
    return graph.apply(
        "exp",
        graph.apply(
            "sub", z, index_operations.repeat(graph, index_operations.logsumexp(graph, z, [1]), shape, [1])
        ),
    )


def quotient_softmax(graph: Graph, z: int) -> int:
    """exp z / sum exp z, row by row."""
    exponentials = graph.apply("exp", z)
    return graph.apply(
        "div",
        exponentials,
        index_operations.repeat(graph, index_operations.total(graph, exponentials, [1]), graph.shape(z), [1]),
    )


@counted(200)
@pytest.mark.parametrize("built", [softmax, quotient_softmax])
def test_softmax_has_its_closed_form_and_jacobian(built: Callable[[Graph, int], int], count: int) -> None:
    """The pullback of v is p (v - sum v p): the Jacobian is diag p - p p'."""
    draw = np.random.default_rng(11)
    for _ in range(count):
        shape = int(draw.integers(1, 6)), int(draw.integers(1, 7))
        graph, point = (
            Graph(),
            {"z": draw.normal(size=shape) * draw.choice([0.1, 1, 10]), "v": draw.normal(size=shape)},
        )
        output = built(graph, graph.input("z", shape))
        p = closed_softmax(point["z"])
        np.testing.assert_allclose(value(graph, output, point), p, rtol=1e-12, atol=1e-300)
        pulled = vjp(graph, output, graph.input("v", shape), ["z"])["z"]
        wanted = p * (point["v"] - (point["v"] * p).sum(axis=1, keepdims=True))
        np.testing.assert_allclose(value(graph, pulled, point), wanted, rtol=1e-12, atol=1e-13)


@counted(200)
@pytest.mark.parametrize("written", ["logsumexp", "logarithm of softmax"])
def test_cross_entropy_of_softmax_has_the_gradient_p_minus_y(written: str, count: int) -> None:
    """The mean of -sum y ln p over the rows, for targets that are shares: its gradient is (p - y)/rows."""
    draw = np.random.default_rng(12)
    for _ in range(count):
        shape = rows, _ = int(draw.integers(1, 6)), int(draw.integers(2, 7))
        shares = draw.uniform(size=shape)
        point = {
            "z": draw.normal(size=shape) * draw.choice([0.1, 1, 5]),
            "y": shares / shares.sum(axis=1, keepdims=True),
        }
        graph = Graph()
        z, y = graph.input("z", shape), graph.input("y", shape)
        if written == "logsumexp":
            each = graph.apply(
                "sub",
                index_operations.logsumexp(graph, z, [1]),
                index_operations.total(graph, graph.apply("mul", y, z), [1]),
            )
        else:
            each = graph.apply(
                "neg",
                index_operations.total(
                    graph, graph.apply("mul", y, graph.apply("log", softmax(graph, z))), [1]
                ),
            )
        loss = index_operations.mean(graph, each)
        p = closed_softmax(point["z"])
        assert value(graph, loss, point) == pytest.approx(
            float(-(point["y"] * np.log(p)).sum(axis=1).mean()), rel=1e-12
        )
        found = value(graph, gradient(graph, loss, ["z"])["z"], point)
        np.testing.assert_allclose(found, (p - point["y"]) / rows, rtol=1e-12, atol=1e-13)


@counted(200)
@pytest.mark.parametrize("written", ["softplus", "logarithms"])
def test_cross_entropy_of_a_sigmoid_has_the_gradient_p_minus_y(written: str, count: int) -> None:
    """The sum of -y ln p - (1 - y) ln(1 - p) for p = sigmoid(X w + b): by w it is X'(p - y), by b sum(p - y)."""
    draw = np.random.default_rng(13)
    for _ in range(count):
        rows, inputs = int(draw.integers(1, 8)), int(draw.integers(1, 5))
        point = {
            "X": draw.normal(size=(rows, inputs)),
            "w": draw.normal(size=inputs),
            "b": draw.normal(),
            "y": draw.uniform(size=rows),
        }
        graph = Graph()
        x, y, w, b = (
            graph.input("X", (rows, inputs)),
            graph.input("y", (rows,)),
            graph.input("w", (inputs,)),
            graph.input("b"),
        )
        z, one = graph.apply("add", index_operations.matmul(graph, x, w), b), graph.constant(1)
        p = graph.apply("sigmoid", z)
        if written == "softplus":
            each = graph.apply("sub", graph.apply("softplus", z), graph.apply("mul", y, z))
        else:
            right = graph.apply("mul", y, graph.apply("log", p))
            wrong = graph.apply(
                "mul", graph.apply("sub", one, y), graph.apply("log", graph.apply("sub", one, p))
            )
            each = graph.apply("neg", graph.apply("add", right, wrong))
        found = adjoints(graph, {index_operations.total(graph, each): one}, [w, b])
        closed = 1 / (1 + np.exp(-(point["X"] @ point["w"] + point["b"]))) - point["y"]
        np.testing.assert_allclose(
            value(graph, found[w], point), point["X"].T @ closed, rtol=1e-12, atol=1e-13
        )
        np.testing.assert_allclose(value(graph, found[b], point), closed.sum(), rtol=1e-12, atol=1e-13)


def test_batch_norm_of_one_to_four() -> None:
    """x = (1, 2, 3, 4), dy = e1, eps = 0: dx = (.6, -.8, -.2, .4)/sqrt 5; dgamma = xhat1, dbeta = 1."""
    graph = Graph()
    x, gamma, beta = graph.input("x", (4,)), graph.input("gamma"), graph.input("beta")
    centred = graph.apply("sub", x, index_operations.mean(graph, x))
    variance = index_operations.mean(graph, graph.apply("mul", centred, centred))
    scaled = graph.apply("div", centred, graph.apply("sqrt", variance))
    output = graph.apply("add", graph.apply("mul", gamma, scaled), beta)
    pulled = vjp(graph, output, graph.input("dy", (4,)), ["x", "gamma", "beta"])
    point = {
        "x": np.array([1.0, 2, 3, 4]),
        "gamma": np.array(1.0),
        "beta": np.array(0.0),
        "dy": np.array([1.0, 0, 0, 0]),
    }
    np.testing.assert_allclose(
        value(graph, pulled["x"], point), np.array([0.6, -0.8, -0.2, 0.4]) / np.sqrt(5), rtol=1e-14
    )
    assert value(graph, pulled["gamma"], point) == pytest.approx(-1.5 / np.sqrt(1.25))
    assert value(graph, pulled["beta"], point) == 1


def test_a_mean_has_an_exact_factor() -> None:
    graph = Graph()
    index = index_operations.mean(graph, graph.input("x", (3, 7)))
    assert graph.exact(graph.nodes[index].args[1]) == Fraction(1, 21)


# shapes


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((), (), ()),
        ((3,), (), (3,)),
        ((4, 1), (3,), (4, 3)),
        ((2, 1, 3), (5, 1), (2, 5, 3)),
        ((0, 3), (1, 3), (0, 3)),
    ],
)
def test_broadcast(one: Shape, other: Shape, both: Shape) -> None:
    assert broadcast(one, other) == broadcast(other, one) == both == np.broadcast_shapes(one, other)


@pytest.mark.parametrize(
    ("wide", "narrow"), [((4, 3), (3,)), ((4, 3), (4, 1)), ((4, 3), ()), ((4, 1), (1,)), ((2, 5, 3), (5, 1))]
)
def test_what_was_broadcast_is_summed_back(wide: Shape, narrow: Shape) -> None:
    graph = Graph()
    index = graph.apply_along(
        "einsum", choose_sum_indices(wide, narrow), graph.input("x", wide), shape=narrow
    )
    array = np.random.default_rng(5).normal(size=wide)
    ones = np.broadcast_to(np.zeros(narrow), wide)
    assert ones.shape == array.shape
    expected = autograd.grad(lambda a: anp.sum(array * (a + np.zeros(wide))))(np.zeros(narrow))
    np.testing.assert_allclose(value(graph, index, {"x": array}), expected)


def test_shapes_that_do_not_fit() -> None:
    graph = Graph()
    n = inputs(graph)
    with pytest.raises(QuestionError, match="4x3 and 2 do not fit"):
        graph.apply("add", n["X"], n["b"])
    with pytest.raises(QuestionError, match="do not fit"):
        index_operations.matmul(graph, n["X"], n["X"])
    with pytest.raises(QuestionError, match="has not the indices"):
        graph.apply_along("einsum", "i->", n["X"])
    with pytest.raises(QuestionError, match="size of k"):
        graph.apply_along("einsum", "i->ik", n["v"])
    with pytest.raises(QuestionError, match="gradient is of a number"):
        gradient(graph, n["X"], ["X"])


def test_arrays_need_their_carrier() -> None:
    graph = Graph()
    index_operations.total(graph, graph.input("x", (3,)))
    with pytest.raises(QuestionError, match="carrier of arrays"):
        forward(graph, {"x": 1.0})
