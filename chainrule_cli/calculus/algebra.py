"""The only door to sympy: derivatives of elementary functions, cancelled fractions, values to many digits.

sympy is never handed a text. A function's derivative is the one of its row in FUNCTIONS; where that has none,
sympy's, if sympy has a function of the row's portable spelling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy

from chainrule_cli.calculus import precise
from chainrule_cli.notation.build import number
from chainrule_cli.notation.functions import FUNCTIONS, Function
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, fold, substitute


@cache
def elementary(function: str, index: int) -> Syntax | None:
    """The partial derivative of a function of FUNCTIONS by its index-th argument, in its row's parameters.

    The row's own where it has one, else sympy's. None where the function has only a meaning, or where the
    derivative by that argument has no closed form.
    """
    row = FUNCTIONS[function]
    if row.derivative:
        text = row.derivative[index]
        return read(text, declared=row.parameters).expr if text else None
    return None if row.meaning else _by_sympy(row, index)


def _by_sympy(row: Function, index: int) -> Syntax | None:
    made = sympy_function(row)
    if made is None:
        return None
    symbols = [sympy.Symbol(name, real=True) for name in row.parameters[: row.least]]
    if index >= len(symbols):
        return None
    try:
        return from_sympy(made(*symbols).diff(symbols[index]))
    except (
        TypeError,
        ValueError,
    ):  # another number of arguments, or a derivative that the language cannot say
        return None


def sympy_function(row: Function) -> Any:
    """sympy's function of that spelling; None where it has none."""
    found = getattr(sympy, row.portable, None)
    return found if isinstance(found, type) and issubclass(found, sympy.Function) else None


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

_NAMES = {row.portable: row.name for row in FUNCTIONS.values()}


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
    name = _NAMES.get(type(expr).__name__) if expr.is_Function else None
    if name is not None:
        return Apply(name, tuple(from_sympy(argument) for argument in expr.args))
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
    """The fraction of two polynomials in lowest terms; None where nothing cancels.

    atoms: what they are polynomials in, each with a letter to stand for it.
    """
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
    """The real value of the expression at a point, an mpmath number, by `digits` digits and some to spare.

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

    dependent: the formula is an equation's left side minus its right one, and the derivative that of
    `dependent`. May take any time: the caller sets the limit.
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
        return _apply(node, args)

    return fold(expr, build)


def _apply(node: Apply, args: list[Any]) -> Any:
    builder = BUILDERS.get(node.function)
    if builder is not None:
        return builder(*args)
    if node.function == "^":
        return _real_power(*args)
    row = FUNCTIONS.get(node.function)
    if row is None or node.function in UNSAID:
        return None
    made = sympy_function(row)
    if made is not None:
        return made(*args)
    body = meaning(node.function)
    if body is None:
        return None
    parameters = row.parameters
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
"""Function of the language -> its sympy object, where that is not sympy's function of the portable
spelling."""

UNSAID = frozenset({"piecewise", "floor", "ceil", "round", "mod"})
"""Functions that sympy takes in another form, or does not differentiate."""


def is_reducible(expr: Syntax) -> bool:
    """Whether a sum is a product of several factors, or has a common one; functions count as variables."""
    whole = _to_sympy(expr)
    if whole is None:
        return False
    content, factors = sympy.factor_list(sympy.fraction(sympy.together(whole))[0])
    return bool(abs(content) != 1 or sum(power for _, power in factors) > 1)
