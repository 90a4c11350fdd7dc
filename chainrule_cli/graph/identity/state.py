"""Levels: what is known of a graph's nodes in one field, with the functions that have no algebra there as hashed unknowns.

A symmetry that an unknown function has is kept: oddness, the logarithm of a size and of a reciprocal, arcs that are multiples of
pi. Refuses to know operations, which are rows of images.py.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from chainrule_cli.graph.identity.fields import ANGLES, EXPONENTS, Draw, NoValue, Point
from chainrule_cli.graph.node import Graph


class Level:
    """One field with what is known in it of each node: v, x, k, l as needs say; d: its derivative; e and a: its values in the fields of
    exponents and of angles."""

    def __init__(
        self, graph: Graph, draw: Draw, number: int, size: int, lower: tuple[Level, ...] = ()
    ) -> None:
        self.graph = graph
        self.draw = draw
        self.number = number
        self.field = draw.fields[number]
        self.p = self.field.prime
        nothing: list[Any] = [None] * size
        self.v: list[int] = nothing
        self.x: list[int] = nothing[:]
        self.k: list[Point] = nothing[:]
        self.l: list[int] = nothing[:]
        self.d: list[int] = nothing[:]
        self.e = lower[EXPONENTS].v if number > EXPONENTS else []
        self.a = lower[ANGLES].v if number > ANGLES else []

    def unknown(self, *parts: object) -> int:
        return self.field.unknown(*parts)

    def once(self, compute: Callable[..., Any], *args: int) -> Any:
        """What a method of the field gives, kept for the whole draw."""
        key = (compute, *args)
        memo = self.draw.memo
        if key not in memo:
            memo[key] = compute(*args)
        return memo[key]

    def inverse(self, a: int) -> int:
        return int(self.once(self.field.inverse, a))

    def root(self, a: int, degree: int = 2) -> int:
        return int(self.once(self.field.root, a, degree))

    def sign(self, a: int) -> int:
        return int(self.once(self.field.sign, a))

    def above_zero(self, a: int) -> int:
        """a itself. Raises NoValue unless it is positive."""
        if self.sign(a) != 1:
            raise NoValue
        return a

    def odd(self, name: str, a: int) -> int:
        """An unknown odd function of a residue."""
        a %= self.p
        if a == 0:
            return 0
        return self.unknown(name, a) if a < self.p - a else -self.unknown(name, self.p - a)

    def log(self, a: int) -> int:
        """The logarithm of the size of a residue: the same for -a, the negative for 1/a."""
        over = self.inverse(a)
        least, most = min(a % self.p, -a % self.p), min(over, self.p - over)
        if least == most:
            return 0
        return self.unknown("log", least) if least < most else -self.unknown("log", most)

    def arc(self, name: str, table: dict[int, Fraction], a: int) -> int:
        """An odd inverse function: multiples of pi where a table has them, else unknown."""
        for value, halves in table.items():
            if (a - value) % self.p == 0 or (a + value) % self.p == 0:
                turned = self.field.fraction(halves) * self.field.pi
                return turned if (a - value) % self.p == 0 else -turned
        return self.odd(name, a)
