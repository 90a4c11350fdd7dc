"""A scene at a moment -> lines: the terminal page's own drawing, with room for every number that ever comes.

So nothing moves when a number appears. Which vertex stands where is found here too, for a mouse.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from chainrule_cli.play.scene import Scene, make_diagram
from chainrule_cli.play.walk import Walk, collect_known, list_ever_known
from chainrule_cli.render import circuit, text_graph
from chainrule_cli.render.spans import Spans, TextSpan, count_cells

NARROWEST = 76
"""Cells that a drawing is given at least; a smaller screen scrolls."""


def draw(walk: Walk, room: int) -> list[Spans]:
    """The lines of the graph with what is known by now; edges along which something happens are stressed."""
    room = max(room, NARROWEST)
    stressed = _find_stressed(walk)
    found = circuit.draw(make_diagram(walk.scene, _measure_widest(walk.scene), stressed), room)
    if found:
        return _fill(walk, found, _align_right)
    aligned = _align_stand_ins(walk.scene)
    return _fill(
        walk,
        list(
            text_graph.draw_columns(
                make_diagram(walk.scene, aligned, stressed), room, most=len(walk.scene.nodes)
            )
        ),
        _align_point,
    )


def _find_stressed(walk: Walk) -> frozenset[int]:
    """The edge that a contribution goes along; forward, all edges into the vertex that is worked out."""
    current = walk.current
    if current is None:
        return frozenset()
    if current.phase == "backward":
        return frozenset() if current.edge is None else frozenset({current.edge})
    return frozenset(index for index, (_, target) in enumerate(walk.scene.edges) if target == current.vertex)


# room for numbers


def _measure_widest(scene: Scene) -> list[tuple[str, str]]:
    """Stand-ins for the numbers of each vertex, as wide as the widest that it ever has."""
    wide = [[0, 0] for _ in scene.nodes]
    for vertex, *texts in list_ever_known(scene):
        wide[vertex] = [max(most, count_cells(text)) for most, text in zip(wide[vertex], texts, strict=True)]
    return [("0" * value, "0" * gradient) for value, gradient in wide]


def _align_stand_ins(scene: Scene) -> list[tuple[str, str]]:
    """Stand-ins that are the same for all vertices: a column of them keeps its width and its point."""
    texts = list(list_ever_known(scene))
    stand_ins = (
        _find_pattern([value for _, value, _ in texts]),
        _find_pattern([gradient for _, _, gradient in texts]),
    )
    has = [[False, False] for _ in scene.nodes]
    for vertex, *pair in texts:
        has[vertex] = [there or bool(text) for there, text in zip(has[vertex], pair, strict=True)]
    return [(stand_ins[0] if value else "", stand_ins[1] if gradient else "") for value, gradient in has]


def _find_pattern(texts: list[str]) -> str:
    """000.0000: as many places before and behind the point as any has."""
    before = max((count_cells(text.partition(".")[0]) for text in texts), default=0)
    behind = max((count_cells(text.partition(".")[2]) + ("." in text) for text in texts), default=0)
    return "0" * before + ("." + "0" * (behind - 1) if behind else "")


def _align_right(text: str, stand_in: str) -> str:
    return " " * (count_cells(stand_in) - count_cells(text)) + text


def _align_point(text: str, stand_in: str) -> str:
    whole = text.partition(".")[0]
    indented = " " * (len(stand_in.partition(".")[0]) - count_cells(whole)) + text
    return indented + " " * (len(stand_in) - count_cells(indented))


def _fill(walk: Walk, lines: list[Spans], write: Callable[[str, str], str]) -> list[Spans]:
    """The stand-ins replaced by what is known, or by nothing yet."""
    values, gradients = collect_known(walk)
    texts = {"value": values, "gradient": gradients}

    def fill(span: TextSpan) -> TextSpan:
        if span.vertex is None or span.role not in texts:
            return span
        return span._replace(text=write(texts[span.role].get(span.vertex, ""), span.text))

    return [[fill(span) for span in line] for line in lines]


# a mouse


def find_vertex(lines: list[Spans], x: int, y: int) -> int | None:
    """The vertex that is drawn at a cell, or nearest to it in its row."""
    if not 0 <= y < len(lines):
        return None
    ends = list(accumulate(count_cells(span.text) for span in lines[y]))
    found = [
        (_measure_distance(x, end - count_cells(span.text), end), span)
        for span, end in zip(lines[y], ends, strict=True)
        if span.vertex is not None
    ]
    return min(found, key=lambda each: each[0])[1].vertex if found else None


def _measure_distance(x: int, start: int, end: int) -> int:
    return max(start - x, x - end + 1, 0)


def find_row(lines: list[Spans], vertex: int) -> int | None:
    """The row in which a vertex stands first."""
    return next((row for row, line in enumerate(lines) if any(span.vertex == vertex for span in line)), None)
