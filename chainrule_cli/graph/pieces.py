"""PIECES: operations with kinks by smooth parts and branches, which is how the two sides of a kink are found.

Refuses to know which side counts at the kink itself: that is said by the local derivatives in OPS. To add a piecewise
operation, add a row to each table.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.ops import SELU_ALPHA, SELU_SCALE

Pieces = Callable[..., int]
"""(builder, arguments) -> the operation in terms of others."""


def _above(b: Builder, x: int, yes: int, no: int) -> int:
    """yes where x > 0"""
    return b.gate(b.apply("gt", x, b.zero), yes, no)


def _scaled(b: Builder, factor: Fraction, x: int) -> int:
    return b.mul(b.number(factor), x)


def _selu(b: Builder, x: int) -> int:
    return _scaled(b, SELU_SCALE, _above(b, x, x, _scaled(b, SELU_ALPHA, b.apply("expm1", x))))


PIECES: dict[str, Pieces] = {
    "abs": lambda b, x: _above(b, x, x, b.neg(x)),
    "sign": lambda b, x: _above(b, x, b.one, b.gate(b.apply("lt", x, b.zero), b.number(-1), b.zero)),
    "relu": lambda b, x: _above(b, x, x, b.zero),
    "leaky_relu": lambda b, x: _above(b, x, x, _scaled(b, Fraction(1, 100), x)),
    "elu": lambda b, x: _above(b, x, x, b.apply("expm1", x)),
    "selu": _selu,
    "max": lambda b, x, y: b.gate(b.apply("gt", x, y), x, y),
    "min": lambda b, x, y: b.gate(b.apply("lt", x, y), x, y),
    "clip": lambda b, x, low, high: b.apply("min", b.apply("max", x, low), high),
    "mod": lambda b, x, y: b.sub(x, b.mul(y, b.apply("floor", b.div(x, y)))),
    "hypot": lambda b, x, y: b.apply("sqrt", b.add(b.square(x), b.square(y))),
}
