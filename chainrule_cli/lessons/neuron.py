"""One neuron: z = w·x + b, a = activation(z), a loss, and gradient descent on w and b.

Builds the graph of the mean loss over the samples and of its adjoints, once; a step is one forward pass over
that graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chainrule_cli.graph import index_operations
from chainrule_cli.graph.adjoint import adjoints
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS

LINEAR = "linear"
ACTIVATIONS = ("sigmoid", "tanh", "relu", "gelu", LINEAR)
SQUARED, CROSS_ENTROPY = "squared", "cross-entropy"
LOSSES = (SQUARED, CROSS_ENTROPY)

Array = Any  # a numpy array of floats


@dataclass(frozen=True, slots=True)
class Wiring:
    """A graph and where its quantities are: nodes by the name that the lesson gives them."""

    graph: Graph
    nodes: dict[str, int]


@dataclass(frozen=True, slots=True)
class DescentStep:
    """Before an update: z, a, dL_da, da_dz, dL_dz by sample; loss, dL_dw, dL_db, w, b; after it: new_w,
    new_b, new_loss."""

    values: dict[str, Array]
    new_w: Array
    new_b: float
    new_loss: float


def wire(samples: int, inputs: int, activation: str, loss: str) -> Wiring:
    """The graph of the mean loss of so many samples, and of its adjoints.

    Cross-entropy is softplus(z) - y z, which neither overflows nor loses digits where the sigmoid is 0 or 1;
    only its dL/da, which the lesson shows and no update uses, is taken from -(y ln a + (1 - y) ln(1 - a))."""
    graph = Graph()
    x, y = graph.input("x", (samples, inputs)), graph.input("y", (samples,))
    w, b = graph.input("w", (inputs,)), graph.input("b")
    z = graph.apply("add", index_operations.matmul(graph, x, w), b)
    a = z if activation == LINEAR else graph.apply(activation, z)
    each, by_a = _losses(graph, loss, y, z, a)
    mean, mean_by_a = index_operations.mean(graph, each), index_operations.mean(graph, by_a)
    one = graph.constant(1)
    slopes = adjoints(graph, {mean: one}, [z, w, b])
    indices = {"z": z, "a": a, "loss": mean, "dL_dz": slopes[z], "dL_dw": slopes[w], "dL_db": slopes[b]}
    indices["dL_da"] = adjoints(graph, {mean_by_a: one}, [a])[a]
    indices["da_dz"] = one if a == z else adjoints(graph, {index_operations.total(graph, a): one}, [z])[z]
    return Wiring(graph, indices)


def _losses(graph: Graph, loss: str, y: int, z: int, a: int) -> tuple[int, int]:
    """The loss of each sample, and the same as a function of a alone."""
    if loss == SQUARED:
        squared = graph.apply("pow", graph.apply("sub", a, y), graph.constant(2))
        return squared, squared
    one, zero = graph.constant(1), graph.constant(0)
    wrong_by = graph.apply("sub", one, y)
    right = graph.apply("mul", y, graph.apply("log", a))
    wrong = graph.apply("mul", wrong_by, graph.apply("log", graph.apply("sub", one, a)))
    right = graph.apply(
        "where", graph.apply("eq", y, zero), zero, right
    )  # a target of 0 or 1 has one term only, also where ln a is infinite
    wrong = graph.apply("where", graph.apply("eq", y, one), zero, wrong)
    stable = graph.apply("sub", graph.apply("softplus", z), graph.apply("mul", y, z))
    return stable, graph.apply("neg", graph.apply("add", right, wrong))


def descent(
    wiring: Wiring,
    x: Sequence[Sequence[float]],
    y: Sequence[float],
    w: Sequence[float],
    b: float,
    rate: float,
) -> Iterator[DescentStep]:
    """Steps of gradient descent without end, each with all that led to it. Past the doubles there are inf and
    nan."""
    enter = ARRAYS_OF_FLOATS.enter
    at: dict[str, Array] = {"x": enter(x), "y": enter(y), "w": enter(w), "b": enter(b)}
    wanted = list(wiring.nodes.values())
    values = forward(wiring.graph, at, ARRAYS_OF_FLOATS, wanted=wanted)
    while True:
        found = {name: values[index] for name, index in wiring.nodes.items()} | {"w": at["w"], "b": at["b"]}
        at = at | {"w": _update(at["w"], rate, found["dL_dw"]), "b": _update(at["b"], rate, found["dL_db"])}
        values = forward(wiring.graph, at, ARRAYS_OF_FLOATS, wanted=wanted)
        yield DescentStep(found, at["w"], float(at["b"]), float(values[wiring.nodes["loss"]]))


def _update(value: Array, rate: float, slope: Array) -> Array:
    """One update, by the same arithmetic as everything else: value - rate slope, inf and nan
    without a word."""
    sub, mul = ARRAYS_OF_FLOATS.operation("sub"), ARRAYS_OF_FLOATS.operation("mul")
    return sub(value, mul(ARRAYS_OF_FLOATS.enter(rate), slope))
