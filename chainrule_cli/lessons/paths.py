"""The derivative as a sum over all paths from an input to the output, each the product of its local
derivatives (Bauer 1974).

Knows how many paths there are, what they add up to, how long they are and which are the strongest. Never
lists them: there may be 2^50. Knows local derivatives as numbers only; refuses to know operations. Plain
loops over the edges, any depth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

MOST_ENTRIES = 2_000_000
"""Table entries that counting paths by their length may send along edges; a second or so of work."""


@dataclass(frozen=True, slots=True)
class Path:
    """nodes: from the input to the output.
    edges: which edge of its user each step takes, so that the two edges of x*x are two paths.
    rates: the local derivative of each step.
    product: of the rates."""

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    rates: tuple[float, ...]
    product: float


@dataclass(frozen=True, slots=True)
class Paths:
    """count: exact.
    total: the sum over the paths, the derivative.
    absolute: the sum of their magnitudes; total/absolute is what is left after cancelling.
    lengths: edges in a path -> number of such paths; None past MOST_ENTRIES.
    strongest: by magnitude of the product, strongest first."""

    count: int
    total: float
    absolute: float
    lengths: dict[int, int] | None
    strongest: tuple[Path, ...]


_Step = tuple[int, int, float]
"""An edge that lies on a path: its index among its user's edges, the argument it comes from, its local
derivative."""

_Steps = dict[int, list[_Step]]
"""Nodes after the input that lie on a path, in order -> their edges that do."""

_Burden = tuple[int, float]
"""A magnitude m * 2^e, 1/2 <= m < 1, as (-e, -m): the less, the stronger, and no product leaves the range of
the numbers. Rounding never turns the order of two products round, so the best of a node come from the best of
its arguments."""

_ONE: _Burden = (-1, -0.5)
_INFINITE: _Burden = (-(1 << 50), -0.5)
_ZERO: _Burden = (1 << 100, -0.5)
_UNDEFINED: _Burden = (1 << 150, -0.5)
"""Steps so large that no number of smaller ones makes up for one: an order that survives multiplying, as
IEEE's does not (infinity times 0)."""


def paths(rates: Sequence[Sequence[tuple[int, float]]], start: int, output: int, top: int) -> Paths:
    """All paths from the node `start` to the node `output`, and the `top` strongest of them.

    rates: for each node of a graph in topological order, its edges (argument, local derivative) that send
    something, in the order of the arguments, parallel edges kept. A node has one path to itself, of length 0
    and product 1.

    Numbers follow IEEE: total and absolute may be infinite or NaN. Among the strongest, an infinite rate
    counts as a number beyond all others and a rate 0 as one below all others, so that paths through them come
    first and last, and infinity times 0 (whose product is NaN) counts as 0; paths through NaN come after all
    these. Of equals, the one with the earlier edge comes first, compared from the output back.
    """
    steps = _steps(rates, start, output)
    count, total, absolute = _sum_paths(steps, start, output)
    return Paths(
        count,
        total,
        absolute,
        _count_lengths(steps, start, output),
        _find_strongest(steps, start, output, top) if top > 0 else (),
    )


def _steps(rates: Sequence[Sequence[tuple[int, float]]], start: int, output: int) -> _Steps:
    """What lies between the two nodes: what depends on the first and is needed by the second."""
    moving = {start}
    for index in range(start + 1, output + 1):
        if any(argument in moving for argument, _ in rates[index]):
            moving.add(index)
    needed = {output} & moving
    for index in range(output, start, -1):
        if index in needed:
            needed.update(argument for argument, _ in rates[index] if argument in moving)
    return {
        index: _keep_needed(rates[index], needed) for index in range(start + 1, output + 1) if index in needed
    }


def _keep_needed(edges: Sequence[tuple[int, float]], needed: set[int]) -> list[_Step]:
    return [(edge, argument, rate) for edge, (argument, rate) in enumerate(edges) if argument in needed]


def _sum_paths(steps: _Steps, start: int, output: int) -> tuple[int, float, float]:
    """The number of paths, the sum of their products and of their magnitudes: a backward sweep, in the order
    of sweep.py's.

    What has been sent on is dropped: after n doublings a count has n digits, and n of those would fill the
    memory.
    """
    counts, totals, absolutes = {output: 1}, {output: 1.0}, {output: 1.0}
    for index in reversed(steps):
        count, total, absolute = counts.pop(index), totals.pop(index), absolutes.pop(index)
        for _, argument, rate in steps[index]:
            counts[argument] = counts.get(argument, 0) + count
            totals[argument] = totals.get(argument, 0.0) + total * rate
            absolutes[argument] = absolutes.get(argument, 0.0) + absolute * abs(rate)
    return counts.get(start, 0), totals.get(start, 0.0), absolutes.get(start, 0.0)


def _count_lengths(steps: _Steps, start: int, output: int) -> dict[int, int] | None:
    """Edges in a path -> number of such paths, shortest first; None where the tables would pass
    MOST_ENTRIES."""
    tables, sent = {output: {0: 1}}, 0
    for index in reversed(steps):
        table = tables.pop(index)
        sent += len(table) * len(steps[index])
        if sent > MOST_ENTRIES:
            return None
        for _, argument, _ in steps[index]:
            _add_longer(tables.setdefault(argument, {}), table)
    return dict(sorted(tables.get(start, {}).items()))


def _add_longer(table: dict[int, int], other: Mapping[int, int]) -> None:
    """Counts another table's paths, each one edge longer."""
    for length, count in other.items():
        table[length + 1] = table.get(length + 1, 0) + count


def _find_strongest(steps: _Steps, start: int, output: int, top: int) -> tuple[Path, ...]:
    """The k best by dynamic programming: each node keeps its own k best ways from the start, merged from its
    arguments'.

    Jiménez & Marzal 1999; Huang & Chiang 2005, algorithm 2. A way is where it came from, and is walked back
    only where it is shown. A node with one edge has its argument's ways in the same order: it needs no
    merging and no record.
    """
    ways, origins = {start: [_ONE]}, dict[int, list[tuple[int, int]]]()
    last = {argument: index for index, edges in steps.items() for _, argument, _ in edges}
    for index, edges in steps.items():
        if len(edges) == 1:
            [(_, argument, rate)] = edges
            burden = _measure_burden(rate)
            ways[index] = [_multiply(way, burden) for way in ways[argument]]
        else:
            ways[index], origins[index] = _merge(edges, ways, top)
        for argument in {argument for _, argument, _ in edges if last[argument] == index}:
            del ways[argument]
    return tuple(
        _path(steps, origins, (start, output), rank, way) for rank, way in enumerate(ways.get(output, ()))
    )


def _merge(
    edges: Sequence[_Step], ways: Mapping[int, Sequence[_Burden]], top: int
) -> tuple[list[_Burden], list[tuple[int, int]]]:
    """A node's k best ways and where each came from: (index among the edges, rank among that argument's
    ways).

    The heap holds the best way of each edge that has not been taken; the next of an edge enters when its last
    is taken.
    """
    burdens = [_measure_burden(rate) for _, _, rate in edges]
    heap = [
        (*_multiply(ways[argument][0], burdens[index]), index, 0)
        for index, (_, argument, _) in enumerate(edges)
    ]
    heapify(heap)
    best: list[_Burden] = []
    origins: list[tuple[int, int]] = []
    while heap and len(best) < top:
        exponent, mantissa, index, rank = heap[0]
        best.append((exponent, mantissa))
        origins.append((index, rank))
        others = ways[edges[index][1]]
        if rank + 1 < len(others):
            heapreplace(heap, (*_multiply(others[rank + 1], burdens[index]), index, rank + 1))
        else:
            heappop(heap)
    return best, origins


def _measure_burden(rate: float) -> _Burden:
    if math.isnan(rate):
        return _UNDEFINED
    if rate == 0:
        return _ZERO
    if math.isinf(rate):
        return _INFINITE
    mantissa, exponent = math.frexp(abs(rate))
    return -exponent, -mantissa


def _multiply(one: _Burden, other: _Burden) -> _Burden:
    mantissa, exponent = math.frexp(one[1] * other[1])
    return one[0] + other[0] - exponent, -mantissa


def _path(
    steps: _Steps,
    origins: Mapping[int, Sequence[tuple[int, int]]],
    ends: tuple[int, int],
    rank: int,
    burden: _Burden,
) -> Path:
    """The way of that rank, walked back from the output."""
    start, node = ends
    nodes, edges, rates = [node], [], []
    while node != start:
        index, rank = origins[node][rank] if node in origins else (0, rank)
        edge, node, rate = steps[node][index]
        nodes.append(node)
        edges.append(edge)
        rates.append(rate)
    forth = tuple(reversed(rates))
    return Path(tuple(reversed(nodes)), tuple(reversed(edges)), forth, _product(forth, burden))


def _product(rates: Sequence[float], burden: _Burden) -> float:
    """The product of the rates: its magnitude is known, so that 1e200 * 1e200 * 1e-300 does not overflow
    halfway."""
    sign = math.prod(math.copysign(1.0, rate) if 0 < abs(rate) < math.inf else rate for rate in rates)
    if abs(sign) != 1:
        return sign
    return sign * (math.inf if -burden[0] > 1024 else math.ldexp(-burden[1], -burden[0]))
