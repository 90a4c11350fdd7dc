"""The images of operations in a finite field: the value of a node by those of its arguments.

A row is (rule, needs). Needs say what a rule reads of each argument: v its value, x its exponential, k the point at its angle,
l its logarithm; e and a are its values in the fields of exponents and of angles. What has no row is a hashed unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from chainrule_cli.graph.identity.fields import NoValue
from chainrule_cli.graph.identity.state import Level
from chainrule_cli.graph.operations import SELU_ALPHA, SELU_SCALE

LARGEST_POWER = 1 << 20
"""Exponents up to which a power is multiplied out; a larger one is an unknown times a smaller one."""

Rule: TypeAlias = Callable[..., Any]
Row: TypeAlias = tuple[Rule, tuple[str, ...]]


# leaves and arithmetic


def _input(s: Level, place: int) -> int:
    return s.draw.input(s.number, s.graph.nodes[place].name or "")


def _constant(s: Level, place: int) -> int:
    return s.field.fraction(s.graph.nodes[place].value or 0)


def _undefined(_s: Level) -> int:
    raise NoValue


def exact(s: Level, place: int) -> Fraction | int:
    """The number of a constant."""
    return s.graph.nodes[place].value or 0


def _exact_power(s: Level, a: int, n: int) -> int:
    exponent = exact(s, n)
    if abs(exponent.numerator) <= LARGEST_POWER:
        return s.field.power(s.v[a], exponent)
    if exponent.denominator > 1:
        return s.unknown("power", s.v[a], exponent)
    rest = exponent.numerator % LARGEST_POWER
    return s.unknown("power", s.v[a], exponent.numerator - rest) * s.field.power(s.v[a], rest) % s.p


def _power(s: Level, a: int, n: int) -> int:
    """A positive base has prime order q, so every exponent modulo q is an exponent."""
    return pow(s.above_zero(s.v[a]), s.e[n], s.p)


def _hypot(s: Level, a: int, b: int) -> int:
    return s.root(s.v[a] * s.v[a] + s.v[b] * s.v[b])


# inverse functions

ARCSINES = {1: Fraction(1, 2)}
ARCTANGENTS = {1: Fraction(1, 4)}


def _asin(s: Level, a: int) -> int:
    half = s.inverse(2)
    table = {1: Fraction(1, 2), half: Fraction(1, 6)}
    return s.arc("asin", table, a)


def _acos(s: Level, a: int) -> int:
    return s.field.pi * s.inverse(2) - _asin(s, a)


def _atan(s: Level, a: int) -> int:
    return s.arc("atan", ARCTANGENTS, a)


def up_asinh(s: Level, v: int) -> int:
    return v + s.root(v * v + 1)


def up_acosh(s: Level, v: int) -> int:
    return v + s.root(v - 1) * s.root(v + 1)


def _log_atanh(s: Level, v: int) -> int:
    """atanh as half a difference of logarithms; acoth too, the logarithm being that of a size."""
    return (s.log(1 + v) - s.log(1 - v)) * s.inverse(2)


# kinks and jumps


def _abs(s: Level, a: int) -> int:
    return s.sign(s.v[a]) * s.v[a]


def above(s: Level, a: int, b: int) -> bool:
    return s.sign(s.v[a] - s.v[b]) == 1


def larger(s: Level, a: int, b: int) -> int:
    return s.v[a] if above(s, a, b) else s.v[b]


def _smaller(s: Level, a: int, b: int) -> int:
    return s.v[b] if above(s, a, b) else s.v[a]


def _clip(s: Level, a: int, low: int, high: int) -> int:
    raised = larger(s, a, low)
    return s.v[high] if s.sign(raised - s.v[high]) == 1 else raised


def _same(s: Level, a: int, b: int) -> bool:
    return (s.v[a] - s.v[b]) % s.p == 0


def _mod(s: Level, a: int, b: int) -> int:
    return s.v[a] - s.v[b] * s.unknown("floor", s.v[a] * s.inverse(s.v[b]) % s.p)


def chosen(s: Level, condition: int, yes: int, no: int) -> int:
    """The value of the branch that is taken; the other need not have one."""
    return _taken(s.v[condition], s.v[yes], s.v[no])


def chosen_tangent(s: Level, condition: int, yes: int, no: int) -> int:
    return _taken(s.v[condition], s.d[yes], s.d[no])


def _taken(condition: int | None, yes: int | None, no: int | None) -> int:
    taken = yes if condition else no
    if taken is None or condition is None:
        raise NoValue
    return taken


def positive(s: Level, a: int) -> bool:
    return s.sign(s.v[a]) == 1


def _elu(s: Level, a: int) -> int:
    return s.v[a] if positive(s, a) else s.x[a] - 1


def _selu(s: Level, a: int) -> int:
    scale, alpha = s.field.fraction(SELU_SCALE), s.field.fraction(SELU_ALPHA)
    return scale * (s.v[a] if positive(s, a) else alpha * (s.x[a] - 1))


# sums of exponentials


def sinh(s: Level, x: int) -> int:
    return (x - s.inverse(x)) * s.inverse(2)


def cosh(s: Level, x: int) -> int:
    return (x + s.inverse(x)) * s.inverse(2)


def _tanh(s: Level, x: int) -> int:
    return (x * x - 1) * s.inverse(x * x + 1)


def sigmoid(s: Level, x: int) -> int:
    return x * s.inverse(1 + x)


def cumulative(s: Level, a: int) -> int:
    """The normal distribution's, by erf."""
    return (1 + s.odd("erf", s.v[a] * s.inverse(s.root(2)))) * s.inverse(2)


VALUES: dict[str, Row] = {
    "input": (_input, ("",)),
    "constant": (_constant, ("",)),
    "e": (lambda s: s.field.base, ()),
    "pi": (lambda s: s.field.pi, ()),
    "undefined": (_undefined, ()),
    "add": (lambda s, a, b: s.v[a] + s.v[b], ("v", "v")),
    "sub": (lambda s, a, b: s.v[a] - s.v[b], ("v", "v")),
    "neg": (lambda s, a: -s.v[a], ("v",)),
    "mul": (lambda s, a, b: s.v[a] * s.v[b], ("v", "v")),
    "div": (lambda s, a, b: s.v[a] * s.inverse(s.v[b]), ("v", "v")),
    "pow": (_power, ("v", "e")),
    "exact pow": (_exact_power, ("v", "")),
    "deep pow": (lambda s, a, n: s.unknown("power", s.v[a], s.v[n]), ("v", "v")),
    "sqrt": (lambda s, a: s.root(s.v[a]), ("v",)),
    "cbrt": (lambda s, a: s.root(s.v[a], 3), ("v",)),
    "root": (lambda s, a, n: s.root(s.v[a], int(exact(s, n))), ("v", "")),
    "exp": (lambda s, a: s.x[a], ("x",)),
    "expm1": (lambda s, a: s.x[a] - 1, ("x",)),
    "log": (lambda s, a: s.l[a], ("l",)),
    "log1p": (lambda s, a: s.log(1 + s.v[a]), ("v",)),
    "sin": (lambda s, a: s.k[a][1], ("k",)),
    "cos": (lambda s, a: s.k[a][0], ("k",)),
    "tan": (lambda s, a: s.k[a][1] * s.inverse(s.k[a][0]), ("k",)),
    "sec": (lambda s, a: s.inverse(s.k[a][0]), ("k",)),
    "csc": (lambda s, a: s.inverse(s.k[a][1]), ("k",)),
    "cot": (lambda s, a: s.k[a][0] * s.inverse(s.k[a][1]), ("k",)),
    "asin": (lambda s, a: _asin(s, s.v[a]), ("v",)),
    "acos": (lambda s, a: _acos(s, s.v[a]), ("v",)),
    "atan": (lambda s, a: _atan(s, s.v[a]), ("v",)),
    "acot": (lambda s, a: s.field.pi * s.inverse(2) - _atan(s, s.v[a]), ("v",)),
    "asec": (lambda s, a: _acos(s, s.inverse(s.v[a])), ("v",)),
    "acsc": (lambda s, a: _asin(s, s.inverse(s.v[a])), ("v",)),
    "atan2": (lambda s, a, b: _atan(s, s.v[a] * s.inverse(s.v[b])), ("v", "v")),
    "sinh": (lambda s, a: sinh(s, s.x[a]), ("x",)),
    "cosh": (lambda s, a: cosh(s, s.x[a]), ("x",)),
    "tanh": (lambda s, a: _tanh(s, s.x[a]), ("x",)),
    "sech": (lambda s, a: s.inverse(cosh(s, s.x[a])), ("x",)),
    "csch": (lambda s, a: s.inverse(sinh(s, s.x[a])), ("x",)),
    "coth": (lambda s, a: s.inverse(_tanh(s, s.x[a])), ("x",)),
    "asinh": (lambda s, a: s.log(up_asinh(s, s.v[a])), ("v",)),
    "acosh": (lambda s, a: s.log(up_acosh(s, s.v[a])), ("v",)),
    "atanh": (lambda s, a: _log_atanh(s, s.v[a]), ("v",)),
    "asech": (lambda s, a: s.log(up_acosh(s, s.inverse(s.v[a]))), ("v",)),
    "acsch": (lambda s, a: s.log(up_asinh(s, s.inverse(s.v[a]))), ("v",)),
    "acoth": (lambda s, a: _log_atanh(s, s.v[a]), ("v",)),
    "erf": (lambda s, a: s.odd("erf", s.v[a]), ("v",)),
    "erfc": (lambda s, a: 1 - s.odd("erf", s.v[a]), ("v",)),
    "digamma": (lambda s, a: s.unknown("polygamma", 0, s.v[a]), ("v",)),
    "polygamma": (lambda s, n, a: s.unknown("polygamma", s.v[n], s.v[a]), ("v", "v")),
    "hypot": (_hypot, ("v", "v")),
    "abs": (_abs, ("v",)),
    "sign": (lambda s, a: s.sign(s.v[a]), ("v",)),
    "floor": (lambda s, a: s.unknown("floor", s.v[a]), ("v",)),
    "ceil": (lambda s, a: -s.unknown("floor", -s.v[a] % s.p), ("v",)),
    "round": (lambda s, a: s.odd("round", s.v[a]), ("v",)),
    "mod": (_mod, ("v", "v")),
    "min": (_smaller, ("v", "v")),
    "max": (larger, ("v", "v")),
    "clip": (_clip, ("v", "v", "v")),
    "where": (chosen, ("v", "v", "v")),
    "lt": (lambda s, a, b: int(above(s, b, a)), ("v", "v")),
    "le": (lambda s, a, b: int(not above(s, a, b)), ("v", "v")),
    "gt": (lambda s, a, b: int(above(s, a, b)), ("v", "v")),
    "ge": (lambda s, a, b: int(not above(s, b, a)), ("v", "v")),
    "eq": (lambda s, a, b: int(_same(s, a, b)), ("v", "v")),
    "ne": (lambda s, a, b: int(not _same(s, a, b)), ("v", "v")),
    "and": (lambda s, a, b: s.v[a] * s.v[b], ("v", "v")),
    "or": (lambda s, a, b: s.v[a] + s.v[b] - s.v[a] * s.v[b], ("v", "v")),
    "not": (lambda s, a: 1 - s.v[a], ("v",)),
    "sigmoid": (lambda s, a: sigmoid(s, s.x[a]), ("x",)),
    "relu": (lambda s, a: s.v[a] if positive(s, a) else 0, ("v",)),
    "leaky_relu": (lambda s, a: s.v[a] if positive(s, a) else s.v[a] * s.inverse(100), ("v",)),
    "elu": (_elu, ("vx",)),
    "selu": (_selu, ("vx",)),
    "gelu": (lambda s, a: s.v[a] * cumulative(s, a), ("v",)),
    "silu": (lambda s, a: s.v[a] * sigmoid(s, s.x[a]), ("vx",)),
    "softplus": (lambda s, a: s.log(1 + s.x[a]), ("x",)),
}


def value_row(op: str, arity: int) -> Row:
    """The rule for an operation; without a row it is an unknown function of its arguments."""
    return VALUES.get(op) or _unknown(op, arity)


@cache
def _unknown(op: str, arity: int) -> Row:
    return (lambda s, *args: s.unknown(op, *(s.v[argument] for argument in args))), ("v",) * arity
