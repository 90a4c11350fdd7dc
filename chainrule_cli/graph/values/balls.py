"""BALLS: numbers with a bound of their error, by Arb (Johansson 2017): balls that do not meet prove that
values differ.

Out of the domain, where a condition cannot be told from the balls, and for an operation without a row in
BALL_OPS, the ball is NaN: it has no bound, and proves nothing. That two values are equal is never proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from flint import acb, arb, ctx, fmpq

from chainrule_cli.graph.builder import SELU_ALPHA, SELU_SCALE
from chainrule_cli.graph.carriers import Numbers
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward

GUARD_BITS = 32
MOST_BITS = 1 << 14
NAN = arb.nan()


def _exact(value: Fraction | int) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _truth(yes: bool, no: bool) -> arb:  # noqa: FBT001  # what is sure of a condition
    """1, 0, or NaN where neither is sure."""
    return arb(1) if yes else arb(0) if no else NAN


def _equal(a: arb, b: arb) -> arb:
    return _truth(a.is_exact() and b.is_exact() and a == b, not a.overlaps(b))


def _opposite(truth: arb) -> arb:
    return 1 - truth


def _where(condition: arb, yes: arb, no: arb) -> arb:
    return yes if condition == 1 else no if condition == 0 else NAN


def _sides(a: arb, above: Callable[[arb], arb], below: Callable[[arb], arb]) -> arb:
    """above for a > 0, below elsewhere; both where neither is sure."""
    return above(a) if a > 0 else below(a) if a <= 0 else above(a).union(below(a))


def _power(a: arb, b: arb) -> arb:
    whole = b.unique_fmpz() if b.is_integer() else None
    if whole is not None:
        return a**whole if a != 0 or b >= 0 else NAN
    if a == 0:
        return arb(0) if b > 0 else NAN
    return a**b


def _root(a: arb, degree: arb) -> arb:
    whole = degree.unique_fmpz()
    if whole is None:
        return NAN
    n = int(whole)
    if n % 2 == 0 or a >= 0:
        return a.root(n)
    return -((-a).root(n)) if a < 0 else arb(0, a.abs_upper().root(n))


def _polygamma(n: arb, x: arb) -> arb:
    return acb(x).polygamma(acb(n)).real if n.is_integer() and n >= 0 else NAN


def _nearest(a: arb) -> arb:
    """The nearest integer, the even one of two."""
    shifted = a + arb(0.5)
    whole = shifted.unique_fmpz() if shifted.is_integer() else None
    return shifted.floor() - 1 if whole is not None and int(whole) % 2 else shifted.floor()


def _sigmoid(a: arb) -> arb:
    return 1 / (1 + (-a).exp())


def _elu(a: arb) -> arb:
    return _sides(a, lambda x: x, lambda x: x.expm1())


def _selu(a: arb) -> arb:
    return _exact(SELU_SCALE) * _sides(a, lambda x: x, lambda x: _exact(SELU_ALPHA) * x.expm1())


def _method(name: str) -> Callable[[arb], arb]:
    return lambda a: getattr(a, name)()


def _of_reciprocal(name: str) -> Callable[[arb], arb]:
    return lambda a: getattr(1 / a, name)()


METHODS = (
    "exp expm1 log log1p sqrt sin cos tan sec csc cot asin acos atan",
    "sinh cosh tanh sech csch coth asinh acosh atanh erf erfc gamma digamma floor ceil",
)
"""Operations that are methods of a ball."""
OF_RECIPROCALS = {"asec": "acos", "acsc": "asin", "asech": "acosh", "acsch": "asinh", "acoth": "atanh"}

BALL_OPS: dict[str, Callable[..., arb]] = {
    **{name: _method(name) for names in METHODS for name in names.split()},
    **{name: _of_reciprocal(other) for name, other in OF_RECIPROCALS.items()},
    "e": lambda: arb(1).exp(),
    "pi": arb.pi,
    "undefined": lambda: NAN,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "neg": lambda a: -a,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": _power,
    "cbrt": lambda a: _root(a, arb(3)),
    "root": _root,
    "acot": lambda a: arb.atan2(arb(1), a),
    "atan2": arb.atan2,
    "polygamma": _polygamma,
    "hypot": lambda a, b: (a**2 + b**2).sqrt(),
    "abs": abs,
    "sign": _method("sgn"),
    "round": _nearest,
    "mod": lambda a, b: a - b * (a / b).floor(),
    "min": lambda a, b: a.min(b),
    "max": lambda a, b: a.max(b),
    "clip": lambda x, a, b: x.max(a).min(b),
    "where": _where,
    "lt": lambda a, b: _truth(a < b, a >= b),
    "le": lambda a, b: _truth(a <= b, a > b),
    "gt": lambda a, b: _truth(a > b, a <= b),
    "ge": lambda a, b: _truth(a >= b, a < b),
    "eq": _equal,
    "ne": lambda a, b: _opposite(_equal(a, b)),
    "and": lambda a, b: a * b,
    "or": lambda a, b: a + b - a * b,
    "not": _opposite,
    "sigmoid": _sigmoid,
    "relu": lambda a: a.max(arb(0)),
    "leaky_relu": lambda a: _sides(a, lambda x: x, lambda x: x / 100),
    "elu": _elu,
    "selu": _selu,
    "gelu": lambda a: a * (-a / arb(2).sqrt()).erfc() / 2,
    "silu": lambda a: a * _sigmoid(a),
    "softplus": lambda a: (-abs(a)).exp().log1p() + a.max(arb(0)),
}
"""operation -> its ball; every operation that takes a NaN gives one, but for a branch that is not taken."""


def has_bounds(graph: Graph, output: int) -> bool:
    """Whether every operation that the output needs has a ball."""
    needed = zip(graph.nodes, graph.find_needed(output), strict=False)
    return all(node.op in BALL_OPS or node.op not in OPS for node, reached in needed if reached)


def _refuse_bound(*_args: arb) -> arb:
    return NAN


class Balls(Numbers):
    """Balls whose midpoints have that many bits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.zero = arb(0)
        self.one = arb(1)

    def constant(self, value: Fraction | int) -> arb:
        with ctx.workprec(self.bits):
            return _exact(value)

    def enter(self, value: Any) -> arb:
        """A ball as it is; else the exact value of an integer, a Fraction, a float or a decimal text."""
        return value if isinstance(value, arb) else self.constant(Fraction(value))

    def operation(self, op: str) -> Callable[..., arb]:
        row, choosing = BALL_OPS.get(op, _refuse_bound), op == "where"

        def call(*args: arb) -> arb:
            if not choosing and any(argument.is_nan() for argument in args):
                return NAN
            with ctx.workprec(self.bits):
                return row(*args)

        return call


@cache
def BALLS(bits: int) -> Balls:  # noqa: N802  # a carrier with a parameter, as DIGITS is
    """The carrier of that many bits."""
    return Balls(bits)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A value within bounds.

    ball: holds the value for sure, or is NaN
    bits: the precision of the last pass
    tight: whether the ball is as small as wanted
    """

    ball: arb
    bits: int
    tight: bool


def enclose(graph: Graph, output: int, point: Mapping[str, Any], wanted_bits: int) -> Enclosure:
    """The value at the point within 2^-wanted_bits of itself; the precision is doubled until that is so or
    too high.

    point: integers, Fractions or decimal texts

    Not tight: outside the domain, on a branch, or 0 by cancelling.
    """
    bits = wanted_bits + GUARD_BITS
    while True:
        ball = forward(graph, point, BALLS(bits), upto=output)[output]
        tight = ball.is_finite() and ball.rel_accuracy_bits() >= wanted_bits
        if tight or 2 * bits > MOST_BITS:
            return Enclosure(ball, bits, tight)
        bits *= 2


def differ(one: arb, other: arb) -> bool:
    """Whether the two are proved to be different numbers: finite balls that do not meet."""
    return bool(one.is_finite() and other.is_finite() and not one.overlaps(other))
