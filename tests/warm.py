"""Runs of the command that are forked off a warm process, in which all its modules are imported already: as fresh as processes of their own,
and much faster.

The warm process is `python -m tests.warm DESCRIPTOR`. A run is a message with five open files: what is asked, the three standard streams,
and a pipe for the process id and the exit status."""

from __future__ import annotations

import atexit
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent
COLD = ("chainrule_cli.play", "chainrule_cli.runtime.cluster", "chainrule_cli.__main__")
"""What is not imported beforehand: an app and a cluster have processes of their own."""

LIBRARIES = ("sympy", "numpy", "flint", "mpmath", "rich.console", "matplotlib.figure", "plotext")

DEFAULT, PATIENT = 10.0, 300.0
"""Seconds that a run has where it asks for none: a machine under load must not end it."""


# the side of the tests


class Run:
    """A run of the command that has begun."""

    def __init__(self, answer: IO[str]) -> None:
        self._answer = answer
        self.pid = int(answer.readline())

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, patience: float) -> int:
        """The exit status, once; a run that is hung is killed."""
        with self._answer:
            if not select.select([self._answer], [], [], patience)[0]:
                self.send_signal(signal.SIGKILL)
                raise subprocess.TimeoutExpired(str(self.pid), patience)
            return int(self._answer.readline())

    def close(self) -> None:
        """Ends it, where nobody has waited for its end."""
        if not self._answer.closed:
            self.send_signal(signal.SIGKILL)
            self._answer.close()


class Ended(NamedTuple):
    returncode: int
    stdout: bytes
    stderr: bytes


class WarmProcess:
    """The warm process and the socket to it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        env = {"PYTHONPATH": str(ROOT), "SYMPY_GROUND_TYPES": "python", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env=os.environ | env, stdin=subprocess.DEVNULL
        )
        theirs.close()
        atexit.register(self.close)

    def close(self) -> None:
        self._socket.close()
        self._process.wait()

    def start(
        self, arguments: Sequence[str], streams: Sequence[int], env: dict[str, str], **more: str
    ) -> Run:
        """streams: its standard streams. more: cwd, the folder; first, module:function that is called before all else."""
        with tempfile.TemporaryFile() as asked:
            asked.write(json.dumps({"arguments": arguments, "env": env, **more}).encode())
            asked.seek(0)
            reading, writing = os.pipe()
            socket.send_fds(self._socket, [b"."], [asked.fileno(), *streams, writing])
            os.close(writing)
            return Run(os.fdopen(reading))

    def run(
        self, arguments: Sequence[str], given: bytes, env: dict[str, str], patience: float, **more: str
    ) -> Ended:
        with (
            tempfile.TemporaryFile() as stdin,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            stdin.write(given)
            stdin.seek(0)
            run = self.start(arguments, [each.fileno() for each in (stdin, out, err)], env, **more)
            status = run.wait(patience)
            out.seek(0)
            err.seek(0)
            return Ended(status, out.read(), err.read())


@cache
def warm_process() -> WarmProcess:
    return WarmProcess()


# the side of the warm process


def _serve(tests: socket.socket) -> None:
    """Forks a run for each message, and says how it ended, until nobody listens."""
    _warm_up()
    over, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    answers: dict[int, int] = {}
    while True:
        for ready in select.select([tests, over], [], [])[0]:
            if ready is over:
                os.read(over, 1 << 10)
                _tell_the_ended(answers)
            elif not _begin(tests, answers):
                return


def _begin(tests: socket.socket, answers: dict[int, int]) -> bool:
    """Whether there was a message."""
    message, files, _, _ = socket.recv_fds(tests, 1, 5)
    if not message:
        return False
    asked, *streams, answer = files
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        tests.close()
        os.close(answer)
        _run(asked, streams)
    os.write(answer, f"{pid}\n".encode())
    answers[pid] = answer
    for each in (asked, *streams):
        os.close(each)
    return True


def _tell_the_ended(answers: dict[int, int]) -> None:
    while answers:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        answer = answers.pop(pid)
        with suppress(BrokenPipeError):
            os.write(answer, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os.close(answer)


def _warm_up() -> None:
    """Imports everything; what is not installed is left, since a run will say so."""
    import chainrule_cli

    found = pkgutil.walk_packages(chainrule_cli.__path__, "chainrule_cli.", onerror=lambda _: None)
    for name in (*LIBRARIES, *(module.name for module in found)):
        if not name.startswith(COLD):
            with suppress(ImportError):
                importlib.import_module(name)


def _run(asked: int, streams: list[int]) -> NoReturn:
    """One run of the command, in the process that is its own."""
    status = 1
    try:
        with os.fdopen(asked, encoding="utf-8") as file:
            wanted = json.load(file)
        _take_over(streams)
        os.chdir(wanted.get("cwd", "."))
        os.environ.clear()
        os.environ.update(wanted["env"])
        sys.argv = ["chainrule", *wanted["arguments"]]
        if first := wanted.get("first"):
            module, _, function = first.partition(":")
            getattr(importlib.import_module(module), function)()
        status = _main()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


def _take_over(streams: list[int]) -> None:
    """Standard streams as an interpreter opens them at its start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        old: Any = getattr(sys, name)
        new = open(old.fileno(), mode, encoding=old.encoding, errors=old.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, new)


def _main() -> int:
    from chainrule_cli import cli
    from chainrule_cli.runtime import limits

    run = limits.run

    def run_patiently(task: Any, budget: Any, **more: Any) -> Any:
        return run(task, budget._replace(seconds=PATIENT) if budget.seconds == DEFAULT else budget, **more)

    limits.run = run_patiently
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as _tests:
        _serve(_tests)
