"""Rules for sums, products and quotients."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from chainrule_cli.calculus.rule import Derivation, Rule, make_step, rule
from chainrule_cli.calculus.rules.logarithmic import logarithmic_parts
from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.build import ONE, is_apply, negative, number, power, product, quotient, total
from chainrule_cli.notation.syntax import Apply, Number, Syntax, children


@rule("sum", "x^2 + sin(x)", around="term by term", pieces="the terms are the pieces")
def sum_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u + v)′ = u′ + v′"""
    return (
        None
        if any(is_apply(term, "neg") for term in children(expr))
        else _termwise(sum_rule, expr, derivation)
    )


@rule("sum and difference", "x^2 - sin(x)", around="term by term", pieces="the terms are the pieces")
def difference(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u − v)′ = u′ − v′"""
    return _termwise(difference, expr, derivation)


def _termwise(by: Rule[Any], expr: Syntax, derivation: Derivation) -> Step | None:
    if not isinstance(expr, Apply) or expr.function != "+":
        return None
    parts = [
        (term.args[0], True) if isinstance(term, Apply) and term.function == "neg" else (term, False)
        for term in expr.args
    ]
    premises = [derivation.derive(term) for term, _ in parts]
    terms = [
        negative(step.result) if subtracted else step.result
        for step, (_, subtracted) in zip(premises, parts, strict=True)
    ]
    return make_step(by, expr, derivation, total(terms), premises)


@rule("negative", "-sin(x)", around="the minus stays in front")
def negative_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(−u)′ = −u′"""
    if not isinstance(expr, Apply) or expr.function != "neg":
        return None
    inner = derivation.derive(expr.args[0])
    return make_step(negative_rule, expr, derivation, negative(inner.result), [inner])


@rule(
    "constant multiple",
    "3*sin(x)",
    around="the constant factor stays in front",
    pieces="one factor is constant; the other one changes",
    roles={"c": "the constant factor is", "u": "what changes is"},
)
def constant_multiple(expr: Syntax, derivation: Derivation) -> Step | None:
    """(c·u)′ = c·u′"""
    match expr:
        case Apply(function="*", args=factors):
            moving = [factor for factor in factors if derivation.depends(factor)]
            if len(moving) != 1:
                return None
            fixed = product([factor for factor in factors if factor is not moving[0]])
            step = derivation.derive(moving[0])
            return make_step(
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
            step = derivation.derive(top)
            return make_step(
                constant_multiple,
                expr,
                derivation,
                quotient(step.result, bottom),
                [step],
                c=quotient(ONE, bottom),
                u=top,
            )
    return None


@rule("quotient for a product", "x^-2*sin(x)", roles={"u": "u =", "v": "below the bar v ="}, hands_on=True)
def product_as_quotient(expr: Syntax, derivation: Derivation) -> Step | None:
    """u·v⁻ⁿ = u/vⁿ, and (u/v)′ = (u′·v − u·v′)/v²"""
    if derivation.method != "quotient" or not is_apply(expr, "*", "^"):
        return None
    parts = logarithmic_parts(expr)
    top = [_raise_to(base, exponent) for base, exponent in parts if exponent > 0]
    bottom = [_raise_to(base, -exponent) for base, exponent in parts if exponent < 0]
    if not bottom:
        return None
    step = derivation.derive(quotient(product(top), product(bottom)))
    return make_step(
        product_as_quotient, expr, derivation, step.result, [step], u=product(top), v=product(bottom)
    )


def _raise_to(base: Syntax, exponent: Fraction) -> Syntax:
    return base if exponent == 1 else power(base, number(exponent))


@rule(
    "product",
    "x^2*sin(x)",
    pieces="the factors that change are the pieces: call them u and v",
    roles={},
    placeholders="each □ is the derivative of the factor that is missing beside it",
)
def product_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u·v)′ = u′·v + u·v′"""
    if not isinstance(expr, Apply) or expr.function != "*":
        return None
    fixed = [factor for factor in expr.args if not derivation.depends(factor)]
    moving = _halve([factor for factor in expr.args if derivation.depends(factor)])
    premises = [derivation.derive(factor) for factor in moving]
    terms = [
        product([*moving[:index], step.result, *moving[index + 1 :]]) for index, step in enumerate(premises)
    ]
    result = product([*fixed, total(terms)])
    return make_step(product_rule, expr, derivation, result, premises, **_name_pieces(moving, premises))


MOST_FACTORS = 8
"""Factors that the rule takes one by one; n of them would give n^2 parts, halves at a time give n·log n."""


def _halve(factors: list[Syntax]) -> list[Syntax]:
    if len(factors) <= MOST_FACTORS:
        return factors
    half = len(factors) // 2
    return [product(factors[:half]), product(factors[half:])]


def _name_pieces(parts: list[Syntax], premises: list[Step]) -> dict[str, Syntax]:
    """u, v, w, then u4 ... with their derivatives du, dv ..."""
    letters = ["u", "v", "w", *(f"u{index}" for index in range(4, len(parts) + 1))]
    named = dict(zip(letters, parts, strict=False))
    return named | {f"d{letter}": step.result for letter, step in zip(letters, premises, strict=False)}


@rule("product for a quotient", "sin(x)/x", roles={"u": "u =", "v": "v ="}, hands_on=True)
def quotient_as_product(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u/v)′ = (u·v⁻¹)′ = u′·v⁻¹ + u·(v⁻¹)′"""
    match expr:
        case Apply(function="/", args=(top, bottom)) if derivation.method == "product":
            inverse = power(bottom, negative(ONE))
            step = derivation.derive(inverse if top == ONE else Apply("*", (top, inverse)))
            return make_step(quotient_as_product, expr, derivation, step.result, [step], u=top, v=inverse)
    return None


@rule(
    "reciprocal",
    "1/(x^2 + 1)",
    pieces="only what is below the bar changes: call it v",
    roles={"v": "below the bar v ="},
    placeholders="□ is the derivative of what is below the bar",
)
def reciprocal(expr: Syntax, derivation: Derivation) -> Step | None:
    """(c/v)′ = −c·v′/v²"""
    match expr:
        case Apply(function="/", args=(top, bottom)) if (
            not derivation.depends(top) and derivation.method != "quotient"
        ):
            step = derivation.derive(bottom)
            result = negative(
                quotient(step.result if top == ONE else product([top, step.result]), power(bottom, Number(2)))
            )
            return make_step(reciprocal, expr, derivation, result, [step], c=top, v=bottom, dv=step.result)
    return None


@rule(
    "quotient",
    "sin(x)/x",
    pieces="the pieces are what is above the bar, u, and what is below it, v",
    roles={"u": "above the bar u =", "v": "below the bar v ="},
    placeholders="first the derivative of what is above the bar, then of what is below it",
)
def quotient_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(u/v)′ = (u′·v − u·v′)/v²"""
    if not isinstance(expr, Apply) or expr.function != "/":
        return None
    top, bottom = expr.args
    premises = [derivation.derive(top), derivation.derive(bottom)]
    du, dv = (step.result for step in premises)
    above = total([product([du, bottom]), negative(product([top, dv]))])
    return make_step(
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
