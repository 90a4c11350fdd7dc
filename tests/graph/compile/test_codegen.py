"""Compiled functions: the numbers of the graph's own sweeps, for floats and for arrays; nothing that was typed is in the code."""

from __future__ import annotations

import math
import random
import subprocess
import sys
import threading
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import chainrule_cli
from chainrule_cli.errors import QuestionError, ReadError, UsageError
from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.compile import blocks
from chainrule_cli.graph.compile.codegen import generate
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.syntax import Reading, free_names
from tests.generate import formulas
from tests.support import PATIENCE, counted

VARIABLES = ("x", "y")
NUDGES = tuple(sign * step * 1e-15 for step in (1, 2, 3, 4, 5) for sign in (-1, 1))
"""Where a formula turns within rounding, as tan at 1e66, a few neighbours do not show by how much."""
SPECIAL = (0.0, 1.0, -1.0, 1e3, -1e3, 1e200, -1e200, math.inf, -math.inf, math.nan)


def points(seed: int) -> list[tuple[float, float]]:
    rng = random.Random(seed)
    return [
        *((rng.uniform(-3, 3), rng.uniform(-3, 3)) for _ in range(6)),
        *((rng.choice(SPECIAL), rng.choice(SPECIAL)) for _ in range(6)),
    ]


def flat(answer: tuple[Any, tuple[Any, ...]]) -> list[Any]:
    return [answer[0], *answer[1]]


@counted(500)
def test_scalars_are_the_sweeps_and_arrays_are_the_scalars(count: int) -> None:
    """Off the domain the partials that remain may come from a difference that cancels: 1 - coth(x)^2."""
    for seed, expr in enumerate(formulas("compile", count, variables=VARIABLES)):
        names = tuple(name for name in VARIABLES if name in free_names(expr))
        graph, output = lowered(expr, names)
        indices = [output, *gradient(graph, output, names).values()]
        fn = generate(*lowered(expr, names), names)
        at = [point[: len(names)] for point in points(seed)]
        scalars = [flat(fn(*point)) for point in at]
        arrays = np.array(flat(fn(*map(np.array, zip(*at, strict=True))))).T.tolist()
        for point, scalar, array in zip(at, scalars, arrays, strict=True):
            swept = swept_at(graph, names, point, indices)
            moved = zip(
                *[
                    swept_at(graph, names, [value * (1 + step) for value in point], indices)
                    for step in NUDGES
                ],
                strict=True,
            )
            ordinary = all(abs(value) < 1e3 for value in point)
            for ours, theirs, own, near in zip(scalar, array, swept, moved, strict=True):
                assert theirs == pytest.approx(
                    ours, rel=1e-13 if math.isfinite(scalar[0]) else 1e-9, abs=worth(own, near), nan_ok=True
                ), (
                    seed,
                    point,
                )
                assert not ordinary or ours == pytest.approx(
                    own, rel=1e-12 if math.isfinite(scalar[0]) else 1e-9, abs=worth(own, near), nan_ok=True
                ), (seed, point)


def worth(value: float, moved: tuple[float, ...]) -> float:
    """What some units in the last place of the point are worth: sin(x^20) has no more digits than that."""
    return max((4 * abs(near - value) for near in moved if math.isfinite(near - value)), default=0.0) + 1e-300


def swept_at(graph: Graph, names: tuple[str, ...], point: Any, indices: list[int]) -> list[float]:
    values = forward(graph, dict(zip(names, point, strict=True)))
    return [values[index] for index in indices]


def lowered(expr: Any, names: tuple[str, ...]) -> tuple[Graph, int]:
    result = lower(Reading("", expr, variables=names))
    return result.graph, result.output


@pytest.mark.parametrize(
    ("text", "point", "value", "partials"),
    [
        ("abs(x)", (0.0,), 0.0, (0.0,)),
        ("max(x, y)", (1.0, 1.0), 1.0, (0.5, 0.5)),
        ("min(x, y)", (2.0, 1.0), 1.0, (0.0, 1.0)),
        ("relu(x)", (0.0,), 0.0, (0.0,)),
        ("clip(x, -1, 1)", (1.0,), 1.0, (1.0,)),
        ("where(x>0, log(x), 0)", (-1.0,), 0.0, (0.0,)),
        ("where(x>0, log(x), 0)", (0.0,), 0.0, (0.0,)),
        ("where(x>0, sqrt(x), 0)", (-1.0,), 0.0, (0.0,)),
        ("where(x>0, where(x>1, log(x-1), 2*x), x/(x-x))", (0.5,), 1.0, (2.0,)),
        ("1/x", (0.0,), math.nan, (math.nan,)),
        ("exp(1000)/x", (0.0,), math.nan, (math.nan,)),
        ("log(x)", (-1.0,), math.nan, (-1.0,)),
        ("log(x)", (0.0,), math.nan, (math.nan,)),
        ("exp(x)", (1e4,), math.inf, (math.inf,)),
        ("x^2", (-1e200,), math.inf, (-2e200,)),
        ("x^0", (0.0,), 1.0, (0.0,)),
        ("x^(2/3)", (-8.0,), 4.0, (-1 / 3,)),
        ("x^-2", (1e-200,), math.inf, (-math.inf,)),
        ("2 + 3", (), 5.0, ()),
        ("y + 0*x", (3.0, 1.0), 3.0, (1.0, 0.0)),
    ],
)
def test_kinks_branches_and_the_edge_of_the_domain(
    text: str, point: tuple[float, ...], value: float, partials: tuple[float, ...]
) -> None:
    fn = chainrule_cli.compile(text)
    expected = [pytest.approx(number, rel=1e-15, nan_ok=True) for number in (value, *partials)]
    assert flat(fn(*point)) == expected
    if point:
        assert [each.tolist() for each in flat(fn(*[np.array([at, at]) for at in point]))] == [
            pytest.approx([number] * 2, rel=1e-15, nan_ok=True) for number in (value, *partials)
        ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("λ*lambda_1 + λ", ("lambda", "lambda_1")),
        ("x_1*θ + sin(x_1)", ("x_1", "theta")),
        ("q**2 + a", ("q", "a")),
    ],
)
def test_no_name_that_was_typed_is_in_the_source(text: str, names: tuple[str, ...]) -> None:
    fn = chainrule_cli.compile(text)
    assert set(fn.variables) == set(names)
    code = fn.__code__  # type: ignore[attr-defined]
    assert fn.source.isascii()
    for name in fn.variables:
        assert name not in fn.source.split()
        assert name not in (*code.co_varnames, *code.co_names)


@pytest.mark.parametrize(
    "name", ["lambda", "__import__", "x_1", "α", "import os", "v0); evil(", "__class__", "exec"]
)
def test_hostile_names_never_reach_the_source(name: str) -> None:
    graph = Graph()
    output = graph.apply("sin", graph.input(name))
    fn = generate(graph, output, [name])
    assert fn.variables == (name,)
    assert name not in fn.source
    assert fn(0.0) == (0.0, (1.0,))


def test_the_code_has_no_builtins() -> None:
    assert chainrule_cli.compile("sin(x)").__globals__["__builtins__"] == {}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "error"), [("x^2 + y^2 = 1", UsageError), ("f(x^2)", QuestionError), ("sin(", ReadError)]
)
def test_what_has_no_value_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        chainrule_cli.compile(text)


@pytest.mark.parametrize(
    "value", ["1", b"1", 1j, None, [1.0], np.array(["1"]), np.array([1j]), np.array([object()])]
)
def test_what_is_no_real_number_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError, match="real number"):
        chainrule_cli.compile("x^2")(value)


@pytest.mark.parametrize("values", [(), (1.0,), (1.0, 2.0, 3.0)])
def test_a_wrong_number_of_values_is_a_type_error(values: tuple[float, ...]) -> None:
    with pytest.raises(TypeError, match="argument"):
        chainrule_cli.compile("x*y")(*values)


@pytest.mark.parametrize(
    "value",
    [
        2,
        True,
        Fraction(1, 3),
        np.float64(2),
        np.float32(2),
        np.int64(3),
        math.inf,
        10**400,
        Fraction(10**400),
    ],
)
def test_numbers_of_every_type_are_floats(value: Any) -> None:
    number = FLOATS.constant(value)
    answer = chainrule_cli.compile("x*y + x")(value, 2.0)
    assert answer == (3 * number, (3.0, number))
    assert {type(each) for each in flat(answer)} == {float}


def test_arrays_are_broadcast_against_each_other_and_against_numbers() -> None:
    fn = chainrule_cli.compile("x*y + z")
    x, y = np.arange(3.0).reshape(3, 1), np.arange(4)
    value, (dx, dy, dz) = fn(x, y, Fraction(1, 2))
    assert value.tolist() == (x * y + 0.5).tolist()
    assert dx.tolist() == np.broadcast_to(y, (3, 4)).tolist()
    assert dy.tolist() == np.broadcast_to(x, (3, 4)).tolist()
    assert dz.tolist() == np.ones((3, 4)).tolist()
    assert {each.dtype for each in (value, dx, dy, dz)} == {np.dtype(np.float64)}
    with pytest.raises(ValueError, match="shape mismatch"):
        fn(np.zeros(2), np.zeros(3), 1)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1,), (2, 3, 4)])
def test_every_shape_comes_back(shape: tuple[int, ...]) -> None:
    for answer in (
        chainrule_cli.compile("x*sin(y)")(np.ones(shape), 2),
        chainrule_cli.compile("3*x")(np.ones(shape)),
        chainrule_cli.compile("x")(np.ones(shape)),
    ):
        assert {(type(each), each.shape) for each in flat(answer)} == {(np.ndarray, shape)}


def test_strides_and_orders_do_not_matter_and_inputs_are_left_alone() -> None:
    fn, x = chainrule_cli.compile("x^2/(1 + x)"), np.arange(24.0).reshape(4, 6)
    for view in (x.T, x[::-2, 1::2], np.asfortranarray(x), x.astype(">f8"), x.astype(np.int32)):
        kept = view.copy()
        value, (slope,) = fn(view)
        np.testing.assert_allclose(value, view.astype(float) ** 2 / (1 + view.astype(float)), rtol=1e-15)
        assert slope.shape == view.shape
        assert view.tolist() == kept.tolist()


def test_results_are_arrays_of_their_own() -> None:
    x = np.ones(5)
    value, (slope,) = chainrule_cli.compile("x")(x)
    value[0] = slope[0] = 7
    assert x.tolist() == [1.0] * 5


def test_threads_give_the_same_bytes_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    fn, rng = chainrule_cli.compile("sin(x*y)/(1 + x^2) + log(y) + tanh(x)"), np.random.default_rng(1)
    x, y = rng.uniform(-3, 3, 300_001), rng.uniform(-0.1, 3, 300_001)
    monkeypatch.setattr(blocks, "LEAST_FOR_THREADS", 10**9)
    one = b"".join(each.tobytes() for each in flat(fn(x, y)))
    monkeypatch.setattr(blocks, "LEAST_FOR_THREADS", 1)
    monkeypatch.setattr(blocks.os, "cpu_count", lambda: 4)
    assert b"".join(each.tobytes() for each in flat(fn(x, y))) == one


def test_two_threads_may_call_one_function() -> None:
    fn, x = chainrule_cli.compile("exp(sin(x))*x"), np.linspace(-3, 3, 100_000)
    expected, found = flat(fn(x)), list[list[Any]]()
    callers = [threading.Thread(target=lambda: found.extend(flat(fn(x)) for _ in range(5))) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(found) == 20
    assert all(
        one.tobytes() == other.tobytes()
        for answer in found
        for one, other in zip(answer, expected, strict=True)
    )


def test_a_chain_and_a_wide_sum_of_twenty_thousand_nodes_compile() -> None:
    chain, wide = Graph(), Graph()
    index = chain.input("x")
    for _ in range(5_000):
        index = chain.apply("sin", chain.apply("mul", index, chain.inputs["x"]))
    total = wide.input("x")
    for number in range(1, 10_000):
        total = wide.apply("add", total, wide.apply("mul", wide.inputs["x"], wide.constant(number)))
    assert math.isfinite(generate(chain, index, ["x"])(1.1)[0])
    fn = generate(wide, total, ["x"])
    assert fn(2.0) == (2.0 + 2 * 49_995_000.0, (49_995_001.0,))
    assert fn(np.array([2.0]))[1][0].tolist() == [49_995_001.0]


def test_numbers_alone_do_not_load_numpy() -> None:
    code = "import sys, chainrule_cli; fn = chainrule_cli.compile('sin(x)/x'); fn(1.0); fn(0); print({'numpy', 'sympy'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert ran.stdout.strip() == "set()"
