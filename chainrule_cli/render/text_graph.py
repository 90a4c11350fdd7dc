"""A diagram in text, like the graph of a version history: a row a vertex, a column a waiting value.

A vertex stands in the column of an argument that ends at it, or in the first free one. ═ carries an argument
that is used twice. Constants that an operation's label already shows have no edge. Where edges meet they are
joined; where one hides behind another, as in ─│─, they cross. circuit.py has the characters and the graph
from here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from chainrule_cli.document import Diagram, Vertex
from chainrule_cli.render.spans import Spans, TextSpan, align_points, clip, mark, measure, merge, to_spans

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
ARMS = " ╵╷│╴┘┐┤╶└┌├─┴┬┼"
"""An edge's character by the sum of its arms."""
DOUBLED = str.maketrans("┘┐┤└┌├─┴┬┼╯╮╰╭", "╛╕╡╘╒╞═╧╤╪╛╕╘╒")
ROUNDED = str.maketrans("┘┐└┌", "╯╮╰╭")

FIRST, LAST = 20, 19
"""Rows shown of a large diagram, before and after the line that counts the others."""
SHORTEST = 20
"""Cells that the columns leave to the labels, on a page that has them."""
CROWDED = "too many lanes for this width: arguments by name"

Cells: TypeAlias = list[tuple[str, bool]]
"""Characters, each with whether it is stressed."""


class Argument(NamedTuple):
    """A vertex as an argument of another.

    times: how often; x·x has x twice
    strong: one of its edges is stressed
    """

    source: int
    times: int
    strong: bool


@dataclass(frozen=True, slots=True)
class DrawnGraph:
    """The vertices that are drawn, and what is known of each; users and arguments are indices among them.

    indices: of the vertices in the diagram
    last: the last user of each, itself where there is none
    stressed: the last user by a stressed edge, itself where there is none
    """

    indices: tuple[int, ...]
    vertices: tuple[Vertex, ...]
    arguments: tuple[tuple[Argument, ...], ...]
    last: tuple[int, ...]
    stressed: tuple[int, ...]


# what both drawings of a graph share


def read_diagram(diagram: Diagram) -> DrawnGraph:
    """The diagram's vertices without the constants in labels, each with its arguments in order."""
    used = {edge.source for edge in diagram.edges}
    kept = [
        index
        for index, vertex in enumerate(diagram.vertices)
        if vertex.kind != "constant" or index not in used
    ]
    indices = {old: new for new, old in enumerate(kept)}
    arguments: list[dict[int, Argument]] = [{} for _ in kept]
    last, stressed = list(range(len(kept))), list(range(len(kept)))
    for edge in diagram.edges:
        if edge.source in indices:
            source, target = indices[edge.source], indices[edge.target]
            known = arguments[target].get(source, Argument(source, 0, strong=False))
            arguments[target][source] = Argument(source, known.times + 1, known.strong or edge.strong)
            last[source] = max(last[source], target)
            stressed[source] = max(stressed[source], target if edge.strong else source)
    vertices = tuple(diagram.vertices[index] for index in kept)
    listed = tuple(tuple(each.values()) for each in arguments)
    return DrawnGraph(tuple(kept), vertices, listed, tuple(last), tuple(stressed))


def label_vertex(vertex: Vertex) -> Spans:
    """What a vertex is called; an output's name is stressed."""
    line = to_spans(vertex.label)
    if vertex.kind != "output" or not line:
        return line
    name, sign, rest = line[0].text.partition(" =")
    return [line[0]._replace(text=name, role="strong"), line[0]._replace(text=sign + rest), *line[1:]]


def name_vertex(vertex: Vertex) -> str:
    """ "q" of "q = x + y"."""
    return "".join(span.text for span in to_spans(vertex.label)).partition(" = ")[0]


def join_cells(cells: Cells) -> Spans:
    return merge([TextSpan(char, "strong" if strong else "dim") for char, strong in cells])


# a graph in columns


def draw_columns(diagram: Diagram, room: int, most: int = FIRST + LAST + 1) -> Iterator[Spans]:
    """The lines of the drawing, none longer than the room; without edges where too many values wait at once.

    most: rows of a diagram that is shown whole.
    """
    graph = read_diagram(diagram)
    rows = _choose_rows(len(graph.vertices), most)
    numbers = _align_numbers(graph, rows, room // 4)
    labels = [_label_row(graph, row) for row in rows]
    left = room - measure(numbers[0])
    kept = min(SHORTEST, left // 2, max(map(measure, labels), default=0))
    edges = _draw_edges(graph, rows, (left - kept - 1) // 2)
    if edges is None:
        yield clip([TextSpan(CROWDED, "dim")], room)
        edges = [[(" " if row is None else _choose_mark(graph.vertices[row]), False)] for row in rows]
        labels = [[*line, *_name_arguments(graph, row)] for line, row in zip(labels, rows, strict=True)]
    yield from _set_side_by_side(edges, labels, numbers, left)


def _choose_rows(count: int, most: int) -> list[int | None]:
    """The rows that are drawn; None where the others would stand."""
    return list(range(count)) if count <= most else [*range(FIRST), None, *range(count - LAST, count)]


# labels and numbers


def _label_row(graph: DrawnGraph, row: int | None) -> Spans:
    if row is None:
        return [TextSpan(f"… {len(graph.vertices) - FIRST - LAST} more nodes", "dim")]
    return mark(label_vertex(graph.vertices[row]), graph.indices[row])


def _name_arguments(graph: DrawnGraph, row: int | None) -> Spans:
    """The arguments by name, where no column shows them."""
    if row is None or not graph.arguments[row]:
        return []
    names = (name_vertex(graph.vertices[argument.source]) for argument in graph.arguments[row])
    return [TextSpan("  ← " + ", ".join(names), "dim")]


def _align_numbers(graph: DrawnGraph, rows: Sequence[int | None], most: int) -> list[Spans]:
    """The values and gradients under their titles, all lines of one length."""
    vertices = [None if row is None else graph.vertices[row] for row in rows]
    indices = [None if row is None else graph.indices[row] for row in rows]
    pairs = list(zip(vertices, indices, strict=True))
    values = [TextSpan(vertex.value if vertex else "", "value", 0, index) for vertex, index in pairs]
    gradients = [TextSpan(vertex.gradient if vertex else "", "gradient", 0, index) for vertex, index in pairs]
    sides = zip(_align_texts("value", values, most), _align_texts("gradient", gradients, most), strict=True)
    return [value + gradient for value, gradient in sides]


def _align_texts(title: str, numbers: Sequence[TextSpan], most: int) -> list[Spans]:
    if not any(span.text for span in numbers):
        return [[] for _ in (title, *numbers)]
    cells = [[TextSpan(title, "dim")], *align_points([clip([span], most) for span in numbers])]
    wide = 3 + max(map(measure, cells))
    return [[TextSpan(" " * (wide - measure(cell))), *cell] for cell in cells]


def _set_side_by_side(
    edges: Sequence[Cells], labels: Sequence[Spans], numbers: Sequence[Spans], room: int
) -> Iterator[Spans]:
    """Edges, labels and numbers; a label that has no room is cut, one without numbers has theirs."""
    start = max(map(len, edges), default=0) + 2
    wide = max([min(measure(line), room - start) for line in labels], default=0)
    if numbers[0]:
        yield [TextSpan(" " * (start + wide)), *numbers[0]]
    for cells, line, tail in zip(edges, labels, numbers[1:], strict=True):
        head = [*join_cells(cells), TextSpan(" " * (start - len(cells)))]
        if any(span.text.strip() for span in tail):
            cut = clip(line, wide)
            yield [*head, *cut, TextSpan(" " * (wide - measure(cut))), *tail]
        else:
            yield [*head, *clip(line, wide + measure(tail))]


# columns and edges


def _draw_edges(graph: DrawnGraph, rows: Sequence[int | None], most: int) -> list[Cells] | None:
    """The edges at each row; None where their columns are more than there may be."""
    columns = _assign_columns(graph)
    if any(
        max([columns[row], *_find_waiting(graph, columns, row)]) >= most for row in rows if row is not None
    ):
        return None
    return [_draw_gap(graph, columns) if row is None else _draw_row(graph, columns, row) for row in rows]


def _assign_columns(graph: DrawnGraph) -> list[int]:
    """The column of each vertex: that of an argument which ends at it, or the first free one.

    A column whose value nobody uses rests for a row.
    """
    columns: list[int] = []
    free: list[int] = []
    opened, resting = 0, -1
    for row, arguments in enumerate(graph.arguments):
        ending = [argument for argument in arguments if graph.last[argument.source] == row]
        heirs = [columns[argument.source] for argument in ending if argument.times == 1]
        if not heirs and not free:
            heapq.heappush(free, opened)
            opened += 1
        columns.append(min(heirs) if heirs else heapq.heappop(free))
        ended = {columns[argument.source] for argument in ending} - {columns[row]}
        for column in ended | ({resting} - {-1}):
            heapq.heappush(free, column)
        resting = columns[row] if graph.last[row] == row else -1
    return columns


def _find_waiting(graph: DrawnGraph, columns: Sequence[int], row: int) -> dict[int, int]:
    """The columns that come down to a row, each with the vertex whose value it carries."""
    return {columns[vertex]: vertex for vertex in range(row) if graph.last[vertex] >= row}


def _draw_gap(graph: DrawnGraph, columns: Sequence[int]) -> Cells:
    """Edges past the hidden rows; ┊ one that ends or begins among them."""
    above, below = (_find_waiting(graph, columns, row) for row in (FIRST, len(columns) - LAST))
    cells: Cells = []
    for column in range(max([*above, *below], default=-1) + 1):
        vertex = above.get(column)
        through = vertex is not None and vertex == below.get(column)
        shown = "│" if through else "┊" if column in above or column in below else " "
        cells += [(shown, through and _is_stressed(graph, vertex, len(columns) - LAST)), (" ", False)]
    return cells[:-1]


def _draw_row(graph: DrawnGraph, columns: Sequence[int], row: int) -> Cells:
    """The columns at a vertex, the edge along its row that joins its arguments to it, and its mark."""
    waiting, own = _find_waiting(graph, columns, row), columns[row]
    joins = {
        columns[argument.source]: argument
        for argument in graph.arguments[row]
        if columns[argument.source] != own
    }
    cells: Cells = []
    for column in range(max([own, *waiting]) + 1):
        if column == own:
            stressed = graph.stressed[row] > row or any(argument.strong for argument in graph.arguments[row])
            cells.append((_choose_mark(graph.vertices[row]), stressed))
        elif column in joins:
            cells.append(_draw_join(graph, joins, column, own, row))
        elif column in waiting:
            cells.append(("│", _is_stressed(graph, waiting[column], row)))
        else:
            cells.append(_draw_along(joins, own, column))
        cells.append(_draw_along(joins, own, column + 0.5))
    return cells[:-1]


def _is_stressed(graph: DrawnGraph, vertex: int | None, row: int) -> bool:
    return vertex is not None and graph.stressed[vertex] >= max(row, vertex + 1)


def _choose_mark(vertex: Vertex) -> str:
    return "●" if vertex.kind in {"operation", "output"} else "○"


def _find_carried(joins: Mapping[int, Argument], own: int, position: float) -> list[Argument]:
    """The arguments whose way to the vertex leads past a position of its row."""
    return [argument for column, argument in joins.items() if min(column, own) < position < max(column, own)]


def _draw_along(joins: Mapping[int, Argument], own: int, position: float) -> tuple[str, bool]:
    carried = _find_carried(joins, own, position)
    if not carried:
        return " ", False
    char = "═" if all(argument.times > 1 for argument in carried) else "─"
    return char, any(argument.strong for argument in carried)


def _draw_join(
    graph: DrawnGraph, joins: Mapping[int, Argument], column: int, own: int, row: int
) -> tuple[str, bool]:
    """Where an argument's column meets the row: it ends or goes on down; edges from further out may pass."""
    argument = joins[column]
    inward, outward = (RIGHT, LEFT) if column < own else (LEFT, RIGHT)
    down = DOWN if graph.last[argument.source] > row else 0
    passing = outward if _find_carried(joins, own, column) else 0
    char = ARMS[UP + down + inward + passing].translate(ROUNDED)
    stressed = argument.strong or _is_stressed(graph, argument.source, row)
    return char.translate(DOUBLED) if argument.times > 1 else char, stressed
