"""RULES: the rules of differentiation, one decorated function each; its docstring is the rule's statement.

A rule gets an expression and a Derivation, asks the Derivation for the derivatives of the parts, and returns a Step, or
None for "not mine". Refuses to tidy: products stay as the rule writes them. To add a rule, write one function here;
the order in the file is the order in which they are asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from chainrule_cli.calculus import algebra
from chainrule_cli.calculus.letters import NO_CHAIN, OPERATORS
from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.build import ONE, ZERO, is_apply, negative, number, power, product, quotient, total
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.portable import exact_value
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, children, rebuild, substitute
from chainrule_cli.notation.writer import to_unicode


class Derivation(Protocol):
    """What a rule may ask for."""

    wrt: str
    method: str
    dependents: frozenset[str]

    def depends(self, expr: Syntax) -> bool: ...
    def of(self, expr: Syntax) -> Step: ...
    def outside(self, expr: Syntax, name: str) -> Step: ...
    def letter(self, inner: Syntax) -> str: ...
    def letters_for(self, inners: list[Syntax]) -> list[str]: ...
    def slopes(self, expr: Syntax) -> dict[str, Syntax]: ...


Body = Callable[[Syntax, Derivation], Step | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """name: what a step calls it. statement: the rule as people write it. example: a formula that it differentiates."""

    name: str
    statement: str
    example: str
    apply: Body


RULES: dict[str, Rule] = {}

def rule(name: str, example: str) -> Callable[[Body], Body]:
    def enter(body: Body) -> Body:
        RULES[name] = Rule(name, (body.__doc__ or "").strip(), example, body)
        return body

    return enter


def _step(name: str, expr: Syntax, derivation: Derivation, result: Syntax, premises: list[Step], **roles: Syntax) -> Step:
    return Step(name, expr, derivation.wrt, result, tuple(premises), roles, RULES[name].statement)


# leaves


@rule("constant", "7")
def constant(expr: Syntax, derivation: Derivation) -> Step | None:
    """c′ = 0"""
    return None if derivation.depends(expr) else _step("constant", expr, derivation, ZERO, [])


@rule("identity", "x")
def identity(expr: Syntax, derivation: Derivation) -> Step | None:
    """x′ = 1"""
    return _step("identity", expr, derivation, ONE, []) if expr == Name(derivation.wrt) else None


@rule("dependent variable", "x^2 + y^2 = 1")
def dependent_variable(expr: Syntax, derivation: Derivation) -> Step | None:
    """y depends on x, so y′ = dy/dx"""
    if not isinstance(expr, Name) or expr.id not in derivation.dependents:
        return None
    return _step("dependent variable", expr, derivation, Apply(expr.id, (Name(derivation.wrt),), (1,)), [])


@rule("definitions", "u = x^2; u*sin(u)")
def definitions(expr: Syntax, derivation: Derivation) -> Step | None:
    """df/dx = ∂f/∂u · du/dx + ∂f/∂v · dv/dx + …, one term for each name that f is made of"""
    slopes = derivation.slopes(expr)
    if not slopes:
        return None
    premises = {name: derivation.outside(expr, name) for name in slopes}
    terms = [step.result if slopes[name] == ONE else product([step.result, slopes[name]]) for name, step in premises.items()]
    roles = {f"∂/∂{name}": step.result for name, step in premises.items()} | {f"d{name}/d{derivation.wrt}": slopes[name] for name in slopes}
    return _step("definitions", expr, derivation, total(terms), list(premises.values()), **roles)


# logarithmic differentiation goes first when it is asked for


@rule("logarithmic differentiation", "x^2*sin(x)/(x + 1)")
def logarithmic(expr: Syntax, derivation: Derivation) -> Step | None:
    """f′ = f·(ln|f|)′, and ln|u·v/w| = ln|u| + ln|v| − ln|w|"""
    if derivation.method != "log" or not is_apply(expr, "*", "/", "^", "sqrt", "cbrt", "root"):
        return None
    parts = [(base, exponent) for base, exponent in _logarithmic_parts(expr) if derivation.depends(base)]
    if len(parts) == 1 and parts[0][0] == expr:
        return None
    premises = [derivation.of(base) for base, _ in parts]
    slopes = [
        product([number(exponent), quotient(step.result, base)] if exponent != 1 else [quotient(step.result, base)])
        for (base, exponent), step in zip(parts, premises, strict=True)
    ]
    logarithms = [product([number(exponent), _log_abs(base)]) if exponent != 1 else _log_abs(base) for base, exponent in parts]
    return _step(
        "logarithmic differentiation", expr, derivation, product([expr, total(slopes)]), premises,
        logarithm=total(logarithms), slope=total(slopes),
    )  # fmt: skip


def _log_abs(base: Syntax) -> Syntax:
    return Apply("log", (Apply("abs", (base,)),))


def _logarithmic_parts(expr: Syntax, sign: Fraction = Fraction(1)) -> list[tuple[Syntax, Fraction]]:
    """Factors and exponents whose product is expr."""
    parts: list[tuple[Syntax, Fraction]] = []
    stack = [(expr, sign)]
    while stack:
        node, exponent = stack.pop()
        match node:
            case Apply(function="*", args=factors):
                stack.extend((factor, exponent) for factor in reversed(factors))
            case Apply(function="/", args=(top, bottom)):
                stack.extend([(bottom, -exponent), (top, exponent)])
            case Apply(function="sqrt", args=(base,)):
                stack.append((base, exponent / 2))
            case Apply(function="cbrt", args=(base,)):
                stack.append((base, exponent / 3))
            case Apply(function="^", args=(base, inner)) if (value := exact_value(inner)) is not None:
                stack.append((base, exponent * value))
            case _:
                parts.append((node, exponent))
    return parts


# sums and products


@rule("sum", "x^2 + sin(x)")
def sum_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u + v)′ = u′ + v′"""
    return None if any(is_apply(term, "neg") for term in children(expr)) else _termwise("sum", expr, derivation)


@rule("sum and difference", "x^2 - sin(x)")
def difference(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u − v)′ = u′ − v′"""
    return _termwise("sum and difference", expr, derivation)


def _termwise(name: str, expr: Syntax, derivation: Derivation) -> Step | None:
    if not isinstance(expr, Apply) or expr.function != "+":
        return None
    parts = [(term.args[0], True) if isinstance(term, Apply) and term.function == "neg" else (term, False) for term in expr.args]
    premises = [derivation.of(term) for term, _ in parts]
    terms = [negative(step.result) if subtracted else step.result for step, (_, subtracted) in zip(premises, parts, strict=True)]
    return _step(name, expr, derivation, total(terms), premises)


@rule("negative", "-sin(x)")
def negative_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(−u)′ = −u′"""
    if not isinstance(expr, Apply) or expr.function != "neg":
        return None
    inner = derivation.of(expr.args[0])
    return _step("negative", expr, derivation, negative(inner.result), [inner])


@rule("constant multiple", "3*sin(x)")
def constant_multiple(expr: Syntax, derivation: Derivation) -> Step | None:
    """(c·u)′ = c·u′"""
    match expr:
        case Apply(function="*", args=factors):
            moving = [factor for factor in factors if derivation.depends(factor)]
            if len(moving) != 1:
                return None
            fixed = product([factor for factor in factors if factor is not moving[0]])
            step = derivation.of(moving[0])
            return _step("constant multiple", expr, derivation, product([fixed, step.result]), [step], c=fixed, u=moving[0])
        case Apply(function="/", args=(top, bottom)) if not derivation.depends(bottom) and derivation.method != "quotient":
            step = derivation.of(top)
            return _step("constant multiple", expr, derivation, quotient(step.result, bottom), [step], c=quotient(ONE, bottom), u=top)
    return None


@rule("quotient for a product", "x^-2*sin(x)")
def product_as_quotient(expr: Syntax, derivation: Derivation) -> Step | None:
    """u·v⁻ⁿ = u/vⁿ, and (u/v)′ = (u′·v − u·v′)/v²"""
    if derivation.method != "quotient" or not is_apply(expr, "*", "^"):
        return None
    parts = _logarithmic_parts(expr)
    top = [_raised(base, exponent) for base, exponent in parts if exponent > 0]
    bottom = [_raised(base, -exponent) for base, exponent in parts if exponent < 0]
    if not bottom:
        return None
    step = derivation.of(quotient(product(top), product(bottom)))
    return _step("quotient for a product", expr, derivation, step.result, [step], u=product(top), v=product(bottom))


def _raised(base: Syntax, exponent: Fraction) -> Syntax:
    return base if exponent == 1 else power(base, number(exponent))


@rule("product", "x^2*sin(x)")
def product_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u·v)′ = u′·v + u·v′"""
    if not isinstance(expr, Apply) or expr.function != "*":
        return None
    fixed = [factor for factor in expr.args if not derivation.depends(factor)]
    moving = [factor for factor in expr.args if derivation.depends(factor)]
    premises = [derivation.of(factor) for factor in moving]
    terms = [product([*moving[:place], step.result, *moving[place + 1 :]]) for place, step in enumerate(premises)]
    result = product([*fixed, total(terms)])
    return _step("product", expr, derivation, result, premises, **_pieces(moving, premises))


def _pieces(parts: list[Syntax], premises: list[Step]) -> dict[str, Syntax]:
    """u, v, w, then u4 ... with their derivatives du, dv ..."""
    letters = ["u", "v", "w", *(f"u{place}" for place in range(4, len(parts) + 1))]
    named = dict(zip(letters, parts, strict=False))
    return named | {f"d{letter}": step.result for letter, step in zip(letters, premises, strict=False)}


@rule("product for a quotient", "sin(x)/x")
def quotient_as_product(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u/v)′ = (u·v⁻¹)′ = u′·v⁻¹ + u·(v⁻¹)′"""
    match expr:
        case Apply(function="/", args=(top, bottom)) if derivation.method == "product":
            inverse = power(bottom, negative(ONE))
            step = derivation.of(inverse if top == ONE else Apply("*", (top, inverse)))
            return _step("product for a quotient", expr, derivation, step.result, [step], u=top, v=inverse)
    return None


@rule("reciprocal", "1/(x^2 + 1)")
def reciprocal(expr: Syntax, derivation: Derivation) -> Step | None:
    """(c/v)′ = −c·v′/v²"""
    match expr:
        case Apply(function="/", args=(top, bottom)) if not derivation.depends(top) and derivation.method != "quotient":
            step = derivation.of(bottom)
            result = negative(quotient(step.result if top == ONE else product([top, step.result]), power(bottom, Number(2))))
            return _step("reciprocal", expr, derivation, result, [step], c=top, v=bottom, dv=step.result)
    return None


@rule("quotient", "sin(x)/x")
def quotient_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u/v)′ = (u′·v − u·v′)/v²"""
    if not isinstance(expr, Apply) or expr.function != "/":
        return None
    top, bottom = expr.args
    premises = [derivation.of(top), derivation.of(bottom)]
    du, dv = (step.result for step in premises)
    above = total([product([du, bottom]), negative(product([top, dv]))])
    return _step("quotient", expr, derivation, quotient(above, power(bottom, Number(2))), premises, u=top, v=bottom, du=du, dv=dv)


# compositions


@rule("chain rule", "sin(x^2)")
def chain_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(f∘g)′ = f′(g(x))·g′(x), or dy/dx = dy/du · du/dx"""
    inner = _only_inner(expr, derivation)
    if inner is None or inner == Name(derivation.wrt):
        return None
    letter = derivation.letter(inner)
    outer = _with_letter(expr, inner, letter, derivation)
    outside, inside = derivation.outside(outer, letter), derivation.of(inner)
    put_back = substitute(outside.result, {letter: inner})
    return _step(
        "chain rule", expr, derivation, product([put_back, inside.result]), [outside, inside],
        outer=outer, inner=inner, outer_derivative=outside.result, outer_derivative_at=put_back, inner_derivative=inside.result,
    )  # fmt: skip


def _only_inner(expr: Syntax, derivation: Derivation) -> Syntax | None:
    """The one argument through which a function depends on the variable; None for several, for operators other than ^."""
    if not isinstance(expr, Apply) or expr.function in NO_CHAIN:
        return None
    moving = list(dict.fromkeys(argument for argument in expr.args if derivation.depends(argument)))
    return moving[0] if len(moving) == 1 and sum(argument == moving[0] for argument in expr.args) == 1 else None


def _with_letter(expr: Syntax, inner: Syntax, letter: str, derivation: Derivation) -> Syntax:
    assert isinstance(expr, Apply)
    return rebuild(expr, (Name(letter) if argument == inner and derivation.depends(argument) else argument for argument in expr.args))


@rule("power", "x^5")
def power_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(xⁿ)′ = n·xⁿ⁻¹"""
    match expr:
        case Apply(function="^", args=(base, exponent)) if not derivation.depends(exponent) and base == Name(derivation.wrt):
            lowered = _one_less(exponent)
            rest = base if lowered == ONE else power(base, lowered)
            result = ONE if exponent == ONE else rest if lowered == ZERO else product([exponent, rest])
            return _step("power", expr, derivation, result, [], n=exponent)
    return None


def _one_less(exponent: Syntax) -> Syntax:
    value = exact_value(exponent)
    if value is None:
        return total([exponent, negative(ONE)])
    return number(value - 1, decimal=isinstance(exponent, Number) and exponent.decimal)


@rule("exponential", "2^x")
def exponential(expr: Syntax, derivation: Derivation) -> Step | None:
    """(aˣ)′ = aˣ·ln a"""
    match expr:
        case Apply(function="^", args=(base, exponent)) if not derivation.depends(base) and exponent == Name(derivation.wrt):
            return _step("exponential", expr, derivation, product([expr, Apply("log", (base,))]), [], a=base)
    return None


@rule("general power", "x^x")
def general_power(expr: Syntax, derivation: Derivation) -> Step | None:
    """uᵛ = e^(v·ln u), so (uᵛ)′ = uᵛ·(v·ln u)′ (logarithmic differentiation)"""
    match expr:
        case Apply(function="^", args=(base, exponent)):
            logarithm = product([exponent, Apply("log", (base,))])
            step = derivation.of(logarithm)
            return _step("general power", expr, derivation, product([expr, step.result]), [step], u=base, v=exponent, logarithm=logarithm)
    return None


@rule("change of base", "log(x + 2, x)")
def change_of_base(expr: Syntax, derivation: Derivation) -> Step | None:
    """log_b u = ln u / ln b"""
    match expr:
        case Apply(function="log", args=(argument, base)) if derivation.depends(base):
            natural = quotient(Apply("log", (argument,)), Apply("log", (base,)))
            step = derivation.of(natural)
            return _step("change of base", expr, derivation, step.result, [step], u=argument, b=base, natural=natural)
    return None


@rule("root", "root(x, 5)")
def root_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(ⁿ√x)′ = 1/(n·(ⁿ√x)ⁿ⁻¹)"""
    match expr:
        case Apply(function="root", args=(base, degree)) if base == Name(derivation.wrt) and not derivation.depends(degree):
            below = product([degree, power(expr, _one_less(degree))])
            return _step("root", expr, derivation, quotient(ONE, below), [], n=degree)
    return None


# piecewise


@rule("piecewise", "where(x > 0, x^2, -x)")
def piecewise(expr: Syntax, derivation: Derivation) -> Step | None:
    """each branch is differentiated where it holds"""
    if not isinstance(expr, Apply) or expr.function != "piecewise":
        return None
    places = [place for place in range(len(expr.args)) if place % 2 == 0]
    premises = [derivation.of(expr.args[place]) for place in places]
    args = list(expr.args)
    for place, step in zip(places, premises, strict=True):
        args[place] = step.result
    return _step("piecewise", expr, derivation, rebuild(expr, args), premises)


@rule("maximum and minimum", "max(x, x^2)")
def extremum(expr: Syntax, derivation: Derivation) -> Step | None:
    """max(u, v)′ = u′ where u > v, v′ where v > u; min the other way"""
    if not isinstance(expr, Apply) or expr.function not in {"max", "min"}:
        return None
    premises = [derivation.of(argument) for argument in expr.args]
    result = premises[-1].result
    for place in reversed(range(len(expr.args) - 1)):
        wins = _beats(expr.function, expr.args[place], expr.args[place + 1 :])
        result = Apply("piecewise", (premises[place].result, wins, *_branches(result)))
    return _step("maximum and minimum", expr, derivation, result, premises)


def _beats(function: str, one: Syntax, others: tuple[Syntax, ...]) -> Syntax:
    comparisons = tuple(Apply(">" if function == "max" else "<", (one, other)) for other in others)
    return comparisons[0] if len(comparisons) == 1 else Apply("and", comparisons)


def _branches(result: Syntax) -> tuple[Syntax, ...]:
    return result.args if isinstance(result, Apply) and result.function == "piecewise" and len(result.args) % 2 else (result,)


# functions


@rule("undefined function", "f(g(x))")
def undefined_function(expr: Syntax, derivation: Derivation) -> Step | None:
    """f′ stands for the derivative of f"""
    if not isinstance(expr, Apply) or expr.function in FUNCTIONS or expr.function in OPERATORS:
        return None
    moving = [place for place, argument in enumerate(expr.args) if derivation.depends(argument)]
    if len(moving) != 1 or expr.args[moving[0]] != Name(derivation.wrt):
        return None
    orders = list(expr.orders or (0,) * len(expr.args))
    orders[moving[0]] += 1
    return _step("undefined function", expr, derivation, Apply(expr.function, expr.args, tuple(orders)), [])


@rule("elementary", "tan(x)")
def elementary(expr: Syntax, derivation: Derivation) -> Step | None:
    """a derivative from the table, such as sin′ = cos"""
    if not isinstance(expr, Apply) or expr.function not in FUNCTIONS:
        return None
    moving = [place for place, argument in enumerate(expr.args) if derivation.depends(argument)]
    if len(moving) != 1 or expr.args[moving[0]] != Name(derivation.wrt):
        return None
    found = algebra.elementary(expr.function, moving[0]) if len(expr.args) == _arity(expr) else _log_to_base(expr)
    if found is None:
        return None
    row = FUNCTIONS[expr.function]
    result = substitute(found, dict(zip(row.parameters, expr.args, strict=False)))
    name = row.summary.split(",")[0]
    statement = f"({to_unicode(expr)})′ = {to_unicode(result)}"
    return Step(name, expr, derivation.wrt, result, (), {}, statement)


def _arity(expr: Apply) -> int:
    return 1 if expr.function == "log" else len(FUNCTIONS[expr.function].parameters)


def _log_to_base(expr: Apply) -> Syntax | None:
    if expr.args[0] == expr.args[1] or not isinstance(expr.args[0], Name):
        return None
    return quotient(ONE, product([Name("x"), Apply("log", (Name("b"),))]))


@rule("meaning", "selu(x)")
def meaning(expr: Syntax, derivation: Derivation) -> Step | None:
    """a function that is defined through others is differentiated as what it means"""
    if not isinstance(expr, Apply):
        return None
    spelled_out = algebra.expand_meaning(expr)
    if spelled_out is None:
        return None
    step = derivation.of(spelled_out)
    return _step("meaning", expr, derivation, step.result, [step], means=spelled_out)


@rule("several arguments", "atan2(x, x^2 + 1)")
def several_arguments(expr: Syntax, derivation: Derivation) -> Step | None:
    """f(u, v)′ = ∂f/∂u · u′ + ∂f/∂v · v′"""
    if not isinstance(expr, Apply):
        return None
    places = [place for place, argument in enumerate(expr.args) if derivation.depends(argument)]
    if len(places) < 2:
        return None
    letters = derivation.letters_for([expr.args[place] for place in places])
    args = list(expr.args)
    for place, letter in zip(places, letters, strict=True):
        args[place] = Name(letter)
    outer = rebuild(expr, args)
    moving = {letter: expr.args[place] for place, letter in zip(places, letters, strict=True)}
    outside = {letter: derivation.outside(outer, letter) for letter in moving}
    inside = {letter: derivation.of(argument) for letter, argument in moving.items()}
    terms = [product([substitute(outside[letter].result, moving), inside[letter].result]) for letter in moving]
    return _step("several arguments", expr, derivation, total(terms), [*outside.values(), *inside.values()], outer=outer, **moving)
