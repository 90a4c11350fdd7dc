"""The chain rule, and the rules for powers, exponentials, logarithms and roots that its outside needs."""

from __future__ import annotations

from chainrule_cli.calculus.rule import Derivation, make_step, rule
from chainrule_cli.calculus.step import NO_CHAIN, Step
from chainrule_cli.notation.build import ONE, ZERO, negative, number, power, product, quotient, total
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, children, rebuild, substitute
from chainrule_cli.notation.write import exact_value


@rule(
    "chain rule",
    "sin(x^2)",
    pieces="there is an outside function and something inside it: find both",
    roles={"outer": "the outside is", "inner": "the inside is"},
    placeholders="first the derivative of the outside at the inside, then the derivative of the inside",
)
def chain_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(f∘g)′ = f′(g(x))·g′(x), or dy/dx = dy/du · du/dx"""
    inner = _only_inner(expr, derivation)
    if inner is None or inner == Name(derivation.wrt):
        return None
    letter = derivation.letter_for(inner)
    outer = _with_letter(expr, inner, letter, derivation)
    outside, inside = derivation.derive_by(outer, letter), derivation.derive(inner)
    put_back = substitute(outside.result, {letter: inner})
    return make_step(
        chain_rule, expr, derivation, product([put_back, inside.result]), [outside, inside],
        outer=outer, inner=inner, outer_derivative=outside.result, outer_derivative_at=put_back,
        inner_derivative=inside.result,
    )  # fmt: skip


def _only_inner(expr: Syntax, derivation: Derivation) -> Syntax | None:
    """The one argument through which a function depends on the variable; None for several, or an operator."""
    if not isinstance(expr, Apply) or expr.function in NO_CHAIN:
        return None
    moving = list(dict.fromkeys(argument for argument in expr.args if derivation.depends(argument)))
    return (
        moving[0] if len(moving) == 1 and sum(argument == moving[0] for argument in expr.args) == 1 else None
    )


def _with_letter(expr: Syntax, inner: Syntax, letter: str, derivation: Derivation) -> Syntax:
    return rebuild(
        expr,
        (
            Name(letter) if argument == inner and derivation.depends(argument) else argument
            for argument in children(expr)
        ),
    )


@rule(
    "power",
    "x^5",
    pieces="the base is the variable, the exponent is constant",
    roles={"n": "the exponent is"},
    placeholders="first the exponent, then the exponent less one",
)
def power_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(xⁿ)′ = n·xⁿ⁻¹"""
    match expr:
        case Apply(function="^", args=(base, exponent)) if not derivation.depends(exponent) and base == Name(
            derivation.wrt
        ):
            lowered = _one_less(exponent)
            rest = base if lowered == ONE else power(base, lowered)
            result = ONE if exponent == ONE else rest if lowered == ZERO else product([exponent, rest])
            return make_step(power_rule, expr, derivation, result, [], n=exponent)
    return None


def _one_less(exponent: Syntax) -> Syntax:
    value = exact_value(exponent)
    if value is None:
        return total([exponent, negative(ONE)])
    return number(value - 1, decimal=isinstance(exponent, Number) and exponent.decimal)


@rule(
    "exponential",
    "2^x",
    pieces="the base is constant, the exponent is the variable",
    roles={"a": "the base is"},
)
def exponential(expr: Syntax, derivation: Derivation) -> Step | None:
    """(aˣ)′ = aˣ·ln a"""
    match expr:
        case Apply(function="^", args=(base, exponent)) if not derivation.depends(base) and exponent == Name(
            derivation.wrt
        ):
            return make_step(
                exponential, expr, derivation, product([expr, Apply("log", (base,))]), [], a=base
            )
    return None


@rule(
    "general power",
    "x^x",
    pieces="the base and the exponent both change: call them u and v",
    roles={"u": "the base is", "v": "the exponent is"},
    placeholders="□ is the derivative of the exponent times the logarithm of the base",
)
def general_power(expr: Syntax, derivation: Derivation) -> Step | None:
    """uᵛ = e^(v·ln u), so (uᵛ)′ = uᵛ·(v·ln u)′ (logarithmic differentiation)"""
    match expr:
        case Apply(function="^", args=(base, exponent)):
            logarithm = product([exponent, Apply("log", (base,))])
            step = derivation.derive(logarithm)
            return make_step(
                general_power,
                expr,
                derivation,
                product([expr, step.result]),
                [step],
                u=base,
                v=exponent,
                logarithm=logarithm,
            )
    return None


@rule(
    "change of base",
    "log(x + 2, x)",
    phrase="change of base",
    roles={"u": "the argument is", "b": "the base is"},
    hands_on=True,
)
def change_of_base(expr: Syntax, derivation: Derivation) -> Step | None:
    """log_b u = ln u / ln b"""
    match expr:
        case Apply(function="log", args=(argument, base)) if derivation.depends(base):
            natural = quotient(Apply("log", (argument,)), Apply("log", (base,)))
            step = derivation.derive(natural)
            return make_step(
                change_of_base, expr, derivation, step.result, [step], u=argument, b=base, natural=natural
            )
    return None


@rule("root", "root(x, 5)", roles={"n": "the degree is"})
def root_rule(expr: Syntax, derivation: Derivation) -> Step | None:
    """(ⁿ√x)′ = 1/(n·(ⁿ√x)ⁿ⁻¹)"""
    match expr:
        case Apply(function="root", args=(base, degree)) if base == Name(
            derivation.wrt
        ) and not derivation.depends(degree):
            below = product([degree, power(expr, _one_less(degree))])
            return make_step(root_rule, expr, derivation, quotient(ONE, below), [], n=degree)
    return None
