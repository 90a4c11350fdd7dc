"""A diagram as lanes, like the graph of a version history: a row for each vertex, a lane from it down to its last user.

A vertex stands in the lane of an argument that ends at it, or in the first free one; so there are as few lanes as there are
values waiting at once. ═ carries an argument that is used twice. Large diagrams show their first and last rows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence

from chainrule_cli.document import Diagram, Vertex
from chainrule_cli.render.pieces import Span, Spans, align_points, clip, mark, measure
from chainrule_cli.render.wires import (
    ARMS,
    DOUBLED,
    DOWN,
    LEFT,
    RIGHT,
    ROUNDED,
    UP,
    Argument,
    Cells,
    DrawnGraph,
    join_cells,
    label_vertex,
    name_vertex,
    read_diagram,
)

FIRST, LAST = 20, 19
"""Rows shown of a large diagram, before and after the line that counts the others."""
SHORTEST = 20
"""Cells that lanes leave to the labels, on a page that has them."""
CROWDED = "too many lanes for this width: arguments by name"


def draw_columns(diagram: Diagram, room: int, most: int = FIRST + LAST + 1) -> Iterator[Spans]:
    """The lines of the drawing, none longer than the room; without lanes where too many values wait at once. most: rows of a diagram that
    is shown whole."""
    shape = read_diagram(diagram)
    rows = _choose_rows(len(shape.vertices), most)
    numbers = _align_numbers(shape, rows, room // 4)
    labels = [_label_row(shape, row) for row in rows]
    left = room - measure(numbers[0])
    wires = _draw_edges(
        shape, rows, (left - min(SHORTEST, left // 2, max(map(measure, labels), default=0)) - 1) // 2
    )
    if wires is None:
        yield clip([Span(CROWDED, "dim")], room)
        wires = [[(" " if row is None else _choose_mark(shape.vertices[row]), False)] for row in rows]
        labels = [[*line, *_name_arguments(shape, row)] for line, row in zip(labels, rows, strict=True)]
    yield from _join_columns(wires, labels, numbers, left)


def _choose_rows(count: int, most: int) -> list[int | None]:
    """The rows that are drawn; None where the others would stand."""
    return list(range(count)) if count <= most else [*range(FIRST), None, *range(count - LAST, count)]


# labels and numbers


def _label_row(shape: DrawnGraph, row: int | None) -> Spans:
    if row is None:
        return [Span(f"… {len(shape.vertices) - FIRST - LAST} more nodes", "dim")]
    return mark(label_vertex(shape.vertices[row]), shape.places[row])


def _name_arguments(shape: DrawnGraph, row: int | None) -> Spans:
    """The arguments by name, where no lane shows them."""
    arguments = () if row is None else shape.arguments[row]
    return (
        [
            Span(
                "  ← " + ", ".join(name_vertex(shape.vertices[argument.source]) for argument in arguments),
                "dim",
            )
        ]
        if arguments
        else []
    )


def _align_numbers(shape: DrawnGraph, rows: Sequence[int | None], most: int) -> list[Spans]:
    """The columns of values and gradients under their titles, all lines of one length."""
    vertices = [None if row is None else shape.vertices[row] for row in rows]
    places = [None if row is None else shape.places[row] for row in rows]
    values = _align_column(
        "value",
        [
            Span(vertex.value if vertex else "", "value", 0, at)
            for vertex, at in zip(vertices, places, strict=True)
        ],
        most,
    )
    slopes = [
        Span(vertex.gradient if vertex else "", "gradient", 0, at)
        for vertex, at in zip(vertices, places, strict=True)
    ]
    return [
        value + gradient
        for value, gradient in zip(values, _align_column("gradient", slopes, most), strict=True)
    ]


def _align_column(title: str, numbers: Sequence[Span], most: int) -> list[Spans]:
    if not any(piece.text for piece in numbers):
        return [[] for _ in (title, *numbers)]
    cells = [[Span(title, "dim")], *align_points([clip([piece], most) for piece in numbers])]
    wide = 3 + max(map(measure, cells))
    return [[Span(" " * (wide - measure(cell))), *cell] for cell in cells]


def _join_columns(
    wires: Sequence[Cells], labels: Sequence[Spans], numbers: Sequence[Spans], room: int
) -> Iterator[Spans]:
    """Lanes, labels and numbers side by side; a label that has no room is cut, one without numbers has theirs."""
    start = max(map(len, wires), default=0) + 2
    wide = max([min(measure(line), room - start) for line in labels], default=0)
    if numbers[0]:
        yield [Span(" " * (start + wide)), *numbers[0]]
    for cells, line, tail in zip(wires, labels, numbers[1:], strict=True):
        head = [*join_cells(cells), Span(" " * (start - len(cells)))]
        if any(piece.text.strip() for piece in tail):
            cut = clip(line, wide)
            yield [*head, *cut, Span(" " * (wide - measure(cut))), *tail]
        else:
            yield [*head, *clip(line, wide + measure(tail))]


# lanes


def _draw_edges(shape: DrawnGraph, rows: Sequence[int | None], most: int) -> list[Cells] | None:
    """The lanes at each row; None where they are more than there may be."""
    places = _assign_columns(shape)
    if any(max([places[row], *_find_waiting(shape, places, row)]) >= most for row in rows if row is not None):
        return None
    return [_draw_gap(shape, places) if row is None else _draw_row(shape, places, row) for row in rows]


def _assign_columns(shape: DrawnGraph) -> list[int]:
    """The lane of each vertex: an ending argument's, or the first free one. A lane whose value nobody uses rests for a row."""
    places: list[int] = []
    free: list[int] = []
    opened, resting = 0, -1
    for row, arguments in enumerate(shape.arguments):
        ending = [argument for argument in arguments if shape.last[argument.source] == row]
        heirs = [places[argument.source] for argument in ending if argument.times == 1]
        if not heirs and not free:
            heapq.heappush(free, opened)
            opened += 1
        places.append(min(heirs) if heirs else heapq.heappop(free))
        for lane in {places[argument.source] for argument in ending} - {places[row]} | ({resting} - {-1}):
            heapq.heappush(free, lane)
        resting = places[row] if shape.last[row] == row else -1
    return places


def _find_waiting(shape: DrawnGraph, places: Sequence[int], row: int) -> dict[int, int]:
    """The lanes that come down to a row, each with the vertex whose value it carries."""
    return {places[vertex]: vertex for vertex in range(row) if shape.last[vertex] >= row}


def _draw_gap(shape: DrawnGraph, places: Sequence[int]) -> Cells:
    """Lanes past the hidden rows; ┊ one that ends or begins among them."""
    above, below = (_find_waiting(shape, places, row) for row in (FIRST, len(places) - LAST))
    cells: Cells = []
    for lane in range(max([*above, *below], default=-1) + 1):
        vertex = above.get(lane)
        through = vertex is not None and vertex == below.get(lane)
        shown = "│" if through else "┊" if lane in above or lane in below else " "
        cells += [(shown, through and _is_stressed(shape, vertex, len(places) - LAST)), (" ", False)]
    return cells[:-1]


def _draw_row(shape: DrawnGraph, places: Sequence[int], row: int) -> Cells:
    """The lanes at a vertex, the wire along its row that joins its arguments to it, and its mark."""
    waiting = _find_waiting(shape, places, row)
    joins = {
        places[argument.source]: argument
        for argument in shape.arguments[row]
        if places[argument.source] != places[row]
    }
    cells: Cells = []
    for lane in range(max([places[row], *waiting]) + 1):
        if lane == places[row]:
            stressed = shape.stressed[row] > row or any(argument.strong for argument in shape.arguments[row])
            cells.append((_choose_mark(shape.vertices[row]), stressed))
        elif lane in joins:
            cells.append(_draw_join(shape, joins, lane, places[row], row))
        elif lane in waiting:
            cells.append(("│", _is_stressed(shape, waiting[lane], row)))
        else:
            cells.append(_draw_along(joins, places[row], lane))
        cells.append(_draw_along(joins, places[row], lane + 0.5))
    return cells[:-1]


def _is_stressed(shape: DrawnGraph, vertex: int | None, row: int) -> bool:
    return vertex is not None and shape.stressed[vertex] >= max(row, vertex + 1)


def _choose_mark(vertex: Vertex) -> str:
    return "●" if vertex.kind in {"operation", "output"} else "○"


def _find_carried(joins: Mapping[int, Argument], mark: int, place: float) -> list[Argument]:
    """The arguments whose way to the mark leads along a place of its row."""
    return [argument for lane, argument in joins.items() if min(lane, mark) < place < max(lane, mark)]


def _draw_along(joins: Mapping[int, Argument], mark: int, place: float) -> tuple[str, bool]:
    carried = _find_carried(joins, mark, place)
    if not carried:
        return " ", False
    return "═" if all(argument.times > 1 for argument in carried) else "─", any(
        argument.strong for argument in carried
    )


def _draw_join(
    shape: DrawnGraph, joins: Mapping[int, Argument], lane: int, mark: int, row: int
) -> tuple[str, bool]:
    """Where an argument's lane meets the row: it ends here or goes on down, and wires from further out may pass."""
    inward, outward = (RIGHT, LEFT) if lane < mark else (LEFT, RIGHT)
    down = DOWN if shape.last[joins[lane].source] > row else 0
    char = ARMS[UP + down + inward + (outward if _find_carried(joins, mark, lane) else 0)].translate(ROUNDED)
    return char.translate(DOUBLED) if joins[lane].times > 1 else char, joins[lane].strong or _is_stressed(
        shape, joins[lane].source, row
    )
