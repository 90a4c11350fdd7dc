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
from chainrule_cli.graph import blocks
from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.codegen import generate
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.syntax import Reading, free_names
from tests.generate import formulas
from tests.support import PATIENCE, counted

VARIABLES = ("x", "y")
SPECIAL = (0.0, 1.0, -1.0, 1e3, -1e3, 1e200, -1e200, math.inf, -math.inf, math.nan)


def points(seed: int) -> list[tuple[float, float]]:
    dice = random.Random(seed)
    return [*((dice.uniform(-3, 3), dice.uniform(-3, 3)) for _ in range(6)), *((dice.choice(SPECIAL), dice.choice(SPECIAL)) for _ in range(6))]


def flat(answer: tuple[Any, tuple[Any, ...]]) -> list[Any]:
    return [answer[0], *answer[1]]


@counted(500)
def test_scalars_are_the_sweeps_and_arrays_are_the_scalars(count: int) -> None:
    for seed, expr in enumerate(formulas("compile", count, variables=VARIABLES)):
        names = [name for name in VARIABLES if name in free_names(expr)]
        graph, output = lowered(expr)
        slopes = gradient(graph, output, names)
        fn = generate(*lowered(expr), names)
        at = [point[: len(names)] for point in points(seed)]
        scalars = [flat(fn(*point)) for point in at]
        for point, found in zip(at[:6], scalars, strict=False):
            values = forward(graph, dict(zip(names, point, strict=True)))
            expected = [values[place] for place in (output, *(slopes[name] for name in names))]
            assert found == pytest.approx(expected, rel=1e-12, abs=1e-300, nan_ok=True), (seed, point)
        arrays = flat(fn(*map(np.array, zip(*at, strict=True))))
        assert np.array(arrays).T.tolist() == [pytest.approx(row, rel=1e-13, abs=1e-300, nan_ok=True) for row in scalars], (seed, fn.source)


def lowered(expr: Any) -> tuple[Graph, int]:
    result = lower(Reading(expr, (), None, VARIABLES, ()))
    return result.graph, result.output
