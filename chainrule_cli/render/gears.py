"""A train of gears -> SVG: wheels in mesh, drawn to scale, and below them what each stands for.

What turns twice as fast has half the teeth. Two wheels in mesh turn against each other, so a rate above 0 has
an idler between them. Where sizes would run out of bounds, the train goes on beside: with another wheel on
the same shaft, as in a clock. Where the picture is live, the wheels turn while it is pointed at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from chainrule_cli.document import Train, Wheel
from chainrule_cli.render import canvas
from chainrule_cli.render.canvas import LINE, MARGIN, SMALL, WIDTH, draw_text, fit, format_number, write_pair

MODULE = 3.0
LEAST, MOST = 8, 48
"""Diameter for a tooth; teeth of a wheel."""
STEEPEST = 5.0
"""A rate past this, or under its inverse, is drawn as this."""
LARGE, USUAL, IDLER = 40, 20, 8
"""Teeth that the largest wheel of a group had best; of a wheel that stands alone; of an idler."""

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


@dataclass(frozen=True, slots=True)
class PlacedWheel:
    """A wheel on the canvas.

    shaft: the number of what it stands for, None for an idler
    x: of its middle
    phase: where a tooth is, in radians
    pace: its turns for one of the first wheel, by the teeth as they are drawn
    loose: nothing drives it
    """

    shaft: int | None
    teeth: int
    x: float
    phase: float
    pace: float
    loose: bool = False

    @property
    def radius(self) -> float:
        return MODULE * self.teeth / 2


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
    notes = [line for note in [*_write_notes(train), *train.notes] for line in canvas.fold(note, ROOM)]
    body += [
        draw_text("dim", MARGIN, top + LINE * index + SMALL + 6, note) for index, note in enumerate(notes)
    ]
    return canvas.write_svg(title, _describe(train), body, top + LINE * len(notes) + 6 + MARGIN, "gears")


def _describe(train: Train) -> str:
    driver, *others = train.wheels
    head = f"A train of {len(train.wheels) + train.left_out} wheels in mesh, driven by {driver.name}."
    return " ".join(
        [head, *(f"{each.name}: rate {each.rate}, turns {each.turns}, {each.way}." for each in others)]
    )


def _write_notes(train: Train) -> Iterator[str]:
    speeds = [wheel.speed for wheel in train.wheels[1:]]
    yield (
        "a wheel with half the teeth turns twice as fast; two in mesh turn against each other, "
        "so a small idler between keeps the way"
    )
    shafts = [
        placed.shaft for group in group_wheels(speeds, ROOM) for placed in group if placed.shaft is not None
    ]
    if len(set(shafts)) < len(shafts):
        yield "two wheels of one number are on one shaft"
    if any(map(is_steep, speeds)):
        yield (
            f"rates past {STEEPEST:g} or under 1/{STEEPEST:g} are drawn as these: "
            "the numbers are true, their wheels are not to scale"
        )
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
        f"{write_pair(MARGIN + across, down)}" for across, down in trace_outline(placed, middle)
    )
    kind = "first" if placed.shaft == 0 else "hollow" if placed.shaft is None else "panel"
    loose = " loose" if placed.loose else ""
    look = f'class="wheel ink-line {kind}{loose}{_write_class(placed)}"{_write_style(placed, middle)}'
    yield f'<path {look} d="M{corners}Z"/>'
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
    origin = f"{format_number(MARGIN + placed.x)}px {format_number(middle)}px"
    return f' style="transform-origin: {origin}; animation-duration: {seconds:.3g}s{way}"'


def _draw_arrow(x: float, y: float, way: str) -> Iterator[str]:
    """Half a turn around the hub, with a tip."""
    if way not in ("same way", "other way"):
        return
    sign = 1 if way == "same way" else -1
    start, tip = x - sign * ARROW, x + sign * ARROW
    arc = f"A{ARROW:g} {ARROW:g} 0 0 {max(sign, 0)} {write_pair(tip, y)}"
    yield f'<path class="thin ink-line" d="M{write_pair(start, y)}{arc}"/>'
    corners = "L".join((write_pair(tip - 4, y - 1), write_pair(tip + 4, y - 1), write_pair(tip, y + 6)))
    yield f'<path class="ink" d="M{corners}Z"/>'


# the list


def _draw_list(train: Train, top: float) -> Iterator[str]:
    name, rate, turns, way = (MARGIN + offset for offset in COLUMNS)
    yield from (
        draw_text(kind, x, top, title)
        for kind, x, title in (("dim", name, "wheel"), ("dim end", rate, "rate"), ("dim end", turns, "turns"))
    )
    row = 1
    for shaft, wheel in enumerate(train.wheels):
        if train.left_out and shaft == len(train.wheels) - train.tail:
            yield draw_text("dim", name, top + LINE * row, f"… {train.left_out:,} more")
            row += 1
        height = top + LINE * row
        yield draw_text("middle", MARGIN + 8, height, str(shaft))
        yield draw_text("name", name, height, fit(wheel.name, COLUMNS[1] - COLUMNS[0] - 60))
        yield draw_text("end gradient", rate, height, wheel.rate)
        yield draw_text("end", turns, height, wheel.turns)
        yield draw_text("dim" if wheel.way in ("stalls", "slips") else "way", way, height, WAYS[wheel.way])
        row += 1


# wheels in mesh


def is_steep(speed: float | None) -> bool:
    """Whether a rate is past what is drawn true."""
    return bool(speed) and speed != _limit_rate(speed or 0.0)


def group_wheels(speeds: Sequence[float | None], room: float) -> Iterator[list[PlacedWheel]]:
    """Wheels in mesh, group by group, none wider than the room.

    Each begins with another wheel on the shaft that the last ended with, or with one that nothing drives.

    speeds: of the second wheel and those after it, for one turn of the one before; None where it slips.
    """
    start, pace, loose = 0, 1.0, False
    while start <= len(speeds):
        steps = _list_driving(speeds[start:])
        group = next(
            group
            for count in range(len(steps), -1, -1)
            if (group := _mesh_group(start, steps[:count], pace, room, loose=loose))
        )
        yield group
        start, pace = start + sum(each.shaft is not None for each in group) - 1, group[-1].pace
        if start == len(speeds):
            return
        loose = not speeds[start]
        if loose:
            start, pace = start + 1, 0.0


def _list_driving(speeds: Sequence[float | None]) -> list[float]:
    """Those up to the first that does not drive, as they are drawn."""
    end = next((index for index, speed in enumerate(speeds) if not speed), len(speeds))
    return [_limit_rate(speed) for speed in speeds[:end] if speed]


def _limit_rate(speed: float) -> float:
    return math.copysign(min(STEEPEST, max(1 / STEEPEST, abs(speed))), speed)


def _mesh_group(
    shaft: int, speeds: Sequence[float], pace: float, room: float, *, loose: bool
) -> list[PlacedWheel]:
    """A wheel and those that it drives; empty where there is no room, which there always is for one pair."""
    turns = list(accumulate(map(abs, speeds), lambda turn, speed: turn * speed, initial=1.0))
    first = _choose_teeth(turns)
    if first is None:
        return []
    group = [PlacedWheel(shaft, first, MODULE * first / 2, 0.0, pace, loose)]
    for index, (speed, turn) in enumerate(zip(speeds, turns[1:], strict=True), shaft + 1):
        if speed > 0:
            group.append(_mesh_wheel(group[-1], None, IDLER))
        group.append(_mesh_wheel(group[-1], index, round(first / turn)))
    return group if group[-1].x + group[-1].radius <= room or len(speeds) == 1 else []


def _choose_teeth(turns: Sequence[float]) -> int | None:
    """The teeth of the first wheel with which those that follow come out as whole numbers.

    As far as that goes; None where no number of teeth fits.
    """
    if len(turns) == 1:
        return USUAL
    fitting = [
        teeth
        for teeth in range(LEAST, MOST + 1)
        if all(LEAST <= round(teeth / turn) <= MOST for turn in turns)
    ]

    def unfit(teeth: int) -> tuple[float, float]:
        off = max(abs(round(teeth / turn) * turn / teeth - 1) for turn in turns)
        return round(off, 2), abs(max(teeth / turn for turn in turns) - LARGE)

    return min(fitting, key=unfit, default=None)


def _mesh_wheel(driver: PlacedWheel, shaft: int | None, teeth: int) -> PlacedWheel:
    """A wheel in mesh to the right of the driver: a gap of its teeth where the driver has a tooth."""
    ratio = driver.teeth / teeth
    phase = math.pi - driver.phase * ratio + math.pi / teeth
    return PlacedWheel(
        shaft,
        teeth,
        driver.x + driver.radius + MODULE * teeth / 2,
        phase % (2 * math.pi / teeth),
        -driver.pace * ratio,
    )


def trace_outline(wheel: PlacedWheel, y: float) -> list[tuple[float, float]]:
    """The corners of the teeth, around."""
    pitch, root, tip = 2 * math.pi / wheel.teeth, wheel.radius - 1.15 * MODULE, wheel.radius + 0.85 * MODULE
    shape = ((-0.30, root), (-0.15, tip), (0.15, tip), (0.30, root))
    angles = (
        (wheel.phase + pitch * (tooth + turn), radius)
        for tooth in range(wheel.teeth)
        for turn, radius in shape
    )
    return [(wheel.x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle, radius in angles]
