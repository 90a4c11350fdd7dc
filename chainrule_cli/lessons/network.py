"""A deep network of equal layers, h = act(norm(h W)), as a graph of arrays; a norm has a gamma and a beta of its own, residual layers
add what they got.

Builds the graph and its adjoints once, for one batch; refuses to differentiate. Weights are drawn by numpy's generator from a
seed, the same for every variant of a comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from chainrule_cli.graph import linear
from chainrule_cli.graph.adjoint import adjoints
from chainrule_cli.graph.array_carrier import ARRAYS_OF_FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward, results

Array = Any  # a numpy array of floats

LINEAR = "linear"
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", LINEAR)
INITS = ("xavier", "he", "lecun", "orthogonal")
NORMS = ("batch", "layer")
EPSILON = Fraction(1, 100_000)
"""Added to a variance before its root is taken."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a network is built from. init: one of INITS, or scale=s for a standard deviation of s/sqrt(width). weight: of a network of
    width 1, in the place of init."""

    layers: int
    width: int
    batch: int
    activation: str = "sigmoid"
    init: str = "xavier"
    residual: bool = False
    norm: str | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """What one backward pass finds. states, gradients: h_0 ... h_L and the adjoint of each; weights: the adjoint of each of drawn_weights."""

    states: list[Array]
    gradients: list[Array]
    weights: list[Array]
    loss: float


class Network:
    """The graph of a design. By default the result is <h_L, y>, whose gradient at h_L is y itself; with `training` the mean of the
    squares of h_L - y."""

    def __init__(self, design: Design, *, training: bool = False, weighted: bool = True) -> None:
        self.design = design
        self.graph = graph = Graph()
        shape = (design.batch, design.width)
        self.states = [graph.input("x", shape)]
        target = graph.input("y", shape)
        self.weights: dict[str, int] = {}
        for layer in range(1, design.layers + 1):
            given = layer_inputs(graph, design, str(layer))
            self.weights |= given
            matrix, *scales = given.values()
            after = branch(graph, design, linear.matmul(graph, self.states[-1], matrix), scales)
            self.states.append(graph.apply("add", self.states[-1], after) if design.residual else after)
        self.loss = self._loss(target, training=training)
        wanted = [*self.states, *(self.weights.values() if weighted else ())]
        slopes = adjoints(graph, {self.loss: graph.constant(1)}, wanted)
        self.gradients = [slopes[place] for place in self.states]
        self.weight_gradients = [slopes[place] for place in self.weights.values()] if weighted else []

    def _loss(self, target: int, *, training: bool) -> int:
        graph, last = self.graph, self.states[-1]
        if not training:
            return linear.total(graph, graph.apply("mul", last, target))
        return linear.mean(graph, graph.apply("pow", graph.apply("sub", last, target), graph.constant(2)))

    @cached_property
    def _wanted(self) -> list[int]:
        return [*self.states, *self.gradients, *self.weight_gradients, self.loss]

    def flow(self, x: Array, y: Array, weights: Sequence[Array]) -> Flow:
        """One pass forward and backward at these inputs, targets and weights."""
        at: Mapping[str, Array] = {"x": x, "y": y} | dict(zip(self.weights, weights, strict=True))
        values = results(self.graph, at, self._wanted, ARRAYS_OF_FLOATS)
        return Flow(
            [values[place] for place in self.states],
            [values[place] for place in self.gradients],
            [values[place] for place in self.weight_gradients],
            float(values[self.loss]),
        )


def layer_inputs(graph: Graph, design: Design, layer: str) -> dict[str, int]:
    """What a layer learns, as inputs: its weights and, where there is a norm, gamma and beta, a number each for every unit."""
    shapes = {"W": (design.width, design.width)} | (
        {} if design.norm is None else {"gamma": (design.width,), "beta": (design.width,)}
    )
    return {f"{name}{layer}": graph.input(f"{name}{layer}", shape) for name, shape in shapes.items()}


def branch(graph: Graph, design: Design, z: int, scales: Sequence[int], before: int = 0) -> int:
    """What a layer makes of z, (..., batch, width): act(norm(z)). scales: gamma and beta. before: axes in front of the batch."""
    if design.norm is not None:
        hat = normalized(graph, z, before + (0 if design.norm == "batch" else 1))
        z = scaled(graph, hat, *scales)
    return z if design.activation == LINEAR else graph.apply(design.activation, z)


def scaled(graph: Graph, hat: int, gamma: int, beta: int) -> int:
    """gamma hat + beta, along the last axis."""
    shape = graph.shape(hat)
    spread, moved = (linear.repeat(graph, each, shape, range(len(shape) - 1)) for each in (gamma, beta))
    return graph.apply("add", graph.apply("mul", spread, hat), moved)


def normalized(graph: Graph, z: int, axis: int, epsilon: Fraction = EPSILON) -> int:
    """(z - mean)/sqrt(variance + epsilon) along an axis: over the batch (0), or over the features (1)."""
    shape = graph.shape(z)
    centred = graph.apply("sub", z, linear.repeat(graph, linear.mean(graph, z, [axis]), shape, [axis]))
    variance = linear.mean(graph, graph.apply("mul", centred, centred), [axis])
    root = graph.apply("sqrt", graph.apply("add", variance, graph.constant(epsilon)))
    return graph.apply("div", centred, linear.repeat(graph, root, shape, [axis]))


# what is drawn


def drawn_weights(design: Design, seed: int) -> list[Array]:
    """What the layers learn, one after another: weights, (inputs, outputs), and where there is a norm gamma = 1 and beta = 0."""
    rest = [] if design.norm is None else [np.ones(design.width), np.zeros(design.width)]
    return [each for weights in _drawn_matrices(design, seed) for each in (weights, *rest)]


def matrices(design: Design, weights: Sequence[Array]) -> Sequence[Array]:
    """Only the matrices of drawn_weights, or of what has their order."""
    return weights[:: 1 if design.norm is None else 3]


def _drawn_matrices(design: Design, seed: int) -> list[Array]:
    if design.weight is not None:
        return [np.full((1, 1), design.weight)] * design.layers
    draw, n = np.random.default_rng([seed, 1]), design.width
    if design.init == "orthogonal":
        return [_orthogonal(draw.standard_normal((n, n))) for _ in range(design.layers)]
    return [draw.standard_normal((n, n)) * _spread(design) for _ in range(design.layers)]


def _spread(design: Design) -> float:
    """Standard deviation of a weight: Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998; n inputs and n outputs."""
    variances = {"xavier": 2 / (2 * design.width), "he": 2 / design.width, "lecun": 1 / design.width}
    if design.init in variances:
        return float(variances[design.init] ** 0.5)
    return float(float(design.init.partition("=")[2]) / design.width**0.5)


def _orthogonal(gaussian: Array) -> Array:
    """Uniform among the orthogonal matrices (Mezzadri 2007)."""
    q, r = np.linalg.qr(gaussian)
    return q * np.sign(np.diag(r))


def drawn_batch(design: Design, seed: int) -> tuple[Array, Array]:
    """Inputs of unit variance, and a direction of length 1 in which the result is pushed."""
    draw, shape = np.random.default_rng([seed, 0]), (design.batch, design.width)
    x, y = draw.standard_normal(shape), draw.standard_normal(shape)
    return x, y / np.sqrt(np.sum(y * y))


def length(array: Array) -> float:
    """The Euclidean length of all elements together, by the engine's own norm: no square overflows."""
    graph = Graph()
    place = linear.norm2(graph, graph.input("v", array.shape))
    return float(forward(graph, {"v": array}, ARRAYS_OF_FLOATS, wanted=[place])[place])


def dead_share(state: Array) -> float:
    """The share of units that are 0 for the whole batch."""
    return float((state == 0).all(axis=0).mean())
