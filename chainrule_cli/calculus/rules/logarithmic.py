"""Logarithmic differentiation, asked before the other rules when --method log asks for it."""

from __future__ import annotations

from fractions import Fraction

from chainrule_cli.calculus.rule import Derivation, make_step, rule
from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.build import ROOT_DEGREES, is_apply, number, product, quotient, total
from chainrule_cli.notation.syntax import Apply, Syntax
from chainrule_cli.notation.write import exact_value


@rule(
    "logarithmic differentiation",
    "x^2*sin(x)/(x + 1)",
    pieces="take the logarithm of the whole: products become sums",
)
def logarithmic(expr: Syntax, derivation: Derivation) -> Step | None:
    """f′ = f·(ln|f|)′, and ln|u·v/w| = ln|u| + ln|v| − ln|w|"""
    if derivation.method != "log" or not is_apply(expr, "*", "/", "^", "root", *ROOT_DEGREES):
        return None
    parts = [(base, exponent) for base, exponent in logarithmic_parts(expr) if derivation.depends(base)]
    if len(parts) == 1 and parts[0][0] == expr:
        return None
    premises = [derivation.derive(base) for base, _ in parts]
    slopes = [
        product(
            [number(exponent), quotient(step.result, base)]
            if exponent != 1
            else [quotient(step.result, base)]
        )
        for (base, exponent), step in zip(parts, premises, strict=True)
    ]
    logarithms = [
        product([number(exponent), _log_abs(base)]) if exponent != 1 else _log_abs(base)
        for base, exponent in parts
    ]
    return make_step(
        logarithmic, expr, derivation, product([expr, total(slopes)]), premises,
        logarithm=total(logarithms), slope=total(slopes),
    )  # fmt: skip


def _log_abs(base: Syntax) -> Syntax:
    return Apply("log", (Apply("abs", (base,)),))


def logarithmic_parts(expr: Syntax, sign: Fraction = Fraction(1)) -> list[tuple[Syntax, Fraction]]:
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
            case Apply(function="sqrt" | "cbrt" as name, args=(base,)):
                stack.append((base, exponent / ROOT_DEGREES[name]))
            case Apply(function="^", args=(base, inner)) if (value := exact_value(inner)) is not None:
                stack.append((base, exponent * value))
            case _:
                parts.append((node, exponent))
    return parts
