"""A graph that says the same in less work for numpy, where a tangent is cheap and a quotient costs two products.

Knows identities that hold to a rounding of the argument or of the result, as long as nothing overflows: whoever runs the
graph starts again with the plain one where something does. To add an identity, add it to REWRITES.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shorten import needed, rebuilt

LEAST_QUOTIENTS = 3
"""Quotients by one divisor from which its reciprocal is cheaper."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What a graph asks for. turned: nodes with both a sine and a cosine; mirrored: with a sigmoid of theirs and one of minus
    theirs; quotients: how many a divisor has."""

    turned: frozenset[int]
    mirrored: frozenset[int]
    quotients: Counter[int]


Rewrite = Callable[[Uses, Graph, int, Graph, tuple[int, ...]], "int | None"]
"""(uses, the graph, a node of it, the new graph, the arguments there) -> the node there, None where the identity is no gain."""


def streamline(graph: Graph, outputs: Sequence[int]) -> tuple[Graph, list[int]]:
    """A new graph of what the outputs depend on, and the places of the outputs in it. Every input is kept."""
    uses = _uses(graph, outputs)

    def write(built: Graph, place: int, args: tuple[int, ...]) -> int:
        op = graph.nodes[place].op
        rewrite = REWRITES.get(op)
        found = rewrite(uses, graph, place, built, args) if rewrite else None
        return built.apply(op, *args) if found is None else found

    return needed(*rebuilt(graph, outputs, write))


def _uses(graph: Graph, outputs: Sequence[int]) -> Uses:
    nodes = [
        node
        for node, needed in zip(graph.nodes, graph.reaching(*outputs), strict=False)
        if needed and node.args
    ]
    taken: dict[str, set[int]] = defaultdict(set)
    for node in nodes:
        taken[node.op].add(node.args[0])
    below = {graph.nodes[place].args[0] for place in taken["sigmoid"] if graph.nodes[place].op == "neg"}
    quotients = Counter(node.args[1] for node in nodes if node.op == "div")
    return Uses(frozenset(taken["sin"] & taken["cos"]), frozenset(taken["sigmoid"] & below), quotients)


def _commuted(op: str) -> Rewrite:
    """ab = ba: one node for both."""
    return lambda _uses, _graph, _place, built, args: built.apply(op, *sorted(args))


def _half_tangent(built: Graph, argument: int) -> tuple[int, int]:
    """t = tan(u/2) and 2/(1 + t²): sin u = 2t/(1 + t²) and cos u = 2/(1 + t²) - 1."""
    tangent = built.apply("tan", built.apply("mul", built.constant(Fraction(1, 2)), argument))
    return tangent, built.apply(
        "div", built.constant(2), built.apply("add", built.constant(1), built.apply("mul", tangent, tangent))
    )


def _sine(uses: Uses, graph: Graph, place: int, built: Graph, args: tuple[int, ...]) -> int | None:
    """sin u by the tangent of u/2, where cos u is wanted too."""
    if graph.nodes[place].args[0] not in uses.turned:
        return None
    return built.apply("mul", *_half_tangent(built, args[0]))


def _cosine(uses: Uses, graph: Graph, place: int, built: Graph, args: tuple[int, ...]) -> int | None:
    """cos u by the tangent of u/2, where sin u is wanted too; right as for an argument within a rounding of u."""
    if graph.nodes[place].args[0] not in uses.turned:
        return None
    return built.apply("sub", _half_tangent(built, args[0])[1], built.constant(1))


def _quotient(uses: Uses, graph: Graph, place: int, built: Graph, args: tuple[int, ...]) -> int | None:
    """a/b = a·(1/b) for many a"""
    above, below = graph.nodes[place].args
    if uses.quotients[below] < LEAST_QUOTIENTS:
        return None
    reciprocal = built.apply("div", built.constant(1), args[1])
    return reciprocal if graph.nodes[above].value == 1 else built.apply("mul", *sorted((args[0], reciprocal)))


def _sigmoid(uses: Uses, graph: Graph, place: int, built: Graph, args: tuple[int, ...]) -> int | None:
    """σ(u) = 1/(1 + e) and σ(-u) = e·σ(u) with e = exp(-u), where both are wanted."""
    argument = graph.nodes[place].args[0]
    negated = graph.nodes[argument].op == "neg" and graph.nodes[argument].args[0] in uses.mirrored
    if not negated and argument not in uses.mirrored:
        return None
    small = built.apply("exp", args[0] if negated else built.apply("neg", args[0]))
    whole = built.apply("div", built.constant(1), built.apply("add", built.constant(1), small))
    return built.apply("mul", small, whole) if negated else whole


REWRITES: dict[str, Rewrite] = {
    "add": _commuted("add"),
    "mul": _commuted("mul"),
    "sin": _sine,
    "cos": _cosine,
    "div": _quotient,
    "sigmoid": _sigmoid,
}
