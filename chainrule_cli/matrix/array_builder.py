"""ArrayBuilder: what matrix formulas are lowered with, values of the graph that have rows and columns.

A vector is an array of one axis, whether it stands as a column or a row, so that transposing costs nothing.
Sizes are stand-ins of the caller's choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import NamedTuple

from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import Shape
from chainrule_cli.matrix.shaped import Shaped
from chainrule_cli.matrix.sizes import Size
from chainrule_cli.notation.syntax import Syntax


class ArrayValue(NamedTuple):
    """A node, and which axis of its array holds rows and which columns; None where there is no such axis."""

    node: int
    rows: int | None = None
    columns: int | None = None

    @property
    def axes(self) -> tuple[int | None, int | None]:
        return self.rows, self.columns

    @property
    def is_scalar(self) -> bool:
        return self.rows is None and self.columns is None

    @property
    def is_row(self) -> bool:
        """Whether it is a vector that lies: its array is that of a column."""
        return self.rows is None and self.columns is not None

    @property
    def is_transposed(self) -> bool:
        """Whether its array is that of its transpose."""
        return self.rows == 1 or self.is_row

    def transpose(self) -> ArrayValue:
        return ArrayValue(self.node, self.columns, self.rows)

    def replace(self, node: int) -> ArrayValue:
        """The same axes of another node."""
        return ArrayValue(node, self.rows, self.columns)


def find_shape(shaped: Shaped, name: str, sizes: Mapping[Size, int]) -> Shape:
    """The shape of a variable's array: an axis that was declared as 1 is there."""
    extent = [sizes[shaped.sizes.find(size)] for size in shaped.of[name] if size is not None]
    declared = shaped.declared.get(name)
    if declared is None or 1 not in declared:
        return tuple(extent)
    return tuple(1 if what == 1 else extent.pop(0) for what in declared)


class ArrayBuilder:
    """Appends to a graph. sizes: what stands for each size."""

    def __init__(self, shaped: Shaped, sizes: Mapping[Size, int]) -> None:
        self.shaped = shaped
        self.sizes = sizes
        self.graph = Graph()
        self.builder = Builder(self.graph)

    # leaves

    def enter(self, name: str) -> ArrayValue:
        """A variable, without its axes of 1."""
        if name in self.shaped.letters:
            return ArrayValue(self.count(self.sizes[self.shaped.sizes.find(self.shaped.sizes.named[name])]))
        shape = find_shape(self.shaped, name, self.sizes)
        node = self.graph.input(name, shape)
        kept = [axis for axis, size in enumerate(shape) if size != 1]
        if len(kept) < len(shape):
            letters = "ab"[: len(shape)]
            node = self.apply_along("einsum", f"{letters}->{''.join(letters[axis] for axis in kept)}", node)
        rows, columns = self.shaped.of[name]
        return arrange(node, rows=rows is not None, columns=columns is not None)

    def find_sizes(self, node: Syntax) -> list[int]:
        """The sizes of the axes that a part of the formula has."""
        return [
            self.sizes[self.shaped.sizes.find(size)]
            for size in self.shaped.extents[id(node)]
            if size is not None
        ]

    def count(self, size: int) -> int:
        """A size as a node: the sum of so many ones."""
        return self.apply_along(
            "einsum", "a->", self.apply_along("einsum", "->a", self.builder.one, shape=(size,))
        )

    def fill(self, node: Syntax, number: int) -> ArrayValue:
        """A number in every entry of an array of the node's sizes."""
        rows, columns = self.shaped.extents[id(node)]
        sizes = tuple(self.find_sizes(node))
        filled = self.apply_along("einsum", f"->{'ab'[: len(sizes)]}", number, shape=sizes)
        return arrange(filled, rows=rows is not None, columns=columns is not None)

    def make_eye(self, node: Syntax) -> ArrayValue:
        """The identity of the node's sizes; of none the number 1."""
        sizes = tuple(self.find_sizes(node))
        if not sizes:
            return ArrayValue(self.builder.one)
        return ArrayValue(self.apply_along("einsum", "->aa", self.builder.one, shape=sizes), 0, 1)

    # axes

    def name_axes(self, value: ArrayValue, row: str, column: str) -> str:
        """The indices of a value whose rows and columns bear these letters."""
        at = {value.rows: row, value.columns: column}
        return "".join(at[axis] for axis in range(len(self.graph.shape(value.node))))

    def list_letters(self, value: ArrayValue) -> str:
        """The indices of a value's array, in order."""
        return "ab"[: len(self.graph.shape(value.node))]

    def put_rows_first(self, value: ArrayValue) -> ArrayValue:
        if value.rows != 1:
            return value
        return ArrayValue(self.apply_along("einsum", "ba->ab", value.node), 0, 1)

    # operations

    def apply(self, op: str, value: ArrayValue) -> ArrayValue:
        """An operation of one argument, entry by entry."""
        return value.replace(self.graph.apply(op, value.node))

    def apply_along(self, op: str, indices: str, *nodes: int, shape: Shape | None = None) -> int:
        return self.builder.apply_along(op, indices, *nodes, shape=shape)

    def fold(self, op: str, *nodes: int) -> int:
        """An operation of numbers; of exact ones at once."""
        exact = all(self.graph.exact(node) is not None for node in nodes)
        if exact and op in ("add", "sub", "mul", "div", "neg"):
            found: int = getattr(self.builder, op)(*nodes)
            return found
        return self.graph.apply(op, *nodes)

    def combine(self, op: str, *values: ArrayValue) -> ArrayValue:
        """An operation entry by entry; a row or a column repeats along a matrix."""
        aligned = self.align(values)
        wider = next((each for each in aligned if not each.is_scalar), aligned[-1])
        return wider.replace(self.fold(op, *(each.node for each in aligned)))

    def align(self, values: Sequence[ArrayValue]) -> list[ArrayValue]:
        """The values with the same axes, numbers as they are."""
        arrays = [each for each in values if self.graph.shape(each.node)]
        if len(arrays) < 2:
            return list(values)
        found = [reduce(self.stretch, arrays, each) if each in arrays else each for each in values]
        if len({each.axes for each in found if self.graph.shape(each.node)}) > 1:
            found = [self.put_rows_first(each) for each in found]
        return found

    def stretch(self, value: ArrayValue, other: ArrayValue) -> ArrayValue:
        """A row or a column beside a matrix as a matrix of its shape."""
        if None in other.axes or None not in value.axes:
            return value
        sizes = self.graph.shape(self.put_rows_first(other).node)
        return ArrayValue(
            self.apply_along("einsum", f"{self.name_axes(value, 'a', 'b')}->ab", value.node, shape=sizes),
            0,
            1,
        )

    def multiply(self, one: ArrayValue, other: ArrayValue) -> ArrayValue:
        """The matrix product; with a number, each entry."""
        if one.is_scalar or other.is_scalar:
            return self.combine("mul", one, other)
        rows, columns = one.rows is not None, other.columns is not None
        result = ("a" if rows else "") + ("c" if columns else "")
        indices = f"{self.name_axes(one, 'a', 'b')},{self.name_axes(other, 'b', 'c')}->{result}"
        return arrange(self.apply_along("einsum", indices, one.node, other.node), rows=rows, columns=columns)

    def reduce(self, op: str, value: ArrayValue) -> ArrayValue:
        """An operation along all indices; a number is left as it is."""
        letters = self.list_letters(value)
        return ArrayValue(self.apply_along(op, f"{letters}->", value.node) if letters else value.node)

    def sum(self, value: ArrayValue) -> ArrayValue:
        return self.reduce("einsum", value)

    def invert(self, value: ArrayValue) -> ArrayValue:
        if value.is_scalar:
            return ArrayValue(self.builder.div(self.builder.one, value.node))
        return value.replace(self.apply_along("inv", "ab->ba", value.node))


def arrange(node: int, *, rows: bool, columns: bool) -> ArrayValue:
    """A node whose array has these axes, rows first."""
    return ArrayValue(node, 0 if rows else None, int(rows) if columns else None)
