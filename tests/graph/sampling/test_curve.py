"""Curves: nothing is joined over a pole, a jump or a gap, everything else is; a stretch shows what there is to see."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

from chainrule_cli.graph import adjoint
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.sampling.curve import TracedCurve, choose_window, trace_curve
from chainrule_cli.graph.sampling.curve_range import choose_range
from chainrule_cli.graph.sampling.curves import Curves, trace_curves
from chainrule_cli.notation.reader import read


def drawn(text: str, at: float | None = None, order: int = 1) -> Curves:
    lowered = lower(read(text, declared=("x",)))
    slope = adjoint.derivative(lowered.graph, lowered.output, "x", order=order)
    found = trace_curves(lowered.graph, lowered.output, slope, "x", {}, at)
    assert found is not None
    return found


def seen(function: Callable[[float], float], low: float = -3.0, high: float = 3.1) -> TracedCurve:
    def values(xs: Sequence[float]) -> list[float]:
        return [value(x) for x in xs]

    def value(x: float) -> float:
        try:
            return function(x)
        except (ValueError, ZeroDivisionError):
            return math.nan

    return trace_curve(values, low, high)


POLES = [
    ("1/x", [0.0], 2),
    ("1/x^2", [0.0], 2),
    ("1/(x - 0.3)^2", [0.3], 2),
    ("1/(x^2 - 1)", [-1.0, 1.0], 3),
    ("tan(x)", [-math.pi / 2, math.pi / 2], 3),
    ("ln(x)", [0.0], 1),
    ("1/sqrt(x)", [0.0], 1),
]


@pytest.mark.parametrize(("text", "poles", "pieces"), POLES)
def test_nothing_is_joined_over_a_pole(text: str, poles: list[float], pieces: int) -> None:
    graph = lower(read(text))
    function = graph.graph
    found = trace_curve(lambda xs: [_at(function, graph.output, x) for x in xs], -3.05, 3.0)
    assert found.poles == pytest.approx(poles, abs=1e-9)
    assert len(found.pieces) == pieces
    for piece in found.pieces:
        assert not any(piece[0].x < pole < piece[-1].x for pole in poles)


def _at(graph: object, output: int, x: float) -> float:
    from chainrule_cli.graph.sweep import forward

    return float(forward(graph, {"x": x}, upto=output)[output])  # type: ignore[arg-type]


def test_a_jump_is_not_joined_and_its_ends_are_told() -> None:
    found = seen(lambda x: float(math.floor(x)), -0.5, 1.5)
    assert [(piece[0].y, piece[-1].y) for piece in found.pieces] == [(-1, -1), (0, 0), (1, 1)]
    assert [(dot.x, dot.y, dot.closed) for dot in found.dots] == [
        (0, -1, False),
        (0, 0, True),
        (1, 0, False),
        (1, 1, True),
    ]


def test_a_point_between_two_jumps_is_part_of_the_curve() -> None:
    found = seen(lambda x: float((x > 0) - (x < 0)))
    assert {(dot.x, dot.y, dot.closed) for dot in found.dots} == {(0, -1, False), (0, 0, True), (0, 1, False)}
    assert [len(piece) for piece in found.pieces if len(piece) == 1] == [1]


def test_next_to_an_irrational_place_no_end_is_said_to_be_on_the_curve() -> None:
    found = seen(lambda x: float(x > math.pi / 2))
    assert [dot.closed for dot in found.dots] == [False, False]


@pytest.mark.parametrize("steepness", [10.0, 1e3, 1e6])
def test_what_is_merely_steep_is_joined(steepness: float) -> None:
    found = seen(lambda x: math.tanh(steepness * x))
    assert len(found.pieces) == 1
    assert not found.breaks


def test_a_hole_is_a_dot_in_one_piece() -> None:
    found = seen(lambda x: math.sin(x) / x, -3.0, 3.0)
    assert [(dot.x, round(dot.y, 9), dot.closed) for dot in found.dots] == [(0, 1, False)]
    assert len(found.pieces) == 1


def test_a_curve_ends_where_its_domain_does() -> None:
    found = seen(lambda x: math.sqrt((x - 1) * (x - 2)))
    assert [(piece[0].x, piece[-1].x) for piece in found.pieces] == [(-3.0, 1.0), (2.0, 3.1)]
    assert found.poles == []


def test_nothing_real_is_no_piece() -> None:
    assert seen(lambda x: math.sqrt(-1 - x * x)).pieces == []


def test_samples_are_close_where_the_curve_bends() -> None:
    found = seen(lambda x: math.sin(20 * x))
    (piece,) = found.pieces
    height = found.window[1] - found.window[0]
    for one, other in pairwise(piece):
        middle = (one.x + other.x) / 2
        assert abs(math.sin(20 * middle) - (one.y + other.y) / 2) < 0.004 * height


@pytest.mark.parametrize(
    "text",
    [
        "sin(1000x)",
        "sin(1/x)",
        "floor(1000x)",
        "tan(1000x)",
        "mod(x, 0.001)",
        "gamma(30x)",
        "x^x^x",
        "sin(exp(20x))",
    ],
)
def test_work_is_bounded_whatever_the_function_does(text: str) -> None:
    count = 0
    graph = lower(read(text))

    def values(xs: Sequence[float]) -> list[float]:
        nonlocal count
        count += len(xs)
        return [_at(graph.graph, graph.output, x) for x in xs]

    found = trace_curve(values, -3.0, 3.1)
    assert count < 60_000
    assert sum(map(len, found.pieces)) < 4_000


@pytest.mark.parametrize(
    "function",
    [
        lambda x: 1e300 * x,
        lambda x: -1e308 * math.cos(x),
        lambda x: 1e-300 * x,
        lambda x: 5.0,
        lambda x: 1e308,
    ],
)
def test_wild_and_constant_values_have_a_window(function: Callable[[float], float]) -> None:
    found = seen(function)
    low, high = found.window
    assert math.isfinite(low)
    assert math.isfinite(high)
    assert low < high
    assert len(found.pieces) == 1
    assert not found.poles


def test_a_window_leaves_out_what_goes_far_past_the_rest() -> None:
    assert choose_window([-1.0, 0.0, 1.0])[0] < -1
    assert choose_window([math.sin(index) for index in range(100)] + [1e9])[1] < 10
    assert choose_window([math.nan, math.inf]) == (-1.0, 1.0)
    low, high = choose_window([7.0, 7.0])
    assert low < 7 < high


def test_the_slope_of_a_kink_is_not_joined() -> None:
    found = drawn("|x|")
    assert len(found.value.pieces) == 1
    assert [(piece[0].y, piece[-1].y) for piece in found.slope.pieces] == [(-1, -1), (1, 1)]
    assert [(dot.y, dot.closed) for dot in found.slope.dots] == [(-1, False), (1, False)]


def test_a_slope_counts_only_where_the_formula_has_a_value() -> None:
    found = drawn("ln(x)")
    assert found.low < 0
    assert min(sample.x for piece in found.slope.pieces for sample in piece) > 0


def test_a_slope_is_cut_where_the_formula_jumps() -> None:
    found = drawn("floor(x)")
    assert {0.0, 1.0} <= {dot.x for dot in found.slope.dots}
    assert not any(dot.closed for dot in found.slope.dots)


@pytest.mark.parametrize(
    ("text", "inside", "widest"),
    [
        ("x^3 - 3x", (-2, 2), 10),
        ("x^3 - 100x", (-10, 10), 60),
        ("sin(1000x)", (-0.002, 0.002), 0.1),
        ("relu(x - 100)", (99.5, 100.5), 20),
        ("(x - 100)^2", (99, 101), 20),
        ("sqrt(x - 1000)", (1000, 1001), 20),
        ("exp(x)", (-2, 2), 20),
        ("exp(-x^2)", (-1.5, 1.5), 20),
        ("ln(x)/x", (0.1, 2.8), 20),
        ("1/x", (-1, 1), 20),
        ("5", (-1, 1), 20),
        ("1e300*x", (-1, 1), 20),
        ("sqrt(-1 - x^2)", (-1, 1), 20),
    ],
)
def test_a_stretch_shows_what_there_is_to_see(text: str, inside: tuple[float, float], widest: float) -> None:
    found = drawn(text)
    assert found.low <= inside[0]
    assert inside[1] <= found.high
    assert found.high - found.low <= widest


@pytest.mark.parametrize("at", [0.0, 0.8, -250.0, 1e-9, 1e7, -1e12, 1e16, 1e300, 1.5e308])
def test_a_stretch_holds_the_point(at: float) -> None:
    low, high = choose_range(lambda xs: [(math.sin(x), math.cos(x)) for x in xs], at)
    assert math.isfinite(low)
    assert low < at < high < math.inf


def test_a_formula_that_is_too_large_has_no_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    lowered = lower(read("+".join(f"sin({index}*x)" for index in range(1, 50))))
    slope = adjoint.derivative(lowered.graph, lowered.output, "x")
    assert trace_curves(lowered.graph, lowered.output, slope, "x", {}) is not None
    monkeypatch.setattr("chainrule_cli.graph.sampling.curves.MOST_WORK", 40 * slope)
    assert trace_curves(lowered.graph, lowered.output, slope, "x", {}) is None
