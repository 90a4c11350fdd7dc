"""Runs a graph over numpy arrays: block by block, so that what is between the inputs and the outputs stays in
the cache.

A plan says which buffer holds which node and for how long; blocks are shared among threads. A block is worked
through unguarded and streamlined; where numpy signals a pole or an overflow, once more as the graph stands,
guarded. The operations are rows of ARRAYS (values/arrays.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.compile.rewrite import streamline
from chainrule_cli.graph.node import Graph, Node
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.values.arrays import Array, find_array_row

BLOCK, BLOCK_OF_THREADS = 16_384, 49_152
"""Numbers in a block. The smaller keeps some thirty buffers in a core's second cache and is best for one
thread; two threads that work so little between operations wait for each other, and for longer than the cache
saves."""

CACHE_LINE = 8
"""Numbers in a line of the cache."""

LEAST_FOR_THREADS = 524_288
"""Numbers from which more threads save much where cores are free, and cost little where they are not."""

BYTES_AT_ONCE = 31 << 20
"""Bytes of results that are allocated at once: what is freed of such a size is used again, not given back to
the system, which would clear every page of it for the next call."""

Call = Callable[..., Any]
BlockStep = tuple[Call, Callable[[list[Array]], tuple[Array, ...]]]
"""What to call, and its arguments and result out of the slots."""


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """What to do with a list of slots, which holds constants, inputs, results and buffers in this order.

    constants: 0-d arrays
    inputs, results, buffers: how many of each
    steps: what to call, in order
    copies: (result, slot) for results that are no step's own: an input, a constant, or one that stands twice
    """

    constants: tuple[Array, ...]
    inputs: int
    results: int
    buffers: int
    steps: tuple[BlockStep, ...]
    copies: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class BlockWork:
    """A graph in two plans.

    fast: right where numpy signals nothing
    guarded: right everywhere
    """

    fast: BlockPlan
    guarded: BlockPlan


def prepare(graph: Graph, outputs: Sequence[int], variables: Sequence[str]) -> BlockWork:
    """The outputs as functions of arrays for the variables."""
    streamlined, results = streamline(graph, outputs)
    return BlockWork(
        fast=_plan(
            streamlined, results, variables, {op: find_array_row(op).fast for op in _list_ops(streamlined)}
        ),
        guarded=_plan(graph, outputs, variables, {op: find_array_row(op).guarded for op in _list_ops(graph)}),
    )


def _list_ops(graph: Graph) -> set[str]:
    return {node.op for node in graph.nodes} & OPS.keys()


def _plan(
    graph: Graph, outputs: Sequence[int], variables: Sequence[str], calls: Mapping[str, Call]
) -> BlockPlan:
    """Slots for every node; a buffer is free again after the last use of what it held."""
    numbers = [index for index, node in enumerate(graph.nodes) if node.value is not None]
    slots = {index: slot for slot, index in enumerate([*numbers, *(graph.input(name) for name in variables)])}
    first = len(slots)
    copies = [
        (first + rank, output)
        for rank, output in enumerate(outputs)
        if output in slots or output in outputs[:rank]
    ]
    for rank, output in enumerate(outputs):
        slots.setdefault(output, first + rank)
    buffers = _assign_buffers(graph, slots, first + len(outputs), calls)
    steps = [
        _make_step(node, slots[index], slots, calls[node.op])
        for index, node in enumerate(graph.nodes)
        if node.op in calls
    ]
    constants = tuple(np.array(FLOATS.constant(graph.nodes[index].value or 0)) for index in numbers)
    return BlockPlan(
        constants,
        len(variables),
        len(outputs),
        buffers,
        tuple(steps),
        tuple((result, slots[output]) for result, output in copies),
    )


def _assign_buffers(graph: Graph, slots: dict[int, int], first: int, calls: Mapping[str, Call]) -> int:
    """Gives each node without a slot one from `first` on; how many these are."""
    ends = {argument: index for index, node in enumerate(graph.nodes) for argument in node.args}
    held, free, end = set(slots), list[int](), first
    for index, node in enumerate(graph.nodes):
        over = [
            slots[argument]
            for argument in dict.fromkeys(node.args)
            if ends[argument] == index and argument not in held
        ]
        in_place = isinstance(calls.get(node.op), np.ufunc)
        free += over if in_place else []
        if index not in slots:
            slots[index] = free.pop() if free else end
            end = max(end, slots[index] + 1)
        free += [] if in_place else over
    return end - first


def _make_step(node: Node, result: int, slots: Mapping[int, int], call: Call) -> BlockStep:
    if not node.args:
        return call, lambda held: (held[result],)
    return call, itemgetter(*[slots[argument] for argument in node.args], result)


def run(work: BlockWork, values: Sequence[Array]) -> tuple[Array, ...]:
    """The outputs for inputs that are broadcast against each other, as arrays of the common shape."""
    shape = np.broadcast_shapes(*[value.shape for value in values])
    size = int(np.prod(shape))
    inputs = [
        value if value.ndim == 0 else np.ascontiguousarray(np.broadcast_to(value, shape)).reshape(-1)
        for value in values
    ]
    results = _allocate_results(work.fast.results, size)
    threads = min(os.cpu_count() or 1, size // BLOCK_OF_THREADS) if size >= LEAST_FOR_THREADS else 1
    if threads == 1:
        _work_through(work, inputs, results, BLOCK, iter(range(0, size, BLOCK)))
    else:
        starts = iter(range(0, size, BLOCK_OF_THREADS))
        with ThreadPoolExecutor(threads) as pool:
            for done in [
                pool.submit(_work_through, work, inputs, results, BLOCK_OF_THREADS, starts)
                for _ in range(threads)
            ]:
                done.result()
    return tuple(result.reshape(shape) for result in results)


def _allocate_results(count: int, size: int) -> list[Array]:
    at_once = max(1, BYTES_AT_ONCE // (8 * (size + CACHE_LINE)))
    return [
        row
        for first in range(0, count, at_once)
        for row in _allocate_aligned(min(at_once, count - first), size)
    ]


def _allocate_aligned(rows: int, size: int) -> Array:
    """Rows that begin where a cache line does: a sum of arrays that do not takes twice as long."""
    width = -(-size // CACHE_LINE) * CACHE_LINE
    room = np.empty(rows * width + CACHE_LINE)
    first = -(room.ctypes.data // room.itemsize) % CACHE_LINE
    return room[first : first + rows * width].reshape(rows, width)[:, :size]


def _work_through(
    work: BlockWork, inputs: Sequence[Array], results: Sequence[Array], block: int, starts: Iterator[int]
) -> None:
    """Takes blocks until none is left. Each thread has buffers of its own; taking the next block is one step
    of Python's."""
    buffers = _allocate_aligned(max(work.fast.buffers, work.guarded.buffers), min(block, results[0].size))
    for start in starts:
        span = slice(start, start + block)
        inside = [value if value.ndim == 0 else value[span] for value in inputs]
        outside = [result[span] for result in results]
        _run_block(work, inside, [*inside, *outside, *(buffer[: len(outside[0])] for buffer in buffers)])


def _run_block(work: BlockWork, inputs: Sequence[Array], slots: Sequence[Array]) -> None:
    try:
        with np.errstate(all="ignore", over="raise", divide="raise"):
            _refuse_infinite(inputs)
            _follow(work.fast, slots)
    except FloatingPointError:
        with np.errstate(all="ignore"):
            _follow(work.guarded, slots)


def _follow(plan: BlockPlan, slots: Sequence[Array]) -> None:
    held = [*plan.constants, *slots]
    for call, taken in plan.steps:
        call(*taken(held))
    for result, slot in plan.copies:
        np.copyto(held[result], held[slot])


def _refuse_infinite(inputs: Sequence[Array]) -> None:
    """Infinity over 0 is infinity without a signal: only finite numbers go the unguarded way."""
    if not all(np.isfinite(value.sum()) for value in inputs):
        raise FloatingPointError
