"""Matrix algebra as a tree of frozen nodes: a closed union of classes, exact numbers, stand-ins for sizes.

products.py, entrywise.py and sums.py make tidy ones. To add a kind of node, add a class to Matrix: mypy names
every match that lacks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from chainrule_cli.matrix.sizes import SCALAR, Extent

FIRST = Fraction(1)
"""The first power."""


@dataclass(frozen=True, slots=True, eq=False)
class MatrixNode:
    """What all nodes have; a class that adds nothing to it is told apart by its name alone.

    args: the parts. extent: rows and columns, None for an axis that is not there; a vector is a column.
    key: the hash. node_count: how many nodes, written out."""

    args: tuple[Matrix, ...]
    extent: Extent
    key: int = field(init=False, repr=False)
    node_count: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", hash((type(self), self.args, self.extent, self.data)))
        object.__setattr__(self, "node_count", 1 + sum(arg.node_count for arg in self.args))

    def __hash__(self) -> int:
        return self.key

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, MatrixNode) or self.key != other.key or type(self) is not type(other):
            return False
        return (self.extent, self.data, self.args) == (other.extent, other.data, other.args)

    @property
    def data(self) -> object:
        """What a node is beside its parts and its extent."""
        return None

    @property
    def is_scalar(self) -> bool:
        return self.extent == SCALAR

    @property
    def is_whole(self) -> bool:
        """Whether it has rows and columns."""
        return None not in self.extent


@dataclass(frozen=True, slots=True, eq=False)
class NamedNode(MatrixNode):
    """What names, functions and operations share."""

    name: str

    @property
    def data(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class MatrixNumber(MatrixNode):
    """An exact number."""

    value: Fraction

    @property
    def data(self) -> Fraction:
        return self.value


class MatrixName(NamedNode):
    """A variable, or a part of the formula that goes by a name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class SizeNumber(MatrixNode):
    """A size as a number. size: its stand-in."""

    size: int

    @property
    def data(self) -> int:
        return self.size


class Pi(MatrixNode):
    """The circle's number."""

    __slots__ = ()


class Ones(MatrixNode):
    """1 in every entry."""

    __slots__ = ()


class Eye(MatrixNode):
    """The identity."""

    __slots__ = ()


class Transposed(MatrixNode):
    """The transpose of its one part."""

    __slots__ = ()


class MatrixProduct(MatrixNode):
    """The matrix product of its parts, whose inner sizes agree."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Scaled(MatrixNode):
    """A number times powers of scalars times a body. The scalars are the first parts, a body is the last."""

    factor: Fraction
    powers: tuple[Fraction, ...]

    @property
    def data(self) -> tuple[Fraction, tuple[Fraction, ...]]:
        return self.factor, self.powers

    @property
    def body(self) -> Matrix | None:
        return self.args[-1] if len(self.args) > len(self.powers) else None


class MatrixSum(MatrixNode):
    """The sum of its parts; a number beside matrices is added to every entry."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class EntryProduct(MatrixNode):
    """The product, entry by entry, of powers of its parts, which have one shape."""

    powers: tuple[Fraction, ...]

    @property
    def data(self) -> tuple[Fraction, ...]:
        return self.powers

    @property
    def factors(self) -> Iterator[tuple[Matrix, Fraction]]:
        return zip(self.args, self.powers, strict=True)


class EntryFunction(NamedNode):
    """A function of numbers, entry by entry."""

    __slots__ = ()


class MatrixOperation(NamedNode):
    """An operation of whole matrices, such as inv or tr, a key of MATRIX_FUNCTIONS or .^"""

    __slots__ = ()


Matrix: TypeAlias = (
    MatrixNumber
    | MatrixName
    | SizeNumber
    | Pi
    | Ones
    | Eye
    | Transposed
    | MatrixProduct
    | Scaled
    | MatrixSum
    | EntryProduct
    | EntryFunction
    | MatrixOperation
)

Powers: TypeAlias = "tuple[tuple[Matrix, Fraction], ...]"

Split: TypeAlias = "tuple[Fraction, Powers, Matrix | None]"
"""A number, powers of scalars, and a body that is none of these."""


# leaves


def make_number(value: Fraction | int) -> Matrix:
    return MatrixNumber((), SCALAR, Fraction(value))


ZERO, ONE = make_number(0), make_number(1)


def make_ones(extent: Extent) -> Matrix:
    return ONE if extent == SCALAR else Ones((), extent)


def make_eye(size: int) -> Matrix:
    return Eye((), (size, size))


def make_name(name: str, extent: Extent) -> Matrix:
    return MatrixName((), extent, name)


def make_size(size: int) -> Matrix:
    return SizeNumber((), SCALAR, size)


# questions


def split_factors(matrix: Matrix) -> Split:
    """The number, the powers of scalars, and what is left: scale() puts them together again."""
    if isinstance(matrix, MatrixNumber):
        return matrix.value, (), None
    if isinstance(matrix, Scaled):
        return matrix.factor, tuple(zip(matrix.args, matrix.powers, strict=False)), matrix.body
    if matrix.extent == SCALAR:
        return FIRST, ((matrix, FIRST),), None
    return FIRST, (), matrix


def count_transposes(matrix: Matrix) -> int:
    """How many there are, written out."""
    return int(isinstance(matrix, Transposed)) + sum(map(count_transposes, matrix.args))


def is_zero(matrix: Matrix) -> bool:
    return split_factors(matrix)[0] == 0


def is_operation(matrix: Matrix, name: str) -> bool:
    return isinstance(matrix, MatrixOperation) and matrix.name == name


def is_function(matrix: Matrix, name: str) -> bool:
    return isinstance(matrix, EntryFunction) and matrix.name == name


def is_column_on_diagonal(matrix: Matrix) -> bool:
    """Whether it is diag of a column; diag of a matrix is a column."""
    return is_operation(matrix, "diag") and matrix.is_whole


def is_diagonal(matrix: Matrix) -> bool:
    """Beside these a number would be taken for that multiple of eye."""
    return isinstance(matrix, Eye) or is_column_on_diagonal(matrix)


def is_all_ones(matrix: Matrix) -> bool:
    """Whether it is ones, or a row of them."""
    return isinstance(matrix.args[0] if isinstance(matrix, Transposed) else matrix, Ones)


def list_factors(matrix: Matrix | None) -> tuple[Matrix, ...]:
    """The factors of a matrix product; of anything else itself, of nothing none."""
    if matrix is None:
        return ()
    return matrix.args if isinstance(matrix, MatrixProduct) else (matrix,)


def list_names(matrix: Matrix) -> str:
    """The names in it, in order: what an order of matrices goes by."""
    own = matrix.name if isinstance(matrix, NamedNode) else ""
    return " ".join([own, *map(list_names, matrix.args)]).strip()
