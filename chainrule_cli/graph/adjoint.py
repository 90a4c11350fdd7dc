"""The gradient of a graph, as a graph: reverse accumulation that writes nodes (Griewank & Walther 2008, ch. 3 and 6).

A structural zero sends nothing. The product of an adjoint with a local derivative is "send": nothing times anything is
nothing, so a branch that is not taken cannot spoil the gradient.
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
    moving = _moving(graph, output, {graph.inputs[name] for name in wrt if name in graph.inputs})
    for place in range(output, -1, -1):
        if place not in adjoints or not moving[place]:
            continue
        for argument, local in local_derivatives(builder, place, moving):
            sent = builder.mul(adjoints[place], local, "send")
            adjoints[argument] = builder.add(adjoints[argument], sent) if argument in adjoints else sent
    return {name: adjoints.get(graph.inputs[name], builder.zero) if name in graph.inputs else builder.zero for name in wrt}


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
