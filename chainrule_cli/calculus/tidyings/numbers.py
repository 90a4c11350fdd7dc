"""Tidyings of numbers: zeros and ones, products of numbers, the order of factors."""

from __future__ import annotations

from chainrule_cli.calculus.rule import rule
from chainrule_cli.calculus.terms import (
    add_like_terms,
    as_product,
    as_terms,
    as_typed,
    from_product,
    from_terms,
    put_constant_last,
)
from chainrule_cli.notation.build import ONE, ZERO, is_apply, total
from chainrule_cli.notation.syntax import Apply, Number, Syntax, postorder
from chainrule_cli.notation.write import exact_value


@rule("drop zeros and ones", "1*x + 0")
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


@rule("multiply the numbers and order the factors", "cos(x)*2*x*3")
def order_factors(node: Apply) -> Syntax:
    """numbers first, one sign, one fraction bar"""
    if node.function == "+":
        return _add_numbers(node)
    if node.function not in {"*", "/", "neg", "^"} or (exact_value(node) is not None and _lowest(node)):
        return node
    view = as_product(node)
    power = node.function == "^" and len(view.factors) == 1
    return node if power or as_typed(view) == node else from_product(view)


def _lowest(node: Apply) -> bool:
    """Whether a number is spelled in lowest terms already."""
    value = exact_value(node)
    parts = [argument.value for argument in postorder(node) if isinstance(argument, Number)]
    return value is not None and all(abs(part) in (abs(value.numerator), value.denominator) for part in parts)


def _add_numbers(node: Apply) -> Syntax:
    """3 + x + 4 as x + 7: only where there is more than one number."""
    numbers = [exact_value(term) for term in node.args]
    if sum(value is not None for value in numbers) < 2:
        return node
    return from_terms(put_constant_last(add_like_terms(as_terms(node)))) if len(node.args) > 1 else node
