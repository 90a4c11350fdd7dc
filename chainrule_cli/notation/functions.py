"""FUNCTIONS: every function of the language, one row each: how it is written, what it means, what its
derivative is.

To add a function, add a row here and a row of the same name in graph/operations.py. A `meaning` or a
`derivative` is a formula of the language in the row's parameters; a row with neither is derived by sympy,
where sympy has the function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Function:
    """One row.

    name: the canonical name in Syntax.
    summary: what it is, in a few words, after its arguments and a colon where they need a name; the part up
    to a comma is the name of its rule.
    example: a formula that uses it, differentiable at x = 0.7 or so unless it says otherwise.
    aliases: other spellings that are read.
    portable: the spelling in JSON text, sympy's where sympy has the function.
    text: the spelling in a terminal.
    latex: the command, or an operator name.
    least, most: how many arguments (most is None for any number).
    parameters: names for the arguments in the formulas of the row.
    meaning: the function in terms of others.
    derivative: the textbook's partial derivatives, one for each parameter; "" where one has no closed form.
    whole_word: it is not looked for inside a run of letters: sincx is sin(c*x), as it would be without the
    function.
    when_called: it is a name, or a product of letters, unless a bracket with its number of arguments
    follows.
    rare: a derivative that brings it in says what it is."""

    name: str
    summary: str
    example: str
    aliases: tuple[str, ...] = ()
    portable: str = ""
    text: str = ""
    latex: str = ""
    least: int = 1
    most: int | None = 1
    parameters: tuple[str, ...] = ("x",)
    meaning: str = ""
    derivative: tuple[str, ...] = ()
    whole_word: bool = False
    when_called: bool = False
    rare: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """All that are read."""
        return (self.name, *self.aliases)


def _row(name: str, summary: str, example: str, aliases: str = "", **more: Any) -> Function:
    spelled = {
        "portable": name,
        "text": name,
        "latex": rf"\operatorname{{{name}}}".replace("_", r"\_"),
    } | more
    return Function(name, summary, example, tuple(aliases.split()), **spelled)


def _trigonometric(name: str, summary: str, example: str, aliases: str = "", **more: Any) -> Function:
    return _row(name, summary, example, aliases, latex=rf"\{name}", **more)


def _inverse(name: str, summary: str, example: str, aliases: str, latex: str = "", **more: Any) -> Function:
    return _row(
        name,
        summary,
        example,
        aliases,
        latex=latex or rf"\operatorname{{{aliases.split(maxsplit=1)[0]}}}",
        **more,
    )


_TWO: dict[str, Any] = {"least": 2, "most": 2, "parameters": ("x", "y")}

_ROWS = (
    # constants
    _row("e", "Euler's number", "e*x", "E", least=0, most=0, portable="E", latex="e", parameters=()),
    _row("pi", "the circle's number", "pi*x", "π Pi", least=0, most=0, text="π", latex=r"\pi", parameters=()),
    # powers, roots, exponentials, logarithms
    _row("sqrt", "square root", "sqrt(x^2 + 1)", "√", latex=r"\sqrt", derivative=("1/(2*sqrt(x))",)),
    _row(
        "cbrt",
        "real cube root, on all reals",
        "cbrt(x + 2)",
        "∛",
        latex=r"\sqrt[3]",
        derivative=("1/(3*cbrt(x)^2)",),
    ),
    _row(
        "root",
        "real n-th root of x, n a positive integer; on all reals when n is odd",
        "root(x + 2, 5)",
        "real_root nthroot",
        portable="real_root",
        latex=r"\sqrt",
        least=2,
        most=2,
        parameters=("x", "n"),
        meaning="x^(1/n)",
    ),
    _row("exp", "exponential, e to the power x", "exp(-x^2)", latex=r"\exp"),
    _row("expm1", "exp(x) - 1, accurate near 0", "expm1(x^2)", meaning="exp(x) - 1", derivative=("exp(x)",)),
    _row(
        "log",
        "natural logarithm; log(x, b) to the base b",
        "log(x^2 + 1)",
        "ln Log Ln",
        text="ln",
        latex=r"\ln",
        least=1,
        most=2,
        parameters=("x", "b"),
        derivative=("1/x", ""),
    ),
    _row(
        "log1p", "log(1 + x), accurate near 0", "log1p(x^2)", meaning="log(1 + x)", derivative=("1/(1 + x)",)
    ),
    # trigonometric
    _trigonometric("sin", "sine", "sin(x^2)"),
    _trigonometric("cos", "cosine", "cos(3*x)"),
    _trigonometric("tan", "tangent", "tan(x/2)", "tg", derivative=("sec(x)^2",)),
    _trigonometric("sec", "secant, 1/cos", "sec(x/2)", derivative=("sec(x)*tan(x)",)),
    _trigonometric("csc", "cosecant, 1/sin", "csc(x)", "cosec", derivative=("-csc(x)*cot(x)",)),
    _trigonometric("cot", "cotangent, cos/sin", "cot(x)", "ctg cotan", derivative=("-csc(x)^2",)),
    _inverse("asin", "inverse sine, onto [-pi/2, pi/2]", "asin(x/2)", "arcsin", r"\arcsin"),
    _inverse("acos", "inverse cosine, onto [0, pi]", "acos(x/2)", "arccos", r"\arccos"),
    _inverse(
        "atan",
        "inverse tangent, onto (-pi/2, pi/2)",
        "atan(3*x)",
        "arctan arctg",
        r"\arctan",
        derivative=("1/(1 + x^2)",),
    ),
    _inverse(
        "acot", "inverse cotangent, onto (0, pi)", "acot(2*x)", "arccot arcctg", derivative=("-1/(1 + x^2)",)
    ),
    _inverse(
        "asec", "inverse secant, |x| >= 1", "asec(x + 2)", "arcsec", derivative=("1/(abs(x)*sqrt(x^2 - 1))",)
    ),
    _inverse(
        "acsc",
        "inverse cosecant, |x| >= 1",
        "acsc(x + 2)",
        "arccsc",
        derivative=("-1/(abs(x)*sqrt(x^2 - 1))",),
    ),
    _row(
        "atan2",
        "angle of the point (x, y), written atan2(y, x)",
        "atan2(x, x^2 + 1)",
        "arctan2",
        least=2,
        most=2,
        parameters=("y", "x"),
        derivative=("x/(x^2 + y^2)", "-y/(x^2 + y^2)"),
    ),
    # hyperbolic
    _trigonometric("sinh", "hyperbolic sine", "sinh(x^2)", "sh"),
    _trigonometric("cosh", "hyperbolic cosine", "cosh(2*x)", "ch"),
    _trigonometric("tanh", "hyperbolic tangent", "tanh(x^2)", "th", derivative=("sech(x)^2",)),
    _row("sech", "hyperbolic secant, 1/cosh", "sech(x)", derivative=("-sech(x)*tanh(x)",)),
    _row("csch", "hyperbolic cosecant, 1/sinh", "csch(x)", "cosech", derivative=("-csch(x)*coth(x)",)),
    _trigonometric("coth", "hyperbolic cotangent", "coth(x)", derivative=("-csch(x)^2",)),
    _inverse("asinh", "inverse hyperbolic sine", "asinh(x^2)", "arsinh arcsinh argsinh"),
    _inverse(
        "acosh",
        "inverse hyperbolic cosine, x >= 1",
        "acosh(x^2 + 2)",
        "arcosh arccosh argcosh",
        derivative=("1/sqrt(x^2 - 1)",),
    ),
    _inverse("atanh", "inverse hyperbolic tangent, |x| < 1", "atanh(x/2)", "artanh arctanh argtanh"),
    _inverse(
        "asech",
        "inverse hyperbolic secant, 0 < x <= 1",
        "asech(x/2)",
        "arsech arcsech",
        derivative=("-1/(x*sqrt(1 - x^2))",),
    ),
    _inverse(
        "acsch",
        "inverse hyperbolic cosecant, x != 0",
        "acsch(x)",
        "arcsch arccsch",
        derivative=("-1/(abs(x)*sqrt(1 + x^2))",),
    ),
    _inverse("acoth", "inverse hyperbolic cotangent, |x| > 1", "acoth(x + 2)", "arcoth arccoth"),
    # special functions
    _row("erf", "error function", "erf(x^2)", derivative=("2*exp(-x^2)/sqrt(pi)",)),
    _row(
        "erfc",
        "complementary error function, 1 - erf without cancelling",
        "erfc(x^2)",
        derivative=("-2*exp(-x^2)/sqrt(pi)",),
        whole_word=True,
    ),
    _row(
        "gamma",
        "Euler's gamma function",
        "gamma(x + 1)",
        "Gamma Γ",
        latex=r"\Gamma",
        text="Γ",
        derivative=("gamma(x)*digamma(x)",),
    ),
    _row(
        "digamma",
        "logarithmic derivative of gamma",
        "digamma(x + 1)",
        "psi",
        latex=r"\psi",
        derivative=("polygamma(1, x)",),
    ),
    _row(
        "polygamma",
        "polygamma(n, x): n-th derivative of digamma, n an integer >= 0",
        "polygamma(1, x + 1)",
        **_TWO | {"parameters": ("n", "x")},
        derivative=("", "polygamma(n + 1, x)"),
    ),
    _row(
        "hypot",
        "sqrt(x^2 + y^2)",
        "hypot(x, 3)",
        **_TWO,
        meaning="sqrt(x^2 + y^2)",
        derivative=("x/hypot(x, y)", "y/hypot(x, y)"),
    ),
    _row(
        "lambertw",
        "Lambert's W, the principal solution of w*exp(w) = x, x >= -1/e",
        "lambertw(x^2)",
        "LambertW",
        portable="LambertW",
        derivative=("exp(-lambertw(x))/(1 + lambertw(x))",),
    ),
    _row(
        "jn",
        "jn(n, x): spherical Bessel function of order n, an integer >= 0",
        "jn(1, x)",
        least=2,
        most=2,
        parameters=("n", "x"),
        derivative=("", "(n*jn(n - 1, x) - (n + 1)*jn(n + 1, x))/(2*n + 1)"),
        when_called=True,
        rare=True,
    ),
    _row("sinc", "cardinal sine, sin(x)/x, 1 at 0", "sinc(x^2)", derivative=("-jn(1, x)",), whole_word=True),
    _row(
        "beta",
        "Euler's beta function, gamma(x)*gamma(y)/gamma(x + y)",
        "beta(x, 2)",
        "B",
        latex=r"\operatorname{B}",
        text="B",
        **_TWO,
        derivative=(
            "beta(x, y)*(digamma(x) - digamma(x + y))",
            "beta(x, y)*(digamma(y) - digamma(x + y))",
        ),
        when_called=True,
    ),
    # piecewise
    _row("abs", "absolute value, also |x|", "abs(x)", "Abs fabs", portable="Abs", derivative=("sign(x)",)),
    _row("sign", "-1, 0 or 1", "x*sign(x)", "sgn signum", derivative=("0",)),
    _row("floor", "greatest integer not above x", "floor(x)*x", derivative=("0",)),
    _row("ceil", "least integer not below x", "ceil(x)*x", "ceiling", portable="ceiling", derivative=("0",)),
    _row("round", "nearest integer, halves to even", "round(x)*x", derivative=("0",)),
    _row(
        "mod",
        "x - y*floor(x/y), the sign of y",
        "mod(x, 2)*x",
        "Mod",
        portable="Mod",
        **_TWO,
        derivative=("1", "-floor(x/y)"),
    ),
    _row(
        "min",
        "least of its arguments",
        "min(x, x^2)",
        "Min minimum",
        portable="Min",
        latex=r"\min",
        least=1,
        most=None,
    ),
    _row(
        "max",
        "greatest of its arguments",
        "max(x, x^2)",
        "Max maximum",
        portable="Max",
        latex=r"\max",
        least=1,
        most=None,
    ),
    _row(
        "clip",
        "x held between a and b",
        "clip(x^2, -1, 1)",
        "clamp",
        least=3,
        most=3,
        parameters=("x", "a", "b"),
        meaning="min(max(x, a), b)",
    ),
    _row(
        "piecewise",
        "where(condition, a, b), Piecewise((a, condition), ..., (b, True))",
        "where(x > 0, x^2, -x)",
        "Piecewise where",
        portable="Piecewise",
        text="where",
        least=2,
        most=None,
    ),
    # neural networks
    _row(
        "sigmoid",
        "logistic function 1/(1 + exp(-x))",
        "sigmoid(2*x)",
        "logistic expit",
        latex=r"\sigma",
        text="σ",
        meaning="1/(1 + exp(-x))",
        derivative=("sigmoid(x)*(1 - sigmoid(x))",),
    ),
    _row("relu", "max(x, 0)", "relu(x)*x", "ReLU", meaning="max(x, 0)", derivative=("where(x > 0, 1, 0)",)),
    _row(
        "leaky_relu",
        "x above 0, x/100 below",
        "leaky_relu(x)",
        "LeakyReLU",
        meaning="where(x > 0, x, 0.01*x)",
    ),
    _row("elu", "x above 0, exp(x) - 1 below", "elu(x)", "ELU", meaning="where(x > 0, x, exp(x) - 1)"),
    _row(
        "selu",
        "the self-normalizing elu",
        "selu(x)",
        "SELU",
        meaning="1.0507009873554804934193349852946"
        "*where(x > 0, x, 1.6732632423543772848170429916717*(exp(x) - 1))",
    ),
    _row(
        "gelu",
        "x times the normal distribution function",
        "gelu(x)",
        "GELU",
        meaning="x*(1 + erf(x/sqrt(2)))/2",
        derivative=("(1 + erf(x/sqrt(2)))/2 + x*exp(-x^2/2)/sqrt(2*pi)",),
    ),
    _row(
        "silu",
        "x*sigmoid(x)",
        "silu(x)",
        "SiLU swish",
        meaning="x*sigmoid(x)",
        derivative=("sigmoid(x) + x*sigmoid(x)*(1 - sigmoid(x))",),
    ),
    _row("softplus", "log(1 + exp(x))", "softplus(x)", meaning="log(1 + exp(x))", derivative=("sigmoid(x)",)),
)

FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}

ALIASES: dict[str, str] = {
    spelling: row.name for row in _ROWS if not row.when_called for spelling in row.spellings
}
"""Every spelling that is read -> the canonical name. log10, log2 and the operators are the reader's own."""

WHEN_CALLED: dict[str, Function] = {
    spelling: row for row in _ROWS if row.when_called for spelling in row.spellings
}
"""Spellings that are read as a function before a bracket with its number of arguments, and not elsewhere."""

CONDITIONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "and", "or", "not", "true", "false"})
"""What Apply may bear that is true or false."""

OPERATORS = frozenset({"+", "*", "/", "^", "neg", "="}) | CONDITIONS
"""What Apply may bear that is written without a name; everything else outside FUNCTIONS is an undefined
function."""
