"""Graph: an append-only, hash-consed list of nodes; the order of the list is topological.

It knows operations by name and by shape; their values and derivatives are rows of OPS (operations.py) and of
ARRAY_OPS (index_operations.py), where a new one is added. Every edge is kept: x*x has two.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.graph.shapes import Shape, broadcast, contract

SCALAR: Shape = ()


class Node(NamedTuple):
    """One operation. A node is called by its index in the graph's list.

    op: "input", "constant", "cotangent", a key of OPS or of ARRAY_OPS
    args: the indices of the nodes that it takes, each an edge
    value: the exact number of a constant
    name: the variable of an input
    indices: of an operation along axes, as einsum has them: "ij,jk->ik"
    shape: () for a number
    """

    op: str
    args: tuple[int, ...] = ()
    value: Fraction | int | None = None
    name: str | None = None
    indices: str = ""
    shape: Shape = SCALAR


class Graph:
    """A computation, node by node.

    nodes: the list, arguments before their users
    inputs: variable -> index
    labels: index -> a definition's name
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.inputs: dict[str, int] = {}
        self.labels: dict[int, str] = {}
        self._known: dict[Node, int] = {}

    def __len__(self) -> int:
        return len(self.nodes)

    def input(self, name: str, shape: Shape = SCALAR) -> int:
        """The node of a variable."""
        self.inputs[name] = self._add(Node("input", name=name, shape=shape))
        return self.inputs[name]

    def constant(self, value: Fraction | int) -> int:
        """The node of an exact number."""
        exact = Fraction(value)
        return self._add(Node("constant", value=exact.numerator if exact.denominator == 1 else exact))

    def apply(self, op: str, *args: int) -> int:
        """The node of an operation on nodes that exist already; the same operation on the same nodes is the
        same node.

        On arrays it goes element by element, as numpy broadcasts.

        Raises QuestionError for shapes that do not fit.
        """
        nodes = self.nodes
        shape = SCALAR
        for arg in args:
            if nodes[arg].shape != shape:
                shape = broadcast(shape, nodes[arg].shape)
        return self._add(Node(op, args, shape=shape))

    def find(self, op: str, *args: int) -> int | None:
        """The node of an operation element by element, where there is one already."""
        shape = SCALAR
        for arg in args:
            shape = broadcast(shape, self.nodes[arg].shape)
        return self._known.get(Node(op, args, shape=shape))

    def apply_along(self, op: str, indices: str, *args: int, shape: Shape | None = None) -> int:
        """The node of an operation that goes along axes, such as einsum "ij,jk->ik" or amax "ij->i".

        shape: of the result, where an index of it stands in no argument: along that axis the result repeats.

        Raises QuestionError for shapes that do not fit the indices.
        """
        result = contract(indices, [self.nodes[arg].shape for arg in args], shape)
        return self._add(Node(op, args, indices=indices, shape=result))

    def cotangent(self, shape: Shape) -> int:
        """A stand-in for a cotangent that falls away again: it has a shape and no value."""
        return self._add(Node("cotangent", shape=shape))

    def shape(self, index: int) -> Shape:
        return self.nodes[index].shape

    def exact(self, index: int) -> Fraction | None:
        """The value of a constant node; None for any other."""
        value = self.nodes[index].value
        return None if value is None else Fraction(value)

    def _add(self, node: Node) -> int:
        index = self._known.get(node)
        if index is None:
            index = self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return index

    def find_needed(self, *outputs: int) -> list[bool]:
        """For each node up to the last output, whether one of the outputs depends on it."""
        needed = [False] * (max(outputs) + 1)
        for output in outputs:
            needed[output] = True
        for index in range(len(needed) - 1, -1, -1):
            if needed[index]:
                for argument in self.nodes[index].args:
                    needed[argument] = True
        return needed
