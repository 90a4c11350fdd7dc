"""The complementary error function: its own function, not 1 - erf, which cancels."""

from __future__ import annotations

import math
import random

import mpmath
import pytest

from chainrule_cli.graph.operations import OPS
from tests.functions import holds

EDGES = (0.0, 1e-300, 1e-8, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 26.0)


def test_values() -> None:
    rng = random.Random("erfc")
    points = [*EDGES, *(-x for x in EDGES), -30.0, *(rng.uniform(-6, 26) for _ in range(300))]
    holds.values_are("erfc", mpmath.erfc, [(x,) for x in points], relative=5e-15)
    assert OPS["erfc"].forward(30.0) == 0.0
    assert OPS["erfc"].forward(math.inf) == 0.0
    assert OPS["erfc"].forward(-math.inf) == 2.0


def test_nothing_cancels() -> None:
    value, slope, status = holds.at("erfc(x)", x=20)
    assert value == pytest.approx(5.395865611607901e-176, rel=1e-14)
    assert slope == pytest.approx(-2 * math.exp(-400) / math.sqrt(math.pi), rel=1e-14)
    assert status == "exact"


def test_derivatives() -> None:
    holds.partials_are("erfc", mpmath.erfc, [(x,) for x in (-2.0, 0.0, 0.3, 5.0)])
    holds.agrees("erfc(x)", "erfc(x^2)", "x*erfc(1/x)")


def test_answers() -> None:
    holds.is_right("erfc(x^2)", "-4x*exp(-x^4)/sqrt(pi)", method="identity-test")
    holds.is_right("x*erfc(x)", "1 - erf(x) - 2x*exp(-x^2)/sqrt(pi)", method="identity-test")
    holds.is_wrong("erfc(2x)", {"-2*exp(-4x^2)/sqrt(pi)": "inner-forgotten", "4*exp(-4x^2)/sqrt(pi)": "sign"})


def test_notations() -> None:
    holds.reads_back("erfc(x)^2 + 1", "2*x*erfc(y*x)")
    holds.is_the_same("erfc(x)", r"\operatorname{erfc}(x)", r"\operatorname{erfc}\left(x\right)")
    holds.is_the_same("erfcx", "erf(c*x)")
    assert holds.read("erfc(x)").expr != holds.read("erf(c*x)").expr
