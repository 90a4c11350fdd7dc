"""Every convention of the language, in plain notation: what is read, what is noted, what is refused and where the caret stands."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
import sympy
from sympy.parsing.sympy_parser import parse_expr

from chainrule_cli.errors import ChainruleError, LimitError, ReadError, Span
from chainrule_cli.notation.reader import read, read_point
from chainrule_cli.notation.syntax import Apply, Name, Number, depth, postorder
from chainrule_cli.notation.write import to_text
from tests.oracle import to_sympy


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        # implicit multiplication
        ("2x cos(x^2)", "2*x*cos(x**2)"), ("x sin x", "x*sin(x)"), ("xy", "x*y"), ("x(x+1)", "x*(x + 1)"), ("(x+1)(x-1)", "(x + 1)*(x - 1)"), ("1/2x", "1/2*x"),
        ("e^2x", "exp(2)*x"), ("3x^2y", "3*x**2*y"), ("2(x+1)^2(x-1)", "2*(x + 1)**2*(x - 1)"), ("x 2", "x*2"), ("3π", "3*pi"), ("2pix", "2*pi*x"), ("pi r^2", "pi*r**2"), ("xe^x", "x*exp(x)"),
        ("x^2/2x", "x**2/2*x"), ("x^2 2^x", "x**2*2**x"), ("(x)(y)z", "x*y*z"),
        # powers and signs
        ("-x^2", "-x**2"), ("2^x^2", "2**(x**2)"), ("x^-2", "x**(-2)"), ("2^-x^2", "2**(-x**2)"), ("x**2", "x**2"), ("x²", "x**2"), ("x⁻¹", "x**(-1)"), ("x²y³", "x**2*y**3"), ("−x–1", "-x - 1"),
        ("x*-y", "x*(-y)"), ("--x", "-(-x)"), ("+x", "x"), ("a-(b+c)", "a - (b + c)"), ("a - b", "a - b"), ("x × y ÷ z · 2", "x*y/z*2"), ("{x+1}^[2]", "(x + 1)**2"),
        # functions without brackets
        ("sin 2x", "sin(2*x)"), ("2 sin x cos x", "2*sin(x)*cos(x)"), ("sin x^2", "sin(x**2)"), ("sin^2 x", "sin(x)**2"), ("sin²x", "sin(x)**2"), ("sin^-1 x", "asin(x)"), ("sin^{-1} x", "asin(x)"),
        ("tan^-1(x)", "atan(x)"), ("sin⁻¹(x)", "asin(x)"), ("ln x^2", "log(x**2)"), ("sin x / x", "sin(x)/x"), ("sin x + 1", "sin(x) + 1"), ("sin cos x", "sin(cos(x))"), ("sin -x", "sin(-x)"),
        ("sqrt x", "sqrt(x)"), ("√x", "sqrt(x)"), ("√(x+1)", "sqrt(x + 1)"), ("∛x", "real_root(x, 3)"), ("sin(x)y", "sin(x)*y"), ("sin(x)^2", "sin(x)**2"), ("sin^2(x)cos(x)", "sin(x)**2*cos(x)"),
        ("e^sin 2x", "exp(sin(2*x))"), ("ln 3x sin x", "log(3*x)*sin(x)"),
        # typed without spaces
        ("2xcos(x^2)", "2*x*cos(x**2)"), ("sinx", "sin(x)"), ("sinxcosx", "sin(x)*cos(x)"), ("sin2x", "sin(2*x)"), ("e^xsin x", "exp(x)*sin(x)"), ("lnx", "log(x)"), ("xlnx", "x*log(x)"),
        # bars
        ("|x|", "Abs(x)"), ("|x-1||x+1|", "Abs(x - 1)*Abs(x + 1)"), ("||x|-1|", "Abs(Abs(x) - 1)"), ("2|x|+|x|^2", "2*Abs(x) + Abs(x)**2"), ("|sin|x||", "Abs(sin(Abs(x)))"), ("(|x|+1)|x|", "(Abs(x) + 1)*Abs(x)"),
        # logarithms, roots, constants
        ("ln x", "log(x)"), ("log(x)", "log(x)"), ("log_2 x", "log(x, 2)"), ("log_{10}(x)", "log(x, 10)"), ("log₂(x)", "log(x, 2)"), ("log10(x)", "log(x, 10)"), ("log2 x", "log(x, 2)"), ("log(x, b)", "log(x, b)"),
        ("cbrt(x)+root(x,3)+real_root(x,3)", "real_root(x, 3) + real_root(x, 3) + real_root(x, 3)"), ("root(x, 2)", "sqrt(x)"), ("root(x,5)", "real_root(x, 5)"), ("e*x", "E*x"), ("E**x", "exp(x)"), ("exp(x)", "exp(x)"),
        # other spellings
        ("arcsin x + arsinh x + arcosh(x)", "asin(x) + asinh(x) + acosh(x)"), ("Abs(x)+Max(x,1)+Min(x,2)+ceiling(x)", "Abs(x) + Max(x, 1) + Min(x, 2) + ceiling(x)"), ("Mod(x, 2)", "Mod(x, 2)"),
        ("gamma(x)+Γ(x)+gamma", "gamma(x) + gamma(x) + gamma"), ("psi(x)", "digamma(x)"), ("σ(x)", "sigmoid(x)"), ("θ + alpha", "theta + alpha"), ("x_1 + x_{2} + x₃ + w1", "x_1 + x_2 + x_3 + w1"), ("Rational(1, 2)*x", "1/2*x"),
        # piecewise
        ("where(x>0, x^2, -x)", "Piecewise((x**2, x > 0), (-x, True))"), ("Piecewise((x, x<0), (x^2, x<1), (2*x, True))", "Piecewise((x, x < 0), (x**2, x < 1), (2*x, True))"),
        ("Piecewise((x, x ≤ 0), (2, Ne(x, 3)))", "Piecewise((x, x <= 0), (2, Ne(x, 3)))"), ("where(0<x<1, x, 1)", "Piecewise((x, And(0 < x, x < 1)), (1, True))"),
        ("where(x>0 and not x>1 or x==3, x, 1)", "Piecewise((x, Or(And(x > 0, Not(x > 1)), Eq(x, 3))), (1, True))"), ("where((x>0) & ~(x>2), x, 1)", "Piecewise((x, And(x > 0, Not(x > 2))), (1, True))"),
        # undefined functions
        ("f(g(x))", "f(g(x))"), ("f'(g(x))", "Subs(Derivative(f(t), t), t, g(x))"), ("f''(x)", "Derivative(f(x), (x, 2))"), ("Subs(Derivative(f(t), t), t, g(x))", "Subs(Derivative(f(t), t), t, g(x))"),
        ("Derivative(f(x, y), x, (y, 2))", "Derivative(f(x, y), x, (y, 2))"), ("x f(x)", "x*f(x)"),
    ],
)  # fmt: skip
def test_reading(text: str, meant: str) -> None:
    assert to_text(read(text).expr) == meant


def test_what_was_typed_stays() -> None:
    assert read("x*x").expr == Apply("*", (Name("x"), Name("x")))
    assert read("a+b-c").expr == Apply("+", (Name("a"), Name("b"), Apply("neg", (Name("c"),))))
    assert read("a+(b+c)").expr != read("a+b+c").expr
    assert read("x^(1/2)").expr != read("sqrt(x)").expr


def test_decimals_are_exact() -> None:
    assert read("0.1").expr == Number(Fraction(1, 10), decimal=True)
    assert read("1e-20").expr == Number(Fraction(1, 10**20), decimal=True)
    assert read(".5x").expr == Apply("*", (Number(Fraction(1, 2), decimal=True), Name("x")))
    assert read("2e^x").expr == Apply("*", (Number(2), Apply("exp", (Name("x"),))))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1/2x", "1/2x is read as (1/2)·x"), ("e^2x", "e^2x is read as (e^2)·x"), ("x(x+1)", "x(x+1) is read as a product, x times the bracket"), ("sin^-1 x", "sin^-1 is the inverse function, not 1/sin"),
        ("sinxcosx", "sinxcosx is read as sin x·cos x"), ("xy", "xy is read as x·y"), ("sin x/2", "sin without brackets takes x"), ("σ(x)", "σ( ) is read as the sigmoid"),
    ],
)  # fmt: skip
def test_ambiguous_places_are_noted(text: str, note: str) -> None:
    assert note in [each.text for each in read(text).notes]


@pytest.mark.parametrize("text", ["sin(x**2)", "x^2+3*x", "2*x*cos(x**2)", "f(g(x))", "x^2 + y^2 = 1"])
def test_plain_formulas_have_no_notes(text: str) -> None:
    assert read(text).notes == ()


def test_definitions() -> None:
    reading = read("u = x^2; v = sin(u)\nf = u*v + x")
    assert [(each.name, to_text(each.body)) for each in reading.definitions] == [
        ("u", "x**2"),
        ("v", "sin(u)"),
    ]
    assert (to_text(reading.expr), reading.name, reading.variables) == ("u*v + x", "f", ("x",))
    assert (read("y = x^2").name, read("f(x) = x^2").name, read("u = x; u^2").name) == ("y", "f", None)
    applied = read("g(t) = t^2; g(3x) + g(t)")
    assert to_text(applied.expr) == "(3*x)**2 + g"
    assert read("speed = 3x; speed^2").definitions[0].name == "speed"
    assert read("e = x^2; e + 1").variables == ("x",)


def test_equations() -> None:
    for text in ("x^2 + y^2 = 1", "Eq(x**2 + y**2, 1)"):
        assert to_text(read(text).expr) == "Eq(x**2 + y**2, 1)"
        assert read(text).equation
    assert read("y = y^2 + x").equation


def test_declared_names_are_variables() -> None:
    assert read("e*pi*speed", declared=("e", "pi", "speed")).variables == ("e", "pi", "speed")
    assert to_text(read("f(x+1)", declared=("f",)).expr) == "f*(x + 1)"


@pytest.mark.parametrize(
    ("text", "message", "span", "hint"),
    [
        ("sin(x**2", "a bracket is not closed", (3, 4), "add ) at the end?"), ("sin(x))", "a bracket is closed that was not opened", (6, 7), ""), ("x+", "ends too early", (1, 2), ""), ("x^", "ends too early", (1, 2), ""),
        ("()", "nothing between the brackets", (0, 1), ""), ("sin()", "nothing between the brackets", (3, 4), ""), ("sine(x)", "sine is not a known function", (0, 4), "did you mean sin?"),
        ("coz(x)", "coz is not a known function", (0, 3), "did you mean"), ("speed*2", "speed is not a known name", (0, 5), "--wrt"), ("y' + 1", "unevaluated derivative", (0, 1), ""), ("dy/dx", "unevaluated derivative", (0, 5), ""),
        ("dy/dx", "unevaluated derivative", (0, 5), "write the derivative itself"), ("x!", "no meaning", (1, 2), ""), ("x = 3 = 4", "second equals sign", (6, 7), ""), ("u = v; v = x; u", "v is used before", (0, 1), ""),
        ("u = x; u = x^2; u", "defined twice", (7, 8), ""), ("x=2; x", "", None, ""), ("2 3", "side by side", (2, 3), ""), ("0 < x < 1", "a condition is not a formula", (0, 9), "where"), ("x,5", "comma", (1, 2), "point"),
        ("log(x, 2, 3)", "takes 1 to 2 arguments, not 3", (0, 3), ""), ("atan2(x)", "takes 2 arguments, not 1", (0, 5), ""), ("|x", "a bar | is not closed", (0, 1), ""), ("(x]", "is closed by", (2, 3), ""), ("*x", "nothing stands before *", (0, 1), ""),
        ("x\0y", "U+0000", (1, 2), ""), ("x😀", "U+1F600", (1, 2), ""), ("x\u202ey", "U+202E", (1, 2), ""), ("__import__('os')", "U+005F", (0, 1), ""), ("sin", "has no argument", (0, 3), "sin(x)"), ("where(x, 1, 2)", "where takes a condition", (0, 14), ""),
        ("sin(x > 0)", "a value belongs here", (4, 9), ""), ("f(x)(", "", None, ""), ("", "nothing to read", None, ""), ("x + (1, 2)", "a list is not a formula", (4, 10), ""), ("Derivative(x**2, x)", "cannot be read", (0, 19), "undefined function"),
    ],
)  # fmt: skip
def test_errors_say_what_where_and_what_to_try(
    text: str, message: str, span: tuple[int, int] | None, hint: str
) -> None:
    if text == "x=2; x":
        assert read(text).variables == ()
        return
    with pytest.raises(ReadError) as caught:
        read(text)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert span is None or caught.value.span == Span(*span)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("x" * 10_001, "10,000"), ("(" * 300 + "x" + ")" * 300, "200"), ("sin(" * 250 + "x" + ")" * 250, "200"), ("9" * 1_001, "1,000 digits"), ("1e999999999", "1,000 digits"), ("1e-5000", "1,000 digits"),
        ("/".join("x" * 300), "200"), ("2^" * 250 + "x", "200"), ("f(t) = " + "+".join(["t"] * 300) + "; " + "f(" * 40 + "x" + ")" * 40, "20,000"),
    ],
)  # fmt: skip
def test_limits_name_themselves(text: str, limit: str) -> None:
    with pytest.raises(LimitError, match=limit):
        read(text)


def test_three_thousand_terms_are_one_sum() -> None:
    expr = read("+".join(["x"] * 3_000)).expr
    assert isinstance(expr, Apply)
    assert (len(expr.args), depth(expr)) == (3_000, 2)


def test_spans_are_the_pieces_of_the_text() -> None:
    text = "2*sin(x^2) - |y|"
    pieces = {
        text[node.span.start : node.span.end] for node in postorder(read(text).expr) if node.span is not None
    }
    assert {"2", "x^2", "sin(x^2)", "2*sin(x^2)", "|y|", text} <= pieces


def test_points() -> None:
    assert {name: to_text(value) for name, value in read_point("x=1, y=-pi/2; z=sqrt(2)").items()} == {
        "x": "1",
        "y": "-pi/2",
        "z": "sqrt(2)",
    }
    for text, message in (
        ("x", "name=value"),
        ("x=y", "must be a number"),
        ("x=1,x=2", "given twice"),
        ("", "name=value"),
        ("x=", "name=value"),
    ):
        with pytest.raises(ReadError, match=message):
            read_point(text)


# against sympy's own parser, on text of ours


def _unambiguous(dice: random.Random, levels: int) -> str:
    if levels == 0 or dice.random() < 0.2:
        return dice.choice(["x", "y", "2", "3", "0.5", "pi"])
    one, other = _unambiguous(dice, levels - 1), _unambiguous(dice, levels - 1)
    shapes = [
        f"{one} + {other}",
        f"{one} - ({other})",
        f"({one})*({other})",
        f"({one})/({other})",
        f"({one})**2",
        f"-({one})",
        f"2**({one})",
        f"{one}*{other}/3",
    ]
    return dice.choice(
        [*shapes, *(f"{name}({one})" for name in ("sin", "cos", "exp", "atan", "tanh", "Abs", "sinh", "erf"))]
    )


def test_sympys_parser_reads_the_same() -> None:
    dice = random.Random("two readers")
    symbols = {name: sympy.Symbol(name, real=True) for name in "xy"}
    for _ in range(300):
        text = _unambiguous(dice, 4)
        ours, theirs = to_sympy(read(text).expr), parse_expr(text, local_dict=symbols)
        values = [
            complex(
                side.subs({symbols["x"]: sympy.Rational(7, 5), symbols["y"]: -sympy.Rational(3, 7)}).evalf(20)
            )
            for side in (ours, theirs)
        ]
        assert values[0] == pytest.approx(values[1], rel=1e-12, abs=1e-12, nan_ok=True), text


def test_any_text_is_read_or_refused() -> None:
    dice = random.Random("monkeys")
    alphabet = "xyz0123456789.+-*/^()[]{}|=<>,;' \n\\_&~!√²₂πθe" + "sincoslogfrac"
    for _ in range(3_000):
        text = "".join(dice.choice(alphabet) for _ in range(dice.randint(1, 25)))
        try:
            reading = read(text)
        except ChainruleError:
            continue
        assert mpmath.isfinite(depth(reading.expr))


@pytest.mark.parametrize(
    "text", ["root(x, " * 120 + "x" + ")" * 120, "x^" * 150 + "x", "(" * 150 + "x" + ")" * 150]
)
def test_deep_formulas_are_equal_to_themselves_without_recursion(text: str) -> None:
    assert read(text).expr == read(text).expr
