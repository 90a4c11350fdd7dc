"""text -> PeelRecord: the layers alone, with values and rates at a point."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule_cli.calculus.step import InnerLetters
from chainrule_cli.errors import UsageError
from chainrule_cli.graph.lower import evaluate_point
from chainrule_cli.records.base import Expression, list_definitions
from chainrule_cli.records.diff import PeelRecord, product_of_rates
from chainrule_cli.reports.onion import evaluate_layers, peel_formula
from chainrule_cli.reports.question import Question, ask


def report(text: str, *, wrt: str | None = None, at: str | Mapping[str, float] | None = None) -> PeelRecord:
    """The layers of a formula.

    text, wrt, at: as `ask` takes them; at a point each layer has its value and its rate.

    Raises ReadError, QuestionError, UsageError; an equation has no layers.
    """
    return answer(ask(text, wrt, at))


def answer(question: Question) -> PeelRecord:
    """The record of a question that has been read."""
    reading = question.reading
    if reading.equation:
        raise UsageError(
            "an equation has no layers", hint="peel one side of it, or differentiate it with chainrule diff"
        )
    names = (definition.name for definition in reading.definitions)
    letters = InnerLetters(frozenset({*reading.variables, *names, question.wrt, "y"}))
    found = peel_formula(reading.expr, question.wrt, letters, reading.definitions)
    point = evaluate_point(question.at, reading.variables) if question.at else None
    layers = evaluate_layers(found, point) if point else found
    return PeelRecord(
        typed=reading.text,
        formula=Expression(reading.expr, reading.definitions),
        definitions=list_definitions(reading),
        variables=reading.variables,
        wrt=question.wrt,
        composition=found.composition,
        layers=layers.layers,
        at=point,
        derivative_value=product_of_rates(layers.layers) if point and found.composition else None,
        notes=tuple(note.text for note in reading.notes),
    )
