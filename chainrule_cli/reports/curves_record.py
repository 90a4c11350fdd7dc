"""CurvesRecord: the samples of a function and its derivative, as `diff` has them where a picture is asked for."""

from __future__ import annotations

from chainrule_cli.reports.records import Record


class CurveDot(Record, frozen=True, kw_only=True):
    """The end of a piece at a jump, or a hole. closed: the point belongs to the curve."""

    x: float
    y: float
    closed: bool


class CurveRecord(Record, frozen=True, kw_only=True):
    """pieces: samples [x, y] that are joined; none are joined over a pole or a jump. lowest, highest: the values that are worth showing.
    poles: where it goes past every bound."""

    pieces: tuple[tuple[tuple[float, float], ...], ...]
    lowest: float
    highest: float
    poles: tuple[float, ...]
    dots: tuple[CurveDot, ...]


class CurvesRecord(Record, frozen=True, kw_only=True):
    """low, high: the stretch of the variable wrt. fixed: the values that the other variables have; chosen: those of them that were not
    given by --at. at: the reader's own place on the stretch."""

    wrt: str
    low: float
    high: float
    fixed: dict[str, float]
    chosen: tuple[str, ...]
    at: float | None
    value: CurveRecord
    derivative: CurveRecord
