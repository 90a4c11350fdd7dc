"""Time and memory: a light parent, a worker that can be killed, the last finished stage.

The worker is forked before anything heavy is imported (a fresh interpreter where there is no fork), because
no signal handler and no thread stops C code: only a kill does. worker.py is the other side of the pipe.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import IO, Any, NamedTuple, NoReturn

from chainrule_cli.errors import BudgetError, ChainruleError, ExitStatus
from chainrule_cli.runtime import worker
from chainrule_cli.runtime.worker import Budget, Ending, Stage, Task

POLL = 0.1
"""Seconds between two looks at the memory of a worker, on systems that cannot bound it."""


class WorkerAnswer(NamedTuple):
    """stage: the last whole one. shortfall: the budget that ended the work there, if one did."""

    stage: Stage
    shortfall: BudgetError | None = None

    @property
    def status(self) -> ExitStatus:
        return ExitStatus(self.stage.status) if self.shortfall is None else self.shortfall.status


class WorkerError(Exception):
    """The worker failed in a way that is no answer.

    report: its traceback, where it could still write one.
    """

    def __init__(self, message: str, report: str = "") -> None:
        super().__init__(message)
        self.report = report


class _WorkerProcess(NamedTuple):
    """pid: its number. frames: the descriptor to read from. wait: until it has ended, for its exit code."""

    pid: int
    frames: int
    wait: Callable[[], int]


class Stop:
    """Ends a run from another thread, or before it has begun; a process that is gone is left alone."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._pid: int | None = None
        self.called = False

    def __call__(self) -> None:
        with self._turn:
            self.called = True
            self._end()

    def watch(self, pid: int | None) -> None:
        """Take the process to end; None once it is to be waited for: its number may then be another's."""
        with self._turn:
            self._pid = pid
            self._end()

    def _end(self) -> None:
        if self.called and self._pid is not None:
            _kill(self._pid)


def run(
    task: Task, budget: Budget, *, fork: bool = hasattr(os, "fork"), stop: Stop | None = None
) -> WorkerAnswer:
    """The answer of task.function(send, **task.arguments), worked out in a process of its own.

    fork: not from a thread, for a fork copies the locks of all others. stop: gives the run up, as if the
    system had killed it. Raises the ChainruleError that the task raised, BudgetError where the time or the
    memory ran out before a stage was finished, and WorkerError for everything else that ended the worker.
    """
    process = (_fork if fork else _spawn)(task, budget)
    exceeded: list[str] = []
    finished = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, budget, exceeded, finished), daemon=True)
    ends_with_parent = _SignalRelay(process.pid)
    stop = stop or Stop()
    try:
        watch.start()
        stop.watch(process.pid)
        stage, ending = _receive(process.frames)
    finally:
        finished.set()
        stop.watch(None)
        _kill(process.pid)
        ends_with_parent.restore()
        os.close(process.frames)
        code = process.wait()
    return _judge(stage, ending or _explain_death(code, exceeded), budget)


def _judge(stage: Stage | None, ending: Ending, budget: Budget) -> WorkerAnswer:
    match ending.kind:
        case "done" if stage is not None:
            return WorkerAnswer(stage)
        case "error":
            raise _revive(ending.detail)
        case "time" | "memory" | "killed":
            shortfall = _budget_error(ending.kind, budget)
            if stage is None:
                raise shortfall
            return WorkerAnswer(stage, shortfall)
        case "died":
            raise WorkerError(ending.detail["message"])
        case "internal":
            raise WorkerError(ending.detail["message"], ending.detail["report"])
        case _:
            raise WorkerError("the worker ended without an answer")


def _budget_error(kind: str, budget: Budget) -> BudgetError:
    if kind == "time":
        return BudgetError(
            f"the time of {budget.seconds:g} s ran out", hint="--timeout SECONDS gives it more"
        )
    if kind == "killed":
        return BudgetError(
            "the system killed the worker, as it does when its memory runs out",
            hint="--memory SIZE takes less",
        )
    return BudgetError(
        f"the memory of {budget.memory / 2**20:.0f} MiB ran out", hint="--memory SIZE gives it more"
    )


def _revive(detail: dict[str, Any]) -> ChainruleError:  # Any: a frame is plain data of mixed types
    error = ChainruleError(
        detail["message"], text=detail["text"], span=worker.span_of(detail["span"]), hint=detail["hint"]
    )
    error.status, error.code = ExitStatus(detail["status"]), detail["code"]
    return error


# the frames


def _receive(frames: int) -> tuple[Stage | None, Ending | None]:
    """Reads until the worker says that it is done, or is gone."""
    stage: Stage | None = None
    for kind, detail in _read_frames(frames):
        if kind != "stage":
            return stage, Ending(kind, detail)
        stage = Stage(**detail)
    return stage, None


def _read_frames(frames: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The whole frames; one that was cut off by a kill is dropped."""
    buffer = bytearray()
    while chunk := os.read(frames, 1 << 16):
        buffer += chunk
        while (frame := worker.take(buffer)) is not None:
            yield frame


def _explain_death(code: int, exceeded: list[str]) -> Ending:
    """What it means that the worker went without a word: our own kill, the system's, or a crash."""
    if exceeded:
        return Ending(exceeded[0])
    if code == -getattr(signal, "SIGALRM", 0):
        return Ending("time")
    if code == -getattr(signal, "SIGKILL", 0):
        return Ending("killed")
    what = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return Ending("died", {"message": f"the worker ended unexpectedly ({what})"})


# the processes


def _fork(task: Task, budget: Budget) -> _WorkerProcess:
    frames, writing = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    pid = os.fork()
    if pid == 0:
        os.close(frames)
        worker.live(task, budget, writing)
    os.close(writing)
    return _WorkerProcess(pid, frames, partial(_reap, pid))


def _reap(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _spawn(task: Task, budget: Budget) -> _WorkerProcess:
    import subprocess

    command = [sys.executable, "-m", "chainrule_cli.runtime.worker"]
    child = subprocess.Popen(  # noqa: S603  # our own interpreter
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    with suppress(BrokenPipeError), _pipe_of(child.stdin) as commands:
        commands.write(worker.pack("task", {"task": tuple(task), "budget": tuple(budget)}))
    with _pipe_of(child.stdout) as stdout:
        return _WorkerProcess(child.pid, os.dup(stdout.fileno()), child.wait)


def _pipe_of(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise WorkerError("the worker has no pipe")
    return stream


def _kill(pid: int) -> None:
    """Ends the worker and all that it started; by its id too, for it may not have made its group yet."""
    sure = getattr(signal, "SIGKILL", signal.SIGTERM)
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sure)
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, sure)


class _SignalRelay:
    """While the worker runs, the signals that end this process end the worker first."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.before = {
            number: signal.signal(number, self._end)
            for number in self._numbers()
            if signal.getsignal(number) == signal.SIG_DFL
        }

    @staticmethod
    def _numbers() -> list[signal.Signals]:
        """Handlers belong to the main thread; a caller in another one keeps its own."""
        if threading.current_thread() is not threading.main_thread():
            return []
        return [signal.Signals[name] for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]

    def _end(self, number: int, _frame: FrameType | None) -> NoReturn:
        _kill(self.pid)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        raise SystemExit(128 + number)

    def restore(self) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)


# the budgets


def _watch(pid: int, budget: Budget, exceeded: list[str], finished: threading.Event) -> None:
    """Kills the worker at the time limit, and at the memory limit where the system does not hold it."""
    deadline = time.monotonic() + budget.seconds
    polls = not worker.BOUNDED
    while (left := deadline - time.monotonic()) > 0:
        if finished.wait(min(left, POLL) if polls else left):
            return
        if polls and resident(pid) > budget.memory:
            exceeded.append("memory")
            break
    else:
        exceeded.append("time")
    _kill(pid)


def resident(pid: int) -> int:
    """Bytes of memory that a process holds, by ps; 0 where it is gone."""
    import subprocess

    command = ["ps", "-o", "rss=", "-p", str(pid)]  # our own child
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    return int(shown) * 1024 if shown.isdigit() else 0
