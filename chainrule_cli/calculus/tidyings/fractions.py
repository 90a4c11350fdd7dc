"""Tidyings of fractions: signs, fractions within fractions, common factors above and below the bar."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import lcm

from chainrule_cli.calculus import algebra
from chainrule_cli.calculus.rule import rewrite_everywhere, rule
from chainrule_cli.calculus.terms import (
    Product,
    ProductFactor,
    as_product,
    as_terms,
    from_product,
    power_map,
    write_term,
)
from chainrule_cli.calculus.tidyings.powers import combine_powers, multiply
from chainrule_cli.calculus.tidyings.sums import (
    collect_terms,
    common_number,
    common_powers,
    divide,
    order_terms,
)
from chainrule_cli.notation.build import ONE, is_apply, negative, quotient, total
from chainrule_cli.notation.syntax import Apply, Number, Syntax, children, postorder, tree_size

LARGEST_FRACTION = 300
"""Nodes of a fraction that is searched for common factors."""


@rule("take the minus sign in", "-(x - 1)/y")
def take_sign_in(node: Apply) -> Syntax:
    """−(a − b) = b − a"""
    if node.function != "neg":
        return node
    view = as_product(node)
    for factor in view.factors:
        base = factor.base
        if not isinstance(base, Apply) or base.function != "+" or factor.exponent != 1:
            continue
        if any(is_apply(term, "neg") for term in base.args):
            turned = order_terms(
                [replace(term, coefficient=-term.coefficient) for term in as_terms(factor.base)]
            )
            rest = tuple(ProductFactor(turned) if other is factor else other for other in view.factors)
            result = from_product(replace(view, coefficient=-view.coefficient, factors=rest))
            return result if tree_size(result) < tree_size(node) else node
    return node


@rule("clear the fractions", "(1/x + 1)/x^2")
def clear_fractions(node: Apply) -> Syntax:
    """a/b + c = (a + b·c)/b, where it makes the expression no longer"""
    if node.function not in {"+", "*", "/"} or tree_size(node) > LARGEST_FRACTION:
        return node
    if node.function == "+" and not _worth_clearing(node):
        return node
    view = Product(Fraction(1), (ProductFactor(node),)) if node.function == "+" else as_product(node)
    factors: list[ProductFactor] = []
    for factor in view.factors:
        factors.extend(_clear(factor))
    if len(factors) == len(view.factors):
        return node
    result = rewrite_everywhere(from_product(replace(view, factors=tuple(factors))), combine_powers.apply)
    return result if tree_size(result) <= tree_size(node) else node


def _worth_clearing(node: Apply) -> bool:
    """A sum is put over one bar where that is a bracket, or a root of one: never for x + 1/x or 1/3 + x."""
    below = _denominators([as_product(write_term(term)) for term in as_terms(node)])
    return bool(below) and all(
        any(is_apply(inner, "+") for inner in (factor.base, *children(factor.base))) for factor in below
    )


def _clear(factor: ProductFactor) -> list[ProductFactor]:
    """A sum with fractions in it as a sum without, and what it is to be divided by."""
    if not is_apply(factor.base, "+") or abs(factor.exponent) != 1:
        return [factor]
    views = [as_product(write_term(term)) for term in as_terms(factor.base)]
    number_below = lcm(*(view.coefficient.denominator for view in views if not view.decimal))
    below = _denominators(views)
    if not below and number_below == 1:
        return [factor]
    raised = total([from_product(multiply(view, Product(Fraction(number_below), below))) for view in views])
    over = rewrite_everywhere(rewrite_everywhere(raised, combine_powers.apply), collect_terms.apply)
    divisors = [ProductFactor(Number(number_below)), *below] if number_below > 1 else below
    return [
        ProductFactor(over, factor.exponent),
        *(replace(part, exponent=-part.exponent * factor.exponent) for part in divisors),
    ]


def _denominators(views: list[Product]) -> tuple[ProductFactor, ...]:
    lowest: dict[Syntax, Fraction] = {}
    for view in views:
        for base, exponent in power_map(view.factors).items():
            if exponent < 0:
                lowest[base] = min(lowest.get(base, Fraction(0)), exponent)
    return tuple(ProductFactor(base, -exponent) for base, exponent in lowest.items())


def _inverse(factors: tuple[ProductFactor, ...]) -> list[ProductFactor]:
    return [replace(factor, exponent=-factor.exponent, inline=False) for factor in factors]


@rule("cancel", "(x^2 - 1)/(x - 1)")
def cancel(node: Apply) -> Syntax:
    """a·c/(b·c) = a/b, common numbers and common polynomial factors of top and bottom"""
    match node:
        case Apply(function="/", args=(top, bottom)) if (
            tree_size(node) <= LARGEST_FRACTION and as_product(bottom).coefficient
        ):
            for candidate in (
                _common_number(top, bottom),
                _common_factor(top, bottom),
                _common_polynomial(top, bottom),
            ):
                if candidate is not None and tree_size(candidate) < tree_size(node):
                    return candidate
    return node


def _common_number(top: Syntax, bottom: Syntax) -> Syntax | None:
    """(2x + 4)/2 as x + 2, (2x + 4)/(6y + 2) as (x + 2)/(3y + 1)."""
    above, below = _without_content(top), _without_content(bottom)
    shared = above.coefficient / below.coefficient
    if above.coefficient == 1 or shared.denominator >= abs(below.coefficient):
        return None
    return from_product(Product(shared, (*above.factors, *_inverse(below.factors))))


def _common_factor(top: Syntax, bottom: Syntax) -> Syntax | None:
    """(x^2·a − x·b)/x^4 as (x·a − b)/x^3: a factor of every term above and of the product below."""
    if not is_apply(top, "+"):
        return None
    views, below = [as_product(write_term(term)) for term in as_terms(top)], as_product(bottom)
    under = power_map(below.factors)
    common = {
        base: min(exponent, under[base])
        for base, exponent in common_powers(views).items()
        if exponent > 0 and under.get(base, 0) > 0
    }
    if not common:
        return None
    inside = total([from_product(divide(view, common, Fraction(1))) for view in views])
    rest = divide(below, common, Fraction(1))
    return from_product(Product(1 / rest.coefficient, (ProductFactor(inside), *_inverse(rest.factors))))


def _without_content(expr: Syntax) -> Product:
    """The product with the common numbers of its sums taken out into the coefficient."""
    view = as_product(expr)
    coefficient, factors = view.coefficient, []
    for factor in view.factors:
        parts = (
            [as_product(write_term(term)) for term in as_terms(factor.base)]
            if is_apply(factor.base, "+")
            else []
        )
        content = common_number(parts) if parts and factor.exponent == 1 else Fraction(1)
        coefficient *= content
        inside = total(
            [from_product(replace(part, coefficient=part.coefficient / content)) for part in parts]
        )
        factors.append(factor if content == 1 else ProductFactor(inside))
    return Product(coefficient, tuple(factors), view.decimal)


def _common_polynomial(top: Syntax, bottom: Syntax) -> Syntax | None:
    if not (_has_sum(top) and _has_sum(bottom)):
        return None
    atoms = list(dict.fromkeys([*_atoms(top), *_atoms(bottom)]))
    if not atoms or len(atoms) > 4:
        return None
    lowest = algebra.cancel_fraction(top, bottom, {atom: f"a{index}" for index, atom in enumerate(atoms)})
    if lowest is None:
        return None
    return (
        lowest[0]
        if lowest[1] == ONE
        else negative(lowest[0])
        if lowest[1] == negative(ONE)
        else quotient(*lowest)
    )


def _has_sum(expr: Syntax) -> bool:
    return any(is_apply(node, "+") for node in postorder(expr))


def _atoms(expr: Syntax) -> list[Syntax]:
    """The smallest parts in which the expression is a polynomial."""
    found: list[Syntax] = []
    stack = [expr]
    while stack:
        node = stack.pop()
        match node:
            case Number():
                pass
            case Apply(function="^", args=(base, Number(value=degree))) if degree <= 12:
                stack.append(base)
            case Apply(function="+" | "*" | "neg"):
                stack.extend(node.args)
            case _:
                found.append(node)
    return found
