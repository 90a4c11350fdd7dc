"""A batch from its file to its records: which requests are asked, which have their record already, who
answers them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from itertools import chain
from typing import Any

import msgspec

from chainrule_cli.errors import UsageError
from chainrule_cli.reports import batch_input
from chainrule_cli.reports.batch import KNOWN, MEMORY, TIMEOUT, make_work, read_id
from chainrule_cli.reports.batch_input import BatchRequest
from chainrule_cli.reports.batch_summary import Tally
from chainrule_cli.runtime.pool import WorkerPool


def read_requests(file: BufferedReader, name: str, decimal_mark: str = "point") -> Iterator[BatchRequest]:
    """The requests of an open file, none before it is wanted. Raises UsageError for a CSV without a column
    formula.
    """
    is_csv = name.lower().endswith(".csv") or batch_input.looks_like_csv(file)
    lines = batch_input.read_csv(file, KNOWN) if is_csv else batch_input.read_json(file)
    return batch_input.add_seeds(lines, decimal_mark)


def select_shard(requests: Iterable[BatchRequest], shard: tuple[int, int] | None) -> Iterator[BatchRequest]:
    """Every N-th request, from the I-th on, for (I, N)."""
    which, parts = shard or (1, 1)
    return (request for number, request in enumerate(requests) if number % parts == which - 1)


class _AnsweredLine(msgspec.Struct):
    id: msgspec.Raw
    status: str


def skip_answered(
    requests: Iterable[BatchRequest], lines: Iterable[bytes], tally: Tally | None, *, where: str
) -> Iterator[BatchRequest]:
    """The requests that have no line yet. The first line is the first request's, as the ids must say too.

    lines: of the output that is there, which `tally` counts.
    where: what the output is called.

    Raises UsageError for lines that are not the records of these requests.
    """
    source = iter(requests)
    for number, line in enumerate(lines, 1):
        request = next(source, None)
        if request is None or _count_line(line, tally, where, number) != read_id(request.line):
            raise UsageError(
                f"line {number} of {where} is not the record of request {number}",
                hint="it belongs to another batch; --output names another file",
            )
    return chain(source)


def _count_line(line: bytes, tally: Tally | None, where: str, number: int) -> bytes:
    """The id of a line that is there, as JSON."""
    try:
        if tally is not None:
            tally.add(line)
        return bytes(msgspec.json.decode(line, type=_AnsweredLine).id)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(
            f"line {number} of {where} is no record of a batch",
            hint="--output names the file that --resume goes on with",
        ) from error


def answer_requests(
    requests: Iterable[BatchRequest],
    *,
    jobs: int | None = None,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
    scheduler: str | None = None,
) -> Iterator[bytes]:
    """A line for each request, in order.

    jobs: worker processes, by default one a core.
    timeout, memory: seconds and bytes of one request.
    scheduler: of a cluster, or "local"; None for no cluster.
    """
    if scheduler is not None:
        from chainrule_cli.runtime.cluster import records as on_cluster

        yield from on_cluster(make_work(timeout, memory), requests, scheduler, jobs)
        return
    with WorkerPool(make_work(timeout, memory), jobs or count_cores()) as crew:
        yield from crew.records(requests)


def answer_mappings(
    requests: Iterable[Mapping[str, Any]], *, jobs: int | None, timeout: float, memory: int
) -> Iterator[dict[str, Any]]:
    """A record for each request of a program, as plain data."""
    with_seeds = batch_input.add_seeds(batch_input.read_mappings(requests))
    return (
        msgspec.json.decode(line)
        for line in answer_requests(with_seeds, jobs=jobs, timeout=timeout, memory=memory)
    )


def count_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
