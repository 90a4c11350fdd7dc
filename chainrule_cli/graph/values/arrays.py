"""ARRAYS: operations of OPS as numpy has them: the same value, elementwise, on float64 arrays.

A row is called with the arguments and the array for the result. Nothing warns while the caller holds
np.errstate(all="ignore"). An operation without a row calls the one of OPS element by element.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from chainrule_cli.graph import floats
from chainrule_cli.graph.operations import OPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"
Elementwise = Callable[..., Any]
"""(arguments, the array for the result); what it returns is not used."""


@dataclass(frozen=True, slots=True)
class ArrayRow:
    """An operation in two forms.

    guarded: right everywhere
    fast: right wherever numpy signals no division by zero
    """

    guarded: Elementwise
    fast: Elementwise


def _use(call: Elementwise) -> ArrayRow:
    return ArrayRow(call, call)


def _copy(function: Callable[..., Any]) -> ArrayRow:
    """A form of our own, which gives a new array."""

    def call(*args: Any) -> None:
        np.copyto(args[-1], function(*args[:-1]))

    return _use(call)


def _mask(function: Elementwise, poles: Callable[..., Any]) -> ArrayRow:
    """A ufunc that is infinite at poles where OPS has no value; numpy signals each as a division by zero."""

    def guarded(*args: Any) -> None:
        outside = poles(*args[:-1])
        function(*args)
        np.copyto(args[-1], np.nan, where=outside)

    return ArrayRow(guarded, function)


def _name_result(function: Any) -> ArrayRow:
    """A ufunc that wants its result array by name."""
    return _use(lambda a, b, out: function(a, b, out=out))


def _relu(x: Array, out: Array) -> None:
    np.maximum(x, 0.0, out=out)


@cache
def _loop(op: str) -> ArrayRow:
    """Element by element, by the operation of OPS itself."""
    call = np.frompyfunc(OPS[op].forward, len(OPS[op].example), 1)
    return _copy(lambda *args: np.asarray(call(*args), dtype=np.float64))


# error functions

ERFCX = (
    1.17756257419656, 0.005353904539615676, -0.09377550342284209, 0.05436652555744322,
    -0.018976596707845208, 0.004453426061462712, -0.0006335531710553147, 1.7661719523171593e-05,
    1.2841532864056671e-05, -2.0072285659059913e-06, -1.807522790414837e-07, 7.549828343825093e-08,
    1.885668523838603e-09, -2.699519049798364e-09, -1.460079119939105e-11, 1.0361607445969489e-10,
    1.475715976623473e-12, -4.277340064396911e-12, -2.07922492859799e-13, 1.8134502003176963e-13,
    1.973425574544739e-14, -7.287943737592673e-15, -1.5169878690228116e-15, 2.3514112258781403e-16,
    1.0006111691821667e-16, -2.0572528169538546e-18,
)  # fmt: skip
ERF = (
    0.9754769393826541, -0.14226120510371365, 0.010035582187599796, -0.0005768764699767485,
    2.741993125219606e-05, -1.1043175507344507e-06, 3.8488755420345036e-08, -1.1808582533875466e-09,
    3.2334215826050907e-11, -7.991015947004549e-13, 1.7990725113961456e-14, -3.718635487818693e-16,
    7.103599003714253e-18, -1.2612455119155226e-19,
)  # fmt: skip
# Chebyshev coefficients: of (1 + 2z) exp(z^2) erfc(z) in (z - 3)/(z + 3), as Shepherd & Laframboise (1981)
# have it, and of
# erf(x)/x in 2x^2 - 1.
ERFC_IS_ZERO = 30.0


def _erfc(x: Array) -> Array:
    """exp(-z^2) with z split so that no digit of the square is lost."""
    z = np.minimum(np.abs(x), ERFC_IS_ZERO)
    high = np.rint(z * 16) / 16
    scaled = np.polynomial.chebyshev.chebval((z - 3) / (z + 3), ERFCX) / (1 + 2 * z)
    tail = scaled * np.exp(-high * high) * np.exp((high - z) * (high + z))
    result: Array = np.where(x < 0, 2 - tail, tail)
    return result


def _erf(x: Array) -> Array:
    near = np.clip(x, -1.0, 1.0)
    return np.where(
        np.abs(x) < 1,
        near * np.polynomial.chebyshev.chebval(2 * near * near - 1, ERF),
        np.copysign(1 - _erfc(np.abs(x)), x),
    )


# forms of our own


def _power(x: Array, p: Array) -> Array:
    """NaN as OPS has it: 0 to a negative power, a part of a negative number, whatever meets NaN."""
    outside = (x < 0) & ((p != np.floor(p)) | np.isinf(p)) | (x == 0) & (p < 0)
    return np.where(outside | np.isnan(x) | np.isnan(p), np.nan, np.power(x, p))


def _root(x: Array, n: Array) -> Array:
    """The power and a step of Newton's, as floats.root."""
    size = np.abs(x)
    guess = np.power(size, 1 / n)
    better = guess - (np.power(guess, n) - size) / (n * np.power(guess, n - 1))
    result = np.where((size > 1e-300) & (size < 1e300), better, guess)
    return np.where(x < 0, np.where(n % 2 == 1, -result, np.nan), result)


def _cot(x: Array, out: Array) -> None:
    np.divide(np.cos(x), np.sin(x), out)


def _csc(x: Array, out: Array) -> None:
    np.divide(1.0, np.sin(x), out)


def _coth(x: Array, out: Array) -> None:
    np.divide(1.0, np.tanh(x), out)


def _csch(x: Array, out: Array) -> None:
    size = np.abs(x)
    np.copysign(2 * np.exp(-size) / -np.expm1(-2 * size), x, out)


def _acsch(x: Array, out: Array) -> None:
    np.arcsinh(1 / x, out)


def _sec(x: Array, out: Array) -> None:
    np.cos(x, out)
    np.divide(1.0, out, out)


def _short_sech(x: Array, out: Array) -> None:
    """Where cosh does not overflow."""
    np.cosh(x, out)
    np.divide(1.0, out, out)


def _sech(x: Array, out: Array) -> None:
    """2 e/(1 + e^2) with e = exp(-|x|), in the result's array and one more: a new one costs more than its
    arithmetic."""
    np.absolute(x, out)
    np.negative(out, out)
    np.exp(out, out)
    below = out * out
    np.add(1.0, below, below)
    np.multiply(2.0, out, out)
    np.divide(out, below, out)


def _root_beyond_one(x: Array) -> Array:
    size = np.abs(x)
    root: Array = np.sqrt(size - 1) * np.sqrt(size + 1)
    return root


def _asech(x: Array) -> Array:
    rest = 1 - x
    near, far = np.log1p((rest + np.sqrt(rest * (1 + x))) / x), np.arccosh(1 / x)
    return np.where(x > 0.5, near, np.where(x == 0, np.nan, far))


def _acoth(x: Array, out: Array) -> None:
    size = np.abs(x)
    np.copysign(0.5 * np.log1p(2 / (size - 1)), x, out)


def _sigmoid(x: Array, out: Array) -> None:
    small = np.exp(-np.abs(x))
    np.divide(np.where(x >= 0, 1.0, small), 1 + small, out)


def _short_sigmoid(x: Array, out: Array) -> None:
    """Where exp does not overflow."""
    np.negative(x, out)
    np.exp(out, out)
    np.add(1.0, out, out)
    np.divide(1.0, out, out)


def _softplus(x: Array) -> Array:
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0)


def _silu(x: Array, out: Array) -> None:
    _sigmoid(x, out)
    np.multiply(x, out, out)


def _keep_finite(rounded: Callable[..., Array]) -> ArrayRow:
    return _copy(lambda x: np.where(np.isfinite(x), rounded(x), np.nan))


def _where(condition: Array, yes: Array, no: Array, out: Array) -> None:
    np.copyto(out, no)
    np.copyto(out, yes, where=condition != 0)
    _nan_at(np.isnan(condition), out)


def _compare(compare: Elementwise) -> ArrayRow:
    """1 or 0, NaN where a side is."""

    def call(a: Array, b: Array, out: Array) -> None:
        compare(a, b, out)
        _nan_at(np.isnan(a) | np.isnan(b), out)

    return _use(call)


def _nan_at(broken: Any, out: Array) -> None:
    if broken.any():
        np.copyto(out, np.nan, where=broken)


ARRAYS: dict[str, ArrayRow] = {
    # constants
    "e": _copy(lambda: np.e),
    "pi": _copy(lambda: np.pi),
    "undefined": _copy(lambda: np.nan),
    # arithmetic
    "add": _use(np.add),
    "sub": _use(np.subtract),
    "neg": _use(np.negative),
    "mul": _use(np.multiply),
    "div": _mask(np.divide, lambda _a, b: b == 0),
    "pow": _copy(_power),
    "sqrt": _use(np.sqrt),
    "cbrt": _use(np.cbrt),
    "root": _copy(_root),
    # exponentials and logarithms
    "exp": _use(np.exp),
    "expm1": _use(np.expm1),
    "log": _mask(np.log, lambda x: x == 0),
    "log1p": _mask(np.log1p, lambda x: x == -1),
    # trigonometric
    "sin": _use(np.sin),
    "cos": _use(np.cos),
    "tan": _use(np.tan),
    "sec": _use(_sec),
    "csc": _mask(_csc, lambda x: x == 0),
    "cot": _mask(_cot, lambda x: x == 0),
    "asin": _use(np.arcsin),
    "acos": _use(np.arccos),
    "atan": _use(np.arctan),
    "acot": _copy(lambda x: np.arctan2(1.0, x)),
    "asec": _copy(lambda x: np.arctan2(_root_beyond_one(x), np.copysign(1.0, x))),
    "acsc": _copy(lambda x: np.arctan2(np.copysign(1.0, x), _root_beyond_one(x))),
    "atan2": _use(np.arctan2),
    # hyperbolic
    "sinh": _use(np.sinh),
    "cosh": _use(np.cosh),
    "tanh": _use(np.tanh),
    "sech": ArrayRow(_sech, _short_sech),
    "csch": _mask(_csch, lambda x: x == 0),
    "coth": _mask(_coth, lambda x: x == 0),
    "asinh": _use(np.arcsinh),
    "acosh": _use(np.arccosh),
    "atanh": _mask(np.arctanh, lambda x: np.abs(x) == 1),
    "asech": _copy(_asech),
    "acsch": _mask(_acsch, lambda x: x == 0),
    "acoth": _mask(_acoth, lambda x: np.abs(x) == 1),
    # special functions
    "erf": _copy(_erf),
    "erfc": _copy(_erfc),
    "hypot": _copy(lambda x, y: np.where(np.isnan(x) | np.isnan(y), np.nan, np.hypot(x, y))),
    # kinks and jumps
    "abs": _use(np.absolute),
    "sign": _use(np.sign),
    "floor": _keep_finite(np.floor),
    "ceil": _keep_finite(np.ceil),
    "round": _keep_finite(np.rint),
    "mod": _copy(lambda x, y: np.where(np.isfinite(y), np.mod(x, y), np.nan)),
    "min": _name_result(np.minimum),
    "max": _name_result(np.maximum),
    "clip": _copy(lambda x, low, high: np.minimum(np.maximum(x, low), high)),
    "where": _use(_where),
    "lt": _compare(np.less),
    "le": _compare(np.less_equal),
    "gt": _compare(np.greater),
    "ge": _compare(np.greater_equal),
    "eq": _compare(np.equal),
    "ne": _compare(np.not_equal),
    "and": _use(np.multiply),
    "or": _copy(lambda a, b: a + b - a * b),
    "not": _copy(lambda a: 1 - a),
    # neural networks
    "sigmoid": ArrayRow(_sigmoid, _short_sigmoid),
    "relu": _use(_relu),
    "leaky_relu": _copy(lambda x: np.where(x > 0, x, x / 100)),
    "elu": _copy(lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0.0)))),
    "selu": _copy(
        lambda x: floats.SELU_SCALE * np.where(x > 0, x, floats.SELU_ALPHA * np.expm1(np.minimum(x, 0.0)))
    ),
    "gelu": _copy(lambda x: 0.5 * x * _erfc(-x / np.sqrt(2))),
    "silu": _use(_silu),
    "softplus": _copy(_softplus),
}


def find_array_row(op: str) -> ArrayRow:
    """The operation on arrays."""
    return ARRAYS.get(op) or _loop(op)
