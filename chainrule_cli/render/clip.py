"""The part of a piece of a curve that lies between two heights: cut where it crosses them, not at the samples beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]


def clip(piece: Sequence[Point], low: float, high: float) -> Iterator[list[Point]]:
    """The stretches of the piece within low and high, each with its ends."""
    run: list[Point] = []
    for point in _cut_at_edges(piece, low, high):
        if low <= point[1] <= high:
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _cut_at_edges(piece: Sequence[Point], low: float, high: float) -> Iterator[Point]:
    """The points, and where the lines between them cross low and high, in order."""
    yield piece[0]
    for one, other in pairwise(piece):
        for edge in (high, low) if one[1] > other[1] else (low, high):
            if min(one[1], other[1]) < edge < max(one[1], other[1]):
                share = (edge / 2 - one[1] / 2) / (
                    other[1] / 2 - one[1] / 2
                )  # the whole way may leave the doubles
                yield one[0] + share * (other[0] - one[0]), edge
        yield other
