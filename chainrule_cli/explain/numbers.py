"""How numbers read on a page: four significant digits, points, the two sides of a kink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction

DIGITS = Context(prec=20)
FAINT = 0.0005
"""Shares below this are not written in digits."""


def short(value: float | None, digits: int = 4) -> str:
    """The number to so many significant digits, a dash where there is none."""
    if value is None:
        return "—"
    if value == int(value) and abs(value) < 10**digits:
        return f"{int(value)}"
    text = (
        f"{value:.{digits}g}"
        if not 1e-3 <= abs(value) < 10**digits
        else f"{value:.{_places(value, digits)}f}"
    )
    return text.replace("e-0", "e-").replace("e+0", "e+").replace("e+", "e")


def significant(value: float | None, digits: int = 4) -> str:
    """The number to so many significant digits, also where it is small; a dash where there is none."""
    if value is None:
        return "—"
    return f"{value + 0.0:.{digits}g}".replace("e-0", "e-").replace("e+0", "e+").replace("e+", "e")


def exactly(value: float | None) -> str:
    """A number that was given, with more digits than those that are worked out."""
    return significant(value, 6)


def _places(value: float, digits: int) -> int:
    """Decimals that show so many significant digits."""
    whole = len(f"{int(abs(value))}") if abs(value) >= 1 else 0
    return digits - whole if whole else digits


def where(point: Mapping[str, float]) -> str:
    """x = 0.8, y = -2"""
    return ", ".join(f"{name} = {value:.6g}" for name, value in point.items())


def bracket(number: str) -> str:
    """(-2), as a factor; 2 as it is."""
    return f"({number})" if number.startswith("-") else number


def negate_text(text: str) -> str:
    """−2 for 2, 2 for -2"""
    return text[1:] if text.startswith("-") else "0" if text == "0" else f"−{text}"


def join_terms(terms: Sequence[str], minus: str = "−") -> str:
    """a + b − c: a term that begins with a minus is taken away."""
    rest = (f" {minus} {term[1:]}" if term.startswith("-") else f" + {term}" for term in terms[1:])
    return "".join([terms[0], *rest])


def write_exactly(value: float | str | None) -> str:
    """Four significant digits, also of what no double holds: an exact number is a string, 10 or 1/10."""
    if not isinstance(value, str):
        return short(value)
    fraction = Fraction(value)
    numerator, denominator = map(DIGITS.create_decimal, (fraction.numerator, fraction.denominator))
    return _scientific(DIGITS.divide(numerator, denominator))


def _scientific(digits: Decimal) -> str:
    mantissa, _, exponent = f"{digits:.3e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def two_sides(sides: Sequence[float | None]) -> str:
    """-1 to the left and 1 to the right"""
    left, right = sides
    if left is None or right is None:
        one, other = ("right", "left") if left is None else ("left", "right")
        return f"{short(left if right is None else right)} to the {one} and none to the {other}"
    return f"{short(left)} to the left and {short(right)} to the right"


def write_share(rate: float) -> str:
    """25%, 0.1%"""
    if rate < FAINT:
        return "less than 0.1%"
    return f"{100 * rate:.1f}".removesuffix(".0") + "%"
