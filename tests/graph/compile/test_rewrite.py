"""The graph that numpy runs: the same numbers in fewer or cheaper operations."""

from __future__ import annotations

import math
from collections import Counter

import mpmath
import numpy as np
import pytest

from chainrule_cli import compile as compiled
from chainrule_cli.graph.compile.rewrite import REWRITES, streamline
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.values.arrays import ARRAYS
from chainrule_cli.notation.reader import read


def operations(text: str) -> Counter[str]:
    lowered = lower(read(text))
    graph, _ = streamline(lowered.graph, [lowered.output])
    return Counter(node.op for node in graph.nodes if node.args)


def test_every_rewriting_is_of_an_operation_on_arrays() -> None:
    assert REWRITES.keys() <= ARRAYS.keys()


def test_a_sine_beside_a_cosine_is_one_tangent() -> None:
    assert operations("sin(x)*cos(x) + sin(y)")["tan"] == 1
    assert operations("sin(x)*cos(x) + sin(y)")["sin"] == 1
    assert operations("sin(x)*cos(y)") == Counter(sin=1, cos=1, mul=1)


def test_three_quotients_by_one_divisor_are_one() -> None:
    assert operations("x/(x + y) + y/(x + y) + 1/(x + y)")["div"] == 1
    assert operations("x/(x + y) + y/(x + y)")["div"] == 2


def test_products_commute() -> None:
    assert operations("sin(x*y) + exp(y*x)")["mul"] == 1


def test_a_sigmoid_and_its_mirror_image_share_an_exponential() -> None:
    assert operations("sigmoid(x)*sigmoid(-x)") == Counter(neg=1, exp=1, add=1, div=1, mul=2)
    assert operations("sigmoid(x)")["sigmoid"] == 1


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1.0, 30.0, 1e5, 1e15, 1e22])
def test_sines_and_cosines_are_right_to_a_rounding(scale: float) -> None:
    """The cosine to a rounding of 1: where it is small, a rounding of its argument does as much."""
    x = np.random.default_rng(7).uniform(-scale, scale, 400)
    value, (slope,) = compiled("sin(x)")(x)
    for index, number in enumerate(x.tolist()):
        with mpmath.workdps(60):
            sine, cosine = float(mpmath.sin(number)), float(mpmath.cos(number))
        assert value[index] == pytest.approx(sine, rel=8 * 2**-52, abs=1e-15 if scale > 30 else 0)
        assert slope[index] == pytest.approx(cosine, rel=0, abs=8 * 2**-52)


def test_odd_points_of_the_tangent() -> None:
    x = np.array([0.0, -0.0, math.pi, -math.pi, math.pi / 2, 2 * math.pi, 3 * math.pi, 1e308])
    value, (slope,) = compiled("sin(x)")(x)
    np.testing.assert_allclose(value, np.sin(x), rtol=1e-14, atol=1e-300)
    np.testing.assert_allclose(slope, np.cos(x), rtol=1e-14, atol=1e-15)


def test_what_overflows_goes_the_plain_way() -> None:
    """1/d overflows where a/d does not; exp(-u) where the sigmoid of u is only small."""
    d, a = np.array([1e-310, 2.0]), np.array([1e-312, 3.0])
    value, _ = compiled("(a + 2*a + 3*a)/d + a/d - sin(a)/d")(a, d)
    np.testing.assert_allclose(value, 6 * a / d + a / d - np.sin(a) / d)
    u = np.array([-800.0, -700.0, 0.0, 800.0])
    value, (slope,) = compiled("sigmoid(u)")(u)
    assert value.tolist() == pytest.approx([0.0, math.exp(-700), 0.5, 1.0])
    assert slope.tolist() == pytest.approx([0.0, math.exp(-700), 0.25, 0.0])


def test_no_value_stays_no_value() -> None:
    x = np.array([0.0, 1.0, math.inf, math.nan])
    value, _ = compiled("1/x + 2/x + 3/x + sin(x)*cos(x)")(x)
    assert [math.isnan(number) for number in value] == [True, False, True, True]
