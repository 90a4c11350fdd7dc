"""A tensor network with at most two free indices -> matrix algebra, by summing out one index after the other.

An index with one matrix on it is a product with a vector, an index with two a product of matrices, what is
left on one index is diag, on one pair a product entry by entry (variable elimination; Laue, Mitterreiter &
Giesen 2020 have the same algebra of indices).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from chainrule_cli.errors import LimitError
from chainrule_cli.matrix.networks import TensorNetwork
from chainrule_cli.matrix.nodes import (
    FIRST,
    Matrix,
    Ones,
    count_transposes,
    make_eye,
    make_ones,
    make_size,
    split_factors,
)
from chainrule_cli.matrix.sums import ALGEBRA

Entries = list[tuple[Matrix, tuple[int, ...]]]
"""Matrices, and the indices at which an entry of each stands."""


@dataclass
class Elimination:
    """A network whose indices are summed out one by one.

    sizes: of each index. scalars: what bears none. columns: index -> what stands on it alone.
    between: pair of indices, in order -> matrices with those rows and columns."""

    sizes: Mapping[int, int]
    scalars: list[tuple[Matrix, Fraction]] = field(default_factory=list)
    columns: dict[int, list[tuple[Matrix, Fraction]]] = field(default_factory=dict)
    between: dict[tuple[int, int], list[tuple[Matrix, Fraction]]] = field(default_factory=dict)

    def put(self, matrix: Matrix, indices: Sequence[int], power: Fraction = FIRST) -> None:
        if isinstance(matrix, Ones):
            for index in indices:
                self.columns.setdefault(index, [])
        elif not indices:
            self.scalars.append((matrix, power))
        elif len(indices) == 1:
            self.columns.setdefault(indices[0], []).append((matrix, power))
        elif indices[0] == indices[1]:
            self.columns.setdefault(indices[0], []).append((ALGEBRA.take_diagonal(matrix), power))
        elif indices[0] > indices[1]:
            self.between.setdefault((indices[1], indices[0]), []).append((ALGEBRA.transpose(matrix), power))
        else:
            self.between.setdefault((indices[0], indices[1]), []).append((matrix, power))

    def find_pairs(self, index: int) -> list[tuple[int, int]]:
        return [pair for pair in self.between if index in pair]

    def make_column(self, index: int) -> Matrix:
        """What stands on an index: ones where nothing does."""
        found = ALGEBRA.multiply_entries(self.columns.get(index, []))
        return ALGEBRA.multiply([found, make_ones((self.sizes[index], None))]) if found.is_scalar else found

    def make_diagonal(self, index: int) -> list[Matrix]:
        """What stands on an index as a factor of a product; none where nothing does."""
        standing = self.columns.get(index)
        return [ALGEBRA.make_diagonal(ALGEBRA.multiply_entries(standing))] if standing else []

    def take(self, pair: tuple[int, int], rows: int) -> Matrix:
        """The matrix between a pair of indices, with one of them as its rows."""
        found = ALGEBRA.multiply_entries(self.between.pop(pair))
        return found if pair[0] == rows else ALGEBRA.transpose(found)

    # one index after the other

    def sum_out(self, index: int, free: Sequence[int]) -> set[int]:
        """Sums over an index; which ones are gone."""
        pairs = self.find_pairs(index)
        match pairs:
            case []:
                self._sum_alone(index)
            case [pair]:
                other = _other_end(pair, index)
                if self._is_closed(index, other, free):
                    self._sum_closed(pair)
                    return {index, other}
                self._sum_into(index, pair)
            case [_, _]:
                self._sum_between(index, pairs)
            case _:
                raise LimitError("an index is shared by more than two matrices: there is no matrix form")
        return {index}

    def _sum_alone(self, index: int) -> None:
        """A scalar product, of two or of one with itself; a sum of entries; a size where nothing stands."""
        factors = self.columns.pop(index, [])
        if not factors:
            found = make_size(self.sizes[index])
        elif [power for _, power in factors] in ([1, 1], [2]):
            found = ALGEBRA.multiply([ALGEBRA.transpose(factors[0][0]), factors[-1][0]])
        else:
            found = ALGEBRA.sum_up(ALGEBRA.multiply_entries(factors))
        self.scalars.append((found, FIRST))

    def _sum_into(self, index: int, pair: tuple[int, int]) -> None:
        """A matrix times a column."""
        other, column = _other_end(pair, index), self.make_column(index)
        self.columns.pop(index, None)
        product = ALGEBRA.multiply([self.take(pair, other), column])
        self.columns.setdefault(other, []).append((product, FIRST))

    def _is_closed(self, index: int, other: int, free: Sequence[int]) -> bool:
        """Whether the two have nothing but each other."""
        if self.columns.get(index) or self.columns.get(other) or other in free:
            return False
        return len(self.find_pairs(other)) == 1

    def _sum_closed(self, pair: tuple[int, int]) -> None:
        """A ring of two matrices is a trace; anything else entry by entry is a sum of all entries."""
        factors = self.between.pop(pair)
        for index in pair:
            self.columns.pop(index, None)
        if [power for _, power in factors] == [1, 1]:
            found = _trace_product(factors[0][0], factors[1][0])
        else:
            found = ALGEBRA.sum_up(ALGEBRA.multiply_entries(factors))
        self.scalars.append((found, FIRST))

    def _sum_between(self, index: int, pairs: Sequence[tuple[int, int]]) -> None:
        """A matrix on either side."""
        ends = [_other_end(pair, index) for pair in pairs]
        left, right = self.take(pairs[0], ends[0]), self.take(pairs[1], index)
        middle = self.make_diagonal(index)
        self.columns.pop(index, None)
        self.put(ALGEBRA.multiply([left, *middle, right]), ends)


def _other_end(pair: tuple[int, int], index: int) -> int:
    return pair[0] if pair[1] == index else pair[1]


def _trace_product(one: Matrix, two: Matrix) -> Matrix:
    """sum(one.*two) as the trace of a product; of products, in the order that has fewer transposes."""
    first = ALGEBRA.multiply([ALGEBRA.transpose(one), two])
    second = ALGEBRA.multiply([one, ALGEBRA.transpose(two)])
    return ALGEBRA.trace(min(first, second, key=count_transposes))


def assemble(network: TensorNetwork, free: Sequence[int], sizes: Mapping[int, int]) -> Matrix:
    """The network as a matrix whose rows and columns are the free indices. sizes: of each index.

    Raises LimitError where there is no matrix form."""
    kept, work = _start(network, free, sizes)
    indices = _list_summed(work, kept)
    while indices:
        indices -= work.sum_out(_choose(work, indices), kept)
    return ALGEBRA.scale(network.number, work.scalars, _join_free(work, kept))


def assemble_entries(
    network: TensorNetwork, free: Sequence[int], sizes: Mapping[int, int]
) -> tuple[Matrix, Entries]:
    """The network as a number times entries of matrices at the free indices, eye where two are the same.

    sizes: of each index. An index that more than two matrices share stays."""
    kept, work = _start(network, free, sizes)
    indices = _list_summed(work, kept)
    while indices:
        index = _choose(work, indices)
        if len(work.find_pairs(index)) > 2:  # there is no matrix form
            break
        indices -= work.sum_out(index, kept)
    number, entries = network.number, Entries()
    for new, old in zip(kept, free, strict=True):
        if new != old:
            entries.append((make_eye(sizes[new]), (new, old)))
    standing = [((index,), factors) for index, factors in work.columns.items()]
    for at, factors in [*standing, *work.between.items()]:
        inner, powers, body = split_factors(ALGEBRA.multiply_entries(factors))
        number *= inner
        work.scalars += powers
        if body is not None and not isinstance(body, Ones):
            entries.append((body, at))
    return ALGEBRA.scale(number, work.scalars), entries


def _start(
    network: TensorNetwork, free: Sequence[int], sizes: Mapping[int, int]
) -> tuple[list[int], Elimination]:
    """The names of the free indices, and the network with one name for indices that are the same."""
    named = _merge(network.equal, free)
    work = Elimination(sizes)
    for factor in network.factors:
        work.put(factor.matrix, [named.get(index, index) for index in factor.indices], factor.power)
    return [named.get(index, index) for index in free], work


def _list_summed(work: Elimination, kept: Sequence[int]) -> set[int]:
    return ({index for pair in work.between for index in pair} | set(work.columns)) - set(kept)


def _choose(work: Elimination, indices: set[int]) -> int:
    """The index that the fewest matrices share; of these the last."""
    return min(indices, key=lambda each: (len(work.find_pairs(each)), -each))


def _merge(equal: Sequence[tuple[int, int]], free: Sequence[int]) -> dict[int, int]:
    """One name for indices that are the same, a free one where there is one."""
    named: dict[int, int] = {}

    def find(index: int) -> int:
        while index in named:
            index = named[index]
        return index

    for one, other in equal:
        first, second = find(one), find(other)
        if first != second:
            named[second if first in free else first] = first if first in free else second
    return {index: find(index) for index in named}


def _join_free(work: Elimination, kept: Sequence[int]) -> Matrix | None:
    """What is left on the free indices."""
    if not kept:
        return None
    if len(kept) == 1:
        return work.make_column(kept[0])
    rows, columns = kept
    if rows == columns:
        return ALGEBRA.make_diagonal(work.make_column(rows))
    pair = (min(rows, columns), max(rows, columns))
    if pair in work.between:
        middle = work.take(pair, rows)
        return ALGEBRA.multiply([*work.make_diagonal(rows), middle, *work.make_diagonal(columns)])
    return ALGEBRA.multiply([work.make_column(rows), ALGEBRA.transpose(work.make_column(columns))])
