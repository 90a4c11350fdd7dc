"""The formulas that `next` goes through where none are given: from a lecture's example to a neuron's loss."""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    """A formula.

    at: its point, None where it is that of the formula before
    """

    formula: str
    at: str | None


EXAMPLES = (
    Example("(x + y)*z", "x=-2, y=5, z=-4"),
    Example("sin(x^2)", "x=0.8"),
    Example("x*x + x", "x=3"),
    Example("c = a + b; d = b + 1; e = c*d", "a=2, b=1"),
    Example("max(x, y)*z", "x=3, y=1, z=2"),
    Example("1/(1 + exp(-(w*x + b)))", "w=2, x=-1, b=1"),
    Example("z = w*x + b; a = sigmoid(z); L = (a - t)^2", "w=0.8, x=1.5, b=-0.2, t=1"),
    Example("u = x*y; ln(u) + u^2", "x=1, y=2"),
    Example("relu(w*x + b)*v", "w=1, x=-2, b=0.5, v=3"),
    Example("x^y", "x=2, y=3"),
)
