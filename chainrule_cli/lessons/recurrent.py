"""One-unit recurrent cells: a plain one, LSTM and GRU, and what one step of time passes on of a gradient.

Builds the graph of a step twice over: once whole, and once with the state's two ways apart, the highway that
carries it on and the gates that listen to it. Every slope is an adjoint. (Hochreiter & Schmidhuber 1997, Gers
et al. 2000, Cho et al. 2014.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chainrule_cli.graph.adjoint import adjoints
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward

CELLS = ("rnn", "lstm", "gru")


@dataclass(frozen=True, slots=True)
class TimeStep:
    """highway: along the state itself;
    gates: through all that listens to it;
    total: both at once, read off the whole graph."""

    highway: float
    gates: float
    total: float
    state: float


class _CellBuilder:
    """Sums and gates of one cell in a graph whose inputs are its parameters."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def gate(self, name: str, squash: str, x: int, heard: int) -> int:
        """squash(w x + u heard + b) with parameters of that name."""
        graph = self.graph
        w, u, b = (graph.input(f"{letter}_{name}") for letter in "wub")
        return graph.apply(
            squash,
            graph.apply("add", graph.apply("add", graph.apply("mul", w, x), graph.apply("mul", u, heard)), b),
        )

    def mix(self, share: int, one: int, other: int) -> int:
        """(1 - share) one + share other"""
        graph = self.graph
        rest = graph.apply("mul", graph.apply("sub", graph.constant(1), share), one)
        return graph.apply("add", rest, graph.apply("mul", share, other))


def _build_rnn(graph: Graph, x: int, _state: int, heard: int) -> tuple[int, int | None]:
    return _CellBuilder(graph).gate("h", "tanh", x, heard), None


def _build_lstm(graph: Graph, x: int, state: int, heard: int) -> tuple[int, int | None]:
    """c' = f c + i g, and the output gate of the next h = o tanh(c')."""
    build = _CellBuilder(graph)
    f, i, g, o = (build.gate(name, "tanh" if name == "g" else "sigmoid", x, heard) for name in "figo")
    return graph.apply("add", graph.apply("mul", f, state), graph.apply("mul", i, g)), o


def _build_gru(graph: Graph, x: int, state: int, heard: int) -> tuple[int, int | None]:
    """h' = (1 - z) n + z h with n = tanh(w_n x + b_n + r u_n h)."""
    build = _CellBuilder(graph)
    z, r = build.gate("z", "sigmoid", x, heard), build.gate("r", "sigmoid", x, heard)
    w, u, b = (graph.input(f"{letter}_n") for letter in "wub")
    recalled = graph.apply("mul", r, graph.apply("mul", u, heard))
    n = graph.apply("tanh", graph.apply("add", graph.apply("add", graph.apply("mul", w, x), b), recalled))
    return build.mix(z, n, state), None


_BUILDERS: dict[str, Callable[[Graph, int, int, int], tuple[int, int | None]]] = {
    "rnn": _build_rnn,
    "lstm": _build_lstm,
    "gru": _build_gru,
}
PARAMETERS = {"rnn": ("h",), "lstm": tuple("figo"), "gru": tuple("zrn")}
"""The gates of each cell; each has w (of the input), u (of what it hears) and b."""


class Cell:
    """A kind of cell, ready to be stepped with any parameters w_f, u_f, b_f, ..."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.graph = graph = Graph()
        self._x, self._state, self._gate = graph.input("x"), graph.input("state"), graph.input("o")
        self._whole, self._output = _BUILDERS[kind](graph, self._x, self._state, self._hear(self._state))
        held = graph.input("held")
        heard = self._hear(held)
        apart, _ = _BUILDERS[kind](graph, self._x, self._state, heard)
        one = graph.constant(1)
        self._total = adjoints(graph, {self._whole: one}, [self._state])[self._state]
        ways = adjoints(graph, {apart: one}, [self._state, held])
        self._highway, self._gates = ways[self._state], ways[held]

    def _hear(self, state: int) -> int:
        """What the gates hear of the state: o tanh(c) for an LSTM, with the output gate of the step before,
        which was decided then."""
        if self.kind != "lstm":
            return state
        return self.graph.apply("mul", self._gate, self.graph.apply("tanh", state))

    def step(
        self, parameters: Mapping[str, float], x: float, state: float, gate: float
    ) -> tuple[TimeStep, float]:
        """One step of time from a state and the output gate before it; and the output gate after it."""
        wanted = [
            self._whole,
            self._total,
            self._highway,
            self._gates,
            *([self._output] if self._output is not None else []),
        ]
        values = forward(
            self.graph, {**parameters, "x": x, "state": state, "held": state, "o": gate}, wanted=wanted
        )
        found = TimeStep(
            float(values[self._highway]),
            float(values[self._gates]),
            float(values[self._total]),
            float(values[self._whole]),
        )
        return found, float(values[self._output]) if self._output is not None else 1.0


def through_time(
    kind: str, steps: int, parameters: Mapping[str, float], inputs: list[float]
) -> list[TimeStep]:
    """The steps of a cell that starts from nothing."""
    cell, state, gate, found = Cell(kind), 0.0, 0.0, list[TimeStep]()
    for time in range(steps):
        step, gate = cell.step(parameters, inputs[time], state, gate)
        state = step.state
        found.append(step)
    return found


def slopes_of_last(kind: str, parameters: Mapping[str, float], inputs: list[float]) -> dict[str, float]:
    """The slope of the last state by each parameter, through all steps of time: one graph, one
    backward pass."""
    graph = Graph()
    state = gate = graph.constant(0)
    for time in range(len(inputs)):
        heard = graph.apply("mul", gate, graph.apply("tanh", state)) if kind == "lstm" else state
        state, output = _BUILDERS[kind](graph, graph.input(f"x{time}"), state, heard)
        gate = output if output is not None else gate
    names = [f"{letter}_{name}" for name in PARAMETERS[kind] for letter in "wub"]
    slopes = adjoints(graph, {state: graph.constant(1)}, [graph.inputs[name] for name in names])
    wanted = [slopes[graph.inputs[name]] for name in names]
    values = forward(graph, {**parameters, **{f"x{time}": x for time, x in enumerate(inputs)}}, wanted=wanted)
    return {name: float(values[index]) for name, index in zip(names, wanted, strict=True)}
