"""Rules for constants, variables and the names of definitions."""

from __future__ import annotations

from chainrule_cli.calculus.rule import Derivation, made, rule
from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.build import ONE, ZERO, product, total
from chainrule_cli.notation.syntax import Apply, Name, Syntax


@rule("constant", "7")
def constant(expr: Syntax, derivation: Derivation) -> Step | None:
    """c′ = 0"""
    return None if derivation.depends(expr) else made(constant, expr, derivation, ZERO, [])


@rule("identity", "x")
def identity(expr: Syntax, derivation: Derivation) -> Step | None:
    """x′ = 1"""
    return made(identity, expr, derivation, ONE, []) if expr == Name(derivation.wrt) else None


@rule("dependent variable", "x^2 + y^2 = 1")
def dependent_variable(expr: Syntax, derivation: Derivation) -> Step | None:
    """y depends on x, so y′ = dy/dx"""
    if not isinstance(expr, Name) or expr.id not in derivation.dependents:
        return None
    return made(dependent_variable, expr, derivation, Apply(expr.id, (Name(derivation.wrt),), (1,)), [])


@rule("definitions", "u = x^2; u*sin(u)")
def definitions(expr: Syntax, derivation: Derivation) -> Step | None:
    """df/dx = ∂f/∂u · du/dx + ∂f/∂v · dv/dx + …, one term for each name that f is made of"""
    slopes = derivation.slopes(expr)
    if not slopes:
        return None
    premises = {name: derivation.outside(expr, name) for name in slopes}
    terms = [
        step.result if slopes[name] == ONE else product([step.result, slopes[name]])
        for name, step in premises.items()
    ]
    roles = {f"∂/∂{name}": step.result for name, step in premises.items()} | {
        f"d{name}/d{derivation.wrt}": slope for name, slope in slopes.items() if name != derivation.wrt
    }
    return made(definitions, expr, derivation, total(terms), list(premises.values()), **roles)
