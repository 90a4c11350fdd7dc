"""Lambert's W: accurate up to its branch point, infinitely steep there, nothing beyond."""

from __future__ import annotations

import math
import random

import mpmath
import pytest

from chainrule_cli.graph.operations import OPS
from tests.functions import holds

END = -math.exp(-1)
"""The double nearest to -1/e, which is a little below it and stands for it."""

EDGES = (5e-324, 1e-300, 1e-8, 0.1, 1.0, math.e, 10.0, 1e10, 1e300, 1.7e308, -5e-324, -1e-300, -1e-8, -0.1)
NEAR = (math.nextafter(END, 0), END + 1e-16, END + 1e-15, END + 1e-12, END + 1e-6, -0.36, -0.2000001, -0.2)


def drawn(count: int) -> list[tuple[float]]:
    rng = random.Random("lambertw")
    spread = [
        *(END * (1 - 10 ** rng.uniform(-15, 0)) for _ in range(count)),
        *(10 ** rng.uniform(-300, 308) for _ in range(count)),
        *(rng.uniform(END, 3) for _ in range(count)),
    ]
    return [(x,) for x in spread]


def test_values() -> None:
    holds.values_are("lambertw", mpmath.lambertw, [(x,) for x in (*EDGES, *NEAR)] + drawn(300))
    assert OPS["lambertw"].forward(0.0) == 0.0
    assert OPS["lambertw"].forward(math.inf) == math.inf


def test_the_end_of_the_domain() -> None:
    assert OPS["lambertw"].forward(END) == -1.0
    holds.has_no_value("lambertw", [(math.nextafter(END, -1),), (-0.4,), (-math.inf,), (math.nan,)])
    assert holds.at("lambertw(x)", x=END) == (-1.0, None, "infinite")
    assert holds.at("lambertw(x - 1/e)", x=0) == (-1.0, None, "infinite")
    assert holds.at("lambertw(x)", x=-0.4) == (None, None, "undefined")


def test_sides_at_the_end() -> None:
    record = holds.chainrule_cli.gradient("lambertw(x^2 - 1/e)", {"x": 0})
    assert record.partial_status == {"x": "one-sided"}
    assert record.partial_sides["x"] == pytest.approx((-math.sqrt(2 * math.e), math.sqrt(2 * math.e)))


def test_derivatives() -> None:
    holds.partials_are("lambertw", mpmath.lambertw, [(x,) for x in (-0.36, -0.2, 1e-8, 0.5, 3.0, 1e10)])
    assert holds.at("lambertw(x)", x=0) == (0.0, 1.0, "exact")
    assert holds.at("lambertw(x)", order=2, x=0) == (0.0, -2.0, "exact")
    holds.agrees("lambertw(x)", "lambertw(x^2)", "x*lambertw(exp(x))")


def test_answers() -> None:
    holds.is_right("lambertw(x^2)", "2x*exp(-lambertw(x^2))/(1 + lambertw(x^2))", method="identity-test")
    holds.is_right(
        "lambertw(x)", "1/(x + exp(lambertw(x)))", "lambertw(x)/(x*(1 + lambertw(x)))", method="numeric"
    )
    holds.is_wrong(
        "lambertw(x^2)",
        {"exp(-lambertw(x^2))/(1 + lambertw(x^2))": "inner-forgotten", "2x*lambertw(x^2)": None, "1/x": None},
    )


def test_notations() -> None:
    holds.reads_back("lambertw(x)^2 + 1", "2*x*lambertw(y*x)")
    holds.is_the_same("lambertw(x)", "LambertW(x)", r"\operatorname{lambertw}(x)")
    assert holds.read("W*x").variables == ("W", "x")
