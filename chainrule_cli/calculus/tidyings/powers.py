"""Tidyings of powers: equal bases joined, roots and exponentials with them, signs and absolute values."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from chainrule_cli.calculus.rule import rule
from chainrule_cli.calculus.terms import (
    Product,
    ProductFactor,
    add_like_terms,
    as_product,
    as_terms,
    from_product,
    from_terms,
    power_map,
    put_constant_last,
    sum_key,
)
from chainrule_cli.notation.build import ROOT_DEGREES, is_apply, power, root
from chainrule_cli.notation.syntax import Apply, Syntax, children
from chainrule_cli.notation.write import exact_value


@rule("combine powers", "x*x^2")
def combine_powers(node: Apply) -> Syntax:
    """xᵃ·xᵇ = xᵃ⁺ᵇ, (c·x)ⁿ = cⁿ·xⁿ, (xᵃ)ⁿ = xᵃⁿ"""
    if node.function not in {"*", "/", "^"}:
        return node
    view = as_product(node)
    coefficient, factors = view.coefficient, []
    for factor in view.factors:
        number_part, opened = _open_factor(factor)
        coefficient *= number_part
        factors.extend(opened)
    joined = _cancel_signs(merge(_join_exponents(factors)))
    if (
        len(joined) == len(view.factors)
        and power_map(joined) == power_map(view.factors)
        and coefficient == view.coefficient
    ):
        return node
    return from_product(Product(coefficient, tuple(joined), view.decimal))


def _open_factor(factor: ProductFactor) -> tuple[Fraction, list[ProductFactor]]:
    """Roots as fractional powers, integer powers of products and of powers multiplied out."""
    base, exponent = factor.base, factor.exponent
    match base:
        case Apply(function="sqrt" | "cbrt" as name, args=(inner,)):
            return Fraction(1), [ProductFactor(inner, exponent / ROOT_DEGREES[name], rooted=True)]
        case Apply(function="abs", args=(inner,)) if (
            exponent.denominator == 1 and exponent.numerator % 2 == 0
        ):
            return Fraction(1), [ProductFactor(inner, exponent)]
        case Apply(function="*" | "/" | "neg" | "^") if (
            exponent.denominator == 1 and exponent != 1 and abs(exponent) <= 16
        ):
            view = as_product(base)
            if view.coefficient and not (len(view.factors) == 1 and view.factors[0].base == base):
                return view.coefficient**exponent.numerator, [
                    replace(part, exponent=part.exponent * exponent, inline=False) for part in view.factors
                ]
    return Fraction(1), [factor]


def merge(factors: list[ProductFactor]) -> list[ProductFactor]:
    """Equal bases joined; a root that met nothing of its base stays a root."""
    found: dict[object, ProductFactor] = {}
    for factor in factors:
        key = sum_key(factor.base)
        same = found.get(key)
        if same is None:
            found[key] = factor
        else:
            joined = same.exponent + factor.exponent
            found[key] = ProductFactor(
                same.base, joined, same.rooted or factor.rooted, same.inline and factor.inline and joined < 0
            )
    return [_restore_root(factor) for factor in found.values() if factor.exponent]


def _restore_root(factor: ProductFactor) -> ProductFactor:
    """(u, 1/2) with a root is sqrt(u) to the power 1, so that powers of roots read as they were typed."""
    exponent = factor.exponent
    if not factor.rooted or exponent.denominator not in ROOT_DEGREES.values():
        return factor
    if abs(exponent) < 1:
        return ProductFactor(root(factor.base, exponent.denominator), Fraction(exponent.numerator))
    return replace(factor, rooted=False)


def _join_exponents(factors: list[ProductFactor]) -> list[ProductFactor]:
    """x^n·x as x^(n + 1) and e^u·e^v as e^(u + v), where an exponent has letters and the base comes twice."""
    groups: dict[Syntax, list[ProductFactor]] = {}
    for factor in factors:
        groups.setdefault(_symbolic_base(factor.base), []).append(factor)
    joined: list[ProductFactor] = []
    for base, members in groups.items():
        symbolic = any(member.base != base for member in members) and all(
            member.exponent.denominator == 1 for member in members
        )
        joined.extend(
            [_one_power(base, members)]
            if symbolic and len(members) > 1 and exact_value(base) is None
            else members
        )
    return joined


_EULER = Apply("e", ())


def _symbolic_base(base: Syntax) -> Syntax:
    match base:
        case Apply(function="exp"):
            return _EULER
        case Apply(function="^", args=(inner, exponent)) if exact_value(exponent) is None:
            return inner
    return base


def _one_power(base: Syntax, members: list[ProductFactor]) -> ProductFactor:
    exponents = [_exponent_of(member, base) for member in members]
    exponent = from_terms(
        put_constant_last(add_like_terms(term for part in exponents for term in as_terms(part)))
    )
    return ProductFactor(Apply("exp", (exponent,)) if base == _EULER else power(base, exponent))


def _exponent_of(member: ProductFactor, base: Syntax) -> Syntax:
    if member.base == base:
        return from_product(Product(member.exponent, ()))
    view = as_product(children(member.base)[-1])
    return from_product(replace(view, coefficient=view.coefficient * member.exponent))


def _cancel_signs(factors: list[ProductFactor]) -> list[ProductFactor]:
    """sign(u)·|u| = u, sign(u)/|u| = 1/u and u·sign(u) = |u|."""
    powers = {factor.base: factor for factor in factors}
    for factor in factors:
        if is_apply(factor.base, "sign") and factor.exponent == 1:
            inner = factor.base.args[0]
            size = Apply("abs", (inner,))
            for partner, becomes in ((size, inner), (inner, size)):
                found = powers.get(partner)
                if found is not None and found.exponent in (1, -1):
                    rest = [other for other in factors if other.base not in (factor.base, partner)]
                    return merge([*rest, ProductFactor(becomes, found.exponent)])
    return factors


def multiply(one: Product, other: Product) -> Product:
    return Product(
        one.coefficient * other.coefficient,
        tuple(merge([*one.factors, *other.factors])),
        one.decimal or other.decimal,
    )
