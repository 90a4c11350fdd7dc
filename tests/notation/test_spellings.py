"""Spellings of other systems: each row by its example, and the marks by which they are known."""

from __future__ import annotations

import pytest

from chainrule_cli.errors import ReadError
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.spellings import SPELLINGS, ForeignSpelling
from chainrule_cli.notation.write import to_text


@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: row.spelling)
def test_a_spelling_is_read_as_its_meaning(row: ForeignSpelling) -> None:
    typed, same = row.example
    assert to_text(read(typed, declared=("y",)).expr) == to_text(read(same, declared=("y",)).expr)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Cos[x]", "cos(x)"), ("2 x Cos[x^2]", "2x cos(x^2)"), ("Log[x]/x", "ln(x)/x"), ("Log[2, x]", "log(x, 2)"),
        ("Cos[x] Sin[x]", "cos(x)*sin(x)"), ("Cos[Sin[x]]^2", "cos(sin(x))^2"), ("2 E ^ (2 x)", "2e^(2x)"),
        ("ArcTan[x]", "atan(x)"), ("ARCTAN(x)", "atan(x)"), ("Sqrt[Pi x]", "sqrt(pi*x)"), ("SQRT(x)", "sqrt(x)"),
        ("COS(x)", "cos(x)"), ("Exp(-x)", "exp(-x)"), ("sin[x] y", "sin(x)*y"), ("f[x]", "f(x)"),
        ("Sin^2 x", "sin(x)^2"), ("SIN x", "sin(x)"), ("2*%pi*%e^x", "2*pi*e^x"), ("pi()*x", "pi*x"),
        ("PI()*x", "pi*x"), ("np.exp(-x**2)", "exp(-x^2)"), ("math.log(x)", "ln(x)"), ("Math.pow(x, 3)", "x^3"),
        ("x.^2", "x^2"), ("2.*x.*y", "2.0x*y"), ("1./x", "1.0/x"), ("x .^ 2 ./ y", "x^2/y"), ("1.5d0*x", "1.5x"),
        ("(1.0d0/2.0d0)*x", "(1.0/2.0)*x"), ("1/(x*M_LN10)", "1/(x*ln(10))"), ("(2 // 3)*x", "(2/3)*x"),
        ("root(3, x)", "cbrt(x)"), ("root(3)(x)", "cbrt(x)"), ("root(x, 3)", "cbrt(x)"), ("frac(x, 2)", "x/2"),
        ("2 xx x", "2*x"), ("x dot.op y", "x*y"), ("=2*x", "2*x"), ("theta(x)*x", "Heaviside(x)*x"),
        ("polygamma(0, x)", "polygamma(0, x)"), ("pow(e, x)", "e^x"), ("E^(2*x)", "exp(2x)"),
        (r"\text{Cos}(x)", "cos(x)"), (r"\mathrm{ Sign }\left( x\right)", "sign(x)"), (r"\theta(x)", "Heaviside(x)"),
    ],
)  # fmt: skip
def test_texts_of_other_systems(typed: str, same: str) -> None:
    assert to_text(read(typed).expr) == to_text(read(same).expr)


@pytest.mark.parametrize(
    "text", ["theta(x) + theta", "x*theta", "sin(theta)", "xx", "x xx", "sqrt[3]{x}", "psi*x"]
)
def test_what_has_a_meaning_here_keeps_it(text: str) -> None:
    assert "Heaviside" not in to_text(read(text).expr)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("SIN x", "SIN is read as sin"),
        ("Log[2, x]", "Log[b, x] is read as the logarithm of x to the base b"),
        ("root(3, x)", "root(3, x) is read with its degree first"),
        ("conjugate(x)", "conjugate(x) is read as x: variables are real"),
        ("Heaviside(x)", "Heaviside( ) is read as a step: 0 below 0, 1 above, with the derivative 0"),
        ("2 xx x", "xx is read as a product sign"),
    ],
)
def test_what_could_surprise_is_noted(text: str, note: str) -> None:
    assert note in [each.text for each in read(text).notes]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("s e c h x", "letter by letter"), ("s i n x", "letter by letter"), ("diff(x^2, x)", "standing"),
        ("'diff(x^2, x)", "standing"), ("d(sec(x), x)", "standing"), ("Deriv(x) x^2", "standing"),
        ("Abs'[x]", "unevaluated derivative"), ("Derivative[1][Abs][x]", "standing"), ("re(x)", "complex"),
        ("im(x)", "complex"), ("DiracDelta(x)", "Dirac delta"), ("delta(x)", "Dirac delta"), ("int x dx", "integral"),
        ("sum(x, i)", "a sum"), ("oo", "finite"), ("x // y", "no operator"), ("lgamma(x)", "lgamma"),
        ("x ? 1 : 2", "no meaning"), ("np.fft(x)", "not of this language"), ("Foo[x]", "not a known"), ("3½", "mixed"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(text)


def test_a_declared_name_is_never_respelled() -> None:
    assert read("PI*x", declared=("PI",)).variables == ("PI", "x")
    assert read("np*x", declared=("np",)).variables == ("np", "x")
