"""Rules for piecewise functions, undefined ones, the table of elementary ones, and functions of several arguments."""

from __future__ import annotations

from chainrule_cli.calculus import algebra
from chainrule_cli.calculus.rule import Derivation, made, rule
from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.build import ONE, product, quotient, total
from chainrule_cli.notation.functions import FUNCTIONS, OPERATORS
from chainrule_cli.notation.syntax import Apply, Name, Syntax, rebuild, substitute
from chainrule_cli.notation.write import to_unicode


@rule("piecewise", "where(x > 0, x^2, -x)")
def piecewise(expr: Syntax, derivation: Derivation) -> Step | None:
    """each branch is differentiated where it holds"""
    if not isinstance(expr, Apply) or expr.function != "piecewise":
        return None
    places = [place for place in range(len(expr.args)) if place % 2 == 0]
    premises = [derivation.of(expr.args[place]) for place in places]
    args = list(expr.args)
    for place, step in zip(places, premises, strict=True):
        args[place] = step.result
    return made(piecewise, expr, derivation, rebuild(expr, args), premises)


@rule("maximum and minimum", "max(x, x^2)")
def extremum(expr: Syntax, derivation: Derivation) -> Step | None:
    """max(u, v)′ = u′ where u > v, v′ where v > u; min the other way"""
    if not isinstance(expr, Apply) or expr.function not in {"max", "min"}:
        return None
    premises = [derivation.of(argument) for argument in expr.args]
    result = premises[-1].result
    for place in reversed(range(len(expr.args) - 1)):
        wins = _beats(expr.function, expr.args[place], expr.args[place + 1 :])
        result = Apply("piecewise", (premises[place].result, wins, *_branches(result)))
    return made(extremum, expr, derivation, result, premises)


def _beats(function: str, one: Syntax, others: tuple[Syntax, ...]) -> Syntax:
    comparisons = tuple(Apply(">" if function == "max" else "<", (one, other)) for other in others)
    return comparisons[0] if len(comparisons) == 1 else Apply("and", comparisons)


def _branches(result: Syntax) -> tuple[Syntax, ...]:
    return (
        result.args
        if isinstance(result, Apply) and result.function == "piecewise" and len(result.args) % 2
        else (result,)
    )


@rule("undefined function", "f(g(x))")
def undefined_function(expr: Syntax, derivation: Derivation) -> Step | None:
    """f′ stands for the derivative of f"""
    if not isinstance(expr, Apply) or expr.function in FUNCTIONS or expr.function in OPERATORS:
        return None
    moving = [place for place, argument in enumerate(expr.args) if derivation.depends(argument)]
    if len(moving) != 1 or expr.args[moving[0]] != Name(derivation.wrt):
        return None
    orders = list(expr.orders or (0,) * len(expr.args))
    orders[moving[0]] += 1
    return made(undefined_function, expr, derivation, Apply(expr.function, expr.args, tuple(orders)), [])


@rule("elementary", "tan(x)")
def elementary(expr: Syntax, derivation: Derivation) -> Step | None:
    """a derivative from the table, such as sin′ = cos"""
    if not isinstance(expr, Apply) or expr.function not in FUNCTIONS:
        return None
    moving = [place for place, argument in enumerate(expr.args) if derivation.depends(argument)]
    if len(moving) != 1 or expr.args[moving[0]] != Name(derivation.wrt):
        return None
    found = (
        algebra.elementary(expr.function, moving[0]) if len(expr.args) == _arity(expr) else _log_to_base(expr)
    )
    if found is None:
        return None
    row = FUNCTIONS[expr.function]
    result = substitute(found, dict(zip(row.parameters, expr.args, strict=False)))
    base = len(expr.args) != _arity(expr)
    name = "logarithm to a base" if base else row.summary.partition(",")[0].partition(";")[0]
    statement = f"({to_unicode(expr)})′ = {to_unicode(result)}"
    return Step(name, expr, derivation.wrt, result, (), {}, statement)


def _arity(expr: Apply) -> int:
    return 1 if expr.function == "log" else len(FUNCTIONS[expr.function].parameters)


def _log_to_base(expr: Apply) -> Syntax | None:
    if expr.args[0] == expr.args[1] or not isinstance(expr.args[0], Name):
        return None
    return quotient(ONE, product([Name("x"), Apply("log", (Name("b"),))]))


@rule("meaning", "selu(x)")
def meaning(expr: Syntax, derivation: Derivation) -> Step | None:
    """a function that is defined through others is differentiated as what it means"""
    if not isinstance(expr, Apply):
        return None
    spelled_out = algebra.expand_meaning(expr)
    if spelled_out is None:
        return None
    step = derivation.of(spelled_out)
    return made(meaning, expr, derivation, step.result, [step], means=spelled_out)


@rule("several arguments", "atan2(x, x^2 + 1)")
def several_arguments(expr: Syntax, derivation: Derivation) -> Step | None:
    """f(u, v)′ = ∂f/∂u · u′ + ∂f/∂v · v′"""
    if not isinstance(expr, Apply):
        return None
    places = [place for place, argument in enumerate(expr.args) if derivation.depends(argument)]
    if len(places) < 2:
        return None
    letters = derivation.letters_for([expr.args[place] for place in places])
    args = list(expr.args)
    for place, letter in zip(places, letters, strict=True):
        args[place] = Name(letter)
    outer = rebuild(expr, args)
    moving = {letter: expr.args[place] for place, letter in zip(places, letters, strict=True)}
    outside = {letter: derivation.outside(outer, letter) for letter in moving}
    inside = {letter: derivation.of(argument) for letter, argument in moving.items()}
    terms = [
        product([substitute(outside[letter].result, moving), inside[letter].result]) for letter in moving
    ]
    return made(
        several_arguments,
        expr,
        derivation,
        total(terms),
        [*outside.values(), *inside.values()],
        outer=outer,
        **moving,
    )
