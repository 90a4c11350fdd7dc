"""Store or recompute: schedules for the backward pass through a chain of layers, and an executor that keeps to them.

A slot holds one layer's input. A schedule is a list of actions; the executor really drops what a schedule drops and works out again
what it asks for. revolve is Griewank & Walther's (2000, Algorithm 799), sqrt is Chen et al.'s (2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb, isqrt
from typing import Any, Literal, NamedTuple, Protocol

Kind = Literal["store", "restore", "advance", "keep", "backward", "drop"]


class Action(NamedTuple):
    """store, drop: the input of that layer in a slot; restore: go on from it; advance: run the layer and keep nothing; keep: run the layer and
    keep what its backward step needs; backward: the backward step of the layer, from what was kept, or from the input at hand."""

    kind: Kind
    layer: int


class Chain(Protocol):
    """What a schedule runs: states and slopes are whatever the chain makes them."""

    def value(self, layer: int, state: Any) -> Any:
        """The state after the layer."""

    def slopes(self, layer: int, state: Any) -> tuple[Any, Any]:
        """The state after the layer, and all that its backward step needs."""

    def pull(self, layer: int, slopes: Any, cotangent: Any) -> Any:
        """The cotangent before the layer; takes note of the gradient of the layer's own parameters."""


@dataclass(frozen=True, slots=True)
class Cost:
    """peak: most inputs and kept layers at once. extra: layers run beside the one time inside each backward step."""

    peak: int
    extra: int


# how far it can be good


def beta(slots: int, sweeps: int) -> int:
    """The longest chain that so many slots go back through with each layer run at most `sweeps` times."""
    return comb(slots + sweeps, slots)


def optimum(layers: int, slots: int) -> int:
    """The fewest extra forward steps for so many layers and slots, the first input's slot among them (Griewank & Walther 2000, Prop. 1)."""
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
    yield from (Action("keep", layer) for layer in range(layers))
    yield from (Action("backward", layer) for layer in reversed(range(layers)))


def sqrt(layers: int) -> Iterator[Action]:
    """The input of every ceil(sqrt(layers))-th layer is stored; each stretch is then run again, the last one first, and kept whole."""
    every = isqrt(layers - 1) + 1
    starts = list(range(0, layers, every))
    ends = [*starts[1:], layers]
    for start, after in pairwise(starts):
        yield Action("store", start)
        yield from (Action("advance", layer) for layer in range(start, after))
    yield Action("store", starts[-1])
    for start, end in reversed(list(zip(starts, ends, strict=True))):
        yield Action("restore", start)
        yield from (Action("keep", layer) for layer in range(start, end))
        yield from (Action("backward", layer) for layer in reversed(range(start, end)))
        yield Action("drop", start)


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
            yield from _from_one(start, end)
            continue
        middle = start + _split(end - start, free)
        yield Action("restore", start)
        yield from (Action("advance", layer) for layer in range(start, middle))
        yield Action("store", middle)
        todo += [(start, middle, free), Action("drop", middle), (middle, end, free - 1)]
    yield Action("drop", 0)


def _from_one(start: int, end: int) -> Iterator[Action]:
    """Backward through a stretch whose first input alone is stored."""
    for layer in reversed(range(start, end)):
        yield Action("restore", start)
        yield from (Action("advance", each) for each in range(start, layer))
        yield Action("backward", layer)


def _split(layers: int, slots: int) -> int:
    """Where the next input is stored, so that both parts can be optimal: neither needs more sweeps than it may have."""
    sweeps = _sweeps(layers, slots)
    least = max(1, layers - beta(slots - 1, sweeps), beta(slots, sweeps - 2) if sweeps > 1 else 1)
    most = min(layers - 1, beta(slots, sweeps - 1), max(1, layers - beta(slots - 1, sweeps - 1)))
    return max(least, min(most, layers - 1)) if least > most else most


# running one


def run(chain: Chain, schedule: Sequence[Action] | Iterator[Action], start: Any, cotangent: Any) -> tuple[Any, Cost]:
    """The cotangent at the start of the chain, and what it took. What a slot or a kept layer held is let go when it is dropped or used."""
    slots: dict[int, Any] = {}
    kept: dict[int, Any] = {}
    at, state = 0, start
    peak = forward = backward = 0
    for kind, layer in schedule:
        if kind == "store":
            slots[layer] = state
        elif kind == "restore":
            at, state = layer, slots[layer]
        elif kind == "drop":
            del slots[layer]
        elif kind == "advance":
            at, state = layer + 1, chain.value(layer, state)
            forward += 1
        elif kind == "keep":
            after, kept[layer] = chain.slopes(layer, state)
            at, state = layer + 1, after
        else:
            slopes = kept.pop(layer) if layer in kept else chain.slopes(layer, _here(at, layer, state))[1]
            cotangent = chain.pull(layer, slopes, cotangent)
            backward += 1
        peak = max(peak, len(slots) + len(kept) - len(slots.keys() & kept.keys()))
    return cotangent, Cost(peak, forward)


def _here(at: int, layer: int, state: Any) -> Any:
    if at != layer:
        raise AssertionError(f"the schedule is at layer {at}, not {layer}")
    return state
