"""The gradient of a graph, as a graph: reverse accumulation that writes nodes (Griewank & Walther 2008, ch. 3 and 6).

A structural zero sends nothing. A node inside a branch has an adjoint only while the branch is taken: what it sends stands
behind the branch's condition, so a branch that is not taken cannot spoil the gradient, and 0 times infinity stays undefined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.ops import OPS


def gradient(graph: Graph, output: int, wrt: Sequence[str]) -> dict[str, int]:
    """The partial derivative of the output by each name, as nodes appended to the graph; the node 0 where there is none."""
    builder = Builder(graph)
    adjoints: dict[int, int] = {output: builder.one}
    taken: dict[int, int | None] = {output: None}
    moving = _moving(graph, output, {graph.inputs[name] for name in wrt if name in graph.inputs})
    for place in range(output, -1, -1):
        if place not in adjoints or not moving[place]:
            continue
        for argument, local in local_derivatives(builder, place, moving):
            condition = _condition(builder, place, local, taken[place])
            product = builder.mul(adjoints[place], local)
            sent = product if condition is None else builder.gate(condition, product, builder.zero)
            taken[argument] = condition if argument not in adjoints else _either(builder, taken[argument], condition)
            adjoints[argument] = builder.add(adjoints[argument], sent) if argument in adjoints else sent
    return {name: adjoints.get(graph.inputs[name], builder.zero) if name in graph.inputs else builder.zero for name in wrt}


def _condition(builder: Builder, place: int, local: int, taken: int | None) -> int | None:
    """When something is sent along an edge: always (None), or while the branches that lead here are taken."""
    node = builder.graph.nodes[place]
    if node.op != "where":
        return taken
    yes = builder.graph.nodes[local].args[1] == builder.one
    own = node.args[0] if yes else builder.apply("not", node.args[0])
    return own if taken is None else builder.apply("and", taken, own)


def _either(builder: Builder, one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return None
    return one if one == other else builder.apply("or", one, other)


def _moving(graph: Graph, output: int, inputs: set[int]) -> list[bool]:
    """Whether each node up to the output depends on one of the inputs."""
    moving = [False] * (output + 1)
    for place in range(output + 1):
        moving[place] = place in inputs or any(moving[argument] for argument in graph.nodes[place].args)
    return moving


def local_derivatives(builder: Builder, place: int, moving: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """(argument, node of the local derivative) for each edge that sends something, in the order of the arguments."""
    node = builder.graph.nodes[place]
    if node.op in ("input", "constant"):
        return
    for argument, local in zip(node.args, OPS[node.op].locals, strict=True):
        if local is not None and moving[argument]:
            derivative = local(builder, place, node.args)
            if derivative != builder.zero:
                yield argument, derivative


def derivative(graph: Graph, output: int, name: str, order: int = 1) -> int:
    """The derivative of that order by one variable, as a node: the gradient of the gradient."""
    for _ in range(order):
        output = gradient(graph, output, [name])[name]
    return output
