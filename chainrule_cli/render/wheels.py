"""A train of rates -> wheels with teeth that mesh: how many teeth each has, where it stands, how its teeth are turned.

What turns twice as fast has half the teeth. Two wheels in mesh turn against each other, so that a rate above 0 has an idler between
them. Where sizes would run out of bounds, the train goes on beside: with another wheel on the same shaft, as in a clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

MODULE = 3.0
LEAST, MOST = 8, 48
"""Diameter for a tooth; teeth of a wheel."""
STEEPEST = 5.0
"""A rate past this, or under its inverse, is drawn as this."""
LARGE, USUAL, IDLER = 40, 20, 8
"""Teeth that the largest wheel of a group had best; of a wheel that stands alone; of an idler."""


@dataclass(frozen=True, slots=True)
class PlacedWheel:
    """A wheel on the sheet. shaft: the number of what it stands for, None for an idler; phase: where a tooth is, in radians; pace: its
    turns for one of the first wheel, by the teeth as they are drawn; loose: nothing drives it."""

    shaft: int | None
    teeth: int
    x: float
    phase: float
    pace: float
    loose: bool = False

    @property
    def radius(self) -> float:
        return MODULE * self.teeth / 2


def is_steep(speed: float | None) -> bool:
    """Whether a rate is past what is drawn true."""
    return bool(speed) and speed != _bound_rate(speed or 0.0)


def group_wheels(speeds: Sequence[float | None], room: float) -> Iterator[list[PlacedWheel]]:
    """Wheels in mesh, group by group, none wider than the room: each begins with another wheel on the shaft that the last ended with,
    or with one that nothing drives.

    speeds: of the second wheel and those after it, for one turn of the one before; None where it slips."""
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
    end = next((place for place, speed in enumerate(speeds) if not speed), len(speeds))
    return [_bound_rate(speed) for speed in speeds[:end] if speed]


def _bound_rate(speed: float) -> float:
    return math.copysign(min(STEEPEST, max(1 / STEEPEST, abs(speed))), speed)


def _mesh_group(
    shaft: int, speeds: Sequence[float], pace: float, room: float, *, loose: bool
) -> list[PlacedWheel]:
    """A wheel and those that it drives; empty where their teeth or they themselves find no room, which one pair always does."""
    turns = list(accumulate(map(abs, speeds), lambda turn, speed: turn * speed, initial=1.0))
    first = _choose_teeth(turns)
    if first is None:
        return []
    group = [PlacedWheel(shaft, first, MODULE * first / 2, 0.0, pace, loose)]
    for place, (speed, turn) in enumerate(zip(speeds, turns[1:], strict=True), shaft + 1):
        if speed > 0:
            group.append(_mesh_wheel(group[-1], None, IDLER))
        group.append(_mesh_wheel(group[-1], place, round(first / turn)))
    return group if group[-1].x + group[-1].radius <= room or len(speeds) == 1 else []


def _choose_teeth(turns: Sequence[float]) -> int | None:
    """The teeth of the first wheel with which those that follow come out as whole numbers, as far as that goes; None where none fit."""
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
