"""What was asked of `diff` -> CurvesRecord: the formula and its derivative by the graph alone, with no help from the steps."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule_cli.errors import UsageError
from chainrule_cli.graph import adjoint
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.point import numbers
from chainrule_cli.graph.sampling.curve import Traced
from chainrule_cli.graph.sampling.curves import curves
from chainrule_cli.records.diff import CurveDot, CurveRecord, CurvesRecord
from chainrule_cli.reports.question import Asked

OTHERS = 1.0
"""What a variable is where neither the reader nor the cross-check has a value for it."""


def must_have_curves(asked: Asked) -> None:
    """Raises UsageError for an equation, which is a curve but no function of one variable, and QuestionError for a function without values."""
    if asked.reading.equation:
        raise UsageError(
            "an equation is no function with a curve of its own",
            hint="solve it for one variable, and plot that: y = ...",
        )
    lower(asked.reading)


def curves_of(asked: Asked, order: int, point: Mapping[str, float]) -> CurvesRecord | None:
    """The formula and its derivative of that order over wrt. point: values of the cross-check's, for variables that --at does not name.

    None for a formula that is too large to be drawn. Raises QuestionError for one without values."""
    lowered = lower(asked.reading)
    graph = lowered.graph
    slope = adjoint.derivative(graph, lowered.output, asked.wrt, order=order)
    given = numbers(asked.at)
    others = [name for name in asked.reading.variables if name != asked.wrt]
    fixed = {name: given.get(name, point.get(name, OTHERS)) for name in others}
    found = curves(graph, lowered.output, slope, asked.wrt, fixed, given.get(asked.wrt))
    if found is None:
        return None
    return CurvesRecord(
        wrt=asked.wrt,
        low=found.low,
        high=found.high,
        fixed=fixed,
        chosen=tuple(name for name in others if name not in given),
        at=given.get(asked.wrt),
        value=_record(found.value),
        derivative=_record(found.slope),
    )


def _record(traced: Traced) -> CurveRecord:
    lowest, highest = traced.window
    return CurveRecord(
        pieces=tuple(tuple((sample.x, sample.y) for sample in piece) for piece in traced.pieces),
        lowest=lowest,
        highest=highest,
        poles=tuple(traced.poles),
        dots=tuple(CurveDot(x=dot.x, y=dot.y, closed=dot.closed) for dot in traced.dots),
    )
