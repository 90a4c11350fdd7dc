"""Series of sizes -> SVG: a panel of bars for each, one below another, on one scale of powers of ten.

A size of 0 has no bar and says so; one past the doubles reaches to the top and is marked. Many bars become a
shape of steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chainrule_cli.document import Bars, BarSeries
from chainrule_cli.render import canvas
from chainrule_cli.render.canvas import (
    LINE,
    MARGIN,
    SIZE,
    SMALL,
    WIDTH,
    choose_ticks,
    draw_text,
    fit,
    format_number,
    write_pair,
)
from chainrule_cli.render.spans import estimate_width

LEFT, RIGHT = 64.0, WIDTH - MARGIN
HEIGHT, LOWER = 190.0, 96.0
"""Of a panel that is alone, and of one of several."""
BETWEEN, HEAD, BELOW = 16.0, 26.0, 44.0
LEAST_DECADES = 4.0
SINGLE, WRITTEN, MOST_STEPS = 60, 12, 400
"""Bars that stand alone; that have their numbers written over them; steps of a shape."""
BOLD = 1.1
"""How much wider bold letters are."""


class _Scale(NamedTuple):
    """Powers of ten at the bottom and the top of every panel."""

    least: float
    most: float

    def find_share(self, size: float) -> float:
        return (math.log10(size) - self.least) / (self.most - self.least)


class _BarPanel(NamedTuple):
    bars: Bars
    series: BarSeries
    scale: _Scale
    top: float
    height: float

    @property
    def step(self) -> float:
        return (RIGHT - LEFT) / len(self.series.sizes)

    def y(self, size: float | None) -> float:
        return self.top + self.height * (1 - (1.0 if size is None else self.scale.find_share(size)))


def draw(bars: Bars, title: str) -> str:
    """The bars as an <svg> element."""
    height = HEIGHT if len(bars.series) == 1 else LOWER
    tops = [MARGIN + HEAD + index * (height + HEAD + BETWEEN) for index in range(len(bars.series))]
    panels = [
        _BarPanel(bars, series, _find_scale(bars), top, height)
        for series, top in zip(bars.series, tops, strict=True)
    ]
    bottom = tops[-1] + height + BELOW
    notes = [
        line for note in [*_write_legend(bars), *bars.notes] for line in canvas.fold(note, RIGHT - MARGIN)
    ]
    body = [line for panel in panels for line in _draw_panel(panel)]
    body += _draw_axis(panels[-1])
    body += [draw_text("dim", MARGIN, bottom + LINE * (index + 1), note) for index, note in enumerate(notes)]
    return canvas.write_svg(title, _describe(bars), body, bottom + LINE * len(notes) + MARGIN, "bars")


def _find_scale(bars: Bars) -> _Scale:
    """From a little below the smallest size to the largest of all series; LEAST_DECADES at least."""
    logs = [math.log10(size) for series in bars.series for size in series.sizes if size]
    most, least = max(logs, default=0.0), min(logs, default=0.0)
    if any(size is None for series in bars.series for size in series.sizes):
        most = 308.3
    least = min(least, most - LEAST_DECADES)
    room = 0.05 * (most - least)
    return _Scale(least - room, most + (3 if len(bars.series) == 1 else 5) * room)


def _describe(bars: Bars) -> str:
    last = bars.start + len(bars.series[0].sizes) - 1
    reach = f"from {bars.first or bars.start} to {last}, on a scale of powers of ten."
    sentences = [f"{bars.quantity} by {bars.unit}, {reach}"]
    for series in bars.series:
        ends = f"{_format_size(series.sizes[0])} at the first, {_format_size(series.sizes[-1])} at the last"
        sentences.append(f"{series.name}: {ends}. {series.phrase}".strip().rstrip(".") + ".")
    return " ".join(sentences)


def _format_size(size: float | None) -> str:
    return (
        "past 1e308"
        if size is None
        else f"{size:.2g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    )


# a panel


def _draw_panel(panel: _BarPanel) -> Iterator[str]:
    series = panel.series
    name = fit(series.name, 0.5 * (RIGHT - LEFT), SIZE)
    start = LEFT + BOLD * estimate_width(name, SIZE) + 10 if name else LEFT
    yield draw_text("title", LEFT, panel.top - 9, name)
    yield draw_text(
        "dim" if series.kind == "note" else series.kind,
        start,
        panel.top - 9,
        fit(series.phrase, RIGHT - start),
    )
    yield canvas.draw_rect("panel", LEFT, panel.top, RIGHT - LEFT, panel.height)
    yield from _draw_grid(panel)
    yield from _draw_bars(panel) if len(series.sizes) <= SINGLE else _draw_steps(panel)
    if len(series.sizes) > WRITTEN:
        yield from _label_ends(panel)


def _draw_grid(panel: _BarPanel) -> Iterator[str]:
    for power in choose_ticks(panel.scale.least, panel.scale.most, 6 if panel.height == HEIGHT else 3):
        if power == int(power):
            height = panel.top + panel.height * (
                1 - (power - panel.scale.least) / (panel.scale.most - panel.scale.least)
            )
            yield canvas.draw_line("thin faint-line", LEFT, height, RIGHT, height)
            yield draw_text(
                "end dim",
                LEFT - 7,
                height + 0.35 * SMALL,
                "1" if power == 0 else f"1e{int(power)}".replace("-", "−"),
            )


def _draw_bars(panel: _BarPanel) -> Iterator[str]:
    gap = min(6.0, 0.2 * panel.step)
    for index, size in enumerate(panel.series.sizes):
        left, floor = LEFT + panel.step * index + gap / 2, panel.top + panel.height
        height = panel.y(size) if size != 0 else floor
        if size != 0:
            yield canvas.draw_rect("gradient", left, height, panel.step - gap, floor - height)
        if len(panel.series.sizes) <= WRITTEN or size is None or size == 0:
            yield draw_text(
                "tiny",
                left + (panel.step - gap) / 2,
                height - 4 if size is not None else panel.top + 12,
                _label_bar(size, panel.step),
            )


def _label_bar(size: float | None, room: float) -> str:
    """A number over its bar, as long as there is room; at least that it is 0 or past the doubles."""
    shown = _format_size(size)
    if estimate_width(shown, 10.5) <= 1.25 * room:
        return shown
    if size is None:
        return "∞"
    return "0" if size == 0 else f"{size:.0e}".replace("e-0", "e-")


def _draw_steps(panel: _BarPanel) -> Iterator[str]:
    """Steps, the largest of several where there are more than the eye can tell apart."""
    sizes = _thin_out(panel.series.sizes)
    step, floor = (RIGHT - LEFT) / len(sizes), panel.top + panel.height
    points = [f"M{write_pair(LEFT, floor)}"]
    for index, size in enumerate(sizes, 1):
        height = floor if size == 0 else panel.y(size)
        points.append(f"V{format_number(height)}H{format_number(LEFT + step * index)}")
    yield f'<path class="gradient" d="{"".join(points)}V{format_number(floor)}Z"/>'


def _thin_out(sizes: Sequence[float | None]) -> Sequence[float | None]:
    each = -(-len(sizes) // MOST_STEPS)
    return [
        max(sizes[start : start + each], key=lambda size: math.inf if size is None else size)
        for start in range(0, len(sizes), each)
    ]


def _label_ends(panel: _BarPanel) -> Iterator[str]:
    """What the first and the last bar are, written into the panel."""
    first, last = panel.series.sizes[0], panel.series.sizes[-1]
    yield draw_text("halo", LEFT + 5, _find_clear_height(panel, first), _format_size(first))
    yield draw_text("halo end", RIGHT - 5, _find_clear_height(panel, last), _format_size(last))


def _find_clear_height(panel: _BarPanel, size: float | None) -> float:
    """A height over the bar, or inside it where it reaches to the top."""
    top = panel.top + panel.height if size == 0 else panel.y(size)
    return top - 5 if top - panel.top > 18 else top + 15


# below


def _draw_axis(panel: _BarPanel) -> Iterator[str]:
    bars, height = panel.bars, panel.top + panel.height + 16
    count = len(panel.series.sizes)
    positions = (
        range(count)
        if count <= WRITTEN
        else [
            round(position - bars.start) for position in choose_ticks(bars.start, bars.start + count - 1, 8)
        ]
    )
    named = bool(bars.first)
    for position in positions:
        if position >= named and (position == int(position)):
            yield draw_text(
                "middle dim", LEFT + panel.step * (position + 0.5), height, f"{bars.start + position}"
            )
    if named:
        yield draw_text(
            "middle dim" if panel.step > 30 else "dim",
            LEFT + (panel.step / 2 if panel.step > 30 else 0),
            height,
            bars.first,
        )
    yield draw_text("end", LEFT - 7, height, bars.unit)
    yield canvas.draw_line("thin dim-line", LEFT + 8, height + 16, LEFT + 60, height + 16)
    yield f'<path class="dim" d="M{write_pair(LEFT + 2, height + 16)}l9 -4v8z"/>'
    yield draw_text("dim", LEFT + 68, height + 20, fit(bars.arrow, RIGHT - LEFT - 68))


def _write_legend(bars: Bars) -> Iterator[str]:
    yield f"{bars.quantity}, on a scale of powers of ten"
    each = -(-len(bars.series[0].sizes) // MOST_STEPS)
    if each > 1:
        yield f"a step stands for {each} of them, and is the largest"
