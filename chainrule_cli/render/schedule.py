"""Plans of storing and running again -> SVG: time to the right, layers up, below each plan what is stored.

A line up runs layers, a line down goes back; what is stored lies level until it is dropped. However long a
plan is, no more is drawn than a line in each column of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chainrule_cli.document import Hold, Schedule, StoragePlan, Sweep
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

LEFT, RIGHT = 66.0, WIDTH - MARGIN
HEIGHT, STRIP = 116.0, 30.0
"""Of a plan, and of the strip that shows how much is stored."""
BETWEEN, HEAD, BELOW = 14.0, 26.0, 40.0
COLUMN = 1.0
"""What is narrower on the paper than this is drawn together."""
MOST_HOLDS = 160
DOTS = 40
"""Stored inputs that are drawn; that have a dot where they begin."""
LINES = {"advance": "thin ink-line", "keep": "thick value-line", "backward": "thick gradient-line"}
MEANINGS = {
    "advance": "thin, up: run",
    "keep": "thick, up: run and kept, shaded until it is used",
    "backward": "thick, down: backward",
}


class _PlanPanel(NamedTuple):
    schedule: Schedule
    plan: StoragePlan
    span: int
    most: int
    top: float

    def x(self, time: float) -> float:
        return LEFT + (RIGHT - LEFT) * time / self.span

    def y(self, layer: float) -> float:
        """Of the boundary above that layer."""
        return self.top + HEIGHT * (1 - layer / self.schedule.layers)


def draw(schedule: Schedule, title: str) -> str:
    """The schedule as an <svg> element."""
    span = max((plan.duration for plan in schedule.plans), default=1) or 1
    most = max((count for plan in schedule.plans for _, count in plan.levels), default=1)
    each = HEAD + HEIGHT + 4 + STRIP + BETWEEN
    panels = [
        _PlanPanel(schedule, plan, span, most, MARGIN + HEAD + index * each)
        for index, plan in enumerate(schedule.plans)
    ]
    bottom = MARGIN + each * len(panels) - BETWEEN + BELOW
    notes = [
        line
        for note in [*_write_legend(schedule, span), *schedule.notes]
        for line in canvas.fold(note, RIGHT - MARGIN)
    ]
    body = [line for panel in panels for line in _draw_panel(panel)]
    body += _draw_axis(panels[-1])
    body += [draw_text("dim", MARGIN, bottom + LINE * index, note) for index, note in enumerate(notes)]
    return canvas.write_svg(
        title, _describe(schedule), body, bottom + LINE * len(notes) + MARGIN - SMALL, "schedule"
    )


def _describe(schedule: Schedule) -> str:
    sentences = (f"{plan.name}: {plan.phrase}, {plan.duration:,} steps of time." for plan in schedule.plans)
    return " ".join([f"Ways back through {schedule.layers:,} {schedule.unit}s.", *sentences])


def _draw_panel(panel: _PlanPanel) -> Iterator[str]:
    plan = panel.plan
    yield draw_text("title", LEFT, panel.top - 9, plan.name)
    start = LEFT + estimate_width(plan.name, SIZE) + 8
    yield draw_text("dim", start, panel.top - 9, fit(plan.phrase, RIGHT - start))
    yield canvas.draw_rect("panel", LEFT, panel.top, RIGHT - LEFT, HEIGHT)
    yield from (
        draw_text("end dim", LEFT - 7, panel.y(layer - 0.5) + 0.35 * SMALL, f"{layer:,}")
        for layer in sorted({1, panel.schedule.layers})
    )
    if panel.schedule.layers > 2:
        yield draw_text("end", LEFT - 7, panel.top + HEIGHT / 2 + 0.35 * SMALL, panel.schedule.unit)
    yield from _draw_kept(panel)
    yield from _draw_held(panel)
    for kind, style in LINES.items():
        path = _write_path(panel, [sweep for sweep in plan.sweeps if sweep.kind == kind])
        if path:
            yield f'<path class="{style}" d="{path}"/>'
    yield from _draw_strip(panel)


def _draw_kept(panel: _PlanPanel) -> Iterator[str]:
    """What is kept, from the way up to the way back that uses it."""
    waiting: list[Sweep] = []
    shapes: list[str] = []
    for sweep in panel.plan.sweeps:
        if sweep.kind == "keep":
            waiting.append(sweep)
        while (
            sweep.kind == "backward"
            and waiting
            and sweep.last <= waiting[-1].first
            and waiting[-1].last <= sweep.first
        ):
            kept = waiting.pop()
            back = sweep.start + sweep.first - kept.last
            count = kept.last - kept.first + 1
            corners = (
                (kept.start, kept.first - 1),
                (kept.start + count, kept.last),
                (back, kept.last),
                (back + count, kept.first - 1),
            )
            if count / panel.span * (RIGHT - LEFT) > COLUMN:
                shapes.append(
                    "M"
                    + "L".join(f"{write_pair(panel.x(time), panel.y(layer))}" for time, layer in corners)
                    + "Z"
                )
    if shapes:
        yield f'<path class="area value" d="{"".join(shapes)}"/>'


def _draw_held(panel: _PlanPanel) -> Iterator[str]:
    """The inputs in slots, each at the height of what it goes into."""
    holds = _find_seen(panel)
    every = -(-len(holds) // MOST_HOLDS) or 1
    shown = holds[::every]
    lines = (
        f"M{write_pair(panel.x(hold.start), panel.y(hold.layer - 1))}H{format_number(panel.x(hold.end))}"
        for hold in shown
    )
    if shown:
        yield f'<path class="thin value-line" d="{"".join(lines)}"/>'
    if len(shown) <= DOTS:
        yield from (
            canvas.draw_circle("value", panel.x(hold.start), panel.y(hold.layer - 1), 2.5) for hold in shown
        )


def _find_seen(panel: _PlanPanel) -> Sequence[Hold]:
    return [hold for hold in panel.plan.holds if panel.x(hold.end) - panel.x(hold.start) > COLUMN]


def _write_path(panel: _PlanPanel, sweeps: Sequence[Sweep]) -> str:
    """A line for each sweep; of those that fall into one column, one upright line over all of them."""
    lines: list[str] = []
    columns: dict[int, tuple[float, float]] = {}
    for sweep in sweeps:
        (left, start), (right, end) = _find_ends(panel, sweep)
        if right - left >= COLUMN:
            lines.append(f"M{write_pair(left, start)}L{write_pair(right, end)}")
            continue
        high, low = columns.get(round(left), (start, start))
        columns[round(left)] = min(high, start, end), max(low, start, end)
    return "".join(
        [
            *lines,
            *(
                f"M{x} {format_number(high)}V{format_number(low)}"
                for x, (high, low) in sorted(columns.items())
            ),
        ]
    )


def _find_ends(panel: _PlanPanel, sweep: Sweep) -> tuple[tuple[float, float], tuple[float, float]]:
    """Up from below the first layer to above the last, or down the other way."""
    count = abs(sweep.last - sweep.first) + 1
    start, end = (sweep.first, sweep.last - 1) if sweep.kind == "backward" else (sweep.first - 1, sweep.last)
    return (panel.x(sweep.start), panel.y(start)), (panel.x(sweep.start + count), panel.y(end))


def _draw_strip(panel: _PlanPanel) -> Iterator[str]:
    """How much is stored, as a shape of steps; of the changes within a column, the most."""
    floor = panel.top + HEIGHT + 4 + STRIP
    yield canvas.draw_rect("panel", LEFT, floor - STRIP, RIGHT - LEFT, STRIP)
    columns: dict[int, int] = {}
    last: dict[int, int] = {}
    for time, count in panel.plan.levels:
        column = int(panel.x(time))
        before = last[max(last)] if last and column not in last else 0
        columns[column] = max(columns.get(column, before), count)
        last[column] = count
    points = [f"M{write_pair(LEFT, floor)}"]
    for column, most in columns.items():
        points.append(f"H{column}V{format_number(floor - STRIP * most / panel.most)}")
        if last[column] != most:
            points.append(f"H{column + 1}V{format_number(floor - STRIP * last[column] / panel.most)}")
    points.append(f"H{format_number(panel.x(panel.plan.duration))}V{format_number(floor)}Z")
    yield f'<path class="strip value" d="{"".join(points)}"/>'
    yield draw_text("end dim", LEFT - 7, floor - STRIP / 2 + 0.35 * SMALL, "stored")


def _draw_axis(panel: _PlanPanel) -> Iterator[str]:
    positions = [position for position in choose_ticks(0, panel.span, 6) if position == int(position)]
    height = panel.top + HEIGHT + 4 + STRIP + 16
    yield from (
        draw_text("middle dim", panel.x(position), height, f"{position:,.0f}") for position in positions
    )
    yield draw_text("end", LEFT - 7, height, "time")


def _write_legend(schedule: Schedule, span: int) -> Iterator[str]:
    used = {sweep.kind for plan in schedule.plans for sweep in plan.sweeps}
    yield "; ".join(
        [*(meaning for kind, meaning in MEANINGS.items() if kind in used), "level: an input in a slot"]
    )
    many = max(
        (len(_find_seen(_PlanPanel(schedule, plan, span, 1, 0.0))) for plan in schedule.plans), default=0
    )
    if many > MOST_HOLDS:
        yield f"of so many inputs in slots one in {-(-many // MOST_HOLDS)} is drawn"
