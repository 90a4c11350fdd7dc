"""Doubles against 400 digits, far out, close in and next to the edges; nothing raises, nothing runs away."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest
from mpmath import MPContext

from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.carriers import DIGITS, FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward

ONE = [name for name, row in OPS.items() if len(row.example) == 1 and name != "not"]
HARD = (
    1e-200,
    1e-160,
    1e-9,
    1e-5,
    0.01,
    0.7,
    0.9999999,
    1.0000001,
    1.7,
    2.3,
    12.3,
    50.5,
    150.3,
    700.2,
    1e5 + 0.5,
    1e160,
    1e200,
)
SLOW_PAST = {"gamma": 200.0, "digamma": 200.0}
"""The oracle needs long there."""


def same(found: float, exact: Any, relative: float) -> bool:
    """Within the relative error; a double may underflow or overflow where the exact number leaves its range."""
    context: Any = DIGITS(400).context
    if context.isnan(exact):
        return not math.isfinite(found) or found == 0
    if not 1e-300 < abs(exact) < 1e300:
        return not math.isfinite(found) or abs(found) < 1e-299 or abs(found) > 1e299
    return bool(abs(found - exact) <= relative * abs(exact))


@pytest.mark.parametrize("name", ONE)
def test_values_and_local_derivatives_at_hard_arguments(name: str) -> None:
    graph = Graph()
    x = graph.input("x")
    output = graph.apply(name, x)
    local = OPS[name].locals[0]
    rate = output if local is None else local(Builder(graph), output, (x,))
    for at in (sign * size for size in HARD if size < SLOW_PAST.get(name, 1e300) for sign in (1, -1)):
        doubles, digits = forward(graph, {"x": at}), forward(graph, {"x": at}, DIGITS(400))
        assert same(doubles[output], digits[output], 1e-12), (at, doubles[output])
        if not DIGITS(400).context.isnan(digits[output]):
            assert same(doubles[rate], digits[rate], 1e-10), (at, doubles[rate])


@pytest.mark.parametrize("name", OPS)
def test_nothing_raises_and_nothing_runs_away(name: str) -> None:
    rng, indices = random.Random(name), len(OPS[name].example)
    strange = (
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        -2.5,
        1e6,
        -1e6,
        1e15,
        1e300,
        -1e300,
        1e-320,
        math.inf,
        -math.inf,
        math.nan,
    )
    cases = list(itertools.product(strange, repeat=indices))
    for args in rng.sample(cases, min(len(cases), 60)):
        assert isinstance(FLOATS.operation(name)(*args), (float, int))
        if all(math.isfinite(arg) for arg in args):
            DIGITS(30).operation(name)(*map(DIGITS(30).enter, args))


@pytest.mark.parametrize("order", [0, 1, 2, 5, 20, 60, 100])
def test_polygamma(order: int) -> None:
    context = MPContext()
    context.dps = 40
    for at in (0.001, 0.3, 7.3, 16.2, 116.0, 400.0, -0.5, -0.9999999, -3.4, -50.7):
        exact = context.polygamma(order, at)
        found = FLOATS.operation("polygamma")(float(order), at)
        assert same(found, DIGITS(400).enter(exact), 1e-12), at


def test_nan_is_never_lost() -> None:
    for name in ("pow", "hypot", "min", "max", "atan2", "mod"):
        assert math.isnan(FLOATS.operation(name)(math.nan, 0.0))
        assert math.isnan(FLOATS.operation(name)(1.0, math.nan))
