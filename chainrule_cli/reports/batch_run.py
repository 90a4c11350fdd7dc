"""A batch from its file to its records: which requests are asked, which have their record already, who answers them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from itertools import chain
from typing import Any

import msgspec

from chainrule_cli.errors import UsageError
from chainrule_cli.reports import batch_input
from chainrule_cli.reports.batch import KNOWN, MEMORY, TIMEOUT, identity, work
from chainrule_cli.reports.batch_input import Request
from chainrule_cli.reports.summary import Tally
from chainrule_cli.runtime.pool import Crew


def requests(file: BufferedReader, name: str) -> Iterator[Request]:
    """The requests of an open file, none before it is wanted. Raises UsageError for a CSV without a column formula."""
    is_csv = name.lower().endswith(".csv") or batch_input.looks_like_csv(file)
    return batch_input.seeded(batch_input.of_csv(file, KNOWN) if is_csv else batch_input.of_json(file))


def sharded(requests: Iterable[Request], shard: tuple[int, int] | None) -> Iterator[Request]:
    """Every N-th request, from the I-th on, for (I, N)."""
    which, parts = shard or (1, 1)
    return (request for place, request in enumerate(requests) if place % parts == which - 1)


class _Known(msgspec.Struct):
    id: msgspec.Raw
    status: str


def remaining(
    requests: Iterable[Request], lines: Iterable[bytes], tally: Tally | None, *, where: str
) -> Iterator[Request]:
    """The requests that have no line yet. The first line belongs to the first request, and so on: the ids must say so too.

    Raises UsageError for lines that are not the records of these requests.
    """
    source = iter(requests)
    for place, line in enumerate(lines, 1):
        request = next(source, None)
        if request is None or _id(line, where, place) != identity(request.line):
            raise UsageError(
                f"line {place} of {where} is not the record of request {place}",
                hint="it belongs to another batch; --output names another file",
            )
        if tally is not None:
            tally.add(line)
    return chain(source)


def _id(line: bytes, where: str, place: int) -> bytes:
    try:
        return bytes(msgspec.json.decode(line, type=_Known).id)
    except msgspec.MsgspecError as error:
        raise UsageError(
            f"line {place} of {where} is no record of a batch",
            hint="--output names the file that --resume goes on with",
        ) from error


def records(
    requests: Iterable[Request],
    *,
    jobs: int | None = None,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
    scheduler: str | None = None,
) -> Iterator[bytes]:
    """A line for each request, in order. jobs: worker processes, by default one a core. scheduler: of a cluster, or "local"."""
    if scheduler is not None:
        from chainrule_cli.runtime.cluster import records as on_cluster

        yield from on_cluster(work(timeout, memory), requests, scheduler, jobs)
        return
    with Crew(work(timeout, memory), jobs or cores()) as crew:
        yield from crew.records(requests)


def of_mappings(
    requests: Iterable[Mapping[str, Any]], *, jobs: int | None, timeout: float, memory: int
) -> Iterator[dict[str, Any]]:
    """A record for each request of a program, as plain data."""
    seeded = batch_input.seeded(batch_input.of_mappings(requests))
    return (msgspec.json.decode(line) for line in records(seeded, jobs=jobs, timeout=timeout, memory=memory))


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
