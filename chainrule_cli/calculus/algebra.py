"""The only door to sympy: derivatives of the elementary functions, cancelling of fractions, values to many digits.

Refuses to know rules and steps, and never hands sympy a text. A function that sympy lacks is derived from its `meaning`
in FUNCTIONS; one whose sympy derivative reads oddly to a teacher is spelled in SPELLED, which a test holds equal to sympy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy

from chainrule_cli.calculus import precise
from chainrule_cli.notation.build import number
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, fold, substitute

SPELLED: dict[str, tuple[str, ...]] = {
    "tan": ("sec(x)^2",),
    "cot": ("-csc(x)^2",),
    "sec": ("sec(x)*tan(x)",),
    "csc": ("-csc(x)*cot(x)",),
    "acot": ("-1/(1 + x^2)",),
    "atan": ("1/(1 + x^2)",),
    "asec": ("1/(abs(x)*sqrt(x^2 - 1))",),
    "acsc": ("-1/(abs(x)*sqrt(x^2 - 1))",),
    "tanh": ("sech(x)^2",),
    "coth": ("-csch(x)^2",),
    "sech": ("-sech(x)*tanh(x)",),
    "csch": ("-csch(x)*coth(x)",),
    "acosh": ("1/sqrt(x^2 - 1)",),
    "asech": ("-1/(x*sqrt(1 - x^2))",),
    "acsch": ("-1/(abs(x)*sqrt(1 + x^2))",),
    "sqrt": ("1/(2*sqrt(x))",),
    "cbrt": ("1/(3*cbrt(x)^2)",),
    "abs": ("sign(x)",),
    "sign": ("0",),
    "floor": ("0",),
    "ceil": ("0",),
    "round": ("0",),
    "gamma": ("gamma(x)*digamma(x)",),
    "erf": ("2*exp(-x^2)/sqrt(pi)",),
    "digamma": ("polygamma(1, x)",),
    "mod": ("1", "-floor(x/y)"),
    "atan2": ("x/(x^2 + y^2)", "-y/(x^2 + y^2)"),
    "hypot": ("x/hypot(x, y)", "y/hypot(x, y)"),
    "expm1": ("exp(x)",),
    "log1p": ("1/(1 + x)",),
    "sigmoid": ("sigmoid(x)*(1 - sigmoid(x))",),
    "relu": ("where(x > 0, 1, 0)",),
    "silu": ("sigmoid(x) + x*sigmoid(x)*(1 - sigmoid(x))",),
    "softplus": ("sigmoid(x)",),
    "gelu": ("(1 + erf(x/sqrt(2)))/2 + x*exp(-x^2/2)/sqrt(2*pi)",),
}
"""Function -> its partial derivatives in its row's parameters, in the spelling of a textbook."""

_SYMPY_NAMES = frozenset(
    {"sin", "cos", "tan", "sec", "csc", "cot", "asin", "acos", "atan", "acot", "asec", "acsc", "exp", "log"}
    | {"sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh", "acoth", "asech", "acsch"}
)


@cache
def elementary(function: str, index: int) -> Syntax | None:
    """The partial derivative of a function of FUNCTIONS by its index-th argument, in its row's parameters.

    None where the function has only a meaning, or where the derivative by that argument has no closed form.
    """
    if function in SPELLED:
        return read(SPELLED[function][index], declared=FUNCTIONS[function].parameters).expr
    if function == "polygamma":
        return read("polygamma(n + 1, x)").expr if index == 1 else None
    if function in _SYMPY_NAMES and index == 0:
        symbol = sympy.Symbol("x", real=True)
        return from_sympy(getattr(sympy, function)(symbol).diff(symbol))
    return None


@cache
def meaning(function: str) -> Syntax | None:
    """What a function that sympy lacks means, in its row's parameters; None for the others."""
    row = FUNCTIONS.get(function)
    return read(row.meaning, declared=row.parameters).expr if row is not None and row.meaning else None


def expand_meaning(expr: Apply) -> Syntax | None:
    """The application with its function's meaning in place of its name; None where it has no meaning."""
    body = meaning(expr.function)
    if body is None:
        return None
    return substitute(body, dict(zip(FUNCTIONS[expr.function].parameters, expr.args, strict=True)))


# between Syntax and sympy, for expressions of + * / ^ and functions that both know


def from_sympy(expr: Any) -> Syntax:
    """Syntax of a small sympy expression, in sympy's order of terms.

    Raises ValueError for a node that the language does not have.
    """
    if expr.is_Rational:
        return number(Fraction(int(expr.p), int(expr.q)))
    if expr.is_Symbol:
        return Name(expr.name)
    if expr is sympy.pi or expr is sympy.E:
        return Apply("pi" if expr is sympy.pi else "e", ())
    if expr.is_Add:
        return Apply("+", tuple(from_sympy(term) for term in expr.as_ordered_terms()))
    if expr.is_Mul:
        return _from_product(expr)
    if expr.is_Pow:
        return _from_power(expr)
    if expr.is_Function and type(expr).__name__ in _SYMPY_NAMES:
        return Apply(type(expr).__name__, tuple(from_sympy(argument) for argument in expr.args))
    raise ValueError(f"no Syntax for {type(expr).__name__}")


def _from_product(expr: Any) -> Syntax:
    if expr.could_extract_minus_sign():
        return Apply("neg", (from_sympy(-expr),))
    top, bottom = expr.as_numer_denom()
    if bottom != 1:
        return Apply("/", (from_sympy(top), from_sympy(bottom)))
    return Apply("*", tuple(from_sympy(factor) for factor in expr.as_ordered_factors()))


def _from_power(expr: Any) -> Syntax:
    base, exponent = expr.as_base_exp()
    if exponent.is_Rational and exponent < 0:
        return Apply("/", (Number(1), from_sympy(base**-exponent)))
    if base is sympy.E:
        return Apply("exp", (from_sympy(exponent),))
    if exponent == sympy.Rational(1, 2):
        return Apply("sqrt", (from_sympy(base),))
    return Apply("^", (from_sympy(base), from_sympy(exponent)))


def cancel_fraction(top: Syntax, bottom: Syntax, atoms: Mapping[Syntax, str]) -> tuple[Syntax, Syntax] | None:
    """The fraction of two polynomials in `atoms` (each stands for a letter) in lowest terms; None where nothing cancels."""
    letters = {name: sympy.Symbol(name) for name in atoms.values()}
    numerator, denominator = (_polynomial(side, atoms, letters) for side in (top, bottom))
    if numerator is None or denominator is None:
        return None
    generators = list(letters.values())
    common = sympy.gcd(sympy.Poly(numerator, *generators), sympy.Poly(denominator, *generators))
    if common.is_ground:
        return None
    back = {name: atom for atom, name in atoms.items()}
    parts = [
        sympy.exquo(sympy.Poly(side, *generators), common).as_expr() for side in (numerator, denominator)
    ]
    return substitute(from_sympy(parts[0]), back), substitute(from_sympy(parts[1]), back)


def _polynomial(expr: Syntax, atoms: Mapping[Syntax, str], letters: Mapping[str, Any]) -> Any:
    def build(node: Syntax, args: list[Any]) -> Any:
        if node in atoms:
            return letters[atoms[node]]
        if isinstance(node, Number):
            return sympy.Rational(node.value.numerator, node.value.denominator)
        if isinstance(node, Name) or any(argument is None for argument in args):
            return None
        return _arithmetic(node.function, args)

    return fold(expr, build)


def _arithmetic(function: str, args: Sequence[Any]) -> Any:
    match function, args:
        case "+", terms:
            return sympy.Add(*terms)
        case "*", factors:
            return sympy.Mul(*factors)
        case "neg", [inner]:
            return -inner
        case "/", [over, under] if under.is_Rational and under != 0:
            return over / under
        case "^", [base, exponent] if exponent.is_Integer and 0 <= exponent <= 12:
            return base**exponent
    return None


# values to many digits


def value(
    expr: Syntax, point: Mapping[str, Any], digits: int, definitions: Sequence[tuple[str, Syntax]] = ()
) -> Any:
    """The real value of the expression at a point, as an mpmath number computed with `digits` digits and some to spare.

    nan where the expression is not a finite real number. definitions: (name, body) pairs in order.
    """
    scope = dict(point)
    for name, body in definitions:
        scope[name] = precise.evaluate(body, scope, digits)
    return precise.evaluate(expr, scope, digits)


# normal forms


def is_derivative(
    formula: Syntax, wrt: str, order: int, answer: Syntax, dependent: str | None = None
) -> bool:
    """Whether sympy's normal forms bring the derivative minus the answer to 0. False says nothing.

    dependent: the formula is an equation's left side minus its right one, and the derivative that of `dependent`. May take
    any time: the caller sets the limit.
    """
    whole, claimed = _to_sympy(formula), _to_sympy(answer)
    if whole is None or claimed is None:
        return False
    x = sympy.Symbol(wrt, real=True)
    if dependent is None:
        return _vanishes(sympy.diff(whole, x, order) - claimed)
    y = sympy.Symbol(dependent, real=True)
    difference = _implicit(whole, x, y, order) - claimed
    return _vanishes(difference) or _vanishes_on(whole, difference, y)


def _vanishes(difference: Any) -> bool:
    return any(form(difference) == 0 for form in NORMAL_FORMS)


def _vanishes_on(curve: Any, difference: Any, y: Any) -> bool:
    """Whether the curve's polynomial divides the difference's numerator."""
    over, under = (sympy.fraction(sympy.together(side))[0] for side in (difference, curve))
    if not (over.is_polynomial(y) and under.is_polynomial(y)):
        return False
    return bool(sympy.expand(sympy.prem(over, under, y)) == 0)


def _implicit(equation: Any, x: Any, y: Any, order: int) -> Any:
    first = -sympy.diff(equation, x) / sympy.diff(equation, y)
    slope = first
    for _ in range(order - 1):
        slope = sympy.diff(slope, x) + sympy.diff(slope, y) * first
    return slope


NORMAL_FORMS = (
    sympy.expand,
    lambda difference: sympy.cancel(sympy.together(difference)),
    sympy.trigsimp,
    lambda difference: sympy.expand(sympy.expand_log(sympy.powsimp(sympy.expand_power_base(difference)))),
    lambda difference: sympy.simplify(difference.rewrite(sympy.exp)),
    sympy.simplify,
)
"""The quick ones first."""


def _to_sympy(expr: Syntax) -> Any:
    """The expression in sympy's own objects, its names real; None where sympy has no such thing."""

    def build(node: Syntax, args: list[Any]) -> Any:
        if isinstance(node, Number):
            return sympy.Rational(node.value.numerator, node.value.denominator)
        if isinstance(node, Name):
            return sympy.Symbol(node.id, real=True)
        if any(argument is None for argument in args) or node.orders:
            return None
        return _applied(node, args)

    return fold(expr, build)


def _applied(node: Apply, args: list[Any]) -> Any:
    builder = BUILDERS.get(node.function)
    if builder is not None:
        return builder(*args)
    if node.function == "^":
        return _real_power(*args)
    if node.function in _SYMPY_NAMES:
        return getattr(sympy, node.function)(*args)
    body = meaning(node.function)
    if body is None:
        return None
    parameters = FUNCTIONS[node.function].parameters
    bound = {
        sympy.Symbol(name, real=True): argument for name, argument in zip(parameters, args, strict=False)
    }
    inside = _to_sympy(body)
    return None if inside is None else inside.subs(bound, simultaneous=True)


def _real_power(base: Any, exponent: Any) -> Any:
    """An odd root is real on all reals."""
    if exponent.is_Rational and exponent.q % 2 == 1 and exponent.q > 1 and not base.is_nonnegative:
        return sympy.sign(base) ** (exponent.p % 2) * sympy.Abs(base) ** exponent
    return base**exponent


BUILDERS: dict[str, Any] = {
    "+": sympy.Add,
    "*": sympy.Mul,
    "neg": lambda a: -a,
    "/": lambda a, b: a / b,
    "e": lambda: sympy.E,
    "pi": lambda: sympy.pi,
    "log": lambda *args: sympy.log(args[0]) / (sympy.log(args[1]) if len(args) > 1 else 1),
    "sqrt": sympy.sqrt,
    "cbrt": lambda a: _real_power(a, sympy.Rational(1, 3)),
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "erf": sympy.erf,
    "gamma": sympy.gamma,
    "digamma": sympy.digamma,
    "polygamma": sympy.polygamma,
    "min": sympy.Min,
    "max": sympy.Max,
    "atan2": sympy.atan2,
    "hypot": lambda a, b: sympy.sqrt(a**2 + b**2),
}
"""Function of the language -> its sympy object, where that is not sympy's function of the same name."""


def is_reducible(expr: Syntax) -> bool:
    """Whether a sum is a product of several factors, or has a factor in common; functions count as variables."""
    whole = _to_sympy(expr)
    if whole is None:
        return False
    content, factors = sympy.factor_list(sympy.fraction(sympy.together(whole))[0])
    return bool(abs(content) != 1 or sum(power for _, power in factors) > 1)
