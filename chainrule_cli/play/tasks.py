"""What the app asks for, as it is worked out in a worker: a scene of a formula, the record of a deep network.

Knows reports and what becomes of them; refuses to know the app. Answers are bytes of plain data, so that nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chainrule_cli.errors import LimitError
from chainrule_cli.notation.reader import read, read_point
from chainrule_cli.notation.write import to_text
from chainrule_cli.play.scene import Scene, encoded, scene
from chainrule_cli.records.base import encode
from chainrule_cli.reports.graph import report as graph_report

MOST_NODES = 400
"""Of a graph that is stepped through; each step draws it anew."""

ASSUMED = "1"
"""The value of a variable that a new formula has and the point has not."""


def graph(formula: str, at: str, *, fill: bool) -> bytes:
    """The scene of a formula at a point. fill: the point is another formula's: of its variables those that are here too stay, what it lacks
    is assumed.

    Raises what the report of a graph raises, and LimitError for a graph that is too large to be stepped through."""
    return encoded(graph_scene(formula, *(fitted(formula, at) if fill else (at, ()))))


def graph_scene(formula: str, at: str, assumed: tuple[str, ...] = ()) -> Scene:
    record = graph_report(formula, at=at)
    if len(record.nodes) > MOST_NODES:
        message = f"the graph has {len(record.nodes):,} nodes, which is too many to step through: at most {MOST_NODES}"
        raise LimitError(message, hint="chainrule graph shows it on a page")
    return scene(record, at, assumed)


def fitted(formula: str, at: str) -> tuple[str, tuple[str, ...]]:
    """The point with the formula's variables and no others, and those of them that had no value."""
    point = read_point(at) if at.strip() else {}
    variables = read(formula, declared=point).variables
    if set(variables) == set(point):
        return at, ()
    values = {name: to_text(point[name]) if name in point else ASSUMED for name in variables}
    return ", ".join(f"{name}={value}" for name, value in values.items()), tuple(
        name for name in variables if name not in point
    )


def flow(**options: Any) -> bytes:
    """The record of one deep network. Raises what its report raises."""
    from chainrule_cli.reports.flow import report  # numpy, which a graph does not need

    return encode(report(**options))


TASKS: dict[str, Callable[..., bytes]] = {"graph": graph, "flow": flow}
