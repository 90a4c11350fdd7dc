"""Store or recompute: schedules for the backward pass through a chain of layers, and an executor that keeps
to them.

A slot holds one layer's input. A schedule is a list of actions; the executor really drops what a schedule
drops, works out again what it asks for, and refuses a schedule that does not hold together. revolve is
Griewank & Walther's (2000, Algorithm 799), sqrt is Chen et al.'s (2016).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import comb, isqrt
from typing import Any, Literal, NamedTuple, Protocol

Kind = Literal["store", "restore", "advance", "keep", "backward", "drop"]


class Action(NamedTuple):
    """store, drop: the input of that layer in a slot; restore: go on from it; advance: run the layer and keep
    nothing; keep: run the layer and keep what its backward step needs; backward: the backward step of the
    layer, from what was kept, or from the input at hand."""

    kind: Kind
    layer: int


class Chain(Protocol):
    """What a schedule runs: states and slopes are whatever the chain makes them. layers: how many it has."""

    layers: int

    def value(self, layer: int, state: Any) -> Any:
        """The state after the layer."""

    def slopes(self, layer: int, state: Any) -> tuple[Any, Any]:
        """The state after the layer, and all that its backward step needs."""

    def pull(self, layer: int, slopes: Any, cotangent: Any) -> Any:
        """The cotangent before the layer; takes note of the gradient of the layer's own parameters."""

    def steps(self, layer: int) -> int:
        """Forward steps that running the layer is."""

    def count_held(self, inputs: Collection[Any], kept: Collection[Any]) -> int:
        """How much these stored states and kept slopes are together."""


class ScheduleError(Exception):
    """The schedule asks for what is not there, or leaves something undone: a mistake of the one
    who made it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """peak: most that was stored and kept at once, what is on its way from layer to layer beside.
    extra: forward steps beside the one time that belongs to each layer's backward step."""

    peak: int
    extra: int


# how far it can be good


def beta(slots: int, sweeps: int) -> int:
    """The longest chain that so many slots go back through with each layer run at most `sweeps` times."""
    return comb(slots + sweeps, slots)


def optimum(layers: int, slots: int) -> int:
    """The fewest extra forward steps for so many layers and slots, the first input's slot among them
    (Griewank & Walther 2000, Prop. 1)."""
    sweeps = _sweeps(layers, slots)
    return sweeps * layers - comb(slots + sweeps, slots + 1)


def _sweeps(layers: int, slots: int) -> int:
    sweeps = 0
    while beta(slots, sweeps) < layers:
        sweeps += 1
    return sweeps


# schedules


def store_all(layers: int) -> Iterator[Action]:
    """Every layer is run once and all of it is kept."""
    yield from _run_keeping(0, layers)


def sqrt(layers: int) -> Iterator[Action]:
    """The input of every ceil(sqrt(layers))-th layer is stored and each stretch run again and kept whole, the
    last one first; that one is kept as it is run."""
    yield from in_stretches(layers, stretch(layers))


def stretch(layers: int) -> int:
    """ceil(sqrt(layers))"""
    return isqrt(layers - 1) + 1


def in_stretches(layers: int, every: int) -> Iterator[Action]:
    """As sqrt, with stretches of any length. An input is let go as soon as its stretch is run from it for the
    last time."""
    starts = list(range(0, layers, every))
    for start, after in pairwise(starts):
        yield Action("store", start)
        yield from (Action("advance", layer) for layer in range(start, after))
    yield from _run_keeping(starts[-1], layers)
    for start, end in reversed(list(pairwise(starts))):
        yield Action("restore", start)
        yield Action("drop", start)
        yield from _run_keeping(start, end)


def _run_keeping(start: int, end: int) -> Iterator[Action]:
    """A stretch forward, all of it kept, and back."""
    yield from (Action("keep", layer) for layer in range(start, end))
    yield from (Action("backward", layer) for layer in reversed(range(start, end)))


def revolve(layers: int, slots: int) -> Iterator[Action]:
    """As few forward steps as so many slots allow."""
    yield Action("store", 0)
    todo: list[tuple[int, int, int] | Action] = [(0, layers, slots)]
    while todo:
        part = todo.pop()
        if isinstance(part, Action):
            yield part
            continue
        start, end, free = part
        if end - start == 1 or free == 1:
            yield from _run_from_one_slot(start, end)
            continue
        middle = start + _split(end - start, free)
        yield Action("restore", start)
        yield from (Action("advance", layer) for layer in range(start, middle))
        yield Action("store", middle)
        todo += [(start, middle, free), Action("drop", middle), (middle, end, free - 1)]
    yield Action("drop", 0)


def _run_from_one_slot(start: int, end: int) -> Iterator[Action]:
    """Backward through a stretch whose first input alone is stored."""
    for layer in reversed(range(start, end)):
        yield Action("restore", start)
        yield from (Action("advance", each) for each in range(start, layer))
        yield Action("backward", layer)


def _split(layers: int, slots: int) -> int:
    """Where the next input is stored, so that both parts can be optimal: neither needs more sweeps than it
    may have."""
    sweeps = _sweeps(layers, slots)
    least = max(1, layers - beta(slots - 1, sweeps), beta(slots, sweeps - 2) if sweeps > 1 else 1)
    most = min(layers - 1, beta(slots, sweeps - 1), max(1, layers - beta(slots - 1, sweeps - 1)))
    return max(least, min(most, layers - 1)) if least > most else most


# running one


def run(chain: Chain, schedule: Iterable[Action], start: Any, cotangent: Any) -> tuple[Any, Cost]:
    """The cotangent at the start of the chain, and what it took. What a slot or a kept layer held is let go
    when it is dropped or used.

    Raises ScheduleError for a schedule that does not hold together."""
    made = _ScheduleRun(chain, start, cotangent)
    del start, cotangent  # held by the run alone, so that it can let them go
    for action in schedule:
        made.do(action)
    return made.finish()


class _ScheduleRun:
    """slots, kept: what is held; state: what is at hand, the input of layer `at`; back: layers that have
    still to go backward."""

    def __init__(self, chain: Chain, start: Any, cotangent: Any) -> None:
        self.chain, self.cotangent = chain, cotangent
        self.at: int | None = 0
        self.state = start
        self.back = chain.layers
        self.slots: dict[int, Any] = {}
        self.kept: dict[int, Any] = {}
        self.peak = self.extra = 0

    def do(self, action: Action) -> None:
        """One action, if it can be done here."""
        reason = self._hindrance(action)
        if reason:
            raise ScheduleError(f"{action.kind} {action.layer}: {reason}")
        getattr(self, f"_{action.kind}")(action.layer)
        self.peak = max(self.peak, self.chain.count_held(self.slots.values(), self.kept.values()))

    def finish(self) -> tuple[Any, Cost]:
        """What came of it, if nothing is left to do and nothing is held."""
        if self.back or self.slots or self.kept:
            raise ScheduleError(
                f"{self.back} layers have not gone backward, "
                f"{len(self.slots)} slots and {len(self.kept)} kept layers are held"
            )
        return self.cotangent, Cost(self.peak, self.extra)

    def _hindrance(self, action: Action) -> str:
        kind, layer = action
        if kind in ("restore", "drop"):
            return "" if layer in self.slots else "nothing is stored there"
        if kind == "backward" and layer != self.back - 1:
            return f"layer {self.back - 1} comes next"
        if not (kind == "backward" and layer in self.kept) and self.at != layer:
            return f"what is at hand is the input of {self.at}"
        if kind in ("advance", "keep") and layer >= self.back:
            return "it has gone backward"
        held = {"store": self.slots, "keep": self.kept}.get(kind, {})
        return "it is held" if layer in held else ""

    def _store(self, layer: int) -> None:
        self.slots[layer] = self.state

    def _restore(self, layer: int) -> None:
        self.at, self.state = layer, self.slots[layer]

    def _drop(self, layer: int) -> None:
        del self.slots[layer]

    def _advance(self, layer: int) -> None:
        self.at, self.state = layer + 1, self.chain.value(layer, self.state)
        self.extra += self.chain.steps(layer)

    def _keep(self, layer: int) -> None:
        after, self.kept[layer] = self.chain.slopes(layer, self.state)
        self.at, self.state = layer + 1, after

    def _backward(self, layer: int) -> None:
        slopes = self.kept.pop(layer) if layer in self.kept else self.chain.slopes(layer, self.state)[1]
        self.at = self.state = None
        self.cotangent = self.chain.pull(layer, slopes, self.cotangent)
        self.back = layer
