"""Exponentials, angles and logarithms that the structure of a node makes known: e^(log u), sin(asin u),
log(uv).

Rows as in field_values.py, of a node that is an exponent, an angle or the argument of a logarithm; "own"
where nothing is known but its value. To let another function cancel its inverse, add it to LOGS or ARCS and
to its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from chainrule_cli.graph.identity.field_values import FieldRow, exp_acosh, exp_asinh, get_number, make_row
from chainrule_cli.graph.identity.fields import EXPONENTS, TOP, NoValue, Point
from chainrule_cli.graph.identity.state import FieldState
from chainrule_cli.graph.node import Graph

LARGEST_TURN = 60
"""Multiples of pi whose denominators divide it have points that are known."""

MOST_TIMES = 64
LOGS = frozenset({"log", "log1p", "asinh", "acosh", "atanh", "acoth", "asech", "acsch", "softplus"})
ARCS = frozenset({"asin", "acos", "atan", "acot", "asec", "acsc"})


class Known:
    """What the structure of a graph makes known of its nodes.

    logs: nodes whose exponential does not need the node's value
    points: nodes whose point on the circle does not need the node's value
    turns: node -> how many times pi it is
    """

    def __init__(self, graph: Graph, output: int) -> None:
        self.graph = graph
        self.logs: set[int] = set()
        self.turns: dict[int, Fraction] = {}
        self.points: set[int] = set()
        for index in range(output + 1):
            self._learn(index)

    def _learn(self, index: int) -> None:
        op, args, *_ = self.graph.nodes[index]
        if (
            op in LOGS
            or (op in ("add", "sub", "neg", "mul") and not self.logs.isdisjoint(args))
            or (op == "div" and args[0] in self.logs)
        ):
            self.logs.add(index)
        turn = self._find_turn(op, args)
        if turn is not None:
            self.turns[index] = turn
        known_turn = turn is not None and LARGEST_TURN % turn.denominator == 0
        if (
            op in ARCS
            or known_turn
            or (op in ("add", "sub", "neg") and not self.points.isdisjoint(args))
            or self._find_multiple(op, args) is not None
        ):
            self.points.add(index)

    def _find_turn(self, op: str, args: Sequence[int]) -> Fraction | None:
        """The rational number of times pi that a node is, as far as can be seen."""
        if op == "pi":
            return Fraction(1)
        if not self.turns or op not in ("add", "sub", "neg", "mul", "div"):
            return None
        turns = [self.turns.get(argument) for argument in args]
        numbers = [self.graph.exact(argument) for argument in args]
        if op == "neg":
            return None if turns[0] is None else -turns[0]
        if op in ("add", "sub"):
            if turns[0] is None or turns[1] is None:
                return None
            return turns[0] + (turns[1] if op == "add" else -turns[1])
        if op == "div":
            return turns[0] / numbers[1] if turns[0] is not None and numbers[1] else None
        return next(
            (
                turn * factor
                for turn, factor in zip(turns, numbers[::-1], strict=True)
                if turn is not None and factor is not None
            ),
            None,
        )

    def _find_multiple(self, op: str, args: Sequence[int]) -> tuple[int, int] | None:
        """(a node whose point is known, the node of a small whole number) where a node is their product."""
        if op != "mul" or self.points.isdisjoint(args):
            return None
        node, factor = args if args[0] in self.points else args[::-1]
        times = self.graph.exact(factor)
        is_known = times is not None and times.denominator == 1 and abs(times) <= MOST_TIMES
        return (node, factor) if is_known else None

    def choose_exponential(self, index: int, level: int) -> tuple[FieldRow, tuple[int, ...]]:
        """The row for e to the power of a node, and its operands."""
        op, args, *_ = self.graph.nodes[index]
        name = op if index in self.logs else "own"
        if name in ("mul", "div"):
            args = args if args[0] in self.logs else args[::-1]
            is_exact = self.graph.exact(args[1]) is not None
            name = f"exact {op}" if is_exact else op if level == TOP else "own"
        if name == "own":
            name, args = "own" if level == TOP else "unknown", (index,)
        return EXPONENTIALS[name], args

    def choose_point(self, index: int, level: int) -> tuple[FieldRow, tuple[Any, ...]]:
        """The row for the point at the angle of a node, and its operands."""
        op, args, *_ = self.graph.nodes[index]
        if index not in self.points:
            return POINTS["own" if level >= EXPONENTS else "unknown"], (index,)
        if index in self.turns:
            return POINTS["turn"], (self.turns[index],)
        return (
            (POINTS["whole mul"], self._find_multiple(op, args) or ()) if op == "mul" else (POINTS[op], args)
        )


# exponentials of what a logarithm makes known


def _exp_atanh(s: FieldState, v: int) -> int:
    return s.root((1 + v) * s.inverse(1 - v))


def _scale(s: FieldState, a: int, b: int) -> int:
    """e^(a·b) where e^a is known and b is an exact number."""
    return s.field.power(s.exponential[a], get_number(s, b))


def _divide(s: FieldState, a: int, b: int) -> int:
    exponent = get_number(s, b)
    if not exponent:
        raise NoValue
    return s.field.power(s.exponential[a], Fraction(1) / exponent)


def _own_exponential(s: FieldState, a: int) -> int:
    """e^u: u being an exponent modulo the order of e."""
    return int(s.compute_once(s.field.exponential, s.exponent[a]))


def _unknown_exponential(s: FieldState, a: int) -> int:
    """e^u where no field holds exponents: positive, the inverse for -u."""
    value = s.value[a]
    if value == 0:
        return 1
    size = s.field.positive("exp", min(value, s.prime - value))
    return size if value < s.prime - value else s.inverse(size)


EXPONENTIALS: dict[str, FieldRow] = {
    "add": make_row(lambda s, a, b: s.exponential[a] * s.exponential[b], "exponential", "exponential"),
    "sub": make_row(
        lambda s, a, b: s.exponential[a] * s.inverse(s.exponential[b]), "exponential", "exponential"
    ),
    "neg": make_row(lambda s, a: s.inverse(s.exponential[a]), "exponential"),
    "exact mul": make_row(_scale, "exponential", ""),
    "mul": make_row(
        lambda s, a, b: pow(s.require_positive(s.exponential[a]), s.exponent[b], s.prime),
        "exponential",
        "exponent",
    ),
    "exact div": make_row(_divide, "exponential", ""),
    "div": make_row(
        lambda s, a, b: pow(
            s.require_positive(s.exponential[a]), s.draw.fields[EXPONENTS].inverse(s.exponent[b]), s.prime
        ),
        "exponential",
        "exponent",
    ),
    "log": make_row(lambda s, a: s.require_positive(s.value[a]), "value"),
    "log1p": make_row(lambda s, a: s.require_positive(1 + s.value[a]), "value"),
    "asinh": make_row(lambda s, a: exp_asinh(s, s.value[a]), "value"),
    "acosh": make_row(lambda s, a: exp_acosh(s, s.value[a]), "value"),
    "atanh": make_row(lambda s, a: _exp_atanh(s, s.value[a]), "value"),
    "acoth": make_row(lambda s, a: _exp_atanh(s, s.inverse(s.value[a])), "value"),
    "asech": make_row(lambda s, a: exp_acosh(s, s.inverse(s.value[a])), "value"),
    "acsch": make_row(lambda s, a: exp_asinh(s, s.inverse(s.value[a])), "value"),
    "softplus": make_row(lambda s, a: 1 + s.exponential[a], "exponential"),
    "own": make_row(_own_exponential, "exponent"),
    "unknown": make_row(_unknown_exponential, "value"),
}


# points at angles that an inverse function makes known


def _at_sine(s: FieldState, sine: int) -> Point:
    return s.root(1 - sine * sine), sine % s.prime


def _at_cosine(s: FieldState, cosine: int) -> Point:
    return cosine % s.prime, s.root(1 - cosine * cosine)


def _at_tangent(s: FieldState, tangent: int) -> Point:
    over = s.inverse(s.root(1 + tangent * tangent))
    return over, tangent * over % s.prime


def _at_cotangent(s: FieldState, cotangent: int) -> Point:
    cosine, sine = _at_tangent(s, cotangent)
    return sine, cosine


def _mirror(point: Point) -> Point:
    """The point at the negative angle."""
    return point[0], -point[1]


def _multiply(s: FieldState, a: int, b: int) -> Point:
    """The point at a whole multiple of the angle."""
    times = int(get_number(s, b))
    point = s.field.multiply_angle(s.point[a], abs(times))
    return point if times >= 0 else _mirror(point)


def _own_point(s: FieldState, a: int) -> Point:
    point: Point = s.compute_once(s.field.find_at_angle, s.angle[a])
    return point


def _unknown_point(s: FieldState, a: int) -> Point:
    """A point where no field holds angles: the mirrored one for -u."""
    return s.field.build_point(s.odd_unknown("angle", s.value[a]))


POINTS: dict[str, FieldRow] = {
    "add": make_row(lambda s, a, b: s.field.add_angles(s.point[a], s.point[b]), "point", "point"),
    "sub": make_row(lambda s, a, b: s.field.add_angles(s.point[a], _mirror(s.point[b])), "point", "point"),
    "neg": make_row(lambda s, a: _mirror(s.point[a]), "point"),
    "whole mul": make_row(_multiply, "point", ""),
    "turn": make_row(lambda s, halves: s.field.find_at_turn(halves)),
    "asin": make_row(lambda s, a: _at_sine(s, s.value[a]), "value"),
    "acos": make_row(lambda s, a: _at_cosine(s, s.value[a]), "value"),
    "atan": make_row(lambda s, a: _at_tangent(s, s.value[a]), "value"),
    "acot": make_row(lambda s, a: _at_cotangent(s, s.value[a]), "value"),
    "asec": make_row(lambda s, a: _at_cosine(s, s.inverse(s.value[a])), "value"),
    "acsc": make_row(lambda s, a: _at_sine(s, s.inverse(s.value[a])), "value"),
    "own": make_row(_own_point, "angle"),
    "unknown": make_row(_unknown_point, "value"),
}


# logarithms of products

TRIAL_DIVISORS = 1000


def _log_constant(s: FieldState, index: int) -> int:
    value = get_number(s, index)
    return _log_integer(s, abs(value.numerator)) - _log_integer(s, value.denominator)


def _log_integer(s: FieldState, value: int) -> int:
    """The sum over small prime factors and what is left."""
    total, divisor = 0, 2
    while value > 1 and divisor < TRIAL_DIVISORS:
        while value % divisor == 0:
            total, value = total + s.log(divisor), value // divisor
        divisor += 1
    return total if value == 1 else total + s.log(value)


LOGARITHMS: dict[str, FieldRow] = {
    "constant": make_row(_log_constant, ""),
    "e": make_row(lambda _s: 1),
    "mul": make_row(lambda s, a, b: s.logarithm[a] + s.logarithm[b], "logarithm", "logarithm"),
    "div": make_row(lambda s, a, b: s.logarithm[a] - s.logarithm[b], "logarithm", "logarithm"),
    "neg": make_row(lambda s, a: s.logarithm[a], "logarithm"),
    "abs": make_row(lambda s, a: s.logarithm[a], "logarithm"),
    "exact pow": make_row(
        lambda s, a, n: s.field.fraction(get_number(s, n)) * s.logarithm[a], "logarithm", ""
    ),
    "pow": make_row(lambda s, a, n: s.value[n] * s.logarithm[a], "logarithm", "value"),
    "sqrt": make_row(lambda s, a: s.inverse(2) * s.logarithm[a], "logarithm"),
    "cbrt": make_row(lambda s, a: s.inverse(3) * s.logarithm[a], "logarithm"),
    "root": make_row(lambda s, a, n: s.inverse(s.value[n]) * s.logarithm[a], "logarithm", "value"),
    "exp": make_row(lambda s, a: s.value[a], "value"),
    "tan": make_row(lambda s, a: s.log(s.point[a][1]) - s.log(s.point[a][0]), "point"),
    "cot": make_row(lambda s, a: s.log(s.point[a][0]) - s.log(s.point[a][1]), "point"),
    "sigmoid": make_row(lambda s, a: s.value[a] - s.log(1 + s.exponential[a]), "value exponential"),
    "own": make_row(lambda s, a: s.log(s.value[a]), "value"),
}
