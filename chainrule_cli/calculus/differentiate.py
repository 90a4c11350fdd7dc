"""A reading and a question about it -> the answer that the steps build: definitions, higher orders, equations.

Knows in which order things are derived and tidied. Refuses to know single rules (rules.py) and single tidyings (tidy.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from chainrule_cli.calculus.derive import derive
from chainrule_cli.calculus.step import Letters, Step
from chainrule_cli.calculus.tidy import tidy
from chainrule_cli.errors import LimitError, QuestionError
from chainrule_cli.notation.build import ONE, ZERO, negative, product, quotient, total
from chainrule_cli.notation.definitions import depends_on, find_needed, write_out_definitions
from chainrule_cli.notation.syntax import (
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
"""Nodes up to which the derivative of a definition is written out where it is used, if it is made of the variable alone;
others get a name, u_x."""
LARGEST_SUBSTITUTION = 20_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: d^order reading / d wrt^order. dependent: the name that an equation makes a function of wrt."""

    reading: Reading
    wrt: str
    order: int = 1
    method: str = "auto"
    dependent: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """result: the derivative, leaning on `definitions`. roots: the derivations, one for each order, with what tidied them."""

    result: Syntax
    definitions: tuple[Definition, ...]
    derivations: tuple[Step, ...]
    tidyings: tuple[tuple[Step, ...], ...]


def differentiate(question: Question, letters: Letters) -> Answer:
    """The answer before its last tidying, ready to be checked. Raises QuestionError and LimitError as derive does, and
    QuestionError where an equation does not hold the dependent variable."""
    return _implicit(question, letters) if question.reading.equation else _explicit(question, letters)


def tidied(answer: Answer, wrt: str) -> Answer:
    """The answer with its last result tidied, the steps of that added."""
    steps = tuple(tidy(answer.result, wrt))
    result = steps[-1].result if steps else answer.result
    tidyings = (*answer.tidyings[:-1], (*answer.tidyings[-1], *steps))
    return replace(
        answer, result=result, definitions=find_needed(result, answer.definitions), tidyings=tidyings
    )


def expanded(reading: Reading) -> Syntax:
    """The result with all definitions written out. Raises LimitError past LARGEST_SUBSTITUTION nodes."""
    expr = write_out_definitions(reading.expr, reading.definitions)
    if tree_size(expr) > LARGEST_SUBSTITUTION:
        raise LimitError(f"the definitions written out have more than {LARGEST_SUBSTITUTION:,} parts")
    return expr


# formulas


def _explicit(question: Question, letters: Letters) -> Answer:
    wrt, definitions, expr = question.wrt, list(question.reading.definitions), question.reading.expr
    slopes: dict[str, tuple[Syntax, Step]] = {}
    derivations: list[Step] = []
    tidyings: list[tuple[Step, ...]] = []
    for order in range(1, question.order + 1):
        definitions, below = _with_slopes(definitions, wrt, question.method, letters, slopes)
        step = _derived(expr, wrt, question.method, letters, slopes)
        steps = tuple(tidy(step.result, wrt)) if order < question.order else ()
        derivations.append(step)
        tidyings.append((*below, *steps))
        expr = steps[-1].result if steps else step.result
    return Answer(expr, find_needed(expr, definitions), tuple(derivations), tuple(tidyings))


def _with_slopes(
    definitions: list[Definition],
    wrt: str,
    method: str,
    letters: Letters,
    slopes: dict[str, tuple[Syntax, Step]],
) -> tuple[list[Definition], list[Step]]:
    """The definitions, each that depends on wrt followed by its derivative where that needs a name; what tidied those."""
    found: list[Definition] = []
    steps: list[Step] = []
    taken = {definition.name for definition in definitions}
    for definition in definitions:
        found.append(definition)
        if definition.name in slopes or not depends_on(definition.body, {wrt, *slopes}):
            continue
        step = _derived(definition.body, wrt, method, letters, slopes)
        tidyings = tidy(step.result, wrt)
        steps += tidyings
        slope = tidyings[-1].result if tidyings else step.result
        if tree_size(slope) > INLINE or any(name != wrt for name in free_names(slope)):
            name = _subscripted(definition.name, wrt, taken)
            taken.add(name)
            found.append(Definition(name, slope))
            slope = Name(name)
        slopes[definition.name] = (slope, step)
    return found, steps


def _subscripted(name: str, wrt: str, taken: set[str]) -> str:
    """u_x for du/dx, with more subscripts where that is taken."""
    slope = f"{name}_{wrt}" if "_" not in name else f"{name}{wrt}"
    while slope in taken:
        slope += wrt
    return slope


def _derived(
    expr: Syntax, wrt: str, method: str, letters: Letters, slopes: dict[str, tuple[Syntax, Step]]
) -> Step:
    """The step for one body; the steps of the definitions that it leans on are premises too."""
    named = {name: slope for name, (slope, _) in slopes.items() if name in free_names(expr)}
    step = derive(expr, wrt, method=method, named=named, letters=letters)
    below = tuple(slopes[name][1] for name in named)
    return replace(step, premises=(*step.premises, *below)) if below else step


# equations


def _implicit(question: Question, letters: Letters) -> Answer:
    wrt, dependent = question.wrt, question.dependent or "y"
    equation = expanded(question.reading)
    slope = Apply(dependent, (Name(wrt),), (1,))
    derivations, tidyings = [_solved(equation, wrt, dependent, question.method, letters)], []
    known: list[Syntax] = []
    for _ in range(2, question.order + 1):
        steps = tuple(tidy(derivations[-1].result, wrt))
        known.append(steps[-1].result if steps else derivations[-1].result)
        derivations.append(_differentiated_again(known[-1], known[0], slope, question, letters))
        tidyings.append(steps)
    return Answer(derivations[-1].result, (), tuple(derivations), (*tidyings, ()))


def _solved(equation: Syntax, wrt: str, dependent: str, method: str, letters: Letters) -> Step:
    sides = [
        derive(side, wrt, method=method, dependents=frozenset({dependent}), letters=letters)
        for side in children(equation)
    ]
    both = Apply("=", (sides[0].result, sides[1].result))
    first = Step(
        "implicit differentiation",
        equation,
        wrt,
        both,
        tuple(sides),
        {},
        f"differentiate both sides; {dependent} depends on {wrt}",
    )
    slope = Apply(dependent, (Name(wrt),), (1,))
    rest, factor = _linear_in(total([sides[0].result, negative(sides[1].result)]), slope)
    if factor == ZERO:
        raise QuestionError(
            f"{dependent} does not occur in the equation", hint="name the dependent variable with --dependent"
        )
    statement = f"collect the terms with d{dependent}/d{wrt} on one side and divide by its factor"
    return Step(
        f"solve for d{dependent}/d{wrt}",
        both,
        wrt,
        negative(quotient(rest, factor)),
        (first,),
        {"rest": rest, "factor": factor},
        statement,
    )


def _differentiated_again(
    current: Syntax, first: Syntax, slope: Syntax, question: Question, letters: Letters
) -> Step:
    step = derive(
        current,
        question.wrt,
        method=question.method,
        dependents=frozenset({question.dependent or ""}),
        letters=letters,
    )
    result = fold(step.result, lambda node, args: first if node == slope else rebuild(node, args))
    name = f"d{question.dependent}/d{question.wrt}"
    return Step(
        f"put in {name}", step.result, question.wrt, result, (step,), {name: first}, f"{name} is known"
    )


def _linear_in(expr: Syntax, slope: Syntax) -> tuple[Syntax, Syntax]:
    """(a, b) with expr = a + b·slope, for an expression that is linear in the slope."""

    def split(node: Syntax, parts: list[tuple[Syntax, Syntax]]) -> tuple[Syntax, Syntax]:
        if node == slope:
            return ZERO, ONE
        if not isinstance(node, Apply) or all(with_slope == ZERO for _, with_slope in parts):
            return node, ZERO
        return _split_application(node, parts)

    return fold(expr, split)


def _split_application(node: Apply, parts: list[tuple[Syntax, Syntax]]) -> tuple[Syntax, Syntax]:
    match node.function:
        case "+":
            return total([rest for rest, _ in parts if rest != ZERO]), total(
                [factor for _, factor in parts if factor != ZERO]
            )
        case "neg":
            return _negated(parts[0][0]), _negated(parts[0][1])
        case "/":
            return _over(parts[0][0], node.args[1]), _over(parts[0][1], node.args[1])
        case "*":
            return _product_split(node, parts)
        case "piecewise":
            return _branches(node, [rest for rest, _ in parts]), _branches(
                node, [factor for _, factor in parts]
            )
    raise QuestionError(
        f"the equation cannot be solved for the derivative through {node.function}", span=node.span
    )


def _negated(expr: Syntax) -> Syntax:
    return ZERO if expr == ZERO else negative(expr)


def _over(top: Syntax, bottom: Syntax) -> Syntax:
    return ZERO if top == ZERO else quotient(top, bottom)


def _product_split(node: Apply, parts: list[tuple[Syntax, Syntax]]) -> tuple[Syntax, Syntax]:
    place = next(place for place, (_, factor) in enumerate(parts) if factor != ZERO)
    rest, factor = parts[place]

    def around(middle: Syntax) -> Syntax:
        return (
            ZERO
            if middle == ZERO
            else product([*node.args[:place], *([] if middle == ONE else [middle]), *node.args[place + 1 :]])
        )

    return around(rest), around(factor)


def _branches(node: Apply, values: list[Syntax]) -> Syntax:
    return rebuild(
        node, (values[place] if place % 2 == 0 else argument for place, argument in enumerate(node.args))
    )


def steps_of(answer: Answer) -> Iterator[tuple[Step, Literal["derive", "tidy"]]]:
    """All derivations and tidyings in reading order, each root with "derive" or "tidy"."""
    for root, steps in zip(answer.derivations, answer.tidyings, strict=True):
        yield root, "derive"
        yield from ((step, "tidy") for step in steps)
