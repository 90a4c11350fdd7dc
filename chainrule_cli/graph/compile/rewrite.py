"""Graphs that say the same in less work: shorten() for code that runs often, streamline() for numpy arrays.

Identities of REWRITES keep the value to rounding and the domain exactly: a factor 0, which may meet infinity,
stays. Those of ARRAY_REWRITES hold to a rounding of the argument or of the result as long as nothing
overflows: whoever runs the graph starts again with the plain one where something does. To add an identity,
add a row.
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

MOST_FACTORS = 8
"""Exponents up to which a power becomes products."""

COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})

Rewrite = Callable[[Graph, tuple[int, ...]], int]

LEAST_QUOTIENTS = 3
"""Quotients by one divisor from which its reciprocal is cheaper."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What a graph asks for.

    angles: nodes of which both the sine and the cosine are wanted
    mirrored: nodes of which both the sigmoid and that of minus the node are wanted
    quotients: divisor -> how many quotients by it are wanted
    """

    angles: frozenset[int]
    mirrored: frozenset[int]
    quotients: Counter[int]


ArrayRewrite = Callable[[Uses, Graph, int, Graph, tuple[int, ...]], "int | None"]
"""(uses, the graph, a node of it, the new graph, the arguments there) -> the node there; None where nothing
is gained."""


# for arrays of numpy, where a tangent is cheap and a quotient costs two products


def streamline(graph: Graph, outputs: Sequence[int]) -> tuple[Graph, list[int]]:
    """A new graph of what the outputs depend on, for arrays, and the outputs in it. Every input is kept."""
    uses = _count_uses(graph, outputs)

    def write(built: Graph, index: int, args: tuple[int, ...]) -> int:
        op = graph.nodes[index].op
        rewrite = ARRAY_REWRITES.get(op)
        found = rewrite(uses, graph, index, built, args) if rewrite else None
        return built.apply(op, *args) if found is None else found

    return drop_unneeded(*rebuild(graph, outputs, write))


def _count_uses(graph: Graph, outputs: Sequence[int]) -> Uses:
    nodes = [
        node
        for node, needed in zip(graph.nodes, graph.find_needed(*outputs), strict=False)
        if needed and node.args
    ]
    taken: dict[str, set[int]] = defaultdict(set)
    for node in nodes:
        taken[node.op].add(node.args[0])
    below = {graph.nodes[index].args[0] for index in taken["sigmoid"] if graph.nodes[index].op == "neg"}
    quotients = Counter(node.args[1] for node in nodes if node.op == "div")
    return Uses(frozenset(taken["sin"] & taken["cos"]), frozenset(taken["sigmoid"] & below), quotients)


def _commute(op: str) -> ArrayRewrite:
    """ab = ba: one node for both."""
    return lambda _uses, _graph, _index, built, args: built.apply(op, *sorted(args))


def _write_half_tangent(built: Graph, argument: int) -> tuple[int, int]:
    """t = tan(u/2) and 2/(1 + t²): sin u = 2t/(1 + t²) and cos u = 2/(1 + t²) - 1."""
    tangent = built.apply("tan", built.apply("mul", built.constant(Fraction(1, 2)), argument))
    return tangent, built.apply(
        "div", built.constant(2), built.apply("add", built.constant(1), built.apply("mul", tangent, tangent))
    )


def _rewrite_sine(uses: Uses, graph: Graph, index: int, built: Graph, args: tuple[int, ...]) -> int | None:
    """sin u by the tangent of u/2, where cos u is wanted too."""
    if graph.nodes[index].args[0] not in uses.angles:
        return None
    return built.apply("mul", *_write_half_tangent(built, args[0]))


def _rewrite_cosine(uses: Uses, graph: Graph, index: int, built: Graph, args: tuple[int, ...]) -> int | None:
    """cos u by the tangent of u/2, where sin u is wanted too; right as for an argument within a rounding of
    u."""
    if graph.nodes[index].args[0] not in uses.angles:
        return None
    return built.apply("sub", _write_half_tangent(built, args[0])[1], built.constant(1))


def _rewrite_quotient(
    uses: Uses, graph: Graph, index: int, built: Graph, args: tuple[int, ...]
) -> int | None:
    """a/b = a·(1/b), where there are many a."""
    above, below = graph.nodes[index].args
    if uses.quotients[below] < LEAST_QUOTIENTS:
        return None
    reciprocal = built.apply("div", built.constant(1), args[1])
    return reciprocal if graph.nodes[above].value == 1 else built.apply("mul", *sorted((args[0], reciprocal)))


def _rewrite_sigmoid(uses: Uses, graph: Graph, index: int, built: Graph, args: tuple[int, ...]) -> int | None:
    """σ(u) = 1/(1 + e) and σ(-u) = e·σ(u) with e = exp(-u), where both are wanted."""
    argument = graph.nodes[index].args[0]
    negated = graph.nodes[argument].op == "neg" and graph.nodes[argument].args[0] in uses.mirrored
    if not negated and argument not in uses.mirrored:
        return None
    small = built.apply("exp", args[0] if negated else built.apply("neg", args[0]))
    whole = built.apply("div", built.constant(1), built.apply("add", built.constant(1), small))
    return built.apply("mul", small, whole) if negated else whole


ARRAY_REWRITES: dict[str, ArrayRewrite] = {
    "add": _commute("add"),
    "mul": _commute("mul"),
    "sin": _rewrite_sine,
    "cos": _rewrite_cosine,
    "div": _rewrite_quotient,
    "sigmoid": _rewrite_sigmoid,
}


# for code that runs often: signs outwards, small powers as products, one quotient, constants worked out


def shorten(graph: Graph, outputs: Sequence[int]) -> tuple[Graph, list[int]]:
    """A new graph of what the outputs depend on, and the outputs in it. Every input is kept."""
    rewritten = rebuild(
        graph, outputs, lambda built, index, args: write_shortest(built, graph.nodes[index].op, *args)
    )
    return drop_unneeded(*rewritten)


def drop_unneeded(graph: Graph, outputs: Sequence[int]) -> tuple[Graph, list[int]]:
    """The graph without what a rewriting has left behind."""
    return rebuild(graph, outputs, lambda built, index, args: built.apply(graph.nodes[index].op, *args))


def rebuild(
    graph: Graph, outputs: Sequence[int], writer: Callable[[Graph, int, tuple[int, ...]], int]
) -> tuple[Graph, list[int]]:
    """A new graph, in which writer(new graph, old node, new arguments) writes each operation that the outputs
    need."""
    built = Graph()
    new = {graph.inputs[name]: built.input(name) for name in graph.inputs}
    for index, reached in enumerate(graph.find_needed(*outputs)):
        node = graph.nodes[index]
        if reached and node.value is not None:
            new[index] = built.constant(node.value)
        elif reached and index not in new:
            new[index] = writer(built, index, tuple(new[argument] for argument in node.args))
    return built, [new[output] for output in outputs]


def write_shortest(graph: Graph, op: str, *args: int) -> int:
    """The node of an operation, by its rewriting where there is one; a number where all arguments are
    numbers."""
    known = _work_out(graph, op, args)
    if known is not None:
        return known
    rewrite = REWRITES.get(op)
    return graph.apply(op, *args) if rewrite is None else rewrite(graph, args)


def _work_out(graph: Graph, op: str, args: tuple[int, ...]) -> int | None:
    numbers = [graph.nodes[argument].value for argument in args]
    if any(number is None for number in numbers):
        return None
    value = OPS[op].forward(*[FLOATS.constant(number) for number in numbers if number is not None])
    return graph.constant(Fraction(value)) if math.isfinite(value) else None


def _find_negated(graph: Graph, index: int) -> int | None:
    """u where the node is -u."""
    node = graph.nodes[index]
    return node.args[0] if node.op == "neg" else None


def _rewrite_neg(graph: Graph, args: tuple[int, ...]) -> int:
    inner = _find_negated(graph, args[0])
    return graph.apply("neg", args[0]) if inner is None else inner


def _rewrite_add(graph: Graph, args: tuple[int, ...]) -> int:
    """a + (-b) = a - b"""
    a, b = args
    for one, other in ((a, b), (b, a)):
        taken_off = _find_negated(graph, other)
        if taken_off is not None:
            return write_shortest(graph, "sub", one, taken_off)
    return graph.apply("add", a, b)


def _rewrite_sub(graph: Graph, args: tuple[int, ...]) -> int:
    """a - (-b) = a + b; (-a) - b = -(a + b)"""
    a, b = args
    added, negated = _find_negated(graph, b), _find_negated(graph, a)
    if added is not None:
        return write_shortest(graph, "add", a, added)
    if negated is not None:
        return graph.apply("neg", write_shortest(graph, "add", negated, b))
    return graph.apply("sub", a, b)


def _move_sign_out(op: str, rest: Rewrite) -> Rewrite:
    """(-a)·b = -(a·b) and so on: an odd operation with its sign outside."""

    def rewrite(graph: Graph, args: tuple[int, ...]) -> int:
        inner = [_find_negated(graph, argument) for argument in args]
        if inner == [None] * len(args):
            return rest(graph, args)
        bare = [argument if less is None else less for argument, less in zip(args, inner, strict=True)]
        result = write_shortest(graph, op, *bare)
        return result if inner.count(None) % 2 == len(args) % 2 else write_shortest(graph, "neg", result)

    return rewrite


def _rewrite_mul(graph: Graph, args: tuple[int, ...]) -> int:
    """1·a = a; (-1)·a = -a; a·(1/b) = a/b; a·((u/b)/b) = (a/b)·(u/b), whose quotient a/b the other partial
    shares"""
    for a, b in (args, args[::-1]):
        node, value = graph.nodes[b], graph.nodes[a].value
        if value in (1, -1):
            return b if value == 1 else write_shortest(graph, "neg", b)
        if node.op == "div" and graph.nodes[node.args[0]].value == 1:
            return write_shortest(graph, "div", a, node.args[1])
        if node.op == "div" and _is_quotient_by(graph, node.args[0], node.args[1]):
            return graph.apply("mul", write_shortest(graph, "div", a, node.args[1]), node.args[0])
    return graph.apply("mul", *args)


def _is_quotient_by(graph: Graph, index: int, divisor: int) -> bool:
    node = graph.nodes[index]
    return node.op == "div" and node.args[1] == divisor


def _rewrite_div(graph: Graph, args: tuple[int, ...]) -> int:
    """a/1 = a"""
    return args[0] if graph.nodes[args[1]].value == 1 else graph.apply("div", *args)


def _rewrite_pow(graph: Graph, args: tuple[int, ...]) -> int:
    """Small whole exponents and halves of odd ones by products and one root.

    Negative ones as those of 1/base, whose powers overflow where the result does.
    """
    exponent = graph.exact(args[1])
    if exponent is None or exponent == 0 or exponent.denominator > 2 or abs(exponent) > MOST_FACTORS:
        return graph.apply("pow", *args)
    base = args[0] if exponent > 0 else graph.apply("div", graph.constant(1), args[0])
    whole = math.floor(abs(exponent))
    parts = [_multiply_repeatedly(graph, base, whole)] if whole else []
    parts += [graph.apply("sqrt", base)] if exponent.denominator == 2 else []
    return parts[0] if len(parts) == 1 else graph.apply("mul", *parts)


def _rewrite_where(graph: Graph, args: tuple[int, ...]) -> int:
    """A branch inside a branch of the same condition is decided; 1 or 0 by a comparison is the comparison."""
    condition, yes, no = args
    inner, outer = graph.nodes[yes], graph.nodes[condition]
    if inner.op == "where" and inner.args[0] == condition:
        return write_shortest(graph, "where", condition, inner.args[1], no)
    decided = outer.op in COMPARISONS and (graph.nodes[yes].value, graph.nodes[no].value) == (1, 0)
    return condition if decided else graph.apply("where", *args)


def _multiply_repeatedly(graph: Graph, base: int, count: int) -> int:
    """base·base·..., by halves"""
    if count == 1:
        return base
    half = _multiply_repeatedly(graph, base, count // 2)
    even = graph.apply("mul", half, half)
    return graph.apply("mul", even, base) if count % 2 else even


REWRITES: dict[str, Rewrite] = {
    "neg": _rewrite_neg,
    "add": _rewrite_add,
    "sub": _rewrite_sub,
    "mul": _move_sign_out("mul", _rewrite_mul),
    "div": _move_sign_out("div", _rewrite_div),
    "pow": _rewrite_pow,
    "where": _rewrite_where,
}
