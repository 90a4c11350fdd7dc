"""The order of a product of matrices that takes the fewest multiplications (Cormen et al., ch. 14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TypeVar

Result = TypeVar("Result")
LONGEST = 40
"""Factors of a product that is worth the cubic search."""


def find_cheapest(sizes: Sequence[int]) -> tuple[int, list[list[int]]]:
    """The fewest multiplications of a product, and where to split each run of factors.
    sizes: factor k is sizes[k] x sizes[k+1]."""
    count = len(sizes) - 1
    cost = [[0] * count for _ in range(count)]
    split = [[0] * count for _ in range(count)]
    for length in range(2, count + 1):
        for first in range(count - length + 1):
            last = first + length - 1
            found = [
                (cost[first][at] + cost[at + 1][last] + sizes[first] * sizes[at + 1] * sizes[last + 1], -at)
                for at in range(first, last)
            ]
            cost[first][last], at = min(found)
            split[first][last] = -at
    return cost[0][count - 1], split


def count_from_the_left(sizes: Sequence[int]) -> int:
    """The multiplications when the product is taken from the left."""
    return sum(sizes[0] * sizes[at] * sizes[at + 1] for at in range(1, len(sizes) - 1))


def join_cheaply(
    factors: Sequence[Result], sizes: Sequence[int], join: Callable[[Result, Result], Result]
) -> Result:
    """The factors joined two at a time in the best order; a very long product from the left."""
    if len(factors) > LONGEST:
        return reduce(join, factors)
    _, split = find_cheapest(sizes)
    return join_in_order(factors, split, join)


def join_in_order(
    factors: Sequence[Result], split: Sequence[Sequence[int]], join: Callable[[Result, Result], Result]
) -> Result:
    """The factors joined two at a time.
    split: for each run of them, by its ends, its last factor on the left."""

    def run(first: int, last: int) -> Result:
        if first == last:
            return factors[first]
        at = split[first][last]
        return join(run(first, at), run(at + 1, last))

    return run(0, len(factors) - 1)
