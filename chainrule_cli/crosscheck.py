"""The three witnesses of a derivative: the steps, reverse mode on the graph, differences of the forward pass.

Knows when witnesses agree and what to do when they seem not to: ask again with 50 digits. Refuses to know how
any of them computes. Two numbers agree when they are within RELATIVE of the larger; the difference within
DIFFERENCE.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from chainrule_cli.calculus import algebra
from chainrule_cli.calculus.differentiate import DerivedFormula, Request
from chainrule_cli.errors import QuestionError
from chainrule_cli.graph import adjoint, sweep
from chainrule_cli.graph.carriers import DIGITS, FLOATS
from chainrule_cli.graph.lower import evaluate_point, lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.onesided import kinks
from chainrule_cli.graph.sampling import domain
from chainrule_cli.graph.sampling.differences import (
    derive_implicitly,
    estimate_implicitly,
    estimate_partial,
    estimate_partial_precisely,
)
from chainrule_cli.notation.surrogates import make_replacer
from chainrule_cli.notation.syntax import Definition, Syntax

RELATIVE = 1e-9
DIFFERENCE = 1e-5
CLOSE_TO_ZERO = 1e-35
"""At 50 digits, a difference below this times the size of the formula's value is rounding."""
OFF_THE_CURVE = 1e-6
"""How far from 0 left minus right may be at a point that was typed with a few digits."""
POINTS = 6
LEAST_POINTS = 5
WORKING_DIGITS = 30
SECOND_LOOK_DIGITS = 50
THIRD_LOOK_DIGITS = 80


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What the three say at one point; relative_error is between the first two.
    agree: None where one has no number."""

    at: dict[str, float]
    symbolic: float | None
    reverse_mode: float | None
    difference: float | None
    relative_error: float | None
    agree: bool | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """own: the reader's own point, where one was given; it is among the points when the formula has a
    derivative there."""

    verdict: Literal["agree", "disagree", "undecided"]
    reason: str | None
    points: tuple[Witnesses, ...]
    own: dict[str, float] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Numeric:
    """The numeric half's own view of the question, from the same reading: value and slope as nodes of one
    graph."""

    question: Request
    graph: Graph
    output: int
    slope: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slope:
    """Value and derivative at the reader's own point, with the status of the derivative."""

    value: float | None
    derivative: float | None
    status: Literal["exact", "convention", "one-sided", "infinite", "undefined"]
    sides: tuple[float | None, float | None]


def crosscheck(question: Request, answer: DerivedFormula, at: Mapping[str, Syntax]) -> Verdict:
    """Whether the answer agrees with reverse mode and with differences, at seeded points of the real domain.

    at: the reader's own point (names -> constant expressions), or names held fixed; empty for none.
    """
    numeric, exact = _sides(question, answer)
    fixed = evaluate_point(at)
    own = fixed if fixed and set(numeric.names) <= set(fixed) else None
    found = _points(numeric, question, {} if own else fixed)
    rows = tuple(_witnesses(numeric, exact, point) for point in found)
    verdict = _verdict(rows)
    return replace(verdict, own=own)


def recheck(question: Request, answer: DerivedFormula, before: Verdict) -> Verdict:
    """The same for the tidied answer, at the same points: they are the formula's, and two witnesses have
    spoken there."""
    exact = _put_surrogates(question, answer)
    rows = tuple(
        _restate(row, _symbolic(exact, row.at, WORKING_DIGITS)) if row.agree else row for row in before.points
    )
    if all(row.agree for row in rows):
        return replace(before, points=rows)
    numeric, _ = _sides(question, answer)
    rows = tuple(row if row.agree else _witnesses(numeric, exact, row.at) for row in rows)
    return replace(_verdict(rows), own=before.own)


def _restate(row: Witnesses, symbolic: Any) -> Witnesses:
    agree = _close(symbolic, row.reverse_mode, RELATIVE)
    return replace(
        row,
        symbolic=_float(symbolic),
        relative_error=_relative_error(symbolic, row.reverse_mode),
        agree=agree,
    )


def _put_surrogates(question: Request, answer: DerivedFormula) -> DerivedFormula:
    """The answer with stand-ins for its undefined functions."""
    stand_in = make_replacer(question.reading.text)
    definitions = tuple(replace(each, body=stand_in(each.body)) for each in answer.definitions)
    return replace(answer, result=stand_in(answer.result), definitions=definitions)


def _sides(question: Request, answer: DerivedFormula) -> tuple[Numeric, DerivedFormula]:
    """Both halves with the same stand-ins for undefined functions."""
    stand_in = make_replacer(question.reading.text)

    def all_in(definitions: tuple[Definition, ...]) -> tuple[Definition, ...]:
        return tuple(replace(each, body=stand_in(each.body)) for each in definitions)

    reading = replace(
        question.reading,
        expr=stand_in(question.reading.expr),
        definitions=all_in(question.reading.definitions),
    )
    return _numeric(replace(question, reading=reading)), _put_surrogates(question, answer)


def _numeric(question: Request) -> Numeric:
    """The reading as a graph, with the slope that is asked for as another node of it."""
    reading = question.reading
    lowered = lower(reading)
    names = tuple(dict.fromkeys((*reading.variables, question.wrt)))
    if reading.equation:
        slope = derive_implicitly(
            lowered.graph, lowered.output, question.wrt, question.dependent or "y", question.order
        )
    else:
        slope = adjoint.derivative(lowered.graph, lowered.output, question.wrt, order=question.order)
    return Numeric(question, lowered.graph, lowered.output, slope, names)


def _points(numeric: Numeric, question: Request, fixed: Mapping[str, float]) -> list[dict[str, float]]:
    """Seeded by the typed text alone, so that the same input gives the same bytes."""
    seed = f"{question.reading.text}\n{question.wrt}\n{question.order}"
    graph, outputs = numeric.graph, (numeric.output, numeric.slope)
    if question.dependent:
        return domain.find_curve_points(
            graph,
            numeric.output,
            numeric.names,
            question.dependent,
            seed=seed,
            count=POINTS,
            outputs=[numeric.slope],
        )
    return domain.find_points(graph, outputs, numeric.names, seed=seed, count=POINTS, fixed=fixed)


def _witnesses(numeric: Numeric, exact: DerivedFormula, point: dict[str, float]) -> Witnesses:
    """The three at one point in working precision; again with 50 digits where they seem to differ."""
    symbolic = _symbolic(exact, point, WORKING_DIGITS)
    reverse = _reverse_mode(numeric, point)
    differenced = _difference(numeric, point)
    at_once = _close(symbolic, reverse, RELATIVE) and _close(reverse, differenced, DIFFERENCE)
    agree = at_once or _second_look(numeric, exact, point)
    error = _relative_error(symbolic, reverse)
    return Witnesses(point, _float(symbolic), _float(reverse), _float(differenced), error, agree)


def _second_look(numeric: Numeric, exact: DerivedFormula, point: dict[str, float]) -> bool | None:
    """The same point at 50 digits: only a difference that persists there is one.

    None where a witness has no number, or where its number still moves with more digits: next to a pole it
    means nothing.
    """
    symbolic, reverse, size = _precisely(numeric, exact, point, SECOND_LOOK_DIGITS)
    again = _precisely(numeric, exact, point, THIRD_LOOK_DIGITS)
    differenced = _precise_difference(numeric, point)
    if not all(_finite(number) for number in (symbolic, reverse, differenced, *again)):
        return None
    floor = CLOSE_TO_ZERO * (1 + float(size))
    if not (_close(symbolic, again[0], RELATIVE, floor) and _close(reverse, again[1], RELATIVE, floor)):
        return None
    return _close(symbolic, reverse, RELATIVE, floor) and _close(
        reverse, differenced, DIFFERENCE, DIFFERENCE * floor**0.5
    )


def _precisely(
    numeric: Numeric, exact: DerivedFormula, point: Mapping[str, float], digits: int
) -> tuple[Any, Any, Any]:
    """The steps' number, reverse mode's, and the size of the formula's own value."""
    values = sweep.forward(numeric.graph, point, DIGITS(digits))
    return _symbolic(exact, point, digits), values[numeric.slope], abs(values[numeric.output])


def _symbolic(exact: DerivedFormula, point: Mapping[str, float], digits: int) -> Any:
    return algebra.value(exact.result, point, digits, [(each.name, each.body) for each in exact.definitions])


def _reverse_mode(numeric: Numeric, point: Mapping[str, float]) -> float:
    """The backward sweep for a first derivative, the gradient's own graph for a higher one."""
    question, graph = numeric.question, numeric.graph
    if question.order > 1 or question.dependent:
        return float(sweep.forward(graph, point, FLOATS, upto=numeric.slope)[numeric.slope])
    node = graph.inputs.get(question.wrt)
    return 0.0 if node is None else float(sweep.backward(graph, point, numeric.output, FLOATS)[node])


def _difference(numeric: Numeric, point: Mapping[str, float]) -> Any:
    question = numeric.question
    if question.dependent:
        return _precise_difference(numeric, point)
    return estimate_partial(numeric.graph, numeric.output, point, question.wrt, question.order)


def _precise_difference(numeric: Numeric, point: Mapping[str, float]) -> Any:
    question, graph, output = numeric.question, numeric.graph, numeric.output
    if question.dependent:
        return estimate_implicitly(graph, output, point, question.wrt, question.dependent, question.order)
    return estimate_partial_precisely(graph, output, point, question.wrt, question.order)


def _close(one: Any, other: Any, relative: float, floor: float = 0.0) -> bool:
    """Whether two numbers agree; never where one is none."""
    if not (_finite(one) and _finite(other)):
        return False
    return bool(abs(one - other) <= max(relative * max(abs(one), abs(other)), floor))


def _finite(number: Any) -> bool:
    return math.isfinite(float(number))


def _relative_error(one: Any, other: Any) -> float | None:
    if not (_finite(one) and _finite(other)):
        return None
    larger = max(abs(one), abs(other))
    return float(abs(one - other) / larger) if larger else 0.0


def _float(number: Any) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _verdict(rows: tuple[Witnesses, ...]) -> Verdict:
    """disagree where a difference persists, agree at LEAST_POINTS points at least, else undecided with the
    reason."""
    if any(row.agree is False for row in rows):
        return Verdict("disagree", None, rows)
    agreeing = tuple(row for row in rows if row.agree)
    if len(agreeing) >= LEAST_POINTS:
        return Verdict("agree", None, agreeing)
    if not rows:
        return Verdict(
            "undecided",
            "no point was found at which the formula and its derivative are real and finite",
            rows,
        )
    if len(agreeing) < len(rows):
        return Verdict(
            "undecided",
            f"at {len(rows) - len(agreeing)} of {len(rows)} points a witness has no certain value",
            rows,
        )
    return Verdict("undecided", f"only {len(rows)} points of the real domain were found; they agree", rows)


def slope_at(question: Request, point: Mapping[str, float]) -> Slope:
    """Value and derivative of the question at the reader's own point, with status and sides."""
    numeric = _numeric(question)
    value = float(sweep.forward(numeric.graph, point, FLOATS, upto=numeric.output)[numeric.output])
    if question.dependent:
        _on_the_curve(value, point)
        value = point[question.dependent]
    if question.order > 1 or question.dependent:
        slope = float(sweep.forward(numeric.graph, point, FLOATS, upto=numeric.slope)[numeric.slope])
        found = slope if math.isfinite(slope) and math.isfinite(value) else None
        return Slope(value, found, "undefined" if found is None else "exact", (found, found))
    partial = kinks.find_status(numeric.graph, numeric.output, point, [question.wrt])[question.wrt]
    return Slope(value, partial.number, partial.status, partial.sides)


def _on_the_curve(residual: float, point: Mapping[str, float]) -> None:
    """Raises QuestionError for a point that does not satisfy the equation."""
    if not abs(residual) <= OFF_THE_CURVE * (1 + max(map(abs, point.values()))):
        raise QuestionError(
            f"the point is not on the curve: left minus right is {residual:.4g} there",
            hint="give a point that satisfies the equation",
        )
