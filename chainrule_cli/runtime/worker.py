"""The worker's side of limits.py: a process that does one task, sends stages down a pipe, and may be killed.

It bounds itself, as the workers of a batch do too. A frame is eight bytes of length and a marshalled pair
(kind, detail): marshal is built in, costs no import, and both ends are the same interpreter.
"""

from __future__ import annotations

import errno
import gc
import importlib
import marshal
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from chainrule_cli.errors import ChainruleError, Span

BOUNDED = sys.platform.startswith("linux")
"""Whether the system holds a limit on the memory of a process; elsewhere the parent polls."""

_LENGTH = 8
_RECURSION = 20_000
_STACK = 100 << 20
_GRACE = 1.0


class Task(NamedTuple):
    """module.function(send, **arguments), to be called in the worker; the arguments are plain data."""

    module: str
    function: str
    arguments: dict[str, Any]  # Any: strings, numbers, None, and tuples and dicts of them


class Budget(NamedTuple):
    """Seconds on the clock, and bytes of memory beyond what the worker holds at its start."""

    seconds: float
    memory: int


class Stage(NamedTuple):
    """A finished stage.

    output: the whole output.
    status: the exit status that it deserves.
    files: what goes to files of their own beside it, by path.
    """

    name: str
    output: str | bytes
    status: int
    files: dict[str, str | bytes] = {}  # noqa: RUF012  # never written to


class Ending(NamedTuple):
    """How the work ended: done, error, internal, time, memory, killed, died."""

    kind: str
    detail: dict[str, Any] = {}  # noqa: RUF012  # never written to


Send = Callable[[Stage], None]


def span_of(pair: tuple[int, int] | None) -> Span | None:
    return None if pair is None else Span(*pair)


# frames


def pack(kind: str, detail: dict[str, Any]) -> bytes:
    payload = marshal.dumps((kind, detail))
    return len(payload).to_bytes(_LENGTH, "big") + payload


def take(buffer: bytearray) -> tuple[str, dict[str, Any]] | None:
    """The first whole frame, removed from the buffer; None while it is not there yet."""
    end = _LENGTH + int.from_bytes(buffer[:_LENGTH], "big")
    if len(buffer) < _LENGTH or len(buffer) < end:
        return None
    payload = bytes(buffer[_LENGTH:end])  # from our own worker
    frame: tuple[str, dict[str, Any]] = marshal.loads(payload)  # noqa: S302
    del buffer[:end]
    return frame


def _write(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


# the life of a worker


def live(task: Task, budget: Budget, pipe: int) -> NoReturn:
    """Does the task and is gone, without the interpreter's own farewell: tearing sympy down takes time."""
    try:
        ending = _attempt(task, budget, lambda stage: _write(pipe, pack("stage", stage._asdict())))
        unbind()
        _write(pipe, pack(*ending))
    finally:
        os._exit(0)


def _attempt(task: Task, budget: Budget, send: Send) -> Ending:
    """Every exception is taken here, and translated by the parent; the traceback goes before more is made."""
    try:
        _settle(budget)
        function = getattr(importlib.import_module(task.module), task.function)
        function(send, **task.arguments)
    except ChainruleError as error:
        return Ending("error", _describe(error))
    except BaseException as error:  # noqa: BLE001  # the process ends here, whatever it was
        if not is_memory(error):
            return Ending("internal", _trace(error))
    else:
        return Ending("done")
    return Ending("memory")


def _describe(error: ChainruleError) -> dict[str, Any]:
    span = None if error.span is None else tuple(error.span)
    return {
        "status": int(error.status),
        "code": error.code,
        "message": error.message,
        "text": error.text,
        "span": span,
        "hint": error.hint,
    }


def _trace(error: BaseException) -> dict[str, Any]:
    import traceback

    return {
        "message": f"{type(error).__name__}: {error}",
        "report": "".join(traceback.format_exception(error, limit=-40)),
    }


def is_memory(error: BaseException | None) -> bool:
    """A MemoryError, or one that the loader, the system or a handler raised for want of memory."""
    if error is None:
        return False
    dressed = isinstance(error, ImportError) and (
        "failed to map" in str(error) or "cannot allocate" in str(error).lower()
    )
    denied = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return (
        isinstance(error, MemoryError) or dressed or denied or is_memory(error.__cause__ or error.__context__)
    )


def _settle(budget: Budget) -> None:
    """A session of its own, and an end even if the parent is killed."""
    settle()
    if os.name != "posix":
        return
    if os.getsid(0) != os.getpid():
        os.setsid()
    bind(budget.memory)
    signal.setitimer(signal.ITIMER_REAL, budget.seconds + _GRACE)


def settle() -> None:
    """Silent streams, deep recursion, and signals that end the process even in the middle of C code."""
    # python-flint's types would cost 50 ms at the start
    os.environ.setdefault("SYMPY_GROUND_TYPES", "python")
    # the import of sympy makes 10^5 objects that stay: looking at them again and again costs 20 ms
    gc.set_threshold(200_000, 20, 100)
    sys.setrecursionlimit(_RECURSION)
    if os.name != "posix":
        return
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)  # by default the system itself ends the process
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 0)
    os.dup2(2 if sys.stderr is not None else silence, 1)
    import resource

    _lower(resource.RLIMIT_STACK, _STACK)


def bind(memory: int) -> None:
    """From here on the process may take that many bytes more than it has, where the system can hold it so."""
    if BOUNDED:
        import resource

        # pathlib is not imported on this path
        with open("/proc/self/statm", "rb", buffering=0) as statm:  # noqa: PTH123
            mapped = int(statm.read().split()[0]) * resource.getpagesize()
        _lower(resource.RLIMIT_AS, mapped + memory)


def _lower(which: int, bytes_: int) -> None:
    """The soft limit, never above the hard one that the user's shell has set."""
    import resource

    hard = resource.getrlimit(which)[1]
    soft = bytes_ if hard == resource.RLIM_INFINITY else min(bytes_, hard)
    resource.setrlimit(which, (soft, hard))


def unbind() -> None:
    """Room to say that there is no room."""
    if BOUNDED:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _main() -> NoReturn:
    """The worker as a fresh interpreter: the task on standard input, the frames on standard output."""
    pipe = os.dup(1)
    frame = take(bytearray(sys.stdin.buffer.read()))
    if frame is None:
        raise SystemExit("this is the worker of chainrule; it is started by it")
    live(Task(*frame[1]["task"]), Budget(*frame[1]["budget"]), pipe)


if __name__ == "__main__":
    _main()
