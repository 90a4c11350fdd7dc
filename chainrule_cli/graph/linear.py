"""Sums, means, products and reductions of arrays by their usual names, each as an operation along indices.

Knows which indices a name stands for. Refuses to know values and derivatives, which are array_ops.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import LETTERS, Shape


def matmul(graph: Graph, a: int, b: int) -> int:
    """a b for matrices and vectors: (n, k) (k, m), (n, k) (k,), (k,) (k, m), or (k,) (k,), which is their dot product."""
    rows, columns = "i"[: len(graph.shape(a)) - 1], "j"[: len(graph.shape(b)) - 1]
    return graph.along("einsum", f"{rows}k,k{columns}->{rows}{columns}", a, b)


def outer(graph: Graph, a: int, b: int) -> int:
    """a b' for vectors."""
    return graph.along("einsum", "i,j->ij", a, b)


def transpose(graph: Graph, a: int) -> int:
    """The axes of an array in the reverse order."""
    letters = LETTERS[: len(graph.shape(a))]
    return a if len(letters) < 2 else graph.along("einsum", f"{letters}->{letters[::-1]}", a)


def trace(graph: Graph, a: int) -> int:
    return graph.along("einsum", "ii->", a)


def diagonal(graph: Graph, a: int) -> int:
    """The diagonal of a matrix as a vector, or a vector as the diagonal of a matrix."""
    return graph.along("einsum", "ii->i" if len(graph.shape(a)) == 2 else "i->ii", a)


def total(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """The sum over the axes, over all of them where none are named."""
    return _over(graph, "einsum", a, axes)


def mean(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """The mean over the axes, over all of them where none are named."""
    shape = graph.shape(a)
    count = prod(shape[axis] for axis in (range(len(shape)) if axes is None else axes))
    return graph.apply("mul", total(graph, a, axes), graph.constant(Fraction(1, count)))


def amax(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """The greatest element along the axes; where several are, they share the derivative evenly."""
    return _over(graph, "amax", a, axes)


def logsumexp(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """log of the sum of exp along the axes, shifted by the maximum."""
    return _over(graph, "logsumexp", a, axes)


def norm2(graph: Graph, a: int, axes: Sequence[int] | None = None) -> int:
    """The Euclidean length along the axes; at 0 its derivative is 0, the least norm."""
    return _over(graph, "norm2", a, axes)


def repeat(graph: Graph, a: int, shape: Shape, axes: Sequence[int]) -> int:
    """An array repeated along new axes, which are places in the result's shape."""
    letters = LETTERS[: len(shape)]
    kept = "".join(letter for place, letter in enumerate(letters) if place not in axes)
    return graph.along("einsum", f"{kept}->{letters}", a, shape=shape)


def _over(graph: Graph, op: str, a: int, axes: Sequence[int] | None) -> int:
    letters = LETTERS[: len(graph.shape(a))]
    gone = range(len(letters)) if axes is None else [axis % len(letters) for axis in axes]
    kept = "".join(letter for place, letter in enumerate(letters) if place not in gone)
    return a if kept == letters else graph.along(op, f"{letters}->{kept}", a)
