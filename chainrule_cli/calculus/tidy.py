"""TIDYINGS: a few bounded simplifications, each with a name that the page shows; nothing a teacher would call odd.

A tidying rewrites one node whose arguments are tidy already, and returns it unchanged where it has nothing to do. tidy()
goes through them in order, at most ROUNDS times. To add one, write one decorated function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from chainrule_cli.calculus import algebra
from chainrule_cli.calculus.step import Step
from chainrule_cli.calculus.terms import (
    Factor,
    Product,
    Term,
    as_product,
    as_terms,
    collected,
    from_product,
    from_terms,
    power_map,
    sum_key,
)
from chainrule_cli.notation.build import ONE, ZERO, is_apply, negative, power, quotient, total
from chainrule_cli.notation.portable import exact_value
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, fold, postorder, rebuild, tree_size

ROUNDS = 4
LARGEST_EXPANSION = 48
"""Terms that an expansion may have before it is given up."""
LARGEST_FRACTION = 300
"""Nodes of a fraction that is searched for common factors."""

Rewrite = Callable[[Apply], Syntax]


@dataclass(frozen=True, slots=True)
class Tidying:
    name: str
    statement: str
    example: str
    rewrite: Rewrite


TIDYINGS: dict[str, Tidying] = {}


def tidying(name: str, example: str) -> Callable[[Rewrite], Rewrite]:
    def enter(rewrite: Rewrite) -> Rewrite:
        TIDYINGS[name] = Tidying(name, (rewrite.__doc__ or "").strip(), example, rewrite)
        return rewrite

    return enter


def tidy(expr: Syntax, wrt: str) -> list[Step]:
    """The steps that tidy the expression, each from what the last one left; none where it is tidy already."""
    return list(_steps(expr, wrt))


def _steps(expr: Syntax, wrt: str) -> Iterator[Step]:
    for _ in range(ROUNDS):
        before = expr
        for entry in TIDYINGS.values():
            after = _everywhere(expr, entry.rewrite)
            if after != expr:
                yield Step(entry.name, expr, wrt, after, statement=entry.statement)
                expr = after
        if expr == before:
            return


def _everywhere(expr: Syntax, rewrite: Rewrite) -> Syntax:
    def visit(node: Syntax, args: list[Syntax]) -> Syntax:
        new = rebuild(node, args)
        return rewrite(new) if isinstance(new, Apply) and new.args else new

    return fold(expr, visit)


@tidying("drop zeros and ones", "1*x + 0")
def drop_neutral(node: Apply) -> Syntax:
    """u + 0 = u, 1·u = u, 0·u = 0, u¹ = u"""
    match node.function, node.args:
        case "+", terms:
            return total([term for term in terms if term != ZERO])
        case "*", factors:
            return ZERO if ZERO in factors else _unit_free(factors)
        case "/", (top, bottom) if bottom == ONE or (top == ZERO and bottom != ZERO):
            return top
        case "neg", (inner,) if inner == ZERO:
            return ZERO
        case "neg", (Apply(function="neg", args=(inner,)),):
            return inner
        case "^", (base, exponent) if exponent in (ONE, ZERO):
            return base if exponent == ONE else ONE
        case "exp", (inner,) if inner == ZERO:
            return ONE
        case "log", (inner,) if inner == ONE or is_apply(inner, "e"):
            return ZERO if inner == ONE else ONE
        case "piecewise", args if len(args) % 2 and all(branch == args[0] for branch in args[::2]):
            return args[0]
    return node


def _unit_free(factors: tuple[Syntax, ...]) -> Syntax:
    kept = [factor for factor in factors if factor != ONE]
    return Apply("*", tuple(kept)) if len(kept) > 1 else kept[0] if kept else ONE


@tidying("multiply the numbers and order the factors", "cos(x)*2*x*3")
def order_factors(node: Apply) -> Syntax:
    """numbers first, one sign, one fraction bar"""
    if node.function == "+":
        return _numbers_added(node)
    if node.function not in {"*", "/", "neg", "^"} or exact_value(node) is not None and _lowest(node):
        return node
    view = as_product(node)
    return node if node.function == "^" and view.factors and len(view.factors) == 1 else from_product(view)


def _lowest(node: Apply) -> bool:
    """Whether a number is spelled in lowest terms already."""
    value = exact_value(node)
    parts = [argument.value for argument in postorder(node) if isinstance(argument, Number)]
    return value is not None and all(abs(part) in (abs(value.numerator), value.denominator) for part in parts)


def _numbers_added(node: Apply) -> Syntax:
    """3 + x + 4 as x + 7: only where there is more than one number."""
    numbers = [exact_value(term) for term in node.args]
    if sum(value is not None for value in numbers) < 2:
        return node
    return from_terms(_constant_last(collected(as_terms(node)))) if len(node.args) > 1 else node


def _constant_last(terms: list[Term]) -> list[Term]:
    return [term for term in terms if term.key] + [term for term in terms if not term.key]


@tidying("combine powers", "x*x^2")
def combine_powers(node: Apply) -> Syntax:
    """xᵃ·xᵇ = xᵃ⁺ᵇ, (c·x)ⁿ = cⁿ·xⁿ, (xᵃ)ⁿ = xᵃⁿ"""
    if node.function not in {"*", "/", "^"}:
        return node
    view = as_product(node)
    coefficient, factors = view.coefficient, []
    for factor in view.factors:
        number_part, opened = _opened(factor)
        coefficient *= number_part
        factors.extend(opened)
    merged = _signs(_merged(_exponents_joined(factors)))
    if len(merged) == len(view.factors) and power_map(merged) == power_map(view.factors) and coefficient == view.coefficient:
        return node
    return from_product(Product(coefficient, tuple(merged), view.decimal))


def _opened(factor: Factor) -> tuple[Fraction, list[Factor]]:
    """A factor taken apart: roots as fractional powers, integer powers of products and of powers multiplied out."""
    base, exponent = factor.base, factor.exponent
    match base:
        case Apply(function="sqrt", args=(inner,)):
            return Fraction(1), [Factor(inner, exponent / 2, rooted=True)]
        case Apply(function="cbrt", args=(inner,)):
            return Fraction(1), [Factor(inner, exponent / 3, rooted=True)]
        case Apply(function="abs", args=(inner,)) if exponent.denominator == 1 and exponent.numerator % 2 == 0:
            return Fraction(1), [Factor(inner, exponent)]
        case Apply(function="*" | "/" | "neg" | "^") if exponent.denominator == 1 and exponent != 1 and abs(exponent) <= 16:
            view = as_product(base)
            if view.coefficient and not (len(view.factors) == 1 and view.factors[0].base == base):
                return view.coefficient**exponent.numerator, [replace(part, exponent=part.exponent * exponent, inline=False) for part in view.factors]
    return Fraction(1), [factor]


def _merged(factors: list[Factor]) -> list[Factor]:
    """Equal bases joined; a root that met nothing of its base stays a root."""
    found: dict[object, Factor] = {}
    for factor in factors:
        key = sum_key(factor.base)
        same = found.get(key)
        if same is None:
            found[key] = factor
        else:
            joined = same.exponent + factor.exponent
            found[key] = Factor(same.base, joined, same.rooted or factor.rooted, same.inline and factor.inline and joined < 0)
    return [_rooted_again(factor) for factor in found.values() if factor.exponent]


def _rooted_again(factor: Factor) -> Factor:
    """(u, 1/2) written with a root is sqrt(u) to the power 1, so that powers of roots read as they were typed."""
    exponent = factor.exponent
    if not factor.rooted or exponent.denominator not in (2, 3):
        return factor
    name = "sqrt" if exponent.denominator == 2 else "cbrt"
    if abs(exponent) < 1:
        return Factor(Apply(name, (factor.base,)), Fraction(exponent.numerator))
    return replace(factor, rooted=False)


def _exponents_joined(factors: list[Factor]) -> list[Factor]:
    """x^n·x as x^(n + 1) and e^u·e^v as e^(u + v), where an exponent has letters and the base comes twice."""
    groups: dict[Syntax, list[Factor]] = {}
    for factor in factors:
        groups.setdefault(_symbolic_base(factor.base), []).append(factor)
    joined: list[Factor] = []
    for base, members in groups.items():
        symbolic = any(member.base != base for member in members)
        joined.extend([_one_power(base, members)] if symbolic and len(members) > 1 and exact_value(base) is None else members)
    return joined


_EULER = Apply("e", ())


def _symbolic_base(base: Syntax) -> Syntax:
    match base:
        case Apply(function="exp"):
            return _EULER
        case Apply(function="^", args=(inner, _)):
            return inner
    return base


def _one_power(base: Syntax, members: list[Factor]) -> Factor:
    exponents = [_exponent_of(member, base) for member in members]
    exponent = from_terms(_constant_last(collected(term for part in exponents for term in as_terms(part))))
    return Factor(Apply("exp", (exponent,)) if base == _EULER else power(base, exponent))


def _exponent_of(member: Factor, base: Syntax) -> Syntax:
    if member.base == base:
        return from_product(Product(member.exponent, ()))
    assert isinstance(member.base, Apply)
    view = as_product(member.base.args[-1])
    return from_product(replace(view, coefficient=view.coefficient * member.exponent))


def _signs(factors: list[Factor]) -> list[Factor]:
    """sign(u)·|u| = u, sign(u)/|u| = 1/u and u·sign(u) = |u|."""
    powers = {factor.base: factor for factor in factors}
    for factor in factors:
        if is_apply(factor.base, "sign") and factor.exponent == 1:
            inner = factor.base.args[0]  # type: ignore[union-attr]  # is_apply narrows
            size = Apply("abs", (inner,))
            for partner, becomes in ((size, inner), (inner, size)):
                found = powers.get(partner)
                if found is not None and found.exponent in (1, -1):
                    rest = [other for other in factors if other.base not in (factor.base, partner)]
                    return _merged([*rest, Factor(becomes, found.exponent)])
    return factors


@tidying("collect like terms", "2*x + 3*x")
def collect_terms(node: Apply) -> Syntax:
    """a·u + b·u = (a + b)·u, brackets of a sum dropped"""
    if node.function != "+":
        return node
    terms = as_terms(node)
    kept = collected(terms)
    if len(kept) == len(node.args) == len(terms):
        return _positive_first(node)
    return _in_order(kept)


def _in_order(terms: list[Term]) -> Syntax:
    return _positive_first(from_terms(_by_degree(terms)))


def _positive_first(node: Syntax) -> Syntax:
    match node:
        case Apply(function="+", args=(first, second)) if is_apply(first, "neg") and not is_apply(second, "neg"):
            return Apply("+", (second, first))
    return node


@tidying("sin² + cos² = 1", "sin(x)^2 + cos(x)^2")
def pythagoras(node: Apply) -> Syntax:
    """sin²u + cos²u = 1, cosh²u − sinh²u = 1"""
    if node.function != "+":
        return node
    terms = as_terms(node)
    for place, one in enumerate(terms[:LARGEST_EXPANSION]):
        for other in terms[place + 1 : LARGEST_EXPANSION]:
            joined = _pythagorean_pair(one, other)
            if joined is not None:
                rest = [term for term in terms if term not in (one, other)]
                return from_terms(_constant_last(collected([joined, *rest])))
    return node


def _pythagorean_pair(one: Term, other: Term) -> Term | None:
    apart, together = one.key ^ other.key, one.key & other.key
    if len(apart) != 2 or any(exponent != 2 or not isinstance(base, Apply) for base, exponent in apart):
        return None
    names = {base.function: (base.args, term.coefficient) for term in (one, other) for base, _ in term.key - together if isinstance(base, Apply)}
    for first, second, sign in (("sin", "cos", 1), ("cosh", "sinh", -1)):
        if set(names) == {first, second} and names[first][0] == names[second][0] and names[first][1] == sign * names[second][1]:
            shared = tuple(factor for factor in as_product(one.body).factors if (factor.base, factor.exponent) in together)
            body = from_product(Product(Fraction(1), shared))
            return Term(names[first][1], body, together, one.decimal)
    return None


@tidying("factor common terms", "exp(x)*sin(x) + exp(x)*cos(x)")
def factor_common(node: Apply) -> Syntax:
    """a·u + b·u = (a + b)·u, for a common u that is more than a power of a letter"""
    if node.function != "+":
        return node
    terms = as_terms(node)
    views = [as_product(_restored(term)) for term in terms]
    common = _common_powers(views)
    if not any(_worth_factoring(base) for base in common):
        return node
    content = _content(views)
    inside = total([from_product(_divided(view, common, content)) for view in views])
    inside = _in_order(as_terms(_everywhere(inside, collect_terms)))
    outside = tuple(Factor(base, exponent) for base, exponent in common.items())
    result = from_product(Product(content, (*outside, Factor(inside))))
    return result if tree_size(result) < tree_size(node) else node


def _common_powers(views: list[Product]) -> dict[Syntax, Fraction]:
    maps = [power_map(view.factors) for view in views]
    shared = set(maps[0]).intersection(*maps[1:])
    least = {base: min(powers[base] for powers in maps) for base in maps[0] if base in shared}
    return {base: exponent for base, exponent in least.items() if exponent > 0 or all(powers[base] == exponent for powers in maps)}


def _worth_factoring(base: Syntax) -> bool:
    return isinstance(base, Apply) and bool(base.args) and base.function not in {"sqrt", "cbrt"}


def _content(views: list[Product]) -> Fraction:
    if any(view.decimal for view in views):
        return Fraction(1)
    top = reduce(gcd, (abs(view.coefficient.numerator) for view in views))
    bottom = lcm(*(view.coefficient.denominator for view in views))
    return Fraction(top or 1, bottom)


def _divided(view: Product, common: dict[Syntax, Fraction], content: Fraction) -> Product:
    powers = power_map(view.factors)
    left = tuple(Factor(base, exponent - common.get(base, Fraction(0))) for base, exponent in powers.items())
    return Product(view.coefficient / content, tuple(factor for factor in left if factor.exponent), view.decimal)


@tidying("expand and collect", "(x + 1)*2 - 2*x")
def expand_when_shorter(node: Apply) -> Syntax:
    """(a + b)·c = a·c + b·c, where it makes the sum shorter"""
    if node.function != "+":
        return node
    expanded = _expanded(node)
    if expanded is None:
        return node
    terms = collected(expanded)
    result = _in_order(terms)
    return result if tree_size(result) < tree_size(node) else node


def _by_degree(terms: list[Term]) -> list[Term]:
    """Polynomials from the highest power down; anything else as it came."""
    polynomial = all(isinstance(base, Name) and exponent.denominator == 1 and exponent > 0 for term in terms for base, exponent in term.key)
    return sorted(terms, key=lambda term: -sum(exponent for _, exponent in term.key)) if polynomial else terms


def _expanded(node: Syntax) -> list[Term] | None:
    """All products of sums multiplied out, None past LARGEST_EXPANSION terms or where there is nothing to multiply."""
    found: list[Term] = []
    opened = 0
    for term in as_terms(node):
        view = as_product(_restored(term))
        sums = [factor for factor in view.factors if is_apply(factor.base, "+") and factor.exponent in (1, 2, 3)]
        opened += len(sums)
        parts = _multiplied(view, sums)
        if parts is None or len(found) + len(parts) > LARGEST_EXPANSION:
            return None
        found.extend(parts)
    return found if opened else None


def _restored(term: Term) -> Syntax:
    return from_terms([term])


def _multiplied(view: Product, sums: list[Factor]) -> list[Term] | None:
    rest = tuple(factor for factor in view.factors if factor not in sums)
    partial = [Product(view.coefficient, rest, view.decimal)]
    for factor in sums:
        for _ in range(factor.exponent.numerator):
            terms = [as_product(from_terms([term])) for term in as_terms(factor.base)]
            if len(partial) * len(terms) > LARGEST_EXPANSION:
                return None
            partial = [_times(one, other) for one in partial for other in terms]
    return [term for view in partial for term in as_terms(from_product(view))]


def _times(one: Product, other: Product) -> Product:
    return Product(one.coefficient * other.coefficient, tuple(_merged([*one.factors, *other.factors])), one.decimal or other.decimal)


@tidying("clear the fractions", "(1/x + 1)/x^2")
def clear_fractions(node: Apply) -> Syntax:
    """a/b + c = (a + b·c)/b, where it makes the expression shorter"""
    if node.function not in {"+", "*", "/"} or tree_size(node) > LARGEST_FRACTION:
        return node
    view = Product(Fraction(1), (Factor(node),)) if node.function == "+" else as_product(node)
    factors: list[Factor] = []
    for factor in view.factors:
        factors.extend(_cleared(factor))
    if len(factors) == len(view.factors):
        return node
    result = _everywhere(from_product(replace(view, factors=tuple(factors))), combine_powers)
    return result if tree_size(result) < tree_size(node) else node


def _cleared(factor: Factor) -> list[Factor]:
    """A sum with fractions in it as a sum without, and what it is to be divided by."""
    if not is_apply(factor.base, "+") or abs(factor.exponent) != 1:
        return [factor]
    views = [as_product(_restored(term)) for term in as_terms(factor.base)]
    number_below = lcm(*(view.coefficient.denominator for view in views if not view.decimal))
    below = _denominators(views)
    if not below and number_below == 1:
        return [factor]
    raised = total([from_product(_times(view, Product(Fraction(number_below), below))) for view in views])
    over = _everywhere(_everywhere(raised, combine_powers), collect_terms)
    divisors = [Factor(Number(number_below)), *below] if number_below > 1 else below
    return [Factor(over, factor.exponent), *(replace(part, exponent=-part.exponent * factor.exponent) for part in divisors)]


def _denominators(views: list[Product]) -> tuple[Factor, ...]:
    lowest: dict[Syntax, Fraction] = {}
    for view in views:
        for base, exponent in power_map(view.factors).items():
            if exponent < 0:
                lowest[base] = min(lowest.get(base, Fraction(0)), exponent)
    return tuple(Factor(base, -exponent) for base, exponent in lowest.items())


def _inverse(factors: tuple[Factor, ...]) -> list[Factor]:
    return [replace(factor, exponent=-factor.exponent, inline=False) for factor in factors]


@tidying("cancel", "(x^2 - 1)/(x - 1)")
def cancel(node: Apply) -> Syntax:
    """a·c/(b·c) = a/b, common numbers and common polynomial factors of top and bottom"""
    match node:
        case Apply(function="/", args=(top, bottom)) if tree_size(node) <= LARGEST_FRACTION:
            for candidate in (_common_number(top, bottom), _common_polynomial(top, bottom)):
                if candidate is not None and tree_size(candidate) < tree_size(node):
                    return candidate
    return node


def _common_number(top: Syntax, bottom: Syntax) -> Syntax | None:
    """(2x + 4)/2 as x + 2, (2x + 4)/(2y) as (x + 2)/y."""
    if not is_apply(top, "+"):
        return None
    views = [as_product(_restored(term)) for term in as_terms(top)]
    content, below = _content(views), as_product(bottom)
    shared = content / below.coefficient
    if content == 1 or shared.denominator >= abs(below.coefficient):
        return None
    inside = total([from_product(replace(view, coefficient=view.coefficient / content)) for view in views])
    return from_product(Product(shared, (Factor(inside), *_inverse(below.factors))))


def _common_polynomial(top: Syntax, bottom: Syntax) -> Syntax | None:
    if not (_has_sum(top) and _has_sum(bottom)):
        return None
    atoms = list(dict.fromkeys([*_atoms(top), *_atoms(bottom)]))
    if not atoms or len(atoms) > 4:
        return None
    lowest = algebra.cancelled(top, bottom, {atom: f"a{place}" for place, atom in enumerate(atoms)})
    if lowest is None:
        return None
    return lowest[0] if lowest[1] == ONE else negative(lowest[0]) if lowest[1] == negative(ONE) else quotient(*lowest)


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
