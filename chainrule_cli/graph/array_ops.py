"""ARRAY_OPS: operations along indices, one row each: value on numpy arrays and vector-Jacobian product as graph nodes.

einsum is the one linear operation: matrix products, transposes, traces, sums, broadcasts and diagonals are its indices, and so
is its own vector-Jacobian product (swap result and argument). The others are reductions. To add an operation, add a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.shapes import Shape, split

Vjp = Callable[[Builder, int, int, int], int]
"""(builder, the operation's node, which argument, the node of the cotangent) -> what is sent to the argument."""


@dataclass(frozen=True, slots=True)
class ArrayOp:
    """forward: (numpy, indices, shape of the result, arrays) -> array. example: indices and shapes of the arguments."""

    name: str
    forward: Callable[..., Any]
    vjp: Vjp
    example: tuple[str, tuple[Shape, ...]]


# values


def _einsum(np: Any, indices: str, shape: Shape, *arrays: Any) -> Any:
    """As numpy's, and further: an index of the result alone repeats, one that stands twice in it fills a diagonal."""
    arguments, result = split(indices)
    if len(arrays) == 2 and (turns := _turns(*arguments, result)) is not None:
        a, b = (array.T if turned else array for array, turned in zip(arrays, turns, strict=False))
        return (a @ b).T if turns[2] else a @ b
    known = "".join(letter for letter in dict.fromkeys(result) if any(letter in letters for letters in arguments))
    if known == result:
        return np.einsum(indices, *arrays, optimize=len(arrays) > 2)
    inner = np.einsum(f"{','.join(arguments)}->{known}", *arrays, optimize=len(arrays) > 2)
    sizes = dict(zip(result, shape, strict=True))
    stretched = inner[tuple(slice(None) if letter in known else None for letter in sizes)] if len(known) < len(sizes) else inner
    whole = np.broadcast_to(stretched.transpose(_order(known, list(sizes))) if len(known) == len(sizes) else stretched, tuple(sizes.values()))
    return whole if len(sizes) == len(result) else _on_diagonal(np, whole, "".join(sizes), result, shape)


@cache
def _turns(one: str, other: str, result: str) -> tuple[bool, bool, bool] | None:
    """Which of two matrices, and of their product, stand transposed, so that the sum is a matrix product; None where it is none."""
    shared = set(one) & set(other)
    if len(set(one)) != 2 or len(set(other)) != 2 or len(one) != 2 or len(other) != 2 or len(shared) != 1 or shared & set(result):
        return None
    letter = shared.pop()
    left, right = one.replace(letter, ""), other.replace(letter, "")
    if result not in (left + right, right + left):
        return None
    return one[0] == letter, other[1] == letter, result == right + left


def _order(known: str, wanted: list[str]) -> list[int]:
    return [known.index(letter) for letter in wanted]


def _on_diagonal(np: Any, values: Any, letters: str, result: str, shape: Shape) -> Any:
    filled = np.zeros(shape)
    np.einsum(f"{result}->{letters}", filled)[...] = values
    return filled


def _reduced(np: Any, indices: str, array: Any, reduce: Callable[..., Any]) -> Any:
    """reduce(array, axis=...) over the indices that the result lacks, the rest in its order."""
    (letters,), result = split(indices)
    axes = tuple(place for place, letter in enumerate(letters) if letter not in result)
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


# vector-Jacobian products


def _swapped(b: Builder, place: int, slot: int, cotangent: int) -> int:
    """The result's and the argument's indices change places; an index of the argument alone was summed, so it repeats."""
    node = b.graph.nodes[place]
    arguments, result = split(node.indices)
    others = [each for each in range(len(arguments)) if each != slot]
    indices = ",".join([result, *(arguments[each] for each in others)]) + "->" + arguments[slot]
    return b.along("einsum", indices, cotangent, *(node.args[each] for each in others), shape=b.graph.shape(node.args[slot]))


def _repeated(b: Builder, place: int, narrow: int) -> int:
    """A node of the reduction's shape, stretched to the shape of its argument."""
    node = b.graph.nodes[place]
    (letters,), result = split(node.indices)
    return b.along("einsum", f"{result}->{letters}", narrow, shape=b.graph.shape(node.args[0]))


def _winners(b: Builder, place: int, _slot: int, cotangent: int) -> int:
    """The greatest elements share evenly, as two do at a tie of max."""
    node = b.graph.nodes[place]
    ties = b.apply("eq", node.args[0], _repeated(b, place, place))
    share = b.div(cotangent, b.along("einsum", node.indices, ties))
    return b.gate(ties, _repeated(b, place, share), b.zero)


def _softmax(b: Builder, place: int, _slot: int, cotangent: int) -> int:
    x = b.graph.nodes[place].args[0]
    return b.mul(_repeated(b, place, cotangent), b.apply("exp", b.sub(x, _repeated(b, place, place))))


def _direction(b: Builder, place: int, _slot: int, cotangent: int) -> int:
    """x/|x|, and 0 at 0: the subgradient of least norm."""
    length = b.gate(b.apply("gt", place, b.zero), place, b.one)
    return b.mul(_repeated(b, place, b.div(cotangent, length)), b.graph.nodes[place].args[0])


_ROWS = (
    ArrayOp("einsum", _einsum, _swapped, ("ij,jk->ik", ((2, 3), (3, 4)))),
    ArrayOp("amax", lambda np, indices, _, x: _reduced(np, indices, x, np.max), _winners, ("ij->i", ((3, 4),))),
    ArrayOp("logsumexp", lambda np, indices, _, x: _reduced(np, indices, x, lambda a, axis: _logsumexp(np, a, axis)), _softmax, ("ij->i", ((3, 4),))),
    ArrayOp("norm2", lambda np, indices, _, x: _reduced(np, indices, x, lambda a, axis: _norm(np, a, axis)), _direction, ("ij->j", ((3, 4),))),
)

ARRAY_OPS: dict[str, ArrayOp] = {row.name: row for row in _ROWS}
