"""The images of operations in a finite field: the value of a node by those of its arguments.

A row has the rule and the kinds of image that it reads of each argument: its value, its exponential, the
point at its angle, its logarithm; "exponent" and "angle" are its values in the fields of exponents and of
angles. What has no row is a hashed unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from chainrule_cli.graph.builder import SELU_ALPHA, SELU_SCALE
from chainrule_cli.graph.identity.fields import NoValue
from chainrule_cli.graph.identity.state import FieldState

LARGEST_POWER = 1 << 20
"""Exponents up to which a power is multiplied out; a larger one is an unknown times a smaller one."""

FieldRule: TypeAlias = Callable[..., Any]
"""(what is known in the field, operands: nodes of the graph) -> the image."""


class FieldRow(NamedTuple):
    """rule: of the image
    needs: for each operand, the kinds of image that the rule reads of it
    """

    rule: FieldRule
    needs: tuple[tuple[str, ...], ...]


def make_row(rule: FieldRule, *needs: str) -> FieldRow:
    """A row, its needs as words: "value exponential" for an operand of which both are read."""
    return FieldRow(rule, tuple(tuple(words.split()) for words in needs))


# leaves and arithmetic


def _input(s: FieldState, index: int) -> int:
    return s.draw.input(s.number, s.graph.nodes[index].name or "")


def _constant(s: FieldState, index: int) -> int:
    return s.field.fraction(s.graph.nodes[index].value or 0)


def _refuse_value(_s: FieldState) -> int:
    raise NoValue


def get_number(s: FieldState, index: int) -> Fraction | int:
    """The number of a constant."""
    return s.graph.nodes[index].value or 0


def _exact_power(s: FieldState, a: int, n: int) -> int:
    exponent = get_number(s, n)
    if abs(exponent.numerator) <= LARGEST_POWER:
        return s.field.power(s.value[a], exponent)
    if exponent.denominator > 1:
        return s.unknown("power", s.value[a], exponent)
    rest = exponent.numerator % LARGEST_POWER
    return (
        s.unknown("power", s.value[a], exponent.numerator - rest) * s.field.power(s.value[a], rest) % s.prime
    )


def _power(s: FieldState, a: int, n: int) -> int:
    """A positive base has prime order q, so every exponent modulo q is an exponent."""
    return pow(s.require_positive(s.value[a]), s.exponent[n], s.prime)


def _hypot(s: FieldState, a: int, b: int) -> int:
    return s.root(s.value[a] * s.value[a] + s.value[b] * s.value[b])


# inverse functions

ARCTANGENTS = {1: Fraction(1, 4)}


def _asin(s: FieldState, a: int) -> int:
    half = s.inverse(2)
    table = {1: Fraction(1, 2), half: Fraction(1, 6)}
    return s.arc("asin", table, a)


def _acos(s: FieldState, a: int) -> int:
    return s.field.pi * s.inverse(2) - _asin(s, a)


def _atan(s: FieldState, a: int) -> int:
    return s.arc("atan", ARCTANGENTS, a)


def exp_asinh(s: FieldState, v: int) -> int:
    return v + s.root(v * v + 1)


def exp_acosh(s: FieldState, v: int) -> int:
    return v + s.root(v - 1) * s.root(v + 1)


def _log_atanh(s: FieldState, v: int) -> int:
    """atanh as half a difference of logarithms; acoth too, the logarithm being that of a size."""
    return (s.log(1 + v) - s.log(1 - v)) * s.inverse(2)


# kinks and jumps


def _abs(s: FieldState, a: int) -> int:
    return s.sign(s.value[a]) * s.value[a]


def is_above(s: FieldState, a: int, b: int) -> bool:
    return s.sign(s.value[a] - s.value[b]) == 1


def larger(s: FieldState, a: int, b: int) -> int:
    return s.value[a] if is_above(s, a, b) else s.value[b]


def _smaller(s: FieldState, a: int, b: int) -> int:
    return s.value[b] if is_above(s, a, b) else s.value[a]


def _clip(s: FieldState, a: int, low: int, high: int) -> int:
    raised = larger(s, a, low)
    return s.value[high] if s.sign(raised - s.value[high]) == 1 else raised


def _are_same(s: FieldState, a: int, b: int) -> bool:
    return (s.value[a] - s.value[b]) % s.prime == 0


def _mod(s: FieldState, a: int, b: int) -> int:
    return s.value[a] - s.value[b] * s.unknown("floor", s.value[a] * s.inverse(s.value[b]) % s.prime)


def choose(s: FieldState, condition: int, yes: int, no: int) -> int:
    """The value of the branch that is taken; the other need not have one."""
    return _take(s.value[condition], s.value[yes], s.value[no])


def choose_tangent(s: FieldState, condition: int, yes: int, no: int) -> int:
    return _take(s.value[condition], s.tangent[yes], s.tangent[no])


def _take(condition: int | None, yes: int | None, no: int | None) -> int:
    taken = yes if condition else no
    if taken is None or condition is None:
        raise NoValue
    return taken


def is_positive(s: FieldState, a: int) -> bool:
    return s.sign(s.value[a]) == 1


def _elu(s: FieldState, a: int) -> int:
    return s.value[a] if is_positive(s, a) else s.exponential[a] - 1


def _selu(s: FieldState, a: int) -> int:
    scale, alpha = s.field.fraction(SELU_SCALE), s.field.fraction(SELU_ALPHA)
    return scale * (s.value[a] if is_positive(s, a) else alpha * (s.exponential[a] - 1))


# sums of exponentials


def sinh(s: FieldState, x: int) -> int:
    return (x - s.inverse(x)) * s.inverse(2)


def cosh(s: FieldState, x: int) -> int:
    return (x + s.inverse(x)) * s.inverse(2)


def _tanh(s: FieldState, x: int) -> int:
    return (x * x - 1) * s.inverse(x * x + 1)


def sigmoid(s: FieldState, x: int) -> int:
    return x * s.inverse(1 + x)


def cumulative(s: FieldState, a: int) -> int:
    """The normal distribution's, by erf."""
    return (1 + s.odd_unknown("erf", s.value[a] * s.inverse(s.root(2)))) * s.inverse(2)


VALUES: dict[str, FieldRow] = {
    "input": make_row(_input, ""),
    "constant": make_row(_constant, ""),
    "e": make_row(lambda s: s.field.base),
    "pi": make_row(lambda s: s.field.pi),
    "undefined": make_row(_refuse_value),
    "add": make_row(lambda s, a, b: s.value[a] + s.value[b], "value", "value"),
    "sub": make_row(lambda s, a, b: s.value[a] - s.value[b], "value", "value"),
    "neg": make_row(lambda s, a: -s.value[a], "value"),
    "mul": make_row(lambda s, a, b: s.value[a] * s.value[b], "value", "value"),
    "div": make_row(lambda s, a, b: s.value[a] * s.inverse(s.value[b]), "value", "value"),
    "pow": make_row(_power, "value", "exponent"),
    "exact pow": make_row(_exact_power, "value", ""),
    "deep pow": make_row(lambda s, a, n: s.unknown("power", s.value[a], s.value[n]), "value", "value"),
    "sqrt": make_row(lambda s, a: s.root(s.value[a]), "value"),
    "cbrt": make_row(lambda s, a: s.root(s.value[a], 3), "value"),
    "root": make_row(lambda s, a, n: s.root(s.value[a], int(get_number(s, n))), "value", ""),
    "exp": make_row(lambda s, a: s.exponential[a], "exponential"),
    "expm1": make_row(lambda s, a: s.exponential[a] - 1, "exponential"),
    "log": make_row(lambda s, a: s.logarithm[a], "logarithm"),
    "log1p": make_row(lambda s, a: s.log(1 + s.value[a]), "value"),
    "sin": make_row(lambda s, a: s.point[a][1], "point"),
    "cos": make_row(lambda s, a: s.point[a][0], "point"),
    "tan": make_row(lambda s, a: s.point[a][1] * s.inverse(s.point[a][0]), "point"),
    "sec": make_row(lambda s, a: s.inverse(s.point[a][0]), "point"),
    "csc": make_row(lambda s, a: s.inverse(s.point[a][1]), "point"),
    "cot": make_row(lambda s, a: s.point[a][0] * s.inverse(s.point[a][1]), "point"),
    "asin": make_row(lambda s, a: _asin(s, s.value[a]), "value"),
    "acos": make_row(lambda s, a: _acos(s, s.value[a]), "value"),
    "atan": make_row(lambda s, a: _atan(s, s.value[a]), "value"),
    "acot": make_row(lambda s, a: s.field.pi * s.inverse(2) - _atan(s, s.value[a]), "value"),
    "asec": make_row(lambda s, a: _acos(s, s.inverse(s.value[a])), "value"),
    "acsc": make_row(lambda s, a: _asin(s, s.inverse(s.value[a])), "value"),
    "atan2": make_row(lambda s, a, b: _atan(s, s.value[a] * s.inverse(s.value[b])), "value", "value"),
    "sinh": make_row(lambda s, a: sinh(s, s.exponential[a]), "exponential"),
    "cosh": make_row(lambda s, a: cosh(s, s.exponential[a]), "exponential"),
    "tanh": make_row(lambda s, a: _tanh(s, s.exponential[a]), "exponential"),
    "sech": make_row(lambda s, a: s.inverse(cosh(s, s.exponential[a])), "exponential"),
    "csch": make_row(lambda s, a: s.inverse(sinh(s, s.exponential[a])), "exponential"),
    "coth": make_row(lambda s, a: s.inverse(_tanh(s, s.exponential[a])), "exponential"),
    "asinh": make_row(lambda s, a: s.log(exp_asinh(s, s.value[a])), "value"),
    "acosh": make_row(lambda s, a: s.log(exp_acosh(s, s.value[a])), "value"),
    "atanh": make_row(lambda s, a: _log_atanh(s, s.value[a]), "value"),
    "asech": make_row(lambda s, a: s.log(exp_acosh(s, s.inverse(s.value[a]))), "value"),
    "acsch": make_row(lambda s, a: s.log(exp_asinh(s, s.inverse(s.value[a]))), "value"),
    "acoth": make_row(lambda s, a: _log_atanh(s, s.value[a]), "value"),
    "erf": make_row(lambda s, a: s.odd_unknown("erf", s.value[a]), "value"),
    "erfc": make_row(lambda s, a: 1 - s.odd_unknown("erf", s.value[a]), "value"),
    "digamma": make_row(lambda s, a: s.unknown("polygamma", 0, s.value[a]), "value"),
    "polygamma": make_row(lambda s, n, a: s.unknown("polygamma", s.value[n], s.value[a]), "value", "value"),
    "hypot": make_row(_hypot, "value", "value"),
    "abs": make_row(_abs, "value"),
    "sign": make_row(lambda s, a: s.sign(s.value[a]), "value"),
    "floor": make_row(lambda s, a: s.unknown("floor", s.value[a]), "value"),
    "ceil": make_row(lambda s, a: -s.unknown("floor", -s.value[a] % s.prime), "value"),
    "round": make_row(lambda s, a: s.odd_unknown("round", s.value[a]), "value"),
    "mod": make_row(_mod, "value", "value"),
    "min": make_row(_smaller, "value", "value"),
    "max": make_row(larger, "value", "value"),
    "clip": make_row(_clip, "value", "value", "value"),
    "where": make_row(choose, "value", "value", "value"),
    "lt": make_row(lambda s, a, b: int(is_above(s, b, a)), "value", "value"),
    "le": make_row(lambda s, a, b: int(not is_above(s, a, b)), "value", "value"),
    "gt": make_row(lambda s, a, b: int(is_above(s, a, b)), "value", "value"),
    "ge": make_row(lambda s, a, b: int(not is_above(s, b, a)), "value", "value"),
    "eq": make_row(lambda s, a, b: int(_are_same(s, a, b)), "value", "value"),
    "ne": make_row(lambda s, a, b: int(not _are_same(s, a, b)), "value", "value"),
    "and": make_row(lambda s, a, b: s.value[a] * s.value[b], "value", "value"),
    "or": make_row(lambda s, a, b: s.value[a] + s.value[b] - s.value[a] * s.value[b], "value", "value"),
    "not": make_row(lambda s, a: 1 - s.value[a], "value"),
    "sigmoid": make_row(lambda s, a: sigmoid(s, s.exponential[a]), "exponential"),
    "relu": make_row(lambda s, a: s.value[a] if is_positive(s, a) else 0, "value"),
    "leaky_relu": make_row(
        lambda s, a: s.value[a] if is_positive(s, a) else s.value[a] * s.inverse(100), "value"
    ),
    "elu": make_row(_elu, "value exponential"),
    "selu": make_row(_selu, "value exponential"),
    "gelu": make_row(lambda s, a: s.value[a] * cumulative(s, a), "value"),
    "silu": make_row(lambda s, a: s.value[a] * sigmoid(s, s.exponential[a]), "value exponential"),
    "softplus": make_row(lambda s, a: s.log(1 + s.exponential[a]), "exponential"),
}


def find_value_row(op: str, arity: int) -> FieldRow:
    """The row of an operation; without one it is an unknown function of its arguments."""
    return VALUES.get(op) or _make_unknown(op, arity)


@cache
def _make_unknown(op: str, arity: int) -> FieldRow:
    return make_row(
        lambda s, *args: s.unknown(op, *(s.value[argument] for argument in args)), *["value"] * arity
    )
