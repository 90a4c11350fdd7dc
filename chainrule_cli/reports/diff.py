"""text -> DiffRecord: read, peel, derive, check, tidy, check again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import msgspec

from chainrule_cli.calculus.differentiate import (
    DerivedFormula,
    Request,
    differentiate,
    list_steps,
    tidy_result,
)
from chainrule_cli.calculus.step import InnerLetters, Step, walk
from chainrule_cli.crosscheck import Verdict, Witnesses, crosscheck, recheck, slope_at
from chainrule_cli.errors import UsageError
from chainrule_cli.graph import adjoint
from chainrule_cli.graph.lower import evaluate_point, lower
from chainrule_cli.notation.surrogates import is_undefined
from chainrule_cli.notation.syntax import (
    Definition,
    Reading,
    free_names,
    list_functions,
    postorder,
    tree_size,
)
from chainrule_cli.notation.write import to_text
from chainrule_cli.records.base import Crosscheck, Expression, NamedExpression, WitnessPoint, finite
from chainrule_cli.records.diff import (
    AtPoint,
    CurveDot,
    CurveRecord,
    CurvesRecord,
    DiffRecord,
    LayerRecord,
    Notations,
    StepRecord,
)
from chainrule_cli.reports.onion import PeeledFormula, evaluate_layers, peel_formula
from chainrule_cli.reports.question import (
    MOST_ORDERS,
    Question,
    ask,
    collect_taken_names,
    name_formula,
    settle_order,
)

if TYPE_CHECKING:
    from chainrule_cli.graph.sampling.curve import TracedCurve

METHODS = ("auto", "quotient", "product", "log")
MOST_SENTENCES = 500
"""Steps past which a step's sentence names its rule and leaves the expressions to their own fields."""
LONGEST_STEP_TEXT = 400
"""Nodes of a step past which its sentence leaves the expressions to their own fields."""
OTHERS = 1.0
"""What a variable is in a curve where neither the reader nor the cross-check has a value for it."""

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

    text: a formula of the language, definitions and equations included.
    wrt, at, dependent: as `ask` takes them.
    order, method, drawn, stage: as `answer` takes them.

    Raises:
        ReadError: the text is no formula.
        QuestionError: the variable cannot be settled.
        UsageError: an option is out of its range or does not fit the formula.
    """
    _check_options(order, method)  # before the formula, as `answer` cannot
    question = ask(text, wrt, at, dependent)
    return answer(question, order=order, method=method, drawn=drawn, stage=stage)


def answer(
    question: Question,
    *,
    order: int = 1,
    method: str = "auto",
    drawn: bool = False,
    stage: Stage | None = None,
) -> DiffRecord:
    """The record of a question that has been read: read, peel, derive, check, tidy, check again.

    order: 1 to MOST_ORDERS.
    method: one of METHODS.
    drawn: with the samples of its curves, where it has any.
    stage: called with ("checked", record) when the untidied answer is known and checked.

    Raises UsageError for an order or a method that there is not.
    """
    _check_options(order, method)
    order = settle_order(question, order)
    request = Request(question.reading, question.wrt, order, method, question.dependent)
    letters = InnerLetters(collect_taken_names(question))
    peeled = _peel(question, letters)
    found = differentiate(request, letters)
    verdict = crosscheck(request, found, question.at)
    curves = _sample_curves(question, order, verdict) if drawn else msgspec.UNSET
    first = msgspec.structs.replace(_record(question, request, found, peeled, verdict), curves=curves)
    if stage is not None:
        stage("checked", msgspec.structs.replace(first, complete=False))
    tidy = tidy_result(found, request.wrt)
    if tidy.result == found.result:
        return first
    record = _record(question, request, tidy, peeled, recheck(request, tidy, verdict))
    return msgspec.structs.replace(record, curves=curves)


def _check_options(order: int, method: str) -> None:
    if not 1 <= order <= MOST_ORDERS:
        raise UsageError(f"--order {order} is not between 1 and {MOST_ORDERS}")
    if method not in METHODS:
        raise UsageError(f"--method {method} is not known", hint="one of " + ", ".join(METHODS))


def _peel(question: Question, letters: InnerLetters) -> PeeledFormula:
    reading = question.reading
    if reading.equation:
        return PeeledFormula((), composition=False)
    return peel_formula(reading.expr, question.wrt, letters, reading.definitions)


def _record(
    question: Question, request: Request, found: DerivedFormula, peeled: PeeledFormula, verdict: Verdict
) -> DiffRecord:
    reading = question.reading
    point = verdict.own or (verdict.points[0].at if verdict.points else None)
    valued = bool(point) and peeled.composition and not _has_undefined(reading)
    layers = evaluate_layers(peeled, point) if point and valued else peeled
    derivative = Expression(found.result, found.definitions)
    return DiffRecord(
        typed=reading.text,
        formula=Expression(reading.expr, reading.definitions),
        name=name_formula(reading, request.wrt, request.dependent),
        definitions=_name_definitions(reading.definitions, found.definitions),
        variables=reading.variables,
        wrt=request.wrt,
        dependent=request.dependent,
        order=request.order,
        method=request.method,
        layers=layers.layers,
        layers_at=point if valued else None,
        steps=_steps(found),
        derivative=derivative,
        notations=_notations(request, peeled.layers if peeled.composition else (), derivative.text),
        at=_at_point(request, verdict),
        notes=(
            *(note.text for note in reading.notes),
            *_domain_notes(request),
            *_point_notes(question, verdict),
            *verdict.notes,
        ),
        crosscheck=Crosscheck(
            verdict=verdict.verdict,
            reason=verdict.reason,
            points=tuple(_witness(point) for point in verdict.points),
        ),
    )


def _name_definitions(*groups: tuple[Definition, ...]) -> tuple[NamedExpression, ...]:
    """The definitions that were typed, then those that the answer added."""
    typed = {definition.name for definition in groups[0]}
    bodies = {definition.name: definition.body for group in groups for definition in group}
    return tuple(
        NamedExpression(name=name, expr=Expression(body), typed=name in typed)
        for name, body in bodies.items()
    )


# steps


def _steps(found: DerivedFormula) -> tuple[StepRecord, ...]:
    """Every step once, in reading order: a step before its premises, tidying after what it tidies."""
    ids: dict[int, int] = {}
    parts: list[tuple[Step, Literal["derive", "tidy"]]] = []
    for root, part in list_steps(found):
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


def _notations(request: Request, layers: tuple[LayerRecord, ...], derivative: str) -> Notations:
    """A composition of order 1 has its chain in both notations; anything else the answer under both heads."""
    name, wrt = name_formula(request.reading, request.wrt, request.dependent), request.wrt
    if len(layers) > 1 and request.order == 1:
        return Notations(
            leibniz=_leibniz_chain(name, wrt, layers), lagrange=_lagrange_chain(wrt, len(layers))
        )
    power = f"^{request.order}" if request.order > 1 else ""
    mark = "∂" if len(request.reading.variables) > 1 and not request.dependent else "d"
    primes = "'" * request.order if request.order < 4 else f"^({request.order})"
    return Notations(
        leibniz=f"{mark}{power}{name}/{mark}{wrt}{power} = {derivative}",
        lagrange=f"{name}{primes}({wrt}) = {derivative}",
    )


def _leibniz_chain(name: str, wrt: str, layers: tuple[LayerRecord, ...]) -> str:
    names = [name, *(layer.name for layer in layers[1:]), wrt]
    rates = " · ".join(f"d{outer}/d{inner}" for outer, inner in pairwise(names))
    return f"d{name}/d{wrt} = {rates}"


def _lagrange_chain(wrt: str, depth: int) -> str:
    functions = ["f", "g", "h"] if depth <= 3 else [f"f{number}" for number in range(1, depth + 1)]
    functions = functions[:depth]
    inside = [wrt]
    for function in reversed(functions[1:]):
        inside.insert(0, f"{function}({inside[0]})")
    factors = "·".join(
        f"{function}'({argument})" for function, argument in zip(functions, inside, strict=True)
    )
    return f"({'∘'.join(functions)})'({wrt}) = {factors}"


# curves


def _sample_curves(question: Question, order: int, verdict: Verdict) -> CurvesRecord | msgspec.UnsetType:
    """Over the other variables' values of the cross-check, where the reader gave none."""
    if question.reading.equation or _has_undefined(question.reading):
        return msgspec.UNSET
    return sample_curves(question, order, verdict.points[0].at if verdict.points else {}) or msgspec.UNSET


def sample_curves(question: Question, order: int, point: Mapping[str, float]) -> CurvesRecord | None:
    """The formula and its derivative of that order over wrt, by the graph alone, with no help from the steps.

    point: values of the cross-check's, for variables that --at does not name.

    None for a formula that is too large to be drawn. Raises QuestionError for one without values.
    """
    from chainrule_cli.graph.sampling.curves import trace_curves

    lowered = lower(question.reading)
    partial = adjoint.derivative(lowered.graph, lowered.output, question.wrt, order=order)
    given = evaluate_point(question.at)
    others = [name for name in question.reading.variables if name != question.wrt]
    fixed = {name: given.get(name, point.get(name, OTHERS)) for name in others}
    found = trace_curves(lowered.graph, lowered.output, partial, question.wrt, fixed, given.get(question.wrt))
    if found is None:
        return None
    return CurvesRecord(
        wrt=question.wrt,
        low=found.low,
        high=found.high,
        fixed=fixed,
        chosen=tuple(name for name in others if name not in given),
        at=given.get(question.wrt),
        value=_curve(found.value),
        derivative=_curve(found.slope),
    )


def _curve(traced: TracedCurve) -> CurveRecord:
    lowest, highest = traced.window
    return CurveRecord(
        pieces=tuple(tuple((sample.x, sample.y) for sample in piece) for piece in traced.pieces),
        lowest=lowest,
        highest=highest,
        poles=tuple(traced.poles),
        dots=tuple(CurveDot(x=dot.x, y=dot.y, closed=dot.closed) for dot in traced.dots),
    )


# points and notes


def _at_point(request: Request, verdict: Verdict) -> AtPoint | None:
    if verdict.own is None:
        return None
    slope = slope_at(request, verdict.own)
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


def _domain_notes(request: Request) -> list[str]:
    """What the reader should know of the answer's domain and conventions, where it matters."""
    reading = request.reading
    names = set(free_names(reading.expr, *(definition.body for definition in reading.definitions)))
    notes = (
        []
        if request.wrt in names
        else [f"{request.wrt} does not occur in the formula, so the derivative is 0"]
    )
    functions = list_functions(reading.expr, *(definition.body for definition in reading.definitions))
    return [*notes, *(text for function, text in DOMAIN_NOTES.items() if function in functions)]


def _point_notes(question: Question, verdict: Verdict) -> list[str]:
    """A point that lacks a variable holds the others, but there are no numbers at it."""
    missing = [
        name for name in dict.fromkeys((*question.reading.variables, question.wrt)) if name not in question.at
    ]
    return (
        [f"--at has no value for {', '.join(missing)}: no numbers are shown at the point"]
        if question.at and verdict.own is None
        else []
    )


def _has_undefined(reading: Reading) -> bool:
    """Whether the formula has functions without values."""
    return any(
        is_undefined(node)
        for node in postorder(reading.expr, *(definition.body for definition in reading.definitions))
    )


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
