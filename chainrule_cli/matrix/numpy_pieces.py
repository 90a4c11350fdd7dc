"""What numpy code is put together from: pieces with their binding power, names, longer operations."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from chainrule_cli.graph.shapes import Shape
from chainrule_cli.matrix.nodes import Matrix, MatrixOperation

SUM, PRODUCT, SIGN, POWER, ATOM = 1, 2, 3, 4, 5


class Code(NamedTuple):
    """Text, and how tightly it holds together."""

    text: str
    power: int


class NumpyNames(NamedTuple):
    """shapes: of each variable's array, an axis of 1 included.
    sizes: what a stand-in of a size is in Python."""

    shapes: Mapping[str, Shape]
    sizes: Mapping[int, str]


CodeRule: TypeAlias = Callable[[MatrixOperation, Sequence[Code], NumpyNames], Code]
"""Takes the operation, the code of its arguments and the names."""


def write_identifier(name: str) -> str:
    """The name in Python: one of its own words gets a _ behind it."""
    return f"{name}_" if keyword.iskeyword(name) or name == "np" else name


def hold(piece: Code, least: int) -> str:
    """The piece, in brackets where it holds together less tightly than `least`."""
    return piece.text if piece.power >= least else f"({piece.text})"


def write_softmax(matrix: MatrixOperation, args: Sequence[Code], _names: NumpyNames) -> Code:
    x, axis = args[0].text, ", axis=1, keepdims=True" if matrix.is_whole else ""
    return Code(f"(lambda e: e / np.sum(e{axis}))(np.exp({x} - np.max({x}{axis})))", ATOM)


def write_power(_matrix: MatrixOperation, args: Sequence[Code], _names: NumpyNames) -> Code:
    return Code(f"{hold(args[0], ATOM)}**{hold(args[1], ATOM)}", POWER)


def write_block_traces(matrix: MatrixOperation, args: Sequence[Code], names: NumpyNames) -> Code:
    sizes, letters = _find_blocks(matrix, matrix.args[1], names)
    return _write_blocks(args, sizes, f"{letters},{letters[1::2]}->{letters[0::2]}")


def write_block_sum(matrix: MatrixOperation, args: Sequence[Code], names: NumpyNames) -> Code:
    sizes, letters = _find_blocks(matrix.args[1], matrix, names)
    return _write_blocks(args, sizes, f"{letters},{letters[0::2]}->{letters[1::2]}")


def _find_blocks(outer: Matrix, inner: Matrix, names: NumpyNames) -> tuple[str, str]:
    """The sizes of a matrix in blocks, and its letters: (i, p, j, q) is the entry (p, q) of block (i, j)."""
    sizes = [
        names.sizes[size] if size is not None else "1"
        for pair in zip(outer.extent, inner.extent, strict=True)
        for size in pair
        if pair != (None, None)
    ]
    return ", ".join(sizes), "ipjq"[: len(sizes)]


def _write_blocks(args: Sequence[Code], sizes: str, indices: str) -> Code:
    return Code(f"np.einsum('{indices}', {hold(args[0], ATOM)}.reshape({sizes}), {args[1].text})", ATOM)
