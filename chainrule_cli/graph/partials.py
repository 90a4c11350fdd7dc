"""Local derivatives of operations that take more than a line, as nodes of a graph.

A function is given the builder, the operation's own node y and its arguments, and gives the node of the
derivative of y by one of them; the rows of OPS (operations.py) have the others.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule_cli.graph.builder import Builder

Local = Callable[[Builder, int, tuple[int, ...]], int]
"""(builder, the operation's own node y, its arguments) -> the derivative of y by one argument."""

SELU_SCALE = Fraction("1.0507009873554804934193349852946")
SELU_ALPHA = Fraction("1.6732632423543772848170429916717")


def pow_by_base(b: Builder, _y: int, args: tuple[int, ...]) -> int:
    """p x^(p-1); for p = 0 it is 0 even where x is"""
    x, p = args
    exponent = b.graph.exact(p)
    if exponent is not None:
        return b.mul(p, b.power(x, exponent - 1))
    return b.gate(b.apply("eq", p, b.zero), b.zero, b.mul(p, b.apply("pow", x, b.sub(p, b.one))))


def pow_by_exponent(b: Builder, y: int, args: tuple[int, ...]) -> int:
    """y ln x; at x = 0 it is 0 for p > 0, undefined else"""
    x, p = args
    base = b.graph.exact(x)
    if base:
        return b.mul(y, b.apply("log", x))
    at_zero = b.gate(b.apply("gt", p, b.zero), b.zero, b.apply("undefined"))
    return b.gate(b.apply("eq", x, b.zero), at_zero, b.mul(y, b.apply("log", x)))


def over_length(b: Builder, part: int, y: int) -> int:
    """part/y; at the origin 0, the least norm"""
    return b.div(part, b.gate(b.apply("gt", y, b.zero), y, b.one))


def root_by_base(b: Builder, y: int, args: tuple[int, ...]) -> int:
    degree = b.graph.exact(args[1]) or Fraction(1)
    return b.reciprocal(b.mul(args[1], b.power(y, degree - 1)))


def over_abs(b: Builder, x: int, root: int) -> int:
    """1/(|x| root)"""
    return b.reciprocal(b.mul(b.apply("abs", x), root))


def step_at_zero(b: Builder, x: int, above: int, below: int) -> int:
    """above for x > 0, below elsewhere: at 0 the least norm, as PyTorch has it."""
    return b.gate(b.apply("gt", x, b.zero), above, below)


def bell(b: Builder, x: int) -> int:
    """2/sqrt(pi) e^(-x^2)"""
    scale = b.div(b.number(2), b.apply("sqrt", b.apply("pi")))
    return b.mul(scale, b.apply("exp", b.neg(b.square(x))))


def gelu(b: Builder, _y: int, args: tuple[int, ...]) -> int:
    """Phi(x) + x phi(x)"""
    (x,) = args
    half, two_pi = b.number(Fraction(1, 2)), b.mul(b.number(2), b.apply("pi"))
    phi = b.div(b.apply("exp", b.neg(b.div(b.square(x), b.number(2)))), b.apply("sqrt", two_pi))
    cumulative = b.mul(half, b.apply("erfc", b.neg(b.div(x, b.apply("sqrt", b.number(2))))))
    return b.add(cumulative, b.mul(x, phi))


def silu(b: Builder, _y: int, args: tuple[int, ...]) -> int:
    """s(x) + x s(x) s(-x)"""
    (x,) = args
    s = b.apply("sigmoid", x)
    return b.add(s, b.mul(x, b.mul(s, b.apply("sigmoid", b.neg(x)))))


def share_winner(greater: str, less: str) -> tuple[Local, Local]:
    """1 to the winner, 1/2 each at a tie."""

    def first(b: Builder, _y: int, args: tuple[int, ...]) -> int:
        half = b.number(Fraction(1, 2))
        return b.gate(b.apply(greater, *args), b.one, b.gate(b.apply(less, *args), b.zero, half))

    return first, lambda b, y, args: first(b, y, args[::-1])


def clip_by_value(b: Builder, _y: int, args: tuple[int, ...]) -> int:
    x, low, high = args
    return b.gate(b.apply("and", b.apply("ge", x, low), b.apply("le", x, high)), b.one, b.zero)


def clip_by_low(b: Builder, _y: int, args: tuple[int, ...]) -> int:
    x, low, high = args
    return b.gate(b.apply("lt", x, low), b.gate(b.apply("lt", low, high), b.one, b.zero), b.zero)


def clip_by_high(b: Builder, _y: int, args: tuple[int, ...]) -> int:
    x, low, high = args
    return b.gate(b.apply("gt", b.apply("max", x, low), high), b.one, b.zero)


def over_square(b: Builder, part: int, args: tuple[int, ...]) -> int:
    """part/(x^2 + y^2), in two divisions that neither overflow nor underflow"""
    length = b.apply("hypot", *args)
    return b.div(b.div(part, length), length)


def selu_unscaled(b: Builder, x: int) -> int:
    """The two slopes without their common factor; at 0 the right one, which is the flatter."""
    return b.gate(b.apply("ge", x, b.zero), b.one, b.mul(b.number(SELU_ALPHA), b.apply("exp", x)))


def jn_by_argument(b: Builder, _y: int, args: tuple[int, ...]) -> int:
    """(n j_(n-1) - (n+1) j_(n+1))/(2n+1)"""
    n, x = args
    more, order = b.add(n, b.one), b.graph.exact(n)
    above = b.apply("jn", more, x)
    if order == 0:
        return b.neg(above)
    below = b.mul(n, b.apply("jn", b.sub(n, b.one), x))
    if order is None:
        below = b.gate(b.apply("eq", n, b.zero), b.zero, below)
    return b.div(b.sub(below, b.mul(more, above)), b.add(n, more))


def beta_by(rank: int) -> Local:
    """B(x, y)(psi(x) - psi(x+y))"""
    return lambda b, y, a: b.mul(y, b.sub(b.apply("digamma", a[rank]), b.apply("digamma", b.add(*a))))
