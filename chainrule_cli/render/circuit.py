"""A small diagram as a circuit: inputs at the left, each operation right of its arguments, values above and gradients below.

A strand is a row of vertices, each the only argument and the only user of the next. A riser is the upright wire in front of a
strand that gathers its arguments. Wires lead to the right, and one that reaches ├ enters there. A circuit that could not be
followed, or has no room, is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from operator import itemgetter
from typing import TypeAlias

from chainrule_cli.document import Diagram, Vertex
from chainrule_cli.render.pieces import Line, Piece, columns, length, merged
from chainrule_cli.render.wires import ARMS, DOUBLED, DOWN, LEFT, RIGHT, UP, Argument, Graph, graph, label

MOST_OPERATIONS, MOST_VERTICES, MOST_CROSSINGS = 10, 18, 3
LEGEND = "value above, gradient below"


def drawn(diagram: Diagram, room: int) -> list[Line]:
    """The lines of the circuit, none longer than the room; none where lanes are clearer."""
    shape = graph(diagram)
    operations = sum(1 for arguments in shape.arguments if arguments)
    if not 0 < operations <= MOST_OPERATIONS or len(shape.vertices) > MOST_VERTICES or _tangled(shape):
        return []
    strands = _strands(shape)
    order = _ordered(strands)
    crossings, mergers = _faults(strands, order)
    if mergers or crossings > MOST_CROSSINGS:
        return []
    plan = _planned(shape, strands, order)
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


def _ordered(strands: _Strands) -> list[int]:
    """The strands from top to bottom: each between its arguments, then moved while that makes it clearer."""
    order: list[int] = []
    for strand, users in enumerate(strands.users):
        if not users:
            _visit(strands, strand, order)
    best = _cost(strands, order)
    improved = True
    while improved:
        improved = False
        for moved in _moves(order):
            cost = _cost(strands, moved)
            if cost < best:
                order, best, improved = moved, cost, True
                break
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
    for start in range(len(order)):
        for end in range(len(order)):
            if start != end:
                moved = [*order[:start], *order[start + 1 :]]
                moved.insert(end, order[start])
                yield moved


def _cost(strands: _Strands, order: Sequence[int]) -> float:
    """Faults in whole numbers; behind the point operations that are not between their arguments, and the length of the risers."""
    crossings, mergers = _faults(strands, order)
    spans = _spans(strands, order)
    aside = sum(len(strands.arguments[strand]) > 1 and order[high] == strand for strand, (_, high) in spans.items())
    aside += sum(len(strands.arguments[strand]) > 1 and order[low] == strand for strand, (low, _) in spans.items())
    return crossings + 10 * mergers + aside / 20 + sum(high - low for low, high in spans.values()) / 1000


def _spans(strands: _Strands, order: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The first and the last place of each riser."""
    place = {strand: at for at, strand in enumerate(order)}
    ends = {strand: [place[each] for each in (strand, *strands.arguments[strand])] for strand in order if strands.arguments[strand]}
    return {strand: (min(each), max(each)) for strand, each in ends.items()}


def _slots(strands: _Strands, order: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Each riser's column and its slot in front of it: those that overlap stand apart, in the sequence that crosses least."""
    place = {strand: at for at, strand in enumerate(order)}
    spans = _spans(strands, order)
    columns_of: dict[int, list[int]] = {}
    for strand in spans:
        columns_of.setdefault(strands.depth[strands.members[strand][0]], []).append(strand)

    def crossed(left: int, right: int) -> int:
        over = spans[right][0] < place[left] < spans[right][1]
        through = sum(spans[left][0] < place[each] < spans[left][1] for each in set(strands.arguments[right]) - set(strands.arguments[left]))
        return over + through + 10 * len(_merging(strands, place, left) & set(strands.arguments[right]))

    def crossings(risers: Sequence[int]) -> int:
        return sum(crossed(left, right) for at, left in enumerate(risers) for right in risers[at + 1 :])

    slots: dict[int, tuple[int, int]] = {}
    for column, risers in columns_of.items():
        before: list[int] = []
        for riser in min(permutations(risers), key=crossings) if len(risers) < 5 else risers:
            apart = [slots[other][1] + 1 for other in before if spans[other][0] <= spans[riser][1] and spans[riser][0] <= spans[other][1]]
            slots[riser] = column, max(apart, default=0)
            before.append(riser)
    return slots


def _faults(strands: _Strands, order: Sequence[int]) -> tuple[int, int]:
    """How many wires cross, and how many lead on from a riser that two arguments enter from one side: they would seem to merge."""
    place = {strand: at for at, strand in enumerate(order)}
    slots = _slots(strands, order)
    begins = [slots.get(strand, (0, 0)) for strand in range(len(order))]
    ends = [
        max((slots[user] for user in users), default=(strands.depth[members[-1]], MOST_VERTICES))
        for users, members in zip(strands.users, strands.members, strict=True)
    ]
    crossings = mergers = 0
    for riser, (low, high) in _spans(strands, order).items():
        at, arguments = slots[riser], strands.arguments[riser]
        crossings += sum(begins[other] < at < ends[other] for other in order[low + 1 : high] if other != riser and other not in arguments)
        mergers += sum(ends[each] > at for each in _merging(strands, place, riser))
    return crossings, mergers


def _merging(strands: _Strands, place: Mapping[int, int], riser: int) -> set[int]:
    """The arguments that enter a riser from the same side as another."""
    above = {each for each in strands.arguments[riser] if place[each] < place[riser]}
    below = set(strands.arguments[riser]) - above
    return {each for side in (above, below) if len(side) > 1 for each in side}


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


def _planned(shape: Graph, strands: _Strands, order: Sequence[int]) -> _Plan:
    slots, blocks = _slots(strands, order), _blocks(shape.vertices, strands.depth)
    risers: dict[int, int] = {}
    right = 0
    for column in range(max(strands.depth) + 1):
        here = {strand: right + 2 + 2 * slot for strand, (at, slot) in slots.items() if at == column}
        left = max([right + 2, *here.values()]) + 3 if column else 0
        risers |= here
        blocks = [replace(block, left=left) if depth == column else block for block, depth in zip(blocks, strands.depth, strict=True)]
        right = max(block.right for block, depth in zip(blocks, strands.depth, strict=True) if depth <= column)
    return _placed(_Plan(shape, strands, tuple(blocks), risers, {}), order)


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


def _placed(plan: _Plan, order: Sequence[int]) -> _Plan:
    """Each strand in the first row below those before it where neither its wires nor its gradients meet another's."""
    taken: dict[int, list[tuple[int, int]]] = {}
    row = 0
    for strand in order:
        wire, gradients = _reach(plan, strand), _gradients(plan, strand)
        while any(wire[0] <= right and left <= wire[1] for left, right in taken.get(row, [])):
            row += 1
        plan.rows[strand] = row
        taken.setdefault(row, []).append(wire)
        taken.setdefault(row + 1, []).extend(gradients)
    return plan


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
    """From a riser, or from the vertex before it on the strand, to a vertex."""
    arguments = plan.shape.arguments[vertex]
    strong, double = any(argument.strong for argument in arguments), any(argument.times > 1 for argument in arguments)
    for at in range(start, plan.blocks[vertex].left - 1):
        cell = grid.setdefault((row, at), _Cell(0, strong))
        if at == start or not cell.arms:
            cell.arms |= RIGHT if cell.arms else LEFT + RIGHT
            cell.double = double


def _leave(plan: _Plan, strand: int, grid: _Grid) -> None:
    """From the last vertex of a strand to the risers that it enters."""
    last = plan.strands.members[strand][-1]
    users = {plan.risers[user]: plan.strands.members[user][0] for user in plan.strands.users[strand]}
    strong_to = max((at for at, user in users.items() if Argument(last, 1, strong=True) in plan.shape.arguments[user]), default=-1)
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
