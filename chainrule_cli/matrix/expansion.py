"""Expansion: the nodes of a graph as sums of tensor networks, and as matrices.

einsum, products and quotients entry by entry all become factors of one network, so that transposes, diag and
ones dissolve into indices. The factor of a linear input can be left out: what stays is the Jacobian. What is
no product is an atom, see atoms.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product as list_choices

from chainrule_cli.errors import LimitError, QuestionError
from chainrule_cli.graph.adjoint import find_dependent
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import split_indices
from chainrule_cli.matrix.assembly import assemble
from chainrule_cli.matrix.atoms import BLOCKS, find_length, make_atom
from chainrule_cli.matrix.language import ELEMENTWISE
from chainrule_cli.matrix.networks import (
    Index,
    NetworkFactor,
    TensorNetwork,
    drop_ones,
    make_network,
    multiply_all,
)
from chainrule_cli.matrix.nodes import FIRST, Matrix
from chainrule_cli.matrix.renaming import rename
from chainrule_cli.matrix.sizes import Extent
from chainrule_cli.matrix.sums import ALGEBRA

MOST_TERMS = 400
MOST_PARTS = 4_000
MOST_DEEP = 150
"""Operations one inside the other; sums are not counted."""

MULTIPLICATIVE = frozenset({"einsum", "mul", "neg", "div", "pow", "solve", "where"})


@dataclass
class Expansion:
    """left_out: inputs that what is expanded is linear in, whose factors are left out. sizes: of each index.
    known: nodes that are matrices already. named: nodes that go by a name, whatever they are made of."""

    graph: Graph
    left_out: tuple[int, ...] = ()
    sizes: dict[int, int] = field(default_factory=dict)
    known: dict[int, Matrix] = field(default_factory=dict)
    named: Mapping[int, Matrix] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _refuse_deep(self.graph)
        self.known |= self.named
        self.moving = find_dependent(self.graph, len(self.graph) - 1, set(self.left_out))

    # indices

    def make_index(self, size: int) -> Index:
        """A new index; none for a size of 1."""
        if size == 1:
            return None
        self.sizes[len(self.sizes)] = size
        return len(self.sizes) - 1

    def make_axes(self, node: int) -> tuple[Index, ...]:
        """New indices for a node's array."""
        return tuple(self.make_index(size) for size in self.graph.shape(node))

    def find_extent(self, node: int) -> Extent:
        """The rows and columns of a node's array: those of one axis are columns."""
        kept = [size for size in self.graph.shape(node) if size != 1]
        return (kept[0] if kept else None, kept[1] if len(kept) > 1 else None)

    # a node as a matrix

    def find_matrix(self, node: int) -> Matrix:
        """The node in matrix algebra; an array of one axis is a column.

        Raises LimitError where it would be too long."""
        known = self.known.get(node)
        if known is None:
            known = self._make_matrix(node)
            if known.node_count > MOST_PARTS:
                raise LimitError(
                    f"the derivative has more than {MOST_PARTS:,} parts, written out",
                    hint="differentiate a part of the formula",
                )
            self.known[node] = known
        return known

    def _make_matrix(self, node: int) -> Matrix:
        value, op = self.graph.nodes[node].value, self.graph.nodes[node].op
        if value is None and op not in MULTIPLICATIVE and op not in ("add", "sub"):
            return make_atom(self, node)
        axes = self.make_axes(node)
        kept = drop_ones(axes)
        return ALGEBRA.add(
            [self.assemble(each, kept) for each in self.expand(node, axes)], self.find_extent(node)
        )

    def rename(self, matrix: Matrix) -> Matrix:
        """With the names of nodes also where the algebra found them: 1 - tanh(x).^2 is 1 - t.^2."""
        functions = [
            (index, node)
            for index, node in enumerate(self.graph.nodes)
            if index in self.named and node.op in ELEMENTWISE
        ]
        twins = {
            ALGEBRA.apply(node.op, *(self.find_matrix(arg) for arg in node.args)): self.named[index]
            for index, node in functions
        }
        return rename(matrix, twins) if twins else matrix

    def assemble(self, network: TensorNetwork, free: Sequence[int]) -> Matrix:
        return assemble(network, free, self.sizes)

    # a node as networks

    def list_networks(self, node: int, axes: tuple[Index, ...]) -> list[TensorNetwork]:
        """The node at these indices; one factor where it is no product and nothing is left out of it."""
        if node in self.left_out:
            return [TensorNetwork(FIRST, free=((node, axes),))]
        if self.moving[node] or self.graph.nodes[node].value is not None:
            return self.expand(node, axes)
        if node in self.named:
            return [make_network(self.named[node], axes)]
        is_scalar = all(axis is None for axis in axes)
        if self.graph.nodes[node].op in MULTIPLICATIVE and not is_scalar:
            return self.expand(node, axes)
        return [make_network(self.find_matrix(node), axes)]

    def expand(self, node: int, axes: tuple[Index, ...]) -> list[TensorNetwork]:
        """The node at these indices by what it is made of. Raises QuestionError and LimitError."""
        if self.graph.nodes[node].op in BLOCKS and self.moving[node]:
            raise QuestionError(
                "the derivative of a Kronecker product is not written out entry by entry",
                hint="--vjp or --jvp gives it as a product",
            )
        found = list(self._expand(node, axes))
        if len(found) > MOST_TERMS:
            raise LimitError(
                f"the derivative is a sum of more than {MOST_TERMS} terms",
                hint="--vjp gives it as one pass backward",
            )
        if sum(len(each.factors) for each in found) > MOST_PARTS:
            raise LimitError(
                f"the derivative has more than {MOST_PARTS:,} factors, written out",
                hint="--vjp gives it as one pass backward",
            )
        return found

    def _expand(self, index: int, axes: tuple[Index, ...]) -> Iterator[TensorNetwork]:
        node = self.graph.nodes[index]
        if node.value is not None:
            yield TensorNetwork(Fraction(node.value))
            return
        match node.op:
            case "einsum":
                yield from self._contract(index, axes)
            case "add" | "sub":
                yield from self._add(index, axes)
            case "neg":
                yield from (each.negate() for each in self._list_argument(node.args[0], axes))
            case "mul":
                yield from multiply_all(*(self._list_argument(arg, axes) for arg in node.args))
            case "div":
                below = [self._raise_to(node.args[1], axes, Fraction(-1))]
                yield from multiply_all(self._list_argument(node.args[0], axes), below)
            case "pow":
                yield self._expand_power(index, axes)
            case "solve":
                yield from self._solve(index, axes)
            case "where":
                yield from self._branch(index, axes)
            case _:
                yield make_network(self.find_matrix(index), axes)

    def _list_argument(self, node: int, axes: tuple[Index, ...]) -> list[TensorNetwork]:
        """An argument of an operation entry by entry: at the same indices, a number at none."""
        return self.list_networks(node, axes if self.graph.shape(node) else ())

    def _contract(self, index: int, axes: tuple[Index, ...]) -> Iterator[TensorNetwork]:
        """An einsum: a letter is an index, and those that are not of the result are summed."""
        node = self.graph.nodes[index]
        arguments, result = split_indices(node.indices)
        bound: dict[str, Index] = {}
        equal = []
        for letter, axis in zip(result, axes, strict=True):
            first = bound.setdefault(letter, axis)
            if first is not None and axis is not None and first != axis:
                equal.append((first, axis))
        for letters, arg in zip(arguments, node.args, strict=True):
            for letter, size in zip(letters, self.graph.shape(arg), strict=True):
                if letter not in bound:
                    bound[letter] = self.make_index(size)
        parts = [
            self.list_networks(arg, tuple(bound[letter] for letter in letters))
            for letters, arg in zip(arguments, node.args, strict=True)
        ]
        summed = {bound[letter] for letters in arguments for letter in letters if letter not in result}
        for chosen in list_choices(*parts):
            whole = TensorNetwork(FIRST, equal=tuple(equal))
            for each in chosen:
                whole = whole.multiply(each)
            yield whole.bind(drop_ones(summed))

    def _add(self, node: int, axes: tuple[Index, ...]) -> Iterator[TensorNetwork]:
        """A chain of sums, without recursion along it."""
        pending = [(node, False)]
        while pending:
            at, is_negative = pending.pop()
            op, args = self.graph.nodes[at].op, self.graph.nodes[at].args
            is_apart = at == node or at not in self.named
            if is_apart and op in ("add", "sub") and self.graph.shape(at) == self.graph.shape(node):
                pending += [(args[1], is_negative != (op == "sub")), (args[0], is_negative)]
                continue
            yield from (each.negate() if is_negative else each for each in self._list_argument(at, axes))

    # powers, quotients and branches

    def _expand_power(self, index: int, axes: tuple[Index, ...]) -> TensorNetwork:
        base, exponent = self.graph.nodes[index].args
        power = self.graph.exact(exponent)
        return self._raise_to(base, axes, power) if power is not None else self._raise_entries(index, axes)

    def _raise_to(self, node: int, axes: tuple[Index, ...], power: Fraction) -> TensorNetwork:
        """A power of a node, entry by entry; of a product without sums the powers of its factors."""
        axes = axes if self.graph.shape(node) else ()
        kept = drop_ones(axes)
        length = find_length(self.graph, node)
        if length is not None:
            return TensorNetwork(FIRST, (NetworkFactor(self.find_matrix(length), kept, power),))
        found = self.list_networks(node, axes)
        if len(found) == 1 and power.denominator == 1 and found[0].number and not found[0].equal:
            (one,) = found
            if all(set(factor.indices) <= set(kept) for factor in one.factors):
                return one.raise_to(int(power))
        return TensorNetwork(FIRST, (NetworkFactor(self.find_matrix(node), kept, power),))

    def _raise_entries(self, node: int, axes: tuple[Index, ...]) -> TensorNetwork:
        """A power whose exponent is no number as it stands."""
        args = [self.find_matrix(arg) for arg in self.graph.nodes[node].args]
        power = ALGEBRA.operate(".^", args, self.find_extent(node))
        return TensorNetwork(FIRST, (NetworkFactor(power, drop_ones(axes)),))

    def _solve(self, node: int, axes: tuple[Index, ...]) -> Iterator[TensorNetwork]:
        """solve(A, B) is inv(A)*B."""
        left, right = self.graph.nodes[node].args
        inner = self.make_index(self.graph.shape(left)[0])
        inverse = make_network(ALGEBRA.invert(self.find_matrix(left)), (axes[0], inner))
        yield from multiply_all([inverse], self.list_networks(right, (inner, *axes[1:])))

    def _branch(self, node: int, axes: tuple[Index, ...]) -> Iterator[TensorNetwork]:
        """c.*yes + (1 - c).*no; at a point where a power or a length has no slope, what holds around it."""
        condition, yes, no = self.graph.nodes[node].args
        test = self.graph.nodes[condition]
        if test.op == "eq" and self.graph.exact(test.args[1]) == 0:
            yield from self._list_argument(no, axes)
            return
        length = find_length(self.graph, node)
        if length is not None:
            yield make_network(self.find_matrix(length), ())
            return
        holds = self.find_matrix(condition)
        at = axes if self.graph.shape(condition) else ()
        for branch, gate in ((yes, holds), (no, ALGEBRA.complement(holds, holds.extent))):
            if self.graph.exact(branch) != 0:
                yield from multiply_all([make_network(gate, at)], self._list_argument(branch, axes))


def _refuse_deep(graph: Graph) -> None:
    depths: list[int] = []
    for node in graph.nodes:
        inner = max((depths[arg] for arg in node.args), default=0)
        depths.append(inner + (node.op not in ("add", "sub")))
    if max(depths) > MOST_DEEP:
        raise LimitError(
            f"there and back more than {MOST_DEEP} operations follow one another",
            hint="differentiate a part of the formula",
        )
