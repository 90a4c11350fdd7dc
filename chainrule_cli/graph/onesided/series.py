"""Truncated series in h > 0, as h falls to 0: sums of c·h^e·(ln h)^m with rational e and whole m.

They have arithmetic, real powers, logarithm and exponential, and an `order` from which on nothing is known.
Coefficients are Fractions while they can be and mpmath numbers else. What cannot be told raises Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

Monomial: TypeAlias = tuple[Fraction, int]
"""(e, m) for h^e·(ln h)^m."""

CONSTANT_TERM: Monomial = (Fraction(0), 0)
MOST_TERMS = 8
"""Terms that are kept, and powers of a remainder that are added up."""
NOTHING = 1e-30
"""Rounding left by 50 digits, relative to what was subtracted."""


class Unknown(Exception):  # noqa: N818  # it says what is so, not that something failed
    """The series do not tell."""


@dataclass(frozen=True)
class Series:
    """A truncated series.

    terms: monomial -> its coefficient, which is not 0
    order: everything from h^order on is unknown; None where nothing is
    """

    terms: Mapping[Monomial, Any]
    order: Fraction | None = None

    @cached_property
    def leading(self) -> Monomial | None:
        """The monomial that wins as h falls to 0; None for an exact 0.

        Raises Unknown where all that is known cancelled.
        """
        if not self.terms:
            if self.order is not None:
                raise Unknown
            return None
        return min(self.terms, key=_rank)

    @property
    def sign(self) -> int:
        """-1, 0 or 1 for all small h."""
        leading = self.leading
        if leading is None:
            return 0
        positive = (self.terms[leading] > 0) != (leading[1] % 2 == 1)
        return 1 if positive else -1

    @property
    def constant(self) -> Any:
        """The limit where it is finite. Raises Unknown where the series has none."""
        leading = self.leading
        if leading is not None and _rank(leading) < _rank((Fraction(0), 0)):
            raise Unknown
        if self.order is not None and self.order <= 0:
            raise Unknown
        return self.terms.get((Fraction(0), 0), Fraction(0))

    def __add__(self, other: Series) -> Series:
        terms = dict(self.terms)
        for key, coefficient in other.terms.items():
            terms[key] = add(terms.get(key, Fraction(0)), coefficient)
        return _cut(terms, _take_least(self.order, other.order))

    def __neg__(self) -> Series:
        return self.times(-1)

    def __sub__(self, other: Series) -> Series:
        return self + -other

    def __mul__(self, other: Series) -> Series:
        terms: dict[Monomial, Any] = {}
        for (e, m), a in self.terms.items():
            for (f, n), b in other.terms.items():
                terms[e + f, m + n] = add(terms.get((e + f, m + n), Fraction(0)), scale(a, b))
        return _cut(terms, _take_least(_shift_order(self, other), _shift_order(other, self)))

    def times(self, factor: Any) -> Series:
        return Series({key: scale(c, factor) for key, c in self.terms.items()}, self.order)

    def times_h(self, exponent: Fraction) -> Series:
        """The series times h^exponent."""
        order = None if self.order is None else self.order + exponent
        return Series({(e + exponent, m): c for (e, m), c in self.terms.items()}, order)

    def integral(self) -> Series:
        """The antiderivative in h that has no constant. Raises Unknown for logarithms under the sign."""
        terms: dict[Monomial, Any] = {}
        for (e, m), c in self.terms.items():
            if m:
                raise Unknown
            key, value = ((Fraction(0), 1), c) if e == -1 else ((e + 1, 0), scale(c, 1 / (e + 1)))
            terms[key] = value
        return Series(terms, None if self.order is None else self.order + 1)

    def derivative(self) -> Series:
        """d/dh."""
        terms: dict[Monomial, Any] = {}
        for (e, m), c in self.terms.items():
            for key, factor in (((e - 1, m), e), ((e - 1, m - 1), Fraction(m))):
                if factor:
                    terms[key] = add(terms.get(key, Fraction(0)), scale(c, factor))
        return Series(terms, None if self.order is None else self.order - 1)


def make_constant(value: Any) -> Series:
    return Series({CONSTANT_TERM: value} if value else {})


def make_step(at: Any, direction: int) -> Series:
    """at + direction·h"""
    return make_constant(at) + Series({(Fraction(1), 0): Fraction(direction)})


def compose(coefficients: list[Any], remainder: Series) -> Series:
    """The sum of coefficients[k]·remainder^k for a remainder that falls to 0, what comes after
    being unknown."""
    if not remainder.terms and (remainder.order is None or remainder.order > 0):
        return Series(make_constant(coefficients[0]).terms, remainder.order)
    leading = remainder.leading
    if leading is None or leading[0] <= 0:
        raise Unknown
    result, power = make_constant(coefficients[0]), make_constant(Fraction(1))
    for coefficient in coefficients[1:]:
        power = power * remainder
        result = result + power.times(coefficient) if coefficient else result
    return _cut(
        dict(result.terms),
        _take_least(_take_least(result.order, power.order), leading[0] * len(coefficients)),
    )


def raise_to(base: Series, exponent: Fraction, root: Callable[[Any, Fraction], Any]) -> Series:
    """base^exponent by the binomial series round its leading term. root: the real power of a number.

    Raises Unknown where the leading term has a logarithm, or the base is 0 and the exponent negative."""
    leading = base.leading
    if leading is None:
        if exponent < 0:
            raise Unknown
        return make_constant(Fraction(int(exponent == 0)))
    if leading[1]:
        raise Unknown
    scale = root(base.terms[leading], exponent)
    rest = _divide_by_leading(base, leading)
    binomial = [Fraction(1)]
    for k in range(MOST_TERMS):
        binomial.append(binomial[-1] * (exponent - k) / (k + 1))
    whole = exponent.denominator == 1 and 0 <= exponent < MOST_TERMS
    grown = _evaluate_polynomial(binomial[: int(exponent) + 1], rest) if whole else compose(binomial, rest)
    return grown.times(scale).times_h(leading[0] * exponent)


def take_logarithm(base: Series, log: Callable[[Any], Any]) -> Series:
    """ln of a series that is positive for small h. Raises Unknown for any other."""
    leading = base.leading
    if leading is None or leading[1] or base.sign < 0:
        raise Unknown
    coefficients = [Fraction(0), *(Fraction((-1) ** (k + 1), k) for k in range(1, MOST_TERMS))]
    start = make_constant(log(base.terms[leading])) + Series(
        {(Fraction(0), 1): leading[0]} if leading[0] else {}
    )
    return start + compose(coefficients, _divide_by_leading(base, leading))


def take_exponential(inner: Series, exp: Callable[[Any], Any]) -> Series:
    """e to a series: h^a where it holds a·ln h; 0 to every order where it falls below all bounds."""
    leading = inner.leading
    if leading is not None and leading[0] < 0:
        if inner.sign > 0:
            raise Unknown
        return Series({})
    logs = {key: c for key, c in inner.terms.items() if key[0] == 0 and key[1]}
    slope = logs.pop((Fraction(0), 1), Fraction(0))
    if logs or not isinstance(slope, Fraction):
        raise Unknown
    start = inner.terms.get((Fraction(0), 0), Fraction(0))
    small = Series({key: c for key, c in inner.terms.items() if key[0] > 0}, inner.order)
    coefficients = [Fraction(1)]
    for k in range(1, MOST_TERMS):
        coefficients.append(coefficients[-1] / k)
    return compose(coefficients, small).times(exp(start)).times_h(slope)


def _divide_by_leading(base: Series, leading: Monomial) -> Series:
    """r where the series is its leading term times 1 + r."""
    scale = base.terms[leading]
    others = {key: c for key, c in base.terms.items() if key != leading}
    return (
        Series(others, base.order)
        .times(Fraction(1) / scale if isinstance(scale, Fraction) else 1 / scale)
        .times_h(-leading[0])
    )


def _evaluate_polynomial(coefficients: list[Fraction], inner: Series) -> Series:
    result = make_constant(Fraction(0))
    for coefficient in reversed(coefficients):
        result = result * inner + make_constant(coefficient)
    return result


def _rank(key: Monomial) -> tuple[Fraction, int]:
    return key[0], -key[1]


def _take_least(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return other if one is None else one if other is None else min(one, other)


def _shift_order(one: Series, other: Series) -> Fraction | None:
    """The order that the unknown part of one has in a product with the other."""
    if one.order is None or (not other.terms and other.order is None):
        return None
    lowest = min((e for e, _ in other.terms), default=other.order)
    return None if lowest is None else one.order + lowest


def scale(a: Any, b: Any) -> Any:
    """Exact while both are; an mpmath number else."""
    if isinstance(a, Fraction) and isinstance(b, Fraction | int):
        return a * b
    if isinstance(a, Fraction):
        return b * a.numerator / a.denominator
    return a * b.numerator / b.denominator if isinstance(b, Fraction) else a * b


def add(a: Any, b: Any) -> Any:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    a, b = _match(a, b), _match(b, a)
    return Fraction(0) if abs(a + b) <= NOTHING * max(abs(a), abs(b)) else a + b


def _match(number: Any, other: Any) -> Any:
    """A Fraction beside an mpmath number as one of those."""
    if isinstance(number, Fraction) and not isinstance(other, Fraction):
        return type(other)(number.numerator) / number.denominator
    return number


def _cut(terms: dict[Monomial, Any], order: Fraction | None) -> Series:
    """Without what is 0, what lies past the order, and what lies past the terms that are kept."""
    kept = sorted((key for key, c in terms.items() if c and (order is None or key[0] < order)), key=_rank)
    if len(kept) > MOST_TERMS:
        order = _take_least(order, kept[MOST_TERMS][0])
        kept = [key for key in kept[:MOST_TERMS] if order is None or key[0] < order]
    return Series({key: terms[key] for key in kept}, order)
