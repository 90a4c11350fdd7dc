"""A formula as typed with values and tangents at points, on which a wrong rule can be tried at any node.

Knows the right tangent of every node, and what each node's tangent does to the whole, which is linear in it.
Refuses to know mistakes. Local derivatives come from the graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.lower import lower_expr
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, free_names, postorder

Vector = tuple[float, ...]
"""A number at each point."""

KEPT_SHAPES = 512
"""Operations whose derivatives are kept."""


@dataclass(frozen=True)
class Position:
    """One node: its place in the list, its arguments' places, and whether it moves with the variable."""

    index: int
    expr: Syntax
    args: tuple[int, ...]
    moves: bool


class Tangents:
    """An expression without definitions, with its values and tangents at the points."""

    def __init__(self, expr: Syntax, wrt: str, points: Sequence[Mapping[str, float]]) -> None:
        self.wrt = wrt
        self.points = points
        self.variable = tuple(point.get(wrt, 0.0) for point in points)
        self.positions = list(_list_nodes(expr, wrt))
        self.values: list[Vector] = []
        for position in self.positions:
            self.values.append(tuple(self._value(position, index) for index in range(len(points))))

    def _value(self, position: Position, index: int) -> float:
        match position.expr:
            case Name(id=name):
                return self.points[index][name]
            case Number(value=value):
                return FLOATS.constant(value)
            case expr:
                return local(_shape(expr)).value([self.values[argument][index] for argument in position.args])

    @cached_property
    def tangents(self) -> list[Vector]:
        """The right ones."""
        return self.sweep_with({})

    @cached_property
    def rates(self) -> list[Vector]:
        """What a tangent of each node does to the tangent of the whole: its adjoint; 0 where no path leads
        on."""
        count = len(self.points)
        sums = [[0.0] * count for _ in self.positions]
        sums[-1] = [1.0] * count
        for position in reversed(self.positions):
            for rank, argument in enumerate(position.args):
                if not isinstance(self.positions[argument].expr, Number):
                    for index in range(count):
                        sums[argument][index] += sums[position.index][index] * self.partial(
                            position, rank, index
                        )
        return [tuple(each) for each in sums]

    def sweep_with(
        self, wrong: Mapping[int, Vector | Callable[[Position, list[Vector]], Vector | None]]
    ) -> list[Vector]:
        """All tangents with some of them replaced, by numbers or by a rule that sees the tangents
        below it."""
        found: list[Vector] = []
        for position in self.positions:
            other = wrong.get(position.index)
            own = other(position, found) if callable(other) else other
            found.append(self.right(position, found) if own is None else own)
        return found

    def right(self, position: Position, below: Sequence[Vector]) -> Vector:
        count = len(self.points)
        if isinstance(position.expr, Name):
            return (1.0 if position.expr.id == self.wrt else 0.0,) * count
        total = [0.0] * count
        for rank, argument in enumerate(position.args):
            if any(below[argument]):
                total = [
                    old + self.partial(position, rank, index) * below[argument][index]
                    for index, old in enumerate(total)
                ]
        return tuple(total)

    def partial(self, position: Position, rank: int, index: int, at: float | None = None) -> float:
        """The local derivative by an argument; at: with another number in its place."""
        args = [self.values[argument][index] for argument in position.args]
        if at is not None:
            args[rank] = at
        return local(_shape(position.expr)).partial(args, rank)

    def apply(self, position: Position, rank: int, index: int, at: float) -> float:
        """The node's function with another number in the place of an argument."""
        args = [self.values[argument][index] for argument in position.args]
        args[rank] = at
        return local(_shape(position.expr)).value(args)

    def moving(self, position: Position) -> list[int]:
        """The ranks of the arguments that move with the variable."""
        return [rank for rank, argument in enumerate(position.args) if self.positions[argument].moves]


def _list_nodes(expr: Syntax, wrt: str) -> Iterator[Position]:
    indices: dict[int, int] = {}
    moves: list[bool] = []
    for index, node in enumerate(postorder(expr)):
        indices[id(node)] = index
        args = tuple(indices[id(argument)] for argument in node.args) if isinstance(node, Apply) else ()
        moves.append(node.id == wrt if isinstance(node, Name) else any(moves[argument] for argument in args))
        yield Position(index, node, args, moves[-1])


# one operation of the language, by the graph


class _LocalPartials:
    """A function of the language as a small graph: its value and its partial derivatives."""

    def __init__(self, shape: Apply) -> None:
        self.graph = Graph()
        self.names = [argument.id for argument in shape.args if isinstance(argument, Name)]
        scope = {name: self.graph.input(name) for name in self.names}
        self.output = lower_expr(self.graph, shape, scope)

    @cached_property
    def partials(self) -> list[int]:
        """Of the arguments that are no fixed exponent."""
        found = gradient(self.graph, self.output, self.names)
        return [found[name] for name in self.names]

    def value(self, args: Sequence[float]) -> float:
        return self._at(args, self.output)

    def partial(self, args: Sequence[float], rank: int) -> float:
        return self._at(args, self.partials[rank]) if rank < len(self.names) else 0.0

    def _at(self, args: Sequence[float], index: int) -> float:
        found = forward(self.graph, dict(zip(self.names, args, strict=False)), FLOATS, wanted=[index])
        return float(found[index])


def _shape(expr: Syntax) -> Apply:
    """The node with plain names for its arguments, but for an exponent and a degree, which decide what the
    power means."""
    if not isinstance(expr, Apply):
        raise TypeError("a leaf has no shape")
    fixed = expr.function in ("^", "root") and not free_names(expr.args[1])
    args = tuple(
        argument if fixed and rank == 1 else Name(f"a{rank}") for rank, argument in enumerate(expr.args)
    )
    return Apply(expr.function, args)


@lru_cache(KEPT_SHAPES)
def local(shape: Apply) -> _LocalPartials:
    return _LocalPartials(shape)


def finite(vector: Sequence[float]) -> bool:
    return all(map(math.isfinite, vector))
