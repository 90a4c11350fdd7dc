"""What a gradient costs, counted in nodes: by the row, by the product, by graphs over the plain operations."""

from __future__ import annotations

import random

import pytest

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS

CONSTANT_ARGUMENT = {"root": 1, "polygamma": 0, "jn": 0}
"""Operations with an argument that must be a whole number."""

PLAIN = ("add", "sub", "mul", "div", "sin", "cos", "exp", "log", "tanh", "sqrt")
MOST_MULTIPLICATIONS = 3
MOST_NODES = 6


def added(graph: Graph, output: int, names: list[str]) -> int:
    """How many nodes the gradient appends; 0 and 1, which every gradient has, are there before."""
    Builder(graph)
    before = len(graph)
    gradient(graph, output, names)
    return len(graph) - before


@pytest.mark.parametrize("op", OPS)
def test_a_row_costs_what_it_declares(op: str) -> None:
    """With an adjoint that is not 1; a row that declares more than the usual costs exactly that."""
    graph, row = Graph(), OPS[op]
    args = [
        graph.constant(int(value)) if CONSTANT_ARGUMENT.get(op) == rank else graph.input(f"x{rank}")
        for rank, value in enumerate(row.example)
    ]
    names = list(graph.inputs)
    found = added(graph, graph.apply("mul", graph.apply(op, *args), graph.input("z")), names)
    assert found == row.cost if row.cost > MOST_NODES else found <= row.cost


@pytest.mark.parametrize("factors", [10, 100, 1_000, 10_000])
def test_a_product_of_many_factors_takes_three_multiplications_for_one(factors: int) -> None:
    graph = Graph()
    product, *others = [graph.input(f"x{number}") for number in range(factors)]
    for other in others:
        product = graph.apply("mul", product, other)
    function = multiplications(graph)
    gradient(graph, product, list(graph.inputs))
    assert function == factors - 1
    assert multiplications(graph) <= MOST_MULTIPLICATIONS * function


def multiplications(graph: Graph) -> int:
    return sum(node.op == "mul" for node in graph.nodes)


@pytest.mark.parametrize("op", PLAIN)
def test_a_chain_of_one_operation_stays_under_six_nodes_a_node(op: str) -> None:
    graph = Graph()
    index = graph.input("x")
    for _ in range(1_000):
        index = graph.apply(op, *[index, graph.inputs["x"]][: len(OPS[op].example)])
    function = len(graph)
    assert added(graph, index, ["x"]) <= MOST_NODES * function


@pytest.mark.parametrize("size", [10, 100, 1_000])
@pytest.mark.parametrize("seed", range(20))
def test_a_graph_over_the_plain_operations_stays_under_six_nodes_a_node(seed: int, size: int) -> None:
    rng, graph = random.Random(seed), Graph()
    indices = [graph.input(f"x{number}") for number in range(3)]
    for _ in range(size):
        op = rng.choice(PLAIN)
        indices.append(graph.apply(op, *rng.choices(indices, k=len(OPS[op].example))))
    function = sum(graph.find_needed(indices[-1]))
    assert added(graph, indices[-1], list(graph.inputs)) <= MOST_NODES * function
