"""Carriers: what flows through a graph. FLOATS are doubles; DIGITS(n) are mpmath numbers of n digits, real
ones only.

A carrier makes an exact constant, enters a coordinate and applies an operation; out of the domain it gives
its NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.node import Node
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.shapes import write_shape


class Carrier(Protocol):
    """What the sweeps ask of a carrier.

    zero, one: numbers of the carrier
    constant: an exact number as one of the carrier's
    enter: a coordinate as one of the carrier's
    operation: the function of a key of OPS
    along: the value of an operation along the indices of arrays
    """

    zero: Any
    one: Any

    def constant(self, value: Fraction | int) -> Any: ...
    def enter(self, value: Any) -> Any: ...
    def operation(self, op: str) -> Callable[..., Any]: ...
    def apply_along(self, node: Node, args: Sequence[Any]) -> Any: ...


class Numbers:
    """What carriers of numbers share: no arrays."""

    zero: Any

    def apply_along(self, node: Node, args: Sequence[Any]) -> Any:  # noqa: ARG002  # the carrier of arrays needs them
        """A cotangent that stands in for another has no value that anybody reads."""
        if node.op != "cotangent" or node.shape:
            raise QuestionError(f"{node.op} of shape {write_shape(node.shape)} needs the carrier of arrays")
        return self.zero


class Floats(Numbers):
    """IEEE doubles by the math module."""

    zero = 0.0
    one = 1.0

    def constant(self, value: Fraction | int) -> float:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf

    def enter(self, value: Any) -> float:
        return float(value)

    def operation(self, op: str) -> Callable[..., float]:
        return OPS[op].forward


class Digits(Numbers):
    """mpmath numbers in a context of their own."""

    HUGE_EXPONENT = 1_200
    """Binary digits of the size past which a value is infinite, as a double is."""

    def __init__(self, digits: int) -> None:
        from mpmath import MPContext  # noqa: PLC0415  # most runs need no digits, and start-up is a budget

        self.context = MPContext()
        self.context.dps = digits
        self.zero = self.context.zero
        self.one = self.context.one
        self._huge = self.context.mpf(2) ** self.HUGE_EXPONENT

    def constant(self, value: Fraction | int) -> Any:
        return self.context.mpf(value.numerator) / value.denominator

    def enter(self, value: Any) -> Any:
        return self.context.mpf(value)

    def operation(self, op: str) -> Callable[..., Any]:
        precise, context = OPS[op].precise, self.context
        unguarded = op == "where"

        def call(*args: Any) -> Any:
            if not unguarded and any(context.isnan(argument) for argument in args):
                return context.nan
            if unguarded and context.isnan(args[0]):
                return context.nan
            try:
                result = precise(context, *args)
            except (ValueError, ZeroDivisionError, OverflowError, context.NoConvergence):
                return context.nan
            return self._real(result)

        return call

    def _real(self, result: Any) -> Any:
        if isinstance(result, int):
            return self.context.mpf(result)
        if isinstance(result, self.context.mpc):
            return result.real if result.imag == 0 else self.context.nan
        if self.context.isnan(result) or abs(result) < self._huge:
            return result
        return self.context.inf if result > 0 else -self.context.inf


FLOATS = Floats()


@cache
def DIGITS(digits: int) -> Digits:  # noqa: N802  # a carrier with a parameter, named as the carrier FLOATS is
    """The carrier of that many decimal digits."""
    return Digits(digits)
