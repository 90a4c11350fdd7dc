"""The three notations, and that each reads back as what was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy
from sympy.parsing.sympy_parser import parse_expr

from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax
from chainrule_cli.notation.write import portable, to_latex, to_text, to_unicode
from tests.generate import formulas
from tests.oracle import to_sympy

X = Name("x")


@pytest.mark.parametrize(
    ("typed", "text", "people", "latex"),
    [
        ("2x cos(x^2)", "2*x*cos(x**2)", "2x·cos(x²)", r"2 x \cos\left(x^{2}\right)"),
        ("(2x+1)^3/x", "(2*x + 1)**3/x", "(2x + 1)³/x", r"\frac{\left(2 x + 1\right)^{3}}{x}"),
        ("x^-2", "x**(-2)", "x⁻²", "x^{-2}"),
        ("e^(x^2)", "exp(x**2)", "e^(x²)", "e^{x^{2}}"),
        ("sqrt(x^2+1)", "sqrt(x**2 + 1)", "√(x² + 1)", r"\sqrt{x^{2} + 1}"),
        ("cbrt(x)", "real_root(x, 3)", "∛x", r"\sqrt[3]{x}"),
        ("root(x, 5)", "real_root(x, 5)", "root(x, 5)", r"\sqrt[5]{x}"),
        ("log10 x", "log(x, 10)", "log₁₀(x)", r"\log_{10}\left(x\right)"),
        ("sin^2 x", "sin(x)**2", "sin²(x)", r"\sin^{2}\left(x\right)"),
        ("f'(g(x))", "Subs(Derivative(f(t), t), t, g(x))", "f′(g(x))", r"f'\left(g\left(x\right)\right)"),
        ("where(x>0,x^2,-x)", "Piecewise((x**2, x > 0), (-x, True))", "where(x > 0, x², -x)", r"\begin{cases} x^{2} & x > 0 \\ -x & \text{otherwise} \end{cases}"),
        ("x_1*theta", "x_1*theta", "x₁·θ", r"x_{1} \theta"),
        ("0.1x+1e-40", "0.1*x + 1e-40", "0.1x + 1e-40", r"0.1 x + 1 \cdot 10^{-40}"),
        ("a-(b+c)", "a - (b + c)", "a - (b + c)", r"a - \left(b + c\right)"),
        ("(-x)^2", "(-x)**2", "(-x)²", r"\left(-x\right)^{2}"),
        ("a/(b*c)", "a/(b*c)", "a/(b·c)", r"\frac{a}{b c}"),
        ("(a/b)*c", "a/b*c", "a/b·c", r"\frac{a}{b} c"),
        ("(x^y)^z", "(x**y)**z", "(x^y)^z", r"\left(x^{y}\right)^{z}"),
        ("2*(-x)", "2*(-x)", "2·(-x)", r"2 \left(-x\right)"),
        ("|x|", "Abs(x)", "|x|", r"\left|x\right|"),
        ("sigmoid(x)", "sigmoid(x)", "σ(x)", r"\sigma\left(x\right)"),
    ],
)  # fmt: skip
def test_notations(typed: str, text: str, people: str, latex: str) -> None:
    expr = read(typed).expr
    assert (to_text(expr), to_unicode(expr), to_latex(expr)) == (text, people, latex)


@pytest.mark.parametrize("write", [to_text, to_unicode, to_latex])
@pytest.mark.parametrize(
    "count", [pytest.param(300, id="a tenth"), pytest.param(3_000, id="all", marks=pytest.mark.full)]
)
def test_what_is_written_reads_back(write: Callable[[Syntax], str], count: int) -> None:
    for expr in formulas("round trip", count, variables=("x", "y", "theta", "x_1")):
        assert read(write(expr)).expr == expr, write(expr)


def test_sympy_reads_the_portable_text_as_the_same_function() -> None:
    """On all the reals: x^(2/3) at x < 0 too, which sympy alone makes complex."""
    symbols = {name: sympy.Symbol(name, real=True) for name in "xy"}
    for text in (
        "x^(2/3)",
        "cbrt(x)",
        "x^(1/3)*y",
        "x^(-1/5)",
        "sin(x)^2/x",
        "log(y, 10)",
        "where(x>0, x^2, -x)",
        "|x|*x",
        "max(x, y)",
        "mod(x, 3)",
        "e^x + pi",
        "ceil(x)",
        "root(x, 7)",
    ):
        theirs = parse_expr(to_text(portable(read(text).expr)), local_dict=symbols)
        point = {symbols["x"]: -sympy.Rational(17, 10), symbols["y"]: sympy.Rational(9, 10)}
        assert complex(theirs.subs(point).evalf(15)) == pytest.approx(
            complex(to_sympy(read(text).expr).subs(point).evalf(15))
        ), text


def test_even_powers_and_positive_bases_stay_as_they_are() -> None:
    for text in ("x**(1/2)", "(x**2 + 1)**(1/3)", "exp(x)**(2/3)", "2**(1/3)"):
        assert to_text(portable(read(text).expr)) == text


def test_trees_that_no_reader_makes_are_written_all_the_same() -> None:
    odd = Apply("+", (Number(-2), Apply("neg", (Apply("neg", (X,)),)), Apply("+", (X, Number(1)))))
    assert to_text(odd) == "-2 - (-x) + (x + 1)"
    assert to_text(Apply("*", (Apply("neg", (X,)), Number(-3)))) == "(-x)*(-3)"


def test_large_trees() -> None:
    wide = Apply("+", tuple(Apply("*", (Number(place), X)) for place in range(3_000)))
    assert to_text(wide).count("+") == 2_999
    deep: Syntax = X
    for _ in range(600):
        deep = Apply("sin", (deep,))
    assert len(to_unicode(deep)) == 600 * 5 + 1
