"""Curves -> SVG: a panel for each function above the same stretch.

So the slopes of one stand under the other as heights. Pieces are not joined where the curve is not; poles are
dashed, ends at jumps are dots, filled where the curve has the point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from chainrule_cli.document import DrawnCurve, DrawnCurves
from chainrule_cli.render import canvas
from chainrule_cli.render.canvas import (
    LINE,
    MARGIN,
    SMALL,
    WIDTH,
    choose_ticks,
    draw_text,
    fit,
    format_number,
    label_ticks,
)
from chainrule_cli.render.spans import spell

LEFT, RIGHT = 60.0, WIDTH - MARGIN
HEIGHT, BETWEEN, HEAD = 190.0, 20.0, 26.0
"""Of a panel; between two; of its title."""
BELOW = 22.0
DOT = 3.5
BEYOND = 0.1
"""How far past its panel a piece is drawn before it is cut, in half heights: its round end is not seen."""
MOST_DOTS, MOST_POLES = 60, 40

CurvePoint = tuple[float, float]


class _CurvePanel(NamedTuple):
    """Where a curve's points are on the paper."""

    curves: DrawnCurves
    curve: DrawnCurve
    top: float

    def x(self, x: float) -> float:
        low, high = self.curves.low, self.curves.high
        return LEFT + (RIGHT - LEFT) * (x / 2 - low / 2) / (high / 2 - low / 2)

    def y(self, y: float) -> float:
        low, high = self.curve.lowest, self.curve.highest
        share = (y / 4 - low / 4) / (high / 4 - low / 4)
        return self.top + HEIGHT * (1 - share)


def draw(curves: DrawnCurves, title: str) -> str:
    """The curves as an <svg> element."""
    tops = [MARGIN + HEAD + index * (HEIGHT + HEAD + BETWEEN) for index in range(len(curves.curves))]
    panels = [_CurvePanel(curves, curve, top) for curve, top in zip(curves.curves, tops, strict=True)]
    bottom = tops[-1] + HEIGHT + BELOW
    notes = [
        line for note in [*_write_legend(curves), *curves.notes] for line in canvas.fold(note, RIGHT - LEFT)
    ]
    body = [line for panel in panels for line in _draw_panel(panel)]
    body += _draw_axis(panels[-1])
    body += [draw_text("dim", LEFT, bottom + LINE * (index + 1), note) for index, note in enumerate(notes)]
    return canvas.write_svg(title, _describe(curves), body, bottom + LINE * len(notes) + MARGIN, "curves")


def _describe(curves: DrawnCurves) -> str:
    """What is seen, for those who hear it."""
    low, high = label_ticks([curves.low, curves.high])
    sentences = [f"Curves over {curves.variable} from {low} to {high}."]
    for curve in curves.curves:
        sentences.append(f"{spell(curve.label)}: {_describe_shape(curve)}.")
        sentences += [f"{curve.phrase}."] if curve.phrase else []
    return " ".join([*sentences, *(f"{note}." for note in curves.notes)])


def _describe_shape(curve: DrawnCurve) -> str:
    if not curve.pieces:
        return "no finite real values"
    count = len(curve.pieces)
    poles = (
        f", poles at {', '.join(label_ticks(curve.poles[:5]))}{' and on' * (len(curve.poles) > 5)}"
        if curve.poles
        else ""
    )
    return f"{count} piece{'s' * (count != 1)}{poles}"


# a panel


def _draw_panel(panel: _CurvePanel) -> Iterator[str]:
    curve = panel.curve
    yield draw_text(
        f"title {curve.role}",
        LEFT,
        panel.top - 9,
        fit(spell(curve.label), RIGHT - LEFT, canvas.SIZE),
    )
    yield canvas.draw_rect("panel", LEFT, panel.top, RIGHT - LEFT, HEIGHT)
    yield from _draw_grid(panel)
    left, top, width, height = map(format_number, (LEFT, panel.top, RIGHT - LEFT, HEIGHT))
    box = f'x="{left}" y="{top}" width="{width}" height="{height}"'
    yield f'<svg class="plot" {box} viewBox="{left} {top} {width} {height}">'
    yield from (
        canvas.draw_line("thin dashed dim-line", panel.x(pole), panel.top, panel.x(pole), panel.top + HEIGHT)
        for pole in curve.poles[:MOST_POLES]
    )
    if curve.mark is not None:
        yield from _draw_tangent(panel, *curve.mark)
    reach = BEYOND * (curve.highest / 2 - curve.lowest / 2)
    runs = (run for piece in curve.pieces for run in clip(piece, curve.lowest - reach, curve.highest + reach))
    path = "".join(_write_path(panel, run) for run in runs)
    if path:
        yield f'<path class="thick {curve.role}-line" d="{path}"/>'
    yield "</svg>"
    yield from _draw_dots(panel)
    if not curve.pieces:
        yield draw_text(
            "middle dim", (LEFT + RIGHT) / 2, panel.top + HEIGHT / 2, "no finite real values here"
        )


def _draw_grid(panel: _CurvePanel) -> Iterator[str]:
    levels = choose_ticks(panel.curve.lowest, panel.curve.highest, 6)
    for level, label in zip(levels, label_ticks(levels), strict=True):
        height = panel.y(level)
        yield canvas.draw_line(
            "thin dim-line" if label == "0" else "thin faint-line", LEFT, height, RIGHT, height
        )
        yield draw_text("end dim", LEFT - 7, height + 0.35 * SMALL, label)
    positions = choose_ticks(panel.curves.low, panel.curves.high, 8)
    for position, label in zip(positions, label_ticks(positions), strict=True):
        yield canvas.draw_line(
            "thin dim-line" if label == "0" else "thin faint-line",
            panel.x(position),
            panel.top,
            panel.x(position),
            panel.top + HEIGHT,
        )


def _draw_axis(panel: _CurvePanel) -> Iterator[str]:
    """The numbers of the variable, and its name."""
    positions = choose_ticks(panel.curves.low, panel.curves.high, 8)
    height = panel.top + HEIGHT + 16
    yield from (
        draw_text("middle dim", panel.x(position), height, label)
        for position, label in zip(positions, label_ticks(positions), strict=True)
    )
    yield draw_text("end", LEFT - 26, height, fit(panel.curves.variable, LEFT - 30))


def _write_path(panel: _CurvePanel, piece: Sequence[tuple[float, float]]) -> str:
    """Lines from point to point; those that fall on the same tenth of a point are left out."""
    points: list[tuple[str, str]] = []
    for x, y in piece:
        point = format_number(panel.x(x)), format_number(panel.y(y))
        if not points or point != points[-1]:
            points.append(point)
    if len(points) == 1:
        points.append(points[0])  # a point of its own is a dot, by its round ends
    return "M" + "L".join(" ".join(point) for point in points)


def _draw_dots(panel: _CurvePanel) -> Iterator[str]:
    curve = panel.curve
    shown = [dot for dot in curve.dots if curve.lowest <= dot.y <= curve.highest]
    if len(shown) <= MOST_DOTS:
        for dot in sorted(shown, key=lambda dot: dot.closed):
            yield canvas.draw_circle(
                f"dot {curve.role}-line {curve.role if dot.closed else 'hollow'}",
                panel.x(dot.x),
                panel.y(dot.y),
                DOT,
            )
    if curve.mark is not None and curve.lowest <= curve.mark[1] <= curve.highest:
        yield from _draw_mark(panel, *curve.mark)


def _draw_tangent(panel: _CurvePanel, x: float, y: float) -> Iterator[str]:
    """The point's own line, and the line through the point that is as steep as the curve there."""
    yield canvas.draw_line("thin dashed ink-line", panel.x(x), panel.top, panel.x(x), panel.top + HEIGHT)
    if panel.curve.slope is None:
        return
    rise = -panel.curve.slope * _measure_aspect(panel)  # in points of the paper
    run = 90 / (1 + rise * rise) ** 0.5 if abs(rise) < 1e6 else 0.0
    climb = run * rise if run else 90.0
    middle_x, middle_y = panel.x(x), panel.y(y)
    yield canvas.draw_line(
        "thick ink-line", middle_x - run, middle_y - climb, middle_x + run, middle_y + climb
    )


def _measure_aspect(panel: _CurvePanel) -> float:
    """Points that a unit of y is high, over those that a unit of x is wide."""
    curves, curve = panel.curves, panel.curve
    return (HEIGHT / (RIGHT - LEFT)) * (
        (curves.high - curves.low) / (curve.highest / 2 - curve.lowest / 2) / 2
    )


def _draw_mark(panel: _CurvePanel, x: float, y: float) -> Iterator[str]:
    yield canvas.draw_circle("ink", panel.x(x), panel.y(y), DOT + 1)
    if panel.curve.phrase:
        right = panel.x(x) < (LEFT + RIGHT) / 2
        kind, shift = ("halo", 9.0) if right else ("halo end", -9.0)
        above = panel.y(y) > panel.top + 24 and (
            panel.curve.slope is None or (panel.curve.slope > 0) != right
        )  # off the tangent
        height = panel.y(y) - 10 if above or panel.y(y) > panel.top + HEIGHT - 24 else panel.y(y) + 20
        yield draw_text(kind, panel.x(x) + shift, height, panel.curve.phrase)


def _write_legend(curves: DrawnCurves) -> Iterator[str]:
    if any(curve.poles for curve in curves.curves):
        yield "┆ dashed upright: the curve goes past every bound there"
    dots = [dot for curve in curves.curves if len(curve.dots) <= MOST_DOTS for dot in curve.dots]
    if dots:
        yield "○ an end at a jump, or a hole" + (
            "; ● an end that is on the curve" if any(dot.closed for dot in dots) else ""
        )
    if any(_is_cut(curve) for curve in curves.curves):
        yield "cut off above or below: what goes far past the rest"


def _is_cut(curve: DrawnCurve) -> bool:
    return any(not curve.lowest <= y <= curve.highest for piece in curve.pieces for _, y in piece)


# a piece between two heights


def clip(piece: Sequence[CurvePoint], low: float, high: float) -> Iterator[list[CurvePoint]]:
    """The stretches of the piece within low and high, each with its ends."""
    run: list[CurvePoint] = []
    for point in _cut_at_edges(piece, low, high):
        if low <= point[1] <= high:
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _cut_at_edges(piece: Sequence[CurvePoint], low: float, high: float) -> Iterator[CurvePoint]:
    """The points, and where the lines between them cross low and high, in order."""
    yield piece[0]
    for one, other in pairwise(piece):
        for edge in (high, low) if one[1] > other[1] else (low, high):
            if min(one[1], other[1]) < edge < max(one[1], other[1]):
                share = (edge / 2 - one[1] / 2) / (
                    other[1] / 2 - one[1] / 2
                )  # the whole way may leave the doubles
                yield one[0] + share * (other[0] - one[0]), edge
        yield other
