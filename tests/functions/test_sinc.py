"""sinc is sin(x)/x without a hole: value and derivatives of every order at 0 and close by."""

from __future__ import annotations

import math
import random

import mpmath
import pytest

from chainrule_cli import diff, gradient
from chainrule_cli.graph.operations import OPS
from tests.functions import holds

EDGES = (0.0, 5e-324, 1e-300, 1e-8, 0.1, 1.0, math.pi, 2 * math.pi, 100.0, 1e10, 1e300)


def test_values() -> None:
    rng = random.Random("sinc")
    points = [*EDGES, *(-x for x in EDGES), *(rng.uniform(-50, 50) for _ in range(300))]
    holds.values_are("sinc", mpmath.sinc, [(x,) for x in points])
    assert OPS["sinc"].forward(-0.0) == 1.0
    holds.has_no_value("sinc", [(math.inf,), (math.nan,)])


def test_at_zero() -> None:
    assert holds.at("sinc(x)", x=0) == (1.0, 0.0, "exact")
    for order, expected in ((1, 0), (2, -1 / 3), (3, 0), (4, 1 / 5), (6, -1 / 7), (8, 1 / 9)):
        steps = diff("sinc(x)", order=order, at={"x": 0}).at
        assert steps is not None
        assert steps.derivative == pytest.approx(expected, abs=1e-15), order


@pytest.mark.parametrize("x", [1e-300, 1e-12, 1e-8, 1e-4, 0.01])
def test_nothing_cancels_near_zero(x: float) -> None:
    _, slope, status = holds.at("sinc(x)", x=x)
    assert slope == pytest.approx(-x / 3 * (1 - x * x / 10), rel=1e-9)
    assert status == "exact"


def test_derivatives() -> None:
    holds.partials_are("sinc", mpmath.sinc, [(x,) for x in (-0.7, 0.3, math.pi, 20.0)])
    holds.agrees("sinc(x)", "sinc(x^2)", "x*sinc(1/x)")


def test_kinks_beside_it() -> None:
    record = gradient("sinc(abs(x)) + abs(x)", {"x": 0})
    assert record.partial_status == {"x": "convention"}
    assert record.partial_sides["x"] == (-1.0, 1.0)
    assert holds.at("sinc(abs(x))", x=0) == (1.0, 0.0, "exact")


def test_answers() -> None:
    holds.is_right("sinc(x^2)", "-2x*jn(1, x^2)", method="identity-test")
    holds.is_right("sinc(x)", "(x*cos(x) - sin(x))/x^2", "(cos(x) - sinc(x))/x", method="numeric")
    holds.is_wrong("sinc(3x)", {"-jn(1, 3x)": "inner-forgotten", "3*jn(1, 3x)": "sign", "cos(3x)/x": None})


def test_notations() -> None:
    holds.reads_back("sinc(x)^2 + 1", "2*x*sinc(y*x)")
    holds.is_the_same("sinc(x)", r"\operatorname{sinc}(x)", r"\operatorname{sinc}\left(x\right)")
    holds.is_the_same("sincx", "sin(c*x)")
    holds.is_the_same("sincosx", "sin(cos(x))")
