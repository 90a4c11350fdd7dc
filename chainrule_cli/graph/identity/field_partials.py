"""The partial derivatives of operations in a finite field, closed forms in the images of the arguments.

A row for each argument, None where nothing is sent, as in field_values.py; a rule's first place is the operation's own. Roots,
signs and unknowns are those of the values. `where` has none: its branch is chosen, not multiplied. Where another operation
has none, the derivative's own graph is taken instead.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule_cli.graph.identity.field_values import (
    LARGEST_POWER,
    Row,
    Rule,
    above,
    cosh,
    cumulative,
    exact,
    larger,
    positive,
    sigmoid,
    sinh,
)
from chainrule_cli.graph.identity.fields import EXPONENTS
from chainrule_cli.graph.identity.state import Level
from chainrule_cli.graph.operations import SELU_ALPHA, SELU_SCALE


def _normal(s: Level, a: int, over: int) -> int:
    """e^(-u^2/over); in the field of values only."""
    exponents = s.draw.fields[EXPONENTS]
    return int(s.once(s.field.exponential, -(s.e[a] ** 2) * exponents.inverse(over) % exponents.prime))


def _erf_slope(s: Level, a: int) -> int:
    return 2 * s.inverse(s.root(s.field.pi)) * _normal(s, a, 1)


def _gelu_slope(s: Level, a: int) -> int:
    return cumulative(s, a) + s.v[a] * _normal(s, a, 2) * s.inverse(s.root(2 * s.field.pi))


def _exact_pow_slope(s: Level, y: int, a: int, n: int) -> int:
    exponent = exact(s, n)
    if exponent.denominator == 1 and abs(exponent.numerator) <= LARGEST_POWER:
        return s.field.fraction(exponent) * s.field.power(s.v[a], exponent - 1)
    return s.field.fraction(exponent) * s.v[y] * s.inverse(s.v[a])


def _asin_slope(s: Level, v: int) -> int:
    return s.inverse(s.root(1 - v * v))


def _acosh_slope(s: Level, v: int) -> int:
    """One root, of a product: it is there whenever both are."""
    return s.inverse(s.root(v * v - 1))


def _asech_slope(s: Level, v: int) -> int:
    return -s.inverse(v * s.root(1 - v * v))


def _asinh_slope(s: Level, v: int) -> int:
    return s.inverse(s.root(v * v + 1))


def _reciprocal(slope: Callable[[Level, int], int]) -> Rule:
    """The slope of f(1/u)."""

    def composed(s: Level, _y: int, a: int) -> int:
        over = s.inverse(s.v[a])
        return -slope(s, over) * over * over

    return composed


def _atan2_slope(s: Level, part: int, a: int, b: int) -> int:
    return part * s.inverse(s.v[a] * s.v[a] + s.v[b] * s.v[b])


def _sigmoid_slope(s: Level, x: int) -> int:
    over = s.inverse(1 + x)
    return x * over * over


def _silu_slope(s: Level, _y: int, a: int) -> int:
    return sigmoid(s, s.x[a]) + s.v[a] * _sigmoid_slope(s, s.x[a])


def _polygamma_slope(s: Level, _y: int, n: int, a: int) -> int:
    return s.unknown("polygamma", (s.v[n] + 1) % s.p, s.v[a])


def _inside(s: Level, a: int, low: int, high: int) -> int:
    return int(not above(s, low, a) and not above(s, a, high))


def _floor_slope(s: Level, _y: int, a: int, b: int) -> int:
    return -s.unknown("floor", s.v[a] * s.inverse(s.v[b]) % s.p)


def _winner(s: Level, a: int, b: int) -> int:
    """1 to the larger, 1/2 at a tie."""
    return (1 + s.sign(s.v[a] - s.v[b])) * s.inverse(2)


SLOPES: dict[str, tuple[Row | None, ...]] = {
    "add": ((lambda _s, _y, _a, _b: 1, ()), (lambda _s, _y, _a, _b: 1, ())),
    "sub": ((lambda _s, _y, _a, _b: 1, ()), (lambda _s, _y, _a, _b: -1, ())),
    "neg": ((lambda _s, _y, _a: -1, ()),),
    "mul": ((lambda s, _y, _a, b: s.v[b], ("", "", "v")), (lambda s, _y, a, _b: s.v[a], ("", "v", ""))),
    "div": (
        (lambda s, _y, _a, b: s.inverse(s.v[b]), ("", "", "v")),
        (lambda s, y, _a, b: -s.v[y] * s.inverse(s.v[b]), ("v", "", "v")),
    ),
    "pow": (
        (lambda s, y, a, n: s.v[n] * s.v[y] * s.inverse(s.v[a]), ("v", "v", "v")),
        (lambda s, y, a, _n: s.v[y] * s.l[a], ("v", "l", "")),
    ),
    "exact pow": ((_exact_pow_slope, ("v", "v", "")), None),
    "sqrt": ((lambda s, y, _a: s.inverse(2 * s.v[y]), ("v", "")),),
    "cbrt": ((lambda s, y, _a: s.inverse(3 * s.v[y] * s.v[y]), ("v", "")),),
    "root": ((lambda s, y, a, n: s.v[y] * s.inverse(s.v[n] * s.v[a]), ("v", "v", "v")), None),
    "exp": ((lambda s, _y, a: s.x[a], ("", "x")),),
    "expm1": ((lambda s, _y, a: s.x[a], ("", "x")),),
    "log": ((lambda s, _y, a: s.inverse(s.v[a]), ("", "v")),),
    "log1p": ((lambda s, _y, a: s.inverse(1 + s.v[a]), ("", "v")),),
    "sin": ((lambda s, _y, a: s.k[a][0], ("", "k")),),
    "cos": ((lambda s, _y, a: -s.k[a][1], ("", "k")),),
    "tan": ((lambda s, _y, a: s.inverse(s.k[a][0] * s.k[a][0]), ("", "k")),),
    "sec": ((lambda s, _y, a: s.k[a][1] * s.inverse(s.k[a][0] * s.k[a][0]), ("", "k")),),
    "csc": ((lambda s, _y, a: -s.k[a][0] * s.inverse(s.k[a][1] * s.k[a][1]), ("", "k")),),
    "cot": ((lambda s, _y, a: -s.inverse(s.k[a][1] * s.k[a][1]), ("", "k")),),
    "asin": ((lambda s, _y, a: _asin_slope(s, s.v[a]), ("", "v")),),
    "acos": ((lambda s, _y, a: -_asin_slope(s, s.v[a]), ("", "v")),),
    "atan": ((lambda s, _y, a: s.inverse(1 + s.v[a] * s.v[a]), ("", "v")),),
    "acot": ((lambda s, _y, a: -s.inverse(1 + s.v[a] * s.v[a]), ("", "v")),),
    "asec": ((_reciprocal(lambda s, v: -_asin_slope(s, v)), ("", "v")),),
    "acsc": ((_reciprocal(_asin_slope), ("", "v")),),
    "atan2": (
        (lambda s, _y, a, b: _atan2_slope(s, s.v[b], a, b), ("", "v", "v")),
        (lambda s, _y, a, b: -_atan2_slope(s, s.v[a], a, b), ("", "v", "v")),
    ),
    "sinh": ((lambda s, _y, a: cosh(s, s.x[a]), ("", "x")),),
    "cosh": ((lambda s, _y, a: sinh(s, s.x[a]), ("", "x")),),
    "tanh": ((lambda s, _y, a: s.inverse(cosh(s, s.x[a]) ** 2), ("", "x")),),
    "sech": ((lambda s, _y, a: -sinh(s, s.x[a]) * s.inverse(cosh(s, s.x[a]) ** 2), ("", "x")),),
    "csch": ((lambda s, _y, a: -cosh(s, s.x[a]) * s.inverse(sinh(s, s.x[a]) ** 2), ("", "x")),),
    "coth": ((lambda s, _y, a: -s.inverse(sinh(s, s.x[a]) ** 2), ("", "x")),),
    "asinh": ((lambda s, _y, a: _asinh_slope(s, s.v[a]), ("", "v")),),
    "acosh": ((lambda s, _y, a: _acosh_slope(s, s.v[a]), ("", "v")),),
    "atanh": ((lambda s, _y, a: s.inverse(1 - s.v[a] * s.v[a]), ("", "v")),),
    "asech": ((lambda s, _y, a: _asech_slope(s, s.v[a]), ("", "v")),),
    "acsch": ((_reciprocal(_asinh_slope), ("", "v")),),
    "acoth": ((lambda s, _y, a: s.inverse(1 - s.v[a] * s.v[a]), ("", "v")),),
    "erf": ((lambda s, _y, a: _erf_slope(s, a), ("", "e")),),
    "erfc": ((lambda s, _y, a: -_erf_slope(s, a), ("", "e")),),
    "gamma": ((lambda s, _y, a: s.unknown("gamma", s.v[a]) * s.unknown("polygamma", 0, s.v[a]), ("", "v")),),
    "digamma": ((lambda s, _y, a: s.unknown("polygamma", 1, s.v[a]), ("", "v")),),
    "polygamma": (None, (_polygamma_slope, ("", "v", "v"))),
    "hypot": (
        (lambda s, y, a, _b: s.v[a] * s.inverse(s.v[y]), ("v", "v", "")),
        (lambda s, y, _a, b: s.v[b] * s.inverse(s.v[y]), ("v", "", "v")),
    ),
    "abs": ((lambda s, _y, a: s.sign(s.v[a]), ("", "v")),),
    "mod": ((lambda _s, _y, _a, _b: 1, ()), (_floor_slope, ("", "v", "v"))),
    "min": (
        (lambda s, _y, a, b: _winner(s, b, a), ("", "v", "v")),
        (lambda s, _y, a, b: _winner(s, a, b), ("", "v", "v")),
    ),
    "max": (
        (lambda s, _y, a, b: _winner(s, a, b), ("", "v", "v")),
        (lambda s, _y, a, b: _winner(s, b, a), ("", "v", "v")),
    ),
    "clip": (
        (lambda s, _y, a, low, high: _inside(s, a, low, high), ("", "v", "v", "v")),
        (lambda s, _y, a, low, high: int(above(s, low, a) and above(s, high, low)), ("", "v", "v", "v")),
        (lambda s, _y, a, low, high: int(s.sign(larger(s, a, low) - s.v[high]) == 1), ("", "v", "v", "v")),
    ),
    "sigmoid": ((lambda s, _y, a: _sigmoid_slope(s, s.x[a]), ("", "x")),),
    "relu": ((lambda s, _y, a: int(positive(s, a)), ("", "v")),),
    "leaky_relu": ((lambda s, _y, a: 1 if positive(s, a) else s.inverse(100), ("", "v")),),
    "elu": ((lambda s, _y, a: 1 if positive(s, a) else s.x[a], ("", "vx")),),
    "selu": (
        (
            lambda s, y, a: (
                s.field.fraction(SELU_SCALE)
                if positive(s, a)
                else s.v[y] + s.field.fraction(SELU_SCALE * SELU_ALPHA)
            ),
            ("v", "v"),
        ),
    ),
    "gelu": ((lambda s, _y, a: _gelu_slope(s, a), ("", "ve")),),
    "silu": ((_silu_slope, ("", "vx")),),
    "softplus": ((lambda s, _y, a: sigmoid(s, s.x[a]), ("", "x")),),
}
