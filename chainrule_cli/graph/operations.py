"""OPS: one row an operation: its value for floats and to many digits, its local derivatives as nodes, its
kinks.

Local derivatives follow shared tables of calculus (Abramowitz & Stegun 4.3, 4.4, 4.6, 6.4) in forms that do
not cancel: 1 - x^2 as (1-x)(1+x), tanh' as sech^2. To add an operation, add a row: every other table of the
graph does without one. What takes more than a line is in floats.py, special.py and builder.py.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule_cli.graph import builder, floats, special
from chainrule_cli.graph.builder import SELU_ALPHA, SELU_SCALE, Local

Precise = Callable[..., Any]
"""(mpmath context, arguments) -> value."""


@dataclass(frozen=True, slots=True)
class Op:
    """One row.

    forward: the value for floats, NaN outside the domain
    precise: the value to many digits
    locals: a local derivative for each argument, None where nothing is sent
    example: arguments inside the domain, away from kinks
    kink: how far the arguments are from the nearest kink or jump
    cost: the most nodes that the local derivatives, and multiplying by them, add to a gradient
    end: how far the first argument lies beyond the end of the domain, for numbers of mpmath; where the
        operation has a value there and may be infinitely steep
    fades: whether it gives less than a double for arguments that are no such numbers
    """

    name: str
    forward: Callable[..., float]
    precise: Precise
    locals: tuple[Local | None, ...]
    example: tuple[float, ...]
    kink: Callable[..., float] | None = None
    cost: int = 6
    end: Precise | None = None
    fades: bool = False


def _mpmath(name: str) -> Precise:
    return lambda mp, *args: getattr(mp, name)(*args)


def _gap_to_integer(x: float) -> float:
    """Distance to the nearest integer."""
    return abs(x - round(x)) if math.isfinite(x) else math.nan


def _comparison(name: str, compare: Callable[[Any, Any], bool]) -> Op:
    precise, kink = (lambda _mp, a, b: int(compare(a, b))), (lambda a, b: abs(a - b))
    return Op(name, floats.make_comparison(compare), precise, (None, None), (1.0, 2.0), kink)


NEVER_RAISE = (operator.add, operator.sub, operator.mul, operator.neg)
"""What floats do without an exception."""


def _row(
    name: str,
    forward: Callable[..., float],
    precise: Precise,
    *locals: Local | None,
    at: tuple[float, ...] = (0.7,),
    kink: Callable[..., float] | None = None,
    cost: int = 6,
    end: Precise | None = None,
    fades: bool = False,
) -> Op:
    value = forward if forward in NEVER_RAISE else floats.guard(forward)
    return Op(name, value, precise, locals, at, kink, cost, end, fades)


def _from_zero(_mp: Any, x: Any, *_rest: Any) -> Any:
    """The distance from a domain that ends, or turns infinitely steep, at 0."""
    return x


def _selu_precise(mp: Any, x: Any) -> Any:
    scale, alpha = (mp.mpf(each.numerator) / each.denominator for each in (SELU_SCALE, SELU_ALPHA))
    return scale * (x if x > 0 else alpha * mp.expm1(x))


def _softplus_precise(mp: Any, x: Any) -> Any:
    return mp.log1p(mp.exp(-abs(x))) + max(x, mp.zero)


def _root_precise(mp: Any, x: Any, n: Any) -> Any:
    return -mp.root(-x, int(n)) if x < 0 and int(n) % 2 else mp.root(x, int(n))


def _where_precise(_mp: Any, condition: Any, yes: Any, no: Any) -> Any:
    return yes if condition else no


_ROWS = (
    # constants
    _row("e", lambda: math.e, lambda mp: +mp.e, at=()),
    _row("pi", lambda: math.pi, lambda mp: +mp.pi, at=()),
    _row("undefined", lambda: math.nan, lambda mp: mp.nan, at=()),
    # arithmetic
    _row("add", operator.add, lambda _, a, b: a + b, lambda b, _y, _a: b.one, lambda b, _y, _a: b.one,
        at=(0.7, 1.9)),
    _row("sub", operator.sub, lambda _, a, b: a - b, lambda b, _y, _a: b.one, lambda b, _y, _a: b.number(-1),
        at=(0.7, 1.9)),
    _row("neg", operator.neg, lambda _, a: -a, lambda b, _y, _a: b.number(-1)),
    _row("mul", operator.mul, lambda _, a, b: a * b, lambda _b, _y, a: a[1], lambda _b, _y, a: a[0],
        at=(0.7, 1.9), fades=True),
    _row("div", operator.truediv, lambda _, a, b: a / b, lambda b, _y, a: b.reciprocal(a[1]),
        lambda b, y, a: b.neg(b.div(y, a[1])), at=(0.7, 1.9), fades=True),
    _row("pow", floats.power, lambda mp, a, b: mp.power(a, b) if a or b >= 0 else mp.nan,
        builder.pow_by_base, builder.pow_by_exponent, at=(1.7, 2.3), cost=16, end=_from_zero, fades=True),
    _row("sqrt", math.sqrt, _mpmath("sqrt"), lambda b, y, _a: b.reciprocal(b.mul(b.number(2), y)),
        end=_from_zero),
    _row("cbrt", math.cbrt, lambda mp, a: _root_precise(mp, a, 3),
        lambda b, y, _a: b.reciprocal(b.mul(b.number(3), b.square(y))), at=(-1.7,), end=_from_zero),
    _row("root", floats.root, _root_precise, builder.root_by_base, None, at=(2.7, 5.0), end=_from_zero),
    # exponentials and logarithms
    _row("exp", math.exp, _mpmath("exp"), lambda _b, y, _a: y, fades=True),
    _row("expm1", math.expm1, _mpmath("expm1"), lambda b, _y, a: b.apply("exp", a[0])),
    _row("log", math.log, _mpmath("log"), lambda b, _y, a: b.reciprocal(a[0])),
    _row("log1p", math.log1p, _mpmath("log1p"), lambda b, _y, a: b.reciprocal(b.add(b.one, a[0]))),
    # trigonometric
    _row("sin", math.sin, _mpmath("sin"), lambda b, _y, a: b.apply("cos", a[0])),
    _row("cos", math.cos, _mpmath("cos"), lambda b, _y, a: b.neg(b.apply("sin", a[0]))),
    _row("tan", math.tan, _mpmath("tan"), lambda b, _y, a: b.square(b.apply("sec", a[0]))),
    _row("sec", floats.sec, _mpmath("sec"), lambda b, y, a: b.mul(y, b.apply("tan", a[0]))),
    _row("csc", floats.csc, _mpmath("csc"), lambda b, y, a: b.neg(b.mul(y, b.apply("cot", a[0])))),
    _row("cot", floats.cot, _mpmath("cot"), lambda b, _y, a: b.neg(b.square(b.apply("csc", a[0])))),
    _row("asin", math.asin, _mpmath("asin"),
        lambda b, _y, a: b.reciprocal(b.apply("sqrt", b.inside_one(a[0])))),
    _row("acos", math.acos, _mpmath("acos"),
        lambda b, _y, a: b.neg(b.reciprocal(b.apply("sqrt", b.inside_one(a[0])))), cost=7),
    _row("atan", math.atan, _mpmath("atan"), lambda b, _y, a: b.reciprocal(b.add(b.one, b.square(a[0])))),
    _row("acot", floats.acot, lambda mp, a: mp.atan2(1, a),
        lambda b, _y, a: b.neg(b.reciprocal(b.add(b.one, b.square(a[0]))))),
    _row("asec", floats.asec, _mpmath("asec"),
        lambda b, _y, a: builder.over_abs(b, a[0], b.beyond_one(b.apply("abs", a[0]))), at=(-1.7,), cost=10),
    _row("acsc", floats.acsc, _mpmath("acsc"),
        lambda b, _y, a: b.neg(builder.over_abs(b, a[0], b.beyond_one(b.apply("abs", a[0])))), at=(-1.7,),
        cost=11),
    _row("atan2", math.atan2, _mpmath("atan2"), lambda b, _y, a: builder.over_square(b, a[1], a),
        lambda b, _y, a: b.neg(builder.over_square(b, a[0], a)), at=(0.7, -1.9),
        kink=lambda a, b: abs(a) if b < 0 else 1.0, cost=8),
    # hyperbolic
    _row("sinh", math.sinh, _mpmath("sinh"), lambda b, _y, a: b.apply("cosh", a[0])),
    _row("cosh", math.cosh, _mpmath("cosh"), lambda b, _y, a: b.apply("sinh", a[0])),
    _row("tanh", math.tanh, _mpmath("tanh"), lambda b, _y, a: b.square(b.apply("sech", a[0]))),
    _row("sech", floats.sech, _mpmath("sech"), lambda b, y, a: b.neg(b.mul(y, b.apply("tanh", a[0]))),
        fades=True),
    _row("csch", floats.csch, _mpmath("csch"), lambda b, y, a: b.neg(b.mul(y, b.apply("coth", a[0]))),
        fades=True),
    _row("coth", floats.coth, _mpmath("coth"), lambda b, _y, a: b.neg(b.square(b.apply("csch", a[0])))),
    _row("asinh", math.asinh, _mpmath("asinh"), lambda b, _y, a: b.reciprocal(b.apply("hypot", a[0], b.one))),
    _row("acosh", math.acosh, _mpmath("acosh"), lambda b, _y, a: b.reciprocal(b.beyond_one(a[0])), at=(1.7,),
        cost=8),
    _row("atanh", math.atanh, _mpmath("atanh"), lambda b, _y, a: b.reciprocal(b.inside_one(a[0]))),
    _row("asech", floats.asech, _mpmath("asech"),
        lambda b, _y, a: b.neg(b.reciprocal(b.mul(a[0], b.apply("sqrt", b.inside_one(a[0]))))), cost=8),
    _row("acsch", lambda x: math.asinh(1 / x), _mpmath("acsch"),
        lambda b, _y, a: b.neg(builder.over_abs(b, a[0], b.apply("hypot", a[0], b.one))), at=(-1.7,)),
    _row("acoth", floats.acoth, _mpmath("acoth"), lambda b, _y, a: b.reciprocal(b.inside_one(a[0])),
        at=(1.7,)),
    # special functions
    _row("erf", math.erf, _mpmath("erf"), lambda b, _y, a: builder.bell(b, a[0]), cost=9),
    _row("erfc", math.erfc, _mpmath("erfc"), lambda b, _y, a: b.neg(builder.bell(b, a[0])), cost=10,
        fades=True),
    _row("gamma", floats.gamma, _mpmath("gamma"), lambda b, y, a: b.mul(y, b.apply("digamma", a[0])),
        at=(2.7,)),
    _row("digamma", floats.digamma, special.digamma_precise,
        lambda b, _y, a: b.apply("polygamma", b.one, a[0])),
    _row("polygamma", floats.polygamma, special.polygamma_precise, lambda b, _y, _a: b.apply("undefined"),
        lambda b, _y, a: b.apply("polygamma", b.add(a[0], b.one), a[1]), at=(1.0, 0.7)),
    _row("hypot", floats.hypot, _mpmath("hypot"), lambda b, y, a: builder.over_length(b, a[0], y),
        lambda b, y, a: builder.over_length(b, a[1], y), at=(0.7, 1.9),
        kink=lambda a, b: max(abs(a), abs(b))),
    _row("lambertw", special.lambertw, special.lambertw_precise,
        lambda b, y, _a: b.div(b.apply("exp", b.neg(y)), b.add(b.one, y)), end=special.beyond_branch),
    _row("jn", special.jn, special.jn_precise, lambda b, _y, _a: b.apply("undefined"),
        builder.jn_by_argument, at=(2.0, 0.7), cost=10, fades=True),
    _row("sinc", lambda x: math.sin(x) / x if x else 1.0, _mpmath("sinc"),
        lambda b, _y, a: b.neg(b.apply("jn", b.one, a[0]))),
    _row("beta", special.beta, special.beta_precise, builder.beta_by(0), builder.beta_by(1), at=(1.7, 0.7),
        cost=10, fades=True),
    # kinks and jumps
    _row("abs", abs, lambda _, a: abs(a), lambda b, _y, a: b.apply("sign", a[0]), at=(-0.7,), kink=abs),
    _row("sign", floats.sign, _mpmath("sign"), None, kink=abs),
    _row("floor", floats.floor, _mpmath("floor"), None, kink=_gap_to_integer),
    _row("ceil", floats.ceil, _mpmath("ceil"), None, kink=_gap_to_integer),
    _row("round", floats.nearest, _mpmath("nint"), None, kink=lambda x: _gap_to_integer(x + 0.5)),
    _row("mod", floats.mod, lambda mp, a, b: a - b * mp.floor(a / b), lambda b, _y, _a: b.one,
        lambda b, _y, a: b.neg(b.apply("floor", b.div(*a))), at=(0.7, -1.9),
        kink=lambda a, b: _gap_to_integer(a / b) if b else math.nan),
    _row("min", floats.least, lambda _, a, b: min(a, b), *builder.share_winner("lt", "gt"), at=(0.7, 1.9),
        kink=lambda a, b: abs(a - b), cost=22),
    _row("max", floats.greatest, lambda _, a, b: max(a, b), *builder.share_winner("gt", "lt"), at=(0.7, 1.9),
        kink=lambda a, b: abs(a - b), cost=22),
    _row("clip", lambda x, a, b: floats.least(floats.greatest(x, a), b), lambda _, x, a, b: min(max(x, a), b),
        builder.clip_by_value, builder.clip_by_low, builder.clip_by_high,
        at=(0.7, -1.0, 2.0), kink=lambda x, a, b: min(abs(x - a), abs(x - b)), cost=20),
    _row("where", floats.where, _where_precise, None, lambda b, _y, a: b.gate(a[0], b.one, b.zero),
        lambda b, _y, a: b.gate(a[0], b.zero, b.one), at=(1.0, 0.7, 1.9)),
    _comparison("lt", operator.lt),
    _comparison("le", operator.le),
    _comparison("gt", operator.gt),
    _comparison("ge", operator.ge),
    _comparison("eq", operator.eq),
    _comparison("ne", operator.ne),
    _row("and", lambda a, b: a * b, lambda _, a, b: a * b, None, None, at=(1.0, 0.0)),
    _row("or", lambda a, b: a + b - a * b, lambda _, a, b: a + b - a * b, None, None, at=(1.0, 0.0)),
    _row("not", lambda a: 1 - a, lambda _, a: 1 - a, None, at=(1.0,)),
    # neural networks
    _row("sigmoid", floats.sigmoid, lambda mp, a: 1 / (1 + mp.exp(-a)),
        lambda b, y, a: b.mul(y, b.apply("sigmoid", b.neg(a[0]))), fades=True),
    _row("relu", lambda x: x if math.isnan(x) else max(x, 0.0), lambda mp, a: max(a, mp.zero),
        lambda b, _y, a: builder.step_at_zero(b, a[0], b.one, b.zero), kink=abs),
    _row("leaky_relu", lambda x: x if x > 0 else x / 100, lambda _, a: a if a > 0 else a / 100,
        lambda b, _y, a: builder.step_at_zero(b, a[0], b.one, b.number(Fraction(1, 100))), at=(-0.7,),
        kink=abs),
    _row("elu", lambda x: x if x > 0 else math.expm1(x), lambda mp, a: a if a > 0 else mp.expm1(a),
        lambda b, _y, a: builder.step_at_zero(b, a[0], b.one, b.apply("exp", a[0])), at=(-0.7,), kink=abs),
    _row("selu", lambda x: floats.SELU_SCALE * (x if x > 0 else floats.SELU_ALPHA * math.expm1(x)),
        _selu_precise, lambda b, _y, a: b.mul(b.number(SELU_SCALE), builder.selu_unscaled(b, a[0])),
        at=(-0.7,), kink=abs, cost=8),
    _row("gelu", floats.gelu, lambda mp, a: a * mp.erfc(-a / mp.sqrt(2)) / 2, builder.gelu, cost=18),
    _row("silu", lambda x: x * floats.sigmoid(x), lambda mp, a: a / (1 + mp.exp(-a)), builder.silu, cost=7),
    _row("softplus", floats.softplus, _softplus_precise, lambda b, _y, a: b.apply("sigmoid", a[0]),
        fades=True),
)  # fmt: skip

OPS: dict[str, Op] = {row.name: row for row in _ROWS}
