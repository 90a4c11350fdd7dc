"""Two chains for checkpoint.py: a graph of numbers cut into segments, and layers h + w sin(h + b).

A state is what crosses a cut: the values of operations before it that operations after it use. Numbers and
variables are at hand everywhere. No cut is claimed to be the best one.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any

from chainrule_cli.graph.adjoint import adjoints
from chainrule_cli.graph.carriers import FLOATS, Carrier
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import ForwardPass, is_not_taken, write_edges

Values = dict[int, Any]
"""Numbers of the carrier, by the indices of operations."""


def operations(graph: Graph, output: int) -> list[int]:
    """The operations that the output needs, in order."""
    return [
        index for index, needed in enumerate(graph.find_needed(output)) if needed and graph.nodes[index].args
    ]


class Segments:
    """The graph at a point in segments of so many operations. Cotangents are adjoints by index: those after
    all segments are {output: 1}, those before them are the gradient's."""

    def __init__(
        self, graph: Graph, output: int, point: Mapping[str, float], size: int, carrier: Carrier = FLOATS
    ) -> None:
        self.graph, self.output, self.carrier = graph, output, carrier
        work = operations(graph, output)
        self._edges = write_edges(graph, output)
        self.segments = [work[start : start + size] for start in range(0, len(work), size)]
        self.layers = len(self.segments)
        self._given = {
            index: carrier.enter(point[name]) for name, index in graph.inputs.items() if name in point
        }
        self._last_use = {argument: index for index in work for argument in graph.nodes[index].args}
        self._last_use[output] = len(graph.nodes)

    def crossing(self, cut: int) -> list[int]:
        """The operations whose values cross the cut before that segment."""
        here = self.segments[cut][0]
        return [index for index in chain.from_iterable(self.segments[:cut]) if self._last_use[index] >= here]

    def gradient(self, adjoints: Mapping[int, float]) -> dict[str, float]:
        """By each variable, from the adjoints before all segments."""
        return {
            name: float(adjoints.get(index, self.carrier.zero))
            for name, index in self.graph.inputs.items()
            if index in self._given
        }

    # what checkpoint.run asks for

    def value(self, layer: int, state: Values) -> Values:
        """What crosses the cut after the segment; a value is let go at its last use."""
        values = dict(state)
        for index in self.segments[layer]:
            values[index] = self._apply(index, values)
            for argument in self.graph.nodes[index].args:
                if self._last_use[argument] == index:
                    values.pop(argument, None)
        return values

    def slopes(self, layer: int, state: Values) -> tuple[Values, Values]:
        """What crosses the cut after it; and the segment's values with those that it uses."""
        segment = self.segments[layer]
        used = {argument for index in segment for argument in self.graph.nodes[index].args}
        kept = {index: value for index, value in state.items() if index in used}
        for index in segment:
            kept[index] = self._apply(index, kept)
        return {
            index: value for index, value in {**state, **kept}.items() if self._last_use[index] > segment[-1]
        }, kept

    def pull(self, layer: int, slopes: Values, cotangent: Values) -> Values:
        """The adjoints before the segment. A local derivative is let go when it is used."""
        adjoints = dict(cotangent)
        for index in reversed(self.segments[layer]):
            adjoint = adjoints.pop(index, None)
            if adjoint is not None:
                self._send(index, adjoint, slopes, adjoints)
        return adjoints

    def steps(self, layer: int) -> int:
        return len(self.segments[layer])

    def count_held(self, inputs: Collection[Values], kept: Collection[Values]) -> int:
        """A value that is held in two indices is one."""
        return len(set().union(*inputs, *kept))

    def _send(self, index: int, adjoint: Any, values: Values, adjoints: Values) -> None:
        scratch: Values = {}
        for _, argument, local in self._edges[index]:
            rate = self._rate(local, values, scratch)
            if not is_not_taken(self.graph, index, rate):
                sent = adjoint * rate
                adjoints[argument] = adjoints[argument] + sent if argument in adjoints else sent

    def _rate(self, local: int, values: Values, scratch: Values) -> Any:
        """A local derivative from values at hand, by a loop: it may be several operations deep."""
        todo: list[int] = [local]
        while todo:
            here = todo[-1]
            missing = [
                each for each in self.graph.nodes[here].args if self._look_up(each, values, scratch) is None
            ]
            if self._look_up(here, values, scratch) is not None:
                todo.pop()
            elif missing:
                todo += missing
            else:
                scratch[here] = self._apply(here, values, scratch)
        return self._at_hand(local, values, scratch)

    def _apply(self, index: int, *values: Values) -> Any:
        node = self.graph.nodes[index]
        return self.carrier.operation(node.op)(*[self._at_hand(argument, *values) for argument in node.args])

    def _at_hand(self, index: int, *values: Values) -> Any:
        found = self._look_up(index, *values)
        if found is None:
            raise LookupError(f"the value of node {index} was dropped and is asked for")
        return found

    def _look_up(self, index: int, *values: Values) -> Any:
        node = self.graph.nodes[index]
        if node.value is not None:
            return self.carrier.constant(node.value)
        if node.op != "input" and not node.args:
            return self.carrier.operation(node.op)()
        return next((each[index] for each in values if index in each), self._given.get(index))


START = 0.5
"""The input of the first layer."""

WEIGHT, BIAS = 0.5, 0.5
"""Parameters are drawn between minus this and this: no slope is 0, so no layer of ten thousand hides the ones
before it."""

Slopes = tuple[float, float, float]
"""By the layer's input, its weight and its bias."""


class ResidualChain:
    """A chain as checkpoint.run wants one, with parameters drawn from a seed. gradient: of the weights and
    biases, filled as the backward steps go."""

    def __init__(self, layers: int, seed: int = 0) -> None:
        rng = random.Random(seed)  # noqa: S311  # an example's weights
        self.layers = layers
        self.parameters = [(rng.uniform(-WEIGHT, WEIGHT), rng.uniform(-BIAS, BIAS)) for _ in range(layers)]
        self.gradient: list[tuple[float, float]] = [(0.0, 0.0)] * layers
        graph = Graph()
        h, w, b = (graph.input(name) for name in ("h", "w", "b"))
        self._output = graph.apply(
            "add", h, graph.apply("mul", w, graph.apply("sin", graph.apply("add", h, b)))
        )
        slopes = adjoints(graph, {self._output: graph.constant(1)}, [h, w, b])
        self._slopes = [slopes[index] for index in (h, w, b)]
        self._value, self._whole = (
            ForwardPass(graph, self._output),
            ForwardPass(graph, self._output, *self._slopes),
        )

    def _point(self, layer: int, state: float) -> dict[str, float]:
        w, b = self.parameters[layer]
        return {"h": state, "w": w, "b": b}

    def value(self, layer: int, state: float) -> float:
        return float(self._value(self._point(layer, state))[self._output])

    def slopes(self, layer: int, state: float) -> tuple[float, Slopes]:
        values = self._whole(self._point(layer, state))
        by_state, by_weight, by_bias = (float(values[index]) for index in self._slopes)
        return float(values[self._output]), (by_state, by_weight, by_bias)

    def pull(self, layer: int, slopes: Slopes, cotangent: float) -> float:
        by_state, by_weight, by_bias = slopes
        self.gradient[layer] = cotangent * by_weight, cotangent * by_bias
        return cotangent * by_state

    def steps(self, layer: int) -> int:  # noqa: ARG002  # a segment of a formula asks which one
        return 1

    def count_held(self, inputs: Collection[float], kept: Collection[Slopes]) -> int:
        return len(inputs) + len(kept)
