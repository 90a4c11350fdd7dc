"""Euler's beta function: accurate in all quadrants, without a value at its poles; a letter unless it is
called with two."""

from __future__ import annotations

import math
import random

import mpmath
import pytest

from chainrule_cli.graph.operations import OPS
from chainrule_cli.notation.syntax import Name
from tests.functions import holds

PLAIN = [
    (1.0, 1.0),
    (2.0, 3.0),
    (0.5, 0.5),
    (5.0, 120.5),
    (85.0, 84.0),
    (170.0, 3.0),
    (300.5, 200.25),
    (1e4, 7.5),
]
EDGES = [(1e-300, 2.0), (1e-10, 1e-12), (1e10, 1e-10), (1e30, 1e-3), (1e6, 20.0), (600.0, 500.0)]
BELOW = [
    (-0.5, 1.25),
    (-2.5, 0.75),
    (-2.5, 7.25),
    (-0.5, -0.25),
    (-3.5, -4.25),
    (-300.3, 299.1),
    (-300.3, 305.7),
]
NEAR_POLES = [(-1 + 1e-10, 0.7), (-5 - 1e-9, 2.2), (1e-280, -1e-270), (-1e-200, -3.5)]
ZEROS = [(-0.5, 0.5), (-2.5, 0.5), (-2.5, 2.5), (-1.5, -1.5)]


def drawn(count: int) -> list[tuple[float, float]]:
    """Pairs of all sizes in all quadrants, whose beta is a double."""
    rng = random.Random("beta")

    def one() -> float:
        sizes = (
            10 ** rng.uniform(-200, -1),
            rng.uniform(0, 12),
            rng.uniform(5, 100),
            10 ** rng.uniform(0, 4),
        )
        return rng.choice((1, 1, -1)) * rng.choice(sizes)

    pairs = ((one(), one()) for _ in range(count))
    return [pair for pair in pairs if 1e-290 < abs(mpmath.beta(*map(mpmath.mpf, pair))) < 1e290]


@pytest.mark.parametrize("pairs", [PLAIN, EDGES, BELOW, NEAR_POLES, drawn(600)])
def test_values(pairs: list[tuple[float, float]]) -> None:
    holds.values_are("beta", mpmath.beta, [*pairs, *((y, x) for x, y in pairs)], relative=5e-15)


def test_zeros_and_poles() -> None:
    assert [OPS["beta"].forward(*pair) for pair in ZEROS] == [0.0, 0.0, 0.0, 0.0]
    holds.has_no_value("beta", [(0.0, 1.0), (-1.0, 2.0), (2.5, -3.0), (0.0, 0.0), (-1e300, 2.0)])
    holds.has_no_value("beta", [(math.inf, 1.0), (math.nan, 1.0), (1.0, -math.inf)])


def test_what_leaves_the_doubles() -> None:
    assert OPS["beta"].forward(1e300, 1e-3) == pytest.approx(500.89843575288677, rel=1e-14)
    assert OPS["beta"].forward(1e300, 2.0) == 0.0
    assert OPS["beta"].forward(5e3, 5e3) == 0.0
    assert OPS["beta"].forward(1e-310, 2.0) == math.inf
    assert abs(OPS["beta"].forward(-5000.5, -5000.25)) == math.inf


def test_derivatives() -> None:
    holds.partials_are("beta", mpmath.beta, [(0.5, 0.5), (2.0, 3.0), (-0.5, 1.25), (-2.5, -1.25), (7.0, 0.1)])
    holds.agrees("beta(x, 3)", "beta(x, x)", "beta(x^2, 1/2)")
    assert holds.at("beta(abs(x) + 1, x + 2)", x=0)[2] == "convention"


def test_answers() -> None:
    holds.is_right("beta(x, y)", "beta(x, y)*(digamma(x) - digamma(x + y))", "(psi(x) - psi(y + x))*B(x, y)")
    holds.is_right("beta(x^2, 3)", "beta(x^2, 3)*2x*(psi(x^2) - psi(x^2 + 3))", method="identical")
    holds.is_right("beta(x^2, 3)", "2x*(B(x^2, 3)*psi(x^2) - psi(x^2 + 3)*B(x^2, 3))", method="identity-test")
    holds.is_right("beta(x, 2)", "-(2x + 1)/(x*(x + 1))^2", method="numeric")
    holds.is_wrong(
        "beta(x^2, 3)",
        {
            "beta(x^2, 3)*(digamma(x^2) - digamma(x^2 + 3))": "inner-forgotten",
            "beta(x^2, 3)*2x*(digamma(x^2 + 3) - digamma(x^2))": "sign",
            "beta(2x, 3)": None,
        },
    )


def test_a_letter_unless_it_is_called_with_two_arguments() -> None:
    letter = Name("beta")
    assert holds.read("beta").expr == holds.read("β").expr == holds.read(r"\beta").expr == letter
    holds.is_the_same("beta*(x + 1)", "beta(x + 1)", "β(x + 1)", r"\beta(x + 1)", r"\beta\left(x + 1\right)")
    holds.is_the_same("beta*beta(x, 2)", "β β(x, 2)", r"\beta \beta(x, 2)", r"\beta\operatorname{B}(x, 2)")
    assert holds.read("beta = 3; beta*x").variables == ("x",)
    assert holds.read("beta(a, b) = a + b; beta(x, 2)").expr == holds.read("x + 2").expr
    assert holds.read("beta*beta(x, 2)", declared=("beta",)).expr == holds.read("beta*beta(x, 2)").expr
    assert holds.read("B*x").variables == ("B", "x")


def test_notations() -> None:
    holds.reads_back("beta(x, y)^2 + 1", "2*x*beta(y*x, 3)", "beta*beta(x, 2)", "B*beta(x, B)")
    holds.is_the_same("beta(x, y)", "B(x, y)", r"\operatorname{B}(x, y)", r"\mathrm{B}\left(x, y\right)")
    assert holds.to_latex(holds.read("beta(x, y)").expr) == r"\operatorname{B}\left(x, y\right)"
    assert holds.to_text(holds.read("B(x, y)").expr) == "beta(x, y)"
