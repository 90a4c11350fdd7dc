"""A train of gears -> SVG: wheels in mesh, drawn to scale, and below them what each stands for, its rate and its turns.

Where the picture is live, the wheels turn while it is pointed at, as fast against each other as their teeth say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from chainrule_cli.document import Train, Wheel
from chainrule_cli.render import sheet
from chainrule_cli.render.sheet import LINE, MARGIN, SMALL, WIDTH, draw_text, fit, format_number
from chainrule_cli.render.wheels import MODULE, STEEPEST, PlacedWheel, group_wheels, is_steep, trace_outline

ROOM = WIDTH - 2 * MARGIN
BETWEEN = 18.0
APART = 26.0
FASTEST = 4.0
"""Seconds that a turn of the fastest wheel takes."""
SLOWEST = 3_600.0
ARROW = 15.0
WAYS = {"same way": "↻", "other way": "↺", "stalls": "stands still", "slips": "slips"}
COLUMNS = (26.0, 256.0, 342.0, 352.0)
"""Of the list: the names, the right ends of rates and turns, the ways."""


def draw(train: Train, title: str) -> str:
    """The train as an <svg> element."""
    body: list[str] = []
    top = MARGIN + MODULE
    for row in _pack_rows(group_wheels([wheel.speed for wheel in train.wheels[1:]], ROOM)):
        tallest = max(placed.radius for placed in row)
        for placed in row:
            body += _draw_wheel(placed, train.wheels, top + tallest)
        top += 2 * (tallest + MODULE) + BETWEEN
    body += _draw_list(train, top + SMALL)
    top += LINE * (len(train.wheels) + 1 + (train.left_out > 0))
    notes = [line for note in [*_write_notes(train), *train.notes] for line in sheet.fold(note, ROOM)]
    body += [
        draw_text("dim", MARGIN, top + LINE * place + SMALL + 6, note) for place, note in enumerate(notes)
    ]
    return sheet.write_svg(title, _describe(train), body, top + LINE * len(notes) + 6 + MARGIN, "gears")


def _describe(train: Train) -> str:
    told = [
        f"{wheel.name}: rate {wheel.rate}, turns {wheel.turns}, {wheel.way}." for wheel in train.wheels[1:]
    ]
    return " ".join(
        [
            f"A train of {len(train.wheels) + train.left_out} wheels in mesh, driven by {train.wheels[0].name}.",
            *told,
        ]
    )


def _write_notes(train: Train) -> Iterator[str]:
    speeds = [wheel.speed for wheel in train.wheels[1:]]
    yield "a wheel with half the teeth turns twice as fast; two in mesh turn against each other, so a small idler between keeps the way"
    shafts = [
        placed.shaft for group in group_wheels(speeds, ROOM) for placed in group if placed.shaft is not None
    ]
    if len(set(shafts)) < len(shafts):
        yield "two wheels of one number are on one shaft"
    if any(map(is_steep, speeds)):
        yield f"rates past {STEEPEST:g} or under 1/{STEEPEST:g} are drawn as these: the numbers are true, their wheels are not to scale"
    if any(not speed for speed in speeds):
        yield "dashed: not driven, by a rate of 0, by none, or by a wheel that is left out"


# the wheels


def _pack_rows(found: Iterable[list[PlacedWheel]]) -> Iterator[list[PlacedWheel]]:
    """As many groups beside each other as there is room for."""
    row: list[PlacedWheel] = []
    for group in found:
        shift = row[-1].x + row[-1].radius + APART if row else 0.0
        if row and shift + group[-1].x + group[-1].radius > ROOM:
            yield row
            row, shift = [], 0.0
        row += [replace(placed, x=placed.x + shift) for placed in group]
    yield row


def _draw_wheel(placed: PlacedWheel, wheels: Sequence[Wheel], middle: float) -> Iterator[str]:
    x = MARGIN + placed.x
    corners = "L".join(
        f"{format_number(MARGIN + across)} {format_number(down)}"
        for across, down in trace_outline(placed, middle)
    )
    kind = "first" if placed.shaft == 0 else "hollow" if placed.shaft is None else "panel"
    loose = " loose" if placed.loose else ""
    yield f'<path class="wheel ink-line {kind}{loose}{_write_class(placed)}"{_write_style(placed, middle)} d="M{corners}Z"/>'
    if placed.shaft is None:
        return
    if placed.radius > ARROW + 7:
        yield from _draw_arrow(x, middle, wheels[placed.shaft].way)
    yield draw_text("hub-text", x, middle + 4, str(placed.shaft))


def _write_class(placed: PlacedWheel) -> str:
    return "" if _find_seconds(placed) is None else " turning"


def _find_seconds(placed: PlacedWheel) -> float | None:
    """For one turn; None where it does not turn, or so slowly that nobody sees it."""
    seconds = FASTEST / abs(placed.pace) if placed.pace else SLOWEST
    return seconds if FASTEST / 50 < seconds < SLOWEST else None


def _write_style(placed: PlacedWheel, middle: float) -> str:
    seconds = _find_seconds(placed)
    if seconds is None:
        return ""
    way = "; animation-direction: reverse" if placed.pace < 0 else ""
    return f' style="transform-origin: {format_number(MARGIN + placed.x)}px {format_number(middle)}px; animation-duration: {seconds:.3g}s{way}"'


def _draw_arrow(x: float, y: float, way: str) -> Iterator[str]:
    """Half a turn around the hub, with a tip."""
    if way not in ("same way", "other way"):
        return
    sign = 1 if way == "same way" else -1
    start, tip = x - sign * ARROW, x + sign * ARROW
    yield f'<path class="thin ink-line" d="M{format_number(start)} {format_number(y)}A{ARROW:g} {ARROW:g} 0 0 {max(sign, 0)} {format_number(tip)} {format_number(y)}"/>'
    yield f'<path class="ink" d="M{format_number(tip - 4)} {format_number(y - 1)}L{format_number(tip + 4)} {format_number(y - 1)}L{format_number(tip)} {format_number(y + 6)}Z"/>'


# the list


def _draw_list(train: Train, top: float) -> Iterator[str]:
    name, rate, turns, way = (MARGIN + place for place in COLUMNS)
    yield from (
        draw_text(kind, x, top, title)
        for kind, x, title in (("dim", name, "wheel"), ("dim end", rate, "rate"), ("dim end", turns, "turns"))
    )
    place = 1
    for shaft, wheel in enumerate(train.wheels):
        if train.left_out and shaft == len(train.wheels) - train.tail:
            yield draw_text("dim", name, top + LINE * place, f"… {train.left_out:,} more")
            place += 1
        height = top + LINE * place
        yield draw_text("middle", MARGIN + 8, height, str(shaft))
        yield draw_text("name", name, height, fit(wheel.name, COLUMNS[1] - COLUMNS[0] - 60))
        yield draw_text("end gradient", rate, height, wheel.rate)
        yield draw_text("end", turns, height, wheel.turns)
        yield draw_text("dim" if wheel.way in ("stalls", "slips") else "way", way, height, WAYS[wheel.way])
        place += 1
