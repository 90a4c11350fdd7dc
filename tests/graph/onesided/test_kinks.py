"""The status of a partial derivative and its two sides, at kinks, jumps, edges of the domain and plain points."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.onesided.kinks import find_status, find_value, read_exactly
from chainrule_cli.notation.reader import read

SELU = 1.0507009873554804934193349852946
GAMMA = 0.5772156649015329

CASES = [
    # formula, x, status, number, sides
    ("|x|", 0, "convention", 0, (-1, 1)),
    ("|x|-relu(x)", 0, "convention", 0, (-1, 0)),
    ("relu(x)-relu(-x)", 0, "exact", 1, (1, 1)),
    ("relu(x)+relu(-x)-|x|", 0, "exact", 0, (0, 0)),
    ("sqrt(x^2)", 0, "one-sided", None, (-1, 1)),
    ("cbrt(x)", 0, "infinite", None, (None, None)),
    ("-cbrt(x)", 0, "infinite", None, (None, None)),
    ("x^0", 0, "exact", 0, (0, 0)),
    ("x^(2/3)", 0, "undefined", None, (None, None)),
    ("where(x>0,log(x),0)", -1, "exact", 0, (0, 0)),
    ("where(x>0,log(x),0)", 0, "one-sided", None, (0, None)),
    ("where(x>0,sqrt(x),0)", -1, "exact", 0, (0, 0)),
    ("where(x>0,sqrt(x),0)", 0, "one-sided", None, (0, None)),
    ("where(x>=0,x^2,-x)", 0, "one-sided", None, (-1, 0)),
    ("selu(x)", 0, "convention", SELU, (SELU * 1.6732632423543772848170429916717, SELU)),
    ("elu(x)", 0, "exact", 1, (1, 1)),
    ("leaky_relu(x)", 0, "convention", 0.01, (0.01, 1)),
    ("clip(x,-1,1)", 1, "convention", 1, (1, 0)),
    ("clip(x,-1,1)", -1, "convention", 1, (0, 1)),
    ("clip(x,-1,1)", 0.5, "exact", 1, (1, 1)),
    ("max(x,2-x)", 1, "convention", 0, (-1, 1)),
    ("floor(x^2)", 0, "exact", 0, (0, 0)),
    ("floor(x^2)", 1, "one-sided", None, (None, 0)),
    ("floor(x)", 1, "one-sided", None, (None, 0)),
    ("ceil(x)", 1, "one-sided", None, (0, None)),
    ("sign(x)", 0, "undefined", None, (None, None)),
    ("round(x)", 0.5, "one-sided", None, (0, None)),
    ("mod(x,2)", 4, "one-sided", None, (None, 1)),
    ("x*sign(x)", 0, "one-sided", None, (-1, 1)),
    ("sqrt(x)", 0, "infinite", None, (None, None)),
    ("x^(3/2)", 0, "one-sided", None, (None, 0)),
    ("sqrt(x)^2", 0, "one-sided", None, (None, 1)),
    ("asin(x)", 1, "infinite", None, (None, None)),
    ("acos(x)", -1, "infinite", None, (None, None)),
    ("acosh(x)", 1, "infinite", None, (None, None)),
    ("asec(x)", -1, "infinite", None, (None, None)),
    ("asech(x)", 1, "infinite", None, (None, None)),
    ("acos(1-x^2)", 0, "one-sided", None, (-math.sqrt(2), math.sqrt(2))),
    ("acosh(cosh(x))", 0, "one-sided", None, (-1, 1)),
    ("tan(x)", math.pi / 2, "undefined", None, (None, None)),
    ("1/x", 0, "undefined", None, (None, None)),
    ("log(x)", 0, "undefined", None, (None, None)),
    ("|sin(x)|", math.pi, "convention", 0, (-1, 1)),
    ("|cos(x)|", -3 * math.pi / 2, "convention", 0, (-1, 1)),
    ("sin(x)", math.pi, "exact", -1, (-1, -1)),
    ("abs(x)", 3.141592653589793e50, "exact", 1, (1, 1)),
    ("tan(x)", 1000.5 * math.pi, "undefined", None, (None, None)),
    ("1/asin(1/x)", 1e300, "exact", 1, (1, 1)),
    ("|x-0.1|", 0.1, "convention", 0, (-1, 1)),
    ("x*|x|", 0, "exact", 0, (0, 0)),
    ("|x|^3", 0, "exact", 0, (0, 0)),
    ("sqrt(1-cos(x))", 0, "one-sided", None, (-math.sqrt(0.5), math.sqrt(0.5))),
    ("relu(sin(x)-x)", 0, "exact", 0, (0, 0)),
    ("where(x>0,exp(-1/x),0)", 0, "exact", 0, (0, 0)),
    ("where(x>0,x*log(x),0)", 0, "one-sided", None, (0, None)),
    ("where(x!=0,sin(x)/x,1)", 0, "exact", 0, (0, 0)),
    ("x^x", 0, "infinite", None, (None, None)),
    ("gamma(|x|+1)", 0, "convention", 0, (GAMMA, -GAMMA)),
    ("gelu(relu(x))", 0, "convention", 0, (0, 0.5)),
    ("log(|x|+2,|x|+3)", 0, "convention", 0, (-0.2636872763311705, 0.2636872763311705)),
    ("polygamma(1,|x|+1)", 0, "convention", 0, (2.4041138063191886, -2.4041138063191886)),
    ("atan2(|x|,1)", 0, "convention", 0, (-1, 1)),
    ("atan2(x,-1)", 0, "one-sided", None, (None, -1)),
    ("cbrt(x^3)", 0, "exact", 1, (1, 1)),
    ("tanh(cbrt(x)^5)", 0, "exact", 0, (0, 0)),
    ("Piecewise((x^2,x>=0))", 0, "one-sided", None, (None, 0)),
    ("hypot(x,0)", 0, "convention", 0, (-1, 1)),
    ("sin(x^2)", 1.5, "exact", 3 * math.cos(2.25), (3 * math.cos(2.25), 3 * math.cos(2.25))),
    ("u=|x|; f=u*u", 0, "exact", 0, (0, 0)),
]


@pytest.mark.parametrize(("text", "at", "kind", "number", "sides"), CASES)
def test_status(
    text: str, at: float, kind: str, number: float | None, sides: tuple[float | None, float | None]
) -> None:
    lowered = lower(read(text))
    found = find_status(lowered.graph, lowered.output, {"x": at}, ["x"])["x"]
    assert found.status == kind
    assert found.number == (None if number is None else pytest.approx(number, rel=1e-14, abs=1e-14))
    assert found.sides == tuple(
        None if side is None else pytest.approx(side, rel=1e-14, abs=1e-14) for side in sides
    )


@pytest.mark.parametrize("at", [1e308, 1.414213562373095e150, 1.7976931348623157e308])
def test_a_large_coordinate_is_no_multiple_of_pi(at: float) -> None:
    """Every number past 1e15 is within rounding of one."""
    lowered = lower(read("sqrt(x)"))
    found = find_status(lowered.graph, lowered.output, {"x": at}, ["x"])["x"]
    assert (found.status, found.number) == ("exact", pytest.approx(0.5 / math.sqrt(at), rel=1e-15))


def test_a_slope_past_the_doubles_is_infinite() -> None:
    """Here it is -1e600, an exact number."""
    lowered = lower(read("1/asin(x)"))
    found = find_status(lowered.graph, lowered.output, {"x": 1e-300}, ["x"])["x"]
    assert (found.status, found.number, found.sides) == ("infinite", None, (None, None))


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("x^2 - 0.01", 0.1, Fraction(0)),
        ("sin(x)", math.pi, Fraction(0)),
        ("1/3 + x", 0.5, Fraction(5, 6)),
        ("sqrt(x)", 2.0, math.sqrt(2)),
        ("log(x)", -1.0, None),
        ("log(x)", 0.0, None),
        ("1/x", 0.0, None),
        ("where(x>0, log(x), 7)", -1.0, Fraction(7)),
    ],
)
def test_values_are_exact_where_they_can_be(text: str, at: float, expected: object) -> None:
    lowered = lower(read(text))
    found = find_value(lowered.graph, lowered.output, read_exactly({"x": at}))
    if isinstance(expected, float):
        assert float(found) == expected
    else:
        assert found == expected


def test_coordinates_may_be_exact() -> None:
    """A fraction that no double holds, on the kink and beside it."""
    lowered = lower(read("|x - 1/3|"))
    for at, kind in ((Fraction(1, 3), "convention"), (Fraction(1, 3) + Fraction(1, 10**30), "exact")):
        assert find_status(lowered.graph, lowered.output, {"x": at}, ["x"])["x"].status == kind


def test_a_tie_gives_half_to_each() -> None:
    lowered = lower(read("max(x,y)"))
    found = find_status(lowered.graph, lowered.output, {"x": 2.0, "y": 2.0}, ["x", "y"])
    assert {name: (each.status, each.number, each.sides) for name, each in found.items()} == {
        "x": ("convention", 0.5, (0.0, 1.0)),
        "y": ("convention", 0.5, (0.0, 1.0)),
    }


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ({"x": 0.0, "y": 2.0}, ("exact", "exact")),
        ({"x": 0.0, "y": 0.0}, ("exact", "undefined")),
        ({"x": 0.0, "y": 1.0}, ("one-sided", "exact")),
    ],
)
def test_powers_at_zero(point: dict[str, float], expected: tuple[str, str]) -> None:
    lowered = lower(read("x^y"))
    found = find_status(lowered.graph, lowered.output, point, ["x", "y"])
    assert found["y"].status == expected[1]
    assert found["x"].number == (1.0 if point["y"] == 1 else 0.0)


def test_the_operation_at_its_edge_is_named() -> None:
    lowered = lower(read("sin(x) + |x-1| + relu(x)"))
    found = find_status(lowered.graph, lowered.output, {"x": 1.0}, ["x"])["x"]
    assert [lowered.graph.nodes[index].op for index in found.nodes] == ["abs"]


def test_names_that_do_not_matter() -> None:
    lowered = lower(read("|x|"))
    found = find_status(lowered.graph, lowered.output, {"x": 0.0, "t": 1.0}, ["t"])
    assert (found["t"].status, found["t"].number) == ("exact", 0.0)
