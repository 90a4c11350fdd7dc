"""ARRAY_OPS: operations along indices, one row each: value on numpy arrays and vector-Jacobian product as
graph nodes.

einsum is the one linear operation: matrix products, transposes, traces, sums, repetitions and diagonals are
its indices, and so is its own vector-Jacobian product. The others are reductions and functions of matrices.
To add an operation, add a row. After the table: sums, means, products and reductions by their usual names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any

from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import LETTERS, Shape, split_indices

Vjp = Callable[[Builder, int, int, int], int]
"""(builder, the operation's node, which argument, the node of the cotangent) -> what is sent to
the argument."""


@dataclass(frozen=True, slots=True)
class ArrayOp:
    """An operation along indices.

    forward: (numpy, indices, shape of the result, arrays) -> array
    vjp: what is sent to an argument, as nodes
    example: indices, and shapes of the arguments
    shape: of the example's result, where the indices do not say it
    """

    name: str
    forward: Callable[..., Any]
    vjp: Vjp
    example: tuple[str, tuple[Shape, ...]]
    shape: Shape | None = None


# values


def _einsum(np: Any, indices: str, shape: Shape, *arrays: Any) -> Any:
    """As numpy's, and further: an index of the result alone repeats, one that stands twice in it fills a
    diagonal."""
    arguments, result = split_indices(indices)
    if len(arrays) == 2 and (transposes := _find_transposes(*arguments, result)) is not None:
        a, b = (
            array.T if transposed else array for array, transposed in zip(arrays, transposes, strict=False)
        )
        return (a @ b).T if transposes[2] else a @ b
    known = "".join(
        letter for letter in dict.fromkeys(result) if any(letter in letters for letters in arguments)
    )
    if known == result:
        return np.einsum(indices, *arrays, optimize=len(arrays) > 2)
    inner = np.einsum(f"{','.join(arguments)}->{known}", *arrays, optimize=len(arrays) > 2)
    sizes = dict(zip(result, shape, strict=True))
    stretched = (
        inner[tuple(slice(None) if letter in known else None for letter in sizes)]
        if len(known) < len(sizes)
        else inner.transpose([known.index(letter) for letter in sizes])
    )
    whole = np.broadcast_to(stretched, tuple(sizes.values()))
    return whole if len(sizes) == len(result) else _fill_diagonal(np, whole, "".join(sizes), result, shape)


@cache
def _find_transposes(one: str, other: str, result: str) -> tuple[bool, bool, bool] | None:
    """Which of two matrices, and of their product, stand transposed in a matrix product; None where the sum
    is none."""
    if not all(len(letters) == len(set(letters)) == 2 for letters in (one, other)):
        return None
    shared = set(one) & set(other)
    if len(shared) != 1 or shared & set(result):
        return None
    letter = shared.pop()
    left, right = one.replace(letter, ""), other.replace(letter, "")
    if result not in (left + right, right + left):
        return None
    return one[0] == letter, other[1] == letter, result == right + left


def _fill_diagonal(np: Any, values: Any, letters: str, result: str, shape: Shape) -> Any:
    filled = np.zeros(shape, dtype=values.dtype)
    np.einsum(f"{result}->{letters}", filled)[...] = values
    return filled


def _reduce(np: Any, indices: str, array: Any, reduce: Callable[..., Any]) -> Any:
    """reduce(array, axis=...) over the indices that the result lacks, the rest in its order."""
    (letters,), result = split_indices(indices)
    axes = tuple(axis for axis, letter in enumerate(letters) if letter not in result)
    left = [letter for letter in letters if letter in result]
    return np.transpose(reduce(array, axis=axes), [left.index(letter) for letter in result])


def _logsumexp(np: Any, array: Any, axis: tuple[int, ...]) -> Any:
    most = np.max(array, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(most), most, 0.0)
    return np.log(np.sum(np.exp(array - shift), axis=axis)) + np.squeeze(shift, axis=axis)


def _norm(np: Any, array: Any, axis: tuple[int, ...]) -> Any:
    """The root of the sum of squares, scaled so that no square overflows."""
    most = np.max(np.abs(array), axis=axis, keepdims=True)
    scale = np.where((most > 0) & np.isfinite(most), most, 1.0)
    return np.sqrt(np.sum(np.square(array / scale), axis=axis)) * np.squeeze(scale, axis=axis)


# matrices


def _call_square(np: Any, function: Callable[[Any], Any], x: Any) -> Any:
    """The function of a square matrix; NaN in its shape where the matrix is singular or is no numbers."""
    try:
        return function(x)
    except np.linalg.LinAlgError:
        return np.full_like(x, np.nan)


def _logdet(np: Any, x: Any) -> Any:
    """The logarithm of a determinant above 0, without the determinant; NaN for others."""
    sign, size = np.linalg.slogdet(x)
    return np.log(sign) + size if np.iscomplexobj(x) else np.where(sign > 0, size, np.nan)


def _cut_blocks(g: Any, inner: Shape) -> tuple[Any, str]:
    """G as blocks of a shape, and their indices: entry (i, p, j, q) is that of block (i, j) at (p, q)."""
    outer = [size // part for size, part in zip(g.shape, inner, strict=True)]
    sizes = [size for pair in zip(outer, inner, strict=True) for size in pair]
    return g.reshape(sizes), "ipjq"[: len(sizes)]


def _trace_blocks(np: Any, _indices: str, _shape: Shape, g: Any, b: Any) -> Any:
    blocks, letters = _cut_blocks(g, b.shape)
    return np.einsum(f"{letters},{letters[1::2]}->{letters[0::2]}", blocks, b)


def _sum_blocks(np: Any, _indices: str, shape: Shape, g: Any, a: Any) -> Any:
    blocks, letters = _cut_blocks(g, shape)
    return np.einsum(f"{letters},{letters[0::2]}->{letters[1::2]}", blocks, a)


# vector-Jacobian products


def _send_inverse(b: Builder, index: int, _slot: int, cotangent: int) -> int:
    """-Y' G Y' for Y = inv(X) (Magnus & Neudecker 2019, ch. 8)."""
    return b.neg(b.apply_along("einsum", "ca,cd,bd->ab", index, cotangent, index))


def _send_determinant(b: Builder, index: int, _slot: int, cotangent: int) -> int:
    """det(X) inv(X)' (Jacobi); of its logarithm inv(X)'."""
    node = b.graph.nodes[index]
    scale = b.mul(cotangent, index) if node.op == "det" else cotangent
    return b.apply_along("einsum", ",ba->ab", scale, b.apply_along("inv", "ab->ba", node.args[0]))


def _send_solve(b: Builder, index: int, slot: int, cotangent: int) -> int:
    """Y = solve(A, B): B gets solve(A', G), and A gets -solve(A', G) Y'."""
    a, right = b.graph.nodes[index].args
    vector = len(b.graph.shape(right)) == 1
    transposed = b.apply_along("einsum", "ab->ba", a)
    pulled = b.apply_along("solve", "ab,a->b" if vector else "ab,ac->bc", transposed, cotangent)
    return (
        pulled
        if slot
        else b.neg(b.apply_along("einsum", "a,b->ab" if vector else "ac,bc->ab", pulled, index))
    )


def _send_kronecker(b: Builder, index: int, slot: int, cotangent: int) -> int:
    one, other = b.graph.nodes[index].args
    whole, parts = _choose_kronecker_indices(b, index, one, other)
    op, fixed = ("blocksum", one) if slot else ("blocktr", other)
    return b.apply_along(
        op,
        f"{whole},{parts[1 - slot]}->{parts[slot]}",
        cotangent,
        fixed,
        shape=b.graph.shape((one, other)[slot]),
    )


def _send_blocks(b: Builder, index: int, slot: int, cotangent: int) -> int:
    """blocktr(G, B) and blocksum(G, A) are linear in both: to G goes a Kronecker product, to the other one of
    the two."""
    g, part = b.graph.nodes[index].args
    traces = b.graph.nodes[index].op == "blocktr"
    whole, parts = _choose_kronecker_indices(b, g, index if traces else part, part if traces else index)
    if slot:
        op = "blocksum" if traces else "blocktr"
        inner, outer = (parts[0], parts[1]) if traces else (parts[1], parts[0])
        return b.apply_along(op, f"{whole},{inner}->{outer}", g, cotangent, shape=b.graph.shape(part))
    pair = (cotangent, part) if traces else (part, cotangent)
    return b.apply_along("kron", f"{parts[0]},{parts[1]}->{whole}", *pair, shape=b.graph.shape(g))


def _choose_kronecker_indices(b: Builder, whole: int, one: int, other: int) -> tuple[str, tuple[str, str]]:
    """Indices of a Kronecker product and of its two parts."""
    counts = [len(b.graph.shape(each)) for each in (whole, one, other)]
    return "ef"[: counts[0]], ("ab"[: counts[1]], "cd"[: counts[2]])


def _send_einsum(b: Builder, index: int, slot: int, cotangent: int) -> int:
    """The indices of the result and of the argument are swapped; one of the argument alone was summed, so it
    repeats."""
    node = b.graph.nodes[index]
    arguments, result = split_indices(node.indices)
    others = [each for each in range(len(arguments)) if each != slot]
    indices = ",".join([result, *(arguments[each] for each in others)]) + "->" + arguments[slot]
    return b.apply_along(
        "einsum",
        indices,
        cotangent,
        *(node.args[each] for each in others),
        shape=b.graph.shape(node.args[slot]),
    )


def _repeat(b: Builder, index: int, narrow: int) -> int:
    """A node of the reduction's shape, stretched to the shape of its argument."""
    node = b.graph.nodes[index]
    (letters,), result = split_indices(node.indices)
    return b.apply_along("einsum", f"{result}->{letters}", narrow, shape=b.graph.shape(node.args[0]))


def _send_amax(b: Builder, index: int, _slot: int, cotangent: int) -> int:
    """The greatest elements share evenly, as two do at a tie of max."""
    node = b.graph.nodes[index]
    ties = b.apply("eq", node.args[0], _repeat(b, index, index))
    share = b.div(cotangent, b.apply_along("einsum", node.indices, ties))
    return b.gate(ties, _repeat(b, index, share), b.zero)


def _send_logsumexp(b: Builder, index: int, _slot: int, cotangent: int) -> int:
    x = b.graph.nodes[index].args[0]
    return b.mul(_repeat(b, index, cotangent), b.apply("exp", b.sub(x, _repeat(b, index, index))))


def _send_norm2(b: Builder, index: int, _slot: int, cotangent: int) -> int:
    """x/|x|, and 0 at 0: the subgradient of least norm."""
    length = b.gate(b.apply("gt", index, b.zero), index, b.one)
    return b.mul(_repeat(b, index, b.div(cotangent, length)), b.graph.nodes[index].args[0])


_ROWS = (
    ArrayOp("einsum", _einsum, _send_einsum, ("ij,jk->ik", ((2, 3), (3, 4)))),
    ArrayOp(
        "amax", lambda np, indices, _, x: _reduce(np, indices, x, np.max), _send_amax, ("ij->i", ((3, 4),))
    ),
    ArrayOp(
        "logsumexp",
        lambda np, indices, _, x: _reduce(np, indices, x, lambda a, axis: _logsumexp(np, a, axis)),
        _send_logsumexp,
        ("ij->i", ((3, 4),)),
    ),
    ArrayOp(
        "norm2",
        lambda np, indices, _, x: _reduce(np, indices, x, lambda a, axis: _norm(np, a, axis)),
        _send_norm2,
        ("ij->j", ((3, 4),)),
    ),
    ArrayOp(
        "inv", lambda np, _, __, x: _call_square(np, np.linalg.inv, x), _send_inverse, ("ab->ba", ((3, 3),))
    ),
    ArrayOp("det", lambda np, _, __, x: np.linalg.det(x), _send_determinant, ("ab->", ((3, 3),))),
    ArrayOp("logdet", lambda np, _, __, x: _logdet(np, x), _send_determinant, ("ab->", ((3, 3),))),
    ArrayOp(
        "solve",
        lambda np, _, __, a, b: _call_square(np, lambda y: np.linalg.solve(a, y), b),
        _send_solve,
        ("ab,ac->bc", ((3, 3), (3, 2))),
    ),
    ArrayOp(
        "kron",
        lambda np, _, __, a, b: np.kron(a, b),
        _send_kronecker,
        ("ab,cd->ef", ((2, 3), (4, 2))),
        (8, 6),
    ),
    ArrayOp("blocktr", _trace_blocks, _send_blocks, ("ef,cd->ab", ((4, 6), (2, 3))), (2, 2)),
    ArrayOp("blocksum", _sum_blocks, _send_blocks, ("ef,ab->cd", ((4, 6), (2, 3))), (2, 2)),
)

ARRAY_OPS: dict[str, ArrayOp] = {row.name: row for row in _ROWS}


# by their usual names


def matmul(graph: Graph, a: int, b: int) -> int:
    """a b for matrices and vectors: (n, k) (k, m), (n, k) (k,), (k,) (k, m), or (k,) (k,), which is their dot
    product."""
    rows, columns = "i"[: len(graph.shape(a)) - 1], "j"[: len(graph.shape(b)) - 1]
    return graph.apply_along("einsum", f"{rows}k,k{columns}->{rows}{columns}", a, b)


def outer(graph: Graph, a: int, b: int) -> int:
    """a b' for vectors."""
    return graph.apply_along("einsum", "i,j->ij", a, b)


def transpose(graph: Graph, a: int) -> int:
    """The axes of an array in the reverse order."""
    letters = LETTERS[: len(graph.shape(a))]
    return a if len(letters) < 2 else graph.apply_along("einsum", f"{letters}->{letters[::-1]}", a)


def trace(graph: Graph, a: int) -> int:
    return graph.apply_along("einsum", "ii->", a)


def diagonal(graph: Graph, a: int) -> int:
    """The diagonal of a matrix as a vector, or a vector as the diagonal of a matrix."""
    return graph.apply_along("einsum", "ii->i" if len(graph.shape(a)) == 2 else "i->ii", a)


def total(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """The sum over the axes, over all of them where none are named."""
    return _reduce_over(graph, "einsum", a, axes)


def mean(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """The mean over the axes, over all of them where none are named."""
    shape = graph.shape(a)
    count = prod(shape[axis] for axis in (range(len(shape)) if axes is None else axes))
    return graph.apply("mul", total(graph, a, axes), graph.constant(Fraction(1, count)))


def amax(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """The greatest element along the axes; where several are, they share the derivative evenly."""
    return _reduce_over(graph, "amax", a, axes)


def logsumexp(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """log of the sum of exp along the axes, shifted by the maximum."""
    return _reduce_over(graph, "logsumexp", a, axes)


def norm2(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """The Euclidean length along the axes; at 0 its derivative is 0, the least norm."""
    return _reduce_over(graph, "norm2", a, axes)


def repeat(graph: Graph, a: int, shape: Shape, axes: Sequence[int]) -> int:
    """An array repeated along new axes. axes: of the result."""
    letters = LETTERS[: len(shape)]
    kept = "".join(letter for axis, letter in enumerate(letters) if axis not in axes)
    return graph.apply_along("einsum", f"{kept}->{letters}", a, shape=shape)


def _reduce_over(graph: Graph, op: str, a: int, axes: Sequence[int] | None) -> int:
    letters = LETTERS[: len(graph.shape(a))]
    gone = range(len(letters)) if axes is None else [axis % len(letters) for axis in axes]
    kept = "".join(letter for axis, letter in enumerate(letters) if axis not in gone)
    return a if kept == letters else graph.apply_along(op, f"{letters}->{kept}", a)
