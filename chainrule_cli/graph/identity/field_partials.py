"""The partial derivatives of operations in a finite field, closed forms in the images of the arguments.

For each argument a row as in field_values.py, None where nothing is sent; a rule's first operand is the
operation's own node. Roots, signs and unknowns are those of the values. `where` has no rows: its branch is
chosen, not multiplied. Where another operation has none, the derivative's own graph is taken instead.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule_cli.graph.builder import SELU_ALPHA, SELU_SCALE
from chainrule_cli.graph.identity.field_values import (
    LARGEST_POWER,
    FieldRow,
    FieldRule,
    cosh,
    cumulative,
    get_number,
    is_above,
    is_positive,
    larger,
    make_row,
    sigmoid,
    sinh,
)
from chainrule_cli.graph.identity.fields import EXPONENTS
from chainrule_cli.graph.identity.state import FieldState


def _normal(s: FieldState, a: int, over: int) -> int:
    """e^(-u^2/over); in the field of values only."""
    exponents = s.draw.fields[EXPONENTS]
    return int(
        s.compute_once(s.field.exponential, -(s.exponent[a] ** 2) * exponents.inverse(over) % exponents.prime)
    )


def _erf_partial(s: FieldState, a: int) -> int:
    return 2 * s.inverse(s.root(s.field.pi)) * _normal(s, a, 1)


def _gelu_partial(s: FieldState, a: int) -> int:
    return cumulative(s, a) + s.value[a] * _normal(s, a, 2) * s.inverse(s.root(2 * s.field.pi))


def _exact_pow_partial(s: FieldState, y: int, a: int, n: int) -> int:
    exponent = get_number(s, n)
    if exponent.denominator == 1 and abs(exponent.numerator) <= LARGEST_POWER:
        return s.field.fraction(exponent) * s.field.power(s.value[a], exponent - 1)
    return s.field.fraction(exponent) * s.value[y] * s.inverse(s.value[a])


def _asin_partial(s: FieldState, v: int) -> int:
    return s.inverse(s.root(1 - v * v))


def _acosh_partial(s: FieldState, v: int) -> int:
    """One root, of a product: it is there whenever both are."""
    return s.inverse(s.root(v * v - 1))


def _asech_partial(s: FieldState, v: int) -> int:
    return -s.inverse(v * s.root(1 - v * v))


def _asinh_partial(s: FieldState, v: int) -> int:
    return s.inverse(s.root(v * v + 1))


def _reciprocal(partial: Callable[[FieldState, int], int]) -> FieldRule:
    """The partial of f(1/u)."""

    def composed(s: FieldState, _y: int, a: int) -> int:
        over = s.inverse(s.value[a])
        return -partial(s, over) * over * over

    return composed


def _atan2_partial(s: FieldState, part: int, a: int, b: int) -> int:
    return part * s.inverse(s.value[a] * s.value[a] + s.value[b] * s.value[b])


def _sigmoid_partial(s: FieldState, x: int) -> int:
    over = s.inverse(1 + x)
    return x * over * over


def _silu_partial(s: FieldState, _y: int, a: int) -> int:
    return sigmoid(s, s.exponential[a]) + s.value[a] * _sigmoid_partial(s, s.exponential[a])


def _polygamma_partial(s: FieldState, _y: int, n: int, a: int) -> int:
    return s.unknown("polygamma", (s.value[n] + 1) % s.prime, s.value[a])


def _inside(s: FieldState, a: int, low: int, high: int) -> int:
    return int(not is_above(s, low, a) and not is_above(s, a, high))


def _floor_partial(s: FieldState, _y: int, a: int, b: int) -> int:
    return -s.unknown("floor", s.value[a] * s.inverse(s.value[b]) % s.prime)


def _winner(s: FieldState, a: int, b: int) -> int:
    """1 to the larger, 1/2 at a tie."""
    return (1 + s.sign(s.value[a] - s.value[b])) * s.inverse(2)


PARTIALS: dict[str, tuple[FieldRow | None, ...]] = {
    "add": (make_row(lambda _s, _y, _a, _b: 1), make_row(lambda _s, _y, _a, _b: 1)),
    "sub": (make_row(lambda _s, _y, _a, _b: 1), make_row(lambda _s, _y, _a, _b: -1)),
    "neg": (make_row(lambda _s, _y, _a: -1),),
    "mul": (
        make_row(lambda s, _y, _a, b: s.value[b], "", "", "value"),
        make_row(lambda s, _y, a, _b: s.value[a], "", "value", ""),
    ),
    "div": (
        make_row(lambda s, _y, _a, b: s.inverse(s.value[b]), "", "", "value"),
        make_row(lambda s, y, _a, b: -s.value[y] * s.inverse(s.value[b]), "value", "", "value"),
    ),
    "pow": (
        make_row(
            lambda s, y, a, n: s.value[n] * s.value[y] * s.inverse(s.value[a]), "value", "value", "value"
        ),
        make_row(lambda s, y, a, _n: s.value[y] * s.logarithm[a], "value", "logarithm", ""),
    ),
    "exact pow": (make_row(_exact_pow_partial, "value", "value", ""), None),
    "sqrt": (make_row(lambda s, y, _a: s.inverse(2 * s.value[y]), "value", ""),),
    "cbrt": (make_row(lambda s, y, _a: s.inverse(3 * s.value[y] * s.value[y]), "value", ""),),
    "root": (
        make_row(
            lambda s, y, a, n: s.value[y] * s.inverse(s.value[n] * s.value[a]), "value", "value", "value"
        ),
        None,
    ),
    "exp": (make_row(lambda s, _y, a: s.exponential[a], "", "exponential"),),
    "expm1": (make_row(lambda s, _y, a: s.exponential[a], "", "exponential"),),
    "log": (make_row(lambda s, _y, a: s.inverse(s.value[a]), "", "value"),),
    "log1p": (make_row(lambda s, _y, a: s.inverse(1 + s.value[a]), "", "value"),),
    "sin": (make_row(lambda s, _y, a: s.point[a][0], "", "point"),),
    "cos": (make_row(lambda s, _y, a: -s.point[a][1], "", "point"),),
    "tan": (make_row(lambda s, _y, a: s.inverse(s.point[a][0] * s.point[a][0]), "", "point"),),
    "sec": (
        make_row(lambda s, _y, a: s.point[a][1] * s.inverse(s.point[a][0] * s.point[a][0]), "", "point"),
    ),
    "csc": (
        make_row(lambda s, _y, a: -s.point[a][0] * s.inverse(s.point[a][1] * s.point[a][1]), "", "point"),
    ),
    "cot": (make_row(lambda s, _y, a: -s.inverse(s.point[a][1] * s.point[a][1]), "", "point"),),
    "asin": (make_row(lambda s, _y, a: _asin_partial(s, s.value[a]), "", "value"),),
    "acos": (make_row(lambda s, _y, a: -_asin_partial(s, s.value[a]), "", "value"),),
    "atan": (make_row(lambda s, _y, a: s.inverse(1 + s.value[a] * s.value[a]), "", "value"),),
    "acot": (make_row(lambda s, _y, a: -s.inverse(1 + s.value[a] * s.value[a]), "", "value"),),
    "asec": (make_row(_reciprocal(lambda s, v: -_asin_partial(s, v)), "", "value"),),
    "acsc": (make_row(_reciprocal(_asin_partial), "", "value"),),
    "atan2": (
        make_row(lambda s, _y, a, b: _atan2_partial(s, s.value[b], a, b), "", "value", "value"),
        make_row(lambda s, _y, a, b: -_atan2_partial(s, s.value[a], a, b), "", "value", "value"),
    ),
    "sinh": (make_row(lambda s, _y, a: cosh(s, s.exponential[a]), "", "exponential"),),
    "cosh": (make_row(lambda s, _y, a: sinh(s, s.exponential[a]), "", "exponential"),),
    "tanh": (make_row(lambda s, _y, a: s.inverse(cosh(s, s.exponential[a]) ** 2), "", "exponential"),),
    "sech": (
        make_row(
            lambda s, _y, a: -sinh(s, s.exponential[a]) * s.inverse(cosh(s, s.exponential[a]) ** 2),
            "",
            "exponential",
        ),
    ),
    "csch": (
        make_row(
            lambda s, _y, a: -cosh(s, s.exponential[a]) * s.inverse(sinh(s, s.exponential[a]) ** 2),
            "",
            "exponential",
        ),
    ),
    "coth": (make_row(lambda s, _y, a: -s.inverse(sinh(s, s.exponential[a]) ** 2), "", "exponential"),),
    "asinh": (make_row(lambda s, _y, a: _asinh_partial(s, s.value[a]), "", "value"),),
    "acosh": (make_row(lambda s, _y, a: _acosh_partial(s, s.value[a]), "", "value"),),
    "atanh": (make_row(lambda s, _y, a: s.inverse(1 - s.value[a] * s.value[a]), "", "value"),),
    "asech": (make_row(lambda s, _y, a: _asech_partial(s, s.value[a]), "", "value"),),
    "acsch": (make_row(_reciprocal(_asinh_partial), "", "value"),),
    "acoth": (make_row(lambda s, _y, a: s.inverse(1 - s.value[a] * s.value[a]), "", "value"),),
    "erf": (make_row(lambda s, _y, a: _erf_partial(s, a), "", "exponent"),),
    "erfc": (make_row(lambda s, _y, a: -_erf_partial(s, a), "", "exponent"),),
    "gamma": (
        make_row(
            lambda s, _y, a: s.unknown("gamma", s.value[a]) * s.unknown("polygamma", 0, s.value[a]),
            "",
            "value",
        ),
    ),
    "digamma": (make_row(lambda s, _y, a: s.unknown("polygamma", 1, s.value[a]), "", "value"),),
    "polygamma": (None, make_row(_polygamma_partial, "", "value", "value")),
    "hypot": (
        make_row(lambda s, y, a, _b: s.value[a] * s.inverse(s.value[y]), "value", "value", ""),
        make_row(lambda s, y, _a, b: s.value[b] * s.inverse(s.value[y]), "value", "", "value"),
    ),
    "abs": (make_row(lambda s, _y, a: s.sign(s.value[a]), "", "value"),),
    "mod": (make_row(lambda _s, _y, _a, _b: 1), make_row(_floor_partial, "", "value", "value")),
    "min": (
        make_row(lambda s, _y, a, b: _winner(s, b, a), "", "value", "value"),
        make_row(lambda s, _y, a, b: _winner(s, a, b), "", "value", "value"),
    ),
    "max": (
        make_row(lambda s, _y, a, b: _winner(s, a, b), "", "value", "value"),
        make_row(lambda s, _y, a, b: _winner(s, b, a), "", "value", "value"),
    ),
    "clip": (
        make_row(lambda s, _y, a, low, high: _inside(s, a, low, high), "", "value", "value", "value"),
        make_row(
            lambda s, _y, a, low, high: int(is_above(s, low, a) and is_above(s, high, low)),
            "",
            "value",
            "value",
            "value",
        ),
        make_row(
            lambda s, _y, a, low, high: int(s.sign(larger(s, a, low) - s.value[high]) == 1),
            "",
            "value",
            "value",
            "value",
        ),
    ),
    "sigmoid": (make_row(lambda s, _y, a: _sigmoid_partial(s, s.exponential[a]), "", "exponential"),),
    "relu": (make_row(lambda s, _y, a: int(is_positive(s, a)), "", "value"),),
    "leaky_relu": (make_row(lambda s, _y, a: 1 if is_positive(s, a) else s.inverse(100), "", "value"),),
    "elu": (
        make_row(lambda s, _y, a: 1 if is_positive(s, a) else s.exponential[a], "", "value exponential"),
    ),
    "selu": (
        make_row(
            lambda s, y, a: (
                s.field.fraction(SELU_SCALE)
                if is_positive(s, a)
                else s.value[y] + s.field.fraction(SELU_SCALE * SELU_ALPHA)
            ),
            "value",
            "value",
        ),
    ),
    "gelu": (make_row(lambda s, _y, a: _gelu_partial(s, a), "", "value exponent"),),
    "silu": (make_row(_silu_partial, "", "value exponential"),),
    "softplus": (make_row(lambda s, _y, a: sigmoid(s, s.exponential[a]), "", "exponential"),),
}
