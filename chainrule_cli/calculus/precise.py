"""Real values of Syntax to many digits, by mpmath: the witness of the symbolic half.

A function without a row in VALUES is mpmath's function of its name, else its `meaning`, else it has no value.
A value off the reals is nan, one past HUGE infinite. The graph, whose own arithmetic checks this one, is not
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, partial
from typing import Any

from mpmath import mp, mpf
from mpmath.libmp import NoConvergence

from chainrule_cli.errors import QuestionError
from chainrule_cli.notation.functions import FUNCTIONS, Function
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Name, Number, Syntax, postorder
from chainrule_cli.notation.write import exact_value

HUGE = mpf("1e330")
"""Past this a double is infinite and so is a value here; the sine of a larger number needs all its bits."""

SPARE_DIGITS = 12


def evaluate(expr: Syntax, scope: Mapping[str, Any], digits: int) -> Any:
    """The value of the expression, names from `scope`, to `digits` + SPARE_DIGITS digits; nan off the reals.

    Raises QuestionError for an undefined function or a name without a value.
    """
    with mp.workdps(digits + SPARE_DIGITS):
        values: dict[int, Any] = {}
        for node in postorder(expr):
            values[id(node)] = _bound_size(_node_value(node, values, scope))
        return values[id(expr)]


def _bound_size(result: Any) -> Any:
    if isinstance(result, bool):
        return result
    return result if mp.isnan(result) or abs(result) < HUGE else mp.inf * mp.sign(result)


def _node_value(node: Syntax, values: Mapping[int, Any], scope: Mapping[str, Any]) -> Any:
    if isinstance(node, Number):
        return mpf(node.value.numerator) / node.value.denominator
    if isinstance(node, Name):
        if node.id not in scope:
            raise QuestionError(f"{node.id} has no value", hint=f"give it one with --at {node.id}=1")
        return mp.mpf(scope[node.id])
    args = [values[id(argument)] for argument in node.args]
    if node.orders or (node.function not in VALUES and node.function not in FUNCTIONS):
        raise QuestionError(f"{node.function} is an undefined function: it has no value", span=node.span)
    if node.function == "^":
        return _guard(_power, args[0], args[1], exact_value(node.args[1]))
    return _guard(_function(node.function), *args)


def _function(name: str) -> Callable[..., Any]:
    """What gives the value: a row, else mpmath's function of that name, else the meaning; else there is no
    value."""
    found = VALUES.get(name) or getattr(mp, name, None)
    if callable(found):
        return found
    row = FUNCTIONS[name]
    return partial(_evaluate_meaning, row) if row.meaning else _nothing


def _evaluate_meaning(row: Function, *args: Any) -> Any:
    """The value of what the function means."""
    return evaluate(_read(row), dict(zip(row.parameters, args, strict=True)), mp.dps)


@cache
def _read(row: Function) -> Syntax:
    return read(row.meaning, declared=row.parameters).expr


def _nothing(*_args: Any) -> Any:
    return mp.nan


def _guard(function: Callable[..., Any], *args: Any) -> Any:
    """The value, or nan where mpmath has none among the reals."""
    if function is not _piecewise and any(
        not isinstance(arg, bool | Fraction) and arg is not None and mp.isnan(arg) for arg in args
    ):
        return mp.nan
    try:
        result = function(*args)
    except (ZeroDivisionError, ValueError, OverflowError, NoConvergence):
        return mp.nan
    except TypeError:  # mpmath's function of the name is another one
        return mp.nan
    if isinstance(result, mp.mpc):
        return result.real if result.imag == 0 else mp.nan
    return result


def _power(base: Any, exponent: Any, exact: Fraction | None) -> Any:
    """Real powers: an exponent p/q with q odd is a root on all the reals, 0^0 is 1."""
    if base >= 0:
        return mp.power(base, exponent) if base or exponent >= 0 else mp.nan
    if exact is None:
        exact = Fraction(int(exponent)) if mp.isint(exponent) else None
    if exact is None or exact.denominator % 2 == 0:
        return mp.nan
    size = mp.power(-base, mpf(exact.numerator) / exact.denominator)
    return -size if exact.numerator % 2 else size


def _root(base: Any, degree: Any) -> Any:
    return _power(base, 1 / degree, Fraction(1, int(degree)))


def _log(argument: Any, base: Any = None) -> Any:
    if argument <= 0 or (base is not None and base <= 0):
        return mp.nan
    return mp.log(argument) if base is None else mp.log(argument) / mp.log(base)


def _piecewise(*args: Any) -> Any:
    for taken, condition in zip(args[0::2], args[1::2], strict=False):
        if not isinstance(condition, bool):
            return mp.nan
        if condition:
            return taken
    return args[-1] if len(args) % 2 else mp.nan


def _product(*factors: Any) -> Any:
    result = mpf(1)
    for factor in factors:
        result = result * factor
    return result


def _jn(order: Any, x: Any) -> Any:
    """By the Bessel function of half an order more, on all the reals."""
    if not mp.isint(order) or order < 0:
        return mp.nan
    if x == 0:
        return mpf(int(order == 0))
    size = mp.sqrt(mp.pi / (2 * abs(x))) * mp.besselj(order + mpf(1) / 2, abs(x))
    return size * mp.sign(x) ** int(order)


def _round(argument: Any) -> Any:
    return mp.nint(argument)


def _softplus(argument: Any) -> Any:
    return mp.log1p(mp.exp(argument)) if argument < 0 else argument + mp.log1p(mp.exp(-argument))


def _selu(x: Any) -> Any:
    scale, alpha = mpf("1.0507009873554804934193349852946"), mpf("1.6732632423543772848170429916717")
    return scale * (x if x > 0 else alpha * mp.expm1(x))


VALUES: dict[str, Callable[..., Any]] = {
    "e": lambda: +mp.e,
    "pi": lambda: +mp.pi,
    "+": lambda *terms: mp.fsum(terms),
    "*": _product,
    "/": lambda a, b: a / b,
    "neg": lambda a: -a,
    "^": _power,
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "and": lambda *args: all(args),
    "or": lambda *args: any(args),
    "not": lambda a: not a,
    "cbrt": lambda a: _root(a, mpf(3)),
    "root": _root,
    "log": _log,
    "acot": lambda a: mp.pi / 2 - mp.atan(a),
    "polygamma": lambda n, a: mp.polygamma(int(n), a),
    "jn": _jn,
    "abs": abs,
    "ceil": mp.ceil,
    "round": _round,
    "mod": lambda a, b: a - b * mp.floor(a / b),
    "min": min,
    "max": max,
    "clip": lambda a, low, high: min(max(a, low), high),
    "piecewise": _piecewise,
    "sigmoid": lambda a: 1 / (1 + mp.exp(-a)),
    "relu": lambda a: max(a, mpf(0)),
    "leaky_relu": lambda a: a if a > 0 else a / 100,
    "elu": lambda a: a if a > 0 else mp.expm1(a),
    "selu": _selu,
    "gelu": lambda a: a * (1 + mp.erf(a / mp.sqrt(2))) / 2,
    "silu": lambda a: a / (1 + mp.exp(-a)),
    "softplus": _softplus,
}
"""Operator or function -> its value, where that is not mpmath's function of the name, or where mpmath has
none."""
