"""A backward pass over a graph of numbers that is cut into segments: between two passes only what crosses a cut is held.

The first segment's nodes are dropped when the second has what it needs of them, and worked out again when the backward pass comes back
to them. Refuses to claim that a cut is the best one: checkpoint.py knows chains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chainrule_cli.graph.carriers import FLOATS, Carrier
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import edges_of, not_taken


@dataclass(frozen=True, slots=True)
class Segmented:
    """gradient: by each variable. peak: most values of operations held at once; again: operations worked out a second time; cuts: how
    many values cross each cut."""

    gradient: dict[str, float]
    peak: int
    again: int
    cuts: tuple[int, ...]


def backward(graph: Graph, output: int, point: Mapping[str, float], segments: int, carrier: Carrier = FLOATS) -> Segmented:
    """The gradient at the point, in so many segments of about equal length; one segment holds everything and repeats nothing."""
    return _Run(graph, output, point, segments, carrier).result()


class _Run:
    def __init__(self, graph: Graph, output: int, point: Mapping[str, float], segments: int, carrier: Carrier) -> None:
        self.graph, self.output, self.carrier = graph, output, carrier
        self.edges = edges_of(graph, output)
        needed = graph.reaching(output)
        work = [place for place in range(output + 1) if needed[place] and graph.nodes[place].args]
        size = max(1, -(-len(work) // segments))
        self.segments = [work[start : start + size] for start in range(0, len(work), size)]
        self.given = {place: carrier.enter(point[name]) for name, place in graph.inputs.items() if place <= output and needed[place]}
        self.held: list[dict[int, float]] = []
        self.peak = self.again = 0

    def result(self) -> Segmented:
        values = self._forward()
        cuts = tuple(len(each) for each in self.held[1:])
        adjoints = {self.output: self.carrier.one}
        for number in range(len(self.segments) - 1, -1, -1):
            start = self.held.pop()
            if values is None:
                values = dict(start)
                self._evaluate(self.segments[number], values)
                self.again += len(self.segments[number])
            self._count(values)
            self._back_through(self.segments[number], values, adjoints)
            values = None
        gradient = {name: float(adjoints.get(place, self.carrier.zero)) for name, place in self.graph.inputs.items() if place <= self.output}
        return Segmented(gradient, self.peak, self.again, cuts)

    def _forward(self) -> dict[int, float] | None:
        """What the last segment holds when it is done; at each cut only what crosses it is kept."""
        values: dict[int, float] = {}
        for number, segment in enumerate(self.segments):
            self.held.append(dict(values))
            self._evaluate(segment, values)
            self._count(values)
            if number + 1 < len(self.segments):
                wanted = self._wanted_after(number)
                values = {place: value for place, value in values.items() if place in wanted}
        return values if self.segments else None

    def _wanted_after(self, number: int) -> set[int]:
        return {argument for segment in self.segments[number + 1 :] for place in segment for argument in self.graph.nodes[place].args}

    def _evaluate(self, segment: Sequence[int], values: dict[int, float]) -> None:
        for place in segment:
            self._value(place, values)

    def _count(self, values: Mapping[int, float]) -> None:
        self.peak = max(self.peak, len(set(values).union(*self.held)))

    def _value(self, place: int, values: dict[int, float]) -> float:
        """The value of a node from values at hand, by a loop: a local derivative may be several operations deep."""
        todo = [place]
        while todo:
            here = todo[-1]
            node = self.graph.nodes[here]
            missing = [argument for argument in node.args if self._known(argument, values) is None]
            if self._known(here, values) is not None:
                todo.pop()
            elif missing:
                todo += missing
            else:
                values[here] = self.carrier.operation(node.op)(*[self._known(argument, values) for argument in node.args])
        found = self._known(place, values)
        if found is None:
            raise AssertionError(place)
        return found

    def _known(self, place: int, values: Mapping[int, float]) -> float | None:
        exact = self.graph.nodes[place].value
        if exact is not None:
            return float(self.carrier.constant(exact))
        return values.get(place, self.given.get(place))

    def _back_through(self, segment: Sequence[int], values: Mapping[int, float], adjoints: dict[int, float]) -> None:
        rates = dict(values)
        for place in reversed(segment):
            adjoint = adjoints.pop(place, None)
            if adjoint is None:
                continue
            for _, argument, local in self.edges[place]:
                rate = self._value(local, rates)
                if not not_taken(self.graph, place, rate):
                    sent = adjoint * rate
                    adjoints[argument] = adjoints[argument] + sent if argument in adjoints else sent
