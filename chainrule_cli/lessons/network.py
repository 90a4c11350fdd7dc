"""A deep network of equal layers, h = act(norm(h W)), as a graph of arrays; residual layers add their input.

The graph and its adjoints are built once, for one batch; every slope is an adjoint. Weights are drawn by
numpy's generator from a seed, the same for every variant of a comparison. A residual network is also a sum
over paths (Veit et al. 2016); a plain layer passes on at most its steepest slope times its largest singular
value (Pascanu et al. 2013).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np

from chainrule_cli.graph import index_operations
from chainrule_cli.graph.adjoint import adjoints, gradient
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import evaluate, forward
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS

Array = Any  # a numpy array of floats

LINEAR = "linear"
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", LINEAR)
INITS = ("xavier", "he", "lecun", "orthogonal")
NORMS = ("batch", "layer")
EPSILON = Fraction(1, 100_000)
"""Added to a variance before its root is taken."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a network is built from.
    init: one of INITS, or scale=s for a standard deviation of s/sqrt(width).
    weight: of a network of width 1, in the place of init."""

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
    """What one backward pass finds.
    states, gradients: h_0 ... h_L and the adjoint of each;
    weights: the adjoint of each of drawn_weights."""

    states: list[Array]
    gradients: list[Array]
    weights: list[Array]
    loss: float


class DeepNetwork:
    """The graph of a design. By default the result is <h_L, y>, whose gradient at h_L is y itself; with
    `training` the mean of the squares of h_L - y."""

    def __init__(self, design: Design, *, training: bool = False, weighted: bool = True) -> None:
        self.design = design
        self.graph = graph = Graph()
        shape = (design.batch, design.width)
        self.states = [graph.input("x", shape)]
        target = graph.input("y", shape)
        self.weights: dict[str, int] = {}
        for layer in range(1, design.layers + 1):
            given = add_layer_inputs(graph, design, str(layer))
            self.weights |= given
            matrix, *scales = given.values()
            after = add_branch(graph, design, index_operations.matmul(graph, self.states[-1], matrix), scales)
            self.states.append(graph.apply("add", self.states[-1], after) if design.residual else after)
        self.loss = self._loss(target, training=training)
        wanted = [*self.states, *(self.weights.values() if weighted else ())]
        slopes = adjoints(graph, {self.loss: graph.constant(1)}, wanted)
        self.gradients = [slopes[index] for index in self.states]
        self.weight_gradients = [slopes[index] for index in self.weights.values()] if weighted else []

    def _loss(self, target: int, *, training: bool) -> int:
        graph, last = self.graph, self.states[-1]
        if not training:
            return index_operations.total(graph, graph.apply("mul", last, target))
        return index_operations.mean(
            graph, graph.apply("pow", graph.apply("sub", last, target), graph.constant(2))
        )

    @cached_property
    def _wanted(self) -> list[int]:
        return [*self.states, *self.gradients, *self.weight_gradients, self.loss]

    def flow(self, x: Array, y: Array, weights: Sequence[Array]) -> Flow:
        """One pass forward and backward at these inputs, targets and weights."""
        at: Mapping[str, Array] = {"x": x, "y": y} | dict(zip(self.weights, weights, strict=True))
        values = evaluate(self.graph, at, self._wanted, ARRAYS_OF_FLOATS)
        return Flow(
            [values[index] for index in self.states],
            [values[index] for index in self.gradients],
            [values[index] for index in self.weight_gradients],
            float(values[self.loss]),
        )


def add_layer_inputs(graph: Graph, design: Design, layer: str) -> dict[str, int]:
    """What a layer learns, as inputs: its weights and, where there is a norm, gamma and beta, a number each
    for every unit."""
    shapes = {"W": (design.width, design.width)} | (
        {} if design.norm is None else {"gamma": (design.width,), "beta": (design.width,)}
    )
    return {f"{name}{layer}": graph.input(f"{name}{layer}", shape) for name, shape in shapes.items()}


def add_branch(graph: Graph, design: Design, z: int, scales: Sequence[int], before: int = 0) -> int:
    """What a layer makes of z, (..., batch, width): act(norm(z)).
    scales: gamma and beta.
    before: axes in front of the batch."""
    if design.norm is not None:
        hat = normalize(graph, z, before + (0 if design.norm == "batch" else 1))
        z = scale_and_shift(graph, hat, *scales)
    return z if design.activation == LINEAR else graph.apply(design.activation, z)


def scale_and_shift(graph: Graph, hat: int, gamma: int, beta: int) -> int:
    """gamma hat + beta, along the last axis."""
    shape = graph.shape(hat)
    spread, moved = (
        index_operations.repeat(graph, each, shape, range(len(shape) - 1)) for each in (gamma, beta)
    )
    return graph.apply("add", graph.apply("mul", spread, hat), moved)


def normalize(graph: Graph, z: int, axis: int, epsilon: Fraction = EPSILON) -> int:
    """(z - mean)/sqrt(variance + epsilon) along an axis: over the batch (0), or over the features (1)."""
    shape = graph.shape(z)
    centred = graph.apply(
        "sub", z, index_operations.repeat(graph, index_operations.mean(graph, z, [axis]), shape, [axis])
    )
    variance = index_operations.mean(graph, graph.apply("mul", centred, centred), [axis])
    root = graph.apply("sqrt", graph.apply("add", variance, graph.constant(epsilon)))
    return graph.apply("div", centred, index_operations.repeat(graph, root, shape, [axis]))


# what is drawn


def draw_weights(design: Design, seed: int) -> list[Array]:
    """What the layers learn, one after another: weights, (inputs, outputs), and where there is a norm gamma =
    1 and beta = 0."""
    rest = [] if design.norm is None else [np.ones(design.width), np.zeros(design.width)]
    return [each for weights in _draw_matrices(design, seed) for each in (weights, *rest)]


def matrices(design: Design, weights: Sequence[Array]) -> Sequence[Array]:
    """Only the matrices of drawn_weights, or of what has their order."""
    return weights[:: 1 if design.norm is None else 3]


def _draw_matrices(design: Design, seed: int) -> list[Array]:
    if design.weight is not None:
        return [np.full((1, 1), design.weight)] * design.layers
    draw, n = np.random.default_rng([seed, 1]), design.width
    if design.init == "orthogonal":
        return [_orthogonal(draw.standard_normal((n, n))) for _ in range(design.layers)]
    return [draw.standard_normal((n, n)) * _spread(design) for _ in range(design.layers)]


def _spread(design: Design) -> float:
    """Standard deviation of a weight: Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998; n inputs and n
    outputs."""
    variances = {"xavier": 2 / (2 * design.width), "he": 2 / design.width, "lecun": 1 / design.width}
    if design.init in variances:
        return float(variances[design.init] ** 0.5)
    return float(float(design.init.partition("=")[2]) / design.width**0.5)


def _orthogonal(gaussian: Array) -> Array:
    """Uniform among the orthogonal matrices (Mezzadri 2007)."""
    q, r = np.linalg.qr(gaussian)
    return q * np.sign(np.diag(r))


def draw_batch(design: Design, seed: int) -> tuple[Array, Array]:
    """Inputs of unit variance, and a direction of length 1 in which the result is pushed."""
    draw, shape = np.random.default_rng([seed, 0]), (design.batch, design.width)
    x, y = draw.standard_normal(shape), draw.standard_normal(shape)
    return x, y / np.sqrt(np.sum(y * y))


def length(array: Array) -> float:
    """The Euclidean length of all elements together, by the engine's own norm: no square overflows."""
    graph = Graph()
    index = index_operations.norm2(graph, graph.input("v", array.shape))
    return float(forward(graph, {"v": array}, ARRAYS_OF_FLOATS, wanted=[index])[index])


def dead_share(state: Array) -> float:
    """The share of units that are 0 for the whole batch."""
    return float((state == 0).all(axis=0).mean())


# a residual network as a sum over paths

MOST_LENGTHS, MOST_WORK = 256, 1_000_000_000
"""So many lengths are followed at once, and so many multiplications are made for them."""

NEGLIGIBLE = 1e-10
"""Of the whole: longest paths that weigh less are not followed."""


def shares_by_length(design: Design, flow: Flow, weights: Sequence[Array]) -> list[float]:
    """The share of the gradient at the input that came through 0, 1, 2 ... branches: <G_k, G>/<G, G>, where G
    is the sum of all G_k.

    They add up to 1 but for the lengths that were not followed.
    flow: of the network at these weights, with finite gradients.
    """
    each = len(weights) // design.layers
    most = max(
        1, min(MOST_LENGTHS, MOST_WORK // (design.layers * design.batch * design.width * (design.width + 25)))
    )
    layer = cache(lambda count: _ResidualBranch(design, count))
    parts = flow.gradients[-1][np.newaxis]
    for depth in range(design.layers, 0, -1):
        room = 1 << (len(parts) - 1).bit_length()
        sent = layer(room).pull_back(
            flow.states[depth - 1], weights[(depth - 1) * each : depth * each], _pad(parts, room)
        )
        parts = _pad(parts, len(parts) + 1)
        parts[1:] += sent[: len(parts) - 1]
        parts = _drop_negligible(parts, length(flow.gradients[depth - 1]), most)
    whole = flow.gradients[0] / length(flow.gradients[0])
    return [float((part / length(flow.gradients[0]) * whole).sum()) for part in parts]


def _pad(parts: Array, count: int) -> Array:
    return np.concatenate([parts, np.zeros((count - len(parts), *parts.shape[1:]))])


def _drop_negligible(parts: Array, whole: float, most: int) -> Array:
    """Without the longest that weigh next to nothing."""
    count = min(len(parts), most)
    while count > 1 and length(parts[count - 1]) < NEGLIGIBLE * whole:
        count -= 1
    return parts[:count]


class _ResidualBranch:
    """The branch of a layer, which pulls several cotangents back at once: they stand along an axis in front
    of the batch."""

    def __init__(self, design: Design, count: int) -> None:
        self.graph = graph = Graph()
        shape = (count, design.batch, design.width)
        self.given = add_layer_inputs(graph, design, "")
        before, sent = graph.input("h", shape), graph.input("sent", shape)
        matrix, *scales = self.given.values()
        after = add_branch(
            graph, design, graph.apply_along("einsum", "aij,jk->aik", before, matrix), scales, 1
        )
        self.cotangent = adjoints(graph, {after: sent}, [before])[before]

    def pull_back(self, state: Array, weights: Sequence[Array], sent: Array) -> Array:
        at = dict(zip(self.given, weights, strict=True)) | {
            "h": np.broadcast_to(state, sent.shape),
            "sent": sent,
        }
        return forward(self.graph, at, ARRAYS_OF_FLOATS, wanted=[self.cotangent])[self.cotangent]


# what a layer can pass on at most, and where a chain of equal layers settles

STEEPEST = {
    "sigmoid": 0.25,
    "tanh": 1.0,
    "relu": 1.0,
    "leaky_relu": 1.0,
    "elu": 1.0,
    "selu": 1.7580993408473766,
    "gelu": (1 + math.erf(1)) / 2 + math.exp(-1) / math.sqrt(math.pi),
    "silu": 1.0998393201288669,
    LINEAR: 1.0,
}
"""The largest slope of each activation; one without a row has no bound. Of sigmoid at 0, of selu just below 0
(its scale times its alpha), of gelu at sqrt(2), of silu at 2.3994."""

MOST_SINGULAR_WORK = 1_000_000_000
"""Singular values of wider networks are not looked for."""

MOST_ROUNDS = 1_000
STILL = 1e-15


@dataclass(frozen=True, slots=True)
class Bound:
    """slope: the activation's steepest;
    weight: the largest singular value of the layers, |w| for width 1;
    rate: their product, which no layer exceeds;
    product: of what each layer could pass on."""

    slope: float
    weight: float
    rate: float
    product: float


def find_bound(design: Design, weights: Sequence[Array]) -> Bound | None:
    """None where a layer adds or norms, where nothing is known of the activation, or where it would take too
    long.

    weights: of draw_weights
    """
    if design.residual or design.norm is not None or design.layers * design.width**3 > MOST_SINGULAR_WORK:
        return None
    slope = STEEPEST.get(design.activation)
    if slope is None:
        return None
    largest = [float(np.linalg.norm(each, 2)) for each in weights]
    return Bound(slope, max(largest), slope * max(largest), math.prod(slope * each for each in largest))


def find_fixed_point(activation: str, weight: float, start: float) -> tuple[float, float] | None:
    """The fixed point of a -> act(weight a) that the chain runs into from the start, and the rate there; None
    where it runs into none."""
    graph = Graph()
    z = graph.apply("mul", graph.input("w"), graph.input("a"))
    after = z if activation == LINEAR else graph.apply(activation, z)
    rate, state = gradient(graph, after, ["a"])["a"], start
    for _ in range(MOST_ROUNDS):
        values = forward(graph, {"w": weight, "a": state}, wanted=[after, rate])
        if not math.isfinite(values[after]):
            return None
        if abs(values[after] - state) <= STILL * max(1.0, abs(state)):
            return float(values[after]), float(values[rate])
        state = float(values[after])
    return None
