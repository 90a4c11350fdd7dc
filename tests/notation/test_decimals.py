"""Decimals with a comma: where no list can stand, and in a whole run."""

from __future__ import annotations

import pytest

from chainrule_cli.errors import ReadError
from chainrule_cli.notation.decimals import write_decimal_points
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.write import to_text

JOINED = [
    ("0,5x", "0.5*x"), ("2,5 x", "2.5*x"), ("3,14", "3.14"), ("x^1,5", "x**1.5"), ("e^(0,1x)", "exp(0.1*x)"),
    ("(0,5x + 1)^2", "(0.5*x + 1)**2"), ("sin(0,5x)", "sin(0.5*x)"), ("sqrt(2,25)", "sqrt(2.25)"),
    ("1,5 sin x", "1.5*sin(x)"), ("0,125x", "0.125*x"), (r"\frac{0{,}5x}{2}", "0.5*x/2"), ("{0,5x}", "0.5*x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), JOINED)
def test_a_comma_between_digits_where_no_list_can_stand(text: str, expected: str) -> None:
    reading = read(text)
    assert to_text(reading.expr) == expected
    if "{,}" not in text:
        assert any("is read as the decimal" in note.text for note in reading.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max(1,5)", "Max(1, 5)"), ("log(8,2)", "log(8, 2)"), ("f(1,5)", "f(1, 5)"), ("root(8,3)", "real_root(8, 3)"),
        ("max((1,5)*x, 2)", None), ("Piecewise((1,x>0),(2,True))", "Piecewise((1, x > 0), (2, True))"),
        ("u = 2, 5u", "5*u"),
    ],
)  # fmt: skip
def test_a_list_stays_a_list(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ReadError):
            read(text)
    else:
        assert to_text(read(text).expr) == expected


@pytest.mark.parametrize("text", ["1,000x", "12,500", "1,000,000"])
def test_what_could_be_thousands_is_refused(text: str) -> None:
    with pytest.raises(ReadError, match="thousands"):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0,5x", "0.5x"), ("log(2,5; 2)", "log(2.5, 2)"), ("max(1,5; x)", "max(1.5, x)"), ("x=1,5; y=2", "x=1.5; y=2"),
        ("u = 0,5x; sin(u)", "u = 0.5x; sin(u)"), ("f(x, y)", "f(x, y)"), ("1,000x", "1.000x"), ("max(x, 2)", "max(x, 2)"),
    ],
)  # fmt: skip
def test_a_whole_text_with_commas(text: str, expected: str) -> None:
    assert write_decimal_points(text) == expected
    assert len(text) == len(expected)
