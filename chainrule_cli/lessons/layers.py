"""A chain of layers h + w sin(h + b), one unit wide, for checkpointing: each layer is a graph, and its slopes are adjoints."""

from __future__ import annotations

import random
from collections.abc import Collection

from chainrule_cli.graph.adjoint import adjoints
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import Pass

START = 0.5
"""The input of the first layer."""

WEIGHT, BIAS = 0.5, 0.5
"""Parameters are drawn between minus this and this: no slope is 0, so no layer of ten thousand hides the ones before it."""

Slopes = tuple[float, float, float]
"""By the layer's input, its weight and its bias."""


class ResidualChain:
    """A chain as checkpoint.run wants one, with parameters drawn from a seed. gradient: of the weights and biases, filled as the backward
    steps go."""

    def __init__(self, layers: int, seed: int = 0) -> None:
        dice = random.Random(seed)  # noqa: S311  # an example's weights
        self.layers = layers
        self.parameters = [(dice.uniform(-WEIGHT, WEIGHT), dice.uniform(-BIAS, BIAS)) for _ in range(layers)]
        self.gradient: list[tuple[float, float]] = [(0.0, 0.0)] * layers
        graph = Graph()
        h, w, b = (graph.input(name) for name in ("h", "w", "b"))
        self._output = graph.apply(
            "add", h, graph.apply("mul", w, graph.apply("sin", graph.apply("add", h, b)))
        )
        slopes = adjoints(graph, {self._output: graph.constant(1)}, [h, w, b])
        self._slopes = [slopes[place] for place in (h, w, b)]
        self._value, self._whole = Pass(graph, self._output), Pass(graph, self._output, *self._slopes)

    def _point(self, layer: int, state: float) -> dict[str, float]:
        w, b = self.parameters[layer]
        return {"h": state, "w": w, "b": b}

    def value(self, layer: int, state: float) -> float:
        return float(self._value(self._point(layer, state))[self._output])

    def slopes(self, layer: int, state: float) -> tuple[float, Slopes]:
        values = self._whole(self._point(layer, state))
        by_state, by_weight, by_bias = (float(values[place]) for place in self._slopes)
        return float(values[self._output]), (by_state, by_weight, by_bias)

    def pull(self, layer: int, slopes: Slopes, cotangent: float) -> float:
        by_state, by_weight, by_bias = slopes
        self.gradient[layer] = cotangent * by_weight, cotangent * by_bias
        return cotangent * by_state

    def steps(self, layer: int) -> int:  # noqa: ARG002  # a segment of a formula asks which one
        return 1

    def held(self, inputs: Collection[float], kept: Collection[Slopes]) -> int:
        return len(inputs) + len(kept)
