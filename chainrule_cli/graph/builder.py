"""Builder: local derivatives as nodes, simplified where that is exactly safe.

0·u is dropped because a zero here is structural: it stands for an edge that sends nothing, not for a number
that came out 0.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import LETTERS, Shape, split_indices

LARGEST_BITS = 4096
"""Of the numerator and the denominator of a number that is worked out; what is larger stays an operation."""


class Builder:
    """The operations that local derivatives are written in; each takes nodes and gives a node."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.zero = graph.constant(0)
        self.one = graph.constant(1)

    def number(self, value: Fraction | int) -> int:
        return self.graph.constant(value)

    def apply(self, op: str, *args: int) -> int:
        return self.graph.apply(op, *args)

    def _fold(self, value: Fraction | None) -> int | None:
        if value is None or max(value.numerator.bit_length(), value.denominator.bit_length()) > LARGEST_BITS:
            return None
        return self.graph.constant(value)

    def add(self, a: int, b: int) -> int:
        if self.zero in (a, b):
            return b if a == self.zero else a
        one, other = self.graph.exact(a), self.graph.exact(b)
        folded = self._fold(one + other) if one is not None and other is not None else None
        return folded if folded is not None else self.apply("add", a, b)

    def sub(self, a: int, b: int) -> int:
        if b == self.zero:
            return a
        return self.apply("sub", a, b) if self.graph.exact(b) is None else self.add(a, self.neg(b))

    def neg(self, a: int) -> int:
        value, node = self.graph.exact(a), self.graph.nodes[a]
        if value is not None:
            return self.graph.constant(-value)
        return node.args[0] if node.op == "neg" else self.apply("neg", a)

    def mul(self, a: int, b: int) -> int:
        if self.zero in (a, b):
            return self.zero
        if self.one in (a, b):
            return b if a == self.one else a
        one, other = self.graph.exact(a), self.graph.exact(b)
        folded = self._fold(one * other) if one is not None and other is not None else None
        if folded is not None:
            return folded
        if other == -1 or one == -1:
            return self.neg(a if other == -1 else b)
        return self.apply("mul", a, b)

    def div(self, a: int, b: int) -> int:
        if a == self.zero or b == self.one:
            return a
        one, other = self.graph.exact(a), self.graph.exact(b)
        folded = self._fold(one / other) if one is not None and other else None
        return folded if folded is not None else self.apply("div", a, b)

    def reciprocal(self, a: int) -> int:
        return self.div(self.one, a)

    def square(self, a: int) -> int:
        return self.mul(a, a)

    def power(self, a: int, exponent: Fraction | int) -> int:
        if exponent == 0:
            return self.one
        return a if exponent == 1 else self.apply("pow", a, self.number(exponent))

    def gate(self, condition: int, yes: int, no: int) -> int:
        return yes if yes == no else self.apply("where", condition, yes, no)

    def both(self, one: int | None, other: int | None) -> int | None:
        """Two conditions at once; None always holds, the node 0 never does."""
        if one is None or other is None:
            return other if one is None else one
        if self.zero in (one, other):
            return self.zero
        return one if one == other else self.apply("and", one, other)

    def send(self, adjoint: int, local: int) -> int:
        """adjoint times local, multiplied inside the local's branches: a branch of 0 sends 0, whatever the
        adjoint."""
        node = self.graph.nodes[local]
        if node.op == "where" and self._has_number(node.args[1:]):
            return self.gate(node.args[0], self.send(adjoint, node.args[1]), self.send(adjoint, node.args[2]))
        return self.mul(adjoint, local)

    def _has_number(self, branches: tuple[int, ...]) -> bool:
        return any(self.graph.exact(branch) is not None for branch in branches)

    def beyond_one(self, x: int) -> int:
        """sqrt(x^2 - 1) for x >= 1 as sqrt(x - 1) sqrt(x + 1): no cancelling, no overflow."""
        return self.mul(self.apply("sqrt", self.sub(x, self.one)), self.apply("sqrt", self.add(x, self.one)))

    def inside_one(self, x: int) -> int:
        """1 - x^2 as (1 - x)(1 + x), without cancelling."""
        return self.mul(self.sub(self.one, x), self.add(self.one, x))

    def apply_along(self, op: str, indices: str, *args: int, shape: Shape | None = None) -> int:
        """An operation along indices; an einsum that changes nothing is its argument."""
        arguments, result = split_indices(indices)
        if op == "einsum" and arguments == [result] and len(set(result)) == len(result):
            return args[0]
        return self.graph.apply_along(op, indices, *args, shape=shape)

    def zeros(self, shape: Shape) -> int:
        return self.apply_along("einsum", f"->{LETTERS[: len(shape)]}", self.zero, shape=shape)
