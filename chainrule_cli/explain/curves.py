"""DiffRecord -> the drawing of its curves, where it has them: the formula above, its derivative below, the reader's point on both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chainrule_cli.document import Curve, Curves, Dot, Figure, Role, runs
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.notation.syntax import Syntax, tree_size
from chainrule_cli.records.diff import CurveRecord, CurvesRecord, DiffRecord

LONGEST = 60
"""Nodes of a formula past which its curve bears the name alone."""


def figure(record: DiffRecord, name: str, head: str) -> Iterator[Figure]:
    """name: what the formula is called; head: what its derivative is called."""
    curves = record.curves
    if not isinstance(curves, CurvesRecord):
        return
    upper = _curve(curves.value, name, record.formula.syntax, "value", _value(record, name))
    lower = _curve(curves.derivative, head, record.derivative.syntax, "gradient", _slope(record, head))
    yield Figure("Curves", Curves(curves.wrt, curves.low, curves.high, (upper, lower), tuple(_notes(curves))))


class _Mark(NamedTuple):
    """Where the reader's point is on a curve, what is said of it, and how steep the tangent there is."""

    point: tuple[float, float]
    said: str
    slope: float | None = None


def _value(record: DiffRecord, name: str) -> _Mark | None:
    at = record.at
    if at is None or at.value is None:
        return None
    steep = at.derivative if record.order == 1 and at.status == "exact" else None
    return _Mark((at.at[record.wrt], at.value), f"{name} = {short(at.value)}", steep)


def _slope(record: DiffRecord, head: str) -> _Mark | None:
    """None at a kink, where a convention's number is no point of the curve."""
    at = record.at
    if at is None or at.derivative is None or at.status != "exact":
        return None
    return _Mark((at.at[record.wrt], at.derivative), f"{head} = {short(at.derivative)}")


def _curve(curve: CurveRecord, name: str, syntax: Syntax, role: Role, mark: _Mark | None) -> Curve:
    return Curve(
        label=runs(f"{name} = ", syntax) if tree_size(syntax) <= LONGEST else runs(name),
        pieces=curve.pieces,
        lowest=curve.lowest,
        highest=curve.highest,
        role=role,
        poles=curve.poles,
        dots=tuple(Dot(dot.x, dot.y, dot.closed) for dot in curve.dots),
        mark=mark and mark.point,
        said=mark.said if mark else "",
        slope=mark and mark.slope,
    )


def _notes(curves: CurvesRecord) -> Iterator[str]:
    given = {name: value for name, value in curves.fixed.items() if name not in curves.chosen}
    chosen = {name: curves.fixed[name] for name in curves.chosen}
    if given:
        yield f"with {where(given)}"
    if chosen:
        yield f"with {where(chosen)}, values chosen for the drawing: --at sets others"
