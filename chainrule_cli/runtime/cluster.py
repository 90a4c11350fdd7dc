"""The work of a batch on a Dask cluster: the same records in the same order, worked out on other machines.

Each thread of a Dask worker has a pool of one, whose process holds the limits. A Dask worker that dies has
its piece run again by the scheduler, somewhere else.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from chainrule_cli.errors import MissingExtraError, UsageError
from chainrule_cli.runtime.pool import AHEAD, MOST_TOGETHER, Item, PoolWork, WorkerPool

try:
    from distributed import Client, KilledWorker, LocalCluster, get_worker
except ModuleNotFoundError as error:
    raise MissingExtraError(
        "a cluster needs Dask, which is not installed", hint="pip install 'chainrule[cluster]'"
    ) from error

if TYPE_CHECKING:
    from distributed import Future

LOCAL = "local"
PATIENCE = 10
"""Seconds to wait for the scheduler, and for its first worker."""

_ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d{1,5}", re.ASCII)
_kept = threading.local()


def records(work: PoolWork, items: Iterable[Item], scheduler: str, jobs: int | None) -> Iterator[bytes]:
    """A record for each item, in their order.

    scheduler: tcp://host:port, or local for one of `jobs` workers on this machine. Raises UsageError where
    there is no scheduler, or no worker comes to it.
    """
    if scheduler != LOCAL and jobs is not None:
        raise UsageError(
            "--jobs is for this machine's workers",
            hint="a cluster has as many as were started: dask worker --nworkers",
        )
    if scheduler != LOCAL and not _ADDRESS.fullmatch(scheduler):
        raise UsageError(
            f"--scheduler {scheduler} is not an address",
            hint="tcp://host:port of a running scheduler, or local",
        )
    with _connect(scheduler, jobs) as client:
        yield from _collect(client, work, items)


def _collect(client: Client, work: PoolWork, items: Iterable[Item]) -> Iterator[bytes]:
    source = iter(items)
    waiting: deque[tuple[list[Item], Future[list[bytes]]]] = deque()
    lost: Callable[..., bytes] = work.load(work.lost)

    def give(some: list[Item]) -> tuple[list[Item], Future[list[bytes]]]:
        return some, client.submit(_run_piece, work, some, pure=False)

    while True:
        while len(waiting) < AHEAD * _threads(client) and (some := list(islice(source, MOST_TOGETHER))):
            waiting.append(give(some))
        if not waiting:
            return
        some, future = waiting.popleft()
        try:
            yield from future.result()
        except KilledWorker:  # several workers died of it: one of its requests is to blame
            if len(some) > 1:
                waiting.extendleft(give([item]) for item in reversed(some))
            else:
                yield lost(work, some[0], "crash", "it ended several workers of the cluster", None)


def _run_piece(work: PoolWork, items: list[Item]) -> list[bytes]:
    """In a thread of a Dask worker: the records, by the process that this thread keeps."""
    pools: dict[PoolWork, WorkerPool] = _kept.__dict__.setdefault("pools", {})
    if work not in pools:
        pools[work] = WorkerPool(work, 1, get_worker().local_directory)
    return list(pools[work].records(items))


def _threads(client: Client) -> int:
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))


@contextmanager
def _connect(scheduler: str, jobs: int | None) -> Iterator[Client]:
    if scheduler == LOCAL:
        with (
            LocalCluster(
                n_workers=jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no scheduler answers at {scheduler}", hint="dask scheduler starts one and says where"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise UsageError(
                f"the scheduler at {scheduler} has no workers", hint=f"dask worker {scheduler} starts some"
            ) from error
        yield client
