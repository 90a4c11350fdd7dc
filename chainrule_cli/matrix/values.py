"""The value of matrix algebra on numpy arrays: what the printed answer is, number by number, without its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from chainrule_cli.graph.index_operations import ARRAY_OPS
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS
from chainrule_cli.matrix.algebra import Matrix, taken_apart


def value(matrix: Matrix, point: Mapping[str, Any], sizes: Mapping[int, int]) -> Any:
    """The array of a matrix; a column or a row has one axis. sizes: what each stand-in of a size is at this point. Outside the domain NaN."""
    known: dict[int, Any] = {}

    def visit(node: Matrix) -> Any:
        if id(node) not in known:
            known[id(node)] = _value(node, [visit(arg) for arg in node.args], point, sizes)
        return known[id(node)]

    with np.errstate(all="ignore"):
        return visit(matrix)


def _value(matrix: Matrix, args: list[Any], point: Mapping[str, Any], sizes: Mapping[int, int]) -> Any:  # noqa: C901  # one case each
    match matrix.kind:
        case "number":
            return float(matrix.value)
        case "name":
            array = np.asarray(point[matrix.value], dtype=float)
            return array.reshape([size for size in array.shape if size != 1])
        case "size":
            return float(sizes[matrix.value])
        case "pi":
            return np.pi
        case "ones":
            return np.ones([sizes[size] for size in matrix.extent if size is not None])
        case "eye":
            return np.eye(sizes[matrix.extent[0] or 1])
        case "turned":
            return args[0].T
        case "product":
            return reduce(np.dot, args) if not _has_outer(matrix) else _with_outer(matrix, args)
        case "scaled":
            return _scaled(matrix, args)
        case "sum":
            return reduce(lambda one, other: one + other, args)
        case "entrywise":
            return reduce(
                lambda one, other: one * other,
                (_raised(arg, power) for arg, power in zip(args, matrix.value, strict=True)),
            )
        case "function":
            return ARRAYS_OF_FLOATS.operation(matrix.value)(*args)
    return OPERATIONS[matrix.value](matrix, args, sizes)


def _has_outer(matrix: Matrix) -> bool:
    return any(one.extent[1] is None for one in matrix.args[:-1])


def _with_outer(matrix: Matrix, args: Sequence[Any]) -> Any:
    """Every factor with its two axes; those of size 1 go again."""
    whole = [
        arg.reshape(-1, 1)
        if each.extent[1] is None
        else arg.reshape(1, -1)
        if each.extent[0] is None
        else arg
        for each, arg in zip(matrix.args, args, strict=True)
    ]
    found = reduce(np.dot, whole)
    kept = [size for size, extent in zip(found.shape, matrix.extent, strict=True) if extent is not None]
    return found.reshape(kept)


def _scaled(matrix: Matrix, args: Sequence[Any]) -> Any:
    factor, powers, _ = taken_apart(matrix)
    found: Any = float(factor)
    for arg, (_, power) in zip(args, powers, strict=False):
        found = found * _raised(arg, power)
    return found * args[-1] if len(args) > len(powers) else found


def _raised(base: Any, power: Fraction) -> Any:
    if power == 1:
        return base
    return np.power(np.asarray(base, dtype=float), float(power))


def _softmax(matrix: Matrix, args: Sequence[Any], _sizes: Mapping[int, int]) -> Any:
    axis = -1
    shifted = np.exp(args[0] - np.max(args[0], axis=axis, keepdims=True))
    return shifted / np.sum(shifted, axis=axis, keepdims=True)


def _of_graph(name: str) -> Callable[[Matrix, Sequence[Any], Mapping[int, int]], Any]:
    """As the graph has it; the indices do not matter to these."""
    row = ARRAY_OPS[name]
    indices = row.example[0]

    def call(matrix: Matrix, args: Sequence[Any], sizes: Mapping[int, int]) -> Any:
        shape = tuple(sizes[size] for size in matrix.extent if size is not None)
        return row.forward(np, indices, shape, *args)

    return call


OPERATIONS: dict[str, Callable[[Matrix, Sequence[Any], Mapping[int, int]], Any]] = {
    "sum": lambda _m, args, _s: np.sum(args[0]),
    "norm1": lambda _m, args, _s: np.sum(np.abs(args[0])),
    "norm2": lambda _m, args, _s: np.linalg.norm(args[0]),
    "max": lambda _m, args, _s: np.max(args[0]),
    "ismax": lambda _m, args, _s: np.where(args[0] == np.max(args[0]), 1.0, 0.0),
    "logsumexp": lambda _m, args, _s: np.logaddexp.reduce(np.ravel(args[0])),
    "tr": lambda _m, args, _s: np.trace(args[0]),
    "diag": lambda _m, args, _s: np.diag(args[0]),
    "softmax": _softmax,
    ".^": lambda _m, args, _s: ARRAYS_OF_FLOATS.operation("pow")(*args),
    **{name: _of_graph(name) for name in ("det", "logdet", "inv", "kron", "blocktr", "blocksum")},
}
