"""Special functions that the math module lacks: values for floats, and to many digits by mpmath.

Digamma and polygamma for floats are in floats.py. Outside the domain there is NaN; where the math module
raises, the row's guard has NaN or infinity. A function that an operation needs here has one value for floats
and one with "_precise" in its name.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from chainrule_cli.graph import floats

# polygamma

LEAST_PRECISE_POLYGAMMA = -1000


def digamma_precise(mp: Any, x: Any) -> Any:
    return mp.digamma(x) if x > 0 else mp.digamma(1 - x) - mp.pi * mp.cospi(x) / mp.sinpi(x)


def polygamma_precise(mp: Any, n: Any, x: Any) -> Any:
    """mpmath sums terms one by one far below 0: no value there."""
    if n == 0:
        return digamma_precise(mp, x)
    within = mp.isint(n) and 0 < n <= floats.MOST_POLYGAMMA and x > LEAST_PRECISE_POLYGAMMA
    return mp.polygamma(int(n), x) if within else mp.nan


# Lambert's W

BRANCH_POINT, BRANCH_REST = -0.36787944117144233, 1.2428753672788363e-17
"""-1/e as the sum of two doubles; the first stands for it."""
NEAR_BRANCH = -0.2
W_STEPS = 6


def lambertw(x: float) -> float:
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
    """With q = 1 + w, e·(x + 1/e) = q^2/2 + q^3/3 + q^4/8 + ..., a sum of positive terms, solved by Newton's
    steps."""
    target = math.e * beyond
    q = math.sqrt(2 * target) - 2 * target / 3
    for _ in range(W_STEPS):
        total, term, k = 0.0, q * q / 2, 2
        while term > total * 1e-20:
            total, term, k = total + term, term * q * k / ((k + 1) * (k - 1)), k + 1
        q -= (total - target) / (q * math.exp(q))
    return q - 1


def beyond_branch(mp: Any, x: Any) -> Any:
    return x + mp.exp(-1)


def lambertw_precise(mp: Any, x: Any) -> Any:
    """What is nearer to -1/e than rounding tells is -1/e."""
    return -mp.one if abs(beyond_branch(mp, x)) <= 8 * mp.eps else mp.lambertw(x)


# spherical Bessel functions

MOST_BESSEL = 100
"""Orders past this have no value."""
LARGE, SMALLER = 1e200, 1e-250
LEAST_START = 30


def jn(n: float, x: float) -> float:
    """j_n(x): its series, or the recurrence in the direction in which it is stable (Abramowitz & Stegun
    10.1.19, 10.5)."""
    order = int(n) if math.isfinite(n) else -1
    if order != n or not 0 <= order <= MOST_BESSEL or not math.isfinite(x):
        return math.nan
    if x < 0:
        return -jn(n, -x) if order % 2 else jn(n, -x)
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


def jn_precise(mp: Any, n: Any, x: Any) -> Any:
    if not mp.isint(n) or not 0 <= n <= MOST_BESSEL or not mp.isfinite(x):
        return mp.nan
    if x == 0:
        return mp.mpf(int(n == 0))
    size = mp.sqrt(mp.pi / (2 * abs(x))) * mp.besselj(n + mp.mpf(0.5), abs(x))
    return -size if x < 0 and int(n) % 2 else size


# Euler's beta function

LARGE_BETA, LARGE_GAMMA, SMALL_GAMMA = 10.0, 170.0, 1e-300
"""From where Stirling's series is taken; up to where the doubles hold a gamma; below where it is a
reciprocal."""

Exact = tuple[float, float]
"""A number as a double and what that lacks."""


def beta(x: float, y: float) -> float:
    """By gammas of positive arguments: one step upwards close to 0, reflection below -1. NaN at the poles."""
    if not (math.isfinite(x) and math.isfinite(y)) or _is_pole(x) or _is_pole(y):
        return math.nan
    if x > 0 and y > 0:
        return _beta_positive((x, 0.0), (y, 0.0))
    total = _add_exactly(x, y)
    if x > -1 and y > -1:
        return _beta_above(x, y, total)
    return _beta_reflected(max(x, y), min(x, y), total)


def _beta_above(x: float, y: float, total: Exact) -> float:
    """B(x, y) = (x+y)(x+y+1)/(xy) B(x+1, y+1)"""
    large, small = (x, y) if abs(x) > abs(y) else (y, x)
    more = _add_exactly(1.0, total[0])
    factor = (total[0] / large + total[1] / large) / small * (more[0] + (more[1] + total[1]))
    return factor * _beta_positive(_add_exactly(1.0, x), _add_exactly(1.0, y))


def _beta_reflected(x: float, y: float, total: Exact) -> float:
    """By gamma(y) gamma(1-y) = pi/sin(pi y) of what is negative: y, and perhaps x and x+y."""
    less, rest = _add_exactly(1.0, -y), _add_exactly(1.0, -total[0])
    rest = rest[0], rest[1] - total[1]
    sine = _sine_of_pi(y, 0.0)
    if x < 0:
        below = _sine_of_pi(x, 0.0) * sine * (rest[0] + rest[1])
        return _divide(math.pi * _sine_of_pi(*total) / below, _beta_positive(_add_exactly(1.0, -x), less))
    if total[0] > 0 or (total[0] == 0 and total[1] > 0):
        return _divide(math.pi / (sine * x), _beta_positive(less, total))
    return _sine_of_pi(*total) / sine * _beta_positive((x, 0.0), rest)


def _beta_positive(a: Exact, b: Exact) -> float:
    """Both above 0; what the doubles lack is put in by the derivative."""
    (large, more), (small, rest) = (a, b) if a[0] > b[0] else (b, a)
    total, lost = _add_exactly(large, small)
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


def _add_exactly(a: float, b: float) -> Exact:
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _sine_of_pi(x: float, rest: float) -> float:
    """sin(pi(x + rest)); x is reduced before it meets pi."""
    whole = round(x)
    value = math.sin(math.pi * ((x - whole) + rest))
    return -value if whole % 2 else value


def _divide(above: float, below: float) -> float:
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


def beta_precise(mp: Any, x: Any, y: Any) -> Any:
    """With as many bits more as x + y needs beside a small x."""
    if any(each <= 0 and mp.isint(each) for each in (x, y)) or not mp.isfinite(x + y):
        return mp.nan
    with mp.workprec(mp.prec + max(0, mp.mag(x), mp.mag(y))):
        return mp.beta(x, y)
