"""The workers of a batch: whatever an item does, it costs its own record, and the order stays."""

from __future__ import annotations

import itertools
import os
import signal

import pytest

from chainrule_cli.runtime.pool import AHEAD, MOST_TOGETHER, WorkerPool
from tests.fakes.work import work

DEEDS = {
    "loop": "timeout",
    "sleep in C": "timeout",
    "explode": "memory",
    "creep": "memory",
    "segfault": "crash the worker was ended by SIGSEGV",
    "exit": "crash the worker ended unexpectedly (exit code 3)",
    "exit well": "crash the worker ended unexpectedly (exit code 0)",
    "leave": "crash SystemExit: 0",
    "kill": "crash the worker was ended by SIGKILL",
    "fault": "crash ZeroDivisionError: integer division or modulo by zero",
    "deep": "crash RecursionError: maximum recursion depth exceeded",
    "stage": "timeout  half",
}


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_deed_costs_one_record(jobs: int) -> None:
    items = [str(number) for number in range(600)]
    for place, deed in enumerate(DEEDS):
        items.insert(40 * place + 7, deed)
    with WorkerPool(work(), jobs) as crew:
        records = [record.decode() for record in crew.records(items)]
    said = [f"{item}: {DEEDS.get(item, 'done')}" for item in items]
    assert [
        record.partition(" in ")[0] if record.startswith("deep") else record for record in records
    ] == said


def test_the_clock_ends_what_does_not_end() -> None:
    with WorkerPool(work(seconds=0.1), 2) as crew:
        assert list(crew.records(["loop on"] * 3)) == [b"loop on: timeout"] * 3


def test_nothing_but_deeds() -> None:
    items = ["segfault", "kill", "fault", "exit", "exit well"] * 4
    with WorkerPool(work(), 2) as crew:
        records = [record.decode() for record in crew.records(items)]
    assert records == [f"{item}: {DEEDS[item]}" for item in items]


def test_reads_no_further_ahead_than_it_must() -> None:
    read = itertools.count()
    with WorkerPool(work(), 2) as crew:
        records = crew.records(str(number) for number in read)
        first = list(itertools.islice(records, 100))
    assert first == [f"{number}: done".encode() for number in range(100)]
    assert next(read) < 100 + AHEAD * 2 * MOST_TOGETHER + MOST_TOGETHER


def test_no_items() -> None:
    with WorkerPool(work(), 2) as crew:
        assert list(crew.records([])) == []


def test_an_idle_worker_may_be_killed_too() -> None:
    with WorkerPool(work(), 1) as crew:
        assert list(crew.records(["a"])) == [b"a: done"]
        for pid in tuple(crew._pool._pool_manager.worker_manager.workers):
            os.kill(pid, signal.SIGKILL)
        assert list(crew.records(["b", "c"])) == [b"b: done", b"c: done"]
