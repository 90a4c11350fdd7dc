"""Status of each partial derivative at a point, and the slopes of its two sides.

Away from every edge the gradient has the answer. At an edge each side is a truncated series in h > 0,
carried through the graph: where the sides agree they are the answer, whatever the local derivatives met on
the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import DIGITS, FLOATS, Digits
from chainrule_cli.graph.node import Graph, Node
from chainrule_cli.graph.onesided.expand import expand
from chainrule_cli.graph.onesided.series import (
    CONSTANT_TERM,
    Series,
    Unknown,
    add,
    make_constant,
    make_step,
    scale,
)
from chainrule_cli.graph.onesided.taylor import ROUNDING, WORKING_DIGITS, to_exact
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward

Status = Literal["exact", "convention", "one-sided", "infinite", "undefined"]

NEARLY = 1e-9
"""In floats, an edge closer than this is looked at exactly."""
SAME = 1e-25
"""Relative difference of two numbers of 50 digits that are one."""
TYPED_DIGITS = 15
"""A coordinate with as many digits may stand for a multiple of pi; a shorter one is the decimal that it
shows."""
MOST_PARTS_OF_PI = 12
MOST_PARTS = 1e6
"""Parts past which most numbers are as near to a multiple as rounding is."""
POLE = 1e30
"""At a multiple of pi, a value past this is a pole that rounding missed."""

CONVENTIONS = frozenset({"abs", "relu", "leaky_relu", "elu", "selu", "min", "max", "clip", "hypot"})
"""Operations for which a table gives a number at the kink (PyTorch's choices)."""
ROUNDED = 2.0**-52
"""A coordinate that lies so close to the end of an operation, relative to its size, stands for that end."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A partial derivative at a point.

    status: of the derivative there
    number: the derivative, by convention at a kink that has one; None where there is none
    sides: the slopes on the left and on the right; None where a side has none, or where it is infinite
    nodes: the operations at whose kink the point lies
    """

    status: Status
    number: float | None
    sides: tuple[float | None, float | None]
    nodes: tuple[int, ...] = ()


def find_status(
    graph: Graph, output: int, point: Mapping[str, Any], names: Sequence[str]
) -> dict[str, Partial]:
    """The status of d output / d name at the point, for each name.

    point: finite floats, or what `exactly` makes of them
    """
    slopes = gradient(graph, output, names)
    coordinates = _move_to_ends(graph, output, read_exactly(point))
    values = forward(graph, {name: float(value) for name, value in point.items()}, FLOATS)
    plain = all(isinstance(value, Fraction) for value in coordinates.values()) and not _is_near_edge(
        graph, output, values
    )
    if plain and all(math.isfinite(values[index]) for index in (output, *slopes.values())):
        return {
            name: Partial("exact", values[slope], (values[slope], values[slope]))
            for name, slope in slopes.items()
        }
    exact_point = _KinkPoint(graph, output, coordinates)
    return {name: exact_point.judge(name, slope) for name, slope in slopes.items()}


def read_exactly(point: Mapping[str, Any]) -> dict[str, Any]:
    """What the coordinates of a point stand for: Fractions, and mpmath numbers for multiples of pi."""
    return {name: _read_coordinate(value) for name, value in point.items()}


def _move_to_ends(graph: Graph, output: int, point: dict[str, Any]) -> dict[str, Any]:
    """The point with the exact end of an operation for a coordinate that is its nearest double: -1/e of
    lambertw(x)."""
    for node, needed in zip(graph.nodes, graph.find_needed(output), strict=False):
        end = OPS[node.op].end if needed and node.op in OPS else None
        name = graph.nodes[node.args[0]].name if end is not None else None
        if end is not None and name in point and isinstance(point[name], Fraction):
            point = point | {name: _move_to_end(end, point[name])}
    return point


def _move_to_end(end: Callable[..., Any], coordinate: Fraction) -> Any:
    """The end of an operation where the coordinate is its nearest double; the coordinate itself elsewhere."""
    rough = float(coordinate)
    if not rough or not abs(end(math, rough)) <= NEARLY * abs(rough):
        return coordinate  # as most are; many digits would be imported first
    carrier = DIGITS(WORKING_DIGITS)
    at = carrier.constant(coordinate)
    beyond = end(carrier.context, at)
    return at - beyond if 0 < abs(beyond) <= ROUNDED * abs(at) else coordinate


def find_value(graph: Graph, index: int, point: Mapping[str, Any]) -> Any:
    """The value of a node at exact coordinates: a Fraction where it is one, else 50 digits; None where it has
    none."""
    inputs = {at: make_constant(point[name]) for name, at in graph.inputs.items() if name in point}
    found = expand(graph, graph.find_needed(index), inputs)[index]
    try:
        return None if found is None else found.constant
    except Unknown:
        return None


def _is_near_edge(graph: Graph, output: int, values: Sequence[float]) -> bool:
    """Whether a node that the output needs has no value, or lies so close to an edge that floats
    do not tell."""
    for index, needed in enumerate(graph.find_needed(output)):
        node = graph.nodes[index]
        if needed and (
            not math.isfinite(values[index])
            or not _measure_distance(node, [values[argument] for argument in node.args]) > NEARLY
        ):
            return True
    return False


def _measure_distance(node: Node, args: Sequence[float]) -> float:
    """How far the arguments are from the operation's kink or end, relative to their size where
    that is large."""
    row = OPS.get(node.op)
    scale = max(1.0, *map(abs, args)) if args else 1.0
    end = math.inf if row is None or row.end is None else abs(row.end(math, *args)) / scale
    return end if row is None or row.kink is None else min(end, row.kink(*args) / scale)


def _read_coordinate(value: Any) -> Any:
    """The decimal that a coordinate shows, or a simple multiple of pi; itself where it is no float."""
    if not isinstance(value, (int, float)):
        return value
    parts = value / math.pi * MOST_PARTS_OF_PI
    multiple = round(parts) if abs(parts) < MOST_PARTS else 0
    if (
        multiple
        and abs(parts - multiple) <= 1e-14 * abs(parts)
        and len(f"{value!r}".strip("-0.")) >= TYPED_DIGITS
    ):
        return DIGITS(WORKING_DIGITS).operation("pi")() * multiple / MOST_PARTS_OF_PI
    return Fraction(str(value))


class _SnappedDigits(Digits):
    """Digits for a point that is only nearly exact: what rounding leaves of a 0 is 0."""

    def operation(self, op: str) -> Callable[..., Any]:
        call = super().operation(op)

        def value(*args: Any) -> Any:
            result = call(*args)
            return self.zero if abs(result) <= ROUNDING else result

        return value


@dataclass(frozen=True, slots=True)
class _OneSide:
    """One side of the point: its slope, infinite where it is; None where the function is not
    there, or jumps."""

    slope: Any

    @property
    def shown(self) -> float | None:
        slope = None if self.slope is None else round_to_double(self.slope)
        return None if slope is None or math.isinf(slope) else slope + 0.0


class _KinkPoint:
    """The graph at one exact point."""

    def __init__(self, graph: Graph, output: int, point: Mapping[str, Any]) -> None:
        self._graph = graph
        self._output = output
        self._point = point
        self._needed = graph.find_needed(output)
        self._typed = all(isinstance(coordinate, Fraction) for coordinate in point.values())
        carrier = DIGITS(WORKING_DIGITS) if self._typed else _SnappedDigits(WORKING_DIGITS)
        numbers = {
            name: carrier.constant(value) if isinstance(value, Fraction) else value
            for name, value in point.items()
        }
        self._values = forward(graph, numbers, carrier)

    def judge(self, name: str, slope: int) -> Partial:
        """slope: the node of the gradient, which has the table's number at a kink."""
        value = self._values[self._output]
        if not self._is_finite(value):
            return Partial("undefined", None, (None, None))
        nodes = self._find_kinks()
        agreed = (
            bool(nodes)
            and all(self._graph.nodes[node].op in CONVENTIONS for node in nodes)
            and self._is_finite(self._values[slope])
        )
        left, right = self._expand_side(name, -1), self._expand_side(name, 1)
        kind, number = _judge(left, right, float(self._values[slope]) if agreed else None)
        return Partial(kind, number, (left.shown, right.shown), nodes)

    def _is_finite(self, value: Any) -> bool:
        return math.isfinite(value) and (self._typed or abs(value) < POLE)

    def _find_kinks(self) -> tuple[int, ...]:
        return tuple(
            index
            for index, needed in enumerate(self._needed)
            if needed and self._is_on_kink(self._graph.nodes[index])
        )

    def _is_on_kink(self, node: Node) -> bool:
        kink = OPS[node.op].kink if node.op in OPS else None
        varies = len(set(node.args)) == len(node.args) and any(
            self._graph.nodes[argument].value is None for argument in node.args
        )
        return (
            kink is not None
            and varies
            and kink(*(float(self._values[argument]) for argument in node.args)) == 0
        )

    def _expand_side(self, name: str, direction: int) -> _OneSide:
        """direction: -1 for the left side, 1 for the right one."""
        inputs = {
            index: self._start_series(each, direction if each == name else 0)
            for each, index in self._graph.inputs.items()
            if each in self._point
        }
        found = expand(self._graph, self._needed, inputs)[self._output]
        if found is None:
            return _OneSide(None)
        try:
            return self._read_slope(found, direction)
        except Unknown:
            return _OneSide(None)

    def _start_series(self, name: str, direction: int) -> Series:
        at = self._point[name]
        return make_step(at, direction) if direction else make_constant(at)

    def _read_slope(self, found: Series, direction: int) -> _OneSide:
        """The slope of a side whose limit is the value. Raises Unknown where the series ends
        before it tells."""
        value = to_exact(self._values[self._output])
        jump = float(abs(add(found.constant, scale(value, -1))))
        if jump > SAME * max(float(abs(found.constant)), float(abs(value)), ROUNDING / SAME):
            return _OneSide(None)
        rest = Series({key: c for key, c in found.terms.items() if key != CONSTANT_TERM}, found.order)
        first = min(rest.terms, key=lambda key: (key[0], -key[1]), default=None)
        if first is not None and (first[0] < 1 or (first[0] == 1 and first[1] > 0)):
            return _OneSide(math.inf * rest.sign * direction)
        if rest.order is not None and rest.order <= 1:
            raise Unknown
        return _OneSide(rest.terms.get((Fraction(1), 0), Fraction(0)) * direction)


def round_to_double(number: Any) -> float:
    """The nearest double, infinite past the largest."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _judge(left: _OneSide, right: _OneSide, agreed: float | None) -> tuple[Status, float | None]:
    """agreed: the number of the table of conventions, where all the kinks here have one."""
    slopes = [round_to_double(side.slope) for side in (left, right) if side.slope is not None]
    if not slopes:
        return "undefined", None
    if all(map(math.isinf, slopes)):
        return ("infinite" if slopes[0] == slopes[-1] else "undefined"), None
    if len(slopes) == 1 or any(map(math.isinf, slopes)):
        return "one-sided", None
    if math.isclose(*slopes, rel_tol=1e-15, abs_tol=ROUNDING):
        return "exact", slopes[1] + 0.0
    return ("one-sided", None) if agreed is None else ("convention", agreed + 0.0)
