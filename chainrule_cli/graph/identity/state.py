"""What is known of a graph's nodes in one field; functions that have no algebra there are hashed unknowns.

A symmetry that an unknown function has is kept: oddness, the logarithm of a size and of a reciprocal, arcs
that are multiples of pi. The operations are rows of field_values.py.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from chainrule_cli.graph.identity.fields import ANGLES, EXPONENTS, FieldDraw, NoValue, Point
from chainrule_cli.graph.node import Graph


class FieldState:
    """One field of a draw, and what is known in it of each node; None where nothing is.

    number: of the field: ANGLES, EXPONENTS or TOP
    prime: of the field
    value: of the node
    exponential: e to the power of the node
    point: cosine and sine of the node as an angle
    logarithm: of the node
    tangent: the derivative of the node by the variable that moves
    exponent: the value of the node in the field of exponents, where this field is above it
    angle: the value of the node in the field of angles, where this field is above it
    """

    def __init__(
        self, graph: Graph, draw: FieldDraw, number: int, size: int, lower: tuple[FieldState, ...] = ()
    ) -> None:
        self.graph = graph
        self.draw = draw
        self.number = number
        self.field = draw.fields[number]
        self.prime = self.field.prime
        nothing: list[Any] = [None] * size
        self.value: list[int] = nothing
        self.exponential: list[int] = nothing[:]
        self.point: list[Point] = nothing[:]
        self.logarithm: list[int] = nothing[:]
        self.tangent: list[int] = nothing[:]
        self.exponent = lower[EXPONENTS].value if number > EXPONENTS else []
        self.angle = lower[ANGLES].value if number > ANGLES else []

    def unknown(self, *parts: object) -> int:
        return self.field.unknown(*parts)

    def compute_once(self, compute: Callable[..., Any], *args: int) -> Any:
        """What a method of the field gives; worked out once in the whole draw."""
        key = (compute, *args)
        memo = self.draw.memo
        if key not in memo:
            memo[key] = compute(*args)
        return memo[key]

    def inverse(self, a: int) -> int:
        return int(self.compute_once(self.field.inverse, a))

    def root(self, a: int, degree: int = 2) -> int:
        return int(self.compute_once(self.field.root, a, degree))

    def sign(self, a: int) -> int:
        return int(self.compute_once(self.field.sign, a))

    def require_positive(self, a: int) -> int:
        """a itself. Raises NoValue unless it is positive."""
        if self.sign(a) != 1:
            raise NoValue
        return a

    def odd_unknown(self, name: str, a: int) -> int:
        """An unknown odd function of a residue."""
        a %= self.prime
        if a == 0:
            return 0
        return self.unknown(name, a) if a < self.prime - a else -self.unknown(name, self.prime - a)

    def log(self, a: int) -> int:
        """The logarithm of the size of a residue: the same for -a, the negative for 1/a."""
        over = self.inverse(a)
        least, most = min(a % self.prime, -a % self.prime), min(over, self.prime - over)
        if least == most:
            return 0
        return self.unknown("log", least) if least < most else -self.unknown("log", most)

    def arc(self, name: str, table: dict[int, Fraction], a: int) -> int:
        """An odd inverse function: multiples of pi where a table has them, else unknown."""
        for value, halves in table.items():
            if (a - value) % self.prime == 0 or (a + value) % self.prime == 0:
                angle = self.field.fraction(halves) * self.field.pi
                return angle if (a - value) % self.prime == 0 else -angle
        return self.odd_unknown(name, a)
