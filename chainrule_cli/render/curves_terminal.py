"""Curves -> lines for a terminal, drawn by plotext: a panel for each function, as wide as the page."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import plotext

from chainrule_cli.document import DrawnCurve, DrawnCurves
from chainrule_cli.notation.excerpt import shorten
from chainrule_cli.render.canvas import choose_ticks, label_ticks
from chainrule_cli.render.curves import CurvePoint, clip
from chainrule_cli.render.spans import make_visible, spell

USUAL, NARROWEST, WIDEST = 80, 30, 200
HEIGHT = 15
"""Lines of a panel, its frame and its title among them."""
COLOURS = {"value": "cyan", "gradient": "magenta"}
LINE, POLE, OPEN, CLOSED, POINT = "braille", "┆", "○", "●", "◆"
MOST_DOTS, MOST_POLES = 30, 12


def render(curves: DrawnCurves, *, width: int | None = None, colour: bool = False) -> str:
    """The curves as text; width None is 80 columns."""
    columns = min(WIDEST, max(NARROWEST, width or USUAL))
    plotext.terminal.limit(
        width=False, height=False
    )  # the width is the page's, whatever terminal the worker has
    room = max(
        (len(label) for curve in curves.curves for _, label in _list_levels(curve)), default=0
    )  # for their frames to begin in one column
    panels = [_draw_panel(curves, curve, columns, room, colour=colour) for curve in curves.curves]
    notes = [
        line for note in (*_write_legend(curves), *curves.notes) for line in wrap(make_visible(note), columns)
    ]
    return "\n".join(["\n\n".join(panels), *notes]) + "\n"


def _draw_panel(curves: DrawnCurves, curve: DrawnCurve, columns: int, room: int, *, colour: bool) -> str:
    """plotext has one figure, which is cleared."""
    figure: Any = plotext.figure  # Any: it ships no types
    figure.clear.all()
    figure.theme("colorless")
    figure.plot_size(columns, HEIGHT)
    figure.title(shorten(spell(curve.label), columns - 4))
    _set_ruler(
        figure.ruler("x", "lower"),
        curves.low,
        curves.high,
        _label_range(curves.low, curves.high, max(columns // 9, 2)),
    )
    _set_ruler(
        figure.ruler("y", "left"),
        curve.lowest,
        curve.highest,
        [(level, label.rjust(room)) for level, label in _list_levels(curve)],
    )
    figure.draw(
        figure.signal([curves.low], [curve.lowest], marker=" ")
    )  # a figure without a point has no rulers
    for pole in curve.poles[:MOST_POLES]:
        figure.draw(_join_points(figure, [(pole, curve.lowest), (pole, curve.highest)], plotext.marker(POLE)))
    for piece in curve.pieces:
        for run in clip(piece, curve.lowest, curve.highest):
            figure.draw(_join_points(figure, run, plotext.marker(LINE, COLOURS.get(curve.role))))
    for point, mark in _list_marks(curve):
        figure.draw(
            figure.signal([point[0]], [point[1]], marker=plotext.marker(mark, COLOURS.get(curve.role)))
        )
    built: str = figure.build().string(colorless=not colour)
    return "\n".join(line.rstrip() for line in built.splitlines())


def _join_points(figure: Any, points: Sequence[CurvePoint], marker: object) -> object:
    return figure.signal([x for x, _ in points], [y for _, y in points], marker=marker).lines()


def _list_marks(curve: DrawnCurve) -> list[tuple[CurvePoint, str]]:
    dots = [
        ((dot.x, dot.y), CLOSED if dot.closed else OPEN)
        for dot in sorted(curve.dots, key=lambda dot: dot.closed)
    ]
    mark = [(curve.mark, POINT)] if curve.mark is not None else []
    return [
        (point, mark)
        for point, mark in [*(dots if len(dots) <= MOST_DOTS else []), *mark]
        if curve.lowest <= point[1] <= curve.highest
    ]


def _list_levels(curve: DrawnCurve) -> list[tuple[float, str]]:
    return _label_range(curve.lowest, curve.highest, 5)


def _label_range(low: float, high: float, most: int) -> list[tuple[float, str]]:
    positions = choose_ticks(low, high, most)
    return list(zip(positions, label_ticks(positions), strict=True))


def _set_ruler(ruler: Any, low: float, high: float, marks: Sequence[tuple[float, str]]) -> None:
    ruler.lim(low, high)
    ruler.ticks([position for position, _ in marks], [label for _, label in marks])


def _write_legend(curves: DrawnCurves) -> list[str]:
    """What the marks mean, as far as they are there."""
    here = {mark for curve in curves.curves for _, mark in _list_marks(curve)}
    meanings = {
        OPEN: "an end at a jump, or a hole",
        CLOSED: "an end that is on the curve",
        POINT: ", ".join(c.phrase for c in curves.curves if c.phrase),
    }
    listed = [f"{mark} {meaning}" for mark, meaning in meanings.items() if mark in here]
    if any(curve.poles for curve in curves.curves):
        listed.insert(0, f"{POLE} past every bound")
    empty = [f"no finite real values: {spell(curve.label)}" for curve in curves.curves if not curve.pieces]
    return [*(["   ".join(listed)] if listed else []), *empty]
