"""A diagram as lanes, like the graph of a version history: a row for each vertex, a lane from it down to its last user.

A vertex stands in the lane of an argument that ends at it, or in the first free one; so there are as few lanes as there are
values waiting at once. ═ carries an argument that is used twice. Large diagrams show their first and last rows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence

from chainrule_cli.document import Diagram, Vertex
from chainrule_cli.render.pieces import Line, Piece, clipped, length, marked, pointed
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
    Graph,
    graph,
    joined,
    label,
    name,
)

FIRST, LAST = 20, 19
"""Rows shown of a large diagram, before and after the line that counts the others."""
SHORTEST = 20
"""Cells that lanes leave to the labels, on a page that has them."""
CROWDED = "too many lanes for this width: arguments by name"


def drawn(diagram: Diagram, room: int, most: int = FIRST + LAST + 1) -> Iterator[Line]:
    """The lines of the drawing, none longer than the room; without lanes where too many values wait at once. most: rows of a diagram that
    is shown whole."""
    shape = graph(diagram)
    rows = _shown(len(shape.vertices), most)
    numbers = _numbers(shape, rows, room // 4)
    labels = [_label(shape, row) for row in rows]
    left = room - length(numbers[0])
    wires = _wires(
        shape, rows, (left - min(SHORTEST, left // 2, max(map(length, labels), default=0)) - 1) // 2
    )
    if wires is None:
        yield clipped([Piece(CROWDED, "dim")], room)
        wires = [[(" " if row is None else _mark(shape.vertices[row]), False)] for row in rows]
        labels = [[*line, *_names(shape, row)] for line, row in zip(labels, rows, strict=True)]
    yield from _beside(wires, labels, numbers, left)


def _shown(count: int, most: int) -> list[int | None]:
    """The rows that are drawn; None where the others would stand."""
    return list(range(count)) if count <= most else [*range(FIRST), None, *range(count - LAST, count)]


# labels and numbers


def _label(shape: Graph, row: int | None) -> Line:
    if row is None:
        return [Piece(f"… {len(shape.vertices) - FIRST - LAST} more nodes", "dim")]
    return marked(label(shape.vertices[row]), shape.places[row])


def _names(shape: Graph, row: int | None) -> Line:
    """The arguments by name, where no lane shows them."""
    arguments = () if row is None else shape.arguments[row]
    return (
        [Piece("  ← " + ", ".join(name(shape.vertices[argument.source]) for argument in arguments), "dim")]
        if arguments
        else []
    )


def _numbers(shape: Graph, rows: Sequence[int | None], most: int) -> list[Line]:
    """The columns of values and gradients under their titles, all lines of one length."""
    vertices = [None if row is None else shape.vertices[row] for row in rows]
    places = [None if row is None else shape.places[row] for row in rows]
    values = _column(
        "value",
        [
            Piece(vertex.value if vertex else "", "value", 0, at)
            for vertex, at in zip(vertices, places, strict=True)
        ],
        most,
    )
    slopes = [
        Piece(vertex.gradient if vertex else "", "gradient", 0, at)
        for vertex, at in zip(vertices, places, strict=True)
    ]
    return [
        value + gradient for value, gradient in zip(values, _column("gradient", slopes, most), strict=True)
    ]


def _column(title: str, numbers: Sequence[Piece], most: int) -> list[Line]:
    if not any(piece.text for piece in numbers):
        return [[] for _ in (title, *numbers)]
    cells = [[Piece(title, "dim")], *pointed([clipped([piece], most) for piece in numbers])]
    wide = 3 + max(map(length, cells))
    return [[Piece(" " * (wide - length(cell))), *cell] for cell in cells]


def _beside(
    wires: Sequence[Cells], labels: Sequence[Line], numbers: Sequence[Line], room: int
) -> Iterator[Line]:
    """Lanes, labels and numbers side by side; a label that has no room is cut, one without numbers has theirs."""
    start = max(map(len, wires), default=0) + 2
    wide = max([min(length(line), room - start) for line in labels], default=0)
    if numbers[0]:
        yield [Piece(" " * (start + wide)), *numbers[0]]
    for cells, line, tail in zip(wires, labels, numbers[1:], strict=True):
        head = [*joined(cells), Piece(" " * (start - len(cells)))]
        if any(piece.text.strip() for piece in tail):
            cut = clipped(line, wide)
            yield [*head, *cut, Piece(" " * (wide - length(cut))), *tail]
        else:
            yield [*head, *clipped(line, wide + length(tail))]


# lanes


def _wires(shape: Graph, rows: Sequence[int | None], most: int) -> list[Cells] | None:
    """The lanes at each row; None where they are more than there may be."""
    places = _places(shape)
    if any(max([places[row], *_waiting(shape, places, row)]) >= most for row in rows if row is not None):
        return None
    return [_gap(shape, places) if row is None else _row(shape, places, row) for row in rows]


def _places(shape: Graph) -> list[int]:
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


def _waiting(shape: Graph, places: Sequence[int], row: int) -> dict[int, int]:
    """The lanes that come down to a row, each with the vertex whose value it carries."""
    return {places[vertex]: vertex for vertex in range(row) if shape.last[vertex] >= row}


def _gap(shape: Graph, places: Sequence[int]) -> Cells:
    """Lanes past the hidden rows; ┊ one that ends or begins among them."""
    above, below = (_waiting(shape, places, row) for row in (FIRST, len(places) - LAST))
    cells: Cells = []
    for lane in range(max([*above, *below], default=-1) + 1):
        vertex = above.get(lane)
        through = vertex is not None and vertex == below.get(lane)
        shown = "│" if through else "┊" if lane in above or lane in below else " "
        cells += [(shown, through and _stressed(shape, vertex, len(places) - LAST)), (" ", False)]
    return cells[:-1]


def _row(shape: Graph, places: Sequence[int], row: int) -> Cells:
    """The lanes at a vertex, the wire along its row that joins its arguments to it, and its mark."""
    waiting = _waiting(shape, places, row)
    joins = {
        places[argument.source]: argument
        for argument in shape.arguments[row]
        if places[argument.source] != places[row]
    }
    cells: Cells = []
    for lane in range(max([places[row], *waiting]) + 1):
        if lane == places[row]:
            stressed = shape.stressed[row] > row or any(argument.strong for argument in shape.arguments[row])
            cells.append((_mark(shape.vertices[row]), stressed))
        elif lane in joins:
            cells.append(_join(shape, joins, lane, places[row], row))
        elif lane in waiting:
            cells.append(("│", _stressed(shape, waiting[lane], row)))
        else:
            cells.append(_along(joins, places[row], lane))
        cells.append(_along(joins, places[row], lane + 0.5))
    return cells[:-1]


def _stressed(shape: Graph, vertex: int | None, row: int) -> bool:
    return vertex is not None and shape.stressed[vertex] >= max(row, vertex + 1)


def _mark(vertex: Vertex) -> str:
    return "●" if vertex.kind in {"operation", "output"} else "○"


def _carried(joins: Mapping[int, Argument], mark: int, place: float) -> list[Argument]:
    """The arguments whose way to the mark leads along a place of its row."""
    return [argument for lane, argument in joins.items() if min(lane, mark) < place < max(lane, mark)]


def _along(joins: Mapping[int, Argument], mark: int, place: float) -> tuple[str, bool]:
    carried = _carried(joins, mark, place)
    if not carried:
        return " ", False
    return "═" if all(argument.times > 1 for argument in carried) else "─", any(
        argument.strong for argument in carried
    )


def _join(shape: Graph, joins: Mapping[int, Argument], lane: int, mark: int, row: int) -> tuple[str, bool]:
    """Where an argument's lane meets the row: it ends here or goes on down, and wires from further out may pass."""
    inward, outward = (RIGHT, LEFT) if lane < mark else (LEFT, RIGHT)
    down = DOWN if shape.last[joins[lane].source] > row else 0
    char = ARMS[UP + down + inward + (outward if _carried(joins, mark, lane) else 0)].translate(ROUNDED)
    return char.translate(DOUBLED) if joins[lane].times > 1 else char, joins[lane].strong or _stressed(
        shape, joins[lane].source, row
    )
