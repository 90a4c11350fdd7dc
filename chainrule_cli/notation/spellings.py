"""Spellings of other systems: Cos[x], %pi, np.sin, Math.PI, pow(x, 2), root(3, x), and what each is here.

A row is recognised by its own mark, so nothing of this language changes: a word before a bracket, a name of
a module before a point, a percent sign. A new spelling is a row in SPELLINGS; foreign_tokens.py applies them.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from chainrule_cli.notation.functions import ALIASES, WHEN_CALLED

Mark = Literal["call", "constant", "operator", "module"]


class ForeignSpelling(NamedTuple):
    """spelling: as the other system writes it.
    meaning: the word of this language, or for a constant a formula.
    mark: what it is known by: a bracket behind it (call), nothing (constant), factors on both sides
    (operator), a point and a name behind it (module).
    source: who writes so.
    example: a text that uses it, and the same in this language.
    """

    spelling: str
    meaning: str
    mark: Mark
    source: str
    example: tuple[str, str]


def _call(spelling: str, meaning: str, source: str, typed: str, same: str) -> ForeignSpelling:
    return ForeignSpelling(spelling, meaning, "call", source, (typed, same))


def _constant(spelling: str, meaning: str, source: str) -> ForeignSpelling:
    return ForeignSpelling(spelling, meaning, "constant", source, (f"{spelling}*x", f"({meaning})*x"))


def _operator(spelling: str, meaning: str, source: str) -> ForeignSpelling:
    return ForeignSpelling(spelling, meaning, "operator", source, (f"2 {spelling} y", f"2{meaning}y"))


def _module(spelling: str, source: str, point: str = ".") -> ForeignSpelling:
    return ForeignSpelling(spelling, "", "module", source, (f"{spelling}{point}sin(x)", "sin(x)"))


SPELLINGS = (
    _call("ArcSin", "asin", "Mathematica, Yacas", "ArcSin[x]", "asin(x)"),
    _call("Surd", "root", "Mathematica", "Surd[x, 3]", "cbrt(x)"),
    _call("CubeRoot", "cbrt", "Mathematica", "CubeRoot[x]", "cbrt(x)"),
    _call("ProductLog", "lambertw", "Mathematica", "ProductLog[x]", "lambertw(x)"),
    _call("PolyGamma", "PolyGamma", "Mathematica", "PolyGamma[0, x]", "digamma(x)"),
    _call("psi", "PolyGamma", "Maxima, mpmath", "psi(1, x)", "polygamma(1, x)"),
    _call("Psi", "PolyGamma", "Giac", "Psi(x)", "digamma(x)"),
    _call("Power", "Power", "Mathematica", "Power[x, 2]", "x^2"),
    _call("pow", "Power", "C, Python, JavaScript", "pow(x, 2)", "x^2"),
    _call("power", "Power", "numpy, spreadsheets", "power(x, 2)", "x^2"),
    _call("POWER", "Power", "spreadsheets", "POWER(x, 2)", "x^2"),
    _call("UnitStep", "Heaviside", "Mathematica", "x*UnitStep[x]", "x*Heaviside(x)"),
    _call("HeavisideTheta", "Heaviside", "Mathematica", "x*HeavisideTheta[x]", "x*Heaviside(x)"),
    _call("Heaviside", "Heaviside", "sympy, Maple", "x*Heaviside(x)", "x*Heaviside(x)"),
    _call("heaviside", "Heaviside", "numpy, MATLAB", "x*heaviside(x, 1/2)", "x*Heaviside(x)"),
    _call("tgamma", "gamma", "C, GiNaC", "tgamma(x)", "gamma(x)"),
    _call("conjugate", "Conjugate", "GiNaC, sympy", "conjugate(x)", "x"),
    _call("conj", "Conjugate", "MATLAB, numpy", "conj(x)", "x"),
    _call("frac", "Fraction", "Typst, AsciiMath", "frac(x, 2)", "x/2"),
    _call("ifelse", "where", "R, Julia", "ifelse(x>0, x^2, -x)", "where(x>0, x^2, -x)"),
    _call("lr", "", "Typst", "lr((x+1))^2", "(x+1)^2"),
    _call("nthRoot", "root", "math.js", "nthRoot(x, 3)", "cbrt(x)"),
    _call("realmax", "max", "MATLAB", "realmax(x, 1)", "max(x, 1)"),
    _constant("%pi", "pi", "Maxima"),
    _constant("%e", "e", "Maxima"),
    _constant("PI", "pi", "JavaScript, spreadsheets"),
    _constant("M_PI", "pi", "C"),
    _constant("M_E", "e", "C"),
    _constant("M_LN2", "ln(2)", "C"),
    _constant("M_LN10", "ln(10)", "C"),
    _constant("M_LOG2E", "1/ln(2)", "C"),
    _constant("M_LOG10E", "1/ln(10)", "C"),
    _constant("M_SQRT2", "sqrt(2)", "C"),
    _constant("Math.E", "e", "JavaScript"),
    _constant("Math.LN2", "ln(2)", "JavaScript"),
    _constant("Math.LN10", "ln(10)", "JavaScript"),
    _constant("Math.LOG2E", "1/ln(2)", "JavaScript"),
    _constant("Math.LOG10E", "1/ln(10)", "JavaScript"),
    _constant("Math.SQRT2", "sqrt(2)", "JavaScript"),
    _operator("xx", "*", "AsciiMath"),
    _operator("dot", "*", "Typst"),
    _operator("cdot", "*", "AsciiMath"),
    _operator("times", "*", "Typst"),
    _operator("div", "/", "AsciiMath"),
    *(
        _module(name, source)
        for name, source in (
            ("np", "numpy"), ("numpy", "numpy"), ("jnp", "JAX"), ("math", "Python"), ("cmath", "Python"),
            ("Math", "JavaScript"), ("torch", "PyTorch"), ("tf", "TensorFlow"), ("sp", "sympy"),
            ("sympy", "sympy"), ("mp", "mpmath"), ("mpmath", "mpmath"), ("special", "scipy"),
        )
    ),
    _module("std", "C++", "::"),
)  # fmt: skip
"""Beside these, a function of this language in other capitals before a bracket: Cos[x], SQRT(x)."""

CALLED = {row.spelling: row.meaning for row in SPELLINGS if row.mark == "call"}
CONSTANTS = {row.spelling: row.meaning for row in SPELLINGS if row.mark == "constant"}
OPERATORS = {row.spelling: row.meaning for row in SPELLINGS if row.mark == "operator"}
MODULES = frozenset(row.spelling for row in SPELLINGS if row.mark == "module")

CASELESS = {
    spelling.lower(): spelling
    for spelling in (*ALIASES, *WHEN_CALLED, "log10", "log2")
    if len(spelling) > 1 and spelling.isascii() and spelling not in ("Pi", "pi")
}
"""A function's spelling in small letters -> the spelling."""

STANDING = frozenset({"diff", "Diff", "Deriv", "deriv", "function_diff", "integrate", "Apply", "D"})
"""Words before a bracket that leave a derivative, or an integral, standing."""

NO_VALUES = frozenset({"DiracDelta", "dirac", "Dirac", "delta"})
"""Words before a bracket that are no function with values."""

REAL_ONLY = {"re": "re(x) is x", "im": "im(x) is 0", "Re": "Re(x) is x", "Im": "Im(x) is 0"}
"""Words of complex numbers before a bracket, and what they are of a real variable."""

REFUSED = {
    "int": ("an integral stands here", "give the function itself; it is differentiated"),
    "integral": ("an integral stands here", "give the function itself; it is differentiated"),
    "sum": ("a sum over an index stands here", "write its terms out: x + x^2 + x^3"),
    "prod": ("a product over an index stands here", "write its factors out"),
    "lim": ("a limit stands here", "give the function itself"),
    "limit": ("a limit stands here", "give the function itself"),
    "lgamma": ("lgamma is not of the language", "write ln(abs(gamma(x)))"),
    "oo": ("a formula has finite numbers only", "leave infinity away"),
    "infty": ("a formula has finite numbers only", "leave infinity away"),
    "inf": ("a formula has finite numbers only", "leave infinity away"),
}
"""Word -> what is said where it stands, and what to try."""
