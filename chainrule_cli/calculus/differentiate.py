"""A reading and what is asked of it -> the derivative that steps build: definitions, orders, equations.

Here is the order in which things are derived and tidied; single rules are in rules/, single tidyings in
tidyings/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from chainrule_cli.calculus.derive import derive
from chainrule_cli.calculus.rule import rule
from chainrule_cli.calculus.step import InnerLetters, Step
from chainrule_cli.calculus.tidy import tidy
from chainrule_cli.errors import LimitError, QuestionError
from chainrule_cli.notation.build import ONE, ZERO, negative, product, quotient, total
from chainrule_cli.notation.definitions import depends_on, find_needed, write_out_definitions
from chainrule_cli.notation.syntax import (
    MOST_NODES,
    Apply,
    Definition,
    Name,
    Reading,
    Syntax,
    children,
    fold,
    free_names,
    rebuild,
    tree_size,
)

INLINE = 8
"""Nodes up to which the derivative of a definition is written out where it is used, if it is made of the
variable alone; others get a name, u_x."""


@dataclass(frozen=True, slots=True)
class Request:
    """What calculus is asked for: d^order reading / d wrt^order.

    method: auto, quotient, product or log.
    dependent: the name that an equation makes a function of wrt.
    """

    reading: Reading
    wrt: str
    order: int = 1
    method: str = "auto"
    dependent: str | None = None


@dataclass(frozen=True, slots=True)
class DerivedFormula:
    """A derivative and the steps that built it.

    result: the derivative, leaning on `definitions`.
    derivations: the root steps, one for each order.
    tidyings: for each order, the steps that tidied its result and the definitions it leans on.
    """

    result: Syntax
    definitions: tuple[Definition, ...]
    derivations: tuple[Step, ...]
    tidyings: tuple[tuple[Step, ...], ...]


def differentiate(question: Request, letters: InnerLetters) -> DerivedFormula:
    """The answer before its last tidying, ready to be checked.

    Raises QuestionError and LimitError as derive does, and QuestionError where an equation does not hold the
    dependent variable.
    """
    if question.reading.equation:
        return _differentiate_equation(question, letters)
    return _differentiate_formula(question, letters)


def tidy_result(answer: DerivedFormula, wrt: str) -> DerivedFormula:
    """The answer with its last result tidied, the steps of that added."""
    result, steps = _tidy(answer.result, wrt)
    tidyings = (*answer.tidyings[:-1], (*answer.tidyings[-1], *steps))
    needed = find_needed(result, answer.definitions)
    return replace(answer, result=result, definitions=needed, tidyings=tidyings)


def _tidy(expr: Syntax, wrt: str) -> tuple[Syntax, tuple[Step, ...]]:
    """The expression tidied, and the steps of that."""
    steps = tuple(tidy(expr, wrt))
    return (steps[-1].result if steps else expr), steps


def write_out_reading(reading: Reading) -> Syntax:
    """The result with all definitions written out. Raises LimitError past MOST_NODES nodes."""
    expr = write_out_definitions(reading.expr, reading.definitions)
    if tree_size(expr) > MOST_NODES:
        raise LimitError(f"the definitions written out have more than {MOST_NODES:,} parts")
    return expr


def list_steps(answer: DerivedFormula) -> Iterator[tuple[Step, Literal["derive", "tidy"]]]:
    """All derivations and tidyings in reading order, each root with "derive" or "tidy"."""
    for root, steps in zip(answer.derivations, answer.tidyings, strict=True):
        yield root, "derive"
        yield from ((step, "tidy") for step in steps)


# formulas


def _differentiate_formula(question: Request, letters: InnerLetters) -> DerivedFormula:
    expr = question.reading.expr
    state = _FormulaState(question.wrt, question.method, letters, [*question.reading.definitions])
    derivations: list[Step] = []
    tidyings: list[tuple[Step, ...]] = []
    for order in range(1, question.order + 1):
        below = state.derive_definitions()
        step = state.derive(expr)
        expr, steps = _tidy(step.result, question.wrt) if order < question.order else (step.result, ())
        derivations.append(step)
        tidyings.append((*below, *steps))
    return DerivedFormula(expr, find_needed(expr, state.definitions), tuple(derivations), tuple(tidyings))


@dataclass
class _FormulaState:
    """What is known between one order and the next.

    definitions: in order, those of derivatives among them.
    derivatives: definition that depends on wrt -> its derivative, written out or by name.
    steps: definition -> the step that derived it.
    """

    wrt: str
    method: str
    letters: InnerLetters
    definitions: list[Definition]
    derivatives: dict[str, Syntax] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)

    def derive_definitions(self) -> list[Step]:
        """Give each definition that depends on wrt its derivative, which follows it where it needs a name.

        The steps that tidied those derivatives.
        """
        found: list[Definition] = []
        tidyings: list[Step] = []
        taken = {definition.name for definition in self.definitions}
        for definition in self.definitions:
            found.append(definition)
            if definition.name in self.derivatives:
                continue
            if not depends_on(definition.body, {self.wrt, *self.derivatives}):
                continue
            step = self.derive(definition.body)
            derivative, steps = _tidy(step.result, self.wrt)
            tidyings += steps
            if tree_size(derivative) > INLINE or any(name != self.wrt for name in free_names(derivative)):
                name = _name_derivative(definition.name, self.wrt, taken)
                taken.add(name)
                found.append(Definition(name, derivative))
                derivative = Name(name)
            self.derivatives[definition.name] = derivative
            self.steps[definition.name] = step
        self.definitions = found
        return tidyings

    def derive(self, expr: Syntax) -> Step:
        """The step for one body; the steps of the definitions that it leans on are premises too."""
        names = free_names(expr)
        named = {name: derivative for name, derivative in self.derivatives.items() if name in names}
        step = derive(expr, self.wrt, method=self.method, named=named, letters=self.letters)
        below = tuple(self.steps[name] for name in named)
        return replace(step, premises=(*step.premises, *below)) if below else step


def _name_derivative(name: str, wrt: str, taken: set[str]) -> str:
    """u_x for du/dx, with more subscripts where that is taken."""
    derivative = f"{name}_{wrt}" if "_" not in name else f"{name}{wrt}"
    while derivative in taken:
        derivative += wrt
    return derivative


# equations


def _differentiate_equation(question: Request, letters: InnerLetters) -> DerivedFormula:
    wrt, dependent = question.wrt, question.dependent or "y"
    sides = differentiate_sides.apply(
        write_out_reading(question.reading), wrt, dependent, question.method, letters
    )
    first = _solve(sides, wrt, dependent)
    derivations, tidyings = [first], list[tuple[Step, ...]]()
    known: list[Syntax] = []
    for _ in range(2, question.order + 1):
        result, steps = _tidy(derivations[-1].result, wrt)
        known.append(result)
        derivations.append(_differentiate_again(result, known[0], question, letters))
        tidyings.append(steps)
    return DerivedFormula(derivations[-1].result, (), tuple(derivations), (*tidyings, ()))


@rule(
    "implicit differentiation",
    "x^2 + y^2 = 1",
    phrase="implicit differentiation",
    around="differentiate both sides; the dependent variable is a function",
)
def differentiate_sides(
    equation: Syntax, wrt: str, dependent: str, method: str, letters: InnerLetters
) -> Step:
    """differentiate both sides; y depends on x"""
    sides = [
        derive(side, wrt, method=method, dependents=frozenset({dependent}), letters=letters)
        for side in children(equation)
    ]
    return Step(
        differentiate_sides.name,
        equation,
        wrt,
        Apply("=", tuple(side.result for side in sides)),
        tuple(sides),
        statement=f"differentiate both sides; {dependent} depends on {wrt}",
    )


def _solve(sides: Step, wrt: str, dependent: str) -> Step:
    """The derivative of the dependent variable, from the two sides of a differentiated equation."""
    left, right = children(sides.result)
    rest, factor = _split_linear(total([left, negative(right)]), _derivative_name(dependent, wrt))
    if factor == ZERO:
        raise QuestionError(
            f"{dependent} does not occur in the equation", hint="name the dependent variable with --dependent"
        )
    return Step(
        f"solve for d{dependent}/d{wrt}",
        sides.result,
        wrt,
        negative(quotient(rest, factor)),
        (sides,),
        {"rest": rest, "factor": factor},
        f"collect the terms with d{dependent}/d{wrt} on one side and divide by its factor",
    )


def _derivative_name(dependent: str, wrt: str) -> Syntax:
    """What dy/dx is called before it is known: y'(x)."""
    return Apply(dependent, (Name(wrt),), (1,))


def _differentiate_again(current: Syntax, first: Syntax, question: Request, letters: InnerLetters) -> Step:
    """The derivative of a derivative, with the first one put in."""
    wrt, dependent = question.wrt, question.dependent
    unknown = _derivative_name(dependent or "y", wrt)
    step = derive(
        current, wrt, method=question.method, dependents=frozenset({dependent or ""}), letters=letters
    )
    result = fold(step.result, lambda node, args: first if node == unknown else rebuild(node, args))
    name = f"d{dependent}/d{wrt}"
    return Step(f"put in {name}", step.result, wrt, result, (step,), {name: first}, f"{name} is known")


def _split_linear(expr: Syntax, unknown: Syntax) -> tuple[Syntax, Syntax]:
    """(a, b) with expr = a + b·unknown, for an expression that is linear in the unknown."""

    def split(node: Syntax, parts: list[tuple[Syntax, Syntax]]) -> tuple[Syntax, Syntax]:
        if node == unknown:
            return ZERO, ONE
        if not isinstance(node, Apply) or all(factor == ZERO for _, factor in parts):
            return node, ZERO
        return _split_application(node, parts)

    return fold(expr, split)


def _split_application(node: Apply, parts: list[tuple[Syntax, Syntax]]) -> tuple[Syntax, Syntax]:
    """The same for one node, from the splits of its arguments."""
    rests, factors = [rest for rest, _ in parts], [factor for _, factor in parts]
    match node.function:
        case "+":
            return _sum_without_zeros(rests), _sum_without_zeros(factors)
        case "neg":
            return _unless_zero(rests[0], negative), _unless_zero(factors[0], negative)
        case "/":
            below = node.args[1]
            return (
                _unless_zero(rests[0], lambda above: quotient(above, below)),
                _unless_zero(factors[0], lambda above: quotient(above, below)),
            )
        case "*":
            index = next(index for index, factor in enumerate(factors) if factor != ZERO)
            return (
                _unless_zero(rests[index], lambda inner: _put_at(node, index, inner)),
                _unless_zero(factors[index], lambda inner: _put_at(node, index, inner)),
            )
        case "piecewise":
            return _put_in_branches(node, rests), _put_in_branches(node, factors)
    raise QuestionError(
        f"the equation cannot be solved for the derivative through {node.function}", span=node.span
    )


def _sum_without_zeros(terms: list[Syntax]) -> Syntax:
    return total([term for term in terms if term != ZERO])


def _unless_zero(expr: Syntax, make: Callable[[Syntax], Syntax]) -> Syntax:
    return ZERO if expr == ZERO else make(expr)


def _put_at(node: Apply, index: int, inner: Syntax) -> Syntax:
    """The product with another factor at the index, none where that is 1."""
    middle = [] if inner == ONE else [inner]
    return product([*node.args[:index], *middle, *node.args[index + 1 :]])


def _put_in_branches(node: Apply, values: list[Syntax]) -> Syntax:
    return rebuild(
        node, (values[index] if index % 2 == 0 else argument for index, argument in enumerate(node.args))
    )
