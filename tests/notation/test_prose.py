"""What stands around a formula: words, Markdown, quotation marks, remarks; and what they may not hide."""

from __future__ import annotations

import pytest

from chainrule_cli.errors import ReadError
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Asked
from chainrule_cli.notation.write import to_text

AROUND = [
    ("Answer: 2x", "2*x"),
    ("the answer is 2x", "2*x"),
    ("Antwort: 2x", "2*x"),
    ("La respuesta es 2x", "2*x"),
    ("donc 2x", "2*x"),
    ("so -1/x^2", "-1/x**2"),
    ("I get 3x^2", "3*x**2"),
    ("My final answer: 3x^2", "3*x**2"),
    ("**Answer:** 3x^2", "3*x**2"),
    ("**3x^2**", "3*x**2"),
    ("*3x^2*", "3*x**2"),
    ("> 3x^2", "3*x**2"),
    ("`3x^2`", "3*x**2"),
    ("```\n3x^2\n```", "3*x**2"),
    ("## Result\n3x^2", "3*x**2"),
    ("“3x^2”", "3*x**2"),
    ('"3x^2"', "3*x**2"),
    ("$3x^2$", "3*x**2"),
    ("b) 3x^2", "3*x**2"),
    ("2) 3x^2", "3*x**2"),
    ("3x^2 (power rule)", "3*x**2"),
    ("3x^2, by the power rule", "3*x**2"),
    ("3x^2   # power rule", "3*x**2"),
    ("3x^2 for all x", "3*x**2"),
    ("1/x, x > 0", "1/x"),
    ("1/x for x > 0", "1/x"),
    ("3x^2,", "3*x**2"),
    ("let u = x^2; sin(u)", "sin(u)"),
    ("u = x^2, sin(u)", "sin(u)"),
    ("sin(u) where u = x^2", "sin(u)"),
]


@pytest.mark.parametrize(("text", "expected"), AROUND)
def test_what_stands_around_a_formula_is_set_aside(text: str, expected: str) -> None:
    assert to_text(read(text).expr) == expected


@pytest.mark.parametrize(
    "text", ["Answer: 2x", "2x (power rule)", "2x for x > 0", "so 2x", "a) 2x", "2x # chain"]
)
def test_words_that_are_set_aside_are_noted(text: str) -> None:
    assert any("set aside" in note.text or "remark" in note.text for note in read(text).notes)


@pytest.mark.parametrize(
    "text",
    [
        "I don't know", "no idea", "chain rule", "the same function", "three x squared", "skip", "???",
        "the answer is not 2x", "it is wrong: 2x", "x!", "x😀", "__import__('os')", "2x and 3x", "2x or 3x",
        "cos(x)\n──────\nsin(x)", "* 2x", "2x\n3x",
    ],
)  # fmt: skip
def test_words_that_say_something_are_not_set_aside(text: str) -> None:
    with pytest.raises(ReadError):
        read(text)


@pytest.mark.parametrize(
    ("text", "variables"),
    [("a*x", "ax"), ("a x + i", "axi"), ("where(x > 0, x, 1)", "x"), ("is*x", "isx"), ("by + x", "byx")],
)
def test_letters_stay_letters(text: str, variables: str) -> None:
    assert set(read(text).variables) == set(variables)


ASKING = [
    ("d/dx (x^2+1)^5", "(x**2 + 1)**5", Asked(1, "x")),
    ("d/dt t^2", "t**2", Asked(1, "t")),
    (r"\frac{d}{dx}\left[\sin(x^2)\right]", "sin(x**2)", Asked(1, "x")),
    (r"\frac{d^2}{dx^2} x^5", "x**5", Asked(2, "x")),
    ("derivative of sin x", "sin(x)", Asked(1, "")),
    ("the second derivative of x^5", "x**5", Asked(2, "")),
    ("Find the derivative of f(x) = x^2", "x**2", Asked(1, "")),
    ("Find dy/dx if y = tan(3x)", "tan(3*x)", Asked(1, "x")),
    ("find f'(x) where f(x) = sqrt(x)", "sqrt(x)", Asked(1, "x")),
    ("Given g(x) = 1/(x+1), find g'(x)", "1/(x + 1)", Asked(1, "x")),
    ("(d/dx)(x^3 + x)", "x**3 + x", Asked(1, "x")),
    ("(x^3)'", "x**3", Asked(1, "")),
    ("y = d/dx(x^3)", "x**3", Asked(1, "x")),
]


@pytest.mark.parametrize(("text", "expected", "asked"), ASKING)
def test_what_a_formula_asks_for(text: str, expected: str, asked: Asked) -> None:
    reading = read(text)
    assert (to_text(reading.expr), reading.asked) == (expected, asked)
    assert any("is asked for" in note.text for note in reading.notes)


def test_it_must_be_clear_how_far_a_d_dx_reaches() -> None:
    with pytest.raises(ReadError, match="how far"):
        read("d/dx (x^2) + 3x")
