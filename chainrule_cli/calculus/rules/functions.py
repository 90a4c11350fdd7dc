"""Rules for piecewise and undefined functions, the table of elementary ones, and several arguments."""

from __future__ import annotations

from chainrule_cli.calculus import algebra
from chainrule_cli.calculus.rule import Derivation, make_step, rule
from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.build import ONE, product, quotient, total
from chainrule_cli.notation.functions import FUNCTIONS, OPERATORS
from chainrule_cli.notation.syntax import Apply, Name, Syntax, rebuild, substitute
from chainrule_cli.notation.write import to_unicode


@rule(
    "piecewise",
    "where(x > 0, x^2, -x)",
    phrase="branch by branch",
    pieces="each branch is a piece",
    placeholders="each □ is the derivative of its branch",
)
def piecewise(expr: Syntax, derivation: Derivation) -> Step | None:
    """each branch is differentiated where it holds"""
    if not isinstance(expr, Apply) or expr.function != "piecewise":
        return None
    indices = [index for index in range(len(expr.args)) if index % 2 == 0]
    premises = [derivation.derive(expr.args[index]) for index in indices]
    args = list(expr.args)
    for index, step in zip(indices, premises, strict=True):
        args[index] = step.result
    return make_step(piecewise, expr, derivation, rebuild(expr, args), premises)


@rule(
    "maximum and minimum",
    "max(x, x^2)",
    phrase="maximum and minimum, branch by branch",
    pieces="each argument is a branch: see where each one wins",
    placeholders="each □ is the derivative of the argument that wins there",
)
def extremum(expr: Syntax, derivation: Derivation) -> Step | None:
    """max(u, v)′ = u′ where u > v, v′ where v > u; min the other way"""
    if not isinstance(expr, Apply) or expr.function not in {"max", "min"}:
        return None
    premises = [derivation.derive(argument) for argument in expr.args]
    result = premises[-1].result
    for index in reversed(range(len(expr.args) - 1)):
        wins = _beats(expr.function, expr.args[index], expr.args[index + 1 :])
        result = Apply("piecewise", (premises[index].result, wins, *_branches(result)))
    return make_step(extremum, expr, derivation, result, premises)


def _beats(function: str, one: Syntax, others: tuple[Syntax, ...]) -> Syntax:
    comparisons = tuple(Apply(">" if function == "max" else "<", (one, other)) for other in others)
    return comparisons[0] if len(comparisons) == 1 else Apply("and", comparisons)


def _branches(result: Syntax) -> tuple[Syntax, ...]:
    return (
        result.args
        if isinstance(result, Apply) and result.function == "piecewise" and len(result.args) % 2
        else (result,)
    )


@rule("undefined function", "f(g(x))", phrase="the derivative of an undefined function")
def undefined_function(expr: Syntax, derivation: Derivation) -> Step | None:
    """f′ stands for the derivative of f"""
    if not isinstance(expr, Apply) or expr.function in FUNCTIONS or expr.function in OPERATORS:
        return None
    moving = [index for index, argument in enumerate(expr.args) if derivation.depends(argument)]
    if len(moving) != 1 or expr.args[moving[0]] != Name(derivation.wrt):
        return None
    orders = list(expr.orders or (0,) * len(expr.args))
    orders[moving[0]] += 1
    return make_step(undefined_function, expr, derivation, Apply(expr.function, expr.args, tuple(orders)), [])


@rule("elementary", "tan(x)")
def elementary(expr: Syntax, derivation: Derivation) -> Step | None:
    """a derivative from the table, such as sin′ = cos"""
    if not isinstance(expr, Apply) or expr.function not in FUNCTIONS:
        return None
    moving = [index for index, argument in enumerate(expr.args) if derivation.depends(argument)]
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
    title = row.summary.rpartition(": ")[2]
    name = "logarithm to a base" if base else title.partition(",")[0].partition(";")[0]
    statement = f"({to_unicode(expr)})′ = {to_unicode(result)}"
    return Step(name, expr, derivation.wrt, result, (), {}, statement)


def _arity(expr: Apply) -> int:
    return 1 if expr.function == "log" else len(FUNCTIONS[expr.function].parameters)


def _log_to_base(expr: Apply) -> Syntax | None:
    if expr.args[0] == expr.args[1] or not isinstance(expr.args[0], Name):
        return None
    return quotient(ONE, product([Name("x"), Apply("log", (Name("b"),))]))


@rule(
    "meaning",
    "selu(x)",
    phrase="write the function out as what it means",
    roles={"means": "it means"},
    hands_on=True,
)
def meaning(expr: Syntax, derivation: Derivation) -> Step | None:
    """a function that is defined through others is differentiated as what it means"""
    if not isinstance(expr, Apply):
        return None
    spelled_out = algebra.expand_meaning(expr)
    if spelled_out is None:
        return None
    step = derivation.derive(spelled_out)
    return make_step(meaning, expr, derivation, step.result, [step], means=spelled_out)


@rule(
    "several arguments",
    "atan2(x, x^2 + 1)",
    phrase="the multivariable chain rule",
    pieces="several arguments change: a letter for each",
    placeholders="for each argument, the derivative by it times the argument's own derivative",
)
def several_arguments(expr: Syntax, derivation: Derivation) -> Step | None:
    """f(u, v)′ = ∂f/∂u · u′ + ∂f/∂v · v′"""
    if not isinstance(expr, Apply):
        return None
    indices = [index for index, argument in enumerate(expr.args) if derivation.depends(argument)]
    if len(indices) < 2:
        return None
    letters = derivation.letters_for([expr.args[index] for index in indices])
    args = list(expr.args)
    for index, letter in zip(indices, letters, strict=True):
        args[index] = Name(letter)
    outer = rebuild(expr, args)
    moving = {letter: expr.args[index] for index, letter in zip(indices, letters, strict=True)}
    outside = {letter: derivation.derive_by(outer, letter) for letter in moving}
    inside = {letter: derivation.derive(argument) for letter, argument in moving.items()}
    terms = [
        product([substitute(outside[letter].result, moving), inside[letter].result]) for letter in moving
    ]
    return make_step(
        several_arguments,
        expr,
        derivation,
        total(terms),
        [*outside.values(), *inside.values()],
        outer=outer,
        **moving,
    )
