"""The value of matrix algebra on arrays: what the printed answer is, number by number, without its text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, assert_never

from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.shapes import Shape
from chainrule_cli.matrix.arrays import Arrays
from chainrule_cli.matrix.language import ROWS
from chainrule_cli.matrix.nodes import (
    EntryFunction,
    EntryProduct,
    Eye,
    Matrix,
    MatrixName,
    MatrixNumber,
    MatrixOperation,
    MatrixProduct,
    MatrixSum,
    Ones,
    Pi,
    Scaled,
    SizeNumber,
    Transposed,
)


def evaluate(matrix: Matrix, point: Mapping[str, Any], sizes: Mapping[int, int], arrays: Arrays) -> Any:
    """The array of a matrix; a column or a row has one axis. Outside the domain NaN.

    sizes: what each stand-in of a size is at this point."""
    known: dict[int, Any] = {}

    def visit(node: Matrix) -> Any:
        if id(node) not in known:
            known[id(node)] = _evaluate(node, [visit(arg) for arg in node.args], point, sizes, arrays)
        return known[id(node)]

    with arrays.quiet():
        return visit(matrix)


def _evaluate(  # noqa: C901, PLR0912  # one case each
    matrix: Matrix, args: list[Any], point: Mapping[str, Any], sizes: Mapping[int, int], arrays: Arrays
) -> Any:
    match matrix:
        case MatrixNumber():
            return FLOATS.constant(matrix.value)
        case MatrixName():
            return arrays.squeeze(point[matrix.name])
        case SizeNumber():
            return float(sizes[matrix.size])
        case Pi():
            return math.pi
        case Ones():
            return arrays.fill(1.0, _find_shape(matrix, sizes))
        case Eye():
            return arrays.make_eye(sizes[matrix.extent[0] or 1])
        case Transposed():
            return arrays.transpose(args[0])
        case MatrixProduct():
            return _multiply(matrix, args, arrays)
        case Scaled():
            return _scale(matrix, args, arrays)
        case MatrixSum():
            return reduce(arrays.add, args)
        case EntryProduct():
            return reduce(arrays.multiply, map(arrays.raise_to, args, matrix.powers))
        case EntryFunction():
            return arrays.apply(matrix.name, *args)
        case MatrixOperation():
            return ROWS[matrix.name].value(arrays, _find_shape(matrix, sizes), *args)
        case _:
            assert_never(matrix)


def _find_shape(matrix: Matrix, sizes: Mapping[int, int]) -> Shape:
    return tuple(sizes[size] for size in matrix.extent if size is not None)


def _multiply(matrix: MatrixProduct, args: Sequence[Any], arrays: Arrays) -> Any:
    """From the left; where a column meets a row, with two axes each, and those of size 1 go again."""
    if all(each.extent[1] is not None for each in matrix.args[:-1]):
        return reduce(arrays.dot, args)
    whole = (
        arrays.reshape(
            arg, (-1 if each.extent[0] is not None else 1, -1 if each.extent[1] is not None else 1)
        )
        if not each.is_whole
        else arg
        for each, arg in zip(matrix.args, args, strict=True)
    )
    found = reduce(arrays.dot, whole)
    kept = zip(arrays.find_shape(found), matrix.extent, strict=True)
    return arrays.reshape(found, tuple(size for size, extent in kept if extent is not None))


def _scale(matrix: Scaled, args: Sequence[Any], arrays: Arrays) -> Any:
    factors = map(arrays.raise_to, args, matrix.powers)
    found = reduce(arrays.multiply, factors, FLOATS.constant(matrix.factor))
    return found if matrix.body is None else arrays.multiply(found, args[-1])
