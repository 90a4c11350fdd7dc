"""Spherical Bessel functions: small orders and large ones, near 0 and far out, derivatives of every order
without a hole."""

from __future__ import annotations

import random
from typing import Any

import mpmath
import pytest

from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.operations import OPS
from tests.functions import holds

ORDERS = (0, 1, 2, 3, 5, 8, 20, 100)


def bessel(n: Any, x: Any) -> Any:
    """By its series in 0F1, which has no sign of x to lose."""
    return x**n / mpmath.fac2(2 * n + 1) * mpmath.hyp0f1(n + mpmath.mpf(3) / 2, -x * x / 4)


@pytest.mark.parametrize("order", ORDERS)
def test_values(order: int) -> None:
    """Within roundings of the largest value close by: between its zeros it swings like 1/x."""
    rng = random.Random(f"jn {order}")
    for x in (0.0, 1e-300, 1e-8, 3.0, -0.45, -7.5, 1e3, *(10 ** rng.uniform(-3, 2.5) for _ in range(100))):
        with mpmath.workdps(60):
            exact = bessel(order, mpmath.mpf(x))
        swing = 0.0 if abs(x) < order + 1 else 1 / abs(x)
        near = pytest.approx(float(exact), rel=5e-15, abs=max(5e-15 * swing, 1e-300))
        assert OPS["jn"].forward(float(order), x) == near, x
        digits = DIGITS(50).operation("jn")(DIGITS(50).enter(order), DIGITS(50).enter(x))
        assert float(digits) == pytest.approx(float(exact), rel=1e-13, abs=1e-300), x


def test_orders_that_have_no_value() -> None:
    holds.has_no_value(
        "jn", [(-1.0, 0.7), (0.5, 0.7), (101.0, 0.7), (float("nan"), 0.7), (1.0, float("inf"))]
    )


def test_derivatives() -> None:
    holds.partials_are("jn", bessel, [(0, 0.7), (1, -2.0), (2, 0.3), (5, 8.0)])
    assert holds.at("jn(1, x)", x=0) == (0.0, pytest.approx(1 / 3), "exact")
    assert holds.at("jn(2, x)", order=2, x=0) == (0.0, pytest.approx(2 / 15), "exact")
    holds.agrees("jn(0, x)", "jn(1, x^2)", "x*jn(3, 1/x)")


def test_answers() -> None:
    holds.is_right("jn(1, x)", "(jn(0, x) - 2*jn(2, x))/3")
    holds.is_right("jn(0, x)", "(x*cos(x) - sin(x))/x^2", "-jn(1, x)")
    holds.is_wrong("jn(0, x^2)", {"-jn(1, x^2)": "inner-forgotten", "2x*jn(1, x^2)": "sign", "cos(x)": None})


def test_a_product_of_letters_stays_one() -> None:
    holds.is_the_same("jn", "j*n")
    holds.is_the_same("jn(x + 1)", "j*n*(x + 1)")
    holds.reads_back("jn(1, x)^2 + 1", "2*x*jn(3, y*x)", "j*n*jn(2, n*x)")
    holds.is_the_same("jn(1, x)", r"\operatorname{jn}(1, x)")
