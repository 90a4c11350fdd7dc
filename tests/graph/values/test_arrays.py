"""Every operation on arrays: the value of OPS, elementwise, wherever the arguments lie, with a row of its own or without."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.values.arrays import ARRAYS, find_array_row

PLACES = (
    0.0,
    -0.0,
    1e-300,
    1e-9,
    0.1,
    0.5,
    0.7,
    1.0,
    1.7,
    2.0,
    2.5,
    3.0,
    7.3,
    25.0,
    300.0,
    1e3,
    1e15,
    1e300,
    math.inf,
)
EVERYWHERE = (*PLACES, *(-index for index in PLACES), math.nan)
WHOLE = tuple(float(number) for number in range(1, 8))
ARGUMENTS = {
    "root": (EVERYWHERE, WHOLE),
    "polygamma": ((0.0, *WHOLE, -1.0, 0.5, math.nan), EVERYWHERE),
    "jn": ((0.0, *WHOLE, -1.0, 0.5, math.nan), EVERYWHERE),
    "clip": (EVERYWHERE, PLACES, PLACES),
    "where": ((0.0, 1.0, math.nan), EVERYWHERE, EVERYWHERE),
    "and": ((0.0, 1.0, math.nan), (0.0, 1.0, math.nan)),
    "or": ((0.0, 1.0, math.nan), (0.0, 1.0, math.nan)),
    "not": ((0.0, 1.0, math.nan),),
}
"""Where an operation takes something else than any real number."""


def points(op: str) -> list[tuple[float, ...]]:
    size = len(OPS[op].example)
    return [*itertools.product(*ARGUMENTS.get(op, (EVERYWHERE,) * size)), OPS[op].example]


def computed(op: str, at: list[tuple[float, ...]], way: str) -> Any:
    columns = [np.array(column) for column in zip(*at, strict=True)]
    out = np.empty(len(at))
    with np.errstate(all="ignore"):
        getattr(find_array_row(op), way)(*columns, out)
    return out


def test_every_row_is_of_an_operation() -> None:
    assert list(ARRAYS) == [op for op in OPS if op in ARRAYS]


@pytest.mark.parametrize("op", OPS)
def test_the_value_is_that_of_the_operation(op: str) -> None:
    at = points(op)
    expected = [OPS[op].forward(*point) for point in at]
    for point, found, value in zip(at, computed(op, at, "guarded").tolist(), expected, strict=True):
        assert found == pytest.approx(value, rel=1e-14, abs=0.0, nan_ok=True), point


@pytest.mark.parametrize("op", OPS)
def test_the_swift_form_is_the_same_where_nothing_is_signalled(op: str) -> None:
    for point in points(op):
        if not all(map(math.isfinite, point)):
            continue
        columns, out = [np.array([value]) for value in point], np.empty(1)
        try:
            with np.errstate(all="ignore", over="raise", divide="raise"):
                find_array_row(op).fast(*columns, out)
        except FloatingPointError:
            continue
        assert out[0] == pytest.approx(OPS[op].forward(*point), rel=1e-14, abs=0.0, nan_ok=True), point
