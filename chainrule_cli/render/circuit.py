"""A small diagram as a circuit: inputs at the left, each operation right of its arguments.

Values stand above and gradients below. edge_order.py says what stands above what; here are the cells. Edges
lead to the right, and one that reaches ├ enters there. A circuit that could not be followed, or has no room,
is not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter
from typing import TypeAlias

from chainrule_cli.document import Diagram, Vertex
from chainrule_cli.render.edge_order import (
    ChainOrder,
    Chains,
    assign_slots,
    count_faults,
    find_chains,
    order_chains,
)
from chainrule_cli.render.spans import Spans, TextSpan, count_cells, mark, measure, merge
from chainrule_cli.render.text_graph import (
    ARMS,
    DOUBLED,
    DOWN,
    LEFT,
    RIGHT,
    UP,
    DrawnGraph,
    label_vertex,
    read_diagram,
)

MOST_OPERATIONS, MOST_VERTICES, MOST_CROSSINGS = 10, 18, 3
LEGEND = "value above, gradient below"


def draw(diagram: Diagram, room: int) -> list[Spans]:
    """The lines of the circuit, none longer than the room; none where a drawing in columns is clearer."""
    graph = read_diagram(diagram)
    operations = sum(1 for arguments in graph.arguments if arguments)
    if not 0 < operations <= MOST_OPERATIONS or len(graph.vertices) > MOST_VERTICES or _is_tangled(graph):
        return []
    chains = find_chains(graph)
    if _measure_narrowest(graph, chains) > room:
        return []
    order = order_chains(chains)
    crossings, mergers = count_faults(order)
    if mergers or crossings > MOST_CROSSINGS:
        return []
    plan = _plan_circuit(graph, order)
    if max(block.right for block in plan.blocks) > room:
        return []
    lines = _write_lines(plan)
    has_both = any(vertex.value and vertex.gradient for vertex in graph.vertices)
    return _add_legend(lines) if has_both else lines


def _is_tangled(graph: DrawnGraph) -> bool:
    """Whether a vertex is used twice beside another argument: its two edges would not be told apart."""
    return any(
        len(arguments) > 1 and any(argument.times > 1 for argument in arguments)
        for arguments in graph.arguments
    )


# where everything stands


@dataclass(frozen=True, slots=True)
class _VertexBlock:
    """A vertex on the page.

    label: with the blanks behind it
    number: cells of its value or its gradient
    left: the cell where it begins
    """

    label: Spans
    number: int
    left: int = 0

    @property
    def middle(self) -> int:
        return self.left + measure(self.label)

    @property
    def right(self) -> int:
        return self.middle + self.number


@dataclass(frozen=True, slots=True)
class _CircuitPlan:
    """Where everything stands.

    blocks: of the vertices
    segments: the cell of each chain's vertical segment
    rows: of the chains
    """

    graph: DrawnGraph
    chains: Chains
    blocks: tuple[_VertexBlock, ...]
    segments: dict[int, int]
    rows: dict[int, int]


def _plan_circuit(graph: DrawnGraph, order: ChainOrder) -> _CircuitPlan:
    chains, slots = order.chains, assign_slots(order)
    blocks = _make_blocks(graph.vertices, chains.depth)
    segments: dict[int, int] = {}
    right = 0
    for column in range(max(chains.depth) + 1):
        here = {chain: right + 2 + 2 * slot for chain, (at, slot) in slots.items() if at == column}
        left = max([right + 2, *here.values()]) + 3 if column else 0
        segments |= here
        blocks = [
            replace(block, left=left) if depth == column else block
            for block, depth in zip(blocks, chains.depth, strict=True)
        ]
        right = max(block.right for block, depth in zip(blocks, chains.depth, strict=True) if depth <= column)
    plan = _CircuitPlan(graph, chains, tuple(blocks), segments, {})
    return replace(plan, rows=_assign_rows(plan, order.sequence))


def _measure_narrowest(graph: DrawnGraph, chains: Chains) -> int:
    """Cells that the columns take at least, whatever the order."""
    wide = [0] * (max(chains.depth) + 1)
    for block, depth in zip(_make_blocks(graph.vertices, chains.depth), chains.depth, strict=True):
        wide[depth] = max(wide[depth], block.right)
    return sum(wide) + 5 * (len(wide) - 1)


def _make_blocks(vertices: Sequence[Vertex], depth: Sequence[int]) -> list[_VertexBlock]:
    """The numbers of the inputs stand below each other; those of an operation right after it."""
    blocks = [_make_block(vertex) for vertex in vertices]
    inputs = [block for block, at in zip(blocks, depth, strict=True) if at == 0]
    wide, number = max(measure(block.label) for block in inputs), max(block.number for block in inputs)
    padded = [
        _VertexBlock([*block.label, TextSpan(" " * (wide - measure(block.label)))], number)
        for block in blocks
    ]
    return [pad if at == 0 else block for pad, block, at in zip(padded, blocks, depth, strict=True)]


def _make_block(vertex: Vertex) -> _VertexBlock:
    number = max(count_cells(vertex.value), count_cells(vertex.gradient))
    return _VertexBlock([*label_vertex(vertex), TextSpan("  " if number else "")], number)


def _assign_rows(plan: _CircuitPlan, order: Sequence[int]) -> dict[int, int]:
    """Each chain in the first row below those before it where its edges and gradients meet no other's."""
    taken: dict[int, list[tuple[int, int]]] = {}
    rows: dict[int, int] = {}
    row = 0
    for chain in order:
        edge, gradients = _find_reach(plan, chain), _find_gradient_cells(plan, chain)
        while any(edge[0] <= right and left <= edge[1] for left, right in taken.get(row, [])):
            row += 1
        rows[chain] = row
        taken.setdefault(row, []).append(edge)
        taken.setdefault(row + 1, []).extend(gradients)
    return rows


def _find_reach(plan: _CircuitPlan, chain: int) -> tuple[int, int]:
    """From a chain's vertical segment to the last one that it enters."""
    last = plan.chains.members[chain][-1]
    entered = (plan.segments[user] for user in plan.chains.users[chain])
    return plan.segments.get(chain, 0), max(entered, default=plan.blocks[last].right)


def _find_gradient_cells(plan: _CircuitPlan, chain: int) -> list[tuple[int, int]]:
    """The cells under a chain's values, with one to either side."""
    members = [each for each in plan.chains.members[chain] if plan.graph.vertices[each].gradient]
    return [(plan.blocks[each].middle - 1, plan.blocks[each].right) for each in members]


# edges


@dataclass(slots=True)
class _Cell:
    arms: int
    strong: bool
    double: bool = False


_Grid: TypeAlias = dict[tuple[int, int], _Cell]


def _draw_edges(plan: _CircuitPlan) -> _Grid:
    """The edges by row and cell. One that crosses a vertical segment without entering it hides behind it."""
    grid: _Grid = {}
    for chain, at in plan.segments.items():
        _draw_segment(plan, chain, at, grid)
    for chain, (first, *others) in enumerate(plan.chains.members):
        row = plan.rows[chain]
        if chain in plan.segments:
            _draw_entry(plan, first, grid, row, plan.segments[chain])
        for left, right in pairwise((first, *others)):
            _draw_entry(plan, right, grid, row, plan.blocks[left].right + 1)
        _draw_exit(plan, chain, grid)
    return grid


def _draw_segment(plan: _CircuitPlan, chain: int, at: int, grid: _Grid) -> None:
    """A vertical segment spans the rows of its arguments and its own.

    Its part between a stressed argument and its exit is stressed.
    """
    own = plan.rows[chain]
    arguments = plan.graph.arguments[plan.chains.members[chain][0]]
    rows = [plan.rows[each] for each in plan.chains.arguments[chain]]
    low, high = min(own, *rows), max(own, *rows)
    stressed = [row for row, argument in zip(rows, arguments, strict=True) if argument.strong]
    for row in range(low, high + 1):
        strong = any(min(own, each) <= row <= max(own, each) for each in stressed)
        grid[row, at] = _Cell(UP * (row > low) + DOWN * (row < high), strong)


def _draw_entry(plan: _CircuitPlan, vertex: int, grid: _Grid, row: int, start: int) -> None:
    """From a vertical segment, or the vertex before it on the chain, to a vertex; behind those between."""
    arguments = plan.graph.arguments[vertex]
    strong = any(argument.strong for argument in arguments)
    double = any(argument.times > 1 for argument in arguments)
    for at in range(start, plan.blocks[vertex].left - 1):
        cell = grid.setdefault((row, at), _Cell(0, strong))
        if at == start or not cell.arms:
            cell.arms |= RIGHT if cell.arms else LEFT + RIGHT
            cell.double = double


def _draw_exit(plan: _CircuitPlan, chain: int, grid: _Grid) -> None:
    """From the last vertex of a chain to the vertical segments that it enters; behind the others."""
    last = plan.chains.members[chain][-1]
    users = {plan.segments[user]: plan.chains.members[user][0] for user in plan.chains.users[chain]}
    strong_to = max(
        (
            at
            for at, user in users.items()
            if any(each.source == last and each.strong for each in plan.graph.arguments[user])
        ),
        default=-1,
    )
    for at in range(plan.blocks[last].right + 1, max(users, default=-1) + 1):
        cell = grid.setdefault((plan.rows[chain], at), _Cell(0, at <= strong_to))
        if at in users:
            cell.arms |= LEFT + (RIGHT if at < max(users) else 0)
            cell.strong |= at <= strong_to
        elif not cell.arms:
            cell.arms = LEFT + RIGHT


# lines


def _write_lines(plan: _CircuitPlan) -> list[Spans]:
    rows: list[list[tuple[int, Spans]]] = [[] for _ in range(max(plan.rows.values()) + 2)]
    for chain, members in enumerate(plan.chains.members):
        for each in members:
            block, vertex, row = plan.blocks[each], plan.graph.vertices[each], plan.rows[chain]
            head = [*block.label, TextSpan(_align_right(vertex.value, block.number), "value")]
            rows[row].append((block.left, mark(head, plan.graph.indices[each])))
            if vertex.gradient:
                below = [TextSpan(_align_right(vertex.gradient, block.number), "gradient")]
                rows[row + 1].append((block.middle, mark(below, plan.graph.indices[each])))
    for (row, at), cell in _draw_edges(plan).items():
        char = ARMS[cell.arms].translate(DOUBLED) if cell.double else ARMS[cell.arms]
        rows[row].append((at, [TextSpan(char, "strong" if cell.strong else "dim")]))
    lines = [_fill_row(row) for row in rows]
    return lines if lines[-1] else lines[:-1]


def _align_right(text: str, wide: int) -> str:
    return " " * (wide - count_cells(text)) + text


def _fill_row(parts: Sequence[tuple[int, Spans]]) -> Spans:
    """The parts at their cells, blanks between them."""
    line: Spans = []
    end = 0
    for at, part in sorted(parts, key=itemgetter(0)):
        line += [TextSpan(" " * (at - end)), *part]
        end = at + measure(part)
    return merge(line)


def _add_legend(lines: list[Spans]) -> list[Spans]:
    """What stands above and what below: at the right of the last line where that is free, else under it."""
    start = max(map(measure, lines)) - len(LEGEND)
    if start < measure(lines[-1]) + 3:
        return [*lines, [TextSpan(LEGEND, "dim")]]
    return [*lines[:-1], [*lines[-1], TextSpan(" " * (start - measure(lines[-1]))), TextSpan(LEGEND, "dim")]]
