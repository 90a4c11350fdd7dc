"""text -> DiffRecord: read, peel, derive, check, tidy, check again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Literal

import msgspec

from chainrule_cli.calculus.differentiate import Answer, Question, differentiate, steps_of, tidied
from chainrule_cli.calculus.step import Letters, Step, walk
from chainrule_cli.crosscheck import Verdict, Witnesses, crosscheck, recheck, slope_at
from chainrule_cli.errors import UsageError
from chainrule_cli.notation.surrogates import is_undefined
from chainrule_cli.notation.syntax import Apply, Definition, Reading, free_names, postorder, tree_size
from chainrule_cli.notation.write import to_text
from chainrule_cli.records.base import Expression, finite
from chainrule_cli.records.diff import (
    AtPoint,
    Crosscheck,
    CurvesRecord,
    DiffRecord,
    LayerRecord,
    NamedExpression,
    Notations,
    StepRecord,
    WitnessPoint,
)
from chainrule_cli.reports.onion import Onion, onion, with_values
from chainrule_cli.reports.question import MOST_ORDERS, Asked, ask, called, taken

METHODS = ("auto", "quotient", "product", "log")
MOST_SENTENCES = 500
"""Steps past which a step's sentence names its rule and leaves the expressions to their own fields."""
LONGEST_STEP_TEXT = 400
"""Nodes of a step past which its sentence leaves the expressions to their own fields."""

Stage = Callable[[str, DiffRecord], None]


def report(
    text: str,
    *,
    wrt: str | None = None,
    order: int = 1,
    at: str | Mapping[str, float] | None = None,
    method: str = "auto",
    dependent: str | None = None,
    drawn: bool = False,
    stage: Stage | None = None,
) -> DiffRecord:
    """The derivative of a formula with its layers, steps and cross-check.

    text: a formula of the language, definitions and equations included. wrt: the variable, settled as the language says
    where None. order: 1 to MOST_ORDERS. at: a point, "x=1, y=2" or a mapping. method: one of METHODS. dependent: what an
    equation makes a function of wrt. drawn: with the samples of its curves, where it has any. stage:
    called with ("checked", record) when the untidied answer is known and checked.
    Raises ReadError, QuestionError, UsageError.
    """
    _refuse(order, method)
    asked = ask(text, wrt, at, dependent)
    question = Question(asked.reading, asked.wrt, order, method, asked.dependent)
    letters = Letters(taken(asked))
    found = _onion(asked, letters)
    answer = differentiate(question, letters)
    verdict = crosscheck(question, answer, asked.at)
    curves = _curves(asked, order, verdict) if drawn else msgspec.UNSET
    first = msgspec.structs.replace(_record(asked, question, answer, found, verdict), curves=curves)
    if stage is not None:
        stage("checked", msgspec.structs.replace(first, complete=False))
    tidy_answer = tidied(answer, question.wrt)
    if tidy_answer.result == answer.result:
        return first
    tidy = _record(asked, question, tidy_answer, found, recheck(question, tidy_answer, verdict))
    return msgspec.structs.replace(tidy, curves=curves)


def _refuse(order: int, method: str) -> None:
    if not 1 <= order <= MOST_ORDERS:
        raise UsageError(f"--order {order} is not between 1 and {MOST_ORDERS}")
    if method not in METHODS:
        raise UsageError(f"--method {method} is not known", hint="one of " + ", ".join(METHODS))


def _curves(asked: Asked, order: int, verdict: Verdict) -> CurvesRecord | msgspec.UnsetType:
    """Over the other variables' values of the cross-check, where the reader gave none."""
    from chainrule_cli.reports.curves import curves_of

    if asked.reading.equation or _undefined(asked.reading):
        return msgspec.UNSET
    return curves_of(asked, order, verdict.points[0].at if verdict.points else {}) or msgspec.UNSET


def _onion(asked: Asked, letters: Letters) -> Onion:
    if asked.reading.equation:
        return Onion((), composition=False)
    return onion(asked.reading.expr, asked.wrt, letters, asked.reading.definitions)


def _record(asked: Asked, question: Question, answer: Answer, found: Onion, verdict: Verdict) -> DiffRecord:
    reading = asked.reading
    point = verdict.own or (verdict.points[0].at if verdict.points else None)
    layers = with_values(found, point) if point and found.composition and not _undefined(reading) else found
    derivative = Expression(answer.result, answer.definitions)
    return DiffRecord(
        typed=reading.text,
        formula=Expression(reading.expr, reading.definitions),
        name=called(question.reading, question.wrt, question.dependent),
        definitions=_named(reading.definitions, answer.definitions),
        variables=reading.variables,
        wrt=question.wrt,
        dependent=question.dependent,
        order=question.order,
        method=question.method,
        layers=layers.layers,
        layers_at=point if layers is not found else None,
        steps=_steps(answer),
        derivative=derivative,
        notations=_notations(question, found.layers if found.composition else (), derivative.text),
        at=_at_point(question, verdict),
        notes=(
            *(note.text for note in reading.notes),
            *_domain_notes(question),
            *_point_notes(asked, verdict),
            *verdict.notes,
        ),
        crosscheck=Crosscheck(
            verdict=verdict.verdict,
            reason=verdict.reason,
            points=tuple(_witness(point) for point in verdict.points),
        ),
    )


def _named(*groups: tuple[Definition, ...]) -> tuple[NamedExpression, ...]:
    """The definitions that were typed, then those that the answer added."""
    typed = {definition.name for definition in groups[0]}
    bodies = {definition.name: definition.body for group in groups for definition in group}
    return tuple(
        NamedExpression(name=name, expr=Expression(body), typed=name in typed)
        for name, body in bodies.items()
    )


# steps


def _steps(answer: Answer) -> tuple[StepRecord, ...]:
    """Every step once, numbered in reading order: a step before its premises, tidying after what it tidies."""
    ids: dict[int, int] = {}
    parts: list[tuple[Step, Literal["derive", "tidy"]]] = []
    for root, part in steps_of(answer):
        for step in walk(root):
            if id(step) not in ids:
                ids[id(step)] = len(ids) + 1
                parts.append((step, part))
    return tuple(_step(step, part, ids) for step, part in parts)


def _step(step: Step, part: Literal["derive", "tidy"], ids: Mapping[int, int]) -> StepRecord:
    return StepRecord(
        id=ids[id(step)],
        rule=step.rule,
        expr=Expression(step.expr),
        wrt=step.wrt,
        result=Expression(step.result),
        premises=tuple(ids[id(premise)] for premise in step.premises),
        text=_sentence(step, part) if len(ids) <= MOST_SENTENCES else f"{step.rule}: {step.statement}",
        statement=step.statement,
        roles={role: Expression(piece) for role, piece in step.roles.items()},
        part_of=part,
    )


def _sentence(step: Step, part: str) -> str:
    if tree_size(step.expr) + tree_size(step.result) > LONGEST_STEP_TEXT:
        return f"{step.rule}: {step.statement}"
    before, after = to_text(step.expr), to_text(step.result)
    return (
        f"{step.rule}: {before} = {after}"
        if part == "tidy"
        else f"{step.rule}: d/d{step.wrt} {before} = {after}"
    )


# notations


def _notations(question: Question, layers: tuple[LayerRecord, ...], derivative: str) -> Notations:
    """A composition of order 1 shows its chain in both notations; anything else the answer under both heads."""
    name, wrt = called(question.reading, question.wrt, question.dependent), question.wrt
    if len(layers) > 1 and question.order == 1:
        return Notations(
            leibniz=_leibniz_chain(name, wrt, layers), lagrange=_lagrange_chain(wrt, len(layers))
        )
    power = f"^{question.order}" if question.order > 1 else ""
    mark = "∂" if len(question.reading.variables) > 1 and not question.dependent else "d"
    primes = "'" * question.order if question.order < 4 else f"^({question.order})"
    return Notations(
        leibniz=f"{mark}{power}{name}/{mark}{wrt}{power} = {derivative}",
        lagrange=f"{name}{primes}({wrt}) = {derivative}",
    )


def _leibniz_chain(name: str, wrt: str, layers: tuple[LayerRecord, ...]) -> str:
    names = [name, *(layer.name for layer in layers[1:]), wrt]
    rates = " · ".join(f"d{outer}/d{inner}" for outer, inner in pairwise(names))
    return f"d{name}/d{wrt} = {rates}"


def _lagrange_chain(wrt: str, depth: int) -> str:
    functions = ["f", "g", "h"] if depth <= 3 else [f"f{place}" for place in range(1, depth + 1)]
    functions = functions[:depth]
    inside = [wrt]
    for function in reversed(functions[1:]):
        inside.insert(0, f"{function}({inside[0]})")
    factors = "·".join(
        f"{function}'({argument})" for function, argument in zip(functions, inside, strict=True)
    )
    return f"({'∘'.join(functions)})'({wrt}) = {factors}"


# points and notes


def _at_point(question: Question, verdict: Verdict) -> AtPoint | None:
    if verdict.own is None:
        return None
    slope = slope_at(question, verdict.own)
    return AtPoint(
        at=verdict.own,
        value=finite(slope.value),
        derivative=finite(slope.derivative),
        status=slope.status,
        sides=slope.sides,
    )


def _witness(point: Witnesses) -> WitnessPoint:
    return WitnessPoint(
        at=point.at,
        symbolic=finite(point.symbolic),
        reverse_mode=finite(point.reverse_mode),
        difference=finite(point.difference),
        relative_error=finite(point.relative_error),
        agree=point.agree,
    )


def _domain_notes(question: Question) -> list[str]:
    """What the reader should know of the answer's domain and conventions, where it matters."""
    reading = question.reading
    names = set(free_names(reading.expr, *(definition.body for definition in reading.definitions)))
    notes = (
        []
        if question.wrt in names
        else [f"{question.wrt} does not occur in the formula, so the derivative is 0"]
    )
    functions = _functions(reading)
    return [*notes, *(text for function, text in DOMAIN_NOTES.items() if function in functions)]


def _point_notes(asked: Asked, verdict: Verdict) -> list[str]:
    """A point that lacks a variable holds the others, but there are no numbers at it."""
    missing = [name for name in dict.fromkeys((*asked.reading.variables, asked.wrt)) if name not in asked.at]
    return (
        [f"--at has no value for {', '.join(missing)}: no numbers are shown at the point"]
        if asked.at and verdict.own is None
        else []
    )


def _undefined(reading: Reading) -> bool:
    """Whether the formula has functions without values."""
    return any(
        is_undefined(node)
        for node in postorder(reading.expr, *(definition.body for definition in reading.definitions))
    )


def _functions(reading: Reading) -> frozenset[str]:
    roots = (reading.expr, *(definition.body for definition in reading.definitions))
    return frozenset(node.function for node in postorder(*roots) if isinstance(node, Apply))


DOMAIN_NOTES = {
    "abs": "|u|′ = sign(u)·u′ where u is not 0; at u = 0 the slopes of the two sides differ",
    "floor": "floor′ is 0 between the integers; at an integer there is a jump",
    "ceil": "ceil′ is 0 between the integers; at an integer there is a jump",
    "round": "round′ is 0 between the halves; at a half there is a jump",
    "sign": "sign′ is 0 away from 0; at 0 there is a jump",
    "mod": "mod jumps where its quotient is an integer",
    "acot": "acot maps onto (0, π)",
    "max": "max has a kink where two of its arguments are equal",
    "min": "min has a kink where two of its arguments are equal",
    "relu": "relu has a kink at 0; its derivative there is taken as 0",
}
"""Function -> what a page says of its edges."""
