"""The gradient of a graph, as a graph: reverse accumulation that writes nodes (Griewank & Walther 2008, ch. 3
and 6).

A structural zero sends nothing. A node inside a branch has an adjoint only while the branch is taken: what it
sends stands behind the branch's condition, so a branch that is not taken cannot spoil the gradient, and 0
times infinity stays undefined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.index_operations import ARRAY_OPS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.shapes import choose_sum_indices, write_shape

LEAVES = frozenset({"input", "constant", "cotangent"})
"""Nodes that nothing is sent through."""

BRANCHING = frozenset({"where", "max", "min", "relu", "clip"})
"""Operations that pass some arguments on and others not: where one is not passed on, its 0 is structural."""


class Edge(NamedTuple):
    """What goes from a node to one of its arguments.

    slot: which argument of the node
    argument: the node that stands there
    local: the node of the local derivative; None along indices, where it is a linear map and no node
    """

    slot: int
    argument: int
    local: int | None


def gradient(graph: Graph, output: int, wrt: Sequence[str]) -> dict[str, int]:
    """The partial derivative of the output by each name, as nodes appended to the graph; the node 0 where
    there is none.

    Raises QuestionError for an output that is no number.
    """
    if graph.shape(output):
        raise QuestionError(
            f"a gradient is of a number, not of an array of shape {write_shape(graph.shape(output))}",
            hint="sum it, or ask for a vjp",
        )
    return vjp(graph, output, graph.constant(1), wrt)


def vjp(graph: Graph, output: int, cotangent: int, wrt: Sequence[str]) -> dict[str, int]:
    """The vector-Jacobian product: the cotangent, a node of the output's shape, pulled back to each name."""
    found = adjoints(graph, {output: cotangent}, [graph.inputs[name] for name in wrt if name in graph.inputs])
    return {name: found[graph.inputs[name]] if name in graph.inputs else graph.constant(0) for name in wrt}


def jvp(graph: Graph, output: int, tangents: Mapping[str, int]) -> int:
    """The Jacobian-vector product: tangents, nodes of the inputs' shapes, pushed forward to the output.

    The vjp is linear in its cotangent, so the jvp is the vjp of the vjp (Townsend 2017); the cotangent itself
    falls away.
    """
    cotangent = graph.cotangent(graph.shape(output))
    pulled = vjp(graph, output, cotangent, list(tangents))
    builder, seeds = Builder(graph), dict[int, int]()
    for name, tangent in tangents.items():
        known = seeds.get(pulled[name])
        seeds[pulled[name]] = tangent if known is None else builder.add(known, tangent)
    return adjoints(graph, seeds, [cotangent])[cotangent]


def hessian(graph: Graph, output: int, wrt: Sequence[str]) -> dict[tuple[str, str], int]:
    """The second partial derivatives, as nodes: the gradient of each partial derivative, both triangles on
    their own."""
    first = gradient(graph, output, wrt)
    rows = {name: gradient(graph, first[name], wrt) for name in wrt}
    return {(row, column): index for row, found in rows.items() for column, index in found.items()}


def derivative(graph: Graph, output: int, name: str, order: int = 1) -> int:
    """The derivative of that order by one variable, as a node: the gradient of the gradient."""
    for _ in range(order):
        output = gradient(graph, output, [name])[name]
    return output


def adjoints(graph: Graph, seeds: Mapping[int, int], wanted: Sequence[int]) -> dict[int, int]:
    """The adjoint of each wanted node, as nodes, by one sweep back over the graph.

    seeds: node -> its adjoint, from which the sweep starts
    wanted: a node on which no seeded one depends has an adjoint of zeros in its shape
    """
    builder = Builder(graph)
    found = dict(seeds)
    taken: dict[int, int | None] = dict.fromkeys(seeds)
    moving = find_dependent(graph, max(seeds), set(wanted))
    for index in range(max(seeds), -1, -1):
        if index not in found or not moving[index]:
            continue
        for edge in write_node_edges(builder, index, moving):
            argument = edge.argument
            condition = _find_condition(builder, index, edge, taken[index])
            sent = _send(builder, index, edge, found[index], taken[index])
            met = argument in found
            taken[argument] = _apply_or(builder, taken[argument], condition) if met else condition
            found[argument] = builder.add(found[argument], sent) if met else sent
    return {index: found[index] if index in found else builder.zeros(graph.shape(index)) for index in wanted}


def find_dependent(graph: Graph, last: int, inputs: set[int]) -> list[bool]:
    """Whether each node up to the last depends on one of the inputs."""
    moving = [False] * (last + 1)
    for index in range(last + 1):
        moving[index] = index in inputs or any(moving[argument] for argument in graph.nodes[index].args)
    return moving


def write_node_edges(builder: Builder, index: int, moving: Sequence[bool]) -> Iterator[Edge]:
    """Each edge of a node that sends something, in the order of the arguments, its local derivative written
    as a node."""
    node = builder.graph.nodes[index]
    if node.op in LEAVES:
        return
    if node.indices:
        yield from (Edge(slot, argument, None) for slot, argument in enumerate(node.args) if moving[argument])
        return
    for slot, (argument, local) in enumerate(zip(node.args, OPS[node.op].locals, strict=True)):
        if local is not None and moving[argument]:
            derivative = local(builder, index, node.args)
            if derivative != builder.zero:
                yield Edge(slot, argument, derivative)


def write_number_edges(
    builder: Builder, index: int, moving: Sequence[bool]
) -> Iterator[tuple[int, int, int]]:
    """The edges of a node of a graph of numbers: (slot, argument, node of the local derivative).

    Raises QuestionError for an operation along indices.
    """
    for edge in write_node_edges(builder, index, moving):
        if edge.local is None:
            raise QuestionError(
                "the edges of an array operation are linear maps, not numbers", hint="ask for a vjp or a jvp"
            )
        yield edge.slot, edge.argument, edge.local


def _send(builder: Builder, index: int, edge: Edge, adjoint: int, taken: int | None) -> int:
    """Local derivative times upstream, in the shape of the argument; nothing behind a branch that is not
    taken."""
    graph = builder.graph
    if edge.local is None:
        return ARRAY_OPS[graph.nodes[index].op].vjp(builder, index, edge.slot, adjoint)
    product = builder.send(adjoint, edge.local)
    if taken is not None and graph.exact(edge.local) is None and graph.nodes[index].op not in BRANCHING:
        product = builder.gate(taken, product, builder.zero)
    shape = graph.shape(edge.argument)
    if graph.shape(product) == shape:
        return product
    return builder.apply_along(
        "einsum", choose_sum_indices(graph.shape(product), shape), product, shape=shape
    )


def _find_condition(builder: Builder, index: int, edge: Edge, taken: int | None) -> int | None:
    """When something is sent along an edge: always (None), or while the branches that lead here are taken.

    A sum over elements whose branches differ is always sent.
    """
    graph = builder.graph
    if edge.local is None or graph.shape(index) != graph.shape(edge.argument):
        return None
    own = _find_open(builder, edge.local) if graph.nodes[index].op in BRANCHING else None
    return builder.both(taken, own)


def _find_open(builder: Builder, local: int) -> int | None:
    """When a local derivative made of branches is not a structural zero: None for always, the node 0 for
    never."""
    node = builder.graph.nodes[local]
    if node.op != "where":
        return builder.zero if local == builder.zero else None
    condition, yes, no = node.args[0], _find_open(builder, node.args[1]), _find_open(builder, node.args[2])
    if yes is None and no is None:
        return None
    return _apply_or(builder, builder.both(condition, yes), builder.both(builder.apply("not", condition), no))


def _apply_or(builder: Builder, one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return None
    if builder.zero in (one, other):
        return other if one == builder.zero else one
    return one if one == other else builder.apply("or", one, other)
