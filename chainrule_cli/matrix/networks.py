"""Tensor networks: a number times powers of matrices, each at its indices; what is not free is summed.

assembly.py makes matrix algebra of them, expansion.py makes them of the nodes of a graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from chainrule_cli.matrix.nodes import FIRST, EntryProduct, Matrix, Ones, make_ones, split_factors

Index: TypeAlias = int | None
"""An index by number; None for an axis of size 1, which needs none."""


class NetworkFactor(NamedTuple):
    """A power of a matrix, entry by entry. indices: of its rows, then of its columns."""

    matrix: Matrix
    indices: tuple[int, ...]
    power: Fraction = FIRST


class TensorNetwork(NamedTuple):
    """number, factors: what is multiplied. equal: pairs of indices that are the same.
    free: each input that was left out, and its indices."""

    number: Fraction
    factors: tuple[NetworkFactor, ...] = ()
    equal: tuple[tuple[int, int], ...] = ()
    free: tuple[tuple[int, tuple[Index, ...]], ...] = ()

    def multiply(self, other: TensorNetwork) -> TensorNetwork:
        return TensorNetwork(
            self.number * other.number,
            self.factors + other.factors,
            self.equal + other.equal,
            self.free + other.free,
        )

    def negate(self) -> TensorNetwork:
        return self._replace(number=-self.number)

    def raise_to(self, power: int) -> TensorNetwork:
        """Entry by entry, of one that sums nothing."""
        factors = tuple(factor._replace(power=factor.power * power) for factor in self.factors)
        return TensorNetwork(self.number**power, factors)

    def bind(self, indices: Iterable[int]) -> TensorNetwork:
        """The same, summed over these: one that no factor bears is a size, so ones stand there."""
        borne = {index for factor in self.factors for index in factor.indices}
        borne |= {index for pair in self.equal for index in pair}
        borne |= {index for _, axes in self.free for index in axes if index is not None}
        loose = [NetworkFactor(make_ones((0, None)), (index,)) for index in indices if index not in borne]
        return self._replace(factors=(*self.factors, *loose))


def drop_ones(axes: Iterable[Index]) -> tuple[int, ...]:
    """The indices without axes of size 1."""
    return tuple(axis for axis in axes if axis is not None)


def make_network(matrix: Matrix, axes: Sequence[Index]) -> TensorNetwork:
    """A matrix at its indices; its number, scalars and factors entry by entry stand alone."""
    number, powers, body = split_factors(matrix)
    indices = drop_ones(axes)
    factors = [NetworkFactor(scalar, (), power) for scalar, power in powers]
    if isinstance(body, EntryProduct):
        factors += [NetworkFactor(each, indices, power) for each, power in body.factors]
    elif body is not None and not isinstance(body, Ones):
        factors.append(NetworkFactor(body, indices))
    return TensorNetwork(number, tuple(factors))


def multiply_all(ones: Sequence[TensorNetwork], others: Sequence[TensorNetwork]) -> Iterator[TensorNetwork]:
    """The product of two sums of networks."""
    for one in ones:
        for other in others:
            yield one.multiply(other)
