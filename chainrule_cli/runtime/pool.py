"""Many requests, one record each, in order: a request may take its worker down with it, and nothing else.

A worker takes a piece, some requests in a row, and writes each record to the piece's file as soon as it has
it. So a worker that dies has lost one request, the first without a record: its record says how it ended, and
the rest of the piece goes to another worker.
"""

from __future__ import annotations

import importlib
import multiprocessing
import multiprocessing.context
import multiprocessing.util
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple, Self

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from chainrule_cli.runtime import worker

MOST_TOGETHER = 64
"""Requests in a piece; the first pieces are single, so that few requests still keep all workers busy."""

SLICE = 1.0
"""Seconds after which a worker gives the rest of its piece back, for others to take."""

AHEAD = 4
"""Pieces given out, a worker: what is finished waits on the disk for those before it."""

TICK = 0.5
"""Seconds between two looks at a piece that is late."""

LATE = 120.0
"""Seconds beyond the time of a request without any sign of a piece, after which its workers are replaced."""

MOST_TRIES = 3
"""Times that a piece is begun without a record before its first request is given up."""

Item = Any  # a request: whatever the work's function takes, as long as it can be pickled
Begun = Callable[[Callable[[bytes], None]], bytes]
Lost = Literal["timeout", "memory", "crash"]


class PoolWork(NamedTuple):
    """What workers do with each item.

    module: where both functions stand.
    function: (item) -> begun, which may import; then begun(stage) -> record, one line of bytes, where
        stage(record) keeps an unfinished one.
    lost: (work, item, how, why, stage) -> record, for a request that ended its worker.
    seconds, memory: the limits of begun, in seconds and bytes.
    """

    module: str
    function: str
    lost: str
    seconds: float
    memory: int

    def load(self, name: str) -> Callable[..., Any]:
        """A function of the module."""
        function: Callable[..., Any] = getattr(importlib.import_module(self.module), name)
        return function


# the worker's side: a record, a stage, and what ended a request are lines that begin with these

_PID, _RECORD, _STAGE, _MEMORY, _FAULT = b"P", b"R", b"S", b"M", b"F"
_RETIRED = 75


def _prepare(module: str, home: str, parent: int) -> None:
    """Before the first piece: all imports, which count for no request."""
    worker.settle()
    importlib.import_module(module)
    multiprocessing.util.Finalize(None, _tidy_up, (home, parent), exitpriority=0)


def _tidy_up(home: str, parent: int) -> bool:
    """Whether the parent was killed: nobody waits for what both have written."""
    if os.getppid() == parent:
        return False
    shutil.rmtree(home, ignore_errors=True)
    return True


def _work_through(work: PoolWork, path: str, items: list[Item], parent: int) -> None:
    """Records of the items, in order, until all are there or the slice of time is over."""
    function, end = work.load(work.function), time.monotonic() + SLICE
    # a raw file: a record is there once it is written
    with open(path, "ab", buffering=0) as file:  # noqa: PTH123
        _put(file, _PID, str(os.getpid()).encode())
        for item in items:
            if _tidy_up(str(Path(path).parent), parent):
                os._exit(_RETIRED)
            _put(file, _RECORD, _run_limited(work, function, item, file))
            if time.monotonic() > end:
                return


def _run_limited(work: PoolWork, function: Callable[[Item], Begun], item: Item, file: Any) -> bytes:
    """One request within its time and its memory.

    What fails unforeseen may have left its caches half made: the worker retires.
    """
    try:
        begun = function(item)
        worker.bind(work.memory)
        signal.setitimer(signal.ITIMER_REAL, work.seconds)
        record = begun(lambda stage: _put(file, _STAGE, stage))
        signal.setitimer(signal.ITIMER_REAL, 0)
    except BaseException as error:  # noqa: BLE001  # the process ends here, whatever it was
        signal.setitimer(signal.ITIMER_REAL, 0)
        worker.unbind()
        if worker.is_memory(error):
            _put(file, _MEMORY, b"")
        else:
            message = " ".join(f"{type(error).__name__}: {error}".split())[:400]
            _put(file, _FAULT, message.encode("utf-8", "backslashreplace"))
        os._exit(_RETIRED)
    return record


def _put(file: Any, kind: bytes, line: bytes) -> None:
    view = memoryview(kind + line + b"\n")
    while view:
        view = view[file.write(view) :]


# the parent's side


class _FreshProcess(multiprocessing.context.SpawnProcess):
    """A fresh interpreter without this one's main module: a script needs no guard, and is not run again."""

    _turn = threading.Lock()

    def start(self) -> None:
        self.daemon = True  # ended with this process, not waited for
        with self._turn, _hide_main(), _block_interrupts():
            super().start()


class _FreshContext(multiprocessing.context.SpawnContext):
    Process = _FreshProcess


@contextmanager
def _hide_main() -> Iterator[None]:
    """Hides the main module, and that this process is a daemon, as in a cluster, so it may have children."""
    main, me = sys.modules["__main__"], multiprocessing.current_process()
    daemon = me.daemon
    sys.modules["__main__"] = ModuleType("__main__")
    if daemon:
        me.daemon = False
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if daemon:
            me.daemon = True


@contextmanager
def _block_interrupts() -> Iterator[None]:
    """Ctrl-C is this process's affair: a child that is started here never gets it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass
class _PoolPiece:
    """Requests in a row, given to some worker. tries: how often they were begun without any record."""

    items: list[Item]
    path: Path
    future: ProcessFuture[None]
    tries: int = 0


class _PieceFile(NamedTuple):
    """What a piece's file holds.

    pid: of its worker, once that has begun.
    stage: of the request without a record.
    ended: how that one ended and why, if the worker said so itself.
    """

    pid: int | None
    records: list[bytes]
    stage: bytes | None
    ended: tuple[Lost, str] | None


class WorkerPool:
    """Workers for one kind of work; a context, at whose end they are gone.

    jobs: how many. Their processes are started afresh, so that no thread or lock of this one comes along.
    where: a directory for what is finished and not yet asked for; by default one of the system's.
    """

    def __init__(self, work: PoolWork, jobs: int, where: str | None = None) -> None:
        self.work = work
        self.jobs = jobs
        self._numbers = count()
        self._lost: Callable[..., bytes] = work.load(work.lost)
        self._home = Path(tempfile.mkdtemp(prefix="chainrule-", dir=where))
        self._pool = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def records(self, items: Iterable[Item]) -> Iterator[bytes]:
        """A record for each item, in their order; reads not much further ahead than the workers need."""
        source = iter(items)
        waiting: deque[_PoolPiece] = deque()
        taken = 0
        while True:
            while len(waiting) < AHEAD * self.jobs and (next_ones := list(islice(source, self._size(taken)))):
                taken += len(next_ones)
                waiting.append(self._give(next_ones))
            if not waiting:
                return
            records, rest = self._collect(waiting.popleft())
            waiting.extendleft(reversed(rest))
            yield from records

    def _size(self, taken: int) -> int:
        return min(max(taken // (2 * AHEAD * self.jobs), 1), MOST_TOGETHER)

    def _start(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.jobs,
            initializer=_prepare,
            initargs=(self.work.module, str(self._home), os.getpid()),
            context=_FreshContext(),
        )

    def _stop(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        with suppress(RuntimeError):  # a pool that has no processes yet cannot be joined
            self._pool.join()

    def _give(self, items: list[Item], tries: int = 0) -> _PoolPiece:
        path = self._home / str(next(self._numbers))
        given = (self.work, str(path), items, os.getpid())
        try:
            future = self._pool.schedule(_work_through, given)
        except RuntimeError:  # the pool is broken
            self._stop()
            self._pool = self._start()
            future = self._pool.schedule(_work_through, given)
        return _PoolPiece(items, path, future, tries)

    def _collect(self, piece: _PoolPiece) -> tuple[list[bytes], list[_PoolPiece]]:
        """The records of a piece when it has ended, in whatever way, and pieces of what is left of it."""
        death = self._wait_for(piece)
        found = _read_piece_file(piece.path)
        piece.path.unlink(missing_ok=True)
        records, rest = found.records, piece.items[len(found.records) :]
        tries = piece.tries + 1 if death is not None and not records else 0
        ended = found.ended or (
            None if death is None or (death == _UNKNOWN and tries < MOST_TRIES) else _explain_exit(death)
        )
        if rest and ended is not None and (found.pid is not None or tries >= MOST_TRIES):
            records.append(self._lost(self.work, rest[0], *ended, found.stage))
            rest, tries = rest[1:], 0
        size = -(-len(rest) // self.jobs) if rest else 1
        return records, [self._give(rest[index : index + size], tries) for index in range(0, len(rest), size)]

    def _wait_for(self, piece: _PoolPiece) -> int | None:
        """The exit code of the worker that died over a piece; None where it came back."""
        size, seen, gone = -1, time.monotonic(), 0
        while True:
            try:
                piece.future.result(timeout=TICK)
            except FutureTimeoutError:
                grown = piece.path.stat().st_size if piece.path.exists() else 0
                if grown != size:
                    size, seen = grown, time.monotonic()
                gone = gone + 1 if _is_gone(_read_piece_file(piece.path).pid) else 0
                if gone > 2:
                    return 0
                if time.monotonic() - seen > (self.work.seconds + SLICE) * 2 * AHEAD + LATE:
                    self._pool.stop()  # type: ignore[no-untyped-call]
                    return _UNKNOWN
            except ProcessExpired as expired:
                return int(expired.exitcode)
            except BrokenProcessPool:
                return _UNKNOWN
            else:
                return None


_UNKNOWN = 1 << 16
"""In the index of an exit code: the pool itself broke."""


def _read_piece_file(path: Path) -> _PieceFile:
    """The whole lines; one that a kill has cut off is not there."""
    pid, records, stage = None, list[bytes](), None
    ended: tuple[Lost, str] | None = None
    for line in (path.read_bytes() if path.exists() else b"").split(b"\n")[:-1]:
        kind, text = line[:1], line[1:]
        if kind == _PID:
            pid = int(text)
        elif kind == _RECORD:
            records.append(text)
            stage = None
        elif kind == _STAGE:
            stage = text
        else:
            ended = ("memory", "") if kind == _MEMORY else ("crash", text.decode())
    return _PieceFile(pid, records, stage, ended)


def _explain_exit(code: int) -> tuple[Lost, str]:
    """What an exit code says of the request that was worked on."""
    if code == -getattr(signal, "SIGALRM", 0):
        return "timeout", ""
    if code < 0:
        return "crash", f"the worker was ended by {signal.Signals(-code).name}"
    return (
        "crash",
        f"the worker ended unexpectedly (exit code {code})"
        if code != _UNKNOWN
        else "the workers could not be kept running",
    )


def _is_gone(pid: int | None) -> bool:
    """Whether the process is no more; one that ends with exit code 0 is reported by nobody."""
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
