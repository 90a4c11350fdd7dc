"""What a layer can pass on at most, and where a chain of equal layers settles.

Knows the steepest slope of each activation; every other slope is an adjoint. A layer h = act(h W) passes on at most that slope times the
largest singular value of W, so a product below 1 is enough to vanish (Pascanu et al. 2013).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.lessons.network import LINEAR, Array, Design

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
"""The largest slope of each: of sigmoid at 0, of selu just below 0 (its scale times its alpha), of gelu at sqrt(2), of silu at 2.3994."""

MOST_WORK = 1_000_000_000
"""Singular values of wider networks are not looked for."""

MOST_ROUNDS = 1_000
STILL = 1e-15


@dataclass(frozen=True, slots=True)
class Bound:
    """slope: the activation's steepest; weight: the largest singular value of the layers, |w| for width 1; rate: their product, which no layer
    exceeds; product: of what each layer could pass on."""

    slope: float
    weight: float
    rate: float
    product: float


def bound(design: Design, weights: Sequence[Array]) -> Bound | None:
    """None where a layer adds or norms, or where it would take too long. weights: of drawn_weights."""
    if design.residual or design.norm is not None or design.layers * design.width**3 > MOST_WORK:
        return None
    slope, largest = STEEPEST[design.activation], [float(np.linalg.norm(each, 2)) for each in weights]
    return Bound(slope, max(largest), slope * max(largest), math.prod(slope * each for each in largest))


def settled(activation: str, weight: float, start: float) -> tuple[float, float] | None:
    """The fixed point of a -> act(weight a) that the chain runs into from the start, and the rate there; None where it runs into none."""
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
