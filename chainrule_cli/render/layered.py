"""Diagram -> where everything stands: boxes in layers from left to right, and the routes of the edges.

The layers and their orders are layer_order.py's, the coordinates along them alignment.py's. All that is
written near a box has its room here, so no format needs to look for any. Lengths are in a unit of which
LETTER go to the height of a letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chainrule_cli.document import Diagram, Vertex
from chainrule_cli.notation.excerpt import shorten
from chainrule_cli.render.alignment import align
from chainrule_cli.render.layer_order import Grid, make_grid, order_layers
from chainrule_cli.render.spans import estimate_width, spell

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
"""Around a label; of an arrow; the least height of a box; between ends of two edges, boxes, and layers."""

LONGEST = 48
"""Characters of a label."""


class LayoutPoint(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A vertex on the paper.

    x, y: its corner at the left and the top
    after: where its edges leave the layer
    """

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
    """Where everything stands.

    layers: indices of vertices, from left to right, each from the top
    routes: for every edge its points, from the border of one box to that of another; a piece is level, or it
        leads from one layer to the next
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    layers: tuple[tuple[int, ...], ...]
    routes: tuple[tuple[LayoutPoint, ...], ...]


def shorten_label(vertex: Vertex) -> str:
    """What stands in the box."""
    return shorten(spell(vertex.label), LONGEST)


def arrange(diagram: Diagram) -> Layout:
    """Where everything stands; the same diagram always gives the same."""
    grid = make_grid(diagram)
    order = order_layers(grid)
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
        max(LOWEST, PORTS * (count + 0.5)) if index < len(diagram.vertices) else 0.0
        for index, count in enumerate(arguments)
    ]


# paper


class LayerColumn(NamedTuple):
    """Where the parts of a layer begin: room for arrows and weights, boxes, values and gradients; its end."""

    left: float
    boxes: float
    tails: float
    right: float


def _lay_out(
    diagram: Diagram, grid: Grid, order: list[list[int]], middles: list[float], heights: list[float]
) -> Layout:
    count = len(diagram.vertices)
    depth = {point: index for index, layer in enumerate(order) for point in layer}
    columns = _place_columns(diagram, grid, order, middles, depth)
    boxes = tuple(
        _place_box(vertex, columns[depth[index]], middles[index], heights[index])
        for index, vertex in enumerate(diagram.vertices)
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
    """Each layer as wide as its widest box and the text beside it; far from the next where edges climb."""
    before, widths, after = [0.0] * len(order), [0.0] * len(order), [0.0] * len(order)
    for edge in diagram.edges:
        before[depth[edge.target]] = max(
            before[depth[edge.target]], ARROW + estimate_width(edge.weight, TINY)
        )
    for index, vertex in enumerate(diagram.vertices):
        widths[depth[index]] = max(widths[depth[index]], _measure_width(vertex))
        after[depth[index]] = max(
            after[depth[index]], estimate_width(max(vertex.value, vertex.gradient, key=len), SMALL) + ARROW
        )
    columns, left = [], 0.0
    for index, layer in enumerate(order):
        columns.append(
            LayerColumn(
                left,
                left + before[index],
                left + before[index] + widths[index],
                left + before[index] + widths[index] + after[index],
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
    for index, edge in enumerate(diagram.edges):
        arriving[edge.target].append((middles[(edge.source, *grid.rails[index])[-1]], index))
    ports = [0.0] * len(diagram.edges)
    for box, edges in zip(boxes, arriving, strict=True):
        room = (box.height - PORTS) / 2
        wanted = [min(max(height, box.middle - room), box.middle + room) for height, _ in sorted(edges)]
        for (_, index), port in zip(
            sorted(edges), _spread(wanted, box.middle - room, box.middle + room), strict=True
        ):
            ports[index] = port
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
