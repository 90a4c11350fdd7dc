"""Syntax as a sympy expression over real symbols: the outside oracle of the tests. The product never does this."""

from __future__ import annotations

from typing import Any

import sympy

from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Name, Number, Syntax, fold
from chainrule_cli.notation.write import exact_value


def _real_root(base: Any, degree: int) -> Any:
    return sympy.sign(base) * sympy.Abs(base) ** sympy.Rational(1, degree)


def _clip(value: Any, low: Any, high: Any) -> Any:
    return sympy.Min(sympy.Max(value, low), high)


def _piecewise(*args: Any) -> Any:
    pairs = list(zip(args[0::2], args[1::2], strict=False))
    return sympy.Piecewise(*pairs, *([(args[-1], True)] if len(args) % 2 else []))


def _where(condition: Any, yes: Any, no: Any) -> Any:
    return sympy.Piecewise((yes, condition), (no, True))


_SELU_SCALE = sympy.Rational("1.0507009873554804934193349852946")
_SELU_ALPHA = sympy.Rational("1.6732632423543772848170429916717")

SPECIAL: dict[str, Any] = {
    "e": lambda: sympy.E,
    "pi": lambda: sympy.pi,
    "+": sympy.Add,
    "*": sympy.Mul,
    "/": lambda top, bottom: top / bottom,
    "neg": lambda inner: -inner,
    "^": lambda base, exponent: base**exponent,
    "<": sympy.Lt,
    "<=": sympy.Le,
    ">": sympy.Gt,
    ">=": sympy.Ge,
    "==": sympy.Eq,
    "!=": sympy.Ne,
    "and": sympy.And,
    "or": sympy.Or,
    "not": sympy.Not,
    "cbrt": lambda base: _real_root(base, 3),
    "root": lambda base, degree: (
        _real_root(base, int(degree)) if int(degree) % 2 else base ** sympy.Rational(1, int(degree))
    ),
    "expm1": lambda t: sympy.exp(t) - 1,
    "log1p": lambda t: sympy.log(1 + t),
    "acot": lambda t: sympy.pi / 2 - sympy.atan(t),
    "hypot": lambda s, t: sympy.sqrt(s**2 + t**2),
    "jn": lambda n, t: sympy.jn(n, t).expand(func=True),  # whose own digits have the wrong sign below 0
    "abs": sympy.Abs,
    "round": lambda t: sympy.floor(t + sympy.Rational(1, 2)),
    "ceil": sympy.ceiling,
    "mod": lambda s, t: s - t * sympy.floor(s / t),
    "min": sympy.Min,
    "max": sympy.Max,
    "clip": _clip,
    "piecewise": _piecewise,
    "sigmoid": lambda t: 1 / (1 + sympy.exp(-t)),
    "relu": lambda t: sympy.Max(t, 0),
    "leaky_relu": lambda t: _where(t > 0, t, t / 100),
    "elu": lambda t: _where(t > 0, t, sympy.exp(t) - 1),
    "selu": lambda t: _SELU_SCALE * _where(t > 0, t, _SELU_ALPHA * (sympy.exp(t) - 1)),
    "gelu": lambda t: t * (1 + sympy.erf(t / sympy.sqrt(2))) / 2,
    "silu": lambda t: t / (1 + sympy.exp(-t)),
    "softplus": lambda t: sympy.log(1 + sympy.exp(t)),
}


def has(function: str) -> bool:
    """Whether there is an outside oracle for a function of the language."""
    return function in SPECIAL or hasattr(sympy, FUNCTIONS[function].portable)


def to_sympy(expr: Syntax) -> Any:
    """The expression as sympy means it, with odd roots real on all the reals."""
    return fold(expr, _convert)


def _convert(node: Syntax, args: list[Any]) -> Any:
    if isinstance(node, Number):
        return sympy.Rational(node.value.numerator, node.value.denominator)
    if isinstance(node, Name):
        return sympy.Symbol(node.id, real=True)
    if (
        node.function == "^"
        and (power := exact_value(node.args[1])) is not None
        and power.denominator % 2 == 1
        and power.denominator > 1
    ):
        return _real_root(args[0], power.denominator) ** power.numerator
    if node.function in SPECIAL:
        return SPECIAL[node.function](*args)
    if node.function in FUNCTIONS:
        return getattr(sympy, FUNCTIONS[node.function].portable)(*args)
    return sympy.Function(node.function)(*args)


def value(expr: Any, point: dict[str, float], digits: int = 30) -> Any:
    """The value of a sympy expression at a point, None where it is no finite real number."""
    number = expr.subs(
        {sympy.Symbol(name, real=True): sympy.Rational(at) for name, at in point.items()}
    ).evalf(digits)
    return number if number.is_real and number.is_finite else None
