"""OPS: one row per operation: its value for floats and to many digits, its local derivatives as graph nodes, its kinks.

Local derivatives follow shared tables of calculus (Abramowitz & Stegun 4.3, 4.4, 4.6, 6.4) in forms that do not cancel:
1 - x^2 as (1-x)(1+x), tanh' as sech^2. To add an operation, add a row: every other table of the graph does without one.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule_cli.graph import floats
from chainrule_cli.graph.builder import Builder

Local = Callable[[Builder, int, tuple[int, ...]], int]
"""(builder, the operation's own node y, its arguments) -> the derivative of y by one argument."""

Precise = Callable[..., Any]
"""(mpmath context, arguments) -> value."""


@dataclass(frozen=True, slots=True)
class Op:
    """One row.

    forward, precise: the value for floats, NaN outside the domain, and the value to many digits.
    locals: a local derivative for each argument, None where nothing is sent.
    example: arguments inside the domain, away from kinks.
    kink: how far the arguments are from the nearest kink or jump.
    cost: the most nodes that the local derivatives, and multiplying by them, add to a gradient.
    end: how far the first argument lies beyond the end of the domain, for numbers of mpmath; where the operation has a
        value there and may be infinitely steep.
    fades: whether it gives less than a double for arguments that are no such numbers."""

    name: str
    forward: Callable[..., float]
    precise: Precise
    locals: tuple[Local | None, ...]
    example: tuple[float, ...]
    kink: Callable[..., float] | None = None
    cost: int = 6
    end: Precise | None = None
    fades: bool = False


def _mp(name: str) -> Precise:
    return lambda mp, *args: getattr(mp, name)(*args)


def _gap(x: float) -> float:
    """Distance to the nearest integer."""
    return abs(x - round(x)) if math.isfinite(x) else math.nan


def _compare(name: str, compare: Callable[[Any, Any], bool]) -> Op:
    return Op(
        name,
        floats.compared(compare),
        lambda _mp, a, b: int(compare(a, b)),
        (None, None),
        (1.0, 2.0),
        lambda a, b: abs(a - b),
    )


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
    value = forward if forward in NEVER_RAISE else floats.guarded(forward)
    return Op(name, value, precise, locals, at, kink, cost, end, fades)


def _from_zero(_mp: Any, x: Any, *_rest: Any) -> Any:
    """The distance from a domain that ends, or turns infinitely steep, at 0."""
    return x


# local derivatives that take more than a line


def _pow_base(b: Builder, y: int, args: tuple[int, ...]) -> int:
    """p x^(p-1); for p = 0 it is 0 even where x is"""
    x, p = args
    exponent = b.graph.exact(p)
    if exponent is not None:
        return b.mul(p, b.power(x, exponent - 1))
    return b.gate(b.apply("eq", p, b.zero), b.zero, b.mul(p, b.apply("pow", x, b.sub(p, b.one))))


def _pow_exponent(b: Builder, y: int, args: tuple[int, ...]) -> int:
    """y ln x; at x = 0 it is 0 for p > 0, undefined else"""
    x, p = args
    base = b.graph.exact(x)
    if base:
        return b.mul(y, b.apply("log", x))
    at_zero = b.gate(b.apply("gt", p, b.zero), b.zero, b.apply("undefined"))
    return b.gate(b.apply("eq", x, b.zero), at_zero, b.mul(y, b.apply("log", x)))


def _over_length(b: Builder, part: int, y: int) -> int:
    """part/y; at the origin 0, the least norm"""
    return b.div(part, b.gate(b.apply("gt", y, b.zero), y, b.one))


def _root_base(b: Builder, y: int, args: tuple[int, ...]) -> int:
    degree = b.graph.exact(args[1]) or Fraction(1)
    return b.reciprocal(b.mul(args[1], b.power(y, degree - 1)))


def _over_abs(b: Builder, x: int, root: int) -> int:
    """1/(|x| root)"""
    return b.reciprocal(b.mul(b.apply("abs", x), root))


def _step(b: Builder, x: int, above: int, below: int) -> int:
    """above for x > 0, below elsewhere: at 0 the least norm, as PyTorch has it."""
    return b.gate(b.apply("gt", x, b.zero), above, below)


def _gelu(b: Builder, y: int, args: tuple[int, ...]) -> int:
    """Phi(x) + x phi(x)"""
    (x,) = args
    half, two_pi = b.number(Fraction(1, 2)), b.mul(b.number(2), b.apply("pi"))
    phi = b.div(b.apply("exp", b.neg(b.div(b.square(x), b.number(2)))), b.apply("sqrt", two_pi))
    cumulative = b.mul(half, b.apply("erfc", b.neg(b.div(x, b.apply("sqrt", b.number(2))))))
    return b.add(cumulative, b.mul(x, phi))


def _silu(b: Builder, y: int, args: tuple[int, ...]) -> int:
    """s(x) + x s(x) s(-x)"""
    (x,) = args
    s = b.apply("sigmoid", x)
    return b.add(s, b.mul(x, b.mul(s, b.apply("sigmoid", b.neg(x)))))


def _winner(greater: str, less: str) -> tuple[Local, Local]:
    """1 to the winner, 1/2 each at a tie."""

    def first(b: Builder, y: int, args: tuple[int, ...]) -> int:
        half = b.number(Fraction(1, 2))
        return b.gate(b.apply(greater, *args), b.one, b.gate(b.apply(less, *args), b.zero, half))

    return first, lambda b, y, args: first(b, y, args[::-1])


def _inside(b: Builder, y: int, args: tuple[int, ...]) -> int:
    x, low, high = args
    return b.gate(b.apply("and", b.apply("ge", x, low), b.apply("le", x, high)), b.one, b.zero)


def _over_square(b: Builder, part: int, args: tuple[int, ...]) -> int:
    """part/(x^2 + y^2), in two divisions that neither overflow nor underflow"""
    length = b.apply("hypot", *args)
    return b.div(b.div(part, length), length)


def _selu_slope(b: Builder, x: int) -> int:
    """The two slopes without their common factor; at 0 the right one, which is the flatter."""
    return b.gate(b.apply("ge", x, b.zero), b.one, b.mul(b.number(SELU_ALPHA), b.apply("exp", x)))


SELU_SCALE = Fraction("1.0507009873554804934193349852946")
SELU_ALPHA = Fraction("1.6732632423543772848170429916717")


LEAST_PRECISE_POLYGAMMA = -1000


def _selu_precise(mp: Any, x: Any) -> Any:
    scale, alpha = (mp.mpf(each.numerator) / each.denominator for each in (SELU_SCALE, SELU_ALPHA))
    return scale * (x if x > 0 else alpha * mp.expm1(x))


def _softplus_precise(mp: Any, x: Any) -> Any:
    return mp.log1p(mp.exp(-abs(x))) + max(x, mp.zero)


def _root_precise(mp: Any, x: Any, n: Any) -> Any:
    return -mp.root(-x, int(n)) if x < 0 and int(n) % 2 else mp.root(x, int(n))


def _digamma_precise(mp: Any, x: Any) -> Any:
    return mp.digamma(x) if x > 0 else mp.digamma(1 - x) - mp.pi * mp.cospi(x) / mp.sinpi(x)


def _polygamma_precise(mp: Any, n: Any, x: Any) -> Any:
    """mpmath sums terms one by one far below 0: no value there."""
    if n == 0:
        return _digamma_precise(mp, x)
    within = mp.isint(n) and 0 < n <= floats.MOST_POLYGAMMA and x > LEAST_PRECISE_POLYGAMMA
    return mp.polygamma(int(n), x) if within else mp.nan


def _where_precise(_mp: Any, condition: Any, yes: Any, no: Any) -> Any:
    return yes if condition else no


# Lambert's W

BRANCH_POINT, BRANCH_REST = -0.36787944117144233, 1.2428753672788363e-17
"""-1/e as the sum of two doubles; the first stands for it."""
NEAR_BRANCH = -0.2
W_STEPS = 6


def _lambertw(x: float) -> float:
    """The principal branch."""
    if x in (0.0, math.inf) or math.isnan(x):
        return x
    if x <= BRANCH_POINT:
        return -1.0 if x == BRANCH_POINT else math.nan
    return _lambertw_near_branch(x - BRANCH_POINT - BRANCH_REST) if x < NEAR_BRANCH else _lambertw_far(x)


def _lambertw_far(x: float) -> float:
    """Newton's steps for w + ln w = ln x (Iacono & Boyd 2017): neither overflow nor cancel."""
    start = math.log1p(x)
    w = start * (1 - math.log1p(start) / (2 + start))
    for _ in range(W_STEPS):
        w *= (1 + math.log(x / w)) / (1 + w)
    return w


def _lambertw_near_branch(beyond: float) -> float:
    """With q = 1 + w, e·(x + 1/e) = q^2/2 + q^3/3 + q^4/8 + ..., a sum of positive terms, solved by Newton's steps."""
    target = math.e * beyond
    q = math.sqrt(2 * target) - 2 * target / 3
    for _ in range(W_STEPS):
        total, term, k = 0.0, q * q / 2, 2
        while term > total * 1e-20:
            total, term, k = total + term, term * q * k / ((k + 1) * (k - 1)), k + 1
        q -= (total - target) / (q * math.exp(q))
    return q - 1


def _beyond_branch(mp: Any, x: Any) -> Any:
    return x + mp.exp(-1)


def _lambertw_precise(mp: Any, x: Any) -> Any:
    """What is nearer to -1/e than rounding tells is -1/e."""
    return -mp.one if abs(_beyond_branch(mp, x)) <= 8 * mp.eps else mp.lambertw(x)


# spherical Bessel functions

MOST_BESSEL = 100
"""Orders past this have no value."""
LARGE, SMALLER = 1e200, 1e-250
LEAST_START = 30


def _jn(n: float, x: float) -> float:
    """j_n(x): its series, or the recurrence in the direction in which it is stable (Abramowitz & Stegun 10.1.19, 10.5)."""
    order = int(n) if math.isfinite(n) else -1
    if order != n or not 0 <= order <= MOST_BESSEL or not math.isfinite(x):
        return math.nan
    if x < 0:
        return -_jn(n, -x) if order % 2 else _jn(n, -x)
    if x * x < 4 * order + 6:
        return _jn_series(order, x)
    return _jn_up(order, x) if x > order else _jn_down(order, x)


def _jn_series(n: int, x: float) -> float:
    start, total, term, k = 1.0, 0.0, 1.0, 1
    for order in range(1, n + 1):
        start *= x / (2 * order + 1)
    while total + term != total:
        total, term, k = total + term, -term * x * x / (2 * k * (2 * n + 2 * k + 1)), k + 1
    return start * total


def _jn_up(n: int, x: float) -> float:
    before, here = math.cos(x) / x, math.sin(x) / x
    for order in range(n):
        before, here = here, (2 * order + 1) / x * here - before
    return here


def _jn_down(n: int, x: float) -> float:
    """From far above with any number, in proportion to j_0 or j_1 (Miller)."""
    above, here, wanted = 0.0, 1.0, 0.0
    for order in range(n + LEAST_START + int(x), 0, -1):
        above, here = here, (2 * order + 1) / x * here - above
        wanted = here if order - 1 == n else wanted
        if abs(here) > LARGE:
            above, here, wanted = above * SMALLER, here * SMALLER, wanted * SMALLER
    zeroth, first = math.sin(x) / x, math.sin(x) / x / x - math.cos(x) / x
    return wanted * (zeroth / here if abs(zeroth) > abs(first) else first / above)


def _jn_precise(mp: Any, n: Any, x: Any) -> Any:
    if not mp.isint(n) or not 0 <= n <= MOST_BESSEL:
        return mp.nan
    if x == 0:
        return mp.mpf(int(n == 0))
    size = mp.sqrt(mp.pi / (2 * abs(x))) * mp.besselj(n + mp.mpf(0.5), abs(x))
    return -size if x < 0 and int(n) % 2 else size


def _jn_rate(b: Builder, y: int, args: tuple[int, ...]) -> int:
    """(n j_(n-1) - (n+1) j_(n+1))/(2n+1)"""
    n, x = args
    more, order = b.add(n, b.one), b.graph.exact(n)
    above = b.apply("jn", more, x)
    if order == 0:
        return b.neg(above)
    below = b.mul(n, b.apply("jn", b.sub(n, b.one), x))
    if order is None:
        below = b.gate(b.apply("eq", n, b.zero), b.zero, below)
    return b.div(b.sub(below, b.mul(more, above)), b.add(n, more))


# Euler's beta function

LARGE_BETA, LARGE_GAMMA, SMALL_GAMMA = 10.0, 170.0, 1e-300
"""From where Stirling's series is taken; up to where the doubles hold a gamma; below where it is a reciprocal."""

Exact = tuple[float, float]
"""A number as a double and what that lacks."""


def _beta(x: float, y: float) -> float:
    """By gammas of positive arguments: one step upwards close to 0, reflection below -1. NaN at the poles."""
    if not (math.isfinite(x) and math.isfinite(y)) or _is_pole(x) or _is_pole(y):
        return math.nan
    if x > 0 and y > 0:
        return _beta_positive((x, 0.0), (y, 0.0))
    total = _exact_sum(x, y)
    if x > -1 and y > -1:
        return _beta_above(x, y, total)
    return _beta_reflected(max(x, y), min(x, y), total)


def _beta_above(x: float, y: float, total: Exact) -> float:
    """B(x, y) = (x+y)(x+y+1)/(xy) B(x+1, y+1)"""
    large, small = (x, y) if abs(x) > abs(y) else (y, x)
    more = _exact_sum(1.0, total[0])
    factor = (total[0] / large + total[1] / large) / small * (more[0] + (more[1] + total[1]))
    return factor * _beta_positive(_exact_sum(1.0, x), _exact_sum(1.0, y))


def _beta_reflected(x: float, y: float, total: Exact) -> float:
    """By gamma(y) gamma(1-y) = pi/sin(pi y) of what is negative: y, and perhaps x and x+y."""
    less, rest = _exact_sum(1.0, -y), _exact_sum(1.0, -total[0])
    rest = rest[0], rest[1] - total[1]
    sine = _sine_of_pi(y, 0.0)
    if x < 0:
        below = _sine_of_pi(x, 0.0) * sine * (rest[0] + rest[1])
        return _quotient(math.pi * _sine_of_pi(*total) / below, _beta_positive(_exact_sum(1.0, -x), less))
    if total[0] > 0 or (total[0] == 0 and total[1] > 0):
        return _quotient(math.pi / (sine * x), _beta_positive(less, total))
    return _sine_of_pi(*total) / sine * _beta_positive((x, 0.0), rest)


def _beta_positive(a: Exact, b: Exact) -> float:
    """Both above 0; what the doubles lack is put in by the derivative."""
    (large, more), (small, rest) = (a, b) if a[0] > b[0] else (b, a)
    total, lost = _exact_sum(large, small)
    correction = 0.0
    if more or rest:
        common = floats.digamma(total)
        correction = more * (floats.digamma(large) - common) + rest * (floats.digamma(small) - common)
    return _beta_sorted(large, small, total, lost) * (1 + correction)


def _beta_sorted(a: float, b: float, total: float, lost: float) -> float:
    """a >= b > 0. Powers of shares instead of logarithms, whose roundings would grow with their size."""
    if b >= LARGE_BETA:
        powers = _share_power(a, b, a - 0.5) * _share_power(b, a, b - 0.5)
        return (
            math.sqrt(2 * math.pi / total) * powers * math.exp(_stirling(a) + _stirling(b) - _stirling(total))
        )
    small = math.gamma(b) if b > SMALL_GAMMA else 1 / b
    if total < LARGE_GAMMA:
        return math.gamma(a) / math.gamma(total) * (1 - lost * floats.digamma(total)) * small
    ratio = _stirling(a) - _stirling(total) + b + (a - 0.5) * math.log1p(-b / total)
    return math.exp(ratio) * math.pow(total, -b) * small


def _is_pole(x: float) -> bool:
    return x <= 0 and x == math.floor(x)


def _exact_sum(a: float, b: float) -> Exact:
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _sine_of_pi(x: float, rest: float) -> float:
    """sin(pi(x + rest)); x is reduced before it meets pi."""
    whole = round(x)
    value = math.sin(math.pi * ((x - whole) + rest))
    return -value if whole % 2 else value


def _quotient(above: float, below: float) -> float:
    return above / below if below else math.copysign(math.inf, above)


def _stirling(x: float) -> float:
    """What Stirling's formula lacks of the logarithm of gamma."""
    return sum(float(b) / (2 * k * (2 * k - 1)) * x ** (1 - 2 * k) for k, b in enumerate(floats.BERNOULLI, 1))


def _share_power(a: float, b: float, exponent: float) -> float:
    """(a/(a+b))^exponent, the rounding of the share put right."""
    share = a / (a + b)
    if not share:
        return 0.0
    lacking = Fraction(a) / (Fraction(a) + Fraction(b)) / Fraction(share) - 1
    return float(share**exponent * math.exp(exponent * float(lacking)))


def _beta_precise(mp: Any, x: Any, y: Any) -> Any:
    """With as many bits more as x + y needs beside a small x."""
    if any(each <= 0 and mp.isint(each) for each in (x, y)) or not mp.isfinite(x + y):
        return mp.nan
    with mp.workprec(mp.prec + max(0, mp.mag(x), mp.mag(y))):
        return mp.beta(x, y)


def _beta_rate(rank: int) -> Local:
    """B(x, y)(psi(x) - psi(x+y))"""
    return lambda b, y, a: b.mul(y, b.sub(b.apply("digamma", a[rank]), b.apply("digamma", b.add(*a))))


_ROWS = (
    # constants
    _row("e", lambda: math.e, lambda mp: +mp.e, at=()),
    _row("pi", lambda: math.pi, lambda mp: +mp.pi, at=()),
    _row("undefined", lambda: math.nan, lambda mp: mp.nan, at=()),
    # arithmetic
    _row("add", operator.add, lambda _, a, b: a + b, lambda b, y, a: b.one, lambda b, y, a: b.one, at=(0.7, 1.9)),
    _row("sub", operator.sub, lambda _, a, b: a - b, lambda b, y, a: b.one, lambda b, y, a: b.number(-1), at=(0.7, 1.9)),
    _row("neg", operator.neg, lambda _, a: -a, lambda b, y, a: b.number(-1)),
    _row("mul", operator.mul, lambda _, a, b: a * b, lambda b, y, a: a[1], lambda b, y, a: a[0], at=(0.7, 1.9), fades=True),
    _row("div", operator.truediv, lambda _, a, b: a / b, lambda b, y, a: b.reciprocal(a[1]), lambda b, y, a: b.neg(b.div(y, a[1])), at=(0.7, 1.9), fades=True),
    _row("pow", floats.power, lambda mp, a, b: mp.power(a, b) if a or b >= 0 else mp.nan, _pow_base, _pow_exponent, at=(1.7, 2.3), cost=16, end=_from_zero, fades=True),
    _row("sqrt", math.sqrt, _mp("sqrt"), lambda b, y, a: b.reciprocal(b.mul(b.number(2), y)), end=_from_zero),
    _row("cbrt", math.cbrt, lambda mp, a: _root_precise(mp, a, 3), lambda b, y, a: b.reciprocal(b.mul(b.number(3), b.square(y))), at=(-1.7,), end=_from_zero),
    _row("root", floats.root, _root_precise, _root_base, None, at=(2.7, 5.0), end=_from_zero),
    # exponentials and logarithms
    _row("exp", math.exp, _mp("exp"), lambda b, y, a: y, fades=True),
    _row("expm1", math.expm1, _mp("expm1"), lambda b, y, a: b.apply("exp", a[0])),
    _row("log", math.log, _mp("log"), lambda b, y, a: b.reciprocal(a[0])),
    _row("log1p", math.log1p, _mp("log1p"), lambda b, y, a: b.reciprocal(b.add(b.one, a[0]))),
    # trigonometric
    _row("sin", math.sin, _mp("sin"), lambda b, y, a: b.apply("cos", a[0])),
    _row("cos", math.cos, _mp("cos"), lambda b, y, a: b.neg(b.apply("sin", a[0]))),
    _row("tan", math.tan, _mp("tan"), lambda b, y, a: b.square(b.apply("sec", a[0]))),
    _row("sec", floats.sec, _mp("sec"), lambda b, y, a: b.mul(y, b.apply("tan", a[0]))),
    _row("csc", floats.csc, _mp("csc"), lambda b, y, a: b.neg(b.mul(y, b.apply("cot", a[0])))),
    _row("cot", floats.cot, _mp("cot"), lambda b, y, a: b.neg(b.square(b.apply("csc", a[0])))),
    _row("asin", math.asin, _mp("asin"), lambda b, y, a: b.reciprocal(b.apply("sqrt", b.inside_one(a[0])))),
    _row("acos", math.acos, _mp("acos"), lambda b, y, a: b.neg(b.reciprocal(b.apply("sqrt", b.inside_one(a[0])))), cost=7),
    _row("atan", math.atan, _mp("atan"), lambda b, y, a: b.reciprocal(b.add(b.one, b.square(a[0])))),
    _row("acot", floats.acot, lambda mp, a: mp.atan2(1, a), lambda b, y, a: b.neg(b.reciprocal(b.add(b.one, b.square(a[0]))))),
    _row("asec", floats.asec, _mp("asec"), lambda b, y, a: _over_abs(b, a[0], b.beyond_one(b.apply("abs", a[0]))), at=(-1.7,), cost=10),
    _row("acsc", floats.acsc, _mp("acsc"), lambda b, y, a: b.neg(_over_abs(b, a[0], b.beyond_one(b.apply("abs", a[0])))), at=(-1.7,), cost=11),
    _row("atan2", math.atan2, _mp("atan2"), lambda b, y, a: _over_square(b, a[1], a), lambda b, y, a: b.neg(_over_square(b, a[0], a)),
         at=(0.7, -1.9), kink=lambda a, b: abs(a) if b < 0 else 1.0, cost=8),
    # hyperbolic
    _row("sinh", math.sinh, _mp("sinh"), lambda b, y, a: b.apply("cosh", a[0])),
    _row("cosh", math.cosh, _mp("cosh"), lambda b, y, a: b.apply("sinh", a[0])),
    _row("tanh", math.tanh, _mp("tanh"), lambda b, y, a: b.square(b.apply("sech", a[0]))),
    _row("sech", floats.sech, _mp("sech"), lambda b, y, a: b.neg(b.mul(y, b.apply("tanh", a[0]))), fades=True),
    _row("csch", floats.csch, _mp("csch"), lambda b, y, a: b.neg(b.mul(y, b.apply("coth", a[0]))), fades=True),
    _row("coth", floats.coth, _mp("coth"), lambda b, y, a: b.neg(b.square(b.apply("csch", a[0])))),
    _row("asinh", math.asinh, _mp("asinh"), lambda b, y, a: b.reciprocal(b.apply("hypot", a[0], b.one))),
    _row("acosh", math.acosh, _mp("acosh"), lambda b, y, a: b.reciprocal(b.beyond_one(a[0])), at=(1.7,), cost=8),
    _row("atanh", math.atanh, _mp("atanh"), lambda b, y, a: b.reciprocal(b.inside_one(a[0]))),
    _row("asech", floats.asech, _mp("asech"), lambda b, y, a: b.neg(b.reciprocal(b.mul(a[0], b.apply("sqrt", b.inside_one(a[0]))))), cost=8),
    _row("acsch", lambda x: math.asinh(1 / x), _mp("acsch"), lambda b, y, a: b.neg(_over_abs(b, a[0], b.apply("hypot", a[0], b.one))), at=(-1.7,)),
    _row("acoth", floats.acoth, _mp("acoth"), lambda b, y, a: b.reciprocal(b.inside_one(a[0])), at=(1.7,)),
    # special functions
    _row("erf", math.erf, _mp("erf"), lambda b, y, a: b.mul(b.div(b.number(2), b.apply("sqrt", b.apply("pi"))), b.apply("exp", b.neg(b.square(a[0])))), cost=9),
    _row("erfc", math.erfc, _mp("erfc"), lambda b, y, a: b.neg(b.mul(b.div(b.number(2), b.apply("sqrt", b.apply("pi"))), b.apply("exp", b.neg(b.square(a[0]))))), cost=10, fades=True),
    _row("gamma", floats.gamma, _mp("gamma"), lambda b, y, a: b.mul(y, b.apply("digamma", a[0])), at=(2.7,)),
    _row("digamma", floats.digamma, _digamma_precise, lambda b, y, a: b.apply("polygamma", b.one, a[0])),
    _row("polygamma", floats.polygamma, _polygamma_precise, lambda b, y, a: b.apply("undefined"), lambda b, y, a: b.apply("polygamma", b.add(a[0], b.one), a[1]), at=(1.0, 0.7)),
    _row("hypot", floats.hypot, _mp("hypot"), lambda b, y, a: _over_length(b, a[0], y), lambda b, y, a: _over_length(b, a[1], y), at=(0.7, 1.9),
         kink=lambda a, b: max(abs(a), abs(b))),
    _row("lambertw", _lambertw, _lambertw_precise,
         lambda b, y, a: b.div(b.apply("exp", b.neg(y)), b.add(b.one, y)), end=_beyond_branch),
    _row("jn", _jn, _jn_precise, lambda b, y, a: b.apply("undefined"), _jn_rate,
         at=(2.0, 0.7), cost=10, fades=True),
    _row("sinc", lambda x: math.sin(x) / x if x else 1.0, _mp("sinc"),
         lambda b, y, a: b.neg(b.apply("jn", b.one, a[0]))),
    _row("beta", _beta, _beta_precise, _beta_rate(0), _beta_rate(1), at=(1.7, 0.7), cost=10, fades=True),
    # kinks and jumps
    _row("abs", abs, lambda _, a: abs(a), lambda b, y, a: b.apply("sign", a[0]), at=(-0.7,), kink=abs),
    _row("sign", floats.sign, _mp("sign"), None, kink=abs),
    _row("floor", floats.floor, _mp("floor"), None, kink=_gap),
    _row("ceil", floats.ceil, _mp("ceil"), None, kink=_gap),
    _row("round", floats.nearest, _mp("nint"), None, kink=lambda x: _gap(x + 0.5)),
    _row("mod", floats.mod, lambda mp, a, b: a - b * mp.floor(a / b), lambda b, y, a: b.one, lambda b, y, a: b.neg(b.apply("floor", b.div(*a))), at=(0.7, -1.9),
         kink=lambda a, b: _gap(a / b) if b else math.nan),
    _row("min", floats.least, lambda _, a, b: min(a, b), *_winner("lt", "gt"), at=(0.7, 1.9), kink=lambda a, b: abs(a - b), cost=22),
    _row("max", floats.greatest, lambda _, a, b: max(a, b), *_winner("gt", "lt"), at=(0.7, 1.9), kink=lambda a, b: abs(a - b), cost=22),
    _row("clip", lambda x, a, b: floats.least(floats.greatest(x, a), b), lambda _, x, a, b: min(max(x, a), b), _inside,
         lambda b, y, a: b.gate(b.apply("lt", a[0], a[1]), b.gate(b.apply("lt", a[1], a[2]), b.one, b.zero), b.zero),
         lambda b, y, a: b.gate(b.apply("gt", b.apply("max", a[0], a[1]), a[2]), b.one, b.zero),
         at=(0.7, -1.0, 2.0), kink=lambda x, a, b: min(abs(x - a), abs(x - b)), cost=20),
    _row("where", floats.where, _where_precise, None, lambda b, y, a: b.gate(a[0], b.one, b.zero), lambda b, y, a: b.gate(a[0], b.zero, b.one), at=(1.0, 0.7, 1.9)),
    _compare("lt", operator.lt), _compare("le", operator.le), _compare("gt", operator.gt), _compare("ge", operator.ge), _compare("eq", operator.eq), _compare("ne", operator.ne),
    _row("and", lambda a, b: a * b, lambda _, a, b: a * b, None, None, at=(1.0, 0.0)),
    _row("or", lambda a, b: a + b - a * b, lambda _, a, b: a + b - a * b, None, None, at=(1.0, 0.0)),
    _row("not", lambda a: 1 - a, lambda _, a: 1 - a, None, at=(1.0,)),
    # neural networks
    _row("sigmoid", floats.sigmoid, lambda mp, a: 1 / (1 + mp.exp(-a)), lambda b, y, a: b.mul(y, b.apply("sigmoid", b.neg(a[0]))), fades=True),
    _row("relu", lambda x: x if math.isnan(x) else max(x, 0.0), lambda mp, a: max(a, mp.zero), lambda b, y, a: _step(b, a[0], b.one, b.zero), kink=abs),
    _row("leaky_relu", lambda x: x if x > 0 else x / 100, lambda _, a: a if a > 0 else a / 100, lambda b, y, a: _step(b, a[0], b.one, b.number(Fraction(1, 100))), at=(-0.7,), kink=abs),
    _row("elu", lambda x: x if x > 0 else math.expm1(x), lambda mp, a: a if a > 0 else mp.expm1(a), lambda b, y, a: _step(b, a[0], b.one, b.apply("exp", a[0])), at=(-0.7,), kink=abs),
    _row("selu", lambda x: floats.SELU_SCALE * (x if x > 0 else floats.SELU_ALPHA * math.expm1(x)), _selu_precise,
         lambda b, y, a: b.mul(b.number(SELU_SCALE), _selu_slope(b, a[0])), at=(-0.7,), kink=abs, cost=8),
    _row("gelu", floats.gelu, lambda mp, a: a * mp.erfc(-a / mp.sqrt(2)) / 2, _gelu, cost=18),
    _row("silu", lambda x: x * floats.sigmoid(x), lambda mp, a: a / (1 + mp.exp(-a)), _silu, cost=7),
    _row("softplus", floats.softplus, _softplus_precise, lambda b, y, a: b.apply("sigmoid", a[0]), fades=True),
)  # fmt: skip

OPS: dict[str, Op] = {row.name: row for row in _ROWS}
