"""Two views of Syntax for tidying: a product as a coefficient and powers, a sum as coefficients of products.

Here are exact arithmetic and the order in which people write factors; what is tidier is decided in tidyings/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from chainrule_cli.notation.build import (
    ONE,
    ROOT_DEGREES,
    ZERO,
    is_apply,
    negative,
    number,
    product,
    quotient,
    root,
    terminates,
    total,
)
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, postorder
from chainrule_cli.notation.write import exact_value

LARGEST_POWER_BITS = 4096


@dataclass(frozen=True, slots=True)
class ProductFactor:
    """base ^ exponent.

    rooted: written with a root sign.
    inline: typed as a negative power, so it may stay above the bar.
    """

    base: Syntax
    exponent: Fraction = Fraction(1)
    rooted: bool = False
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """coefficient times factors.

    decimal: the coefficient came from decimals and is shown as one where it ends.
    """

    coefficient: Fraction
    factors: tuple[ProductFactor, ...]
    decimal: bool = False


def as_product(expr: Syntax) -> Product:
    """The factors of an expression: nested products, quotients and signs flattened, powers left whole."""
    coefficient, decimal = Fraction(1), False
    factors: list[ProductFactor] = []
    stack: list[tuple[Syntax, int]] = [(expr, 1)]
    while stack:
        node, side = stack.pop()
        match node:
            case Number(value=value) if value or side == 1:
                coefficient = coefficient * value if side == 1 else coefficient / value
                decimal = decimal or node.decimal
            case Apply(function="neg", args=(inner,)):
                coefficient = -coefficient
                stack.append((inner, side))
            case Apply(function="*", args=args):
                stack.extend((argument, side) for argument in reversed(args))
            case Apply(function="/", args=(top, bottom)):
                stack.extend([(bottom, -side), (top, side)])
            case _:
                folded = _number_power(node)
                if folded is None:
                    factors.append(_as_factor(node, side))
                else:
                    coefficient = coefficient * folded if side == 1 else coefficient / folded
    return Product(coefficient, tuple(factors), decimal)


def _number_power(node: Syntax) -> Fraction | None:
    """2^3 as 8, within LARGEST_POWER_BITS; None for anything else."""
    if not is_apply(node, "^"):
        return None
    base, exponent = (exact_value(argument) for argument in node.args)
    if base is None or exponent is None or exponent.denominator != 1 or base == 0:
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent.numerator)
    return base**exponent.numerator if bits <= LARGEST_POWER_BITS else None


def _as_factor(node: Syntax, side: int) -> ProductFactor:
    match node:
        case Apply(function="^", args=(base, exponent)):
            value = exact_value(exponent)
            if value is not None and not _has_decimal(exponent):
                return ProductFactor(
                    base, value * side, inline=side == 1 and value < 0 and value.denominator == 1
                )
    return ProductFactor(node, Fraction(side))


def _has_decimal(exponent: Syntax) -> bool:
    """Whether a number was typed with a point: x^0.5 stays one."""
    return any(isinstance(node, Number) and node.decimal for node in postorder(exponent))


def from_product(view: Product) -> Syntax:
    """The product written as people do: one sign, one fraction bar, the number first, then names by the
    alphabet, exponentials, functions, brackets."""
    return _write_product(
        view, lambda factor: (_rank(factor), factor.base.id if isinstance(factor.base, Name) else "")
    )


def as_typed(view: Product) -> Syntax:
    """The same with names in the order in which they stand."""
    return _write_product(view, _rank)


def _write_product(view: Product, key: Callable[[ProductFactor], Any]) -> Syntax:
    if view.coefficient == 0:
        return ZERO
    ordered = sorted(view.factors, key=key)
    below = [factor for factor in ordered if factor.exponent < 0 and not factor.inline]
    if below:
        below = [factor for factor in ordered if factor.exponent < 0]
    above = [factor for factor in ordered if factor not in below]
    top, bottom = _numbers(abs(view.coefficient), decimal=view.decimal)
    over = product([*top, *(_write_factor(factor) for factor in above)])
    under = product(
        [
            *bottom,
            *(_write_factor(replace(factor, exponent=-factor.exponent, inline=False)) for factor in below),
        ]
    )
    result = over if under == ONE else quotient(over, under)
    return negative(result) if view.coefficient < 0 else result


def _numbers(value: Fraction, *, decimal: bool) -> tuple[list[Syntax], list[Syntax]]:
    if decimal and terminates(value):
        return ([number(value, decimal=True)] if value != 1 else []), []
    over: list[Syntax] = [Number(value.numerator)] if value.numerator != 1 else []
    return over, [Number(value.denominator)] if value.denominator != 1 else []


def _write_factor(factor: ProductFactor) -> Syntax:
    base, exponent = factor.base, factor.exponent
    if exponent == 1:
        return base
    if factor.rooted and exponent.denominator > 1 and 0 < exponent < 1:
        written = root(base, exponent.denominator)
        return written if exponent.numerator == 1 else Apply("^", (written, Number(exponent.numerator)))
    if is_apply(base, "exp") and exponent.denominator == 1:
        inner = as_product(base.args[0])
        return Apply("exp", (from_product(replace(inner, coefficient=inner.coefficient * exponent)),))
    return Apply("^", (base, number(exponent)))


def _rank(factor: ProductFactor) -> int:
    base = factor.base
    if isinstance(base, Name):
        return 2
    if isinstance(base, Number) or not base.args:
        return 1
    if (
        base.function in {*ROOT_DEGREES, "root"}
        and all(not isinstance(argument, Name) for argument in base.args)
        and isinstance(base.args[0], Number)
    ):
        return 1
    if base.function in {"exp", "^"}:
        return 3
    return 5 if base.function == "+" else 4


@dataclass(frozen=True, slots=True)
class SumTerm:
    """coefficient times a product without numbers.

    body: that product.
    key: the same whatever the order of its factors.
    decimal: as of a Product.
    """

    coefficient: Fraction
    body: Syntax
    key: frozenset[tuple[Syntax, Fraction]]
    decimal: bool = False


def as_terms(expr: Syntax) -> list[SumTerm]:
    """The terms of a sum, nested sums and signs flattened; one term for anything else."""
    terms: list[SumTerm] = []
    stack: list[tuple[Syntax, int]] = [(expr, 1)]
    while stack:
        node, sign = stack.pop()
        match node:
            case Apply(function="+", args=args):
                stack.extend((argument, sign) for argument in reversed(args))
            case Apply(function="neg", args=(inner,)):
                stack.append((inner, -sign))
            case _:
                terms.append(_term(node, sign))
    return terms


@lru_cache(maxsize=10_000)
def _term(node: Syntax, sign: int) -> SumTerm:
    view = as_product(node)
    body = from_product(Product(Fraction(1), view.factors)) if view.factors else ONE
    return SumTerm(sign * view.coefficient, body, frozenset(power_map(view.factors).items()), view.decimal)


def power_map(factors: Iterable[ProductFactor]) -> dict[Syntax, Fraction]:
    """Base -> its exponent in all."""
    found: dict[Syntax, Fraction] = {}
    for factor in factors:
        found[factor.base] = found.get(factor.base, Fraction(0)) + factor.exponent
    return found


def sum_key(base: Syntax) -> object:
    """The same for sums that differ in the order of their terms only; the base itself for anything else."""
    if not is_apply(base, "+"):
        return base
    return frozenset((term.key, term.coefficient) for term in add_like_terms(as_terms(base)))


def from_terms(terms: Sequence[SumTerm]) -> Syntax:
    """The sum of the terms in their order, zeros dropped."""
    return total([write_term(term) for term in terms if term.coefficient])


def write_term(term: SumTerm) -> Syntax:
    view = as_product(term.body)
    return from_product(Product(term.coefficient * view.coefficient, view.factors, term.decimal))


def add_like_terms(terms: Iterable[SumTerm]) -> list[SumTerm]:
    """Like terms added up, at the place of the first of them."""
    found: dict[frozenset[tuple[Syntax, Fraction]], SumTerm] = {}
    for term in terms:
        same = found.get(term.key)
        if same is None:
            found[term.key] = term
        else:
            found[term.key] = replace(
                same, coefficient=same.coefficient + term.coefficient, decimal=same.decimal or term.decimal
            )
    return [term for term in found.values() if term.coefficient]


def put_constant_last(terms: list[SumTerm]) -> list[SumTerm]:
    return [term for term in terms if term.key] + [term for term in terms if not term.key]
