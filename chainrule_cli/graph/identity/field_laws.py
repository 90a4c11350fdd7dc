"""Exponentials, angles and logarithms that are known by the structure of a node: e^(log u), sin(asin u), sin(u + pi), log(uv).

Rows as in images.py, of a node that is an exponent, an angle or the argument of a logarithm; "own" where nothing is known but
its value. To let another function cancel its inverse, add it to LOGS or ARCS and to its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from chainrule_cli.graph.identity.field_values import Row, exact, up_acosh, up_asinh
from chainrule_cli.graph.identity.fields import EXPONENTS, TOP, NoValue, Point
from chainrule_cli.graph.identity.state import Level
from chainrule_cli.graph.node import Graph

LARGEST_TURN = 60
"""Multiples of pi whose denominators divide it have points that are known."""

MOST_TIMES = 64
LOGS = frozenset({"log", "log1p", "asinh", "acosh", "atanh", "acoth", "asech", "acsch", "softplus"})
ARCS = frozenset({"asin", "acos", "atan", "acot", "asec", "acsc"})


class Known:
    """logs, points: nodes whose exponential, whose point on the circle does not need the node's value. turns: multiples of pi."""

    def __init__(self, graph: Graph, output: int) -> None:
        self.graph = graph
        self.logs: set[int] = set()
        self.turns: dict[int, Fraction] = {}
        self.points: set[int] = set()
        for place in range(output + 1):
            self._learn(place)

    def _learn(self, place: int) -> None:
        op, args, *_ = self.graph.nodes[place]
        if (
            op in LOGS
            or (op in ("add", "sub", "neg", "mul") and not self.logs.isdisjoint(args))
            or (op == "div" and args[0] in self.logs)
        ):
            self.logs.add(place)
        turn = self._turn(op, args)
        if turn is not None:
            self.turns[place] = turn
        known_turn = turn is not None and LARGEST_TURN % turn.denominator == 0
        if (
            op in ARCS
            or known_turn
            or (op in ("add", "sub", "neg") and not self.points.isdisjoint(args))
            or self._times(op, args) is not None
        ):
            self.points.add(place)

    def _turn(self, op: str, args: Sequence[int]) -> Fraction | None:
        """The rational number of times pi that a node is, as far as can be seen."""
        if op == "pi":
            return Fraction(1)
        if not self.turns or op not in ("add", "sub", "neg", "mul", "div"):
            return None
        turns, exact = (
            [self.turns.get(argument) for argument in args],
            [self.graph.exact(argument) for argument in args],
        )
        if op == "neg":
            return None if turns[0] is None else -turns[0]
        if op in ("add", "sub"):
            return (
                None
                if turns[0] is None or turns[1] is None
                else turns[0] + (turns[1] if op == "add" else -turns[1])
            )
        if op == "div":
            return turns[0] / exact[1] if turns[0] is not None and exact[1] else None
        return next(
            (
                turn * factor
                for turn, factor in zip(turns, exact[::-1], strict=True)
                if turn is not None and factor is not None
            ),
            None,
        )

    def _times(self, op: str, args: Sequence[int]) -> tuple[int, int] | None:
        """(a node whose point is known, a small whole number) where a node is their product."""
        if op != "mul" or self.points.isdisjoint(args):
            return None
        node, factor = args if args[0] in self.points else args[::-1]
        times = self.graph.exact(factor)
        return (
            (node, factor)
            if times is not None and times.denominator == 1 and abs(times) <= MOST_TIMES
            else None
        )

    def exponential(self, place: int, level: int) -> tuple[Row, tuple[int, ...]]:
        """The row for e to the power of a node, and its operands."""
        op, args, *_ = self.graph.nodes[place]
        name = op if place in self.logs else "own"
        if name in ("mul", "div"):
            args = args if args[0] in self.logs else args[::-1]
            exact = self.graph.exact(args[1]) is not None
            name = f"exact {op}" if exact else op if level == TOP else "own"
        if name == "own":
            name, args = "own" if level == TOP else "unknown", (place,)
        return EXPONENTIALS[name], args

    def point(self, place: int, level: int) -> tuple[Row, tuple[Any, ...]]:
        """The row for the point at the angle of a node, and its operands."""
        op, args, *_ = self.graph.nodes[place]
        if place not in self.points:
            return POINTS["own" if level >= EXPONENTS else "unknown"], (place,)
        if place in self.turns:
            return POINTS["turn"], (self.turns[place],)
        return (POINTS["whole mul"], self._times(op, args) or ()) if op == "mul" else (POINTS[op], args)


# exponentials of what a logarithm makes known


def _up_atanh(s: Level, v: int) -> int:
    return s.root((1 + v) * s.inverse(1 - v))


def _scaled(s: Level, a: int, b: int) -> int:
    """e^(a·b) where e^a is known and b is an exact number."""
    return s.field.power(s.x[a], exact(s, b))


def _divided(s: Level, a: int, b: int) -> int:
    exponent = exact(s, b)
    if not exponent:
        raise NoValue
    return s.field.power(s.x[a], Fraction(1) / exponent)


def _own_exponential(s: Level, a: int) -> int:
    """e^u: u being an exponent modulo the order of e."""
    return int(s.once(s.field.exponential, s.e[a]))


def _unknown_exponential(s: Level, a: int) -> int:
    """e^u where no field holds exponents: positive, the inverse for -u."""
    value = s.v[a]
    if value == 0:
        return 1
    size = s.field.positive("exp", min(value, s.p - value))
    return size if value < s.p - value else s.inverse(size)


EXPONENTIALS: dict[str, Row] = {
    "add": (lambda s, a, b: s.x[a] * s.x[b], ("x", "x")),
    "sub": (lambda s, a, b: s.x[a] * s.inverse(s.x[b]), ("x", "x")),
    "neg": (lambda s, a: s.inverse(s.x[a]), ("x",)),
    "exact mul": (_scaled, ("x", "")),
    "mul": (lambda s, a, b: pow(s.above_zero(s.x[a]), s.e[b], s.p), ("x", "e")),
    "exact div": (_divided, ("x", "")),
    "div": (
        lambda s, a, b: pow(s.above_zero(s.x[a]), s.draw.fields[EXPONENTS].inverse(s.e[b]), s.p),
        ("x", "e"),
    ),
    "log": (lambda s, a: s.above_zero(s.v[a]), ("v",)),
    "log1p": (lambda s, a: s.above_zero(1 + s.v[a]), ("v",)),
    "asinh": (lambda s, a: up_asinh(s, s.v[a]), ("v",)),
    "acosh": (lambda s, a: up_acosh(s, s.v[a]), ("v",)),
    "atanh": (lambda s, a: _up_atanh(s, s.v[a]), ("v",)),
    "acoth": (lambda s, a: _up_atanh(s, s.inverse(s.v[a])), ("v",)),
    "asech": (lambda s, a: up_acosh(s, s.inverse(s.v[a])), ("v",)),
    "acsch": (lambda s, a: up_asinh(s, s.inverse(s.v[a])), ("v",)),
    "softplus": (lambda s, a: 1 + s.x[a], ("x",)),
    "own": (_own_exponential, ("e",)),
    "unknown": (_unknown_exponential, ("v",)),
}


# points at angles that an inverse function makes known


def _at_sine(s: Level, sine: int) -> Point:
    return s.root(1 - sine * sine), sine % s.p


def _at_cosine(s: Level, cosine: int) -> Point:
    return cosine % s.p, s.root(1 - cosine * cosine)


def _at_tangent(s: Level, tangent: int) -> Point:
    over = s.inverse(s.root(1 + tangent * tangent))
    return over, tangent * over % s.p


def _at_cotangent(s: Level, cotangent: int) -> Point:
    cosine, sine = _at_tangent(s, cotangent)
    return sine, cosine


def _other(point: Point) -> Point:
    """The point at the negative angle."""
    return point[0], -point[1]


def _many(s: Level, a: int, b: int) -> Point:
    """The point at a whole multiple of the angle."""
    times = int(exact(s, b))
    point = s.field.repeated(s.k[a], abs(times))
    return point if times >= 0 else _other(point)


def _own_point(s: Level, a: int) -> Point:
    point: Point = s.once(s.field.at_angle, s.a[a])
    return point


def _unknown_point(s: Level, a: int) -> Point:
    """A point where no field holds angles: the mirrored one for -u."""
    return s.field.halved(s.odd("angle", s.v[a]))


POINTS: dict[str, Row] = {
    "add": (lambda s, a, b: s.field.times(s.k[a], s.k[b]), ("k", "k")),
    "sub": (lambda s, a, b: s.field.times(s.k[a], _other(s.k[b])), ("k", "k")),
    "neg": (lambda s, a: _other(s.k[a]), ("k",)),
    "whole mul": (_many, ("k", "")),
    "turn": (lambda s, halves: s.field.at_turn(halves), ()),
    "asin": (lambda s, a: _at_sine(s, s.v[a]), ("v",)),
    "acos": (lambda s, a: _at_cosine(s, s.v[a]), ("v",)),
    "atan": (lambda s, a: _at_tangent(s, s.v[a]), ("v",)),
    "acot": (lambda s, a: _at_cotangent(s, s.v[a]), ("v",)),
    "asec": (lambda s, a: _at_cosine(s, s.inverse(s.v[a])), ("v",)),
    "acsc": (lambda s, a: _at_sine(s, s.inverse(s.v[a])), ("v",)),
    "own": (_own_point, ("a",)),
    "unknown": (_unknown_point, ("v",)),
}


# logarithms of products

TRIAL_DIVISORS = 1000


def _log_constant(s: Level, place: int) -> int:
    value = exact(s, place)
    return _log_integer(s, abs(value.numerator)) - _log_integer(s, value.denominator)


def _log_integer(s: Level, value: int) -> int:
    """The sum over small prime factors and what is left."""
    total, divisor = 0, 2
    while value > 1 and divisor < TRIAL_DIVISORS:
        while value % divisor == 0:
            total, value = total + s.log(divisor), value // divisor
        divisor += 1
    return total if value == 1 else total + s.log(value)


LOGARITHMS: dict[str, Row] = {
    "constant": (_log_constant, ("",)),
    "e": (lambda _s: 1, ()),
    "mul": (lambda s, a, b: s.l[a] + s.l[b], ("l", "l")),
    "div": (lambda s, a, b: s.l[a] - s.l[b], ("l", "l")),
    "neg": (lambda s, a: s.l[a], ("l",)),
    "abs": (lambda s, a: s.l[a], ("l",)),
    "exact pow": (lambda s, a, n: s.field.fraction(exact(s, n)) * s.l[a], ("l", "")),
    "pow": (lambda s, a, n: s.v[n] * s.l[a], ("l", "v")),
    "sqrt": (lambda s, a: s.inverse(2) * s.l[a], ("l",)),
    "cbrt": (lambda s, a: s.inverse(3) * s.l[a], ("l",)),
    "root": (lambda s, a, n: s.inverse(s.v[n]) * s.l[a], ("l", "v")),
    "exp": (lambda s, a: s.v[a], ("v",)),
    "tan": (lambda s, a: s.log(s.k[a][1]) - s.log(s.k[a][0]), ("k",)),
    "cot": (lambda s, a: s.log(s.k[a][0]) - s.log(s.k[a][1]), ("k",)),
    "sigmoid": (lambda s, a: s.v[a] - s.log(1 + s.x[a]), ("vx",)),
    "own": (lambda s, a: s.log(s.v[a]), ("v",)),
}
