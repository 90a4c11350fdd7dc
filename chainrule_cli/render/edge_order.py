"""The order of a circuit's chains from top to bottom, and of the vertical segments between its columns.

A chain is a row of vertices, each the only argument and the only user of the next. A vertical segment stands
in front of a chain and gathers its arguments. Here are positions in a sequence only, no cells: what crosses
what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from chainrule_cli.render.text_graph import DrawnGraph

MOST_TRIES = 300
OUTERMOST = 99
"""A slot right of all segments: where a chain ends that nobody uses."""


@dataclass(frozen=True, slots=True)
class Chains:
    """The chains of a graph, each by its index.

    members: the vertices of each, from the left
    arguments, users: chains
    depth: the column of each vertex
    """

    members: tuple[tuple[int, ...], ...]
    arguments: tuple[tuple[int, ...], ...]
    users: tuple[tuple[int, ...], ...]
    depth: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChainOrder:
    """The chains from top to bottom.

    position: of each chain in the sequence
    extents: the first and the last position of each chain's vertical segment
    """

    chains: Chains
    sequence: Sequence[int]
    position: Mapping[int, int]
    extents: Mapping[int, tuple[int, int]]


def find_chains(graph: DrawnGraph) -> Chains:
    users: list[set[int]] = [set() for _ in graph.vertices]
    for target, arguments in enumerate(graph.arguments):
        for argument in arguments:
            users[argument.source].add(target)
    depth: list[int] = []
    members: list[list[int]] = []
    home: list[int] = []
    for index, arguments in enumerate(graph.arguments):
        depth.append(max((depth[argument.source] + 1 for argument in arguments), default=0))
        if len(arguments) == 1 and len(users[arguments[0].source]) == 1:
            home.append(home[arguments[0].source])
            members[home[index]].append(index)
        else:
            home.append(len(members))
            members.append([index])
    feeds = tuple(tuple(home[argument.source] for argument in graph.arguments[each[0]]) for each in members)
    fed = tuple(tuple(sorted(home[user] for user in users[each[-1]])) for each in members)
    return Chains(tuple(map(tuple, members)), feeds, fed, tuple(depth))


# from top to bottom


def order_chains(chains: Chains) -> ChainOrder:
    """The chains from top to bottom: each between its arguments, then moved while that makes it clearer.

    At most MOST_TRIES moves are tried.
    """
    sequence: list[int] = []
    for chain, users in enumerate(chains.users):
        if not users:
            _visit(chains, chain, sequence)
    order = _make_order(chains, sequence)
    best, tries = _find_cost(order), 0
    moves = _propose_moves(order.sequence)
    while tries < MOST_TRIES and (moved := next(moves, None)):
        tries += 1
        tried = _make_order(chains, moved)
        cost = _find_cost(tried)
        if cost < best:
            order, best, moves = tried, cost, _propose_moves(moved)
    return order


def _make_order(chains: Chains, sequence: Sequence[int]) -> ChainOrder:
    position = {chain: at for at, chain in enumerate(sequence)}
    ends = {
        chain: [position[each] for each in (chain, *chains.arguments[chain])]
        for chain in sequence
        if chains.arguments[chain]
    }
    extents = {chain: (min(each), max(each)) for chain, each in ends.items()}
    return ChainOrder(chains, sequence, position, extents)


def _visit(chains: Chains, chain: int, order: list[int]) -> None:
    """Half of the arguments above, half below."""
    if chain in order:
        return
    arguments = chains.arguments[chain]
    for argument in arguments[: (len(arguments) + 1) // 2]:
        _visit(chains, argument, order)
    order.append(chain)
    for argument in arguments[(len(arguments) + 1) // 2 :]:
        _visit(chains, argument, order)


def _propose_moves(order: Sequence[int]) -> Iterator[list[int]]:
    """The order upside down, and with one chain in another position."""
    yield list(reversed(order))
    for start in range(len(order)):
        for end in range(len(order)):
            if start != end:
                moved = [*order[:start], *order[start + 1 :]]
                moved.insert(end, order[start])
                yield moved


def _find_cost(order: ChainOrder) -> float:
    """Faults in whole numbers; behind the point operations not between their arguments, and long segments."""
    crossings, mergers = count_faults(order)
    ends = [(chain, order.sequence[end]) for chain, extent in order.extents.items() for end in extent]
    aside = sum(chain == end and len(order.chains.arguments[chain]) > 1 for chain, end in ends)
    upward = sum(chain == order.sequence[low] for chain, (low, _) in order.extents.items())
    length = sum(high - low for low, high in order.extents.values())
    return crossings + 10 * mergers + aside / 20 + upward / 100 + length / 1000


# vertical segments


def assign_slots(order: ChainOrder) -> dict[int, tuple[int, int]]:
    """Each segment's column and its slot in front of it: those that overlap stand apart, crossing least."""
    segments: dict[int, list[int]] = {}
    for chain in order.extents:
        segments.setdefault(order.chains.depth[order.chains.members[chain][0]], []).append(chain)
    slots: dict[int, tuple[int, int]] = {}
    for column, here in segments.items():
        for at, segment in enumerate(sequence := _find_least_crossing(order, here)):
            apart = [
                slots[other][1] + 1
                for other in sequence[:at]
                if _is_overlap(order.extents[other], order.extents[segment])
            ]
            slots[segment] = column, max(apart, default=0)
    return slots


def _is_overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _find_least_crossing(order: ChainOrder, segments: Sequence[int]) -> Sequence[int]:
    """The segments of one column from left to right; five and more stay as they are: too many sequences."""
    if not 1 < len(segments) < 5:
        return segments
    crossed = {(left, right): _count_crossed(order, left, right) for left, right in permutations(segments, 2)}
    return min(
        permutations(segments), key=lambda sequence: sum(crossed[pair] for pair in combinations(sequence, 2))
    )


def _count_crossed(order: ChainOrder, left: int, right: int) -> int:
    """Faults of a segment at the left of another: crossing edges, and ten times those that seem to merge."""
    low, high = order.extents[left]
    own, others = set(order.chains.arguments[left]), set(order.chains.arguments[right])
    out = order.extents[right][0] < order.position[left] < order.extents[right][1]
    crossing = sum(low < order.position[each] < high for each in others - own)
    return out + crossing + 10 * len(_find_merging(order, left) & others)


def count_faults(order: ChainOrder) -> tuple[int, int]:
    """How many edges cross, and how many seem to merge.

    These lead on from a segment that two arguments enter from one side.
    """
    chains, slots = order.chains, assign_slots(order)
    begins = [slots.get(chain, (0, 0)) for chain in range(len(order.sequence))]
    outer = [(chains.depth[members[-1]], OUTERMOST) for members in chains.members]
    ends = [
        max((slots[user] for user in users), default=end)
        for users, end in zip(chains.users, outer, strict=True)
    ]
    crossings = mergers = 0
    for segment, (low, high) in order.extents.items():
        others = set(order.sequence[low + 1 : high]) - {segment, *chains.arguments[segment]}
        crossings += sum(begins[other] < slots[segment] < ends[other] for other in others)
        mergers += sum(ends[each] > slots[segment] for each in _find_merging(order, segment))
    return crossings, mergers


def _find_merging(order: ChainOrder, segment: int) -> set[int]:
    """The arguments that enter a segment from the same side as another."""
    arguments = set(order.chains.arguments[segment])
    above = {each for each in arguments if order.position[each] < order.position[segment]}
    return {each for side in (above, arguments - above) if len(side) > 1 for each in side}
