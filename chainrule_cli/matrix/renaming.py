"""Parts of a matrix expression by another name: rename() puts one in place of the other, tidied again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

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
from chainrule_cli.matrix.sums import ALGEBRA


def rename(matrix: Matrix, names: Mapping[Matrix, Matrix]) -> Matrix:
    """The expression with each part that is a key replaced by its value, of the same shape."""
    known: dict[int, Matrix] = {}

    def visit(node: Matrix) -> Matrix:
        if node in names:
            return names[node]
        if id(node) not in known:
            args = [visit(arg) for arg in node.args]
            same = all(new is old for new, old in zip(args, node.args, strict=True))
            known[id(node)] = node if same else _remake(node, args)
        return known[id(node)]

    return visit(matrix)


def _remake(node: Matrix, args: Sequence[Matrix]) -> Matrix:
    """The same operation of other parts."""
    match node:
        case MatrixNumber() | MatrixName() | SizeNumber() | Pi() | Ones() | Eye():
            return node
        case Transposed():
            return ALGEBRA.transpose(args[0])
        case MatrixProduct():
            return ALGEBRA.multiply(args)
        case Scaled():
            body = None if node.body is None else args[-1]
            return ALGEBRA.scale(node.factor, zip(args, node.powers, strict=False), body)
        case MatrixSum():
            return ALGEBRA.add(args, node.extent)
        case EntryProduct():
            return ALGEBRA.multiply_entries(zip(args, node.powers, strict=True))
        case EntryFunction():
            return ALGEBRA.apply(node.name, *args)
        case MatrixOperation(name="inv"):
            return ALGEBRA.invert(args[0])
        case MatrixOperation():
            return ALGEBRA.operate(node.name, args, node.extent)
        case _:
            assert_never(node)
