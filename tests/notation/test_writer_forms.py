"""How each form is written in the three notations: brackets, odd trees, derivatives, sizes; pairs of operators read back."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from sympy.parsing.sympy_parser import parse_expr

from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, depth, free_names
from chainrule_cli.notation.write import to_latex, to_text, to_unicode

X, Y = Name("x"), Name("y")


def neg(inner: Syntax) -> Syntax:
    return Apply("neg", (inner,))


TABLE = [
    # typed, text, unicode, LaTeX
    ("2x cos(x^2)", "2*x*cos(x**2)", "2x·cos(x²)", r"2 x \cos\left(x^{2}\right)"),
    ("(2x + 1)^3/x", "(2*x + 1)**3/x", "(2x + 1)³/x", r"\frac{\left(2 x + 1\right)^{3}}{x}"),
    ("x^-2", "x**(-2)", "x⁻²", "x^{-2}"),
    ("x^(1/2)", "x**(1/2)", "x^(1/2)", r"x^{\frac{1}{2}}"),
    ("e^(x^2)", "exp(x**2)", "e^(x²)", "e^{x^{2}}"),
    ("2e^x", "2*exp(x)", "2·e^x", "2 e^{x}"),
    ("2^x", "2**x", "2^x", "2^{x}"),
    ("e*pi", "E*pi", "e·π", r"e \pi"),
    ("sqrt(x)", "sqrt(x)", "√x", r"\sqrt{x}"),
    ("sqrt(x^2 + 1)", "sqrt(x**2 + 1)", "√(x² + 1)", r"\sqrt{x^{2} + 1}"),
    ("sqrt(x)^2", "sqrt(x)**2", "(√x)²", r"\sqrt{x}^{2}"),
    ("root(x, 3)", "real_root(x, 3)", "∛x", r"\sqrt[3]{x}"),
    ("root(x, 5)", "real_root(x, 5)", "root(x, 5)", r"\sqrt[5]{x}"),
    ("|x||y|", "Abs(x)*Abs(y)", "|x|·|y|", r"\left|x\right| \left|y\right|"),
    ("ln x", "log(x)", "ln(x)", r"\ln\left(x\right)"),
    ("log10(x)", "log(x, 10)", "log₁₀(x)", r"\log_{10}\left(x\right)"),
    ("log2(x + 1)", "log(x + 1, 2)", "log₂(x + 1)", r"\log_{2}\left(x + 1\right)"),
    ("sin(x)^2", "sin(x)**2", "sin²(x)", r"\sin^{2}\left(x\right)"),
    ("arcsin(x)", "asin(x)", "asin(x)", r"\arcsin\left(x\right)"),
    ("theta + x_1", "theta + x_1", "θ + x₁", r"\theta + x_{1}"),
    ("f(g(x))", "f(g(x))", "f(g(x))", r"f\left(g\left(x\right)\right)"),
    ("f'(x)", "Derivative(f(x), x)", "f′(x)", r"f'\left(x\right)"),
    ("f''(x^2)", "Subs(Derivative(f(t), (t, 2)), t, x**2)", "f″(x²)", r"f''\left(x^{2}\right)"),
    ("where(x > 0, x^2, -x)", "Piecewise((x**2, x > 0), (-x, True))", "where(x > 0, x², -x)", r"\begin{cases} x^{2} & x > 0 \\ -x & \text{otherwise} \end{cases}"),
    ("Piecewise((x, x <= 1))", "Piecewise((x, x <= 1))", "Piecewise((x, x ≤ 1))", r"\begin{cases} x & x \le 1 \end{cases}"),
    ("where(x != 0 and x >= y or not (y < 1), x, 1)", "Piecewise((x, Or(And(Ne(x, 0), x >= y), Not(y < 1))), (1, True))",
     "where(x ≠ 0 and x ≥ y or not (y < 1), x, 1)",
     r"\begin{cases} x & x \ne 0 \land x \ge y \lor \lnot \left(y < 1\right) \\ 1 & \text{otherwise} \end{cases}"),
    ("x^2 + y^2 = 1", "Eq(x**2 + y**2, 1)", "x² + y² = 1", "x^{2} + y^{2} = 1"),
    ("leaky_relu(x)", "leaky_relu(x)", "leaky_relu(x)", r"\operatorname{leaky\_relu}\left(x\right)"),
    # numbers
    ("2*3", "2*3", "2·3", r"2 \cdot 3"),
    ("0.1x + 2.0", "0.1*x + 2.0", "0.1x + 2.0", "0.1 x + 2.0"),
    ("1e-40*x", "1e-40*x", "1e-40·x", r"1 \cdot 10^{-40} x"),
    # brackets
    ("a - (b + c)", "a - (b + c)", "a - (b + c)", r"a - \left(b + c\right)"),
    ("-x^2", "-x**2", "-x²", "-x^{2}"),
    ("(-x)^2", "(-x)**2", "(-x)²", r"\left(-x\right)^{2}"),
    ("a/(b*c)", "a/(b*c)", "a/(b·c)", r"\frac{a}{b c}"),
    ("(a/b)*c", "a/b*c", "a/b·c", r"\frac{a}{b} c"),
    ("a*b/c", "a*b/c", "a·b/c", r"\frac{a b}{c}"),
    ("a*(b/c)", "a*(b/c)", "a·(b/c)", r"a \frac{b}{c}"),
    ("x^y^z", "x**(y**z)", "x^(y^z)", "x^{y^{z}}"),
    ("(x^y)^z", "(x**y)**z", "(x^y)^z", r"\left(x^{y}\right)^{z}"),
    ("-(-x)", "-(-x)", "-(-x)", r"-\left(-x\right)"),
    ("2*(-x)", "2*(-x)", "2·(-x)", r"2 \left(-x\right)"),
    ("(-x)*y", "(-x)*y", "(-x)·y", r"\left(-x\right) y"),
    ("-x*y", "-x*y", "-x·y", "-x y"),
    ("-x + y", "-x + y", "-x + y", "-x + y"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "text", "terminal", "latex"), TABLE, ids=[row[0] for row in TABLE])
def test_notations(typed: str, text: str, terminal: str, latex: str) -> None:
    expr = read(typed).expr
    assert (to_text(expr), to_unicode(expr), to_latex(expr)) == (text, terminal, latex)
    if isinstance(expr, Apply) and expr.function == "=":
        return
    assert read(text).expr == read(terminal).expr == expr


ODD = [
    # trees that the reader never makes
    (Number(-2), "-2", "-2", "-2"),
    (Apply("+", (X, Number(-2))), "x + (-2)", "x + (-2)", r"x + \left(-2\right)"),
    (Apply("*", (X, Number(-2))), "x*(-2)", "x·(-2)", r"x \cdot \left(-2\right)"),
    (Apply("^", (Number(-2), Number(2))), "(-2)**2", "(-2)²", r"\left(-2\right)^{2}"),
    (Apply("^", (Apply("sin", (X,)), Number(-1))), "sin(x)**(-1)", "sin(x)^(-1)", r"\sin\left(x\right)^{-1}"),
    (Apply("*", (Number(Fraction(1, 3)), X)), "1/3*x", "1/3·x", r"\frac{1}{3} x"),
    (Apply("^", (X, Number(Fraction(1, 3)))), "x**(1/3)", "x^(1/3)", r"x^{\frac{1}{3}}"),
    (Number(Fraction(-1, 3), decimal=True), "-1/3", "-1/3", "-1/3"),
    (Apply("/", (neg(X), neg(Y))), "(-x)/(-y)", "(-x)/(-y)", r"\frac{-x}{-y}"),
    (Apply("+", (Apply("+", (X, Y)), Apply("+", (X, neg(Y))))), "(x + y) + (x - y)", "(x + y) + (x - y)", r"\left(x + y\right) + \left(x - y\right)"),
    # derivatives of undefined functions
    (Apply("y", (X,), (1,)), "Derivative(y(x), x)", "dy/dx", r"\frac{d y}{d x}"),
    (Apply("y", (X,), (2,)), "Derivative(y(x), (x, 2))", "d²y/dx²", r"\frac{d^{2} y}{d x^{2}}"),
    (Apply("f", (X,), (5,)), "Derivative(f(x), (x, 5))", "f′′′′′(x)", r"f^{(5)}\left(x\right)"),
    (Apply("f", (X, Y), (1, 1)), "Derivative(f(x, y), x, y)", "Derivative(f(x, y), x, y)", r"\frac{\partial^{2}}{\partial x \partial y} f\left(x, y\right)"),
    (Apply("f", (X, X), (1, 0)), "Subs(Derivative(f(t, s), t), (t, s), (x, x))", "Subs(Derivative(f(t, s), t), (t, s), (x, x))",
     r"\left.\frac{\partial}{\partial t} f\left(t, s\right)\right|_{t = x, s = x}"),
    (Apply("f", (Apply("sin", (Name("t"),)),), (1,)), "Subs(Derivative(f(s), s), s, sin(t))", "f′(sin(t))", r"f'\left(\sin\left(t\right)\right)"),
    (Apply("Subs", (Apply("sin", (Y,)), Y, Apply("^", (X, Number(2))))), "Subs(sin(y), y, x**2)", "Subs(sin(y), y, x²)",
     r"\left.\sin\left(y\right)\right|_{y = x^{2}}"),
    # variables that are spelled like constants or functions
    (Apply("*", (Name("e"), Apply("exp", (X,)))), "e*exp(x)", "e·exp(x)", r"e \exp\left(x\right)"),
    (Apply("*", (Name("E"), Apply("e", ()))), "E*exp(1)", "E·e", "E e"),
    (Apply("*", (Name("sigma"), Apply("sigmoid", (X,)))), "sigma*sigmoid(x)", "σ·sigmoid(x)", r"\sigma \operatorname{sigmoid}\left(x\right)"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "text", "terminal", "latex"), ODD, ids=[row[1] for row in ODD])
def test_trees_that_computations_make(expr: Syntax, text: str, terminal: str, latex: str) -> None:
    assert (to_text(expr), to_unicode(expr), to_latex(expr)) == (text, terminal, latex)


@pytest.mark.parametrize("write", [to_text, to_unicode])
def test_two_operators_at_a_time(write: object) -> None:
    """Every operator inside every operator, at each place, beside a number and beside a letter."""
    assert callable(write)
    shapes = [
        *(lambda a, b, sign=sign: Apply(sign, (a, b)) for sign in ("+", "*", "/", "^")),
        lambda a, b: Apply("+", (a, neg(b))),
        lambda a, b: Apply("*", (neg(a), b)),
        lambda a, b: Apply("*", (a, Apply("sqrt", (b,)))),
        lambda a, b: Apply("^", (Apply("sin", (a,)), b)),
        lambda a, b: Apply("exp", (Apply("abs", (Apply("*", (a, b)),)),)),
    ]
    for leaf in (X, Number(2), Number(Fraction(1, 10), decimal=True)):
        for outer in shapes:
            for inner in shapes:
                for expr in (
                    outer(inner(X, Number(3)), leaf),
                    outer(leaf, inner(X, Y)),
                    neg(outer(leaf, inner(leaf, X))),
                ):
                    assert read(write(expr)).expr == expr, write(expr)


SYMPY_TOO = [
    typed
    for typed, text, *_ in TABLE
    if "relu" not in text and not text.startswith(("Eq", "f(", "Derivative", "Subs"))
]


@pytest.mark.parametrize("typed", SYMPY_TOO)
def test_sympy_reads_the_same_value(typed: str) -> None:
    expr = read(typed).expr
    point = {name: sympy.Rational(3 + place, 7) for place, name in enumerate(free_names(expr))}
    symbols = {name: sympy.Symbol(name, real=True) for name in point}
    values = {symbols[name]: value for name, value in point.items()}
    ours = parse_expr(to_text(expr), local_dict=symbols).subs(values)
    again = parse_expr(to_text(read(to_unicode(expr)).expr), local_dict=symbols).subs(values)
    assert ours.evalf() == again.evalf()
    assert not ours.free_symbols


def test_a_long_sum_and_a_deep_nest() -> None:
    terms = tuple(Apply("*", (Number(place), X)) if place % 2 else neg(Y) for place in range(3_000))
    deep: Syntax = X
    for place in range(600):
        deep = Apply("sin", (deep,)) if place % 2 else Apply("^", (Apply("+", (deep, Number(1))), Number(2)))
    assert depth(deep) > 600
    for write in (to_text, to_unicode, to_latex):
        assert write(Apply("+", terms)).count("y") == 1_500
        assert write(deep).count("sin") == 300
