"""Atoms: the nodes of a graph that are no product, in matrix algebra: functions, determinants, conditions.

An operation that the graph has along indices and that has a row in MATRIX_FUNCTIONS needs no case here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import split_indices
from chainrule_cli.matrix.nodes import (
    FIRST,
    ONE,
    Eye,
    Matrix,
    Pi,
    Transposed,
    is_operation,
    is_zero,
    make_eye,
    make_name,
    make_ones,
    split_factors,
)
from chainrule_cli.matrix.sizes import SCALAR, Extent
from chainrule_cli.matrix.sums import ALGEBRA

BLOCKS = frozenset({"kron", "blocktr", "blocksum"})
CONDITIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not"})
OWN_NAMES = {"amax": "max"}
"""An operation of the graph -> what it is called here."""


class Nodes(Protocol):
    """Where the nodes come from: a graph, and the matrices of other nodes."""

    graph: Graph

    def find_extent(self, node: int) -> Extent: ...
    def find_matrix(self, node: int) -> Matrix: ...


def make_atom(nodes: Nodes, index: int) -> Matrix:
    """The node as a matrix; an array of one axis is a column.

    Raises QuestionError for an operation without a derivative."""
    node, extent = nodes.graph.nodes[index], nodes.find_extent(index)
    special = _find_special(nodes, index)
    if special is not None:
        return special
    if node.op == "input":
        return make_name(node.name or "", extent)
    args = [nodes.find_matrix(arg) for arg in node.args]
    if node.op in CONDITIONS:
        return _hold(node.op, args, extent)
    make = ATOMS.get(node.op)
    if make is not None:
        return make(args, extent)
    if node.indices and not node.shape:
        inner = args[0].args[0] if isinstance(args[0], Transposed) else args[0]  # of a transpose the same
        return ALGEBRA.operate(OWN_NAMES.get(node.op, node.op), [inner, *args[1:]])
    if node.indices:
        return ALGEBRA.operate(node.op, args, extent)
    return ALGEBRA.apply(node.op, *args)


def _refuse_undefined(_args: Sequence[Matrix], _extent: Extent) -> Matrix:
    raise QuestionError("a derivative by the order of a function has no formula here")


def _find_hypotenuse(args: Sequence[Matrix], extent: Extent) -> Matrix:
    squares = [ALGEBRA.multiply_entries([(arg, Fraction(2))]) for arg in args]
    return ALGEBRA.apply("sqrt", ALGEBRA.add(squares, extent))


def _multiply_blocks(args: Sequence[Matrix], extent: Extent) -> Matrix:
    """kron, numbers and scalars in front."""
    (factor, powers, one), (number, more, other) = map(split_factors, args)
    bodies = [
        make_ones(arg.extent) if body is None else body for arg, body in zip(args, (one, other), strict=True)
    ]
    made = ALGEBRA.operate("kron", bodies, extent)
    if all(isinstance(each, Eye) for each in bodies):
        made = make_eye(extent[0] or 1)
    return ALGEBRA.scale(factor * number, [*powers, *more], made)


def _trace_blocks(args: Sequence[Matrix], extent: Extent) -> Matrix:
    """blocktr(kron(P, Q), B) is tr(B'*Q)*P."""
    return _undo_kron("blocktr", args, extent, kept=0)


def _sum_blocks(args: Sequence[Matrix], extent: Extent) -> Matrix:
    """blocksum(kron(P, Q), A) is tr(A'*P)*Q."""
    return _undo_kron("blocksum", args, extent, kept=1)


def _undo_kron(name: str, args: Sequence[Matrix], extent: Extent, *, kept: int) -> Matrix:
    """kept: which part of the Kronecker product stays."""
    whole, part = args
    factor, powers, body = split_factors(whole)
    if body is None or not is_operation(body, "kron") or body.args[1 - kept].extent != part.extent:
        return ALGEBRA.operate(name, args, extent)
    inner = ALGEBRA.multiply([ALGEBRA.transpose(part), body.args[1 - kept]])
    if part.is_whole:
        inner = ALGEBRA.trace(inner)
    return ALGEBRA.scale(factor, [*powers, (inner, FIRST)], body.args[kept])


ATOMS: dict[str, Callable[[Sequence[Matrix], Extent], Matrix]] = {
    "pi": lambda _args, _extent: Pi((), SCALAR),
    "e": lambda _args, _extent: ALGEBRA.apply("exp", ONE),
    "undefined": _refuse_undefined,
    "inv": lambda args, _extent: ALGEBRA.invert(args[0]),
    "erfc": lambda args, extent: ALGEBRA.complement(ALGEBRA.apply("erf", args[0]), extent),
    "hypot": _find_hypotenuse,
    "kron": _multiply_blocks,
    "blocktr": _trace_blocks,
    "blocksum": _sum_blocks,
}
"""Operations of the graph that are more than themselves in matrix algebra."""


# shapes of the graph that have a name


def _find_special(nodes: Nodes, index: int) -> Matrix | None:
    """softmax, and the other side of a sigmoid."""
    graph = nodes.graph
    node = graph.nodes[index]
    if node.op == "exp" and graph.nodes[node.args[0]].op == "sub":
        return _find_softmax(nodes, index)
    if node.op == "sigmoid" and graph.nodes[node.args[0]].op == "neg":
        (inner,) = graph.nodes[node.args[0]].args
        twin = graph.find("sigmoid", inner)
        other = (
            nodes.find_matrix(twin)
            if twin is not None
            else ALGEBRA.apply("sigmoid", nodes.find_matrix(inner))
        )
        return ALGEBRA.complement(other, nodes.find_extent(index))
    return None


def _find_softmax(nodes: Nodes, index: int) -> Matrix | None:
    """exp(x - logsumexp(x)), along the rows of the array as it stands, or along those of its transpose."""
    graph = nodes.graph
    x, spread = graph.nodes[graph.nodes[index].args[0]].args
    is_repeated = graph.nodes[spread].op == "einsum" and len(graph.nodes[spread].args) == 1
    inner = graph.nodes[graph.nodes[spread].args[0] if is_repeated else spread]
    if inner.op != "logsumexp" or inner.args[0] != x:
        return None
    matrix, extent = nodes.find_matrix(x), nodes.find_extent(index)
    (letters,), over = split_indices(inner.indices)
    if not over and len(letters) > 1:
        return None
    if not over or over == letters[0]:
        return ALGEBRA.operate("softmax", [matrix], extent)
    rows = ALGEBRA.operate("softmax", [ALGEBRA.transpose(matrix)], (extent[1], extent[0]))
    return ALGEBRA.transpose(rows)


def find_length(graph: Graph, index: int) -> int | None:
    """A length that stands in for itself except at 0: where(n > 0, n, 1) is n."""
    node = graph.nodes[index]
    if node.op != "where" or graph.nodes[node.args[0]].op != "gt":
        return None
    above, below = graph.nodes[node.args[0]].args
    is_length = above == node.args[1] and graph.exact(below) == 0 and graph.nodes[above].op == "norm2"
    return above if is_length else None


# conditions


def _hold(op: str, args: Sequence[Matrix], extent: Extent) -> Matrix:
    """1 where a condition holds and 0 elsewhere, by sign and relu: x > y as sign(relu(x - y))."""
    if op in ("and", "or", "not"):
        return _join_conditions(op, args, extent)
    if op == "gt" and is_operation(args[0], "norm2") and is_zero(args[1]):
        return ONE
    one, other = args if op in ("gt", "le", "eq", "ne") else args[::-1]
    gap = ALGEBRA.add([one, ALGEBRA.negate(other)], extent)
    holds = ALGEBRA.apply("sign", ALGEBRA.apply("abs" if op in ("eq", "ne") else "relu", gap))
    return holds if op in ("gt", "lt", "ne") else ALGEBRA.complement(holds, extent)


def _join_conditions(op: str, args: Sequence[Matrix], extent: Extent) -> Matrix:
    if op == "and":
        return ALGEBRA.multiply_entries([(arg, FIRST) for arg in args])
    neither = ALGEBRA.multiply_entries([(ALGEBRA.complement(arg, arg.extent), FIRST) for arg in args])
    return neither if op == "not" else ALGEBRA.complement(neither, extent)
