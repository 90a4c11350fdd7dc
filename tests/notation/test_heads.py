"""Heads: derivatives by their names, known by their tokens in plain text and in LaTeX."""

from __future__ import annotations

import pytest

from chainrule_cli.notation.heads import find_derivative, find_head
from chainrule_cli.notation.latex_reader import scan_latex
from chainrule_cli.notation.lexer import scan

HEADS = [
    ("dy/dx", (1, "y", "x", "")),
    ("d y / d x", (1, "y", "x", "")),
    ("(dy)/(dx)", (1, "y", "x", "")),
    ("(d y)/(d x)", (1, "y", "x", "")),
    ("(dy/dx)", (1, "y", "x", "")),
    ("df(x)/dx", (1, "f", "x", "")),
    ("d^2y/dx^2", (2, "y", "x", "")),
    ("d²y/dx²", (2, "y", "x", "")),
    ("d^2y/dx", (0, "y", "x", "")),
    ("ds/dt", (1, "s", "t", "")),
    ("dr/dtheta", (1, "r", "theta", "")),
    ("d/dx", (1, "", "x", "")),
    ("d/dx(x^3)", (1, "", "x", "(x^3)")),
    ("d/dx sin x", (1, "", "x", "sin x")),
    ("d^2/dx^2 [x^5]", (2, "", "x", "[x^5]")),
    ("(d/dx)(x+1)", (1, "", "x", "(x+1)")),
    ("d(x^2)/dx", (1, "", "x", "(x^2)")),
    ("y'", (1, "y", "", "")),
    ("f''(x)", (2, "f", "x", "")),
    ("y^(3)", (3, "y", "", "")),
    ("(x^2)'", (1, "", "", "x^2")),
    ("[sin x]''", (2, "", "", "sin x")),
    ("D_x", (1, "", "x", "")),
    ("D_x y", (1, "y", "x", "")),
    ("D_x x^2", (1, "", "x", "x^2")),
    ("D(x^2)", (1, "", "", "(x^2)")),
    (r"\frac{dy}{dx}", (1, "y", "x", "")),
    (r"\frac{d}{dx}\left[x^2\right]", (1, "", "x", r"[x^2\right]")),
    (r"\frac{d^2y}{dx^2}", (2, "y", "x", "")),
    (r"f'\left(x\right)", (1, "f", "x", "")),
    (r"y^{\prime}", (1, "y", "", "")),
    (r"f^{(2)}(x)", (2, "f", "x", "")),
]


@pytest.mark.parametrize(("text", "expected"), HEADS)
def test_heads(text: str, expected: tuple[int, str, str, str]) -> None:
    tokens = (scan_latex(text, print) if "\\" in text else scan(text))[:-1]
    head = find_head(tokens)
    assert head is not None
    operand = text[head.operand[0].start : head.operand[-1].end] if head.operand else ""
    assert (head.order, head.function, head.variable) == expected[:3]
    assert operand.replace(r"\left", "") == expected[3]


@pytest.mark.parametrize(
    "text",
    ["x", "y", "2x", "sin(x)", "f(x)", "f'(x^2)", "dx", "x/y", "d*x", "y'*2", "2y'", "x^(2)", "dy/dx + 1"],
)
def test_what_is_no_head(text: str) -> None:
    assert find_head(scan(text)[:-1]) is None


@pytest.mark.parametrize("text", ["2 dy/dx", "x*(dy/dx)", "1 + d/dx", "(dy/dx)^2", "(d^2 y)/(dx^2) + y"])
def test_a_quotient_of_differentials_inside_a_formula(text: str) -> None:
    found = find_derivative(scan(text)[:-1])
    assert found is not None


@pytest.mark.parametrize("text", ["x/y", "d*x/e", "(x+1)/(x-1)", "1/dx"])
def test_other_quotients(text: str) -> None:
    assert find_derivative(scan(text)[:-1]) is None
