"""A graph that says the same in less work for numpy, where a tangent is cheap and a quotient costs two products.

Knows identities that hold to a rounding of the argument or of the result, as long as nothing overflows: whoever runs the
graph starts again with the plain one where something does. To add an identity, add it to WHOLE_REWRITES.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS

LEAST_QUOTIENTS = 3
"""Quotients by one divisor from which its reciprocal is cheaper."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What a graph asks for. turned: nodes with both a sine and a cosine; mirrored: with a sigmoid of theirs and one of minus
    theirs; quotients: how many a divisor has."""

    turned: frozenset[int]
    mirrored: frozenset[int]
    quotients: Counter[int]


WholeRewrite = Callable[[Uses, Graph, int, Graph, tuple[int, ...]], "int | None"]
"""(uses, the graph, a node of it, the new graph, the arguments there) -> the node there, None where the identity is no gain."""


def streamline(graph: Graph, outputs: Sequence[int]) -> tuple[Graph, list[int]]:
    """A new graph of what the outputs depend on, and the places of the outputs in it. Every input is kept."""
    uses = _uses(graph, outputs)

    def write(built: Graph, place: int, args: tuple[int, ...]) -> int:
        op = graph.nodes[place].op
        rewrite = WHOLE_REWRITES.get(op)
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


def _commuted(op: str) -> WholeRewrite:
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


WHOLE_REWRITES: dict[str, WholeRewrite] = {
    "add": _commuted("add"),
    "mul": _commuted("mul"),
    "sin": _sine,
    "cos": _cosine,
    "div": _quotient,
    "sigmoid": _sigmoid,
}


# MERGED """A graph that says the same in fewer operations, for code that runs often: minus signs moved outwards, small powers as
# MERGED products, one quotient where a reciprocal was multiplied, constants worked out.
# MERGED
# MERGED Knows identities that keep the value to rounding and the domain exactly. Refuses to drop a factor 0, which may meet
# MERGED infinity. To add an identity, add it to REWRITES.
# MERGED """

MOST_FACTORS = 8
"""Exponents up to which a power becomes products."""

COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})

Rewrite = Callable[[Graph, tuple[int, ...]], int]


def shorten(graph: Graph, outputs: Sequence[int]) -> tuple[Graph, list[int]]:
    """A new graph of what the outputs depend on, and the places of the outputs in it. Every input is kept."""
    rewritten, places = rebuilt(
        graph, outputs, lambda built, place, args: write(built, graph.nodes[place].op, *args)
    )
    return needed(rewritten, places)


def needed(graph: Graph, outputs: Sequence[int]) -> tuple[Graph, list[int]]:
    """The graph without what a rewriting has left behind."""
    return rebuilt(graph, outputs, lambda built, place, args: built.apply(graph.nodes[place].op, *args))


def rebuilt(
    graph: Graph, outputs: Sequence[int], writer: Callable[[Graph, int, tuple[int, ...]], int]
) -> tuple[Graph, list[int]]:
    """A new graph, in which writer(new graph, old node, new arguments) writes each operation that the outputs need."""
    built = Graph()
    places = {graph.inputs[name]: built.input(name) for name in graph.inputs}
    for place, reached in enumerate(graph.reaching(*outputs)):
        node = graph.nodes[place]
        if reached and node.value is not None:
            places[place] = built.constant(node.value)
        elif reached and place not in places:
            places[place] = writer(built, place, tuple(places[argument] for argument in node.args))
    return built, [places[output] for output in outputs]


def write(graph: Graph, op: str, *args: int) -> int:
    """The node of an operation, by its rewriting where there is one; a number where all arguments are numbers."""
    known = _worked_out(graph, op, args)
    if known is not None:
        return known
    rewrite = REWRITES.get(op)
    return graph.apply(op, *args) if rewrite is None else rewrite(graph, args)


def _worked_out(graph: Graph, op: str, args: tuple[int, ...]) -> int | None:
    numbers = [graph.nodes[argument].value for argument in args]
    if any(number is None for number in numbers):
        return None
    value = OPS[op].forward(*[FLOATS.constant(number) for number in numbers if number is not None])
    return graph.constant(Fraction(value)) if math.isfinite(value) else None


def _minus(graph: Graph, place: int) -> int | None:
    """u where the node is -u."""
    node = graph.nodes[place]
    return node.args[0] if node.op == "neg" else None


def _neg(graph: Graph, args: tuple[int, ...]) -> int:
    inner = _minus(graph, args[0])
    return graph.apply("neg", args[0]) if inner is None else inner


def _add(graph: Graph, args: tuple[int, ...]) -> int:
    """a + (-b) = a - b"""
    a, b = args
    for one, other in ((a, b), (b, a)):
        taken_off = _minus(graph, other)
        if taken_off is not None:
            return write(graph, "sub", one, taken_off)
    return graph.apply("add", a, b)


def _sub(graph: Graph, args: tuple[int, ...]) -> int:
    """a - (-b) = a + b; (-a) - b = -(a + b)"""
    a, b = args
    added, negated = _minus(graph, b), _minus(graph, a)
    if added is not None:
        return write(graph, "add", a, added)
    if negated is not None:
        return graph.apply("neg", write(graph, "add", negated, b))
    return graph.apply("sub", a, b)


def _signed(op: str, rest: Rewrite) -> Rewrite:
    """(-a)·b = -(a·b) and so on: an odd operation with its sign outside."""

    def rewrite(graph: Graph, args: tuple[int, ...]) -> int:
        inner = [_minus(graph, argument) for argument in args]
        if inner == [None] * len(args):
            return rest(graph, args)
        bare = [argument if less is None else less for argument, less in zip(args, inner, strict=True)]
        result = write(graph, op, *bare)
        return result if inner.count(None) % 2 == len(args) % 2 else write(graph, "neg", result)

    return rewrite


def _mul(graph: Graph, args: tuple[int, ...]) -> int:
    """1·a = a; (-1)·a = -a; a·(1/b) = a/b; a·((u/b)/b) = (a/b)·(u/b), whose quotient a/b the other partial shares"""
    for a, b in (args, args[::-1]):
        node, value = graph.nodes[b], graph.nodes[a].value
        if value in (1, -1):
            return b if value == 1 else write(graph, "neg", b)
        if node.op == "div" and graph.nodes[node.args[0]].value == 1:
            return write(graph, "div", a, node.args[1])
        if node.op == "div" and _is_quotient_by(graph, node.args[0], node.args[1]):
            return graph.apply("mul", write(graph, "div", a, node.args[1]), node.args[0])
    return graph.apply("mul", *args)


def _is_quotient_by(graph: Graph, place: int, divisor: int) -> bool:
    node = graph.nodes[place]
    return node.op == "div" and node.args[1] == divisor


def _div(graph: Graph, args: tuple[int, ...]) -> int:
    """a/1 = a"""
    return args[0] if graph.nodes[args[1]].value == 1 else graph.apply("div", *args)


def _pow(graph: Graph, args: tuple[int, ...]) -> int:
    """Small whole exponents and halves of odd ones by products and one root; negative ones as those of 1/base, whose
    powers overflow where the result does."""
    exponent = graph.exact(args[1])
    if exponent is None or exponent == 0 or exponent.denominator > 2 or abs(exponent) > MOST_FACTORS:
        return graph.apply("pow", *args)
    base = args[0] if exponent > 0 else graph.apply("div", graph.constant(1), args[0])
    whole = math.floor(abs(exponent))
    parts = [_repeated(graph, base, whole)] if whole else []
    parts += [graph.apply("sqrt", base)] if exponent.denominator == 2 else []
    return parts[0] if len(parts) == 1 else graph.apply("mul", *parts)


def _where(graph: Graph, args: tuple[int, ...]) -> int:
    """A branch inside a branch of the same condition is decided; 1 or 0 by a comparison is the comparison."""
    condition, yes, no = args
    inner, outer = graph.nodes[yes], graph.nodes[condition]
    if inner.op == "where" and inner.args[0] == condition:
        return write(graph, "where", condition, inner.args[1], no)
    decided = outer.op in COMPARISONS and (graph.nodes[yes].value, graph.nodes[no].value) == (1, 0)
    return condition if decided else graph.apply("where", *args)


def _repeated(graph: Graph, base: int, count: int) -> int:
    """base·base·..., by halves"""
    if count == 1:
        return base
    half = _repeated(graph, base, count // 2)
    even = graph.apply("mul", half, half)
    return graph.apply("mul", even, base) if count % 2 else even


REWRITES: dict[str, Rewrite] = {
    "neg": _neg,
    "add": _add,
    "sub": _sub,
    "mul": _signed("mul", _mul),
    "div": _signed("div", _div),
    "pow": _pow,
    "where": _where,
}
