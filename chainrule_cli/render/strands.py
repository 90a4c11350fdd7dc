"""The order of a circuit's strands from top to bottom, and of the risers between its columns: what crosses what.

A strand is a row of vertices, each the only argument and the only user of the next. A riser is the upright wire in front of a
strand that gathers its arguments. Knows places in sequence only, nothing of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from chainrule_cli.render.wires import DrawnGraph

MOST_TRIES = 300
OUTERMOST = 99
"""A slot right of all risers: where a strand ends that nobody uses."""


@dataclass(frozen=True, slots=True)
class Chains:
    """members: the vertices of each, from the left. arguments and users: strands. depth: the column of each vertex."""

    members: tuple[tuple[int, ...], ...]
    arguments: tuple[tuple[int, ...], ...]
    users: tuple[tuple[int, ...], ...]
    depth: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChainOrder:
    """The strands from top to bottom, the place of each there, and the first and the last place of each riser."""

    strands: Chains
    sequence: Sequence[int]
    place: Mapping[int, int]
    spans: Mapping[int, tuple[int, int]]


def _make_order(strands: Chains, sequence: Sequence[int]) -> ChainOrder:
    place = {strand: at for at, strand in enumerate(sequence)}
    ends = {
        strand: [place[each] for each in (strand, *strands.arguments[strand])]
        for strand in sequence
        if strands.arguments[strand]
    }
    return ChainOrder(
        strands, sequence, place, {strand: (min(each), max(each)) for strand, each in ends.items()}
    )


def find_chains(shape: DrawnGraph) -> Chains:
    users: list[set[int]] = [set() for _ in shape.vertices]
    for target, arguments in enumerate(shape.arguments):
        for argument in arguments:
            users[argument.source].add(target)
    depth: list[int] = []
    members: list[list[int]] = []
    home: list[int] = []
    for place, arguments in enumerate(shape.arguments):
        depth.append(max((depth[argument.source] + 1 for argument in arguments), default=0))
        if len(arguments) == 1 and len(users[arguments[0].source]) == 1:
            home.append(home[arguments[0].source])
            members[home[place]].append(place)
        else:
            home.append(len(members))
            members.append([place])
    feeds = tuple(tuple(home[argument.source] for argument in shape.arguments[each[0]]) for each in members)
    fed = tuple(tuple(sorted(home[user] for user in users[each[-1]])) for each in members)
    return Chains(tuple(map(tuple, members)), feeds, fed, tuple(depth))


def order_chains(strands: Chains) -> ChainOrder:
    """The strands from top to bottom: each between its arguments, then moved while that makes it clearer, if not for too long."""
    sequence: list[int] = []
    for strand, users in enumerate(strands.users):
        if not users:
            _visit(strands, strand, sequence)
    order = _make_order(strands, sequence)
    best, tries = _find_cost(order), 0
    moves = _propose_moves(order.sequence)
    while tries < MOST_TRIES and (moved := next(moves, None)):
        tries += 1
        tried = _make_order(strands, moved)
        cost = _find_cost(tried)
        if cost < best:
            order, best, moves = tried, cost, _propose_moves(moved)
    return order


def _visit(strands: Chains, strand: int, order: list[int]) -> None:
    """Half of the arguments above, half below."""
    if strand in order:
        return
    arguments = strands.arguments[strand]
    for argument in arguments[: (len(arguments) + 1) // 2]:
        _visit(strands, argument, order)
    order.append(strand)
    for argument in arguments[(len(arguments) + 1) // 2 :]:
        _visit(strands, argument, order)


def _propose_moves(order: Sequence[int]) -> Iterator[list[int]]:
    """The order upside down, and with one strand in another place."""
    yield list(reversed(order))
    for start in range(len(order)):
        for end in range(len(order)):
            if start != end:
                moved = [*order[:start], *order[start + 1 :]]
                moved.insert(end, order[start])
                yield moved


def _find_cost(order: ChainOrder) -> float:
    """Faults in whole numbers; behind the point operations that are not between their arguments, and the length of the risers."""
    crossings, mergers = count_faults(order)
    ends = [(strand, order.sequence[end]) for strand, span in order.spans.items() for end in span]
    aside = sum(strand == end and len(order.strands.arguments[strand]) > 1 for strand, end in ends)
    upward = sum(strand == order.sequence[low] for strand, (low, _) in order.spans.items())
    return (
        crossings
        + 10 * mergers
        + aside / 20
        + upward / 100
        + sum(high - low for low, high in order.spans.values()) / 1000
    )


def assign_slots(order: ChainOrder) -> dict[int, tuple[int, int]]:
    """Each riser's column and its slot in front of it: those that overlap stand apart, in the sequence that crosses least."""
    risers: dict[int, list[int]] = {}
    for strand in order.spans:
        risers.setdefault(order.strands.depth[order.strands.members[strand][0]], []).append(strand)
    slots: dict[int, tuple[int, int]] = {}
    for column, here in risers.items():
        for at, riser in enumerate(sequence := _find_least_crossing(order, here)):
            apart = [
                slots[other][1] + 1
                for other in sequence[:at]
                if _is_overlap(order.spans[other], order.spans[riser])
            ]
            slots[riser] = column, max(apart, default=0)
    return slots


def _is_overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _find_least_crossing(order: ChainOrder, risers: Sequence[int]) -> Sequence[int]:
    """The risers of one column from left to right; five and more stay as they are, for there are too many sequences."""
    if not 1 < len(risers) < 5:
        return risers
    crossed = {(left, right): _count_crossed(order, left, right) for left, right in permutations(risers, 2)}
    return min(
        permutations(risers), key=lambda sequence: sum(crossed[pair] for pair in combinations(sequence, 2))
    )


def _count_crossed(order: ChainOrder, left: int, right: int) -> int:
    """What is wrong with a riser at the left of another: wires that cross, and ten times those that seem to merge."""
    low, high = order.spans[left]
    own, others = set(order.strands.arguments[left]), set(order.strands.arguments[right])
    out = order.spans[right][0] < order.place[left] < order.spans[right][1]
    return (
        out
        + sum(low < order.place[each] < high for each in others - own)
        + 10 * len(_find_merging(order, left) & others)
    )


def count_faults(order: ChainOrder) -> tuple[int, int]:
    """How many wires cross, and how many lead on from a riser that two arguments enter from one side: they would seem to merge."""
    strands, slots = order.strands, assign_slots(order)
    begins = [slots.get(strand, (0, 0)) for strand in range(len(order.sequence))]
    outer = [(strands.depth[members[-1]], OUTERMOST) for members in strands.members]
    ends = [
        max((slots[user] for user in users), default=end)
        for users, end in zip(strands.users, outer, strict=True)
    ]
    crossings = mergers = 0
    for riser, (low, high) in order.spans.items():
        others = set(order.sequence[low + 1 : high]) - {riser, *strands.arguments[riser]}
        crossings += sum(begins[other] < slots[riser] < ends[other] for other in others)
        mergers += sum(ends[each] > slots[riser] for each in _find_merging(order, riser))
    return crossings, mergers


def _find_merging(order: ChainOrder, riser: int) -> set[int]:
    """The arguments that enter a riser from the same side as another."""
    arguments = set(order.strands.arguments[riser])
    above = {each for each in arguments if order.place[each] < order.place[riser]}
    return {each for side in (above, arguments - above) if len(side) > 1 for each in side}
