"""Points of the real domain, thin ones too; points on curves; none where there are none; the same for the same seed."""

from __future__ import annotations

import math

import pytest

from chainrule_cli.graph.adjoint import derivative
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.onesided import kinks
from chainrule_cli.graph.sampling import domain
from chainrule_cli.graph.sampling.differences import derive_implicitly, estimate_implicitly
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.reader import read


def found(text: str, count: int = 6) -> list[dict[str, float]]:
    reading = read(text)
    lowered = lower(reading)
    slope = derivative(lowered.graph, lowered.output, "x")
    points = domain.find_points(
        lowered.graph, (lowered.output, slope), reading.variables, seed=text, count=count
    )
    for point in points:
        values = forward(lowered.graph, point)
        assert math.isfinite(values[lowered.output])
        assert math.isfinite(values[slope])
    return points


@pytest.mark.parametrize(
    "text",
    ["sin(x)", "log(x-1000)", "sqrt(1-x^2)*sqrt(x-0.99)", "log(log(log(x)))", "asec(x)", "acosh(x)", "sqrt(-x)", "asin(x^2+0.999)", "acosh(x)*acos(x/2)", "x^x", "log(x-1e6)", "sqrt(x-5)*sqrt(6-x)",
     "log(sin(x)) + sqrt(x)", "asin(x/1000)", "x*y*z*a*b*c*d", "log(x*y) + sqrt(z-1)",
     "sqrt(x-3)*sqrt(3.001-x)", "asin(x-1e4)", "abs(sin(x)*1e-9)", "sqrt(x*y-100)*sqrt(101-x*y)", "log(x+1e9)*log(-x-9.9e8)", "log(x-1e9)"],
)  # fmt: skip
def test_six_points_are_found(text: str) -> None:
    points = found(text)
    assert len(points) == 6
    assert len({tuple(point.values()) for point in points}) == 6


@pytest.mark.parametrize("text", ["log(-1-x^2)", "log(x)*log(-x)", "sqrt(-1-x^2)", "acosh(cos(x)/2)"])
def test_none_are_found_where_there_are_none(text: str) -> None:
    assert found(text) == []


def test_both_signs_and_several_scales() -> None:
    values = [point["x"] for point in found("sin(x)", 12)]
    assert min(values) < 0 < max(values)
    assert max(map(abs, values)) > 10 * min(map(abs, values))


def test_an_underflow_is_no_evidence() -> None:
    assert all(abs(point["x"]) < 26 for point in found("exp(-x^2)*1e-20"))
    assert found("exp(-1e9-x^2)") == []


def test_points_keep_away_from_kinks() -> None:
    assert all(abs(point["x"] - 1) > 1e-4 for point in found("abs(x-1)", 40))


def test_the_same_seed_gives_the_same_points() -> None:
    assert found("sin(x)") == found("sin(x)")


@pytest.mark.parametrize(
    "text",
    ["x^2+y^2=1", "x^3+y^3=6*x*y", "e^y=x*y", "sin(x+y)=y", "x*y=1", "x^2+x*y+y^2=7", "sqrt(x)+sqrt(y)=4", "y^5+x*y=3",
     "x^2+y^2=1e6", "x^2+y^2=1e-10", "log(y)+y=x-1000", "y-1e5=x", "x*y=1e-12", "tan(y)=x"],
)  # fmt: skip
def test_points_on_curves(text: str) -> None:
    reading = read(text)
    lowered = lower(reading)
    points = domain.find_curve_points(
        lowered.graph, lowered.output, reading.variables, "y", seed=text, count=6
    )
    assert len(points) == 6
    assert all(abs(forward(lowered.graph, point)[lowered.output]) < 1e-6 for point in points)
    slope = derive_implicitly(lowered.graph, lowered.output, "x", "y", 2)
    for point in points:
        expected = float(estimate_implicitly(lowered.graph, lowered.output, point, "x", "y", 2))
        assert forward(lowered.graph, point)[slope] == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("text", ["x^2+y^2=-1", "y^3=0*x", "y^2=x*y^2", "1/(x-y)=0"])
def test_no_points_where_nothing_crosses(text: str) -> None:
    lowered = lower(read(text))
    assert domain.find_curve_points(lowered.graph, lowered.output, ["x", "y"], "y", seed=text, count=6) == []


@pytest.mark.parametrize(
    ("text", "at", "status", "number", "sides"),
    [
        ("abs(x)", 0, "convention", 0, (-1, 1)), ("abs(x)-relu(x)", 0, "convention", 0, (-1, 0)), ("relu(x)-relu(-x)", 0, "exact", 1, (1, 1)), ("relu(x)+relu(-x)-abs(x)", 0, "exact", 0, (0, 0)),
        ("sqrt(x^2)", 0, "one-sided", None, (-1, 1)), ("x^(4/3)", 0, "exact", 0, (0, 0)), ("x^(8/7)+x", 0, "exact", 1, (1, 1)), ("x^(1/7)", 0, "infinite", None, (None, None)),
        ("x^x", 0, "infinite", None, (None, None)), ("where(x>0, x^2*log(x), 0)", 0, "exact", 0, (0, 0)), ("where(x>0, x^2*sin(1/x), 0)", 0, "one-sided", None, (0, None)), ("floor(x)*1e-20", 1, "one-sided", None, (None, 0)),
        ("where(x>=0, 1e-30*x, 2e-30*x)", 0, "one-sided", None, (2e-30, 1e-30)), ("sqrt(where(x>0, x, 0))", -1, "exact", 0, (0, 0)), ("cbrt(x)", 0, "infinite", None, (None, None)), ("where(x>0, log(x), 0)", -1, "exact", 0, (0, 0)), ("where(x>0, sqrt(x), 0)", -1, "exact", 0, (0, 0)),
        ("x^0", 0, "exact", 0, (0, 0)), ("max(x, 1)", 1, "convention", 0.5, (0, 1)), ("x^(2/3)", 0, "undefined", None, (None, None)), ("floor(x^2)", 1, "one-sided", None, (None, 0)), ("clip(x, 0, 1)", 0, "convention", 1, (0, 1)),
        ("1/x", 0, "undefined", None, (None, None)), ("log(x)", -1, "undefined", None, (None, None)), ("x^3", 2, "exact", 12, (12, 12)), ("x*abs(x)", 0, "exact", 0, (0, 0)), ("selu(x)", 0, "convention", 1.0507009873554805, (1.7580993408473768, 1.0507009873554805)),
    ],
)  # fmt: skip
def test_status_and_sides(
    text: str, at: float, status: str, number: float | None, sides: tuple[float | None, float | None]
) -> None:
    lowered = lower(read(text))
    partial = kinks.find_status(lowered.graph, lowered.output, {"x": float(at)}, ["x"])["x"]
    assert (partial.status, partial.number) == (status, pytest.approx(number) if number is not None else None)
    assert partial.sides == tuple(None if side is None else pytest.approx(side) for side in sides)
