"""Diagram -> layers from left to right, and an order in each in which few edges cross.

Sugiyama, Tagawa & Toda 1981: layers by longest path, points where an edge passes a layer, orders by sweeps to
and fro. Coordinates are layered.py's.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from chainrule_cli.document import Diagram

PASSES = 20_000
MANY = 2_000
ROUNDS = (24, 4)
"""Points of long edges in all, beyond which edges go straight; beyond which rounds are fewer; rounds."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Points: the vertices and, numbered after them, where edges pass layers.

    layers: points, from left to right
    behind, ahead: of each point, its neighbours in the layers beside it
    rails: for every edge the points that it passes; all edges of a source share them
    """

    layers: list[list[int]]
    behind: list[list[int]]
    ahead: list[list[int]]
    rails: list[tuple[int, ...]]


# layers


def _assign_layers(diagram: Diagram) -> list[int]:
    """The layer of each vertex: behind its last argument.

    One that has more users than arguments, as inputs have, stands next to its first user, so that its edges
    are short; an output that nobody uses stands in the last layer.
    """
    arguments: list[list[int]] = [[] for _ in diagram.vertices]
    users: list[list[int]] = [[] for _ in diagram.vertices]
    for edge in diagram.edges:
        arguments[edge.target].append(edge.source)
        users[edge.source].append(edge.target)
    depths: list[int] = []
    for sources in arguments:
        depths.append(1 + max((depths[source] for source in sources), default=-1))
    last = max(depths, default=0)
    for index in reversed(range(len(depths))):
        if len(users[index]) > len(arguments[index]):
            depths[index] = min(depths[user] for user in users[index]) - 1
        elif not users[index] and diagram.vertices[index].kind == "output":
            depths[index] = last
    return depths


def make_grid(diagram: Diagram) -> Grid:
    """Short edges take their points first: where there are too many, it is the longest that go without."""
    depths = _assign_layers(diagram)
    grid = Grid([[] for _ in range(max(depths, default=-1) + 1)], [], [], [()] * len(diagram.edges))
    for depth in depths:
        _add_point(grid, depth)
    rails: dict[int, list[int]] = {}
    joined: dict[tuple[int, int], None] = {}
    room = PASSES
    spans = [depths[edge.target] - depths[edge.source] - 1 for edge in diagram.edges]
    for index in sorted(range(len(spans)), key=spans.__getitem__):
        edge, span = diagram.edges[index], spans[index]
        room -= span
        if room < 0:
            break
        rail = rails.setdefault(edge.source, [])
        rail.extend(_add_point(grid, depths[edge.source] + step + 1) for step in range(len(rail), span))
        grid.rails[index] = tuple(rail[:span])
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


def order_layers(grid: Grid) -> list[list[int]]:
    """The orders with the fewest crossings among those that sweeps to and fro have found."""
    rounds = ROUNDS[len(grid.ahead) > MANY]
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
    """As a walk from the outputs to their arguments meets them: no crossing where the graph is a tree."""
    depth = {point: at for at, layer in enumerate(grid.layers) for point in layer}
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
    """Each layer by the mean position of its points' neighbours in the one before; who has none stays."""
    position: dict[int, float] = {}
    swept = []
    for layer in order:
        own = {point: (index + 0.5) / len(layer) for index, point in enumerate(layer)}
        means = {
            point: _average([position[other] for other in neighbours[point]], own[point]) for point in layer
        }
        swept.append(sorted(layer, key=means.__getitem__))
        position.update((point, (index + 0.5) / len(layer)) for index, point in enumerate(swept[-1]))
    return swept


def _average(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _exchange(order: list[list[int]], grid: Grid) -> None:
    """Neighbours in a layer swap while that takes crossings away: Gansner et al. 1993, transpose."""
    position = {point: index for layer in order for index, point in enumerate(layer)}
    for _ in range(8):
        changed = False
        for layer in order:
            for index in range(len(layer) - 1):
                above, below = layer[index], layer[index + 1]
                if _count_between(below, above, grid, position) < _count_between(
                    above, below, grid, position
                ):
                    layer[index], layer[index + 1] = below, above
                    position[above], position[below] = index + 1, index
                    changed = True
        if not changed:
            return


def _count_between(upper: int, lower: int, grid: Grid, position: dict[int, int]) -> int:
    """Crossings among the edges of two neighbours in a layer, the one above the other."""
    sides = ((grid.behind[upper], grid.behind[lower]), (grid.ahead[upper], grid.ahead[lower]))
    return sum(position[high] > position[low] for highs, lows in sides for high in highs for low in lows)


def _count_crossings(order: list[list[int]], grid: Grid) -> int:
    """Pairs of edges between two layers whose ends stand in opposite orders."""
    position = {point: index for layer in order for index, point in enumerate(layer)}
    count = 0
    for layer in order:
        ends: list[int] = []
        for point in layer:
            targets = [position[target] for target in grid.ahead[point]]
            count += sum(len(ends) - bisect_right(ends, target) for target in targets)
            for target in targets:
                insort(ends, target)
    return count
