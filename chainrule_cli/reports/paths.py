"""text -> PathsRecord: how a variable reaches the result, along every path at once."""

from __future__ import annotations

import math
from collections.abc import Mapping

from chainrule_cli.errors import QuestionError, UsageError
from chainrule_cli.graph.onesided import kinks
from chainrule_cli.graph.sweep import backward, find_partials
from chainrule_cli.lessons.paths import Path, paths
from chainrule_cli.records.base import Expression, finite
from chainrule_cli.records.graph import BackwardRecord, Exact, PathRecord, PathsRecord
from chainrule_cli.reports.graph import GraphAtPoint, ask, list_nodes
from chainrule_cli.reports.question import choose_variable, read_variable_name

MOST_PATHS = 1_000
"""Paths that are written out one by one."""

LARGEST_NUMBER = 2**53
SAME = 1e-9
"""Of the sum of absolute values: what rounding may leave between two orders of adding."""


def report(
    text: str, *, wrt: str | None = None, at: str | Mapping[str, float] | None = None, top: int = 5
) -> PathsRecord:
    """The sum over all paths from a variable to the result (Bauer 1974).

    text: the formula.
    wrt: the variable; where None, the only one, else x.
    at: "x=1, y=2" or a mapping, a value for each variable.
    top: how many of the strongest paths are written out.

    Raises:
        ReadError: the text is no formula.
        QuestionError: the variable cannot be settled or has no value.
        UsageError: an equation, or too many paths asked for.
    """
    if not 1 <= top <= MOST_PATHS:
        raise UsageError(f"--top {top} is not between 1 and {MOST_PATHS:,}")
    asked = ask(text, at)
    name = read_variable_name(wrt) if wrt else choose_variable(asked.reading)
    if name not in asked.graph.inputs:
        raise QuestionError(f"{name} is not a variable of the formula", hint=_choices(asked))
    (result, output), start = next(iter(asked.results.items())), asked.graph.inputs[name]
    found = paths(find_partials(asked.graph, asked.point, output), start, output, top)
    return PathsRecord(
        typed=text,
        formula=Expression(asked.reading.expr, asked.reading.definitions),
        variables=asked.reading.variables,
        name=result,
        wrt=name,
        at=dict(asked.point),
        count=_exact(found.count),
        sum=finite(found.total),
        absolute_sum=finite(found.absolute),
        lengths=None
        if found.lengths is None
        else {str(length): _exact(number) for length, number in sorted(found.lengths.items())},
        paths=tuple(_path(asked, path) for path in found.strongest),
        status=kinks.find_status(asked.graph, output, asked.point, [name])[name].status,
        crosscheck=_crosscheck(
            found.total, found.absolute, backward(asked.graph, asked.point, output)[start]
        ),
        nodes=list_nodes(asked),
        notes=tuple(note.text for note in asked.reading.notes),
    )


def _choices(asked: GraphAtPoint) -> str:
    return (
        "name one with --wrt: " + ", ".join(asked.reading.variables)
        if asked.reading.variables
        else "it has no variables"
    )


def _exact(number: int) -> Exact:
    return number if number <= LARGEST_NUMBER else str(number)


def _path(asked: GraphAtPoint, path: Path) -> PathRecord:
    return PathRecord(
        nodes=tuple(asked.names[index] for index in path.nodes),
        edges=path.edges,
        rates=tuple(finite(rate) for rate in path.rates),
        product=finite(path.product),
    )


def _crosscheck(total: float, absolute: float, adjoint: float) -> BackwardRecord:
    """The two add the same products in another order; cancelling leaves rounding of the size of what
    cancelled.
    """
    if not (math.isfinite(total) and math.isfinite(adjoint) and math.isfinite(absolute)):
        return BackwardRecord(
            verdict="undecided", reason="the sum over the paths is no finite number", adjoint=finite(adjoint)
        )
    same = abs(total - adjoint) <= SAME * absolute
    return BackwardRecord(verdict="agree" if same else "disagree", reason=None, adjoint=adjoint)
