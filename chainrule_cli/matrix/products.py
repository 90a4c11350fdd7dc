"""Products of matrices, transposes, and what is taken of a whole matrix: made tidy as they are made.

Transposes are pushed into products, eye and ones are absorbed. MatrixProducts leaves three operations to
later modules: a sum, and a product and a quotient entry by entry of the parts. sums.py has the whole
ALGEBRA.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from fractions import Fraction

from chainrule_cli.matrix.nodes import (
    FIRST,
    EntryProduct,
    Eye,
    Matrix,
    MatrixName,
    MatrixNumber,
    MatrixOperation,
    MatrixProduct,
    MatrixSum,
    Ones,
    Scaled,
    Transposed,
    count_transposes,
    is_all_ones,
    is_column_on_diagonal,
    is_function,
    is_operation,
    list_factors,
    list_names,
    make_eye,
    make_ones,
    make_size,
    split_factors,
)
from chainrule_cli.matrix.sizes import SCALAR, Extent


class MatrixProducts(ABC):
    """The operations of this module, over three that are still to come."""

    @abstractmethod
    def scale(
        self, factor: Fraction | int, scalars: Iterable[tuple[Matrix, Fraction]], body: Matrix | None = None
    ) -> Matrix:
        """A number times powers of scalars times a body."""

    @abstractmethod
    def multiply_entries(self, factors: Iterable[tuple[Matrix, Fraction]]) -> Matrix:
        """The product, entry by entry, of powers of matrices of one shape."""

    @abstractmethod
    def add(self, terms: Sequence[Matrix], extent: Extent) -> Matrix:
        """The sum, of that extent."""

    def operate(self, name: str, args: Sequence[Matrix], extent: Extent = SCALAR) -> Matrix:
        """An operation of whole matrices, such as inv or tr, as it is."""
        return MatrixOperation(tuple(args), extent, name)

    # transposes

    def transpose(self, matrix: Matrix) -> Matrix:
        rows, columns = matrix.extent
        if matrix.is_scalar:
            return matrix
        if isinstance(matrix, Transposed):
            return matrix.args[0]
        if self.is_symmetric(matrix):
            return matrix
        match matrix:
            case Ones() if matrix.is_whole:
                return make_ones((columns, rows))
            case MatrixProduct():
                return self.multiply([self.transpose(each) for each in reversed(matrix.args)])
            case Scaled():
                factor, powers, body = split_factors(matrix)
                return matrix if body is None else self.scale(factor, powers, self.transpose(body))
            case EntryProduct() if matrix.is_whole and all(map(_has_plain_transpose, matrix.args)):
                return self.multiply_entries(
                    [(self.transpose(each), power) for each, power in matrix.factors]
                )
        return Transposed((matrix,), (columns, rows))

    def is_symmetric(self, matrix: Matrix) -> bool:
        """Whether its form alone says that it is its own transpose."""
        if matrix.extent[0] != matrix.extent[1]:
            return False
        match matrix:
            case Eye() | MatrixNumber() | Ones():
                return True
            case MatrixOperation(name="diag"):
                return matrix.is_whole
            case MatrixOperation(name="inv"):
                return self.is_symmetric(matrix.args[0])
            case MatrixSum():
                return all(each.is_scalar or self.is_symmetric(each) for each in matrix.args)
            case Scaled():
                return matrix.body is None or self.is_symmetric(matrix.body)
            case MatrixProduct():
                return self._transpose_factors(matrix.args) == matrix.args
        return False

    def _transpose_factors(self, factors: Sequence[Matrix]) -> tuple[Matrix, ...]:
        return tuple(self.transpose(each) for each in reversed(factors))

    # products

    def multiply(self, factors: Sequence[Matrix]) -> Matrix:
        """The matrix product of factors whose inner sizes agree; numbers and scalars go in front."""
        factor, scalars, bodies = FIRST, list[tuple[Matrix, Fraction]](), list[Matrix]()
        for each in factors:
            inner, powers, body = split_factors(each)
            factor *= inner
            scalars += powers
            bodies += list_factors(body)
        bodies = [each for each in bodies if not isinstance(each, Eye)] or bodies[:1]
        bodies = self._join_diagonals(bodies)
        inside = _find_scalar(bodies)
        if inside is not None:
            first, last = inside
            between = self.multiply(bodies[first : last + 1])
            front = self.scale(factor, [*scalars, (between, FIRST)])
            return self.multiply([front, *bodies[:first], *bodies[last + 1 :]])
        if len(bodies) < 2:  # nothing to multiply
            return self.scale(factor, scalars, bodies[0] if bodies else None)
        return self.scale(factor, scalars, self._chain(bodies))

    def _chain(self, bodies: Sequence[Matrix]) -> Matrix:
        """The product of two or more matrices; a row of ones times a column is a size or a sum."""
        extent = (bodies[0].extent[0], bodies[-1].extent[1])
        if len(bodies) == 2 and None not in extent and all(map(is_all_ones, bodies)):  # a column and a row
            return make_ones(extent)
        if extent != SCALAR:
            return MatrixProduct(tuple(bodies), extent)
        return self._sum_by_ones(bodies) or MatrixProduct(self._choose_direction(bodies), extent)

    def _choose_direction(self, bodies: Sequence[Matrix]) -> tuple[Matrix, ...]:
        """A number is its own transpose: the way round with fewer transposes, then by the alphabet."""
        return min(
            tuple(bodies),
            self._transpose_factors(bodies),
            key=lambda each: (sum(map(count_transposes, each)), list(map(list_names, each))),
        )

    def _join_diagonals(self, bodies: list[Matrix]) -> list[Matrix]:
        """diag(v)*x is v.*x, x'*diag(v) its transpose."""
        found: list[Matrix] = []
        for each in bodies:
            last = found[-1] if found else None
            if last is None:
                found.append(each)
            elif (
                is_column_on_diagonal(last) and each.extent[1] is None and not isinstance(each, MatrixProduct)
            ):
                found[-1] = self.multiply_entries([(last.args[0], FIRST), (each, FIRST)])
            elif is_column_on_diagonal(each) and last.extent[0] is None:
                entries = self.multiply_entries([(self.transpose(last), FIRST), (each.args[0], FIRST)])
                found[-1] = self.transpose(entries)
            else:
                found.append(each)
        return found

    def _sum_by_ones(self, bodies: Sequence[Matrix]) -> Matrix | None:
        """ones'*ones is a size, ones'*x the sum of x; ones between two is left."""
        if len(bodies) != 2:  # a row and a column
            return None
        first, second = self.transpose(bodies[0]), bodies[1]
        if isinstance(first, Ones) and isinstance(second, Ones):
            return make_size(first.extent[0] or 1)
        if isinstance(first, Ones):
            return self.sum_up(second)
        return self.sum_up(first) if isinstance(second, Ones) else None

    # of a whole matrix

    def sum_up(self, matrix: Matrix) -> Matrix:
        """The sum of all entries."""
        if matrix.is_scalar:
            return matrix
        factor, powers, body = split_factors(matrix)
        if body is None:
            return matrix
        if isinstance(body, Ones):
            return self.scale(
                factor, [*powers, *((make_size(size), FIRST) for size in body.extent if size is not None)]
            )
        if isinstance(body, Transposed):
            body = body.args[0]
        if isinstance(body, MatrixSum) and any(each.is_scalar for each in body.args):
            return self.scale(factor, [*powers, (self._sum_up_terms(body), FIRST)])
        if is_operation(body, "diag"):
            inner = body.args[0]
            return self.scale(factor, powers, self.sum_up(inner) if body.is_whole else self.trace(inner))
        if is_operation(body, "softmax") and not body.is_whole:
            return self.scale(factor, powers)
        found = self.operate("norm1", body.args) if is_function(body, "abs") else self.operate("sum", [body])
        return self.scale(factor, [*powers, (found, FIRST)])

    def _sum_up_terms(self, terms: MatrixSum) -> Matrix:
        """Term by term; a number stands in every entry."""
        spread = (
            self.scale(1, [(each, FIRST)], make_ones(terms.extent)) if each.is_scalar else each
            for each in terms.args
        )
        return self.add([self.sum_up(each) for each in spread], SCALAR)

    def make_diagonal(self, column: Matrix) -> Matrix:
        """A column on the diagonal of a matrix."""
        factor, powers, body = split_factors(column)
        size = column.extent[0] or 1
        if body is None or isinstance(body, Ones):
            return self.scale(factor, powers, make_eye(size))
        if is_operation(body, "diag") and isinstance(body.args[0], Eye):
            return self.scale(factor, powers, make_eye(size))
        return self.scale(factor, powers, self.operate("diag", [body], (size, size)))

    def take_diagonal(self, matrix: Matrix) -> Matrix:
        """The diagonal of a square matrix as a column."""
        factor, powers, body = split_factors(matrix)
        size = matrix.extent[0]
        if body is None or isinstance(body, Eye):
            return self.scale(factor, powers, make_ones((size, None)))
        if is_operation(body, "diag"):
            return self.scale(factor, powers, body.args[0])
        return self.scale(factor, powers, self.operate("diag", [body], (size, None)))

    def trace(self, matrix: Matrix) -> Matrix:
        factor, powers, body = split_factors(matrix)
        if body is None:
            return matrix
        if isinstance(body, Eye):
            return self.scale(factor, [*powers, (make_size(body.extent[0] or 1), FIRST)])
        if isinstance(body, Transposed):
            body = body.args[0]
        return self.scale(factor, [*powers, (self.operate("tr", [body]), FIRST)])

    def invert(self, matrix: Matrix) -> Matrix:
        factor, powers, body = split_factors(matrix)
        if body is None or factor == 0:
            return self.operate("inv", [matrix], matrix.extent)
        if isinstance(body, Eye):
            found: Matrix = body
        elif is_operation(body, "inv"):
            found = body.args[0]
        elif isinstance(body, Transposed):
            found = self.transpose(self.invert(body.args[0]))
        else:
            found = self.operate("inv", [body], body.extent)
        return self.scale(1 / factor, [(each, -power) for each, power in powers], found)


def _has_plain_transpose(matrix: Matrix) -> bool:
    return isinstance(matrix, MatrixName | Transposed | MatrixProduct)


def _find_scalar(bodies: Sequence[Matrix]) -> tuple[int, int] | None:
    """A row and what follows it up to a column, within a longer product: together they are a number."""
    for first, each in enumerate(bodies):
        if each.extent[0] is None:
            last = next((at for at in range(first, len(bodies)) if bodies[at].extent[1] is None), None)
            if last is not None and last - first + 1 < len(bodies):
                return first, last
    return None
