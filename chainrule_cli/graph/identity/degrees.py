"""Degrees: how many zeros the image of a graph may have in a finite field, as a bound.

By Schwartz (1980) and Zippel (1979) a quotient of polynomials of degree d that is not 0 is 0 at a random
point of a field of q elements with a chance below d/q. What has no algebra counts as a variable of its own,
any two of which may fall together by chance; a root doubles the degree of whatever it stands in, the norm
having both signs of it.
"""

from __future__ import annotations

from chainrule_cli.graph.identity.field_values import LARGEST_POWER
from chainrule_cli.graph.node import Graph

LARGEST_CHANCE = 2.0**32
"""Degree times pairs of unknowns up to which three draws in fields of 2^60 elements leave a chance below
2^-80.

And so for the derivative, which has twice the degree."""

RATIONAL = frozenset({"input", "constant", "add", "sub", "neg", "mul", "div", "e", "pi"})
ROOTS = frozenset(
    {"sqrt", "cbrt", "root", "hypot", "asin", "acos", "asec", "acsc", "asinh", "acosh", "asech", "acsch"}
)
"""Operations whose values or partial derivatives hold a root."""

QUOTIENTS = frozenset(
    {"tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth", "sigmoid", "silu"}
)
"""Quotients of a sine and a cosine, or of polynomials in an exponential."""

MOST_ROOTS = 32


def is_too_large(graph: Graph, output: int) -> bool:
    """Whether the degrees and the unknowns are too many for three draws to be sure."""
    above, below = [0.0] * (output + 1), [0.0] * (output + 1)
    largest, unknowns, roots = 1.0, 1, 0
    for index, needed in enumerate(graph.find_needed(output)):
        if needed:
            op = graph.nodes[index].op
            above[index], below[index] = _bound_degrees(graph, index, above, below)
            largest = max(largest, above[index] + below[index])
            unknowns += op not in RATIONAL
            roots += op in ROOTS or _is_fractional(graph, index)
    return largest * unknowns * unknowns * 2.0 ** min(roots, MOST_ROOTS) > LARGEST_CHANCE


def _bound_degrees(graph: Graph, index: int, above: list[float], below: list[float]) -> tuple[float, float]:
    """The degrees of a node's numerator and denominator.

    A sine and a cosine count two: a curve of degree d meets the circle in 2d points at the most.
    """
    op, args, *_ = graph.nodes[index]
    if not args:
        return (1.0 if op == "input" else 0.0), 0.0
    a, b = args[0], args[-1]
    if op in ("add", "sub"):
        return max(above[a] + below[b], above[b] + below[a]), below[a] + below[b]
    if op == "mul":
        return above[a] + above[b], below[a] + below[b]
    if op == "div":
        return above[a] + below[b], below[a] + above[b]
    if op in ("neg", "sqrt", "cbrt", "root"):
        return above[a], below[a]
    times = _count_factors(graph, b) if op == "pow" else 0
    if times:
        return (above[a] * times, below[a] * times) if times > 0 else (below[a] * -times, above[a] * -times)
    return 2.0, 2.0 if op in QUOTIENTS else 0.0


def _count_factors(graph: Graph, exponent: int) -> int:
    """How often a power multiplies its base; 0 where it is an unknown."""
    exact = graph.exact(exponent)
    return 0 if exact is None or abs(exact) > LARGEST_POWER else exact.numerator


def _is_fractional(graph: Graph, index: int) -> bool:
    op, args, *_ = graph.nodes[index]
    exact = graph.exact(args[1]) if op == "pow" else None
    return exact is not None and exact != int(exact)
