"""A small diagram as a circuit: inputs at the left, each operation right of its arguments, values above and gradients below.

A strand is a row of vertices, each the only argument and the only user of the next. A riser is the upright wire in front of a
strand that gathers its arguments. Wires lead to the right, and one that reaches ├ enters there. A circuit that could not be
followed, or has no room, is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, permutations
from operator import itemgetter
from typing import TypeAlias

from chainrule_cli.document import Diagram, Vertex
from chainrule_cli.render.pieces import Line, Piece, columns, length, merged
from chainrule_cli.render.wires import ARMS, DOUBLED, DOWN, LEFT, RIGHT, UP, Graph, graph, label

MOST_OPERATIONS, MOST_VERTICES, MOST_CROSSINGS, MOST_TRIES = 10, 18, 3, 300
LEGEND = "value above, gradient below"


def drawn(diagram: Diagram, room: int) -> list[Line]:
    """The lines of the circuit, none longer than the room; none where lanes are clearer."""
    shape = graph(diagram)
    operations = sum(1 for arguments in shape.arguments if arguments)
    if not 0 < operations <= MOST_OPERATIONS or len(shape.vertices) > MOST_VERTICES or _tangled(shape):
        return []
    strands = _strands(shape)
    if _narrowest(shape, strands) > room:
        return []
    order = _ordered(strands)
    crossings, mergers = _faults(order)
    if mergers or crossings > MOST_CROSSINGS:
        return []
    plan = _planned(shape, order)
    if max(block.right for block in plan.blocks) > room:
        return []
    lines = _lines(plan)
    return _with_legend(lines) if any(vertex.value and vertex.gradient for vertex in shape.vertices) else lines


def _tangled(shape: Graph) -> bool:
    """Whether a vertex is used twice beside another argument: its two wires would not be told apart."""
    return any(len(arguments) > 1 and any(argument.times > 1 for argument in arguments) for arguments in shape.arguments)


# strands and their order


@dataclass(frozen=True, slots=True)
class _Strands:
    """members: the vertices of each, from the left. arguments and users: strands. depth: the column of each vertex."""

    members: tuple[tuple[int, ...], ...]
    arguments: tuple[tuple[int, ...], ...]
    users: tuple[tuple[int, ...], ...]
    depth: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Order:
    """The strands from top to bottom, the place of each there, and the first and the last place of each riser."""

    strands: _Strands
    sequence: Sequence[int]
    place: Mapping[int, int]
    spans: Mapping[int, tuple[int, int]]


def _order(strands: _Strands, sequence: Sequence[int]) -> _Order:
    place = {strand: at for at, strand in enumerate(sequence)}
    ends = {strand: [place[each] for each in (strand, *strands.arguments[strand])] for strand in sequence if strands.arguments[strand]}
    return _Order(strands, sequence, place, {strand: (min(each), max(each)) for strand, each in ends.items()})


def _strands(shape: Graph) -> _Strands:
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
    return _Strands(tuple(map(tuple, members)), feeds, fed, tuple(depth))


def _ordered(strands: _Strands) -> _Order:
    """The strands from top to bottom: each between its arguments, then moved while that makes it clearer, if not for too long."""
    sequence: list[int] = []
    for strand, users in enumerate(strands.users):
        if not users:
            _visit(strands, strand, sequence)
    order = _order(strands, sequence)
    best, tries = _cost(order), 0
    moves = _moves(order.sequence)
    while tries < MOST_TRIES and (moved := next(moves, None)):
        tries += 1
        tried = _order(strands, moved)
        cost = _cost(tried)
        if cost < best:
            order, best, moves = tried, cost, _moves(moved)
    return order


def _visit(strands: _Strands, strand: int, order: list[int]) -> None:
    """Half of the arguments above, half below."""
    if strand in order:
        return
    arguments = strands.arguments[strand]
    for argument in arguments[: (len(arguments) + 1) // 2]:
        _visit(strands, argument, order)
    order.append(strand)
    for argument in arguments[(len(arguments) + 1) // 2 :]:
        _visit(strands, argument, order)


def _moves(order: Sequence[int]) -> Iterator[list[int]]:
    """The order upside down, and with one strand in another place."""
    yield list(reversed(order))
    for start in range(len(order)):
        for end in range(len(order)):
            if start != end:
                moved = [*order[:start], *order[start + 1 :]]
                moved.insert(end, order[start])
                yield moved


def _cost(order: _Order) -> float:
    """Faults in whole numbers; behind the point operations that are not between their arguments, and the length of the risers."""
    crossings, mergers = _faults(order)
    ends = [(strand, order.sequence[end]) for strand, span in order.spans.items() for end in span]
    aside = sum(strand == end and len(order.strands.arguments[strand]) > 1 for strand, end in ends)
    upward = sum(strand == order.sequence[low] for strand, (low, _) in order.spans.items())
    return crossings + 10 * mergers + aside / 20 + upward / 100 + sum(high - low for low, high in order.spans.values()) / 1000


def _slots(order: _Order) -> dict[int, tuple[int, int]]:
    """Each riser's column and its slot in front of it: those that overlap stand apart, in the sequence that crosses least."""
    risers: dict[int, list[int]] = {}
    for strand in order.spans:
        risers.setdefault(order.strands.depth[order.strands.members[strand][0]], []).append(strand)
    slots: dict[int, tuple[int, int]] = {}
    for column, here in risers.items():
        for at, riser in enumerate(sequence := _least_crossing(order, here)):
            apart = [slots[other][1] + 1 for other in sequence[:at] if _overlap(order.spans[other], order.spans[riser])]
            slots[riser] = column, max(apart, default=0)
    return slots


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _least_crossing(order: _Order, risers: Sequence[int]) -> Sequence[int]:
    """The risers of one column from left to right; five and more stay as they are, for there are too many sequences."""
    if not 1 < len(risers) < 5:
        return risers
    crossed = {(left, right): _crossed(order, left, right) for left, right in permutations(risers, 2)}
    return min(permutations(risers), key=lambda sequence: sum(crossed[pair] for pair in combinations(sequence, 2)))


def _crossed(order: _Order, left: int, right: int) -> int:
    """What is wrong with a riser at the left of another: wires that cross, and ten times those that seem to merge."""
    low, high = order.spans[left]
    own, others = set(order.strands.arguments[left]), set(order.strands.arguments[right])
    out = order.spans[right][0] < order.place[left] < order.spans[right][1]
    return out + sum(low < order.place[each] < high for each in others - own) + 10 * len(_merging(order, left) & others)


def _faults(order: _Order) -> tuple[int, int]:
    """How many wires cross, and how many lead on from a riser that two arguments enter from one side: they would seem to merge."""
    strands, slots = order.strands, _slots(order)
    begins = [slots.get(strand, (0, 0)) for strand in range(len(order.sequence))]
    outer = [(strands.depth[members[-1]], MOST_VERTICES) for members in strands.members]
    ends = [max((slots[user] for user in users), default=end) for users, end in zip(strands.users, outer, strict=True)]
    crossings = mergers = 0
    for riser, (low, high) in order.spans.items():
        others = set(order.sequence[low + 1 : high]) - {riser, *strands.arguments[riser]}
        crossings += sum(begins[other] < slots[riser] < ends[other] for other in others)
        mergers += sum(ends[each] > slots[riser] for each in _merging(order, riser))
    return crossings, mergers


def _merging(order: _Order, riser: int) -> set[int]:
    """The arguments that enter a riser from the same side as another."""
    arguments = set(order.strands.arguments[riser])
    above = {each for each in arguments if order.place[each] < order.place[riser]}
    return {each for side in (above, arguments - above) if len(side) > 1 for each in side}


# places


@dataclass(frozen=True, slots=True)
class _Block:
    """A vertex on the page: its label with the blanks behind it, the cells of its numbers, where it begins."""

    label: Line
    number: int
    left: int = 0

    @property
    def middle(self) -> int:
        return self.left + length(self.label)

    @property
    def right(self) -> int:
        return self.middle + self.number


@dataclass(frozen=True, slots=True)
class _Plan:
    """blocks: of the vertices. risers: their places by strand. rows: of the strands."""

    shape: Graph
    strands: _Strands
    blocks: tuple[_Block, ...]
    risers: dict[int, int]
    rows: dict[int, int]


def _planned(shape: Graph, order: _Order) -> _Plan:
    strands, slots = order.strands, _slots(order)
    blocks = _blocks(shape.vertices, strands.depth)
    risers: dict[int, int] = {}
    right = 0
    for column in range(max(strands.depth) + 1):
        here = {strand: right + 2 + 2 * slot for strand, (at, slot) in slots.items() if at == column}
        left = max([right + 2, *here.values()]) + 3 if column else 0
        risers |= here
        blocks = [replace(block, left=left) if depth == column else block for block, depth in zip(blocks, strands.depth, strict=True)]
        right = max(block.right for block, depth in zip(blocks, strands.depth, strict=True) if depth <= column)
    plan = _Plan(shape, strands, tuple(blocks), risers, {})
    return replace(plan, rows=_rows(plan, order.sequence))


def _narrowest(shape: Graph, strands: _Strands) -> int:
    """Cells that the columns take at least, whatever the order."""
    wide = [0] * (max(strands.depth) + 1)
    for block, depth in zip(_blocks(shape.vertices, strands.depth), strands.depth, strict=True):
        wide[depth] = max(wide[depth], block.right)
    return sum(wide) + 5 * (len(wide) - 1)


def _blocks(vertices: Sequence[Vertex], depth: Sequence[int]) -> list[_Block]:
    """The numbers of the inputs stand below each other; those of an operation right after it."""
    blocks = [_block(vertex) for vertex in vertices]
    inputs = [block for block, at in zip(blocks, depth, strict=True) if at == 0]
    wide, number = max(length(block.label) for block in inputs), max(block.number for block in inputs)
    padded = [_Block([*block.label, Piece(" " * (wide - length(block.label)))], number) for block in blocks]
    return [pad if at == 0 else block for pad, block, at in zip(padded, blocks, depth, strict=True)]


def _block(vertex: Vertex) -> _Block:
    number = max(columns(vertex.value), columns(vertex.gradient))
    return _Block([*label(vertex), Piece("  " if number else "")], number)


def _rows(plan: _Plan, order: Sequence[int]) -> dict[int, int]:
    """Each strand in the first row below those before it where neither its wires nor its gradients meet another's."""
    taken: dict[int, list[tuple[int, int]]] = {}
    rows: dict[int, int] = {}
    row = 0
    for strand in order:
        wire, gradients = _reach(plan, strand), _gradients(plan, strand)
        while any(wire[0] <= right and left <= wire[1] for left, right in taken.get(row, [])):
            row += 1
        rows[strand] = row
        taken.setdefault(row, []).append(wire)
        taken.setdefault(row + 1, []).extend(gradients)
    return rows


def _reach(plan: _Plan, strand: int) -> tuple[int, int]:
    """From a strand's riser to the last one that it enters."""
    members = plan.strands.members[strand]
    end = max((plan.risers[user] for user in plan.strands.users[strand]), default=plan.blocks[members[-1]].right)
    return plan.risers.get(strand, 0), end


def _gradients(plan: _Plan, strand: int) -> list[tuple[int, int]]:
    """The cells under a strand's values, with one to either side."""
    members = [each for each in plan.strands.members[strand] if plan.shape.vertices[each].gradient]
    return [(plan.blocks[each].middle - 1, plan.blocks[each].right) for each in members]


# wires


@dataclass(slots=True)
class _Cell:
    arms: int
    strong: bool
    double: bool = False


_Grid: TypeAlias = dict[tuple[int, int], _Cell]


def _grid(plan: _Plan) -> _Grid:
    """The wires by row and cell. One that crosses a riser without entering it hides behind it."""
    grid: _Grid = {}
    for strand, at in plan.risers.items():
        _rise(plan, strand, at, grid)
    for strand, (first, *others) in enumerate(plan.strands.members):
        row = plan.rows[strand]
        if strand in plan.risers:
            _enter(plan, first, grid, row, plan.risers[strand])
        for left, right in pairwise((first, *others)):
            _enter(plan, right, grid, row, plan.blocks[left].right + 1)
        _leave(plan, strand, grid)
    return grid


def _rise(plan: _Plan, strand: int, at: int, grid: _Grid) -> None:
    """A riser spans the rows of its arguments and its own; stressed is its part between a stressed argument and its exit."""
    own = plan.rows[strand]
    arguments = plan.shape.arguments[plan.strands.members[strand][0]]
    rows = [plan.rows[each] for each in plan.strands.arguments[strand]]
    low, high = min(own, *rows), max(own, *rows)
    stressed = [row for row, argument in zip(rows, arguments, strict=True) if argument.strong]
    for row in range(low, high + 1):
        strong = any(min(own, each) <= row <= max(own, each) for each in stressed)
        grid[row, at] = _Cell(UP * (row > low) + DOWN * (row < high), strong)


def _enter(plan: _Plan, vertex: int, grid: _Grid, row: int, start: int) -> None:
    """From a riser, or from the vertex before it on the strand, to a vertex; behind the risers between."""
    arguments = plan.shape.arguments[vertex]
    strong, double = any(argument.strong for argument in arguments), any(argument.times > 1 for argument in arguments)
    for at in range(start, plan.blocks[vertex].left - 1):
        cell = grid.setdefault((row, at), _Cell(0, strong))
        if at == start or not cell.arms:
            cell.arms |= RIGHT if cell.arms else LEFT + RIGHT
            cell.double = double


def _leave(plan: _Plan, strand: int, grid: _Grid) -> None:
    """From the last vertex of a strand to the risers that it enters; behind the others."""
    last = plan.strands.members[strand][-1]
    users = {plan.risers[user]: plan.strands.members[user][0] for user in plan.strands.users[strand]}
    strong_to = max((at for at, user in users.items() if any(each.source == last and each.strong for each in plan.shape.arguments[user])), default=-1)
    for at in range(plan.blocks[last].right + 1, max(users, default=-1) + 1):
        cell = grid.setdefault((plan.rows[strand], at), _Cell(0, at <= strong_to))
        if at in users:
            cell.arms |= LEFT + (RIGHT if at < max(users) else 0)
            cell.strong |= at <= strong_to
        elif not cell.arms:
            cell.arms = LEFT + RIGHT


def _lines(plan: _Plan) -> list[Line]:
    rows: list[list[tuple[int, Line]]] = [[] for _ in range(max(plan.rows.values()) + 2)]
    for strand, members in enumerate(plan.strands.members):
        for each in members:
            block, vertex, row = plan.blocks[each], plan.shape.vertices[each], plan.rows[strand]
            rows[row].append((block.left, [*block.label, Piece(_right(vertex.value, block.number), "value")]))
            if vertex.gradient:
                rows[row + 1].append((block.middle, [Piece(_right(vertex.gradient, block.number), "gradient")]))
    for (row, at), cell in _grid(plan).items():
        char = ARMS[cell.arms]
        rows[row].append((at, [Piece(char.translate(DOUBLED) if cell.double else char, "strong" if cell.strong else "dim")]))
    lines = [_filled(row) for row in rows]
    return lines if lines[-1] else lines[:-1]


def _right(text: str, wide: int) -> str:
    return " " * (wide - columns(text)) + text


def _filled(parts: Sequence[tuple[int, Line]]) -> Line:
    """The parts at their cells, blanks between them."""
    line: Line = []
    end = 0
    for at, part in sorted(parts, key=itemgetter(0)):
        line += [Piece(" " * (at - end)), *part]
        end = at + length(part)
    return merged(line)


def _with_legend(lines: list[Line]) -> list[Line]:
    """What stands above and what below: said at the right of the last line where that is free, otherwise under it."""
    start = max(map(length, lines)) - len(LEGEND)
    if start < length(lines[-1]) + 3:
        return [*lines, [Piece(LEGEND, "dim")]]
    return [*lines[:-1], [*lines[-1], Piece(" " * (start - length(lines[-1]))), Piece(LEGEND, "dim")]]
