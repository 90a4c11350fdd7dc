"""Runs a graph over numpy arrays: block by block, so that what is between the inputs and the outputs stays in the cache.

Knows which buffer holds which node and for how long, and how blocks are shared among threads; refuses to know operations,
which are arrays.py's. A block is worked through unguarded; where numpy signals a pole or an overflow, guarded once more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from chainrule_cli.graph.arrays import ARRAYS, Array
from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.node import Graph

BLOCK = 32_768
"""Numbers in a block: 256 KiB a buffer, about what a core's second cache holds for a formula of some thirty operations. One
thread alone is as fast from 8,192 on; two are slower than one with blocks that small."""

LINE = 8
"""Numbers in a line of the cache."""

LEAST_FOR_THREADS = 524_288
"""Numbers from which more threads save much where cores are free, and cost little where they are not."""

Call = Callable[..., Any]
Step = tuple[Call, Call, Callable[[list[Array]], tuple[Array, ...]]]
"""The unguarded call, the guarded one, and the arguments and the result out of the slots."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a list of slots, which holds constants, inputs, results and buffers in this order.

    copies: (result, slot) for results that are no step's own: an input, a constant, or one that stands twice.
    """

    constants: tuple[Array, ...]
    inputs: int
    results: int
    buffers: int
    steps: tuple[Step, ...]
    copies: tuple[tuple[int, int], ...]


def plan(graph: Graph, outputs: Sequence[int], inputs: Sequence[int]) -> Plan:
    """Slots for every node; a buffer is free again after the last use of what it held."""
    numbers = [place for place, node in enumerate(graph.nodes) if node.value is not None]
    slots = {place: slot for slot, place in enumerate([*numbers, *inputs])}
    first = len(slots)
    copies = [(first + rank, output) for rank, output in enumerate(outputs) if output in slots or output in outputs[:rank]]
    for rank, output in enumerate(outputs):
        slots.setdefault(output, first + rank)
    buffers = _buffers(graph, slots, first + len(outputs))
    steps = [_step(graph, place, slots) for place, node in enumerate(graph.nodes) if node.op in ARRAYS]
    constants = tuple(np.array(FLOATS.constant(graph.nodes[place].value or 0)) for place in numbers)
    return Plan(constants, len(inputs), len(outputs), buffers, tuple(steps), tuple((result, slots[output]) for result, output in copies))


def _buffers(graph: Graph, slots: dict[int, int], first: int) -> int:
    """Gives each node without a slot one from `first` on; how many these are."""
    ends = {argument: place for place, node in enumerate(graph.nodes) for argument in node.args}
    held, free, end = set(slots), list[int](), first
    for place, node in enumerate(graph.nodes):
        over = [slots[argument] for argument in dict.fromkeys(node.args) if ends[argument] == place and argument not in held]
        in_place = node.op in ARRAYS and isinstance(ARRAYS[node.op].swift, np.ufunc)
        free += over if in_place else []
        if place not in slots:
            slots[place] = free.pop() if free else end
            end = max(end, slots[place] + 1)
        free += [] if in_place else over
    return end - first


def _step(graph: Graph, place: int, slots: Mapping[int, int]) -> Step:
    row, args = ARRAYS[graph.nodes[place].op], graph.nodes[place].args
    if not args:
        return row.swift, row.guarded, lambda held: (held[slots[place]],)
    return row.swift, row.guarded, itemgetter(*[slots[argument] for argument in args], slots[place])


def run(work: Plan, values: Sequence[Array]) -> tuple[Array, ...]:
    """The outputs for inputs that are broadcast against each other, as arrays of the common shape."""
    shape = np.broadcast_shapes(*[value.shape for value in values])
    size = int(np.prod(shape))
    inputs = [value if value.ndim == 0 else np.ascontiguousarray(np.broadcast_to(value, shape)).reshape(-1) for value in values]
    results = [_aligned(1, size)[0] for _ in range(work.results)]
    blocks = iter(range(0, size, BLOCK))
    threads = min(os.cpu_count() or 1, size // BLOCK) if size >= LEAST_FOR_THREADS else 1
    if threads == 1:
        _work(work, inputs, results, blocks)
    else:
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(_work, work, inputs, results, blocks) for _ in range(threads)]:
                done.result()
    return tuple(result.reshape(shape) for result in results)


def _aligned(rows: int, size: int) -> Array:
    """Rows that begin where a cache line does: a sum of arrays that do not takes twice as long."""
    width = -(-size // LINE) * LINE
    room = np.empty(rows * width + LINE)
    first = -(room.ctypes.data // room.itemsize) % LINE
    return room[first : first + rows * width].reshape(rows, width)[:, :size]


def _work(work: Plan, inputs: Sequence[Array], results: Sequence[Array], blocks: Iterator[int]) -> None:
    """Takes blocks until none is left. Each thread has buffers of its own; taking the next block is one step of Python's."""
    buffers = _aligned(work.buffers, min(BLOCK, results[0].size))
    for start in blocks:
        span = slice(start, start + BLOCK)
        size = len(results[0][span])
        slots = [
            *work.constants,
            *(value if value.ndim == 0 else value[span] for value in inputs),
            *(result[span] for result in results),
            *(buffer[:size] for buffer in buffers),
        ]
        _block(work, slots)


def _block(work: Plan, slots: list[Array]) -> None:
    try:
        with np.errstate(all="ignore", over="raise", divide="raise"):
            _refuse_infinite(slots[len(work.constants) : len(work.constants) + work.inputs])
            for swift, _, taken in work.steps:
                swift(*taken(slots))
    except FloatingPointError:
        with np.errstate(all="ignore"):
            for _, guarded, taken in work.steps:
                guarded(*taken(slots))
    for result, slot in work.copies:
        np.copyto(slots[result], slots[slot])


def _refuse_infinite(inputs: Sequence[Array]) -> None:
    """Infinity over 0 is infinity without a signal: only finite numbers go the unguarded way."""
    if not all(np.isfinite(value.sum()) for value in inputs):
        raise FloatingPointError
