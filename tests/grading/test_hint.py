"""Hints: each level says what it should, and below the last none gives the derivative or a factor of it away."""

from __future__ import annotations

import re

import pytest
import sympy

from chainrule_cli.errors import UsageError
from chainrule_cli.notation.write import to_text, to_unicode
from chainrule_cli.reports.diff import report as diff
from chainrule_cli.reports.hint import report
from tests.generate import formulas
from tests.support import chainrule, counted


@pytest.mark.parametrize(
    ("formula", "level", "said"),
    [
        ("sin(x^2)", 1, "chain rule"),
        ("sin(x^2)", 2, "the outside is sin(u), the inside is u = x²"),
        ("sin(x^2)", 3, "dy/dx = □·□"),
        ("sin(x^2)", 4, "dy/dx = 2x·cos(x²)"),
        ("x^2 sin(x)", 1, "(u·v)′ = u′·v + u·v′"),
        ("x^2 sin(x)", 3, "dy/dx = □·sin(x) + x²·□"),
        ("x^2 e^x", 3, "dy/dx = □·v + u·□"),
        ("sin(x)/x", 3, "dy/dx = (□·x - sin(x)·□)/x²"),
        ("3sin(x^2) + x", 1, "further in: the constant multiple rule, then the chain rule"),
        ("3sin(x^2) + x", 2, "in sin(x²), the outside is sin(u)"),
        ("3sin(x^2) + x", 3, "dy/dx = 3·□·□ + □"),
        ("x^2 + y^2 = 1", 1, "implicit differentiation"),
        ("x^2 + y^2 = 1", 3, "□·x^□ + □·dy/dx = □   (then solve for dy/dx)"),
        ("x^x", 3, "dy/dx = x^x·□"),
        ("x^2 y", 4, "dz/dx = 2x·y"),
        ("u = x^2; v = x u; u sin(v)", 3, "dy/dx = □·□ + □·□"),
        ("u = x^2; v = x u; u sin(v)", 4, "where v_x = "),
        ("sin(e^x)", 2, "the inside is a case for the exponential rule"),
        ("7", 2, "nothing in it changes"),
    ],
)
def test_what_a_level_says(formula: str, level: int, said: str) -> None:
    assert said in report(formula, wrt="x", level=level).text


def spellings(expr: sympy.Expr, text: str, shown: str) -> set[str]:
    found = {str(expr), sympy.sstr(sympy.simplify(expr)), text, shown}
    return {
        bare(each)
        for each in found
        if re.search(r"[a-z]\W*.*[\W\d]", each) and re.search("[a-z]", each) and len(bare(each)) > 1
    }


def bare(text: str) -> str:
    flat = text.replace("**", "^").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return re.sub(r"[\s·*^]", "", flat)


x = sympy.Symbol("x")
OUTSIDES = [
    sympy.sin,
    sympy.cos,
    sympy.tan,
    sympy.exp,
    sympy.log,
    sympy.sqrt,
    sympy.atan,
    lambda u: u**3,
    lambda u: 1 / u,
    lambda u: u**-2,
]
INSIDES = [
    x**2 + 3,
    x**3 - 2 * x,
    sympy.sin(x),
    sympy.log(x),
    sympy.sqrt(x),
    x**4 + 1,
    sympy.cos(3 * x),
    sympy.atan(x),
    x * sympy.log(x),
    5 - x**2,
]


@pytest.mark.parametrize(("place", "outside"), list(enumerate(OUTSIDES)))
@counted(len(INSIDES))
def test_neither_the_derivative_nor_a_factor_is_in_a_hint(place: int, outside: object, count: int) -> None:
    """Compositions and products, whose factors sympy finds. A tenth: each inside once, each with another outside."""
    assert callable(outside)
    for inner in (INSIDES[place:] + INSIDES[:place])[:count]:
        for formula, factors in (
            (outside(inner), [sympy.diff(inner, x)]),
            (outside(x) * inner, [sympy.diff(inner, x), sympy.diff(outside(x), x)]),
        ):
            text = str(formula)
            answer = diff(text).derivative.syntax
            secrets = spellings(sympy.diff(formula, x), to_text(answer), to_unicode(answer))
            for factor in factors:
                secrets |= spellings(factor, str(factor), str(factor)) if not factor.is_number else set()
            for level in (1, 2, 3):
                said = bare(report(text, level=level).text)
                assert not [secret for secret in secrets if secret in said], (text, level, said)


@counted(300)
def test_no_hint_holds_the_derivative(count: int) -> None:
    """Formulas of every shape: the derivative, as chainrule and sympy write it, is in no hint below the last."""
    for formula in formulas("hints", count):
        text = to_text(formula)
        answer = diff(text)
        spelled = {bare(answer.derivative.text), bare(to_unicode(answer.derivative.syntax))}
        secrets = {each for each in spelled if re.search("[a-z]", each) and len(each) > 3}
        for level in (1, 2, 3):
            hint = report(text, level=level)
            assert hint.text
            assert hint.rule
            assert not [secret for secret in secrets if secret in bare(f"{hint.rule} {hint.text}")], (
                text,
                level,
                hint.text,
            )


def test_the_last_level_is_cross_checked() -> None:
    record = report("sin(x^2)", level=4)
    assert record.crosscheck is not None
    assert record.crosscheck.verdict == "agree"
    assert report("sin(x^2)", level=3).crosscheck is None


@pytest.mark.parametrize(
    "text", ["u = x^2; 3*u", "u = x^2; f = u*sin(u) + x", "u = x^2; v = sin(u); u*v + x", "q = x + y; q*z"]
)
def test_a_name_of_a_definition_is_left_as_it_is(text: str) -> None:
    assert report(text, level=3).text.startswith(("df/dx = □", "dy/dx = □", "dz/dx = □", "dF/dx = □"))


@pytest.mark.parametrize("level", [0, 5, -1])
def test_levels_go_from_one_to_four(level: int) -> None:
    with pytest.raises(UsageError, match="is not between 1 and 4"):
        report("x^2", level=level)


def test_the_command() -> None:
    ran = chainrule("hint", "sin(x**2)", "--level", "3")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "dy/dx = □·□" in ran.stdout
    refused = chainrule("hint", "sin(x**2", "--level", "2")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert chainrule("hint", "log(-1-x^2)", "--level", "4").returncode == 3
