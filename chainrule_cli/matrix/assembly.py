"""A tensor network with at most two free indices -> matrix algebra, by summing out one index after the other.

An index with one matrix on it is a product with a vector, an index with two a product of matrices, what is left on one index is
diag, on one pair a product entry by entry (variable elimination; Laue, Mitterreiter & Giesen 2020 have the same algebra of indices).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from chainrule_cli.errors import LimitError
from chainrule_cli.matrix import algebra
from chainrule_cli.matrix.algebra import Matrix

Placed = tuple[Matrix, tuple[int, ...], Fraction]


@dataclass
class _Network:
    """scalars; columns: index -> what stands on it; between: pair of indices, in order -> matrices with those rows and columns."""

    sizes: Mapping[int, int]
    scalars: list[tuple[Matrix, Fraction]] = field(default_factory=list)
    columns: dict[int, list[tuple[Matrix, Fraction]]] = field(default_factory=dict)
    between: dict[tuple[int, int], list[tuple[Matrix, Fraction]]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def place(self, matrix: Matrix, indices: Sequence[int], power: Fraction) -> None:
        if matrix.kind == "ones":
            for index in indices:
                self.columns.setdefault(index, [])
        elif not indices:
            self.scalars.append((matrix, power))
        elif len(indices) == 1:
            self.columns.setdefault(indices[0], []).append((matrix, power))
        elif indices[0] == indices[1]:
            diagonal = algebra.diagonal(matrix)
            self.columns.setdefault(indices[0], []).append((diagonal, power))
        else:
            rows, columns = indices
            if rows > columns:
                rows, columns, matrix = columns, rows, algebra.turned(matrix)
            self.between.setdefault((rows, columns), []).append((matrix, power))

    def pairs(self, index: int) -> list[tuple[int, int]]:
        return [pair for pair in self.between if index in pair]

    def column(self, index: int) -> Matrix:
        """What stands on an index: ones where nothing does."""
        found = algebra.entrywise(self.columns.get(index, []))
        return (
            found if not found.scalar else algebra.product([found, algebra.ones((self.sizes[index], None))])
        )

    def taken(self, pair: tuple[int, int], rows: int) -> Matrix:
        """The matrix between a pair of indices, with one of them as its rows."""
        found = algebra.entrywise(self.between.pop(pair))
        return found if pair[0] == rows else algebra.turned(found)

    def sum_out(self, index: int) -> None:
        pairs = self.pairs(index)
        if len(pairs) == 0:
            self._sum_alone(index)
        elif len(pairs) == 1:
            self._sum_into(index, pairs[0])
        elif len(pairs) == 2:  # a matrix on either side
            self._sum_between(index, pairs)
        else:
            raise LimitError("an index is shared by more than two matrices: there is no matrix form")

    def _sum_alone(self, index: int) -> None:
        factors = [(each, power) for each, power in self.columns.pop(index, [])]
        if len(factors) == 2 and all(power == 1 for _, power in factors):  # a scalar product
            self.scalars.append(
                (algebra.product([algebra.turned(factors[0][0]), factors[1][0]]), Fraction(1))
            )
        elif len(factors) == 1 and factors[0][1] == 2:  # with itself
            self.scalars.append(
                (algebra.product([algebra.turned(factors[0][0]), factors[0][0]]), Fraction(1))
            )
        elif factors:
            self.scalars.append((algebra.total(algebra.entrywise(factors)), Fraction(1)))
        else:
            self.scalars.append((Matrix("size", value=self.sizes[index]), Fraction(1)))

    def _sum_into(self, index: int, pair: tuple[int, int]) -> None:
        other = pair[0] if pair[1] == index else pair[1]
        column = self.column(index)
        self.columns.pop(index, None)
        self.columns.setdefault(other, []).append(
            (algebra.product([self.taken(pair, other), column]), Fraction(1))
        )

    def close(self, index: int, free: Sequence[int]) -> bool:
        """A ring of two matrices is a trace; so is a square of one entry by entry, a sum of it."""
        pairs = self.pairs(index)
        if len(pairs) != 1 or self.columns.get(index):
            return False
        other = pairs[0][0] if pairs[0][1] == index else pairs[0][1]
        if other in free or self.columns.get(other) or len(self.pairs(other)) != 1:
            return False
        matrices = self.between[pairs[0]]
        if len(matrices) == 2 and all(power == 1 for _, power in matrices):  # a trace
            (one, _), (two, _) = self.between.pop(pairs[0])
            self.scalars.append((_trace_of(one, two), Fraction(1)))
        else:
            self.scalars.append((algebra.total(algebra.entrywise(self.between.pop(pairs[0]))), Fraction(1)))
        self.columns.pop(index, None)
        self.columns.pop(other, None)
        self.gone = {index, other}
        return True

    def _sum_between(self, index: int, pairs: Sequence[tuple[int, int]]) -> None:
        ends = [pair[0] if pair[1] == index else pair[1] for pair in pairs]
        left, right = self.taken(pairs[0], ends[0]), self.taken(pairs[1], index)
        middle = [algebra.diag(algebra.entrywise(self.columns[index]))] if self.columns.get(index) else []
        self.columns.pop(index, None)
        self.place(algebra.product([left, *middle, right]), ends, Fraction(1))


def _trace_of(one: Matrix, two: Matrix) -> Matrix:
    """sum(one.*two) as the trace of a product; of products, in the order that has fewer transposes."""
    first, second = algebra.product([algebra.turned(one), two]), algebra.product([one, algebra.turned(two)])
    return algebra.trace(min(first, second, key=algebra.transposes))


def matrix_of(
    number: Fraction,
    factors: Sequence[Placed],
    equal: Sequence[tuple[int, int]],
    free: Sequence[int],
    sizes: Mapping[int, int],
) -> Matrix:
    """The network as a matrix whose rows and columns are the free indices. Raises LimitError where there is no matrix form."""
    network, kept = _summed(factors, equal, free, sizes)
    return algebra.scale(number, network.scalars, _outside(network, kept))


def entries_of(
    number: Fraction,
    factors: Sequence[Placed],
    equal: Sequence[tuple[int, int]],
    free: Sequence[int],
    sizes: Mapping[int, int],
) -> tuple[Matrix, list[tuple[Matrix, tuple[int, ...]]]]:
    """The network as a number times entries of matrices at the free indices, with eye where two of them are the same."""
    network, kept = _summed(factors, equal, free, sizes, whole=False)
    entries: list[tuple[Matrix, tuple[int, ...]]] = [
        (algebra.eye(sizes[new]), (new, old)) for new, old in zip(kept, free, strict=True) if new != old
    ]
    for index, standing in network.columns.items():
        column = algebra.entrywise(standing)
        if not column.scalar:
            network.scalars += [(each, power) for each, power in algebra.taken_apart(column)[1]]
            number *= algebra.taken_apart(column)[0]
            body = algebra.taken_apart(column)[2]
            entries += [] if body is None or body.kind == "ones" else [(body, (index,))]
    for pair, standing in network.between.items():
        inner, powers, body = algebra.taken_apart(algebra.entrywise(standing))
        number, network.scalars = number * inner, network.scalars + list(powers)
        entries += [] if body is None or body.kind == "ones" else [(body, pair)]
    return algebra.scale(number, network.scalars), entries


def _summed(
    factors: Sequence[Placed],
    equal: Sequence[tuple[int, int]],
    free: Sequence[int],
    sizes: Mapping[int, int],
    *,
    whole: bool = True,
) -> tuple[_Network, list[int]]:
    """The network with every index summed out that is not free, and the names of the free ones. whole: it must become a matrix; else
    an index that more than two matrices share stays."""
    named = _merged(equal, free)
    network = _Network(sizes)
    for matrix, indices, power in factors:
        network.place(matrix, [named.get(index, index) for index in indices], power)
    kept = [named.get(index, index) for index in free]
    summed = ({index for pair in network.between for index in pair} | set(network.columns)) - set(kept)
    while summed:
        index = min(summed, key=lambda each: (len(network.pairs(each)), -each))
        if network.close(index, kept):
            summed -= network.gone
            continue
        if not whole and len(network.pairs(index)) > 2:  # as above
            break
        network.sum_out(index)
        summed.discard(index)
    return network, kept


def _merged(equal: Sequence[tuple[int, int]], free: Sequence[int]) -> dict[int, int]:
    """One name for indices that are the same, a free one where there is one."""
    named: dict[int, int] = {}

    def root(index: int) -> int:
        while index in named:
            index = named[index]
        return index

    for one, other in equal:
        first, second = root(one), root(other)
        if first != second:
            named[second if first in free else first] = first if first in free else second
    return {index: root(index) for index in named}


def _outside(network: _Network, kept: Sequence[int]) -> Matrix | None:
    """What is left on the free indices."""
    if not kept:
        return None
    if len(kept) == 1:
        return network.column(kept[0])
    rows, columns = kept
    if rows == columns:
        return algebra.diag(network.column(rows))
    pair = (min(rows, columns), max(rows, columns))
    if pair in network.between:
        middle = network.taken(pair, rows)
        sides = [
            algebra.diag(algebra.entrywise(network.columns[index])) if network.columns.get(index) else None
            for index in (rows, columns)
        ]
        return algebra.product([each for each in (sides[0], middle, sides[1]) if each is not None])
    return algebra.product([network.column(rows), algebra.turned(network.column(columns))])
