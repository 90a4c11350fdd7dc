"""Diagram -> positions: layers from left to right, an order in each, coordinates, and the ways of the edges.

Sugiyama, Tansuya & Toda 1981: layers by longest path, points where an edge passes a layer, orders with few crossings, and
coordinates from straight.py. All that is written near a box has its room here, so no format needs to look for any. Knows no
format; lengths are in a unit of which LETTER go to the height of a letter.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from chainrule_cli.document import Diagram, Document, Vertex
from chainrule_cli.render.pieces import make_visible, write_run
from chainrule_cli.render.straight import align

LETTER = 14.0
SMALL = 12.0
TINY = 10.5
"""Heights of the letters of a label, of a value or gradient, and of a weight."""

PADDING = 12.0
ARROW = 12.0
LOWEST = 40.0
PORTS = 13.0
APART = 20.0
GAPS = (30.0, 110.0)
"""Around a label; of an arrow; the least height of a box; between the ends of two edges; between boxes; between layers."""

LONGEST = 48
PASSES = 20_000
MANY = 2_000
ROUNDS = (24, 4)
"""Characters of a label; points of long edges in all, beyond which edges go straight; points beyond which there are fewer rounds."""


class LayoutPoint(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A vertex on the paper, with its corner at the left and the top. after: where the wire leaves the layer."""

    x: float
    y: float
    width: float
    height: float
    after: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """layers: numbers of vertices, from left to right, each from the top. routes: for every edge its points, from the border of
    one box to the border of another; a piece is level, or it leads from one layer to the next."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    layers: tuple[tuple[int, ...], ...]
    routes: tuple[tuple[LayoutPoint, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Vertices and, numbered after them, the points where edges pass layers. behind, ahead: neighbours in the layers beside it.
    rails: for every edge the points it passes; all edges of a source share them."""

    layers: list[list[int]]
    behind: list[list[int]]
    ahead: list[list[int]]
    rails: list[tuple[int, ...]]


def find_diagram(document: Document) -> Diagram:
    """The picture of a page. Raises LookupError: only commands whose pages have one offer a format that is a picture."""
    for element in document.elements:
        if isinstance(element, Diagram):
            return element
    raise LookupError(f"no diagram in the page {document.title!r}")


def write_label(vertex: Vertex) -> str:
    return "".join(write_run(run) for run in vertex.label)


def shorten_label(vertex: Vertex) -> str:
    """What stands in the box."""
    return shorten(write_label(vertex), LONGEST)


def shorten(text: str, most: int) -> str:
    """A text too long ends in an ellipsis; control characters are shown."""
    text = make_visible(text)
    return text if len(text) <= most else text[: most - 1] + "…"


def estimate_width(text: str, size: float) -> float:
    """An estimate that rather is too wide: nobody knows which font a reader has."""
    return size * sum(map(_estimate_em, text))


def _estimate_em(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if char in "iljftrI.,:;|!'()[]{} ·′":
        return 0.4
    return 0.9 if char in "mwMW@%→∇√" else 0.64


def arrange(diagram: Diagram) -> Layout:
    """Where everything stands; the same diagram always gives the same."""
    grid = _make_grid(diagram)
    order = _order_layers(grid, ROUNDS[len(grid.ahead) > MANY])
    heights = _find_heights(diagram, len(grid.ahead))
    middles = align(
        order, grid.behind, grid.ahead, [height + APART for height in heights], len(diagram.vertices)
    )
    top = min((middle - height / 2 for middle, height in zip(middles, heights, strict=True)), default=0.0)
    middles = [middle - top for middle in middles]
    return _lay_out(diagram, grid, order, middles, heights)


def _find_heights(diagram: Diagram, points: int) -> list[float]:
    """Of boxes, so that all their edges arrive apart, and of the points after them."""
    arguments = [0] * points
    for edge in diagram.edges:
        arguments[edge.target] += 1
    return [
        max(LOWEST, PORTS * (count + 0.5)) if place < len(diagram.vertices) else 0.0
        for place, count in enumerate(arguments)
    ]


# layers


def _assign_layers(diagram: Diagram) -> list[int]:
    """The layer of each vertex: behind its last argument; next to its first user where it has more users than arguments, as
    inputs have, so that its wires are short; an output that nobody uses stands in the last layer."""
    arguments: list[list[int]] = [[] for _ in diagram.vertices]
    users: list[list[int]] = [[] for _ in diagram.vertices]
    for edge in diagram.edges:
        arguments[edge.target].append(edge.source)
        users[edge.source].append(edge.target)
    depths: list[int] = []
    for sources in arguments:
        depths.append(1 + max((depths[source] for source in sources), default=-1))
    last = max(depths, default=0)
    for place in reversed(range(len(depths))):
        if len(users[place]) > len(arguments[place]):
            depths[place] = min(depths[user] for user in users[place]) - 1
        elif not users[place] and diagram.vertices[place].kind == "output":
            depths[place] = last
    return depths


def _make_grid(diagram: Diagram) -> Grid:
    """Short edges take their points first: where there are too many, it is the longest that go without."""
    depths = _assign_layers(diagram)
    grid = Grid([[] for _ in range(max(depths, default=-1) + 1)], [], [], [()] * len(diagram.edges))
    for depth in depths:
        _add_point(grid, depth)
    rails: dict[int, list[int]] = {}
    joined: dict[tuple[int, int], None] = {}
    room = PASSES
    spans = [depths[edge.target] - depths[edge.source] - 1 for edge in diagram.edges]
    for place in sorted(range(len(spans)), key=spans.__getitem__):
        edge, span = diagram.edges[place], spans[place]
        room -= span
        if room < 0:
            break
        rail = rails.setdefault(edge.source, [])
        rail.extend(_add_point(grid, depths[edge.source] + step + 1) for step in range(len(rail), span))
        grid.rails[place] = tuple(rail[:span])
        joined.update(dict.fromkeys(pairwise((edge.source, *rail[:span], edge.target))))
    for left, right in joined:
        grid.ahead[left].append(right)
        grid.behind[right].append(left)
    return grid


def _add_point(grid: Grid, depth: int) -> int:
    grid.layers[depth].append(len(grid.ahead))
    grid.behind.append([])
    grid.ahead.append([])
    return len(grid.ahead) - 1


# orders


def _order_layers(grid: Grid, rounds: int) -> list[list[int]]:
    """The orders with the fewest crossings among those that sweeps to and fro have found."""
    order = best = _find_first_order(grid)
    fewest = _count_crossings(best, grid)
    for turn in range(rounds):
        if not fewest:
            break
        order = _sweep(order, grid.behind) if turn % 2 == 0 else _sweep(order[::-1], grid.ahead)[::-1]
        if rounds == ROUNDS[0]:
            _exchange(order, grid)
        crossings = _count_crossings(order, grid)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in order], crossings
    return best


def _find_first_order(grid: Grid) -> list[list[int]]:
    """As a walk from the outputs to their arguments meets them: without a crossing where the graph is a tree."""
    depth = {point: place for place, layer in enumerate(grid.layers) for point in layer}
    order: list[list[int]] = [[] for _ in grid.layers]
    todo = [point for point in reversed(range(len(grid.ahead))) if not grid.ahead[point]]
    seen: set[int] = set()
    while todo:
        point = todo.pop()
        if point not in seen:
            seen.add(point)
            order[depth[point]].append(point)
            todo.extend(reversed(grid.behind[point]))
    return order


def _sweep(order: list[list[int]], neighbours: list[list[int]]) -> list[list[int]]:
    """Each layer sorted by the mean place of its points' neighbours in the layer before; who has none keeps its place."""
    place: dict[int, float] = {}
    swept = []
    for layer in order:
        own = {point: (index + 0.5) / len(layer) for index, point in enumerate(layer)}
        means = {
            point: _average([place[other] for other in neighbours[point]], own[point]) for point in layer
        }
        swept.append(sorted(layer, key=means.__getitem__))
        place.update((point, (index + 0.5) / len(layer)) for index, point in enumerate(swept[-1]))
    return swept


def _average(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _exchange(order: list[list[int]], grid: Grid) -> None:
    """Neighbours in a layer change places while that takes crossings away (Gansner et al. 1993, transpose)."""
    place = {point: index for layer in order for index, point in enumerate(layer)}
    for _ in range(8):
        changed = False
        for layer in order:
            for index in range(len(layer) - 1):
                above, below = layer[index], layer[index + 1]
                if _count_between(below, above, grid, place) < _count_between(above, below, grid, place):
                    layer[index], layer[index + 1] = below, above
                    place[above], place[below] = index + 1, index
                    changed = True
        if not changed:
            return


def _count_between(upper: int, lower: int, grid: Grid, place: dict[int, int]) -> int:
    """Crossings among the edges of two neighbours in a layer, the one above the other."""
    sides = ((grid.behind[upper], grid.behind[lower]), (grid.ahead[upper], grid.ahead[lower]))
    return sum(place[high] > place[low] for highs, lows in sides for high in highs for low in lows)


def _count_crossings(order: list[list[int]], grid: Grid) -> int:
    """Pairs of edges between two layers whose ends stand in opposite orders."""
    place = {point: index for layer in order for index, point in enumerate(layer)}
    count = 0
    for layer in order:
        ends: list[int] = []
        for point in layer:
            targets = [place[target] for target in grid.ahead[point]]
            count += sum(len(ends) - bisect_right(ends, target) for target in targets)
            for target in targets:
                insort(ends, target)
    return count


# paper


class LayerColumn(NamedTuple):
    """A layer from left to right: its border, room for arrows and weights, boxes, room for values and gradients, its border."""

    left: float
    boxes: float
    tails: float
    right: float


def _lay_out(
    diagram: Diagram, grid: Grid, order: list[list[int]], middles: list[float], heights: list[float]
) -> Layout:
    count = len(diagram.vertices)
    depth = {point: place for place, layer in enumerate(order) for point in layer}
    columns = _place_columns(diagram, grid, order, middles, depth)
    boxes = tuple(
        _place_box(vertex, columns[depth[place]], middles[place], heights[place])
        for place, vertex in enumerate(diagram.vertices)
    )
    ports = _place_ports(diagram, grid, boxes, middles)
    routes = []
    for edge, rail, port in zip(diagram.edges, grid.rails, ports, strict=True):
        passed = [(columns[depth[point]], middles[point]) for point in rail]
        routes.append(
            tuple(
                _trace_route(
                    boxes[edge.source], passed, boxes[edge.target], columns[depth[edge.target]].left, port
                )
            )
        )
    layers = tuple(tuple(point for point in layer if point < count) for layer in order)
    bottom = max((middle + height / 2 for middle, height in zip(middles, heights, strict=True)), default=0.0)
    return Layout(columns[-1].right if columns else 0.0, bottom, boxes, layers, tuple(routes))


def _place_columns(
    diagram: Diagram, grid: Grid, order: list[list[int]], middles: list[float], depth: dict[int, int]
) -> list[LayerColumn]:
    """Each layer as wide as its widest box and the text beside it; far from the next where edges climb much."""
    before, widths, after = [0.0] * len(order), [0.0] * len(order), [0.0] * len(order)
    for edge in diagram.edges:
        before[depth[edge.target]] = max(
            before[depth[edge.target]], ARROW + estimate_width(edge.weight, TINY)
        )
    for place, vertex in enumerate(diagram.vertices):
        widths[depth[place]] = max(widths[depth[place]], _measure_width(vertex))
        after[depth[place]] = max(
            after[depth[place]], estimate_width(max(vertex.value, vertex.gradient, key=len), SMALL) + ARROW
        )
    columns, left = [], 0.0
    for place, layer in enumerate(order):
        columns.append(
            LayerColumn(
                left,
                left + before[place],
                left + before[place] + widths[place],
                left + before[place] + widths[place] + after[place],
            )
        )
        climb = max(
            (abs(middles[point] - middles[other]) for point in layer for other in grid.ahead[point]),
            default=0.0,
        )
        left = columns[-1].right + min(max(0.35 * climb, GAPS[0]), GAPS[1])
    return columns


def _measure_width(vertex: Vertex) -> float:
    return max(LOWEST, estimate_width(shorten_label(vertex), LETTER) + 2 * PADDING)


def _place_box(vertex: Vertex, column: LayerColumn, middle: float, height: float) -> Box:
    width = _measure_width(vertex)
    return Box((column.boxes + column.tails - width) / 2, middle - height / 2, width, height, column.right)


def _place_ports(diagram: Diagram, grid: Grid, boxes: Sequence[Box], middles: Sequence[float]) -> list[float]:
    """The heights at which edges arrive: as near as can be to those they come from, and apart."""
    arriving: list[list[tuple[float, int]]] = [[] for _ in boxes]
    for place, edge in enumerate(diagram.edges):
        arriving[edge.target].append((middles[(edge.source, *grid.rails[place])[-1]], place))
    ports = [0.0] * len(diagram.edges)
    for box, edges in zip(boxes, arriving, strict=True):
        room = (box.height - PORTS) / 2
        wanted = [min(max(height, box.middle - room), box.middle + room) for height, _ in sorted(edges)]
        for (_, place), port in zip(
            sorted(edges), _spread(wanted, box.middle - room, box.middle + room), strict=True
        ):
            ports[place] = port
    return ports


def _spread(wanted: Sequence[float], lowest: float, highest: float) -> Iterator[float]:
    """The nearest heights (least squares, by pooling neighbours) that lie PORTS apart."""
    pools: list[tuple[float, int]] = []
    for index, height in enumerate(wanted):
        pool = (height - index * PORTS, 1)
        while pools and pools[-1][0] > pool[0]:
            (upper, many), (lower, few) = pools.pop(), pool
            pool = ((upper * many + lower * few) / (many + few), many + few)
        pools.append(pool)
    starts = [start for start, many in pools for _ in range(many)]
    for index, start in enumerate(starts):
        yield min(max(start, lowest), highest - (len(starts) - 1) * PORTS) + index * PORTS


def _trace_route(
    source: Box, passed: Sequence[tuple[LayerColumn, float]], target: Box, left: float, port: float
) -> Iterator[LayoutPoint]:
    yield LayoutPoint(source.x + source.width, source.middle)
    yield LayoutPoint(source.after, source.middle)
    for column, height in passed:
        yield LayoutPoint(column.left, height)
        yield LayoutPoint(column.right, height)
    yield LayoutPoint(left, port)
    yield LayoutPoint(target.x, port)
