"""Orders of layers -> a coordinate for each point: straight edges, points in the middle of their neighbours.

Brandes & Köpf 2001: four drawings, each as far as it can be to one side and one end, and of each point's four
coordinates the mean of the two middle ones. The blocks are placed by longest paths, forth and back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

Layers: TypeAlias = Sequence[Sequence[int]]
Neighbours: TypeAlias = Sequence[Sequence[int]]


def align(
    layers: Layers, behind: Neighbours, ahead: Neighbours, extents: Sequence[float], vertices: int
) -> list[float]:
    """Coordinates along the layers, by point.

    behind, ahead: of each point, its neighbours in the layers beside it
    extents: what each point takes
    vertices: the points from this number on are passed by edges, which are to be straight before all others
    """
    barred = set(_find_barred(layers, behind, vertices))
    drawings = []
    for neighbours, directed in ((behind, layers), (ahead, layers[::-1])):
        for side in (1, -1):
            sided = [layer[::side] for layer in directed]
            drawing = _compact(sided, _find_roots(sided, neighbours, barred), extents)
            drawings.append([side * coordinate for coordinate in drawing])
    return [sum(sorted(four)[1:3]) / 2 for four in zip(*_overlay(drawings), strict=True)]


def _find_barred(layers: Layers, behind: Neighbours, vertices: int) -> Iterator[tuple[int, int]]:
    """Pairs of neighbours that no block may hold, since their edge crosses the inside of a long edge."""
    for before, layer in pairwise(layers):
        position = {point: index for index, point in enumerate(before)}
        passing = [
            (index, position[behind[point][0]])
            for index, point in enumerate(layer)
            if _is_inside(point, behind, vertices)
        ]
        bounds = [(-1, -1), *passing, (len(layer), len(before))]
        for (first, least), (last, most) in pairwise(bounds):
            for point in layer[first + 1 : last]:
                yield from (
                    pair
                    for other in behind[point]
                    if not least <= position[other] <= most
                    for pair in ((point, other), (other, point))
                )


def _is_inside(point: int, behind: Neighbours, vertices: int) -> bool:
    """Whether the edge to the point is the inside of a long edge."""
    return point >= vertices and behind[point][0] >= vertices


def _find_roots(layers: Layers, neighbours: Neighbours, barred: set[tuple[int, int]]) -> list[int]:
    """The first point of each point's block: points each of which is a median neighbour of the next."""
    roots = list(range(len(neighbours)))
    for before, layer in pairwise(layers):
        position = {point: index for index, point in enumerate(before)}
        reached = -1
        for point in layer:
            near = sorted(neighbours[point], key=position.__getitem__)
            for median in near[(len(near) - 1) // 2 : len(near) // 2 + 1]:
                if roots[point] == point and reached < position[median] and (point, median) not in barred:
                    roots[point] = roots[median]
                    reached = position[median]
    return roots


def _compact(layers: Layers, roots: Sequence[int], extents: Sequence[float]) -> list[float]:
    """Blocks next to each other, and then each as near as can be to the block behind it."""
    apart: dict[int, dict[int, float]] = {root: {} for root in roots}
    for layer in layers:
        for left, right in pairwise(layer):
            distances, extent = apart[roots[left]], (extents[left] + extents[right]) / 2
            distances[roots[right]] = max(distances.get(roots[right], 0.0), extent)
    coordinates = [0.0] * len(roots)
    order = _sort_blocks(apart)
    for block in order:
        for after, distance in apart[block].items():
            coordinates[after] = max(coordinates[after], coordinates[block] + distance)
    for block in reversed(order):
        room = min(
            (coordinates[after] - distance for after, distance in apart[block].items()),
            default=coordinates[block],
        )
        coordinates[block] = max(coordinates[block], room)
    return [coordinates[root] for root in roots]


def _sort_blocks(apart: dict[int, dict[int, float]]) -> list[int]:
    """Blocks, each after those it must stand behind."""
    waiting = dict.fromkeys(apart, 0)
    for distances in apart.values():
        for block in distances:
            waiting[block] += 1
    order = [block for block, count in waiting.items() if not count]
    for block in order:
        for after in apart[block]:
            waiting[after] -= 1
            if not waiting[after]:
                order.append(after)
    return order


def _overlay(drawings: Sequence[list[float]]) -> Iterator[list[float]]:
    """The four drawings over each other: at their starts or, those that lean to the end, at their ends.

    It is the narrowest whose start and end all have.
    """
    narrowest = min(drawings, key=lambda drawing: max(drawing, default=0.0) - min(drawing, default=0.0))
    for drawing, end in zip(drawings, (min, max, min, max), strict=True):
        shift = end(narrowest, default=0.0) - end(drawing, default=0.0)
        yield [coordinate + shift for coordinate in drawing]
