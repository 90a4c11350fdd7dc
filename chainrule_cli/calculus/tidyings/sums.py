"""Tidyings of sums: like terms, squares of sine and cosine, brackets multiplied out or factored."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from chainrule_cli.calculus.rule import rewrite_everywhere, rule
from chainrule_cli.calculus.terms import (
    Product,
    ProductFactor,
    SumTerm,
    add_like_terms,
    as_product,
    as_terms,
    from_product,
    from_terms,
    power_map,
    put_constant_last,
    write_term,
)
from chainrule_cli.calculus.tidyings.powers import multiply
from chainrule_cli.notation.build import ROOT_DEGREES, is_apply, total
from chainrule_cli.notation.syntax import Apply, Name, Syntax, tree_size

LARGEST_EXPANSION = 48
"""Terms that an expansion may have before it is given up."""


@rule("collect like terms", "2*x + 3*x")
def collect_terms(node: Apply) -> Syntax:
    """a·u + b·u = (a + b)·u, brackets of a sum dropped"""
    if node.function != "+":
        return node
    terms = as_terms(node)
    kept = add_like_terms(terms)
    if len(kept) == len(node.args) == len(terms):
        return _positive_first(node)
    return order_terms(kept)


def order_terms(terms: list[SumTerm]) -> Syntax:
    return _positive_first(from_terms(_by_degree(terms)))


def _positive_first(node: Syntax) -> Syntax:
    match node:
        case Apply(function="+", args=(first, second)) if is_apply(first, "neg") and not is_apply(
            second, "neg"
        ):
            return Apply("+", (second, first))
    return node


@rule("sin² + cos² = 1", "sin(x)^2 + cos(x)^2")
def pythagoras(node: Apply) -> Syntax:
    """sin²u + cos²u = 1, cosh²u − sinh²u = 1"""
    if node.function != "+":
        return node
    terms = as_terms(node)
    for index, one in enumerate(terms[:LARGEST_EXPANSION]):
        for other in terms[index + 1 : LARGEST_EXPANSION]:
            joined = _pythagorean_pair(one, other)
            if joined is not None:
                rest = [term for term in terms if term not in (one, other)]
                return from_terms(put_constant_last(add_like_terms([joined, *rest])))
    return node


def _pythagorean_pair(one: SumTerm, other: SumTerm) -> SumTerm | None:
    apart, together = one.key ^ other.key, one.key & other.key
    if (
        len(one.key - together) != 1
        or len(other.key - together) != 1
        or any(exponent != 2 or not isinstance(base, Apply) for base, exponent in apart)
    ):
        return None
    names = {
        base.function: (base.args, term.coefficient)
        for term in (one, other)
        for base, _ in term.key - together
        if isinstance(base, Apply)
    }
    for first, second, sign in (("sin", "cos", 1), ("cosh", "sinh", -1)):
        if (
            set(names) == {first, second}
            and names[first][0] == names[second][0]
            and names[first][1] == sign * names[second][1]
        ):
            shared = tuple(
                factor
                for factor in as_product(one.body).factors
                if (factor.base, factor.exponent) in together
            )
            body = from_product(Product(Fraction(1), shared))
            return SumTerm(names[first][1], body, together, one.decimal)
    return None


@rule("factor common terms", "exp(x)*sin(x) + exp(x)*cos(x)")
def factor_common(node: Apply) -> Syntax:
    """a·u + b·u = (a + b)·u, for a common u that is more than a power of a letter"""
    if node.function != "+":
        return node
    terms = as_terms(node)
    views = [as_product(write_term(term)) for term in terms]
    common = common_powers(views)
    if not any(_worth_factoring(base) for base in common):
        return node
    content = common_number(views)
    inside = total([from_product(divide(view, common, content)) for view in views])
    inside = order_terms(as_terms(rewrite_everywhere(inside, collect_terms.apply)))
    outside = tuple(ProductFactor(base, exponent) for base, exponent in common.items())
    result = from_product(Product(content, (*outside, ProductFactor(inside))))
    return result if tree_size(result) < tree_size(node) else node


def common_powers(views: list[Product]) -> dict[Syntax, Fraction]:
    maps = [power_map(view.factors) for view in views]
    shared = set(maps[0]).intersection(*maps[1:])
    least = {base: min(powers[base] for powers in maps) for base in maps[0] if base in shared}
    return {
        base: exponent
        for base, exponent in least.items()
        if exponent > 0 or all(powers[base] == exponent for powers in maps)
    }


def _worth_factoring(base: Syntax) -> bool:
    return isinstance(base, Apply) and bool(base.args) and base.function not in ROOT_DEGREES


def common_number(views: list[Product]) -> Fraction:
    if any(view.decimal for view in views):
        return Fraction(1)
    top = reduce(gcd, (abs(view.coefficient.numerator) for view in views))
    bottom = lcm(*(view.coefficient.denominator for view in views))
    return Fraction(top or 1, bottom)


def divide(view: Product, common: dict[Syntax, Fraction], content: Fraction) -> Product:
    powers = power_map(view.factors)
    left = tuple(
        ProductFactor(base, exponent - common.get(base, Fraction(0))) for base, exponent in powers.items()
    )
    return Product(
        view.coefficient / content, tuple(factor for factor in left if factor.exponent), view.decimal
    )


@rule("expand and collect", "(x + 1)*2 - 2*x")
def expand_when_shorter(node: Apply) -> Syntax:
    """(a + b)·c = a·c + b·c, where it makes the sum shorter"""
    if node.function == "*":
        return _take_number_in(node)
    if node.function != "+":
        return node
    expanded = _expand(node)
    if expanded is None:
        return node
    terms = add_like_terms(expanded)
    result = order_terms(terms)
    return result if tree_size(result) < tree_size(node) else node


def _take_number_in(node: Apply) -> Syntax:
    """2·(3u + 4v) as 6u + 8v: a number times a sum in which every term has a number."""
    view = as_product(node)
    if len(view.factors) != 1 or not is_apply(view.factors[0].base, "+") or view.factors[0].exponent != 1:
        return node
    terms = as_terms(view.factors[0].base)
    if any(abs(term.coefficient) == 1 for term in terms):
        return node
    return from_terms(
        [
            replace(
                term, coefficient=term.coefficient * view.coefficient, decimal=term.decimal or view.decimal
            )
            for term in terms
        ]
    )


def _by_degree(terms: list[SumTerm]) -> list[SumTerm]:
    """Polynomials from the highest power down; anything else as it came."""
    polynomial = all(
        isinstance(base, Name) and exponent.denominator == 1 and exponent > 0
        for term in terms
        for base, exponent in term.key
    )
    return sorted(terms, key=lambda term: -sum(exponent for _, exponent in term.key)) if polynomial else terms


def _expand(node: Syntax) -> list[SumTerm] | None:
    """All products of sums multiplied out; None past LARGEST_EXPANSION terms, and where there are none."""
    found: list[SumTerm] = []
    opened = 0
    for term in as_terms(node):
        view = as_product(write_term(term))
        sums = [
            factor for factor in view.factors if is_apply(factor.base, "+") and factor.exponent in (1, 2, 3)
        ]
        opened += len(sums)
        parts = _multiply_out(view, sums)
        if parts is None or len(found) + len(parts) > LARGEST_EXPANSION:
            return None
        found.extend(parts)
    return found if opened else None


def _multiply_out(view: Product, sums: list[ProductFactor]) -> list[SumTerm] | None:
    rest = tuple(factor for factor in view.factors if factor not in sums)
    partial = [Product(view.coefficient, rest, view.decimal)]
    for factor in sums:
        for _ in range(factor.exponent.numerator):
            terms = [as_product(write_term(term)) for term in as_terms(factor.base)]
            if len(partial) * len(terms) > LARGEST_EXPANSION:
                return None
            partial = [multiply(one, other) for one in partial for other in terms]
    return [term for view in partial for term in as_terms(from_product(view))]
