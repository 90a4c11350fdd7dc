"""Series of sizes -> SVG: a panel of bars for each, one below another, on one scale of powers of ten.

A size of 0 has no bar and says so; one past the doubles reaches to the top and is marked. Many bars become a shape of steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chainrule_cli.document import Bars, Series
from chainrule_cli.render import sheet
from chainrule_cli.render.layered import text_width
from chainrule_cli.render.sheet import LINE, MARGIN, SIZE, SMALL, WIDTH, fitting, number, text
from chainrule_cli.render.ticks import ticks

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

    def share(self, size: float) -> float:
        return (math.log10(size) - self.least) / (self.most - self.least)


class _Panel(NamedTuple):
    bars: Bars
    series: Series
    scale: _Scale
    top: float
    height: float

    @property
    def step(self) -> float:
        return (RIGHT - LEFT) / len(self.series.sizes)

    def y(self, size: float | None) -> float:
        return self.top + self.height * (1 - (1.0 if size is None else self.scale.share(size)))


def picture(bars: Bars, title: str) -> str:
    """The bars as an <svg> element."""
    height = HEIGHT if len(bars.series) == 1 else LOWER
    tops = [MARGIN + HEAD + place * (height + HEAD + BETWEEN) for place in range(len(bars.series))]
    panels = [
        _Panel(bars, series, _scale(bars), top, height) for series, top in zip(bars.series, tops, strict=True)
    ]
    bottom = tops[-1] + height + BELOW
    notes = [line for note in [*_legend(bars), *bars.notes] for line in sheet.folded(note, RIGHT - MARGIN)]
    body = [line for panel in panels for line in _panel(panel)]
    body += _axis(panels[-1])
    body += [text("dim", MARGIN, bottom + LINE * (place + 1), note) for place, note in enumerate(notes)]
    return sheet.sheet(title, _description(bars), body, bottom + LINE * len(notes) + MARGIN, "bars")


def _scale(bars: Bars) -> _Scale:
    """From the smallest size to the largest of all series, LEAST_DECADES at least, with a little below the smallest."""
    logs = [math.log10(size) for series in bars.series for size in series.sizes if size]
    most, least = max(logs, default=0.0), min(logs, default=0.0)
    if any(size is None for series in bars.series for size in series.sizes):
        most = 308.3
    least = min(least, most - LEAST_DECADES)
    room = 0.05 * (most - least)
    return _Scale(least - room, most + (3 if len(bars.series) == 1 else 5) * room)


def _description(bars: Bars) -> str:
    last = bars.start + len(bars.series[0].sizes) - 1
    said = [
        f"{bars.quantity} by {bars.places}, from {bars.first or bars.start} to {last}, on a scale of powers of ten."
    ]
    for series in bars.series:
        ends = f"{_size(series.sizes[0])} at the first, {_size(series.sizes[-1])} at the last"
        said.append(f"{series.name}: {ends}. {series.said}".strip().rstrip(".") + ".")
    return " ".join(said)


def _size(size: float | None) -> str:
    return (
        "past 1e308"
        if size is None
        else f"{size:.2g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    )


# a panel


def _panel(panel: _Panel) -> Iterator[str]:
    series = panel.series
    name = fitting(series.name, 0.5 * (RIGHT - LEFT), SIZE)
    start = LEFT + BOLD * text_width(name, SIZE) + 10 if name else LEFT
    yield text("title", LEFT, panel.top - 9, name)
    yield text(
        "dim" if series.kind == "note" else series.kind,
        start,
        panel.top - 9,
        fitting(series.said, RIGHT - start),
    )
    yield sheet.rect("panel", LEFT, panel.top, RIGHT - LEFT, panel.height)
    yield from _grid(panel)
    yield from _single(panel) if len(series.sizes) <= SINGLE else _shape(panel)
    if len(series.sizes) > WRITTEN:
        yield from _ends(panel)


def _grid(panel: _Panel) -> Iterator[str]:
    for power in ticks(panel.scale.least, panel.scale.most, 6 if panel.height == HEIGHT else 3):
        if power == int(power):
            height = panel.top + panel.height * (
                1 - (power - panel.scale.least) / (panel.scale.most - panel.scale.least)
            )
            yield sheet.line("thin faint-line", LEFT, height, RIGHT, height)
            yield text(
                "end dim",
                LEFT - 7,
                height + 0.35 * SMALL,
                "1" if power == 0 else f"1e{int(power)}".replace("-", "−"),
            )


def _single(panel: _Panel) -> Iterator[str]:
    gap = min(6.0, 0.2 * panel.step)
    for place, size in enumerate(panel.series.sizes):
        left, floor = LEFT + panel.step * place + gap / 2, panel.top + panel.height
        height = panel.y(size) if size != 0 else floor
        if size != 0:
            yield sheet.rect("gradient", left, height, panel.step - gap, floor - height)
        if len(panel.series.sizes) <= WRITTEN or size is None or size == 0:
            yield text(
                "tiny",
                left + (panel.step - gap) / 2,
                height - 4 if size is not None else panel.top + 12,
                _above(size, panel.step),
            )


def _above(size: float | None, room: float) -> str:
    """A number over its bar, as long as there is room: at least that it is 0, or that it is past the doubles."""
    shown = _size(size)
    return (
        shown
        if text_width(shown, 10.5) <= 1.25 * room
        else "∞"
        if size is None
        else "0"
        if size == 0
        else f"{size:.0e}".replace("e-0", "e-")
    )


def _shape(panel: _Panel) -> Iterator[str]:
    """Steps, the largest of several where there are more than the eye can tell apart."""
    sizes = _fewer(panel.series.sizes)
    step, floor = (RIGHT - LEFT) / len(sizes), panel.top + panel.height
    points = [f"M{number(LEFT)} {number(floor)}"]
    for place, size in enumerate(sizes):
        points.append(f"V{number(floor if size == 0 else panel.y(size))}H{number(LEFT + step * (place + 1))}")
    yield f'<path class="gradient" d="{"".join(points)}V{number(floor)}Z"/>'


def _fewer(sizes: Sequence[float | None]) -> Sequence[float | None]:
    each = -(-len(sizes) // MOST_STEPS)
    return [
        max(sizes[start : start + each], key=lambda size: math.inf if size is None else size)
        for start in range(0, len(sizes), each)
    ]


def _ends(panel: _Panel) -> Iterator[str]:
    """What the first and the last bar are, written into the panel."""
    first, last = panel.series.sizes[0], panel.series.sizes[-1]
    yield text("halo", LEFT + 5, _clear(panel, first), _size(first))
    yield text("halo end", RIGHT - 5, _clear(panel, last), _size(last))


def _clear(panel: _Panel, size: float | None) -> float:
    """A height over the bar, or inside it where it reaches to the top."""
    top = panel.top + panel.height if size == 0 else panel.y(size)
    return top - 5 if top - panel.top > 18 else top + 15


# below


def _axis(panel: _Panel) -> Iterator[str]:
    bars, height = panel.bars, panel.top + panel.height + 16
    count = len(panel.series.sizes)
    places = (
        range(count)
        if count <= WRITTEN
        else [round(place - bars.start) for place in ticks(bars.start, bars.start + count - 1, 8)]
    )
    named = bool(bars.first)
    for place in places:
        if place >= named and (place == int(place)):
            yield text("middle dim", LEFT + panel.step * (place + 0.5), height, f"{bars.start + place}")
    if named:
        yield text(
            "middle dim" if panel.step > 30 else "dim",
            LEFT + (panel.step / 2 if panel.step > 30 else 0),
            height,
            bars.first,
        )
    yield text("end", LEFT - 7, height, bars.places)
    yield sheet.line("thin dim-line", LEFT + 8, height + 16, LEFT + 60, height + 16)
    yield f'<path class="dim" d="M{number(LEFT + 2)} {number(height + 16)}l9 -4v8z"/>'
    yield text("dim", LEFT + 68, height + 20, fitting(bars.arrow, RIGHT - LEFT - 68))


def _legend(bars: Bars) -> Iterator[str]:
    yield f"{bars.quantity}, on a scale of powers of ten"
    each = -(-len(bars.series[0].sizes) // MOST_STEPS)
    if each > 1:
        yield f"a step stands for {each} of them, and is the largest"
