"""text -> PeelRecord: the layers alone, with values and rates at a point."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule_cli.calculus.step import Letters
from chainrule_cli.errors import UsageError
from chainrule_cli.graph.point import numbers
from chainrule_cli.records.base import Expression
from chainrule_cli.records.diff import NamedExpression, PeelRecord, product_of_rates
from chainrule_cli.reports.onion import onion, with_values
from chainrule_cli.reports.question import ask


def report(text: str, *, wrt: str | None = None, at: str | Mapping[str, float] | None = None) -> PeelRecord:
    """The layers of a formula. at: a point at which each layer's value and rate are worked out.

    Raises ReadError, QuestionError, UsageError; an equation has no layers.
    """
    asked = ask(text, wrt, at)
    reading = asked.reading
    if reading.equation:
        raise UsageError(
            "an equation has no layers", hint="peel one side of it, or differentiate it with chainrule diff"
        )
    taken = {*reading.variables, *(definition.name for definition in reading.definitions), asked.wrt, "y"}
    found = onion(reading.expr, asked.wrt, Letters(frozenset(taken)), reading.definitions)
    point = numbers(asked.at, reading.variables) if asked.at else None
    layers = with_values(found, point) if point else found
    return PeelRecord(
        typed=reading.text,
        formula=Expression(reading.expr, reading.definitions),
        definitions=tuple(
            NamedExpression(name=each.name, expr=Expression(each.body), typed=True)
            for each in reading.definitions
        ),
        variables=reading.variables,
        wrt=asked.wrt,
        composition=found.composition,
        layers=layers.layers,
        at=point,
        derivative_value=product_of_rates(layers.layers) if point and found.composition else None,
        notes=tuple(note.text for note in reading.notes),
    )
