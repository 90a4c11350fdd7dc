"""Degrees: how many zeros the image of a graph may have in a finite field, as a bound.

By Schwartz (1980) and Zippel (1979) a quotient of polynomials of degree d that is not 0 is 0 at a random point of a field of q
elements with a chance below d/q. Each unknown counts as a variable, and any two of them may fall together by chance.
"""

from __future__ import annotations

from chainrule_cli.graph.images import LARGEST_POWER
from chainrule_cli.graph.node import Graph

LARGEST_CHANCE = 2.0**32
"""Degree times pairs of unknowns up to which three draws in fields of 2^60 elements leave a chance below 2^-80."""

ALGEBRAIC = frozenset({"input", "constant", "add", "sub", "neg", "mul", "div", "e", "pi"})


def too_large(graph: Graph, output: int) -> bool:
    """Whether the degrees and the unknowns are too many for three draws to be sure."""
    above, below = [0.0] * (output + 1), [0.0] * (output + 1)
    largest, unknowns = 1.0, 1
    for place, needed in enumerate(graph.reaching(output)):
        if needed:
            above[place], below[place] = _degrees(graph, place, above, below)
            largest = max(largest, above[place] + below[place])
            unknowns += graph.nodes[place].op not in ALGEBRAIC
    return largest * unknowns * unknowns > LARGEST_CHANCE


def _degrees(graph: Graph, place: int, above: list[float], below: list[float]) -> tuple[float, float]:
    """The degrees of a node's numerator and denominator."""
    op, args, _, _ = graph.nodes[place]
    if not args:
        return (1.0 if op == "input" else 0.0), 0.0
    a, b = args[0], args[-1]
    if op in ("add", "sub"):
        return max(above[a] + below[b], above[b] + below[a]), below[a] + below[b]
    if op == "mul":
        return above[a] + above[b], below[a] + below[b]
    if op == "div":
        return above[a] + below[b], below[a] + above[b]
    if op == "neg":
        return above[a], below[a]
    times = _power(graph, b) if op == "pow" else 2.0
    return times * (1 + sum(above[each] for each in args)), times * (1 + sum(below[each] for each in args))


def _power(graph: Graph, exponent: int) -> float:
    """How often a power multiplies the degree of its base; once where it is an unknown."""
    exact = graph.exact(exponent)
    return 2.0 if exact is None or abs(exact) > LARGEST_POWER else max(1.0, float(abs(exact)))
