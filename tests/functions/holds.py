"""What the tests of one function share: its numbers against mpmath, and its way through all halves and
notations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest

import chainrule_cli
from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.write import to_latex, to_text, to_unicode

Arguments = tuple[float, ...]


def values_are(
    name: str, oracle: Callable[..., Any], points: Iterable[Arguments], relative: float = 2e-15
) -> None:
    """The operation on doubles, on arrays and to many digits is mpmath's function at every point."""
    points = list(points)
    arrays = chainrule_cli.compile(f"{name}({', '.join('xyz'[: len(points[0])])})")
    columns = [np.array(column) for column in zip(*points, strict=True)]
    found = arrays(*columns)[0].tolist()
    for point, on_arrays in zip(points, found, strict=True):
        with mpmath.workdps(60):
            exact = oracle(*map(mpmath.mpf, point))
        near = pytest.approx(float(exact), rel=relative, abs=5e-324)
        assert OPS[name].forward(*point) == near, point
        assert on_arrays == near, point
        context = DIGITS(50).context
        digits = DIGITS(50).operation(name)(*map(context.mpf, point))
        assert abs(context.mpf(exact) - digits) <= abs(context.mpf(exact)) * context.mpf(10) ** -45, point


def has_no_value(name: str, points: Iterable[Arguments]) -> None:
    for point in points:
        assert math.isnan(OPS[name].forward(*point)), point


def partials_are(
    name: str, oracle: Callable[..., Any], points: Iterable[Arguments], relative: float = 1e-13
) -> None:
    """The graph's derivatives of the function are those of mpmath's differences, by each argument."""
    row, graph = FUNCTIONS[name], Graph()
    indices = [graph.input(parameter) for parameter in row.parameters]
    slopes = gradient(graph, graph.apply(name, *indices), row.parameters)
    for point in points:
        at = dict(zip(row.parameters, point, strict=True))
        floats = forward(graph, at)
        for rank, parameter in enumerate(row.parameters):
            if not row.derivative[rank]:
                continue
            with mpmath.workdps(40):
                expected = float(mpmath.diff(oracle, point, tuple(int(rank == k) for k in range(len(point)))))
            assert floats[slopes[parameter]] == pytest.approx(expected, rel=relative), (parameter, point)


def agrees(*formulas: str, orders: Sequence[int] = (1, 2)) -> None:
    """Steps, graph and differences agree on each formula."""
    for formula in formulas:
        for order in orders:
            assert chainrule_cli.diff(formula, order=order).crosscheck.verdict == "agree", (formula, order)


def at(formula: str, order: int = 1, **point: float) -> tuple[float | None, float | None, str]:
    """Value, derivative and status at a point of one variable, as diff says them; graph must say the same."""
    steps = chainrule_cli.diff(formula, order=order, at=point).at
    assert steps is not None
    if order == 1:
        swept = chainrule_cli.gradient(formula, point)
        (partial,), (status,) = swept.partials.values(), swept.partial_status.values()
        assert (swept.value, partial, status) == (steps.value, steps.derivative, steps.status), formula
    return steps.value, steps.derivative, steps.status


def is_right(formula: str, *answers: str, method: str | None = None) -> None:
    for answer in answers:
        record = chainrule_cli.check(formula, answer)
        assert record.verdict == "correct", (formula, answer, record)
        assert method in (None, record.method), (formula, answer, record.method)


def is_wrong(formula: str, answers: Mapping[str, str | None]) -> None:
    """answers: answer -> the mistake that is named first; None for any or none."""
    for answer, mistake in answers.items():
        record = chainrule_cli.check(formula, answer)
        assert record.verdict == "incorrect", (formula, answer, record)
        assert record.counterexample is not None, (formula, answer)
        assert mistake is None or record.mistakes[0].id == mistake, (formula, answer, record.mistakes)


def reads_back(*formulas: str) -> None:
    """What is written in each notation is read as the same formula."""
    for formula in formulas:
        expr = read(formula).expr
        for write in (to_text, to_unicode, to_latex):
            assert read(write(expr)).expr == expr, (formula, write(expr))


def is_the_same(*formulas: str) -> None:
    """Different spellings of one formula."""
    assert len({read(formula).expr for formula in formulas}) == 1, formulas
