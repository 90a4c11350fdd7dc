"""Values of the operations for floats: NaN outside the domain, infinity on overflow, never an exception,
never complex.

Digamma and polygamma by recurrence, reflection and the asymptotic series (Abramowitz & Stegun 6.3.18,
6.4.11).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

NAN, INF = math.nan, math.inf
BERNOULLI = tuple(
    Fraction(text)
    for text in ("1/6", "-1/30", "1/42", "-1/30", "5/66", "-691/2730", "7/6", "-3617/510", "43867/798")
)
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
ASYMPTOTIC_FROM = 16.0
MOST_POLYGAMMA = 100
"""Orders past this have no value: their factorials leave the doubles."""


def guard(function: Callable[..., float]) -> Callable[..., float]:
    """The function with NaN and infinity in place of exceptions."""

    def call(*args: float) -> float:
        try:
            result = function(*args)
        except (ValueError, ZeroDivisionError):
            return NAN
        except OverflowError:
            return _choose_overflow(function, args)
        return NAN if isinstance(result, complex) else result

    return call


def _choose_overflow(function: Callable[..., float], args: tuple[float, ...]) -> float:
    """Infinity with its sign where the sign is plain, NaN elsewhere."""
    if function is math.sinh:
        return math.copysign(INF, args[0])
    if function is power and args[0] < 0:
        return NAN if math.isinf(args[1]) else -INF if args[1] % 2 else INF
    if function in (power, math.gamma, gamma):
        return INF if args[0] > 0 else NAN
    return INF if function in (math.exp, math.expm1, math.cosh) else NAN


def power(x: float, p: float) -> float:
    if (x == 0 and p < 0) or math.isnan(x) or math.isnan(p):
        return NAN
    return float(x**p) if x >= 0 or p == int(p) else NAN


def root(x: float, n: float) -> float:
    if x < 0:
        return -root(-x, n) if n % 2 == 1 else NAN
    guess = x ** (1 / n)
    return float(guess - (guess**n - x) / (n * guess ** (n - 1))) if 1e-300 < x < 1e300 else float(guess)


def sec(x: float) -> float:
    return 1 / math.cos(x)


def csc(x: float) -> float:
    return 1 / math.sin(x)


def cot(x: float) -> float:
    return math.cos(x) / math.sin(x)


def acot(x: float) -> float:
    return math.atan2(1.0, x)


def sech(x: float) -> float:
    small = math.exp(-abs(x))
    return 2 * small / (1 + small * small)


def csch(x: float) -> float:
    small = math.exp(-abs(x))
    return math.copysign(2 * small / -math.expm1(-2 * abs(x)), x)


def coth(x: float) -> float:
    return 1 / math.tanh(x)


def beyond(x: float) -> float:
    """sqrt(x^2 - 1) for |x| >= 1, without cancelling."""
    return math.sqrt(abs(x) - 1) * math.sqrt(abs(x) + 1)


def asec(x: float) -> float:
    return math.atan2(beyond(x), math.copysign(1.0, x))


def acsc(x: float) -> float:
    return math.atan2(math.copysign(1.0, x), beyond(x))


def asech(x: float) -> float:
    """log of 1/x + sqrt(1/x^2 - 1), as log1p where x is near 1."""
    rest = 1 - x
    return math.log1p((rest + math.sqrt(rest * (1 + x))) / x) if x > 0.5 else math.acosh(1 / x)


def acoth(x: float) -> float:
    return math.copysign(0.5 * math.log1p(2 / (abs(x) - 1)), x)


def sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    small = math.exp(x)
    return small / (1 + small)


def softplus(x: float) -> float:
    return math.log1p(math.exp(-abs(x))) + max(x, 0.0)


def gelu(x: float) -> float:
    return 0.5 * x * math.erfc(-x / math.sqrt(2))


def hypot(x: float, y: float) -> float:
    return x + y if math.isnan(x) or math.isnan(y) else math.hypot(x, y)


def digamma(x: float) -> float:
    if x > 0 or math.isnan(x):
        return _digamma_positive(x)
    return _digamma_positive(1 - x) - math.pi * _cotangent_pi(x)


def _cotangent_pi(x: float) -> float:
    """cot(pi x), NaN at the poles; x is reduced before it meets pi."""
    part = x - round(x)
    if abs(part) > 0.25:
        return math.tan(math.pi * (math.copysign(0.5, part) - part))
    return 1 / math.tan(math.pi * part)


def _digamma_positive(x: float) -> float:
    result = 0.0
    while x < ASYMPTOTIC_FROM:
        result -= 1 / x
        x += 1
    return (
        result
        + math.log(x)
        - 0.5 / x
        - sum(float(b) / (2 * k) * (1 / x) ** (2 * k) for k, b in enumerate(BERNOULLI, 1))
    )


def polygamma(n: float, x: float) -> float:
    order = int(n)
    if order != n or not 0 <= order <= MOST_POLYGAMMA or not math.isfinite(x):
        return NAN
    if order == 0:
        return digamma(x)
    return _polygamma_positive(order, x) if x > 0 else _polygamma_negative(order, x)


def _polygamma_positive(n: int, x: float) -> float:
    """(-1)^(n+1) n! times the sum of (x+k)^-(n+1): the first terms, then the asymptotic series."""
    size, direct = float(math.factorial(n)), 0.0
    while x < ASYMPTOTIC_FROM + n:
        direct += x ** -(n + 1)
        x += 1
    tail, rising = 1 / n + 1 / (2 * x), (n + 1) / (2 * x * x)
    for k, b in enumerate(BERNOULLI, 1):
        tail += float(b) * rising
        rising *= (2 * k + n) * (2 * k + n + 1) / ((2 * k + 1) * (2 * k + 2) * x * x)
    return math.copysign(size * direct + x ** (-n / 2) * size * x ** (-n / 2) * tail, 0.5 - (n + 1) % 2)


def _polygamma_negative(n: int, x: float) -> float:
    """Reflection: psi_n(x) = (-1)^n psi_n(1-x) - pi d^n/dx^n cot(pi x), a polynomial in the cotangent."""
    coefficients = [0, 1]
    for _ in range(n):
        derived = [k * c for k, c in enumerate(coefficients)][1:]
        coefficients = [-(a + b) for a, b in zip([*derived, 0, 0], [0, 0, *derived], strict=True)]
    cotangent = _cotangent_pi(x)
    polynomial = sum(c * cotangent**k for k, c in enumerate(coefficients) if c)
    return (-1.0) ** n * _polygamma_positive(n, 1 - x) - math.pi ** (n + 1) * polynomial


def gamma(x: float) -> float:
    return math.gamma(x) if x < 171.7 else INF


def sign(x: float) -> float:
    return x if math.isnan(x) else float((x > 0) - (x < 0))


def floor(x: float) -> float:
    return float(math.floor(x)) if math.isfinite(x) else NAN


def ceil(x: float) -> float:
    return float(math.ceil(x)) if math.isfinite(x) else NAN


def nearest(x: float) -> float:
    return float(round(x)) if math.isfinite(x) else NAN


def mod(x: float, y: float) -> float:
    return x % y if math.isfinite(y) else NAN


def least(x: float, y: float) -> float:
    return NAN if math.isnan(x) or math.isnan(y) else min(x, y)


def greatest(x: float, y: float) -> float:
    return NAN if math.isnan(x) or math.isnan(y) else max(x, y)


def where(condition: float, yes: float, no: float) -> float:
    return condition if math.isnan(condition) else yes if condition else no


def make_comparison(compare: Callable[[float, float], bool]) -> Callable[[float, float], float]:
    """A comparison as 1 or 0, NaN where a side is."""
    return lambda x, y: NAN if math.isnan(x) or math.isnan(y) else float(compare(x, y))
