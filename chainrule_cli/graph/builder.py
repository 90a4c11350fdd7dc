"""Builder: local derivatives as nodes, simplified where that is exactly safe; and those of them that take
more than a line of a row of OPS.

0·u is dropped because a zero here is structural: it stands for an edge that sends nothing, not for a number
that came out 0.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import LETTERS, Shape, split_indices

LARGEST_BITS = 4096
"""Of the numerator and the denominator of a number that is worked out; what is larger stays an operation."""


class Builder:
    """The operations that local derivatives are written in; each takes nodes and gives a node."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.zero = graph.constant(0)
        self.one = graph.constant(1)

    def number(self, value: Fraction | int) -> int:
        return self.graph.constant(value)

    def apply(self, op: str, *args: int) -> int:
        return self.graph.apply(op, *args)

    def _fold(self, value: Fraction | None) -> int | None:
        if value is None or max(value.numerator.bit_length(), value.denominator.bit_length()) > LARGEST_BITS:
            return None
        return self.graph.constant(value)

    def add(self, a: int, b: int) -> int:
        if self.zero in (a, b):
            return b if a == self.zero else a
        one, other = self.graph.exact(a), self.graph.exact(b)
        folded = self._fold(one + other) if one is not None and other is not None else None
        return folded if folded is not None else self.apply("add", a, b)

    def sub(self, a: int, b: int) -> int:
        if b == self.zero:
            return a
        return self.apply("sub", a, b) if self.graph.exact(b) is None else self.add(a, self.neg(b))

    def neg(self, a: int) -> int:
        value, node = self.graph.exact(a), self.graph.nodes[a]
        if value is not None:
            return self.graph.constant(-value)
        return node.args[0] if node.op == "neg" else self.apply("neg", a)

    def mul(self, a: int, b: int) -> int:
        if self.zero in (a, b):
            return self.zero
        if self.one in (a, b):
            return b if a == self.one else a
        one, other = self.graph.exact(a), self.graph.exact(b)
        folded = self._fold(one * other) if one is not None and other is not None else None
        if folded is not None:
            return folded
        if other == -1 or one == -1:
            return self.neg(a if other == -1 else b)
        return self.apply("mul", a, b)

    def div(self, a: int, b: int) -> int:
        if a == self.zero or b == self.one:
            return a
        one, other = self.graph.exact(a), self.graph.exact(b)
        folded = self._fold(one / other) if one is not None and other else None
        return folded if folded is not None else self.apply("div", a, b)

    def reciprocal(self, a: int) -> int:
        return self.div(self.one, a)

    def square(self, a: int) -> int:
        return self.mul(a, a)

    def power(self, a: int, exponent: Fraction | int) -> int:
        if exponent == 0:
            return self.one
        return a if exponent == 1 else self.apply("pow", a, self.number(exponent))

    def gate(self, condition: int, yes: int, no: int) -> int:
        return yes if yes == no else self.apply("where", condition, yes, no)

    def both(self, one: int | None, other: int | None) -> int | None:
        """Two conditions at once; None always holds, the node 0 never does."""
        if one is None or other is None:
            return other if one is None else one
        if self.zero in (one, other):
            return self.zero
        return one if one == other else self.apply("and", one, other)

    def send(self, adjoint: int, local: int) -> int:
        """adjoint times local, multiplied inside the local's branches: a branch of 0 sends 0, whatever the
        adjoint."""
        node = self.graph.nodes[local]
        if node.op == "where" and self._has_number(node.args[1:]):
            return self.gate(node.args[0], self.send(adjoint, node.args[1]), self.send(adjoint, node.args[2]))
        return self.mul(adjoint, local)

    def _has_number(self, branches: tuple[int, ...]) -> bool:
        return any(self.graph.exact(branch) is not None for branch in branches)

    def beyond_one(self, x: int) -> int:
        """sqrt(x^2 - 1) for x >= 1 as sqrt(x - 1) sqrt(x + 1): no cancelling, no overflow."""
        return self.mul(self.apply("sqrt", self.sub(x, self.one)), self.apply("sqrt", self.add(x, self.one)))

    def inside_one(self, x: int) -> int:
        """1 - x^2 as (1 - x)(1 + x), without cancelling."""
        return self.mul(self.sub(self.one, x), self.add(self.one, x))

    def apply_along(self, op: str, indices: str, *args: int, shape: Shape | None = None) -> int:
        """An operation along indices; an einsum that changes nothing is its argument."""
        arguments, result = split_indices(indices)
        if op == "einsum" and arguments == [result] and len(set(result)) == len(result):
            return args[0]
        return self.graph.apply_along(op, indices, *args, shape=shape)

    def zeros(self, shape: Shape) -> int:
        return self.apply_along("einsum", f"->{LETTERS[: len(shape)]}", self.zero, shape=shape)


# local derivatives for operations.py: (builder, the operation's own node y, its arguments) -> a node


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
