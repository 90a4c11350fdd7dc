"""Rules for sums, products and quotients."""

from __future__ import annotations

from fractions import Fraction

from chainrule_cli.calculus.rule import Derivation, Rule, made, rule
from chainrule_cli.calculus.rules.logarithmic import logarithmic_parts
from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.build import ONE, is_apply, negative, number, power, product, quotient, total
from chainrule_cli.notation.syntax import Apply, Number, Syntax, children


@rule("sum", "x^2 + sin(x)")
def sum_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u + v)′ = u′ + v′"""
    return (
        None
        if any(is_apply(term, "neg") for term in children(expr))
        else _termwise(sum_rule, expr, derivation)
    )


@rule("sum and difference", "x^2 - sin(x)")
def difference(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u − v)′ = u′ − v′"""
    return _termwise(difference, expr, derivation)


def _termwise(by: Rule, expr: Syntax, derivation: Derivation) -> Step | None:
    if not isinstance(expr, Apply) or expr.function != "+":
        return None
    parts = [
        (term.args[0], True) if isinstance(term, Apply) and term.function == "neg" else (term, False)
        for term in expr.args
    ]
    premises = [derivation.of(term) for term, _ in parts]
    terms = [
        negative(step.result) if subtracted else step.result
        for step, (_, subtracted) in zip(premises, parts, strict=True)
    ]
    return made(by, expr, derivation, total(terms), premises)


@rule("negative", "-sin(x)")
def negative_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(−u)′ = −u′"""
    if not isinstance(expr, Apply) or expr.function != "neg":
        return None
    inner = derivation.of(expr.args[0])
    return made(negative_rule, expr, derivation, negative(inner.result), [inner])


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
            return made(
                constant_multiple,
                expr,
                derivation,
                product([fixed, step.result]),
                [step],
                c=fixed,
                u=moving[0],
            )
        case Apply(function="/", args=(top, bottom)) if (
            not derivation.depends(bottom) and derivation.method != "quotient"
        ):
            step = derivation.of(top)
            return made(
                constant_multiple,
                expr,
                derivation,
                quotient(step.result, bottom),
                [step],
                c=quotient(ONE, bottom),
                u=top,
            )
    return None


@rule("quotient for a product", "x^-2*sin(x)")
def product_as_quotient(expr: Syntax, derivation: Derivation) -> Step | None:
    """u·v⁻ⁿ = u/vⁿ, and (u/v)′ = (u′·v − u·v′)/v²"""
    if derivation.method != "quotient" or not is_apply(expr, "*", "^"):
        return None
    parts = logarithmic_parts(expr)
    top = [_raised(base, exponent) for base, exponent in parts if exponent > 0]
    bottom = [_raised(base, -exponent) for base, exponent in parts if exponent < 0]
    if not bottom:
        return None
    step = derivation.of(quotient(product(top), product(bottom)))
    return made(product_as_quotient, expr, derivation, step.result, [step], u=product(top), v=product(bottom))


def _raised(base: Syntax, exponent: Fraction) -> Syntax:
    return base if exponent == 1 else power(base, number(exponent))


@rule("product", "x^2*sin(x)")
def product_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u·v)′ = u′·v + u·v′"""
    if not isinstance(expr, Apply) or expr.function != "*":
        return None
    fixed = [factor for factor in expr.args if not derivation.depends(factor)]
    moving = _halved([factor for factor in expr.args if derivation.depends(factor)])
    premises = [derivation.of(factor) for factor in moving]
    terms = [
        product([*moving[:place], step.result, *moving[place + 1 :]]) for place, step in enumerate(premises)
    ]
    result = product([*fixed, total(terms)])
    return made(product_rule, expr, derivation, result, premises, **_pieces(moving, premises))


MOST_FACTORS = 8
"""Factors that the rule takes one by one; n of them would give n^2 parts, two halves at a time give n·log n."""


def _halved(factors: list[Syntax]) -> list[Syntax]:
    if len(factors) <= MOST_FACTORS:
        return factors
    half = len(factors) // 2
    return [product(factors[:half]), product(factors[half:])]


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
            return made(quotient_as_product, expr, derivation, step.result, [step], u=top, v=inverse)
    return None


@rule("reciprocal", "1/(x^2 + 1)")
def reciprocal(expr: Syntax, derivation: Derivation) -> Step | None:
    """(c/v)′ = −c·v′/v²"""
    match expr:
        case Apply(function="/", args=(top, bottom)) if (
            not derivation.depends(top) and derivation.method != "quotient"
        ):
            step = derivation.of(bottom)
            result = negative(
                quotient(step.result if top == ONE else product([top, step.result]), power(bottom, Number(2)))
            )
            return made(reciprocal, expr, derivation, result, [step], c=top, v=bottom, dv=step.result)
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
    return made(
        quotient_rule,
        expr,
        derivation,
        quotient(above, power(bottom, Number(2))),
        premises,
        u=top,
        v=bottom,
        du=du,
        dv=dv,
    )
