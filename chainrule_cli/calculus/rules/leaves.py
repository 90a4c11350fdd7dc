"""Rules for constants, variables and the names of definitions."""

from __future__ import annotations

from chainrule_cli.calculus.rule import Derivation, make_step, rule
from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.build import ONE, ZERO, product, total
from chainrule_cli.notation.syntax import Apply, Name, Syntax


@rule(
    "constant",
    "7",
    phrase="a constant",
    pieces="nothing in it changes with the variable",
    placeholders="how fast does a constant change?",
    leaf=True,
)
def constant(expr: Syntax, derivation: Derivation) -> Step | None:
    """c′ = 0"""
    return None if derivation.depends(expr) else make_step(constant, expr, derivation, ZERO, [])


@rule("identity", "x", phrase="the variable by itself", leaf=True)
def identity(expr: Syntax, derivation: Derivation) -> Step | None:
    """x′ = 1"""
    return make_step(identity, expr, derivation, ONE, []) if expr == Name(derivation.wrt) else None


@rule("dependent variable", "x^2 + y^2 = 1", phrase="the dependent variable by itself", leaf=True)
def dependent_variable(expr: Syntax, derivation: Derivation) -> Step | None:
    """y depends on x, so y′ = dy/dx"""
    if not isinstance(expr, Name) or expr.id not in derivation.dependents:
        return None
    return make_step(dependent_variable, expr, derivation, Apply(expr.id, (Name(derivation.wrt),), (1,)), [])


@rule(
    "definitions",
    "u = x^2; u*sin(u)",
    phrase="the multivariable chain rule, through the definitions",
    pieces="each definition is a layer: a partial derivative for each name",
    placeholders="each □ is a derivative: of the result by a name, then of that name",
)
def definitions(expr: Syntax, derivation: Derivation) -> Step | None:
    """df/dx = ∂f/∂u · du/dx + ∂f/∂v · dv/dx + …, one term for each name that f is made of"""
    slopes = derivation.derivatives_of_names(expr)
    if not slopes:
        return None
    premises = {name: derivation.derive_by(expr, name) for name in slopes}
    terms = [
        step.result if slopes[name] == ONE else product([step.result, slopes[name]])
        for name, step in premises.items()
    ]
    roles = {f"∂/∂{name}": step.result for name, step in premises.items()} | {
        f"d{name}/d{derivation.wrt}": slope for name, slope in slopes.items() if name != derivation.wrt
    }
    return make_step(definitions, expr, derivation, total(terms), list(premises.values()), **roles)
