"""Second readings: what a text is read as, what it could be read as besides, and how much work that is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chainrule_cli.errors import ReadError
from chainrule_cli.notation.choices import ARGUMENT, EXPONENT, MOST_READINGS, Choice, combine
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Syntax
from chainrule_cli.notation.write import to_latex, to_text, to_unicode
from tests.generate import formulas

TWO = [
    ("1/2x", "1/2*x", "1/(2*x)"),
    ("1/2 x", "1/2*x", "1/(2*x)"),
    ("1/3√x", "1/3*sqrt(x)", "1/(3*sqrt(x))"),
    ("a/b c", "a/b*c", "a/(b*c)"),
    ("1/x ln x", "1/x*log(x)", "1/(x*log(x))"),
    ("x/2(x+1)", "x/2*(x + 1)", "x/(2*(x + 1))"),
    ("cos x/2√x", "cos(x)/2*sqrt(x)", "cos(x)/(2*sqrt(x))"),
    ("e^3x", "exp(3)*x", "exp(3*x)"),
    ("e^-3x", "exp(-3)*x", "exp((-3)*x)"),
    ("e^kx", "exp(k)*x", "exp(k*x)"),
    ("2^3x", "2**3*x", "2**(3*x)"),
    ("x^2x", "x**2*x", "x**(2*x)"),
    ("x^1/3", "x**1/3", "x**(1/3)"),
    ("x^-3/2", "x**(-3)/2", "x**((-3)/2)"),
    ("t^2/3", "t**2/3", "t**(2/3)"),
    ("e^x/2", "exp(x)/2", "exp(x/2)"),
    ("e^-x^2/2", "exp(-x**2)/2", "exp((-x**2)/2)"),
    ("sin x y", "sin(x*y)", "sin(x)*y"),
    ("cos 3x y", "cos(3*x*y)", "cos(3*x)*y"),
    ("ln 2 x", "log(2*x)", "log(2)*x"),
    ("sqrt 3 x", "sqrt(3*x)", "sqrt(3)*x"),
    ("tan x/2", "tan(x)/2", "tan(x/2)"),
    ("sin x(x+1)", "sin(x)*(x + 1)", "sin(x*(x + 1))"),
    ("√2x", "sqrt(2)*x", "sqrt(2*x)"),
    ("sqrt 1-x^2", "sqrt(1) - x**2", "sqrt(1 - x**2)"),
    ("3e2x", "300*x", "3*exp(2*x)"),
    ("2e-1x", "0.2*x", "2*exp(-1*x)"),
    ("sin^-1 x", "asin(x)", "sin(x)**(-1)"),
    ("log x + ln x", "log(x) + log(x)", "log(x, 10) + log(x)"),
    ("x = 2; y = 3; xy = 5; xy + x", "xy + x", "x*y + x"),
]


@pytest.mark.parametrize(("text", "canonical", "other"), TWO)
def test_a_text_with_two_readings(text: str, canonical: str, other: str) -> None:
    reading = read(text)
    assert to_text(reading.expr) == canonical
    others = [read(text, taken=taken) for taken in combine(reading.choices)]
    assert other in [to_text(each.expr) for each in others]
    assert all(each.notes for each in (reading, *others))
    assert all(to_text(each.expr) != canonical for each in others)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cos x * e^x", "cos(x)*exp(x)"),
        (r"\sin x \cdot e^x", "sin(x)*exp(x)"),
        (r"\cos x \times x", "cos(x)*x"),
        ("sin x · x", "sin(x)*x"),
        ("3 cos^2 x (-sin x)", "3*cos(x)**2*(-sin(x))"),
        ("sin x e^x", "sin(x)*exp(x)"),
        (r"\ln a \cdot a^x", "log(a)*a**x"),
        ("ln e^x", "log(exp(x))"),
        ("ln sin x", "log(sin(x))"),
        ("ln sin x cos x", "log(sin(x))*cos(x)"),
        ("sin sqrt(x)", "sin(sqrt(x))"),
        ("sin √x", "sin(sqrt(x))"),
        ("sin x sqrt(x)", "sin(x)*sqrt(x)"),
        ("sin x √x", "sin(x)*sqrt(x)"),
        ("sin 2(x+1)", "sin(2*(x + 1))"),
        ("sin 2π(x+1)", "sin(2*pi*(x + 1))"),
        ("sin -x", "sin(-x)"),
        ("ln |x| x", "log(Abs(x))*x"),
        ("sin x f(x)", "sin(x)*f(x)"),
        ("x^2y", "x**2*y"),
        ("x^2/2", "x**2/2"),
        ("e^x y", "exp(x)*y"),
        ("x²/3", "x**2/3"),
        ("1e3", "1000"),
        ("2 sin x cos x", "2*sin(x)*cos(x)"),
    ],
)
def test_a_text_with_one_reading(text: str, expected: str) -> None:
    reading = read(text)
    assert to_text(reading.expr) == expected
    assert reading.choices == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("log x", "log is the natural logarithm"),
        ("sqrt[3]{x}", "sqrt[3]{x} is read as a root of that degree"),
        ("x^1/2", "x^1/2 is read as (x^1)/2"),
        ("3e2x", "3e2x is read with the number 3e2 in scientific notation"),
    ],
)
def test_a_reading_that_others_would_not_expect_is_noted(text: str, note: str) -> None:
    assert note in [each.text for each in read(text).notes]


@pytest.mark.parametrize("write", [to_text, to_unicode, to_latex])
def test_what_is_written_here_has_one_reading(write: Callable[[Syntax], str]) -> None:
    for expr in formulas("one reading", 300, variables=("x", "y", "theta", "x_1")):
        assert read(write(expr)).choices == ()
    assert read("x**2/3").choices == ()


def test_all_of_a_kind_are_taken_together_first() -> None:
    places = [Choice(EXPONENT, 1), Choice(ARGUMENT, 5), Choice(EXPONENT, 9)]
    found = combine(places)
    assert found[:3] == [frozenset({places[0], places[2]}), frozenset({places[1]}), frozenset(places)]
    assert len(combine(Choice(EXPONENT, place) for place in range(5_000))) == MOST_READINGS
    assert combine([]) == []


@pytest.mark.parametrize("text", ["3x2 + x", "x3 - x", "t2 + 2t"])
def test_a_pasted_power_is_refused(text: str) -> None:
    with pytest.raises(ReadError, match="is read as one name") as caught:
        read(text)
    assert "²? write" in caught.value.hint


@pytest.mark.parametrize("text", ["w1*x1 + w2*x2", "(x - x0)^2", "(x - x1)*(x - x2)", "x2^2", "x_2 + x"])
def test_names_with_subscripts_stay_names(text: str) -> None:
    assert read(text).variables
