"""Graph: an append-only, hash-consed list of nodes; the order of the list is topological.

Knows operations by name only. Refuses to know their values and derivatives, which are ops.py's. Every edge is kept: x*x
has two. A new kind of node is a new operation in OPS.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Node(NamedTuple):
    """op: "input", "constant" or a key of OPS; args: the nodes it takes, each an edge. value: the exact number of a
    constant; name: the variable of an input."""

    op: str
    args: tuple[int, ...] = ()
    value: Fraction | int | None = None
    name: str | None = None


class Graph:
    """nodes: the list, arguments before their users. inputs: variable -> node. labels: node -> a definition's name."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.inputs: dict[str, int] = {}
        self.labels: dict[int, str] = {}
        self._known: dict[Node, int] = {}

    def __len__(self) -> int:
        return len(self.nodes)

    def input(self, name: str) -> int:
        """The node of a variable."""
        self.inputs[name] = self._add(Node("input", name=name))
        return self.inputs[name]

    def constant(self, value: Fraction | int) -> int:
        """The node of an exact number."""
        exact = Fraction(value)
        return self._add(Node("constant", value=exact.numerator if exact.denominator == 1 else exact))

    def apply(self, op: str, *args: int) -> int:
        """The node of an operation on nodes that exist already; the same operation on the same nodes is the same node."""
        return self._add(Node(op, args))

    def exact(self, place: int) -> Fraction | None:
        """The value of a constant node; None for any other."""
        value = self.nodes[place].value
        return None if value is None else Fraction(value)

    def _add(self, node: Node) -> int:
        place = self._known.get(node)
        if place is None:
            place = self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return place

    def reaching(self, output: int) -> list[bool]:
        """For each node up to the output, whether the output depends on it."""
        needed = [False] * (output + 1)
        needed[output] = True
        for place in range(output, -1, -1):
            if needed[place]:
                for argument in self.nodes[place].args:
                    needed[argument] = True
        return needed
